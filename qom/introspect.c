/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of types, properties and the tree, for the control interfaces and help. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qobject.h"
#include "qemu/suggest.h"
#include "qom/introspect.h"

Object *qom_path_resolve(const char *path, Error **errp)
{
    bool ambiguous = false;
    Object *obj = object_resolve_path(path, &ambiguous);

    if (obj) {
        return obj;
    }
    if (ambiguous) {
        error_setg(errp, "Path '%s' is ambiguous; give more of it", path);
    } else {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    }
    return NULL;
}

/* -- the tree -------------------------------------------------------------------- */

static int child_collect(Object *child, void *opaque)
{
    g_ptr_array_add(opaque, child);
    return 0;
}

static int child_name_compare(const void *a, const void *b)
{
    return strcmp(object_get_canonical_path_component(*(Object *const *)a),
                  object_get_canonical_path_component(*(Object *const *)b));
}

static void tree_append(GString *text, Object *obj, unsigned depth)
{
    g_autoptr(GPtrArray) children = g_ptr_array_new();

    object_child_foreach(obj, child_collect, children);
    g_ptr_array_sort(children, child_name_compare);
    for (unsigned i = 0; i < children->len; i++) {
        Object *child = g_ptr_array_index(children, i);

        g_string_append_printf(text, "%*s/%s (%s)\n", 2 * depth, "",
                               object_get_canonical_path_component(child),
                               object_get_typename(child));
        tree_append(text, child, depth + 1);
    }
}

char *qom_tree_text(const char *root, Error **errp)
{
    Object *obj = root && *root ? qom_path_resolve(root, errp) : object_get_root();
    const char *name;
    GString *text;

    if (!obj) {
        return NULL;
    }
    name = object_get_canonical_path_component(obj);
    text = g_string_new(NULL);
    g_string_append_printf(text, "/%s (%s)\n", name ? name : "", object_get_typename(obj));
    tree_append(text, obj, 1);
    return g_string_free(text, FALSE);
}

/* -- properties --------------------------------------------------------------------- */

static int property_info_compare(const void *a, const void *b)
{
    const QomPropertyInfo *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static GArray *properties_collect(ObjectPropertyIterator *iter)
{
    GArray *infos = g_array_new(FALSE, FALSE, sizeof(QomPropertyInfo));
    ObjectProperty *prop;

    while ((prop = object_property_iter_next(iter)) != NULL) {
        QomPropertyInfo info = {
            .name = prop->name,
            .type = prop->type,
            .description = prop->description,
            .default_value = prop->defval,
        };

        g_array_append_val(infos, info);
    }
    g_array_sort(infos, property_info_compare);
    return infos;
}

GArray *qom_object_properties(Object *obj)
{
    ObjectPropertyIterator iter;

    object_property_iter_init(&iter, obj);
    return properties_collect(&iter);
}

GArray *qom_class_properties(ObjectClass *klass)
{
    ObjectPropertyIterator iter;

    object_class_property_iter_init(&iter, klass);
    return properties_collect(&iter);
}

GArray *qom_type_properties(const char *typename, const char *base, Object **holder,
                            Error **errp)
{
    ObjectClass *klass = qom_class_find(typename, base, errp);

    *holder = NULL;
    if (!klass) {
        return NULL;
    }
    if (object_class_is_abstract(klass) || !object_class_dynamic_cast(klass, TYPE_OBJECT)) {
        return qom_class_properties(klass);
    }
    *holder = object_new_with_class(klass);
    return qom_object_properties(*holder);
}

/* -- types ---------------------------------------------------------------------------- */

static void type_name_offer(ObjectClass *klass, void *opaque)
{
    suggest_offer(opaque, object_class_get_name(klass));
}

ObjectClass *qom_class_find(const char *typename, const char *base, Error **errp)
{
    ObjectClass *klass = object_class_by_name(typename);
    const char *nearest;
    Suggest suggest;

    if (klass && (!base || object_class_dynamic_cast(klass, base))) {
        return klass;
    }
    if (klass) {
        error_setg(errp, "Parameter 'typename' expects a %s, and '%s' is none", base, typename);
        return NULL;
    }
    /* clients tell an unknown type from other mistakes by the class of the error */
    suggest_init(&suggest, typename);
    object_class_foreach(type_name_offer, base, false, &suggest);
    nearest = suggest_get(&suggest);
    error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Class '%s' not found%s%s%s", typename,
              nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}
