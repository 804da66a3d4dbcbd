/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages with their locations, and the log. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"

/* -- catching stderr ------------------------------------------------------------ */

typedef struct Capture {
    int saved;
    char *path;
} Capture;

static void capture_begin(Capture *c)
{
    int fd = g_file_open_tmp("gantry-test-XXXXXX", &c->path, NULL);

    fflush(stderr);
    c->saved = dup(STDERR_FILENO);
    dup2(fd, STDERR_FILENO);
    close(fd);
}

/* Free the result with g_free(). */
static char *capture_end(Capture *c)
{
    char *text = NULL;

    fflush(stderr);
    dup2(c->saved, STDERR_FILENO);
    close(c->saved);
    g_assert_true(g_file_get_contents(c->path, &text, NULL, NULL));
    unlink(c->path);
    g_free(c->path);
    return text;
}

static void assert_captured(Capture *c, const char *expected)
{
    g_autofree char *text = capture_end(c);

    g_assert_cmpstr(text, ==, expected);
}

/* -- messages -------------------------------------------------------------------- */

static void test_shape(void)
{
    Capture c;

    capture_begin(&c);
    error_report("cannot %s", "fly");
    warn_report("hot");
    info_report("listening");
    assert_captured(&c, "prog: cannot fly\nprog: warning: hot\nprog: info: listening\n");
}

static void test_option_location(void)
{
    char *argv[] = { (char *)"prog", (char *)"-device", (char *)"foo,x=1", NULL };
    Location loc;
    Capture c;

    capture_begin(&c);
    loc_push_none(&loc);
    loc_set_cmdline(argv, 1, 2);
    error_report("bad");
    loc_pop(&loc);
    error_report("other");
    assert_captured(&c, "prog: -device foo,x=1: bad\nprog: other\n");
}

static void test_file_location(void)
{
    Location loc;
    Capture c;

    capture_begin(&c);
    loc_push_none(&loc);
    loc_set_file("vm.cfg", 12);
    error_report("bad");
    loc_set_file("vm.cfg", 0);
    error_report("bad");
    loc_pop(&loc);
    assert_captured(&c, "prog:vm.cfg:12: bad\nprog:vm.cfg: bad\n");
}

static void test_saved_location_returns(void)
{
    Location outer, saved, again;
    Capture c;

    capture_begin(&c);
    loc_push_none(&outer);
    loc_set_file("a", 1);
    loc_save(&saved);
    loc_set_none();
    loc_pop(&outer);
    loc_push_restore(&saved);
    error_report("bad");
    loc_pop(&saved);
    loc_push_none(&again);
    error_report("plain");
    loc_pop(&again);
    assert_captured(&c, "prog:a:1: bad\nprog: plain\n");
}

static gpointer other_thread(gpointer opaque)
{
    error_report("thread");
    return NULL;
}

static void test_locations_are_per_thread(void)
{
    Location loc;
    Capture c;

    capture_begin(&c);
    loc_push_none(&loc);
    loc_set_file("a", 1);
    g_thread_join(g_thread_new("t", other_thread, NULL));
    loc_pop(&loc);
    assert_captured(&c, "prog: thread\n");
}

static void test_once(void)
{
    Capture c;

    capture_begin(&c);
    for (int i = 0; i < 3; i++) {
        g_assert_true(error_report_once("once %d", i) == (i == 0));
        warn_report_once("twice %d", i);
    }
    assert_captured(&c, "prog: once 0\nprog: warning: twice 0\n");
}

static void test_timestamp_and_guest_name(void)
{
    g_autofree char *text = NULL;
    Capture c;

    capture_begin(&c);
    message_with_timestamp = true;
    error_with_guestname = true;
    error_guest_name = "vm1";
    error_report("late");
    message_with_timestamp = false;
    error_with_guestname = false;
    text = capture_end(&c);
    g_assert_true(g_regex_match_simple("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z vm1 "
                                       "prog: late\n$", text, 0, 0));
}

static bool sink_take(const char *text, size_t len, void *opaque)
{
    GString *got = opaque;

    if (strstr(text, "refuse")) {
        return false;
    }
    g_string_append_len(got, text, len);
    return true;
}

