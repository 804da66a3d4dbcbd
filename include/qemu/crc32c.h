/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CRC-32C (Castagnoli polynomial 0x1edc6f41, reflected), as in iSCSI and NVMe. */
#ifndef QEMU_CRC32C_H
#define QEMU_CRC32C_H

/*
 * Continues @crc over @length bytes of @data. A whole message starts with
 * 0xffffffff; the result is already inverted as the standard says.
 */
uint32_t crc32c(uint32_t crc, const uint8_t *data, unsigned int length);

#endif
