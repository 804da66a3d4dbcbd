/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens to virtqueues in the middle of requests: resets of the device, the machine and one
 * queue, changes of the memory map, saving and loading.
 */
#include "qemu/osdep.h"
#include "queue-fixture.h"
#include "exec/address-spaces.h"

/* ---- reset in the middle ---- */

static void test_completion_after_reset_is_lost(const void *opaque)
{
    const Case *c = opaque;
    Fixture f;

    fixture_init(&f, c, 16);
    f.dev->hold = true;
    request_add(&f, 4, 4);
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    /* The same memory, so that a stale return would be seen in the new ring. */
    virtio_guest_negotiate(&f.board.guest, c->features);
    f.queue.avail_idx = 0;
    guest_queue_set_avail_idx(&f.queue, 0);
    guest_queue_announce(&f.queue);
    virtio_guest_driver_ok(&f.board.guest);
    g_assert_cmpuint(f.dev->resets, >=, 2);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 0);
    guest_queue_offer_raw(&f.queue, 0);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 0);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 1);
    fixture_finish(&f);
}

static void test_interrupt_falls_with_reset(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    g_assert_cmpint(f.board.line.level, ==, 1);
    virtio_guest_reset(&f.board.guest);
    g_assert_cmpint(f.board.line.level, ==, 0);
    fixture_finish(&f);
}

static void test_system_reset_forgets_all(const void *opaque)
{
    const Case *c = opaque;
    Fixture f;

    fixture_init(&f, c, 16);
    f.dev->hold = true;
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    device_cold_reset(f.board.transport);
    g_assert_cmphex(virtio_guest_read(&f.board.guest, VIRTIO_MMIO_STATUS), ==, 0);
    guest_queue_notify(&f.queue);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 0);
    f.dev->hold = false;
    fixture_start(&f, c->features, 32);
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    g_assert_cmpint(guest_queue_take(&f.queue, NULL), ==, 0);
    fixture_finish(&f);
}

static void queue_restart(Fixture *f)
{
    g_assert_cmpuint(virtio_guest_read(&f->board.guest, VIRTIO_MMIO_QUEUE_READY), ==, 0);
    g_assert_cmpuint(f->dev->queue_resets, ==, 1);
    virtio_test_complete(f->dev, 0, true);
    g_assert_cmpuint(guest_queue_used_idx(&f->queue), ==, 0);
    f->dev->hold = false;
    guest_queue_init(&f->queue, &f->board.guest, 0, 8);
    request_add(f, 4, 4);
    guest_queue_kick(&f->queue);
    g_assert_cmpint(guest_queue_take(&f->queue, NULL), ==, 0);
}

static void test_queue_reset_restarts_one_queue(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    f.dev->hold = true;
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    virtio_guest_write(&f.board.guest, VIRTIO_MMIO_QUEUE_SEL, 0);
    virtio_guest_write(&f.board.guest, 0x0c0, 1);
    g_assert_cmpuint(virtio_guest_read(&f.board.guest, 0x0c0), ==, 0);
    queue_restart(&f);
    fixture_finish(&f);
}

static void test_queue_not_ready_stops_one_queue(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    f.dev->hold = true;
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    virtio_guest_write(&f.board.guest, VIRTIO_MMIO_QUEUE_SEL, 0);
    virtio_guest_write(&f.board.guest, VIRTIO_MMIO_QUEUE_READY, 0);
    queue_restart(&f);
    fixture_finish(&f);
}

/* ---- the memory map changes ---- */

static void test_ring_follows_memory_map(const void *opaque)
{
    MemoryRegion other;
    Fixture f;

    fixture_init(&f, opaque, 16);
    request_add(&f, 4, 4);
    /* An unrelated change makes new views; the ring must stay usable. */
    memory_region_init_io(&other, NULL, NULL, NULL, "other", 0x1000);
    memory_region_add_subregion(get_system_memory(), 0x50000000, &other);
    guest_queue_kick(&f.queue);
    g_assert_cmpint(guest_queue_take(&f.queue, NULL), ==, 0);
    memory_region_del_subregion(get_system_memory(), &other);
    object_unparent(OBJECT(&other));
    fixture_finish(&f);
}

static void test_ring_memory_goes_away(const void *opaque)
{
    const Case *c = opaque;
    Fixture f;

    fixture_init(&f, c, 16);
    f.dev->hold = true;
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    memory_region_set_enabled(&f.board.ram, false);
    if (c->version == BOARD_MODERN) {
        g_assert_cmphex(virtio_guest_read(&f.board.guest, VIRTIO_MMIO_STATUS) &
                        VIRTIO_CONFIG_S_NEEDS_RESET, ==, VIRTIO_CONFIG_S_NEEDS_RESET);
    }
    g_assert_true(VIRTIO_DEVICE(f.dev)->broken);
    virtio_test_complete(f.dev, 0, true);
    memory_region_set_enabled(&f.board.ram, true);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 0);
    fixture_finish(&f);
}

