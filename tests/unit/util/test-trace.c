/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trace events: switches, the log and simple backends, and the generator. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "trace/control.h"
#include "trace-unittest.h"

#define PYTHON TEST_PYTHON
#define SCRIPTS TEST_SOURCE_ROOT "/scripts/"

static char *tmp_path(void)
{
    char *path = NULL;

    close(g_file_open_tmp("gantry-trace-XXXXXX", &path, NULL));
    return path;
}

static char *file_take(const char *path)
{
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    unlink(path);
    return text;
}

static void all_off(void)
{
    trace_event_pattern_set_state("*", false, false, &error_abort);
}

/* -- switches ------------------------------------------------------------------- */

static void test_off_at_start(void)
{
    g_assert_false(trace_event_get_state(TRACE_UNITTEST_INT));
    g_assert_false(trace_event_get_state_backends(TRACE_UNITTEST_INT));
}

static void test_pattern(void)
{
    TraceEventIter iter;
    int count = 0;

    g_assert_true(trace_enable_events("unittest_*t", &error_abort));
    g_assert_true(trace_event_get_state(TRACE_UNITTEST_INT));
    g_assert_true(trace_event_get_state(TRACE_UNITTEST_TEXT));
    g_assert_false(trace_event_get_state(TRACE_UNITTEST_OTHER));
    g_assert_true(trace_enable_events(" -unittest_int ", &error_abort));
    g_assert_false(trace_event_get_state(TRACE_UNITTEST_INT));
    all_off();
    trace_event_iter_init_pattern(&iter, "unittest_?nt");
    while (trace_event_iter_next(&iter)) {
        count++;
    }
    g_assert_cmpint(count, ==, 1);
}

static void test_groups_and_ids(void)
{
    g_autofree bool *seen = g_new0(bool, trace_event_count());
    TraceEventIter iter;
    TraceEvent *event;
    int count = 0;

    trace_event_iter_init_group(&iter, "unittest");
    while (trace_event_iter_next(&iter)) {
        count++;
    }
    g_assert_cmpint(count, ==, 6);
    trace_event_iter_init_all(&iter);
    while ((event = trace_event_iter_next(&iter))) {
        g_assert_cmpuint(trace_event_get_id(event), <, trace_event_count());
        g_assert_false(seen[trace_event_get_id(event)]);
        seen[trace_event_get_id(event)] = true;
        g_assert_true(trace_event_name(trace_event_get_name(event)) == event);
    }
}

static void test_disabled_event_is_compiled_out(void)
{
    g_assert_null(trace_event_name("unittest_never"));
    g_assert_false(trace_event_get_state(TRACE_UNITTEST_NEVER));
    trace_unittest_never(1);
}

