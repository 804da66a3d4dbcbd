/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options about disks: -drive, -blockdev and short forms of the first. They
 * are checked for form here and carried out in block-build.c.
 */
#include "qemu/osdep.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/qapi-visit-block-core.h"
#include "qemu/config-file.h"
#include "sysemu/blockdev.h"
#include "startup-internal.h"

void opt_block_groups_register(void)
{
    qemu_add_opts(&qemu_drive_opts);
}

/* Takes the option that drive_add() made, or its failure. */
static bool drive_item_add(StartupConfig *c, const char *arg, QemuOpts *opts)
{
    if (!opts) {
        return false;
    }
    startup_item_add(c, ITEM_DRIVE, arg, NULL)->opts = opts;
    return true;
}

bool opt_drive(StartupConfig *c, const char *arg, Error **errp)
{
    if (has_help_option(arg)) {
        g_autofree char *text = qemu_opts_help_text(&qemu_drive_opts, false);

        startup_help_request(c, HELP_TEXT, text);
        return true;
    }
    return drive_item_add(c, arg, qemu_opts_parse(&qemu_drive_opts, arg, false, errp));
}

bool opt_blockdev(StartupConfig *c, const char *arg, Error **errp)
{
    Visitor *v = qobject_input_visitor_new_str(arg, "driver", errp);
    BlockdevOptions *options = NULL;
    bool done;

    if (!v) {
        return false;
    }
    done = visit_type_BlockdevOptions(v, NULL, &options, errp);
    visit_free(v);
    if (!done) {
        return false;
    }
    if (!options->node_name) {
        error_setg(errp, "'node-name' is missing");
        done = false;
    }
    qapi_free_BlockdevOptions(options);
    if (done) {
        startup_item_add(c, ITEM_BLOCKDEV, arg, NULL);
    }
    return done;
}

/* Options that are a drive with only the file to say. */
#define OPT_DRIVE_SHORT(function, type, index, text)                             \
    bool function(StartupConfig *c, const char *arg, Error **errp)               \
    {                                                                            \
        return drive_item_add(c, arg, drive_add(type, index, arg, text, errp));  \
    }

OPT_DRIVE_SHORT(opt_pflash, IF_PFLASH, -1, "format=raw")
OPT_DRIVE_SHORT(opt_hda, IF_DEFAULT, 0, "media=disk")
OPT_DRIVE_SHORT(opt_hdb, IF_DEFAULT, 1, "media=disk")
OPT_DRIVE_SHORT(opt_hdc, IF_DEFAULT, 2, "media=disk")
OPT_DRIVE_SHORT(opt_hdd, IF_DEFAULT, 3, "media=disk")
OPT_DRIVE_SHORT(opt_cdrom, IF_DEFAULT, 2, "media=cdrom")
