/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run state: starting and stopping, change handlers, reset handlers, requests and what the main
 * loop makes of them, the events that clients see, and blockers.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "qapi/qapi-emit-events.h"
#include "qapi/qmp/event.h"
#include "migration/blocker.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/reset.h"
#include "sysemu/rtc.h"
#include "sysemu/runstate-action.h"
#include "sysemu/sysemu.h"
#include "sysemu/vcpu-hooks.h"
#include "sysemu/watchdog.h"

/* What happened, in words. */
static GString *story;
static bool is_in_vcpu_thread;

static void tell(const char *word)
{
    g_string_append_printf(story, "%s%s", story->len ? " " : "", word);
}

static void assert_story(const char *expected)
{
    g_assert_cmpstr(story->str, ==, expected);
    g_string_truncate(story, 0);
}

static void event_tell(unsigned event, QDict *dict)
{
    tell(QAPIEvent_str(event));
    qobject_unref(dict);
}

static void pause_tell(void)
{
    tell("pause");
}

static void resume_tell(void)
{
    tell("resume");
}

static bool in_vcpu_thread(void)
{
    return is_in_vcpu_thread;
}

static const RunStateVcpuHooks vcpu_hooks = {
    .pause_all = pause_tell,
    .resume_all = resume_tell,
    .in_vcpu_thread = in_vcpu_thread,
};

static void set_up(void *unused, gconstpointer also_unused)
{
    story = g_string_new(NULL);
    is_in_vcpu_thread = false;
    runstate_init();
    cpu_disable_ticks();
    runstate_set_vcpu_hooks(&vcpu_hooks);
    runstate_set_machine_hooks(NULL);
    runstate_set_reboot_action(REBOOT_ACTION_RESET);
    runstate_set_shutdown_action(SHUTDOWN_ACTION_POWEROFF);
    runstate_set_panic_action(PANIC_ACTION_SHUTDOWN);
    runstate_set_watchdog_action(WATCHDOG_ACTION_RESET);
}

static void tear_down(void *unused, gconstpointer also_unused)
{
    g_string_free(story, true);
}

static bool should_exit(int *status)
{
    *status = 0;
    return main_loop_should_exit(status);
}

static void assert_goes_on(void)
{
    int status;

    g_assert_false(should_exit(&status));
}

/* -- start and stop -------------------------------------------------------------------------- */

static void test_start(void *f, gconstpointer unused)
{
    vm_start();
    g_assert_true(runstate_is_running());
    assert_story("RESUME resume");
}

static void test_start_twice(void *f, gconstpointer unused)
{
    vm_start();
    vm_start();
    assert_story("RESUME resume");
}

static void test_stop(void *f, gconstpointer unused)
{
    vm_start();
    assert_story("RESUME resume");
    g_assert_cmpint(vm_stop(RUN_STATE_PAUSED), ==, 0);
    g_assert_true(runstate_check(RUN_STATE_PAUSED));
    assert_story("pause STOP");
}

static void test_stop_when_stopped(void *f, gconstpointer unused)
{
    vm_stop(RUN_STATE_PAUSED);
    g_assert_true(runstate_check(RUN_STATE_PRELAUNCH));
    assert_story("");
}

static void test_stop_from_vcpu(void *f, gconstpointer unused)
{
    vm_start();
    assert_story("RESUME resume");
    is_in_vcpu_thread = true;
    vm_stop(RUN_STATE_IO_ERROR);
    g_assert_true(runstate_is_running());
    is_in_vcpu_thread = false;
    assert_goes_on();
    g_assert_true(runstate_check(RUN_STATE_IO_ERROR));
    assert_story("pause STOP");
}

static void test_start_overtakes_stop_request(void *f, gconstpointer unused)
{
    vm_start();
    assert_story("RESUME resume");
    qemu_system_vmstop_request_prepare();
    qemu_system_vmstop_request(RUN_STATE_PAUSED);
    vm_start();
    assert_story("STOP RESUME");
    assert_goes_on();
    g_assert_true(runstate_is_running());
}

