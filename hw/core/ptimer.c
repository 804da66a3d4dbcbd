/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Periodic down counter on the virtual clock. A running counter is described
 * by the value it had at a base time and the length of a tick, both kept to
 * 2^-32 ns, so that reads are exact and a period that is no whole number of ns
 * does not drift. Events that came too late to be told apart are merged:
 * a guest that programs a tick of 1 ns cannot keep the main loop busy for ever.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/timer.h"
#include "hw/ptimer.h"

#define FRAC_BITS 32

/* More changes of state by the callback than this, at one moment, are a loop. */
#define RELOADS_MAX 64

typedef unsigned __int128 ptimer_q; /* a time or duration in 2^-32 ns */

typedef enum PTimerMode {
    PTIMER_OFF,
    PTIMER_PERIODIC,
    PTIMER_ONESHOT,
} PTimerMode;

/* Why the next event is looked for. */
typedef enum PTimerCause {
    CAUSE_CHANGE,   /* the device started or changed the timer */
    CAUSE_EXPIRY,   /* the counter came down to zero */
    CAUSE_DEFERRED, /* the tick that a policy put in, or a limit of 0, went by */
} PTimerCause;

struct ptimer_state {
    uint8_t enabled; /* a PTimerMode */
    uint8_t policy_mask;
    bool in_transaction;
    bool need_reload;
    bool zero_first;      /* while running: the first tick shows zero (wrap policy) */
    uint64_t limit;
    uint64_t delta;       /* the counter: now if stopped, at the base time if running */
    uint32_t period_frac; /* the tick is period + period_frac / 2^32 ns */
    int64_t period;
    int64_t last_event;   /* the base time, ns ... */
    uint32_t last_frac;   /* ... and its fraction */
    int64_t next_event;   /* when the timer fires, ns */
    QEMUTimer *timer;
    ptimer_cb callback;
    void *callback_opaque;
};

static bool has_policy(const ptimer_state *s, uint8_t policy)
{
    return s->policy_mask & policy;
}

static ptimer_q period_q(const ptimer_state *s)
{
    return (ptimer_q)s->period << FRAC_BITS | s->period_frac;
}

static ptimer_q base_q(const ptimer_state *s)
{
    return (ptimer_q)s->last_event << FRAC_BITS | s->last_frac;
}

static void base_set(ptimer_state *s, ptimer_q base)
{
    s->last_event = base >> FRAC_BITS;
    s->last_frac = (uint32_t)base;
}

static void base_set_now(ptimer_state *s)
{
    s->last_event = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    s->last_frac = 0;
}

static void timer_halt(ptimer_state *s)
{
    s->enabled = PTIMER_OFF;
    s->zero_first = false;
    timer_del(s->timer);
}

/* Ticks to run from the base time, given that the counter is zero; 0 stops the timer. */
static uint64_t zero_count_ticks(const ptimer_state *s, PTimerCause cause)
{
    bool periodic = s->enabled == PTIMER_PERIODIC;

    if ((has_policy(s, PTIMER_POLICY_CONTINUOUS_TRIGGER) && periodic && s->limit == 0) ||
        (has_policy(s, PTIMER_POLICY_NO_IMMEDIATE_TRIGGER) && cause != CAUSE_DEFERRED) ||
        (has_policy(s, PTIMER_POLICY_NO_IMMEDIATE_RELOAD) && periodic && s->limit != 0)) {
        return 1;
    }
    return 0;
}

/* Arm the timer @ticks after the base time. */
static void event_arm(ptimer_state *s, uint64_t ticks, bool extra_tick)
{
    ptimer_q end = (ptimer_q)INT64_MAX << FRAC_BITS;
    ptimer_q period = period_q(s);
    ptimer_q all = (ptimer_q)ticks + extra_tick;
    ptimer_q base = base_q(s);

    s->zero_first = extra_tick;
    if (all > (end - base) / period) {
        s->next_event = INT64_MAX; /* centuries from now */
    } else {
        s->next_event = (base + all * period) >> FRAC_BITS;
    }
    timer_mod(s->timer, s->next_event);
}

