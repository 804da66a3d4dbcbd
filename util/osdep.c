/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host calls behind qemu/osdep.h: files, memory protection, host facts. */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include <sys/syscall.h>
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"
#include "util/fdset-internal.h"

/* ---- memory --------------------------------------------------------------- */

uintptr_t qemu_real_host_page_size(void)
{
    return getpagesize();
}

intptr_t qemu_real_host_page_mask(void)
{
    return -(intptr_t)qemu_real_host_page_size();
}

int qemu_madvise(void *addr, size_t len, int advice)
{
    return madvise(addr, len, advice);
}

int qemu_mprotect_rwx(void *addr, size_t size)
{
    return mprotect(addr, size, PROT_READ | PROT_WRITE | PROT_EXEC);
}

int qemu_mprotect_rw(void *addr, size_t size)
{
    return mprotect(addr, size, PROT_READ | PROT_WRITE);
}

int qemu_mprotect_none(void *addr, size_t size)
{
    return mprotect(addr, size, PROT_NONE);
}

size_t qemu_get_host_physmem(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    size_t bytes;

    if (pages <= 0 || __builtin_mul_overflow((size_t)pages, qemu_real_host_page_size(), &bytes)) {
        return 0;
    }
    return bytes;
}

/* ---- files ---------------------------------------------------------------- */

static int file_open(const char *name, int flags, mode_t mode, Error **errp)
{
    bool is_fdset;
    int fd = fdset_path_open(name, flags, &is_fdset, errp);

    if (is_fdset) {
        return fd;
    }
    fd = RETRY_ON_EINTR(open(name, flags | O_CLOEXEC, mode));
    if (fd < 0) {
        const char *action = flags & O_CREAT ? "create" : "open";

        error_setg_errno(errp, errno, "Could not %s '%s'", action, name);
    }
    return fd;
}

int qemu_open(const char *name, int flags, Error **errp)
{
    g_assert(!(flags & O_CREAT));
    return file_open(name, flags, 0, errp);
}

int qemu_create(const char *name, int flags, mode_t mode, Error **errp)
{
    g_assert(!(flags & O_EXCL));
    return file_open(name, flags | O_CREAT | O_EXCL, mode, errp);
}

int qemu_open_old(const char *name, int flags, ...)
{
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list ap;

        va_start(ap, flags);
        mode = va_arg(ap, int);
        va_end(ap);
    }
    return file_open(name, flags, mode, NULL);
}

int qemu_close(int fd)
{
    fdset_fd_closing(fd);
    return close(fd);
}

int qemu_unlink(const char *name)
{
    return fdset_path_check(name) ? 0 : unlink(name);
}

int qemu_dup(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

void qemu_set_cloexec(int fd)
{
    int flags = fcntl(fd, F_GETFD);

    g_assert(flags >= 0);
    fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

bool qemu_set_blocking(int fd, bool block, Error **errp)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, block ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0) {
        error_setg_errno(errp, errno, "Setting the blocking mode of file descriptor %d failed",
                         fd);
        return false;
    }
    return true;
}

ssize_t qemu_write_full(int fd, const void *buf, size_t count)
{
    const char *at = buf;
    size_t left = count;

    while (left > 0) {
        ssize_t n = RETRY_ON_EINTR(write(fd, at, left));

        if (n < 0) {
            break;
        }
        at += n;
        left -= n;
    }
    return count - left;
}

/* ---- process -------------------------------------------------------------- */

int qemu_get_thread_id(void)
{
    return syscall(SYS_gettid);
}

static char *exec_dir;

void qemu_init_exec_dir(const char *argv0)
{
    g_autofree char *path = NULL;

    if (exec_dir) {
        return;
    }
    path = g_file_read_link("/proc/self/exe", NULL);
    /* Without /proc, the name we were called by is the best there is. */
    exec_dir = g_path_get_dirname(path ? path : argv0);
}

const char *qemu_get_exec_dir(void)
{
    return exec_dir;
}

char *get_relocated_path(const char *dir)
{
    g_autofree char *bindir = g_build_filename(CONFIG_PREFIX, "bin", NULL);
    g_autofree char *moved = NULL;
    const char *below;

    g_assert(exec_dir);
    if (strcmp(exec_dir, bindir) == 0 || !g_str_has_suffix(exec_dir, "/bin")
        || !strstart(dir, CONFIG_PREFIX "/", &below)) {
        return g_strdup(dir);
    }
    moved = g_path_get_dirname(exec_dir);
    return g_build_filename(moved, below, NULL);
}
