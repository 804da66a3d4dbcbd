/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a scalar, or a list of integers with ranges, from one string. A list
 * is expanded while it is visited; it may not have more than LIST_MAX
 * elements, so that a short text cannot ask for gigabytes.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qerror.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qobject.h"
#include "qapi/string-input-visitor.h"
#include "qapi/visitor-impl.h"
#include "qemu/cutils.h"

#define LIST_MAX 65536

typedef struct StringInputVisitor {
    Visitor visitor;
    const char *string;
    /* Inside a list: what of the text is left, and of the range that was read. */
    const char *rest;
    bool in_list;
    bool range_is_signed;
    uint64_t next;
    uint64_t left;
    unsigned count;
} StringInputVisitor;

static StringInputVisitor *string_input_of(Visitor *v)
{
    return container_of(v, StringInputVisitor, visitor);
}

static bool string_input_error(const char *name, const char *expected, Error **errp)
{
    error_setg(errp, QERR_INVALID_PARAMETER_VALUE, name ? name : "null", expected);
    return false;
}

static bool string_input_start_struct(Visitor *v, const char *name, void **obj, size_t size,
                                      Error **errp)
{
    if (obj) {
        *obj = NULL;
    }
    error_setg(errp, "Parameter '%s' is a structure, which text cannot give",
               name ? name : "null");
    return false;
}

static void string_input_end_struct(Visitor *v, void **obj)
{
    g_assert_not_reached();
}

static bool string_input_start_alternate(Visitor *v, const char *name, GenericAlternate **obj,
                                         size_t size, Error **errp)
{
    *obj = g_malloc0(size);
    (*obj)->type = QTYPE_QSTRING;
    return true;
}

static bool string_input_start_list(Visitor *v, const char *name, GenericList **list,
                                    size_t size, Error **errp)
{
    StringInputVisitor *siv = string_input_of(v);

    if (siv->in_list) {
        *list = NULL;
        error_setg(errp, "Parameter '%s' is a list of lists, which text cannot give",
                   name ? name : "null");
        return false;
    }
    siv->in_list = true;
    siv->rest = siv->string;
    siv->left = 0;
    siv->count = 0;
    if (list) {
        *list = *siv->string ? g_malloc0(size) : NULL;
    }
    return true;
}

static GenericList *string_input_next_list(Visitor *v, GenericList *tail, size_t size)
{
    StringInputVisitor *siv = string_input_of(v);

    if (siv->left || *siv->rest) {
        tail->next = g_malloc0(size);
    }
    return tail->next;
}

static bool string_input_check_list(Visitor *v, Error **errp)
{
    StringInputVisitor *siv = string_input_of(v);

    if (siv->left || *siv->rest) {
        error_setg(errp, "Only %u list elements expected in '%s'", siv->count, siv->string);
        return false;
    }
    return true;
}

static void string_input_end_list(Visitor *v, void **list)
{
    string_input_of(v)->in_list = false;
}

/* One integer of either sign; *@end is what follows it. */
static bool string_input_number(const char *text, const char **end, bool *is_signed,
                                uint64_t *value)
{
    int64_t number;
    int ret = qemu_strtoi64(text, end, 0, &number);

    *is_signed = number < 0;
    *value = number;
    if (ret == -ERANGE && *text != '-') {
        ret = qemu_strtou64(text, end, 0, value);
        *is_signed = false;
    }
    return ret == 0;
}

/* Reads the next "N" or "N-M" and the comma behind it. */
static bool string_input_range(StringInputVisitor *siv)
{
    const char *end = siv->rest;
    bool last_is_signed;
    uint64_t last;

    if (!string_input_number(siv->rest, &end, &siv->range_is_signed, &siv->next)) {
        return false;
    }
    last = siv->next;
    last_is_signed = siv->range_is_signed;
    if (*end == '-' && !string_input_number(end + 1, &end, &last_is_signed, &last)) {
        return false;
    }
    if (*end && *end != ',') {
        return false;
    }
    /* backwards, or from a negative to a number above INT64_MAX */
    if (siv->range_is_signed ? (!last_is_signed && last > INT64_MAX) ||
                               (int64_t)last < (int64_t)siv->next
                             : last_is_signed || last < siv->next) {
        return false;
    }
    if (last - siv->next >= LIST_MAX || (*end == ',' && !end[1])) {
        return false;
    }
    siv->left = last - siv->next + 1;
    siv->rest = end + (*end == ',');
    return true;
}

