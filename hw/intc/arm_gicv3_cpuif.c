/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 CPU interface: acknowledging, priority drop, deactivation, preemption and the sending of
 * SGIs (IHI 0069, 4.1 to 4.8 and 12.2), one security state and no EL3, so that Group 1 is the
 * Non-secure one: its binary point has the group priority in bits [7:n].
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "arm_gicv3-internal.h"
#include "trace.h"

/* ---- priorities ---- */

/* Bit of AP0R0 and AP1R0 for a priority: one bit for each of the 32 preemption levels. */
static uint32_t icc_apr_bit(uint8_t prio)
{
    return 1u << (prio >> (8 - GICV3_PRIORITY_BITS));
}

uint8_t gicv3_icc_running_priority(const GICv3CPUState *cs)
{
    uint32_t apr = cs->icc_apr[GICV3_G0] | cs->icc_apr[GICV3_G1];

    return apr ? ctz32(apr) << (8 - GICV3_PRIORITY_BITS) : GICV3_PRIORITY_IDLE;
}

/*
 * Which part of the priority preempts (4.8.2). The masks keep the shift in range also after a load
 * that failed halfway.
 */
static uint8_t icc_group_priority_mask(const GICv3CPUState *cs, unsigned grp)
{
    unsigned subpriority_bits;

    if (grp == GICV3_G0 || (cs->icc_ctlr_el1 & R_ICC_CTLR_EL1_CBPR_MASK)) {
        subpriority_bits = (cs->icc_bpr[GICV3_G0] & 7) + 1;
    } else {
        subpriority_bits = cs->icc_bpr[GICV3_G1] & 7;
    }
    return 0xff << subpriority_bits;
}

bool gicv3_icc_can_preempt(const GICv3CPUState *cs)
{
    uint8_t running = gicv3_icc_running_priority(cs);

    if (!gicv3_has_candidate(cs) || cs->hppi.prio >= cs->icc_pmr_el1) {
        return false;
    }
    return running == GICV3_PRIORITY_IDLE ||
           (cs->hppi.prio & icc_group_priority_mask(cs, cs->hppi.grp)) < running;
}

/* ---- acknowledge ---- */

uint32_t gicv3_icc_iar(GICv3CPUState *cs, unsigned grp)
{
    GICv3State *s = cs->gic;
    uint32_t intid = GICV3_INTID_SPURIOUS;

    qemu_mutex_lock(&s->lock);
    if (gicv3_icc_can_preempt(cs) && cs->hppi.grp == grp) {
        intid = cs->hppi.intid;
        cs->icc_apr[grp] |= icc_apr_bit(cs->hppi.prio & icc_group_priority_mask(cs, grp));
        gicv3_activate(cs, intid);
        set_bit(cs->index, s->touched);
        gicv3_settle(s);
    }
    qemu_mutex_unlock(&s->lock);
    trace_gicv3_icc_iar(cs->index, grp, intid);
    return intid;
}

uint32_t gicv3_icc_hppir(GICv3CPUState *cs, unsigned grp)
{
    uint32_t intid = GICV3_INTID_SPURIOUS;

    qemu_mutex_lock(&cs->gic->lock);
    if (gicv3_has_candidate(cs) && cs->hppi.grp == grp) {
        intid = cs->hppi.intid;
    }
    qemu_mutex_unlock(&cs->gic->lock);
    return intid;
}

/* ---- end of interrupt ---- */

/* Why an INTID written to EOIR or DIR is not acted upon, or NULL. */
static const char *icc_intid_refused(const GICv3CPUState *cs, uint32_t intid)
{
    if (intid >= cs->gic->num_irq) {
        return "no such INTID";
    }
    return NULL;
}

/*
 * Priority drop: the highest active priority ends if it is of group @grp. A write that does not
 * match the last acknowledge is UNPREDICTABLE; here it does nothing.
 */
static const char *icc_priority_drop(GICv3CPUState *cs, unsigned grp)
{
    uint32_t apr = cs->icc_apr[grp];

    if (!apr) {
        return "no active priority in this group";
    }
    if (ctz32(apr) << (8 - GICV3_PRIORITY_BITS) != gicv3_icc_running_priority(cs)) {
        return "the running priority belongs to the other group";
    }
    cs->icc_apr[grp] = apr & (apr - 1);
    return NULL;
}

void gicv3_icc_eoir(GICv3CPUState *cs, unsigned grp, uint32_t intid)
{
    GICv3State *s = cs->gic;
    const char *refused;
    GICCompletion c;

    trace_gicv3_icc_eoir(cs->index, grp, intid);
    if (intid >= GICV3_INTID_SPECIAL && intid <= GICV3_INTID_SPURIOUS) {
        return; /* what IAR returned when there was nothing: legal, without effect */
    }
    gic_completion_init(&c);
    qemu_mutex_lock(&s->lock);
    refused = icc_intid_refused(cs, intid);
    if (!refused) {
        refused = icc_priority_drop(cs, grp);
    }
    if (!refused) {
        if (!(cs->icc_ctlr_el1 & R_ICC_CTLR_EL1_EOImode_MASK)) {
            gicv3_deactivate(cs, intid, &c);
        }
        set_bit(cs->index, s->touched);
        gicv3_settle(s);
    }
    qemu_mutex_unlock(&s->lock);
    gic_completion_deliver(&c);
    if (refused) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm-gicv3: CPU %u: ICC_EOIR%u_EL1: INTID %u: %s\n",
                      cs->index, grp, intid, refused);
    }
}

