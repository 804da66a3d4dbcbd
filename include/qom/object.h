/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object model: types, classes, interfaces, reference counted objects,
 * and the composition tree of properties. Names and behaviour are those of the
 * QEMU 8.2 device API. A class is built when it is first needed and never
 * freed. Classes may be built and objects cast from any thread; properties and
 * the tree belong to the big lock. Left out: unregistering a type.
 */
#ifndef QOM_OBJECT_H
#define QOM_OBJECT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "qemu/atomic.h"
#include "qemu/module.h"
#include "qemu/typedefs.h"

struct TypeImpl;
typedef struct TypeImpl *Type;

typedef struct Object Object;
typedef struct ObjectClass ObjectClass;
typedef struct ObjectProperty ObjectProperty;
typedef struct TypeInfo TypeInfo;
typedef struct InterfaceClass InterfaceClass;
typedef struct InterfaceInfo InterfaceInfo;
typedef struct QEnumLookup QEnumLookup;

#define TYPE_OBJECT "object"
#define TYPE_CONTAINER "container"
#define TYPE_INTERFACE "interface"

/* Reads or writes a property through @v. Reports failure in @errp. */
typedef void (ObjectPropertyAccessor)(Object *obj, Visitor *v, const char *name,
                                      void *opaque, Error **errp);
/* Answers what a path component behind the property names, or NULL. */
typedef Object *(ObjectPropertyResolve)(Object *obj, void *opaque, const char *part);
/* Frees what the property owns; called once, when it goes away. */
typedef void (ObjectPropertyRelease)(Object *obj, const char *name, void *opaque);
/* Sets a class property's default on a new object, before any instance_init. */
typedef void (ObjectPropertyInit)(Object *obj, ObjectProperty *prop);
/* Undoes what the parent set up for a child that leaves the tree. */
typedef void (ObjectUnparent)(Object *obj);
/*
 * Called when @obj has no property @name that is to be set: may add one to it. For families of
 * properties with a name or number in theirs ("addr.0", "addr.1", ...).
 */
typedef void (ObjectPropertyMissing)(Object *obj, const char *name);
/* Frees the memory of an object whose last reference is gone. */
typedef void (ObjectFree)(void *obj);

struct ObjectProperty {
    char *name;
    char *type;
    char *description;
    ObjectPropertyAccessor *get;
    ObjectPropertyAccessor *set;
    ObjectPropertyResolve *resolve;
    ObjectPropertyRelease *release;
    ObjectPropertyInit *init;
    void *opaque;
    QObject *defval;
};

#define OBJECT_CLASS_CAST_SLOTS 8

struct ObjectClass {
    /* private: */
    Type type;
    const char *cast_cache[OBJECT_CLASS_CAST_SLOTS]; /* type names known to fit objects */
    const char *class_cache[OBJECT_CLASS_CAST_SLOTS]; /* and those that fit the class itself */
    /* public: */
    ObjectUnparent *unparent;
    ObjectPropertyMissing *property_missing;
    /* private: own properties only, NULL while there are none */
    GHashTable *properties;
};

struct Object {
    /* private: */
    ObjectClass *class;
    ObjectFree *free;
    GHashTable *properties;         /* NULL while there are none */
    struct ObjectWeakLink *weak;    /* weak link slots that point here */
    Object *parent;
    ObjectProperty *parent_prop;    /* the parent's property that holds this child */
    Object *storage;                /* whose memory this is part of, once that let go of it */
    uint32_t ref;
    uint32_t lodgers;               /* who needs the memory: the object, and parts let go of */
};

struct TypeInfo {
    const char *name;
    const char *parent;

    size_t instance_size;           /* bytes; 0: the parent's */
    size_t instance_align;          /* bytes; 0: the parent's */
    void (*instance_init)(Object *obj);
    void (*instance_post_init)(Object *obj);
    void (*instance_finalize)(Object *obj);

    bool abstract;
    size_t class_size;              /* bytes; 0: the parent's */

    void (*class_init)(ObjectClass *klass, void *data);
    void (*class_base_init)(ObjectClass *klass, void *data);
    void *class_data;

    InterfaceInfo *interfaces;      /* ends with an entry without type */
};

struct InterfaceInfo {
    const char *type;
};

