/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of the vfio-user client. One at a time: a server handles them in order anyway, and the
 * thread that asks is the one that waits in the socket, without a hand-over between threads.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "user-client-internal.h"
#include "trace.h"

int vfio_user_link_call(VFIOUserLink *link, VFIOUserCall *call, int64_t deadline, bool *broken)
{
    VFIOUserMsg reply = { .num_fds = 0 };
    VFIOUserMsg request = {
        .header.command = call->command,
        .header.flags = call->no_reply ? VFIO_USER_FLAGS_NO_REPLY : 0,
        .payload = call->payload,
        .size = call->size,
        .num_fds = call->num_fds,
    };
    int ret;

    call->reply_fd = -1;
    call->reply_size = 0;
    if (call->num_fds) {
        memcpy(request.fds, call->fds, call->num_fds * sizeof(*call->fds));
    }
    ret = vfio_user_channel_request(&link->channel, &request, &reply, deadline, broken);
    if (ret < 0 || call->no_reply) {
        return ret;
    }
    call->reply_size = reply.size;
    if (call->reply_room) {
        memcpy(call->reply, reply.payload, MIN(reply.size, call->reply_room));
    }
    call->reply_fd = vfio_user_msg_steal_fd(&reply, 0);
    vfio_user_msg_clear(&reply);
    return 0;
}

/* While a server that came back is being prepared only the main loop's requests go to it. */
static bool may_call(const VFIOUserClient *client)
{
    int state = qatomic_read(&client->state);

    return state == VFIO_USER_ALIVE ||
           (state == VFIO_USER_FOUND && bql_locked() && client->is_resuming);
}

int vfio_user_call(VFIOUserClient *client, VFIOUserCall *call)
{
    bool broken = true;
    int ret = -ENOTCONN;

    call->reply_fd = -1;
    call->reply_size = 0;
    qatomic_inc(&client->askers);
    qemu_mutex_lock(&client->lock);
    if (client->link && may_call(client)) {
        ret = vfio_user_link_call(client->link, call, vfio_user_deadline(client->timeout_ms),
                                  &broken);
        qatomic_set(&client->posted, call->no_reply ? client->posted + 1 : 0);
        if (broken) {
            trace_vfio_user_call_failed(client->vdev->name, vfio_user_command_name(call->command),
                                        ret);
            vfio_user_lose(client);
            ret = -ENOTCONN;
        }
    }
    qatomic_dec(&client->askers);
    qemu_cond_signal(&client->asked);
    qemu_mutex_unlock(&client->lock);
    return ret;
}
