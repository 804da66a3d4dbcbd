/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks and timers (device-facing API of QEMU 8.2).
 *
 * A timer belongs to one list of one clock; timer_init_*() and timer_new_*()
 * use the main loop's lists. Arming, re-arming and deleting are safe from any
 * thread, with or without the BQL. Callbacks run in the list's thread - for
 * the main loop's lists the main thread with the BQL - in the order of expiry,
 * equal times in the order of arming.
 */
#ifndef QEMU_TIMER_H
#define QEMU_TIMER_H

#include "qemu/bitops.h"
#include "qemu/notify.h"
#include "qemu/host-utils.h"
#include "qemu/thread.h"

#define NANOSECONDS_PER_SECOND 1000000000LL

#define SCALE_MS 1000000
#define SCALE_US 1000
#define SCALE_NS 1

/*
 * REALTIME: runs always, host's monotonic time.
 * VIRTUAL: guest time; from the installed source, stopped with the machine.
 * HOST: the host's date; may jump.
 * VIRTUAL_RT: like VIRTUAL, but in real time when instructions are counted.
 */
typedef enum {
    QEMU_CLOCK_REALTIME = 0,
    QEMU_CLOCK_VIRTUAL = 1,
    QEMU_CLOCK_HOST = 2,
    QEMU_CLOCK_VIRTUAL_RT = 3,
    QEMU_CLOCK_MAX
} QEMUClockType;

/* Attribute: does not influence the guest's state (for record/replay). */
#define QEMU_TIMER_ATTR_EXTERNAL ((int)BIT(0))
#define QEMU_TIMER_ATTR_ALL 0xffffffff

typedef void QEMUTimerCB(void *opaque);
/* Called, from any thread, when a list's earliest deadline moved forward. */
typedef void QEMUTimerListNotifyCB(void *opaque, QEMUClockType type);

struct QEMUTimer {
    int64_t expire_time;        /* ns; -1: not armed. Written under the list's lock. */
    QEMUTimerList *timer_list;
    QEMUTimerCB *cb;
    void *opaque;
    uint64_t sequence;          /* order of arming, decides between equal times */
    size_t heap_index;          /* position in the list's heap while armed */
    int attributes;
    int scale;                  /* ns per unit of timer_mod() */
};

struct QEMUTimerListGroup {
    QEMUTimerList *tl[QEMU_CLOCK_MAX];
};

/* The main loop's lists, one per clock. */
extern QEMUTimerListGroup main_loop_tlg;

/* ---- clocks --------------------------------------------------------------- */

/*
 * Where a clock takes its time from. @is_running false: the time stands still
 * until an event (not the passing of host time) moves it, so no deadline of
 * this clock limits how long the main loop sleeps.
 */
typedef struct QemuClockSource {
    int64_t (*get_ns)(void *opaque);
    bool (*is_running)(void *opaque);   /* NULL: always */
    void *opaque;
} QemuClockSource;

/*
 * Installs @source (which must stay valid; NULL: the built-in source) for
 * VIRTUAL or VIRTUAL_RT and wakes the loop so that deadlines are looked at
 * again. VIRTUAL_RT follows VIRTUAL unless it has a source of its own.
 */
void qemu_clock_set_source(QEMUClockType type, const QemuClockSource *source);

int64_t qemu_clock_get_ns(QEMUClockType type);

static inline int64_t qemu_clock_get_ms(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_MS;
}

static inline int64_t qemu_clock_get_us(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_US;
}

/* Whether any list of the clock has an armed timer, or an expired one. */
bool qemu_clock_has_timers(QEMUClockType type);
bool qemu_clock_expired(QEMUClockType type);
/*
 * Time until the first timer of all lists of the clock expires, in ns; 0 when
 * it has; -1 when there is none. Only timers whose attributes are all in
 * @attr_mask count. Ignores whether the clock is enabled.
 */
int64_t qemu_clock_deadline_ns_all(QEMUClockType type, int attr_mask);
/* Tells the owners of the clock's lists to look at their deadlines again. */
void qemu_clock_notify(QEMUClockType type);
/*
 * A disabled clock runs no callbacks; its time goes on. Disabling returns
 * after running callbacks ended, unless called from one.
 */
void qemu_clock_enable(QEMUClockType type, bool enabled);
bool qemu_clock_use_for_deadline(QEMUClockType type);
/* Runs what expired on the main loop's list of the clock. Returns whether anything ran. */
bool qemu_clock_run_timers(QEMUClockType type);
bool qemu_clock_run_all_timers(void);
QEMUTimerList *qemu_clock_get_main_loop_timerlist(QEMUClockType type);

/* ---- lists ---------------------------------------------------------------- */

QEMUTimerList *timerlist_new(QEMUClockType type, QEMUTimerListNotifyCB *cb, void *opaque);
/* The list must be empty. */
void timerlist_free(QEMUTimerList *timer_list);
bool timerlist_has_timers(QEMUTimerList *timer_list);
bool timerlist_expired(QEMUTimerList *timer_list);
/* As qemu_clock_deadline_ns_all() for one list; -1 also while its clock is off or stands still. */
int64_t timerlist_deadline_ns(QEMUTimerList *timer_list);
QEMUClockType timerlist_get_clock(QEMUTimerList *timer_list);
bool timerlist_run_timers(QEMUTimerList *timer_list);
void timerlist_notify(QEMUTimerList *timer_list);

