/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 in software: registers, and what distributor, redistributors and CPU interfaces ask of
 * the core (arm_gicv3.c), which knows the best pending interrupt of each CPU at any time.
 */
#ifndef HW_INTC_ARM_GICV3_INTERNAL_H
#define HW_INTC_ARM_GICV3_INTERNAL_H

#include "hw/intc/arm_gicv3.h"
#include "hw/registerfields.h"
#include "gic-completion-internal.h"

/* ---- distributor (IHI 0069, 12.9) ---- */

REG32(GICD_CTLR, 0x0000)
    FIELD(GICD_CTLR, EnableGrp0, 0, 1)
    FIELD(GICD_CTLR, EnableGrp1, 1, 1)
    FIELD(GICD_CTLR, ARE, 4, 1)
    FIELD(GICD_CTLR, DS, 6, 1)
REG32(GICD_TYPER, 0x0004)
    FIELD(GICD_TYPER, ITLinesNumber, 0, 5)
    FIELD(GICD_TYPER, IDbits, 19, 5)
    FIELD(GICD_TYPER, A3V, 24, 1)
    FIELD(GICD_TYPER, RSS, 26, 1)
REG32(GICD_IIDR, 0x0008)
REG32(GICD_STATUSR, 0x0010)
REG32(GICD_SETSPI_NSR, 0x0040)
REG32(GICD_CLRSPI_NSR, 0x0048)
REG32(GICD_SETSPI_SR, 0x0050)
REG32(GICD_CLRSPI_SR, 0x0058)
REG32(GICD_IGROUPR, 0x0080)
REG32(GICD_ISENABLER, 0x0100)
REG32(GICD_ICENABLER, 0x0180)
REG32(GICD_ISPENDR, 0x0200)
REG32(GICD_ICPENDR, 0x0280)
REG32(GICD_ISACTIVER, 0x0300)
REG32(GICD_ICACTIVER, 0x0380)
REG32(GICD_IPRIORITYR, 0x0400)
REG32(GICD_ITARGETSR, 0x0800)
REG32(GICD_ICFGR, 0x0c00)
REG32(GICD_IGRPMODR, 0x0d00)
REG32(GICD_NSACR, 0x0e00)
REG32(GICD_SGIR, 0x0f00)
REG32(GICD_CPENDSGIR, 0x0f10)
REG32(GICD_SPENDSGIR, 0x0f20)
REG64(GICD_IROUTER, 0x6000)
    FIELD(GICD_IROUTER, Aff210, 0, 24)
    FIELD(GICD_IROUTER, Interrupt_Routing_Mode, 31, 1)
    FIELD(GICD_IROUTER, Aff3, 32, 8)

/* ---- both (12.9, 12.11): identification, and errors of access ---- */

REG32(GIC_PIDR4, 0xffd0)
REG32(GIC_CIDR3, 0xfffc)
REG32(GIC_STATUSR, 0x0010)
    FIELD(GIC_STATUSR, RRD, 0, 1)
    FIELD(GIC_STATUSR, WRD, 1, 1)
    FIELD(GIC_STATUSR, RWOD, 2, 1)
    FIELD(GIC_STATUSR, WROD, 3, 1)
#define GIC_STATUSR_MASK 0xf

/* Implementer 0x43b: Arm. */
#define GICV3_IIDR 0x43b

/* ---- redistributor: RD_base (12.11), SGI_base (12.12) as offsets from RD_base ---- */

REG32(GICR_CTLR, 0x0000)
    FIELD(GICR_CTLR, DPG0, 24, 1)
    FIELD(GICR_CTLR, DPG1NS, 25, 1)
REG32(GICR_IIDR, 0x0004)
REG64(GICR_TYPER, 0x0008)
    FIELD(GICR_TYPER, Last, 4, 1)
    FIELD(GICR_TYPER, DPGS, 5, 1)
    FIELD(GICR_TYPER, Processor_Number, 8, 16)
REG32(GICR_STATUSR, 0x0010)
REG32(GICR_WAKER, 0x0014)
    FIELD(GICR_WAKER, ProcessorSleep, 1, 1)
    FIELD(GICR_WAKER, ChildrenAsleep, 2, 1)
#define GICR_SGI_BASE 0x10000
REG32(GICR_IGROUPR0, 0x10080)
REG32(GICR_ISENABLER0, 0x10100)
REG32(GICR_ICENABLER0, 0x10180)
REG32(GICR_ISPENDR0, 0x10200)
REG32(GICR_ICPENDR0, 0x10280)
REG32(GICR_ISACTIVER0, 0x10300)
REG32(GICR_ICACTIVER0, 0x10380)
REG32(GICR_IPRIORITYR, 0x10400)
REG32(GICR_ICFGR0, 0x10c00)
REG32(GICR_ICFGR1, 0x10c04)
REG32(GICR_IGRPMODR0, 0x10d00)
REG32(GICR_NSACR, 0x10e00)

