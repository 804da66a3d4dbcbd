/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Benchmark of virtio-net: frames through the card with a driver that costs next to nothing (it
 * only moves the available index) and a backend that takes everything; nanoseconds per frame.
 */
#include "qemu/osdep.h"
#include "../unit/virtio/virtio-harness.h"
#include "hw/qdev-properties.h"
#include "hw/virtio/virtio-net.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"

#define QUEUE_SIZE 256
#define FRAMES (QUEUE_SIZE * 8000u)

static size_t taken;

static ssize_t null_receive_iov(NetClientState *nc, const struct iovec *iov, int iovcnt)
{
    size_t size = iov_size(iov, iovcnt);

    taken++;
    return size;
}

static NetClientInfo null_info = {
    .type = NET_CLIENT_DRIVER_TAP,
    .size = sizeof(NetClientState),
    .receive_iov = null_receive_iov,
};

/* All descriptors are one buffer each, and the ring names each once. */
static void queue_fill(Board *board, GuestQueue *queue, size_t size, bool is_write)
{
    uint64_t data = virtio_guest_alloc(&board->guest, QUEUE_SIZE * 2048, 4096);

    for (unsigned i = 0; i < QUEUE_SIZE; i++) {
        guest_desc_write(&board->guest, queue->desc, i, data + 2048 * i, size,
                         is_write ? VRING_DESC_F_WRITE : 0, 0);
        virtio_guest_memwrite16(&board->guest, queue->avail + 4 + 2 * i, i);
    }
}

static void queue_offer_all(Board *board, GuestQueue *queue)
{
    queue->avail_idx += QUEUE_SIZE;
    stw_le_p(board->host + (queue->avail + 2 - BOARD_RAM), queue->avail_idx);
    guest_queue_notify(queue);
}

static void result_print(const char *what, size_t size, gint64 start_us)
{
    double ns = (g_get_monotonic_time() - start_us) * 1000.0 / FRAMES;

    printf("%-24s %5zu bytes %8.1f ns %8.2f Gbit/s\n", what, size, ns, size * 8 / ns);
}

static void tx_run(Board *board, GuestQueue *tx, size_t size)
{
    gint64 start;

    queue_fill(board, tx, 12 + size, false);
    taken = 0;
    start = g_get_monotonic_time();
    for (unsigned i = 0; i < FRAMES / QUEUE_SIZE; i++) {
        queue_offer_all(board, tx);
        while (taken < (i + 1) * QUEUE_SIZE) {
            main_loop_wait(true);
        }
    }
    result_print("virtio-net send", size, start);
}

static void rx_run(Board *board, GuestQueue *rx, NetClientState *nc, size_t size)
{
    static uint8_t frame[1514];
    gint64 start;

    queue_fill(board, rx, 1526, true);
    start = g_get_monotonic_time();
    for (unsigned i = 0; i < FRAMES / QUEUE_SIZE; i++) {
        queue_offer_all(board, rx);
        for (unsigned j = 0; j < QUEUE_SIZE; j++) {
            if (qemu_send_packet(nc, frame, size) != size) {
                abort();
            }
        }
    }
    result_print("virtio-net receive", size, start);
}

int main(int argc, char **argv)
{
    NetClientState *nc;
    DeviceState *card;
    GuestQueue rx, tx;
    Board board;

    board_test_init(&argc, &argv);
    nc = qemu_new_net_client(&null_info, NULL, "null", "net0");
    card = qdev_new(TYPE_VIRTIO_NET);
    qdev_prop_set_netdev(card, "netdev", nc);
    board_init(&board, BOARD_MODERN, card);
    VIRTIO_DEVICE(card)->vm_running = true;
    virtio_guest_negotiate(&board.guest, 1ull << VIRTIO_NET_F_MRG_RXBUF |
                           1ull << VIRTIO_RING_F_EVENT_IDX);
    guest_queue_init(&rx, &board.guest, 0, QUEUE_SIZE);
    guest_queue_init(&tx, &board.guest, 1, QUEUE_SIZE);
    virtio_guest_driver_ok(&board.guest);
    tx_run(&board, &tx, 60);
    tx_run(&board, &tx, 1514);
    rx_run(&board, &rx, nc, 60);
    rx_run(&board, &rx, nc, 1514);
    board_finish(&board);
    net_cleanup();
    return 0;
}
