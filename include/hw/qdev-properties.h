/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device properties: a table per class that ties names to fields of the state
 * struct. They can be set until the device is realized (unless their kind
 * allows more), and read at any time.
 */
#ifndef HW_QDEV_PROPERTIES_H
#define HW_QDEV_PROPERTIES_H

#include "hw/qdev-core.h"
#include "qemu/compiler.h"

/*
 * One entry of the table. @bitnr/@bitmask: for the bit kinds; @set_default:
 * @defval is given to new objects; the array members describe the elements of
 * an ARRAY: where the pointer is, the element's kind and size; @link_type:
 * what a LINK may point to.
 */
struct Property {
    const char *name;
    const PropertyInfo *info;
    ptrdiff_t offset;
    uint8_t bitnr;
    uint64_t bitmask;
    bool set_default;
    union {
        int64_t i;
        uint64_t u;
    } defval;
    int arrayoffset;
    const PropertyInfo *arrayinfo;
    int arrayfieldsize;
    const char *link_type;
};

/* One line of help for the property @name. */
struct PropertyText {
    const char *name;
    const char *text;
};

/*
 * A kind of property. @print: value as `info qtree` shows it, where that
 * differs from the visitor's text. @realized_set_allowed: may be set later, too.
 * @create: makes the class property itself instead of get/set/release.
 */
struct PropertyInfo {
    const char *name;
    const char *description;
    const QEnumLookup *enum_table;
    bool realized_set_allowed;
    int (*print)(Object *obj, Property *prop, char *dest, size_t len);
    void (*set_default_value)(ObjectProperty *op, const Property *prop);
    ObjectProperty *(*create)(ObjectClass *oc, const char *name, Property *prop);
    ObjectPropertyAccessor *get;
    ObjectPropertyAccessor *set;
    ObjectPropertyRelease *release;
};

extern const PropertyInfo qdev_prop_bit;
extern const PropertyInfo qdev_prop_bit64;
extern const PropertyInfo qdev_prop_bool;
extern const PropertyInfo qdev_prop_enum;
extern const PropertyInfo qdev_prop_uint8;
extern const PropertyInfo qdev_prop_uint16;
extern const PropertyInfo qdev_prop_uint32;
extern const PropertyInfo qdev_prop_int32;
extern const PropertyInfo qdev_prop_uint64;
extern const PropertyInfo qdev_prop_uint64_checkmask;
extern const PropertyInfo qdev_prop_int64;
extern const PropertyInfo qdev_prop_size;
extern const PropertyInfo qdev_prop_string;
extern const PropertyInfo qdev_prop_on_off_auto;
extern const PropertyInfo qdev_prop_size32;
extern const PropertyInfo qdev_prop_array;
extern const PropertyInfo qdev_prop_link;

#define DEFINE_PROP(_name, _state, _field, _prop, _type, ...) { \
    .name = (_name), \
    .info = &(_prop), \
    .offset = offsetof(_state, _field) + type_check(_type, typeof_field(_state, _field)), \
    __VA_ARGS__ \
}

#define DEFINE_PROP_SIGNED(_name, _state, _field, _defval, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type, .set_default = true, \
                .defval.i = (_type)_defval)
#define DEFINE_PROP_SIGNED_NODEFAULT(_name, _state, _field, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type)
#define DEFINE_PROP_UNSIGNED(_name, _state, _field, _defval, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type, .set_default = true, \
                .defval.u = (_type)_defval)
#define DEFINE_PROP_UNSIGNED_NODEFAULT(_name, _state, _field, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type)

/* Bit @_bit of an uint32_t or uint64_t field. */
#define DEFINE_PROP_BIT(_name, _state, _field, _bit, _defval) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bit, uint32_t, .bitnr = (_bit), \
                .set_default = true, .defval.u = (bool)_defval)
#define DEFINE_PROP_BIT64(_name, _state, _field, _bit, _defval) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bit64, uint64_t, .bitnr = (_bit), \
                .set_default = true, .defval.u = (bool)_defval)
#define DEFINE_PROP_BOOL(_name, _state, _field, _defval) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bool, bool, .set_default = true, \
                .defval.u = (bool)_defval)

/* Only bits of @_bitmask may be set. */
#define DEFINE_PROP_UINT64_CHECKMASK(_name, _state, _field, _bitmask) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_uint64_checkmask, uint64_t, \
                .bitmask = (_bitmask), .set_default = false)

