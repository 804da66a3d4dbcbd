/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completions of a GIC: the part that runs only when somebody listens.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "gic-completion-internal.h"
#include "trace.h"

void gic_completion_notify(const GICCompletion *c)
{
    for (unsigned i = 0; i < c->count; i++) {
        trace_gic_completion(c->lines[i]);
        qemu_irq_notify_eoi(c->lines[i]);
    }
}

void gic_completion_deliver_bitmap(unsigned long *pending, qemu_irq *inputs, unsigned n_inputs)
{
    unsigned i;

    for (i = find_first_bit(pending, n_inputs); i < n_inputs;
         i = find_next_bit(pending, n_inputs, i + 1)) {
        clear_bit(i, pending);
        if (qemu_irq_has_eoi_notifier(inputs[i])) {
            trace_gic_completion(inputs[i]);
            qemu_irq_notify_eoi(inputs[i]);
        }
    }
}
