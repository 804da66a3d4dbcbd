/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timer lists and timers (qemu/timer.h); the clocks are in clock.c.
 *
 * A list is a 4-ary heap ordered by (expiry, order of arming), each timer
 * knowing its position, so arming, re-arming and deleting cost O(log n) and
 * never search. The list's lock is a leaf: nothing is called under it. The
 * earliest expiry is also kept in an atomic, so the main loop looks at its
 * deadlines without taking locks.
 */
#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/timer.h"
#include "util/main-loop-internal.h"
#include "util/timer-internal.h"

#define HEAP_ARITY 4

/* Keeps one pass from running callbacks that arm themselves again and again for the past. */
#define REARMED_RUNS_MAX 1024

typedef struct HeapEntry {
    int64_t expire_time;
    uint64_t sequence;
    QEMUTimer *timer;
} HeapEntry;

struct QEMUTimerList {
    QEMUClockType type;
    QemuMutex lock;
    HeapEntry *heap;            /* heap[0] is the first to expire */
    size_t len;                 /* written under the lock, read anywhere */
    size_t capacity;
    uint64_t next_sequence;
    int64_t earliest;           /* heap[0]'s expiry, INT64_MAX when empty; read anywhere */
    QEMUTimerListNotifyCB *notify_cb;
    void *notify_opaque;
    QLIST_ENTRY(QEMUTimerList) node;
    QemuEvent idle;             /* set while no callback runs */
    pthread_t runner;           /* of the callbacks; good while not idle */
};

QEMUTimerListGroup main_loop_tlg;

/* Every list, by its clock. */
static QLIST_HEAD(, QEMUTimerList) clock_lists[QEMU_CLOCK_MAX];
static QemuMutex clocks_lock = QEMU_MUTEX_INITIALIZER;

/* ---- clocks and their lists -------------------------------------------------- */

bool qemu_clock_has_timers(QEMUClockType type)
{
    return timerlist_has_timers(qemu_clock_get_main_loop_timerlist(type));
}

bool qemu_clock_expired(QEMUClockType type)
{
    return timerlist_expired(qemu_clock_get_main_loop_timerlist(type));
}

void qemu_clock_notify(QEMUClockType type)
{
    QEMUTimerList *list;

    QEMU_LOCK_GUARD(&clocks_lock);
    QLIST_FOREACH(list, &clock_lists[type], node) {
        timerlist_notify(list);
    }
}

/* Waits until no callback of the clock runs that could still run without us. */
static void clock_callbacks_wait(QEMUClockType type)
{
    g_autoptr(GPtrArray) lists = g_ptr_array_new();
    QEMUTimerList *list;

    /* Callbacks may take clocks_lock, so the wait is outside it. */
    WITH_QEMU_LOCK_GUARD(&clocks_lock) {
        QLIST_FOREACH(list, &clock_lists[type], node) {
            g_ptr_array_add(lists, list);
        }
    }
    for (guint i = 0; i < lists->len; i++) {
        list = g_ptr_array_index(lists, i);
        /* The main loop's callbacks need the BQL; waiting for them with it would deadlock. */
        if (list == main_loop_tlg.tl[type] && bql_locked()) {
            continue;
        }
        if (!pthread_equal(qatomic_read(&list->runner), pthread_self())) {
            qemu_event_wait(&list->idle);
        }
    }
}

void qemu_clock_enable(QEMUClockType type, bool enabled)
{
    bool was_enabled = clock_enabled_exchange(type, enabled);

    if (enabled && !was_enabled) {
        qemu_clock_notify(type);
    } else if (!enabled && was_enabled) {
        clock_callbacks_wait(type);
    }
}

bool qemu_clock_run_timers(QEMUClockType type)
{
    return timerlist_run_timers(qemu_clock_get_main_loop_timerlist(type));
}

bool qemu_clock_run_all_timers(void)
{
    bool progress = false;

    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        progress |= qemu_clock_run_timers(type);
    }
    return progress;
}

/* ---- the heap; the list's lock is held ------------------------------------ */

static bool heap_is_before(const HeapEntry *a, const HeapEntry *b)
{
    return a->expire_time != b->expire_time ? a->expire_time < b->expire_time
                                            : a->sequence < b->sequence;
}

static void heap_place(QEMUTimerList *list, size_t i, HeapEntry entry)
{
    list->heap[i] = entry;
    entry.timer->heap_index = i;
}

