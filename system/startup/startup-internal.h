/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the main program share. The command line is first read
 * into a StartupConfig, which changes nothing but option groups, and then
 * carried out in a fixed order (startup.c). Options that take effect later
 * are kept as items with the place they were given, so that every error
 * message names its option.
 */
#ifndef SYSTEM_STARTUP_INTERNAL_H
#define SYSTEM_STARTUP_INTERNAL_H

#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qemu/error-report.h"
#include "qemu/option.h"

typedef struct MachineClass MachineClass;
typedef struct MachineState MachineState;
typedef struct QTestServer QTestServer;

/* Options that are carried out after the whole command line has been read. */
typedef enum StartupItemKind {
    ITEM_ACCEL,
    ITEM_ACTION,
    ITEM_BLOCKDEV,
    ITEM_BOOT,                  /* text: KEY=VALUE, a property of the machine */
    ITEM_BOOT_WISH,
    ITEM_CHARDEV,
    ITEM_CHROOT,
    ITEM_CPU,
    ITEM_DEVICE,
    ITEM_DRIVE,
    ITEM_FD,
    ITEM_FW_CFG,
    ITEM_INCOMING,
    ITEM_LOG_FILE,
    ITEM_LOG_FILTER,
    ITEM_LOG_ITEMS,
    ITEM_MACHINE,
    ITEM_MEMORY,
    ITEM_MEM_PATH,
    ITEM_MON,
    ITEM_MONITOR,
    ITEM_NETDEV,
    ITEM_NIC,
    ITEM_OBJECT,
    ITEM_PARALLEL,
    ITEM_PIDFILE,
    ITEM_QMP,
    ITEM_QMP_PRETTY,
    ITEM_QTEST,
    ITEM_QTEST_LOG,
    ITEM_RTC,
    ITEM_SANDBOX,
    ITEM_SEED,
    ITEM_SERIAL,
    ITEM_SMP,
    ITEM_TRACE,
    ITEM_USER,
} StartupItemKind;

/*
 * One of them. @text: its argument; @dict: the same as keys and values, for
 * those that have them; @opts: likewise, owned by its group.
 */
typedef struct StartupItem {
    StartupItemKind kind;
    char *text;
    QDict *dict;
    bool is_json;               /* @dict has typed values */
    QemuOpts *opts;
    Location loc;
} StartupItem;

/* What to print instead of running a machine. */
typedef enum StartupHelp {
    HELP_NONE,
    HELP_OPTIONS,
    HELP_VERSION,
    HELP_ACCEL,
    HELP_CHARDEV,
    HELP_CPU,
    HELP_DEVICE,
    HELP_LOG,
    HELP_MACHINE,
    HELP_OBJECT,
    HELP_TEXT,
    HELP_TRACE,
} StartupHelp;

typedef struct SandboxConfig {
    bool is_on;
    bool obsolete_is_allowed;
    bool privileges_are_denied;
    bool children_get_no_privileges;
    bool spawn_is_denied;
    bool resources_are_denied;
} SandboxConfig;

typedef struct StartupConfig {
    StartupHelp help;
    char *help_arg;             /* the type asked about, or the text; NULL: all */
    GPtrArray *items;           /* StartupItem, in the order given */
    GPtrArray *globals;         /* GlobalProperty of -global */
    GPtrArray *data_folders;    /* char *, of -L in the order given */
    QDict *machine;             /* all -M together */
    SandboxConfig sandbox;
    char *name;
    char *process_name;
    bool debug_threads;
    bool starts_stopped;
    bool has_no_defaults;
    bool has_no_default_nic;
    bool is_nographic;
    bool is_daemon;
    bool only_migratable;
    bool memory_is_locked;
    bool memory_is_preallocated;
    VMChangeStateEntry *network_follower;
} StartupConfig;

/* The state of the process that must be undone at its end. */
typedef struct StartupProcess {
    char *pidfile_path;         /* absolute; NULL: none */
    int pidfile_fd;             /* keeps the lock */
    int ready_fd;               /* of a daemon: where the parent waits; -1: none */
} StartupProcess;

/* ---- cmdline.c ---- */

