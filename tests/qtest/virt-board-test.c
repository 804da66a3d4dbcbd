/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virt board as a whole: what is where, which line leads to which interrupt, the
 * power button, reset, and devices that come and go on the platform bus. Numbers are those
 * of the board's specification and the devices' manuals.
 */
#include "qemu/osdep.h"
#include "libgantrytest.h"

#define RAM 0x40000000ull

/* GICv2 and the part of GICv3's distributor that is the same. */
#define GICD 0x08000000
#define GICD_CTLR (GICD + 0x000)
#define GICD_TYPER (GICD + 0x004)
#define GICD_ISPENDR(n) (GICD + 0x200 + 4 * (n))
#define GICC 0x08010000
#define GICC_IIDR (GICC + 0xfc)

#define UART 0x09000000
#define UARTIMSC 0x38
#define UARTRIS 0x3c
#define RTC 0x09010000
#define RTCDR 0x00
#define RTCMR 0x04
#define RTCIMSC 0x10
#define RTCICR 0x1c
#define GPIO 0x09030000
#define GPIODATA 0x3fc
#define GPIOIBE 0x408
#define GPIOIEV 0x40c
#define GPIOIE 0x410
#define GPIOMIS 0x418
#define PERIPHID 0xfe0
#define BUS 0x0c000000
#define POWER_LINE 3

static QTestState *qts;

static bool spi_is_pending(int spi)
{
    int intid = 32 + spi;

    return qtest_readl(qts, GICD_ISPENDR(intid / 32)) >> (intid % 32) & 1;
}

/* The part number that a PrimeCell names itself with. */
static unsigned part_number(uint64_t base)
{
    return (qtest_readl(qts, base + PERIPHID) & 0xff) |
           (qtest_readl(qts, base + PERIPHID + 4) & 0xf) << 8;
}

/* ---- memory map ---- */

static void assert_in_map(const char *map, uint64_t base, uint64_t size, const char *name)
{
    g_autofree char *range = g_strdup_printf("%016" PRIx64 "-%016" PRIx64 " ", base,
                                             base + size - 1);
    const char *line = strstr(map, range);
    g_autofree char *text = line ? g_strndup(line, strcspn(line, "\r\n")) : NULL;

    if (!text || !g_str_has_suffix(text, name)) {
        g_error("'%s' is not at %s: %s", name, range, text ? text : map);
    }
}

static void test_places(void)
{
    g_autofree char *map = NULL;

    qts = qtest_init("-M virt -m 256M");
    map = qtest_hmp(qts, "info mtree");
    assert_in_map(map, UART, 0x1000, "pl011");
    assert_in_map(map, RTC, 0x1000, "pl031");
    assert_in_map(map, GPIO, 0x1000, "pl061");
    assert_in_map(map, BUS, 0x2000000, "platform bus");
    assert_in_map(map, RAM, 0x10000000, "mach-virt.ram");
    for (int i = 0; i < 32; i++) {
        assert_in_map(map, 0x0a000000 + i * 0x200, 0x200, "virtio-mmio");
    }
    g_assert_cmphex(part_number(UART), ==, 0x011);
    g_assert_cmphex(part_number(RTC), ==, 0x031);
    g_assert_cmphex(part_number(GPIO), ==, 0x061);
    for (int i = 0; i < 32; i++) {
        g_assert_cmphex(qtest_readl(qts, 0x0a000000 + i * 0x200), ==, 0x74726976);
    }
    /* fw_cfg: the signature is item 0. */
    qtest_writew(qts, 0x09020008, 0);
    g_assert_cmphex(qtest_readl(qts, 0x09020000), ==, 0x554d4551);
    qtest_quit(qts);
}

static void test_ram_has_its_size(void)
{
    qts = qtest_init("-M virt -m 64M");
    qtest_writel(qts, RAM, 0x11111111);
    qtest_writel(qts, RAM + (64 << 20) - 4, 0x22222222);
    qtest_writel(qts, RAM + (64 << 20), 0x33333333);
    g_assert_cmphex(qtest_readl(qts, RAM), ==, 0x11111111);
    g_assert_cmphex(qtest_readl(qts, RAM + (64 << 20) - 4), ==, 0x22222222);
    g_assert_cmphex(qtest_readl(qts, RAM + (64 << 20)), ==, 0);
    qtest_quit(qts);
}

