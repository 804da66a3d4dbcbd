/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aligned allocation (qemu/memalign.h). */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/memalign.h"

void *qemu_try_memalign(size_t alignment, size_t size)
{
    void *ptr;
    int err;

    g_assert(is_power_of_2(alignment));
    /* A unique pointer for no bytes at all, so that NULL always means failure. */
    err = posix_memalign(&ptr, MAX(alignment, sizeof(void *)), MAX(size, 1));
    if (err) {
        errno = err;
        return NULL;
    }
    return ptr;
}

void *qemu_memalign(size_t alignment, size_t size)
{
    void *ptr = qemu_try_memalign(alignment, size);

    if (!ptr) {
        fprintf(stderr, "Allocating %zu bytes aligned to %zu failed: %s\n", size, alignment,
                strerror(errno));
        abort();
    }
    return ptr;
}

void qemu_vfree(void *ptr)
{
    free(ptr);
}
