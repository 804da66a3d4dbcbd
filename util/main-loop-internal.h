/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the main loop: source, descriptors, bottom halves. */
#ifndef UTIL_MAIN_LOOP_INTERNAL_H
#define UTIL_MAIN_LOOP_INTERNAL_H

#include "qemu/main-loop.h"

/*
 * Wakes the loop if it sleeps or is about to. Call it after the work it shall
 * find was published by a sequentially consistent operation. Any thread.
 */
void main_loop_wake(void);

/* Makes the epoll descriptor; the loop polls only this one for all handlers. -1 with @errp. */
int fd_handlers_init(Error **errp);
/* Whether a descriptor that cannot be polled (a plain file) wants its handler called. */
bool fd_handlers_always_ready(void);
/* Calls the handlers of ready descriptors. */
void fd_handlers_dispatch(void);

/*
 * Descriptors of main_loop_fd_add(): put them behind the first @n GPollFDs that are polled (how
 * many there are then; the array may be longer); see which are ready (how many); call the handlers
 * of these.
 */
int main_loop_fds_fill(GArray *pollfds, int n);
int main_loop_fds_collect(const GArray *pollfds);
void main_loop_fds_dispatch(void);

/* When the next bottom half must run: 0 now, 10 ms for idle ones, -1 none queued. */
int64_t bh_timeout_ns_get(void);
/* Runs what was scheduled before the call. Main thread only. */
void bh_queue_run(void);

#endif
