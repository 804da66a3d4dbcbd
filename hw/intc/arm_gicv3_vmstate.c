/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3: saved state. All registers and the levels of the inputs; what follows from them is made
 * anew after a load. A stream whose values no guest could have brought about is refused.
 */
#include "qemu/osdep.h"
#include "hw/intc/arm_gicv3_common.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "arm_gicv3-internal.h"

/* ---- validity ---- */

static bool priorities_are_valid(const uint8_t *priority, unsigned first, unsigned end, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (priority[i] & (i >= first && i < end ? (uint8_t)~GICV3_PRIORITY_MASK : 0xff)) {
            return false;
        }
    }
    return true;
}

static bool dist_state_is_valid(const GICv3State *s)
{
    const uint64_t irouter_mask = R_GICD_IROUTER_Aff210_MASK | R_GICD_IROUTER_Aff3_MASK |
                                  R_GICD_IROUTER_Interrupt_Routing_Mode_MASK;

    for (unsigned w = 0; w < GICV3_BMP_WORDS; w++) {
        uint32_t bits = s->group[w] | s->enabled[w] | s->pending[w] | s->active[w] |
                        s->level[w] | s->edge_trigger[w];

        if (bits && (w == 0 || w >= s->num_irq / 32)) {
            return false;
        }
    }
    for (unsigned i = 0; i < GICV3_MAXIRQ; i++) {
        bool exists = i >= GICV3_INTERNAL && i < s->num_irq;

        if (s->gicd_irouter[i] & ~(exists ? irouter_mask : 0)) {
            return false;
        }
    }
    return !(s->gicd_ctlr & ~(R_GICD_CTLR_EnableGrp0_MASK | R_GICD_CTLR_EnableGrp1_MASK)) &&
           !(s->gicd_statusr & ~GIC_STATUSR_MASK) &&
           priorities_are_valid(s->gicd_ipriority, GICV3_INTERNAL, s->num_irq, GICV3_MAXIRQ);
}

static bool cpu_state_is_valid(const GICv3CPUState *cs)
{
    const uint32_t asleep = R_GICR_WAKER_ProcessorSleep_MASK | R_GICR_WAKER_ChildrenAsleep_MASK;

    return !(cs->gicr_ctlr & ~(R_GICR_CTLR_DPG0_MASK | R_GICR_CTLR_DPG1NS_MASK)) &&
           !(cs->gicr_statusr & ~GIC_STATUSR_MASK) &&
           (cs->gicr_waker == 0 || cs->gicr_waker == asleep) &&
           (cs->edge_trigger0 & GICV3_SGI_EDGE) == GICV3_SGI_EDGE &&
           !(cs->level0 & GICV3_SGI_EDGE) &&
           priorities_are_valid(cs->gicr_ipriorityr, 0, GICV3_INTERNAL, GICV3_INTERNAL) &&
           !(cs->icc_ctlr_el1 & ~(R_ICC_CTLR_EL1_CBPR_MASK | R_ICC_CTLR_EL1_EOImode_MASK)) &&
           !(cs->icc_pmr_el1 & ~GICV3_PRIORITY_MASK) &&
           cs->icc_bpr[GICV3_G0] >= GICV3_MIN_BPR0 && cs->icc_bpr[GICV3_G0] <= 7 &&
           cs->icc_bpr[GICV3_G1] >= GICV3_MIN_BPR1 && cs->icc_bpr[GICV3_G1] <= 7 &&
           cs->icc_igrpen[GICV3_G0] <= 1 && cs->icc_igrpen[GICV3_G1] <= 1;
}

/* ---- descriptions ---- */

static int gicv3_pre_save(void *opaque)
{
    GICv3State *s = opaque;
    ARMGICv3CommonClass *agcc = ARM_GICV3_COMMON_GET_CLASS(s);
    Error *err = NULL;

    if (agcc->pre_save && !agcc->pre_save(s, &err)) {
        error_report_err(err);
        return -EIO;
    }
    return 0;
}

