/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-user messages for those who wait for them: sending and receiving with a deadline, and a
 * request with its answer.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <sys/socket.h>
#include "user-msg.h"

/* Wait until the socket can be read or written: 0, -ETIMEDOUT or -errno. */
static int socket_wait(int sock, short events, int64_t deadline)
{
    for (;;) {
        struct pollfd pfd = { .fd = sock, .events = events };
        int64_t left_us = deadline - g_get_monotonic_time();
        int ret;

        if (left_us <= 0) {
            return -ETIMEDOUT;
        }
        ret = poll(&pfd, 1, MIN(left_us / 1000 + 1, INT_MAX));
        if (ret > 0) {
            return 0; /* errors and hangups are told by the call that follows */
        }
        if (ret < 0 && errno != EINTR) {
            return -errno;
        }
    }
}

int vfio_user_send(int sock, VFIOUserMsg *msg, int64_t deadline)
{
    VFIOUserWriter writer;
    int ret;

    vfio_user_writer_init(&writer, sock, SIZE_MAX);
    for (;;) {
        ret = vfio_user_writer_send(&writer, msg);
        if (ret != -ENOBUFS) {
            break;
        }
        /* Not begun, because the descriptors cannot wait. */
        ret = socket_wait(sock, POLLOUT, deadline);
        if (ret < 0) {
            break;
        }
    }
    while (!ret && !vfio_user_writer_is_idle(&writer)) {
        ret = socket_wait(sock, POLLOUT, deadline);
        if (!ret) {
            ret = vfio_user_writer_flush(&writer);
        }
    }
    vfio_user_writer_destroy(&writer);
    return ret;
}

int vfio_user_receive(VFIOUserReader *reader, VFIOUserMsg *msg, int64_t deadline)
{
    for (;;) {
        int ret = vfio_user_reader_next(reader, msg);

        if (ret) {
            return MIN(ret, 0);
        }
        ret = socket_wait(reader->sock, POLLIN, deadline);
        if (ret < 0) {
            return ret;
        }
    }
}

int vfio_user_send_error(int sock, const VFIOUserMsg *command, int error, int64_t deadline)
{
    VFIOUserMsg reply = {
        .header.id = command->header.id,
        .header.command = command->header.command,
        .header.flags = VFIO_USER_FLAGS_REPLY | VFIO_USER_FLAGS_ERROR,
        .header.error = error,
    };

    if (command->header.flags & VFIO_USER_FLAGS_NO_REPLY) {
        return 0;
    }
    return vfio_user_send(sock, &reply, deadline);
}

/* -- asking ------------------------------------------------------------------------------ */

void vfio_user_channel_init(VFIOUserChannel *channel, int sock)
{
    *channel = (VFIOUserChannel) { .sock = sock };
    vfio_user_reader_init(&channel->reader, sock, VFIO_USER_MSG_MAX);
}

void vfio_user_channel_set_blocking(VFIOUserChannel *channel, unsigned int timeout_ms)
{
    /* What is left of the time is for poll(), which can be told how much it is. */
    int64_t patience_us = (int64_t)timeout_ms * 1000 / 2;
    struct timeval tv = { patience_us / 1000000, patience_us % 1000000 };
    int flags = fcntl(channel->sock, F_GETFL);

    /* 0 would be without end. */
    if (patience_us && flags >= 0 && !fcntl(channel->sock, F_SETFL, flags & ~O_NONBLOCK) &&
        !setsockopt(channel->sock, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv))) {
        channel->patience_us = patience_us;
    }
}

void vfio_user_channel_destroy(VFIOUserChannel *channel)
{
    vfio_user_reader_destroy(&channel->reader);
}

static int channel_serve(VFIOUserChannel *channel, VFIOUserMsg *msg, int64_t deadline)
{
    int ret = channel->on_command ? channel->on_command(channel->opaque, msg) :
                                    vfio_user_send_error(channel->sock, msg, EOPNOTSUPP, deadline);

    vfio_user_msg_clear(msg);
    return ret;
}

/* The first message after a request. It takes a while: to try without waiting is no use. */
static int channel_receive(VFIOUserChannel *channel, VFIOUserMsg *msg, int64_t deadline)
{
    int ret = 0;

    if (channel->patience_us && g_get_monotonic_time() <= deadline - channel->patience_us) {
        ret = vfio_user_reader_await(&channel->reader, msg);
    } else if (!vfio_user_reader_has_message(&channel->reader)) {
        ret = socket_wait(channel->sock, POLLIN, deadline);
    }
    return ret ? MIN(ret, 0) : vfio_user_receive(&channel->reader, msg, deadline);
}

/* Receive until the answer to @id is there. */
static int channel_wait(VFIOUserChannel *channel, uint16_t id, VFIOUserMsg *reply,
                        int64_t deadline)
{
    int ret = channel_receive(channel, reply, deadline);

    for (;;) {
        if (ret < 0) {
            return ret;
        }
        if (!vfio_user_msg_is_reply(reply)) {
            ret = channel_serve(channel, reply, deadline);
            if (ret < 0) {
                return ret;
            }
        } else if (reply->header.id == id) {
            return 0;
        } else {
            vfio_user_msg_clear(reply);
        }
        /* A peer that keeps talking of other things does not get more time. */
        if (g_get_monotonic_time() >= deadline) {
            return -ETIMEDOUT;
        }
        ret = vfio_user_receive(&channel->reader, reply, deadline);
    }
}

int vfio_user_channel_request(VFIOUserChannel *channel, VFIOUserMsg *request, VFIOUserMsg *reply,
                              int64_t deadline, bool *broken)
{
    bool no_reply = request->header.flags & VFIO_USER_FLAGS_NO_REPLY;
    int ret;

    request->header.id = channel->next_id++;
    request->header.flags = no_reply ? VFIO_USER_FLAGS_NO_REPLY : 0;
    request->header.error = 0;
    *broken = true;
    ret = vfio_user_send(channel->sock, request, deadline);
    if (!ret && !no_reply) {
        ret = channel_wait(channel, request->header.id, reply, deadline);
    }
    if (ret < 0) {
        return ret;
    }
    *broken = false;
    if (no_reply) {
        return 0;
    }
    ret = vfio_user_validate_reply(reply, request->header.command, request->payload);
    if (ret < 0) {
        /* One that says an error is well formed; anything else is a peer not to be trusted. */
        *broken = !(reply->header.flags & VFIO_USER_FLAGS_ERROR);
        vfio_user_msg_clear(reply);
    }
    return ret;
}