/* The next integer, of the list or the whole text. */
static bool string_input_integer(StringInputVisitor *siv, bool *is_signed, uint64_t *value)
{
    const char *end;

    if (!siv->in_list) {
        return string_input_number(siv->string, &end, is_signed, value) && !*end;
    }
    if ((!siv->left && !string_input_range(siv)) || siv->count == LIST_MAX) {
        return false;
    }
    siv->count++;
    siv->left--;
    *is_signed = siv->range_is_signed && (int64_t)siv->next < 0;
    *value = siv->next++;
    return true;
}

static bool string_input_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    StringInputVisitor *siv = string_input_of(v);
    bool is_signed;
    uint64_t value;

    if (!string_input_integer(siv, &is_signed, &value) || (!is_signed && value > INT64_MAX)) {
        return string_input_error(name, siv->in_list ? "list of int64 values or ranges" :
                                  "int64", errp);
    }
    *obj = value;
    return true;
}

static bool string_input_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    StringInputVisitor *siv = string_input_of(v);
    bool is_signed;

    /* a single "-1" is accepted as strtoul() does, for old command lines */
    if (!string_input_integer(siv, &is_signed, obj) || (is_signed && siv->in_list)) {
        return string_input_error(name, siv->in_list ? "list of uint64 values or ranges" :
                                  "uint64", errp);
    }
    return true;
}

/* The text for a scalar that has no list form; NULL and an error inside a list. */
static const char *string_input_scalar(Visitor *v, const char *name, Error **errp)
{
    StringInputVisitor *siv = string_input_of(v);

    if (siv->in_list) {
        string_input_error(name, "a list of integers", errp);
        return NULL;
    }
    return siv->string;
}

static bool string_input_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    const char *text = string_input_scalar(v, name, errp);

    if (!text) {
        return false;
    }
    return qemu_strtosz(text, NULL, obj) == 0 || string_input_error(name, "a size", errp);
}

static bool string_input_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    const char *text = string_input_scalar(v, name, errp);

    return text && qapi_bool_parse(name ? name : "null", text, obj, errp);
}

static bool string_input_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    *obj = g_strdup(string_input_scalar(v, name, errp));
    return *obj != NULL;
}

static bool string_input_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    const char *text = string_input_scalar(v, name, errp);

    if (!text) {
        return false;
    }
    return qemu_strtod_finite(text, NULL, obj) == 0 ||
           string_input_error(name, "number", errp);
}

static bool string_input_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    *obj = NULL;
    return string_input_error(name, "a value that text cannot give", errp);
}

static bool string_input_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    const char *text = string_input_scalar(v, name, errp);

    *obj = NULL;
    if (!text) {
        return false;
    }
    if (*text) {
        return string_input_error(name, "null", errp);
    }
    *obj = qnull();
    return true;
}

static void string_input_free(Visitor *v)
{
    g_free(string_input_of(v));
}

Visitor *string_input_visitor_new(const char *str)
{
    StringInputVisitor *siv = g_new(StringInputVisitor, 1);

    *siv = (StringInputVisitor) {
        .visitor = {
            .type = VISITOR_INPUT,
            .start_struct = string_input_start_struct,
            .end_struct = string_input_end_struct,
            .start_list = string_input_start_list,
            .next_list = string_input_next_list,
            .check_list = string_input_check_list,
            .end_list = string_input_end_list,
            .start_alternate = string_input_start_alternate,
            .type_int64 = string_input_type_int64,
            .type_uint64 = string_input_type_uint64,
            .type_size = string_input_type_size,
            .type_bool = string_input_type_bool,
            .type_str = string_input_type_str,
            .type_number = string_input_type_number,
            .type_any = string_input_type_any,
            .type_null = string_input_type_null,
            .free = string_input_free,
        },
        .string = str,
    };
    return &siv->visitor;
}
