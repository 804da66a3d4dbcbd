/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reasons why the machine's state cannot be saved now (API of QEMU 8.2).
 */
#ifndef MIGRATION_BLOCKER_H
#define MIGRATION_BLOCKER_H

#include "qapi/error.h"

/*
 * Refuse saving the machine, with *@reasonp as the message.  On success returns 0 and the list
 * keeps the error (*@reasonp stays valid as the handle for removal).  Fails with a negative
 * errno, *@reasonp freed and NULL, when a save is running (-EBUSY) or the user asked for
 * -only-migratable (-EACCES).  Caller holds the BQL.
 */
int migrate_add_blocker(Error **reasonp, Error **errp);
/* The same; there is one mode of migration only. */
int migrate_add_blocker_normal(Error **reasonp, Error **errp);
/* The same, but allowed with -only-migratable: for states that pass by themselves. */
int migrate_add_blocker_internal(Error **reasonp, Error **errp);
/* Remove and free *@reasonp and set it to NULL; nothing happens when it is NULL. */
void migrate_del_blocker(Error **reasonp);

/* The first reason, as a copy in @errp, and true; false when nothing blocks. */
bool migration_is_blocked(Error **errp);
/* Say that a save starts (true) or has ended; adding blockers fails in between. */
void migration_set_saving(bool saving);
bool migration_is_saving(void);
/* -only-migratable */
void migration_set_only_migratable(bool only);
bool migration_only_migratable(void);

#endif
