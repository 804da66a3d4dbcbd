/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attaching devices of the kernel's VFIO: by group, by iommufd, without an IOMMU; guest RAM
 * mapped for DMA; what the user is told when it fails; nothing left behind when any call fails.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/vfio/iommufd.h"
#include "hw/vfio/kvm-internal.h"
#include "hw/vfio/sys-internal.h"
#include "hw/vfio/vfio-common.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "../../fake/fake-vfio.h"
#include "../hwcore/hwcore-harness.h"

#define FOLDER "/sys/bus/platform/devices/"

typedef struct Host {
    FakeDevice uart;
    FakeDevice dma; /* another group */
    FakeDevice bare; /* no IOMMU */
    MemoryRegion ram;
    Object *owner;
} Host;

static void device_init(FakeDevice *dev, const char *name, int group)
{
    *dev = (FakeDevice) {
        .name = name, .group = group, .driver = "vfio-platform",
        .flags = VFIO_DEVICE_FLAGS_PLATFORM,
        .num_regions = 1, .num_irqs = 1,
        .regions[0] = { .size = 0x1000, .flags = VFIO_REGION_INFO_FLAG_READ |
                        VFIO_REGION_INFO_FLAG_WRITE | VFIO_REGION_INFO_FLAG_MMAP },
        .irqs[0] = { .flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
                     VFIO_IRQ_INFO_AUTOMASKED },
    };
    fake_vfio_add(dev);
}

static void host_start(Host *host)
{
    memset(host, 0, sizeof(*host));
    fake_vfio_start();
    device_init(&host->uart, "9000000.uart", 3);
    device_init(&host->dma, "a000000.dma", 4);
    device_init(&host->bare, "b000000.timer", 5);
    host->bare.noiommu = true;
    host->owner = object_new(TYPE_CONTAINER);
    object_property_add_child(object_get_root(), "owner", host->owner);
    memory_region_init_ram_nomigrate(&host->ram, host->owner, "ram", 2 * MiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x40000000, &host->ram);
}

static void host_stop(Host *host)
{
    memory_region_del_subregion(get_system_memory(), &host->ram);
    object_unparent(host->owner);
    object_unref(host->owner);
    /* Views that readers may still have seen hold the region. */
    drain_call_rcu();
    fake_vfio_stop();
}

static void vdev_init(VFIODevice *vdev, const FakeDevice *dev)
{
    *vdev = (VFIODevice) {
        .name = g_strdup(dev->name),
        .sysfsdev = g_strconcat(FOLDER, dev->name, NULL),
        .fd = -1,
        .type = VFIO_DEVICE_TYPE_PLATFORM,
    };
}

static void vdev_clear(VFIODevice *vdev)
{
    g_free(vdev->name);
    g_free(vdev->sysfsdev);
}

static int vdev_attach(VFIODevice *vdev, Error **errp)
{
    return vfio_attach_device(vdev->name, vdev, &address_space_memory, errp);
}

static void vdev_attach_refused(VFIODevice *vdev, const char *text)
{
    Error *err = NULL;

    g_assert_cmpint(vdev_attach(vdev, &err), <, 0);
    harness_error_contains(err, text);
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 0);
}

static void test_group_maps_guest_ram(void)
{
    uint64_t mapped_at, mapped_size;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    vdev_init(&vdev, &host.uart);
    g_assert_cmpint(vdev_attach(&vdev, &error_abort), ==, 0);
    g_assert_cmpuint(vdev.num_regions, ==, 1);
    g_assert_cmpuint(vdev.num_irqs, ==, 1);
    g_assert_false(vdev.reset_works);
    g_assert_true(fake_vfio_dma_lookup(0x40000000, &mapped_at, &mapped_size));
    g_assert_cmphex(mapped_at, ==, (uintptr_t)memory_region_get_ram_ptr(&host.ram));
    g_assert_cmphex(mapped_size, ==, 2 * MiB);
    vfio_detach_device(&vdev);
    vdev_clear(&vdev);
    host_stop(&host);
}

