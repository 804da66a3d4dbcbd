/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Returning elements to the driver through the used ring, and the interrupts for them with both
 * ways of suppressing these (OASIS virtio 1.2, sections 2.7.7 to 2.7.8).
 */
#include "qemu/osdep.h"
#include "trace.h"
#include "virtio-internal.h"

/* Taken before the queue was reset: the ring that is there now has never heard of it. */
static bool element_is_stale(const VirtQueue *vq, const VirtQueueElement *elem)
{
    return unlikely(elem->generation != vq->generation || vq->inuse < elem->ndescs);
}

void virtqueue_detach_element(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    if (!element_is_stale(vq, elem)) {
        vq->inuse -= elem->ndescs;
    }
    virtqueue_element_unmap(vq->vdev, elem, elem->out_num, elem->in_num, len);
}

void virtqueue_unpop(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    if (!element_is_stale(vq, elem)) {
        vq->last_avail_idx--;
    }
    virtqueue_detach_element(vq, elem, len);
}

bool virtqueue_rewind(VirtQueue *vq, unsigned int num)
{
    if (num > vq->inuse) {
        return false;
    }
    vq->last_avail_idx -= num;
    vq->inuse -= num;
    return true;
}

void virtqueue_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len, unsigned int idx)
{
    struct vring_used_elem used = { .id = cpu_to_le32(elem->index), .len = cpu_to_le32(len) };
    hwaddr offset;

    trace_virtqueue_fill(vq->vdev, vq->queue_index, elem->index, len, idx);
    virtqueue_element_unmap(vq->vdev, elem, elem->out_num, elem->in_num, len);
    if (vq->vdev->broken || !vq->is_mapped || element_is_stale(vq, elem)) {
        return;
    }
    offset = VRING_USED_RING((uint16_t)(vq->used_idx + idx) & (vq->vring.num - 1));
    address_space_write_cached(&vq->used, offset, &used, sizeof(used));
    address_space_cache_invalidate(&vq->used, offset, sizeof(used));
}

void virtqueue_flush(VirtQueue *vq, unsigned int count)
{
    uint16_t old = vq->used_idx, new;

    count = MIN(count, vq->inuse);
    if (vq->vdev->broken || !vq->is_mapped) {
        vq->inuse -= count;
        return;
    }
    new = old + count;
    /* The driver reads the entries after the index, so they must be there before it. */
    smp_wmb();
    trace_virtqueue_flush(vq->vdev, vq->queue_index, count);
    vring_used_idx_set(vq, new);
    vq->inuse -= count;
    /* The index has passed the one of the last interrupt: it says nothing any more. */
    if ((int16_t)(new - vq->signalled_used) < (uint16_t)(new - old)) {
        vq->signalled_used_valid = false;
    }
}

void virtqueue_push(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    if (element_is_stale(vq, elem)) {
        virtqueue_element_unmap(vq->vdev, elem, elem->out_num, elem->in_num, len);
        return;
    }
    virtqueue_fill(vq, elem, len, 0);
    virtqueue_flush(vq, 1);
}

/* ---- interrupts ---- */

static bool virtio_should_notify(VirtIODevice *vdev, VirtQueue *vq)
{
    uint16_t old, new;
    bool is_first;

    /* The used index is seen by the driver before we look whether it wants to hear of it. */
    smp_mb();
    if (virtio_vdev_has_feature(vdev, VIRTIO_F_NOTIFY_ON_EMPTY) && !vq->inuse &&
        virtio_queue_empty(vq)) {
        return true;
    }
    if (!virtio_vdev_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX)) {
        return !(vring_avail_flags(vq) & VRING_AVAIL_F_NO_INTERRUPT);
    }
    is_first = !vq->signalled_used_valid;
    old = vq->signalled_used;
    new = vq->signalled_used = vq->used_idx;
    vq->signalled_used_valid = true;
    return is_first || vring_need_event(vring_used_event_get(vq), new, old);
}

void virtio_notify(VirtIODevice *vdev, VirtQueue *vq)
{
    if (virtio_device_disabled(vdev) || !vq->is_mapped || !virtio_should_notify(vdev, vq)) {
        return;
    }
    trace_virtio_notify(vdev, vq->queue_index);
    virtio_signal(vdev, VIRTIO_ISR_QUEUE, vq->vector);
}
