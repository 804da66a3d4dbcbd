/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internet checksums (net/checksum.h): RFC 1071, RFC 768 (UDP), RFC 791 (IPv4), RFC 9293 (TCP). */
#include "qemu/osdep.h"
#include "net/checksum.h"
#include "net/eth.h"

uint32_t net_checksum_add_cont(int len, uint8_t *buf, int seq)
{
    uint64_t sum = 0;

    for (int i = 0; i < len; i++) {
        sum += (seq + i) & 1 ? buf[i] : (uint32_t)buf[i] << 8;
    }
    /* 65535 is 0 in one's complement, so folding early does not change the checksum. */
    while (sum >> 32) {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    return sum;
}

uint16_t net_checksum_finish(uint32_t sum)
{
    while (sum >> 16) {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    return ~sum;
}

uint16_t net_checksum_tcpudp(uint16_t length, uint16_t proto, uint8_t *addrs, uint8_t *buf)
{
    uint32_t sum = net_checksum_add(8, addrs) + proto + length;

    return net_checksum_finish(sum + net_checksum_add(length, buf));
}

uint32_t net_checksum_add_iov(const struct iovec *iov, const unsigned int iov_cnt,
                              uint32_t iov_off, uint32_t size, uint32_t csum_offset)
{
    uint64_t sum = 0;
    size_t skip = iov_off;

    for (unsigned i = 0; i < iov_cnt && size > 0; i++) {
        size_t len;

        if (skip >= iov[i].iov_len) {
            skip -= iov[i].iov_len;
            continue;
        }
        len = MIN(iov[i].iov_len - skip, size);
        sum += net_checksum_add_cont(len, (uint8_t *)iov[i].iov_base + skip, csum_offset);
        skip = 0;
        csum_offset += len;
        size -= len;
    }
    while (sum >> 32) {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    return sum;
}

static void tcp_checksum_fill(struct ip_header *ip, uint8_t *segment, uint16_t length)
{
    struct tcp_header *tcp = (struct tcp_header *)segment;

    if (length < sizeof(*tcp)) {
        return;
    }
    stw_be_p(&tcp->th_sum, 0);
    stw_be_p(&tcp->th_sum, net_checksum_tcpudp(length, IP_PROTO_TCP, (uint8_t *)&ip->ip_src,
                                               segment));
}

static void udp_checksum_fill(struct ip_header *ip, uint8_t *datagram, uint16_t length)
{
    struct udp_header *udp = (struct udp_header *)datagram;
    uint16_t checksum;

    if (length < sizeof(*udp)) {
        return;
    }
    stw_be_p(&udp->uh_sum, 0);
    checksum = net_checksum_tcpudp(length, IP_PROTO_UDP, (uint8_t *)&ip->ip_src, datagram);
    stw_be_p(&udp->uh_sum, checksum ? checksum : 0xffff);
}

/* Where an IPv4 header begins in a frame, if there is room for one; else 0. */
static size_t ip4_header_offset(const uint8_t *data, size_t length)
{
    size_t offset = ETH_HLEN;
    uint16_t type;

    if (length < offset + sizeof(struct ip_header)) {
        return 0;
    }
    type = lduw_be_p(data + offset - 2);
    for (int tags = 0; tags < 2 && (type == ETH_P_VLAN || type == ETH_P_DVLAN); tags++) {
        offset += sizeof(struct vlan_header);
        type = lduw_be_p(data + offset - 2);
    }
    return type == ETH_P_IP && length >= offset + sizeof(struct ip_header) ? offset : 0;
}

void net_checksum_calculate(uint8_t *data, int length, int csum_flag)
{
    size_t l2_len = length > 0 ? ip4_header_offset(data, length) : 0;
    struct ip_header *ip;
    size_t header_len, ip_len;

    if (l2_len == 0) {
        return;
    }
    ip = (struct ip_header *)(data + l2_len);
    header_len = IP_HDR_GET_LEN(ip);
    ip_len = lduw_be_p(&ip->ip_len);
    if (IP_HEADER_VERSION(ip) != IP_HEADER_VERSION_4 || header_len < sizeof(*ip) ||
        ip_len < header_len || l2_len + ip_len > (size_t)length) {
        return;
    }
    if (csum_flag & CSUM_IP) {
        stw_be_p(&ip->ip_sum, 0);
        stw_be_p(&ip->ip_sum, net_raw_checksum((uint8_t *)ip, header_len));
    }
    if (IP4_IS_FRAGMENT(ip)) {
        return;
    }
    if (ip->ip_p == IP_PROTO_TCP && (csum_flag & CSUM_TCP)) {
        tcp_checksum_fill(ip, (uint8_t *)ip + header_len, ip_len - header_len);
    } else if (ip->ip_p == IP_PROTO_UDP && (csum_flag & CSUM_UDP)) {
        udp_checksum_fill(ip, (uint8_t *)ip + header_len, ip_len - header_len);
    }
}
