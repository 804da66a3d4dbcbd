/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IEEE 754 arithmetic with the Arm architecture's rules (Arm ARM, shared/functions/float): NaN
 * propagation, default NaN, flush-to-zero, tininess before rounding, the alternative half
 * precision format.
 *
 * Values travel as their encodings in the low bits of a uint64_t; which format they have is told
 * by an FPSize.  Nothing here allocates, locks, or touches the host's floating-point modes; the
 * fast paths rely on the host's being the default ones (round to nearest, no flushing).
 */
#ifndef TARGET_ARM_FP_H
#define TARGET_ARM_FP_H

/* FPSR's cumulative exception bits. */
#define FP_IOC (1U << 0)
#define FP_DZC (1U << 1)
#define FP_OFC (1U << 2)
#define FP_UFC (1U << 3)
#define FP_IXC (1U << 4)
#define FP_IDC (1U << 7)

typedef enum FPSize {
    FP_HALF,
    FP_SINGLE,
    FP_DOUBLE,
} FPSize;

/* The first four are FPCR.RMode's encodings. */
typedef enum FPRounding {
    FP_ROUND_TIEEVEN = 0,
    FP_ROUND_POSINF = 1,
    FP_ROUND_NEGINF = 2,
    FP_ROUND_ZERO = 3,
    FP_ROUND_TIEAWAY = 4,
    FP_ROUND_ODD = 5,
} FPRounding;

/* FPCR's controls and FPSR's cumulative bits; each operation ors its exceptions into @flags. */
typedef struct FPStatus {
    uint8_t rounding; /* an FPRounding */
    bool fz;          /* FPCR.FZ: single and double */
    bool fz16;        /* FPCR.FZ16: half, except in conversions between formats */
    bool dn;          /* FPCR.DN */
    bool ahp;         /* FPCR.AHP: half precision has no infinities and NaNs in conversions */
    uint32_t flags;
} FPStatus;

/* Set by fp_compare(); FPSR.NZCV's encodings of the four outcomes. */
typedef enum FPOrder {
    FP_ORDER_EQUAL = 0x6,
    FP_ORDER_LESS = 0x8,
    FP_ORDER_GREATER = 0x2,
    FP_ORDER_UNORDERED = 0x3,
} FPOrder;

/* FPDefaultNaN(), FPInfinity(), the greatest finite value, 2.0 and 1.5 with a sign bit. */
uint64_t fp_default_nan(FPSize size);
uint64_t fp_infinity(FPSize size, bool sign);
uint64_t fp_max_normal(FPSize size, bool sign);
uint64_t fp_two(FPSize size, bool sign);
uint64_t fp_one_point_five(FPSize size, bool sign);

/* FNEG and FABS only touch the sign bit: no exceptions, NaNs included. */
uint64_t fp_neg(FPSize size, uint64_t a);
uint64_t fp_abs(FPSize size, uint64_t a);

/* Arithmetic: FPAdd(), FPSub(), FPMul(), FPMulX(), FPDiv(), FPSqrt(). */
uint64_t fp_add(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_sub(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_mul(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_mulx(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_div(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_sqrt(FPSize size, uint64_t a, FPStatus *status);

/* FPMulAdd(): @addend + @a * @b with one rounding. */
uint64_t fp_muladd(FPSize size, uint64_t addend, uint64_t a, uint64_t b, FPStatus *status);
/* What fp_vector() does of n and m: n + m and so on; d + n * m, d - n * m with one rounding. */
typedef enum FPVectorOp {
    FP_VECTOR_NONE,
    FP_VECTOR_ADD,
    FP_VECTOR_SUB,
    FP_VECTOR_MUL,
    FP_VECTOR_DIV,
    FP_VECTOR_MLA,
    FP_VECTOR_MLS,
} FPVectorOp;

/*
 * @op of all lanes of the first @words (1, 2) 64-bit words of vectors of 16 bytes, in @result's:
 * what the functions above do of each lane, without telling anything that @status does not tell
 * already.  False: it cannot be done so, and nothing has happened.  @size is single or double.
 */
bool fp_vector(FPVectorOp op, FPSize size, unsigned words, uint64_t *result, const uint64_t *d,
               const uint64_t *n, const uint64_t *m, const FPStatus *status);
/* FPRecipStepFused(): 2 - @a * @b; FPRSqrtStepFused(): (3 - @a * @b) / 2. */
uint64_t fp_recip_step(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_rsqrt_step(FPSize size, uint64_t a, uint64_t b, FPStatus *status);

/* FPCompare(): @signal_nans as of FCMPE, otherwise only signalling NaNs are invalid. */
FPOrder fp_compare(FPSize size, uint64_t a, uint64_t b, bool signal_nans, FPStatus *status);
/* FPMax(), FPMin(), FPMaxNum(), FPMinNum(). */
uint64_t fp_max(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_min(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_maxnum(FPSize size, uint64_t a, uint64_t b, FPStatus *status);
uint64_t fp_minnum(FPSize size, uint64_t a, uint64_t b, FPStatus *status);

/* Estimates: FPRecipEstimate(), FPRSqrtEstimate(), FPRecpX(), and URECPE's and URSQRTE's. */
uint64_t fp_recip_estimate(FPSize size, uint64_t a, FPStatus *status);
uint64_t fp_rsqrt_estimate(FPSize size, uint64_t a, FPStatus *status);
uint64_t fp_recpx(FPSize size, uint64_t a, FPStatus *status);
uint32_t fp_unsigned_recip_estimate(uint32_t a);
uint32_t fp_unsigned_rsqrt_estimate(uint32_t a);

/*
 * FPConvert(): between formats.  @status->ahp tells what a half is; fz16 does not matter here.
 * FCVTXN is this from double to single with FP_ROUND_ODD in @status->rounding.
 */
uint64_t fp_convert(FPSize to, FPSize from, uint64_t a, FPStatus *status);

/* FPRoundInt(): to an integral value in the same format; @exact: FRINTX, inexact is told. */
uint64_t fp_round_to_int(FPSize size, uint64_t a, FPRounding rounding, bool exact,
                         FPStatus *status);

/*
 * FPToFixed(): to an integer of @width (16, 32 or 64) bits that has @fbits fraction bits;
 * saturates.  The result is in the low @width bits, the rest is 0.
 */
uint64_t fp_to_fixed(FPSize size, uint64_t a, unsigned fbits, bool is_unsigned, unsigned width,
                     FPRounding rounding, FPStatus *status);
/* FixedToFP(): @a is an integer of @width bits with @fbits fraction bits. */
uint64_t fp_from_fixed(FPSize size, uint64_t a, unsigned fbits, bool is_unsigned, unsigned width,
                       FPStatus *status);
/* FPToFixedJS(): FJCVTZS of a double; *@exact is what PSTATE.Z becomes. */
uint32_t fp_to_int32_js(uint64_t a, bool *exact, FPStatus *status);

#endif
