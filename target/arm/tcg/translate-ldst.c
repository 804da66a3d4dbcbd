/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores of general registers (Arm ARM C4.1, "Loads and Stores"), but for exclusive and
 * atomic ones.
 */
#include "qemu/osdep.h"
#include "translate.h"

/* Values of the idx and pidx fields. */
enum { IDX_UNSCALED = 0, IDX_POST = 1, IDX_PRE = 3 };
enum { PAIR_POST = 1, PAIR_PRE = 3 };

/* A sign-extending load: to 32 bits (W) or 64. */
static void load_signed(DisasContext *s, const A64Insn *a, IrMemOpIdx oi, IrRef addr,
                        int64_t offset)
{
    IrRef rt = a64_dest(s, a->rt);

    ir_ld(s->b, oi, rt, addr, offset);
    if (a->w) {
        ir_zext(s->b, rt, rt, 32);
    }
}

/* -- literal --------------------------------------------------------------------------------- */

static bool load_literal(DisasContext *s, const A64Insn *a, MemOp op)
{
    IrRef addr = ir_temp(s->b);

    ir_pcrel(s->b, addr, s->offset + (int64_t)a->imm19 * 4);
    ir_ld(s->b, a64_mem(s, op), a64_dest(s, a->rt), addr, 0);
    return true;
}

bool trans_LDR_lit(DisasContext *s, const A64Insn *a)
{
    return load_literal(s, a, a->sz ? MO_64 : MO_32);
}

bool trans_LDRSW_lit(DisasContext *s, const A64Insn *a)
{
    return load_literal(s, a, MO_SL);
}

/* -- prefetch -------------------------------------------------------------------------------- */

bool trans_PRFM_lit(DisasContext *s, const A64Insn *a)
{
    return true;
}

bool trans_PRFM_imm(DisasContext *s, const A64Insn *a)
{
    return true;
}

bool trans_PRFM_reg(DisasContext *s, const A64Insn *a)
{
    return true;
}

bool trans_PRFUM(DisasContext *s, const A64Insn *a)
{
    return true;
}

/* -- pairs ----------------------------------------------------------------------------------- */

/* Offset of a pair's access; the base moves by the whole offset if it is written back. */
static int64_t pair_offset(const A64Insn *a, unsigned log2_size)
{
    return (int64_t)a->imm7 * (1 << log2_size);
}

static void pair_writeback(DisasContext *s, const A64Insn *a, int64_t offset)
{
    if (a->pidx == PAIR_POST || a->pidx == PAIR_PRE) {
        a64_writeback(s, a->rn, offset);
    }
}

bool trans_STP(DisasContext *s, const A64Insn *a)
{
    MemOp op = a->sz ? MO_64 : MO_32;
    int64_t offset = pair_offset(a, op);

    ir_st2(s->b, a64_mem(s, op), a64_reg(s, a->rt), a64_reg(s, a->rt2), a64_base(s, a->rn),
           a->pidx == PAIR_POST ? 0 : offset);
    pair_writeback(s, a, offset);
    return true;
}

static bool load_pair(DisasContext *s, const A64Insn *a, MemOp op)
{
    int64_t offset = pair_offset(a, op & MO_SIZE);
    IrRef base = a64_base(s, a->rn);

    ir_ld2(s->b, a64_mem(s, op), a64_dest(s, a->rt), a64_dest(s, a->rt2), base,
           a->pidx == PAIR_POST ? 0 : offset);
    pair_writeback(s, a, offset);
    return true;
}

bool trans_LDP(DisasContext *s, const A64Insn *a)
{
    return load_pair(s, a, a->sz ? MO_64 : MO_32);
}

bool trans_LDPSW(DisasContext *s, const A64Insn *a)
{
    return load_pair(s, a, MO_SL);
}

/* -- unscaled, pre- and post-indexed --------------------------------------------------------- */

static int64_t indexed_offset(const A64Insn *a)
{
    return a->idx == IDX_POST ? 0 : a->imm9;
}

static bool indexed_writeback(DisasContext *s, const A64Insn *a)
{
    if (a->idx == IDX_POST || a->idx == IDX_PRE) {
        a64_writeback(s, a->rn, a->imm9);
    }
    return true;
}

bool trans_STR_idx(DisasContext *s, const A64Insn *a)
{
    ir_st(s->b, a64_mem(s, a->size), a64_reg(s, a->rt), a64_base(s, a->rn), indexed_offset(a));
    return indexed_writeback(s, a);
}

