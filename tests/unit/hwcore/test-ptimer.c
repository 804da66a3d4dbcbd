/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of ptimer: counting, limits, changes on the fly, every policy's
 * edges, and a randomised comparison with a model that counts tick by tick.
 */
#include "hwcore-harness.h"
#include "hw/ptimer.h"

#define TICK_NS 1000

static unsigned triggers;

static void count_trigger(void *opaque)
{
    triggers++;
}

static ptimer_state *timer_make(uint8_t policy)
{
    triggers = 0;
    harness_clock_start();
    return ptimer_init(count_trigger, NULL, policy);
}

/* Set up and start in one transaction. */
static void timer_start(ptimer_state *t, uint64_t limit, uint64_t count, int oneshot)
{
    ptimer_transaction_begin(t);
    ptimer_set_period(t, TICK_NS);
    ptimer_set_limit(t, limit, 0);
    ptimer_set_count(t, count);
    ptimer_run(t, oneshot);
    ptimer_transaction_commit(t);
}

static void timer_stop(ptimer_state *t)
{
    ptimer_transaction_begin(t);
    ptimer_stop(t);
    ptimer_transaction_commit(t);
}

static void test_counts_down_whole_ticks(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 10, 10, 0);
    g_assert_cmpuint(ptimer_get_count(t), ==, 10);
    harness_clock_step(1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 9);
    harness_clock_step(TICK_NS - 1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 9);
    harness_clock_step(3 * TICK_NS);
    g_assert_cmpuint(ptimer_get_count(t), ==, 6);
    ptimer_free(t);
}

static void test_round_down_policy_counts_started_tick(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_NO_COUNTER_ROUND_DOWN);

    timer_start(t, 10, 10, 0);
    harness_clock_step(1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 10);
    harness_clock_step(TICK_NS);
    g_assert_cmpuint(ptimer_get_count(t), ==, 9);
    ptimer_free(t);
}

static void test_periodic_reloads(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 5, 3, 0);
    harness_clock_step(3 * TICK_NS);
    g_assert_cmpuint(triggers, ==, 1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 5);
    harness_clock_step(10 * TICK_NS + 1);
    g_assert_cmpuint(triggers, ==, 3);
    g_assert_cmpuint(ptimer_get_count(t), ==, 4);
    ptimer_free(t);
}

static void test_oneshot_stops_at_zero(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 10, 3, 1);
    harness_clock_step(2 * TICK_NS + 1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 0);
    g_assert_cmpuint(triggers, ==, 0);
    harness_clock_step(20 * TICK_NS);
    g_assert_cmpuint(triggers, ==, 1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 0);
    ptimer_free(t);
}

static void test_stop_keeps_count(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 10, 10, 0);
    harness_clock_step(4 * TICK_NS);
    timer_stop(t);
    harness_clock_step(100 * TICK_NS);
    g_assert_cmpuint(ptimer_get_count(t), ==, 6);
    g_assert_cmpuint(triggers, ==, 0);
    ptimer_free(t);
}

static void test_limit_with_reload_restarts(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 10, 10, 0);
    harness_clock_step(4 * TICK_NS);
    ptimer_transaction_begin(t);
    ptimer_set_limit(t, 20, 1);
    ptimer_transaction_commit(t);
    g_assert_cmpuint(ptimer_get_count(t), ==, 20);
    g_assert_cmpuint(ptimer_get_limit(t), ==, 20);
    harness_clock_step(20 * TICK_NS);
    g_assert_cmpuint(triggers, ==, 1);
    ptimer_free(t);
}

static void test_limit_without_reload_waits(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 10, 10, 0);
    ptimer_transaction_begin(t);
    ptimer_set_limit(t, 3, 0);
    ptimer_transaction_commit(t);
    harness_clock_step(10 * TICK_NS);
    g_assert_cmpuint(triggers, ==, 1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 3);
    ptimer_free(t);
}

static void test_period_change_keeps_count(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 10, 10, 0);
    harness_clock_step(4 * TICK_NS);
    ptimer_transaction_begin(t);
    ptimer_set_period(t, 10 * TICK_NS);
    ptimer_transaction_commit(t);
    g_assert_cmpuint(ptimer_get_count(t), ==, 6);
    harness_clock_step(10 * TICK_NS);
    g_assert_cmpuint(ptimer_get_count(t), ==, 5);
    ptimer_free(t);
}

static void test_mode_change_on_the_fly(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    timer_start(t, 10, 10, 0);
    harness_clock_step(5 * TICK_NS);
    ptimer_transaction_begin(t);
    ptimer_run(t, 1);
    ptimer_transaction_commit(t);
    harness_clock_step(50 * TICK_NS);
    g_assert_cmpuint(triggers, ==, 1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 0);
    ptimer_free(t);
}

