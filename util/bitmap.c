/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bitmaps (qemu/bitmap.h) and the searches of qemu/bitops.h. Everything works
 * on words; a partial word is cut out by a mask, so bits outside the asked
 * range neither matter nor change.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/bswap.h"

/* Word @word of @map with only the bits that belong to a bitmap of @nbits. */
static unsigned long word_get(const unsigned long *map, long word, long nbits)
{
    bool is_last = word == BIT_WORD(nbits);

    return is_last ? map[word] & ~BITMAP_FIRST_WORD_MASK(nbits) : map[word];
}

/*
 * First bit in [@offset, @size) of @map ^ @flip; @size when there is none.
 */
static unsigned long bit_find(const unsigned long *map, unsigned long size,
                              unsigned long offset, unsigned long flip)
{
    unsigned long word, bits;

    if (offset >= size) {
        return size;
    }
    word = BIT_WORD(offset);
    bits = (map[word] ^ flip) & BITMAP_FIRST_WORD_MASK(offset);
    while (!bits) {
        word++;
        if (word * BITS_PER_LONG >= size) {
            return size;
        }
        bits = map[word] ^ flip;
    }
    return MIN(word * BITS_PER_LONG + __builtin_ctzl(bits), size);
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset)
{
    return bit_find(addr, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
                                 unsigned long offset)
{
    return bit_find(addr, size, offset, ~0UL);
}

unsigned long find_last_bit(const unsigned long *addr, unsigned long size)
{
    for (unsigned long n = BITS_TO_LONGS(size); n > 0; n--) {
        unsigned long bits = word_get(addr, n - 1, size);

        if (bits) {
            return n * BITS_PER_LONG - 1 - __builtin_clzl(bits);
        }
    }
    return size;
}

int bitmap_empty(const unsigned long *src, long nbits)
{
    return find_first_bit(src, nbits) == nbits;
}

int bitmap_full(const unsigned long *src, long nbits)
{
    return find_first_zero_bit(src, nbits) == nbits;
}

int bitmap_equal(const unsigned long *src1, const unsigned long *src2, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        if (word_get(src1, i, nbits) != word_get(src2, i, nbits)) {
            return 0;
        }
    }
    return 1;
}

int bitmap_intersects(const unsigned long *src1, const unsigned long *src2, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        if (word_get(src1, i, nbits) & src2[i]) {
            return 1;
        }
    }
    return 0;
}

int bitmap_and(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
               long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = src1[i] & src2[i];
    }
    return !bitmap_empty(dst, nbits);
}

int bitmap_andnot(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
                  long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = src1[i] & ~src2[i];
    }
    return !bitmap_empty(dst, nbits);
}

void bitmap_or(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
               long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = src1[i] | src2[i];
    }
}

void bitmap_xor(unsigned long *dst, const unsigned long *src1, const unsigned long *src2,
                long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = src1[i] ^ src2[i];
    }
}

void bitmap_complement(unsigned long *dst, const unsigned long *src, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = ~src[i];
    }
}

/*
 * The steps of a walk over bits [start, start + nr): one word at a time with
 * the mask of the bits in it that belong to the range.
 */
typedef struct BitRun {
    unsigned long start;
    unsigned long end;
    unsigned long word;
    unsigned long mask;
} BitRun;

static bool bit_run_next(BitRun *run)
{
    unsigned long next_word;

    if (run->start >= run->end) {
        return false;
    }
    run->word = BIT_WORD(run->start);
    run->mask = BITMAP_FIRST_WORD_MASK(run->start);
    next_word = (run->word + 1) * BITS_PER_LONG;
    if (next_word > run->end) {
        run->mask &= BITMAP_LAST_WORD_MASK(run->end);
    }
    run->start = next_word;
    return true;
}

#define BIT_RUN(from, count) { .start = (from), .end = (unsigned long)(from) + (count) }

void bitmap_set(unsigned long *map, long i, long len)
{
    BitRun run = BIT_RUN(i, len);

    while (bit_run_next(&run)) {
        map[run.word] |= run.mask;
    }
}

void bitmap_clear(unsigned long *map, long start, long nr)
{
    BitRun run = BIT_RUN(start, nr);

    while (bit_run_next(&run)) {
        map[run.word] &= ~run.mask;
    }
}

void bitmap_set_atomic(unsigned long *map, long i, long len)
{
    BitRun run = BIT_RUN(i, len);

    while (bit_run_next(&run)) {
        /* Often set already; a read does not take the cache line from others. */
        if ((qatomic_read(&map[run.word]) & run.mask) != run.mask) {
            qatomic_or(&map[run.word], run.mask);
        }
    }
    /* Whoever finds the bits set must see what was written before. */
    smp_mb();
}

