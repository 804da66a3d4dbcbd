/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts about machines for users: the list of machines and a machine's options.
 */
#include "qemu/osdep.h"
#include "qom/introspect.h"
#include "hw/boards.h"

static gint machine_class_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(((const MachineClass *)a)->name, ((const MachineClass *)b)->name);
}

char *machine_list_text(void)
{
    GSList *list = g_slist_sort(object_class_get_list(TYPE_MACHINE, false),
                                machine_class_compare);
    GString *out = g_string_new("Supported machines are:\n");

    for (GSList *el = list; el; el = el->next) {
        MachineClass *mc = el->data;

        if (mc->alias) {
            g_string_append_printf(out, "%-20s %s (alias of %s)\n", mc->alias,
                                   mc->desc ? mc->desc : "", mc->name);
        }
        g_string_append_printf(out, "%-20s %s%s%s\n", mc->name, mc->desc ? mc->desc : "",
                               mc->is_default ? " (default)" : "",
                               mc->deprecation_reason ? " (deprecated)" : "");
    }
    g_slist_free(list);
    return g_string_free(out, FALSE);
}

char *machine_help_text(MachineClass *mc)
{
    g_autoptr(GArray) props = qom_class_properties(OBJECT_CLASS(mc));
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s%s options:\n", mc->name, TYPE_MACHINE_SUFFIX);
    for (guint i = 0; i < props->len; i++) {
        QomPropertyInfo *info = &g_array_index(props, QomPropertyInfo, i);
        g_autofree char *line = object_property_help(info->name, info->type, info->default_value,
                                                     info->description);

        g_string_append_printf(out, "  %s\n", line);
    }
    return g_string_free(out, FALSE);
}
