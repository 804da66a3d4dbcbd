/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills C values from QObjects, with the errors QMP clients know. Each open
 * structure has the set of its keys that were not asked for; what is left when
 * it is checked is refused as unexpected.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/keyval.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qerror.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qapi/qobject-input-visitor.h"
#include "qobject-input-internal.h"

QObjectInputVisitor *qobject_input_of(Visitor *v)
{
    return container_of(v, QObjectInputVisitor, visitor);
}

static InputLevel *input_top(QObjectInputVisitor *qiv)
{
    return qiv->levels->len ?
           &g_array_index(qiv->levels, InputLevel, qiv->levels->len - 1) : NULL;
}

char *qobject_input_full_name(QObjectInputVisitor *qiv, const char *name)
{
    GString *path = g_string_new(NULL);

    for (unsigned i = 0; i <= qiv->levels->len; i++) {
        InputLevel *above = i ? &g_array_index(qiv->levels, InputLevel, i - 1) : NULL;
        const char *part = i < qiv->levels->len ?
                           g_array_index(qiv->levels, InputLevel, i).name : name;

        if (above && qobject_type(above->container) == QTYPE_QLIST) {
            /* an element that was looked at has been counted already */
            unsigned index = above->index ? above->index - 1 : 0;

            g_string_append_printf(path, qiv->keyval ? ".%u" : "[%u]", index);
        } else if (part) {
            g_string_append_printf(path, "%s%s", path->len ? "." : "", part);
        }
    }
    if (!path->len) {
        g_string_append(path, "null");
    }
    return g_string_free(path, FALSE);
}

bool qobject_input_type_error(QObjectInputVisitor *qiv, const char *name,
                              const char *expected, Error **errp)
{
    g_autofree char *full = qobject_input_full_name(qiv, name);

    error_setg(errp, QERR_INVALID_PARAMETER_TYPE, full, expected);
    return false;
}

bool qobject_input_value_error(QObjectInputVisitor *qiv, const char *name,
                               const char *expected, Error **errp)
{
    g_autofree char *full = qobject_input_full_name(qiv, name);

    error_setg(errp, QERR_INVALID_PARAMETER_VALUE, full, expected);
    return false;
}

/* The value of @name or NULL; @take accounts for it. */
static QObject *input_get(QObjectInputVisitor *qiv, const char *name, bool take)
{
    InputLevel *top = input_top(qiv);
    const QListEntry *entry;

    if (!top) {
        return qiv->root;
    }
    if (qobject_type(top->container) == QTYPE_QDICT) {
        if (take) {
            g_hash_table_remove(top->left, name);
        }
        return qdict_get(qobject_to(QDict, top->container), name);
    }
    entry = top->entry;
    if (take && entry) {
        top->entry = qlist_next(entry);
    }
    if (take) {
        top->index++;
    }
    return entry ? qlist_entry_obj(entry) : NULL;
}

QObject *qobject_input_take(QObjectInputVisitor *qiv, const char *name, Error **errp)
{
    QObject *value = input_get(qiv, name, true);

    if (!value) {
        g_autofree char *full = qobject_input_full_name(qiv, name);

        error_setg(errp, QERR_MISSING_PARAMETER, full);
    }
    return value;
}

static void input_push(QObjectInputVisitor *qiv, const char *name, QObject *container)
{
    InputLevel level = { .name = name, .container = container };

    if (qobject_type(container) == QTYPE_QDICT) {
        QDict *qdict = qobject_to(QDict, container);

        level.left = g_hash_table_new(g_str_hash, g_str_equal);
        for (const QDictEntry *e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
            g_hash_table_add(level.left, (char *)qdict_entry_key(e));
        }
    } else {
        level.entry = qlist_first(qobject_to(QList, container));
    }
    g_array_append_val(qiv->levels, level);
}

static void input_pop(Visitor *v, void **obj)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    InputLevel *top = input_top(qiv);

    g_assert(top);
    g_clear_pointer(&top->left, g_hash_table_destroy);
    g_array_set_size(qiv->levels, qiv->levels->len - 1);
}

static bool input_start_struct(Visitor *v, const char *name, void **obj, size_t size,
                               Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);

    if (obj) {
        *obj = NULL;
    }
    if (!value) {
        return false;
    }
    if (qobject_type(value) != QTYPE_QDICT) {
        return qobject_input_type_error(qiv, name, "object", errp);
    }
    input_push(qiv, name, value);
    if (obj) {
        *obj = g_malloc0(size);
    }
    return true;
}

static bool input_check_struct(Visitor *v, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    InputLevel *top = input_top(qiv);
    QDict *qdict = qobject_to(QDict, top->container);

    if (!g_hash_table_size(top->left)) {
        return true;
    }
    for (const QDictEntry *e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
        if (g_hash_table_contains(top->left, qdict_entry_key(e))) {
            g_autofree char *full = qobject_input_full_name(qiv, qdict_entry_key(e));

            error_setg(errp, QERR_UNEXPECTED_PARAMETER, full);
            return false;
        }
    }
    g_assert_not_reached();
}

static bool input_start_list(Visitor *v, const char *name, GenericList **list, size_t size,
                             Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);

    if (list) {
        *list = NULL;
    }
    if (!value) {
        return false;
    }
    if (qobject_type(value) != QTYPE_QLIST) {
        return qobject_input_type_error(qiv, name, "array", errp);
    }
    input_push(qiv, name, value);
    if (list && !qlist_empty(qobject_to(QList, value))) {
        *list = g_malloc0(size);
    }
    return true;
}

