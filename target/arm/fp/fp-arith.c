/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: addition, multiplication, division, square root, fused multiply-add.
 *
 * The common case runs on the host's own unit: single and double, rounding to nearest, operands
 * and result zero or normal, and inexact already told (so that it need not be found out).
 * Everything else is done on integers.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include <math.h>
#include "fp-internal.h"

/* -- the host's unit ------------------------------------------------------------------------- */

static inline float as_float(uint64_t a)
{
    union {
        uint32_t u;
        float f;
    } v = { .u = a };
    return v.f;
}

static inline uint64_t from_float(float f)
{
    union {
        float f;
        uint32_t u;
    } v = { .f = f };
    return v.u;
}

static inline double as_double(uint64_t a)
{
    union {
        uint64_t u;
        double d;
    } v = { .u = a };
    return v.d;
}

static inline uint64_t from_double(double d)
{
    union {
        double d;
        uint64_t u;
    } v = { .d = d };
    return v.u;
}

static inline bool host_rounds_alike(const FPStatus *status)
{
    return status->rounding == FP_ROUND_TIEEVEN && (status->flags & FP_IXC);
}

/* Zero, or a normal number that is not infinite. */
static inline bool is_plain(FPSize size, uint64_t a)
{
    int biased = fp_biased_exponent(size, a);

    return (biased != 0 && biased != fp_exponent_max(size)) || fp_abs(size, a) == 0;
}

/* Is the host's result one that raises nothing but inexact?  The least normal may be rounded up. */
static inline bool is_safe_result(FPSize size, uint64_t r)
{
    uint64_t magnitude = fp_abs(size, r);
    unsigned fraction_bits = fp_formats[size].fraction_bits;

    return magnitude > 1ULL << fraction_bits &&
           magnitude < (uint64_t)fp_exponent_max(size) << fraction_bits;
}

/* Returns from the function with the host's result (one of the two expressions) if it serves. */
#define TRY_HOST(size, a, b, f32, f64)                                          \
    if (size != FP_HALF && host_rounds_alike(status) && is_plain(size, a) &&     \
        is_plain(size, b)) {                                                     \
        uint64_t host = size == FP_SINGLE ? from_float(f32) : from_double(f64);  \
        if (is_safe_result(size, host)) {                                        \
            return host;                                                         \
        }                                                                        \
    }

/* -- sums ------------------------------------------------------------------------------------ */

/* Two bits are left free above a significand, so that a sum cannot overflow. */
#define HEADROOM 2

/* The sum of two NORMAL numbers given as v * 2^(exponent - 127 + HEADROOM). */
static uint64_t add_magnitudes(FPSize size, bool sign_a, int exp_a, fp_u128 a, bool sign_b,
                               int exp_b, fp_u128 b, FPStatus *status)
{
    int exponent = MAX(exp_a, exp_b);

    a = fp_shift_right_jam128(a, exponent - exp_a);
    b = fp_shift_right_jam128(b, exponent - exp_b);
    if (sign_a == sign_b) {
        return fp_round_u128(size, sign_a, exponent + HEADROOM, a + b, status);
    }
    return a > b ? fp_round_u128(size, sign_a, exponent + HEADROOM, a - b, status)
                 : fp_round_u128(size, sign_b, exponent + HEADROOM, b - a, status);
}

static fp_u128 widen(const FPParts *parts)
{
    return (fp_u128)parts->significand << (64 - HEADROOM);
}

static uint64_t add_signed(FPSize size, uint64_t a, uint64_t b, bool subtract, FPStatus *status)
{
    FPParts pa = fp_unpack(size, a, status);
    FPParts pb = fp_unpack(size, b, status);
    uint64_t nan;

    if (fp_process_nans(size, &pa, a, &pb, b, &nan, status)) {
        return nan;
    }
    pb.sign ^= subtract;
    if (pa.cls == FP_CLASS_INFINITY) {
        return pb.cls == FP_CLASS_INFINITY && pa.sign != pb.sign ? fp_invalid(size, status)
                                                                 : fp_infinity(size, pa.sign);
    }
    if (pb.cls == FP_CLASS_INFINITY) {
        return fp_infinity(size, pb.sign);
    }
    if (pa.cls == FP_CLASS_ZERO && pb.cls == FP_CLASS_ZERO) {
        return fp_zero(size, pa.sign == pb.sign ? pa.sign : status->rounding == FP_ROUND_NEGINF);
    }
    if (pa.cls == FP_CLASS_ZERO || pb.cls == FP_CLASS_ZERO) {
        return fp_round(size, pa.cls == FP_CLASS_ZERO ? &pb : &pa, status);
    }
    return add_magnitudes(size, pa.sign, pa.exponent, widen(&pa), pb.sign, pb.exponent,
                          widen(&pb), status);
}

uint64_t fp_add(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    TRY_HOST(size, a, b, as_float(a) + as_float(b), as_double(a) + as_double(b));
    return add_signed(size, a, b, false, status);
}

