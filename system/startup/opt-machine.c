/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options that say what the machine is: its type and size, accelerators,
 * devices, objects, and properties of those. They are checked for form here;
 * whether types and properties exist is found out when the machine is built.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "qapi/keyval.h"
#include "qapi/qmp/qjson.h"
#include "qemu/config-file.h"
#include "qemu/suggest.h"
#include "sysemu/tcg.h"
#include "startup-internal.h"

static QemuOptsList smp_opts = {
    .name = "smp-opts",
    .implied_opt_name = "cpus",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(smp_opts.head),
    .desc = {
        { .name = "cpus", .type = QEMU_OPT_NUMBER, .help = "CPUs present at the start" },
        { .name = "maxcpus", .type = QEMU_OPT_NUMBER, .help = "CPUs with those plugged later" },
        { .name = "sockets", .type = QEMU_OPT_NUMBER, .help = "sockets of the board" },
        { .name = "dies", .type = QEMU_OPT_NUMBER, .help = "dies of a socket" },
        { .name = "clusters", .type = QEMU_OPT_NUMBER, .help = "clusters of a die" },
        { .name = "cores", .type = QEMU_OPT_NUMBER, .help = "cores of a cluster" },
        { .name = "threads", .type = QEMU_OPT_NUMBER, .help = "threads of a core" },
        { }
    },
};

static QemuOptsList memory_opts = {
    .name = "memory",
    .implied_opt_name = "size",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(memory_opts.head),
    .desc = {
        { .name = "size", .type = QEMU_OPT_STRING, .help = "memory, in MiB without a unit" },
        { .name = "slots", .type = QEMU_OPT_NUMBER, .help = "slots for memory plugged later" },
        { .name = "maxmem", .type = QEMU_OPT_SIZE, .help = "memory with that plugged later" },
        { }
    },
};

static QemuOptsList rtc_opts = {
    .name = "rtc",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(rtc_opts.head),
    .desc = {
        { .name = "base", .type = QEMU_OPT_STRING, .help = "utc, localtime or a date" },
        { .name = "clock", .type = QEMU_OPT_STRING, .help = "host, rt or vm" },
        { .name = "driftfix", .type = QEMU_OPT_STRING, .help = "none or slew" },
        { }
    },
};

static QemuOptsList global_opts = {
    .name = "global",
    .head = QTAILQ_HEAD_INITIALIZER(global_opts.head),
    .desc = {
        { .name = "driver", .type = QEMU_OPT_STRING, .help = "device type" },
        { .name = "property", .type = QEMU_OPT_STRING, .help = "its property" },
        { .name = "value", .type = QEMU_OPT_STRING, .help = "the property's default" },
        { }
    },
};

void opt_machine_groups_register(void)
{
    qemu_add_opts(&smp_opts);
    qemu_add_opts(&memory_opts);
    qemu_add_opts(&rtc_opts);
    qemu_add_opts(&global_opts);
}

/* accel=A:B is the old spelling of -accel A -accel B. */
static bool machine_accel_move(StartupConfig *c, QDict *dict, Error **errp)
{
    g_auto(GStrv) names = g_strsplit(qdict_get_try_str(dict, "accel") ?: "", ":", -1);

    for (int i = 0; names[i]; i++) {
        if (!opt_accel(c, names[i], errp)) {
            return false;
        }
    }
    qdict_del(dict, "accel");
    return true;
}

bool opt_machine(StartupConfig *c, const char *arg, Error **errp)
{
    g_autoptr(QDict) dict = NULL;
    bool help = false;
    Error *err = NULL;

    dict = keyval_parse(arg, "type", &help, errp);
    if (!dict) {
        return false;
    }
    if (help) {
        startup_help_request(c, HELP_MACHINE, qdict_get_try_str(dict, "type"));
        return true;
    }
    if (!machine_accel_move(c, dict, errp)) {
        return false;
    }
    keyval_merge(c->machine, dict, &err);
    if (err) {
        error_propagate(errp, err);
        return false;
    }
    startup_item_add(c, ITEM_MACHINE, NULL, NULL);
    return true;
}

bool opt_cpu(StartupConfig *c, const char *arg, Error **errp)
{
    if (has_help_option(arg)) {
        startup_help_request(c, HELP_CPU, NULL);
        return true;
    }
    startup_item_add(c, ITEM_CPU, arg, NULL);
    return true;
}

