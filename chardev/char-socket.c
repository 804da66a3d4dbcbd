/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unix and TCP sockets, as client (once, or coming back by reconnect=) or
 * server of one client at a time; descriptors travel over unix sockets.
 * telnet, TN3270, WebSocket and TLS are left out.
 *
 * The connection belongs to the chardev's main context.  Writers of other
 * threads use the descriptor under chr_write_lock only, and leave tearing
 * down to the context.
 */
#include "qemu/osdep.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "char-internal.h"
#include "char-socket-internal.h"
#include "util/fd.h"
#include "trace.h"

#define SOCKET_MSGFDS_MAX 16

typedef struct SocketConnect SocketConnect;

typedef struct SocketChardev {
    Chardev parent;
    SocketAddr addr;
    bool is_server;
    bool nodelay;
    bool is_unix;               /* descriptors may be passed */
    unsigned reconnect_s;       /* 0: never */
    bool failure_was_reported;  /* of connecting, until it succeeds */

    int fd;                     /* connection, or -1; changed under chr_write_lock */
    int listen_fd;
    GSource *listen_source;
    GSource *hup_source;
    GSource *reconnect_source;
    SocketConnect *connecting;

    int received_fds[SOCKET_MSGFDS_MAX];
    int received_count;
    int sending_fds[SOCKET_MSGFDS_MAX]; /* not ours; under chr_write_lock */
    int sending_count;
} SocketChardev;

DECLARE_INSTANCE_CHECKER(SocketChardev, SOCKET_CHARDEV, TYPE_CHARDEV_SOCKET)

static void connection_end(SocketChardev *s);
static void connect_begin(SocketChardev *s);

static void source_clear(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

/* A source of our own for a plain descriptor. */
static GSource *fd_source_add(SocketChardev *s, int fd, GIOCondition cond, GUnixFDSourceFunc func)
{
    GSource *source = g_unix_fd_source_new(fd, cond);

    g_source_set_callback(source, (GSourceFunc)(void (*)(void))func, s, NULL);
    g_source_attach(source, CHARDEV(s)->gcontext);
    return source;
}

static void filename_update(SocketChardev *s)
{
    g_autofree char *text = socket_addr_text(&s->addr);

    g_free(CHARDEV(s)->filename);
    CHARDEV(s)->filename = g_strdup_printf("%s%s%s", s->fd < 0 ? "disconnected:" : "", text,
                                           s->is_server ? ",server=on" : "");
}

/* -- descriptors ------------------------------------------------------------------ */

static void received_close(SocketChardev *s)
{
    for (int i = 0; i < s->received_count; i++) {
        fd_close(&s->received_fds[i]);
    }
    s->received_count = 0;
}

static int socket_get_msgfds(Chardev *chr, int *fds, int num)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    int count = MIN(num, s->received_count);

    memcpy(fds, s->received_fds, count * sizeof(int));
    s->received_count -= count;
    memmove(s->received_fds, s->received_fds + count, s->received_count * sizeof(int));
    return count;
}

static int socket_set_msgfds(Chardev *chr, int *fds, int num)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    int ret = -1;

    qemu_mutex_lock(&chr->chr_write_lock);
    s->sending_count = 0;
    if (s->fd >= 0 && s->is_unix && num >= 0 && num <= SOCKET_MSGFDS_MAX) {
        memcpy(s->sending_fds, fds, num * sizeof(int));
        s->sending_count = num;
        ret = 0;
    }
    qemu_mutex_unlock(&chr->chr_write_lock);
    return ret;
}

static void received_store(SocketChardev *s, struct msghdr *msg)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            /* Those of an earlier message that nobody fetched are stale now. */
            received_close(s);
            s->received_count = MIN((c->cmsg_len - CMSG_LEN(0)) / sizeof(int), SOCKET_MSGFDS_MAX);
            memcpy(s->received_fds, CMSG_DATA(c), s->received_count * sizeof(int));
        }
    }
}

/* -- transfer --------------------------------------------------------------------- */

