/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests of hw/core share: start-up without a machine, a virtual
 * clock that moves only when told, and a line that records its levels.
 */
#ifndef TESTS_UNIT_HWCORE_HARNESS_H
#define TESTS_UNIT_HWCORE_HARNESS_H

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/sysbus.h"

/* g_test_init(), type registration, the big lock and an empty memory map. */
void harness_init(int *argc, char ***argv);

/* Install the test's virtual clock, at 0. */
void harness_clock_start(void);

/* Move it on by @ns, stopping at each timer's deadline to run it. */
void harness_clock_step(int64_t ns);

/* An input that counts and remembers what it was told. */
typedef struct HarnessLine {
    qemu_irq irq;
    int level;
    unsigned sets;
    unsigned rises;
} HarnessLine;

void harness_line_init(HarnessLine *line);
void harness_line_free(HarnessLine *line);

/* @err must be set and contain @text; frees it. */
void harness_error_contains(Error *err, const char *text);

#endif
