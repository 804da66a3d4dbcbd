/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queues of packets that a network client cannot take at the moment. A queue
 * belongs to the receiver; all functions need the BQL.
 *
 * A sender that gives a callback waits for it before it sends more, so such
 * packets are always kept; without a callback a full queue drops the packet.
 */
#ifndef QEMU_NET_QUEUE_H
#define QEMU_NET_QUEUE_H

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

typedef struct NetPacket NetPacket;
typedef struct NetQueue NetQueue;

/* A queued packet was delivered (@ret: bytes) or dropped (@ret: 0). */
typedef void (NetPacketSent)(NetClientState *sender, ssize_t ret);

#define QEMU_NET_PACKET_FLAG_NONE 0
#define QEMU_NET_PACKET_FLAG_RAW (1 << 0) /* no virtio-net header in front */

/* Packets without a callback that a queue holds at most. */
#define QEMU_NET_QUEUE_MAX 10000

/*
 * Hands a packet to the receiver @opaque: >0 bytes taken, 0 not now (keep it),
 * <0 error (drop it).
 */
typedef ssize_t (NetQueueDeliverFunc)(NetClientState *sender, unsigned flags,
                                      const struct iovec *iov, int iovcnt, void *opaque);

NetQueue *qemu_new_net_queue(NetQueueDeliverFunc *deliver, void *opaque);
/* Frees what is queued without telling the senders. */
void qemu_del_net_queue(NetQueue *queue);

/* Copies a packet to the end of the queue, or drops it as described above. */
void qemu_net_queue_append_iov(NetQueue *queue, NetClientState *sender, unsigned flags,
                               const struct iovec *iov, int iovcnt, NetPacketSent *sent_cb);

/* Delivers at once unless a delivery is going on; 0 in that case. Never queues. */
ssize_t qemu_net_queue_receive(NetQueue *queue, const uint8_t *data, size_t size);
ssize_t qemu_net_queue_receive_iov(NetQueue *queue, const struct iovec *iov, int iovcnt);

/*
 * Delivers a packet or queues it. Returns what the receiver answered, or 0 if
 * the packet was queued (@sent_cb will be called) or, without @sent_cb and
 * with a full queue, dropped.
 */
ssize_t qemu_net_queue_send(NetQueue *queue, NetClientState *sender, unsigned flags,
                            const uint8_t *data, size_t size, NetPacketSent *sent_cb);
ssize_t qemu_net_queue_send_iov(NetQueue *queue, NetClientState *sender, unsigned flags,
                                const struct iovec *iov, int iovcnt, NetPacketSent *sent_cb);

/* Drops what @from queued, calling its callbacks with 0. */
void qemu_net_queue_purge(NetQueue *queue, NetClientState *from);
/* Delivers as much as the receiver takes; true if the queue is empty then. */
bool qemu_net_queue_flush(NetQueue *queue);

#endif
