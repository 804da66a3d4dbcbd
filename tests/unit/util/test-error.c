/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of Error objects (qapi/error.h). */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "../test-trap.h"

static void test_setg_stores_message(void)
{
    Error *err = NULL;

    error_setg(&err, "value %d of '%s'", 7, "x");
    g_assert_cmpstr(error_get_pretty(err), ==, "value 7 of 'x'");
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_GENERIC_ERROR);
    error_free(err);
}

static void test_null_errp_is_ignored(void)
{
    error_setg(NULL, "nobody cares");
    error_setg_errno(NULL, ENOENT, "nobody cares");
    error_propagate(NULL, NULL);
}

static void test_errno_text_is_appended(void)
{
    g_autoptr(Error) err = NULL;
    g_autofree char *expected = g_strdup_printf("opening: %s", g_strerror(ENOENT));

    error_setg_errno(&err, ENOENT, "opening");
    g_assert_cmpstr(error_get_pretty(err), ==, expected);
}

static void test_errno_zero_appends_nothing(void)
{
    g_autoptr(Error) err = NULL;

    error_setg_errno(&err, 0, "opening");
    g_assert_cmpstr(error_get_pretty(err), ==, "opening");
}

static void test_errno_survives(void)
{
    g_autoptr(Error) err = NULL;

    errno = EXDEV;
    error_setg(&err, "x");
    error_append_hint(&err, "y\n");
    g_assert_cmpint(errno, ==, EXDEV);
}

static void test_file_open_names_file(void)
{
    g_autoptr(Error) err = NULL;

    error_setg_file_open(&err, EACCES, "/a/b");
    g_assert_true(g_str_has_prefix(error_get_pretty(err), "Could not open '/a/b': "));
}

static void test_set_stores_class(void)
{
    g_autoptr(Error) err = NULL;

    error_set(&err, ERROR_CLASS_DEVICE_NOT_FOUND, "no %s", "d0");
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_DEVICE_NOT_FOUND);
    g_assert_cmpstr(QapiErrorClass_str((QapiErrorClass)error_get_class(err)), ==,
                    "DeviceNotFound");
}

static void test_prepend_goes_before(void)
{
    g_autoptr(Error) err = NULL;

    error_setg(&err, "bad");
    error_prepend(&err, "device %s: ", "d0");
    g_assert_cmpstr(error_get_pretty(err), ==, "device d0: bad");
}

static void test_prepend_without_error_does_nothing(void)
{
    Error *err = NULL;

    error_prepend(&err, "x");
    error_append_hint(&err, "x");
    g_assert_null(err);
}

static void test_propagate_first_error_wins(void)
{
    g_autoptr(Error) err = NULL;
    Error *second = NULL;

    error_setg(&err, "first");
    error_setg(&second, "second");
    error_propagate(&err, second);
    g_assert_cmpstr(error_get_pretty(err), ==, "first");
}

static void test_propagate_to_null_frees(void)
{
    Error *err = NULL;

    error_setg(&err, "x");
    error_propagate(NULL, err);     /* a leak here is the leak checker's to find */
}

static void test_propagate_prepend(void)
{
    g_autoptr(Error) err = NULL;
    Error *local = NULL;

    error_setg(&local, "inner");
    error_propagate_prepend(&err, local, "outer %d: ", 1);
    g_assert_cmpstr(error_get_pretty(err), ==, "outer 1: inner");
}

static void test_copy_is_independent(void)
{
    g_autoptr(Error) copy = NULL;
    Error *err = NULL;

    error_set(&err, ERROR_CLASS_COMMAND_NOT_FOUND, "text");
    error_append_hint(&err, "hint\n");
    copy = error_copy(err);
    error_prepend(&err, "changed ");
    error_free(err);
    g_assert_cmpstr(error_get_pretty(copy), ==, "text");
    g_assert_cmpint(error_get_class(copy), ==, ERROR_CLASS_COMMAND_NOT_FOUND);
}

static bool guarded_fails(Error **errp)
{
    ERRP_GUARD();

    error_setg(errp, "inner");
    error_append_hint(errp, "try harder\n");
    error_prepend(errp, "outer: ");
    return *errp == NULL;
}

static void test_guard_makes_errp_readable_for_null(void)
{
    g_assert_false(guarded_fails(NULL));
}

static void test_guard_hands_error_on(void)
{
    g_autoptr(Error) err = NULL;

    guarded_fails(&err);
    g_assert_cmpstr(error_get_pretty(err), ==, "outer: inner");
}

static void test_fatal_prints_all_and_exits(void)
{
    if (g_test_subprocess()) {
        guarded_fails(&error_fatal);
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*outer: inner*try harder*");
}

static void test_abort_names_place(void)
{
    if (g_test_subprocess()) {
        error_setg(&error_abort, "impossible");
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*test_abort_names_place*test-error.c*impossible*");
}

static void test_report_prints_hint_after_message(void)
{
    Error *err = NULL;

    if (g_test_subprocess()) {
        error_setg(&err, "message");
        error_append_hint(&err, "the hint\n");
        error_reportf_err(err, "before ");
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*before message\nthe hint\n*");
}

static void test_warn_once_prints_once(void)
{
    if (g_test_subprocess()) {
        bool printed = false;

        for (int i = 0; i < 2; i++) {
            Error *err = NULL;

            error_setg(&err, "careful %d", i);
            g_assert_cmpint(warn_report_err_once_cond(&printed, err), ==, i == 0);
        }
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*careful 0*");
    g_test_trap_assert_stderr_unmatched("*careful 1*");
}

static void test_free_or_abort_clears(void)
{
    Error *err = NULL;

    error_setg(&err, "x");
    error_free_or_abort(&err);
    g_assert_null(err);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/setg-stores-message", test_setg_stores_message);
    g_test_add_func("/error/null-errp-is-ignored", test_null_errp_is_ignored);
    g_test_add_func("/error/errno-text-is-appended", test_errno_text_is_appended);
    g_test_add_func("/error/errno-zero-appends-nothing", test_errno_zero_appends_nothing);
    g_test_add_func("/error/errno-survives", test_errno_survives);
    g_test_add_func("/error/file-open-names-file", test_file_open_names_file);
    g_test_add_func("/error/set-stores-class", test_set_stores_class);
    g_test_add_func("/error/prepend-goes-before", test_prepend_goes_before);
    g_test_add_func("/error/prepend-without-error-does-nothing",
                    test_prepend_without_error_does_nothing);
    g_test_add_func("/error/propagate-first-error-wins", test_propagate_first_error_wins);
    g_test_add_func("/error/propagate-to-null-frees", test_propagate_to_null_frees);
    g_test_add_func("/error/propagate-prepend", test_propagate_prepend);
    g_test_add_func("/error/copy-is-independent", test_copy_is_independent);
    g_test_add_func("/error/guard-makes-errp-readable-for-null",
                    test_guard_makes_errp_readable_for_null);
    g_test_add_func("/error/guard-hands-error-on", test_guard_hands_error_on);
    g_test_add_func("/error/fatal-prints-all-and-exits", test_fatal_prints_all_and_exits);
    g_test_add_func("/error/abort-names-place", test_abort_names_place);
    g_test_add_func("/error/report-prints-hint-after-message",
                    test_report_prints_hint_after_message);
    g_test_add_func("/error/warn-once-prints-once", test_warn_once_prints_once);
    g_test_add_func("/error/free-or-abort-clears", test_free_or_abort_clears);
    return g_test_run();
}
