/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: conversions between formats, to and from integers, rounding to integral.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "fp-internal.h"

/* -- between formats ------------------------------------------------------------------------- */

/* FPConvertNaN(): the sign and the payload's upper bits stay. */
static uint64_t convert_nan(FPSize to, FPSize from, uint64_t a)
{
    uint64_t payload = (a & fp_fraction_mask(from)) << (64 - fp_formats[from].fraction_bits);

    return fp_default_nan(to) | fp_zero(to, fp_sign(from, a)) |
           payload >> (64 - fp_formats[to].fraction_bits);
}

/* FPUnpackCV(): no FZ16, and with AHP a half of the greatest exponent is a number. */
static FPParts unpack_cv(FPSize size, uint64_t a, FPStatus *status)
{
    FPStatus local = *status;

    local.fz16 = false;
    FPParts parts = fp_unpack(size, a, &local);
    status->flags = local.flags;
    if (size == FP_HALF && status->ahp && fp_biased_exponent(size, a) == fp_exponent_max(size)) {
        unsigned fraction_bits = fp_formats[size].fraction_bits;
        parts.cls = FP_CLASS_NORMAL;
        parts.exponent = fp_exponent_max(size) - fp_bias(size);
        parts.significand = ((a & fp_fraction_mask(size)) | 1ULL << fraction_bits)
                            << (63 - fraction_bits);
    }
    return parts;
}

uint64_t fp_convert(FPSize to, FPSize from, uint64_t a, FPStatus *status)
{
    FPParts parts = unpack_cv(from, a, status);
    bool to_ahp = to == FP_HALF && status->ahp;

    switch (parts.cls) {
    case FP_CLASS_SNAN:
    case FP_CLASS_QNAN:
        if (parts.cls == FP_CLASS_SNAN || to_ahp) {
            status->flags |= FP_IOC;
        }
        if (to_ahp) {
            return fp_zero(to, parts.sign);
        }
        return status->dn ? fp_default_nan(to) : convert_nan(to, from, a);
    case FP_CLASS_INFINITY:
        if (to_ahp) {
            status->flags |= FP_IOC;
            return fp_infinity(to, parts.sign) | fp_fraction_mask(to);
        }
        return fp_infinity(to, parts.sign);
    case FP_CLASS_ZERO:
        return fp_zero(to, parts.sign);
    case FP_CLASS_NORMAL:
        break;
    }
    return fp_round_cv(to, &parts, status);
}

/* -- to integers ----------------------------------------------------------------------------- */

/*
 * The magnitude of a NORMAL number, times 2^@fbits, rounded to an integer; *@error: was it
 * inexact?  UINT64_MAX with *@huge: it does not fit.
 */
static uint64_t round_magnitude(const FPParts *parts, unsigned fbits, FPRounding rounding,
                                bool *error, bool *huge)
{
    int exponent = parts->exponent + (int)fbits;

    *error = false;
    *huge = exponent > 63;
    if (*huge) {
        return UINT64_MAX;
    }
    /* The integer part goes to the high half, the fraction to the low half. */
    fp_u128 v = fp_shift_right_jam128((fp_u128)parts->significand << 64, 63 - exponent);
    uint64_t integer = v >> 64;
    uint64_t fraction = v;

    *error = fraction != 0;
    if (fp_rounds_up(rounding, parts->sign, integer & 1, fraction)) {
        integer++;
        *huge = integer == 0;
        return *huge ? UINT64_MAX : integer;
    }
    return integer;
}

static uint64_t width_mask(unsigned width)
{
    return UINT64_MAX >> (64 - width);
}

/* The bound of the integer type on the side of @sign. */
static uint64_t saturated(bool sign, bool is_unsigned, unsigned width)
{
    uint64_t sign_bit = 1ULL << (width - 1);

    if (is_unsigned) {
        return sign ? 0 : width_mask(width);
    }
    return sign ? sign_bit : sign_bit - 1;
}

