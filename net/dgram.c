/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "-netdev dgram": frames over a datagram socket, one per datagram: a pair of
 * UNIX sockets, UDP between two addresses, or a descriptor that somebody
 * connected. The socket is connected to its remote end as soon as that
 * exists, so only that one is listened to, and a full one can be waited for.
 */
#include "qemu/osdep.h"
#include <netinet/in.h>
#include "qapi/clone-visitor.h"
#include "qapi/qapi-visit-sockets.h"
#include "qemu/main-loop.h"
#include "net-internal.h"
#include "socket-address-internal.h"
#include "trace.h"
#include "util/fd.h"

typedef struct NetDgramState {
    NetClientState nc;
    int fd;
    SocketAddress *local;       /* NULL, or what was bound to */
    bool has_remote;            /* @remote can be connected to again */
    bool is_connected;
    bool is_waiting;            /* the peer has queued a frame of ours */
    bool wants_write;
    NetSockAddr remote;
    uint8_t in[NET_BUFSIZE];
} NetDgramState;

static void dgram_readable(void *opaque);
static void dgram_writable(void *opaque);

static void dgram_handlers_update(NetDgramState *s)
{
    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, s->is_waiting ? NULL : dgram_readable,
                            s->wants_write ? dgram_writable : NULL, s);
    }
}

/* ---- from the socket ------------------------------------------------------------ */

static void dgram_frame_sent(NetClientState *nc, ssize_t len)
{
    NetDgramState *s = container_of(nc, NetDgramState, nc);

    s->is_waiting = false;
    dgram_handlers_update(s);
}

static void dgram_readable(void *opaque)
{
    NetDgramState *s = opaque;

    for (int i = 0; i < NET_READ_BURST && s->fd >= 0; i++) {
        ssize_t n = RETRY_ON_EINTR(recv(s->fd, s->in, sizeof(s->in), MSG_DONTWAIT));

        /* Errors are those of a frame sent before (nobody there): reading it clears it. */
        if (n < 0 && errno != EAGAIN) {
            trace_net_dgram_dropped(s->nc.name, 0, errno);
        }
        if (n == 0 && !s->has_remote) {
            int type = 0;
            socklen_t len = sizeof(type);

            getsockopt(s->fd, SOL_SOCKET, SO_TYPE, &type, &len);
            if (type == SOCK_SEQPACKET) {
                /* The other end is gone for good; the descriptor stays readable. */
                s->is_waiting = true;
                s->nc.link_down = true;
                qemu_set_info_str(&s->nc, "disconnected");
                dgram_handlers_update(s);
            }
        }
        if (n <= 0) {
            return;
        }
        if (net_frame_forward(&s->nc, s->in, n, dgram_frame_sent) == 0) {
            s->is_waiting = true;
            dgram_handlers_update(s);
            return;
        }
    }
}

/* ---- to the socket --------------------------------------------------------------- */

static bool dgram_connect(NetDgramState *s)
{
    s->is_connected = connect(s->fd, (struct sockaddr *)&s->remote.sa, s->remote.len) == 0;
    return s->is_connected;
}

static ssize_t dgram_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    NetDgramState *s = container_of(nc, NetDgramState, nc);
    ssize_t n;

    if (s->fd < 0 || (s->has_remote && !s->is_connected && !dgram_connect(s))) {
        trace_net_dgram_dropped(nc->name, size, errno);
        return size;
    }
    n = RETRY_ON_EINTR(send(s->fd, buf, size, MSG_NOSIGNAL | MSG_DONTWAIT));
    if (n >= 0) {
        return size;
    }
    if (errno == EAGAIN) {
        s->wants_write = true;
        dgram_handlers_update(s);
        return 0;
    }
    trace_net_dgram_dropped(nc->name, size, errno);
    /* The other end of a UNIX socket may be made anew; UDP finds a new listener by itself. */
    s->is_connected = s->is_connected && s->remote.sa.ss_family != AF_UNIX;
    return size;
}

static void dgram_writable(void *opaque)
{
    NetDgramState *s = opaque;

    s->wants_write = false;
    dgram_handlers_update(s);
    qemu_flush_queued_packets(&s->nc);
}

