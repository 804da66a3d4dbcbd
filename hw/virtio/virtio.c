/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The base class of virtio devices: device status, feature negotiation, interrupts, reset and
 * what happens when a guest breaks the rules (OASIS virtio 1.2, chapters 2 and 3). Queues are in
 * virtio-queue.c, -pop.c and -push.c.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-bus.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/runstate.h"
#include "trace.h"
#include "virtio-internal.h"

/* ---- interrupts ---- */

static void virtio_notify_vector(VirtIODevice *vdev, uint16_t vector)
{
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k;

    if (!qbus) {
        return;
    }
    k = VIRTIO_BUS_GET_CLASS(qbus);
    if (k->notify) {
        k->notify(qbus->parent, vector);
    }
}

void virtio_update_irq(VirtIODevice *vdev)
{
    virtio_notify_vector(vdev, VIRTIO_NO_VECTOR);
}

void virtio_signal(VirtIODevice *vdev, uint8_t isr, uint16_t vector)
{
    vdev->isr |= isr;
    virtio_notify_vector(vdev, vector);
}

void virtio_notify_config(VirtIODevice *vdev)
{
    vdev->generation++;
    if (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) {
        trace_virtio_notify_config(vdev, vdev->generation);
        virtio_signal(vdev, VIRTIO_ISR_CONFIG, vdev->config_vector);
    }
}

void virtio_error(VirtIODevice *vdev, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    qemu_log_mask(LOG_GUEST_ERROR, "%s: %s\n", vdev->name, text);
    trace_virtio_error(vdev, vdev->name, text);
    if (vdev->broken) {
        return;
    }
    vdev->broken = true;
    if (virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1)) {
        vdev->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
        virtio_notify_config(vdev);
    }
}

/* ---- status and features ---- */

static int virtio_validate_features(VirtIODevice *vdev)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (virtio_host_has_feature(vdev, VIRTIO_F_ACCESS_PLATFORM) &&
        !virtio_vdev_has_feature(vdev, VIRTIO_F_ACCESS_PLATFORM)) {
        return -EFAULT;
    }
    return k->validate_features ? k->validate_features(vdev) : 0;
}

int virtio_set_status(VirtIODevice *vdev, uint8_t val)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    trace_virtio_set_status(vdev, vdev->status, val);
    if (virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1) &&
        !(vdev->status & VIRTIO_CONFIG_S_FEATURES_OK) && (val & VIRTIO_CONFIG_S_FEATURES_OK)) {
        int ret = virtio_validate_features(vdev);

        if (ret) {
            return ret;
        }
    }
    if ((vdev->status ^ val) & VIRTIO_CONFIG_S_DRIVER_OK) {
        virtio_set_started(vdev, val & VIRTIO_CONFIG_S_DRIVER_OK);
    }
    if (k->set_status) {
        k->set_status(vdev, val);
    }
    vdev->status = val;
    return 0;
}

/* The event words of a ring exist only with their feature, so its windows change. */
static void virtio_remap_rings(VirtIODevice *vdev)
{
    for (unsigned i = 0; i < vdev->num_queues; i++) {
        if (vdev->queues[i] && vdev->queues[i]->vring.desc) {
            virtqueue_map_ring(vdev->queues[i]);
        }
    }
}

void virtio_features_apply(VirtIODevice *vdev, uint64_t val)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    vdev->guest_features = val;
    if (k->set_features) {
        k->set_features(vdev, val);
    }
    virtio_remap_rings(vdev);
}

int virtio_set_features(VirtIODevice *vdev, uint64_t val)
{
    uint64_t bad = val & ~vdev->host_features;

    if (vdev->status & VIRTIO_CONFIG_S_FEATURES_OK) {
        return -EINVAL;
    }
    trace_virtio_set_features(vdev, val, bad);
    if (bad) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: driver accepts features 0x%" PRIx64
                      ", which were not offered\n", vdev->name, bad);
    }
    virtio_features_apply(vdev, val & ~bad);
    return bad ? -EINVAL : 0;
}

size_t virtio_get_config_size(const VirtIOConfigSizeParams *params, uint64_t host_features)
{
    size_t size = params->min_size;

    for (const VirtIOFeature *f = params->feature_sizes; f && f->flags; f++) {
        if (host_features & f->flags) {
            size = MAX(size, f->end);
        }
    }
    g_assert(size <= params->max_size);
    return size;
}

/* ---- reset ---- */

void virtio_reset(void *opaque)
{
    VirtIODevice *vdev = opaque;
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    trace_virtio_reset(vdev);
    virtio_set_status(vdev, 0);
    if (k->reset) {
        k->reset(vdev);
    }
    vdev->start_on_kick = false;
    vdev->started = false;
    vdev->broken = false;
    vdev->queue_sel = 0;
    vdev->status = 0;
    vdev->disabled = false;
    vdev->isr = 0;
    vdev->config_vector = VIRTIO_NO_VECTOR;
    for (unsigned i = 0; i < vdev->num_queues; i++) {
        if (vdev->queues[i]) {
            virtqueue_reset(vdev->queues[i]);
        }
    }
    virtio_features_apply(vdev, 0);
    virtio_notify_vector(vdev, VIRTIO_NO_VECTOR);
}