uint64_t fp_to_fixed(FPSize size, uint64_t a, unsigned fbits, bool is_unsigned, unsigned width,
                     FPRounding rounding, FPStatus *status)
{
    FPParts parts = fp_unpack(size, a, status);
    bool error;
    bool huge;

    if (parts.cls == FP_CLASS_ZERO) {
        return 0;
    }
    if (parts.cls != FP_CLASS_NORMAL) {
        status->flags |= FP_IOC;
        return parts.cls == FP_CLASS_INFINITY ? saturated(parts.sign, is_unsigned, width) : 0;
    }
    uint64_t magnitude = round_magnitude(&parts, fbits, rounding, &error, &huge);
    /* The greatest magnitude on this side of zero; the most negative one is its own bit. */
    uint64_t limit = saturated(parts.sign, is_unsigned, width);
    if (huge || magnitude > limit) {
        status->flags |= FP_IOC;
        return limit;
    }
    if (error) {
        status->flags |= FP_IXC;
    }
    return (parts.sign ? -magnitude : magnitude) & width_mask(width);
}

uint32_t fp_to_int32_js(uint64_t a, bool *exact, FPStatus *status)
{
    FPParts parts = fp_unpack(FP_DOUBLE, a, status);

    *exact = false;
    if (parts.cls == FP_CLASS_ZERO) {
        /* Neither a negative zero nor a flushed denormal counts as exact. */
        *exact = a == 0;
        return 0;
    }
    if (parts.cls != FP_CLASS_NORMAL) {
        status->flags |= FP_IOC;
        return 0;
    }
    bool error = false;
    bool huge = parts.exponent > 63;
    uint64_t magnitude;
    if (huge) {
        /* Modulo 2^64; the significand has no bits left below 2^(exponent - 63). */
        magnitude = parts.exponent - 63 > 63 ? 0 : parts.significand << (parts.exponent - 63);
    } else {
        magnitude = round_magnitude(&parts, 0, FP_ROUND_ZERO, &error, &huge);
    }
    if (huge || magnitude > (uint64_t)INT32_MAX + parts.sign) {
        status->flags |= FP_IOC;
    } else if (error) {
        status->flags |= FP_IXC;
    } else {
        *exact = true;
    }
    return parts.sign ? -magnitude : magnitude;
}

/* -- from integers --------------------------------------------------------------------------- */

uint64_t fp_from_fixed(FPSize size, uint64_t a, unsigned fbits, bool is_unsigned, unsigned width,
                       FPStatus *status)
{
    uint64_t value = a & width_mask(width);
    bool sign = !is_unsigned && (value >> (width - 1));

    if (sign) {
        value = -value & width_mask(width);
    }
    if (value == 0) {
        return fp_zero(size, false);
    }
    int shift = clz64(value);
    FPParts parts = {
        .cls = FP_CLASS_NORMAL,
        .sign = sign,
        .exponent = 63 - shift - (int)fbits,
        .significand = value << shift,
    };
    return fp_round(size, &parts, status);
}

/* -- integral values ------------------------------------------------------------------------- */

uint64_t fp_round_to_int(FPSize size, uint64_t a, FPRounding rounding, bool exact,
                         FPStatus *status)
{
    FPParts parts = fp_unpack(size, a, status);
    bool error;
    bool huge;

    if (fp_is_nan(parts.cls)) {
        return fp_process_nan(size, parts.cls, a, status);
    }
    if (parts.cls == FP_CLASS_ZERO) {
        return fp_zero(size, parts.sign);
    }
    if (parts.cls == FP_CLASS_INFINITY ||
        parts.exponent >= (int)fp_formats[size].fraction_bits) {
        return a; /* no place for a fraction */
    }
    uint64_t magnitude = round_magnitude(&parts, 0, rounding, &error, &huge);
    if (exact && error) {
        status->flags |= FP_IXC;
    }
    if (magnitude == 0) {
        return fp_zero(size, parts.sign);
    }
    FPParts integral = {
        .cls = FP_CLASS_NORMAL,
        .sign = parts.sign,
        .exponent = 63 - clz64(magnitude),
        .significand = magnitude << clz64(magnitude),
    };
    return fp_round(size, &integral, status);
}
