/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run state, its legal transitions, and starting and stopping the machine.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qapi/qapi-events-run-state.h"
#include "sysemu/block-backend.h"
#include "sysemu/cpu-timers.h"
#include "runstate-internal.h"
#include "trace.h"

static RunState current_state = RUN_STATE_PRELAUNCH;
static const RunStateVcpuHooks *vcpu_hooks;
static const RunStateMachineHooks *machine_hooks;

#define TO(state) (1u << RUN_STATE_##state)
/* A stopped machine may run again, be saved, and be reset. */
#define TO_FROM_STOPPED (TO(RUNNING) | TO(FINISH_MIGRATE) | TO(PRELAUNCH))
/* What a machine that was running when it was saved, or now runs, may become. */
#define TO_STOPPED (TO(DEBUG) | TO(INTERNAL_ERROR) | TO(IO_ERROR) | TO(PAUSED) | TO(SHUTDOWN) | \
                    TO(SUSPENDED) | TO(WATCHDOG) | TO(GUEST_PANICKED))

/* Which states may follow each. */
static const uint32_t transitions[RUN_STATE__MAX] = {
    [RUN_STATE_DEBUG] = TO_FROM_STOPPED | TO(SUSPENDED) | TO(PAUSED),
    [RUN_STATE_INMIGRATE] = TO_FROM_STOPPED | TO_STOPPED | TO(POSTMIGRATE) | TO(COLO),
    [RUN_STATE_INTERNAL_ERROR] = TO(PAUSED) | TO(FINISH_MIGRATE) | TO(PRELAUNCH),
    [RUN_STATE_IO_ERROR] = TO_FROM_STOPPED | TO(PAUSED),
    [RUN_STATE_PAUSED] = TO_FROM_STOPPED | TO(POSTMIGRATE) | TO(RESTORE_VM) | TO(SAVE_VM) |
                         TO(COLO) | TO(SUSPENDED),
    [RUN_STATE_POSTMIGRATE] = TO_FROM_STOPPED | TO(PAUSED) | TO(COLO),
    [RUN_STATE_PRELAUNCH] = TO_FROM_STOPPED | TO(INMIGRATE) | TO(RESTORE_VM) | TO(PAUSED),
    [RUN_STATE_FINISH_MIGRATE] = TO_FROM_STOPPED | TO_STOPPED | TO(POSTMIGRATE) | TO(COLO),
    [RUN_STATE_RESTORE_VM] = TO_FROM_STOPPED | TO_STOPPED,
    [RUN_STATE_RUNNING] = TO_STOPPED | TO(FINISH_MIGRATE) | TO(RESTORE_VM) | TO(SAVE_VM) |
                          TO(COLO),
    [RUN_STATE_SAVE_VM] = TO_FROM_STOPPED | TO_STOPPED,
    [RUN_STATE_SHUTDOWN] = TO(PAUSED) | TO(FINISH_MIGRATE) | TO(PRELAUNCH),
    [RUN_STATE_SUSPENDED] = TO_FROM_STOPPED | TO(PAUSED) | TO(SHUTDOWN) | TO(SAVE_VM) |
                            TO(RESTORE_VM),
    [RUN_STATE_WATCHDOG] = TO_FROM_STOPPED | TO(PAUSED),
    [RUN_STATE_GUEST_PANICKED] = TO_FROM_STOPPED | TO(PAUSED),
    [RUN_STATE_COLO] = TO_FROM_STOPPED | TO(SHUTDOWN),
};

RunState runstate_get(void)
{
    return qatomic_read(&current_state);
}

bool runstate_check(RunState state)
{
    return runstate_get() == state;
}

bool runstate_is_running(void)
{
    return runstate_check(RUN_STATE_RUNNING);
}

bool runstate_is_live(RunState state)
{
    return state == RUN_STATE_RUNNING || state == RUN_STATE_SUSPENDED;
}

bool runstate_needs_reset(void)
{
    return runstate_check(RUN_STATE_INTERNAL_ERROR) || runstate_check(RUN_STATE_SHUTDOWN);
}