static void test_no_start_after_internal_error(void *f, gconstpointer unused)
{
    vm_start();
    vm_stop(RUN_STATE_INTERNAL_ERROR);
    g_assert_true(runstate_needs_reset());
    g_assert_cmpint(vm_prepare_start(false), ==, -1);
    g_assert_true(runstate_check(RUN_STATE_INTERNAL_ERROR));
}

static void test_illegal_transition(void *f, gconstpointer unused)
{
    g_assert_false(runstate_can_change(RUN_STATE_SHUTDOWN));
    g_assert_true(runstate_can_change(RUN_STATE_RUNNING));
}

static void test_clock_stands_still(void *f, gconstpointer unused)
{
    int64_t stopped;

    vm_start();
    vm_stop(RUN_STATE_PAUSED);
    stopped = cpu_get_clock();
    g_usleep(2000);
    g_assert_cmpint(cpu_get_clock(), ==, stopped);
    vm_start();
    g_usleep(2000);
    g_assert_cmpint(cpu_get_clock(), >=, stopped + 2000 * 1000);
    /* The time spent stopped does not count. */
    g_assert_cmpint(cpu_get_clock(), <, stopped + 60 * NANOSECONDS_PER_SECOND);
}

static void timer_tell(void *opaque)
{
    tell("timer");
}

/* A machine that was loaded has timers that were due when it was saved. First of all tests. */
static void test_due_timer_waits_for_the_first_start(void *f, gconstpointer unused)
{
    QEMUTimer *timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_tell, NULL);

    timer_mod_ns(timer, 0);
    main_loop_wait(true);
    assert_story("");
    vm_start();
    main_loop_wait(true);
    assert_story("RESUME resume timer");
    timer_free(timer);
}

static void test_clock_set(void *f, gconstpointer unused)
{
    cpu_set_clock(12345);
    g_assert_cmpint(cpu_get_clock(), ==, 12345);
}

/* -- change handlers ------------------------------------------------------------------------- */

typedef struct Handler {
    const char *name;
    VMChangeStateEntry *entry;
    VMChangeStateEntry *remove;     /* when called */
} Handler;

static void handler_cb(void *opaque, bool running, RunState state)
{
    Handler *h = opaque;

    tell(h->name);
    if (h->remove) {
        qemu_del_vm_change_state_handler(h->remove);
        h->remove = NULL;
    }
}

static void prepare_cb(void *opaque, bool running, RunState state)
{
    tell("prepare");
}

static void test_handlers_by_priority(void *f, gconstpointer unused)
{
    Handler a = { "a" }, b = { "b" }, c = { "c" };

    b.entry = qemu_add_vm_change_state_handler_prio(handler_cb, &b, 5);
    c.entry = qemu_add_vm_change_state_handler_prio(handler_cb, &c, 9);
    a.entry = qemu_add_vm_change_state_handler(handler_cb, &a);
    vm_state_notify(true, RUN_STATE_RUNNING);
    assert_story("a b c");
    vm_state_notify(false, RUN_STATE_PAUSED);
    assert_story("c b a");
    qemu_del_vm_change_state_handler(a.entry);
    qemu_del_vm_change_state_handler(b.entry);
    qemu_del_vm_change_state_handler(c.entry);
}

static void test_prepare_first(void *f, gconstpointer unused)
{
    Handler a = { "a" }, b = { "b" };

    a.entry = qemu_add_vm_change_state_handler(handler_cb, &a);
    b.entry = qemu_add_vm_change_state_handler_prio_full(handler_cb, prepare_cb, &b, 1);
    vm_state_notify(true, RUN_STATE_RUNNING);
    assert_story("prepare a b");
    qemu_del_vm_change_state_handler(a.entry);
    qemu_del_vm_change_state_handler(b.entry);
}

