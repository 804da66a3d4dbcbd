/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of virtqueues: requests of three descriptors (16 bytes to read, 4096 to write, 1 to
 * write, as a disk has them) at depth 64 to a device that does nothing with them. The driver
 * writes its rings beforehand and only its indices count.
 */
#include "qemu/osdep.h"
#include <math.h>
#include "../unit/virtio/virtio-harness.h"
#include "qemu/timer.h"

#define DEPTH 64
#define DESCS 3
#define NUM 256
#define RUNS 40
#define ROUNDS 200

typedef struct QueueBench {
    Board board;
    VirtIOTest *dev;
    GuestQueue queue;
    uint16_t *avail_idx;
} QueueBench;

/* Every ring entry names a chain of its own as long as there are 64; then they repeat. */
static void rings_write(QueueBench *b, bool is_indirect)
{
    VirtioGuest *guest = &b->board.guest;
    uint64_t data = virtio_guest_alloc(guest, 8192, 4096);

    for (unsigned i = 0; i < DEPTH; i++) {
        uint64_t table = is_indirect ? b->queue.indirect + 64 * i : b->queue.desc;
        unsigned first = is_indirect ? 0 : DESCS * i;

        guest_desc_write(guest, table, first, data, 16, VRING_DESC_F_NEXT, first + 1);
        guest_desc_write(guest, table, first + 1, data + 4096, 4096,
                         VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, first + 2);
        guest_desc_write(guest, table, first + 2, data + 16, 1, VRING_DESC_F_WRITE, 0);
        if (is_indirect) {
            guest_desc_write(guest, b->queue.desc, i, table, 16 * DESCS, VRING_DESC_F_INDIRECT, 0);
        }
    }
    for (unsigned i = 0; i < NUM; i++) {
        virtio_guest_memwrite16(guest, b->queue.avail + 4 + 2 * i,
                                (i % DEPTH) * (is_indirect ? 1 : DESCS));
    }
}

static void queue_bench_init(QueueBench *b, BoardVersion version, uint64_t features,
                             bool is_indirect)
{
    board_init(&b->board, version, virtio_test_new());
    b->dev = VIRTIO_TEST(b->board.device);
    virtio_guest_negotiate(&b->board.guest, features);
    guest_queue_init(&b->queue, &b->board.guest, 0, NUM);
    rings_write(b, is_indirect);
    virtio_guest_driver_ok(&b->board.guest);
    b->avail_idx = (uint16_t *)(b->board.host + (b->queue.avail + 2 - BOARD_RAM));
}

/* What a device does per request, without its own work. */
static void round_run(QueueBench *b)
{
    VirtQueue *vq = b->dev->queues[0];
    VirtQueueElement *elem[DEPTH];
    unsigned n = 0;

    *b->avail_idx = cpu_to_le16(le16_to_cpu(*b->avail_idx) + DEPTH);
    while ((elem[n] = virtqueue_pop(vq, sizeof(*elem[n]))) != NULL) {
        if (++n == DEPTH) {
            break;
        }
    }
    g_assert_cmpuint(n, ==, DEPTH);
    for (unsigned i = 0; i < n; i++) {
        virtqueue_push(vq, elem[i], 4097);
        virtqueue_element_free(vq, elem[i]);
    }
    virtio_notify(VIRTIO_DEVICE(b->dev), vq);
}

static void bench(const char *what, BoardVersion version, uint64_t features, bool is_indirect)
{
    double best = INFINITY;
    QueueBench b;

    queue_bench_init(&b, version, features, is_indirect);
    for (unsigned i = 0; i < RUNS; i++) {
        int64_t start = get_clock();

        for (unsigned k = 0; k < ROUNDS; k++) {
            round_run(&b);
        }
        best = MIN(best, (double)(get_clock() - start) / ROUNDS / DEPTH);
    }
    printf("%-52s %8.1f ns  %6.2f M descriptors/s\n", what, best, DESCS * 1e3 / best);
    board_finish(&b.board);
}

int main(int argc, char **argv)
{
    const uint64_t indirect = 1ull << VIRTIO_RING_F_INDIRECT_DESC;
    const uint64_t event_idx = 1ull << VIRTIO_RING_F_EVENT_IDX;

    board_test_init(&argc, &argv);
    bench("request of 3 descriptors, legacy", BOARD_LEGACY, 0, false);
    bench("request of 3 descriptors, modern", BOARD_MODERN, 0, false);
    bench("request of 3 descriptors, event_idx", BOARD_MODERN, event_idx, false);
    bench("request of 3 descriptors, indirect, event_idx", BOARD_MODERN, indirect | event_idx,
          true);
    return 0;
}