struct InterfaceClass {
    ObjectClass parent_class;
    /* private: */
    ObjectClass *concrete_class;
    Type interface_type;
};

#define INTERFACE_CLASS(klass) OBJECT_CLASS_CHECK(InterfaceClass, klass, TYPE_INTERFACE)
#define INTERFACE_CHECK(interface, obj, name) \
    ((interface *)object_dynamic_cast_assert(OBJECT((obj)), (name), \
                                             __FILE__, __LINE__, __func__))

/* -- casts -------------------------------------------------------------- */

#define OBJECT(obj) ((Object *)(obj))
#define OBJECT_CLASS(class) ((ObjectClass *)(class))
#define OBJECT_CHECK(type, obj, name) \
    ((type *)object_dynamic_cast_assert(OBJECT(obj), (name), __FILE__, __LINE__, __func__))
#define OBJECT_CLASS_CHECK(class_type, class, name) \
    ((class_type *)object_class_dynamic_cast_assert(OBJECT_CLASS(class), (name), \
                                                    __FILE__, __LINE__, __func__))
#define OBJECT_GET_CLASS(class, obj, name) \
    OBJECT_CLASS_CHECK(class, object_get_class(OBJECT(obj)), name)

/* Defines OBJ_NAME(obj): a checked cast to the instance structure. */
#define DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME) \
    static inline G_GNUC_UNUSED InstanceType *OBJ_NAME(const void *obj) \
    { \
        return OBJECT_CHECK(InstanceType, obj, TYPENAME); \
    }

/* Defines OBJ_NAME_CLASS(klass) and OBJ_NAME_GET_CLASS(obj). */
#define DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME) \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_CLASS(const void *klass) \
    { \
        return OBJECT_CLASS_CHECK(ClassType, klass, TYPENAME); \
    } \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_GET_CLASS(const void *obj) \
    { \
        return OBJECT_GET_CLASS(ClassType, obj, TYPENAME); \
    }

#define DECLARE_OBJ_CHECKERS(InstanceType, ClassType, OBJ_NAME, TYPENAME) \
    DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME) \
    DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME)

