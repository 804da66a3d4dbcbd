/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ownership of file descriptors; GLib 2.74 has no g_autofd yet. */
#ifndef UTIL_FD_H
#define UTIL_FD_H

/* Closes *@fd if it is one and leaves -1 there. errno is kept. */
static inline void fd_close(int *fd)
{
    int saved_errno = errno;

    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
    errno = saved_errno;
}

/* Takes the descriptor out of *@fd, which becomes -1. */
static inline int fd_steal(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

/* fd_auto int fd = open(...): closed at the end of the scope unless stolen. */
#define fd_auto __attribute__((cleanup(fd_close)))

#endif
