/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU's view of memory: translations for the TLB, what the TLB must forget, and aborts with
 * their syndromes (Arm ARM D8, D17.2.37).
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "target/arm/cpu-idregs.h"
#include "ptw.h"

/* -- translation ----------------------------------------------------------------------------- */

/*
 * Blocks look at branch targets only after a guarded page has been seen.  They are shared by all
 * CPUs, so all know of it.
 */
static void guarded_page_seen(ARMCPU *cpu)
{
    CPUState *cs;

    WITH_RCU_READ_LOCK_GUARD() {
        CPU_FOREACH(cs) {
            qatomic_set(&ARM_CPU(cs)->has_guarded_pages, true);
        }
    }
    tcg_code_invalidate(CPU(cpu), 0, 0, 0);
}

bool arm_cpu_translate(CPUState *cs, const TcgAccess *access, TcgTranslation *out, uint64_t *word)
{
    ARMCPU *cpu = ARM_CPU(cs);
    ArmWalk walk = {
        .va = access->addr,
        .type = access->type,
        .idx = access->mmu_idx,
        .is_atomic = access->is_atomic,
        .no_update = access->is_probe,
    };
    ArmWalkResult result;
    ArmWalkFault fault;

    if (!arm_walk_tables(cpu, &walk, &result, &fault) || result.needs_update) {
        *word = fault.status | (fault.is_write ? ISS_WNR : 0);
        return false;
    }
    if (result.is_guarded && access->type == MMU_INST_FETCH && !cpu->has_guarded_pages &&
        ARM_ID_AT_LEAST(cpu, id_aa64pfr1, ID_AA64PFR1, BT, 1)) {
        guarded_page_seen(cpu);
    }
    *out = (TcgTranslation) {
        .pa = result.pa,
        .attrs = MEMTXATTRS_UNSPECIFIED,
        .page_bits = result.page_bits,
        .prot = result.prot,
        .is_global = result.is_global,
        .aligned_only = result.is_device,
        .is_watched = access->type != MMU_INST_FETCH &&
                      arm_page_is_watched(&cpu->env, access->addr),
    };
    return true;
}

bool arm_cpu_page_is_guarded(ARMCPU *cpu, uint64_t pc)
{
    ArmWalk walk = {
        .va = pc,
        .type = MMU_INST_FETCH,
        .idx = arm_current_el(&cpu->env) ? ARM_MMU_IDX_EL1 : ARM_MMU_IDX_EL0,
        .no_update = true,
    };
    ArmWalkResult result;
    ArmWalkFault fault;

    return arm_walk_tables(cpu, &walk, &result, &fault) && result.is_guarded;
}

/* -- the TLB --------------------------------------------------------------------------------- */

static uint32_t current_asid(const CPUARMState *env)
{
    uint64_t ttbr = env->cp15.tcr_el1 & TCR_A1 ? env->cp15.ttbr1_el1 : env->cp15.ttbr0_el1;

    return extract64(ttbr, 48, env->cp15.tcr_el1 & TCR_AS ? 16 : 8);
}

void arm_mmu_update_context(ARMCPU *cpu)
{
    uint32_t asid = current_asid(&cpu->env);

    for (unsigned i = 0; i < ARM_MMU_IDX_COUNT; i++) {
        tcg_tlb_set_context(CPU(cpu), i, asid);
    }
}

void arm_mmu_flush(ARMCPU *cpu)
{
    TcgFlush all = { .idx_mask = ARM_MMU_IDX_ALL, .context = TCG_CONTEXT_ANY };

    tcg_tlb_flush(CPU(cpu), &all);
}

/* -- aborts ---------------------------------------------------------------------------------- */

static uint32_t fault_iss(const TcgAccess *access, const TcgFault *fault)
{
    uint32_t wnr = access->type == MMU_DATA_STORE ? ISS_WNR : 0;

    switch (fault->kind) {
    case TCG_FAULT_ALIGN:
        return FSC_ALIGNMENT | wnr;
    case TCG_FAULT_BUS:
        return FSC_EXTERNAL | wnr;
    default:
        return fault->word;
    }
}

void arm_cpu_raise_access(CPUState *cs, const TcgAccess *access, const TcgFault *fault)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;
    bool is_lower = arm_current_el(env) == 0;
    uint32_t iss = fault_iss(access, fault) | cpu->maintenance_iss;

    cpu->maintenance_iss = 0;
    if (access->type == MMU_INST_FETCH) {
        arm_exception_set(env, EXCP_PREFETCH_ABORT,
                          arm_syndrome(is_lower ? EC_INSN_ABORT_LOWER : EC_INSN_ABORT, iss),
                          access->addr);
        return;
    }
    arm_exception_set(env, EXCP_DATA_ABORT,
                      arm_syndrome(is_lower ? EC_DATA_ABORT_LOWER : EC_DATA_ABORT, iss),
                      access->addr);
}
