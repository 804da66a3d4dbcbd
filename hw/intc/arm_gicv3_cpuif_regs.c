/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 CPU interface: the ICC_*_EL1 system registers (IHI 0069, 12.2) of one CPU, which finds its
 * interface in CPUARMState.gicv3state. None of them needs the BQL. AP0R1..3 and AP1R1..3 do not
 * exist with five priority bits.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "arm_gicv3-internal.h"
#include "target/arm/cpregs.h"
#include "target/arm/cpu.h"

static GICv3CPUState *icc_from_env(CPUARMState *env)
{
    return env->gicv3state;
}

/* The interrupt group of the registers that exist once for each: .opaque of the entry. */
static unsigned icc_reg_group(const ARMCPRegInfo *ri)
{
    return GPOINTER_TO_UINT(ri->opaque);
}

static uint64_t icc_iar_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return gicv3_icc_iar(icc_from_env(env), icc_reg_group(ri));
}

static uint64_t icc_hppir_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return gicv3_icc_hppir(icc_from_env(env), icc_reg_group(ri));
}

static void icc_eoir_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    gicv3_icc_eoir(icc_from_env(env), icc_reg_group(ri), extract64(value, 0, 24));
}

static void icc_dir_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    gicv3_icc_dir(icc_from_env(env), extract64(value, 0, 24));
}

static uint64_t icc_bpr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return gicv3_icc_bpr(icc_from_env(env), icc_reg_group(ri));
}

static void icc_bpr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    gicv3_icc_bpr_write(icc_from_env(env), icc_reg_group(ri), value);
}

static uint64_t icc_apr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    GICv3CPUState *cs = icc_from_env(env);
    uint64_t value;

    qemu_mutex_lock(&cs->gic->lock);
    value = cs->icc_apr[icc_reg_group(ri)];
    qemu_mutex_unlock(&cs->gic->lock);
    return value;
}

static void icc_apr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    GICv3CPUState *cs = icc_from_env(env);

    qemu_mutex_lock(&cs->gic->lock);
    cs->icc_apr[icc_reg_group(ri)] = value;
    gicv3_cpu_update(cs);
    qemu_mutex_unlock(&cs->gic->lock);
}

static uint64_t icc_igrpen_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    GICv3CPUState *cs = icc_from_env(env);
    uint64_t value;

    qemu_mutex_lock(&cs->gic->lock);
    value = cs->icc_igrpen[icc_reg_group(ri)];
    qemu_mutex_unlock(&cs->gic->lock);
    return value;
}

static void icc_igrpen_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    GICv3CPUState *cs = icc_from_env(env);

    qemu_mutex_lock(&cs->gic->lock);
    cs->icc_igrpen[icc_reg_group(ri)] = value & 1;
    gicv3_cpu_enables_changed(cs);
    qemu_mutex_unlock(&cs->gic->lock);
}

static uint64_t icc_pmr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    GICv3CPUState *cs = icc_from_env(env);
    uint64_t value;

    qemu_mutex_lock(&cs->gic->lock);
    value = cs->icc_pmr_el1;
    qemu_mutex_unlock(&cs->gic->lock);
    return value;
}

static void icc_pmr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    GICv3CPUState *cs = icc_from_env(env);

    qemu_mutex_lock(&cs->gic->lock);
    cs->icc_pmr_el1 = value & GICV3_PRIORITY_MASK;
    gicv3_cpu_update(cs);
    qemu_mutex_unlock(&cs->gic->lock);
}

static uint64_t icc_rpr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    GICv3CPUState *cs = icc_from_env(env);
    uint64_t value;

    qemu_mutex_lock(&cs->gic->lock);
    value = gicv3_icc_running_priority(cs);
    qemu_mutex_unlock(&cs->gic->lock);
    return value;
}

static uint64_t icc_ctlr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    GICv3CPUState *cs = icc_from_env(env);
    uint64_t value;

    qemu_mutex_lock(&cs->gic->lock);
    value = cs->icc_ctlr_el1;
    qemu_mutex_unlock(&cs->gic->lock);
    value = FIELD_DP64(value, ICC_CTLR_EL1, PRIbits, GICV3_PRIORITY_BITS - 1);
    value = FIELD_DP64(value, ICC_CTLR_EL1, A3V, 1);
    return FIELD_DP64(value, ICC_CTLR_EL1, RSS, 1);
}

static void icc_ctlr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    GICv3CPUState *cs = icc_from_env(env);

    qemu_mutex_lock(&cs->gic->lock);
    cs->icc_ctlr_el1 = value & (R_ICC_CTLR_EL1_CBPR_MASK | R_ICC_CTLR_EL1_EOImode_MASK);
    gicv3_cpu_update(cs);
    qemu_mutex_unlock(&cs->gic->lock);
}

/* One register stands for the reset of the CPU's whole interface. */
static void icc_ctlr_reset(CPUARMState *env, const ARMCPRegInfo *ri)
{
    gicv3_icc_reset(icc_from_env(env));
}

/* .opaque: the groups that the register generates SGIs of. */
static void icc_sgir_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    gicv3_icc_sgi(icc_from_env(env), GPOINTER_TO_UINT(ri->opaque), value);
}

#define ICC_REG(reg_name, reg_crn, reg_crm, reg_opc2) \
    .name = reg_name, .state = ARM_CP_STATE_AA64, .opc0 = 3, .opc1 = 0, .crn = reg_crn, \
    .crm = reg_crm, .opc2 = reg_opc2
