/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lexical half of the JSON parser: follows the bytes of one message,
 * finds its end, and refuses what json-c would accept or silently change
 * (comments, trailing commas, NaN, saturated integers, lone surrogates...).
 * Grammar and the tree are json-c's.
 */
#ifndef JSON_INTERNAL_H
#define JSON_INTERNAL_H

#include "qemu/json.h"

/* More digits than this are no sensible number. */
#define JSON_NUMBER_LENGTH_MAX 512

typedef enum JsonScanState {
    JSON_SCAN_BETWEEN,      /* white space and structure */
    JSON_SCAN_WORD,         /* true, false, null or a number */
    JSON_SCAN_STRING,
    JSON_SCAN_ESCAPE,       /* behind a backslash */
    JSON_SCAN_HEX,          /* inside \uXXXX */
} JsonScanState;

typedef enum JsonScanResult {
    JSON_SCAN_MORE,         /* the message goes on */
    JSON_SCAN_DONE,         /* this byte ended it and belongs to it */
    JSON_SCAN_DONE_BEFORE,  /* it ended before this byte */
    JSON_SCAN_BAD,          /* this byte cannot stand here; the message is lost */
    JSON_SCAN_TOO_DEEP,     /* well formed so far, but nested too deeply */
} JsonScanResult;

typedef struct JsonScan {
    JsonScanState state;
    bool started;           /* a byte other than white space was seen */
    char quote;
    char previous;          /* last byte of structure, 0 at the start */
    bool need_low;          /* the string's last \u was a high surrogate */
    unsigned hex_digits;
    uint32_t hex_value;
    unsigned depth;
    uint64_t members;       /* ':' of objects, to be compared with the tree's */
    size_t word_len;
    char word[JSON_NUMBER_LENGTH_MAX + 1];
    char stack[JSON_DEPTH_MAX]; /* open brackets */
    const char *problem;    /* static text, after JSON_SCAN_BAD */
} JsonScan;

void json_scan_init(JsonScan *scan);

/* Takes the next byte of the message. */
JsonScanResult json_scan_byte(JsonScan *scan, char byte);

/* The input ends here: DONE, BAD or MORE (the message is not complete). */
JsonScanResult json_scan_end(JsonScan *scan);

/* The tree of a message that was scanned completely; NULL and @errp on error. */
JsonValue *json_tree_new(const JsonScan *scan, const char *text, size_t len, Error **errp);

#endif
