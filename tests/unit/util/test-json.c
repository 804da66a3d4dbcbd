/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON trees, streams and the writer. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/json.h"

static JsonValue *parse_ok(const char *text)
{
    return json_parse(text, strlen(text), &error_abort);
}

static void assert_refused(const char *text, const char *part)
{
    g_autoptr(Error) err = NULL;

    g_assert_null(json_parse(text, strlen(text), &err));
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), part)) {
        g_error("'%s': '%s' lacks '%s'", text, error_get_pretty(err), part);
    }
}

/* -- trees -------------------------------------------------------------------- */

static void test_integers_keep_kind(void)
{
    g_autoptr(JsonValue) v = parse_ok("[0, -1, 9223372036854775807, 9223372036854775808,"
                                      " 18446744073709551615, -9223372036854775808]");

    g_assert_cmpint(json_value_get_type(json_array_get(v, 0)), ==, JSON_TYPE_INT);
    g_assert_cmpint(json_value_get_int(json_array_get(v, 1)), ==, -1);
    g_assert_cmpint(json_value_get_type(json_array_get(v, 2)), ==, JSON_TYPE_INT);
    g_assert_cmpint(json_value_get_int(json_array_get(v, 2)), ==, INT64_MAX);
    g_assert_cmpint(json_value_get_type(json_array_get(v, 3)), ==, JSON_TYPE_UINT);
    g_assert_cmpuint(json_value_get_uint(json_array_get(v, 3)), ==, 1ull << 63);
    g_assert_cmpuint(json_value_get_uint(json_array_get(v, 4)), ==, UINT64_MAX);
    g_assert_cmpint(json_value_get_type(json_array_get(v, 5)), ==, JSON_TYPE_INT);
    g_assert_cmpint(json_value_get_int(json_array_get(v, 5)), ==, INT64_MIN);
}

static void test_doubles(void)
{
    g_autoptr(JsonValue) v = parse_ok("[1.5, 1e3, -0.25E-1, 1.0]");

    for (size_t i = 0; i < json_array_get_length(v); i++) {
        g_assert_cmpint(json_value_get_type(json_array_get(v, i)), ==, JSON_TYPE_DOUBLE);
    }
    g_assert_cmpfloat(json_value_get_double(json_array_get(v, 1)), ==, 1000);
    g_assert_cmpfloat(json_value_get_double(json_array_get(v, 2)), ==, -0.025);
}

static void test_scalars(void)
{
    g_autoptr(JsonValue) v =
        parse_ok(" [true, false, null, \"\\u00e4\\ud83d\\ude00\\n\", 'x\"y'] ");

    g_assert_true(json_value_get_bool(json_array_get(v, 0)));
    g_assert_false(json_value_get_bool(json_array_get(v, 1)));
    g_assert_cmpint(json_value_get_type(json_array_get(v, 2)), ==, JSON_TYPE_NULL);
    g_assert_cmpstr(json_value_get_string(json_array_get(v, 3)), ==, "ä😀\n");
    g_assert_cmpstr(json_value_get_string(json_array_get(v, 4)), ==, "x\"y");
}

static void test_top_level_scalars(void)
{
    g_autoptr(JsonValue) number = parse_ok("42");
    g_autoptr(JsonValue) null = parse_ok("null");
    g_autoptr(JsonValue) string = parse_ok("\"s\"");

    g_assert_cmpint(json_value_get_int(number), ==, 42);
    g_assert_cmpint(json_value_get_type(null), ==, JSON_TYPE_NULL);
    g_assert_cmpstr(json_value_get_string(string), ==, "s");
}

static void key_append(const char *key, const JsonValue *value, void *opaque)
{
    g_string_append(opaque, key);
}

static void test_objects_keep_order(void)
{
    g_autoptr(JsonValue) v = parse_ok("{\"b\": 1, \"a\": {\"b\": null}, \"c\": []}");
    g_autoptr(GString) keys = g_string_new(NULL);

    json_object_foreach_member(v, key_append, keys);
    g_assert_cmpstr(keys->str, ==, "bac");
    g_assert_cmpuint(json_object_get_size(v), ==, 3);
    g_assert_null(json_object_get_member(v, "d"));
    g_assert_cmpint(json_value_get_type(json_object_get_member(json_object_get_member(v, "a"),
                                                               "b")), ==, JSON_TYPE_NULL);
}

