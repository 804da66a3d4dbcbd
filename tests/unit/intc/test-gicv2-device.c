/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 as a device: properties, saved state (also a hostile one), numbers of
 * its inputs, its device tree node, statistics, and threads.
 */
#include "gicv2-harness.h"
#include <libfdt.h>
#include "hw/core/irq-stats.h"
#include "hw/fdt-node.h"
#include "hw/qdev-properties.h"
#include "migration/machine-state.h"

#define CPUS 4
#define IRQS 96

/* ---- properties ---- */

static void realize_is_refused(const char *property, const char *value)
{
    DeviceState *dev = qdev_new(TYPE_ARM_GIC);
    Error *err = NULL;

    g_assert_true(object_property_parse(OBJECT(dev), property, value, &error_abort));
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, property);
    object_unref(OBJECT(dev));
}

static void test_bad_properties_are_refused(void)
{
    realize_is_refused("num-cpu", "0");
    realize_is_refused("num-cpu", "9");
    realize_is_refused("num-irq", "0");
    realize_is_refused("num-irq", "100");
    realize_is_refused("num-irq", "1024");
    realize_is_refused("num-priority-bits", "3");
    realize_is_refused("num-priority-bits", "9");
    realize_is_refused("revision", "1");
    realize_is_refused("has-security-extensions", "on");
    realize_is_refused("has-virtualization-extensions", "on");
}

static void test_smallest_and_largest_work(void)
{
    GicHarness *h = gic_harness_new(1, 32, 4);

    g_assert_cmphex(gic_read(0, GICD + 4), ==, 0);
    gic_harness_free(h);
    h = gic_harness_new(8, 992, 8);
    gic_write_size(0, GICD + 0x800 + 991, 1, 0x80);
    gic_write(0, GICD, 1);
    gic_write(0, GICD + 0x100 + 30 * 4, 0x80000000);
    gic_write(7, GICC, 1);
    gic_write(7, GICC + 4, 0xff);
    gic_harness_line(h, 0, 991, 1);
    g_assert_cmpuint(gic_read(7, GICC + 0x0c), ==, 991);
    gic_harness_free(h);
}

/* ---- saved state ---- */

static void test_state_of_another_size_is_refused(void)
{
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    g_autoptr(GByteArray) saved = gic_harness_save(h);
    Error *err = NULL;

    gic_harness_free(h);
    h = gic_harness_new(CPUS - 1, IRQS, 8);
    g_assert_false(gic_harness_load(saved, &err));
    harness_error_contains(err, "num_cpu");
    gic_harness_free(h);
    h = gic_harness_new(CPUS, IRQS + 32, 8);
    err = NULL;
    g_assert_false(gic_harness_load(saved, &err));
    harness_error_contains(err, "num_irq");
    gic_harness_free(h);
}

static void corrupt_bpr(GICState *s)
{
    s->cpu[0].bpr = 8;
}

static void corrupt_abpr(GICState *s)
{
    s->cpu[CPUS - 1].abpr = 0;
}

static void corrupt_target(GICState *s)
{
    s->target[40] = 1 << CPUS;
}

static void corrupt_target_of_private(GICState *s)
{
    s->target[3] = 1;
}

static void corrupt_word_beyond(GICState *s)
{
    s->spi[IRQS / 32].enabled = 1;
}

static void corrupt_sources(GICState *s)
{
    s->cpu[1].sgi_sources[2] = 0x80;
}

static void corrupt_sgi_without_source(GICState *s)
{
    s->cpu[1].internal.pending = 4;
}

static void corrupt_priority(GICState *s)
{
    s->priority[50] = 0x01;
}

static void corrupt_apr(GICState *s)
{
    s->cpu[0].apr[1] = 1;
}

static void corrupt_ctlr(GICState *s)
{
    s->ctlr = 4;
}

/* States that no guest can bring about are refused, and do no harm. */
static void test_impossible_states_are_refused(void)
{
    static void (*const corruptions[])(GICState *s) = {
        corrupt_bpr, corrupt_abpr, corrupt_target, corrupt_target_of_private, corrupt_word_beyond,
        corrupt_sources, corrupt_sgi_without_source, corrupt_priority, corrupt_apr, corrupt_ctlr,
    };

    for (unsigned i = 0; i < ARRAY_SIZE(corruptions); i++) {
        GicHarness *h = gic_harness_new(CPUS, IRQS, 5);
        g_autoptr(GByteArray) good = gic_harness_save(h);
        g_autoptr(GByteArray) bad = NULL;
        Error *err = NULL;

        corruptions[i](ARM_GIC(h->dev));
        bad = gic_harness_save(h);
        if (gic_harness_load(bad, &err)) {
            g_error("corruption %u was accepted", i);
        }
        error_free(err);
        gic_harness_load(good, &error_abort);
        gic_harness_free(h);
    }
}