/* Typedefs, g_autoptr() support and all casts of a type with its own class. */
#define OBJECT_DECLARE_TYPE(InstanceType, ClassType, MODULE_OBJ_NAME) \
    typedef struct InstanceType InstanceType; \
    typedef struct ClassType ClassType; \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref) \
    DECLARE_OBJ_CHECKERS(InstanceType, ClassType, MODULE_OBJ_NAME, TYPE_##MODULE_OBJ_NAME)

/* The same for a type that has no class structure of its own. */
#define OBJECT_DECLARE_SIMPLE_TYPE(InstanceType, MODULE_OBJ_NAME) \
    typedef struct InstanceType InstanceType; \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref) \
    DECLARE_INSTANCE_CHECKER(InstanceType, MODULE_OBJ_NAME, TYPE_##MODULE_OBJ_NAME)

#define OBJECT_DEFINE_FUNCTIONS_(module_obj_name) \
    static void module_obj_name##_init(Object *obj); \
    static void module_obj_name##_finalize(Object *obj); \
    static void module_obj_name##_class_init(ObjectClass *oc, void *data);

#define OBJECT_DEFINE_REGISTER_(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                PARENT_MODULE_OBJ_NAME, CLASS_SIZE, ABSTRACT, ...) \
    static const TypeInfo module_obj_name##_info = { \
        .name = TYPE_##MODULE_OBJ_NAME, \
        .parent = TYPE_##PARENT_MODULE_OBJ_NAME, \
        .instance_size = sizeof(ModuleObjName), \
        .instance_align = __alignof__(ModuleObjName), \
        .instance_init = module_obj_name##_init, \
        .instance_finalize = module_obj_name##_finalize, \
        .class_size = (CLASS_SIZE), \
        .class_init = module_obj_name##_class_init, \
        .abstract = (ABSTRACT), \
        .interfaces = (InterfaceInfo[]) { __VA_ARGS__ }, \
    }; \
    static void module_obj_name##_register_types(void) \
    { \
        type_register_static(&module_obj_name##_info); \
    } \
    type_init(module_obj_name##_register_types)

/*
 * Declares <module_obj_name>_init, _finalize and _class_init and registers the
 * type; the trailing arguments are its interfaces, ended by { NULL }.
 */
#define OBJECT_DEFINE_TYPE_EXTENDED(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                    PARENT_MODULE_OBJ_NAME, ABSTRACT, ...) \
    OBJECT_DEFINE_FUNCTIONS_(module_obj_name) \
    OBJECT_DEFINE_REGISTER_(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                            PARENT_MODULE_OBJ_NAME, sizeof(ModuleObjName##Class), \
                            ABSTRACT, __VA_ARGS__)

#define OBJECT_DEFINE_TYPE(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                           PARENT_MODULE_OBJ_NAME) \
    OBJECT_DEFINE_TYPE_EXTENDED(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                PARENT_MODULE_OBJ_NAME, false, { NULL })

#define OBJECT_DEFINE_TYPE_WITH_INTERFACES(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                           PARENT_MODULE_OBJ_NAME, ...) \
    OBJECT_DEFINE_TYPE_EXTENDED(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                PARENT_MODULE_OBJ_NAME, false, __VA_ARGS__)

#define OBJECT_DEFINE_ABSTRACT_TYPE(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                    PARENT_MODULE_OBJ_NAME) \
    OBJECT_DEFINE_TYPE_EXTENDED(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                PARENT_MODULE_OBJ_NAME, true, { NULL })

#define OBJECT_DEFINE_SIMPLE_TYPE_WITH_INTERFACES(ModuleObjName, module_obj_name, \
                                                  MODULE_OBJ_NAME, \
                                                  PARENT_MODULE_OBJ_NAME, ...) \
    OBJECT_DEFINE_FUNCTIONS_(module_obj_name) \
    OBJECT_DEFINE_REGISTER_(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                            PARENT_MODULE_OBJ_NAME, 0, false, __VA_ARGS__)

#define OBJECT_DEFINE_SIMPLE_TYPE(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                  PARENT_MODULE_OBJ_NAME) \
    OBJECT_DEFINE_SIMPLE_TYPE_WITH_INTERFACES(ModuleObjName, module_obj_name, MODULE_OBJ_NAME, \
                                              PARENT_MODULE_OBJ_NAME, { NULL })

/* Registers every TypeInfo of @type_array when the program starts. */
#define DEFINE_TYPES(type_array) \
    static void do_qemu_init_##type_array(void) \
    { \
        type_register_static_array(type_array, G_N_ELEMENTS(type_array)); \
    } \
    type_init(do_qemu_init_##type_array)

/*
 * @obj as an instance of @typename, or NULL when it is not one. @typename may
 * be any string. NULL is not an instance of anything.
 */
Object *object_dynamic_cast(Object *obj, const char *typename);

/* As object_dynamic_cast(), for classes. NULL also when an interface is implemented twice. */
ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *typename);

/* The part of the checked casts that is not worth inlining. Never returns NULL. */
Object *object_cast_slow(Object *obj, const char *typename, const char *file, int line,
                         const char *func);
ObjectClass *object_class_cast_slow(ObjectClass *klass, const char *typename,
                                    const char *file, int line, const char *func);

/* The slot of a class's caches where @typename is looked for first. */
static inline unsigned object_cast_slot(const char *typename)
{
    uintptr_t bits = (uintptr_t)typename;

    return (bits ^ (bits >> 4)) % OBJECT_CLASS_CAST_SLOTS;
}

/* Whether @cache has @typename: in its slot or, where two names meet there, next door. */
static inline bool object_cast_known(const char *const *cache, const char *typename)
{
    unsigned slot = object_cast_slot(typename);

    return qatomic_read(&cache[slot]) == typename || qatomic_read(&cache[slot ^ 1]) == typename;
}

/*
 * Casts @obj (which may be NULL) to @typename, or ends the program with a
 * message that names the place. @typename must live as long as the program,
 * because its address is remembered; any thread may call this.
 */
static inline Object *object_dynamic_cast_assert(Object *obj, const char *typename,
                                                 const char *file, int line, const char *func)
{
    if (!obj || object_cast_known(obj->class->cast_cache, typename)) {
        return obj;
    }
    return object_cast_slow(obj, typename, file, line, func);
}

/* The same for classes; a cast to an interface answers that interface's class. */
static inline ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass,
                                                            const char *typename,
                                                            const char *file, int line,
                                                            const char *func)
{
    if (!klass || object_cast_known(klass->class_cache, typename)) {
        return klass;
    }
    return object_class_cast_slow(klass, typename, file, line, func);
}

/* -- types and classes --------------------------------------------------- */

/*
 * Registers a type. Only pointers into @info are kept, so it and its strings
 * stay for ever (type_register() copies them instead). A name may be
 * registered once; the parent may follow later.
 */
Type type_register_static(const TypeInfo *info);
Type type_register(const TypeInfo *info);
void type_register_static_array(const TypeInfo *infos, int nr_infos);

/* Prints the properties of class @type for "help"; false if there is no such type. */
bool type_print_class_properties(const char *type);

ObjectClass *object_get_class(Object *obj);
const char *object_get_typename(const Object *obj);
const char *object_class_get_name(ObjectClass *klass);
bool object_class_is_abstract(ObjectClass *klass);
/* The parent class, or NULL for a root. */
ObjectClass *object_class_get_parent(ObjectClass *klass);
/* The class called @typename, built if need be; NULL if none is registered. */
ObjectClass *object_class_by_name(const char *typename);
/* The same; there are no loadable modules, so nothing is loaded. */
ObjectClass *module_object_class_by_name(const char *typename);
/* Bytes of an instance of @typename; 0 if there is no such type. */
size_t object_type_get_instance_size(const char *typename);

/* Calls @fn for each class that is a @implements_type (NULL: any), in no set order. */
void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque),
                          const char *implements_type, bool include_abstract, void *opaque);
