/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of clocks and timers (qemu/timer.h). Most run on VIRTUAL with a
 * source whose time the test sets, so nothing depends on the host's speed.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"

static int64_t fake_now;
static bool fake_is_running;
static GString *fired;

static int64_t fake_get_ns(void *opaque)
{
    return qatomic_read(&fake_now);
}

static bool fake_running(void *opaque)
{
    return qatomic_read(&fake_is_running);
}

static const QemuClockSource fake_source = { .get_ns = fake_get_ns, .is_running = fake_running };

static void fake_clock_reset(void)
{
    qatomic_set(&fake_now, 0);
    qatomic_set(&fake_is_running, true);
    qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, &fake_source);
    g_string_truncate(fired, 0);
}

static void step_to(int64_t now)
{
    qatomic_set(&fake_now, now);
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
}

/* Notes its name, a one-letter string. */
static void note(void *opaque)
{
    g_string_append(fired, opaque);
}

static QEMUTimer *named_timer(const char *name)
{
    return timer_new_ns(QEMU_CLOCK_VIRTUAL, note, (void *)name);
}

static void test_fire_in_order_of_expiry(void)
{
    g_autoptr(QEMUTimer) a = named_timer("a"), b = named_timer("b"), c = named_timer("c");

    fake_clock_reset();
    timer_mod(b, 20);
    timer_mod(c, 30);
    timer_mod(a, 10);
    step_to(9);
    g_assert_cmpstr(fired->str, ==, "");
    step_to(10);
    g_assert_cmpstr(fired->str, ==, "a");
    step_to(100);
    g_assert_cmpstr(fired->str, ==, "abc");
}

static void test_equal_times_fire_in_order_of_arming(void)
{
    static const char names[] = "a\0b\0c\0d\0e\0f\0g\0h\0i";
    QEMUTimer timers[9];

    fake_clock_reset();
    for (int i = 0; i < 9; i++) {
        timer_init_ns(&timers[i], QEMU_CLOCK_VIRTUAL, note, (void *)&names[2 * i]);
        timer_mod(&timers[i], 50);
    }
    timer_mod(&timers[0], 50);      /* armed anew: now the last */
    step_to(50);
    g_assert_cmpstr(fired->str, ==, "bcdefghia");
}

static void test_rearm_moves_both_ways(void)
{
    g_autoptr(QEMUTimer) a = named_timer("a"), b = named_timer("b");

    fake_clock_reset();
    timer_mod(a, 10);
    timer_mod(b, 20);
    timer_mod(a, 30);
    step_to(25);
    g_assert_cmpstr(fired->str, ==, "b");
    timer_mod(a, 26);
    step_to(26);
    g_assert_cmpstr(fired->str, ==, "ba");
}

static void test_del_disarms(void)
{
    g_autoptr(QEMUTimer) a = named_timer("a");

    fake_clock_reset();
    timer_mod(a, 10);
    timer_del(a);
    timer_del(a);
    g_assert_false(timer_pending(a));
    step_to(10);
    g_assert_cmpstr(fired->str, ==, "");
}

static void test_free_of_armed_timer_disarms(void)
{
    fake_clock_reset();
    for (int i = 0; i < 3; i++) {
        QEMUTimer *timer = named_timer("x");

        timer_mod(timer, 5);
        timer_free(timer);
    }
    timer_free(NULL);
    step_to(10);
    g_assert_cmpstr(fired->str, ==, "");
}

static void test_anticipate_only_makes_earlier(void)
{
    g_autoptr(QEMUTimer) a = named_timer("a");

    fake_clock_reset();
    timer_mod_anticipate(a, 50);
    timer_mod_anticipate(a, 60);
    g_assert_cmpuint(timer_expire_time_ns(a), ==, 50);
    timer_mod_anticipate(a, 40);
    g_assert_cmpuint(timer_expire_time_ns(a), ==, 40);
}

