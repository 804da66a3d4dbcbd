/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values in virtio structures: little endian for a modern driver, and in the guest's byte order,
 * which for our guests is the same, for a legacy one.
 */
#ifndef HW_VIRTIO_VIRTIO_ACCESS_H
#define HW_VIRTIO_VIRTIO_ACCESS_H

#include "hw/virtio/virtio.h"
#include "qemu/bswap.h"

static inline bool virtio_access_is_big_endian(VirtIODevice *vdev)
{
    return virtio_is_big_endian(vdev);
}

static inline int virtio_lduw_p(VirtIODevice *vdev, const void *ptr)
{
    return lduw_le_p(ptr);
}

static inline int virtio_ldl_p(VirtIODevice *vdev, const void *ptr)
{
    return ldl_le_p(ptr);
}

static inline uint64_t virtio_ldq_p(VirtIODevice *vdev, const void *ptr)
{
    return ldq_le_p(ptr);
}

static inline void virtio_stw_p(VirtIODevice *vdev, void *ptr, uint16_t v)
{
    stw_le_p(ptr, v);
}

static inline void virtio_stl_p(VirtIODevice *vdev, void *ptr, uint32_t v)
{
    stl_le_p(ptr, v);
}

static inline void virtio_stq_p(VirtIODevice *vdev, void *ptr, uint64_t v)
{
    stq_le_p(ptr, v);
}

static inline bool virtio_needs_swap(VirtIODevice *vdev)
{
    return HOST_BIG_ENDIAN;
}

static inline uint16_t virtio_tswap16(VirtIODevice *vdev, uint16_t s)
{
    return le16_to_cpu(s);
}

static inline uint32_t virtio_tswap32(VirtIODevice *vdev, uint32_t s)
{
    return le32_to_cpu(s);
}

static inline uint64_t virtio_tswap64(VirtIODevice *vdev, uint64_t s)
{
    return le64_to_cpu(s);
}

static inline void virtio_tswap16s(VirtIODevice *vdev, uint16_t *s)
{
    *s = virtio_tswap16(vdev, *s);
}

static inline void virtio_tswap32s(VirtIODevice *vdev, uint32_t *s)
{
    *s = virtio_tswap32(vdev, *s);
}

static inline void virtio_tswap64s(VirtIODevice *vdev, uint64_t *s)
{
    *s = virtio_tswap64(vdev, *s);
}

#endif
