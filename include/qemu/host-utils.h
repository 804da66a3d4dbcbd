/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Integer arithmetic that C lacks: wide multiply and divide, bit counting,
 * powers of two, overflow-checked sums. The counting functions define the
 * result for zero (the width), unlike the builtins below them.
 */
#ifndef HOST_UTILS_H
#define HOST_UTILS_H

#include "qemu/bswap.h"

/* The 128-bit product of @a and @b. */
static inline void mulu64(uint64_t *plow, uint64_t *phigh, uint64_t a, uint64_t b)
{
    unsigned __int128 r = (unsigned __int128)a * b;

    *plow = r;
    *phigh = r >> 64;
}

static inline void muls64(uint64_t *plow, uint64_t *phigh, int64_t a, int64_t b)
{
    __int128 r = (__int128)a * b;

    *plow = r;
    *phigh = r >> 64;
}

/* @a * @b / @c with a 96-bit or wider intermediate; the low 64 bits of the quotient. */
static inline uint64_t muldiv64(uint64_t a, uint32_t b, uint32_t c)
{
    return (unsigned __int128)a * b / c;
}

/* Same, rounded up. */
static inline uint64_t muldiv64_round_up(uint64_t a, uint32_t b, uint32_t c)
{
    return ((unsigned __int128)a * b + c - 1) / c;
}

/*
 * Divides the 128-bit number *@phigh:*@plow by @divisor (not zero); the
 * quotient replaces it and the remainder is returned.
 */
static inline uint64_t divu128(uint64_t *plow, uint64_t *phigh, uint64_t divisor)
{
    unsigned __int128 dividend = (unsigned __int128)*phigh << 64 | *plow;
    unsigned __int128 quotient = dividend / divisor;

    *plow = quotient;
    *phigh = quotient >> 64;
    return dividend % divisor;
}

static inline int64_t divs128(uint64_t *plow, int64_t *phigh, int64_t divisor)
{
    __int128 dividend = (__int128)((unsigned __int128)(uint64_t)*phigh << 64 | *plow);
    __int128 quotient = dividend / divisor;

    *plow = quotient;
    *phigh = quotient >> 64;
    return dividend % divisor;
}

/* Leading and trailing zeroes (clz, ctz) and ones (clo, cto). */
static inline int clz8(uint8_t v) { return v ? __builtin_clz(v) - 24 : 8; }
static inline int clz16(uint16_t v) { return v ? __builtin_clz(v) - 16 : 16; }
static inline int clz32(uint32_t v) { return v ? __builtin_clz(v) : 32; }
static inline int clo32(uint32_t v) { return clz32(~v); }
static inline int clz64(uint64_t v) { return v ? __builtin_clzll(v) : 64; }
static inline int clo64(uint64_t v) { return clz64(~v); }
static inline int ctz8(uint8_t v) { return v ? __builtin_ctz(v) : 8; }
static inline int ctz16(uint16_t v) { return v ? __builtin_ctz(v) : 16; }
static inline int ctz32(uint32_t v) { return v ? __builtin_ctz(v) : 32; }
static inline int cto32(uint32_t v) { return ctz32(~v); }
static inline int ctz64(uint64_t v) { return v ? __builtin_ctzll(v) : 64; }
static inline int cto64(uint64_t v) { return ctz64(~v); }

/* Number of bits after the sign bit that are equal to it. */
static inline int clrsb32(uint32_t v) { return clz32((v ^ (v << 1)) | 1); }
static inline int clrsb64(uint64_t v) { return clz64((v ^ (v << 1)) | 1); }

static inline int ctpop8(uint8_t v) { return __builtin_popcount(v); }
static inline int ctpop16(uint16_t v) { return __builtin_popcount(v); }
static inline int ctpop32(uint32_t v) { return __builtin_popcount(v); }
static inline int ctpop64(uint64_t v) { return __builtin_popcountll(v); }

/* Bit order reversed. */
static inline uint8_t revbit8(uint8_t x)
{
    x = (x & 0xf0) >> 4 | (x & 0x0f) << 4;
    x = (x & 0xcc) >> 2 | (x & 0x33) << 2;
    return (x & 0xaa) >> 1 | (x & 0x55) << 1;
}

static inline uint64_t revbit64(uint64_t x)
{
    x = bswap64(x);
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0full) | (x & 0x0f0f0f0f0f0f0f0full) << 4;
    x = (x >> 2 & 0x3333333333333333ull) | (x & 0x3333333333333333ull) << 2;
    return (x >> 1 & 0x5555555555555555ull) | (x & 0x5555555555555555ull) << 1;
}

