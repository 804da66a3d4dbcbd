/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM, ROM, ROM devices, RAM devices, dirty pages, mappings, caches and
 * resizing.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "exec/address-spaces.h"
#include "exec/ram_addr.h"
#include "qemu/main-loop.h"
#include "map-fixture.h"

#define ATTRS MEMTXATTRS_UNSPECIFIED
#define RAM_SIZE (64 * PAGE)
#define BASE (0x100 * PAGE)

/* A map with @size bytes of RAM at BASE. */
static MemoryRegion *map_add_ram(Map *m, uint64_t size, uint32_t flags)
{
    MemoryRegion *mr = map_region(m);

    g_assert_true(memory_region_init_ram_flags_nomigrate(mr, NULL, NULL, size, flags,
                                                         &error_abort));
    memory_region_add_subregion(&m->root, BASE, mr);
    return mr;
}

static MemTxResult load_error(AddressSpace *as, hwaddr addr)
{
    MemTxResult r;

    address_space_ldl_le(as, addr, ATTRS, &r);
    return r;
}

static void test_ram_keeps_what_is_stored(void)
{
    Map *m = map_new();
    uint8_t *host = memory_region_get_ram_ptr(map_add_ram(m, RAM_SIZE, 0));
    MemTxResult r;

    address_space_stq_be(&m->as, BASE + 8, 0x0102030405060708ull, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(host[8], ==, 1);
    g_assert_cmphex(address_space_ldl_le(&m->as, BASE + 8, ATTRS, NULL), ==, 0x04030201);
    map_free(m);
}

static void test_shared_ram_has_a_file(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, RAM_SHARED);
    uint32_t *other;

    other = mmap(NULL, RAM_SIZE, PROT_READ, MAP_SHARED, memory_region_get_fd(mr),
                 qemu_ram_get_fd_offset(mr->ram_block));
    g_assert_true(other != MAP_FAILED);
    address_space_stl_le(&m->as, BASE, 0x1234, ATTRS, NULL);
    g_assert_cmphex(le32_to_cpu(other[0]), ==, 0x1234);
    munmap(other, RAM_SIZE);
    map_free(m);
}

static void test_rom_ignores_stores(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);
    uint32_t value = cpu_to_le32(7);
    MemTxResult r;

    memory_region_set_readonly(mr, true);
    address_space_stl_le(&m->as, BASE, 1, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(address_space_ldl_le(&m->as, BASE, ATTRS, NULL), ==, 0);
    address_space_write_rom(&m->as, BASE, ATTRS, &value, sizeof(value));
    g_assert_cmphex(address_space_ldl_le(&m->as, BASE, ATTRS, NULL), ==, 7);
    map_free(m);
}

static void test_readonly_alias_protects_ram(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0), *alias = map_alias(m, mr, 0, PAGE);

    memory_region_set_readonly(alias, true);
    memory_region_add_subregion(&m->root, 0, alias);
    address_space_stl_le(&m->as, 0, 1, ATTRS, NULL);
    g_assert_cmphex(address_space_ldl_le(&m->as, BASE, ATTRS, NULL), ==, 0);
    address_space_stl_le(&m->as, BASE, 1, ATTRS, NULL);
    g_assert_cmphex(address_space_ldl_le(&m->as, 0, ATTRS, NULL), ==, 1);
    map_free(m);
}

static void test_rom_device_switches(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_region(m);

    g_assert_true(memory_region_init_rom_device_nomigrate(mr, NULL, &map_tag_ops, map_tag(9),
                                                          NULL, RAM_SIZE, &error_abort));
    memory_region_add_subregion(&m->root, BASE, mr);
    stl_le_p(memory_region_get_ram_ptr(mr), 5);
    g_assert_cmpuint(map_tag_at(m, BASE), ==, 5);
    memory_region_rom_device_set_romd(mr, false);
    g_assert_cmpuint(map_tag_at(m, BASE), ==, 9);
    address_space_stl_le(&m->as, BASE, 1, ATTRS, NULL);
    memory_region_rom_device_set_romd(mr, true);
    g_assert_cmpuint(map_tag_at(m, BASE), ==, 5);
    map_free(m);
}

