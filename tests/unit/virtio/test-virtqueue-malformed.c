/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drivers that break the rules of OASIS virtio 1.2, section 2.7, one per test: the device must
 * stop (DEVICE_NEEDS_RESET for a modern driver), touch nothing, and work again after a reset.
 */
#include "qemu/osdep.h"
#include "virtio-harness.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"

#define QUEUE_NUM 16

#define F_NEXT VRING_DESC_F_NEXT
#define F_WRITE VRING_DESC_F_WRITE
#define F_INDIRECT VRING_DESC_F_INDIRECT

typedef struct Malformed {
    Board board;
    VirtIOTest *dev;
    GuestQueue queue;
    uint64_t data;
} Malformed;

static void malformed_start(Malformed *m, uint64_t features)
{
    virtio_guest_negotiate(&m->board.guest, features);
    guest_queue_init(&m->queue, &m->board.guest, 0, QUEUE_NUM);
    virtio_guest_driver_ok(&m->board.guest);
}

static void malformed_init(Malformed *m, BoardVersion version, uint64_t features)
{
    board_init(&m->board, version, virtio_test_new());
    m->dev = VIRTIO_TEST(m->board.device);
    m->data = virtio_guest_alloc(&m->board.guest, 65536, 4096);
    malformed_start(m, features);
}

static void works_again_after_reset(Malformed *m)
{
    GuestBuffer buffers[] = { { m->data, 4, false }, { m->data + 64, 4, true } };
    uint32_t len;

    malformed_start(m, 0);
    virtio_guest_irq_take(&m->board.guest);
    guest_queue_add(&m->queue, buffers, 2);
    guest_queue_notify(&m->queue);
    g_assert_cmpint(guest_queue_take(&m->queue, &len), ==, 0);
    g_assert_cmpuint(len, ==, 4);
}

/* The driver has done its worst; check what the device makes of it, and end. */
static void expect_broken(Malformed *m)
{
    VirtioGuest *guest = &m->board.guest;

    g_assert_true(VIRTIO_DEVICE(m->dev)->broken);
    g_assert_cmpuint(m->dev->held.length, ==, 0);
    if (guest->is_modern) {
        g_assert_cmphex(virtio_guest_read(guest, VIRTIO_MMIO_STATUS), ==, 0x4f);
        g_assert_cmphex(virtio_guest_irq_take(guest) & VIRTIO_MMIO_INT_CONFIG, ==,
                        VIRTIO_MMIO_INT_CONFIG);
        /* The bit is the device's; the driver can neither clear nor set it. */
        virtio_guest_write(guest, VIRTIO_MMIO_STATUS, 0xf);
        g_assert_cmphex(virtio_guest_read(guest, VIRTIO_MMIO_STATUS), ==, 0x4f);
    }
    g_assert_cmpuint(m->board.io_accesses, ==, 0);
    guest_queue_notify(&m->queue);
    g_assert_true(virtio_queue_empty(m->dev->queues[0]));
    works_again_after_reset(m);
    board_finish(&m->board);
}

/* ---- chains ---- */

static void desc(Malformed *m, unsigned i, uint64_t addr, uint32_t len, uint16_t flags,
                 uint16_t next)
{
    guest_desc_write(&m->board.guest, m->queue.desc, i, addr, len, flags, next);
}

static void table(Malformed *m, unsigned i, uint64_t addr, uint32_t len, uint16_t flags,
                  uint16_t next)
{
    guest_desc_write(&m->board.guest, m->queue.indirect, i, addr, len, flags, next);
}

static void chain_to_itself(Malformed *m)
{
    desc(m, 0, m->data, 4, F_NEXT, 0);
}

static void chain_in_a_circle(Malformed *m)
{
    desc(m, 0, m->data, 4, F_NEXT, 1);
    desc(m, 1, m->data, 4, F_NEXT, 2);
    desc(m, 2, m->data, 4, F_NEXT, 0);
}

