/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames through virtio-net as OASIS virtio 1.2, sections 5.1.6.1 to 5.1.6.4 describe them: both
 * directions, both header lengths, merged buffers, a busy backend, bursts, malformed requests,
 * reset, stop and saved state in the middle of it.
 */
#include "qemu/osdep.h"
#include "net-harness.h"
#include "qemu/main-loop.h"
#include "sysemu/runstate.h"

#define RANDOM_SEED 20261128
#define RANDOM_FRAMES 20000

static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

typedef struct Case {
    BoardVersion version;
    uint64_t features;
} Case;

static const Case legacy = { BOARD_LEGACY, 0 };
static const Case legacy_merged = { BOARD_LEGACY, BIT_MRG_RXBUF };
static const Case modern = { BOARD_MODERN, 0 };
static const Case modern_full = {
    BOARD_MODERN, BIT_MRG_RXBUF | 1ull << VIRTIO_RING_F_EVENT_IDX |
                  1ull << VIRTIO_RING_F_INDIRECT_DESC
};

static void fixture_init(NetBoard *b, const Case *c, const char *properties)
{
    net_board_init(b, c->version, false, properties);
    net_board_start(b, c->features);
}

/* ---- sending ---- */

static void test_tx_gives_the_frame_without_its_header(gconstpointer data)
{
    uint8_t frame[100];
    NetBoard b;

    fixture_init(&b, data, NULL);
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    g_assert_true(guest_queue_kick(&b.tx));
    loop_run();
    backend_expect(b.backend, frame, sizeof(frame));
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 1);
    g_assert_cmphex(virtio_guest_irq_take(&b.board.guest), ==, 1);
    net_board_finish(&b);
}

static void test_tx_joins_pieces_of_any_layout(gconstpointer data)
{
    uint8_t frame[1000], all[1012];
    unsigned hdr_len;
    NetBoard b;

    fixture_init(&b, data, NULL);
    hdr_len = net_board_hdr_len(&b);
    frame_fill(frame, sizeof(frame), broadcast, 2);
    memset(all, 0, hdr_len);
    memcpy(all + hdr_len, frame, sizeof(frame));
    virtio_guest_memwrite(&b.board.guest, b.data, all, hdr_len + sizeof(frame));
    /* Cut inside of the header, at its end, and within the frame. */
    for (unsigned cut = 1; cut < 30; cut++) {
        GuestBuffer buffers[] = {
            { b.data, cut, false },
            { b.data + cut, 1, false },
            { b.data + cut + 1, hdr_len + sizeof(frame) - cut - 1, false },
        };

        guest_queue_add(&b.tx, buffers, 3);
    }
    guest_queue_notify(&b.tx);
    loop_run();
    for (unsigned cut = 1; cut < 30; cut++) {
        backend_expect(b.backend, frame, sizeof(frame));
    }
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 29);
    net_board_finish(&b);
}

static void test_tx_waits_for_a_busy_backend(void)
{
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    b.backend->is_busy = true;
    for (unsigned i = 0; i < 5; i++) {
        frame_fill(frame, sizeof(frame), broadcast, i);
        net_board_tx_add(&b, b.data + i * 128, NULL, frame, sizeof(frame));
    }
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 0);
    g_assert_cmpuint(b.backend->frames.length, ==, 0);
    /* More notifications change nothing. */
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 0);

    b.backend->is_busy = false;
    qemu_flush_queued_packets(&b.backend->nc);
    loop_run();
    for (unsigned i = 0; i < 5; i++) {
        frame_fill(frame, sizeof(frame), broadcast, i);
        backend_expect(b.backend, frame, sizeof(frame));
    }
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 5);
    net_board_finish(&b);
}

static void test_tx_burst_ends_and_goes_on(void)
{
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, "x-txburst=4");
    frame_fill(frame, sizeof(frame), broadcast, 1);
    for (unsigned i = 0; i < 10; i++) {
        net_board_tx_add(&b, b.data + i * 128, NULL, frame, sizeof(frame));
    }
    guest_queue_notify(&b.tx);
    main_loop_wait(true);
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 4);
    loop_run();
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 6);
    g_assert_cmpuint(b.backend->frames.length, ==, 10);
    net_board_finish(&b);
}

