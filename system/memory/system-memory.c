/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system's own address spaces, and the region that stands for nothing.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "memory-internal.h"

AddressSpace address_space_memory;
AddressSpace address_space_io;

static MemoryRegion *system_memory;
static MemoryRegion *system_io;
static MemoryRegion *unassigned;

#define IO_SPACE_SIZE 0x10000

void memory_map_init(void)
{
    if (system_memory) {
        return;
    }
    unassigned = g_new0(MemoryRegion, 1);
    memory_region_init_io(unassigned, NULL, NULL, NULL, NULL, UINT64_MAX);
    memory_region_set_lockless(unassigned);
    system_memory = g_new0(MemoryRegion, 1);
    memory_region_init(system_memory, NULL, "system", UINT64_MAX);
    system_io = g_new0(MemoryRegion, 1);
    memory_region_init(system_io, NULL, "io", IO_SPACE_SIZE);
    address_space_init(&address_space_memory, system_memory, "memory");
    address_space_init(&address_space_io, system_io, "I/O");
}

MemoryRegion *get_system_memory(void)
{
    memory_map_init();
    return system_memory;
}

MemoryRegion *get_system_io(void)
{
    memory_map_init();
    return system_io;
}

MemoryRegion *memory_region_unassigned(void)
{
    /* Readers come from any thread: an address space exists, so this was initialised. */
    return unassigned;
}
