/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-blk as OASIS virtio 1.2, section 5.2 describes it: configuration,
 * requests, what is refused and how, the write cache, failures of the host
 * that stop the machine, saved states, reset, resize.
 */
#include "qemu/osdep.h"
#include "blk-harness.h"
#include "hw/qdev-properties.h"
#include "qemu/cutils.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"
#include "sysemu/runstate.h"

#define DISK_BYTES (1 * MiB)
#define DISK_SECTORS (DISK_BYTES / 512)
#define ALL_FEATURES UINT64_MAX
#define CONFIG(member) offsetof(struct virtio_blk_config, member)

static uint64_t config_get(BlkBoard *b, size_t offset, unsigned size)
{
    return virtio_guest_config_read(&b->board.guest, offset, size);
}

static bool is_offered(BlkBoard *b, unsigned feature)
{
    return virtio_guest_device_features(&b->board.guest) & (1ull << feature);
}

/* ---- identity and configuration -------------------------------------------------- */

static void test_configuration(const void *opaque)
{
    BlkBoard b = { 0 };

    blk_board_start_file(&b, GPOINTER_TO_INT(opaque), DISK_BYTES,
                         "logical_block_size=1024,physical_block_size=4096,min_io_size=8192,"
                         "opt_io_size=65536,queue-size=128,cyls=10,heads=4,secs=17,"
                         "max-discard-sectors=100,discard_granularity=8192",
                         ALL_FEATURES);
    g_assert_cmpuint(virtio_guest_read(&b.board.guest, VIRTIO_MMIO_DEVICE_ID), ==,
                     VIRTIO_ID_BLOCK);
    g_assert_cmpuint(virtio_guest_read(&b.board.guest, VIRTIO_MMIO_QUEUE_NUM_MAX), ==, 128);
    g_assert_cmpuint(config_get(&b, CONFIG(capacity), 4), ==, DISK_SECTORS);
    g_assert_cmpuint(config_get(&b, CONFIG(capacity) + 4, 4), ==, 0);
    g_assert_cmpuint(config_get(&b, CONFIG(seg_max), 4), ==, 126);
    g_assert_cmpuint(config_get(&b, CONFIG(geometry.cylinders), 2), ==, 10);
    g_assert_cmpuint(config_get(&b, CONFIG(geometry.heads), 1), ==, 4);
    g_assert_cmpuint(config_get(&b, CONFIG(geometry.sectors), 1), ==, 17);
    g_assert_cmpuint(config_get(&b, CONFIG(blk_size), 4), ==, 1024);
    g_assert_cmpuint(config_get(&b, CONFIG(physical_block_exp), 1), ==, 2);
    g_assert_cmpuint(config_get(&b, CONFIG(min_io_size), 2), ==, 8);
    g_assert_cmpuint(config_get(&b, CONFIG(opt_io_size), 4), ==, 64);
    g_assert_cmpuint(config_get(&b, CONFIG(wce), 1), ==, 1);
    g_assert_cmpuint(config_get(&b, CONFIG(num_queues), 2), ==, 1);
    g_assert_cmpuint(config_get(&b, CONFIG(max_discard_sectors), 4), ==, 100);
    g_assert_cmpuint(config_get(&b, CONFIG(max_discard_seg), 4), ==, 1);
    g_assert_cmpuint(config_get(&b, CONFIG(discard_sector_alignment), 4), ==, 16);
    g_assert_cmpuint(config_get(&b, CONFIG(write_zeroes_may_unmap), 1), ==, 1);
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_SEG_MAX));
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_GEOMETRY));
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_BLK_SIZE));
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_TOPOLOGY));
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_FLUSH));
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_CONFIG_WCE));
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_DISCARD));
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_WRITE_ZEROES));
    g_assert_false(is_offered(&b, VIRTIO_BLK_F_RO));
    g_assert_false(is_offered(&b, VIRTIO_BLK_F_MQ));
    blk_board_finish(&b);
}

static void test_configuration_ends_with_the_offered_features(void)
{
    BlkBoard b = { 0 };

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, "discard=off,write-zeroes=off,"
                         "seg-max-adjust=off", ALL_FEATURES);
    g_assert_false(is_offered(&b, VIRTIO_BLK_F_DISCARD));
    g_assert_false(is_offered(&b, VIRTIO_BLK_F_WRITE_ZEROES));
    g_assert_cmpuint(config_get(&b, CONFIG(seg_max), 4), ==, 126);
    g_assert_cmpuint(config_get(&b, CONFIG(num_queues), 2), ==, 1);
    /* Nothing there. */
    g_assert_cmphex(config_get(&b, CONFIG(max_discard_sectors), 4), ==, 0xffffffff);
    blk_board_finish(&b);
}

