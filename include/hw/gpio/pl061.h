/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm PrimeCell General Purpose Input/Output (PL061).
 *
 * Interface:
 * - sysbus region 0: the registers, 4 KiB; sysbus irq 0: GPIOINTR
 * - unnamed GPIO inputs and outputs 0 to 7: the pins. An output shows the level of a pin
 *   that GPIODIR drives, or of its resistor while it is an input
 * - properties "pullups", "pulldowns": a bit for each pin that has such a resistor
 */
#ifndef HW_GPIO_PL061_H
#define HW_GPIO_PL061_H

#include "hw/sysbus.h"

#define TYPE_PL061 "pl061"
OBJECT_DECLARE_SIMPLE_TYPE(PL061State, PL061)

#define PL061_NUM_PINS 8

struct PL061State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    qemu_irq out[PL061_NUM_PINS];
    uint32_t data;              /* what the guest wrote */
    uint32_t in;                /* levels that others drive */
    uint32_t out_levels;        /* of the lines in out[] */
    uint32_t dir;
    uint32_t is;
    uint32_t ibe;
    uint32_t iev;
    uint32_t ie;
    uint32_t edges;             /* pins whose edge was seen and not cleared */
    uint32_t afsel;
    uint32_t pullups;
    uint32_t pulldowns;
};

#endif
