/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM's side of interrupts against a simulated kernel: where the controller is, the table of
 * routes, eventfds, and the files of kvm-vfio.
 */
#include "qemu/osdep.h"
#include "qemu/accel.h"
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "sysemu/cpus.h"
#include "sysemu/kvm.h"
#include "../../fake/fake-vgic.h"

#define OFFERS_BOTH (1u << 2 | 1u << 3)
#define INPUTS 64

static void start(void)
{
    static const char *const requests[] = { "kvm", NULL };

    fake_kvm_start();
    fake_vgic_start(OFFERS_BOTH);
    accel_init_first_usable(NULL, requests, NULL, NULL, &error_abort);
}

static void stop(void)
{
    accel_release();
    fake_vgic_stop();
    fake_kvm_stop();
}

/* With a controller in the kernel that has its inputs in the table. */
static void start_with_inputs(void)
{
    start();
    g_assert_true(kvm_irqchip_create(kvm_state, true, &error_abort));
    for (int i = 0; i < INPUTS; i++) {
        kvm_irqchip_add_irq_route(kvm_state, i, 0, i);
    }
    kvm_irqchip_commit_routes(kvm_state);
}

/* -- where the controller is ----------------------------------------------------------------- */

static void test_capabilities_are_asked(void)
{
    start();
    fake_kvm.extensions[KVM_CAP_IRQFD_RESAMPLE] = 0;
    fake_kvm.extensions[KVM_CAP_MSI_DEVID] = 1;
    g_assert_true(kvm_irqchip_create(kvm_state, true, &error_abort));
    g_assert_true(kvm_irqchip_in_kernel());
    g_assert_true(kvm_irqfds_enabled());
    g_assert_false(kvm_resamplefds_enabled());
    g_assert_true(kvm_gsi_routing_enabled());
    g_assert_true(kvm_msi_via_irqfd_enabled());
    g_assert_true(kvm_msi_devid_required());
    stop();
    g_assert_false(kvm_irqchip_in_kernel());
    g_assert_false(kvm_irqfds_enabled());
}