static void test_serial_number(const void *opaque)
{
    static const char *const serials[] = { "", "S-1", "twenty-characters-20",
                                           "more-than-20-characters" };
    char id[VIRTIO_BLK_ID_BYTES], expected[VIRTIO_BLK_ID_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(serials); i++) {
        g_autofree char *property = *serials[i] ? g_strdup_printf("serial=%s", serials[i]) : NULL;
        BlkBoard b = { 0 };

        blk_board_start_file(&b, GPOINTER_TO_INT(opaque), DISK_BYTES, property, ALL_FEATURES);
        memset(id, 0x55, sizeof(id));
        memset(expected, 0, sizeof(expected));
        memcpy(expected, serials[i], MIN(strlen(serials[i]), sizeof(expected)));
        g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_GET_ID, 0, id, sizeof(id)), ==,
                        VIRTIO_BLK_S_OK);
        g_assert_cmpmem(id, sizeof(id), expected, sizeof(expected));
        blk_board_finish(&b);
    }
}

/* ---- data ------------------------------------------------------------------------ */

static void test_data_goes_to_the_sector(const void *opaque)
{
    uint8_t data[4096], back[4096];
    g_autofree char *text = NULL;
    BlkBoard b = { 0 };
    size_t size;

    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = i * 7;
    }
    blk_board_start_file(&b, GPOINTER_TO_INT(opaque), DISK_BYTES, NULL, ALL_FEATURES);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 5, data, sizeof(data)), ==,
                    VIRTIO_BLK_S_OK);
    g_assert_cmpuint(b.slots[0].used_len, ==, 1);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 5, back, sizeof(back)), ==,
                    VIRTIO_BLK_S_OK);
    g_assert_cmpuint(b.slots[0].used_len, ==, sizeof(back) + 1);
    g_assert_cmpmem(back, sizeof(back), data, sizeof(data));
    g_assert_true(g_file_get_contents(b.path, &text, &size, NULL));
    g_assert_cmpmem(text + 5 * 512, sizeof(data), data, sizeof(data));
    g_assert_true(buffer_is_zero(text, 5 * 512));
    g_assert_cmpint(b.board.line.rises, >, 0);
    blk_board_finish(&b);
}

/* Header, data and status may be cut anywhere (2.7.4.2), even into single bytes. */
static void test_any_framing(void)
{
    VirtioGuest *guest;
    struct virtio_blk_outhdr header = { .type = GUINT32_TO_LE(VIRTIO_BLK_T_IN),
                                        .sector = GUINT64_TO_LE(2) };
    uint8_t data[512], back[512], status = 0xee;
    GuestBuffer buffers[40];
    unsigned n = 0;
    BlkBoard b = { 0 };
    uint64_t at;
    uint32_t len;

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, NULL, ALL_FEATURES);
    guest = &b.board.guest;
    memset(data, 0x3c, sizeof(data));
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 2, data, sizeof(data)), ==,
                    VIRTIO_BLK_S_OK);
    at = virtio_guest_alloc(guest, 4096, 4096);
    virtio_guest_memwrite(guest, at, &header, sizeof(header));
    virtio_guest_memwrite(guest, at + 1024 + 512, &status, 1);
    for (unsigned i = 0; i < sizeof(header); i++) {
        buffers[n++] = (GuestBuffer) { at + i, 1, false };
    }
    buffers[n++] = (GuestBuffer) { at + 1024, 100, true };
    /* The last data and the status in one buffer. */
    buffers[n++] = (GuestBuffer) { at + 1124, 413, true };
    guest_queue_add(&b.queue, buffers, n);
    guest_queue_kick(&b.queue);
    while (guest_queue_take(&b.queue, &len) < 0) {
        main_loop_wait(false);
    }
    virtio_guest_memread(guest, at + 1024, back, sizeof(back));
    virtio_guest_memread(guest, at + 1024 + 512, &status, 1);
    g_assert_cmpmem(back, sizeof(back), data, sizeof(data));
    g_assert_cmphex(status, ==, VIRTIO_BLK_S_OK);
    g_assert_cmpuint(len, ==, 513);
    /* The header together with the data to write. */
    header.type = GUINT32_TO_LE(VIRTIO_BLK_T_OUT);
    virtio_guest_memwrite(guest, at, &header, sizeof(header));
    memset(data, 0x99, sizeof(data));
    virtio_guest_memwrite(guest, at + sizeof(header), data, sizeof(data));
    buffers[0] = (GuestBuffer) { at, sizeof(header) + sizeof(data), false };
    buffers[1] = (GuestBuffer) { at + 2048, 1, true };
    guest_queue_add(&b.queue, buffers, 2);
    guest_queue_kick(&b.queue);
    while (guest_queue_take(&b.queue, &len) < 0) {
        main_loop_wait(false);
    }
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 2, back, sizeof(back)), ==, VIRTIO_BLK_S_OK);
    g_assert_cmpmem(back, sizeof(back), data, sizeof(data));
    blk_board_finish(&b);
}

/* ---- requests that end with a status --------------------------------------------- */

typedef struct StatusCase {
    const char *name;
    uint32_t type;
    uint64_t sector;
    size_t bytes;
    uint8_t status;
} StatusCase;

