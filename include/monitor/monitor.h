/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Monitors: the places a running machine is controlled from. A monitor talks
 * through a character device, either JSON (QMP, mode "control") or lines typed
 * by a person (HMP, mode "readline"). Any number of them may exist.
 *
 * All functions belong to the main thread with the BQL held, except those
 * marked "any thread". Out-of-band QMP execution does not exist.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

typedef struct MonitorOptions MonitorOptions;

/*
 * Installs what lower layers call back into: the sender of events, the reader
 * of error reports, the provider of passed file descriptors. Called once, by
 * the program and by tests, before any monitor is made. Allocates next to
 * nothing.
 */
void monitor_init_globals(void);

/* Closes all monitors, drops queued events and passed descriptors. */
void monitor_cleanup(void);

/*
 * Makes a monitor as described by @opts, whose chardev must exist and be
 * unused. With @allow_hmp false only control mode is accepted. Returns 0, or
 * -1 with @errp set.
 */
int monitor_init(MonitorOptions *opts, bool allow_hmp, Error **errp);

/* The same from the keys of -mon: chardev, mode, pretty. */
int monitor_init_opts(QemuOpts *opts, Error **errp);

/*
 * Makes a QMP or an HMP monitor on @chr. With @pretty JSON output is indented.
 * With @use_readline the monitor edits lines, keeps a history and completes
 * words (for a terminal); without, it only reads lines and prints no prompt
 * escape sequences. On failure @errp is set and @chr is untouched.
 */
void monitor_init_qmp(Chardev *chr, bool pretty, Error **errp);
void monitor_init_hmp(Chardev *chr, bool use_readline, Error **errp);

/* The monitor whose command this thread is running, or NULL. Any thread. */
Monitor *monitor_cur(void);

/* Makes @mon the current one of this thread; returns the former one. */
Monitor *monitor_set_cur(Monitor *mon);

/* Whether this thread is running a QMP command. Any thread. */
bool monitor_cur_is_qmp(void);

/*
 * Print on an HMP monitor; a QMP monitor or NULL takes nothing and -1 is
 * returned. Otherwise the number of bytes. Any thread.
 */
int monitor_puts(Monitor *mon, const char *str);
int monitor_printf(Monitor *mon, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
int monitor_vprintf(Monitor *mon, const char *fmt, va_list ap)
    G_GNUC_PRINTF(2, 0);

/* Sends what is buffered as far as the peer takes it. Any thread. */
void monitor_flush(Monitor *mon);

/*
 * Takes the descriptor that getfd stored as @fdname out of @mon (NULL: of any
 * monitor). The caller owns it. Returns -1 with @errp set if there is none.
 */
int monitor_get_fd(Monitor *mon, const char *fdname, Error **errp);

/* Same, where @fdname may also be the number of an open descriptor. */
int monitor_fd_param(Monitor *mon, const char *fdname, Error **errp);

/*
 * Puts @fd into set @set_id (made if there is none), for "/dev/fdset/ID" paths
 * (-add-fd). Takes ownership of @fd on success; else sets @errp.
 */
bool monitor_fdset_add(int fd, int64_t set_id, const char *opaque, Error **errp);

#endif
