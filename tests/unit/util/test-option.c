/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option groups, their text form and -readconfig files. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/config-file.h"
#include "qemu/error-report.h"

static QemuOptsList disks = {
    .name = "disk",
    .implied_opt_name = "file",
    .head = QTAILQ_HEAD_INITIALIZER(disks.head),
    .desc = {
        { .name = "file", .type = QEMU_OPT_STRING, .help = "image" },
        { .name = "readonly", .type = QEMU_OPT_BOOL, .def_value_str = "on" },
        { .name = "count", .type = QEMU_OPT_NUMBER },
        { .name = "size", .type = QEMU_OPT_SIZE, .help = "bytes", .def_value_str = "4k" },
        { /* end of list */ }
    },
};

static QemuOptsList board = {
    .name = "board",
    .implied_opt_name = "type",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(board.head),
    .desc = { { /* accepts every key */ } },
};

static void assert_disk_error(const char *params, const char *expected)
{
    g_autoptr(Error) err = NULL;

    g_assert_null(qemu_opts_parse(&disks, params, true, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, expected);
    g_assert_true(QTAILQ_EMPTY(&disks.head));
}

static void test_types(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&disks, "a.img,readonly=off,count=0x10,size=1.5M",
                                               true, &error_abort);

    g_assert_cmpstr(qemu_opt_get(opts, "file"), ==, "a.img");
    g_assert_false(qemu_opt_get_bool(opts, "readonly", true));
    g_assert_cmpuint(qemu_opt_get_number(opts, "count", 1), ==, 16);
    g_assert_cmpuint(qemu_opt_get_size(opts, "size", 1), ==, 1536 * 1024);
}

static void test_defaults(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&disks, "", true, &error_abort);

    g_assert_true(qemu_opt_get_bool(opts, "readonly", false));
    g_assert_cmpuint(qemu_opt_get_size(opts, "size", 1), ==, 4096);
    g_assert_cmpuint(qemu_opt_get_number(opts, "count", 7), ==, 7);
    g_assert_null(qemu_opt_get(opts, "file"));
    g_assert_null(qemu_opt_get(NULL, "file"));
    g_assert_true(qemu_opt_get_bool(NULL, "readonly", true));
}

static void test_value_ends_at_single_comma(void)
{
    g_autofree char *value = NULL;
    const char *rest = get_opt_value("x,,y,z", &value);

    g_assert_cmpstr(value, ==, "x,y");
    g_assert_cmpstr(rest, ==, ",z");
}

static void test_escaped_comma_in_value(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&disks, "file=a,,b,,,count=3", false, &error_abort);

    g_assert_cmpstr(qemu_opt_get(opts, "file"), ==, "a,b,");
    g_assert_cmpuint(qemu_opt_get_number(opts, "count", 0), ==, 3);
}

static void test_switches(void)
{
    g_autoptr(QemuOpts) off = qemu_opts_parse(&disks, "a,noreadonly", true, &error_abort);
    g_autoptr(QemuOpts) on = qemu_opts_parse(&disks, "a,readonly", true, &error_abort);

    g_assert_false(qemu_opt_get_bool(off, "readonly", true));
    g_assert_true(qemu_opt_get_bool(on, "readonly", false));
}

static void test_last_value_wins(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&disks, "a,count=1,count=2", true, &error_abort);
    QemuOptsIter iter;

    g_assert_cmpuint(qemu_opt_get_number(opts, "count", 0), ==, 2);
    qemu_opt_iter_init(&iter, opts, "count");
    g_assert_cmpstr(qemu_opt_iter_next(&iter), ==, "1");
    g_assert_cmpstr(qemu_opt_iter_next(&iter), ==, "2");
    g_assert_null(qemu_opt_iter_next(&iter));
}

static void test_errors_name_and_suggest(void)
{
    assert_disk_error("a,raedonly=on", "Invalid parameter 'raedonly'; did you mean 'readonly'?");
    assert_disk_error("a,xyz=1", "Invalid parameter 'xyz'");
    assert_disk_error("a,readonly=onn",
                      "Parameter 'readonly' expects 'on' or 'off', not 'onn'; did you mean 'on'?");
    assert_disk_error("a,count=abc", "Parameter 'count' expects a number, not 'abc'");
    assert_disk_error("a,count=1x", "Parameter 'count' expects a number, not '1x'");
    assert_disk_error("a,count=18446744073709551616", "Parameter 'count': '18446744073709551616' "
                      "is too large, at most 2^64 - 1 fits");
    assert_disk_error("a,size=20E", "Parameter 'size': '20E' is too large, it must be below 2^64 "
                      "bytes");
    assert_disk_error("a,size=4q", "Parameter 'size' expects a size such as 4096, 64k or 1.5G, "
                      "not '4q'");
    assert_disk_error("a,count", "Parameter 'count' needs a value: count=...");
    assert_disk_error("a,=1", "Parameter name missing in 'a,=1' (a comma in a value is written "
                      "',,')");
}

