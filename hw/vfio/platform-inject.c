/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How interrupts of a vfio-platform device get from the host's eventfds to the guest, and word of
 * their end back. Connecting an interrupt chooses the mode; arming it, which is for the end of a
 * reset, tries that mode, and the next one if it does not work.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include "hw/irq.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "sysemu/cpus.h"
#include "kvm-internal.h"
#include "platform-internal.h"
#include "user-eventfd.h"
#include "trace.h"

/* ---- what the state machine asks for -------------------------------------------------------- */

static void platform_set_line(VFIOINTp *intp, int level)
{
    /* Not qemuirq: that changes without intp_mutex when the interrupt is connected anew. */
    qemu_set_irq(intp->connected, level);
}

static void platform_pulse(VFIOINTp *intp)
{
    qemu_irq_pulse(intp->connected);
}

static void platform_host_unmask(VFIOINTp *intp)
{
    /* Signalling is no request to a server, which could keep this thread waiting. */
    if (intp->unmask_is_set) {
        vfio_eventfd_signal(&intp->vdev->vbasedev, intp->unmask);
    } else {
        vfio_unmask_single_irqindex(&intp->vdev->vbasedev, intp->pin);
    }
}

static void platform_fast_path(VFIOPlatformDevice *vdev, bool on)
{
    vfio_platform_path_account(vdev);
    vdev->path.switches++;
    memory_region_transaction_begin();
    for (unsigned i = 0; i < vdev->vbasedev.num_regions; i++) {
        vfio_region_mmaps_set_enabled(vdev->regions[i], on);
    }
    memory_region_transaction_commit();
    trace_vfio_platform_mmap_set_enabled(on);
}

/* Other threads than CPUs hold the BQL while they access memory. */
typedef struct Settle {
    VFIOPlatformDevice *vdev; /* a reference: it may be unplugged meanwhile */
    uint64_t epoch;
} Settle;

static void settled(void *opaque)
{
    g_autofree Settle *s = opaque;

    vfio_irq_settled(s->vdev, s->epoch);
    object_unref(OBJECT(s->vdev));
}

static void platform_settle(VFIOPlatformDevice *vdev, uint64_t epoch)
{
    Settle *s = g_new(Settle, 1);

    *s = (Settle) { .vdev = vdev, .epoch = epoch };
    object_ref(OBJECT(vdev));
    cpus_memory_settle(settled, s);
}

static void platform_timer(VFIOPlatformDevice *vdev)
{
    if (vdev->mmap_timeout && !timer_pending(vdev->mmap_timer)) {
        timer_mod_ns(vdev->mmap_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                     vdev->mmap_timeout * (int64_t)SCALE_MS);
    }
}

static void platform_idle(VFIOPlatformDevice *vdev)
{
    qemu_bh_schedule(vdev->idle_bh);
}

static void platform_cancel(VFIOPlatformDevice *vdev)
{
    timer_del(vdev->mmap_timer);
    qemu_bh_cancel(vdev->idle_bh);
}

const VFIOIRQActions vfio_platform_actions = {
    .set_line = platform_set_line,
    .pulse = platform_pulse,
    .host_unmask = platform_host_unmask,
    .fast_path = platform_fast_path,
    .settle = platform_settle,
    .timer = platform_timer,
    .idle = platform_idle,
    .cancel = platform_cancel,
};

/* ---- eventfds ------------------------------------------------------------------------------ */

uint64_t vfio_intp_eventfd_take(VFIOINTp *intp)
{
    /* A vfio-user server has it too, and may have made it blocking. */
    return vfio_user_eventfd_take(event_notifier_get_fd(intp->interrupt));
}

/* One device has several, so the notifier's address does not lead to the interrupt. */
static void intp_eventfd_handler(void *opaque)
{
    VFIOINTp *intp = opaque;
    uint64_t count = vfio_intp_eventfd_take(intp);

    /* A reset in the same turn of the main loop may have drained it. */
    if (count) {
        vfio_irq_fired(intp, count);
    }
}

/*
 * Polled by the main loop itself: on a machine whose processors are the guest's, each microsecond
 * that the loop takes from the eventfd to its next sleep is one that the guest waits for.
 */
static void intp_listen(VFIOINTp *intp, bool on)
{
    if (on) {
        intp->poll.fd = event_notifier_get_fd(intp->interrupt);
        intp->poll.handler = intp_eventfd_handler;
        intp->poll.opaque = intp;
        main_loop_fd_add(&intp->poll);
        main_loop_fd_set_events(&intp->poll, POLLIN);
    } else {
        main_loop_fd_remove(&intp->poll);
    }
}

