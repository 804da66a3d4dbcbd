/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See blk-harness.h. */
#include "qemu/osdep.h"
#include "blk-harness.h"
#include "hw/qdev-properties.h"
#include "qemu/main-loop.h"

#define STATUS_UNSET 0xee

DeviceState *blk_device_new(const char *node, const char *properties)
{
    DeviceState *dev = qdev_new(TYPE_VIRTIO_BLK);
    g_auto(GStrv) pairs = g_strsplit(properties ? properties : "", ",", -1);

    if (node) {
        object_property_set_str(OBJECT(dev), "drive", node, &error_abort);
    }
    for (char **pair = pairs; *pair; pair++) {
        g_auto(GStrv) halves = g_strsplit(*pair, "=", 2);

        object_property_parse(OBJECT(dev), halves[0], halves[1], &error_abort);
    }
    return dev;
}

static void driver_start(BlkBoard *b, uint64_t features)
{
    VirtioGuest *guest = &b->board.guest;

    virtio_guest_negotiate(guest, features);
    guest_queue_init(&b->queue, guest, 0, 0);
    virtio_guest_driver_ok(guest);
    for (unsigned i = 0; i < BLK_SLOTS; i++) {
        b->slots[i].head = -1;
    }
}

void blk_board_start(BlkBoard *b, BoardVersion version, const char *node, const char *properties,
                     uint64_t features)
{
    VirtioGuest *guest = &b->board.guest;

    board_init(&b->board, version, blk_device_new(node, properties));
    for (unsigned i = 0; i < BLK_SLOTS; i++) {
        b->slots[i].header = virtio_guest_alloc(guest, sizeof(struct virtio_blk_outhdr), 16);
        b->slots[i].status = virtio_guest_alloc(guest, 1, 1);
        b->slots[i].data = virtio_guest_alloc(guest, BLK_SLOT_BYTES, 512);
    }
    driver_start(b, features);
}

void blk_board_start_file(BlkBoard *b, BoardVersion version, int64_t bytes,
                          const char *properties, uint64_t features)
{
    b->path = block_file_new(bytes);
    b->bs = block_node_new("driver=file,node-name=disk,filename=%s,discard=unmap", b->path);
    blk_board_start(b, version, "disk", properties, features);
}

void blk_board_restart(BlkBoard *b, uint64_t features)
{
    driver_start(b, features);
}

void blk_board_finish(BlkBoard *b)
{
    board_finish(&b->board);
    if (b->bs) {
        g_assert_cmpuint(b->bs->refcnt, ==, 1);
        bdrv_unref(b->bs);
        b->bs = NULL;
    }
    if (b->path) {
        block_file_free(b->path);
        b->path = NULL;
    }
}

void blk_request_add(BlkBoard *b, unsigned slot, uint32_t type, uint64_t sector, size_t bytes,
                     unsigned pieces, bool is_in, bool is_indirect)
{
    BlkSlot *s = &b->slots[slot];
    struct virtio_blk_outhdr header = { .type = GUINT32_TO_LE(type),
                                        .sector = GUINT64_TO_LE(sector) };
    GuestBuffer buffers[BLK_PIECES_MAX + 2];
    unsigned n = 0;
    uint8_t unset = STATUS_UNSET;

    g_assert_cmpint(s->head, ==, -1);
    virtio_guest_memwrite(&b->board.guest, s->header, &header, sizeof(header));
    virtio_guest_memwrite(&b->board.guest, s->status, &unset, 1);
    buffers[n++] = (GuestBuffer) { s->header, sizeof(header), false };
    for (size_t done = 0, i = 0; done < bytes; i++) {
        size_t part = i + 1 == pieces ? bytes - done : MAX(bytes / pieces, 1);

        buffers[n++] = (GuestBuffer) { s->data + done, part, is_in };
        done += part;
    }
    buffers[n++] = (GuestBuffer) { s->status, 1, true };
    s->head = is_indirect ? guest_queue_add_indirect(&b->queue, buffers, n)
                          : guest_queue_add(&b->queue, buffers, n);
    s->is_done = false;
}

unsigned blk_requests_take(BlkBoard *b)
{
    unsigned taken = 0;
    uint32_t len;
    int head;

    while ((head = guest_queue_take(&b->queue, &len)) >= 0) {
        unsigned i = 0;

        while (i < BLK_SLOTS && b->slots[i].head != head) {
            i++;
        }
        g_assert_cmpuint(i, <, BLK_SLOTS);
        b->slots[i].head = -1;
        b->slots[i].is_done = true;
        b->slots[i].used_len = len;
        taken++;
    }
    return taken;
}

uint8_t blk_request_wait(BlkBoard *b, unsigned slot)
{
    uint8_t status;

    while (blk_requests_take(b), !b->slots[slot].is_done) {
        main_loop_wait(false);
    }
    virtio_guest_memread(&b->board.guest, b->slots[slot].status, &status, 1);
    g_assert_cmphex(status, !=, STATUS_UNSET);
    return status;
}

uint8_t blk_request(BlkBoard *b, uint32_t type, uint64_t sector, void *data, size_t bytes)
{
    bool is_in = type == VIRTIO_BLK_T_IN || type == VIRTIO_BLK_T_GET_ID;
    uint8_t status;

    if (bytes && !is_in) {
        virtio_guest_memwrite(&b->board.guest, b->slots[0].data, data, bytes);
    }
    blk_request_add(b, 0, type, sector, bytes, 1, is_in, false);
    guest_queue_kick(&b->queue);
    status = blk_request_wait(b, 0);
    if (bytes && is_in) {
        virtio_guest_memread(&b->board.guest, b->slots[0].data, data, bytes);
    }
    return status;
}
