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

#endif
