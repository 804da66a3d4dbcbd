/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eventfd: signalled from anywhere (another thread, the kernel, another
 * process), waited for by the main loop through event_notifier_set_handler().
 */
#ifndef QEMU_EVENT_NOTIFIER_H
#define QEMU_EVENT_NOTIFIER_H

#include "qemu/typedefs.h"

/* Read and write side are the same descriptor unless an owner set them apart. */
struct EventNotifier {
    int rfd;
    int wfd;
    bool initialized;
};

typedef void EventNotifierHandler(EventNotifier *);

/* Creates the descriptor; @active: signalled already. Returns 0 or -errno. */
int event_notifier_init(EventNotifier *e, int active);
/* Wraps @fd, which stays the caller's to close unless event_notifier_cleanup() is called. */
void event_notifier_init_fd(EventNotifier *e, int fd);
/* Closes the descriptors. Does nothing the second time. */
void event_notifier_cleanup(EventNotifier *e);
int event_notifier_get_fd(const EventNotifier *e);
int event_notifier_get_wfd(const EventNotifier *e);
/* Signals. Returns 0 or -errno; a counter already at its limit counts as signalled. */
int event_notifier_set(EventNotifier *e);
/* Takes all signals; true when there was one. */
int event_notifier_test_and_clear(EventNotifier *e);

#endif
