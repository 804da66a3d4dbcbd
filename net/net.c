/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network clients: making, connecting and deleting them (net/net.h). Packets
 * are in send.c, cards in nic.c, backends in the files called after them.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "net-internal.h"
#include "trace.h"

NetClientList net_clients = QTAILQ_HEAD_INITIALIZER(net_clients);

/* ---- making -------------------------------------------------------------------- */

/* "MODEL.N" with the first free N. */
static char *client_name_make(const char *model)
{
    for (unsigned n = 0;; n++) {
        g_autofree char *name = g_strdup_printf("%s.%u", model, n);
        NetClientState *nc;

        QTAILQ_FOREACH(nc, &net_clients, next) {
            if (strcmp(nc->name, name) == 0) {
                break;
            }
        }
        if (!nc) {
            return g_steal_pointer(&name);
        }
    }
}

static void client_destroy_heap(NetClientState *nc)
{
    g_free(nc);
}

void net_client_setup(NetClientState *nc, NetClientInfo *info, NetClientState *peer,
                      const char *model, const char *name, NetClientDestructor *destructor,
                      bool is_datapath)
{
    nc->info = info;
    nc->model = g_strdup(model);
    nc->name = name ? g_strdup(name) : client_name_make(model);
    nc->destructor = destructor;
    nc->is_netdev = is_datapath;
    if (peer) {
        g_assert(!peer->peer);
        nc->peer = peer;
        peer->peer = nc;
    }
    nc->incoming_queue = qemu_new_net_queue(net_packet_deliver, nc);
    QTAILQ_INSERT_TAIL(&net_clients, nc, next);
    trace_net_client_new(nc->name, model, peer ? peer->name : "");
}

NetClientState *qemu_new_net_client(NetClientInfo *info, NetClientState *peer, const char *model,
                                    const char *name)
{
    NetClientState *nc;

    g_assert(info->size >= sizeof(*nc));
    nc = g_malloc0(info->size);
    net_client_setup(nc, info, peer, model, name, client_destroy_heap, true);
    return nc;
}

/* ---- finding ------------------------------------------------------------------- */

NetClientState *qemu_find_netdev(const char *id)
{
    NetClientState *nc;

    QTAILQ_FOREACH(nc, &net_clients, next) {
        if (nc->info->type != NET_CLIENT_DRIVER_NIC && strcmp(nc->name, id) == 0) {
            return nc;
        }
    }
    return NULL;
}

int qemu_find_net_clients_except(const char *id, NetClientState **ncs, NetClientDriver type,
                                 int max)
{
    NetClientState *nc;
    int count = 0;

    QTAILQ_FOREACH(nc, &net_clients, next) {
        if (nc->info->type != type && (!id || strcmp(nc->name, id) == 0)) {
            if (count < max) {
                ncs[count] = nc;
            }
            count++;
        }
    }
    return count;
}

/* ---- deleting ------------------------------------------------------------------ */

void net_client_detach(NetClientState *nc)
{
    trace_net_client_del(nc->name);
    QTAILQ_REMOVE(&net_clients, nc, next);
    if (nc->info->cleanup) {
        nc->info->cleanup(nc);
    }
}

void net_client_free(NetClientState *nc)
{
    qemu_del_net_queue(nc->incoming_queue);
    if (nc->peer) {
        /* What the client sent waits in the peer's queue and would call it back. */
        qemu_net_queue_purge(nc->peer->incoming_queue, nc);
        nc->peer->peer = NULL;
    }
    g_free(nc->name);
    g_free(nc->model);
    if (nc->destructor) {
        nc->destructor(nc);
    }
}

/* The card keeps its peers, dead, so that it need not cope with their vanishing. */
static void card_unplug(NetClientState **ncs, int queues)
{
    NetClientState *card = ncs[0]->peer;
    NICState *nic = qemu_get_nic(card);

    if (nic->peer_deleted) {
        return;
    }
    nic->peer_deleted = true;
    for (int i = 0; i < queues; i++) {
        ncs[i]->peer->link_down = true;
        qemu_purge_queued_packets(ncs[i]);
    }
    if (card->info->link_status_changed) {
        card->info->link_status_changed(card);
    }
    for (int i = 0; i < queues; i++) {
        net_client_detach(ncs[i]);
    }
}

void qemu_del_net_client(NetClientState *nc)
{
    NetClientState *ncs[MAX_QUEUE_NUM];
    int queues;

    g_assert(nc->info->type != NET_CLIENT_DRIVER_NIC);
    queues = qemu_find_net_clients_except(nc->name, ncs, NET_CLIENT_DRIVER_NIC, MAX_QUEUE_NUM);
    if (nc->peer && nc->peer->info->type == NET_CLIENT_DRIVER_NIC) {
        card_unplug(ncs, queues);
        return;
    }
    for (int i = 0; i < queues; i++) {
        net_client_detach(ncs[i]);
        net_client_free(ncs[i]);
    }
}

/* ---- link ---------------------------------------------------------------------- */

bool net_link_set(const char *name, bool up, Error **errp)
{
    NetClientState *ncs[MAX_QUEUE_NUM];
    NetClientState *nc;
    int queues = qemu_find_net_clients_except(name, ncs, NET_CLIENT_DRIVER__MAX, MAX_QUEUE_NUM);

    if (queues == 0) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", name);
        return false;
    }
    nc = ncs[0];
    for (int i = 0; i < queues; i++) {
        ncs[i]->link_down = !up;
    }
    trace_net_link_set(name, up);
    if (nc->info->link_status_changed) {
        nc->info->link_status_changed(nc);
    }
    /*
     * The card at the other end sees the cable. A backend does not: it may be shared by
     * other means, and a card's own switch is nothing it would notice.
     */
    if (nc->peer && nc->peer->info->type == NET_CLIENT_DRIVER_NIC) {
        NICState *nic = qemu_get_nic(nc->peer);

        for (int i = 0; i < queues; i++) {
            nic->ncs[i].link_down = !up;
        }
        if (nc->peer->info->link_status_changed) {
            nc->peer->info->link_status_changed(nc->peer);
        }
    }
    return true;
}

/* ---- the whole ----------------------------------------------------------------- */

void net_check_clients(void)
{
    NetClientState *nc;

    QTAILQ_FOREACH(nc, &net_clients, next) {
        if (!nc->peer) {
            warn_report("%s %s has no peer",
                        nc->info->type == NET_CLIENT_DRIVER_NIC ? "nic" : "netdev", nc->name);
        }
    }
}

void net_cleanup(void)
{
    NetClientState *nc, *next;

restart:
    QTAILQ_FOREACH_SAFE(nc, &net_clients, next, next) {
        if (nc->info->type != NET_CLIENT_DRIVER_NIC) {
            /* Takes all queues of that name away, which may be @next. */
            qemu_del_net_client(nc);
            goto restart;
        }
    }
    net_nics_clear();
}
