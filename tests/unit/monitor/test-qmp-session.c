/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP sessions: negotiation, envelopes, ids, broken input, pipelining, slow
 * readers, several clients, disconnects.
 */
#include "qemu/osdep.h"
#include "monitor-harness.h"
#include "qapi/qapi-events-run-state.h"
#include "qemu/main-loop.h"
#include "sysemu/runstate.h"

#define MIB (1024 * 1024)

static void test_greeting(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autoptr(QDict) greeting = client_take_json(client);
    QDict *body = qdict_get_qdict(greeting, "QMP");
    QDict *version = qdict_get_qdict(body, "version");
    QDict *triple = qdict_get_qdict(version, "qemu");

    g_assert_cmpint(qdict_get_int(triple, "major"), >=, 8);
    g_assert_true(qdict_haskey(triple, "minor"));
    g_assert_true(qdict_haskey(triple, "micro"));
    g_assert_true(g_str_has_prefix(qdict_get_str(version, "package"),
                                   "gantry-"));
    g_assert_true(qlist_empty(qdict_get_qlist(body, "capabilities")));
    client_expect_silence(client);
}

static void test_negotiation(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    qobject_unref(client_take_json(client));
    client_send(client, "{\"execute\": \"query-status\"}\n");
    client_expect_error(client, "CommandNotFound", "Expecting capabilities "
                        "negotiation with 'qmp_capabilities'");
    client_send(client, "{\"execute\": \"qmp_capabilities\", "
                "\"arguments\": {\"enable\": [\"oob\"]}}\n");
    client_expect_error(client, "GenericError", "Capability oob not available");
    client_expect(client, "{\"execute\": \"qmp_capabilities\", "
                  "\"arguments\": {\"enable\": []}}\n", "{\"return\": {}}");
    client_send(client, "{\"execute\": \"qmp_capabilities\"}\n");
    client_expect_error(client, "CommandNotFound", "Capabilities negotiation "
                        "is already complete, command ignored");
}

static void test_ids(void)
{
    static const char *const ids[] = {
        "1", "\"text\"", "null", "true", "-2.5", "[1, {\"a\": 2}]", "{}",
    };
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    client_negotiate(client);
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autofree char *request = g_strdup_printf(
            "{\"execute\": \"query-name\", \"id\": %s}\n", ids[i]);
        g_autofree char *reply = g_strdup_printf(
            "{\"return\": {}, \"id\": %s}", ids[i]);
        g_autofree char *bad = g_strdup_printf(
            "{\"execute\": \"nosuch\", \"id\": %s}\n", ids[i]);
        g_autofree char *error = g_strdup_printf(
            "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": "
            "\"The command nosuch has not been found\"}, \"id\": %s}", ids[i]);

        client_expect(client, request, reply);
        client_expect(client, bad, error);
    }
}

typedef struct ErrorCase {
    const char *input;
    const char *class_name;
    const char *desc;
} ErrorCase;

static void test_envelope_errors(void)
{
    static const ErrorCase cases[] = {
        { "{}\n", "GenericError", "QMP input lacks member 'execute'" },
        { "[]\n", "GenericError", "QMP input must be a JSON object" },
        { "1\n", "GenericError", "QMP input must be a JSON object" },
        { "\"x\"\n", "GenericError", "QMP input must be a JSON object" },
        { "null\n", "GenericError", "QMP input must be a JSON object" },
        { "{\"execute\": 1}\n", "GenericError",
          "QMP input member 'execute' must be a string" },
        { "{\"execute\": \"query-name\", \"arguments\": 1}\n", "GenericError",
          "QMP input member 'arguments' must be an object" },
        { "{\"execute\": \"query-name\", \"extra\": 1}\n", "GenericError",
          "QMP input member 'extra' is unexpected" },
        { "{\"exec-oob\": \"query-name\"}\n", "GenericError",
          "QMP input member 'exec-oob' is unexpected" },
        { "{\"execute\": \"nosuch\"}\n", "CommandNotFound",
          "The command nosuch has not been found" },
        { "{\"execute\": \"\"}\n", "CommandNotFound",
          "The command  has not been found" },
        { "{\"execute\": \"query-name\", \"arguments\": {\"x\": 1}}\n",
          "GenericError", "Parameter 'x' is unexpected" },
        { "{\"execute\": \"query-qmp-schema\", \"arguments\": {\"x\": 1}}\n",
          "GenericError", "Parameter 'x' is unexpected" },
        { "{\"execute\": \"qom-list\"}\n", "GenericError",
          "Parameter 'path' is missing" },
        { "{\"execute\": \"qom-list\", \"arguments\": {\"path\": 1}}\n",
          "GenericError", "Invalid parameter type for 'path', expected: string" },
        { "{\"execute\": \"block-stream\", \"arguments\": {\"device\": \"x\"}}\n",
          "CommandNotFound", "The command block-stream has not been found" },
    };
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    client_negotiate(client);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].input);
        client_send(client, cases[i].input);
        client_expect_error(client, cases[i].class_name, cases[i].desc);
        client_expect_silence(client);
    }
}

