/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of socket chardevs; see char-socket-internal.h. */
#include "qemu/osdep.h"
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"
#include "char-socket-internal.h"
#include "util/fd.h"

#define LISTEN_BACKLOG 1    /* one client at a time; the next one waits */

/* -- options ---------------------------------------------------------------------- */

static bool inet_init(SocketAddr *addr, QemuOpts *opts, Error **errp)
{
    const char *host = qemu_opt_get(opts, "host");
    const char *port = qemu_opt_get(opts, "port");
    bool ipv4 = qemu_opt_get_bool(opts, "ipv4", !qemu_opt_get_bool(opts, "ipv6", false));
    bool ipv6 = qemu_opt_get_bool(opts, "ipv6", !qemu_opt_get_bool(opts, "ipv4", false));
    uint64_t to = qemu_opt_get_number(opts, "to", 0);
    int64_t number;
    int parsed;

    if (!port) {
        error_setg(errp, "chardev socket: host=%s needs port=...", host);
        return false;
    }
    if (!ipv4 && !ipv6) {
        error_setg(errp, "chardev socket: ipv4=off and ipv6=off leave no address family");
        return false;
    }
    if (to > UINT16_MAX) {
        error_setg(errp, "chardev socket: to=%" PRIu64 " is no port, the last one is 65535", to);
        return false;
    }
    /* What is no number is a service's name; getaddrinfo() would cut a large number off. */
    parsed = qemu_strtoi64(port, NULL, 10, &number);
    if (parsed == -ERANGE || (parsed == 0 && (number < 0 || number > UINT16_MAX))) {
        error_setg(errp, "chardev socket: port=%s is no port, they are 0 to 65535", port);
        return false;
    }
    addr->kind = SOCKET_ADDR_INET;
    addr->family = ipv4 == ipv6 ? AF_UNSPEC : ipv4 ? AF_INET : AF_INET6;
    addr->host = g_strdup(host);
    addr->port = g_strdup(port);
    addr->port_last = to;
    return true;
}

static bool unix_init(SocketAddr *addr, QemuOpts *opts, Error **errp)
{
    const char *path = qemu_opt_get(opts, "path");
    /* The abstract name follows a NUL byte; a path is followed by one. */
    size_t max = sizeof_field(struct sockaddr_un, sun_path) - 1;

    if (!*path || strlen(path) > max) {
        error_setg(errp, "chardev socket: unix socket path '%s' must be 1 to %zu bytes long",
                   path, max);
        return false;
    }
    addr->kind = SOCKET_ADDR_UNIX;
    addr->path = g_strdup(path);
    addr->is_abstract = qemu_opt_get_bool(opts, "abstract", false);
    addr->is_tight = qemu_opt_get_bool(opts, "tight", true);
    return true;
}

bool socket_addr_init(SocketAddr *addr, QemuOpts *opts, Error **errp)
{
    const char *path = qemu_opt_get(opts, "path");
    const char *host = qemu_opt_get(opts, "host");
    const char *fd = qemu_opt_get(opts, "fd");
    SocketAddr new = { .fd = -1 };

    *addr = new;
    if (!!path + !!host + !!fd != 1) {
        error_setg(errp, "chardev socket needs one of path=, host= with port=, or fd=");
        return false;
    }
    if ((qemu_opt_get(opts, "abstract") || qemu_opt_get(opts, "tight")) && !path) {
        error_setg(errp, "chardev socket: abstract= and tight= are for path= only");
        return false;
    }
    if (fd) {
        new.kind = SOCKET_ADDR_FD;
        new.fd = fd_param_get(fd, errp);
        *addr = new;
        return new.fd >= 0;
    }
    if (!(path ? unix_init(&new, opts, errp) : inet_init(&new, opts, errp))) {
        return false;
    }
    *addr = new;
    return true;
}

void socket_addr_clear(SocketAddr *addr)
{
    g_clear_pointer(&addr->path, g_free);
    g_clear_pointer(&addr->host, g_free);
    g_clear_pointer(&addr->port, g_free);
    fd_close(&addr->fd);
}

