/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of objects in the tree, and finding objects by them. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "object-internal.h"

const char *object_get_canonical_path_component(const Object *obj)
{
    return obj->parent ? obj->parent_prop->name : NULL;
}

char *object_get_canonical_path(const Object *obj)
{
    const Object *root = object_get_root();
    GString *path;

    if (obj == root) {
        return g_strdup("/");
    }
    path = g_string_new(NULL);
    for (; obj != root; obj = obj->parent) {
        if (!obj->parent) {
            g_string_free(path, TRUE);
            return NULL;
        }
        g_string_prepend(path, obj->parent_prop->name);
        g_string_prepend_c(path, '/');
    }
    return g_string_free(path, FALSE);
}

Object *object_resolve_path_component(Object *parent, const char *part)
{
    ObjectProperty *prop = object_property_find(parent, part);

    return prop && prop->resolve ? prop->resolve(parent, prop->opaque, part) : NULL;
}

/* Follows @parts from @obj; NULL if one is missing or the last is no @typename (if any). */
static Object *path_follow(Object *obj, char **parts, const char *typename)
{
    for (; obj && *parts; parts++) {
        if (**parts) {
            obj = object_resolve_path_component(obj, *parts);
        }
    }
    return typename ? object_dynamic_cast(obj, typename) : obj;
}

/* A search for the only object whose path ends in @parts. */
typedef struct PartialSearch {
    char **parts;
    const char *typename;
    Object *found;
    bool is_ambiguous;
} PartialSearch;

/* Ends the walk, with 1, as soon as there are two. */
static int partial_search_at(Object *obj, void *opaque)
{
    PartialSearch *search = opaque;
    Object *found = path_follow(obj, search->parts, search->typename);

    if (found && search->found && found != search->found) {
        search->is_ambiguous = true;
        return 1;
    }
    if (found) {
        search->found = found;
    }
    return 0;
}

Object *object_resolve_path_type(const char *path, const char *typename, bool *ambiguous)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);
    PartialSearch search = { .parts = parts, .typename = typename };

    if (ambiguous) {
        *ambiguous = false;
    }
    if (path[0] == '/') {
        return path_follow(object_get_root(), parts, typename);
    }
    if (!partial_search_at(object_get_root(), &search)) {
        object_child_foreach_recursive(object_get_root(), partial_search_at, &search);
    }
    if (ambiguous) {
        *ambiguous = search.is_ambiguous;
    }
    return search.is_ambiguous ? NULL : search.found;
}

Object *object_resolve_path(const char *path, bool *ambiguous)
{
    return object_resolve_path_type(path, TYPE_OBJECT, ambiguous);
}

Object *object_resolve_path_at(Object *parent, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);

    return path_follow(path[0] == '/' ? object_get_root() : parent, parts, NULL);
}

Object *object_resolve_and_typecheck(const char *path, const char *id, const char *obj_type,
                                     Error **errp)
{
    bool ambiguous;
    Object *obj = object_resolve_path(path, &ambiguous);

    if (!obj) {
        error_setg(errp, ambiguous ? "'%s' names more than one object" :
                   "object '%s' not found", id);
        return NULL;
    }
    if (!object_dynamic_cast(obj, obj_type)) {
        error_setg(errp, "'%s' is of type '%s', not '%s'", id, object_get_typename(obj),
                   obj_type);
        return NULL;
    }
    return obj;
}

Object *container_get(Object *root, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);
    Object *obj = root;

    g_assert(path[0] == '/');
    for (char **part = parts; *part; part++) {
        Object *child;

        if (!**part) {
            continue;
        }
        child = object_resolve_path_component(obj, *part);
        if (!child) {
            child = object_new(TYPE_CONTAINER);
            object_property_add_child(obj, *part, child);
            object_unref(child);
        }
        obj = child;
    }
    return obj;
}
