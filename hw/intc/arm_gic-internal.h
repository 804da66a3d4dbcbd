/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2: what its files share. Registers have the names and offsets of
 * IHI 0048B; "Called with lock" is GICState.lock.
 */
#ifndef HW_INTC_ARM_GIC_INTERNAL_H
#define HW_INTC_ARM_GIC_INTERNAL_H

#include "hw/intc/arm_gic_common.h"
#include "hw/registerfields.h"
#include "gic-completion-internal.h"
#include "gic-input-internal.h"

#define GIC_SGI_MASK 0xffffu
#define GIC_SPURIOUS 1023
#define GIC_SPURIOUS_GROUP1 1022
#define GIC_INTID_SPECIAL 1020
#define GIC_IDLE_PRIORITY 0xff

/* Product 0 of Arm: no numbers of a real product, which has more than this one. */
#define GIC_IIDR_IMPLEMENTER 0x43b
#define GIC_IIDR_ARCHITECTURE 2

REG32(GICD_CTLR, 0x000)
    FIELD(GICD_CTLR, EnableGrp0, 0, 1)
    FIELD(GICD_CTLR, EnableGrp1, 1, 1)
#define GICD_CTLR_MASK 0x3u

REG32(GICC_CTLR, 0x0000)
    FIELD(GICC_CTLR, EnableGrp0, 0, 1)
    FIELD(GICC_CTLR, EnableGrp1, 1, 1)
    FIELD(GICC_CTLR, AckCtl, 2, 1)
    FIELD(GICC_CTLR, FIQEn, 3, 1)
    FIELD(GICC_CTLR, CBPR, 4, 1)
    /* 5 to 8: bypass of the legacy lines, which this controller does not have; storage. */
    FIELD(GICC_CTLR, EOImode, 9, 1)
#define GICC_CTLR_MASK 0x3ffu

/* Bits of GICCPUView.outputs, and what gic_cpu_outputs() answers. */
#define GIC_OUTPUT_IRQ 1
#define GIC_OUTPUT_FIQ 2

static inline uint8_t gic_all_cpus(const GICState *s)
{
    return (1u << s->num_cpu) - 1;
}

/* Implemented bits of GICC_APR<@n> and GICC_NSAPR<@n>: one for each group priority. */
static inline uint32_t gic_apr_mask(const GICState *s, unsigned n)
{
    unsigned levels = 128u >> s->bpr_min;

    return levels >= 32 * (n + 1) ? ~0u : levels > 32 * n ? (1u << (levels - 32 * n)) - 1 : 0;
}

/* The bits of INTIDs 32 * @word and up, as @cpu sees them. */
static inline GICBank *gic_bank(GICState *s, unsigned cpu, unsigned word)
{
    return word ? &s->spi[word] : &s->cpu[cpu].internal;
}

static inline uint8_t *gic_priority(GICState *s, unsigned cpu, uint32_t intid)
{
    return intid < GIC_INTERNAL ? &s->cpu[cpu].priority[intid] : &s->priority[intid];
}

static inline bool gic_is_group1(GICState *s, unsigned cpu, uint32_t intid)
{
    return gic_bank(s, cpu, intid / 32)->group >> intid % 32 & 1;
}

/* The line of an interrupt that became inactive; NULL for an SGI, which has none. */
static inline qemu_irq gic_completed_line(GICState *s, unsigned cpu, uint32_t intid)
{
    return intid < GIC_NR_SGIS ? NULL : s->inputs[gic_input_number(s->num_irq, cpu, intid)];
}

/* CPU of the access in progress; CPU 0 outside of vCPUs; -1 for a CPU that is not connected. */
int gic_current_cpu(const GICState *s);

/*
 * Called with lock, after anything but priority and target changed for INTIDs
 * 32 * @word and up (of @cpu, for word 0): brings their forwarding up to date.
 * Returns the CPUs whose outputs gic_outputs_update() must look at.
 */
uint8_t gic_word_update(GICState *s, unsigned cpu, unsigned word);

/* Called with lock: the same for a new priority, or new targets of an SPI. */
uint8_t gic_priority_set(GICState *s, unsigned cpu, uint32_t intid, uint8_t priority);
uint8_t gic_target_set(GICState *s, uint32_t intid, uint8_t cpus);

/* Called with lock: the same for all interrupts of all CPUs. */
void gic_views_rebuild(GICState *s);

/* Called with lock: GICC_APR or GICC_NSAPR of @cpu changed. */
void gic_running_update(GICState *s, unsigned cpu);

/* Called with lock: set the IRQ and FIQ outputs of @cpus, where they change. */
void gic_outputs_update(GICState *s, uint8_t cpus);

/*
 * Called with lock. Which outputs (GIC_OUTPUT_*) the highest priority pending
 * interrupt asserts: 0 if it is masked, disabled, or does not preempt.
 */
uint8_t gic_cpu_outputs(GICState *s, unsigned cpu);

/* Priority bits of @cpu that decide about preemption, for an interrupt of that group. */
uint8_t gic_group_priority_mask(const GICCPUState *c, bool is_group1);

extern const MemoryRegionOps gic_dist_ops;
extern const MemoryRegionOps gic_cpu_ops;

#endif
