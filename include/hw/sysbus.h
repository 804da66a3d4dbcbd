/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System bus: devices with memory regions and interrupt lines that board code
 * (or the platform bus) wires up. A device announces them by index with
 * sysbus_init_mmio() and sysbus_init_irq().
 */
#ifndef HW_SYSBUS_H
#define HW_SYSBUS_H

#include "hw/qdev-core.h"
#include "exec/memory.h"

#define QDEV_MAX_MMIO 32
#define QDEV_MAX_PIO 32

#define TYPE_SYSTEM_BUS "System"
DECLARE_INSTANCE_CHECKER(BusState, SYSTEM_BUS, TYPE_SYSTEM_BUS)

#define TYPE_SYS_BUS_DEVICE "sys-bus-device"
OBJECT_DECLARE_TYPE(SysBusDevice, SysBusDeviceClass, SYS_BUS_DEVICE)

/* Name of the GPIO list that sysbus interrupts are. */
#define SYSBUS_DEVICE_GPIO_IRQ "sysbus-irq"

/*
 * @explicit_ofw_unit_address: unit address for device paths of a device whose
 *   first region does not give it; the result is freed by the caller.
 * @connect_irq_notifier: called after one of the device's interrupts was
 *   connected to @irq, by a board or by the platform bus.
 */
struct SysBusDeviceClass {
    /*< private >*/
    DeviceClass parent_class;

    char *(*explicit_ofw_unit_address)(const SysBusDevice *dev);
    void (*connect_irq_notifier)(SysBusDevice *dev, qemu_irq irq);
};

/* mmio[].addr is all ones while the region is not mapped by sysbus_mmio_map(). */
struct SysBusDevice {
    /*< private >*/
    DeviceState parent_obj;
    /*< public >*/

    int num_mmio;
    struct {
        hwaddr addr;
        MemoryRegion *memory;
    } mmio[QDEV_MAX_MMIO];
    int num_pio;
    uint32_t pio[QDEV_MAX_PIO];
};

typedef void FindSysbusDeviceFunc(SysBusDevice *sbdev, void *opaque);

/* Announce the next region; at most QDEV_MAX_MMIO. */
void sysbus_init_mmio(SysBusDevice *dev, MemoryRegion *memory);

/* Region @n, or NULL if there is none (borrowed). */
MemoryRegion *sysbus_mmio_get_region(SysBusDevice *dev, int n);

/* Announce the next interrupt: *@p is where the line will be stored. */
void sysbus_init_irq(SysBusDevice *dev, qemu_irq *p);

/* All of @target's interrupts become @dev's. */
void sysbus_pass_irq(SysBusDevice *dev, SysBusDevice *target);
void sysbus_init_ioports(SysBusDevice *dev, uint32_t ioport, uint32_t size);

bool sysbus_has_irq(SysBusDevice *dev, int n);
bool sysbus_has_mmio(SysBusDevice *dev, unsigned int n);

/* Connect interrupt @n (which exists) to @irq; NULL disconnects it. */
void sysbus_connect_irq(SysBusDevice *dev, int n, qemu_irq irq);
bool sysbus_is_irq_connected(SysBusDevice *dev, int n);
qemu_irq sysbus_get_connected_irq(const SysBusDevice *dev, int n);

/* Map region @n at @addr of the system address space, moving it if it was mapped. */
void sysbus_mmio_map(SysBusDevice *dev, int n, hwaddr addr);
void sysbus_mmio_map_overlap(SysBusDevice *dev, int n, hwaddr addr, int priority);
void sysbus_mmio_unmap(SysBusDevice *dev, int n);

/* The region that sysbus_mmio_map() maps into: the system memory. */
MemoryRegion *sysbus_address_space(SysBusDevice *dev);

/* qdev_realize[_and_unref]() on the main system bus. */
bool sysbus_realize(SysBusDevice *dev, Error **errp);
bool sysbus_realize_and_unref(SysBusDevice *dev, Error **errp);

/* Call @func for every realized sysbus device that the user created. */
void foreach_dynamic_sysbus_device(FindSysbusDeviceFunc *func, void *opaque);

/*
 * Board helper: create, realize, map region 0 at @addr (all ones: do not) and
 * connect the interrupts given, ended by NULL. Errors end the program.
 */
DeviceState *sysbus_create_varargs(const char *name, hwaddr addr, ...);

static inline DeviceState *sysbus_create_simple(const char *name, hwaddr addr, qemu_irq irq)
{
    return sysbus_create_varargs(name, addr, irq, NULL);
}

#endif
