/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mapping of guest RAM, with alignment for huge pages and a guard page behind. */
#ifndef QEMU_MMAP_ALLOC_H
#define QEMU_MMAP_ALLOC_H

/* Flags of qemu_ram_mmap(). */
#define QEMU_MAP_READONLY (1 << 0)
#define QEMU_MAP_SHARED (1 << 1)
#define QEMU_MAP_SYNC (1 << 2)
#define QEMU_MAP_NORESERVE (1 << 3)

/* Page size of the file system behind @fd; the host's for -1. */
size_t qemu_fd_getpagesize(int fd);

/*
 * Maps @size bytes of @fd from @map_offset on (@fd -1: anonymous memory), at an
 * address that is a multiple of @align. An inaccessible page follows, so that
 * running off the end faults. Returns MAP_FAILED with errno set on failure.
 */
void *qemu_ram_mmap(int fd, size_t size, size_t align, uint32_t qemu_map_flags,
                    off_t map_offset);
void qemu_ram_munmap(int fd, void *ptr, size_t size);

/* Anonymous RAM, aligned for huge pages when large; *@align tells it. NULL on failure. */
void *qemu_anon_ram_alloc(size_t size, uint64_t *align, bool shared, bool noreserve);
void qemu_anon_ram_free(void *ptr, size_t size);

/*
 * Makes the kernel back [@area, @area + @sz) with pages now, on up to
 * @max_threads threads. Returns false and sets @errp when memory runs out;
 * never ends in SIGBUS.
 */
bool qemu_prealloc_mem(int fd, char *area, size_t sz, int max_threads, Error **errp);

#endif