static void test_refuses_bad_numbers(void)
{
    static const char *const bad[] = {
        "01", "-", "+1", "1.", ".5", "1e", "0x10", "1e+", "--1", "1.2.3",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_refused(bad[i], "JSON error");
    }
    assert_refused("18446744073709551616", "-2^63 .. 2^64-1");
    assert_refused("-9223372036854775809", "-2^63 .. 2^64-1");
    assert_refused("1e999", "too large for a double");
}

static void test_refuses_bad_words(void)
{
    assert_refused("NaN", "unknown word");
    assert_refused("[Infinity]", "unknown word");
    assert_refused("-Infinity", "malformed number");
    assert_refused("TRUE", "unknown word");
    assert_refused("nul", "unknown word");
}

static void test_refuses_duplicate_keys(void)
{
    assert_refused("{\"a\": 1, \"b\": [{\"x\": 1, \"x\": 2}]}", "key 'x' twice");
    assert_refused("{\"a\": {\"z\": 1}, \"\\u0061\": 2}", "key 'a' twice");
    json_value_free(parse_ok("[{\"a\": 1}, {\"a\": 1, \"b\": {\"a\": \"a:a\"}}]"));
}

static void test_refuses_bad_strings(void)
{
    assert_refused("\"\xff\"", "UTF-8");
    assert_refused("\"\xc3(\"", "UTF-8");
    assert_refused("\"\xed\xa0\x80\"", "UTF-8");
    assert_refused("\"\\ud800\"", "surrogate");
    assert_refused("\"\\udc00\"", "surrogate");
    assert_refused("\"\\ud800\\u0041\"", "surrogate");
    assert_refused("\"\\u0000\"", "\\u0000");
    assert_refused("\"\\u12g4\"", "hexadecimal");
    assert_refused("\"\\x\"", "escape");
    assert_refused("\"a\nb\"", "control character");
}

static void test_refuses_bad_structure(void)
{
    static const char *const bad[] = {
        "{", "[", "[1, 2", "{\"a\"}", "{\"a\" 1}", "{\"a\": 1,}", "[1,]", "[,1]", "[1 2]", "{1: 2}",
        "{a: 1}", "]", "[}", "1 2", "{} {}", "", "  ", "/* c */ 1", "[1]]", "{,}", "[1,,2]", ":",
        "\"abc", "[\"a\" \"b\"]", "{\"a\":}", "{\"a\"::1}",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_refused(bad[i], "JSON");
    }
}

static char *nested(unsigned depth)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < depth; i++) {
        g_string_append_c(text, '[');
    }
    for (unsigned i = 0; i < depth; i++) {
        g_string_append_c(text, ']');
    }
    return g_string_free(text, false);
}

static void test_depth_limit(void)
{
    g_autofree char *ok = nested(JSON_DEPTH_MAX);
    g_autofree char *bad = nested(JSON_DEPTH_MAX + 1);
    g_autoptr(JsonValue) v = parse_ok(ok);

    g_assert_nonnull(v);
    assert_refused(bad, "nested deeper than 128");
}

static void test_embedded_nul_byte(void)
{
    g_autoptr(Error) err = NULL;

    g_assert_null(json_parse("[1\0]", 4, &err));
    g_assert_nonnull(err);
}

/* -- streams ------------------------------------------------------------------- */

/* What a stream yielded: one letter per message ('v' or 'e'). */
typedef struct Yield {
    GString *kinds;
    GString *integers;      /* of values that are integers */
    char *last_error;
    JsonStream **free_now;  /* the callback frees this stream */
} Yield;

static void yield_take(void *opaque, JsonValue *value, Error *err)
{
    Yield *y = opaque;

    g_assert_true(!value != !err);
    g_string_append_c(y->kinds, value ? 'v' : 'e');
    if (value && json_value_get_type(value) == JSON_TYPE_INT) {
        g_string_append_printf(y->integers, "%d,", (int)json_value_get_int(value));
    }
    if (err) {
        g_free(y->last_error);
        y->last_error = g_strdup(error_get_pretty(err));
        error_free(err);
    }
    json_value_free(value);
    if (y->free_now) {
        json_stream_free(*y->free_now);
        *y->free_now = NULL;
    }
}

