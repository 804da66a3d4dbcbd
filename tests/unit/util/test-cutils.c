/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of strings, number and size parsing (qemu/cutils.h). */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/units.h"

/* ---- numbers --------------------------------------------------------------- */

typedef struct U64Case {
    const char *text;
    int base;
    int ret;                    /* with text left over allowed */
    uint64_t value;
    size_t used;
    int ret_full;               /* without */
} U64Case;

static const U64Case u64_cases[] = {
    { "0", 0, 0, 0, 1, 0 },
    { "123", 0, 0, 123, 3, 0 },
    { "  +42", 0, 0, 42, 5, 0 },
    { "0x1F", 0, 0, 31, 4, 0 },
    { "0X1f", 16, 0, 31, 4, 0 },
    { "ff", 16, 0, 255, 2, 0 },
    { "017", 0, 0, 15, 3, 0 },
    { "017", 10, 0, 17, 3, 0 },
    { "z", 36, 0, 35, 1, 0 },
    { "12abc", 0, 0, 12, 2, -EINVAL },
    { "1 ", 0, 0, 1, 1, -EINVAL },
    { "0x", 0, 0, 0, 1, -EINVAL },
    { "0xg", 16, 0, 0, 1, -EINVAL },
    { "08", 0, 0, 0, 1, -EINVAL },
    { "18446744073709551615", 0, 0, UINT64_MAX, 20, 0 },
    { "18446744073709551616", 0, -ERANGE, UINT64_MAX, 20, -ERANGE },
    { "0x10000000000000000", 0, -ERANGE, UINT64_MAX, 19, -ERANGE },
    { "99999999999999999999999x", 0, -ERANGE, UINT64_MAX, 23, -EINVAL },
    { "-1", 0, 0, UINT64_MAX, 2, 0 },
    { "-18446744073709551615", 0, 0, 1, 21, 0 },
    { "", 0, -EINVAL, 0, 0, -EINVAL },
    { "   ", 0, -EINVAL, 0, 0, -EINVAL },
    { "abc", 0, -EINVAL, 0, 0, -EINVAL },
    { "-", 0, -EINVAL, 0, 0, -EINVAL },
    { "+-1", 0, -EINVAL, 0, 0, -EINVAL },
};

static void test_strtou64(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(u64_cases); i++) {
        const U64Case *c = &u64_cases[i];
        const char *end = NULL;
        uint64_t value = 999;

        g_test_message("'%s'", c->text);
        g_assert_cmpint(qemu_strtou64(c->text, &end, c->base, &value), ==, c->ret);
        g_assert_cmpuint(value, ==, c->value);
        g_assert_cmpuint(end - c->text, ==, c->used);
        g_assert_cmpint(qemu_strtou64(c->text, NULL, c->base, &value), ==, c->ret_full);
    }
}

static void test_null_text_is_invalid(void)
{
    const char *end = "x";
    uint64_t u = 1;
    int i = 1;

    g_assert_cmpint(qemu_strtou64(NULL, &end, 0, &u), ==, -EINVAL);
    g_assert_null(end);
    g_assert_cmpint(qemu_strtoi(NULL, NULL, 0, &i), ==, -EINVAL);
    g_assert_cmpint(parse_uint(NULL, &end, 0, &u), ==, -EINVAL);
    g_assert_cmpint(qemu_strtosz(NULL, &end, &u), ==, -EINVAL);
}

static void test_signed_limits(void)
{
    int64_t i64;
    int i;

    g_assert_cmpint(qemu_strtoi64("-9223372036854775808", NULL, 0, &i64), ==, 0);
    g_assert_cmpint(i64, ==, INT64_MIN);
    g_assert_cmpint(qemu_strtoi64("9223372036854775808", NULL, 0, &i64), ==, -ERANGE);
    g_assert_cmpint(i64, ==, INT64_MAX);
    g_assert_cmpint(qemu_strtoi64("-9223372036854775809", NULL, 0, &i64), ==, -ERANGE);
    g_assert_cmpint(i64, ==, INT64_MIN);
    g_assert_cmpint(qemu_strtoi("2147483648", NULL, 0, &i), ==, -ERANGE);
    g_assert_cmpint(i, ==, INT_MAX);
    g_assert_cmpint(qemu_strtoi("-2147483648", NULL, 0, &i), ==, 0);
    g_assert_cmpint(i, ==, INT_MIN);
}