static const StatusCase status_cases[] = {
    { "last-sector", VIRTIO_BLK_T_IN, DISK_SECTORS - 1, 512, VIRTIO_BLK_S_OK },
    { "beyond-the-end", VIRTIO_BLK_T_IN, DISK_SECTORS - 1, 1024, VIRTIO_BLK_S_IOERR },
    { "far-beyond-the-end", VIRTIO_BLK_T_OUT, UINT64_MAX, 512, VIRTIO_BLK_S_IOERR },
    { "offset-that-overflows", VIRTIO_BLK_T_IN, UINT64_MAX / 512 + 1, 512, VIRTIO_BLK_S_IOERR },
    { "part-of-a-sector", VIRTIO_BLK_T_OUT, 0, 511, VIRTIO_BLK_S_IOERR },
    { "nothing", VIRTIO_BLK_T_IN, 0, 0, VIRTIO_BLK_S_OK },
    { "flush", VIRTIO_BLK_T_FLUSH, 0, 0, VIRTIO_BLK_S_OK },
    { "scsi-command", 2, 0, 0, VIRTIO_BLK_S_UNSUPP },
    { "lifetime", 10, 0, 0, VIRTIO_BLK_S_UNSUPP },
    { "secure-erase", 14, 0, 0, VIRTIO_BLK_S_UNSUPP },
    { "unknown", 0x7fffffff, 0, 512, VIRTIO_BLK_S_UNSUPP },
    { "legacy-barrier", 0x80000000 | VIRTIO_BLK_T_OUT, 0, 512, VIRTIO_BLK_S_OK },
};

static void test_status(const void *opaque)
{
    const StatusCase *c = opaque;
    uint8_t data[1024] = { 0 };
    BlkBoard b = { 0 };

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, NULL, ALL_FEATURES);
    g_assert_cmphex(blk_request(&b, c->type, c->sector, data, c->bytes), ==, c->status);
    /* And the device goes on. */
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 0, data, 512), ==, VIRTIO_BLK_S_OK);
    blk_board_finish(&b);
}

static void test_blocks_larger_than_sectors(void)
{
    uint8_t data[4096] = { 0 };
    BlkBoard b = { 0 };

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES + 512, "logical_block_size=4096",
                         ALL_FEATURES);
    /* The part of a block at the end does not exist. */
    g_assert_cmpuint(config_get(&b, CONFIG(capacity), 4), ==, DISK_SECTORS);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 8, data, 4096), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 4, data, 4096), ==, VIRTIO_BLK_S_IOERR);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 8, data, 2048), ==, VIRTIO_BLK_S_IOERR);
    blk_board_finish(&b);
}

static void test_read_only_disk(void)
{
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=ro,size=1M,read-only=on,"
                                          "read-zeroes=on");
    uint8_t data[512];
    BlkBoard b = { 0 };

    blk_board_start(&b, BOARD_MODERN, "ro", NULL, ALL_FEATURES);
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_RO));
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 0, data, 512), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 0, data, 512), ==, VIRTIO_BLK_S_IOERR);
    blk_board_finish(&b);
    bdrv_unref(bs);
}

/* ---- discard, write zeroes ------------------------------------------------------- */

typedef struct SegmentCase {
    const char *name;
    uint32_t type;
    uint64_t sector;
    uint32_t sectors;
    uint32_t flags;
    uint8_t status;
} SegmentCase;

#define UNMAP VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP

static const SegmentCase segment_cases[] = {
    { "discard", VIRTIO_BLK_T_DISCARD, 8, 8, 0, VIRTIO_BLK_S_OK },
    { "discard-with-unmap", VIRTIO_BLK_T_DISCARD, 8, 8, UNMAP, VIRTIO_BLK_S_UNSUPP },
    { "discard-beyond-the-end", VIRTIO_BLK_T_DISCARD, DISK_SECTORS, 1, 0, VIRTIO_BLK_S_IOERR },
    { "discard-too-much", VIRTIO_BLK_T_DISCARD, 0, 65, 0, VIRTIO_BLK_S_IOERR },
    { "zeroes", VIRTIO_BLK_T_WRITE_ZEROES, 8, 8, 0, VIRTIO_BLK_S_OK },
    { "zeroes-with-unmap", VIRTIO_BLK_T_WRITE_ZEROES, 8, 8, UNMAP, VIRTIO_BLK_S_OK },
    { "zeroes-unknown-flag", VIRTIO_BLK_T_WRITE_ZEROES, 8, 8, 2, VIRTIO_BLK_S_UNSUPP },
    { "zeroes-too-much", VIRTIO_BLK_T_WRITE_ZEROES, 0, 33, 0, VIRTIO_BLK_S_IOERR },
    { "zeroes-overflow", VIRTIO_BLK_T_WRITE_ZEROES, UINT64_MAX, 1, 0, VIRTIO_BLK_S_IOERR },
};

