/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests of the GICv3 share: CPUs, a controller between lines that can be set and
 * lines that record their level, and its registers by their architectural names.
 */
#ifndef TESTS_UNIT_INTC_GICV3_HARNESS_H
#define TESTS_UNIT_INTC_GICV3_HARNESS_H

#include "qemu/osdep.h"
#include "hw/intc/arm_gicv3.h"
#include "../arm/arm-harness.h"

#define V3_DIST_BASE 0x08000000
#define V3_REDIST_BASE 0x080a0000

/* ICC_*_EL1, as ARM_CP_ENC(). */
#define ICC_PMR ARM_CP_ENC(3, 0, 4, 6, 0)
#define ICC_IAR0 ARM_CP_ENC(3, 0, 12, 8, 0)
#define ICC_EOIR0 ARM_CP_ENC(3, 0, 12, 8, 1)
#define ICC_HPPIR0 ARM_CP_ENC(3, 0, 12, 8, 2)
#define ICC_BPR0 ARM_CP_ENC(3, 0, 12, 8, 3)
#define ICC_AP0R0 ARM_CP_ENC(3, 0, 12, 8, 4)
#define ICC_AP1R0 ARM_CP_ENC(3, 0, 12, 9, 0)
#define ICC_DIR ARM_CP_ENC(3, 0, 12, 11, 1)
#define ICC_RPR ARM_CP_ENC(3, 0, 12, 11, 3)
#define ICC_SGI1R ARM_CP_ENC(3, 0, 12, 11, 5)
#define ICC_ASGI1R ARM_CP_ENC(3, 0, 12, 11, 6)
#define ICC_SGI0R ARM_CP_ENC(3, 0, 12, 11, 7)
#define ICC_IAR1 ARM_CP_ENC(3, 0, 12, 12, 0)
#define ICC_EOIR1 ARM_CP_ENC(3, 0, 12, 12, 1)
#define ICC_HPPIR1 ARM_CP_ENC(3, 0, 12, 12, 2)
#define ICC_BPR1 ARM_CP_ENC(3, 0, 12, 12, 3)
#define ICC_CTLR ARM_CP_ENC(3, 0, 12, 12, 4)
#define ICC_SRE ARM_CP_ENC(3, 0, 12, 12, 5)
#define ICC_IGRPEN0 ARM_CP_ENC(3, 0, 12, 12, 6)
#define ICC_IGRPEN1 ARM_CP_ENC(3, 0, 12, 12, 7)

/* @completions: calls of the notifier, which every input has, by input number. */
typedef struct GICv3Bench GICv3Bench;

typedef struct GICv3BenchInput {
    Notifier notifier;
    GICv3Bench *bench;
    unsigned completions;
} GICv3BenchInput;

struct GICv3Bench {
    GICv3State *gic;
    DeviceState *dev;
    unsigned num_cpu;
    unsigned num_irq;
    unsigned num_inputs;
    ARMCPU **cpu;
    qemu_irq *input;
    GICv3BenchInput *inputs;
    unsigned completions; /* of all inputs */
    /* Levels of outputs, and how often each was set. */
    qemu_irq *output;
    int *irq;
    int *fiq;
    unsigned output_sets;
    /* Called by every notifier, if set, with the number of its input. */
    void (*on_completion)(GICv3Bench *b, unsigned input);
};

/*
 * @num_cpu CPUs with affinities in clusters of 32, and a controller with @num_irq INTIDs, mapped
 * and reset. @regions: CPUs per redistributor region, NULL for one region.
 */
GICv3Bench *gicv3_bench_new(unsigned num_cpu, unsigned num_irq);
GICv3Bench *gicv3_bench_new_regions(unsigned num_cpu, unsigned num_irq, const uint32_t *regions,
                                    unsigned n_regions);
void gicv3_bench_free(GICv3Bench *b);

/* MPIDR affinity of the bench's CPU @cpu, levels 0 to 2. */
uint32_t gicv3_bench_affinity(unsigned cpu);

/* Groups enabled everywhere, nothing masked, all CPUs awake. */
void gicv3_bench_open(GICv3Bench *b);

uint64_t gicd_read(GICv3Bench *b, uint32_t offset, unsigned size);
void gicd_write(GICv3Bench *b, uint32_t offset, uint64_t value, unsigned size);
uint64_t gicr_read(GICv3Bench *b, unsigned cpu, uint32_t offset, unsigned size);
void gicr_write(GICv3Bench *b, unsigned cpu, uint32_t offset, uint64_t value, unsigned size);

static inline uint32_t gicd_readl(GICv3Bench *b, uint32_t offset)
{
    return gicd_read(b, offset, 4);
}

static inline void gicd_writel(GICv3Bench *b, uint32_t offset, uint32_t value)
{
    gicd_write(b, offset, value, 4);
}

static inline uint32_t gicr_readl(GICv3Bench *b, unsigned cpu, uint32_t offset)
{
    return gicr_read(b, cpu, offset, 4);
}

static inline void gicr_writel(GICv3Bench *b, unsigned cpu, uint32_t offset, uint32_t value)
{
    gicr_write(b, cpu, offset, value, 4);
}

uint64_t icc_read(GICv3Bench *b, unsigned cpu, uint32_t enc);
void icc_write(GICv3Bench *b, unsigned cpu, uint32_t enc, uint64_t value);

/* Set the line of an SPI, of a PPI. */
void gicv3_spi_set(GICv3Bench *b, unsigned intid, int level);
void gicv3_ppi_set(GICv3Bench *b, unsigned cpu, unsigned intid, int level);
unsigned gicv3_spi_completions(GICv3Bench *b, unsigned intid);
unsigned gicv3_ppi_completions(GICv3Bench *b, unsigned cpu, unsigned intid);

/* Enable, in Group 1, with @prio; an SPI goes to @cpu. */
void gicv3_interrupt_setup(GICv3Bench *b, unsigned cpu, unsigned intid, uint8_t prio);

/* Saved state of the controller alone, and back; false if it was refused. */
GByteArray *gicv3_bench_save(GICv3Bench *b);
bool gicv3_bench_load(GICv3Bench *b, const GByteArray *state);

#endif