static void test_odd_frequency_does_not_drift(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    ptimer_transaction_begin(t);
    ptimer_set_freq(t, 3); /* 333333333.33 ns */
    ptimer_set_limit(t, 1, 1);
    ptimer_run(t, 0);
    ptimer_transaction_commit(t);
    harness_clock_step(1000LL * NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(triggers, ==, 3000);
    ptimer_free(t);
}

static void test_period_from_clock(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);
    Object *box = object_new(TYPE_CONTAINER);
    Clock *clk = clock_new(box, "clk");

    clock_set_ns(clk, 10);
    ptimer_transaction_begin(t);
    ptimer_set_period_from_clock(t, clk, 16);
    ptimer_set_limit(t, 100, 1);
    ptimer_run(t, 0);
    ptimer_transaction_commit(t);
    harness_clock_step(1600);
    g_assert_cmpuint(ptimer_get_count(t), ==, 90);
    object_unref(box);
    ptimer_free(t);
}

static void test_period_zero_does_not_run(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);

    ptimer_transaction_begin(t);
    ptimer_set_limit(t, 10, 1);
    ptimer_run(t, 0);
    ptimer_transaction_commit(t);
    harness_clock_step(NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(triggers, ==, 0);
    g_assert_cmpuint(ptimer_get_count(t), ==, 10);
    ptimer_free(t);
}

static void test_largest_values_do_not_overflow(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_WRAP_AFTER_ONE_PERIOD);

    ptimer_transaction_begin(t);
    ptimer_set_period(t, INT64_MAX);
    ptimer_set_limit(t, UINT64_MAX, 1);
    ptimer_run(t, 0);
    ptimer_transaction_commit(t);
    harness_clock_step(NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(ptimer_get_count(t), ==, UINT64_MAX - 1);
    g_assert_cmpuint(triggers, ==, 0);
    ptimer_free(t);
}

/* ---- edges: starting at zero ---- */

/*
 * What a timer started with count 0 and limit L does, by policy: triggers at
 * once, triggers after one tick, whether it still runs, and the count one
 * nanosecond after the first tick.
 */
typedef struct ZeroStart {
    const char *path;
    uint8_t policy;
    uint64_t limit;
    int oneshot;
    unsigned at_once;
    unsigned after_tick;
    uint64_t count_after_tick;
} ZeroStart;

static const ZeroStart zero_starts[] = {
    { "legacy/periodic", PTIMER_POLICY_LEGACY, 8, 0, 1, 1, 6 },
    { "legacy/oneshot", PTIMER_POLICY_LEGACY, 8, 1, 1, 1, 6 },
    { "legacy/limit-zero", PTIMER_POLICY_LEGACY, 0, 0, 1, 1, 0 },
    { "no-immediate-trigger/periodic", PTIMER_POLICY_NO_IMMEDIATE_TRIGGER, 8, 0, 0, 0, 6 },
    { "no-immediate-trigger/limit-zero", PTIMER_POLICY_NO_IMMEDIATE_TRIGGER, 0, 0, 0, 1, 0 },
    { "no-immediate-reload/periodic", PTIMER_POLICY_NO_IMMEDIATE_RELOAD, 8, 0, 1, 1, 7 },
    { "no-immediate-trigger-and-reload/periodic",
      PTIMER_POLICY_NO_IMMEDIATE_TRIGGER | PTIMER_POLICY_NO_IMMEDIATE_RELOAD, 8, 0, 0, 1, 7 },
    { "trigger-only-on-decrement/periodic", PTIMER_POLICY_TRIGGER_ONLY_ON_DECREMENT, 8, 0, 0, 0,
      6 },
    { "continuous-trigger/limit-zero", PTIMER_POLICY_CONTINUOUS_TRIGGER, 0, 0, 1, 2, 0 },
};

static void test_zero_start(gconstpointer data)
{
    const ZeroStart *z = data;
    ptimer_state *t = timer_make(z->policy);

    timer_start(t, z->limit, 0, z->oneshot);
    g_assert_cmpuint(triggers, ==, z->at_once);
    harness_clock_step(TICK_NS + 1);
    g_assert_cmpuint(triggers, ==, z->after_tick);
    g_assert_cmpuint(ptimer_get_count(t), ==, z->count_after_tick);
    ptimer_free(t);
}

static void test_wrap_policy_shows_zero_for_a_tick(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_WRAP_AFTER_ONE_PERIOD);

    timer_start(t, 4, 4, 0);
    harness_clock_step(4 * TICK_NS);
    g_assert_cmpuint(triggers, ==, 1);
    g_assert_cmpuint(ptimer_get_count(t), ==, 0);
    harness_clock_step(TICK_NS / 2);
    g_assert_cmpuint(ptimer_get_count(t), ==, 0);
    harness_clock_step(TICK_NS);
    g_assert_cmpuint(ptimer_get_count(t), ==, 3);
    /* Five ticks per round from now on. */
    harness_clock_step(4 * TICK_NS - TICK_NS / 2);
    g_assert_cmpuint(triggers, ==, 2);
    ptimer_free(t);
}

