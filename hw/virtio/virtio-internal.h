/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of a virtqueue, for the files virtio*.c: where its three parts are, how they are mapped,
 * and how far device and driver have come (OASIS virtio 1.2, section 2.7).
 */
#ifndef HW_VIRTIO_VIRTIO_INTERNAL_H
#define HW_VIRTIO_VIRTIO_INTERNAL_H

#include "hw/virtio/virtio.h"

/* Freed elements that a queue keeps, and the entries that a new element has room for. */
#define VIRTQUEUE_POOL_MAX 256
#define VIRTQUEUE_ELEMENT_ROOM 8

/* Where a legacy driver that says nothing aligns the used ring, bytes. */
#define VRING_LEGACY_ALIGN 4096

/* Offsets in the parts of a ring. */
#define VRING_AVAIL_FLAGS 0
#define VRING_AVAIL_IDX 2
#define VRING_AVAIL_RING(i) (4 + 2 * (hwaddr)(i))
#define VRING_USED_FLAGS 0
#define VRING_USED_IDX 2
#define VRING_USED_RING(i) (4 + 8 * (hwaddr)(i))

/* Guest addresses; @desc 0: not set up. @num_default: what the device allows. */
typedef struct VRing {
    uint32_t num;
    uint32_t num_default;
    uint32_t align;
    hwaddr desc;
    hwaddr avail;
    hwaddr used;
} VRing;

/*
 * @is_mapped: the three windows are valid and plain memory.
 * @last_avail_idx: next chain to take; @shadow_avail_idx: the driver's index as last read;
 * @used_idx: next to be returned; @inuse: taken and not yet returned.
 * @signalled_used: used_idx at the last interrupt, if @signalled_used_valid.
 * @generation: the device's queue_epoch of the last reset; elements carry it.
 */
struct VirtQueue {
    VRing vring;
    MemoryRegionCache desc;
    MemoryRegionCache avail;
    MemoryRegionCache used;
    bool is_mapped;

    bool signalled_used_valid;
    bool notification;
    uint16_t last_avail_idx;
    uint16_t shadow_avail_idx;
    uint16_t used_idx;
    uint16_t signalled_used;
    uint16_t queue_index;
    uint16_t vector;
    uint32_t inuse;
    uint32_t generation;

    VirtIOHandleOutput handle_output;
    VirtIODevice *vdev;

    VirtQueueElement **pool;
    unsigned pool_len;
};

/* Bytes of the three parts, as the driver lays them out now. */
hwaddr vring_desc_size(const VirtQueue *vq);
hwaddr vring_avail_size(const VirtQueue *vq);
hwaddr vring_used_size(const VirtQueue *vq);

/* Map or unmap the ring's parts; a ring that is not in memory breaks the device. */
void virtqueue_map_ring(VirtQueue *vq);
void virtqueue_unmap_ring(VirtQueue *vq);

/* Back to the state after power-on. */
void virtqueue_reset(VirtQueue *vq);

/* The driver's features are @val: tell the class, and map the rings accordingly. */
void virtio_features_apply(VirtIODevice *vdev, uint64_t val);

/* Set bits of the interrupt status and tell the transport, with @vector. */
void virtio_signal(VirtIODevice *vdev, uint8_t isr, uint16_t vector);

/* Free pooled elements and the queue itself. */
void virtqueue_free(VirtQueue *vq);

/*
 * Host memory for [@addr, @addr + *@plen), *@plen cut to what lies in one piece; NULL if it is not
 * plain memory that may be read (or written, if @is_write). RCU read section.
 */
void *virtio_memory(VirtIODevice *vdev, hwaddr addr, hwaddr *plen, bool is_write,
                    MemoryRegion **mr);

/* A new or pooled element with room for @capacity entries. */
VirtQueueElement *virtqueue_element_new(VirtQueue *vq, size_t sz, unsigned capacity);
/* A copy of @elem with twice the room; frees @elem. */
VirtQueueElement *virtqueue_element_grow(VirtQueueElement *elem);

static inline hwaddr *virtqueue_element_addrs(const VirtQueueElement *elem)
{
    return (hwaddr *)((char *)elem + elem->offset);
}

static inline struct iovec *virtqueue_element_iovs(const VirtQueueElement *elem)
{
    return (struct iovec *)(virtqueue_element_addrs(elem) + elem->capacity);
}

/* All entries are there: let the public fields point to them. */
static inline void virtqueue_element_finish(VirtQueueElement *elem, unsigned out_num,
                                            unsigned in_num)
{
    elem->out_num = out_num;
    elem->in_num = in_num;
    elem->out_addr = virtqueue_element_addrs(elem);
    elem->in_addr = elem->out_addr + out_num;
    elem->out_sg = virtqueue_element_iovs(elem);
    elem->in_sg = elem->out_sg + out_num;
}

/*
 * Add the memory [@addr, @addr + @len) to *@elem, as *@count-th and following entries; *@elem may
 * move. False: not all of it is memory, or too many pieces; *@count then includes those that are
 * mapped. RCU read section.
 */
bool virtqueue_element_map(VirtIODevice *vdev, VirtQueueElement **elem, unsigned *count,
                           hwaddr addr, uint64_t len, bool is_write);
/* Unmap @out_num entries and @in_num after them, of which @written bytes were written. */
void virtqueue_element_unmap(VirtIODevice *vdev, const VirtQueueElement *elem, unsigned out_num,
                             unsigned in_num, unsigned written);

/* ---- the driver's and the device's indices ---- */

static inline uint16_t vring_avail_flags(VirtQueue *vq)
{
    return lduw_le_phys_cached(&vq->avail, VRING_AVAIL_FLAGS);
}

static inline uint16_t vring_avail_idx(VirtQueue *vq)
{
    vq->shadow_avail_idx = lduw_le_phys_cached(&vq->avail, VRING_AVAIL_IDX);
    return vq->shadow_avail_idx;
}

static inline uint16_t vring_avail_ring(VirtQueue *vq, unsigned i)
{
    return lduw_le_phys_cached(&vq->avail, VRING_AVAIL_RING(i));
}

/* The driver's used_event: after the ring. */
static inline uint16_t vring_used_event_get(VirtQueue *vq)
{
    return vring_avail_ring(vq, vq->vring.num);
}

static inline void vring_used_store16(VirtQueue *vq, hwaddr offset, uint16_t value)
{
    stw_le_phys_cached(&vq->used, offset, value);
    address_space_cache_invalidate(&vq->used, offset, sizeof(value));
}

static inline void vring_used_idx_set(VirtQueue *vq, uint16_t value)
{
    vring_used_store16(vq, VRING_USED_IDX, value);
    vq->used_idx = value;
}

/* Our avail_event, after the ring: notify when the index passes it. */
static inline void vring_avail_event_set(VirtQueue *vq, uint16_t value)
{
    if (vq->notification) {
        vring_used_store16(vq, VRING_USED_RING(vq->vring.num), value);
    }
}

#endif
