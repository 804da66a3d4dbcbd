/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scalar floating point, and conversions from and to general registers (Arm ARM C4.1, "Data
 * Processing -- Scalar Floating-Point").  Arithmetic goes by helpers; moves, signs and selections
 * are done in place.
 */
#include "qemu/osdep.h"
#include "simd-lanes.h"

/* log2 of bytes for the field ftype: 0 single, 1 double, 3 half. */
static unsigned scalar_size(unsigned ftype)
{
    return ftype == 3 ? MO_16 : MO_32 + ftype;
}

static IrRef read_scalar(DisasContext *s, unsigned size, unsigned n)
{
    IrRef t = ir_temp(s->b);

    ir_vlane(s->b, size, 0, t, a64_vreg(n));
    return t;
}

/* The register's other bits become 0. */
static void write_scalar(DisasContext *s, unsigned size, unsigned d, IrRef value)
{
    ir_vmovi(s->b, IR_X, a64_vreg(d), 0);
    ir_vins(s->b, size, 0, a64_vreg(d), a64_vreg(d), value);
}

/* -- arithmetic ------------------------------------------------------------------------------- */

static bool scalar(DisasContext *s, const A64Insn *a, LaneFn *fn, unsigned m, unsigned imm)
{
    LaneShape shape = lanes_same(scalar_size(a->ftype), 1);

    shape.imm = imm;
    return a64_lanes(s, fn, &shape, (LaneRegs) { a->rd, a->rn, m });
}

#define LANE_FN(name) \
    static uint64_t lane_##name(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)

LANE_FN(nmul)
{
    return fp_neg(c->size, fp_mul(c->size, a, b, &c->fp));
}

#define SCALAR2(name, fn)                                  \
    bool trans_##name##_f(DisasContext *s, const A64Insn *a) \
    {                                                      \
        return scalar(s, a, fn, a->rm, 0);                 \
    }
#define SCALAR1(name, fn, imm)                             \
    bool trans_##name##_f(DisasContext *s, const A64Insn *a) \
    {                                                      \
        return scalar(s, a, fn, a->rn, imm);               \
    }

SCALAR2(FMUL, lane_fp_mul)
SCALAR2(FNMUL, lane_nmul)
SCALAR2(FDIV, lane_fp_div)
SCALAR2(FADD, lane_fp_add)
SCALAR2(FSUB, lane_fp_sub)
SCALAR2(FMAX, lane_fp_max)
SCALAR2(FMIN, lane_fp_min)
SCALAR2(FMAXNM, lane_fp_maxnum)
SCALAR2(FMINNM, lane_fp_minnum)
SCALAR1(FSQRT, lane_fp_sqrt, 0)
SCALAR1(FRINTN, lane_fp_rint, FP_ROUND_TIEEVEN)
SCALAR1(FRINTP, lane_fp_rint, FP_ROUND_POSINF)
SCALAR1(FRINTM, lane_fp_rint, FP_ROUND_NEGINF)
SCALAR1(FRINTZ, lane_fp_rint, FP_ROUND_ZERO)
SCALAR1(FRINTA, lane_fp_rint, FP_ROUND_TIEAWAY)
SCALAR1(FRINTX, lane_fp_rintx, 0)
SCALAR1(FRINTI, lane_fp_rinti, 0)

bool trans_FCVT_f(DisasContext *s, const A64Insn *a)
{
    LaneShape shape = lanes_same(scalar_size(a->ftype), 1);

    shape.dsize = scalar_size(a->opc);
    return a64_lanes(s, lane_fp_convert, &shape, (LaneRegs) { a->rd, a->rn, a->rn });
}

/* -- multiply-add ----------------------------------------------------------------------------- */

/* ±addend ± n * m; @signs: bit 0 negates the addend, bit 1 the product. */
static uint64_t helper_fp_muladd(CPUARMState *env, uint64_t addend, uint64_t n, uint64_t m,
                                 uint64_t size, uint64_t signs)
{
    FPStatus status = arm_fp_status(env);

    if (signs & 1) {
        addend = fp_neg(size, addend);
    }
    if (signs & 2) {
        n = fp_neg(size, n);
    }
    uint64_t result = fp_muladd(size, addend, n, m, &status);
    arm_fp_accumulate(env, &status);
    return result;
}
IR_HELPER(helper_fp_muladd, 5, true, IR_CALL_EFFECTS);

static bool muladd(DisasContext *s, const A64Insn *a, unsigned signs)
{
    unsigned size = scalar_size(a->ftype);
    IrRef result;

    if (!a64_fp_access(s)) {
        return true;
    }
    result = ir_temp(s->b);
    ir_calln(s->b, &helper_desc_helper_fp_muladd, result, read_scalar(s, size, a->ra),
             read_scalar(s, size, a->rn), read_scalar(s, size, a->rm),
             ir_const(s->b, size - MO_16 + FP_HALF), ir_const(s->b, signs));
    write_scalar(s, size, a->rd, result);
    return true;
}

bool trans_FMADD_f(DisasContext *s, const A64Insn *a)
{
    return muladd(s, a, 0);
}

bool trans_FMSUB_f(DisasContext *s, const A64Insn *a)
{
    return muladd(s, a, 2);
}

bool trans_FNMADD_f(DisasContext *s, const A64Insn *a)
{
    return muladd(s, a, 3);
}

bool trans_FNMSUB_f(DisasContext *s, const A64Insn *a)
{
    return muladd(s, a, 1);
}

/* -- moves, signs ----------------------------------------------------------------------------- */

bool trans_FMOV_f(DisasContext *s, const A64Insn *a)
{
    unsigned size = scalar_size(a->ftype);

    if (a64_fp_access(s)) {
        write_scalar(s, size, a->rd, read_scalar(s, size, a->rn));
    }
    return true;
}

static bool change_sign(DisasContext *s, const A64Insn *a, IrOpc opc, bool invert)
{
    unsigned size = scalar_size(a->ftype);
    uint64_t sign = 1ULL << ((8 << size) - 1);
    IrRef t;

    if (a64_fp_access(s)) {
        t = read_scalar(s, size, a->rn);
        ir_op2i(s->b, opc, IR_X, t, t, invert ? ~sign : sign);
        write_scalar(s, size, a->rd, t);
    }
    return true;
}

bool trans_FABS_f(DisasContext *s, const A64Insn *a)
{
    return change_sign(s, a, IR_AND, true);
}

bool trans_FNEG_f(DisasContext *s, const A64Insn *a)
{
    return change_sign(s, a, IR_XOR, false);
}

uint64_t a64_fp_expand_imm(unsigned size, unsigned imm8)
{
    unsigned exponent_bits = size == MO_16 ? 5 : size == MO_32 ? 8 : 11;
    unsigned fraction_bits = (8 << size) - 1 - exponent_bits;
    uint64_t sign = imm8 >> 7;
    uint64_t exponent = (imm8 & 0x40 ? (1ULL << (exponent_bits - 1)) - 4
                                     : 1ULL << (exponent_bits - 1)) | (imm8 >> 4 & 3);
    return sign << ((8 << size) - 1) | exponent << fraction_bits |
           (uint64_t)(imm8 & 15) << (fraction_bits - 4);
}

bool trans_FMOV_fi(DisasContext *s, const A64Insn *a)
{
    unsigned size = scalar_size(a->ftype);

    if (a64_fp_access(s)) {
        write_scalar(s, size, a->rd, ir_const(s->b, a64_fp_expand_imm(size, a->imm8)));
    }
    return true;
}

bool trans_FMOV_to_g(DisasContext *s, const A64Insn *a)
{
    if (a64_fp_access(s)) {
        ir_vlane(s->b, scalar_size(a->ftype), 0, a64_dest(s, a->rd), a64_vreg(a->rn));
    }
    return true;
}

bool trans_FMOV_from_g(DisasContext *s, const A64Insn *a)
{
    if (a64_fp_access(s)) {
        write_scalar(s, scalar_size(a->ftype), a->rd, a64_reg(s, a->rn));
    }
    return true;
}

bool trans_FMOV_to_x_top(DisasContext *s, const A64Insn *a)
{
    if (a64_fp_access(s)) {
        ir_vlane(s->b, MO_64, 1, a64_dest(s, a->rd), a64_vreg(a->rn));
    }
    return true;
}

bool trans_FMOV_from_x_top(DisasContext *s, const A64Insn *a)
{
    if (a64_fp_access(s)) {
        ir_vins(s->b, MO_64, 1, a64_vreg(a->rd), a64_vreg(a->rd), a64_reg(s, a->rn));
    }
    return true;
}

bool trans_FCSEL_f(DisasContext *s, const A64Insn *a)
{
    unsigned size = scalar_size(a->ftype);
    IrRef t;

    if (a64_fp_access(s)) {
        t = ir_temp(s->b);
        ir_selflags(s->b, IR_X, a->cond, t, read_scalar(s, size, a->rn),
                    read_scalar(s, size, a->rm));
        write_scalar(s, size, a->rd, t);
    }
    return true;
}

/* -- comparison ------------------------------------------------------------------------------- */

/* NZCV in bits 31..28. */
static uint64_t helper_fp_compare(CPUARMState *env, uint64_t n, uint64_t m, uint64_t size,
                                  uint64_t signal_nans)
{
    FPStatus status = arm_fp_status(env);
    FPOrder order = fp_compare(size, n, m, signal_nans, &status);

    arm_fp_accumulate(env, &status);
    return (uint64_t)order << 28;
}
IR_HELPER(helper_fp_compare, 4, true, IR_CALL_EFFECTS);

static void emit_compare(DisasContext *s, const A64Insn *a, IrRef m, bool signal_nans)
{
    unsigned size = scalar_size(a->ftype);

    ir_calln(s->b, &helper_desc_helper_fp_compare, a64_nzcv(), read_scalar(s, size, a->rn), m,
             ir_const(s->b, size - MO_16 + FP_HALF), ir_const(s->b, signal_nans));
}

static bool compare(DisasContext *s, const A64Insn *a, bool zero, bool signal_nans)
{
    if (a64_fp_access(s)) {
        emit_compare(s, a,
                     zero ? ir_const(s->b, 0) : read_scalar(s, scalar_size(a->ftype), a->rm),
                     signal_nans);
    }
    return true;
}

bool trans_FCMP_f(DisasContext *s, const A64Insn *a)
{
    return compare(s, a, false, false);
}

bool trans_FCMP0_f(DisasContext *s, const A64Insn *a)
{
    return compare(s, a, true, false);
}

bool trans_FCMPE_f(DisasContext *s, const A64Insn *a)
{
    return compare(s, a, false, true);
}

bool trans_FCMPE0_f(DisasContext *s, const A64Insn *a)
{
    return compare(s, a, true, true);
}

static bool cond_compare(DisasContext *s, const A64Insn *a, bool signal_nans)
{
    IrLabel otherwise;
    IrLabel done;

    if (!a64_fp_access(s)) {
        return true;
    }
    if (a->cond >= IR_FLAG_AL) {
        return compare(s, a, false, signal_nans);
    }
    otherwise = ir_label_new(s->b);
    done = ir_label_new(s->b);
    ir_brflags(s->b, a->cond ^ 1, otherwise);
    emit_compare(s, a, read_scalar(s, scalar_size(a->ftype), a->rm), signal_nans);
    ir_br(s->b, done);
    ir_label_place(s->b, otherwise);
    ir_movi(s->b, a64_nzcv(), (uint64_t)a->nzcv << 28);
    ir_label_place(s->b, done);
    return true;
}

bool trans_FCCMP_f(DisasContext *s, const A64Insn *a)
{
    return cond_compare(s, a, false);
}

bool trans_FCCMPE_f(DisasContext *s, const A64Insn *a)
{
    return cond_compare(s, a, true);
}

/* -- conversions ------------------------------------------------------------------------------ */

/* How a conversion is done, as one constant of the IR. */
typedef union Conversion {
    struct {
        uint8_t size;           /* an FPSize */
        uint8_t width;          /* of the integer */
        uint8_t fbits;
        uint8_t rounding;
        bool is_unsigned;
    } f;
    uint64_t word;
} Conversion;

static uint64_t helper_fp_to_fixed(CPUARMState *env, uint64_t value, uint64_t how)
{
    FPStatus status = arm_fp_status(env);
    Conversion c = { .word = how };
    uint64_t result = fp_to_fixed(c.f.size, value, c.f.fbits, c.f.is_unsigned, c.f.width,
                                  c.f.rounding, &status);

    arm_fp_accumulate(env, &status);
    return result;
}
IR_HELPER(helper_fp_to_fixed, 2, true, IR_CALL_EFFECTS);

static uint64_t helper_fp_from_fixed(CPUARMState *env, uint64_t value, uint64_t how)
{
    FPStatus status = arm_fp_status(env);
    Conversion c = { .word = how };
    uint64_t result = fp_from_fixed(c.f.size, value, c.f.fbits, c.f.is_unsigned, c.f.width,
                                    &status);

    arm_fp_accumulate(env, &status);
    return result;
}
IR_HELPER(helper_fp_from_fixed, 2, true, IR_CALL_EFFECTS);

static Conversion conversion(const A64Insn *a, unsigned fbits, bool is_unsigned,
                             FPRounding rounding)
{
    Conversion c = { .word = 0 };

    c.f.size = scalar_size(a->ftype) - MO_16 + FP_HALF;
    c.f.width = a->sf ? 64 : 32;
    c.f.fbits = fbits;
    c.f.is_unsigned = is_unsigned;
    c.f.rounding = rounding;
    return c;
}

static bool to_general(DisasContext *s, const A64Insn *a, unsigned fbits, bool is_unsigned,
                       FPRounding rounding)
{
    if (a64_fp_access(s)) {
        ir_calln(s->b, &helper_desc_helper_fp_to_fixed, a64_dest(s, a->rd),
                 read_scalar(s, scalar_size(a->ftype), a->rn),
                 ir_const(s->b, conversion(a, fbits, is_unsigned, rounding).word));
    }
    return true;
}

static bool from_general(DisasContext *s, const A64Insn *a, unsigned fbits, bool is_unsigned)
{
    IrRef t;

    if (a64_fp_access(s)) {
        t = ir_temp(s->b);
        ir_calln(s->b, &helper_desc_helper_fp_from_fixed, t, a64_reg(s, a->rn),
                 ir_const(s->b, conversion(a, fbits, is_unsigned, FP_ROUND_ZERO).word));
        write_scalar(s, scalar_size(a->ftype), a->rd, t);
    }
    return true;
}

#define TO_GENERAL(name, rounding)                              \
    bool trans_##name##S_g(DisasContext *s, const A64Insn *a)   \
    {                                                           \
        return to_general(s, a, 0, false, rounding);            \
    }                                                           \
    bool trans_##name##U_g(DisasContext *s, const A64Insn *a)   \
    {                                                           \
        return to_general(s, a, 0, true, rounding);             \
    }

TO_GENERAL(FCVTN, FP_ROUND_TIEEVEN)
TO_GENERAL(FCVTP, FP_ROUND_POSINF)
TO_GENERAL(FCVTM, FP_ROUND_NEGINF)
TO_GENERAL(FCVTZ, FP_ROUND_ZERO)
TO_GENERAL(FCVTA, FP_ROUND_TIEAWAY)

bool trans_SCVTF_g(DisasContext *s, const A64Insn *a)
{
    return from_general(s, a, 0, false);
}

bool trans_UCVTF_g(DisasContext *s, const A64Insn *a)
{
    return from_general(s, a, 0, true);
}

bool trans_SCVTF_gfix(DisasContext *s, const A64Insn *a)
{
    return from_general(s, a, 64 - a->scale6, false);
}

bool trans_UCVTF_gfix(DisasContext *s, const A64Insn *a)
{
    return from_general(s, a, 64 - a->scale6, true);
}

bool trans_FCVTZS_gfix(DisasContext *s, const A64Insn *a)
{
    return to_general(s, a, 64 - a->scale6, false, FP_ROUND_ZERO);
}

bool trans_FCVTZU_gfix(DisasContext *s, const A64Insn *a)
{
    return to_general(s, a, 64 - a->scale6, true, FP_ROUND_ZERO);
}

/* The result in bits 31..0, NZCV in 63..60. */
static uint64_t helper_fp_jcvtzs(CPUARMState *env, uint64_t value)
{
    FPStatus status = arm_fp_status(env);
    bool exact;
    uint64_t result = fp_to_int32_js(value, &exact, &status);

    arm_fp_accumulate(env, &status);
    return result | (uint64_t)exact << 62;
}
IR_HELPER(helper_fp_jcvtzs, 1, true, IR_CALL_EFFECTS);

bool trans_FJCVTZS(DisasContext *s, const A64Insn *a)
{
    IrRef t;

    if (a64_fp_access(s)) {
        t = ir_temp(s->b);
        ir_calln(s->b, &helper_desc_helper_fp_jcvtzs, t, read_scalar(s, MO_64, a->rn));
        ir_op2i(s->b, IR_SHR, IR_X, a64_nzcv(), t, 32);
        ir_zext(s->b, a64_dest(s, a->rd), t, 32);
    }
    return true;
}
