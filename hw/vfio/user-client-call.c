/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of the vfio-user client. One at a time: a server handles them in order anyway, and the
 * thread that asks is the one that waits in the socket, without a hand-over between threads.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "sysemu/runstate.h"
#include "user-client-internal.h"
#include "trace.h"

/* An answer that comes this soon costs the machine nothing. */
#define PROMPT_US 1000

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

/* -- the machine's patience ------------------------------------------------------------------- */

/*
 * Who has the BQL lets the whole machine wait, and a reset, say, is many requests. All of a turn of
 * the main loop together take no longer than one may, else a server that is just in time with each
 * could keep the machine for as long as it likes. A machine that does not run yet has time.
 */
void vfio_user_turn_over(void *opaque)
{
    VFIOUserClient *client = opaque;

    client->stalled_us = 0;
}

static void stall_account(VFIOUserClient *client, int64_t begin)
{
    int64_t us = g_get_monotonic_time() - begin;

    if (us >= PROMPT_US && runstate_is_running()) {
        client->stalled_us += us;
        qemu_bh_schedule(client->turn_bh);
    }
}

/* -- asking ---------------------------------------------------------------------------------- */

/* With client->lock. That others were first is no fault of the server, but the machine waits. */
static int64_t call_deadline(const VFIOUserClient *client, int64_t begin, bool has_bql)
{
    return has_bql ? begin + (int64_t)client->timeout_ms * 1000 - client->stalled_us :
                     vfio_user_deadline(client->timeout_ms);
}

/* With client->lock. */
static int call_locked(VFIOUserClient *client, VFIOUserCall *call, int64_t deadline, bool has_bql)
{
    bool broken;
    int ret = vfio_user_link_call(client->link, call, deadline, &broken);

    qatomic_set(&client->posted, call->no_reply ? client->posted + 1 : 0);
    if (!broken) {
        return ret;
    }
    trace_vfio_user_call_failed(client->vdev->name, vfio_user_command_name(call->command), ret);
    if (ret == -ETIMEDOUT) {
        qatomic_set(&client->loss, has_bql ? VFIO_USER_LOSS_STALLING : VFIO_USER_LOSS_SILENT);
    }
    vfio_user_lose(client);
    return -ENOTCONN;
}

int vfio_user_call(VFIOUserClient *client, VFIOUserCall *call)
{
    bool has_bql = bql_locked();
    int64_t begin = g_get_monotonic_time();
    int ret = -ENOTCONN;

    call->reply_fd = -1;
    call->reply_size = 0;
    qatomic_inc(&client->askers);
    qemu_mutex_lock(&client->lock);
    if (client->link && may_call(client)) {
        ret = call_locked(client, call, call_deadline(client, begin, has_bql), has_bql);
    }
    qatomic_dec(&client->askers);
    qemu_cond_signal(&client->asked);
    qemu_mutex_unlock(&client->lock);
    if (has_bql) {
        stall_account(client, begin);
    }
    return ret;
}
