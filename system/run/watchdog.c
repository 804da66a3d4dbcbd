/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens when a watchdog device expires.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qapi/qapi-events-run-state.h"
#include "sysemu/runstate.h"
#include "sysemu/watchdog.h"

static void (*nmi_hook)(void);

void watchdog_set_nmi_hook(void (*inject_nmi)(void))
{
    nmi_hook = inject_nmi;
}

static void nmi_inject(void)
{
    if (nmi_hook) {
        nmi_hook();
    } else {
        warn_report_once("watchdog: this machine has no way to inject an NMI");
    }
}

void watchdog_perform_action(void)
{
    WatchdogAction action = get_watchdog_action();

    if (action == WATCHDOG_ACTION_PAUSE) {
        /* Nothing may start the machine again between the event and the stop. */
        qemu_system_vmstop_request_prepare();
    }
    qapi_event_send_watchdog(action);
    switch (action) {
    case WATCHDOG_ACTION_RESET:
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        break;
    case WATCHDOG_ACTION_SHUTDOWN:
        qemu_system_powerdown_request();
        break;
    case WATCHDOG_ACTION_POWEROFF:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        break;
    case WATCHDOG_ACTION_PAUSE:
        qemu_system_vmstop_request(RUN_STATE_WATCHDOG);
        break;
    case WATCHDOG_ACTION_DEBUG:
        info_report("watchdog: expired");
        break;
    case WATCHDOG_ACTION_INJECT_NMI:
        nmi_inject();
        break;
    case WATCHDOG_ACTION_NONE:
    case WATCHDOG_ACTION__MAX:
        break;
    }
}
