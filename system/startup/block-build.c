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

static bool virtio_drive_device_add(DriveInfo *dinfo, Error **errp)
{
    BlockBackend *blk = blk_by_legacy_dinfo(dinfo);
    g_autoptr(QDict) dict = qdict_new();
    DeviceState *dev;

    qdict_put_str(dict, "driver", TYPE_DRIVE_DEVICE);
    qdict_put_str(dict, "drive", blk_name(blk));
    dev = qdev_device_add_from_qdict(dict, false, errp);
    if (!dev) {
        return false;
    }
    object_unref(OBJECT(dev));
    return true;
}

bool block_build_devices(MachineState *machine, Error **errp)
{
    for (DriveInfo *dinfo = drive_next(NULL); dinfo; dinfo = drive_next(dinfo)) {
        if (dinfo->type == IF_VIRTIO && !blk_get_attached_dev(blk_by_legacy_dinfo(dinfo)) &&
            !virtio_drive_device_add(dinfo, errp)) {
            return false;
        }
    }
    return drive_check_orphaned(MACHINE_GET_CLASS(machine)->name, errp);
}

void block_build_cleanup(void)
{
    drive_close_all();
    blockdev_close_all();
}
