/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands one by one, each through a session as clients use them. */
#include "qemu/osdep.h"
#include "monitor-harness.h"
#include "exec/address-spaces.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "qapi/qapi-types-qom.h"
#include "qapi/qmp/dispatch.h"
#include "qom/object.h"
#include "sysemu/runstate.h"
#include "sysemu/runstate-action.h"

static Client *client;

/* The "return" of @request, which must succeed. Caller frees the reply. */
static QDict *query(const char *request)
{
    QDict *reply;

    client_send(client, request);
    reply = client_take_json(client);
    if (!qdict_haskey(reply, "return")) {
        g_autoptr(GString) text = qobject_to_json(QOBJECT(reply));

        g_test_message("%s", text->str);
    }
    g_assert_true(qdict_haskey(reply, "return"));
    return reply;
}

static QList *reply_list(QDict *reply)
{
    return qdict_get_qlist(reply, "return");
}

/* The element of @list whose @key is @value, or NULL. */
static QDict *list_find(QList *list, const char *key, const char *value)
{
    const QListEntry *entry;

    QLIST_FOREACH_ENTRY(list, entry) {
        QDict *dict = qobject_to(QDict, qlist_entry_obj(entry));

        if (!g_strcmp0(qdict_get_try_str(dict, key), value)) {
            return dict;
        }
    }
    return NULL;
}

static void expect_failure(const char *request, const char *class_name,
                           const char *desc)
{
    client_send(client, request);
    client_expect_error(client, class_name, desc);
}

/* -- the protocol about itself ------------------------------------------------------ */

static void test_query_commands(void)
{
    g_autoptr(QDict) reply = query("{\"execute\": \"query-commands\"}");
    static const char *const expected[] = {
        "query-commands", "query-qmp-schema", "qmp_capabilities",
        "query-version", "query-name", "query-status", "query-kvm",
        "query-target", "query-machines", "query-current-machine",
        "query-cpus-fast", "query-chardev", "query-chardev-backends",
        "query-memdev", "query-memory-size-summary", "query-iothreads",
        "query-command-line-options", "qom-list", "qom-get", "qom-set",
        "qom-list-types", "qom-list-properties", "device-list-properties",
        "device_add", "device_del", "object-add", "object-del", "stop", "cont",
        "system_reset", "system_powerdown", "quit", "memsave", "pmemsave",
        "getfd", "closefd", "add-fd", "remove-fd", "query-fdsets",
        "chardev-add", "chardev-remove", "trace-event-get-state",
        "trace-event-set-state", "human-monitor-command", "set-action",
    };

    g_assert_cmpuint(qlist_size(reply_list(reply)), ==, qapi_command_count);
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_test_message("%s", expected[i]);
        g_assert_nonnull(list_find(reply_list(reply), "name", expected[i]));
    }
    g_assert_null(list_find(reply_list(reply), "name", "block-stream"));
}

/* Each command is in the schema, and each type that is named is there too. */
static void test_query_schema(void)
{
    g_autoptr(QDict) reply = query("{\"execute\": \"query-qmp-schema\"}");
    QList *schema = reply_list(reply);
    const QListEntry *entry;
    size_t commands = 0;

    QLIST_FOREACH_ENTRY(schema, entry) {
        QDict *info = qobject_to(QDict, qlist_entry_obj(entry));
        static const char *const refs[] = {
            "arg-type", "ret-type", "element-type",
        };

        commands += !strcmp(qdict_get_str(info, "meta-type"), "command");
        for (size_t i = 0; i < G_N_ELEMENTS(refs); i++) {
            const char *type = qdict_get_try_str(info, refs[i]);

            g_assert_true(!type || list_find(schema, "name", type));
        }
    }
    g_assert_cmpuint(commands, ==, qapi_command_count);
    g_assert_nonnull(list_find(schema, "name", "SHUTDOWN"));
    g_assert_nonnull(list_find(schema, "name", "DEVICE_DELETED"));
}