static void test_segment(const void *opaque)
{
    const SegmentCase *c = opaque;
    struct virtio_blk_discard_write_zeroes segment = {
        .sector = GUINT64_TO_LE(c->sector),
        .num_sectors = GUINT32_TO_LE(c->sectors),
        .flags = GUINT32_TO_LE(c->flags),
    };
    g_autofree uint8_t *ones = g_malloc(32 * 512), *back = g_malloc(32 * 512);
    bool is_zero = c->status == VIRTIO_BLK_S_OK;
    BlkBoard b = { 0 };

    memset(ones, 0xff, 32 * 512);
    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, "max-discard-sectors=64,"
                         "max-write-zeroes-sectors=32", ALL_FEATURES);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 0, ones, 32 * 512), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(blk_request(&b, c->type, 0, &segment, sizeof(segment)), ==, c->status);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 0, back, 32 * 512), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(back[8 * 512 - 1], ==, 0xff);
    g_assert_cmpint(buffer_is_zero(back + 8 * 512, 8 * 512), ==, is_zero);
    g_assert_cmphex(back[16 * 512], ==, 0xff);
    blk_board_finish(&b);
}

static void test_two_segments_are_not_supported(void)
{
    struct virtio_blk_discard_write_zeroes segments[2] = { 0 };
    BlkBoard b = { 0 };

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, NULL, ALL_FEATURES);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_DISCARD, 0, segments, sizeof(segments)), ==,
                    VIRTIO_BLK_S_UNSUPP);
    blk_board_finish(&b);
}

static void test_discard_that_was_not_offered(void)
{
    struct virtio_blk_discard_write_zeroes segment = { .num_sectors = GUINT32_TO_LE(8) };
    BlkBoard b = { 0 };

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, "discard=off,write-zeroes=off",
                         ALL_FEATURES);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_DISCARD, 0, &segment, sizeof(segment)), ==,
                    VIRTIO_BLK_S_UNSUPP);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_WRITE_ZEROES, 0, &segment, sizeof(segment)), ==,
                    VIRTIO_BLK_S_UNSUPP);
    blk_board_finish(&b);
}

/* ---- chains that are no request -------------------------------------------------- */

typedef struct Malformed {
    const char *name;
    uint32_t type;
    uint32_t out_len;           /* bytes to read, 0: no such buffer */
    uint32_t in_len;            /* bytes to write */
} Malformed;

static const Malformed malformed_chains[] = {
    { "no-status", VIRTIO_BLK_T_FLUSH, 16, 0 },
    { "no-header", VIRTIO_BLK_T_IN, 0, 513 },
    { "short-header", VIRTIO_BLK_T_IN, 15, 513 },
    { "short-segment", VIRTIO_BLK_T_DISCARD, 16 + 15, 1 },
    { "no-segment", VIRTIO_BLK_T_WRITE_ZEROES, 16, 1 },
};

static void test_malformed_chain_breaks_only_the_device(const void *opaque)
{
    const Malformed *m = opaque;
    struct virtio_blk_outhdr header = { .type = GUINT32_TO_LE(m->type) };
    GuestBuffer buffers[2];
    unsigned n = 0;
    uint8_t data[512];
    uint32_t len;
    BlkBoard b = { 0 };

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, NULL, ALL_FEATURES);
    virtio_guest_memwrite(&b.board.guest, b.slots[0].data, &header, sizeof(header));
    if (m->out_len) {
        buffers[n++] = (GuestBuffer) { b.slots[0].data, m->out_len, false };
    }
    if (m->in_len) {
        buffers[n++] = (GuestBuffer) { b.slots[1].data, m->in_len, true };
    }
    guest_queue_add(&b.queue, buffers, n);
    guest_queue_kick(&b.queue);
    board_loop();
    g_assert_cmpint(guest_queue_take(&b.queue, &len), ==, -1);
    g_assert_true(virtio_guest_read(&b.board.guest, VIRTIO_MMIO_STATUS) &
                  VIRTIO_CONFIG_S_NEEDS_RESET);
    blk_board_restart(&b, ALL_FEATURES);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 0, data, 512), ==, VIRTIO_BLK_S_OK);
    blk_board_finish(&b);
}

/* ---- write cache ----------------------------------------------------------------- */

static unsigned flushes_of_a_write(BlkBoard *b)
{
    unsigned before = block_calls_count(FAULT_FDATASYNC);
    uint8_t data[512] = { 0 };

    g_assert_cmphex(blk_request(b, VIRTIO_BLK_T_OUT, 0, data, 512), ==, VIRTIO_BLK_S_OK);
    return block_calls_count(FAULT_FDATASYNC) - before;
}

