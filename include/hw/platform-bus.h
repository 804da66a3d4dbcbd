/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * platform-bus-device: gives dynamic sysbus devices their place. A window of
 * memory and a set of interrupt lines, from which every unmapped region gets
 * the first naturally aligned free range and every unconnected interrupt the
 * first free line, unless the device wishes for a certain one. The guest is not
 * told about devices that come or go later.
 */
#ifndef HW_PLATFORM_BUS_H
#define HW_PLATFORM_BUS_H

#include "hw/sysbus.h"

#define TYPE_PLATFORM_BUS_DEVICE "platform-bus-device"
OBJECT_DECLARE_SIMPLE_TYPE(PlatformBusDevice, PLATFORM_BUS_DEVICE)

/*
 * platform-bus-wish: a device whose user may say where it goes. @mmio: guest physical address of
 * region @n; @irq: number (GSI) of the interrupt controller's input for interrupt @n. Each false:
 * wherever there is room.
 */
#define TYPE_PLATFORM_BUS_WISH "platform-bus-wish"
typedef struct PlatformBusWishClass PlatformBusWishClass;
DECLARE_CLASS_CHECKERS(PlatformBusWishClass, PLATFORM_BUS_WISH, TYPE_PLATFORM_BUS_WISH)

struct PlatformBusWishClass {
    InterfaceClass parent_class;
    bool (*mmio)(Object *obj, int n, uint64_t *addr);
    bool (*irq)(Object *obj, int n, uint64_t *number);
};

/* The board sets mmio_size and num_irqs, maps region 0, connects the interrupts. */
struct PlatformBusDevice {
    /*< private >*/
    SysBusDevice parent_obj;

    /*< public >*/
    uint64_t mmio_size;
    MemoryRegion mmio;
    uint32_t num_irqs;
    qemu_irq *irqs;
    unsigned long *used_irqs;

    /*< private >*/
    GArray *ranges; /* what was placed, sorted by offset */
    GArray *lines;  /* what was connected */
    DeviceListener listener;
    Notifier machine_done;
};

/* Line number on the bus of interrupt @n of @sbdev, or -1 if it is not on the bus. */
int platform_bus_get_irqn(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n);

/* Offset in the bus' window of region @n of @sbdev, or all ones if it is not on it. */
hwaddr platform_bus_get_mmio_addr(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n);

/* Is any region or interrupt of @sbdev on the bus? */
bool platform_bus_has_device(PlatformBusDevice *pbus, SysBusDevice *sbdev);

/*
 * Place what @sbdev has unplaced, all or nothing. False with an error that
 * names the device, the size and what is left, when the bus is full. For the
 * plug method of a board; idempotent. The bus forgets the device by itself
 * when it is unrealized.
 */
bool platform_bus_try_link_device(PlatformBusDevice *pbus, SysBusDevice *sbdev, Error **errp);

/* The same for machine init code: a failure ends the program. */
void platform_bus_link_device(PlatformBusDevice *pbus, SysBusDevice *sbdev);

/* Take @sbdev's regions and interrupts off the bus again. */
void platform_bus_unlink_device(PlatformBusDevice *pbus, SysBusDevice *sbdev);

#endif
