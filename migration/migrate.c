/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving the machine for its user ("migrate"), and what saving and loading have in common: a
 * thread that transfers the stream, its end, its figures.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qapi/qapi-events-migration.h"
#include "migration/blocker.h"
#include "migration/misc.h"
#include "sysemu/runstate.h"
#include "migrate-internal.h"
#include "trace.h"

/* The one there is: of the process, as the machine is. */
static Migration migration;

Migration *migration_current(void)
{
    return &migration;
}

void migration_setup(void)
{
    global_state_register();
}

/* ---- transfers --------------------------------------------------------------------------- */

bool migration_is_busy(const Migration *m)
{
    return m->status == MIGRATION_STATUS_SETUP || m->status == MIGRATION_STATUS_ACTIVE ||
           m->status == MIGRATION_STATUS_CANCELLING;
}

void migration_set_status(Migration *m, MigrationStatus status)
{
    trace_migration_status(MigrationStatus_str(m->status), MigrationStatus_str(status));
    m->status = status;
    qapi_event_send_migration(status);
}

bool migration_transfer_open(Migration *m, const char *uri, bool is_output, Error **errp)
{
    int ret;
    int fd;

    if (migration_is_busy(m)) {
        error_setg(errp, "There's a migration process in progress");
        return false;
    }
    ret = event_notifier_init(&m->stop, 0);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "cannot make an event descriptor");
        return false;
    }
    fd = migration_channel_open(uri, is_output, errp);
    if (fd < 0) {
        event_notifier_cleanup(&m->stop);
        return false;
    }
    m->file = is_output ? qemu_file_new_fd_output(fd) : qemu_file_new_fd_input(fd);
    qemu_file_set_stop_fd(m->file, event_notifier_get_fd(&m->stop));
    error_free(m->err);
    m->err = NULL;
    m->ram_total = m->ram_done = m->total_ms = 0;
    m->began_ms = qemu_clock_get_ms(QEMU_CLOCK_REALTIME);
    return true;
}

bool migration_transfer_start(Migration *m, void *(*run)(void *), QEMUBHFunc *done, Error **errp)
{
    int ret;

    m->done_bh = qemu_bh_new(done, m);
    ret = qemu_thread_try_create(&m->thread, "migration", run, m, QEMU_THREAD_JOINABLE);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "cannot start a thread to transfer the state");
        return false;
    }
    m->has_thread = true;
    return true;
}

void migration_transfer_end(Migration *m)
{
    if (m->has_thread) {
        m->has_thread = false;
        qemu_thread_join(&m->thread);
    }
    if (m->done_bh) {
        qemu_bh_delete(m->done_bh);
        m->done_bh = NULL;
    }
    qemu_fclose(m->file);
    m->file = NULL;
    event_notifier_cleanup(&m->stop);
    m->total_ms = qemu_clock_get_ms(QEMU_CLOCK_REALTIME) - m->began_ms;
}

void migration_shutdown(void)
{
    Migration *m = &migration;

    if (m->has_thread) {
        event_notifier_set(&m->stop);
        /* It wants the BQL for each device that it loads. */
        m->has_thread = false;
        bql_unlock();
        qemu_thread_join(&m->thread);
        bql_lock();
        migration_transfer_end(m);
    }
    if (m->save) {
        machine_save_end(m->save);
        m->save = NULL;
    }
    error_free(m->err);
    *m = (Migration) { 0 };
}

/* ---- saving -------------------------------------------------------------------------------- */

static void *save_thread(void *opaque)
{
    Migration *m = opaque;
    int ret;

    machine_save_write(m->save, m->file);
    qemu_file_get_error_obj(m->file, &m->err);
    /* Some file systems tell only now that there was no room. */
    ret = qemu_fclose(m->file);
    m->file = NULL;
    if (ret < 0 && !m->err) {
        error_setg_errno(&m->err, -ret, "the saved state could not be written completely");
    }
    qemu_bh_schedule(m->done_bh);
    return NULL;
}