static void test_tx_drops_what_is_no_frame(void)
{
    uint8_t frame[64];
    GuestBuffer header = { 0, 12, false };
    GuestBuffer giant[2] = { { 0, 12, false }, { 0, NET_BUFSIZE + 1, false } };
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    header.addr = giant[0].addr = b.data;
    giant[1].addr = b.data + 4096;
    guest_queue_add(&b.tx, &header, 1);
    guest_queue_add(&b.tx, giant, 2);
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data + 2048, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_false(card_is_broken(&b));
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 3);
    backend_expect(b.backend, frame, sizeof(frame));
    g_assert_cmpuint(b.backend->frames.length, ==, 0);
    net_board_finish(&b);
}

static void test_tx_without_whole_header_breaks_the_device(void)
{
    GuestBuffer buffer = { 0, 11, false };
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    buffer.addr = b.data;
    guest_queue_add(&b.tx, &buffer, 1);
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_true(card_is_broken(&b));
    g_assert_cmpuint(b.backend->frames.length, ==, 0);
    /* The driver resets, and all is well. */
    net_board_start(&b, 0);
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    backend_expect(b.backend, frame, sizeof(frame));
    net_board_finish(&b);
}

static void test_tx_keeps_the_header_for_a_backend_that_speaks_it(void)
{
    static const uint8_t header[12] = { 1, 1, 54, 0, 100, 0, 34, 0, 16, 0, 0, 0 };
    uint8_t frame[80], expected[92];
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, true, NULL);
    net_board_start(&b, 1ull << VIRTIO_NET_F_CSUM | 1ull << VIRTIO_NET_F_HOST_TSO4);
    g_assert_cmpint(b.backend->hdr_len, ==, 12);
    g_assert_true(b.backend->uses_vnet_hdr);
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data, header, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    memcpy(expected, header, 12);
    memcpy(expected + 12, frame, sizeof(frame));
    backend_expect(b.backend, expected, sizeof(expected));
    net_board_finish(&b);
}

static void test_tx_with_the_cable_unplugged_is_lost(void)
{
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    g_assert_true(net_link_set("net0", false, &error_abort));
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 1);
    g_assert_cmpuint(b.backend->frames.length, ==, 0);
    net_board_finish(&b);
}

/* ---- receiving ---- */

static void test_rx_puts_an_empty_header_in_front(gconstpointer data)
{
    uint8_t frame[100], got[112], hdr[12] = { };
    unsigned hdr_len;
    uint32_t len;
    NetBoard b;

    fixture_init(&b, data, NULL);
    hdr_len = net_board_hdr_len(&b);
    hdr[10] = 1;                /* num_buffers, where it is there */
    frame_fill(frame, sizeof(frame), test_mac, 1);
    net_board_rx_add(&b, b.data, 1, 2048);
    guest_queue_notify(&b.rx);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, sizeof(frame));
    g_assert_cmpint(guest_queue_take(&b.rx, &len), >=, 0);
    g_assert_cmpuint(len, ==, hdr_len + sizeof(frame));
    virtio_guest_memread(&b.board.guest, b.data, got, len);
    g_assert_cmpmem(got, hdr_len, hdr, hdr_len);
    g_assert_cmpmem(got + hdr_len, sizeof(frame), frame, sizeof(frame));
    g_assert_cmphex(virtio_guest_irq_take(&b.board.guest), ==, 1);
    net_board_finish(&b);
}

static void test_rx_merges_buffers(gconstpointer data)
{
    uint8_t frame[1500], got[1512];
    unsigned total = 0;
    uint32_t len;
    NetBoard b;

    fixture_init(&b, data, NULL);
    frame_fill(frame, sizeof(frame), test_mac, 3);
    net_board_rx_add(&b, b.data, 8, 400);
    guest_queue_notify(&b.rx);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, sizeof(frame));
    /* 12 + 1500 bytes in buffers of 400. */
    for (unsigned i = 0; i < 4; i++) {
        g_assert_cmpint(guest_queue_take(&b.rx, &len), >=, 0);
        g_assert_cmpuint(len, ==, i < 3 ? 400 : 312);
        total += len;
    }
    g_assert_cmpint(guest_queue_take(&b.rx, &len), ==, -1);
    g_assert_cmpuint(total, ==, sizeof(got));
    virtio_guest_memread(&b.board.guest, b.data, got, sizeof(got));
    g_assert_cmpuint(lduw_le_p(got + 10), ==, 4);
    g_assert_cmpmem(got + 12, sizeof(frame), frame, sizeof(frame));
    net_board_finish(&b);
}

