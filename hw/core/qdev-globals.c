/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -global: defaults for properties of device types, applied to every new
 * device, and the check at the end that each was of use.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "hw/qdev-properties.h"

/* In order of the command line, so that the last one for a property wins. */
static GPtrArray *global_props;

void qdev_prop_register_global(GlobalProperty *prop)
{
    if (!global_props) {
        global_props = g_ptr_array_new();
    }
    g_ptr_array_add(global_props, prop);
}

const GlobalProperty *qdev_find_global_prop(Object *obj, const char *name)
{
    for (unsigned i = global_props ? global_props->len : 0; i-- > 0;) {
        const GlobalProperty *p = g_ptr_array_index(global_props, i);

        if (object_dynamic_cast(obj, p->driver) && strcmp(p->property, name) == 0) {
            return p;
        }
    }
    return NULL;
}

bool qdev_prop_check_globals(void)
{
    bool all_used = true;

    for (unsigned i = 0; global_props && i < global_props->len; i++) {
        const GlobalProperty *p = g_ptr_array_index(global_props, i);
        ObjectClass *oc = object_class_by_name(p->driver);

        if (p->used || p->optional) {
            continue;
        }
        all_used = false;
        if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE)) {
            warn_report("global %s.%s=%s: there is no device type '%s'", p->driver, p->property,
                        p->value, p->driver);
        } else {
            warn_report("global %s.%s=%s was not used: no such device was created", p->driver,
                        p->property, p->value);
        }
    }
    return all_used;
}

void qdev_prop_set_globals(DeviceState *dev)
{
    Error *err = NULL;

    if (!global_props || object_apply_global_props(OBJECT(dev), global_props, &err)) {
        return;
    }
    /* A mistake on the command line; while the machine runs it must not end it. */
    if (dev->hotplugged) {
        warn_report_err(err);
    } else {
        error_propagate(&error_fatal, err);
    }
}
