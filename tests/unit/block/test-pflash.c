/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flash device in process: realize and its refusals, saved states in the
 * middle of commands and hostile ones, and drives that fail. What the chips do
 * is in tests/qtest/pflash-test.c.
 */
#include "../hwcore/hwcore-harness.h"
#include "block-harness.h"
#include "exec/address-spaces.h"
#include "hw/block/flash.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "migration/machine-state.h"
#include "migration/qemu-file.h"
#include "migration/vmstate-registry.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"
#include "sysemu/runstate.h"

#define BASE 0x10000000ull
#define BLOCK_BYTES (64 * KiB)
#define BLOCKS 8
#define BANK_BYTES (BLOCKS * BLOCK_BYTES)

static uint32_t get(uint64_t offset)
{
    return address_space_ldl_le(&address_space_memory, BASE + offset, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static void put(uint64_t offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, BASE + offset, value, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

/* Not realized; @node may be NULL. */
static DeviceState *flash_new(const char *node)
{
    DeviceState *dev = qdev_new(TYPE_PFLASH_CFI01);

    qdev_prop_set_uint32(dev, "num-blocks", BLOCKS);
    qdev_prop_set_uint64(dev, "sector-length", BLOCK_BYTES);
    qdev_prop_set_uint8(dev, "width", 4);
    qdev_prop_set_uint8(dev, "device-width", 2);
    qdev_prop_set_string(dev, "name", "test-flash");
    if (node) {
        object_property_set_str(OBJECT(dev), "drive", node, &error_abort);
    }
    object_property_add_child(qdev_get_machine(), "flash", OBJECT(dev));
    object_unref(OBJECT(dev));
    return dev;
}

static DeviceState *flash_make(const char *node)
{
    DeviceState *dev = flash_new(node);

    sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, BASE);
    device_cold_reset(dev);
    return dev;
}

static void flash_end(DeviceState *dev)
{
    object_unparent(OBJECT(dev));
    drain_call_rcu();
}

/* ---- realize --------------------------------------------------------------------- */

typedef struct BadProperty {
    const char *name;
    const char *value;
    const char *message;
} BadProperty;

static const BadProperty bad_properties[] = {
    { "num-blocks", "0", "num-blocks=0" },
    { "num-blocks", "3", "num-blocks=3" },
    { "num-blocks", "0x80000000", "at most 1 GiB" },
    { "sector-length", "100", "sector-length=100" },
    { "sector-length", "0x8000000000000000", "at most 1 GiB" },
    { "sector-length", "1024", "write buffer" },
    { "width", "0", "width=0" },
    { "width", "3", "width=3" },
    { "width", "16", "width=16" },
    { "device-width", "8", "device-width=8" },
    { "max-device-width", "1", "device-width=2" },
};

static void test_bad_property_is_refused(gconstpointer data)
{
    const BadProperty *bad = data;
    DeviceState *dev = flash_new(NULL);
    Error *err = NULL;

    object_property_parse(OBJECT(dev), bad->name, bad->value, &error_abort);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, bad->message);
    flash_end(dev);
}

static void test_drive_of_another_size_is_refused(void)
{
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=small,size=4096");
    DeviceState *dev = flash_new("small");
    Error *err = NULL;

    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, "requires 524288 bytes");
    flash_end(dev);
    g_assert_cmpuint(bs->refcnt, ==, 1);
    bdrv_unref(bs);
}

static void test_drive_that_cannot_be_read(void)
{
    char *path = block_file_new(BANK_BYTES);
    BlockDriverState *bs;
    DeviceState *dev;
    Error *err = NULL;

    block_fault_set(FAULT_PREADV, EIO);
    bs = block_node_new("driver=file,node-name=broken,filename=%s", path);
    dev = flash_new("broken");
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, "Input/output error");
    /* The same device works once the drive does. */
    block_fault_set(FAULT_PREADV, 0);
    g_assert_true(sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort));
    flash_end(dev);
    bdrv_unref(bs);
    block_fault_clear();
    block_file_free(path);
}

static void test_drive_of_two_banks_is_refused(void)
{
    BlockDriverState *bs = block_node_new("driver=null-co,node-name=one,size=%u,read-zeroes=on",
                                          (unsigned)BANK_BYTES);
    DeviceState *first = flash_make("one");
    DeviceState *second = qdev_new(TYPE_PFLASH_CFI01);
    Error *err = NULL;

    qdev_prop_set_uint32(second, "num-blocks", BLOCKS);
    qdev_prop_set_uint64(second, "sector-length", BLOCK_BYTES);
    qdev_prop_set_uint8(second, "width", 4);
    qdev_prop_set_string(second, "name", "second");
    object_property_set_str(OBJECT(second), "drive", "one", &error_abort);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(second), &err));
    harness_error_contains(err, "'one'");
    object_unref(OBJECT(second));
    flash_end(first);
    bdrv_unref(bs);
}

