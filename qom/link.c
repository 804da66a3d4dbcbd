/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties that hold other objects: children, which make the tree, and
 * links. A weak link's slot is known to its target, which clears it when it
 * goes away, so a link never dangles. The slot may lie in the object
 * (class links), anywhere (plain links) or in the property itself.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qerror.h"
#include "qapi/visitor.h"
#include "object-internal.h"

/* -- weak links ------------------------------------------------------------------ */

typedef struct ObjectWeakLink {
    Object **slot;
    Object *target;
    struct ObjectWeakLink *next;        /* of the same target */
} ObjectWeakLink;

/* Slot to ObjectWeakLink, for all weak links that point somewhere. */
static GHashTable *weak_links;

static void weak_link_drop(ObjectWeakLink *link)
{
    ObjectWeakLink **at = &link->target->weak;

    while (*at != link) {
        at = &(*at)->next;
    }
    *at = link->next;
    g_hash_table_remove(weak_links, link->slot);
    g_free(link);
}

void weak_link_set(Object **slot, Object *target)
{
    ObjectWeakLink *link = weak_links ? g_hash_table_lookup(weak_links, slot) : NULL;

    if (link) {
        weak_link_drop(link);
    }
    if (!target) {
        return;
    }
    if (!weak_links) {
        weak_links = g_hash_table_new(NULL, NULL);
    }
    link = g_new0(ObjectWeakLink, 1);
    link->slot = slot;
    link->target = target;
    link->next = target->weak;
    target->weak = link;
    g_hash_table_insert(weak_links, slot, link);
}

void weak_link_target_gone(Object *target)
{
    while (target->weak) {
        ObjectWeakLink *link = target->weak;

        /* the owner may have changed the slot itself */
        if (*link->slot == target) {
            *link->slot = NULL;
        }
        weak_link_drop(link);
    }
}

/* -- links ------------------------------------------------------------------------ */

typedef struct LinkProperty {
    union {
        Object **targetp;
        Object *target;         /* OBJ_PROP_LINK_DIRECT */
        ptrdiff_t offset;       /* OBJ_PROP_LINK_CLASS */
    };
    void (*check)(const Object *obj, const char *name, Object *val, Error **errp);
    ObjectPropertyLinkFlags flags;
} LinkProperty;

static Object **link_slot(Object *obj, LinkProperty *link)
{
    if (link->flags & OBJ_PROP_LINK_DIRECT) {
        return &link->target;
    }
    if (link->flags & OBJ_PROP_LINK_CLASS) {
        return (Object **)((char *)obj + link->offset);
    }
    return link->targetp;
}

/* Makes the slot point to @target; drops the old reference last, for it may end objects. */
static void link_store(Object *obj, LinkProperty *link, Object *target)
{
    Object **slot = link_slot(obj, link);
    Object *old = *slot;

    *slot = target;
    if (link->flags & OBJ_PROP_LINK_STRONG) {
        object_ref(target);
        object_unref(old);
    } else {
        weak_link_set(slot, target);
    }
}

/* The T of type "link<T>". Caller frees. */
static char *link_target_type(const char *type)
{
    size_t start = strlen("link<");

    return g_strndup(type + start, strlen(type) - start - 1);
}

static void link_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    Object *target = *link_slot(obj, opaque);
    g_autofree char *path = target ? object_get_canonical_path(target) : NULL;

    if (!path) {
        path = g_strdup("");
    }
    visit_type_str(v, name, &path, errp);
}

/* The object users call @path, of the link's type; NULL and an error if there is none. */
static Object *link_target_find(const char *name, const char *type, const char *path,
                                Error **errp)
{
    g_autofree char *target_type = link_target_type(type);
    bool ambiguous = false;
    Object *target = object_resolve_path_type(path, target_type, &ambiguous);

    if (ambiguous) {
        error_setg(errp, "Path '%s' does not uniquely identify an object", path);
        return NULL;
    }
    if (target) {
        return target;
    }
    if (object_resolve_path(path, &ambiguous) || ambiguous) {
        error_setg(errp, QERR_INVALID_PARAMETER_TYPE, name, target_type);
    } else {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    }
    return NULL;
}

bool property_is_link(const ObjectProperty *prop)
{
    return prop->get == link_get;
}

bool property_link_set(Object *obj, ObjectProperty *prop, Object *value, Error **errp)
{
    g_autofree char *target_type = link_target_type(prop->type);
    LinkProperty *link = prop->opaque;
    Error *err = NULL;

    if (!prop->set) {
        error_setg(errp, "Property '%s.%s' is not writable", object_get_typename(obj),
                   prop->name);
        return false;
    }
    if (value && !object_dynamic_cast(value, target_type)) {
        error_setg(errp, QERR_INVALID_PARAMETER_TYPE, prop->name, target_type);
        return false;
    }
    link->check(obj, prop->name, value, &err);
    if (err) {
        error_propagate(errp, err);
        return false;
    }
    link_store(obj, link, value);
    return true;
}

static void link_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *path = NULL;
    Object *target = NULL;

    if (!prop || !visit_type_str(v, name, &path, errp)) {
        return;
    }
    if (*path) {
        target = link_target_find(name, prop->type, path, errp);
        if (!target) {
            return;
        }
    }
    property_link_set(obj, prop, target, errp);
}

static Object *link_resolve(Object *obj, void *opaque, const char *part)
{
    return *link_slot(obj, opaque);
}

