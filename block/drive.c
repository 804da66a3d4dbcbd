/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -drive (sysemu/blockdev.h): finds the drive's place, makes its node (raw on
 * top of a file, as two -blockdev would) and a backend with the drive's name.
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "drive-internal.h"
#include "qapi/util.h"
#include "qemu/main-loop.h"
#include "qemu/suggest.h"

static const struct {
    const char *name;
    int units_per_bus;          /* 0: one bus without end */
} interfaces[IF_COUNT] = {
    [IF_NONE] = { "none", 0 },
    [IF_IDE] = { "ide", 2 },
    [IF_SCSI] = { "scsi", 7 },
    [IF_FLOPPY] = { "floppy", 0 },
    [IF_PFLASH] = { "pflash", 0 },
    [IF_MTD] = { "mtd", 0 },
    [IF_SD] = { "sd", 0 },
    [IF_VIRTIO] = { "virtio", 0 },
    [IF_XEN] = { "xen", 0 },
};

static QTAILQ_HEAD(, DriveInfo) drives = QTAILQ_HEAD_INITIALIZER(drives);

const char *blk_interface_name(BlockInterfaceType type)
{
    return type == IF_DEFAULT ? "default" : interfaces[type].name;
}

/* ---- finding ---------------------------------------------------------------------- */

DriveInfo *drive_next(DriveInfo *dinfo)
{
    return dinfo ? QTAILQ_NEXT(dinfo, next) : QTAILQ_FIRST(&drives);
}

DriveInfo *drive_get(BlockInterfaceType type, int bus, int unit)
{
    DriveInfo *dinfo;

    QTAILQ_FOREACH(dinfo, &drives, next) {
        if (dinfo->type == type && dinfo->bus == bus && dinfo->unit == unit) {
            return dinfo;
        }
    }
    return NULL;
}

static void drive_index_split(BlockInterfaceType type, int index, int *bus, int *unit)
{
    int units = interfaces[type].units_per_bus;

    *bus = units ? index / units : 0;
    *unit = units ? index % units : index;
}

DriveInfo *drive_get_by_index(BlockInterfaceType type, int index)
{
    int bus, unit;

    drive_index_split(type, index, &bus, &unit);
    return drive_get(type, bus, unit);
}

int drive_get_max_bus(BlockInterfaceType type)
{
    DriveInfo *dinfo;
    int max = -1;

    QTAILQ_FOREACH(dinfo, &drives, next) {
        if (dinfo->type == type) {
            max = MAX(max, dinfo->bus);
        }
    }
    return max;
}

BlockBackend *blk_by_legacy_dinfo(DriveInfo *dinfo)
{
    for (BlockBackend *blk = blk_all_next(NULL); blk; blk = blk_all_next(blk)) {
        if (blk->dinfo == dinfo) {
            return blk;
        }
    }
    g_assert_not_reached();
}

DriveInfo *blk_legacy_dinfo(BlockBackend *blk)
{
    return blk->dinfo;
}

DriveInfo *blk_set_legacy_dinfo(BlockBackend *blk, DriveInfo *dinfo)
{
    g_assert(!blk->dinfo);
    blk->dinfo = dinfo;
    return dinfo;
}

/* ---- end -------------------------------------------------------------------------------- */

void drive_info_free(DriveInfo *dinfo)
{
    if (dinfo) {
        QTAILQ_REMOVE(&drives, dinfo, next);
        g_free(dinfo);
    }
}

void blockdev_mark_auto_del(BlockBackend *blk)
{
    if (blk->dinfo) {
        blk->dinfo->auto_del = true;
    }
}

void blockdev_auto_del(BlockBackend *blk)
{
    if (blk->dinfo && blk->dinfo->auto_del) {
        monitor_remove_blk(blk);
    }
}

