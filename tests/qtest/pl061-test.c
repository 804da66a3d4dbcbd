/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PL061 on the virt board, as Arm DDI 0190 describes it, and the power button on its pin 3.
 * The board's pins have pull-downs.
 */
#include "qemu/osdep.h"
#include "libgantry-device.h"
#include "libgantrytest.h"

#define GPIO 0x09030000
#define GPIODATA(mask) ((mask) << 2)
#define GPIODIR 0x400
#define GPIOIS 0x404
#define GPIOIBE 0x408
#define GPIOIEV 0x40c
#define GPIOIE 0x410
#define GPIORIS 0x414
#define GPIOMIS 0x418
#define GPIOIC 0x41c
#define GPIOAFSEL 0x420

static QTestState *qts;
static char *path;

static uint32_t get(uint32_t offset)
{
    return qtest_readl(qts, GPIO + offset);
}

static void put(uint32_t offset, uint32_t value)
{
    qtest_writel(qts, GPIO + offset, value);
}

static void pin(int n, int level)
{
    qtest_set_irq_in(qts, path, NULL, n, level);
}

/* With the interrupt as line 0. */
static void start(void)
{
    qts = qtest_init("-M virt");
    path = device_find(qts, "pl061");
    device_irq_intercept_out(qts, "pl061");
}

/* With the eight pins as lines. */
static void start_watching_pins(void)
{
    qts = qtest_init("-M virt");
    path = device_find(qts, "pl061");
    qtest_irq_intercept_out(qts, path);
}

static void stop(void)
{
    g_free(path);
    qtest_quit(qts);
}

static void assert_reset_values(void)
{
    static const uint32_t zeroes[] = { GPIODIR, GPIOIS, GPIOIBE, GPIOIEV, GPIOIE, GPIORIS,
                                       GPIOMIS, GPIOAFSEL };

    for (size_t i = 0; i < G_N_ELEMENTS(zeroes); i++) {
        g_assert_cmphex(get(zeroes[i]), ==, 0);
    }
}

static void test_reset_values(void)
{
    static const uint8_t id[] = { 0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    start();
    assert_reset_values();
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(id); i++) {
        g_assert_cmphex(get(0xfe0 + 4 * i), ==, id[i]);
    }
    stop();
}

static void test_registers_have_eight_bits(void)
{
    static const uint32_t registers[] = { GPIODIR, GPIOIS, GPIOIBE, GPIOIEV, GPIOIE, GPIOAFSEL };

    start();
    for (size_t i = 0; i < G_N_ELEMENTS(registers); i++) {
        put(registers[i], UINT32_MAX);
        g_assert_cmphex(get(registers[i]), ==, 0xff);
        put(registers[i], 0x5a);
        g_assert_cmphex(get(registers[i]), ==, 0x5a);
        put(registers[i], 0);
    }
    put(GPIORIS, 0xff);
    put(GPIOMIS, 0xff);
    put(0x424, 0xff);
    assert_reset_values();
    g_assert_cmphex(get(0x424), ==, 0);
    g_assert_cmphex(get(GPIOIC), ==, 0);
    stop();
}

static void test_data_access_is_masked_by_the_address(void)
{
    start();
    put(GPIODIR, 0xff);
    put(GPIODATA(0xff), 0xa5);
    for (uint32_t mask = 0; mask < 256; mask++) {
        g_assert_cmphex(get(GPIODATA(mask)), ==, 0xa5 & mask);
    }
    put(GPIODATA(0x0f), 0xff);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0xaf);
    put(GPIODATA(0xf0), 0x00);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x0f);
    put(GPIODATA(0x00), 0xff);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x0f);
    stop();
}

static void test_data_shows_pins_that_are_inputs(void)
{
    start();
    pin(0, 1);
    pin(7, 1);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x81);
    put(GPIODATA(0xff), 0x7e);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x81);
    put(GPIODIR, 0x80);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x01);
    put(GPIODIR, 0);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x81);
    stop();
}

