/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gantry-host: which devices of the host can be assigned to a guest, and what is missing.
 * docs/gantry-host.md is its manual.
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

static gboolean opt_json, opt_version;
static char *opt_sysroot;

static const GOptionEntry options[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print JSON", NULL },
    { "sysroot", 0, 0, G_OPTION_ARG_FILENAME, &opt_sysroot,
      "Look at the host whose /sys and /dev are below DIR", "DIR" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &opt_version, "Print the version", NULL },
    { NULL },
};

static const char description[] =
    "Commands:\n"
    "  list          Print all devices that firmware describes\n"
    "  show DEV      Print what the host says of DEV, what is missing and how to mend it\n"
    "\n"
    "DEV is a name as in /sys/bus/platform/devices (or amba, or pci), or a path of sysfs.\n"
    "\n"
    "Exit status: 0 done; 1 failed; 2 wrong usage; 3 (show) DEV is not ready to be assigned.";

static void json_print(JSONWriter *json)
{
    GString *text = json_writer_get_and_free(json);

    printf("%s\n", text->str);
    g_string_free(text, TRUE);
}

static int command_list(VFIOHost *host)
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

static int usage(const char *what, const char *word)
{
    error_report("%s%s%s (--help tells more)", what, *word ? " " : "", word);
    return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
    bool is_list = argc > 1 && strcmp(argv[1], "list") == 0;
    bool is_show = argc > 1 && strcmp(argv[1], "show") == 0;
    g_autoptr(VFIOHost) host = NULL;
    Error *err = NULL;

    if (argc < 2) {
        return usage("a command is missing", "");
    }
    if (!is_list && !is_show) {
        return usage("unknown command", argv[1]);
    }
    if (argc < 3 && is_show) {
        return usage("a device is missing after", argv[1]);
    }
    if (argc > (is_list ? 2 : 3)) {
        return usage("unexpected", argv[is_list ? 2 : 3]);
    }
    host = vfio_host_new(opt_sysroot, &err);
    if (!host) {
        error_report_err(err);
        return EXIT_FAILED;
    }
    return is_list ? command_list(host) : command_show(host, argv[2]);
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
