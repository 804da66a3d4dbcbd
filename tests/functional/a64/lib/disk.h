/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads sectors of a virtio-blk device at the board's last virtio-mmio transport, which must have
 * the registers of virtio 1.0 (`-global virtio-mmio.force-legacy=off`).
 */
#ifndef A64_DISK_H
#define A64_DISK_H

#include <stdbool.h>
#include "guest.h"

/* False if there is none. */
bool disk_start(void);
/* Sector @n, 512 bytes, to @to; waits for it. False if the disk says so. */
bool disk_read(uint64_t n, void *to);

#endif
