/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making and removing devices on behalf of users: -device, device_add and
 * device_del. All checks that can be made without the device come first; after
 * it was created any failure takes it away again.
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "hw/qdev-monitor.h"
#include "hw/sysbus.h"
#include "migration/misc.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/opts.h"
#include "qapi/qapi-commands-qdev.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qstring.h"
#include "qemu/id.h"
#include "qemu/suggest.h"
#include "qom/object.h"

/* What a request asks for; strings are borrowed from it. */
typedef struct DeviceRequest {
    const char *driver;
    const char *id;     /* may be NULL */
    DeviceClass *dc;
    BusState *bus;      /* NULL: the type needs none */
} DeviceRequest;

/* -- checks ------------------------------------------------------------------------ */

static bool request_string_get(const QDict *opts, const char *key,
                               const char **value, Error **errp)
{
    QObject *obj = qdict_get(opts, key);

    *value = obj ? qobject_get_try_str(obj) : NULL;
    if (obj && !*value) {
        error_setg(errp, "Invalid parameter type for '%s', expected: string",
                   key);
        return false;
    }
    return true;
}

static void device_type_unknown(const char *driver, Error **errp)
{
    g_autoptr(GSList) types = object_class_get_list(TYPE_DEVICE, false);
    Suggest near;

    suggest_init(&near, driver);
    for (GSList *el = types; el; el = el->next) {
        if (DEVICE_CLASS(el->data)->user_creatable) {
            suggest_offer(&near, object_class_get_name(el->data));
        }
    }
    suggest_error_setg(&near, errp, "'%s' is not a valid device model name",
                       driver);
}

static DeviceClass *device_class_find(const char *driver, Error **errp)
{
    ObjectClass *oc = object_class_by_name(driver);
    DeviceClass *dc;

    if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE)) {
        device_type_unknown(driver, errp);
        return NULL;
    }
    if (object_class_is_abstract(oc)) {
        error_setg(errp, "Parameter 'driver' expects a non-abstract device "
                   "type, '%s' is abstract", driver);
        return NULL;
    }
    dc = DEVICE_CLASS(oc);
    if (!dc->user_creatable ||
        (phase_check(PHASE_MACHINE_READY) && !dc->hotpluggable)) {
        error_setg(errp, "Parameter 'driver' expects a pluggable device type, "
                   "'%s' %s", driver, dc->user_creatable
                   ? "cannot be added while the machine runs"
                   : "is made by a board only");
        return NULL;
    }
    if (object_class_dynamic_cast(oc, TYPE_SYS_BUS_DEVICE) &&
        (!current_machine ||
         !device_type_is_dynamic_sysbus(MACHINE_GET_CLASS(current_machine),
                                        driver))) {
        error_setg(errp, "Parameter 'driver' expects a dynamic sysbus device "
                   "type for the machine, which '%s' is not", driver);
        return NULL;
    }
    return dc;
}

/* -- choice of the bus --------------------------------------------------------------- */

static bool bus_has_room(BusState *bus)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    return !bus->full && !(bc->max_dev && bus->num_children >= bc->max_dev);
}

typedef struct BusSearch {
    const char *type;
    BusState *found;
    bool is_full;       /* one of the type was passed over since it is full */
} BusSearch;

static int bus_search_step(BusState *bus, void *opaque)
{
    BusSearch *search = opaque;

    if (!object_dynamic_cast(OBJECT(bus), search->type)) {
        return 0;
    }
    if (!bus_has_room(bus)) {
        search->is_full = true;
        return 0;
    }
    search->found = bus;
    return -1;
}

static BusState *bus_choose(DeviceRequest *req, Error **errp)
{
    BusSearch search = { .type = req->dc->bus_type };
    BusState *root = sysbus_get_default();

    if (bus_search_step(root, &search) == 0) {
        qbus_walk_children(root, NULL, bus_search_step, NULL, NULL, &search);
    }
    if (!search.found) {
        error_setg(errp, search.is_full
                   ? "All buses of type '%s' are full, no room for device '%s'"
                   : "No '%s' bus found for device '%s'",
                   search.type, req->driver);
    }
    return search.found;
}

static BusState *bus_named(DeviceRequest *req, const char *path, Error **errp)
{
    BusState *bus = qbus_find(path, errp);

    if (!bus) {
        return NULL;
    }
    if (!req->dc->bus_type) {
        error_setg(errp, "Device '%s' needs no bus, leave out bus=%s",
                   req->driver, path);
        return NULL;
    }
    if (!object_dynamic_cast(OBJECT(bus), req->dc->bus_type)) {
        error_setg(errp, "Device '%s' can't go on %s bus '%s'", req->driver,
                   object_get_typename(OBJECT(bus)), bus->name);
        return NULL;
    }
    if (!bus_has_room(bus)) {
        error_setg(errp, "Bus '%s' is full", path);
        return NULL;
    }
    return bus;
}