/*
 * A list. @_field (uint32_t) gets its length, @_arrayfield (a pointer) the
 * elements of type @_arraytype and kind @_arrayprop, in memory that the property
 * owns. Set once.
 */
#define DEFINE_PROP_ARRAY(_name, _state, _field, _arrayfield, _arrayprop, _arraytype) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_array, uint32_t, .set_default = true, \
                .defval.u = 0, .arrayinfo = &(_arrayprop), \
                .arrayfieldsize = sizeof(_arraytype), \
                .arrayoffset = offsetof(_state, _arrayfield))

/* A strong reference to an object of QOM type @_type. */
#define DEFINE_PROP_LINK(_name, _state, _field, _type, _ptr_type) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_link, _ptr_type, .link_type = _type)

#define DEFINE_PROP_UINT8(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint8, uint8_t)
#define DEFINE_PROP_UINT16(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint16, uint16_t)
#define DEFINE_PROP_UINT32(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint32, uint32_t)
#define DEFINE_PROP_INT32(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int32, int32_t)
#define DEFINE_PROP_UINT64(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint64, uint64_t)
#define DEFINE_PROP_INT64(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int64, int64_t)
#define DEFINE_PROP_SIZE(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size, uint64_t)
#define DEFINE_PROP_STRING(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_string, char *)
#define DEFINE_PROP_ON_OFF_AUTO(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_on_off_auto, OnOffAuto)
#define DEFINE_PROP_SIZE32(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size32, uint32_t)

#define DEFINE_PROP_END_OF_LIST() {}

/* ---- set from C; a value or name that is refused is a bug and ends the program ---- */

void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value);
void qdev_prop_set_uint8(DeviceState *dev, const char *name, uint8_t value);
void qdev_prop_set_uint16(DeviceState *dev, const char *name, uint16_t value);
void qdev_prop_set_uint32(DeviceState *dev, const char *name, uint32_t value);
void qdev_prop_set_int32(DeviceState *dev, const char *name, int32_t value);
void qdev_prop_set_uint64(DeviceState *dev, const char *name, uint64_t value);
void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value);
void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value);
void qdev_prop_set_netdev(DeviceState *dev, const char *name, NetClientState *value);
/* For boards: makes @dev the card that @nd asks for ("mac", "netdev"), which must be unused. */
void qdev_set_nic_properties(DeviceState *dev, NICInfo *nd);
void qdev_prop_set_drive(DeviceState *dev, const char *name, BlockBackend *value);
bool qdev_prop_set_drive_err(DeviceState *dev, const char *name, BlockBackend *value,
                             Error **errp);
void qdev_prop_set_macaddr(DeviceState *dev, const char *name, const uint8_t *value);
void qdev_prop_set_enum(DeviceState *dev, const char *name, int value);

/* Set an ARRAY; takes over the reference to @values. */
void qdev_prop_set_array(DeviceState *dev, const char *name, QList *values);

/* The field that @prop of @obj is tied to. */
void *object_field_prop_ptr(Object *obj, Property *prop);

/* ---- -global and machine compatibility defaults ---- */

/* Remember @prop, which must stay valid; later ones win. */
void qdev_prop_register_global(GlobalProperty *prop);

/* The -global that @obj's property @name would take, or NULL. */
const GlobalProperty *qdev_find_global_prop(Object *obj, const char *name);

/* Warn about each -global that named no device type, or that no device took. */
bool qdev_prop_check_globals(void);
void qdev_prop_set_globals(DeviceState *dev);

/* Set @errp to why property @prop of @obj cannot take @value; @ret is a -errno. */
void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj, const char *name,
                                    const char *value);

/* Make @prop a property of one object only, already created. */
void qdev_property_add_static(DeviceState *dev, Property *prop);

/* Give @source, which @target is a part of, an alias for each property of @target's. */
void qdev_alias_all_properties(DeviceState *target, Object *source);

/* For setters with a check of their own: true if @name may still be set. */
bool qdev_prop_allow_set(Object *obj, const char *name, const PropertyInfo *info, Error **errp);

/* A link check: refuses once the device is realized. */
void qdev_prop_allow_set_link_before_realize(const Object *obj, const char *name, Object *val,
                                             Error **errp);

#endif
