/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of the program: read the command line, prepare the process, build
 * the machine, run the main loop, take everything down again. Each step is a
 * function that may fail; the message then names the option it was working on
 * and the program ends with status 1.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/nmi.h"
#include "migration/blocker.h"
#include "migration/migrate.h"
#include "monitor/monitor.h"
#include "qemu/config-file.h"
#include "qemu/guest-random.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"
#include "qom/object_interfaces.h"
#include "sysemu/cpus.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/device_tree.h"
#include "sysemu/qtest-server.h"
#include "sysemu/rtc.h"
#include "sysemu/runstate-action.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#include "sysemu/watchdog.h"
#include "trace/control.h"
#include "startup-internal.h"

typedef struct Startup {
    StartupConfig config;
    StartupProcess process;
    QTestServer *qtest;
    bool core_is_up;            /* there is a main loop, and so something to take down */
} Startup;

/* ---- process --------------------------------------------------------------------- */

static bool pidfile_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return process_pidfile_create(opaque, item->text, errp);
}

static bool startup_process(Startup *s, Error **errp)
{
    StartupConfig *c = &s->config;

    if (c->is_daemon && c->is_nographic) {
        error_setg(errp, "-nographic needs the terminal that -daemonize gives up; "
                   "use -display none");
        return false;
    }
    if (c->is_daemon && !process_daemonize(&s->process, errp)) {
        return false;
    }
    if (c->process_name) {
        process_name_set(c->process_name);
    }
    if (c->memory_is_locked && !process_memory_lock(errp)) {
        return false;
    }
    qemu_thread_naming(c->debug_threads);
    qemu_name = c->name;
    error_guest_name = c->name;
    autostart = !c->starts_stopped;
    only_migratable = c->only_migratable;
    migration_set_only_migratable(c->only_migratable);
    return startup_item_run_last(c, ITEM_PIDFILE, pidfile_apply, &s->process, errp);
}

/* ---- log and trace ------------------------------------------------------------------- */

static bool log_filter_apply(const StartupItem *item, void *opaque, Error **errp)
{
    Error *err = NULL;

    qemu_set_dfilter_ranges(item->text, &err);
    error_propagate(errp, err);
    return !err;
}

static bool log_file_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return qemu_set_log_filename(item->text, errp);
}

static bool log_items_apply(const StartupItem *item, void *opaque, Error **errp)
{
    int mask;

    return qemu_log_mask_parse(item->text, &mask, errp) && qemu_set_log(mask, errp);
}

static bool trace_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return trace_opt_parse(item->text, errp);
}

static bool startup_observe(Startup *s, Error **errp)
{
    StartupConfig *c = &s->config;

    return startup_item_run_last(c, ITEM_LOG_FILTER, log_filter_apply, NULL, errp) &&
           startup_item_run_last(c, ITEM_LOG_FILE, log_file_apply, NULL, errp) &&
           startup_item_run_last(c, ITEM_LOG_ITEMS, log_items_apply, NULL, errp) &&
           startup_items_run(c, ITEM_TRACE, trace_apply, NULL, errp) &&
           trace_init_file(errp);
}

/* ---- what every machine needs ----------------------------------------------------------- */

static bool action_set(const char *event, QemuOpts *opts, Error **errp)
{
    const char *action = qemu_opt_get(opts, event);

    return !action || runstate_action_set_by_name(event, action, errp);
}

static bool action_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return action_set("reboot", item->opts, errp) && action_set("shutdown", item->opts, errp) &&
           action_set("panic", item->opts, errp) && action_set("watchdog", item->opts, errp);
}

static bool rtc_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return rtc_configure(qemu_opt_get(item->opts, "base"), qemu_opt_get(item->opts, "clock"),
                         qemu_opt_get(item->opts, "driftfix"), errp);
}

static bool seed_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return qemu_guest_random_seed_main(item->text, errp);
}

static bool fd_apply(const StartupItem *item, void *opaque, Error **errp)
{
    uint64_t fd = qemu_opt_get_number(item->opts, "fd", 0);
    uint64_t set = qemu_opt_get_number(item->opts, "set", 0);
    int copy;

    if (fd <= STDERR_FILENO || fd > INT_MAX || set > INT64_MAX) {
        error_setg(errp, "fd must be an inherited descriptor above 2 and set not negative");
        return false;
    }
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        error_setg_errno(errp, errno, "cannot use file descriptor %" PRIu64, fd);
        return false;
    }
    if (!monitor_fdset_add(copy, set, qemu_opt_get(item->opts, "opaque"), errp)) {
        close(copy);
        return false;
    }
    return true;
}

static void startup_quit(void)
{
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_UI);
}

/* The guest's verdict on itself ends the program whatever -action says. */
static void startup_testdev_exit(int status)
{
    runstate_set_shutdown_action(SHUTDOWN_ACTION_POWEROFF);
    qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, status);
}

/* A watchdog's action; the guest can make it expire as often as it likes. */
static void startup_nmi_inject(void)
{
    Error *err = NULL;

    nmi_monitor_handle(0, &err);
    if (err) {
        warn_report_err_once(err);
    }
}

