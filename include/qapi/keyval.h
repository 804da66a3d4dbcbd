/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Option arguments "key=value,key.sub=value,list.0=value" as a QDict of
 * strings. ",," is a comma in a value. Keys are as in QAPI; a dot goes one
 * level down, a level whose keys are all the numbers 0, 1, ... is a list.
 */
#ifndef QAPI_KEYVAL_H
#define QAPI_KEYVAL_H

#include "qapi/qmp/qdict.h"

/*
 * @implied_key (may be NULL) is the key of a first part without '='. With
 * @help non-NULL, "help" or "?" as a part of its own sets *@help; without, it is an
 * error. The result is the caller's; NULL on error.
 */
QDict *keyval_parse(const char *params, const char *implied_key, bool *help, Error **errp);
/*
 * As keyval_parse(), but a dot is part of the key: for properties of devices, whose names may
 * have one.
 */
QDict *keyval_parse_flat(const char *params, const char *implied_key, bool *help, Error **errp);
/* Adds to @qdict, which stays the caller's and is unspecified after an error. */
QDict *keyval_parse_into(QDict *qdict, const char *params, const char *implied_key,
                         bool *help, Error **errp);
/*
 * Adds what @src has to @dest: scalars replace, lists are appended, dictionaries
 * are merged. A value of another kind than in @dest is an error.
 */
void keyval_merge(QDict *dest, const QDict *src, Error **errp);

#endif
