/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of bottom halves (qemu/main-loop.h). */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"

static GString *ran;

static void note(void *opaque)
{
    g_string_append(ran, opaque);
}

/* One turn that does not sleep. */
static void turn(void)
{
    main_loop_wait(true);
}

static void begin(void)
{
    turn();
    g_string_truncate(ran, 0);
}

static void test_bh_run_in_order_of_scheduling(void)
{
    QEMUBH *a = qemu_bh_new(note, (void *)"a"), *b = qemu_bh_new(note, (void *)"b");
    QEMUBH *c = qemu_bh_new(note, (void *)"c");

    begin();
    qemu_bh_schedule(b);
    qemu_bh_schedule(c);
    qemu_bh_schedule(a);
    turn();
    g_assert_cmpstr(ran->str, ==, "bca");
    qemu_bh_delete(a);
    qemu_bh_delete(b);
    qemu_bh_delete(c);
    turn();
}

static void test_bh_scheduled_twice_runs_once(void)
{
    QEMUBH *a = qemu_bh_new(note, (void *)"a");

    begin();
    qemu_bh_schedule(a);
    qemu_bh_schedule(a);
    turn();
    turn();
    g_assert_cmpstr(ran->str, ==, "a");
    qemu_bh_delete(a);
    turn();
}

static void test_bh_cancel(void)
{
    QEMUBH *a = qemu_bh_new(note, (void *)"a");

    begin();
    qemu_bh_schedule(a);
    qemu_bh_cancel(a);
    turn();
    g_assert_cmpstr(ran->str, ==, "");
    qemu_bh_schedule(a);
    turn();
    g_assert_cmpstr(ran->str, ==, "a");
    qemu_bh_delete(a);
    turn();
}

static void test_bh_delete_while_scheduled(void)
{
    QEMUBH *a = qemu_bh_new(note, (void *)"a");

    begin();
    qemu_bh_schedule(a);
    qemu_bh_delete(a);
    turn();
    g_assert_cmpstr(ran->str, ==, "");
}

typedef struct SelfBH {
    QEMUBH *bh;
    int count;
    bool is_deleting;
} SelfBH;

static void self_run(void *opaque)
{
    SelfBH *self = opaque;

    self->count++;
    qemu_bh_schedule(self->bh);
    if (self->is_deleting) {
        qemu_bh_delete(self->bh);
    }
}

static void test_bh_rescheduling_itself_runs_once_per_turn(void)
{
    SelfBH self = {};

    begin();
    self.bh = qemu_bh_new(self_run, &self);
    qemu_bh_schedule(self.bh);
    turn();
    g_assert_cmpint(self.count, ==, 1);
    turn();
    g_assert_cmpint(self.count, ==, 2);
    self.is_deleting = true;
    turn();
    turn();
    g_assert_cmpint(self.count, ==, 3);
}

static void test_bh_oneshot(void)
{
    begin();
    aio_bh_schedule_oneshot(qemu_get_aio_context(), note, (void *)"x");
    turn();
    turn();
    g_assert_cmpstr(ran->str, ==, "x");
}

static void nested_run(void *opaque)
{
    turn();
    g_string_append(ran, "n");
}

static void test_nested_loop_runs_remaining_bhs(void)
{
    QEMUBH *outer = qemu_bh_new(nested_run, NULL), *b = qemu_bh_new(note, (void *)"b");

    begin();
    qemu_bh_schedule(outer);
    qemu_bh_schedule(b);
    turn();
    g_assert_cmpstr(ran->str, ==, "bn");
    qemu_bh_delete(outer);
    qemu_bh_delete(b);
    turn();
}

static void test_bh_idle_runs_within_20_ms(void)
{
    QEMUBH *a = qemu_bh_new(note, (void *)"a");
    int64_t start = get_clock();

    begin();
    qemu_bh_schedule_idle(a);
    while (!ran->len) {
        main_loop_wait(false);
    }
    g_assert_cmpint(get_clock() - start, <, 10 * (int64_t)NANOSECONDS_PER_SECOND);
    qemu_bh_delete(a);
    turn();
}

