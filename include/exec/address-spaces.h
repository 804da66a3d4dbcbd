/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two address spaces every machine has.  They are created empty on first
 * use (memory_map_init) and live as long as the process.
 */
#ifndef EXEC_ADDRESS_SPACES_H
#define EXEC_ADDRESS_SPACES_H

#include "exec/memory.h"

/* Root container of the system memory, 2^64 bytes.  Owned by this module. */
MemoryRegion *get_system_memory(void);

/* Root container of port I/O, 64 KiB; I/O ports there are little-endian. */
MemoryRegion *get_system_io(void);

/* What CPUs and devices without an IOMMU see: get_system_memory() as an address space. */
extern AddressSpace address_space_memory;

/* get_system_io() as an address space. */
extern AddressSpace address_space_io;

/*
 * Create the two roots and their address spaces.  Idempotent; every machine
 * start calls it first.  Caller holds the BQL.
 */
void memory_map_init(void);

#endif
