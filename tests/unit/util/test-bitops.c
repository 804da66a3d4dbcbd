/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of bit fields, byte order, integer arithmetic and Int128, against
 * worked examples and naive loops.
 */
#include "qemu/osdep.h"
#include "qemu/bcd.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/int128.h"

static void test_masks(void)
{
    g_assert_cmphex(BIT(5), ==, 0x20);
    g_assert_cmphex(BIT_ULL(63), ==, 0x8000000000000000ull);
    g_assert_cmphex(MAKE_64BIT_MASK(0, 64), ==, UINT64_MAX);
    g_assert_cmphex(MAKE_64BIT_MASK(4, 8), ==, 0xff0);
    g_assert_cmphex(MAKE_64BIT_MASK(63, 1), ==, 0x8000000000000000ull);
}

static void test_extract(void)
{
    g_assert_cmphex(extract32(0x12345678, 8, 12), ==, 0x456);
    g_assert_cmphex(extract32(0x12345678, 0, 32), ==, 0x12345678);
    g_assert_cmphex(extract64(0x123456789abcdef0ull, 60, 4), ==, 1);
    g_assert_cmphex(extract64(UINT64_MAX, 0, 64), ==, UINT64_MAX);
    g_assert_cmphex(extract16(0xabcd, 4, 8), ==, 0xbc);
    g_assert_cmphex(extract8(0xab, 4, 4), ==, 0xa);
    g_assert_cmpint(sextract32(0x00000f00, 8, 4), ==, -1);
    g_assert_cmpint(sextract32(0x00000700, 8, 4), ==, 7);
    g_assert_cmpint(sextract64(0x8000000000000000ull, 0, 64), ==, INT64_MIN);
    g_assert_cmpint(sextract64(0xff, 0, 8), ==, -1);
}

static void test_deposit(void)
{
    g_assert_cmphex(deposit32(0xffffffff, 8, 8, 0), ==, 0xffff00ff);
    g_assert_cmphex(deposit32(0, 4, 4, 0xfff), ==, 0xf0);
    g_assert_cmphex(deposit32(1, 0, 32, 0xdeadbeef), ==, 0xdeadbeef);
    g_assert_cmphex(deposit64(0, 60, 4, 0xa), ==, 0xa000000000000000ull);
}

static void test_rotate(void)
{
    g_assert_cmphex(rol8(0x81, 1), ==, 0x03);
    g_assert_cmphex(ror8(0x81, 1), ==, 0xc0);
    g_assert_cmphex(rol16(0x8001, 4), ==, 0x0018);
    g_assert_cmphex(ror32(0x12345678, 8), ==, 0x78123456);
    g_assert_cmphex(rol32(0x12345678, 0), ==, 0x12345678);
    g_assert_cmphex(rol64(0x123456789abcdef0ull, 4), ==, 0x23456789abcdef01ull);
    g_assert_cmphex(hswap32(0x11223344), ==, 0x33441122);
    g_assert_cmphex(hswap64(0x1111222233334444ull), ==, 0x4444333322221111ull);
    g_assert_cmphex(wswap64(0x1111222233334444ull), ==, 0x3333444411112222ull);
}

static void test_shuffle(void)
{
    g_assert_cmphex(half_shuffle32(0xffff), ==, 0x55555555);
    g_assert_cmphex(half_shuffle32(0x8001), ==, 0x40000001);
    g_assert_cmphex(half_unshuffle32(0x55555555), ==, 0xffff);
    for (int bit = 0; bit < 32; bit++) {
        g_assert_cmphex(half_shuffle64(1ull << bit), ==, 1ull << 2 * bit);
        g_assert_cmphex(half_unshuffle64(3ull << 2 * bit), ==, 1ull << bit);
    }
}

static void test_counting_of_zero(void)
{
    g_assert_cmpint(clz32(0), ==, 32);
    g_assert_cmpint(ctz32(0), ==, 32);
    g_assert_cmpint(clz64(0), ==, 64);
    g_assert_cmpint(ctz64(0), ==, 64);
    g_assert_cmpint(clz8(0), ==, 8);
    g_assert_cmpint(ctz16(0), ==, 16);
}

static void test_counting(void)
{
    for (int bit = 0; bit < 64; bit++) {
        g_assert_cmpint(clz64(1ull << bit), ==, 63 - bit);
        g_assert_cmpint(ctz64(1ull << bit), ==, bit);
    }
    g_assert_cmpint(clo32(0xf0000000), ==, 4);
    g_assert_cmpint(cto64(0x7ff), ==, 11);
    g_assert_cmpint(clrsb32(0), ==, 31);
    g_assert_cmpint(clrsb32(0xffffffff), ==, 31);
    g_assert_cmpint(clrsb32(0x40000000), ==, 0);
    g_assert_cmpint(clrsb64(1), ==, 62);
    g_assert_cmpint(ctpop64(0xf0f0), ==, 8);
}

