/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtqueues as OASIS virtio 1.2, section 2.7 describes them: data of many requests, order,
 * looking and putting back, suppression of notifications both ways.
 */
#include "qemu/osdep.h"
#include "queue-fixture.h"

/* ---- data ---- */

/* Splits [@addr, @addr + @len) into up to @max random pieces. */
static unsigned pieces_split(GRand *rand, GuestBuffer *buffers, unsigned max, uint64_t addr,
                             uint32_t len, bool is_write)
{
    unsigned n = 0;

    while (len) {
        uint32_t piece = n + 1 == max ? len : g_rand_int_range(rand, 1, len + 1);

        buffers[n++] = (GuestBuffer){ addr, piece, is_write };
        addr += piece;
        len -= piece;
    }
    return n;
}

static void request_random(Fixture *f, GRand *rand, uint64_t out_addr, uint64_t in_addr)
{
    uint8_t out[3000], in[3000];
    GuestBuffer buffers[12];
    uint32_t out_len = g_rand_int_range(rand, 1, sizeof(out));
    uint32_t in_len = g_rand_int_range(rand, 1, sizeof(in));
    uint32_t len;
    unsigned n;
    int head;

    for (unsigned i = 0; i < out_len; i++) {
        out[i] = g_rand_int(rand);
    }
    virtio_guest_memwrite(&f->board.guest, out_addr, out, out_len);
    n = pieces_split(rand, buffers, 6, out_addr, out_len, false);
    n += pieces_split(rand, buffers + n, 6, in_addr, in_len, true);
    if ((f->board.guest.features & BIT_INDIRECT) && g_rand_boolean(rand)) {
        head = guest_queue_add_indirect(&f->queue, buffers, n);
    } else {
        head = guest_queue_add(&f->queue, buffers, n);
    }
    guest_queue_kick(&f->queue);
    g_assert_cmpint(guest_queue_take(&f->queue, &len), ==, head);
    g_assert_cmpuint(len, ==, MIN(out_len, in_len));
    virtio_guest_memread(&f->board.guest, in_addr, in, len);
    g_assert_cmpmem(in, len, out, len);
}

static void test_many_requests_echo(const void *opaque)
{
    unsigned requests = g_test_slow() ? 100000 : 4000;
    g_autoptr(GRand) rand = g_rand_new_with_seed(20240117);
    uint64_t out_addr, in_addr;
    Fixture f;

    fixture_init(&f, opaque, 16);
    out_addr = virtio_guest_alloc(&f.board.guest, 4096, 1);
    in_addr = virtio_guest_alloc(&f.board.guest, 4096, 1);
    for (unsigned i = 0; i < requests; i++) {
        request_random(&f, rand, out_addr, in_addr);
    }
    g_assert_cmpuint(f.queue.num_free, ==, 16);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, (uint16_t)requests);
    fixture_finish(&f);
}

/* The 16-bit indices pass 65535 and go on. */
static void test_indices_wrap(const void *opaque)
{
    Fixture f;
    uint32_t len;

    fixture_init(&f, opaque, 256);
    for (unsigned round = 0; round < 66000 / 128; round++) {
        for (unsigned i = 0; i < 128; i++) {
            request_add(&f, 1, 1);
        }
        guest_queue_kick(&f.queue);
        for (unsigned i = 0; i < 128; i++) {
            g_assert_cmpint(guest_queue_take(&f.queue, &len), >=, 0);
            g_assert_cmpuint(len, ==, 1);
        }
    }
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, (uint16_t)(66000 / 128 * 128));
    fixture_finish(&f);
}

