/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: formats, taking numbers apart, rounding and packing them, NaN propagation.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "fp-internal.h"

const FPFormat fp_formats[] = {
    [FP_HALF] = { .exponent_bits = 5, .fraction_bits = 10 },
    [FP_SINGLE] = { .exponent_bits = 8, .fraction_bits = 23 },
    [FP_DOUBLE] = { .exponent_bits = 11, .fraction_bits = 52 },
};

/* -- constants ------------------------------------------------------------------------------- */

static uint64_t pack(FPSize size, bool sign, int biased, uint64_t fraction)
{
    return fp_zero(size, sign) | (uint64_t)biased << fp_formats[size].fraction_bits | fraction;
}

static uint64_t quiet_bit(FPSize size)
{
    return 1ULL << (fp_formats[size].fraction_bits - 1);
}

uint64_t fp_default_nan(FPSize size)
{
    return pack(size, false, fp_exponent_max(size), quiet_bit(size));
}

uint64_t fp_infinity(FPSize size, bool sign)
{
    return pack(size, sign, fp_exponent_max(size), 0);
}

uint64_t fp_max_normal(FPSize size, bool sign)
{
    return pack(size, sign, fp_exponent_max(size) - 1, fp_fraction_mask(size));
}

uint64_t fp_two(FPSize size, bool sign)
{
    return pack(size, sign, fp_bias(size) + 1, 0);
}

uint64_t fp_one_point_five(FPSize size, bool sign)
{
    return pack(size, sign, fp_bias(size), quiet_bit(size));
}

uint64_t fp_neg(FPSize size, uint64_t a)
{
    return a ^ fp_sign_bit(size);
}

uint64_t fp_abs(FPSize size, uint64_t a)
{
    return a & (fp_sign_bit(size) - 1);
}

/* -- NaNs ------------------------------------------------------------------------------------ */

uint64_t fp_invalid(FPSize size, FPStatus *status)
{
    status->flags |= FP_IOC;
    return fp_default_nan(size);
}

uint64_t fp_process_nan(FPSize size, FPClass cls, uint64_t a, FPStatus *status)
{
    if (cls == FP_CLASS_SNAN) {
        status->flags |= FP_IOC;
        a |= quiet_bit(size);
    }
    return status->dn ? fp_default_nan(size) : a;
}

bool fp_process_nans(FPSize size, const FPParts *pa, uint64_t a, const FPParts *pb, uint64_t b,
                     uint64_t *result, FPStatus *status)
{
    if (!fp_is_nan(pa->cls) && !fp_is_nan(pb->cls)) {
        return false;
    }
    /* Signalling NaNs first, then the order of the operands. */
    bool take_a = pa->cls == FP_CLASS_SNAN ||
                  (pa->cls == FP_CLASS_QNAN && pb->cls != FP_CLASS_SNAN);
    *result = take_a ? fp_process_nan(size, pa->cls, a, status)
                     : fp_process_nan(size, pb->cls, b, status);
    return true;
}

/* -- unpacking ------------------------------------------------------------------------------- */

static bool flushes(FPSize size, const FPStatus *status)
{
    return size == FP_HALF ? status->fz16 : status->fz;
}

FPParts fp_unpack(FPSize size, uint64_t a, FPStatus *status)
{
    unsigned fraction_bits = fp_formats[size].fraction_bits;
    uint64_t fraction = a & fp_fraction_mask(size);
    int biased = fp_biased_exponent(size, a);
    FPParts parts = { .sign = fp_sign(size, a) };

    if (biased == fp_exponent_max(size)) {
        parts.cls = fraction == 0                  ? FP_CLASS_INFINITY
                    : fraction & quiet_bit(size)   ? FP_CLASS_QNAN
                                                   : FP_CLASS_SNAN;
        return parts;
    }
    if (biased != 0) {
        parts.cls = FP_CLASS_NORMAL;
        parts.exponent = biased - fp_bias(size);
        parts.significand = (fraction | 1ULL << fraction_bits) << (63 - fraction_bits);
        return parts;
    }
    if (fraction != 0 && flushes(size, status)) {
        status->flags |= size == FP_HALF ? 0 : FP_IDC;
        fraction = 0;
    }
    if (fraction == 0) {
        parts.cls = FP_CLASS_ZERO;
        return parts;
    }
    int shift = clz64(fraction);
    parts.cls = FP_CLASS_NORMAL;
    parts.exponent = 64 - shift - fp_bias(size) - (int)fraction_bits;
    parts.significand = fraction << shift;
    return parts;
}

