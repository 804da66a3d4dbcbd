/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attaching devices of the kernel's VFIO: by group, by iommufd, without an IOMMU; guest RAM
 * mapped for DMA; what the user is told when it fails; nothing left behind when any call fails.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/vfio/iommufd.h"
#include "hw/vfio/kvm-internal.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "attach-rig.h"

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
    g_test_add_func("/vfio/attach/group-error-names-culprit-and-command",
                    test_group_error_names_culprit_and_command);
    g_test_add_func("/vfio/attach/unbound-device-error-has-the-reset-parameter",
                    test_unbound_device_error_has_the_reset_parameter);
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