static ssize_t bytes_send(SocketChardev *s, const uint8_t *buf, int len)
{
    struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(SOCKET_MSGFDS_MAX * sizeof(int))];
    } control;
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
    ssize_t ret;

    if (s->sending_count) {
        size_t bytes = s->sending_count * sizeof(int);

        memset(&control, 0, sizeof(control));
        msg.msg_control = control.bytes;
        msg.msg_controllen = CMSG_SPACE(bytes);
        CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
        CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
        CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), s->sending_fds, bytes);
    }
    ret = RETRY_ON_EINTR(sendmsg(s->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT));
    if (ret >= 0 || errno != EAGAIN) {
        s->sending_count = 0;
    }
    return ret;
}

static int socket_write(Chardev *chr, const uint8_t *buf, int len)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    if (s->fd < 0) {
        return len;     /* nobody listens: lost, as on an unplugged cable */
    }
    /* An error also hangs the socket up, which its context notices. */
    return bytes_send(s, buf, len);
}

static ssize_t bytes_receive(SocketChardev *s, uint8_t *buf, size_t len)
{
    struct iovec iov = { .iov_base = buf, .iov_len = len };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(SOCKET_MSGFDS_MAX * sizeof(int))];
    } control;
    struct msghdr msg = {
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = s->is_unix ? control.bytes : NULL,
        .msg_controllen = s->is_unix ? sizeof(control.bytes) : 0,
    };
    ssize_t ret = RETRY_ON_EINTR(recvmsg(s->fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT));

    if (ret > 0 && s->is_unix) {
        received_store(s, &msg);
    }
    return ret;
}

static int socket_can_read(void *opaque)
{
    return qemu_chr_be_can_write(CHARDEV(opaque));
}

static gboolean socket_read(gint fd, GIOCondition cond, gpointer opaque)
{
    Chardev *chr = CHARDEV(opaque);
    SocketChardev *s = SOCKET_CHARDEV(chr);
    uint8_t buf[CHR_READ_BUF_LEN];
    int room = MIN(qemu_chr_be_can_write(chr), (int)sizeof(buf));
    ssize_t len;

    if (s->fd < 0 || room <= 0) {
        return G_SOURCE_CONTINUE;
    }
    len = bytes_receive(s, buf, room);
    if (len > 0) {
        qemu_chr_be_write(chr, buf, len);
    } else if (len == 0 || errno != EAGAIN) {
        connection_end(s);
    }
    return G_SOURCE_CONTINUE;
}

static int socket_sync_read(Chardev *chr, uint8_t *buf, int len)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    ssize_t ret;

    if (s->fd < 0) {
        return 0;
    }
    ret = bytes_receive(s, buf, len);
    if (ret == 0 || (ret < 0 && errno != EAGAIN)) {
        int saved_errno = errno;

        connection_end(s);
        errno = saved_errno;
    }
    return ret;
}

/* Also while the front end takes no input, a vanished peer must be noticed. */
static gboolean socket_hup(gint fd, GIOCondition cond, gpointer opaque)
{
    SocketChardev *s = SOCKET_CHARDEV(opaque);
    int pending = 0;

    if (s->fd >= 0 && ioctl(s->fd, FIONREAD, &pending) == 0 && pending > 0) {
        /* What the peer sent last is delivered first; the reader then meets the end. */
        source_clear(&s->hup_source);
    } else {
        connection_end(s);
    }
    return G_SOURCE_CONTINUE;
}

static GSource *socket_add_watch(Chardev *chr, GIOCondition cond)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    return s->fd >= 0 ? char_io_watch_new(s->fd, cond) : NULL;
}

/* -- connection ------------------------------------------------------------------- */

static void watches_remove(SocketChardev *s)
{
    char_io_poll_remove(CHARDEV(s));
    source_clear(&s->hup_source);
}

static void watches_add(SocketChardev *s)
{
    Chardev *chr = CHARDEV(s);

    watches_remove(s);
    if (s->fd >= 0) {
        chr->gsource = char_io_poll_add(chr, s->fd, socket_can_read, socket_read, s,
                                        chr->gcontext);
        s->hup_source = fd_source_add(s, s->fd, G_IO_HUP | G_IO_ERR, socket_hup);
    }
}

static bool fd_is_unix(int fd)
{
    struct sockaddr_storage own;
    socklen_t len = sizeof(own);

    return getsockname(fd, (struct sockaddr *)&own, &len) == 0 && own.ss_family == AF_UNIX;
}