static void yield_init(Yield *y)
{
    *y = (Yield) { .kinds = g_string_new(NULL), .integers = g_string_new(NULL) };
}

static void yield_clear(Yield *y)
{
    g_string_free(y->kinds, true);
    g_string_free(y->integers, true);
    g_free(y->last_error);
}

/* Feeds @text in pieces of @piece bytes and compares what comes out. */
static void assert_stream(const char *text, size_t piece, size_t limit, const char *kinds)
{
    size_t len = strlen(text);
    JsonStream *stream;
    Yield y;

    yield_init(&y);
    stream = json_stream_new(limit, yield_take, &y);
    for (size_t i = 0; i < len; i += piece) {
        json_stream_feed(stream, text + i, MIN(piece, len - i));
    }
    if (strcmp(y.kinds->str, kinds)) {
        g_error("'%s' in pieces of %zu: '%s', expected '%s' (%s)", text, piece, y.kinds->str, kinds,
                y.last_error ? y.last_error : "");
    }
    json_stream_free(stream);
    yield_clear(&y);
}

static void assert_stream_any(const char *text, const char *kinds)
{
    assert_stream(text, 1, 0, kinds);
    assert_stream(text, 3, 0, kinds);
    assert_stream(text, 4096, 0, kinds);
}

static void test_stream_messages(void)
{
    assert_stream_any("{\"a\": [1, {}]}\n{}[]\"x\" 1 2\n", "vvvvvv");
    assert_stream_any("1{\"a\":'}'}2\n", "vvv");
    assert_stream_any("  \r\n\t\n", "");
    assert_stream_any("{\"a\": ", "");
}

static void test_stream_one_mistake_one_error(void)
{
    assert_stream_any("{]\n{}\n", "ev");
    assert_stream_any("{\xff{}\n", "ev");
    assert_stream_any("{\x01{}\n", "ev");
    assert_stream_any("{'bad \xff{}\n", "ev");
    assert_stream_any("{'a': 'b', 'c':'\n{}\n", "ev");
    assert_stream_any("%p\n{}\n", "ev");
    assert_stream_any("garbage and more of it {}\n", "ev");
    assert_stream_any("]]]]]]]]\n{}\n", "ev");
    assert_stream_any("{\"a\" \"b\"}{}\n", "ev");
    assert_stream_any("NaN\n{}\n", "ev");
}

static void test_stream_size_limit(void)
{
    assert_stream("[\"0123456789\", {\"a\": \"]]]}}}\"}] {}\n", 1, 8, "ev");
    assert_stream("\"0123456789\" {}\n", 1, 8, "ev");
    assert_stream("[1,2,3,4] {}\n", 1, 9, "vv");
    assert_stream("[1,2,3,4] {}\n", 1, 8, "ev");
}

static void test_stream_depth_limit(void)
{
    g_autofree char *deep = nested(1000);
    g_autofree char *text = g_strconcat(deep, "{}\n", NULL);

    assert_stream_any(text, "ev");
}

static void test_stream_end(void)
{
    JsonStream *stream;
    Yield y;

    yield_init(&y);
    stream = json_stream_new(0, yield_take, &y);
    json_stream_feed(stream, "12", 2);
    json_stream_end(stream);
    g_assert_cmpstr(y.integers->str, ==, "12,");
    json_stream_feed(stream, "{", 1);
    json_stream_end(stream);
    g_assert_cmpstr(y.kinds->str, ==, "ve");
    json_stream_feed(stream, "{", 1);
    json_stream_reset(stream);
    json_stream_feed(stream, "7 ", 2);
    g_assert_cmpstr(y.integers->str, ==, "12,7,");
    json_stream_free(stream);
    yield_clear(&y);
}

static void test_stream_freed_by_callback(void)
{
    JsonStream *stream;
    Yield y;

    yield_init(&y);
    stream = json_stream_new(0, yield_take, &y);
    y.free_now = &stream;
    json_stream_feed(stream, "1 2 3\n", 6);
    g_assert_null(stream);
    g_assert_cmpstr(y.kinds->str, ==, "v");
    yield_clear(&y);
}

/* -- writer -------------------------------------------------------------------- */

