/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passes over a block, in order.
 */
#include "qemu/osdep.h"
#include "accel/tcg/ir-internal.h"

/* Debug builds check each block before and after each pass: what is wrong here is our bug. */
static void verify(const IrBlock *b, const char *when)
{
#ifndef __OPTIMIZE__
    g_autofree char *why = ir_verify(b);

    if (why) {
        g_error("malformed block %s: %s", when, why);
    }
#endif
}

void ir_optimize(IrBlock *b)
{
    verify(b, "as translated");
    ir_pass_fold(b);
    verify(b, "after folding");
    ir_pass_dead(b);
    verify(b, "after removing dead code");
}
