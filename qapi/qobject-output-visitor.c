/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds a QObject while a C value is walked. */
#include "qemu/osdep.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qapi/qobject-output-visitor.h"
#include "qapi/visitor-impl.h"

typedef struct QObjectOutputVisitor {
    Visitor visitor;
    GPtrArray *open;        /* containers being filled, the innermost last; borrowed */
    QObject *root;
    QObject **result;
} QObjectOutputVisitor;

static QObjectOutputVisitor *output_of(Visitor *v)
{
    return container_of(v, QObjectOutputVisitor, visitor);
}

/* Puts @value, which it takes, where the walk is. */
static void output_put(QObjectOutputVisitor *qov, const char *name, QObject *value)
{
    QObject *top;

    if (!qov->open->len) {
        qobject_unref(qov->root);
        qov->root = value;
        return;
    }
    top = g_ptr_array_index(qov->open, qov->open->len - 1);
    if (qobject_type(top) == QTYPE_QDICT) {
        qdict_put_obj(qobject_to(QDict, top), name, value);
    } else {
        qlist_append_obj(qobject_to(QList, top), value);
    }
}

static void output_push(QObjectOutputVisitor *qov, const char *name, QObject *container)
{
    output_put(qov, name, container);
    g_ptr_array_add(qov->open, container);
}

static void output_pop(Visitor *v, void **obj)
{
    GPtrArray *open = output_of(v)->open;

    g_ptr_array_remove_index(open, open->len - 1);
}

static bool output_start_struct(Visitor *v, const char *name, void **obj, size_t size,
                                Error **errp)
{
    output_push(output_of(v), name, QOBJECT(qdict_new()));
    return true;
}

static bool output_start_list(Visitor *v, const char *name, GenericList **list, size_t size,
                              Error **errp)
{
    output_push(output_of(v), name, QOBJECT(qlist_new()));
    return true;
}

static GenericList *output_next_list(Visitor *v, GenericList *tail, size_t size)
{
    return tail->next;
}

static bool output_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    output_put(output_of(v), name, QOBJECT(qnum_from_int(*obj)));
    return true;
}

static bool output_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    output_put(output_of(v), name, QOBJECT(qnum_from_uint(*obj)));
    return true;
}

static bool output_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    output_put(output_of(v), name, QOBJECT(qbool_from_bool(*obj)));
    return true;
}

static bool output_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    output_put(output_of(v), name, QOBJECT(qstring_from_str(*obj ? *obj : "")));
    return true;
}

static bool output_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    output_put(output_of(v), name, QOBJECT(qnum_from_double(*obj)));
    return true;
}

static bool output_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    output_put(output_of(v), name, qobject_ref_impl(*obj));
    return true;
}

static bool output_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    output_put(output_of(v), name, QOBJECT(qnull()));
    return true;
}

static void output_complete(Visitor *v, void *opaque)
{
    QObjectOutputVisitor *qov = output_of(v);

    g_assert(qov->root && !qov->open->len && opaque == qov->result);
    *qov->result = qobject_ref_impl(qov->root);
}

static void output_free(Visitor *v)
{
    QObjectOutputVisitor *qov = output_of(v);

    g_ptr_array_unref(qov->open);
    qobject_unref(qov->root);
    g_free(qov);
}

Visitor *qobject_output_visitor_new(QObject **result)
{
    QObjectOutputVisitor *qov = g_new(QObjectOutputVisitor, 1);

    *result = NULL;
    *qov = (QObjectOutputVisitor) {
        .visitor = {
            .type = VISITOR_OUTPUT,
            .start_struct = output_start_struct,
            .end_struct = output_pop,
            .start_list = output_start_list,
            .next_list = output_next_list,
            .end_list = output_pop,
            .type_int64 = output_type_int64,
            .type_uint64 = output_type_uint64,
            .type_bool = output_type_bool,
            .type_str = output_type_str,
            .type_number = output_type_number,
            .type_any = output_type_any,
            .type_null = output_type_null,
            .complete = output_complete,
            .free = output_free,
        },
        .open = g_ptr_array_new(),
        .result = result,
    };
    return &qov->visitor;
}