static void intp_eoi_notify(Notifier *notifier, void *data)
{
    vfio_irq_eoi(container_of(notifier, VFIOINTp, eoi_notifier));
}

static int intp_trigger_set(VFIOINTp *intp, bool on, Error **errp)
{
    return vfio_set_irq_signaling(&intp->vdev->vbasedev, intp->pin, 0,
                                  VFIO_IRQ_SET_ACTION_TRIGGER,
                                  on ? event_notifier_get_fd(intp->interrupt) : -1, errp);
}

static int intp_unmask_set(VFIOINTp *intp, bool on)
{
    Error *err = NULL;
    int ret = 0;

    if (on == intp->unmask_is_set || !intp->unmask) {
        return 0;
    }
    ret = vfio_set_irq_signaling(&intp->vdev->vbasedev, intp->pin, 0,
                                 VFIO_IRQ_SET_ACTION_UNMASK,
                                 on ? event_notifier_get_fd(intp->unmask) : -1, &err);
    error_free(err);
    if (ret == 0 || !on) {
        intp->unmask_is_set = on;
    }
    return ret;
}

/* ---- choice -------------------------------------------------------------------------------- */

/* NULL: it may work. */
static const char *irqfd_obstacle(const VFIOINTp *intp)
{
    const VFIOPlatformDevice *vdev = intp->vdev;
    bool is_level = vfio_intp_is_level(intp);

    if (!vdev->irqfd_allowed) {
        return "x-irqfd=off";
    }
    if (is_level && vdev->eoi_policy != VFIO_EOI_AUTO) {
        return "eoi= asks for another way";
    }
    if (!vfio_kvm->irqfd()) {
        return "the accelerator has no interrupt controller with irqfds";
    }
    if (intp->gsi < 0) {
        return "its line does not lead straight to a shared input of the interrupt controller";
    }
    if (is_level && !vfio_kvm->resamplefd()) {
        return "the kernel's irqfds tell no end of an interrupt (KVM_CAP_IRQFD_RESAMPLE)";
    }
    return is_level && !intp->unmask ? "the host cannot unmask it by an eventfd" : NULL;
}

/* All controllers of ours tell of the end. */
static const char *irqchip_obstacle(const VFIOINTp *intp)
{
    if (!vfio_intp_is_level(intp)) {
        return "an edge interrupt has no end";
    }
    if (intp->vdev->eoi_policy == VFIO_EOI_TRAP) {
        return "eoi=trap";
    }
    if (vfio_kvm->in_kernel()) {
        return "the interrupt controller is the kernel's";
    }
    return qemu_irq_get_controller(intp->connected, NULL) ? NULL :
           "its line does not lead straight to an interrupt controller";
}

static bool irqfd_possible(const VFIOINTp *intp)
{
    return !irqfd_obstacle(intp);
}

static bool irqchip_possible(const VFIOINTp *intp)
{
    return !irqchip_obstacle(intp);
}

const char *vfio_intp_why_not_irqfd(const VFIOINTp *intp)
{
    return intp->irqfd_error ? strerror(-intp->irqfd_error) : irqfd_obstacle(intp);
}

const char *vfio_intp_why_not_irqchip(const VFIOINTp *intp)
{
    return irqchip_obstacle(intp);
}

/* The first mode after @mode that may work. */
static VfioInjectMode mode_after(const VFIOINTp *intp, VfioInjectMode mode)
{
    if (mode < VFIO_INJECT_MODE_IRQFD && irqfd_possible(intp)) {
        return VFIO_INJECT_MODE_IRQFD;
    }
    return mode < VFIO_INJECT_MODE_IRQCHIP && irqchip_possible(intp) ? VFIO_INJECT_MODE_IRQCHIP
                                                                : VFIO_INJECT_MODE_TRAP;
}

static void mode_set(VFIOINTp *intp, VfioInjectMode mode)
{
    QEMU_LOCK_GUARD(&intp->vdev->intp_mutex);
    intp->mode = mode;
    intp->kvm_accel = mode == VFIO_INJECT_MODE_IRQFD;
}

void vfio_intp_line_set(VFIOINTp *intp, qemu_irq irq)
{
    qemu_irq before;

    object_ref(irq);
    WITH_QEMU_LOCK_GUARD(&intp->vdev->intp_mutex) {
        before = intp->connected;
        intp->connected = irq;
    }
    object_unref(before);
}

