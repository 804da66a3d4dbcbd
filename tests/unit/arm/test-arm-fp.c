/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point against MPFR: every operation in every format and rounding mode, results and
 * cumulative exceptions.  Operands are random, with many at the edges of the formats; -m slow
 * takes a million per operation and format instead of some ten thousand, GANTRY_FP_OPERANDS any
 * number.
 */
#include "qemu/osdep.h"
#include <mpfr.h>
#include "../../../target/arm/fp/fp.h"

typedef struct Format {
    const char *name;
    FPSize size;
    int precision; /* with the hidden bit */
    int exponent_bits;
} Format;

static const Format formats[] = {
    { "half", FP_HALF, 11, 5 },
    { "single", FP_SINGLE, 24, 8 },
    { "double", FP_DOUBLE, 53, 11 },
};

typedef enum Operation {
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_SQRT,
    OP_MULADD,
    OP_RECIP_STEP,
    OP_RSQRT_STEP,
    OP_COUNT,
} Operation;

static const char *const operation_names[] = {
    "add", "sub", "mul", "div", "sqrt", "muladd", "recip-step", "rsqrt-step",
};

static int width(const Format *f)
{
    return f->precision + f->exponent_bits;
}

static int exponent_max(const Format *f)
{
    return (1 << f->exponent_bits) - 1;
}

static int bias(const Format *f)
{
    return exponent_max(f) / 2;
}

static uint64_t fraction_mask(const Format *f)
{
    return (1ULL << (f->precision - 1)) - 1;
}

static int biased(const Format *f, uint64_t a)
{
    return (a >> (f->precision - 1)) & exponent_max(f);
}

static bool negative(const Format *f, uint64_t a)
{
    return a >> (width(f) - 1) & 1;
}

static bool is_nan(const Format *f, uint64_t a)
{
    return biased(f, a) == exponent_max(f) && (a & fraction_mask(f));
}

static bool is_snan(const Format *f, uint64_t a)
{
    return is_nan(f, a) && !(a >> (f->precision - 2) & 1);
}

static bool is_infinity(const Format *f, uint64_t a)
{
    return biased(f, a) == exponent_max(f) && !(a & fraction_mask(f));
}

static bool is_denormal(const Format *f, uint64_t a)
{
    return biased(f, a) == 0 && (a & fraction_mask(f));
}

/* -- operands -------------------------------------------------------------------------------- */

static uint64_t random64(GRand *rand)
{
    return (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);
}

static uint64_t random_operand(const Format *f, GRand *rand)
{
    uint64_t sign = (uint64_t)g_rand_int_range(rand, 0, 2) << (width(f) - 1);
    uint64_t fraction = random64(rand) & fraction_mask(f);
    int exponent = g_rand_int_range(rand, 0, exponent_max(f) + 1);

    switch (g_rand_int_range(rand, 0, 8)) {
    case 0: /* few bits set at either end of the fraction */
        fraction &= 3ULL | 3ULL << (f->precision - 3);
        break;
    case 1: /* all ones but the last */
        fraction |= fraction_mask(f) & ~7ULL;
        break;
    case 2: /* a denormal, or the least normals */
        exponent = g_rand_int_range(rand, 0, 3);
        break;
    case 3: /* the greatest, infinity, NaN */
        exponent = exponent_max(f) - g_rand_int_range(rand, 0, 3);
        fraction = g_rand_boolean(rand) ? 0 : fraction;
        break;
    case 4:
    case 5: /* near one, so that sums meet */
        exponent = bias(f) + g_rand_int_range(rand, -4, 5);
        break;
    }
    return sign | (uint64_t)exponent << (f->precision - 1) | fraction;
}

static void to_mpfr(mpfr_t out, const Format *f, uint64_t a)
{
    int e = biased(f, a);
    uint64_t significand = a & fraction_mask(f);

    if (e == exponent_max(f)) {
        mpfr_set_inf(out, negative(f, a) ? -1 : 1);
        return;
    }
    if (e == 0) {
        e = 1;
    } else {
        significand |= 1ULL << (f->precision - 1);
    }
    mpfr_set_uj_2exp(out, significand, e - bias(f) - f->precision + 1, MPFR_RNDN);
    mpfr_setsign(out, out, negative(f, a), MPFR_RNDN);
}

static uint64_t from_mpfr(const Format *f, const mpfr_t v)
{
    uint64_t sign = (uint64_t)!!mpfr_signbit(v) << (width(f) - 1);

    if (mpfr_zero_p(v)) {
        return sign;
    }
    if (mpfr_inf_p(v)) {
        return sign | (uint64_t)exponent_max(f) << (f->precision - 1);
    }
    mpfr_t scaled;
    mpfr_init2(scaled, 64);
    mpfr_abs(scaled, v, MPFR_RNDN);
    /* In MPFR the significand is in [0.5, 1). */
    int e = mpfr_get_exp(v) - 1 + bias(f);
    mpfr_mul_2si(scaled, scaled, f->precision - 1 + bias(f) - MAX(e, 1), MPFR_RNDN);
    uint64_t significand = mpfr_get_uj(scaled, MPFR_RNDN);
    mpfr_clear(scaled);
    return sign | (e > 0 ? ((uint64_t)e << (f->precision - 1)) + (significand & fraction_mask(f))
                         : significand);
}

