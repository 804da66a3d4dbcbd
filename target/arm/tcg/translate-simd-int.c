/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advanced SIMD on integers: two and three registers, lanes of the same size (Arm ARM C4.1,
 * "Advanced SIMD three same", "two-register miscellaneous", and their scalar forms).
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "simd-lanes.h"

#define LANE_FN(name) \
    static uint64_t lane_##name(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)

static int64_t sx(const LaneContext *c, uint64_t v)
{
    return lane_signed(v, c->bits);
}

/* -- how instructions name their lanes -------------------------------------------------------- */

static bool vector3(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_vector(a->size, a->q);

    return a64_lanes(s, fn, &shape, (LaneRegs) { a->rd, a->rn, a->rm });
}

static bool scalar3(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_same(a->size, 1);

    return a64_lanes(s, fn, &shape, (LaneRegs) { a->rd, a->rn, a->rm });
}

static bool vector2(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_vector(a->size, a->q);

    return a64_lanes(s, fn, &shape, (LaneRegs) { a->rd, a->rn, a->rn });
}

static bool scalar2(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_same(a->size, 1);

    return a64_lanes(s, fn, &shape, (LaneRegs) { a->rd, a->rn, a->rn });
}

/* Lanes 2i and 2i + 1 of the two registers side by side. */
static bool pairwise(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_vector(a->size, a->q);

    shape.concat = true;
    shape.nstep = shape.mstep = 2;
    shape.mfirst = 1;
    return a64_lanes(s, fn, &shape, (LaneRegs) { a->rd, a->rn, a->rm });
}

/* An operation that the IR has. */
static bool ir3(DisasContext *s, IrOpc opc, unsigned q, unsigned size, LaneRegs r)
{
    if (a64_fp_access(s)) {
        ir_vop2(s->b, opc, q ? IR_X : IR_W, size, a64_vreg(r.d), a64_vreg(r.n), a64_vreg(r.m));
    }
    return true;
}

static bool ir2(DisasContext *s, IrOpc opc, unsigned q, unsigned size, LaneRegs r)
{
    if (a64_fp_access(s)) {
        ir_vop1(s->b, opc, q ? IR_X : IR_W, size, a64_vreg(r.d), a64_vreg(r.n), 0);
    }
    return true;
}

static bool ir_zero(DisasContext *s, IrOpc opc, unsigned q, unsigned size, LaneRegs r, bool swap)
{
    IrRef zero;

    if (a64_fp_access(s)) {
        zero = ir_temp_vec(s->b);
        ir_vmovi(s->b, IR_X, zero, 0);
        ir_vop2(s->b, opc, q ? IR_X : IR_W, size, a64_vreg(r.d), swap ? zero : a64_vreg(r.n),
                swap ? a64_vreg(r.n) : zero);
    }
    return true;
}