static bool startup_core(Startup *s, Error **errp)
{
    StartupConfig *c = &s->config;

    if (qemu_init_main_loop(errp)) {
        return false;
    }
    s->core_is_up = true;
    qemu_mutex_lock_iothread();
    qemu_init_cpu_loop();
    cpu_timers_init();
    runstate_init();
    migration_setup();
    /* Not earlier: runstate_init() would forget the request that a signal makes. */
    signals_install();
    memory_map_init();
    monitor_init_globals();
    qemu_chr_set_quit_hook(startup_quit);
    qemu_chr_set_testdev_hook(startup_testdev_exit);
    watchdog_set_nmi_hook(startup_nmi_inject);
    return startup_items_run(c, ITEM_ACTION, action_apply, NULL, errp) &&
           startup_item_run_last(c, ITEM_RTC, rtc_apply, NULL, errp) &&
           startup_item_run_last(c, ITEM_SEED, seed_apply, NULL, errp) &&
           startup_items_run(c, ITEM_FD, fd_apply, NULL, errp);
}

/* ---- the machine --------------------------------------------------------------------------- */

static bool startup_machine(Startup *s, Error **errp)
{
    StartupConfig *c = &s->config;
    MachineState *machine = machine_build_create(c, errp);

    return machine && backends_create_early(c, errp) &&
           machine_build_accel(c, machine, errp) && backends_create_late(c, errp) &&
           network_create_backends(c, machine, errp) &&
           backends_create_consoles(c, machine, &s->qtest, errp) &&
           machine_build_devices(c, machine, errp) && backends_create_after_devices(c, errp);
}

static bool sandbox_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return sandbox_install(opaque, errp);
}

static bool incoming_apply(const StartupItem *item, void *opaque, Error **errp)
{
    return migration_incoming_wait(item->text, errp);
}

/* The last that can fail: give up rights, then let the guest go. */
static bool startup_release(Startup *s, Error **errp)
{
    StartupConfig *c = &s->config;
    StartupItem *root = startup_item_last(c, ITEM_CHROOT);
    StartupItem *user = startup_item_last(c, ITEM_USER);

    if (root || user) {
        loc_restore(root ? &root->loc : &user->loc);
        if (!process_privileges_drop(root ? root->text : NULL, user ? user->text : NULL, errp)) {
            return false;
        }
        loc_set_none();
    }
    if (!startup_item_run_last(c, ITEM_SANDBOX, sandbox_apply, &c->sandbox, errp)) {
        return false;
    }
    qemu_system_reset(SHUTDOWN_CAUSE_NONE);
    if (startup_item_last(c, ITEM_INCOMING)) {
        if (!startup_item_run_last(c, ITEM_INCOMING, incoming_apply, NULL, errp)) {
            return false;
        }
    } else if (autostart) {
        vm_start();
    }
    return process_daemon_ready(&s->process, errp);
}

/* ---- whole runs ------------------------------------------------------------------------------ */

static void startup_cleanup(Startup *s)
{
    if (s->core_is_up) {
        migration_shutdown();
        vm_shutdown();
        qemu_run_exit_notifiers();
        monitor_cleanup();
        qtest_server_free(s->qtest);
        machine_build_cleanup();
        network_cleanup(&s->config);
        block_build_cleanup();
        user_creatable_cleanup();
        qemu_chr_cleanup();
        /* Devices that only readers still see share values with the configuration. */
        drain_call_rcu();
        qemu_mutex_unlock_iothread();
    }
    process_cleanup(&s->process);
    trace_flush();
    qemu_log_close();
    qemu_name = NULL;
    error_guest_name = NULL;
    startup_config_clear(&s->config);
}

/* -M dumpdtb=FILE: the tree is all that is wanted of the machine. */
static int startup_dump_tree(const char *filename, Error **errp)
{
    if (!device_tree_dump(filename, errp)) {
        return EXIT_FAILURE;
    }
    info_report("device tree written to '%s'", filename);
    return EXIT_SUCCESS;
}

static int startup_run_machine(Startup *s, Error **errp)
{
    if (!startup_process(s, errp) || !startup_observe(s, errp) || !startup_core(s, errp) ||
        !startup_machine(s, errp)) {
        return EXIT_FAILURE;
    }
    if (current_machine->dumpdtb) {
        return startup_dump_tree(current_machine->dumpdtb, errp);
    }
    return startup_release(s, errp) ? qemu_main_loop() : EXIT_FAILURE;
}

int startup_run(int argc, char **argv)
{
    Startup s = { .process.ready_fd = -1 };
    Error *err = NULL;
    Location loc;
    int status;

    process_standard_files_open();
    error_init(argv[0]);
    loc_push_none(&loc);
    module_call_init(MODULE_INIT_QOM);
    opt_fw_cfg_groups_register();
    opt_boot_groups_register();
    opt_machine_groups_register();
    opt_control_groups_register();
    opt_block_groups_register();
    opt_process_groups_register();
    startup_config_init(&s.config);

    if (!cmdline_parse(&s.config, argc, argv, &err)) {
        status = EXIT_FAILURE;
    } else if (s.config.help != HELP_NONE) {
        status = help_print(&s.config, &err) ? EXIT_SUCCESS : EXIT_FAILURE;
    } else {
        status = startup_run_machine(&s, &err);
    }
    if (err) {
        error_report_err(err);
    }
    loc_set_none();
    startup_cleanup(&s);
    loc_pop(&loc);
    return status;
}
