/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which way the interrupts of a vfio-platform device take, with an accelerator that has irqfds and
 * without, and what becomes of a line that is high and masked when one way fails.
 */
#include "qemu/osdep.h"
#include "hw/vfio/kvm-internal.h"
#include "hw/vfio/platform-internal.h"
#include "hw/vfio-info.h"
#include "qapi/error.h"
#include "platform-rig.h"

/* ---- an accelerator ------------------------------------------------------------------------- */

typedef struct FakeKVM {
    bool in_kernel, irqfd, resamplefd;
    int add_errno;
    unsigned adds, removes, with_resample;
    int last_gsi;
} FakeKVM;

static FakeKVM kvm;

static bool fake_irqfd(void)
{
    return kvm.irqfd;
}

static bool fake_resamplefd(void)
{
    return kvm.resamplefd;
}

static int fake_add(EventNotifier *trigger, EventNotifier *resample, int gsi)
{
    if (kvm.add_errno) {
        return -kvm.add_errno;
    }
    g_assert_cmpint(event_notifier_get_fd(trigger), >=, 0);
    kvm.adds++;
    kvm.with_resample += resample != NULL;
    kvm.last_gsi = gsi;
    return 0;
}

static int fake_remove(EventNotifier *trigger, int gsi)
{
    kvm.removes++;
    return 0;
}

static bool fake_in_kernel(void)
{
    return kvm.in_kernel;
}

static int fake_file(int fd, Error **errp)
{
    return 0;
}

static const VFIOKVMOps fake_kvm = {
    .in_kernel = fake_in_kernel, .irqfd = fake_irqfd, .resamplefd = fake_resamplefd,
    .add = fake_add, .remove = fake_remove, .file_add = fake_file, .file_del = fake_file,
};

static const VFIOKVMOps *real_kvm;

static void kvm_start(bool irqfd, bool resamplefd)
{
    kvm = (FakeKVM) { .in_kernel = true, .irqfd = irqfd, .resamplefd = resamplefd };
    real_kvm = vfio_kvm;
    vfio_kvm = &fake_kvm;
}

static void kvm_stop(void)
{
    g_assert_cmpuint(kvm.adds, ==, kvm.removes);
    vfio_kvm = real_kvm;
}

/* Why interrupt @pin takes no faster way, as query-vfio tells. */
static void assert_told(PlatformRig *rig, unsigned pin, const char *no_irqfd,
                        const char *no_irqchip)
{
    VfioDeviceInfo *info = VFIO_INFO_GET_CLASS(rig->device)->query(OBJECT(rig->device));
    VfioIrqInfoList *irq = info->irqs;

    while (irq->value->index != pin) {
        irq = irq->next;
    }
    g_assert_cmpint(!irq->value->no_irqfd, ==, !no_irqfd);
    g_assert_cmpint(!irq->value->no_irqchip, ==, !no_irqchip);
    g_assert_true(!no_irqfd || strstr(irq->value->no_irqfd, no_irqfd));
    g_assert_true(!no_irqchip || strstr(irq->value->no_irqchip, no_irqchip));
    qapi_free_VfioDeviceInfo(info);
}

static VfioInjectMode mode_of(PlatformRig *rig, unsigned pin)
{
    return prig_intp(rig, pin)->mode;
}

/* ---- choice --------------------------------------------------------------------------------- */

static void test_irqfd_for_all(void)
{
    PlatformRig rig;

    kvm_start(true, true);
    prig_start_connected(&rig, NULL, NULL);
    g_assert_cmpint(mode_of(&rig, HOST_LEVEL), ==, VFIO_INJECT_MODE_IRQFD);
    g_assert_cmpint(mode_of(&rig, HOST_EDGE), ==, VFIO_INJECT_MODE_IRQFD);
    assert_told(&rig, HOST_LEVEL, NULL, NULL);
    g_assert_cmpuint(kvm.adds, ==, 4);
    g_assert_cmpuint(kvm.with_resample, ==, 3); /* the edge one needs none */
    g_assert_cmpint(kvm.last_gsi, ==, 103); /* the controller's number */
    g_assert_true(prig_intp(&rig, HOST_LEVEL)->kvm_accel);
    /* Nobody here reads the eventfd of an irqfd. */
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 0);
    g_assert_cmpuint(vfio_intp_eventfd_take(prig_intp(&rig, HOST_LEVEL)), ==, 1);
    prig_stop(&rig);
    kvm_stop();
}

static void test_irqfd_without_resample_is_for_edge(void)
{
    PlatformRig rig;

    kvm_start(true, false);
    prig_start_connected(&rig, NULL, NULL);
    g_assert_cmpint(mode_of(&rig, HOST_EDGE), ==, VFIO_INJECT_MODE_IRQFD);
    /* The controller is the kernel's: nobody here tells of the end. */
    g_assert_cmpint(mode_of(&rig, HOST_LEVEL), ==, VFIO_INJECT_MODE_TRAP);
    assert_told(&rig, HOST_LEVEL, "KVM_CAP_IRQFD_RESAMPLE", "the kernel's");
    assert_told(&rig, HOST_EDGE, NULL, NULL);
    prig_stop(&rig);
    kvm_stop();
}

