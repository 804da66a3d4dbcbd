/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Eventfds that the other end of a vfio-user connection has too. It is not trusted: it can make
 * them full, empty and blocking at any moment, which must not keep anybody here.
 */
#ifndef HW_VFIO_USER_EVENTFD_H
#define HW_VFIO_USER_EVENTFD_H

#include "qemu/osdep.h"

/* How to signal without ever blocking: through the kernel's completion of a read of @source. */
typedef struct VFIOUserSignaller {
    int source; /* a file of one byte; -1: there is none */
} VFIOUserSignaller;

void vfio_user_signaller_init(VFIOUserSignaller *signaller);
void vfio_user_signaller_destroy(VFIOUserSignaller *signaller);

/* Add 1 to the eventfd @fd, whatever the peer did to its flags and counter. Any thread. */
void vfio_user_signal(VFIOUserSignaller *signaller, int fd);

/* Whether @fd is an eventfd. */
bool vfio_user_fd_is_eventfd(int fd);

/* The counter, which is 0 afterwards. Never blocks. */
uint64_t vfio_user_eventfd_take(int fd);

#endif
