/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Setting virtqueues up: their size and addresses as the driver chooses them, the mapping of
 * their rings, reset, and who is called when the driver notifies one (OASIS virtio 1.2, sections
 * 2.6 and 2.7; the legacy layout is 2.7.2).
 *
 * A ring must be in plain memory, each part in one piece. So taking a chain is a few loads, and
 * neither a device's registers nor anything else runs in the middle of it.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-bus.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "trace.h"
#include "virtio-internal.h"

/* ---- mapping the rings ---- */

/* The two event words exist if the feature does; a window for them must not fail without. */
static hwaddr vring_event_size(const VirtQueue *vq)
{
    return virtio_vdev_has_feature(vq->vdev, VIRTIO_RING_F_EVENT_IDX) ? 2 : 0;
}

hwaddr vring_desc_size(const VirtQueue *vq)
{
    return sizeof(struct vring_desc) * (hwaddr)vq->vring.num;
}

hwaddr vring_avail_size(const VirtQueue *vq)
{
    return VRING_AVAIL_RING(vq->vring.num) + vring_event_size(vq);
}

hwaddr vring_used_size(const VirtQueue *vq)
{
    return VRING_USED_RING(vq->vring.num) + vring_event_size(vq);
}

void virtqueue_unmap_ring(VirtQueue *vq)
{
    vq->is_mapped = false;
    address_space_cache_destroy(&vq->desc);
    address_space_cache_destroy(&vq->avail);
    address_space_cache_destroy(&vq->used);
}

static bool vring_map_part(VirtQueue *vq, MemoryRegionCache *cache, hwaddr addr, hwaddr len,
                           bool is_write)
{
    return address_space_cache_init(cache, vq->vdev->dma_as, addr, len, is_write) == len &&
           cache->ptr;
}

void virtqueue_map_ring(VirtQueue *vq)
{
    VRing *vring = &vq->vring;

    virtqueue_unmap_ring(vq);
    if (!vring->desc) {
        return;
    }
    if (vring->desc % 16 || vring->avail % 2 || vring->used % 4) {
        virtio_error(vq->vdev, "queue %u: ring is not aligned: descriptors at 0x%" PRIx64
                     ", avail 0x%" PRIx64 ", used 0x%" PRIx64, vq->queue_index, vring->desc,
                     vring->avail, vring->used);
        return;
    }
    if (!vring_map_part(vq, &vq->desc, vring->desc, vring_desc_size(vq), false) ||
        !vring_map_part(vq, &vq->avail, vring->avail, vring_avail_size(vq), false) ||
        !vring_map_part(vq, &vq->used, vring->used, vring_used_size(vq), true)) {
        virtqueue_unmap_ring(vq);
        virtio_error(vq->vdev, "queue %u: ring is not in memory: descriptors at 0x%" PRIx64
                     ", avail 0x%" PRIx64 ", used 0x%" PRIx64, vq->queue_index, vring->desc,
                     vring->avail, vring->used);
        return;
    }
    vq->is_mapped = true;
    trace_virtio_queue_map(vq->vdev, vq->queue_index, vring->num, vring->desc, vring->avail,
                           vring->used);
}

/* ---- life of a queue ---- */

static VirtQueue *virtio_queue_find(VirtIODevice *vdev, int n)
{
    return n >= 0 && n < vdev->num_queues ? vdev->queues[n] : NULL;
}

VirtQueue *virtio_add_queue(VirtIODevice *vdev, int queue_size, VirtIOHandleOutput handle_output)
{
    VirtQueue *vq;

    g_assert(vdev->num_queues < VIRTIO_QUEUE_MAX);
    g_assert(queue_size > 0 && queue_size <= VIRTQUEUE_MAX_SIZE && is_power_of_2(queue_size));
    vq = g_new0(VirtQueue, 1);
    vq->vdev = vdev;
    vq->queue_index = vdev->num_queues;
    vq->vring.num_default = queue_size;
    vq->handle_output = handle_output;
    vq->pool = g_new(VirtQueueElement *, MIN(queue_size, VIRTQUEUE_POOL_MAX));
    virtqueue_reset(vq);
    vdev->queues = g_renew(VirtQueue *, vdev->queues, vdev->num_queues + 1);
    vdev->queues[vdev->num_queues++] = vq;
    return vq;
}

void virtqueue_free(VirtQueue *vq)
{
    virtqueue_unmap_ring(vq);
    while (vq->pool_len) {
        g_free(vq->pool[--vq->pool_len]);
    }
    g_free(vq->pool);
    g_free(vq);
}

/* The last queue leaves; one in the middle only stops to exist, so that numbers stay. */
void virtio_delete_queue(VirtQueue *vq)
{
    VirtIODevice *vdev = vq->vdev;

    vdev->queues[vq->queue_index] = NULL;
    virtqueue_free(vq);
    while (vdev->num_queues && !vdev->queues[vdev->num_queues - 1]) {
        vdev->num_queues--;
    }
}

void virtio_del_queue(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    g_assert(vq);
    virtio_delete_queue(vq);
}

void virtqueue_reset(VirtQueue *vq)
{
    virtqueue_unmap_ring(vq);
    vq->vring.num = vq->vring.num_default;
    vq->vring.align = VRING_LEGACY_ALIGN;
    vq->vring.desc = 0;
    vq->vring.avail = 0;
    vq->vring.used = 0;
    vq->last_avail_idx = 0;
    vq->shadow_avail_idx = 0;
    vq->used_idx = 0;
    vq->signalled_used = 0;
    vq->signalled_used_valid = false;
    vq->notification = true;
    vq->vector = VIRTIO_NO_VECTOR;
    vq->inuse = 0;
    vq->generation = ++vq->vdev->queue_epoch;
}