static void test_x_irqfd_off(void)
{
    PlatformRig rig;

    kvm_start(true, true);
    prig_start_connected(&rig, "x-irqfd", "off");
    g_assert_cmpint(mode_of(&rig, HOST_EDGE), ==, VFIO_INJECT_MODE_TRAP);
    g_assert_cmpint(mode_of(&rig, HOST_LEVEL), ==, VFIO_INJECT_MODE_TRAP);
    assert_told(&rig, HOST_EDGE, "x-irqfd=off", NULL);
    g_assert_cmpuint(kvm.adds, ==, 0);
    prig_stop(&rig);
    kvm_stop();
}

static void test_eoi_trap_is_obeyed(void)
{
    PlatformRig rig;

    kvm_start(true, true);
    prig_start_connected(&rig, "eoi", "trap");
    g_assert_cmpint(mode_of(&rig, HOST_LEVEL), ==, VFIO_INJECT_MODE_TRAP);
    assert_told(&rig, HOST_LEVEL, "eoi=", "eoi=trap");
    g_assert_cmpint(mode_of(&rig, HOST_EDGE), ==, VFIO_INJECT_MODE_IRQFD);
    prig_stop(&rig);
    kvm_stop();
}

static void test_line_that_is_not_an_input_takes_the_next(void)
{
    PlatformRig rig;
    HarnessLine line;

    kvm_start(true, true);
    prig_start(&rig);
    harness_line_init(&line);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    sysbus_connect_irq(SYS_BUS_DEVICE(rig.device), 0, line.irq);
    prig_reset(&rig);
    g_assert_cmpint(mode_of(&rig, HOST_LEVEL), ==, VFIO_INJECT_MODE_TRAP);
    assert_told(&rig, HOST_LEVEL, "does not lead straight", "the kernel's");
    prig_unplug(&rig);
    harness_line_free(&line);
    prig_stop(&rig);
    kvm_stop();
}

/* ---- falling back --------------------------------------------------------------------------- */

/* A line that is high and was masked: whichever way fails, the guest hears of it. */
static void test_fallback_hears_a_high_masked_line(gconstpointer in_kernel_controller)
{
    PlatformRig rig;
    VFIOINTp *intp;

    kvm_start(true, true);
    kvm.add_errno = ENOSYS;
    prig_start_realized(&rig);
    prig_connect(&rig);
    intp = prig_intp(&rig, HOST_LEVEL);
    g_assert_cmpint(intp->mode, ==, VFIO_INJECT_MODE_IRQFD);
    rig.host.irqs[HOST_LEVEL].line = true;
    rig.host.irqs[HOST_LEVEL].masked = true;
    kvm.in_kernel = kvm.irqfd = in_kernel_controller != NULL;
    prig_reset(&rig);
    g_assert_cmpint(intp->mode, ==, in_kernel_controller ? VFIO_INJECT_MODE_TRAP
                                                         : VFIO_INJECT_MODE_IRQCHIP);
    assert_told(&rig, HOST_LEVEL, "Function not implemented",
                in_kernel_controller ? "the kernel's" : NULL);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    if (in_kernel_controller) {
        prig_load(&rig, 0, 0);
    } else {
        prig_eoi(&rig, 0);
    }
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 0);
    g_assert_false(rig.host.irqs[HOST_LEVEL].masked);
    kvm.add_errno = 0;
    prig_stop(&rig);
    kvm_stop();
}

/* Without a registered unmask eventfd there is no irqfd; requests unmask. */
static void test_unmask_eventfd_refused(void)
{
    PlatformRig rig;
    VFIOINTp *intp;

    kvm_start(true, true);
    prig_start_realized(&rig);
    prig_connect(&rig);
    rig.host.irqs[HOST_LEVEL].unmask_fd = dup(2); /* somebody else's: EBUSY */
    rig.host.irqs[HOST_LEVEL].line = true;
    prig_reset(&rig);
    intp = prig_intp(&rig, HOST_LEVEL);
    g_assert_cmpint(intp->mode, ==, VFIO_INJECT_MODE_TRAP);
    g_assert_false(intp->unmask_is_set);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_load(&rig, 0, 0);
    g_assert_false(rig.host.irqs[HOST_LEVEL].masked);
    g_assert_cmpint(mode_of(&rig, HOST_LEVEL2), ==, VFIO_INJECT_MODE_IRQFD);
    close(rig.host.irqs[HOST_LEVEL].unmask_fd);
    rig.host.irqs[HOST_LEVEL].unmask_fd = -1;
    prig_stop(&rig);
    kvm_stop();
}

static void test_refused_trigger_takes_the_irqfd_back(void)
{
    PlatformRig rig;

    kvm_start(true, true);
    prig_start(&rig);
    rig.host.request_irq_errno = EBUSY;
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    prig_connect(&rig);
    prig_reset(&rig);
    g_assert_cmpuint(kvm.adds, ==, 4);
    g_assert_cmpuint(kvm.removes, ==, 4);
    g_assert_cmpint(rig.host.irqs[HOST_LEVEL].unmask_fd, ==, -1);
    prig_stop(&rig);
    kvm_stop();
}

