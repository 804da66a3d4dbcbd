/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: all lanes of a vector at once, on the host's vector unit, where that is what
 * the functions of numbers would do lane by lane (fp-arith.c): rounding to nearest, operands and
 * results zero or normal, and inexact already told.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include <math.h>
#include "fp-internal.h"

#define VECTOR_BYTES 16

typedef uint32_t Words __attribute__((vector_size(VECTOR_BYTES)));
typedef float Floats __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t Doublewords __attribute__((vector_size(VECTOR_BYTES)));
typedef double Doubles __attribute__((vector_size(VECTOR_BYTES)));

/* Are all bits of @mask set, as far as @words of 64 bits go? */
static bool all_set(const void *mask, unsigned words)
{
    uint64_t w[2];

    memcpy(w, mask, sizeof(w));
    return (words == 2 ? w[0] & w[1] : w[0]) == UINT64_MAX;
}

/*
 * For each format: are the lanes zero or normal; are they results that raise nothing but inexact
 * (the least normal number may have been rounded up); and the operation.  Lanes are masks.
 */
#define DEFINE_VECTOR(name, Bits, Numbers, Word, fused, SIGN_SHIFT, FRACTION_BITS)               \
    static inline Bits name##_plain(Bits a)                                                      \
    {                                                                                            \
        const Word least = (Word)1 << FRACTION_BITS;                                             \
        const Word infinite = ((Word)1 << SIGN_SHIFT) - least;                                   \
        Bits magnitude = a & (((Word)1 << SIGN_SHIFT) - 1);                                      \
                                                                                                 \
        return (Bits)(magnitude == 0) |                                                          \
               ((Bits)(magnitude >= least) & (Bits)(magnitude < infinite));                      \
    }                                                                                            \
                                                                                                 \
    static inline Bits name##_safe(Bits a)                                                       \
    {                                                                                            \
        const Word least = (Word)1 << FRACTION_BITS;                                             \
        Bits magnitude = a & (((Word)1 << SIGN_SHIFT) - 1);                                      \
                                                                                                 \
        return (Bits)(magnitude > least) &                                                       \
               (Bits)(magnitude < ((Word)1 << SIGN_SHIFT) - least);                              \
    }                                                                                            \
                                                                                                 \
    static bool name(FPVectorOp op, unsigned words, uint64_t *result, const uint64_t *d,         \
                     const uint64_t *n, const uint64_t *m)                                       \
    {                                                                                            \
        Numbers a, b, c, r;                                                                      \
        Bits ok;                                                                                 \
                                                                                                 \
        memcpy(&a, n, VECTOR_BYTES);                                                             \
        memcpy(&b, m, VECTOR_BYTES);                                                             \
        memcpy(&c, d, VECTOR_BYTES);                                                             \
        ok = name##_plain((Bits)a) & name##_plain((Bits)b);                                      \
        switch (op) {                                                                            \
        case FP_VECTOR_ADD:                                                                      \
            r = a + b;                                                                           \
            break;                                                                               \
        case FP_VECTOR_SUB:                                                                      \
            r = a - b;                                                                           \
            break;                                                                               \
        case FP_VECTOR_MUL:                                                                      \
            r = a * b;                                                                           \
            break;                                                                               \
        case FP_VECTOR_DIV:                                                                      \
            r = a / b;                                                                           \
            break;                                                                               \
        case FP_VECTOR_MLA:                                                                      \
        case FP_VECTOR_MLS:                                                                      \
            ok &= name##_plain((Bits)c);                                                         \
            if (!all_set(&ok, words)) {                                                          \
                return false;                                                                    \
            }                                                                                    \
            r = c;                                                                               \
            for (unsigned i = 0; i < words * 8 / sizeof(Word); i++) {                            \
                r[i] = fused(op == FP_VECTOR_MLS ? -a[i] : a[i], b[i], c[i]);                    \
            }                                                                                    \
            break;                                                                               \
        default:                                                                                 \
            return false;                                                                        \
        }                                                                                        \
        ok &= name##_safe((Bits)r);                                                              \
        if (!all_set(&ok, words)) {                                                              \
            return false;                                                                        \
        }                                                                                        \
        memcpy(result, &r, words * 8);                                                           \
        return true;                                                                             \
    }

DEFINE_VECTOR(single, Words, Floats, uint32_t, fmaf, 31, 23)
DEFINE_VECTOR(double_, Doublewords, Doubles, uint64_t, fma, 63, 52)

bool fp_vector(FPVectorOp op, FPSize size, unsigned words, uint64_t *result, const uint64_t *d,
               const uint64_t *n, const uint64_t *m, const FPStatus *status)
{
    if (HOST_BIG_ENDIAN || status->rounding != FP_ROUND_TIEEVEN || !(status->flags & FP_IXC)) {
        return false;
    }
    return size == FP_SINGLE ? single(op, words, result, d, n, m)
                             : double_(op, words, result, d, n, m);
}