static void test_ram_can_begin_elsewhere(void)
{
    qts = qtest_init("-M virt,ram-base=0x880000000 -m 16M");
    qtest_writel(qts, 0x880000000, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, 0x880000000), ==, 0x12345678);
    qtest_writel(qts, RAM, 0x12345678);
    g_assert_cmphex(qtest_readl(qts, RAM), ==, 0);
    qtest_quit(qts);
}

static void test_ram_of_a_backend(void)
{
    g_autofree char *map = NULL;

    qts = qtest_init("-object memory-backend-memfd,id=mine,size=32M -M virt,memory-backend=mine");
    map = qtest_hmp(qts, "info mtree");
    assert_in_map(map, RAM, 32 << 20, "mine");
    qtest_quit(qts);
}

/* ---- interrupt controller ---- */

static void test_gic_is_what_was_asked_for(void)
{
    for (int n = 1; n <= 8; n++) {
        qts = qtest_initf("-M virt -smp %d", n);
        /* ITLinesNumber: 288 interrupts; CPUNumber. Architecture version 2. */
        g_assert_cmphex(qtest_readl(qts, GICD_TYPER) & 0x1f, ==, 8);
        g_assert_cmphex(qtest_readl(qts, GICD_TYPER) >> 5 & 7, ==, n - 1);
        g_assert_cmphex(qtest_readl(qts, GICC_IIDR) >> 16 & 0xf, ==, 2);
        qtest_quit(qts);
    }
    qts = qtest_init("-M virt,gic-version=3 -smp 17");
    g_assert_cmphex(qtest_readl(qts, GICD + 0xffe8) >> 4 & 0xf, ==, 3); /* GICD_PIDR2.ArchRev */
    for (unsigned i = 0; i < 17; i++) {
        uint64_t typer = qtest_readq(qts, 0x080a0000 + i * 0x20000 + 8);

        /* GICR_TYPER: affinity, processor number, Last. */
        g_assert_cmphex(typer >> 32, ==, i / 16 << 8 | i % 16);
        g_assert_cmphex(typer >> 8 & 0xffff, ==, i);
        g_assert_cmphex(typer >> 4 & 1, ==, i == 16);
    }
    qtest_quit(qts);
}

static void test_lines_lead_to_their_interrupts(void)
{
    qts = qtest_init("-M virt -rtc clock=vm");
    g_assert_false(spi_is_pending(1) || spi_is_pending(2) || spi_is_pending(7));
    /* UART: the transmit interrupt comes when the transmit FIFO ran empty. */
    qtest_writel(qts, UART + 0x30, 0x301);
    qtest_writel(qts, UART + UARTIMSC, 0x20);
    qtest_writel(qts, UART, 'x');
    qtest_clock_step(qts, 100000000);
    g_assert_cmphex(qtest_readl(qts, UART + UARTRIS) & 0x20, ==, 0x20);
    g_assert_true(spi_is_pending(1));
    /* RTC: the next second. */
    qtest_writel(qts, RTC + RTCMR, qtest_readl(qts, RTC + RTCDR) + 1);
    qtest_writel(qts, RTC + RTCIMSC, 1);
    qtest_clock_step(qts, 2000000000);
    g_assert_true(spi_is_pending(2));
    qtest_writel(qts, RTC + RTCICR, 1);
    g_assert_false(spi_is_pending(2));
    qtest_quit(qts);
}

/* ---- power button, reset ---- */

static void power_button_press(void)
{
    qtest_qmp_assert_success(qts, "{'execute': 'system_powerdown'}");
}

static void test_power_button_is_line_3_of_the_gpio(void)
{
    qts = qtest_init("-M virt");
    qtest_writel(qts, GPIO + GPIOIEV, 1 << POWER_LINE);
    qtest_writel(qts, GPIO + GPIOIE, 1 << POWER_LINE);
    g_assert_cmphex(qtest_readl(qts, GPIO + GPIODATA) & 1 << POWER_LINE, ==, 0);
    power_button_press();
    qtest_qmp_eventwait(qts, "POWERDOWN");
    g_assert_cmphex(qtest_readl(qts, GPIO + GPIODATA) & 1 << POWER_LINE, ==, 1 << POWER_LINE);
    g_assert_cmphex(qtest_readl(qts, GPIO + GPIOMIS), ==, 1 << POWER_LINE);
    g_assert_true(spi_is_pending(7));
    /* Nobody holds it for ever. */
    qtest_clock_step(qts, 1000000000);
    g_assert_cmphex(qtest_readl(qts, GPIO + GPIODATA) & 1 << POWER_LINE, ==, 0);
    qtest_quit(qts);
}