/* Takes ownership of @fd. */
static void connection_begin(SocketChardev *s, int fd)
{
    Chardev *chr = CHARDEV(s);
    int on = 1;

    qemu_set_blocking(fd, false, NULL);
    if (s->nodelay) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    source_clear(&s->listen_source);
    qemu_mutex_lock(&chr->chr_write_lock);
    s->fd = fd;
    s->is_unix = fd_is_unix(fd);
    qemu_mutex_unlock(&chr->chr_write_lock);
    s->failure_was_reported = false;
    filename_update(s);
    trace_char_socket_connected(chr->label, chr->filename);
    watches_add(s);
    qemu_chr_be_event(chr, CHR_EVENT_OPENED);
}

static gboolean socket_accept(gint fd, GIOCondition cond, gpointer opaque)
{
    SocketChardev *s = SOCKET_CHARDEV(opaque);
    int client = RETRY_ON_EINTR(accept4(fd, NULL, NULL, SOCK_CLOEXEC));

    if (client >= 0) {
        connection_begin(s, client);
    }
    return G_SOURCE_CONTINUE;
}

static void listen_watch(SocketChardev *s)
{
    source_clear(&s->listen_source);
    if (s->listen_fd >= 0 && s->fd < 0) {
        s->listen_source = fd_source_add(s, s->listen_fd, G_IO_IN, socket_accept);
    }
}

static gboolean reconnect_fire(gpointer opaque)
{
    SocketChardev *s = SOCKET_CHARDEV(opaque);

    source_clear(&s->reconnect_source);
    connect_begin(s);
    return G_SOURCE_REMOVE;
}

static void reconnect_arm(SocketChardev *s)
{
    if (s->reconnect_s && !s->reconnect_source) {
        s->reconnect_source = qemu_chr_timeout_add_ms(CHARDEV(s), s->reconnect_s * 1000,
                                                      reconnect_fire, s);
        g_source_set_name(s->reconnect_source, "chardev-reconnect");
    }
}

static void connection_close(SocketChardev *s)
{
    Chardev *chr = CHARDEV(s);

    watches_remove(s);
    qemu_mutex_lock(&chr->chr_write_lock);
    fd_close(&s->fd);
    s->sending_count = 0;
    qemu_mutex_unlock(&chr->chr_write_lock);
    received_close(s);
}

static void connection_end(SocketChardev *s)
{
    Chardev *chr = CHARDEV(s);

    if (s->fd < 0) {
        return;
    }
    connection_close(s);
    filename_update(s);
    trace_char_socket_disconnected(chr->label, chr->filename);
    listen_watch(s);
    reconnect_arm(s);
    /* Last: the front end may delete us here. */
    qemu_chr_be_event(chr, CHR_EVENT_CLOSED);
}

static void socket_disconnect(Chardev *chr)
{
    connection_end(SOCKET_CHARDEV(chr));
}

static int socket_add_client(Chardev *chr, int fd)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    if (s->fd >= 0) {
        return -1;
    }
    connection_begin(s, fd);
    return 0;
}

static void socket_update_read_handler(Chardev *chr)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    /* The context may have changed: everything moves there. */
    listen_watch(s);
    watches_add(s);
    if (s->reconnect_source) {
        source_clear(&s->reconnect_source);
        reconnect_arm(s);
    }
}

/* -- connecting without blocking the loop ------------------------------------------ */

/* One attempt of a thread, because resolving a name and a TCP handshake may take minutes. */
struct SocketConnect {
    SocketChardev *s;           /* NULL once it lost interest; the context's */
    GMainContext *context;
    SocketAddr addr;
    int fd;
    Error *err;
    bool is_done;               /* atomic: the thread left fd and err to the context */
};

static void connect_finish(SocketChardev *s, int fd, Error *err)
{
    if (fd >= 0) {
        connection_begin(s, fd);
        return;
    }
    if (!s->failure_was_reported) {
        s->failure_was_reported = true;
        warn_report("chardev '%s': %s; trying again every %u s", CHARDEV(s)->label,
                    error_get_pretty(err), s->reconnect_s);
    }
    error_free(err);
    reconnect_arm(s);
}