static JSONWriter *sample_write(bool pretty)
{
    JSONWriter *w = json_writer_new(pretty);

    json_writer_start_object(w, NULL);
    json_writer_str(w, "s", "a\"\\\n\x01" "ä");
    json_writer_start_array(w, "l");
    json_writer_int64(w, NULL, INT64_MIN);
    json_writer_uint64(w, NULL, UINT64_MAX);
    json_writer_bool(w, NULL, true);
    json_writer_end_array(w);
    json_writer_start_object(w, "e");
    json_writer_end_object(w);
    json_writer_null(w, "n");
    json_writer_end_object(w);
    return w;
}

static void test_writer_compact(void)
{
    g_autoptr(JSONWriter) w = sample_write(false);

    g_assert_cmpstr(json_writer_get(w), ==,
                    "{\"s\": \"a\\\"\\\\\\n\\u0001ä\", \"l\": [-9223372036854775808, "
                    "18446744073709551615, true], \"e\": {}, \"n\": null}");
}

static void test_writer_pretty(void)
{
    GString *text = json_writer_get_and_free(sample_write(true));

    g_assert_cmpstr(text->str, ==,
                    "{\n    \"s\": \"a\\\"\\\\\\n\\u0001ä\",\n    \"l\": [\n"
                    "        -9223372036854775808,\n        18446744073709551615,\n"
                    "        true\n    ],\n    \"e\": {},\n    \"n\": null\n}");
    g_string_free(text, true);
}

static void test_writer_doubles_read_back(void)
{
    static const double values[] = { 0.1, 1.0 / 3, 5, 1e300, 4.9e-324, -2.5, 1e15, 123456789012.5 };

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        g_autoptr(JSONWriter) w = json_writer_new(false);
        g_autoptr(JsonValue) v = NULL;

        json_writer_double(w, NULL, values[i]);
        v = parse_ok(json_writer_get(w));
        g_assert_cmpint(json_value_get_type(v), ==, JSON_TYPE_DOUBLE);
        g_assert_cmpfloat(json_value_get_double(v), ==, values[i]);
    }
}

static void test_writer_repairs_utf8(void)
{
    g_autoptr(JSONWriter) w = json_writer_new(false);

    json_writer_str(w, NULL, "a\xff" "b\xc3");
    g_assert_cmpstr(json_writer_get(w), ==, "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\"");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/util/json/integers-keep-kind", test_integers_keep_kind);
    g_test_add_func("/util/json/doubles", test_doubles);
    g_test_add_func("/util/json/scalars", test_scalars);
    g_test_add_func("/util/json/top-level-scalars", test_top_level_scalars);
    g_test_add_func("/util/json/objects-keep-order", test_objects_keep_order);
    g_test_add_func("/util/json/refuses-bad-numbers", test_refuses_bad_numbers);
    g_test_add_func("/util/json/refuses-bad-words", test_refuses_bad_words);
    g_test_add_func("/util/json/refuses-duplicate-keys", test_refuses_duplicate_keys);
    g_test_add_func("/util/json/refuses-bad-strings", test_refuses_bad_strings);
    g_test_add_func("/util/json/refuses-bad-structure", test_refuses_bad_structure);
    g_test_add_func("/util/json/depth-limit", test_depth_limit);
    g_test_add_func("/util/json/embedded-nul-byte", test_embedded_nul_byte);
    g_test_add_func("/util/json/stream/messages", test_stream_messages);
    g_test_add_func("/util/json/stream/one-mistake-one-error", test_stream_one_mistake_one_error);
    g_test_add_func("/util/json/stream/size-limit", test_stream_size_limit);
    g_test_add_func("/util/json/stream/depth-limit", test_stream_depth_limit);
    g_test_add_func("/util/json/stream/end", test_stream_end);
    g_test_add_func("/util/json/stream/freed-by-callback", test_stream_freed_by_callback);
    g_test_add_func("/util/json/writer/compact", test_writer_compact);
    g_test_add_func("/util/json/writer/pretty", test_writer_pretty);
    g_test_add_func("/util/json/writer/doubles-read-back", test_writer_doubles_read_back);
    g_test_add_func("/util/json/writer/repairs-utf8", test_writer_repairs_utf8);
    return g_test_run();
}