static void test_handler_removes_others(void *f, gconstpointer unused)
{
    Handler a = { "a" }, b = { "b" };

    a.entry = qemu_add_vm_change_state_handler(handler_cb, &a);
    b.entry = qemu_add_vm_change_state_handler(handler_cb, &b);
    a.remove = b.entry;
    vm_state_notify(true, RUN_STATE_RUNNING);
    assert_story("a");
    a.remove = a.entry;
    vm_state_notify(true, RUN_STATE_RUNNING);
    assert_story("a");
    vm_state_notify(true, RUN_STATE_RUNNING);
    assert_story("");
}

/* -- reset ----------------------------------------------------------------------------------- */

static void reset_tell(void *opaque)
{
    tell(opaque);
}

static void reset_tell_and_remove(void *opaque)
{
    tell(opaque);
    qemu_unregister_reset(reset_tell_and_remove, opaque);
}

static void test_reset_in_order(void *f, gconstpointer unused)
{
    qemu_register_reset(reset_tell, (void *)"one");
    qemu_register_reset(reset_tell, (void *)"two");
    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    assert_story("one two");
    qemu_unregister_reset(reset_tell, (void *)"one");
    qemu_unregister_reset(reset_tell, (void *)"two");
    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    assert_story("");
}

static void test_reset_skips_for_load(void *f, gconstpointer unused)
{
    const char *name = "cold";

    qemu_register_reset_nosnapshotload(reset_tell, (void *)name);
    qemu_devices_reset(SHUTDOWN_CAUSE_SNAPSHOT_LOAD);
    assert_story("");
    qemu_devices_reset(SHUTDOWN_CAUSE_GUEST_RESET);
    assert_story("cold");
    qemu_unregister_reset(reset_tell, (void *)name);
}

static void test_reset_handler_removes_itself(void *f, gconstpointer unused)
{
    qemu_register_reset(reset_tell_and_remove, (void *)"once");
    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    assert_story("once");
}

static void test_reset_request(void *f, gconstpointer unused)
{
    vm_start();
    assert_story("RESUME resume");
    qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_cmpint(qemu_reset_requested_get(), ==, SHUTDOWN_CAUSE_GUEST_RESET);
    assert_goes_on();
    assert_story("pause RESET resume");
    g_assert_true(runstate_is_running());
    g_assert_cmpint(qemu_reset_requested_get(), ==, SHUTDOWN_CAUSE_NONE);
}

static void test_reset_of_stopped_machine(void *f, gconstpointer unused)
{
    vm_start();
    vm_stop(RUN_STATE_PAUSED);
    qemu_system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
    assert_goes_on();
    g_assert_true(runstate_check(RUN_STATE_PRELAUNCH));
}

static void machine_reset_tell(ShutdownCause reason)
{
    tell(ShutdownCause_str(reason));
}

static void test_machine_reset_hook(void *f, gconstpointer unused)
{
    static const RunStateMachineHooks hooks = { .reset = machine_reset_tell };

    runstate_set_machine_hooks(&hooks);
    qemu_system_reset(SHUTDOWN_CAUSE_SUBSYSTEM_RESET);
    assert_story("subsystem-reset");
}

static void test_no_reboot(void *f, gconstpointer unused)
{
    int status;

    runstate_set_reboot_action(REBOOT_ACTION_SHUTDOWN);
    qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_true(should_exit(&status));
    g_assert_cmpint(status, ==, 0);
    assert_story("SHUTDOWN");
}

/* -- shutdown and the like ------------------------------------------------------------------- */

static void shutdown_notified(Notifier *n, void *data)
{
    tell(ShutdownCause_str(*(ShutdownCause *)data));
}

static void test_shutdown(void *f, gconstpointer unused)
{
    Notifier n = { .notify = shutdown_notified };
    int status;

    qemu_register_shutdown_notifier(&n);
    qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, 3);
    g_assert_true(should_exit(&status));
    g_assert_cmpint(status, ==, 3);
    assert_story("SHUTDOWN guest-shutdown");
    notifier_remove(&n);
}

static void test_no_shutdown(void *f, gconstpointer unused)
{
    vm_start();
    assert_story("RESUME resume");
    runstate_set_shutdown_action(SHUTDOWN_ACTION_PAUSE);
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    assert_goes_on();
    assert_story("SHUTDOWN pause STOP");
    g_assert_true(runstate_check(RUN_STATE_SHUTDOWN));
}

