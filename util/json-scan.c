/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Byte-wise lexer of JSON (RFC 8259, and single-quoted strings); see json-internal.h. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "json-internal.h"

void json_scan_init(JsonScan *scan)
{
    /* word[] and stack[] are written before they are read. */
    memset(scan, 0, offsetof(JsonScan, word));
    scan->problem = NULL;
}

static JsonScanResult scan_fail(JsonScan *scan, const char *problem)
{
    scan->problem = problem;
    return JSON_SCAN_BAD;
}

static const char *digits_skip(const char *p)
{
    while (g_ascii_isdigit(*p)) {
        p++;
    }
    return p;
}

/* The problem with a number, or NULL. */
static const char *number_check(const char *word)
{
    const char *p = word + (*word == '-');
    const char *digits = p;
    bool is_integer = true;

    p = digits_skip(p);
    if (p == digits || (*digits == '0' && p > digits + 1)) {
        return "malformed number";
    }
    if (*p == '.') {
        const char *fraction = p + 1;

        is_integer = false;
        p = digits_skip(fraction);
        if (p == fraction) {
            return "malformed number";
        }
    }
    if (*p == 'e' || *p == 'E') {
        const char *exponent = p + 1 + (p[1] == '+' || p[1] == '-');

        is_integer = false;
        p = digits_skip(exponent);
        if (p == exponent) {
            return "malformed number";
        }
    }
    if (*p) {
        return "malformed number";
    }
    errno = 0;
    if (!is_integer) {
        return isfinite(g_ascii_strtod(word, NULL)) ? NULL : "number too large for a double";
    }
    if (*word == '-') {
        g_ascii_strtoll(word, NULL, 10);
    } else {
        g_ascii_strtoull(word, NULL, 10);
    }
    return errno ? "integer outside -2^63 .. 2^64-1" : NULL;
}

static JsonScanResult word_finish(JsonScan *scan)
{
    const char *problem = NULL;

    scan->word[scan->word_len] = '\0';
    if (g_ascii_isdigit(scan->word[0]) || scan->word[0] == '-') {
        problem = number_check(scan->word);
    } else if (strcmp(scan->word, "true") && strcmp(scan->word, "false") &&
               strcmp(scan->word, "null")) {
        problem = "unknown word, expected true, false or null";
    }
    scan->state = JSON_SCAN_BETWEEN;
    scan->previous = 'w';
    return problem ? scan_fail(scan, problem) : JSON_SCAN_DONE;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '+' || c == '.';
}

static JsonScanResult structure_close(JsonScan *scan, char byte)
{
    char open = byte == '}' ? '{' : '[';

    if (!scan->depth || scan->stack[scan->depth - 1] != open) {
        return scan_fail(scan, "closing bracket without its opening one");
    }
    if (scan->previous == ',') {
        return scan_fail(scan, "comma before a closing bracket");
    }
    scan->previous = byte;
    return --scan->depth ? JSON_SCAN_MORE : JSON_SCAN_DONE;
}

static JsonScanResult between_byte(JsonScan *scan, char byte)
{
    if (is_space(byte)) {
        return JSON_SCAN_MORE;
    }
    scan->started = true;
    switch (byte) {
    case '{':
    case '[':
        if (scan->depth == JSON_DEPTH_MAX) {
            return JSON_SCAN_TOO_DEEP;
        }
        scan->stack[scan->depth++] = byte;
        scan->previous = byte;
        return JSON_SCAN_MORE;
    case '}':
    case ']':
        return structure_close(scan, byte);
    case ':':
    case ',':
        if (!scan->depth) {
            return scan_fail(scan, "expected a value");
        }
        scan->members += byte == ':';
        scan->previous = byte;
        return JSON_SCAN_MORE;
    case '"':
    case '\'':
        scan->quote = byte;
        scan->state = JSON_SCAN_STRING;
        return JSON_SCAN_MORE;
    default:
        if (!is_word(byte)) {
            return scan_fail(scan, "stray character");
        }
        scan->word[0] = byte;
        scan->word_len = 1;
        scan->state = JSON_SCAN_WORD;
        return JSON_SCAN_MORE;
    }
}