static void test_ram_device_is_accessed_by_value(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_region(m);
    g_autofree void *host = g_malloc0(PAGE);
    hwaddr len = PAGE;
    void *p;

    memory_region_init_ram_device_ptr(mr, NULL, NULL, PAGE, host);
    memory_region_add_subregion(&m->root, BASE, mr);
    address_space_stl_le(&m->as, BASE + 4, 0xabcd, ATTRS, NULL);
    g_assert_cmphex(ldl_le_p((uint8_t *)host + 4), ==, 0xabcd);
    g_assert_cmphex(address_space_ldl_le(&m->as, BASE + 4, ATTRS, NULL), ==, 0xabcd);
    p = address_space_map(&m->as, BASE, &len, false, ATTRS);
    g_assert_true(p != host);
    address_space_unmap(&m->as, p, len, false, len);
    map_free(m);
}

static void test_blocks_are_found_by_host_address(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);
    uint8_t *host = memory_region_get_ram_ptr(mr);
    ram_addr_t offset;

    g_assert_true(qemu_ram_block_from_host(host + 0x1234, true, &offset) == mr->ram_block);
    g_assert_cmphex(offset, ==, 0x1000);
    g_assert_cmphex(qemu_ram_addr_from_host(host + 5), ==, memory_region_get_ram_addr(mr) + 5);
    g_assert_cmphex(qemu_ram_addr_from_host(&offset), ==, RAM_ADDR_INVALID);
    map_free(m);
}

static void test_block_numbers_do_not_overlap(void)
{
    Map *m = map_new();
    MemoryRegion *a = map_region(m), *b = map_region(m), *c = map_region(m);
    ram_addr_t first;

    memory_region_init_ram_nomigrate(a, NULL, NULL, RAM_SIZE, &error_abort);
    memory_region_init_ram_nomigrate(b, NULL, NULL, RAM_SIZE, &error_abort);
    g_assert_cmphex(memory_region_get_ram_addr(a), !=, memory_region_get_ram_addr(b));
    first = MAX(memory_region_get_ram_addr(a), memory_region_get_ram_addr(b));
    memory_region_init_ram_nomigrate(c, NULL, NULL, 16 * RAM_SIZE, &error_abort);
    g_assert_cmphex(memory_region_get_ram_addr(c), >=, first + RAM_SIZE);
    map_free(m);
}

static void test_zero_and_huge_sizes_are_errors(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_region(m), *huge = map_region(m);
    Error *err = NULL;

    g_assert_false(memory_region_init_ram_nomigrate(mr, NULL, NULL, 0, &err));
    error_free_or_abort(&err);
    g_assert_cmpuint(memory_region_size(mr), ==, 0);
    g_assert_false(memory_region_init_ram_nomigrate(huge, NULL, NULL, 1ull << 61, &err));
    error_free_or_abort(&err);
    map_free(m);
}

/* -- resizing ------------------------------------------------------------------------- */

static uint64_t resized_to;

static void on_resize(const char *name, uint64_t length, void *host)
{
    resized_to = length;
}

static void test_resizeable_ram_grows_to_its_maximum(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_region(m);
    Error *err = NULL;

    g_assert_true(memory_region_init_resizeable_ram(mr, NULL, NULL, PAGE, 4 * PAGE, on_resize,
                                                    &error_abort));
    memory_region_add_subregion(&m->root, BASE, mr);
    g_assert_cmpuint(load_error(&m->as, BASE + PAGE), ==, MEMTX_DECODE_ERROR);
    memory_region_ram_resize(mr, 4 * PAGE, &error_abort);
    g_assert_cmphex(resized_to, ==, 4 * PAGE);
    g_assert_cmpuint(load_error(&m->as, BASE + PAGE), ==, MEMTX_OK);
    memory_region_ram_resize(mr, 5 * PAGE, &err);
    error_free_or_abort(&err);
    g_assert_cmphex(memory_region_size(mr), ==, 4 * PAGE);
    map_free(m);
}

static void test_discarded_pages_read_zero(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, RAM_SHARED);

    address_space_set(&m->as, BASE, 0xff, 4 * PAGE, ATTRS);
    g_assert_cmpint(ram_block_discard_range(mr->ram_block, PAGE, PAGE), ==, 0);
    g_assert_cmphex(address_space_ldub(&m->as, BASE + PAGE, ATTRS, NULL), ==, 0);
    g_assert_cmphex(address_space_ldub(&m->as, BASE + 2 * PAGE, ATTRS, NULL), ==, 0xff);
    map_free(m);
}

