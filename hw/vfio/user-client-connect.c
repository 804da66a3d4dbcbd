/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of the vfio-user client: reaching the socket, agreeing on a version, asking what
 * device is there. Nothing of it touches the client's other state, so that it can be done again
 * while the machine runs.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "hw/vfio/vfio-dt.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/lockable.h"
#include "../../util/fd.h"
#include "user-client-internal.h"
#include "trace.h"

#define PATIENCE_MS 2000
#define RETRY_MS 10
/* A register access, and then some: smaller messages are of no use. */
#define XFER_MIN 8

/* -- socket ---------------------------------------------------------------------------------- */

/* Sleep, unless the client is told to stop. */
static bool wait_for_retry(VFIOUserClient *client)
{
    struct pollfd pfd = { .fd = client->wake, .events = POLLIN };

    return poll(&pfd, 1, RETRY_MS) <= 0 && !qatomic_read(&client->stop);
}

/* A server is bound before it listens, and one with its only place taken may get it free. */
static bool is_worth_retry(int error)
{
    return error == ECONNREFUSED || error == EAGAIN || error == EINTR;
}

static int socket_connect(VFIOUserClient *client, bool patience, Error **errp)
{
    ERRP_GUARD();
    const char *path = client->vdev->socket;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int64_t deadline = vfio_user_deadline(patience ? PATIENCE_MS : 0);
    fd_auto int sock = -1;

    if (strlen(path) >= sizeof(address.sun_path)) {
        error_setg(errp, "socket=%s: a socket's path has at most %zu bytes", path,
                   sizeof(address.sun_path) - 1);
        return -1;
    }
    strcpy(address.sun_path, path);
    sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (sock < 0) {
        error_setg_errno(errp, errno, "socket=%s: cannot make a socket", path);
        return -1;
    }
    while (connect(sock, (struct sockaddr *)&address, sizeof(address)) < 0) {
        int error = errno;

        if (!is_worth_retry(error) || g_get_monotonic_time() >= deadline ||
            !wait_for_retry(client)) {
            error_setg_errno(errp, error, "socket=%s: no vfio-user server can be reached there",
                             path);
            if (error == ENOENT || error == ECONNREFUSED) {
                error_append_hint(errp, "Start the server first; its socket must exist.\n");
            }
            return -1;
        }
    }
    return fd_steal(&sock);
}

/* -- requests -------------------------------------------------------------------------------- */

static bool link_ask(VFIOUserLink *link, VFIOUserCall *call, int64_t deadline, Error **errp)
{
    bool broken;
    int ret = vfio_user_link_call(link, call, deadline, &broken);

    if (call->reply_fd >= 0) {
        close(call->reply_fd);
    }
    if (ret < 0) {
        error_setg_errno(errp, -ret, "the server's answer to %s",
                         vfio_user_command_name(call->command));
        return false;
    }
    return true;
}

static bool versions_agree(const VFIOUserCaps *ours, const VFIOUserCaps *theirs, Error **errp)
{
    if (theirs->major != ours->major || theirs->minor > ours->minor) {
        error_setg(errp, "the server speaks version %u.%u of the protocol, %u.%u is needed",
                   theirs->major, theirs->minor, ours->major, ours->minor);
        return false;
    }
    if (theirs->max_data_xfer_size < XFER_MIN) {
        error_setg(errp, "the server transfers no more than %" PRIu64 " bytes",
                   theirs->max_data_xfer_size);
        return false;
    }
    return true;
}

/* A tree of any other form is not passed on. */
static bool dt_node_check(const VFIOUserCaps *caps, Error **errp)
{
    ERRP_GUARD();
    g_autoptr(VFIOHostTree) tree = NULL;

    if (!caps->dt_node) {
        return true;
    }
    tree = vfio_host_tree_from_blob(caps->dt_node, caps->dt_node_size, errp);
    if (!tree) {
        error_prepend(errp, "the server's gantry.dt-node: ");
        return false;
    }
    return true;
}