static void next_out_of_range(Malformed *m)
{
    desc(m, 0, m->data, 4, F_NEXT, QUEUE_NUM);
}

static void next_far_out_of_range(Malformed *m)
{
    desc(m, 0, m->data, 4, F_NEXT, 0xffff);
}

static void readable_after_writable(Malformed *m)
{
    desc(m, 0, m->data, 4, F_NEXT | F_WRITE, 1);
    desc(m, 1, m->data, 4, 0, 0);
}

static void zero_length(Malformed *m)
{
    desc(m, 0, m->data, 0, 0, 0);
}

static void outside_of_memory(Malformed *m)
{
    desc(m, 0, 0x123456789000, 4, 0, 0);
}

static void in_registers(Malformed *m)
{
    desc(m, 0, BOARD_IO, 4, F_WRITE, 0);
}

static void readable_in_registers(Malformed *m)
{
    desc(m, 0, BOARD_IO, 4, 0, 0);
}

static void in_own_registers(Malformed *m)
{
    desc(m, 0, BOARD_MMIO + VIRTIO_MMIO_STATUS, 4, F_WRITE, 0);
}

static void writable_in_rom(Malformed *m)
{
    desc(m, 0, BOARD_ROM, 4, F_WRITE, 0);
}

static void beyond_end_of_memory(Malformed *m)
{
    desc(m, 0, BOARD_RAM + BOARD_RAM_SIZE - 4, 8, 0, 0);
}

static void huge_length(Malformed *m)
{
    desc(m, 0, m->data, UINT32_MAX, F_WRITE, 0);
}

static void around_end_of_address_space(Malformed *m)
{
    desc(m, 0, UINT64_MAX - 1, 16, 0, 0);
}

static void more_than_4g(Malformed *m)
{
    /* Each fits the memory; their sum is what a chain may not have. */
    for (int i = 0; i < QUEUE_NUM; i++) {
        desc(m, i, BOARD_RAM, i < 1 ? 4096 : UINT32_MAX, i < QUEUE_NUM - 1 ? F_NEXT : 0, i + 1);
    }
}

static void second_of_chain_bad(Malformed *m)
{
    desc(m, 0, m->data, 4, F_NEXT, 1);
    desc(m, 1, 0x123456789000, 4, F_WRITE, 0);
}

/* ---- indirect tables ---- */

static void indirect_in_indirect(Malformed *m)
{
    desc(m, 0, m->queue.indirect, 32, F_INDIRECT, 0);
    table(m, 0, m->queue.indirect + 64, 16, F_INDIRECT, 0);
}

static void indirect_and_next(Malformed *m)
{
    desc(m, 0, m->queue.indirect, 16, F_INDIRECT | F_NEXT, 1);
    table(m, 0, m->data, 4, 0, 0);
    desc(m, 1, m->data, 4, 0, 0);
}

static void indirect_of_odd_size(Malformed *m)
{
    desc(m, 0, m->queue.indirect, 24, F_INDIRECT, 0);
    table(m, 0, m->data, 4, 0, 0);
}

static void indirect_empty(Malformed *m)
{
    desc(m, 0, m->queue.indirect, 0, F_INDIRECT, 0);
}

static void indirect_outside_of_memory(Malformed *m)
{
    desc(m, 0, 0x123456789000, 16, F_INDIRECT, 0);
}

static void indirect_in_registers(Malformed *m)
{
    desc(m, 0, BOARD_IO, 16, F_INDIRECT, 0);
}

static void indirect_beyond_end_of_memory(Malformed *m)
{
    desc(m, 0, BOARD_RAM + BOARD_RAM_SIZE - 16, 32, F_INDIRECT, 0);
}

static void indirect_next_out_of_range(Malformed *m)
{
    desc(m, 0, m->queue.indirect, 32, F_INDIRECT, 0);
    table(m, 0, m->data, 4, F_NEXT, 2);
}

