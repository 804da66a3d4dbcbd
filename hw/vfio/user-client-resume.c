/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user server that went away, and one that came in its place. Without a server registers
 * read all ones and writes are dropped; mapped parts of regions are off, since what is in their
 * files is nobody's any more. The guest's drivers have to cope, as with a card that was pulled
 * out. A new server with the same device gets memory and eventfds again and its regions appear at
 * the host addresses of the old ones, so that nobody who knows those has to be told.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/qapi-events-vfio-user.h"
#include "qemu/atomic.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "qemu/memory-guard.h"
#include "sys-internal.h"
#include "user-client-internal.h"
#include "trace.h"

static void loss_warn(VFIOUserClient *client)
{
    VFIODevice *vdev = client->vdev;

    switch (qatomic_read(&client->loss)) {
    case VFIO_USER_LOSS_SILENT:
        warn_report(VFIO_MSG_PREFIX "the server at %s is given up: it did not answer within %u ms"
                    " (x-timeout-ms)", vdev->name, vdev->socket, client->timeout_ms);
        break;
    case VFIO_USER_LOSS_STALLING:
        warn_report(VFIO_MSG_PREFIX "the server at %s is given up: it kept the machine waiting for"
                    " %u ms (x-timeout-ms)", vdev->name, vdev->socket, client->timeout_ms);
        break;
    default:
        warn_report(VFIO_MSG_PREFIX "the server at %s is gone", vdev->name, vdev->socket);
        break;
    }
}

static void announce(VFIOUserClient *client, bool is_there)
{
    VFIODevice *vdev = client->vdev;
    g_autofree char *path = vdev->dev ? object_get_canonical_path(OBJECT(vdev->dev)) : NULL;
    const char *id = vdev->dev ? vdev->dev->id : NULL;

    client->is_announced = is_there;
    if (is_there) {
        info_report(VFIO_MSG_PREFIX "the server at %s is back", vdev->name, vdev->socket);
        qapi_event_send_vfio_device_reconnected(id, path, vdev->socket);
    } else {
        loss_warn(client);
        qapi_event_send_vfio_device_disconnected(id, path, vdev->socket);
    }
}

/* -- regions --------------------------------------------------------------------------------- */

/* Put what @region now maps at the place of what it mapped before. */
static int area_replace(VFIORegion *region, VFIOMmap *m)
{
    VFIOMmap found = { .offset = m->offset, .size = m->size };
    int ret = region->vbasedev->io->region_mmap(region, &found);

    if (ret < 0) {
        return ret;
    }
    if (mremap(found.mmap, m->size, m->size, MREMAP_MAYMOVE | MREMAP_FIXED, m->mmap) ==
        MAP_FAILED) {
        ret = -errno;
        memory_guard_remove(found.guard);
        vfio_sys->munmap(found.mmap, m->size);
        return ret;
    }
    /* A new guard: whether the old one was needed says nothing about this file. */
    memory_guard_move(found.guard, m->mmap);
    memory_guard_remove(m->guard);
    m->guard = found.guard;
    return 0;
}

static int region_resume(VFIORegion *region)
{
    g_autofree struct vfio_region_info *info = NULL;
    int fd;
    int ret = vfio_get_region_info_fd(region->vbasedev, region->nr, &info, &fd);

    if (ret < 0) {
        return ret;
    }
    if (region->fd >= 0) {
        vfio_sys->close(region->fd);
    }
    region->fd = fd;
    region->fd_offset = info->offset;
    for (uint32_t i = 0; i < region->nr_mmaps && !ret; i++) {
        ret = region->mmaps[i].mmap ? area_replace(region, &region->mmaps[i]) : 0;
    }
    return ret;
}

static int regions_resume(VFIOUserClient *client)
{
    VFIORegion *region;

    QLIST_FOREACH(region, &client->vdev->regions, next) {
        int ret = region_resume(region);

        if (ret < 0) {
            return ret;
        }
    }
    return 0;
}

/* -- changes --------------------------------------------------------------------------------- */

/* Memory first: a device that is unmasked may begin to work. */
static int client_resume(VFIOUserClient *client)
{
    int ret;

    client->is_resuming = true;
    ret = vfio_user_dma_resume(client);
    if (!ret) {
        ret = regions_resume(client);
    }
    if (!ret) {
        ret = vfio_user_irqs_resume(client);
    }
    client->is_resuming = false;
    return ret;
}

void vfio_user_state_changed(void *opaque)
{
    VFIOUserClient *client = opaque;
    VFIODevice *vdev = client->vdev;
    int ret;

    if (client->is_announced && qatomic_read(&client->state) != VFIO_USER_ALIVE) {
        vfio_device_set_present(vdev, false);
        announce(client, false);
    }
    if (qatomic_read(&client->state) != VFIO_USER_FOUND) {
        return;
    }
    ret = client_resume(client);
    trace_vfio_user_resume(vdev->name, ret);
    if (ret < 0) {
        warn_report(VFIO_MSG_PREFIX "the server at %s is back but cannot be used: %s", vdev->name,
                    vdev->socket, strerror(-ret));
        vfio_user_lose(client);
        return;
    }
    if (qatomic_cmpxchg(&client->state, VFIO_USER_FOUND, VFIO_USER_ALIVE) == VFIO_USER_FOUND) {
        vfio_device_set_present(vdev, true);
        announce(client, true);
    }
}
