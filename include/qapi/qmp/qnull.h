/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The null value; there is only one. */
#ifndef QAPI_QMP_QNULL_H
#define QAPI_QMP_QNULL_H

#include "qapi/qmp/qobject.h"

struct QNull {
    struct QObjectBase_ base;
};

/* A new reference to it. */
QNull *qnull(void);

void qnull_unref(QNull *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QNull, qnull_unref)

#endif
