/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Human monitor commands that do something. Where QMP has the command too,
 * they call it, so both behave the same.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/keyval.h"
#include "qapi/qapi-commands-char.h"
#include "qapi/qapi-commands-control.h"
#include "qapi/qapi-commands-machine.h"
#include "qapi/qapi-commands-misc.h"
#include "qapi/qapi-commands-qdev.h"
#include "qapi/qapi-commands-qom.h"
#include "qapi/qapi-commands-trace.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qemu/log.h"
#include "qemu/option.h"
#include "qom/introspect.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"
#include "sysemu/runstate-action.h"
#include "trace/control.h"
#include "hmp-cmds-internal.h"

HMP_HANDLER(help)
{
    const char *name = hmp_arg_text(args, "command");
    const char *sub_name = hmp_arg_text(args, "subcommand");
    const HmpCommand *cmd;

    if (!name) {
        hmp_help_print_table(mon, hmp_commands, "");
        return;
    }
    cmd = hmp_command_find(hmp_commands, name, strlen(name));
    if (cmd && cmd->sub) {
        g_autofree char *prefix = g_strdup_printf("%s ", name);

        if (!sub_name) {
            hmp_help_print_table(mon, cmd->sub, prefix);
            return;
        }
        cmd = hmp_command_find(cmd->sub, sub_name, strlen(sub_name));
        if (cmd) {
            hmp_help_print(mon, cmd, prefix);
            return;
        }
    } else if (cmd) {
        hmp_help_print(mon, cmd, "");
        return;
    }
    error_setg(errp, "there is no command '%s%s%s'; 'help' lists them all",
               name, sub_name ? " " : "", sub_name ? sub_name : "");
}

/* -- run state ------------------------------------------------------------------- */

HMP_HANDLER(quit)
{
    qmp_quit(errp);
}

HMP_HANDLER(stop)
{
    qmp_stop(errp);
}

HMP_HANDLER(cont)
{
    qmp_cont(errp);
}

HMP_HANDLER(system_reset)
{
    qmp_system_reset(errp);
}

HMP_HANDLER(system_powerdown)
{
    qmp_system_powerdown(errp);
}

HMP_HANDLER(set_action)
{
    runstate_action_set_by_name(hmp_arg_text(args, "event"),
                                hmp_arg_text(args, "action"), errp);
}

/* -- devices and objects ----------------------------------------------------------- */

HMP_HANDLER(device_add)
{
    bool wants_help = false;
    g_autoptr(QDict) opts = keyval_parse_flat(hmp_arg_text(args, "options"),
                                              "driver", &wants_help, errp);
    const char *driver;
    DeviceState *dev;

    if (!opts) {
        return;
    }
    driver = qdict_get_try_str(opts, "driver");
    if (wants_help) {
        g_autofree char *text = qdev_device_help_text(driver, errp);

        if (text) {
            monitor_puts(mon, text);
        }
        return;
    }
    dev = qdev_device_add_from_qdict(opts, false, errp);
    if (dev) {
        object_unref(OBJECT(dev));
    }
}

HMP_HANDLER(device_del)
{
    qmp_device_del(hmp_arg_text(args, "id"), errp);
}

HMP_HANDLER(object_add)
{
    bool wants_help = false;
    g_autoptr(QDict) opts = keyval_parse(hmp_arg_text(args, "options"),
                                         "qom-type", &wants_help, errp);
    const char *type;

    if (!opts) {
        return;
    }
    type = qdict_get_try_str(opts, "qom-type");
    if (wants_help) {
        g_autofree char *text = user_creatable_help_text(type);

        if (text) {
            monitor_puts(mon, text);
        } else {
            error_setg(errp, "there is no object type '%s'", type);
        }
        return;
    }
    user_creatable_add_dict(opts, true, errp);
}

HMP_HANDLER(object_del)
{
    user_creatable_del(hmp_arg_text(args, "id"), errp);
}

HMP_HANDLER(qom_list)
{
    const char *path = hmp_arg_text(args, "path");
    ObjectPropertyInfoList *list = qmp_qom_list(path ? path : "/", errp);

    for (ObjectPropertyInfoList *el = list; el; el = el->next) {
        monitor_printf(mon, "%s (%s)\n", el->value->name, el->value->type);
    }
    qapi_free_ObjectPropertyInfoList(list);
}

HMP_HANDLER(qom_get)
{
    g_autoptr(QObject) value = qmp_qom_get(hmp_arg_text(args, "path"),
                                           hmp_arg_text(args, "property"),
                                           errp);

    if (value) {
        g_autoptr(GString) json = qobject_to_json_pretty(value, true);

        monitor_printf(mon, "%s\n", json->str);
    }
}

HMP_HANDLER(qom_set)
{
    const char *path = hmp_arg_text(args, "path");
    const char *property = hmp_arg_text(args, "property");
    const char *value = hmp_arg_text(args, "value");

    if (hmp_arg_given(args, "j")) {
        g_autoptr(QObject) json = qobject_from_json(value, errp);

        if (json) {
            qmp_qom_set(path, property, json, errp);
        }
    } else {
        Object *obj = qom_path_resolve(path, errp);

        if (obj) {
            object_property_parse(obj, property, value, errp);
        }
    }
}

/* -- the host's side ----------------------------------------------------------------- */

HMP_HANDLER(getfd)
{
    qmp_getfd(hmp_arg_text(args, "name"), errp);
}

HMP_HANDLER(closefd)
{
    qmp_closefd(hmp_arg_text(args, "name"), errp);
}

HMP_HANDLER(chardev_add)
{
    QemuOpts *opts = qemu_opts_parse(&qemu_chardev_opts,
                                     hmp_arg_text(args, "options"), true, errp);

    if (opts) {
        qemu_chr_new_from_opts(opts, NULL, errp);
        qemu_opts_del(opts);
    }
}

HMP_HANDLER(chardev_remove)
{
    qmp_chardev_remove(hmp_arg_text(args, "id"), errp);
}

HMP_HANDLER(trace_event)
{
    qmp_trace_event_set_state(hmp_arg_text(args, "name"),
                              hmp_arg_number(args, "state", false),
                              true, true, errp);
}

HMP_HANDLER(trace_file)
{
    const char *operation = hmp_arg_text(args, "operation");
    const char *filename = hmp_arg_text(args, "filename");

    if (!operation) {
        g_autofree char *text = trace_simple_status_text();

        monitor_printf(mon, "%s%s", text,
                       g_str_has_suffix(text, "\n") ? "" : "\n");
    } else if (!strcmp(operation, "on") || !strcmp(operation, "off")) {
        trace_simple_enable(!strcmp(operation, "on"), errp);
    } else if (!strcmp(operation, "flush")) {
        trace_flush();
    } else if (!strcmp(operation, "set")) {
        trace_simple_file_set(filename, errp);
    } else {
        error_setg(errp, "unknown operation '%s'; known are on, off, flush, "
                   "set", operation);
    }
}

HMP_HANDLER(log)
{
    int mask;

    if (qemu_log_mask_parse(hmp_arg_text(args, "items"), &mask, errp)) {
        qemu_set_log(mask, errp);
    }
}

HMP_HANDLER(logfile)
{
    qemu_set_log_filename(hmp_arg_text(args, "filename"), errp);
}
