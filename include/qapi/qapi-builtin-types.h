/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The schema language's built-in types in C, and lists of them. */
#ifndef QAPI_QAPI_BUILTIN_TYPES_H
#define QAPI_QAPI_BUILTIN_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "qapi/util.h"

typedef enum QType {
    QTYPE_NONE,
    QTYPE_QNULL,
    QTYPE_QNUM,
    QTYPE_QSTRING,
    QTYPE_QDICT,
    QTYPE_QLIST,
    QTYPE_QBOOL,
    QTYPE__MAX,
} QType;

#define QType_str(val) qapi_enum_lookup(&QType_lookup, (val))
extern const QEnumLookup QType_lookup;

typedef struct QObject QObject;
typedef struct QNull QNull;

/* typedef fooList { next, value }, and qapi_free_fooList(). */
#define QAPI_BUILTIN_LISTS(X) \
    X(str, char *) \
    X(number, double) \
    X(int, int64_t) \
    X(int8, int8_t) \
    X(int16, int16_t) \
    X(int32, int32_t) \
    X(int64, int64_t) \
    X(uint8, uint8_t) \
    X(uint16, uint16_t) \
    X(uint32, uint32_t) \
    X(uint64, uint64_t) \
    X(size, uint64_t) \
    X(bool, bool) \
    X(any, QObject *) \
    X(null, QNull *) \
    X(QType, QType)

#define QAPI_BUILTIN_LIST_DECLARE(name, ctype) \
    typedef struct name##List name##List; \
    struct name##List { \
        name##List *next; \
        ctype value; \
    }; \
    void qapi_free_##name##List(name##List *obj); \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(name##List, qapi_free_##name##List)
QAPI_BUILTIN_LISTS(QAPI_BUILTIN_LIST_DECLARE)

#endif
