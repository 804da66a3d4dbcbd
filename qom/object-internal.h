/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the object model share. */
#ifndef QOM_OBJECT_INTERNAL_H
#define QOM_OBJECT_INTERNAL_H

#include "qom/object.h"

/* An interface of a class, and the class's own copy of the interface's methods. */
typedef struct TypeInterface {
    struct TypeImpl *type;
    ObjectClass *klass;
} TypeInterface;

/* A registered type. All but @ready is guarded by the lock of type.c. */
struct TypeImpl {
    const TypeInfo *info;
    struct TypeImpl *parent;        /* found when first needed */
    ObjectClass *klass;             /* being built, or built */
    ObjectClass *ready;             /* the same, when complete; read without the lock */
    size_t class_size;
    size_t instance_size;
    size_t instance_align;
    TypeInterface *interfaces;      /* of the class, inherited ones included */
    unsigned n_interfaces;
};

/* The type called @name, or NULL. */
Type type_find(const char *name);
/* Its complete class; built if need be. */
ObjectClass *type_class(Type type);
/* The parent type, which must be registered; NULL for a root. */
Type type_parent(Type type);
/* Whether there can be no object of exactly this type. */
bool type_is_abstract(Type type);

/* Releases and removes one, or all, of @obj's own properties. */
void property_remove(Object *obj, ObjectProperty *prop);
void property_remove_all(Object *obj);
/* Releases what class properties keep in @obj; once. */
void property_class_release(Object *obj);
/* @obj leaves @parent; if it lies in the memory of that, this is kept until @obj ends, too. */
void object_storage_keep(Object *obj, Object *parent);
/* Sets the defaults of all class properties. */
void property_defaults_apply(Object *obj);

/* If @prop is an alias, follows it to what it stands for. */
void property_alias_follow(Object **obj, ObjectProperty **prop);
/* Sets a link property directly; false and an error if @value does not fit. */
bool property_is_link(const ObjectProperty *prop);
bool property_link_set(Object *obj, ObjectProperty *prop, Object *value, Error **errp);

/* Weak links: @slot points to @target now (NULL: to nothing); @target is going away. */
void weak_link_set(Object **slot, Object *target);
void weak_link_target_gone(Object *target);

/* Sets @errp to "property not found", with the nearest name. */
void property_not_found(ObjectPropertyIterator *iter, const char *owner, const char *name,
                        Error **errp);

#endif
