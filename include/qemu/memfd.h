/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory without a name, behind a file descriptor that can be passed on. */
#ifndef QEMU_MEMFD_H
#define QEMU_MEMFD_H

/*
 * A memfd of @size bytes (0: leave empty), sealed with @seals (F_SEAL_*), on
 * huge pages of @hugetlbsize bytes if @hugetlb. Returns the descriptor,
 * close-on-exec, which is the caller's; -1 with @errp set on failure.
 */
int qemu_memfd_create(const char *name, size_t size, bool hugetlb, uint64_t hugetlbsize,
                      unsigned int seals, Error **errp);
/* Same and maps it shared at the result; *@fd is the caller's. */
void *qemu_memfd_alloc(const char *name, size_t size, unsigned int seals, int *fd, Error **errp);
void qemu_memfd_free(void *ptr, size_t size, int fd);
/* Whether the host has memfds with these MFD_* @flags; asks the kernel each time. */
bool qemu_memfd_check(unsigned int flags);

#endif