static void test_discard_users_exclude_each_other(void)
{
    g_assert_cmpint(ram_block_discard_disable(true), ==, 0);
    g_assert_cmpint(ram_block_discard_require(true), ==, -EBUSY);
    g_assert_true(ram_block_discard_is_disabled());
    g_assert_cmpint(ram_block_discard_disable(false), ==, 0);
    g_assert_cmpint(ram_block_coordinated_discard_require(true), ==, 0);
    g_assert_cmpint(ram_block_uncoordinated_discard_disable(true), ==, 0);
    g_assert_cmpint(ram_block_discard_disable(true), ==, -EBUSY);
    ram_block_uncoordinated_discard_disable(false);
    ram_block_coordinated_discard_require(false);
    g_assert_false(ram_block_discard_is_required());
}

/* -- dirty pages ---------------------------------------------------------------------- */

static void test_no_bitmap_without_client(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);

    address_space_stl_le(&m->as, BASE, 1, ATTRS, NULL);
    for (unsigned i = 0; i < DIRTY_MEMORY_NUM; i++) {
        g_assert_null(mr->ram_block->dirty[i]);
    }
    map_free(m);
}

static void test_stores_make_pages_dirty(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);
    DirtyBitmapSnapshot *snap;

    memory_region_set_log(mr, true, DIRTY_MEMORY_VGA);
    g_assert_true(memory_region_get_dirty(mr, 0, RAM_SIZE, DIRTY_MEMORY_VGA));
    memory_region_reset_dirty(mr, 0, RAM_SIZE, DIRTY_MEMORY_VGA);
    address_space_stl_le(&m->as, BASE + 5 * PAGE - 2, 1, ATTRS, NULL);
    snap = memory_region_snapshot_and_clear_dirty(mr, PAGE, 8 * PAGE, DIRTY_MEMORY_VGA);
    g_assert_false(memory_region_snapshot_get_dirty(mr, snap, PAGE, 3 * PAGE));
    g_assert_true(memory_region_snapshot_get_dirty(mr, snap, 4 * PAGE, PAGE));
    g_assert_true(memory_region_snapshot_get_dirty(mr, snap, 5 * PAGE, 1));
    g_assert_false(memory_region_snapshot_get_dirty(mr, snap, 6 * PAGE, 2 * PAGE));
    g_assert_false(memory_region_get_dirty(mr, 0, RAM_SIZE, DIRTY_MEMORY_VGA));
    g_free(snap);
    memory_region_set_log(mr, false, DIRTY_MEMORY_VGA);
    map_free(m);
}

static void test_dirty_ranges_cross_words(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, 256 * PAGE, 0);

    ram_block_dirty_track(mr->ram_block, DIRTY_MEMORY_MIGRATION);
    g_assert_true(ram_block_dirty_test_and_clear(mr->ram_block, 0, 256 * PAGE,
                                                 DIRTY_MEMORY_MIGRATION));
    ram_block_dirty_set(mr->ram_block, 60 * PAGE + 1, 80 * PAGE, DIRTY_CLIENTS_ALL);
    for (unsigned i = 0; i < 256; i++) {
        g_assert_cmpint(ram_block_dirty_get(mr->ram_block, i * PAGE, PAGE,
                                            DIRTY_MEMORY_MIGRATION), ==, i >= 60 && i <= 140);
    }
    g_assert_true(ram_block_dirty_all(mr->ram_block, 60 * PAGE, 81 * PAGE,
                                      DIRTY_MEMORY_MIGRATION));
    g_assert_false(ram_block_dirty_all(mr->ram_block, 59 * PAGE, 81 * PAGE,
                                       DIRTY_MEMORY_MIGRATION));
    map_free(m);
}

