/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "-netdev stream": frames over a stream socket to another emulator or a
 * program, each behind its length as 32-bit big-endian number. A client may
 * come back by itself (reconnect=), a server takes one client at a time.
 * Without a connection frames are lost, as on an unplugged cable.
 */
#include "qemu/osdep.h"
#include "qapi/clone-visitor.h"
#include "qapi/qapi-events-net.h"
#include "qapi/qapi-visit-sockets.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "net-internal.h"
#include "socket-address-internal.h"
#include "trace.h"
#include "util/fd.h"

#define LENGTH_BYTES 4
#define BUFFER_BYTES (LENGTH_BYTES + NET_BUFSIZE)

typedef struct NetStreamState {
    NetClientState nc;
    SocketAddress *addr;
    char *addr_text;
    bool is_server;
    uint32_t reconnect_s;       /* 0: never */
    QEMUTimer reconnect_timer;

    int fd;                     /* connection, or -1 */
    int listen_fd;
    bool is_connecting;
    bool is_waiting;            /* the peer has queued a frame of ours: read no more until then */
    bool wants_write;

    size_t in_len;              /* received and not yet forwarded, from the start of @in */
    size_t out_start, out_len;  /* the rest of a frame that the socket took in part */
    uint8_t in[BUFFER_BYTES];
    uint8_t out[BUFFER_BYTES];
} NetStreamState;

static void stream_disconnect(NetStreamState *s, const char *why);
static void stream_readable(void *opaque);
static void stream_writable(void *opaque);

static void stream_handlers_update(NetStreamState *s)
{
    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, s->is_connecting || s->is_waiting ? NULL : stream_readable,
                            s->is_connecting || s->wants_write ? stream_writable : NULL, s);
    }
}

/* ---- from the socket ---------------------------------------------------------- */

static void stream_frames_forward(NetStreamState *s);

static void stream_frame_sent(NetClientState *nc, ssize_t len)
{
    NetStreamState *s = container_of(nc, NetStreamState, nc);

    s->is_waiting = false;
    stream_frames_forward(s);
    stream_handlers_update(s);
}

/* Hands whole frames to the peer until it wants to wait. */
static void stream_frames_forward(NetStreamState *s)
{
    const char *failure = NULL;
    size_t at = 0;

    while (!s->is_waiting && s->in_len - at >= LENGTH_BYTES) {
        size_t len = (uint32_t)ldl_be_p(s->in + at);

        if (len > NET_BUFSIZE) {
            failure = "a frame is too long";
            break;
        }
        if (s->in_len - at < LENGTH_BYTES + len) {
            break;
        }
        at += LENGTH_BYTES + len;
        if (len && net_frame_forward(&s->nc, s->in + at - len, len, stream_frame_sent) == 0) {
            s->is_waiting = true;
        }
    }
    s->in_len -= at;
    memmove(s->in, s->in + at, s->in_len);
    if (failure && s->fd >= 0) {
        warn_report("netdev '%s': %s, connection closed", s->nc.name, failure);
        stream_disconnect(s, failure);
    }
}

static void stream_readable(void *opaque)
{
    NetStreamState *s = opaque;
    ssize_t n = RETRY_ON_EINTR(recv(s->fd, s->in + s->in_len, sizeof(s->in) - s->in_len, 0));

    if (n < 0 && errno == EAGAIN) {
        return;
    }
    if (n <= 0) {
        stream_disconnect(s, n < 0 ? g_strerror(errno) : "end of stream");
        return;
    }
    s->in_len += n;
    stream_frames_forward(s);
    stream_handlers_update(s);
}

/* ---- to the socket ------------------------------------------------------------- */

static ssize_t stream_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    NetStreamState *s = container_of(nc, NetStreamState, nc);
    uint8_t length[LENGTH_BYTES];
    struct iovec iov[2] = {
        { .iov_base = length, .iov_len = sizeof(length) },
        { .iov_base = (void *)buf, .iov_len = size },
    };
    struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
    size_t total = sizeof(length) + size, done;
    ssize_t n;

    if (s->fd < 0 || s->is_connecting || size > NET_BUFSIZE) {
        return size;
    }
    if (s->out_len) {
        return 0;
    }
    stl_be_p(length, size);
    n = RETRY_ON_EINTR(sendmsg(s->fd, &msg, MSG_NOSIGNAL));
    if (n < 0 && errno != EAGAIN) {
        /* The reading side takes the connection down; a frame may be on its way up there. */
        shutdown(s->fd, SHUT_RDWR);
        return size;
    }
    done = MAX(n, 0);
    if (done == total) {
        return size;
    }
    if (done) {
        /* Begun is to be finished, whatever happens to the queue it came from. */
        s->out_start = 0;
        s->out_len = total - done;
        memcpy(s->out, length, sizeof(length));
        memcpy(s->out + sizeof(length), buf, size);
        memmove(s->out, s->out + done, s->out_len);
    }
    s->wants_write = true;
    stream_handlers_update(s);
    return done ? size : 0;
}

