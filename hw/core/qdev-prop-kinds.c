/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plain kinds of device properties: bits, booleans, integers, sizes,
 * strings and enumerations.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-types-common.h"
#include "qapi/util.h"
#include "qapi/visitor.h"
#include "qdev-prop-internal.h"

/* ---- defaults ---- */

void qdev_propinfo_set_default_value_enum(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_str(op, qapi_enum_lookup(prop->info->enum_table,
                                                         prop->defval.i));
}

void qdev_propinfo_set_default_value_int(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_int(op, prop->defval.i);
}

void qdev_propinfo_set_default_value_uint(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_uint(op, prop->defval.u);
}

static void set_default_value_bool(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_bool(op, prop->defval.u);
}

/* ---- enumerations ---- */

void qdev_propinfo_get_enum(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    Property *prop = opaque;
    int *ptr = object_field_prop_ptr(obj, prop);

    visit_type_enum(v, name, ptr, prop->info->enum_table, errp);
}

void qdev_propinfo_set_enum(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    qdev_propinfo_get_enum(obj, v, name, opaque, errp);
}

const PropertyInfo qdev_prop_enum = {
    .name = "enum",
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

const PropertyInfo qdev_prop_on_off_auto = {
    .name = "OnOffAuto",
    .description = "on/off/auto",
    .enum_table = &OnOffAuto_lookup,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

/* ---- bits and booleans ---- */

/* Accessors of bit .bitnr of a field of @type; the mask is checked when the device is written. */
#define BIT_KIND(prefix, type) \
    static void prefix##_get(Object *obj, Visitor *v, const char *name, void *opaque, \
                             Error **errp) \
    { \
        Property *prop = opaque; \
        const type *ptr = object_field_prop_ptr(obj, prop); \
        bool value = (*ptr >> prop->bitnr) & 1; \
        \
        visit_type_bool(v, name, &value, errp); \
    } \
    static void prefix##_set(Object *obj, Visitor *v, const char *name, void *opaque, \
                             Error **errp) \
    { \
        Property *prop = opaque; \
        type *ptr = object_field_prop_ptr(obj, prop); \
        type mask = (type)1 << prop->bitnr; \
        bool value; \
        \
        g_assert(prop->bitnr < sizeof(type) * 8); \
        if (visit_type_bool(v, name, &value, errp)) { \
            *ptr = value ? *ptr | mask : *ptr & ~mask; \
        } \
    } \
    static int prefix##_print(Object *obj, Property *prop, char *dest, size_t len) \
    { \
        const type *ptr = object_field_prop_ptr(obj, prop); \
        \
        return snprintf(dest, len, "%s", (*ptr >> prop->bitnr) & 1 ? "on" : "off"); \
    }

BIT_KIND(bit32, uint32_t)
BIT_KIND(bit64, uint64_t)

const PropertyInfo qdev_prop_bit = {
    .name = "bool",
    .description = "on/off",
    .print = bit32_print,
    .get = bit32_get,
    .set = bit32_set,
    .set_default_value = set_default_value_bool,
};

const PropertyInfo qdev_prop_bit64 = {
    .name = "bool",
    .description = "on/off",
    .print = bit64_print,
    .get = bit64_get,
    .set = bit64_set,
    .set_default_value = set_default_value_bool,
};

/*
 * A kind whose field is visited as it is, in both directions: the visitor
 * leaves it alone when the value is refused.
 */
#define PLAIN_ACCESSORS(type, visit) \
    static void visit##_get(Object *obj, Visitor *v, const char *name, void *opaque, \
                            Error **errp) \
    { \
        type value = *(type *)object_field_prop_ptr(obj, opaque); \
        \
        visit_type_##visit(v, name, &value, errp); \
    } \
    static void visit##_set(Object *obj, Visitor *v, const char *name, void *opaque, \
                            Error **errp) \
    { \
        type value; \
        \
        if (visit_type_##visit(v, name, &value, errp)) { \
            *(type *)object_field_prop_ptr(obj, opaque) = value; \
        } \
    }

