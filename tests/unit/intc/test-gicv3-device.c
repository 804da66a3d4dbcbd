/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 as a device: properties, redistributor regions, numbers of inputs, resets, statistics,
 * completions whose subscribers call back, and saved state, also of a hostile stream.
 */
#include "gicv3-harness.h"
#include <libfdt.h>
#include "exec/address-spaces.h"
#include "hw/core/irq-stats.h"
#include "hw/fdt-node.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "qapi/qmp/qlist.h"

/* ---- realize ---- */

typedef struct Attempt {
    const char *property;
    uint32_t value;
    bool is_bool;
    const char *error;
} Attempt;

static void test_realize_refuses(gconstpointer data)
{
    const Attempt *a = data;
    DeviceState *dev = qdev_new(TYPE_ARM_GICV3);
    Error *err = NULL;

    if (a->is_bool) {
        qdev_prop_set_bit(dev, a->property, a->value);
    } else {
        qdev_prop_set_uint32(dev, a->property, a->value);
    }
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    g_assert_cmpstr(error_get_pretty(err), ==, a->error);
    error_free(err);
    object_unparent(OBJECT(dev));
    object_unref(dev);
}

static const Attempt attempts[] = {
    { "num-cpu", 0, false, "arm-gicv3: num-cpu is 0; it must be between 1 and 512" },
    { "num-cpu", 513, false, "arm-gicv3: num-cpu is 513; it must be between 1 and 512" },
    { "num-cpu", 2, false, "arm-gicv3: num-cpu is 2, but there is no CPU 0" },
    { "num-irq", 0, false,
      "arm-gicv3: num-irq is 0; it must be a multiple of 32 between 32 and 992" },
    { "num-irq", 100, false,
      "arm-gicv3: num-irq is 100; it must be a multiple of 32 between 32 and 992" },
    { "num-irq", 1024, false,
      "arm-gicv3: num-irq is 1024; it must be a multiple of 32 between 32 and 992" },
    { "revision", 4, false, "arm-gicv3: revision is 4; only 3 is supported" },
    { "has-lpi", 1, true, "arm-gicv3: has-lpi is on; LPIs are not supported" },
    { "has-security-extensions", 1, true,
      "arm-gicv3: has-security-extensions is on; only one security state is supported" },
};

/* Realize a controller for @num_cpu CPUs with @regions; returns the error. */
static Error *realize_with_regions(unsigned num_cpu, const uint32_t *regions, unsigned n)
{
    DeviceState *dev = qdev_new(TYPE_ARM_GICV3);
    QList *list = qlist_new();
    Error *err = NULL;

    for (unsigned i = 0; i < n; i++) {
        qlist_append_int(list, regions[i]);
    }
    qdev_prop_set_uint32(dev, "num-cpu", num_cpu);
    qdev_prop_set_array(dev, "redist-region-count", list);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    object_unparent(OBJECT(dev));
    object_unref(dev);
    return err;
}

static void error_is(Error *err, const char *text)
{
    g_assert_cmpstr(error_get_pretty(err), ==, text);
    error_free(err);
}

static void test_realize_refuses_bad_regions(void)
{
    static const uint32_t few[] = { 1 }, none[] = { 2, 0 }, huge[] = { UINT32_MAX, 3 };
    uint32_t many[40];
    ARMCPU *cpu[2] = { arm_cpu_make("cortex-a57"), arm_cpu_make("cortex-a57") };

    for (unsigned i = 0; i < G_N_ELEMENTS(many); i++) {
        many[i] = 1;
    }
    error_is(realize_with_regions(2, few, 1),
             "arm-gicv3: redist-region-count has 1 regions for 1 CPUs; it must have at most 31 "
             "for all 2 CPUs");
    error_is(realize_with_regions(2, none, 2),
             "arm-gicv3: redist-region-count has a region for no CPU");
    error_is(realize_with_regions(2, huge, 2),
             "arm-gicv3: redist-region-count has 2 regions for 4294967298 CPUs; it must have at "
             "most 31 for all 2 CPUs");
    error_is(realize_with_regions(2, many, G_N_ELEMENTS(many)),
             "arm-gicv3: redist-region-count has 40 regions for 40 CPUs; it must have at most 31 "
             "for all 2 CPUs");
    /* Nothing is left behind in the CPUs. */
    g_assert_false(may_read(cpu[0], ICC_PMR));
    arm_cpu_drop(cpu[0]);
    arm_cpu_drop(cpu[1]);
}