/* -- rounding -------------------------------------------------------------------------------- */

bool fp_rounds_up(FPRounding rounding, bool sign, bool odd, uint64_t error)
{
    const uint64_t half = 1ULL << 63;

    switch (rounding) {
    case FP_ROUND_TIEEVEN:
        return error > half || (error == half && odd);
    case FP_ROUND_TIEAWAY:
        return error >= half;
    case FP_ROUND_POSINF:
        return error != 0 && !sign;
    case FP_ROUND_NEGINF:
        return error != 0 && sign;
    case FP_ROUND_ZERO:
    case FP_ROUND_ODD:
        break;
    }
    return false;
}

uint64_t fp_overflow(FPSize size, bool sign, FPStatus *status)
{
    status->flags |= FP_OFC | FP_IXC;
    bool to_infinity = status->rounding == FP_ROUND_TIEEVEN ||
                       status->rounding == FP_ROUND_TIEAWAY ||
                       (status->rounding == FP_ROUND_POSINF && !sign) ||
                       (status->rounding == FP_ROUND_NEGINF && sign);
    return to_infinity ? fp_infinity(size, sign) : fp_max_normal(size, sign);
}

static uint64_t round_parts(FPSize size, const FPParts *parts, bool ahp, FPStatus *status)
{
    unsigned fraction_bits = fp_formats[size].fraction_bits;
    unsigned drop = 63 - fraction_bits;
    int biased = parts->exponent + fp_bias(size);
    uint64_t significand = parts->significand;
    bool tiny = biased < 1;

    if (tiny) {
        significand = fp_high_jam(fp_shift_right_jam128((fp_u128)significand << 64, 1 - biased));
        biased = 0;
    }
    uint64_t error = significand << (64 - drop);
    uint64_t mantissa = significand >> drop;

    /* Tininess is detected before rounding. */
    if (tiny && error) {
        status->flags |= FP_UFC;
    }
    if (fp_rounds_up(status->rounding, parts->sign, mantissa & 1, error)) {
        mantissa++;
    } else if (error && status->rounding == FP_ROUND_ODD) {
        mantissa |= 1;
    }
    /* The hidden bit adds one to the exponent field; so does a carry out of the mantissa. */
    uint64_t magnitude = tiny ? mantissa : mantissa + ((uint64_t)(biased - 1) << fraction_bits);
    uint64_t limit = (uint64_t)(fp_exponent_max(size) + ahp) << fraction_bits;
    if (magnitude >= limit && ahp) {
        status->flags |= FP_IOC;
        return fp_infinity(size, parts->sign) | fp_fraction_mask(size);
    }
    if (magnitude >= limit) {
        return fp_overflow(size, parts->sign, status);
    }
    if (error) {
        status->flags |= FP_IXC;
    }
    return fp_zero(size, parts->sign) | magnitude;
}

static bool is_tiny(FPSize size, const FPParts *parts)
{
    return parts->exponent + fp_bias(size) < 1;
}

uint64_t fp_round(FPSize size, const FPParts *parts, FPStatus *status)
{
    if (is_tiny(size, parts) && flushes(size, status)) {
        status->flags |= FP_UFC;
        return fp_zero(size, parts->sign);
    }
    return round_parts(size, parts, false, status);
}

uint64_t fp_round_cv(FPSize size, const FPParts *parts, FPStatus *status)
{
    if (size == FP_HALF) {
        return round_parts(size, parts, status->ahp, status);
    }
    return fp_round(size, parts, status);
}

uint64_t fp_round_u128(FPSize size, bool sign, int exponent, fp_u128 v, FPStatus *status)
{
    if (v == 0) {
        return fp_zero(size, status->rounding == FP_ROUND_NEGINF);
    }
    uint64_t high = v >> 64;
    int shift = high ? clz64(high) : 64 + clz64((uint64_t)v);
    FPParts parts = {
        .cls = FP_CLASS_NORMAL,
        .sign = sign,
        .exponent = exponent - shift,
        .significand = fp_high_jam(v << shift),
    };
    return fp_round(size, &parts, status);
}