static void test_driver_switches_the_write_cache(void)
{
    BlkBoard b = { 0 };

    block_fault_set(FAULT_FDATASYNC, 0);
    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, NULL, ALL_FEATURES);
    g_assert_cmpuint(flushes_of_a_write(&b), ==, 0);
    virtio_guest_config_write(&b.board.guest, CONFIG(wce), 1, 0);
    g_assert_cmpuint(config_get(&b, CONFIG(wce), 1), ==, 0);
    g_assert_cmpuint(flushes_of_a_write(&b), ==, 1);
    virtio_guest_config_write(&b.board.guest, CONFIG(wce), 1, 1);
    g_assert_cmpuint(flushes_of_a_write(&b), ==, 0);
    /* The rest cannot be written. */
    virtio_guest_config_write(&b.board.guest, CONFIG(capacity), 4, 1);
    g_assert_cmpuint(config_get(&b, CONFIG(capacity), 4), ==, DISK_SECTORS);
    blk_board_finish(&b);
    block_fault_clear();
}

/* 5.2.5.2: without FLUSH and CONFIG_WCE the device must not cache. */
static void test_driver_that_cannot_flush_gets_no_cache(void)
{
    BlkBoard b = { 0 };

    block_fault_set(FAULT_FDATASYNC, 0);
    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, NULL, 0);
    g_assert_cmpuint(flushes_of_a_write(&b), ==, 1);
    blk_board_restart(&b, 1ull << VIRTIO_BLK_F_FLUSH);
    g_assert_cmpuint(flushes_of_a_write(&b), ==, 0);
    blk_board_finish(&b);
    block_fault_clear();
}

static void test_user_without_write_cache(void)
{
    BlkBoard b = { 0 };

    block_fault_set(FAULT_FDATASYNC, 0);
    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, "write-cache=off", ALL_FEATURES);
    g_assert_cmpuint(config_get(&b, CONFIG(wce), 1), ==, 0);
    g_assert_cmpuint(flushes_of_a_write(&b), ==, 1);
    blk_board_finish(&b);
    block_fault_clear();
}

/* ---- failures of the host -------------------------------------------------------- */

static bool stop_was_requested;

static void stop_prepare(void)
{
}

static void stop_request(void)
{
    stop_was_requested = true;
}

static const BlockStopHooks stop_hooks = { .prepare = stop_prepare, .request = stop_request };

static void machine_stop(void)
{
    runstate_set(RUN_STATE_IO_ERROR);
    vm_state_notify(false, RUN_STATE_IO_ERROR);
}

static void machine_go_on(void)
{
    runstate_set(RUN_STATE_RUNNING);
    vm_state_notify(true, RUN_STATE_RUNNING);
}

static void test_reported_failure(void)
{
    uint8_t data[512] = { 0 };
    BlkBoard b = { 0 };

    block_fault_set(FAULT_PREADV, 0);
    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, "werror=report,rerror=report",
                         ALL_FEATURES);
    block_fault_set(FAULT_PREADV, EIO);
    block_fault_set(FAULT_PWRITEV, EIO);
    block_fault_set(FAULT_FDATASYNC, EIO);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 0, data, 512), ==, VIRTIO_BLK_S_IOERR);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 0, data, 512), ==, VIRTIO_BLK_S_IOERR);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_FLUSH, 0, NULL, 0), ==, VIRTIO_BLK_S_IOERR);
    blk_board_finish(&b);
    block_fault_clear();
}

static void test_ignored_failure(void)
{
    uint8_t data[512] = { 0 };
    BlkBoard b = { 0 };

    block_fault_set(FAULT_PWRITEV, 0);
    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, "werror=ignore", ALL_FEATURES);
    block_fault_set(FAULT_PWRITEV, EIO);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_OUT, 0, data, 512), ==, VIRTIO_BLK_S_OK);
    blk_board_finish(&b);
    block_fault_clear();
}

/* Two writes that fail, of different framing, while the disk is full. */
static void stopped_by_failures(BlkBoard *b)
{
    uint8_t data[2][1024];

    memset(data[0], 0x11, sizeof(data[0]));
    memset(data[1], 0x22, sizeof(data[1]));
    block_fault_set(FAULT_PWRITEV, 0);
    blk_board_start_file(b, BOARD_MODERN, DISK_BYTES, NULL, ALL_FEATURES);
    block_fault_set(FAULT_PWRITEV, ENOSPC);
    for (unsigned i = 0; i < 2; i++) {
        virtio_guest_memwrite(&b->board.guest, b->slots[i].data, data[i], sizeof(data[i]));
        blk_request_add(b, i, VIRTIO_BLK_T_OUT, 10 + 2 * i, 1024, 1 + i, false, i == 1);
    }
    stop_was_requested = false;
    blk_set_stop_hooks(&stop_hooks);
    guest_queue_kick(&b->queue);
    bdrv_drain_all();
    g_assert_true(stop_was_requested);
    g_assert_cmpuint(blk_requests_take(b), ==, 0);
    machine_stop();
    block_fault_set(FAULT_PWRITEV, 0);
    blk_set_stop_hooks(NULL);
}

