/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting memory from the host for RAM blocks: anonymous or from a file.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qemu/mmap-alloc.h"
#include "qemu/units.h"
#include "ram-internal.h"

/* The host backs memory with these only where both sides are aligned to them. */
#define TRANSPARENT_HUGE_PAGE (2 * MiB)

bool ram_map(RAMBlock *block, size_t align, Error **errp)
{
    uint32_t flags = (block->flags & RAM_READONLY ? QEMU_MAP_READONLY : 0) |
                     (block->flags & RAM_SHARED ? QEMU_MAP_SHARED : 0) |
                     (block->flags & RAM_NORESERVE ? QEMU_MAP_NORESERVE : 0);
    bool is_large = block->max_length >= TRANSPARENT_HUGE_PAGE;
    void *host;

    align = MAX(align, block->page_size);
    if (is_large) {
        align = MAX(align, TRANSPARENT_HUGE_PAGE);
    }
    host = qemu_ram_mmap(block->fd, block->max_length, align, flags, block->fd_offset);
    if (host == MAP_FAILED) {
        error_setg_errno(errp, errno, "cannot map 0x%" PRIx64 " bytes of RAM", block->max_length);
        return false;
    }
    block->host = host;
    if (is_large && block->fd < 0) {
        qemu_madvise(host, block->max_length, QEMU_MADV_HUGEPAGE); /* advice: may be refused */
    }
    return true;
}

void ram_unmap(RAMBlock *block)
{
    qemu_ram_munmap(block->fd, block->host, block->max_length);
}
