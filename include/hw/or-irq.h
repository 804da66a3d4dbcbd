/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OR gate for lines: unnamed GPIO inputs 0..num-lines-1, one unnamed output
 * that is high while any input is. Property num-lines (1..MAX_OR_LINES).
 */
#ifndef HW_OR_IRQ_H
#define HW_OR_IRQ_H

#include "hw/sysbus.h"

#define TYPE_OR_IRQ "or-irq"

#define MAX_OR_LINES 48

OBJECT_DECLARE_SIMPLE_TYPE(OrIRQState, OR_IRQ)

struct OrIRQState {
    DeviceState parent_obj;

    qemu_irq in_irq[MAX_OR_LINES]; /* the inputs, wherever qdev_pass_gpios() has put them */
    qemu_irq out_irq;
    bool levels[MAX_OR_LINES];
    uint16_t num_lines;
    Notifier eoi_notifier; /* subscribed to eoi_source, what the output leads to */
    qemu_irq eoi_source;
};

#endif
