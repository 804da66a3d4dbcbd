/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the command line: what is kept, merged and refused, before anything is carried out. */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "qemu/module.h"
#include "system/startup/startup-internal.h"

#define ARGS_MAX 16

/* Splits @line at blanks and parses it. */
static bool parse(StartupConfig *c, const char *line, Error **errp)
{
    static char *argv[ARGS_MAX];
    static char *text;
    int argc = 0;

    g_free(text);
    text = g_strdup(line);
    argv[argc++] = (char *)"gantry";
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    startup_config_init(c);
    return cmdline_parse(c, argc, argv, errp);
}

static void parse_ok(StartupConfig *c, const char *line)
{
    parse(c, line, &error_abort);
}

static guint count(const StartupConfig *c, StartupItemKind kind)
{
    guint found = 0;

    for (guint i = 0; i < c->items->len; i++) {
        found += ((StartupItem *)g_ptr_array_index(c->items, i))->kind == kind;
    }
    return found;
}

static void test_machine_options_add_up(void)
{
    StartupConfig c;

    parse_ok(&c, "-M none,mem-merge=on -machine graphics=off --M mem-merge=off");
    g_assert_cmpstr(qdict_get_try_str(c.machine, "type"), ==, "none");
    g_assert_cmpstr(qdict_get_try_str(c.machine, "mem-merge"), ==, "off");
    g_assert_cmpstr(qdict_get_try_str(c.machine, "graphics"), ==, "off");
    startup_config_clear(&c);
}

static void test_smp_options_add_up(void)
{
    StartupConfig c;
    StartupItem *last;

    parse_ok(&c, "-smp 4 -smp cores=2");
    last = startup_item_last(&c, ITEM_SMP);
    g_assert_cmpuint(qemu_opt_get_number(last->opts, "cpus", 0), ==, 4);
    g_assert_cmpuint(qemu_opt_get_number(last->opts, "cores", 0), ==, 2);
    startup_config_clear(&c);
}

static void test_devices_keep_their_order(void)
{
    StartupConfig c;
    StartupItem *first, *second;

    parse_ok(&c, "-device b,id=1 -S -device a,x=,,y");
    g_assert_cmpuint(count(&c, ITEM_DEVICE), ==, 2);
    first = g_ptr_array_index(c.items, 0);
    second = g_ptr_array_index(c.items, 1);
    g_assert_cmpstr(qdict_get_try_str(first->dict, "driver"), ==, "b");
    g_assert_cmpstr(qdict_get_try_str(second->dict, "driver"), ==, "a");
    g_assert_cmpstr(qdict_get_try_str(second->dict, "x"), ==, ",y");
    g_assert_true(c.starts_stopped);
    startup_config_clear(&c);
}

static void test_json_values_keep_their_type(void)
{
    StartupConfig c;
    StartupItem *item;

    parse_ok(&c, "-device {\"driver\":\"d\",\"n\":3}");
    item = startup_item_last(&c, ITEM_DEVICE);
    g_assert_true(item->is_json);
    g_assert_cmpint(qdict_get_int(item->dict, "n"), ==, 3);
    startup_config_clear(&c);
}

static void test_set_changes_an_earlier_option(void)
{
    StartupConfig c;

    parse_ok(&c, "-device d,id=x,k=1 -set device.x.k=2");
    g_assert_cmpstr(qdict_get_try_str(startup_item_last(&c, ITEM_DEVICE)->dict, "k"), ==, "2");
    startup_config_clear(&c);
}

static void test_global_forms_mean_the_same(void)
{
    StartupConfig c;

    parse_ok(&c, "-global a.b=c=d -global driver=a,property=b,value=c=d");
    g_assert_cmpuint(c.globals->len, ==, 2);
    for (guint i = 0; i < 2; i++) {
        const GlobalProperty *prop = g_ptr_array_index(c.globals, i);

        g_assert_cmpstr(prop->driver, ==, "a");
        g_assert_cmpstr(prop->property, ==, "b");
        g_assert_cmpstr(prop->value, ==, "c=d");
    }
    startup_config_clear(&c);
}

