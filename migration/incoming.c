/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starting from a saved state (-incoming, "migrate-incoming").
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "sysemu/runstate-action.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#include "migrate-internal.h"

static void *load_thread(void *opaque)
{
    Migration *m = opaque;

    machine_state_load_unlocked(m->file, &m->err);
    qemu_bh_schedule(m->done_bh);
    return NULL;
}

/* As it was for the saved machine, or would be had it been running all the time. */
static void run_state_take(void)
{
    RunState state = global_state_loaded();

    if (!runstate_is_live(state)) {
        runstate_set(runstate_can_change(state) ? state : RUN_STATE_PAUSED);
    } else if (!autostart) {
        runstate_set(RUN_STATE_PAUSED);
    } else if (state == RUN_STATE_SUSPENDED) {
        runstate_set(RUN_STATE_SUSPENDED);
    } else {
        vm_start();
    }
}

static void load_done(void *opaque)
{
    Migration *m = opaque;

    migration_transfer_end(m);
    if (m->err) {
        error_report("load of migration failed: %s", error_get_pretty(m->err));
        migration_set_status(m, MIGRATION_STATUS_FAILED);
        /* Half a machine is of no use, whatever -no-shutdown says. */
        runstate_set_shutdown_action(SHUTDOWN_ACTION_POWEROFF);
        qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_HOST_ERROR, EXIT_FAILURE);
        return;
    }
    migration_set_status(m, MIGRATION_STATUS_COMPLETED);
    run_state_take();
}

bool migration_incoming_start(const char *uri, Error **errp)
{
    Migration *m = migration_current();

    if (!runstate_check(RUN_STATE_INMIGRATE)) {
        error_setg(errp, "'-incoming' was not specified on the command line");
        return false;
    }
    if (m->status == MIGRATION_STATUS_FAILED) {
        error_setg(errp, "a state that could not be loaded left the machine useless");
        return false;
    }
    if (!migration_transfer_open(m, uri, false, errp)) {
        return false;
    }
    migration_set_status(m, MIGRATION_STATUS_SETUP);
    if (!migration_transfer_start(m, load_thread, load_done, errp)) {
        migration_transfer_end(m);
        migration_set_status(m, MIGRATION_STATUS_NONE);
        return false;
    }
    migration_set_status(m, MIGRATION_STATUS_ACTIVE);
    return true;
}

bool migration_incoming_wait(const char *uri, Error **errp)
{
    runstate_set(RUN_STATE_INMIGRATE);
    return !strcmp(uri, "defer") || migration_incoming_start(uri, errp);
}
