/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "-netdev user": a network in user space by libslirp, with a router, DHCP and
 * DNS of its own. libslirp brings its sockets along at each turn of the main
 * loop (poll notifier); its time is the guest's, so a stopped machine's
 * connections do not time out. Its state is not part of a saved machine:
 * connections end there, as on a cable that was unplugged.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "net/slirp.h"
#include "slirp-internal.h"
#include "trace.h"

static QTAILQ_HEAD(, SlirpState) slirp_networks = QTAILQ_HEAD_INITIALIZER(slirp_networks);

/* ---- callbacks of libslirp --------------------------------------------------------- */

static ssize_t slirp_packet_out(const void *pkt, size_t len, void *opaque)
{
    SlirpState *s = opaque;

    /* Without a callback: TCP sends again what a full queue loses. */
    return net_frame_forward(&s->nc, pkt, len, NULL);
}

static void slirp_guest_mistake(const char *msg, void *opaque)
{
    SlirpState *s = opaque;

    trace_net_slirp_guest_error(s->nc.name, msg);
}

static int64_t slirp_clock_ns(void *opaque)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

typedef struct SlirpTimer {
    QEMUTimer timer;
    SlirpState *network;
    SlirpTimerId id;
    void *cb_opaque;
} SlirpTimer;

static void slirp_timer_fire(void *opaque)
{
    SlirpTimer *t = opaque;

    slirp_handle_timer(t->network->slirp, t->id, t->cb_opaque);
}

static void *slirp_timer_make(SlirpTimerId id, void *cb_opaque, void *opaque)
{
    SlirpTimer *t = g_new0(SlirpTimer, 1);

    t->network = opaque;
    t->id = id;
    t->cb_opaque = cb_opaque;
    timer_init_full(&t->timer, NULL, QEMU_CLOCK_VIRTUAL, SCALE_MS, QEMU_TIMER_ATTR_EXTERNAL,
                    slirp_timer_fire, t);
    return t;
}

static void slirp_timer_release(void *timer, void *opaque)
{
    SlirpTimer *t = timer;

    timer_deinit(&t->timer);
    g_free(t);
}

static void slirp_timer_set(void *timer, int64_t expire_ms, void *opaque)
{
    SlirpTimer *t = timer;

    timer_mod(&t->timer, expire_ms);
}

/* All descriptors are asked for anew at each turn. */
static void slirp_fd_ignore(int fd, void *opaque)
{
}

static void slirp_wake(void *opaque)
{
    qemu_notify_event();
}

static const SlirpCb slirp_callbacks = {
    .send_packet = slirp_packet_out,
    .guest_error = slirp_guest_mistake,
    .clock_get_ns = slirp_clock_ns,
    .timer_new_opaque = slirp_timer_make,
    .timer_free = slirp_timer_release,
    .timer_mod = slirp_timer_set,
    .register_poll_fd = slirp_fd_ignore,
    .unregister_poll_fd = slirp_fd_ignore,
    .notify = slirp_wake,
};

/* ---- polling --------------------------------------------------------------------------- */

static const struct {
    int slirp;
    int poll;
} event_names[] = {
    { SLIRP_POLL_IN, G_IO_IN },
    { SLIRP_POLL_OUT, G_IO_OUT },
    { SLIRP_POLL_PRI, G_IO_PRI },
    { SLIRP_POLL_ERR, G_IO_ERR },
    { SLIRP_POLL_HUP, G_IO_HUP },
};

static int slirp_poll_add(int fd, int events, void *opaque)
{
    GArray *pollfds = opaque;
    GPollFD pfd = { .fd = fd };

    for (size_t i = 0; i < G_N_ELEMENTS(event_names); i++) {
        pfd.events |= events & event_names[i].slirp ? event_names[i].poll : 0;
    }
    g_array_append_val(pollfds, pfd);
    return pollfds->len - 1;
}

static int slirp_revents_get(int index, void *opaque)
{
    GArray *pollfds = opaque;
    int revents = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(event_names); i++) {
        if (g_array_index(pollfds, GPollFD, index).revents & event_names[i].poll) {
            revents |= event_names[i].slirp;
        }
    }
    return revents;
}

static void slirp_poll(Notifier *notifier, void *data)
{
    SlirpState *s = container_of(notifier, SlirpState, poll_notifier);
    MainLoopPoll *poll = data;

    if (poll->state == MAIN_LOOP_POLL_FILL) {
        slirp_pollfds_fill(s->slirp, &poll->timeout, slirp_poll_add, poll->pollfds);
    } else {
        slirp_pollfds_poll(s->slirp, poll->state == MAIN_LOOP_POLL_ERR, slirp_revents_get,
                           poll->pollfds);
    }
}

/* ---- the client ------------------------------------------------------------------------- */

static ssize_t slirp_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    SlirpState *s = container_of(nc, SlirpState, nc);

    slirp_input(s->slirp, buf, size);
    return size;
}

static void slirp_client_cleanup(NetClientState *nc)
{
    SlirpState *s = container_of(nc, SlirpState, nc);

    main_loop_poll_remove_notifier(&s->poll_notifier);
    slirp_cleanup(s->slirp);
    s->slirp = NULL;
    QTAILQ_REMOVE(&slirp_networks, s, entry);
}

