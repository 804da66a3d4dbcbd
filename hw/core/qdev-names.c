/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of devices: ids, paths in the object tree, in saved states and for
 * firmware, and finding a device or bus by name.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/id.h"
#include "hw/qdev-core.h"
#include "hw/qdev-monitor.h"
#include "hw/sysbus.h"

Object *qdev_get_machine(void)
{
    return container_get(object_get_root(), "/machine");
}

const char *qdev_get_printable_name(DeviceState *dev)
{
    const char *component;

    if (dev->id) {
        return dev->id;
    }
    if (dev->canonical_path) {
        return dev->canonical_path;
    }
    component = object_get_canonical_path_component(OBJECT(dev));
    return component ? component : object_get_typename(OBJECT(dev));
}

const char *qdev_set_id(DeviceState *dev, char *id, Error **errp)
{
    g_autofree char *owned = id;
    ObjectProperty *prop;

    g_assert(!dev->id && !OBJECT(dev)->parent);
    if (!id) {
        prop = object_property_add_child(container_get(qdev_get_machine(), "/peripheral-anon"),
                                         "device[*]", OBJECT(dev));
        return prop->name;
    }
    if (!id_wellformed(id)) {
        error_setg(errp, "'%s' is no valid id: letters, digits, '-', '.' and '_', starting with a "
                   "letter", id);
        return NULL;
    }
    prop = object_property_try_add_child(container_get(qdev_get_machine(), "/peripheral"), id,
                                         OBJECT(dev), NULL);
    if (!prop) {
        error_setg(errp, "there is already a device with the id '%s': choose another one", id);
        return NULL;
    }
    dev->id = g_steal_pointer(&owned);
    return prop->name;
}

void qdev_set_legacy_instance_id(DeviceState *dev, int alias_id, int required_for_version)
{
    g_assert(!dev->realized);
    dev->instance_id_alias = alias_id;
    dev->alias_required_for_version = required_for_version;
}

BusState *qdev_get_parent_bus(const DeviceState *dev)
{
    return dev->parent_bus;
}

BusState *qdev_get_child_bus(DeviceState *dev, const char *name)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        if (strcmp(name, bus->name) == 0) {
            return bus;
        }
    }
    return NULL;
}

DeviceState *qdev_find_recursive(BusState *bus, const char *id)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        BusState *child;

        if (g_strcmp0(kid->child->id, id) == 0) {
            return kid->child;
        }
        QLIST_FOREACH(child, &kid->child->child_bus, sibling) {
            DeviceState *dev = qdev_find_recursive(child, id);

            if (dev) {
                return dev;
            }
        }
    }
    return NULL;
}

char *qdev_get_dev_path(DeviceState *dev)
{
    BusClass *bc = dev->parent_bus ? BUS_GET_CLASS(dev->parent_bus) : NULL;

    return bc && bc->get_dev_path ? bc->get_dev_path(dev) : NULL;
}

/* ---- firmware paths ---- */

const char *qdev_fw_name(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    return dc->fw_name ? dc->fw_name : object_get_typename(OBJECT(dev));
}

static void fw_dev_path_append(DeviceState *dev, GString *path)
{
    BusState *bus = dev->parent_bus;

    if (!bus) {
        return;
    }
    if (bus->parent) {
        fw_dev_path_append(bus->parent, path);
    }
    if (BUS_GET_CLASS(bus)->get_fw_dev_path) {
        g_autofree char *component = BUS_GET_CLASS(bus)->get_fw_dev_path(dev);

        if (component) {
            g_string_append_printf(path, "%s/", component);
        }
    }
}

char *qdev_get_fw_dev_path(DeviceState *dev)
{
    GString *path = g_string_new("/");

    fw_dev_path_append(dev, path);
    if (path->len > 1) {
        g_string_truncate(path, path->len - 1);
    }
    return g_string_free(path, FALSE);
}

/* ---- bus paths ---- */

typedef struct BusSearch {
    const char *name;
    BusState *found;
    GString *known; /* names of all buses, for the error */
} BusSearch;

static int bus_search_visit(BusState *bus, void *opaque)
{
    BusSearch *search = opaque;

    g_string_append_printf(search->known, "%s%s", search->known->len ? ", " : "", bus->name);
    if (!search->found && strcmp(bus->name, search->name) == 0) {
        search->found = bus;
    }
    return 0;
}

static BusState *bus_find_named(const char *name, Error **errp)
{
    g_autoptr(GString) known = g_string_new(NULL);
    BusSearch search = { .name = name, .known = known };

    qbus_walk_children(sysbus_get_default(), NULL, bus_search_visit, NULL, NULL, &search);
    if (!search.found) {
        error_setg(errp, "bus '%s' not found: there is %s", name, known->str);
    }
    return search.found;
}

/* The device on @bus whose id or type is @name. */
static DeviceState *bus_child_find(BusState *bus, const char *name)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        if (g_strcmp0(kid->child->id, name) == 0) {
            return kid->child;
        }
    }
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        if (strcmp(object_get_typename(OBJECT(kid->child)), name) == 0) {
            return kid->child;
        }
    }
    return NULL;
}

/* One step of a path: the device @name on @bus, then its only bus, or its bus @bus_name. */
static BusState *bus_path_step(BusState *bus, const char *name, const char *bus_name,
                               Error **errp)
{
    DeviceState *dev = bus_child_find(bus, name);
    BusState *next;

    if (!dev) {
        error_setg(errp, "no device '%s' on bus '%s'", name, bus->name);
        return NULL;
    }
    if (bus_name) {
        next = qdev_get_child_bus(dev, bus_name);
        if (!next) {
            error_setg(errp, "device '%s' has no bus '%s'", name, bus_name);
        }
        return next;
    }
    if (dev->num_child_bus != 1) {
        error_setg(errp, "device '%s' has %s: name one", name,
                   dev->num_child_bus ? "several buses" : "no bus");
        return NULL;
    }
    return QLIST_FIRST(&dev->child_bus);
}

BusState *qbus_find(const char *path, Error **errp)
{
    g_auto(GStrv) parts = NULL;
    BusState *bus;
    unsigned i = 0;

    parts = g_strsplit(path[0] == '/' ? path + 1 : path, "/", -1);
    if (path[0] == '/') {
        bus = sysbus_get_default();
    } else {
        bus = bus_find_named(parts[0] ? parts[0] : "", errp);
        i = 1;
    }
    while (bus && parts[i] && parts[i][0]) {
        const char *bus_name = parts[i + 1] && parts[i + 1][0] ? parts[i + 1] : NULL;

        bus = bus_path_step(bus, parts[i], bus_name, errp);
        i += bus_name ? 2 : 1;
    }
    return bus;
}
