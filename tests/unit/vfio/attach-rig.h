/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of a fake host, attached without a device model, for tests of attaching and of DMA.
 */
#ifndef TESTS_UNIT_VFIO_ATTACH_RIG_H
#define TESTS_UNIT_VFIO_ATTACH_RIG_H

#include "hw/vfio/vfio-common.h"
#include "../../fake/fake-vfio.h"
#include "../hwcore/hwcore-harness.h"

#define FOLDER "/sys/bus/platform/devices/"

/* @ram: 2 MiB at 0x40000000. */
typedef struct Host {
    FakeDevice uart;
    FakeDevice dma; /* another group */
    FakeDevice bare; /* no IOMMU */
    MemoryRegion ram;
    Object *owner;
} Host;

void host_start(Host *host);
void host_stop(Host *host);

/* A device to attach, and what it is freed with. */
void vdev_init(VFIODevice *vdev, const FakeDevice *dev);
void vdev_clear(VFIODevice *vdev);
int vdev_attach(VFIODevice *vdev, Error **errp);

/* Attaching fails with an error that has @text, and leaves nothing open or mapped. */
void vdev_attach_refused(VFIODevice *vdev, const char *text);

/* Attaching fails: error and hints as the user reads them. Free it. */
char *vdev_attach_text(VFIODevice *vdev);

#endif