/* 2.7.5.3.2: normal descriptors, then a single indirect one. */
static void test_direct_then_indirect(const void *opaque)
{
    static const char text[] = "abcdefgh";
    VirtioGuest *guest;
    char got[8];
    Fixture f;
    uint32_t len;

    fixture_init(&f, opaque, 16);
    guest = &f.board.guest;
    virtio_guest_memwrite(guest, f.data, text, 8);
    guest_desc_write(guest, f.queue.desc, 0, f.data, 4, VRING_DESC_F_NEXT, 1);
    /* The device must ignore WRITE here. */
    guest_desc_write(guest, f.queue.desc, 1, f.queue.indirect, 32,
                     VRING_DESC_F_INDIRECT | VRING_DESC_F_WRITE, 0);
    guest_desc_write(guest, f.queue.indirect, 0, f.data + 4, 4, VRING_DESC_F_NEXT, 1);
    guest_desc_write(guest, f.queue.indirect, 1, f.data + 2048, 8, VRING_DESC_F_WRITE, 0);
    guest_queue_offer_raw(&f.queue, 0);
    g_assert_cmpint(guest_queue_take(&f.queue, &len), ==, 0);
    g_assert_cmpuint(len, ==, 8);
    virtio_guest_memread(guest, f.data + 2048, got, 8);
    g_assert_cmpmem(got, 8, text, 8);
    fixture_finish(&f);
}

static void test_readable_from_rom(const void *opaque)
{
    Fixture f;
    uint32_t len;
    uint8_t got;

    fixture_init(&f, opaque, 16);
    guest_desc_write(&f.board.guest, f.queue.desc, 0, BOARD_ROM + 100, 1, VRING_DESC_F_NEXT, 1);
    guest_desc_write(&f.board.guest, f.queue.desc, 1, f.data, 1, VRING_DESC_F_WRITE, 0);
    guest_queue_offer_raw(&f.queue, 0);
    g_assert_cmpint(guest_queue_take(&f.queue, &len), ==, 0);
    virtio_guest_memread(&f.board.guest, f.data, &got, 1);
    g_assert_cmphex(got, ==, 0x5a);
    fixture_finish(&f);
}

static void test_completed_in_any_order(const void *opaque)
{
    int heads[4];
    Fixture f;

    fixture_init(&f, opaque, 16);
    f.dev->hold = true;
    for (int i = 0; i < 4; i++) {
        heads[i] = request_add(&f, 1, 1);
    }
    guest_queue_kick(&f.queue);
    virtio_test_complete(f.dev, 2, true);
    virtio_test_complete(f.dev, 0, true);
    virtio_test_complete(f.dev, 1, true);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmpint(guest_queue_take(&f.queue, NULL), ==, heads[2]);
    g_assert_cmpint(guest_queue_take(&f.queue, NULL), ==, heads[0]);
    g_assert_cmpint(guest_queue_take(&f.queue, NULL), ==, heads[3]);
    g_assert_cmpint(guest_queue_take(&f.queue, NULL), ==, heads[1]);
    fixture_finish(&f);
}

static void test_queues_are_independent(const void *opaque)
{
    GuestQueue second;
    GuestBuffer buffers[2];
    Fixture f;

    fixture_init(&f, opaque, 16);
    guest_queue_init(&second, &f.board.guest, 1, 8);
    buffers[0] = (GuestBuffer){ f.data, 3, false };
    buffers[1] = (GuestBuffer){ f.data + 100, 3, true };
    guest_queue_add(&second, buffers, 2);
    guest_queue_kick(&f.queue);
    g_assert_cmpint(guest_queue_take(&second, NULL), ==, -1);
    guest_queue_notify(&second);
    g_assert_cmpint(guest_queue_take(&second, NULL), ==, 0);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 0);
    fixture_finish(&f);
}

/* ---- looking, putting back ---- */

static void test_avail_bytes_sums_chains(const void *opaque)
{
    unsigned in_bytes, out_bytes;
    VirtQueue *vq;
    Fixture f;

    fixture_init(&f, opaque, 16);
    vq = f.dev->queues[0];
    virtqueue_get_avail_bytes(vq, &in_bytes, &out_bytes, UINT_MAX, UINT_MAX);
    g_assert_cmpuint(in_bytes + out_bytes, ==, 0);
    request_add(&f, 10, 100);
    request_add(&f, 20, 200);
    virtqueue_get_avail_bytes(vq, &in_bytes, &out_bytes, UINT_MAX, UINT_MAX);
    g_assert_cmpuint(in_bytes, ==, 300);
    g_assert_cmpuint(out_bytes, ==, 30);
    virtqueue_get_avail_bytes(vq, &in_bytes, &out_bytes, 50, 5);
    g_assert_cmpuint(in_bytes, ==, 100);
    g_assert_cmpuint(out_bytes, ==, 10);
    g_assert_true(virtqueue_avail_bytes(vq, 300, 30));
    g_assert_false(virtqueue_avail_bytes(vq, 301, 30));
    g_assert_false(virtqueue_avail_bytes(vq, 300, 31));
    fixture_finish(&f);
}