static void written_check(BlkBoard *b)
{
    g_autofree char *text = NULL;
    size_t size;

    g_assert_cmphex(blk_request_wait(b, 0), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(blk_request_wait(b, 1), ==, VIRTIO_BLK_S_OK);
    g_assert_true(g_file_get_contents(b->path, &text, &size, NULL));
    for (unsigned i = 0; i < 1024; i++) {
        g_assert_cmphex(text[10 * 512 + i], ==, 0x11);
        g_assert_cmphex(text[12 * 512 + i], ==, 0x22);
    }
}

static void test_stopped_requests_are_done_when_the_machine_goes_on(void)
{
    BlkBoard b = { 0 };

    stopped_by_failures(&b);
    /* What the guest offers meanwhile waits as well. */
    blk_request_add(&b, 2, VIRTIO_BLK_T_FLUSH, 0, 0, 1, false, false);
    guest_queue_notify(&b.queue);
    board_loop();
    g_assert_cmpuint(blk_requests_take(&b), ==, 0);
    machine_go_on();
    written_check(&b);
    g_assert_cmphex(blk_request_wait(&b, 2), ==, VIRTIO_BLK_S_OK);
    blk_board_finish(&b);
    block_fault_clear();
}

static void test_stopped_requests_are_saved(void)
{
    g_autoptr(GByteArray) state = NULL;
    BlkBoard b = { 0 };

    stopped_by_failures(&b);
    state = board_save(&b.board);
    /* Loading replaces what is there, so nothing is done twice. */
    g_assert_cmpint(board_load(&b.board, state, NULL), ==, 0);
    machine_go_on();
    written_check(&b);
    board_loop();
    g_assert_cmpuint(blk_requests_take(&b), ==, 0);
    blk_board_finish(&b);
    block_fault_clear();
}

static void test_reset_forgets_stopped_requests(void)
{
    uint8_t data[512];
    BlkBoard b = { 0 };

    stopped_by_failures(&b);
    virtio_guest_reset(&b.board.guest);
    machine_go_on();
    board_loop();
    blk_board_restart(&b, ALL_FEATURES);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 10, data, 512), ==, VIRTIO_BLK_S_OK);
    g_assert_true(buffer_is_zero(data, 512));
    blk_board_finish(&b);
    block_fault_clear();
}

static void test_unplugged_with_stopped_requests(void)
{
    BlkBoard b = { 0 };

    stopped_by_failures(&b);
    board_unplug(&b.board);
    machine_go_on();
    board_loop();
    blk_board_finish(&b);
    block_fault_clear();
}

/* Each byte of a state damaged in turn: the load fails, or the device does no harm. */
static void test_damaged_states_do_no_harm(void)
{
    g_autoptr(GByteArray) state = NULL;
    BlkBoard b = { 0 };
    unsigned refused = 0;

    stopped_by_failures(&b);
    state = board_save(&b.board);
    for (guint i = 0; i < state->len; i++) {
        state->data[i] ^= 0x81;
        refused += board_load(&b.board, state, NULL) != 0;
        state->data[i] ^= 0x81;
        machine_go_on();
        board_loop();
        bdrv_drain_all();
        device_cold_reset(b.board.transport);
        machine_stop();
    }
    g_assert_cmpuint(refused, >, state->len / 4);
    machine_go_on();
    blk_board_finish(&b);
    block_fault_clear();
}

/* ---- requests under way ---------------------------------------------------------- */

static void requests_start(BlkBoard *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        blk_request_add(b, i, VIRTIO_BLK_T_IN, i, 512, 1, true, false);
    }
    guest_queue_kick(&b->queue);
}

static void test_reset_with_requests_under_way(void)
{
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=slow,size=1M,"
                                          "latency-ns=3600000000000");
    BlkBoard b = { 0 };

    blk_board_start(&b, BOARD_MODERN, "slow", NULL, ALL_FEATURES);
    requests_start(&b, 16);
    blk_board_restart(&b, ALL_FEATURES);
    g_assert_cmpuint(guest_queue_used_idx(&b.queue), ==, 0);
    requests_start(&b, 16);
    blk_board_finish(&b);
    bdrv_unref(bs);
}

static void test_saved_when_requests_are_over(void)
{
    g_autoptr(GByteArray) state = NULL;
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=slow,size=1M,"
                                          "latency-ns=3600000000000");
    BlkBoard b = { 0 };

    blk_board_start(&b, BOARD_MODERN, "slow", NULL, ALL_FEATURES);
    requests_start(&b, 16);
    machine_stop();
    /* As vm_stop() does. */
    bdrv_drain_all();
    state = board_save(&b.board);
    g_assert_cmpint(board_load(&b.board, state, NULL), ==, 0);
    machine_go_on();
    g_assert_cmpuint(blk_requests_take(&b), ==, 16);
    requests_start(&b, 16);
    bdrv_drain_all();
    g_assert_cmpuint(blk_requests_take(&b), ==, 16);
    blk_board_finish(&b);
    bdrv_unref(bs);
}