static void indirect_in_a_circle(Malformed *m)
{
    desc(m, 0, m->queue.indirect, 32, F_INDIRECT, 0);
    table(m, 0, m->data, 4, F_NEXT, 1);
    table(m, 1, m->data, 4, F_NEXT, 0);
}

/* A table of 2^28 entries that all lead on: work must end long before. */
static void indirect_huge(Malformed *m)
{
    uint64_t huge = virtio_guest_alloc(&m->board.guest, 16 * 4096, 16);

    for (int i = 0; i < 4096; i++) {
        guest_desc_write(&m->board.guest, huge, i, m->data, 1, F_NEXT, i + 1);
    }
    desc(m, 0, huge, 16 * 4096, F_INDIRECT, 0);
}

typedef struct ChainTest {
    const char *name;
    void (*write)(Malformed *m);
} ChainTest;

static const ChainTest chain_tests[] = {
    { "chain-to-itself", chain_to_itself },
    { "chain-in-a-circle", chain_in_a_circle },
    { "next-out-of-range", next_out_of_range },
    { "next-far-out-of-range", next_far_out_of_range },
    { "readable-after-writable", readable_after_writable },
    { "zero-length", zero_length },
    { "outside-of-memory", outside_of_memory },
    { "in-registers", in_registers },
    { "readable-in-registers", readable_in_registers },
    { "in-own-registers", in_own_registers },
    { "writable-in-rom", writable_in_rom },
    { "beyond-end-of-memory", beyond_end_of_memory },
    { "huge-length", huge_length },
    { "around-end-of-address-space", around_end_of_address_space },
    { "more-than-4g", more_than_4g },
    { "second-of-chain-bad", second_of_chain_bad },
    { "indirect-in-indirect", indirect_in_indirect },
    { "indirect-and-next", indirect_and_next },
    { "indirect-of-odd-size", indirect_of_odd_size },
    { "indirect-empty", indirect_empty },
    { "indirect-outside-of-memory", indirect_outside_of_memory },
    { "indirect-in-registers", indirect_in_registers },
    { "indirect-beyond-end-of-memory", indirect_beyond_end_of_memory },
    { "indirect-next-out-of-range", indirect_next_out_of_range },
    { "indirect-in-a-circle", indirect_in_a_circle },
    { "indirect-huge", indirect_huge },
};

static void run_chain(const ChainTest *test, BoardVersion version)
{
    Malformed m;

    malformed_init(&m, version, 1ull << VIRTIO_RING_F_INDIRECT_DESC);
    m.dev->hold = true;
    test->write(&m);
    guest_queue_offer_raw(&m.queue, 0);
    m.dev->hold = false;
    g_assert_cmpint(guest_queue_used_idx(&m.queue), ==, 0);
    expect_broken(&m);
}

static void test_chain_modern(const void *opaque)
{
    run_chain(opaque, BOARD_MODERN);
}

static void test_chain_legacy(const void *opaque)
{
    run_chain(opaque, BOARD_LEGACY);
}

/* The functions that only look must be as careful. Not all chains are wrong for them. */
static void test_chain_avail_bytes(const void *opaque)
{
    const ChainTest *test = opaque;
    unsigned in_bytes = 1, out_bytes = 1;
    VirtIODevice *vdev;
    Malformed m;

    malformed_init(&m, BOARD_MODERN, 1ull << VIRTIO_RING_F_INDIRECT_DESC);
    vdev = VIRTIO_DEVICE(m.dev);
    test->write(&m);
    for (int i = 0; i < QUEUE_NUM; i++) {
        virtio_guest_memwrite16(&m.board.guest, m.queue.avail + 4 + 2 * i, 0);
    }
    guest_queue_set_avail_idx(&m.queue, QUEUE_NUM);
    virtqueue_get_avail_bytes(m.dev->queues[0], &in_bytes, &out_bytes, UINT_MAX, UINT_MAX);
    g_assert_true(!vdev->broken || in_bytes + out_bytes == 0);
    g_assert_cmpuint(m.board.io_accesses, ==, 0);
    works_again_after_reset(&m);
    board_finish(&m.board);
}