void vfio_intp_connect(VFIOINTp *intp)
{
    VFIOPlatformDevice *vdev = intp->vdev;

    /* This lowers the former line. */
    vfio_intp_disarm(intp);
    vfio_intp_line_set(intp, intp->qemuirq);
    intp->gsi = qemu_irq_get_gsi(intp->connected);
    intp->irqfd_error = 0;
    mode_set(intp, intp->connected ? mode_after(intp, VFIO_INJECT_MODE_OFF) : VFIO_INJECT_MODE_OFF);
    if (vfio_intp_is_level(intp) && vdev->eoi_policy == VFIO_EOI_IRQCHIP && intp->connected &&
        intp->mode != VFIO_INJECT_MODE_IRQCHIP) {
        warn_report(VFIO_MSG_PREFIX "interrupt %d: eoi=irqchip needs an interrupt controller of "
                    "this program; accesses tell of its end instead", vdev->vbasedev.name,
                    intp->pin);
    }
}

/* ---- arming ---------------------------------------------------------------------------------- */

/* What the mode needs before the host may signal. */
static int mode_prepare(VFIOINTp *intp)
{
    int ret = intp_unmask_set(intp, true);

    switch (intp->mode) {
    case VFIO_INJECT_MODE_IRQFD:
        if (ret == 0) {
            ret = vfio_kvm->add(intp->interrupt, vfio_intp_is_level(intp) ? intp->unmask : NULL,
                                intp->gsi);
        }
        return ret;
    case VFIO_INJECT_MODE_IRQCHIP:
        intp->eoi_notifier.notify = intp_eoi_notify;
        qemu_irq_add_eoi_notifier(intp->connected, &intp->eoi_notifier);
        break;
    default:
        break;
    }
    /* Without an unmask eventfd, requests do. */
    intp_listen(intp, true);
    return 0;
}

/* Undo mode_prepare(). */
static void mode_quit(VFIOINTp *intp)
{
    switch (intp->mode) {
    case VFIO_INJECT_MODE_IRQFD:
        vfio_kvm->remove(intp->interrupt, intp->gsi);
        break;
    case VFIO_INJECT_MODE_IRQCHIP:
        qemu_irq_remove_eoi_notifier(intp->connected, &intp->eoi_notifier);
        break;
    default:
        break;
    }
    intp_unmask_set(intp, false);
    if (intp->mode != VFIO_INJECT_MODE_IRQFD) {
        intp_listen(intp, false);
    }
}

static void mode_prepare_any(VFIOINTp *intp)
{
    VfioInjectMode from = intp->mode;
    int ret;

    for (;;) {
        ret = mode_prepare(intp);
        if (ret == 0) {
            return;
        }
        intp_unmask_set(intp, false);
        if (from == VFIO_INJECT_MODE_IRQFD) {
            intp->irqfd_error = ret;
        }
        mode_set(intp, mode_after(intp, from));
        trace_vfio_platform_inject_fallback(intp->vdev->vbasedev.name, intp->pin,
                                            VfioInjectMode_str(from),
                                            VfioInjectMode_str(intp->mode), ret);
        from = intp->mode;
    }
}

static void armed_trace(VFIOINTp *intp)
{
    bool is_irqfd = intp->mode == VFIO_INJECT_MODE_IRQFD;

    trace_vfio_platform_inject(intp->vdev->vbasedev.name, intp->pin,
                               VfioInjectMode_str(intp->mode), intp->gsi,
                               is_irqfd ? "" : vfio_intp_why_not_irqfd(intp) ?: "");
    if (!is_irqfd) {
        return;
    }
    if (vfio_intp_is_level(intp)) {
        trace_vfio_platform_start_level_irqfd_injection(intp->pin,
                                                        event_notifier_get_fd(intp->interrupt),
                                                        event_notifier_get_fd(intp->unmask));
    } else {
        trace_vfio_platform_start_edge_irqfd_injection(intp->pin,
                                                       event_notifier_get_fd(intp->interrupt));
    }
}

bool vfio_intp_arm(VFIOINTp *intp)
{
    Error *err = NULL;

    if (intp->mode == VFIO_INJECT_MODE_OFF) {
        return false;
    }
    if (!intp->armed) {
        mode_prepare_any(intp);
        /* A line that is high and not masked signals now. */
        if (intp_trigger_set(intp, true, &err) < 0) {
            mode_quit(intp);
            error_report_err(err);
            return false;
        }
        intp->armed = true;
        armed_trace(intp);
    }
    if (vfio_intp_is_level(intp)) {
        vfio_unmask_single_irqindex(&intp->vdev->vbasedev, intp->pin);
    }
    return true;
}

void vfio_intp_disarm(VFIOINTp *intp)
{
    if (intp->armed) {
        vfio_disable_irqindex(&intp->vdev->vbasedev, intp->pin);
        mode_quit(intp);
        intp->armed = false;
    }
    vfio_irq_drop(intp);
}