/* A list of such classes; g_slist_free() it. _sorted: by name without case. */
GSList *object_class_get_list(const char *implements_type, bool include_abstract);
GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract);

/* -- life of an object --------------------------------------------------- */

/* A new object with one reference, the caller's. @typename must exist and be concrete. */
Object *object_new(const char *typename);
Object *object_new_with_class(ObjectClass *klass);

/*
 * A new object with properties from pairs of strings ended by NULL, put below
 * @parent as @id unless that is NULL, and completed if it is user creatable.
 * The parent holds the reference then (the caller, without @parent). NULL on error.
 */
Object *object_new_with_props(const char *typename, Object *parent, const char *id,
                              Error **errp, ...) G_GNUC_NULL_TERMINATED;
Object *object_new_with_propv(const char *typename, Object *parent, const char *id,
                              Error **errp, va_list vargs);

/* Sets properties from pairs of strings ended by NULL; stops at the first failure. */
bool object_set_props(Object *obj, Error **errp, ...) G_GNUC_NULL_TERMINATED;
bool object_set_propv(Object *obj, Error **errp, va_list vargs);

/* Makes the @size bytes at @data, which the caller owns, an object with one reference. */
void object_initialize(void *data, size_t size, const char *typename);

/*
 * Makes embedded memory an object and a child of @parent, which then holds the
 * only reference. Returns false and leaves nothing behind on error.
 */
bool object_initialize_child_with_props(Object *parent, const char *propname, void *childobj,
                                        size_t size, const char *type, Error **errp, ...)
    G_GNUC_NULL_TERMINATED;
bool object_initialize_child_with_propsv(Object *parent, const char *propname, void *childobj,
                                         size_t size, const char *type, Error **errp,
                                         va_list vargs);
void object_initialize_child_internal(Object *parent, const char *propname, void *child,
                                      size_t size, const char *type);
#define object_initialize_child(parent, propname, child, type) \
    object_initialize_child_internal((parent), (propname), (child), sizeof(*(child)), (type))

/* Counts a reference; returns @obj. Any thread. NULL is fine. */
Object *object_ref(void *obj);
/* Drops a reference; the last one destroys the object. NULL is fine. */
void object_unref(void *obj);
/* Takes @obj out of the tree: its parent drops its reference. */
void object_unparent(Object *obj);

/* -- properties ------------------------------------------------------------ */

typedef enum {
    OBJ_PROP_FLAG_READ = 1 << 0,
    OBJ_PROP_FLAG_WRITE = 1 << 1,
    OBJ_PROP_FLAG_READWRITE = OBJ_PROP_FLAG_READ | OBJ_PROP_FLAG_WRITE,
} ObjectPropertyFlags;

