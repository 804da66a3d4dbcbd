/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reference counted dynamic values, the in-memory form of JSON: null, number,
 * string, dictionary, list, bool. Not thread safe; a value has one user at a time.
 */
#ifndef QAPI_QMP_QOBJECT_H
#define QAPI_QMP_QOBJECT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "qapi/qapi-builtin-types.h"

struct QObjectBase_ {
    QType type;
    size_t refcnt;
};

struct QObject {
    struct QObjectBase_ base;
};
typedef struct QObject QObject;

typedef struct QBool QBool;
typedef struct QDict QDict;
typedef struct QList QList;
typedef struct QNull QNull;
typedef struct QNum QNum;
typedef struct QString QString;

/* The generic pointer of any of the value types (each begins with "base"); NULL stays NULL. */
#define QOBJECT(obj) \
    ({ typeof(obj) qobject_of_ = (obj); \
       qobject_of_ ? (QObject *)&qobject_of_->base : NULL; })

static inline QObject *qobject_ref_impl(QObject *obj)
{
    if (obj) {
        obj->base.refcnt++;
    }
    return obj;
}

/* Frees @obj and drops what it holds. */
void qobject_destroy(QObject *obj);

static inline void qobject_unref_impl(QObject *obj)
{
    g_assert(!obj || obj->base.refcnt);
    if (obj && --obj->base.refcnt == 0) {
        qobject_destroy(obj);
    }
}

/* Take or drop a reference of any value type; NULL is fine. */
#define qobject_ref(obj) ((typeof(obj))qobject_ref_impl(QOBJECT(obj)))
#define qobject_unref(obj) qobject_unref_impl(QOBJECT(obj))

/* Whether two values are the same, deeply; numbers compare by value. */
bool qobject_is_equal(const QObject *x, const QObject *y);

static inline QType qobject_type(const QObject *obj)
{
    return obj->base.type;
}

/* @obj if it is of @type, else NULL. */
static inline QObject *qobject_check_type(const QObject *obj, QType type)
{
    return obj && obj->base.type == type ? (QObject *)obj : NULL;
}

#define QTYPE_CAST_TO_QNull QTYPE_QNULL
#define QTYPE_CAST_TO_QNum QTYPE_QNUM
#define QTYPE_CAST_TO_QString QTYPE_QSTRING
#define QTYPE_CAST_TO_QDict QTYPE_QDICT
#define QTYPE_CAST_TO_QList QTYPE_QLIST
#define QTYPE_CAST_TO_QBool QTYPE_QBOOL

/* @obj as that type, e.g. qobject_to(QDict, obj); NULL if it is another. */
#define qobject_to(type, obj) \
    ((type *)qobject_check_type((obj), G_PASTE(QTYPE_CAST_TO_, type)))

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QObject, qobject_unref_impl)

#endif
