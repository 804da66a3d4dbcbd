/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types and classes. Registering a type only notes it; its class is built
 * when first used: a copy of the parent's class, a copy of each interface's
 * class, then base initialisers and the type's own. One recursive lock guards
 * the registry and the building, which class initialisers may nest; complete
 * classes are read without it. Mistakes in a TypeInfo are bugs and abort.
 */
#include "qemu/osdep.h"
#include "qemu/thread.h"
#include "object-internal.h"

/* The registry the API demands: name to Type. */
static QemuRecMutex type_lock = QEMU_REC_MUTEX_INITIALIZER;
static GHashTable *type_table;

static char *object_type_get(Object *obj, Error **errp)
{
    return g_strdup(object_get_typename(obj));
}

static void object_class_init(ObjectClass *klass, void *data)
{
    object_class_property_add_str(klass, "type", object_type_get, NULL);
}

static const TypeInfo type_builtin[] = {
    {
        .name = TYPE_OBJECT,
        .instance_size = sizeof(Object),
        .class_size = sizeof(ObjectClass),
        .class_init = object_class_init,
        .abstract = true,
    }, {
        .name = TYPE_INTERFACE,
        .class_size = sizeof(InterfaceClass),
        .abstract = true,
    }, {
        .name = TYPE_CONTAINER,
        .parent = TYPE_OBJECT,
    },
};

static Type type_add(const TypeInfo *info)
{
    Type type = g_new0(struct TypeImpl, 1);

    type->info = info;
    if (!info->name || g_hash_table_contains(type_table, info->name)) {
        g_error("type '%s' is registered twice", info->name ? info->name : "(null)");
    }
    g_hash_table_insert(type_table, (char *)info->name, type);
    return type;
}

static void type_table_lock(void)
{
    qemu_rec_mutex_lock(&type_lock);
    if (!type_table) {
        type_table = g_hash_table_new(g_str_hash, g_str_equal);
        for (int i = 0; i < G_N_ELEMENTS(type_builtin); i++) {
            type_add(&type_builtin[i]);
        }
    }
}

static void type_table_unlock(void)
{
    qemu_rec_mutex_unlock(&type_lock);
}

Type type_register_static(const TypeInfo *info)
{
    Type type;

    type_table_lock();
    type = type_add(info);
    type_table_unlock();
    return type;
}

Type type_register(const TypeInfo *info)
{
    TypeInfo *copy = g_memdup2(info, sizeof(*info));
    unsigned count = 0;

    copy->name = g_strdup(info->name);
    copy->parent = g_strdup(info->parent);
    while (info->interfaces && info->interfaces[count].type) {
        count++;
    }
    copy->interfaces = g_new0(InterfaceInfo, count + 1);
    for (unsigned i = 0; i < count; i++) {
        copy->interfaces[i].type = g_strdup(info->interfaces[i].type);
    }
    return type_register_static(copy);
}

void type_register_static_array(const TypeInfo *infos, int nr_infos)
{
    for (int i = 0; i < nr_infos; i++) {
        type_register_static(&infos[i]);
    }
}

Type type_find(const char *name)
{
    Type type;

    if (!name) {
        return NULL;
    }
    type_table_lock();
    type = g_hash_table_lookup(type_table, name);
    type_table_unlock();
    return type;
}

Type type_parent(Type type)
{
    /* every thread finds the same, so a repeated store is harmless */
    Type parent = qatomic_load_acquire(&type->parent);

    if (!parent && type->info->parent) {
        parent = type_find(type->info->parent);
        if (!parent) {
            g_error("type '%s' has unknown parent '%s'", type->info->name, type->info->parent);
        }
        qatomic_store_release(&type->parent, parent);
    }
    return parent;
}

/* Whether @type is @name by its line of parents. */
static bool type_descends(Type type, const char *name)
{
    for (; type; type = type_parent(type)) {
        if (type->info->name == name || g_str_equal(type->info->name, name)) {
            return true;
        }
    }
    return false;
}

/* The same, interfaces included, without building a class. */
static bool type_conforms(Type type, const char *name)
{
    if (type_descends(type, name)) {
        return true;
    }
    for (; type; type = type_parent(type)) {
        for (const InterfaceInfo *i = type->info->interfaces; i && i->type; i++) {
            Type interface = type_find(i->type);

            if (interface && type_descends(interface, name)) {
                return true;
            }
        }
    }
    return false;
}

/* An interface has no instances of its own, so it counts as abstract. */
bool type_is_abstract(Type type)
{
    return type->info->abstract || type_descends(type, TYPE_INTERFACE);
}

