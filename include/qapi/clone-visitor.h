/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies generated values deeply. */
#ifndef QAPI_CLONE_VISITOR_H
#define QAPI_CLONE_VISITOR_H

#include "qapi/visitor.h"

typedef bool (*QapiCloneVisitFn)(Visitor *v, const char *name, void **obj, Error **errp);
typedef bool (*QapiCloneMembersFn)(Visitor *v, void *obj, Error **errp);

void *qapi_clone(const void *src, QapiCloneVisitFn visit_type);
void qapi_clone_members(void *dst, const void *src, size_t size, QapiCloneMembersFn members);

/* A deep copy of @src, a pointer to the generated structure or list @type. */
#define QAPI_CLONE(type, src) \
    ((type *)qapi_clone(src, (QapiCloneVisitFn)visit_type_##type))
/* Copies the members of *@src into *@dst. */
#define QAPI_CLONE_MEMBERS(type, dst, src) \
    qapi_clone_members(dst, src, sizeof(type), (QapiCloneMembersFn)visit_type_##type##_members)

#endif