void timerlistgroup_init(QEMUTimerListGroup *tlg, QEMUTimerListNotifyCB *cb, void *opaque);
void timerlistgroup_deinit(QEMUTimerListGroup *tlg);
bool timerlistgroup_run_timers(QEMUTimerListGroup *tlg);
int64_t timerlistgroup_deadline_ns(QEMUTimerListGroup *tlg);

/* ---- timers --------------------------------------------------------------- */

/*
 * Prepares @ts, which is the caller's memory. @group NULL: the main loop's.
 * @scale: ns per unit of timer_mod(). @attributes: QEMU_TIMER_ATTR_*.
 */
void timer_init_full(QEMUTimer *ts, QEMUTimerListGroup *group, QEMUClockType type,
                     int scale, int attributes, QEMUTimerCB *cb, void *opaque);

static inline void timer_init(QEMUTimer *ts, QEMUClockType type, int scale,
                              QEMUTimerCB *cb, void *opaque)
{
    timer_init_full(ts, NULL, type, scale, 0, cb, opaque);
}

/* Deletes and forgets; the timer may be initialised anew. */
void timer_deinit(QEMUTimer *ts);

/* The same on the heap; timer_free() deletes and frees, NULL is allowed. */
static inline QEMUTimer *timer_new_full(QEMUTimerListGroup *group, QEMUClockType type, int scale,
                                        int attributes, QEMUTimerCB *cb, void *opaque)
{
    QEMUTimer *ts = g_new0(QEMUTimer, 1);

    timer_init_full(ts, group, type, scale, attributes, cb, opaque);
    return ts;
}

static inline QEMUTimer *timer_new(QEMUClockType type, int scale, QEMUTimerCB *cb, void *opaque)
{
    return timer_new_full(NULL, type, scale, 0, cb, opaque);
}

void timer_free(QEMUTimer *ts);

#define TIMER_UNIT_VARIANTS_(unit, SCALE)                                 \
    static inline void timer_init_##unit(QEMUTimer *ts, QEMUClockType type, \
                                         QEMUTimerCB *cb, void *opaque)   \
    {                                                                     \
        timer_init(ts, type, SCALE, cb, opaque);                          \
    }                                                                     \
    static inline QEMUTimer *timer_new_##unit(QEMUClockType type,         \
                                              QEMUTimerCB *cb, void *opaque) \
    {                                                                     \
        return timer_new(type, SCALE, cb, opaque);                        \
    }
TIMER_UNIT_VARIANTS_(ns, SCALE_NS)
TIMER_UNIT_VARIANTS_(us, SCALE_US)
TIMER_UNIT_VARIANTS_(ms, SCALE_MS)
#undef TIMER_UNIT_VARIANTS_

/* Arms for the absolute time @expire_time of the timer's clock (negative: 0). */
void timer_mod_ns(QEMUTimer *ts, int64_t expire_time);
/* Same in the timer's units. */
void timer_mod(QEMUTimer *ts, int64_t expire_time);
/* Arms unless the timer is armed for an earlier time already. */
void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time);
void timer_mod_anticipate(QEMUTimer *ts, int64_t expire_time);
/* Disarms. A callback that has begun in another thread is not waited for. */
void timer_del(QEMUTimer *ts);

/* Armed? */
bool timer_pending(const QEMUTimer *ts);
/* Armed, and due at @current_time (in the timer's units)? */
bool timer_expired(const QEMUTimer *timer_head, int64_t current_time);
/* When it expires, in ns; UINT64_MAX when not armed. */
uint64_t timer_expire_time_ns(const QEMUTimer *ts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QEMUTimer, timer_free)

/* ---- host time ------------------------------------------------------------ */

/* Host's date in ns since the epoch. */
static inline int64_t get_clock_realtime(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

/* Host's monotonic clock in ns. */
static inline int64_t get_clock(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

static inline int64_t get_max_clock_jump(void)
{
    return 60 * NANOSECONDS_PER_SECOND;
}

/* A fast running counter of the host, for measuring only. */
static inline int64_t cpu_get_host_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    int64_t ticks;

    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return get_clock();
#endif
}

/* The smaller of two timeouts where any negative value is "none". */
static inline int64_t qemu_soonest_timeout(int64_t timeout1, int64_t timeout2)
{
    return (uint64_t)timeout1 < (uint64_t)timeout2 ? timeout1 : timeout2;
}

/* poll(2) with a timeout in ns, negative: none. */
int qemu_poll_ns(GPollFD *fds, guint nfds, int64_t timeout);
/* @ns in milliseconds, rounded up, capped at INT32_MAX; negative: -1. */
int qemu_timeout_ns_to_ms(int64_t ns);

#endif
