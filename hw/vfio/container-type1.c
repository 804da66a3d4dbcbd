/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Containers of groups: /dev/vfio/vfio with the type1 IOMMU backend, version 2 where the kernel
 * has it, or the backend without any translation for groups without an IOMMU.
 */
#include "qemu/osdep.h"
#include <sys/sysmacros.h>
#include "qapi/error.h"
#include "exec/ramblock.h"
#include "hw/vfio/vfio-host.h"
#include "container-internal.h"
#include "sys-internal.h"
#include "trace.h"

#define CONTAINER_PATH "/dev/vfio/vfio"

/* ---- mappings -------------------------------------------------------- */

static int type1_dma_map(VFIOContainer *container, hwaddr iova, uint64_t size, void *vaddr,
                         int fd, uint64_t fd_offset, bool readonly)
{
    struct vfio_iommu_type1_dma_map map = {
        .argsz = sizeof(map),
        .flags = VFIO_DMA_MAP_FLAG_READ | (readonly ? 0 : VFIO_DMA_MAP_FLAG_WRITE),
        .vaddr = (uintptr_t)vaddr,
        .iova = iova,
        .size = size,
    };

    return vfio_sys->ioctl(container->fd, VFIO_IOMMU_MAP_DMA, &map) < 0 ? -errno : 0;
}

static int type1_dma_unmap(VFIOContainer *container, hwaddr iova, uint64_t size)
{
    struct vfio_iommu_type1_dma_unmap unmap = {
        .argsz = sizeof(unmap),
        .iova = iova,
        .size = size,
    };

    return vfio_sys->ioctl(container->fd, VFIO_IOMMU_UNMAP_DMA, &unmap) < 0 ? -errno : 0;
}

static const VFIOContainerIOOps type1_ops = {
    .dma_map = type1_dma_map,
    .dma_unmap = type1_dma_unmap,
};

/* Without an IOMMU devices use physical addresses: there is nothing to map. */
static int noiommu_dma_map(VFIOContainer *container, hwaddr iova, uint64_t size, void *vaddr,
                           int fd, uint64_t fd_offset, bool readonly)
{
    return 0;
}

static int noiommu_dma_unmap(VFIOContainer *container, hwaddr iova, uint64_t size)
{
    return 0;
}

/*
 * RAM in a device file, such as /dev/mem, is memory of the host that the user set apart for the
 * devices to reach. Other RAM is for devices that do no DMA.
 */
static bool noiommu_dma_check(const RAMBlock *block, uint64_t offset, hwaddr iova, uint64_t size,
                              Error **errp)
{
    g_autoptr(VFIOHost) host = vfio_host_new(NULL, NULL);
    uint64_t at = block->fd_offset + offset;
    struct stat st;

    if (block->fd < 0 || vfio_sys->fstat(block->fd, &st) < 0 || !S_ISCHR(st.st_mode)) {
        return true;
    }
    if (!(block->flags & RAM_SHARED)) {
        error_setg(errp, "guest memory at 0x%" PRIx64 " is a private copy of its device file: give "
                   "the memory backend share=on", iova);
        return false;
    }
    if (st.st_rdev == makedev(1, 1) && at != iova) {
        error_setg(errp, "guest memory at 0x%" PRIx64 " is 0x%" PRIx64 " of /dev/mem: without an "
                   "IOMMU devices need them to be the same, as with -M virt,ram-base=0x%" PRIx64,
                   iova, at, at);
        return false;
    }
    return vfio_host_carve_out_check(host, iova, size, errp);
}

static const VFIOContainerIOOps noiommu_ops = {
    .dma_check = noiommu_dma_check,
    .dma_map = noiommu_dma_map,
    .dma_unmap = noiommu_dma_unmap,
};

/* ---- facts -------------------------------------------------------- */

/* The information with its capabilities, freed with g_free(), or NULL with errno set. */
static struct vfio_iommu_type1_info *type1_info_get(int fd)
{
    size_t room = sizeof(struct vfio_iommu_type1_info);

    for (int attempt = 0; attempt < 2; attempt++) {
        g_autofree struct vfio_iommu_type1_info *info = g_malloc0(room);

        info->argsz = room;
        if (vfio_sys->ioctl(fd, VFIO_IOMMU_GET_INFO, info) < 0) {
            return NULL;
        }
        if (info->argsz <= room || attempt) {
            info->argsz = room;
            return g_steal_pointer(&info);
        }
        room = info->argsz;
    }
    g_assert_not_reached();
}

static void iova_ranges_take(VFIOContainer *container, const struct vfio_iommu_type1_info *info)
{
    uint32_t at = info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;

    while (at >= sizeof(*info) && at + sizeof(struct vfio_info_cap_header) <= info->argsz) {
        const struct vfio_iommu_type1_info_cap_iova_range *cap =
            (const void *)((const char *)info + at);

        if (cap->header.id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE &&
            at + sizeof(*cap) <= info->argsz &&
            cap->nr_iovas <= (info->argsz - at - sizeof(*cap)) / sizeof(cap->iova_ranges[0])) {
            for (uint32_t i = 0; i < cap->nr_iovas; i++) {
                VFIOIOVARange range = { cap->iova_ranges[i].start, cap->iova_ranges[i].end };

                g_array_append_val(container->iova_ranges, range);
            }
            return;
        }
        if (cap->header.next <= at) {
            return;
        }
        at = cap->header.next;
    }
}

