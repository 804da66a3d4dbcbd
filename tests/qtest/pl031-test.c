/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PL031 on the virt board, as Arm DDI 0224 describes it. The counter follows the virtual
 * clock, which only the test moves.
 */
#include "qemu/osdep.h"
#include "libgantry-device.h"
#include "libgantrytest.h"

#define RTC 0x09010000
#define RTCDR 0x00
#define RTCMR 0x04
#define RTCLR 0x08
#define RTCCR 0x0c
#define RTCIMSC 0x10
#define RTCRIS 0x14
#define RTCMIS 0x18
#define RTCICR 0x1c

#define SECOND_NS 1000000000ll
/* 2024-01-02 03:04:05 UTC. */
#define START_DATE 1704164645u

static QTestState *qts;

static uint32_t get(uint32_t offset)
{
    return qtest_readl(qts, RTC + offset);
}

static void put(uint32_t offset, uint32_t value)
{
    qtest_writel(qts, RTC + offset, value);
}

static void start(void)
{
    qts = qtest_init("-M virt -rtc base=2024-01-02T03:04:05,clock=vm");
    device_irq_intercept_out(qts, "pl031");
}

static void stop(void)
{
    qtest_quit(qts);
}

static void test_reset_values(void)
{
    static const uint8_t id[] = { 0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    start();
    g_assert_cmphex(get(RTCMR), ==, 0);
    g_assert_cmphex(get(RTCLR), ==, 0);
    g_assert_cmphex(get(RTCCR), ==, 1);
    g_assert_cmphex(get(RTCIMSC), ==, 0);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    g_assert_cmphex(get(RTCMIS), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(id); i++) {
        g_assert_cmphex(get(0xfe0 + 4 * i), ==, id[i]);
    }
    stop();
}

static void test_counts_seconds_from_the_chosen_date(void)
{
    start();
    g_assert_cmpuint(get(RTCDR), ==, START_DATE);
    qtest_clock_step(qts, SECOND_NS - 1);
    g_assert_cmpuint(get(RTCDR), ==, START_DATE);
    qtest_clock_step(qts, 1);
    g_assert_cmpuint(get(RTCDR), ==, START_DATE + 1);
    qtest_clock_step(qts, 86400 * SECOND_NS);
    g_assert_cmpuint(get(RTCDR), ==, START_DATE + 86401);
    stop();
}

static void test_shows_the_hosts_date_by_default(void)
{
    uint32_t before = time(NULL);
    uint32_t seen;

    qts = qtest_init("-M virt");
    seen = get(RTCDR);
    g_assert_cmpuint(seen, >=, before);
    g_assert_cmpuint(seen, <=, (uint32_t)time(NULL));
    stop();
}

static void test_counter_is_set_by_rtclr(void)
{
    start();
    put(RTCLR, 1000);
    g_assert_cmpuint(get(RTCLR), ==, 1000);
    g_assert_cmpuint(get(RTCDR), ==, 1000);
    qtest_clock_step(qts, 5 * SECOND_NS);
    g_assert_cmpuint(get(RTCDR), ==, 1005);
    g_assert_cmpuint(get(RTCLR), ==, 1000);
    stop();
}

static void test_counter_cannot_be_stopped(void)
{
    start();
    put(RTCCR, 0);
    g_assert_cmphex(get(RTCCR), ==, 1);
    qtest_clock_step(qts, SECOND_NS);
    g_assert_cmpuint(get(RTCDR), ==, START_DATE + 1);
    stop();
}

static void test_alarm_comes_when_the_counter_steps(void)
{
    start();
    put(RTCIMSC, 1);
    qtest_clock_step(qts, 400000000);
    put(RTCMR, START_DATE + 2);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_clock_step(qts, 1599999999);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_clock_step(qts, 1);
    g_assert_cmphex(get(RTCRIS), ==, 1);
    g_assert_cmphex(get(RTCMIS), ==, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    put(RTCICR, 1);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_clock_step(qts, 10 * SECOND_NS);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    stop();
}

static void test_alarm_for_the_present_second_comes_at_once(void)
{
    start();
    put(RTCIMSC, 1);
    put(RTCMR, START_DATE);
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

static void test_alarm_behind_the_wrap_of_the_counter(void)
{
    start();
    put(RTCIMSC, 1);
    put(RTCMR, 1);
    put(RTCLR, UINT32_MAX - 1);
    qtest_clock_step(qts, 3 * SECOND_NS - 1);
    g_assert_false(qtest_get_irq(qts, 0));
    qtest_clock_step(qts, 1);
    g_assert_cmpuint(get(RTCDR), ==, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

static void test_alarm_moves_with_the_counter(void)
{
    start();
    put(RTCIMSC, 1);
    put(RTCMR, START_DATE + 100);
    put(RTCLR, START_DATE + 99);
    qtest_clock_step(qts, SECOND_NS);
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

static void test_mask_hides_but_keeps(void)
{
    start();
    put(RTCMR, START_DATE);
    g_assert_cmphex(get(RTCRIS), ==, 1);
    g_assert_cmphex(get(RTCMIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    put(RTCIMSC, UINT32_MAX);
    g_assert_cmphex(get(RTCIMSC), ==, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    put(RTCIMSC, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    stop();
}

static void test_reset_keeps_the_date_only(void)
{
    start();
    put(RTCLR, 5000);
    put(RTCMR, 5000);
    put(RTCMR, 5010);
    put(RTCIMSC, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_qmp_assert_success(qts, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(qts, "RESET");
    g_assert_false(qtest_get_irq(qts, 0));
    g_assert_cmphex(get(RTCMR), ==, 0);
    g_assert_cmphex(get(RTCLR), ==, 0);
    g_assert_cmphex(get(RTCIMSC), ==, 0);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    g_assert_cmpuint(get(RTCDR), ==, 5000);
    qtest_clock_step(qts, 20 * SECOND_NS);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    stop();
}

static void test_read_only_and_unknown_offsets_ignore_writes(void)
{
    start();
    put(RTCDR, 1);
    put(RTCRIS, 1);
    put(RTCMIS, 1);
    put(0x20, 1);
    put(0xfe0, 0);
    g_assert_cmpuint(get(RTCDR), ==, START_DATE);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    g_assert_cmphex(get(0x20), ==, 0);
    g_assert_cmphex(get(0xfe0), ==, 0x31);
    g_assert_cmphex(get(RTCICR), ==, 0);
    stop();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/pl031/registers/reset-values", test_reset_values);
    qtest_add_func("/pl031/registers/read-only-and-unknown-ignore-writes",
                   test_read_only_and_unknown_offsets_ignore_writes);
    qtest_add_func("/pl031/counter/seconds-from-the-chosen-date",
                   test_counts_seconds_from_the_chosen_date);
    qtest_add_func("/pl031/counter/hosts-date-by-default", test_shows_the_hosts_date_by_default);
    qtest_add_func("/pl031/counter/is-set-by-rtclr", test_counter_is_set_by_rtclr);
    qtest_add_func("/pl031/counter/cannot-be-stopped", test_counter_cannot_be_stopped);
    qtest_add_func("/pl031/alarm/comes-when-the-counter-steps",
                   test_alarm_comes_when_the_counter_steps);
    qtest_add_func("/pl031/alarm/for-the-present-second-comes-at-once",
                   test_alarm_for_the_present_second_comes_at_once);
    qtest_add_func("/pl031/alarm/behind-the-wrap-of-the-counter",
                   test_alarm_behind_the_wrap_of_the_counter);
    qtest_add_func("/pl031/alarm/moves-with-the-counter", test_alarm_moves_with_the_counter);
    qtest_add_func("/pl031/irq/mask-hides-but-keeps", test_mask_hides_but_keeps);
    qtest_add_func("/pl031/reset/keeps-the-date-only", test_reset_keeps_the_date_only);
    return g_test_run();
}
