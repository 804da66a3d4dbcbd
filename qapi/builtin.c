/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visits and destruction of the lists of built-in types. */
#include "qemu/osdep.h"
#include "qapi/dealloc-visitor.h"
#include "qapi/qapi-builtin-visit.h"

const QEnumLookup QType_lookup = {
    .array = (const char *const[]) {
        [QTYPE_NONE] = "none",
        [QTYPE_QNULL] = "qnull",
        [QTYPE_QNUM] = "qnum",
        [QTYPE_QSTRING] = "qstring",
        [QTYPE_QDICT] = "qdict",
        [QTYPE_QLIST] = "qlist",
        [QTYPE_QBOOL] = "qbool",
    },
    .size = QTYPE__MAX,
};

bool visit_type_QType(Visitor *v, const char *name, QType *obj, Error **errp)
{
    int value = *obj;
    bool ok = visit_type_enum(v, name, &value, &QType_lookup, errp);

    *obj = value;
    return ok;
}

#define BUILTIN_LIST_DEFINE(name_, ctype) \
    bool visit_type_##name_##List(Visitor *v, const char *name, name_##List **obj, \
                                  Error **errp) \
    { \
        bool ok = true; \
        \
        if (!visit_start_list(v, name, (GenericList **)obj, sizeof(**obj), errp)) { \
            return false; \
        } \
        for (name_##List *tail = *obj; tail; \
             tail = (name_##List *)visit_next_list(v, (GenericList *)tail, sizeof(*tail))) { \
            ok = visit_type_##name_(v, NULL, &tail->value, errp); \
            if (!ok) { \
                break; \
            } \
        } \
        ok = ok && visit_check_list(v, errp); \
        visit_end_list(v, (void **)obj); \
        if (!ok && visit_is_input(v)) { \
            qapi_free_##name_##List(*obj); \
            *obj = NULL; \
        } \
        return ok; \
    } \
    \
    void qapi_free_##name_##List(name_##List *obj) \
    { \
        if (obj) { \
            Visitor *v = qapi_dealloc_visitor_new(); \
            \
            visit_type_##name_##List(v, NULL, &obj, NULL); \
            visit_free(v); \
        } \
    }

QAPI_BUILTIN_LISTS(BUILTIN_LIST_DEFINE)
