/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm PrimeCell Real Time Clock (PL031).
 *
 * Interface: sysbus region 0, the registers (4 KiB); sysbus irq 0, RTCINTR.
 */
#ifndef HW_RTC_PL031_H
#define HW_RTC_PL031_H

#include "hw/sysbus.h"
#include "qemu/timer.h"

#define TYPE_PL031 "pl031"
OBJECT_DECLARE_SIMPLE_TYPE(PL031State, PL031)

struct PL031State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    QEMUTimer timer;
    qemu_irq irq;
    uint32_t tick_offset;       /* RTCDR less the seconds of rtc_clock */
    uint32_t mr;
    uint32_t lr;
    uint32_t im;
    uint32_t is;
    bool alarm_is_armed;        /* RTCMR was written since the last reset */
    uint32_t saved_count;       /* RTCDR when the state was saved, where it is needed */
};

#endif