/* SGIs are edge-triggered; in the layout with one bit per INTID. */
#define GICV3_SGI_EDGE 0x0000ffffu

/* ---- CPU interface (12.2) ---- */

REG64(ICC_CTLR_EL1, 0)
    FIELD(ICC_CTLR_EL1, CBPR, 0, 1)
    FIELD(ICC_CTLR_EL1, EOImode, 1, 1)
    FIELD(ICC_CTLR_EL1, PRIbits, 8, 3)
    FIELD(ICC_CTLR_EL1, A3V, 15, 1)
    FIELD(ICC_CTLR_EL1, RSS, 18, 1)
REG64(ICC_SGIR, 0)
    FIELD(ICC_SGIR, TargetList, 0, 16)
    FIELD(ICC_SGIR, Aff1, 16, 8)
    FIELD(ICC_SGIR, INTID, 24, 4)
    FIELD(ICC_SGIR, Aff2, 32, 8)
    FIELD(ICC_SGIR, IRM, 40, 1)
    FIELD(ICC_SGIR, RS, 44, 4)
    FIELD(ICC_SGIR, Aff3, 48, 8)

/* Smallest binary points: all five priority bits preempt (4.8.2). Group 1 uses the view in
 * which the group priority is bits [7:n]. */
#define GICV3_MIN_BPR0 2
#define GICV3_MIN_BPR1 3

/* Nothing to acknowledge. */
#define GICV3_INTID_SPURIOUS 1023
#define GICV3_INTID_SPECIAL 1020

/* ---- access to registers ---- */

/* Outcome of one access; anything but OK reads as zero, is ignored, and is noted in STATUSR. */
typedef enum GICv3Access {
    GICV3_ACCESS_OK,
    GICV3_ACCESS_RESERVED,  /* nothing there, or not in this size */
    GICV3_ACCESS_DIRECTION, /* read of a write-only register or the reverse */
} GICv3Access;

/* Bit of GICD_STATUSR or GICR_STATUSR that stands for @access. */
static inline uint32_t gicv3_statusr_bit(GICv3Access access, bool is_write)
{
    switch (access) {
    case GICV3_ACCESS_RESERVED:
        return is_write ? R_GIC_STATUSR_WRD_MASK : R_GIC_STATUSR_RRD_MASK;
    case GICV3_ACCESS_DIRECTION:
        return is_write ? R_GIC_STATUSR_WROD_MASK : R_GIC_STATUSR_RWOD_MASK;
    default:
        return 0;
    }
}

/* Value of the identification register at @offset (0xffd0..0xfffc) of the frame with @part. */
#define GICV3_PART_DIST 0x92
#define GICV3_PART_REDIST 0x93
uint32_t gicv3_idreg(uint32_t offset, uint8_t part);

/* Every second bit: ICFGR registers hold two bits per interrupt, of which the upper counts. */
uint32_t gicv3_icfgr_pack(uint16_t edge);
uint16_t gicv3_icfgr_unpack(uint32_t icfgr);

MemTxResult gicv3_dist_read(void *opaque, hwaddr offset, uint64_t *data, unsigned size,
                            MemTxAttrs attrs);
MemTxResult gicv3_dist_write(void *opaque, hwaddr offset, uint64_t data, unsigned size,
                             MemTxAttrs attrs);
MemTxResult gicv3_redist_read(void *opaque, hwaddr offset, uint64_t *data, unsigned size,
                              MemTxAttrs attrs);
MemTxResult gicv3_redist_write(void *opaque, hwaddr offset, uint64_t data, unsigned size,
                               MemTxAttrs attrs);

/* ---- the core; everything here is called with the lock held ---- */

/*
 * SPIs of word @w in @mask are about to change: take them out of consideration. Then change the
 * registers, call gicv3_spi_offer() with the same arguments, and in the end gicv3_settle().
 */
void gicv3_spi_withdraw(GICv3State *s, unsigned w, uint32_t mask);
void gicv3_spi_offer(GICv3State *s, unsigned w, uint32_t mask);

/* IROUTER or (1 of N) the group of an SPI changed; between withdraw and offer. */
void gicv3_spi_retarget(GICv3State *s, unsigned intid);

