/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A GICv3 with its surroundings, for unit tests.
 */
#include "gicv3-harness.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qapi/qmp/qlist.h"

uint32_t gicv3_bench_affinity(unsigned cpu)
{
    return (cpu / 32) << 8 | cpu % 32;
}

static void bench_output_set(void *opaque, int n, int level)
{
    GICv3Bench *b = opaque;

    b->output_sets++;
    *(n < b->num_cpu ? &b->irq[n] : &b->fiq[n - b->num_cpu]) = level;
}

static void bench_completion(Notifier *notifier, void *data)
{
    GICv3BenchInput *in = container_of(notifier, GICv3BenchInput, notifier);

    qatomic_inc(&in->completions);
    qatomic_inc(&in->bench->completions);
    if (in->bench->on_completion) {
        in->bench->on_completion(in->bench, in - in->bench->inputs);
    }
}

static void bench_cpus_make(GICv3Bench *b)
{
    b->cpu = g_new0(ARMCPU *, b->num_cpu);
    for (unsigned i = 0; i < b->num_cpu; i++) {
        b->cpu[i] = arm_cpu_begin("cortex-a57");
        qdev_prop_set_uint64(DEVICE(b->cpu[i]), "mp-affinity", gicv3_bench_affinity(i));
        arm_cpu_finish(b->cpu[i], &error_abort);
    }
}

static void bench_controller_make(GICv3Bench *b, const uint32_t *regions, unsigned n_regions)
{
    SysBusDevice *sbd;
    hwaddr base = V3_REDIST_BASE;

    b->dev = qdev_new(TYPE_ARM_GICV3);
    qdev_prop_set_uint32(b->dev, "num-cpu", b->num_cpu);
    qdev_prop_set_uint32(b->dev, "num-irq", b->num_irq);
    if (regions) {
        QList *list = qlist_new();

        for (unsigned i = 0; i < n_regions; i++) {
            qlist_append_int(list, regions[i]);
        }
        qdev_prop_set_array(b->dev, "redist-region-count", list);
    }
    sbd = SYS_BUS_DEVICE(b->dev);
    sysbus_realize(sbd, &error_abort);
    b->gic = ARM_GICV3(b->dev);
    sysbus_mmio_map(sbd, 0, V3_DIST_BASE);
    for (unsigned i = 0; i < n_regions; i++) {
        sysbus_mmio_map(sbd, 1 + i, base);
        base += (uint64_t)regions[i] * GICV3_REDIST_SIZE;
    }
    if (!regions) {
        sysbus_mmio_map(sbd, 1, base);
    }
}

static void bench_lines_make(GICv3Bench *b)
{
    b->num_inputs = b->num_irq - 32 + 32 * b->num_cpu;
    b->input = g_new0(qemu_irq, b->num_inputs);
    b->inputs = g_new0(GICv3BenchInput, b->num_inputs);
    for (unsigned i = 0; i < b->num_inputs; i++) {
        b->input[i] = qdev_get_gpio_in(b->dev, i);
        b->inputs[i].bench = b;
        b->inputs[i].notifier.notify = bench_completion;
        qemu_irq_add_eoi_notifier(b->input[i], &b->inputs[i].notifier);
    }
    b->irq = g_new0(int, b->num_cpu);
    b->fiq = g_new0(int, b->num_cpu);
    b->output = qemu_allocate_irqs(bench_output_set, b, 2 * b->num_cpu);
    for (unsigned i = 0; i < 2 * b->num_cpu; i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(b->dev), i, b->output[i]);
    }
}

GICv3Bench *gicv3_bench_new_regions(unsigned num_cpu, unsigned num_irq, const uint32_t *regions,
                                    unsigned n_regions)
{
    GICv3Bench *b = g_new0(GICv3Bench, 1);

    b->num_cpu = num_cpu;
    b->num_irq = num_irq;
    bench_cpus_make(b);
    bench_controller_make(b, regions, n_regions);
    bench_lines_make(b);
    resettable_reset(OBJECT(b->dev), RESET_TYPE_COLD);
    return b;
}

GICv3Bench *gicv3_bench_new(unsigned num_cpu, unsigned num_irq)
{
    return gicv3_bench_new_regions(num_cpu, num_irq, NULL, 0);
}

void gicv3_bench_free(GICv3Bench *b)
{
    for (unsigned i = 0; i < b->num_inputs; i++) {
        qemu_irq_remove_eoi_notifier(b->input[i], &b->inputs[i].notifier);
    }
    qdev_unrealize(b->dev);
    object_unparent(OBJECT(b->dev));
    object_unref(b->dev);
    for (unsigned i = 0; i < b->num_cpu; i++) {
        arm_cpu_drop(b->cpu[i]);
    }
    qemu_free_irqs(b->output, 2 * b->num_cpu);
    g_free(b->cpu);
    g_free(b->input);
    g_free(b->inputs);
    g_free(b->irq);
    g_free(b->fiq);
    g_free(b);
}