void drive_close_all(void)
{
    DriveInfo *dinfo, *next;

    QTAILQ_FOREACH_SAFE(dinfo, &drives, next, next) {
        monitor_remove_blk(blk_by_legacy_dinfo(dinfo));
    }
}

DriveInfo *drive_get_orphaned(void)
{
    DriveInfo *dinfo;

    QTAILQ_FOREACH(dinfo, &drives, next) {
        if (dinfo->type != IF_NONE && !dinfo->is_default && !blk_by_legacy_dinfo(dinfo)->dev) {
            return dinfo;
        }
    }
    return NULL;
}

/* ---- place ------------------------------------------------------------------------------- */

static bool drive_type_parse(QemuOpts *opts, BlockInterfaceType *type, Error **errp)
{
    const char *name = qemu_opt_get(opts, "if");
    Suggest suggest;

    if (!name) {
        return true;
    }
    suggest_init(&suggest, name);
    for (int i = 0; i < IF_COUNT; i++) {
        if (!strcmp(interfaces[i].name, name)) {
            *type = i;
            return true;
        }
        suggest_offer(&suggest, interfaces[i].name);
    }
    suggest_error_setg(&suggest, errp, "unsupported bus type if=%s", name);
    return false;
}

static bool drive_place_number(QemuOpts *opts, const char *key, int *number, Error **errp)
{
    uint64_t value = qemu_opt_get_number(opts, key, 0);

    if (value > INT_MAX) {
        error_setg(errp, "%s=%" PRIu64 " is too large", key, value);
        return false;
    }
    *number = value;
    return true;
}

/* Fills in type, bus and unit. */
static bool drive_place_find(QemuOpts *opts, DriveInfo *dinfo, Error **errp)
{
    int units, index;

    if (!drive_type_parse(opts, &dinfo->type, errp) ||
        !drive_place_number(opts, "bus", &dinfo->bus, errp) ||
        !drive_place_number(opts, "unit", &dinfo->unit, errp) ||
        !drive_place_number(opts, "index", &index, errp)) {
        return false;
    }
    units = interfaces[dinfo->type].units_per_bus;
    if (qemu_opt_find(opts, "index")) {
        if (qemu_opt_find(opts, "bus") || qemu_opt_find(opts, "unit")) {
            error_setg(errp, "index= cannot be used together with bus= and unit=");
            return false;
        }
        drive_index_split(dinfo->type, index, &dinfo->bus, &dinfo->unit);
    } else if (!qemu_opt_find(opts, "unit")) {
        while (drive_get(dinfo->type, dinfo->bus, dinfo->unit)) {
            dinfo->unit++;
            if (units && dinfo->unit >= units) {
                dinfo->unit = 0;
                dinfo->bus++;
            }
        }
    }
    if (units && dinfo->unit >= units) {
        error_setg(errp, "unit=%d is too large: if=%s has %d per bus", dinfo->unit,
                   interfaces[dinfo->type].name, units);
        return false;
    }
    if (drive_get(dinfo->type, dinfo->bus, dinfo->unit)) {
        error_setg(errp, "there is a drive with if=%s,bus=%d,unit=%d already",
                   interfaces[dinfo->type].name, dinfo->bus, dinfo->unit);
        return false;
    }
    return true;
}

static char *drive_name_make(QemuOpts *opts, const DriveInfo *dinfo)
{
    const char *if_name = interfaces[dinfo->type].name;

    if (qemu_opts_id(opts)) {
        return g_strdup(qemu_opts_id(opts));
    }
    if (interfaces[dinfo->type].units_per_bus) {
        return g_strdup_printf("%s%d-%s%d", if_name, dinfo->bus, dinfo->media_cd ? "cd" : "hd",
                               dinfo->unit);
    }
    return g_strdup_printf("%s%s%d", if_name, dinfo->media_cd ? "-cd" : "", dinfo->unit);
}

/* ---- backend ------------------------------------------------------------------------------ */