static void test_requests_that_finish_together_raise_one_interrupt(void)
{
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=null,size=1M");
    uint64_t features = ALL_FEATURES & ~(1ull << VIRTIO_RING_F_EVENT_IDX);
    BlkBoard b = { 0 };
    unsigned sets;

    blk_board_start(&b, BOARD_MODERN, "null", NULL, features);
    sets = b.board.line.sets;
    requests_start(&b, 32);
    board_loop();
    g_assert_cmpuint(blk_requests_take(&b), ==, 32);
    g_assert_cmpuint(b.board.line.sets - sets, ==, 1);
    blk_board_finish(&b);
    bdrv_unref(bs);
}

static void test_resize_changes_the_capacity(void)
{
    BlkBoard b = { 0 };

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, NULL, ALL_FEATURES);
    g_assert_true(blockdev_resize(b.bs, 2 * DISK_BYTES, &error_abort));
    g_assert_cmphex(virtio_guest_irq_take(&b.board.guest), ==, VIRTIO_MMIO_INT_CONFIG);
    g_assert_cmpuint(config_get(&b, CONFIG(capacity), 4), ==, 2 * DISK_SECTORS);
    blk_board_finish(&b);
}

static void test_several_queues(void)
{
    BlkBoard b = { 0 };
    GuestQueue second;
    GuestBuffer buffers[2];
    struct virtio_blk_outhdr header = { .type = GUINT32_TO_LE(VIRTIO_BLK_T_FLUSH) };
    uint8_t data[512];
    uint32_t len;

    blk_board_start_file(&b, BOARD_MODERN, DISK_BYTES, "num-queues=4", ALL_FEATURES);
    g_assert_true(is_offered(&b, VIRTIO_BLK_F_MQ));
    g_assert_cmpuint(config_get(&b, CONFIG(num_queues), 2), ==, 4);
    guest_queue_init(&second, &b.board.guest, 3, 0);
    virtio_guest_memwrite(&b.board.guest, b.slots[1].header, &header, sizeof(header));
    buffers[0] = (GuestBuffer) { b.slots[1].header, sizeof(header), false };
    buffers[1] = (GuestBuffer) { b.slots[1].status, 1, true };
    guest_queue_add(&second, buffers, 2);
    guest_queue_kick(&second);
    g_assert_cmphex(blk_request(&b, VIRTIO_BLK_T_IN, 0, data, 512), ==, VIRTIO_BLK_S_OK);
    while (guest_queue_take(&second, &len) < 0) {
        main_loop_wait(false);
    }
    g_assert_cmpuint(len, ==, 1);
    blk_board_finish(&b);
}

/* ---- realize --------------------------------------------------------------------- */

static const struct {
    const char *properties;
    const char *message;
} bad_properties[] = {
    { "num-queues=0", "num-queues=0" },
    { "num-queues=1025", "num-queues=1025" },
    { "queue-size=2", "queue-size=2" },
    { "queue-size=100", "queue-size=100" },
    { "queue-size=2048", "queue-size=2048" },
    { "logical_block_size=4096,physical_block_size=512", "logical_block_size=4096" },
    { "min_io_size=1000", "min_io_size=1000" },
    { "cyls=70000,heads=1,secs=1", "cyls=70000" },
    { "cyls=1,heads=256,secs=1", "heads=256" },
    { "max-discard-sectors=0", "max-discard-sectors=0" },
    { "rerror=enospc", "rerror=enospc" },
};

static void test_bad_properties_are_refused(void)
{
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=null,size=1M");
    BlkBoard b = { 0 };

    board_init(&b.board, BOARD_MODERN, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(bad_properties); i++) {
        DeviceState *dev = blk_device_new("null", bad_properties[i].properties);
        Error *err = NULL;

        g_assert_false(qdev_realize(dev, QLIST_FIRST(&b.board.transport->child_bus), &err));
        harness_error_contains(err, bad_properties[i].message);
        object_unref(OBJECT(dev));
    }
    g_assert_cmpuint(bs->refcnt, ==, 1);
    board_finish(&b.board);
    bdrv_unref(bs);
}

static void test_missing_drive_and_missing_medium(void)
{
    BlockBackend *blk = blk_new(NULL, 0, BLK_PERM_ALL);
    BlkBoard b = { 0 };
    DeviceState *dev;
    Error *err = NULL;

    board_init(&b.board, BOARD_MODERN, NULL);
    dev = blk_device_new(NULL, NULL);
    g_assert_false(qdev_realize(dev, QLIST_FIRST(&b.board.transport->child_bus), &err));
    harness_error_contains(err, "'drive' is missing");
    object_unref(OBJECT(dev));
    err = NULL;
    monitor_add_blk(blk, "empty", &error_abort);
    dev = blk_device_new("empty", NULL);
    g_assert_false(qdev_realize(dev, QLIST_FIRST(&b.board.transport->child_bus), &err));
    harness_error_contains(err, "drive 'empty' is empty");
    object_unref(OBJECT(dev));
    monitor_remove_blk(blk);
    blk_unref(blk);
    board_finish(&b.board);
}

