/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number: signed or unsigned 64-bit integer, or double. */
#ifndef QAPI_QMP_QNUM_H
#define QAPI_QMP_QNUM_H

#include "qapi/qmp/qobject.h"

typedef enum {
    QNUM_I64,
    QNUM_U64,
    QNUM_DOUBLE
} QNumKind;

struct QNum {
    struct QObjectBase_ base;
    QNumKind kind;
    union {
        int64_t i64;
        uint64_t u64;
        double dbl;
    } u;
};

QNum *qnum_from_int(int64_t value);
QNum *qnum_from_uint(uint64_t value);
QNum *qnum_from_double(double value);

/* The value if it is an integer that fits; get_try answers whether it did. */
bool qnum_get_try_int(const QNum *qn, int64_t *val);
int64_t qnum_get_int(const QNum *qn);
bool qnum_get_try_uint(const QNum *qn, uint64_t *val);
uint64_t qnum_get_uint(const QNum *qn);
double qnum_get_double(const QNum *qn);
/* As JSON writes it; caller frees. */
char *qnum_to_string(const QNum *qn);
bool qnum_is_equal(const QNum *x, const QNum *y);

void qnum_unref(QNum *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QNum, qnum_unref)

#endif