static void test_units_scale(void)
{
    g_autoptr(QEMUTimer) us = timer_new_us(QEMU_CLOCK_VIRTUAL, note, (void *)"u");
    g_autoptr(QEMUTimer) ms = timer_new_ms(QEMU_CLOCK_VIRTUAL, note, (void *)"m");

    fake_clock_reset();
    timer_mod(us, 3);
    timer_mod(ms, 2);
    g_assert_cmpuint(timer_expire_time_ns(us), ==, 3000);
    g_assert_cmpuint(timer_expire_time_ns(ms), ==, 2000000);
    g_assert_true(timer_expired(us, 3));
    g_assert_false(timer_expired(us, 2));
    timer_mod_ns(ms, 7);
    g_assert_cmpuint(timer_expire_time_ns(ms), ==, 7);
}

static void test_extreme_times(void)
{
    g_autoptr(QEMUTimer) never = timer_new_ms(QEMU_CLOCK_VIRTUAL, note, (void *)"n");
    g_autoptr(QEMUTimer) past = named_timer("p");

    fake_clock_reset();
    timer_mod(never, INT64_MAX / 2);
    g_assert_cmpuint(timer_expire_time_ns(never), ==, INT64_MAX);
    timer_mod(past, -5);
    g_assert_cmpuint(timer_expire_time_ns(past), ==, 0);
    step_to(INT64_MAX - 1);
    g_assert_cmpstr(fired->str, ==, "p");
    g_assert_true(timer_pending(never));
}

static void test_unarmed_timer_has_no_time(void)
{
    g_autoptr(QEMUTimer) a = named_timer("a");

    g_assert_false(timer_pending(a));
    g_assert_false(timer_expired(a, INT64_MAX));
    g_assert_cmpuint(timer_expire_time_ns(a), ==, UINT64_MAX);
}

typedef struct Periodic {
    QEMUTimer timer;
    int64_t period;
    int count;
} Periodic;

static void periodic_fire(void *opaque)
{
    Periodic *p = opaque;

    /* The timer is disarmed when its callback runs. */
    g_assert_false(timer_pending(&p->timer));
    p->count++;
    timer_mod(&p->timer, p->count * p->period + p->period);
}

static void test_rearm_in_callback_catches_up(void)
{
    Periodic p = { .period = 10 };

    fake_clock_reset();
    timer_init_ns(&p.timer, QEMU_CLOCK_VIRTUAL, periodic_fire, &p);
    timer_mod(&p.timer, 10);
    step_to(55);
    g_assert_cmpint(p.count, ==, 5);
    g_assert_cmpuint(timer_expire_time_ns(&p.timer), ==, 60);
    timer_del(&p.timer);
}

static void test_rearm_for_now_does_not_hang(void)
{
    Periodic p = { .period = 0 };

    fake_clock_reset();
    timer_init_ns(&p.timer, QEMU_CLOCK_VIRTUAL, periodic_fire, &p);
    timer_mod(&p.timer, 0);
    step_to(100);
    g_assert_cmpint(p.count, ==, 1);
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    g_assert_cmpint(p.count, ==, 2);
    timer_del(&p.timer);
}

static void free_other(void *opaque)
{
    QEMUTimer **other = opaque;

    g_string_append(fired, "f");
    timer_free(*other);
    *other = NULL;
}

static void test_callback_frees_another_expired_timer(void)
{
    QEMUTimer *victim = named_timer("v");
    g_autoptr(QEMUTimer) killer = timer_new_ns(QEMU_CLOCK_VIRTUAL, free_other, &victim);

    fake_clock_reset();
    timer_mod(killer, 1);
    timer_mod(victim, 2);
    step_to(10);
    g_assert_cmpstr(fired->str, ==, "f");
}

static void test_callback_frees_its_own_timer(void)
{
    QEMUTimer *self;

    fake_clock_reset();
    self = timer_new_ns(QEMU_CLOCK_VIRTUAL, free_other, &self);
    timer_mod(self, 1);
    step_to(1);
    g_assert_null(self);
}

