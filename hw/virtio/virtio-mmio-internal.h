/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of virtio-mmio share.
 */
#ifndef HW_VIRTIO_VIRTIO_MMIO_INTERNAL_H
#define HW_VIRTIO_VIRTIO_MMIO_INTERNAL_H

#include "hw/virtio/virtio-mmio.h"

/* The registers; opaque is the VirtIOMMIOProxy. */
extern const MemoryRegionOps virtio_mmio_ops;

/* Forget what the driver wrote about queues. */
void virtio_mmio_soft_reset(VirtIOMMIOProxy *proxy);

/*
 * Give the queues eventfds if the driver is up, the machine runs and KVM can use them; otherwise
 * take them away, as _stop does. Doorbells that rang before that are served. BQL.
 */
void virtio_mmio_notifiers_update(VirtIOMMIOProxy *proxy);
void virtio_mmio_notifiers_stop(VirtIOMMIOProxy *proxy);

#endif
