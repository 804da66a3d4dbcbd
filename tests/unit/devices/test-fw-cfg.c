/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw_cfg's functions for boards, and what the board's own items do not show: items that the
 * guest may write, callbacks, and the saved state.
 */
#include "../hwcore/hwcore-harness.h"
#include "exec/address-spaces.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/qdev-properties.h"
#include "qemu/bswap.h"
#include "device-state.h"

#define RAM_BASE 0x40000000
#define RAM_SIZE 0x10000
#define DESCRIPTOR RAM_BASE
#define BUFFER (RAM_BASE + 0x1000)
#define FW_DATA 0x9020000
#define FW_SELECTOR (FW_DATA + 8)
#define FW_DMA (FW_DATA + 16)

typedef struct Fixture {
    FWCfgState *s;
    MemoryRegion ram;
} Fixture;

static void fixture_up(Fixture *f, gconstpointer unused)
{
    memory_region_init_ram(&f->ram, NULL, "test-ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &f->ram);
    f->s = fw_cfg_init_mem_wide(FW_SELECTOR, FW_DATA, 8, FW_DMA, &address_space_memory);
    device_cold_reset(DEVICE(f->s));
}

static void fixture_down(Fixture *f, gconstpointer unused)
{
    object_unparent(OBJECT(f->s));
    g_assert_null(fw_cfg_find());
    memory_region_del_subregion(get_system_memory(), &f->ram);
    object_unparent(OBJECT(&f->ram));
}

static void item_select(uint16_t key)
{
    address_space_stw_be(&address_space_memory, FW_SELECTOR, key, MEMTXATTRS_UNSPECIFIED, NULL);
}

static uint64_t data_read(unsigned size)
{
    uint64_t value = 0;

    while (size--) {
        value = value << 8 | address_space_ldub(&address_space_memory, FW_DATA,
                                                MEMTXATTRS_UNSPECIFIED, NULL);
    }
    return value;
}

static char *item_text(uint16_t key, size_t size)
{
    char *text = g_malloc0(size + 1);

    item_select(key);
    for (size_t i = 0; i < size; i++) {
        text[i] = data_read(1);
    }
    return text;
}

static void assert_item(uint16_t key, const char *text)
{
    g_autofree char *seen = item_text(key, strlen(text));

    g_assert_cmpstr(seen, ==, text);
    g_assert_cmphex(data_read(1), ==, 0);
}

static uint32_t dma_run(uint32_t control, uint32_t length, uint64_t address)
{
    FWCfgDmaAccess dma = {
        .control = cpu_to_be32(control),
        .length = cpu_to_be32(length),
        .address = cpu_to_be64(address),
    };

    address_space_write(&address_space_memory, DESCRIPTOR, MEMTXATTRS_UNSPECIFIED, &dma,
                        sizeof(dma));
    address_space_stq_be(&address_space_memory, FW_DMA, DESCRIPTOR, MEMTXATTRS_UNSPECIFIED,
                         NULL);
    return address_space_ldl_be(&address_space_memory, DESCRIPTOR, MEMTXATTRS_UNSPECIFIED, NULL);
}

static uint32_t write_item(uint16_t key, uint32_t offset, const char *text)
{
    uint32_t select = (uint32_t)key << 16 | FW_CFG_DMA_CTL_SELECT;

    address_space_write(&address_space_memory, BUFFER, MEMTXATTRS_UNSPECIFIED, text,
                        strlen(text));
    g_assert_cmphex(dma_run(select | FW_CFG_DMA_CTL_SKIP, offset, 0), ==, 0);
    return dma_run(FW_CFG_DMA_CTL_WRITE, strlen(text), BUFFER);
}

/* ---- items ---- */

static void test_numbers_and_texts(Fixture *f, gconstpointer unused)
{
    fw_cfg_add_i16(f->s, FW_CFG_NB_CPUS, 0x1234);
    fw_cfg_add_i32(f->s, FW_CFG_KERNEL_SIZE, 0x12345678);
    fw_cfg_add_i64(f->s, FW_CFG_RAM_SIZE, 0x123456789abcdef0);
    fw_cfg_add_string(f->s, FW_CFG_CMDLINE_DATA, "quiet");
    fw_cfg_add_bytes(f->s, FW_CFG_ARCH_LOCAL | 5, (char *)"local", 5);
    item_select(FW_CFG_NB_CPUS);
    g_assert_cmphex(data_read(3), ==, 0x341200);
    item_select(FW_CFG_KERNEL_SIZE);
    g_assert_cmphex(data_read(4), ==, 0x78563412);
    item_select(FW_CFG_RAM_SIZE);
    g_assert_cmphex(data_read(8), ==, 0xf0debc9a78563412);
    assert_item(FW_CFG_CMDLINE_DATA, "quiet");
    assert_item(FW_CFG_ARCH_LOCAL | 5, "local");

    fw_cfg_modify_i16(f->s, FW_CFG_NB_CPUS, 2);
    fw_cfg_modify_i32(f->s, FW_CFG_KERNEL_SIZE, 3);
    fw_cfg_modify_i64(f->s, FW_CFG_RAM_SIZE, 4);
    fw_cfg_modify_string(f->s, FW_CFG_CMDLINE_DATA, "debug");
    item_select(FW_CFG_NB_CPUS);
    g_assert_cmphex(data_read(2), ==, 0x0200);
    item_select(FW_CFG_KERNEL_SIZE);
    g_assert_cmphex(data_read(4), ==, 0x03000000);
    item_select(FW_CFG_RAM_SIZE);
    g_assert_cmphex(data_read(8), ==, 0x0400000000000000);
    assert_item(FW_CFG_CMDLINE_DATA, "debug");
}

static void test_files_keep_their_contents_when_others_come(Fixture *f, gconstpointer unused)
{
    static const char *const names[] = { "m", "z", "a", "n", "b", "opt/x", "etc/y" };
    static const char *const sorted[] = { "a", "b", "etc/y", "m", "n", "opt/x", "z" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        fw_cfg_add_file(f->s, names[i], (char *)names[i], strlen(names[i]));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++) {
        g_assert_cmpstr(f->s->files->f[i].name, ==, sorted[i]);
        assert_item(FW_CFG_FILE_FIRST + i, sorted[i]);
    }
}

static void test_modified_file(Fixture *f, gconstpointer unused)
{
    char *first = (char *)"first", *second = (char *)"second one";

    g_assert_null(fw_cfg_modify_file(f->s, "a", first, 5));
    g_assert_true(fw_cfg_modify_file(f->s, "a", second, 10) == first);
    assert_item(FW_CFG_FILE_FIRST, second);
    g_assert_cmpuint(be32_to_cpu(f->s->files->f[0].size), ==, 10);
    fw_cfg_take_file(f->s, "b", g_strdup("owned"), 5);
    g_assert_null(fw_cfg_modify_file(f->s, "b", first, 5));
    assert_item(FW_CFG_FILE_FIRST + 1, first);
}

static void assert_file_refused(FWCfgState *s, const char *name, const char *word)
{
    Error *err = NULL;

    g_assert_false(fw_cfg_check_file(s, name, &err));
    harness_error_contains(err, word);
}

static void test_impossible_files_are_refused(Fixture *f, gconstpointer unused)
{
    g_autofree char *longest = g_strnfill(FW_CFG_MAX_FILE_PATH - 1, 'x');
    g_autofree char *too_long = g_strnfill(FW_CFG_MAX_FILE_PATH, 'x');

    assert_file_refused(f->s, too_long, "1 to 55");
    assert_file_refused(f->s, "", "1 to 55");
    fw_cfg_add_file(f->s, longest, NULL, 0);
    assert_file_refused(f->s, longest, "duplicate");
    for (unsigned i = 1; i < f->s->file_slots; i++) {
        g_autofree char *name = g_strdup_printf("file%u", i);

        fw_cfg_add_file(f->s, name, NULL, 0);
    }
    assert_file_refused(f->s, "one-more", "no room");
}

static void test_image(Fixture *f, gconstpointer unused)
{
    g_autofree char *path = NULL;
    Error *err = NULL;
    int fd = g_file_open_tmp("gantry-fw-cfg-XXXXXX", &path, NULL);

    g_assert_false(fw_cfg_add_image(f->s, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA, path, &err));
    harness_error_contains(err, "empty");
    g_assert_cmpint(write(fd, "kernel", 6), ==, 6);
    close(fd);
    g_assert_true(fw_cfg_add_image(f->s, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA, path,
                                   &error_abort));
    unlink(path);
    assert_item(FW_CFG_KERNEL_DATA, "kernel");
    item_select(FW_CFG_KERNEL_SIZE);
    g_assert_cmphex(data_read(4), ==, 0x06000000);
    err = NULL;
    g_assert_false(fw_cfg_add_image(f->s, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA, path, &err));
    harness_error_contains(err, path);
}

/* ---- callbacks and writes ---- */

typedef struct Calls {
    unsigned selected;
    unsigned written;
    off_t start;
    size_t len;
} Calls;

static void count_select(void *opaque)
{
    ((Calls *)opaque)->selected++;
}

static void count_write(void *opaque, off_t start, size_t len)
{
    Calls *calls = opaque;

    calls->written++;
    calls->start = start;
    calls->len = len;
}

static void test_guest_writes(Fixture *f, gconstpointer unused)
{
    char data[] = "0123456789";
    Calls calls = { 0 };

    fw_cfg_add_file_callback(f->s, "etc/notes", count_select, count_write, &calls, data, 10,
                             false);
    g_assert_cmphex(write_item(FW_CFG_FILE_FIRST, 3, "abc"), ==, 0);
    g_assert_cmpstr(data, ==, "012abc6789");
    g_assert_cmpuint(calls.selected, ==, 1);
    g_assert_cmpuint(calls.written, ==, 1);
    g_assert_cmpint(calls.start, ==, 3);
    g_assert_cmpuint(calls.len, ==, 3);
    g_assert_cmphex(data_read(1), ==, '6');
}

static void test_guest_writes_all_or_nothing(Fixture *f, gconstpointer unused)
{
    char data[] = "0123456789";
    Calls calls = { 0 };

    fw_cfg_add_file_callback(f->s, "etc/notes", NULL, count_write, &calls, data, 10, false);
    g_assert_cmphex(write_item(FW_CFG_FILE_FIRST, 8, "abc"), ==, FW_CFG_DMA_CTL_ERROR);
    g_assert_cmphex(write_item(FW_CFG_FILE_FIRST, 10, "a"), ==, FW_CFG_DMA_CTL_ERROR);
    g_assert_cmphex(dma_run(FW_CFG_FILE_FIRST << 16 | FW_CFG_DMA_CTL_SELECT |
                            FW_CFG_DMA_CTL_WRITE, 4, RAM_BASE + RAM_SIZE - 2), ==,
                    FW_CFG_DMA_CTL_ERROR);
    g_assert_cmpstr(data, ==, "0123456789");
    g_assert_cmpuint(calls.written, ==, 0);
    g_assert_cmphex(write_item(FW_CFG_FILE_FIRST, 8, "ab"), ==, 0);
    g_assert_cmpstr(data, ==, "01234567ab");
}

static void test_read_wins_over_write_and_skip(Fixture *f, gconstpointer unused)
{
    uint32_t control = FW_CFG_SIGNATURE << 16 | FW_CFG_DMA_CTL_SELECT | FW_CFG_DMA_CTL_READ |
                       FW_CFG_DMA_CTL_WRITE | FW_CFG_DMA_CTL_SKIP;

    g_assert_cmphex(dma_run(control, 4, BUFFER), ==, 0);
    g_assert_cmphex(address_space_ldl_be(&address_space_memory, BUFFER, MEMTXATTRS_UNSPECIFIED,
                                         NULL), ==, 0x51454d55);
}

/* ---- saved state ---- */

static void test_state_in_mid_read(Fixture *f, gconstpointer unused)
{
    g_autoptr(GByteArray) saved = NULL;
    char data[] = "0123456789";

    fw_cfg_add_file_callback(f->s, "etc/notes", NULL, NULL, NULL, data, 10, false);
    g_assert_cmphex(write_item(FW_CFG_FILE_FIRST, 0, "abc"), ==, 0);
    item_select(FW_CFG_FILE_FIRST);
    data_read(2);
    address_space_stl_be(&address_space_memory, FW_DMA, 0, MEMTXATTRS_UNSPECIFIED, NULL);
    saved = device_state_save(DEVICE(f->s));
    device_cold_reset(DEVICE(f->s));
    memcpy(data, "zzzzzzzzzz", 10);
    device_state_load(saved, &error_abort);
    g_assert_cmpstr(data, ==, "abc3456789");
    g_assert_cmphex(data_read(2), ==, 'c' << 8 | '3');
    device_state_load_damaged(saved);
    g_assert_cmphex(data_read(2), ==, 'c' << 8 | '3');
}

static void test_state_of_other_items_is_refused(Fixture *f, gconstpointer unused)
{
    g_autoptr(GByteArray) saved = NULL;
    char data[] = "0123456789", other[] = "0123";

    fw_cfg_add_file_callback(f->s, "etc/notes", NULL, NULL, NULL, data, 10, false);
    saved = device_state_save(DEVICE(f->s));
    fw_cfg_add_file_callback(f->s, "etc/first", NULL, NULL, NULL, other, 4, false);
    g_assert_false(device_state_load(saved, NULL));
}

static void test_state_with_impossible_selection_is_refused(Fixture *f, gconstpointer unused)
{
    g_autoptr(GByteArray) saved = NULL;

    f->s->cur_entry = 0x3fff;
    saved = device_state_save(DEVICE(f->s));
    f->s->cur_entry = FW_CFG_ID;
    g_assert_false(device_state_load(saved, NULL));
}

/* ---- realize ---- */

static void assert_realize_fails(const char *property, int value, const char *word)
{
    DeviceState *dev = qdev_new(TYPE_FW_CFG_MEM);
    Error *err = NULL;

    object_property_add_child(object_get_root(), "other", OBJECT(dev));
    if (property) {
        object_property_set_int(OBJECT(dev), property, value, &error_abort);
    }
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, word);
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
}

