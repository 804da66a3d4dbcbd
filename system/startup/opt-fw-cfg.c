/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -fw_cfg: items that the user hands to the guest's firmware.
 */
#include "qemu/osdep.h"
#include "hw/nvram/fw_cfg.h"
#include "qemu/config-file.h"
#include "startup-internal.h"

static QemuOptsList fw_cfg_opts = {
    .name = "fw_cfg",
    .implied_opt_name = "name",
    .head = QTAILQ_HEAD_INITIALIZER(fw_cfg_opts.head),
    .desc = {
        { .name = "name", .type = QEMU_OPT_STRING, .help = "the item's name, opt/..." },
        { .name = "file", .type = QEMU_OPT_STRING, .help = "file with the contents" },
        { .name = "string", .type = QEMU_OPT_STRING, .help = "the contents, without final NUL" },
        { .name = "gen_id", .type = QEMU_OPT_STRING, .help = "object that makes the contents" },
        { }
    },
};

void opt_fw_cfg_groups_register(void)
{
    qemu_add_opts(&fw_cfg_opts);
}

bool opt_fw_cfg(StartupConfig *c, const char *arg, Error **errp)
{
    static const char *const sources[] = { "file", "string", "gen_id" };
    QemuOpts *opts;
    const char *name;
    int source_count = 0;

    if (has_help_option(arg)) {
        g_autofree char *text = qemu_opts_help_text(&fw_cfg_opts, false);

        startup_help_request(c, HELP_TEXT, text);
        return true;
    }
    opts = qemu_opts_parse(&fw_cfg_opts, arg, true, errp);
    if (!opts) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
        source_count += qemu_opt_get(opts, sources[i]) != NULL;
    }
    name = qemu_opt_get(opts, "name");
    if (!name || !*name || source_count != 1) {
        error_setg(errp, "an item needs name= and one of file=, string= and gen_id=");
        return false;
    }
    if (!g_str_has_prefix(name, "opt/")) {
        warn_report("names of fw_cfg items that users add should begin with \"opt/\"");
    }
    startup_item_add(c, ITEM_FW_CFG, arg, NULL)->opts = opts;
    return true;
}

static bool fw_cfg_add_text_file(FWCfgState *s, const char *name, const char *path, Error **errp)
{
    g_autoptr(GError) err = NULL;
    char *data;
    gsize size;

    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        error_setg(errp, "can't load '%s': it does not exist or is not a file", path);
        return false;
    }
    if (!g_file_get_contents(path, &data, &size, &err)) {
        error_setg(errp, "can't load '%s': %s", path, err->message);
        return false;
    }
    if (size > UINT32_MAX) {
        g_free(data);
        error_setg(errp, "can't load '%s': it has %zu bytes, an item at most 4 GiB", path, size);
        return false;
    }
    fw_cfg_take_file(s, name, data, size);
    return true;
}

static bool fw_cfg_item_create(const StartupItem *item, void *opaque, Error **errp)
{
    FWCfgState *s = fw_cfg_find();
    const char *name = qemu_opt_get(item->opts, "name");
    const char *text = qemu_opt_get(item->opts, "string");
    const char *path = qemu_opt_get(item->opts, "file");

    if (!s) {
        error_setg(errp, "this machine has no fw_cfg device");
        return false;
    }
    if (!fw_cfg_check_file(s, name, errp)) {
        return false;
    }
    if (path) {
        return fw_cfg_add_text_file(s, name, path, errp);
    }
    if (text) {
        fw_cfg_take_file(s, name, g_strdup(text), strlen(text));
        return true;
    }
    return fw_cfg_add_from_generator(s, name, qemu_opt_get(item->opts, "gen_id"), errp);
}

bool fw_cfg_items_create(StartupConfig *c, Error **errp)
{
    return startup_items_run(c, ITEM_FW_CFG, fw_cfg_item_create, NULL, errp);
}
