/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deep copies. Each structure is first copied as bytes; the visit then
 * replaces the pointers in the copy by copies of what they point to.
 */
#include "qemu/osdep.h"
#include "qapi/clone-visitor.h"
#include "qapi/error.h"
#include "qapi/qmp/qnull.h"
#include "qapi/visitor-impl.h"

static void clone_bytes(void **obj, size_t size)
{
    if (obj) {
        *obj = g_memdup2(*obj, size);
    }
}

static bool clone_start_struct(Visitor *v, const char *name, void **obj, size_t size,
                               Error **errp)
{
    clone_bytes(obj, size);
    return true;
}

static void clone_end(Visitor *v, void **obj)
{
}

static bool clone_start_list(Visitor *v, const char *name, GenericList **list, size_t size,
                             Error **errp)
{
    clone_bytes((void **)list, size);
    return true;
}

static GenericList *clone_next_list(Visitor *v, GenericList *tail, size_t size)
{
    tail->next = g_memdup2(tail->next, size);
    return tail->next;
}

static bool clone_start_alternate(Visitor *v, const char *name, GenericAlternate **obj,
                                  size_t size, Error **errp)
{
    clone_bytes((void **)obj, size);
    return true;
}

static bool clone_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return true;
}

static bool clone_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    return true;
}

static bool clone_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    return true;
}

static bool clone_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    *obj = g_strdup(*obj ? *obj : "");
    return true;
}

static bool clone_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    return true;
}

static bool clone_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    *obj = qobject_ref_impl(*obj);
    return true;
}

static bool clone_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    *obj = qobject_ref(*obj);
    return true;
}

static void clone_free(Visitor *v)
{
}

static const Visitor clone_visitor = {
    .type = VISITOR_CLONE,
    .start_struct = clone_start_struct,
    .end_struct = clone_end,
    .start_list = clone_start_list,
    .next_list = clone_next_list,
    .end_list = clone_end,
    .start_alternate = clone_start_alternate,
    .end_alternate = clone_end,
    .type_int64 = clone_type_int64,
    .type_uint64 = clone_type_uint64,
    .type_bool = clone_type_bool,
    .type_str = clone_type_str,
    .type_number = clone_type_number,
    .type_any = clone_type_any,
    .type_null = clone_type_null,
    .free = clone_free,
};

void *qapi_clone(const void *src, QapiCloneVisitFn visit_type)
{
    void *dst = (void *)src;

    if (src) {
        visit_type((Visitor *)&clone_visitor, NULL, &dst, &error_abort);
    }
    return dst;
}

void qapi_clone_members(void *dst, const void *src, size_t size, QapiCloneMembersFn members)
{
    memcpy(dst, src, size);
    members((Visitor *)&clone_visitor, dst, &error_abort);
}
