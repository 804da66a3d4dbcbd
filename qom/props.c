/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting many properties at once: argument lists, dictionaries, global and compat ones. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qobject-input-visitor.h"
#include "object-internal.h"

bool object_set_propv(Object *obj, Error **errp, va_list vargs)
{
    const char *name;

    while ((name = va_arg(vargs, const char *)) != NULL) {
        const char *value = va_arg(vargs, const char *);

        g_assert(value);
        if (!object_property_parse(obj, name, value, errp)) {
            return false;
        }
    }
    return true;
}

bool object_set_props(Object *obj, Error **errp, ...)
{
    va_list vargs;
    bool ok;

    va_start(vargs, errp);
    ok = object_set_propv(obj, errp, vargs);
    va_end(vargs);
    return ok;
}

bool object_set_properties_from_keyval(Object *obj, const QDict *qdict, bool from_json,
                                       Error **errp)
{
    Visitor *v = from_json ? qobject_input_visitor_new(QOBJECT((QDict *)qdict)) :
                 qobject_input_visitor_new_keyval(QOBJECT((QDict *)qdict));
    bool ok = visit_start_struct(v, NULL, NULL, 0, errp);

    if (ok) {
        for (const QDictEntry *e = qdict_first(qdict); e && ok; e = qdict_next(qdict, e)) {
            ok = object_property_set(obj, qdict_entry_key(e), v, errp);
        }
        ok = ok && visit_check_struct(v, errp);
        visit_end_struct(v, NULL);
    }
    visit_free(v);
    return ok;
}

bool object_apply_global_props(Object *obj, const GPtrArray *props, Error **errp)
{
    ERRP_GUARD();

    for (unsigned i = 0; props && i < props->len; i++) {
        GlobalProperty *global = g_ptr_array_index(props, i);

        if (!object_dynamic_cast(obj, global->driver) ||
            (global->optional && !object_property_find(obj, global->property))) {
            continue;
        }
        global->used = true;
        if (!object_property_parse(obj, global->property, global->value, errp)) {
            error_prepend(errp, "can't apply global %s.%s=%s: ", global->driver,
                          global->property, global->value);
            return false;
        }
    }
    return true;
}

/* Later ones win: accelerator, machine, then options that stand for a property. */
enum { COMPAT_ACCELERATOR, COMPAT_MACHINE, COMPAT_SUGAR, COMPAT_COUNT };
static GPtrArray *compat_lists[COMPAT_COUNT];

void object_set_accelerator_compat_props(GPtrArray *compat_props)
{
    g_assert(!compat_lists[COMPAT_ACCELERATOR]);
    compat_lists[COMPAT_ACCELERATOR] = compat_props;
}

void object_set_machine_compat_props(GPtrArray *compat_props)
{
    g_assert(!compat_lists[COMPAT_MACHINE]);
    compat_lists[COMPAT_MACHINE] = compat_props;
}

void object_register_sugar_prop(const char *driver, const char *prop, const char *val,
                                bool optional)
{
    GlobalProperty *global = g_new0(GlobalProperty, 1);

    global->driver = g_strdup(driver);
    global->property = g_strdup(prop);
    global->value = g_strdup(val);
    global->optional = optional;
    if (!compat_lists[COMPAT_SUGAR]) {
        compat_lists[COMPAT_SUGAR] = g_ptr_array_new();
    }
    g_ptr_array_add(compat_lists[COMPAT_SUGAR], global);
}

void object_apply_compat_props(Object *obj)
{
    for (int i = 0; i < COMPAT_COUNT; i++) {
        object_apply_global_props(obj, compat_lists[i],
                                  i == COMPAT_SUGAR ? &error_fatal : &error_abort);
    }
}