static bool version_reply_take(VFIOUserLink *link, VFIOUserMsg *reply, const VFIOUserCaps *ours,
                               Error **errp)
{
    ERRP_GUARD();
    VFIOUserCaps *caps = &link->caps;

    if (!vfio_user_version_parse(reply, caps, errp)) {
        error_prepend(errp, "the server's answer to VERSION: ");
        return false;
    }
    if (!versions_agree(ours, caps, errp) || !dt_node_check(caps, errp)) {
        return false;
    }
    if (caps->twin_socket) {
        link->twin = vfio_user_msg_steal_fd(reply, caps->twin_fd_index);
        vfio_user_reader_init(&link->twin_reader, link->twin, VFIO_USER_MSG_MAX);
    }
    return true;
}

static bool link_negotiate(VFIOUserLink *link, int64_t deadline, Error **errp)
{
    g_autoptr(GByteArray) payload = NULL;
    VFIOUserMsg request = { .header.command = VFIO_USER_VERSION };
    VFIOUserMsg reply = { .num_fds = 0 };
    VFIOUserCaps ours;
    bool broken, ok;
    int ret;

    vfio_user_caps_init_ours(&ours);
    ours.twin_socket = true;
    ours.dt_node_wanted = true;
    payload = vfio_user_version_pack(&ours, false);
    request.payload = payload->data;
    request.size = payload->len;
    ret = vfio_user_channel_request(&link->channel, &request, &reply, deadline, &broken);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "the server's answer to VERSION");
        return false;
    }
    ok = version_reply_take(link, &reply, &ours, errp);
    vfio_user_msg_clear(&reply);
    return ok;
}

/* -- identity -------------------------------------------------------------------------------- */

/* What of a region must be the same after a server came back. */
typedef struct RegionIdentity {
    uint64_t size;
    uint32_t flags;
    uint32_t reserved;
} RegionIdentity;

/* The request for facts that begin with argsz; @reply has the @size of @request, or is it. */
static VFIOUserCall facts_call(uint16_t command, const void *request, void *reply, size_t size)
{
    return (VFIOUserCall) {
        .command = command,
        .payload = request,
        .size = size,
        .reply = reply,
        .reply_room = size,
    };
}

static bool info_ask(VFIOUserLink *link, VFIOUserDeviceInfo *info, int64_t deadline, Error **errp)
{
    VFIOUserDeviceInfo request = { .argsz = sizeof(request) };
    VFIOUserCall call = facts_call(VFIO_USER_DEVICE_GET_INFO, &request, info, sizeof(request));

    if (!link_ask(link, &call, deadline, errp)) {
        return false;
    }
    info->argsz = sizeof(*info);
    if (info->num_regions > VFIO_USER_REGIONS_MAX || info->num_irqs > VFIO_USER_IRQS_MAX) {
        error_setg(errp, "the server's device has %u regions and %u interrupts; at most %d and %d"
                   " are possible", info->num_regions, info->num_irqs, VFIO_USER_REGIONS_MAX,
                   VFIO_USER_IRQS_MAX);
        return false;
    }
    return true;
}

static bool region_ask(VFIOUserLink *link, uint32_t index, RegionIdentity *region,
                       int64_t deadline, Error **errp)
{
    VFIOUserRegionInfo info = { .argsz = sizeof(info), .index = index };
    VFIOUserCall call = facts_call(VFIO_USER_DEVICE_GET_REGION_INFO, &info, &info, sizeof(info));

    if (!link_ask(link, &call, deadline, errp)) {
        return false;
    }
    *region = (RegionIdentity) {
        .size = info.size,
        .flags = info.flags & ~VFIO_REGION_INFO_FLAG_CAPS,
    };
    return true;
}