void gicv3_bench_open(GICv3Bench *b)
{
    gicd_writel(b, 0x0, 3);
    for (unsigned i = 0; i < b->num_cpu; i++) {
        gicr_writel(b, i, 0x14, 0);
        icc_write(b, i, ICC_PMR, 0xff);
        icc_write(b, i, ICC_IGRPEN0, 1);
        icc_write(b, i, ICC_IGRPEN1, 1);
    }
}

/* ---- registers ---- */

static uint64_t mmio_read(hwaddr addr, unsigned size)
{
    uint8_t bytes[8] = { 0 };

    g_assert_cmpint(address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, bytes,
                                       size), ==, MEMTX_OK);
    return ldq_le_p(bytes);
}

static void mmio_write(hwaddr addr, uint64_t value, unsigned size)
{
    uint8_t bytes[8];

    stq_le_p(bytes, value);
    g_assert_cmpint(address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED,
                                        bytes, size), ==, MEMTX_OK);
}

uint64_t gicd_read(GICv3Bench *b, uint32_t offset, unsigned size)
{
    return mmio_read(V3_DIST_BASE + offset, size);
}

void gicd_write(GICv3Bench *b, uint32_t offset, uint64_t value, unsigned size)
{
    mmio_write(V3_DIST_BASE + offset, value, size);
}

uint64_t gicr_read(GICv3Bench *b, unsigned cpu, uint32_t offset, unsigned size)
{
    return mmio_read(V3_REDIST_BASE + (hwaddr)cpu * GICV3_REDIST_SIZE + offset, size);
}

void gicr_write(GICv3Bench *b, unsigned cpu, uint32_t offset, uint64_t value, unsigned size)
{
    mmio_write(V3_REDIST_BASE + (hwaddr)cpu * GICV3_REDIST_SIZE + offset, value, size);
}

uint64_t icc_read(GICv3Bench *b, unsigned cpu, uint32_t enc)
{
    return mrs(b->cpu[cpu], enc);
}

void icc_write(GICv3Bench *b, unsigned cpu, uint32_t enc, uint64_t value)
{
    msr(b->cpu[cpu], enc, value);
}

/* ---- lines ---- */

static unsigned ppi_input(GICv3Bench *b, unsigned cpu, unsigned intid)
{
    return b->num_irq - 32 + 32 * cpu + intid;
}

void gicv3_spi_set(GICv3Bench *b, unsigned intid, int level)
{
    qemu_set_irq(b->input[intid - 32], level);
}

void gicv3_ppi_set(GICv3Bench *b, unsigned cpu, unsigned intid, int level)
{
    qemu_set_irq(b->input[ppi_input(b, cpu, intid)], level);
}

unsigned gicv3_spi_completions(GICv3Bench *b, unsigned intid)
{
    return b->inputs[intid - 32].completions;
}

unsigned gicv3_ppi_completions(GICv3Bench *b, unsigned cpu, unsigned intid)
{
    return b->inputs[ppi_input(b, cpu, intid)].completions;
}

void gicv3_interrupt_setup(GICv3Bench *b, unsigned cpu, unsigned intid, uint8_t prio)
{
    uint32_t word = intid / 32 * 4;
    uint32_t bit = 1u << intid % 32;

    if (intid < 32) {
        gicr_writel(b, cpu, 0x10080, gicr_readl(b, cpu, 0x10080) | bit);
        gicr_write(b, cpu, 0x10400 + intid, prio, 1);
        gicr_writel(b, cpu, 0x10100, bit);
        return;
    }
    gicd_writel(b, 0x80 + word, gicd_readl(b, 0x80 + word) | bit);
    gicd_write(b, 0x400 + intid, prio, 1);
    gicd_write(b, 0x6000 + 8 * intid, gicv3_bench_affinity(cpu), 8);
    gicd_writel(b, 0x100 + word, bit);
}

/* ---- saved state ---- */

GByteArray *gicv3_bench_save(GICv3Bench *b)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    g_assert_cmpint(vmstate_save_state(f, &vmstate_gicv3, b->gic, NULL), ==, 0);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

bool gicv3_bench_load(GICv3Bench *b, const GByteArray *state)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(state->data, state->len);

    return vmstate_load_state(f, &vmstate_gicv3, b->gic, vmstate_gicv3.version_id) == 0;
}