static void test_unknown_names(void)
{
    g_autoptr(Error) err = NULL;
    g_autoptr(Error) err2 = NULL;

    g_assert_false(trace_enable_events("unitest_plain", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "There is no trace event 'unitest_plain'; did you "
                    "mean 'unittest_plain'?");
    g_assert_false(trace_event_pattern_set_state("nothing_*", true, false, &err2));
    g_assert_cmpstr(error_get_pretty(err2), ==, "No trace event matches 'nothing_*'");
    g_assert_true(trace_event_pattern_set_state("nothing_*", true, true, &error_abort));
}

static void test_help_lists_events(void)
{
    g_autofree char *text = trace_help_text();

    g_assert_nonnull(strstr(text, "\nunittest_int\nunittest_many\nunittest_other\n"));
    g_assert_true(g_str_has_suffix(text, "\n"));
}

static void test_option(void)
{
    g_autofree char *events = tmp_path();
    g_autofree char *arg = g_strdup_printf("unittest_plain,events=%s", events);
    g_autoptr(Error) err = NULL;
    g_autoptr(Error) err2 = NULL;

    g_assert_true(g_file_set_contents(events, "# comment\n\nunittest_te*\n-unittest_plain\n", -1,
                                      NULL));
    g_assert_true(trace_opt_parse(arg, &error_abort));
    g_assert_true(trace_event_get_state(TRACE_UNITTEST_TEXT));
    g_assert_false(trace_event_get_state(TRACE_UNITTEST_PLAIN));
    g_assert_false(trace_opt_parse("evnts=x", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Invalid parameter 'evnts'; did you mean 'events'?");
    g_assert_false(trace_opt_parse("events=/nonexistent/e", &err2));
    g_assert_nonnull(strstr(error_get_pretty(err2), "/nonexistent/e"));
    all_off();
    unlink(events);
}

/* -- backends -------------------------------------------------------------------- */

static void events_emit(void)
{
    trace_unittest_plain();
    trace_unittest_int(-3, 0xabcdef0123456789ull, true);
    trace_unittest_text("nm", (void *)0x1234);
    trace_unittest_text(NULL, NULL);
    trace_unittest_other(200);
    trace_unittest_many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -12);
}

static void test_log_backend(void)
{
    g_autofree char *path = tmp_path();
    g_autofree char *text = NULL;

    qemu_set_log_filename(path, &error_abort);
    trace_event_pattern_set_state("unittest_*", true, false, &error_abort);
    trace_unittest_plain();
    trace_unittest_int(-3, 0xabcdef0123456789ull, true);
    trace_enable_events("-unittest_plain", &error_abort);
    trace_unittest_plain();
    trace_unittest_text("nm", (void *)0x1234);
    all_off();
    trace_unittest_other(200);
    qemu_log_close();
    text = file_take(path);
    g_assert_cmpstr(text, ==, "unittest_plain nothing\nunittest_int a -3 b 0xabcdef0123456789 c 1\n"
                    "unittest_text name 'nm' at 0x1234\n");
}

static void test_log_prefix(void)
{
    g_autofree char *path = tmp_path();
    g_autofree char *text = NULL;
    g_autofree char *pattern = g_strdup_printf("^%d@\\d+\\.\\d{6}:unittest_plain nothing\n$",
                                               qemu_get_thread_id());

    qemu_set_log_filename(path, &error_abort);
    trace_enable_events("unittest_plain", &error_abort);
    message_with_timestamp = true;
    trace_unittest_plain();
    message_with_timestamp = false;
    all_off();
    qemu_log_close();
    text = file_take(path);
    g_assert_true(g_regex_match_simple(pattern, text, 0, 0));
}

/* Runs the reader on @path; free the result with g_free(). */
static char *reader_run(const char *path)
{
    const char *argv[] = { PYTHON, SCRIPTS "trace-simple.py", path, NULL };
    g_autoptr(GError) err = NULL;
    g_autofree char *errors = NULL;
    char *out = NULL;
    int status;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &errors,
                 &status, &err);
    g_assert_no_error(err);
    g_assert_cmpstr(errors, ==, "");
    g_assert_true(g_spawn_check_wait_status(status, NULL));
    return out;
}

/* The text of a reader's line without its time and thread. */
static const char *line_text(const char *line)
{
    const char *space = strchr(line, ' ');

    g_assert_nonnull(space);
    return strchr(space + 1, ' ') + 1;
}

/* Whether trace points write binary records at all; marks the test skipped if not. */
static bool simple_is_built(void)
{
#ifdef CONFIG_TRACE_SIMPLE
    return true;
#else
    g_test_skip("built without the simple trace backend");
    return false;
#endif
}

static void test_simple_round_trip(void)
{
    static const char *const expected[] = {
        "unittest_plain nothing", "unittest_int a -3 b 0xabcdef0123456789 c 1",
        "unittest_text name 'nm' at 0x1234", "unittest_text name '(null)' at (nil)",
        "unittest_other 200", "unittest_many 1 2 3 4 5 6 7 8 9 10 11 -12",
    };
    g_autofree char *path = tmp_path();
    g_autofree char *out = NULL;
    g_auto(GStrv) lines = NULL;

    if (!simple_is_built()) {
        return;
    }
    g_assert_true(trace_simple_file_set(path, &error_abort));
    trace_event_pattern_set_state("unittest_*", true, false, &error_abort);
    events_emit();
    trace_simple_enable(false, &error_abort);
    trace_event_pattern_set_state("unittest_*", false, false, &error_abort);
    trace_simple_enable(true, &error_abort);
    trace_flush();
    out = reader_run(path);
    lines = g_strsplit(out, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, ARRAY_SIZE(expected) + 1);
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        g_assert_cmpstr(line_text(lines[i]), ==, expected[i]);
    }
    unlink(path);
}

