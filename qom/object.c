/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of objects: creation, references, destruction; and the roots of the
 * tree. Initialisers run from the root type down; post-initialisers and
 * finalisers from the type itself up.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qom/object_interfaces.h"
#include "object-internal.h"

static void instance_init(Object *obj, Type type)
{
    Type parent = type_parent(type);

    if (parent) {
        instance_init(obj, parent);
    }
    if (type->info->instance_init) {
        type->info->instance_init(obj);
    }
}

static void object_initialize_type(void *data, size_t size, Type type)
{
    Object *obj = data;
    ObjectClass *klass = type_class(type);

    if (type_is_abstract(type)) {
        g_error("an object of abstract type '%s' is wanted", type->info->name);
    }
    g_assert(type->instance_size >= sizeof(Object));
    if (size < type->instance_size) {
        g_error("%zu bytes for an object of type '%s', which takes %zu", size,
                type->info->name, type->instance_size);
    }
    memset(obj, 0, type->instance_size);
    obj->class = klass;
    obj->ref = 1;
    obj->lodgers = 1;
    property_defaults_apply(obj);
    instance_init(obj, type);
    for (Type t = type; t; t = type_parent(t)) {
        if (t->info->instance_post_init) {
            t->info->instance_post_init(obj);
        }
    }
}

static Type type_find_or_die(const char *typename)
{
    Type type = type_find(typename);

    if (!type) {
        g_error("type '%s' is not registered", typename ? typename : "(null)");
    }
    return type;
}

void object_initialize(void *data, size_t size, const char *typename)
{
    object_initialize_type(data, size, type_find_or_die(typename));
}

static Object *object_new_type(Type type)
{
    Object *obj;
    void *memory;

    type_class(type);
    if (type->instance_align > G_MEM_ALIGN) {
        /* the size of the allocation is a multiple of the alignment by C's rules */
        if (posix_memalign(&memory, type->instance_align, type->instance_size)) {
            g_error("no memory for an object of type '%s'", type->info->name);
        }
        obj = memory;
        object_initialize_type(obj, type->instance_size, type);
        obj->free = free;
    } else {
        obj = g_malloc(type->instance_size);
        object_initialize_type(obj, type->instance_size, type);
        obj->free = g_free;
    }
    return obj;
}

Object *object_new(const char *typename)
{
    return object_new_type(type_find_or_die(typename));
}

Object *object_new_with_class(ObjectClass *klass)
{
    return object_new_type(klass->type);
}

/* The steps that objects with properties share, in memory of either kind. */
static bool object_setup(Object *obj, Object *parent, const char *id, Error **errp,
                         va_list vargs)
{
    UserCreatable *uc;

    if (!object_set_propv(obj, errp, vargs)) {
        return false;
    }
    if (parent && id && !object_property_try_add_child(parent, id, obj, errp)) {
        return false;
    }
    uc = (UserCreatable *)object_dynamic_cast(obj, TYPE_USER_CREATABLE);
    if (uc && !user_creatable_complete(uc, errp)) {
        object_unparent(obj);
        return false;
    }
    return true;
}

Object *object_new_with_propv(const char *typename, Object *parent, const char *id,
                              Error **errp, va_list vargs)
{
    ObjectClass *klass = object_class_by_name(typename);
    Object *obj;

    if (!klass) {
        error_setg(errp, "invalid object type: %s", typename);
        return NULL;
    }
    if (object_class_is_abstract(klass)) {
        error_setg(errp, "object type '%s' is abstract", typename);
        return NULL;
    }
    obj = object_new_with_class(klass);
    if (!object_setup(obj, parent, id, errp, vargs)) {
        object_unref(obj);
        return NULL;
    }
    if (parent && id) {
        object_unref(obj);
    }
    return obj;
}

Object *object_new_with_props(const char *typename, Object *parent, const char *id,
                              Error **errp, ...)
{
    Object *obj;
    va_list vargs;

    va_start(vargs, errp);
    obj = object_new_with_propv(typename, parent, id, errp, vargs);
    va_end(vargs);
    return obj;
}

bool object_initialize_child_with_propsv(Object *parent, const char *propname, void *childobj,
                                         size_t size, const char *type, Error **errp,
                                         va_list vargs)
{
    bool ok;

    object_initialize(childobj, size, type);
    ok = object_setup(childobj, parent, propname, errp, vargs);
    /* on success the parent's reference keeps it, else this ends it */
    object_unref(childobj);
    return ok;
}

bool object_initialize_child_with_props(Object *parent, const char *propname, void *childobj,
                                        size_t size, const char *type, Error **errp, ...)
{
    bool ok;
    va_list vargs;

    va_start(vargs, errp);
    ok = object_initialize_child_with_propsv(parent, propname, childobj, size, type, errp,
                                             vargs);
    va_end(vargs);
    return ok;
}

void object_initialize_child_internal(Object *parent, const char *propname, void *child,
                                      size_t size, const char *type)
{
    object_initialize_child_with_props(parent, propname, child, size, type, &error_abort,
                                       NULL);
}

/* -- references ------------------------------------------------------------------ */

/*
 * Others may hold a part longer than the object it is part of, as a view of memory does that the
 * RCU thread has yet to end. The object's memory stays until the last part is done.
 */
void object_storage_keep(Object *obj, Object *parent)
{
    uintptr_t offset = (uintptr_t)obj - (uintptr_t)parent;

    if (!obj->free && !obj->storage && offset < parent->class->type->instance_size) {
        obj->storage = parent;
        qatomic_inc(&parent->lodgers);
    }
}

static void object_storage_release(Object *obj)
{
    while (obj && qatomic_fetch_dec(&obj->lodgers) == 1) {
        Object *storage = obj->storage;

        if (obj->free) {
            obj->free(obj);
        }
        obj = storage;
    }
}

static void object_destroy(Object *obj)
{
    Type type = obj->class->type;

    weak_link_target_gone(obj);
    property_remove_all(obj);
    property_class_release(obj);
    for (Type t = type; t; t = type_parent(t)) {
        if (t->info->instance_finalize) {
            t->info->instance_finalize(obj);
        }
    }
    /* a finaliser may have added properties or handed the object to a weak link */
    property_remove_all(obj);
    weak_link_target_gone(obj);
    g_assert(obj->ref == 0 && !obj->parent);
    object_storage_release(obj);
}

Object *object_ref(void *objptr)
{
    Object *obj = objptr;

    if (obj) {
        uint32_t before = qatomic_fetch_inc(&obj->ref);

        g_assert(before < UINT32_MAX);
    }
    return obj;
}

void object_unref(void *objptr)
{
    Object *obj = objptr;
    uint32_t before;

    if (!obj) {
        return;
    }
    before = qatomic_fetch_dec(&obj->ref);
    g_assert(before > 0);
    if (before == 1) {
        object_destroy(obj);
    }
}

void object_unparent(Object *obj)
{
    if (obj->parent) {
        property_remove(obj->parent, obj->parent_prop);
    }
}

/* -- roots ------------------------------------------------------------------------- */

/* Made when first asked for; they last as long as the program. */
static Object *root_get(Object **root)
{
    if (!*root) {
        *root = object_new(TYPE_CONTAINER);
    }
    return *root;
}

Object *object_get_root(void)
{
    static Object *root;

    return root_get(&root);
}

Object *object_get_internal_root(void)
{
    static Object *root;

    return root_get(&root);
}

Object *object_get_objects_root(void)
{
    return container_get(object_get_root(), "/objects");
}
