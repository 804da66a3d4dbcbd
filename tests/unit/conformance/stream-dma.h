/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sample DMA engine that feeds a stream sink from a list of descriptors in guest memory,
 * in the shape of a device model with the register API.
 *
 * Registers (32 bits):
 *   0x00 CTRL  rw   bit 0 starts at HEAD; reads as 1 while the engine runs
 *   0x04 ISR   w1c  bit 0 end of the list, bit 1 memory error
 *   0x08 IMR   ro   masked bits of ISR
 *   0x0c IEN   wo   unmasks bits, 0x10 IDIS masks them
 *   0x14 HEAD  rw   address of the first descriptor
 *   0x18 COUNT rc   descriptors done since the last read
 * A descriptor: le64 address, le32 length, le32 flags (bit 0 last, bit 1 end of packet).
 */
#ifndef STREAM_DMA_H
#define STREAM_DMA_H

#include "hw/register.h"
#include "hw/stream.h"
#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_STREAM_DMA "stream-dma"
OBJECT_DECLARE_SIMPLE_TYPE(StreamDMA, STREAM_DMA)

#define STREAM_DMA_REGS 7
#define STREAM_DMA_BURST 64

typedef struct StreamDesc {
    uint64_t addr;
    uint32_t len;
    uint32_t flags;
} StreamDesc;

struct StreamDMA {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    QEMUBH *bh;
    MemoryRegion *dma_mr;
    AddressSpace dma_as;
    MemTxAttrs attrs;
    StreamSink *sink;

    uint32_t next;    /* address of the descriptor after the current one */
    StreamDesc desc;  /* what is left of the current one */
    uint32_t regs[STREAM_DMA_REGS];
    RegisterInfo regs_info[STREAM_DMA_REGS];
    RegisterInfoArray *reg_array;
};

#endif