typedef enum {
    OBJ_PROP_LINK_STRONG = 1 << 0,  /* the link holds a reference to its target */
    OBJ_PROP_LINK_DIRECT = 1 << 1,  /* internal: the property itself is the slot */
    OBJ_PROP_LINK_CLASS = 1 << 2,   /* internal: the slot is found by offset */
} ObjectPropertyLinkFlags;

typedef struct ObjectPropertyIterator {
    ObjectClass *nextclass;
    GHashTableIter iter;
    bool in_table;
} ObjectPropertyIterator;

/*
 * Adds a property. @name may end in "[*]", which takes a free number. NULL
 * @get or @set makes it write- or read-only. try_add reports a name in use
 * through @errp, the plain form treats it as a programming error.
 */
ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get,
                                        ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque,
                                        Error **errp);
ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque);
/* Removes a property of the object (not of its class). */
void object_property_del(Object *obj, const char *name);
ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name,
                                          const char *type, ObjectPropertyAccessor *get,
                                          ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque);

/* Documented default; that of a class property is also set on each new object. */
void object_property_set_default(ObjectProperty *prop, QObject *defval);
void object_property_set_default_bool(ObjectProperty *prop, bool value);
void object_property_set_default_str(ObjectProperty *prop, const char *value);
void object_property_set_default_list(ObjectProperty *prop);
void object_property_set_default_int(ObjectProperty *prop, int64_t value);
void object_property_set_default_uint(ObjectProperty *prop, uint64_t value);

/* The property, of the class or the object; NULL if there is none. */
ObjectProperty *object_property_find(Object *obj, const char *name);
ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp);
ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name);
ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name,
                                               Error **errp);

/* Walks the object's own and then its classes' properties; order is not set. */
void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj);
void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass);
ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter);

/*
 * Reading and writing by name. Strings and QObjects returned belong to the
 * caller; objects returned are borrowed. get_* answer NULL, false, 0 or -1
 * (get_int, get_enum) on error. get_enum: @typename is the property's type.
 */
bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp);
bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp);
bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp);
char *object_property_get_str(Object *obj, const char *name, Error **errp);
bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp);
Object *object_property_get_link(Object *obj, const char *name, Error **errp);
bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp);
bool object_property_get_bool(Object *obj, const char *name, Error **errp);
bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp);
int64_t object_property_get_int(Object *obj, const char *name, Error **errp);
bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp);
uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp);
int object_property_get_enum(Object *obj, const char *name, const char *typename,
                             Error **errp);
/* From and to text as typed on a command line; @human: annotate for people. */
bool object_property_parse(Object *obj, const char *name, const char *string, Error **errp);
char *object_property_print(Object *obj, const char *name, bool human, Error **errp);
/* The type's name as introspection shows it; borrowed. */
const char *object_property_get_type(Object *obj, const char *name, Error **errp);
void object_property_set_description(Object *obj, const char *name, const char *description);
void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description);
/* One line of help: name, type, description and default. Caller frees. */
char *object_property_help(const char *name, const char *type, QObject *defval,
                           const char *description);

/* -- property kinds -------------------------------------------------------- */

/* @child goes below @obj, which takes a reference. Returns the property. */
ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child);
ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp);

/* A link's check() that accepts every target. */
void object_property_allow_set_link(const Object *obj, const char *name, Object *child,
                                    Error **errp);
/*
 * A reference to another object kept in *@targetp; NULL @check: read-only.
 * A strong link holds a reference. A weak one does not: when its target dies
 * the slot becomes NULL, if it was set through the property.
 */
ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *type,
                                         Object **targetp,
                                         void (*check)(const Object *obj, const char *name,
                                                       Object *val, Error **errp),
                                         ObjectPropertyLinkFlags flags);
/* The slot is @offset bytes into the object. */
ObjectProperty *object_class_property_add_link(ObjectClass *oc, const char *name,
                                               const char *type, ptrdiff_t offset,
                                               void (*check)(const Object *obj,
                                                             const char *name, Object *val,
                                                             Error **errp),
                                               ObjectPropertyLinkFlags flags);
