/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System instructions (Arm ARM C4.1, "Branches, Exception Generating and System instructions"):
 * exception generation, hints, barriers, PSTATE fields.  System registers: translate-sysreg.c.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "target/arm/psci.h"
#include "translate.h"

/* -- exception generation -------------------------------------------------------------------- */

bool trans_SVC(DisasContext *s, const A64Insn *a)
{
    a64_gen_exception(s, EXCP_SWI, arm_syndrome(EC_SVC, a->imm16));
    return true;
}

bool trans_BRK(DisasContext *s, const A64Insn *a)
{
    a64_gen_exception(s, EXCP_BKPT, arm_syndrome(EC_BRK, a->imm16));
    return true;
}

/* There is no debugger that would enter debug state. */
bool trans_HLT(DisasContext *s, const A64Insn *a)
{
    return false;
}

bool trans_DCPS1(DisasContext *s, const A64Insn *a)
{
    return false;
}

bool trans_DCPS2(DisasContext *s, const A64Insn *a)
{
    return false;
}

bool trans_DCPS3(DisasContext *s, const A64Insn *a)
{
    return false;
}

/* The call may stop this CPU, so guest code is left; PC is the next instruction then. */
static void helper_psci_call(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);

    tcg_cpu_restore(cs);
    env->pc += 4;
    arm_step_advance(env);
    cs->exception_index = EXCP_INTERRUPT;
    bql_lock();
    arm_handle_psci_call(env_archcpu(env));
    bql_unlock();
    tcg_cpu_exit(cs);
}
IR_HELPER(helper_psci_call, 0, false, IR_CALL_ANY | IR_CALL_NORETURN);

/* A call of firmware: there is none but PSCI, so else the instruction is UNDEFINED. */
static bool firmware_call(DisasContext *s, ARMSmcccConduit conduit)
{
    if (s->el == 0 || !arm_is_psci_call(s->cpu, conduit)) {
        return false;
    }
    ir_call0(s->b, &helper_desc_helper_psci_call, IR_NONE);
    s->is_end = true;
    return true;
}

bool trans_HVC(DisasContext *s, const A64Insn *a)
{
    return firmware_call(s, ARM_CONDUIT_HVC);
}

bool trans_SMC(DisasContext *s, const A64Insn *a)
{
    return firmware_call(s, ARM_CONDUIT_SMC);
}

/* -- waiting --------------------------------------------------------------------------------- */

#define WFX_ISS (1U << 24 | 0xeU << 20)
#define WFX_ISS_WFE 1

/* How long WFE sleeps when nothing is going to wake it: others' events are looked for then. */
#define WFE_SLEEP_US 50

static void helper_wfi(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);

    if (cpu_has_work(cs)) {
        return;
    }
    if (arm_current_el(env) == 0 && !(env->cp15.sctlr_el1 & SCTLR_nTWI)) {
        arm_exception_raise(env, EXCP_UDEF, arm_syndrome(EC_WFX, WFX_ISS));
    }
    tcg_cpu_restore(cs);
    env->pc += 4;
    arm_step_advance(env);
    tcg_cpu_halt(cs);
}
IR_HELPER(helper_wfi, 0, false, IR_CALL_ANY);

bool trans_WFI(DisasContext *s, const A64Insn *a)
{
    ir_call0(s->b, &helper_desc_helper_wfi, IR_NONE);
    a64_gen_exit_next(s, IR_EXIT_LOOP);
    return true;
}

/* Others' turn; for CPUs that take turns. */
static void helper_yield(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);

    tcg_cpu_restore(cs);
    env->pc += 4;
    arm_step_advance(env);
    tcg_cpu_yield(cs);
}
IR_HELPER(helper_yield, 0, false, IR_CALL_ANY | IR_CALL_NORETURN);

/*
 * An exclusive monitor that is still held would give an event when somebody else writes there; the
 * monitor here gives none, so only the host's processor is yielded.
 */
