/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options about the run as a whole: start and end of the guest, the name, the
 * process and its rights.
 */
#include "qemu/osdep.h"
#include "qemu/config-file.h"
#include "qemu/suggest.h"
#include "qemu/uuid.h"
#include "sysemu/sysemu.h"
#include "startup-internal.h"

static QemuOptsList name_opts = {
    .name = "name",
    .implied_opt_name = "guest",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(name_opts.head),
    .desc = {
        { .name = "guest", .type = QEMU_OPT_STRING, .help = "name of the guest" },
        { .name = "process", .type = QEMU_OPT_STRING, .help = "name of the process" },
        { .name = "debug-threads", .type = QEMU_OPT_BOOL, .help = "give threads names" },
        { }
    },
};

static QemuOptsList action_opts = {
    .name = "action",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(action_opts.head),
    .desc = {
        { .name = "reboot", .type = QEMU_OPT_STRING, .help = "reset or shutdown" },
        { .name = "shutdown", .type = QEMU_OPT_STRING, .help = "poweroff or pause" },
        { .name = "panic", .type = QEMU_OPT_STRING,
          .help = "pause, shutdown, exit-failure or none" },
        { .name = "watchdog", .type = QEMU_OPT_STRING,
          .help = "reset, shutdown, poweroff, pause, debug, none or inject-nmi" },
        { }
    },
};

static QemuOptsList run_with_opts = {
    .name = "run-with",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(run_with_opts.head),
    .desc = {
        { .name = "async-teardown", .type = QEMU_OPT_BOOL, .help = "only off is supported" },
        { .name = "chroot", .type = QEMU_OPT_STRING, .help = "new root folder" },
        { .name = "user", .type = QEMU_OPT_STRING, .help = "user name or UID:GID" },
        { }
    },
};

static QemuOptsList sandbox_opts = {
    .name = "sandbox",
    .implied_opt_name = "enable",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(sandbox_opts.head),
    .desc = {
        { .name = "enable", .type = QEMU_OPT_BOOL, .help = "forbid what is never needed" },
        { .name = "obsolete", .type = QEMU_OPT_STRING, .help = "allow or deny" },
        { .name = "elevateprivileges", .type = QEMU_OPT_STRING,
          .help = "allow, deny or children" },
        { .name = "spawn", .type = QEMU_OPT_STRING, .help = "allow or deny" },
        { .name = "resourcecontrol", .type = QEMU_OPT_STRING, .help = "allow or deny" },
        { }
    },
};

static QemuOptsList add_fd_opts = {
    .name = "add-fd",
    .head = QTAILQ_HEAD_INITIALIZER(add_fd_opts.head),
    .desc = {
        { .name = "fd", .type = QEMU_OPT_NUMBER, .help = "inherited file descriptor" },
        { .name = "set", .type = QEMU_OPT_NUMBER, .help = "number of the set it joins" },
        { .name = "opaque", .type = QEMU_OPT_STRING, .help = "text shown by query-fdsets" },
        { }
    },
};

static QemuOptsList overcommit_opts = {
    .name = "overcommit",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(overcommit_opts.head),
    .desc = {
        { .name = "mem-lock", .type = QEMU_OPT_BOOL, .help = "lock all memory" },
        { .name = "cpu-pm", .type = QEMU_OPT_BOOL, .help = "only off is supported" },
        { }
    },
};

void opt_process_groups_register(void)
{
    qemu_add_opts(&name_opts);
    qemu_add_opts(&action_opts);
    qemu_add_opts(&run_with_opts);
    qemu_add_opts(&sandbox_opts);
    qemu_add_opts(&add_fd_opts);
    qemu_add_opts(&overcommit_opts);
}

/* Options that only set a flag. */
#define OPT_SET_FLAG(function, field)                                       \
    bool function(StartupConfig *c, const char *arg, Error **errp)          \
    {                                                                       \
        c->field = true;                                                    \
        return true;                                                        \
    }

OPT_SET_FLAG(opt_stopped, starts_stopped)
OPT_SET_FLAG(opt_nodefaults, has_no_defaults)
OPT_SET_FLAG(opt_daemonize, is_daemon)
OPT_SET_FLAG(opt_only_migratable, only_migratable)

/* There is no user configuration that is read by itself. */
bool opt_no_user_config(StartupConfig *c, const char *arg, Error **errp)
{
    return true;
}

/* ---- what the guest may do ---------------------------------------------------- */

bool opt_action(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&action_opts, arg, false, errp);

    if (!opts) {
        return false;
    }
    startup_item_add(c, ITEM_ACTION, arg, NULL)->opts = opts;
    return true;
}

bool opt_no_reboot(StartupConfig *c, const char *arg, Error **errp)
{
    return opt_action(c, "reboot=shutdown", errp);
}

bool opt_no_shutdown(StartupConfig *c, const char *arg, Error **errp)
{
    return opt_action(c, "shutdown=pause", errp);
}

