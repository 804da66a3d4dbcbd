/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Character devices, seen from a device or monitor (the front end).  A front
 * end embeds a CharBackend, usually set by DEFINE_PROP_CHR; all functions
 * accept one that has no chardev, and then do nothing useful without failing.
 */
#ifndef QEMU_CHAR_FE_H
#define QEMU_CHAR_FE_H

#include "chardev/char.h"

typedef void IOEventHandler(void *opaque, QEMUChrEvent event);
/* The chardev behind the front end was exchanged; set up anew. 0, or non-zero to refuse. */
typedef int BackendChangeHandler(void *opaque);

/* Fields are private; front ends only embed it. */
struct CharBackend {
    Chardev *chr;
    IOEventHandler *chr_event;
    IOCanReadHandler *chr_can_read;
    IOReadHandler *chr_read;
    BackendChangeHandler *chr_be_change;
    void *opaque;
    int tag;
    bool fe_is_open;
};

/* Connects to @s, which may be NULL. False and @errp if @s already has a user. */
bool qemu_chr_fe_init(CharBackend *b, Chardev *s, Error **errp);
/* Disconnects; with @del the chardev is deleted too. */
void qemu_chr_fe_deinit(CharBackend *b, bool del);
/* The chardev, or NULL. For features only; never to write behind the front end's back. */
Chardev *qemu_chr_fe_get_driver(CharBackend *be);
/* True if there is a chardev. */
bool qemu_chr_fe_backend_connected(CharBackend *be);
/* True if that chardev's peer is there. */
bool qemu_chr_fe_backend_open(CharBackend *be);

/*
 * Sets the handlers; all NULL removes them.
 *
 * @fd_can_read: how many bytes @fd_read would take now
 * @fd_read: gets input
 * @fd_event: gets CHR_EVENT_*
 * @be_change: see above; without it the chardev cannot be exchanged
 * @context: where they run; NULL is the main loop
 * @set_open: also tell the backend that the front end is there
 * @sync_state: deliver CHR_EVENT_OPENED now if the backend is open
 */
void qemu_chr_fe_set_handlers_full(CharBackend *b, IOCanReadHandler *fd_can_read,
                                   IOReadHandler *fd_read, IOEventHandler *fd_event,
                                   BackendChangeHandler *be_change, void *opaque,
                                   GMainContext *context, bool set_open, bool sync_state);
/* The same with @sync_state true. */
void qemu_chr_fe_set_handlers(CharBackend *b, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque,
                              GMainContext *context, bool set_open);
/* On a mux: send input here from now on. */
void qemu_chr_fe_take_focus(CharBackend *b);
/* The can_read handler would answer more than before. */
void qemu_chr_fe_accept_input(CharBackend *be);
/* Hangs up on the peer. */
void qemu_chr_fe_disconnect(CharBackend *be);
/* Blocks until the peer is there; 0, or -1 with @errp. */
int qemu_chr_fe_wait_connected(CharBackend *be, Error **errp);
/* Terminal echo. */
void qemu_chr_fe_set_echo(CharBackend *be, bool echo);
/* The front end opened or closed (virtio-console, vhost). */
void qemu_chr_fe_set_open(CharBackend *be, bool is_open);
/* Formats and writes all of it. Any thread. */
void qemu_chr_fe_printf(CharBackend *be, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Return false (G_SOURCE_REMOVE) to stop watching. */
typedef gboolean (*FEWatchFunc)(void *do_not_use, GIOCondition condition, void *data);
/* Calls @func when @cond holds; a tag for g_source_remove(), or 0 if the backend cannot. */
guint qemu_chr_fe_add_watch(CharBackend *be, GIOCondition cond, FEWatchFunc func, void *user_data);
/*
 * Writes up to @len bytes without blocking: the number taken, 0 without a
 * chardev, or -1 with errno.  Any thread.
 */
int qemu_chr_fe_write(CharBackend *be, const uint8_t *buf, int len);
/* Writes everything, waiting for the peer if it must. Any thread. */
int qemu_chr_fe_write_all(CharBackend *be, const uint8_t *buf, int len);
/* Reads until @len bytes, end of stream (short count) or error (-1), outside the main loop. */
int qemu_chr_fe_read_all(CharBackend *be, uint8_t *buf, int len);
/* CHR_IOCTL_*; -ENOTSUP if the backend does not know @cmd. */
int qemu_chr_fe_ioctl(CharBackend *be, int cmd, void *arg);
/* One descriptor that came with the last read, now the caller's; -1 if none. */
int qemu_chr_fe_get_msgfd(CharBackend *be);
/* Up to @num of them; the number, or -1 without a chardev. */
int qemu_chr_fe_get_msgfds(CharBackend *be, int *fds, int num);
/* Sends copies of @fds, which stay open until then, with the next write; 0, or -1. */
int qemu_chr_fe_set_msgfds(CharBackend *be, int *fds, int num);

#endif