static void test_kernel_bitmap_is_merged(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, 128 * PAGE, 0);
    uint64_t bits[2] = { cpu_to_le64(0x8000000000000001ull), cpu_to_le64(0x6) };

    ram_block_dirty_track(mr->ram_block, DIRTY_MEMORY_MIGRATION);
    ram_block_dirty_test_and_clear(mr->ram_block, 0, 128 * PAGE, DIRTY_MEMORY_MIGRATION);
    g_assert_cmpuint(ram_block_dirty_merge_le(mr->ram_block, 2 * PAGE, bits, 66,
                                              DIRTY_CLIENTS_ALL), ==, 3);
    for (unsigned i = 0; i < 128; i++) {
        g_assert_cmpint(ram_block_dirty_get(mr->ram_block, i * PAGE, 1, DIRTY_MEMORY_MIGRATION),
                        ==, i == 2 || i == 65 || i == 67);
    }
    map_free(m);
}

static ram_addr_t code_written_at;

static void on_code_written(RAMBlock *block, ram_addr_t start, ram_addr_t length)
{
    code_written_at = start;
}

static void test_code_client_hears_first_store(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);

    ram_code_written_set(on_code_written);
    code_written_at = RAM_ADDR_INVALID;
    address_space_stl_le(&m->as, BASE + 2 * PAGE + 8, 1, ATTRS, NULL);
    g_assert_cmphex(code_written_at, ==, RAM_ADDR_INVALID);
    ram_block_dirty_test_and_clear(mr->ram_block, 2 * PAGE, PAGE, DIRTY_MEMORY_CODE);
    address_space_stl_notdirty(&m->as, BASE + 2 * PAGE + 8, 1, ATTRS, NULL);
    g_assert_cmphex(code_written_at, ==, RAM_ADDR_INVALID);
    address_space_stl_le(&m->as, BASE + 2 * PAGE + 8, 1, ATTRS, NULL);
    g_assert_cmphex(code_written_at, ==, 2 * PAGE + 8);
    ram_code_written_set(NULL);
    map_free(m);
}

static int log_started, log_stopped;

static void on_log_start(MemoryListener *l, MemoryRegionSection *s, int old_val, int new_val)
{
    log_started += new_val & ~old_val;
}

static void on_log_stop(MemoryListener *l, MemoryRegionSection *s, int old_val, int new_val)
{
    log_stopped += old_val & ~new_val;
}

static void test_listeners_hear_logging(void)
{
    static MemoryListener listener = {
        .name = "log", .log_start = on_log_start, .log_stop = on_log_stop,
    };
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);

    qemu_ram_set_migratable(mr->ram_block);
    memory_listener_register(&listener, &m->as);
    memory_region_set_log(mr, true, DIRTY_MEMORY_VGA);
    g_assert_cmpint(log_started, ==, 1 << DIRTY_MEMORY_VGA);
    memory_global_dirty_log_start(GLOBAL_DIRTY_MIGRATION);
    g_assert_cmpint(log_started, ==, 1 << DIRTY_MEMORY_VGA | 1 << DIRTY_MEMORY_MIGRATION);
    g_assert_true(memory_region_is_logging(mr, DIRTY_MEMORY_MIGRATION));
    memory_global_dirty_log_stop(GLOBAL_DIRTY_MIGRATION);
    memory_region_set_log(mr, false, DIRTY_MEMORY_VGA);
    g_assert_cmpint(log_stopped, ==, log_started);
    memory_listener_unregister(&listener);
    map_free(m);
}

/* -- mappings and caches -------------------------------------------------------------- */

static void test_map_gives_the_memory_itself(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);
    hwaddr len = 2 * RAM_SIZE;
    uint8_t *p;

    memory_region_set_log(mr, true, DIRTY_MEMORY_VGA);
    memory_region_reset_dirty(mr, 0, RAM_SIZE, DIRTY_MEMORY_VGA);
    p = address_space_map(&m->as, BASE + PAGE, &len, true, ATTRS);
    g_assert_true(p == (uint8_t *)memory_region_get_ram_ptr(mr) + PAGE);
    g_assert_cmphex(len, ==, RAM_SIZE - PAGE);
    address_space_unmap(&m->as, p, len, true, 1);
    g_assert_true(memory_region_get_dirty(mr, PAGE, 1, DIRTY_MEMORY_VGA));
    g_assert_false(memory_region_get_dirty(mr, 2 * PAGE, PAGE, DIRTY_MEMORY_VGA));
    memory_region_set_log(mr, false, DIRTY_MEMORY_VGA);
    map_free(m);
}

static void count_call(void *opaque)
{
    (*(unsigned *)opaque)++;
}

