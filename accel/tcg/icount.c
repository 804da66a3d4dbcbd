/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual clock as a count of instructions (-icount shift=N: 2^N ns each).
 *
 * The count moves when the CPU whose turn it is accounts for what it ran: at the end of a slice,
 * when it leaves guest code, and when it reads the clock (exactly to the instruction).  Timers
 * that are due at a slice's end run on that CPU's thread before anything else does, so they always
 * come at the same instruction; the main loop does not wait for them.
 *
 * While all CPUs sleep there are no instructions.  With sleep=on (the default) time goes on with
 * the host's, at most 10 ms at a time so that timers armed meanwhile are seen; with sleep=off it
 * jumps to the next timer.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/option.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "sysemu/tcg.h"
#include "accel/tcg/icount.h"
#include "accel/tcg/tcg-accel.h"

/* A slice without a timer in sight. */
#define SLICE_INSNS 200000
#define SLEEP_STEP_NS (10 * SCALE_MS)

static struct {
    bool is_on;
    bool sleeps;
    unsigned shift;
    int64_t insns;              /* atomic; moved by the CPU whose turn it is */
    int64_t offset_ns;          /* atomic, with the BQL: time that passed without instructions */
    QEMUTimer *warp_timer;
    int64_t asleep_since;       /* of the host's clock; -1: not asleep */
} icount;

/* -- options ----------------------------------------------------------------------------------- */

static QemuOptsList icount_opts = {
    .name = "icount",
    .implied_opt_name = "shift",
    .head = QTAILQ_HEAD_INITIALIZER(icount_opts.head),
    .desc = {
        { .name = "shift", .type = QEMU_OPT_STRING },
        { .name = "sleep", .type = QEMU_OPT_BOOL },
        { },
    },
};

bool tcg_icount_configure(const char *options, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&icount_opts, options, true, errp);
    const char *shift;
    unsigned long value;
    char *end;

    if (!opts) {
        return false;
    }
    shift = qemu_opt_get(opts, "shift") ?: "";
    value = strtoul(shift, &end, 10);
    if (!g_ascii_isdigit(shift[0]) || *end || value > 10) {
        error_setg(errp, "shift is a number from 0 to 10 (2^shift ns for each instruction), not "
                   "\"%s\"", shift);
        qemu_opts_del(opts);
        return false;
    }
    icount.shift = value;
    icount.sleeps = qemu_opt_get_bool(opts, "sleep", true);
    icount.is_on = true;
    qemu_opts_del(opts);
    return true;
}

bool tcg_icount_enabled(void)
{
    return icount.is_on;
}

/* -- the clock --------------------------------------------------------------------------------- */

int64_t tcg_insns_behind(TcgCpu *tc)
{
    const TcgBlock *tb;

    if (!tc->ip || !tc->is_executing) {
        return 0;
    }
    tb = block_of_code(tc->block_ip);
    return tb->ninsns - tcg_insn_number(tc) - 1;
}

/* What this thread's CPU ran since it last accounted. */
static int64_t insns_since(void)
{
    TcgCpu *tc = current_cpu ? tcg_cpu(current_cpu) : NULL;

    return tc && tc->is_executing ? tc->insns_budget - tc->insns_left - tcg_insns_behind(tc) : 0;
}

static int64_t clock_get(void *opaque)
{
    return ((qatomic_read(&icount.insns) + insns_since()) << icount.shift) +
           qatomic_read(&icount.offset_ns);
}

/* No host time moves it. */
static bool clock_is_running(void *opaque)
{
    return false;
}

static const QemuClockSource clock_source = {
    .get_ns = clock_get,
    .is_running = clock_is_running,
};

int64_t tcg_icount_get_ns(void)
{
    return icount.is_on ? clock_get(NULL) : qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

void tcg_icount_set_ns(int64_t ns)
{
    qatomic_set(&icount.offset_ns, ns - (qatomic_read(&icount.insns) << icount.shift));
}

static int64_t deadline_ns(void)
{
    return qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);
}

