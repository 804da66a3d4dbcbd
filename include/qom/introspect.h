/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QMP's qom-* commands and HMP's "info qom-tree" tell about types and
 * the tree, without knowing either. Lists are sorted by name, so that output
 * can be compared.
 */
#ifndef QOM_INTROSPECT_H
#define QOM_INTROSPECT_H

#include "qom/object.h"

/* One property as listed; strings are borrowed from the object or class. */
typedef struct QomPropertyInfo {
    const char *name;
    const char *type;
    const char *description;    /* may be NULL */
    QObject *default_value;     /* may be NULL; borrowed */
} QomPropertyInfo;

/*
 * The tree below the object at @root (NULL or "": "/"), one line each,
 * indented by depth. Caller frees. NULL and an error if the path is bad.
 */
char *qom_tree_text(const char *root, Error **errp);

/* The object at @path, which users name; an error tells missing from ambiguous. */
Object *qom_path_resolve(const char *path, Error **errp);

/* Arrays of QomPropertyInfo, sorted; g_array_unref() it. Valid while @obj is unchanged. */
GArray *qom_object_properties(Object *obj);
GArray *qom_class_properties(ObjectClass *klass);
/*
 * The properties an instance of @typename would have, also those its
 * instance_init adds. Makes one for the purpose unless the type is abstract;
 * keep *@holder until done with the array, then object_unref() it. NULL
 * and an error that suggests a name if the type is unknown or not a @base.
 */
GArray *qom_type_properties(const char *typename, const char *base, Object **holder,
                            Error **errp);

/* The class @typename; an error with the nearest name of a @base (may be NULL) if none. */
ObjectClass *qom_class_find(const char *typename, const char *base, Error **errp);

#endif
