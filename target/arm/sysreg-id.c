/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Identification registers (Arm ARM D17.2): the processor, the caches, the features.  The space
 * of the ID registers that has no meaning, and all of AArch32's part, reads as zero.
 */
#include "qemu/osdep.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"

/* CRm of the ID space: 1 to 3 belong to AArch32, the others to AArch64. */
#define ID_SPACE_CRM_FIRST 1
#define ID_SPACE_CRM_LAST 7

static uint64_t pfr0_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    uint64_t value = env_archcpu(env)->isar.id_aa64pfr0;

    return FIELD_DP64(value, ID_AA64PFR0, GIC, env->gicv3state ? 1 : 0);
}

static uint64_t mpidr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    /* RES1, no U (several processors), no MT. */
    return 1ULL << 31 | env_archcpu(env)->mp_affinity;
}

static uint64_t ccsidr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    ARMCPU *cpu = env_archcpu(env);
    uint64_t index = env->cp15.csselr_el1;

    return index < G_N_ELEMENTS(cpu->ccsidr) ? cpu->ccsidr[index] : 0;
}

static CPAccessResult ctr_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    if (arm_current_el(env) == 0 && !(env->cp15.sctlr_el1 & SCTLR_UCT)) {
        return CP_ACCESS_TRAP;
    }
    return CP_ACCESS_OK;
}

static uint64_t dczid_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    bool is_prohibited = arm_current_el(env) == 0 && !(env->cp15.sctlr_el1 & SCTLR_DZE);

    return FIELD_DP64(env_archcpu(env)->dczid, DCZID, DZP, is_prohibited);
}

/* The registers of the ID space that may be other than zero. */
static void id_space_fill(ARMCPU *cpu, ARMCPRegInfo *regs, unsigned crm, unsigned op2,
                          const char *name, uint64_t value)
{
    ARMCPRegInfo *r = &regs[(crm - ID_SPACE_CRM_FIRST) * 8 + op2];

    r->name = name;
    r->resetvalue = value;
}

static void id_space_define(ARMCPU *cpu)
{
    ARMCPRegInfo regs[(ID_SPACE_CRM_LAST - ID_SPACE_CRM_FIRST + 1) * 8];
    const ARMISARegisters *isar = &cpu->isar;
    ARMCPRegInfo *pfr0;

    for (unsigned i = 0; i < G_N_ELEMENTS(regs); i++) {
        regs[i] = (ARMCPRegInfo) {
            .name = "ID_RESERVED",
            .opc0 = 3, .opc1 = 0, .crn = 0, .crm = ID_SPACE_CRM_FIRST + i / 8, .opc2 = i % 8,
            .state = ARM_CP_STATE_AA64, .access = PL1_R, .type = ARM_CP_CONST,
        };
    }
    id_space_fill(cpu, regs, 4, 0, "ID_AA64PFR0_EL1", 0);
    id_space_fill(cpu, regs, 4, 1, "ID_AA64PFR1_EL1", isar->id_aa64pfr1);
    id_space_fill(cpu, regs, 5, 0, "ID_AA64DFR0_EL1", isar->id_aa64dfr0);
    id_space_fill(cpu, regs, 6, 0, "ID_AA64ISAR0_EL1", isar->id_aa64isar0);
    id_space_fill(cpu, regs, 6, 1, "ID_AA64ISAR1_EL1", isar->id_aa64isar1);
    id_space_fill(cpu, regs, 7, 0, "ID_AA64MMFR0_EL1", isar->id_aa64mmfr0);
    id_space_fill(cpu, regs, 7, 1, "ID_AA64MMFR1_EL1", isar->id_aa64mmfr1);
    id_space_fill(cpu, regs, 7, 2, "ID_AA64MMFR2_EL1", isar->id_aa64mmfr2);
    pfr0 = &regs[(4 - ID_SPACE_CRM_FIRST) * 8];
    pfr0->type = 0;
    pfr0->readfn = pfr0_read;
    define_arm_cp_regs(cpu, regs);
}