static void test_realize_refuses_a_second_controller(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 64);
    DeviceState *dev = qdev_new(TYPE_ARM_GICV3);
    Error *err = NULL;

    qdev_prop_set_uint32(dev, "num-cpu", 2);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    g_assert_true(g_str_has_prefix(error_get_pretty(err),
                                   "arm-gicv3: CPU 0: system register ICC_PMR_EL1"));
    error_free(err);
    object_unparent(OBJECT(dev));
    object_unref(dev);
    icc_write(b, 0, ICC_PMR, 0xf8); /* the first one's registers are still there */
    g_assert_cmphex(icc_read(b, 0, ICC_PMR), ==, 0xf8);
    gicv3_bench_free(b);
}

static void test_unrealize_takes_the_registers_away(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    for (unsigned round = 0; round < 2; round++) {
        DeviceState *dev = qdev_new(TYPE_ARM_GICV3);

        sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort);
        g_assert_true(may_read(cpu, ICC_PMR));
        g_assert_nonnull(cpu->env.gicv3state);
        qdev_unrealize(dev);
        g_assert_false(may_read(cpu, ICC_PMR));
        g_assert_null(cpu->env.gicv3state);
        object_unparent(OBJECT(dev));
        object_unref(dev);
    }
    arm_cpu_drop(cpu);
}

static void test_smallest_controller_has_no_spis(void)
{
    GICv3Bench *b = gicv3_bench_new(1, 32);

    gicv3_bench_open(b);
    g_assert_cmpuint(gicd_readl(b, 0x4) & 0x1f, ==, 0);
    gicd_writel(b, 0x104, UINT32_MAX);
    g_assert_cmphex(gicd_readl(b, 0x104), ==, 0);
    gicv3_interrupt_setup(b, 0, 30, 0x80);
    gicv3_ppi_set(b, 0, 30, 1);
    g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 30);
    gicv3_bench_free(b);
}

static void test_largest_controller(void)
{
    GICv3Bench *b = gicv3_bench_new(1, 992);

    gicv3_bench_open(b);
    g_assert_cmpuint(gicd_readl(b, 0x4) & 0x1f, ==, 30);
    gicv3_interrupt_setup(b, 0, 991, 0x80);
    gicv3_spi_set(b, 991, 1);
    g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 991);
    icc_write(b, 0, ICC_EOIR1, 991);
    g_assert_cmpuint(gicv3_spi_completions(b, 991), ==, 1);
    gicv3_bench_free(b);
}

/* ---- regions ---- */

static void test_last_is_set_in_each_region(void)
{
    static const uint32_t regions[] = { 2, 1, 3 };
    GICv3Bench *b = gicv3_bench_new_regions(6, 64, regions, 3);

    for (unsigned cpu = 0; cpu < 6; cpu++) {
        uint64_t typer = gicr_read(b, cpu, 0x8, 8);

        g_assert_cmpuint(extract64(typer, 8, 16), ==, cpu);
        g_assert_cmpuint(extract64(typer, 4, 1), ==, cpu == 1 || cpu == 2 || cpu == 5);
    }
    g_assert_cmphex(memory_region_size(sysbus_mmio_get_region(SYS_BUS_DEVICE(b->dev), 3)), ==,
                    3 * 0x20000);
    gicr_writel(b, 4, 0x10100, 0x5a);
    g_assert_cmphex(gicr_readl(b, 4, 0x10100), ==, 0x5a);
    g_assert_cmphex(gicr_readl(b, 3, 0x10100), ==, 0);
    gicv3_bench_free(b);
}

