/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest RAM for the DMA of attached devices: which of it is mapped, what the user is told when
 * that fails before the machine runs, and what happens when it fails later.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/vfio/container-internal.h"
#include "hw/vfio/sys-internal.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "sysemu/runstate.h"
#include "attach-rig.h"

/* ---- RAM in a device file, for a device without an IOMMU ---------------------------------- */

/* A tree with one node of /reserved-memory, on top of the fake kernel's files. */
static struct {
    const VFIOSys *below;
    VFIOSys table;
    char *root;
} tree;

static char *tree_path(const char *path)
{
    return g_str_has_prefix(path, "/sys/firmware/") || g_str_has_prefix(path, "/proc/")
        ? g_strconcat(tree.root, path, NULL) : NULL;
}

static int tree_open(const char *path, int flags)
{
    g_autofree char *real = tree_path(path);

    return real ? open(real, flags | O_CLOEXEC) : tree.below->open(path, flags);
}

static int tree_close(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink ? close(fd)
                                                                      : tree.below->close(fd);
}

static ssize_t tree_pread(int fd, void *buf, size_t size, off_t offset)
{
    return pread(fd, buf, size, offset);
}

static int tree_stat(const char *path, struct stat *st)
{
    g_autofree char *real = tree_path(path);

    return real ? stat(real, st) : tree.below->stat(path, st);
}

static int tree_fstat(int fd, struct stat *st)
{
    return fstat(fd, st);
}

static char **tree_list(const char *path)
{
    g_autofree char *real = tree_path(path);

    return real ? vfio_sys_host.list(real) : tree.below->list(path);
}

static void tree_write(const char *name, const void *data, size_t size)
{
    g_autofree char *path = g_build_filename(tree.root, "sys/firmware/devicetree/base",
                                             "reserved-memory", name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, data, size, NULL));
}

/* 2 MiB at 0x40000000 are reserved. */
static void tree_start(void)
{
    static const uint8_t one[4] = { 0, 0, 0, 1 };
    static const uint8_t reg[8] = { 0x40, 0, 0, 0, 0, 0x20, 0, 0 };

    tree.root = g_dir_make_tmp("gantry-tree-XXXXXX", NULL);
    tree_write("#address-cells", one, sizeof(one));
    tree_write("#size-cells", one, sizeof(one));
    tree_write("ranges", "", 0);
    tree_write("guest@40000000/reg", reg, sizeof(reg));
    tree.below = vfio_sys;
    tree.table = *vfio_sys;
    tree.table.open = tree_open;
    tree.table.close = tree_close;
    tree.table.pread = tree_pread;
    tree.table.stat = tree_stat;
    tree.table.fstat = tree_fstat;
    tree.table.list = tree_list;
    vfio_sys = &tree.table;
}

static void tree_stop(void)
{
    g_autofree char *command = g_strdup_printf("rm -r '%s'", tree.root);

    vfio_sys = tree.below;
    g_assert_cmpint(system(command), ==, 0);
    g_free(tree.root);
}

/* Attach the device without an IOMMU to a machine whose RAM at @address is in @file. */
static int device_file_attach(const char *file, uint32_t flags, uint64_t address, Error **errp)
{
    MemoryRegion ram;
    VFIODevice vdev;
    Host host;
    int ret;

    host_start(&host);
    tree_start();
    memory_region_set_enabled(&host.ram, false);
    memory_region_init_ram_from_file(&ram, host.owner, "file", 2 * MiB, 0, flags, file, 0,
                                     &error_abort);
    memory_region_add_subregion(get_system_memory(), address, &ram);
    vdev_init(&vdev, &host.bare);
    vdev.noiommu_allowed = true;
    ret = vdev_attach(&vdev, errp);
    if (ret == 0) {
        vfio_detach_device(&vdev);
    }
    vdev_clear(&vdev);
    memory_region_del_subregion(get_system_memory(), &ram);
    drain_call_rcu();
    object_unparent(OBJECT(&ram));
    tree_stop();
    host_stop(&host);
    return ret;
}

