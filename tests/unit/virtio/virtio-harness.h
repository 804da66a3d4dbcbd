/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests of virtio share: a board of some memory and one virtio-mmio transport, the
 * driver of tests/qtest/libgantry-virtio.h on it, and "virtio-test", a device whose queues do
 * what a test says.
 */
#ifndef TESTS_UNIT_VIRTIO_HARNESS_H
#define TESTS_UNIT_VIRTIO_HARNESS_H

#include "../hwcore/hwcore-harness.h"
#include "../../qtest/libgantry-virtio.h"
#include "hw/virtio/virtio-mmio.h"

#define BOARD_MMIO 0x0a000000ull
#define BOARD_RAM 0x40000000ull
#define BOARD_RAM_SIZE (16ull << 20)
/* A page of registers that a guest might point a descriptor to, and one of read-only memory. */
#define BOARD_IO 0x09000000ull
#define BOARD_ROM 0x00000000ull

/* @host: the memory; @io_accesses: how often the registers at BOARD_IO were touched. */
typedef struct Board {
    GuestBus bus;
    VirtioGuest guest;
    DeviceState *transport;
    DeviceState *device;
    HarnessLine line;
    MemoryRegion ram;
    MemoryRegion rom;
    MemoryRegion io;
    uint8_t *host;
    uint8_t *rom_host;
    unsigned io_accesses;
    bool tells_load_errors; /* board_load() reports them */
} Board;

typedef enum BoardVersion {
    BOARD_LEGACY,
    BOARD_MODERN,
} BoardVersion;

/* Types, the memory map, the big lock. */
void board_test_init(int *argc, char ***argv);

/* A board with @device (owned, not realized; NULL: none) behind its transport. */
void board_init(Board *board, BoardVersion version, DeviceState *device);
void board_finish(Board *board);

/* Put @device behind the transport; board_unplug() takes it away. */
void board_plug(Board *board, DeviceState *device);
void board_unplug(Board *board);

/* Let the main loop do what is ready: bottom halves, and descriptors some turns in a row. */
void board_loop(void);

/* Save transport and device, and load into them, or into another board of the same kind. */
GByteArray *board_save(Board *board);
/* 0 or a negative errno. The memory is copied from @from if that is not NULL. */
int board_load(Board *board, GByteArray *state, Board *from);

/* ---- a device for tests ---- */

#define TYPE_VIRTIO_TEST "virtio-test"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOTest, VIRTIO_TEST)

#define TEST_QUEUES 2
#define TEST_QUEUE_SIZE 256
#define TEST_CONFIG_SIZE 12
/* Features 0 and 1 are the device's own; it refuses the driver that takes 1 without 0. */
#define TEST_F_A 0
#define TEST_F_B 1

/* @hold: keep elements in @held instead of answering; else each request is echoed at once. */
struct VirtIOTest {
    VirtIODevice parent_obj;

    VirtQueue *queues[TEST_QUEUES];
    bool hold;
    GQueue held;
    unsigned resets;
    unsigned notified;
    unsigned queue_resets;
    uint8_t config[TEST_CONFIG_SIZE];
};

DeviceState *virtio_test_new(void);
/* Echo and return the held element number @n of queue 0, and notify the driver if @notify. */
void virtio_test_complete(VirtIOTest *dev, unsigned n, bool notify);

#endif
