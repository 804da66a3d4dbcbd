/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ethernet frames: sizes, types, addresses, and padding to the minimal size.
 * Layouts are those of IEEE 802.3 and 802.1Q.
 */
#ifndef QEMU_ETH_H
#define QEMU_ETH_H

#include <linux/if_ether.h>     /* ETH_ALEN, ETH_HLEN, ETH_ZLEN (no frame check), ETH_P_* */
#include "qemu/bswap.h"

#define ETH_MTU 1500
#define ETH_MAX_IP_DGRAM_LEN 0xffff
#define ETH_MAX_L2_HDR_LEN (ETH_HLEN + 2 * 4)

#define ETH_P_VLAN 0x8100
#define ETH_P_DVLAN 0x88a8

#define IP_PROTO_ICMP 1
#define IP_PROTO_TCP 6
#define IP_PROTO_UDP 17

struct eth_header {
    uint8_t h_dest[ETH_ALEN];
    uint8_t h_source[ETH_ALEN];
    uint16_t h_proto;
};

struct vlan_header {
    uint16_t h_tci;
    uint16_t h_proto;
};

static inline bool is_multicast_ether_addr(const uint8_t *addr)
{
    return addr[0] & 1;
}

static inline bool is_unicast_ether_addr(const uint8_t *addr)
{
    return !is_multicast_ether_addr(addr);
}

static inline bool is_broadcast_ether_addr(const uint8_t *addr)
{
    return (addr[0] & addr[1] & addr[2] & addr[3] & addr[4] & addr[5]) == 0xff;
}

/*
 * Copies a frame shorter than ETH_ZLEN to @padded_pkt, zeros behind it, and
 * sets *@padded_buflen (in: room there, at least ETH_ZLEN) to ETH_ZLEN. False,
 * and nothing done, if the frame needs no padding.
 */
bool eth_pad_short_frame(uint8_t *padded_pkt, size_t *padded_buflen, const void *pkt,
                         size_t pkt_size);

#endif
