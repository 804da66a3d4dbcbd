/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strings: bounded copies, strict number and size parsing, formatting of sizes
 * and frequencies; and a few helpers on memory.
 */
#ifndef QEMU_CUTILS_H
#define QEMU_CUTILS_H

/* Copy or append, always terminated within @buf_size bytes (pstrcat returns @buf). */
void pstrcpy(char *buf, int buf_size, const char *str);
char *pstrcat(char *buf, int buf_size, const char *s);
/* Copies and fills the rest of @buf with @pad; terminated only if there is room. */
void strpadcpy(char *buf, int buf_size, const char *str, char pad);

/* Whether @str begins with @val (the i form: ignoring case); *@ptr is what follows. */
int strstart(const char *str, const char *val, const char **ptr);
int stristart(const char *str, const char *val, const char **ptr);
int qemu_strnlen(const char *s, int max_len);
/* strsep(3): the next token up to a character of @delim. */
char *qemu_strsep(char **input, const char *delim);
const char *qemu_strchrnul(const char *s, int c);
/* Compare through pointers, for bsearch and sorting arrays of strings; NULL sorts first. */
int qemu_pstrcmp0(const char **str1, const char **str2);

/* Date (UTC) in seconds since the epoch, like timegm(3). */
time_t mktimegm(struct tm *tm);

/*
 * Strict numbers. The text is as strtol(3) takes it, @base too. Returns 0;
 * -EINVAL when there is no number, or text follows and @endptr is NULL;
 * -ERANGE when it does not fit (*@result is then the nearest limit).
 * *@endptr, if wanted, is what follows the number. The unsigned forms accept
 * a minus sign as strtoul(3) does, within the type's width.
 */
int qemu_strtoi(const char *nptr, const char **endptr, int base, int *result);
int qemu_strtoui(const char *nptr, const char **endptr, int base, unsigned int *result);
int qemu_strtol(const char *nptr, const char **endptr, int base, long *result);
int qemu_strtoul(const char *nptr, const char **endptr, int base, unsigned long *result);
int qemu_strtoi64(const char *nptr, const char **endptr, int base, int64_t *result);
int qemu_strtou64(const char *nptr, const char **endptr, int base, uint64_t *result);
int qemu_strtod(const char *nptr, const char **endptr, double *result);
/* No infinity, no NaN. */
int qemu_strtod_finite(const char *nptr, const char **endptr, double *result);

/* Unsigned, without a sign; *@endptr is set even on failure. Results as above. */
int parse_uint(const char *s, const char **endptr, int base, uint64_t *value);
/* Same, nothing may follow. */
int parse_uint_full(const char *s, int base, uint64_t *value);

/*
 * Sizes: decimal, with a fraction, or hexadecimal (no fraction, no suffix B or
 * E), and a suffix B K M G T P E, any case: powers of 1024 (of 1000: _metric).
 * Without a suffix the number counts bytes, in _MiB mebibytes. Returns as
 * above, -ERANGE above 2^64 - 1.
 */
int qemu_strtosz(const char *nptr, const char **end, uint64_t *result);
int qemu_strtosz_MiB(const char *nptr, const char **end, uint64_t *result);
int qemu_strtosz_metric(const char *nptr, const char **end, uint64_t *result);

/* "1.5 GiB", "100 MHz": three significant digits. Caller frees. */
char *size_to_str(uint64_t val);
char *freq_to_str(uint64_t freq_hz);

/* Whether all @len bytes are zero; NULL-safe for a length of 0. */
bool buffer_is_zero(const void *buf, size_t len);

/* Hexadecimal dump, 16 bytes a line, each line begun by @prefix. */
void qemu_hexdump(FILE *fp, const char *prefix, const void *bufptr, size_t size);

/* ULEB128, at most two bytes (values below 2^14). Return bytes used, decoding -1 on error. */
int uleb128_encode_small(uint8_t *out, uint32_t n);
int uleb128_decode_small(const uint8_t *in, uint32_t *n);

#endif