static void test_ids(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&disks, "a,id=d0", true, &error_abort);
    g_autoptr(Error) err = NULL;
    g_autoptr(Error) err2 = NULL;

    g_assert_cmpstr(qemu_opts_id(opts), ==, "d0");
    g_assert_true(qemu_opts_find(&disks, "d0") == opts);
    g_assert_null(qemu_opt_get(opts, "id"));
    g_assert_null(qemu_opts_parse(&disks, "b,id=d0", true, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Duplicate ID 'd0' for disk");
    g_assert_null(qemu_opts_parse(&disks, "b,id=0d", true, &err2));
    g_assert_nonnull(strstr(error_get_pretty(err2), "not '0d'"));
}

static void test_merging(void)
{
    QemuOpts *first = qemu_opts_parse(&board, "virt,a=1", true, &error_abort);
    QemuOpts *second = qemu_opts_parse(&board, "a=2,b=3", true, &error_abort);
    g_autoptr(Error) err = NULL;

    g_assert_true(first == second);
    g_assert_cmpstr(qemu_opt_get(first, "type"), ==, "virt");
    g_assert_cmpstr(qemu_opt_get(first, "a"), ==, "2");
    g_assert_cmpstr(qemu_opt_get(first, "b"), ==, "3");
    g_assert_null(qemu_opts_parse(&board, "id=x", true, &err));
    g_assert_nonnull(err);
    g_assert_cmpint(qemu_opt_unset(first, "a"), ==, 2);
    g_assert_null(qemu_opt_get(first, "a"));
    qemu_opts_reset(&board);
}

static void test_get_del(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&disks, "a,count=1,count=2,readonly=off", true,
                                               &error_abort);
    g_autofree char *file = qemu_opt_get_del(opts, "file");

    g_assert_cmpstr(file, ==, "a");
    g_assert_null(qemu_opt_get(opts, "file"));
    g_assert_cmpuint(qemu_opt_get_number_del(opts, "count", 0), ==, 2);
    g_assert_null(qemu_opt_find(opts, "count"));
    g_assert_false(qemu_opt_get_bool_del(opts, "readonly", true));
    g_assert_cmpuint(qemu_opt_get_size_del(opts, "size", 0), ==, 4096);
}

