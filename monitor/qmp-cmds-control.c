/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands about the program and the run state: version, name, commands,
 * schema, stop, cont, reset, quit, actions.
 */
#include "qemu/osdep.h"
#include "migration/blocker.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-control.h"
#include "qapi/qapi-commands-introspect.h"
#include "qapi/qapi-commands-machine.h"
#include "qapi/qapi-commands-misc.h"
#include "qapi/qapi-commands-run-state.h"
#include "qapi/qapi-introspect.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "sysemu/runstate.h"
#include "sysemu/runstate-action.h"
#include "sysemu/sysemu.h"

/*
 * Clients look at "qemu" to learn which commands and arguments they may use,
 * so it tells the revision of the interface that is followed here.
 */
#define INTERFACE_MAJOR 8
#define INTERFACE_MINOR 2
#define INTERFACE_MICRO 0

VersionInfo *qmp_query_version(Error **errp)
{
    VersionInfo *info = g_new0(VersionInfo, 1);

    info->qemu = g_new0(VersionTriple, 1);
    info->qemu->major = INTERFACE_MAJOR;
    info->qemu->minor = INTERFACE_MINOR;
    info->qemu->micro = INTERFACE_MICRO;
    info->package = g_strdup("gantry-" CONFIG_VERSION);
    return info;
}

NameInfo *qmp_query_name(Error **errp)
{
    NameInfo *info = g_new0(NameInfo, 1);

    info->name = g_strdup(qemu_name);
    return info;
}

CommandInfoList *qmp_query_commands(Error **errp)
{
    CommandInfoList *list = NULL, **tail = &list;

    for (size_t i = 0; i < qapi_command_count; i++) {
        CommandInfo *info = g_new0(CommandInfo, 1);

        info->name = g_strdup(qapi_command_table[i].name);
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

void qmp_query_qmp_schema(QDict *args, QObject **ret, Error **errp)
{
    if (qdict_size(args)) {
        error_setg(errp, "Parameter '%s' is unexpected",
                   qdict_entry_key(qdict_first(args)));
        return;
    }
    *ret = qobject_from_json(qapi_introspect_json, &error_abort);
}

/* -- run state ----------------------------------------------------------------- */

StatusInfo *qmp_query_status(Error **errp)
{
    StatusInfo *info = g_new0(StatusInfo, 1);

    info->running = runstate_is_running();
    info->status = runstate_get();
    return info;
}

void qmp_stop(Error **errp)
{
    if (runstate_check(RUN_STATE_INMIGRATE)) {
        autostart = 0; /* stay stopped when the state has come */
    } else {
        vm_stop(RUN_STATE_PAUSED);
    }
}

void qmp_cont(Error **errp)
{
    if (runstate_needs_reset()) {
        error_setg(errp, "Resetting the Virtual Machine is required");
    } else if (runstate_check(RUN_STATE_SUSPENDED)) {
        return; /* only the guest's wake-up event ends its sleep */
    } else if (runstate_check(RUN_STATE_INMIGRATE)) {
        autostart = 1;
    } else if (migration_is_saving()) {
        error_setg(errp, "the machine is being saved: wait for the end, or give up with "
                   "migrate_cancel");
    } else {
        vm_start();
    }
}

void qmp_system_reset(Error **errp)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
}

void qmp_system_powerdown(Error **errp)
{
    qemu_system_powerdown_request();
}

void qmp_quit(Error **errp)
{
    /* -no-shutdown is about the guest's wishes, not the user's */
    runstate_set_shutdown_action(SHUTDOWN_ACTION_POWEROFF);
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
}

void qmp_set_action(bool has_reboot, RebootAction reboot, bool has_shutdown,
                    ShutdownAction shutdown, bool has_panic, PanicAction panic,
                    bool has_watchdog, WatchdogAction watchdog, Error **errp)
{
    if (has_reboot) {
        runstate_set_reboot_action(reboot);
    }
    if (has_shutdown) {
        runstate_set_shutdown_action(shutdown);
    }
    if (has_panic) {
        runstate_set_panic_action(panic);
    }
    if (has_watchdog) {
        runstate_set_watchdog_action(watchdog);
    }
}
