/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers of exception handling and of PSTATE (Arm ARM C5.2, D17.2): vector base, syndrome,
 * fault address, return state, stack pointers, condition flags and masks, FPCR and FPSR.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"

/* -- PSTATE fields as registers -------------------------------------------------------------- */

/* .opaque of these entries: the bits of PSTATE they stand for. */
static uint64_t pstate_bits(const ARMCPRegInfo *ri)
{
    return (uintptr_t)ri->opaque;
}

static uint64_t pstate_field_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return pstate_read(env) & pstate_bits(ri);
}

static void pstate_field_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t bits = pstate_bits(ri);

    pstate_set(env, (pstate_read(env) & ~bits) | (value & bits));
}

static CPAccessResult daif_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    if (arm_current_el(env) == 0 && !(env->cp15.sctlr_el1 & SCTLR_UMA)) {
        return CP_ACCESS_TRAP;
    }
    return CP_ACCESS_OK;
}

static uint64_t currentel_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return arm_current_el(env) << 2;
}

static uint64_t spsel_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return env->pstate & PSTATE_SP;
}

static void spsel_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    pstate_write(env, (pstate_read(env) & ~PSTATE_SP) | (value & PSTATE_SP));
}

/* -- stack pointer of EL0 -------------------------------------------------------------------- */

static CPAccessResult sp_el0_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    /* It is SP then, and has no other name. */
    return env->pstate & PSTATE_SP ? CP_ACCESS_OK : CP_ACCESS_TRAP_UNCATEGORIZED;
}

static uint64_t sp_el0_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return env->sp_el[0];
}

static void sp_el0_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->sp_el[0] = value;
}

/* -- pending interrupts, reset address ------------------------------------------------------- */

static uint64_t isr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    uint32_t pins = qatomic_read(&env_cpu(env)->interrupt_request);
    uint64_t value = 0;

    /* The bits stand where PSTATE has their masks. */
    if (pins & CPU_INTERRUPT_HARD) {
        value |= PSTATE_I;
    }
    if (pins & CPU_INTERRUPT_FIQ) {
        value |= PSTATE_F;
    }
    return value;
}

/* -- floating-point control ------------------------------------------------------------------ */

/* CPACR_EL1.FPEN: 0b11 traps nobody, 0b01 EL0, the others everybody. */
static CPAccessResult fp_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    unsigned fpen = extract64(env->cp15.cpacr_el1, 20, 2);

    if (fpen == 3 || (fpen == 1 && arm_current_el(env) > 0)) {
        return CP_ACCESS_OK;
    }
    return CP_ACCESS_TRAP_FP;
}

/* AHP, DN, FZ, RMode. */
#define FPCR_MASK_V8 (MAKE_64BIT_MASK(22, 5))
#define FPCR_FZ16 (1ULL << 19)
/* QC, IDC, IXC, UFC, OFC, DZC, IOC. */
#define FPSR_MASK ((1ULL << 27) | (1ULL << 7) | MAKE_64BIT_MASK(0, 5))

/* -- masks by feature ------------------------------------------------------------------------ */

uint32_t arm_pstate_valid_bits(const ARMCPU *cpu)
{
    uint32_t bits = PSTATE_NZCV | PSTATE_SS | PSTATE_IL | PSTATE_DAIF | PSTATE_M;

    if (ARM_ID_AT_LEAST(cpu, id_aa64mmfr1, ID_AA64MMFR1, PAN, 1)) {
        bits |= PSTATE_PAN;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64mmfr2, ID_AA64MMFR2, UAO, 1)) {
        bits |= PSTATE_UAO;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64pfr0, ID_AA64PFR0, DIT, 1)) {
        bits |= PSTATE_DIT;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64pfr1, ID_AA64PFR1, SSBS, 1)) {
        bits |= PSTATE_SSBS;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64pfr1, ID_AA64PFR1, BT, 1)) {
        bits |= PSTATE_BTYPE;
    }
    return bits;
}

/* -- tables ---------------------------------------------------------------------------------- */

#define PSTATE_REG(_name, _opc1, _crm, _opc2, _access, _bits) \
    { .name = _name, .state = ARM_CP_STATE_AA64, \
      .opc0 = 3, .opc1 = (_opc1), .crn = 4, .crm = (_crm), .opc2 = (_opc2), \
      .access = (_access), .type = ARM_CP_NO_RAW, .opaque = (void *)(uintptr_t)(_bits), \
      .readfn = pstate_field_read, .writefn = pstate_field_write }