/* The machine was not saved: it goes on as if nothing had been asked of it. */
static void save_undo(Migration *m)
{
    if (!runstate_check(RUN_STATE_FINISH_MIGRATE)) {
        return;
    }
    if (m->state_before == RUN_STATE_RUNNING) {
        vm_start();
    } else {
        runstate_set(m->state_before);
    }
}

static void save_done(void *opaque)
{
    Migration *m = opaque;

    migration_transfer_end(m);
    machine_save_progress(m->save, &m->ram_total, &m->ram_done);
    machine_save_end(m->save);
    m->save = NULL;
    if (m->status == MIGRATION_STATUS_CANCELLING) {
        save_undo(m);
        migration_set_status(m, MIGRATION_STATUS_CANCELLED);
    } else if (m->err) {
        error_report("migration failed: %s", error_get_pretty(m->err));
        save_undo(m);
        migration_set_status(m, MIGRATION_STATUS_FAILED);
    } else {
        runstate_set(RUN_STATE_POSTMIGRATE);
        migration_set_status(m, MIGRATION_STATUS_COMPLETED);
    }
}

/* The machine has been stopped: take its state and let the thread write it. */
static bool save_start(Migration *m, Error **errp)
{
    m->save = machine_save_begin(errp);
    if (!m->save) {
        return false;
    }
    if (!migration_transfer_start(m, save_thread, save_done, errp)) {
        machine_save_end(m->save);
        m->save = NULL;
        return false;
    }
    return true;
}

bool migration_start(const char *uri, Error **errp)
{
    Migration *m = &migration;
    Error *err = NULL;
    int ret;

    if (runstate_check(RUN_STATE_INMIGRATE)) {
        error_setg(errp, "Guest is waiting for an incoming migration");
        return false;
    }
    if (!machine_save_check(errp) || !migration_transfer_open(m, uri, true, errp)) {
        return false;
    }
    m->state_before = runstate_get();
    migration_set_status(m, MIGRATION_STATUS_SETUP);
    global_state_store(m->state_before);
    ret = vm_stop_force_state(RUN_STATE_FINISH_MIGRATE);
    if (ret < 0) {
        error_setg_errno(&err, -ret, "writing back the disks");
    } else if (!runstate_check(RUN_STATE_FINISH_MIGRATE)) {
        error_setg(&err, "the machine became \"%s\" meanwhile", RunState_str(runstate_get()));
    } else if (save_start(m, &err)) {
        migration_set_status(m, MIGRATION_STATUS_ACTIVE);
        return true;
    }
    migration_transfer_end(m);
    save_undo(m);
    m->err = error_copy(err);
    migration_set_status(m, MIGRATION_STATUS_FAILED);
    error_propagate(errp, err);
    return false;
}

void migration_cancel(void)
{
    Migration *m = &migration;

    if (m->save && m->status == MIGRATION_STATUS_ACTIVE) {
        event_notifier_set(&m->stop);
        migration_set_status(m, MIGRATION_STATUS_CANCELLING);
    }
}

/* ---- figures -------------------------------------------------------------------------------- */

MigrationInfo *migration_info(void)
{
    MigrationInfo *info = g_new0(MigrationInfo, 1);
    Migration *m = &migration;

    info->has_status = m->status != MIGRATION_STATUS_NONE;
    info->status = m->status;
    if (m->save) {
        machine_save_progress(m->save, &m->ram_total, &m->ram_done);
    }
    if (m->ram_total) {
        info->ram = g_new0(MigrationStats, 1);
        info->ram->total = m->ram_total;
        info->ram->transferred = m->ram_done;
        info->ram->remaining = m->ram_total - m->ram_done;
    }
    if (info->has_status) {
        info->has_total_time = true;
        info->total_time = migration_is_busy(m)
                           ? qemu_clock_get_ms(QEMU_CLOCK_REALTIME) - m->began_ms : m->total_ms;
    }
    /* While it is busy the error is the thread's. */
    if (!migration_is_busy(m) && m->err) {
        info->error_desc = g_strdup(error_get_pretty(m->err));
    }
    return info;
}