static bool irq_ask(VFIOUserLink *link, uint32_t index, VFIOUserIRQInfo *info, int64_t deadline,
                    Error **errp)
{
    VFIOUserIRQInfo request = { .argsz = sizeof(request), .index = index };
    VFIOUserCall call = facts_call(VFIO_USER_DEVICE_GET_IRQ_INFO, &request, info, sizeof(request));

    if (!link_ask(link, &call, deadline, errp)) {
        return false;
    }
    info->argsz = sizeof(*info);
    return true;
}

/* Device information, a RegionIdentity for each region, interrupt informations, tree node. */
static bool link_identify(VFIOUserLink *link, int64_t deadline, Error **errp)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    VFIOUserDeviceInfo info;

    if (!info_ask(link, &info, deadline, errp)) {
        return false;
    }
    g_byte_array_append(bytes, (const guint8 *)&info, sizeof(info));
    for (uint32_t i = 0; i < info.num_regions; i++) {
        RegionIdentity region;

        if (!region_ask(link, i, &region, deadline, errp)) {
            return false;
        }
        g_byte_array_append(bytes, (const guint8 *)&region, sizeof(region));
    }
    for (uint32_t i = 0; i < info.num_irqs; i++) {
        VFIOUserIRQInfo irq;

        if (!irq_ask(link, i, &irq, deadline, errp)) {
            return false;
        }
        g_byte_array_append(bytes, (const guint8 *)&irq, sizeof(irq));
    }
    g_byte_array_append(bytes, link->caps.dt_node, link->caps.dt_node_size);
    link->identity = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
    return true;
}

const VFIOUserDeviceInfo *vfio_user_identity_info(GBytes *identity)
{
    return g_bytes_get_data(identity, NULL);
}

const VFIOUserIRQInfo *vfio_user_identity_irq(GBytes *identity, uint32_t index)
{
    const VFIOUserDeviceInfo *info = vfio_user_identity_info(identity);
    const RegionIdentity *regions = (const void *)(info + 1);
    const VFIOUserIRQInfo *irqs = (const void *)(regions + info->num_regions);

    return index < info->num_irqs ? &irqs[index] : NULL;
}

/* -- all of it ------------------------------------------------------------------------------- */

/* A command on the socket of the requests, while an answer is waited for. */
static int on_command(void *opaque, VFIOUserMsg *msg)
{
    VFIOUserClient *client = opaque;

    return vfio_user_serve(client, client->link ? client->link->sock : client->opening, msg);
}

void vfio_user_link_free(VFIOUserLink *link)
{
    vfio_user_channel_destroy(&link->channel);
    if (link->twin >= 0) {
        vfio_user_reader_destroy(&link->twin_reader);
        close(link->twin);
    }
    close(link->sock);
    vfio_user_caps_clear(&link->caps);
    g_clear_pointer(&link->identity, g_bytes_unref);
    g_free(link);
}

VFIOUserLink *vfio_user_link_new(VFIOUserClient *client, bool patience, Error **errp)
{
    int sock = socket_connect(client, patience, errp);
    VFIOUserLink *link;
    int64_t deadline = vfio_user_deadline(client->timeout_ms);
    bool ok;

    if (sock < 0) {
        return NULL;
    }
    link = g_new0(VFIOUserLink, 1);
    link->sock = sock;
    link->twin = -1;
    vfio_user_channel_init(&link->channel, sock);
    vfio_user_channel_set_blocking(&link->channel, client->timeout_ms);
    link->channel.on_command = on_command;
    link->channel.opaque = client;
    WITH_QEMU_LOCK_GUARD(&client->lock) {
        client->opening = sock; /* to be shut down by those who want the thread to end */
    }
    ok = !qatomic_read(&client->stop) && link_negotiate(link, deadline, errp) &&
         link_identify(link, deadline, errp);
    WITH_QEMU_LOCK_GUARD(&client->lock) {
        client->opening = -1;
    }
    trace_vfio_user_connect(client->vdev->name, client->vdev->socket, link->twin >= 0, ok);
    if (!ok) {
        vfio_user_link_free(link);
        return NULL;
    }
    return link;
}
