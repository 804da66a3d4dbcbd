/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions of pointer authentication that only compute (branches and loads with it are with
 * branches and loads).  Whether a key is enabled is in the key of blocks.
 */
#include "qemu/osdep.h"
#include "translate.h"

static uint64_t helper_pac(CPUARMState *env, uint64_t ptr, uint64_t modifier, uint64_t key)
{
    return arm_pac_add(env, ptr, modifier, key);
}
IR_HELPER(helper_pac, 3, true, IR_CALL_READS);

static uint64_t helper_aut(CPUARMState *env, uint64_t ptr, uint64_t modifier, uint64_t key)
{
    return arm_pac_auth(env, ptr, modifier, key);
}
IR_HELPER(helper_aut, 3, true, IR_CALL_READS);

static uint64_t helper_xpac(CPUARMState *env, uint64_t ptr, uint64_t is_data)
{
    return arm_pac_strip(env, ptr, is_data);
}
IR_HELPER(helper_xpac, 2, true, IR_CALL_READS);

static uint64_t helper_pacga(CPUARMState *env, uint64_t value, uint64_t modifier)
{
    return arm_pac_generic(env, value, modifier);
}
IR_HELPER(helper_pacga, 2, true, IR_CALL_READS);

/* reg = the operation of it, unless the key is disabled. */
static bool authenticate(DisasContext *s, const IrHelper *helper, unsigned reg, IrRef modifier,
                         unsigned key)
{
    if (FIELD_EX64(s->key, KEY, PAUTH) >> key & 1) {
        ir_calln(s->b, helper, a64_dest(s, reg), a64_reg(s, reg), modifier, ir_const(s->b, key));
    }
    return true;
}

/* -- by register ----------------------------------------------------------------------------- */

bool trans_PAC(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_pac, a->rd, a64_reg_sp(s, a->rn), a->key);
}

bool trans_AUT(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_aut, a->rd, a64_reg_sp(s, a->rn), a->key);
}

bool trans_PAC_z(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_pac, a->rd, ir_const(s->b, 0), a->key);
}

bool trans_AUT_z(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_aut, a->rd, ir_const(s->b, 0), a->key);
}

bool trans_XPAC(DisasContext *s, const A64Insn *a)
{
    ir_calln(s->b, &helper_desc_helper_xpac, a64_dest(s, a->rd), a64_reg(s, a->rd),
             ir_const(s->b, a->d));
    return true;
}

bool trans_PACGA(DisasContext *s, const A64Insn *a)
{
    ir_calln(s->b, &helper_desc_helper_pacga, a64_dest(s, a->rd), a64_reg(s, a->rn),
             a64_reg_sp(s, a->rm));
    return true;
}

/* -- hints: instruction keys, IA or IB by @m ------------------------------------------------- */

static unsigned hint_key(const A64Insn *a)
{
    return a->m ? PAC_KEY_IB : PAC_KEY_IA;
}

bool trans_XPACLRI(DisasContext *s, const A64Insn *a)
{
    ir_calln(s->b, &helper_desc_helper_xpac, a64_dest(s, 30), a64_reg(s, 30), ir_const(s->b, 0));
    return true;
}

bool trans_PAC1716(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_pac, 17, a64_reg(s, 16), hint_key(a));
}

bool trans_AUT1716(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_aut, 17, a64_reg(s, 16), hint_key(a));
}

bool trans_PACZ(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_pac, 30, ir_const(s->b, 0), hint_key(a));
}

bool trans_AUTZ(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_aut, 30, ir_const(s->b, 0), hint_key(a));
}

bool trans_PACSP(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_pac, 30, a64_reg_sp(s, 31), hint_key(a));
}

bool trans_AUTSP(DisasContext *s, const A64Insn *a)
{
    return authenticate(s, &helper_desc_helper_aut, 30, a64_reg_sp(s, 31), hint_key(a));
}