static void test_outputs_follow_a_loaded_state(void)
{
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    g_autoptr(GByteArray) saved = NULL;

    gic_write(0, GICD, 1);
    gic_write(2, GICC, 9);
    gic_write(2, GICC + 4, 0xff);
    gic_write(2, GICD + 0x100, 0xffffffff);
    gic_harness_line(h, 2, 20, 1);
    g_assert_cmpint(h->fiq[2].level, ==, 1);
    saved = gic_harness_save(h);
    device_cold_reset(h->dev);
    g_assert_cmpint(h->fiq[2].level, ==, 0);
    gic_harness_load(saved, &error_abort);
    g_assert_cmpint(h->fiq[2].level, ==, 1);
    g_assert_cmpuint(gic_read(2, GICC + 0x0c), ==, 20);
    gic_harness_free(h);
}

/* ---- numbers ---- */

static void test_inputs_have_numbers_and_cells(void)
{
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    qemu_irq spi = qdev_get_gpio_in(h->dev, 5);
    qemu_irq ppi = qdev_get_gpio_in(h->dev, IRQS - 32 + 32 + 27);
    uint32_t cells[3];
    int n;

    g_assert_cmpint(qemu_irq_get_gsi(spi), ==, 5);
    g_assert_cmpint(qemu_irq_get_gsi(ppi), ==, -1);
    g_assert_true(qemu_irq_get_fdt_cells(spi, cells, &n));
    g_assert_cmpint(n, ==, 3);
    g_assert_cmpuint(cells[0], ==, 0);
    g_assert_cmpuint(cells[1], ==, 5);
    g_assert_cmpuint(cells[2], ==, 4);
    g_assert_true(qemu_irq_get_fdt_cells(ppi, cells, &n));
    g_assert_cmpuint(cells[0], ==, 1);
    g_assert_cmpuint(cells[1], ==, 11);
    g_assert_cmphex(cells[2], ==, 0xf04);
    gic_harness_free(h);
}

static void test_inputs_know_their_trigger(void)
{
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    qemu_irq spi = qdev_get_gpio_in(h->dev, 5);
    qemu_irq ppi = qdev_get_gpio_in(h->dev, IRQS - 32 + 32 + 27);

    g_assert_cmpint(qemu_irq_get_trigger(spi), ==, IRQ_TRIGGER_LEVEL);
    gic_write(0, GICD + 0xc00 + 4 * 2, 2u << 5 * 2); /* INTID 37 */
    g_assert_cmpint(qemu_irq_get_trigger(spi), ==, IRQ_TRIGGER_EDGE);
    g_assert_cmpint(qemu_irq_get_trigger(qdev_get_gpio_in(h->dev, 6)), ==, IRQ_TRIGGER_LEVEL);
    g_assert_cmpint(qemu_irq_get_trigger(ppi), ==, gic_read(1, GICD + 0xc04) >> 23 & 1
                    ? IRQ_TRIGGER_EDGE : IRQ_TRIGGER_LEVEL);
    device_cold_reset(h->dev);
    g_assert_cmpint(qemu_irq_get_trigger(spi), ==, IRQ_TRIGGER_LEVEL);
    gic_harness_free(h);
}

/* ---- device tree ---- */

static bool node_reg(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr, uint64_t *size)
{
    *addr = dev->mmio[i].addr;
    *size = memory_region_size(dev->mmio[i].memory);
    return true;
}

static bool node_reg_missing(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr,
                             uint64_t *size)
{
    return false;
}

static uint32_t node_phandle(FdtNodeContext *ctx)
{
    return 0x8001;
}

static void property_check(const void *fdt, int node, const char *name, const void *value, int size)
{
    int len = -1;
    const void *is = fdt_getprop(fdt, node, name, &len);

    g_assert_nonnull(is);
    g_assert_cmpmem(is, len, value, size);
}