/* ---- the available ring ---- */

static void test_indirect_not_negotiated(void)
{
    Malformed m;

    malformed_init(&m, BOARD_MODERN, 0);
    table(&m, 0, m.data, 4, 0, 0);
    desc(&m, 0, m.queue.indirect, 16, F_INDIRECT, 0);
    guest_queue_offer_raw(&m.queue, 0);
    expect_broken(&m);
}

static void test_head_out_of_range(void)
{
    Malformed m;

    malformed_init(&m, BOARD_MODERN, 0);
    guest_queue_offer_raw(&m.queue, QUEUE_NUM);
    expect_broken(&m);
}

static void test_index_jumps_ahead(void)
{
    Malformed m;

    malformed_init(&m, BOARD_MODERN, 0);
    guest_queue_set_avail_idx(&m.queue, QUEUE_NUM + 1);
    guest_queue_notify(&m.queue);
    expect_broken(&m);
}

static void test_index_goes_back(void)
{
    Malformed m;

    malformed_init(&m, BOARD_MODERN, 0);
    desc(&m, 0, m.data, 4, 0, 0);
    guest_queue_offer_raw(&m.queue, 0);
    guest_queue_set_avail_idx(&m.queue, 0);
    guest_queue_notify(&m.queue);
    expect_broken(&m);
}

/* The same descriptor again and again while the device still holds it. */
static void test_more_chains_than_descriptors(void)
{
    Malformed m;

    malformed_init(&m, BOARD_MODERN, 0);
    m.dev->hold = true;
    desc(&m, 0, m.data, 4, 0, 0);
    for (int i = 0; i < QUEUE_NUM; i++) {
        guest_queue_offer_raw(&m.queue, 0);
    }
    g_assert_cmpuint(m.dev->held.length, ==, QUEUE_NUM);
    g_assert_false(VIRTIO_DEVICE(m.dev)->broken);
    guest_queue_offer_raw(&m.queue, 0);
    g_assert_true(VIRTIO_DEVICE(m.dev)->broken);
    while (m.dev->held.length) {
        virtio_test_complete(m.dev, 0, true);
    }
    m.dev->hold = false;
    expect_broken(&m);
}

/* ---- where the ring is ---- */

static void run_ring_at(uint64_t desc, uint64_t avail, uint64_t used)
{
    Malformed m;

    malformed_init(&m, BOARD_MODERN, 0);
    virtio_guest_negotiate(&m.board.guest, 0);
    m.queue.desc = desc ? desc : m.queue.desc;
    m.queue.avail = avail ? avail : m.queue.avail;
    m.queue.used = used ? used : m.queue.used;
    guest_queue_announce(&m.queue);
    virtio_guest_driver_ok(&m.board.guest);
    g_assert_true(VIRTIO_DEVICE(m.dev)->broken);
    g_assert_cmphex(virtio_guest_read(&m.board.guest, VIRTIO_MMIO_STATUS) &
                    VIRTIO_CONFIG_S_NEEDS_RESET, !=, 0);
    guest_queue_notify(&m.queue);
    g_assert_cmpuint(m.board.io_accesses, ==, 0);
    works_again_after_reset(&m);
    board_finish(&m.board);
}

static void test_ring_outside_of_memory(void)
{
    run_ring_at(0x123456789000, 0, 0);
}

static void test_ring_around_end_of_address_space(void)
{
    run_ring_at(0xfffffffffffffff0, 0, 0);
}

static void test_avail_in_registers(void)
{
    run_ring_at(0, BOARD_IO, 0);
}

static void test_used_in_rom(void)
{
    run_ring_at(0, 0, BOARD_ROM + 0x100);
}

