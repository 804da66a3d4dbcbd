/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving the machine that runs to a file, descriptor or command, and starting from such a saved
 * state: what the monitor's "migrate" and -incoming do.  Stop and copy: the machine stands still
 * while it is saved.  The stream is transferred by a thread, so monitors go on.  One at a time.
 * Main thread with the BQL held.
 *
 * A place is "file:PATH[,offset=BYTES]", "fd:NUMBER-OR-NAME" or "exec:COMMAND".
 */
#ifndef MIGRATION_MIGRATE_H
#define MIGRATION_MIGRATE_H

#include "qapi/error.h"
#include "qapi/qapi-types-migration.h"

/* Make the run state part of the saved state.  Once, before anything is saved or loaded. */
void migration_setup(void);
/* The program ends: give up what is under way and wait for it (the BQL is dropped meanwhile). */
void migration_shutdown(void);

/*
 * Stop the machine and begin to save it to @uri.  False with @errp set if that is not possible;
 * the machine is then as before.  The end, good or bad, is told by migration_info() and the
 * event MIGRATION: a machine that was saved stays stopped ("postmigrate"), another goes on.
 */
bool migration_start(const char *uri, Error **errp);
/* Give up saving; nothing happens when there is none. */
void migration_cancel(void);
/* The state of the last one; the caller frees it. */
MigrationInfo *migration_info(void);

/*
 * The machine, which is built and has been reset, waits for a state ("inmigrate") from @uri, or
 * with "defer" from what migration_incoming_start() will name.
 */
bool migration_incoming_wait(const char *uri, Error **errp);
/*
 * Begin to load from @uri.  When all is there the machine takes the run state of the saved one
 * (without autostart: it does not run); if it cannot be loaded the program ends with status 1.
 */
bool migration_incoming_start(const char *uri, Error **errp);

#endif
