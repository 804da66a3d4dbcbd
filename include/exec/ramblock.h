/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One piece of guest RAM in host memory.  Sharing it with another process takes
 * fd, fd_offset and the shared flag; nothing else in the program knows where
 * RAM comes from.
 */
#ifndef EXEC_RAMBLOCK_H
#define EXEC_RAMBLOCK_H

#include "exec/memory.h"
#include "exec/ramlist.h"

struct RAMBlock {
    struct rcu_head rcu;
    MemoryRegion *mr;
    uint8_t *host;            /* first byte */
    ram_addr_t offset;        /* first ram_addr_t */
    ram_addr_t used_length;   /* bytes the guest may see */
    ram_addr_t max_length;    /* bytes reserved */
    void (*resized)(const char *idstr, uint64_t length, void *host);
    uint32_t flags;           /* RAM_* */
    char idstr[256];          /* name in saved states; empty if none */
    QLIST_ENTRY(RAMBlock) next;
    int fd;                   /* -1: anonymous memory; closed with the block */
    uint64_t fd_offset;       /* of host[0] in fd */
    size_t page_size;         /* of the host memory */
    uint8_t tracked; /* clients that have a bitmap: bits 1 << DIRTY_MEMORY_* */
    /* One bit per guest page; NULL until the client first needs it.  Atomic access only. */
    unsigned long *dirty[DIRTY_MEMORY_NUM];
};

static inline bool offset_in_ramblock(RAMBlock *b, ram_addr_t offset)
{
    return b && b->host && offset < b->used_length;
}

static inline void *ramblock_ptr(RAMBlock *block, ram_addr_t offset)
{
    return offset_in_ramblock(block, offset) ? block->host + offset : NULL;
}

#endif
