/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reasons why the machine cannot be saved now.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "migration/blocker.h"
#include "sysemu/sysemu.h"

/* -only-migratable; 8.2 has it as a variable. */
int only_migratable;

/* Of Error *, owned; newest first. */
static GSList *blockers;
static bool is_saving;

void migration_set_only_migratable(bool only)
{
    only_migratable = only;
}

bool migration_only_migratable(void)
{
    return only_migratable;
}

void migration_set_saving(bool saving)
{
    is_saving = saving;
}

bool migration_is_saving(void)
{
    return is_saving;
}

/* Refuse *@reasonp: free it and say why. */
static int blocker_refuse(Error **reasonp, Error **errp, int ret, const char *why)
{
    error_setg(errp, "%s: %s", error_get_pretty(*reasonp), why);
    error_free(*reasonp);
    *reasonp = NULL;
    return ret;
}

int migrate_add_blocker_internal(Error **reasonp, Error **errp)
{
    if (is_saving) {
        return blocker_refuse(reasonp, errp, -EBUSY, "the machine is just being saved");
    }
    blockers = g_slist_prepend(blockers, *reasonp);
    return 0;
}

int migrate_add_blocker(Error **reasonp, Error **errp)
{
    if (only_migratable) {
        return blocker_refuse(reasonp, errp, -EACCES,
                              "not allowed with -only-migratable");
    }
    return migrate_add_blocker_internal(reasonp, errp);
}

int migrate_add_blocker_normal(Error **reasonp, Error **errp)
{
    return migrate_add_blocker(reasonp, errp);
}

void migrate_del_blocker(Error **reasonp)
{
    if (*reasonp) {
        blockers = g_slist_remove(blockers, *reasonp);
        error_free(*reasonp);
        *reasonp = NULL;
    }
}

bool migration_is_blocked(Error **errp)
{
    if (!blockers) {
        return false;
    }
    error_propagate(errp, error_copy(blockers->data));
    return true;
}
