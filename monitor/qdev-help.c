/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answers of "-device help" and "-device TYPE,help". */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-qdev.h"
#include "qapi/qmp/qdict.h"
#include "qom/object.h"

static const char *const category_titles[DEVICE_CATEGORY_MAX] = {
    [DEVICE_CATEGORY_BRIDGE] = "Controller/Bridge/Hub",
    [DEVICE_CATEGORY_USB] = "USB",
    [DEVICE_CATEGORY_STORAGE] = "Storage",
    [DEVICE_CATEGORY_NETWORK] = "Network",
    [DEVICE_CATEGORY_INPUT] = "Input",
    [DEVICE_CATEGORY_DISPLAY] = "Display",
    [DEVICE_CATEGORY_SOUND] = "Sound",
    [DEVICE_CATEGORY_MISC] = "Misc",
    [DEVICE_CATEGORY_CPU] = "CPU",
    [DEVICE_CATEGORY_WATCHDOG] = "Watchdog",
};

static void device_type_append(GString *out, DeviceClass *dc)
{
    g_string_append_printf(out, "name \"%s\"",
                           object_class_get_name(OBJECT_CLASS(dc)));
    if (dc->bus_type) {
        g_string_append_printf(out, ", bus %s", dc->bus_type);
    }
    if (dc->desc) {
        g_string_append_printf(out, ", desc \"%s\"", dc->desc);
    }
    g_string_append_c(out, '\n');
}

/* Types of @category; DEVICE_CATEGORY_MAX stands for "none at all". */
static void device_category_append(GString *out, GSList *types, int category)
{
    bool titled = false;

    for (GSList *el = types; el; el = el->next) {
        DeviceClass *dc = DEVICE_CLASS(el->data);
        bool listed = category < DEVICE_CATEGORY_MAX
                    ? test_bit(category, dc->categories)
                    : bitmap_empty(dc->categories, DEVICE_CATEGORY_MAX);

        if (!listed || !dc->user_creatable) {
            continue;
        }
        if (!titled) {
            g_string_append_printf(out, "%s%s devices:\n", out->len ? "\n" : "",
                                   category < DEVICE_CATEGORY_MAX
                                   ? category_titles[category]
                                   : "Uncategorized");
            titled = true;
        }
        device_type_append(out, dc);
    }
}

static char *device_list_text(void)
{
    g_autoptr(GSList) types = object_class_get_list_sorted(TYPE_DEVICE, false);
    GString *out = g_string_new(NULL);

    for (int category = 0; category <= DEVICE_CATEGORY_MAX; category++) {
        device_category_append(out, types, category);
    }
    if (!out->len) {
        g_string_append(out, "No device can be added by users.\n");
    }
    return g_string_free(out, FALSE);
}

char *qdev_device_help_text(const char *driver, Error **errp)
{
    ERRP_GUARD();
    ObjectPropertyInfoList *props;
    GString *out;

    if (!driver) {
        return device_list_text();
    }
    props = qmp_device_list_properties(driver, errp);
    if (*errp) {
        return NULL;
    }
    out = g_string_new(NULL);
    g_string_append_printf(out, props ? "%s options:\n"
                           : "There are no options for %s.\n", driver);
    for (ObjectPropertyInfoList *el = props; el; el = el->next) {
        g_autofree char *line =
            object_property_help(el->value->name, el->value->type,
                                 el->value->default_value,
                                 el->value->description);

        g_string_append_printf(out, "%s\n", line);
    }
    qapi_free_ObjectPropertyInfoList(props);
    return g_string_free(out, FALSE);
}

int qdev_device_help(const QDict *opts, Error **errp)
{
    const char *driver = qdict_get_try_str(opts, "driver");
    bool is_list = driver && (!strcmp(driver, "help") || !strcmp(driver, "?"));
    g_autofree char *text = NULL;

    if (!is_list && !qdict_haskey(opts, "help") && !qdict_haskey(opts, "?")) {
        return 0;
    }
    text = qdev_device_help_text(is_list ? NULL : driver, errp);
    if (!text) {
        return -1;
    }
    printf("%s", text);
    return 1;
}
