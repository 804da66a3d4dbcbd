/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kinds of properties that hold plain values: string, bool, enumeration, broken-down
 * time, integers in memory; and the alias, which stands for another object's
 * property. A class property's callbacks live as long as the class.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/forward-visitor.h"
#include "qapi/qmp/qobject.h"
#include "qapi/visitor.h"
#include "object-internal.h"

static void property_opaque_free(Object *obj, const char *name, void *opaque)
{
    g_free(opaque);
}

/* -- strings -------------------------------------------------------------------- */

typedef struct StrProperty {
    char *(*get)(Object *, Error **);
    void (*set)(Object *, const char *, Error **);
} StrProperty;

static void property_str_get(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    StrProperty *prop = opaque;
    Error *err = NULL;
    g_autofree char *value = prop->get(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return;
    }
    visit_type_str(v, name, &value, errp);
}

static void property_str_set(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    StrProperty *prop = opaque;
    g_autofree char *value = NULL;

    if (visit_type_str(v, name, &value, errp)) {
        prop->set(obj, value, errp);
    }
}

static StrProperty *property_str_new(char *(*get)(Object *, Error **),
                                     void (*set)(Object *, const char *, Error **))
{
    StrProperty *prop = g_new(StrProperty, 1);

    *prop = (StrProperty) { get, set };
    return prop;
}

ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **))
{
    return object_property_add(obj, name, "string", get ? property_str_get : NULL,
                               set ? property_str_set : NULL, property_opaque_free,
                               property_str_new(get, set));
}

ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *, Error **))
{
    return object_class_property_add(klass, name, "string", get ? property_str_get : NULL,
                                     set ? property_str_set : NULL, NULL,
                                     property_str_new(get, set));
}

/* -- booleans ------------------------------------------------------------------- */

typedef struct BoolProperty {
    bool (*get)(Object *, Error **);
    void (*set)(Object *, bool, Error **);
} BoolProperty;

static void property_bool_get(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    BoolProperty *prop = opaque;
    Error *err = NULL;
    bool value = prop->get(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return;
    }
    visit_type_bool(v, name, &value, errp);
}

static void property_bool_set(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    BoolProperty *prop = opaque;
    bool value;

    if (visit_type_bool(v, name, &value, errp)) {
        prop->set(obj, value, errp);
    }
}

static BoolProperty *property_bool_new(bool (*get)(Object *, Error **),
                                       void (*set)(Object *, bool, Error **))
{
    BoolProperty *prop = g_new(BoolProperty, 1);

    *prop = (BoolProperty) { get, set };
    return prop;
}

ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **))
{
    return object_property_add(obj, name, "bool", get ? property_bool_get : NULL,
                               set ? property_bool_set : NULL, property_opaque_free,
                               property_bool_new(get, set));
}

ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **))
{
    return object_class_property_add(klass, name, "bool", get ? property_bool_get : NULL,
                                     set ? property_bool_set : NULL, NULL,
                                     property_bool_new(get, set));
}

/* -- enumerations ---------------------------------------------------------------- */

typedef struct EnumProperty {
    const QEnumLookup *lookup;
    int (*get)(Object *, Error **);
    void (*set)(Object *, int, Error **);
} EnumProperty;

static void property_enum_get(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    EnumProperty *prop = opaque;
    Error *err = NULL;
    int value = prop->get(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return;
    }
    visit_type_enum(v, name, &value, prop->lookup, errp);
}

static void property_enum_set(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    EnumProperty *prop = opaque;
    int value;

    if (visit_type_enum(v, name, &value, prop->lookup, errp)) {
        prop->set(obj, value, errp);
    }
}

static EnumProperty *property_enum_new(const QEnumLookup *lookup,
                                       int (*get)(Object *, Error **),
                                       void (*set)(Object *, int, Error **))
{
    EnumProperty *prop = g_new(EnumProperty, 1);

    *prop = (EnumProperty) { lookup, get, set };
    return prop;
}

ObjectProperty *object_property_add_enum(Object *obj, const char *name, const char *typename,
                                         const QEnumLookup *lookup,
                                         int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **))
{
    return object_property_add(obj, name, typename, get ? property_enum_get : NULL,
                               set ? property_enum_set : NULL, property_opaque_free,
                               property_enum_new(lookup, get, set));
}

ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *typename,
                                               const QEnumLookup *lookup,
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **))
{
    return object_class_property_add(klass, name, typename, get ? property_enum_get : NULL,
                                     set ? property_enum_set : NULL, NULL,
                                     property_enum_new(lookup, get, set));
}

int object_property_get_enum(Object *obj, const char *name, const char *typename,
                             Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    EnumProperty *enum_prop;
    Error *err = NULL;
    int value;

    if (!prop) {
        return -1;
    }
    if (prop->get != property_enum_get || !g_str_equal(prop->type, typename)) {
        error_setg(errp, "Property '%s.%s' is not a '%s' enumeration",
                   object_get_typename(obj), name, typename);
        return -1;
    }
    enum_prop = prop->opaque;
    value = enum_prop->get(obj, &err);
    error_propagate(errp, err);
    return err ? -1 : value;
}

/* -- broken-down time -------------------------------------------------------------- */

typedef struct TmProperty {
    void (*get)(Object *, struct tm *, Error **);
} TmProperty;

