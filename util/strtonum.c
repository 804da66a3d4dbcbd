/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict parsing of numbers and sizes (qemu/cutils.h). All integer forms go
 * through one scanner that yields sign, magnitude and end; the limits of the
 * type are applied to that. Decimal fractions of sizes are exact: no double
 * is involved.
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"

/* A scanned integer: text [start, end) means (negative ? -1 : 1) * magnitude. */
typedef struct Scan {
    const char *end;            /* the start of the text when there is no number */
    uint64_t magnitude;
    bool is_negative;
    bool is_overflow;           /* magnitude is 2^64 or more; it is UINT64_MAX then */
    bool is_found;
} Scan;

static int digit_value(char c, int base)
{
    int value;

    if (g_ascii_isdigit(c)) {
        value = c - '0';
    } else if (g_ascii_isalpha(c)) {
        value = g_ascii_tolower(c) - 'a' + 10;
    } else {
        return -1;
    }
    return value < base ? value : -1;
}

static Scan integer_scan(const char *text, int base)
{
    Scan scan = { .end = text };
    const char *p = text;

    while (g_ascii_isspace(*p) || *p == '\v') {
        p++;
    }
    if (*p == '-' || *p == '+') {
        scan.is_negative = *p++ == '-';
    }
    /* "0x" counts as a prefix only before a digit; else the number is the 0. */
    if ((base == 0 || base == 16) && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')
        && digit_value(p[2], 16) >= 0) {
        p += 2;
        base = 16;
    } else if (base == 0) {
        base = *p == '0' ? 8 : 10;
    }
    for (int digit; (digit = digit_value(*p, base)) >= 0; p++) {
        scan.is_found = true;
        scan.is_overflow |= __builtin_mul_overflow(scan.magnitude, base, &scan.magnitude);
        scan.is_overflow |= __builtin_add_overflow(scan.magnitude, digit, &scan.magnitude);
        scan.end = p + 1;
    }
    if (scan.is_overflow) {
        scan.magnitude = UINT64_MAX;
    }
    return scan;
}

/* Hands @end to the caller; -EINVAL if he does not take it and text is left. */
static int end_check(const char *end, const char **endptr, int ret)
{
    if (endptr) {
        *endptr = end;
        return ret;
    }
    return *end ? -EINVAL : ret;
}

static bool scan_start(const char *nptr, const char **endptr, int base, Scan *scan)
{
    g_assert(base == 0 || (base >= 2 && base <= 36));
    if (!nptr) {
        if (endptr) {
            *endptr = NULL;
        }
        return false;
    }
    *scan = integer_scan(nptr, base);
    if (!scan->is_found) {
        if (endptr) {
            *endptr = nptr;
        }
        return false;
    }
    return true;
}

/* @result is always set: to the number, the limit it exceeds, or 0. */
static int signed_parse(const char *nptr, const char **endptr, int base, int64_t max,
                        int64_t *result)
{
    Scan scan;
    uint64_t limit;
    int ret = 0;

    *result = 0;
    if (!scan_start(nptr, endptr, base, &scan)) {
        return -EINVAL;
    }
    limit = (uint64_t)max + scan.is_negative;
    if (scan.magnitude > limit) {
        scan.magnitude = limit;
        ret = -ERANGE;
    }
    *result = scan.is_negative ? -scan.magnitude : scan.magnitude;
    return end_check(scan.end, endptr, ret);
}

static int unsigned_parse(const char *nptr, const char **endptr, int base, uint64_t max,
                          uint64_t *result)
{
    Scan scan;
    int ret = 0;

    *result = 0;
    if (!scan_start(nptr, endptr, base, &scan)) {
        return -EINVAL;
    }
    if (scan.is_overflow || scan.magnitude > max) {
        *result = max;
        ret = -ERANGE;
    } else {
        *result = (scan.is_negative ? -scan.magnitude : scan.magnitude) & max;
    }
    return end_check(scan.end, endptr, ret);
}

#define STRTO_SIGNED(name, type, max)                                     \
    int name(const char *nptr, const char **endptr, int base, type *result) \
    {                                                                     \
        int64_t value;                                                    \
        int ret = signed_parse(nptr, endptr, base, max, &value);          \
                                                                          \
        *result = value;                                                  \
        return ret;                                                       \
    }
STRTO_SIGNED(qemu_strtoi, int, INT_MAX)
STRTO_SIGNED(qemu_strtol, long, LONG_MAX)
STRTO_SIGNED(qemu_strtoi64, int64_t, INT64_MAX)

#define STRTO_UNSIGNED(name, type, max)                                   \
    int name(const char *nptr, const char **endptr, int base, type *result) \
    {                                                                     \
        uint64_t value;                                                   \
        int ret = unsigned_parse(nptr, endptr, base, max, &value);        \
                                                                          \
        *result = value;                                                  \
        return ret;                                                       \
    }
STRTO_UNSIGNED(qemu_strtoui, unsigned int, UINT_MAX)
STRTO_UNSIGNED(qemu_strtoul, unsigned long, ULONG_MAX)
STRTO_UNSIGNED(qemu_strtou64, uint64_t, UINT64_MAX)

int parse_uint(const char *s, const char **endptr, int base, uint64_t *value)
{
    const char *first = s;
    int ret;

    while (first && (g_ascii_isspace(*first) || *first == '\v')) {
        first++;
    }
    if (!first || *first == '-') {
        *value = 0;
        if (endptr) {
            *endptr = s;
        }
        return -EINVAL;
    }
    ret = qemu_strtou64(s, endptr, base, value);
    if (ret == -EINVAL) {
        *value = 0;
    }
    return ret;
}

