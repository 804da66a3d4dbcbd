/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls by which hw/vfio reaches the kernel's VFIO, in one table, so that tests put a
 * kernel of their own behind it. Functions behave as the C library's: -1 and errno.
 */
#ifndef HW_VFIO_SYS_INTERNAL_H
#define HW_VFIO_SYS_INTERNAL_H

#include "qemu/osdep.h"
#include <sys/stat.h>

typedef struct VFIOSys {
    int (*open)(const char *path, int flags);
    int (*close)(int fd);
    int (*ioctl)(int fd, unsigned long request, void *argument);
    ssize_t (*pread)(int fd, void *buf, size_t size, off_t offset);
    ssize_t (*pwrite)(int fd, const void *buf, size_t size, off_t offset);
    void *(*mmap)(size_t size, int prot, int fd, off_t offset); /* shared, anywhere */
    int (*munmap)(void *address, size_t size);
    /* One access of 1, 2 or 4 bytes, aligned, to what mmap() gave. */
    void (*load)(const void *address, unsigned size, void *data);
    void (*store)(void *address, unsigned size, const void *data);
    int (*stat)(const char *path, struct stat *st);
    int (*fstat)(int fd, struct stat *st);
    int (*access)(const char *path, int mode); /* of the effective user */
    ssize_t (*readlink)(const char *path, char *buf, size_t size);
    char **(*list)(const char *path); /* names in a folder, sorted, for g_strfreev(); or NULL */
} VFIOSys;

/* The table in use; the kernel's own at the start. Changed only by tests, before any device. */
extern const VFIOSys *vfio_sys;
extern const VFIOSys vfio_sys_host;

#endif