static void test_node_is_what_linux_reads(void)
{
    static const FdtNodeContextOps ops = { .reg = node_reg, .phandle_new = node_phandle };
    const fdt64_t reg[] = { cpu_to_fdt64(GICD), cpu_to_fdt64(0x10000), cpu_to_fdt64(GICC),
                            cpu_to_fdt64(0x10000) };
    const fdt32_t two = cpu_to_fdt32(2), three = cpu_to_fdt32(3), phandle = cpu_to_fdt32(0x8001);
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    g_autofree void *fdt = g_malloc0(4096);
    FdtNodeContext ctx = { .ops = &ops, .fdt = fdt, .bus_path = "/", .address_cells = 2,
                           .size_cells = 2, .interrupt_cells = 3 };
    int node;

    g_assert_cmpint(fdt_create_empty_tree(fdt, 4096), ==, 0);
    g_assert_true(fdt_node_add(OBJECT(h->dev), &ctx, &error_abort));
    node = fdt_path_offset(fdt, "/intc@8000000");
    g_assert_cmpint(node, >, 0);
    property_check(fdt, node, "compatible", "arm,cortex-a15-gic", sizeof("arm,cortex-a15-gic"));
    property_check(fdt, node, "#interrupt-cells", &three, 4);
    property_check(fdt, node, "interrupt-controller", "", 0);
    property_check(fdt, node, "#address-cells", &two, 4);
    property_check(fdt, node, "#size-cells", &two, 4);
    property_check(fdt, node, "ranges", "", 0);
    property_check(fdt, node, "reg", reg, sizeof(reg));
    property_check(fdt, node, "phandle", &phandle, 4);
    gic_harness_free(h);
}

static void test_node_that_fails_leaves_nothing(void)
{
    static const FdtNodeContextOps ops = { .reg = node_reg, .phandle_new = node_phandle };
    static const FdtNodeContextOps no_reg = { .reg = node_reg_missing };
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    g_autofree void *fdt = g_malloc0(4096);
    FdtNodeContext ctx = { .ops = &no_reg, .fdt = fdt, .bus_path = "/", .address_cells = 2,
                           .size_cells = 2, .interrupt_cells = 3 };
    Error *err = NULL;

    g_assert_cmpint(fdt_create_empty_tree(fdt, 200), ==, 0);
    g_assert_false(fdt_node_add(OBJECT(h->dev), &ctx, &err));
    harness_error_contains(err, "region 0");
    err = NULL;
    ctx.ops = &ops; /* and 200 bytes have no room for the node */
    g_assert_false(fdt_node_add(OBJECT(h->dev), &ctx, &err));
    harness_error_contains(err, "intc@8000000");
    g_assert_cmpint(fdt_path_offset(fdt, "/intc@8000000"), ==, -FDT_ERR_NOTFOUND);
    gic_harness_free(h);
}

/* ---- statistics ---- */

static void test_info_irq_counts_acknowledges(void)
{
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    g_autofree char *text = NULL;

    gic_write(0, GICD, 1);
    gic_write(1, GICC, 1);
    gic_write(1, GICC + 4, 0xff);
    for (unsigned i = 0; i < 3; i++) {
        gic_write(1, GICD + 0xf00, 0x02000005);
        g_assert_cmphex(gic_read(1, GICC + 0x0c), ==, 1 << 10 | 5);
        gic_write(1, GICC + 0x10, 1 << 10 | 5);
    }
    gic_read(0, GICC + 0x0c); /* spurious: not counted */
    text = irq_stats_text();
    g_assert_nonnull(strstr(text, " 5: 3\n"));
    g_assert_nonnull(strstr(text, "CPU 1: GICC_CTLR 0x1, mask 0xff, running 0xff"));
    g_assert_null(strstr(text, "1023: "));
    gic_harness_free(h);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/gicv2/device/bad-properties-are-refused", test_bad_properties_are_refused);
    g_test_add_func("/gicv2/device/smallest-and-largest", test_smallest_and_largest_work);
    g_test_add_func("/gicv2/state/other-size-is-refused", test_state_of_another_size_is_refused);
    g_test_add_func("/gicv2/state/impossible-is-refused", test_impossible_states_are_refused);
    g_test_add_func("/gicv2/state/outputs-follow", test_outputs_follow_a_loaded_state);
    g_test_add_func("/gicv2/device/inputs-have-numbers-and-cells",
                    test_inputs_have_numbers_and_cells);
    g_test_add_func("/gicv2/device/inputs-know-their-trigger", test_inputs_know_their_trigger);
    g_test_add_func("/gicv2/device-tree/what-linux-reads", test_node_is_what_linux_reads);
    g_test_add_func("/gicv2/device-tree/failure-leaves-nothing",
                    test_node_that_fails_leaves_nothing);
    g_test_add_func("/gicv2/info-irq/counts-acknowledges", test_info_irq_counts_acknowledges);
    return g_test_run();
}
