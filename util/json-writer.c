/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON text from a sequence of calls; see qemu/json.h. */
#include "qemu/osdep.h"
#include "qemu/json.h"

struct JSONWriter {
    bool pretty;
    bool need_comma;
    GString *text;
    GByteArray *open;       /* '{' or '[' per level */
};

JSONWriter *json_writer_new(bool pretty)
{
    JSONWriter *writer = g_new0(JSONWriter, 1);

    writer->pretty = pretty;
    writer->text = g_string_new(NULL);
    writer->open = g_byte_array_new();
    return writer;
}

const char *json_writer_get(JSONWriter *writer)
{
    g_assert(!writer->open->len);
    return writer->text->str;
}

GString *json_writer_get_and_free(JSONWriter *writer)
{
    GString *text = g_steal_pointer(&writer->text);

    g_assert(!writer->open->len);
    json_writer_free(writer);
    return text;
}

void json_writer_free(JSONWriter *writer)
{
    if (writer) {
        if (writer->text) {
            g_string_free(writer->text, true);
        }
        g_byte_array_free(writer->open, true);
        g_free(writer);
    }
}

static void line_break(JSONWriter *writer)
{
    if (writer->pretty) {
        g_string_append_printf(writer->text, "\n%*s", (int)writer->open->len * 4, "");
    }
}

static void quoted_append(GString *text, const char *str)
{
    static const char escapes[] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
        ['"'] = '"', ['\\'] = '\\',
    };

    g_string_append_c(text, '"');
    while (*str) {
        gunichar c = g_utf8_get_char_validated(str, -1);

        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append(text, "\xef\xbf\xbd");
            str++;
            continue;
        }
        if (c < sizeof(escapes) && escapes[c]) {
            g_string_append_c(text, '\\');
            g_string_append_c(text, escapes[c]);
        } else if (c < 0x20 || c == 0x7f) {
            g_string_append_printf(text, "\\u%04x", c);
        } else {
            g_string_append_len(text, str, g_utf8_next_char(str) - str);
        }
        str = g_utf8_next_char(str);
    }
    g_string_append_c(text, '"');
}

/* Comma, line break and member name before a value. */
static void value_begin(JSONWriter *writer, const char *name)
{
    bool in_object = writer->open->len && writer->open->data[writer->open->len - 1] == '{';

    g_assert(in_object == (name != NULL));
    if (writer->need_comma) {
        g_string_append(writer->text, writer->pretty ? "," : ", ");
    }
    if (writer->open->len) {
        line_break(writer);
    }
    if (name) {
        quoted_append(writer->text, name);
        g_string_append(writer->text, ": ");
    }
    writer->need_comma = true;
}

static void container_begin(JSONWriter *writer, const char *name, uint8_t bracket)
{
    value_begin(writer, name);
    g_string_append_c(writer->text, bracket);
    g_byte_array_append(writer->open, &bracket, 1);
    writer->need_comma = false;
}

static void container_end(JSONWriter *writer, uint8_t bracket, char closing)
{
    bool is_empty = !writer->need_comma;

    g_assert(writer->open->len && writer->open->data[writer->open->len - 1] == bracket);
    g_byte_array_set_size(writer->open, writer->open->len - 1);
    if (!is_empty) {
        line_break(writer);
    }
    g_string_append_c(writer->text, closing);
    writer->need_comma = true;
}

void json_writer_start_object(JSONWriter *writer, const char *name)
{
    container_begin(writer, name, '{');
}

void json_writer_end_object(JSONWriter *writer)
{
    container_end(writer, '{', '}');
}

void json_writer_start_array(JSONWriter *writer, const char *name)
{
    container_begin(writer, name, '[');
}

void json_writer_end_array(JSONWriter *writer)
{
    container_end(writer, '[', ']');
}

void json_writer_bool(JSONWriter *writer, const char *name, bool val)
{
    value_begin(writer, name);
    g_string_append(writer->text, val ? "true" : "false");
}

void json_writer_null(JSONWriter *writer, const char *name)
{
    value_begin(writer, name);
    g_string_append(writer->text, "null");
}

void json_writer_int64(JSONWriter *writer, const char *name, int64_t val)
{
    value_begin(writer, name);
    g_string_append_printf(writer->text, "%" PRId64, val);
}

void json_writer_uint64(JSONWriter *writer, const char *name, uint64_t val)
{
    value_begin(writer, name);
    g_string_append_printf(writer->text, "%" PRIu64, val);
}

void json_writer_double(JSONWriter *writer, const char *name, double val)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    if (!isfinite(val)) {
        json_writer_null(writer, name);
        return;
    }
    value_begin(writer, name);
    for (int digits = 15; digits <= 17; digits++) {
        char format[8];

        g_snprintf(format, sizeof(format), "%%.%dg", digits);
        g_ascii_formatd(buf, sizeof(buf), format, val);
        if (g_ascii_strtod(buf, NULL) == val) {
            break;
        }
    }
    g_string_append(writer->text, buf);
    if (!strpbrk(buf, ".e")) {
        g_string_append(writer->text, ".0");    /* keeps its type when read back */
    }
}

void json_writer_str(JSONWriter *writer, const char *name, const char *str)
{
    value_begin(writer, name);
    quoted_append(writer->text, str);
}
