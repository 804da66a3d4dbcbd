/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line splitter: one unnamed GPIO input whose level goes to the unnamed outputs
 * 0..num-lines-1. Property num-lines (1..MAX_SPLIT_LINES).
 */
#ifndef HW_CORE_SPLIT_IRQ_H
#define HW_CORE_SPLIT_IRQ_H

#include "hw/sysbus.h"

#define TYPE_SPLIT_IRQ "split-irq"

#define MAX_SPLIT_LINES 16

OBJECT_DECLARE_SIMPLE_TYPE(SplitIRQ, SPLIT_IRQ)

/* The subscription at what one output leads to. */
typedef struct SplitIRQOutput {
    SplitIRQ *splitter;
    Notifier eoi_notifier;
    qemu_irq eoi_source;
} SplitIRQOutput;

struct SplitIRQ {
    DeviceState parent_obj;

    qemu_irq in_irq; /* the input, wherever qdev_pass_gpios() has put it */
    qemu_irq out_irq[MAX_SPLIT_LINES];
    uint16_t num_lines;
    SplitIRQOutput out[MAX_SPLIT_LINES];
};

#endif
