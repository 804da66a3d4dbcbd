/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A board with a virtio-blk device and its guest driver: requests of a header,
 * data in one or several pieces, and a status byte.
 */
#ifndef TESTS_UNIT_VIRTIO_BLK_HARNESS_H
#define TESTS_UNIT_VIRTIO_BLK_HARNESS_H

#include "virtio-harness.h"
#include "../block/block-harness.h"
#include "hw/virtio/virtio-blk.h"

#define BLK_SLOTS 64
#define BLK_SLOT_BYTES (128 * 1024)
#define BLK_PIECES_MAX 16

/* @header, @data, @status: guest addresses, one of each for a request under way. */
typedef struct BlkSlot {
    uint64_t header;
    uint64_t data;
    uint64_t status;
    int head;                   /* -1: free */
    bool is_done;
    uint32_t used_len;
} BlkSlot;

typedef struct BlkBoard {
    Board board;
    GuestQueue queue;
    BlkSlot slots[BLK_SLOTS];
    BlockDriverState *bs;
    char *path;
} BlkBoard;

/* The board's device on @node with @properties ("a=1,b=2" or NULL), and all features wanted. */
void blk_board_start(BlkBoard *b, BoardVersion version, const char *node, const char *properties,
                     uint64_t features);
/* The same on a file of @bytes. */
void blk_board_start_file(BlkBoard *b, BoardVersion version, int64_t bytes,
                          const char *properties, uint64_t features);
void blk_board_finish(BlkBoard *b);
/* Reset the device and set it up again. */
void blk_board_restart(BlkBoard *b, uint64_t features);

/* A device with these properties, not realized. */
DeviceState *blk_device_new(const char *node, const char *properties);

/*
 * Offer a request in @slot: data of @bytes in @pieces buffers, written by the device if @is_in.
 * Not kicked.
 */
void blk_request_add(BlkBoard *b, unsigned slot, uint32_t type, uint64_t sector, size_t bytes,
                     unsigned pieces, bool is_in, bool is_indirect);
/* Mark what the device has returned. How many it was. */
unsigned blk_requests_take(BlkBoard *b);
/* Run the main loop until @slot is done; its status. */
uint8_t blk_request_wait(BlkBoard *b, unsigned slot);
/* All of it for one request in slot 0 with data at @data (in or out). */
uint8_t blk_request(BlkBoard *b, uint32_t type, uint64_t sector, void *data, size_t bytes);

#endif
