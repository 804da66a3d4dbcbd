/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts of a VFIO device on the host's side: eventfds, masks. What happens when an eventfd
 * fires is the device model's business.
 */
#include "qemu/osdep.h"
#include "hw/vfio/vfio-common.h"
#include "qapi/error.h"
#include "trace.h"

/* A request with room for one eventfd. */
typedef union IRQRequest {
    struct vfio_irq_set set;
    uint8_t room[sizeof(struct vfio_irq_set) + sizeof(int32_t)];
} IRQRequest;

const char *vfio_irq_action_name(int action)
{
    switch (action) {
    case VFIO_IRQ_SET_ACTION_MASK:
        return "MASK";
    case VFIO_IRQ_SET_ACTION_UNMASK:
        return "UNMASK";
    case VFIO_IRQ_SET_ACTION_TRIGGER:
        return "TRIGGER";
    default:
        return "unknown action";
    }
}

int vfio_set_irq_signaling(VFIODevice *vbasedev, int index, int subindex, int action, int fd,
                           Error **errp)
{
    IRQRequest request = {
        .set = {
            .argsz = sizeof(request),
            .flags = VFIO_IRQ_SET_DATA_EVENTFD | action,
            .index = index,
            .start = subindex,
            .count = 1,
        },
    };
    int32_t eventfd = fd;
    int ret;

    memcpy(request.set.data, &eventfd, sizeof(eventfd));
    ret = vbasedev->io->set_irqs(vbasedev, &request.set);
    if (ret < 0) {
        error_setg_errno(errp, -ret, VFIO_MSG_PREFIX "cannot %s the %s eventfd of interrupt %d.%d",
                         vbasedev->name, fd < 0 ? "remove" : "set", vfio_irq_action_name(action),
                         index, subindex);
    }
    return ret;
}

static void irq_request(VFIODevice *vbasedev, int index, uint32_t action, uint32_t count)
{
    struct vfio_irq_set set = {
        .argsz = sizeof(set),
        .flags = VFIO_IRQ_SET_DATA_NONE | action,
        .index = index,
        .start = 0,
        .count = count,
    };
    int ret = vbasedev->io->set_irqs(vbasedev, &set);

    if (ret < 0) {
        trace_vfio_irq_request_failed(vbasedev->name, index, vfio_irq_action_name(action), ret);
    }
}

void vfio_disable_irqindex(VFIODevice *vbasedev, int index)
{
    irq_request(vbasedev, index, VFIO_IRQ_SET_ACTION_TRIGGER, 0);
}

void vfio_unmask_single_irqindex(VFIODevice *vbasedev, int index)
{
    irq_request(vbasedev, index, VFIO_IRQ_SET_ACTION_UNMASK, 1);
}

void vfio_mask_single_irqindex(VFIODevice *vbasedev, int index)
{
    irq_request(vbasedev, index, VFIO_IRQ_SET_ACTION_MASK, 1);
}

void vfio_eventfd_signal(VFIODevice *vbasedev, EventNotifier *e)
{
    if (vbasedev->io->eventfd_signal) {
        vbasedev->io->eventfd_signal(vbasedev, event_notifier_get_fd(e));
    } else {
        event_notifier_set(e);
    }
}
