/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of values. It owns a reference to each. */
#ifndef QAPI_QMP_QLIST_H
#define QAPI_QMP_QLIST_H

#include "qapi/qmp/qobject.h"
#include "qemu/queue.h"

typedef struct QListEntry {
    QObject *value;
    QTAILQ_ENTRY(QListEntry) next;
} QListEntry;

struct QList {
    struct QObjectBase_ base;
    QTAILQ_HEAD(, QListEntry) head;
};

/* Takes the caller's reference to @obj over. */
#define qlist_append(qlist, obj) qlist_append_obj(qlist, QOBJECT(obj))
void qlist_append_obj(QList *qlist, QObject *obj);
void qlist_append_null(QList *qlist);
void qlist_append_bool(QList *qlist, bool value);
void qlist_append_int(QList *qlist, int64_t value);
void qlist_append_str(QList *qlist, const char *value);

#define QLIST_FOREACH_ENTRY(qlist, var) QTAILQ_FOREACH(var, &(qlist)->head, next)

static inline QObject *qlist_entry_obj(const QListEntry *entry)
{
    return entry->value;
}

QList *qlist_new(void);
/* Shares the elements. */
QList *qlist_copy(QList *src);
/* The first element: pop hands its reference to the caller, peek lends it. NULL if empty. */
QObject *qlist_pop(QList *qlist);
QObject *qlist_peek(QList *qlist);
bool qlist_empty(const QList *qlist);
size_t qlist_size(const QList *qlist);

static inline const QListEntry *qlist_first(const QList *qlist)
{
    return QTAILQ_FIRST(&qlist->head);
}

static inline const QListEntry *qlist_next(const QListEntry *entry)
{
    return QTAILQ_NEXT(entry, next);
}

void qlist_unref(QList *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QList, qlist_unref)

#endif
