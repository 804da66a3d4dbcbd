/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Single bits, bit fields and rotations. Bit numbers of the array functions
 * count from the least significant bit of the first word. Functions marked
 * atomic may run against each other on the same word.
 */
#ifndef BITOPS_H
#define BITOPS_H

#include "qemu/host-utils.h"
#include "qemu/atomic.h"

#define BITS_PER_BYTE CHAR_BIT
#define BITS_PER_LONG (sizeof(unsigned long) * BITS_PER_BYTE)
#define BITS_TO_LONGS(nr) DIV_ROUND_UP(nr, BITS_PER_LONG)
#define BITS_TO_U32S(nr) DIV_ROUND_UP(nr, 32)

#define BIT(nr) (1UL << (nr))
#define BIT_ULL(nr) (1ULL << (nr))
#define BIT_MASK(nr) (1UL << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr) ((nr) / BITS_PER_LONG)
#define BIT32_MASK(nr) (1U << ((nr) % 32))
#define BIT32_WORD(nr) ((nr) / 32)
/* @length ones starting at bit @shift; @length is 1..64. */
#define MAKE_64BIT_MASK(shift, length) (((~0ULL) >> (64 - (length))) << (shift))

static inline void set_bit(long nr, unsigned long *addr)
{
    addr[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static inline void set_bit_atomic(long nr, unsigned long *addr)
{
    qatomic_or(&addr[BIT_WORD(nr)], BIT_MASK(nr));
}

static inline void clear_bit(long nr, unsigned long *addr)
{
    addr[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static inline void clear_bit_atomic(long nr, unsigned long *addr)
{
    qatomic_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr));
}

static inline void change_bit(long nr, unsigned long *addr)
{
    addr[BIT_WORD(nr)] ^= BIT_MASK(nr);
}

static inline int test_bit(long nr, const unsigned long *addr)
{
    return (addr[BIT_WORD(nr)] >> (nr % BITS_PER_LONG)) & 1;
}

/* These three return the bit's old value. */
static inline int test_and_set_bit(long nr, unsigned long *addr)
{
    int was_set = test_bit(nr, addr);

    set_bit(nr, addr);
    return was_set;
}

static inline int test_and_clear_bit(long nr, unsigned long *addr)
{
    int was_set = test_bit(nr, addr);

    clear_bit(nr, addr);
    return was_set;
}

static inline int test_and_change_bit(long nr, unsigned long *addr)
{
    int was_set = test_bit(nr, addr);

    change_bit(nr, addr);
    return was_set;
}

/* The same on arrays of 32-bit words, whose layout does not depend on the host. */
static inline void set_bit32(long nr, uint32_t *addr)
{
    addr[BIT32_WORD(nr)] |= BIT32_MASK(nr);
}

static inline void clear_bit32(long nr, uint32_t *addr)
{
    addr[BIT32_WORD(nr)] &= ~BIT32_MASK(nr);
}

static inline int test_bit32(long nr, const uint32_t *addr)
{
    return (addr[BIT32_WORD(nr)] >> (nr % 32)) & 1;
}

/* Number of the last set bit below @size; @size when there is none. */
unsigned long find_last_bit(const unsigned long *addr, unsigned long size);
/* First set (clear) bit in [@offset, @size); @size when there is none. */
unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
                                 unsigned long offset);

static inline unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
    return find_next_bit(addr, size, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
    return find_next_zero_bit(addr, size, 0);
}

/* Rotations; @shift counts modulo the width. */
#define BITOPS_ROTATE_(width)                                             \
    static inline uint##width##_t rol##width(uint##width##_t v, unsigned int shift) \
    {                                                                     \
        return (v << (shift & (width - 1))) | (v >> (-shift & (width - 1))); \
    }                                                                     \
    static inline uint##width##_t ror##width(uint##width##_t v, unsigned int shift) \
    {                                                                     \
        return (v >> (shift & (width - 1))) | (v << (-shift & (width - 1))); \
    }
BITOPS_ROTATE_(8)
BITOPS_ROTATE_(16)
BITOPS_ROTATE_(32)
BITOPS_ROTATE_(64)
#undef BITOPS_ROTATE_

/* Exchange the halfwords (hswap) or words (wswap) of @h. */
static inline uint32_t hswap32(uint32_t h) { return rol32(h, 16); }

static inline uint64_t hswap64(uint64_t h)
{
    uint64_t m = 0x0000ffff0000ffffull;

    h = rol64(h, 32);
    return ((h & m) << 16) | ((h >> 16) & m);
}

static inline uint64_t wswap64(uint64_t h) { return rol64(h, 32); }

/*
 * @length bits of @value starting at bit @start, right aligned. The field must
 * lie inside the value and not be empty.
 */
static inline uint8_t extract8(uint8_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 8 - start);
    return (value >> start) & (0xff >> (8 - length));
}

static inline uint16_t extract16(uint16_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 16 - start);
    return (value >> start) & (0xffff >> (16 - length));
}

static inline uint32_t extract32(uint32_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    return (value >> start) & (~0U >> (32 - length));
}

static inline uint64_t extract64(uint64_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    return (value >> start) & (~0ULL >> (64 - length));
}

/* Same, the field being a signed number. */
static inline int32_t sextract32(uint32_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    return (int32_t)(value << (32 - length - start)) >> (32 - length);
}

static inline int64_t sextract64(uint64_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    return (int64_t)(value << (64 - length - start)) >> (64 - length);
}

/* @value with the field replaced by the low @length bits of @fieldval. */
static inline uint32_t deposit32(uint32_t value, int start, int length, uint32_t fieldval)
{
    uint32_t mask;

    assert(start >= 0 && length > 0 && length <= 32 - start);
    mask = (~0U >> (32 - length)) << start;
    return (value & ~mask) | ((fieldval << start) & mask);
}

static inline uint64_t deposit64(uint64_t value, int start, int length, uint64_t fieldval)
{
    uint64_t mask;

    assert(start >= 0 && length > 0 && length <= 64 - start);
    mask = (~0ULL >> (64 - length)) << start;
    return (value & ~mask) | ((fieldval << start) & mask);
}

/*
 * Spreads the low half of @x over the even bits (shuffle), and gathers the
 * even bits into the low half (unshuffle); the other bits of the result are 0.
 */
static inline uint64_t half_shuffle64(uint64_t x)
{
    x &= 0x00000000ffffffffull;
    x = (x | x << 16) & 0x0000ffff0000ffffull;
    x = (x | x << 8) & 0x00ff00ff00ff00ffull;
    x = (x | x << 4) & 0x0f0f0f0f0f0f0f0full;
    x = (x | x << 2) & 0x3333333333333333ull;
    return (x | x << 1) & 0x5555555555555555ull;
}

static inline uint32_t half_shuffle32(uint32_t x)
{
    return half_shuffle64(x & 0xffff);
}

static inline uint64_t half_unshuffle64(uint64_t x)
{
    x &= 0x5555555555555555ull;
    x = (x | x >> 1) & 0x3333333333333333ull;
    x = (x | x >> 2) & 0x0f0f0f0f0f0f0f0full;
    x = (x | x >> 4) & 0x00ff00ff00ff00ffull;
    x = (x | x >> 8) & 0x0000ffff0000ffffull;
    return (x | x >> 16) & 0x00000000ffffffffull;
}

static inline uint32_t half_unshuffle32(uint32_t x)
{
    return half_unshuffle64(x);
}

#endif
