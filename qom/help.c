/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help texts about types and their properties. */
#include "qemu/osdep.h"
#include "qapi/qmp/qjson.h"
#include "qemu/cutils.h"
#include "qom/introspect.h"

char *object_property_help(const char *name, const char *type, QObject *defval,
                           const char *description)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "  %s=<%s>", name, type);
    if (description || defval) {
        g_string_append_printf(text, "%*s", MAX(1, 25 - (int)text->len), "");
        g_string_append_printf(text, "- %s", description ? description : "");
    }
    if (defval) {
        g_autoptr(GString) json = qobject_to_json(defval);

        g_string_append_printf(text, "%s(default: %s)", description ? " " : "", json->str);
    }
    return g_string_free(text, FALSE);
}

bool type_print_class_properties(const char *type)
{
    g_autoptr(GArray) props = NULL;
    ObjectClass *klass = object_class_by_name(type);

    if (!klass) {
        return false;
    }
    props = qom_class_properties(klass);
    printf(props->len ? "%s options:\n" : "There are no options for %s.\n", type);
    for (unsigned i = 0; i < props->len; i++) {
        QomPropertyInfo *prop = &g_array_index(props, QomPropertyInfo, i);
        g_autofree char *line = object_property_help(prop->name, prop->type,
                                                     prop->default_value, prop->description);

        printf("%s\n", line);
    }
    return true;
}
