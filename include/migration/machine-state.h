/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole machine as one stream: every registered VMState and the contents of every migratable
 * RAM block.  Caller holds the BQL; the machine must not run.
 */
#ifndef MIGRATION_MACHINE_STATE_H
#define MIGRATION_MACHINE_STATE_H

#include "migration/qemu-file.h"

/*
 * Write the machine to @f.  Fails, before anything is written, when a blocker or an unmigratable
 * device exists; the message names it.
 */
bool machine_state_save(QEMUFile *f, Error **errp);
/* Whether the machine could be saved if it were stopped; the reason in @errp if not. */
bool machine_save_check(Error **errp);

/*
 * The same in three steps, so that writing need not be done by a thread with the BQL.
 * begin: takes the state of the devices, which may go on living as long as they leave memory
 * alone; NULL with @errp set where machine_state_save() would fail.  write: all of the stream;
 * any thread, without locks, failures are in @f.  progress: of writing, in bytes of memory; any
 * thread.  end: frees @s, with the BQL.  Until then migration_is_saving() is true.
 */
typedef struct MachineSave MachineSave;
MachineSave *machine_save_begin(Error **errp);
void machine_save_write(MachineSave *s, QEMUFile *f);
void machine_save_progress(MachineSave *s, uint64_t *total, uint64_t *done);
void machine_save_end(MachineSave *s);

/*
 * Read the machine from @f.  On failure devices loaded before the failing section keep the
 * loaded state: the caller must not run the machine, only reset it, load again or quit.
 */
bool machine_state_load(QEMUFile *f, Error **errp);
/* The same for a thread without the BQL, which is taken for each device while it is loaded. */
bool machine_state_load_unlocked(QEMUFile *f, Error **errp);

/*
 * The same for one object only: the states registered under its id (vmstate_if_get_id()), no RAM.
 * Saving fails when there are none.
 */
bool machine_state_save_one(QEMUFile *f, const char *id, Error **errp);
bool machine_state_load_one(QEMUFile *f, Error **errp);

#endif