/* Puts @entry into the hole at @i, moving others towards the leaves or the root as needed. */
static void heap_settle(QEMUTimerList *list, size_t i, HeapEntry entry)
{
    while (i > 0) {
        size_t parent = (i - 1) / HEAP_ARITY;

        if (!heap_is_before(&entry, &list->heap[parent])) {
            break;
        }
        heap_place(list, i, list->heap[parent]);
        i = parent;
    }
    for (;;) {
        size_t first = i * HEAP_ARITY + 1;
        size_t end = MIN(first + HEAP_ARITY, list->len);
        size_t best = first;

        if (first >= list->len) {
            break;
        }
        for (size_t child = first + 1; child < end; child++) {
            if (heap_is_before(&list->heap[child], &list->heap[best])) {
                best = child;
            }
        }
        if (!heap_is_before(&list->heap[best], &entry)) {
            break;
        }
        heap_place(list, i, list->heap[best]);
        i = best;
    }
    heap_place(list, i, entry);
}

static void heap_publish(QEMUTimerList *list)
{
    qatomic_set(&list->earliest, list->len ? list->heap[0].expire_time : INT64_MAX);
}

static void heap_remove(QEMUTimerList *list, QEMUTimer *ts)
{
    HeapEntry last = list->heap[list->len - 1];
    size_t hole = ts->heap_index;

    qatomic_set(&list->len, list->len - 1);
    qatomic_set(&ts->expire_time, -1);
    if (last.timer != ts) {
        heap_settle(list, hole, last);
    }
    heap_publish(list);
}

/* Arms @ts. Returns whether the list's earliest expiry moved forward. */
static bool heap_insert(QEMUTimerList *list, QEMUTimer *ts, int64_t expire_time)
{
    int64_t earliest = list->earliest;
    HeapEntry entry = { expire_time, list->next_sequence++, ts };
    size_t hole = ts->heap_index;

    if (ts->expire_time < 0) {
        if (list->len == list->capacity) {
            /* Only when more timers are armed than ever before. */
            list->capacity = MAX(16, list->capacity * 2);
            list->heap = g_renew(HeapEntry, list->heap, list->capacity);
        }
        hole = list->len;
        qatomic_set(&list->len, list->len + 1);
    }
    ts->sequence = entry.sequence;
    qatomic_set(&ts->expire_time, expire_time);
    heap_settle(list, hole, entry);
    heap_publish(list);
    return list->earliest < earliest;
}

/* ---- lists ---------------------------------------------------------------- */

QEMUTimerList *timerlist_new(QEMUClockType type, QEMUTimerListNotifyCB *cb, void *opaque)
{
    QEMUTimerList *list = g_new0(QEMUTimerList, 1);

    list->type = type;
    list->notify_cb = cb;
    list->notify_opaque = opaque;
    list->earliest = INT64_MAX;
    qemu_mutex_init(&list->lock);
    qemu_event_init(&list->idle, true);
    WITH_QEMU_LOCK_GUARD(&clocks_lock) {
        QLIST_INSERT_HEAD(&clock_lists[type], list, node);
    }
    return list;
}

void timerlist_free(QEMUTimerList *timer_list)
{
    g_assert(!timerlist_has_timers(timer_list));
    WITH_QEMU_LOCK_GUARD(&clocks_lock) {
        QLIST_REMOVE(timer_list, node);
    }
    qemu_event_destroy(&timer_list->idle);
    qemu_mutex_destroy(&timer_list->lock);
    g_free(timer_list->heap);
    g_free(timer_list);
}

bool timerlist_has_timers(QEMUTimerList *timer_list)
{
    return qatomic_read(&timer_list->len) > 0;
}

bool timerlist_expired(QEMUTimerList *timer_list)
{
    int64_t earliest = qatomic_read(&timer_list->earliest);

    return earliest != INT64_MAX && earliest <= qemu_clock_get_ns(timer_list->type);
}

/* Time from now until @expire_time, 0 when past, -1 for INT64_MAX. */
static int64_t deadline_from_now(QEMUClockType type, int64_t expire_time)
{
    int64_t now;

    if (expire_time == INT64_MAX) {
        return -1;
    }
    now = qemu_clock_get_ns(type);
    return expire_time > now ? expire_time - now : 0;
}

