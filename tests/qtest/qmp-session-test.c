/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP as the test library uses it: negotiation, answers with their id, events, errors, HMP. */
#include "qemu/osdep.h"
#include "qapi/qmp/qlist.h"
#include "libgantrytest.h"

static void test_greeting_comes_first(void)
{
    QTestState *s = qtest_init_without_qmp_handshake("-machine none");
    QDict *greeting = qtest_qmp_receive_dict(s);
    QDict *qmp = qdict_get_qdict(greeting, "QMP");

    g_assert_nonnull(qmp);
    g_assert_nonnull(qdict_get_qdict(qmp, "version"));
    g_assert_nonnull(qdict_get_qlist(qmp, "capabilities"));
    qobject_unref(greeting);
    qtest_quit(s);
}

static void test_commands_wait_for_negotiation(void)
{
    QTestState *s = qtest_init_without_qmp_handshake("-machine none");

    qobject_unref(qtest_qmp_receive_dict(s));
    qmp_expect_error_and_unref(qtest_qmp(s, "{ 'execute': 'query-version' }"), "CommandNotFound");
    qtest_qmp_assert_success(s, "{ 'execute': 'qmp_capabilities' }");
    qtest_qmp_assert_success(s, "{ 'execute': 'query-version' }");
    qtest_quit(s);
}

static void test_answer_has_the_id(void)
{
    QTestState *s = qtest_init("-machine none");
    QDict *response = qtest_qmp(s, "{ 'execute': 'query-status', 'id': 'x-17' }");

    g_assert_cmpstr(qdict_get_try_str(response, "id"), ==, "x-17");
    qobject_unref(response);
    qtest_quit(s);
}

static void test_garbage_gets_an_error(void)
{
    QTestState *s = qtest_init("-machine none");

    qtest_qmp_send_raw(s, "{ 'execute': nonsense }\n");
    qmp_expect_error_and_unref(qtest_qmp_receive(s), "GenericError");
    qtest_qmp_assert_success(s, "{ 'execute': 'query-status' }");
    qtest_quit(s);
}

static void test_stop_and_cont_send_events(void)
{
    QTestState *s = qtest_init("-machine none");

    qtest_qmp_assert_success(s, "{ 'execute': 'stop' }");
    qtest_qmp_eventwait(s, "STOP");
    qtest_qmp_assert_success(s, "{ 'execute': 'cont' }");
    qtest_qmp_eventwait(s, "RESUME");
    qtest_quit(s);
}

static void test_quit_ends_with_an_event(void)
{
    QTestState *s = qtest_init("-machine none");
    QDict *event, *data;

    qtest_qmp_assert_success(s, "{ 'execute': 'quit' }");
    event = qtest_qmp_eventwait_ref(s, "SHUTDOWN");
    data = qdict_get_qdict(event, "data");
    g_assert_cmpstr(qdict_get_try_str(data, "reason"), ==, "host-qmp-quit");
    g_assert_false(qdict_get_bool(data, "guest"));
    qobject_unref(event);
    qtest_wait_qemu(s);
    qtest_quit(s);
}

static void test_signal_ends_with_an_event(void)
{
    QTestState *s = qtest_init("-machine none");
    QDict *event;

    kill(qtest_pid(s), SIGTERM);
    event = qtest_qmp_eventwait_ref(s, "SHUTDOWN");
    g_assert_cmpstr(qdict_get_try_str(qdict_get_qdict(event, "data"), "reason"), ==,
                    "host-signal");
    qobject_unref(event);
    qtest_wait_qemu(s);
    qtest_quit(s);
}

static void test_stopped_at_start_with_S(void)
{
    QTestState *s = qtest_init("-machine none -S");
    QDict *status = qtest_qmp_assert_success_ref(s, "{ 'execute': 'query-status' }");

    g_assert_cmpstr(qdict_get_try_str(status, "status"), ==, "prelaunch");
    g_assert_false(qdict_get_bool(status, "running"));
    qobject_unref(status);
    qtest_quit(s);
}

static void test_runs_at_start(void)
{
    QTestState *s = qtest_init("-machine none");
    QDict *status = qtest_qmp_assert_success_ref(s, "{ 'execute': 'query-status' }");

    g_assert_cmpstr(qdict_get_try_str(status, "status"), ==, "running");
    qobject_unref(status);
    qtest_quit(s);
}

static void test_hmp_command_gives_text(void)
{
    QTestState *s = qtest_init("-machine none");
    g_autofree char *text = qtest_hmp(s, "info status");

    g_assert_nonnull(strstr(text, "running"));
    qtest_quit(s);
}

static void test_name_and_uuid_are_told(void)
{
    QTestState *s = qtest_init("-machine none -name guest=box,debug-threads=on "
                               "-uuid 12345678-9abc-def0-1234-56789abcdef0");
    QDict *name = qtest_qmp_assert_success_ref(s, "{ 'execute': 'query-name' }");

    g_assert_cmpstr(qdict_get_try_str(name, "name"), ==, "box");
    qobject_unref(name);
    qtest_quit(s);
}

static void test_device_is_where_it_belongs(void)
{
    QTestState *s = qtest_init("-machine none -device test-gate,id=gate,num-lines=3");
    QDict *response = qtest_qmp(s, "{ 'execute': 'qom-get', 'arguments': {"
                                   " 'path': '/machine/peripheral/gate',"
                                   " 'property': 'num-lines' } }");

    g_assert_cmpint(qdict_get_int(response, "return"), ==, 3);
    qobject_unref(response);
    qtest_quit(s);
}

static void test_binary_is_asked_what_it_has(void)
{
    g_assert_true(qtest_has_machine("none"));
    g_assert_false(qtest_has_machine("there-is-none-such"));
    g_assert_true(qtest_has_device("test-gate"));
    g_assert_false(qtest_has_device("there-is-none-such"));
    g_assert_true(qtest_has_accel("qtest"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/qmp/greeting-comes-first", test_greeting_comes_first);
    qtest_add_func("/qmp/commands-wait-for-negotiation", test_commands_wait_for_negotiation);
    qtest_add_func("/qmp/answer-has-the-id", test_answer_has_the_id);
    qtest_add_func("/qmp/garbage-gets-an-error", test_garbage_gets_an_error);
    qtest_add_func("/qmp/stop-and-cont-send-events", test_stop_and_cont_send_events);
    qtest_add_func("/qmp/quit-ends-with-an-event", test_quit_ends_with_an_event);
    qtest_add_func("/qmp/signal-ends-with-an-event", test_signal_ends_with_an_event);
    qtest_add_func("/qmp/stopped-at-start-with-S", test_stopped_at_start_with_S);
    qtest_add_func("/qmp/runs-at-start", test_runs_at_start);
    qtest_add_func("/qmp/hmp-command-gives-text", test_hmp_command_gives_text);
    qtest_add_func("/qmp/name-and-uuid-are-told", test_name_and_uuid_are_told);
    qtest_add_func("/qmp/device-is-where-it-belongs", test_device_is_where_it_belongs);
    qtest_add_func("/qmp/binary-is-asked-what-it-has", test_binary_is_asked_what_it_has);
    return g_test_run();
}