static bool drive_media_parse(QemuOpts *opts, DriveInfo *dinfo, Error **errp)
{
    const char *media = qemu_opt_get(opts, "media");

    if (media && strcmp(media, "disk") && strcmp(media, "cdrom")) {
        error_setg(errp, "media=%s is neither disk nor cdrom", media);
        return false;
    }
    dinfo->media_cd = media && !strcmp(media, "cdrom");
    return true;
}

static bool on_error_parse(QemuOpts *opts, const char *key, bool is_read, BlockdevOnError *action,
                           Error **errp)
{
    ERRP_GUARD();
    const char *text = qemu_opt_get(opts, key);
    int value;

    if (!text) {
        return true;
    }
    value = qapi_enum_parse(&BlockdevOnError_lookup, text, -1, errp);
    if (value < 0) {
        error_prepend(errp, "%s=%s: ", key, text);
        return false;
    }
    if (is_read && value == BLOCKDEV_ON_ERROR_ENOSPC) {
        error_setg(errp, "%s=enospc makes no sense: only writes need space", key);
        return false;
    }
    if (value != BLOCKDEV_ON_ERROR_AUTO) {
        *action = value;
    }
    return true;
}

/* The backend for an open node; NULL and @errp on failure. */
static BlockBackend *drive_backend_new(QemuOpts *opts, const char *name, BlockDriverState *bs,
                                       bool writes_through, Error **errp)
{
    BlockdevOnError on_read = BLOCKDEV_ON_ERROR_REPORT, on_write = BLOCKDEV_ON_ERROR_ENOSPC;
    BlockBackend *blk;

    if (!on_error_parse(opts, "rerror", true, &on_read, errp) ||
        !on_error_parse(opts, "werror", false, &on_write, errp)) {
        return NULL;
    }
    blk = blk_new(qemu_get_aio_context(), 0, BLK_PERM_ALL);
    blk_set_on_error(blk, on_read, on_write);
    blk_set_enable_write_cache(blk, !writes_through);
    if ((bs && blk_insert_bs(blk, bs, errp) < 0) || !monitor_add_blk(blk, name, errp)) {
        blk_unref(blk);
        return NULL;
    }
    /* The name keeps it. */
    blk_unref(blk);
    return blk;
}

DriveInfo *drive_new(QemuOpts *opts, BlockInterfaceType block_default_type, Error **errp)
{
    DriveInfo place = { .type = block_default_type, .opts = opts };
    g_autofree char *name = NULL;
    BlockDriverState *bs = NULL;
    bool writes_through;
    BlockBackend *blk;
    DriveInfo *dinfo;

    if (!drive_place_find(opts, &place, errp) || !drive_media_parse(opts, &place, errp)) {
        return NULL;
    }
    name = drive_name_make(opts, &place);
    if (!drive_node_open(opts, &place, &bs, &writes_through, errp)) {
        return NULL;
    }
    blk = drive_backend_new(opts, name, bs, writes_through, errp);
    bdrv_unref(bs);
    if (!blk) {
        return NULL;
    }
    dinfo = g_new(DriveInfo, 1);
    *dinfo = place;
    QTAILQ_INSERT_TAIL(&drives, dinfo, next);
    return blk_set_legacy_dinfo(blk, dinfo);
}

QemuOpts *drive_add(BlockInterfaceType type, int index, const char *file, const char *optstr,
                    Error **errp)
{
    QemuOpts *opts = qemu_opts_parse(&qemu_drive_opts, optstr, false, errp);
    g_autofree char *number = g_strdup_printf("%d", index);

    if (!opts) {
        return NULL;
    }
    if ((type != IF_DEFAULT && !qemu_opt_set(opts, "if", interfaces[type].name, errp)) ||
        (index >= 0 && !qemu_opt_set(opts, "index", number, errp)) ||
        (file && !qemu_opt_set(opts, "file", file, errp))) {
        qemu_opts_del(opts);
        return NULL;
    }
    return opts;
}
