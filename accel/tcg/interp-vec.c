/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter's operations on vectors, written with the compiler's vector types: on common
 * hosts each lane operation is one or two instructions.
 *
 * Lane 0 of a vector is the least significant one; the guest's state keeps the low 64 bits first,
 * so lanes are the compiler's lanes on little-endian hosts.  On others the scalar part at the end
 * reaches them by number.
 */
#include "qemu/osdep.h"
#include "accel/tcg/interp.h"

#define VECTOR(T, name) \
    typedef T name __attribute__((vector_size(16), aligned(8), may_alias))
VECTOR(uint8_t, VU8);
VECTOR(uint16_t, VU16);
VECTOR(uint32_t, VU32);
VECTOR(uint64_t, VU64);
VECTOR(int8_t, VS8);
VECTOR(int16_t, VS16);
VECTOR(int32_t, VS32);
VECTOR(int64_t, VS64);

/* Both widths: the low 64 bits with the upper ones cleared, and 128. */
#define FORM(name, T, EXPR, CLEAR) \
    static HANDLER(name) \
    { \
        T a = *(T *)V(ip->a), b __attribute__((unused)) = *(T *)V(ip->b); \
        \
        *(T *)V(ip->d) = (T)(EXPR); \
        if (CLEAR) { \
            V(ip->d)[1] = 0; \
        } \
        NEXT(1); \
    }