static gboolean connect_deliver(gpointer opaque)
{
    SocketConnect *attempt = opaque;
    SocketChardev *s = attempt->s;

    /* GLib's own locks order this too, but TSan does not see into them. */
    g_assert(qatomic_load_acquire(&attempt->is_done));
    if (s) {
        s->connecting = NULL;
        connect_finish(s, fd_steal(&attempt->fd), g_steal_pointer(&attempt->err));
    }
    fd_close(&attempt->fd);
    error_free(attempt->err);
    socket_addr_clear(&attempt->addr);
    g_free(attempt);
    return G_SOURCE_REMOVE;
}

static gpointer connect_run(gpointer opaque)
{
    SocketConnect *attempt = opaque;
    GSource *source = g_idle_source_new();

    attempt->fd = socket_addr_connect(&attempt->addr, &attempt->err);
    g_source_set_callback(source, connect_deliver, attempt, NULL);
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    qatomic_store_release(&attempt->is_done, true);
    g_source_attach(source, attempt->context);
    g_source_unref(source);
    return NULL;
}

static void connect_begin(SocketChardev *s)
{
    SocketConnect *attempt;

    if (s->fd >= 0 || s->connecting) {
        return;
    }
    if (s->addr.kind != SOCKET_ADDR_INET) {
        Error *err = NULL;
        int fd = socket_addr_connect(&s->addr, &err);

        connect_finish(s, fd, err);
        return;
    }
    attempt = g_new0(SocketConnect, 1);
    attempt->s = s;
    attempt->fd = -1;
    attempt->context = CHARDEV(s)->gcontext;
    socket_addr_copy(&attempt->addr, &s->addr);
    s->connecting = attempt;
    g_thread_unref(g_thread_new("chardev-connect", connect_run, attempt));
}

/* The thread ends by itself; its result is dropped. */
static void connect_cancel(SocketChardev *s)
{
    if (s->connecting) {
        s->connecting->s = NULL;
        s->connecting = NULL;
    }
    source_clear(&s->reconnect_source);
}

/* -- waiting ---------------------------------------------------------------------- */

static int client_wait(SocketChardev *s, Error **errp)
{
    connect_cancel(s);
    while (s->fd < 0) {
        Error *err = NULL;
        int fd = socket_addr_connect(&s->addr, &err);

        if (fd >= 0) {
            connection_begin(s, fd);
        } else if (!s->reconnect_s) {
            error_propagate(errp, err);
            return -1;
        } else {
            error_free(err);
            g_usleep(s->reconnect_s * G_USEC_PER_SEC);
        }
    }
    return 0;
}

static int server_wait(SocketChardev *s, Error **errp)
{
    struct pollfd pfd = { .fd = s->listen_fd, .events = POLLIN };
    g_autofree char *text = socket_addr_text(&s->addr);

    if (s->listen_fd < 0) {
        error_setg(errp, "chardev '%s' does not listen", CHARDEV(s)->label);
        return -1;
    }
    if (s->fd < 0) {
        info_report("waiting for connection on: %s,server=on", text);
    }
    while (s->fd < 0) {
        if (RETRY_ON_EINTR(poll(&pfd, 1, -1)) < 0) {
            error_setg_errno(errp, errno, "chardev '%s': waiting for a client",
                             CHARDEV(s)->label);
            return -1;
        }
        socket_accept(s->listen_fd, G_IO_IN, s);
    }
    return 0;
}

static int socket_wait_connected(Chardev *chr, Error **errp)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    if (s->fd >= 0) {
        return 0;
    }
    return s->is_server ? server_wait(s, errp) : client_wait(s, errp);
}

/* -- opening ---------------------------------------------------------------------- */

static bool options_check(QemuOpts *opts, bool is_server, Error **errp)
{
    static const char *const missing[] = { "telnet", "tn3270", "websocket" };

    for (size_t i = 0; i < ARRAY_SIZE(missing); i++) {
        if (qemu_opt_get_bool(opts, missing[i], false)) {
            error_setg(errp, "chardev socket: %s=on is not supported", missing[i]);
            return false;
        }
    }
    if (is_server && qemu_opt_get_number(opts, "reconnect", 0)) {
        error_setg(errp, "chardev socket: reconnect= is for clients, a server waits anyway");
        return false;
    }
    if (!is_server && qemu_opt_get(opts, "wait")) {
        error_setg(errp, "chardev socket: wait= is for server=on only");
        return false;
    }
    if (qemu_opt_get_number(opts, "reconnect", 0) > INT_MAX / 1000) {
        error_setg(errp, "chardev socket: reconnect= is too large, at most %d seconds",
                   INT_MAX / 1000);
        return false;
    }
    if (qemu_opt_get(opts, "fd") && qemu_opt_get_number(opts, "reconnect", 0)) {
        error_setg(errp, "chardev socket: a socket given with fd= cannot reconnect");
        return false;
    }
    return true;
}

