/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key of translated blocks: the part of the CPU's state that translated code takes for
 * granted, so that it need not be looked at again.
 */
#include "qemu/osdep.h"
#include "arm-tcg.h"

#define TCR_TBI0 (1ULL << 37)
#define TCR_TBI1 (1ULL << 38)
#define TCR_TBID0 (1ULL << 51)
#define TCR_TBID1 (1ULL << 52)
#define MDSCR_SS (1ULL << 0)
#define MDSCR_KDE (1ULL << 13)
#define CPACR_FPEN_SHIFT 20

static uint64_t key_of_memory(const CPUARMState *env, unsigned el, uint64_t key)
{
    uint64_t sctlr = env->cp15.sctlr_el1;
    ARMMMUIdx idx = el == 0 ? ARM_MMU_IDX_EL0
                    : env->pstate & PSTATE_PAN ? ARM_MMU_IDX_EL1_PAN : ARM_MMU_IDX_EL1;

    key = FIELD_DP64(key, KEY, MMU_IDX, idx);
    key = FIELD_DP64(key, KEY, UNPRIV_IDX, env->pstate & PSTATE_UAO ? idx : ARM_MMU_IDX_EL0);
    key = FIELD_DP64(key, KEY, ALIGN, !!(sctlr & SCTLR_A));
    key = FIELD_DP64(key, KEY, SP_ALIGN, !!(sctlr & (el ? SCTLR_SA : SCTLR_SA0)));
    return FIELD_DP64(key, KEY, BIG_ENDIAN, !!(sctlr & (el ? SCTLR_EE : SCTLR_E0E)));
}

/* Tags of instruction addresses count unless TBI says otherwise, for data and for them. */
static unsigned tbi_of_branches(const CPUARMState *env)
{
    uint64_t tcr = env->cp15.tcr_el1;
    bool tbi0 = (tcr & TCR_TBI0) && !(tcr & TCR_TBID0);
    bool tbi1 = (tcr & TCR_TBI1) && !(tcr & TCR_TBID1);

    return tbi0 | tbi1 << 1;
}

static unsigned pauth_keys(uint64_t sctlr)
{
    return !!(sctlr & SCTLR_EnIA) << PAC_KEY_IA | !!(sctlr & SCTLR_EnIB) << PAC_KEY_IB |
           !!(sctlr & SCTLR_EnDA) << PAC_KEY_DA | !!(sctlr & SCTLR_EnDB) << PAC_KEY_DB;
}

#define OSLSR_OSLK 2

static bool step_is_enabled(const CPUARMState *env)
{
    return (env->cp15.mdscr_el1 & MDSCR_SS) && !(env->cp15.oslsr_el1 & OSLSR_OSLK);
}

/* Arm ARM D2.12: debug exceptions of EL1 at EL1 need KDE and a clear PSTATE.D. */
bool arm_step_is_active(const CPUARMState *env, unsigned el, uint32_t pstate)
{
    return step_is_enabled(env) &&
           (el == 0 || ((env->cp15.mdscr_el1 & MDSCR_KDE) && !(pstate & PSTATE_D)));
}

void arm_step_advance(CPUARMState *env)
{
    if (env->pstate & PSTATE_SS) {
        env->pstate &= ~PSTATE_SS;
        arm_rebuild_key(env);
    }
}

void arm_rebuild_key(CPUARMState *env)
{
    unsigned el = arm_current_el(env);
    unsigned fpen = extract64(env->cp15.cpacr_el1, CPACR_FPEN_SHIFT, 2);
    uint64_t key = key_of_memory(env, el, FIELD_DP64(0, KEY, EL, el));

    key = FIELD_DP64(key, KEY, BTYPE, env->btype);
    key = FIELD_DP64(key, KEY, BT, !!(env->cp15.sctlr_el1 & (el ? SCTLR_BT1 : SCTLR_BT0)));
    key = FIELD_DP64(key, KEY, FP_TRAP, !(fpen == 3 || (fpen == 1 && el > 0)));
    key = FIELD_DP64(key, KEY, IL, !!(env->pstate & PSTATE_IL));
    key = FIELD_DP64(key, KEY, TBI, tbi_of_branches(env));
    key = FIELD_DP64(key, KEY, PAUTH, pauth_keys(env->cp15.sctlr_el1));
    key = FIELD_DP64(key, KEY, SP, !!(env->pstate & PSTATE_SP));
    key = FIELD_DP64(key, KEY, BREAK, arm_breakpoints_are_set(env));
    key = FIELD_DP64(key, KEY, STEP, step_is_enabled(env) || FIELD_EX64(key, KEY, BREAK));
    if (arm_step_is_active(env, el, env->pstate)) {
        key = FIELD_DP64(key, KEY, SS_ACTIVE, 1);
        key = FIELD_DP64(key, KEY, SS_PENDING, !(env->pstate & PSTATE_SS));
    }
    env_archcpu(env)->tcg_area.key = key;
}