static void test_unpop_gives_the_same_again(const void *opaque)
{
    VirtQueueElement *elem;
    VirtQueue *vq;
    Fixture f;
    int head;

    fixture_init(&f, opaque, 16);
    vq = f.dev->queues[0];
    request_add(&f, 1, 1);
    head = request_add(&f, 7, 9);
    elem = virtqueue_pop(vq, sizeof(*elem));
    virtqueue_push(vq, elem, 0);
    virtqueue_element_free(vq, elem);
    elem = virtqueue_pop(vq, sizeof(*elem));
    g_assert_cmpint(elem->index, ==, head);
    virtqueue_unpop(vq, elem, 0);
    virtqueue_element_free(vq, elem);
    elem = virtqueue_pop(vq, sizeof(*elem));
    g_assert_cmpint(elem->index, ==, head);
    g_assert_cmpuint(elem->out_sg[0].iov_len, ==, 7);
    g_assert_cmphex(elem->in_addr[0], ==, f.data + 2048);
    g_assert_null(virtqueue_pop(vq, sizeof(*elem)));
    virtqueue_push(vq, elem, 0);
    g_free(elem);
    fixture_finish(&f);
}

static void test_rewind_goes_back(const void *opaque)
{
    VirtQueueElement *elem[2];
    VirtQueue *vq;
    Fixture f;

    fixture_init(&f, opaque, 16);
    vq = f.dev->queues[0];
    request_add(&f, 1, 1);
    request_add(&f, 2, 2);
    elem[0] = virtqueue_pop(vq, sizeof(*elem[0]));
    elem[1] = virtqueue_pop(vq, sizeof(*elem[1]));
    g_assert_false(virtqueue_rewind(vq, 3));
    g_assert_true(virtqueue_rewind(vq, 2));
    g_assert_false(virtio_queue_empty(vq));
    for (int i = 0; i < 2; i++) {
        /* They are not in use any more, so this only unmaps. */
        virtqueue_detach_element(vq, elem[i], 0);
        g_free(elem[i]);
    }
    elem[0] = virtqueue_pop(vq, sizeof(*elem[0]));
    g_assert_cmpuint(elem[0]->out_sg[0].iov_len, ==, 1);
    virtqueue_push(vq, elem[0], 0);
    g_free(elem[0]);
    fixture_finish(&f);
}

static void test_drop_all_returns_unread(const void *opaque)
{
    uint32_t len;
    Fixture f;

    fixture_init(&f, opaque, 16);
    request_add(&f, 1, 1);
    request_add(&f, 2, 2);
    g_assert_cmpuint(virtqueue_drop_all(f.dev->queues[0]), ==, 2);
    g_assert_cmpint(guest_queue_take(&f.queue, &len), ==, 0);
    g_assert_cmpuint(len, ==, 0);
    g_assert_cmpint(guest_queue_take(&f.queue, &len), ==, 2);
    g_assert_cmpint(guest_queue_take(&f.queue, &len), ==, -1);
    fixture_finish(&f);
}

