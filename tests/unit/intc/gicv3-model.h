/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A GICv3 as Arm IHI 0069 describes it and as simple as can be, for comparison: one structure per
 * interrupt, nothing remembered, everything searched again each time. It shares no code with the
 * model under test.
 */
#ifndef TESTS_UNIT_INTC_GICV3_MODEL_H
#define TESTS_UNIT_INTC_GICV3_MODEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define MODEL_MAX_CPU 128
#define MODEL_MAX_IRQ 1020

typedef struct ModelInt {
    bool group1;
    bool enabled;
    bool latch;
    bool active;
    bool line;
    bool edge;
    uint8_t prio;
    uint64_t router;
} ModelInt;

typedef struct ModelCPU {
    ModelInt private[32];
    uint32_t affinity;
    bool asleep;
    bool dpg[2];
    uint32_t statusr;
    uint8_t pmr;
    uint8_t bpr[2];
    bool cbpr;
    bool eoimode;
    bool igrpen[2];
    bool ap[2][32];
} ModelCPU;

typedef struct Model {
    unsigned num_cpu;
    unsigned num_irq;
    bool group_enabled[2];
    uint32_t statusr;
    ModelInt spi[MODEL_MAX_IRQ];
    ModelCPU cpu[MODEL_MAX_CPU];
    /* By input number of the controller. */
    unsigned *completions;
    unsigned all_completions;
} Model;

/* What a CPU is signalled. */
typedef enum ModelSignal {
    MODEL_NOTHING,
    MODEL_IRQ,
    MODEL_FIQ,
} ModelSignal;

Model *model_new(unsigned num_cpu, unsigned num_irq, uint32_t (*affinity)(unsigned cpu));
void model_free(Model *m);
void model_reset(Model *m);

uint64_t model_dist_read(Model *m, uint32_t offset, unsigned size);
void model_dist_write(Model *m, uint32_t offset, uint64_t value, unsigned size);
uint64_t model_redist_read(Model *m, unsigned cpu, uint32_t offset, unsigned size);
void model_redist_write(Model *m, unsigned cpu, uint32_t offset, uint64_t value, unsigned size);

/* Active to inactive, which is a completion; nothing if it is inactive. */
void model_deactivate(Model *m, unsigned cpu, unsigned intid);

void model_line_set(Model *m, int cpu, unsigned intid, bool level);

/* @signals: one for each CPU. */
void model_signals(Model *m, ModelSignal *signals);

/* The CPU interface, one function per register that does something. */
uint32_t model_iar(Model *m, unsigned cpu, unsigned group);
uint32_t model_hppir(Model *m, unsigned cpu, unsigned group);
void model_eoir(Model *m, unsigned cpu, unsigned group, uint32_t intid);
void model_dir(Model *m, unsigned cpu, uint32_t intid);
uint32_t model_rpr(Model *m, unsigned cpu);
uint32_t model_bpr(Model *m, unsigned cpu, unsigned group);
void model_bpr_write(Model *m, unsigned cpu, unsigned group, uint32_t value);
uint32_t model_apr(Model *m, unsigned cpu, unsigned group);
void model_apr_write(Model *m, unsigned cpu, unsigned group, uint32_t value);
void model_sgi(Model *m, unsigned cpu, bool may_send_group1, uint64_t value);
void model_cpu_interface_reset(Model *m, unsigned cpu);

#endif
