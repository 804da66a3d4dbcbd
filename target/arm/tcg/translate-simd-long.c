/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advanced SIMD on integers with lanes of different sizes: long, wide and narrowing operations
 * (Arm ARM C4.1, "Advanced SIMD three different", narrowing ones of "two-register miscellaneous"),
 * and those that take one lane of a register for all ("vector x indexed element").
 */
#include "qemu/osdep.h"
#include "simd-lanes.h"

#define LANE_FN(name) \
    static uint64_t lane_##name(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
#define TRANS(name) bool trans_##name(DisasContext *s, const A64Insn *a)
#define REGS3 ((LaneRegs) { a->rd, a->rn, a->rm })
#define REGS2 ((LaneRegs) { a->rd, a->rn, a->rn })

/* A lane of the first source, of half the destination's size. */
static int64_t sx(const LaneContext *c, uint64_t v)
{
    return lane_signed(v, c->bits);
}

/* -- shapes ----------------------------------------------------------------------------------- */

/* Lanes of 64 bits of n and m, the upper ones with @q, into twice the size. */
static LaneShape long_shape(unsigned size, unsigned q)
{
    LaneShape shape = lanes_vector(size, 0);

    shape.dsize = size + 1;
    shape.nfirst = shape.mfirst = q ? shape.count : 0;
    return shape;
}

static bool op_long(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = long_shape(a->size, a->q);

    return a64_lanes(s, fn, &shape, REGS3);
}

/* The first source has the destination's size. */
static bool op_wide(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = long_shape(a->size, a->q);

    shape.nsize = a->size + 1;
    shape.nfirst = 0;
    return a64_lanes(s, fn, &shape, REGS3);
}

/* Sources of twice the size, into the lower or (keeping that) the upper half. */
static bool op_narrow(DisasContext *s, const A64Insn *a, LaneFn *fn, LaneRegs regs)
{
    LaneShape shape = lanes_vector(a->size, 0);

    shape.nsize = shape.msize = a->size + 1;
    shape.dfirst = a->q ? shape.count : 0;
    shape.keep = a->q;
    return a64_lanes(s, fn, &shape, regs);
}

static bool narrow_scalar(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_same(a->size, 1);

    shape.nsize = shape.msize = a->size + 1;
    return a64_lanes(s, fn, &shape, REGS2);
}

static bool long_scalar(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_same(a->size, 1);

    shape.dsize = a->size + 1;
    return a64_lanes(s, fn, &shape, REGS3);
}

/* -- long ------------------------------------------------------------------------------------- */

LANE_FN(saddl) { return sx(c, a) + sx(c, b); }
LANE_FN(uaddl) { return a + b; }
LANE_FN(ssubl) { return sx(c, a) - sx(c, b); }
LANE_FN(usubl) { return a - b; }
LANE_FN(sabdl) { return sx(c, a) > sx(c, b) ? sx(c, a) - sx(c, b) : sx(c, b) - sx(c, a); }
LANE_FN(uabdl) { return a > b ? a - b : b - a; }
LANE_FN(sabal) { return d + lane_sabdl(c, a, b, d); }
LANE_FN(uabal) { return d + lane_uabdl(c, a, b, d); }
LANE_FN(smull) { return sx(c, a) * sx(c, b); }
LANE_FN(umull) { return a * b; }
LANE_FN(smlal) { return d + sx(c, a) * sx(c, b); }
LANE_FN(umlal) { return d + a * b; }
LANE_FN(smlsl) { return d - sx(c, a) * sx(c, b); }
LANE_FN(umlsl) { return d - a * b; }
LANE_FN(sqdmull) { return lane_sat_signed(c, 2 * (__int128)sx(c, a) * sx(c, b), c->dbits); }

/* Two saturations: of the doubled product, and of the sum. */
LANE_FN(sqdmlal)
{
    int64_t product = lane_signed(lane_sqdmull(c, a, b, d), c->dbits);

    return lane_sat_signed(c, (__int128)lane_signed(d, c->dbits) + product, c->dbits);
}

LANE_FN(sqdmlsl)
{
    int64_t product = lane_signed(lane_sqdmull(c, a, b, d), c->dbits);

    return lane_sat_signed(c, (__int128)lane_signed(d, c->dbits) - product, c->dbits);
}

LANE_FN(pmull)
{
    uint64_t result = 0;

    for (unsigned i = 0; i < 8; i++) {
        result ^= (b >> i & 1) ? a << i : 0;
    }
    return result;
}