static void test_signal_ends_despite_no_shutdown(void *f, gconstpointer unused)
{
    int status;

    runstate_set_shutdown_action(SHUTDOWN_ACTION_PAUSE);
    qemu_system_killed(15, 0);
    g_assert_true(should_exit(&status));
    assert_story("SHUTDOWN");
}

static void test_powerdown(void *f, gconstpointer unused)
{
    qemu_system_powerdown_request();
    assert_goes_on();
    assert_story("POWERDOWN");
    assert_goes_on();
    assert_story("");
}

static void test_panic_shuts_down(void *f, gconstpointer unused)
{
    int status;

    vm_start();
    assert_story("RESUME resume");
    runstate_set_panic_action(PANIC_ACTION_EXIT_FAILURE);
    qemu_system_guest_panicked(NULL);
    g_assert_true(should_exit(&status));
    g_assert_cmpint(status, ==, 1);
    assert_story("GUEST_PANICKED pause STOP SHUTDOWN");
}

static void test_panic_pauses(void *f, gconstpointer unused)
{
    vm_start();
    runstate_set_panic_action(PANIC_ACTION_PAUSE);
    qemu_system_guest_panicked(NULL);
    g_assert_true(runstate_check(RUN_STATE_GUEST_PANICKED));
    assert_goes_on();
}

static void test_panic_ignored(void *f, gconstpointer unused)
{
    vm_start();
    runstate_set_panic_action(PANIC_ACTION_NONE);
    qemu_system_guest_panicked(NULL);
    g_assert_true(runstate_is_running());
}

static void test_suspend_and_wakeup(void *f, gconstpointer unused)
{
    Error *err = NULL;

    vm_start();
    assert_story("RESUME resume");
    qemu_system_wakeup_request(QEMU_WAKEUP_REASON_OTHER, &err);
    error_free_or_abort(&err);
    qemu_system_suspend_request();
    assert_goes_on();
    g_assert_true(runstate_check(RUN_STATE_SUSPENDED));
    assert_story("pause SUSPEND");
    qemu_system_wakeup_request(QEMU_WAKEUP_REASON_RTC, &error_abort);
    assert_goes_on();
    g_assert_true(runstate_is_running());
    assert_story("pause resume WAKEUP");
}

static void test_disabled_wakeup(void *f, gconstpointer unused)
{
    vm_start();
    qemu_system_suspend_request();
    assert_goes_on();
    qemu_system_wakeup_enable(QEMU_WAKEUP_REASON_RTC, false);
    qemu_system_wakeup_request(QEMU_WAKEUP_REASON_RTC, &error_abort);
    assert_goes_on();
    g_assert_true(runstate_check(RUN_STATE_SUSPENDED));
}

static void test_debug_request(void *f, gconstpointer unused)
{
    vm_start();
    qemu_system_debug_request();
    assert_goes_on();
    g_assert_true(runstate_check(RUN_STATE_DEBUG));
}

static void test_watchdog_pause(void *f, gconstpointer unused)
{
    vm_start();
    assert_story("RESUME resume");
    g_assert_cmpint(select_watchdog_action("pause"), ==, 0);
    watchdog_perform_action();
    assert_goes_on();
    g_assert_true(runstate_check(RUN_STATE_WATCHDOG));
    assert_story("WATCHDOG pause STOP");
}

static void test_watchdog_unknown_action(void *f, gconstpointer unused)
{
    g_assert_cmpint(select_watchdog_action("explode"), ==, -1);
    g_assert_cmpint(get_watchdog_action(), ==, WATCHDOG_ACTION_RESET);
}

static void test_main_loop_ends(void *f, gconstpointer unused)
{
    qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_HOST_QMP_QUIT, 7);
    g_assert_cmpint(qemu_main_loop(), ==, 7);
}

/* -- actions by name ------------------------------------------------------------------------- */