uint64_t fp_sub(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    TRY_HOST(size, a, b, as_float(a) - as_float(b), as_double(a) - as_double(b));
    return add_signed(size, a, b, true, status);
}

/* -- products -------------------------------------------------------------------------------- */

static bool is_zero_times_infinity(const FPParts *a, const FPParts *b)
{
    return (a->cls == FP_CLASS_ZERO && b->cls == FP_CLASS_INFINITY) ||
           (a->cls == FP_CLASS_INFINITY && b->cls == FP_CLASS_ZERO);
}

static uint64_t multiply(FPSize size, uint64_t a, uint64_t b, bool extended, FPStatus *status)
{
    FPParts pa = fp_unpack(size, a, status);
    FPParts pb = fp_unpack(size, b, status);
    bool sign = pa.sign ^ pb.sign;
    uint64_t nan;

    if (fp_process_nans(size, &pa, a, &pb, b, &nan, status)) {
        return nan;
    }
    if (is_zero_times_infinity(&pa, &pb)) {
        return extended ? fp_two(size, sign) : fp_invalid(size, status);
    }
    if (pa.cls == FP_CLASS_INFINITY || pb.cls == FP_CLASS_INFINITY) {
        return fp_infinity(size, sign);
    }
    if (pa.cls == FP_CLASS_ZERO || pb.cls == FP_CLASS_ZERO) {
        return fp_zero(size, sign);
    }
    return fp_round_u128(size, sign, pa.exponent + pb.exponent + 1,
                         (fp_u128)pa.significand * pb.significand, status);
}

uint64_t fp_mul(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    TRY_HOST(size, a, b, as_float(a) * as_float(b), as_double(a) * as_double(b));
    return multiply(size, a, b, false, status);
}

uint64_t fp_mulx(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    return multiply(size, a, b, true, status);
}

/* -- fused multiply-add ---------------------------------------------------------------------- */

/* (@addend + @a * @b) * 2^@scale for finite @a, @b that are not NaN; @addend likewise. */
static uint64_t fused(FPSize size, const FPParts *addend, const FPParts *a, const FPParts *b,
                      int scale, FPStatus *status)
{
    bool sign = a->sign ^ b->sign;

    if (a->cls == FP_CLASS_ZERO || b->cls == FP_CLASS_ZERO) {
        if (addend->cls == FP_CLASS_ZERO) {
            return fp_zero(size, addend->sign == sign ? sign
                                                      : status->rounding == FP_ROUND_NEGINF);
        }
        FPParts scaled = *addend;
        scaled.exponent += scale;
        return fp_round(size, &scaled, status);
    }
    /* At most 106 bits of the product are used: shifting it by HEADROOM loses nothing. */
    fp_u128 product = ((fp_u128)a->significand * b->significand) >> HEADROOM;
    int exponent = a->exponent + b->exponent + 1 + scale;
    if (addend->cls == FP_CLASS_ZERO) {
        return fp_round_u128(size, sign, exponent + HEADROOM, product, status);
    }
    return add_magnitudes(size, addend->sign, addend->exponent + scale, widen(addend), sign,
                          exponent, product, status);
}

/* FPProcessNaNs3(): signalling ones first, then addend, first, second operand. */
static bool process_nans3(FPSize size, const FPParts parts[3], const uint64_t raw[3],
                          uint64_t *result, FPStatus *status)
{
    for (FPClass cls = FP_CLASS_SNAN; cls >= FP_CLASS_QNAN; cls--) {
        for (int i = 0; i < 3; i++) {
            if (parts[i].cls == cls) {
                *result = fp_process_nan(size, cls, raw[i], status);
                return true;
            }
        }
    }
    return false;
}

static uint64_t muladd(FPSize size, uint64_t addend, uint64_t a, uint64_t b, FPStatus *status)
{
    FPParts parts[3] = {
        fp_unpack(size, addend, status),
        fp_unpack(size, a, status),
        fp_unpack(size, b, status),
    };
    const uint64_t raw[3] = { addend, a, b };
    bool sign = parts[1].sign ^ parts[2].sign;
    bool product_invalid = is_zero_times_infinity(&parts[1], &parts[2]);
    uint64_t nan;

    if (process_nans3(size, parts, raw, &nan, status)) {
        if (parts[0].cls == FP_CLASS_QNAN && product_invalid) {
            return fp_invalid(size, status);
        }
        return nan;
    }
    bool product_infinite = parts[1].cls == FP_CLASS_INFINITY ||
                            parts[2].cls == FP_CLASS_INFINITY;
    bool addend_infinite = parts[0].cls == FP_CLASS_INFINITY;
    if (product_invalid || (product_infinite && addend_infinite && parts[0].sign != sign)) {
        return fp_invalid(size, status);
    }
    if (addend_infinite || product_infinite) {
        return fp_infinity(size, addend_infinite ? parts[0].sign : sign);
    }
    return fused(size, &parts[0], &parts[1], &parts[2], 0, status);
}

