/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a value as text: one scalar, or a list, whose integers are joined to
 * ranges. A structure prints as "<omitted>".
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qjson.h"
#include "qapi/string-output-visitor.h"
#include "qapi/visitor-impl.h"
#include "qemu/cutils.h"

typedef struct StringOutputVisitor {
    Visitor visitor;
    bool human;
    GString *text;
    GString *hex;           /* the same integers in hexadecimal, for people */
    char **result;
    unsigned struct_depth;
    unsigned list_depth;
    /* The range of integers that may still grow. */
    bool has_range;
    bool range_is_signed;
    uint64_t first;
    uint64_t last;
} StringOutputVisitor;

static StringOutputVisitor *string_output_of(Visitor *v)
{
    return container_of(v, StringOutputVisitor, visitor);
}

static void string_output_append(StringOutputVisitor *sov, const char *text)
{
    if (!sov->struct_depth) {
        g_string_append_printf(sov->text, "%s%s", sov->text->len ? "," : "", text);
    }
}

static void range_number_append(StringOutputVisitor *sov, uint64_t value, const char *separator)
{
    if (sov->range_is_signed && (int64_t)value < 0) {
        g_string_append_printf(sov->text, "%s%" PRId64, separator, (int64_t)value);
    } else {
        g_string_append_printf(sov->text, "%s%" PRIu64, separator, value);
    }
    g_string_append_printf(sov->hex, "%s0x%" PRIx64, separator, value);
}

static void string_output_range_flush(StringOutputVisitor *sov)
{
    if (!sov->has_range) {
        return;
    }
    range_number_append(sov, sov->first, sov->text->len ? "," : "");
    if (sov->last != sov->first) {
        range_number_append(sov, sov->last, "-");
    }
    sov->has_range = false;
}

static bool string_output_integer(StringOutputVisitor *sov, uint64_t value, bool is_signed)
{
    if (sov->struct_depth) {
        return true;
    }
    if (sov->has_range && sov->list_depth && value == sov->last + 1 && value != 0) {
        sov->last = value;
        return true;
    }
    string_output_range_flush(sov);
    sov->has_range = true;
    sov->range_is_signed = is_signed;
    sov->first = sov->last = value;
    return true;
}

static bool string_output_start_struct(Visitor *v, const char *name, void **obj, size_t size,
                                       Error **errp)
{
    StringOutputVisitor *sov = string_output_of(v);

    if (!sov->struct_depth++) {
        g_string_append_printf(sov->text, "%s<omitted>", sov->text->len ? "," : "");
    }
    return true;
}

static void string_output_end_struct(Visitor *v, void **obj)
{
    string_output_of(v)->struct_depth--;
}

static bool string_output_start_list(Visitor *v, const char *name, GenericList **list,
                                     size_t size, Error **errp)
{
    string_output_of(v)->list_depth++;
    return true;
}

static GenericList *string_output_next_list(Visitor *v, GenericList *tail, size_t size)
{
    return tail->next;
}

static void string_output_end_list(Visitor *v, void **list)
{
    string_output_of(v)->list_depth--;
}

static bool string_output_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return string_output_integer(string_output_of(v), *obj, true);
}

static bool string_output_type_uint64(Visitor *v, const char *name, uint64_t *obj,
                                      Error **errp)
{
    return string_output_integer(string_output_of(v), *obj, false);
}

static bool string_output_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    StringOutputVisitor *sov = string_output_of(v);
    g_autofree char *text = g_strdup_printf("%" PRIu64, *obj);

    if (sov->human) {
        g_autofree char *rounded = size_to_str(*obj);
        g_autofree char *both = g_strdup_printf("%s (%s)", text, rounded);

        string_output_append(sov, both);
    } else {
        string_output_append(sov, text);
    }
    return true;
}

static bool string_output_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    string_output_append(string_output_of(v), *obj ? "true" : "false");
    return true;
}

static bool string_output_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    StringOutputVisitor *sov = string_output_of(v);

    if (!sov->human) {
        string_output_append(sov, *obj ? *obj : "");
    } else if (!*obj) {
        string_output_append(sov, "<null>");
    } else {
        g_autofree char *quoted = g_strdup_printf("\"%s\"", *obj);

        string_output_append(sov, quoted);
    }
    return true;
}

static bool string_output_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    string_output_append(string_output_of(v), g_ascii_dtostr(buf, sizeof(buf), *obj));
    return true;
}

static bool string_output_type_any(Visitor *v, const char *name, QObject **obj, Error **errp)
{
    g_autoptr(GString) json = qobject_to_json(*obj);

    string_output_append(string_output_of(v), json->str);
    return true;
}

static bool string_output_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    StringOutputVisitor *sov = string_output_of(v);

    string_output_append(sov, sov->human ? "<null>" : "");
    return true;
}

static void string_output_complete(Visitor *v, void *opaque)
{
    StringOutputVisitor *sov = string_output_of(v);

    g_assert(opaque == sov->result);
    string_output_range_flush(sov);
    if (sov->human && sov->hex->len) {
        g_string_append_printf(sov->text, " (%s)", sov->hex->str);
    }
    *sov->result = g_string_free(sov->text, FALSE);
    sov->text = g_string_new(NULL);
}

static void string_output_free(Visitor *v)
{
    StringOutputVisitor *sov = string_output_of(v);

    g_string_free(sov->text, TRUE);
    g_string_free(sov->hex, TRUE);
    g_free(sov);
}

Visitor *string_output_visitor_new(bool human, char **result)
{
    StringOutputVisitor *sov = g_new(StringOutputVisitor, 1);

    *result = NULL;
    *sov = (StringOutputVisitor) {
        .visitor = {
            .type = VISITOR_OUTPUT,
            .start_struct = string_output_start_struct,
            .end_struct = string_output_end_struct,
            .start_list = string_output_start_list,
            .next_list = string_output_next_list,
            .end_list = string_output_end_list,
            .type_int64 = string_output_type_int64,
            .type_uint64 = string_output_type_uint64,
            .type_size = string_output_type_size,
            .type_bool = string_output_type_bool,
            .type_str = string_output_type_str,
            .type_number = string_output_type_number,
            .type_any = string_output_type_any,
            .type_null = string_output_type_null,
            .complete = string_output_complete,
            .free = string_output_free,
        },
        .human = human,
        .text = g_string_new(NULL),
        .hex = g_string_new(NULL),
        .result = result,
    };
    return &sov->visitor;
}
