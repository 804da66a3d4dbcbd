/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of socket backends; see socket-address-internal.h. */
#include "qemu/osdep.h"
#include <glib-unix.h>
#include <netdb.h>
#include <sys/un.h>
#include "qapi/error.h"
#include "qemu/fdset.h"
#include "socket-address-internal.h"
#include "util/fd.h"

static bool unix_resolve(NetSockAddr *out, const UnixSocketAddress *addr, Error **errp)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&out->sa;
    bool is_abstract = addr->has_abstract && addr->abstract;
    bool is_tight = !addr->has_tight || addr->tight;
    size_t len = strlen(addr->path);

    QEMU_BUILD_BUG_ON(sizeof(*un) > sizeof(out->sa));
    /* A path needs its final zero, an abstract name its first one. */
    if (len == 0 || len >= sizeof(un->sun_path)) {
        error_setg(errp, "unix socket path '%s' must be 1 to %zu bytes long", addr->path,
                   sizeof(un->sun_path) - 1);
        return false;
    }
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path + is_abstract, addr->path, len);
    out->len = is_abstract && is_tight ? offsetof(struct sockaddr_un, sun_path) + 1 + len
                                       : sizeof(*un);
    return true;
}

static bool inet_resolve(NetSockAddr *out, const InetSocketAddress *addr, int socktype,
                         bool is_local, Error **errp)
{
    bool v4 = addr->has_ipv4 ? addr->ipv4 : !(addr->has_ipv6 && addr->ipv6);
    bool v6 = addr->has_ipv6 ? addr->ipv6 : !(addr->has_ipv4 && addr->ipv4);
    struct addrinfo hints = {
        .ai_flags = is_local ? AI_PASSIVE : 0,
        .ai_family = v4 && v6 ? AF_UNSPEC : v4 ? AF_INET : AF_INET6,
        .ai_socktype = socktype,
    };
    struct addrinfo *list = NULL;
    int ret;

    if (addr->has_to) {
        error_setg(errp, "to=%u: ports are not searched here", addr->to);
        return false;
    }
    if (!v4 && !v6) {
        error_setg(errp, "ipv4=off and ipv6=off leave no address family");
        return false;
    }
    ret = getaddrinfo(*addr->host ? addr->host : NULL, addr->port, &hints, &list);
    if (ret) {
        error_setg(errp, "address resolution failed for '%s:%s': %s", addr->host, addr->port,
                   ret == EAI_SYSTEM ? g_strerror(errno) : gai_strerror(ret));
        return false;
    }
    memcpy(&out->sa, list->ai_addr, list->ai_addrlen);
    out->len = list->ai_addrlen;
    freeaddrinfo(list);
    return true;
}

bool net_sockaddr_resolve(NetSockAddr *out, const SocketAddress *addr, int socktype,
                          bool is_local, Error **errp)
{
    memset(out, 0, sizeof(*out));
    switch (addr->type) {
    case SOCKET_ADDRESS_TYPE_UNIX:
        return unix_resolve(out, &addr->u.q_unix, errp);
    case SOCKET_ADDRESS_TYPE_INET:
        return inet_resolve(out, &addr->u.inet, socktype, is_local, errp);
    default:
        error_setg(errp, "type=fd is no address to %s", is_local ? "bind to" : "send to");
        return false;
    }
}

char *net_sockaddr_text(const SocketAddress *addr)
{
    switch (addr->type) {
    case SOCKET_ADDRESS_TYPE_UNIX:
        return g_strdup_printf("unix:%s", addr->u.q_unix.path);
    case SOCKET_ADDRESS_TYPE_INET:
        return g_strdup_printf(strchr(addr->u.inet.host, ':') ? "[%s]:%s" : "%s:%s",
                               addr->u.inet.host, addr->u.inet.port);
    default:
        return g_strdup_printf("fd:%s", addr->u.fd.str);
    }
}

int net_socket_new(const NetSockAddr *sa, int socktype, Error **errp)
{
    int fd = socket(sa->sa.ss_family, socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot create a socket");
    }
    return fd;
}

/* Never a file that is no socket: bind() is to refuse it. */
static void path_unlink(const NetSockAddr *sa)
{
    const struct sockaddr_un *un = (const struct sockaddr_un *)&sa->sa;
    struct stat st;

    if (un->sun_family == AF_UNIX && un->sun_path[0] && lstat(un->sun_path, &st) == 0 &&
        S_ISSOCK(st.st_mode)) {
        unlink(un->sun_path);
    }
}

bool net_socket_bind(int fd, const NetSockAddr *sa, const char *text, Error **errp)
{
    int on = 1;

    path_unlink(sa);
    if (sa->sa.ss_family != AF_UNIX) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    if (bind(fd, (const struct sockaddr *)&sa->sa, sa->len) < 0) {
        error_setg_errno(errp, errno, "cannot bind to '%s'", text);
        return false;
    }
    return true;
}

int net_socket_from_fd(const SocketAddress *addr, int socktype, Error **errp)
{
    fd_auto int fd = fd_param_get(addr->u.fd.str, errp);
    socklen_t len = sizeof(int);
    int type;

    if (fd < 0) {
        return -1;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0) {
        error_setg_errno(errp, errno, "descriptor '%s' is not a socket", addr->u.fd.str);
        return -1;
    }
    /* Sequenced packets keep frames apart, too. */
    if (type != socktype && !(socktype == SOCK_DGRAM && type == SOCK_SEQPACKET)) {
        error_setg(errp, "descriptor '%s' is not a %s socket", addr->u.fd.str,
                   socktype == SOCK_STREAM ? "stream" : "datagram");
        return -1;
    }
    if (!g_unix_set_fd_nonblocking(fd, true, NULL)) {
        error_setg_errno(errp, errno, "cannot make descriptor '%s' non-blocking", addr->u.fd.str);
        return -1;
    }
    return fd_steal(&fd);
}

void net_socket_unlink(const SocketAddress *addr)
{
    NetSockAddr sa = { };

    if (addr->type == SOCKET_ADDRESS_TYPE_UNIX && unix_resolve(&sa, &addr->u.q_unix, NULL)) {
        path_unlink(&sa);
    }
}
