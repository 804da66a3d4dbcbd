/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random bytes as JSON.  Besides "no crash, no leak": what the parser accepts
 * must be written and parsed again to the same text, and a stream must agree
 * with the parser of whole texts, however the bytes are cut into pieces.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/json.h"

#define MESSAGE_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void value_write(JSONWriter *writer, const char *name, const JsonValue *value);

static void member_write(const char *key, const JsonValue *value, void *opaque)
{
    value_write(opaque, key, value);
}

static void value_write(JSONWriter *writer, const char *name, const JsonValue *value)
{
    switch (json_value_get_type(value)) {
    case JSON_TYPE_NULL:
        json_writer_null(writer, name);
        break;
    case JSON_TYPE_BOOL:
        json_writer_bool(writer, name, json_value_get_bool(value));
        break;
    case JSON_TYPE_INT:
        json_writer_int64(writer, name, json_value_get_int(value));
        break;
    case JSON_TYPE_UINT:
        json_writer_uint64(writer, name, json_value_get_uint(value));
        break;
    case JSON_TYPE_DOUBLE:
        json_writer_double(writer, name, json_value_get_double(value));
        break;
    case JSON_TYPE_STRING:
        json_writer_str(writer, name, json_value_get_string(value));
        break;
    case JSON_TYPE_ARRAY:
        json_writer_start_array(writer, name);
        for (size_t i = 0; i < json_array_get_length(value); i++) {
            value_write(writer, NULL, json_array_get(value, i));
        }
        json_writer_end_array(writer);
        break;
    case JSON_TYPE_OBJECT:
        json_writer_start_object(writer, name);
        json_object_foreach_member(value, member_write, writer);
        json_writer_end_object(writer);
        break;
    }
}

/* Free with g_string_free(). */
static GString *text_get(const JsonValue *value, bool pretty)
{
    JSONWriter *writer = json_writer_new(pretty);

    value_write(writer, NULL, value);
    return json_writer_get_and_free(writer);
}

static void round_trip_check(const char *data, size_t size)
{
    g_autoptr(JsonValue) value = json_parse(data, size, NULL);

    for (int pretty = 0; value && pretty < 2; pretty++) {
        g_autoptr(GString) text = text_get(value, pretty);
        g_autoptr(JsonValue) again = json_parse(text->str, text->len, &error_abort);
        g_autoptr(GString) text_again = text_get(again, pretty);

        g_assert_cmpstr(text->str, ==, text_again->str);
    }
}

/* Everything a stream yields, as text. */
static void message_note(void *opaque, JsonValue *value, Error *err)
{
    GString *log = opaque;

    g_assert(!value != !err);
    if (value) {
        g_autoptr(GString) text = text_get(value, false);

        g_string_append_printf(log, "%s\n", text->str);
    } else {
        g_string_append_printf(log, "error %s\n", error_get_pretty(err));
    }
    json_value_free(value);
    error_free(err);
}

static char *stream_run(const char *data, size_t size, size_t piece)
{
    GString *log = g_string_new(NULL);
    JsonStream *stream = json_stream_new(MESSAGE_MAX, message_note, log);

    for (size_t i = 0; i < size; i += piece) {
        json_stream_feed(stream, data + i, MIN(piece, size - i));
    }
    json_stream_end(stream);
    json_stream_free(stream);
    return g_string_free(log, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *whole = stream_run((const char *)data, size, size + 1);
    g_autofree char *bytes = stream_run((const char *)data, size, 1);

    round_trip_check((const char *)data, size);
    g_assert_cmpstr(whole, ==, bytes);
    return 0;
}