/* -- the reference --------------------------------------------------------------------------- */

static const mpfr_rnd_t mpfr_modes[] = { MPFR_RNDN, MPFR_RNDU, MPFR_RNDD, MPFR_RNDZ };

/* The operation on finite or infinite operands into a variable of the wanted precision. */
static int evaluate(mpfr_t r, Operation op, const mpfr_t v[3], mpfr_rnd_t mode)
{
    mpfr_t constant;
    mpfr_t negated;
    int ternary = 0;

    switch (op) {
    case OP_ADD:
        return mpfr_add(r, v[0], v[1], mode);
    case OP_SUB:
        return mpfr_sub(r, v[0], v[1], mode);
    case OP_MUL:
        return mpfr_mul(r, v[0], v[1], mode);
    case OP_DIV:
        return mpfr_div(r, v[0], v[1], mode);
    case OP_SQRT:
        return mpfr_sqrt(r, v[0], mode);
    case OP_MULADD:
        return mpfr_fma(r, v[0], v[1], v[2], mode);
    case OP_RECIP_STEP:
    case OP_RSQRT_STEP:
        mpfr_inits2(64, constant, negated, NULL);
        mpfr_set_ui(constant, op == OP_RECIP_STEP ? 2 : 3, MPFR_RNDN);
        mpfr_neg(negated, v[0], MPFR_RNDN);
        ternary = mpfr_fma(r, negated, v[1], constant, mode);
        if (op == OP_RSQRT_STEP) {
            mpfr_div_2ui(r, r, 1, mode); /* exact: the exponent's range is wide here */
        }
        mpfr_clears(constant, negated, NULL);
        return ternary;
    default:
        g_assert_not_reached();
    }
}

/* The correctly rounded result in @f and its exceptions; operands are no NaNs. */
static uint64_t reference(const Format *f, Operation op, const mpfr_t v[3], int rounding,
                          uint32_t *flags)
{
    mpfr_rnd_t mode = mpfr_modes[rounding];
    mpfr_exp_t emin = mpfr_get_emin();
    mpfr_exp_t emax = mpfr_get_emax();
    mpfr_t r;
    mpfr_t truncated;

    *flags = 0;
    mpfr_init2(r, f->precision);
    mpfr_init2(truncated, f->precision);
    mpfr_clear_flags();
    evaluate(truncated, op, v, MPFR_RNDZ);
    *flags |= mpfr_divby0_p() ? FP_DZC : 0;
    /* Tiny before rounding: truncation cannot have brought it over the bound. */
    bool tiny = mpfr_regular_p(truncated) && mpfr_get_exp(truncated) < 2 - bias(f);
    int ternary = evaluate(r, op, v, mode);
    if (mpfr_nan_p(r)) {
        *flags |= FP_IOC;
        mpfr_clears(r, truncated, NULL);
        return ((uint64_t)exponent_max(f) << 1 | 1) << (f->precision - 2);
    }
    mpfr_clear_flags();
    mpfr_set_emin(3 - bias(f) - f->precision);
    mpfr_set_emax(bias(f) + 1);
    ternary = mpfr_check_range(r, ternary, mode);
    ternary = mpfr_subnormalize(r, ternary, mode);
    *flags |= mpfr_overflow_p() ? FP_OFC : 0;
    *flags |= ternary ? FP_IXC : 0;
    *flags |= tiny && ternary ? FP_UFC : 0;
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    uint64_t result = from_mpfr(f, r);
    mpfr_clears(r, truncated, NULL);
    return result;
}

static uint64_t run(const Format *f, Operation op, const uint64_t a[3], FPStatus *status)
{
    switch (op) {
    case OP_ADD:
        return fp_add(f->size, a[0], a[1], status);
    case OP_SUB:
        return fp_sub(f->size, a[0], a[1], status);
    case OP_MUL:
        return fp_mul(f->size, a[0], a[1], status);
    case OP_DIV:
        return fp_div(f->size, a[0], a[1], status);
    case OP_SQRT:
        return fp_sqrt(f->size, a[0], status);
    case OP_MULADD:
        return fp_muladd(f->size, a[2], a[0], a[1], status);
    case OP_RECIP_STEP:
        return fp_recip_step(f->size, a[0], a[1], status);
    case OP_RSQRT_STEP:
        return fp_rsqrt_step(f->size, a[0], a[1], status);
    default:
        g_assert_not_reached();
    }
}

