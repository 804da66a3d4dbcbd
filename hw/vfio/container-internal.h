/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Containers: what translates the addresses that devices use for DMA, shared by the devices
 * attached to it, and kept up to date with an address space by a memory listener. Groups: the
 * smallest sets of devices that the host's IOMMU can tell apart. All with the BQL held.
 */
#ifndef HW_VFIO_CONTAINER_INTERNAL_H
#define HW_VFIO_CONTAINER_INTERNAL_H

#include "hw/vfio/vfio-common.h"

/* A usable range of device addresses, inclusive. */
typedef struct VFIOIOVARange {
    uint64_t first;
    uint64_t last;
} VFIOIOVARange;

/* One mapping that exists. */
typedef struct VFIODMAMapping {
    uint64_t iova;
    uint64_t size;
} VFIODMAMapping;

/*
 * @fd: /dev/vfio/vfio of a group container, or -1. @iommu_type: VFIO_TYPE1v2_IOMMU and so on, of
 * a group container. @iommufd, @ioas_id: of an iommufd container. @pgsizes: OR of the page sizes
 * that mappings can have. @iova_ranges: usable device addresses, or empty when all are.
 * @needs_files: RAM that devices may write has to be in a file that can be shared.
 * @mappings: sorted by iova. @initialized: a failure to map is no longer the attaching
 * device's error but the running machine's. @error: the first failure before that.
 */
struct VFIOContainer {
    const VFIOContainerIOOps *io_ops;
    AddressSpace *as;
    int fd;
    unsigned iommu_type;
    IOMMUFDBackend *iommufd;
    uint32_t ioas_id;
    void *io_data;
    uint64_t pgsizes;
    bool needs_files;
    GArray *iova_ranges;
    GArray *mappings;
    MemoryListener listener;
    bool listening;
    bool initialized;
    Error *error;
    QLIST_HEAD(, VFIOGroup) groups;
    QLIST_HEAD(, VFIODevice) devices;
    QLIST_ENTRY(VFIOContainer) next;
};

struct VFIOGroup {
    int fd;
    int id;
    bool noiommu;
    VFIOContainer *container;
    QLIST_HEAD(, VFIODevice) devices;
    QLIST_ENTRY(VFIOGroup) next;           /* of all groups */
    QLIST_ENTRY(VFIOGroup) container_next;
};

/* An empty container for @as, in the list of all. */
VFIOContainer *vfio_container_new(AddressSpace *as, const VFIOContainerIOOps *io_ops);

/* Stop listening, close @container's descriptor and free it. It has no devices any more. */
void vfio_container_free(VFIOContainer *container);

/* All containers, for those who look for one to share. */
VFIOContainer *vfio_container_first(void);

/* Map all RAM of the address space and follow its changes. */
bool vfio_container_listen(VFIOContainer *container, Error **errp);

/* Unmap it all and follow no more; fine when it does not listen. While the IOMMU is still there. */
void vfio_container_unlisten(VFIOContainer *container);

/* The device becomes, or stops being, a user of the container. */
void vfio_container_add_device(VFIOContainer *container, VFIODevice *vdev);
void vfio_container_remove_device(VFIODevice *vdev);

/* Record, find by its start, and forget a mapping; a clash is an error that names both. */
bool vfio_container_mapping_add(VFIOContainer *container, uint64_t iova, uint64_t size,
                                Error **errp);
bool vfio_container_has_mapping(VFIOContainer *container, uint64_t iova);
void vfio_container_mapping_remove(VFIOContainer *container, uint64_t iova);

/* A group container: connect @group to one that takes it, or to a new one. */
bool vfio_container_connect(VFIOGroup *group, AddressSpace *as, Error **errp);
void vfio_container_disconnect(VFIOGroup *group);

/*
 * The group @id, opened if it is not, connected to the domain of @as; put drops a reference.
 * @sysfsdev: the device it is for, for the error's reasons.
 */
VFIOGroup *vfio_group_get(int id, bool noiommu, AddressSpace *as, const char *sysfsdev,
                          Error **errp);
void vfio_group_put(VFIOGroup *group);

/* Path of the device's own node, /dev/vfio/devices/vfioN; the caller frees it. */
char *vfio_device_node_path(const char *sysfsdev, Error **errp);

/* Listener of a container, in dma-listener.c. */
extern const MemoryListener vfio_dma_listener;

/* Attach by the device's group, by its node and an iommufd. */
bool vfio_group_attach(VFIODevice *vdev, AddressSpace *as, Error **errp);
void vfio_group_detach(VFIODevice *vdev);
bool vfio_iommufd_attach(VFIODevice *vdev, AddressSpace *as, Error **errp);
void vfio_iommufd_detach(VFIODevice *vdev);

#endif
