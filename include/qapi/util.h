/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enumerations by name, lists in C, and other small helpers of generated code. */
#ifndef QAPI_UTIL_H
#define QAPI_UTIL_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include "qemu/typedefs.h"

typedef enum {
    QAPI_FEATURE_DEPRECATED = 1 << 0,
    QAPI_FEATURE_UNSTABLE = 1 << 1,
} QapiFeatureFlags;

typedef struct QEnumLookup {
    const char *const *array;           /* indexed by value */
    const unsigned char *special_features; /* QapiFeatureFlags bits per value, or NULL */
    const int size;
} QEnumLookup;

/* The name of @val, which must be in range; borrowed. */
const char *qapi_enum_lookup(const QEnumLookup *lookup, int val);
/* The value called @buf; @def if @buf is NULL; @def and an error with the nearest if unknown. */
int qapi_enum_parse(const QEnumLookup *lookup, const char *buf, int def, Error **errp);
/* "on"/"yes"/"true"/"y" and their opposites, as command lines write booleans. */
bool qapi_bool_parse(const char *name, const char *value, bool *obj, Error **errp);
/* Bytes of a valid QAPI name at the start of @str, or -1; @complete: all of it must be. */
int parse_qapi_name(const char *str, bool complete);

/* Put @element first, or at *@tail (which moves on), in any generated list type. */
#define QAPI_LIST_PREPEND(list, element) \
    do { \
        typeof(list) qapi_new_ = g_malloc(sizeof(*(list))); \
        qapi_new_->value = (element); \
        qapi_new_->next = (list); \
        (list) = qapi_new_; \
    } while (0)

#define QAPI_LIST_APPEND(tail, element) \
    do { \
        *(tail) = g_malloc0(sizeof(**(tail))); \
        (*(tail))->value = (element); \
        (tail) = &(*(tail))->next; \
    } while (0)

#define QAPI_LIST_LENGTH(list) \
    ({ \
        size_t qapi_len_ = 0; \
        for (typeof(list) qapi_el_ = (list); qapi_el_; qapi_el_ = qapi_el_->next) { \
            qapi_len_++; \
        } \
        qapi_len_; \
    })

#endif
