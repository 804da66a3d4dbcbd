/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties as such: adding, finding, removing, reading and writing through a
 * visitor. An object's own are in a table of the object, a class's in one of
 * the class, made when the first is added; names are unique over all of them.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/suggest.h"
#include "object-internal.h"

static void property_free(ObjectProperty *prop)
{
    g_free(prop->name);
    g_free(prop->type);
    g_free(prop->description);
    qobject_unref(prop->defval);
    g_free(prop);
}

static ObjectProperty *property_new(const char *name, const char *type,
                                    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque)
{
    ObjectProperty *prop = g_new0(ObjectProperty, 1);

    prop->name = g_strdup(name);
    prop->type = g_strdup(type);
    prop->get = get;
    prop->set = set;
    prop->release = release;
    prop->opaque = opaque;
    return prop;
}

static ObjectProperty *property_insert(GHashTable **table, ObjectProperty *prop)
{
    if (!*table) {
        *table = g_hash_table_new(g_str_hash, g_str_equal);
    }
    g_hash_table_insert(*table, prop->name, prop);
    return prop;
}

/* -- adding ------------------------------------------------------------------ */

/*
 * A free name for "STEM[*]": gallops to an unused number and then halves the
 * distance, so that thousands of children of one name stay cheap. Without
 * gaps it is the lowest free number. Caller frees.
 */
static char *property_name_number(Object *obj, const char *name)
{
    int stem = strlen(name) - strlen("[*]");
    unsigned used = 0, unused = 0;
    char *text;

    for (unsigned step = 1; ; step *= 2) {
        text = g_strdup_printf("%.*s[%u]", stem, name, unused);
        if (!object_property_find(obj, text)) {
            break;
        }
        g_free(text);
        used = unused + 1;
        unused += step;
    }
    while (used < unused) {
        unsigned middle = used + (unused - used) / 2;
        char *try = g_strdup_printf("%.*s[%u]", stem, name, middle);

        if (object_property_find(obj, try)) {
            used = middle + 1;
            g_free(try);
        } else {
            unused = middle;
            g_free(text);
            text = try;
        }
    }
    return text;
}

ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get,
                                        ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque,
                                        Error **errp)
{
    g_autofree char *numbered = NULL;

    if (g_str_has_suffix(name, "[*]")) {
        name = numbered = property_name_number(obj, name);
    } else if (object_property_find(obj, name)) {
        error_setg(errp, "attempt to add duplicate property '%s' to object (type '%s')", name,
                   object_get_typename(obj));
        return NULL;
    }
    return property_insert(&obj->properties,
                           property_new(name, type, get, set, release, opaque));
}

ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque)
{
    return object_property_try_add(obj, name, type, get, set, release, opaque, &error_abort);
}

ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name,
                                          const char *type, ObjectPropertyAccessor *get,
                                          ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque)
{
    if (object_class_property_find(klass, name)) {
        g_error("class '%s' has two properties '%s'", object_class_get_name(klass), name);
    }
    return property_insert(&klass->properties,
                           property_new(name, type, get, set, release, opaque));
}

/* -- removing ------------------------------------------------------------------ */

void property_remove(Object *obj, ObjectProperty *prop)
{
    /* out of the table first: what release() does may come back here */
    g_hash_table_remove(obj->properties, prop->name);
    if (prop->release) {
        prop->release(obj, prop->name, prop->opaque);
    }
    property_free(prop);
}

void property_remove_all(Object *obj)
{
    GHashTableIter iter;
    void *value;

    if (!obj->properties) {
        return;
    }
    /* started over each time: release() may add or remove others */
    while (g_hash_table_iter_init(&iter, obj->properties),
           g_hash_table_iter_next(&iter, NULL, &value)) {
        property_remove(obj, value);
    }
    g_hash_table_destroy(obj->properties);
    obj->properties = NULL;
}

void property_class_release(Object *obj)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_class_property_iter_init(&iter, obj->class);
    while ((prop = object_property_iter_next(&iter)) != NULL) {
        if (prop->release) {
            prop->release(obj, prop->name, prop->opaque);
        }
    }
}

void object_property_del(Object *obj, const char *name)
{
    ObjectProperty *prop = obj->properties ? g_hash_table_lookup(obj->properties, name) : NULL;

    g_assert(prop);
    property_remove(obj, prop);
}

/* -- finding ------------------------------------------------------------------- */

ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name)
{
    for (; klass; klass = object_class_get_parent(klass)) {
        ObjectProperty *prop = klass->properties ?
                               g_hash_table_lookup(klass->properties, name) : NULL;

        if (prop) {
            return prop;
        }
    }
    return NULL;
}