void arm_sysregs_define_id(ARMCPU *cpu)
{
    const ARMCPRegInfo regs[] = {
        { .name = "MIDR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 0, .crn = 0, .crm = 0, .opc2 = 0,
          .access = PL1_R, .type = ARM_CP_CONST, .resetvalue = cpu->midr },
        { .name = "MPIDR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 0, .crn = 0, .crm = 0, .opc2 = 5,
          .access = PL1_R, .readfn = mpidr_read },
        { .name = "REVIDR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 0, .crn = 0, .crm = 0, .opc2 = 6,
          .access = PL1_R, .type = ARM_CP_CONST, .resetvalue = cpu->revidr },
        { .name = "CCSIDR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 0, .crm = 0, .opc2 = 0,
          .access = PL1_R, .type = ARM_CP_NO_RAW, .readfn = ccsidr_read },
        { .name = "CLIDR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 0, .crm = 0, .opc2 = 1,
          .access = PL1_R, .type = ARM_CP_CONST, .resetvalue = cpu->clidr },
        { .name = "AIDR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 0, .crm = 0, .opc2 = 7,
          .access = PL1_R, .type = ARM_CP_CONST },
        /* Level and InD. */
        { .name = "CSSELR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 2, .crn = 0, .crm = 0, .opc2 = 0,
          .access = PL1_RW, .write_mask = 0xf,
          .fieldoffset = offsetof(CPUARMState, cp15.csselr_el1) },
        { .name = "CTR_EL0", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 3, .crn = 0, .crm = 0, .opc2 = 1,
          .access = PL0_R, .type = ARM_CP_CONST, .accessfn = ctr_access,
          .resetvalue = cpu->ctr },
        { .name = "DCZID_EL0", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 3, .crn = 0, .crm = 0, .opc2 = 7,
          .access = PL0_R, .type = ARM_CP_NO_RAW, .readfn = dczid_read },
    };

    define_arm_cp_regs(cpu, regs);
    id_space_define(cpu);
}

/* -- implementation defined ------------------------------------------------------------------ */

/* Cores of the cluster minus one, as the L2 control register tells. */
static uint64_t l2ctlr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    ARMCPU *cpu = env_archcpu(env);
    int cores = cpu->core_count > 0 ? cpu->core_count : CPU(cpu)->nr_cores;

    return (uint64_t)(CLAMP(cores, 1, 4) - 1) << 24;
}

/* Control registers of the Cortex cores that boot code may touch: nothing to control. */
void arm_sysregs_define_cortex(ARMCPU *cpu)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "L2CTLR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 11, .crm = 0, .opc2 = 2,
          .access = PL1_RW, .type = ARM_CP_NO_RAW, .readfn = l2ctlr_read,
          .writefn = arm_cp_write_ignore },
        { .name = "L2ECTLR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 11, .crm = 0, .opc2 = 3,
          .access = PL1_RW, .type = ARM_CP_CONST },
        { .name = "L2ACTLR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 15, .crm = 0, .opc2 = 0,
          .access = PL1_RW, .type = ARM_CP_CONST },
        { .name = "CPUACTLR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 15, .crm = 2, .opc2 = 0,
          .access = PL1_RW, .type = ARM_CP_CONST },
        { .name = "CPUECTLR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 15, .crm = 2, .opc2 = 1,
          .access = PL1_RW, .type = ARM_CP_CONST },
        { .name = "CPUMERRSR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 15, .crm = 2, .opc2 = 2,
          .access = PL1_RW, .type = ARM_CP_CONST },
        { .name = "L2MERRSR_EL1", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 1, .crn = 15, .crm = 2, .opc2 = 3,
          .access = PL1_RW, .type = ARM_CP_CONST },
    };

    define_arm_cp_regs(cpu, regs);
}
