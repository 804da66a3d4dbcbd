/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What saving and loading a machine share.
 *
 * A stream is: magic, format version, machine name, sections.  A section is a tag and, for a
 * device, a frame with id, instance, version and body; for a RAM block, a frame with name and
 * length, then runs of non-zero bytes (offset, size, bytes) in rising order, ended by offset ~0;
 * the last is the end tag with the number of device sections.
 */
#ifndef MIGRATION_MACHINE_STATE_INTERNAL_H
#define MIGRATION_MACHINE_STATE_INTERNAL_H

#include "migration/machine-state.h"
#include "exec/ramblock.h"

#define MACHINE_STATE_MAGIC "GANTRYVM"

enum {
    MACHINE_STATE_FORMAT = 1,
    MACHINE_STATE_MAGIC_BYTES = 8,
    MACHINE_STATE_TAG_RAM = 'R',
    MACHINE_STATE_TAG_DEVICE = 'D',
    MACHINE_STATE_TAG_END = 'E',
    /* RAM is looked at in such steps, and runs are no longer than the second. */
    RAM_STEP_BYTES = 4096,
    RAM_RUN_BYTES = 1024 * 1024,
};

/* Name of the machine type, "" when there is no machine. */
const char *machine_state_machine_name(void);

/* Do the contents of @rb belong to the stream? */
bool ram_state_is_saved(RAMBlock *rb);
/* The blocks to save, each with a reference to its region, which unref of the array drops. */
GPtrArray *ram_state_blocks(void);
/* Any thread. *@done (atomic) grows by the block's length as it is looked at. */
void ram_state_save(QEMUFile *f, RAMBlock *rb, uint64_t *done);
/* After the tag.  Adds the block to @seen. */
void ram_state_load(QEMUFile *f, GHashTable *seen);
/* Fails @f unless all blocks are in @seen. */
void ram_state_check_complete(QEMUFile *f, GHashTable *seen);

#endif
