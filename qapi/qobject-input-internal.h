/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State of the QObject input visitor, shared by its typed and its keyval flavour. */
#ifndef QAPI_QOBJECT_INPUT_INTERNAL_H
#define QAPI_QOBJECT_INPUT_INTERNAL_H

#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"
#include "qapi/visitor-impl.h"

/* A structure or list that is being visited. */
typedef struct InputLevel {
    const char *name;           /* in the level above; NULL for the root and list elements */
    QObject *container;         /* borrowed */
    GHashTable *left;           /* structure: keys that no one asked for yet */
    const QListEntry *entry;    /* list: the next element */
    unsigned index;             /* list: elements consumed */
} InputLevel;

typedef struct QObjectInputVisitor {
    Visitor visitor;
    QObject *root;
    bool keyval;
    GArray *levels;             /* InputLevel, the innermost last */
} QObjectInputVisitor;

QObjectInputVisitor *qobject_input_of(Visitor *v);

/* The full name of member @name for messages, as the user wrote it. Caller frees. */
char *qobject_input_full_name(QObjectInputVisitor *qiv, const char *name);

/* The value of @name, now accounted for; NULL and an error if it is missing. */
QObject *qobject_input_take(QObjectInputVisitor *qiv, const char *name, Error **errp);

/* Sets the error for a value that is no @expected; answers false. */
bool qobject_input_type_error(QObjectInputVisitor *qiv, const char *name,
                              const char *expected, Error **errp);
/* The same for a value that cannot be used: "Parameter 'x' expects ...". */
bool qobject_input_value_error(QObjectInputVisitor *qiv, const char *name,
                               const char *expected, Error **errp);

/* Replaces the scalar methods by ones that read strings. */
void qobject_input_keyval_init(Visitor *v);

#endif