static void test_user_space_controller_needs_a_kernel_that_helps(void)
{
    Error *err = NULL;

    start();
    g_assert_false(kvm_irqchip_create(kvm_state, false, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "kernel-irqchip=off needs KVM_CAP_ARM_USER_IRQ, "
                    "which the host's kernel lacks: Linux has it since 4.13");
    error_free(err);
    fake_kvm.extensions[KVM_CAP_ARM_USER_IRQ] = 1;
    g_assert_true(kvm_irqchip_create(kvm_state, false, &error_abort));
    g_assert_false(kvm_irqchip_in_kernel());
    g_assert_false(kvm_irqfds_enabled());
    stop();
}

/* -- routes ---------------------------------------------------------------------------------- */

static void test_kernels_own_table_is_left_alone(void)
{
    start_with_inputs();
    g_assert_cmpuint(fake_vgic.route_calls, ==, 0);
    stop();
}

static const struct kvm_irq_routing_entry *route_of(unsigned gsi)
{
    for (unsigned i = 0; i < fake_vgic.nr_routes; i++) {
        if (fake_vgic.routes[i].gsi == gsi) {
            return &fake_vgic.routes[i];
        }
    }
    return NULL;
}

static void test_message_routes_come_with_all_inputs(void)
{
    KVMRouteChange c;
    int first, second;

    start_with_inputs();
    c = kvm_irqchip_begin_route_changes(kvm_state);
    first = kvm_irqchip_add_msi_message(&c, 0x108020040, 7, 3);
    second = kvm_irqchip_add_msi_message(&c, 0x108020040, 8, 3);
    g_assert_cmpuint(fake_vgic.route_calls, ==, 0);
    g_assert_cmpint(kvm_irqchip_commit_route_changes(&c), ==, 0);
    g_assert_cmpint(kvm_irqchip_commit_route_changes(&c), ==, 0);
    g_assert_cmpuint(fake_vgic.route_calls, ==, 1);
    g_assert_cmpuint(fake_vgic.nr_routes, ==, INPUTS + 2);
    for (unsigned i = 0; i < INPUTS; i++) {
        g_assert_cmpuint(route_of(i)->type, ==, KVM_IRQ_ROUTING_IRQCHIP);
        g_assert_cmpuint(route_of(i)->u.irqchip.pin, ==, i);
    }
    g_assert_cmpint(first, >=, INPUTS);
    g_assert_cmpint(second, !=, first);
    g_assert_cmpuint(route_of(second)->type, ==, KVM_IRQ_ROUTING_MSI);
    g_assert_cmphex(route_of(second)->u.msi.address_hi, ==, 1);
    g_assert_cmphex(route_of(second)->u.msi.address_lo, ==, 0x08020040);
    g_assert_cmpuint(route_of(second)->u.msi.data, ==, 8);
    g_assert_cmpuint(route_of(second)->flags, ==, 0);
    stop();
}

static void test_device_id_is_told_where_the_kernel_wants_it(void)
{
    KVMRouteChange c;
    int gsi;

    start();
    fake_kvm.extensions[KVM_CAP_MSI_DEVID] = 1;
    g_assert_true(kvm_irqchip_create(kvm_state, true, &error_abort));
    c = kvm_irqchip_begin_route_changes(kvm_state);
    gsi = kvm_irqchip_add_msi_message(&c, 0x8090040, 5, 0x18);
    g_assert_cmpint(kvm_irqchip_commit_route_changes(&c), ==, 0);
    g_assert_cmpuint(route_of(gsi)->flags, ==, KVM_MSI_VALID_DEVID);
    g_assert_cmphex(route_of(gsi)->u.msi.devid, ==, 0x18);
    stop();
}

static void test_message_can_change(void)
{
    KVMRouteChange c;
    int gsi;

    start_with_inputs();
    c = kvm_irqchip_begin_route_changes(kvm_state);
    gsi = kvm_irqchip_add_msi_message(&c, 0x8090040, 5, 0);
    kvm_irqchip_commit_route_changes(&c);
    g_assert_cmpint(kvm_irqchip_update_msi_message(kvm_state, gsi, 0x8090040, 5, 0), ==, 0);
    g_assert_cmpuint(fake_vgic.route_calls, ==, 1);
    g_assert_cmpint(kvm_irqchip_update_msi_message(kvm_state, gsi, 0x8090040, 6, 0), ==, 0);
    g_assert_cmpuint(fake_vgic.route_calls, ==, 2);
    g_assert_cmpuint(route_of(gsi)->u.msi.data, ==, 6);
    /* An input of the controller is no message, and an unknown number nothing. */
    g_assert_cmpint(kvm_irqchip_update_msi_message(kvm_state, 1, 0, 0, 0), ==, -ENOENT);
    g_assert_cmpint(kvm_irqchip_update_msi_message(kvm_state, 1000, 0, 0, 0), ==, -ENOENT);
    stop();
}

static void test_released_number_is_given_again(void)
{
    KVMRouteChange c;
    int gsi;

    start_with_inputs();
    c = kvm_irqchip_begin_route_changes(kvm_state);
    gsi = kvm_irqchip_add_msi_message(&c, 0x8090040, 5, 0);
    kvm_irqchip_release_virq(kvm_state, gsi);
    kvm_irqchip_release_virq(kvm_state, 1); /* an input is not released */
    g_assert_cmpint(kvm_irqchip_add_msi_message(&c, 0x8090040, 6, 0), ==, gsi);
    kvm_irqchip_commit_route_changes(&c);
    g_assert_cmpuint(fake_vgic.nr_routes, ==, INPUTS + 1);
    stop();
}

static void test_numbers_run_out(void)
{
    KVMRouteChange c;

    start();
    fake_kvm.extensions[KVM_CAP_IRQ_ROUTING] = 2;
    g_assert_true(kvm_irqchip_create(kvm_state, true, &error_abort));
    kvm_irqchip_add_irq_route(kvm_state, 0, 0, 0);
    c = kvm_irqchip_begin_route_changes(kvm_state);
    g_assert_cmpint(kvm_irqchip_add_msi_message(&c, 0x8090040, 5, 0), ==, 1);
    g_assert_cmpint(kvm_irqchip_add_msi_message(&c, 0x8090040, 6, 0), ==, -ENOSPC);
    stop();
}

static void test_refused_table_is_an_error(void)
{
    KVMRouteChange c;

    start_with_inputs();
    fake_kvm.fail_request = KVM_SET_GSI_ROUTING;
    fake_kvm.fail_errno = EINVAL;
    c = kvm_irqchip_begin_route_changes(kvm_state);
    kvm_irqchip_add_msi_message(&c, 0x8090040, 5, 0);
    g_assert_cmpint(kvm_irqchip_commit_route_changes(&c), ==, -EINVAL);
    stop();
}

/* -- eventfds -------------------------------------------------------------------------------- */

static void test_irqfd_with_and_without_resampling(void)
{
    EventNotifier trigger, resample;

    start_with_inputs();
    event_notifier_init(&trigger, 0);
    event_notifier_init(&resample, 0);
    g_assert_cmpint(kvm_irqchip_add_irqfd_notifier_gsi(kvm_state, &trigger, &resample, 9), ==, 0);
    g_assert_cmpuint(fake_vgic.irqfd.gsi, ==, 9);
    g_assert_cmpint(fake_vgic.irqfd.fd, ==, event_notifier_get_fd(&trigger));
    g_assert_cmpint(fake_vgic.irqfd.resamplefd, ==, event_notifier_get_fd(&resample));
    g_assert_cmpuint(fake_vgic.irqfd.flags, ==, KVM_IRQFD_FLAG_RESAMPLE);
    g_assert_cmpint(kvm_irqchip_remove_irqfd_notifier_gsi(kvm_state, &trigger, 9), ==, 0);
    g_assert_cmpuint(fake_vgic.irqfd.flags, ==, KVM_IRQFD_FLAG_DEASSIGN);
    g_assert_cmpint(kvm_irqchip_add_irqfd_notifier_gsi(kvm_state, &trigger, NULL, 10), ==, 0);
    g_assert_cmpuint(fake_vgic.irqfd.flags, ==, 0);
    event_notifier_cleanup(&trigger);
    event_notifier_cleanup(&resample);
    stop();
}

static void test_irqfd_of_a_line_needs_its_number(void)
{
    qemu_irq line = qemu_allocate_irq(NULL, NULL, 0);
    EventNotifier trigger;

    start_with_inputs();
    event_notifier_init(&trigger, 0);
    g_assert_cmpint(kvm_irqchip_add_irqfd_notifier(kvm_state, &trigger, NULL, line), ==, -ENXIO);
    g_assert_cmpint(kvm_irqchip_remove_irqfd_notifier(kvm_state, &trigger, line), ==, -ENXIO);
    g_assert_cmpint(kvm_irqchip_add_irqfd_notifier_gsi(kvm_state, &trigger, NULL, -1), ==, -EINVAL);
    g_assert_cmpuint(fake_vgic.irqfd_calls, ==, 0);
    event_notifier_cleanup(&trigger);
    qemu_free_irq(line);
    stop();
}

static void test_irqfd_without_the_capability(void)
{
    EventNotifier trigger, resample;

    start();
    fake_kvm.extensions[KVM_CAP_IRQFD_RESAMPLE] = 0;
    g_assert_true(kvm_irqchip_create(kvm_state, true, &error_abort));
    event_notifier_init(&trigger, 0);
    event_notifier_init(&resample, 0);
    g_assert_cmpint(kvm_irqchip_add_irqfd_notifier_gsi(kvm_state, &trigger, &resample, 1), ==,
                    -ENOSYS);
    g_assert_cmpint(kvm_irqchip_add_irqfd_notifier_gsi(kvm_state, &trigger, NULL, 1), ==, 0);
    event_notifier_cleanup(&trigger);
    event_notifier_cleanup(&resample);
    stop();
}

/* -- kvm-vfio -------------------------------------------------------------------------------- */

static struct { unsigned adds, dels; int last; } vfio_files;

static bool vfio_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    const struct kvm_device_attr *attr = arg;

    if (kind != 'd' || request != KVM_SET_DEVICE_ATTR) {
        return false;
    }
    g_assert_cmpuint(attr->group, ==, KVM_DEV_VFIO_GROUP);
    vfio_files.last = *(int32_t *)(uintptr_t)attr->addr;
    vfio_files.adds += attr->attr == KVM_DEV_VFIO_GROUP_ADD;
    vfio_files.dels += attr->attr == KVM_DEV_VFIO_GROUP_DEL;
    *ret = 0;
    return true;
}