/* ---- saved state ------------------------------------------------------------------- */

static GByteArray *flash_save(DeviceState *dev)
{
    g_autofree char *id = vmstate_if_get_id(VMSTATE_IF(dev));
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    machine_state_save_one(f, id, &error_abort);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

static bool flash_load(GByteArray *bytes, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);

    return machine_state_load_one(f, errp);
}

static void test_saved_in_the_middle_of_a_buffered_write(void)
{
    DeviceState *dev = flash_make(NULL);
    g_autoptr(GByteArray) state = NULL;

    put(0, 0x00200020);
    put(0, 0x00d000d0);
    put(BLOCK_BYTES, 0x00600060);
    put(BLOCK_BYTES, 0x00010001);
    put(0, 0x00e800e8);
    put(0, 0x00010001);
    put(0x40, 0x11223344);
    state = flash_save(dev);
    device_cold_reset(dev);
    g_assert_true(flash_load(state, &error_abort));
    g_assert_cmphex(get(0), ==, 0x00800080);
    put(0x44, 0x55667788);
    put(0, 0x00d000d0);
    put(0, 0x00ff00ff);
    g_assert_cmphex(get(0x40), ==, 0x11223344);
    g_assert_cmphex(get(0x44), ==, 0x55667788);
    /* The lock came along. */
    put(BLOCK_BYTES, 0x00200020);
    put(BLOCK_BYTES, 0x00d000d0);
    g_assert_cmphex(get(BLOCK_BYTES), ==, 0x00a200a2);
    flash_end(dev);
}

static void test_saved_while_the_query_is_read(void)
{
    DeviceState *dev = flash_make(NULL);
    g_autoptr(GByteArray) state = NULL;

    put(0, 0x00980098);
    state = flash_save(dev);
    device_cold_reset(dev);
    g_assert_true(flash_load(state, &error_abort));
    g_assert_cmphex(get(0x40), ==, 'Q' << 16 | 'Q');
    put(0, 0x00ff00ff);
    g_assert_cmphex(get(0x40), ==, 0);
    flash_end(dev);
}

/* Each byte of a state damaged in turn: the load fails, or the device goes on soundly. */
static void test_damaged_states_do_no_harm(void)
{
    DeviceState *dev = flash_make(NULL);
    g_autoptr(GByteArray) state = NULL;
    unsigned refused = 0;

    put(0, 0x00e800e8);
    put(0, 0x00030003);
    put(BANK_BYTES - 8, 0);
    state = flash_save(dev);
    /* The buffer's own content may be anything. */
    for (guint i = 0; i < state->len; i += i < 400 || state->len - i < 100 ? 1 : 97) {
        for (unsigned bit = 0; bit < 8; bit += 7) {
            Error *err = NULL;

            state->data[i] ^= 1 << bit;
            if (!flash_load(state, &err)) {
                error_free(err);
                refused++;
                device_cold_reset(dev);
            }
            state->data[i] ^= 1 << bit;
            for (unsigned n = 0; n < 4; n++) {
                put(BANK_BYTES - 4, 0);
                put(0, 0x00d000d0);
            }
            get(BANK_BYTES - 4);
        }
    }
    g_assert_cmpuint(refused, >, 100);
    flash_end(dev);
}

/* ---- the drive ------------------------------------------------------------------------ */

static void erase_block(unsigned n)
{
    put(n * BLOCK_BYTES, 0x00200020);
    put(n * BLOCK_BYTES, 0x00d000d0);
}

/* How many bytes of the file are ones. */
static size_t file_ones(const char *path)
{
    g_autofree char *text = NULL;
    size_t size, ones = 0;

    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_assert_cmpuint(size, ==, BANK_BYTES);
    for (size_t i = 0; i < size; i++) {
        ones += (uint8_t)text[i] == 0xff;
    }
    return ones;
}