/* ---- life of a device ---- */

static void virtio_vmstate_change(void *opaque, bool running, RunState state)
{
    VirtIODevice *vdev = opaque;
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qbus);
    bool backend_run = running && virtio_device_started(vdev, vdev->status);

    vdev->vm_running = running;
    if (backend_run) {
        virtio_set_status(vdev, vdev->status);
    }
    if (k->vmstate_change) {
        k->vmstate_change(qbus->parent, backend_run);
    }
    if (!backend_run) {
        virtio_set_status(vdev, vdev->status);
    }
}

void virtio_init(VirtIODevice *vdev, uint16_t device_id, size_t config_size)
{
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qbus);

    vdev->start_on_kick = false;
    vdev->started = false;
    vdev->device_id = device_id;
    vdev->status = 0;
    vdev->isr = 0;
    vdev->guest_features = 0;
    vdev->queue_sel = 0;
    vdev->config_vector = VIRTIO_NO_VECTOR;
    vdev->vm_running = runstate_is_running();
    vdev->broken = false;
    vdev->nvectors = k->query_nvectors ? k->query_nvectors(qbus->parent) : 0;
    vdev->name = object_get_typename(OBJECT(vdev));
    vdev->config_len = config_size;
    vdev->config = config_size ? g_malloc0(config_size) : NULL;
    vdev->vmstate = qdev_add_vm_change_state_handler(DEVICE(vdev), virtio_vmstate_change, vdev);
}

void virtio_cleanup(VirtIODevice *vdev)
{
    qemu_del_vm_change_state_handler(g_steal_pointer(&vdev->vmstate));
    g_clear_pointer(&vdev->config, g_free);
    vdev->config_len = 0;
}

void virtio_device_set_child_bus_name(VirtIODevice *vdev, char *bus_name)
{
    g_free(vdev->bus_name);
    vdev->bus_name = g_strdup(bus_name);
}

static void virtio_memory_listener_commit(MemoryListener *listener)
{
    virtio_remap_rings(container_of(listener, VirtIODevice, listener));
}

static void virtio_device_realize(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(dev);

    /* A class that is only a base must not be on a bus. */
    g_assert(vdc->realize && qdev_get_parent_bus(dev));
    vdc->realize(dev, errp);
    if (*errp) {
        return;
    }
    virtio_bus_device_plugged(vdev, errp);
    if (*errp) {
        if (vdc->unrealize) {
            vdc->unrealize(dev);
        }
        return;
    }
    vdev->listener = (MemoryListener){
        .commit = virtio_memory_listener_commit,
        .name = "virtio",
    };
    memory_listener_register(&vdev->listener, vdev->dma_as);
}

static void virtio_device_unrealize(DeviceState *dev)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(dev);

    memory_listener_unregister(&vdev->listener);
    virtio_bus_device_unplugged(vdev);
    if (vdc->unrealize) {
        vdc->unrealize(dev);
    }
    g_clear_pointer(&vdev->bus_name, g_free);
}

/* Queues that the device left: unrealize need not delete them one by one. */
static void virtio_device_instance_finalize(Object *obj)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(obj);

    for (unsigned i = 0; i < vdev->num_queues; i++) {
        if (vdev->queues[i]) {
            virtqueue_free(vdev->queues[i]);
        }
    }
    g_free(vdev->queues);
    g_free(vdev->config);
}

static Property virtio_device_properties[] = {
    DEFINE_VIRTIO_COMMON_FEATURES(VirtIODevice, host_features),
    DEFINE_PROP_BOOL("use-started", VirtIODevice, use_started, true),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText virtio_device_texts[] = {
    { "indirect_desc", "offer tables of descriptors (INDIRECT_DESC)" },
    { "event_idx", "offer notifications when an index is passed (EVENT_IDX)" },
    { "notify_on_empty", "offer NOTIFY_ON_EMPTY; legacy only" },
    { "any_layout", "offer ANY_LAYOUT; legacy only" },
    { "iommu_platform", "demand ACCESS_PLATFORM of the driver" },
    { "packed", "packed virtqueues, which do not exist here: on is an error" },
    { "queue_reset", "offer the reset of single queues (RING_RESET)" },
    { "use-started", "saved states have the flag that the device was started" },
    { }
};

static void virtio_device_class_init(ObjectClass *klass, void *data)
{
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = virtio_device_realize;
    dc->unrealize = virtio_device_unrealize;
    dc->bus_type = TYPE_VIRTIO_BUS;
    device_class_set_props(dc, virtio_device_properties);
    device_class_describe_props(dc, virtio_device_texts);
    vdc->legacy_features = VIRTIO_LEGACY_FEATURES;
}

static const TypeInfo virtio_device_types[] = {
    {
        .name = TYPE_VIRTIO_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(VirtIODevice),
        .instance_finalize = virtio_device_instance_finalize,
        .class_size = sizeof(VirtioDeviceClass),
        .class_init = virtio_device_class_init,
        .abstract = true,
    },
};

DEFINE_TYPES(virtio_device_types)
