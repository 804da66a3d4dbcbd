/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of 64-bit numbers, bounds included, so that the whole of [0, 2^64-1]
 * can be said; empty is a range of its own.
 */
#ifndef QEMU_RANGE_H
#define QEMU_RANGE_H

#include "qemu/bitops.h"

/* Use the functions, not the members. Empty when lob == upb + 1. */
struct Range {
    uint64_t lob;
    uint64_t upb;
};

/* An initialiser for the empty range. */
#define RANGE_EMPTY_INIT { 1, 0 }

static inline bool range_is_empty(const Range *range)
{
    return range->lob > range->upb;
}

static inline bool range_contains(const Range *range, uint64_t val)
{
    return val >= range->lob && val <= range->upb;
}

static inline void range_make_empty(Range *range)
{
    *range = (Range)RANGE_EMPTY_INIT;
}

/* [@lob, @upb], both included; @lob == @upb + 1 makes it empty. */
static inline void range_set_bounds(Range *range, uint64_t lob, uint64_t upb)
{
    range->lob = lob;
    range->upb = upb;
    assert(lob <= upb || lob == upb + 1);
    if (lob > upb) {
        range_make_empty(range);
    }
}

/* [@lob, @upb_plus1); equal bounds make it empty, and 0 stands for 2^64. */
static inline void range_set_bounds1(Range *range, uint64_t lob, uint64_t upb_plus1)
{
    if (!lob && !upb_plus1) {
        range_make_empty(range);
        return;
    }
    range_set_bounds(range, lob, upb_plus1 - 1);
}

/* The bounds of a range that is not empty. */
static inline uint64_t range_lob(const Range *range)
{
    assert(!range_is_empty(range));
    return range->lob;
}

static inline uint64_t range_upb(const Range *range)
{
    assert(!range_is_empty(range));
    return range->upb;
}

/*
 * Sets @size numbers from @lob on. Returns 0, or -ERANGE (range unchanged) if
 * that goes beyond 2^64 - 1.
 */
static inline int QEMU_WARN_UNUSED_RESULT range_init(Range *range, uint64_t lob, uint64_t size)
{
    if (size && lob + (size - 1) < lob) {
        return -ERANGE;
    }
    *range = (Range) { .lob = lob, .upb = lob + size - 1 };
    if (!size) {
        range_make_empty(range);
    }
    return 0;
}

static inline void range_init_nofail(Range *range, uint64_t lob, uint64_t size)
{
    int r = range_init(range, lob, size);

    assert(r == 0);
}

/* How many numbers; 0 also for all 2^64 of them. */
static inline uint64_t range_size(const Range *range)
{
    return range->upb - range->lob + 1;
}

static inline bool range_overlaps_range(const Range *range1, const Range *range2)
{
    return !range_is_empty(range1) && !range_is_empty(range2)
        && range1->lob <= range2->upb && range2->lob <= range1->upb;
}

/* Whether all of @range2 lies in @range1; neither is empty. */
static inline bool range_contains_range(const Range *range1, const Range *range2)
{
    if (range_is_empty(range1) || range_is_empty(range2)) {
        return false;
    }
    return range1->lob <= range2->lob && range1->upb >= range2->upb;
}

/* Widens @range just so far that it contains @extend_by. */
static inline void range_extend(Range *range, const Range *extend_by)
{
    if (range_is_empty(extend_by)) {
        return;
    }
    if (range_is_empty(range)) {
        *range = *extend_by;
        return;
    }
    range->lob = MIN(range->lob, extend_by->lob);
    range->upb = MAX(range->upb, extend_by->upb);
}

/* The last number of @len ones from @offset on; @len is not 0. */
static inline uint64_t range_get_last(uint64_t offset, uint64_t len)
{
    return offset + len - 1;
}

/* Whether [@offset, @offset + @len) contains @byte. */
static inline int range_covers_byte(uint64_t offset, uint64_t len, uint64_t byte)
{
    return len && offset <= byte && byte <= range_get_last(offset, len);
}

/* Whether two such ranges share a number. */
static inline bool ranges_overlap(uint64_t first1, uint64_t len1, uint64_t first2, uint64_t len2)
{
    return len1 && len2 && range_get_last(first1, len1) >= first2
        && range_get_last(first2, len2) >= first1;
}

/*
 * -1: @a ends before @b begins with a gap between; 1: the other way round;
 * 0: they overlap or touch.
 */
int range_compare(Range *a, Range *b);

/*
 * Inserts @data into a sorted list of ranges that neither overlap nor touch,
 * and keeps it so. Takes ownership of @data. Returns the new list.
 */
GList *range_list_insert(GList *list, Range *data);

/*
 * The gaps of a sorted list of ranges within [@low, @high], as a new list in
 * *@out_ranges whose elements the caller frees.
 */
void range_inverse_array(GList *in_ranges, GList **out_ranges, uint64_t low, uint64_t high);

#endif
