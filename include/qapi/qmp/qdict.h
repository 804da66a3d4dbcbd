/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dictionary from strings to values. It keeps the order in which keys came
 * and owns a reference to each value. Small ones are searched linearly; a
 * hash table is added when they grow.
 */
#ifndef QAPI_QMP_QDICT_H
#define QAPI_QMP_QDICT_H

#include "qapi/qmp/qobject.h"
#include "qemu/queue.h"

typedef struct QDictEntry {
    char *key;
    QObject *value;
    QTAILQ_ENTRY(QDictEntry) next;
} QDictEntry;

struct QDict {
    struct QObjectBase_ base;
    size_t size;
    QTAILQ_HEAD(, QDictEntry) entries;
    GHashTable *index;          /* key to entry; NULL while small */
};

static inline const char *qdict_entry_key(const QDictEntry *entry)
{
    return entry->key;
}

static inline QObject *qdict_entry_value(const QDictEntry *entry)
{
    return entry->value;
}

QDict *qdict_new(void);
size_t qdict_size(const QDict *qdict);
/* Takes the caller's reference to the value over; replaces what was there. */
#define qdict_put(qdict, key, obj) qdict_put_obj(qdict, key, QOBJECT(obj))
void qdict_put_obj(QDict *qdict, const char *key, QObject *value);
void qdict_put_bool(QDict *qdict, const char *key, bool value);
void qdict_put_int(QDict *qdict, const char *key, int64_t value);
void qdict_put_uint(QDict *qdict, const char *key, uint64_t value);
void qdict_put_null(QDict *qdict, const char *key);
void qdict_put_str(QDict *qdict, const char *key, const char *value);

void qdict_del(QDict *qdict, const char *key);
bool qdict_haskey(const QDict *qdict, const char *key);
/* The value, borrowed; NULL if there is no such key. */
QObject *qdict_get(const QDict *qdict, const char *key);
/* Walking: NULL at the end. The entry a caller stands on may not be deleted. */
const QDictEntry *qdict_first(const QDict *qdict);
const QDictEntry *qdict_next(const QDict *qdict, const QDictEntry *entry);

/* The value must be there and of that type. */
double qdict_get_double(const QDict *qdict, const char *key);
int64_t qdict_get_int(const QDict *qdict, const char *key);
uint64_t qdict_get_uint(const QDict *qdict, const char *key);
bool qdict_get_bool(const QDict *qdict, const char *key);
QList *qdict_get_qlist(const QDict *qdict, const char *key);
QDict *qdict_get_qdict(const QDict *qdict, const char *key);
const char *qdict_get_str(const QDict *qdict, const char *key);
/* The value, or the default (NULL) if it is missing or of another type. */
int64_t qdict_get_try_int(const QDict *qdict, const char *key, int64_t def_value);
bool qdict_get_try_bool(const QDict *qdict, const char *key, bool def_value);
const char *qdict_get_try_str(const QDict *qdict, const char *key);

/* Shares the values. */
QDict *qdict_clone_shallow(const QDict *src);
/* Copies what @dest does not have, or everything with @overwrite; moved out of @src. */
void qdict_join(QDict *dest, QDict *src, bool overwrite);
/* Renames keys as {from, to} pairs of @renames up to NULL say; both existing is an error. */
typedef struct QDictRenames {
    const char *from;
    const char *to;
} QDictRenames;
bool qdict_rename_keys(QDict *qdict, const QDictRenames *renames, Error **errp);

void qdict_unref(QDict *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QDict, qdict_unref)

#endif