static void test_sink(void)
{
    g_autoptr(GString) got = g_string_new(NULL);
    Capture c;

    capture_begin(&c);
    error_report_set_sink(sink_take, got);
    error_report("to the monitor");
    error_report("refuse");
    error_printf("hint\n");
    error_report_set_sink(NULL, NULL);
    assert_captured(&c, "prog: refuse\n");
    g_assert_cmpstr(got->str, ==, "to the monitor\nhint\n");
}

/* -- log ------------------------------------------------------------------------- */

static char *tmp_path(void)
{
    char *path = NULL;

    close(g_file_open_tmp("gantry-log-XXXXXX", &path, NULL));
    return path;
}

static void assert_log(const char *path, const char *expected)
{
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, expected);
}

static void test_masks(void)
{
    g_autofree char *path = tmp_path();

    qemu_set_log_filename(path, &error_abort);
    g_assert_false(qemu_log_enabled());
    qemu_log("off\n");
    qemu_set_log(LOG_UNIMP, &error_abort);
    g_assert_true(qemu_log_enabled());
    qemu_log_mask(LOG_UNIMP, "unimp %d\n", 1);
    qemu_log_mask(LOG_GUEST_ERROR, "guest\n");
    log_guest_error("dev", "no");
    qemu_set_log(LOG_GUEST_ERROR, &error_abort);
    log_guest_error("dev", "offset 0x%x", 4);
    assert_log(path, "unimp 1\ndev: offset 0x4\n");
    qemu_log_close();
    unlink(path);
}

static void test_mask_names(void)
{
    g_autoptr(Error) err = NULL;
    int mask = 0;

    g_assert_cmpint(qemu_str_to_log_mask("guest_errors,unimp"), ==, LOG_GUEST_ERROR | LOG_UNIMP);
    g_assert_cmpint(qemu_str_to_log_mask("none"), ==, 0);
    g_assert_cmpint(qemu_str_to_log_mask("all") & CPU_LOG_MMU, ==, CPU_LOG_MMU);
    g_assert_cmpint(qemu_str_to_log_mask("int,nonsense"), ==, 0);
    g_assert_false(qemu_log_mask_parse("guest_error", &mask, &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "Unknown log item 'guest_error'; did you mean 'guest_errors'?");
}

static void test_file_name_template(void)
{
    g_autofree char *dir = g_dir_make_tmp("gantry-log-XXXXXX", NULL);
    g_autofree char *template = g_strdup_printf("%s/l-%%d.txt", dir);
    g_autofree char *path = g_strdup_printf("%s/l-%d.txt", dir, (int)getpid());
    static const char *const bad[] = { "a%d%d", "a%s", "a%", "a%%" };

    qemu_set_log_filename_flags(template, LOG_UNIMP, &error_abort);
    qemu_log("x\n");
    assert_log(path, "x\n");
    qemu_log_close();
    unlink(path);
    rmdir(dir);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autoptr(Error) err = NULL;

        g_assert_false(qemu_set_log_filename(bad[i], &err));
        g_assert_nonnull(err);
    }
}