static void test_reset_reaches_all(void)
{
    qts = qtest_init("-M virt");
    qtest_writel(qts, GICD_CTLR, 1);
    qtest_writel(qts, UART + UARTIMSC, 0x7ff);
    qtest_writel(qts, GPIO + GPIOIBE, 0xff);
    qtest_writel(qts, 0x0a000000 + 0x70, 3);
    qtest_writel(qts, RAM, 0);
    qtest_qmp_assert_success(qts, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(qts, "RESET");
    g_assert_cmphex(qtest_readl(qts, GICD_CTLR), ==, 0);
    g_assert_cmphex(qtest_readl(qts, UART + UARTIMSC), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GPIO + GPIOIBE), ==, 0);
    g_assert_cmphex(qtest_readl(qts, 0x0a000000 + 0x70), ==, 0);
    /* The device tree, big-endian, is there again. */
    g_assert_cmphex(qtest_readl(qts, RAM), ==, 0xedfe0dd0);
    qtest_quit(qts);
}

/* ---- platform bus ---- */

static void test_device_comes_and_goes(void)
{
    qts = qtest_init("-M virt -rtc clock=vm");
    g_assert_cmphex(part_number(BUS), ==, 0);
    for (int round = 0; round < 3; round++) {
        qtest_qmp_device_add(qts, "pl031", "rtc1", "{}");
        g_assert_cmphex(part_number(BUS), ==, 0x031);
        /* Its interrupt is the first of the bus. */
        qtest_writel(qts, BUS + RTCMR, qtest_readl(qts, BUS + RTCDR) + 1);
        qtest_writel(qts, BUS + RTCIMSC, 1);
        qtest_clock_step(qts, 2000000000);
        g_assert_true(spi_is_pending(112));
        qtest_qmp_device_del(qts, "rtc1");
        g_assert_cmphex(part_number(BUS), ==, 0);
        g_assert_false(spi_is_pending(112));
    }
    qtest_quit(qts);
}

static void test_freed_place_is_used_again(void)
{
    qts = qtest_init("-M virt -device pl031,id=a -device pl061,id=b -device pl011,id=c");
    g_assert_cmphex(part_number(BUS), ==, 0x031);
    g_assert_cmphex(part_number(BUS + 0x1000), ==, 0x061);
    g_assert_cmphex(part_number(BUS + 0x2000), ==, 0x011);
    qtest_qmp_device_del(qts, "b");
    g_assert_cmphex(part_number(BUS + 0x1000), ==, 0);
    qtest_qmp_device_add(qts, "pl011", "d", "{}");
    g_assert_cmphex(part_number(BUS + 0x1000), ==, 0x011);
    g_assert_cmphex(part_number(BUS + 0x2000), ==, 0x011);
    qtest_quit(qts);
}

static void assert_add_fails(const char *driver, const char *id, const char *part)
{
    QDict *error = qtest_qmp_assert_failure_ref(
        qts, "{'execute': 'device_add', 'arguments': {'driver': %s, 'id': %s}}", driver, id);
    const char *desc = qdict_get_str(error, "desc");

    if (!strstr(desc, part)) {
        g_error("'%s' is not in '%s'", part, desc);
    }
    qobject_unref(error);
}

static void test_full_bus_refuses_by_name(void)
{
    qts = qtest_init("-M virt,platform-bus-size=8K -device pl031,id=a -device pl031,id=b");
    assert_add_fails("pl061", "one-too-many", "device 'one-too-many'");
    assert_add_fails("pl061", "one-too-many", "no room");
    qtest_qmp_device_del(qts, "a");
    qtest_qmp_device_add(qts, "pl061", "one-too-many", "{}");
    g_assert_cmphex(part_number(BUS), ==, 0x061);
    qtest_quit(qts);
}