/* Reset with irqfds: masked and unmasked again, nothing drained. */
static void test_reset_keeps_irqfds(void)
{
    PlatformRig rig;

    kvm_start(true, true);
    prig_start_connected(&rig, NULL, NULL);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    g_assert_true(rig.host.irqs[HOST_LEVEL].masked);
    prig_reset(&rig);
    g_assert_cmpuint(kvm.adds, ==, 4);
    g_assert_cmpuint(rig.host.irqs[HOST_LEVEL].fired, ==, 2); /* still high: it came again */
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_reset(&rig);
    g_assert_false(rig.host.irqs[HOST_LEVEL].masked);
    prig_stop(&rig);
    kvm_stop();
}

/* What the guest has configured, in what query-vfio tells of interrupt 0. */
static bool told_guest_edge(PlatformRig *rig)
{
    VfioDeviceInfo *info = VFIO_INFO_GET_CLASS(rig->device)->query(OBJECT(rig->device));
    bool is_edge = info->irqs->value->guest_edge;

    g_assert_true(info->irqs->value->has_guest_edge);
    g_assert_cmpint(info->irqs->value->mode, ==, VFIO_INJECT_MODE_IRQFD);
    qapi_free_VfioDeviceInfo(info);
    return is_edge;
}

/* The kernel tells no end of an interrupt that the guest takes for an edge. */
static void test_guest_that_mistakes_level_for_edge(void)
{
    PlatformRig rig;

    kvm_start(true, true);
    prig_start_connected(&rig, NULL, NULL);
    g_assert_false(told_guest_edge(&rig));
    rig.is_edge[0] = true;
    g_assert_true(told_guest_edge(&rig));
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_pump(&rig);
    g_assert_true(rig.host.irqs[HOST_LEVEL].masked);
    /* Deaf, until a reset. */
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    g_assert_cmpuint(rig.host.irqs[HOST_LEVEL].fired, ==, 1);
    rig.is_edge[0] = false;
    prig_reset(&rig);
    g_assert_cmpuint(rig.host.irqs[HOST_LEVEL].fired, ==, 2);
    g_assert_false(told_guest_edge(&rig));
    prig_stop(&rig);
    kvm_stop();
}

static void test_rewiring_starts_over(void)
{
    PlatformRig rig;

    kvm_start(true, true);
    prig_start_connected(&rig, NULL, NULL);
    sysbus_connect_irq(SYS_BUS_DEVICE(rig.device), 0, NULL);
    g_assert_cmpint(mode_of(&rig, HOST_LEVEL), ==, VFIO_INJECT_MODE_OFF);
    g_assert_false(rig.host.irqs[HOST_LEVEL].enabled);
    sysbus_connect_irq(SYS_BUS_DEVICE(rig.device), 0, qdev_get_gpio_in(rig.controller, 5));
    g_assert_cmpint(kvm.last_gsi, ==, 105);
    g_assert_true(rig.host.irqs[HOST_LEVEL].enabled);
    prig_stop(&rig);
    kvm_stop();
}

/* The line that the interrupt no longer leads to does not stay high. */
static void test_rewiring_lowers_the_former_line(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, NULL, NULL);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    sysbus_connect_irq(SYS_BUS_DEVICE(rig.device), 0, qdev_get_gpio_in(rig.controller, 5));
    g_assert_cmpint(rig.level[0], ==, 0);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[5], ==, 1); /* still high on the host */
    prig_stop(&rig);
}

#define ADD(path, function) g_test_add_func("/vfio/modes/" path, function)

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    ADD("irqfd/all", test_irqfd_for_all);
    ADD("irqfd/without-resample-is-for-edge", test_irqfd_without_resample_is_for_edge);
    ADD("irqfd/x-irqfd-off", test_x_irqfd_off);
    ADD("irqfd/eoi-trap-is-obeyed", test_eoi_trap_is_obeyed);
    ADD("irqfd/other-line-takes-the-next", test_line_that_is_not_an_input_takes_the_next);
    g_test_add_data_func("/vfio/modes/fallback/irqfd-to-irqchip-line-high-and-masked", NULL,
                         test_fallback_hears_a_high_masked_line);
    g_test_add_data_func("/vfio/modes/fallback/irqfd-to-trap-line-high-and-masked", "",
                         test_fallback_hears_a_high_masked_line);
    ADD("fallback/unmask-eventfd-refused", test_unmask_eventfd_refused);
    ADD("fallback/refused-trigger-takes-irqfd-back", test_refused_trigger_takes_the_irqfd_back);
    ADD("irqfd/guest-that-mistakes-level-for-edge-is-told-of-and-recovers-at-reset",
        test_guest_that_mistakes_level_for_edge);
    ADD("reset/keeps-irqfds", test_reset_keeps_irqfds);
    ADD("rewiring-lowers-the-former-line", test_rewiring_lowers_the_former_line);
    ADD("rewiring-starts-over", test_rewiring_starts_over);
    return g_test_run();
}