static void test_ram_that_comes_and_goes_is_followed(void)
{
    uint64_t mapped_at, mapped_size;
    MemoryRegion more;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    vdev_init(&vdev, &host.uart);
    g_assert_cmpint(vdev_attach(&vdev, &error_abort), ==, 0);
    memory_region_init_ram_nomigrate(&more, host.owner, "more", 64 * KiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x80000000, &more);
    g_assert_true(fake_vfio_dma_lookup(0x80000000, &mapped_at, &mapped_size));
    memory_region_set_enabled(&more, false);
    g_assert_false(fake_vfio_dma_lookup(0x80000000, &mapped_at, &mapped_size));
    memory_region_set_enabled(&more, true);
    memory_region_del_subregion(get_system_memory(), &more);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 1);
    drain_call_rcu();
    object_unparent(OBJECT(&more));
    vfio_detach_device(&vdev);
    vdev_clear(&vdev);
    host_stop(&host);
}

static void test_groups_share_a_container(void)
{
    VFIODevice a, b;
    Host host;

    host_start(&host);
    vdev_init(&a, &host.uart);
    vdev_init(&b, &host.dma);
    g_assert_cmpint(vdev_attach(&a, &error_abort), ==, 0);
    g_assert_cmpint(vdev_attach(&b, &error_abort), ==, 0);
    g_assert_true(a.container == b.container);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 1);
    vfio_detach_device(&a);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 1);
    vfio_detach_device(&b);
    vdev_clear(&a);
    vdev_clear(&b);
    host_stop(&host);
}

/* ---- files that KVM knows ------------------------------------------------------------------ */

static struct {
    const FakeDevice *device;
    unsigned adds, dels;
    int fd;
    int error;
} kvm_files;

static int kvm_file_add(int fd, Error **errp)
{
    /* Nothing has been got from the file yet; a device's own file is the device, unbound. */
    g_assert_cmpint(kvm_files.device->ioas_id, ==, 0);
    g_assert_cmpint(fcntl(fd, F_GETFD), >=, 0);
    kvm_files.adds++;
    kvm_files.fd = fd;
    if (kvm_files.error) {
        error_setg(errp, "no");
    }
    return -kvm_files.error;
}

static int kvm_file_del(int fd, Error **errp)
{
    g_assert_cmpint(fd, ==, kvm_files.fd);
    g_assert_cmpint(fcntl(fd, F_GETFD), >=, 0);
    kvm_files.dels++;
    return 0;
}

static const VFIOKVMOps kvm_file_ops = { .file_add = kvm_file_add, .file_del = kvm_file_del };

static void kvm_files_of(VFIODevice *vdev, Host *host, int error)
{
    const VFIOKVMOps *before = vfio_kvm;

    memset(&kvm_files, 0, sizeof(kvm_files));
    kvm_files.device = &host->uart;
    kvm_files.error = error;
    vfio_kvm = &kvm_file_ops;
    g_assert_cmpint(vdev_attach(vdev, &error_abort), ==, 0);
    g_assert_cmpuint(kvm_files.adds, ==, 1);
    g_assert_cmpuint(kvm_files.dels, ==, 0);
    vfio_detach_device(vdev);
    g_assert_cmpuint(kvm_files.dels, ==, 1);
    vfio_kvm = before;
}

static void test_kvm_knows_the_group(void)
{
    VFIODevice vdev;
    Host host;

    host_start(&host);
    vdev_init(&vdev, &host.uart);
    kvm_files_of(&vdev, &host, 0);
    /* A kernel that does not take it is no reason to do without the device. */
    kvm_files_of(&vdev, &host, EINVAL);
    vdev_clear(&vdev);
    host_stop(&host);
}

static void test_kvm_knows_the_devices_own_file(void)
{
    Object *iommufd = object_new(TYPE_IOMMUFD_BACKEND);
    VFIODevice vdev;
    Host host;

    host_start(&host);
    vdev_init(&vdev, &host.uart);
    vdev.iommufd = IOMMUFD_BACKEND(iommufd);
    kvm_files_of(&vdev, &host, 0);
    vdev_clear(&vdev);
    object_unref(iommufd);
    host_stop(&host);
}