/* Several occurrences of an option that describes one thing add up. */
static bool group_item_add(StartupConfig *c, StartupItemKind kind, QemuOptsList *list,
                           const char *arg, Error **errp)
{
    QemuOpts *opts;

    if (has_help_option(arg)) {
        g_autofree char *text = qemu_opts_help_text(list, false);

        startup_help_request(c, HELP_TEXT, text);
        return true;
    }
    if (!*arg) {
        error_setg(errp, "the argument is empty");
        return false;
    }
    opts = qemu_opts_parse(list, arg, list->implied_opt_name != NULL, errp);
    if (!opts) {
        return false;
    }
    startup_item_add(c, kind, arg, NULL)->opts = opts;
    return true;
}

bool opt_smp(StartupConfig *c, const char *arg, Error **errp)
{
    return group_item_add(c, ITEM_SMP, &smp_opts, arg, errp);
}

bool opt_memory(StartupConfig *c, const char *arg, Error **errp)
{
    return group_item_add(c, ITEM_MEMORY, &memory_opts, arg, errp);
}

bool opt_rtc(StartupConfig *c, const char *arg, Error **errp)
{
    return group_item_add(c, ITEM_RTC, &rtc_opts, arg, errp);
}

bool opt_icount(StartupConfig *c, const char *arg, Error **errp)
{
    return tcg_icount_configure(arg, errp);
}

bool opt_accel(StartupConfig *c, const char *arg, Error **errp)
{
    /* A -readconfig section has no implied key. */
    const char *text = g_str_has_prefix(arg, "accel=") ? arg + strlen("accel=") : arg;

    if (has_help_option(arg)) {
        startup_help_request(c, HELP_ACCEL, NULL);
        return true;
    }
    if (!*text || *text == ',') {
        error_setg(errp, "an accelerator's name is missing; see -accel help");
        return false;
    }
    startup_item_add(c, ITEM_ACCEL, text, NULL);
    return true;
}

bool opt_enable_kvm(StartupConfig *c, const char *arg, Error **errp)
{
    return opt_accel(c, "kvm", errp);
}

typedef QDict *KeyvalParse(const char *params, const char *implied_key, bool *help, Error **errp);

static QDict *dict_parse(const char *arg, const char *implied_key, KeyvalParse *parse,
                         bool *is_json, bool *help, Error **errp)
{
    QObject *obj;
    QDict *dict;

    *is_json = arg[0] == '{';
    if (!*is_json) {
        return parse(arg, implied_key, help, errp);
    }
    obj = qobject_from_json(arg, errp);
    dict = qobject_to(QDict, obj);
    if (obj && !dict) {
        qobject_unref(obj);
        error_setg(errp, "the JSON text is not an object");
    }
    return dict;
}

QDict *startup_dict_parse(const char *arg, const char *implied_key, bool *help, Error **errp)
{
    bool is_json;

    return dict_parse(arg, implied_key, keyval_parse, &is_json, help, errp);
}

static bool dict_item_add(StartupConfig *c, StartupItemKind kind, StartupHelp help_topic,
                          const char *type_key, const char *arg, Error **errp)
{
    g_autoptr(QDict) dict = NULL;
    bool is_json, help = false;

    dict = dict_parse(arg, type_key, kind == ITEM_DEVICE ? keyval_parse_flat : keyval_parse,
                      &is_json, &help, errp);
    if (!dict) {
        return false;
    }
    if (help) {
        startup_help_request(c, help_topic, qdict_get_try_str(dict, type_key));
        return true;
    }
    if (!qdict_get_try_str(dict, type_key)) {
        error_setg(errp, "'%s' is missing", type_key);
        return false;
    }
    startup_item_add(c, kind, arg, g_steal_pointer(&dict))->is_json = is_json;
    return true;
}

bool opt_device(StartupConfig *c, const char *arg, Error **errp)
{
    return dict_item_add(c, ITEM_DEVICE, HELP_DEVICE, "driver", arg, errp);
}

bool opt_object(StartupConfig *c, const char *arg, Error **errp)
{
    return dict_item_add(c, ITEM_OBJECT, HELP_OBJECT, "qom-type", arg, errp);
}

