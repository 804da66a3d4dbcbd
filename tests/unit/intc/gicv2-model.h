/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A naive model of a GICv2 with one security state, to compare the device
 * with. Everything is computed anew from the manual's definitions (IHI 0048B
 * chapters 3 and 4) at each question; nothing is shared with the device.
 */
#ifndef TESTS_UNIT_INTC_GICV2_MODEL_H
#define TESTS_UNIT_INTC_GICV2_MODEL_H

#include "qemu/osdep.h"

#define MODEL_CPUS 8
#define MODEL_IRQS 160

typedef struct ModelIrq {
    bool enabled;
    bool latch; /* pending by edge or by software */
    bool active;
    bool line;
    bool edge;
    bool group1;
    uint8_t priority;
    uint8_t targets;
    uint8_t sources; /* of an SGI */
    unsigned completions;
} ModelIrq;

typedef struct ModelCpu {
    uint32_t ctlr;
    uint8_t pmr;
    uint8_t bpr;
    uint8_t abpr;
    bool active_priority[2][256]; /* by group and group priority */
    ModelIrq internal[32];
} ModelCpu;

typedef struct GicModel {
    unsigned cpus;
    unsigned irqs;
    unsigned priority_bits;
    uint32_t ctlr;
    ModelCpu cpu[MODEL_CPUS];
    ModelIrq spi[MODEL_IRQS];
} GicModel;

enum { MODEL_GICD, MODEL_GICC };

/* As after a power-on; completions count from 0. */
void model_init(GicModel *m, unsigned cpus, unsigned irqs, unsigned priority_bits);

/* A reset: what is active is completed, then everything is as after power-on. */
void model_reset(GicModel *m);

ModelIrq *model_irq(GicModel *m, unsigned cpu, unsigned intid);
void model_line(GicModel *m, unsigned cpu, unsigned intid, bool level);
uint32_t model_read(GicModel *m, unsigned cpu, int region, uint32_t offset, unsigned size);
void model_write(GicModel *m, unsigned cpu, int region, uint32_t offset, unsigned size,
                 uint32_t value);

/* Levels of the outputs. */
bool model_irq_output(GicModel *m, unsigned cpu);
bool model_fiq_output(GicModel *m, unsigned cpu);

#endif
