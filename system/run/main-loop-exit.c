/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's main loop: wait for events, carry out requests, until the program should end.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "migration/blocker.h"
#include "qemu/sched.h"
#include "qapi/qapi-events-run-state.h"
#include "sysemu/reset.h"
#include "sysemu/runstate-action.h"
#include "runstate-internal.h"
#include "runstate-request-internal.h"
#include "trace.h"

static NotifierList suspend_notifiers = NOTIFIER_LIST_INITIALIZER(suspend_notifiers);
static NotifierList wakeup_notifiers = NOTIFIER_LIST_INITIALIZER(wakeup_notifiers);
static NotifierList powerdown_notifiers = NOTIFIER_LIST_INITIALIZER(powerdown_notifiers);
static NotifierList shutdown_notifiers = NOTIFIER_LIST_INITIALIZER(shutdown_notifiers);

void qemu_register_suspend_notifier(Notifier *notifier)
{
    notifier_list_add(&suspend_notifiers, notifier);
}

void qemu_register_wakeup_notifier(Notifier *notifier)
{
    notifier_list_add(&wakeup_notifiers, notifier);
}

void qemu_register_powerdown_notifier(Notifier *notifier)
{
    notifier_list_add(&powerdown_notifiers, notifier);
}

void qemu_register_shutdown_notifier(Notifier *notifier)
{
    notifier_list_add(&shutdown_notifiers, notifier);
}

void qemu_system_reset(ShutdownCause reason)
{
    const RunStateMachineHooks *machine = runstate_machine_hooks();

    VCPU_HOOK(synchronize_all_states);
    if (machine && machine->reset) {
        machine->reset(reason);
    } else {
        qemu_devices_reset(reason);
    }
    if (reason != SHUTDOWN_CAUSE_NONE && reason != SHUTDOWN_CAUSE_SUBSYSTEM_RESET &&
        reason != SHUTDOWN_CAUSE_SNAPSHOT_LOAD) {
        qapi_event_send_reset(shutdown_caused_by_guest(reason), reason);
    }
    VCPU_HOOK(synchronize_all_post_reset);
}

static void suspend_now(void)
{
    if (!runstate_is_running()) {
        return;
    }
    VCPU_HOOK(pause_all);
    notifier_list_notify(&suspend_notifiers, NULL);
    runstate_set(RUN_STATE_SUSPENDED);
    qapi_event_send_suspend();
}

static void wakeup_now(WakeupReason reason)
{
    const RunStateMachineHooks *machine = runstate_machine_hooks();

    VCPU_HOOK(pause_all);
    VCPU_HOOK(synchronize_all_states);
    if (machine && machine->wakeup) {
        machine->wakeup();
    }
    VCPU_HOOK(synchronize_all_post_reset);
    notifier_list_notify(&wakeup_notifiers, &reason);
    VCPU_HOOK(resume_all);
    qapi_event_send_wakeup();
}

static void reset_now(ShutdownCause reason)
{
    VCPU_HOOK(pause_all);
    qemu_system_reset(reason);
    if (runstate_check(RUN_STATE_SUSPENDED)) {
        /* Nobody stopped it: a reset wakes it too. */
        runstate_set(RUN_STATE_RUNNING);
    } else if (!runstate_is_running() && !runstate_check(RUN_STATE_INMIGRATE)) {
        runstate_set(RUN_STATE_PRELAUNCH);
    }
    VCPU_HOOK(resume_all);
}

/* The name of process @pid, or "unknown process" when it has gone; the caller frees it. */
static char *process_name(int pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/comm", pid);
    char *name = NULL;

    if (!g_file_get_contents(path, &name, NULL, NULL)) {
        return g_strdup("unknown process");
    }
    return g_strchomp(name);
}

static void signal_report(void)
{
    int signal = qatomic_xchg(&runstate_requests.signal, 0);
    int pid = qatomic_read(&runstate_requests.signal_pid);

    if (!signal) {
        return;
    }
    if (pid) {
        g_autofree char *name = process_name(pid);

        error_report("terminating on signal %d from pid %d (%s)", signal, pid, name);
    } else {
        error_report("terminating on signal %d", signal);
    }
}

/* True when the program should end, with @status. */
static bool shutdown_now(ShutdownCause reason, int *status)
{
    const RunStateActions *actions = runstate_actions();

    signal_report();
    qapi_event_send_shutdown(shutdown_caused_by_guest(reason), reason);
    notifier_list_notify(&shutdown_notifiers, &reason);
    /* A host error or "quit" is not the guest's power-off. */
    if (actions->shutdown == SHUTDOWN_ACTION_PAUSE && reason != SHUTDOWN_CAUSE_HOST_QMP_QUIT) {
        vm_stop(RUN_STATE_SHUTDOWN);
        return false;
    }
    *status = qatomic_read(&runstate_requests.exit_code);
    if (reason == SHUTDOWN_CAUSE_GUEST_PANIC && actions->panic == PANIC_ACTION_EXIT_FAILURE) {
        *status = EXIT_FAILURE;
    }
    return true;
}

bool main_loop_should_exit(int *status)
{
    RunState stop_state;
    int request;

    if (qatomic_xchg(&runstate_requests.debug, 0)) {
        vm_stop(RUN_STATE_DEBUG);
    }
    if (qatomic_xchg(&runstate_requests.suspend, 0)) {
        suspend_now();
    }
    request = qatomic_xchg(&runstate_requests.shutdown, SHUTDOWN_CAUSE_NONE);
    if (request && shutdown_now(request, status)) {
        return true;
    }
    /* While memory is being saved it must stay as it is; the end of that comes back here. */
    request = migration_is_saving() ? SHUTDOWN_CAUSE_NONE
                                    : qatomic_xchg(&runstate_requests.reset, SHUTDOWN_CAUSE_NONE);
    if (request) {
        reset_now(request);
    }
    request = qatomic_xchg(&runstate_requests.wakeup, QEMU_WAKEUP_REASON_NONE);
    if (request) {
        wakeup_now(request);
    }
    if (qatomic_xchg(&runstate_requests.powerdown, 0)) {
        qapi_event_send_powerdown();
        notifier_list_notify(&powerdown_notifiers, NULL);
    }
    if (qemu_vmstop_requested(&stop_state)) {
        vm_stop(stop_state);
    }
    return false;
}

int qemu_main_loop(void)
{
    int status = EXIT_SUCCESS;

    /* Not before the CPUs have their threads: those compute. */
    qemu_sched_set_prompt();
    while (!main_loop_should_exit(&status)) {
        main_loop_wait(false);
    }
    return status;
}
