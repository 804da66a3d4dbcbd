/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queues of packets (net/queue.h). A delivery may make the receiver send
 * something that comes back to the same queue: is_delivering turns that into
 * queueing, so that packets never overtake each other or recurse.
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/queue.h"
#include "net/net.h"

struct NetPacket {
    QTAILQ_ENTRY(NetPacket) entry;
    NetClientState *sender;
    NetPacketSent *sent_cb;
    unsigned flags;
    bool is_purged;             /* while it was being delivered */
    size_t size;
    uint8_t data[];
};

struct NetQueue {
    NetQueueDeliverFunc *deliver;
    void *opaque;
    QTAILQ_HEAD(, NetPacket) packets;
    NetPacket *current;         /* being delivered, and not in @packets meanwhile */
    unsigned len;
    bool is_delivering;
};

NetQueue *qemu_new_net_queue(NetQueueDeliverFunc *deliver, void *opaque)
{
    NetQueue *queue = g_new0(NetQueue, 1);

    queue->deliver = deliver;
    queue->opaque = opaque;
    QTAILQ_INIT(&queue->packets);
    return queue;
}

void qemu_del_net_queue(NetQueue *queue)
{
    NetPacket *packet;

    while ((packet = QTAILQ_FIRST(&queue->packets))) {
        QTAILQ_REMOVE(&queue->packets, packet, entry);
        g_free(packet);
    }
    g_free(queue);
}

void qemu_net_queue_append_iov(NetQueue *queue, NetClientState *sender, unsigned flags,
                               const struct iovec *iov, int iovcnt, NetPacketSent *sent_cb)
{
    size_t size = iov_size(iov, iovcnt);
    NetPacket *packet;

    if (queue->len >= QEMU_NET_QUEUE_MAX && !sent_cb) {
        return;
    }
    /* Off the fast path: the receiver is not ready, and the sender's buffer is not ours. */
    packet = g_malloc(sizeof(*packet) + size);
    packet->sender = sender;
    packet->flags = flags;
    packet->sent_cb = sent_cb;
    packet->is_purged = false;
    packet->size = size;
    iov_to_buf(iov, iovcnt, 0, packet->data, size);
    queue->len++;
    QTAILQ_INSERT_TAIL(&queue->packets, packet, entry);
}

static ssize_t queue_deliver(NetQueue *queue, NetClientState *sender, unsigned flags,
                             const struct iovec *iov, int iovcnt)
{
    ssize_t ret;

    queue->is_delivering = true;
    ret = queue->deliver(sender, flags, iov, iovcnt, queue->opaque);
    queue->is_delivering = false;
    return ret;
}

ssize_t qemu_net_queue_receive_iov(NetQueue *queue, const struct iovec *iov, int iovcnt)
{
    if (queue->is_delivering) {
        return 0;
    }
    return queue_deliver(queue, NULL, QEMU_NET_PACKET_FLAG_NONE, iov, iovcnt);
}

ssize_t qemu_net_queue_receive(NetQueue *queue, const uint8_t *data, size_t size)
{
    struct iovec iov = { .iov_base = (void *)data, .iov_len = size };

    return qemu_net_queue_receive_iov(queue, &iov, 1);
}

ssize_t qemu_net_queue_send_iov(NetQueue *queue, NetClientState *sender, unsigned flags,
                                const struct iovec *iov, int iovcnt, NetPacketSent *sent_cb)
{
    ssize_t ret;

    if (queue->is_delivering || !qemu_can_send_packet(sender)) {
        qemu_net_queue_append_iov(queue, sender, flags, iov, iovcnt, sent_cb);
        return 0;
    }
    ret = queue_deliver(queue, sender, flags, iov, iovcnt);
    if (ret == 0) {
        qemu_net_queue_append_iov(queue, sender, flags, iov, iovcnt, sent_cb);
        return 0;
    }
    qemu_net_queue_flush(queue);
    return ret;
}

ssize_t qemu_net_queue_send(NetQueue *queue, NetClientState *sender, unsigned flags,
                            const uint8_t *data, size_t size, NetPacketSent *sent_cb)
{
    struct iovec iov = { .iov_base = (void *)data, .iov_len = size };

    return qemu_net_queue_send_iov(queue, sender, flags, &iov, 1, sent_cb);
}

/* Tells the sender of a packet that is in no list any more; it may send or purge meanwhile. */
static void packet_finish(NetPacket *packet, ssize_t ret)
{
    NetPacketSent *sent_cb = packet->sent_cb;

    packet->sent_cb = NULL;
    if (sent_cb) {
        sent_cb(packet->sender, ret);
    }
}

void qemu_net_queue_purge(NetQueue *queue, NetClientState *from)
{
    QTAILQ_HEAD(, NetPacket) purged = QTAILQ_HEAD_INITIALIZER(purged);
    NetPacket *packet, *next;

    /* Taken out first: what callbacks send meanwhile is not part of this purge. */
    QTAILQ_FOREACH_SAFE(packet, &queue->packets, entry, next) {
        if (packet->sender == from) {
            QTAILQ_REMOVE(&queue->packets, packet, entry);
            queue->len--;
            QTAILQ_INSERT_TAIL(&purged, packet, entry);
        }
    }
    if (queue->current && queue->current->sender == from) {
        queue->current->is_purged = true;
        packet_finish(queue->current, 0);
    }
    while ((packet = QTAILQ_FIRST(&purged))) {
        QTAILQ_REMOVE(&purged, packet, entry);
        packet_finish(packet, 0);
        g_free(packet);
    }
}

/* Delivers the first packet. False: the receiver does not take it, it stays the first. */
static bool queue_deliver_first(NetQueue *queue)
{
    NetPacket *packet = QTAILQ_FIRST(&queue->packets);
    struct iovec iov = { .iov_base = packet->data, .iov_len = packet->size };
    ssize_t ret;

    QTAILQ_REMOVE(&queue->packets, packet, entry);
    queue->len--;
    queue->current = packet;
    ret = queue_deliver(queue, packet->sender, packet->flags, &iov, 1);
    queue->current = NULL;
    if (ret == 0 && !packet->is_purged) {
        QTAILQ_INSERT_HEAD(&queue->packets, packet, entry);
        queue->len++;
        return false;
    }
    packet_finish(packet, ret);
    g_free(packet);
    return ret != 0;
}

bool qemu_net_queue_flush(NetQueue *queue)
{
    if (queue->is_delivering) {
        return false;
    }
    while (!QTAILQ_EMPTY(&queue->packets)) {
        if (!queue_deliver_first(queue)) {
            return false;
        }
    }
    return true;
}