bool bitmap_test_and_clear(unsigned long *map, long start, long nr)
{
    BitRun run = BIT_RUN(start, nr);
    unsigned long found = 0;

    while (bit_run_next(&run)) {
        found |= map[run.word] & run.mask;
        map[run.word] &= ~run.mask;
    }
    return found != 0;
}

bool bitmap_test_and_clear_atomic(unsigned long *map, long start, long nr)
{
    BitRun run = BIT_RUN(start, nr);
    unsigned long found = 0;

    while (bit_run_next(&run)) {
        if (qatomic_read(&map[run.word]) & run.mask) {
            found |= qatomic_fetch_and(&map[run.word], ~run.mask) & run.mask;
        }
    }
    /* What the bits announce is read after this, also when another thread cleared them. */
    smp_mb();
    return found != 0;
}

void bitmap_copy_and_clear_atomic(unsigned long *dst, unsigned long *src, long nr)
{
    BitRun run = BIT_RUN(0, nr);

    while (bit_run_next(&run)) {
        dst[run.word] = qatomic_fetch_and(&src[run.word], ~run.mask) & run.mask;
    }
}

long bitmap_count_one_with_offset(const unsigned long *bitmap, long offset, long nbits)
{
    BitRun run = BIT_RUN(offset, nbits);
    long count = 0;

    while (bit_run_next(&run)) {
        count += __builtin_popcountl(bitmap[run.word] & run.mask);
    }
    return count;
}

long bitmap_count_one(const unsigned long *bitmap, long nbits)
{
    return bitmap_count_one_with_offset(bitmap, 0, nbits);
}

unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
                                         unsigned long start, unsigned long nr,
                                         unsigned long align_mask)
{
    for (;;) {
        unsigned long index = find_next_zero_bit(map, size, start);
        unsigned long end, obstacle;

        index = (index + align_mask) & ~align_mask;
        end = index + nr;
        if (end > size || end < index) {
            return size + 1;
        }
        obstacle = find_next_bit(map, end, index);
        if (obstacle >= end) {
            return index;
        }
        start = obstacle + 1;
    }
}

unsigned long *bitmap_zero_extend(unsigned long *old, long old_nbits, long new_nbits)
{
    unsigned long *grown = g_realloc(old, MAX(bitmap_size_bytes_(new_nbits), 1));

    if (new_nbits > old_nbits) {
        bitmap_clear(grown, old_nbits, BITS_TO_LONGS(new_nbits) * BITS_PER_LONG - old_nbits);
    }
    return grown;
}

void bitmap_to_le(unsigned long *dst, const unsigned long *src, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = cpu_to_le64(word_get(src, i, nbits));
    }
}

void bitmap_from_le(unsigned long *dst, const unsigned long *src, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = le64_to_cpu(src[i]);
    }
}

/* @count (1..64) bits of @map from bit @offset on; reads no word beyond the last of them. */
static unsigned long bits_get(const unsigned long *map, unsigned long offset, unsigned count)
{
    unsigned long word = BIT_WORD(offset);
    unsigned shift = offset % BITS_PER_LONG;
    unsigned long bits = map[word] >> shift;

    if (shift + count > BITS_PER_LONG) {
        bits |= map[word + 1] << (BITS_PER_LONG - shift);
    }
    return bits & BITMAP_LAST_WORD_MASK(count);
}

void bitmap_copy_with_src_offset(unsigned long *dst, const unsigned long *src,
                                 unsigned long offset, unsigned long nbits)
{
    for (unsigned long done = 0; done < nbits; done += BITS_PER_LONG) {
        unsigned count = MIN(nbits - done, BITS_PER_LONG);
        unsigned long bits = bits_get(src, offset + done, count);
        unsigned long *to = &dst[BIT_WORD(done)];

        *to = (*to & ~BITMAP_LAST_WORD_MASK(count)) | bits;
    }
}

void bitmap_copy_with_dst_offset(unsigned long *dst, const unsigned long *src,
                                 unsigned long offset, unsigned long nbits)
{
    BitRun run = BIT_RUN(offset, nbits);
    unsigned long done = 0;

    while (bit_run_next(&run)) {
        unsigned first = __builtin_ctzl(run.mask);
        unsigned count = __builtin_popcountl(run.mask);

        dst[run.word] = (dst[run.word] & ~run.mask) | bits_get(src, done, count) << first;
        done += count;
    }
}