void virtio_queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(vdev);
    VirtQueue *vq = virtio_queue_find(vdev, queue_index);

    if (!vq) {
        return;
    }
    trace_virtio_queue_reset(vdev, queue_index);
    if (vdc->queue_reset) {
        vdc->queue_reset(vdev, queue_index);
    }
    virtqueue_reset(vq);
}

void virtio_queue_enable(VirtIODevice *vdev, uint32_t queue_index)
{
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (virtio_queue_find(vdev, queue_index) && vdc->queue_enable) {
        vdc->queue_enable(vdev, queue_index);
    }
}

/* ---- the driver's choices ---- */

VirtQueue *virtio_get_queue(VirtIODevice *vdev, int n)
{
    return virtio_queue_find(vdev, n);
}

uint16_t virtio_get_queue_index(VirtQueue *vq)
{
    return vq->queue_index;
}

int virtio_get_num_queues(VirtIODevice *vdev)
{
    return vdev->num_queues;
}

int virtio_queue_get_num(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    return vq ? vq->vring.num : 0;
}

int virtio_queue_get_max_num(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    return vq ? vq->vring.num_default : 0;
}

void virtio_queue_set_num(VirtIODevice *vdev, int n, int num)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    if (!vq) {
        return;
    }
    if (vq->vring.desc || num <= 0 || num > vq->vring.num_default || !is_power_of_2(num)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %d cannot have %d descriptors now\n", vdev->name,
                      n, num);
        return;
    }
    vq->vring.num = num;
}

/* The other two parts follow from the address of the first. */
static void vring_place_legacy(VirtQueue *vq)
{
    VRing *vring = &vq->vring;

    if (!vring->desc) {
        return;
    }
    /* The legacy layout always has room for used_event; avail_event is the last thing in it. */
    vring->avail = vring->desc + vring_desc_size(vq);
    vring->used = QEMU_ALIGN_UP(vring->avail + VRING_AVAIL_RING(vring->num) + 2,
                                (hwaddr)vring->align);
}

void virtio_queue_set_align(VirtIODevice *vdev, int n, int align)
{
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qdev_get_parent_bus(DEVICE(vdev)));
    VirtQueue *vq = virtio_queue_find(vdev, n);

    /* Only transports whose drivers choose it may call this. */
    g_assert(k->has_variable_vring_alignment);
    if (!vq) {
        return;
    }
    if (vq->vring.desc || align < 4 || !is_power_of_2(align)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %d cannot be aligned to %d now\n", vdev->name, n,
                      align);
        return;
    }
    vq->vring.align = align;
}

void virtio_queue_set_addr(VirtIODevice *vdev, int n, hwaddr addr)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    if (!vq) {
        return;
    }
    vq->vring.desc = addr;
    vring_place_legacy(vq);
    virtqueue_map_ring(vq);
}

hwaddr virtio_queue_get_addr(VirtIODevice *vdev, int n)
{
    return virtio_queue_get_desc_addr(vdev, n);
}

void virtio_queue_set_rings(VirtIODevice *vdev, int n, hwaddr desc, hwaddr avail, hwaddr used)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    if (!vq) {
        return;
    }
    vq->vring.desc = desc;
    vq->vring.avail = avail;
    vq->vring.used = used;
    virtqueue_map_ring(vq);
}

hwaddr virtio_queue_get_desc_addr(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    return vq ? vq->vring.desc : 0;
}

hwaddr virtio_queue_get_avail_addr(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    return vq ? vq->vring.avail : 0;
}

hwaddr virtio_queue_get_used_addr(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    return vq ? vq->vring.used : 0;
}

bool virtio_queue_enabled(VirtIODevice *vdev, int n)
{
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qbus);

    if (k->queue_enabled) {
        return k->queue_enabled(qbus->parent, n);
    }
    return virtio_queue_get_desc_addr(vdev, n) != 0;
}

int virtio_queue_ready(VirtQueue *vq)
{
    return vq->is_mapped;
}

uint16_t virtio_queue_vector(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    return vq ? vq->vector : VIRTIO_NO_VECTOR;
}

void virtio_queue_set_vector(VirtIODevice *vdev, int n, uint16_t vector)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    if (vq) {
        vq->vector = vector;
    }
}

/* ---- the driver's notifications ---- */

/*
 * A modern device must not touch a queue before DRIVER_OK (2.1.2); legacy drivers do use queues
 * while they probe.
 */
void virtio_queue_notify(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_queue_find(vdev, n);

    if (!vq || !vq->is_mapped || virtio_device_disabled(vdev)) {
        return;
    }
    if (virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1) &&
        !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %d notified before DRIVER_OK\n", vdev->name, n);
        return;
    }
    trace_virtio_queue_notify(vdev, n);
    if (vq->handle_output) {
        vq->handle_output(vdev, vq);
    }
    if (unlikely(vdev->start_on_kick)) {
        virtio_set_started(vdev, true);
    }
}

void virtio_queue_set_notification(VirtQueue *vq, int enable)
{
    vq->notification = enable;
    if (!vq->is_mapped) {
        return;
    }
    if (virtio_vdev_has_feature(vq->vdev, VIRTIO_RING_F_EVENT_IDX)) {
        vring_avail_event_set(vq, vring_avail_idx(vq));
    } else {
        vring_used_store16(vq, VRING_USED_FLAGS, enable ? 0 : VRING_USED_F_NO_NOTIFY);
    }
    if (enable) {
        /* The caller looks for chains next: the driver sees our wish before we see its index. */
        smp_mb();
    }
}

int virtio_queue_get_notification(VirtQueue *vq)
{
    return vq->notification;
}