static void test_same_device_twice_is_refused(void)
{
    VFIODevice a, b;
    Error *err = NULL;
    Host host;

    host_start(&host);
    vdev_init(&a, &host.uart);
    vdev_init(&b, &host.uart);
    g_assert_cmpint(vdev_attach(&a, &error_abort), ==, 0);
    g_assert_cmpint(vdev_attach(&b, &err), <, 0);
    harness_error_contains(err, "device is already attached");
    vfio_detach_device(&a);
    vdev_clear(&a);
    vdev_clear(&b);
    host_stop(&host);
}

static IOMMUFDBackend *iommufd_new(void)
{
    return IOMMUFD_BACKEND(object_new(TYPE_IOMMUFD_BACKEND));
}

static void test_iommufd_maps_guest_ram(void)
{
    IOMMUFDBackend *iommufd;
    VFIODevice a, b;
    Host host;

    host_start(&host);
    iommufd = iommufd_new();
    vdev_init(&a, &host.uart);
    vdev_init(&b, &host.dma);
    a.iommufd = b.iommufd = iommufd;
    g_assert_cmpint(vdev_attach(&a, &error_abort), ==, 0);
    g_assert_cmpint(vdev_attach(&b, &error_abort), ==, 0);
    g_assert_true(a.container == b.container);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 1);
    vfio_detach_device(&a);
    vfio_detach_device(&b);
    object_unref(OBJECT(iommufd));
    vdev_clear(&a);
    vdev_clear(&b);
    host_stop(&host);
}

/* ---- refused ---------------------------------------------------------------------------- */

static void test_device_without_group_is_refused(void)
{
    VFIODevice vdev;
    Host host;

    host_start(&host);
    host.uart.group = -1;
    vdev_init(&vdev, &host.uart);
    vdev_attach_refused(&vdev, "no iommu_group found");
    vdev_clear(&vdev);
    host_stop(&host);
}

/* What error_report_err() prints of the failure to attach, hints included. */
static bool text_take(const char *text, size_t len, void *opaque)
{
    g_string_append_len(opaque, text, len);
    return true;
}

static char *vdev_attach_text(VFIODevice *vdev)
{
    GString *text = g_string_new(NULL);
    Error *err = NULL;

    g_assert_cmpint(vdev_attach(vdev, &err), <, 0);
    error_report_set_sink(text_take, text);
    error_report_err(err);
    error_report_set_sink(NULL, NULL);
    return g_string_free(text, FALSE);
}

static void test_group_error_names_culprit_and_command(void)
{
    g_autofree char *text = NULL;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    host.dma.group = 3;
    host.dma.driver = "pl330";
    vdev_init(&vdev, &host.uart);
    text = vdev_attach_text(&vdev);
    g_assert_nonnull(strstr(text, "group 3 is not viable: a000000.dma, in the same IOMMU group, is "
                            "bound to pl330\n"));
    g_assert_nonnull(strstr(text, "echo vfio-platform > " FOLDER "a000000.dma/driver_override\n"));
    g_assert_nonnull(strstr(text, "echo a000000.dma > " FOLDER "a000000.dma/driver/unbind\n"));
    g_assert_nonnull(strstr(text, "echo a000000.dma > /sys/bus/platform/drivers_probe\n"));
    vdev_clear(&vdev);
    host_stop(&host);
}

static void test_unbound_device_error_has_the_reset_parameter(void)
{
    g_autofree char *text = NULL;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    host.uart.driver = NULL;
    vdev_init(&vdev, &host.uart);
    text = vdev_attach_text(&vdev);
    g_assert_nonnull(strstr(text, "failed to open /dev/vfio/3: No such file or directory: binding "
                            "would fail with ENOENT"));
    g_assert_nonnull(strstr(text, "modprobe vfio_platform reset_required=0\n"));
    g_assert_nonnull(strstr(text, "Also: the device is bound to no driver\n"));
    vdev_clear(&vdev);
    host_stop(&host);
}

static void test_group_with_foreign_driver_is_refused(void)
{
    VFIODevice vdev;
    Host host;

    host_start(&host);
    host.dma.group = 3;
    host.dma.driver = "pl330";
    vdev_init(&vdev, &host.uart);
    vdev_attach_refused(&vdev, "group 3 is not viable");
    vdev_clear(&vdev);
    host_stop(&host);
}