ObjectProperty *object_property_find(Object *obj, const char *name)
{
    ObjectProperty *prop = obj->properties ? g_hash_table_lookup(obj->properties, name) : NULL;

    return prop ? prop : object_class_property_find(obj->class, name);
}

void property_not_found(ObjectPropertyIterator *iter, const char *owner, const char *name,
                        Error **errp)
{
    ObjectProperty *prop;
    Suggest suggest;

    suggest_init(&suggest, name);
    while ((prop = object_property_iter_next(iter)) != NULL) {
        suggest_offer(&suggest, prop->name);
    }
    suggest_error_setg(&suggest, errp, "Property '%s.%s' not found", owner, name);
}

ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);
    ObjectPropertyIterator iter;

    if (!prop) {
        object_property_iter_init(&iter, obj);
        property_not_found(&iter, object_get_typename(obj), name, errp);
    }
    return prop;
}

ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name,
                                               Error **errp)
{
    ObjectProperty *prop = object_class_property_find(klass, name);
    ObjectPropertyIterator iter;

    if (!prop) {
        object_class_property_iter_init(&iter, klass);
        property_not_found(&iter, object_class_get_name(klass), name, errp);
    }
    return prop;
}

void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj)
{
    iter->nextclass = obj->class;
    iter->in_table = obj->properties != NULL;
    if (iter->in_table) {
        g_hash_table_iter_init(&iter->iter, obj->properties);
    }
}

void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass)
{
    iter->nextclass = klass;
    iter->in_table = false;
}

ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter)
{
    void *value;

    for (;;) {
        if (iter->in_table && g_hash_table_iter_next(&iter->iter, NULL, &value)) {
            return value;
        }
        iter->in_table = false;
        if (!iter->nextclass) {
            return NULL;
        }
        if (iter->nextclass->properties) {
            g_hash_table_iter_init(&iter->iter, iter->nextclass->properties);
            iter->in_table = true;
        }
        iter->nextclass = object_class_get_parent(iter->nextclass);
    }
}

/* -- access ------------------------------------------------------------------- */

bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    if (!prop->get) {
        error_setg(errp, "Property '%s.%s' is not readable", object_get_typename(obj), name);
        return false;
    }
    prop->get(obj, v, name, prop->opaque, &err);
    error_propagate(errp, err);
    return !err;
}

bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp)
{
    ObjectProperty *prop;
    Error *err = NULL;

    if (obj->class->property_missing && !object_property_find(obj, name)) {
        obj->class->property_missing(obj, name);
    }
    prop = object_property_find_err(obj, name, errp);
    if (!prop) {
        return false;
    }
    if (!prop->set) {
        error_setg(errp, "Property '%s.%s' is not writable", object_get_typename(obj), name);
        return false;
    }
    prop->set(obj, v, name, prop->opaque, &err);
    error_propagate(errp, err);
    return !err;
}

const char *object_property_get_type(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);

    return prop ? prop->type : NULL;
}

static void property_describe(ObjectProperty *prop, const char *description)
{
    g_free(prop->description);
    prop->description = g_strdup(description);
}

void object_property_set_description(Object *obj, const char *name, const char *description)
{
    property_describe(object_property_find_err(obj, name, &error_abort), description);
}

void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description)
{
    property_describe(object_class_property_find_err(klass, name, &error_abort), description);
}

/* -- defaults ------------------------------------------------------------------ */

static void property_default_set(Object *obj, ObjectProperty *prop)
{
    Visitor *v = qobject_input_visitor_new(prop->defval);

    prop->set(obj, v, prop->name, prop->opaque, &error_abort);
    visit_free(v);
}

void property_defaults_apply(Object *obj)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_class_property_iter_init(&iter, obj->class);
    while ((prop = object_property_iter_next(&iter)) != NULL) {
        if (prop->init) {
            prop->init(obj, prop);
        }
    }
}

void object_property_set_default(ObjectProperty *prop, QObject *defval)
{
    g_assert(!prop->defval && !prop->init && prop->set);
    prop->defval = defval;
    prop->init = property_default_set;
}

void object_property_set_default_bool(ObjectProperty *prop, bool value)
{
    object_property_set_default(prop, QOBJECT(qbool_from_bool(value)));
}

void object_property_set_default_str(ObjectProperty *prop, const char *value)
{
    object_property_set_default(prop, QOBJECT(qstring_from_str(value)));
}

void object_property_set_default_list(ObjectProperty *prop)
{
    object_property_set_default(prop, QOBJECT(qlist_new()));
}

void object_property_set_default_int(ObjectProperty *prop, int64_t value)
{
    object_property_set_default(prop, QOBJECT(qnum_from_int(value)));
}

void object_property_set_default_uint(ObjectProperty *prop, uint64_t value)
{
    object_property_set_default(prop, QOBJECT(qnum_from_uint(value)));
}
