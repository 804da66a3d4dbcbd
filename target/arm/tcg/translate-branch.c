/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Branches (Arm ARM C4.1, "Branches"), direct and by register, and ERET.
 */
#include "qemu/osdep.h"
#include "translate.h"

/* -- direct ---------------------------------------------------------------------------------- */

bool trans_B(DisasContext *s, const A64Insn *a)
{
    a64_gen_goto(s, 0, (int64_t)a->imm26 * 4);
    return true;
}

bool trans_BL(DisasContext *s, const A64Insn *a)
{
    ir_pcrel(s->b, a64_dest(s, 30), s->offset + 4);
    a64_gen_goto(s, 0, (int64_t)a->imm26 * 4);
    return true;
}

bool trans_B_cond(DisasContext *s, const A64Insn *a)
{
    IrLabel taken;

    /* Both 14 and 15 are "always". */
    if (a->cond < 14) {
        taken = ir_label_new(s->b);
        ir_brflags(s->b, a->cond, taken);
        a64_gen_goto(s, 0, 4);
        ir_label_place(s->b, taken);
    }
    a64_gen_goto(s, 1, (int64_t)a->imm19 * 4);
    return true;
}

static bool branch_compare(DisasContext *s, const IrCompare *cmp, int64_t offset)
{
    IrLabel taken = ir_label_new(s->b);

    ir_brcond(s->b, cmp, taken);
    a64_gen_goto(s, 0, 4);
    ir_label_place(s->b, taken);
    a64_gen_goto(s, 1, offset);
    return true;
}

static bool branch_zero(DisasContext *s, const A64Insn *a, IrCond cond)
{
    IrCompare cmp = { a64_width(a->sf), cond, a64_reg(s, a->rt), ir_const(s->b, 0) };

    return branch_compare(s, &cmp, (int64_t)a->imm19 * 4);
}

bool trans_CBZ(DisasContext *s, const A64Insn *a)
{
    return branch_zero(s, a, IR_COND_EQ);
}

bool trans_CBNZ(DisasContext *s, const A64Insn *a)
{
    return branch_zero(s, a, IR_COND_NE);
}

static bool branch_bit(DisasContext *s, const A64Insn *a, IrCond cond)
{
    uint64_t bit = 1ULL << (a->b5 << 5 | a->b40);
    IrCompare cmp = { IR_X, cond, a64_reg(s, a->rt), ir_const(s->b, bit) };

    return branch_compare(s, &cmp, (int64_t)a->imm14 * 4);
}

bool trans_TBZ(DisasContext *s, const A64Insn *a)
{
    return branch_bit(s, a, IR_COND_TSTEQ);
}

bool trans_TBNZ(DisasContext *s, const A64Insn *a)
{
    return branch_bit(s, a, IR_COND_TSTNE);
}

/* -- by register ----------------------------------------------------------------------------- */

/* BranchAddr of the manual: where TBI ignores the tag, bit 55 is extended over it. */
static void pc_set(DisasContext *s, IrRef target)
{
    unsigned tbi = FIELD_EX64(s->key, KEY, TBI);
    IrRef t;

    if (tbi == 0) {
        ir_mov(s->b, IR_X, a64_pc(), target);
        return;
    }
    t = ir_temp(s->b);
    ir_sextract(s->b, IR_X, t, target, 0, 56);
    if (tbi == 3) {
        ir_mov(s->b, IR_X, a64_pc(), t);
    } else {
        IrCompare keeps = {
            IR_X, tbi == 1 ? IR_COND_LT : IR_COND_GE, t, ir_const(s->b, 0),
        };

        ir_movcond(s->b, &keeps, a64_pc(), target, t);
    }
}

static void jump(DisasContext *s, IrRef target, unsigned btype)
{
    a64_set_btype(s, btype);
    pc_set(s, target);
    ir_goto_ptr(s->b);
    s->is_end = true;
}

enum { BTYPE_NONE = 0, BTYPE_BR_X16_X17 = 1, BTYPE_BLR = 2, BTYPE_BR = 3 };

/* By BR in a guarded page not all targets may be reached; from elsewhere all may. */
static void helper_br_btype(CPUARMState *env)
{
    uint64_t word;
    uint32_t offset = tcg_cpu_insn(env_cpu(env), &word);

    env->btype = arm_cpu_page_is_guarded(env_archcpu(env), env->pc + offset) ? BTYPE_BR
                                                                            : BTYPE_BR_X16_X17;
    arm_rebuild_key(env);
}
IR_HELPER(helper_br_btype, 0, false, IR_CALL_ANY);

