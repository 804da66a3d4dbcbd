/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of command line options: names, arguments, help texts and
 * handlers. Options that users of similar emulators know but whose feature
 * this version does not have are listed too: they get an answer that says so.
 * An entry without a name starts a new group of the help text.
 */
#include "qemu/osdep.h"
#include "qemu/suggest.h"
#include "startup-internal.h"

#define GROUP(title) { .help = title }

/* An option of this version, with its argument or NULL. */
#define OPTION(name_, args_, handle_, help_) \
    { .name = (name_), .args = (args_), .help = (help_), .handle = (handle_) }

/* The same with a second name. */
#define OPTION2(name_, alias_, args_, handle_, help_) \
    { .name = (name_), .alias = (alias_), .args = (args_), .help = (help_), .handle = (handle_) }

/* Not in this version, which has no @lack. Not in the help text either. */
#define KNOWN(name_, args_, lack) { .name = (name_), .args = (args_), .refusal = (lack) }

#define LACK_ACPI "ACPI: guests get a device tree"
#define LACK_FLOPPY "floppy disks; use -drive"
#define LACK_GDB "GDB server; the monitor shows registers and memory"
#define LACK_PROFILE "host code that a profiler could name"
#define LACK_SEMIHOSTING "semihosting"
#define LACK_SINGLE "such option; use -accel tcg,one-insn-per-tb=on"
#define LACK_DISPLAY "display"
#define LACK_SOUND "sound"
#define LACK_USB "USB"

