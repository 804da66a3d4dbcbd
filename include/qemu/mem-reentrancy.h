/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flag that tells that a device is inside one of its own I/O callbacks or
 * bottom halves, so that a DMA of it into its own registers is refused.
 * Guarded by the BQL (or by what else serialises the device).
 */
#ifndef QEMU_MEM_REENTRANCY_H
#define QEMU_MEM_REENTRANCY_H

#include "qemu/typedefs.h"

struct MemReentrancyGuard {
    bool engaged_in_io;
};

#endif
