/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sample device: a down-counting timer with a byte FIFO, made up for the
 * conformance test. Like any out-of-tree device model it uses public headers
 * only.
 *
 * Registers (32 bits, little-endian, first region):
 *   0x00 ID     ro   "id" property
 *   0x04 CTRL   rw   bit 0 enable, bit 1 periodic, bit 2 FIFO interrupt enable
 *   0x08 LOAD   rw   reload value in clock ticks
 *   0x0c COUNT  ro   ticks left
 *   0x10 STATUS w1c  bit 0 expired, bit 1 FIFO overrun
 *   0x14 DMA    wo   writes STATUS to this guest address
 * The second region is the FIFO: byte writes push, byte reads pop.
 * Interrupts: 0 timer, 1 FIFO not empty, 2 error.
 */
#ifndef SAMPLE_DEVICE_H
#define SAMPLE_DEVICE_H

#include "exec/memory.h"
#include "hw/sysbus.h"
#include "hw/ptimer.h"
#include "hw/clock.h"
#include "qemu/fifo8.h"
#include "qapi/qapi-types-common.h"
#include "qemu/uuid.h"
#include "qom/object.h"

#define TYPE_SAMPLE_DEVICE "sample-device"
OBJECT_DECLARE_TYPE(SampleState, SampleClass, SAMPLE_DEVICE)

#define SAMPLE_FIFO_DEPTH 16
#define SAMPLE_HISTORY 8

typedef struct SampleEvent {
    uint32_t kind;
    int64_t when_ns;
} SampleEvent;

struct SampleClass {
    SysBusDeviceClass parent_class;
    DeviceRealize parent_realize;
    ResettablePhases parent_phases;
    uint32_t revision;
};

struct SampleState {
    SysBusDevice parent_obj;

    MemoryRegion registers;
    MemoryRegion fifo_window;
    qemu_irq irq[3];
    qemu_irq done_line;
    Clock *clk;
    ptimer_state *timer;
    QEMUTimer *watchdog;
    Fifo8 fifo;
    AddressSpace dma_as;

    uint32_t ctrl;
    uint32_t load;
    uint32_t status;
    uint32_t history_next;
    SampleEvent history[SAMPLE_HISTORY];
    uint32_t num_words;
    uint32_t *words;
    bool strobe_level;
    unsigned enter_count, hold_count, exit_count;

    /* properties */
    uint8_t prop_u8;
    uint16_t prop_u16;
    uint32_t id;
    uint64_t prop_u64;
    int32_t prop_i32;
    int64_t prop_i64;
    uint64_t size;
    bool loopback;
    uint32_t flags;
    uint64_t flags64;
    char *label;
    OnOffAuto mode;
    QemuUUID uuid;
    MemoryRegion *dma_memory;
    uint32_t num_taps;
    uint32_t *taps;
};

#endif