/*
 * Read the command line into @c (startup_config_init() done). Changes nothing
 * else than option groups and the current error location, which after a
 * failure is that of the failing option. Stops at the first request for help,
 * left in c->help. @argv must outlive @c.
 */
bool cmdline_parse(StartupConfig *c, int argc, char **argv, Error **errp);

void startup_config_init(StartupConfig *c);
/* Frees what @c holds, and all option groups. */
void startup_config_clear(StartupConfig *c);

/* Adds an item with the current location. Takes over @dict. */
StartupItem *startup_item_add(StartupConfig *c, StartupItemKind kind, const char *text,
                              QDict *dict);

/* The last item of @kind, or NULL. */
StartupItem *startup_item_last(StartupConfig *c, StartupItemKind kind);

/*
 * Calls @func for each item of @kind in order, with its location current.
 * After a failure the location stays; after success it is empty.
 */
typedef bool StartupItemFunc(const StartupItem *item, void *opaque, Error **errp);
bool startup_items_run(StartupConfig *c, StartupItemKind kind, StartupItemFunc *func,
                       void *opaque, Error **errp);

/* The same for the last one only. */
bool startup_item_run_last(StartupConfig *c, StartupItemKind kind, StartupItemFunc *func,
                           void *opaque, Error **errp);

/* Notes a request for help; @arg may be NULL. Parsing ends there. */
void startup_help_request(StartupConfig *c, StartupHelp help, const char *arg);

/* ---- options.c: the table of options ---- */

typedef bool OptionHandler(StartupConfig *c, const char *arg, Error **errp);

/*
 * @args: how its argument is written, NULL if it takes none. @handle: NULL for
 * options that are only known; @refusal then says what this version lacks.
 */
typedef struct OptionDesc {
    const char *name;
    const char *alias;
    const char *args;
    const char *help;
    OptionHandler *handle;
    const char *refusal;
} OptionDesc;

/* The option called @name (no dashes), or NULL with @errp set, suggesting the nearest. */
const OptionDesc *option_find(const char *name, Error **errp);

/* Text of -h. The caller frees it. */
char *options_help_text(void);

/* ---- handlers: opt-*.c, readconfig.c ---- */

OptionHandler opt_help, opt_version;
OptionHandler opt_machine, opt_cpu, opt_smp, opt_memory, opt_accel, opt_enable_kvm, opt_device;
OptionHandler opt_bios, opt_kernel, opt_initrd, opt_append, opt_dtb, opt_boot, opt_data_folder;
OptionHandler opt_mem_path, opt_mem_prealloc, opt_no_acpi;
OptionHandler opt_object, opt_global, opt_set, opt_rtc, opt_seed, opt_fw_cfg;
OptionHandler opt_drive, opt_blockdev, opt_pflash, opt_hda, opt_hdb, opt_hdc, opt_hdd, opt_cdrom;
OptionHandler opt_chardev, opt_serial, opt_parallel, opt_monitor, opt_mon, opt_qmp;
OptionHandler opt_qmp_pretty, opt_echr, opt_qtest, opt_qtest_log;
OptionHandler opt_netdev, opt_nic, opt_net;
OptionHandler opt_display, opt_nographic, opt_vga, opt_audio;
OptionHandler opt_trace, opt_log_items, opt_log_file, opt_log_filter, opt_msg;
OptionHandler opt_stopped, opt_nodefaults, opt_no_user_config, opt_no_reboot, opt_no_shutdown;
OptionHandler opt_incoming;
OptionHandler opt_action, opt_watchdog_action, opt_name, opt_uuid, opt_pidfile, opt_daemonize;
OptionHandler opt_run_with, opt_chroot, opt_runas, opt_async_teardown, opt_sandbox;
OptionHandler opt_only_migratable, opt_add_fd, opt_overcommit, opt_icount, opt_readconfig;
OptionHandler opt_writeconfig;

/* Adds the option groups of the opt-*.c files to the registry (qemu_add_opts). */
void opt_fw_cfg_groups_register(void);
void opt_machine_groups_register(void);
void opt_boot_groups_register(void);
void opt_control_groups_register(void);
void opt_block_groups_register(void);
void opt_process_groups_register(void);