static void test_reversal(void)
{
    g_assert_cmphex(revbit8(0x01), ==, 0x80);
    g_assert_cmphex(revbit8(0xb0), ==, 0x0d);
    g_assert_cmphex(revbit16(0x0001), ==, 0x8000);
    g_assert_cmphex(revbit32(0x00000003), ==, 0xc0000000);
    g_assert_cmphex(revbit64(0x1), ==, 0x8000000000000000ull);
}

static void test_powers_of_two(void)
{
    g_assert_false(is_power_of_2(0));
    g_assert_true(is_power_of_2(1ull << 63));
    g_assert_false(is_power_of_2(6));
    g_assert_cmphex(pow2floor(0), ==, 0);
    g_assert_cmphex(pow2floor(1000), ==, 512);
    g_assert_cmphex(pow2ceil(0), ==, 1);
    g_assert_cmphex(pow2ceil(1), ==, 1);
    g_assert_cmphex(pow2ceil(513), ==, 1024);
    g_assert_cmphex(pow2ceil(1ull << 63), ==, 1ull << 63);
    g_assert_cmphex(pow2ceil((1ull << 63) + 1), ==, 0);
}

static void test_wide_arithmetic(void)
{
    uint64_t low, high;
    int64_t shigh;

    mulu64(&low, &high, UINT64_MAX, UINT64_MAX);
    g_assert_cmphex(low, ==, 1);
    g_assert_cmphex(high, ==, UINT64_MAX - 1);
    muls64(&low, &high, -1, 5);
    g_assert_cmphex(low, ==, (uint64_t)-5);
    g_assert_cmphex(high, ==, UINT64_MAX);
    g_assert_cmphex(muldiv64(UINT64_MAX, 1000, 1000), ==, UINT64_MAX);
    g_assert_cmpuint(muldiv64(10, 10, 3), ==, 33);
    g_assert_cmpuint(muldiv64_round_up(10, 10, 3), ==, 34);
    low = 0;
    high = 1;
    g_assert_cmpuint(divu128(&low, &high, 3), ==, 1);
    g_assert_cmphex(low, ==, 0x5555555555555555ull);
    g_assert_cmphex(high, ==, 0);
    low = -7;
    shigh = -1;
    g_assert_cmpint(divs128(&low, &shigh, 2), ==, -1);
    g_assert_cmpint((int64_t)low, ==, -3);
    g_assert_cmpint(shigh, ==, -1);
}

static void test_carries(void)
{
    bool carry = true;
    int32_t sum;

    g_assert_cmphex(uadd64_carry(UINT64_MAX, 0, &carry), ==, 0);
    g_assert_true(carry);
    carry = true;
    g_assert_cmphex(usub64_borrow(5, 4, &carry), ==, 0);
    g_assert_false(carry);
    carry = true;
    g_assert_cmphex(usub64_borrow(0, 0, &carry), ==, UINT64_MAX);
    g_assert_true(carry);
    g_assert_true(sadd32_overflow(INT32_MAX, 1, &sum));
    g_assert_false(sadd32_overflow(1, 1, &sum));
    g_assert_cmphex(uabs64(INT64_MIN), ==, 1ull << 63);
}

static void test_wide_shifts(void)
{
    uint64_t low = 0x8000000000000000ull, high = 1;
    bool overflow = false;

    urshift(&low, &high, 63);
    g_assert_cmphex(low, ==, 3);
    g_assert_cmphex(high, ==, 0);
    ulshift(&low, &high, 64, &overflow);
    g_assert_cmphex(high, ==, 3);
    g_assert_false(overflow);
    ulshift(&low, &high, 63, &overflow);
    g_assert_true(overflow);
}

