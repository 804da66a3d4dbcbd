/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator without CPU execution: the test program drives the machine (API of QEMU 8.2).
 * [accel]
 */
#ifndef SYSEMU_QTEST_H
#define SYSEMU_QTEST_H

#include "qemu/osdep.h"

extern bool qtest_allowed;

/* Is it the accelerator in use? */
static inline bool qtest_enabled(void)
{
    return qtest_allowed;
}

/* The virtual clock under qtest, ns; 0 without it.  BQL. */
int64_t qtest_clock_get(void);
/* Under qtest only.  Never backwards; timers that expire on the way run at their own time. */
void qtest_clock_warp(int64_t dest_ns);

#endif
