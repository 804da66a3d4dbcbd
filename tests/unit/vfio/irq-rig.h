/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interrupt state machine of vfio-platform without a device: what it does to the world is
 * recorded, time and the main loop are the test's.
 */
#ifndef TESTS_UNIT_VFIO_IRQ_RIG_H
#define TESTS_UNIT_VFIO_IRQ_RIG_H

#include "qemu/osdep.h"
#include "hw/vfio/vfio-platform.h"

enum { RIG_IRQS = 8 };

/*
 * @fast: mapped parts are on. @timer, @idle: asked for. @settle_later: vCPUs take their time;
 * @epoch: what they have to settle. @on_unmask: called inside of the host's unmask.
 */
typedef struct Rig {
    VFIOPlatformDevice vdev;
    VFIOINTp intp[RIG_IRQS];
    VFIORegion region[2];
    int line[RIG_IRQS];
    unsigned rises[RIG_IRQS], pulses[RIG_IRQS], unmasks[RIG_IRQS];
    bool fast, timer, idle, settle_later;
    unsigned timer_arms, switches, cancels;
    uint64_t epoch;
    void (*on_unmask)(struct Rig *rig, unsigned n);
} Rig;

/* @n level interrupts whose end accesses tell; parts are mapped. */
void rig_init(Rig *rig, unsigned n);
void rig_free(Rig *rig);

void rig_edge(Rig *rig, unsigned n);
void rig_irqchip(Rig *rig, unsigned n);
void rig_hint(Rig *rig, unsigned n, const char *text);

/* A whole access of 4 bytes in region 0. */
void rig_read(Rig *rig, hwaddr offset);
void rig_write(Rig *rig, hwaddr offset, uint32_t value);

/* One that has begun and still has to end. */
VFIOAccess rig_access_begin(Rig *rig, hwaddr offset);
void rig_access_end(Rig *rig, const VFIOAccess *access);

/* The timer expires, the main loop does what it was asked for. */
void rig_timer(Rig *rig);
void rig_idle(Rig *rig);

/* Nothing was lost. */
void rig_check(Rig *rig);

#endif
