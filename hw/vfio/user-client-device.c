/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device of a vfio-user server behind the table of ways to reach a device.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include "qemu/atomic.h"
#include "qemu/lockable.h"
#include "qemu/memory-guard.h"
#include "../../util/fd.h"
#include "sys-internal.h"
#include "user-client-internal.h"
#include "trace.h"

/* So that answers that a server sends all the same cannot fill the socket. */
#define POSTED_MAX 64

static VFIOUserClient *client_of(VFIODevice *vdev)
{
    return vdev->io_data;
}

/* -- facts ----------------------------------------------------------------------------------- */

static int user_get_info(VFIODevice *vdev, struct vfio_device_info *info)
{
    const VFIOUserDeviceInfo *known = vfio_user_identity_info(client_of(vdev)->identity);

    info->flags = known->flags;
    info->num_regions = known->num_regions;
    info->num_irqs = known->num_irqs;
    return 0;
}

static int user_get_region_info(VFIODevice *vdev, struct vfio_region_info *info, int *fd)
{
    VFIOUserRegionInfo request = { .argsz = info->argsz, .index = info->index };
    uint32_t room = info->argsz;
    VFIOUserCall call = {
        .command = VFIO_USER_DEVICE_GET_REGION_INFO,
        .payload = &request,
        .size = sizeof(request),
        .reply = info,
        .reply_room = room,
    };
    int ret = vfio_user_call(client_of(vdev), &call);

    *fd = call.reply_fd;
    if (ret < 0) {
        return ret;
    }
    if (info->argsz <= room && call.reply_size > room) {
        return -EPROTO; /* it needs more than it says */
    }
    return 0;
}

static int user_get_irq_info(VFIODevice *vdev, struct vfio_irq_info *info)
{
    const VFIOUserIRQInfo *known = vfio_user_identity_irq(client_of(vdev)->identity, info->index);

    if (!known) {
        return -EINVAL;
    }
    info->flags = known->flags;
    info->count = known->count;
    return 0;
}

/* -- interrupts ------------------------------------------------------------------------------ */

/* One message: interrupts [start, start + count) of an index. @fds: NULL, or as many. */
static int irqs_send(VFIOUserClient *client, const struct vfio_irq_set *set, uint32_t start,
                     uint32_t count, const int *fds)
{
    uint32_t bools = set->flags & VFIO_IRQ_SET_DATA_BOOL ? count : 0;
    size_t size = sizeof(VFIOUserIRQSet) + bools;
    g_autofree VFIOUserIRQSet *request = g_malloc(size);
    VFIOUserCall call = {
        .command = VFIO_USER_DEVICE_SET_IRQS,
        .payload = request,
        .size = size,
        .fds = fds,
        .num_fds = fds ? count : 0,
    };

    *request = (VFIOUserIRQSet) {
        .argsz = size,
        .flags = set->flags,
        .index = set->index,
        .start = start,
        .count = count,
    };
    if (bools) {
        memcpy(request + 1, set->data + (start - set->start), bools);
    }
    return vfio_user_call(client, &call);
}

static const int32_t *set_fds(const struct vfio_irq_set *set)
{
    return (const int32_t *)set->data;
}

/* Length of the run of descriptors, or of holes, at @at that one message can carry. */
static uint32_t run_length(const struct vfio_irq_set *set, uint32_t at, uint32_t fds_max)
{
    const int32_t *fds = set_fds(set);
    uint32_t n = 1;

    while (at + n < set->count && (fds[at + n] < 0) == (fds[at] < 0) &&
           (fds[at] < 0 || n < fds_max)) {
        n++;
    }
    return n;
}

static int eventfds_send(VFIOUserClient *client, const struct vfio_irq_set *set)
{
    uint32_t fds_max = qatomic_read(&client->fds_max);
    const int32_t *fds = set_fds(set);

    for (uint32_t at = 0, n; at < set->count; at += n) {
        int ret;

        n = run_length(set, at, fds_max);
        ret = irqs_send(client, set, set->start + at, n, fds[at] < 0 ? NULL : fds + at);
        if (ret < 0) {
            return ret;
        }
    }
    return 0;
}

/* -- what the server has, for the one that comes after it -- */

