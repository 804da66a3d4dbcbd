/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers of file descriptors (qemu_set_fd_handler), on one epoll descriptor.
 *
 * The table is indexed by descriptor. An event carries the descriptor and the
 * generation of its table entry; a handler that was removed, or whose number
 * was reused, between epoll_wait() and its turn is recognised by that, so
 * handlers may remove any handler at any time. epoll refuses plain files: those
 * are always ready and called once per turn of the loop.
 */
#include "qemu/osdep.h"
#include <sys/epoll.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "util/main-loop-internal.h"

#define EVENTS_PER_DISPATCH 64

typedef struct FdHandler {
    IOHandler *read;
    IOHandler *write;
    void *opaque;
    uint32_t generation;
    uint32_t events;            /* what epoll watches; 0: not watched */
    bool is_always_ready;
} FdHandler;

/* Guards the table; held for a few instructions and one epoll_ctl(), never in a callback. */
static QemuMutex handlers_lock = QEMU_MUTEX_INITIALIZER;
static FdHandler *handlers;
static size_t handlers_len;
static int always_ready_count;  /* read without the lock */
static int handlers_epfd = -1;

int fd_handlers_init(Error **errp)
{
    QEMU_LOCK_GUARD(&handlers_lock);
    if (handlers_epfd < 0) {
        handlers_epfd = epoll_create1(EPOLL_CLOEXEC);
        if (handlers_epfd < 0) {
            error_setg_errno(errp, errno, "Creating the main loop's epoll descriptor failed");
        }
    }
    return handlers_epfd;
}

bool fd_handlers_always_ready(void)
{
    return qatomic_read(&always_ready_count) > 0;
}

static FdHandler *handler_get(int fd)
{
    if ((size_t)fd >= handlers_len) {
        size_t len = MAX(64, pow2ceil((uint64_t)fd + 1));

        handlers = g_renew(FdHandler, handlers, len);
        memset(&handlers[handlers_len], 0, (len - handlers_len) * sizeof(*handlers));
        handlers_len = len;
    }
    return &handlers[fd];
}

static void handler_always_ready_set(FdHandler *handler, bool ready)
{
    if (handler->is_always_ready != ready) {
        handler->is_always_ready = ready;
        qatomic_set(&always_ready_count, always_ready_count + (ready ? 1 : -1));
    }
}

/* Makes epoll watch @fd for @events; 0 for none. */
static void handler_watch(int fd, FdHandler *handler, uint32_t events)
{
    struct epoll_event event = {
        .events = events,
        .data.u64 = (uint64_t)handler->generation << 32 | (uint32_t)fd,
    };
    int op = !events ? EPOLL_CTL_DEL : handler->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    int ret = epoll_ctl(handlers_epfd, op, fd, &event);

    /* The kernel forgets a descriptor that its owner closed; the number may be in use again. */
    if (ret < 0 && op == EPOLL_CTL_MOD && errno == ENOENT) {
        ret = epoll_ctl(handlers_epfd, EPOLL_CTL_ADD, fd, &event);
    }
    handler->events = events;
    if (op == EPOLL_CTL_DEL) {
        handler_always_ready_set(handler, false);
    } else if (ret < 0 && errno == EPERM) {
        handler->events = 0;
        handler_always_ready_set(handler, true);
    } else if (ret < 0) {
        error_report("Watching file descriptor %d failed: %s", fd, strerror(errno));
        abort();
    }
}

void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque)
{
    uint32_t events = (fd_read ? EPOLLIN | EPOLLPRI : 0) | (fd_write ? EPOLLOUT : 0);
    FdHandler *handler;

    g_assert(fd >= 0);
    if (unlikely(handlers_epfd < 0)) {
        qemu_init_main_loop(&error_fatal);
    }
    WITH_QEMU_LOCK_GUARD(&handlers_lock) {
        handler = handler_get(fd);
        if (events != handler->events || handler->is_always_ready) {
            handler_watch(fd, handler, events);
        }
        if (!events) {
            handler->generation++;
        }
        handler->read = fd_read;
        handler->write = fd_write;
        handler->opaque = opaque;
    }
    if (fd_handlers_always_ready()) {
        main_loop_wake();
    }
}

/* A copy of @fd's handler if it still is of @generation. */
static bool handler_lookup(int fd, uint32_t generation, FdHandler *copy)
{
    QEMU_LOCK_GUARD(&handlers_lock);
    if ((size_t)fd >= handlers_len || handlers[fd].generation != generation) {
        return false;
    }
    *copy = handlers[fd];
    return true;
}

static void handler_call(int fd, uint32_t generation, uint32_t events)
{
    FdHandler handler;

    /* Looked up for each call: the first may have removed or replaced the second. */
    if ((events & (EPOLLIN | EPOLLPRI | EPOLLHUP | EPOLLERR))
        && handler_lookup(fd, generation, &handler) && handler.read) {
        handler.read(handler.opaque);
    }
    if (!(events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
        || !handler_lookup(fd, generation, &handler) || !handler.write) {
        return;
    }
    /* A hang-up alone is the reader's business when there is a reader. */
    if ((events & (EPOLLOUT | EPOLLERR)) || !handler.read) {
        handler.write(handler.opaque);
    }
}

static void handlers_always_ready_call(void)
{
    size_t len;

    WITH_QEMU_LOCK_GUARD(&handlers_lock) {
        len = handlers_len;
    }
    for (size_t fd = 0; fd < len; fd++) {
        bool is_ready;
        uint32_t generation;

        WITH_QEMU_LOCK_GUARD(&handlers_lock) {
            is_ready = handlers[fd].is_always_ready;
            generation = handlers[fd].generation;
        }
        if (is_ready) {
            handler_call(fd, generation, EPOLLIN | EPOLLOUT);
        }
    }
}

void fd_handlers_dispatch(void)
{
    struct epoll_event events[EVENTS_PER_DISPATCH];
    int n = RETRY_ON_EINTR(epoll_wait(handlers_epfd, events, EVENTS_PER_DISPATCH, 0));

    for (int i = 0; i < n; i++) {
        handler_call((int)(uint32_t)events[i].data.u64, events[i].data.u64 >> 32,
                     events[i].events);
    }
    if (fd_handlers_always_ready()) {
        handlers_always_ready_call();
    }
}