static gpointer burst_emit(gpointer opaque)
{
    for (int i = 0; i < 50000; i++) {
        trace_unittest_other(i);
    }
    return NULL;
}

/* Nothing disappears: what the file lacks is counted in it. */
static void test_simple_counts_what_it_drops(void)
{
    g_autofree char *path = tmp_path();
    g_autofree char *out = NULL;
    const char *line, *end, *last;
    GThread *threads[2];
    guint64 total = 0;

    if (!simple_is_built()) {
        return;
    }
    g_assert_true(trace_simple_file_set(path, &error_abort));
    trace_enable_events("unittest_other", &error_abort);
    threads[0] = g_thread_new("a", burst_emit, NULL);
    threads[1] = g_thread_new("b", burst_emit, NULL);
    g_thread_join(threads[0]);
    g_thread_join(threads[1]);
    trace_flush();
    trace_unittest_other(0);        /* carries the count of what was lost before it */
    all_off();
    trace_flush();
    out = reader_run(path);
    /* Not g_strsplit(): sanitizers measure the whole rest of the text at each line. */
    last = out + strlen(out);
    for (line = out; (end = memchr(line, '\n', last - line)); line = end + 1) {
        const char *lost = g_strstr_len(line, end - line, "dropped ");

        total += lost ? g_ascii_strtoull(lost + strlen("dropped "), NULL, 10) : 1;
    }
    g_assert_cmpuint(total, ==, 100001);
    unlink(path);
}

static void test_simple_status(void)
{
    g_autofree char *path = tmp_path();
    g_autofree char *text = NULL;
    g_autoptr(Error) err = NULL;

    g_assert_true(trace_simple_file_set(path, &error_abort));
    text = trace_simple_status_text();
    g_assert_nonnull(strstr(text, path));
    g_assert_nonnull(strstr(text, "on: 0 records, 0 dropped"));
    g_assert_false(trace_simple_file_set("/nonexistent/trace", &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "cannot open trace file '/nonexistent/trace': No such file or directory");
    unlink(path);
}

/* -- generator ------------------------------------------------------------------- */

/* Generates from @events; the messages, or "" if it was accepted. Free with g_free(). */
static char *generator_run(const char *events)
{
    g_autofree char *in = tmp_path();
    g_autofree char *out = tmp_path();
    const char *argv[] = { PYTHON, SCRIPTS "tracetool.py", "--backends=log,simple", "--group=g",
                           "--format=c", in, out, NULL };
    g_autoptr(GString) text = NULL;
    char *errors = NULL;
    int status;

    g_assert_true(g_file_set_contents(in, events, -1, NULL));
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               &errors, &status, NULL));
    g_assert_true(g_spawn_check_wait_status(status, NULL) == !*errors);
    text = g_string_new(errors);
    g_free(errors);
    g_string_replace(text, in, "IN", 0);
    unlink(in);
    unlink(out);
    return g_strdup(text->str);
}

static void test_generator_accepts(void)
{
    g_autofree char *text = generator_run(
        "a(void) \"\"\n"
        "b(const char *s, unsigned long x, ssize_t y, void *p) \"%s %lu %zd %p 100%%\"\n"
        "c(uint64_t v) \"v 0x%016\" PRIx64 \" end\"\n"
        "d(int width, int value) \"%*d\"\n"
        "e(int a, \\\n  int b) \"%d \" \\\n  \"%d\"\n");

    g_assert_cmpstr(text, ==, "");
}

