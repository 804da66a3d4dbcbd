/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared parts of the unit tests of hw/core.
 */
#include "hwcore-harness.h"
#include "exec/address-spaces.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"

static int64_t clock_now_ns;

static int64_t harness_clock_get(void *opaque)
{
    return clock_now_ns;
}

static const QemuClockSource harness_clock_source = { .get_ns = harness_clock_get };

void harness_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    qemu_init_main_loop(&error_abort);
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    memory_map_init();
}

void harness_clock_start(void)
{
    clock_now_ns = 0;
    qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, &harness_clock_source);
}

void harness_clock_step(int64_t ns)
{
    int64_t end = clock_now_ns + ns;

    for (;;) {
        int64_t wait = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);

        if (wait < 0 || wait > end - clock_now_ns) {
            break;
        }
        clock_now_ns += wait;
        qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    }
    clock_now_ns = end;
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
}

static void harness_line_set(void *opaque, int n, int level)
{
    HarnessLine *line = opaque;

    line->rises += level && !line->level;
    line->level = level;
    line->sets++;
}

void harness_line_init(HarnessLine *line)
{
    *line = (HarnessLine){ .irq = qemu_allocate_irq(harness_line_set, line, 0) };
}

void harness_line_free(HarnessLine *line)
{
    qemu_free_irq(line->irq);
}

void harness_error_contains(Error *err, const char *text)
{
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), text)) {
        g_test_message("error is: %s", error_get_pretty(err));
        g_assert_cmpstr(error_get_pretty(err), ==, text);
    }
    error_free(err);
}