static void test_facts(void)
{
    client_expect(client, "{\"execute\": \"query-target\"}",
                  "{\"return\": {\"arch\": \"aarch64\"}}");
    client_expect(client, "{\"execute\": \"query-kvm\"}",
                  "{\"return\": {\"enabled\": false, \"present\": true}}");
    client_expect(client, "{\"execute\": \"query-iothreads\"}",
                  "{\"return\": []}");
    client_expect(client, "{\"execute\": \"query-cpus-fast\"}",
                  "{\"return\": []}");
    client_expect(client, "{\"execute\": \"query-memory-size-summary\"}",
                  "{\"return\": {\"base-memory\": 0}}");
    client_expect(client, "{\"execute\": \"query-current-machine\"}",
                  "{\"return\": {\"wakeup-suspend-support\": false}}");
}

static void test_query_machines(void)
{
    g_autoptr(QDict) reply = query("{\"execute\": \"query-machines\"}");
    QDict *none = list_find(reply_list(reply), "name", "none");

    g_assert_nonnull(none);
    g_assert_cmpint(qdict_get_int(none, "cpu-max"), >=, 1);
    g_assert_false(qdict_get_bool(none, "deprecated"));
    g_assert_false(qdict_get_bool(none, "acpi"));
}

/* -- run state ------------------------------------------------------------------------ */

static void test_stop_cont(void)
{
    g_autoptr(QDict) resume = NULL;
    g_autoptr(QDict) stop = NULL;

    client_expect(client, "{\"execute\": \"query-status\"}",
                  "{\"return\": {\"running\": false, \"status\": "
                  "\"prelaunch\"}}");
    client_send(client, "{\"execute\": \"cont\", \"id\": 1}");
    resume = client_take_json(client);
    g_assert_cmpstr(qdict_get_str(resume, "event"), ==, "RESUME");
    client_expect(client, "", "{\"return\": {}, \"id\": 1}");
    client_expect(client, "{\"execute\": \"query-status\"}",
                  "{\"return\": {\"running\": true, \"status\": \"running\"}}");
    client_send(client, "{\"execute\": \"stop\", \"id\": 2}");
    stop = client_take_json(client);
    g_assert_cmpstr(qdict_get_str(stop, "event"), ==, "STOP");
    client_expect(client, "", "{\"return\": {}, \"id\": 2}");
    client_expect(client, "{\"execute\": \"query-status\"}",
                  "{\"return\": {\"running\": false, \"status\": \"paused\"}}");
    client_expect(client, "{\"execute\": \"stop\"}", "{\"return\": {}}");
    client_expect_silence(client);
    runstate_init();
}

static void test_cont_needs_reset(void)
{
    runstate_set(RUN_STATE_RUNNING);
    runstate_set(RUN_STATE_INTERNAL_ERROR);
    expect_failure("{\"execute\": \"cont\"}", "GenericError",
                   "Resetting the Virtual Machine is required");
    runstate_init();
}

