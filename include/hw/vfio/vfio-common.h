/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What device models need of VFIO: devices, their regions and interrupts, and how they get
 * attached to the host's IOMMU. Names and meanings are those of QEMU 8.2; fields and functions
 * beyond them are marked "ours".
 */
#ifndef HW_VFIO_VFIO_COMMON_H
#define HW_VFIO_VFIO_COMMON_H

#include "exec/memory.h"
#include "hw/qdev-core.h"
#include "hw/vfio/vfio-io.h"
#include "qemu/event_notifier.h"
#include "qemu/queue.h"

#define VFIO_MSG_PREFIX "vfio %s: "

enum {
    VFIO_DEVICE_TYPE_PCI = 0,
    VFIO_DEVICE_TYPE_CCW = 1,
    VFIO_DEVICE_TYPE_PLATFORM = 2,
    VFIO_DEVICE_TYPE_AP = 3,
};

typedef struct VFIOGroup VFIOGroup;
typedef struct VFIODeviceOps VFIODeviceOps;
typedef struct IOMMUFDBackend IOMMUFDBackend;

/* A part of a region that is mapped: a RAM device region on top of the slow path. */
struct VFIOMmap {
    MemoryRegion mem;
    void *mmap;    /* NULL: not mapped */
    struct MemoryGuard *guard; /* of a file that is not the kernel's, or NULL; ours */
    off_t offset;  /* in the region */
    size_t size;   /* bytes, whole pages */
};

/*
 * @fd_offset: where the region begins in the device's descriptor. @fd (ours): a descriptor of its
 * own that it is mapped from, or -1. @mem: NULL for an empty region. @mmaps_enabled (ours): the
 * fast path is wanted.
 */
struct VFIORegion {
    QLIST_ENTRY(VFIORegion) next; /* of its device; ours */
    VFIODevice *vbasedev;
    off_t fd_offset;
    MemoryRegion *mem;
    size_t size;
    uint32_t flags;
    uint32_t nr_mmaps;
    VFIOMmap *mmaps;
    uint8_t nr;
    int fd;
    bool mmaps_enabled;
};

/* One trapped access, for those who want to know about it. Ours. */
typedef struct VFIOAccess {
    VFIORegion *region;
    hwaddr offset;
    unsigned size;
    bool is_write;
    uint64_t value; /* written, or, in vfio_access_end, read */
    uint64_t cookie;
} VFIOAccess;

/*
 * @fd is the device's descriptor or -1. @sysfsdev, @name are owned. @io: how it is reached.
 * @io_data: the backend's own state of it. @socket: path of a vfio-user server (owned) or NULL.
 * @dt_blob: the node a vfio-user server sent, a flattened tree (owned). @active_irqs: atomic count
 * of interrupts whose end a trapped access may be; @traps: atomic count of trapped accesses;
 * @closing: atomic, no access may start.
 * @regions: those that are set up. @absent: the server is gone, no mapped part is in use.
 */
struct VFIODevice {
    QLIST_ENTRY(VFIODevice) next;           /* of its group */
    QLIST_ENTRY(VFIODevice) container_next;
    QLIST_ENTRY(VFIODevice) global_next;
    VFIOGroup *group;
    VFIOContainer *container;
    char *sysfsdev;
    char *name;
    DeviceState *dev;
    int fd;
    int type;
    bool reset_works;
    bool needs_reset;
    bool no_mmap;
    bool ram_block_discard_allowed;
    VFIODeviceOps *ops;
    unsigned int num_irqs;
    unsigned int num_regions;
    unsigned int flags;

    /* ours */
    const VFIODeviceIOOps *io;
    void *io_data;
    IOMMUFDBackend *iommufd;
    char *socket;
    uint32_t reconnect_s;
    uint32_t timeout_ms;
    bool posted_writes;
    bool noiommu_allowed;
    void *dt_blob;
    size_t dt_blob_size;
    uint64_t traps;
    unsigned int active_irqs;
    bool closing;
    bool absent;
    QLIST_HEAD(, VFIORegion) regions;
};

/*
 * @vfio_compute_needs_reset, @vfio_hot_reset_multi: reset of several devices that depend on each
 *   other; a platform device answers "no".
 * @vfio_eoi: a trapped access was done, which may have completed an interrupt.
 * @vfio_access_begin, @vfio_access_end (ours): around a trapped access that begins while
 *   active_irqs is not 0, on the accessing thread, maybe without the BQL; begin sets
 *   access->cookie, end is called unless that is 0. With them, vfio_eoi is not called.
 */
