/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files virtio-net*.c share: device (virtio-net.c), -rx, -tx and -ctrl. */
#ifndef HW_VIRTIO_VIRTIO_NET_INTERNAL_H
#define HW_VIRTIO_VIRTIO_NET_INTERNAL_H

#include "hw/virtio/virtio-net.h"

/* ---- virtio-net-rx.c ---- */

bool virtio_net_can_receive(NetClientState *nc);
ssize_t virtio_net_receive(NetClientState *nc, const uint8_t *buf, size_t size);
void virtio_net_handle_rx(VirtIODevice *vdev, VirtQueue *vq);
RxFilterInfo *virtio_net_query_rx_filter(NetClientState *nc);

/* ---- virtio-net-tx.c ---- */

void virtio_net_handle_tx(VirtIODevice *vdev, VirtQueue *vq);
/* QEMUBHFunc: sends what waits. */
void virtio_net_tx_bh(void *opaque);
/* The device may (again) send, as its status and the machine's say. */
void virtio_net_tx_start(VirtIONet *n);
/* It may not: give back what is under way. With @forget what waits is of no interest any more. */
void virtio_net_tx_stop(VirtIONet *n, bool forget);

/* ---- virtio-net-ctrl.c ---- */

void virtio_net_handle_ctrl(VirtIODevice *vdev, VirtQueue *vq);
/* Receive filter and table as after power-on. */
void virtio_net_filter_reset(VirtIONet *n);

/* ---- virtio-net.c ---- */

/* Guest offloads (bits of VIRTIO_NET_F_GUEST_*) that @features allow. */
uint64_t virtio_net_guest_offloads(uint64_t features);
/* Tell the backend which offloads the guest takes now. */
void virtio_net_offloads_apply(VirtIONet *n);
void virtio_net_mac_set(VirtIONet *n, const uint8_t mac[ETH_ALEN]);

#endif
