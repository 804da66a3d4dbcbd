/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parallel NOR flash for boards: a bank of chips that speak the Common Flash
 * Interface with the Intel/Sharp command set. docs/devices/pflash.md.
 */
#ifndef HW_BLOCK_FLASH_H
#define HW_BLOCK_FLASH_H

#include "exec/hwaddr.h"
#include "exec/memory.h"
#include "qom/object.h"

typedef struct DriveInfo DriveInfo;

#define TYPE_PFLASH_CFI01 "cfi.pflash01"
OBJECT_DECLARE_SIMPLE_TYPE(PFlashCFI01, PFLASH_CFI01)

/*
 * Make, realize and map a bank of @size bytes at @base, of blocks of @sector_len bytes, @width
 * bytes wide, with that content (@blk may be NULL). While the machine is built: failures end
 * the program.
 */
PFlashCFI01 *pflash_cfi01_register(hwaddr base, const char *name, hwaddr size, BlockBackend *blk,
                                   uint32_t sector_len, int width, uint16_t id0, uint16_t id1,
                                   uint16_t id2, uint16_t id3, int be);

/* Borrowed; NULL without a drive. */
BlockBackend *pflash_cfi01_get_blk(PFlashCFI01 *fl);
/* The region that a realized bank shows. */
MemoryRegion *pflash_cfi01_get_memory(PFlashCFI01 *fl);
/*
 * Before realize: take the drive of -drive if=pflash, if there is one (@dinfo may be NULL). False
 * and @errp when the drive property is set as well.
 */
bool pflash_cfi01_legacy_drive_take(PFlashCFI01 *fl, DriveInfo *dinfo, Error **errp);
/* The same; a conflict ends the program. For boards written for QEMU 8.2. */
void pflash_cfi01_legacy_drive(PFlashCFI01 *fl, DriveInfo *dinfo);

#endif
