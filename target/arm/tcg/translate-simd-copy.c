/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advanced SIMD that moves lanes: copies, permutations, table lookup, modified immediates (Arm ARM
 * C4.1).
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "simd-lanes.h"

#define TRANS(name) bool trans_##name(DisasContext *s, const A64Insn *a)

/* -- copies: imm5 is the lane's index, a one, zeroes for the size ----------------------------- */

static unsigned imm5_size(const A64Insn *a)
{
    return ctz32(a->imm5);
}

static unsigned imm5_index(const A64Insn *a)
{
    return a->imm5 >> (imm5_size(a) + 1);
}

TRANS(DUP_elem_v)
{
    IrRef t;

    if (a64_fp_access(s)) {
        t = ir_temp(s->b);
        ir_vlane(s->b, imm5_size(a), imm5_index(a), t, a64_vreg(a->rn));
        ir_vdup(s->b, a->q ? IR_X : IR_W, imm5_size(a), a64_vreg(a->rd), t);
    }
    return true;
}

TRANS(DUP_gen_v)
{
    if (a64_fp_access(s)) {
        ir_vdup(s->b, a->q ? IR_X : IR_W, imm5_size(a), a64_vreg(a->rd), a64_reg(s, a->rn));
    }
    return true;
}

TRANS(DUP_s)
{
    IrRef t;

    if (a64_fp_access(s)) {
        t = ir_temp(s->b);
        ir_vlane(s->b, imm5_size(a), imm5_index(a), t, a64_vreg(a->rn));
        ir_vmovi(s->b, IR_X, a64_vreg(a->rd), 0);
        ir_vins(s->b, imm5_size(a), 0, a64_vreg(a->rd), a64_vreg(a->rd), t);
    }
    return true;
}

TRANS(SMOV_v)
{
    IrRef d;

    if (a64_fp_access(s)) {
        d = a64_dest(s, a->rd);
        ir_vslane(s->b, imm5_size(a), imm5_index(a), d, a64_vreg(a->rn));
        if (!a->q) {
            ir_zext(s->b, d, d, 32);
        }
    }
    return true;
}

TRANS(UMOV_v)
{
    if (a64_fp_access(s)) {
        ir_vlane(s->b, imm5_size(a), imm5_index(a), a64_dest(s, a->rd), a64_vreg(a->rn));
    }
    return true;
}

TRANS(INS_gen_v)
{
    if (a64_fp_access(s)) {
        ir_vins(s->b, imm5_size(a), imm5_index(a), a64_vreg(a->rd), a64_vreg(a->rd),
                a64_reg(s, a->rn));
    }
    return true;
}

TRANS(INS_elem_v)
{
    IrRef t;

    if (a64_fp_access(s)) {
        t = ir_temp(s->b);
        ir_vlane(s->b, imm5_size(a), a->imm4 >> imm5_size(a), t, a64_vreg(a->rn));
        ir_vins(s->b, imm5_size(a), imm5_index(a), a64_vreg(a->rd), a64_vreg(a->rd), t);
    }
    return true;
}

/* -- permutations ----------------------------------------------------------------------------- */

static bool permute(DisasContext *s, const A64Insn *a, IrOpc opc)
{
    if (a64_fp_access(s)) {
        ir_vop2(s->b, opc, a->q ? IR_X : IR_W, a->size, a64_vreg(a->rd), a64_vreg(a->rn),
                a64_vreg(a->rm));
    }
    return true;
}

TRANS(UZP1_v) { return permute(s, a, IR_VUZP1); }
TRANS(UZP2_v) { return permute(s, a, IR_VUZP2); }
TRANS(TRN1_v) { return permute(s, a, IR_VTRN1); }
TRANS(TRN2_v) { return permute(s, a, IR_VTRN2); }
TRANS(ZIP1_v) { return permute(s, a, IR_VZIP1); }
TRANS(ZIP2_v) { return permute(s, a, IR_VZIP2); }

TRANS(EXT_v)
{
    if (a64_fp_access(s)) {
        ir_vext(s->b, a->q ? IR_X : IR_W, a64_vreg(a->rd), a64_vreg(a->rn), a64_vreg(a->rm),
                a->imm4);
    }
    return true;
}

/* -- table lookup ----------------------------------------------------------------------------- */

/*
 * Bytes of 1 to 4 consecutive registers, from @first on (after V31 comes V0), by the indices in m.
 * Indices past the table: 0, or (@keep: TBX) the destination's byte.
 */