/* Bring the outputs of all CPUs up to date that were touched since the last call. */
void gicv3_settle(GICv3State *s);

/* The redistributor's or CPU interface's registers of @cs changed: look again. */
void gicv3_cpu_update(GICv3CPUState *cs);

/* What makes @cs eligible for 1 of N interrupts or enables a group changed. */
void gicv3_cpu_enables_changed(GICv3CPUState *cs);

/* GICD_CTLR changed. */
void gicv3_all_enables_changed(GICv3State *s);

/* Allocate the caches of the CPUs; freed with the rest of the state. */
void gicv3_spi_sets_init(GICv3State *s);

/* Make all caches from the registers. */
void gicv3_rebuild(GICv3State *s);

/* Set all outputs, even to what they are: who is at the other end may have been reset. */
void gicv3_outputs_drive(GICv3State *s);

/* The line of SPI @intid (@cpu -1) or of a PPI is at @level now; nothing if it was before. */
void gicv3_input_changed(GICv3State *s, int cpu, unsigned intid, bool level);

/* Interrupt @intid (below num_irq) was acknowledged by @cs: pending becomes active. */
void gicv3_activate(GICv3CPUState *cs, unsigned intid);

/* Active becomes inactive, if it is active: @c gets the completion. */
void gicv3_deactivate(GICv3CPUState *cs, unsigned intid, GICCompletion *c);

/* Is @grp enabled in the distributor and in the CPU interface? */
static inline bool gicv3_group_enabled(const GICv3CPUState *cs, unsigned grp)
{
    return (cs->gic->gicd_ctlr >> grp) & cs->icc_igrpen[grp] & 1;
}

static inline bool gicv3_has_candidate(const GICv3CPUState *cs)
{
    return cs->hppi.prio != GICV3_PRIORITY_IDLE;
}

/* Pending bits as ISPENDR shows them: the latch, and lines of level-sensitive interrupts. */
static inline uint32_t gicv3_spi_pending(const GICv3State *s, unsigned w)
{
    return s->pending[w] | (s->level[w] & ~s->edge_trigger[w]);
}

static inline uint32_t gicv3_private_pending(const GICv3CPUState *cs)
{
    return cs->gicr_ipendr0 | (cs->level0 & ~cs->edge_trigger0);
}

static inline unsigned gicv3_spi_group(const GICv3State *s, unsigned intid)
{
    return (s->group[intid / 32] >> (intid % 32)) & 1;
}

static inline uint32_t gicv3_cpu_affinity(const GICv3CPUState *cs)
{
    return cs->gicr_typer >> 32;
}

/* ---- CPU interface (arm_gicv3_cpuif.c) ---- */

/* Would the best pending interrupt be signalled: above the mask, preempting what runs? */
bool gicv3_icc_can_preempt(const GICv3CPUState *cs);

/* ICC_RPR_EL1. */
uint8_t gicv3_icc_running_priority(const GICv3CPUState *cs);

/* Reset of the PE: the CPU interface alone. Takes the lock. */
void gicv3_icc_reset(GICv3CPUState *cs);
/* Part of the reset of the whole controller; touches nothing but the registers. */
void gicv3_icc_reset_registers(GICv3CPUState *cs);

/* Reads and writes with effects; they take the lock. */
uint32_t gicv3_icc_iar(GICv3CPUState *cs, unsigned grp);
uint32_t gicv3_icc_hppir(GICv3CPUState *cs, unsigned grp);
void gicv3_icc_eoir(GICv3CPUState *cs, unsigned grp, uint32_t intid);
void gicv3_icc_dir(GICv3CPUState *cs, uint32_t intid);
uint8_t gicv3_icc_bpr(GICv3CPUState *cs, unsigned grp);
void gicv3_icc_bpr_write(GICv3CPUState *cs, unsigned grp, uint64_t value);

/* Groups that a write generates SGIs of. */
#define GICV3_SGI_G0 (1u << GICV3_G0)
#define GICV3_SGI_G1 (1u << GICV3_G1)
void gicv3_icc_sgi(GICv3CPUState *cs, unsigned groups, uint64_t value);

/* ---- the common class ---- */

/* Free what the common realize made: if the rest of realize fails, and in the end. */
void gicv3_state_free(GICv3State *s);

/* ---- binding to the CPUs (arm_gicv3_cpuif_regs.c) ---- */

/* Give @cs' CPU its ICC_* registers; fails when the CPU is no Arm CPU or has such registers. */
bool gicv3_cpuif_attach(GICv3CPUState *cs, Error **errp);
void gicv3_cpuif_detach(GICv3CPUState *cs);

#endif
