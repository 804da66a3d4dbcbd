/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors from outside (qemu/fdset.h). */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"
#include "util/fdset-internal.h"

#define FDSET_PREFIX "/dev/fdset/"

static const FdProvider *fd_provider;

void fd_provider_set(const FdProvider *provider)
{
    qatomic_store_release(&fd_provider, provider);
}

int fd_param_get(const char *name_or_number, Error **errp)
{
    const FdProvider *provider = qatomic_load_acquire(&fd_provider);
    int fd;

    if (g_ascii_isdigit(name_or_number[0])) {
        if (qemu_strtoi(name_or_number, NULL, 10, &fd) < 0) {
            error_setg(errp, "Invalid file descriptor number '%s'", name_or_number);
            return -1;
        }
        if (fcntl(fd, F_GETFD) < 0) {
            error_setg_errno(errp, errno, "File descriptor %d is not one we inherited", fd);
            return -1;
        }
        return fd;
    }
    if (!provider || !provider->get_named) {
        error_setg(errp, "No file descriptor named '%s' (names come from the monitor's getfd; "
                   "use a number for an inherited one)", name_or_number);
        return -1;
    }
    return provider->get_named(provider->opaque, name_or_number, errp);
}

int fdset_path_open(const char *path, int flags, bool *is_fdset, Error **errp)
{
    const FdProvider *provider = qatomic_load_acquire(&fd_provider);
    const char *number;
    int64_t id;

    *is_fdset = strstart(path, FDSET_PREFIX, &number);
    if (!*is_fdset) {
        return -1;
    }
    if (qemu_strtoi64(number, NULL, 10, &id) < 0 || id < 0) {
        error_setg(errp, "Invalid file descriptor set '%s': expected " FDSET_PREFIX "NUMBER",
                   path);
        errno = EINVAL;
        return -1;
    }
    if (!provider || !provider->dup_from_set) {
        error_setg(errp, "File descriptor set %" PRId64 " not found (add it by the monitor "
                   "command add-fd)", id);
        errno = ENOENT;
        return -1;
    }
    return provider->dup_from_set(provider->opaque, id, flags, errp);
}

bool fdset_path_check(const char *path)
{
    return strstart(path, FDSET_PREFIX, NULL);
}

void fdset_fd_closing(int fd)
{
    const FdProvider *provider = qatomic_load_acquire(&fd_provider);

    if (provider && provider->closing) {
        provider->closing(provider->opaque, fd);
    }
}
