/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions of AArch64 (Arm ARM D1.3): taking them to EL1, returning from them, and interrupts.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "target/arm/cpu-internal.h"
#include "arm-tcg.h"

/* -- announcing ------------------------------------------------------------------------------ */

void arm_exception_set(CPUARMState *env, int excp, uint32_t syndrome, uint64_t vaddress)
{
    env->exception.syndrome = syndrome;
    env->exception.vaddress = vaddress;
    env_cpu(env)->exception_index = excp;
}

void arm_exception_raise_addr(CPUARMState *env, int excp, uint32_t syndrome, uint64_t vaddress)
{
    arm_exception_set(env, excp, syndrome, vaddress);
    tcg_cpu_exit_restore(env_cpu(env));
}

void arm_exception_raise(CPUARMState *env, int excp, uint32_t syndrome)
{
    arm_exception_raise_addr(env, excp, syndrome, 0);
}

/* -- the cycle counter is filtered by exception level ------------------------------------------ */

#define PMCR_E 1

static bool pmu_is_counting(const CPUARMState *env)
{
    return (env->cp15.c9_pmcr & PMCR_E) && env->cp15.c9_pmcnten;
}

static void pstate_replace(CPUARMState *env, uint32_t value)
{
    ARMCPU *cpu = env_archcpu(env);
    bool changes_el = (pstate_read(env) ^ value) & 0xc;

    if (!changes_el || !pmu_is_counting(env)) {
        pstate_write(env, value);
        return;
    }
    BQL_LOCK_GUARD();
    arm_pmu_pre_el_change(cpu);
    pstate_write(env, value);
    arm_pmu_post_el_change(cpu);
}

/* -- taking ---------------------------------------------------------------------------------- */

/* Offset in the vector table: where it comes from, and of which kind it is. */
static unsigned vector_offset(CPUARMState *env, int excp)
{
    unsigned offset = arm_current_el(env) == 0 ? 0x400 : env->pstate & PSTATE_SP ? 0x200 : 0;

    switch (excp) {
    case EXCP_IRQ:
        return offset + 0x080;
    case EXCP_FIQ:
        return offset + 0x100;
    case EXCP_VSERR:
        return offset + 0x180;
    default:
        return offset;
    }
}

static bool is_asynchronous(int excp)
{
    return excp == EXCP_IRQ || excp == EXCP_FIQ;
}

static bool is_call(int excp)
{
    return excp == EXCP_SWI || excp == EXCP_HVC || excp == EXCP_SMC;
}

/* ELR_EL1: calls return behind the instruction, everything else to it. */
static uint64_t preferred_return(const CPUARMState *env, int excp)
{
    return is_call(excp) ? env->pc + 4 : env->pc;
}

static bool has_far(uint32_t syndrome)
{
    switch (syndrome >> ESR_EC_SHIFT) {
    case EC_INSN_ABORT_LOWER:
    case EC_INSN_ABORT:
    case EC_PC_ALIGNMENT:
    case EC_DATA_ABORT_LOWER:
    case EC_DATA_ABORT:
    case EC_WATCHPOINT_LOWER:
    case EC_WATCHPOINT:
        return true;
    default:
        return false;
    }
}

static uint32_t entry_pstate(CPUARMState *env)
{
    uint32_t valid = arm_pstate_valid_bits(env_archcpu(env));
    uint64_t sctlr = env->cp15.sctlr_el1;
    uint32_t pstate = pstate_read(env) & (PSTATE_NZCV | PSTATE_PAN | PSTATE_DIT);

    pstate |= PSTATE_DAIF | PSTATE_MODE_EL1h;
    if (!(sctlr & SCTLR_SPAN)) {
        pstate |= PSTATE_PAN & valid;
    }
    if (sctlr & SCTLR_DSSBS) {
        pstate |= PSTATE_SSBS & valid;
    }
    return pstate;
}

