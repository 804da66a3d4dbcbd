/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt and clock requests of the qtest protocol, on the test gate: four
 * inputs, an output, and one named "late" that follows 1000 ns of virtual time
 * after.
 */
#include "qemu/osdep.h"
#include "libgantrytest.h"

#define GATE "/machine/peripheral/gate"
#define GATE_ARGS "-machine none -device test-gate,id=gate,num-lines=4"

static void test_output_is_reported(void)
{
    QTestState *s = qtest_init(GATE_ARGS);

    qtest_irq_intercept_out(s, GATE);
    g_assert_false(qtest_get_irq(s, 0));
    qtest_set_irq_in(s, GATE, NULL, 2, 1);
    g_assert_true(qtest_get_irq(s, 0));
    qtest_set_irq_in(s, GATE, NULL, 2, 0);
    g_assert_false(qtest_get_irq(s, 0));
    qtest_quit(s);
}

static void test_output_stays_while_an_input_is_high(void)
{
    QTestState *s = qtest_init(GATE_ARGS);

    qtest_irq_intercept_out(s, GATE);
    qtest_set_irq_in(s, GATE, NULL, 0, 1);
    qtest_set_irq_in(s, GATE, NULL, 3, 1);
    qtest_set_irq_in(s, GATE, NULL, 0, 0);
    g_assert_true(qtest_get_irq(s, 0));
    qtest_set_irq_in(s, GATE, NULL, 3, 0);
    g_assert_false(qtest_get_irq(s, 0));
    qtest_quit(s);
}

static void test_input_is_reported(void)
{
    QTestState *s = qtest_init(GATE_ARGS);

    qtest_irq_intercept_in(s, GATE);
    qtest_set_irq_in(s, GATE, NULL, 3, 1);
    g_assert_true(qtest_get_irq(s, 3));
    g_assert_false(qtest_get_irq(s, 0));
    qtest_set_irq_in(s, GATE, NULL, 3, 0);
    g_assert_false(qtest_get_irq(s, 3));
    qtest_quit(s);
}

static void test_named_output_is_reported(void)
{
    QTestState *s = qtest_init(GATE_ARGS);

    qtest_irq_intercept_out_named(s, GATE, "late");
    qtest_set_irq_in(s, GATE, NULL, 0, 1);
    g_assert_false(qtest_get_irq(s, 0));
    qtest_clock_step(s, 999);
    g_assert_false(qtest_get_irq(s, 0));
    qtest_clock_step(s, 1);
    g_assert_true(qtest_get_irq(s, 0));
    qtest_quit(s);
}

static void test_clock_step_goes_to_the_timer(void)
{
    QTestState *s = qtest_init(GATE_ARGS ",delay-ns=123456");
    int64_t start = qtest_clock_step(s, 5);

    qtest_irq_intercept_out_named(s, GATE, "late");
    qtest_set_irq_in(s, GATE, NULL, 0, 1);
    g_assert_cmpint(qtest_clock_step_next(s), ==, start + 123456);
    g_assert_true(qtest_get_irq(s, 0));
    g_assert_cmpint(qtest_clock_step_next(s), ==, start + 123456);
    qtest_quit(s);
}

static void test_same_interception_again_is_fine(void)
{
    QTestState *s = qtest_init(GATE_ARGS);

    qtest_irq_intercept_out(s, GATE);
    qtest_irq_intercept_out(s, GATE);
    qtest_quit(s);
}

static void assert_refused(QTestState *s, const char *line)
{
    g_autofree char *answer = qtest_request_raw(s, line, strlen(line));

    g_assert_true(g_str_has_prefix(answer, "FAIL "));
}

static void test_second_interception_is_refused(void)
{
    QTestState *s = qtest_init(GATE_ARGS " -device test-gate,id=gate2,num-lines=2");

    qtest_irq_intercept_out(s, GATE);
    assert_refused(s, "irq_intercept_in " GATE);
    assert_refused(s, "irq_intercept_out /machine/peripheral/gate2");
    qtest_quit(s);
}

static void test_unknown_lines_are_refused(void)
{
    QTestState *s = qtest_init(GATE_ARGS);

    assert_refused(s, "set_irq_in " GATE " unnamed-gpio-in 4 1");
    assert_refused(s, "set_irq_in " GATE " unnamed-gpio-in -1 1");
    assert_refused(s, "set_irq_in " GATE " nothing 0 1");
    assert_refused(s, "set_irq_in " GATE " unnamed-gpio-in 0 high");
    assert_refused(s, "irq_intercept_out_named " GATE " nothing");
    qtest_quit(s);
}

static void test_reset_while_intercepted(void)
{
    QTestState *s = qtest_init(GATE_ARGS);

    qtest_irq_intercept_out(s, GATE);
    qtest_set_irq_in(s, GATE, NULL, 1, 1);
    qtest_qmp_assert_success(s, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(s, "RESET");
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/qtest/irq/output-is-reported", test_output_is_reported);
    qtest_add_func("/qtest/irq/output-stays-while-an-input-is-high",
                   test_output_stays_while_an_input_is_high);
    qtest_add_func("/qtest/irq/input-is-reported", test_input_is_reported);
    qtest_add_func("/qtest/irq/named-output-is-reported", test_named_output_is_reported);
    qtest_add_func("/qtest/clock/step-goes-to-the-timer", test_clock_step_goes_to_the_timer);
    qtest_add_func("/qtest/irq/same-interception-again-is-fine",
                   test_same_interception_again_is_fine);
    qtest_add_func("/qtest/irq/second-interception-is-refused",
                   test_second_interception_is_refused);
    qtest_add_func("/qtest/irq/unknown-lines-are-refused", test_unknown_lines_are_refused);
    qtest_add_func("/qtest/irq/reset-while-intercepted", test_reset_while_intercepted);
    return g_test_run();
}