static const OptionDesc option_table[] = {
    GROUP("General"),
    OPTION2("h", "help", NULL, opt_help, "show this text"),
    OPTION("version", NULL, opt_version, "show the version"),
    OPTION("name", "[guest=]NAME[,process=NAME][,debug-threads=on|off]", opt_name,
           "name the guest, the process, its threads"),
    OPTION("uuid", "UUID", opt_uuid, "the machine's UUID"),
    OPTION("readconfig", "FILE", opt_readconfig, "read options from a file"),
    OPTION("writeconfig", "FILE", opt_writeconfig, "(refused)"),
    OPTION("no-user-config", NULL, opt_no_user_config, "accepted: no file is read by itself"),
    OPTION("nodefaults", NULL, opt_nodefaults, "create no device that was not asked for"),

    GROUP("Machine"),
    OPTION2("machine", "M", "[type=]NAME[,PROPERTY=VALUE...]", opt_machine,
            "the machine; -M help lists them, -M NAME,help their properties"),
    OPTION("accel", "[accel=]NAME[,PROPERTY=VALUE...]", opt_accel,
           "how CPUs run; repeat it to try several in turn; -accel help lists them"),
    OPTION("enable-kvm", NULL, opt_enable_kvm, "the same as -accel kvm"),
    OPTION("cpu", "MODEL[,FEATURE=on|off...]", opt_cpu, "the CPU model; -cpu help lists them"),
    OPTION("smp",
           "[cpus=]N[,maxcpus=N][,sockets=N][,dies=N][,clusters=N][,cores=N][,threads=N]",
           opt_smp, "number and topology of CPUs"),
    OPTION("m", "[size=]MIB[,slots=N,maxmem=SIZE]", opt_memory,
           "size of memory; units K, M, G, T may follow"),
    OPTION("mem-path", "PATH", opt_mem_path,
           "memory is a file, or a new one in this folder, such as /dev/hugepages"),
    OPTION("mem-prealloc", NULL, opt_mem_prealloc, "have all memory from the start"),
    OPTION("rtc", "[base=utc|localtime|DATE][,clock=host|rt|vm][,driftfix=none|slew]", opt_rtc,
           "the guest's date and which clock moves it"),
    OPTION("device", "TYPE[,id=ID][,bus=BUS][,PROPERTY=VALUE...] or JSON", opt_device,
           "add a device; -device help lists types, -device TYPE,help properties"),
    OPTION("object", "TYPE,id=ID[,PROPERTY=VALUE...] or JSON", opt_object,
           "create an object; -object help lists types, -object TYPE,help properties"),
    OPTION("global", "TYPE.PROPERTY=VALUE", opt_global, "change a device type's default"),
    OPTION("set", "GROUP.ID.KEY=VALUE", opt_set, "change an option given before"),
    OPTION("fw_cfg", "[name=]NAME,file=FILE|string=TEXT|gen_id=ID", opt_fw_cfg,
           "add an item for firmware and guest; NAME should begin with opt/"),
    OPTION("seed", "NUMBER", opt_seed, "make the guest's random numbers repeatable"),

    GROUP("What the machine boots"),
    OPTION("bios", "FILE", opt_bios, "firmware that CPUs start, instead of a kernel"),
    OPTION("L", "FOLDER", opt_data_folder, "where -bios looks for its file, too"),
    OPTION("kernel", "FILE", opt_kernel, "kernel: Image, gzip, ELF or raw binary"),
    OPTION("initrd", "FILE", opt_initrd, "the kernel's initial RAM disk"),
    OPTION("append", "TEXT", opt_append, "the kernel's command line"),
    OPTION("dtb", "FILE", opt_dtb, "device tree to use instead of the machine's"),
    OPTION("boot", "[order=]DRIVES[,once=DRIVES][,menu=on|off][,reboot-timeout=MS][,strict=on|off]",
           opt_boot, "wishes that firmware may follow"),
    OPTION("no-acpi", NULL, opt_no_acpi, "accepted: the guest gets a device tree only"),

    GROUP("Start and end of the guest"),
    OPTION("S", NULL, opt_stopped, "wait for the monitor command 'cont' before CPUs run"),
    OPTION("incoming", "defer|file:PATH[,offset=BYTES]|fd:NUMBER|exec:COMMAND", opt_incoming,
           "start from a saved state; defer: which the monitor names"),
    OPTION("no-reboot", NULL, opt_no_reboot, "end when the guest reboots"),
    OPTION("no-shutdown", NULL, opt_no_shutdown, "stop but stay when the guest shuts down"),
    OPTION("action", "EVENT=ACTION[,...]", opt_action,
           "what follows on reboot, shutdown, panic and watchdog"),
    OPTION("watchdog-action", "ACTION", opt_watchdog_action, "the same as -action watchdog="),
    OPTION("only-migratable", NULL, opt_only_migratable,
           "refuse devices whose state cannot be saved"),

    GROUP("Character devices and monitors"),
    OPTION("chardev", "TYPE,id=ID[,KEY=VALUE...]", opt_chardev,
           "create a character device; -chardev help lists types"),
    OPTION("serial", "DEVICE", opt_serial, "the next serial port: stdio, unix:PATH, none..."),
    OPTION("parallel", "none", opt_parallel, "accepted: there are no parallel ports"),
    OPTION("monitor", "DEVICE", opt_monitor, "a monitor for people"),
    OPTION("qmp", "DEVICE", opt_qmp, "a monitor for programs (QMP)"),
    OPTION("qmp-pretty", "DEVICE", opt_qmp_pretty, "the same with indented text"),
    OPTION("mon", "[chardev=]ID[,mode=readline|control][,pretty=on|off]", opt_mon,
           "a monitor on a character device"),
    OPTION("echr", "CODE", opt_echr, "the escape character of multiplexed devices"),
    OPTION("add-fd", "fd=NUMBER,set=NUMBER[,opaque=TEXT]", opt_add_fd,
           "put an inherited file descriptor into a set"),

    GROUP("Disks"),
    OPTION("drive", "[file=FILE][,if=none|virtio|pflash][,format=raw][,id=ID][,KEY=VALUE...]",
           opt_drive, "a disk, and the device for it unless if=none; -drive help lists the keys"),
    OPTION("blockdev", "[driver=]DRIVER,node-name=NAME[,KEY=VALUE...] or JSON", opt_blockdev,
           "a block node, for -device TYPE,drive=NAME"),
    OPTION("hda", "FILE", opt_hda, "the same as -drive file=FILE,index=0; also -hdb to -hdd"),
    { .name = "hdb", .args = "FILE", .handle = opt_hdb },
    { .name = "hdc", .args = "FILE", .handle = opt_hdc },
    { .name = "hdd", .args = "FILE", .handle = opt_hdd },
    OPTION("cdrom", "FILE", opt_cdrom, "the same, read-only, with index=2"),
    OPTION("pflash", "FILE", opt_pflash, "a flash bank's content, the same as -drive if=pflash"),

    GROUP("Network"),
    OPTION("netdev", "TYPE,id=ID[,KEY=VALUE...] or JSON", opt_netdev,
           "a network for a -device; -netdev help lists types"),
    OPTION("nic", "TYPE[,model=CARD][,mac=ADDRESS][,KEY=VALUE...] or none", opt_nic,
           "a network with a card; -nic help lists both"),
    OPTION("net", "none", opt_net, "no default network card"),

    GROUP("Display and sound"),
    OPTION("display", "none", opt_display, "accepted: there are no displays"),
    OPTION("nographic", NULL, opt_nographic, "serial port and monitor share the terminal"),
    OPTION("vga", "none", opt_vga, "accepted: there are no graphics cards"),
    OPTION("audio", "none", opt_audio, "accepted: there is no sound"),
    OPTION("audiodev", "none", opt_audio, "accepted: there is no sound"),

    GROUP("Looking inside"),
    OPTION("trace", "[enable=]PATTERN[,events=FILE][,file=FILE]", opt_trace,
           "switch trace events on; -trace help lists them"),
    OPTION("d", "ITEM[,ITEM...]", opt_log_items, "what to log; -d help lists the items"),
    OPTION("D", "FILE", opt_log_file, "where to log"),
    OPTION("dfilter", "RANGE[,RANGE...]", opt_log_filter, "log only for these addresses"),
    OPTION("msg", "[timestamp=on|off][,guest-name=on|off]", opt_msg, "form of error messages"),
    OPTION("qtest", "DEVICE", opt_qtest, "let a test program drive the machine"),
    OPTION("qtest-log", "FILE|none", opt_qtest_log, "log of that dialogue (default: stderr)"),

    GROUP("Process"),
    OPTION("daemonize", NULL, opt_daemonize, "go to the background once the machine is up"),
    OPTION("pidfile", "FILE", opt_pidfile, "write the process id to a locked file"),
    OPTION("run-with", "[chroot=FOLDER][,user=NAME|UID:GID]", opt_run_with,
           "root folder and user of the process"),
    OPTION("chroot", "FOLDER", opt_chroot, "the same as -run-with chroot="),
    OPTION("runas", "USER", opt_runas, "the same as -run-with user="),
    OPTION("sandbox",
           "on|off[,obsolete=allow|deny][,elevateprivileges=allow|deny|children]"
           "[,spawn=allow|deny][,resourcecontrol=allow|deny]",
           opt_sandbox, "forbid system calls that are not needed"),
    OPTION("icount", "shift=N[,sleep=on|off]", opt_icount,
           "count instructions: 2^N ns of the virtual clock for each"),
    OPTION("overcommit", "[mem-lock=on|off]", opt_overcommit, "keep memory from being paged"),

    { .name = "async-teardown", .handle = opt_async_teardown },
    KNOWN("option-rom", "FILE", "option ROMs"),
    KNOWN("smbios", "TABLE", "SMBIOS tables"),
    KNOWN("acpitable", "TABLE", LACK_ACPI),
    KNOWN("semihosting", NULL, LACK_SEMIHOSTING),
    KNOWN("semihosting-config", "CONFIG", LACK_SEMIHOSTING),
    KNOWN("gdb", "DEVICE", LACK_GDB),
    KNOWN("s", NULL, LACK_GDB),
    KNOWN("singlestep", NULL, LACK_SINGLE),
    KNOWN("one-insn-per-tb", NULL, LACK_SINGLE),
    KNOWN("plugin", "FILE", "plugins"),
    KNOWN("perfmap", NULL, LACK_PROFILE),
    KNOWN("jitdump", NULL, LACK_PROFILE),
    KNOWN("numa", "CONFIG", "NUMA nodes"),
    KNOWN("fda", "FILE", LACK_FLOPPY),
    KNOWN("fdb", "FILE", LACK_FLOPPY),
    KNOWN("sd", "FILE", "SD cards; use -drive"),
    KNOWN("mtdblock", "FILE", "flash of that kind; use -pflash"),
    KNOWN("snapshot", NULL, "temporary disks; use a copy, or -drive with readonly=on"),
    KNOWN("loadvm", "NAME", "snapshots in disks; use -incoming with a saved state"),
    KNOWN("fsdev", "CONFIG", "file sharing"),
    KNOWN("virtfs", "CONFIG", "file sharing"),
    KNOWN("iscsi", "CONFIG", "network storage"),
    KNOWN("vnc", "DISPLAY", LACK_DISPLAY),
    KNOWN("spice", "CONFIG", LACK_DISPLAY),
    KNOWN("full-screen", NULL, LACK_DISPLAY),
    KNOWN("k", "LANGUAGE", LACK_DISPLAY),
    KNOWN("audio-help", NULL, LACK_SOUND),
    KNOWN("usb", NULL, LACK_USB),
    KNOWN("usbdevice", "NAME", LACK_USB),
    KNOWN("tpmdev", "CONFIG", "TPM"),
    KNOWN("debugcon", "DEVICE", "debug console"),
    KNOWN("preconfig", NULL, "preconfiguration state; set everything on the command line"),
    KNOWN("compat", "POLICY", "deprecated interfaces"),
    KNOWN("dump-vmstate", "FILE", "description of saved states"),
    KNOWN("enable-sync-profile", NULL, "profile of locks"),
};