/* The first signalling, else the first quiet NaN in @order; made quiet.  None: false. */
static bool expected_nan(const Format *f, const uint64_t *ordered, int count, uint64_t *nan)
{
    uint64_t quiet = 1ULL << (f->precision - 2);

    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < count; i++) {
            if (pass ? is_nan(f, ordered[i]) : is_snan(f, ordered[i])) {
                *nan = ordered[i] | quiet;
                return true;
            }
        }
    }
    return false;
}

/* Zero by infinity: what the step instructions give, and what a multiply-add cannot hide. */
static bool zero_by_infinity(const Format *f, const uint64_t a[3])
{
    uint64_t magnitude = (1ULL << (width(f) - 1)) - 1;

    return ((a[0] & magnitude) == 0 && is_infinity(f, a[1])) ||
           ((a[1] & magnitude) == 0 && is_infinity(f, a[0]));
}

static uint64_t expected(const Format *f, Operation op, const uint64_t a[3], int rounding,
                         uint32_t *flags)
{
    int operands = op == OP_SQRT ? 1 : op == OP_MULADD ? 3 : 2;
    bool step = op == OP_RECIP_STEP || op == OP_RSQRT_STEP;
    uint64_t sign = 1ULL << (width(f) - 1);
    uint64_t ordered[3] = { a[0], a[1], a[2] };
    uint64_t nan;
    mpfr_t v[3];

    if (op == OP_MULADD) {
        ordered[0] = a[2];
        ordered[1] = a[0];
        ordered[2] = a[1];
    } else if (step) {
        ordered[0] = a[0] ^ sign;
    }
    if (expected_nan(f, ordered, operands, &nan)) {
        *flags = 0;
        for (int i = 0; i < operands; i++) {
            *flags |= is_snan(f, a[i]) ? FP_IOC : 0;
        }
        if (op == OP_MULADD && is_nan(f, a[2]) && !is_snan(f, a[2]) && zero_by_infinity(f, a)) {
            *flags = FP_IOC;
            return ((uint64_t)exponent_max(f) << 1 | 1) << (f->precision - 2);
        }
        return nan;
    }
    if (step && zero_by_infinity(f, a)) {
        *flags = 0;
        return op == OP_RECIP_STEP ? fp_two(f->size, false) : fp_one_point_five(f->size, false);
    }
    for (int i = 0; i < 3; i++) {
        mpfr_init2(v[i], 64);
        to_mpfr(v[i], f, a[i]);
    }
    uint64_t result = reference(f, op, (const mpfr_t *)v, rounding, flags);
    mpfr_clears(v[0], v[1], v[2], NULL);
    return result;
}

/* How many operands an operation gets; @quick: unless somebody asks for more. */
static unsigned operands(unsigned quick)
{
    const char *chosen = g_getenv("GANTRY_FP_OPERANDS");

    return chosen ? MAX(atoi(chosen), 1) : g_test_slow() ? 1000000 : quick;
}

static void test_arithmetic(gconstpointer data)
{
    unsigned which = GPOINTER_TO_UINT(data);
    const Format *f = &formats[which / OP_COUNT];
    Operation op = which % OP_COUNT;
    unsigned total = operands(20000);
    g_autoptr(GRand) rand = g_rand_new_with_seed(0x1234 + which);

    for (unsigned i = 0; i < total; i++) {
        uint64_t a[3];
        for (int j = 0; j < 3; j++) {
            a[j] = random_operand(f, rand);
        }
        int rounding = i % 4;
        /* Inexact told before lets the host's unit do it: must be no different. */
        FPStatus status = { .rounding = rounding, .flags = i & 4 ? FP_IXC : 0 };
        uint32_t before = status.flags;
        uint32_t flags;
        uint64_t want = expected(f, op, a, rounding, &flags);
        uint64_t got = run(f, op, a, &status);
        if (got != want || status.flags != (flags | before)) {
            g_error("%s %s(%" PRIx64 ", %" PRIx64 ", %" PRIx64 ") rounding %d: got %" PRIx64
                    " flags %x, expected %" PRIx64 " flags %x",
                    f->name, operation_names[op], a[0], a[1], a[2], rounding, got, status.flags,
                    want, flags | before);
        }
    }
}

/* -- vectors -------------------------------------------------------------------------------- */

static uint64_t lane_expected(FPVectorOp op, FPSize size, const uint64_t *v, FPStatus *status)
{
    switch (op) {
    case FP_VECTOR_ADD:
        return fp_add(size, v[1], v[2], status);
    case FP_VECTOR_SUB:
        return fp_sub(size, v[1], v[2], status);
    case FP_VECTOR_MUL:
        return fp_mul(size, v[1], v[2], status);
    case FP_VECTOR_DIV:
        return fp_div(size, v[1], v[2], status);
    case FP_VECTOR_MLA:
        return fp_muladd(size, v[0], v[1], v[2], status);
    default:
        return fp_muladd(size, v[0], fp_neg(size, v[1]), v[2], status);
    }
}

