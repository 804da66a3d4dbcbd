/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sysbus device as a vfio-user server shows it: region i is its i-th window, interrupt i its
 * i-th line. A window is reached through an address space of its own, so that it does not matter
 * whether, and where, the machine has mapped it.
 */
#include "user-server-internal.h"
#include <sys/mman.h>
#include "exec/ramblock.h"
#include "qapi/error.h"
#include "trace.h"

/*
 * A window of shared RAM can be mapped by the client, if the file holds nothing else and can
 * not be shortened by the client, which would make accesses of ours fail.
 */
static int region_file(const VFIOUserServedRegion *region)
{
    RAMBlock *block = region->mr->ram_block;
    int seals;
    struct stat st;

    if (!memory_region_is_ram(region->mr) || region->mr->readonly || !block || block->fd < 0 ||
        !(block->flags & RAM_SHARED) || block->fd_offset ||
        region->size % qemu_real_host_page_size()) {
        return -1;
    }
    if (fstat(block->fd, &st) || (uint64_t)st.st_size != region->size) {
        return -1;
    }
    seals = fcntl(block->fd, F_GET_SEALS);
    if (seals < 0 || (!(seals & F_SEAL_SHRINK) &&
                      fcntl(block->fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0)) {
        return -1;
    }
    return block->fd;
}

static void region_start(VFIOUserServer *server, unsigned int index)
{
    VFIOUserServedRegion *region = &server->regions[index];
    g_autofree char *name = g_strdup_printf("vfio-user %s region %u", server->name, index);

    region->mr = sysbus_mmio_get_region(server->device, index);
    region->size = memory_region_size(region->mr);
    region->fd = region_file(region);
    /* An address space shows its root where that is mapped: the alias undoes it. */
    memory_region_init(&region->root, OBJECT(server), name, region->size);
    memory_region_init_alias(&region->alias, OBJECT(server), name, region->mr, 0, region->size);
    memory_region_add_subregion(&region->root, 0, &region->alias);
    address_space_init(&region->as, &region->root, name);
    trace_vfio_user_server_region(server->name, index, region->size, region->fd >= 0);
}

bool vfio_user_device_start(VFIOUserServer *server, Error **errp)
{
    unsigned int n = server->device->num_mmio;

    if (!n) {
        error_setg(errp, "device '%s' has no memory regions to serve", server->device_id);
        return false;
    }
    server->regions = g_new0(VFIOUserServedRegion, n);
    server->num_regions = n;
    for (unsigned int i = 0; i < n; i++) {
        region_start(server, i);
    }
    return true;
}

void vfio_user_device_stop(VFIOUserServer *server)
{
    for (unsigned int i = 0; i < server->num_regions; i++) {
        VFIOUserServedRegion *region = &server->regions[i];

        address_space_destroy(&region->as);
        memory_region_del_subregion(&region->root, &region->alias);
        object_unparent(OBJECT(&region->alias));
        object_unparent(OBJECT(&region->root));
    }
    if (server->regions) {
        drain_call_rcu(); /* views are gone after this, and the memory may be freed */
    }
    g_free(server->regions);
    server->regions = NULL;
    server->num_regions = 0;
}

/* -- answers ------------------------------------------------------------------------------- */

int vfio_user_device_info(VFIOUserServer *server, VFIOUserDeviceInfo *info)
{
    *info = (VFIOUserDeviceInfo) {
        .argsz = sizeof(*info),
        .flags = VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PLATFORM,
        .num_regions = server->num_regions,
        .num_irqs = server->num_irqs,
    };
    return 0;
}

int vfio_user_device_region_info(VFIOUserServer *server, VFIOUserRegionInfo *info, int *fd)
{
    const VFIOUserServedRegion *region;
    uint32_t index = info->index;

    *fd = -1;
    if (index >= server->num_regions) {
        return -EINVAL;
    }
    region = &server->regions[index];
    *info = (VFIOUserRegionInfo) {
        .argsz = sizeof(*info),
        .flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE,
        .index = index,
        .size = region->size,
    };
    if (region->fd >= 0) {
        info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
        *fd = region->fd;
    }
    return 0;
}

int vfio_user_device_irq_info(VFIOUserServer *server, VFIOUserIRQInfo *info)
{
    uint32_t index = info->index;

    if (index >= server->num_irqs) {
        return -EINVAL;
    }
    *info = (VFIOUserIRQInfo) {
        .argsz = sizeof(*info),
        .flags = VFIO_IRQ_INFO_EVENTFD,
        .index = index,
        .count = 1,
    };
    if (!server->irqs[index].is_edge) {
        info->flags |= VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
    }
    return 0;
}

/* -- accesses ------------------------------------------------------------------------------ */

static int access_check(const VFIOUserServer *server, uint32_t index, uint64_t offset,
                        uint64_t count)
{
    if (index >= server->num_regions) {
        return -EINVAL;
    }
    return offset <= server->regions[index].size &&
                   count <= server->regions[index].size - offset ? 0 : -EINVAL;
}

int vfio_user_device_read(VFIOUserServer *server, const VFIOUserRegionAccess *access, void *data)
{
    int ret = access_check(server, access->region, access->offset, access->count);

    if (ret < 0) {
        return ret;
    }
    return address_space_read(&server->regions[access->region].as, access->offset,
                              MEMTXATTRS_UNSPECIFIED, data, access->count) == MEMTX_OK ? 0 : -EIO;
}

int vfio_user_device_write(VFIOUserServer *server, const VFIOUserRegionAccess *access,
                           const void *data)
{
    int ret = access_check(server, access->region, access->offset, access->count);

    if (ret < 0) {
        return ret;
    }
    return address_space_write(&server->regions[access->region].as, access->offset,
                               MEMTXATTRS_UNSPECIFIED, data, access->count) == MEMTX_OK ? 0 : -EIO;
}

int vfio_user_device_write_multi(VFIOUserServer *server, const VFIOUserMultiWrite *writes,
                                 uint64_t count)
{
    int ret = 0;

    for (uint64_t i = 0; i < count && !ret; i++) {
        VFIOUserRegionAccess access = {
            .offset = writes[i].offset,
            .region = writes[i].region,
            .count = writes[i].count,
        };

        ret = vfio_user_device_write(server, &access, writes[i].data);
    }
    return ret;
}