static const ARMCPRegInfo exception_regs[] = {
    { .name = "ELR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 4, .crm = 0, .opc2 = 1,
      .access = PL1_RW, .fieldoffset = offsetof(CPUARMState, elr_el1) },
    { .name = "SP_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 4, .crm = 1, .opc2 = 0,
      .access = PL1_RW, .type = ARM_CP_NO_RAW, .accessfn = sp_el0_access,
      .readfn = sp_el0_read, .writefn = sp_el0_write },
    { .name = "SPSel", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 4, .crm = 2, .opc2 = 0,
      .access = PL1_RW, .type = ARM_CP_NO_RAW, .readfn = spsel_read, .writefn = spsel_write },
    { .name = "CurrentEL", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 4, .crm = 2, .opc2 = 2,
      .access = PL1_R, .type = ARM_CP_CURRENTEL | ARM_CP_NO_RAW, .readfn = currentel_read },
    { .name = "NZCV", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 4, .crm = 2, .opc2 = 0,
      .access = PL0_RW, .type = ARM_CP_NZCV | ARM_CP_NO_RAW,
      .opaque = (void *)(uintptr_t)PSTATE_NZCV,
      .readfn = pstate_field_read, .writefn = pstate_field_write },
    { .name = "DAIF", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 4, .crm = 2, .opc2 = 1,
      .access = PL0_RW, .type = ARM_CP_NO_RAW, .opaque = (void *)(uintptr_t)PSTATE_DAIF,
      .accessfn = daif_access, .readfn = pstate_field_read, .writefn = pstate_field_write },
    { .name = "AFSR0_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 5, .crm = 1, .opc2 = 0,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "AFSR1_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 5, .crm = 1, .opc2 = 1,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "ESR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 5, .crm = 2, .opc2 = 0,
      .access = PL1_RW, .write_mask = UINT32_MAX,
      .fieldoffset = offsetof(CPUARMState, cp15.esr_el1) },
    { .name = "FAR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 6, .crm = 0, .opc2 = 0,
      .access = PL1_RW, .fieldoffset = offsetof(CPUARMState, cp15.far_el1) },
    { .name = "VBAR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 12, .crm = 0, .opc2 = 0,
      .access = PL1_RW, .write_mask = ~0x7ffULL,
      .fieldoffset = offsetof(CPUARMState, cp15.vbar_el1) },
    { .name = "ISR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 12, .crm = 1, .opc2 = 0,
      .access = PL1_R, .type = ARM_CP_NO_RAW, .readfn = isr_read },
    { .name = "FPSR", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 4, .crm = 4, .opc2 = 1,
      .access = PL0_RW, .type = ARM_CP_FPU, .accessfn = fp_access, .write_mask = FPSR_MASK,
      .fieldoffset = offsetof(CPUARMState, fpsr) },
};

static const ARMCPRegInfo pan_regs[] = {
    PSTATE_REG("PAN", 0, 2, 3, PL1_RW, PSTATE_PAN),
};
static const ARMCPRegInfo uao_regs[] = {
    PSTATE_REG("UAO", 0, 2, 4, PL1_RW, PSTATE_UAO),
};
static const ARMCPRegInfo dit_regs[] = {
    PSTATE_REG("DIT", 3, 2, 5, PL0_RW, PSTATE_DIT),
};
static const ARMCPRegInfo ssbs_regs[] = {
    PSTATE_REG("SSBS", 3, 2, 6, PL0_RW, PSTATE_SSBS),
};

void arm_sysregs_define_exception(ARMCPU *cpu)
{
    uint32_t pstate_bits = arm_pstate_valid_bits(cpu);
    const ARMCPRegInfo by_feature[] = {
        { .name = "SPSR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 0, .crn = 4, .crm = 0, .opc2 = 0,
          .access = PL1_RW, .write_mask = pstate_bits,
          .fieldoffset = offsetof(CPUARMState, spsr_el1) },
        { .name = "FPCR", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 3, .crn = 4, .crm = 4, .opc2 = 0,
          .access = PL0_RW, .type = ARM_CP_FPU, .accessfn = fp_access,
          .write_mask = ARM_ID_AT_LEAST(cpu, id_aa64pfr0, ID_AA64PFR0, FP, 1)
                        ? FPCR_MASK_V8 | FPCR_FZ16 : FPCR_MASK_V8,
          .fieldoffset = offsetof(CPUARMState, fpcr) },
        /* EL1 is the highest level: the address of reset is known here. */
        { .name = "RVBAR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 0, .crn = 12, .crm = 0, .opc2 = 1,
          .access = PL1_R, .type = ARM_CP_CONST, .resetvalue = cpu->rvbar_prop },
    };

    define_arm_cp_regs(cpu, exception_regs);
    define_arm_cp_regs(cpu, by_feature);
    if (pstate_bits & PSTATE_PAN) {
        define_arm_cp_regs(cpu, pan_regs);
    }
    if (pstate_bits & PSTATE_UAO) {
        define_arm_cp_regs(cpu, uao_regs);
    }
    if (pstate_bits & PSTATE_DIT) {
        define_arm_cp_regs(cpu, dit_regs);
    }
    /* Level 2 of the feature adds the register. */
    if (ARM_ID_AT_LEAST(cpu, id_aa64pfr1, ID_AA64PFR1, SSBS, 2)) {
        define_arm_cp_regs(cpu, ssbs_regs);
    }
}