static void property_tm_get(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    TmProperty *prop = opaque;
    Error *err = NULL;
    struct tm value = { 0 };

    prop->get(obj, &value, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    if (!visit_start_struct(v, name, NULL, 0, errp)) {
        return;
    }
    if (visit_type_int32(v, "tm_year", &value.tm_year, errp) &&
        visit_type_int32(v, "tm_mon", &value.tm_mon, errp) &&
        visit_type_int32(v, "tm_mday", &value.tm_mday, errp) &&
        visit_type_int32(v, "tm_hour", &value.tm_hour, errp) &&
        visit_type_int32(v, "tm_min", &value.tm_min, errp) &&
        visit_type_int32(v, "tm_sec", &value.tm_sec, errp)) {
        visit_check_struct(v, errp);
    }
    visit_end_struct(v, NULL);
}

static TmProperty *property_tm_new(void (*get)(Object *, struct tm *, Error **))
{
    TmProperty *prop = g_new(TmProperty, 1);

    prop->get = get;
    return prop;
}

ObjectProperty *object_property_add_tm(Object *obj, const char *name,
                                       void (*get)(Object *, struct tm *, Error **))
{
    return object_property_add(obj, name, "struct tm", property_tm_get, NULL,
                               property_opaque_free, property_tm_new(get));
}

ObjectProperty *object_class_property_add_tm(ObjectClass *klass, const char *name,
                                             void (*get)(Object *, struct tm *, Error **))
{
    return object_class_property_add(klass, name, "struct tm", property_tm_get, NULL, NULL,
                                     property_tm_new(get));
}

/* -- integers in memory ------------------------------------------------------------- */

#define PROPERTY_UINT_PTR_DEFINE(bits) \
    static void property_uint##bits##_get(Object *obj, Visitor *v, const char *name, \
                                          void *opaque, Error **errp) \
    { \
        uint##bits##_t value = *(uint##bits##_t *)opaque; \
        \
        visit_type_uint##bits(v, name, &value, errp); \
    } \
    \
    static void property_uint##bits##_set(Object *obj, Visitor *v, const char *name, \
                                          void *opaque, Error **errp) \
    { \
        uint##bits##_t value; \
        \
        if (visit_type_uint##bits(v, name, &value, errp)) { \
            *(uint##bits##_t *)opaque = value; \
        } \
    } \
    \
    ObjectProperty *object_property_add_uint##bits##_ptr(Object *obj, const char *name, \
                                                         const uint##bits##_t *v, \
                                                         ObjectPropertyFlags flags) \
    { \
        return object_property_add(obj, name, "uint" #bits, \
                                   flags & OBJ_PROP_FLAG_READ ? \
                                   property_uint##bits##_get : NULL, \
                                   flags & OBJ_PROP_FLAG_WRITE ? \
                                   property_uint##bits##_set : NULL, NULL, (void *)v); \
    } \
    \
    ObjectProperty *object_class_property_add_uint##bits##_ptr(ObjectClass *klass, \
                                                               const char *name, \
                                                               const uint##bits##_t *v, \
                                                               ObjectPropertyFlags flags) \
    { \
        return object_class_property_add(klass, name, "uint" #bits, \
                                         flags & OBJ_PROP_FLAG_READ ? \
                                         property_uint##bits##_get : NULL, \
                                         flags & OBJ_PROP_FLAG_WRITE ? \
                                         property_uint##bits##_set : NULL, NULL, (void *)v); \
    }

PROPERTY_UINT_PTR_DEFINE(8)
PROPERTY_UINT_PTR_DEFINE(16)
PROPERTY_UINT_PTR_DEFINE(32)
PROPERTY_UINT_PTR_DEFINE(64)

/* -- aliases ------------------------------------------------------------------------- */

typedef struct AliasProperty {
    Object *target_obj;
    char *target_name;
} AliasProperty;

static void property_alias_get(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    AliasProperty *prop = opaque;
    Visitor *forward = visitor_forward_field(v, prop->target_name, name);

    object_property_get(prop->target_obj, prop->target_name, forward, errp);
    visit_free(forward);
}

static void property_alias_set(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    AliasProperty *prop = opaque;
    Visitor *forward = visitor_forward_field(v, prop->target_name, name);

    object_property_set(prop->target_obj, prop->target_name, forward, errp);
    visit_free(forward);
}

static Object *property_alias_resolve(Object *obj, void *opaque, const char *part)
{
    AliasProperty *prop = opaque;

    return object_resolve_path_component(prop->target_obj, prop->target_name);
}

static void property_alias_release(Object *obj, const char *name, void *opaque)
{
    AliasProperty *prop = opaque;

    g_free(prop->target_name);
    g_free(prop);
}

void property_alias_follow(Object **obj, ObjectProperty **prop)
{
    while ((*prop)->release == property_alias_release) {
        AliasProperty *alias = (*prop)->opaque;

        *obj = alias->target_obj;
        *prop = object_property_find_err(*obj, alias->target_name, &error_abort);
    }
}

ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name)
{
    ObjectProperty *target = object_property_find_err(target_obj, target_name, &error_abort);
    g_autofree char *type = NULL;
    AliasProperty *prop;
    ObjectProperty *op;

    /* the target stays its parent's child, so here it is only referred to */
    type = g_str_has_prefix(target->type, "child<") ?
           g_strdup_printf("link%s", target->type + strlen("child")) : g_strdup(target->type);
    prop = g_new(AliasProperty, 1);
    prop->target_obj = target_obj;
    prop->target_name = g_strdup(target_name);
    op = object_property_add(obj, name, type, property_alias_get, property_alias_set,
                             property_alias_release, prop);
    op->resolve = target->resolve ? property_alias_resolve : NULL;
    op->description = g_strdup(target->description);
    if (target->defval) {
        op->defval = qobject_ref_impl(target->defval);
    }
    return op;
}
