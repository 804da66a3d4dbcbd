/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device test library, part 4: what tests do through QMP again and again:
 * HMP commands, plugging devices, reading properties, asking what the binary
 * has.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qjson.h"
#include "libgantrytest-internal.h"

/* ---- HMP -------------------------------------------------------------------------- */

char *qtest_vhmp(QTestState *s, const char *fmt, va_list ap)
{
    g_autofree char *command = g_strdup_vprintf(fmt, ap);
    QDict *response = qtest_qmp(s, "{ 'execute': 'human-monitor-command',"
                                   "  'arguments': { 'command-line': %s } }", command);
    char *text = g_strdup(qdict_get_try_str(response, "return"));

    if (!text) {
        qtest_die(s, "HMP command '%s' failed", command);
    }
    qobject_unref(response);
    return text;
}

char *qtest_hmp(QTestState *s, const char *fmt, ...)
{
    char *text;
    va_list ap;

    va_start(ap, fmt);
    text = qtest_vhmp(s, fmt, ap);
    va_end(ap);
    return text;
}

/* ---- devices and properties --------------------------------------------------------- */

void qtest_qmp_device_add_qdict(QTestState *s, const char *drv, const QDict *arguments)
{
    QDict *args = arguments ? qdict_clone_shallow(arguments) : qdict_new();

    g_assert_false(qdict_haskey(args, "driver"));
    qdict_put_str(args, "driver", drv);
    qtest_qmp_assert_success(s, "{ 'execute': 'device_add', 'arguments': %p }", QOBJECT(args));
}

void qtest_qmp_device_add(QTestState *s, const char *driver, const char *id, const char *fmt, ...)
{
    QDict *args;
    va_list ap;

    va_start(ap, fmt);
    args = qdict_from_vjsonf_nofail(fmt, ap);
    va_end(ap);
    g_assert_false(qdict_haskey(args, "id"));
    qdict_put_str(args, "id", id);
    qtest_qmp_device_add_qdict(s, driver, args);
    qobject_unref(args);
}

void qtest_qmp_device_del_send(QTestState *s, const char *id)
{
    qtest_qmp_assert_success(s, "{ 'execute': 'device_del', 'arguments': { 'id': %s } }", id);
}

void qtest_qmp_device_del(QTestState *s, const char *id)
{
    qtest_qmp_device_del_send(s, id);
    qtest_qmp_eventwait(s, "DEVICE_DELETED");
}

void qtest_qom_set_bool(QTestState *s, const char *path, const char *property, bool value)
{
    qtest_qmp_assert_success(s, "{ 'execute': 'qom-set', 'arguments':"
                                " { 'path': %s, 'property': %s, 'value': %i } }",
                             path, property, value);
}

bool qtest_qom_get_bool(QTestState *s, const char *path, const char *property)
{
    QDict *response = qtest_qmp(s, "{ 'execute': 'qom-get', 'arguments':"
                                   " { 'path': %s, 'property': %s } }", path, property);
    bool value;

    g_assert_true(qdict_haskey(response, "return"));
    value = qdict_get_bool(response, "return");
    qobject_unref(response);
    return value;
}

/* ---- what the binary has ---------------------------------------------------------------- */

/* Sends @command to an emulator without machine; the list that it returns. */
static QList *list_query(QDict *command)
{
    QTestState *s = qtest_init("-machine none");
    QDict *response = qtest_qmp(s, "%p", QOBJECT(command));
    QList *list = qdict_get_qlist(response, "return");

    g_assert_nonnull(list);
    qobject_ref(list);
    qobject_unref(response);
    qtest_quit(s);
    return list;
}

/* Is there an element whose member "name" (or "alias") is @name? */
static bool list_has_name(QList *list, const char *name)
{
    const QListEntry *entry;

    QLIST_FOREACH_ENTRY(list, entry) {
        QDict *dict = qobject_to(QDict, qlist_entry_obj(entry));

        if (g_strcmp0(qdict_get_try_str(dict, "name"), name) == 0 ||
            g_strcmp0(qdict_get_try_str(dict, "alias"), name) == 0) {
            return true;
        }
    }
    return false;
}

static QList *types_query(const char *base)
{
    return list_query(qdict_from_jsonf_nofail("{ 'execute': 'qom-list-types', 'arguments':"
                                              " { 'implements': %s } }", base));
}

bool qtest_has_machine(const char *machine)
{
    QList *list = list_query(qdict_from_jsonf_nofail("{ 'execute': 'query-machines' }"));
    bool found = list_has_name(list, machine);

    qobject_unref(list);
    return found;
}

bool qtest_has_device(const char *device)
{
    QList *list = types_query("device");
    bool found = list_has_name(list, device);

    qobject_unref(list);
    return found;
}

bool qtest_has_accel(const char *accel_name)
{
    g_autofree char *type = g_strdup_printf("%s-accel", accel_name);
    QList *list = types_query("accel");
    bool found = list_has_name(list, type);

    qobject_unref(list);
    return found;
}

void qtest_cb_for_every_machine(void (*cb)(const char *machine), bool skip_old_versioned)
{
    QList *list = list_query(qdict_from_jsonf_nofail("{ 'execute': 'query-machines' }"));
    const QListEntry *entry;

    QLIST_FOREACH_ENTRY(list, entry) {
        QDict *dict = qobject_to(QDict, qlist_entry_obj(entry));
        const char *name = qdict_get_try_str(dict, "name");

        /* "name-1.2" is an old version of a machine unless it is what its alias stands for. */
        if (!skip_old_versioned || !strrchr(name, '.') || qdict_haskey(dict, "alias")) {
            cb(name);
        }
    }
    qobject_unref(list);
}
