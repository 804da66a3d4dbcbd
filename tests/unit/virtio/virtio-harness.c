/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A board with one virtio transport: see virtio-harness.h.
 */
#include "qemu/osdep.h"
#include "virtio-harness.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "migration/qemu-file.h"
#include "qemu/main-loop.h"
#include "qemu/memalign.h"
#include "sysemu/runstate.h"

#define ROM_SIZE 0x10000

/* ---- the bus ---- */

static uint64_t board_read(void *opaque, uint64_t addr, unsigned size)
{
    uint8_t buf[8];

    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, size);
    return ldn_le_p(buf, size);
}

static void board_write(void *opaque, uint64_t addr, unsigned size, uint64_t value)
{
    uint8_t buf[8];

    stn_le_p(buf, size, value);
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, size);
}

static void board_memread(void *opaque, uint64_t addr, void *buf, size_t len)
{
    g_assert_cmphex(address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf,
                                       len), ==, MEMTX_OK);
}

static void board_memwrite(void *opaque, uint64_t addr, const void *buf, size_t len)
{
    g_assert_cmphex(address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf,
                                        len), ==, MEMTX_OK);
}

static uint64_t board_io_read(void *opaque, hwaddr addr, unsigned size)
{
    ((Board *)opaque)->io_accesses++;
    return 0;
}

static void board_io_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    ((Board *)opaque)->io_accesses++;
}

static const MemoryRegionOps board_io_ops = {
    .read = board_io_read,
    .write = board_io_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- the board ---- */

void board_test_init(int *argc, char ***argv)
{
    harness_init(argc, argv);
    harness_clock_start();
    runstate_init();
    runstate_set(RUN_STATE_RUNNING);
}

static void board_memory_init(Board *board)
{
    board->host = qemu_memalign(4096, BOARD_RAM_SIZE);
    memset(board->host, 0, BOARD_RAM_SIZE);
    memory_region_init_ram_ptr(&board->ram, NULL, "test-ram", BOARD_RAM_SIZE, board->host);
    memory_region_add_subregion(get_system_memory(), BOARD_RAM, &board->ram);
    board->rom_host = qemu_memalign(4096, ROM_SIZE);
    memset(board->rom_host, 0x5a, ROM_SIZE);
    memory_region_init_ram_ptr(&board->rom, NULL, "test-rom", ROM_SIZE, board->rom_host);
    memory_region_set_readonly(&board->rom, true);
    memory_region_add_subregion(get_system_memory(), BOARD_ROM, &board->rom);
    memory_region_init_io(&board->io, NULL, &board_io_ops, board, "test-io", 0x1000);
    memory_region_add_subregion(get_system_memory(), BOARD_IO, &board->io);
}

static void board_region_drop(MemoryRegion *mr)
{
    memory_region_del_subregion(get_system_memory(), mr);
    object_unparent(OBJECT(mr));
}

void board_plug(Board *board, DeviceState *device)
{
    BusState *bus = QLIST_FIRST(&board->transport->child_bus);

    board->device = device;
    object_property_add_child(qdev_get_machine(), "test-device[*]", OBJECT(device));
    qdev_realize(device, bus, &error_abort);
    object_unref(OBJECT(device));
}

void board_unplug(Board *board)
{
    if (board->device) {
        object_unparent(OBJECT(g_steal_pointer(&board->device)));
    }
}

void board_init(Board *board, BoardVersion version, DeviceState *device)
{
    *board = (Board){
        .bus = {
            .opaque = board,
            .read = board_read,
            .write = board_write,
            .memread = board_memread,
            .memwrite = board_memwrite,
        },
    };
    board_memory_init(board);
    harness_line_init(&board->line);
    board->transport = qdev_new(TYPE_VIRTIO_MMIO);
    object_property_set_bool(OBJECT(board->transport), "force-legacy", version == BOARD_LEGACY,
                             &error_abort);
    sysbus_realize(SYS_BUS_DEVICE(board->transport), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(board->transport), 0, BOARD_MMIO);
    sysbus_connect_irq(SYS_BUS_DEVICE(board->transport), 0, board->line.irq);
    if (device) {
        board_plug(board, device);
    }
    device_cold_reset(board->transport);
    virtio_guest_init(&board->guest, &board->bus, BOARD_MMIO, BOARD_RAM, BOARD_RAM_SIZE);
}

void board_finish(Board *board)
{
    board_unplug(board);
    object_unparent(OBJECT(board->transport));
    object_unref(OBJECT(board->transport));
    board_region_drop(&board->ram);
    board_region_drop(&board->rom);
    board_region_drop(&board->io);
    /* Views that still name the regions go with a grace period. */
    drain_call_rcu();
    qemu_vfree(board->host);
    qemu_vfree(board->rom_host);
    harness_line_free(&board->line);
}

void board_loop(void)
{
    for (int i = 0; i < 8; i++) {
        main_loop_wait(true);
    }
}

/* ---- saved state ---- */

static void board_save_one(QEMUFile *f, DeviceState *dev)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);
    size_t frame = qemu_put_frame_begin(f);

    g_assert_cmpint(vmstate_save_state(f, vmsd, dev, NULL), ==, 0);
    qemu_put_frame_end(f, frame);
}

static int board_load_one(QEMUFile *f, DeviceState *dev)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);
    uint64_t outer = qemu_get_frame_begin(f);
    int ret = vmstate_load_state(f, vmsd, dev, vmsd->version_id);

    qemu_get_frame_end(f, outer);
    return ret ? ret : qemu_file_get_error(f);
}

GByteArray *board_save(Board *board)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    GByteArray *state = g_byte_array_new();
    const uint8_t *data;
    size_t size;

    board_save_one(f, board->transport);
    board_save_one(f, board->device);
    g_assert_cmpint(qemu_file_get_error(f), ==, 0);
    data = qemu_file_get_data(f, &size);
    g_byte_array_append(state, data, size);
    return state;
}

int board_load(Board *board, GByteArray *state, Board *from)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(state->data, state->len);
    Error *err = NULL;
    int ret;

    if (from) {
        memcpy(board->host, from->host, BOARD_RAM_SIZE);
    }
    ret = board_load_one(f, board->transport);
    ret = ret ? ret : board_load_one(f, board->device);
    if (qemu_file_get_error_obj(f, &err)) {
        if (board->tells_load_errors) {
            g_test_message("load: %s", error_get_pretty(err));
        }
        error_free(err);
    }
    return ret;
}
