/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What saving (migrate.c) and starting from a saved state (incoming.c) share.
 */
#ifndef MIGRATION_MIGRATE_INTERNAL_H
#define MIGRATION_MIGRATE_INTERNAL_H

#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "migration/machine-state.h"
#include "migration/migrate.h"
#include "qapi/qapi-types-run-state.h"

/* The one transfer, under way or the last. */
typedef struct Migration {
    MigrationStatus status;
    QEMUFile *file;
    EventNotifier stop;         /* tells the thread to give up */
    QemuThread thread;
    bool has_thread;
    QEMUBH *done_bh;            /* the thread has ended */
    Error *err;                 /* why it failed; the thread's until done_bh */
    int64_t began_ms;           /* of the real-time clock */
    int64_t total_ms;
    uint64_t ram_total;         /* bytes, once it is known */
    uint64_t ram_done;
    /* saving */
    MachineSave *save;
    RunState state_before;
} Migration;

/* Set @m's status and tell about it. */
void migration_set_status(Migration *m, MigrationStatus status);
/* Is a transfer under way? */
bool migration_is_busy(const Migration *m);
/*
 * Open @uri, set up @m, and let @run(@m) have a thread; it ends by scheduling done_bh, which
 * calls @done(@m).  False with @errp set.
 */
bool migration_transfer_open(Migration *m, const char *uri, bool is_output, Error **errp);
bool migration_transfer_start(Migration *m, void *(*run)(void *), QEMUBHFunc *done,
                              Error **errp);
/* Join the thread and free what was set up, in done_bh or when the start failed. */
void migration_transfer_end(Migration *m);
Migration *migration_current(void);

/* A descriptor for the stream, which does not block if it is no plain file; -1 with @errp set. */
int migration_channel_open(const char *uri, bool is_output, Error **errp);

/* global-state.c: what is saved as the run state, and what was loaded. */
void global_state_register(void);
void global_state_store(RunState state);
RunState global_state_loaded(void);

#endif
