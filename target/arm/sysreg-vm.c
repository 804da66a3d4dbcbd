/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers that control EL1's translation regime and the CPU as a whole (Arm ARM D17.2): SCTLR,
 * TCR, TTBR, MAIR, CPACR, thread and context identifiers, pointer authentication keys.  Fields of
 * features that the model lacks are RES0 or RES1 and cannot be written.
 */
#include "qemu/osdep.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"
#include "tcg/arm-tcg.h"

/* TCR_EL1 as Armv8.0 has it: all up to TBI1, but for the reserved bits 6 and 35. */
#define TCR_MASK_V8 (MAKE_64BIT_MASK(0, 39) & ~(1ULL << 6) & ~(1ULL << 35))
#define TCR_HA (1ULL << 39)
#define TCR_HD (1ULL << 40)
#define TCR_TBID (3ULL << 51)

#define CPACR_FPEN (3ULL << 20)
/* No FEAT_TTCNP: bit 0 is RES0. */
#define TTBR_MASK (~1ULL)

static bool has_pauth(const ARMCPU *cpu)
{
    return ARM_ID_AT_LEAST(cpu, id_aa64isar1, ID_AA64ISAR1, APA, 1) ||
           ARM_ID_AT_LEAST(cpu, id_aa64isar1, ID_AA64ISAR1, API, 1);
}

static uint64_t sctlr_mask(const ARMCPU *cpu)
{
    uint64_t mask = SCTLR_M | SCTLR_A | SCTLR_C | SCTLR_SA | SCTLR_SA0 | SCTLR_UMA | SCTLR_I |
                    SCTLR_DZE | SCTLR_UCT | SCTLR_nTWI | SCTLR_nTWE | SCTLR_WXN | SCTLR_UCI;

    if (ARM_ID_AT_LEAST(cpu, id_aa64mmfr0, ID_AA64MMFR0, BIGEND, 1)) {
        mask |= SCTLR_EE | SCTLR_E0E;
    } else if (ARM_ID_AT_LEAST(cpu, id_aa64mmfr0, ID_AA64MMFR0, BIGENDEL0, 1)) {
        mask |= SCTLR_E0E;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64mmfr1, ID_AA64MMFR1, PAN, 1)) {
        mask |= SCTLR_SPAN;
    }
    if (has_pauth(cpu)) {
        mask |= SCTLR_EnIA | SCTLR_EnIB | SCTLR_EnDA | SCTLR_EnDB;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64pfr1, ID_AA64PFR1, BT, 1)) {
        mask |= SCTLR_BT0 | SCTLR_BT1;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64pfr1, ID_AA64PFR1, SSBS, 1)) {
        mask |= SCTLR_DSSBS;
    }
    return mask;
}

static uint64_t tcr_mask(const ARMCPU *cpu)
{
    uint64_t mask = TCR_MASK_V8;

    if (ARM_ID_AT_LEAST(cpu, id_aa64mmfr1, ID_AA64MMFR1, HAFDBS, 1)) {
        mask |= TCR_HA;
    }
    if (ARM_ID_AT_LEAST(cpu, id_aa64mmfr1, ID_AA64MMFR1, HAFDBS, 2)) {
        mask |= TCR_HD;
    }
    return has_pauth(cpu) ? mask | TCR_TBID : mask;
}

/* -- what translation depends on ------------------------------------------------------------- */

static bool field_change(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value,
                         uint64_t *changed)
{
    uint64_t old = raw_read(env, ri);

    value = ri->write_mask ? (old & ~ri->write_mask) | (value & ri->write_mask) : value;
    raw_write(env, ri, value);
    *changed = old ^ value;
    return *changed != 0;
}

/* An address of tables may be cached with what they say; the ASID tells old from new. */
static void ttbr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t changed;

    if (field_change(env, ri, value, &changed)) {
        arm_mmu_update_context(env_archcpu(env));
    }
}

static void tcr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t changed;

    if (field_change(env, ri, value, &changed)) {
        arm_mmu_flush(env_archcpu(env));
        arm_mmu_update_context(env_archcpu(env));
    }
}

static void mair_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t changed;

    if (field_change(env, ri, value, &changed)) {
        arm_mmu_flush(env_archcpu(env));
    }
}

static void sctlr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t changed;

    if (field_change(env, ri, value, &changed) && (changed & (SCTLR_M | SCTLR_WXN | SCTLR_EE))) {
        arm_mmu_flush(env_archcpu(env));
    }
}

