/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-mmio: the transport of OASIS virtio 1.2 section 4.2, one page fraction of registers and
 * one interrupt per device; version 1 (legacy) by default, version 2 with force-legacy=off.
 */
#ifndef HW_VIRTIO_VIRTIO_MMIO_H
#define HW_VIRTIO_VIRTIO_MMIO_H

#include "hw/sysbus.h"
#include "hw/virtio/virtio-bus.h"

/* The bus, one device. */
#define TYPE_VIRTIO_MMIO_BUS "virtio-mmio-bus"
DECLARE_OBJ_CHECKERS(VirtioBusState, VirtioBusClass, VIRTIO_MMIO_BUS, TYPE_VIRTIO_MMIO_BUS)

/* The transport: memory region 0 has VIRTIO_MMIO_SIZE bytes, interrupt 0. */
#define TYPE_VIRTIO_MMIO "virtio-mmio"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOMMIOProxy, VIRTIO_MMIO)

#define VIRTIO_MMIO_SIZE 0x200

/* The parts of a modern queue's set-up that take effect with QueueReady. */
typedef struct VirtIOMMIOQueue {
    uint16_t num;
    bool enabled;
    uint32_t desc[2];
    uint32_t avail[2];
    uint32_t used[2];
} VirtIOMMIOQueue;

/* A queue's doorbell by eventfd (virtio-mmio-notify.c). */
typedef struct VirtIOMMIONotifier VirtIOMMIONotifier;

/*
 * @vqs: VIRTIO_QUEUE_MAX of them, allocated for a modern device when it is plugged.
 * @notifiers: one for each queue while doorbells are eventfds, otherwise NULL.
 */
struct VirtIOMMIOProxy {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    bool legacy;
    uint32_t host_features_sel;
    uint32_t guest_features_sel;
    uint32_t guest_page_shift;
    VirtioBusState bus;
    bool format_transport_address;
    uint32_t guest_features[2];
    VirtIOMMIOQueue *vqs;
    uint32_t num_vqs;
    bool use_ioeventfd;
    VirtIOMMIONotifier *notifiers;
    unsigned num_notifiers;
};

#endif
