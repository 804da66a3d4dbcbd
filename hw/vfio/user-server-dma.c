/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of a vfio-user client, put where the device's DMA finds it: into the system address
 * space, at the client's addresses. How it is reached depends on what came with DMA_MAP:
 *
 * - a memfd that nobody can shorten (F_SEAL_SHRINK), not of huge pages: it is mapped, and the
 *   mapping guarded for the case that there is no memory for it;
 * - another file of a local file system: read and written through its descriptor, because an
 *   access to a mapping would be a SIGBUS once the client cut it off;
 * - nothing: DMA_READ and DMA_WRITE messages.
 *
 * Devices of one process that are assigned to one machine get the same memory each: what is the
 * same part of the same file may lie there several times, as it does not matter which is seen.
 *
 * A region lives on while the device uses it (mapped buffers, readers of old views); its end is
 * what the answer to DMA_UNMAP waits for.
 */
#include "user-server-internal.h"
#include <sys/mman.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include "exec/address-spaces.h"
#include "qemu/host-utils.h"
#include "qemu/memory-guard.h"
#include "../../util/fd.h"
#include "trace.h"

#define XFS_MAGIC 0x58465342
#define DMA_REGIONS_MAX 1024

#define TYPE_VFIO_USER_DMA_REGION "vfio-user-dma-region"
OBJECT_DECLARE_SIMPLE_TYPE(VFIOUserDMARegion, VFIO_USER_DMA_REGION)

/* @conn: NULL once unmapped. @host, @dev, @ino: of a mapping. @fd: of a file or -1. */
struct VFIOUserDMARegion {
    Object parent_obj;
    MemoryRegion mr;
    VFIOUserServer *server;
    VFIOUserConn *conn;
    QTAILQ_ENTRY(VFIOUserDMARegion) next;
    hwaddr iova;
    uint64_t size;
    bool is_readable;
    bool is_writable;
    void *host;
    dev_t dev;
    ino_t ino;
    MemoryGuard *guard;
    int fd;
    uint64_t fd_offset;
};

/* -- accesses without a mapping -------------------------------------------------------------- */

/* All @len bytes of the file: false if it is shorter now. */
static bool dma_file_rw(const VFIOUserDMARegion *region, hwaddr addr, uint8_t *buf, size_t len,
                        bool is_write)
{
    off_t offset = region->fd_offset + addr;

    while (len) {
        ssize_t n = is_write ? RETRY_ON_EINTR(pwrite(region->fd, buf, len, offset)) :
                               RETRY_ON_EINTR(pread(region->fd, buf, len, offset));

        if (n <= 0) {
            return false;
        }
        buf += n;
        offset += n;
        len -= n;
    }
    return true;
}

static MemTxResult dma_copy(void *opaque, hwaddr addr, void *buf, hwaddr len, bool is_write,
                            MemTxAttrs attrs)
{
    VFIOUserDMARegion *region = opaque;
    bool ok = false;

    if (!is_write) {
        memset(buf, 0, len);
    }
    if (!(is_write ? region->is_writable : region->is_readable)) {
        /* not allowed */
    } else if (region->fd >= 0) {
        ok = dma_file_rw(region, addr, buf, len, is_write);
    } else if (region->conn) {
        ok = !vfio_user_conn_dma(region->conn, is_write ? VFIO_USER_DMA_WRITE : VFIO_USER_DMA_READ,
                                 region->iova + addr, buf, len);
    }
    return ok ? MEMTX_OK : MEMTX_ERROR;
}

static MemTxResult dma_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                            MemTxAttrs attrs)
{
    uint8_t bytes[8];
    MemTxResult result = dma_copy(opaque, addr, bytes, size, false, attrs);

    *data = result == MEMTX_OK ? ldn_le_p(bytes, size) : 0;
    return result;
}

static MemTxResult dma_write(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                             MemTxAttrs attrs)
{
    uint8_t bytes[8];

    stn_le_p(bytes, size, data);
    return dma_copy(opaque, addr, bytes, size, true, attrs);
}

static const MemoryRegionOps dma_ops = {
    .read_with_attrs = dma_read,
    .write_with_attrs = dma_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .copy = dma_copy,
};

/* -- mapping ----------------------------------------------------------------------------------- */

