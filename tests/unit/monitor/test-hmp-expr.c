/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The expressions of human monitor arguments. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "monitor/hmp-expr-internal.h"

static bool test_register(const char *name, uint64_t *value, Error **errp)
{
    if (strcmp(name, "pc")) {
        error_setg(errp, "unknown register '$%s'", name);
        return false;
    }
    *value = 0x40000000;
    return true;
}

typedef struct ExprCase {
    const char *text;
    uint64_t value;
    const char *rest;   /* what is left of the text */
} ExprCase;

static void expect_values(const ExprCase *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *at = cases[i].text;
        uint64_t value = 0;
        Error *err = NULL;

        g_test_message("%s", cases[i].text);
        hmp_expr_eval(&at, test_register, &value, &err);
        g_assert_null(err);
        g_assert_cmphex(value, ==, cases[i].value);
        g_assert_cmpstr(at, ==, cases[i].rest);
    }
}

static void test_numbers(void)
{
    static const ExprCase cases[] = {
        { "0", 0, "" },
        { "42", 42, "" },
        { "0x2A", 42, "" },
        { "052", 42, "" },
        { "'A'", 65, "" },
        { "18446744073709551615", UINT64_MAX, "" },
        { "$pc", 0x40000000, "" },
    };

    expect_values(cases, G_N_ELEMENTS(cases));
}

static void test_operators(void)
{
    static const ExprCase cases[] = {
        { "1+2", 3, "" },
        { "10-4", 6, "" },
        { "6*7", 42, "" },
        { "43/7", 6, "" },
        { "43%7", 1, "" },
        { "0xf0&0x3c", 0x30, "" },
        { "0xf0|0x0f", 0xff, "" },
        { "0xff^0x0f", 0xf0, "" },
        { "-1", UINT64_MAX, "" },
        { "~0", UINT64_MAX, "" },
        { "--5", 5, "" },
        { "- ~ 5", 6, "" },
        { "-8/2", (uint64_t)-4, "" },
        { "-7%4", (uint64_t)-3, "" },
        { "0x8000000000000000/-1", 0x8000000000000000, "" },
        { "0x8000000000000000%-1", 0, "" },
    };

    expect_values(cases, G_N_ELEMENTS(cases));
}

static void test_precedence(void)
{
    static const ExprCase cases[] = {
        { "1+2*3", 7, "" },
        { "(1+2)*3", 9, "" },
        { "10-3-2", 5, "" },
        { "64/4/2", 8, "" },
        { "1|2^3&4", 3, "" },
        { "1+1&3", 2, "" },
        { "$pc + 4 * (2 + 1)", 0x4000000c, "" },
    };

    expect_values(cases, G_N_ELEMENTS(cases));
}

static void test_stops_behind_value(void)
{
    static const ExprCase cases[] = {
        { "0x1000 file", 0x1000, " file" },
        { "1 2", 1, " 2" },
        { "(1) (2)", 1, " (2)" },
    };

    expect_values(cases, G_N_ELEMENTS(cases));
}

static void test_errors(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        { "", "expression ends where a value is expected" },
        { "1+", "expression ends where a value is expected" },
        { "foo", "value expected at 'foo'" },
        { "(1", "')' expected at ''" },
        { "1/0", "division by zero" },
        { "1%0", "division by zero" },
        { "12ab", "invalid number at '12ab'" },
        { "0x", "invalid number at '0x'" },
        { "18446744073709551616", "number too large at '18446744073709551616'" },
        { "'a", "unterminated character constant at ''a'" },
        { "$", "expected the name of a register after '$'" },
        { "$nosuch", "unknown register '$nosuch'" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *at = cases[i].text;
        uint64_t value;
        Error *err = NULL;

        g_assert_false(hmp_expr_eval(&at, test_register, &value, &err));
        g_assert_cmpstr(error_get_pretty(err), ==, cases[i].message);
        error_free(err);
    }
}

static void test_nesting_is_bounded(void)
{
    g_autofree char *deep = g_strnfill(100000, '(');
    g_autofree char *signs = g_strnfill(100000, '-');
    const char *at = deep;
    uint64_t value;
    Error *err = NULL;

    g_assert_false(hmp_expr_eval(&at, NULL, &value, &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "expression nested deeper than 64");
    error_free(err);
    at = signs;
    g_assert_false(hmp_expr_eval(&at, NULL, &value, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hmp/expr/numbers-read-as-in-c", test_numbers);
    g_test_add_func("/hmp/expr/operators-compute", test_operators);
    g_test_add_func("/hmp/expr/precedence-is-that-of-c", test_precedence);
    g_test_add_func("/hmp/expr/stops-behind-the-value",
                    test_stops_behind_value);
    g_test_add_func("/hmp/expr/mistakes-are-named", test_errors);
    g_test_add_func("/hmp/expr/nesting-is-bounded", test_nesting_is_bounded);
    return g_test_run();
}
