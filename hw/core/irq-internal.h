/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state behind a qemu_irq, for irq.c and the GPIO code of qdev.
 */
#ifndef HW_CORE_IRQ_INTERNAL_H
#define HW_CORE_IRQ_INTERNAL_H

#include "hw/irq.h"
#include "qemu/rcu.h"

typedef struct IRQEoiList IRQEoiList;

/*
 * @owner and @n name the device input that this line is (@owner NULL for a
 * line that is no unnamed device input); borrowed, the owner frees the line.
 * @eoi: who wants to hear of completions; replaced as a whole, read under RCU.
 * @before: for an intercepted line, a line with its former handler; owned.
 */
struct IRQState {
    Object parent_obj;

    qemu_irq_handler handler;
    void *opaque;
    int n;
    Object *owner;
    qemu_irq before;
    IRQEoiList *eoi;
};

/* Record that @irq is the unnamed input that @owner's handler sees. */
void irq_owner_set(qemu_irq irq, Object *owner);

/* The device behind @irq is going away: levels set from now on go nowhere. */
void irq_detach(qemu_irq irq);

/*
 * Move the subscription @n from *@source (may be NULL) to @now (may be NULL),
 * which *@source then holds a reference to.
 */
void irq_subscription_move(qemu_irq *source, qemu_irq now, Notifier *n);

#endif