static void test_loads_and_stores_have_order(void)
{
    uint8_t bytes[9] = { 0, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88 };

    /* At odd addresses, so that alignment is not relied on. */
    g_assert_cmphex(lduw_le_p(bytes + 1), ==, 0x8281);
    g_assert_cmphex(lduw_be_p(bytes + 1), ==, 0x8182);
    g_assert_cmpint(ldsw_be_p(bytes + 1), ==, (int16_t)0x8182);
    g_assert_cmpint(ldl_le_p(bytes + 1), ==, (int)0x84838281);
    g_assert_cmphex(ldq_be_p(bytes + 1), ==, 0x8182838485868788ull);
    g_assert_cmphex(ldn_le_p(bytes + 1, 4), ==, 0x84838281);
    g_assert_cmphex(ldn_be_p(bytes + 1, 8), ==, 0x8182838485868788ull);
    g_assert_cmphex(ldn_le_p(bytes + 1, 1), ==, 0x81);
    stl_be_p(bytes + 1, 0x01020304);
    g_assert_cmphex(bytes[1], ==, 1);
    g_assert_cmphex(bytes[4], ==, 4);
    stn_le_p(bytes + 1, 2, 0xaabb);
    g_assert_cmphex(bytes[1], ==, 0xbb);
    g_assert_cmphex(bytes[3], ==, 3);
    g_assert_cmphex(be32_to_cpu(cpu_to_be32(0x12345678)), ==, 0x12345678);
    g_assert_cmphex(ldl_be_p(&(uint32_t) { cpu_to_be32(0x12345678) }), ==, 0x12345678);
}

static void test_int128(void)
{
    Int128 size = int128_2_64();

    g_assert_cmphex(int128_getlo(size), ==, 0);
    g_assert_cmpint(int128_gethi(size), ==, 1);
    g_assert_true(int128_gt(size, int128_make64(UINT64_MAX)));
    g_assert_cmphex(int128_get64(int128_sub(size, int128_one())), ==, UINT64_MAX);
    g_assert_true(int128_eq(int128_add(int128_make64(UINT64_MAX), int128_one()), size));
    g_assert_false(int128_nonneg(int128_neg(int128_one())));
    g_assert_true(int128_eq(int128_rshift(size, 4), int128_make64(1ull << 60)));
    g_assert_true(int128_eq(int128_min(size, int128_one()), int128_one()));
    g_assert_cmpint(int128_gethi(int128_exts64(-1)), ==, -1);
    g_assert_cmphex(int128_getlo(bswap128(int128_make128(1, 0))), ==, 0);
    g_assert_cmphex(int128_gethi(bswap128(int128_make128(1, 0))), ==, 1ll << 56);
}

static void test_single_bits(void)
{
    unsigned long map[2] = {};

    set_bit(64, map);
    set_bit_atomic(3, map);
    g_assert_cmphex(map[0], ==, 8);
    g_assert_cmphex(map[1], ==, 1);
    g_assert_true(test_and_clear_bit(64, map));
    g_assert_false(test_and_set_bit(64, map));
    g_assert_true(test_and_change_bit(64, map));
    g_assert_false(test_bit(64, map));
    clear_bit_atomic(3, map);
    g_assert_cmphex(map[0], ==, 0);
}

static void test_bcd(void)
{
    for (int i = 0; i < 100; i++) {
        g_assert_cmphex(to_bcd(i), ==, i / 10 * 16 + i % 10);
        g_assert_cmpint(from_bcd(to_bcd(i)), ==, i);
    }
}

static void test_rounding(void)
{
    g_assert_cmpint(ROUND_UP(5, 4), ==, 8);
    g_assert_cmphex(ROUND_UP((uint64_t)1 << 40 | 1, 4096u), ==, (1ull << 40) + 4096);
    g_assert_cmpint(QEMU_ALIGN_UP(10, 3), ==, 12);
    g_assert_cmpint(QEMU_ALIGN_DOWN(10, 3), ==, 9);
    g_assert_cmpint(DIV_ROUND_UP(10, 3), ==, 4);
    g_assert_cmpint(MIN_NON_ZERO(0, 3), ==, 3);
    g_assert_cmpint(MIN_NON_ZERO(2, 3), ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bitops/masks", test_masks);
    g_test_add_func("/bitops/extract", test_extract);
    g_test_add_func("/bitops/deposit", test_deposit);
    g_test_add_func("/bitops/rotate", test_rotate);
    g_test_add_func("/bitops/shuffle", test_shuffle);
    g_test_add_func("/bitops/single-bits", test_single_bits);
    g_test_add_func("/bitops/rounding", test_rounding);
    g_test_add_func("/bitops/bcd", test_bcd);
    g_test_add_func("/host-utils/counting-of-zero-is-the-width", test_counting_of_zero);
    g_test_add_func("/host-utils/counting", test_counting);
    g_test_add_func("/host-utils/reversal", test_reversal);
    g_test_add_func("/host-utils/powers-of-two", test_powers_of_two);
    g_test_add_func("/host-utils/wide-arithmetic", test_wide_arithmetic);
    g_test_add_func("/host-utils/carries", test_carries);
    g_test_add_func("/host-utils/wide-shifts", test_wide_shifts);
    g_test_add_func("/bswap/loads-and-stores-have-order", test_loads_and_stores_have_order);
    g_test_add_func("/int128/arithmetic", test_int128);
    return g_test_run();
}
