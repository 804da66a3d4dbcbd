/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays of bits on unsigned longs. Bits above the size may hold anything and
 * are never looked at. The functions marked atomic may run against each other
 * and against set_bit_atomic().
 */
#ifndef BITMAP_H
#define BITMAP_H

#include "qemu/bitops.h"

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* Mask of the bits from @start on within its word, and of those below @nbits. */
#define BITMAP_FIRST_WORD_MASK(start) (~0UL << ((start) & (BITS_PER_LONG - 1)))
#define BITMAP_LAST_WORD_MASK(nbits) (~0UL >> (-(nbits) & (BITS_PER_LONG - 1)))

static inline size_t bitmap_size_bytes_(long nbits)
{
    return BITS_TO_LONGS(nbits) * sizeof(unsigned long);
}

/* A zeroed bitmap; g_free() it. The try form returns NULL without memory. */
static inline unsigned long *bitmap_try_new(long nbits)
{
    return g_try_malloc0(MAX(bitmap_size_bytes_(nbits), 1));
}

static inline unsigned long *bitmap_new(long nbits)
{
    return g_malloc0(MAX(bitmap_size_bytes_(nbits), 1));
}

static inline void bitmap_zero(unsigned long *dst, long nbits)
{
    memset(dst, 0, bitmap_size_bytes_(nbits));
}

static inline void bitmap_fill(unsigned long *dst, long nbits)
{
    memset(dst, 0xff, bitmap_size_bytes_(nbits));
}

static inline void bitmap_copy(unsigned long *dst, const unsigned long *src, long nbits)
{
    memcpy(dst, src, bitmap_size_bytes_(nbits));
}

/* dst = src1 op src2; and/andnot return whether any bit of dst is set. */
int bitmap_and(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
               long nbits);
int bitmap_andnot(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
                  long nbits);
void bitmap_or(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
               long nbits);
void bitmap_xor(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
                long nbits);
void bitmap_complement(unsigned long *dst, const unsigned long *src, long nbits);

int bitmap_equal(const unsigned long *src1, const unsigned long *src2, long nbits);
int bitmap_intersects(const unsigned long *src1, const unsigned long *src2, long nbits);
int bitmap_empty(const unsigned long *src, long nbits);
int bitmap_full(const unsigned long *src, long nbits);
long bitmap_count_one(const unsigned long *bitmap, long nbits);
/* Ones among @nbits bits from @offset on. */
long bitmap_count_one_with_offset(const unsigned long *bitmap, long offset, long nbits);

/* Set, clear, or test any of @nr bits from @i on. */
void bitmap_set(unsigned long *map, long i, long len);
void bitmap_clear(unsigned long *map, long start, long nr);
void bitmap_set_atomic(unsigned long *map, long i, long len);
/* Clears; whether any of them was set. */
bool bitmap_test_and_clear(unsigned long *map, long start, long nr);
bool bitmap_test_and_clear_atomic(unsigned long *map, long start, long nr);
/* Moves the bits: each one set in @src meanwhile ends in @dst or stays in @src. */
void bitmap_copy_and_clear_atomic(unsigned long *dst, unsigned long *src, long nr);

/*
 * First run of @nr zero bits in [@start, @size) whose position has none of the
 * bits of @align_mask (a power of two minus one); a number >= @size when there
 * is none.
 */
unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
                                         unsigned long start, unsigned long nr,
                                         unsigned long align_mask);

/* Grows a heap bitmap; the new bits are zero. */
unsigned long *bitmap_zero_extend(unsigned long *old, long old_nbits, long new_nbits);

/* To and from an array of little-endian words, for streams. */
void bitmap_to_le(unsigned long *dst, const unsigned long *src, long nbits);
void bitmap_from_le(unsigned long *dst, const unsigned long *src, long nbits);

/* @nbits bits from bit @offset of @src to the start of @dst, and the reverse. */
void bitmap_copy_with_src_offset(unsigned long *dst, const unsigned long *src,
                                 unsigned long offset, unsigned long nbits);
void bitmap_copy_with_dst_offset(unsigned long *dst, const unsigned long *src,
                                 unsigned long offset, unsigned long nbits);

#endif
