/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ethernet frames and the headers in them: sizes, types, addresses, tags, padding to
 * the minimal size. Layouts are those of IEEE 802.3 and 802.1Q, RFC 791 (IPv4), RFC 8200
 * (IPv6), RFC 9293 (TCP) and RFC 768 (UDP); all multi-byte fields are big-endian. Headers
 * are packed: a frame may begin at any address.
 */
#ifndef QEMU_ETH_H
#define QEMU_ETH_H

#include <linux/if_ether.h>     /* ETH_ALEN, ETH_HLEN, ETH_ZLEN (no frame check), ETH_P_* */
#include "qemu/bswap.h"
#include "qemu/compiler.h"

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
} QEMU_PACKED;

struct vlan_header {
    uint16_t h_tci;
    uint16_t h_proto;
} QEMU_PACKED;

struct ip_header {
    uint8_t ip_ver_len; /* version, header's length in units of 4 bytes */
    uint8_t ip_tos;
    uint16_t ip_len; /* of header and data */
    uint16_t ip_id;
    uint16_t ip_off; /* IP_* flags, offset of a fragment in units of 8 bytes */
    uint8_t ip_ttl;
    uint8_t ip_p;
    uint16_t ip_sum;
    uint32_t ip_src;
    uint32_t ip_dst;
} QEMU_PACKED;

/* What TCP and UDP put before themselves to be summed with them. */
struct ip_pseudo_header {
    uint32_t ip_src;
    uint32_t ip_dst;
    uint8_t zeros;
    uint8_t ip_proto;
    uint16_t ip_payload;
} QEMU_PACKED;

typedef struct tcp_header {
    uint16_t th_sport;
    uint16_t th_dport;
    uint32_t th_seq;
    uint32_t th_ack;
    uint16_t th_offset_flags; /* header's length in units of 4 bytes, TH_* flags */
    uint16_t th_win;
    uint16_t th_sum;
    uint16_t th_urp;
} QEMU_PACKED tcp_header;

typedef struct udp_header {
    uint16_t uh_sport;
    uint16_t uh_dport;
    uint16_t uh_ulen; /* of header and data */
    uint16_t uh_sum;
} QEMU_PACKED udp_header;

struct in6_address {
    union {
        uint8_t __u6_addr8[16];
    } __in6_u;
};

struct ip6_header {
    union {
        struct ip6_hdrctl {
            uint32_t ip6_un1_flow; /* version, traffic class, flow label */
            uint16_t ip6_un1_plen;
            uint8_t ip6_un1_nxt;
            uint8_t ip6_un1_hlim;
        } ip6_un1;
        uint8_t ip6_un2_vfc; /* the first byte: the version is in its high half */
    } ip6_ctlun;
    struct in6_address ip6_src;
    struct in6_address ip6_dst;
} QEMU_PACKED;

#define ip6_nxt ip6_ctlun.ip6_un1.ip6_un1_nxt

QEMU_BUILD_BUG_ON(sizeof(struct ip_header) != 20);
QEMU_BUILD_BUG_ON(sizeof(struct tcp_header) != 20);
QEMU_BUILD_BUG_ON(sizeof(struct udp_header) != 8);
QEMU_BUILD_BUG_ON(sizeof(struct ip6_header) != 40);

/* Flags of ip_off, and the rest of it. */
#define IP_RF 0x8000
#define IP_DF 0x4000
#define IP_MF 0x2000
#define IP_OFFMASK 0x1fff

#define IP_HEADER_VERSION_4 4
#define IP_HEADER_VERSION_6 6

#define TH_FIN 0x01
#define TH_SYN 0x02
#define TH_RST 0x04
#define TH_PUSH 0x08
#define TH_ACK 0x10
#define TH_URG 0x20
#define TH_ECE 0x40
#define TH_CWR 0x80

