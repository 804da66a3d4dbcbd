/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host memory behind RAM blocks, and the parts of their dirty bitmaps that
 * only making and freeing needs.
 */
#ifndef SYSTEM_MEMORY_RAM_INTERNAL_H
#define SYSTEM_MEMORY_RAM_INTERNAL_H

#include "exec/ram_addr.h"

/*
 * Map @block->max_length bytes, aligned to @align (0: what suits its pages), from
 * @block->fd at fd_offset or anonymous, with an inaccessible page after the end.  Sets
 * host; false with *errp on failure.
 */
bool ram_map(RAMBlock *block, size_t align, Error **errp);
void ram_unmap(RAMBlock *block);

/* Bitmaps of a dying block. */
void ram_block_dirty_free(RAMBlock *block);
/* Give a new block the bitmaps of clients that track everything. */
void ram_block_dirty_join(RAMBlock *block);

/* @client follows all blocks, those to come too; or none.  Under the BQL. */
void dirty_track_everywhere(unsigned client, bool track);
bool dirty_is_tracked_everywhere(unsigned client);

#endif