static void test_decrement_policy_triggers_on_expiry(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_TRIGGER_ONLY_ON_DECREMENT);

    timer_start(t, 2, 2, 0);
    harness_clock_step(2 * TICK_NS);
    g_assert_cmpuint(triggers, ==, 1);
    ptimer_transaction_begin(t);
    ptimer_set_count(t, 0);
    ptimer_transaction_commit(t);
    g_assert_cmpuint(triggers, ==, 1);
    ptimer_free(t);
}

static ptimer_state *restarted;

static void restart_with_zero(void *opaque)
{
    triggers++;
    ptimer_set_count(restarted, 0);
}

static void test_endless_restart_is_stopped(void)
{
    harness_clock_start();
    triggers = 0;
    restarted = ptimer_init(restart_with_zero, NULL, PTIMER_POLICY_LEGACY);
    timer_start(restarted, 0, 0, 0);
    g_assert_cmpuint(triggers, <, 1000);
    ptimer_free(restarted);
}

/* ---- against a model ---- */

/* A counter that is advanced one tick at a time, for the legacy policy. */
typedef struct Model {
    uint64_t count;
    uint64_t limit;
    unsigned triggers;
    bool running;
    bool oneshot;
} Model;

static void model_tick(Model *m)
{
    if (!m->running || --m->count) {
        return;
    }
    m->triggers++;
    m->running = !m->oneshot;
    m->count = m->oneshot ? 0 : m->limit;
}

static void test_random_walk_matches_model(void)
{
    ptimer_state *t = timer_make(PTIMER_POLICY_LEGACY);
    Model m = { .limit = 5, .count = 5 };

    timer_start(t, 5, 5, 0);
    m.running = true;
    for (int step = 0; step < 4000; step++) {
        uint64_t value = g_test_rand_int_range(1, 30);

        ptimer_transaction_begin(t);
        switch (g_test_rand_int_range(0, 8)) {
        case 0:
            ptimer_set_count(t, value);
            m.count = value;
            break;
        case 1:
            ptimer_set_limit(t, value, 1);
            m.limit = m.count = value;
            break;
        case 2:
            ptimer_set_limit(t, value, 0);
            m.limit = value;
            break;
        case 3:
            ptimer_stop(t);
            m.running = false;
            break;
        case 4:
            ptimer_set_count(t, value);
            m.count = value;
            m.oneshot = value & 1;
            m.running = true;
            ptimer_run(t, m.oneshot);
            break;
        default:
            break;
        }
        ptimer_transaction_commit(t);
        g_assert_cmpuint(ptimer_get_count(t), ==, m.count);
        for (int ticks = g_test_rand_int_range(0, 40); ticks > 0; ticks--) {
            harness_clock_step(TICK_NS);
            model_tick(&m);
            g_assert_cmpuint(triggers, ==, m.triggers);
            g_assert_cmpuint(ptimer_get_count(t), ==, m.count);
        }
    }
    ptimer_free(t);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/ptimer/count/whole-ticks", test_counts_down_whole_ticks);
    g_test_add_func("/ptimer/count/no-round-down-counts-started-tick",
                    test_round_down_policy_counts_started_tick);
    g_test_add_func("/ptimer/periodic/reloads", test_periodic_reloads);
    g_test_add_func("/ptimer/oneshot/stops-at-zero", test_oneshot_stops_at_zero);
    g_test_add_func("/ptimer/stop/keeps-count", test_stop_keeps_count);
    g_test_add_func("/ptimer/limit/with-reload-restarts", test_limit_with_reload_restarts);
    g_test_add_func("/ptimer/limit/without-reload-waits", test_limit_without_reload_waits);
    g_test_add_func("/ptimer/period/change-keeps-count", test_period_change_keeps_count);
    g_test_add_func("/ptimer/mode/changes-on-the-fly", test_mode_change_on_the_fly);
    g_test_add_func("/ptimer/freq/odd-one-does-not-drift", test_odd_frequency_does_not_drift);
    g_test_add_func("/ptimer/period/from-clock-and-divisor", test_period_from_clock);
    g_test_add_func("/ptimer/period/zero-does-not-run", test_period_zero_does_not_run);
    g_test_add_func("/ptimer/period/largest-values-do-not-overflow",
                    test_largest_values_do_not_overflow);
    for (int i = 0; i < ARRAY_SIZE(zero_starts); i++) {
        g_autofree char *path = g_strdup_printf("/ptimer/start-at-zero/%s", zero_starts[i].path);

        g_test_add_data_func(path, &zero_starts[i], test_zero_start);
    }
    g_test_add_func("/ptimer/policy/wrap-shows-zero-for-a-tick",
                    test_wrap_policy_shows_zero_for_a_tick);
    g_test_add_func("/ptimer/policy/decrement-triggers-on-expiry-only",
                    test_decrement_policy_triggers_on_expiry);
    g_test_add_func("/ptimer/callback/endless-restart-is-stopped",
                    test_endless_restart_is_stopped);
    g_test_add_func("/ptimer/model/random-walk-matches", test_random_walk_matches_model);
    return g_test_run();
}
