/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One occurrence of an option group, between the files of util/option*.c. */
#ifndef OPTION_INTERNAL_H
#define OPTION_INTERNAL_H

#include "qemu/error-report.h"
#include "qemu/option.h"

/* One key of an occurrence. @value is set if @desc is. */
struct QemuOpt {
    char *name;
    char *str;
    const QemuOptDesc *desc;
    union {
        bool boolean;
        uint64_t uint;
    } value;
    QemuOpts *opts;
    QTAILQ_ENTRY(QemuOpt) next;
};

struct QemuOpts {
    char *id;
    QemuOptsList *list;
    Location loc;
    QTAILQ_HEAD(, QemuOpt) head;
    QTAILQ_ENTRY(QemuOpts) next;
};

/* The entry of @name in @desc, or NULL. */
const QemuOptDesc *opt_desc_find(const QemuOptDesc *desc, const char *name);

/* Unlinks and frees one key. */
void opt_del(QemuOpt *opt);

/* Adds name=value without copying; takes ownership of both, also on error. */
bool opt_add(QemuOpts *opts, char *name, char *value, Error **errp);

#endif