bool trans_LDR_idx(DisasContext *s, const A64Insn *a)
{
    ir_ld(s->b, a64_mem(s, a->size), a64_dest(s, a->rt), a64_base(s, a->rn), indexed_offset(a));
    return indexed_writeback(s, a);
}

bool trans_LDRS_idx(DisasContext *s, const A64Insn *a)
{
    load_signed(s, a, a64_mem(s, a->size | MO_SIGN), a64_base(s, a->rn), indexed_offset(a));
    return indexed_writeback(s, a);
}

/* -- unprivileged ---------------------------------------------------------------------------- */

bool trans_STTR(DisasContext *s, const A64Insn *a)
{
    ir_st(s->b, a64_mem_unpriv(s, a->size), a64_reg(s, a->rt), a64_base(s, a->rn), a->imm9);
    return true;
}

bool trans_LDTR(DisasContext *s, const A64Insn *a)
{
    ir_ld(s->b, a64_mem_unpriv(s, a->size), a64_dest(s, a->rt), a64_base(s, a->rn), a->imm9);
    return true;
}

bool trans_LDTRS(DisasContext *s, const A64Insn *a)
{
    load_signed(s, a, a64_mem_unpriv(s, a->size | MO_SIGN), a64_base(s, a->rn), a->imm9);
    return true;
}

/* -- register offset ------------------------------------------------------------------------- */

/* Base plus the extended, maybe scaled, register. */
static IrRef register_address(DisasContext *s, const A64Insn *a)
{
    IrRef base = a64_base(s, a->rn), addr = ir_temp(s->b);
    IrRef rm = a64_extend(s, a->option, a64_reg(s, a->rm), a->s ? a->size : 0);

    ir_op2(s->b, IR_ADD, IR_X, addr, base, rm);
    return addr;
}

bool trans_STR_reg(DisasContext *s, const A64Insn *a)
{
    ir_st(s->b, a64_mem(s, a->size), a64_reg(s, a->rt), register_address(s, a), 0);
    return true;
}

bool trans_LDR_reg(DisasContext *s, const A64Insn *a)
{
    IrRef addr = register_address(s, a);

    ir_ld(s->b, a64_mem(s, a->size), a64_dest(s, a->rt), addr, 0);
    return true;
}

bool trans_LDRS_reg(DisasContext *s, const A64Insn *a)
{
    load_signed(s, a, a64_mem(s, a->size | MO_SIGN), register_address(s, a), 0);
    return true;
}

/* -- unsigned offset ------------------------------------------------------------------------- */

static int64_t scaled_offset(const A64Insn *a)
{
    return (int64_t)a->imm12 << a->size;
}

bool trans_STR_imm(DisasContext *s, const A64Insn *a)
{
    ir_st(s->b, a64_mem(s, a->size), a64_reg(s, a->rt), a64_base(s, a->rn), scaled_offset(a));
    return true;
}

bool trans_LDR_imm(DisasContext *s, const A64Insn *a)
{
    ir_ld(s->b, a64_mem(s, a->size), a64_dest(s, a->rt), a64_base(s, a->rn), scaled_offset(a));
    return true;
}

bool trans_LDRS_imm(DisasContext *s, const A64Insn *a)
{
    load_signed(s, a, a64_mem(s, a->size | MO_SIGN), a64_base(s, a->rn), scaled_offset(a));
    return true;
}

/* -- authenticated --------------------------------------------------------------------------- */

static uint64_t helper_auth_data(CPUARMState *env, uint64_t ptr, uint64_t key)
{
    return arm_pac_auth(env, ptr, 0, key);
}
IR_HELPER(helper_auth_data, 2, true, IR_CALL_READS);

/* LDRAA, LDRAB: the base is authenticated, then written back if so wished. */
bool trans_LDRA(DisasContext *s, const A64Insn *a)
{
    unsigned key = a->m ? PAC_KEY_DB : PAC_KEY_DA;
    int64_t offset = ((a->imm9 & 0x1ff) - (a->s ? 0x200 : 0)) * 8;
    IrRef base = a64_base(s, a->rn), addr = ir_temp(s->b);

    if (FIELD_EX64(s->key, KEY, PAUTH) >> key & 1) {
        ir_calln(s->b, &helper_desc_helper_auth_data, addr, base, ir_const(s->b, key));
    } else {
        ir_mov(s->b, IR_X, addr, base);
    }
    ir_op2i(s->b, IR_ADD, IR_X, addr, addr, offset);
    ir_ld(s->b, a64_mem(s, MO_64), a64_dest(s, a->rt), addr, 0);
    if (a->w) {
        ir_mov(s->b, IR_X, a64_dest_sp(s, a->rn), addr);
    }
    return true;
}