int64_t timerlist_deadline_ns(QEMUTimerList *timer_list)
{
    int64_t deadline;

    if (!clock_is_enabled(timer_list->type)) {
        return -1;
    }
    deadline = deadline_from_now(timer_list->type, qatomic_read(&timer_list->earliest));
    if (deadline > 0 && !clock_is_running(timer_list->type)) {
        return -1;
    }
    return deadline;
}

/* The earliest expiry among timers that have no attribute outside @attr_mask. */
static int64_t timerlist_earliest_get(QEMUTimerList *list, int attr_mask)
{
    int64_t earliest = INT64_MAX;

    if ((unsigned)attr_mask == QEMU_TIMER_ATTR_ALL) {
        return qatomic_read(&list->earliest);
    }
    QEMU_LOCK_GUARD(&list->lock);
    for (size_t i = 0; i < list->len; i++) {
        if (!(list->heap[i].timer->attributes & ~attr_mask)) {
            earliest = MIN(earliest, list->heap[i].expire_time);
        }
    }
    return earliest;
}

int64_t qemu_clock_deadline_ns_all(QEMUClockType type, int attr_mask)
{
    int64_t earliest = INT64_MAX;
    QEMUTimerList *list;

    QEMU_LOCK_GUARD(&clocks_lock);
    QLIST_FOREACH(list, &clock_lists[type], node) {
        earliest = MIN(earliest, timerlist_earliest_get(list, attr_mask));
    }
    return deadline_from_now(type, earliest);
}

QEMUClockType timerlist_get_clock(QEMUTimerList *timer_list)
{
    return timer_list->type;
}

void timerlist_notify(QEMUTimerList *timer_list)
{
    if (timer_list->notify_cb) {
        timer_list->notify_cb(timer_list->notify_opaque, timer_list->type);
    } else {
        main_loop_wake();
    }
}

/* What a callback needs once its timer is disarmed, and perhaps freed. */
typedef struct TimerFire {
    QEMUTimerCB *cb;
    void *opaque;
    bool is_rearmed;            /* armed during this pass */
} TimerFire;

/*
 * Takes the first timer if it expired by @now. One armed since @pass_start for
 * no later than @last, when the one before it expired, waits for the next pass.
 */
static bool timerlist_take_expired(QEMUTimerList *list, int64_t now, uint64_t pass_start,
                                   int64_t *last, TimerFire *fire)
{
    HeapEntry *first;

    QEMU_LOCK_GUARD(&list->lock);
    first = list->heap;
    if (!list->len || first->expire_time > now) {
        return false;
    }
    fire->is_rearmed = first->sequence >= pass_start;
    if (fire->is_rearmed && first->expire_time <= *last) {
        return false;
    }
    fire->cb = first->timer->cb;
    fire->opaque = first->timer->opaque;
    *last = first->expire_time;
    heap_remove(list, first->timer);
    return true;
}

bool timerlist_run_timers(QEMUTimerList *timer_list)
{
    int64_t now, last = -1;
    uint64_t pass_start;
    TimerFire fire;
    bool progress = false;
    int rearmed = 0;

    if (qatomic_read(&timer_list->earliest) == INT64_MAX
        || !clock_is_enabled(timer_list->type)) {
        return false;
    }
    now = qemu_clock_get_ns(timer_list->type);
    if (qatomic_read(&timer_list->earliest) > now) {
        return false;
    }
    qatomic_set(&timer_list->runner, pthread_self());
    qemu_event_reset(&timer_list->idle);
    WITH_QEMU_LOCK_GUARD(&timer_list->lock) {
        pass_start = timer_list->next_sequence;
    }
    /* A callback may disable the clock. */
    while (clock_is_enabled(timer_list->type) && rearmed < REARMED_RUNS_MAX
           && timerlist_take_expired(timer_list, now, pass_start, &last, &fire)) {
        rearmed += fire.is_rearmed;
        fire.cb(fire.opaque);
        progress = true;
    }
    qemu_event_set(&timer_list->idle);
    return progress;
}

/* ---- groups --------------------------------------------------------------- */

void timerlistgroup_init(QEMUTimerListGroup *tlg, QEMUTimerListNotifyCB *cb, void *opaque)
{
    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        tlg->tl[type] = timerlist_new(type, cb, opaque);
    }
}

