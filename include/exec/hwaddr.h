/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest physical addresses: the type, its printf formats, and the entry type
 * of the address tables that boards keep.
 */
#ifndef EXEC_HWADDR_H
#define EXEC_HWADDR_H

#include <inttypes.h>
#include <stdint.h>

/* An address or offset in any guest address space, in bytes. */
typedef uint64_t hwaddr;

#define HWADDR_BITS 64
#define HWADDR_MAX UINT64_MAX
#define HWADDR_FMT_plx "%016" PRIx64
#define TARGET_FMT_plx HWADDR_FMT_plx
#define HWADDR_PRId PRId64
#define HWADDR_PRIi PRIi64
#define HWADDR_PRIo PRIo64
#define HWADDR_PRIu PRIu64
#define HWADDR_PRIx PRIx64
#define HWADDR_PRIX PRIX64

/* One window of a board's address map. */
typedef struct MemMapEntry {
    hwaddr base;
    hwaddr size; /* bytes */
} MemMapEntry;

#endif
