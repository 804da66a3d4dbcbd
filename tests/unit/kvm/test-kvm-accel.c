/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator "kvm" against a kernel of the test's: what it says when the host cannot have it,
 * that nothing is left open then, and its requests of the VM and of devices.
 */
#include "qemu/osdep.h"
#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "sysemu/cpus.h"
#include "sysemu/kvm.h"
#include "../../fake/fake-kvm.h"

#define REQUESTS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* -- refusals -------------------------------------------------------------------------------- */

static void assert_refused(const char *message)
{
    g_autofree char *all = g_strdup_printf("no accelerator is usable (kvm: %s)", message);
    Error *err = NULL;

    g_assert_null(accel_init_first_usable(NULL, REQUESTS("kvm"), NULL, NULL, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, all);
    error_free(err);
    g_assert_false(kvm_enabled());
    g_assert_null(kvm_state);
    fake_kvm_stop();
}

static void test_other_architecture(void)
{
    fake_kvm_start();
    fake_kvm_set_arch("x86_64");
    assert_refused("KVM runs guests of the host's architecture only: the host is x86_64, the "
                   "guest aarch64");
}

static void test_no_device_file(void)
{
    fake_kvm_start();
    fake_kvm.open_errno = ENOENT;
    assert_refused("there is no /dev/kvm: the host's kernel has no KVM, or was not started at EL2");
}

static void test_no_permission(void)
{
    fake_kvm_start();
    fake_kvm.open_errno = EACCES;
    assert_refused("no permission for /dev/kvm: add the user to the group that owns it (usermod "
                   "-aG kvm USER) and log in again");
}

static void test_other_open_error(void)
{
    fake_kvm_start();
    fake_kvm.open_errno = EMFILE;
    assert_refused("/dev/kvm cannot be opened: Too many open files");
}

static void test_missing_extension(void)
{
    fake_kvm_start();
    fake_kvm.extensions[KVM_CAP_IMMEDIATE_EXIT] = 0;
    assert_refused("the host's kernel lacks KVM_CAP_IMMEDIATE_EXIT: Linux has it since 4.11");
}

static void test_vm_refused(void)
{
    fake_kvm_start();
    fake_kvm.fail_request = KVM_CREATE_VM;
    fake_kvm.fail_errno = ENOMEM;
    assert_refused("KVM does not make a VM (type 0x0): Cannot allocate memory");
}

static void test_run_size_refused(void)
{
    g_autofree char *message = NULL;

    fake_kvm_start();
    fake_kvm.fail_request = KVM_GET_VCPU_MMAP_SIZE;
    fake_kvm.fail_errno = EINVAL;
    message = g_strdup_printf("KVM shares -22 bytes of a CPU's state, %zu are needed",
                              sizeof(struct kvm_run));
    assert_refused(message);
}

static void test_next_is_tried(void)
{
    fake_kvm_start();
    fake_kvm.open_errno = ENOENT;
    g_assert_nonnull(accel_init_first_usable(NULL, REQUESTS("kvm", "qtest"), NULL, NULL,
                                             &error_abort));
    g_assert_cmpstr(current_accel_name(), ==, "qtest");
    g_assert_false(kvm_enabled());
    accel_release();
    fake_kvm_stop();
}

/* -- a VM ------------------------------------------------------------------------------------ */

static void kvm_start(const char *request)
{
    fake_kvm_start();
    accel_init_first_usable(NULL, REQUESTS(request), NULL, NULL, &error_abort);
}

static void kvm_stop(void)
{
    accel_release();
    g_assert_false(kvm_enabled());
    g_assert_null(kvm_state);
    fake_kvm_stop();
}

static void test_vm(void)
{
    kvm_start("kvm");
    g_assert_true(kvm_enabled());
    g_assert_nonnull(kvm_state);
    g_assert_true(kvm_eventfds_enabled());
    g_assert_true(kvm_halt_in_kernel());
    g_assert_false(kvm_irqchip_in_kernel());
    g_assert_cmpint(kvm_get_max_memslots(), ==, 32);
    g_assert_cmpint(kvm_vm_check_extension(kvm_state, KVM_CAP_MAX_VCPUS), ==, 8);
    g_assert_cmpint(kvm_check_extension(kvm_state, KVM_CAP_HYPERV), ==, 0);
    kvm_stop();
}

static void test_kernel_irqchip(void)
{
    Error *err = NULL;

    kvm_start("kvm");
    g_assert_true(kvm_kernel_irqchip_allowed());
    g_assert_false(kvm_kernel_irqchip_required());
    kvm_stop();
    kvm_start("kvm,kernel-irqchip=on");
    g_assert_true(kvm_kernel_irqchip_allowed());
    g_assert_true(kvm_kernel_irqchip_required());
    kvm_stop();
    kvm_start("kvm,kernel-irqchip=off");
    g_assert_false(kvm_kernel_irqchip_allowed());
    kvm_stop();
    g_assert_null(accel_init_first_usable(NULL, REQUESTS("kvm,kernel-irqchip=split"), NULL, NULL,
                                          &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "-accel kvm,kernel-irqchip=split: "
                    "kernel-irqchip=split does not exist on this architecture");
    error_free(err);
}

static bool attribute_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    struct kvm_device_attr *attr = arg;

    if (kind != 'd') {
        return false;
    }
    if (request == KVM_GET_DEVICE_ATTR && attr->group == 3 && attr->attr == 5) {
        *(uint64_t *)(uintptr_t)attr->addr = 77;
        *ret = 0;
        return true;
    }
    *ret = -1;
    errno = ENXIO;
    return true;
}

static void test_device(void)
{
    uint64_t value = 0;
    Error *err = NULL;
    int fd;

    kvm_start("kvm");
    fake_kvm.ioctl = attribute_ioctl;
    g_assert_cmpint(kvm_create_device(kvm_state, KVM_DEV_TYPE_VFIO, true), ==, 0);
    g_assert_cmpuint(fake_kvm.n_devices, ==, 0);
    fd = kvm_create_device(kvm_state, KVM_DEV_TYPE_VFIO, false);
    g_assert_cmpint(fd, ==, fake_kvm.devices[0].fd);
    g_assert_cmpint(kvm_device_access(fd, 3, 5, &value, false, &error_abort), ==, 0);
    g_assert_cmpuint(value, ==, 77);
    g_assert_cmpint(kvm_device_access(fd, 3, 6, &value, true, &err), ==, -ENXIO);
    g_assert_cmpstr(error_get_pretty(err), ==, "KVM: setting attribute 0x6 in group 3 of a device: "
                    "No such device or address");
    error_free(err);
    g_assert_cmpint(kvm_device_check_attr(fd, 3, 6), ==, 0);
    kvm_device_close(fd);
    kvm_stop();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    memory_map_init();
    g_test_add_func("/kvm/accel/other-architecture-is-said", test_other_architecture);
    g_test_add_func("/kvm/accel/no-device-file-is-said", test_no_device_file);
    g_test_add_func("/kvm/accel/no-permission-names-the-group", test_no_permission);
    g_test_add_func("/kvm/accel/other-open-error-is-said", test_other_open_error);
    g_test_add_func("/kvm/accel/missing-extension-is-named", test_missing_extension);
    g_test_add_func("/kvm/accel/refused-vm-leaves-nothing-open", test_vm_refused);
    g_test_add_func("/kvm/accel/unreadable-run-size-leaves-nothing-open", test_run_size_refused);
    g_test_add_func("/kvm/accel/next-accelerator-is-tried", test_next_is_tried);
    g_test_add_func("/kvm/accel/vm-answers", test_vm);
    g_test_add_func("/kvm/accel/kernel-irqchip-property", test_kernel_irqchip);
    g_test_add_func("/kvm/accel/device-attributes", test_device);
    return g_test_run();
}
