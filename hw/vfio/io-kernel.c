/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device of the kernel's VFIO behind the table of ways to reach a device: the ioctls of
 * <linux/vfio.h> on its descriptor, and as its regions the descriptor's bytes, or mappings of them.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "hw/vfio/vfio-common.h"
#include "io-internal.h"
#include "sys-internal.h"

static int device_ioctl(VFIODevice *vdev, unsigned long request, void *argument)
{
    return vfio_sys->ioctl(vdev->fd, request, argument) < 0 ? -errno : 0;
}

static int kernel_get_info(VFIODevice *vdev, struct vfio_device_info *info)
{
    return device_ioctl(vdev, VFIO_DEVICE_GET_INFO, info);
}

static int kernel_get_region_info(VFIODevice *vdev, struct vfio_region_info *info, int *fd)
{
    *fd = -1;
    return device_ioctl(vdev, VFIO_DEVICE_GET_REGION_INFO, info);
}

static int kernel_get_irq_info(VFIODevice *vdev, struct vfio_irq_info *info)
{
    return device_ioctl(vdev, VFIO_DEVICE_GET_IRQ_INFO, info);
}

static int kernel_set_irqs(VFIODevice *vdev, struct vfio_irq_set *set)
{
    return device_ioctl(vdev, VFIO_DEVICE_SET_IRQS, set);
}

static int kernel_device_reset(VFIODevice *vdev)
{
    return device_ioctl(vdev, VFIO_DEVICE_RESET, NULL);
}

/*
 * Where this program has the bytes mapped, or NULL. While the guest's accesses are trapped that
 * mapping stays, and an access by it is the one that the guest made, without a system call. Device
 * memory allows no other than aligned ones.
 */
static inline void *region_mapped(const VFIORegion *region, uint64_t offset, unsigned size)
{
    for (uint32_t i = 0; i < region->nr_mmaps; i++) {
        const VFIOMmap *m = &region->mmaps[i];

        if (m->mmap && offset - m->offset < m->size && !(offset & (size - 1))) {
            return (char *)m->mmap + (offset - m->offset);
        }
    }
    return NULL;
}

static ssize_t kernel_region_read(VFIORegion *region, uint64_t offset, unsigned size, void *data)
{
    const void *mapped = region_mapped(region, offset, size);
    ssize_t n;

    if (mapped) {
        vfio_sys->load(mapped, size, data);
        return size;
    }
    n = RETRY_ON_EINTR(vfio_sys->pread(region->vbasedev->fd, data, size,
                                       region->fd_offset + offset));

    return n < 0 ? -errno : n;
}

static ssize_t kernel_region_write(VFIORegion *region, uint64_t offset, unsigned size,
                                   const void *data, bool post)
{
    void *mapped = region_mapped(region, offset, size);
    ssize_t n;

    if (mapped) {
        vfio_sys->store(mapped, size, data);
        return size;
    }
    n = RETRY_ON_EINTR(vfio_sys->pwrite(region->vbasedev->fd, data, size,
                                        region->fd_offset + offset));

    return n < 0 ? -errno : n;
}

static int kernel_region_mmap(VFIORegion *region, VFIOMmap *m)
{
    int prot = (region->flags & VFIO_REGION_INFO_FLAG_READ ? PROT_READ : 0) |
               (region->flags & VFIO_REGION_INFO_FLAG_WRITE ? PROT_WRITE : 0);
    void *at = vfio_sys->mmap(m->size, prot, region->vbasedev->fd,
                              region->fd_offset + m->offset);

    if (at == MAP_FAILED) {
        return -errno;
    }
    m->mmap = at;
    return 0;
}

const VFIODeviceIOOps vfio_kernel_io_ops = {
    .get_info = kernel_get_info,
    .get_region_info = kernel_get_region_info,
    .get_irq_info = kernel_get_irq_info,
    .set_irqs = kernel_set_irqs,
    .device_reset = kernel_device_reset,
    .region_read = kernel_region_read,
    .region_write = kernel_region_write,
    .region_mmap = kernel_region_mmap,
};
