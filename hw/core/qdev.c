/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices: creation, plugging into a bus, realize with full unwinding,
 * unrealize, and the class all devices come from.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-events-qdev.h"
#include "qapi/qmp/qdict.h"
#include "qemu/module.h"
#include "exec/memory.h"
#include "hw/clock.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qdev-internal.h"
#include "trace.h"

/* ---- creation ---- */

DeviceState *qdev_try_new(const char *name)
{
    ObjectClass *oc = object_class_by_name(name);

    if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE) || object_class_is_abstract(oc)) {
        return NULL;
    }
    return DEVICE(object_new_with_class(oc));
}

DeviceState *qdev_new(const char *name)
{
    DeviceState *dev = qdev_try_new(name);

    if (!dev) {
        error_setg(&error_abort, "'%s' is not a device type of this program", name);
    }
    return dev;
}

/* ---- place on a bus ---- */

static bool bus_address_check(BusState *bus, DeviceState *dev, Error **errp)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    return !bc->check_address || bc->check_address(bus, dev, errp);
}

void qdev_bus_leave(DeviceState *dev)
{
    BusState *bus = dev->parent_bus;

    if (bus) {
        dev->parent_bus = NULL;
        bus_child_remove(bus, dev);
        object_unref(OBJECT(bus));
    }
}

bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp)
{
    BusState *old = dev->parent_bus;
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    if (!dc->bus_type || !object_dynamic_cast(OBJECT(bus), dc->bus_type)) {
        error_setg(errp, "device '%s' does not fit bus '%s': it needs a bus of type %s",
                   qdev_get_printable_name(dev), bus->name, dc->bus_type ? dc->bus_type : "none");
        return false;
    }
    if (!bus_address_check(bus, dev, errp)) {
        return false;
    }
    trace_qdev_update_parent_bus(dev, object_get_typename(OBJECT(dev)), old ? old->name : "-",
                                 bus->name);
    object_ref(OBJECT(dev)); /* its old bus may have held the last reference */
    object_ref(OBJECT(bus));
    if (old) {
        dev->parent_bus = NULL;
        bus_child_remove(old, dev);
    }
    dev->parent_bus = bus;
    bus_child_add(bus, dev);
    if (dev->realized) {
        resettable_change_parent(OBJECT(dev), OBJECT(bus), OBJECT(old));
    }
    object_unref(OBJECT(old));
    object_unref(OBJECT(dev));
    return true;
}

/* ---- realize ---- */

/*
 * A device nobody gave a place in the tree gets one, so that it has a path.
 * True if it did.
 */
static bool device_place_assign(DeviceState *dev)
{
    if (OBJECT(dev)->parent) {
        return false;
    }
    object_property_add_child(container_get(qdev_get_machine(), "/unattached"), "device[*]",
                              OBJECT(dev));
    return true;
}

static void device_clocks_name(DeviceState *dev)
{
    NamedClockList *ncl;

    QLIST_FOREACH(ncl, &dev->clocks, node) {
        if (!ncl->alias) {
            clock_setup_canonical_path(ncl->clock);
        }
    }
}

static bool device_vmstate_register(DeviceState *dev, Error **errp)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);

    return !vmsd ||
           vmstate_register_with_alias_id(VMSTATE_IF(dev), VMSTATE_INSTANCE_ID_ANY, vmsd, dev,
                                          dev->instance_id_alias,
                                          dev->alias_required_for_version, errp) == 0;
}

static void device_vmstate_unregister(DeviceState *dev)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);

    if (vmsd) {
        vmstate_unregister(VMSTATE_IF(dev), vmsd, dev);
    }
}

static bool device_buses_realize(DeviceState *dev, Error **errp)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        if (!qbus_realize(bus, errp)) {
            return false;
        }
    }
    return true;
}

static void device_buses_unrealize(DeviceState *dev)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        qbus_unrealize(bus);
    }
}

/* What a bus' reset would have done to a device that comes later. */
static void device_hotplug_reset(DeviceState *dev)
{
    resettable_assert_reset(OBJECT(dev), RESET_TYPE_COLD);
    resettable_change_parent(OBJECT(dev), OBJECT(dev->parent_bus), NULL);
    resettable_release_reset(OBJECT(dev), RESET_TYPE_COLD);
}

