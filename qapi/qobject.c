/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all dynamic values share: destruction and comparison, and the null and
 * bool values, which are too small for files of their own. Nesting is bounded
 * where values are made from input (128 levels), so both may recurse.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qobject-internal.h"

/* Every user has a reference; this one is never given up. */
static QNull the_null = { .base = { .type = QTYPE_QNULL, .refcnt = 1 } };

void qobject_init(QObject *obj, QType type)
{
    obj->base.type = type;
    obj->base.refcnt = 1;
}

void qobject_destroy(QObject *obj)
{
    switch (obj->base.type) {
    case QTYPE_QDICT:
        qdict_clear(qobject_to(QDict, obj));
        break;
    case QTYPE_QLIST:
        qlist_clear(qobject_to(QList, obj));
        break;
    case QTYPE_QSTRING:
        g_free((char *)qobject_to(QString, obj)->string);
        break;
    case QTYPE_QNUM:
    case QTYPE_QBOOL:
        break;
    default:
        g_assert_not_reached();
    }
    g_free(obj);
}

bool qobject_is_equal(const QObject *x, const QObject *y)
{
    if (x == y) {
        return true;
    }
    if (!x || !y || x->base.type != y->base.type) {
        return false;
    }
    switch (x->base.type) {
    case QTYPE_QNULL:
        return true;
    case QTYPE_QNUM:
        return qnum_is_equal(qobject_to(QNum, x), qobject_to(QNum, y));
    case QTYPE_QSTRING:
        return g_str_equal(qobject_to(QString, x)->string, qobject_to(QString, y)->string);
    case QTYPE_QDICT:
        return qdict_is_equal(qobject_to(QDict, x), qobject_to(QDict, y));
    case QTYPE_QLIST:
        return qlist_is_equal(qobject_to(QList, x), qobject_to(QList, y));
    case QTYPE_QBOOL:
        return qobject_to(QBool, x)->value == qobject_to(QBool, y)->value;
    default:
        g_assert_not_reached();
    }
}

QNull *qnull(void)
{
    return qobject_ref(&the_null);
}

void qnull_unref(QNull *q)
{
    qobject_unref(q);
}

QBool *qbool_from_bool(bool value)
{
    QBool *qb = g_new(QBool, 1);

    qobject_init(QOBJECT(qb), QTYPE_QBOOL);
    qb->value = value;
    return qb;
}

bool qbool_get_bool(const QBool *qb)
{
    return qb->value;
}

void qbool_unref(QBool *q)
{
    qobject_unref(q);
}
