/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kinds of dynamic values provide for the functions on all of them. */
#ifndef QAPI_QOBJECT_INTERNAL_H
#define QAPI_QOBJECT_INTERNAL_H

#include "qapi/qmp/qobject.h"

/* Sets the type and one reference. */
void qobject_init(QObject *obj, QType type);

/* Drop what the value holds. */
void qdict_clear(QDict *qdict);
void qlist_clear(QList *qlist);

bool qdict_is_equal(const QDict *x, const QDict *y);
bool qlist_is_equal(const QList *x, const QList *y);

#endif
