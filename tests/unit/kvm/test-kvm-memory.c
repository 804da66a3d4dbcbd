/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory slots against a fake kernel that keeps KVM's rules: which slots there are after a change
 * of the memory map, how many calls it took, and what happens when there is no slot.
 */
#include "qemu/osdep.h"
#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/ram_addr.h"
#include "qemu/event_notifier.h"
#include "sysemu/kvm.h"
#include "../../fake/fake-kvm.h"

#define RAM_BASE 0x40000000ULL

typedef struct Map {
    MemoryRegion ram, rom, io;
} Map;

static void map_start(Map *map, gconstpointer unused)
{
    static const char *const requests[] = { "kvm", NULL };

    fake_kvm_start();
    fake_kvm.extensions[KVM_CAP_NR_MEMSLOTS] = 4;
    accel_init_first_usable(NULL, requests, NULL, NULL, &error_abort);
    memory_region_init_ram(&map->ram, NULL, "ram", 1 * MiB, &error_abort);
    memory_region_init_rom(&map->rom, NULL, "rom", 64 * KiB, &error_abort);
    memory_region_init_io(&map->io, NULL, NULL, NULL, "io", 4 * KiB);
}

static void map_stop(Map *map, gconstpointer unused)
{
    MemoryRegion *all[] = { &map->io, &map->rom, &map->ram };

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i]->container) {
            memory_region_del_subregion(get_system_memory(), all[i]);
        }
    }
    for (unsigned i = 0; i < FAKE_KVM_SLOTS; i++) {
        g_assert_cmpuint(fake_kvm.slots[i].memory_size, ==, 0);
    }
    accel_release();
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        object_unparent(OBJECT(all[i]));
    }
    drain_call_rcu();
    fake_kvm_stop();
}

static unsigned slots_in_use(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < FAKE_KVM_SLOTS; i++) {
        n += fake_kvm.slots[i].memory_size != 0;
    }
    return n;
}

/* The slot that begins at @gpa, or NULL. */
static const struct kvm_userspace_memory_region *slot_at(uint64_t gpa)
{
    for (unsigned i = 0; i < FAKE_KVM_SLOTS; i++) {
        if (fake_kvm.slots[i].memory_size && fake_kvm.slots[i].guest_phys_addr == gpa) {
            return &fake_kvm.slots[i];
        }
    }
    return NULL;
}

static void map_add(hwaddr at, MemoryRegion *mr)
{
    memory_region_add_subregion_overlap(get_system_memory(), at, mr, 1);
}

static void ram_add(Map *map)
{
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &map->ram);
}

/* -- which slots ----------------------------------------------------------------------------- */

static void test_ram_is_one_slot(Map *map, gconstpointer unused)
{
    ram_add(map);
    g_assert_cmpuint(slots_in_use(), ==, 1);
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 1);
    g_assert_cmpuint(slot_at(RAM_BASE)->memory_size, ==, 1 * MiB);
    g_assert_cmpuint(slot_at(RAM_BASE)->flags, ==, 0);
    g_assert_true((void *)(uintptr_t)slot_at(RAM_BASE)->userspace_addr ==
                  memory_region_get_ram_ptr(&map->ram));
}

static void test_rom_is_readonly(Map *map, gconstpointer unused)
{
    map_add(0, &map->rom);
    g_assert_cmpuint(slot_at(0)->flags, ==, KVM_MEM_READONLY);
}

static void test_io_is_no_slot(Map *map, gconstpointer unused)
{
    map_add(0, &map->io);
    g_assert_cmpuint(slots_in_use(), ==, 0);
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 0);
}

static void test_hole_splits(Map *map, gconstpointer unused)
{
    ram_add(map);
    fake_kvm.slot_calls = 0;
    map_add(RAM_BASE + 64 * KiB, &map->io);
    g_assert_cmpuint(slots_in_use(), ==, 2);
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 3); /* one less, two more */
    g_assert_cmpuint(slot_at(RAM_BASE)->memory_size, ==, 64 * KiB);
    g_assert_cmpuint(slot_at(RAM_BASE + 68 * KiB)->memory_size, ==, 1 * MiB - 68 * KiB);
    g_assert_true((uint8_t *)(uintptr_t)slot_at(RAM_BASE + 68 * KiB)->userspace_addr ==
                  (uint8_t *)memory_region_get_ram_ptr(&map->ram) + 68 * KiB);
    memory_region_del_subregion(get_system_memory(), &map->io);
    g_assert_cmpuint(slots_in_use(), ==, 1);
}

static void test_unaligned_parts_are_left_out(Map *map, gconstpointer unused)
{
    MemoryRegion small;

    memory_region_init_io(&small, NULL, NULL, NULL, "small", 0x200);
    ram_add(map);
    map_add(RAM_BASE + 0x1800, &small);
    /* The page that the small region lies in is reached by exits. */
    g_assert_cmpuint(slot_at(RAM_BASE)->memory_size, ==, 4 * KiB);
    g_assert_cmpuint(slot_at(RAM_BASE + 0x2000)->memory_size, ==, 1 * MiB - 8 * KiB);
    memory_region_del_subregion(get_system_memory(), &small);
    object_unparent(OBJECT(&small));
}

