/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hundred thousand random requests on a virtio-blk device, up to 64 under
 * way, of mixed kinds, sizes, pieces and framing, while the ring wraps many
 * times. A copy of the disk in memory says what each read must give.
 *
 * Requests under way never overlap, since their order is not defined. With
 * -m slow there are a million.
 */
#include "qemu/osdep.h"
#include "blk-harness.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"

#define DISK_BYTES (4 * MiB)
#define DISK_SECTORS (DISK_BYTES / 512)
#define SECTORS_MAX 64
#define SEED 0x6a7b3c01

typedef struct Flight {
    bool is_under_way;
    uint32_t type;
    uint64_t sector;
    unsigned sectors;
} Flight;

typedef struct Stress {
    BlkBoard b;
    GRand *rand;
    uint8_t *model;             /* what the disk must hold, as of the requests offered */
    Flight flights[BLK_SLOTS];
    unsigned offered;
    unsigned done;
} Stress;

static bool range_is_busy(Stress *s, uint64_t sector, unsigned sectors)
{
    for (unsigned i = 0; i < BLK_SLOTS; i++) {
        const Flight *f = &s->flights[i];

        if (f->is_under_way && sector < f->sector + f->sectors && f->sector < sector + sectors) {
            return true;
        }
    }
    return false;
}

static uint32_t type_choose(Stress *s)
{
    static const uint32_t types[] = {
        VIRTIO_BLK_T_IN, VIRTIO_BLK_T_IN, VIRTIO_BLK_T_IN, VIRTIO_BLK_T_IN,
        VIRTIO_BLK_T_OUT, VIRTIO_BLK_T_OUT, VIRTIO_BLK_T_OUT, VIRTIO_BLK_T_OUT,
        VIRTIO_BLK_T_WRITE_ZEROES, VIRTIO_BLK_T_FLUSH,
    };

    return types[g_rand_int_range(s->rand, 0, ARRAY_SIZE(types))];
}

/* Data of a write, or the segment of a request for zeroes; the model follows. */
static size_t out_data_make(Stress *s, unsigned slot, const Flight *f)
{
    struct virtio_blk_discard_write_zeroes segment = {
        .sector = GUINT64_TO_LE(f->sector),
        .num_sectors = GUINT32_TO_LE(f->sectors),
        .flags = GUINT32_TO_LE(g_rand_boolean(s->rand)),
    };
    uint8_t *at = s->model + f->sector * 512;
    size_t bytes = f->sectors * 512;

    if (f->type == VIRTIO_BLK_T_WRITE_ZEROES) {
        memset(at, 0, bytes);
        virtio_guest_memwrite(&s->b.board.guest, s->b.slots[slot].data, &segment,
                              sizeof(segment));
        return sizeof(segment);
    }
    for (size_t i = 0; i < bytes; i += 4) {
        stl_le_p(at + i, g_rand_int(s->rand));
    }
    virtio_guest_memwrite(&s->b.board.guest, s->b.slots[slot].data, at, bytes);
    return bytes;
}

static bool request_offer(Stress *s, unsigned slot)
{
    Flight f = { .is_under_way = true, .type = type_choose(s) };
    bool is_in = f.type == VIRTIO_BLK_T_IN;
    unsigned pieces = g_rand_int_range(s->rand, 1, BLK_PIECES_MAX + 1);
    bool is_indirect = g_rand_boolean(s->rand);
    size_t bytes = 0;

    if (f.type != VIRTIO_BLK_T_FLUSH) {
        /* Small ones mostly. */
        f.sectors = g_rand_int_range(s->rand, 1, g_rand_int_range(s->rand, 0, 8) ? 9
                                                                                  : SECTORS_MAX);
        f.sector = g_rand_int_range(s->rand, 0, DISK_SECTORS - f.sectors);
        bytes = f.sectors * 512;
    }
    if (range_is_busy(s, f.sector, f.sectors) ||
        s->b.queue.num_free < (is_indirect ? 1 : pieces + 2)) {
        return false;
    }
    if (!is_in && bytes) {
        bytes = out_data_make(s, slot, &f);
    }
    s->flights[slot] = f;
    blk_request_add(&s->b, slot, f.type, f.sector, bytes, pieces, is_in, is_indirect);
    s->offered++;
    return true;
}

static void request_check(Stress *s, unsigned slot)
{
    static uint8_t data[SECTORS_MAX * 512];
    Flight *f = &s->flights[slot];
    BlkSlot *b = &s->b.slots[slot];
    size_t bytes = f->sectors * 512;
    uint8_t status;

    virtio_guest_memread(&s->b.board.guest, b->status, &status, 1);
    g_assert_cmphex(status, ==, VIRTIO_BLK_S_OK);
    if (f->type == VIRTIO_BLK_T_IN) {
        g_assert_cmpuint(b->used_len, ==, bytes + 1);
        virtio_guest_memread(&s->b.board.guest, b->data, data, bytes);
        g_assert_cmpmem(data, bytes, s->model + f->sector * 512, bytes);
    } else {
        g_assert_cmpuint(b->used_len, ==, 1);
    }
    f->is_under_way = false;
    s->done++;
}

static void requests_finish(Stress *s)
{
    blk_requests_take(&s->b);
    for (unsigned i = 0; i < BLK_SLOTS; i++) {
        if (s->flights[i].is_under_way && s->b.slots[i].is_done) {
            request_check(s, i);
        }
    }
}

static void stress_run(const void *opaque)
{
    unsigned total = g_test_slow() ? 1000000 : 100000;
    g_autofree char *text = NULL;
    Stress s = { .rand = g_rand_new_with_seed(SEED), .model = g_malloc0(DISK_BYTES) };
    size_t size;

    g_test_message("seed 0x%x", SEED);
    blk_board_start_file(&s.b, GPOINTER_TO_INT(opaque), DISK_BYTES, "queue-size=256",
                         UINT64_MAX);
    while (s.done < total) {
        /* A burst into the free slots, then one notification. */
        for (unsigned i = 0; i < BLK_SLOTS && s.offered < total; i++) {
            if (!s.flights[i].is_under_way && g_rand_int_range(s.rand, 0, 8)) {
                request_offer(&s, i);
            }
        }
        guest_queue_kick(&s.b.queue);
        main_loop_wait(s.done == s.offered);
        requests_finish(&s);
    }
    g_assert_cmpuint(s.done, ==, total);
    g_assert_true(g_file_get_contents(s.b.path, &text, &size, NULL));
    g_assert_cmpmem(text, size, s.model, DISK_BYTES);
    blk_board_finish(&s.b);
    g_rand_free(s.rand);
    g_free(s.model);
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    g_test_add_data_func("/virtio-blk/random/modern", GINT_TO_POINTER(BOARD_MODERN), stress_run);
    if (g_test_slow()) {
        g_test_add_data_func("/virtio-blk/random/legacy", GINT_TO_POINTER(BOARD_LEGACY),
                             stress_run);
    }
    return g_test_run();
}
