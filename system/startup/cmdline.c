/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the command line: finds each word in the table of options, hands its
 * argument to the option's handler, and keeps what is to be done later as
 * items. One or two dashes make no difference.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "qemu/config-file.h"
#include "startup-internal.h"

/* ---- configuration and items ------------------------------------------------ */

static void startup_item_free(gpointer data)
{
    StartupItem *item = data;

    g_free(item->text);
    qobject_unref(item->dict);
    g_free(item);
}

static void startup_global_free(gpointer data)
{
    GlobalProperty *prop = data;

    g_free((char *)prop->driver);
    g_free((char *)prop->property);
    g_free((char *)prop->value);
    g_free(prop);
}

void startup_config_init(StartupConfig *c)
{
    memset(c, 0, sizeof(*c));
    c->items = g_ptr_array_new_with_free_func(startup_item_free);
    c->globals = g_ptr_array_new_with_free_func(startup_global_free);
    c->data_folders = g_ptr_array_new_with_free_func(g_free);
    c->machine = qdict_new();
}

void startup_config_clear(StartupConfig *c)
{
    QemuOptsList *list;

    g_ptr_array_unref(c->items);
    g_ptr_array_unref(c->globals);
    g_ptr_array_unref(c->data_folders);
    qobject_unref(c->machine);
    g_free(c->name);
    g_free(c->process_name);
    g_free(c->help_arg);
    for (size_t i = 0; (list = qemu_opts_list_get(i)) != NULL; i++) {
        qemu_opts_reset(list);
    }
    memset(c, 0, sizeof(*c));
}

StartupItem *startup_item_add(StartupConfig *c, StartupItemKind kind, const char *text,
                              QDict *dict)
{
    StartupItem *item = g_new0(StartupItem, 1);

    item->kind = kind;
    item->text = g_strdup(text);
    item->dict = dict;
    loc_save(&item->loc);
    g_ptr_array_add(c->items, item);
    return item;
}

StartupItem *startup_item_last(StartupConfig *c, StartupItemKind kind)
{
    for (guint i = c->items->len; i > 0; i--) {
        StartupItem *item = g_ptr_array_index(c->items, i - 1);

        if (item->kind == kind) {
            return item;
        }
    }
    return NULL;
}

static bool item_run(const StartupItem *item, StartupItemFunc *func, void *opaque, Error **errp)
{
    loc_restore(&item->loc);
    if (!func(item, opaque, errp)) {
        return false;
    }
    loc_set_none();
    return true;
}

bool startup_items_run(StartupConfig *c, StartupItemKind kind, StartupItemFunc *func,
                       void *opaque, Error **errp)
{
    for (guint i = 0; i < c->items->len; i++) {
        const StartupItem *item = g_ptr_array_index(c->items, i);

        if (item->kind == kind && !item_run(item, func, opaque, errp)) {
            return false;
        }
    }
    return true;
}

bool startup_item_run_last(StartupConfig *c, StartupItemKind kind, StartupItemFunc *func,
                           void *opaque, Error **errp)
{
    const StartupItem *item = startup_item_last(c, kind);

    return !item || item_run(item, func, opaque, errp);
}

void startup_help_request(StartupConfig *c, StartupHelp help, const char *arg)
{
    if (c->help == HELP_NONE) {
        c->help = help;
        c->help_arg = g_strdup(arg);
    }
}

/* ---- the words ------------------------------------------------------------------ */

/* Handles the option at @argv[*@index] and leaves *@index at its last word. */
static bool cmdline_option(StartupConfig *c, int argc, char **argv, int *index, Error **errp)
{
    const char *name = argv[*index] + (g_str_has_prefix(argv[*index], "--") ? 2 : 1);
    const char *arg = NULL;
    const OptionDesc *option = option_find(name, errp);

    if (!option) {
        return false;
    }
    if (option->args) {
        if (*index + 1 >= argc) {
            error_setg(errp, "requires an argument: %s", option->args);
            return false;
        }
        loc_set_cmdline(argv, *index, 2);
        arg = argv[++*index];
    }
    if (!option->handle) {
        error_setg(errp, "not supported by this version, which has no %s", option->refusal);
        return false;
    }
    return option->handle(c, arg, errp);
}

bool cmdline_parse(StartupConfig *c, int argc, char **argv, Error **errp)
{
    for (int i = 1; i < argc && c->help == HELP_NONE; i++) {
        loc_set_cmdline(argv, i, 1);
        if (argv[i][0] != '-') {
            if (!opt_hda(c, argv[i], errp)) {
                return false;
            }
            continue;
        }
        if (!cmdline_option(c, argc, argv, &i, errp)) {
            return false;
        }
    }
    loc_set_none();
    return true;
}
