/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory requests of the qtest protocol, on the RAM that machine "none" has at 0. */
#include "qemu/osdep.h"
#include "libgantrytest.h"

static QTestState *qts;

static void test_widths_share_bytes(void)
{
    qtest_writeq(qts, 0x100, 0x8877665544332211);
    g_assert_cmphex(qtest_readb(qts, 0x100), ==, 0x11);
    g_assert_cmphex(qtest_readw(qts, 0x102), ==, 0x4433);
    g_assert_cmphex(qtest_readl(qts, 0x104), ==, 0x88776655);
    g_assert_cmphex(qtest_readq(qts, 0x100), ==, 0x8877665544332211);
}

static void test_write_changes_its_bytes_only(void)
{
    qtest_memset(qts, 0x200, 0xff, 16);
    qtest_writew(qts, 0x204, 0);
    g_assert_cmphex(qtest_readq(qts, 0x200), ==, 0xffff0000ffffffff);
}

static void test_value_is_cut_to_width(void)
{
    g_autofree char *answer = qtest_request_raw(qts, "writeb 0x300 0x1234", 19);

    g_assert_cmpstr(answer, ==, "OK");
    g_assert_cmphex(qtest_readw(qts, 0x300), ==, 0x34);
}

static void fill(uint8_t *data, size_t size, uint32_t seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    for (size_t i = 0; i < size; i++) {
        data[i] = g_rand_int(rand);
    }
}

/* Sizes around the pieces that the server works in. */
static const size_t block_sizes[] = { 1, 2, 3, 4, 6143, 6144, 6145, 300000, 2000000 };

static void test_hex_block_round_trip(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(block_sizes); i++) {
        size_t size = block_sizes[i];
        g_autofree uint8_t *sent = g_malloc(size);
        g_autofree uint8_t *got = g_malloc0(size);

        fill(sent, size, i);
        qtest_memwrite(qts, 0x1001, sent, size);
        qtest_memread(qts, 0x1001, got, size);
        g_assert_cmpmem(got, size, sent, size);
    }
}

static void test_base64_block_round_trip(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(block_sizes); i++) {
        size_t size = block_sizes[i];
        g_autofree uint8_t *sent = g_malloc(size);
        g_autofree uint8_t *got = g_malloc0(size);

        fill(sent, size, 100 + i);
        qtest_bufwrite(qts, 0x1001, sent, size);
        qtest_bufread(qts, 0x1001, got, size);
        g_assert_cmpmem(got, size, sent, size);
    }
}

static void test_memset_fills_exactly(void)
{
    qtest_memset(qts, 0x5000, 0, 0x4000);
    qtest_memset(qts, 0x5001, 0xa5, 0x3001);
    g_assert_cmphex(qtest_readb(qts, 0x5000), ==, 0);
    g_assert_cmphex(qtest_readb(qts, 0x5001), ==, 0xa5);
    g_assert_cmphex(qtest_readb(qts, 0x8001), ==, 0xa5);
    g_assert_cmphex(qtest_readb(qts, 0x8002), ==, 0);
}

static void test_empty_block(void)
{
    g_autofree char *read = qtest_request_raw(qts, "read 0 0", 8);
    g_autofree char *fill_answer = qtest_request_raw(qts, "memset 0 0 1", 12);

    g_assert_cmpstr(read, ==, "OK 0x");
    g_assert_cmpstr(fill_answer, ==, "OK");
}

static void test_write_to_nothing_is_lost(void)
{
    qtest_writel(qts, UINT64_C(0x800000000), 0x12345678);
    g_assert_cmphex(qtest_readl(qts, UINT64_C(0x800000000)), !=, 0x12345678);
}

static void test_ram_ends_where_m_says(void)
{
    QTestState *s = qtest_init("-machine none -m 1");

    qtest_writeb(s, 0xfffff, 0x5a);
    qtest_writeb(s, 0x100000, 0x5a);
    g_assert_cmphex(qtest_readb(s, 0xfffff), ==, 0x5a);
    g_assert_cmphex(qtest_readb(s, 0x100000), !=, 0x5a);
    qtest_quit(s);
}

static void test_memory_backend_is_the_ram(void)
{
    QTestState *s = qtest_init("-object memory-backend-ram,id=mem,size=2M "
                               "-machine none,memory-backend=mem -m 2");

    qtest_writel(s, 0x1ffffc, 0xcafe);
    g_assert_cmphex(qtest_readl(s, 0x1ffffc), ==, 0xcafe);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/qtest/memory/widths-share-bytes", test_widths_share_bytes);
    qtest_add_func("/qtest/memory/write-changes-its-bytes-only", test_write_changes_its_bytes_only);
    qtest_add_func("/qtest/memory/value-is-cut-to-width", test_value_is_cut_to_width);
    qtest_add_func("/qtest/memory/hex-block-round-trip", test_hex_block_round_trip);
    qtest_add_func("/qtest/memory/base64-block-round-trip", test_base64_block_round_trip);
    qtest_add_func("/qtest/memory/memset-fills-exactly", test_memset_fills_exactly);
    qtest_add_func("/qtest/memory/empty-block", test_empty_block);
    qtest_add_func("/qtest/memory/write-to-nothing-is-lost", test_write_to_nothing_is_lost);
    qtest_add_func("/qtest/memory/ram-ends-where-m-says", test_ram_ends_where_m_says);
    qtest_add_func("/qtest/memory/memory-backend-is-the-ram", test_memory_backend_is_the_ram);
    qts = qtest_init("-machine none -m 4");
    status = g_test_run();
    qtest_quit(qts);
    return status;
}