static void test_unwritable_file(void)
{
    g_autoptr(Error) err = NULL;

    g_assert_false(qemu_set_log_filename_flags("/nonexistent/log", LOG_UNIMP, &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "cannot open log file '/nonexistent/log': No such file or directory");
    qemu_log_close();
}

static gpointer tid_write(gpointer opaque)
{
    qemu_log("hello\n");
    return g_strdup_printf("%s%d", (const char *)opaque, qemu_get_thread_id());
}

static void test_one_file_per_thread(void)
{
    g_autofree char *dir = g_dir_make_tmp("gantry-log-XXXXXX", NULL);
    g_autofree char *prefix = g_strdup_printf("%s/", dir);
    g_autofree char *template = g_strdup_printf("%s%%d", prefix);
    g_autofree char *path = NULL;
    g_autoptr(Error) err = NULL;

    g_assert_false(qemu_set_log_filename_flags("/tmp/no-directive", LOG_PER_THREAD, &err));
    qemu_set_log_filename_flags(template, LOG_PER_THREAD | LOG_UNIMP, &error_abort);
    path = g_thread_join(g_thread_new("t", tid_write, prefix));
    assert_log(path, "hello\n");
    qemu_log_close();
    unlink(path);
    rmdir(dir);
}

static gpointer lines_write(gpointer opaque)
{
    for (int i = 0; i < 200; i++) {
        FILE *f = qemu_log_trylock();

        fprintf(f, "%s", (const char *)opaque);
        qemu_log("%s", (const char *)opaque);
        fputc('\n', f);
        qemu_log_unlock(f);
    }
    return NULL;
}

static void test_sections_do_not_mix(void)
{
    g_autofree char *path = tmp_path();
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    GThread *threads[2];

    qemu_set_log_filename_flags(path, LOG_UNIMP, &error_abort);
    threads[0] = g_thread_new("a", lines_write, (gpointer)"aaaa");
    threads[1] = g_thread_new("b", lines_write, (gpointer)"bbbb");
    g_thread_join(threads[0]);
    g_thread_join(threads[1]);
    qemu_log_close();
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 401);
    for (int i = 0; i < 400; i++) {
        g_assert_true(!strcmp(lines[i], "aaaaaaaa") || !strcmp(lines[i], "bbbbbbbb"));
    }
    unlink(path);
}

static void test_address_filter(void)
{
    g_autoptr(Error) err = NULL;

    g_assert_true(qemu_log_in_addr_range(0));
    qemu_set_dfilter_ranges("0x1000+0x100,0x3000-0x10,0x5000..0x5fff,0xffffffffffffffff+1",
                            &error_abort);
    g_assert_true(qemu_log_in_addr_range(0x1000));
    g_assert_true(qemu_log_in_addr_range(0x10ff));
    g_assert_false(qemu_log_in_addr_range(0x1100));
    g_assert_true(qemu_log_in_addr_range(0x2ff1));
    g_assert_true(qemu_log_in_addr_range(0x3000));
    g_assert_false(qemu_log_in_addr_range(0x2ff0));
    g_assert_true(qemu_log_in_addr_range(0x5fff));
    g_assert_true(qemu_log_in_addr_range(UINT64_MAX));
    qemu_set_dfilter_ranges("0x10", &err);
    g_assert_nonnull(err);
    g_assert_true(qemu_log_in_addr_range(0x1000));
    qemu_log_close();
    g_assert_true(qemu_log_in_addr_range(0));
}

static void test_address_filter_errors(void)
{
    static const char *const bad[] = { "", "x", "1", "1+", "1+0", "5..4", "1*2", "1.2", "1+2,,3+4",
                                       "0xffffffffffffffff+2", "1-3" };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autoptr(Error) err = NULL;

        qemu_set_dfilter_ranges(bad[i], &err);
        if (!err) {
            g_error("'%s' was accepted", bad[i]);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    error_init("/usr/bin/prog");
    g_test_add_func("/util/error-report/shape", test_shape);
    g_test_add_func("/util/error-report/option-location", test_option_location);
    g_test_add_func("/util/error-report/file-location", test_file_location);
    g_test_add_func("/util/error-report/saved-location-returns", test_saved_location_returns);
    g_test_add_func("/util/error-report/locations-are-per-thread", test_locations_are_per_thread);
    g_test_add_func("/util/error-report/once", test_once);
    g_test_add_func("/util/error-report/timestamp-and-guest-name", test_timestamp_and_guest_name);
    g_test_add_func("/util/error-report/sink", test_sink);
    g_test_add_func("/util/log/masks", test_masks);
    g_test_add_func("/util/log/mask-names", test_mask_names);
    g_test_add_func("/util/log/file-name-template", test_file_name_template);
    g_test_add_func("/util/log/unwritable-file", test_unwritable_file);
    g_test_add_func("/util/log/sections-do-not-mix", test_sections_do_not_mix);
    g_test_add_func("/util/log/address-filter", test_address_filter);
    g_test_add_func("/util/log/address-filter-errors", test_address_filter_errors);
    g_test_add_func("/util/log/one-file-per-thread", test_one_file_per_thread);
    return g_test_run();
}
