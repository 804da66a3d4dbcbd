/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reset of a vfio-platform device. Its interrupts are masked first and unmasked last, when the
 * interrupt controller is ready: a line that is high all the time is heard then.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "platform-internal.h"
#include "trace.h"

static void platform_reset_enter(Object *obj, ResetType type)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        uint64_t count;

        if (!intp->armed) {
            continue;
        }
        if (vfio_intp_is_level(intp)) {
            vfio_mask_single_irqindex(&vdev->vbasedev, intp->pin);
        }
        /* The accelerator takes what an irqfd counts. */
        count = intp->mode == VFIO_INJECT_MODE_IRQFD ? 0 : vfio_intp_eventfd_take(intp);
        if (count) {
            vfio_irq_drained(intp, count);
        }
    }
}

static void host_reset(VFIOPlatformDevice *vdev)
{
    VFIODevice *vbasedev = &vdev->vbasedev;
    int ret;

    if (vbasedev->reset_works) {
        ret = vbasedev->io->device_reset(vbasedev);
        trace_vfio_platform_reset(vbasedev->name, ret);
        if (ret < 0) {
            warn_report(VFIO_MSG_PREFIX "the host failed to reset the device: %s",
                        vbasedev->name, strerror(-ret));
        }
    } else if (vdev->has_left_reset && !vdev->reset_warned) {
        vdev->reset_warned = true;
        warn_report(VFIO_MSG_PREFIX "the host cannot reset the device: it keeps its state, and "
                    "may go on with DMA, while the guest starts anew", vbasedev->name);
    }
}

static void platform_reset_hold(Object *obj)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);

    vfio_irq_reset(vdev);
    host_reset(vdev);
}

static void platform_reset_exit(Object *obj)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    VFIOINTp *intp;

    vdev->has_left_reset = true;
    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        vfio_intp_arm(intp);
    }
}

void vfio_platform_reset_class_init(ObjectClass *klass)
{
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = platform_reset_enter;
    rc->phases.hold = platform_reset_hold;
    rc->phases.exit = platform_reset_exit;
}