#define LANES(name, T, EXPR) FORM(name##_w, T, EXPR, true) FORM(name##_x, T, EXPR, false)
#define UNSIGNED(name, EXPR) \
    LANES(name##_8, VU8, EXPR) LANES(name##_16, VU16, EXPR) \
    LANES(name##_32, VU32, EXPR) LANES(name##_64, VU64, EXPR)
#define SIGNED(name, EXPR) \
    LANES(name##_8, VS8, EXPR) LANES(name##_16, VS16, EXPR) \
    LANES(name##_32, VS32, EXPR) LANES(name##_64, VS64, EXPR)

LANES(vmov, VU64, a)
LANES(vand, VU64, a & b)
LANES(vor, VU64, a | b)
LANES(vxor, VU64, a ^ b)
LANES(vandc, VU64, a & ~b)
LANES(vorc, VU64, a | ~b)
LANES(vnot, VU64, ~a)
UNSIGNED(vadd, a + b)
UNSIGNED(vsub, a - b)
UNSIGNED(vmul, a * b)
UNSIGNED(vneg, -a)
SIGNED(vabs, ((a < 0) & -a) | (~(a < 0) & a))
#define PICK(mask, x, y) (((mask) & (x)) | (~(mask) & (y)))
SIGNED(vsmin, PICK(a < b, a, b))
SIGNED(vsmax, PICK(a > b, a, b))
#define PICKU(T, mask, x, y) (((T)(mask) & (x)) | (~(T)(mask) & (y)))
#define UMINMAX(name, OP) \
    LANES(name##_8, VU8, PICKU(VU8, a OP b, a, b)) \
    LANES(name##_16, VU16, PICKU(VU16, a OP b, a, b)) \
    LANES(name##_32, VU32, PICKU(VU32, a OP b, a, b)) \
    LANES(name##_64, VU64, PICKU(VU64, a OP b, a, b))
UMINMAX(vumin, <)
UMINMAX(vumax, >)
UNSIGNED(vcmpeq, a == b)
SIGNED(vcmpgt, a > b)
SIGNED(vcmpge, a >= b)
UNSIGNED(vcmpgtu, a > b)
UNSIGNED(vcmpgeu, a >= b)
UNSIGNED(vcmptst, (a & b) != 0)

/* Shifts by a constant, c, which may be the whole lane. */
#define BITS(T) (sizeof(((T){ 0 })[0]) * 8)
#define SHIFTS(T, S, suffix) \
    LANES(vshli_##suffix, T, ip->c < BITS(T) ? (T)(a << ip->c) : (T){ 0 }) \
    LANES(vshri_##suffix, T, ip->c < BITS(T) ? (T)(a >> ip->c) : (T){ 0 }) \
    LANES(vsari_##suffix, S, a >> MIN(ip->c, BITS(T) - 1))
SHIFTS(VU8, VS8, 8)
SHIFTS(VU16, VS16, 16)
SHIFTS(VU32, VS32, 32)
SHIFTS(VU64, VS64, 64)

/* -- by lane number ---------------------------------------------------------------------------- */

/* Lane @n of the vector whose halves are at @v. */
#define LANE(T, v, n) \
    ((T)((v)[(n) / (8 / sizeof(T))] >> ((n) % (8 / sizeof(T)) * sizeof(T) * 8)))

static inline void set_lane(uint64_t *v, unsigned bits, unsigned n, uint64_t value)
{
    unsigned per_half = 64 / bits, pos = n % per_half * bits;
    uint64_t mask = (bits == 64 ? UINT64_MAX : (1ULL << bits) - 1) << pos;

    v[n / per_half] = (v[n / per_half] & ~mask) | (value << pos & mask);
}

/* c: lane. */
#define LANE_OPS(T, S, suffix) \
    static HANDLER(vlane_##suffix) \
    { \
        R(ip->d) = LANE(T, V(ip->a), (unsigned)ip->c); \
        NEXT(1); \
    } \
    static HANDLER(vslane_##suffix) \
    { \
        R(ip->d) = (int64_t)(S)LANE(T, V(ip->a), (unsigned)ip->c); \
        NEXT(1); \
    } \
    static HANDLER(vins_##suffix) \
    { \
        uint64_t value = R(ip->b); \
        \
        if (ip->a != ip->d) { \
            memcpy(V(ip->d), V(ip->a), 16); \
        } \
        set_lane(V(ip->d), sizeof(T) * 8, ip->c, value); \
        NEXT(1); \
    } \
    static HANDLER(vdup_##suffix##_x) \
    { \
        uint64_t value = (T)R(ip->a) * (UINT64_MAX / (T)-1); \
        \
        V(ip->d)[0] = V(ip->d)[1] = value; \
        NEXT(1); \
    } \
    static HANDLER(vdup_##suffix##_w) \
    { \
        V(ip->d)[0] = (T)R(ip->a) * (UINT64_MAX / (T)-1); \
        V(ip->d)[1] = 0; \
        NEXT(1); \
    }
LANE_OPS(uint8_t, int8_t, 8)
LANE_OPS(uint16_t, int16_t, 16)
LANE_OPS(uint32_t, int32_t, 32)
LANE_OPS(uint64_t, int64_t, 64)

/* Which source lane becomes lane i of n: a's are 0..n-1, b's n..2n-1. */
enum {
    ZIP1, ZIP2, UZP1, UZP2, TRN1, TRN2,
};

static inline unsigned permuted(unsigned kind, unsigned i, unsigned n)
{
    switch (kind) {
    case ZIP1:
        return i / 2 + (i % 2) * n;
    case ZIP2:
        return n / 2 + i / 2 + (i % 2) * n;
    case UZP1:
        return 2 * i;
    case UZP2:
        return 2 * i + 1;
    case TRN1:
        return (i & ~1U) + (i % 2) * n;
    default:
        return (i | 1) + (i % 2) * n;
    }
}

static G_GNUC_NO_INLINE void permute(char *env, const TcgCode *ip, unsigned kind, unsigned bits,
                                     unsigned bytes)
{
    unsigned n = bytes * 8 / bits;
    uint64_t out[2] = { 0, 0 };

    for (unsigned i = 0; i < n; i++) {
        unsigned from = permuted(kind, i, n);
        const uint64_t *v = from < n ? V(ip->a) : V(ip->b);
        unsigned lane = from % n, per_half = 64 / bits;

        set_lane(out, bits, i, v[lane / per_half] >> (lane % per_half * bits));
    }
    memcpy(V(ip->d), out, 16);
}

#define PERMUTE_FORM(name, KIND, BITS_) \
    static HANDLER(name##_w) \
    { \
        permute(env, ip, KIND, BITS_, 8); \
        NEXT(1); \
    } \
    static HANDLER(name##_x) \
    { \
        permute(env, ip, KIND, BITS_, 16); \
        NEXT(1); \
    }
#define PERMUTE(name, KIND) \
    PERMUTE_FORM(name##_8, KIND, 8) PERMUTE_FORM(name##_16, KIND, 16) \
    PERMUTE_FORM(name##_32, KIND, 32) PERMUTE_FORM(name##_64, KIND, 64)
PERMUTE(vzip1, ZIP1)
PERMUTE(vzip2, ZIP2)
PERMUTE(vuzp1, UZP1)
PERMUTE(vuzp2, UZP2)
PERMUTE(vtrn1, TRN1)
PERMUTE(vtrn2, TRN2)

/* c: bytes. */
static HANDLER(vext_w)
{
    uint64_t lo = V(ip->a)[0], hi = V(ip->b)[0];
    unsigned shift = ip->c * 8;

    V(ip->d)[0] = shift ? lo >> shift | hi << (64 - shift) : lo;
    V(ip->d)[1] = 0;
    NEXT(1);
}

static HANDLER(vext_x)
{
    unsigned __int128 a = (unsigned __int128)V(ip->a)[1] << 64 | V(ip->a)[0];
    unsigned __int128 b = (unsigned __int128)V(ip->b)[1] << 64 | V(ip->b)[0];
    unsigned shift = ip->c * 8;

    a = shift ? a >> shift | b << (128 - shift) : a;
    V(ip->d)[0] = a;
    V(ip->d)[1] = a >> 64;
    NEXT(1);
}

/* a: mask, b where it is set, c elsewhere. */
#define BSL(name, CLEAR) \
    static HANDLER(name) \
    { \
        VU64 mask = *(VU64 *)V(ip->a), x = *(VU64 *)V(ip->b), y = *(VU64 *)V(ip->c); \
        \
        *(VU64 *)V(ip->d) = (x & mask) | (y & ~mask); \
        if (CLEAR) { \
            V(ip->d)[1] = 0; \
        } \
        NEXT(1); \
    }
BSL(vbsl_w, true)
BSL(vbsl_x, false)

static HANDLER(vmovi_w)
{
    V(ip->d)[0] = tcg_extra(ip)->imm;
    V(ip->d)[1] = 0;
    NEXT(2);
}

static HANDLER(vmovi_x)
{
    V(ip->d)[0] = V(ip->d)[1] = tcg_extra(ip)->imm;
    NEXT(2);
}

/* -- table ------------------------------------------------------------------------------------- */

#define PAIR(name) { name##_w, name##_x }
#define SAME(name) { PAIR(name), PAIR(name), PAIR(name), PAIR(name) }
#define EACH(name) { PAIR(name##_8), PAIR(name##_16), PAIR(name##_32), PAIR(name##_64) }
#define NO_WIDTH(name) \
    { { name##_8, name##_8 }, { name##_16, name##_16 }, { name##_32, name##_32 }, \
      { name##_64, name##_64 } }
static TcgHandler *const forms[][4][2] = {
#define ROW(opc) [IR_##opc - IR_VMOV]
    ROW(VMOV) = SAME(vmov), ROW(VMOVI) = SAME(vmovi), ROW(VDUP) = EACH(vdup),
    ROW(VINS) = NO_WIDTH(vins), ROW(VLANE) = NO_WIDTH(vlane), ROW(VSLANE) = NO_WIDTH(vslane),
    ROW(VAND) = SAME(vand), ROW(VOR) = SAME(vor), ROW(VXOR) = SAME(vxor),
    ROW(VANDC) = SAME(vandc), ROW(VORC) = SAME(vorc), ROW(VNOT) = SAME(vnot),
    ROW(VBSL) = SAME(vbsl), ROW(VADD) = EACH(vadd), ROW(VSUB) = EACH(vsub),
    ROW(VMUL) = EACH(vmul), ROW(VNEG) = EACH(vneg), ROW(VABS) = EACH(vabs),
    ROW(VSMIN) = EACH(vsmin), ROW(VSMAX) = EACH(vsmax), ROW(VUMIN) = EACH(vumin),
    ROW(VUMAX) = EACH(vumax), ROW(VSHLI) = EACH(vshli), ROW(VSHRI) = EACH(vshri),
    ROW(VSARI) = EACH(vsari), ROW(VCMPEQ) = EACH(vcmpeq), ROW(VCMPGT) = EACH(vcmpgt),
    ROW(VCMPGE) = EACH(vcmpge), ROW(VCMPGTU) = EACH(vcmpgtu), ROW(VCMPGEU) = EACH(vcmpgeu),
    ROW(VCMPTST) = EACH(vcmptst), ROW(VZIP1) = EACH(vzip1), ROW(VZIP2) = EACH(vzip2),
    ROW(VUZP1) = EACH(vuzp1), ROW(VUZP2) = EACH(vuzp2), ROW(VTRN1) = EACH(vtrn1),
    ROW(VTRN2) = EACH(vtrn2), ROW(VEXT) = SAME(vext),
};

TcgHandler *interp_vec(IrOpc opc, unsigned esize, IrWidth w)
{
    return forms[opc - IR_VMOV][esize & 3][w];
}