/* Less than a page of RAM ends where a piece of the same RAM begins: it takes nothing with it. */
static void test_part_of_a_page_goes_alone(Map *map, gconstpointer unused)
{
    MemoryRegion part, pages;

    memory_region_init_alias(&part, NULL, "part", &map->ram, 0, 0x800);
    memory_region_init_alias(&pages, NULL, "pages", &map->ram, 0x10000, 0x2000);
    map_add(RAM_BASE + 0x800, &part);
    map_add(RAM_BASE + 0x1000, &pages);
    g_assert_nonnull(slot_at(RAM_BASE + 0x1000));
    memory_region_del_subregion(get_system_memory(), &part);
    g_assert_nonnull(slot_at(RAM_BASE + 0x1000));
    memory_region_del_subregion(get_system_memory(), &pages);
    g_assert_cmpuint(slots_in_use(), ==, 0);
    object_unparent(OBJECT(&part));
    object_unparent(OBJECT(&pages));
    drain_call_rcu();
}

static void test_aliases_of_one_block_join(Map *map, gconstpointer unused)
{
    MemoryRegion low, high;

    memory_region_init_alias(&low, NULL, "low", &map->ram, 0, 512 * KiB);
    memory_region_init_alias(&high, NULL, "high", &map->ram, 512 * KiB, 512 * KiB);
    memory_region_transaction_begin();
    map_add(RAM_BASE, &low);
    map_add(RAM_BASE + 512 * KiB, &high);
    memory_region_transaction_commit();
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 1);
    g_assert_cmpuint(slot_at(RAM_BASE)->memory_size, ==, 1 * MiB);
    memory_region_del_subregion(get_system_memory(), &low);
    memory_region_del_subregion(get_system_memory(), &high);
    object_unparent(OBJECT(&low));
    object_unparent(OBJECT(&high));
}

/* -- how many calls -------------------------------------------------------------------------- */

static void test_toggle_costs_one_call(Map *map, gconstpointer unused)
{
    ram_add(map);
    map_add(0, &map->rom);
    fake_kvm.slot_calls = 0;
    memory_region_set_enabled(&map->rom, false);
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 1);
    memory_region_set_enabled(&map->rom, true);
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 2);
}

static void test_unrelated_change_costs_nothing(Map *map, gconstpointer unused)
{
    ram_add(map);
    fake_kvm.slot_calls = 0;
    map_add(0, &map->io);
    memory_region_transaction_begin();
    memory_region_set_enabled(&map->ram, false);
    memory_region_set_enabled(&map->ram, true);
    memory_region_transaction_commit();
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 0);
}

/* -- dirty pages ----------------------------------------------------------------------------- */

static unsigned log_reads;

/* Pages 1 and 130 of the slot are dirty. */
static bool log_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    struct kvm_dirty_log *log = arg;
    uint64_t *words;

    if (kind != 'v' || request != KVM_GET_DIRTY_LOG) {
        return false;
    }
    g_assert_true(fake_kvm.slots[log->slot].flags & KVM_MEM_LOG_DIRTY_PAGES);
    words = log->dirty_bitmap;
    words[0] = 1ULL << 1;
    words[2] = 1ULL << 2;
    log_reads++;
    *ret = 0;
    return true;
}

static bool page_is_dirty(Map *map, unsigned page)
{
    return ram_block_dirty_get(map->ram.ram_block, page * 4096, 1, DIRTY_MEMORY_VGA);
}

static void test_dirty_log(Map *map, gconstpointer unused)
{
    if (getpagesize() != 4096) {
        g_test_skip("the fake's log is of pages of 4 KiB");
        return;
    }
    fake_kvm.ioctl = log_ioctl;
    log_reads = 0;
    ram_add(map);
    fake_kvm.slot_calls = 0;
    memory_region_set_log(&map->ram, true, DIRTY_MEMORY_VGA);
    g_assert_cmpuint(fake_kvm.slot_calls, ==, 1); /* the flag alone */
    g_assert_cmpuint(slot_at(RAM_BASE)->flags, ==, KVM_MEM_LOG_DIRTY_PAGES);
    ram_block_dirty_test_and_clear(map->ram.ram_block, 0, 1 * MiB, DIRTY_MEMORY_VGA);
    memory_region_sync_dirty_bitmap(&map->ram);
    g_assert_true(page_is_dirty(map, 1) && page_is_dirty(map, 130));
    g_assert_false(page_is_dirty(map, 0) || page_is_dirty(map, 129) || page_is_dirty(map, 2));
    g_assert_cmpuint(log_reads, ==, 1);
    memory_region_set_log(&map->ram, false, DIRTY_MEMORY_VGA);
    g_assert_cmpuint(slot_at(RAM_BASE)->flags, ==, 0);
}