static void stream_connected(NetStreamState *s)
{
    s->is_connecting = false;
    s->nc.link_down = false;
    qemu_set_info_str(&s->nc, s->is_server ? "connected,server=on,addr=%s" : "connected,addr=%s",
                      s->addr_text);
    trace_net_stream_connected(s->nc.name, s->fd);
    qapi_event_send_netdev_stream_connected(s->nc.name, s->addr);
    stream_handlers_update(s);
}

static void stream_writable(void *opaque)
{
    NetStreamState *s = opaque;

    if (s->is_connecting) {
        int err = 0;
        socklen_t len = sizeof(err);

        getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &err, &len);
        if (err) {
            if (!s->reconnect_s) {
                warn_report("netdev '%s': cannot connect to '%s': %s", s->nc.name, s->addr_text,
                            g_strerror(err));
            }
            stream_disconnect(s, g_strerror(err));
        } else {
            stream_connected(s);
        }
        return;
    }
    if (s->out_len) {
        ssize_t n = RETRY_ON_EINTR(send(s->fd, s->out + s->out_start, s->out_len, MSG_NOSIGNAL));

        if (n < 0 && errno == EAGAIN) {
            return;
        }
        if (n < 0) {
            stream_disconnect(s, g_strerror(errno));
            return;
        }
        s->out_start += n;
        s->out_len -= n;
        if (s->out_len) {
            return;
        }
    }
    s->wants_write = false;
    stream_handlers_update(s);
    qemu_flush_queued_packets(&s->nc);
}

/* ---- connecting ------------------------------------------------------------------ */

static void stream_client_begin(NetStreamState *s, Error **errp)
{
    NetSockAddr sa;
    fd_auto int fd = -1;

    if (!net_sockaddr_resolve(&sa, s->addr, SOCK_STREAM, false, errp)) {
        return;
    }
    fd = net_socket_new(&sa, SOCK_STREAM, errp);
    if (fd < 0) {
        return;
    }
    if (RETRY_ON_EINTR(connect(fd, (struct sockaddr *)&sa.sa, sa.len)) < 0 &&
        errno != EINPROGRESS) {
        error_setg_errno(errp, errno, "cannot connect to '%s'", s->addr_text);
        return;
    }
    /* A connection that stands already is writable at once. */
    s->fd = fd_steal(&fd);
    s->is_connecting = true;
    stream_handlers_update(s);
}

static void stream_reconnect_arm(NetStreamState *s)
{
    timer_mod(&s->reconnect_timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) +
              s->reconnect_s * INT64_C(1000));
}

static void stream_reconnect(void *opaque)
{
    NetStreamState *s = opaque;
    Error *err = NULL;

    stream_client_begin(s, &err);
    if (err) {
        error_free(err);        /* it was said before; it will be tried again */
        stream_reconnect_arm(s);
    }
}

static void stream_accept(void *opaque)
{
    NetStreamState *s = opaque;
    int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0) {
        return;                 /* it went away again, or next time */
    }
    /* Others wait until this one is gone. */
    qemu_set_fd_handler(s->listen_fd, NULL, NULL, NULL);
    s->fd = fd;
    stream_connected(s);
}

static void stream_listen(NetStreamState *s)
{
    qemu_set_info_str(&s->nc, "listening,server=on,addr=%s", s->addr_text);
    qemu_set_fd_handler(s->listen_fd, stream_accept, NULL, s);
}

