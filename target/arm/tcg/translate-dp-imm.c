/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data processing with immediates (Arm ARM C4.1, "Data Processing -- Immediate").
 */
#include "qemu/osdep.h"
#include "translate.h"

/* -- PC-relative addresses ------------------------------------------------------------------- */

bool trans_ADR(DisasContext *s, const A64Insn *a)
{
    int64_t imm = (int64_t)a->immhi << 2 | a->immlo;

    ir_pcrel(s->b, a64_dest(s, a->rd), s->offset + imm);
    return true;
}

bool trans_ADRP(DisasContext *s, const A64Insn *a)
{
    int64_t imm = (int64_t)((uint64_t)((int64_t)a->immhi << 2 | a->immlo) << 12);
    int64_t offset = s->offset, in_page = (s->page_offset + offset) & 0xfff;

    ir_pcrel(s->b, a64_dest(s, a->rd), offset - in_page + imm);
    return true;
}

/* -- add and subtract ------------------------------------------------------------------------ */

static bool add_sub_imm(DisasContext *s, const A64Insn *a, IrOpc opc)
{
    uint64_t imm = (uint64_t)a->imm12 << (a->sh ? 12 : 0);
    bool is_aligned = s->sp_checked && a->rn == 31 && a->sf && imm % 16 == 0;
    IrRef rn = a64_reg_sp(s, a->rn);
    IrRef rd = a64_dest_sp(s, a->rd);

    if (imm == 0) {
        ir_mov(s->b, a64_width(a->sf), rd, rn);
    } else {
        ir_op2i(s->b, opc, a64_width(a->sf), rd, rn, imm);
    }
    s->sp_checked |= a->rd == 31 && is_aligned;
    return true;
}

bool trans_ADD_i(DisasContext *s, const A64Insn *a)
{
    return add_sub_imm(s, a, IR_ADD);
}

bool trans_SUB_i(DisasContext *s, const A64Insn *a)
{
    return add_sub_imm(s, a, IR_SUB);
}

static bool add_sub_imm_flags(DisasContext *s, const A64Insn *a, IrOpc opc)
{
    uint64_t imm = (uint64_t)a->imm12 << (a->sh ? 12 : 0);
    IrRef rd = a->rd == 31 ? IR_NONE : a64_dest(s, a->rd);

    ir_op2i(s->b, opc, a64_width(a->sf), rd, a64_reg_sp(s, a->rn), imm);
    return true;
}

bool trans_ADDS_i(DisasContext *s, const A64Insn *a)
{
    return add_sub_imm_flags(s, a, IR_ADDF);
}

bool trans_SUBS_i(DisasContext *s, const A64Insn *a)
{
    return add_sub_imm_flags(s, a, IR_SUBF);
}

/* -- logical --------------------------------------------------------------------------------- */

static bool logical_imm(DisasContext *s, const A64Insn *a, IrOpc opc, IrRef rd)
{
    uint64_t imm;

    if (!a64_bitmask_immediate(a->sf, a->n, a->imms, a->immr, &imm)) {
        return false;
    }
    ir_op2i(s->b, opc, a64_width(a->sf), rd, a64_reg(s, a->rn), imm);
    return true;
}

bool trans_AND_i(DisasContext *s, const A64Insn *a)
{
    return logical_imm(s, a, IR_AND, a64_dest_sp(s, a->rd));
}

bool trans_EOR_i(DisasContext *s, const A64Insn *a)
{
    return logical_imm(s, a, IR_XOR, a64_dest_sp(s, a->rd));
}

bool trans_ORR_i(DisasContext *s, const A64Insn *a)
{
    uint64_t imm;

    if (a->rn == 31 && a64_bitmask_immediate(a->sf, a->n, a->imms, a->immr, &imm)) {
        ir_movi(s->b, a64_dest_sp(s, a->rd), imm);
        return true;
    }
    return logical_imm(s, a, IR_OR, a64_dest_sp(s, a->rd));
}

bool trans_ANDS_i(DisasContext *s, const A64Insn *a)
{
    return logical_imm(s, a, IR_ANDF, a->rd == 31 ? IR_NONE : a64_dest(s, a->rd));
}

/* -- move wide ------------------------------------------------------------------------------- */

bool trans_MOVZ(DisasContext *s, const A64Insn *a)
{
    ir_movi(s->b, a64_dest(s, a->rd), (uint64_t)a->imm16 << (a->hw * 16));
    return true;
}

bool trans_MOVN(DisasContext *s, const A64Insn *a)
{
    uint64_t value = ~((uint64_t)a->imm16 << (a->hw * 16));

    ir_movi(s->b, a64_dest(s, a->rd), a->sf ? value : (uint32_t)value);
    return true;
}

bool trans_MOVK(DisasContext *s, const A64Insn *a)
{
    ir_deposit(s->b, a64_width(a->sf), a64_dest(s, a->rd), a64_reg(s, a->rd),
               ir_const(s->b, a->imm16), a->hw * 16, 16);
    return true;
}

/* -- bitfields, extract ---------------------------------------------------------------------- */

/*
 * All three take the field [imms:immr] to bit 0 if imms >= immr, or else the low imms + 1 bits to
 * bit width - immr.
 */
static unsigned field_pos(const A64Insn *a)
{
    return (a->sf ? 64 : 32) - a->immr;
}

bool trans_UBFM(DisasContext *s, const A64Insn *a)
{
    IrWidth w = a64_width(a->sf);
    IrRef rd = a64_dest(s, a->rd), rn = a64_reg(s, a->rn);

    if (a->imms >= a->immr) {
        ir_extract(s->b, w, rd, rn, a->immr, a->imms - a->immr + 1);
    } else if (a->imms + 1 == a->immr) {
        ir_op2i(s->b, IR_SHL, w, rd, rn, field_pos(a));
    } else {
        ir_deposit(s->b, w, rd, ir_const(s->b, 0), rn, field_pos(a), a->imms + 1);
    }
    return true;
}

bool trans_SBFM(DisasContext *s, const A64Insn *a)
{
    IrWidth w = a64_width(a->sf);
    IrRef rd = a64_dest(s, a->rd), rn = a64_reg(s, a->rn);
    IrRef t;

    if (a->imms >= a->immr) {
        ir_sextract(s->b, w, rd, rn, a->immr, a->imms - a->immr + 1);
    } else {
        t = ir_temp(s->b);
        ir_sextract(s->b, w, t, rn, 0, a->imms + 1);
        ir_op2i(s->b, IR_SHL, w, rd, t, field_pos(a));
    }
    return true;
}

bool trans_BFM(DisasContext *s, const A64Insn *a)
{
    IrWidth w = a64_width(a->sf);
    IrRef rd = a64_dest(s, a->rd), old = a64_reg(s, a->rd), rn = a64_reg(s, a->rn);
    IrRef t;

    if (a->imms >= a->immr) {
        t = a64_shift_imm(s, w, 1, rn, a->immr);
        ir_deposit(s->b, w, rd, old, t, 0, a->imms - a->immr + 1);
    } else {
        ir_deposit(s->b, w, rd, old, rn, field_pos(a), a->imms + 1);
    }
    return true;
}

bool trans_EXTR(DisasContext *s, const A64Insn *a)
{
    IrWidth w = a64_width(a->sf);
    IrRef rd = a64_dest(s, a->rd);

    if (a->rn == a->rm) {
        ir_op2i(s->b, IR_ROTR, w, rd, a64_reg(s, a->rm), a->imms);
    } else {
        ir_extract2(s->b, w, rd, a64_reg(s, a->rm), a64_reg(s, a->rn), a->imms);
    }
    return true;
}
