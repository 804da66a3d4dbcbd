/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the readers of files and the registry of roms.
 */
#ifndef HW_CORE_LOADER_INTERNAL_H
#define HW_CORE_LOADER_INTERNAL_H

#include "hw/loader.h"

/*
 * All of a file, 1 to @max_size bytes, in memory that the caller frees; NULL
 * with an error that names the file, its size and the room.
 */
uint8_t *image_read(const char *filename, uint64_t max_size, size_t *size, Error **errp);

/*
 * Register @data (taken over; @data_size of @rom_size bytes, the rest is zero)
 * for @addr of @as (NULL: system memory), or for the start of @mr.
 */
void rom_registry_take(const char *name, uint8_t *data, size_t data_size, size_t rom_size,
                       hwaddr addr, MemoryRegion *mr, AddressSpace *as);

#endif
