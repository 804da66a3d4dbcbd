/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the floating-point operations share: formats, unpacked numbers, rounding, NaNs.  Names
 * follow the Arm ARM's shared functions.
 */
#ifndef TARGET_ARM_FP_INTERNAL_H
#define TARGET_ARM_FP_INTERNAL_H

#include "fp.h"

typedef unsigned __int128 fp_u128;

typedef enum FPClass {
    FP_CLASS_ZERO,
    FP_CLASS_NORMAL, /* any finite nonzero number, denormal ones included */
    FP_CLASS_INFINITY,
    FP_CLASS_QNAN,
    FP_CLASS_SNAN,
} FPClass;

typedef struct FPFormat {
    unsigned exponent_bits;
    unsigned fraction_bits;
} FPFormat;

/* A NORMAL number is (-1)^sign * significand / 2^63 * 2^exponent, bit 63 of the significand set. */
typedef struct FPParts {
    FPClass cls;
    bool sign;
    int exponent;
    uint64_t significand;
} FPParts;

extern const FPFormat fp_formats[];

static inline unsigned fp_width(FPSize size)
{
    return 16U << size;
}

static inline uint64_t fp_fraction_mask(FPSize size)
{
    return (1ULL << fp_formats[size].fraction_bits) - 1;
}

/* The exponent field of all ones. */
static inline int fp_exponent_max(FPSize size)
{
    return (1 << fp_formats[size].exponent_bits) - 1;
}

static inline int fp_bias(FPSize size)
{
    return fp_exponent_max(size) >> 1;
}

static inline uint64_t fp_sign_bit(FPSize size)
{
    return 1ULL << (fp_width(size) - 1);
}

static inline bool fp_sign(FPSize size, uint64_t a)
{
    return a & fp_sign_bit(size);
}

static inline int fp_biased_exponent(FPSize size, uint64_t a)
{
    return (a >> fp_formats[size].fraction_bits) & fp_exponent_max(size);
}

static inline uint64_t fp_zero(FPSize size, bool sign)
{
    return sign ? fp_sign_bit(size) : 0;
}

static inline bool fp_is_nan(FPClass cls)
{
    return cls >= FP_CLASS_QNAN;
}

/* Shift right; what falls out is kept as a sticky bit 0. */
static inline fp_u128 fp_shift_right_jam128(fp_u128 v, unsigned n)
{
    if (n == 0) {
        return v;
    }
    return n > 127 ? v != 0 : (v >> n) | ((v << (128 - n)) != 0);
}

/* The high half of @v, with the low half as a sticky bit 0. */
static inline uint64_t fp_high_jam(fp_u128 v)
{
    return (uint64_t)(v >> 64) | ((uint64_t)v != 0);
}

/* FPUnpack(): denormals are flushed as FPCR.FZ or FZ16 say, with IDC for single and double. */
FPParts fp_unpack(FPSize size, uint64_t a, FPStatus *status);

/* FPProcessNaN(): @a is a NaN of @cls. */
uint64_t fp_process_nan(FPSize size, FPClass cls, uint64_t a, FPStatus *status);

/* FPProcessNaNs(): true if one of the two is a NaN; *@result is then the operation's result. */
bool fp_process_nans(FPSize size, const FPParts *pa, uint64_t a, const FPParts *pb, uint64_t b,
                     uint64_t *result, FPStatus *status);

/*
 * FPRound(): packs a NORMAL @parts, whose significand's bit 0 may be sticky, by
 * @status->rounding.
 */
uint64_t fp_round(FPSize size, const FPParts *parts, FPStatus *status);

/* FPRoundCV(): the same as a conversion does it: no FZ16, and AHP for halves. */
uint64_t fp_round_cv(FPSize size, const FPParts *parts, FPStatus *status);

/* @v * 2^(@exponent - 127) with the sign, rounded; 0 gives the zero that an exact sum has. */
uint64_t fp_round_u128(FPSize size, bool sign, int exponent, fp_u128 v, FPStatus *status);

/* What overflows: an infinity or the greatest number, by @status->rounding; with OFC and IXC. */
uint64_t fp_overflow(FPSize size, bool sign, FPStatus *status);

/* The default NaN for an invalid operation, with IOC. */
uint64_t fp_invalid(FPSize size, FPStatus *status);

/* Should a discarded fraction make the magnitude greater?  @error: fraction in units of 2^-64. */
bool fp_rounds_up(FPRounding rounding, bool sign, bool odd, uint64_t error);

#endif
