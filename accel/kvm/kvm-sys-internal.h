/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls by which accel/kvm reaches the kernel, in one table, so that tests put a kernel
 * of their own behind it.  Functions behave as the C library's: -1 and errno.
 */
#ifndef ACCEL_KVM_SYS_INTERNAL_H
#define ACCEL_KVM_SYS_INTERNAL_H

#include "qemu/osdep.h"

/* @host_arch: as uname -m calls it; a guest of another architecture is refused. */
typedef struct KVMSys {
    const char *host_arch;
    int (*open)(const char *path, int flags);
    int (*close)(int fd);
    int (*ioctl)(int fd, unsigned long request, void *argument);
    void *(*mmap)(size_t size, int fd); /* shared, readable, writable */
    int (*munmap)(void *address, size_t size);
} KVMSys;

/* The table in use; the kernel's own at the start.  Changed only by tests, before any VM. */
extern const KVMSys *kvm_sys;
extern const KVMSys kvm_sys_host;

#endif