void gicv3_icc_dir(GICv3CPUState *cs, uint32_t intid)
{
    GICv3State *s = cs->gic;
    const char *refused;
    GICCompletion c;

    trace_gicv3_icc_dir(cs->index, intid);
    if (intid >= GICV3_INTID_SPECIAL && intid <= GICV3_INTID_SPURIOUS) {
        return;
    }
    gic_completion_init(&c);
    qemu_mutex_lock(&s->lock);
    refused = icc_intid_refused(cs, intid);
    if (!refused && !(cs->icc_ctlr_el1 & R_ICC_CTLR_EL1_EOImode_MASK)) {
        refused = "EOImode is 0";
    }
    if (!refused) {
        gicv3_deactivate(cs, intid, &c);
        set_bit(cs->index, s->touched);
        gicv3_settle(s);
    }
    qemu_mutex_unlock(&s->lock);
    gic_completion_deliver(&c);
    if (refused) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm-gicv3: CPU %u: ICC_DIR_EL1: INTID %u: %s\n", cs->index,
                      intid, refused);
    }
}

/* ---- binary points ---- */

uint8_t gicv3_icc_bpr(GICv3CPUState *cs, unsigned grp)
{
    uint8_t bpr;

    qemu_mutex_lock(&cs->gic->lock);
    bpr = cs->icc_bpr[grp];
    if (grp == GICV3_G1 && (cs->icc_ctlr_el1 & R_ICC_CTLR_EL1_CBPR_MASK)) {
        bpr = MIN(cs->icc_bpr[GICV3_G0] + 1, 7);
    }
    qemu_mutex_unlock(&cs->gic->lock);
    return bpr;
}

void gicv3_icc_bpr_write(GICv3CPUState *cs, unsigned grp, uint64_t value)
{
    uint8_t least = grp == GICV3_G0 ? GICV3_MIN_BPR0 : GICV3_MIN_BPR1;

    qemu_mutex_lock(&cs->gic->lock);
    if (grp == GICV3_G0 || !(cs->icc_ctlr_el1 & R_ICC_CTLR_EL1_CBPR_MASK)) {
        cs->icc_bpr[grp] = MAX(value & 7, least);
        gicv3_cpu_update(cs);
    }
    qemu_mutex_unlock(&cs->gic->lock);
}

/* ---- SGIs ---- */

/* Does the target list in @value name @cs? */
static bool icc_sgi_targets(const GICv3CPUState *cs, uint64_t value)
{
    uint32_t aff = gicv3_cpu_affinity(cs);
    uint32_t cluster = FIELD_EX64(value, ICC_SGIR, Aff3) << 16 |
                       FIELD_EX64(value, ICC_SGIR, Aff2) << 8 | FIELD_EX64(value, ICC_SGIR, Aff1);

    return aff >> 8 == cluster &&
           extract32(aff, 4, 4) == FIELD_EX64(value, ICC_SGIR, RS) &&
           (FIELD_EX64(value, ICC_SGIR, TargetList) >> (aff % GICV3_TARGETLIST_BITS)) & 1;
}

/* The SGI becomes pending if the target has it in one of @groups (4.6.3). */
static void icc_sgi_deliver(GICv3CPUState *cs, unsigned groups, unsigned intid)
{
    unsigned grp = (cs->gicr_igroupr0 >> intid) & 1;

    if (groups & (1u << grp)) {
        cs->gicr_ipendr0 |= 1u << intid;
        gicv3_cpu_update(cs);
    }
}

void gicv3_icc_sgi(GICv3CPUState *cs, unsigned groups, uint64_t value)
{
    GICv3State *s = cs->gic;
    unsigned intid = FIELD_EX64(value, ICC_SGIR, INTID);
    bool all_but_self = FIELD_EX64(value, ICC_SGIR, IRM);

    trace_gicv3_icc_sgi(cs->index, groups, value);
    qemu_mutex_lock(&s->lock);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        GICv3CPUState *target = &s->cpu[i];

        if (all_but_self ? target != cs : icc_sgi_targets(target, value)) {
            icc_sgi_deliver(target, groups, intid);
        }
    }
    qemu_mutex_unlock(&s->lock);
}

/* ---- reset ---- */

void gicv3_icc_reset_registers(GICv3CPUState *cs)
{
    cs->icc_ctlr_el1 = 0;
    cs->icc_pmr_el1 = 0;
    cs->icc_bpr[GICV3_G0] = GICV3_MIN_BPR0;
    cs->icc_bpr[GICV3_G1] = GICV3_MIN_BPR1;
    for (unsigned grp = 0; grp < GICV3_NR_GROUPS; grp++) {
        cs->icc_igrpen[grp] = 0;
        cs->icc_apr[grp] = 0;
    }
}

void gicv3_icc_reset(GICv3CPUState *cs)
{
    qemu_mutex_lock(&cs->gic->lock);
    gicv3_icc_reset_registers(cs);
    gicv3_cpu_enables_changed(cs);
    qemu_mutex_unlock(&cs->gic->lock);
}