static void test_bounce_buffer_is_one_and_wakes_waiters(void)
{
    Map *m = map_new();
    hwaddr len = 8, other_len = 8;
    unsigned calls = 0;
    QEMUBH *bh = qemu_bh_new(count_call, &calls);
    void *p;

    memory_region_add_subregion(&m->root, 0, map_io(m, 0x55, PAGE));
    p = address_space_map(&m->as, 0, &len, false, ATTRS);
    g_assert_nonnull(p);
    g_assert_cmphex(ldl_le_p(p), ==, 0x55);
    g_assert_null(address_space_map(&m->as, 0, &other_len, false, ATTRS));
    cpu_register_map_client(bh);
    address_space_unmap(&m->as, p, len, false, len);
    main_loop_wait(true);
    g_assert_cmpuint(calls, ==, 1);
    qemu_bh_delete(bh);
    map_free(m);
}

static void test_cache_reaches_memory_and_io(void)
{
    Map *m = map_new();
    MemoryRegion *mr = map_add_ram(m, RAM_SIZE, 0);
    MemoryRegionCache cache;
    MemTxResult r;

    memory_region_add_subregion(&m->root, 0, map_io(m, 0x66, PAGE));
    g_assert_cmpint(address_space_cache_init(&cache, &m->as, BASE + 8, 16, true), ==, 16);
    stl_le_phys_cached(&cache, 4, 0x77);
    g_assert_cmphex(ldl_le_p((uint8_t *)memory_region_get_ram_ptr(mr) + 12), ==, 0x77);
    address_space_ldl_le_cached(&cache, 14, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    address_space_cache_destroy(&cache);
    address_space_cache_destroy(&cache);
    g_assert_cmpint(address_space_cache_init(&cache, &m->as, 0, 2 * PAGE, false), ==, PAGE);
    g_assert_cmphex(ldl_le_phys_cached(&cache, 0), ==, 0x66);
    address_space_cache_destroy(&cache);
    g_assert_cmpint(address_space_cache_init(&cache, &m->as, 4 * PAGE, 8, false), ==, 0);
    map_free(m);
}

int main(int argc, char **argv)
{
    qemu_init_main_loop(&error_abort);
    map_test_init(&argc, &argv);
#define ADD(path, fn) g_test_add_func("/memory/" path, fn)
    ADD("ram/keeps-what-is-stored", test_ram_keeps_what_is_stored);
    ADD("ram/shared-has-a-file", test_shared_ram_has_a_file);
    ADD("ram/rom-ignores-stores", test_rom_ignores_stores);
    ADD("ram/readonly-alias-protects", test_readonly_alias_protects_ram);
    ADD("ram/rom-device-switches", test_rom_device_switches);
    ADD("ram/ram-device-is-accessed-by-value", test_ram_device_is_accessed_by_value);
    ADD("ram/found-by-host-address", test_blocks_are_found_by_host_address);
    ADD("ram/block-numbers-do-not-overlap", test_block_numbers_do_not_overlap);
    ADD("ram/impossible-sizes-are-errors", test_zero_and_huge_sizes_are_errors);
    ADD("ram/resizeable-grows-to-maximum", test_resizeable_ram_grows_to_its_maximum);
    ADD("ram/discarded-pages-read-zero", test_discarded_pages_read_zero);
    ADD("ram/discard-users-exclude-each-other", test_discard_users_exclude_each_other);
    ADD("dirty/no-bitmap-without-client", test_no_bitmap_without_client);
    ADD("dirty/stores-make-pages-dirty", test_stores_make_pages_dirty);
    ADD("dirty/ranges-cross-words", test_dirty_ranges_cross_words);
    ADD("dirty/kernel-bitmap-is-merged", test_kernel_bitmap_is_merged);
    ADD("dirty/code-client-hears-first-store", test_code_client_hears_first_store);
    ADD("dirty/listeners-hear-logging", test_listeners_hear_logging);
    ADD("map/gives-the-memory-itself", test_map_gives_the_memory_itself);
    ADD("map/bounce-buffer-wakes-waiters", test_bounce_buffer_is_one_and_wakes_waiters);
    ADD("cache/reaches-memory-and-io", test_cache_reaches_memory_and_io);
    return g_test_run();
}
