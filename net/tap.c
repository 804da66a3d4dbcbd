/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "-netdev tap": a TAP interface of the host. With virtio-net headers the
 * kernel does checksums and segmentation for a card that speaks them too; for
 * another card an empty header is put in front and taken off again.
 */
#include "qemu/osdep.h"
#include <glib-unix.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <sys/wait.h>
#include "qemu/error-report.h"
#include "qemu/fdset.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "tap-internal.h"
#include "trace.h"
#include "util/fd.h"

/* Elements of a list that are given to the kernel as they are; longer ones are copied. */
#define TAP_IOV_MAX 64

typedef struct TapState {
    NetClientState nc;
    int fd;
    char *ifname;
    char *downscript;
    bool is_waiting;            /* the peer has queued a frame of ours */
    bool wants_write;
    int host_hdr_len;           /* of the headers at the descriptor; 0: none */
    bool uses_vnet_hdr;         /* the card speaks them, too */
    bool has_ufo, has_uso;
    uint8_t in[NET_BUFSIZE];
} TapState;

static void tap_readable(void *opaque);
static void tap_writable(void *opaque);

static void tap_handlers_update(TapState *s)
{
    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, s->is_waiting ? NULL : tap_readable,
                            s->wants_write ? tap_writable : NULL, s);
    }
}

/* ---- from the host --------------------------------------------------------------- */

static void tap_frame_sent(NetClientState *nc, ssize_t len)
{
    TapState *s = container_of(nc, TapState, nc);

    s->is_waiting = false;
    tap_handlers_update(s);
}

static void tap_readable(void *opaque)
{
    TapState *s = opaque;

    for (int i = 0; i < NET_READ_BURST; i++) {
        ssize_t n = RETRY_ON_EINTR(read(s->fd, s->in, sizeof(s->in)));
        size_t skip = s->host_hdr_len && !s->uses_vnet_hdr ? s->host_hdr_len : 0;
        ssize_t ret;

        if (n <= 0 || n <= skip) {
            return;
        }
        /* Behind a header padding would be at the wrong length; such cards take short frames. */
        ret = s->uses_vnet_hdr ? qemu_send_packet_async(&s->nc, s->in, n, tap_frame_sent)
                               : net_frame_forward(&s->nc, s->in + skip, n - skip,
                                                   tap_frame_sent);
        if (ret == 0) {
            s->is_waiting = true;
            tap_handlers_update(s);
            return;
        }
    }
}

/* ---- to the host ------------------------------------------------------------------- */

static ssize_t tap_frame_write(TapState *s, const struct iovec *iov, int iovcnt)
{
    ssize_t n = RETRY_ON_EINTR(writev(s->fd, iov, iovcnt));

    if (n < 0 && errno == EAGAIN) {
        s->wants_write = true;
        tap_handlers_update(s);
        return 0;
    }
    /* An interface that is down, or a header that makes no sense: the frame is lost. */
    return n < 0 ? (ssize_t)iov_size(iov, iovcnt) : n;
}

/* A list of any length, with an empty header in front if the kernel wants one. */
static ssize_t tap_receive_iov(NetClientState *nc, const struct iovec *iov, int iovcnt)
{
    TapState *s = container_of(nc, TapState, nc);
    struct virtio_net_hdr_mrg_rxbuf empty = { };
    struct iovec all[TAP_IOV_MAX];
    g_autofree uint8_t *copy = NULL;
    int first = 0;

    if (!s->host_hdr_len || s->uses_vnet_hdr) {
        if (iovcnt <= TAP_IOV_MAX) {
            return tap_frame_write(s, iov, iovcnt);
        }
    } else {
        all[first++] = (struct iovec) { .iov_base = &empty, .iov_len = s->host_hdr_len };
    }
    if (first + iovcnt <= TAP_IOV_MAX) {
        memcpy(all + first, iov, iovcnt * sizeof(*iov));
        first += iovcnt;
    } else {
        /* Hardly any guest cuts a frame into so many pieces. */
        size_t size = iov_size(iov, iovcnt);

        if (size > NET_BUFSIZE) {
            return size;
        }
        copy = g_malloc(size);
        iov_to_buf(iov, iovcnt, 0, copy, size);
        all[first++] = (struct iovec) { .iov_base = copy, .iov_len = size };
    }
    return tap_frame_write(s, all, first);
}

/* A frame without header, from a card that otherwise sends them. */
static ssize_t tap_receive_raw(NetClientState *nc, const uint8_t *buf, size_t size)
{
    TapState *s = container_of(nc, TapState, nc);
    struct virtio_net_hdr_mrg_rxbuf empty = { };
    struct iovec iov[2] = {
        { .iov_base = &empty, .iov_len = s->host_hdr_len },
        { .iov_base = (void *)buf, .iov_len = size },
    };

    return tap_frame_write(s, iov, 2);
}