static void test_no_iommu_ram_in_a_carve_out(void)
{
    g_assert_cmpint(device_file_attach("/dev/zero", RAM_SHARED, 0x40000000, &error_abort), ==, 0);
}

static void test_no_iommu_ram_beside_the_carve_out_is_refused(void)
{
    Error *err = NULL;

    g_assert_cmpint(device_file_attach("/dev/zero", RAM_SHARED, 0x40100000, &err), <, 0);
    harness_error_contains(err, "0x40100000..0x402fffff is not all reserved: /reserved-memory/"
                           "guest@40000000 is 0x40000000..0x401fffff");
    err = NULL;
    g_assert_cmpint(device_file_attach("/dev/zero", RAM_SHARED, 0x80000000, &err), <, 0);
    harness_error_contains(err, "0x80000000..0x801fffff is not reserved");
}

static void test_no_iommu_ram_that_is_a_private_copy_is_refused(void)
{
    Error *err = NULL;

    g_assert_cmpint(device_file_attach("/dev/zero", 0, 0x40000000, &err), <, 0);
    harness_error_contains(err, "give the memory backend share=on");
}

static void test_addresses_beyond_the_iommu_are_refused(void)
{
    VFIODevice vdev;
    Host host;

    host_start(&host);
    fake_vfio.n_iova_ranges = 1;
    fake_vfio.iova_ranges[0].last = 0x3fffffff;
    vdev_init(&vdev, &host.uart);
    vdev_attach_refused(&vdev, "usable: 0x0..0x3fffffff");
    vdev_clear(&vdev);
    host_stop(&host);
}

static void test_locked_memory_limit_is_explained(void)
{
    VFIODevice vdev;
    Host host;

    host_start(&host);
    fake_vfio.map_errno = ENOMEM;
    vdev_init(&vdev, &host.uart);
    vdev_attach_refused(&vdev, "Cannot allocate memory");
    vdev_clear(&vdev);
    host_stop(&host);
}

/* ---- what is mapped ------------------------------------------------------------------------ */

static bool is_mapped(uint64_t iova, uint64_t *size)
{
    uint64_t host;

    return fake_vfio_dma_lookup(iova, &host, size);
}

/* Registers of other devices would be written by one that was told to. */
static void test_registers_are_not_mapped(void)
{
    g_autofree void *registers = g_malloc0(8192);
    void *page = (void *)ROUND_UP((uintptr_t)registers, 4096);
    MemoryRegion device, rom;
    uint64_t size;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    memory_region_init_ram_device_ptr(&device, host.owner, "registers", 4096, page);
    memory_region_add_subregion(get_system_memory(), 0x10000000, &device);
    memory_region_init_rom_nomigrate(&rom, host.owner, "rom", 64 * KiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x20000000, &rom);
    vdev_init(&vdev, &host.uart);
    g_assert_cmpint(vdev_attach(&vdev, &error_abort), ==, 0);
    g_assert_false(is_mapped(0x10000000, &size));
    g_assert_true(is_mapped(0x20000000, &size));
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 2);
    vfio_detach_device(&vdev);
    vdev_clear(&vdev);
    memory_region_del_subregion(get_system_memory(), &rom);
    memory_region_del_subregion(get_system_memory(), &device);
    drain_call_rcu();
    object_unparent(OBJECT(&rom));
    object_unparent(OBJECT(&device));
    host_stop(&host);
}

/* A hole in RAM makes two ranges of one block; its ends are rounded to the host's pages. */
static void test_one_mapping_for_each_range_of_whole_pages(void)
{
    const uint64_t page = qemu_real_host_page_size();
    MemoryRegion hole;
    uint64_t size;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    memory_region_init_io(&hole, host.owner, NULL, NULL, "hole", page / 2);
    memory_region_add_subregion_overlap(get_system_memory(), 0x40100000, &hole, 1);
    vdev_init(&vdev, &host.uart);
    g_assert_cmpint(vdev_attach(&vdev, &error_abort), ==, 0);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 2);
    g_assert_true(is_mapped(0x40000000, &size));
    g_assert_cmphex(size, ==, 1 * MiB);
    g_assert_true(is_mapped(0x40100000 + page, &size));
    g_assert_cmphex(size, ==, 1 * MiB - page);
    memory_region_del_subregion(get_system_memory(), &hole);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 1);
    vfio_detach_device(&vdev);
    vdev_clear(&vdev);
    drain_call_rcu();
    object_unparent(OBJECT(&hole));
    host_stop(&host);
}

