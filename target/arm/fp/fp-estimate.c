/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: reciprocal and reciprocal square root estimates.  They are exact functions of
 * the operand, defined by the Arm ARM's RecipEstimate() and RecipSqrtEstimate().
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "fp-internal.h"

/* A fraction is held left-aligned in 52 bits, as the Arm ARM does it for all formats. */
#define FRACTION_BITS 52

/* RecipEstimate(): 256 <= @a < 512, a number in [0.5, 1); result 256..511, in [1, 2). */
static unsigned recip_estimate(unsigned a)
{
    unsigned b = (1U << 19) / (a * 2 + 1);

    return (b + 1) / 2;
}

/* RecipSqrtEstimate(): 128 <= @a < 512, a number in [0.25, 1); result 256..511, in [1, 2). */
static unsigned rsqrt_estimate(unsigned a)
{
    /* The middle of the operand's interval, in units of 1/1024 and of 1/512. */
    unsigned middle = a < 256 ? a * 2 + 1 : ((a & ~1U) + 1) * 2;
    unsigned b = 512;

    while (middle * (b + 1) * (b + 1) < 1U << 28) {
        b++;
    }
    return (b + 1) / 2;
}

static uint64_t fraction52(FPSize size, uint64_t a)
{
    return (a & fp_fraction_mask(size)) << (FRACTION_BITS - fp_formats[size].fraction_bits);
}

static uint64_t pack52(FPSize size, bool sign, int biased, uint64_t fraction)
{
    unsigned fraction_bits = fp_formats[size].fraction_bits;

    return fp_zero(size, sign) | (uint64_t)biased << fraction_bits |
           (fraction & MAKE_64BIT_MASK(0, FRACTION_BITS)) >> (FRACTION_BITS - fraction_bits);
}

/* The first 8 bits of a 52-bit fraction under a leading one: 256..511. */
static unsigned leading_nine(uint64_t fraction)
{
    return 256 | extract64(fraction, FRACTION_BITS - 8, 8);
}

static uint64_t recip_finite(FPSize size, uint64_t a, FPStatus *status)
{
    bool sign = fp_sign(size, a);
    int biased = fp_biased_exponent(size, a);
    uint64_t fraction = fraction52(size, a);
    bool flush = size == FP_HALF ? status->fz16 : status->fz;

    /* Below 2^-(bias + 1) in magnitude. */
    if (biased == 0 && extract64(fraction, FRACTION_BITS - 2, 2) == 0) {
        return fp_overflow(size, sign, status);
    }
    if (flush && biased >= 2 * fp_bias(size) - 1) {
        status->flags |= FP_UFC;
        return fp_zero(size, sign);
    }
    if (biased == 0) {
        /* A denormal is brought into place: by one bit, or by two with the exponent -1. */
        bool two = !extract64(fraction, FRACTION_BITS - 1, 1);
        biased = two ? -1 : 0;
        fraction <<= two ? 2 : 1;
    }
    int result_exponent = 2 * fp_bias(size) - 1 - biased;
    uint64_t result = (uint64_t)(recip_estimate(leading_nine(fraction)) & 255)
                      << (FRACTION_BITS - 8);
    if (result_exponent <= 0) {
        /* A denormal result: its leading one becomes part of the fraction. */
        result = (result | 1ULL << FRACTION_BITS) >> (1 - result_exponent);
        result_exponent = 0;
    }
    return pack52(size, sign, result_exponent, result);
}

uint64_t fp_recip_estimate(FPSize size, uint64_t a, FPStatus *status)
{
    FPParts parts = fp_unpack(size, a, status);

    switch (parts.cls) {
    case FP_CLASS_SNAN:
    case FP_CLASS_QNAN:
        return fp_process_nan(size, parts.cls, a, status);
    case FP_CLASS_INFINITY:
        return fp_zero(size, parts.sign);
    case FP_CLASS_ZERO:
        status->flags |= FP_DZC;
        return fp_infinity(size, parts.sign);
    case FP_CLASS_NORMAL:
        break;
    }
    return recip_finite(size, a, status);
}

uint64_t fp_rsqrt_estimate(FPSize size, uint64_t a, FPStatus *status)
{
    FPParts parts = fp_unpack(size, a, status);

    if (fp_is_nan(parts.cls)) {
        return fp_process_nan(size, parts.cls, a, status);
    }
    if (parts.cls == FP_CLASS_ZERO) {
        status->flags |= FP_DZC;
        return fp_infinity(size, parts.sign);
    }
    if (parts.sign) {
        return fp_invalid(size, status);
    }
    if (parts.cls == FP_CLASS_INFINITY) {
        return fp_zero(size, false);
    }
    /* The operand over an even power of two: a number in [0.25, 1) of nine bits. */
    int biased = parts.exponent + fp_bias(size);
    unsigned nine = parts.significand >> 55;
    unsigned scaled = biased & 1 ? nine >> 1 : nine;
    int result_exponent = (3 * fp_bias(size) - 1 - biased) / 2;
    return pack52(size, false, result_exponent,
                  (uint64_t)(rsqrt_estimate(scaled) & 255) << (FRACTION_BITS - 8));
}

uint64_t fp_recpx(FPSize size, uint64_t a, FPStatus *status)
{
    FPParts parts = fp_unpack(size, a, status);
    int biased = fp_biased_exponent(size, a);
    int max = fp_exponent_max(size);

    if (fp_is_nan(parts.cls)) {
        return fp_process_nan(size, parts.cls, a, status);
    }
    return pack52(size, parts.sign, biased == 0 ? max - 1 : ~biased & max, 0);
}

uint32_t fp_unsigned_recip_estimate(uint32_t a)
{
    if (!(a >> 31)) {
        return UINT32_MAX;
    }
    return recip_estimate(a >> 23) << 23;
}

uint32_t fp_unsigned_rsqrt_estimate(uint32_t a)
{
    if (!(a >> 30)) {
        return UINT32_MAX;
    }
    return rsqrt_estimate(a >> 23) << 23;
}
