/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a VFIO device is reached. Everything above this table (regions, interrupts, device
 * models) is the same for a device of the kernel's VFIO (ioctl, pread, pwrite, mmap) and for one
 * that a vfio-user server offers (messages on a socket).
 */
#ifndef HW_VFIO_VFIO_IO_H
#define HW_VFIO_VFIO_IO_H

#include "exec/hwaddr.h"
#include <linux/vfio.h>

typedef struct VFIODevice VFIODevice;
typedef struct VFIORegion VFIORegion;
typedef struct VFIOMmap VFIOMmap;
typedef struct VFIOContainer VFIOContainer;

/*
 * Each returns 0 or a count of bytes, or -errno. Structures are those of <linux/vfio.h>, with
 * argsz set by the caller. Any function may block on a peer: none is called with a lock held
 * that a vCPU or the main loop could wait for, other than the BQL while a machine is set up.
 *
 * @get_region_info: argsz may leave room for capabilities; the callee fills what fits, sets
 *   argsz to what is needed, and stores in *@fd a descriptor to map the region from, which is the
 *   caller's, or -1: the device's own.
 * @set_irqs: eventfds stand in set->data as in the ioctl, -1 for none.
 * @eventfd_signal: add 1 to an eventfd that the device has too, without ever blocking; NULL: by
 *   write(2), since the device is not one to make it blocking.
 * @region_read, @region_write: bytes as the device's bus has them, little endian; 1, 2 or 4 of
 *   them, naturally aligned. Any thread, without the BQL. @post: the caller does not need
 *   to know when, or whether, the write was done.
 * @region_mmap: set @mmap->mmap to a mapping of the mmap->size bytes at mmap->offset of @region.
 */
typedef struct VFIODeviceIOOps {
    int (*get_info)(VFIODevice *vdev, struct vfio_device_info *info);
    int (*get_region_info)(VFIODevice *vdev, struct vfio_region_info *info, int *fd);
    int (*get_irq_info)(VFIODevice *vdev, struct vfio_irq_info *info);
    int (*set_irqs)(VFIODevice *vdev, struct vfio_irq_set *set);
    void (*eventfd_signal)(VFIODevice *vdev, int fd);
    int (*device_reset)(VFIODevice *vdev);
    ssize_t (*region_read)(VFIORegion *region, uint64_t offset, unsigned size, void *data);
    ssize_t (*region_write)(VFIORegion *region, uint64_t offset, unsigned size, const void *data,
                            bool post);
    int (*region_mmap)(VFIORegion *region, VFIOMmap *mmap);
} VFIODeviceIOOps;

/*
 * The address translation that a container's devices share. BQL. @vaddr is the host address of
 * the range, @fd and @fd_offset the file behind it (-1: it is not backed by a file).
 * @dma_check, may be NULL: whether devices can have the range at @offset of @block at @iova.
 */
typedef struct VFIOContainerIOOps {
    bool (*dma_check)(const RAMBlock *block, uint64_t offset, hwaddr iova, uint64_t size,
                      Error **errp);
    int (*dma_map)(VFIOContainer *container, hwaddr iova, uint64_t size, void *vaddr, int fd,
                   uint64_t fd_offset, bool readonly);
    int (*dma_unmap)(VFIOContainer *container, hwaddr iova, uint64_t size);
} VFIOContainerIOOps;

#endif
