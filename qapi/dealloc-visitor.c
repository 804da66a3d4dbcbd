/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frees generated values. It has no state, so one constant instance serves all. */
#include "qemu/osdep.h"
#include "qapi/dealloc-visitor.h"
#include "qapi/qmp/qnull.h"
#include "qapi/visitor-impl.h"

static bool dealloc_start_struct(Visitor *v, const char *name, void **obj, size_t size,
                                 Error **errp)
{
    return true;
}

static void dealloc_end(Visitor *v, void **obj)
{
    if (obj) {
        g_free(*obj);
    }
}

static bool dealloc_start_list(Visitor *v, const char *name, GenericList **list, size_t size,
                               Error **errp)
{
    return true;
}

static GenericList *dealloc_next_list(Visitor *v, GenericList *tail, size_t size)
{
    GenericList *next = tail->next;

    g_free(tail);
    return next;
}

static void dealloc_end_list(Visitor *v, void **list)
{
}

static bool dealloc_start_alternate(Visitor *v, const char *name, GenericAlternate **obj,
                                    size_t size, Error **errp)
{
    return true;
}

static bool dealloc_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return true;
}

static bool dealloc_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    return true;
}

static bool dealloc_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    return true;
}

static bool dealloc_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    g_free(*obj);
    return true;
}

static bool dealloc_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    return true;
}

static bool dealloc_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    qobject_unref_impl(*obj);
    return true;
}

static bool dealloc_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    qobject_unref(*obj);
    return true;
}

static void dealloc_free(Visitor *v)
{
}

Visitor *qapi_dealloc_visitor_new(void)
{
    static const Visitor visitor = {
        .type = VISITOR_DEALLOC,
        .start_struct = dealloc_start_struct,
        .end_struct = dealloc_end,
        .start_list = dealloc_start_list,
        .next_list = dealloc_next_list,
        .end_list = dealloc_end_list,
        .start_alternate = dealloc_start_alternate,
        .end_alternate = dealloc_end,
        .type_int64 = dealloc_type_int64,
        .type_uint64 = dealloc_type_uint64,
        .type_bool = dealloc_type_bool,
        .type_str = dealloc_type_str,
        .type_number = dealloc_type_number,
        .type_any = dealloc_type_any,
        .type_null = dealloc_type_null,
        .free = dealloc_free,
    };

    return (Visitor *)&visitor;
}
