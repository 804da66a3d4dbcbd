/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks while the machine is built: nodes and drives come before the machine's
 * properties, since those may name them; drives of if=virtio get their device
 * when the board and the devices of -device are there.
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "monitor/qdev.h"
#include "qapi/qapi-visit-block-core.h"
#include "qapi/qobject-input-visitor.h"
#include "sysemu/block-backend.h"
#include "sysemu/blockdev.h"
#include "startup-internal.h"

/* What a drive of if=virtio becomes on a board without PCI. */
#define TYPE_DRIVE_DEVICE "virtio-blk-device"

static bool blockdev_create(const StartupItem *item, void *opaque, Error **errp)
{
    Visitor *v = qobject_input_visitor_new_str(item->text, "driver", errp);
    BlockdevOptions *options = NULL;
    bool done;

    if (!v) {
        return false;
    }
    done = visit_type_BlockdevOptions(v, NULL, &options, errp) &&
           blockdev_node_add(options, errp);
    visit_free(v);
    qapi_free_BlockdevOptions(options);
    return done;
}

static bool drive_create(const StartupItem *item, void *opaque, Error **errp)
{
    MachineClass *mc = opaque;

    return drive_new(item->opts, mc->block_default_type, errp) != NULL;
}

bool block_build_create(StartupConfig *c, MachineClass *mc, Error **errp)
{
    return startup_items_run(c, ITEM_BLOCKDEV, blockdev_create, NULL, errp) &&
           startup_items_run(c, ITEM_DRIVE, drive_create, mc, errp);
}

/* Errors from now on are about the option of @dinfo; back to none with NULL. */
static void drive_loc_set(StartupConfig *c, const DriveInfo *dinfo)
{
    loc_set_none();
    for (guint i = 0; dinfo && i < c->items->len; i++) {
        const StartupItem *item = g_ptr_array_index(c->items, i);

        if (item->kind == ITEM_DRIVE && item->opts == dinfo->opts) {
            loc_restore(&item->loc);
        }
    }
}

static bool virtio_drive_device_add(DriveInfo *dinfo, Error **errp)
{
    ERRP_GUARD();
    BlockBackend *blk = blk_by_legacy_dinfo(dinfo);
    g_autoptr(QDict) dict = qdict_new();
    DeviceState *dev;

    qdict_put_str(dict, "driver", TYPE_DRIVE_DEVICE);
    qdict_put_str(dict, "drive", blk_name(blk));
    dev = qdev_device_add_from_qdict(dict, false, errp);
    if (!dev) {
        error_prepend(errp, "drive '%s' (if=virtio): ", blk_name(blk));
        return false;
    }
    object_unref(OBJECT(dev));
    return true;
}

static bool drives_have_devices(StartupConfig *c, const char *machine_name, Error **errp)
{
    DriveInfo *dinfo = drive_get_orphaned();
    const char *name = dinfo ? blk_name(blk_by_legacy_dinfo(dinfo)) : NULL;

    if (dinfo) {
        drive_loc_set(c, dinfo);
        error_setg(errp, "machine '%s' has no place for drive '%s' (if=%s,bus=%d,unit=%d); use "
                   "if=none and a -device with drive=%s", machine_name, name,
                   blk_interface_name(dinfo->type), dinfo->bus, dinfo->unit, name);
    }
    return !dinfo;
}

bool block_build_devices(StartupConfig *c, MachineState *machine, Error **errp)
{
    for (DriveInfo *dinfo = drive_next(NULL); dinfo; dinfo = drive_next(dinfo)) {
        if (dinfo->type == IF_VIRTIO && !blk_get_attached_dev(blk_by_legacy_dinfo(dinfo))) {
            drive_loc_set(c, dinfo);
            if (!virtio_drive_device_add(dinfo, errp)) {
                return false;
            }
            drive_loc_set(c, NULL);
        }
    }
    return drives_have_devices(c, MACHINE_GET_CLASS(machine)->name, errp);
}

void block_build_cleanup(void)
{
    drive_close_all();
    blockdev_close_all();
}