static GenericList *input_next_list(Visitor *v, GenericList *tail, size_t size)
{
    InputLevel *top = input_top(qobject_input_of(v));

    if (top->entry) {
        tail->next = g_malloc0(size);
    }
    return tail->next;
}

static bool input_check_list(Visitor *v, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    InputLevel *top = input_top(qiv);

    if (top->entry) {
        g_autofree char *full = NULL;
        unsigned count = top->index;

        top->index++;
        full = qobject_input_full_name(qiv, NULL);
        error_setg(errp, "Only %u list elements expected, '%s' is too much", count, full);
        return false;
    }
    return true;
}

static bool input_start_alternate(Visitor *v, const char *name, GenericAlternate **obj,
                                  size_t size, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = input_get(qiv, name, false);

    *obj = NULL;
    if (!value) {
        /* the same message as for any missing member */
        return qobject_input_take(qiv, name, errp);
    }
    *obj = g_malloc0(size);
    (*obj)->type = qobject_type(value);
    return true;
}

static bool input_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);
    QNum *qnum = value ? qobject_to(QNum, value) : NULL;

    if (!value) {
        return false;
    }
    if (!qnum || !qnum_get_try_int(qnum, obj)) {
        return qobject_input_type_error(qiv, name, "integer", errp);
    }
    return true;
}

static bool input_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);
    QNum *qnum = value ? qobject_to(QNum, value) : NULL;
    int64_t negative;

    if (!value) {
        return false;
    }
    if (qnum && qnum_get_try_uint(qnum, obj)) {
        return true;
    }
    /* clients that have no unsigned 64-bit integers send the high half as negative */
    if (qnum && qnum_get_try_int(qnum, &negative)) {
        *obj = negative;
        return true;
    }
    return qobject_input_value_error(qiv, name, "uint64", errp);
}

static bool input_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);
    QBool *qbool = value ? qobject_to(QBool, value) : NULL;

    if (!value) {
        return false;
    }
    if (!qbool) {
        return qobject_input_type_error(qiv, name, "boolean", errp);
    }
    *obj = qbool_get_bool(qbool);
    return true;
}

static bool input_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);

    *obj = NULL;
    if (!value) {
        return false;
    }
    if (qobject_type(value) != QTYPE_QSTRING) {
        return qobject_input_type_error(qiv, name, "string", errp);
    }
    *obj = g_strdup(qobject_get_try_str(value));
    return true;
}

static bool input_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);
    QNum *qnum = value ? qobject_to(QNum, value) : NULL;

    if (!value) {
        return false;
    }
    if (!qnum) {
        return qobject_input_type_error(qiv, name, "number", errp);
    }
    *obj = qnum_get_double(qnum);
    return true;
}

static bool input_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    QObject *value = qobject_input_take(qobject_input_of(v), name, errp);

    *obj = qobject_ref_impl(value);
    return value != NULL;
}

static bool input_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    QObject *value = qobject_input_take(qiv, name, errp);

    *obj = NULL;
    if (!value) {
        return false;
    }
    if (qobject_type(value) != QTYPE_QNULL) {
        return qobject_input_type_error(qiv, name, "null", errp);
    }
    *obj = qnull();
    return true;
}

static void input_optional(Visitor *v, const char *name, bool *present)
{
    *present = input_get(qobject_input_of(v), name, false) != NULL;
}

static void input_free(Visitor *v)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);

    while (qiv->levels->len) {
        input_pop(v, NULL);
    }
    g_array_unref(qiv->levels);
    qobject_unref(qiv->root);
    g_free(qiv);
}

Visitor *qobject_input_visitor_new(QObject *obj)
{
    QObjectInputVisitor *qiv = g_new(QObjectInputVisitor, 1);

    *qiv = (QObjectInputVisitor) {
        .visitor = {
            .type = VISITOR_INPUT,
            .start_struct = input_start_struct,
            .check_struct = input_check_struct,
            .end_struct = input_pop,
            .start_list = input_start_list,
            .next_list = input_next_list,
            .check_list = input_check_list,
            .end_list = input_pop,
            .start_alternate = input_start_alternate,
            .type_int64 = input_type_int64,
            .type_uint64 = input_type_uint64,
            .type_bool = input_type_bool,
            .type_str = input_type_str,
            .type_number = input_type_number,
            .type_any = input_type_any,
            .type_null = input_type_null,
            .optional = input_optional,
            .free = input_free,
        },
        .root = qobject_ref_impl(obj),
        .levels = g_array_new(FALSE, FALSE, sizeof(InputLevel)),
    };
    return &qiv->visitor;
}

Visitor *qobject_input_visitor_new_keyval(QObject *obj)
{
    Visitor *v = qobject_input_visitor_new(obj);

    qobject_input_of(v)->keyval = true;
    qobject_input_keyval_init(v);
    return v;
}

Visitor *qobject_input_visitor_new_str(const char *str, const char *implied_key, Error **errp)
{
    g_autoptr(QObject) obj = NULL;

    if (str[0] == '{') {
        obj = qobject_from_json(str, errp);
        return obj ? qobject_input_visitor_new(obj) : NULL;
    }
    obj = QOBJECT(keyval_parse(str, implied_key, NULL, errp));
    return obj ? qobject_input_visitor_new_keyval(obj) : NULL;
}