bool opt_watchdog_action(StartupConfig *c, const char *arg, Error **errp)
{
    g_autofree char *pair = g_strdup_printf("watchdog=%s", arg);

    if (strchr(arg, ',')) {
        error_setg(errp, "'%s' is not an action", arg);
        return false;
    }
    return opt_action(c, pair, errp);
}

/* ---- who we are ------------------------------------------------------------------ */

bool opt_name(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&name_opts, arg, true, errp);

    if (!opts) {
        return false;
    }
    g_free(c->name);
    c->name = g_strdup(qemu_opt_get(opts, "guest"));
    g_free(c->process_name);
    c->process_name = g_strdup(qemu_opt_get(opts, "process"));
    c->debug_threads = qemu_opt_get_bool(opts, "debug-threads", false);
    return true;
}

bool opt_uuid(StartupConfig *c, const char *arg, Error **errp)
{
    if (qemu_uuid_parse(arg, &qemu_uuid) < 0) {
        error_setg(errp, "'%s' is not a UUID; write it like %s", arg, UUID_NONE);
        return false;
    }
    qemu_uuid_set = true;
    return true;
}

/* ---- the process --------------------------------------------------------------------- */

bool opt_pidfile(StartupConfig *c, const char *arg, Error **errp)
{
    startup_item_add(c, ITEM_PIDFILE, arg, NULL);
    return true;
}

bool opt_chroot(StartupConfig *c, const char *arg, Error **errp)
{
    startup_item_add(c, ITEM_CHROOT, arg, NULL);
    return true;
}

bool opt_runas(StartupConfig *c, const char *arg, Error **errp)
{
    startup_item_add(c, ITEM_USER, arg, NULL);
    return true;
}

bool opt_async_teardown(StartupConfig *c, const char *arg, Error **errp)
{
    error_setg(errp, "memory is always given back at once: asynchronous teardown is not supported");
    return false;
}

bool opt_run_with(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&run_with_opts, arg, false, errp);
    const char *value;

    if (!opts) {
        return false;
    }
    if (qemu_opt_get_bool(opts, "async-teardown", false)) {
        return opt_async_teardown(c, NULL, errp);
    }
    value = qemu_opt_get(opts, "chroot");
    if (value) {
        opt_chroot(c, value, errp);
    }
    value = qemu_opt_get(opts, "user");
    if (value) {
        opt_runas(c, value, errp);
    }
    return true;
}

/* @key is "allow" or "deny" (the default is @denied); NULL @children: that is no third choice. */
static bool sandbox_choice(QemuOpts *opts, const char *key, bool *denied, bool *children,
                           Error **errp)
{
    const char *value = qemu_opt_get(opts, key);

    if (!value) {
        return true;
    }
    if (children) {
        *children = strcmp(value, "children") == 0;
        if (*children) {
            *denied = true;
            return true;
        }
    }
    *denied = strcmp(value, "deny") == 0;
    if (!*denied && strcmp(value, "allow")) {
        error_setg(errp, "%s=%s: use allow%s or deny", key, value,
                   children ? ", children" : "");
        return false;
    }
    return true;
}

bool opt_sandbox(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&sandbox_opts, arg, true, errp);
    SandboxConfig *sandbox = &c->sandbox;
    bool obsolete_is_denied = true;

    if (!opts || !sandbox_choice(opts, "obsolete", &obsolete_is_denied, NULL, errp) ||
        !sandbox_choice(opts, "elevateprivileges", &sandbox->privileges_are_denied,
                        &sandbox->children_get_no_privileges, errp) ||
        !sandbox_choice(opts, "spawn", &sandbox->spawn_is_denied, NULL, errp) ||
        !sandbox_choice(opts, "resourcecontrol", &sandbox->resources_are_denied, NULL, errp)) {
        return false;
    }
    sandbox->is_on = qemu_opt_get_bool(opts, "enable", false);
    sandbox->obsolete_is_allowed = !obsolete_is_denied;
    startup_item_add(c, ITEM_SANDBOX, arg, NULL);
    return true;
}

bool opt_overcommit(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&overcommit_opts, arg, false, errp);

    if (!opts) {
        return false;
    }
    if (qemu_opt_get_bool(opts, "cpu-pm", false)) {
        error_setg(errp, "cpu-pm=on is not supported: no accelerator of this version can do it");
        return false;
    }
    c->memory_is_locked = qemu_opt_get_bool(opts, "mem-lock", false);
    return true;
}

bool opt_add_fd(StartupConfig *c, const char *arg, Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&add_fd_opts, arg, false, errp);

    if (!opts) {
        return false;
    }
    if (!qemu_opt_get(opts, "fd") || !qemu_opt_get(opts, "set")) {
        error_setg(errp, "needs fd=NUMBER and set=NUMBER");
        return false;
    }
    startup_item_add(c, ITEM_FD, arg, NULL)->opts = opts;
    return true;
}