/* -- building classes ------------------------------------------------------ */

/* Takes what @type leaves at zero from its parent, and checks the rest. */
static void type_sizes_init(Type type, Type parent)
{
    const TypeInfo *info = type->info;
    size_t min_instance = parent ? parent->instance_size : 0;
    size_t min_class = parent ? parent->class_size : sizeof(ObjectClass);
    size_t min_align = parent ? parent->instance_align : 0;

    type->instance_size = info->instance_size ? info->instance_size : min_instance;
    type->class_size = info->class_size ? info->class_size : min_class;
    type->instance_align = MAX(info->instance_align, min_align);
    if (type->instance_size < min_instance || type->class_size < min_class) {
        g_error("type '%s': instance_size %zu or class_size %zu is less than its parent's "
                "%zu or %zu", info->name, type->instance_size, type->class_size,
                min_instance, min_class);
    }
    if (type_descends(type, TYPE_INTERFACE) && type->instance_size) {
        g_error("interface '%s' has an instance_size", info->name);
    }
}

/*
 * Copies the first @size bytes of a complete class into a zeroed one, but its
 * own properties and what is remembered of casts: other threads write the latter.
 */
static void class_copy(ObjectClass *klass, const ObjectClass *from, size_t size)
{
    const size_t methods = offsetof(ObjectClass, unparent);

    klass->type = from->type;
    memcpy((char *)klass + methods, (const char *)from + methods, size - methods);
    klass->properties = NULL;
}

/* Gives @type a copy of @methods, the class of interface @iface. */
static void type_interface_add(Type type, Type iface, const ObjectClass *methods)
{
    InterfaceClass *copy = g_malloc0(iface->class_size);

    class_copy(&copy->parent_class, methods, iface->class_size);
    copy->concrete_class = type->klass;
    copy->interface_type = iface;
    type->interfaces[type->n_interfaces++] = (TypeInterface) {
        .type = iface,
        .klass = &copy->parent_class,
    };
}

static bool type_has_interface(Type type, Type iface)
{
    for (unsigned i = 0; i < type->n_interfaces; i++) {
        if (type_descends(type->interfaces[i].type, iface->info->name)) {
            return true;
        }
    }
    return false;
}

static void type_interfaces_init(Type type, Type parent)
{
    const InterfaceInfo *own = type->info->interfaces;
    unsigned count = parent ? parent->n_interfaces : 0;

    for (const InterfaceInfo *i = own; i && i->type; i++) {
        count++;
    }
    if (!count) {
        return;
    }
    type->interfaces = g_new(TypeInterface, count);
    for (unsigned i = 0; parent && i < parent->n_interfaces; i++) {
        type_interface_add(type, parent->interfaces[i].type, parent->interfaces[i].klass);
    }
    for (const InterfaceInfo *i = own; i && i->type; i++) {
        Type iface = type_find(i->type);

        if (!iface || !type_descends(iface, TYPE_INTERFACE)) {
            g_error("type '%s' implements '%s', which is no interface", type->info->name,
                    i->type);
        }
        if (!type_has_interface(type, iface)) {
            type_interface_add(type, iface, type_class(iface));
        }
    }
}

static void type_class_build(Type type)
{
    const TypeInfo *info = type->info;
    Type parent = type_parent(type);

    if (parent) {
        type_class(parent);
    }
    type_sizes_init(type, parent);
    type->klass = g_malloc0(type->class_size);
    if (parent) {
        class_copy(type->klass, parent->klass, parent->class_size);
    }
    type->klass->type = type;
    type_interfaces_init(type, parent);
    for (Type t = parent; t; t = type_parent(t)) {
        if (t->info->class_base_init) {
            t->info->class_base_init(type->klass, info->class_data);
        }
    }
    if (info->class_init) {
        info->class_init(type->klass, info->class_data);
    }
}

ObjectClass *type_class(Type type)
{
    ObjectClass *klass = qatomic_load_acquire(&type->ready);

    if (klass) {
        return klass;
    }
    type_table_lock();
    /* a class initialiser may ask for the class that it is building */
    if (!type->klass) {
        type_class_build(type);
        qatomic_store_release(&type->ready, type->klass);
    }
    klass = type->klass;
    type_table_unlock();
    return klass;
}

/* -- casts ------------------------------------------------------------------- */

/* Remembers a cast that worked; of two names for one slot, one moves next door. */
static void class_cache_add(const char **cache, const char *typename)
{
    unsigned slot = object_cast_slot(typename);

    if (qatomic_read(&cache[slot]) && !qatomic_read(&cache[slot ^ 1])) {
        slot ^= 1;
    }
    qatomic_set(&cache[slot], typename);
}

