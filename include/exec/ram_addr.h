/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM blocks for those who handle memory itself: making and freeing them, and
 * their dirty bitmaps.  Offsets and lengths are bytes inside a block.
 *
 * A client's bitmap exists from the first time the client asks for it; writes
 * before that are not recorded, so a client begins by treating all as dirty
 * (a new bitmap starts all ones).
 */
#ifndef EXEC_RAM_ADDR_H
#define EXEC_RAM_ADDR_H

#include "exec/ramblock.h"

#define DIRTY_CLIENTS_ALL ((1 << DIRTY_MEMORY_NUM) - 1)
#define DIRTY_CLIENTS_NOCODE (DIRTY_CLIENTS_ALL & ~(1 << DIRTY_MEMORY_CODE))

/* New block for @mr, or NULL with *errp.  Freed with qemu_ram_free().  BQL. */
RAMBlock *qemu_ram_alloc(ram_addr_t size, uint32_t ram_flags, MemoryRegion *mr, Error **errp);
RAMBlock *qemu_ram_alloc_from_ptr(ram_addr_t size, void *host, MemoryRegion *mr, Error **errp);
RAMBlock *qemu_ram_alloc_resizeable(ram_addr_t size, ram_addr_t max_size,
                                    void (*resized)(const char *, uint64_t length, void *host),
                                    MemoryRegion *mr, Error **errp);
RAMBlock *qemu_ram_alloc_from_file(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags,
                                   const char *mem_path, off_t offset, Error **errp);
/* Takes ownership of @fd on success only. */
RAMBlock *qemu_ram_alloc_from_fd(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags, int fd,
                                 off_t offset, Error **errp);
/* Out of the list now, memory returned after a grace period. */
void qemu_ram_free(RAMBlock *block);
/* 0 or -errno with *errp. */
int qemu_ram_resize(RAMBlock *block, ram_addr_t newsize, Error **errp);
void qemu_ram_msync(RAMBlock *block, ram_addr_t start, ram_addr_t length);

/* Reserve or release the bitmap of @client for @block; BQL.  Release waits for readers. */
void ram_block_dirty_track(RAMBlock *block, unsigned client);
void ram_block_dirty_untrack(RAMBlock *block, unsigned client);

/* Atomic, any thread.  @mask: bits 1 << DIRTY_MEMORY_*; clients without bitmap are skipped. */
void ram_block_dirty_set(RAMBlock *block, ram_addr_t start, ram_addr_t length, uint8_t mask);
bool ram_block_dirty_get(RAMBlock *block, ram_addr_t start, ram_addr_t length, unsigned client);
bool ram_block_dirty_all(RAMBlock *block, ram_addr_t start, ram_addr_t length, unsigned client);
bool ram_block_dirty_test_and_clear(RAMBlock *block, ram_addr_t start, ram_addr_t length,
                                    unsigned client);
/*
 * Add a bitmap of @pages guest pages (bit 0 is the page at @start) of KVM or vfio:
 * little-endian 64 bit words.  Returns the number of pages set in it.
 */
uint64_t ram_block_dirty_merge_le(RAMBlock *block, ram_addr_t start, const uint64_t *bitmap,
                                  uint64_t pages, uint8_t mask);

/*
 * Called by whoever translated guest code: @fn hears of writes (by DMA or devices) to
 * pages whose CODE bit is clear, before the bit is set.  NULL: nobody does.
 */
typedef void RAMCodeWritten(RAMBlock *block, ram_addr_t start, ram_addr_t length);
void ram_code_written_set(RAMCodeWritten *fn);

/* The same by ram_addr_t, as 8.2 names it; the range must lie in one block. */
bool cpu_physical_memory_get_dirty(ram_addr_t start, ram_addr_t length, unsigned client);
static inline bool cpu_physical_memory_get_dirty_flag(ram_addr_t addr, unsigned client)
{
    return cpu_physical_memory_get_dirty(addr, 1, client);
}
void cpu_physical_memory_set_dirty_flag(ram_addr_t addr, unsigned client);
void cpu_physical_memory_set_dirty_range(ram_addr_t start, ram_addr_t length, uint8_t mask);
uint64_t cpu_physical_memory_set_dirty_lebitmap(unsigned long *bitmap, ram_addr_t start,
                                                ram_addr_t pages);
bool cpu_physical_memory_test_and_clear_dirty(ram_addr_t start, ram_addr_t length,
                                              unsigned client);

#endif
