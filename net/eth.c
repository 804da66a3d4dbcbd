/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers of Ethernet frames: their length, tags and checksums (net/eth.h). */
#include "qemu/osdep.h"
#include "net/checksum.h"
#include "net/eth.h"

static bool eth_type_is_tag(uint16_t type)
{
    return type == ETH_P_VLAN || type == ETH_P_DVLAN;
}

size_t eth_get_l2_hdr_length(const void *p)
{
    if (!eth_type_is_tag(be16_to_cpu(PKT_GET_ETH_HDR(p)->h_proto))) {
        return sizeof(struct eth_header);
    }
    if (!eth_type_is_tag(be16_to_cpu(PKT_GET_VLAN_HDR(p)->h_proto))) {
        return sizeof(struct eth_header) + sizeof(struct vlan_header);
    }
    return sizeof(struct eth_header) + 2 * sizeof(struct vlan_header);
}

uint16_t eth_get_pkt_tci(const void *p)
{
    if (!eth_type_is_tag(be16_to_cpu(PKT_GET_ETH_HDR(p)->h_proto))) {
        return 0;
    }
    return be16_to_cpu(PKT_GET_VLAN_HDR(p)->h_tci);
}

void eth_setup_vlan_headers(struct eth_header *ehdr, size_t *ehdr_size, uint16_t vlan_tag,
                            uint16_t vlan_ethtype)
{
    struct vlan_header *outer = PKT_GET_VLAN_HDR(ehdr);

    if (*ehdr_size > sizeof(*ehdr)) {
        memmove(outer + 1, outer, *ehdr_size - sizeof(*ehdr));
    }
    outer->h_tci = cpu_to_be16(vlan_tag);
    outer->h_proto = ehdr->h_proto;
    ehdr->h_proto = cpu_to_be16(vlan_ethtype);
    *ehdr_size += sizeof(*outer);
}

void eth_fix_ip4_checksum(void *l3hdr, size_t l3hdr_len)
{
    struct ip_header *ip = l3hdr;

    ip->ip_sum = 0;
    ip->ip_sum = cpu_to_be16(net_raw_checksum(l3hdr, l3hdr_len));
}

uint32_t eth_calc_ip4_pseudo_hdr_csum(struct ip_header *iphdr, uint16_t csl, uint32_t *cso)
{
    struct ip_pseudo_header pseudo = {
        .ip_src = iphdr->ip_src,
        .ip_dst = iphdr->ip_dst,
        .ip_payload = cpu_to_be16(csl),
        .ip_proto = iphdr->ip_p,
    };

    *cso = sizeof(pseudo);
    return net_checksum_add(*cso, (uint8_t *)&pseudo);
}