static void test_bus_has_64_lines(void)
{
    qts = qtest_init("-M virt -rtc clock=vm");
    for (int i = 0; i < 64; i++) {
        g_autofree char *id = g_strdup_printf("rtc%d", i);

        qtest_qmp_device_add(qts, "pl031", id, "{}");
    }
    assert_add_fails("pl031", "last", "all 64 lines are in use");
    g_assert_cmphex(part_number(BUS + 64 * 0x1000), ==, 0);
    /* The line of the last one is SPI 175. */
    qtest_writel(qts, BUS + 63 * 0x1000 + RTCMR, qtest_readl(qts, BUS + 63 * 0x1000) + 1);
    qtest_writel(qts, BUS + 63 * 0x1000 + RTCIMSC, 1);
    qtest_clock_step(qts, 2000000000);
    g_assert_true(spi_is_pending(175));
    g_assert_false(spi_is_pending(174));
    qtest_quit(qts);
}

static void test_other_devices_are_not_for_the_bus(void)
{
    qts = qtest_init("-M virt");
    assert_add_fails("virtio-mmio", "x", "virtio-mmio");
    assert_add_fails("arm_gic", "x", "arm_gic");
    assert_add_fails("cortex-a57-arm-cpu", "x", "cortex-a57-arm-cpu");
    qtest_quit(qts);
}

/* ---- monitor ---- */

static void test_monitor_shows_the_board(void)
{
    g_autofree char *tree = NULL;
    g_autofree char *roms = NULL;
    g_autofree char *irqs = NULL;

    qts = qtest_init("-M virt -smp 2");
    tree = qtest_hmp(qts, "info qtree");
    g_assert_nonnull(strstr(tree, "dev: pl011"));
    g_assert_nonnull(strstr(tree, "dev: arm_gic"));
    g_assert_nonnull(strstr(tree, "virtio-mmio-bus"));
    roms = qtest_hmp(qts, "info roms");
    g_assert_nonnull(strstr(roms, "addr=0000000040000000"));
    g_assert_nonnull(strstr(roms, "name=\"dtb\""));
    qtest_writel(qts, UART + 0x30, 0x301);
    qtest_writel(qts, UART + UARTIMSC, 0x20);
    qtest_writel(qts, UART, 'x');
    qtest_clock_step(qts, 100000000);
    /* INTID 33 is the UART's: enable it at its reset priority for CPU 0, and take it. */
    qtest_writel(qts, GICD + 0x104, 1 << 1);
    qtest_writeb(qts, GICD + 0x800 + 33, 1);
    qtest_writel(qts, GICD_CTLR, 1);
    qtest_writel(qts, GICC + 4, 0xff);
    qtest_writel(qts, GICC, 1);
    g_assert_cmphex(qtest_readl(qts, GICC + 0xc), ==, 33);
    irqs = qtest_hmp(qts, "info irq");
    g_assert_nonnull(strstr(irqs, "33: 1"));
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/virt/map/places", test_places);
    qtest_add_func("/virt/map/ram-has-its-size", test_ram_has_its_size);
    qtest_add_func("/virt/map/ram-can-begin-elsewhere", test_ram_can_begin_elsewhere);
    qtest_add_func("/virt/map/ram-of-a-backend", test_ram_of_a_backend);
    qtest_add_func("/virt/gic/is-what-was-asked-for", test_gic_is_what_was_asked_for);
    qtest_add_func("/virt/gic/lines", test_lines_lead_to_their_interrupts);
    qtest_add_func("/virt/power-button", test_power_button_is_line_3_of_the_gpio);
    qtest_add_func("/virt/reset-reaches-all", test_reset_reaches_all);
    qtest_add_func("/virt/bus/device-comes-and-goes", test_device_comes_and_goes);
    qtest_add_func("/virt/bus/freed-place-is-used-again", test_freed_place_is_used_again);
    qtest_add_func("/virt/bus/full-bus-refuses-by-name", test_full_bus_refuses_by_name);
    qtest_add_func("/virt/bus/64-lines", test_bus_has_64_lines);
    qtest_add_func("/virt/bus/not-for-others", test_other_devices_are_not_for_the_bus);
    qtest_add_func("/virt/monitor", test_monitor_shows_the_board);
    return g_test_run();
}