static void helper_wfe(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);

    if (qatomic_xchg(&env->event_register, 0) || cpu_has_work(cs)) {
        return;
    }
    if (arm_current_el(env) == 0 && !(env->cp15.sctlr_el1 & SCTLR_nTWE)) {
        arm_exception_raise(env, EXCP_UDEF, arm_syndrome(EC_WFX, WFX_ISS | WFX_ISS_WFE));
    }
    if (tcg_cpus_take_turns()) {
        helper_yield(env);
    }
    if (env->exclusive_addr != -1) {
        sched_yield();
    } else {
        g_usleep(WFE_SLEEP_US);
    }
}
IR_HELPER(helper_wfe, 0, false, IR_CALL_ANY);

bool trans_WFE(DisasContext *s, const A64Insn *a)
{
    ir_call0(s->b, &helper_desc_helper_wfe, IR_NONE);
    a64_gen_exit_next(s, IR_EXIT_LOOP);
    return true;
}

static void helper_sev(CPUARMState *env)
{
    CPUState *cs;

    WITH_RCU_READ_LOCK_GUARD() {
        CPU_FOREACH(cs) {
            qatomic_set(&cpu_env(cs)->event_register, 1);
        }
    }
}
IR_HELPER(helper_sev, 0, false, IR_CALL_EFFECTS);

bool trans_SEV(DisasContext *s, const A64Insn *a)
{
    ir_call0(s->b, &helper_desc_helper_sev, IR_NONE);
    return true;
}

bool trans_SEVL(DisasContext *s, const A64Insn *a)
{
    ir_st_env(s->b, MO_32, ir_const(s->b, 1), offsetof(CPUARMState, event_register));
    return true;
}

/* -- other hints ----------------------------------------------------------------------------- */

/* Whoever spins ends its turn; CPUs with threads of their own just go on. */
bool trans_YIELD(DisasContext *s, const A64Insn *a)
{
    if (tcg_cpus_take_turns()) {
        ir_call0(s->b, &helper_desc_helper_yield, IR_NONE);
        s->is_end = true;
    }
    return true;
}

bool trans_HINT(DisasContext *s, const A64Insn *a)
{
    return true;
}

/* What it permits was looked at when the block was entered. */
bool trans_BTI(DisasContext *s, const A64Insn *a)
{
    return true;
}

/* -- barriers -------------------------------------------------------------------------------- */

/* CRm of DMB and DSB: which accesses; the shareability is always the widest. */
static unsigned barrier_kind(const A64Insn *a)
{
    switch (a->crm & 3) {
    case 1:
        return IR_MB_LD_LD | IR_MB_LD_ST;
    case 2:
        return IR_MB_ST_ST;
    default:
        return IR_MB_FULL;
    }
}

bool trans_DMB(DisasContext *s, const A64Insn *a)
{
    ir_mb(s->b, barrier_kind(a));
    return true;
}

/* TLB maintenance of other CPUs completes here. */
static void helper_dsb(CPUARMState *env)
{
    tcg_tlb_sync(env_cpu(env));
}
IR_HELPER(helper_dsb, 0, false, IR_CALL_ANY);

bool trans_DSB(DisasContext *s, const A64Insn *a)
{
    ir_mb(s->b, IR_MB_FULL);
    if (s->el) {
        ir_call0(s->b, &helper_desc_helper_dsb, IR_NONE);
    }
    return true;
}

/* Changes of context act at once; what follows must be fetched anew. */
bool trans_ISB(DisasContext *s, const A64Insn *a)
{
    a64_gen_exit_next(s, IR_EXIT_LOOP);
    return true;
}

bool trans_SB(DisasContext *s, const A64Insn *a)
{
    ir_mb(s->b, IR_MB_FULL);
    return true;
}

/* -- PSTATE ---------------------------------------------------------------------------------- */

bool trans_CFINV(DisasContext *s, const A64Insn *a)
{
    ir_op2i(s->b, IR_XOR, IR_X, a64_nzcv(), a64_nzcv(), IR_FLAGS_C);
    return true;
}

/* Set and clear bits; the stack pointer in use may change by it. */
static void helper_pstate_change(CPUARMState *env, uint64_t set, uint64_t clear)
{
    pstate_write(env, (pstate_read(env) & ~clear) | set);
}
IR_HELPER(helper_pstate_change, 2, false, IR_CALL_READS | IR_CALL_WRITES | IR_CALL_EFFECTS);