static void test_fill_and_flush_publish_at_once(const void *opaque)
{
    VirtQueueElement *elem[2];
    VirtQueue *vq;
    uint32_t len;
    Fixture f;

    fixture_init(&f, opaque, 16);
    vq = f.dev->queues[0];
    for (int i = 0; i < 2; i++) {
        request_add(&f, 1, 10);
        elem[i] = virtqueue_pop(vq, sizeof(*elem[i]));
        virtqueue_fill(vq, elem[i], 5 + i, i);
        g_free(elem[i]);
    }
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 0);
    virtqueue_flush(vq, 2);
    g_assert_cmpint(guest_queue_take(&f.queue, &len), ==, 0);
    g_assert_cmpuint(len, ==, 5);
    g_assert_cmpint(guest_queue_take(&f.queue, &len), ==, 2);
    g_assert_cmpuint(len, ==, 6);
    fixture_finish(&f);
}

/* ---- notifications ---- */

static void test_no_interrupt_flag_is_honoured(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    guest_queue_set_flags(&f.queue, VRING_AVAIL_F_NO_INTERRUPT);
    request_add(&f, 1, 1);
    guest_queue_kick(&f.queue);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 1);
    g_assert_cmpint(f.board.line.level, ==, 0);
    guest_queue_set_flags(&f.queue, 0);
    request_add(&f, 1, 1);
    guest_queue_kick(&f.queue);
    g_assert_cmpint(f.board.line.level, ==, 1);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, VIRTIO_MMIO_INT_VRING);
    g_assert_cmpint(f.board.line.level, ==, 0);
    fixture_finish(&f);
}

static void test_used_event_delays_interrupt(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    f.dev->hold = true;
    for (int i = 0; i < 6; i++) {
        request_add(&f, 1, 1);
    }
    guest_queue_kick(&f.queue);
    guest_queue_set_used_event(&f.queue, 0);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, VIRTIO_MMIO_INT_VRING);
    /* Interrupt when the index becomes 4, i.e. after entry 3. */
    guest_queue_set_used_event(&f.queue, 3);
    virtio_test_complete(f.dev, 0, true);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, 0);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, VIRTIO_MMIO_INT_VRING);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, 0);
    fixture_finish(&f);
}

/* An index that jumps over used_event at once counts as passing it. */
static void test_used_event_in_a_batch(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    f.dev->hold = true;
    for (int i = 0; i < 5; i++) {
        request_add(&f, 1, 1);
    }
    guest_queue_kick(&f.queue);
    guest_queue_set_used_event(&f.queue, 0);
    virtio_test_complete(f.dev, 0, true);
    virtio_guest_irq_take(&f.board.guest);
    guest_queue_set_used_event(&f.queue, 2);
    for (int i = 0; i < 3; i++) {
        virtio_test_complete(f.dev, 0, false);
    }
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, VIRTIO_MMIO_INT_VRING);
    fixture_finish(&f);
}

static void test_device_suppresses_kicks(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    f.dev->hold = true;
    virtio_queue_set_notification(f.dev->queues[0], 0);
    g_assert_false(virtio_queue_get_notification(f.dev->queues[0]));
    request_add(&f, 1, 1);
    g_assert_false(guest_queue_kick(&f.queue) && !(f.board.guest.features & BIT_EVENT_IDX));
    request_add(&f, 1, 1);
    g_assert_false(guest_queue_kick(&f.queue));
    virtio_queue_set_notification(f.dev->queues[0], 1);
    request_add(&f, 1, 1);
    g_assert_true(guest_queue_kick(&f.queue));
    g_assert_cmpuint(f.dev->held.length, ==, 3);
    fixture_finish(&f);
}

static void test_avail_event_follows_pops(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    for (int i = 1; i <= 20; i++) {
        request_add(&f, 1, 1);
        g_assert_true(guest_queue_kick(&f.queue));
        g_assert_cmpuint(guest_queue_avail_event(&f.queue), ==, i);
        guest_queue_take(&f.queue, NULL);
    }
    fixture_finish(&f);
}

static void test_notify_on_empty_overrides_flag(const void *opaque)
{
    Fixture f;

    fixture_init(&f, opaque, 16);
    guest_queue_set_flags(&f.queue, VRING_AVAIL_F_NO_INTERRUPT);
    f.dev->hold = true;
    request_add(&f, 1, 1);
    request_add(&f, 1, 1);
    guest_queue_kick(&f.queue);
    virtio_guest_irq_take(&f.board.guest);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, 0);
    virtio_test_complete(f.dev, 0, true);
    g_assert_cmphex(virtio_guest_irq_take(&f.board.guest), ==, VIRTIO_MMIO_INT_VRING);
    fixture_finish(&f);
}