/* Find and arm the next event, counting from the base time. May call the callback. */
static void event_schedule(ptimer_state *s, PTimerCause cause)
{
    bool quiet = has_policy(s, PTIMER_POLICY_NO_IMMEDIATE_TRIGGER) ||
                 (cause == CAUSE_CHANGE &&
                  has_policy(s, PTIMER_POLICY_TRIGGER_ONLY_ON_DECREMENT));
    uint64_t ticks;

    if (s->delta == 0 && !quiet) {
        s->callback(s->callback_opaque);
        if (s->enabled == PTIMER_OFF) {
            return;
        }
    }
    if (s->delta == 0 && !has_policy(s, PTIMER_POLICY_NO_IMMEDIATE_RELOAD)) {
        s->delta = s->limit;
    }
    ticks = s->delta ? s->delta : zero_count_ticks(s, cause);
    if (period_q(s) == 0 || ticks == 0) {
        qemu_log_mask(LOG_GUEST_ERROR, "ptimer: started with a %s of zero: stopped\n",
                      ticks ? "period" : "count");
        timer_halt(s);
        return;
    }
    event_arm(s, ticks, s->delta && cause == CAUSE_EXPIRY &&
              has_policy(s, PTIMER_POLICY_WRAP_AFTER_ONE_PERIOD));
}

/*
 * Where to count from after an expiry: when it should have been, moved on by
 * whole rounds if the next one is in the past already, too.
 */
static ptimer_q expiry_base(const ptimer_state *s)
{
    ptimer_q period = period_q(s);
    ptimer_q now = (ptimer_q)qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) << FRAC_BITS;
    ptimer_q ticks = (ptimer_q)(s->delta ? s->delta : 1) + s->zero_first;
    ptimer_q base = base_q(s) + ticks * period;
    ptimer_q round;

    if (base >= now || s->limit == 0) {
        return MIN(base, now);
    }
    round = ((ptimer_q)s->limit + has_policy(s, PTIMER_POLICY_WRAP_AFTER_ONE_PERIOD)) * period;
    return base + (now - base) / round * round;
}

static void reloads_run(ptimer_state *s)
{
    for (int i = 0; s->need_reload; i++) {
        s->need_reload = false;
        if (i == RELOADS_MAX) {
            qemu_log_mask(LOG_GUEST_ERROR, "ptimer: restarted with zero again and again: "
                          "stopped\n");
            timer_halt(s);
            return;
        }
        base_set_now(s);
        event_schedule(s, CAUSE_CHANGE);
    }
}

static void ptimer_tick(void *opaque)
{
    ptimer_state *s = opaque;
    bool trigger = true;

    s->in_transaction = true;
    if (s->enabled == PTIMER_ONESHOT) {
        s->delta = 0;
        timer_halt(s);
    } else {
        PTimerCause cause = s->delta == 0 || s->limit == 0 ? CAUSE_DEFERRED : CAUSE_EXPIRY;

        /* Otherwise event_schedule() triggers, or did when the tick was put in. */
        if (!has_policy(s, PTIMER_POLICY_NO_IMMEDIATE_TRIGGER)) {
            trigger = cause == CAUSE_EXPIRY;
        }
        base_set(s, expiry_base(s));
        s->delta = s->limit;
        event_schedule(s, cause);
    }
    if (trigger) {
        s->callback(s->callback_opaque);
    }
    reloads_run(s);
    s->in_transaction = false;
}

void ptimer_transaction_begin(ptimer_state *s)
{
    g_assert(!s->in_transaction);
    s->in_transaction = true;
    s->need_reload = false;
}

void ptimer_transaction_commit(ptimer_state *s)
{
    g_assert(s->in_transaction);
    reloads_run(s);
    s->in_transaction = false;
}

uint64_t ptimer_get_count(ptimer_state *s)
{
    ptimer_q period = period_q(s);
    ptimer_q elapsed;
    ptimer_q used;
    ptimer_q all;
    int64_t now;

    if (s->enabled == PTIMER_OFF || s->delta == 0 || s->need_reload || period == 0) {
        return s->delta;
    }
    now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    if (now >= s->next_event) {
        return 0; /* about to fire */
    }
    elapsed = ((ptimer_q)now << FRAC_BITS) - base_q(s);
    if (s->zero_first && elapsed < period) {
        return 0;
    }
    used = elapsed / period;
    if (!has_policy(s, PTIMER_POLICY_NO_COUNTER_ROUND_DOWN) && elapsed % period) {
        used++;
    }
    all = (ptimer_q)s->delta + s->zero_first;
    return used < all ? all - used : 0;
}

