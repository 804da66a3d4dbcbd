/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page size in which guest memory is accounted (dirty bitmaps, sections):
 * 4 KiB, the smallest granule of the guest architecture.
 */
#ifndef EXEC_TARGET_PAGE_H
#define EXEC_TARGET_PAGE_H

#include "exec/hwaddr.h"

#define TARGET_PAGE_BITS 12
#define TARGET_PAGE_SIZE (1 << TARGET_PAGE_BITS)
#define TARGET_PAGE_MASK ((int64_t)-1 << TARGET_PAGE_BITS)
#define TARGET_PAGE_ALIGN(addr) (((addr) + TARGET_PAGE_SIZE - 1) & TARGET_PAGE_MASK)

static inline uint64_t qemu_target_page_size(void)
{
    return TARGET_PAGE_SIZE;
}

static inline int qemu_target_page_bits(void)
{
    return TARGET_PAGE_BITS;
}

static inline int qemu_target_page_bits_min(void)
{
    return TARGET_PAGE_BITS;
}

static inline int qemu_target_page_mask(void)
{
    return (int)TARGET_PAGE_MASK;
}

/* The size of @pages guest pages in MiB, rounded down. */
static inline uint64_t qemu_target_pages_to_MiB(uint64_t pages)
{
    return pages >> (20 - TARGET_PAGE_BITS);
}

#endif