static void test_second_device_is_refused(Fixture *f, gconstpointer unused)
{
    assert_realize_fails(NULL, 0, "at most one");
    g_assert_true(fw_cfg_find() == f->s);
    g_assert_true(fw_cfg_dma_enabled(f->s));
}

static void test_bad_properties_are_refused(void)
{
    assert_realize_fails("x-file-slots", 0xf, "between 16 and");
    assert_realize_fails("x-file-slots", 0x4000, "between 16 and");
    assert_realize_fails("data_width", 3, "1, 2, 4 or 8");
    assert_realize_fails("data_width", 16, "1, 2, 4 or 8");
    assert_realize_fails("data_width", 0, "1, 2, 4 or 8");
}

static void test_device_without_dma(void)
{
    FWCfgState *s = fw_cfg_init_mem(FW_SELECTOR, FW_DATA);
    MemTxResult result;

    device_cold_reset(DEVICE(s));
    item_select(FW_CFG_ID);
    g_assert_cmphex(data_read(4), ==, FW_CFG_VERSION << 24);
    address_space_ldq_be(&address_space_memory, FW_DMA, MEMTXATTRS_UNSPECIFIED, &result);
    g_assert_cmpint(result, !=, MEMTX_OK);
    /* Its data register is a byte wide. */
    address_space_lduw_be(&address_space_memory, FW_DATA, MEMTXATTRS_UNSPECIFIED, &result);
    g_assert_cmpint(result, !=, MEMTX_OK);
    object_unparent(OBJECT(s));
}

