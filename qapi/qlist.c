/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of values; see qapi/qmp/qlist.h. */
#include "qemu/osdep.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qobject-internal.h"

QList *qlist_new(void)
{
    QList *qlist = g_new(QList, 1);

    qobject_init(QOBJECT(qlist), QTYPE_QLIST);
    QTAILQ_INIT(&qlist->head);
    return qlist;
}

void qlist_append_obj(QList *qlist, QObject *obj)
{
    QListEntry *entry = g_new(QListEntry, 1);

    g_assert(obj);
    entry->value = obj;
    QTAILQ_INSERT_TAIL(&qlist->head, entry, next);
}

void qlist_append_null(QList *qlist)
{
    qlist_append(qlist, qnull());
}

void qlist_append_bool(QList *qlist, bool value)
{
    qlist_append(qlist, qbool_from_bool(value));
}

void qlist_append_int(QList *qlist, int64_t value)
{
    qlist_append(qlist, qnum_from_int(value));
}

void qlist_append_str(QList *qlist, const char *value)
{
    qlist_append(qlist, qstring_from_str(value));
}

QList *qlist_copy(QList *src)
{
    QList *copy = qlist_new();
    QListEntry *entry;

    QLIST_FOREACH_ENTRY(src, entry) {
        qlist_append(copy, qobject_ref(entry->value));
    }
    return copy;
}

QObject *qlist_pop(QList *qlist)
{
    QListEntry *entry = QTAILQ_FIRST(&qlist->head);
    QObject *value;

    if (!entry) {
        return NULL;
    }
    QTAILQ_REMOVE(&qlist->head, entry, next);
    value = entry->value;
    g_free(entry);
    return value;
}

QObject *qlist_peek(QList *qlist)
{
    QListEntry *entry = QTAILQ_FIRST(&qlist->head);

    return entry ? entry->value : NULL;
}

bool qlist_empty(const QList *qlist)
{
    return QTAILQ_EMPTY(&qlist->head);
}

size_t qlist_size(const QList *qlist)
{
    size_t size = 0;
    QListEntry *entry;

    QLIST_FOREACH_ENTRY(qlist, entry) {
        size++;
    }
    return size;
}

bool qlist_is_equal(const QList *x, const QList *y)
{
    const QListEntry *ex = qlist_first(x), *ey = qlist_first(y);

    while (ex && ey && qobject_is_equal(ex->value, ey->value)) {
        ex = qlist_next(ex);
        ey = qlist_next(ey);
    }
    return !ex && !ey;
}

void qlist_clear(QList *qlist)
{
    QObject *value;

    while ((value = qlist_pop(qlist)) != NULL) {
        qobject_unref(value);
    }
}

void qlist_unref(QList *q)
{
    qobject_unref(q);
}
