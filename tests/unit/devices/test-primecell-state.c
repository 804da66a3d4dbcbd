/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved states of the RTC, the GPIO and the push button in the middle of something, and the
 * round trip of every device of this program that can be made alone.
 */
#include "../hwcore/hwcore-harness.h"
#include "../migration/device-round-trip.h"
#include "exec/address-spaces.h"
#include "hw/gpio/gpio-key.h"
#include "hw/gpio/pl061.h"
#include "hw/qdev-properties.h"
#include "hw/rtc/pl031.h"
#include "sysemu/rtc.h"
#include "device-state.h"

#define BASE 0x9010000
#define SECOND_NS 1000000000ll

static uint32_t get(uint32_t offset)
{
    return address_space_ldl_le(&address_space_memory, BASE + offset, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static void put(uint32_t offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, BASE + offset, value, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

typedef struct Device {
    DeviceState *dev;
    HarnessLine line;
} Device;

static void device_start(Device *d, const char *type, bool has_region)
{
    *d = (Device){ .dev = qdev_new(type) };
    harness_line_init(&d->line);
    object_property_add_child(object_get_root(), "device-under-test", OBJECT(d->dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(d->dev), &error_abort);
    if (has_region) {
        sysbus_mmio_map(SYS_BUS_DEVICE(d->dev), 0, BASE);
    }
    sysbus_connect_irq(SYS_BUS_DEVICE(d->dev), 0, d->line.irq);
    device_cold_reset(d->dev);
}

static void device_stop(Device *d)
{
    object_unparent(OBJECT(d->dev));
    harness_line_free(&d->line);
}

/* ---- PL031 ---- */

#define RTCDR 0x00
#define RTCMR 0x04
#define RTCLR 0x08
#define RTCIMSC 0x10
#define RTCRIS 0x14
#define RTCICR 0x1c

static void rtc_start(Device *d)
{
    harness_clock_start();
    g_assert_true(rtc_configure("2024-01-02", "vm", NULL, &error_abort));
    device_start(d, TYPE_PL031, true);
    put(RTCLR, 100);
    put(RTCIMSC, 1);
    put(RTCMR, 110);
}

static void test_rtc_alarm_goes_on(void)
{
    g_autoptr(GByteArray) saved = NULL;
    Device d;

    rtc_start(&d);
    harness_clock_step(4 * SECOND_NS);
    saved = device_state_save(d.dev);
    device_cold_reset(d.dev);
    put(RTCLR, 5000);
    device_state_load(saved, &error_abort);
    g_assert_cmpuint(get(RTCDR), ==, 104);
    g_assert_cmpuint(get(RTCLR), ==, 100);
    g_assert_cmpuint(get(RTCMR), ==, 110);
    harness_clock_step(6 * SECOND_NS - 1);
    g_assert_cmpint(d.line.level, ==, 0);
    harness_clock_step(1);
    g_assert_cmpint(d.line.level, ==, 1);
    device_stop(&d);
}

static void test_rtc_alarm_that_has_passed_comes_at_once(void)
{
    g_autoptr(GByteArray) saved = NULL;
    Device d;

    rtc_start(&d);
    saved = device_state_save(d.dev);
    device_cold_reset(d.dev);
    harness_clock_step(60 * SECOND_NS);
    g_assert_cmpint(d.line.level, ==, 0);
    device_state_load(saved, &error_abort);
    harness_clock_step(0);
    g_assert_cmpuint(get(RTCDR), ==, 160);
    g_assert_cmpint(d.line.level, ==, 1);
    device_stop(&d);
}

static void test_rtc_alarm_that_came_does_not_come_again(void)
{
    g_autoptr(GByteArray) saved = NULL;
    Device d;

    rtc_start(&d);
    put(RTCMR, 100);
    put(RTCICR, 1);
    saved = device_state_save(d.dev);
    device_cold_reset(d.dev);
    device_state_load(saved, &error_abort);
    harness_clock_step(5 * SECOND_NS);
    g_assert_cmphex(get(RTCRIS), ==, 0);
    device_stop(&d);
}

static void test_rtc_damaged_states_are_harmless(void)
{
    g_autoptr(GByteArray) saved = NULL;
    Device d;

    rtc_start(&d);
    saved = device_state_save(d.dev);
    device_state_load_damaged(saved);
    g_assert_cmpuint(get(RTCDR), ==, 100);
    device_stop(&d);
}

/* ---- PL061 ---- */

#define GPIODATA_ALL 0x3fc
#define GPIODIR 0x400
#define GPIOIEV 0x40c
#define GPIOIE 0x410
#define GPIORIS 0x414

static void test_gpio_pins_and_edges(void)
{
    g_autoptr(GByteArray) saved = NULL;
    HarnessLine pin;
    Device d;

    device_start(&d, TYPE_PL061, true);
    harness_line_init(&pin);
    qdev_connect_gpio_out(d.dev, 0, pin.irq);
    put(GPIODIR, 0x03);
    put(GPIODATA_ALL, 0x01);
    put(GPIOIEV, 0x80);
    put(GPIOIE, 0x80);
    qemu_set_irq(qdev_get_gpio_in(d.dev, 7), 1);
    saved = device_state_save(d.dev);
    qemu_set_irq(qdev_get_gpio_in(d.dev, 7), 0);
    device_cold_reset(d.dev);
    device_state_load(saved, &error_abort);
    g_assert_cmphex(get(GPIODATA_ALL), ==, 0x81);
    g_assert_cmphex(get(GPIORIS), ==, 0x80);
    put(GPIODATA_ALL, 0);
    g_assert_cmpint(pin.level, ==, 0);
    device_stop(&d);
    harness_line_free(&pin);
}

static void test_gpio_resistors_of_inputs(void)
{
    DeviceState *dev = qdev_new(TYPE_PL061);
    HarnessLine pins[8];

    qdev_prop_set_uint32(dev, "pullups", 0x0f);
    qdev_prop_set_uint32(dev, "pulldowns", 0xf0);
    sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort);
    for (int i = 0; i < 8; i++) {
        harness_line_init(&pins[i]);
        qdev_connect_gpio_out(dev, i, pins[i].irq);
    }
    device_cold_reset(dev);
    for (int i = 0; i < 8; i++) {
        g_assert_cmpint(pins[i].level, ==, i < 4);
        g_assert_cmpuint(pins[i].sets, ==, 1);
    }
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
    for (int i = 0; i < 8; i++) {
        harness_line_free(&pins[i]);
    }
}

static void gpio_refused(uint32_t pullups, uint32_t pulldowns, const char *word)
{
    DeviceState *dev = qdev_new(TYPE_PL061);
    Error *err = NULL;

    qdev_prop_set_uint32(dev, "pullups", pullups);
    qdev_prop_set_uint32(dev, "pulldowns", pulldowns);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, word);
    object_unref(OBJECT(dev));
}

static void test_gpio_bad_resistors_are_refused(void)
{
    gpio_refused(0x100, 0, "pullups is 0x100");
    gpio_refused(0, 0x1000, "pulldowns is 0x1000");
    gpio_refused(0x18, 0x08, "both");
}

/* ---- gpio-key ---- */

static void test_key_stays_pressed(void)
{
    g_autoptr(GByteArray) saved = NULL;
    Device d;

    harness_clock_start();
    device_start(&d, TYPE_GPIOKEY, false);
    qemu_set_irq(qdev_get_gpio_in(d.dev, 0), 1);
    g_assert_cmpint(d.line.level, ==, 1);
    harness_clock_step(60 * 1000000);
    saved = device_state_save(d.dev);
    device_cold_reset(d.dev);
    g_assert_cmpint(d.line.level, ==, 0);
    qemu_set_irq(d.line.irq, 1);
    device_state_load(saved, &error_abort);
    harness_clock_step(40 * 1000000 - 1);
    g_assert_cmpint(d.line.level, ==, 1);
    harness_clock_step(1);
    g_assert_cmpint(d.line.level, ==, 0);
    device_stop(&d);
}

/* ---- all ---- */

static void test_round_trip_of_every_device(void)
{
    harness_clock_start();
    g_assert_true(rtc_configure(NULL, "vm", NULL, &error_abort));
    g_assert_cmpuint(device_round_trip_all(), >=, 4);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    harness_clock_start();
    g_test_add_func("/pl031/state/alarm-goes-on", test_rtc_alarm_goes_on);
    g_test_add_func("/pl031/state/alarm-that-has-passed-comes-at-once",
                    test_rtc_alarm_that_has_passed_comes_at_once);
    g_test_add_func("/pl031/state/alarm-that-came-does-not-come-again",
                    test_rtc_alarm_that_came_does_not_come_again);
    g_test_add_func("/pl031/state/damaged-ones-are-harmless",
                    test_rtc_damaged_states_are_harmless);
    g_test_add_func("/pl061/state/pins-and-edges", test_gpio_pins_and_edges);
    g_test_add_func("/pl061/resistors/of-inputs", test_gpio_resistors_of_inputs);
    g_test_add_func("/pl061/resistors/bad-ones-are-refused", test_gpio_bad_resistors_are_refused);
    g_test_add_func("/gpio-key/state/stays-pressed", test_key_stays_pressed);
    g_test_add_func("/devices/state/round-trip-of-every-one", test_round_trip_of_every_device);
    return g_test_run();
}