static bool device_realize_check(DeviceState *dev, Error **errp)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    if (dev->hotplugged && !dc->hotpluggable) {
        error_setg(errp, "device type '%s' does not support hotplugging: give it on the command "
                   "line", object_get_typename(OBJECT(dev)));
        return false;
    }
    if (dc->vmsd && !vmstate_check_only_migratable(dc->vmsd)) {
        error_setg(errp, "device '%s' (type %s) cannot be migrated, and -only-migratable was "
                   "given", qdev_get_printable_name(dev), object_get_typename(OBJECT(dev)));
        return false;
    }
    return true;
}

static bool device_plug(DeviceState *dev, HotplugHandler *handler, Error **errp)
{
    ERRP_GUARD();

    if (handler) {
        hotplug_handler_plug(handler, dev, errp);
    }
    return !*errp;
}

/* Everything after the class' realize; undoes itself on failure. */
static bool device_realize_finish(DeviceState *dev, HotplugHandler *handler, Error **errp)
{
    g_free(dev->canonical_path);
    dev->canonical_path = object_get_canonical_path(OBJECT(dev));
    device_clocks_name(dev);
    if (!device_vmstate_register(dev, errp)) {
        return false;
    }
    /* Dropped with the old parent, if it was unrealized before. */
    resettable_state_clear(&dev->reset);
    if (!device_buses_realize(dev, errp)) {
        goto err_buses;
    }
    if (dev->hotplugged) {
        qdev_machine_modified_set();
        device_hotplug_reset(dev);
    }
    dev->pending_deleted_event = false;
    if (!device_plug(dev, handler, errp)) {
        goto err_buses;
    }
    qdev_listeners_realize(dev);
    return true;

err_buses:
    device_buses_unrealize(dev);
    device_vmstate_unregister(dev);
    return false;
}

static bool device_realize(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    HotplugHandler *handler;
    bool placed;

    if (!device_realize_check(dev, errp)) {
        return false;
    }
    /* Dropping the place on failure must not free the device under the caller. */
    object_ref(OBJECT(dev));
    placed = device_place_assign(dev);
    handler = qdev_get_hotplug_handler(dev);
    if (handler) {
        hotplug_handler_pre_plug(handler, dev, errp);
        if (*errp) {
            goto err_place;
        }
    }
    if (dc->realize) {
        dc->realize(dev, errp);
        if (*errp) {
            goto err_place;
        }
    }
    if (!device_realize_finish(dev, handler, errp)) {
        goto err_realize;
    }
    qatomic_store_release(&dev->realized, true);
    trace_qdev_realize(dev, object_get_typename(OBJECT(dev)), dev->canonical_path);
    object_unref(OBJECT(dev));
    return true;

err_realize:
    if (dc->unrealize) {
        dc->unrealize(dev);
    }
err_place:
    if (placed) {
        object_unparent(OBJECT(dev));
    }
    object_unref(OBJECT(dev));
    return false;
}

bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp)
{
    bool ok;

    g_assert(!dev->realized && !dev->parent_bus);
    if (bus) {
        if (!qdev_set_parent_bus(dev, bus, errp)) {
            return false;
        }
    } else {
        g_assert(!DEVICE_GET_CLASS(dev)->bus_type);
    }
    object_ref(OBJECT(dev));
    ok = device_realize(dev, errp);
    if (!ok) {
        qdev_bus_leave(dev);
    }
    object_unref(OBJECT(dev));
    return ok;
}

bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp)
{
    bool ok = qdev_realize(dev, bus, errp);

    object_unref(OBJECT(dev));
    return ok;
}

void qdev_unrealize(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    if (!dev->realized) {
        return;
    }
    trace_qdev_unrealize(dev, object_get_typename(OBJECT(dev)), dev->canonical_path);
    qdev_listeners_unrealize(dev);
    qatomic_set(&dev->realized, false);
    device_buses_unrealize(dev);
    device_vmstate_unregister(dev);
    if (dc->unrealize) {
        dc->unrealize(dev);
    }
    dev->pending_deleted_event = true;
}

/* ---- properties of every device ---- */

static bool device_get_realized(Object *obj, Error **errp)
{
    return DEVICE(obj)->realized;
}

