/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run state of the machine, starting and stopping it, and requests (reset, shutdown,
 * powerdown...) that any thread may make and the main loop carries out.  API of QEMU 8.2.
 */
#ifndef SYSEMU_RUNSTATE_H
#define SYSEMU_RUNSTATE_H

#include "qemu/osdep.h"
#include "qemu/notify.h"
#include "qapi/error.h"
#include "qapi/qapi-types-run-state.h"

typedef struct DeviceState DeviceState;
typedef struct VMChangeStateEntry VMChangeStateEntry;

/* -- the state; any thread may read, changes need the BQL ------------------------------------ */

bool runstate_check(RunState state);
RunState runstate_get(void);
/* Caller made sure the transition is legal (runstate_can_change); an illegal one aborts. */
void runstate_set(RunState new_state);
bool runstate_can_change(RunState new_state);
bool runstate_is_running(void);
/* Is @state one in which the guest has started and may run on? */
bool runstate_is_live(RunState state);
/* Must the machine be reset before it can run again? */
bool runstate_needs_reset(void);
/* Set the state and forget all requests: for program start and tests. */
void runstate_init(void);

/* -- change handlers ------------------------------------------------------------------------- */

/* The machine starts (@running) or has stopped; @state is the new one. */
typedef void VMChangeStateHandler(void *opaque, bool running, RunState state);

/* Returns a handle that qemu_del_vm_change_state_handler() frees.  Priority 0. */
VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb, void *opaque);
/* Lower priorities are called first when starting and last when stopping. */
VMChangeStateEntry *qemu_add_vm_change_state_handler_prio(VMChangeStateHandler *cb, void *opaque,
                                                          int priority);
/* @prepare_cb of all handlers is called before @cb of any. */
VMChangeStateEntry *
qemu_add_vm_change_state_handler_prio_full(VMChangeStateHandler *cb,
                                           VMChangeStateHandler *prepare_cb,
                                           void *opaque, int priority);
/* The priority is the depth of @dev in the tree of buses.  Implemented in hw/core. */
VMChangeStateEntry *qdev_add_vm_change_state_handler(DeviceState *dev, VMChangeStateHandler *cb,
                                                     void *opaque);
VMChangeStateEntry *qdev_add_vm_change_state_handler_full(DeviceState *dev,
                                                          VMChangeStateHandler *cb,
                                                          VMChangeStateHandler *prepare_cb,
                                                          void *opaque);
/* Legal inside of a handler. */
void qemu_del_vm_change_state_handler(VMChangeStateEntry *e);
void vm_state_notify(bool running, RunState state);

/* -- start and stop -------------------------------------------------------------------------- */

void vm_start(void);
/*
 * All of vm_start() but letting the vCPUs go.  Returns 0, or -1 when the machine runs already
 * or somebody asked to stop it meanwhile.
 */
int vm_prepare_start(bool step_pending);
/*
 * Stop the machine; from a vCPU thread only a request is made.  Returns 0, or a negative errno
 * of writing back block devices.
 */
int vm_stop(RunState state);
/* The same, and a machine that is stopped already takes @state. */
int vm_stop_force_state(RunState state);
/* Stop without change handlers' events: the program ends. */
int vm_shutdown(void);

/* -- requests: any thread, also a signal handler where it says so ---------------------------- */

typedef enum WakeupReason {
    QEMU_WAKEUP_REASON_NONE = 0,
    QEMU_WAKEUP_REASON_RTC,
    QEMU_WAKEUP_REASON_PMTIMER,
    QEMU_WAKEUP_REASON_OTHER,
} WakeupReason;

bool shutdown_caused_by_guest(ShutdownCause cause);
void qemu_system_reset_request(ShutdownCause reason);
void qemu_system_shutdown_request(ShutdownCause reason);
/* The program's exit status becomes @exit_code. */
void qemu_system_shutdown_request_with_code(ShutdownCause reason, int exit_code);
void qemu_system_powerdown_request(void);
void qemu_system_debug_request(void);
/* Two halves of one request to stop with @reason: no other stop gets in between. */
void qemu_system_vmstop_request_prepare(void);
void qemu_system_vmstop_request(RunState reason);
/* Take the pending stop request, if any. */
bool qemu_vmstop_requested(RunState *r);
/* Signal-safe: end the program because of @signal sent by @pid. */
void qemu_system_killed(int signal, pid_t pid);

void qemu_system_suspend_request(void);
void qemu_register_suspend_notifier(Notifier *notifier);
bool qemu_wakeup_suspend_enabled(void);
void qemu_register_wakeup_support(void);
void qemu_system_wakeup_request(WakeupReason reason, Error **errp);
void qemu_system_wakeup_enable(WakeupReason reason, bool enabled);
/* The notifier's data is a WakeupReason *. */
void qemu_register_wakeup_notifier(Notifier *notifier);

/* The notifier's data is NULL for powerdown and a ShutdownCause * for shutdown. */
void qemu_register_powerdown_notifier(Notifier *notifier);
void qemu_register_shutdown_notifier(Notifier *notifier);

/* What is pending, SHUTDOWN_CAUSE_NONE if nothing; the request stays. */
ShutdownCause qemu_shutdown_requested_get(void);
ShutdownCause qemu_reset_requested_get(void);

/* Reset the machine now; sends RESET unless @reason is SHUTDOWN_CAUSE_NONE.  BQL. */
void qemu_system_reset(ShutdownCause reason);
/* The guest reports that it died, does so with a crash kernel, or shut itself down by PV means.
 * Take ownership of @info, which may be NULL.  BQL. */
void qemu_system_guest_panicked(GuestPanicInformation *info);
void qemu_system_guest_crashloaded(GuestPanicInformation *info);

/* -- the main loop --------------------------------------------------------------------------- */

/*
 * Carry out pending requests.  True when the program should end; *@status is then its exit
 * status.  BQL.
 */
bool main_loop_should_exit(int *status);
/* Run until main_loop_should_exit(); returns the exit status.  BQL. */
int qemu_main_loop(void);

#endif
