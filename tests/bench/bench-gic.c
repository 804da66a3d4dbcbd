/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of the GICs: from a change of a configured SPI's line to the CPU's
 * input, and the guest's side of an interrupt. 4 CPUs, 288 INTIDs; the input
 * counts. Target: a line change in at most 100 ns.
 */
#include "qemu/osdep.h"
#include <math.h>
#include "../unit/intc/gicv2-harness.h"
#include "../unit/intc/gicv3-harness.h"
#include "exec/address-spaces.h"
#include "qemu/timer.h"

#define CPUS 4
#define IRQS 288
#define RUNS 60
#define ROUNDS 20000
#define SPI 48

/* What the figures are about: a controller of one version with one input to play with. */
typedef struct GicBench {
    qemu_irq line;
    GICv3Bench *v3;
} GicBench;

typedef void BenchFn(const GicBench *b, unsigned rounds);

/* One figure: the best of many short runs, as others use the host too. */
static void bench(const char *version, const char *what, BenchFn *fn, const GicBench *b,
                  unsigned per_round)
{
    double best = INFINITY;

    for (unsigned i = 0; i < RUNS; i++) {
        int64_t start = get_clock();

        fn(b, ROUNDS);
        best = MIN(best, (double)(get_clock() - start) / ROUNDS / per_round);
    }
    printf("%s %-44s %9.1f ns\n", version, what, best);
}

static void bench_line(const GicBench *b, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        qemu_irq_raise(b->line);
        qemu_irq_lower(b->line);
    }
}

static uint32_t gicc_read(hwaddr offset)
{
    return address_space_ldl_le(&address_space_memory, GICC + offset, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static void gicc_write(hwaddr offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, GICC + offset, value, MEMTXATTRS_UNSPECIFIED, NULL);
}

/* The line stays high: each completion makes the interrupt pending again. */
static void bench_v2_round_trip(const GicBench *b, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        gicc_write(0x10, gicc_read(0x0c));
    }
}

static void bench_v3_round_trip(const GicBench *b, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        icc_write(b->v3, 0, ICC_EOIR1, icc_read(b->v3, 0, ICC_IAR1));
    }
}

static void bench_v2(void)
{
    GicHarness *h = gic_harness_new(CPUS, IRQS, 8);
    GicBench b = { .line = qdev_get_gpio_in(h->dev, SPI - 32) };

    gic_write(0, GICD, 1);
    for (unsigned i = 32; i < IRQS; i += 32) {
        gic_write(0, GICD + 0x100 + i / 8, 0xffffffff);
    }
    for (unsigned i = 32; i < IRQS; i++) {
        gic_write_size(0, GICD + 0x800 + i, 1, 1);
        gic_write_size(0, GICD + 0x400 + i, 1, 0xa0);
    }
    gic_write(0, GICC, 1);
    gic_write(0, GICC + 4, 0xff);
    bench("v2", "line change to CPU input", bench_line, &b, 2);
    g_assert_cmpuint(h->irq[0].rises, >=, RUNS * ROUNDS);
    qemu_irq_raise(b.line);
    bench("v2", "acknowledge and end, notifier called", bench_v2_round_trip, &b, 1);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), >=, RUNS * ROUNDS);
    for (unsigned i = 64; i < IRQS; i++) {
        gic_harness_line(h, 0, i, 1);
    }
    qemu_irq_lower(b.line);
    bench("v2", "line change, 224 others pending", bench_line, &b, 2);
    gic_harness_free(h);
}

static void bench_v3(void)
{
    GICv3Bench *h = gicv3_bench_new(CPUS, IRQS);
    GicBench b = { .line = qdev_get_gpio_in(h->dev, SPI - 32), .v3 = h };
    unsigned before;

    gicv3_bench_open(h);
    for (unsigned i = 32; i < IRQS; i++) {
        gicv3_interrupt_setup(h, 0, i, 0xa0);
    }
    before = h->output_sets;
    bench("v3", "line change to CPU input", bench_line, &b, 2);
    g_assert_cmpuint(h->output_sets - before, >=, 2 * RUNS * ROUNDS);
    qemu_irq_raise(b.line);
    bench("v3", "acknowledge and end, notifier called", bench_v3_round_trip, &b, 1);
    g_assert_cmpuint(gicv3_spi_completions(h, SPI), >=, RUNS * ROUNDS);
    for (unsigned i = 64; i < IRQS; i++) {
        gicv3_spi_set(h, i, 1);
    }
    qemu_irq_lower(b.line);
    bench("v3", "line change, 224 others pending", bench_line, &b, 2);
    gicv3_bench_free(h);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    bench_v2();
    bench_v3();
    return 0;
}