/* Lane @i of vectors d, n, m. */
static void lanes_get(const uint64_t v[3][2], FPSize size, unsigned i, uint64_t *lanes)
{
    for (unsigned j = 0; j < 3; j++) {
        lanes[j] = size == FP_DOUBLE ? v[j][i] : (uint32_t)(v[j][i / 2] >> i % 2 * 32);
    }
}

/* A vector is done at once exactly as lane by lane, or not at all. */
static void test_vectors(void)
{
    unsigned total = operands(200000), done = 0;
    g_autoptr(GRand) rand = g_rand_new_with_seed(0x77aa);

    for (unsigned i = 0; i < total; i++) {
        FPSize size = i & 1 ? FP_SINGLE : FP_DOUBLE;
        FPVectorOp op = FP_VECTOR_ADD + i / 4 % 6;
        unsigned words = 1 + i / 2 % 2, lanes = words * (size == FP_SINGLE ? 2 : 1);
        FPStatus status = { .rounding = i % 64 ? FP_ROUND_TIEEVEN : i / 64 % 4,
                            .fz = i / 128 & 1, .flags = i % 61 ? FP_IXC : 0 };
        uint64_t v[3][2], result[2];

        for (unsigned j = 0; j < 6; j++) {
            uint64_t low = random_operand(&formats[size], rand);
            v[j / 2][j % 2] = size == FP_DOUBLE
                                  ? low : low | random_operand(&formats[size], rand) << 32;
        }
        if (!fp_vector(op, size, words, result, v[0], v[1], v[2], &status)) {
            continue;
        }
        done++;
        for (unsigned lane = 0; lane < lanes; lane++) {
            uint64_t one[3];
            uint64_t got = size == FP_DOUBLE ? result[lane]
                                             : (uint32_t)(result[lane / 2] >> lane % 2 * 32);
            FPStatus after = status;

            lanes_get(v, size, lane, one);
            g_assert_cmphex(got, ==, lane_expected(op, size, one, &after));
            g_assert_cmphex(after.flags, ==, status.flags);
        }
    }
    g_assert_cmpuint(done, >, total / 100);
}

/* -- conversions ----------------------------------------------------------------------------- */

static void test_convert(gconstpointer data)
{
    unsigned which = GPOINTER_TO_UINT(data);
    const Format *from = &formats[which / 3];
    const Format *to = &formats[which % 3];
    unsigned total = operands(20000);
    g_autoptr(GRand) rand = g_rand_new_with_seed(0x77 + which);
    mpfr_t v[3];

    mpfr_inits2(64, v[0], v[1], v[2], NULL);
    mpfr_set_ui(v[1], 1, MPFR_RNDN);
    for (unsigned i = 0; i < total; i++) {
        uint64_t a = random_operand(from, rand);
        FPStatus status = { .rounding = i % 4 };
        uint32_t flags = is_snan(from, a) ? FP_IOC : 0;
        uint64_t want;
        if (is_nan(from, a)) {
            uint64_t payload = (a & fraction_mask(from)) << (64 - from->precision + 1);
            want = (uint64_t)negative(from, a) << (width(to) - 1) |
                   ((uint64_t)exponent_max(to) << 1 | 1) << (to->precision - 2) |
                   payload >> (64 - to->precision + 1);
        } else {
            to_mpfr(v[0], from, a);
            want = reference(to, OP_MUL, (const mpfr_t *)v, i % 4, &flags);
        }
        uint64_t got = fp_convert(to->size, from->size, a, &status);
        if (got != want || status.flags != flags) {
            g_error("%s %" PRIx64 " to %s, rounding %d: got %" PRIx64 " flags %x, expected %" PRIx64
                    " flags %x", from->name, a, to->name, i % 4, got, status.flags, want, flags);
        }
    }
    mpfr_clears(v[0], v[1], v[2], NULL);
}

static void round_reference(mpfr_t r, const mpfr_t v, int rounding)
{
    if (rounding == FP_ROUND_TIEAWAY) {
        mpfr_round(r, v);
    } else {
        mpfr_rint(r, v, mpfr_modes[rounding]);
    }
}

static void test_round_to_int(gconstpointer data)
{
    const Format *f = data;
    unsigned total = operands(20000);
    g_autoptr(GRand) rand = g_rand_new_with_seed(0x99);
    mpfr_t v;
    mpfr_t r;

    mpfr_inits2(64, v, r, NULL);
    for (unsigned i = 0; i < total; i++) {
        uint64_t a = random_operand(f, rand);
        bool exact = i & 1;
        FPStatus status = { 0 };
        uint64_t got = fp_round_to_int(f->size, a, i % 5, exact, &status);
        if (is_nan(f, a)) {
            g_assert_cmphex(got, ==, a | 1ULL << (f->precision - 2));
            g_assert_cmphex(status.flags, ==, is_snan(f, a) ? FP_IOC : 0);
            continue;
        }
        to_mpfr(v, f, a);
        round_reference(r, v, i % 5);
        mpfr_setsign(r, r, negative(f, a), MPFR_RNDN);
        g_assert_cmphex(got, ==, from_mpfr(f, r));
        g_assert_cmphex(status.flags, ==, exact && mpfr_cmp(r, v) != 0 ? FP_IXC : 0);
    }
    mpfr_clears(v, r, NULL);
}

