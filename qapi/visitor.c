/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part that all visitors share: calling the methods, checking integer
 * ranges, and enumerations in terms of strings.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qerror.h"
#include "qapi/qmp/qobject.h"
#include "qapi/visitor-impl.h"
#include "qemu/suggest.h"

void visit_complete(Visitor *v, void *opaque)
{
    if (v->complete) {
        v->complete(v, opaque);
    }
}

void visit_free(Visitor *v)
{
    if (v) {
        v->free(v);
    }
}

bool visit_start_struct(Visitor *v, const char *name, void **obj, size_t size, Error **errp)
{
    return v->start_struct(v, name, obj, size, errp);
}

bool visit_check_struct(Visitor *v, Error **errp)
{
    return v->check_struct ? v->check_struct(v, errp) : true;
}

void visit_end_struct(Visitor *v, void **obj)
{
    v->end_struct(v, obj);
}

bool visit_start_list(Visitor *v, const char *name, GenericList **list, size_t size,
                      Error **errp)
{
    return v->start_list(v, name, list, size, errp);
}

GenericList *visit_next_list(Visitor *v, GenericList *tail, size_t size)
{
    return v->next_list(v, tail, size);
}

bool visit_check_list(Visitor *v, Error **errp)
{
    return v->check_list ? v->check_list(v, errp) : true;
}

void visit_end_list(Visitor *v, void **list)
{
    v->end_list(v, list);
}

bool visit_start_alternate(Visitor *v, const char *name, GenericAlternate **obj, size_t size,
                           Error **errp)
{
    return v->start_alternate ? v->start_alternate(v, name, obj, size, errp) : true;
}

void visit_end_alternate(Visitor *v, void **obj)
{
    if (v->end_alternate) {
        v->end_alternate(v, obj);
    }
}

bool visit_optional(Visitor *v, const char *name, bool *present)
{
    if (v->optional) {
        v->optional(v, name, present);
    }
    return *present;
}

bool visit_policy_reject(Visitor *v, const char *name, unsigned special_features,
                         Error **errp)
{
    return v->policy_reject && v->policy_reject(v, name, special_features, errp);
}

bool visit_policy_skip(Visitor *v, const char *name, unsigned special_features)
{
    return v->policy_skip && v->policy_skip(v, name, special_features);
}

bool visit_is_input(Visitor *v)
{
    return v->type == VISITOR_INPUT;
}

bool visit_is_output(Visitor *v)
{
    return v->type == VISITOR_OUTPUT;
}

bool visit_is_dealloc(Visitor *v)
{
    return v->type == VISITOR_DEALLOC;
}

static bool visit_enum_input(Visitor *v, const char *name, int *obj,
                             const QEnumLookup *lookup, Error **errp)
{
    g_autofree char *text = NULL;
    Suggest suggest;

    if (!visit_type_str(v, name, &text, errp)) {
        return false;
    }
    for (int i = 0; i < lookup->size; i++) {
        if (g_str_equal(text, lookup->array[i])) {
            unsigned flags = lookup->special_features ? lookup->special_features[i] : 0;

            if (flags && visit_policy_reject(v, name, flags, errp)) {
                return false;
            }
            *obj = i;
            return true;
        }
    }
    suggest_init(&suggest, text);
    for (int i = 0; i < lookup->size; i++) {
        suggest_offer(&suggest, lookup->array[i]);
    }
    suggest_error_setg(&suggest, errp, "Parameter '%s' does not accept value '%s'",
                       name ? name : "null", text);
    return false;
}

bool visit_type_enum(Visitor *v, const char *name, int *obj, const QEnumLookup *lookup,
                     Error **errp)
{
    char *text;

    switch (v->type) {
    case VISITOR_INPUT:
        return visit_enum_input(v, name, obj, lookup, errp);
    case VISITOR_OUTPUT:
        text = (char *)qapi_enum_lookup(lookup, *obj);
        return visit_type_str(v, name, &text, errp);
    default:
        return true;
    }
}

bool visit_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return v->type_int64(v, name, obj, errp);
}

bool visit_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    return v->type_uint64(v, name, obj, errp);
}

bool visit_type_int(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return v->type_int64(v, name, obj, errp);
}

static bool visit_range_error(const char *name, const char *type, Error **errp)
{
    error_setg(errp, QERR_INVALID_PARAMETER_VALUE, name ? name : "null", type);
    return false;
}

/* A narrow integer: the wide one, unless it changes when narrowed. */
#define VISIT_INT_DEFINE(name_, wide) \
    bool visit_type_##name_(Visitor *v, const char *name, name_##_t *obj, Error **errp) \
    { \
        wide##_t value = *obj; \
        \
        if (!visit_type_##wide(v, name, &value, errp)) { \
            return false; \
        } \
        if ((wide##_t)(name_##_t)value != value) { \
            g_assert(v->type == VISITOR_INPUT); \
            return visit_range_error(name, #name_ "_t", errp); \
        } \
        *obj = value; \
        return true; \
    }

VISIT_INT_DEFINE(int8, int64)
VISIT_INT_DEFINE(int16, int64)
VISIT_INT_DEFINE(int32, int64)
VISIT_INT_DEFINE(uint8, uint64)
VISIT_INT_DEFINE(uint16, uint64)
VISIT_INT_DEFINE(uint32, uint64)

bool visit_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    return (v->type_size ? v->type_size : v->type_uint64)(v, name, obj, errp);
}

bool visit_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    return v->type_bool(v, name, obj, errp);
}

bool visit_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    return v->type_str(v, name, obj, errp);
}

bool visit_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    return v->type_number(v, name, obj, errp);
}

bool visit_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    return v->type_any(v, name, obj, errp);
}

bool visit_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    return v->type_null(v, name, obj, errp);
}
