/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accessors and defaults that several kinds of device properties share.
 */
#ifndef HW_CORE_QDEV_PROP_INTERNAL_H
#define HW_CORE_QDEV_PROP_INTERNAL_H

#include "hw/qdev-properties.h"

/* For kinds with an enum_table, over an int-sized field. */
void qdev_propinfo_get_enum(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp);
void qdev_propinfo_set_enum(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp);
void qdev_propinfo_set_default_value_enum(ObjectProperty *op, const Property *prop);
void qdev_propinfo_set_default_value_int(ObjectProperty *op, const Property *prop);
void qdev_propinfo_set_default_value_uint(ObjectProperty *op, const Property *prop);

/* Reads over an int32_t field. */
void qdev_propinfo_get_int32(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp);

/* Frees and clears a char * field. */
void qdev_propinfo_release_string(Object *obj, const char *name, void *opaque);

#endif