/* Instructions to the next timer, -1: none. */
static int64_t deadline_insns(void)
{
    int64_t ns = deadline_ns();

    return ns < 0 ? -1 : (ns + (1LL << icount.shift) - 1) >> icount.shift;
}

/* -- slices ------------------------------------------------------------------------------------ */

static void run_due_timers(void)
{
    BQL_LOCK_GUARD();
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
}

void icount_account(TcgCpu *tc)
{
    int64_t ran = tc->insns_budget - tc->insns_left;

    tc->insns_budget = tc->insns_left;
    qatomic_set(&icount.insns, icount.insns + ran);
}

void icount_slice_begin(TcgCpu *tc)
{
    int64_t insns;

    if (!icount.is_on) {
        tc->insns_left = tc->insns_budget = SLICE_INSNS;
        return;
    }
    insns = deadline_insns();
    /* A timer that arms itself for "now" for ever must not keep the CPU from running. */
    for (unsigned i = 0; insns == 0 && i < 100; i++) {
        run_due_timers();
        insns = deadline_insns();
    }
    insns = insns < 0 ? SLICE_INSNS : MAX(insns, 1);
    tc->insns_left = tc->insns_budget = MIN(insns, SLICE_INSNS);
}

void icount_trim(TcgCpu *tc)
{
    int64_t insns;

    if (!icount.is_on) {
        return;
    }
    icount_account(tc);
    insns = deadline_insns();
    if (insns >= 0 && insns < tc->insns_left) {
        tc->insns_left = tc->insns_budget = insns;
    }
}

/* -- sleep ------------------------------------------------------------------------------------- */

static bool all_asleep(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (!cpu_is_stopped(cpu) && (!cpu->halted || cpu_has_work(cpu))) {
            return false;
        }
    }
    return true;
}

/* BQL. */
static void warp_to(int64_t ns)
{
    qatomic_set(&icount.offset_ns, icount.offset_ns + MAX(ns, 0));
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
}

static void warp_arm(void)
{
    int64_t deadline = deadline_ns(), now = get_clock();

    icount.asleep_since = now;
    if (!icount.sleeps && deadline >= 0) {
        timer_mod(icount.warp_timer, qemu_clock_get_ns(QEMU_CLOCK_REALTIME));
        return;
    }
    deadline = deadline < 0 ? SLEEP_STEP_NS : MIN(deadline, SLEEP_STEP_NS);
    timer_mod(icount.warp_timer, qemu_clock_get_ns(QEMU_CLOCK_REALTIME) + deadline);
}

/* In the main loop. */
static void warp_timer_fired(void *opaque)
{
    int64_t passed = get_clock() - icount.asleep_since, deadline = deadline_ns();

    if (icount.asleep_since < 0 || !runstate_is_running() || !all_asleep()) {
        icount.asleep_since = -1;
        return;
    }
    if (!icount.sleeps) {
        passed = MAX(deadline, 0);
    } else if (deadline >= 0) {
        passed = MIN(passed, deadline);
    }
    warp_to(passed);
    if (all_asleep()) {
        warp_arm();
    } else {
        icount.asleep_since = -1;
    }
}

void icount_all_asleep(void)
{
    if (!icount.is_on) {
        return;
    }
    BQL_LOCK_GUARD();
    warp_arm();
}

/* -- life -------------------------------------------------------------------------------------- */

void tcg_icount_begin(void)
{
    if (icount.is_on) {
        icount.insns = icount.offset_ns = 0;
        icount.asleep_since = -1;
        icount.warp_timer = timer_new_ns(QEMU_CLOCK_REALTIME, warp_timer_fired, NULL);
        qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, &clock_source);
    }
}

void tcg_icount_end(void)
{
    if (icount.is_on) {
        qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, NULL);
        timer_free(icount.warp_timer);
        icount.is_on = false;
    }
}