/* ---- numbers ---- */

static void test_inputs_know_their_numbers(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 288);
    uint32_t cells[3];
    int n = 0;

    g_assert_cmpint(qemu_irq_get_gsi(b->input[0]), ==, 0);
    g_assert_cmpint(qemu_irq_get_gsi(b->input[255]), ==, 255);
    g_assert_cmpint(qemu_irq_get_gsi(b->input[256 + 27]), ==, -1);
    g_assert_true(qemu_irq_get_fdt_cells(b->input[256 + 32 + 27], cells, &n));
    g_assert_cmpint(n, ==, 3);
    g_assert_cmpuint(cells[0], ==, 1);
    g_assert_cmpuint(cells[1], ==, 11);
    g_assert_cmphex(cells[2], ==, 4); /* no CPU mask in GICv3's binding */
    gicv3_bench_free(b);
}

static void test_inputs_know_their_trigger(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 288);
    qemu_irq ppi = b->input[256 + 32 + 27];

    g_assert_cmpint(qemu_irq_get_trigger(b->input[40]), ==, IRQ_TRIGGER_LEVEL);
    gicd_writel(b, 0xc00 + 72 / 16 * 4, 2u << 72 % 16 * 2);
    g_assert_cmpint(qemu_irq_get_trigger(b->input[40]), ==, IRQ_TRIGGER_EDGE);
    g_assert_cmpint(qemu_irq_get_trigger(b->input[41]), ==, IRQ_TRIGGER_LEVEL);
    gicr_writel(b, 1, 0x10c04, 2u << 11 * 2);
    g_assert_cmpint(qemu_irq_get_trigger(ppi), ==, IRQ_TRIGGER_EDGE);
    g_assert_cmpint(qemu_irq_get_trigger(b->input[256 + 27]), ==, IRQ_TRIGGER_LEVEL);
    gicv3_bench_free(b);
}

/* ---- device tree ---- */

static bool fdt_reg(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr, uint64_t *size)
{
    if (!sysbus_has_mmio(dev, i) || dev->mmio[i].addr == (hwaddr)-1) {
        return false;
    }
    *addr = dev->mmio[i].addr;
    *size = memory_region_size(sysbus_mmio_get_region(dev, i));
    return true;
}

static uint32_t fdt_phandle_new(FdtNodeContext *ctx)
{
    return 0x8001;
}

static const FdtNodeContextOps fdt_ops = { .reg = fdt_reg, .phandle_new = fdt_phandle_new };

static void fdt_property_is(const void *fdt, int node, const char *name, const void *value,
                            int size)
{
    int len;
    const void *is = fdt_getprop(fdt, node, name, &len);

    g_assert_nonnull(is);
    g_assert_cmpmem(is, len, value, size);
}

static void test_node_has_all_regions(void)
{
    static const uint32_t regions[] = { 2, 1 };
    const fdt64_t reg[] = {
        cpu_to_fdt64(V3_DIST_BASE), cpu_to_fdt64(0x10000),
        cpu_to_fdt64(V3_REDIST_BASE), cpu_to_fdt64(2 * 0x20000),
        cpu_to_fdt64(V3_REDIST_BASE + 2 * 0x20000), cpu_to_fdt64(0x20000),
    };
    const fdt32_t two = cpu_to_fdt32(2), three = cpu_to_fdt32(3), phandle = cpu_to_fdt32(0x8001);
    g_autofree void *fdt = g_malloc0(4096);
    FdtNodeContext ctx = { .ops = &fdt_ops, .fdt = fdt, .bus_path = "/", .address_cells = 2,
                           .size_cells = 2, .interrupt_cells = 3 };
    GICv3Bench *b = gicv3_bench_new_regions(3, 64, regions, 2);
    int node;

    g_assert_cmpint(fdt_create_empty_tree(fdt, 4096), ==, 0);
    g_assert_true(fdt_node_add(OBJECT(b->dev), &ctx, &error_abort));
    node = fdt_path_offset(fdt, "/intc@8000000");
    g_assert_cmpint(node, >, 0);
    fdt_property_is(fdt, node, "compatible", "arm,gic-v3", sizeof("arm,gic-v3"));
    fdt_property_is(fdt, node, "#redistributor-regions", &two, 4);
    fdt_property_is(fdt, node, "reg", reg, sizeof(reg));
    fdt_property_is(fdt, node, "#interrupt-cells", &three, 4);
    fdt_property_is(fdt, node, "interrupt-controller", "", 0);
    fdt_property_is(fdt, node, "#address-cells", &two, 4);
    fdt_property_is(fdt, node, "#size-cells", &two, 4);
    fdt_property_is(fdt, node, "ranges", "", 0);
    fdt_property_is(fdt, node, "phandle", &phandle, 4);
    g_assert_null(fdt_getprop(fdt, node, "interrupts", NULL)); /* no maintenance interrupt */
    gicv3_bench_free(b);
}