static void test_unsigned_int_limits(void)
{
    unsigned u;

    g_assert_cmpint(qemu_strtoui("4294967295", NULL, 0, &u), ==, 0);
    g_assert_cmpuint(u, ==, UINT_MAX);
    g_assert_cmpint(qemu_strtoui("4294967296", NULL, 0, &u), ==, -ERANGE);
    g_assert_cmpuint(u, ==, UINT_MAX);
    g_assert_cmpint(qemu_strtoui("-1", NULL, 0, &u), ==, 0);
    g_assert_cmpuint(u, ==, UINT_MAX);
}

static void test_parse_uint_refuses_sign(void)
{
    uint64_t value = 7;

    g_assert_cmpint(parse_uint_full("-1", 0, &value), ==, -EINVAL);
    g_assert_cmpuint(value, ==, 0);
    g_assert_cmpint(parse_uint_full(" -0", 0, &value), ==, -EINVAL);
    g_assert_cmpint(parse_uint_full("0x20", 0, &value), ==, 0);
    g_assert_cmpuint(value, ==, 32);
    g_assert_cmpint(parse_uint_full("20 ", 0, &value), ==, -EINVAL);
}

static void test_doubles(void)
{
    const char *end;
    double d;

    g_assert_cmpint(qemu_strtod("1.5e3", NULL, &d), ==, 0);
    g_assert_cmpfloat(d, ==, 1500);
    g_assert_cmpint(qemu_strtod("1.5x", &end, &d), ==, 0);
    g_assert_cmpstr(end, ==, "x");
    g_assert_cmpint(qemu_strtod_finite("inf", &end, &d), ==, -EINVAL);
    g_assert_cmpstr(end, ==, "inf");
    g_assert_cmpint(qemu_strtod_finite("nan", NULL, &d), ==, -EINVAL);
    g_assert_cmpint(qemu_strtod_finite("1e999", NULL, &d), ==, -ERANGE);
    g_assert_cmpint(qemu_strtod("", NULL, &d), ==, -EINVAL);
}

/* ---- sizes ----------------------------------------------------------------- */

typedef struct SizeCase {
    const char *text;
    int ret;
    uint64_t value;
    size_t used;
} SizeCase;

static const SizeCase size_cases[] = {
    { "0", 0, 0, 1 },
    { "12345", 0, 12345, 5 },
    { "1k", 0, KiB, 2 },
    { "8K", 0, 8 * KiB, 2 },
    { "1M", 0, MiB, 2 },
    { "3g", 0, 3 * GiB, 2 },
    { "1T", 0, TiB, 2 },
    { "1P", 0, PiB, 2 },
    { "1E", 0, EiB, 2 },
    { "100B", 0, 100, 4 },
    { "1.5M", 0, MiB + MiB / 2, 4 },
    { ".5k", 0, 512, 3 },
    { "12.345M", 0, 12944671, 7 },
    { "1.k", 0, KiB, 3 },
    { "0x12", 0, 18, 4 },
    { "0x10k", 0, 16 * KiB, 5 },
    { "0x1E", 0, 30, 4 },
    { "0x1B", 0, 27, 4 },
    { "4Kx", 0, 4 * KiB, 2 },
    { "16EE", -ERANGE, UINT64_MAX, 3 },
    { "15.999999999999999999E", 0, UINT64_MAX, 22 },      /* 2^64 - 1.15, rounded */
    { "15.99999999999999999E", 0, UINT64_MAX - 11, 21 },  /* 2^64 - 11.5, rounded */
    { "18446744073709551615", 0, UINT64_MAX, 20 },
    { "18446744073709551616", -ERANGE, UINT64_MAX, 20 },
    { "20E", -ERANGE, UINT64_MAX, 3 },
    { "1.5", -EINVAL, 0, 0 },
    { "1.5B", -EINVAL, 0, 0 },
    { "-1", -EINVAL, 0, 0 },
    { "", -EINVAL, 0, 0 },
    { "k", -EINVAL, 0, 0 },
    { ".", -EINVAL, 0, 0 },
};

