/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's wall clock.  The date is a reference (seconds, taken when rtc_clock had a certain
 * value) plus what rtc_clock has advanced since.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "sysemu/rtc.h"
#include <time.h>

QEMUClockType rtc_clock = QEMU_CLOCK_HOST;

/* With both zero and the host's clock, the date is the host's. */
static int64_t reference_sec;
static int64_t reference_clock_ns;
static bool base_is_localtime;
static bool driftfix_is_slew;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static time_t rtc_now(time_t offset)
{
    int64_t ns = qemu_clock_get_ns(rtc_clock) - reference_clock_ns;

    return reference_sec + floor_div(ns, NANOSECONDS_PER_SECOND) + offset;
}

void qemu_get_timedate(struct tm *tm, time_t offset)
{
    time_t now = rtc_now(offset);

    if (base_is_localtime) {
        localtime_r(&now, tm);
    } else {
        gmtime_r(&now, tm);
    }
}

time_t qemu_timedate_diff(struct tm *tm)
{
    struct tm copy = *tm;
    time_t seconds;

    if (base_is_localtime) {
        copy.tm_isdst = -1;
        seconds = mktime(&copy);
    } else {
        seconds = timegm(&copy);
    }
    return seconds - rtc_now(0);
}

bool rtc_driftfix_is_slew(void)
{
    return driftfix_is_slew;
}

/* "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM:SS", a date that exists. */
static bool date_parse(const char *text, int64_t *seconds)
{
    struct tm tm = { 0 };
    struct tm copy;
    const char *end;

    end = strptime(text, strchr(text, 'T') ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d", &tm);
    if (!end || *end) {
        return false;
    }
    copy = tm;
    *seconds = timegm(&copy);
    /* timegm() takes a 30th of February for a day in March. */
    return copy.tm_mday == tm.tm_mday && copy.tm_mon == tm.tm_mon && copy.tm_sec == tm.tm_sec;
}

static bool clock_parse(const char *name, QEMUClockType *type)
{
    static const struct {
        const char *name;
        QEMUClockType type;
    } clocks[] = {
        { "host", QEMU_CLOCK_HOST }, { "rt", QEMU_CLOCK_REALTIME }, { "vm", QEMU_CLOCK_VIRTUAL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
        if (!strcmp(clocks[i].name, name)) {
            *type = clocks[i].type;
            return true;
        }
    }
    return false;
}

bool rtc_configure(const char *base, const char *clock, const char *driftfix, Error **errp)
{
    bool has_date = base && strcmp(base, "utc") && strcmp(base, "localtime");
    QEMUClockType type = QEMU_CLOCK_HOST;
    int64_t date_sec = 0;

    if (has_date && !date_parse(base, &date_sec)) {
        error_setg(errp, "-rtc base=%s is not a date: use utc, localtime or "
                   "YYYY-MM-DD[THH:MM:SS]", base);
        return false;
    }
    if (clock && !clock_parse(clock, &type)) {
        error_setg(errp, "-rtc clock=%s is unknown: use host, rt or vm", clock);
        return false;
    }
    if (driftfix && strcmp(driftfix, "none") && strcmp(driftfix, "slew")) {
        error_setg(errp, "-rtc driftfix=%s is unknown: use none or slew", driftfix);
        return false;
    }
    rtc_clock = type;
    base_is_localtime = !g_strcmp0(base, "localtime");
    driftfix_is_slew = !g_strcmp0(driftfix, "slew");
    if (has_date || type != QEMU_CLOCK_HOST) {
        reference_sec = has_date ? date_sec : time(NULL);
        reference_clock_ns = qemu_clock_get_ns(type);
    } else {
        reference_sec = 0;
        reference_clock_ns = 0;
    }
    return true;
}