static void test_generator_names_file_and_line(void)
{
    static const struct {
        const char *line, *message;
    } bad[] = {
        { "foo", "malformed line, expected: name(type arg, ...) \"format\"" },
        { "foo(int a", "malformed line, expected: name(type arg, ...) \"format\"" },
        { "foo(int a) %d", "event 'foo': format is not a sequence of \"strings\" and PRI macros "
          "at: %d" },
        { "foo(int a)", "event 'foo' has no format string (write \"\" for none)" },
        { "foo(float a) \"%f\"", "unsupported type 'float' of argument 'a' (use a C or stdint "
          "integer type, bool, const char * or void *)" },
        { "foo(hwaddr a) \"%x\"", "unsupported type 'hwaddr' of argument 'a' (use a C or stdint "
          "integer type, bool, const char * or void *)" },
        { "foo(int) \"%d\"", "argument 'int' must be a type followed by a name" },
        { "foo(int a, int a) \"%d %d\"", "event 'foo' has two arguments named 'a'" },
        { "foo(int a) \"none\"", "event 'foo': the format takes 0 argument(s), 1 declared" },
        { "foo(int a) \"%d %d\"", "event 'foo': the format takes 2 argument(s), 1 declared" },
        { "foo(int a) \"%d\\n\"", "event 'foo': the format must not end in a newline" },
        { "foo(int a) \"%y\"", "event 'foo': unsupported conversion at '%y' in the format" },
        { "foo(int a) \"%\" PRIz64", "event 'foo': unknown macro 'PRIz64' in the format" },
        { "vcpu foo(int a) \"%d\"", "unknown property 'vcpu' before event 'foo' (only 'disable' "
          "exists)" },
        { "foo(int a,int b,int c,int d,int e,int f,int g,int h,int i,int j,int k,int l,int m) \"\"",
          "event 'foo' has 13 arguments, at most 12 are possible" },
        { "ok(void) \"\"", "event 'ok' is already declared in line 2" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *events = g_strdup_printf("# c\nok(void) \"\"\n\n%s\n", bad[i].line);
        g_autofree char *text = generator_run(events);
        g_autofree char *expected = g_strdup_printf("IN:4: %s\n", bad[i].message);

        g_assert_cmpstr(text, ==, expected);
    }
}

static void test_generator_reports_all_mistakes(void)
{
    g_autofree char *text = generator_run("foo\nbar\n");

    g_assert_true(g_str_has_prefix(text, "IN:1: "));
    g_assert_nonnull(strstr(text, "\nIN:2: "));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/util/trace/off-at-start", test_off_at_start);
    g_test_add_func("/util/trace/pattern", test_pattern);
    g_test_add_func("/util/trace/groups-and-ids", test_groups_and_ids);
    g_test_add_func("/util/trace/disabled-event-is-compiled-out",
                    test_disabled_event_is_compiled_out);
    g_test_add_func("/util/trace/unknown-names", test_unknown_names);
    g_test_add_func("/util/trace/help-lists-events", test_help_lists_events);
    g_test_add_func("/util/trace/option", test_option);
    g_test_add_func("/util/trace/log/line", test_log_backend);
    g_test_add_func("/util/trace/log/prefix", test_log_prefix);
    g_test_add_func("/util/trace/simple/round-trip", test_simple_round_trip);
    g_test_add_func("/util/trace/simple/counts-what-it-drops", test_simple_counts_what_it_drops);
    g_test_add_func("/util/trace/simple/status", test_simple_status);
    g_test_add_func("/util/trace/generator/accepts", test_generator_accepts);
    g_test_add_func("/util/trace/generator/names-file-and-line",
                    test_generator_names_file_and_line);
    g_test_add_func("/util/trace/generator/reports-all-mistakes",
                    test_generator_reports_all_mistakes);
    return g_test_run();
}
