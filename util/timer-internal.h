/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between timer.c and the main loop. */
#ifndef UTIL_TIMER_INTERNAL_H
#define UTIL_TIMER_INTERNAL_H

#include "qemu/timer.h"

/* The main loop's lists, made at the first use. */
QEMUTimerListGroup *main_loop_tlg_get(void);

#endif