static void test_used_beyond_end_of_memory(void)
{
    run_ring_at(0, 0, BOARD_RAM + BOARD_RAM_SIZE - 64);
}

static void test_ring_not_aligned(void)
{
    run_ring_at(BOARD_RAM + 8, 0, 0);
}

static void test_used_not_aligned(void)
{
    run_ring_at(0, 0, BOARD_RAM + 0x102);
}

static void test_legacy_ring_outside_of_memory(void)
{
    Malformed m;

    malformed_init(&m, BOARD_LEGACY, 0);
    virtio_guest_negotiate(&m.board.guest, 0);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_QUEUE_PFN, UINT32_MAX);
    g_assert_true(VIRTIO_DEVICE(m.dev)->broken);
    guest_queue_notify(&m.queue);
    works_again_after_reset(&m);
    board_finish(&m.board);
}

static void test_legacy_page_shift_overflows(void)
{
    Malformed m;

    malformed_init(&m, BOARD_LEGACY, 0);
    virtio_guest_negotiate(&m.board.guest, 0);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_GUEST_PAGE_SIZE, 0x80000000);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_QUEUE_ALIGN, 0);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_QUEUE_ALIGN, 3);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_QUEUE_ALIGN, UINT32_MAX);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_QUEUE_PFN, UINT32_MAX);
    guest_queue_notify(&m.queue);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_GUEST_PAGE_SIZE, 0);
    virtio_guest_write(&m.board.guest, VIRTIO_MMIO_QUEUE_PFN, 0);
    works_again_after_reset(&m);
    board_finish(&m.board);
}

/* ---- main ---- */

static void add_chain_tests(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(chain_tests); i++) {
        const char *name = chain_tests[i].name;
        g_autofree char *modern = g_strdup_printf("/virtqueue/malformed/modern/%s", name);
        g_autofree char *legacy = g_strdup_printf("/virtqueue/malformed/legacy/%s", name);
        g_autofree char *look = g_strdup_printf("/virtqueue/malformed/avail-bytes/%s", name);

        g_test_add_data_func(modern, &chain_tests[i], test_chain_modern);
        g_test_add_data_func(legacy, &chain_tests[i], test_chain_legacy);
        g_test_add_data_func(look, &chain_tests[i], test_chain_avail_bytes);
    }
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    add_chain_tests();
    g_test_add_func("/virtqueue/malformed/indirect-not-negotiated", test_indirect_not_negotiated);
    g_test_add_func("/virtqueue/malformed/head-out-of-range", test_head_out_of_range);
    g_test_add_func("/virtqueue/malformed/index-jumps-ahead", test_index_jumps_ahead);
    g_test_add_func("/virtqueue/malformed/index-goes-back", test_index_goes_back);
    g_test_add_func("/virtqueue/malformed/more-chains-than-descriptors",
                    test_more_chains_than_descriptors);
    g_test_add_func("/virtqueue/malformed/ring-outside-of-memory", test_ring_outside_of_memory);
    g_test_add_func("/virtqueue/malformed/ring-around-end-of-address-space",
                    test_ring_around_end_of_address_space);
    g_test_add_func("/virtqueue/malformed/avail-in-registers", test_avail_in_registers);
    g_test_add_func("/virtqueue/malformed/used-in-rom", test_used_in_rom);
    g_test_add_func("/virtqueue/malformed/used-beyond-end-of-memory",
                    test_used_beyond_end_of_memory);
    g_test_add_func("/virtqueue/malformed/ring-not-aligned", test_ring_not_aligned);
    g_test_add_func("/virtqueue/malformed/used-not-aligned", test_used_not_aligned);
    g_test_add_func("/virtqueue/malformed/legacy/ring-outside-of-memory",
                    test_legacy_ring_outside_of_memory);
    g_test_add_func("/virtqueue/malformed/legacy/page-shift-overflows",
                    test_legacy_page_shift_overflows);
    return g_test_run();
}
