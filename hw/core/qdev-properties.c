/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device properties: how a class' table becomes properties, the check that
 * refuses changes after realize, links, and setters for C code. The kinds are in
 * qdev-prop-kinds.c, qdev-prop-array.c and qdev-properties-system.c.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qlist.h"
#include "qapi/visitor.h"
#include "qom/qom-qobject.h"
#include "hw/qdev-properties.h"

void *object_field_prop_ptr(Object *obj, Property *prop)
{
    return (char *)obj + prop->offset;
}

bool qdev_prop_allow_set(Object *obj, const char *name, const PropertyInfo *info, Error **errp)
{
    DeviceState *dev = (DeviceState *)object_dynamic_cast(obj, TYPE_DEVICE);

    if (!dev || !dev->realized || (info && info->realized_set_allowed)) {
        return true;
    }
    error_setg(errp, "property '%s' of device '%s' (type '%s') cannot be changed after the device "
               "was realized", name, qdev_get_printable_name(dev), object_get_typename(obj));
    return false;
}

void qdev_prop_allow_set_link_before_realize(const Object *obj, const char *name, Object *val,
                                             Error **errp)
{
    qdev_prop_allow_set((Object *)obj, name, NULL, errp);
}

/* ---- from the table to properties ---- */

static void field_prop_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    Property *prop = opaque;

    prop->info->get(obj, v, name, opaque, errp);
}

static void field_prop_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    Property *prop = opaque;

    if (qdev_prop_allow_set(obj, name, prop->info, errp)) {
        prop->info->set(obj, v, name, opaque, errp);
    }
}

static const char *prop_type_name(const Property *prop)
{
    return prop->info->name;
}

static void qdev_class_add_property(DeviceClass *dc, Property *prop)
{
    ObjectClass *oc = OBJECT_CLASS(dc);
    const PropertyInfo *info = prop->info;
    ObjectProperty *op;

    if (info->create) {
        op = info->create(oc, prop->name, prop);
    } else {
        op = object_class_property_add(oc, prop->name, prop_type_name(prop),
                                       info->get ? field_prop_get : NULL,
                                       info->set ? field_prop_set : NULL, info->release, prop);
    }
    if (prop->set_default) {
        info->set_default_value(op, prop);
    }
    if (info->description) {
        object_class_property_set_description(oc, prop->name, info->description);
    }
}

void device_class_set_props(DeviceClass *dc, Property *props)
{
    dc->props_ = props;
    for (Property *prop = props; prop && prop->name; prop++) {
        qdev_class_add_property(dc, prop);
    }
}

void device_class_describe_props(DeviceClass *dc, const PropertyText *texts)
{
    for (; texts->name; texts++) {
        object_class_property_set_description(OBJECT_CLASS(dc), texts->name, texts->text);
    }
}

void qdev_property_add_static(DeviceState *dev, Property *prop)
{
    Object *obj = OBJECT(dev);
    const PropertyInfo *info = prop->info;
    ObjectProperty *op;

    g_assert(!info->create);
    op = object_property_add(obj, prop->name, prop_type_name(prop),
                             info->get ? field_prop_get : NULL,
                             info->set ? field_prop_set : NULL, info->release, prop);
    if (info->description) {
        object_property_set_description(obj, prop->name, info->description);
    }
    if (prop->set_default) {
        info->set_default_value(op, prop);
        if (op->init) {
            op->init(obj, op);
        }
    }
}

void qdev_alias_all_properties(DeviceState *target, Object *source)
{
    ObjectClass *device = object_class_by_name(TYPE_DEVICE);

    for (ObjectClass *oc = object_get_class(OBJECT(target)); oc != device;
         oc = object_class_get_parent(oc)) {
        for (Property *prop = DEVICE_CLASS(oc)->props_; prop && prop->name; prop++) {
            if (!object_property_find(source, prop->name)) {
                object_property_add_alias(source, prop->name, OBJECT(target), prop->name);
            }
        }
    }
}

/* ---- links ---- */

static ObjectProperty *create_link_property(ObjectClass *oc, const char *name, Property *prop)
{
    return object_class_property_add_link(oc, name, prop->link_type, prop->offset,
                                          qdev_prop_allow_set_link_before_realize,
                                          OBJ_PROP_LINK_STRONG);
}

const PropertyInfo qdev_prop_link = {
    .name = "link",
    .create = create_link_property,
};

/* ---- errors ---- */

void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj, const char *name,
                                    const char *value)
{
    const char *type = object_get_typename(obj);

    switch (ret) {
    case 0:
        break;
    case -EEXIST:
        error_setg(errp, "property '%s.%s': '%s' is in use already", type, name, value);
        break;
    case -ENOENT:
        error_setg(errp, "property '%s.%s': there is no '%s'", type, name, value);
        break;
    default:
        error_setg(errp, "property '%s.%s' does not take the value '%s'", type, name, value);
        break;
    }
}

/* ---- setters for C code ---- */

void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value)
{
    object_property_set_bool(OBJECT(dev), name, value, &error_abort);
}

#define QDEV_PROP_SET_INTEGER(suffix, type, kind) \
    void qdev_prop_set_##suffix(DeviceState *dev, const char *name, type value) \
    { \
        object_property_set_##kind(OBJECT(dev), name, value, &error_abort); \
    }

QDEV_PROP_SET_INTEGER(uint8, uint8_t, int)
QDEV_PROP_SET_INTEGER(uint16, uint16_t, int)
QDEV_PROP_SET_INTEGER(uint32, uint32_t, int)
QDEV_PROP_SET_INTEGER(int32, int32_t, int)
QDEV_PROP_SET_INTEGER(uint64, uint64_t, uint)

void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value)
{
    object_property_set_str(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_enum(DeviceState *dev, const char *name, int value)
{
    ObjectProperty *op = object_property_find_err(OBJECT(dev), name, &error_abort);
    Property *prop = op->opaque;

    object_property_set_str(OBJECT(dev), name, qapi_enum_lookup(prop->info->enum_table, value),
                            &error_abort);
}

void qdev_prop_set_array(DeviceState *dev, const char *name, QList *values)
{
    object_property_set_qobject(OBJECT(dev), name, QOBJECT(values), &error_abort);
    qobject_unref(values);
}
