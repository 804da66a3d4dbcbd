/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doorbells of virtio-mmio by eventfd: while the driver is up and the machine runs, a write of a
 * queue's number to QueueNotify (OASIS virtio 1.2, 4.2.2) is done by KVM, which signals the queue's
 * eventfd and lets the guest go on; the main loop then serves the queue. Without KVM, or without a
 * file descriptor to spare, the write reaches the register as any other.
 */
#include "qemu/osdep.h"
#include <linux/virtio_mmio.h>
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "sysemu/kvm.h"
#include "trace.h"
#include "virtio-mmio-internal.h"

struct VirtIOMMIONotifier {
    EventNotifier event;
    VirtIOMMIOProxy *proxy;
    int queue;
};

/* Serves the queue if its doorbell has rung. */
static void virtio_mmio_notifier_read(EventNotifier *event)
{
    VirtIOMMIONotifier *notifier = container_of(event, VirtIOMMIONotifier, event);

    if (event_notifier_test_and_clear(event)) {
        virtio_queue_notify(virtio_bus_get_device(&notifier->proxy->bus), notifier->queue);
    }
}

/* An eventfd for each queue that there is; false when there is not one for all. */
static bool virtio_mmio_notifiers_make(VirtIOMMIOProxy *proxy, VirtIODevice *vdev)
{
    int queues = virtio_get_num_queues(vdev);
    VirtIOMMIONotifier *notifiers = g_new0(VirtIOMMIONotifier, queues);
    unsigned count = 0;

    for (int i = 0; i < queues; i++) {
        int ret;

        if (!virtio_queue_get_num(vdev, i)) {
            continue;
        }
        ret = event_notifier_init(&notifiers[count].event, 0);
        if (ret < 0) {
            warn_report_once("virtio-mmio: no eventfd for a queue: %s; notifications exit",
                             strerror(-ret));
            while (count-- > 0) {
                event_notifier_cleanup(&notifiers[count].event);
            }
            g_free(notifiers);
            return false;
        }
        notifiers[count].proxy = proxy;
        notifiers[count++].queue = i;
    }
    proxy->notifiers = notifiers;
    proxy->num_notifiers = count;
    return true;
}

void virtio_mmio_notifiers_update(VirtIOMMIOProxy *proxy)
{
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!vdev || !vdev->vm_running || !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        virtio_mmio_notifiers_stop(proxy);
        return;
    }
    if (proxy->notifiers || !proxy->use_ioeventfd || !kvm_eventfds_enabled() ||
        !virtio_mmio_notifiers_make(proxy, vdev)) {
        return;
    }
    trace_virtio_mmio_notifiers(proxy, proxy->num_notifiers);
    memory_region_transaction_begin();
    for (unsigned i = 0; i < proxy->num_notifiers; i++) {
        event_notifier_set_handler(&proxy->notifiers[i].event, virtio_mmio_notifier_read);
        memory_region_add_eventfd(&proxy->iomem, VIRTIO_MMIO_QUEUE_NOTIFY, 4, true,
                                  proxy->notifiers[i].queue, &proxy->notifiers[i].event);
    }
    memory_region_transaction_commit();
}

void virtio_mmio_notifiers_stop(VirtIOMMIOProxy *proxy)
{
    VirtIOMMIONotifier *notifiers = g_steal_pointer(&proxy->notifiers);
    unsigned count = proxy->num_notifiers;

    if (!notifiers) {
        return;
    }
    proxy->num_notifiers = 0;
    trace_virtio_mmio_notifiers(proxy, 0);
    memory_region_transaction_begin();
    for (unsigned i = 0; i < count; i++) {
        memory_region_del_eventfd(&proxy->iomem, VIRTIO_MMIO_QUEUE_NOTIFY, 4, true,
                                  notifiers[i].queue, &notifiers[i].event);
    }
    memory_region_transaction_commit();
    for (unsigned i = 0; i < count; i++) {
        event_notifier_set_handler(&notifiers[i].event, NULL);
        /* The guest has written already: what it asked for is done, as if it came this way. */
        virtio_mmio_notifier_read(&notifiers[i].event);
        event_notifier_cleanup(&notifiers[i].event);
    }
    g_free(notifiers);
}