/* Each of these gets one error or more, and the next command its reply. */
static void test_garbage(void)
{
    static const char *const garbage[] = {
        "garbage\n",
        "{\"execute\": query-name}\n",
        "{\"execute\": \"query-name\"]\n",
        "}\n",
        "]]]]\n",
        "{\"a\" 1}\n",
        "{\"a\": 1,}\n",
        "{\"a\": \"\\q\"}\n",
        "{\"a\": 1, \"a\": 2}\n",
        "{\"a\": 99999999999999999999}\n",
        "{\"a\": NaN}\n",
        "{\"a\": 1e999}\n",
        "{\"a\": 0x10}\n",
        "{\"a\": \"\xff\"}\n",
        "\x01\x02\x03\n",
        "\xff\n",
        "GET / HTTP/1.0\n",
    };
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    client_negotiate(client);
    for (size_t i = 0; i < G_N_ELEMENTS(garbage); i++) {
        g_autoptr(QDict) first = NULL;

        g_test_message("case %zu", i);
        client_send(client, garbage[i]);
        first = client_take_json(client);
        g_assert_true(qdict_haskey(first, "error"));
        g_assert_false(qdict_haskey(first, "id"));
        g_free(client_take_text(client));
        client_expect(client, "{\"execute\": \"query-name\", \"id\": 1}\n",
                      "{\"return\": {}, \"id\": 1}");
    }
}

static void test_deep_nesting_is_refused(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autofree char *open = g_strnfill(100000, '[');
    g_autofree char *close = g_strnfill(100000, ']');
    g_autoptr(QDict) error = NULL;

    client_negotiate(client);
    client_send(client, open);
    client_send(client, close);
    client_send(client, "\n");
    error = client_take_json(client);
    g_assert_true(qdict_haskey(error, "error"));
    g_free(client_take_text(client));
    client_expect(client, "{\"execute\": \"query-name\"}\n", "{\"return\": {}}");
}

static void test_oversized_message_is_refused(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autofree char *filler = g_strnfill(2 * MIB, 'x');
    g_autoptr(QDict) error = NULL;

    client_negotiate(client);
    client_send(client, "{\"execute\": \"");
    client_send(client, filler);
    client_send(client, "\"}\n");
    error = client_take_json(client);
    g_assert_true(qdict_haskey(error, "error"));
    g_free(client_take_text(client));
    client_expect(client, "{\"execute\": \"query-name\"}\n", "{\"return\": {}}");
}

static void test_split_bytes(void)
{
    static const char request[] =
        "{\"execute\":\n \"query-name\", \"id\": \"\xc3\xbc \\u00fc\"}";
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    client_negotiate(client);
    for (const char *p = request; *p; p++) {
        client_expect_silence(client);
        client_send_bytes(client, p, 1);
    }
    /* complete with the last brace, no newline needed */
    client_expect(client, "", "{\"return\": {}, \"id\": \"\xc3\xbc \xc3\xbc\"}");
}

static void test_pipelining(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autoptr(GString) requests = g_string_new(NULL);
    const int count = 1000;

    client_negotiate(client);
    for (int i = 0; i < count; i++) {
        g_string_append_printf(requests,
                               "{\"execute\":\"query-name\",\"id\":%d}%s", i,
                               i % 3 ? "" : "\n");
    }
    client_send(client, requests->str);
    for (int i = 0; i < count; i++) {
        g_autoptr(QDict) reply = client_take_json(client);

        g_assert_cmpint(qdict_get_int(reply, "id"), ==, i);
        g_assert_true(qdict_haskey(reply, "return"));
    }
    client_expect_silence(client);
}