static void test_vfio_files_share_one_device(void)
{
    start();
    fake_kvm.ioctl = vfio_ioctl;
    g_assert_cmpint(kvm_vfio_file_add(kvm_state, 40, &error_abort), ==, 0);
    g_assert_cmpint(kvm_vfio_file_add(kvm_state, 41, &error_abort), ==, 0);
    g_assert_cmpuint(fake_kvm.n_devices, ==, 1);
    g_assert_cmpuint(fake_kvm.devices[0].type, ==, KVM_DEV_TYPE_VFIO);
    g_assert_cmpuint(vfio_files.adds, ==, 2);
    g_assert_cmpint(vfio_files.last, ==, 41);
    g_assert_cmpint(kvm_vfio_file_del(kvm_state, 40, &error_abort), ==, 0);
    g_assert_cmpuint(vfio_files.dels, ==, 1);
    g_assert_cmpint(vfio_files.last, ==, 40);
    /* The device stays: a kernel may make only one in the VM's life. */
    kvm_vfio_file_del(kvm_state, 41, &error_abort);
    g_assert_cmpuint(fake_kvm.n_devices, ==, 1);
    stop();
}

static void test_vfio_refusals_are_said(void)
{
    Error *err = NULL;

    start();
    g_assert_cmpint(kvm_vfio_file_del(kvm_state, 40, &err), ==, -ENOENT);
    error_free_or_abort(&err);
    fake_kvm.fail_request = KVM_CREATE_DEVICE;
    fake_kvm.fail_errno = ENODEV;
    g_assert_cmpint(kvm_vfio_file_add(kvm_state, 40, &err), ==, -ENODEV);
    g_assert_cmpstr(error_get_pretty(err), ==, "KVM does not make a kvm-vfio device: "
                    "No such device");
    error_free_or_abort(&err);
    fake_kvm.fail_request = KVM_SET_DEVICE_ATTR;
    fake_kvm.fail_errno = EINVAL;
    g_assert_cmpint(kvm_vfio_file_add(kvm_state, 40, &err), ==, -EINVAL);
    error_free_or_abort(&err);
    stop();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    memory_map_init();
    g_test_add_func("/kvm/irqchip/capabilities-are-asked", test_capabilities_are_asked);
    g_test_add_func("/kvm/irqchip/user-space-controller-needs-a-kernel-that-helps",
                    test_user_space_controller_needs_a_kernel_that_helps);
    g_test_add_func("/kvm/routes/kernels-own-table-is-left-alone",
                    test_kernels_own_table_is_left_alone);
    g_test_add_func("/kvm/routes/messages-come-with-all-inputs",
                    test_message_routes_come_with_all_inputs);
    g_test_add_func("/kvm/routes/device-id-is-told-where-wanted",
                    test_device_id_is_told_where_the_kernel_wants_it);
    g_test_add_func("/kvm/routes/message-can-change", test_message_can_change);
    g_test_add_func("/kvm/routes/released-number-is-given-again",
                    test_released_number_is_given_again);
    g_test_add_func("/kvm/routes/numbers-run-out", test_numbers_run_out);
    g_test_add_func("/kvm/routes/refused-table-is-an-error", test_refused_table_is_an_error);
    g_test_add_func("/kvm/irqfd/with-and-without-resampling",
                    test_irqfd_with_and_without_resampling);
    g_test_add_func("/kvm/irqfd/line-needs-its-number", test_irqfd_of_a_line_needs_its_number);
    g_test_add_func("/kvm/irqfd/without-the-capability", test_irqfd_without_the_capability);
    g_test_add_func("/kvm/vfio/files-share-one-device", test_vfio_files_share_one_device);
    g_test_add_func("/kvm/vfio/refusals-are-said", test_vfio_refusals_are_said);
    return g_test_run();
}
