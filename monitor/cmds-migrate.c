/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Monitor commands about saving the machine and starting from a saved state.
 */
#include "qemu/osdep.h"
#include "migration/migrate.h"
#include "qapi/qapi-commands-migration.h"
#include "hmp-cmds-internal.h"

void qmp_migrate(const char *uri, bool has_detach, bool detach, Error **errp)
{
    migration_start(uri, errp);
}

void qmp_migrate_cancel(Error **errp)
{
    migration_cancel();
}

void qmp_migrate_incoming(const char *uri, Error **errp)
{
    migration_incoming_start(uri, errp);
}

MigrationInfo *qmp_query_migrate(Error **errp)
{
    return migration_info();
}

HMP_HANDLER(migrate)
{
    migration_start(hmp_arg_text(args, "uri"), errp);
}

HMP_HANDLER(migrate_cancel)
{
    migration_cancel();
}

HMP_HANDLER(migrate_incoming)
{
    migration_incoming_start(hmp_arg_text(args, "uri"), errp);
}

HMP_HANDLER(info_migrate)
{
    MigrationInfo *info = migration_info();

    if (info->has_status) {
        monitor_printf(mon, "Migration status: %s\n", MigrationStatus_str(info->status));
    }
    if (info->error_desc) {
        monitor_printf(mon, "error: %s\n", info->error_desc);
    }
    if (info->has_total_time) {
        monitor_printf(mon, "total time: %" PRId64 " ms\n", info->total_time);
    }
    if (info->ram) {
        monitor_printf(mon, "transferred ram: %" PRIu64 " kbytes\n", info->ram->transferred >> 10);
        monitor_printf(mon, "remaining ram: %" PRIu64 " kbytes\n", info->ram->remaining >> 10);
        monitor_printf(mon, "total ram: %" PRIu64 " kbytes\n", info->ram->total >> 10);
    }
    qapi_free_MigrationInfo(info);
}