static void test_parsing_ends_at_help(void)
{
    StartupConfig c;

    parse_ok(&c, "-device d,help -bogus");
    g_assert_cmpint(c.help, ==, HELP_DEVICE);
    g_assert_cmpstr(c.help_arg, ==, "d");
    startup_config_clear(&c);
}

static void test_errors_leave_the_location(void)
{
    StartupConfig c;
    Error *err = NULL;
    Location loc;

    g_assert_false(parse(&c, "-S -name x=y", &err));
    error_free_or_abort(&err);
    loc_save(&loc);
    g_assert_cmpint(loc.kind, ==, LOC_CMDLINE);
    g_assert_cmpint(loc.num, ==, 2);
    g_assert_cmpstr(((char **)loc.ptr)[0], ==, "-name");
    loc_set_none();
    startup_config_clear(&c);
}

static void test_refusals_say_something(void)
{
    static const char *const lines[] = {
        "-bogus", "-M", "-M none,x", "-kernel", "-smp x", "-smp 1,bogus=2", "-m 1,slots=x",
        "-device id=x", "-device {", "-object {}", "-global x", "-set a.b=c", "-chardev null",
        "-mon mode=control", "-display gtk", "-name a,debug-threads=perhaps", "-uuid 1",
        "-action bogus=x", "-run-with async-teardown=on", "-sandbox on,spawn=x",
        "-overcommit cpu-pm=on", "-add-fd set=1", "-echr 300", "-readconfig /nonexistent",
        "-writeconfig x", "-accel ,x=y",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        StartupConfig c;
        Error *err = NULL;

        if (parse(&c, lines[i], &err)) {
            g_error("'%s' was accepted", lines[i]);
        }
        g_assert_cmpuint(strlen(error_get_pretty(err)), >, 8);
        error_free(err);
        loc_set_none();
        startup_config_clear(&c);
    }
}

static void test_nearest_option_is_suggested(void)
{
    Error *err = NULL;

    g_assert_null(option_find("chardef", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "'chardev'"));
    error_free(err);
}

static void test_sandbox_keys_are_understood(void)
{
    StartupConfig c;

    parse_ok(&c, "-sandbox on,obsolete=allow,elevateprivileges=children,spawn=deny");
    g_assert_true(c.sandbox.is_on);
    g_assert_true(c.sandbox.obsolete_is_allowed);
    g_assert_true(c.sandbox.privileges_are_denied);
    g_assert_true(c.sandbox.children_get_no_privileges);
    g_assert_true(c.sandbox.spawn_is_denied);
    g_assert_false(c.sandbox.resources_are_denied);
    startup_config_clear(&c);
}

int main(int argc, char **argv)
{
    Location loc;

    g_test_init(&argc, &argv, NULL);
    loc_push_none(&loc);
    module_call_init(MODULE_INIT_QOM);
    opt_machine_groups_register();
    opt_control_groups_register();
    opt_process_groups_register();
    g_test_add_func("/startup/cmdline/machine-options-add-up", test_machine_options_add_up);
    g_test_add_func("/startup/cmdline/smp-options-add-up", test_smp_options_add_up);
    g_test_add_func("/startup/cmdline/devices-keep-their-order", test_devices_keep_their_order);
    g_test_add_func("/startup/cmdline/json-values-keep-their-type",
                    test_json_values_keep_their_type);
    g_test_add_func("/startup/cmdline/set-changes-an-earlier-option",
                    test_set_changes_an_earlier_option);
    g_test_add_func("/startup/cmdline/global-forms-mean-the-same",
                    test_global_forms_mean_the_same);
    g_test_add_func("/startup/cmdline/parsing-ends-at-help", test_parsing_ends_at_help);
    g_test_add_func("/startup/cmdline/errors-leave-the-location", test_errors_leave_the_location);
    g_test_add_func("/startup/cmdline/refusals-say-something", test_refusals_say_something);
    g_test_add_func("/startup/cmdline/nearest-option-is-suggested",
                    test_nearest_option_is_suggested);
    g_test_add_func("/startup/cmdline/sandbox-keys-are-understood",
                    test_sandbox_keys_are_understood);
    return g_test_run();
}
