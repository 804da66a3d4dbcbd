/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading and writing properties as C values, QObjects and text. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/qobject-output-visitor.h"
#include "qapi/string-input-visitor.h"
#include "qapi/string-output-visitor.h"
#include "qom/qom-qobject.h"
#include "object-internal.h"

QObject *object_property_get_qobject(Object *obj, const char *name, Error **errp)
{
    QObject *value = NULL;
    Visitor *v = qobject_output_visitor_new(&value);

    if (object_property_get(obj, name, v, errp)) {
        visit_complete(v, &value);
    }
    visit_free(v);
    return value;
}

bool object_property_set_qobject(Object *obj, const char *name, QObject *value, Error **errp)
{
    Visitor *v = qobject_input_visitor_new(value);
    bool ok = object_property_set(obj, name, v, errp);

    visit_free(v);
    return ok;
}

/* Sets @name to @value, which it takes. */
static bool property_set_taken(Object *obj, const char *name, QObject *value, Error **errp)
{
    bool ok = object_property_set_qobject(obj, name, value, errp);

    qobject_unref(value);
    return ok;
}

static void property_kind_error(Object *obj, const char *name, const char *kind, Error **errp)
{
    error_setg(errp, "Property '%s.%s' is not %s", object_get_typename(obj), name, kind);
}

bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp)
{
    return property_set_taken(obj, name, QOBJECT(qstring_from_str(value)), errp);
}

char *object_property_get_str(Object *obj, const char *name, Error **errp)
{
    g_autoptr(QObject) value = object_property_get_qobject(obj, name, errp);

    if (!value) {
        return NULL;
    }
    if (qobject_type(value) != QTYPE_QSTRING) {
        property_kind_error(obj, name, "a string", errp);
        return NULL;
    }
    return g_strdup(qobject_get_try_str(value));
}

bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp)
{
    return property_set_taken(obj, name, QOBJECT(qbool_from_bool(value)), errp);
}

bool object_property_get_bool(Object *obj, const char *name, Error **errp)
{
    g_autoptr(QObject) value = object_property_get_qobject(obj, name, errp);

    if (!value) {
        return false;
    }
    if (qobject_type(value) != QTYPE_QBOOL) {
        property_kind_error(obj, name, "a boolean", errp);
        return false;
    }
    return qbool_get_bool(qobject_to(QBool, value));
}

bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp)
{
    return property_set_taken(obj, name, QOBJECT(qnum_from_int(value)), errp);
}

int64_t object_property_get_int(Object *obj, const char *name, Error **errp)
{
    g_autoptr(QObject) value = object_property_get_qobject(obj, name, errp);
    int64_t result = -1;

    if (value && (qobject_type(value) != QTYPE_QNUM ||
                  !qnum_get_try_int(qobject_to(QNum, value), &result))) {
        property_kind_error(obj, name, "an int", errp);
    }
    return result;
}

bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp)
{
    return property_set_taken(obj, name, QOBJECT(qnum_from_uint(value)), errp);
}

uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp)
{
    g_autoptr(QObject) value = object_property_get_qobject(obj, name, errp);
    uint64_t result = 0;

    if (value && (qobject_type(value) != QTYPE_QNUM ||
                  !qnum_get_try_uint(qobject_to(QNum, value), &result))) {
        property_kind_error(obj, name, "a uint", errp);
    }
    return result;
}

bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *path = NULL;
    Object *holder = obj;

    if (!prop) {
        return false;
    }
    property_alias_follow(&holder, &prop);
    if (property_is_link(prop)) {
        /* works for targets outside the tree, too */
        return property_link_set(holder, prop, value, errp);
    }
    if (value) {
        path = object_get_canonical_path(value);
        if (!path) {
            error_setg(errp, "Property '%s.%s' cannot refer to an object without a parent",
                       object_get_typename(obj), name);
            return false;
        }
    }
    return object_property_set_str(obj, name, path ? path : "", errp);
}

Object *object_property_get_link(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *path = NULL;
    Object *target;

    if (!prop) {
        return NULL;
    }
    if (prop->resolve) {
        return prop->resolve(obj, prop->opaque, name);
    }
    path = object_property_get_str(obj, name, errp);
    if (!path || !*path) {
        return NULL;
    }
    target = object_resolve_path(path, NULL);
    if (!target) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    }
    return target;
}

bool object_property_parse(Object *obj, const char *name, const char *string, Error **errp)
{
    Visitor *v = string_input_visitor_new(string);
    bool ok = object_property_set(obj, name, v, errp);

    visit_free(v);
    return ok;
}

char *object_property_print(Object *obj, const char *name, bool human, Error **errp)
{
    char *text = NULL;
    Visitor *v = string_output_visitor_new(human, &text);

    if (object_property_get(obj, name, v, errp)) {
        visit_complete(v, &text);
    }
    visit_free(v);
    return text;
}
