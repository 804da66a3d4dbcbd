/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between clock.c, timer.c and the main loop. */
#ifndef UTIL_TIMER_INTERNAL_H
#define UTIL_TIMER_INTERNAL_H

#include "qemu/timer.h"

/* The main loop's lists, made at the first use. */
QEMUTimerListGroup *main_loop_tlg_get(void);

/* Whether the clock's time passes by itself. */
bool clock_is_running(QEMUClockType type);
/* Whether callbacks of the clock may run; and changing that, which returns what it was. */
bool clock_is_enabled(QEMUClockType type);
bool clock_enabled_exchange(QEMUClockType type, bool enabled);

#endif
