/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of net/ share: the list of clients, and the makers of backends. */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include "qapi/error.h"
#include "net/net.h"

QTAILQ_HEAD(NetClientList, NetClientState);
typedef union NetClientList NetClientList;
extern NetClientList net_clients;

/*
 * Makes a backend of one kind from @netdev, whose type it is. The new client
 * is called netdev->id. False with @errp set and nothing left behind.
 */
typedef bool NetClientInit(const Netdev *netdev, Error **errp);
NetClientInit net_init_user, net_init_tap, net_init_stream, net_init_dgram;

/* Common part of making a client; @is_datapath as NetClientState.is_netdev. */
void net_client_setup(NetClientState *nc, NetClientInfo *info, NetClientState *peer,
                      const char *model, const char *name, NetClientDestructor *destructor,
                      bool is_datapath);
/* Takes a client out of the list and lets it clean up; then its memory. */
void net_client_detach(NetClientState *nc);
void net_client_free(NetClientState *nc);

/* NetQueueDeliverFunc of every client. */
ssize_t net_packet_deliver(NetClientState *sender, unsigned flags, const struct iovec *iov,
                           int iovcnt, void *opaque);

void net_nics_clear(void);

/* Takes the address of a card that is gone back (qemu_macaddr_default_if_unset). */
void net_macaddr_release(MACAddr *macaddr);

/* How many frames a backend reads in one turn of the main loop, so that others get theirs. */
#define NET_READ_BURST 50

/*
 * Sends a frame that a backend received to its peer, padded if that needs it;
 * result as qemu_send_packet_async().
 */
ssize_t net_frame_forward(NetClientState *nc, const uint8_t *buf, size_t size,
                          NetPacketSent *sent_cb);

#endif