void arm_cpu_do_interrupt(CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);
    int excp = cs->exception_index;
    unsigned offset = vector_offset(env, excp);
    uint32_t syndrome = env->exception.syndrome;
    uint32_t spsr = pstate_read(env);

    if (is_call(excp)) {
        /* Done, as far as stepping goes. */
        spsr &= ~PSTATE_SS;
    }
    env_archcpu(env)->step_iss = 0;
    qemu_log_mask(CPU_LOG_INT, "CPU %d: exception %d from EL%u, PC 0x%" PRIx64 " PSTATE 0x%08x, "
                  "ESR 0x%08x FAR 0x%" PRIx64 "\n", cs->cpu_index, excp, arm_current_el(env),
                  env->pc, spsr, is_asynchronous(excp) ? 0 : syndrome, env->exception.vaddress);
    if (!is_asynchronous(excp)) {
        env->cp15.esr_el1 = syndrome;
        if (has_far(syndrome)) {
            env->cp15.far_el1 = env->exception.vaddress;
        }
    }
    env->elr_el1 = preferred_return(env, excp);
    env->spsr_el1 = spsr;
    pstate_replace(env, entry_pstate(env));
    env->pc = env->cp15.vbar_el1 + offset;
    cs->exception_index = -1;
}

/* -- interrupts ------------------------------------------------------------------------------ */

bool arm_cpu_exec_interrupt(CPUState *cs, int interrupt_request)
{
    CPUARMState *env = cpu_env(cs);

    if ((interrupt_request & CPU_INTERRUPT_FIQ) && !(env->pstate & PSTATE_F)) {
        cs->exception_index = EXCP_FIQ;
    } else if ((interrupt_request & CPU_INTERRUPT_HARD) && !(env->pstate & PSTATE_I)) {
        cs->exception_index = EXCP_IRQ;
    } else {
        return false;
    }
    arm_cpu_do_interrupt(cs);
    return true;
}

/* -- returning ------------------------------------------------------------------------------- */

/* Arm ARM D1.3.4: only to AArch64, EL0 or EL1, and EL0 has one stack pointer. */
static bool return_is_legal(uint32_t spsr)
{
    unsigned mode = spsr & PSTATE_M;

    return mode == PSTATE_MODE_EL0t || mode == PSTATE_MODE_EL1t || mode == PSTATE_MODE_EL1h;
}

/* Tags of addresses that TBI ignores are replaced by copies of bit 55, by the target's level. */
static uint64_t branch_address(CPUARMState *env, uint64_t pc)
{
    unsigned tbi = FIELD_EX64(env_archcpu(env)->tcg_area.key, KEY, TBI);

    return tbi >> extract64(pc, 55, 1) & 1 ? (uint64_t)sextract64(pc, 0, 56) : pc;
}

/* PSTATE.SS comes from SPSR where stepping is active after the return, but not before it. */
static bool step_begins(const CPUARMState *env, uint32_t old, uint32_t spsr)
{
    return !arm_step_is_active(env, extract32(old, 2, 2), old) &&
           arm_step_is_active(env, extract32(spsr, 2, 2), spsr);
}

void arm_exception_return(CPUARMState *env, uint64_t pc)
{
    uint32_t spsr = env->spsr_el1 & arm_pstate_valid_bits(env_archcpu(env));
    uint32_t old = pstate_read(env);

    if (!return_is_legal(env->spsr_el1 & PSTATE_M)) {
        qemu_log_mask(LOG_GUEST_ERROR, "CPU %d: illegal exception return with SPSR_EL1 0x%08x\n",
                      env_cpu(env)->cpu_index, (uint32_t)env->spsr_el1);
        /* Level, width and stack pointer stay; the rest comes from SPSR. */
        spsr = (spsr & (PSTATE_NZCV | PSTATE_DAIF)) | (old & ~(PSTATE_NZCV | PSTATE_DAIF)) |
               PSTATE_IL;
    }
    if (!step_begins(env, old, spsr)) {
        spsr &= ~PSTATE_SS;
    }
    env_archcpu(env)->step_iss = 0;
    qemu_log_mask(CPU_LOG_INT, "CPU %d: exception return to EL%u PC 0x%" PRIx64 "\n",
                  env_cpu(env)->cpu_index, extract32(spsr, 2, 2), pc);
    env->exclusive_addr = -1;
    qatomic_set(&env->event_register, 1);
    pstate_replace(env, spsr);
    env->pc = branch_address(env, pc);
}