#define TRANS(name) bool trans_##name(DisasContext *s, const A64Insn *a)
#define VECTOR3(name, fn) TRANS(name##_v) { return vector3(s, a, fn); }
#define BOTH3(name, fn) VECTOR3(name, fn) TRANS(name##_s) { return scalar3(s, a, fn); }
#define VECTOR2(name, fn) TRANS(name##_v) { return vector2(s, a, fn); }
#define BOTH2(name, fn) VECTOR2(name, fn) TRANS(name##_s) { return scalar2(s, a, fn); }
#define PAIRWISE(name, fn) TRANS(name##_v) { return pairwise(s, a, fn); }
#define REGS3 ((LaneRegs) { a->rd, a->rn, a->rm })
#define REGS2 ((LaneRegs) { a->rd, a->rn, a->rn })
#define IR3(name, opc) TRANS(name##_v) { return ir3(s, opc, a->q, a->size, REGS3); }
#define IR3_BOTH(name, opc) \
    IR3(name, opc) TRANS(name##_s) { return ir3(s, opc, 0, a->size, REGS3); }
#define IR2(name, opc) TRANS(name##_v) { return ir2(s, opc, a->q, a->size, REGS2); }
#define IR2_BOTH(name, opc) \
    IR2(name, opc) TRANS(name##_s) { return ir2(s, opc, 0, a->size, REGS2); }
#define IR_ZERO_BOTH(name, opc, swap)                                                        \
    TRANS(name##_v) { return ir_zero(s, opc, a->q, a->size, REGS2, swap); }                  \
    TRANS(name##_s) { return ir_zero(s, opc, 0, a->size, REGS2, swap); }

/* -- bitwise ---------------------------------------------------------------------------------- */

TRANS(AND_v) { return ir3(s, IR_VAND, a->q, 0, REGS3); }
TRANS(BIC_v) { return ir3(s, IR_VANDC, a->q, 0, REGS3); }
TRANS(ORR_v) { return ir3(s, IR_VOR, a->q, 0, REGS3); }
TRANS(ORN_v) { return ir3(s, IR_VORC, a->q, 0, REGS3); }
TRANS(EOR_v) { return ir3(s, IR_VXOR, a->q, 0, REGS3); }
TRANS(NOT_v) { return ir2(s, IR_VNOT, a->q, 0, REGS2); }

static bool select_bits(DisasContext *s, const A64Insn *a, unsigned mask, unsigned t, unsigned f)
{
    if (a64_fp_access(s)) {
        ir_vbsl(s->b, a->q ? IR_X : IR_W, a64_vreg(a->rd), a64_vreg(mask), a64_vreg(t),
                a64_vreg(f));
    }
    return true;
}

TRANS(BSL_v) { return select_bits(s, a, a->rd, a->rn, a->rm); }
TRANS(BIT_v) { return select_bits(s, a, a->rm, a->rn, a->rd); }
TRANS(BIF_v) { return select_bits(s, a, a->rm, a->rd, a->rn); }

/* -- sums, products, comparisons, extremes: what the IR has ----------------------------------- */

IR3_BOTH(ADD, IR_VADD)
IR3_BOTH(SUB, IR_VSUB)
IR3(MUL, IR_VMUL)
IR3_BOTH(CMGT, IR_VCMPGT)
IR3_BOTH(CMHI, IR_VCMPGTU)
IR3_BOTH(CMGE, IR_VCMPGE)
IR3_BOTH(CMHS, IR_VCMPGEU)
IR3_BOTH(CMEQ, IR_VCMPEQ)
IR3_BOTH(CMTST, IR_VCMPTST)
IR3(SMAX, IR_VSMAX)
IR3(UMAX, IR_VUMAX)
IR3(SMIN, IR_VSMIN)
IR3(UMIN, IR_VUMIN)
IR2_BOTH(ABS, IR_VABS)
IR2_BOTH(NEG, IR_VNEG)
IR_ZERO_BOTH(CMGT0, IR_VCMPGT, false)
IR_ZERO_BOTH(CMGE0, IR_VCMPGE, false)
IR_ZERO_BOTH(CMEQ0, IR_VCMPEQ, false)
IR_ZERO_BOTH(CMLE0, IR_VCMPGE, true)
IR_ZERO_BOTH(CMLT0, IR_VCMPGT, true)

static bool multiply_accumulate(DisasContext *s, const A64Insn *a, IrOpc opc)
{
    IrWidth w = a->q ? IR_X : IR_W;
    IrRef t;

    if (a64_fp_access(s)) {
        t = ir_temp_vec(s->b);
        ir_vop2(s->b, IR_VMUL, w, a->size, t, a64_vreg(a->rn), a64_vreg(a->rm));
        ir_vop2(s->b, opc, w, a->size, a64_vreg(a->rd), a64_vreg(a->rd), t);
    }
    return true;
}

TRANS(MLA_v) { return multiply_accumulate(s, a, IR_VADD); }
TRANS(MLS_v) { return multiply_accumulate(s, a, IR_VSUB); }

/* -- halving, saturating ---------------------------------------------------------------------- */

LANE_FN(shadd) { return (sx(c, a) + sx(c, b)) >> 1; }
LANE_FN(uhadd) { return (a + b) >> 1; }
LANE_FN(srhadd) { return (sx(c, a) + sx(c, b) + 1) >> 1; }
LANE_FN(urhadd) { return (a + b + 1) >> 1; }
LANE_FN(shsub) { return (sx(c, a) - sx(c, b)) >> 1; }
LANE_FN(uhsub) { return (int64_t)(a - b) >> 1; }
LANE_FN(sqadd) { return lane_sat_signed(c, (__int128)sx(c, a) + sx(c, b), c->bits); }
LANE_FN(uqadd) { return lane_sat_unsigned(c, (__int128)a + b, c->bits); }
LANE_FN(sqsub) { return lane_sat_signed(c, (__int128)sx(c, a) - sx(c, b), c->bits); }
LANE_FN(uqsub) { return lane_sat_unsigned(c, (__int128)a - b, c->bits); }
LANE_FN(suqadd) { return lane_sat_signed(c, (__int128)sx(c, d) + a, c->bits); }
LANE_FN(usqadd) { return lane_sat_unsigned(c, (__int128)d + sx(c, a), c->bits); }
LANE_FN(sqabs) { return lane_sat_signed(c, sx(c, a) < 0 ? -(__int128)sx(c, a) : a, c->bits); }
LANE_FN(sqneg) { return lane_sat_signed(c, -(__int128)sx(c, a), c->bits); }

VECTOR3(SHADD, lane_shadd)
VECTOR3(UHADD, lane_uhadd)
VECTOR3(SRHADD, lane_srhadd)
VECTOR3(URHADD, lane_urhadd)
VECTOR3(SHSUB, lane_shsub)
VECTOR3(UHSUB, lane_uhsub)
BOTH3(SQADD, lane_sqadd)
BOTH3(UQADD, lane_uqadd)
BOTH3(SQSUB, lane_sqsub)
BOTH3(UQSUB, lane_uqsub)
BOTH2(SUQADD, lane_suqadd)
BOTH2(USQADD, lane_usqadd)
BOTH2(SQABS, lane_sqabs)
BOTH2(SQNEG, lane_sqneg)

/* -- shifts by a register --------------------------------------------------------------------- */

/*
 * @v (a lane's value) shifted left by the signed low byte of @by, or right, rounding if @round.  A
 * left shift out of every lane gives something too great for any, unless it is zero.
 */
static __int128 shift_by(__int128 v, uint64_t by, bool round)
{
    int n = (int8_t)by;

    if (n > 63) {
        return v == 0 ? 0 : v < 0 ? -((__int128)1 << 120) : (__int128)1 << 120;
    }
    if (n >= 0) {
        return v << n;
    }
    n = MIN(-n, 66);
    return (v + (round ? (__int128)1 << (n - 1) : 0)) >> n;
}

LANE_FN(sshl) { return shift_by(sx(c, a), b, false); }
LANE_FN(ushl) { return shift_by(a, b, false); }
LANE_FN(srshl) { return shift_by(sx(c, a), b, true); }
LANE_FN(urshl) { return shift_by(a, b, true); }
LANE_FN(sqshl) { return lane_sat_signed(c, shift_by(sx(c, a), b, false), c->bits); }
LANE_FN(uqshl) { return lane_sat_unsigned(c, shift_by(a, b, false), c->bits); }
LANE_FN(sqrshl) { return lane_sat_signed(c, shift_by(sx(c, a), b, true), c->bits); }
LANE_FN(uqrshl) { return lane_sat_unsigned(c, shift_by(a, b, true), c->bits); }

BOTH3(SSHL, lane_sshl)
BOTH3(USHL, lane_ushl)
BOTH3(SRSHL, lane_srshl)
BOTH3(URSHL, lane_urshl)
BOTH3(SQSHL, lane_sqshl)
BOTH3(UQSHL, lane_uqshl)
BOTH3(SQRSHL, lane_sqrshl)
BOTH3(UQRSHL, lane_uqrshl)

/* -- differences, polynomials, doubling products ---------------------------------------------- */

LANE_FN(sabd) { return sx(c, a) > sx(c, b) ? a - b : b - a; }
LANE_FN(uabd) { return a > b ? a - b : b - a; }
LANE_FN(saba) { return d + lane_sabd(c, a, b, d); }
LANE_FN(uaba) { return d + lane_uabd(c, a, b, d); }

LANE_FN(pmul)
{
    uint64_t result = 0;

    for (unsigned i = 0; i < c->bits; i++) {
        result ^= (b >> i & 1) ? a << i : 0;
    }
    return result;
}

VECTOR3(SABD, lane_sabd)
VECTOR3(UABD, lane_uabd)
VECTOR3(SABA, lane_saba)
VECTOR3(UABA, lane_uaba)
VECTOR3(PMUL, lane_pmul)
BOTH3(SQDMULH, lane_sqdmulh)
BOTH3(SQRDMULH, lane_sqrdmulh)
BOTH3(SQRDMLAH, lane_sqrdmlah)
BOTH3(SQRDMLSH, lane_sqrdmlsh)

/* -- pairs ------------------------------------------------------------------------------------ */

LANE_FN(add) { return a + b; }
LANE_FN(smax) { return sx(c, a) > sx(c, b) ? a : b; }
LANE_FN(umax) { return MAX(a, b); }
LANE_FN(smin) { return sx(c, a) < sx(c, b) ? a : b; }
LANE_FN(umin) { return MIN(a, b); }

PAIRWISE(ADDP, lane_add)
PAIRWISE(SMAXP, lane_smax)
PAIRWISE(UMAXP, lane_umax)
PAIRWISE(SMINP, lane_smin)
PAIRWISE(UMINP, lane_umin)

TRANS(ADDP_s)
{
    return a64_reduce(s, lane_add, MO_64, MO_64, 2, REGS2);
}

/* Pairs of lanes of one register, into lanes of twice the size. */
static bool pairwise_long(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    LaneShape shape = lanes_vector(a->size, a->q);

    shape.dsize = a->size + 1;
    shape.count /= 2;
    shape.nstep = shape.mstep = 2;
    shape.mfirst = 1;
    return a64_lanes(s, fn, &shape, REGS2);
}

LANE_FN(saddlp) { return sx(c, a) + sx(c, b); }
LANE_FN(sadalp) { return d + sx(c, a) + sx(c, b); }
LANE_FN(uadalp) { return d + a + b; }

TRANS(SADDLP_v) { return pairwise_long(s, a, lane_saddlp); }
TRANS(UADDLP_v) { return pairwise_long(s, a, lane_add); }
TRANS(SADALP_v) { return pairwise_long(s, a, lane_sadalp); }
TRANS(UADALP_v) { return pairwise_long(s, a, lane_uadalp); }

/* -- across all lanes ------------------------------------------------------------------------- */

static bool across(DisasContext *s, const A64Insn *a, LaneFn *fn, unsigned widen)
{
    return a64_reduce(s, fn, a->size, a->size + widen, (8U << a->q) >> a->size, REGS2);
}

/* Partial sums are wide: only lanes themselves are sign-extended, which a sum's low bits show. */
static bool across_signed_long(DisasContext *s, const A64Insn *a)
{
    LaneShape shape = lanes_vector(a->size, a->q);
    IrRef t;

    if (!a64_fp_access(s)) {
        return true;
    }
    /* Bring the lanes to the double size by pairs, then add those. */
    t = ir_temp_vec(s->b);
    ir_vmovi(s->b, IR_X, t, 0);
    shape.dsize = a->size + 1;
    shape.count /= 2;
    shape.nstep = shape.mstep = 2;
    shape.mfirst = 1;
    a64_lanes_refs(s, lane_saddlp, &shape, t, a64_vreg(a->rn), a64_vreg(a->rn));
    a64_reduce_ref(s, lane_add, a->size + 1, a->size + 1, shape.count, a->rd, t);
    return true;
}

TRANS(SADDLV_v) { return across_signed_long(s, a); }
TRANS(UADDLV_v) { return across(s, a, lane_add, 1); }
TRANS(ADDV_v) { return across(s, a, lane_add, 0); }
TRANS(SMAXV_v) { return across(s, a, lane_smax, 0); }
TRANS(UMAXV_v) { return across(s, a, lane_umax, 0); }
TRANS(SMINV_v) { return across(s, a, lane_smin, 0); }
TRANS(UMINV_v) { return across(s, a, lane_umin, 0); }

/* -- one register, bits and bytes of lanes ---------------------------------------------------- */

LANE_FN(clz) { return a ? clz64(a) - (64 - c->bits) : c->bits; }
LANE_FN(cls) { return clrsb64(sx(c, a)) - (64 - c->bits); }
LANE_FN(cnt) { return ctpop64(a); }
LANE_FN(rbit) { return revbit8(a); }
LANE_FN(rev64) { return bswap64(a); }
LANE_FN(rev32) { return bswap32(a); }
LANE_FN(rev16) { return bswap16(a); }
LANE_FN(rev64h) { return a << 48 | (a & 0xffff0000) << 16 | (a >> 16 & 0xffff0000) | a >> 48; }
LANE_FN(rev64w) { return rol64(a, 32); }
LANE_FN(rev32h) { return (a & 0xffff) << 16 | a >> 16; }

VECTOR2(CLZ, lane_clz)
VECTOR2(CLS, lane_cls)
VECTOR2(CNT, lane_cnt)

static bool of_lanes(DisasContext *s, const A64Insn *a, unsigned size, LaneFn *fn)
{
    LaneShape shape = lanes_vector(size, a->q);

    return a64_lanes(s, fn, &shape, REGS2);
}

TRANS(RBIT_v) { return of_lanes(s, a, MO_8, lane_rbit); }
TRANS(REV16_v) { return of_lanes(s, a, MO_16, lane_rev16); }
TRANS(REV32_v) { return of_lanes(s, a, MO_32, a->size ? lane_rev32h : lane_rev32); }

TRANS(REV64_v)
{
    static LaneFn *const by_size[] = { lane_rev64, lane_rev64h, lane_rev64w };

    return of_lanes(s, a, MO_64, by_size[a->size]);
}

LANE_FN(urecpe) { return fp_unsigned_recip_estimate(a); }
LANE_FN(ursqrte) { return fp_unsigned_rsqrt_estimate(a); }

TRANS(URECPE_v) { return of_lanes(s, a, MO_32, lane_urecpe); }
TRANS(URSQRTE_v) { return of_lanes(s, a, MO_32, lane_ursqrte); }
