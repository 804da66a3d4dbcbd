/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QMP and HMP monitors have in common: a character device, paced input,
 * buffered output, passed file descriptors.
 *
 * Input is kept as bytes and taken apart one command at a time from a bottom
 * half, so a client may send as many commands as it likes ahead: reading stops
 * while commands wait, or while the client does not read the answers.
 *
 * Any thread may append output. Sending it needs the BQL.
 */
#ifndef MONITOR_MONITOR_INTERNAL_H
#define MONITOR_MONITOR_INTERNAL_H

#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "qemu/queue.h"
#include "qemu/thread.h"
#include "qapi/error.h"
#include "chardev/char-fe.h"
#include "monitor/monitor.h"

/* Bytes of unsent output above which no further command is taken. */
#define MONITOR_OUTPUT_BUSY_BYTES (64 * 1024)
/* Bytes of unsent output above which events for the client are dropped. */
#define MONITOR_OUTPUT_EVENT_BYTES (1024 * 1024)

typedef struct MonitorOps {
    /* A client is there; it is gone. */
    void (*opened)(Monitor *mon);
    void (*closed)(Monitor *mon);
    /*
     * Takes apart @len > 0 bytes and returns how many it took, at least one.
     * Returns early after having run a command.
     */
    size_t (*consume)(Monitor *mon, const char *bytes, size_t len);
    /* Frees what the kind of monitor added; the Monitor itself goes after. */
    void (*release)(Monitor *mon);
} MonitorOps;

/* A descriptor that came with bytes of the input, not yet claimed. */
typedef struct MonitorMessageFd {
    int fd;
    uint64_t bytes_end;     /* input offset behind the bytes it came with */
} MonitorMessageFd;

/* A descriptor that getfd named. */
typedef struct MonitorNamedFd {
    char *name;
    int fd;
    QLIST_ENTRY(MonitorNamedFd) next;
} MonitorNamedFd;

struct Monitor {
    const MonitorOps *ops;
    CharBackend chr;
    bool is_qmp;
    bool is_open;           /* a client is connected */
    bool is_consuming;      /* in ops->consume() */
    bool is_muted;          /* another user of a mux has the terminal */
    unsigned client_count;  /* tells one client from the next */

    GString *input;         /* not yet taken apart; BQL */
    uint64_t input_offset;  /* of input's first byte in what the client sent */
    uint64_t command_start; /* where the command that runs began */
    QEMUBH *input_bh;
    GArray *message_fds;    /* MonitorMessageFd in order of arrival; BQL */
    QLIST_HEAD(, MonitorNamedFd) named_fds; /* BQL */

    QemuMutex output_lock;
    GString *pending;       /* appended by any thread; output_lock */
    GString *sending;       /* being written; BQL */
    guint output_watch;     /* BQL */
    QEMUBH *flush_bh;

    Monitor *parent;        /* the monitor that runs this one, for fds */
    int64_t cpu_index;      /* CPU that commands look at; -1: the first */
    QTAILQ_ENTRY(Monitor) next;
};

typedef struct MonitorQMP MonitorQMP;

/* Walk over monitors with the list locked; @fn returns false to stop. */
void monitor_foreach(bool (*fn)(Monitor *mon, void *opaque), void *opaque);

/* Sets up the common part, without a chardev: output is only collected. */
void monitor_data_init(Monitor *mon, const MonitorOps *ops, bool is_qmp);
void monitor_data_release(Monitor *mon);
/* Connects @mon to @chr, adds it to the list; false with @errp set. */
bool monitor_attach(Monitor *mon, Chardev *chr, Error **errp);

/* Appends to the output; the caller flushes. Any thread. */
void monitor_output_append(Monitor *mon, const char *text, size_t len);
/* Bytes not yet taken by the chardev; exact with the BQL held. */
size_t monitor_output_bytes(Monitor *mon);

/* The first descriptor that came with the running command, or -1. */
int monitor_message_fd_take(Monitor *mon);
/* Closes descriptors that commands up to @command_start could have claimed. */
void monitor_message_fds_prune(Monitor *mon, uint64_t command_start);
void monitor_message_fds_collect(Monitor *mon, size_t bytes);
void monitor_message_fds_close(Monitor *mon);
void monitor_named_fds_close(Monitor *mon);

/* Installs the provider of qemu/fdset.h; removes it and all sets. */
void monitor_fdsets_init(void);
void monitor_fdsets_cleanup(void);

/* Becomes the receiver of qapi_event_send_*(). */
void monitor_events_init(void);
void monitor_events_cleanup(void);

#endif