/* Files of local file systems: an access may fail, but not wait for somebody. */
static bool fs_is_local(long type)
{
    return type == TMPFS_MAGIC || type == EXT4_SUPER_MAGIC || type == XFS_MAGIC ||
           type == BTRFS_SUPER_MAGIC;
}

/* The client's file has nothing where the device looked. */
static void dma_file_failed(void *opaque)
{
    VFIOUserDMARegion *region = opaque;

    trace_vfio_user_server_dma_file_failed(region->server->name, region->iova);
    if (region->conn) {
        vfio_user_conn_break(region->conn);
    }
}

/* Take the file and map it if that is safe. 0 or -errno. */
static int dma_region_open(VFIOUserDMARegion *region, int fd)
{
    int prot = PROT_READ | (region->is_writable ? PROT_WRITE : 0);
    struct statfs fs;
    struct stat st;
    int seals, flags;
    void *host;

    flags = fcntl(fd, F_GETFL);
    if (fstat(fd, &st) || fstatfs(fd, &fs) || flags < 0) {
        return -errno;
    }
    if (!S_ISREG(st.st_mode) || !fs_is_local(fs.f_type) || (flags & (O_PATH | O_APPEND)) ||
        region->fd_offset + region->size > (uint64_t)MAX(st.st_size, 0)) {
        return -EINVAL;
    }
    if ((flags & O_ACCMODE) != O_RDWR && (region->is_writable || (flags & O_ACCMODE))) {
        return -EACCES;
    }
    seals = fs.f_type == TMPFS_MAGIC ? fcntl(fd, F_GET_SEALS) : -1;
    if (seals >= 0 && (seals & F_SEAL_SHRINK) && region->is_readable) {
        host = mmap(NULL, region->size, prot, MAP_SHARED, fd, region->fd_offset);
        if (host == MAP_FAILED) {
            return -errno;
        }
        region->host = host;
        region->dev = st.st_dev;
        region->ino = st.st_ino;
        region->guard = memory_guard_add(host, region->size, dma_file_failed, region);
    }
    return 0;
}

static bool dma_region_is_same(const VFIOUserDMARegion *a, const VFIOUserDMARegion *b)
{
    return a->host && b->host && a->dev == b->dev && a->ino == b->ino &&
           a->fd_offset == b->fd_offset && a->iova == b->iova && a->size == b->size &&
           a->is_writable == b->is_writable;
}

/* Whether the memory at that address, @there, is another client's, and the same. */
static bool dma_is_shared(VFIOUserConn *conn, Object *there, const VFIOUserDMARegion *region)
{
    const VFIOUserDMARegion *own;

    if (!object_dynamic_cast(there, TYPE_VFIO_USER_DMA_REGION) ||
        !dma_region_is_same(VFIO_USER_DMA_REGION(there), region)) {
        return false;
    }
    QTAILQ_FOREACH(own, &conn->dma, next) {
        if (own->iova == region->iova) {
            return false;
        }
    }
    return true;
}

/* Nothing of the machine, and nothing else that was mapped before, may be covered. */
static bool dma_range_is_free(VFIOUserConn *conn, const VFIOUserDMARegion *region)
{
    MemoryRegionSection section = memory_region_find(get_system_memory(), region->iova,
                                                     region->size);
    bool is_free = !section.mr;

    if (section.mr) {
        is_free = dma_is_shared(conn, memory_region_owner(section.mr), region);
        memory_region_unref(section.mr);
    }
    return is_free;
}

static void dma_region_insert(VFIOUserConn *conn, VFIOUserDMARegion *region)
{
    g_autofree char *name = g_strdup_printf("vfio-user dma 0x%" PRIx64, region->iova);
    Object *owner = OBJECT(region);

    object_property_add_child(OBJECT(conn->server), "dma[*]", owner);
    object_unref(owner); /* the parent's reference remains */
    object_ref(OBJECT(conn->server));
    region->server = conn->server;
    region->conn = conn;
    if (region->host) {
        memory_region_init_ram_ptr(&region->mr, owner, name, region->size, region->host);
        region->mr.readonly = !region->is_writable;
    } else {
        memory_region_init_io(&region->mr, owner, &dma_ops, region, name, region->size);
    }
    memory_region_add_subregion_overlap(get_system_memory(), region->iova, &region->mr, 0);
    QTAILQ_INSERT_TAIL(&conn->dma, region, next);
    conn->num_dma++;
}