/* For boards that set the property; users plug and unplug with commands instead. */
static void device_set_realized(Object *obj, bool value, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    if (value == dev->realized) {
        return;
    }
    if (phase_check(PHASE_MACHINE_READY)) {
        error_setg(errp, "property 'realized' cannot be set while the machine runs: use "
                   "device_add and device_del");
    } else if (!value) {
        qdev_unrealize(dev);
    } else if (DEVICE_GET_CLASS(dev)->bus_type && !dev->parent_bus) {
        error_setg(errp, "device '%s' is on no bus", qdev_get_printable_name(dev));
    } else {
        device_realize(dev, errp);
    }
}

static bool device_get_hotpluggable(Object *obj, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    return DEVICE_GET_CLASS(dev)->hotpluggable &&
           (!dev->parent_bus || qbus_is_hotpluggable(dev->parent_bus));
}

static bool device_get_hotplugged(Object *obj, Error **errp)
{
    return DEVICE(obj)->hotplugged;
}

/* ---- the class ---- */

void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize)
{
    *parent_realize = dc->realize;
    dc->realize = dev_realize;
}

void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize)
{
    *parent_unrealize = dc->unrealize;
    dc->unrealize = dev_unrealize;
}

const VMStateDescription *qdev_get_vmsd(DeviceState *dev)
{
    return DEVICE_GET_CLASS(dev)->vmsd;
}

static char *device_vmstate_id(VMStateIf *obj)
{
    char *path = qdev_get_dev_path(DEVICE(obj));

    return path ? path : g_strdup(DEVICE(obj)->canonical_path);
}

static MemReentrancyGuard *device_reentrancy_guard(Object *obj)
{
    return &DEVICE(obj)->mem_reentrancy_guard;
}

static void device_unparent(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    qdev_unrealize(dev);
    while (!QLIST_EMPTY(&dev->child_bus)) {
        object_unparent(OBJECT(QLIST_FIRST(&dev->child_bus)));
    }
    qdev_bus_leave(dev);
}

static void device_init(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    dev->hotplugged = phase_check(PHASE_MACHINE_READY);
    dev->allow_unplug_during_migration = false;
    dev->instance_id_alias = -1;
    QLIST_INIT(&dev->gpios);
    QLIST_INIT(&dev->clocks);
    QLIST_INIT(&dev->child_bus);
}

static void device_post_init(Object *obj)
{
    object_apply_compat_props(obj);
    qdev_prop_set_globals(DEVICE(obj));
}

static void device_finalize(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    qdev_gpio_lists_free(dev);
    qdev_finalize_clocklist(dev);
    if (dev->pending_deleted_event) {
        qapi_event_send_device_deleted(dev->id, dev->canonical_path);
    }
    g_slist_free(dev->unplug_blockers);
    qobject_unref(dev->opts);
    g_free(dev->canonical_path);
    g_free(dev->id);
}

/* Property tables are per class: a subclass without one has only its parents' properties. */
static void device_class_base_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->props_ = NULL;
}

static void device_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    klass->unparent = device_unparent;
    dc->hotpluggable = true;
    dc->user_creatable = true;
    qdev_reset_class_init(klass);
    VMSTATE_IF_CLASS(klass)->get_id = device_vmstate_id;
    MEM_REENTRANCY_OWNER_CLASS(klass)->get_guard = device_reentrancy_guard;
    object_class_property_add_bool(klass, "realized", device_get_realized, device_set_realized);
    object_class_property_add_bool(klass, "hotpluggable", device_get_hotpluggable, NULL);
    object_class_property_add_bool(klass, "hotplugged", device_get_hotplugged, NULL);
    object_class_property_add_link(klass, "parent_bus", TYPE_BUS,
                                   offsetof(DeviceState, parent_bus), NULL, 0);
}

static const TypeInfo device_types[] = {
    {
        .name = TYPE_DEVICE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(DeviceState),
        .instance_init = device_init,
        .instance_post_init = device_post_init,
        .instance_finalize = device_finalize,
        .class_base_init = device_class_base_init,
        .class_init = device_class_init,
        .abstract = true,
        .class_size = sizeof(DeviceClass),
        .interfaces = (InterfaceInfo[]) {
            { TYPE_VMSTATE_IF },
            { TYPE_RESETTABLE_INTERFACE },
            { TYPE_MEM_REENTRANCY_OWNER },
            { }
        },
    },
};

DEFINE_TYPES(device_types)
