/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: comparison, maximum and minimum.
 */
#include "qemu/osdep.h"
#include "fp-internal.h"

/* -1, 0, 1 for two that are no NaNs. */
static int order(const FPParts *a, const FPParts *b)
{
    if (a->cls == FP_CLASS_ZERO && b->cls == FP_CLASS_ZERO) {
        return 0;
    }
    if (a->cls == FP_CLASS_ZERO) {
        return b->sign ? 1 : -1;
    }
    if (b->cls == FP_CLASS_ZERO || a->sign != b->sign) {
        return a->sign ? -1 : 1;
    }
    int magnitude;
    if (a->cls != b->cls) {
        magnitude = a->cls == FP_CLASS_INFINITY ? 1 : -1;
    } else if (a->cls == FP_CLASS_INFINITY) {
        magnitude = 0;
    } else if (a->exponent != b->exponent) {
        magnitude = a->exponent > b->exponent ? 1 : -1;
    } else {
        magnitude = (a->significand > b->significand) - (a->significand < b->significand);
    }
    return a->sign ? -magnitude : magnitude;
}

FPOrder fp_compare(FPSize size, uint64_t a, uint64_t b, bool signal_nans, FPStatus *status)
{
    FPParts pa = fp_unpack(size, a, status);
    FPParts pb = fp_unpack(size, b, status);

    if (fp_is_nan(pa.cls) || fp_is_nan(pb.cls)) {
        if (signal_nans || pa.cls == FP_CLASS_SNAN || pb.cls == FP_CLASS_SNAN) {
            status->flags |= FP_IOC;
        }
        return FP_ORDER_UNORDERED;
    }
    int result = order(&pa, &pb);
    return result == 0 ? FP_ORDER_EQUAL : result < 0 ? FP_ORDER_LESS : FP_ORDER_GREATER;
}

static uint64_t select_extreme(FPSize size, uint64_t a, uint64_t b, bool greatest,
                               FPStatus *status)
{
    FPParts pa = fp_unpack(size, a, status);
    FPParts pb = fp_unpack(size, b, status);
    uint64_t nan;

    if (fp_process_nans(size, &pa, a, &pb, b, &nan, status)) {
        return nan;
    }
    if (pa.cls == FP_CLASS_ZERO && pb.cls == FP_CLASS_ZERO) {
        /* -0 counts as less than +0 here. */
        return fp_zero(size, greatest ? pa.sign && pb.sign : pa.sign || pb.sign);
    }
    bool take_a = greatest ? order(&pa, &pb) > 0 : order(&pa, &pb) < 0;
    const FPParts *chosen = take_a ? &pa : &pb;
    /* A flushed denormal operand is a zero. */
    return chosen->cls == FP_CLASS_ZERO ? fp_zero(size, chosen->sign) : take_a ? a : b;
}

uint64_t fp_max(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    return select_extreme(size, a, b, true, status);
}

uint64_t fp_min(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    return select_extreme(size, a, b, false, status);
}

/* A quiet NaN beside a number counts as missing: the infinity that any number beats. */
static uint64_t select_number(FPSize size, uint64_t a, uint64_t b, bool greatest, FPStatus *status)
{
    FPStatus ignored = *status;
    FPClass class_a = fp_unpack(size, a, &ignored).cls;
    FPClass class_b = fp_unpack(size, b, &ignored).cls;

    if (class_a == FP_CLASS_QNAN && !fp_is_nan(class_b)) {
        a = fp_infinity(size, greatest);
    } else if (class_b == FP_CLASS_QNAN && !fp_is_nan(class_a)) {
        b = fp_infinity(size, greatest);
    }
    return select_extreme(size, a, b, greatest, status);
}

uint64_t fp_maxnum(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    return select_number(size, a, b, true, status);
}

uint64_t fp_minnum(FPSize size, uint64_t a, uint64_t b, FPStatus *status)
{
    return select_number(size, a, b, false, status);
}