#define FW_CFG_TEST(path, func) \
    g_test_add("/fw_cfg/" path, Fixture, NULL, fixture_up, func, fixture_down)

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    FW_CFG_TEST("items/numbers-and-texts", test_numbers_and_texts);
    FW_CFG_TEST("items/image", test_image);
    FW_CFG_TEST("files/keep-their-contents-when-others-come",
                test_files_keep_their_contents_when_others_come);
    FW_CFG_TEST("files/modified", test_modified_file);
    FW_CFG_TEST("files/impossible-ones-are-refused", test_impossible_files_are_refused);
    FW_CFG_TEST("guest/writes", test_guest_writes);
    FW_CFG_TEST("guest/writes-all-or-nothing", test_guest_writes_all_or_nothing);
    FW_CFG_TEST("guest/read-wins-over-write-and-skip", test_read_wins_over_write_and_skip);
    FW_CFG_TEST("state/in-mid-read", test_state_in_mid_read);
    FW_CFG_TEST("state/of-other-items-is-refused", test_state_of_other_items_is_refused);
    FW_CFG_TEST("state/with-impossible-selection-is-refused",
                test_state_with_impossible_selection_is_refused);
    FW_CFG_TEST("realize/second-device-is-refused", test_second_device_is_refused);
    g_test_add_func("/fw_cfg/realize/bad-properties-are-refused",
                    test_bad_properties_are_refused);
    g_test_add_func("/fw_cfg/realize/without-dma", test_device_without_dma);
    return g_test_run();
}