static JsonScanResult word_byte(JsonScan *scan, char byte)
{
    JsonScanResult result;

    if (is_word(byte)) {
        if (scan->word_len == JSON_NUMBER_LENGTH_MAX) {
            return scan_fail(scan, "number or word too long");
        }
        scan->word[scan->word_len++] = byte;
        return JSON_SCAN_MORE;
    }
    result = word_finish(scan);
    if (result == JSON_SCAN_BAD) {
        return result;
    }
    return scan->depth ? between_byte(scan, byte) : JSON_SCAN_DONE_BEFORE;
}

static JsonScanResult string_byte(JsonScan *scan, char byte)
{
    unsigned char c = byte;

    if (scan->need_low && byte != '\\') {
        return scan_fail(scan, "unpaired surrogate in a string");
    }
    if (byte == scan->quote) {
        scan->state = JSON_SCAN_BETWEEN;
        scan->previous = '"';
        return scan->depth ? JSON_SCAN_MORE : JSON_SCAN_DONE;
    }
    if (byte == '\\') {
        scan->state = JSON_SCAN_ESCAPE;
        return JSON_SCAN_MORE;
    }
    if (c < 0x20) {
        return scan_fail(scan, "control character in a string");
    }
    if (c == 0xc0 || c == 0xc1 || c >= 0xf5) {
        return scan_fail(scan, "invalid UTF-8 in a string");
    }
    return JSON_SCAN_MORE;
}

static JsonScanResult escape_byte(JsonScan *scan, char byte)
{
    if (byte == 'u') {
        scan->hex_digits = 0;
        scan->hex_value = 0;
        scan->state = JSON_SCAN_HEX;
        return JSON_SCAN_MORE;
    }
    if (scan->need_low) {
        return scan_fail(scan, "unpaired surrogate in a string");
    }
    if (!byte || !strchr("\"'\\/bfnrt", byte)) {
        return scan_fail(scan, "unknown escape in a string");
    }
    scan->state = JSON_SCAN_STRING;
    return JSON_SCAN_MORE;
}

static JsonScanResult hex_byte(JsonScan *scan, char byte)
{
    bool is_low;

    if (!g_ascii_isxdigit(byte)) {
        return scan_fail(scan, "\\u needs four hexadecimal digits");
    }
    scan->hex_value = scan->hex_value << 4 | g_ascii_xdigit_value(byte);
    if (++scan->hex_digits < 4) {
        return JSON_SCAN_MORE;
    }
    is_low = (scan->hex_value & 0xfc00) == 0xdc00;
    if (!scan->hex_value) {
        return scan_fail(scan, "\\u0000 in a string");
    }
    if (is_low != scan->need_low) {
        return scan_fail(scan, "unpaired surrogate in a string");
    }
    scan->need_low = (scan->hex_value & 0xfc00) == 0xd800;
    scan->state = JSON_SCAN_STRING;
    return JSON_SCAN_MORE;
}

JsonScanResult json_scan_byte(JsonScan *scan, char byte)
{
    switch (scan->state) {
    case JSON_SCAN_WORD:
        return word_byte(scan, byte);
    case JSON_SCAN_STRING:
        return string_byte(scan, byte);
    case JSON_SCAN_ESCAPE:
        return escape_byte(scan, byte);
    case JSON_SCAN_HEX:
        return hex_byte(scan, byte);
    default:
        return between_byte(scan, byte);
    }
}

JsonScanResult json_scan_end(JsonScan *scan)
{
    if (scan->state == JSON_SCAN_WORD) {
        JsonScanResult result = word_finish(scan);

        return result == JSON_SCAN_DONE && scan->depth ? JSON_SCAN_MORE : result;
    }
    return JSON_SCAN_MORE;
}