/* ---- the client -------------------------------------------------------------------- */

static void dgram_cleanup(NetClientState *nc)
{
    NetDgramState *s = container_of(nc, NetDgramState, nc);

    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, NULL, NULL, NULL);
        fd_close(&s->fd);
    }
    if (s->local) {
        net_socket_unlink(s->local);
        qapi_free_SocketAddress(s->local);
        s->local = NULL;
    }
}

static NetClientInfo dgram_info = {
    .type = NET_CLIENT_DRIVER_DGRAM,
    .size = sizeof(NetDgramState),
    .receive = dgram_receive,
    .cleanup = dgram_cleanup,
};

/* What can be used together. */
static bool dgram_options_check(const NetdevDgramOptions *opts, Error **errp)
{
    if (!opts->local) {
        error_setg(errp, "dgram needs local.type= (unix, inet or fd)");
        return false;
    }
    if (opts->local->type == SOCKET_ADDRESS_TYPE_FD) {
        if (opts->remote) {
            error_setg(errp, "remote= cannot be set with local.type=fd, whose socket somebody "
                       "connected");
        }
        return !opts->remote;
    }
    if (!opts->remote || opts->remote->type != opts->local->type) {
        error_setg(errp, "dgram needs remote.type=%s for local.type=%s",
                   SocketAddressType_str(opts->local->type),
                   SocketAddressType_str(opts->local->type));
        return false;
    }
    return true;
}

static bool sockaddr_is_multicast(const NetSockAddr *addr)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)&addr->sa;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&addr->sa;

    return (in->sin_family == AF_INET && IN_MULTICAST(ntohl(in->sin_addr.s_addr))) ||
           (in6->sin6_family == AF_INET6 && IN6_IS_ADDR_MULTICAST(&in6->sin6_addr));
}

/* Makes and binds the socket. -1 with @errp. */
static int dgram_socket_new(const NetdevDgramOptions *opts, NetSockAddr *remote, Error **errp)
{
    g_autofree char *text = net_sockaddr_text(opts->local);
    NetSockAddr local;
    fd_auto int fd = -1;

    if (!net_sockaddr_resolve(&local, opts->local, SOCK_DGRAM, true, errp) ||
        !net_sockaddr_resolve(remote, opts->remote, SOCK_DGRAM, false, errp)) {
        return -1;
    }
    if (sockaddr_is_multicast(remote) || sockaddr_is_multicast(&local)) {
        error_setg(errp, "dgram: multicast addresses are not supported");
        return -1;
    }
    fd = net_socket_new(&local, SOCK_DGRAM, errp);
    if (fd < 0 || !net_socket_bind(fd, &local, text, errp)) {
        return -1;
    }
    return fd_steal(&fd);
}

bool net_init_dgram(const Netdev *netdev, Error **errp)
{
    const NetdevDgramOptions *opts = &netdev->u.dgram;
    g_autofree char *local = NULL, *remote = NULL;
    bool is_given;
    NetClientState *nc;
    NetSockAddr sa = { };
    NetDgramState *s;
    int fd;

    if (!dgram_options_check(opts, errp)) {
        return false;
    }
    is_given = opts->local->type == SOCKET_ADDRESS_TYPE_FD;
    fd = is_given ? net_socket_from_fd(opts->local, SOCK_DGRAM, errp)
                  : dgram_socket_new(opts, &sa, errp);
    if (fd < 0) {
        return false;
    }
    nc = qemu_new_net_client(&dgram_info, NULL, "dgram", netdev->id);
    s = container_of(nc, NetDgramState, nc);
    s->fd = fd;
    local = net_sockaddr_text(opts->local);
    if (is_given) {
        qemu_set_info_str(nc, "%s", local);
    } else {
        s->local = QAPI_CLONE(SocketAddress, opts->local);
        s->remote = sa;
        s->has_remote = true;
        remote = net_sockaddr_text(opts->remote);
        qemu_set_info_str(nc, "local=%s,remote=%s", local, remote);
        /* Nobody need be there yet. */
        dgram_connect(s);
    }
    dgram_handlers_update(s);
    return true;
}