void socket_addr_copy(SocketAddr *copy, const SocketAddr *addr)
{
    g_assert(addr->kind != SOCKET_ADDR_FD);
    *copy = *addr;
    copy->path = g_strdup(addr->path);
    copy->host = g_strdup(addr->host);
    copy->port = g_strdup(addr->port);
}

char *socket_addr_text(const SocketAddr *addr)
{
    switch (addr->kind) {
    case SOCKET_ADDR_UNIX:
        return g_strdup_printf("unix:%s%s", addr->path, addr->is_abstract ? ",abstract=on" : "");
    case SOCKET_ADDR_INET:
        return g_strdup_printf(strchr(addr->host, ':') ? "tcp:[%s]:%s" : "tcp:%s:%s", addr->host,
                               addr->port);
    default:
        return g_strdup("fd");
    }
}

/* -- unix ------------------------------------------------------------------------- */

static socklen_t sockaddr_fill(const SocketAddr *addr, struct sockaddr_un *un)
{
    size_t len = strlen(addr->path);

    *un = (struct sockaddr_un) { .sun_family = AF_UNIX };
    memcpy(un->sun_path + addr->is_abstract, addr->path, len);
    return addr->is_abstract && addr->is_tight
           ? offsetof(struct sockaddr_un, sun_path) + 1 + len : sizeof(*un);
}

static int unix_connect(const SocketAddr *addr, Error **errp)
{
    struct sockaddr_un un;
    socklen_t len = sockaddr_fill(addr, &un);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot create a unix socket");
    } else if (RETRY_ON_EINTR(connect(fd, (struct sockaddr *)&un, len)) < 0) {
        error_setg_errno(errp, errno, "Failed to connect to '%s'", addr->path);
        fd_close(&fd);
    }
    return fd;
}

void socket_addr_unlink(const SocketAddr *addr)
{
    struct stat st;

    /* Never a file that is no socket: bind() is to refuse it. */
    if (addr->kind == SOCKET_ADDR_UNIX && !addr->is_abstract && lstat(addr->path, &st) == 0 &&
        S_ISSOCK(st.st_mode)) {
        unlink(addr->path);
    }
}

static int unix_listen(const SocketAddr *addr, Error **errp)
{
    struct sockaddr_un un;
    socklen_t len = sockaddr_fill(addr, &un);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot create a unix socket");
        return -1;
    }
    socket_addr_unlink(addr);   /* left behind by a program that was killed */
    if (bind(fd, (struct sockaddr *)&un, len) < 0 || listen(fd, LISTEN_BACKLOG) < 0) {
        error_setg_errno(errp, errno, "Failed to listen on '%s'", addr->path);
        fd_close(&fd);
    }
    return fd;
}

/* -- TCP -------------------------------------------------------------------------- */

static struct addrinfo *inet_resolve(const SocketAddr *addr, bool passive, Error **errp)
{
    struct addrinfo hints = {
        .ai_flags = passive ? AI_PASSIVE : AI_ADDRCONFIG,
        .ai_family = addr->family,
        .ai_socktype = SOCK_STREAM,
    };
    struct addrinfo *list = NULL;
    int ret = getaddrinfo(*addr->host ? addr->host : NULL, addr->port, &hints, &list);

    if (ret == EAI_BADFLAGS || ret == EAI_NONAME) {
        /* AI_ADDRCONFIG hides "localhost" where only the loopback device is up. */
        hints.ai_flags &= ~AI_ADDRCONFIG;
        ret = getaddrinfo(*addr->host ? addr->host : NULL, addr->port, &hints, &list);
    }
    if (ret) {
        error_setg(errp, "address resolution failed for '%s:%s': %s", addr->host, addr->port,
                   ret == EAI_SYSTEM ? g_strerror(errno) : gai_strerror(ret));
        return NULL;
    }
    return list;
}

