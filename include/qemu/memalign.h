/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aligned allocation. Free with qemu_vfree(), not with free() or g_free(). */
#ifndef QEMU_MEMALIGN_H
#define QEMU_MEMALIGN_H

/* @alignment: a power of two. The try form returns NULL without memory, the other aborts. */
void *qemu_try_memalign(size_t alignment, size_t size);
void *qemu_memalign(size_t alignment, size_t size);
/* NULL is allowed. */
void qemu_vfree(void *ptr);

static inline void qemu_cleanup_generic_vfree(void *p)
{
    void **pptr = (void **)p;

    qemu_vfree(*pptr);
}

/* Declares a pointer that is freed at the end of its scope. */
#define QEMU_AUTO_VFREE __attribute__((cleanup(qemu_cleanup_generic_vfree)))

#endif
