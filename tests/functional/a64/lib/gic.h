/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The board's interrupt controller for guests without an operating system, GICv2 or GICv3: which
 * of them is found by ID_AA64PFR0_EL1.GIC. Groups are 0 or 1.
 */
#ifndef A64_GIC_H
#define A64_GIC_H

#include <stdbool.h>
#include "guest.h"

#define GIC_SPURIOUS 1023

/* Registers of the distributor and of a redistributor's second frame alike. */
enum {
    GICD_CTLR = 0,
    GICD_IGROUPR = 0x80,
    GICD_ISENABLER = 0x100,
    GICD_ICENABLER = 0x180,
    GICD_ISPENDR = 0x200,
    GICD_ICPENDR = 0x280,
    GICD_ISACTIVER = 0x300,
    GICD_ICACTIVER = 0x380,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_SGIR = 0xf00,
    GICD_IROUTER = 0x6000,
};

bool gic_is_v3(void);
/* The distributor: both groups on. */
void gic_start(void);
/* This CPU's interface: groups on, Group 0 is FIQ, no mask, all priorities preempt, EOImode 0. */
void gic_cpu_start(void);

/* One bit per interrupt: @reg is the register of INTID 0 to 31. Of private ones this CPU's. */
bool gic_bit(unsigned reg, unsigned id);
void gic_bit_write(unsigned reg, unsigned id);
void gic_set_group(unsigned id, unsigned group);
void gic_set_priority(unsigned id, uint8_t priority);
void gic_set_edge(unsigned id);
void gic_set_target(unsigned id, unsigned cpu);
/* Any of the first four CPUs, or with GICv3 of all. */
void gic_set_target_any(unsigned id);
/* Enabled, Group 1, of this priority, for this CPU. */
void gic_enable(unsigned id, uint8_t priority);
void gic_distributor_groups(unsigned groups);

/* The CPU interface. */
void gic_cpu_groups(unsigned groups);
void gic_set_eoi_mode(unsigned mode);
void gic_set_mask(uint8_t priority);
/* Group priorities of Group 1 are bits 7 to @lowest. */
void gic_set_group1_bits(unsigned lowest);
uint8_t gic_running(void);
/* What IAR and HPPIR of @group say; of an SGI of GICv2 with the source in bits 12 to 10. */
uint32_t gic_acknowledge(unsigned group);
uint32_t gic_highest(unsigned group);
void gic_end(unsigned group, uint32_t acknowledged);
void gic_deactivate(uint32_t acknowledged);

/* To the CPUs of @mask (or all others: 0), a Group 1 interrupt. */
void gic_send(unsigned sgi, unsigned mask);

#endif
