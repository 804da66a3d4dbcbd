/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills C values from QObjects. Members that no one asked for are refused. */
#ifndef QAPI_QOBJECT_INPUT_VISITOR_H
#define QAPI_QOBJECT_INPUT_VISITOR_H

#include "qapi/qmp/qdict.h"
#include "qapi/visitor.h"

/* For typed values, as JSON gives them. Takes its own reference to @obj. */
Visitor *qobject_input_visitor_new(QObject *obj);
/* For keyval_parse()'s output: all scalars are strings. */
Visitor *qobject_input_visitor_new_keyval(QObject *obj);
/*
 * For an option's argument: JSON if it starts with '{', else key=value with
 * @implied_key. NULL and an error if it cannot be parsed.
 */
Visitor *qobject_input_visitor_new_str(const char *str, const char *implied_key, Error **errp);

#endif
