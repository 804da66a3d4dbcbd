/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON messages from a stream of bytes, with bounded memory and resynchronisation. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "json-internal.h"

typedef enum JsonStreamMode {
    JSON_STREAM_COLLECT,    /* store and scan a message */
    JSON_STREAM_SKIP_JUNK,  /* after a stray byte: until a line end or an opening bracket */
    JSON_STREAM_SKIP_REST,  /* of a message over the limits: until its brackets balance */
} JsonStreamMode;

struct JsonStream {
    JsonStreamFunc *func;
    void *opaque;
    size_t bytes_max;
    GString *text;
    JsonStreamMode mode;
    JsonScan scan;
    /* Only for JSON_STREAM_SKIP_REST, where nesting has no bound. */
    uint64_t skip_depth;
    char skip_quote;
    bool skip_escape;
    bool *freed;            /* set if the function frees the stream */
};

JsonStream *json_stream_new(size_t message_bytes_max, JsonStreamFunc *func, void *opaque)
{
    JsonStream *stream = g_new0(JsonStream, 1);

    stream->func = func;
    stream->opaque = opaque;
    stream->bytes_max = message_bytes_max ? message_bytes_max : JSON_MESSAGE_BYTES_MAX;
    stream->text = g_string_new(NULL);
    json_scan_init(&stream->scan);
    return stream;
}

void json_stream_free(JsonStream *stream)
{
    if (stream) {
        if (stream->freed) {
            *stream->freed = true;
        }
        g_string_free(stream->text, true);
        g_free(stream);
    }
}

static void message_restart(JsonStream *stream)
{
    /* A large message's memory is not kept for the small ones that follow. */
    if (stream->text->allocated_len > 64 * 1024) {
        g_string_free(stream->text, true);
        stream->text = g_string_new(NULL);
    } else {
        g_string_truncate(stream->text, 0);
    }
    json_scan_init(&stream->scan);
}

void json_stream_reset(JsonStream *stream)
{
    message_restart(stream);
    stream->mode = JSON_STREAM_COLLECT;
}

static void message_deliver(JsonStream *stream)
{
    Error *err = NULL;
    JsonValue *value = json_tree_new(&stream->scan, stream->text->str, stream->text->len, &err);

    message_restart(stream);
    stream->func(stream->opaque, value, err);
}

static void error_deliver(JsonStream *stream, Error *err)
{
    message_restart(stream);
    stream->func(stream->opaque, NULL, err);
}

/* Goes over to skipping the current message, whose nesting the scanner knows. */
static void rest_skip(JsonStream *stream, unsigned more_depth)
{
    const JsonScan *scan = &stream->scan;

    stream->mode = JSON_STREAM_SKIP_REST;
    stream->skip_depth = scan->depth + more_depth;
    stream->skip_quote = scan->state == JSON_SCAN_STRING || scan->state == JSON_SCAN_ESCAPE ||
                         scan->state == JSON_SCAN_HEX ? scan->quote : 0;
    stream->skip_escape = scan->state == JSON_SCAN_ESCAPE;
    if (!stream->skip_depth && !stream->skip_quote) {
        stream->mode = JSON_STREAM_SKIP_JUNK;
    }
}

static void rest_byte(JsonStream *stream, char byte)
{
    bool is_control = (unsigned char)byte < 0x20;

    if (stream->skip_quote) {
        if (stream->skip_escape) {
            stream->skip_escape = false;
        } else if (byte == '\\') {
            stream->skip_escape = true;
        } else if (byte == stream->skip_quote) {
            stream->skip_quote = 0;
        }
    } else if (byte == '"' || byte == '\'') {
        stream->skip_quote = byte;
    } else if (byte == '{' || byte == '[') {
        stream->skip_depth++;
    } else if (byte == '}' || byte == ']') {
        stream->skip_depth -= stream->skip_depth > 0;
    }
    if ((is_control && stream->skip_quote) || (!stream->skip_depth && !stream->skip_quote)) {
        stream->mode = byte == '\n' || !is_control ? JSON_STREAM_COLLECT : JSON_STREAM_SKIP_JUNK;
    }
}

/* True if @byte is not part of the message it ended. */
static bool collect_byte(JsonStream *stream, char byte)
{
    JsonScanResult result = json_scan_byte(&stream->scan, byte);
    Error *err = NULL;

    if (!stream->scan.started) {
        return false;
    }
    if (result != JSON_SCAN_DONE_BEFORE && result != JSON_SCAN_BAD &&
        stream->text->len == stream->bytes_max) {
        error_setg(&err, "JSON message is longer than %zu bytes", stream->bytes_max);
        rest_skip(stream, result == JSON_SCAN_TOO_DEEP);
        error_deliver(stream, err);
        return false;
    }
    switch (result) {
    case JSON_SCAN_MORE:
        g_string_append_c(stream->text, byte);
        break;
    case JSON_SCAN_DONE:
        g_string_append_c(stream->text, byte);
        /* fall through */
    case JSON_SCAN_DONE_BEFORE:
        message_deliver(stream);
        break;
    case JSON_SCAN_TOO_DEEP:
        error_setg(&err, "JSON message is nested deeper than %d levels", JSON_DEPTH_MAX);
        rest_skip(stream, 1);
        error_deliver(stream, err);
        break;
    case JSON_SCAN_BAD:
        error_setg(&err, "JSON error: %s", stream->scan.problem);
        stream->mode = byte == '\n' ? JSON_STREAM_COLLECT : JSON_STREAM_SKIP_JUNK;
        error_deliver(stream, err);
        break;
    }
    return result == JSON_SCAN_DONE_BEFORE;
}

/* True if @byte is to be looked at again in the new mode. */
static bool byte_take(JsonStream *stream, char byte)
{
    switch (stream->mode) {
    case JSON_STREAM_SKIP_JUNK:
        if (byte == '\n') {
            stream->mode = JSON_STREAM_COLLECT;
        } else if (byte == '{' || byte == '[') {
            stream->mode = JSON_STREAM_COLLECT;
            return true;
        }
        return false;
    case JSON_STREAM_SKIP_REST:
        rest_byte(stream, byte);
        return false;
    default:
        return collect_byte(stream, byte);
    }
}

void json_stream_feed(JsonStream *stream, const char *bytes, size_t len)
{
    bool freed = false;

    stream->freed = &freed;
    for (size_t i = 0; i < len; i++) {
        bool again = byte_take(stream, bytes[i]);

        if (!freed && again) {
            byte_take(stream, bytes[i]);
        }
        if (freed) {
            return;
        }
    }
    stream->freed = NULL;
}

void json_stream_end(JsonStream *stream)
{
    JsonScanResult result = json_scan_end(&stream->scan);
    Error *err = NULL;

    stream->mode = JSON_STREAM_COLLECT;
    if (!stream->scan.started) {
        message_restart(stream);
    } else if (result == JSON_SCAN_DONE) {
        message_deliver(stream);
    } else {
        error_setg(&err, "JSON error: %s", result == JSON_SCAN_BAD ? stream->scan.problem
                                                  : "the input ends in the middle of a message");
        error_deliver(stream, err);
    }
}