static bool eventfd_matches(const VFIOUserEventfd *e, const struct vfio_irq_set *set)
{
    bool all = !set->count; /* the whole index is switched off */

    return e->index == set->index && e->action == (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) &&
           (all || (e->sub >= set->start && e->sub - set->start < set->count));
}

static void eventfds_record(VFIOUserClient *client, const struct vfio_irq_set *set)
{
    bool has_fds = set->flags & VFIO_IRQ_SET_DATA_EVENTFD;

    if (!has_fds && (set->count || !(set->flags & VFIO_IRQ_SET_ACTION_TRIGGER))) {
        return;
    }
    QEMU_LOCK_GUARD(&client->tables);
    for (guint i = client->eventfds->len; i-- > 0;) {
        VFIOUserEventfd *e = &g_array_index(client->eventfds, VFIOUserEventfd, i);

        if (eventfd_matches(e, set)) {
            fd_close(&e->fd);
            g_array_remove_index_fast(client->eventfds, i);
        }
    }
    for (uint32_t i = 0; has_fds && i < set->count; i++) {
        VFIOUserEventfd e = {
            .index = set->index,
            .sub = set->start + i,
            .action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK,
            .fd = set_fds(set)[i] < 0 ? -1 : fcntl(set_fds(set)[i], F_DUPFD_CLOEXEC, 0),
        };

        if (e.fd >= 0) {
            g_array_append_val(client->eventfds, e);
        }
    }
}

static int user_set_irqs(VFIODevice *vdev, struct vfio_irq_set *set)
{
    VFIOUserClient *client = client_of(vdev);
    int ret = set->flags & VFIO_IRQ_SET_DATA_EVENTFD && set->count ?
                  eventfds_send(client, set) :
                  irqs_send(client, set, set->start, set->count, NULL);

    if (!ret || ret == -ENOTCONN) {
        eventfds_record(client, set);
    }
    /* What a lost server had is given to the next one. */
    return ret == -ENOTCONN && client->is_attached ? 0 : ret;
}

static int irq_unmask(VFIOUserClient *client, uint32_t index)
{
    struct vfio_irq_set set = {
        .argsz = sizeof(set),
        .flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK,
        .index = index,
    };

    return irqs_send(client, &set, 0, 1, NULL);
}

int vfio_user_irqs_resume(VFIOUserClient *client)
{
    for (guint i = 0; i < client->eventfds->len; i++) {
        const VFIOUserEventfd *e = &g_array_index(client->eventfds, VFIOUserEventfd, i);
        struct vfio_irq_set set = {
            .flags = VFIO_IRQ_SET_DATA_EVENTFD | e->action,
            .index = e->index,
        };
        int ret = irqs_send(client, &set, e->sub, 1, &e->fd);

        if (ret < 0) {
            return ret;
        }
    }
    for (uint32_t i = 0; i < client->vdev->num_irqs; i++) {
        const VFIOUserIRQInfo *irq = vfio_user_identity_irq(client->identity, i);
        int ret = irq->flags & VFIO_IRQ_INFO_AUTOMASKED ? irq_unmask(client, i) : 0;

        if (ret < 0) {
            return ret;
        }
    }
    return 0;
}

void vfio_user_irqs_forget(VFIOUserClient *client)
{
    for (guint i = 0; i < client->eventfds->len; i++) {
        fd_close(&g_array_index(client->eventfds, VFIOUserEventfd, i).fd);
    }
    g_array_set_size(client->eventfds, 0);
}

static void user_eventfd_signal(VFIODevice *vdev, int fd)
{
    vfio_user_signal(&client_of(vdev)->signaller, fd);
}

static int user_device_reset(VFIODevice *vdev)
{
    VFIOUserCall call = { .command = VFIO_USER_DEVICE_RESET };

    return vfio_user_call(client_of(vdev), &call);
}

/* -- regions --------------------------------------------------------------------------------- */

typedef struct RegionWrite {
    VFIOUserRegionAccess access;
    uint8_t data[8];
} RegionWrite;

