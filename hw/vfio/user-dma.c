/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest RAM for a vfio-user server. It gets the file behind each range and maps it; what it may
 * only read, or what has no file, it asks for by messages, which are answered here: never
 * beyond the ranges it was told of.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "qemu/rcu.h"
#include "sysemu/runstate.h"
#include "container-internal.h"
#include "user-client-internal.h"
#include "trace.h"

/* -- ranges ---------------------------------------------------------------------------------- */

static VFIOUserDMARange *range_at(VFIOUserClient *client, guint i)
{
    return &g_array_index(client->ranges, VFIOUserDMARange, i);
}

/* Index of the first range that ends behind @iova. With client->tables. */
static guint range_search(VFIOUserClient *client, uint64_t iova)
{
    guint low = 0, high = client->ranges->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        const VFIOUserDMARange *range = range_at(client, middle);

        if (range->iova + (range->size - 1) < iova) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int range_send(VFIOUserClient *client, const VFIOUserDMARange *range)
{
    VFIOUserDMAMap map = {
        .argsz = sizeof(map),
        .flags = VFIO_USER_DMA_READABLE | (range->readonly ? 0 : VFIO_USER_DMA_WRITABLE),
        .offset = range->fd < 0 ? 0 : range->fd_offset,
        .iova = range->iova,
        .size = range->size,
    };
    VFIOUserCall call = {
        .command = VFIO_USER_DMA_MAP,
        .payload = &map,
        .size = sizeof(map),
        .fds = &range->fd,
        .num_fds = range->fd >= 0,
    };

    return vfio_user_call(client, &call);
}

static void range_remove(VFIOUserClient *client, uint64_t iova)
{
    MemoryGuard *guard = NULL;

    WITH_QEMU_LOCK_GUARD(&client->tables) {
        guint i = range_search(client, iova);

        if (i < client->ranges->len && range_at(client, i)->iova == iova) {
            guard = range_at(client, i)->guard;
            g_array_remove_index(client->ranges, i);
        }
    }
    memory_guard_remove(guard);
}

/* Zeros are in the place of guest memory: the guest must not go on with them. */
static void range_failed(void *opaque)
{
    VFIOUserClient *client = opaque;

    error_report(VFIO_MSG_PREFIX "guest memory that the server at %s can cut off is gone from its"
                 " file: the machine is stopped; start it anew, with memory-backend-memfd",
                 client->vdev->name, client->vdev->socket);
    vfio_user_lose(client);
    vm_stop(RUN_STATE_INTERNAL_ERROR);
}

/* The server gets the file. What cannot be sealed it can cut off, under the machine's feet. */
static void range_guard(VFIOUserClient *client, VFIOUserDMARange *range)
{
    int seals = fcntl(range->fd, F_GET_SEALS);

    if (seals >= 0 && (seals & F_SEAL_SHRINK)) {
        return;
    }
    range->guard = memory_guard_add(range->host, range->size, range_failed, client);
    if (client->is_warned) {
        return;
    }
    client->is_warned = true;
    warn_report(VFIO_MSG_PREFIX "guest memory at 0x%" PRIx64 " is in a file that the server at %s"
                " can cut off, which would stop this machine; memory-backend-memfd cannot be",
                client->vdev->name, range->iova, client->vdev->socket);
}

static int user_dma_map(VFIOContainer *container, hwaddr iova, uint64_t size, void *vaddr, int fd,
                        uint64_t fd_offset, bool readonly)
{
    VFIOUserClient *client = container->io_data;
    /* A file gives the right to write all of it, so it is not given where only reading is. */
    VFIOUserDMARange range = {
        .iova = iova,
        .size = size,
        .host = vaddr,
        .fd = readonly ? -1 : fd,
        .fd_offset = fd_offset,
        .readonly = readonly,
    };
    int ret;

    if (!readonly && fd < 0) {
        return -ENOTSUP;
    }
    if (range.fd >= 0) {
        range_guard(client, &range);
    }
    WITH_QEMU_LOCK_GUARD(&client->tables) {
        g_array_insert_val(client->ranges, range_search(client, iova), range);
    }
    ret = range_send(client, &range);
    if (ret == -ENOTCONN && client->is_attached) {
        return 0; /* a server that comes back is told of it */
    }
    if (ret < 0) {
        range_remove(client, iova);
    }
    return ret;
}

static int user_dma_unmap(VFIOContainer *container, hwaddr iova, uint64_t size)
{
    VFIOUserClient *client = container->io_data;
    VFIOUserDMAUnmap unmap = { .argsz = sizeof(unmap), .iova = iova, .size = size };
    VFIOUserCall call = {
        .command = VFIO_USER_DMA_UNMAP,
        .payload = &unmap,
        .size = sizeof(unmap),
    };
    int ret;

    /* From here on messages cannot reach it. */
    range_remove(client, iova);
    ret = vfio_user_call(client, &call);
    return ret == -ENOTCONN ? 0 : ret;
}

const VFIOContainerIOOps vfio_user_container_ops = {
    .dma_map = user_dma_map,
    .dma_unmap = user_dma_unmap,
};

int vfio_user_dma_resume(VFIOUserClient *client)
{
    /* Only holders of the BQL change the ranges. */
    for (guint i = 0; i < client->ranges->len; i++) {
        int ret = range_send(client, range_at(client, i));

        if (ret < 0) {
            return ret;
        }
    }
    return 0;
}

/* -- the server's accesses ------------------------------------------------------------------- */

/* Whether ranges without a gap hold all of it. With client->tables. */
static bool access_is_allowed(VFIOUserClient *client, uint64_t iova, uint64_t count, bool is_write)
{
    uint64_t last = iova + (count - 1);

    for (guint i = range_search(client, iova); i < client->ranges->len; i++) {
        const VFIOUserDMARange *range = range_at(client, i);
        uint64_t range_last = range->iova + (range->size - 1);

        if (range->iova > iova || (is_write && range->readonly)) {
            return false;
        }
        if (last <= range_last) {
            return true;
        }
        iova = range_last + 1;
    }
    return false;
}

/* What follows guest code or the screen must know of the change. */
static void host_set_dirty(uint8_t *host, uint64_t size)
{
    MemoryRegion *mr;
    ram_addr_t offset;

    RCU_READ_LOCK_GUARD();
    mr = memory_region_from_host(host, &offset);
    if (mr) {
        memory_region_set_dirty(mr, offset, size);
    }
}

/* The lock keeps the memory: a range is taken out before its RAM goes. */
static bool guest_access(VFIOUserClient *client, uint64_t iova, uint64_t count, uint8_t *data,
                         bool is_write)
{
    QEMU_LOCK_GUARD(&client->tables);
    if (!access_is_allowed(client, iova, count, is_write)) {
        return false;
    }
    for (guint i = range_search(client, iova); count; i++) {
        const VFIOUserDMARange *range = range_at(client, i);
        uint64_t offset = iova - range->iova;
        uint64_t n = MIN(count, range->size - offset);

        if (is_write) {
            memcpy(range->host + offset, data, n);
            host_set_dirty(range->host + offset, n);
        } else {
            memcpy(data, range->host + offset, n);
        }
        iova += n;
        data += n;
        count -= n;
    }
    return true;
}

static int reply_send(VFIOUserClient *client, int sock, const VFIOUserMsg *command,
                      const void *payload, size_t size)
{
    VFIOUserMsg reply = {
        .header.id = command->header.id,
        .header.command = command->header.command,
        .header.flags = VFIO_USER_FLAGS_REPLY,
        .payload = payload,
        .size = size,
    };

    if (command->header.flags & VFIO_USER_FLAGS_NO_REPLY) {
        return 0;
    }
    return vfio_user_send(sock, &reply, vfio_user_deadline(client->timeout_ms));
}

static int read_serve(VFIOUserClient *client, int sock, const VFIOUserMsg *msg, bool *allowed)
{
    const VFIOUserDMAAccess *access = msg->payload;
    size_t size = sizeof(*access) + access->count;
    g_autofree VFIOUserDMAAccess *answer = g_malloc(size);

    *answer = *access;
    *allowed = guest_access(client, access->iova, access->count, (uint8_t *)(answer + 1), false);
    return *allowed ? reply_send(client, sock, msg, answer, size) : 0;
}

static int write_serve(VFIOUserClient *client, int sock, const VFIOUserMsg *msg, bool *allowed)
{
    const VFIOUserDMAAccess *access = msg->payload;

    *allowed = guest_access(client, access->iova, access->count, (uint8_t *)(access + 1), true);
    return *allowed ? reply_send(client, sock, msg, access, sizeof(*access)) : 0;
}

int vfio_user_serve(VFIOUserClient *client, int sock, const VFIOUserMsg *msg)
{
    bool is_write = msg->header.command == VFIO_USER_DMA_WRITE;
    int error = 0, ret = 0;
    bool allowed = true;

    if (!is_write && msg->header.command != VFIO_USER_DMA_READ) {
        error = EOPNOTSUPP;
    } else if (vfio_user_validate_command(msg) < 0) {
        error = EINVAL;
    } else {
        ret = is_write ? write_serve(client, sock, msg, &allowed) :
                         read_serve(client, sock, msg, &allowed);
        error = allowed ? 0 : EFAULT;
    }
    trace_vfio_user_serve(client->vdev->name, vfio_user_command_name(msg->header.command), error);
    if (error) {
        ret = vfio_user_send_error(sock, msg, error, vfio_user_deadline(client->timeout_ms));
    }
    return ret;
}
