/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers; see qapi/qmp/qnum.h. */
#include "qemu/osdep.h"
#include "qapi/qmp/qnum.h"
#include "qobject-internal.h"

static QNum *qnum_new(QNumKind kind)
{
    QNum *qn = g_new(QNum, 1);

    qobject_init(QOBJECT(qn), QTYPE_QNUM);
    qn->kind = kind;
    return qn;
}

QNum *qnum_from_int(int64_t value)
{
    QNum *qn = qnum_new(QNUM_I64);

    qn->u.i64 = value;
    return qn;
}

QNum *qnum_from_uint(uint64_t value)
{
    QNum *qn = qnum_new(QNUM_U64);

    qn->u.u64 = value;
    return qn;
}

QNum *qnum_from_double(double value)
{
    QNum *qn = qnum_new(QNUM_DOUBLE);

    qn->u.dbl = value;
    return qn;
}

bool qnum_get_try_int(const QNum *qn, int64_t *val)
{
    if (qn->kind == QNUM_DOUBLE || (qn->kind == QNUM_U64 && qn->u.u64 > INT64_MAX)) {
        return false;
    }
    *val = qn->kind == QNUM_I64 ? qn->u.i64 : (int64_t)qn->u.u64;
    return true;
}

int64_t qnum_get_int(const QNum *qn)
{
    int64_t val = 0;
    bool fits = qnum_get_try_int(qn, &val);

    g_assert(fits);
    return val;
}

bool qnum_get_try_uint(const QNum *qn, uint64_t *val)
{
    if (qn->kind == QNUM_DOUBLE || (qn->kind == QNUM_I64 && qn->u.i64 < 0)) {
        return false;
    }
    *val = qn->kind == QNUM_I64 ? (uint64_t)qn->u.i64 : qn->u.u64;
    return true;
}

uint64_t qnum_get_uint(const QNum *qn)
{
    uint64_t val = 0;
    bool fits = qnum_get_try_uint(qn, &val);

    g_assert(fits);
    return val;
}

double qnum_get_double(const QNum *qn)
{
    switch (qn->kind) {
    case QNUM_I64:
        return qn->u.i64;
    case QNUM_U64:
        return qn->u.u64;
    default:
        return qn->u.dbl;
    }
}

char *qnum_to_string(const QNum *qn)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    switch (qn->kind) {
    case QNUM_I64:
        return g_strdup_printf("%" PRId64, qn->u.i64);
    case QNUM_U64:
        return g_strdup_printf("%" PRIu64, qn->u.u64);
    default:
        return g_strdup(g_ascii_dtostr(buf, sizeof(buf), qn->u.dbl));
    }
}

bool qnum_is_equal(const QNum *x, const QNum *y)
{
    int64_t ix, iy;
    uint64_t ux, uy;

    /* integers and doubles never compare equal, so that rounding cannot make them */
    if ((x->kind == QNUM_DOUBLE) != (y->kind == QNUM_DOUBLE)) {
        return false;
    }
    if (x->kind == QNUM_DOUBLE) {
        return x->u.dbl == y->u.dbl;
    }
    if (qnum_get_try_int(x, &ix) && qnum_get_try_int(y, &iy)) {
        return ix == iy;
    }
    return qnum_get_try_uint(x, &ux) && qnum_get_try_uint(y, &uy) && ux == uy;
}

void qnum_unref(QNum *q)
{
    qobject_unref(q);
}