static NetClientInfo slirp_info = {
    .type = NET_CLIENT_DRIVER_USER,
    .size = sizeof(SlirpState),
    .receive = slirp_receive,
    .cleanup = slirp_client_cleanup,
};

bool net_slirp_is_available(void)
{
    return true;
}

/* ---- forwards --------------------------------------------------------------------------- */

static bool hostfwd_add(SlirpState *s, const char *rule, Error **errp)
{
    SlirpHostFwd fwd;

    if (!slirp_hostfwd_parse(&fwd, rule, s->vdhcp_start, true, errp)) {
        return false;
    }
    if (slirp_add_hostfwd(s->slirp, fwd.is_udp, fwd.host_addr, fwd.host_port, fwd.guest_addr,
                          fwd.guest_port) < 0) {
        error_setg_errno(errp, errno, "netdev '%s': cannot listen for hostfwd=%s", s->nc.name,
                         rule);
        return false;
    }
    return true;
}

static bool guestfwd_add(SlirpState *s, const char *rule, Error **errp)
{
    SlirpGuestFwd fwd;
    int ret;

    if (!slirp_guestfwd_parse(&fwd, rule, errp)) {
        return false;
    }
    if (fwd.command) {
        ret = slirp_add_exec(s->slirp, fwd.command, &fwd.server, fwd.port);
    } else {
        ret = slirp_add_unix(s->slirp, fwd.unix_path, &fwd.server, fwd.port);
    }
    if (ret < 0) {
        error_setg(errp, "netdev '%s': guestfwd=%s: the server must be an unused address of the "
                   "guest's network", s->nc.name, rule);
        return false;
    }
    return true;
}

static bool forwards_add(SlirpState *s, const NetdevUserOptions *opts, Error **errp)
{
    for (StringList *el = opts->hostfwd; el; el = el->next) {
        if (!hostfwd_add(s, el->value->str, errp)) {
            return false;
        }
    }
    for (StringList *el = opts->guestfwd; el; el = el->next) {
        if (!guestfwd_add(s, el->value->str, errp)) {
            return false;
        }
    }
    return true;
}

static SlirpState *slirp_network_find(const char *id, Error **errp)
{
    SlirpState *s = QTAILQ_FIRST(&slirp_networks);

    if (!id) {
        if (!s) {
            error_setg(errp, "there is no user network");
        } else if (QTAILQ_NEXT(s, entry)) {
            error_setg(errp, "there is more than one user network: name one");
            s = NULL;
        }
        return s;
    }
    for (; s; s = QTAILQ_NEXT(s, entry)) {
        if (strcmp(s->nc.name, id) == 0) {
            return s;
        }
    }
    error_setg(errp, "there is no user network '%s'", id);
    return NULL;
}

bool net_slirp_hostfwd_add(const char *id, const char *rule, Error **errp)
{
    SlirpState *s = slirp_network_find(id, errp);

    return s && hostfwd_add(s, rule, errp);
}

bool net_slirp_hostfwd_remove(const char *id, const char *rule, Error **errp)
{
    SlirpState *s = slirp_network_find(id, errp);
    SlirpHostFwd fwd;

    if (!s || !slirp_hostfwd_parse(&fwd, rule, s->vdhcp_start, false, errp)) {
        return false;
    }
    if (slirp_remove_hostfwd(s->slirp, fwd.is_udp, fwd.host_addr, fwd.host_port) < 0) {
        error_setg(errp, "netdev '%s': no hostfwd %s", s->nc.name, rule);
        return false;
    }
    return true;
}

char *net_slirp_info_text(void)
{
    GString *text = g_string_new(NULL);
    SlirpState *s;

    QTAILQ_FOREACH(s, &slirp_networks, entry) {
        char *state = slirp_connection_info(s->slirp);

        g_string_append_printf(text, "%s:\n%s", s->nc.name, state);
        g_free(state);
    }
    return g_string_free(text, false);
}

/* ---- making ------------------------------------------------------------ */

bool net_init_user(const Netdev *netdev, Error **errp)
{
    const NetdevUserOptions *opts = &netdev->u.user;
    g_autofree const char **domains = NULL;
    SlirpConfig config;
    NetClientState *nc;
    SlirpState *s;

    if (!slirp_config_fill(&config, opts, errp)) {
        return false;
    }
    domains = config.vdnssearch;
    nc = qemu_new_net_client(&slirp_info, NULL, "user", netdev->id);
    s = container_of(nc, SlirpState, nc);
    s->vnetwork = config.vnetwork;
    s->vdhcp_start = config.vdhcp_start;
    s->is_restricted = config.restricted;
    qemu_set_info_str(nc, "net=%s,restrict=%s", inet_ntoa(config.vnetwork),
                      config.restricted ? "on" : "off");
    s->slirp = slirp_new(&config, &slirp_callbacks, s);
    s->poll_notifier.notify = slirp_poll;
    main_loop_poll_add_notifier(&s->poll_notifier);
    QTAILQ_INSERT_TAIL(&slirp_networks, s, entry);
    if (!forwards_add(s, opts, errp)) {
        qemu_del_net_client(nc);
        return false;
    }
    return true;
}
