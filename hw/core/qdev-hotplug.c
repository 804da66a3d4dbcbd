/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hotplug: who handles a device, whether it may come or go, and the phases of
 * building the machine that decide what "hot" means.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/boards.h"
#include "qdev-internal.h"

static MachineInitPhase machine_phase = PHASE_NO_MACHINE;

/* Did devices come or go since the machine was ready? */
static bool machine_modified;

bool qdev_machine_modified(void)
{
    return machine_modified;
}

void qdev_machine_modified_set(void)
{
    machine_modified = true;
}

bool phase_check(MachineInitPhase phase)
{
    return machine_phase >= phase;
}

void phase_advance(MachineInitPhase phase)
{
    g_assert(machine_phase == phase - 1);
    machine_phase = phase;
}

static MachineState *machine_of_devices(void)
{
    return (MachineState *)object_dynamic_cast(qdev_get_machine(), TYPE_MACHINE);
}

HotplugHandler *qdev_get_machine_hotplug_handler(DeviceState *dev)
{
    MachineState *machine = machine_of_devices();

    return machine ? machine_get_hotplug_handler(machine, dev) : NULL;
}

HotplugHandler *qdev_get_bus_hotplug_handler(DeviceState *dev)
{
    return dev->parent_bus ? dev->parent_bus->hotplug_handler : NULL;
}

HotplugHandler *qdev_get_hotplug_handler(DeviceState *dev)
{
    HotplugHandler *handler = qdev_get_machine_hotplug_handler(dev);

    return handler ? handler : qdev_get_bus_hotplug_handler(dev);
}

bool qdev_hotplug_allowed(DeviceState *dev, Error **errp)
{
    MachineState *machine = machine_of_devices();
    MachineClass *mc = machine ? MACHINE_GET_CLASS(machine) : NULL;

    return !mc || !mc->hotplug_allowed || mc->hotplug_allowed(machine, dev, errp);
}

void qdev_add_unplug_blocker(DeviceState *dev, Error *reason)
{
    dev->unplug_blockers = g_slist_prepend(dev->unplug_blockers, reason);
}

void qdev_del_unplug_blocker(DeviceState *dev, Error *reason)
{
    dev->unplug_blockers = g_slist_remove(dev->unplug_blockers, reason);
}

bool qdev_unplug_blocked(DeviceState *dev, Error **errp)
{
    if (!dev->unplug_blockers) {
        return false;
    }
    error_propagate(errp, error_copy(dev->unplug_blockers->data));
    return true;
}

static bool qdev_unplug_check(DeviceState *dev, Error **errp)
{
    const char *name = qdev_get_printable_name(dev);

    if (qdev_unplug_blocked(dev, errp)) {
        return false;
    }
    if (dev->parent_bus && !qbus_is_hotpluggable(dev->parent_bus) &&
        !qdev_get_machine_hotplug_handler(dev)) {
        error_setg(errp, "device '%s' cannot be unplugged: bus '%s' does not support hotplugging",
                   name, dev->parent_bus->name);
        return false;
    }
    if (!DEVICE_GET_CLASS(dev)->hotpluggable) {
        error_setg(errp, "device '%s' cannot be unplugged: device type '%s' does not support "
                   "hotplugging", name, object_get_typename(OBJECT(dev)));
        return false;
    }
    if (!qdev_get_hotplug_handler(dev)) {
        error_setg(errp, "device '%s' cannot be unplugged: this machine has no hotplug support "
                   "for devices of type '%s'", name, object_get_typename(OBJECT(dev)));
        return false;
    }
    return true;
}

bool qdev_unplug(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    HotplugHandler *handler;

    if (!qdev_unplug_check(dev, errp)) {
        return false;
    }
    handler = qdev_get_hotplug_handler(dev);
    qdev_machine_modified_set();
    if (HOTPLUG_HANDLER_GET_CLASS(handler)->unplug_request) {
        hotplug_handler_unplug_request(handler, dev, errp);
        return !*errp;
    }
    object_ref(OBJECT(dev));
    hotplug_handler_unplug(handler, dev, errp);
    if (!*errp) {
        object_unparent(OBJECT(dev));
    }
    object_unref(OBJECT(dev));
    return !*errp;
}

void qdev_simple_device_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev, Error **errp)
{
    qdev_unrealize(dev);
}
