/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visits of the built-in lists, used by generated code. */
#ifndef QAPI_QAPI_BUILTIN_VISIT_H
#define QAPI_QAPI_BUILTIN_VISIT_H

#include "qapi/qapi-builtin-types.h"
#include "qapi/visitor.h"

bool visit_type_QType(Visitor *v, const char *name, QType *obj, Error **errp);

#define QAPI_BUILTIN_LIST_VISIT_DECLARE(list, ctype) \
    bool visit_type_##list##List(Visitor *v, const char *name, list##List **obj, Error **errp);
QAPI_BUILTIN_LISTS(QAPI_BUILTIN_LIST_VISIT_DECLARE)

#endif
