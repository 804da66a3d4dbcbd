/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls of accel/kvm as the host has them.
 */
#include "qemu/osdep.h"
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "kvm-sys-internal.h"

#if defined(__aarch64__)
#define HOST_ARCH "aarch64"
#elif defined(__x86_64__)
#define HOST_ARCH "x86_64"
#else
#define HOST_ARCH "other"
#endif

static int host_open(const char *path, int flags)
{
    return open(path, flags | O_CLOEXEC);
}

static int host_ioctl(int fd, unsigned long request, void *argument)
{
    return ioctl(fd, request, argument);
}

static void *host_mmap(size_t size, int fd)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

const KVMSys kvm_sys_host = {
    .host_arch = HOST_ARCH,
    .open = host_open,
    .close = close,
    .ioctl = host_ioctl,
    .mmap = host_mmap,
    .munmap = munmap,
};

const KVMSys *kvm_sys = &kvm_sys_host;