static void test_rx_waits_for_buffers(void)
{
    uint8_t frame[64], got[76];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    frame_fill(frame, sizeof(frame), test_mac, 1);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, 0);
    g_assert_cmpuint(b.backend->acked, ==, 0);
    net_board_rx_add(&b, b.data, 1, 2048);
    g_assert_true(guest_queue_kick(&b.rx));
    g_assert_cmpuint(b.backend->acked, ==, 1);
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 1);
    virtio_guest_memread(&b.board.guest, b.data, got, sizeof(got));
    g_assert_cmpmem(got + 12, sizeof(frame), frame, sizeof(frame));
    net_board_finish(&b);
}

static void test_rx_with_merging_waits_for_enough_buffers(void)
{
    uint8_t frame[1000];
    NetBoard b;

    fixture_init(&b, &modern_full, NULL);
    frame_fill(frame, sizeof(frame), test_mac, 1);
    net_board_rx_add(&b, b.data, 2, 400);
    guest_queue_notify(&b.rx);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, 0);
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 0);
    net_board_rx_add(&b, b.data + 800, 1, 400);
    g_assert_true(guest_queue_kick(&b.rx));
    g_assert_cmpuint(b.backend->acked, ==, 1);
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 3);
    net_board_finish(&b);
}

static void test_rx_drops_what_does_not_fit_without_merging(void)
{
    uint8_t frame[1000];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    net_board_rx_add(&b, b.data, 2, 400);
    guest_queue_notify(&b.rx);
    frame_fill(frame, sizeof(frame), test_mac, 1);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, sizeof(frame));
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 0);
    /* The buffer is still there for a frame that fits. */
    g_assert_cmpint(backend_send(b.backend, frame, 388), ==, 388);
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 1);
    g_assert_false(card_is_broken(&b));
    net_board_finish(&b);
}

static void test_rx_before_driver_ok_waits(void)
{
    uint8_t frame[64];
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, false, NULL);
    frame_fill(frame, sizeof(frame), test_mac, 1);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, 0);
    net_board_start(&b, 0);
    /* Taken or lost, but the backend goes on. */
    g_assert_cmpuint(b.backend->acked, ==, 1);
    net_board_finish(&b);
}

static void rx_bad_buffer(const GuestBuffer *buffers, unsigned count, uint64_t features)
{
    GuestBuffer *moved = g_memdup2(buffers, count * sizeof(*buffers));
    uint8_t frame[64];
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, false, NULL);
    net_board_start(&b, features);
    for (unsigned i = 0; i < count; i++) {
        moved[i].addr += b.data;
        guest_queue_add(&b.rx, &moved[i], 1);
    }
    guest_queue_notify(&b.rx);
    frame_fill(frame, sizeof(frame), test_mac, 1);
    backend_send(b.backend, frame, sizeof(frame));
    g_assert_true(card_is_broken(&b));
    /* A broken card takes nothing until its driver resets it; what waits is lost then. */
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, 0);
    net_board_start(&b, features);
    net_board_rx_add(&b, b.data, 4, 2048);
    guest_queue_notify(&b.rx);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, sizeof(frame));
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 1);
    net_board_finish(&b);
    g_free(moved);
}

static void test_rx_bad_buffers_break_the_device(void)
{
    static const GuestBuffer no_room[] = { { 0, 11, true } };
    static const GuestBuffer readable[] = { { 0, 2048, false } };
    static const GuestBuffer second_readable[] = { { 0, 64, true }, { 4096, 2048, false },
                                                   { 8192, 2048, true } };

    rx_bad_buffer(no_room, 1, 0);
    rx_bad_buffer(readable, 1, 0);
    rx_bad_buffer(second_readable, 3, BIT_MRG_RXBUF);
}

