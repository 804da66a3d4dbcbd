/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How packets get from one client to its peer (net/net.h). */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "net/eth.h"
#include "net-internal.h"
#include "trace.h"

/* The machine's run state as last told. */
static bool vm_is_running = true;

void net_vm_running_set(bool running)
{
    NetClientState *nc;

    vm_is_running = running;
    QTAILQ_FOREACH(nc, &net_clients, next) {
        bool is_nic = nc->info->type == NET_CLIENT_DRIVER_NIC;

        if (!running && !is_nic) {
            /* Now, or never: a later completion would change a card of a stopped machine. */
            qemu_flush_or_purge_queued_packets(nc, true);
        } else if (running && (!is_nic || qemu_can_receive_packet(nc))) {
            /* A card that cannot receive yet asks once the guest gives it buffers. */
            qemu_flush_queued_packets(nc);
        }
    }
}

int qemu_can_receive_packet(NetClientState *nc)
{
    return !nc->receive_disabled && (!nc->info->can_receive || nc->info->can_receive(nc));
}

int qemu_can_send_packet(NetClientState *sender)
{
    return vm_is_running && (!sender->peer || qemu_can_receive_packet(sender->peer));
}

/* ---- delivery -------------------------------------------------------------------- */

/* For receivers that want a packet in one piece. */
static ssize_t packet_deliver_linear(NetClientState *nc, const struct iovec *iov, int iovcnt,
                                     unsigned flags)
{
    /* One delivery at a time, under the BQL: a receiver that sends gets queued or copies. */
    static uint8_t linear[NET_BUFSIZE];
    static bool is_in_use;
    g_autofree uint8_t *copy = NULL;
    const uint8_t *buffer;
    bool uses_static = false;
    ssize_t ret;
    size_t size;

    if (iovcnt == 1) {
        buffer = iov[0].iov_base;
        size = iov[0].iov_len;
    } else {
        size = iov_size(iov, iovcnt);
        if (size > sizeof(linear)) {
            return size;        /* no frame is that long: drop it */
        }
        uses_static = !is_in_use;
        /* A delivery within a delivery: rare (a backend that answers at once). */
        copy = uses_static ? NULL : g_malloc(size);
        iov_to_buf(iov, iovcnt, 0, copy ? copy : linear, size);
        buffer = copy ? copy : linear;
    }
    is_in_use |= uses_static;
    if ((flags & QEMU_NET_PACKET_FLAG_RAW) && nc->info->receive_raw) {
        ret = nc->info->receive_raw(nc, buffer, size);
    } else {
        ret = nc->info->receive(nc, buffer, size);
    }
    if (uses_static) {
        is_in_use = false;
    }
    return ret;
}

ssize_t net_packet_deliver(NetClientState *sender, unsigned flags, const struct iovec *iov,
                           int iovcnt, void *opaque)
{
    NetClientState *nc = opaque;
    MemReentrancyGuard *guard = NULL;
    ssize_t ret;

    if (nc->link_down) {
        return iov_size(iov, iovcnt);
    }
    if (nc->receive_disabled) {
        return 0;
    }
    /* A card that is not at work already must not be reached by its own DMA meanwhile. */
    if (nc->info->type == NET_CLIENT_DRIVER_NIC) {
        guard = qemu_get_nic(nc)->reentrancy_guard;
        if (guard && guard->engaged_in_io) {
            guard = NULL;
        }
    }
    if (guard) {
        guard->engaged_in_io = true;
    }
    if (nc->info->receive_iov && !(flags & QEMU_NET_PACKET_FLAG_RAW)) {
        ret = nc->info->receive_iov(nc, iov, iovcnt);
    } else {
        ret = packet_deliver_linear(nc, iov, iovcnt, flags);
    }
    if (guard) {
        guard->engaged_in_io = false;
    }
    if (ret == 0 && iov_size(iov, iovcnt) == 0) {
        return -1;              /* all of nothing was taken: that is not "busy" */
    }
    if (ret == 0) {
        nc->receive_disabled = 1;
    }
    return ret;
}

/* ---- sending ----------------------------------------------------------------------- */

