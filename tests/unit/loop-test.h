/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for the main loop, and descriptors that tests must not leave behind. */
#ifndef TESTS_UNIT_LOOP_TEST_H
#define TESTS_UNIT_LOOP_TEST_H

#include "qemu/osdep.h"
#include "qemu/main-loop.h"

#define WAIT_SECONDS 20

static inline gboolean loop_wake(gpointer opaque)
{
    return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @cond holds; fails the test if that takes too long. */
#define WAIT_UNTIL(cond)                                                        \
    do {                                                                        \
        int64_t end_ = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;  \
        guint tick_ = g_timeout_add(20, loop_wake, NULL);                       \
        while (!(cond) && g_get_monotonic_time() < end_) {                      \
            main_loop_wait(false);                                              \
        }                                                                       \
        g_source_remove(tick_);                                                 \
        g_assert_true(cond);                                                    \
    } while (0)

/* Lets the main loop do whatever is ready, for cases where nothing is to happen. */
static inline void loop_settle(void)
{
    for (int i = 0; i < 5; i++) {
        main_loop_wait(true);
    }
}

static inline int fds_count(void)
{
    GDir *dir = g_dir_open("/proc/self/fd", 0, NULL);
    int count = 0;

    while (g_dir_read_name(dir)) {
        count++;
    }
    g_dir_close(dir);
    return count;
}

#endif
