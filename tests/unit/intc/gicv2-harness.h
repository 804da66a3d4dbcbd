/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A GICv2 on its own for tests: mapped, its outputs and completions recorded,
 * accessed as any of its CPUs.
 */
#ifndef TESTS_UNIT_INTC_GICV2_HARNESS_H
#define TESTS_UNIT_INTC_GICV2_HARNESS_H

#include "../hwcore/hwcore-harness.h"
#include "hw/intc/arm_gic.h"

#define GICD 0x08000000u
#define GICC 0x08010000u

#define HARNESS_MAX_INPUTS (GIC_MAXIRQ + GIC_NCPU * 32)

typedef struct GicEoiCounter {
    Notifier notifier;
    unsigned calls;
} GicEoiCounter;

typedef struct GicHarness {
    DeviceState *dev;
    unsigned cpus;
    unsigned irqs;
    unsigned inputs;
    HarnessLine irq[GIC_NCPU];
    HarnessLine fiq[GIC_NCPU];
    GicEoiCounter eoi[HARNESS_MAX_INPUTS];
} GicHarness;

/* A realized and reset controller; 0 priority bits means the default. */
GicHarness *gic_harness_new(unsigned cpus, unsigned irqs, unsigned priority_bits);
void gic_harness_free(GicHarness *h);

/* Number of the input of an SPI, or of a CPU's PPI. */
unsigned gic_harness_input(const GicHarness *h, unsigned cpu, unsigned intid);

/* Set the input of SPI or PPI @intid. */
void gic_harness_line(GicHarness *h, unsigned cpu, unsigned intid, int level);

/* Completions of that input so far. */
unsigned gic_harness_eois(const GicHarness *h, unsigned cpu, unsigned intid);

/* Accesses as CPU @cpu. */
uint32_t gic_read(unsigned cpu, hwaddr addr);
void gic_write(unsigned cpu, hwaddr addr, uint32_t value);
uint32_t gic_read_size(unsigned cpu, hwaddr addr, unsigned size);
void gic_write_size(unsigned cpu, hwaddr addr, unsigned size, uint32_t value);

/* The saved state (caller frees); loading reports failure by false. */
GByteArray *gic_harness_save(GicHarness *h);
bool gic_harness_load(GByteArray *bytes, Error **errp);

#endif
