/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about types, objects and their properties. */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-qdev.h"
#include "qapi/qapi-commands-qom.h"
#include "qapi/qmp/qdict.h"
#include "qom/introspect.h"
#include "qom/object_interfaces.h"
#include "qom/qom-qobject.h"

/* @props may be NULL; it is freed. @keep (may be NULL) chooses what to list. */
static ObjectPropertyInfoList *
property_list_take(GArray *props, bool (*keep)(const QomPropertyInfo *prop))
{
    ObjectPropertyInfoList *list = NULL, **tail = &list;

    for (unsigned i = 0; props && i < props->len; i++) {
        const QomPropertyInfo *prop = &g_array_index(props, QomPropertyInfo, i);
        ObjectPropertyInfo *info;

        if (keep && !keep(prop)) {
            continue;
        }
        info = g_new0(ObjectPropertyInfo, 1);
        info->name = g_strdup(prop->name);
        info->type = g_strdup(prop->type);
        info->description = g_strdup(prop->description);
        info->default_value = qobject_ref(prop->default_value);
        QAPI_LIST_APPEND(tail, info);
    }
    if (props) {
        g_array_unref(props);
    }
    return list;
}

ObjectPropertyInfoList *qmp_qom_list(const char *path, Error **errp)
{
    Object *obj = qom_path_resolve(path, errp);

    return obj ? property_list_take(qom_object_properties(obj), NULL) : NULL;
}

QObject *qmp_qom_get(const char *path, const char *property, Error **errp)
{
    Object *obj = qom_path_resolve(path, errp);

    return obj ? object_property_get_qobject(obj, property, errp) : NULL;
}

void qmp_qom_set(const char *path, const char *property, QObject *value,
                 Error **errp)
{
    Object *obj = qom_path_resolve(path, errp);

    if (obj) {
        object_property_set_qobject(obj, property, value, errp);
    }
}

ObjectTypeInfoList *qmp_qom_list_types(const char *implements,
                                       bool has_abstract, bool abstract,
                                       Error **errp)
{
    ObjectTypeInfoList *list = NULL, **tail = &list;
    g_autoptr(GSList) classes =
        object_class_get_list_sorted(implements, has_abstract && abstract);

    for (GSList *el = classes; el; el = el->next) {
        ObjectClass *klass = el->data;
        ObjectClass *parent = object_class_get_parent(klass);
        ObjectTypeInfo *info = g_new0(ObjectTypeInfo, 1);

        info->name = g_strdup(object_class_get_name(klass));
        info->has_abstract = info->abstract = object_class_is_abstract(klass);
        info->parent = g_strdup(parent ? object_class_get_name(parent) : NULL);
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

static ObjectPropertyInfoList *
type_property_list(const char *typename, const char *base,
                   bool (*keep)(const QomPropertyInfo *prop), Error **errp)
{
    Object *holder = NULL;
    ObjectPropertyInfoList *list =
        property_list_take(qom_type_properties(typename, base, &holder, errp),
                           keep);

    object_unref(holder);
    return list;
}

ObjectPropertyInfoList *qmp_qom_list_properties(const char *typename,
                                                Error **errp)
{
    return type_property_list(typename, NULL, NULL, errp);
}

/* What device_add sets itself is no property for its caller. */
static bool property_is_for_users(const QomPropertyInfo *prop)
{
    static const char *const internal[] = {
        "type", "realized", "hotpluggable", "hotplugged", "parent_bus", NULL,
    };

    return !g_strv_contains(internal, prop->name) &&
           !g_str_has_prefix(prop->type, "child<") &&
           !strchr(prop->name, '[');
}

ObjectPropertyInfoList *qmp_device_list_properties(const char *typename,
                                                   Error **errp)
{
    ObjectClass *klass = object_class_by_name(typename);

    if (!klass) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found",
                  typename);
        return NULL;
    }
    if (!object_class_dynamic_cast(klass, TYPE_DEVICE) ||
        object_class_is_abstract(klass)) {
        error_setg(errp, "Parameter 'typename' expects a non-abstract device "
                   "type");
        return NULL;
    }
    return type_property_list(typename, TYPE_DEVICE, property_is_for_users,
                              errp);
}

/* -- user-made objects ----------------------------------------------------------- */

void qmp_object_add(QDict *args, QObject **ret, Error **errp)
{
    user_creatable_add_qapi(args, errp);
}

void qmp_object_del(const char *id, Error **errp)
{
    user_creatable_del(id, errp);
}