static void test_removed_slot_keeps_its_log(Map *map, gconstpointer unused)
{
    if (getpagesize() != 4096) {
        g_test_skip("the fake's log is of pages of 4 KiB");
        return;
    }
    fake_kvm.ioctl = log_ioctl;
    ram_add(map);
    memory_region_set_log(&map->ram, true, DIRTY_MEMORY_VGA);
    ram_block_dirty_test_and_clear(map->ram.ram_block, 0, 1 * MiB, DIRTY_MEMORY_VGA);
    memory_region_set_enabled(&map->ram, false);
    g_assert_true(page_is_dirty(map, 1));
    memory_region_set_enabled(&map->ram, true);
    memory_region_set_log(&map->ram, false, DIRTY_MEMORY_VGA);
}

/* -- failures -------------------------------------------------------------------------------- */

static void test_no_slot_left(Map *map, gconstpointer unused)
{
    MemoryRegion io[4];
    /* Five pieces, four slots. */
    memory_region_transaction_begin();
    ram_add(map);
    for (unsigned i = 0; i < G_N_ELEMENTS(io); i++) {
        memory_region_init_io(&io[i], NULL, NULL, NULL, "io", 4 * KiB);
        map_add(RAM_BASE + (i + 1) * 128 * KiB, &io[i]);
    }
    memory_region_transaction_commit();
    g_assert_cmpuint(slots_in_use(), ==, 4);
    g_assert_false(kvm_has_free_slot(NULL));
    /* When there is room again, it is used. */
    memory_region_del_subregion(get_system_memory(), &io[0]);
    g_assert_cmpuint(slots_in_use(), ==, 4);
    g_assert_nonnull(slot_at(RAM_BASE + 4 * 128 * KiB + 4 * KiB));
    for (unsigned i = 1; i < G_N_ELEMENTS(io); i++) {
        memory_region_del_subregion(get_system_memory(), &io[i]);
    }
    g_assert_cmpuint(slots_in_use(), ==, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(io); i++) {
        object_unparent(OBJECT(&io[i]));
    }
}

static void test_refused_slot(Map *map, gconstpointer unused)
{
    fake_kvm.fail_request = KVM_SET_USER_MEMORY_REGION;
    fake_kvm.fail_errno = ENOMEM;
    ram_add(map);
    g_assert_cmpuint(slots_in_use(), ==, 0);
    fake_kvm.fail_errno = 0;
    map_add(0, &map->rom);
    g_assert_cmpuint(slots_in_use(), ==, 2);
}

/* -- doorbells ------------------------------------------------------------------------------- */

static struct kvm_ioeventfd doorbell;
static unsigned doorbell_calls;

static bool doorbell_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    if (kind != 'v' || request != KVM_IOEVENTFD) {
        return false;
    }
    doorbell = *(struct kvm_ioeventfd *)arg;
    doorbell_calls++;
    *ret = 0;
    return true;
}

static void test_ioeventfd(Map *map, gconstpointer unused)
{
    EventNotifier e;

    event_notifier_init(&e, 0);
    fake_kvm.ioctl = doorbell_ioctl;
    doorbell_calls = 0;
    map_add(0x1000, &map->io);
    memory_region_add_eventfd(&map->io, 0x50, 4, true, 3, &e);
    g_assert_cmpuint(doorbell_calls, ==, 1);
    g_assert_cmpuint(doorbell.addr, ==, 0x1050);
    g_assert_cmpuint(doorbell.len, ==, 4);
    g_assert_cmpuint(doorbell.datamatch, ==, 3);
    g_assert_cmpint(doorbell.fd, ==, event_notifier_get_fd(&e));
    g_assert_cmpuint(doorbell.flags, ==, KVM_IOEVENTFD_FLAG_DATAMATCH);
    memory_region_del_eventfd(&map->io, 0x50, 4, true, 3, &e);
    g_assert_cmpuint(doorbell.flags, ==,
                     KVM_IOEVENTFD_FLAG_DATAMATCH | KVM_IOEVENTFD_FLAG_DEASSIGN);
    g_assert_cmpuint(doorbell_calls, ==, 2);
    event_notifier_cleanup(&e);
}

#define ADD(_path, _fn) \
    g_test_add("/kvm/memory/" _path, Map, NULL, map_start, _fn, map_stop)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    memory_map_init();
    ADD("ram-is-one-slot", test_ram_is_one_slot);
    ADD("rom-is-a-readonly-slot", test_rom_is_readonly);
    ADD("io-has-no-slot", test_io_is_no_slot);
    ADD("hole-splits-the-slot", test_hole_splits);
    ADD("parts-of-pages-have-no-slot", test_unaligned_parts_are_left_out);
    ADD("part-of-a-page-goes-alone", test_part_of_a_page_goes_alone);
    ADD("aliases-of-one-block-share-a-slot", test_aliases_of_one_block_join);
    ADD("toggling-a-region-costs-one-call", test_toggle_costs_one_call);
    ADD("unrelated-change-costs-no-call", test_unrelated_change_costs_nothing);
    ADD("dirty-log-reaches-the-bitmap", test_dirty_log);
    ADD("removed-slot-leaves-its-dirty-pages", test_removed_slot_keeps_its_log);
    ADD("exhausted-slots-are-survived", test_no_slot_left);
    ADD("refused-slot-is-tried-again", test_refused_slot);
    ADD("doorbell-becomes-ioeventfd", test_ioeventfd);
    return g_test_run();
}
