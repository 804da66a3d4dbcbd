/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completions of a GIC: inputs whose interrupt became inactive are collected
 * under the controller's lock and told to their subscribers after it is
 * dropped. Two forms: a fixed-size list for what one register access can
 * complete, and a bitmap for a reset, which can complete everything at once.
 */
#ifndef HW_INTC_GIC_COMPLETION_INTERNAL_H
#define HW_INTC_GIC_COMPLETION_INTERNAL_H

#include "hw/irq.h"

/* One access to GICD_ICACTIVER or GICR_ICACTIVER completes at most so many. */
#define GIC_COMPLETION_MAX 32

/* Lives on the stack of one access. The lines are borrowed. */
typedef struct GICCompletion {
    unsigned count;
    qemu_irq lines[GIC_COMPLETION_MAX];
} GICCompletion;

static inline void gic_completion_init(GICCompletion *c)
{
    c->count = 0;
}

/*
 * The interrupt of @input went from active to inactive. Called under the
 * controller's lock, at most GIC_COMPLETION_MAX times for one @c; an input
 * that nobody listens to is not collected. @input may be NULL (an SGI).
 */
static inline void gic_completion_add(GICCompletion *c, qemu_irq input)
{
    if (unlikely(qemu_irq_has_eoi_notifier(input))) {
        g_assert(c->count < GIC_COMPLETION_MAX);
        c->lines[c->count++] = input;
    }
}

/* Calls the subscribers of what gic_completion_deliver() found. */
void gic_completion_notify(const GICCompletion *c);

/*
 * Tell the subscribers, in the order of collection. Called with no lock of the
 * controller held, with or without the BQL; subscribers may set lines of the
 * same controller.
 */
static inline void gic_completion_deliver(const GICCompletion *c)
{
    if (unlikely(c->count)) {
        gic_completion_notify(c);
    }
}

/*
 * For resets: tell the subscribers of each input whose bit is set in @pending
 * (@n_inputs bits, numbered like @inputs) and clear the bits. BQL held.
 */
void gic_completion_deliver_bitmap(unsigned long *pending, qemu_irq *inputs, unsigned n_inputs);

#endif