static void test_node_that_cannot_be_written_leaves_nothing(void)
{
    g_autofree void *fdt = g_malloc0(4096);
    FdtNodeContext ctx = { .ops = &fdt_ops, .fdt = fdt, .bus_path = "/", .address_cells = 2,
                           .size_cells = 2, .interrupt_cells = 3 };
    GICv3Bench *b = gicv3_bench_new(1, 64);
    Error *err = NULL;

    g_assert_cmpint(fdt_create_empty_tree(fdt, 200), ==, 0); /* no room */
    g_assert_false(fdt_node_add(OBJECT(b->dev), &ctx, &err));
    g_assert_nonnull(err);
    g_clear_pointer(&err, error_free);
    g_assert_cmpint(fdt_create_empty_tree(fdt, 4096), ==, 0);
    sysbus_mmio_unmap(SYS_BUS_DEVICE(b->dev), 1);
    g_assert_false(fdt_node_add(OBJECT(b->dev), &ctx, &err));
    error_is(err, "arm-gicv3: region 1 has no address to put into the device tree");
    err = NULL;
    ctx.size_cells = 1;
    g_assert_false(fdt_node_add(OBJECT(b->dev), &ctx, &err));
    error_is(err, "arm-gicv3: a device tree bus with 2 address and 1 size cells is not supported");
    g_assert_cmpint(fdt_first_subnode(fdt, 0), ==, -FDT_ERR_NOTFOUND);
    gicv3_bench_free(b);
}

/* ---- reset ---- */

static void test_reset_completes_what_was_active_and_lowers_outputs(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 288);

    gicv3_bench_open(b);
    gicv3_interrupt_setup(b, 1, 40, 0x80);
    gicv3_interrupt_setup(b, 1, 41, 0x80);
    gicv3_interrupt_setup(b, 0, 27, 0x80);
    gicv3_spi_set(b, 40, 1);
    gicv3_ppi_set(b, 0, 27, 1);
    g_assert_cmpuint(icc_read(b, 1, ICC_IAR1), ==, 40);
    g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 27);
    gicv3_spi_set(b, 40, 0);
    gicv3_spi_set(b, 41, 1);
    icc_write(b, 1, ICC_AP1R0, 0);
    g_assert_cmpint(b->irq[1], ==, 1);
    resettable_reset(OBJECT(b->dev), RESET_TYPE_COLD);
    g_assert_cmpuint(b->completions, ==, 2);
    g_assert_cmpuint(gicv3_spi_completions(b, 40), ==, 1);
    g_assert_cmpuint(gicv3_ppi_completions(b, 0, 27), ==, 1);
    g_assert_cmpint(b->irq[1], ==, 0);
    g_assert_cmphex(gicd_readl(b, 0x304), ==, 0);
    g_assert_cmphex(gicd_readl(b, 0x204), ==, 0); /* lines are forgotten */
    g_assert_cmphex(icc_read(b, 1, ICC_PMR), ==, 0);
    g_assert_cmphex(gicr_readl(b, 1, 0x14), ==, 6);
    resettable_reset(OBJECT(b->dev), RESET_TYPE_COLD);
    g_assert_cmpuint(b->completions, ==, 2);
    gicv3_bench_free(b);
}