/* While the client does not read, commands are not run and not read either. */
static void test_slow_reader(void)
{
    static const char request[] = "{\"execute\": \"query-qmp-schema\"}\n";
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    size_t taken = 0;
    int replies = 0;

    client_negotiate(client);
    client->room = 0;
    for (int i = 0; i < 1000; i++) {
        size_t n = client_offer(client, request, strlen(request));

        harness_run();
        taken += n;
        if (!n) {
            break;
        }
    }
    /* a few replies fill the buffer */
    g_assert_cmpuint(taken, <, 100 * strlen(request));
    g_assert_cmpuint(taken % strlen(request), ==, 0);
    client_expect_silence(client);

    client->room = SIZE_MAX;
    g_usleep(2000);
    client_send(client, "");
    while (client->received->len) {
        g_autoptr(QDict) reply = client_take_json(client);

        g_assert_true(qdict_haskey(reply, "return"));
        replies++;
    }
    g_assert_cmpuint(replies, ==, taken / strlen(request));
    client_expect(client, "{\"execute\": \"query-name\"}\n", "{\"return\": {}}");
}

static void test_trickling_reader(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autoptr(QDict) reply = NULL;

    client_negotiate(client);
    client->room = 0;
    client_offer(client, "{\"execute\": \"query-status\"}\n", 28);
    for (int i = 0; i < 1000 && !strchr(client->received->str, '\n'); i++) {
        client->room = 1;
        g_usleep(1100);
        main_loop_wait(true);
    }
    reply = client_take_json(client);
    g_assert_true(qdict_haskey(reply, "return"));
}

static void test_events_do_not_pile_up(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    client_negotiate(client);
    client->room = 0;
    for (int i = 0; i < 50000; i++) {
        qapi_event_send_stop();
        if (i % 100 == 0) {
            main_loop_wait(true);
        }
    }
    client->room = SIZE_MAX;
    g_usleep(2000);
    client_send(client, "");
    g_assert_cmpuint(client->received->len, >, 64 * 1024);
    g_assert_cmpuint(client->received->len, <, 2 * MIB);
    g_free(client_take_text(client));
    client_expect(client, "{\"execute\": \"query-name\"}\n", "{\"return\": {}}");
}

static void expect_event(Client *client, const char *name)
{
    g_autoptr(QDict) event = client_take_json(client);
    QDict *stamp;

    g_assert_cmpstr(qdict_get_try_str(event, "event"), ==, name);
    stamp = qdict_get_qdict(event, "timestamp");
    g_assert_cmpint(qdict_get_int(stamp, "seconds"), >, 0);
    g_assert_cmpint(qdict_get_int(stamp, "microseconds"), <, 1000000);
}

static void test_events_reach_negotiated_clients(void)
{
    g_autoptr(Client) one = client_new(CLIENT_QMP);
    g_autoptr(Client) two = client_new(CLIENT_QMP);
    g_autoptr(Client) fresh = client_new(CLIENT_QMP);

    client_negotiate(one);
    client_negotiate(two);
    qobject_unref(client_take_json(fresh));
    qapi_event_send_reset(true, SHUTDOWN_CAUSE_GUEST_RESET);
    qapi_event_send_resume();
    harness_run();
    expect_event(one, "RESET");
    expect_event(one, "RESUME");
    expect_event(two, "RESET");
    expect_event(two, "RESUME");
    client_expect_silence(fresh);
}

static void *event_sender(void *unused)
{
    for (int i = 0; i < 100; i++) {
        qapi_event_send_powerdown();
    }
    return NULL;
}

static void test_events_from_threads(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    GThread *threads[4];

    client_negotiate(client);
    for (int i = 0; i < 4; i++) {
        threads[i] = g_thread_new("sender", event_sender, NULL);
    }
    for (int i = 0; i < 4; i++) {
        g_thread_join(threads[i]);
    }
    harness_run();
    for (int i = 0; i < 400; i++) {
        expect_event(client, "POWERDOWN");
    }
    client_expect_silence(client);
}

/* Of many in a period the first comes at once and the last at its end. */
static void test_event_rate(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autoptr(QDict) last = NULL;
    int64_t start = g_get_monotonic_time();

    client_negotiate(client);
    qapi_event_send_watchdog(WATCHDOG_ACTION_RESET);
    qapi_event_send_watchdog(WATCHDOG_ACTION_PAUSE);
    qapi_event_send_watchdog(WATCHDOG_ACTION_DEBUG);
    harness_run();
    expect_event(client, "WATCHDOG");
    client_expect_silence(client);
    while (!client->received->len) {
        g_assert_cmpint(g_get_monotonic_time() - start, <, 10 * G_USEC_PER_SEC);
        main_loop_wait(false);
    }
    g_assert_cmpint(g_get_monotonic_time() - start, >=, G_USEC_PER_SEC);
    last = client_take_json(client);
    g_assert_cmpstr(qdict_get_str(qdict_get_qdict(last, "data"), "action"), ==,
                    "debug");
    client_expect_silence(client);
}

