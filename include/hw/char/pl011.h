/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm PrimeCell UART (PL011).
 *
 * Interface:
 * - sysbus region 0: the registers, 4 KiB
 * - sysbus irqs: 0 UARTINTR (all combined), 1 UARTRXINTR, 2 UARTTXINTR,
 *   3 UARTRTINTR, 4 UARTMSINTR, 5 UARTEINTR
 * - clock input "clk": UARTCLK, for the length of a bit; it may stay unconnected
 * - property "chardev": where the line ends
 */
#ifndef HW_CHAR_PL011_H
#define HW_CHAR_PL011_H

#include "chardev/char-fe.h"
#include "hw/clock.h"
#include "hw/qdev-properties-system.h"
#include "hw/sysbus.h"
#include "qapi/error.h"
#include "qemu/timer.h"

#define TYPE_PL011 "pl011"
OBJECT_DECLARE_SIMPLE_TYPE(PL011State, PL011)

/* Characters in each FIFO. */
#define PL011_FIFO_DEPTH 16

#define PL011_NUM_IRQS 6

/*
 * Entries of a FIFO from the oldest on, which is at @first. Receive entries have
 * the layout of UARTDR: error bits above the character.
 */
typedef struct PL011Fifo {
    uint16_t entry[PL011_FIFO_DEPTH];
    uint32_t first;
    uint32_t count;
} PL011Fifo;

struct PL011State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    uint32_t rsr;
    uint32_t ilpr;
    uint32_t ibrd;
    uint32_t fbrd;
    uint32_t lcr_h;
    uint32_t cr;
    uint32_t ifls;
    uint32_t imsc;
    uint32_t ris;
    uint32_t dmacr;
    PL011Fifo rx;
    PL011Fifo tx;
    bool rx_is_overrun;         /* characters were lost since the last that fitted */
    QEMUTimer rx_timeout;
    CharBackend chr;
    guint tx_watch;             /* waits for room in the chardev; 0: does not */
    VMChangeStateEntry *vm_change;
    qemu_irq irq[PL011_NUM_IRQS];
    Clock *clk;
    bool migrate_clk;
};

/*
 * Board helper: create a UART at @addr whose combined interrupt leads to @irq, connected to
 * @chr (may be NULL). Errors end the program.
 */
static inline DeviceState *pl011_create(hwaddr addr, qemu_irq irq, Chardev *chr)
{
    DeviceState *dev = qdev_new(TYPE_PL011);

    qdev_prop_set_chr(dev, "chardev", chr);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, addr);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, irq);
    return dev;
}

#endif