static void test_cpu_reset_resets_its_interface_only(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 64);

    gicv3_bench_open(b);
    gicv3_interrupt_setup(b, 0, 40, 0x80);
    gicv3_spi_set(b, 40, 1);
    g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 40);
    cpu_reset(CPU(b->cpu[0]));
    g_assert_cmphex(icc_read(b, 0, ICC_PMR), ==, 0);
    g_assert_cmphex(icc_read(b, 0, ICC_IGRPEN1), ==, 0);
    g_assert_cmphex(icc_read(b, 0, ICC_RPR), ==, 0xff);
    g_assert_cmphex(icc_read(b, 1, ICC_PMR), ==, 0xf8);
    g_assert_cmphex(gicd_readl(b, 0x304), ==, 1u << 8); /* still active */
    g_assert_cmpuint(b->completions, ==, 0);
    gicv3_bench_free(b);
}

/* ---- completions ---- */

/* A device that raises its line again when it hears of the completion. */
static void raise_again(GICv3Bench *b, unsigned input)
{
    b->on_completion = NULL;
    qemu_set_irq(b->input[input], 0);
    qemu_set_irq(b->input[input], 1);
}

static void test_subscriber_may_set_lines(void)
{
    GICv3Bench *b = gicv3_bench_new(1, 64);

    gicv3_bench_open(b);
    gicv3_interrupt_setup(b, 0, 40, 0x80);
    gicv3_spi_set(b, 40, 1);
    g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 40);
    gicv3_spi_set(b, 40, 0);
    b->on_completion = raise_again;
    icc_write(b, 0, ICC_EOIR1, 40);
    g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 40);
    b->on_completion = raise_again;
    gicd_writel(b, 0x384, 1u << 8);
    g_assert_cmpuint(b->completions, ==, 2);
    g_assert_cmphex(gicd_readl(b, 0x204), ==, 1u << 8);
    gicv3_bench_free(b);
}

/* ---- statistics ---- */

static void test_info_irq_counts_acknowledges(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 64);
    g_autofree char *text = NULL;

    gicv3_bench_open(b);
    gicv3_interrupt_setup(b, 0, 40, 0x80);
    for (unsigned i = 0; i < 3; i++) {
        gicv3_spi_set(b, 40, 1);
        g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 40);
        gicv3_spi_set(b, 40, 0);
        icc_write(b, 0, ICC_EOIR1, 40);
    }
    icc_read(b, 0, ICC_IAR1); /* spurious */
    text = irq_stats_text();
    g_assert_nonnull(strstr(text, "IRQ statistics for arm-gicv3"));
    g_assert_nonnull(strstr(text, "\n40: 3\n"));
    g_assert_nonnull(strstr(text, "CPU 1: groups enabled 0x3, mask 0xf8, running 0xff, "
                                  "highest pending 1023, IRQ 0, FIQ 0\n"));
    gicv3_bench_free(b);
}

/* ---- saved state ---- */

static void test_saved_state_restores_everything(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 288);
    g_autoptr(GByteArray) state = NULL;

    gicv3_bench_open(b);
    gicv3_interrupt_setup(b, 1, 40, 0x80);
    gicv3_interrupt_setup(b, 1, 41, 0x40);
    gicv3_spi_set(b, 40, 1);
    g_assert_cmpuint(icc_read(b, 1, ICC_IAR1), ==, 40);
    gicv3_spi_set(b, 41, 1);
    g_assert_cmpint(b->irq[1], ==, 1);
    state = gicv3_bench_save(b);
    resettable_reset(OBJECT(b->dev), RESET_TYPE_COLD);
    g_assert_cmpint(b->irq[1], ==, 0);
    b->completions = 0;
    g_assert_true(gicv3_bench_load(b, state));
    g_assert_cmpint(b->irq[1], ==, 1);
    g_assert_cmphex(icc_read(b, 1, ICC_RPR), ==, 0x80);
    g_assert_cmpuint(icc_read(b, 1, ICC_IAR1), ==, 41);
    icc_write(b, 1, ICC_EOIR1, 41);
    icc_write(b, 1, ICC_EOIR1, 40);
    g_assert_cmpuint(b->completions, ==, 2);
    g_assert_cmpuint(icc_read(b, 1, ICC_IAR1), ==, 41); /* the line is still high */
    gicv3_bench_free(b);
}