static bool type1_info_take(VFIOContainer *container, Error **errp)
{
    g_autofree struct vfio_iommu_type1_info *info = type1_info_get(container->fd);

    if (!info) {
        error_setg_errno(errp, errno, "cannot get the facts of the host's IOMMU");
        return false;
    }
    container->pgsizes = info->flags & VFIO_IOMMU_INFO_PGSIZES && info->iova_pgsizes ?
                         info->iova_pgsizes : qemu_real_host_page_size();
    iova_ranges_take(container, info);
    return true;
}

/* ---- connecting -------------------------------------------------------- */

static int iommu_type_choose(int fd, bool noiommu)
{
    static const int with_iommu[] = { VFIO_TYPE1v2_IOMMU, VFIO_TYPE1_IOMMU };

    if (noiommu) {
        return VFIO_NOIOMMU_IOMMU;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(with_iommu); i++) {
        if (vfio_sys->ioctl(fd, VFIO_CHECK_EXTENSION, (void *)(uintptr_t)with_iommu[i]) > 0) {
            return with_iommu[i];
        }
    }
    return -1;
}

static bool group_set_container(VFIOGroup *group, int container_fd)
{
    return vfio_sys->ioctl(group->fd, VFIO_GROUP_SET_CONTAINER, &container_fd) == 0;
}

static void group_unset_container(VFIOGroup *group)
{
    vfio_sys->ioctl(group->fd, VFIO_GROUP_UNSET_CONTAINER, NULL);
}

static void group_join(VFIOGroup *group, VFIOContainer *container)
{
    group->container = container;
    QLIST_INSERT_HEAD(&container->groups, group, container_next);
}

/* A container that exists, for the same memory, and whose IOMMU takes the group too. */
static bool container_share(VFIOGroup *group, AddressSpace *as)
{
    VFIOContainer *container;

    for (container = vfio_container_first(); container;
         container = QLIST_NEXT(container, next)) {
        if (container->fd >= 0 && container->as == as &&
            (container->iommu_type == VFIO_NOIOMMU_IOMMU) == group->noiommu &&
            group_set_container(group, container->fd)) {
            group_join(group, container);
            return true;
        }
    }
    return false;
}

static bool set_iommu(int fd, int type, Error **errp)
{
    if (vfio_sys->ioctl(fd, VFIO_SET_IOMMU, (void *)(uintptr_t)type) == 0) {
        return true;
    }
    error_setg_errno(errp, errno, "the host's IOMMU cannot be used");
    if (errno == EPERM) {
        error_append_hint(errp, "The interrupt controller may not isolate devices' message "
                          "interrupts. If you trust the device: echo 1 > /sys/module/"
                          "vfio_iommu_type1/parameters/allow_unsafe_interrupts\n");
    }
    return false;
}

/* Open the container and check that we speak the same language; -1 with @errp set. */
static int container_open(Error **errp)
{
    int fd = vfio_sys->open(CONTAINER_PATH, O_RDWR);
    int version;

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot open '%s'", CONTAINER_PATH);
        error_append_hint(errp, "Is the kernel module 'vfio' loaded, and may this user open the "
                          "file?\n");
        return -1;
    }
    version = vfio_sys->ioctl(fd, VFIO_GET_API_VERSION, NULL);
    if (version != VFIO_API_VERSION) {
        error_setg(errp, "the kernel's VFIO has version %d, %d is supported", version,
                   VFIO_API_VERSION);
        vfio_sys->close(fd);
        return -1;
    }
    return fd;
}

static bool container_start(VFIOContainer *container, VFIOGroup *group, Error **errp)
{
    int type = iommu_type_choose(container->fd, group->noiommu);

    if (type < 0) {
        error_setg(errp, "the kernel has no type 1 IOMMU backend; load 'vfio_iommu_type1'");
        return false;
    }
    if (!set_iommu(container->fd, type, errp)) {
        return false;
    }
    container->iommu_type = type;
    trace_vfio_container_new(type, container->fd);
    if (group->noiommu) {
        container->io_ops = &noiommu_ops;
        container->pgsizes = qemu_real_host_page_size();
    } else if (!type1_info_take(container, errp)) {
        return false;
    }
    return vfio_container_listen(container, errp);
}

bool vfio_container_connect(VFIOGroup *group, AddressSpace *as, Error **errp)
{
    VFIOContainer *container;
    int fd;

    if (container_share(group, as)) {
        return true;
    }
    fd = container_open(errp);
    if (fd < 0) {
        return false;
    }
    container = vfio_container_new(as, &type1_ops);
    container->fd = fd;
    if (!group_set_container(group, fd)) {
        error_setg_errno(errp, errno, "cannot put group %d into a container", group->id);
        vfio_container_free(container);
        return false;
    }
    if (!container_start(container, group, errp)) {
        /* Unmap while the IOMMU is still there. */
        vfio_container_unlisten(container);
        group_unset_container(group);
        vfio_container_free(container);
        return false;
    }
    group_join(group, container);
    return true;
}

void vfio_container_disconnect(VFIOGroup *group)
{
    VFIOContainer *container = group->container;
    bool is_last;

    QLIST_REMOVE(group, container_next);
    group->container = NULL;
    is_last = QLIST_EMPTY(&container->groups);
    if (is_last) {
        vfio_container_unlisten(container);
    }
    group_unset_container(group);
    if (is_last) {
        vfio_container_free(container);
    }
}