/* 2.1.2: nothing is consumed before DRIVER_OK; legacy drivers do use queues before. */
static void test_kick_before_driver_ok(const void *opaque)
{
    const Case *c = opaque;
    Fixture f;

    fixture_init(&f, c, 16);
    virtio_guest_negotiate(&f.board.guest, c->features);
    guest_queue_init(&f.queue, &f.board.guest, 0, 16);
    request_add(&f, 1, 1);
    guest_queue_notify(&f.queue);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, c->version == BOARD_LEGACY);
    virtio_guest_driver_ok(&f.board.guest);
    guest_queue_notify(&f.queue);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 1);
    fixture_finish(&f);
}

/* ---- cases ---- */

static const Case legacy = { BOARD_LEGACY, 0 };
static const Case legacy_indirect = { BOARD_LEGACY, BIT_INDIRECT };
static const Case legacy_event_idx = { BOARD_LEGACY, BIT_EVENT_IDX | BIT_INDIRECT };
static const Case legacy_on_empty = { BOARD_LEGACY, BIT_NOTIFY_ON_EMPTY };
static const Case modern = { BOARD_MODERN, 0 };
static const Case modern_indirect = { BOARD_MODERN, BIT_INDIRECT };
static const Case modern_event_idx = { BOARD_MODERN, BIT_EVENT_IDX | BIT_INDIRECT };

static void add_special(void)
{
    g_test_add_data_func("/virtqueue/legacy/no-interrupt-flag-is-honoured", &legacy,
                         test_no_interrupt_flag_is_honoured);
    g_test_add_data_func("/virtqueue/modern/no-interrupt-flag-is-honoured", &modern,
                         test_no_interrupt_flag_is_honoured);
    g_test_add_data_func("/virtqueue/legacy-event-idx/used-event-delays-interrupt",
                         &legacy_event_idx, test_used_event_delays_interrupt);
    g_test_add_data_func("/virtqueue/modern-event-idx/used-event-delays-interrupt",
                         &modern_event_idx, test_used_event_delays_interrupt);
    g_test_add_data_func("/virtqueue/modern-event-idx/used-event-in-a-batch", &modern_event_idx,
                         test_used_event_in_a_batch);
    g_test_add_data_func("/virtqueue/modern-event-idx/avail-event-follows-pops",
                         &modern_event_idx, test_avail_event_follows_pops);
    g_test_add_data_func("/virtqueue/legacy/notify-on-empty-overrides-flag", &legacy_on_empty,
                         test_notify_on_empty_overrides_flag);
    g_test_add_data_func("/virtqueue/legacy/direct-then-indirect", &legacy_indirect,
                         test_direct_then_indirect);
    g_test_add_data_func("/virtqueue/modern/direct-then-indirect", &modern_indirect,
                         test_direct_then_indirect);
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    fixture_add_all("many-requests-echo", test_many_requests_echo);
    fixture_add_all("indices-wrap", test_indices_wrap);
    fixture_add_all("readable-from-rom", test_readable_from_rom);
    fixture_add_all("completed-in-any-order", test_completed_in_any_order);
    fixture_add_all("queues-are-independent", test_queues_are_independent);
    fixture_add_all("avail-bytes-sums-chains", test_avail_bytes_sums_chains);
    fixture_add_all("unpop-gives-the-same-again", test_unpop_gives_the_same_again);
    fixture_add_all("rewind-goes-back", test_rewind_goes_back);
    fixture_add_all("drop-all-returns-unread", test_drop_all_returns_unread);
    fixture_add_all("fill-and-flush-publish-at-once", test_fill_and_flush_publish_at_once);
    fixture_add_all("device-suppresses-kicks", test_device_suppresses_kicks);
    fixture_add_all("kick-before-driver-ok", test_kick_before_driver_ok);
    add_special();
    return g_test_run();
}