static void test_state_of_another_machine_is_refused(void)
{
    GICv3Bench *one = gicv3_bench_new(2, 64);
    g_autoptr(GByteArray) state = gicv3_bench_save(one);
    GICv3Bench *other;

    gicv3_bench_free(one);
    other = gicv3_bench_new(3, 64);
    g_assert_false(gicv3_bench_load(other, state));
    gicv3_bench_free(other);
    other = gicv3_bench_new(2, 96);
    g_assert_false(gicv3_bench_load(other, state));
    gicv3_bench_free(other);
}

/* The messages of loads that are to fail would only hide others. */
static int stderr_silence(void)
{
    int saved = dup(STDERR_FILENO);
    int null = open("/dev/null", O_WRONLY);

    g_assert_cmpint(saved, >=, 0);
    g_assert_cmpint(dup2(null, STDERR_FILENO), ==, STDERR_FILENO);
    close(null);
    return saved;
}

static void stderr_restore(int saved)
{
    g_assert_cmpint(dup2(saved, STDERR_FILENO), ==, STDERR_FILENO);
    close(saved);
}

/* Spoil the state, save it, restore it: the load of the spoilt state must fail. */
#define ASSERT_REFUSED(b, member, value) do { \
        __typeof__((b)->gic->member) good_ = (b)->gic->member; \
        g_autoptr(GByteArray) bad_ = NULL; \
        bool accepted_; \
        int saved_; \
        (b)->gic->member = (value); \
        bad_ = gicv3_bench_save(b); \
        (b)->gic->member = good_; \
        saved_ = stderr_silence(); \
        accepted_ = gicv3_bench_load(b, bad_); \
        stderr_restore(saved_); \
        if (accepted_) { \
            g_error("a state with %s = 0x%" PRIx64 " was accepted", #member, (uint64_t)(value)); \
        } \
        (b)->gic->member = good_; \
    } while (0)

static void test_impossible_values_are_refused(void)
{
    GICv3Bench *b = gicv3_bench_new(2, 64);
    g_autoptr(GByteArray) state = NULL;

    ASSERT_REFUSED(b, gicd_ctlr, 4);
    ASSERT_REFUSED(b, gicd_statusr, 0x10);
    ASSERT_REFUSED(b, group[0], 1);
    ASSERT_REFUSED(b, enabled[2], 1);
    ASSERT_REFUSED(b, pending[31], 1);
    ASSERT_REFUSED(b, active[0], 1u << 31);
    ASSERT_REFUSED(b, level[2], 1);
    ASSERT_REFUSED(b, edge_trigger[2], 1);
    ASSERT_REFUSED(b, gicd_ipriority[40], 0x81);
    ASSERT_REFUSED(b, gicd_ipriority[31], 0x80);
    ASSERT_REFUSED(b, gicd_ipriority[64], 0x80);
    ASSERT_REFUSED(b, gicd_irouter[40], 1ull << 24);
    ASSERT_REFUSED(b, gicd_irouter[64], 1);
    ASSERT_REFUSED(b, cpu[1].gicr_typer, 0);
    ASSERT_REFUSED(b, cpu[1].gicr_ctlr, 1);
    ASSERT_REFUSED(b, cpu[1].gicr_statusr, 0x10);
    ASSERT_REFUSED(b, cpu[1].gicr_waker, 2);
    ASSERT_REFUSED(b, cpu[1].edge_trigger0, 0xfffe);
    ASSERT_REFUSED(b, cpu[1].level0, 1);
    ASSERT_REFUSED(b, cpu[1].gicr_ipriorityr[3], 7);
    ASSERT_REFUSED(b, cpu[1].icc_ctlr_el1, 4);
    ASSERT_REFUSED(b, cpu[1].icc_pmr_el1, 0xff);
    ASSERT_REFUSED(b, cpu[1].icc_bpr[0], 1);
    ASSERT_REFUSED(b, cpu[1].icc_bpr[0], 200);
    ASSERT_REFUSED(b, cpu[1].icc_bpr[1], 2);
    ASSERT_REFUSED(b, cpu[1].icc_bpr[1], 8);
    ASSERT_REFUSED(b, cpu[1].icc_igrpen[0], 2);
    ASSERT_REFUSED(b, cpu[1].icc_igrpen[1], 255);
    state = gicv3_bench_save(b);
    g_assert_true(gicv3_bench_load(b, state));
    gicv3_bench_free(b);
}

