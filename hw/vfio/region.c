/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regions of a VFIO device: the slow path, which passes each access to the device, and on top of
 * it the parts that are mapped (fast path), which can be switched off and on.
 *
 * The slow path runs without the BQL, in the RCU section of the memory access that leads to it.
 * So a device that is going away marks itself as closing, waits for a grace period, and then
 * knows that nobody uses its descriptor any more (vfio_device_quiesce()).
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "qemu/memory-guard.h"
#include "hw/vfio/vfio-common.h"
#include "sys-internal.h"
#include "trace.h"

/* ---- slow path -------------------------------------------------------- */

/* What a bus without a device answers. */
static uint64_t all_ones(unsigned size)
{
    return size < 8 ? (1ULL << (size * 8)) - 1 : UINT64_MAX;
}

/* Platform devices have 32-bit registers: wider accesses are split, low half first. */
static unsigned access_step(unsigned size)
{
    return MIN(size, 4);
}

/* Nearly all accesses find no interrupt active, and nobody is asked then. */
static inline void access_begin(VFIODevice *vdev, VFIOAccess *access)
{
    qatomic_inc(&vdev->traps);
    if (unlikely(qatomic_read(&vdev->active_irqs)) && vdev->ops &&
        vdev->ops->vfio_access_begin) {
        vdev->ops->vfio_access_begin(vdev, access);
    }
}

static inline void access_end(VFIODevice *vdev, const VFIOAccess *access)
{
    const VFIODeviceOps *ops = vdev->ops;

    if (unlikely(access->cookie)) {
        ops->vfio_access_end(vdev, access);
    } else if (unlikely(ops && !ops->vfio_access_end && ops->vfio_eoi)) {
        ops->vfio_eoi(vdev);
    }
}

static uint64_t region_load_wide(VFIORegion *region, hwaddr offset, unsigned size)
{
    VFIODevice *vdev = region->vbasedev;
    unsigned step = access_step(size);
    uint8_t bytes[8] = { 0 };

    for (unsigned at = 0; at < size; at += step) {
        ssize_t n = vdev->io->region_read(region, offset + at, step, bytes + at);

        if (n != step) {
            trace_vfio_region_read_failed(vdev->name, region->nr, offset + at, step, n);
            return all_ones(size);
        }
    }
    return ldn_le_p(bytes, size);
}

/* A trapped read costs the guest microseconds, of which this program's part is kept small. */
static inline uint64_t region_load(VFIORegion *region, hwaddr offset, unsigned size)
{
    uint32_t value = 0;
    ssize_t n;

    if (unlikely(size > sizeof(value))) {
        return region_load_wide(region, offset, size);
    }
    n = region->vbasedev->io->region_read(region, offset, size, &value);
    if (unlikely(n != size)) {
        trace_vfio_region_read_failed(region->vbasedev->name, region->nr, offset, size, n);
        return all_ones(size);
    }
    return le32_to_cpu(value);
}

uint64_t vfio_region_read(void *opaque, hwaddr addr, unsigned size)
{
    VFIORegion *region = opaque;
    VFIODevice *vdev = region->vbasedev;
    VFIOAccess access = { .region = region, .offset = addr, .size = size };

    if (qatomic_read(&vdev->closing)) {
        return all_ones(size);
    }
    access_begin(vdev, &access);
    access.value = region_load(region, addr, size);
    trace_vfio_region_read(vdev->name, region->nr, addr, size, access.value);
    access_end(vdev, &access);
    return access.value;
}

/* A debugger's access is none of the guest's: it ends no interrupt. */
static MemTxResult region_ops_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                                   MemTxAttrs attrs)
{
    VFIORegion *region = opaque;

    if (!attrs.debug) {
        *data = vfio_region_read(opaque, addr, size);
    } else if (qatomic_read(&region->vbasedev->closing)) {
        *data = all_ones(size);
    } else {
        *data = region_load(region, addr, size);
    }
    return MEMTX_OK;
}

static void region_store(VFIORegion *region, hwaddr offset, uint64_t value, unsigned size)
{
    VFIODevice *vdev = region->vbasedev;
    unsigned step = access_step(size);
    uint8_t bytes[8];

    stn_le_p(bytes, size, value);
    for (unsigned at = 0; at < size; at += step) {
        ssize_t n = vdev->io->region_write(region, offset + at, step, bytes + at,
                                           vdev->posted_writes);

        if (n != step) {
            trace_vfio_region_write_failed(vdev->name, region->nr, offset + at, step, n);
            return;
        }
    }
}

void vfio_region_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    VFIORegion *region = opaque;
    VFIODevice *vdev = region->vbasedev;
    VFIOAccess access = {
        .region = region, .offset = addr, .size = size, .is_write = true, .value = data,
    };

    if (qatomic_read(&vdev->closing)) {
        return;
    }
    access_begin(vdev, &access);
    trace_vfio_region_write(vdev->name, region->nr, addr, size, data);
    region_store(region, addr, data, size);
    access_end(vdev, &access);
}