/* @ip, @tcp: pointers to a header; lengths are in bytes. */
#define IP_HEADER_VERSION(ip) (((ip)->ip_ver_len >> 4) & 0xf)
#define IP_HDR_GET_LEN(p) ((*(const uint8_t *)(p) & 0xf) << 2)
#define IP4_IS_FRAGMENT(ip) \
    ((be16_to_cpu((ip)->ip_off) & (IP_OFFMASK | IP_MF)) != 0)
#define IP6_HEADER_VERSION(ip6) (((ip6)->ip6_ctlun.ip6_un2_vfc >> 4) & 0xf)
#define TCP_HEADER_FLAGS(tcp) (be16_to_cpu((tcp)->th_offset_flags) & 0x3f)
#define TCP_HEADER_DATA_OFFSET(tcp) ((be16_to_cpu((tcp)->th_offset_flags) >> 12) << 2)

/* Headers of the frame @p; the IP header is looked for behind its tags. */
#define PKT_GET_ETH_HDR(p) ((struct eth_header *)(p))
#define PKT_GET_VLAN_HDR(p) ((struct vlan_header *)((uint8_t *)(p) + sizeof(struct eth_header)))
#define PKT_GET_DVLAN_HDR(p) (PKT_GET_VLAN_HDR(p) + 1)
#define PKT_GET_IP_HDR(p) ((struct ip_header *)((uint8_t *)(p) + eth_get_l2_hdr_length(p)))
#define PKT_GET_IP6_HDR(p) ((struct ip6_header *)((uint8_t *)(p) + eth_get_l2_hdr_length(p)))

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

typedef enum {
    ETH_PKT_UCAST,
    ETH_PKT_BCAST,
    ETH_PKT_MCAST,
} eth_pkt_types_e;

/* To whom the frame with header @ehdr goes: one, all, or a group. */
static inline eth_pkt_types_e get_eth_packet_type(const struct eth_header *ehdr)
{
    if (is_broadcast_ether_addr(ehdr->h_dest)) {
        return ETH_PKT_BCAST;
    }
    return is_multicast_ether_addr(ehdr->h_dest) ? ETH_PKT_MCAST : ETH_PKT_UCAST;
}

/*
 * The length of what is before the network layer's header in the frame @p: addresses,
 * type, and up to two tags. Reads ETH_HLEN bytes, and 4 more for each tag.
 */
size_t eth_get_l2_hdr_length(const void *p);

/* The outer tag's control information (priority, VLAN) of the frame @p; 0 if it has no tag. */
uint16_t eth_get_pkt_tci(const void *p);

/*
 * Put a tag of type @vlan_ethtype (ETH_P_VLAN, ETH_P_DVLAN) with control information
 * @vlan_tag behind the addresses and tags that are in the header @ehdr, *@ehdr_size bytes;
 * there must be room for 4 more, by which *@ehdr_size grows.
 */
void eth_setup_vlan_headers(struct eth_header *ehdr, size_t *ehdr_size, uint16_t vlan_tag,
                            uint16_t vlan_ethtype);

/* Fill in the checksum of the IPv4 header @l3hdr of @l3hdr_len bytes. */
void eth_fix_ip4_checksum(void *l3hdr, size_t l3hdr_len);

/*
 * The sum (net/checksum.h) of the pseudo header for @csl bytes of TCP or UDP behind the
 * IPv4 header @iphdr; *@cso becomes the number of bytes summed.
 */
uint32_t eth_calc_ip4_pseudo_hdr_csum(struct ip_header *iphdr, uint16_t csl, uint32_t *cso);

/*
 * Copies a frame shorter than ETH_ZLEN to @padded_pkt, zeros behind it, and
 * sets *@padded_buflen (in: room there, at least ETH_ZLEN) to ETH_ZLEN. False,
 * and nothing done, if the frame needs no padding.
 */
bool eth_pad_short_frame(uint8_t *padded_pkt, size_t *padded_buflen, const void *pkt,
                         size_t pkt_size);

#endif