static void helper_table_lookup(CPUARMState *env, uint64_t d_slot, uint64_t m_slot,
                                uint64_t first, uint64_t registers, uint64_t bytes, uint64_t keep)
{
    const uint8_t *base = (uint8_t *)env + a64_globals[A64_GLOBAL_V0].offset;
    unsigned stride = a64_globals[A64_GLOBAL_V0 + 1].offset - a64_globals[A64_GLOBAL_V0].offset;
    uint64_t *d = ir_slot_ptr(env, d_slot);
    const uint64_t *m = ir_slot_ptr(env, m_slot);
    uint64_t result[2] = { 0, 0 };

    for (unsigned i = 0; i < bytes; i++) {
        unsigned shift = i % 8 * 8;
        unsigned index = m[i / 8] >> shift & 0xff;
        uint64_t byte = keep ? d[i / 8] >> shift & 0xff : 0;
        if (index < registers * 16) {
            const uint64_t *v = (const uint64_t *)(base + (first + index / 16) % 32 * stride);
            byte = v[index / 8 % 2] >> (index % 8 * 8) & 0xff;
        }
        result[i / 8] |= byte << shift;
    }
    memcpy(d, result, sizeof(result));
}
IR_HELPER(helper_table_lookup, 6, false, IR_CALL_READS | IR_CALL_WRITES_VECTORS);

static bool table_lookup(DisasContext *s, const A64Insn *a, bool keep)
{
    if (a64_fp_access(s)) {
        ir_calln(s->b, &helper_desc_helper_table_lookup, IR_NONE, a64_vreg(a->rd),
                 a64_vreg(a->rm), ir_const(s->b, a->rn), ir_const(s->b, a->len + 1),
                 ir_const(s->b, 8 << a->q), ir_const(s->b, keep));
    }
    return true;
}

TRANS(TBL_v) { return table_lookup(s, a, false); }
TRANS(TBX_v) { return table_lookup(s, a, true); }

/* -- modified immediates ---------------------------------------------------------------------- */

static uint64_t replicate(uint64_t value, unsigned bits)
{
    for (; bits < 64; bits *= 2) {
        value |= value << bits;
    }
    return value;
}

/* cmode 1110 with op: each bit becomes a byte. */
static uint64_t bits_to_bytes(unsigned imm8)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        value |= (imm8 >> i & 1) ? 0xffULL << (8 * i) : 0;
    }
    return value;
}

/* AdvSIMDExpandImm() of the manual, before MVNI's and BIC's inversion. */
static uint64_t expand(unsigned op, unsigned cmode, unsigned imm8)
{
    switch (cmode >> 1) {
    case 0:
    case 1:
    case 2:
    case 3:
        return replicate((uint64_t)imm8 << (cmode >> 1) * 8, 32);
    case 4:
    case 5:
        return replicate((uint64_t)imm8 << (cmode >> 1 & 1) * 8, 16);
    case 6:
        return replicate(cmode & 1 ? imm8 << 16 | 0xffff : imm8 << 8 | 0xff, 32);
    default:
        break;
    }
    if (!(cmode & 1)) {
        return op ? bits_to_bytes(imm8) : replicate(imm8, 8);
    }
    return op ? a64_fp_expand_imm(MO_64, imm8) : replicate(a64_fp_expand_imm(MO_32, imm8), 32);
}

/* MOVI, MVNI, ORR, BIC and FMOV of an immediate: one encoding, told apart by op and cmode. */
TRANS(MOVI_v)
{
    unsigned imm8 = a->abc << 5 | a->defgh;
    uint64_t value = expand(a->op, a->cmode, imm8);
    IrWidth w = a->q ? IR_X : IR_W;
    bool combines = a->cmode < 12 && (a->cmode & 1);
    IrRef t;

    if (!a64_fp_access(s)) {
        return true;
    }
    if (!combines) {
        ir_vmovi(s->b, w, a64_vreg(a->rd), a->op && a->cmode < 14 ? ~value : value);
        return true;
    }
    t = ir_temp_vec(s->b);
    ir_vmovi(s->b, w, t, value);
    ir_vop2(s->b, a->op ? IR_VANDC : IR_VOR, w, MO_64, a64_vreg(a->rd), a64_vreg(a->rd), t);
    return true;
}

TRANS(FMOV_vi_h)
{
    if (a64_fp_access(s)) {
        ir_vmovi(s->b, a->q ? IR_X : IR_W, a64_vreg(a->rd),
                 replicate(a64_fp_expand_imm(MO_16, a->abc << 5 | a->defgh), 16));
    }
    return true;
}
