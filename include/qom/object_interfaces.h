/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects that users create with -object and object-add. They live in
 * /objects under the id they were given.
 */
#ifndef QOM_OBJECT_INTERFACES_H
#define QOM_OBJECT_INTERFACES_H

#include "qom/object.h"

#define TYPE_USER_CREATABLE "user-creatable"

typedef struct UserCreatable UserCreatable;
typedef struct UserCreatableClass UserCreatableClass;
DECLARE_CLASS_CHECKERS(UserCreatableClass, USER_CREATABLE, TYPE_USER_CREATABLE)
#define USER_CREATABLE(obj) INTERFACE_CHECK(UserCreatable, (obj), TYPE_USER_CREATABLE)

struct UserCreatableClass {
    InterfaceClass parent_class;

    /* Called when all properties are set; a failure destroys the object. */
    void (*complete)(UserCreatable *uc, Error **errp);
    /* Whether object-del may take it now; missing means yes. */
    bool (*can_be_deleted)(UserCreatable *uc);
    /* -object makes those of this class after the machine and its devices. */
    bool needs_devices;
};

/* Calls the method if there is one. */
bool user_creatable_complete(UserCreatable *uc, Error **errp);
bool user_creatable_can_be_deleted(UserCreatable *uc);

/*
 * Creates a @type with the properties of @qdict (which keeps them), completes
 * it and puts it below /objects as @id; @id NULL: nowhere. @v: the visitor to
 * read the properties with. The result is borrowed when @id is set.
 */
Object *user_creatable_add_type(const char *type, const char *id, const QDict *qdict,
                                Visitor *v, Error **errp);

/* @qdict has "qom-type", "id" and the properties; @keyval: all values are strings. */
bool user_creatable_add_dict(const QDict *qdict, bool keyval, Error **errp);
/* The same as QMP's object-add names it: typed values, strict. */
bool user_creatable_add_qapi(const QDict *options, Error **errp);

/*
 * Parses an -object argument: JSON, or "TYPE,key=value...". Answers the
 * dictionary with "qom-type", owned by the caller; NULL on error, and also
 * after help was asked for and printed, without an error then.
 */
QDict *user_creatable_parse_str(const char *str, bool *is_json, Error **errp);
/* Parses and adds. *@help_shown (may be NULL) when it was only a request for help. */
bool user_creatable_add_from_str(const char *str, bool *help_shown, Error **errp);

/* Removes /objects/@id; refused while it is in use. */
bool user_creatable_del(const char *id, Error **errp);
/* Removes all user objects at the end of the program. */
void user_creatable_cleanup(void);

/* Prints the list of types (no @type) or the properties of one; false: no help asked. */
bool user_creatable_print_help(const char *type, const char *opts);
/* The same texts for any output; caller frees. NULL when the type is unknown. */
char *user_creatable_help_text(const char *type);

#endif