static void test_to_fixed(gconstpointer data)
{
    const Format *f = data;
    unsigned total = operands(40000);
    g_autoptr(GRand) rand = g_rand_new_with_seed(0xabc);
    mpfr_t v;
    mpfr_t r;
    mpfr_t bound;

    mpfr_inits2(160, v, r, bound, NULL);
    for (unsigned i = 0; i < total; i++) {
        uint64_t a = random_operand(f, rand);
        unsigned bits = 16U << g_rand_int_range(rand, 0, 3);
        unsigned fbits = g_rand_boolean(rand) ? 0 : g_rand_int_range(rand, 0, bits + 1);
        bool is_unsigned = g_rand_boolean(rand);
        int rounding = g_rand_int_range(rand, 0, 5);
        uint64_t mask = bits == 64 ? UINT64_MAX : (1ULL << bits) - 1;
        uint64_t least = is_unsigned ? 0 : 1ULL << (bits - 1);
        uint64_t most = is_unsigned ? mask : least - 1;
        FPStatus status = { 0 };
        uint64_t got = fp_to_fixed(f->size, a, fbits, is_unsigned, bits, rounding, &status);
        uint64_t want;
        uint32_t flags = 0;
        if (is_nan(f, a)) {
            g_assert_cmphex(got, ==, 0);
            g_assert_cmphex(status.flags, ==, FP_IOC);
            continue;
        }
        to_mpfr(v, f, a);
        mpfr_mul_2ui(v, v, fbits, MPFR_RNDN);
        round_reference(r, v, rounding);
        mpfr_set_uj(bound, least, MPFR_RNDN);
        mpfr_neg(bound, bound, MPFR_RNDN);
        if (mpfr_cmp(r, bound) < 0) {
            want = least;
            flags = FP_IOC;
        } else if (mpfr_set_uj(bound, most, MPFR_RNDN), mpfr_cmp(r, bound) > 0) {
            want = most;
            flags = FP_IOC;
        } else {
            want = mpfr_sgn(r) < 0 ? (uint64_t)mpfr_get_sj(r, MPFR_RNDN)
                                   : mpfr_get_uj(r, MPFR_RNDN);
            want &= mask;
            flags = mpfr_cmp(r, v) != 0 ? FP_IXC : 0;
        }
        if (got != want || status.flags != flags) {
            g_error("%s %" PRIx64 " to %u bits%s, fbits %u, rounding %d: got %" PRIx64
                    " flags %x, expected %" PRIx64 " flags %x", f->name, a, bits,
                    is_unsigned ? " unsigned" : "", fbits, rounding, got, status.flags, want,
                    flags);
        }
    }
    mpfr_clears(v, r, bound, NULL);
}

static void test_from_fixed(gconstpointer data)
{
    const Format *f = data;
    unsigned total = operands(20000);
    g_autoptr(GRand) rand = g_rand_new_with_seed(0xdef);
    mpfr_t v[3];

    mpfr_inits2(128, v[0], v[1], v[2], NULL);
    for (unsigned i = 0; i < total; i++) {
        unsigned bits = 16U << g_rand_int_range(rand, 0, 3);
        unsigned fbits = g_rand_int_range(rand, 0, bits + 1);
        bool is_unsigned = g_rand_boolean(rand);
        uint64_t a = random64(rand) >> g_rand_int_range(rand, 0, 64);
        uint64_t value = a << (64 - bits);
        FPStatus status = { .rounding = i % 4 };
        uint32_t flags;

        if (is_unsigned) {
            mpfr_set_uj(v[0], value >> (64 - bits), MPFR_RNDN);
        } else {
            mpfr_set_sj(v[0], (int64_t)value >> (64 - bits), MPFR_RNDN);
        }
        mpfr_set_ui_2exp(v[1], 1, -(int)fbits, MPFR_RNDN);
        uint64_t want = reference(f, OP_MUL, (const mpfr_t *)v, i % 4, &flags);
        g_assert_cmphex(fp_from_fixed(f->size, a, fbits, is_unsigned, bits, &status), ==, want);
        g_assert_cmphex(status.flags, ==, flags);
    }
    mpfr_clears(v[0], v[1], v[2], NULL);
}

/* -- comparison ------------------------------------------------------------------------------ */

