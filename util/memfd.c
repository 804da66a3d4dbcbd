/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memfd_create(2) (qemu/memfd.h). */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/memfd.h"
#include "util/fd.h"

#ifndef MFD_HUGE_SHIFT
#define MFD_HUGE_SHIFT 26
#endif

int qemu_memfd_create(const char *name, size_t size, bool hugetlb, uint64_t hugetlbsize,
                      unsigned int seals, Error **errp)
{
    ERRP_GUARD();
    unsigned int flags = MFD_CLOEXEC | (seals ? MFD_ALLOW_SEALING : 0);
    fd_auto int fd = -1;

    if (hugetlb) {
        flags |= MFD_HUGETLB;
        if (hugetlbsize) {
            if (!is_power_of_2(hugetlbsize)) {
                error_setg(errp, "Huge page size %" PRIu64 " is not a power of two",
                           hugetlbsize);
                return -1;
            }
            flags |= (unsigned int)ctz64(hugetlbsize) << MFD_HUGE_SHIFT;
        }
    }
    fd = memfd_create(name, flags);
    if (fd < 0) {
        error_setg_errno(errp, errno, "Creating memfd '%s' failed", name);
        if (hugetlb && (errno == EINVAL || errno == ENODEV)) {
            error_append_hint(errp, "The host has no huge pages of that size.\n");
        }
        return -1;
    }
    if (size && RETRY_ON_EINTR(ftruncate(fd, size)) < 0) {
        error_setg_errno(errp, errno, "Resizing memfd '%s' to %zu bytes failed", name, size);
        return -1;
    }
    if (seals && fcntl(fd, F_ADD_SEALS, seals) < 0) {
        error_setg_errno(errp, errno, "Sealing memfd '%s' failed", name);
        return -1;
    }
    return fd_steal(&fd);
}

void *qemu_memfd_alloc(const char *name, size_t size, unsigned int seals, int *fd, Error **errp)
{
    fd_auto int mfd = qemu_memfd_create(name, size, false, 0, seals, errp);
    void *ptr;

    *fd = -1;
    if (mfd < 0) {
        return NULL;
    }
    ptr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, mfd, 0);
    if (ptr == MAP_FAILED) {
        error_setg_errno(errp, errno, "Mapping memfd '%s' failed", name);
        return NULL;
    }
    *fd = fd_steal(&mfd);
    return ptr;
}

void qemu_memfd_free(void *ptr, size_t size, int fd)
{
    if (ptr) {
        munmap(ptr, size);
    }
    fd_close(&fd);
}

bool qemu_memfd_check(unsigned int flags)
{
    fd_auto int fd = memfd_create("test", MFD_CLOEXEC | flags);

    return fd >= 0;
}
