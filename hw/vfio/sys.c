/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls of hw/vfio as the host has them.
 */
#include "qemu/osdep.h"
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "sys-internal.h"

static int host_open(const char *path, int flags)
{
    return open(path, flags | O_CLOEXEC);
}

static int host_ioctl(int fd, unsigned long request, void *argument)
{
    return ioctl(fd, request, argument);
}

static void *host_mmap(size_t size, int prot, int fd, off_t offset)
{
    return mmap(NULL, size, prot, MAP_SHARED, fd, offset);
}

const VFIOSys vfio_sys_host = {
    .open = host_open,
    .close = close,
    .ioctl = host_ioctl,
    .pread = pread,
    .pwrite = pwrite,
    .mmap = host_mmap,
    .munmap = munmap,
    .stat = stat,
    .fstat = fstat,
    .readlink = readlink,
};

const VFIOSys *vfio_sys = &vfio_sys_host;
