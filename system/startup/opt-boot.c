/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options about what the machine boots and how: kernel, firmware and where it
 * is looked for, the wishes of -boot, which firmware reads from fw_cfg.
 */
#include "qemu/osdep.h"
#include "hw/nvram/fw_cfg.h"
#include "qemu/bswap.h"
#include "qemu/config-file.h"
#include "startup-internal.h"

/* Firmware finds here how many ms to wait before it boots again after a failure. */
#define BOOT_FAIL_WAIT_FILE "etc/boot-fail-wait"
#define BOOT_FAIL_WAIT_MS_MAX 0xffff

static QemuOptsList boot_opts = {
    .name = "boot-opts",
    .implied_opt_name = "order",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(boot_opts.head),
    .desc = {
        { .name = "order", .type = QEMU_OPT_STRING, .help = "drive letters; firmware decides" },
        { .name = "once", .type = QEMU_OPT_STRING, .help = "the same for the first boot" },
        { .name = "menu", .type = QEMU_OPT_BOOL, .help = "have firmware show its menu" },
        { .name = "reboot-timeout", .type = QEMU_OPT_STRING,
          .help = "ms until firmware tries again, -1: never" },
        { .name = "strict", .type = QEMU_OPT_BOOL, .help = "boot from nothing else" },
        { }
    },
};

void opt_boot_groups_register(void)
{
    qemu_add_opts(&boot_opts);
}

/* ---- -boot ---- */

/* Letters of drives, each at most once. */
static bool boot_order_check(const char *key, const char *order, Error **errp)
{
    uint32_t seen = 0;

    for (const char *p = order ? order : ""; *p; p++) {
        if (*p < 'a' || *p > 'p') {
            error_setg(errp, "%s=%s: invalid boot device '%c'; drives are 'a' to 'p'", key, order,
                       *p);
            return false;
        }
        if (seen & (1u << (*p - 'a'))) {
            error_setg(errp, "%s=%s: boot device '%c' was given twice", key, order, *p);
            return false;
        }
        seen |= 1u << (*p - 'a');
    }
    return true;
}

static bool reboot_timeout_parse(const char *text, int32_t *timeout_ms, Error **errp)
{
    gint64 value;

    if (!g_ascii_string_to_signed(text, 10, -1, BOOT_FAIL_WAIT_MS_MAX, &value, NULL)) {
        error_setg(errp, "reboot-timeout=%s: use a number from -1 (never) to %d ms", text,
                   BOOT_FAIL_WAIT_MS_MAX);
        return false;
    }
    *timeout_ms = value;
    return true;
}

bool opt_boot(StartupConfig *c, const char *arg, Error **errp)
{
    const char *timeout;
    int32_t timeout_ms;
    QemuOpts *opts;

    if (has_help_option(arg)) {
        g_autofree char *text = qemu_opts_help_text(&boot_opts, false);

        startup_help_request(c, HELP_TEXT, text);
        return true;
    }
    opts = qemu_opts_parse(&boot_opts, arg, true, errp);
    if (!opts || !boot_order_check("order", qemu_opt_get(opts, "order"), errp) ||
        !boot_order_check("once", qemu_opt_get(opts, "once"), errp)) {
        return false;
    }
    timeout = qemu_opt_get(opts, "reboot-timeout");
    if (timeout && !reboot_timeout_parse(timeout, &timeout_ms, errp)) {
        return false;
    }
    startup_item_add(c, ITEM_BOOT_WISH, arg, NULL)->opts = opts;
    return true;
}

static bool boot_wish_apply(const StartupItem *item, void *opaque, Error **errp)
{
    const char *timeout = qemu_opt_get(item->opts, "reboot-timeout");
    FWCfgState *s = fw_cfg_find();
    int32_t timeout_ms = -1;

    /* Without fw_cfg there is no firmware that could be told. */
    if (!s) {
        return true;
    }
    if (qemu_opt_get_bool(item->opts, "menu", false)) {
        fw_cfg_modify_i16(s, FW_CFG_BOOT_MENU, 1);
    }
    if (timeout) {
        if (!reboot_timeout_parse(timeout, &timeout_ms, errp)) {
            return false;
        }
        timeout_ms = cpu_to_le32(timeout_ms);
        fw_cfg_take_file(s, BOOT_FAIL_WAIT_FILE, g_memdup2(&timeout_ms, sizeof(timeout_ms)),
                         sizeof(timeout_ms));
    }
    return true;
}

bool boot_wishes_apply(StartupConfig *c, Error **errp)
{
    /* All -boot together are one group: the last item has what all of them said. */
    return startup_item_run_last(c, ITEM_BOOT_WISH, boot_wish_apply, NULL, errp);
}

/* ---- -L ---- */

bool opt_data_folder(StartupConfig *c, const char *arg, Error **errp)
{
    if (has_help_option(arg)) {
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < c->data_folders->len; i++) {
            g_string_append_printf(text, "%s\n", (char *)g_ptr_array_index(c->data_folders, i));
        }
        startup_help_request(c, HELP_TEXT, text->str);
        g_string_free(text, TRUE);
        return true;
    }
    if (!*arg) {
        error_setg(errp, "the name of a folder is missing");
        return false;
    }
    g_ptr_array_add(c->data_folders, g_strdup(arg));
    return true;
}

char *boot_file_find(StartupConfig *c, const char *name)
{
    if (access(name, R_OK) == 0) {
        return g_strdup(name);
    }
    for (guint i = 0; i < c->data_folders->len; i++) {
        g_autofree char *path = g_build_filename(g_ptr_array_index(c->data_folders, i), name,
                                                 NULL);

        if (access(path, R_OK) == 0) {
            return g_steal_pointer(&path);
        }
    }
    return g_strdup(name);
}

/* ---- what to boot: properties of the machine, set when it exists ---- */

static bool boot_item_add(StartupConfig *c, const char *key, const char *value, bool may_be_empty,
                          Error **errp)
{
    g_autofree char *text = g_strdup_printf("%s=%s", key, value);

    if (!*value && !may_be_empty) {
        error_setg(errp, "the name of a file is missing");
        return false;
    }
    startup_item_add(c, ITEM_BOOT, text, NULL);
    return true;
}

bool opt_kernel(StartupConfig *c, const char *arg, Error **errp)
{
    return boot_item_add(c, "kernel", arg, false, errp);
}

bool opt_bios(StartupConfig *c, const char *arg, Error **errp)
{
    return boot_item_add(c, "firmware", arg, false, errp);
}

bool opt_initrd(StartupConfig *c, const char *arg, Error **errp)
{
    return boot_item_add(c, "initrd", arg, false, errp);
}

bool opt_append(StartupConfig *c, const char *arg, Error **errp)
{
    return boot_item_add(c, "append", arg, true, errp);
}

bool opt_dtb(StartupConfig *c, const char *arg, Error **errp)
{
    return boot_item_add(c, "dtb", arg, false, errp);
}