static const ARMCPRegInfo pauth_regs[] = {
#define KEY(_name, _crm, _opc2, _field) \
    { .name = _name, .state = ARM_CP_STATE_AA64, \
      .opc0 = 3, .opc1 = 0, .crn = 2, .crm = (_crm), .opc2 = (_opc2), \
      .access = PL1_RW, .fieldoffset = offsetof(CPUARMState, keys._field) }
    KEY("APIAKeyLo_EL1", 1, 0, apia.lo),
    KEY("APIAKeyHi_EL1", 1, 1, apia.hi),
    KEY("APIBKeyLo_EL1", 1, 2, apib.lo),
    KEY("APIBKeyHi_EL1", 1, 3, apib.hi),
    KEY("APDAKeyLo_EL1", 2, 0, apda.lo),
    KEY("APDAKeyHi_EL1", 2, 1, apda.hi),
    KEY("APDBKeyLo_EL1", 2, 2, apdb.lo),
    KEY("APDBKeyHi_EL1", 2, 3, apdb.hi),
    KEY("APGAKeyLo_EL1", 3, 0, apga.lo),
    KEY("APGAKeyHi_EL1", 3, 1, apga.hi),
#undef KEY
};

static const ARMCPRegInfo vm_regs[] = {
    { .name = "ACTLR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 1, .crm = 0, .opc2 = 1,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "CPACR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 1, .crm = 0, .opc2 = 2,
      .access = PL1_RW, .write_mask = CPACR_FPEN,
      .fieldoffset = offsetof(CPUARMState, cp15.cpacr_el1) },
    { .name = "TTBR0_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 2, .crm = 0, .opc2 = 0,
      .access = PL1_RW, .write_mask = TTBR_MASK, .writefn = ttbr_write,
      .fieldoffset = offsetof(CPUARMState, cp15.ttbr0_el1) },
    { .name = "TTBR1_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 2, .crm = 0, .opc2 = 1,
      .access = PL1_RW, .write_mask = TTBR_MASK, .writefn = ttbr_write,
      .fieldoffset = offsetof(CPUARMState, cp15.ttbr1_el1) },
    { .name = "PAR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 7, .crm = 4, .opc2 = 0,
      .access = PL1_RW, .fieldoffset = offsetof(CPUARMState, cp15.par_el1) },
    { .name = "MAIR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 10, .crm = 2, .opc2 = 0,
      .access = PL1_RW, .writefn = mair_write,
      .fieldoffset = offsetof(CPUARMState, cp15.mair_el1) },
    { .name = "AMAIR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 10, .crm = 3, .opc2 = 0,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "CONTEXTIDR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 13, .crm = 0, .opc2 = 1,
      .access = PL1_RW, .write_mask = UINT32_MAX,
      .fieldoffset = offsetof(CPUARMState, cp15.contextidr_el1) },
    { .name = "TPIDR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 13, .crm = 0, .opc2 = 4,
      .access = PL1_RW, .fieldoffset = offsetof(CPUARMState, cp15.tpidr_el1) },
    { .name = "TPIDR_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 13, .crm = 0, .opc2 = 2,
      .access = PL0_RW, .fieldoffset = offsetof(CPUARMState, cp15.tpidr_el0) },
    { .name = "TPIDRRO_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 13, .crm = 0, .opc2 = 3,
      .access = PL0_R | PL1_W, .fieldoffset = offsetof(CPUARMState, cp15.tpidrro_el0) },
};

void arm_sysregs_define_vm(ARMCPU *cpu)
{
    const ARMCPRegInfo by_feature[] = {
        { .name = "SCTLR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 0, .crn = 1, .crm = 0, .opc2 = 0,
          .access = PL1_RW, .resetvalue = cpu->reset_sctlr, .write_mask = sctlr_mask(cpu),
          .writefn = sctlr_write,
          .fieldoffset = offsetof(CPUARMState, cp15.sctlr_el1) },
        { .name = "TCR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 0, .crn = 2, .crm = 0, .opc2 = 2,
          .access = PL1_RW, .write_mask = tcr_mask(cpu), .writefn = tcr_write,
          .fieldoffset = offsetof(CPUARMState, cp15.tcr_el1) },
    };

    define_arm_cp_regs(cpu, by_feature);
    define_arm_cp_regs(cpu, vm_regs);
    if (has_pauth(cpu)) {
        define_arm_cp_regs(cpu, pauth_regs);
    }
}