static ssize_t tap_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    struct iovec iov = { .iov_base = (void *)buf, .iov_len = size };

    return tap_receive_iov(nc, &iov, 1);
}

static void tap_writable(void *opaque)
{
    TapState *s = opaque;

    s->wants_write = false;
    tap_handlers_update(s);
    qemu_flush_queued_packets(&s->nc);
}

/* ---- virtio-net headers --------------------------------------------------------------- */

static bool tap_has_vnet_hdr(NetClientState *nc)
{
    return container_of(nc, TapState, nc)->host_hdr_len != 0;
}

static bool tap_has_ufo(NetClientState *nc)
{
    return container_of(nc, TapState, nc)->has_ufo;
}

static bool tap_has_uso(NetClientState *nc)
{
    return container_of(nc, TapState, nc)->has_uso;
}

static bool tap_hdr_len_is_known(int len)
{
    return len == sizeof(struct virtio_net_hdr) || len == sizeof(struct virtio_net_hdr_mrg_rxbuf);
}

static bool tap_has_vnet_hdr_len(NetClientState *nc, int len)
{
    return tap_has_vnet_hdr(nc) && tap_hdr_len_is_known(len);
}

static int tap_get_vnet_hdr_len(NetClientState *nc)
{
    return container_of(nc, TapState, nc)->host_hdr_len;
}

static void tap_set_vnet_hdr_len(NetClientState *nc, int len)
{
    TapState *s = container_of(nc, TapState, nc);

    g_assert(tap_hdr_len_is_known(len));
    if (s->fd >= 0 && s->host_hdr_len && tap_fd_vnet_hdr_len_set(s->fd, len)) {
        s->host_hdr_len = len;
    }
}

static bool tap_get_using_vnet_hdr(NetClientState *nc)
{
    return container_of(nc, TapState, nc)->uses_vnet_hdr;
}

static void tap_using_vnet_hdr(NetClientState *nc, bool enable)
{
    TapState *s = container_of(nc, TapState, nc);

    s->uses_vnet_hdr = enable && s->host_hdr_len;
}

static int tap_set_vnet_le(NetClientState *nc, bool is_le)
{
    TapState *s = container_of(nc, TapState, nc);

    return tap_fd_vnet_le_set(s->fd, is_le) ? 0 : -errno;
}

static int tap_set_vnet_be(NetClientState *nc, bool is_be)
{
    TapState *s = container_of(nc, TapState, nc);

    return tap_fd_vnet_be_set(s->fd, is_be) ? 0 : -errno;
}

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20         /* Linux 6.2 */
#define TUN_F_USO6 0x40
#endif

static void tap_set_offload(NetClientState *nc, int csum, int tso4, int tso6, int ecn, int ufo,
                            int uso4, int uso6)
{
    TapState *s = container_of(nc, TapState, nc);
    unsigned flags = 0;
    bool done;

    if (s->fd < 0) {
        return;
    }
    /* Segmentation without checksums makes no sense. */
    if (csum) {
        flags = TUN_F_CSUM | (tso4 ? TUN_F_TSO4 : 0) | (tso6 ? TUN_F_TSO6 : 0) |
                (ecn && (tso4 || tso6) ? TUN_F_TSO_ECN : 0) | (ufo ? TUN_F_UFO : 0) |
                (uso4 ? TUN_F_USO4 : 0) | (uso6 ? TUN_F_USO6 : 0);
    }
    done = tap_fd_offload_set(s->fd, flags);
    trace_net_tap_offload(nc->name, flags, done);
    if (!done && !tap_fd_offload_set(s->fd, flags & ~(TUN_F_UFO | TUN_F_USO4 | TUN_F_USO6))) {
        warn_report("netdev '%s': setting the offloads of '%s' failed: %s", nc->name, s->ifname,
                    g_strerror(errno));
    }
}

/* ---- scripts ------------------------------------------------------------------------------ */

/* NULL for none: not given, "no" or empty. */
static const char *script_path(const char *option)
{
    return option && *option && strcmp(option, "no") != 0 ? option : NULL;
}

static bool script_run(const char *path, const char *ifname, Error **errp)
{
    char *argv[] = { (char *)path, (char *)ifname, NULL };
    g_autoptr(GError) gerr = NULL;
    int status;

    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                      &gerr)) {
        error_setg(errp, "cannot run script '%s': %s", path, gerr->message);
        return false;
    }
    if (status != 0) {
        error_setg(errp, "script '%s %s' failed with status %d", path, ifname,
                   WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        return false;
    }
    return true;
}

/* ---- the client --------------------------------------------------------------------------- */

static void tap_cleanup(NetClientState *nc)
{
    TapState *s = container_of(nc, TapState, nc);
    Error *err = NULL;

    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, NULL, NULL, NULL);
        if (s->downscript && !script_run(s->downscript, s->ifname, &err)) {
            warn_report_err(err);
        }
        fd_close(&s->fd);
    }
    g_clear_pointer(&s->ifname, g_free);
    g_clear_pointer(&s->downscript, g_free);
}