static void test_sizes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(size_cases); i++) {
        const SizeCase *c = &size_cases[i];
        const char *end = NULL;
        uint64_t value = 999;

        g_test_message("'%s'", c->text);
        g_assert_cmpint(qemu_strtosz(c->text, &end, &value), ==, c->ret);
        g_assert_cmpuint(value, ==, c->value);
        g_assert_cmpuint(end - c->text, ==, c->used);
    }
}

static void test_size_refuses_rest_of_text(void)
{
    uint64_t value;

    g_assert_cmpint(qemu_strtosz("4Kx", NULL, &value), ==, -EINVAL);
    g_assert_cmpuint(value, ==, 0);
    g_assert_cmpint(qemu_strtosz("4 K", NULL, &value), ==, -EINVAL);
}

static void test_size_defaults(void)
{
    uint64_t value;

    g_assert_cmpint(qemu_strtosz_MiB("12", NULL, &value), ==, 0);
    g_assert_cmpuint(value, ==, 12 * MiB);
    g_assert_cmpint(qemu_strtosz_MiB("1.5", NULL, &value), ==, 0);
    g_assert_cmpuint(value, ==, 3 * MiB / 2);
    g_assert_cmpint(qemu_strtosz_MiB("12k", NULL, &value), ==, 0);
    g_assert_cmpuint(value, ==, 12 * KiB);
    g_assert_cmpint(qemu_strtosz_metric("12k", NULL, &value), ==, 0);
    g_assert_cmpuint(value, ==, 12000);
    g_assert_cmpint(qemu_strtosz_metric("1.25M", NULL, &value), ==, 0);
    g_assert_cmpuint(value, ==, 1250000);
}