TRANS(SADDL_v) { return op_long(s, a, lane_saddl); }
TRANS(UADDL_v) { return op_long(s, a, lane_uaddl); }
TRANS(SSUBL_v) { return op_long(s, a, lane_ssubl); }
TRANS(USUBL_v) { return op_long(s, a, lane_usubl); }
TRANS(SABAL_v) { return op_long(s, a, lane_sabal); }
TRANS(UABAL_v) { return op_long(s, a, lane_uabal); }
TRANS(SABDL_v) { return op_long(s, a, lane_sabdl); }
TRANS(UABDL_v) { return op_long(s, a, lane_uabdl); }
TRANS(SMLAL_v) { return op_long(s, a, lane_smlal); }
TRANS(UMLAL_v) { return op_long(s, a, lane_umlal); }
TRANS(SMLSL_v) { return op_long(s, a, lane_smlsl); }
TRANS(UMLSL_v) { return op_long(s, a, lane_umlsl); }
TRANS(SMULL_v) { return op_long(s, a, lane_smull); }
TRANS(UMULL_v) { return op_long(s, a, lane_umull); }
TRANS(SQDMLAL_v) { return op_long(s, a, lane_sqdmlal); }
TRANS(SQDMLSL_v) { return op_long(s, a, lane_sqdmlsl); }
TRANS(SQDMULL_v) { return op_long(s, a, lane_sqdmull); }
TRANS(SQDMLAL_s) { return long_scalar(s, a, lane_sqdmlal); }
TRANS(SQDMLSL_s) { return long_scalar(s, a, lane_sqdmlsl); }
TRANS(SQDMULL_s) { return long_scalar(s, a, lane_sqdmull); }

static void helper_pmull64(CPUARMState *env, uint64_t d_slot, uint64_t a, uint64_t b)
{
    uint64_t *d = ir_slot_ptr(env, d_slot);
    unsigned __int128 result = 0;

    for (unsigned i = 0; i < 64; i++) {
        result ^= (b >> i & 1) ? (unsigned __int128)a << i : 0;
    }
    d[0] = result;
    d[1] = result >> 64;
}
IR_HELPER(helper_pmull64, 3, false, IR_CALL_WRITES_VECTORS);

TRANS(PMULL_v)
{
    IrRef n;
    IrRef m;

    if (a->size == MO_8) {
        return op_long(s, a, lane_pmull);
    }
    if (a64_fp_access(s)) {
        n = ir_temp(s->b);
        m = ir_temp(s->b);
        ir_vlane(s->b, MO_64, a->q, n, a64_vreg(a->rn));
        ir_vlane(s->b, MO_64, a->q, m, a64_vreg(a->rm));
        ir_calln(s->b, &helper_desc_helper_pmull64, IR_NONE, a64_vreg(a->rd), n, m);
    }
    return true;
}

/* -- wide: c->bits is the first source's, b has half of it ------------------------------------ */

static int64_t sx_half(const LaneContext *c, uint64_t v)
{
    return lane_signed(v, c->bits / 2);
}

LANE_FN(saddw) { return a + sx_half(c, b); }
LANE_FN(ssubw) { return a - sx_half(c, b); }

TRANS(SADDW_v) { return op_wide(s, a, lane_saddw); }
TRANS(UADDW_v) { return op_wide(s, a, lane_uaddl); }
TRANS(SSUBW_v) { return op_wide(s, a, lane_ssubw); }
TRANS(USUBW_v) { return op_wide(s, a, lane_usubl); }

/* -- narrowing: c->dbits is half of c->bits --------------------------------------------------- */

LANE_FN(addhn) { return (a + b) >> c->dbits; }
LANE_FN(raddhn) { return (a + b + (1ULL << (c->dbits - 1))) >> c->dbits; }
LANE_FN(subhn) { return (a - b) >> c->dbits; }
LANE_FN(rsubhn) { return (a - b + (1ULL << (c->dbits - 1))) >> c->dbits; }
LANE_FN(xtn) { return a; }
LANE_FN(sqxtn) { return lane_sat_signed(c, sx(c, a), c->dbits); }
LANE_FN(uqxtn) { return lane_sat_unsigned(c, a, c->dbits); }
LANE_FN(sqxtun) { return lane_sat_unsigned(c, sx(c, a), c->dbits); }

TRANS(ADDHN_v) { return op_narrow(s, a, lane_addhn, REGS3); }
TRANS(RADDHN_v) { return op_narrow(s, a, lane_raddhn, REGS3); }
TRANS(SUBHN_v) { return op_narrow(s, a, lane_subhn, REGS3); }
TRANS(RSUBHN_v) { return op_narrow(s, a, lane_rsubhn, REGS3); }
TRANS(XTN_v) { return op_narrow(s, a, lane_xtn, REGS2); }
TRANS(SQXTN_v) { return op_narrow(s, a, lane_sqxtn, REGS2); }
TRANS(UQXTN_v) { return op_narrow(s, a, lane_uqxtn, REGS2); }
TRANS(SQXTUN_v) { return op_narrow(s, a, lane_sqxtun, REGS2); }
TRANS(SQXTN_s) { return narrow_scalar(s, a, lane_sqxtn); }
TRANS(UQXTN_s) { return narrow_scalar(s, a, lane_uqxtn); }
TRANS(SQXTUN_s) { return narrow_scalar(s, a, lane_sqxtun); }