static ssize_t user_region_read(VFIORegion *region, uint64_t offset, unsigned size, void *data)
{
    VFIOUserRegionAccess request = { .offset = offset, .region = region->nr, .count = size };
    RegionWrite answer;
    VFIOUserCall call = {
        .command = VFIO_USER_REGION_READ,
        .payload = &request,
        .size = sizeof(request),
        .reply = &answer,
        .reply_room = sizeof(answer),
    };
    int ret;

    if (size > sizeof(answer.data)) {
        return -EINVAL;
    }
    ret = vfio_user_call(client_of(region->vbasedev), &call);
    if (ret < 0) {
        return ret;
    }
    memcpy(data, answer.data, size);
    return size;
}

/*
 * Not all writes can go without an answer: one that may complete an interrupt has to be done before
 * the interrupt is unmasked, and some have to show that the server keeps up.
 */
static bool may_post(VFIOUserClient *client)
{
    return !qatomic_read(&client->vdev->active_irqs) &&
           qatomic_read(&client->posted) < POSTED_MAX;
}

static ssize_t user_region_write(VFIORegion *region, uint64_t offset, unsigned size,
                                 const void *data, bool post)
{
    VFIOUserClient *client = client_of(region->vbasedev);
    RegionWrite request = {
        .access = { .offset = offset, .region = region->nr, .count = size },
    };
    VFIOUserCall call = {
        .command = VFIO_USER_REGION_WRITE,
        .no_reply = post && may_post(client),
        .payload = &request,
        .size = sizeof(request.access) + size,
    };
    int ret;

    if (size > sizeof(request.data)) {
        return -EINVAL;
    }
    memcpy(request.data, data, size);
    ret = vfio_user_call(client, &call);
    return ret < 0 ? ret : (ssize_t)size;
}

/*
 * A file that gets shorter while it is mapped makes accesses fatal for whoever does them, so it has
 * to be one that cannot, and the mapping is guarded for the case that there is no memory for it.
 * Huge pages could not be replaced one by one.
 */
static int region_file_check(const VFIORegion *region, const VFIOMmap *m)
{
    uint64_t end = (uint64_t)region->fd_offset + m->offset + m->size;
    struct statfs fs;
    struct stat st;
    int seals;

    if (region->fd < 0) {
        return -ENODEV;
    }
    if (vfio_sys->fstat(region->fd, &st) < 0 || fstatfs(region->fd, &fs) < 0) {
        return -errno;
    }
    if (!S_ISREG(st.st_mode) || fs.f_type != TMPFS_MAGIC || region->fd_offset < 0 ||
        st.st_size < 0 || end < m->size || end > (uint64_t)st.st_size) {
        return -EINVAL;
    }
    seals = fcntl(region->fd, F_GET_SEALS);
    return seals < 0 || !(seals & F_SEAL_SHRINK) ? -EPERM : 0;
}

/* The server's file has nothing where the guest looked. */
static void region_file_failed(void *opaque)
{
    VFIOUserClient *client = opaque;

    trace_vfio_user_region_file_failed(client->vdev->name);
    vfio_user_lose(client);
}

static int user_region_mmap(VFIORegion *region, VFIOMmap *m)
{
    int prot = (region->flags & VFIO_REGION_INFO_FLAG_READ ? PROT_READ : 0) |
               (region->flags & VFIO_REGION_INFO_FLAG_WRITE ? PROT_WRITE : 0);
    int ret = region_file_check(region, m);
    void *at;

    if (ret < 0) {
        trace_vfio_user_region_file(region->vbasedev->name, region->nr, ret);
        return ret;
    }
    at = vfio_sys->mmap(m->size, prot, region->fd, region->fd_offset + m->offset);
    if (at == MAP_FAILED) {
        return -errno;
    }
    m->mmap = at;
    m->guard = memory_guard_add(at, m->size, region_file_failed, client_of(region->vbasedev));
    return 0;
}

const VFIODeviceIOOps vfio_user_io_ops = {
    .get_info = user_get_info,
    .get_region_info = user_get_region_info,
    .get_irq_info = user_get_irq_info,
    .set_irqs = user_set_irqs,
    .eventfd_signal = user_eventfd_signal,
    .device_reset = user_device_reset,
    .region_read = user_region_read,
    .region_write = user_region_write,
    .region_mmap = user_region_mmap,
};
