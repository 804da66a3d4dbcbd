/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON trees and streams over json-c.  json-c builds the tree from a message
 * that the scanner has found complete and lexically strict; what remains to
 * be checked afterwards are duplicate keys, which json-c drops: then the tree
 * has fewer members than the text has colons.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "json-internal.h"

/* json-c's null is a null pointer, which cannot be told from "no value". */
static const char null_value;
#define JSON_NULL_VALUE ((JsonValue *)&null_value)

static JsonValue *value_wrap(json_object *object)
{
    return object ? (JsonValue *)object : JSON_NULL_VALUE;
}

static json_object *value_unwrap(const JsonValue *value)
{
    return value == JSON_NULL_VALUE ? NULL : (json_object *)value;
}

/* -- trees -------------------------------------------------------------------- */

static uint64_t members_count(const json_object *object)
{
    uint64_t count = 0;

    if (json_object_is_type(object, json_type_object)) {
        json_object_object_foreach(object, key, value) {
            (void)key;
            count += 1 + members_count(value);
        }
    } else if (json_object_is_type(object, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(object); i++) {
            count += members_count(json_object_array_get_idx(object, i));
        }
    }
    return count;
}

/* The place behind the string literal at @p of a checked text. */
static const char *literal_skip(const char *p)
{
    char quote = *p++;

    while (*p != quote) {
        p += *p == '\\' ? 2 : 1;
    }
    return p + 1;
}

/* The text of a string literal. Free with g_free(). */
static char *literal_decode(const char *start, const char *end)
{
    g_autofree char *literal = g_strndup(start, end - start);
    json_object *string = json_tokener_parse(literal);
    char *text = g_strdup(json_object_get_string(string));

    json_object_put(string);
    return text;
}

/* The first key that its object has twice; slow, for the message only. Free with g_free(). */
static char *duplicate_find(const char *text, size_t len)
{
    g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    const char *end = text + len;

    for (const char *p = text; p < end; p++) {
        if (*p == '{' || *p == '[') {
            g_ptr_array_add(open, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL));
        } else if (*p == '}' || *p == ']') {
            g_ptr_array_set_size(open, open->len - 1);
        } else if (*p == '"' || *p == '\'') {
            const char *start = p;
            const char *behind = literal_skip(p);

            p = behind - 1;
            while (behind < end && g_ascii_isspace(*behind)) {
                behind++;
            }
            if (behind < end && *behind == ':') {
                char *key = literal_decode(start, p + 1);

                if (g_hash_table_contains(g_ptr_array_index(open, open->len - 1), key)) {
                    return key;
                }
                g_hash_table_add(g_ptr_array_index(open, open->len - 1), key);
            }
        }
    }
    g_assert_not_reached();
}

JsonValue *json_tree_new(const JsonScan *scan, const char *text, size_t len, Error **errp)
{
    enum json_tokener_error problem;
    json_tokener *tokener;
    json_object *object;
    size_t offset;

    if (len > INT_MAX) {
        error_setg(errp, "JSON text is longer than 2 GiB");
        return NULL;
    }
    if (!g_utf8_validate(text, len, NULL)) {
        error_setg(errp, "JSON text is not valid UTF-8");
        return NULL;
    }
    tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 2);
    object = json_tokener_parse_ex(tokener, text, len);
    if (!object && json_tokener_get_error(tokener) == json_tokener_continue) {
        object = json_tokener_parse_ex(tokener, "\n", 1);   /* ends a number */
    }
    problem = json_tokener_get_error(tokener);
    offset = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (problem != json_tokener_success) {
        error_setg(errp, "JSON syntax error near byte %zu: %s", offset,
                   json_tokener_error_desc(problem));
        json_object_put(object);
        return NULL;
    }
    if (members_count(object) != scan->members) {
        g_autofree char *key = duplicate_find(text, len);

        error_setg(errp, "JSON object has the key '%s' twice", key);
        json_object_put(object);
        return NULL;
    }
    return value_wrap(object);
}

