/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking descriptor chains from a split virtqueue (OASIS virtio 1.2, section 2.7), and looking
 * at those that wait. All of it is the guest's: every index is checked before it is used, a value
 * is read once, and no chain makes more work than VIRTQUEUE_MAX_SIZE descriptors. What the
 * standard forbids breaks the device (virtio_error()).
 */
#include "qemu/osdep.h"
#include "trace.h"
#include "virtio-internal.h"

/*
 * Walk along one chain. @table: the indirect table in host memory once the chain has entered it,
 * else NULL; @max: descriptors in the current table; @seen: how many of it the walk has met;
 * @bytes: sum of the lengths.
 */
typedef struct ChainWalk {
    VirtQueue *vq;
    const uint8_t *table;
    unsigned max;
    unsigned seen;
    unsigned index;
    bool has_next;
    bool has_written;
    uint64_t bytes;
} ChainWalk;

static void chain_start(ChainWalk *walk, VirtQueue *vq, unsigned head)
{
    *walk = (ChainWalk){ .vq = vq, .max = vq->vring.num, .index = head, .has_next = true };
}

static void chain_read(const ChainWalk *walk, struct vring_desc *desc)
{
    hwaddr offset = (hwaddr)walk->index * sizeof(*desc);

    if (walk->table) {
        memcpy(desc, walk->table + offset, sizeof(*desc));
    } else {
        address_space_read_cached(&walk->vq->desc, offset, desc, sizeof(*desc));
    }
    desc->addr = le64_to_cpu(desc->addr);
    desc->len = le32_to_cpu(desc->len);
    desc->flags = le16_to_cpu(desc->flags);
    desc->next = le16_to_cpu(desc->next);
}

/* The last descriptor of the main table points to one of the chain's own (2.7.5.3). */
static bool chain_enter_indirect(ChainWalk *walk, const struct vring_desc *desc)
{
    VirtQueue *vq = walk->vq;
    hwaddr len = desc->len;
    MemoryRegion *mr;

    if (walk->table) {
        virtio_error(vq->vdev, "queue %u: indirect descriptor in an indirect table",
                     vq->queue_index);
        return false;
    }
    if (!virtio_vdev_has_feature(vq->vdev, VIRTIO_RING_F_INDIRECT_DESC)) {
        virtio_error(vq->vdev, "queue %u: indirect descriptor, which was not negotiated",
                     vq->queue_index);
        return false;
    }
    if (desc->flags & VRING_DESC_F_NEXT) {
        virtio_error(vq->vdev, "queue %u: descriptor is indirect and has a next one",
                     vq->queue_index);
        return false;
    }
    if (!desc->len || desc->len % sizeof(*desc)) {
        virtio_error(vq->vdev, "queue %u: indirect table of %u bytes", vq->queue_index, desc->len);
        return false;
    }
    walk->table = virtio_memory(vq->vdev, desc->addr, &len, false, &mr);
    if (!walk->table || len != desc->len) {
        virtio_error(vq->vdev, "queue %u: indirect table of %u bytes at 0x%" PRIx64
                     " is not in memory", vq->queue_index, desc->len, (uint64_t)desc->addr);
        return false;
    }
    walk->max = MIN(desc->len / sizeof(*desc), VIRTQUEUE_MAX_SIZE);
    walk->seen = 0;
    walk->index = 0;
    return true;
}

/* Where the walk goes after @desc. */
static bool chain_advance(ChainWalk *walk, const struct vring_desc *desc)
{
    walk->has_next = desc->flags & VRING_DESC_F_NEXT;
    if (!walk->has_next) {
        return true;
    }
    if (desc->next >= walk->max) {
        virtio_error(walk->vq->vdev, "queue %u: next descriptor is %u of %u",
                     walk->vq->queue_index, desc->next, walk->max);
        return false;
    }
    walk->index = desc->next;
    return true;
}

