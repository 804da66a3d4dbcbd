/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests that any thread may make: stop, reset, shutdown, power button, suspend, wakeup.  Each
 * is one atomic word that the main loop exchanges for "none" (main-loop-exit.c).
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "qapi/error.h"
#include "qapi/qapi-events-run-state.h"
#include "sysemu/runstate-action.h"
#include "runstate-internal.h"
#include "runstate-request-internal.h"
#include "trace.h"

/* Signal handlers write these, so they are plain words. */
RunStateRequests runstate_requests = { .vmstop = RUN_STATE__MAX };

/* Held from the preparation of a stop request until it is made. */
static QemuMutex vmstop_lock = QEMU_MUTEX_INITIALIZER;

void runstate_requests_clear(void)
{
    runstate_requests = (RunStateRequests) { .vmstop = RUN_STATE__MAX };
}

bool shutdown_caused_by_guest(ShutdownCause cause)
{
    return cause == SHUTDOWN_CAUSE_GUEST_SHUTDOWN || cause == SHUTDOWN_CAUSE_GUEST_RESET ||
           cause == SHUTDOWN_CAUSE_GUEST_PANIC;
}

/* -- stop ------------------------------------------------------------------------------------ */

void qemu_system_vmstop_request_prepare(void)
{
    qemu_mutex_lock(&vmstop_lock);
}

void qemu_system_vmstop_request(RunState reason)
{
    runstate_requests.vmstop = reason;
    qemu_mutex_unlock(&vmstop_lock);
    qemu_notify_event();
}

bool qemu_vmstop_requested(RunState *r)
{
    qemu_mutex_lock(&vmstop_lock);
    *r = runstate_requests.vmstop;
    runstate_requests.vmstop = RUN_STATE__MAX;
    qemu_mutex_unlock(&vmstop_lock);
    return *r != RUN_STATE__MAX;
}

void qemu_system_debug_request(void)
{
    qatomic_set(&runstate_requests.debug, 1);
    qemu_notify_event();
}

/* -- reset and shutdown ---------------------------------------------------------------------- */

ShutdownCause qemu_shutdown_requested_get(void)
{
    return qatomic_read(&runstate_requests.shutdown);
}

ShutdownCause qemu_reset_requested_get(void)
{
    return qatomic_read(&runstate_requests.reset);
}

void qemu_system_reset_request(ShutdownCause reason)
{
    trace_system_reset_request(ShutdownCause_str(reason));
    if (reason != SHUTDOWN_CAUSE_SUBSYSTEM_RESET &&
        runstate_actions()->reboot == REBOOT_ACTION_SHUTDOWN) {
        qatomic_set(&runstate_requests.shutdown, reason);
    } else {
        qatomic_set(&runstate_requests.reset, reason);
    }
    VCPU_HOOK(stop_current);
    qemu_notify_event();
}

void qemu_system_shutdown_request_with_code(ShutdownCause reason, int exit_code)
{
    /* Seen by whoever takes the request, as that is stored with release order. */
    qatomic_set(&runstate_requests.exit_code, exit_code);
    qemu_system_shutdown_request(reason);
}

void qemu_system_shutdown_request(ShutdownCause reason)
{
    trace_system_shutdown_request(ShutdownCause_str(reason));
    qatomic_store_release(&runstate_requests.shutdown, reason);
    qemu_notify_event();
}

void qemu_system_killed(int signal, pid_t pid)
{
    /* In a signal handler: no lock, no trace. */
    qatomic_set(&runstate_requests.signal, signal);
    qatomic_set(&runstate_requests.signal_pid, pid);
    runstate_action_force_poweroff();
    qatomic_store_release(&runstate_requests.shutdown, SHUTDOWN_CAUSE_HOST_SIGNAL);
    qemu_notify_event();
}

void qemu_system_powerdown_request(void)
{
    trace_system_powerdown_request();
    qatomic_set(&runstate_requests.powerdown, 1);
    qemu_notify_event();
}

/* -- suspend and wakeup ---------------------------------------------------------------------- */

void qemu_system_suspend_request(void)
{
    if (runstate_check(RUN_STATE_SUSPENDED)) {
        return;
    }
    qatomic_set(&runstate_requests.suspend, 1);
    VCPU_HOOK(stop_current);
    qemu_notify_event();
}

bool qemu_wakeup_suspend_enabled(void)
{
    return runstate_requests.has_wakeup_support;
}

void qemu_register_wakeup_support(void)
{
    runstate_requests.has_wakeup_support = true;
}

void qemu_system_wakeup_enable(WakeupReason reason, bool enabled)
{
    if (enabled) {
        runstate_requests.wakeup_disabled &= ~(1u << reason);
    } else {
        runstate_requests.wakeup_disabled |= 1u << reason;
    }
}

void qemu_system_wakeup_request(WakeupReason reason, Error **errp)
{
    trace_system_wakeup_request(reason);
    if (!runstate_check(RUN_STATE_SUSPENDED)) {
        error_setg(errp, "cannot wake up: the guest is not suspended");
        return;
    }
    if (runstate_requests.wakeup_disabled & 1u << reason) {
        return;
    }
    runstate_set(RUN_STATE_RUNNING);
    qatomic_set(&runstate_requests.wakeup, reason);
    qemu_notify_event();
}

/* -- panic ----------------------------------------------------------------------------------- */

static void panic_log(const GuestPanicInformation *info, const char *what)
{
    qemu_log_mask(LOG_GUEST_ERROR, "the guest %s\n", what);
    if (info && info->type == GUEST_PANIC_INFORMATION_TYPE_HYPER_V) {
        const GuestPanicInformationHyperV *hv = &info->u.hyper_v;

        qemu_log_mask(LOG_GUEST_ERROR, "crash registers: %#" PRIx64 " %#" PRIx64 " %#" PRIx64
                      " %#" PRIx64 " %#" PRIx64 "\n", hv->arg1, hv->arg2, hv->arg3, hv->arg4,
                      hv->arg5);
    }
}

void qemu_system_guest_panicked(GuestPanicInformation *info)
{
    const RunStateActions *actions = runstate_actions();
    bool must_end = actions->panic == PANIC_ACTION_SHUTDOWN ||
                    actions->panic == PANIC_ACTION_EXIT_FAILURE;

    panic_log(info, "panicked");
    if (actions->panic == PANIC_ACTION_NONE) {
        qapi_event_send_guest_panicked(GUEST_PANIC_ACTION_RUN, info);
    } else if (!must_end || actions->shutdown == SHUTDOWN_ACTION_PAUSE) {
        qapi_event_send_guest_panicked(GUEST_PANIC_ACTION_PAUSE, info);
        vm_stop(RUN_STATE_GUEST_PANICKED);
    } else {
        qapi_event_send_guest_panicked(GUEST_PANIC_ACTION_POWEROFF, info);
        vm_stop(RUN_STATE_GUEST_PANICKED);
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_PANIC);
    }
    qapi_free_GuestPanicInformation(info);
}

void qemu_system_guest_crashloaded(GuestPanicInformation *info)
{
    panic_log(info, "panicked and goes on with its crash kernel");
    qapi_event_send_guest_crashloaded(GUEST_PANIC_ACTION_RUN, info);
    qapi_free_GuestPanicInformation(info);
}
