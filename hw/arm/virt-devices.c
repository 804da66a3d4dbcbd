/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of the virt board, in the order of virt_devices_create(): the interrupt
 * controller first, since the others' lines lead to it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/platform-bus.h"
#include "hw/qdev-properties.h"
#include "virt-internal.h"

qemu_irq virt_spi(const VirtMachineState *vms, int spi)
{
    return vms->gic ? qdev_get_gpio_in(vms->gic, spi) : NULL;
}

/* Realize @dev, whose reference is taken, and map region 0 at @place. */
static bool device_place(VirtMachineState *vms, DeviceState *dev, int place, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (!sysbus_realize_and_unref(sbd, errp)) {
        return false;
    }
    sysbus_mmio_map(sbd, 0, vms->memmap[place].base);
    return true;
}

static bool create_platform_bus(VirtMachineState *vms, Error **errp)
{
    DeviceState *dev = qdev_new(TYPE_PLATFORM_BUS_DEVICE);

    dev->id = g_strdup(TYPE_PLATFORM_BUS_DEVICE);
    qdev_prop_set_uint32(dev, "num_irqs", PLATFORM_BUS_NUM_IRQS);
    qdev_prop_set_uint64(dev, "mmio_size", vms->memmap[VIRT_PLATFORM_BUS].size);
    if (!device_place(vms, dev, VIRT_PLATFORM_BUS, errp)) {
        return false;
    }
    for (int i = 0; i < PLATFORM_BUS_NUM_IRQS; i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), i,
                           virt_spi(vms, vms->irqmap[VIRT_PLATFORM_BUS] + i));
    }
    vms->platform_bus_dev = dev;
    return true;
}

bool virt_devices_create(VirtMachineState *vms, Error **errp)
{
    return create_platform_bus(vms, errp);
}