/* The state is saved and reset by the GIC. */
#define ICC_GIC_STATE .type = ARM_CP_NO_RAW, .resetfn = arm_cp_reset_ignore
#define ICC_RW(readfn_, writefn_) \
    ICC_GIC_STATE, .access = PL1_RW, .readfn = readfn_, .writefn = writefn_
#define ICC_RO(readfn_) ICC_GIC_STATE, .access = PL1_R, .readfn = readfn_
#define ICC_WO(writefn_) ICC_GIC_STATE, .access = PL1_W, .writefn = writefn_
/* For the functions above: the group, or the groups of SGIs. */
#define ICC_G0 .opaque = (void *)(uintptr_t)GICV3_G0
#define ICC_G1 .opaque = (void *)(uintptr_t)GICV3_G1
#define ICC_SGIS(groups) .opaque = (void *)(uintptr_t)(groups)

static const ARMCPRegInfo icc_regs[] = {
    { ICC_REG("ICC_PMR_EL1", 4, 6, 0), ICC_RW(icc_pmr_read, icc_pmr_write) },
    { ICC_REG("ICC_IAR0_EL1", 12, 8, 0), ICC_G0, ICC_RO(icc_iar_read) },
    { ICC_REG("ICC_EOIR0_EL1", 12, 8, 1), ICC_G0, ICC_WO(icc_eoir_write) },
    { ICC_REG("ICC_HPPIR0_EL1", 12, 8, 2), ICC_G0, ICC_RO(icc_hppir_read) },
    { ICC_REG("ICC_BPR0_EL1", 12, 8, 3), ICC_G0, ICC_RW(icc_bpr_read, icc_bpr_write) },
    { ICC_REG("ICC_AP0R0_EL1", 12, 8, 4), ICC_G0, ICC_RW(icc_apr_read, icc_apr_write) },
    { ICC_REG("ICC_AP1R0_EL1", 12, 9, 0), ICC_G1, ICC_RW(icc_apr_read, icc_apr_write) },
    { ICC_REG("ICC_DIR_EL1", 12, 11, 1), ICC_WO(icc_dir_write) },
    { ICC_REG("ICC_RPR_EL1", 12, 11, 3), ICC_RO(icc_rpr_read) },
    { ICC_REG("ICC_SGI1R_EL1", 12, 11, 5), ICC_SGIS(GICV3_SGI_G0 | GICV3_SGI_G1),
      ICC_WO(icc_sgir_write) },
    /* With one security state there is no alternate one: ASGI1R does what SGI0R does. */
    { ICC_REG("ICC_ASGI1R_EL1", 12, 11, 6), ICC_SGIS(GICV3_SGI_G0), ICC_WO(icc_sgir_write) },
    { ICC_REG("ICC_SGI0R_EL1", 12, 11, 7), ICC_SGIS(GICV3_SGI_G0), ICC_WO(icc_sgir_write) },
    { ICC_REG("ICC_IAR1_EL1", 12, 12, 0), ICC_G1, ICC_RO(icc_iar_read) },
    { ICC_REG("ICC_EOIR1_EL1", 12, 12, 1), ICC_G1, ICC_WO(icc_eoir_write) },
    { ICC_REG("ICC_HPPIR1_EL1", 12, 12, 2), ICC_G1, ICC_RO(icc_hppir_read) },
    { ICC_REG("ICC_BPR1_EL1", 12, 12, 3), ICC_G1, ICC_RW(icc_bpr_read, icc_bpr_write) },
    { ICC_REG("ICC_CTLR_EL1", 12, 12, 4), .type = ARM_CP_NO_RAW, .access = PL1_RW,
      .readfn = icc_ctlr_read, .writefn = icc_ctlr_write, .resetfn = icc_ctlr_reset },
    /* SRE, DFB and DIB are fixed: no memory-mapped interface, no bypass. */
    { ICC_REG("ICC_SRE_EL1", 12, 12, 5), .access = PL1_RW, .type = ARM_CP_NO_RAW | ARM_CP_CONST,
      .resetvalue = 7 },
    { ICC_REG("ICC_IGRPEN0_EL1", 12, 12, 6), ICC_G0, ICC_RW(icc_igrpen_read, icc_igrpen_write) },
    { ICC_REG("ICC_IGRPEN1_EL1", 12, 12, 7), ICC_G1, ICC_RW(icc_igrpen_read, icc_igrpen_write) },
};

bool gicv3_cpuif_attach(GICv3CPUState *cs, Error **errp)
{
    ARMCPU *cpu = (ARMCPU *)object_dynamic_cast(OBJECT(cs->cpu), TYPE_ARM_CPU);

    if (!cpu) {
        error_setg(errp, "arm-gicv3: CPU %u is a '%s', not an Arm CPU", cs->index,
                   object_get_typename(OBJECT(cs->cpu)));
        return false;
    }
    if (!arm_cp_regs_define(cpu, icc_regs, G_N_ELEMENTS(icc_regs), NULL, errp)) {
        error_prepend(errp, "arm-gicv3: CPU %u: ", cs->index);
        return false;
    }
    cpu->env.gicv3state = cs;
    return true;
}

void gicv3_cpuif_detach(GICv3CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs->cpu);

    arm_cp_regs_undefine(cpu, icc_regs, G_N_ELEMENTS(icc_regs));
    cpu->env.gicv3state = NULL;
}
