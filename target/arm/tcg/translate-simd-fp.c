/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advanced SIMD on floating-point numbers: vectors, scalars, by element, across lanes, complex
 * (Arm ARM C4.1).  Of the names, _v and _s are single and double by the field sz, _vh and _sh half.
 */
#include "qemu/osdep.h"
#include "simd-lanes.h"

#define LANE_FN(name) \
    static uint64_t lane_##name(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
#define SHARED_LANE_FN(name) \
    uint64_t lane_fp_##name(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
#define TRANS(name) bool trans_##name(DisasContext *s, const A64Insn *a)
#define REGS3 ((LaneRegs) { a->rd, a->rn, a->rm })
#define REGS2 ((LaneRegs) { a->rd, a->rn, a->rn })

static uint64_t all_ones_if(bool condition)
{
    return condition ? UINT64_MAX : 0;
}

/* -- what is done to a lane ------------------------------------------------------------------- */

SHARED_LANE_FN(add) { return fp_add(c->size, a, b, &c->fp); }
SHARED_LANE_FN(sub) { return fp_sub(c->size, a, b, &c->fp); }
SHARED_LANE_FN(mul) { return fp_mul(c->size, a, b, &c->fp); }
LANE_FN(mulx) { return fp_mulx(c->size, a, b, &c->fp); }
SHARED_LANE_FN(div) { return fp_div(c->size, a, b, &c->fp); }
SHARED_LANE_FN(sqrt) { return fp_sqrt(c->size, a, &c->fp); }
SHARED_LANE_FN(max) { return fp_max(c->size, a, b, &c->fp); }
SHARED_LANE_FN(min) { return fp_min(c->size, a, b, &c->fp); }
SHARED_LANE_FN(maxnum) { return fp_maxnum(c->size, a, b, &c->fp); }
SHARED_LANE_FN(minnum) { return fp_minnum(c->size, a, b, &c->fp); }
LANE_FN(abd) { return fp_abs(c->size, fp_sub(c->size, a, b, &c->fp)); }
LANE_FN(abs) { return fp_abs(c->size, a); }
LANE_FN(neg) { return fp_neg(c->size, a); }
LANE_FN(mla) { return fp_muladd(c->size, d, a, b, &c->fp); }
LANE_FN(mls) { return fp_muladd(c->size, d, fp_neg(c->size, a), b, &c->fp); }
LANE_FN(recps) { return fp_recip_step(c->size, a, b, &c->fp); }
LANE_FN(rsqrts) { return fp_rsqrt_step(c->size, a, b, &c->fp); }
LANE_FN(recpe) { return fp_recip_estimate(c->size, a, &c->fp); }
LANE_FN(rsqrte) { return fp_rsqrt_estimate(c->size, a, &c->fp); }
LANE_FN(recpx) { return fp_recpx(c->size, a, &c->fp); }

LANE_FN(cmeq)
{
    return all_ones_if(fp_compare(c->size, a, b, false, &c->fp) == FP_ORDER_EQUAL);
}

LANE_FN(cmgt)
{
    return all_ones_if(fp_compare(c->size, a, b, true, &c->fp) == FP_ORDER_GREATER);
}

LANE_FN(cmge)
{
    FPOrder order = fp_compare(c->size, a, b, true, &c->fp);

    return all_ones_if(order == FP_ORDER_GREATER || order == FP_ORDER_EQUAL);
}

LANE_FN(acgt) { return lane_cmgt(c, fp_abs(c->size, a), fp_abs(c->size, b), d); }
LANE_FN(acge) { return lane_cmge(c, fp_abs(c->size, a), fp_abs(c->size, b), d); }
LANE_FN(cmeq0) { return lane_cmeq(c, a, 0, d); }
LANE_FN(cmgt0) { return lane_cmgt(c, a, 0, d); }
LANE_FN(cmge0) { return lane_cmge(c, a, 0, d); }
LANE_FN(cmlt0) { return lane_cmgt(c, 0, a, d); }
LANE_FN(cmle0) { return lane_cmge(c, 0, a, d); }

