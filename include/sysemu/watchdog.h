/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens when a watchdog device expires (API of QEMU 8.2).
 */
#ifndef SYSEMU_WATCHDOG_H
#define SYSEMU_WATCHDOG_H

#include "qemu/osdep.h"
#include "qapi/qapi-types-run-state.h"

/* 0, or -1 when @action is not the name of one. */
int select_watchdog_action(const char *action);
WatchdogAction get_watchdog_action(void);
/* A watchdog expired: send WATCHDOG and do what the user chose.  BQL. */
void watchdog_perform_action(void);
/* How "inject-nmi" is done; installed by the layer that knows the CPUs.  NULL: logged only. */
void watchdog_set_nmi_hook(void (*inject_nmi)(void));

#endif
