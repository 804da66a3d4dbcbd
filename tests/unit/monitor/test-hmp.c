/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The human monitor: parsing of command lines, help, sessions, completion, and
 * commands that need no machine.
 */
#include "qemu/osdep.h"
#include "monitor-harness.h"
#include "monitor/hmp.h"
#include "monitor/hmp-internal.h"
#include "qom/object.h"

/* -- arguments ------------------------------------------------------------------- */

static void test_args_words(void)
{
    HmpArgs args;

    g_assert_true(hmp_args_parse(&args, "a:word b:word c:rest?",
                                 "  one \"two \\\"x\\\" \\n\"  three  four  ",
                                 &error_abort));
    g_assert_cmpstr(hmp_arg_text(&args, "a"), ==, "one");
    g_assert_cmpstr(hmp_arg_text(&args, "b"), ==, "two \"x\" \n");
    g_assert_cmpstr(hmp_arg_text(&args, "c"), ==, "three  four");
    hmp_args_clear(&args);
}

static void test_args_numbers(void)
{
    HmpArgs args;

    g_assert_true(hmp_args_parse(&args, "a:expr b:expr s:size on:bool",
                                 "0x1000 + 1 (2*3) 4k on", &error_abort));
    g_assert_cmphex(hmp_arg_number(&args, "a", 0), ==, 0x1001);
    g_assert_cmphex(hmp_arg_number(&args, "b", 0), ==, 6);
    g_assert_cmpuint(hmp_arg_number(&args, "s", 0), ==, 4096);
    g_assert_cmpuint(hmp_arg_number(&args, "on", 0), ==, 1);
    hmp_args_clear(&args);
}

static void test_args_options(void)
{
    HmpArgs args;

    g_assert_true(hmp_args_parse(&args, "-f -d -o name:word?", "-fd -o x",
                                 &error_abort));
    g_assert_true(hmp_arg_given(&args, "f"));
    g_assert_true(hmp_arg_given(&args, "d"));
    g_assert_true(hmp_arg_given(&args, "o"));
    g_assert_cmpstr(hmp_arg_text(&args, "name"), ==, "x");
    hmp_args_clear(&args);

    g_assert_true(hmp_args_parse(&args, "-f -d -o name:word?", "",
                                 &error_abort));
    g_assert_false(hmp_arg_given(&args, "f"));
    g_assert_null(hmp_arg_text(&args, "name"));
    hmp_args_clear(&args);
}

