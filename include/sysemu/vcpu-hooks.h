/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the run state needs from the layers above it: the virtual CPUs (installed by hw/core) and
 * the machine (installed by whoever creates it).  Members may be NULL; everything is called with
 * the BQL held unless it says otherwise.
 */
#ifndef SYSEMU_VCPU_HOOKS_H
#define SYSEMU_VCPU_HOOKS_H

#include "qemu/osdep.h"
#include "qapi/qapi-types-run-state.h"

typedef struct RunStateVcpuHooks {
    /* Returns when no vCPU runs guest code. */
    void (*pause_all)(void);
    void (*resume_all)(void);
    /* Is the caller a vCPU thread?  Any thread, no lock. */
    bool (*in_vcpu_thread)(void);
    /* The calling vCPU leaves guest code as soon as possible. */
    void (*stop_current)(void);
    void (*synchronize_all_states)(void);
    void (*synchronize_all_post_reset)(void);
    void (*synchronize_all_pre_loadvm)(void);
    void (*synchronize_all_post_init)(void);
    /* About to run; @step_pending: one instruction only. */
    void (*synchronize_all_pre_resume)(bool step_pending);
    /* The accelerator's own virtual clock becomes @ns; false: it has none. */
    bool (*set_virtual_clock)(int64_t ns);
} RunStateVcpuHooks;

typedef struct RunStateMachineHooks {
    /* Reset the machine; NULL: qemu_devices_reset(). */
    void (*reset)(ShutdownCause reason);
    /* Leave suspend; NULL: a full reset is not needed and nothing is done. */
    void (*wakeup)(void);
} RunStateMachineHooks;

/* Both keep the pointer; NULL uninstalls. */
void runstate_set_vcpu_hooks(const RunStateVcpuHooks *hooks);
const RunStateVcpuHooks *runstate_vcpu_hooks(void);
void runstate_set_machine_hooks(const RunStateMachineHooks *hooks);

#endif