/* Every byte damaged in turn: refused or accepted, but the controller goes on working. */
static void test_damaged_streams_do_no_harm(void)
{
    GICv3Bench *b = gicv3_bench_new(1, 64);
    g_autoptr(GByteArray) state = NULL;
    int saved;

    gicv3_bench_open(b);
    state = gicv3_bench_save(b);
    saved = stderr_silence();
    for (unsigned i = 0; i < state->len; i++) {
        state->data[i] ^= 0x81;
        if (gicv3_bench_load(b, state)) {
            gicd_writel(b, 0x204, UINT32_MAX);
            icc_read(b, 0, ICC_IAR1);
        }
        state->data[i] ^= 0x81;
    }
    stderr_restore(saved);
    g_assert_true(gicv3_bench_load(b, state));
    gicv3_interrupt_setup(b, 0, 40, 0x80);
    gicv3_spi_set(b, 40, 1);
    g_assert_cmpuint(icc_read(b, 0, ICC_IAR1), ==, 40);
    gicv3_bench_free(b);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    for (unsigned i = 0; i < G_N_ELEMENTS(attempts); i++) {
        g_autofree char *path = g_strdup_printf("/gicv3/realize/refuses-%s-%u",
                                                attempts[i].property, attempts[i].value);

        g_test_add_data_func(path, &attempts[i], test_realize_refuses);
    }
    g_test_add_func("/gicv3/realize/refuses-bad-regions", test_realize_refuses_bad_regions);
    g_test_add_func("/gicv3/realize/refuses-second-controller",
                    test_realize_refuses_a_second_controller);
    g_test_add_func("/gicv3/realize/undone-by-unrealize", test_unrealize_takes_the_registers_away);
    g_test_add_func("/gicv3/realize/no-spis", test_smallest_controller_has_no_spis);
    g_test_add_func("/gicv3/realize/most-spis", test_largest_controller);
    g_test_add_func("/gicv3/regions/last-in-each", test_last_is_set_in_each_region);
    g_test_add_func("/gicv3/inputs/numbers", test_inputs_know_their_numbers);
    g_test_add_func("/gicv3/device/inputs-know-their-trigger", test_inputs_know_their_trigger);
    g_test_add_func("/gicv3/node/regions", test_node_has_all_regions);
    g_test_add_func("/gicv3/node/failure", test_node_that_cannot_be_written_leaves_nothing);
    g_test_add_func("/gicv3/reset/controller",
                    test_reset_completes_what_was_active_and_lowers_outputs);
    g_test_add_func("/gicv3/reset/cpu", test_cpu_reset_resets_its_interface_only);
    g_test_add_func("/gicv3/completion/subscriber-sets-lines", test_subscriber_may_set_lines);
    g_test_add_func("/gicv3/statistics", test_info_irq_counts_acknowledges);
    g_test_add_func("/gicv3/state/round-trip", test_saved_state_restores_everything);
    g_test_add_func("/gicv3/state/other-machine", test_state_of_another_machine_is_refused);
    g_test_add_func("/gicv3/state/impossible-values", test_impossible_values_are_refused);
    g_test_add_func("/gicv3/state/damaged", test_damaged_streams_do_no_harm);
    return g_test_run();
}