static ssize_t packet_send(NetClientState *sender, unsigned flags, const struct iovec *iov,
                           int iovcnt, NetPacketSent *sent_cb)
{
    if (sender->link_down || !sender->peer) {
        return iov_size(iov, iovcnt);
    }
    return qemu_net_queue_send_iov(sender->peer->incoming_queue, sender, flags, iov, iovcnt,
                                   sent_cb);
}

ssize_t qemu_sendv_packet_async(NetClientState *nc, const struct iovec *iov, int iovcnt,
                                NetPacketSent *sent_cb)
{
    return packet_send(nc, QEMU_NET_PACKET_FLAG_NONE, iov, iovcnt, sent_cb);
}

ssize_t qemu_sendv_packet(NetClientState *nc, const struct iovec *iov, int iovcnt)
{
    return qemu_sendv_packet_async(nc, iov, iovcnt, NULL);
}

ssize_t qemu_send_packet_async(NetClientState *sender, const uint8_t *buf, int size,
                               NetPacketSent *sent_cb)
{
    struct iovec iov = { .iov_base = (void *)buf, .iov_len = size };

    return packet_send(sender, QEMU_NET_PACKET_FLAG_NONE, &iov, 1, sent_cb);
}

ssize_t qemu_send_packet(NetClientState *nc, const uint8_t *buf, int size)
{
    return qemu_send_packet_async(nc, buf, size, NULL);
}

ssize_t qemu_send_packet_raw(NetClientState *nc, const uint8_t *buf, int size)
{
    struct iovec iov = { .iov_base = (void *)buf, .iov_len = size };

    return packet_send(nc, QEMU_NET_PACKET_FLAG_RAW, &iov, 1, NULL);
}

ssize_t qemu_receive_packet(NetClientState *nc, const uint8_t *buf, int size)
{
    struct iovec iov = { .iov_base = (void *)buf, .iov_len = size };

    return qemu_receive_packet_iov(nc, &iov, 1);
}

ssize_t qemu_receive_packet_iov(NetClientState *nc, const struct iovec *iov, int iovcnt)
{
    if (!qemu_can_receive_packet(nc)) {
        return 0;
    }
    return qemu_net_queue_receive_iov(nc->incoming_queue, iov, iovcnt);
}

bool eth_pad_short_frame(uint8_t *padded_pkt, size_t *padded_buflen, const void *pkt,
                         size_t pkt_size)
{
    g_assert(*padded_buflen >= ETH_ZLEN);
    if (pkt_size >= ETH_ZLEN) {
        return false;
    }
    memcpy(padded_pkt, pkt, pkt_size);
    memset(padded_pkt + pkt_size, 0, ETH_ZLEN - pkt_size);
    *padded_buflen = ETH_ZLEN;
    return true;
}

bool net_peer_needs_padding(NetClientState *nc)
{
    return nc->peer && !nc->peer->do_not_pad;
}

ssize_t net_frame_forward(NetClientState *nc, const uint8_t *buf, size_t size,
                          NetPacketSent *sent_cb)
{
    uint8_t padded[ETH_ZLEN];
    size_t padded_size = sizeof(padded);

    if (net_peer_needs_padding(nc) && eth_pad_short_frame(padded, &padded_size, buf, size)) {
        return qemu_send_packet_async(nc, padded, padded_size, sent_cb);
    }
    return qemu_send_packet_async(nc, buf, size, sent_cb);
}

/* ---- flow control -------------------------------------------------------------------- */

void qemu_flush_or_purge_queued_packets(NetClientState *nc, bool purge)
{
    nc->receive_disabled = 0;
    if (qemu_net_queue_flush(nc->incoming_queue)) {
        /* The sender's descriptor may be readable: the loop must look at it again. */
        qemu_notify_event();
    } else if (purge) {
        qemu_net_queue_purge(nc->incoming_queue, nc->peer);
    }
}

void qemu_flush_queued_packets(NetClientState *nc)
{
    qemu_flush_or_purge_queued_packets(nc, false);
}

void qemu_purge_queued_packets(NetClientState *nc)
{
    if (nc->peer) {
        qemu_net_queue_purge(nc->peer->incoming_queue, nc);
    }
}