/* Ends what the link means for its target; the slot itself is the owner's to keep. */
static void link_release_target(Object *obj, LinkProperty *link)
{
    Object **slot = link_slot(obj, link);

    if (link->flags & OBJ_PROP_LINK_STRONG) {
        object_unref(*slot);
        *slot = NULL;
    } else {
        weak_link_set(slot, NULL);
    }
}

static void link_release(Object *obj, const char *name, void *opaque)
{
    link_release_target(obj, opaque);
    g_free(opaque);
}

/* A class property's description of the link is shared by all objects. */
static void link_class_release(Object *obj, const char *name, void *opaque)
{
    link_release_target(obj, opaque);
}

void object_property_allow_set_link(const Object *obj, const char *name, Object *child,
                                    Error **errp)
{
}

static ObjectProperty *link_add(Object *obj, const char *name, const char *type,
                                LinkProperty *link)
{
    g_autofree char *full_type = g_strdup_printf("link<%s>", type);
    ObjectProperty *op = object_property_add(obj, name, full_type, link_get,
                                             link->check ? link_set : NULL, link_release, link);

    op->resolve = link_resolve;
    return op;
}

ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *type,
                                         Object **targetp,
                                         void (*check)(const Object *obj, const char *name,
                                                       Object *val, Error **errp),
                                         ObjectPropertyLinkFlags flags)
{
    LinkProperty *link = g_new0(LinkProperty, 1);
    bool is_weak = !(flags & OBJ_PROP_LINK_STRONG);

    link->targetp = targetp;
    link->check = check;
    link->flags = flags;
    if (is_weak && *targetp) {
        weak_link_set(targetp, *targetp);
    }
    return link_add(obj, name, type, link);
}

ObjectProperty *object_class_property_add_link(ObjectClass *oc, const char *name,
                                               const char *type, ptrdiff_t offset,
                                               void (*check)(const Object *obj,
                                                             const char *name, Object *val,
                                                             Error **errp),
                                               ObjectPropertyLinkFlags flags)
{
    g_autofree char *full_type = g_strdup_printf("link<%s>", type);
    LinkProperty *link = g_new0(LinkProperty, 1);
    ObjectProperty *op;

    link->offset = offset;
    link->check = check;
    link->flags = flags | OBJ_PROP_LINK_CLASS;
    op = object_class_property_add(oc, name, full_type, link_get, check ? link_set : NULL,
                                   link_class_release, link);
    op->resolve = link_resolve;
    return op;
}

ObjectProperty *object_property_add_const_link(Object *obj, const char *name, Object *target)
{
    LinkProperty *link = g_new0(LinkProperty, 1);

    link->target = target;
    link->flags = OBJ_PROP_LINK_DIRECT;
    weak_link_set(&link->target, target);
    return link_add(obj, name, object_get_typename(target), link);
}

/* -- children ------------------------------------------------------------------------ */

static void child_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    g_autofree char *path = object_get_canonical_path(opaque);

    if (!path) {
        path = g_strdup("");
    }
    visit_type_str(v, name, &path, errp);
}

static Object *child_resolve(Object *parent, void *opaque, const char *part)
{
    return opaque;
}

static void child_release(Object *obj, const char *name, void *opaque)
{
    Object *child = opaque;

    if (child->class->unparent) {
        child->class->unparent(child);
    }
    child->parent = NULL;
    child->parent_prop = NULL;
    object_storage_keep(child, obj);
    object_unref(child);
}

ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp)
{
    g_autofree char *type = NULL;
    ObjectProperty *op;

    g_assert(!child->parent);
    type = g_strdup_printf("child<%s>", object_get_typename(child));
    op = object_property_try_add(obj, name, type, child_get, NULL, child_release, child, errp);
    if (!op) {
        return NULL;
    }
    op->resolve = child_resolve;
    object_ref(child);
    child->parent = obj;
    child->parent_prop = op;
    return op;
}

ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child)
{
    return object_property_try_add_child(obj, name, child, &error_abort);
}

/* The child that @prop holds, or NULL if it is of another kind. */
static Object *property_child(const ObjectProperty *prop)
{
    return prop->release == child_release ? prop->opaque : NULL;
}

/* References to all children, so that a callback may change the tree; free with unref. */
static GPtrArray *children_collect(Object *obj)
{
    GPtrArray *children = g_ptr_array_new_with_free_func(object_unref);
    GHashTableIter iter;
    void *value;

    if (obj->properties) {
        g_hash_table_iter_init(&iter, obj->properties);
        while (g_hash_table_iter_next(&iter, NULL, &value)) {
            Object *child = property_child(value);

            if (child) {
                g_ptr_array_add(children, object_ref(child));
            }
        }
    }
    return children;
}

static int child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque,
                         bool is_recursive)
{
    g_autoptr(GPtrArray) children = children_collect(obj);
    int ret = 0;

    for (unsigned i = 0; i < children->len && !ret; i++) {
        Object *child = g_ptr_array_index(children, i);

        /* an earlier call may have taken it away */
        if (child->parent != obj) {
            continue;
        }
        ret = fn(child, opaque);
        if (!ret && is_recursive) {
            ret = child_foreach(child, fn, opaque, true);
        }
    }
    return ret;
}

int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque)
{
    return child_foreach(obj, fn, opaque, false);
}

int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque)
{
    return child_foreach(obj, fn, opaque, true);
}