static void test_only_changes_are_written(void)
{
    char *path = block_file_new(BANK_BYTES);
    BlockDriverState *bs;
    DeviceState *dev;
    struct stat st;

    block_fault_set(FAULT_PWRITEV, 0);
    bs = block_node_new("driver=file,node-name=disk,filename=%s", path);
    dev = flash_make("disk");
    erase_block(3);
    bdrv_drain_all();
    g_assert_cmpuint(file_ones(path), ==, BLOCK_BYTES);
    put(3 * BLOCK_BYTES + 0x2000, 0x00400040);
    put(3 * BLOCK_BYTES + 0x2000, 0);
    bdrv_drain_all();
    g_assert_cmpuint(file_ones(path), ==, BLOCK_BYTES - 4);
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint((int64_t)st.st_blocks * 512, <=, 2 * BLOCK_BYTES);
    flash_end(dev);
    bdrv_unref(bs);
    block_fault_clear();
    block_file_free(path);
}

static void test_failed_write_is_tried_again_when_the_machine_goes_on(void)
{
    char *path = block_file_new(BANK_BYTES);
    BlockDriverState *bs;
    DeviceState *dev;

    block_fault_set(FAULT_PWRITEV, ENOSPC);
    bs = block_node_new("driver=file,node-name=disk,filename=%s", path);
    dev = flash_make("disk");
    erase_block(1);
    bdrv_drain_all();
    g_assert_cmpuint(file_ones(path), ==, 0);
    block_fault_set(FAULT_PWRITEV, 0);
    vm_state_notify(true, RUN_STATE_RUNNING);
    bdrv_drain_all();
    g_assert_cmpuint(file_ones(path), ==, BLOCK_BYTES);
    flash_end(dev);
    bdrv_unref(bs);
    block_fault_clear();
    block_file_free(path);
}

static void test_end_of_the_device_writes_what_is_left(void)
{
    char *path = block_file_new(BANK_BYTES);
    BlockDriverState *bs = block_node_new("driver=file,node-name=disk,filename=%s", path);
    DeviceState *dev = flash_make("disk");

    for (unsigned i = 0; i < BLOCKS; i++) {
        erase_block(i);
    }
    flash_end(dev);
    g_assert_cmpuint(file_ones(path), ==, BANK_BYTES);
    g_assert_cmpuint(bs->refcnt, ==, 1);
    bdrv_unref(bs);
    block_file_free(path);
}

/* A loaded state wins over what is in the drive. */
static void test_loading_brings_the_drive_up_to_date(void)
{
    char *path = block_file_new(BANK_BYTES);
    BlockDriverState *bs = block_node_new("driver=file,node-name=disk,filename=%s", path);
    DeviceState *dev = flash_make("disk");
    g_autoptr(GByteArray) state = flash_save(dev);
    uint8_t ones[512];
    BlockBackend *blk = pflash_cfi01_get_blk(PFLASH_CFI01(dev));

    memset(ones, 0xff, sizeof(ones));
    g_assert_cmpint(blk_pwrite(blk, 8192, sizeof(ones), ones, 0), ==, 0);
    g_assert_true(flash_load(state, &error_abort));
    bdrv_drain_all();
    g_assert_cmpuint(file_ones(path), ==, 0);
    flash_end(dev);
    bdrv_unref(bs);
    block_file_free(path);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    for (size_t i = 0; i < ARRAY_SIZE(bad_properties); i++) {
        g_autofree char *path = g_strdup_printf("/pflash/realize/%s=%s", bad_properties[i].name,
                                                bad_properties[i].value);

        g_test_add_data_func(path, &bad_properties[i], test_bad_property_is_refused);
    }
    g_test_add_func("/pflash/realize/drive-of-another-size",
                    test_drive_of_another_size_is_refused);
    g_test_add_func("/pflash/realize/drive-that-cannot-be-read", test_drive_that_cannot_be_read);
    g_test_add_func("/pflash/realize/drive-of-two-banks", test_drive_of_two_banks_is_refused);
    g_test_add_func("/pflash/state/in-a-buffered-write",
                    test_saved_in_the_middle_of_a_buffered_write);
    g_test_add_func("/pflash/state/while-the-query-is-read", test_saved_while_the_query_is_read);
    g_test_add_func("/pflash/state/damaged", test_damaged_states_do_no_harm);
    g_test_add_func("/pflash/drive/only-changes-are-written", test_only_changes_are_written);
    g_test_add_func("/pflash/drive/failed-write-is-tried-again",
                    test_failed_write_is_tried_again_when_the_machine_goes_on);
    g_test_add_func("/pflash/drive/end-of-the-device", test_end_of_the_device_writes_what_is_left);
    g_test_add_func("/pflash/drive/loading", test_loading_brings_the_drive_up_to_date);
    return g_test_run();
}
