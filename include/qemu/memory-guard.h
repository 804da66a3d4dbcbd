/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings of files that others have in their hands. Where such a file is cut off, or its pages
 * cannot be had, an access to the mapping raises SIGBUS, which ends the program. In a guarded
 * mapping the access finds zeros instead: all of the mapping is replaced by private memory, once,
 * and its owner is told.
 *
 * System calls that are given memory of the mapping fail with EFAULT and repair nothing.
 */
#ifndef QEMU_MEMORY_GUARD_H
#define QEMU_MEMORY_GUARD_H

typedef struct MemoryGuard MemoryGuard;

/* The mapping is of no use any more. In the main loop, with the BQL. */
typedef void MemoryGuardFunc(void *opaque);

/*
 * Guard the @size bytes at @host, whole pages of normal size, until memory_guard_remove(), which
 * comes before they are unmapped. BQL.
 */
MemoryGuard *memory_guard_add(void *host, size_t size, MemoryGuardFunc *func, void *opaque);

/* The mapping has gone to @host, over another whose guard is to be removed then. BQL. */
void memory_guard_move(MemoryGuard *guard, void *host);

/* No call of @func follows. NULL is allowed. BQL. */
void memory_guard_remove(MemoryGuard *guard);

#endif
