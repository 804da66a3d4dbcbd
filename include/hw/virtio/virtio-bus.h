/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bus between a transport (virtio-mmio) and the one virtio device behind it. A transport
 * makes a subclass and fills in how the device reaches the guest. BQL.
 */
#ifndef HW_VIRTIO_VIRTIO_BUS_H
#define HW_VIRTIO_VIRTIO_BUS_H

#include "hw/virtio/virtio.h"

#define TYPE_VIRTIO_BUS "virtio-bus"
typedef struct VirtioBusClass VirtioBusClass;
typedef struct VirtioBusState VirtioBusState;
DECLARE_OBJ_CHECKERS(VirtioBusState, VirtioBusClass, VIRTIO_BUS, TYPE_VIRTIO_BUS)

/*
 * @notify: vdev->isr changed, or queue or configuration vector @vector is to be signalled; @d is
 *   the transport.
 * @pre_plugged: the device is there, its features are not known yet; @device_plugged: now they
 *   are; both may refuse it. @device_unplugged: it is going.
 * @queue_enabled: the transport's view of queue @n; without it: it has a ring.
 * @get_dma_as: where descriptors' addresses are; without it: system memory.
 * @has_variable_vring_alignment: legacy drivers choose the used ring's alignment.
 */
struct VirtioBusClass {
    BusClass parent;

    void (*notify)(DeviceState *d, uint16_t vector);
    void (*vmstate_change)(DeviceState *d, bool running);
    void (*pre_plugged)(DeviceState *d, Error **errp);
    void (*device_plugged)(DeviceState *d, Error **errp);
    void (*device_unplugged)(DeviceState *d);
    int (*query_nvectors)(DeviceState *d);
    bool (*queue_enabled)(DeviceState *d, int n);
    AddressSpace *(*get_dma_as)(DeviceState *d);
    bool has_variable_vring_alignment;
};

struct VirtioBusState {
    BusState parent_obj;
};

/* From the device's realize: connect it with the transport; fails with nothing changed. */
void virtio_bus_device_plugged(VirtIODevice *vdev, Error **errp);
void virtio_bus_device_unplugged(VirtIODevice *vdev);
/* Reset the device behind @bus, if there is one. */
void virtio_bus_reset(VirtioBusState *bus);

/* The device behind @bus, or NULL. */
VirtIODevice *virtio_bus_get_device(VirtioBusState *bus);
/* Its ID and bytes of configuration space; 0 if there is none. */
uint16_t virtio_bus_get_vdev_id(VirtioBusState *bus);
size_t virtio_bus_get_vdev_config_len(VirtioBusState *bus);
uint32_t virtio_bus_get_vdev_bad_features(VirtioBusState *bus);
/* The device's configuration, read into or written from @config, of that many bytes. */
void virtio_bus_get_vdev_config(VirtioBusState *bus, uint8_t *config);
void virtio_bus_set_vdev_config(VirtioBusState *bus, uint8_t *config);

#endif