static void test_disk_that_another_device_writes(void)
{
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=null,size=1M");
    BlockBackend *other = blk_new_with_bs(bs, BLK_PERM_WRITE, BLK_PERM_CONSISTENT_READ,
                                          &error_abort);
    BlkBoard b = { 0 };
    DeviceState *dev;
    Error *err = NULL;

    board_init(&b.board, BOARD_MODERN, NULL);
    dev = blk_device_new("null", NULL);
    g_assert_false(qdev_realize(dev, QLIST_FIRST(&b.board.transport->child_bus), &err));
    harness_error_contains(err, "share-rw=on");
    object_unref(OBJECT(dev));
    blk_set_perm(other, BLK_PERM_WRITE, BLK_PERM_ALL, &error_abort);
    board_plug(&b.board, blk_device_new("null", "share-rw=on"));
    board_finish(&b.board);
    blk_unref(other);
    bdrv_unref(bs);
}

/* ---- all of them ----------------------------------------------------------------- */

static void add_both(const char *name, GTestDataFunc function)
{
    g_autofree char *legacy = g_strdup_printf("/virtio-blk/legacy/%s", name);
    g_autofree char *modern = g_strdup_printf("/virtio-blk/modern/%s", name);

    g_test_add_data_func(legacy, GINT_TO_POINTER(BOARD_LEGACY), function);
    g_test_add_data_func(modern, GINT_TO_POINTER(BOARD_MODERN), function);
}

static void add_cases(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(status_cases); i++) {
        g_autofree char *path = g_strdup_printf("/virtio-blk/status/%s", status_cases[i].name);

        g_test_add_data_func(path, &status_cases[i], test_status);
    }
    for (size_t i = 0; i < ARRAY_SIZE(segment_cases); i++) {
        g_autofree char *path = g_strdup_printf("/virtio-blk/segment/%s", segment_cases[i].name);

        g_test_add_data_func(path, &segment_cases[i], test_segment);
    }
    for (size_t i = 0; i < ARRAY_SIZE(malformed_chains); i++) {
        g_autofree char *path = g_strdup_printf("/virtio-blk/malformed/%s",
                                                malformed_chains[i].name);

        g_test_add_data_func(path, &malformed_chains[i],
                             test_malformed_chain_breaks_only_the_device);
    }
}

static void add_failures(void)
{
    g_test_add_func("/virtio-blk/failure/reported", test_reported_failure);
    g_test_add_func("/virtio-blk/failure/ignored", test_ignored_failure);
    g_test_add_func("/virtio-blk/failure/done-when-the-machine-goes-on",
                    test_stopped_requests_are_done_when_the_machine_goes_on);
    g_test_add_func("/virtio-blk/failure/saved", test_stopped_requests_are_saved);
    g_test_add_func("/virtio-blk/failure/reset", test_reset_forgets_stopped_requests);
    g_test_add_func("/virtio-blk/failure/unplugged", test_unplugged_with_stopped_requests);
    g_test_add_func("/virtio-blk/failure/damaged-states", test_damaged_states_do_no_harm);
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    add_both("configuration", test_configuration);
    add_both("serial-number", test_serial_number);
    add_both("data-goes-to-the-sector", test_data_goes_to_the_sector);
    add_cases();
    add_failures();
    g_test_add_func("/virtio-blk/configuration-ends-with-the-offered-features",
                    test_configuration_ends_with_the_offered_features);
    g_test_add_func("/virtio-blk/any-framing", test_any_framing);
    g_test_add_func("/virtio-blk/blocks-larger-than-sectors", test_blocks_larger_than_sectors);
    g_test_add_func("/virtio-blk/read-only-disk", test_read_only_disk);
    g_test_add_func("/virtio-blk/segment/two", test_two_segments_are_not_supported);
    g_test_add_func("/virtio-blk/segment/not-offered", test_discard_that_was_not_offered);
    g_test_add_func("/virtio-blk/cache/switched", test_driver_switches_the_write_cache);
    g_test_add_func("/virtio-blk/cache/driver-that-cannot-flush",
                    test_driver_that_cannot_flush_gets_no_cache);
    g_test_add_func("/virtio-blk/cache/user", test_user_without_write_cache);
    g_test_add_func("/virtio-blk/under-way/reset", test_reset_with_requests_under_way);
    g_test_add_func("/virtio-blk/under-way/saved", test_saved_when_requests_are_over);
    g_test_add_func("/virtio-blk/one-interrupt",
                    test_requests_that_finish_together_raise_one_interrupt);
    g_test_add_func("/virtio-blk/resize", test_resize_changes_the_capacity);
    g_test_add_func("/virtio-blk/several-queues", test_several_queues);
    g_test_add_func("/virtio-blk/realize/bad-properties", test_bad_properties_are_refused);
    g_test_add_func("/virtio-blk/realize/no-drive", test_missing_drive_and_missing_medium);
    g_test_add_func("/virtio-blk/realize/shared", test_disk_that_another_device_writes);
    return g_test_run();
}