static void reload_request(ptimer_state *s)
{
    g_assert(s->in_transaction);
    if (s->enabled != PTIMER_OFF) {
        s->need_reload = true;
    }
}

void ptimer_set_count(ptimer_state *s, uint64_t count)
{
    s->delta = count;
    reload_request(s);
}

void ptimer_run(ptimer_state *s, int oneshot)
{
    bool was_off = s->enabled == PTIMER_OFF;

    g_assert(s->in_transaction);
    if (was_off && period_q(s) == 0) {
        qemu_log_mask(LOG_GUEST_ERROR, "ptimer: started with a period of zero: stays stopped\n");
        return;
    }
    s->enabled = oneshot ? PTIMER_ONESHOT : PTIMER_PERIODIC;
    if (was_off) {
        reload_request(s);
    }
}

void ptimer_stop(ptimer_state *s)
{
    g_assert(s->in_transaction);
    if (s->enabled != PTIMER_OFF) {
        s->delta = ptimer_get_count(s);
        timer_halt(s);
        s->need_reload = false;
    }
}

static void period_set(ptimer_state *s, ptimer_q period)
{
    ptimer_q max = ((ptimer_q)INT64_MAX << FRAC_BITS) | UINT32_MAX;

    s->delta = ptimer_get_count(s);
    period = MIN(period, max);
    s->period = period >> FRAC_BITS;
    s->period_frac = (uint32_t)period;
    reload_request(s);
}

void ptimer_set_period(ptimer_state *s, int64_t period)
{
    period_set(s, (ptimer_q)MAX(period, 0) << FRAC_BITS);
}

void ptimer_set_period_from_clock(ptimer_state *s, const Clock *clk, unsigned int divisor)
{
    period_set(s, (ptimer_q)clock_get(clk) * divisor);
}

void ptimer_set_freq(ptimer_state *s, uint32_t freq)
{
    period_set(s, freq ? ((ptimer_q)NANOSECONDS_PER_SECOND << FRAC_BITS) / freq : 0);
}

void ptimer_set_limit(ptimer_state *s, uint64_t limit, int reload)
{
    g_assert(s->in_transaction);
    s->limit = limit;
    if (reload) {
        s->delta = limit;
        reload_request(s);
    }
}

uint64_t ptimer_get_limit(ptimer_state *s)
{
    return s->limit;
}

ptimer_state *ptimer_init(ptimer_cb callback, void *callback_opaque, uint8_t policy_mask)
{
    ptimer_state *s;

    g_assert(callback);
    /* The two contradict each other. */
    g_assert(!((policy_mask & PTIMER_POLICY_TRIGGER_ONLY_ON_DECREMENT) &&
               (policy_mask & PTIMER_POLICY_NO_IMMEDIATE_TRIGGER)));
    s = g_new0(ptimer_state, 1);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, ptimer_tick, s);
    s->policy_mask = policy_mask;
    s->callback = callback;
    s->callback_opaque = callback_opaque;
    return s;
}

void ptimer_free(ptimer_state *s)
{
    if (s) {
        timer_free(s->timer);
        g_free(s);
    }
}

static int ptimer_post_load(void *opaque, int version_id)
{
    ptimer_state *s = opaque;

    if (s->enabled > PTIMER_ONESHOT || s->period < 0 || s->last_event < 0 ||
        (s->enabled != PTIMER_OFF && period_q(s) == 0)) {
        return -EINVAL;
    }
    return 0;
}

const VMStateDescription vmstate_ptimer = {
    .name = "ptimer",
    .version_id = 2,
    .minimum_version_id = 2,
    .post_load = ptimer_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(enabled, ptimer_state),
        VMSTATE_BOOL(zero_first, ptimer_state),
        VMSTATE_UINT64(limit, ptimer_state),
        VMSTATE_UINT64(delta, ptimer_state),
        VMSTATE_UINT32(period_frac, ptimer_state),
        VMSTATE_INT64(period, ptimer_state),
        VMSTATE_INT64(last_event, ptimer_state),
        VMSTATE_UINT32(last_frac, ptimer_state),
        VMSTATE_INT64(next_event, ptimer_state),
        VMSTATE_TIMER_PTR(timer, ptimer_state),
        VMSTATE_END_OF_LIST(),
    },
};
