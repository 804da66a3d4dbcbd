/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the test again in a process of its own, for behaviour that ends the
 * program. A user-mode emulator (cross builds) cannot start that process.
 */
#ifndef TESTS_UNIT_TEST_TRAP_H
#define TESTS_UNIT_TEST_TRAP_H

#include <glib.h>

/* True when the process ran, so that g_test_trap_assert_*() apply; false marks the test skipped. */
static inline gboolean test_trap_run(void)
{
    if (g_getenv("MESON_EXE_WRAPPER")) {
        g_test_skip("needs a second process, which an emulator cannot start");
        return FALSE;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    return TRUE;
}

#endif