static void test_outputs_follow_data(void)
{
    start_watching_pins();
    put(GPIODIR, 0x0f);
    put(GPIODATA(0xff), 0xff);
    for (int i = 0; i < 8; i++) {
        g_assert_cmpint(qtest_get_irq(qts, i), ==, i < 4);
    }
    put(GPIODATA(0x02), 0);
    g_assert_true(qtest_get_irq(qts, 0));
    g_assert_false(qtest_get_irq(qts, 1));
    /* An input floats to its pull-down. */
    put(GPIODIR, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    stop();
}

/* ---- interrupts ---- */

static void test_rising_edge(void)
{
    start();
    put(GPIOIEV, 0x01);
    put(GPIOIE, 0x01);
    pin(0, 1);
    g_assert_cmphex(get(GPIORIS), ==, 0x01);
    g_assert_true(qtest_get_irq(qts, 0));
    pin(0, 0);
    g_assert_cmphex(get(GPIOMIS), ==, 0x01);
    put(GPIOIC, 0x01);
    g_assert_cmphex(get(GPIORIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    pin(0, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    stop();
}

static void test_falling_edge(void)
{
    start();
    put(GPIOIE, 0x10);
    pin(4, 1);
    g_assert_false(qtest_get_irq(qts, 0));
    pin(4, 0);
    g_assert_cmphex(get(GPIORIS), ==, 0x10);
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

static void test_both_edges(void)
{
    start();
    put(GPIOIBE, 0x04);
    put(GPIOIE, 0x04);
    pin(2, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    put(GPIOIC, 0x04);
    g_assert_false(qtest_get_irq(qts, 0));
    pin(2, 0);
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

static void test_level_follows_the_pin(void)
{
    start();
    put(GPIOIS, 0x20);
    put(GPIOIEV, 0x20);
    put(GPIOIE, 0x20);
    g_assert_false(qtest_get_irq(qts, 0));
    pin(5, 1);
    g_assert_true(qtest_get_irq(qts, 0));
    /* A level is not cleared while it lasts. */
    put(GPIOIC, 0x20);
    g_assert_cmphex(get(GPIOMIS), ==, 0x20);
    g_assert_true(qtest_get_irq(qts, 0));
    pin(5, 0);
    g_assert_cmphex(get(GPIORIS) & 0x20, ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    put(GPIOIEV, 0);
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

static void test_outputs_make_no_interrupts(void)
{
    start();
    put(GPIODIR, 0xff);
    put(GPIOIBE, 0xff);
    put(GPIOIE, 0xff);
    put(GPIODATA(0xff), 0xff);
    pin(6, 1);
    put(GPIODATA(0xff), 0x00);
    g_assert_cmphex(get(GPIORIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    stop();
}

static void test_mask_hides_but_keeps(void)
{
    start();
    put(GPIOIEV, 0xff);
    pin(1, 1);
    g_assert_cmphex(get(GPIORIS), ==, 0x02);
    g_assert_cmphex(get(GPIOMIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, 0));
    put(GPIOIE, 0x02);
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

static void test_reset_keeps_the_levels_of_inputs(void)
{
    start();
    pin(1, 1);
    put(GPIODIR, 0x80);
    put(GPIODATA(0xff), 0x80);
    put(GPIOIS, 0x02);
    put(GPIOIEV, 0x02);
    put(GPIOIE, 0x02);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_qmp_assert_success(qts, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(qts, "RESET");
    assert_reset_values();
    g_assert_false(qtest_get_irq(qts, 0));
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x02);
    stop();
}

static void test_power_button_presses_pin_3(void)
{
    start();
    put(GPIOIEV, 0x08);
    put(GPIOIE, 0x08);
    qtest_qmp_assert_success(qts, "{ 'execute': 'system_powerdown' }");
    qtest_qmp_eventwait(qts, "POWERDOWN");
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x08);
    g_assert_true(qtest_get_irq(qts, 0));
    qtest_clock_step(qts, 99999999);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0x08);
    qtest_clock_step(qts, 1);
    g_assert_cmphex(get(GPIODATA(0xff)), ==, 0);
    put(GPIOIC, 0x08);
    qtest_qmp_assert_success(qts, "{ 'execute': 'system_powerdown' }");
    qtest_qmp_eventwait(qts, "POWERDOWN");
    g_assert_true(qtest_get_irq(qts, 0));
    stop();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/pl061/registers/reset-values", test_reset_values);
    qtest_add_func("/pl061/registers/have-eight-bits", test_registers_have_eight_bits);
    qtest_add_func("/pl061/data/masked-by-the-address",
                   test_data_access_is_masked_by_the_address);
    qtest_add_func("/pl061/data/shows-pins-that-are-inputs",
                   test_data_shows_pins_that_are_inputs);
    qtest_add_func("/pl061/data/outputs-follow", test_outputs_follow_data);
    qtest_add_func("/pl061/irq/rising-edge", test_rising_edge);
    qtest_add_func("/pl061/irq/falling-edge", test_falling_edge);
    qtest_add_func("/pl061/irq/both-edges", test_both_edges);
    qtest_add_func("/pl061/irq/level-follows-the-pin", test_level_follows_the_pin);
    qtest_add_func("/pl061/irq/outputs-make-none", test_outputs_make_no_interrupts);
    qtest_add_func("/pl061/irq/mask-hides-but-keeps", test_mask_hides_but_keeps);
    qtest_add_func("/pl061/reset/keeps-the-levels-of-inputs",
                   test_reset_keeps_the_levels_of_inputs);
    qtest_add_func("/pl061/power-button/presses-pin-3", test_power_button_presses_pin_3);
    return g_test_run();
}
