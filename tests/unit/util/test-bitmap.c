/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of bitmaps: every function against a naive model of one byte per
 * bit, on random contents and ranges around word boundaries. A canary bit
 * behind the range shows writes beyond it.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/thread.h"

#define NBITS 200
#define ROUNDS 300

typedef struct Pair {
    DECLARE_BITMAP(map, NBITS + 64);
    bool model[NBITS + 64];
} Pair;

static void pair_randomize(Pair *pair)
{
    /* Sometimes all zeros or all ones, where searches take their long ways. */
    int kind = g_test_rand_int_range(0, 4);

    for (int i = 0; i < NBITS + 64; i++) {
        pair->model[i] = kind == 0 ? false : kind == 1 ? true : g_test_rand_bit();
        if (pair->model[i]) {
            set_bit(i, pair->map);
        } else {
            clear_bit(i, pair->map);
        }
    }
}

static void pair_assert_same(const Pair *pair)
{
    for (int i = 0; i < NBITS + 64; i++) {
        g_assert_cmpint(!!test_bit(i, pair->map), ==, pair->model[i]);
    }
}

static long naive_find(const bool *model, long size, long start, bool value)
{
    for (long i = start; i < size; i++) {
        if (model[i] == value) {
            return i;
        }
    }
    return size;
}

static long naive_count(const bool *model, long start, long nr)
{
    long n = 0;

    for (long i = start; i < start + nr; i++) {
        n += model[i];
    }
    return n;
}

static void test_find(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        Pair p;
        long size = g_test_rand_int_range(1, NBITS + 1);
        long start = g_test_rand_int_range(0, NBITS + 1);
        long last = size;

        pair_randomize(&p);
        g_assert_cmpint(find_next_bit(p.map, size, start), ==,
                        naive_find(p.model, size, MIN(start, size), true));
        g_assert_cmpint(find_next_zero_bit(p.map, size, start), ==,
                        naive_find(p.model, size, MIN(start, size), false));
        for (long i = 0; i < size; i++) {
            last = p.model[i] ? i : last;
        }
        g_assert_cmpint(find_last_bit(p.map, size), ==, last);
        g_assert_cmpint(bitmap_empty(p.map, size), ==, naive_count(p.model, 0, size) == 0);
        g_assert_cmpint(bitmap_full(p.map, size), ==, naive_count(p.model, 0, size) == size);
    }
}

static void test_ranges(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        Pair p;
        long start = g_test_rand_int_range(0, NBITS);
        long nr = g_test_rand_int_range(0, NBITS - start + 1);
        bool any;

        pair_randomize(&p);
        any = naive_count(p.model, start, nr) > 0;
        g_assert_cmpint(bitmap_count_one_with_offset(p.map, start, nr), ==,
                        naive_count(p.model, start, nr));
        switch (round % 5) {
        case 0:
            bitmap_set(p.map, start, nr);
            break;
        case 1:
            bitmap_set_atomic(p.map, start, nr);
            break;
        case 2:
            bitmap_clear(p.map, start, nr);
            break;
        case 3:
            g_assert_cmpint(bitmap_test_and_clear(p.map, start, nr), ==, any);
            break;
        default:
            g_assert_cmpint(bitmap_test_and_clear_atomic(p.map, start, nr), ==, any);
            break;
        }
        memset(p.model + start, round % 5 < 2, nr);
        pair_assert_same(&p);
    }
}

static void test_logic(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        Pair x, y, z;
        long n = g_test_rand_int_range(1, NBITS + 1);
        bool is_equal = true, intersects = false, leaves = false;

        pair_randomize(&x);
        pair_randomize(&y);
        for (long i = 0; i < n; i++) {
            is_equal &= x.model[i] == y.model[i];
            intersects |= x.model[i] && y.model[i];
            leaves |= x.model[i] && !y.model[i];
        }
        g_assert_cmpint(bitmap_equal(x.map, y.map, n), ==, is_equal);
        g_assert_cmpint(bitmap_intersects(x.map, y.map, n), ==, intersects);
        g_assert_cmpint(bitmap_and(z.map, x.map, y.map, n), ==, intersects);
        for (long i = 0; i < n; i++) {
            g_assert_cmpint(test_bit(i, z.map), ==, x.model[i] & y.model[i]);
        }
        g_assert_cmpint(bitmap_andnot(z.map, x.map, y.map, n), ==, leaves);
        bitmap_or(z.map, x.map, y.map, n);
        for (long i = 0; i < n; i++) {
            g_assert_cmpint(test_bit(i, z.map), ==, x.model[i] | y.model[i]);
        }
        bitmap_xor(z.map, x.map, y.map, n);
        for (long i = 0; i < n; i++) {
            g_assert_cmpint(test_bit(i, z.map), ==, x.model[i] ^ y.model[i]);
        }
        bitmap_complement(z.map, x.map, n);
        for (long i = 0; i < n; i++) {
            g_assert_cmpint(test_bit(i, z.map), ==, !x.model[i]);
        }
    }
}