static void assert_text(char *text, const char *expected)
{
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_formatting(void)
{
    assert_text(size_to_str(0), "0 B");
    assert_text(size_to_str(1023), "1023 B");
    assert_text(size_to_str(1024), "1 KiB");
    assert_text(size_to_str(1536 * MiB), "1.5 GiB");
    assert_text(size_to_str(1024 * KiB - 1), "1 MiB");
    assert_text(size_to_str(UINT64_MAX), "16 EiB");
    assert_text(freq_to_str(0), "0 Hz");
    assert_text(freq_to_str(999), "999 Hz");
    assert_text(freq_to_str(62500000), "62.5 MHz");
    assert_text(freq_to_str(1000000), "1 MHz");
}

/* ---- strings --------------------------------------------------------------- */

static void test_bounded_copies(void)
{
    char buf[5] = "####";

    pstrcpy(buf, sizeof(buf), "abcdefg");
    g_assert_cmpstr(buf, ==, "abcd");
    pstrcpy(buf, sizeof(buf), "x");
    g_assert_cmpstr(pstrcat(buf, sizeof(buf), "yyyyyy"), ==, "xyyy");
    memset(buf, '#', sizeof(buf));
    strpadcpy(buf, 4, "ab", ' ');
    g_assert_cmpmem(buf, 5, "ab  #", 5);
    strpadcpy(buf, 4, "abcdef", ' ');
    g_assert_cmpmem(buf, 5, "abcd#", 5);
}

static void test_prefixes(void)
{
    const char *rest = NULL;

    g_assert_true(strstart("host:x", "host:", &rest));
    g_assert_cmpstr(rest, ==, "x");
    g_assert_false(strstart("hos", "host", &rest));
    g_assert_true(stristart("HOST", "host", NULL));
    g_assert_cmpstr(qemu_strchrnul("abc", 'b'), ==, "bc");
    g_assert_cmpstr(qemu_strchrnul("abc", 'x'), ==, "");
}

static void test_strsep(void)
{
    char text[] = "a,b,,c";
    char *p = text;

    g_assert_cmpstr(qemu_strsep(&p, ","), ==, "a");
    g_assert_cmpstr(qemu_strsep(&p, ","), ==, "b");
    g_assert_cmpstr(qemu_strsep(&p, ","), ==, "");
    g_assert_cmpstr(qemu_strsep(&p, ","), ==, "c");
    g_assert_null(qemu_strsep(&p, ","));
}

static void test_buffer_is_zero(void)
{
    uint8_t buf[100] = {};

    g_assert_true(buffer_is_zero(NULL, 0));
    for (size_t len = 1; len <= sizeof(buf); len++) {
        g_assert_true(buffer_is_zero(buf, len));
        for (size_t i = 0; i < len; i++) {
            buf[i] = 1;
            g_assert_false(buffer_is_zero(buf, len));
            buf[i] = 0;
        }
    }
}

static void test_uleb128(void)
{
    static const uint8_t too_long[] = { 0x80, 0x80 };
    uint8_t buf[2];
    uint32_t n;

    g_assert_cmpint(uleb128_encode_small(buf, 0x7f), ==, 1);
    g_assert_cmpint(uleb128_encode_small(buf, 0x3fff), ==, 2);
    g_assert_cmpint(uleb128_decode_small(buf, &n), ==, 2);
    g_assert_cmphex(n, ==, 0x3fff);
    g_assert_cmpint(uleb128_decode_small(too_long, &n), ==, -1);
}

static void test_mktimegm(void)
{
    struct tm tm = { .tm_year = 100, .tm_mon = 1, .tm_mday = 29 };

    g_assert_cmpint(mktimegm(&tm), ==, 951782400);      /* 2000-02-29 */
}

static void test_hexdump(void)
{
    g_autofree char *text = NULL;
    size_t len;
    FILE *fp = open_memstream(&text, &len);

    qemu_hexdump(fp, "p", "0123456789abcdef\n", 17);
    fclose(fp);
    g_assert_cmpstr(text, ==,
        "p: 0000:  30 31 32 33  34 35 36 37  38 39 61 62  63 64 65 66  0123456789abcdef\n"
        "p: 0010:  0a                                                  .\n");
    free(g_steal_pointer(&text));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cutils/strtou64", test_strtou64);
    g_test_add_func("/cutils/null-text-is-invalid", test_null_text_is_invalid);
    g_test_add_func("/cutils/signed-limits", test_signed_limits);
    g_test_add_func("/cutils/unsigned-int-limits", test_unsigned_int_limits);
    g_test_add_func("/cutils/parse-uint-refuses-sign", test_parse_uint_refuses_sign);
    g_test_add_func("/cutils/doubles", test_doubles);
    g_test_add_func("/cutils/sizes", test_sizes);
    g_test_add_func("/cutils/size-refuses-rest-of-text", test_size_refuses_rest_of_text);
    g_test_add_func("/cutils/size-default-units", test_size_defaults);
    g_test_add_func("/cutils/size-and-frequency-texts", test_formatting);
    g_test_add_func("/cutils/bounded-copies", test_bounded_copies);
    g_test_add_func("/cutils/prefixes", test_prefixes);
    g_test_add_func("/cutils/strsep", test_strsep);
    g_test_add_func("/cutils/buffer-is-zero", test_buffer_is_zero);
    g_test_add_func("/cutils/uleb128", test_uleb128);
    g_test_add_func("/cutils/mktimegm", test_mktimegm);
    g_test_add_func("/cutils/hexdump", test_hexdump);
    return g_test_run();
}