/* A weak link that never changes (until @target dies). */
ObjectProperty *object_property_add_const_link(Object *obj, const char *name, Object *target);

/* get() returns a string the property frees. */
ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **));
ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *, Error **));
ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **));
ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **));
ObjectProperty *object_property_add_enum(Object *obj, const char *name, const char *typename,
                                         const QEnumLookup *lookup,
                                         int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **));
ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *typename,
                                               const QEnumLookup *lookup,
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **));
/* A read-only broken-down time. */
ObjectProperty *object_property_add_tm(Object *obj, const char *name,
                                       void (*get)(Object *, struct tm *, Error **));
ObjectProperty *object_class_property_add_tm(ObjectClass *klass, const char *name,
                                             void (*get)(Object *, struct tm *, Error **));

/* Integers that live at @v, which must outlive the property. */
#define OBJECT_PROPERTY_DECLARE_UINT_PTR_(bits) \
    ObjectProperty *object_property_add_uint##bits##_ptr(Object *obj, const char *name, \
                                                         const uint##bits##_t *v, \
                                                         ObjectPropertyFlags flags); \
    ObjectProperty *object_class_property_add_uint##bits##_ptr(ObjectClass *klass, \
                                                               const char *name, \
                                                               const uint##bits##_t *v, \
                                                               ObjectPropertyFlags flags);
OBJECT_PROPERTY_DECLARE_UINT_PTR_(8)
OBJECT_PROPERTY_DECLARE_UINT_PTR_(16)
OBJECT_PROPERTY_DECLARE_UINT_PTR_(32)
OBJECT_PROPERTY_DECLARE_UINT_PTR_(64)

/* @name stands for @target_name of @target_obj, which must outlive @obj. */
ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name);

/* -- the tree ---------------------------------------------------------------- */

/* "/", and "/objects" below it, made when first asked for. */
Object *object_get_root(void);
Object *object_get_objects_root(void);
/* A root that no path reaches, for objects users must not name. */
Object *object_get_internal_root(void);
/* The container at @path below @root; missing parts are created. */
Object *container_get(Object *root, const char *path);

/* The name of @obj below its parent, or NULL without one; borrowed. */
const char *object_get_canonical_path_component(const Object *obj);
/* "/machine/..."; NULL for an object outside the tree. Caller frees. */
char *object_get_canonical_path(const Object *obj);
/*
 * The object at an absolute path, or the only one whose path ends in the
 * partial @path. NULL if there is none, or several; @ambiguous (may be NULL)
 * tells these apart. Borrowed.
 */
Object *object_resolve_path(const char *path, bool *ambiguous);
/* Only objects that are a @typename count. */
Object *object_resolve_path_type(const char *path, const char *typename, bool *ambiguous);
/* An absolute path or one relative to @parent; never a partial one. */
Object *object_resolve_path_at(Object *parent, const char *path);
Object *object_resolve_path_component(Object *parent, const char *part);
/* The user's object /objects/@id of type @obj_type, or NULL and an error. */
Object *object_resolve_and_typecheck(const char *path, const char *id, const char *obj_type,
                                     Error **errp);

/* Calls @fn for each child until it returns non-zero, which is the result. */
int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque);
int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque);

/* -- properties set from outside ----------------------------------------------- */

/* One "driver.property=value": of -global, a machine or an accelerator. */
typedef struct GlobalProperty {
    const char *driver;
    const char *property;
    const char *value;
    bool used;
    bool optional;      /* skip it when the object has no such property */
} GlobalProperty;

/* Sets what of @props (GlobalProperty *) applies to @obj's type; stops at an error. */
bool object_apply_global_props(Object *obj, const GPtrArray *props, Error **errp);
/* Remember properties for all later objects: by sugar options, machine, accelerator. */
void object_register_sugar_prop(const char *driver, const char *prop, const char *val,
                                bool optional);
void object_set_machine_compat_props(GPtrArray *compat_props);
void object_set_accelerator_compat_props(GPtrArray *compat_props);
void object_apply_compat_props(Object *obj);

/* Sets properties from @qdict; @from_json: typed values, else all strings. */
bool object_set_properties_from_keyval(Object *obj, const QDict *qdict, bool from_json,
                                       Error **errp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Object, object_unref)

#endif
