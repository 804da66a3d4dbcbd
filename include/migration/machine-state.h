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
/*
 * Read the machine from @f.  On failure devices loaded before the failing section keep the
 * loaded state: the caller must not run the machine, only reset it, load again or quit.
 */
bool machine_state_load(QEMUFile *f, Error **errp);

/*
 * The same for one object only: the states registered under its id (vmstate_if_get_id()), no RAM.
 * Saving fails when there are none.
 */
bool machine_state_save_one(QEMUFile *f, const char *id, Error **errp);
bool machine_state_load_one(QEMUFile *f, Error **errp);

#endif
