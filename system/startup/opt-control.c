/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options that say how the program is talked to and what it tells: character
 * devices, monitors, serial ports, display and sound (there are none, so only
 * "none" is accepted), tracing, the log, messages.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "qemu/config-file.h"
#include "qemu/log.h"
#include "qemu/suggest.h"
#include "trace/control.h"
#include "startup-internal.h"

static QemuOptsList mon_opts = {
    .name = "mon",
    .implied_opt_name = "chardev",
    .head = QTAILQ_HEAD_INITIALIZER(mon_opts.head),
    .desc = {
        { .name = "chardev", .type = QEMU_OPT_STRING, .help = "id of the character device" },
        { .name = "mode", .type = QEMU_OPT_STRING, .help = "readline or control" },
        { .name = "pretty", .type = QEMU_OPT_BOOL, .help = "indent the JSON text" },
        { }
    },
};

static QemuOptsList msg_opts = {
    .name = "msg",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(msg_opts.head),
    .desc = {
        { .name = "timestamp", .type = QEMU_OPT_BOOL, .help = "begin with the time" },
        { .name = "guest-name", .type = QEMU_OPT_BOOL, .help = "begin with the name of -name" },
        { }
    },
};

void opt_control_groups_register(void)
{
    qemu_add_opts(&qemu_chardev_opts);
    qemu_add_opts(&qemu_trace_opts);
    qemu_add_opts(&mon_opts);
    qemu_add_opts(&msg_opts);
}

/* ---- help ------------------------------------------------------------------- */

bool opt_help(StartupConfig *c, const char *arg, Error **errp)
{
    startup_help_request(c, HELP_OPTIONS, NULL);
    return true;
}

bool opt_version(StartupConfig *c, const char *arg, Error **errp)
{
    startup_help_request(c, HELP_VERSION, NULL);
    return true;
}

/* ---- character devices and monitors -------------------------------------------- */

bool opt_chardev(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts;

    if (has_help_option(arg)) {
        g_autofree char *type = NULL;

        get_opt_value(g_str_has_prefix(arg, "backend=") ? arg + strlen("backend=") : arg, &type);
        startup_help_request(c, HELP_CHARDEV, has_help_option(type) ? NULL : type);
        return true;
    }
    opts = qemu_opts_parse(&qemu_chardev_opts, arg, true, errp);
    if (!opts) {
        return false;
    }
    if (!qemu_opts_id(opts)) {
        error_setg(errp, "needs an id, e.g. id=char0");
        return false;
    }
    startup_item_add(c, ITEM_CHARDEV, arg, NULL)->opts = opts;
    return true;
}

bool opt_mon(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&mon_opts, arg, true, errp);

    if (!opts) {
        return false;
    }
    if (!qemu_opt_get(opts, "chardev")) {
        error_setg(errp, "needs chardev=ID");
        return false;
    }
    startup_item_add(c, ITEM_MON, arg, NULL)->opts = opts;
    return true;
}

/* Options whose argument is kept as it is. */
#define OPT_KEEP_TEXT(function, kind)                                       \
    bool function(StartupConfig *c, const char *arg, Error **errp)          \
    {                                                                       \
        startup_item_add(c, kind, arg, NULL);                               \
        return true;                                                        \
    }

OPT_KEEP_TEXT(opt_serial, ITEM_SERIAL)
OPT_KEEP_TEXT(opt_monitor, ITEM_MONITOR)
OPT_KEEP_TEXT(opt_qmp, ITEM_QMP)
OPT_KEEP_TEXT(opt_qmp_pretty, ITEM_QMP_PRETTY)
OPT_KEEP_TEXT(opt_qtest, ITEM_QTEST)
OPT_KEEP_TEXT(opt_qtest_log, ITEM_QTEST_LOG)
OPT_KEEP_TEXT(opt_log_file, ITEM_LOG_FILE)
OPT_KEEP_TEXT(opt_log_filter, ITEM_LOG_FILTER)

bool opt_echr(StartupConfig *c, const char *arg, Error **errp)
{
    uint64_t value;

    if (!parse_option_number("echr", arg, &value, errp)) {
        return false;
    }
    if (value > 255) {
        error_setg(errp, "the escape character's code must be at most 255");
        return false;
    }
    term_escape_char = value;
    return true;
}

/* ---- what there is only "none" of ------------------------------------------------- */

static bool only_none(const char *arg, const char *what, Error **errp)
{
    if (strcmp(arg, "none") == 0) {
        return true;
    }
    error_setg(errp, "'%s' is not supported by this version, which has no %s; use 'none'", arg,
               what);
    return false;
}

bool opt_display(StartupConfig *c, const char *arg, Error **errp)
{
    if (has_help_option(arg)) {
        startup_help_request(c, HELP_TEXT, "Available display types:\nnone\n");
        return true;
    }
    return only_none(arg, "displays", errp);
}

bool opt_vga(StartupConfig *c, const char *arg, Error **errp)
{
    if (has_help_option(arg)) {
        startup_help_request(c, HELP_TEXT, "none                 no graphics card\n");
        return true;
    }
    return only_none(arg, "graphics cards", errp);
}

bool opt_audio(StartupConfig *c, const char *arg, Error **errp)
{
    bool wants_help = false;
    g_autoptr(QDict) dict = startup_dict_parse(arg, "driver", &wants_help, errp);
    const char *driver = dict ? qdict_get_try_str(dict, "driver") : NULL;

    if (wants_help) {
        startup_help_request(c, HELP_TEXT, "Available audio drivers:\nnone\n");
        return true;
    }
    if (!dict) {
        return false;
    }
    if (!driver) {
        error_setg(errp, "'driver' is missing");
        return false;
    }
    return only_none(driver, "sound", errp);
}

bool opt_parallel(StartupConfig *c, const char *arg, Error **errp)
{
    return only_none(arg, "parallel ports", errp);
}

bool opt_nographic(StartupConfig *c, const char *arg, Error **errp)
{
    c->is_nographic = true;
    return true;
}

/* ---- tracing, log, messages --------------------------------------------------------- */

bool opt_trace(StartupConfig *c, const char *arg, Error **errp)
{
    if (has_help_option(arg)) {
        startup_help_request(c, HELP_TRACE, NULL);
        return true;
    }
    startup_item_add(c, ITEM_TRACE, arg, NULL);
    return true;
}

bool opt_log_items(StartupConfig *c, const char *arg, Error **errp)
{
    if (has_help_option(arg)) {
        startup_help_request(c, HELP_LOG, NULL);
        return true;
    }
    startup_item_add(c, ITEM_LOG_ITEMS, arg, NULL);
    return true;
}

bool opt_msg(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&msg_opts, arg, false, errp);

    if (!opts) {
        return false;
    }
    message_with_timestamp = qemu_opt_get_bool(opts, "timestamp", false);
    error_with_guestname = qemu_opt_get_bool(opts, "guest-name", false);
    return true;
}
