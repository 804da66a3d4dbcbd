/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qtest requests that move the virtual clock. Timers that expire on the way
 * run at their own time, before the answer is sent.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "sysemu/qtest.h"
#include "qtest-server-internal.h"

/* False after having answered: the clock belongs to another accelerator. */
static bool clock_is_ours(QTestSession *s, const QTestRequest *req)
{
    if (!qtest_enabled()) {
        qtest_session_fail(s, "%s: the clock moves by itself; start with -accel qtest",
                           req->words[0]);
        return false;
    }
    return true;
}

static void clock_move(QTestSession *s, int64_t dest_ns)
{
    qtest_clock_warp(dest_ns);
    qtest_session_reply(s, "OK %" PRId64, qtest_clock_get());
}

/* Without an argument: to the next timer, nowhere if there is none. */
void qtest_clock_handle_step(QTestSession *s, const QTestRequest *req)
{
    int64_t now = qtest_clock_get();
    int64_t deadline;
    uint64_t step;

    if (!clock_is_ours(s, req)) {
        return;
    }
    if (req->count > 1) {
        if (qtest_command_number(s, req, 1, INT64_MAX - now, &step)) {
            clock_move(s, now + step);
        }
        return;
    }
    deadline = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);
    if (deadline < 0) {
        deadline = 0;
    }
    clock_move(s, now + MIN(deadline, INT64_MAX - now));
}

/* The clock never goes back: an earlier time leaves it where it is. */
void qtest_clock_handle_set(QTestSession *s, const QTestRequest *req)
{
    uint64_t dest;

    if (clock_is_ours(s, req) && qtest_command_number(s, req, 1, INT64_MAX, &dest)) {
        clock_move(s, dest);
    }
}