static void test_compare(gconstpointer data)
{
    const Format *f = data;
    g_autoptr(GRand) rand = g_rand_new_with_seed(0x31);
    mpfr_t a;
    mpfr_t b;

    mpfr_inits2(64, a, b, NULL);
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t x = random_operand(f, rand);
        uint64_t y = i % 8 ? random_operand(f, rand) : x ^ (uint64_t)(i & 1) << (width(f) - 1);
        bool signal_nans = i & 1;
        FPStatus status = { 0 };
        FPOrder order = fp_compare(f->size, x, y, signal_nans, &status);
        bool nans = is_nan(f, x) || is_nan(f, y);
        bool snans = is_snan(f, x) || is_snan(f, y);
        if (nans) {
            g_assert_cmphex(order, ==, FP_ORDER_UNORDERED);
            g_assert_cmphex(status.flags, ==, signal_nans || snans ? FP_IOC : 0);
            continue;
        }
        to_mpfr(a, f, x);
        to_mpfr(b, f, y);
        int cmp = mpfr_cmp(a, b);
        g_assert_cmphex(order, ==,
                        cmp == 0 ? FP_ORDER_EQUAL : cmp < 0 ? FP_ORDER_LESS : FP_ORDER_GREATER);
        g_assert_cmphex(status.flags, ==, 0);
        status.flags = 0;
        uint64_t max = fp_max(f->size, x, y, &status);
        uint64_t min = fp_min(f->size, x, y, &status);
        if (cmp != 0) {
            g_assert_cmphex(max, ==, cmp > 0 ? x : y);
            g_assert_cmphex(min, ==, cmp > 0 ? y : x);
        }
        g_assert_cmphex(fp_maxnum(f->size, x, y, &status), ==, max);
        g_assert_cmphex(fp_minnum(f->size, x, y, &status), ==, min);
        g_assert_cmphex(status.flags, ==, 0);
    }
    mpfr_clears(a, b, NULL);
}

static void test_numbers_beat_quiet_nans(void)
{
    FPStatus status = { 0 };
    const uint64_t one = 0x3f800000;
    const uint64_t qnan = 0x7fc12345;
    const uint64_t snan = 0xff812345;

    g_assert_cmphex(fp_maxnum(FP_SINGLE, one, qnan, &status), ==, one);
    g_assert_cmphex(fp_minnum(FP_SINGLE, qnan, one, &status), ==, one);
    g_assert_cmphex(fp_max(FP_SINGLE, one, qnan, &status), ==, qnan);
    g_assert_cmphex(fp_maxnum(FP_SINGLE, qnan, qnan | 1, &status), ==, qnan);
    g_assert_cmphex(status.flags, ==, 0);
    g_assert_cmphex(fp_maxnum(FP_SINGLE, one, snan, &status), ==, 0xffc12345);
    g_assert_cmphex(status.flags, ==, FP_IOC);
    /* Of zeros, +0 is the greater. */
    g_assert_cmphex(fp_max(FP_SINGLE, 0x80000000, 0, &status), ==, 0);
    g_assert_cmphex(fp_min(FP_SINGLE, 0, 0x80000000, &status), ==, 0x80000000);
}

/* -- controls -------------------------------------------------------------------------------- */

static void test_default_nan(void)
{
    FPStatus status = { .dn = true };

    g_assert_cmphex(fp_add(FP_DOUBLE, 0xfff8000000000123, 0, &status), ==, 0x7ff8000000000000);
    g_assert_cmphex(fp_convert(FP_HALF, FP_SINGLE, 0xffc00001, &status), ==, 0x7e00);
    g_assert_cmphex(status.flags, ==, 0);
}

/* A denormal operand counts as zero with IDC; a result that would be one is zero with UFC. */
static void test_flush_to_zero(gconstpointer data)
{
    const Format *f = data;
    g_autoptr(GRand) rand = g_rand_new_with_seed(0x51);
    bool half = f->size == FP_HALF;

    for (unsigned i = 0; i < 20000; i++) {
        uint64_t a[3];
        uint64_t flushed[3];
        uint32_t flags = 0;
        for (int j = 0; j < 3; j++) {
            a[j] = random_operand(f, rand);
            flushed[j] = a[j];
            if (is_denormal(f, a[j])) {
                flushed[j] = (uint64_t)negative(f, a[j]) << (width(f) - 1);
            }
        }
        Operation op = i % OP_COUNT;
        for (int j = 0; j < (op == OP_SQRT ? 1 : op == OP_MULADD ? 3 : 2); j++) {
            flags |= flushed[j] != a[j] && !half ? FP_IDC : 0;
        }
        FPStatus status = { .rounding = i / 16 % 4, .fz = !half, .fz16 = half };
        FPStatus plain = { .rounding = status.rounding };
        uint64_t got = run(f, op, a, &status);
        uint64_t want = run(f, op, flushed, &plain);
        /* Tiny before rounding also covers what would round up to the least normal number. */
        FPStatus truncating = { .rounding = FP_ROUND_ZERO };
        uint64_t truncated = run(f, op, flushed, &truncating);
        if (biased(f, truncated) == 0 && ((plain.flags & FP_UFC) || is_denormal(f, want))) {
            want = (uint64_t)negative(f, want) << (width(f) - 1);
            plain.flags = FP_UFC;
        }
        g_assert_cmphex(got, ==, want);
        g_assert_cmphex(status.flags, ==, plain.flags | flags);
    }
}

