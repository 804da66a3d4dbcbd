/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gantry-host: which devices of the host can be assigned to a guest, what is missing, and the
 * steps that give a device to its vfio driver and back. docs/gantry-host.md is its manual.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "config-host.h"
#include "host-print.h"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_READY = 3, /* show: something is to be done first */
};

static gboolean opt_json, opt_dry_run, opt_version;
static char *opt_sysroot;

static const GOptionEntry options[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print JSON", NULL },
    { "sysroot", 0, 0, G_OPTION_ARG_FILENAME, &opt_sysroot,
      "Look at the host whose /sys and /dev are below DIR", "DIR" },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &opt_dry_run,
      "bind, unbind: only say what would be done", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &opt_version, "Print the version", NULL },
    { NULL },
};

static const char description[] =
    "Commands:\n"
    "  list          Print all devices that firmware describes\n"
    "  show DEV      Print what the host says of DEV, what is missing and how to mend it\n"
    "  bind DEV      Give DEV to its vfio driver; says what it does\n"
    "  unbind DEV    Give DEV back to the driver that the host has for it\n"
    "  carve-outs    Print the memory that a guest without an IOMMU can have at its address\n"
    "\n"
    "DEV is a name as in /sys/bus/platform/devices (or amba, or pci), or a path of sysfs.\n"
    "\n"
    "Exit status: 0 done; 1 failed; 2 wrong usage; 3 (show) DEV is not ready to be assigned.";

/* ---- list, show -------------------------------------------------------- */

static void json_print(JSONWriter *json)
{
    GString *text = json_writer_get_and_free(json);

    printf("%s\n", text->str);
    g_string_free(text, TRUE);
}

static int command_list(VFIOHost *host, const char *unused)
{
    g_autoptr(GPtrArray) devices = vfio_host_list(host);
    JSONWriter *json;

    if (!opt_json) {
        host_print_list(devices);
        return EXIT_DONE;
    }
    json = json_writer_new(true);
    json_writer_start_object(json, NULL);
    json_writer_start_array(json, "devices");
    for (guint i = 0; i < devices->len; i++) {
        host_json_device(json, NULL, g_ptr_array_index(devices, i));
    }
    json_writer_end_array(json);
    json_writer_end_object(json);
    json_print(json);
    return EXIT_DONE;
}

static int command_show(VFIOHost *host, const char *name)
{
    Error *err = NULL;
    g_autoptr(VFIOHostDevice) dev = vfio_host_device(host, name, &err);
    JSONWriter *json;

    if (!dev) {
        error_report_err(err);
        return EXIT_FAILED;
    }
    if (opt_json) {
        json = json_writer_new(true);
        host_json_device(json, NULL, dev);
        json_print(json);
    } else {
        host_print_device(dev);
    }
    return vfio_host_verdict(dev) >= VFIO_HOST_STEP ? EXIT_NOT_READY : EXIT_DONE;
}

static int command_carve_outs(VFIOHost *host, const char *unused)
{
    g_autoptr(GPtrArray) list = vfio_host_carve_outs(host);
    JSONWriter *json;

    if (opt_json) {
        json = json_writer_new(true);
        json_writer_start_object(json, NULL);
        host_json_carve_outs(json, list);
        json_writer_end_object(json);
        json_print(json);
    } else {
        host_print_carve_outs(list);
    }
    return EXIT_DONE;
}

/* ---- bind, unbind -------------------------------------------------------- */

static void plan_print(const GPtrArray *plan)
{
    for (guint i = 0; i < plan->len; i++) {
        const VFIOHostWrite *step = g_ptr_array_index(plan, i);
        g_autofree char *line = host_write_line(step);

        host_put(line);
        putchar('\n');
    }
    if (opt_dry_run) {
        printf("# dry run: nothing was written\n");
    }
    /* What is being done is seen even if it takes long. */
    fflush(stdout);
}

