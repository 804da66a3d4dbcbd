/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hands one member's visit to another visitor under another name. Only names at
 * the outermost level are changed; below, they belong to the value.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/forward-visitor.h"
#include "qapi/qmp/qerror.h"
#include "qapi/visitor-impl.h"

typedef struct ForwardVisitor {
    Visitor visitor;
    Visitor *target;
    const char *from;
    const char *to;
    int depth;
} ForwardVisitor;

static ForwardVisitor *forward_of(Visitor *v)
{
    return container_of(v, ForwardVisitor, visitor);
}

/* Changes *@name for the target; an error if it is not the forwarded one. */
static bool forward_name(ForwardVisitor *fv, const char **name, Error **errp)
{
    if (fv->depth) {
        return true;
    }
    if (g_strcmp0(*name, fv->from)) {
        error_setg(errp, QERR_MISSING_PARAMETER, *name ? *name : "null");
        return false;
    }
    *name = fv->to;
    return true;
}

static bool forward_start_struct(Visitor *v, const char *name, void **obj, size_t size,
                                 Error **errp)
{
    ForwardVisitor *fv = forward_of(v);

    if (!forward_name(fv, &name, errp) ||
        !visit_start_struct(fv->target, name, obj, size, errp)) {
        return false;
    }
    fv->depth++;
    return true;
}

static bool forward_check_struct(Visitor *v, Error **errp)
{
    return visit_check_struct(forward_of(v)->target, errp);
}

static void forward_end_struct(Visitor *v, void **obj)
{
    forward_of(v)->depth--;
    visit_end_struct(forward_of(v)->target, obj);
}

static bool forward_start_list(Visitor *v, const char *name, GenericList **list, size_t size,
                               Error **errp)
{
    ForwardVisitor *fv = forward_of(v);

    if (!forward_name(fv, &name, errp) ||
        !visit_start_list(fv->target, name, list, size, errp)) {
        return false;
    }
    fv->depth++;
    return true;
}

static GenericList *forward_next_list(Visitor *v, GenericList *tail, size_t size)
{
    return visit_next_list(forward_of(v)->target, tail, size);
}

static bool forward_check_list(Visitor *v, Error **errp)
{
    return visit_check_list(forward_of(v)->target, errp);
}

static void forward_end_list(Visitor *v, void **list)
{
    forward_of(v)->depth--;
    visit_end_list(forward_of(v)->target, list);
}

/* An alternate's value is visited with the same name again, so the level stays. */
static bool forward_start_alternate(Visitor *v, const char *name, GenericAlternate **obj,
                                    size_t size, Error **errp)
{
    ForwardVisitor *fv = forward_of(v);

    return forward_name(fv, &name, errp) &&
           visit_start_alternate(fv->target, name, obj, size, errp);
}

static void forward_end_alternate(Visitor *v, void **obj)
{
    visit_end_alternate(forward_of(v)->target, obj);
}

#define FORWARD_SCALAR(kind, ctype) \
    static bool forward_type_##kind(Visitor *v, const char *name, ctype *obj, Error **errp) \
    { \
        ForwardVisitor *fv = forward_of(v); \
        \
        return forward_name(fv, &name, errp) && \
               visit_type_##kind(fv->target, name, obj, errp); \
    }

FORWARD_SCALAR(int64, int64_t)
FORWARD_SCALAR(uint64, uint64_t)
FORWARD_SCALAR(size, uint64_t)
FORWARD_SCALAR(bool, bool)
FORWARD_SCALAR(str, char *)
FORWARD_SCALAR(number, double)
FORWARD_SCALAR(any, QObject *)
FORWARD_SCALAR(null, QNull *)

static void forward_optional(Visitor *v, const char *name, bool *present)
{
    ForwardVisitor *fv = forward_of(v);

    if (!forward_name(fv, &name, NULL)) {
        *present = false;
        return;
    }
    visit_optional(fv->target, name, present);
}

static bool forward_policy_reject(Visitor *v, const char *name, unsigned special_features,
                                  Error **errp)
{
    ForwardVisitor *fv = forward_of(v);

    return !forward_name(fv, &name, errp) ||
           visit_policy_reject(fv->target, name, special_features, errp);
}

static bool forward_policy_skip(Visitor *v, const char *name, unsigned special_features)
{
    ForwardVisitor *fv = forward_of(v);

    return !forward_name(fv, &name, NULL) ||
           visit_policy_skip(fv->target, name, special_features);
}

static void forward_complete(Visitor *v, void *opaque)
{
    visit_complete(forward_of(v)->target, opaque);
}

static void forward_free(Visitor *v)
{
    g_free(forward_of(v));
}

Visitor *visitor_forward_field(Visitor *target, const char *from, const char *to)
{
    ForwardVisitor *fv = g_new(ForwardVisitor, 1);

    *fv = (ForwardVisitor) {
        .visitor = {
            .type = target->type,
            .start_struct = forward_start_struct,
            .check_struct = forward_check_struct,
            .end_struct = forward_end_struct,
            .start_list = forward_start_list,
            .next_list = forward_next_list,
            .check_list = forward_check_list,
            .end_list = forward_end_list,
            .start_alternate = forward_start_alternate,
            .end_alternate = forward_end_alternate,
            .type_int64 = forward_type_int64,
            .type_uint64 = forward_type_uint64,
            .type_size = forward_type_size,
            .type_bool = forward_type_bool,
            .type_str = forward_type_str,
            .type_number = forward_type_number,
            .type_any = forward_type_any,
            .type_null = forward_type_null,
            .optional = forward_optional,
            .policy_reject = forward_policy_reject,
            .policy_skip = forward_policy_skip,
            .complete = forward_complete,
            .free = forward_free,
        },
        .target = target,
        .from = from,
        .to = to,
    };
    return &fv->visitor;
}
