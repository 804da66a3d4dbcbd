/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices and buses as Resettable: a device's children are its buses, a bus'
 * children its devices. Device classes with a one-phase reset run it in hold.
 */
#include "qemu/osdep.h"
#include "qdev-internal.h"

static ResettableState *device_reset_state(Object *obj)
{
    return &DEVICE(obj)->reset;
}

static void device_reset_child_foreach(Object *obj, ResettableChildCallback cb, void *opaque,
                                       ResetType type)
{
    BusState *bus;

    QLIST_FOREACH(bus, &DEVICE(obj)->child_bus, sibling) {
        cb(OBJECT(bus), opaque, type);
    }
}

/*
 * The base class' one-phase reset: what a subclass with a one-phase reset gets
 * when it calls its parent's and that one has phases.
 */
static void device_phases_reset(DeviceState *dev)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(dev);

    if (rc->phases.enter) {
        rc->phases.enter(OBJECT(dev), RESET_TYPE_COLD);
    }
    if (rc->phases.hold) {
        rc->phases.hold(OBJECT(dev));
    }
    if (rc->phases.exit) {
        rc->phases.exit(OBJECT(dev));
    }
}

static void device_transitional_reset(Object *obj)
{
    DEVICE_GET_CLASS(obj)->reset(DEVICE(obj));
}

static ResettableTrFunction device_get_transitional_reset(Object *obj)
{
    DeviceClass *dc = DEVICE_GET_CLASS(obj);

    return dc->reset && dc->reset != device_phases_reset ? device_transitional_reset : NULL;
}

void qdev_reset_class_init(ObjectClass *klass)
{
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->get_state = device_reset_state;
    rc->child_foreach = device_reset_child_foreach;
    rc->get_transitional_function = device_get_transitional_reset;
    DEVICE_CLASS(klass)->reset = device_phases_reset;
}

static ResettableState *bus_reset_state(Object *obj)
{
    return &BUS(obj)->reset;
}

static void bus_reset_child_foreach(Object *obj, ResettableChildCallback cb, void *opaque,
                                    ResetType type)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &BUS(obj)->children, sibling) {
        cb(OBJECT(kid->child), opaque, type);
    }
}

void qbus_reset_class_init(ObjectClass *klass)
{
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->get_state = bus_reset_state;
    rc->child_foreach = bus_reset_child_foreach;
}

void device_cold_reset(DeviceState *dev)
{
    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
}

void bus_cold_reset(BusState *bus)
{
    resettable_reset(OBJECT(bus), RESET_TYPE_COLD);
}

bool device_is_in_reset(DeviceState *dev)
{
    return resettable_is_in_reset(OBJECT(dev));
}

bool bus_is_in_reset(BusState *bus)
{
    return resettable_is_in_reset(OBJECT(bus));
}

void device_class_set_parent_reset(DeviceClass *dc, DeviceReset dev_reset,
                                   DeviceReset *parent_reset)
{
    *parent_reset = dc->reset;
    dc->reset = dev_reset;
}