SHARED_LANE_FN(rint) { return fp_round_to_int(c->size, a, c->imm, false, &c->fp); }
SHARED_LANE_FN(rinti) { return fp_round_to_int(c->size, a, c->fp.rounding, false, &c->fp); }
SHARED_LANE_FN(rintx) { return fp_round_to_int(c->size, a, c->fp.rounding, true, &c->fp); }
LANE_FN(cvts) { return fp_to_fixed(c->size, a, 0, false, c->bits, c->imm, &c->fp); }
LANE_FN(cvtu) { return fp_to_fixed(c->size, a, 0, true, c->bits, c->imm, &c->fp); }
LANE_FN(scvtf) { return fp_from_fixed(c->size, a, 0, false, c->bits, &c->fp); }
LANE_FN(ucvtf) { return fp_from_fixed(c->size, a, 0, true, c->bits, &c->fp); }
SHARED_LANE_FN(convert) { return fp_convert(c->dsize, c->size, a, &c->fp); }

/* FCVTXN: to odd. */
LANE_FN(convert_odd)
{
    FPStatus status = c->fp;

    status.rounding = FP_ROUND_ODD;
    uint64_t result = fp_convert(c->dsize, c->size, a, &status);
    c->fp.flags = status.flags;
    return result;
}

/* -- which lanes ------------------------------------------------------------------------------ */

static LaneShape with_imm(LaneShape shape, unsigned imm)
{
    shape.imm = imm;
    return shape;
}

static LaneShape by_host(LaneShape shape, FPVectorOp op)
{
    shape.host = op;
    return shape;
}

static LaneShape pairs(LaneShape shape)
{
    shape.concat = true;
    shape.nstep = shape.mstep = 2;
    shape.mfirst = 1;
    return shape;
}

static bool emit(DisasContext *s, LaneFn *fn, LaneShape shape, LaneRegs regs)
{
    return a64_lanes(s, fn, &shape, regs);
}