static void stream_disconnect(NetStreamState *s, const char *why)
{
    bool was_connected = !s->is_connecting;

    trace_net_stream_disconnected(s->nc.name, why);
    qemu_set_fd_handler(s->fd, NULL, NULL, NULL);
    fd_close(&s->fd);
    s->is_connecting = s->wants_write = false;
    s->in_len = s->out_len = 0;
    s->nc.link_down = true;
    qemu_set_info_str(&s->nc, "disconnected,addr=%s", s->addr_text);
    /* What waits to be sent is lost. */
    qemu_flush_queued_packets(&s->nc);
    if (was_connected) {
        qapi_event_send_netdev_stream_disconnected(s->nc.name);
    }
    if (s->is_server) {
        stream_listen(s);
    } else if (s->reconnect_s) {
        stream_reconnect_arm(s);
    }
}

/* ---- the client ------------------------------------------------------------------- */

static void stream_cleanup(NetClientState *nc)
{
    NetStreamState *s = container_of(nc, NetStreamState, nc);

    timer_deinit(&s->reconnect_timer);
    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, NULL, NULL, NULL);
        fd_close(&s->fd);
    }
    if (s->listen_fd >= 0) {
        qemu_set_fd_handler(s->listen_fd, NULL, NULL, NULL);
        fd_close(&s->listen_fd);
        net_socket_unlink(s->addr);
    }
    s->in_len = s->out_len = 0;
    qapi_free_SocketAddress(s->addr);
    s->addr = NULL;
    g_clear_pointer(&s->addr_text, g_free);
}

static NetClientInfo stream_info = {
    .type = NET_CLIENT_DRIVER_STREAM,
    .size = sizeof(NetStreamState),
    .receive = stream_receive,
    .cleanup = stream_cleanup,
};

static bool stream_server_init(NetStreamState *s, Error **errp)
{
    fd_auto int fd = -1;
    NetSockAddr sa;

    if (s->addr->type == SOCKET_ADDRESS_TYPE_FD) {
        fd = net_socket_from_fd(s->addr, SOCK_STREAM, errp);
        if (fd < 0) {
            return false;
        }
    } else {
        if (!net_sockaddr_resolve(&sa, s->addr, SOCK_STREAM, true, errp) ||
            (fd = net_socket_new(&sa, SOCK_STREAM, errp)) < 0 ||
            !net_socket_bind(fd, &sa, s->addr_text, errp)) {
            return false;
        }
    }
    /* Also for a given one: listen() of a listening socket changes its backlog only. */
    if (listen(fd, 1) < 0) {
        error_setg_errno(errp, errno, "cannot listen on '%s'", s->addr_text);
        return false;
    }
    s->listen_fd = fd_steal(&fd);
    stream_listen(s);
    return true;
}

static bool stream_client_init(NetStreamState *s, Error **errp)
{
    Error *err = NULL;

    if (s->addr->type == SOCKET_ADDRESS_TYPE_FD) {
        s->fd = net_socket_from_fd(s->addr, SOCK_STREAM, errp);
        if (s->fd >= 0) {
            stream_connected(s);
        }
        return s->fd >= 0;
    }
    qemu_set_info_str(&s->nc, "connecting,addr=%s", s->addr_text);
    stream_client_begin(s, &err);
    if (err && s->reconnect_s) {
        warn_report_err(err);
        stream_reconnect_arm(s);
    } else if (err) {
        error_propagate(errp, err);
        return false;
    }
    return true;
}

bool net_init_stream(const Netdev *netdev, Error **errp)
{
    const NetdevStreamOptions *opts = &netdev->u.stream;
    bool is_server = opts->has_server && opts->server;
    NetClientState *nc;
    NetStreamState *s;

    if (opts->reconnect && is_server) {
        error_setg(errp, "reconnect= is for clients, not with server=on");
        return false;
    }
    if (opts->reconnect && opts->addr->type == SOCKET_ADDRESS_TYPE_FD) {
        error_setg(errp, "reconnect= needs an address to connect to, addr.type=fd has none");
        return false;
    }
    nc = qemu_new_net_client(&stream_info, NULL, "stream", netdev->id);
    s = container_of(nc, NetStreamState, nc);
    s->addr = QAPI_CLONE(SocketAddress, opts->addr);
    s->addr_text = net_sockaddr_text(s->addr);
    s->is_server = is_server;
    s->reconnect_s = opts->reconnect;
    s->fd = s->listen_fd = -1;
    nc->link_down = true;
    timer_init_ms(&s->reconnect_timer, QEMU_CLOCK_REALTIME, stream_reconnect, s);
    if (!(is_server ? stream_server_init(s, errp) : stream_client_init(s, errp))) {
        qemu_del_net_client(nc);
        return false;
    }
    return true;
}
