/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run state handlers of devices, ordered by depth in the tree of buses: when
 * the machine starts, a bus' device is ready before the devices behind it.
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "sysemu/runstate.h"

static int qdev_tree_depth(DeviceState *dev)
{
    int depth = 0;

    for (; dev && dev->parent_bus; dev = dev->parent_bus->parent) {
        depth++;
    }
    return depth;
}

VMChangeStateEntry *qdev_add_vm_change_state_handler(DeviceState *dev, VMChangeStateHandler *cb,
                                                     void *opaque)
{
    return qdev_add_vm_change_state_handler_full(dev, cb, NULL, opaque);
}

VMChangeStateEntry *qdev_add_vm_change_state_handler_full(DeviceState *dev,
                                                          VMChangeStateHandler *cb,
                                                          VMChangeStateHandler *prepare_cb,
                                                          void *opaque)
{
    return qemu_add_vm_change_state_handler_prio_full(cb, prepare_cb, opaque,
                                                      qdev_tree_depth(dev));
}
