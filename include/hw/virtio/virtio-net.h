/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-net: the network card of OASIS virtio 1.2, section 5.1, with one pair of queues and the
 * control queue. Checksum and segmentation offloads are those of the backend (TAP); RSS, hash
 * reports, several pairs and notification coalescing are left out.
 */
#ifndef HW_VIRTIO_VIRTIO_NET_H
#define HW_VIRTIO_VIRTIO_NET_H

#include "hw/virtio/virtio.h"
#include "net/eth.h"
#include "net/net.h"
#include "standard-headers/linux/virtio_net.h"

#define TYPE_VIRTIO_NET "virtio-net-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIONet, VIRTIO_NET)

#define VIRTIO_NET_QUEUE_SIZE_MIN 256
#define VIRTIO_NET_TX_BURST 256
#define VIRTIO_NET_MAC_ENTRIES 64
#define VIRTIO_NET_VLANS 4096

typedef struct VirtIONetConf {
    int32_t txburst;            /* frames sent before others get their turn */
    char *tx;
    uint16_t rx_queue_size;
    uint16_t tx_queue_size;
    uint16_t mtu;               /* 0: not told */
    int32_t speed;              /* Mbit/s; -1: not told */
    char *duplex_str;
    uint8_t duplex;             /* of the configuration space */
} VirtIONetConf;

/* Addresses that the guest wants frames for: unicast ones, then multicast ones. */
typedef struct VirtIONetMacTable {
    uint32_t in_use;
    uint32_t first_multi;
    uint8_t multi_overflow;     /* the guest's list was too long: all of that kind */
    uint8_t uni_overflow;
    uint8_t macs[VIRTIO_NET_MAC_ENTRIES * ETH_ALEN];
} VirtIONetMacTable;

/*
 * @guest_hdr_len, @host_hdr_len: bytes of header in front of a frame in the queues and at the
 * backend (0: none). @tx_elem: sent, but the backend has it still queued; @tx_waiting: there is
 * something to send and tx_bh is to run, once the machine does.
 */
struct VirtIONet {
    VirtIODevice parent_obj;

    NICConf nic_conf;
    NICState *nic;
    VirtIONetConf net_conf;
    uint64_t host_features;

    VirtQueue *rx_vq;
    VirtQueue *tx_vq;
    VirtQueue *ctrl_vq;         /* NULL without ctrl_vq */

    uint8_t mac[ETH_ALEN];
    uint16_t status;            /* of the configuration space */
    bool mergeable;
    uint8_t guest_hdr_len;
    uint8_t host_hdr_len;
    uint64_t curr_guest_offloads;
    bool announce_is_due;       /* tell the guest to when the machine runs */

    bool promisc;
    bool allmulti;
    bool alluni;
    bool nomulti;
    bool nouni;
    bool nobcast;
    VirtIONetMacTable mac_table;
    uint8_t vlans[VIRTIO_NET_VLANS / 8];

    QEMUBH *tx_bh;
    bool tx_waiting;
    bool tx_is_ending;          /* the queue is being stopped: take no more */
    VirtQueueElement *tx_elem;
    bool tx_is_in_flight;       /* in a saved state: there was a tx_elem */

    /* Scratch: a frame's elements and pieces, so that frames need no allocation. */
    VirtQueueElement *rx_elems[VIRTQUEUE_MAX_SIZE];
    uint32_t rx_lens[VIRTQUEUE_MAX_SIZE];
    struct iovec tx_sg[VIRTQUEUE_MAX_SIZE + 1];
};

#endif