/* The rules for a buffer's own descriptor. */
static bool chain_check(ChainWalk *walk, const struct vring_desc *desc)
{
    VirtIODevice *vdev = walk->vq->vdev;
    bool is_write = desc->flags & VRING_DESC_F_WRITE;

    if (!desc->len) {
        virtio_error(vdev, "queue %u: buffer of 0 bytes", walk->vq->queue_index);
        return false;
    }
    if (walk->has_written && !is_write) {
        virtio_error(vdev, "queue %u: readable descriptor after a writable one",
                     walk->vq->queue_index);
        return false;
    }
    walk->bytes += desc->len;
    if (walk->bytes > UINT32_MAX) {
        virtio_error(vdev, "queue %u: chain of more than 4 GiB", walk->vq->queue_index);
        return false;
    }
    walk->has_written = is_write;
    return true;
}

/*
 * The next buffer of the chain. 1: *@desc is one; 0: the chain has ended; -1: the device broke.
 * RCU read section, which the walk's table needs.
 */
static int chain_next(ChainWalk *walk, struct vring_desc *desc)
{
    if (!walk->has_next) {
        return 0;
    }
    for (;;) {
        if (walk->seen++ == walk->max) {
            virtio_error(walk->vq->vdev, "queue %u: descriptors form a loop",
                         walk->vq->queue_index);
            return -1;
        }
        chain_read(walk, desc);
        if (!(desc->flags & VRING_DESC_F_INDIRECT)) {
            break;
        }
        if (!chain_enter_indirect(walk, desc)) {
            return -1;
        }
    }
    return chain_check(walk, desc) && chain_advance(walk, desc) ? 1 : -1;
}

/* ---- the available ring ---- */

/* How many chains wait, or -1. */
static int virtqueue_num_heads(VirtQueue *vq)
{
    uint16_t waiting = vring_avail_idx(vq) - vq->last_avail_idx;

    if (waiting > vq->vring.num) {
        virtio_error(vq->vdev, "queue %u: available index moved from %u to %u", vq->queue_index,
                     vq->last_avail_idx, vq->shadow_avail_idx);
        return -1;
    }
    if (waiting) {
        /* The driver wrote descriptors before the index; so we read them after it. */
        smp_rmb();
    }
    return waiting;
}

static bool virtqueue_get_head(VirtQueue *vq, uint16_t idx, unsigned *head)
{
    *head = vring_avail_ring(vq, idx & (vq->vring.num - 1));
    if (*head >= vq->vring.num) {
        virtio_error(vq->vdev, "queue %u: head %u of %u descriptors", vq->queue_index, *head,
                     vq->vring.num);
        return false;
    }
    return true;
}

int virtio_queue_empty(VirtQueue *vq)
{
    if (virtio_device_disabled(vq->vdev) || !vq->is_mapped) {
        return 1;
    }
    if (vq->shadow_avail_idx != vq->last_avail_idx) {
        return 0;
    }
    return vring_avail_idx(vq) == vq->last_avail_idx;
}

/* ---- taking ---- */

static VirtQueueElement *virtqueue_build(VirtQueue *vq, size_t sz, unsigned head)
{
    VirtQueueElement *elem = virtqueue_element_new(vq, sz, VIRTQUEUE_ELEMENT_ROOM);
    unsigned out_num = 0, count = 0;
    struct vring_desc desc;
    ChainWalk walk;
    int ret;

    RCU_READ_LOCK_GUARD();
    chain_start(&walk, vq, head);
    while ((ret = chain_next(&walk, &desc)) > 0) {
        bool is_write = desc.flags & VRING_DESC_F_WRITE;
        bool ok = virtqueue_element_map(vq->vdev, &elem, &count, desc.addr, desc.len, is_write);

        out_num = is_write ? out_num : count;
        if (!ok) {
            virtio_error(vq->vdev, "queue %u: buffer of %u bytes at 0x%" PRIx64
                         " is not in %s memory, or in too many pieces", vq->queue_index, desc.len,
                         (uint64_t)desc.addr, is_write ? "writable" : "readable");
            ret = -1;
            break;
        }
    }
    if (ret < 0) {
        virtqueue_element_unmap(vq->vdev, elem, out_num, count - out_num, 0);
        virtqueue_element_free(vq, elem);
        return NULL;
    }
    virtqueue_element_finish(elem, out_num, count - out_num);
    elem->index = head;
    elem->len = 0;
    elem->ndescs = 1;
    elem->generation = vq->generation;
    return elem;
}