static int inet_connect(const SocketAddr *addr, Error **errp)
{
    struct addrinfo *list = inet_resolve(addr, false, errp);
    int fd = -1;
    int err = 0;

    if (!list) {
        return -1;
    }
    for (struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next) {
        fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol);
        if (fd < 0 || RETRY_ON_EINTR(connect(fd, ai->ai_addr, ai->ai_addrlen)) < 0) {
            err = errno;
            fd_close(&fd);
        }
    }
    freeaddrinfo(list);
    if (fd < 0) {
        error_setg_errno(errp, err, "Failed to connect to '%s:%s'", addr->host, addr->port);
    }
    return fd;
}

static unsigned port_get(int fd)
{
    struct sockaddr_storage own;
    socklen_t len = sizeof(own);

    if (getsockname(fd, (struct sockaddr *)&own, &len) < 0) {
        return 0;
    }
    return ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port
                                           : ((struct sockaddr_in *)&own)->sin_port);
}

static void port_put(struct addrinfo *ai, unsigned port)
{
    if (ai->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)ai->ai_addr)->sin6_port = htons(port);
    } else {
        ((struct sockaddr_in *)ai->ai_addr)->sin_port = htons(port);
    }
}

static unsigned ai_port_get(const struct addrinfo *ai)
{
    return ntohs(ai->ai_family == AF_INET6 ? ((struct sockaddr_in6 *)ai->ai_addr)->sin6_port
                                           : ((struct sockaddr_in *)ai->ai_addr)->sin_port);
}

/* A listening socket on one resolved address, or -1 with errno. */
static int ai_listen(struct addrinfo *ai, unsigned port_last)
{
    int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol);
    unsigned port = ai_port_get(ai);
    int on = 1;

    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    do {
        port_put(ai, port);
        if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0) {
            return fd;
        }
    } while (errno == EADDRINUSE && port++ < port_last);
    fd_close(&fd);
    return -1;
}

static int inet_listen(SocketAddr *addr, Error **errp)
{
    struct addrinfo *list = inet_resolve(addr, true, errp);
    int fd = -1;
    int err = 0;

    if (!list) {
        return -1;
    }
    for (struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next) {
        fd = ai_listen(ai, addr->port_last);
        err = fd < 0 ? errno : 0;
    }
    freeaddrinfo(list);
    if (fd < 0) {
        error_setg_errno(errp, err, "Failed to listen on '%s:%s'", addr->host, addr->port);
        return -1;
    }
    g_free(addr->port);
    addr->port = g_strdup_printf("%u", port_get(fd));
    return fd;
}

/* -- any kind --------------------------------------------------------------------- */

/* Takes the descriptor that was given with fd=. */
static int given_take(SocketAddr *addr, bool listening, Error **errp)
{
    int value = 0;
    socklen_t len = sizeof(value);

    if (addr->fd < 0) {
        error_setg(errp, "the socket given with fd= was used up");
        return -1;
    }
    if (getsockopt(addr->fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &len) < 0) {
        error_setg_errno(errp, errno, "descriptor %d given with fd= is not a socket", addr->fd);
        return -1;
    }
    if (!!value != listening) {
        error_setg(errp, "the socket given with fd= %s, but server=%s is set",
                   value ? "listens" : "does not listen", listening ? "on" : "off");
        return -1;
    }
    return fd_steal(&addr->fd);
}

int socket_addr_connect(SocketAddr *addr, Error **errp)
{
    switch (addr->kind) {
    case SOCKET_ADDR_UNIX:
        return unix_connect(addr, errp);
    case SOCKET_ADDR_INET:
        return inet_connect(addr, errp);
    default:
        return given_take(addr, false, errp);
    }
}

int socket_addr_listen(SocketAddr *addr, Error **errp)
{
    switch (addr->kind) {
    case SOCKET_ADDR_UNIX:
        return unix_listen(addr, errp);
    case SOCKET_ADDR_INET:
        return inet_listen(addr, errp);
    default:
        return given_take(addr, true, errp);
    }
}
