/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program does when the guest reboots, shuts down, panics or its watchdog fires
 * (-action, -no-reboot, -no-shutdown, QMP set-action).
 */
#ifndef SYSEMU_RUNSTATE_ACTION_H
#define SYSEMU_RUNSTATE_ACTION_H

#include "qapi/qapi-types-run-state.h"
#include "qapi/error.h"

typedef struct RunStateActions {
    RebootAction reboot;
    ShutdownAction shutdown;
    PanicAction panic;
    WatchdogAction watchdog;
} RunStateActions;

/* The actions in force; never NULL.  BQL, or before threads exist. */
const RunStateActions *runstate_actions(void);
void runstate_set_reboot_action(RebootAction action);
void runstate_set_shutdown_action(ShutdownAction action);
void runstate_set_panic_action(PanicAction action);
void runstate_set_watchdog_action(WatchdogAction action);
/*
 * One "event=action" pair of -action, e.g. ("reboot", "shutdown").  Fails, changing nothing,
 * with the accepted spellings in the message.
 */
bool runstate_action_set_by_name(const char *event, const char *action, Error **errp);

#endif
