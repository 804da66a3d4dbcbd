/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QemuOpts from and to QDicts of strings. */
#ifndef QAPI_OPTS_H
#define QAPI_OPTS_H

#include "qapi/qmp/qdict.h"
#include "qemu/option.h"

/* Adds all options to @qdict (NULL: a new one), with "id" if there is one. */
QDict *qemu_opts_to_qdict(QemuOpts *opts, QDict *qdict);
/* New options in @list from scalars of @qdict; NULL and an error if one is refused. */
QemuOpts *qemu_opts_from_qdict(QemuOptsList *list, const QDict *qdict, Error **errp);

#endif