static void depth_error_setg(Error **errp)
{
    error_setg(errp, "JSON text is nested deeper than %d levels", JSON_DEPTH_MAX);
}

JsonValue *json_parse(const char *text, size_t len, Error **errp)
{
    JsonScanResult result = JSON_SCAN_MORE;
    JsonScan scan;
    size_t i;

    json_scan_init(&scan);
    for (i = 0; i < len && result == JSON_SCAN_MORE; i++) {
        result = json_scan_byte(&scan, text[i]);
    }
    if (result == JSON_SCAN_MORE) {
        result = json_scan_end(&scan);
    } else if (result == JSON_SCAN_DONE_BEFORE) {
        i--;
        result = JSON_SCAN_DONE;
    }
    switch (result) {
    case JSON_SCAN_BAD:
        error_setg(errp, "JSON error at byte %zu: %s", i, scan.problem);
        return NULL;
    case JSON_SCAN_TOO_DEEP:
        depth_error_setg(errp);
        return NULL;
    case JSON_SCAN_MORE:
        error_setg(errp, scan.started ? "JSON text ends in the middle of a value"
                                      : "JSON text is empty");
        return NULL;
    default:
        break;
    }
    for (size_t rest = i; rest < len; rest++) {
        if (!g_ascii_isspace(text[rest])) {
            error_setg(errp, "JSON error at byte %zu: something follows the value", rest + 1);
            return NULL;
        }
    }
    return json_tree_new(&scan, text, i, errp);
}

void json_value_free(JsonValue *root)
{
    json_object_put(root ? value_unwrap(root) : NULL);
}

JsonType json_value_get_type(const JsonValue *value)
{
    const json_object *object = value_unwrap(value);

    switch (json_object_get_type(object)) {
    case json_type_boolean:
        return JSON_TYPE_BOOL;
    case json_type_double:
        return JSON_TYPE_DOUBLE;
    case json_type_int:
        /* json-c saturates: only values above INT64_MAX differ between the two. */
        return json_object_get_int64(object) == INT64_MAX &&
               json_object_get_uint64(object) > INT64_MAX ? JSON_TYPE_UINT : JSON_TYPE_INT;
    case json_type_string:
        return JSON_TYPE_STRING;
    case json_type_array:
        return JSON_TYPE_ARRAY;
    case json_type_object:
        return JSON_TYPE_OBJECT;
    default:
        return JSON_TYPE_NULL;
    }
}

bool json_value_get_bool(const JsonValue *value)
{
    return json_object_get_boolean(value_unwrap(value));
}

int64_t json_value_get_int(const JsonValue *value)
{
    return json_object_get_int64(value_unwrap(value));
}

uint64_t json_value_get_uint(const JsonValue *value)
{
    return json_object_get_uint64(value_unwrap(value));
}

double json_value_get_double(const JsonValue *value)
{
    return json_object_get_double(value_unwrap(value));
}

const char *json_value_get_string(const JsonValue *value)
{
    return json_object_get_string(value_unwrap(value));
}

size_t json_array_get_length(const JsonValue *array)
{
    return json_object_array_length(value_unwrap(array));
}

const JsonValue *json_array_get(const JsonValue *array, size_t index)
{
    return value_wrap(json_object_array_get_idx(value_unwrap(array), index));
}

const JsonValue *json_object_get_member(const JsonValue *object, const char *key)
{
    json_object *value;

    return json_object_object_get_ex(value_unwrap(object), key, &value) ? value_wrap(value) : NULL;
}

size_t json_object_get_size(const JsonValue *object)
{
    return json_object_object_length(value_unwrap(object));
}

void json_object_foreach_member(const JsonValue *object, JsonMemberFunc *func, void *opaque)
{
    json_object_object_foreach(value_unwrap(object), key, value) {
        func(key, value_wrap(value), opaque);
    }
}
