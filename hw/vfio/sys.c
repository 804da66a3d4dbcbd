/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls of hw/vfio as the host has them.
 */
#include "qemu/osdep.h"
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "qemu/atomic.h"
#include "qemu/bswap.h"
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

/*
 * The C library's own make a thread cancellable meanwhile. Nobody cancels threads here, and this is
 * a good part of what a trapped access costs in user space.
 */
static ssize_t host_pread(int fd, void *buf, size_t size, off_t offset)
{
#if UINTPTR_MAX == UINT64_MAX
    return syscall(SYS_pread64, fd, buf, size, offset);
#else
    return pread(fd, buf, size, offset);
#endif
}

static ssize_t host_pwrite(int fd, const void *buf, size_t size, off_t offset)
{
#if UINTPTR_MAX == UINT64_MAX
    return syscall(SYS_pwrite64, fd, buf, size, offset);
#else
    return pwrite(fd, buf, size, offset);
#endif
}

static void host_load(const void *address, unsigned size, void *data)
{
    switch (size) {
    case 1:
        *(uint8_t *)data = qatomic_read((const uint8_t *)address);
        break;
    case 2:
        stw_he_p(data, qatomic_read((const uint16_t *)address));
        break;
    default:
        stl_he_p(data, qatomic_read((const uint32_t *)address));
        break;
    }
}

static void host_store(void *address, unsigned size, const void *data)
{
    switch (size) {
    case 1:
        qatomic_set((uint8_t *)address, *(const uint8_t *)data);
        break;
    case 2:
        qatomic_set((uint16_t *)address, (uint16_t)lduw_he_p(data));
        break;
    default:
        qatomic_set((uint32_t *)address, (uint32_t)ldl_he_p(data));
        break;
    }
}

static int host_access(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

static int name_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **host_list(const char *path)
{
    GPtrArray *names;
    const char *name;
    GDir *dir;

    errno = 0;
    dir = g_dir_open(path, 0, NULL);
    if (!dir) {
        return NULL;
    }
    names = g_ptr_array_new();
    while ((name = g_dir_read_name(dir))) {
        g_ptr_array_add(names, g_strdup(name));
    }
    g_dir_close(dir);
    g_ptr_array_sort(names, name_compare);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

const VFIOSys vfio_sys_host = {
    .open = host_open,
    .close = close,
    .ioctl = host_ioctl,
    .pread = host_pread,
    .pwrite = host_pwrite,
    .mmap = host_mmap,
    .munmap = munmap,
    .load = host_load,
    .store = host_store,
    .stat = stat,
    .fstat = fstat,
    .access = host_access,
    .readlink = readlink,
    .list = host_list,
};

const VFIOSys *vfio_sys = &vfio_sys_host;