/* The jump of BR @rn to @target. */
static void jump_br(DisasContext *s, unsigned rn, IrRef target)
{
    if (a64_has(s, A64_BTI) && rn != 16 && rn != 17 && s->cpu->has_guarded_pages) {
        ir_call0(s->b, &helper_desc_helper_br_btype, IR_NONE);
        jump(s, target, BTYPE_NONE);
    } else {
        jump(s, target, BTYPE_BR_X16_X17);
    }
}

bool trans_BR(DisasContext *s, const A64Insn *a)
{
    jump_br(s, a->rn, a64_reg(s, a->rn));
    return true;
}

static void call(DisasContext *s, IrRef target)
{
    IrRef t = ir_temp(s->b);

    /* It may be X30. */
    ir_mov(s->b, IR_X, t, target);
    ir_pcrel(s->b, a64_dest(s, 30), s->offset + 4);
    jump(s, t, BTYPE_BLR);
}

bool trans_BLR(DisasContext *s, const A64Insn *a)
{
    call(s, a64_reg(s, a->rn));
    return true;
}

bool trans_RET(DisasContext *s, const A64Insn *a)
{
    jump(s, a64_reg(s, a->rn), BTYPE_NONE);
    return true;
}

/* -- authenticated --------------------------------------------------------------------------- */

static uint64_t helper_auth(CPUARMState *env, uint64_t ptr, uint64_t modifier, uint64_t key)
{
    return arm_pac_auth(env, ptr, modifier, key);
}
IR_HELPER(helper_auth, 3, true, IR_CALL_READS);

/* The target in @rn, authenticated by instruction key A or B. */
static IrRef authenticated(DisasContext *s, IrRef target, IrRef modifier, bool is_key_b)
{
    unsigned key = is_key_b ? PAC_KEY_IB : PAC_KEY_IA;
    IrRef t;

    if (!(FIELD_EX64(s->key, KEY, PAUTH) >> key & 1)) {
        return target;
    }
    t = ir_temp(s->b);
    ir_calln(s->b, &helper_desc_helper_auth, t, target, modifier, ir_const(s->b, key));
    return t;
}

bool trans_BRAZ(DisasContext *s, const A64Insn *a)
{
    jump_br(s, a->rn, authenticated(s, a64_reg(s, a->rn), ir_const(s->b, 0), a->m));
    return true;
}

bool trans_BLRAZ(DisasContext *s, const A64Insn *a)
{
    call(s, authenticated(s, a64_reg(s, a->rn), ir_const(s->b, 0), a->m));
    return true;
}

bool trans_BRA(DisasContext *s, const A64Insn *a)
{
    jump_br(s, a->rn, authenticated(s, a64_reg(s, a->rn), a64_reg_sp(s, a->rm), a->m));
    return true;
}

bool trans_BLRA(DisasContext *s, const A64Insn *a)
{
    call(s, authenticated(s, a64_reg(s, a->rn), a64_reg_sp(s, a->rm), a->m));
    return true;
}

bool trans_RETA(DisasContext *s, const A64Insn *a)
{
    jump(s, authenticated(s, a64_reg(s, 30), a64_reg_sp(s, 31), a->m), BTYPE_NONE);
    return true;
}

/* -- exception return ------------------------------------------------------------------------ */

static void helper_eret(CPUARMState *env, uint64_t pc)
{
    arm_exception_return(env, pc);
}
IR_HELPER(helper_eret, 1, false, IR_CALL_ANY);

static void exception_return(DisasContext *s, IrRef target)
{
    ir_call1(s->b, &helper_desc_helper_eret, IR_NONE, target);
    ir_exit(s->b, IR_EXIT_LOOP);
    s->is_end = true;
}

static IrRef elr_load(DisasContext *s)
{
    IrRef t = ir_temp(s->b);

    ir_ld_env(s->b, MO_64, t, offsetof(CPUARMState, elr_el1));
    return t;
}

bool trans_ERET(DisasContext *s, const A64Insn *a)
{
    if (s->el == 0) {
        return false;
    }
    exception_return(s, elr_load(s));
    return true;
}

bool trans_ERETA(DisasContext *s, const A64Insn *a)
{
    if (s->el == 0) {
        return false;
    }
    exception_return(s, authenticated(s, elr_load(s), a64_reg_sp(s, 31), a->m));
    return true;
}