/* ---- many ---- */

/* Frames of random sizes both ways, with data checked, until the rings have wrapped many times. */
static void test_random_frames(gconstpointer data)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(RANDOM_SEED);
    uint8_t frame[1514], got[1526];
    unsigned hdr_len;
    NetBoard b;

    fixture_init(&b, data, NULL);
    hdr_len = net_board_hdr_len(&b);
    for (unsigned i = 0; i < RANDOM_FRAMES; i++) {
        size_t size = g_rand_int_range(rand, ETH_HLEN, sizeof(frame) + 1);
        bool is_sent = g_rand_boolean(rand);
        uint32_t len;

        frame_fill(frame, size, test_mac, i);
        if (is_sent) {
            net_board_tx_add(&b, b.data, NULL, frame, size);
            guest_queue_kick(&b.tx);
            main_loop_wait(true);
            backend_expect(b.backend, frame, size);
            g_assert_cmpuint(queue_take_all(&b.tx), ==, 1);
        } else {
            net_board_rx_add(&b, b.data + 4096, 1, sizeof(got));
            guest_queue_kick(&b.rx);
            g_assert_cmpint(backend_send(b.backend, frame, size), ==, size);
            g_assert_cmpint(guest_queue_take(&b.rx, &len), >=, 0);
            g_assert_cmpuint(len, ==, hdr_len + size);
            virtio_guest_memread(&b.board.guest, b.data + 4096, got, len);
            g_assert_cmpmem(got + hdr_len, size, frame, size);
        }
    }
    net_board_finish(&b);
}

/* ---- reset, stop, saved state ---- */

static void test_reset_with_a_frame_under_way(void)
{
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    b.backend->is_busy = true;
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    virtio_guest_reset(&b.board.guest);
    b.backend->is_busy = false;
    qemu_flush_queued_packets(&b.backend->nc);
    net_board_start(&b, 0);
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 0);
    frame_fill(frame, sizeof(frame), broadcast, 2);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    backend_expect(b.backend, frame, sizeof(frame));
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 1);
    net_board_finish(&b);
}

static void test_card_goes_with_frames_under_way(void)
{
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    b.backend->is_busy = true;
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, 0);
    board_unplug(&b.board);
    g_assert_cmpuint(b.backend->acked, ==, 1);
    g_assert_null(b.backend->nc.peer);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, sizeof(frame));
    net_board_finish(&b);
}

static void test_stopped_machine_sends_and_receives_nothing(void)
{
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    net_board_rx_add(&b, b.data + 4096, 1, 2048);
    guest_queue_notify(&b.rx);
    vm_stop(RUN_STATE_PAUSED);
    frame_fill(frame, sizeof(frame), test_mac, 1);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_cmpuint(b.backend->frames.length, ==, 0);
    g_assert_cmpint(backend_send(b.backend, frame, sizeof(frame)), ==, 0);
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 0);
    vm_start();
    loop_run();
    backend_expect(b.backend, frame, sizeof(frame));
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 1);
    g_assert_cmpuint(queue_take_all(&b.rx), ==, 1);
    g_assert_cmpuint(b.backend->acked, ==, 1);
    net_board_finish(&b);
}

/* Saved in the middle: the other side sends the frame that was under way, and those behind it. */
static void test_saved_state_with_a_frame_under_way(void)
{
    g_autoptr(GByteArray) state = NULL;
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern_full, NULL);
    b.backend->is_busy = true;
    for (unsigned i = 0; i < 3; i++) {
        frame_fill(frame, sizeof(frame), broadcast, i);
        net_board_tx_add(&b, b.data + 128 * i, NULL, frame, sizeof(frame));
    }
    guest_queue_notify(&b.tx);
    loop_run();
    state = board_save(&b.board);
    /* The same machine as the other side: a reset forgets everything first. */
    virtio_guest_reset(&b.board.guest);
    b.backend->is_busy = false;
    qemu_flush_queued_packets(&b.backend->nc);
    g_queue_clear_full(&b.backend->frames, (GDestroyNotify)g_bytes_unref);
    g_assert_cmpint(board_load(&b.board, state, NULL), ==, 0);
    /* As when a machine is loaded: it is started afterwards. */
    vm_stop(RUN_STATE_PAUSED);
    vm_start();
    loop_run();
    for (unsigned i = 0; i < 3; i++) {
        frame_fill(frame, sizeof(frame), broadcast, i);
        backend_expect(b.backend, frame, sizeof(frame));
    }
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 3);
    net_board_finish(&b);
}