/* ---- saved state ---- */

static void test_save_in_the_middle(const void *opaque)
{
    const Case *c = opaque;
    g_autoptr(GByteArray) state = NULL;
    Fixture f, g;

    fixture_init(&f, c, 16);
    for (int i = 0; i < 5; i++) {
        request_add(&f, 4, 4);
        guest_queue_kick(&f.queue);
        guest_queue_take(&f.queue, NULL);
    }
    f.dev->hold = true;
    request_add(&f, 4, 4);
    request_add(&f, 8, 8);
    guest_queue_kick(&f.queue);
    virtio_guest_memwrite(&f.board.guest, f.data, "payload.", 8);
    state = board_save(&f.board);
    g = f;
    /* The second board has the same addresses, so the first must go before. */
    {
        g_autofree uint8_t *ram = g_memdup2(f.board.host, BOARD_RAM_SIZE);
        char got[8];
        int head;

        fixture_finish(&f);
        board_init(&g.board, c->version, virtio_test_new());
        g.dev = VIRTIO_TEST(g.board.device);
        memcpy(g.board.host, ram, BOARD_RAM_SIZE);
        g.board.tells_load_errors = true;
        g_assert_cmpint(board_load(&g.board, state, NULL), ==, 0);
        g.board.guest.features = c->features;
        g.queue.guest = &g.board.guest;
        g_assert_cmpuint(g.dev->held.length, ==, 2);
        guest_queue_set_used_event(&g.queue, guest_queue_used_idx(&g.queue));
        virtio_test_complete(g.dev, 1, true);
        head = guest_queue_take(&g.queue, NULL);
        g_assert_cmpint(head, >=, 0);
        virtio_guest_memread(&g.board.guest, g.data + 2048, got, 8);
        g_assert_cmpmem(got, 8, "payload.", 8);
        virtio_test_complete(g.dev, 0, true);
        g_assert_cmpint(guest_queue_take(&g.queue, NULL), >=, 0);
        g_assert_cmpint(g.board.line.level, ==, 1);
        /* And the queue goes on. */
        g.dev->hold = false;
        request_add(&g, 4, 4);
        guest_queue_kick(&g.queue);
        g_assert_cmpint(guest_queue_take(&g.queue, NULL), >=, 0);
        fixture_finish(&g);
    }
}

/* Whatever one damaged byte does, loading must end with or without an error. */
static void test_damaged_state_is_harmless(const void *opaque)
{
    g_autoptr(GByteArray) state = NULL;
    unsigned refused = 0;
    Fixture f;

    fixture_init(&f, opaque, 16);
    f.dev->hold = true;
    request_add(&f, 4, 4);
    guest_queue_kick(&f.queue);
    state = board_save(&f.board);
    for (guint i = 0; i < state->len; i++) {
        uint8_t was = state->data[i];

        state->data[i] ^= 1 << (i % 8);
        refused += board_load(&f.board, state, NULL) != 0;
        guest_queue_notify(&f.queue);
        state->data[i] = was;
        device_cold_reset(f.board.transport);
    }
    g_assert_cmpuint(refused, >, state->len / 2);
    g_assert_cmpint(board_load(&f.board, state, NULL), ==, 0);
    fixture_finish(&f);
}

/* ---- cases ---- */

static const Case modern = { BOARD_MODERN, 0 };
static const Case modern_ring_reset = { BOARD_MODERN, BIT_RING_RESET };

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    fixture_add_all("completion-after-reset-is-lost", test_completion_after_reset_is_lost);
    fixture_add_all("interrupt-falls-with-reset", test_interrupt_falls_with_reset);
    fixture_add_all("system-reset-forgets-all", test_system_reset_forgets_all);
    fixture_add_all("ring-follows-memory-map", test_ring_follows_memory_map);
    fixture_add_all("ring-memory-goes-away", test_ring_memory_goes_away);
    fixture_add_all("save-in-the-middle", test_save_in_the_middle);
    fixture_add_all("damaged-state-is-harmless", test_damaged_state_is_harmless);
    g_test_add_data_func("/virtqueue/modern/queue-reset-restarts-one-queue", &modern_ring_reset,
                         test_queue_reset_restarts_one_queue);
    g_test_add_data_func("/virtqueue/modern/queue-not-ready-stops-one-queue", &modern,
                         test_queue_not_ready_stops_one_queue);
    return g_test_run();
}