static void test_no_iommu_needs_consent(void)
{
    VFIODevice vdev;
    Host host;

    host_start(&host);
    vdev_init(&vdev, &host.bare);
    vdev_attach_refused(&vdev, "no IOMMU for group 5");
    vdev.noiommu_allowed = true;
    g_assert_cmpint(vdev_attach(&vdev, &error_abort), ==, 0);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 0);
    vfio_detach_device(&vdev);
    vdev_clear(&vdev);
    host_stop(&host);
}

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

static void test_unsafe_interrupts_are_explained(void)
{
    VFIODevice vdev;
    Host host;

    host_start(&host);
    fake_vfio.may_allow_unsafe = false;
    vdev_init(&vdev, &host.uart);
    vdev_attach_refused(&vdev, "Operation not permitted");
    vdev_clear(&vdev);
    host_stop(&host);
}

/* What attaching by iommufd fails with, as the user reads it. The fake kernel is set up. */
static char *iommufd_attach_text(Host *host)
{
    IOMMUFDBackend *iommufd = iommufd_new();
    VFIODevice vdev;
    char *text;

    vdev_init(&vdev, &host->uart);
    vdev.iommufd = iommufd;
    text = vdev_attach_text(&vdev);
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    vdev_clear(&vdev);
    object_unref(OBJECT(iommufd));
    return text;
}

static const struct {
    const char *name;
    FakeVFIO kernel;
    const char *driver;
    const char *text, *command;
} iommufd_cases[] = {
    { "no-dev-iommu", { .iommufd_errno = ENOENT }, "vfio-platform",
      "cannot open /dev/iommu: No such file or directory\n", "  modprobe iommufd\n" },
    { "dev-iommu-not-for-this-user", { .iommufd_errno = EACCES }, "vfio-platform",
      "cannot open /dev/iommu: Permission denied\n", " /dev/iommu\n" },
    { "kernel-without-device-nodes", { .no_cdev = true }, "vfio-platform",
      "vfio-dev' is not there\n",
      "CONFIG_VFIO_DEVICE_CDEV (Linux 6.6 or later). Leave out iommufd=" },
    { "device-that-is-not-bound", { .no_cdev = true }, "xgmac",
      "vfio-dev' is not there: ", "echo 9000000.uart > /sys/bus/platform/drivers_probe\n" },
    { "node-missing-in-dev", { .node_errno = ENOENT }, "vfio-platform",
      "cannot open /dev/vfio/devices/vfio0: No such file or directory\n",
      "  udevadm trigger --subsystem-match=vfio-dev\n" },
    { "node-not-for-this-user", { .node_errno = EACCES }, "vfio-platform",
      "cannot open /dev/vfio/devices/vfio0: Permission denied\n", " /dev/vfio/devices/vfio0\n" },
    { "node-in-use", { .node_errno = EBUSY }, "vfio-platform",
      "cannot open /dev/vfio/devices/vfio0: Device or resource busy\n",
      "Another program has it open.\n" },
    { "interrupts-not-isolated", { .bind_errno = EPERM }, "vfio-platform",
      "cannot bind the device to iommufd: Operation not permitted\n",
      "  echo 1 > /sys/module/iommufd/parameters/allow_unsafe_interrupts\n" },
    { "bound-by-another", { .bind_errno = EINVAL }, "vfio-platform",
      "cannot bind the device to iommufd: Invalid argument\n", "Another program may use" },
};

static void test_iommufd_errors_are_explained(gconstpointer opaque)
{
    unsigned i = GPOINTER_TO_UINT(opaque);
    g_autofree char *text = NULL;
    Host host;

    host_start(&host);
    fake_vfio.iommufd_errno = iommufd_cases[i].kernel.iommufd_errno;
    fake_vfio.node_errno = iommufd_cases[i].kernel.node_errno;
    fake_vfio.bind_errno = iommufd_cases[i].kernel.bind_errno;
    fake_vfio.no_cdev = iommufd_cases[i].kernel.no_cdev;
    host.uart.driver = iommufd_cases[i].driver;
    text = iommufd_attach_text(&host);
    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, iommufd_cases[i].text));
    g_assert_nonnull(strstr(text, iommufd_cases[i].command));
    host_stop(&host);
}

/* ---- every call failing ------------------------------------------------------------------ */

