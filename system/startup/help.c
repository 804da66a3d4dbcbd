/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what the user asked to know instead of running a machine. The texts
 * come from whoever owns what they describe.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "monitor/qdev.h"
#include "qemu/accel.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/suggest.h"
#include "qom/introspect.h"
#include "qom/object_interfaces.h"
#include "trace/control.h"
#include "startup-internal.h"

static char *help_version(void)
{
    return g_strdup_printf("Gantry emulator version %s (%s)\n", CONFIG_VERSION,
                           error_get_progname());
}

static char *help_machine(const char *name, Error **errp)
{
    MachineClass *mc;

    if (!name || has_help_option(name)) {
        return machine_list_text();
    }
    mc = machine_build_class_find(name, errp);
    return mc ? machine_help_text(mc) : NULL;
}

static char *help_cpu(void)
{
    GString *text = g_string_new("Available CPU models:\n");
    GSList *classes = object_class_get_list_sorted(TYPE_CPU, false);

    for (GSList *l = classes; l; l = l->next) {
        g_autofree char *name = cpu_class_model_name(l->data);
        const char *desc = DEVICE_CLASS(l->data)->desc;

        g_string_append_printf(text, "  %-16s %s\n", name, desc ? desc : "");
    }
    if (!classes) {
        g_string_append(text, "  (this version has none)\n");
    }
    g_slist_free(classes);
    return g_string_free(text, FALSE);
}

static char *help_object(const char *type, Error **errp)
{
    char *text = user_creatable_help_text(type);

    if (!text && qom_class_find(type, TYPE_USER_CREATABLE, errp)) {
        error_setg(errp, "there is no help on object type '%s'", type);
    }
    return text;
}

static char *help_text(const StartupConfig *c, Error **errp)
{
    /* Some texts are those of an instance, and making memory regions needs the lock. */
    BQL_LOCK_GUARD();

    switch (c->help) {
    case HELP_OPTIONS:
        return options_help_text();
    case HELP_VERSION:
        return help_version();
    case HELP_ACCEL:
        return accel_help_text();
    case HELP_CHARDEV:
        return c->help_arg ? qemu_chr_type_help_text(c->help_arg, errp) : qemu_chr_help_text();
    case HELP_CPU:
        return help_cpu();
    case HELP_DEVICE:
        return qdev_device_help_text(c->help_arg, errp);
    case HELP_MACHINE:
        return help_machine(c->help_arg, errp);
    case HELP_OBJECT:
        return help_object(c->help_arg, errp);
    case HELP_TRACE:
        return trace_help_text();
    default:
        return g_strdup(c->help_arg);
    }
}

bool help_print(const StartupConfig *c, Error **errp)
{
    g_autofree char *text = NULL;

    if (c->help == HELP_LOG) {
        qemu_print_log_usage(stdout);
    } else {
        text = help_text(c, errp);
        if (!text) {
            return false;
        }
        fputs(text, stdout);
    }
    /* Whoever asked must not take half an answer for the whole. */
    if (fflush(stdout) || ferror(stdout)) {
        error_setg_errno(errp, errno, "cannot write to standard output");
        return false;
    }
    return true;
}