static void test_args_format(void)
{
    static const struct {
        const char *text;
        HmpFormat format;
    } cases[] = {
        { " 1", { 1, 'x', 4 } },
        { "/8 1", { 8, 'x', 4 } },
        { "/d 1", { 1, 'd', 4 } },
        { "/16xb 1", { 16, 'x', 1 } },
        { "/2gu 1", { 2, 'u', 8 } },
        { "/5c 1", { 5, 'c', 1 } },
        { "/5ch 1", { 5, 'c', 2 } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        HmpArgs args;

        g_assert_true(hmp_args_parse(&args, "fmt:fmt a:expr", cases[i].text,
                                     &error_abort));
        g_assert_cmpuint(args.format.count, ==, cases[i].format.count);
        g_assert_cmpint(args.format.letter, ==, cases[i].format.letter);
        g_assert_cmpuint(args.format.size_bytes, ==,
                         cases[i].format.size_bytes);
        hmp_args_clear(&args);
    }
}

static void test_args_errors(void)
{
    static const struct {
        const char *desc;
        const char *text;
        const char *message;
    } cases[] = {
        { "a:word", "", "argument 'a' is missing" },
        { "a:word b:expr", "x", "argument 'b' is missing" },
        { "a:word", "x y",
          "extraneous characters at the end of the line: 'y'" },
        { "", "y", "extraneous characters at the end of the line: 'y'" },
        { "a:word", "\"x", "unterminated quoted argument" },
        { "a:word", "\"x\\q\"",
          "unsupported escape '\\q' in a quoted argument" },
        { "a:word", "\"x\\", "unsupported escape '\\' in a quoted argument" },
        { "a:bool", "yes", "Expected 'on' or 'off', not 'yes'" },
        { "-f", "-x", "unsupported option -x" },
        { "fmt:fmt a:expr", "/0 1", "count in format must be 1 to 65536" },
        { "fmt:fmt a:expr", "/99999999999999999999 1",
          "count in format must be 1 to 65536" },
        { "fmt:fmt a:expr", "/i 1",
          "instruction disassembly is not available in this build" },
        { "fmt:fmt a:expr", "/q 1", "invalid character 'q' in format; known "
          "are formats x d u o c and sizes b h w g" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        HmpArgs args;
        Error *err = NULL;

        g_assert_false(hmp_args_parse(&args, cases[i].desc, cases[i].text,
                                      &err));
        g_assert_cmpstr(error_get_pretty(err), ==, cases[i].message);
        error_free(err);
        hmp_args_clear(&args);
    }
}

/* -- the table -------------------------------------------------------------------- */

static void table_check(const HmpCommand *table)
{
    const char *former = "";

    for (const HmpCommand *cmd = table; cmd->names; cmd++) {
        const char *at = cmd->args;
        HmpArgDesc desc;

        g_assert_cmpint(strcmp(former, cmd->names), <, 0);
        g_assert_nonnull(cmd->help);
        g_assert_true(!cmd->run != !cmd->sub);
        while (hmp_arg_desc_next(&at, &desc)) {
            g_assert_cmpuint(desc.name_len, >, 0);
            g_assert_cmpuint(desc.type_len, >, 0);
        }
        former = cmd->names;
    }
}

static void test_table(void)
{
    table_check(hmp_commands);
    table_check(hmp_info_commands);
}

static char *docs_text_read(void)
{
    g_autofree char *path = g_build_filename(g_getenv("G_TEST_SRCDIR"), "..",
                                             "..", "docs", "control.md", NULL);
    char *text;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void test_docs(void)
{
    g_autofree char *docs = docs_text_read();

    for (size_t i = 0; ; i++) {
        g_autofree char *name = hmp_command_name(i);
        g_autofree char *quoted = g_strdup_printf("`%s", name);

        if (!name) {
            break;
        }
        if (!strstr(docs, quoted)) {
            g_test_message("docs/control.md does not mention '%s'", name);
            g_test_fail();
        }
    }
}

/* -- running ------------------------------------------------------------------------ */

typedef struct RunCase {
    const char *line;
    const char *output;
} RunCase;

static void expect_outputs(const RunCase *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *output = hmp_command_run(cases[i].line, -1);

        g_test_message("%s", cases[i].line);
        g_assert_cmpstr(output, ==, cases[i].output);
    }
}

static void test_print(void)
{
    static const RunCase cases[] = {
        { "p 1+2*3", "0x7\r\n" },
        { "print 0x10", "0x10\r\n" },
        { "p/d -5", "-5\r\n" },
        { "p/u -1", "18446744073709551615\r\n" },
        { "p/o 8", "010\r\n" },
        { "p/c 65", "'A'\r\n" },
        { "p/c 10", "'\\x0a'\r\n" },
        { "p /d 7 % 4", "3\r\n" },
        { "  p   1  ", "0x1\r\n" },
    };

    expect_outputs(cases, G_N_ELEMENTS(cases));
}

static void test_quiet_lines(void)
{
    static const RunCase cases[] = {
        { "", "" },
        { "   ", "" },
        { "# a comment", "" },
        { "\n", "" },
    };

    expect_outputs(cases, G_N_ELEMENTS(cases));
}

static void test_mistakes(void)
{
    static const RunCase cases[] = {
        { "stpo", "unknown command: 'stpo'; did you mean 'stop'?\r\n" },
        { "zzzzzzzz", "unknown command: 'zzzzzzzz'\r\n" },
        { "info statsu",
          "unknown command: 'statsu'; did you mean 'status'?\r\n" },
        { "/x", "unknown command: '/x'\r\n" },
        { "p", "p: argument 'expression' is missing\r\n"
          "Try \"help p\" for more information\r\n" },
        { "stop now", "stop: extraneous characters at the end of the line: "
          "'now'\r\nTry \"help stop\" for more information\r\n" },
        { "info status x", "info status: extraneous characters at the end of "
          "the line: 'x'\r\nTry \"help info status\" for more "
          "information\r\n" },
        { "p 1/0", "p: division by zero\r\n"
          "Try \"help p\" for more information\r\n" },
        { "x 0", "Error: No CPU available\r\n" },
        { "cpu 0", "Error: CPU 0 does not exist\r\n" },
        { "info registers", "Error: No CPU available\r\n" },
        { "p $pc", "p: No CPU available\r\n"
          "Try \"help p\" for more information\r\n" },
        { "device_del nosuch", "Error: Device 'nosuch' not found\r\n" },
        { "help nosuch", "Error: there is no command 'nosuch'; 'help' lists "
          "them all\r\n" },
        { "closefd x", "Error: File descriptor named 'x' not found\r\n" },
        { "trace-file frob", "Error: unknown operation 'frob'; known are on, "
          "off, flush, set\r\n" },
    };

    expect_outputs(cases, G_N_ELEMENTS(cases));
}

static void test_help(void)
{
    static const RunCase cases[] = {
        { "help stop", "stop|s -- stop the machine\r\n" },
        { "help xp", "xp/fmt address -- show memory at a physical address\r\n" },
        { "help info mtree", "info mtree [-f] [-d] [-o] -- memory regions (-f: "
          "as CPUs see them, -d: with dispatch, -o: with owners)\r\n" },
    };
    g_autofree char *all = hmp_command_run("help", -1);
    g_autofree char *info = hmp_command_run("info", -1);
    g_autofree char *help_info = hmp_command_run("help info", -1);

    expect_outputs(cases, G_N_ELEMENTS(cases));
    g_assert_nonnull(strstr(all, "device_add options -- "));
    g_assert_nonnull(strstr(info, "info status -- run state\r\n"));
    g_assert_cmpstr(info, ==, help_info);
}

static void test_info(void)
{
    g_autoptr(Client) client = client_new(CLIENT_HMP);
    g_autofree char *status = hmp_command_run("info status", -1);
    g_autofree char *version = hmp_command_run("info version", -1);
    g_autofree char *kvm = hmp_command_run("info kvm", -1);
    g_autofree char *chardev = hmp_command_run("info chardev", -1);
    g_autofree char *events = hmp_command_run(
        "info trace-events monitor_hmp_command", -1);

    g_assert_cmpstr(status, ==, "VM status: paused (prelaunch)\r\n");
    g_assert_nonnull(strstr(version, CONFIG_VERSION));
    g_assert_cmpstr(kvm, ==, "kvm support: disabled\r\n");
    g_assert_nonnull(strstr(chardev, client->id));
    g_assert_cmpstr(events, ==, "monitor_hmp_command : state 0\r\n");
}

/* -- sessions ------------------------------------------------------------------------ */

static void test_session_prompts(void)
{
    g_autoptr(Client) client = client_new(CLIENT_HMP);
    g_autofree char *banner = client_take_text(client);
    g_autofree char *output = NULL;

    g_assert_true(g_str_has_prefix(banner, "Gantry "));
    g_assert_true(g_str_has_suffix(banner, "\r\n(qemu) "));
    client_send(client, "p 6*7\n");
    output = client_take_text(client);
    g_assert_cmpstr(output, ==, "p 6*7\r\n0x2a\r\n(qemu) ");
}

static void test_session_completes(void)
{
    g_autoptr(Client) client = client_new(CLIENT_HMP);
    g_autofree char *output = NULL;

    g_free(client_take_text(client));
    client_send(client, "system_r\t");
    output = client_take_text(client);
    g_assert_cmpstr(output, ==, "system_reset ");
}

static void test_plain_session(void)
{
    g_autoptr(Client) client = client_new(CLIENT_HMP_PLAIN);
    g_autofree char *output = NULL;

    client_send(client, "p 1\r\np 2\n\np");
    output = client_take_text(client);
    g_assert_cmpstr(output, ==, "0x1\r\n0x2\r\n");
}

static void test_pipelined_lines(void)
{
    g_autoptr(Client) client = client_new(CLIENT_HMP_PLAIN);
    g_autoptr(GString) lines = g_string_new(NULL);
    g_autoptr(GString) expected = g_string_new(NULL);

    for (int i = 0; i < 500; i++) {
        g_string_append_printf(lines, "p/d %d\n", i);
        g_string_append_printf(expected, "%d\r\n", i);
    }
    client_send(client, lines->str);
    g_assert_cmpstr(client->received->str, ==, expected->str);
}

static void test_qmp_runs_hmp(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);

    client_negotiate(client);
    client_expect(client, "{\"execute\": \"human-monitor-command\", "
                  "\"arguments\": {\"command-line\": \"p 1\"}}\n",
                  "{\"return\": \"0x1\\r\\n\"}");
    client_expect(client, "{\"execute\": \"human-monitor-command\", "
                  "\"arguments\": {\"command-line\": \"nosuch\"}}\n",
                  "{\"return\": \"unknown command: 'nosuch'\\r\\n\"}");
}

/* -- completion ------------------------------------------------------------------------ */

typedef struct CompleteCase {
    const char *head;
    const char *words;      /* joined by a blank */
    size_t word_start;
} CompleteCase;

static void test_completion(void)
{
    static const CompleteCase cases[] = {
        { "sys", "system_powerdown system_reset", 0 },
        { "info ver", "version", 5 },
        { "help in", "info", 5 },
        { "help info ver", "version", 10 },
        { "trace-event monitor_hmp", "monitor_hmp_command", 12 },
        { "trace-event monitor_hmp_command o", "off on", 32 },
        { "info qom-tree /obj", "/objects", 14 },
        { "nosuch x", "", 7 },
        { "p 1", "", 2 },
        { "stop x", "", 5 },
    };

    g_assert_nonnull(object_get_objects_root());
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t word_start;
        g_auto(GStrv) words = hmp_complete(cases[i].head, &word_start);
        g_autofree char *joined = g_strjoinv(" ", words);

        g_assert_cmpstr(joined, ==, cases[i].words);
        g_assert_cmpuint(word_start, ==, cases[i].word_start);
    }
}