/* A field that the key of blocks contains, or SPSel. */
static bool field_write(DisasContext *s, uint32_t bit, bool value)
{
    if (s->el == 0) {
        return false;
    }
    ir_calln(s->b, &helper_desc_helper_pstate_change, IR_NONE, ir_const(s->b, value ? bit : 0),
             ir_const(s->b, bit));
    a64_gen_exit_next(s, IR_EXIT_NEXT);
    return true;
}

/* A field that translated code does not depend on. */
static void bits_write(DisasContext *s, uint32_t set, uint32_t clear)
{
    IrRef t = ir_temp(s->b);

    ir_ld_env(s->b, MO_32, t, offsetof(CPUARMState, pstate));
    if (clear) {
        ir_op2i(s->b, IR_AND, IR_X, t, t, (uint32_t)~clear);
    }
    if (set) {
        ir_op2i(s->b, IR_OR, IR_X, t, t, set);
    }
    ir_st_env(s->b, MO_32, t, offsetof(CPUARMState, pstate));
}

bool trans_MSR_UAO(DisasContext *s, const A64Insn *a)
{
    return field_write(s, PSTATE_UAO, a->crm & 1);
}

bool trans_MSR_PAN(DisasContext *s, const A64Insn *a)
{
    return field_write(s, PSTATE_PAN, a->crm & 1);
}

bool trans_MSR_SPSEL(DisasContext *s, const A64Insn *a)
{
    return field_write(s, PSTATE_SP, a->crm & 1);
}

static bool plain_field_write(DisasContext *s, uint32_t bit, bool value)
{
    bits_write(s, value ? bit : 0, value ? 0 : bit);
    return true;
}

bool trans_MSR_SSBS(DisasContext *s, const A64Insn *a)
{
    return plain_field_write(s, PSTATE_SSBS, a->crm & 1);
}

bool trans_MSR_DIT(DisasContext *s, const A64Insn *a)
{
    return plain_field_write(s, PSTATE_DIT, a->crm & 1);
}

/* EL0 may change its masks if SCTLR_EL1.UMA lets it. */
static void helper_daif_check(CPUARMState *env, uint64_t syndrome)
{
    if (!(env->cp15.sctlr_el1 & SCTLR_UMA)) {
        arm_exception_raise(env, EXCP_UDEF, syndrome);
    }
}
IR_HELPER(helper_daif_check, 1, false, IR_CALL_RAISES);

static void daif_check(DisasContext *s, const A64Insn *a, unsigned op2)
{
    if (s->el == 0) {
        uint32_t enc = ARM_CP_ENC(0, 3, 4, a->crm, op2);

        ir_call1(s->b, &helper_desc_helper_daif_check, IR_NONE,
                 ir_const(s->b, arm_syndrome_sysreg(enc, 31, false)));
    }
}

/* The key depends on PSTATE.D while software step is enabled. */
static bool changes_key(const DisasContext *s, uint32_t bits)
{
    return (bits & PSTATE_D) && FIELD_EX64(s->key, KEY, STEP);
}

bool trans_MSR_DAIFSET(DisasContext *s, const A64Insn *a)
{
    uint32_t bits = a->crm << 6;

    daif_check(s, a, 6);
    if (changes_key(s, bits)) {
        ir_calln(s->b, &helper_desc_helper_pstate_change, IR_NONE, ir_const(s->b, bits),
                 ir_const(s->b, 0));
        a64_gen_exit_next(s, IR_EXIT_NEXT);
    } else {
        bits_write(s, bits, 0);
    }
    return true;
}

bool trans_MSR_DAIFCLR(DisasContext *s, const A64Insn *a)
{
    uint32_t bits = a->crm << 6;

    daif_check(s, a, 7);
    if (changes_key(s, bits)) {
        ir_calln(s->b, &helper_desc_helper_pstate_change, IR_NONE, ir_const(s->b, 0),
                 ir_const(s->b, bits));
    } else {
        bits_write(s, 0, bits);
    }
    a64_gen_exit_next(s, IR_EXIT_LOOP);
    return true;
}
