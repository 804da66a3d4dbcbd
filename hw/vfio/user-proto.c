/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of vfio-user messages, so that whoever serves or asks only sees ones that agree with
 * themselves. Anything can come from a peer: each check is complete on its own.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "user-proto.h"

const char *vfio_user_command_name(uint16_t command)
{
    static const char *const names[] = {
        [VFIO_USER_VERSION] = "VERSION",
        [VFIO_USER_DMA_MAP] = "DMA_MAP",
        [VFIO_USER_DMA_UNMAP] = "DMA_UNMAP",
        [VFIO_USER_DEVICE_GET_INFO] = "DEVICE_GET_INFO",
        [VFIO_USER_DEVICE_GET_REGION_INFO] = "DEVICE_GET_REGION_INFO",
        [VFIO_USER_DEVICE_GET_REGION_IO_FDS] = "DEVICE_GET_REGION_IO_FDS",
        [VFIO_USER_DEVICE_GET_IRQ_INFO] = "DEVICE_GET_IRQ_INFO",
        [VFIO_USER_DEVICE_SET_IRQS] = "DEVICE_SET_IRQS",
        [VFIO_USER_REGION_READ] = "REGION_READ",
        [VFIO_USER_REGION_WRITE] = "REGION_WRITE",
        [VFIO_USER_DMA_READ] = "DMA_READ",
        [VFIO_USER_DMA_WRITE] = "DMA_WRITE",
        [VFIO_USER_DEVICE_RESET] = "DEVICE_RESET",
        [VFIO_USER_REGION_WRITE_MULTI] = "REGION_WRITE_MULTI",
        [VFIO_USER_DEVICE_FEATURE] = "DEVICE_FEATURE",
        [VFIO_USER_MIG_DATA_READ] = "MIG_DATA_READ",
        [VFIO_USER_MIG_DATA_WRITE] = "MIG_DATA_WRITE",
    };

    return command < ARRAY_SIZE(names) && names[command] ? names[command] : "unknown";
}

/* -- commands ---------------------------------------------------------------------------- */

static bool sum_overflows(uint64_t a, uint64_t b)
{
    return a + b < a;
}

/* A fixed structure that begins with argsz, and nothing else. */
static bool is_struct(const VFIOUserMsg *msg, size_t size)
{
    return msg->size == size && *(const uint32_t *)msg->payload >= size && !msg->num_fds;
}

static int result(bool is_valid)
{
    return is_valid ? 0 : -EINVAL;
}

int vfio_user_validate_version(const VFIOUserMsg *msg)
{
    return result(msg->size >= sizeof(VFIOUserVersion) && !msg->num_fds);
}

int vfio_user_validate_dma_map(const VFIOUserMsg *msg)
{
    const VFIOUserDMAMap *map = msg->payload;
    const uint32_t access = VFIO_USER_DMA_READABLE | VFIO_USER_DMA_WRITABLE;
    const uint32_t by_file = VFIO_USER_DMA_MMAP | VFIO_USER_DMA_FILE_IO;

    if (msg->size != sizeof(*map) || map->argsz < sizeof(*map) || msg->num_fds > 1 ||
        (map->flags & ~(access | by_file)) || !(map->flags & access)) {
        return -EINVAL;
    }
    if (!msg->num_fds && (map->offset || (map->flags & by_file))) {
        return -EINVAL;
    }
    return result(map->size && !sum_overflows(map->iova, map->size - 1) &&
                  !sum_overflows(map->offset, map->size));
}

int vfio_user_validate_dma_unmap(const VFIOUserMsg *msg)
{
    const VFIOUserDMAUnmap *unmap = msg->payload;

    if (!is_struct(msg, sizeof(*unmap)) || (unmap->flags & ~VFIO_USER_DMA_UNMAP_ALL)) {
        return -EINVAL;
    }
    if (unmap->flags & VFIO_USER_DMA_UNMAP_ALL) {
        return result(!unmap->iova && !unmap->size);
    }
    return result(unmap->size && !sum_overflows(unmap->iova, unmap->size - 1));
}

int vfio_user_validate_device_info(const VFIOUserMsg *msg)
{
    return result(is_struct(msg, sizeof(VFIOUserDeviceInfo)));
}

int vfio_user_validate_region_info(const VFIOUserMsg *msg)
{
    return result(is_struct(msg, sizeof(VFIOUserRegionInfo)));
}

int vfio_user_validate_region_io_fds(const VFIOUserMsg *msg)
{
    const VFIOUserRegionIOFDs *fds = msg->payload;

    return result(is_struct(msg, sizeof(*fds)) && !fds->flags && !fds->count);
}

int vfio_user_validate_irq_info(const VFIOUserMsg *msg)
{
    return result(is_struct(msg, sizeof(VFIOUserIRQInfo)));
}

