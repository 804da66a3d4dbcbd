/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Property values as QObjects. */
#ifndef QOM_QOM_QOBJECT_H
#define QOM_QOM_QOBJECT_H

#include "qom/object.h"

/* The value, owned by the caller; NULL on error. */
QObject *object_property_get_qobject(Object *obj, const char *name, Error **errp);
/* Sets from @value, which stays the caller's. */
bool object_property_set_qobject(Object *obj, const char *name, QObject *value, Error **errp);

#endif