static void test_requests(void)
{
    client_expect(client, "{\"execute\": \"system_reset\"}",
                  "{\"return\": {}}");
    g_assert_cmpint(qemu_reset_requested_get(), ==,
                    SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
    client_expect(client, "{\"execute\": \"quit\"}", "{\"return\": {}}");
    g_assert_cmpint(qemu_shutdown_requested_get(), ==,
                    SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    runstate_init();
}

static void test_set_action(void)
{
    client_expect(client, "{\"execute\": \"set-action\", \"arguments\": "
                  "{\"reboot\": \"shutdown\", \"panic\": \"none\"}}",
                  "{\"return\": {}}");
    g_assert_cmpint(runstate_actions()->reboot, ==, REBOOT_ACTION_SHUTDOWN);
    g_assert_cmpint(runstate_actions()->panic, ==, PANIC_ACTION_NONE);
    client_send(client, "{\"execute\": \"set-action\", \"arguments\": "
                "{\"reboot\": \"explode\"}}");
    qobject_unref(client_take_json(client));
    g_assert_cmpint(runstate_actions()->reboot, ==, REBOOT_ACTION_SHUTDOWN);
    client_expect(client, "{\"execute\": \"set-action\", \"arguments\": "
                  "{\"reboot\": \"reset\", \"panic\": \"shutdown\"}}",
                  "{\"return\": {}}");
}

/* -- objects ------------------------------------------------------------------------------ */

static void test_objects(void)
{
    g_autoptr(QDict) listed = NULL;
    g_autoptr(QDict) memdevs = NULL;
    QDict *memdev;

    client_expect(client, "{\"execute\": \"object-add\", \"arguments\": "
                  "{\"qom-type\": \"memory-backend-ram\", \"id\": \"m0\", "
                  "\"size\": 1048576, \"merge\": false}}", "{\"return\": {}}");
    client_expect(client, "{\"execute\": \"qom-get\", \"arguments\": {\"path\": "
                  "\"/objects/m0\", \"property\": \"size\"}}",
                  "{\"return\": 1048576}");
    listed = query("{\"execute\": \"qom-list\", \"arguments\": {\"path\": "
                   "\"/objects\"}}");
    g_assert_cmpstr(qdict_get_str(list_find(reply_list(listed), "name", "m0"),
                                  "type"), ==, "child<memory-backend-ram>");
    memdevs = query("{\"execute\": \"query-memdev\"}");
    memdev = list_find(reply_list(memdevs), "id", "m0");
    g_assert_cmpint(qdict_get_int(memdev, "size"), ==, 1048576);
    g_assert_false(qdict_get_bool(memdev, "merge"));
    g_assert_false(qdict_get_bool(memdev, "share"));
    g_assert_cmpstr(qdict_get_str(memdev, "policy"), ==, "default");

    client_send(client, "{\"execute\": \"object-add\", \"arguments\": "
                "{\"qom-type\": \"memory-backend-ram\", \"id\": \"m0\", "
                "\"size\": 4096}}");
    qobject_unref(client_take_json(client));
    client_expect(client, "{\"execute\": \"object-del\", \"arguments\": "
                  "{\"id\": \"m0\"}}", "{\"return\": {}}");
    client_send(client, "{\"execute\": \"object-del\", \"arguments\": "
                "{\"id\": \"m0\"}}");
    client_expect_error(client, "GenericError", "object 'm0' not found");
}

/* Refused requests leave nothing behind. */
static void test_object_add_errors(void)
{
    static const char *const requests[] = {
        "{}", "{\"qom-type\": \"memory-backend-ram\"}", "{\"id\": \"m0\"}",
        "{\"qom-type\": \"nosuch\", \"id\": \"m0\"}",
        "{\"qom-type\": \"device\", \"id\": \"m0\"}",
        "{\"qom-type\": \"memory-backend-ram\", \"id\": \"m0\"}",
        "{\"qom-type\": \"memory-backend-ram\", \"id\": \"m0\", \"size\": -1}",
        "{\"qom-type\": \"memory-backend-ram\", \"id\": \"m0\", \"size\": []}",
        "{\"qom-type\": \"memory-backend-ram\", \"id\": \"m0\", "
        "\"size\": 4096, \"nosuch\": 1}",
        "{\"qom-type\": \"memory-backend-ram\", \"id\": \"0/m\", "
        "\"size\": 4096}",
        "{\"qom-type\": [], \"id\": {}}",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_autofree char *request = g_strdup_printf(
            "{\"execute\": \"object-add\", \"arguments\": %s}", requests[i]);
        g_autoptr(QDict) reply = NULL;

        g_test_message("%s", request);
        client_send(client, request);
        reply = client_take_json(client);
        g_assert_true(qdict_haskey(reply, "error"));
    }
    client_expect(client, "{\"execute\": \"query-memdev\"}",
                  "{\"return\": []}");
}

static void test_qom_types(void)
{
    g_autoptr(QDict) reply = query(
        "{\"execute\": \"qom-list-types\", \"arguments\": "
        "{\"implements\": \"memory-backend\", \"abstract\": true}}");
    QDict *base = list_find(reply_list(reply), "name", "memory-backend");
    QDict *ram = list_find(reply_list(reply), "name", "memory-backend-ram");
    g_autoptr(QDict) concrete = NULL;

    g_assert_true(qdict_get_bool(base, "abstract"));
    g_assert_false(qdict_haskey(ram, "abstract"));
    g_assert_cmpstr(qdict_get_str(ram, "parent"), ==, "memory-backend");
    concrete = query("{\"execute\": \"qom-list-types\", \"arguments\": "
                     "{\"implements\": \"memory-backend\"}}");
    g_assert_null(list_find(reply_list(concrete), "name", "memory-backend"));
}

/* Whatever users may create can be created over QMP by its schema. */
static void test_object_types_are_in_schema(void)
{
    g_autoptr(GSList) types = object_class_get_list("user-creatable", false);

    for (GSList *el = types; el; el = el->next) {
        const char *name = object_class_get_name(el->data);

        g_test_message("%s", name);
        g_assert_cmpint(qapi_enum_parse(&ObjectType_lookup, name, -1, NULL),
                        >=, 0);
    }
}

static void test_qom_properties(void)
{
    g_autoptr(QDict) reply = query(
        "{\"execute\": \"qom-list-properties\", \"arguments\": "
        "{\"typename\": \"memory-backend-ram\"}}");

    g_assert_nonnull(list_find(reply_list(reply), "name", "size"));
    client_send(client, "{\"execute\": \"qom-list-properties\", "
                "\"arguments\": {\"typename\": \"memory-backend-rma\"}}");
    qobject_unref(client_take_json(client));
    client_send(client, "{\"execute\": \"qom-get\", \"arguments\": "
                "{\"path\": \"/nosuch\", \"property\": \"type\"}}");
    client_expect_error(client, "DeviceNotFound",
                        "Device '/nosuch' not found");
}

/* -- devices -------------------------------------------------------------------------------- */

static void test_device_properties(void)
{
    g_autoptr(QDict) reply = query(
        "{\"execute\": \"device-list-properties\", \"arguments\": "
        "{\"typename\": \"unimplemented-device\"}}");

    g_assert_nonnull(list_find(reply_list(reply), "name", "size"));
    g_assert_null(list_find(reply_list(reply), "name", "realized"));
    expect_failure("{\"execute\": \"device-list-properties\", \"arguments\": "
                   "{\"typename\": \"nosuch\"}}", "DeviceNotFound",
                   "Device 'nosuch' not found");
    expect_failure("{\"execute\": \"device-list-properties\", \"arguments\": "
                   "{\"typename\": \"memory-backend-ram\"}}", "GenericError",
                   "Parameter 'typename' expects a non-abstract device type");
}

static void test_device_add_errors(void)
{
    static const struct {
        const char *arguments;
        const char *desc;
    } cases[] = {
        { "{}", "Parameter 'driver' is missing" },
        { "{\"driver\": 1}",
          "Invalid parameter type for 'driver', expected: string" },
        { "{\"driver\": \"no-such-device-type\"}",
          "'no-such-device-type' is not a valid device model name" },
        { "{\"driver\": \"memory-backend-ram\"}",
          "'memory-backend-ram' is not a valid device model name" },
        { "{\"driver\": \"device\"}", "Parameter 'driver' expects a "
          "non-abstract device type, 'device' is abstract" },
        { "{\"driver\": \"unimplemented-device\", \"id\": \"0\"}",
          "Parameter 'id' expects an identifier, not '0'; identifiers are "
          "letters, digits, '-', '.', '_', starting with a letter" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *request = g_strdup_printf(
            "{\"execute\": \"device_add\", \"arguments\": %s}",
            cases[i].arguments);

        g_test_message("%s", request);
        expect_failure(request, "GenericError", cases[i].desc);
    }
}

/* Ends a device and takes the event that tells so. */
static void device_end(const char *id)
{
    g_autofree char *path = g_strdup_printf("/machine/peripheral/%s", id);
    g_autoptr(QDict) event = NULL;
    QDict *data;

    object_unparent(object_resolve_path(path, NULL));
    harness_run();
    event = client_take_json(client);
    data = qdict_get_qdict(event, "data");
    g_assert_cmpstr(qdict_get_str(event, "event"), ==, "DEVICE_DELETED");
    g_assert_cmpstr(qdict_get_str(data, "device"), ==, id);
    g_assert_cmpstr(qdict_get_str(data, "path"), ==, path);
}

static bool peripheral_exists(const char *id)
{
    g_autofree char *path = g_strdup_printf("/machine/peripheral/%s", id);

    return object_resolve_path(path, NULL) != NULL;
}

static void test_device_add(void)
{
    DeviceState *dev;

    client_expect(client, "{\"execute\": \"device_add\", \"arguments\": "
                  "{\"driver\": \"monitor-test-device\", \"id\": \"d0\", "
                  "\"width\": 32}}", "{\"return\": {}}");
    g_assert_true(peripheral_exists("d0"));
    dev = DEVICE(object_resolve_path("/machine/peripheral/d0", NULL));
    g_assert_true(dev->realized);
    client_expect(client, "{\"execute\": \"qom-get\", \"arguments\": {\"path\": "
                  "\"d0\", \"property\": \"width\"}}", "{\"return\": 32}");

    /* the same id again, and then one that fails half-way */
    client_send(client, "{\"execute\": \"device_add\", \"arguments\": "
                "{\"driver\": \"monitor-test-device\", \"id\": \"d0\"}}");
    g_assert_true(strstr(client->received->str, "\"error\""));
    g_free(client_take_text(client));
    client_send(client, "{\"execute\": \"device_add\", \"arguments\": "
                "{\"driver\": \"monitor-test-device\", \"id\": \"d1\", "
                "\"width\": 33}}");
    client_expect_error(client, "GenericError", "width 33 is not even");
    g_assert_false(peripheral_exists("d1"));
    client_send(client, "{\"execute\": \"device_add\", \"arguments\": "
                "{\"driver\": \"monitor-test-device\", \"id\": \"d1\", "
                "\"width\": \"text\"}}");
    g_assert_true(strstr(client->received->str, "\"error\""));
    g_free(client_take_text(client));
    g_assert_false(peripheral_exists("d1"));
    g_assert_true(peripheral_exists("d0"));
    device_end("d0");
}

static void test_hmp_device_add(void)
{
    client_expect(client, "{\"execute\": \"human-monitor-command\", "
                  "\"arguments\": {\"command-line\": \"device_add "
                  "monitor-test-device,id=d2,width=0x40\"}}",
                  "{\"return\": \"\"}");
    client_expect(client, "{\"execute\": \"qom-get\", \"arguments\": {\"path\": "
                  "\"d2\", \"property\": \"width\"}}", "{\"return\": 64}");
    device_end("d2");
}

static void test_device_del_errors(void)
{
    expect_failure("{\"execute\": \"device_del\", \"arguments\": "
                   "{\"id\": \"nosuch\"}}", "DeviceNotFound",
                   "Device 'nosuch' not found");
    expect_failure("{\"execute\": \"device_del\", \"arguments\": "
                   "{\"id\": \"\"}}", "DeviceNotFound", "Device '' not found");
    expect_failure("{\"execute\": \"device_del\", \"arguments\": "
                   "{\"id\": \"/objects\"}}", "GenericError",
                   "/objects is not a hotpluggable device");
}

/* -- the host's side --------------------------------------------------------------------------- */

static void test_chardevs(void)
{
    g_autoptr(QDict) backends = query("{\"execute\": "
                                      "\"query-chardev-backends\"}");
    g_autoptr(QDict) listed = NULL;
    QDict *info;

    g_assert_nonnull(list_find(reply_list(backends), "name", "socket"));
    client_expect(client, "{\"execute\": \"chardev-add\", \"arguments\": "
                  "{\"id\": \"c0\", \"backend\": {\"type\": \"null\", "
                  "\"data\": {}}}}", "{\"return\": {}}");
    listed = query("{\"execute\": \"query-chardev\"}");
    info = list_find(reply_list(listed), "label", "c0");
    g_assert_cmpstr(qdict_get_str(info, "filename"), ==, "null");
    g_assert_false(qdict_get_bool(info, "frontend-open"));
    info = list_find(reply_list(listed), "label", client->id);
    g_assert_true(qdict_get_bool(info, "frontend-open"));
    expect_failure("{\"execute\": \"chardev-add\", \"arguments\": "
                   "{\"id\": \"c0\", \"backend\": {\"type\": \"null\", "
                   "\"data\": {}}}}", "GenericError",
                   "Chardev with id 'c0' already exists");
    client_expect(client, "{\"execute\": \"chardev-remove\", \"arguments\": "
                  "{\"id\": \"c0\"}}", "{\"return\": {}}");
    client_send(client, "{\"execute\": \"chardev-remove\", \"arguments\": "
                "{\"id\": \"c0\"}}");
    qobject_unref(client_take_json(client));
}

/* The one the client itself talks through is in use. */
static void test_chardev_in_use(void)
{
    g_autofree char *request = g_strdup_printf(
        "{\"execute\": \"chardev-remove\", \"arguments\": {\"id\": \"%s\"}}",
        client->id);
    g_autoptr(QDict) reply = NULL;

    client_send(client, request);
    reply = client_take_json(client);
    g_assert_true(qdict_haskey(reply, "error"));
}

static void test_trace_events(void)
{
    static const char state[] =
        "{\"execute\": \"trace-event-get-state\", \"arguments\": "
        "{\"name\": \"monitor_chr_event\"}}";

    client_expect(client, state, "{\"return\": [{\"name\": "
                  "\"monitor_chr_event\", \"state\": \"disabled\"}]}");
    client_expect(client, "{\"execute\": \"trace-event-set-state\", "
                  "\"arguments\": {\"name\": \"monitor_chr_*\", "
                  "\"enable\": true}}", "{\"return\": {}}");
    client_expect(client, state, "{\"return\": [{\"name\": "
                  "\"monitor_chr_event\", \"state\": \"enabled\"}]}");
    client_expect(client, "{\"execute\": \"trace-event-set-state\", "
                  "\"arguments\": {\"name\": \"monitor_chr_event\", "
                  "\"enable\": false}}", "{\"return\": {}}");
    expect_failure("{\"execute\": \"trace-event-get-state\", \"arguments\": "
                   "{\"name\": \"nosuch\"}}", "GenericError",
                   "unknown event \"nosuch\"");
}

/* -- memory ---------------------------------------------------------------- */

static void test_pmemsave(void)
{
    g_autofree char *dir = g_dir_make_tmp("pmemsave-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "out", NULL);
    g_autofree char *request = g_strdup_printf(
        "{\"execute\": \"pmemsave\", \"arguments\": {\"val\": 4097, "
        "\"size\": 70000, \"filename\": \"%s\"}}", path);
    g_autofree char *beyond = g_strdup_printf(
        "{\"execute\": \"pmemsave\", \"arguments\": {\"val\": 131072, "
        "\"size\": 9223372036854775807, \"filename\": \"%s\"}}", path);
    g_autofree char *saved = NULL;
    MemoryRegion *ram = g_new0(MemoryRegion, 1);
    gsize len;

    memory_region_init_ram(ram, NULL, "test.ram", 128 * 1024, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0, ram);
    for (int i = 0; i < 128 * 1024; i++) {
        ((uint8_t *)memory_region_get_ram_ptr(ram))[i] = i % 251;
    }
    client_expect(client, request, "{\"return\": {}}");
    g_assert_true(g_file_get_contents(path, &saved, &len, NULL));
    g_assert_cmpuint(len, ==, 70000);
    for (gsize i = 0; i < len; i++) {
        g_assert_cmpint((uint8_t)saved[i], ==, (i + 4097) % 251);
    }
    client_send(client, beyond);
    client_expect_error(client, "GenericError", "cannot read memory at "
                        "0x20000, 65536 bytes");
    client_expect(client, "{\"execute\": \"human-monitor-command\", "
                  "\"arguments\": {\"command-line\": \"xp/3xb 1\"}}",
                  "{\"return\": \"0000000000000001: 0x01 0x02 0x03\\r\\n\"}");
    client_expect(client, "{\"execute\": \"human-monitor-command\", "
                  "\"arguments\": {\"command-line\": \"sum 1 2\"}}",
                  "{\"return\": \"32770\\r\\n\"}");

    memory_region_del_subregion(get_system_memory(), ram);
    object_unparent(OBJECT(ram));
    g_free(ram);
    unlink(path);
    rmdir(dir);
}

static void test_memsave_errors(void)
{
    expect_failure("{\"execute\": \"memsave\", \"arguments\": {\"val\": 0, "
                   "\"size\": 1, \"filename\": \"x\"}}", "GenericError",
                   "Parameter 'cpu-index' expects a CPU number; CPU 0 does "
                   "not exist");
    expect_failure("{\"execute\": \"pmemsave\", \"arguments\": {\"val\": 0, "
                   "\"size\": -1, \"filename\": \"x\"}}", "GenericError",
                   "Parameter 'size' expects a non-negative number");
}

/* -- a device for users ----------------------------------------------------------------------- */

typedef struct TestDevice {
    DeviceState parent_obj;
    uint32_t width;
} TestDevice;

static void test_device_realize(DeviceState *dev, Error **errp)
{
    TestDevice *test = (TestDevice *)dev;

    if (test->width % 2) {
        error_setg(errp, "width %u is not even", test->width);
    }
}

static Property test_device_props[] = {
    DEFINE_PROP_UINT32("width", TestDevice, width, 16),
    DEFINE_PROP_END_OF_LIST(),
};

static void test_device_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = test_device_realize;
    device_class_set_props(dc, test_device_props);
}

static const TypeInfo test_device_info = {
    .name = "monitor-test-device",
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(TestDevice),
    .class_init = test_device_class_init,
};

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    harness_init();
    type_register_static(&test_device_info);
    client = client_new(CLIENT_QMP);
    client_negotiate(client);
    g_test_add_func("/qmp/commands/lists-itself", test_query_commands);
    g_test_add_func("/qmp/schema/is-closed", test_query_schema);
    g_test_add_func("/qmp/schema/knows-all-user-creatable-types",
                    test_object_types_are_in_schema);
    g_test_add_func("/qmp/facts/are-told", test_facts);
    g_test_add_func("/qmp/machines/lists-none", test_query_machines);
    g_test_add_func("/qmp/run-state/stop-and-cont", test_stop_cont);
    g_test_add_func("/qmp/run-state/cont-needs-reset", test_cont_needs_reset);
    g_test_add_func("/qmp/run-state/requests-are-made", test_requests);
    g_test_add_func("/qmp/run-state/set-action-sets", test_set_action);
    g_test_add_func("/qmp/object/life", test_objects);
    g_test_add_func("/qmp/object/refuses-bad-requests",
                    test_object_add_errors);
    g_test_add_func("/qmp/qom/types", test_qom_types);
    g_test_add_func("/qmp/qom/properties", test_qom_properties);
    g_test_add_func("/qmp/device/properties", test_device_properties);
    g_test_add_func("/qmp/device/add-realizes-or-leaves-nothing",
                    test_device_add);
    g_test_add_func("/qmp/device/hmp-adds-from-text", test_hmp_device_add);
    g_test_add_func("/qmp/device/add-refuses-bad-requests",
                    test_device_add_errors);
    g_test_add_func("/qmp/device/del-refuses-bad-requests",
                    test_device_del_errors);
    g_test_add_func("/qmp/chardev/life", test_chardevs);
    g_test_add_func("/qmp/chardev/in-use-stays", test_chardev_in_use);
    g_test_add_func("/qmp/trace/events-switch", test_trace_events);
    g_test_add_func("/qmp/memory/pmemsave-writes-file", test_pmemsave);
    g_test_add_func("/qmp/memory/save-refuses-bad-requests",
                    test_memsave_errors);
    status = g_test_run();
    client_free(client);
    harness_cleanup();
    return status;
}
