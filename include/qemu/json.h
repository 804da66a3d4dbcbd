/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON: a strict parser (whole text or a stream of messages) that yields an
 * opaque read-only tree, and a writer.
 *
 * RFC 8259 plus single-quoted strings, which QMP clients may send.  Refused
 * with an error: integers outside [-2^63, 2^64 - 1], numbers that overflow a
 * double, NaN and Infinity, duplicate keys, invalid UTF-8, unpaired
 * surrogates, \u0000, nesting deeper than JSON_DEPTH_MAX, anything after the
 * value.  Trees and writers belong to one thread at a time.
 */
#ifndef QEMU_JSON_H
#define QEMU_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <glib.h>
#include "qapi/error.h"

#define JSON_DEPTH_MAX 128

/* Default bound of one streamed message. */
#define JSON_MESSAGE_BYTES_MAX (64 * 1024 * 1024)

typedef enum JsonType {
    JSON_TYPE_NULL,
    JSON_TYPE_BOOL,
    JSON_TYPE_INT,      /* fits int64_t */
    JSON_TYPE_UINT,     /* needs uint64_t: above INT64_MAX */
    JSON_TYPE_DOUBLE,   /* written with a fraction or an exponent */
    JSON_TYPE_STRING,
    JSON_TYPE_ARRAY,
    JSON_TYPE_OBJECT,
} JsonType;

/* One value of a parsed tree. Children belong to their parent. */
typedef struct JsonValue JsonValue;

/* Parses one value from @len bytes; NULL and @errp on error. Free with json_value_free(). */
JsonValue *json_parse(const char *text, size_t len, Error **errp);

/* Frees a tree; only for roots. NULL is fine. */
void json_value_free(JsonValue *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonValue, json_value_free)

JsonType json_value_get_type(const JsonValue *value);

/* The caller has checked the type; strings are NUL-terminated UTF-8 owned by the tree. */
bool json_value_get_bool(const JsonValue *value);
int64_t json_value_get_int(const JsonValue *value);
uint64_t json_value_get_uint(const JsonValue *value);
double json_value_get_double(const JsonValue *value);
const char *json_value_get_string(const JsonValue *value);

/* Arrays: number of elements, and one of them (@index below the length). */
size_t json_array_get_length(const JsonValue *array);
const JsonValue *json_array_get(const JsonValue *array, size_t index);

/* Objects: a member or NULL, the number of members, and all in the order they were written. */
const JsonValue *json_object_get_member(const JsonValue *object, const char *key);
size_t json_object_get_size(const JsonValue *object);
typedef void JsonMemberFunc(const char *key, const JsonValue *value, void *opaque);
void json_object_foreach_member(const JsonValue *object, JsonMemberFunc *func, void *opaque);

/* -- streams ---------------------------------------------------------------- */

typedef struct JsonStream JsonStream;

/*
 * Called for each complete top-level value, or error.
 *
 * @value: the message, now owned by the callee; NULL on error
 * @err: what is wrong with the input, now owned by the callee; NULL if there is a @value
 *
 * May call json_stream_free(); feeding again from inside is not allowed.
 */
typedef void JsonStreamFunc(void *opaque, JsonValue *value, Error *err);

/*
 * A parser for a stream of values, with or without white space between them.
 *
 * A message longer than @message_bytes_max (0: JSON_MESSAGE_BYTES_MAX) or
 * nested too deeply yields one error when the bound is hit and the rest of it
 * is skipped.  After a stray byte the stream goes on at the next line, '{' or
 * '[', so one mistake gives one error.
 */
JsonStream *json_stream_new(size_t message_bytes_max, JsonStreamFunc *func, void *opaque);

/* Feeds @len bytes; calls the function zero or more times before it returns. */
void json_stream_feed(JsonStream *stream, const char *bytes, size_t len);

/* End of input: a pending number completes, an unfinished message is an error. */
void json_stream_end(JsonStream *stream);

/* Forgets an unfinished message (a new client connected). */
void json_stream_reset(JsonStream *stream);

void json_stream_free(JsonStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonStream, json_stream_free)

/* -- writer ----------------------------------------------------------------- */

typedef struct JSONWriter JSONWriter;

/*
 * Starts an empty text; @pretty adds line breaks and four spaces per level.
 * Inside an object each call passes the member's @name, elsewhere NULL.
 * Unbalanced calls are bugs of the caller and assert.
 */
JSONWriter *json_writer_new(bool pretty);
/* The text so far; valid until the next call. */
const char *json_writer_get(JSONWriter *writer);
/* The finished text; frees @writer. Free with g_string_free(). */
GString *json_writer_get_and_free(JSONWriter *writer);
void json_writer_free(JSONWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JSONWriter, json_writer_free)

void json_writer_start_object(JSONWriter *writer, const char *name);
void json_writer_end_object(JSONWriter *writer);
void json_writer_start_array(JSONWriter *writer, const char *name);
void json_writer_end_array(JSONWriter *writer);
void json_writer_bool(JSONWriter *writer, const char *name, bool val);
void json_writer_null(JSONWriter *writer, const char *name);
void json_writer_int64(JSONWriter *writer, const char *name, int64_t val);
void json_writer_uint64(JSONWriter *writer, const char *name, uint64_t val);
/* The shortest text that reads back as @val; NaN and infinities become null. */
void json_writer_double(JSONWriter *writer, const char *name, double val);
/* Invalid UTF-8 bytes are written as U+FFFD. */
void json_writer_str(JSONWriter *writer, const char *name, const char *str);

#endif