const OptionDesc *option_find(const char *name, Error **errp)
{
    Suggest suggest;

    suggest_init(&suggest, name);
    for (size_t i = 0; i < G_N_ELEMENTS(option_table); i++) {
        const OptionDesc *option = &option_table[i];

        if (option->name &&
            (strcmp(name, option->name) == 0 || g_strcmp0(name, option->alias) == 0)) {
            return option;
        }
        suggest_offer(&suggest, option->name);
        suggest_offer(&suggest, option->alias);
    }
    suggest_error_setg(&suggest, errp, "unknown option '%s'", name);
    return NULL;
}

char *options_help_text(void)
{
    GString *text = g_string_new("usage: ");

    g_string_append_printf(text, "%s [OPTION...]\n"
                           "Options start with one or two dashes. A comma in a value is "
                           "written twice.\n", error_get_progname());
    for (size_t i = 0; i < G_N_ELEMENTS(option_table); i++) {
        const OptionDesc *option = &option_table[i];

        if (!option->help) {
            continue;
        }
        if (!option->name) {
            g_string_append_printf(text, "\n%s:\n", option->help);
            continue;
        }
        g_string_append_printf(text, "  -%s", option->name);
        if (option->alias) {
            g_string_append_printf(text, ", -%s", option->alias);
        }
        g_string_append_printf(text, "%s%s\n        %s\n", option->args ? " " : "",
                               option->args ? option->args : "", option->help);
    }
    return g_string_free(text, FALSE);
}