static int gicv3_post_load(void *opaque, int version_id)
{
    GICv3State *s = opaque;
    ARMGICv3CommonClass *agcc = ARM_GICV3_COMMON_GET_CLASS(s);
    Error *err = NULL;
    bool valid = dist_state_is_valid(s);

    for (unsigned i = 0; valid && i < s->num_cpu; i++) {
        valid = cpu_state_is_valid(&s->cpu[i]);
    }
    if (!valid) {
        error_report("%s: the saved state has a value that this controller's registers cannot "
                     "hold", object_get_typename(OBJECT(s)));
        return -EINVAL;
    }
    if (agcc->post_load && !agcc->post_load(s, &err)) {
        error_report_err(err);
        return -EIO;
    }
    return 0;
}

static const VMStateDescription vmstate_gicv3_cpu = {
    .name = "arm_gicv3_cpu",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64_EQUAL(gicr_typer, GICv3CPUState,
                             "the machine has other CPU affinities or redistributor regions"),
        VMSTATE_UINT32(gicr_ctlr, GICv3CPUState),
        VMSTATE_UINT32(gicr_statusr, GICv3CPUState),
        VMSTATE_UINT32(gicr_waker, GICv3CPUState),
        VMSTATE_UINT32(gicr_igroupr0, GICv3CPUState),
        VMSTATE_UINT32(gicr_ienabler0, GICv3CPUState),
        VMSTATE_UINT32(gicr_ipendr0, GICv3CPUState),
        VMSTATE_UINT32(gicr_iactiver0, GICv3CPUState),
        VMSTATE_UINT32(edge_trigger0, GICv3CPUState),
        VMSTATE_UINT32(level0, GICv3CPUState),
        VMSTATE_UINT8_ARRAY(gicr_ipriorityr, GICv3CPUState, GICV3_INTERNAL),
        VMSTATE_UINT32(icc_ctlr_el1, GICv3CPUState),
        VMSTATE_UINT8(icc_pmr_el1, GICv3CPUState),
        VMSTATE_UINT8_ARRAY(icc_bpr, GICv3CPUState, GICV3_NR_GROUPS),
        VMSTATE_UINT8_ARRAY(icc_igrpen, GICv3CPUState, GICV3_NR_GROUPS),
        VMSTATE_UINT32_ARRAY(icc_apr, GICv3CPUState, GICV3_NR_GROUPS),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_gicv3 = {
    .name = "arm_gicv3",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_GICV3,
    .pre_save = gicv3_pre_save,
    .post_load = gicv3_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_EQUAL(num_cpu, GICv3State, "the machine has another number of CPUs"),
        VMSTATE_UINT32_EQUAL(num_irq, GICv3State, "the machine has another number of interrupts"),
        VMSTATE_UINT32(gicd_ctlr, GICv3State),
        VMSTATE_UINT32(gicd_statusr, GICv3State),
        VMSTATE_UINT32_ARRAY(group, GICv3State, GICV3_BMP_WORDS),
        VMSTATE_UINT32_ARRAY(enabled, GICv3State, GICV3_BMP_WORDS),
        VMSTATE_UINT32_ARRAY(pending, GICv3State, GICV3_BMP_WORDS),
        VMSTATE_UINT32_ARRAY(active, GICv3State, GICV3_BMP_WORDS),
        VMSTATE_UINT32_ARRAY(level, GICv3State, GICV3_BMP_WORDS),
        VMSTATE_UINT32_ARRAY(edge_trigger, GICv3State, GICV3_BMP_WORDS),
        VMSTATE_UINT8_ARRAY(gicd_ipriority, GICv3State, GICV3_MAXIRQ),
        VMSTATE_UINT64_ARRAY(gicd_irouter, GICv3State, GICV3_MAXIRQ),
        VMSTATE_STRUCT_VARRAY_POINTER_UINT32(cpu, GICv3State, num_cpu, vmstate_gicv3_cpu,
                                             GICv3CPUState),
        VMSTATE_END_OF_LIST()
    },
};