static void test_completion_is_robust(void)
{
    static const char *const heads[] = {
        "", " ", "\"", "\"a", "info", "info ", "-", "info -", "x/", "x/8 ",
        "help \"", "log ", "logfile /", "object_add ", "device_add ",
        "device_del ", "object_del ", "chardev-remove ", "qom-list nosuch/",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        size_t word_start;
        g_auto(GStrv) words = hmp_complete(heads[i], &word_start);

        g_assert_nonnull(words);
        g_assert_cmpuint(word_start, <=, strlen(heads[i]));
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    harness_init();
    g_test_add_func("/hmp/args/words-and-quotes", test_args_words);
    g_test_add_func("/hmp/args/numbers-sizes-switches", test_args_numbers);
    g_test_add_func("/hmp/args/option-letters", test_args_options);
    g_test_add_func("/hmp/args/formats", test_args_format);
    g_test_add_func("/hmp/args/mistakes-are-named", test_args_errors);
    g_test_add_func("/hmp/table/is-sorted-and-complete", test_table);
    g_test_add_func("/hmp/table/is-documented", test_docs);
    g_test_add_func("/hmp/run/print-calculates", test_print);
    g_test_add_func("/hmp/run/blank-lines-do-nothing", test_quiet_lines);
    g_test_add_func("/hmp/run/mistakes-are-named", test_mistakes);
    g_test_add_func("/hmp/run/help-tells", test_help);
    g_test_add_func("/hmp/run/info-tells", test_info);
    g_test_add_func("/hmp/session/prompts-and-echoes", test_session_prompts);
    g_test_add_func("/hmp/session/tab-completes", test_session_completes);
    g_test_add_func("/hmp/session/plain-does-not-echo", test_plain_session);
    g_test_add_func("/hmp/session/runs-lines-sent-ahead", test_pipelined_lines);
    g_test_add_func("/hmp/session/qmp-returns-output", test_qmp_runs_hmp);
    g_test_add_func("/hmp/complete/knows-what-a-word-names", test_completion);
    g_test_add_func("/hmp/complete/survives-anything",
                    test_completion_is_robust);
    status = g_test_run();
    harness_cleanup();
    return status;
}