/* ---- help.c: prints what c->help asks for ---- */
bool help_print(const StartupConfig *c, Error **errp);

/* ---- process.c ---- */

/*
 * Give those of the descriptors 0 to 2 that are closed to /dev/null. Else the next file that is
 * opened would get such a number, and, if it is a disk, our messages. Before anything is opened.
 */
void process_standard_files_open(void);
bool process_pidfile_create(StartupProcess *process, const char *path, Error **errp);
/* Only the background process returns; the first one waits for it and ends. */
bool process_daemonize(StartupProcess *process, Error **errp);
/* The machine is up: let the first process end with success. Nothing if not a daemon. */
bool process_daemon_ready(StartupProcess *process, Error **errp);
bool process_privileges_drop(const char *chroot_dir, const char *user, Error **errp);
bool process_memory_lock(Error **errp);
void process_name_set(const char *name);
void process_cleanup(StartupProcess *process);

/* ---- sandbox.c ---- */
bool sandbox_install(const SandboxConfig *config, Error **errp);

/* ---- signals.c ---- */

/*
 * SIGINT, SIGTERM and SIGHUP end the machine gracefully, but a SIGHUP that was ignored when the
 * program began (nohup) stays so; SIGPIPE is ignored.
 */
void signals_install(void);

/* ---- machine-build.c ---- */

/* The machine class called @name, or NULL with @errp suggesting the nearest. */
MachineClass *machine_build_class_find(const char *name, Error **errp);

/*
 * Create the machine that -M names, with its properties, size and globals, but
 * without memory and devices. After a failure machine_build_cleanup() tidies up.
 */
MachineState *machine_build_create(StartupConfig *c, Error **errp);
/* Choose the accelerator. */
bool machine_build_accel(StartupConfig *c, MachineState *machine, Error **errp);
/* The board and its devices, then those of -device. */
bool machine_build_devices(StartupConfig *c, MachineState *machine, Error **errp);
void machine_build_cleanup(void);

/* ---- opt-machine.c ---- */

/*
 * The dictionary that @arg is as JSON or as keys and values, the first of which is @implied_key's.
 * NULL after a failure, and with *@help set where help was asked for without another key.
 */
QDict *startup_dict_parse(const char *arg, const char *implied_key, bool *help, Error **errp);

/* ---- opt-boot.c ---- */

/* @name if that can be read, else the first such file in a folder of -L, else @name. */
char *boot_file_find(StartupConfig *c, const char *name);
/* Tell the board's firmware what -boot wants. */
bool boot_wishes_apply(StartupConfig *c, Error **errp);

/* ---- opt-fw-cfg.c ---- */

/* Give the board's fw_cfg device the items of -fw_cfg. */
bool fw_cfg_items_create(StartupConfig *c, Error **errp);

/* ---- block-build.c ---- */

/* Block nodes and drives, which the machine's properties may name. */
bool block_build_create(StartupConfig *c, MachineClass *mc, Error **errp);
/* Devices for drives of if=virtio; then every drive must have found its place. */
bool block_build_devices(StartupConfig *c, MachineState *machine, Error **errp);
void block_build_cleanup(void);

/* ---- backends.c ---- */

bool backends_create_early(StartupConfig *c, Error **errp);
bool backends_create_late(StartupConfig *c, Error **errp);
/* Objects that need devices, once the machine is ready. */
bool backends_create_after_devices(StartupConfig *c, Error **errp);
/* Serial ports, monitors, the qtest server (*@qtest, NULL if there is none). */
bool backends_create_consoles(StartupConfig *c, MachineState *machine, QTestServer **qtest,
                              Error **errp);

/* ---- network.c ---- */

/* The backends of -netdev and -nic, and the default one; then, once there is a board, cards. */
bool network_create_backends(StartupConfig *c, MachineState *machine, Error **errp);
bool network_create_cards(MachineState *machine, Error **errp);
/* After the machine is gone. */
void network_cleanup(StartupConfig *c);

/* ---- startup.c ---- */

/* The whole program; returns its exit status. */
int startup_run(int argc, char **argv);

#endif