PLAIN_ACCESSORS(bool, bool)
PLAIN_ACCESSORS(uint8_t, uint8)
PLAIN_ACCESSORS(uint16_t, uint16)
PLAIN_ACCESSORS(uint32_t, uint32)
PLAIN_ACCESSORS(int32_t, int32)
PLAIN_ACCESSORS(uint64_t, uint64)
PLAIN_ACCESSORS(int64_t, int64)
PLAIN_ACCESSORS(uint64_t, size)

#define PLAIN_KIND(kind, type_name, default_fn, visit) \
    const PropertyInfo qdev_prop_##kind = { \
        .name = type_name, \
        .get = visit##_get, \
        .set = visit##_set, \
        .set_default_value = default_fn, \
    };

PLAIN_KIND(bool, "bool", set_default_value_bool, bool)
PLAIN_KIND(uint8, "uint8", qdev_propinfo_set_default_value_uint, uint8)
PLAIN_KIND(uint16, "uint16", qdev_propinfo_set_default_value_uint, uint16)
PLAIN_KIND(uint32, "uint32", qdev_propinfo_set_default_value_uint, uint32)
PLAIN_KIND(int32, "int32", qdev_propinfo_set_default_value_int, int32)
PLAIN_KIND(uint64, "uint64", qdev_propinfo_set_default_value_uint, uint64)
PLAIN_KIND(int64, "int64", qdev_propinfo_set_default_value_int, int64)
PLAIN_KIND(size, "size", qdev_propinfo_set_default_value_uint, size)

void qdev_propinfo_get_int32(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    int32_get(obj, v, name, opaque, errp);
}

static void uint64_checkmask_set(Object *obj, Visitor *v, const char *name, void *opaque,
                                 Error **errp)
{
    Property *prop = opaque;
    uint64_t value;

    if (!visit_type_uint64(v, name, &value, errp)) {
        return;
    }
    if (value & ~prop->bitmask) {
        error_setg(errp, "property '%s': value 0x%" PRIx64 " has bits outside of 0x%" PRIx64,
                   name, value, prop->bitmask);
        return;
    }
    *(uint64_t *)object_field_prop_ptr(obj, prop) = value;
}

const PropertyInfo qdev_prop_uint64_checkmask = {
    .name = "uint64",
    .get = uint64_get,
    .set = uint64_checkmask_set,
};

static void size32_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = *(uint32_t *)object_field_prop_ptr(obj, opaque);

    visit_type_size(v, name, &value, errp);
}

static void size32_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value;

    if (!visit_type_size(v, name, &value, errp)) {
        return;
    }
    if (value > UINT32_MAX) {
        error_setg(errp, "property '%s.%s' takes at most %u bytes, not %" PRIu64,
                   object_get_typename(obj), name, UINT32_MAX, value);
        return;
    }
    *(uint32_t *)object_field_prop_ptr(obj, opaque) = value;
}

const PropertyInfo qdev_prop_size32 = {
    .name = "size",
    .get = size32_get,
    .set = size32_set,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

/* ---- strings ---- */

void qdev_propinfo_release_string(Object *obj, const char *name, void *opaque)
{
    char **ptr = object_field_prop_ptr(obj, opaque);

    g_clear_pointer(ptr, g_free);
}

static void string_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char **ptr = object_field_prop_ptr(obj, opaque);
    char *none = (char *)"";

    visit_type_str(v, name, *ptr ? ptr : &none, errp);
}

static void string_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char **ptr = object_field_prop_ptr(obj, opaque);
    char *value;

    if (visit_type_str(v, name, &value, errp)) {
        g_free(*ptr);
        *ptr = value;
    }
}

const PropertyInfo qdev_prop_string = {
    .name = "str",
    .release = qdev_propinfo_release_string,
    .get = string_get,
    .set = string_set,
};