int vfio_user_validate_set_irqs(const VFIOUserMsg *msg)
{
    const VFIOUserIRQSet *set = msg->payload;
    uint32_t data, action;
    uint64_t size;

    if (msg->size < sizeof(*set) || set->argsz != msg->size ||
        (set->flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK))) {
        return -EINVAL;
    }
    data = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
    action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
    if (!is_power_of_2(data) || !is_power_of_2(action) ||
        set->start + (uint64_t)set->count > UINT32_MAX) {
        return -EINVAL;
    }
    size = sizeof(*set) + (data == VFIO_IRQ_SET_DATA_BOOL ? set->count : 0);
    if (msg->size != size) {
        return -EINVAL;
    }
    if (data == VFIO_IRQ_SET_DATA_EVENTFD) {
        return result(set->count && (!msg->num_fds || msg->num_fds == set->count));
    }
    /* Nothing at all means: this index off. */
    if (!set->count && set->flags != (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER)) {
        return -EINVAL;
    }
    return result(!msg->num_fds);
}

static int region_access_validate(const VFIOUserMsg *msg, bool has_data)
{
    const VFIOUserRegionAccess *access = msg->payload;

    if (msg->size < sizeof(*access) || access->count > VFIO_USER_XFER_MAX || msg->num_fds) {
        return -EINVAL;
    }
    return result(msg->size == sizeof(*access) + (has_data ? access->count : 0) &&
                  !sum_overflows(access->offset, access->count));
}

int vfio_user_validate_region_read(const VFIOUserMsg *msg)
{
    return region_access_validate(msg, false);
}

int vfio_user_validate_region_write(const VFIOUserMsg *msg)
{
    return region_access_validate(msg, true);
}

int vfio_user_validate_region_write_multi(const VFIOUserMsg *msg)
{
    const uint64_t *count = msg->payload;
    const VFIOUserMultiWrite *writes = (const void *)(count + 1);

    if (msg->size < sizeof(*count) || msg->num_fds ||
        *count > (msg->size - sizeof(*count)) / sizeof(*writes) ||
        msg->size != sizeof(*count) + *count * sizeof(*writes)) {
        return -EINVAL;
    }
    for (uint64_t i = 0; i < *count; i++) {
        if (writes[i].count > sizeof(writes[i].data) ||
            sum_overflows(writes[i].offset, writes[i].count)) {
            return -EINVAL;
        }
    }
    return 0;
}

int vfio_user_validate_device_reset(const VFIOUserMsg *msg)
{
    return result(!msg->size && !msg->num_fds);
}

static int dma_access_validate(const VFIOUserMsg *msg, bool has_data)
{
    const VFIOUserDMAAccess *access = msg->payload;

    if (msg->size < sizeof(*access) || !access->count || access->count > VFIO_USER_XFER_MAX ||
        msg->num_fds) {
        return -EINVAL;
    }
    return result(msg->size == sizeof(*access) + (has_data ? access->count : 0) &&
                  !sum_overflows(access->iova, access->count - 1));
}

int vfio_user_validate_dma_read(const VFIOUserMsg *msg)
{
    return dma_access_validate(msg, false);
}

int vfio_user_validate_dma_write(const VFIOUserMsg *msg)
{
    return dma_access_validate(msg, true);
}

int vfio_user_validate_command(const VFIOUserMsg *msg)
{
    static int (*const checks[])(const VFIOUserMsg *msg) = {
        [VFIO_USER_VERSION] = vfio_user_validate_version,
        [VFIO_USER_DMA_MAP] = vfio_user_validate_dma_map,
        [VFIO_USER_DMA_UNMAP] = vfio_user_validate_dma_unmap,
        [VFIO_USER_DEVICE_GET_INFO] = vfio_user_validate_device_info,
        [VFIO_USER_DEVICE_GET_REGION_INFO] = vfio_user_validate_region_info,
        [VFIO_USER_DEVICE_GET_REGION_IO_FDS] = vfio_user_validate_region_io_fds,
        [VFIO_USER_DEVICE_GET_IRQ_INFO] = vfio_user_validate_irq_info,
        [VFIO_USER_DEVICE_SET_IRQS] = vfio_user_validate_set_irqs,
        [VFIO_USER_REGION_READ] = vfio_user_validate_region_read,
        [VFIO_USER_REGION_WRITE] = vfio_user_validate_region_write,
        [VFIO_USER_DMA_READ] = vfio_user_validate_dma_read,
        [VFIO_USER_DMA_WRITE] = vfio_user_validate_dma_write,
        [VFIO_USER_DEVICE_RESET] = vfio_user_validate_device_reset,
        [VFIO_USER_REGION_WRITE_MULTI] = vfio_user_validate_region_write_multi,
    };
    const VFIOUserHeader *header = &msg->header;

    if ((header->flags & ~VFIO_USER_FLAGS_NO_REPLY) != VFIO_USER_FLAGS_COMMAND) {
        return -EINVAL;
    }
    if (header->command >= ARRAY_SIZE(checks) || !checks[header->command]) {
        return -EOPNOTSUPP;
    }
    return checks[header->command](msg);
}

/* -- replies ----------------------------------------------------------------------------- */

