/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The qtest protocol itself: the form of answers, the clock, and that any
 * malformed request gets "FAIL" and leaves the dialogue in step.
 */
#include "qemu/osdep.h"
#include "libgantrytest.h"

static QTestState *qts;

/* The answer to @line, which must have as many bytes as it looks like. */
static char *ask(const char *line)
{
    return qtest_request_raw(qts, line, strlen(line));
}

static void assert_answer(const char *line, const char *expected)
{
    g_autofree char *answer = ask(line);

    g_assert_cmpstr(answer, ==, expected);
}

static void assert_fails(const char *line)
{
    g_autofree char *answer = ask(line);

    if (!g_str_has_prefix(answer, "FAIL ") || strlen(answer) < 8) {
        g_error("'%s' was answered '%s'", line, answer);
    }
}

static void test_endianness_is_little(void)
{
    assert_answer("endianness", "OK little");
}

static void test_number_has_sixteen_digits(void)
{
    assert_answer("memset 0x1000 8 0", "OK");
    assert_answer("readb 0x1000", "OK 0x0000000000000000");
}

static void test_port_number_has_four_digits(void)
{
    g_autofree char *answer = ask("inb 0x60");

    g_assert_cmpuint(strlen(answer), ==, strlen("OK 0x0000"));
    g_assert_true(g_str_has_prefix(answer, "OK 0x00"));
}

static void test_numbers_in_any_base(void)
{
    assert_answer("writeb 4096 0x12", "OK");
    assert_answer("readb 0x1000", "OK 0x0000000000000012");
    assert_answer("readb 010000", "OK 0x0000000000000012");
}

static void test_clock_moves_by_steps(void)
{
    int64_t start = qtest_clock_step(qts, 0);

    g_assert_cmpint(qtest_clock_step(qts, 1000), ==, start + 1000);
    g_assert_cmpint(qtest_clock_set(qts, start + 5000), ==, start + 5000);
}

static void test_clock_step_without_timer_stays(void)
{
    int64_t start = qtest_clock_step(qts, 1);

    g_assert_cmpint(qtest_clock_step_next(qts), ==, start);
}

static void test_clock_does_not_go_back(void)
{
    int64_t start = qtest_clock_step(qts, 1000);

    g_assert_cmpint(qtest_clock_set(qts, start - 500), ==, start);
}

static void test_clock_does_not_overflow(void)
{
    qtest_clock_step(qts, 1);
    assert_fails("clock_step 9223372036854775807");
}

static void test_cpu_requests_fail_without_cpu(void)
{
    assert_fails("x-cpu 0");
    assert_fails("x-sysreg-read 0 0xc080");
    assert_fails("x-sysreg-write 0 0xc080 1");
}

static void test_module_load_fails(void)
{
    assert_fails("module_load hw- nothing");
}

static void test_malformed_requests_fail(void)
{
    static const char *const lines[] = {
        "", " ", "\t", "\r", "bogus", "READL 0", "readl", "readl 0 0", "readl zero", "readl -1",
        "readl 0x", "readl 0x10000000000000000", "readl 99999999999999999999999", "readl 0x1g",
        "writel 0", "writel 0 1 2", "writel 0 x", "write 0 1", "write 0 1 00", "write 0 1 0x0",
        "write 0 1 0x000", "write 0 1 0xzz", "write 0 2 0x00", "write 0 0x40000001 0x00",
        "write 0 18446744073709551615 0x", "read 0 -1", "read 0xffffffffffffffff 2",
        "readq 0xfffffffffffffff9", "memset 0 1", "memset 0 1 x", "memset 0 0x40000001 0",
        "b64write 0 3 !!!!", "b64write 0 3 QQ==", "b64read 0", "clock_step -1", "clock_step 1 2",
        "clock_set", "clock_set x", "irq_intercept_in", "irq_intercept_in /nowhere",
        "irq_intercept_in /machine", "irq_intercept_out /nowhere",
        "irq_intercept_out_named /nowhere x", "irq_intercept_out_named /nowhere",
        "set_irq_in /nowhere unnamed-gpio-in 0 1", "set_irq_in /nowhere x 0", "inb 0x10000",
        "outl 0x10000 0", "x-cpu", "x-cpu -1", "x-cpu 99999999999", "module_load a",
        "a b c d e f g h i j k l m n o p", "endianness big", "IRQ raise 0", "OK", "\x01\x02\xff",
        "readl\t0\t0", "readl%s%n 0", "../../etc/passwd",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        assert_fails(lines[i]);
    }
    assert_answer("endianness", "OK little");
}

static void test_nul_byte_fails(void)
{
    g_autofree char *answer = qtest_request_raw(qts, "readl\0 0", 8);

    g_assert_true(g_str_has_prefix(answer, "FAIL "));
    assert_answer("endianness", "OK little");
}

static void test_overlong_line_fails(void)
{
    const size_t len = 65 * 1024 * 1024;
    g_autofree char *line = g_malloc(len);
    g_autofree char *answer = NULL;

    memset(line, 'a', len);
    answer = qtest_request_raw(qts, line, len);
    g_assert_true(g_str_has_prefix(answer, "FAIL "));
    assert_answer("endianness", "OK little");
}

static void test_random_lines_are_answered(void)
{
    static const char words[][24] = {
        "readb", "readq", "write", "memset", "b64write", "clock_step", "set_irq_in", "inl",
        "irq_intercept_in", "x-cpu", "0", "1", "0xffffffffffffffff", "-1", "0x00", "/machine",
        "unnamed-gpio-in", "AAAA", " ", "\t",
    };
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261121);

    for (int i = 0; i < 2000; i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        g_autofree char *answer = NULL;

        for (int n = g_rand_int_range(rand, 0, 7); n > 0; n--) {
            g_string_append(line, words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
            g_string_append_c(line, ' ');
        }
        answer = qtest_request_raw(qts, line->str, line->len);
        g_assert_true(g_str_has_prefix(answer, "OK") || g_str_has_prefix(answer, "FAIL "));
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/qtest/endianness-is-little", test_endianness_is_little);
    qtest_add_func("/qtest/number-has-sixteen-digits", test_number_has_sixteen_digits);
    qtest_add_func("/qtest/port-number-has-four-digits", test_port_number_has_four_digits);
    qtest_add_func("/qtest/numbers-in-any-base", test_numbers_in_any_base);
    qtest_add_func("/qtest/clock/moves-by-steps", test_clock_moves_by_steps);
    qtest_add_func("/qtest/clock/step-without-timer-stays", test_clock_step_without_timer_stays);
    qtest_add_func("/qtest/clock/does-not-go-back", test_clock_does_not_go_back);
    qtest_add_func("/qtest/clock/does-not-overflow", test_clock_does_not_overflow);
    qtest_add_func("/qtest/cpu-requests-fail-without-cpu", test_cpu_requests_fail_without_cpu);
    qtest_add_func("/qtest/module-load-fails", test_module_load_fails);
    qtest_add_func("/qtest/malformed-requests-fail", test_malformed_requests_fail);
    qtest_add_func("/qtest/nul-byte-fails", test_nul_byte_fails);
    qtest_add_func("/qtest/overlong-line-fails", test_overlong_line_fails);
    qtest_add_func("/qtest/random-lines-are-answered", test_random_lines_are_answered);
    qts = qtest_init("-machine none -m 1");
    status = g_test_run();
    qtest_quit(qts);
    return status;
}