int parse_uint_full(const char *s, int base, uint64_t *value)
{
    return parse_uint(s, NULL, base, value);
}

int qemu_strtod(const char *nptr, const char **endptr, double *result)
{
    char *end;

    *result = 0.0;
    if (!nptr) {
        if (endptr) {
            *endptr = NULL;
        }
        return -EINVAL;
    }
    errno = 0;
    *result = strtod(nptr, &end);
    if (end == nptr) {
        if (endptr) {
            *endptr = nptr;
        }
        return -EINVAL;
    }
    return end_check(end, endptr, -errno);
}

int qemu_strtod_finite(const char *nptr, const char **endptr, double *result)
{
    const char *end;
    int ret = qemu_strtod(nptr, &end, result);

    if (ret != -EINVAL && !isfinite(*result) && ret != -ERANGE) {
        *result = 0.0;
        end = nptr;
        ret = -EINVAL;
    }
    if (ret == -EINVAL) {
        if (endptr) {
            *endptr = nptr;
        }
        return ret;
    }
    return end_check(end, endptr, ret);
}

/* ---- sizes ---------------------------------------------------------------- */

/* The factor of suffix @c, or 0 when it is none. */
static uint64_t suffix_factor(char c, unsigned step)
{
    static const char suffixes[] = "BKMGTPE";
    const char *at = c ? strchr(suffixes, g_ascii_toupper(c)) : NULL;
    uint64_t factor = 1;

    if (!at) {
        return 0;
    }
    for (const char *s = suffixes; s < at; s++) {
        factor *= step;
    }
    return factor;
}

/*
 * The digits after a decimal point at @p as a fraction, cut after the
 * 18th digit, so that the product with any factor fits into 128 bits.
 */
static const char *fraction_scan(const char *p, uint64_t *numerator, uint64_t *denominator)
{
    *numerator = 0;
    *denominator = 1;
    for (; g_ascii_isdigit(*p); p++) {
        if (*denominator < 1000000000000000000ull) {
            *numerator = *numerator * 10 + (*p - '0');
            *denominator *= 10;
        }
    }
    return p;
}

/* A size without its suffix. */
typedef struct SizeScan {
    uint64_t whole;
    uint64_t numerator;         /* of the fraction */
    uint64_t denominator;
    bool is_hex;
    bool is_overflow;
    const char *end;
} SizeScan;

static bool size_scan(const char *text, SizeScan *size)
{
    Scan scan;
    const char *p = text;

    while (g_ascii_isspace(*p)) {
        p++;
    }
    p += *p == '+';
    /* No signs but the one plus: "-5" must not become almost 2^64. */
    if (!g_ascii_isdigit(*p) && !(*p == '.' && g_ascii_isdigit(p[1]))) {
        return false;
    }
    *size = (SizeScan) { .denominator = 1, .end = p };
    size->is_hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
    if (*p != '.') {
        scan = integer_scan(p, size->is_hex ? 16 : 10);
        size->whole = scan.magnitude;
        size->is_overflow = scan.is_overflow;
        size->end = scan.end;
    }
    if (!size->is_hex && *size->end == '.') {
        size->end = fraction_scan(size->end + 1, &size->numerator, &size->denominator);
    }
    return true;
}

/* Bytes of @size in units of @factor; false when they do not fit. */
static bool size_scale(const SizeScan *size, uint64_t factor, uint64_t *result)
{
    unsigned __int128 bytes = (unsigned __int128)size->whole * factor;

    bytes += ((unsigned __int128)size->numerator * factor + size->denominator / 2)
             / size->denominator;
    *result = bytes > UINT64_MAX ? UINT64_MAX : (uint64_t)bytes;
    return !size->is_overflow && bytes <= UINT64_MAX;
}

static int size_parse(const char *nptr, const char **endptr, char default_suffix, unsigned step,
                      uint64_t *result)
{
    SizeScan size;
    uint64_t factor;
    int ret = 0;

    *result = 0;
    if (!nptr || !size_scan(nptr, &size)) {
        goto invalid;
    }
    factor = suffix_factor(*size.end, step);
    if (factor && size.is_hex && strchr("bBeE", *size.end)) {
        factor = 0;             /* a digit, as far as the reader can tell */
    }
    if (factor) {
        size.end++;
    } else {
        factor = suffix_factor(default_suffix, step);
    }
    if (size.numerator && factor == 1) {
        goto invalid;           /* there is no part of a byte */
    }
    if (!size_scale(&size, factor, result)) {
        *result = UINT64_MAX;
        ret = -ERANGE;
    }
    ret = end_check(size.end, endptr, ret);
    if (ret == -EINVAL) {
        *result = 0;
    }
    return ret;

invalid:
    if (endptr) {
        *endptr = nptr;
    }
    return -EINVAL;
}

int qemu_strtosz(const char *nptr, const char **end, uint64_t *result)
{
    return size_parse(nptr, end, 'B', 1024, result);
}

int qemu_strtosz_MiB(const char *nptr, const char **end, uint64_t *result)
{
    return size_parse(nptr, end, 'M', 1024, result);
}

int qemu_strtosz_metric(const char *nptr, const char **end, uint64_t *result)
{
    return size_parse(nptr, end, 'B', 1000, result);
}
