/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event notifiers (qemu/event_notifier.h) on eventfd(2). */
#include "qemu/osdep.h"
#include <sys/eventfd.h>
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "util/fd.h"

int event_notifier_init(EventNotifier *e, int active)
{
    int fd = eventfd(active ? 1 : 0, EFD_NONBLOCK | EFD_CLOEXEC);

    if (fd < 0) {
        return -errno;
    }
    event_notifier_init_fd(e, fd);
    return 0;
}

void event_notifier_init_fd(EventNotifier *e, int fd)
{
    e->rfd = fd;
    e->wfd = fd;
    e->initialized = true;
}

void event_notifier_cleanup(EventNotifier *e)
{
    if (!e->initialized) {
        return;
    }
    if (e->wfd != e->rfd) {
        fd_close(&e->wfd);
    }
    fd_close(&e->rfd);
    e->wfd = -1;
    e->initialized = false;
}

int event_notifier_get_fd(const EventNotifier *e)
{
    return e->rfd;
}

int event_notifier_get_wfd(const EventNotifier *e)
{
    return e->wfd;
}

int event_notifier_set(EventNotifier *e)
{
    static const uint64_t one = 1;
    ssize_t n;

    if (!e->initialized) {
        return -EINVAL;
    }
    n = RETRY_ON_EINTR(write(e->wfd, &one, sizeof(one)));
    /* EAGAIN: the counter is at its limit, so a signal is pending already. */
    return n < 0 && errno != EAGAIN ? -errno : 0;
}

int event_notifier_test_and_clear(EventNotifier *e)
{
    uint64_t count;

    if (!e->initialized) {
        return 0;
    }
    return RETRY_ON_EINTR(read(e->rfd, &count, sizeof(count))) == sizeof(count);
}

void event_notifier_set_handler(EventNotifier *e, EventNotifierHandler *handler)
{
    qemu_set_fd_handler(e->rfd, (IOHandler *)(void *)handler, NULL, e);
}
