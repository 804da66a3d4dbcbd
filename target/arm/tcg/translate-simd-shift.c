/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advanced SIMD shifts by an immediate, vectors and scalars (Arm ARM C4.1), and the conversions
 * between fixed and floating point that are encoded among them.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "simd-lanes.h"

#define LANE_FN(name) \
    static uint64_t lane_##name(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
#define TRANS(name) bool trans_##name(DisasContext *s, const A64Insn *a)
#define REGS2 ((LaneRegs) { a->rd, a->rn, a->rn })

static int64_t sx(const LaneContext *c, uint64_t v)
{
    return lane_signed(v, c->bits);
}

/* A lane's size and the number of places, of immh:immb. */
typedef struct Shift {
    unsigned size;
    unsigned left;
    unsigned right;
} Shift;

static Shift shift_of(unsigned immh, unsigned immb)
{
    unsigned immhb = immh << 3 | immb;
    unsigned size = 31 - clz32(immh);
    unsigned bits = 8U << size;

    return (Shift) { .size = size, .left = immhb - bits, .right = 2 * bits - immhb };
}

static Shift vector_shift(const A64Insn *a)
{
    return shift_of(a->immh, a->immb);
}

/* Scalars of 64 bits: immh is 1xxx. */
static Shift scalar64_shift(const A64Insn *a)
{
    return shift_of(8 | a->immh3, a->immb);
}

static bool emit(DisasContext *s, const A64Insn *a, LaneFn *fn, LaneShape shape, unsigned places)
{
    shape.imm = places;
    return a64_lanes(s, fn, &shape, REGS2);
}

/* -- in place --------------------------------------------------------------------------------- */

/* SSHR, USHR, SHL: the IR's; with @accumulate SSRA, USRA. */
static bool plain(DisasContext *s, const A64Insn *a, IrOpc opc, Shift shift, unsigned q,
                  bool accumulate)
{
    IrWidth w = q ? IR_X : IR_W;
    unsigned places = opc == IR_VSHLI ? shift.left : shift.right;
    IrRef t;

    if (!a64_fp_access(s)) {
        return true;
    }
    if (!accumulate) {
        ir_vop1(s->b, opc, w, shift.size, a64_vreg(a->rd), a64_vreg(a->rn), places);
        return true;
    }
    t = ir_temp_vec(s->b);
    ir_vop1(s->b, opc, w, shift.size, t, a64_vreg(a->rn), places);
    ir_vop2(s->b, IR_VADD, w, shift.size, a64_vreg(a->rd), a64_vreg(a->rd), t);
    return true;
}