static void test_alternative_half(void)
{
    FPStatus status = { .ahp = true };

    /* The exponent of all ones is a number: 0x7c00 is 65536. */
    g_assert_cmphex(fp_convert(FP_SINGLE, FP_HALF, 0x7c00, &status), ==, 0x47800000);
    g_assert_cmphex(fp_convert(FP_HALF, FP_SINGLE, 0x47ffe000, &status), ==, 0x7fff);
    g_assert_cmphex(status.flags, ==, 0);
    /* Too great, infinite, or no number: invalid. */
    g_assert_cmphex(fp_convert(FP_HALF, FP_SINGLE, 0x48000000, &status), ==, 0x7fff);
    g_assert_cmphex(status.flags, ==, FP_IOC);
    status.flags = 0;
    g_assert_cmphex(fp_convert(FP_HALF, FP_SINGLE, 0xff800000, &status), ==, 0xffff);
    g_assert_cmphex(status.flags, ==, FP_IOC);
    status.flags = 0;
    g_assert_cmphex(fp_convert(FP_HALF, FP_SINGLE, 0xffc00000, &status), ==, 0x8000);
    g_assert_cmphex(status.flags, ==, FP_IOC);
}

static void test_round_to_odd(void)
{
    FPStatus status = { .rounding = FP_ROUND_ODD };

    /* FCVTXN: 1 + 2^-40 keeps a trace of its tail; what is exact stays. */
    g_assert_cmphex(fp_convert(FP_SINGLE, FP_DOUBLE, 0x3ff0000000001000, &status), ==, 0x3f800001);
    g_assert_cmphex(status.flags, ==, FP_IXC);
    g_assert_cmphex(fp_convert(FP_SINGLE, FP_DOUBLE, 0x3ff0000000000000, &status), ==, 0x3f800000);
    g_assert_cmphex(fp_convert(FP_SINGLE, FP_DOUBLE, 0x7fe0000000000000, &status), ==, 0x7f7fffff);
}

static void test_mulx(void)
{
    FPStatus status = { 0 };

    g_assert_cmphex(fp_mulx(FP_SINGLE, 0, 0xff800000, &status), ==, 0xc0000000);
    g_assert_cmphex(fp_mulx(FP_HALF, 0x4000, 0x4200, &status), ==, 0x4600);
    g_assert_cmphex(status.flags, ==, 0);
}

/* -- estimates ------------------------------------------------------------------------------- */

/* The architecture bounds the estimates' error: 8 bits of precision. */
static void test_estimates_are_near(gconstpointer data)
{
    const Format *f = data;
    g_autoptr(GRand) rand = g_rand_new_with_seed(0x61);
    mpfr_t v;
    mpfr_t estimate;
    mpfr_t exact;

    mpfr_inits2(80, v, estimate, exact, NULL);
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t a = random_operand(f, rand);
        bool root = i & 1;
        FPStatus status = { 0 };
        if (is_nan(f, a) || is_infinity(f, a) || (root && negative(f, a))) {
            continue;
        }
        uint64_t result = root ? fp_rsqrt_estimate(f->size, a, &status)
                               : fp_recip_estimate(f->size, a, &status);
        to_mpfr(v, f, a);
        if (mpfr_zero_p(v)) {
            g_assert_true(is_infinity(f, result));
            g_assert_cmphex(status.flags, ==, FP_DZC);
            continue;
        }
        if (is_infinity(f, result)) {
            g_assert_cmphex(status.flags, ==, FP_OFC | FP_IXC);
            g_assert_cmpint(mpfr_get_exp(v), <=, -1 - bias(f));
            continue;
        }
        g_assert_cmphex(status.flags, ==, 0);
        to_mpfr(estimate, f, result);
        if (root) {
            mpfr_rec_sqrt(exact, v, MPFR_RNDN);
        } else {
            mpfr_ui_div(exact, 1, v, MPFR_RNDN);
        }
        mpfr_sub(estimate, estimate, exact, MPFR_RNDN);
        mpfr_div(estimate, estimate, exact, MPFR_RNDN);
        g_assert_cmpfloat(fabs(mpfr_get_d(estimate, MPFR_RNDN)), <, 1.0 / 256);
    }
    mpfr_clears(v, estimate, exact, NULL);
}

static void test_constants(void)
{
    g_assert_cmphex(fp_two(FP_HALF, false), ==, 0x4000);
    g_assert_cmphex(fp_two(FP_DOUBLE, true), ==, 0xc000000000000000);
    g_assert_cmphex(fp_one_point_five(FP_SINGLE, false), ==, 0x3fc00000);
    g_assert_cmphex(fp_infinity(FP_SINGLE, true), ==, 0xff800000);
    g_assert_cmphex(fp_max_normal(FP_HALF, false), ==, 0x7bff);
    g_assert_cmphex(fp_default_nan(FP_DOUBLE), ==, 0x7ff8000000000000);
}