struct VFIODeviceOps {
    void (*vfio_compute_needs_reset)(VFIODevice *vdev);
    int (*vfio_hot_reset_multi)(VFIODevice *vdev);
    void (*vfio_eoi)(VFIODevice *vdev);
    void (*vfio_access_begin)(VFIODevice *vdev, VFIOAccess *access);
    void (*vfio_access_end)(VFIODevice *vdev, const VFIOAccess *access);
};

/* -- attaching (BQL) ---------------------------------------------------------------------- */

/*
 * Open the device that @vbasedev describes (socket, iommufd, fd or sysfsdev), attach it to the
 * IOMMU domain of @as, fill in num_regions, num_irqs, flags and reset_works. @name is used
 * in messages. 0, or -errno with @errp set and nothing left open.
 */
int vfio_attach_device(char *name, VFIODevice *vbasedev, AddressSpace *as, Error **errp);

/* Undo vfio_attach_device(). Regions must be finalized or exited before. */
void vfio_detach_device(VFIODevice *vbasedev);

/*
 * No access starts any more, and those that had started have ended when this returns. Ours.
 * The BQL is dropped while waiting: call it after the regions left the guest's map.
 */
void vfio_device_quiesce(VFIODevice *vbasedev);

/* -- regions ------------------------------------------------------------------------------ */

/* The slow path; its opaque is the VFIORegion. It does not take the BQL. */
extern const MemoryRegionOps vfio_region_ops;

/*
 * Ask for region @index and make @region->mem, owned by @obj, of vfio_region_ops, unless the
 * region is empty. 0 or -errno. Plans mmaps[] by the region's flags and capabilities.
 */
int vfio_region_setup(Object *obj, VFIODevice *vbasedev, VFIORegion *region, int index,
                      const char *name);

/* Map what may be mapped, and put it on top of the slow path. 0 or -errno, then nothing is. */
int vfio_region_mmap(VFIORegion *region);

/* All mapped parts on (fast path) or off (slow path), in one memory transaction. */
void vfio_region_mmaps_set_enabled(VFIORegion *region, bool enabled);

/*
 * The device behind all regions of @vbasedev is there, or is not: then mapped parts are off,
 * whatever vfio_region_mmaps_set_enabled() says. BQL. Ours.
 */
void vfio_device_set_present(VFIODevice *vbasedev, bool present);

/* Take the mapped parts of the map of the guest; before vfio_region_finalize(). */
void vfio_region_exit(VFIORegion *region);

/* Unmap and free; accepts a region that was never set up. */
void vfio_region_finalize(VFIORegion *region);

uint64_t vfio_region_read(void *opaque, hwaddr addr, unsigned size);
void vfio_region_write(void *opaque, hwaddr addr, uint64_t data, unsigned size);

/*
 * Facts about a region with its capabilities. 0 or -errno; *@info is freed with g_free(). The
 * second form also gives the region's own descriptor, the caller's, or -1 (ours).
 */
int vfio_get_region_info(VFIODevice *vbasedev, int index, struct vfio_region_info **info);
int vfio_get_region_info_fd(VFIODevice *vbasedev, int index, struct vfio_region_info **info,
                            int *fd);
struct vfio_info_cap_header *vfio_get_region_info_cap(struct vfio_region_info *info, uint16_t id);

/* -- interrupts --------------------------------------------------------------------------- */

/*
 * Install @fd as eventfd of interrupt @index, @subindex for @action (VFIO_IRQ_SET_ACTION_TRIGGER,
 * _MASK or _UNMASK); -1 removes it. 0 or -errno with @errp set.
 */
int vfio_set_irq_signaling(VFIODevice *vbasedev, int index, int subindex, int action, int fd,
                           Error **errp);

/* A failure of these is traced; there is nothing a caller could do. */
void vfio_disable_irqindex(VFIODevice *vbasedev, int index);
void vfio_unmask_single_irqindex(VFIODevice *vbasedev, int index);
void vfio_mask_single_irqindex(VFIODevice *vbasedev, int index);

/* Signal @e, which the device was given. Never blocks, whatever the device does to it. Ours. */
void vfio_eventfd_signal(VFIODevice *vbasedev, EventNotifier *e);

/* Name of what VFIO_DEVICE_SET_IRQS is asked for, for messages. Ours. */
const char *vfio_irq_action_name(int action);

#endif