static bool request_bus_find(DeviceRequest *req, const char *path, Error **errp)
{
    if (path || req->dc->bus_type) {
        req->bus = path ? bus_named(req, path, errp) : bus_choose(req, errp);
        if (!req->bus) {
            return false;
        }
        /* sysbus devices are the machine's to plug, not the bus' */
        if (phase_check(PHASE_MACHINE_READY) &&
            !qbus_is_hotpluggable(req->bus) &&
            strcmp(req->dc->bus_type, TYPE_SYSTEM_BUS)) {
            error_setg(errp, "Bus '%s' does not support hotplugging",
                       req->bus->name);
            return false;
        }
    }
    return true;
}

static bool request_parse(const QDict *opts, DeviceRequest *req, Error **errp)
{
    const char *path;

    if (!request_string_get(opts, "driver", &req->driver, errp) ||
        !request_string_get(opts, "id", &req->id, errp) ||
        !request_string_get(opts, "bus", &path, errp)) {
        return false;
    }
    if (!req->driver) {
        error_setg(errp, "Parameter 'driver' is missing");
        return false;
    }
    if (req->id && !id_wellformed(req->id)) {
        error_setg(errp, "Parameter 'id' expects an identifier, not '%s'; "
                   "identifiers are letters, digits, '-', '.', '_', starting "
                   "with a letter", req->id);
        return false;
    }
    req->dc = device_class_find(req->driver, errp);
    return req->dc && request_bus_find(req, path, errp);
}

/* -- creation ------------------------------------------------------------------------- */

static bool device_hotplug_check(DeviceState *dev, const DeviceRequest *req,
                                 Error **errp)
{
    if (!phase_check(PHASE_MACHINE_READY)) {
        return true;
    }
    if (!qdev_hotplug_allowed(dev, errp)) {
        return false;
    }
    if ((!req->bus || !qbus_is_hotpluggable(req->bus)) &&
        !qdev_get_machine_hotplug_handler(dev)) {
        error_setg(errp, "Device '%s' can not be hotplugged on this machine",
                   req->driver);
        return false;
    }
    return true;
}

/* Properties are all members that are no arguments of device_add itself. */
static QDict *request_properties(const QDict *opts)
{
    QDict *properties = qdict_clone_shallow(opts);

    qdict_del(properties, "driver");
    qdict_del(properties, "bus");
    qdict_del(properties, "id");
    return properties;
}

/* A saved state and the machine it is of, or is to become, must have the same devices. */
static bool machine_stays_check(Error **errp)
{
    if (!migration_is_idle()) {
        error_setg(errp, "the machine is being saved or loaded: wait for the end");
        return false;
    }
    return true;
}

DeviceState *qdev_device_add_from_qdict(const QDict *opts, bool from_json,
                                        Error **errp)
{
    ERRP_GUARD();
    DeviceRequest req = { 0 };
    g_autoptr(QDict) properties = NULL;
    DeviceState *dev;

    if (!machine_stays_check(errp) || !request_parse(opts, &req, errp)) {
        return NULL;
    }
    if (qdev_should_hide_device(opts, from_json, errp) && !*errp) {
        error_setg(errp, "Device '%s' is held back for now", req.driver);
    }
    if (*errp) {
        return NULL;
    }

    dev = qdev_new(req.driver);
    if (!device_hotplug_check(dev, &req, errp) ||
        !qdev_set_id(dev, g_strdup(req.id), errp)) {
        object_unref(OBJECT(dev));
        return NULL;
    }
    properties = request_properties(opts);
    if (!object_set_properties_from_keyval(OBJECT(dev), properties, from_json,
                                           errp) ||
        !qdev_realize(dev, req.bus, errp)) {
        object_unparent(OBJECT(dev));
        object_unref(OBJECT(dev));
        return NULL;
    }
    dev->opts = qdict_clone_shallow(opts);
    return dev;
}

DeviceState *qdev_device_add(QemuOpts *opts, Error **errp)
{
    g_autoptr(QDict) dict = qemu_opts_to_qdict(opts, NULL);

    return qdev_device_add_from_qdict(dict, false, errp);
}

void qmp_device_add(QDict *args, QObject **ret, Error **errp)
{
    DeviceState *dev = qdev_device_add_from_qdict(args, true, errp);

    if (dev) {
        object_unref(OBJECT(dev));
    }
}

/* -- removal --------------------------------------------------------------------------- */

DeviceState *qdev_find_device(const char *id, Error **errp)
{
    Object *peripheral = object_resolve_path("/machine/peripheral", NULL);
    Object *obj;

    obj = *id == '/' ? object_resolve_path(id, NULL)
        : peripheral && *id ? object_resolve_path_at(peripheral, id) : NULL;
    if (!obj) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found",
                  id);
        return NULL;
    }
    if (!object_dynamic_cast(obj, TYPE_DEVICE)) {
        error_setg(errp, "%s is not a hotpluggable device", id);
        return NULL;
    }
    return DEVICE(obj);
}

void qmp_device_del(const char *id, Error **errp)
{
    DeviceState *dev = machine_stays_check(errp) ? qdev_find_device(id, errp) : NULL;

    if (dev) {
        qdev_unplug(dev, errp);
    }
}
