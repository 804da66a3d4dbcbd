/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The property kind that connects a device to a block backend: by the id of a
 * -drive, or by the name of a block node, for which a backend is made that
 * lives as long as the device; and the kinds of error policies.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties-system.h"
#include "qapi/error.h"
#include "qapi/qapi-types-block-core.h"
#include "qapi/visitor.h"
#include "qdev-prop-internal.h"
#include "sysemu/block-backend.h"
#include "sysemu/blockdev.h"

static void drive_get_text(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BlockBackend **ptr = object_field_prop_ptr(obj, opaque);
    const char *value = "";
    char *text;

    if (*ptr) {
        value = blk_name(*ptr);
        if (!*value && blk_bs(*ptr)) {
            value = bdrv_get_node_name(blk_bs(*ptr));
        }
    }
    text = (char *)value;
    visit_type_str(v, name, &text, errp);
}

/* The caller gets a reference. */
static BlockBackend *drive_find(Object *obj, const char *name, const char *id, Error **errp)
{
    BlockBackend *blk = blk_by_name(id);
    BlockDriverState *bs;

    if (blk) {
        blk_ref(blk);
        return blk;
    }
    bs = bdrv_find_node(id);
    if (!bs) {
        error_setg(errp, "property '%s.%s': there is no drive or block node '%s'; add -drive "
                   "if=none,id=%s,... or -blockdev node-name=%s,...", object_get_typename(obj),
                   name, id, id, id);
        return NULL;
    }
    return blk_new_with_bs(bs, 0, BLK_PERM_ALL, errp);
}

static bool drive_attach(Object *obj, const char *name, BlockBackend *blk, Error **errp)
{
    DriveInfo *dinfo = blk_legacy_dinfo(blk);

    if (blk_attach_dev(blk, DEVICE(obj)) == 0) {
        return true;
    }
    error_setg(errp, "property '%s.%s': drive '%s' is in use by another device%s",
               object_get_typename(obj), name, blk_name(blk),
               dinfo && dinfo->type != IF_NONE
               ? "; with if=none it would not be connected by itself" : "");
    return false;
}

static void drive_set_text(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BlockBackend **ptr = object_field_prop_ptr(obj, opaque);
    g_autofree char *id = NULL;
    BlockBackend *blk = NULL;

    if (!visit_type_str(v, name, &id, errp)) {
        return;
    }
    if (*id) {
        blk = drive_find(obj, name, id, errp);
        if (!blk) {
            return;
        }
        if (blk != *ptr && !drive_attach(obj, name, blk, errp)) {
            blk_unref(blk);
            return;
        }
        /* The attached device has a reference. */
        blk_unref(blk);
    }
    if (*ptr && *ptr != blk) {
        blk_detach_dev(*ptr, DEVICE(obj));
    }
    *ptr = blk;
}

static void drive_release(Object *obj, const char *name, void *opaque)
{
    BlockBackend **ptr = object_field_prop_ptr(obj, opaque);
    BlockBackend *blk = *ptr;

    if (blk) {
        *ptr = NULL;
        blk_ref(blk);
        blk_detach_dev(blk, DEVICE(obj));
        blockdev_auto_del(blk);
        blk_unref(blk);
    }
}

const PropertyInfo qdev_prop_drive = {
    .name = "str",
    .description = "id of a drive or name of a block node",
    .get = drive_get_text,
    .set = drive_set_text,
    .release = drive_release,
};

/* There are no I/O threads: the same. */
const PropertyInfo qdev_prop_drive_iothread = {
    .name = "str",
    .description = "id of a drive or name of a block node",
    .get = drive_get_text,
    .set = drive_set_text,
    .release = drive_release,
};

bool qdev_prop_set_drive_err(DeviceState *dev, const char *name, BlockBackend *value, Error **errp)
{
    const char *id = "";

    if (value) {
        id = blk_name(value);
        if (!*id && blk_bs(value)) {
            id = bdrv_get_node_name(blk_bs(value));
        }
    }
    return object_property_set_str(OBJECT(dev), name, id, errp);
}

void qdev_prop_set_drive(DeviceState *dev, const char *name, BlockBackend *value)
{
    qdev_prop_set_drive_err(dev, name, value, &error_abort);
}

const PropertyInfo qdev_prop_blockdev_on_error = {
    .name = "BlockdevOnError",
    .description = "report/ignore/enospc/stop/auto",
    .enum_table = &BlockdevOnError_lookup,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};