#define SIZE (MO_32 + a->sz)
#define V3(name, fn)                                                                        \
    TRANS(name##_v) { return emit(s, fn, lanes_vector(SIZE, a->q), REGS3); }                \
    TRANS(name##_vh) { return emit(s, fn, lanes_vector(MO_16, a->q), REGS3); }
/* The same, at once on the host if it is no half. */
#define V3_HOST(name, fn, op)                                                               \
    TRANS(name##_v) { return emit(s, fn, by_host(lanes_vector(SIZE, a->q), op), REGS3); }   \
    TRANS(name##_vh) { return emit(s, fn, lanes_vector(MO_16, a->q), REGS3); }
#define S3(name, fn)                                                                        \
    TRANS(name##_s) { return emit(s, fn, lanes_same(SIZE, 1), REGS3); }                     \
    TRANS(name##_sh) { return emit(s, fn, lanes_same(MO_16, 1), REGS3); }
#define V3_PAIRS(name, fn)                                                                  \
    TRANS(name##_v) { return emit(s, fn, pairs(lanes_vector(SIZE, a->q)), REGS3); }         \
    TRANS(name##_vh) { return emit(s, fn, pairs(lanes_vector(MO_16, a->q)), REGS3); }
#define V2(name, fn, imm)                                                                   \
    TRANS(name##_v) { return emit(s, fn, with_imm(lanes_vector(SIZE, a->q), imm), REGS2); } \
    TRANS(name##_vh) { return emit(s, fn, with_imm(lanes_vector(MO_16, a->q), imm), REGS2); }
#define S2(name, fn, imm)                                                                   \
    TRANS(name##_s) { return emit(s, fn, with_imm(lanes_same(SIZE, 1), imm), REGS2); }      \
    TRANS(name##_sh) { return emit(s, fn, with_imm(lanes_same(MO_16, 1), imm), REGS2); }
#define VS3(name, fn) V3(name, fn) S3(name, fn)
#define VS2(name, fn, imm) V2(name, fn, imm) S2(name, fn, imm)

/* -- three registers -------------------------------------------------------------------------- */

V3_HOST(FADD, lane_fp_add, FP_VECTOR_ADD)
V3_HOST(FSUB, lane_fp_sub, FP_VECTOR_SUB)
V3_HOST(FMUL, lane_fp_mul, FP_VECTOR_MUL)
V3_HOST(FDIV, lane_fp_div, FP_VECTOR_DIV)
V3(FMAX, lane_fp_max)
V3(FMIN, lane_fp_min)
V3(FMAXNM, lane_fp_maxnum)
V3(FMINNM, lane_fp_minnum)
V3_HOST(FMLA, lane_mla, FP_VECTOR_MLA)
V3_HOST(FMLS, lane_mls, FP_VECTOR_MLS)
VS3(FMULX, lane_mulx)
VS3(FABD, lane_abd)
VS3(FRECPS, lane_recps)
VS3(FRSQRTS, lane_rsqrts)
VS3(FCMEQ, lane_cmeq)
VS3(FCMGE, lane_cmge)
VS3(FCMGT, lane_cmgt)
VS3(FACGE, lane_acge)
VS3(FACGT, lane_acgt)
V3_PAIRS(FADDP, lane_fp_add)
V3_PAIRS(FMAXP, lane_fp_max)
V3_PAIRS(FMINP, lane_fp_min)
V3_PAIRS(FMAXNMP, lane_fp_maxnum)
V3_PAIRS(FMINNMP, lane_fp_minnum)

/* -- two registers ---------------------------------------------------------------------------- */

V2(FABS, lane_abs, 0)
V2(FNEG, lane_neg, 0)
V2(FSQRT, lane_fp_sqrt, 0)
V2(FRINTN, lane_fp_rint, FP_ROUND_TIEEVEN)
V2(FRINTP, lane_fp_rint, FP_ROUND_POSINF)
V2(FRINTM, lane_fp_rint, FP_ROUND_NEGINF)
V2(FRINTZ, lane_fp_rint, FP_ROUND_ZERO)
V2(FRINTA, lane_fp_rint, FP_ROUND_TIEAWAY)
V2(FRINTX, lane_fp_rintx, 0)
V2(FRINTI, lane_fp_rinti, 0)
VS2(FCVTNS, lane_cvts, FP_ROUND_TIEEVEN)
VS2(FCVTNU, lane_cvtu, FP_ROUND_TIEEVEN)
VS2(FCVTPS, lane_cvts, FP_ROUND_POSINF)
VS2(FCVTPU, lane_cvtu, FP_ROUND_POSINF)
VS2(FCVTMS, lane_cvts, FP_ROUND_NEGINF)
VS2(FCVTMU, lane_cvtu, FP_ROUND_NEGINF)
VS2(FCVTZS, lane_cvts, FP_ROUND_ZERO)
VS2(FCVTZU, lane_cvtu, FP_ROUND_ZERO)
VS2(FCVTAS, lane_cvts, FP_ROUND_TIEAWAY)
VS2(FCVTAU, lane_cvtu, FP_ROUND_TIEAWAY)
VS2(SCVTF, lane_scvtf, 0)
VS2(UCVTF, lane_ucvtf, 0)
VS2(FCMGT0, lane_cmgt0, 0)
VS2(FCMGE0, lane_cmge0, 0)
VS2(FCMEQ0, lane_cmeq0, 0)
VS2(FCMLE0, lane_cmle0, 0)
VS2(FCMLT0, lane_cmlt0, 0)
VS2(FRECPE, lane_recpe, 0)
VS2(FRSQRTE, lane_rsqrte, 0)
S2(FRECPX, lane_recpx, 0)

/* FCVTN(2), FCVTXN(2): @size is the source's. */
static bool convert_narrow(DisasContext *s, const A64Insn *a, LaneFn *fn, unsigned size)
{
    LaneShape shape = lanes_vector(size, 1);

    shape.dsize = size - 1;
    shape.dfirst = a->q ? shape.count : 0;
    shape.keep = a->q;
    return emit(s, fn, shape, REGS2);
}

TRANS(FCVTN_v) { return convert_narrow(s, a, lane_fp_convert, MO_32 + a->sz); }
TRANS(FCVTXN_v) { return convert_narrow(s, a, lane_convert_odd, MO_64); }

TRANS(FCVTXN_s)
{
    LaneShape shape = lanes_same(MO_64, 1);

    shape.dsize = MO_32;
    return emit(s, lane_convert_odd, shape, REGS2);
}

/* FCVTL(2): from the lower or upper half. */
TRANS(FCVTL_v)
{
    LaneShape shape = lanes_vector(MO_16 + a->sz, 0);

    shape.dsize = MO_32 + a->sz;
    shape.nfirst = shape.mfirst = a->q ? shape.count : 0;
    return emit(s, lane_fp_convert, shape, REGS2);
}

/* -- across lanes, pairs into a scalar -------------------------------------------------------- */

#define ACROSS(name, fn)                                                                    \
    TRANS(name##_v) { return a64_reduce(s, fn, MO_32, MO_32, 4, REGS2); }                   \
    TRANS(name##_vh) { return a64_reduce(s, fn, MO_16, MO_16, 4U << a->q, REGS2); }
#define PAIR_SCALAR(name, fn)                                                               \
    TRANS(name##_s) { return a64_reduce(s, fn, SIZE, SIZE, 2, REGS2); }                     \
    TRANS(name##_sh) { return a64_reduce(s, fn, MO_16, MO_16, 2, REGS2); }

ACROSS(FMAXV, lane_fp_max)
ACROSS(FMINV, lane_fp_min)
ACROSS(FMAXNMV, lane_fp_maxnum)
ACROSS(FMINNMV, lane_fp_minnum)
PAIR_SCALAR(FADDP, lane_fp_add)
PAIR_SCALAR(FMAXP, lane_fp_max)
PAIR_SCALAR(FMINP, lane_fp_min)
PAIR_SCALAR(FMAXNMP, lane_fp_maxnum)
PAIR_SCALAR(FMINNMP, lane_fp_minnum)

/* -- by element: size 0 half, 2 single, 3 double ---------------------------------------------- */

static bool by_element(DisasContext *s, const A64Insn *a, LaneFn *fn, FPVectorOp op, bool scalar)
{
    unsigned size = a->size == 0 ? MO_16 : a->size;
    LaneShape shape = scalar ? lanes_same(size, 1) : lanes_vector(size, a->q);
    unsigned rm = size == MO_16 ? a->rm4 : a->m << 4 | a->rm4;

    shape.mfirst = size == MO_16   ? a->h << 2 | a->l << 1 | a->m
                   : size == MO_32 ? a->h << 1 | a->l
                                   : a->h;
    shape.mstep = 0;
    shape.host = size == MO_16 || scalar ? FP_VECTOR_NONE : op;
    return emit(s, fn, shape, (LaneRegs) { a->rd, a->rn, rm });
}

#define ELEMENT(name, fn, op)                                                               \
    TRANS(name##_vx) { return by_element(s, a, fn, op, false); }                            \
    TRANS(name##_sx) { return by_element(s, a, fn, op, true); }

ELEMENT(FMLA, lane_mla, FP_VECTOR_MLA)
ELEMENT(FMLS, lane_mls, FP_VECTOR_MLS)
ELEMENT(FMUL, lane_fp_mul, FP_VECTOR_MUL)
ELEMENT(FMULX, lane_mulx, FP_VECTOR_NONE)

/* -- complex numbers: even lanes real, odd ones imaginary ------------------------------------- */

typedef struct ComplexShape {
    unsigned size;
    unsigned count;     /* lanes */
    unsigned rot;       /* in units of 90 degrees */
    int index;          /* of the second source's number, or -1: each its own */
} ComplexShape;

static uint64_t complex_word(ComplexShape p)
{
    return p.size | p.count << 8 | p.rot << 16 | (uint64_t)(p.index + 1) << 24;
}

static ComplexShape complex_shape(uint64_t word)
{
    return (ComplexShape) { .size = word & 0xff, .count = word >> 8 & 0xff,
                            .rot = word >> 16 & 0xff, .index = (int)(word >> 24) - 1 };
}

static void helper_fcmla(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t m_slot,
                         uint64_t word)
{
    ComplexShape p = complex_shape(word);
    FPSize size = p.size - MO_16 + FP_HALF;
    FPStatus status = arm_fp_status(env);
    uint64_t *d = ir_slot_ptr(env, d_slot);
    const uint64_t *n = ir_slot_ptr(env, n_slot);
    const uint64_t *m = ir_slot_ptr(env, m_slot);
    uint64_t result[2] = { 0, 0 };

    for (unsigned i = 0; i < p.count; i += 2) {
        unsigned j = p.index < 0 ? i : 2 * p.index;
        uint64_t real = lane_get(m, p.size, j);
        uint64_t imaginary = lane_get(m, p.size, j + 1);
        /* By 90 and 270 degrees the imaginary part of n takes part, and real and imaginary swap. */
        uint64_t factor = lane_get(n, p.size, i + (p.rot & 1));
        uint64_t to_real = p.rot & 1 ? imaginary : real;
        uint64_t to_imaginary = p.rot & 1 ? real : imaginary;
        if (p.rot == 1 || p.rot == 2) {
            to_real = fp_neg(size, to_real);
        }
        if (p.rot >= 2) {
            to_imaginary = fp_neg(size, to_imaginary);
        }
        lane_put(result, p.size, i,
                        fp_muladd(size, lane_get(d, p.size, i), factor, to_real, &status));
        lane_put(result, p.size, i + 1,
                 fp_muladd(size, lane_get(d, p.size, i + 1), factor, to_imaginary,
                                  &status));
    }
    memcpy(d, result, sizeof(result));
    arm_fp_accumulate(env, &status);
}
IR_HELPER(helper_fcmla, 4, false, IR_CALL_EFFECTS | IR_CALL_WRITES_VECTORS);

static void helper_fcadd(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t m_slot,
                         uint64_t word)
{
    ComplexShape p = complex_shape(word);
    FPSize size = p.size - MO_16 + FP_HALF;
    FPStatus status = arm_fp_status(env);
    const uint64_t *n = ir_slot_ptr(env, n_slot);
    const uint64_t *m = ir_slot_ptr(env, m_slot);
    uint64_t result[2] = { 0, 0 };

    for (unsigned i = 0; i < p.count; i += 2) {
        uint64_t to_real = lane_get(m, p.size, i + 1);
        uint64_t to_imaginary = lane_get(m, p.size, i);
        if (p.rot == 1) {
            to_real = fp_neg(size, to_real);
        } else {
            to_imaginary = fp_neg(size, to_imaginary);
        }
        lane_put(result, p.size, i,
                        fp_add(size, lane_get(n, p.size, i), to_real, &status));
        lane_put(result, p.size, i + 1,
                 fp_add(size, lane_get(n, p.size, i + 1), to_imaginary, &status));
    }
    memcpy(ir_slot_ptr(env, d_slot), result, sizeof(result));
    arm_fp_accumulate(env, &status);
}
IR_HELPER(helper_fcadd, 4, false, IR_CALL_EFFECTS | IR_CALL_WRITES_VECTORS);

static bool emit_complex(DisasContext *s, const IrHelper *helper, ComplexShape p, LaneRegs regs)
{
    if (a64_fp_access(s)) {
        ir_calln(s->b, helper, IR_NONE, a64_vreg(regs.d), a64_vreg(regs.n), a64_vreg(regs.m),
                 ir_const(s->b, complex_word(p)));
    }
    return true;
}

TRANS(FCMLA_v)
{
    ComplexShape p = { a->size, (8U << a->q) >> a->size, a->rot, -1 };

    return emit_complex(s, &helper_desc_helper_fcmla, p, REGS3);
}

TRANS(FCMLA_vx)
{
    ComplexShape p = { a->size, (8U << a->q) >> a->size, a->rot,
                       a->size == MO_16 ? a->h << 1 | a->l : a->h };

    return emit_complex(s, &helper_desc_helper_fcmla, p,
                        (LaneRegs) { a->rd, a->rn, a->m << 4 | a->rm4 });
}

TRANS(FCADD_v)
{
    ComplexShape p = { a->size, (8U << a->q) >> a->size, a->rot1 ? 3 : 1, -1 };

    return emit_complex(s, &helper_desc_helper_fcadd, p, REGS3);
}