/* Step over the next chain and give its head. False: there is none, or the device broke. */
static bool virtqueue_take_head(VirtQueue *vq, unsigned *head)
{
    if (virtio_device_disabled(vq->vdev) || !vq->is_mapped) {
        return false;
    }
    if (vq->shadow_avail_idx == vq->last_avail_idx && virtqueue_num_heads(vq) <= 0) {
        return false;
    }
    if (vq->inuse >= vq->vring.num) {
        virtio_error(vq->vdev, "queue %u: more chains than descriptors", vq->queue_index);
        return false;
    }
    if (!virtqueue_get_head(vq, vq->last_avail_idx++, head)) {
        return false;
    }
    if (virtio_vdev_has_feature(vq->vdev, VIRTIO_RING_F_EVENT_IDX)) {
        vring_avail_event_set(vq, vq->last_avail_idx);
    }
    return true;
}

void *virtqueue_pop(VirtQueue *vq, size_t sz)
{
    VirtQueueElement *elem;
    unsigned head;

    if (!virtqueue_take_head(vq, &head)) {
        return NULL;
    }
    elem = virtqueue_build(vq, sz, head);
    if (elem) {
        vq->inuse++;
        trace_virtqueue_pop(vq->vdev, vq->queue_index, head, elem->out_num, elem->in_num);
    }
    return elem;
}

unsigned int virtqueue_drop_all(VirtQueue *vq)
{
    VirtQueueElement elem = { .generation = vq->generation, .ndescs = 1 };
    unsigned int dropped = 0;

    /* At most what one ring holds: the driver may add more while this runs. */
    while (dropped < vq->vring.num && virtqueue_take_head(vq, &elem.index)) {
        vq->inuse++;
        virtqueue_push(vq, &elem, 0);
        dropped++;
    }
    return dropped;
}

/* ---- looking ---- */

/* Adds the chain at @head; false: the device broke. */
static bool chain_sum(VirtQueue *vq, unsigned head, uint64_t *in_total, uint64_t *out_total)
{
    struct vring_desc desc;
    ChainWalk walk;
    int ret;

    chain_start(&walk, vq, head);
    while ((ret = chain_next(&walk, &desc)) > 0) {
        *(desc.flags & VRING_DESC_F_WRITE ? in_total : out_total) += desc.len;
    }
    return ret == 0;
}

static bool virtqueue_sum(VirtQueue *vq, uint64_t *in_total, uint64_t *out_total,
                          unsigned max_in_bytes, unsigned max_out_bytes)
{
    int waiting = virtqueue_num_heads(vq);

    RCU_READ_LOCK_GUARD();
    for (int i = 0; i < waiting; i++) {
        unsigned head;

        if (!virtqueue_get_head(vq, vq->last_avail_idx + i, &head) ||
            !chain_sum(vq, head, in_total, out_total)) {
            return false;
        }
        if (*in_total >= max_in_bytes && *out_total >= max_out_bytes) {
            break;
        }
    }
    return waiting >= 0;
}

void virtqueue_get_avail_bytes(VirtQueue *vq, unsigned int *in_bytes, unsigned int *out_bytes,
                               unsigned max_in_bytes, unsigned max_out_bytes)
{
    uint64_t in_total = 0, out_total = 0;

    if (virtio_device_disabled(vq->vdev) || !vq->is_mapped ||
        !virtqueue_sum(vq, &in_total, &out_total, max_in_bytes, max_out_bytes)) {
        in_total = out_total = 0;
    }
    if (in_bytes) {
        *in_bytes = MIN(in_total, UINT32_MAX);
    }
    if (out_bytes) {
        *out_bytes = MIN(out_total, UINT32_MAX);
    }
}

int virtqueue_avail_bytes(VirtQueue *vq, unsigned int in_bytes, unsigned int out_bytes)
{
    unsigned int in_total, out_total;

    virtqueue_get_avail_bytes(vq, &in_total, &out_total, in_bytes, out_bytes);
    return in_bytes <= in_total && out_bytes <= out_total;
}