/* ---- failures ------------------------------------------------------------------------------ */

static void test_exhausted_entries_name_the_limit(void)
{
    MemoryRegion more;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    memory_region_init_ram_nomigrate(&more, host.owner, "more", 64 * KiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x80000000, &more);
    fake_vfio.dma_entries_max = 1;
    vdev_init(&vdev, &host.uart);
    vdev_attach_refused(&vdev, "raise dma_entry_limit of vfio_iommu_type1");
    vdev_clear(&vdev);
    memory_region_del_subregion(get_system_memory(), &more);
    drain_call_rcu();
    object_unparent(OBJECT(&more));
    host_stop(&host);
}

static void test_overlap_names_both_ranges(void)
{
    Error *err = NULL;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    vdev_init(&vdev, &host.uart);
    g_assert_cmpint(vdev_attach(&vdev, &error_abort), ==, 0);
    g_assert_false(vfio_container_mapping_add(vdev.container, 0x401f0000, 0x20000, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "0x401f0000..0x4020ffff"));
    harness_error_contains(err, "0x40000000..0x401fffff");
    vfio_detach_device(&vdev);
    vdev_clear(&vdev);
    host_stop(&host);
}

static bool text_keep(const char *text, size_t len, void *opaque)
{
    g_string_append_len(opaque, text, len);
    return true;
}

static void test_failure_of_a_running_machine_stops_it(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    MemoryRegion more;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    runstate_init();
    vm_start();
    vdev_init(&vdev, &host.uart);
    g_assert_cmpint(vdev_attach(&vdev, &error_abort), ==, 0);
    memory_region_init_ram_nomigrate(&more, host.owner, "more", 64 * KiB, &error_abort);
    fake_vfio.map_errno = ENOMEM;
    error_report_set_sink(text_keep, text);
    memory_region_add_subregion(get_system_memory(), 0x80000000, &more);
    error_report_set_sink(NULL, NULL);
    g_assert_nonnull(strstr(text->str, "the machine is stopped: mapping 64 KiB of guest memory at "
                            "0x80000000"));
    g_assert_true(runstate_check(RUN_STATE_INTERNAL_ERROR));
    fake_vfio.map_errno = 0;
    memory_region_del_subregion(get_system_memory(), &more);
    vfio_detach_device(&vdev);
    vdev_clear(&vdev);
    drain_call_rcu();
    object_unparent(OBJECT(&more));
    host_stop(&host);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
#define CASE(name, func) g_test_add_func("/vfio/dma/" name, func)
    CASE("registers-are-not-mapped", test_registers_are_not_mapped);
    CASE("one-mapping-for-each-range-of-whole-pages",
         test_one_mapping_for_each_range_of_whole_pages);
    CASE("addresses-beyond-the-iommu-are-refused", test_addresses_beyond_the_iommu_are_refused);
    CASE("locked-memory-limit-is-explained", test_locked_memory_limit_is_explained);
    CASE("exhausted-entries-name-the-limit", test_exhausted_entries_name_the_limit);
    CASE("overlap-names-both-ranges", test_overlap_names_both_ranges);
    CASE("failure-of-a-running-machine-stops-it", test_failure_of_a_running_machine_stops_it);
    CASE("no-iommu/ram-in-a-carve-out", test_no_iommu_ram_in_a_carve_out);
    CASE("no-iommu/ram-beside-the-carve-out-is-refused",
         test_no_iommu_ram_beside_the_carve_out_is_refused);
    CASE("no-iommu/ram-that-is-a-private-copy-is-refused",
         test_no_iommu_ram_that_is_a_private_copy_is_refused);
#undef CASE
    return g_test_run();
}
