/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program does about reboot, shutdown, panic and watchdog, and the names of it all.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qapi/error.h"
#include "qapi/util.h"
#include "sysemu/runstate-action.h"
#include "sysemu/watchdog.h"
#include "runstate-internal.h"

static RunStateActions actions = {
    .reboot = REBOOT_ACTION_RESET,
    .shutdown = SHUTDOWN_ACTION_POWEROFF,
    .panic = PANIC_ACTION_SHUTDOWN,
    .watchdog = WATCHDOG_ACTION_RESET,
};

const RunStateActions *runstate_actions(void)
{
    return &actions;
}

void runstate_set_reboot_action(RebootAction action)
{
    actions.reboot = action;
}

void runstate_set_shutdown_action(ShutdownAction action)
{
    actions.shutdown = action;
}

void runstate_action_force_poweroff(void)
{
    qatomic_set(&actions.shutdown, SHUTDOWN_ACTION_POWEROFF);
}

void runstate_set_panic_action(PanicAction action)
{
    actions.panic = action;
}

void runstate_set_watchdog_action(WatchdogAction action)
{
    actions.watchdog = action;
}

WatchdogAction get_watchdog_action(void)
{
    return actions.watchdog;
}

static void set_reboot(int action)
{
    runstate_set_reboot_action(action);
}

static void set_shutdown(int action)
{
    runstate_set_shutdown_action(action);
}

static void set_panic(int action)
{
    runstate_set_panic_action(action);
}

static void set_watchdog(int action)
{
    runstate_set_watchdog_action(action);
}

static const struct ActionKind {
    const char *event;
    const QEnumLookup *names;
    void (*set)(int action);
} kinds[] = {
    { "reboot", &RebootAction_lookup, set_reboot },
    { "shutdown", &ShutdownAction_lookup, set_shutdown },
    { "panic", &PanicAction_lookup, set_panic },
    { "watchdog", &WatchdogAction_lookup, set_watchdog },
};

int select_watchdog_action(const char *action)
{
    int value = qapi_enum_parse(&WatchdogAction_lookup, action, -1, NULL);

    if (value < 0) {
        return -1;
    }
    runstate_set_watchdog_action(value);
    return 0;
}

/* Message that lists what may follow "-action @kind=". */
static void error_unknown_action(Error **errp, const struct ActionKind *kind, const char *action)
{
    g_autoptr(GString) known = g_string_new(NULL);

    for (int i = 0; i < kind->names->size; i++) {
        g_string_append_printf(known, "%s%s", i ? ", " : "", qapi_enum_lookup(kind->names, i));
    }
    error_setg(errp, "action \"%s\" is unknown for %s: use one of %s", action, kind->event,
               known->str);
}

bool runstate_action_set_by_name(const char *event, const char *action, Error **errp)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        int value;

        if (strcmp(kinds[i].event, event)) {
            continue;
        }
        value = qapi_enum_parse(kinds[i].names, action, -1, NULL);
        if (value < 0) {
            error_unknown_action(errp, &kinds[i], action);
            return false;
        }
        kinds[i].set(value);
        return true;
    }
    error_setg(errp, "event \"%s\" is unknown: use one of reboot, shutdown, panic, watchdog",
               event);
    return false;
}