uint64_t fp_muladd(FPSize size, uint64_t addend, uint64_t a, uint64_t b, FPStatus *status)
{
    if (size != FP_HALF && host_rounds_alike(status) && is_plain(size, addend) &&
        is_plain(size, a) && is_plain(size, b)) {
        uint64_t host = size == FP_SINGLE
                            ? from_float(fmaf(as_float(a), as_float(b), as_float(addend)))
                            : from_double(fma(as_double(a), as_double(b), as_double(addend)));
        if (is_safe_result(size, host)) {
            return host;
        }
    }
    return muladd(size, addend, a, b, status);
}

/* @constant - @a * @b, halved if @halve; @special is the result for zero times infinity. */
static uint64_t fused_step(FPSize size, uint64_t constant, uint64_t special, bool halve,
                           uint64_t a, uint64_t b, FPStatus *status)
{
    a = fp_neg(size, a);
    FPParts pc = fp_unpack(size, constant, status);
    FPParts pa = fp_unpack(size, a, status);
    FPParts pb = fp_unpack(size, b, status);
    uint64_t nan;

    if (fp_process_nans(size, &pa, a, &pb, b, &nan, status)) {
        return nan;
    }
    if (is_zero_times_infinity(&pa, &pb)) {
        return special;
    }
    if (pa.cls == FP_CLASS_INFINITY || pb.cls == FP_CLASS_INFINITY) {
        return fp_infinity(size, pa.sign ^ pb.sign);
    }
    return fused(size, &pc, &pa, &pb, halve ? -1 : 0, status);
}

uint64_t fp_recip_step(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    return fused_step(size, fp_two(size, false), fp_two(size, false), false, a, b, status);
}

uint64_t fp_rsqrt_step(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    /* 3.0 is 1.5 with the next exponent. */
    uint64_t three = fp_one_point_five(size, false) + (1ULL << fp_formats[size].fraction_bits);

    return fused_step(size, three, fp_one_point_five(size, false), true, a, b, status);
}

/* -- division and square root ---------------------------------------------------------------- */

static uint64_t divide(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    FPParts pa = fp_unpack(size, a, status);
    FPParts pb = fp_unpack(size, b, status);
    bool sign = pa.sign ^ pb.sign;
    uint64_t nan;

    if (fp_process_nans(size, &pa, a, &pb, b, &nan, status)) {
        return nan;
    }
    if (pa.cls == pb.cls && pa.cls != FP_CLASS_NORMAL) {
        return fp_invalid(size, status); /* zero by zero, infinity by infinity */
    }
    if (pa.cls == FP_CLASS_INFINITY) {
        return fp_infinity(size, sign);
    }
    if (pb.cls == FP_CLASS_ZERO) {
        status->flags |= FP_DZC;
        return fp_infinity(size, sign);
    }
    if (pa.cls == FP_CLASS_ZERO || pb.cls == FP_CLASS_INFINITY) {
        return fp_zero(size, sign);
    }
    fp_u128 dividend = (fp_u128)pa.significand << 63;
    fp_u128 quotient = dividend / pb.significand;
    bool remainder = dividend % pb.significand != 0;
    /* The quotient is in (2^62, 2^64); one more place makes room for the sticky bit. */
    return fp_round_u128(size, sign, pa.exponent - pb.exponent + 63,
                         quotient << 1 | remainder, status);
}

uint64_t fp_div(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    TRY_HOST(size, a, b, as_float(a) / as_float(b), as_double(a) / as_double(b));
    return divide(size, a, b, status);
}

/* floor(sqrt(@v)), and whether there is a remainder. */
static uint64_t integer_sqrt(fp_u128 v, bool *remainder)
{
    uint64_t root = 0;

    for (int bit = 63; bit >= 0; bit--) {
        uint64_t candidate = root | 1ULL << bit;
        if ((fp_u128)candidate * candidate <= v) {
            root = candidate;
        }
    }
    *remainder = (fp_u128)root * root != v;
    return root;
}

static uint64_t square_root(FPSize size, uint64_t a, FPStatus *status)
{
    FPParts pa = fp_unpack(size, a, status);

    if (fp_is_nan(pa.cls)) {
        return fp_process_nan(size, pa.cls, a, status);
    }
    if (pa.cls == FP_CLASS_ZERO) {
        return fp_zero(size, pa.sign);
    }
    if (pa.sign) {
        return fp_invalid(size, status);
    }
    if (pa.cls == FP_CLASS_INFINITY) {
        return fp_infinity(size, false);
    }
    /* An even exponent is halved exactly: the radicand is in [2^126, 2^128). */
    bool odd = pa.exponent & 1;
    bool remainder;
    uint64_t root = integer_sqrt((fp_u128)pa.significand << (63 + odd), &remainder);
    return fp_round_u128(size, false, (pa.exponent - odd) / 2 + 63, (fp_u128)root << 1 | remainder,
                         status);
}

uint64_t fp_sqrt(FPSize size, uint64_t a, FPStatus *status)
{
    TRY_HOST(size, a, a, sqrtf(as_float(a)), sqrt(as_double(a)));
    return square_root(size, a, status);
}