static NetClientInfo tap_info = {
    .type = NET_CLIENT_DRIVER_TAP,
    .size = sizeof(TapState),
    .receive = tap_receive,
    .receive_raw = tap_receive_raw,
    .receive_iov = tap_receive_iov,
    .cleanup = tap_cleanup,
    .has_ufo = tap_has_ufo,
    .has_uso = tap_has_uso,
    .has_vnet_hdr = tap_has_vnet_hdr,
    .has_vnet_hdr_len = tap_has_vnet_hdr_len,
    .get_using_vnet_hdr = tap_get_using_vnet_hdr,
    .using_vnet_hdr = tap_using_vnet_hdr,
    .set_offload = tap_set_offload,
    .get_vnet_hdr_len = tap_get_vnet_hdr_len,
    .set_vnet_hdr_len = tap_set_vnet_hdr_len,
    .set_vnet_le = tap_set_vnet_le,
    .set_vnet_be = tap_set_vnet_be,
};

/* Opens what the options say, with its name and header length. -1 with @errp. */
static int tap_descriptor_get(const NetdevTapOptions *opts, char **ifname, int *hdr_len,
                              Error **errp)
{
    bool required = opts->has_vnet_hdr && opts->vnet_hdr;
    bool vnet_hdr = !opts->has_vnet_hdr || opts->vnet_hdr;
    fd_auto int fd = -1;

    if (!opts->fd) {
        fd = tap_fd_open(opts->ifname, ifname, &vnet_hdr, required, errp);
    } else if ((fd = fd_param_get(opts->fd, errp)) >= 0) {
        if (!tap_fd_probe(fd, ifname, &vnet_hdr, errp)) {
            return -1;
        }
        if (opts->has_vnet_hdr && opts->vnet_hdr != vnet_hdr) {
            error_setg(errp, "vnet_hdr=%s, but the interface given with fd= has %s headers",
                       opts->vnet_hdr ? "on" : "off", vnet_hdr ? "such" : "no such");
            return -1;
        }
        if (!g_unix_set_fd_nonblocking(fd, true, NULL)) {
            error_setg_errno(errp, errno, "cannot make the descriptor non-blocking");
            return -1;
        }
    }
    if (fd >= 0 && vnet_hdr) {
        *hdr_len = sizeof(struct virtio_net_hdr);
        if (!tap_fd_vnet_hdr_len_set(fd, *hdr_len)) {
            *hdr_len = tap_fd_vnet_hdr_len_get(fd) ?: *hdr_len;
        }
    }
    return fd_steal(&fd);
}

static bool tap_options_check(const NetdevTapOptions *opts, Error **errp)
{
    if (opts->fd && (opts->ifname || script_path(opts->script) ||
                     script_path(opts->downscript))) {
        error_setg(errp, "ifname=, script= and downscript= cannot be set with fd=, whose "
                   "interface somebody set up");
        return false;
    }
    return true;
}

bool net_init_tap(const Netdev *netdev, Error **errp)
{
    const NetdevTapOptions *opts = &netdev->u.tap;
    const char *script = script_path(opts->script);
    g_autofree char *ifname = NULL;
    fd_auto int fd = -1;
    int hdr_len = 0;
    NetClientState *nc;
    TapState *s;

    if (!tap_options_check(opts, errp)) {
        return false;
    }
    fd = tap_descriptor_get(opts, &ifname, &hdr_len, errp);
    if (fd < 0 ||
        (opts->has_sndbuf && !tap_fd_sndbuf_set(fd, opts->sndbuf, errp)) ||
        (script && !script_run(script, ifname, errp))) {
        return false;
    }
    nc = qemu_new_net_client(&tap_info, NULL, "tap", netdev->id);
    s = container_of(nc, TapState, nc);
    s->fd = fd_steal(&fd);
    s->host_hdr_len = hdr_len;
    s->has_ufo = hdr_len && tap_fd_offload_set(s->fd, TUN_F_CSUM | TUN_F_UFO);
    s->has_uso = hdr_len && tap_fd_offload_set(s->fd, TUN_F_CSUM | TUN_F_USO4 | TUN_F_USO6);
    tap_set_offload(nc, 0, 0, 0, 0, 0, 0, 0);
    s->ifname = g_steal_pointer(&ifname);
    s->downscript = g_strdup(script_path(opts->downscript));
    qemu_set_info_str(nc, "ifname=%s,script=%s,downscript=%s", s->ifname, script ?: "no",
                      s->downscript ?: "no");
    trace_net_tap_open(nc->name, s->ifname, hdr_len != 0);
    tap_handlers_update(s);
    return true;
}
