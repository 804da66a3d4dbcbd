/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the device core share: parts of a device's life that live
 * in different files.
 */
#ifndef HW_CORE_QDEV_INTERNAL_H
#define HW_CORE_QDEV_INTERNAL_H

#include "hw/qdev-core.h"

/* gpio.c: free the lines; those that others still hold go nowhere. */
void qdev_gpio_lists_free(DeviceState *dev);

/* gpio.c: does the device have that output? */
bool qdev_gpio_out_exists(DeviceState *dev, const char *name, int n);

/* bus.c: put @dev into and take it out of the list of its bus. */
void bus_child_add(BusState *bus, DeviceState *dev);
void bus_child_remove(BusState *bus, DeviceState *dev);

/* bus.c: unplug and drop every device on @bus. */
void bus_children_drop(BusState *bus);

/* qdev-hotplug.c: remember that the machine is no longer what was started. */
void qdev_machine_modified_set(void);

/* qdev.c: take @dev off its bus, if it is on one. */
void qdev_bus_leave(DeviceState *dev);

/* qdev-reset.c: the Resettable methods of TYPE_DEVICE and TYPE_BUS. */
void qdev_reset_class_init(ObjectClass *klass);
void qbus_reset_class_init(ObjectClass *klass);

/* qdev-listener.c */
void qdev_listeners_realize(DeviceState *dev);
void qdev_listeners_unrealize(DeviceState *dev);

#endif
