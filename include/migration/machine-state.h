/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole machine as one stream: every registered VMState and the contents of every migratable
 * RAM block.  The machine must be stopped; the caller holds the BQL.
 */
#ifndef MIGRATION_MACHINE_STATE_H
#define MIGRATION_MACHINE_STATE_H

#include "migration/qemu-file.h"

typedef struct VMStateEntry VMStateEntry;

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
 * One device's part only, in the same format: every state registered for the object with
 * canonical path or id @id.  Used to compare a device with itself.
 */
bool machine_state_save_one(QEMUFile *f, const char *id, Error **errp);

#endif