static void test_two_clients(void)
{
    g_autoptr(Client) one = client_new(CLIENT_QMP);
    g_autoptr(Client) two = client_new(CLIENT_QMP);

    client_negotiate(one);
    client_send(one, "{\"execute\": \"query-");
    client_negotiate(two);
    client_expect(two, "{\"execute\": \"query-name\", \"id\": 2}\n",
                  "{\"return\": {}, \"id\": 2}");
    client_expect(one, "name\", \"id\": 1}\n", "{\"return\": {}, \"id\": 1}");
    client_expect_silence(two);
}

static void test_disconnect_forgets(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autoptr(QDict) greeting = NULL;

    client_negotiate(client);
    client_send(client, "{\"execute\": \"query-na");
    client_disconnect(client);
    client_connect(client);
    greeting = client_take_json(client);
    g_assert_true(qdict_haskey(greeting, "QMP"));
    client_send(client, "{\"execute\": \"query-name\"}\n");
    client_expect_error(client, "CommandNotFound", "Expecting capabilities "
                        "negotiation with 'qmp_capabilities'");
}

/* "echo ... | socat": what was received is done although nobody waits for it. */
static void test_commands_before_disconnect_run(void)
{
    static const char requests[] =
        "{\"execute\":\"qmp_capabilities\"}{\"execute\":\"system_reset\"}\n";
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    g_assert_cmpuint(client_offer(client, requests, strlen(requests)), ==,
                     strlen(requests));
    client_disconnect(client);
    g_assert_cmpint(qemu_reset_requested_get(), ==,
                    SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
    runstate_init();
}

/* Replies that were not sent yet go with the client. */
static void test_disconnect_with_work_queued(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autoptr(QDict) greeting = NULL;

    client_negotiate(client);
    client->room = 0;
    client_offer(client, "{\"execute\":\"query-name\"}"
                 "{\"execute\":\"query-name\"}", 48);
    main_loop_wait(true);
    client_disconnect(client);
    client->room = SIZE_MAX;
    g_usleep(2000);
    client_connect(client);
    greeting = client_take_json(client);
    g_assert_true(qdict_haskey(greeting, "QMP"));
    client_expect_silence(client);
}

static void test_pretty(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP_PRETTY);
    g_autofree char *text = NULL;

    g_free(client_take_text(client));
    client_send(client, "{\"execute\": \"qmp_capabilities\", \"id\": 1}\n");
    text = client_take_text(client);
    g_assert_cmpstr(text, ==, "{\n    \"return\": {},\n    \"id\": 1\n}\r\n");
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    harness_init();
    g_test_add_func("/qmp/session/greets-with-version", test_greeting);
    g_test_add_func("/qmp/session/negotiates-first", test_negotiation);
    g_test_add_func("/qmp/session/echoes-any-id", test_ids);
    g_test_add_func("/qmp/session/names-what-is-wrong", test_envelope_errors);
    g_test_add_func("/qmp/session/recovers-from-garbage", test_garbage);
    g_test_add_func("/qmp/session/refuses-deep-nesting",
                    test_deep_nesting_is_refused);
    g_test_add_func("/qmp/session/refuses-oversized-message",
                    test_oversized_message_is_refused);
    g_test_add_func("/qmp/session/takes-single-bytes", test_split_bytes);
    g_test_add_func("/qmp/session/answers-pipelined-in-order",
                    test_pipelining);
    g_test_add_func("/qmp/session/stops-reading-for-slow-reader",
                    test_slow_reader);
    g_test_add_func("/qmp/session/serves-trickling-reader",
                    test_trickling_reader);
    g_test_add_func("/qmp/session/bounds-unread-events",
                    test_events_do_not_pile_up);
    g_test_add_func("/qmp/session/serves-two-clients", test_two_clients);
    g_test_add_func("/qmp/session/disconnect-forgets-state",
                    test_disconnect_forgets);
    g_test_add_func("/qmp/session/commands-before-disconnect-run",
                    test_commands_before_disconnect_run);
    g_test_add_func("/qmp/session/disconnect-drops-unsent-replies",
                    test_disconnect_with_work_queued);
    g_test_add_func("/qmp/session/pretty-indents", test_pretty);
    g_test_add_func("/qmp/event/reaches-negotiated-clients",
                    test_events_reach_negotiated_clients);
    g_test_add_func("/qmp/event/comes-from-any-thread",
                    test_events_from_threads);
    g_test_add_func("/qmp/event/rate-is-limited", test_event_rate);
    status = g_test_run();
    harness_cleanup();
    return status;
}