/* Capabilities must lie in the payload, each behind the one before, so that walks end. */
static bool region_caps_are_valid(const VFIOUserMsg *reply)
{
    const VFIOUserRegionInfo *info = reply->payload;
    const uint8_t *payload = reply->payload;
    size_t at = info->cap_offset, least = sizeof(*info);

    if (!(info->flags & VFIO_REGION_INFO_FLAG_CAPS)) {
        return true;
    }
    while (at) {
        struct vfio_info_cap_header cap;
        struct vfio_region_info_cap_sparse_mmap sparse;

        if (at < least || at % 8 || at > reply->size || reply->size - at < sizeof(cap)) {
            return false;
        }
        memcpy(&cap, payload + at, sizeof(cap));
        if (cap.id == VFIO_REGION_INFO_CAP_SPARSE_MMAP) {
            if (reply->size - at < sizeof(sparse)) {
                return false;
            }
            memcpy(&sparse, payload + at, sizeof(sparse));
            if (sparse.nr_areas > (reply->size - at - sizeof(sparse)) /
                                      sizeof(struct vfio_region_sparse_mmap_area)) {
                return false;
            }
        }
        least = at + sizeof(cap);
        at = cap.next;
    }
    return true;
}

static bool region_info_reply_is_valid(const VFIOUserMsg *reply, const VFIOUserRegionInfo *asked)
{
    const VFIOUserRegionInfo *info = reply->payload;

    return reply->size >= sizeof(*info) && info->argsz >= sizeof(*info) &&
           info->index == asked->index && !sum_overflows(info->offset, info->size) &&
           reply->num_fds <= 1 && region_caps_are_valid(reply);
}

static bool region_access_reply_is_valid(const VFIOUserMsg *reply,
                                         const VFIOUserRegionAccess *asked, bool has_data)
{
    const VFIOUserRegionAccess *access = reply->payload;

    if (!asked->count && !reply->size) {
        return true; /* libvfio-user's answer to nothing */
    }
    return reply->size == sizeof(*access) + (has_data ? asked->count : 0) &&
           access->offset == asked->offset && access->region == asked->region &&
           access->count == asked->count;
}

/* A write's answer may be a bare header: QEMU's client sends one. */
static bool dma_access_reply_is_valid(const VFIOUserMsg *reply, const VFIOUserDMAAccess *asked,
                                      bool is_read)
{
    const VFIOUserDMAAccess *access = reply->payload;

    if (!is_read && !reply->size) {
        return true;
    }
    return reply->size == sizeof(*access) + (is_read ? asked->count : 0) &&
           access->iova == asked->iova && access->count == asked->count;
}

static bool irq_info_reply_is_valid(const VFIOUserMsg *reply, const VFIOUserIRQInfo *asked)
{
    const VFIOUserIRQInfo *info = reply->payload;

    return reply->size >= sizeof(*info) && info->argsz >= sizeof(*info) &&
           info->index == asked->index;
}

static bool reply_is_valid(const VFIOUserMsg *reply, uint16_t command, const void *request)
{
    const VFIOUserDeviceInfo *info = reply->payload;

    switch (command) {
    case VFIO_USER_VERSION:
        return reply->size >= sizeof(VFIOUserVersion);
    case VFIO_USER_DEVICE_GET_INFO:
        return reply->size >= sizeof(*info) && info->argsz >= sizeof(*info);
    case VFIO_USER_DEVICE_GET_REGION_INFO:
        return region_info_reply_is_valid(reply, request);
    case VFIO_USER_DEVICE_GET_REGION_IO_FDS:
        return reply->size >= sizeof(VFIOUserRegionIOFDs);
    case VFIO_USER_DEVICE_GET_IRQ_INFO:
        return irq_info_reply_is_valid(reply, request);
    case VFIO_USER_REGION_READ:
    case VFIO_USER_REGION_WRITE:
        return region_access_reply_is_valid(reply, request, command == VFIO_USER_REGION_READ);
    case VFIO_USER_DMA_READ:
    case VFIO_USER_DMA_WRITE:
        return dma_access_reply_is_valid(reply, request, command == VFIO_USER_DMA_READ);
    case VFIO_USER_REGION_WRITE_MULTI:
        return reply->size == sizeof(uint64_t);
    default:
        return true; /* nothing in it is read */
    }
}

int vfio_user_validate_reply(const VFIOUserMsg *reply, uint16_t command, const void *request)
{
    bool may_have_fds = command == VFIO_USER_VERSION ||
                        command == VFIO_USER_DEVICE_GET_REGION_INFO ||
                        command == VFIO_USER_DEVICE_GET_REGION_IO_FDS;

    if (!vfio_user_msg_is_reply(reply) || reply->header.command != command) {
        return -EPROTO;
    }
    if (reply->header.flags & VFIO_USER_FLAGS_ERROR) {
        /* Outside the range of errno values it says nothing. */
        return reply->header.error && reply->header.error < 4096 ? -(int)reply->header.error :
                                                                   -EIO;
    }
    if ((reply->num_fds && !may_have_fds) || !reply_is_valid(reply, command, request)) {
        return -EPROTO;
    }
    return 0;
}