Object *object_dynamic_cast(Object *obj, const char *typename)
{
    Type type;

    if (!obj) {
        return NULL;
    }
    type = obj->class->type;
    if (object_cast_known(obj->class->cast_cache, typename) || type_descends(type, typename)) {
        return obj;
    }
    for (unsigned i = 0; i < type->n_interfaces; i++) {
        if (type_descends(type->interfaces[i].type, typename)) {
            return obj;
        }
    }
    return NULL;
}

ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *typename)
{
    ObjectClass *found = NULL;
    Type type;

    if (!klass) {
        return NULL;
    }
    type = klass->type;
    if (object_cast_known(klass->class_cache, typename) || type_descends(type, typename)) {
        return klass;
    }
    for (unsigned i = 0; i < type->n_interfaces; i++) {
        if (type_descends(type->interfaces[i].type, typename)) {
            if (found) {
                return NULL;
            }
            found = type->interfaces[i].klass;
        }
    }
    return found;
}

static G_GNUC_NORETURN void cast_failed(const void *what, const char *kind, Type type,
                                        const char *typename, const char *file, int line,
                                        const char *func)
{
    fprintf(stderr, "%s:%d:%s: %s %p of type '%s' is not a '%s'\n", file, line, func, kind,
            what, type->info->name, typename);
    abort();
}

Object *object_cast_slow(Object *obj, const char *typename, const char *file, int line,
                         const char *func)
{
    if (!object_dynamic_cast(obj, typename)) {
        cast_failed(obj, "object", obj->class->type, typename, file, line, func);
    }
    class_cache_add(obj->class->cast_cache, typename);
    return obj;
}

ObjectClass *object_class_cast_slow(ObjectClass *klass, const char *typename,
                                    const char *file, int line, const char *func)
{
    ObjectClass *found = object_class_dynamic_cast(klass, typename);

    if (!found) {
        cast_failed(klass, "class", klass->type, typename, file, line, func);
    }
    if (found == klass) {
        class_cache_add(klass->class_cache, typename);
    }
    return found;
}

/* -- asking about types -------------------------------------------------------- */

ObjectClass *object_get_class(Object *obj)
{
    return obj->class;
}

const char *object_get_typename(const Object *obj)
{
    return obj->class->type->info->name;
}

const char *object_class_get_name(ObjectClass *klass)
{
    return klass->type->info->name;
}

bool object_class_is_abstract(ObjectClass *klass)
{
    return type_is_abstract(klass->type);
}

ObjectClass *object_class_get_parent(ObjectClass *klass)
{
    Type parent = type_parent(klass->type);

    return parent ? type_class(parent) : NULL;
}

ObjectClass *object_class_by_name(const char *typename)
{
    Type type = type_find(typename);

    return type ? type_class(type) : NULL;
}

ObjectClass *module_object_class_by_name(const char *typename)
{
    return object_class_by_name(typename);
}

size_t object_type_get_instance_size(const char *typename)
{
    Type type = type_find(typename);

    return type ? (type_class(type), type->instance_size) : 0;
}

void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque),
                          const char *implements_type, bool include_abstract, void *opaque)
{
    g_autoptr(GPtrArray) types = g_ptr_array_new();
    GHashTableIter iter;
    void *value;

    /* collected first: building a class may register types */
    type_table_lock();
    g_hash_table_iter_init(&iter, type_table);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        g_ptr_array_add(types, value);
    }
    type_table_unlock();
    for (unsigned i = 0; i < types->len; i++) {
        Type type = g_ptr_array_index(types, i);

        if ((include_abstract || !type_is_abstract(type)) &&
            (!implements_type || type_conforms(type, implements_type))) {
            fn(type_class(type), opaque);
        }
    }
}

static void class_list_prepend(ObjectClass *klass, void *opaque)
{
    GSList **list = opaque;

    *list = g_slist_prepend(*list, klass);
}

GSList *object_class_get_list(const char *implements_type, bool include_abstract)
{
    GSList *list = NULL;

    object_class_foreach(class_list_prepend, implements_type, include_abstract, &list);
    return list;
}

static int class_name_compare(const void *a, const void *b)
{
    const char *x = object_class_get_name((ObjectClass *)a);
    const char *y = object_class_get_name((ObjectClass *)b);
    int order = g_ascii_strcasecmp(x, y);

    return order ? order : strcmp(x, y);
}

GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract)
{
    return g_slist_sort(object_class_get_list(implements_type, include_abstract),
                        class_name_compare);
}