#define PLAIN(name, opc, accumulate)                                                    \
    TRANS(name##_vi) { return plain(s, a, opc, vector_shift(a), a->q, accumulate); }    \
    TRANS(name##_si) { return plain(s, a, opc, scalar64_shift(a), 0, accumulate); }

PLAIN(SSHR, IR_VSARI, false)
PLAIN(USHR, IR_VSHRI, false)
PLAIN(SSRA, IR_VSARI, true)
PLAIN(USRA, IR_VSHRI, true)
PLAIN(SHL, IR_VSHLI, false)

/* Right by c->imm places, rounded to nearest. */
static __int128 round_shift(__int128 v, unsigned places)
{
    return (v + ((__int128)1 << (places - 1))) >> places;
}

LANE_FN(srshr) { return round_shift(sx(c, a), c->imm); }
LANE_FN(urshr) { return round_shift(a, c->imm); }
LANE_FN(srsra) { return d + lane_srshr(c, a, b, d); }
LANE_FN(ursra) { return d + lane_urshr(c, a, b, d); }

/* The places that the shift leaves free keep the destination's bits. */
LANE_FN(sri)
{
    uint64_t mask = c->imm == c->bits ? 0 : lane_mask(c->bits - c->imm);

    return (d & ~mask) | (c->imm == 64 ? 0 : a >> c->imm);
}

LANE_FN(sli)
{
    uint64_t mask = UINT64_MAX << c->imm;

    return (d & ~mask) | a << c->imm;
}

LANE_FN(sqshlu) { return lane_sat_unsigned(c, (__int128)sx(c, a) << c->imm, c->bits); }
LANE_FN(sqshl) { return lane_sat_signed(c, (__int128)sx(c, a) << c->imm, c->bits); }
LANE_FN(uqshl) { return lane_sat_unsigned(c, (__int128)a << c->imm, c->bits); }

static bool right(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    Shift shift = vector_shift(a);

    return emit(s, a, fn, lanes_vector(shift.size, a->q), shift.right);
}

static bool right_scalar(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    return emit(s, a, fn, lanes_same(MO_64, 1), scalar64_shift(a).right);
}

static bool left(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    Shift shift = vector_shift(a);

    return emit(s, a, fn, lanes_vector(shift.size, a->q), shift.left);
}

/* Saturating shifts have scalars of all sizes. */
static bool left_scalar(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    Shift shift = vector_shift(a);

    return emit(s, a, fn, lanes_same(shift.size, 1), shift.left);
}

#define RIGHT(name, fn)                                    \
    TRANS(name##_vi) { return right(s, a, fn); }           \
    TRANS(name##_si) { return right_scalar(s, a, fn); }
#define LEFT(name, fn)                                     \
    TRANS(name##_vi) { return left(s, a, fn); }            \
    TRANS(name##_si) { return left_scalar(s, a, fn); }

RIGHT(SRSHR, lane_srshr)
RIGHT(URSHR, lane_urshr)
RIGHT(SRSRA, lane_srsra)
RIGHT(URSRA, lane_ursra)
RIGHT(SRI, lane_sri)
LEFT(SQSHLU, lane_sqshlu)
LEFT(SQSHL, lane_sqshl)
LEFT(UQSHL, lane_uqshl)

TRANS(SLI_vi) { return left(s, a, lane_sli); }

TRANS(SLI_si)
{
    return emit(s, a, lane_sli, lanes_same(MO_64, 1), scalar64_shift(a).left);
}

/* -- narrowing: immh names the destination's lanes -------------------------------------------- */

LANE_FN(shrn) { return a >> c->imm; }
LANE_FN(rshrn) { return round_shift(a, c->imm); }
LANE_FN(sqshrn) { return lane_sat_signed(c, sx(c, a) >> c->imm, c->dbits); }
LANE_FN(sqrshrn) { return lane_sat_signed(c, round_shift(sx(c, a), c->imm), c->dbits); }
LANE_FN(uqshrn) { return lane_sat_unsigned(c, a >> c->imm, c->dbits); }
LANE_FN(uqrshrn) { return lane_sat_unsigned(c, round_shift(a, c->imm), c->dbits); }
LANE_FN(sqshrun) { return lane_sat_unsigned(c, sx(c, a) >> c->imm, c->dbits); }
LANE_FN(sqrshrun) { return lane_sat_unsigned(c, round_shift(sx(c, a), c->imm), c->dbits); }

static LaneShape narrow_shape(unsigned dsize, unsigned count)
{
    LaneShape shape = lanes_same(dsize, count);

    shape.nsize = shape.msize = dsize + 1;
    return shape;
}

static bool narrow(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    Shift shift = shift_of(a->immh3, a->immb);
    LaneShape shape = narrow_shape(shift.size, 8U >> shift.size);

    shape.dfirst = a->q ? shape.count : 0;
    shape.keep = a->q;
    return emit(s, a, fn, shape, shift.right);
}

static bool narrow_scalar(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    Shift shift = shift_of(a->immh3, a->immb);

    return emit(s, a, fn, narrow_shape(shift.size, 1), shift.right);
}

#define NARROW_BOTH(name, fn)                              \
    TRANS(name##_vi) { return narrow(s, a, fn); }          \
    TRANS(name##_si) { return narrow_scalar(s, a, fn); }

TRANS(SHRN_vi) { return narrow(s, a, lane_shrn); }
TRANS(RSHRN_vi) { return narrow(s, a, lane_rshrn); }
NARROW_BOTH(SQSHRN, lane_sqshrn)
NARROW_BOTH(SQRSHRN, lane_sqrshrn)
NARROW_BOTH(UQSHRN, lane_uqshrn)
NARROW_BOTH(UQRSHRN, lane_uqrshrn)
NARROW_BOTH(SQSHRUN, lane_sqshrun)
NARROW_BOTH(SQRSHRUN, lane_sqrshrun)

/* -- long ------------------------------------------------------------------------------------- */

LANE_FN(sshll) { return (uint64_t)sx(c, a) << c->imm; }
LANE_FN(ushll) { return a << c->imm; }

static bool widen(DisasContext *s, const A64Insn *a, LaneFn *fn)
{
    Shift shift = shift_of(a->immh3, a->immb);
    LaneShape shape = lanes_vector(shift.size, 0);

    shape.dsize = shift.size + 1;
    shape.nfirst = shape.mfirst = a->q ? shape.count : 0;
    return emit(s, a, fn, shape, shift.left);
}

TRANS(SSHLL_vi) { return widen(s, a, lane_sshll); }
TRANS(USHLL_vi) { return widen(s, a, lane_ushll); }

/* -- fixed point ------------------------------------------------------------------------------ */

LANE_FN(scvtf) { return fp_from_fixed(c->size, a, c->imm, false, c->bits, &c->fp); }
LANE_FN(ucvtf) { return fp_from_fixed(c->size, a, c->imm, true, c->bits, &c->fp); }

LANE_FN(fcvtzs)
{
    return fp_to_fixed(c->size, a, c->imm, false, c->bits, FP_ROUND_ZERO, &c->fp);
}

LANE_FN(fcvtzu)
{
    return fp_to_fixed(c->size, a, c->imm, true, c->bits, FP_ROUND_ZERO, &c->fp);
}

#define FIXED(name, fn)                                                    \
    TRANS(name##_vi) { return right(s, a, fn); }                           \
    TRANS(name##_si)                                                       \
    {                                                                      \
        Shift shift = vector_shift(a);                                     \
        return emit(s, a, fn, lanes_same(shift.size, 1), shift.right);     \
    }

FIXED(SCVTF, lane_scvtf)
FIXED(UCVTF, lane_ucvtf)
FIXED(FCVTZS, lane_fcvtzs)
FIXED(FCVTZU, lane_fcvtzu)