static void test_netdev_deleted_under_the_card(void)
{
    uint8_t frame[64];
    NetBoard b;

    fixture_init(&b, &modern, NULL);
    qemu_del_net_client(&b.backend->nc);
    g_assert_null(qemu_find_netdev("net0"));
    /* Link down, and frames are lost. */
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, 6, 2) & VIRTIO_NET_S_LINK_UP, ==, 0);
    frame_fill(frame, sizeof(frame), broadcast, 1);
    net_board_tx_add(&b, b.data, NULL, frame, sizeof(frame));
    guest_queue_notify(&b.tx);
    loop_run();
    g_assert_cmpuint(queue_take_all(&b.tx), ==, 1);
    net_board_finish(&b);
}

static void add_cases(const char *name, GTestDataFunc func, bool needs_merging)
{
    static const struct {
        const char *name;
        const Case *c;
    } cases[] = {
        { "legacy", &legacy }, { "legacy-merged", &legacy_merged },
        { "modern", &modern }, { "modern-full", &modern_full },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/virtio-net/%s/%s", cases[i].name, name);

        if (!needs_merging || cases[i].c->features & BIT_MRG_RXBUF) {
            g_test_add_data_func(path, cases[i].c, func);
        }
    }
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    add_cases("tx/frame-without-header", test_tx_gives_the_frame_without_its_header, false);
    add_cases("tx/pieces-of-any-layout", test_tx_joins_pieces_of_any_layout, false);
    add_cases("rx/empty-header", test_rx_puts_an_empty_header_in_front, false);
    add_cases("rx/merged-buffers", test_rx_merges_buffers, true);
    add_cases("random-frames", test_random_frames, false);
    g_test_add_func("/virtio-net/tx/waits-for-a-busy-backend", test_tx_waits_for_a_busy_backend);
    g_test_add_func("/virtio-net/tx/burst-ends-and-goes-on", test_tx_burst_ends_and_goes_on);
    g_test_add_func("/virtio-net/tx/drops-what-is-no-frame", test_tx_drops_what_is_no_frame);
    g_test_add_func("/virtio-net/tx/short-header-breaks-the-device",
                    test_tx_without_whole_header_breaks_the_device);
    g_test_add_func("/virtio-net/tx/header-for-a-backend-that-speaks-it",
                    test_tx_keeps_the_header_for_a_backend_that_speaks_it);
    g_test_add_func("/virtio-net/tx/unplugged-cable", test_tx_with_the_cable_unplugged_is_lost);
    g_test_add_func("/virtio-net/rx/waits-for-buffers", test_rx_waits_for_buffers);
    g_test_add_func("/virtio-net/rx/merging-waits-for-enough-buffers",
                    test_rx_with_merging_waits_for_enough_buffers);
    g_test_add_func("/virtio-net/rx/drops-what-does-not-fit",
                    test_rx_drops_what_does_not_fit_without_merging);
    g_test_add_func("/virtio-net/rx/before-driver-ok", test_rx_before_driver_ok_waits);
    g_test_add_func("/virtio-net/rx/bad-buffers-break-the-device",
                    test_rx_bad_buffers_break_the_device);
    g_test_add_func("/virtio-net/reset-with-a-frame-under-way", test_reset_with_a_frame_under_way);
    g_test_add_func("/virtio-net/card-goes-with-frames-under-way",
                    test_card_goes_with_frames_under_way);
    g_test_add_func("/virtio-net/stopped-machine", test_stopped_machine_sends_and_receives_nothing);
    g_test_add_func("/virtio-net/saved-with-a-frame-under-way",
                    test_saved_state_with_a_frame_under_way);
    g_test_add_func("/virtio-net/netdev-deleted-under-the-card",
                    test_netdev_deleted_under_the_card);
    return g_test_run();
}
