/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the devices that a board made: see libgantry-device.h.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qlist.h"
#include "libgantry-device.h"

#define UNATTACHED "/machine/unattached"

char *device_find(QTestState *s, const char *type)
{
    g_autofree char *child_type = g_strdup_printf("child<%s>", type);
    char *path = NULL;
    QDict *response = qtest_qmp(s, "{ 'execute': 'qom-list', 'arguments': { 'path': %s } }",
                                UNATTACHED);
    const QListEntry *entry;

    g_assert_true(qdict_haskey(response, "return"));
    QLIST_FOREACH_ENTRY(qdict_get_qlist(response, "return"), entry) {
        QDict *property = qobject_to(QDict, qlist_entry_obj(entry));

        if (!path && !strcmp(qdict_get_str(property, "type"), child_type)) {
            path = g_strdup_printf(UNATTACHED "/%s", qdict_get_str(property, "name"));
        }
    }
    qobject_unref(response);
    if (!path) {
        g_error("the machine has no device of type '%s'", type);
    }
    return path;
}

void device_irq_intercept_out(QTestState *s, const char *type)
{
    g_autofree char *path = device_find(s, type);

    qtest_irq_intercept_out_named(s, path, "sysbus-irq");
}
