/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved state of virtio devices: what the driver negotiated, the configuration space, each queue,
 * and the device proper by its class. Elements under way are the device's: it saves them with
 * qemu_put_virtqueue_element(). A stream is not trusted: a queue that it describes is within what
 * the device allows.
 */
#include "qemu/osdep.h"
#include "migration/qemu-file.h"
#include "qemu/host-utils.h"
#include "virtio-internal.h"

/* ---- one queue ---- */

static int vmstate_virtqueue_post_load(void *opaque, int version_id)
{
    VirtQueue *vq = opaque;
    uint16_t inuse = vq->last_avail_idx - vq->used_idx;

    if (!vq->vring.num || vq->vring.num > vq->vring.num_default ||
        !is_power_of_2(vq->vring.num) || vq->vring.align < 4 || !is_power_of_2(vq->vring.align)) {
        return -EINVAL;
    }
    if (!vq->vring.desc && (inuse || vq->last_avail_idx)) {
        return -EINVAL;
    }
    if (inuse > vq->vring.num) {
        /* A guest can only get here by breaking the device first. */
        if (!vq->vdev->broken) {
            return -EINVAL;
        }
        inuse = 0;
    }
    vq->inuse = inuse;
    vq->shadow_avail_idx = vq->last_avail_idx;
    vq->generation = vq->vdev->queue_epoch;
    return 0;
}

static const VMStateDescription vmstate_virtqueue = {
    .name = "virtqueue",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = vmstate_virtqueue_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(vring.num, VirtQueue),
        VMSTATE_UINT32(vring.align, VirtQueue),
        VMSTATE_UINT64(vring.desc, VirtQueue),
        VMSTATE_UINT64(vring.avail, VirtQueue),
        VMSTATE_UINT64(vring.used, VirtQueue),
        VMSTATE_UINT16(last_avail_idx, VirtQueue),
        VMSTATE_UINT16(used_idx, VirtQueue),
        VMSTATE_UINT16(signalled_used, VirtQueue),
        VMSTATE_BOOL(signalled_used_valid, VirtQueue),
        VMSTATE_BOOL(notification, VirtQueue),
        VMSTATE_UINT16(vector, VirtQueue),
        VMSTATE_END_OF_LIST()
    },
};

/* ---- the device ---- */

static const VMStateDescription vmstate_virtio_common = {
    .name = "virtio-common",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(status, VirtIODevice),
        VMSTATE_UINT8(isr, VirtIODevice),
        VMSTATE_UINT16(queue_sel, VirtIODevice),
        VMSTATE_UINT64(guest_features, VirtIODevice),
        VMSTATE_UINT16(config_vector, VirtIODevice),
        VMSTATE_UINT32(generation, VirtIODevice),
        VMSTATE_BOOL(broken, VirtIODevice),
        VMSTATE_BOOL(disabled, VirtIODevice),
        VMSTATE_BOOL(started, VirtIODevice),
        VMSTATE_BOOL(start_on_kick, VirtIODevice),
        VMSTATE_END_OF_LIST()
    },
};

static int virtio_save_queues(VirtIODevice *vdev, QEMUFile *f)
{
    qemu_put_be32(f, vdev->num_queues);
    for (unsigned i = 0; i < vdev->num_queues; i++) {
        int ret = 0;

        qemu_put_byte(f, vdev->queues[i] != NULL);
        if (vdev->queues[i]) {
            ret = vmstate_save_state(f, &vmstate_virtqueue, vdev->queues[i], NULL);
        }
        if (ret) {
            return ret;
        }
    }
    return 0;
}

int virtio_save(VirtIODevice *vdev, QEMUFile *f)
{
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(vdev);
    int ret = vmstate_save_state(f, &vmstate_virtio_common, vdev, NULL);

    if (ret) {
        return ret;
    }
    qemu_put_be32(f, vdev->config_len);
    qemu_put_buffer(f, vdev->config, vdev->config_len);
    ret = virtio_save_queues(vdev, f);
    if (ret) {
        return ret;
    }
    if (vdc->save) {
        vdc->save(vdev, f);
    }
    if (vdc->vmsd) {
        ret = vmstate_save_state(f, vdc->vmsd, vdev, NULL);
    }
    return ret ? ret : qemu_file_get_error(f);
}