bool runstate_can_change(RunState new_state)
{
    return new_state == runstate_get() || transitions[runstate_get()] & 1u << new_state;
}

void runstate_set(RunState new_state)
{
    g_assert(new_state < RUN_STATE__MAX);
    trace_runstate_set(RunState_str(runstate_get()), RunState_str(new_state));
    if (!runstate_can_change(new_state)) {
        g_error("run state \"%s\" cannot become \"%s\"", RunState_str(runstate_get()),
                RunState_str(new_state));
    }
    qatomic_set(&current_state, new_state);
}

static void io_error_stop_request(void)
{
    qemu_system_vmstop_request(RUN_STATE_IO_ERROR);
}

/* How a failed request of the guest stops the machine (rerror=, werror=). */
static const BlockStopHooks block_stop_hooks = {
    .prepare = qemu_system_vmstop_request_prepare,
    .request = io_error_stop_request,
};

void runstate_init(void)
{
    qatomic_set(&current_state, RUN_STATE_PRELAUNCH);
    runstate_requests_clear();
    blk_set_stop_hooks(&block_stop_hooks);
}

void runstate_set_vcpu_hooks(const RunStateVcpuHooks *hooks)
{
    vcpu_hooks = hooks;
}

const RunStateVcpuHooks *runstate_vcpu_hooks(void)
{
    return vcpu_hooks;
}

void runstate_set_machine_hooks(const RunStateMachineHooks *hooks)
{
    machine_hooks = hooks;
}

const RunStateMachineHooks *runstate_machine_hooks(void)
{
    return machine_hooks;
}

/* -- start ----------------------------------------------------------------------------------- */

int vm_prepare_start(bool step_pending)
{
    RunState requested;

    if (runstate_is_running()) {
        if (qemu_vmstop_requested(&requested)) {
            /* The stop is overtaken by this start; whoever asked for it waits for the events. */
            qapi_event_send_stop();
            qapi_event_send_resume();
        }
        return -1;
    }
    if (!runstate_can_change(RUN_STATE_RUNNING)) {
        return -1;
    }
    qemu_vmstop_requested(&requested);
    qapi_event_send_resume();
    VCPU_HOOK(synchronize_all_pre_resume, step_pending);
    cpu_enable_ticks();
    runstate_set(RUN_STATE_RUNNING);
    blk_iostatus_reset_all();
    vm_state_notify(true, RUN_STATE_RUNNING);
    return 0;
}

void vm_start(void)
{
    if (!vm_prepare_start(false)) {
        VCPU_HOOK(resume_all);
    }
}

/* -- stop ------------------------------------------------------------------------------------ */

static bool in_vcpu_thread(void)
{
    return vcpu_hooks && vcpu_hooks->in_vcpu_thread && vcpu_hooks->in_vcpu_thread();
}

static int stop_now(RunState state, bool send_stop)
{
    if (!runstate_is_running()) {
        return 0;
    }
    VCPU_HOOK(pause_all);
    /* Pausing waits without the BQL: somebody else may have stopped it meanwhile. */
    if (!runstate_is_running()) {
        return 0;
    }
    cpu_disable_ticks();
    runstate_set(state);
    vm_state_notify(false, state);
    if (send_stop) {
        qapi_event_send_stop();
    }
    bdrv_drain_all();
    return bdrv_flush_all();
}

int vm_stop(RunState state)
{
    if (in_vcpu_thread()) {
        /* This thread cannot wait for itself: the main loop does it. */
        qemu_system_vmstop_request_prepare();
        qemu_system_vmstop_request(state);
        VCPU_HOOK(stop_current);
        return 0;
    }
    return stop_now(state, true);
}

int vm_stop_force_state(RunState state)
{
    if (runstate_is_running()) {
        return vm_stop(state);
    }
    if (runstate_can_change(state)) {
        runstate_set(state);
    }
    return 0;
}

int vm_shutdown(void)
{
    return stop_now(RUN_STATE_SHUTDOWN, false);
}