int vfio_user_dma_map(VFIOUserConn *conn, VFIOUserMsg *msg)
{
    const VFIOUserDMAMap *map = msg->payload;
    VFIOUserDMARegion *region;
    int ret = 0;

    if (conn->num_dma >= DMA_REGIONS_MAX) {
        return -ENOSPC;
    }
    if (map->size > MAX_PHYS_ADDR || map->iova > MAX_PHYS_ADDR ||
        !QEMU_IS_ALIGNED(map->iova | map->size | map->offset, qemu_real_host_page_size())) {
        return -EINVAL;
    }
    region = VFIO_USER_DMA_REGION(object_new(TYPE_VFIO_USER_DMA_REGION));
    region->iova = map->iova;
    region->size = map->size;
    region->is_readable = map->flags & VFIO_USER_DMA_READABLE;
    region->is_writable = map->flags & VFIO_USER_DMA_WRITABLE;
    region->fd_offset = map->offset;
    if (msg->num_fds) {
        ret = dma_region_open(region, msg->fds[0]);
    }
    if (!ret && !dma_range_is_free(conn, region)) {
        ret = -EEXIST;
    }
    if (ret < 0) {
        object_unref(OBJECT(region));
        return ret;
    }
    if (!region->host) {
        region->fd = vfio_user_msg_steal_fd(msg, 0);
    }
    trace_vfio_user_server_dma_map(conn->server->name, map->iova, map->size, map->flags,
                                   region->host != NULL, region->fd);
    dma_region_insert(conn, region);
    return 0;
}

/* -- unmapping --------------------------------------------------------------------------------- */

static void dma_region_remove(VFIOUserDMARegion *region)
{
    VFIOUserConn *conn = region->conn;

    trace_vfio_user_server_dma_unmap(conn->server->name, region->iova, region->size);
    QTAILQ_REMOVE(&conn->dma, region, next);
    conn->num_dma--;
    region->conn = NULL;
    conn->server->dying_regions++;
    memory_region_del_subregion(get_system_memory(), &region->mr);
    object_unparent(OBJECT(region));
}

int vfio_user_dma_unmap(VFIOUserConn *conn, const VFIOUserDMAUnmap *unmap)
{
    VFIOUserDMARegion *region;

    if (unmap->flags & VFIO_USER_DMA_UNMAP_ALL) {
        vfio_user_dma_unmap_all(conn);
        return 0;
    }
    QTAILQ_FOREACH(region, &conn->dma, next) {
        if (region->iova == unmap->iova && region->size == unmap->size) {
            dma_region_remove(region);
            return 0;
        }
    }
    return -ENOENT;
}

void vfio_user_dma_unmap_all(VFIOUserConn *conn)
{
    VFIOUserDMARegion *region, *next;

    memory_region_transaction_begin();
    QTAILQ_FOREACH_SAFE(region, &conn->dma, next, next) {
        dma_region_remove(region);
    }
    memory_region_transaction_commit();
}

/* -- the type ---------------------------------------------------------------------------------- */

static void dma_region_init(Object *obj)
{
    VFIO_USER_DMA_REGION(obj)->fd = -1;
}

/* Nobody uses the memory any more. With the BQL, maybe on the RCU thread. */
static void dma_region_finalize(Object *obj)
{
    VFIOUserDMARegion *region = VFIO_USER_DMA_REGION(obj);

    if (region->host) {
        memory_guard_remove(region->guard);
        munmap(region->host, region->size);
    }
    fd_close(&region->fd);
    if (region->server) {
        region->server->dying_regions--;
        if (!region->server->dying_regions && region->server->conn) {
            vfio_user_conn_memory_freed(region->server->conn);
        }
        object_unref(OBJECT(region->server));
    }
}

static const TypeInfo dma_types[] = {
    {
        .name = TYPE_VFIO_USER_DMA_REGION,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(VFIOUserDMARegion),
        .instance_init = dma_region_init,
        .instance_finalize = dma_region_finalize,
    },
};

DEFINE_TYPES(dma_types)