static void plan_json(JSONWriter *json, const GPtrArray *plan)
{
    json_writer_start_array(json, "writes");
    for (guint i = 0; i < plan->len; i++) {
        const VFIOHostWrite *step = g_ptr_array_index(plan, i);

        json_writer_start_object(json, NULL);
        json_writer_str(json, "path", step->path);
        json_writer_str(json, "text", step->text);
        json_writer_end_object(json);
    }
    json_writer_end_array(json);
    json_writer_bool(json, "dry-run", opt_dry_run);
}

/* The device as it is now, after what was done. */
static void change_report(const GPtrArray *plan, const VFIOHostDevice *dev)
{
    JSONWriter *json;

    if (opt_json) {
        json = json_writer_new(true);
        json_writer_start_object(json, NULL);
        plan_json(json, plan);
        host_json_device(json, "device", dev);
        json_writer_end_object(json);
        json_print(json);
    } else {
        host_print_outcome(dev);
    }
}

static bool change(VFIOHost *host, const char *name, bool bind, Error **errp)
{
    g_autoptr(VFIOHostDevice) dev = vfio_host_device(host, name, errp);
    g_autoptr(VFIOHostDevice) after = NULL;
    g_autoptr(GPtrArray) plan = NULL;

    if (!dev) {
        return false;
    }
    plan = bind ? vfio_host_bind_plan(dev, errp) : vfio_host_unbind_plan(dev, errp);
    if (!plan) {
        return false;
    }
    if (!opt_json) {
        plan_print(plan);
    }
    if (!opt_dry_run && !vfio_host_apply(host, dev, plan, bind, errp)) {
        return false;
    }
    after = vfio_host_device(host, name, errp);
    if (!after) {
        return false;
    }
    change_report(plan, after);
    return true;
}

static int command_change(VFIOHost *host, const char *name, bool bind)
{
    Error *err = NULL;

    if (!change(host, name, bind, &err)) {
        error_report_err(err);
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

static int command_bind(VFIOHost *host, const char *name)
{
    return command_change(host, name, true);
}

static int command_unbind(VFIOHost *host, const char *name)
{
    return command_change(host, name, false);
}

/* ---- command line -------------------------------------------------------- */

static const struct {
    const char *name;
    bool takes_device;
    int (*run)(VFIOHost *host, const char *device);
} commands[] = {
    { "list", false, command_list },
    { "show", true, command_show },
    { "bind", true, command_bind },
    { "unbind", true, command_unbind },
    { "carve-outs", false, command_carve_outs },
};

static int usage(const char *what, const char *word)
{
    error_report("%s%s%s (--help tells more)", what, *word ? " " : "", word);
    return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
    g_autoptr(VFIOHost) host = NULL;
    Error *err = NULL;
    size_t k = 0;
    int words;

    if (argc < 2) {
        return usage("a command is missing", "");
    }
    while (k < G_N_ELEMENTS(commands) && strcmp(argv[1], commands[k].name) != 0) {
        k++;
    }
    if (k == G_N_ELEMENTS(commands)) {
        return usage("unknown command", argv[1]);
    }
    words = commands[k].takes_device ? 3 : 2;
    if (argc < words) {
        return usage("a device is missing after", argv[1]);
    }
    if (argc > words) {
        return usage("unexpected", argv[words]);
    }
    host = vfio_host_new(opt_sysroot, &err);
    if (!host) {
        error_report_err(err);
        return EXIT_FAILED;
    }
    return commands[k].run(host, commands[k].takes_device ? argv[2] : NULL);
}

int main(int argc, char **argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new("COMMAND [DEV]");
    g_autoptr(GError) error = NULL;
    int status;

    error_init(argv[0]);
    g_option_context_set_summary(context, "Devices of the host for Gantry's guests.");
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        return usage(error->message, "");
    }
    if (opt_version) {
        printf("gantry-host %s\n", CONFIG_VERSION);
        status = EXIT_DONE;
    } else {
        status = run(argc, argv);
    }
    g_free(opt_sysroot);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        error_report("cannot write the output: %s", strerror(errno));
        return EXIT_FAILED;
    }
    return status;
}