LANE_FN(shll) { return a << c->bits; }

TRANS(SHLL_v)
{
    LaneShape shape = long_shape(a->size, a->q);

    return a64_lanes(s, lane_shll, &shape, REGS2);
}

/* -- dot products ----------------------------------------------------------------------------- */

LANE_FN(sdot)
{
    for (unsigned i = 0; i < 32; i += 8) {
        d += (int64_t)(int8_t)(a >> i) * (int8_t)(b >> i);
    }
    return d;
}

LANE_FN(udot)
{
    for (unsigned i = 0; i < 32; i += 8) {
        d += (uint64_t)(uint8_t)(a >> i) * (uint8_t)(b >> i);
    }
    return d;
}

static bool dot(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_vector(MO_32, a->q);

    return a64_lanes(s, fn, &shape, REGS3);
}

TRANS(SDOT_v) { return dot(s, a, lane_sdot); }
TRANS(UDOT_v) { return dot(s, a, lane_udot); }

/* -- one lane of m for all -------------------------------------------------------------------- */

/* Which lane of which register: h:l:m:rm4 as the lane's size leaves bits for it. */
static unsigned element_index(const A64Insn *a)
{
    return a->size == MO_16 ? a->h << 2 | a->l << 1 | a->m : a->h << 1 | a->l;
}

static LaneRegs element_regs(const A64Insn *a)
{
    return (LaneRegs) { a->rd, a->rn, a->size == MO_16 ? a->rm4 : a->m << 4 | a->rm4 };
}

static bool by_element(DisasContext *s, const A64Insn *a, LaneFn *fn, LaneShape shape)
{
    shape.mfirst = element_index(a);
    shape.mstep = 0;
    return a64_lanes(s, fn, &shape, element_regs(a));
}

static bool same_by_element(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    return by_element(s, a, fn, lanes_vector(a->size, a->q));
}

static bool scalar_by_element(DisasContext *s, const A64Insn *a, LaneFn *fn, unsigned widen)
{
    LaneShape shape = lanes_same(a->size, 1);

    shape.dsize += widen;
    return by_element(s, a, fn, shape);
}

static bool long_by_element(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    return by_element(s, a, fn, long_shape(a->size, a->q));
}

LANE_FN(mla) { return d + a * b; }
LANE_FN(mls) { return d - a * b; }

TRANS(MUL_vx) { return same_by_element(s, a, lane_umull); }
TRANS(MLA_vx) { return same_by_element(s, a, lane_mla); }
TRANS(MLS_vx) { return same_by_element(s, a, lane_mls); }
TRANS(SQDMULH_vx) { return same_by_element(s, a, lane_sqdmulh); }
TRANS(SQRDMULH_vx) { return same_by_element(s, a, lane_sqrdmulh); }
TRANS(SQRDMLAH_vx) { return same_by_element(s, a, lane_sqrdmlah); }
TRANS(SQRDMLSH_vx) { return same_by_element(s, a, lane_sqrdmlsh); }
TRANS(SQDMULH_sx) { return scalar_by_element(s, a, lane_sqdmulh, 0); }
TRANS(SQRDMULH_sx) { return scalar_by_element(s, a, lane_sqrdmulh, 0); }
TRANS(SQRDMLAH_sx) { return scalar_by_element(s, a, lane_sqrdmlah, 0); }
TRANS(SQRDMLSH_sx) { return scalar_by_element(s, a, lane_sqrdmlsh, 0); }
TRANS(SDOT_vx) { return same_by_element(s, a, lane_sdot); }
TRANS(UDOT_vx) { return same_by_element(s, a, lane_udot); }

TRANS(SMLAL_vx) { return long_by_element(s, a, lane_smlal); }
TRANS(UMLAL_vx) { return long_by_element(s, a, lane_umlal); }
TRANS(SMLSL_vx) { return long_by_element(s, a, lane_smlsl); }
TRANS(UMLSL_vx) { return long_by_element(s, a, lane_umlsl); }
TRANS(SMULL_vx) { return long_by_element(s, a, lane_smull); }
TRANS(UMULL_vx) { return long_by_element(s, a, lane_umull); }
TRANS(SQDMLAL_vx) { return long_by_element(s, a, lane_sqdmlal); }
TRANS(SQDMLSL_vx) { return long_by_element(s, a, lane_sqdmlsl); }
TRANS(SQDMULL_vx) { return long_by_element(s, a, lane_sqdmull); }
TRANS(SQDMLAL_sx) { return scalar_by_element(s, a, lane_sqdmlal, 1); }
TRANS(SQDMLSL_sx) { return scalar_by_element(s, a, lane_sqdmlsl, 1); }
TRANS(SQDMULL_sx) { return scalar_by_element(s, a, lane_sqdmull, 1); }
