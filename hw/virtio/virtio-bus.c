/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bus between transport and device: bringing the two together, and features from what
 * transport, device and properties offer.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/virtio/virtio-bus.h"
#include "qapi/error.h"
#include "qemu/module.h"

/* What this implementation, or the transport's side of it, cannot do. */
static bool virtio_bus_check_features(VirtIODevice *vdev, Error **errp)
{
    const char *name = qdev_get_printable_name(DEVICE(vdev));

    if (virtio_host_has_feature(vdev, VIRTIO_F_RING_PACKED)) {
        error_setg(errp, "device '%s': packed=on is not supported, only split virtqueues are",
                   name);
        return false;
    }
    if (virtio_host_has_feature(vdev, VIRTIO_F_ACCESS_PLATFORM) &&
        !virtio_host_has_feature(vdev, VIRTIO_F_VERSION_1)) {
        error_setg(errp, "device '%s': iommu_platform=on needs a modern transport "
                   "(virtio-mmio with force-legacy=off)", name);
        return false;
    }
    return true;
}

void virtio_bus_device_plugged(VirtIODevice *vdev, Error **errp)
{
    ERRP_GUARD();
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qbus);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (k->pre_plugged) {
        k->pre_plugged(qbus->parent, errp);
        if (*errp) {
            return;
        }
    }
    /* A device need not have features of its own. */
    if (vdc->get_features) {
        vdev->host_features = vdc->get_features(vdev, vdev->host_features, errp);
        if (*errp) {
            return;
        }
    }
    if (!virtio_host_has_feature(vdev, VIRTIO_F_VERSION_1)) {
        /* A legacy transport has no way to reset one queue. */
        virtio_clear_feature(&vdev->host_features, VIRTIO_F_RING_RESET);
    }
    if (!virtio_bus_check_features(vdev, errp)) {
        return;
    }
    vdev->dma_as = k->get_dma_as ? k->get_dma_as(qbus->parent) : &address_space_memory;
    if (k->device_plugged) {
        k->device_plugged(qbus->parent, errp);
    }
}

void virtio_bus_device_unplugged(VirtIODevice *vdev)
{
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qbus);

    if (k->device_unplugged) {
        k->device_unplugged(qbus->parent);
    }
}

/* The bus has room for one; one that is being made does not count yet. */
VirtIODevice *virtio_bus_get_device(VirtioBusState *bus)
{
    BusChild *kid = QTAILQ_FIRST(&BUS(bus)->children);

    return kid ? (VirtIODevice *)kid->child : NULL;
}

void virtio_bus_reset(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);

    if (vdev && qdev_is_realized(DEVICE(vdev))) {
        virtio_reset(vdev);
    }
}

uint16_t virtio_bus_get_vdev_id(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);

    return vdev ? vdev->device_id : 0;
}

size_t virtio_bus_get_vdev_config_len(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);

    return vdev ? vdev->config_len : 0;
}

uint32_t virtio_bus_get_vdev_bad_features(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);
    VirtioDeviceClass *vdc = vdev ? VIRTIO_DEVICE_GET_CLASS(vdev) : NULL;

    return vdc && vdc->bad_features ? vdc->bad_features(vdev) : 0;
}

void virtio_bus_get_vdev_config(VirtioBusState *bus, uint8_t *config)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);
    VirtioDeviceClass *vdc = vdev ? VIRTIO_DEVICE_GET_CLASS(vdev) : NULL;

    if (vdc && vdc->get_config) {
        vdc->get_config(vdev, config);
    }
}

void virtio_bus_set_vdev_config(VirtioBusState *bus, uint8_t *config)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);
    VirtioDeviceClass *vdc = vdev ? VIRTIO_DEVICE_GET_CLASS(vdev) : NULL;

    if (vdc && vdc->set_config) {
        vdc->set_config(vdev, config);
    }
}

/* The device behind a transport has the transport's path: there is only one. */
static char *virtio_bus_get_dev_path(DeviceState *dev)
{
    return qdev_get_dev_path(qdev_get_parent_bus(dev)->parent);
}

static char *virtio_bus_get_fw_dev_path(DeviceState *dev)
{
    return NULL;
}

static void virtio_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bus_class = BUS_CLASS(klass);

    bus_class->get_dev_path = virtio_bus_get_dev_path;
    bus_class->get_fw_dev_path = virtio_bus_get_fw_dev_path;
}

static const TypeInfo virtio_bus_types[] = {
    {
        .name = TYPE_VIRTIO_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(VirtioBusState),
        .abstract = true,
        .class_size = sizeof(VirtioBusClass),
        .class_init = virtio_bus_class_init,
    },
};

DEFINE_TYPES(virtio_bus_types)
