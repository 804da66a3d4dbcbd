/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's wall clock: -rtc base=,clock=,driftfix= and what real-time clock devices ask
 * (API of QEMU 8.2).
 */
#ifndef SYSEMU_RTC_H
#define SYSEMU_RTC_H

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qapi/error.h"

typedef struct QemuOpts QemuOpts;

/* The clock that real-time clock devices count with (-rtc clock=). */
extern QEMUClockType rtc_clock;

/* The guest's date, @offset seconds from now, in the zone the user chose. */
void qemu_get_timedate(struct tm *tm, time_t offset);
/* How many seconds @tm (as the guest set it) is ahead of the guest's date now. */
time_t qemu_timedate_diff(struct tm *tm);

/*
 * -rtc.  Each argument may be NULL for the default: @base "utc", "localtime" or
 * "YYYY-MM-DD[THH:MM:SS]"; @clock "host", "rt" or "vm"; @driftfix "none" or "slew".
 * Fails, changing nothing, with the accepted spellings in the message.
 */
bool rtc_configure(const char *base, const char *clock, const char *driftfix, Error **errp);
/* Did the user ask for lost ticks to be delivered late (driftfix=slew)? */
bool rtc_driftfix_is_slew(void);

#endif
