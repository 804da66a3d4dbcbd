/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-platform device on a fake host, with an interrupt controller that records lines and tells
 * of the end of interrupts when asked to.
 */
#ifndef TESTS_UNIT_VFIO_PLATFORM_RIG_H
#define TESTS_UNIT_VFIO_PLATFORM_RIG_H

#include "../hwcore/hwcore-harness.h"
#include "../../fake/fake-vfio.h"
#include "hw/vfio/vfio-platform.h"

enum {
    HOST_LEVEL = 0,   /* interrupts of the device */
    HOST_LEVEL2 = 1,
    HOST_EDGE = 2,
    HOST_LEVEL3 = 3,
    CONTROLLER_LINES = 8,
};

/* Where prig_start_connected() maps region 0; the others follow, 1 MiB apart. */
#define PRIG_BASE 0x0c000000u

/*
 * @host: regions 64 KiB (mapped), 16 KiB (4 KiB at 0x1000 mapped), 256 bytes, none.
 * @device: NULL while there is none; @vdev: the same.
 */
typedef struct PlatformRig {
    FakeDevice host;
    FakeDevice other; /* in the same group */
    DeviceState *controller;
    int level[CONTROLLER_LINES];
    unsigned rises[CONTROLLER_LINES];
    bool is_edge[CONTROLLER_LINES]; /* as the guest has configured it */
    DeviceState *device;
    VFIOPlatformDevice *vdev;
} PlatformRig;

void prig_start(PlatformRig *rig);
/* Unplug the device, if there is one; nothing of it may be left. */
void prig_stop(PlatformRig *rig);

/* A new, not realized device of @type with host=; then "name=value" texts, ended by NULL. */
void prig_new(PlatformRig *rig, const char *type, ...) G_GNUC_NULL_TERMINATED;
void prig_set(PlatformRig *rig, const char *name, const char *value);
bool prig_realize(PlatformRig *rig, Error **errp);

/* As a board does: regions at PRIG_BASE..., interrupts to controller lines 0..., then a reset. */
void prig_connect(PlatformRig *rig);
void prig_reset(PlatformRig *rig);

void prig_start_realized(PlatformRig *rig);
/* Realized, connected and reset. */
void prig_start_connected(PlatformRig *rig, const char *property, const char *value);
void prig_unplug(PlatformRig *rig);

/* Run the main loop, and what the kernel does, until nothing happens. */
void prig_pump(PlatformRig *rig);

/* The guest completes line @n. */
void prig_eoi(PlatformRig *rig, unsigned n);

VFIOINTp *prig_intp(PlatformRig *rig, unsigned pin);
uint32_t prig_load(PlatformRig *rig, unsigned region, hwaddr offset);
void prig_store(PlatformRig *rig, unsigned region, hwaddr offset, uint32_t value);

#endif