static void attach_with_call_failing(VFIODevice *vdev, unsigned nth, bool *reached)
{
    Error *err = NULL;

    fake_vfio.calls = 0;
    fake_vfio.fail_at = nth;
    fake_vfio.fail_errno = EIO;
    if (vdev_attach(vdev, &err) == 0) {
        /* Either too few calls, or one whose failure has a way around. */
        vfio_detach_device(vdev);
    } else {
        g_assert_nonnull(err);
        error_free(err);
    }
    *reached = fake_vfio.calls >= nth;
    fake_vfio.fail_at = 0;
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 0);
    g_assert_cmpuint(fake_vfio_maps(), ==, 0);
}

static void test_nothing_is_left_when_a_call_fails(const void *with_iommufd)
{
    bool reached = true;
    unsigned nth;
    VFIODevice vdev;
    Host host;

    host_start(&host);
    for (nth = 1; reached; nth++) {
        IOMMUFDBackend *iommufd = with_iommufd ? iommufd_new() : NULL;

        vdev_init(&vdev, &host.uart);
        vdev.iommufd = iommufd;
        attach_with_call_failing(&vdev, nth, &reached);
        vdev_clear(&vdev);
        if (iommufd) {
            object_unref(OBJECT(iommufd));
        }
    }
    g_assert_cmpuint(nth, >, 5);
    host_stop(&host);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio/attach/group/maps-guest-ram", test_group_maps_guest_ram);
    g_test_add_func("/vfio/attach/ram-that-comes-and-goes-is-followed",
                    test_ram_that_comes_and_goes_is_followed);
    g_test_add_func("/vfio/attach/group/groups-share-a-container", test_groups_share_a_container);
    g_test_add_func("/vfio/attach/group/same-device-twice-is-refused",
                    test_same_device_twice_is_refused);
    g_test_add_func("/vfio/attach/iommufd/maps-guest-ram", test_iommufd_maps_guest_ram);
    g_test_add_func("/vfio/attach/group/known-to-kvm", test_kvm_knows_the_group);
    g_test_add_func("/vfio/attach/iommufd/known-to-kvm", test_kvm_knows_the_devices_own_file);
    g_test_add_func("/vfio/attach/device-without-group-is-refused",
                    test_device_without_group_is_refused);
    g_test_add_func("/vfio/attach/group-with-foreign-driver-is-refused",
                    test_group_with_foreign_driver_is_refused);
    g_test_add_func("/vfio/attach/no-iommu-needs-consent", test_no_iommu_needs_consent);
    g_test_add_func("/vfio/attach/no-iommu/ram-in-a-carve-out", test_no_iommu_ram_in_a_carve_out);
    g_test_add_func("/vfio/attach/no-iommu/ram-beside-the-carve-out-is-refused",
                    test_no_iommu_ram_beside_the_carve_out_is_refused);
    g_test_add_func("/vfio/attach/no-iommu/ram-that-is-a-private-copy-is-refused",
                    test_no_iommu_ram_that_is_a_private_copy_is_refused);
    g_test_add_func("/vfio/attach/addresses-beyond-the-iommu-are-refused",
                    test_addresses_beyond_the_iommu_are_refused);
    g_test_add_func("/vfio/attach/group-error-names-culprit-and-command",
                    test_group_error_names_culprit_and_command);
    g_test_add_func("/vfio/attach/unbound-device-error-has-the-reset-parameter",
                    test_unbound_device_error_has_the_reset_parameter);
    g_test_add_func("/vfio/attach/locked-memory-limit-is-explained",
                    test_locked_memory_limit_is_explained);
    g_test_add_func("/vfio/attach/unsafe-interrupts-are-explained",
                    test_unsafe_interrupts_are_explained);
    for (unsigned i = 0; i < G_N_ELEMENTS(iommufd_cases); i++) {
        g_autofree char *path = g_strdup_printf("/vfio/attach/iommufd/explains/%s",
                                                iommufd_cases[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_iommufd_errors_are_explained);
    }
    g_test_add_data_func("/vfio/attach/group/nothing-is-left-when-a-call-fails", NULL,
                         test_nothing_is_left_when_a_call_fails);
    g_test_add_data_func("/vfio/attach/iommufd/nothing-is-left-when-a-call-fails", "",
                         test_nothing_is_left_when_a_call_fails);
    return g_test_run();
}