static void global_add(StartupConfig *c, const char *driver, const char *property,
                       const char *value)
{
    GlobalProperty *prop = g_new0(GlobalProperty, 1);

    prop->driver = g_strdup(driver);
    prop->property = g_strdup(property);
    prop->value = g_strdup(value);
    g_ptr_array_add(c->globals, prop);
}

/* DRIVER.PROPERTY=VALUE; @arg is cut up. False: it is not of that form. */
static bool global_short_form(StartupConfig *c, char *arg)
{
    char *equals = strchr(arg, '=');
    char *dot = equals ? memchr(arg, '.', equals - arg) : NULL;

    if (!dot || dot == arg || dot + 1 == equals) {
        return false;
    }
    *dot = *equals = '\0';
    global_add(c, arg, dot + 1, equals + 1);
    return true;
}

bool opt_global(StartupConfig *c, const char *arg, Error **errp)
{
    g_autofree char *copy = g_strdup(arg);
    const char *driver, *property, *value;
    QemuOpts *opts;

    if (global_short_form(c, copy)) {
        return true;
    }
    opts = qemu_opts_parse(&global_opts, arg, false, errp);
    if (!opts) {
        return false;
    }
    driver = qemu_opt_get(opts, "driver");
    property = qemu_opt_get(opts, "property");
    value = qemu_opt_get(opts, "value");
    if (!driver || !property || !value) {
        error_setg(errp, "use TYPE.PROPERTY=VALUE, or all of driver=, property= and value=");
        return false;
    }
    global_add(c, driver, property, value);
    return true;
}

/* Sets @key of the item of @kind whose dictionary has @id. False: there is none. */
static bool set_in_items(StartupConfig *c, StartupItemKind kind, const char *id,
                         const char *key, const char *value)
{
    for (guint i = 0; i < c->items->len; i++) {
        StartupItem *item = g_ptr_array_index(c->items, i);

        if (item->kind == kind && item->dict &&
            g_strcmp0(qdict_get_try_str(item->dict, "id"), id) == 0) {
            qdict_put_str(item->dict, key, value);
            return true;
        }
    }
    return false;
}

bool opt_set(StartupConfig *c, const char *arg, Error **errp)
{
    g_auto(GStrv) halves = g_strsplit(arg, "=", 2);
    g_auto(GStrv) path = halves[0] ? g_strsplit(halves[0], ".", 3) : NULL;
    QemuOptsList *list;
    QemuOpts *opts;
    bool done;

    if (!halves[0] || !halves[1] || g_strv_length(path) != 3 || !*path[0] || !*path[1] ||
        !*path[2]) {
        error_setg(errp, "use GROUP.ID.KEY=VALUE, e.g. device.nic0.addr=3");
        return false;
    }
    if (!strcmp(path[0], "device") || !strcmp(path[0], "object")) {
        done = set_in_items(c, path[0][0] == 'd' ? ITEM_DEVICE : ITEM_OBJECT, path[1], path[2],
                            halves[1]);
        opts = NULL;
    } else {
        list = qemu_find_opts_err(path[0], errp);
        if (!list) {
            return false;
        }
        opts = qemu_opts_find(list, path[1]);
        done = opts != NULL;
    }
    if (!done) {
        error_setg(errp, "there is no -%s with id '%s' before this", path[0], path[1]);
        return false;
    }
    return !opts || qemu_opt_set(opts, path[2], halves[1], errp);
}

bool opt_seed(StartupConfig *c, const char *arg, Error **errp)
{
    startup_item_add(c, ITEM_SEED, arg, NULL);
    return true;
}

bool opt_incoming(StartupConfig *c, const char *arg, Error **errp)
{
    startup_item_add(c, ITEM_INCOMING, arg, NULL);
    return true;
}

/* ---- memory ---- */

bool opt_mem_path(StartupConfig *c, const char *arg, Error **errp)
{
    if (!*arg) {
        error_setg(errp, "the name of a file or folder is missing");
        return false;
    }
    startup_item_add(c, ITEM_MEM_PATH, arg, NULL);
    return true;
}

bool opt_mem_prealloc(StartupConfig *c, const char *arg, Error **errp)
{
    c->memory_is_preallocated = true;
    return true;
}

/* The guest gets a device tree and nothing else. */
bool opt_no_acpi(StartupConfig *c, const char *arg, Error **errp)
{
    return true;
}