static inline uint16_t revbit16(uint16_t x) { return revbit64(x) >> 48; }
static inline uint32_t revbit32(uint32_t x) { return revbit64(x) >> 32; }

/* Store the sum, difference or product; true when it did not fit. */
static inline bool sadd32_overflow(int32_t x, int32_t y, int32_t *r)
{
    return __builtin_add_overflow(x, y, r);
}
static inline bool sadd64_overflow(int64_t x, int64_t y, int64_t *r)
{
    return __builtin_add_overflow(x, y, r);
}
static inline bool uadd32_overflow(uint32_t x, uint32_t y, uint32_t *r)
{
    return __builtin_add_overflow(x, y, r);
}
static inline bool uadd64_overflow(uint64_t x, uint64_t y, uint64_t *r)
{
    return __builtin_add_overflow(x, y, r);
}
static inline bool ssub32_overflow(int32_t x, int32_t y, int32_t *r)
{
    return __builtin_sub_overflow(x, y, r);
}
static inline bool ssub64_overflow(int64_t x, int64_t y, int64_t *r)
{
    return __builtin_sub_overflow(x, y, r);
}
static inline bool usub32_overflow(uint32_t x, uint32_t y, uint32_t *r)
{
    return __builtin_sub_overflow(x, y, r);
}
static inline bool usub64_overflow(uint64_t x, uint64_t y, uint64_t *r)
{
    return __builtin_sub_overflow(x, y, r);
}
static inline bool smul32_overflow(int32_t x, int32_t y, int32_t *r)
{
    return __builtin_mul_overflow(x, y, r);
}
static inline bool smul64_overflow(int64_t x, int64_t y, int64_t *r)
{
    return __builtin_mul_overflow(x, y, r);
}
static inline bool umul32_overflow(uint32_t x, uint32_t y, uint32_t *r)
{
    return __builtin_mul_overflow(x, y, r);
}
static inline bool umul64_overflow(uint64_t x, uint64_t y, uint64_t *r)
{
    return __builtin_mul_overflow(x, y, r);
}

/* @x + @y + *@pcarry, and @x - @y - *@pborrow; the carry or borrow out replaces it. */
static inline uint64_t uadd64_carry(uint64_t x, uint64_t y, bool *pcarry)
{
    uint64_t sum;
    bool carry = __builtin_add_overflow(x, y, &sum);

    carry |= __builtin_add_overflow(sum, (uint64_t)*pcarry, &sum);
    *pcarry = carry;
    return sum;
}

static inline uint64_t usub64_borrow(uint64_t x, uint64_t y, bool *pborrow)
{
    uint64_t difference;
    bool borrow = __builtin_sub_overflow(x, y, &difference);

    borrow |= __builtin_sub_overflow(difference, (uint64_t)*pborrow, &difference);
    *pborrow = borrow;
    return difference;
}

/* |@v| of any int64_t, INT64_MIN included. */
static inline uint64_t uabs64(int64_t v) { return v < 0 ? -(uint64_t)v : (uint64_t)v; }

static inline bool is_power_of_2(uint64_t value)
{
    return value && !(value & (value - 1));
}

/* The greatest power of two <= @value, 0 for 0. */
static inline uint64_t pow2floor(uint64_t value)
{
    return value ? 0x8000000000000000ull >> clz64(value) : 0;
}

/* The least power of two >= @value, 0 when it does not fit into 64 bits. */
static inline uint64_t pow2ceil(uint64_t value)
{
    int n = value ? clz64(value - 1) : 64;

    if (!n) {
        return 0;
    }
    return value <= 1 ? 1 : 0x8000000000000000ull >> (n - 1);
}

static inline uint32_t pow2roundup32(uint32_t x)
{
    return pow2ceil(x);
}

/*
 * Shifts the 128-bit number *@phigh:*@plow; the left shift tells in *@overflow
 * whether ones were lost (it never clears the flag).
 */
static inline void urshift(uint64_t *plow, uint64_t *phigh, int32_t shift)
{
    unsigned __int128 v = ((unsigned __int128)*phigh << 64 | *plow) >> (shift & 127);

    *plow = v;
    *phigh = v >> 64;
}

static inline void ulshift(uint64_t *plow, uint64_t *phigh, int32_t shift, bool *overflow)
{
    unsigned __int128 v = (unsigned __int128)*phigh << 64 | *plow;
    unsigned __int128 shifted = v << (shift & 127);

    if (shifted >> (shift & 127) != v) {
        *overflow = true;
    }
    *plow = shifted;
    *phigh = shifted >> 64;
}

#endif