static void test_many_timers_fire_sorted(void)
{
    enum { N = 500 };
    g_autofree Periodic *p = g_new0(Periodic, N);
    int64_t last = -1;

    fake_clock_reset();
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < N; i++) {
            if (round == 0) {
                timer_init_ns(&p[i].timer, QEMU_CLOCK_VIRTUAL, note, (void *)".");
            }
            if (round == 2 && i % 3 == 0) {
                timer_del(&p[i].timer);
            } else {
                timer_mod(&p[i].timer, g_test_rand_int_range(1, 1000));
            }
        }
    }
    /* The deadline, asked for before each step, never goes back. */
    while (qemu_clock_has_timers(QEMU_CLOCK_VIRTUAL)) {
        int64_t delta = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);

        g_assert_cmpint(fake_now + delta, >, last);
        last = fake_now + delta;
        step_to(last);
    }
    g_assert_cmpuint(fired->len, ==, N);
}

static void test_deadline(void)
{
    g_autoptr(QEMUTimer) a = named_timer("a");

    fake_clock_reset();
    g_assert_cmpint(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL), ==, -1);
    timer_mod(a, 100);
    qatomic_set(&fake_now, 30);
    g_assert_cmpint(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL), ==, 70);
    qatomic_set(&fake_now, 130);
    g_assert_cmpint(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL), ==, 0);
    g_assert_true(qemu_clock_expired(QEMU_CLOCK_VIRTUAL));
}

static void test_deadline_leaves_out_external(void)
{
    g_autoptr(QEMUTimer) external = timer_new_full(NULL, QEMU_CLOCK_VIRTUAL, SCALE_NS,
                                                   QEMU_TIMER_ATTR_EXTERNAL, note, (void *)"e");
    g_autoptr(QEMUTimer) plain = named_timer("p");

    fake_clock_reset();
    timer_mod(external, 10);
    timer_mod(plain, 50);
    g_assert_cmpint(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, ~QEMU_TIMER_ATTR_EXTERNAL),
                    ==, 50);
    g_assert_cmpint(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL), ==, 10);
}

static void test_disabled_clock_runs_nothing(void)
{
    g_autoptr(QEMUTimer) a = named_timer("a");

    fake_clock_reset();
    timer_mod(a, 10);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    step_to(20);
    g_assert_cmpstr(fired->str, ==, "");
    g_assert_cmpint(timerlist_deadline_ns(qemu_clock_get_main_loop_timerlist(QEMU_CLOCK_VIRTUAL)),
                    ==, -1);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
    step_to(20);
    g_assert_cmpstr(fired->str, ==, "a");
}

static void test_stopped_source_gives_no_deadline(void)
{
    QEMUTimerList *list = qemu_clock_get_main_loop_timerlist(QEMU_CLOCK_VIRTUAL);
    g_autoptr(QEMUTimer) a = named_timer("a");

    fake_clock_reset();
    qatomic_set(&fake_is_running, false);
    timer_mod(a, 10);
    g_assert_cmpint(timerlist_deadline_ns(list), ==, -1);
    qatomic_set(&fake_now, 10);
    g_assert_cmpint(timerlist_deadline_ns(list), ==, 0);
}

static void test_virtual_rt_follows_virtual(void)
{
    fake_clock_reset();
    qatomic_set(&fake_now, 4711);
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL_RT), ==, 4711);
    g_assert_cmpint(qemu_clock_get_us(QEMU_CLOCK_VIRTUAL), ==, 4);
}

static void count_notify(void *opaque, QEMUClockType type)
{
    g_assert_cmpint(type, ==, QEMU_CLOCK_VIRTUAL);
    ++*(int *)opaque;
}