void timerlistgroup_deinit(QEMUTimerListGroup *tlg)
{
    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        g_clear_pointer(&tlg->tl[type], timerlist_free);
    }
}

bool timerlistgroup_run_timers(QEMUTimerListGroup *tlg)
{
    bool progress = false;

    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        progress |= timerlist_run_timers(tlg->tl[type]);
    }
    return progress;
}

int64_t timerlistgroup_deadline_ns(QEMUTimerListGroup *tlg)
{
    int64_t deadline = -1;

    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        deadline = qemu_soonest_timeout(deadline, timerlist_deadline_ns(tlg->tl[type]));
    }
    return deadline;
}

static void main_loop_tlg_create(void)
{
    timerlistgroup_init(&main_loop_tlg, NULL, NULL);
}

QEMUTimerListGroup *main_loop_tlg_get(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, main_loop_tlg_create);
    return &main_loop_tlg;
}

QEMUTimerList *qemu_clock_get_main_loop_timerlist(QEMUClockType type)
{
    return main_loop_tlg_get()->tl[type];
}

/* ---- timers --------------------------------------------------------------- */

void timer_init_full(QEMUTimer *ts, QEMUTimerListGroup *group, QEMUClockType type,
                     int scale, int attributes, QEMUTimerCB *cb, void *opaque)
{
    if (!group || group == &main_loop_tlg) {
        group = main_loop_tlg_get();
    }
    *ts = (QEMUTimer) {
        .expire_time = -1,
        .timer_list = group->tl[type],
        .cb = cb,
        .opaque = opaque,
        .attributes = attributes,
        .scale = scale,
    };
}

void timer_deinit(QEMUTimer *ts)
{
    timer_del(ts);
    ts->timer_list = NULL;
}

void timer_free(QEMUTimer *ts)
{
    if (ts) {
        timer_del(ts);
        g_free(ts);
    }
}

void timer_del(QEMUTimer *ts)
{
    QEMUTimerList *list = ts->timer_list;

    if (!list) {
        return;
    }
    QEMU_LOCK_GUARD(&list->lock);
    if (ts->expire_time >= 0) {
        heap_remove(list, ts);
    }
}

void timer_mod_ns(QEMUTimer *ts, int64_t expire_time)
{
    QEMUTimerList *list = ts->timer_list;
    bool is_earlier;

    qemu_mutex_lock(&list->lock);
    is_earlier = heap_insert(list, ts, MAX(expire_time, 0));
    qemu_mutex_unlock(&list->lock);
    if (is_earlier) {
        timerlist_notify(list);
    }
}

void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time)
{
    QEMUTimerList *list = ts->timer_list;
    bool is_earlier = false;

    expire_time = MAX(expire_time, 0);
    qemu_mutex_lock(&list->lock);
    if (ts->expire_time < 0 || ts->expire_time > expire_time) {
        is_earlier = heap_insert(list, ts, expire_time);
    }
    qemu_mutex_unlock(&list->lock);
    if (is_earlier) {
        timerlist_notify(list);
    }
}

/* @time in the timer's units as ns; beyond the end of time is the end of time. */
static int64_t timer_scale(const QEMUTimer *ts, int64_t time)
{
    int64_t ns;

    return __builtin_mul_overflow(time, (int64_t)ts->scale, &ns) ? INT64_MAX : ns;
}

void timer_mod(QEMUTimer *ts, int64_t expire_time)
{
    timer_mod_ns(ts, timer_scale(ts, MAX(expire_time, 0)));
}

void timer_mod_anticipate(QEMUTimer *ts, int64_t expire_time)
{
    timer_mod_anticipate_ns(ts, timer_scale(ts, MAX(expire_time, 0)));
}

bool timer_pending(const QEMUTimer *ts)
{
    return qatomic_read(&ts->expire_time) >= 0;
}

bool timer_expired(const QEMUTimer *timer_head, int64_t current_time)
{
    int64_t expire_time = qatomic_read(&timer_head->expire_time);

    return expire_time >= 0 && current_time >= 0
        && expire_time <= timer_scale(timer_head, current_time);
}

uint64_t timer_expire_time_ns(const QEMUTimer *ts)
{
    int64_t expire_time = qatomic_read(&ts->expire_time);

    return expire_time >= 0 ? (uint64_t)expire_time : UINT64_MAX;
}
