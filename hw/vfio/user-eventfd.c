/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Eventfds that are shared with a stranger (user-eventfd.h). Their flags and counter are shared
 * with it: it can make them blocking and full at any moment, so a write(2) could block for ever,
 * whatever was checked before. The kernel's asynchronous I/O signals an eventfd at the completion
 * of an operation without that (eventfd_signal(9)), so a short read is completed for it.
 */
#include "qemu/osdep.h"
#include <linux/aio_abi.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include "qemu/memfd.h"
#include "../../util/fd.h"
#include "user-eventfd.h"

#define AIO_EVENTS 64

/*
 * The process has one context, for its whole life: to end one takes the kernel a grace period,
 * 30 ms for each device that goes. Each submission is completed, and reaped, at once.
 */
static aio_context_t aio; /* 0: there is none */

static void aio_start(void)
{
    if (syscall(SYS_io_setup, AIO_EVENTS, &aio) < 0) {
        aio = 0;
    }
}

void vfio_user_signaller_init(VFIOUserSignaller *signaller)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, aio_start);
    signaller->source = aio ? qemu_memfd_create("vfio-user-signal", 1, false, 0, 0, NULL) : -1;
}

void vfio_user_signaller_destroy(VFIOUserSignaller *signaller)
{
    fd_close(&signaller->source);
}

static bool signal_by_aio(VFIOUserSignaller *signaller, int fd)
{
    struct io_event events[AIO_EVENTS];
    struct timespec now = { 0 };
    uint8_t byte;
    struct iocb iocb = {
        .aio_lio_opcode = IOCB_CMD_PREAD,
        .aio_fildes = signaller->source,
        .aio_buf = (uintptr_t)&byte,
        .aio_nbytes = 1,
        .aio_flags = IOCB_FLAG_RESFD,
        .aio_resfd = fd,
    };
    struct iocb *list[] = { &iocb };

    if (signaller->source < 0 || syscall(SYS_io_submit, aio, 1, list) != 1) {
        return false;
    }
    /* A read of memory is complete when it was submitted: @byte is not written later. */
    syscall(SYS_io_getevents, aio, 0, AIO_EVENTS, events, &now);
    return true;
}

void vfio_user_signal(VFIOUserSignaller *signaller, int fd)
{
    const uint64_t one = 1;
    struct pollfd pfd = { .fd = fd, .events = POLLOUT };

    if (signal_by_aio(signaller, fd)) {
        return;
    }
    /* Without AIO (a sandbox): safe against all but a client that races with this. */
    if (fcntl(fd, F_SETFL, O_NONBLOCK | O_RDWR) || poll(&pfd, 1, 0) != 1 ||
        !(pfd.revents & POLLOUT)) {
        return;
    }
    while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR) {
        continue;
    }
}

bool vfio_user_fd_is_eventfd(int fd)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *target = g_file_read_link(path, NULL);

    return target && !strcmp(target, "anon_inode:[eventfd]");
}

uint64_t vfio_user_eventfd_take(int fd)
{
    uint64_t value;
    struct iovec iov = { &value, sizeof(value) };
    struct pollfd pfd = { .fd = fd, .events = POLLIN };
    ssize_t n = preadv2(fd, &iov, 1, -1, RWF_NOWAIT);

    if (n < 0 && (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)) {
        /* A kernel before 5.8: safe against all but a client that races with this. */
        if (fcntl(fd, F_SETFL, O_NONBLOCK | O_RDWR) || poll(&pfd, 1, 0) != 1) {
            return 0;
        }
        n = read(fd, &value, sizeof(value));
    }
    return n == sizeof(value) ? value : 0;
}
