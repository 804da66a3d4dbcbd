/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wishes to the host's scheduler (qemu/sched.h). */
#include "qemu/osdep.h"
#include <sched.h>
#include <sys/syscall.h>
#include "qemu/sched.h"
#include "util/sched-internal.h"

/* The kernel takes 0.1 to 100 ms. */
#define SLICE_NS_MIN 100000

/*
 * Of two threads of one weight, the one that wakes takes the processor from the other if its slice
 * is the shorter one; else maybe not before the other's is over.
 */
void qemu_sched_set_prompt(void)
{
    HostSchedAttr attr = { 0 };

    if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0) < 0 ||
        (attr.policy != SCHED_OTHER && attr.policy != SCHED_BATCH)) {
        return;
    }
    /* Of these policies, this is the slice. */
    attr.runtime_ns = SLICE_NS_MIN;
    /* Where it is refused, all stays as it was. */
    (void)syscall(SYS_sched_setattr, 0, &attr, 0);
}
