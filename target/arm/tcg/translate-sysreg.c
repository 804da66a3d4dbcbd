/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MRS, MSR, SYS and SYSL: system registers and instructions by the table of the CPU (cpregs.h).
 * Constants and plain fields are translated, everything else is a call by encoding: blocks are
 * shared by all CPUs, whose tables are their own.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "translate.h"

#define ISS_COND_ALWAYS (1U << 24 | 0xeU << 20)

/* -- access ---------------------------------------------------------------------------------- */

G_NORETURN static void access_denied(CPUARMState *env, CPAccessResult result, uint32_t syndrome)
{
    switch (result & ~CP_ACCESS_EL_MASK) {
    case CP_ACCESS_TRAP:
        break;
    case CP_ACCESS_TRAP_FP:
        syndrome = arm_syndrome(EC_FP_ACCESS, ISS_COND_ALWAYS);
        break;
    default:
        syndrome = arm_syndrome(EC_UNCATEGORIZED, 0);
        break;
    }
    arm_exception_raise(env, EXCP_UDEF, syndrome);
}

/* The register as this CPU has it; raises if it has none. */
static const ARMCPRegInfo *reg_find(CPUARMState *env, uint64_t enc)
{
    const ARMCPRegInfo *ri = arm_cp_reg_find(env_archcpu(env), enc);

    if (!ri) {
        arm_exception_raise(env, EXCP_UDEF, arm_syndrome(EC_UNCATEGORIZED, 0));
    }
    return ri;
}

static void helper_sysreg_check(CPUARMState *env, uint64_t enc, uint64_t syndrome)
{
    CPAccessResult result = arm_cp_reg_access(env, reg_find(env, enc), syndrome & 1);

    if (result != CP_ACCESS_OK) {
        access_denied(env, result, syndrome);
    }
}
IR_HELPER(helper_sysreg_check, 2, false, IR_CALL_RAISES);

static uint64_t helper_sysreg_read(CPUARMState *env, uint64_t enc)
{
    return arm_cp_reg_read(env, reg_find(env, enc));
}
IR_HELPER(helper_sysreg_read, 1, true, IR_CALL_READS | IR_CALL_RAISES | IR_CALL_EFFECTS);

static void helper_sysreg_write(CPUARMState *env, uint64_t enc, uint64_t value)
{
    arm_cp_reg_write(env, reg_find(env, enc), value);
}
IR_HELPER(helper_sysreg_write, 2, false, IR_CALL_ANY);

/* -- DC ZVA ---------------------------------------------------------------------------------- */

static void helper_dc_zva(CPUARMState *env, uint64_t addr, uint64_t mmu_idx)
{
    static const uint8_t zeros[2048];
    unsigned bytes = 4 << (env_archcpu(env)->dczid & 15);

    tcg_mem_write(env_cpu(env), addr & -(uint64_t)bytes, zeros, bytes, mmu_idx);
}
IR_HELPER(helper_dc_zva, 2, false, IR_CALL_ANY);

/* -- translation ----------------------------------------------------------------------------- */

typedef struct SysregAccess {
    const ARMCPRegInfo *ri;
    uint32_t enc;
    unsigned rt;
    bool isread;
} SysregAccess;

/* Is the entry's field read and written as it stands, and does no other state follow it? */
static bool is_plain(const ARMCPRegInfo *ri, bool isread)
{
    if (!ri->fieldoffset || (isread ? ri->readfn != NULL : ri->writefn != NULL)) {
        return false;
    }
    if (isread) {
        return true;
    }
    switch (ri->fieldoffset) {
    case offsetof(CPUARMState, cp15.sctlr_el1):
    case offsetof(CPUARMState, cp15.cpacr_el1):
    case offsetof(CPUARMState, cp15.tcr_el1):
    case offsetof(CPUARMState, cp15.mdscr_el1):
        return false;
    default:
        /* fpcr and fpsr may become part of the key. */
        return !(ri->type & ARM_CP_FPU);
    }
}

static void plain_write(DisasContext *s, const ARMCPRegInfo *ri, IrRef value)
{
    IrRef t, masked;

    if (ri->write_mask && ri->write_mask != UINT64_MAX) {
        t = ir_temp(s->b);
        ir_ld_env(s->b, MO_64, t, ri->fieldoffset);
        ir_op2i(s->b, IR_AND, IR_X, t, t, ~ri->write_mask);
        masked = ir_temp(s->b);
        ir_op2i(s->b, IR_AND, IR_X, masked, value, ri->write_mask);
        ir_op2(s->b, IR_OR, IR_X, masked, masked, t);
        value = masked;
    }
    ir_st_env(s->b, MO_64, value, ri->fieldoffset);
}

static void sysreg_read(DisasContext *s, const SysregAccess *acc)
{
    const ARMCPRegInfo *ri = acc->ri;
    IrRef rt = a64_dest(s, acc->rt);

    if (ri->type & ARM_CP_CONST) {
        ir_movi(s->b, rt, ri->resetvalue);
    } else if (is_plain(ri, true)) {
        ir_ld_env(s->b, MO_64, rt, ri->fieldoffset);
    } else {
        ir_call1(s->b, &helper_desc_helper_sysreg_read, rt, ir_const(s->b, acc->enc));
    }
}