static int virtio_load_config(VirtIODevice *vdev, QEMUFile *f)
{
    uint32_t len = qemu_get_be32(f);

    if (len != vdev->config_len) {
        return qemu_file_fail(f, -EINVAL, "configuration space of %u bytes, but the device has %zu",
                              len, vdev->config_len);
    }
    qemu_get_buffer(f, vdev->config, len);
    return qemu_file_get_error(f);
}

static int virtio_load_queues(VirtIODevice *vdev, QEMUFile *f)
{
    uint32_t num_queues = qemu_get_be32(f);

    if (num_queues != vdev->num_queues) {
        return qemu_file_fail(f, -EINVAL, "%u queues, but the device has %u", num_queues,
                              vdev->num_queues);
    }
    vdev->queue_epoch++;
    for (unsigned i = 0; i < num_queues; i++) {
        VirtQueue *vq = vdev->queues[i];

        if (qemu_get_byte(f) != (vq != NULL)) {
            return qemu_file_fail(f, -EINVAL, "queue %u is there on one side only", i);
        }
        if (vq) {
            int ret;

            virtqueue_unmap_ring(vq);
            ret = vmstate_load_state(f, &vmstate_virtqueue, vq, vmstate_virtqueue.version_id);
            if (ret) {
                return qemu_file_fail(f, ret, "queue %u is not valid", i);
            }
        }
    }
    return 0;
}

static int virtio_load_proper(VirtIODevice *vdev, QEMUFile *f, int version_id)
{
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(vdev);
    int ret = 0;

    if (vdc->load) {
        ret = vdc->load(vdev, f, version_id);
    }
    if (!ret && vdc->vmsd) {
        ret = vmstate_load_state(f, vdc->vmsd, vdev, vdc->vmsd->version_id);
    }
    if (!ret) {
        ret = qemu_file_get_error(f);
    }
    if (!ret && vdc->post_load) {
        ret = vdc->post_load(vdev);
    }
    return ret;
}

/* After a failure the machine must not run, so nothing is undone here (docs/saved-state.md). */
int virtio_load(VirtIODevice *vdev, QEMUFile *f, int version_id)
{
    int ret = vmstate_load_state(f, &vmstate_virtio_common, vdev,
                                 vmstate_virtio_common.version_id);

    if (ret) {
        return ret;
    }
    if (vdev->guest_features & ~vdev->host_features) {
        return qemu_file_fail(f, -EINVAL, "driver has features 0x%" PRIx64
                              " which the device does not offer",
                              vdev->guest_features & ~vdev->host_features);
    }
    ret = virtio_load_config(vdev, f);
    if (!ret) {
        ret = virtio_load_queues(vdev, f);
    }
    if (ret) {
        return ret;
    }
    /* Maps the rings, which the device proper may already use. */
    virtio_features_apply(vdev, vdev->guest_features);
    return virtio_load_proper(vdev, f, version_id);
}

static int virtio_device_get(QEMUFile *f, void *opaque, size_t size, const VMStateField *field)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(opaque);
    DeviceClass *dc = DEVICE_CLASS(VIRTIO_DEVICE_GET_CLASS(vdev));

    return virtio_load(vdev, f, dc->vmsd->version_id);
}

static int virtio_device_put(QEMUFile *f, void *opaque, size_t size, const VMStateField *field,
                             JSONWriter *vmdesc)
{
    return virtio_save(VIRTIO_DEVICE(opaque), f);
}

const VMStateInfo virtio_vmstate_info = {
    .name = "virtio",
    .get = virtio_device_get,
    .put = virtio_device_put,
};