/* Values worked out by hand from RecipEstimate() and RecipSqrtEstimate(). */
static void test_estimates_exact(void)
{
    FPStatus status = { 0 };

    g_assert_cmphex(fp_recip_estimate(FP_SINGLE, 0x3f800000, &status), ==, 0x3f7f8000);
    g_assert_cmphex(fp_rsqrt_estimate(FP_SINGLE, 0x3f800000, &status), ==, 0x3f7f8000);
    g_assert_cmphex(fp_recip_estimate(FP_DOUBLE, 0x4000000000000000, &status), ==,
                    0x3fdff00000000000);
    g_assert_cmphex(fp_unsigned_recip_estimate(0x80000000), ==, 0xff800000);
    g_assert_cmphex(fp_unsigned_recip_estimate(0x7fffffff), ==, 0xffffffff);
    g_assert_cmphex(fp_unsigned_rsqrt_estimate(0x40000000), ==, 0xff800000);
    g_assert_cmphex(fp_unsigned_rsqrt_estimate(0x3fffffff), ==, 0xffffffff);
    g_assert_cmphex(fp_recpx(FP_SINGLE, 0x3f812345, &status), ==, 0x40000000);
    g_assert_cmphex(fp_recpx(FP_SINGLE, 0x80000001, &status), ==, 0xff000000);
}

static void test_javascript_conversion(void)
{
    static const struct {
        double value;
        uint32_t result;
        uint32_t flags;
        bool exact;
    } rows[] = {
        { 0.0, 0, 0, true },           { -0.0, 0, 0, false },
        { 3.0, 3, 0, true },           { -3.0, (uint32_t)-3, 0, true },
        { 3.7, 3, FP_IXC, false },     { -3.7, (uint32_t)-3, FP_IXC, false },
        { 4294967297.0, 1, FP_IOC, false },
        { -4294967298.0, (uint32_t)-2, FP_IOC, false },
        { -2147483648.0, 0x80000000, 0, true },
        { 2147483648.0, 0x80000000, FP_IOC, false },
        { 0x1p70, 0, FP_IOC, false },  { 0x1.0000000000001p83, 0x80000000, FP_IOC, false },
        { INFINITY, 0, FP_IOC, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        FPStatus status = { 0 };
        uint64_t bits;
        bool exact;
        memcpy(&bits, &rows[i].value, sizeof(bits));
        g_assert_cmphex(fp_to_int32_js(bits, &exact, &status), ==, rows[i].result);
        g_assert_cmphex(status.flags, ==, rows[i].flags);
        g_assert_cmpint(exact, ==, rows[i].exact);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++) {
        const Format *f = &formats[i];
        for (unsigned op = 0; op < OP_COUNT; op++) {
            g_autofree char *path = g_strdup_printf("/arm/fp/%s/%s", f->name, operation_names[op]);
            g_test_add_data_func(path, GUINT_TO_POINTER(i * OP_COUNT + op), test_arithmetic);
        }
        for (unsigned to = 0; to < G_N_ELEMENTS(formats); to++) {
            g_autofree char *path = g_strdup_printf("/arm/fp/%s/to-%s", f->name, formats[to].name);
            if (to != i) {
                g_test_add_data_func(path, GUINT_TO_POINTER(i * 3 + to), test_convert);
            }
        }
        struct {
            const char *name;
            GTestDataFunc func;
        } per_format[] = {
            { "round-to-int", test_round_to_int },
            { "to-fixed", test_to_fixed },
            { "from-fixed", test_from_fixed },
            { "compare", test_compare },
            { "flush-to-zero", test_flush_to_zero },
            { "estimates-are-near", test_estimates_are_near },
        };
        for (unsigned j = 0; j < G_N_ELEMENTS(per_format); j++) {
            g_autofree char *path = g_strdup_printf("/arm/fp/%s/%s", f->name, per_format[j].name);
            g_test_add_data_func(path, f, per_format[j].func);
        }
    }
    g_test_add_func("/arm/fp/vectors-are-their-lanes", test_vectors);
    g_test_add_func("/arm/fp/numbers-beat-quiet-nans", test_numbers_beat_quiet_nans);
    g_test_add_func("/arm/fp/constants", test_constants);
    g_test_add_func("/arm/fp/default-nan", test_default_nan);
    g_test_add_func("/arm/fp/alternative-half", test_alternative_half);
    g_test_add_func("/arm/fp/round-to-odd", test_round_to_odd);
    g_test_add_func("/arm/fp/mulx", test_mulx);
    g_test_add_func("/arm/fp/estimates-exact", test_estimates_exact);
    g_test_add_func("/arm/fp/javascript-conversion", test_javascript_conversion);
    return g_test_run();
}