static void test_set(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_create(&disks, NULL, 0, &error_abort);
    g_autoptr(Error) err = NULL;

    g_assert_true(qemu_opt_set_bool(opts, "readonly", false, &error_abort));
    g_assert_true(qemu_opt_set_number(opts, "count", 12, &error_abort));
    g_assert_false(qemu_opt_get_bool(opts, "readonly", true));
    g_assert_cmpuint(qemu_opt_get_number(opts, "count", 0), ==, 12);
    g_assert_false(qemu_opt_set(opts, "cuont", "1", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Invalid parameter 'cuont'; did you mean 'count'?");
}

static void test_validate(void)
{
    QemuOpts *opts = qemu_opts_parse(&board, "count=5,flie=x", false, &error_abort);
    g_autoptr(Error) err = NULL;

    g_assert_false(qemu_opts_validate(opts, disks.desc, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Invalid parameter 'flie'; did you mean 'file'?");
    qemu_opt_unset(opts, "flie");
    g_assert_true(qemu_opts_validate(opts, disks.desc, &error_abort));
    g_assert_cmpuint(qemu_opt_get_number(opts, "count", 0), ==, 5);
    qemu_opts_reset(&board);
}

static int second_stops(void *opaque, const char *name, const char *value, Error **errp)
{
    g_string_append(opaque, name);
    return !strcmp(name, "count") ? 5 : 0;
}

static void test_foreach_stops(void)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&disks, "a,count=1,size=2", true, &error_abort);
    g_autoptr(GString) seen = g_string_new(NULL);

    g_assert_cmpint(qemu_opt_foreach(opts, second_stops, seen, NULL), ==, 5);
    g_assert_cmpstr(seen->str, ==, "filecount");
}

static void test_help_wish(void)
{
    g_assert_true(has_help_option("help"));
    g_assert_true(has_help_option("a=b,help"));
    g_assert_true(has_help_option("?,x"));
    g_assert_false(has_help_option("helpme,a=help"));
    g_assert_false(has_help_option("a,,help"));
}

static void test_help_text(void)
{
    g_autofree char *text = qemu_opts_help_text(&disks, true);

    g_assert_cmpstr(text, ==,
                    "disk options:\n"
                    "  count=<num>\n"
                    "  file=<str>             - image\n"
                    "  readonly=<bool (on/off)> (default: on)\n"
                    "  size=<size>            - bytes (default: 4k)\n");
}

static void test_append(void)
{
    QemuOptsList *joined = qemu_opts_append(NULL, &disks);
    QemuOpts *opts;

    joined = qemu_opts_append(joined, qemu_opts_list_get(0));
    opts = qemu_opts_parse(joined, "a,extra=on", true, &error_abort);
    g_assert_true(qemu_opt_get_bool(opts, "extra", false));
    qemu_opts_del(opts);
    qemu_opts_free(joined);
}

/* -- readconfig ---------------------------------------------------------------- */

static bool config_read(const char *text, Error **errp)
{
    FILE *fp = fmemopen((void *)text, strlen(text), "r");
    bool ok = qemu_config_foreach(fp, qemu_config_section_add, NULL, "vm.cfg", errp);

    fclose(fp);
    return ok;
}

static QemuOptsList registered = {
    .name = "registered",
    .head = QTAILQ_HEAD_INITIALIZER(registered.head),
    .desc = {
        { .name = "extra", .type = QEMU_OPT_BOOL },
        { .name = "path", .type = QEMU_OPT_STRING },
        { /* end of list */ }
    },
};

static void test_config_sections(void)
{
    QemuOpts *opts;

    g_assert_true(config_read("# comment\n\n[registered \"one\"]\n  extra = \"on\"\n"
                              "  path = \"a = \"b\", c\"\n[registered]\n", &error_abort));
    opts = qemu_opts_find(&registered, "one");
    g_assert_true(qemu_opt_get_bool(opts, "extra", false));
    g_assert_cmpstr(qemu_opt_get(opts, "path"), ==, "a = \"b\", c");
    g_assert_nonnull(qemu_opts_find(&registered, NULL));
    qemu_opts_reset(&registered);
}

static void test_config_errors(void)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "[registered]\nextra = on\n",
          "vm.cfg:2: expected [group \"id\"], key = \"value\" or a comment (#)" },
        { "extra = \"on\"\n",
          "vm.cfg:1: key outside of any section: begin with [group \"id\"]" },
        { "\n[registered\n", "vm.cfg:2: section header without ']'" },
        { "[registered \"a]\n", "vm.cfg:1: section header expects [group \"id\"]" },
        { "[]\n", "vm.cfg:1: section header has no group name" },
        { "[registred]\n", "There is no option group 'registred'; did you mean 'registered'?" },
        { "[registered]\nextr = \"on\"\n", "Invalid parameter 'extr'; did you mean 'extra'?" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autoptr(Error) err = NULL;

        g_assert_false(config_read(bad[i].text, &err));
        g_assert_cmpstr(error_get_pretty(err), ==, bad[i].message);
        g_assert_true(QTAILQ_EMPTY(&registered.head));
    }
}

static void test_config_missing_file(void)
{
    g_autoptr(Error) err = NULL;

    g_assert_false(qemu_read_config_file("/nonexistent/vm.cfg", qemu_config_section_add, NULL,
                                         &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "cannot open configuration file "
                    "'/nonexistent/vm.cfg': No such file or directory");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_add_opts(&registered);
    g_test_add_func("/util/option/types", test_types);
    g_test_add_func("/util/option/defaults", test_defaults);
    g_test_add_func("/util/option/value-ends-at-single-comma",
                    test_value_ends_at_single_comma);
    g_test_add_func("/util/option/escaped-comma-in-value", test_escaped_comma_in_value);
    g_test_add_func("/util/option/switches", test_switches);
    g_test_add_func("/util/option/last-value-wins", test_last_value_wins);
    g_test_add_func("/util/option/errors-name-and-suggest", test_errors_name_and_suggest);
    g_test_add_func("/util/option/ids", test_ids);
    g_test_add_func("/util/option/merging", test_merging);
    g_test_add_func("/util/option/get-del", test_get_del);
    g_test_add_func("/util/option/set", test_set);
    g_test_add_func("/util/option/validate", test_validate);
    g_test_add_func("/util/option/foreach-stops", test_foreach_stops);
    g_test_add_func("/util/option/help-wish", test_help_wish);
    g_test_add_func("/util/option/help-text", test_help_text);
    g_test_add_func("/util/option/append", test_append);
    g_test_add_func("/util/config-file/sections", test_config_sections);
    g_test_add_func("/util/config-file/errors", test_config_errors);
    g_test_add_func("/util/config-file/missing-file", test_config_missing_file);
    return g_test_run();
}
