/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sample SoC: a DMA engine and a network card in one device, with an IOMMU between the
 * engine and memory, a flash, and gates between their interrupts and two outputs.
 *
 * Its one region, 64 KiB: 0x0000 DMA engine, 0x1000 network card, 0x2000 the card's window,
 * 0x3000 control, 0x4000 a PWM that is not there, 0x8000 flash, 0x9000 the flash again.
 * Control (32 bits): 0x0 WINDOW rw, where the engine's page 0 is in memory (0: nowhere);
 *   0x4 MODE rw, bit 0: the flash takes commands; 0x8 PROGRAM wo, fills the flash.
 * Unnamed outputs 0 and 1: any interrupt of the two, or input "ext".
 */
#ifndef SAMPLE_SOC_H
#define SAMPLE_SOC_H

#include "hw/core/split-irq.h"
#include "hw/misc/unimp.h"
#include "hw/or-irq.h"
#include "hw/sysbus.h"
#include "mii-nic.h"
#include "stream-dma.h"

#define TYPE_SAMPLE_SOC "sample-soc"
OBJECT_DECLARE_SIMPLE_TYPE(SampleSoc, SAMPLE_SOC)

struct SampleSoc {
    SysBusDevice parent_obj;

    StreamDMA dma;
    MiiNic nic;
    OrIRQState irq_or;
    SplitIRQ irq_split;
    UnimplementedDeviceState pwm;

    MemoryRegion container;
    MemoryRegion control;
    MemoryRegion flash;
    MemoryRegion flash_mirror;
    IOMMUMemoryRegion iommu;

    uint32_t flash_size; /* property */
    uint32_t window;
    uint32_t mode;
    uint32_t last_command;
};

#endif
