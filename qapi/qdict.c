/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries; see qapi/qmp/qdict.h. A list of entries keeps the order; up to
 * INDEX_ABOVE of them are searched one by one, which is faster than hashing
 * for the arguments of nearly every command.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qobject-internal.h"

#define INDEX_ABOVE 8

QDict *qdict_new(void)
{
    QDict *qdict = g_new0(QDict, 1);

    qobject_init(QOBJECT(qdict), QTYPE_QDICT);
    QTAILQ_INIT(&qdict->entries);
    return qdict;
}

size_t qdict_size(const QDict *qdict)
{
    return qdict->size;
}

static QDictEntry *qdict_entry_find(const QDict *qdict, const char *key)
{
    QDictEntry *entry;

    if (qdict->index) {
        return g_hash_table_lookup(qdict->index, key);
    }
    QTAILQ_FOREACH(entry, &qdict->entries, next) {
        if (g_str_equal(entry->key, key)) {
            return entry;
        }
    }
    return NULL;
}

static void qdict_index_add(QDict *qdict, QDictEntry *entry)
{
    if (qdict->index) {
        g_hash_table_insert(qdict->index, entry->key, entry);
    } else if (qdict->size > INDEX_ABOVE) {
        qdict->index = g_hash_table_new(g_str_hash, g_str_equal);
        QTAILQ_FOREACH(entry, &qdict->entries, next) {
            g_hash_table_insert(qdict->index, entry->key, entry);
        }
    }
}

void qdict_put_obj(QDict *qdict, const char *key, QObject *value)
{
    QDictEntry *entry = qdict_entry_find(qdict, key);

    g_assert(value);
    if (entry) {
        qobject_unref(entry->value);
        entry->value = value;
        return;
    }
    entry = g_new(QDictEntry, 1);
    entry->key = g_strdup(key);
    entry->value = value;
    QTAILQ_INSERT_TAIL(&qdict->entries, entry, next);
    qdict->size++;
    qdict_index_add(qdict, entry);
}

void qdict_put_bool(QDict *qdict, const char *key, bool value)
{
    qdict_put(qdict, key, qbool_from_bool(value));
}

void qdict_put_int(QDict *qdict, const char *key, int64_t value)
{
    qdict_put(qdict, key, qnum_from_int(value));
}

void qdict_put_uint(QDict *qdict, const char *key, uint64_t value)
{
    qdict_put(qdict, key, qnum_from_uint(value));
}

void qdict_put_null(QDict *qdict, const char *key)
{
    qdict_put(qdict, key, qnull());
}

void qdict_put_str(QDict *qdict, const char *key, const char *value)
{
    qdict_put(qdict, key, qstring_from_str(value));
}

static void qdict_entry_remove(QDict *qdict, QDictEntry *entry)
{
    if (qdict->index) {
        g_hash_table_remove(qdict->index, entry->key);
    }
    QTAILQ_REMOVE(&qdict->entries, entry, next);
    qdict->size--;
    qobject_unref(entry->value);
    g_free(entry->key);
    g_free(entry);
}

void qdict_del(QDict *qdict, const char *key)
{
    QDictEntry *entry = qdict_entry_find(qdict, key);

    if (entry) {
        qdict_entry_remove(qdict, entry);
    }
}

bool qdict_haskey(const QDict *qdict, const char *key)
{
    return qdict_entry_find(qdict, key) != NULL;
}

QObject *qdict_get(const QDict *qdict, const char *key)
{
    QDictEntry *entry = qdict_entry_find(qdict, key);

    return entry ? entry->value : NULL;
}

const QDictEntry *qdict_first(const QDict *qdict)
{
    return QTAILQ_FIRST(&qdict->entries);
}

const QDictEntry *qdict_next(const QDict *qdict, const QDictEntry *entry)
{
    return QTAILQ_NEXT(entry, next);
}

double qdict_get_double(const QDict *qdict, const char *key)
{
    return qnum_get_double(qobject_to(QNum, qdict_get(qdict, key)));
}

int64_t qdict_get_int(const QDict *qdict, const char *key)
{
    return qnum_get_int(qobject_to(QNum, qdict_get(qdict, key)));
}

uint64_t qdict_get_uint(const QDict *qdict, const char *key)
{
    return qnum_get_uint(qobject_to(QNum, qdict_get(qdict, key)));
}

bool qdict_get_bool(const QDict *qdict, const char *key)
{
    return qbool_get_bool(qobject_to(QBool, qdict_get(qdict, key)));
}

QList *qdict_get_qlist(const QDict *qdict, const char *key)
{
    return qobject_to(QList, qdict_get(qdict, key));
}

QDict *qdict_get_qdict(const QDict *qdict, const char *key)
{
    return qobject_to(QDict, qdict_get(qdict, key));
}

const char *qdict_get_str(const QDict *qdict, const char *key)
{
    return qstring_get_str(qobject_to(QString, qdict_get(qdict, key)));
}

int64_t qdict_get_try_int(const QDict *qdict, const char *key, int64_t def_value)
{
    QNum *qn = qobject_to(QNum, qdict_get(qdict, key));
    int64_t val;

    return qn && qnum_get_try_int(qn, &val) ? val : def_value;
}

bool qdict_get_try_bool(const QDict *qdict, const char *key, bool def_value)
{
    QBool *qb = qobject_to(QBool, qdict_get(qdict, key));

    return qb ? qb->value : def_value;
}

const char *qdict_get_try_str(const QDict *qdict, const char *key)
{
    return qobject_get_try_str(qdict_get(qdict, key));
}

QDict *qdict_clone_shallow(const QDict *src)
{
    QDict *copy = qdict_new();
    QDictEntry *entry;

    QTAILQ_FOREACH(entry, &src->entries, next) {
        qdict_put_obj(copy, entry->key, qobject_ref(entry->value));
    }
    return copy;
}

void qdict_join(QDict *dest, QDict *src, bool overwrite)
{
    QDictEntry *entry, *following;

    QTAILQ_FOREACH_SAFE(entry, &src->entries, next, following) {
        if (overwrite || !qdict_haskey(dest, entry->key)) {
            qdict_put_obj(dest, entry->key, qobject_ref(entry->value));
            qdict_entry_remove(src, entry);
        }
    }
}

bool qdict_rename_keys(QDict *qdict, const QDictRenames *renames, Error **errp)
{
    for (; renames->from; renames++) {
        QObject *value = qdict_get(qdict, renames->from);

        if (!value) {
            continue;
        }
        if (qdict_haskey(qdict, renames->to)) {
            error_setg(errp, "'%s' and its alias '%s' can't be used at the same time",
                       renames->to, renames->from);
            return false;
        }
        qdict_put_obj(qdict, renames->to, qobject_ref(value));
        qdict_del(qdict, renames->from);
    }
    return true;
}

bool qdict_is_equal(const QDict *x, const QDict *y)
{
    QDictEntry *entry;

    if (x->size != y->size) {
        return false;
    }
    QTAILQ_FOREACH(entry, &x->entries, next) {
        if (!qobject_is_equal(entry->value, qdict_get(y, entry->key))) {
            return false;
        }
    }
    return true;
}

void qdict_clear(QDict *qdict)
{
    QDictEntry *entry;

    if (qdict->index) {
        g_hash_table_destroy(qdict->index);
        qdict->index = NULL;
    }
    while ((entry = QTAILQ_FIRST(&qdict->entries)) != NULL) {
        qdict_entry_remove(qdict, entry);
    }
}

void qdict_unref(QDict *q)
{
    qobject_unref(q);
}