static void test_list_notifies_when_deadline_moves_forward(void)
{
    int notified = 0;
    QEMUTimerList *list = timerlist_new(QEMU_CLOCK_VIRTUAL, count_notify, &notified);
    QEMUTimerListGroup group = { .tl[QEMU_CLOCK_VIRTUAL] = list };
    QEMUTimer a, b;

    fake_clock_reset();
    notified = 0;
    timer_init_full(&a, &group, QEMU_CLOCK_VIRTUAL, SCALE_NS, 0, note, (void *)"a");
    timer_init_full(&b, &group, QEMU_CLOCK_VIRTUAL, SCALE_NS, 0, note, (void *)"b");
    timer_mod(&a, 100);
    g_assert_cmpint(notified, ==, 1);
    timer_mod(&b, 200);
    g_assert_cmpint(notified, ==, 1);
    timer_mod(&b, 50);
    g_assert_cmpint(notified, ==, 2);
    qatomic_set(&fake_now, 70);
    g_assert_true(timerlist_run_timers(list));
    g_assert_cmpstr(fired->str, ==, "b");
    g_assert_false(timerlist_run_timers(list));
    timer_deinit(&a);
    timerlist_free(list);
}

/* ---- the host's time, threads ---------------------------------------------- */

static void set_flag(void *opaque)
{
    *(int64_t *)opaque = get_clock();
}

static void test_main_loop_fires_in_real_time(void)
{
    int64_t fired_at = 0, due = get_clock() + 3 * SCALE_MS;
    g_autoptr(QEMUTimer) timer = timer_new_ns(QEMU_CLOCK_REALTIME, set_flag, &fired_at);

    timer_mod(timer, due);
    while (!fired_at) {
        main_loop_wait(false);
    }
    g_assert_cmpint(fired_at, >=, due);
}

typedef struct Rearmer {
    QEMUTimer *timer;
    int rounds;
} Rearmer;

static void *rearm_run(void *opaque)
{
    Rearmer *r = opaque;

    for (int i = 0; i < r->rounds; i++) {
        if (i % 7 == 0) {
            timer_del(r->timer);
        } else {
            timer_mod_ns(r->timer, get_clock() + i % 50000);
        }
    }
    return NULL;
}

static int shared_fires;

static void count_fire(void *opaque)
{
    g_assert_true(bql_locked());
    shared_fires++;
}

static void *last_arm_run(void *opaque)
{
    /* Gives the main thread time to fall asleep. */
    g_usleep(20000);
    timer_mod_ns(opaque, get_clock());
    return NULL;
}

static void test_threads_rearm_while_loop_runs(void)
{
    g_autoptr(QEMUTimer) timer = timer_new_ns(QEMU_CLOCK_REALTIME, count_fire, NULL);
    Rearmer r = { timer, 3000 };
    QemuThread threads[3];
    int before;

    bql_lock();
    for (int i = 0; i < 3; i++) {
        qemu_thread_create(&threads[i], "rearm", rearm_run, &r, QEMU_THREAD_JOINABLE);
    }
    for (int i = 0; i < 100; i++) {
        main_loop_wait(true);
    }
    for (int i = 0; i < 3; i++) {
        qemu_thread_join(&threads[i]);
    }
    timer_del(timer);
    before = shared_fires;
    /* A sleeping loop is woken by a timer armed elsewhere. */
    qemu_thread_create(&threads[0], "arm", last_arm_run, timer, QEMU_THREAD_JOINABLE);
    while (shared_fires == before) {
        main_loop_wait(false);
    }
    qemu_thread_join(&threads[0]);
    bql_unlock();
}

typedef struct SlowCallback {
    QemuEvent started;
    bool ended;
    QEMUTimerList *list;
} SlowCallback;

static void slow_fire(void *opaque)
{
    SlowCallback *slow = opaque;

    qemu_event_set(&slow->started);
    g_usleep(20000);
    qatomic_set(&slow->ended, true);
}

static void *slow_run(void *opaque)
{
    SlowCallback *slow = opaque;

    timerlist_run_timers(slow->list);
    return NULL;
}

