/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buses: their names, their list of devices, realize, and walks of the tree.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qdev-internal.h"

void qbus_set_hotplug_handler(BusState *bus, Object *handler)
{
    bus->hotplug_handler = HOTPLUG_HANDLER(handler);
}

void qbus_set_bus_hotplug_handler(BusState *bus)
{
    qbus_set_hotplug_handler(bus, OBJECT(bus));
}

int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque)
{
    BusChild *kid;
    int err = pre_busfn ? pre_busfn(bus, opaque) : 0;

    if (err) {
        return err < 0 ? err : 0;
    }
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        err = qdev_walk_children(kid->child, pre_devfn, pre_busfn, post_devfn, post_busfn,
                                 opaque);
        if (err) {
            return err;
        }
    }
    return post_busfn ? post_busfn(bus, opaque) : 0;
}

int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque)
{
    BusState *bus;
    int err = pre_devfn ? pre_devfn(dev, opaque) : 0;

    if (err) {
        return err < 0 ? err : 0;
    }
    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        err = qbus_walk_children(bus, pre_devfn, pre_busfn, post_devfn, post_busfn, opaque);
        if (err) {
            return err;
        }
    }
    return post_devfn ? post_devfn(dev, opaque) : 0;
}

void bus_child_add(BusState *bus, DeviceState *dev)
{
    BusChild *kid = g_new0(BusChild, 1);
    g_autofree char *name = NULL;

    bus->num_children++;
    kid->index = bus->max_index++;
    kid->child = dev;
    object_ref(OBJECT(dev));
    QTAILQ_INSERT_HEAD(&bus->children, kid, sibling);

    /* Weak: the list holds the reference. */
    name = g_strdup_printf("child[%d]", kid->index);
    object_property_add_link(OBJECT(bus), name, object_get_typename(OBJECT(dev)),
                             (Object **)&kid->child, NULL, 0);
}

void bus_child_remove(BusState *bus, DeviceState *dev)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        if (kid->child == dev) {
            g_autofree char *name = g_strdup_printf("child[%d]", kid->index);

            QTAILQ_REMOVE(&bus->children, kid, sibling);
            bus->num_children--;
            object_property_del(OBJECT(bus), name);
            g_free(kid);
            object_unref(OBJECT(dev));
            return;
        }
    }
}

/* "ID.N", where ID is the parent's, or "TYPE.N" with N counting per type. */
static char *bus_name_make(BusState *bus)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    if (bus->parent && bus->parent->id) {
        return g_strdup_printf("%s.%d", bus->parent->id, bus->parent->num_child_bus);
    } else {
        g_autofree char *type = g_ascii_strdown(object_get_typename(OBJECT(bus)), -1);

        return g_strdup_printf("%s.%d", type, bc->automatic_ids++);
    }
}

static void qbus_attach(BusState *bus, DeviceState *parent, const char *name)
{
    bus->parent = parent;
    bus->name = name ? g_strdup(name) : bus_name_make(bus);
    if (parent) {
        QLIST_INSERT_HEAD(&parent->child_bus, bus, sibling);
        parent->num_child_bus++;
        object_property_add_child(OBJECT(parent), bus->name, OBJECT(bus));
        object_unref(OBJECT(bus));
    }
}

void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent, const char *name)
{
    object_initialize(bus, size, typename);
    qbus_attach(bus, parent, name);
}

BusState *qbus_new(const char *typename, DeviceState *parent, const char *name)
{
    BusState *bus = BUS(object_new(typename));

    qbus_attach(bus, parent, name);
    return bus;
}

bool qbus_realize(BusState *bus, Error **errp)
{
    ERRP_GUARD();
    BusClass *bc = BUS_GET_CLASS(bus);

    if (bus->realized) {
        return true;
    }
    if (bc->realize) {
        bc->realize(bus, errp);
        if (*errp) {
            return false;
        }
    }
    bus->realized = true;
    return true;
}

void qbus_unrealize(BusState *bus)
{
    BusClass *bc = BUS_GET_CLASS(bus);
    BusChild *kid;

    if (!bus->realized) {
        return;
    }
    bus->realized = false;
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        qdev_unrealize(kid->child);
    }
    if (bc->unrealize) {
        bc->unrealize(bus);
    }
}

static bool bus_get_realized(Object *obj, Error **errp)
{
    return BUS(obj)->realized;
}

void bus_children_drop(BusState *bus)
{
    BusChild *kid;

    while ((kid = QTAILQ_FIRST(&bus->children)) != NULL) {
        g_autoptr(Object) dev = object_ref(OBJECT(kid->child));

        object_unparent(dev);
        /* Nothing happened to a device that has no place in the tree. */
        if (DEVICE(dev)->parent_bus) {
            qdev_unrealize(DEVICE(dev));
            qdev_bus_leave(DEVICE(dev));
        }
    }
}

/* Devices first, since they may use the bus. */
static void bus_unparent(Object *obj)
{
    BusState *bus = BUS(obj);

    /* Only the main system bus has no parent, and it has its own method. */
    g_assert(bus->parent);
    bus_children_drop(bus);
    qbus_unrealize(bus);
    QLIST_REMOVE(bus, sibling);
    bus->parent->num_child_bus--;
    bus->parent = NULL;
}

static char *bus_fw_dev_path_default(DeviceState *dev)
{
    return g_strdup(object_get_typename(OBJECT(dev)));
}

static void bus_instance_init(Object *obj)
{
    QTAILQ_INIT(&BUS(obj)->children);
}

static void bus_instance_finalize(Object *obj)
{
    BusState *bus = BUS(obj);

    /* A device holds a reference to its bus, so the list is empty by now. */
    g_assert(QTAILQ_EMPTY(&bus->children));
    g_free(bus->name);
}

static void bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bc = BUS_CLASS(klass);

    klass->unparent = bus_unparent;
    bc->get_fw_dev_path = bus_fw_dev_path_default;
    qbus_reset_class_init(klass);
    object_class_property_add_bool(klass, "realized", bus_get_realized, NULL);
    object_class_property_add_link(klass, "hotplug-handler", TYPE_HOTPLUG_HANDLER,
                                   offsetof(BusState, hotplug_handler), NULL, 0);
}

static const TypeInfo bus_types[] = {
    {
        .name = TYPE_BUS,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(BusState),
        .abstract = true,
        .class_size = sizeof(BusClass),
        .instance_init = bus_instance_init,
        .instance_finalize = bus_instance_finalize,
        .class_init = bus_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_RESETTABLE_INTERFACE }, { } },
    },
};

DEFINE_TYPES(bus_types)
