/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain file descriptors in the main loop: what backends share. */
#ifndef CHAR_IO_H
#define CHAR_IO_H

#include <glib-unix.h>
#include "chardev/char.h"

/*
 * Watches @fd for input in @context, but only while @can_read answers more
 * than zero, so a front end that is full stops the flow without spinning.
 * @func returns false to stop.  Hang-up and errors also call it.  The source
 * is attached; end it with char_io_poll_remove().
 */
GSource *char_io_poll_add(Chardev *chr, int fd, IOCanReadHandler *can_read, GUnixFDSourceFunc func,
                          void *opaque, GMainContext *context);
/* Destroys chr->gsource, if any. */
void char_io_poll_remove(Chardev *chr);

/* A can_read for char_io_poll_add() whose opaque is the Chardev. */
int char_io_can_read(void *opaque);

/* Hands the front end what it takes of @fd's input. False when the other end is gone. */
bool char_io_forward(Chardev *chr, int fd);

/* The descriptor watch behind qemu_chr_fe_add_watch(); not attached. */
GSource *char_io_watch_new(int fd, GIOCondition cond);

/* write() that retries EINTR: bytes, or -1 with errno. */
int char_io_write(int fd, const void *buf, size_t len);

#endif