static void test_action_by_name(void *f, gconstpointer unused)
{
    g_assert_true(runstate_action_set_by_name("panic", "exit-failure", &error_abort));
    g_assert_cmpint(runstate_actions()->panic, ==, PANIC_ACTION_EXIT_FAILURE);
}

static void test_action_unknown(void *f, gconstpointer unused)
{
    Error *err = NULL;

    g_assert_false(runstate_action_set_by_name("reboot", "explode", &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "action \"explode\" is unknown for reboot: use one of reset, shutdown");
    error_free(err);
    err = NULL;
    g_assert_false(runstate_action_set_by_name("sleep", "none", &err));
    error_free_or_abort(&err);
}

/* -- notifiers, blockers --------------------------------------------------------------------- */

static void init_done_notified(Notifier *n, void *data)
{
    tell("done");
}

static void test_init_done_notifiers(void *f, gconstpointer unused)
{
    Notifier early = { .notify = init_done_notified }, late = { .notify = init_done_notified };

    qemu_add_machine_init_done_notifier(&early);
    assert_story("");
    qemu_run_machine_init_done_notifiers();
    assert_story("done");
    qemu_add_machine_init_done_notifier(&late);
    assert_story("done");
    qemu_remove_machine_init_done_notifier(&early);
    qemu_remove_machine_init_done_notifier(&late);
}

static void test_blocker(void *f, gconstpointer unused)
{
    Error *reason = NULL, *err = NULL;

    error_setg(&reason, "disk0 cannot");
    g_assert_cmpint(migrate_add_blocker(&reason, &error_abort), ==, 0);
    g_assert_true(migration_is_blocked(&err));
    g_assert_cmpstr(error_get_pretty(err), ==, "disk0 cannot");
    error_free(err);
    migrate_del_blocker(&reason);
    g_assert_null(reason);
    g_assert_false(migration_is_blocked(&error_abort));
}

static void test_blocker_only_migratable(void *f, gconstpointer unused)
{
    Error *reason = NULL, *err = NULL;

    error_setg(&reason, "disk0 cannot");
    migration_set_only_migratable(true);
    g_assert_cmpint(migrate_add_blocker(&reason, &err), ==, -EACCES);
    migration_set_only_migratable(false);
    g_assert_null(reason);
    error_free_or_abort(&err);
}

/* -- rtc ------------------------------------------------------------------------------------- */

static void test_rtc_host(void *f, gconstpointer unused)
{
    struct tm tm;

    g_assert_true(rtc_configure(NULL, NULL, NULL, &error_abort));
    qemu_get_timedate(&tm, 3600);
    g_assert_cmpint(llabs((long long)timegm(&tm) - (time(NULL) + 3600)), <=, 2);
}

static void test_rtc_date(void *f, gconstpointer unused)
{
    struct tm tm;

    cpu_set_clock(1);
    g_assert_true(rtc_configure("2006-06-17T16:01:21", "vm", "slew", &error_abort));
    g_assert_true(rtc_driftfix_is_slew());
    cpu_set_clock(1 + 40 * NANOSECONDS_PER_SECOND);
    qemu_get_timedate(&tm, 0);
    g_assert_cmpint(tm.tm_year, ==, 106);
    g_assert_cmpint(tm.tm_mon, ==, 5);
    g_assert_cmpint(tm.tm_mday, ==, 17);
    g_assert_cmpint(tm.tm_hour, ==, 16);
    g_assert_cmpint(tm.tm_min, ==, 2);
    g_assert_cmpint(tm.tm_sec, ==, 1);
}

static void test_rtc_diff(void *f, gconstpointer unused)
{
    struct tm tm;

    g_assert_true(rtc_configure("2006-06-17", "vm", NULL, &error_abort));
    qemu_get_timedate(&tm, 0);
    tm.tm_mday++;
    g_assert_cmpint(qemu_timedate_diff(&tm), ==, 86400);
}

static void test_rtc_refused(void *f, gconstpointer unused)
{
    static const char *const wrong[][3] = {
        { "2006-02-30", NULL, NULL }, { "yesterday", NULL, NULL }, { "2006-06-17T", NULL, NULL },
        { NULL, "sun", NULL }, { NULL, NULL, "fast" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        Error *err = NULL;

        g_assert_false(rtc_configure(wrong[i][0], wrong[i][1], wrong[i][2], &err));
        error_free_or_abort(&err);
    }
}

typedef void TestFn(void *f, gconstpointer unused);

static void add(const char *path, TestFn *fn)
{
    g_test_add_vtable(path, 1, NULL, (GTestFixtureFunc)set_up, (GTestFixtureFunc)fn,
                      (GTestFixtureFunc)tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    cpu_timers_init();
    qmp_event_set_emit(event_tell);
    add("/runstate/clock/due-timer-waits-for-the-first-start",
        test_due_timer_waits_for_the_first_start);
    add("/runstate/start/lets-the-cpus-go", test_start);
    add("/runstate/start/twice-is-once", test_start_twice);
    add("/runstate/start/overtakes-a-stop-request", test_start_overtakes_stop_request);
    add("/runstate/start/not-after-internal-error", test_no_start_after_internal_error);
    add("/runstate/stop/pauses-the-cpus", test_stop);
    add("/runstate/stop/when-stopped-does-nothing", test_stop_when_stopped);
    add("/runstate/stop/from-a-vcpu-is-a-request", test_stop_from_vcpu);
    add("/runstate/transition/illegal-is-known", test_illegal_transition);
    add("/runstate/clock/stands-still-while-stopped", test_clock_stands_still);
    add("/runstate/clock/can-be-set", test_clock_set);
    add("/runstate/change/by-priority-and-back", test_handlers_by_priority);
    add("/runstate/change/prepare-before-all", test_prepare_first);
    add("/runstate/change/handler-may-remove-any", test_handler_removes_others);
    add("/runstate/reset/in-order-of-registration", test_reset_in_order);
    add("/runstate/reset/nosnapshotload-is-skipped", test_reset_skips_for_load);
    add("/runstate/reset/handler-may-remove-itself", test_reset_handler_removes_itself);
    add("/runstate/reset/request-pauses-and-resumes", test_reset_request);
    add("/runstate/reset/stopped-machine-is-prelaunch", test_reset_of_stopped_machine);
    add("/runstate/reset/machine-hook-replaces-default", test_machine_reset_hook);
    add("/runstate/reset/no-reboot-shuts-down", test_no_reboot);
    add("/runstate/shutdown/ends-the-loop-with-code", test_shutdown);
    add("/runstate/shutdown/no-shutdown-pauses", test_no_shutdown);
    add("/runstate/shutdown/signal-always-ends", test_signal_ends_despite_no_shutdown);
    add("/runstate/powerdown/is-told-once", test_powerdown);
    add("/runstate/panic/exit-failure", test_panic_shuts_down);
    add("/runstate/panic/pause", test_panic_pauses);
    add("/runstate/panic/none-goes-on", test_panic_ignored);
    add("/runstate/suspend/and-wakeup", test_suspend_and_wakeup);
    add("/runstate/suspend/disabled-reason-does-not-wake", test_disabled_wakeup);
    add("/runstate/debug/stops", test_debug_request);
    add("/runstate/watchdog/pause", test_watchdog_pause);
    add("/runstate/watchdog/unknown-action", test_watchdog_unknown_action);
    add("/runstate/main-loop/returns-the-exit-code", test_main_loop_ends);
    add("/runstate/action/by-name", test_action_by_name);
    add("/runstate/action/unknown-names-are-refused", test_action_unknown);
    add("/runstate/init-done/late-ones-are-told-at-once", test_init_done_notifiers);
    add("/runstate/blocker/blocks-until-removed", test_blocker);
    add("/runstate/blocker/refused-with-only-migratable", test_blocker_only_migratable);
    add("/rtc/host-clock-is-the-hosts-date", test_rtc_host);
    add("/rtc/date-advances-with-its-clock", test_rtc_date);
    add("/rtc/difference-to-a-set-date", test_rtc_diff);
    add("/rtc/wrong-values-are-refused", test_rtc_refused);
    return g_test_run();
}