static void sysreg_write(DisasContext *s, const SysregAccess *acc)
{
    const ARMCPRegInfo *ri = acc->ri;

    if (ri->type & ARM_CP_CONST) {
        return;
    }
    if (is_plain(ri, false)) {
        plain_write(s, ri, a64_reg(s, acc->rt));
        return;
    }
    ir_calln(s->b, &helper_desc_helper_sysreg_write, IR_NONE, ir_const(s->b, acc->enc),
             a64_reg(s, acc->rt));
    if (!(ri->type & ARM_CP_SUPPRESS_TB_END)) {
        a64_gen_exit_next(s, IR_EXIT_LOOP);
    }
}

/* The kinds that need no function; false: it is none of them. */
static bool special_translate(DisasContext *s, const SysregAccess *acc)
{
    IrRef rt;

    switch (acc->ri->type & ARM_CP_SPECIAL_MASK) {
    case ARM_CP_NOP:
        return true;
    case ARM_CP_NZCV:
        if (acc->isread) {
            ir_mov(s->b, IR_X, a64_dest(s, acc->rt), a64_nzcv());
        } else {
            ir_op2i(s->b, IR_AND, IR_X, a64_nzcv(), a64_reg(s, acc->rt), PSTATE_NZCV);
        }
        return true;
    case ARM_CP_CURRENTEL:
        ir_movi(s->b, a64_dest(s, acc->rt), s->el << 2);
        return true;
    case ARM_CP_DC_ZVA:
        rt = a64_reg(s, acc->rt);
        ir_calln(s->b, &helper_desc_helper_dc_zva, IR_NONE, rt, ir_const(s->b, s->mmu_idx));
        return true;
    default:
        return false;
    }
}

/* -- those that kernels use all the time ------------------------------------------------- */

#define ENC_SP_EL0 ARM_CP_ENC(3, 0, 4, 1, 0)
#define ENC_DAIF ARM_CP_ENC(3, 3, 4, 2, 1)

/* SP_EL0: while it is SP itself it has no other name. */
static bool sp_el0_translate(DisasContext *s, const SysregAccess *acc)
{
    if (acc->isread) {
        ir_ld_env(s->b, MO_64, a64_dest(s, acc->rt), offsetof(CPUARMState, sp_el[0]));
    } else {
        ir_st_env(s->b, MO_64, a64_reg(s, acc->rt), offsetof(CPUARMState, sp_el[0]));
    }
    return true;
}

static bool daif_translate(DisasContext *s, const SysregAccess *acc)
{
    IrRef t = ir_temp(s->b), value;

    ir_ld_env(s->b, MO_32, t, offsetof(CPUARMState, pstate));
    if (acc->isread) {
        ir_op2i(s->b, IR_AND, IR_X, a64_dest(s, acc->rt), t, PSTATE_DAIF);
        return true;
    }
    value = ir_temp(s->b);
    ir_op2i(s->b, IR_AND, IR_X, value, a64_reg(s, acc->rt), PSTATE_DAIF);
    ir_op2i(s->b, IR_AND, IR_X, t, t, (uint32_t)~PSTATE_DAIF);
    ir_op2(s->b, IR_OR, IR_X, t, t, value);
    ir_st_env(s->b, MO_32, t, offsetof(CPUARMState, pstate));
    a64_gen_exit_next(s, IR_EXIT_LOOP);
    return true;
}

/* At EL1, where nothing traps them; false: the table is asked. */
static bool frequent_translate(DisasContext *s, const SysregAccess *acc)
{
    if (s->el == 0) {
        return false;
    }
    if (acc->enc == ENC_SP_EL0 && FIELD_EX64(s->key, KEY, SP)) {
        return sp_el0_translate(s, acc);
    }
    if (acc->enc == ENC_DAIF && !FIELD_EX64(s->key, KEY, STEP)) {
        return daif_translate(s, acc);
    }
    return false;
}

static bool sysreg_access(DisasContext *s, const A64Insn *a, unsigned op0, bool isread)
{
    SysregAccess acc = {
        .enc = ARM_CP_ENC(op0, a->op1, a->crn, a->crm, a->op2), .rt = a->rt, .isread = isread,
    };

    if (frequent_translate(s, &acc)) {
        return true;
    }
    acc.ri = arm_cp_reg_find(s->cpu, acc.enc);
    if (!acc.ri) {
        qemu_log_mask(LOG_UNIMP, "A64: no system register %u, %u, %u, %u, %u (%s)\n", op0, a->op1,
                      a->crn, a->crm, a->op2, isread ? "read" : "write");
        return false;
    }
    if (!cp_access_ok(s->el, acc.ri, isread)) {
        return false;
    }
    if (acc.ri->accessfn) {
        ir_calln(s->b, &helper_desc_helper_sysreg_check, IR_NONE, ir_const(s->b, acc.enc),
                 ir_const(s->b, arm_syndrome_sysreg(acc.enc, a->rt, isread)));
    }
    if (special_translate(s, &acc)) {
        return true;
    }
    if (isread) {
        sysreg_read(s, &acc);
    } else {
        sysreg_write(s, &acc);
    }
    return true;
}

bool trans_MRS(DisasContext *s, const A64Insn *a)
{
    return sysreg_access(s, a, 2 + a->o0, true);
}

bool trans_MSR(DisasContext *s, const A64Insn *a)
{
    return sysreg_access(s, a, 2 + a->o0, false);
}

bool trans_SYS(DisasContext *s, const A64Insn *a)
{
    return sysreg_access(s, a, 1, false);
}

bool trans_SYSL(DisasContext *s, const A64Insn *a)
{
    return sysreg_access(s, a, 1, true);
}
