/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Choosing an accelerator, and the clock of the qtest one.
 */
#include "qemu/osdep.h"
#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/qtest.h"

/* An accelerator that this host cannot have, and one that fails to start. */
static bool unavailable(Error **errp)
{
    error_setg(errp, "the host is too small");
    return false;
}

static bool fail_init(AccelState *accel, MachineState *ms, Error **errp)
{
    error_setg(errp, "out of steam");
    return false;
}

static void small_class_init(ObjectClass *oc, void *data)
{
    ACCEL_CLASS(oc)->name = "small";
    ACCEL_CLASS(oc)->desc = "never there";
    ACCEL_CLASS(oc)->available = unavailable;
}

static void steam_class_init(ObjectClass *oc, void *data)
{
    ACCEL_CLASS(oc)->name = "steam";
    ACCEL_CLASS(oc)->machine_init = fail_init;
}

static const TypeInfo test_types[] = {
    { .name = ACCEL_CLASS_NAME("small"), .parent = TYPE_ACCEL, .class_init = small_class_init },
    { .name = ACCEL_CLASS_NAME("steam"), .parent = TYPE_ACCEL, .class_init = steam_class_init },
};

static void skip_tell(const char *name, const Error *reason, void *opaque)
{
    g_string_append_printf(opaque, "%s: %s\n", name, error_get_pretty(reason));
}

static AccelState *choose(const char *const *requests, GString *skipped, Error **errp)
{
    return accel_init_first_usable(NULL, requests, skip_tell, skipped, errp);
}

#define REQUESTS(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void assert_fails(const char *const *requests, const char *message)
{
    g_autoptr(GString) skipped = g_string_new(NULL);
    Error *err = NULL;

    g_assert_null(choose(requests, skipped, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
    g_assert_null(current_accel());
}

static void test_first_usable_wins(void)
{
    g_autoptr(GString) skipped = g_string_new(NULL);
    AccelState *accel = choose(REQUESTS("hvf", "small", "steam", "qtest"), skipped, &error_abort);

    g_assert_true(accel == current_accel());
    g_assert_cmpstr(current_accel_name(), ==, "qtest");
    g_assert_cmpstr(skipped->str, ==, "hvf: this build does not have it\n"
                    "small: the host is too small\nsteam: out of steam\n");
    g_assert_true(qtest_enabled());
    g_assert_nonnull(cpus_get_accel());
    accel_release();
    g_assert_false(qtest_enabled());
    g_assert_null(cpus_get_accel());
}

static void test_none_usable(void)
{
    assert_fails(REQUESTS("hvf", "small"), "no accelerator is usable (hvf: this build does not "
                 "have it; small: the host is too small)");
}

static void test_unknown(void)
{
    assert_fails(REQUESTS("qtest", "qtset"), "accelerator \"qtset\" is unknown: -accel help lists "
                 "them; did you mean 'qtest'?");
}

static void test_unknown_property(void)
{
    g_autoptr(GString) skipped = g_string_new(NULL);
    Error *err = NULL;

    g_assert_null(choose(REQUESTS("qtest,thread=multi"), skipped, &err));
    g_assert_true(g_str_has_prefix(error_get_pretty(err), "-accel qtest,thread=multi: "));
    error_free(err);
    assert_fails(REQUESTS("qtest,fast"), "-accel qtest,fast: \"fast\" is not property=value");
}

static void test_help(void)
{
    g_autofree char *text = accel_help_text();

    g_assert_nonnull(strstr(text, "qtest      no CPU execution"));
    g_assert_nonnull(strstr(text, "small      never there "
                                  "(not usable here: the host is too small)"));
}

/* -- the clock of qtest ---------------------------------------------------------------------- */

typedef struct Alarm {
    QEMUTimer timer;
    int64_t period_ns;
    int64_t last_ns;
    unsigned rings;
} Alarm;

static void alarm_ring(void *opaque)
{
    Alarm *a = opaque;

    a->rings++;
    a->last_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    if (a->period_ns >= 0) {
        timer_mod_ns(&a->timer, a->last_ns + a->period_ns);
    }
}

static void clock_set_up(Alarm *a, gconstpointer unused)
{
    g_autoptr(GString) skipped = g_string_new(NULL);

    choose(REQUESTS("qtest"), skipped, &error_abort);
    a->period_ns = -1;
    timer_init_ns(&a->timer, QEMU_CLOCK_VIRTUAL, alarm_ring, a);
}

static void clock_tear_down(Alarm *a, gconstpointer unused)
{
    timer_del(&a->timer);
    timer_deinit(&a->timer);
    accel_release();
}

static void test_clock_only_warps(Alarm *a, gconstpointer unused)
{
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), ==, 0);
    g_usleep(1000);
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), ==, 0);
    qtest_clock_warp(500);
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), ==, 500);
    qtest_clock_warp(300);
    g_assert_cmpint(qtest_clock_get(), ==, 500);
}

static void test_timers_at_their_time(Alarm *a, gconstpointer unused)
{
    a->period_ns = 100;
    timer_mod_ns(&a->timer, 100);
    qtest_clock_warp(350);
    g_assert_cmpuint(a->rings, ==, 3);
    g_assert_cmpint(a->last_ns, ==, 300);
    g_assert_cmpint(qtest_clock_get(), ==, 350);
}

static void test_timer_at_destination(Alarm *a, gconstpointer unused)
{
    timer_mod_ns(&a->timer, 100);
    qtest_clock_warp(100);
    g_assert_cmpuint(a->rings, ==, 1);
}

static void test_timer_that_rearms_for_now(Alarm *a, gconstpointer unused)
{
    a->period_ns = 0;
    timer_mod_ns(&a->timer, 10);
    qtest_clock_warp(20);
    g_assert_cmpint(qtest_clock_get(), ==, 20);
    g_assert_cmpuint(a->rings, >, 1);
}

static void test_disabled_clock(Alarm *a, gconstpointer unused)
{
    timer_mod_ns(&a->timer, 10);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    qtest_clock_warp(20);
    g_assert_cmpint(qtest_clock_get(), ==, 20);
    g_assert_cmpuint(a->rings, ==, 0);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
}

#define ADD_CLOCK(path, function) \
    g_test_add("/accel/qtest/clock/" path, Alarm, NULL, clock_set_up, function, clock_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    type_register_static_array(test_types, G_N_ELEMENTS(test_types));
    g_test_add_func("/accel/choice/first-usable-wins", test_first_usable_wins);
    g_test_add_func("/accel/choice/none-usable-tells-why", test_none_usable);
    g_test_add_func("/accel/choice/unknown-is-an-error-anywhere", test_unknown);
    g_test_add_func("/accel/choice/unknown-property", test_unknown_property);
    g_test_add_func("/accel/help/lists-all", test_help);
    ADD_CLOCK("moves-only-by-warp", test_clock_only_warps);
    ADD_CLOCK("timers-run-at-their-own-time", test_timers_at_their_time);
    ADD_CLOCK("timer-at-the-destination-runs", test_timer_at_destination);
    ADD_CLOCK("timer-that-rearms-for-now-cannot-hold-it", test_timer_that_rearms_for_now);
    ADD_CLOCK("disabled-clock-moves-without-timers", test_disabled_clock);
    return g_test_run();
}
