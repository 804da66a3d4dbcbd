/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of the example device, through the system address space only.
 */
#include "hwcore-harness.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"

#define DIAL_BASE 0x1000
#define DIAL_TURN (DIAL_BASE + 0)
#define DIAL_STATUS (DIAL_BASE + 4)
#define DIAL_FULL (1u << 16)

static uint32_t dial_read(hwaddr addr)
{
    return address_space_ldl_le(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void dial_write(hwaddr addr, uint32_t value)
{
    address_space_stl_le(&address_space_memory, addr, value, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void test_turning_reaches_limit_and_interrupts(void)
{
    DeviceState *dev = qdev_new("sample-dial");
    HarnessLine line;

    harness_line_init(&line);
    qdev_prop_set_uint16(dev, "step", 3);
    qdev_prop_set_uint16(dev, "limit", 5);
    sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, DIAL_BASE);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, line.irq);

    dial_write(DIAL_TURN, 1);
    g_assert_cmphex(dial_read(DIAL_STATUS), ==, 3);
    g_assert_cmpint(line.level, ==, 0);
    dial_write(DIAL_TURN, 1);
    g_assert_cmphex(dial_read(DIAL_STATUS), ==, DIAL_FULL | 5);
    g_assert_cmpint(line.level, ==, 1);
    device_cold_reset(dev);
    g_assert_cmphex(dial_read(DIAL_STATUS), ==, 0);
    g_assert_cmpint(line.level, ==, 0);

    object_unparent(OBJECT(dev));
    g_assert_false(memory_region_present(get_system_memory(), DIAL_BASE));
    object_unref(OBJECT(dev));
    harness_line_free(&line);
}

static void test_limit_zero_is_refused(void)
{
    DeviceState *dev = qdev_new("sample-dial");
    Error *err = NULL;

    qdev_prop_set_uint16(dev, "limit", 0);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, "limit");
    object_unref(OBJECT(dev));
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/sample-dial/turn/reaches-limit-and-interrupts",
                    test_turning_reaches_limit_and_interrupts);
    g_test_add_func("/sample-dial/realize/limit-zero-is-refused", test_limit_zero_is_refused);
    return g_test_run();
}
