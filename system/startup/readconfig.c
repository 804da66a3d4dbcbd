/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -readconfig: each section [group "id"] of the file is put together as the
 * argument of the option it stands for and given to that option's handler, so
 * that a file means exactly what the same words on the command line mean.
 */
#include "qemu/osdep.h"
#include "qemu/config-file.h"
#include "qemu/suggest.h"
#include "startup-internal.h"

typedef struct ConfigReader {
    StartupConfig *config;
    Location loc;               /* of the newest section */
} ConfigReader;

typedef struct ConfigGroup {
    const char *name;
    const char *option;         /* NULL: the same word */
} ConfigGroup;

static const ConfigGroup config_groups[] = {
    { "accel" },
    { "action" },
    { "add-fd" },
    { "boot-opts", "boot" },
    { "chardev" },
    { "device" },
    { "drive" },
    { "fw_cfg" },
    { "global" },
    { "machine" },
    { "memory", "m" },
    { "mon" },
    { "msg" },
    { "name" },
    { "netdev" },
    { "nic" },
    { "object" },
    { "overcommit" },
    { "rtc" },
    { "run-with" },
    { "sandbox" },
    { "smp-opts", "smp" },
    { "trace" },
};

static const ConfigGroup *config_group_find(const char *name, Error **errp)
{
    Suggest suggest;

    suggest_init(&suggest, name);
    for (size_t i = 0; i < G_N_ELEMENTS(config_groups); i++) {
        if (strcmp(config_groups[i].name, name) == 0) {
            return &config_groups[i];
        }
        suggest_offer(&suggest, config_groups[i].name);
    }
    suggest_error_setg(&suggest, errp, "There is no option group '%s'", name);
    return NULL;
}

static void argument_append(GString *arg, const char *key, const char *value)
{
    g_string_append_printf(arg, "%s%s=", arg->len ? "," : "", key);
    for (; *value; value++) {
        if (*value == ',') {
            g_string_append_c(arg, ',');
        }
        g_string_append_c(arg, *value);
    }
}

static bool config_section(const char *group, const char *id, const QemuConfigPair *pairs,
                           size_t pair_count, void *opaque, Error **errp)
{
    ConfigReader *reader = opaque;
    const ConfigGroup *known = config_group_find(group, errp);
    g_autoptr(GString) arg = g_string_new(NULL);
    const OptionDesc *option;

    /* A message is printed after the file has been left: it shall name this place. */
    loc_save(&reader->loc);
    if (!known) {
        return false;
    }
    option = option_find(known->option ? known->option : known->name, errp);
    if (!option) {
        return false;
    }
    if (id) {
        argument_append(arg, "id", id);
    }
    for (size_t i = 0; i < pair_count; i++) {
        argument_append(arg, pairs[i].key, pairs[i].value);
    }
    return option->handle(reader->config, arg->str, errp);
}

bool opt_readconfig(StartupConfig *c, const char *arg, Error **errp)
{
    ConfigReader reader = { .config = c };

    loc_save(&reader.loc);
    if (!qemu_read_config_file(arg, config_section, &reader, errp)) {
        loc_restore(&reader.loc);
        return false;
    }
    return true;
}

bool opt_writeconfig(StartupConfig *c, const char *arg, Error **errp)
{
    error_setg(errp, "writing configuration files is not supported");
    return false;
}