typedef struct Guarded {
    MemReentrancyGuard guard;
    bool was_engaged;
} Guarded;

static void guarded_run(void *opaque)
{
    Guarded *g = opaque;

    g->was_engaged = g->guard.engaged_in_io;
}

static void test_bh_guard_is_engaged_during_callback(void)
{
    Guarded g = {};
    QEMUBH *bh = qemu_bh_new_guarded(guarded_run, &g, &g.guard);

    begin();
    qemu_bh_schedule(bh);
    turn();
    g_assert_true(g.was_engaged);
    g_assert_false(g.guard.engaged_in_io);
    g.guard.engaged_in_io = true;
    qemu_bh_schedule(bh);
    turn();
    g_assert_true(g.guard.engaged_in_io);
    qemu_bh_delete(bh);
    turn();
}

#define POSTS 2000

typedef struct Poster {
    QEMUBH *bh;
    int posted;
} Poster;

static int posts_seen;

static void count_posts(void *opaque)
{
    Poster *p = opaque;

    g_assert_true(bql_locked());
    posts_seen = qatomic_read(&p->posted);
}

static void *poster_run(void *opaque)
{
    Poster *p = opaque;

    for (int i = 0; i < POSTS; i++) {
        qatomic_inc(&p->posted);
        qemu_bh_schedule(p->bh);
    }
    return NULL;
}

static void test_bh_schedule_from_threads_is_never_lost(void)
{
    Poster p = {};
    QemuThread threads[3];

    p.bh = qemu_bh_new(count_posts, &p);
    posts_seen = 0;
    bql_lock();
    for (int i = 0; i < 3; i++) {
        qemu_thread_create(&threads[i], "poster", poster_run, &p, QEMU_THREAD_JOINABLE);
    }
    /* A lost wake-up would leave this asleep for good. */
    while (posts_seen < 3 * POSTS) {
        main_loop_wait(false);
    }
    for (int i = 0; i < 3; i++) {
        qemu_thread_join(&threads[i]);
    }
    qemu_bh_delete(p.bh);
    turn();
    bql_unlock();
}

static void *oneshot_run(void *opaque)
{
    for (int i = 0; i < POSTS; i++) {
        aio_bh_schedule_oneshot(qemu_get_aio_context(), count_posts, opaque);
        qatomic_inc(&((Poster *)opaque)->posted);
    }
    return NULL;
}

static void test_bh_oneshots_from_thread(void)
{
    Poster p = {};
    QemuThread thread;

    bql_lock();
    qemu_thread_create(&thread, "oneshot", oneshot_run, &p, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < 200; i++) {
        turn();
    }
    qemu_thread_join(&thread);
    turn();
    g_assert_cmpint(posts_seen, ==, POSTS);
    bql_unlock();
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(NULL);
    ran = g_string_new(NULL);
    g_test_add_func("/bh/run-in-order-of-scheduling", test_bh_run_in_order_of_scheduling);
    g_test_add_func("/bh/scheduled-twice-runs-once", test_bh_scheduled_twice_runs_once);
    g_test_add_func("/bh/cancel", test_bh_cancel);
    g_test_add_func("/bh/delete-while-scheduled", test_bh_delete_while_scheduled);
    g_test_add_func("/bh/rescheduling-itself-runs-once-per-turn",
                    test_bh_rescheduling_itself_runs_once_per_turn);
    g_test_add_func("/bh/oneshot", test_bh_oneshot);
    g_test_add_func("/bh/nested-loop-runs-remaining-bhs", test_nested_loop_runs_remaining_bhs);
    g_test_add_func("/bh/idle-runs-without-wakeup", test_bh_idle_runs_within_20_ms);
    g_test_add_func("/bh/guard-is-engaged-during-callback",
                    test_bh_guard_is_engaged_during_callback);
    g_test_add_func("/bh/schedule-from-threads-is-never-lost",
                    test_bh_schedule_from_threads_is_never_lost);
    g_test_add_func("/bh/oneshots-from-thread", test_bh_oneshots_from_thread);
    ret = g_test_run();
    g_string_free(ran, true);
    return ret;
}
