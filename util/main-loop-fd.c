/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors that the main loop polls itself (main_loop_fd_add(), qemu/main-loop.h).
 *
 * They stand behind GLib's in the array that is polled, at the index they were given before.
 * While the loop polls without the BQL others may add and remove some: those added have no index
 * yet, those removed are not found any more.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include "util/main-loop-internal.h"

static QTAILQ_HEAD(, MainLoopFd) loop_fds = QTAILQ_HEAD_INITIALIZER(loop_fds);

void main_loop_fd_add(MainLoopFd *mfd)
{
    bql_assert_locked();
    mfd->events = 0;
    mfd->index = -1;
    mfd->is_ready = false;
    QTAILQ_INSERT_TAIL(&loop_fds, mfd, next);
}

void main_loop_fd_remove(MainLoopFd *mfd)
{
    bql_assert_locked();
    QTAILQ_REMOVE(&loop_fds, mfd, next);
}

void main_loop_fd_set_events(MainLoopFd *mfd, short events)
{
    bql_assert_locked();
    if (mfd->events == events) {
        return;
    }
    mfd->events = events;
    mfd->index = -1;
    mfd->is_ready = false;
    qemu_notify_event(); /* if it sleeps, then not for what is wanted now */
}

int main_loop_fds_fill(GArray *pollfds, int n)
{
    MainLoopFd *mfd;

    QTAILQ_FOREACH(mfd, &loop_fds, next) {
        mfd->index = -1;
        mfd->is_ready = false;
        if (!mfd->events) {
            continue;
        }
        if (n == (int)pollfds->len) {
            g_array_set_size(pollfds, n + 1);
        }
        g_array_index(pollfds, GPollFD, n) = (GPollFD) { .fd = mfd->fd, .events = mfd->events };
        mfd->index = n++;
    }
    return n;
}

int main_loop_fds_collect(const GArray *pollfds)
{
    MainLoopFd *mfd;
    int n = 0;

    QTAILQ_FOREACH(mfd, &loop_fds, next) {
        mfd->is_ready = mfd->index >= 0 && g_array_index(pollfds, GPollFD, mfd->index).revents;
        n += mfd->is_ready;
    }
    return n;
}

/* From the start after each call: a handler may change the list, or run a loop of its own. */
void main_loop_fds_dispatch(void)
{
    MainLoopFd *mfd;

    do {
        QTAILQ_FOREACH(mfd, &loop_fds, next) {
            if (mfd->is_ready) {
                mfd->is_ready = false;
                mfd->handler(mfd->opaque);
                break;
            }
        }
    } while (mfd);
}