static void test_copies(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        Pair x, y;
        long offset = g_test_rand_int_range(0, NBITS);
        long n = g_test_rand_int_range(1, NBITS - offset + 1);

        pair_randomize(&x);
        pair_randomize(&y);
        bitmap_copy_with_src_offset(y.map, x.map, offset, n);
        memcpy(y.model, x.model + offset, n);
        pair_assert_same(&y);
        pair_randomize(&y);
        bitmap_copy_with_dst_offset(y.map, x.map, offset, n);
        memcpy(y.model + offset, x.model, n);
        pair_assert_same(&y);
    }
}

static void test_copy_and_clear(void)
{
    DECLARE_BITMAP(src, 128) = { 0xf0f0, ~0UL };
    DECLARE_BITMAP(dst, 128) = {};

    bitmap_copy_and_clear_atomic(dst, src, 68);
    g_assert_cmphex(dst[0], ==, 0xf0f0);
    g_assert_cmphex(dst[1], ==, 0xf);
    g_assert_cmphex(src[0], ==, 0);
    g_assert_cmphex(src[1], ==, ~0xfUL);
}

static void test_zero_area(void)
{
    DECLARE_BITMAP(map, 128) = {};

    bitmap_set(map, 10, 5);
    bitmap_set(map, 40, 1);
    g_assert_cmpuint(bitmap_find_next_zero_area(map, 128, 0, 10, 0), ==, 0);
    g_assert_cmpuint(bitmap_find_next_zero_area(map, 128, 0, 11, 0), ==, 15);
    g_assert_cmpuint(bitmap_find_next_zero_area(map, 128, 0, 11, 7), ==, 16);
    g_assert_cmpuint(bitmap_find_next_zero_area(map, 128, 0, 30, 31), ==, 64);
    g_assert_cmpuint(bitmap_find_next_zero_area(map, 128, 0, 100, 0), >=, 128);
}

static void test_zero_extend(void)
{
    unsigned long *map = bitmap_new(3);

    bitmap_fill(map, 3);
    map = bitmap_zero_extend(map, 3, 150);
    g_assert_cmpint(bitmap_count_one(map, 150), ==, 3);
    g_free(map);
}

static void test_le_round_trip(void)
{
    Pair p;
    DECLARE_BITMAP(le, 100);
    DECLARE_BITMAP(back, 100);

    pair_randomize(&p);
    bitmap_to_le(le, p.map, 100);
    bitmap_from_le(back, le, 100);
    g_assert_true(bitmap_equal(back, p.map, 100));
}

static unsigned long *shared_map;
#define SETTER_BITS 2000

static void *setter_run(void *opaque)
{
    for (long i = (long)opaque; i < SETTER_BITS; i += 2) {
        bitmap_set_atomic(shared_map, i, 1);
    }
    return NULL;
}

static void test_atomic_setters_lose_nothing(void)
{
    QemuThread threads[2];
    DECLARE_BITMAP(taken, SETTER_BITS) = {};
    DECLARE_BITMAP(part, SETTER_BITS);

    shared_map = bitmap_new(SETTER_BITS);
    for (long i = 0; i < 2; i++) {
        qemu_thread_create(&threads[i], "setter", setter_run, (void *)i, QEMU_THREAD_JOINABLE);
    }
    for (int i = 0; i < 100; i++) {
        bitmap_copy_and_clear_atomic(part, shared_map, SETTER_BITS);
        bitmap_or(taken, taken, part, SETTER_BITS);
    }
    for (int i = 0; i < 2; i++) {
        qemu_thread_join(&threads[i]);
    }
    bitmap_or(taken, taken, shared_map, SETTER_BITS);
    g_assert_true(bitmap_full(taken, SETTER_BITS));
    g_free(shared_map);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bitmap/find-agrees-with-model", test_find);
    g_test_add_func("/bitmap/ranges-agree-with-model", test_ranges);
    g_test_add_func("/bitmap/logic-agrees-with-model", test_logic);
    g_test_add_func("/bitmap/offset-copies-agree-with-model", test_copies);
    g_test_add_func("/bitmap/copy-and-clear-moves-bits", test_copy_and_clear);
    g_test_add_func("/bitmap/zero-area", test_zero_area);
    g_test_add_func("/bitmap/zero-extend-clears-new-bits", test_zero_extend);
    g_test_add_func("/bitmap/le-round-trip", test_le_round_trip);
    g_test_add_func("/bitmap/atomic-setters-lose-nothing", test_atomic_setters_lose_nothing);
    return g_test_run();
}