static bool server_open(SocketChardev *s, bool wait, Error **errp)
{
    s->listen_fd = socket_addr_listen(&s->addr, errp);
    if (s->listen_fd < 0 || (wait && server_wait(s, errp) < 0)) {
        return false;
    }
    qemu_set_blocking(s->listen_fd, false, NULL);
    filename_update(s);
    listen_watch(s);
    return true;
}

static void socket_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    bool is_server = qemu_opt_get_bool(opts, "server", false);

    if (!options_check(opts, is_server, errp) || !socket_addr_init(&s->addr, opts, errp)) {
        return;
    }
    *be_opened = false;
    s->is_server = is_server;
    s->nodelay = qemu_opt_get_bool(opts, "nodelay", !qemu_opt_get_bool(opts, "delay", true));
    s->reconnect_s = qemu_opt_get_number(opts, "reconnect", 0);
    if (s->reconnect_s || is_server) {
        qemu_chr_set_feature(chr, QEMU_CHAR_FEATURE_RECONNECTABLE);
    }
    if (s->addr.kind != SOCKET_ADDR_INET) {
        qemu_chr_set_feature(chr, QEMU_CHAR_FEATURE_FD_PASS);
    }
    filename_update(s);
    if (is_server) {
        server_open(s, qemu_opt_get_bool(opts, "wait", true), errp);
    } else if (s->reconnect_s) {
        connect_begin(s);
    } else {
        client_wait(s, errp);
    }
}

static void socket_init(Object *obj)
{
    SocketChardev *s = SOCKET_CHARDEV(obj);

    s->fd = s->listen_fd = s->addr.fd = -1;
}

static void socket_finalize(Object *obj)
{
    SocketChardev *s = SOCKET_CHARDEV(obj);
    bool was_open = CHARDEV(s)->be_open;

    connect_cancel(s);
    connection_close(s);
    source_clear(&s->listen_source);
    if (s->listen_fd >= 0) {
        fd_close(&s->listen_fd);
        socket_addr_unlink(&s->addr);
    }
    socket_addr_clear(&s->addr);
    if (was_open) {
        qemu_chr_be_event(CHARDEV(s), CHR_EVENT_CLOSED);
    }
}

static bool connected_get(Object *obj, Error **errp)
{
    return SOCKET_CHARDEV(obj)->fd >= 0;
}

static void socket_class_init(ObjectClass *oc, void *data)
{
    static const char *const keys[] = {
        "path", "abstract", "tight", "host", "port", "to", "ipv4", "ipv6", "fd", "server", "wait",
        "delay", "nodelay", "reconnect", "telnet", "tn3270", "websocket", NULL
    };
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->help = "a unix or TCP socket";
    cc->options = keys;
    cc->open = socket_open;
    cc->chr_write = socket_write;
    cc->chr_sync_read = socket_sync_read;
    cc->chr_add_watch = socket_add_watch;
    cc->chr_update_read_handler = socket_update_read_handler;
    cc->get_msgfds = socket_get_msgfds;
    cc->set_msgfds = socket_set_msgfds;
    cc->chr_add_client = socket_add_client;
    cc->chr_wait_connected = socket_wait_connected;
    cc->chr_disconnect = socket_disconnect;
    object_class_property_add_bool(oc, "connected", connected_get, NULL);
    object_class_property_set_description(oc, "connected", "whether a peer is there");
}

static const TypeInfo char_socket_type_info = {
    .name = TYPE_CHARDEV_SOCKET,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(SocketChardev),
    .instance_init = socket_init,
    .instance_finalize = socket_finalize,
    .class_init = socket_class_init,
};

static void register_types(void)
{
    type_register_static(&char_socket_type_info);
}

type_init(register_types);
