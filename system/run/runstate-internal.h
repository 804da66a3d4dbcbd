/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the run state's files share.
 */
#ifndef RUN_RUNSTATE_INTERNAL_H
#define RUN_RUNSTATE_INTERNAL_H

#include "sysemu/runstate.h"
#include "sysemu/vcpu-hooks.h"

/* Call @hooks->member if it is installed. */
#define VCPU_HOOK(member, ...) do { \
        const RunStateVcpuHooks *hooks_ = runstate_vcpu_hooks(); \
        if (hooks_ && hooks_->member) { \
            hooks_->member(__VA_ARGS__); \
        } \
    } while (0)

const RunStateMachineHooks *runstate_machine_hooks(void);
/* Forget all requests. */
void runstate_requests_clear(void);
/* Is a stop requested?  Does not take it. */
bool runstate_vmstop_is_requested(void);
/* From a signal handler: a power-off ends the process, whatever -no-shutdown says. */
void runstate_action_force_poweroff(void);

#endif