static MemTxResult region_ops_write(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                                    MemTxAttrs attrs)
{
    VFIORegion *region = opaque;

    if (!attrs.debug) {
        vfio_region_write(opaque, addr, data, size);
    } else if (!qatomic_read(&region->vbasedev->closing)) {
        region_store(region, addr, data, size);
    }
    return MEMTX_OK;
}

const MemoryRegionOps vfio_region_ops = {
    .read_with_attrs = region_ops_read,
    .write_with_attrs = region_ops_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* ---- facts -------------------------------------------------------- */

int vfio_get_region_info_fd(VFIODevice *vbasedev, int index, struct vfio_region_info **info,
                            int *fd)
{
    size_t room = sizeof(**info);
    int ret;

    *info = NULL;
    *fd = -1;
    /* The first answer tells how much room the capabilities need. */
    for (int attempt = 0; attempt < 2; attempt++) {
        g_free(*info);
        *info = g_malloc0(room);
        (*info)->argsz = room;
        (*info)->index = index;
        if (*fd >= 0) {
            vfio_sys->close(*fd);
            *fd = -1;
        }
        ret = vbasedev->io->get_region_info(vbasedev, *info, fd);
        if (ret < 0 || (*info)->argsz <= room || (*info)->argsz > 64 * 1024) {
            break;
        }
        room = (*info)->argsz;
    }
    if (ret >= 0 && (*info)->argsz > room) {
        ret = -E2BIG;
    }
    if (ret < 0) {
        if (*fd >= 0) {
            vfio_sys->close(*fd);
            *fd = -1;
        }
        g_clear_pointer(info, g_free);
        return ret;
    }
    /* What was filled in; capabilities are looked for in it only. */
    (*info)->argsz = room;
    return 0;
}

int vfio_get_region_info(VFIODevice *vbasedev, int index, struct vfio_region_info **info)
{
    int fd;
    int ret = vfio_get_region_info_fd(vbasedev, index, info, &fd);

    if (fd >= 0) {
        vfio_sys->close(fd);
    }
    return ret;
}

struct vfio_info_cap_header *vfio_get_region_info_cap(struct vfio_region_info *info, uint16_t id)
{
    uint32_t at = info->flags & VFIO_REGION_INFO_FLAG_CAPS ? info->cap_offset : 0;

    while (at >= sizeof(*info) && at % sizeof(uint64_t) == 0 && at < info->argsz &&
           info->argsz - at >= sizeof(struct vfio_info_cap_header)) {
        struct vfio_info_cap_header *cap = (void *)((char *)info + at);

        if (cap->id == id) {
            return cap;
        }
        if (cap->next <= at) {
            break; /* the end, or a chain that leads back */
        }
        at = cap->next;
    }
    return NULL;
}

/* ---- set up -------------------------------------------------------- */

static bool is_page_aligned(uint64_t value)
{
    return (value & (qemu_real_host_page_size() - 1)) == 0;
}

static void region_mmap_add(VFIORegion *region, uint64_t offset, uint64_t size)
{
    /* Part of a page cannot be mapped without showing what else is in it. */
    if (!size || !is_page_aligned(offset) || !is_page_aligned(size) ||
        !is_page_aligned(region->fd_offset + offset) || offset > region->size ||
        size > region->size - offset) {
        return;
    }
    region->mmaps[region->nr_mmaps++] = (VFIOMmap) { .offset = offset, .size = size };
}

/* Areas that overlap would be mapped twice; the kernel's do not. */
static bool areas_are_sorted(const struct vfio_region_info_cap_sparse_mmap *sparse)
{
    for (uint32_t i = 1; i < sparse->nr_areas; i++) {
        if (sparse->areas[i].offset < sparse->areas[i - 1].offset ||
            sparse->areas[i].offset - sparse->areas[i - 1].offset < sparse->areas[i - 1].size) {
            return false;
        }
    }
    return true;
}

/*
 * Which parts of @region the mapping may cover. A mapping that can only be read, or written, would
 * end the program at the guest's first access of the other kind: there, messages serve.
 */
static void region_mmaps_plan(VFIORegion *region, struct vfio_region_info *info)
{
    const uint32_t needed = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
                            VFIO_REGION_INFO_FLAG_MMAP;
    struct vfio_info_cap_header *cap;
    const struct vfio_region_info_cap_sparse_mmap *sparse;
    size_t room;

    if (region->vbasedev->no_mmap || (region->flags & needed) != needed) {
        return;
    }
    cap = vfio_get_region_info_cap(info, VFIO_REGION_INFO_CAP_SPARSE_MMAP);
    if (!cap) {
        region->mmaps = g_new0(VFIOMmap, 1);
        region_mmap_add(region, 0, region->size);
        return;
    }
    sparse = (const void *)cap;
    room = info->argsz - ((const char *)cap - (const char *)info);
    if (room < sizeof(*sparse) ||
        sparse->nr_areas > (room - sizeof(*sparse)) / sizeof(sparse->areas[0]) ||
        !areas_are_sorted(sparse)) {
        return;
    }
    region->mmaps = g_new0(VFIOMmap, sparse->nr_areas);
    for (uint32_t i = 0; i < sparse->nr_areas; i++) {
        region_mmap_add(region, sparse->areas[i].offset, sparse->areas[i].size);
    }
}

int vfio_region_setup(Object *obj, VFIODevice *vbasedev, VFIORegion *region, int index,
                      const char *name)
{
    g_autofree struct vfio_region_info *info = NULL;
    int fd;
    int ret = vfio_get_region_info_fd(vbasedev, index, &info, &fd);

    if (ret < 0) {
        return ret;
    }
    *region = (VFIORegion) {
        .vbasedev = vbasedev,
        .flags = info->flags,
        .size = info->size,
        .fd_offset = info->offset,
        .nr = index,
        .fd = fd,
        .mmaps_enabled = true,
    };
    QLIST_INSERT_HEAD(&vbasedev->regions, region, next);
    trace_vfio_region_setup(vbasedev->name, index, region->flags, region->size,
                            region->fd_offset);
    if (region->size) {
        region->mem = g_new0(MemoryRegion, 1);
        memory_region_init_io(region->mem, obj, &vfio_region_ops, region, name, region->size);
        memory_region_set_lockless(region->mem);
        region_mmaps_plan(region, info);
    }
    return 0;
}

/* ---- fast path -------------------------------------------------------- */

static void region_unmap(VFIORegion *region)
{
    for (uint32_t i = 0; i < region->nr_mmaps; i++) {
        VFIOMmap *m = &region->mmaps[i];

        if (m->mmap) {
            memory_guard_remove(m->guard);
            vfio_sys->munmap(m->mmap, m->size);
            m->guard = NULL;
            m->mmap = NULL;
        }
    }
}

/* In a transaction. */
static void region_mmaps_show(VFIORegion *region)
{
    bool shown = region->mmaps_enabled && !region->vbasedev->absent;

    for (uint32_t i = 0; i < region->nr_mmaps; i++) {
        if (region->mmaps[i].mmap) {
            memory_region_set_enabled(&region->mmaps[i].mem, shown);
        }
    }
}

int vfio_region_mmap(VFIORegion *region)
{
    if (!region->mem) {
        return 0;
    }
    for (uint32_t i = 0; i < region->nr_mmaps; i++) {
        VFIOMmap *m = &region->mmaps[i];
        int ret = region->vbasedev->io->region_mmap(region, m);

        if (ret < 0) {
            trace_vfio_region_mmap_failed(memory_region_name(region->mem), m->offset, m->size,
                                          ret);
            region_unmap(region);
            return ret;
        }
    }
    memory_region_transaction_begin();
    for (uint32_t i = 0; i < region->nr_mmaps; i++) {
        VFIOMmap *m = &region->mmaps[i];
        g_autofree char *name = g_strdup_printf("%s mmaps[%u]", memory_region_name(region->mem),
                                                i);

        memory_region_init_ram_device_ptr(&m->mem, memory_region_owner(region->mem), name,
                                          m->size, m->mmap);
        memory_region_add_subregion(region->mem, m->offset, &m->mem);
        trace_vfio_region_mmap(name, m->offset, m->size);
    }
    region_mmaps_show(region);
    memory_region_transaction_commit();
    return 0;
}

void vfio_region_mmaps_set_enabled(VFIORegion *region, bool enabled)
{
    if (!region->mem) {
        return;
    }
    region->mmaps_enabled = enabled;
    memory_region_transaction_begin();
    region_mmaps_show(region);
    memory_region_transaction_commit();
    trace_vfio_region_mmaps_set_enabled(memory_region_name(region->mem), enabled);
}

void vfio_device_set_present(VFIODevice *vbasedev, bool present)
{
    VFIORegion *region;

    vbasedev->absent = !present;
    memory_region_transaction_begin();
    QLIST_FOREACH(region, &vbasedev->regions, next) {
        if (region->mem) {
            region_mmaps_show(region);
        }
    }
    memory_region_transaction_commit();
}

/* ---- end -------------------------------------------------------- */

void vfio_region_exit(VFIORegion *region)
{
    if (!region->mem) {
        return;
    }
    memory_region_transaction_begin();
    for (uint32_t i = 0; i < region->nr_mmaps; i++) {
        if (region->mmaps[i].mmap) {
            memory_region_del_subregion(region->mem, &region->mmaps[i].mem);
        }
    }
    memory_region_transaction_commit();
    trace_vfio_region_exit(region->vbasedev->name, region->nr);
}

void vfio_region_finalize(VFIORegion *region)
{
    if (!region->vbasedev) {
        return;
    }
    if (region->mem) {
        for (uint32_t i = 0; i < region->nr_mmaps; i++) {
            if (region->mmaps[i].mmap) {
                object_unparent(OBJECT(&region->mmaps[i].mem));
            }
        }
        region_unmap(region);
        object_unparent(OBJECT(region->mem));
    }
    if (region->fd >= 0) {
        vfio_sys->close(region->fd);
    }
    trace_vfio_region_finalize(region->vbasedev->name, region->nr);
    QLIST_REMOVE(region, next);
    g_free(region->mem);
    g_free(region->mmaps);
    *region = (VFIORegion) { .fd = -1 };
}
