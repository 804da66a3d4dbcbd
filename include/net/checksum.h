/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Internet checksums (RFC 1071) for models of network cards that check or fill
 * them in: parts of sums, whole sums, and a frame's headers at once.
 *
 * A sum in progress is a host integer that adds up big-endian 16-bit words; what
 * net_checksum_finish() returns goes into a frame by stw_be_p().
 */
#ifndef QEMU_NET_CHECKSUM_H
#define QEMU_NET_CHECKSUM_H

#include "qemu/bswap.h"

/* Which checksums net_checksum_calculate() fills in. */
#define CSUM_IP 0x01
#define CSUM_TCP 0x02
#define CSUM_UDP 0x04
#define CSUM_ALL (CSUM_IP | CSUM_TCP | CSUM_UDP)

/*
 * Fill in the checksums that @csum_flag names in the Ethernet frame @data of
 * @length bytes, behind up to two VLAN tags. Only what is an IPv4 packet, is
 * no fragment, and is there in full is touched: lengths in its headers may lie.
 */
void net_checksum_calculate(uint8_t *data, int length, int csum_flag);

/*
 * The sum of @len bytes of @buf; @seq is how many bytes were summed before them,
 * of which only the parity counts.
 */
uint32_t net_checksum_add_cont(int len, uint8_t *buf, int seq);

/* Likewise from the first byte on. */
static inline uint32_t net_checksum_add(int len, uint8_t *buf)
{
    return net_checksum_add_cont(len, buf, 0);
}

/*
 * Likewise of @size bytes at @iov_off of a vector (of fewer, if it ends before);
 * @csum_offset is what @seq is above.
 */
uint32_t net_checksum_add_iov(const struct iovec *iov, const unsigned int iov_cnt,
                              uint32_t iov_off, uint32_t size, uint32_t csum_offset);

/* The checksum that a sum makes: folded to 16 bits and complemented. */
uint16_t net_checksum_finish(uint32_t sum);

/* Likewise for UDP, where 0 means that there is none (RFC 768): 0xffff instead of it. */
static inline uint16_t net_checksum_finish_nozero(uint32_t sum)
{
    uint16_t checksum = net_checksum_finish(sum);

    return checksum ? checksum : 0xffff;
}

/* The checksum of @length bytes of @data. */
static inline uint16_t net_raw_checksum(uint8_t *data, int length)
{
    return net_checksum_finish(net_checksum_add(length, data));
}

/*
 * The checksum of a TCP or UDP header with its data, @length bytes at @buf, and of
 * the pseudo header before it: protocol @proto, and the source's and the destination's
 * IPv4 address, the 8 bytes at @addrs. The checksum field in @buf must be 0.
 */
uint16_t net_checksum_tcpudp(uint16_t length, uint16_t proto, uint8_t *addrs, uint8_t *buf);

#endif
