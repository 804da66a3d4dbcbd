/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strings and memory (qemu/cutils.h): bounded copies, comparisons, hex dump.
 * Number parsing is in strtonum.c.
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/host-utils.h"

void pstrcpy(char *buf, int buf_size, const char *str)
{
    if (buf_size > 0) {
        g_strlcpy(buf, str, buf_size);
    }
}

char *pstrcat(char *buf, int buf_size, const char *s)
{
    int len = strlen(buf);

    if (len < buf_size) {
        pstrcpy(buf + len, buf_size - len, s);
    }
    return buf;
}

void strpadcpy(char *buf, int buf_size, const char *str, char pad)
{
    int len = qemu_strnlen(str, buf_size);

    memcpy(buf, str, len);
    memset(buf + len, pad, buf_size - len);
}

/* Tells the caller what follows a prefix of @len characters. */
static int prefix_found(const char *str, size_t len, const char **ptr)
{
    if (ptr) {
        *ptr = str + len;
    }
    return 1;
}

int strstart(const char *str, const char *val, const char **ptr)
{
    size_t len = strlen(val);

    return strncmp(str, val, len) == 0 ? prefix_found(str, len, ptr) : 0;
}

int stristart(const char *str, const char *val, const char **ptr)
{
    size_t len = strlen(val);

    return g_ascii_strncasecmp(str, val, len) == 0 ? prefix_found(str, len, ptr) : 0;
}

int qemu_strnlen(const char *s, int max_len)
{
    return strnlen(s, max_len);
}

char *qemu_strsep(char **input, const char *delim)
{
    return strsep(input, delim);
}

const char *qemu_strchrnul(const char *s, int c)
{
    return strchrnul(s, c);
}

int qemu_pstrcmp0(const char **str1, const char **str2)
{
    return g_strcmp0(*str1, *str2);
}

time_t mktimegm(struct tm *tm)
{
    struct tm copy = *tm;       /* timegm() normalises its argument */

    return timegm(&copy);
}

bool buffer_is_zero(const void *buf, size_t len)
{
    const uint8_t *p = buf;

    if (!len) {
        return true;
    }
    /* Zero at the front and equal to itself shifted by that much: zero throughout. */
    for (size_t i = 0; i < MIN(len, 16); i++) {
        if (p[i]) {
            return false;
        }
    }
    return len <= 16 || memcmp(p, p + 16, len - 16) == 0;
}

void qemu_hexdump(FILE *fp, const char *prefix, const void *bufptr, size_t size)
{
    const uint8_t *buf = bufptr;

    for (size_t line = 0; line < size; line += 16) {
        size_t n = MIN(size - line, 16);

        fprintf(fp, "%s: %04zx:", prefix, line);
        for (size_t i = 0; i < 16; i++) {
            const char *gap = i % 4 == 0 ? "  " : " ";

            if (i < n) {
                fprintf(fp, "%s%02x", gap, buf[line + i]);
            } else {
                fprintf(fp, "%s  ", gap);
            }
        }
        fputs("  ", fp);
        for (size_t i = 0; i < n; i++) {
            fputc(g_ascii_isprint(buf[line + i]) ? buf[line + i] : '.', fp);
        }
        fputc('\n', fp);
    }
}

int uleb128_encode_small(uint8_t *out, uint32_t n)
{
    g_assert(n <= 0x3fff);
    if (n < 0x80) {
        out[0] = n;
        return 1;
    }
    out[0] = 0x80 | (n & 0x7f);
    out[1] = n >> 7;
    return 2;
}

int uleb128_decode_small(const uint8_t *in, uint32_t *n)
{
    if (!(in[0] & 0x80)) {
        *n = in[0];
        return 1;
    }
    if (in[1] & 0x80) {
        return -1;
    }
    *n = (in[0] & 0x7f) | (uint32_t)in[1] << 7;
    return 2;
}

/* @val in the largest of @units (each @step times the one before) that leaves at least 1. */
static char *scaled_to_str(uint64_t val, unsigned step, const char *const *units, size_t n_units)
{
    double scaled = val;
    size_t unit = 0;

    /* Rounding must not make it reach the next unit: 1023.7 KiB is printed as 1 MiB. */
    while (scaled >= step - 0.5 && unit + 1 < n_units) {
        scaled /= step;
        unit++;
    }
    return g_strdup_printf("%.*g %s", scaled >= 999.5 ? 4 : 3, scaled, units[unit]);
}

char *size_to_str(uint64_t val)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };

    return scaled_to_str(val, 1024, units, G_N_ELEMENTS(units));
}

char *freq_to_str(uint64_t freq_hz)
{
    static const char *const units[] = { "Hz", "KHz", "MHz", "GHz", "THz", "PHz", "EHz" };

    return scaled_to_str(freq_hz, 1000, units, G_N_ELEMENTS(units));
}