static void test_disable_waits_for_callback(void)
{
    SlowCallback slow = { .list = timerlist_new(QEMU_CLOCK_VIRTUAL, count_notify, &(int) { 0 }) };
    QEMUTimerListGroup group = { .tl[QEMU_CLOCK_VIRTUAL] = slow.list };
    QemuThread thread;
    QEMUTimer timer;

    fake_clock_reset();
    qemu_event_init(&slow.started, false);
    timer_init_full(&timer, &group, QEMU_CLOCK_VIRTUAL, SCALE_NS, 0, slow_fire, &slow);
    timer_mod(&timer, 0);
    qemu_thread_create(&thread, "slow", slow_run, &slow, QEMU_THREAD_JOINABLE);
    qemu_event_wait(&slow.started);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    g_assert_true(qatomic_read(&slow.ended));
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
    qemu_thread_join(&thread);
    qemu_event_destroy(&slow.started);
    timerlist_free(slow.list);
}

static void test_timeout_conversion(void)
{
    g_assert_cmpint(qemu_timeout_ns_to_ms(-1), ==, -1);
    g_assert_cmpint(qemu_timeout_ns_to_ms(0), ==, 0);
    g_assert_cmpint(qemu_timeout_ns_to_ms(1), ==, 1);
    g_assert_cmpint(qemu_timeout_ns_to_ms(1000000), ==, 1);
    g_assert_cmpint(qemu_timeout_ns_to_ms(INT64_MAX), ==, INT32_MAX);
    g_assert_cmpint(qemu_soonest_timeout(-1, 5), ==, 5);
    g_assert_cmpint(qemu_soonest_timeout(7, 5), ==, 5);
    g_assert_cmpint(qemu_soonest_timeout(-1, -1), ==, -1);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(NULL);
    fired = g_string_new(NULL);
    g_test_add_func("/timer/fire-in-order-of-expiry", test_fire_in_order_of_expiry);
    g_test_add_func("/timer/equal-times-fire-in-order-of-arming",
                    test_equal_times_fire_in_order_of_arming);
    g_test_add_func("/timer/rearm-moves-both-ways", test_rearm_moves_both_ways);
    g_test_add_func("/timer/del-disarms", test_del_disarms);
    g_test_add_func("/timer/free-of-armed-timer-disarms", test_free_of_armed_timer_disarms);
    g_test_add_func("/timer/anticipate-only-makes-earlier", test_anticipate_only_makes_earlier);
    g_test_add_func("/timer/units-scale", test_units_scale);
    g_test_add_func("/timer/extreme-times", test_extreme_times);
    g_test_add_func("/timer/unarmed-timer-has-no-time", test_unarmed_timer_has_no_time);
    g_test_add_func("/timer/rearm-in-callback-catches-up", test_rearm_in_callback_catches_up);
    g_test_add_func("/timer/rearm-for-now-does-not-hang", test_rearm_for_now_does_not_hang);
    g_test_add_func("/timer/callback-frees-another-expired-timer",
                    test_callback_frees_another_expired_timer);
    g_test_add_func("/timer/callback-frees-its-own-timer", test_callback_frees_its_own_timer);
    g_test_add_func("/timer/many-timers-fire-sorted", test_many_timers_fire_sorted);
    g_test_add_func("/timer/deadline", test_deadline);
    g_test_add_func("/timer/deadline-leaves-out-external", test_deadline_leaves_out_external);
    g_test_add_func("/timer/disabled-clock-runs-nothing", test_disabled_clock_runs_nothing);
    g_test_add_func("/timer/stopped-source-gives-no-deadline",
                    test_stopped_source_gives_no_deadline);
    g_test_add_func("/timer/virtual-rt-follows-virtual", test_virtual_rt_follows_virtual);
    g_test_add_func("/timer/list-notifies-when-deadline-moves-forward",
                    test_list_notifies_when_deadline_moves_forward);
    g_test_add_func("/timer/main-loop-fires-in-real-time", test_main_loop_fires_in_real_time);
    g_test_add_func("/timer/threads-rearm-while-loop-runs", test_threads_rearm_while_loop_runs);
    g_test_add_func("/timer/disable-waits-for-callback", test_disable_waits_for_callback);
    g_test_add_func("/timer/timeout-conversion", test_timeout_conversion);
    ret = g_test_run();
    g_string_free(fired, true);
    return ret;
}
