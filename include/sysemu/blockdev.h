/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -drive: a block backend and its node in one option, with the place on a
 * board (interface, bus, unit) that it is meant for. BQL, or before threads
 * exist.
 */
#ifndef SYSEMU_BLOCKDEV_H
#define SYSEMU_BLOCKDEV_H

#include "block/block.h"
#include "qemu/option.h"
#include "qemu/queue.h"

/* What kind of disk a drive is meant to be. */
typedef enum {
    IF_DEFAULT = -1,
    IF_NONE = 0,
    IF_IDE,
    IF_SCSI,
    IF_FLOPPY,
    IF_PFLASH,
    IF_MTD,
    IF_SD,
    IF_VIRTIO,
    IF_XEN,
    IF_COUNT
} BlockInterfaceType;

/* Owned by the backend that it belongs to. */
typedef struct DriveInfo {
    BlockInterfaceType type;
    int bus;
    int unit;
    bool is_default;
    bool auto_del;              /* goes with its device */
    int media_cd;
    QemuOpts *opts;             /* borrowed from the option group, or NULL */
    QTAILQ_ENTRY(DriveInfo) next;
} DriveInfo;

extern QemuOptsList qemu_drive_opts;

/*
 * Create what @opts (of qemu_drive_opts) describes; @block_default_type: what a drive
 * without if= is. NULL and @errp on failure. The result lives until the backend goes.
 */
DriveInfo *drive_new(QemuOpts *opts, BlockInterfaceType block_default_type, Error **errp);

/* Parse and file an option string, e.g. of -pflash; @file may be NULL. */
QemuOpts *drive_add(BlockInterfaceType type, int index, const char *file, const char *optstr,
                    Error **errp);

/* The drive at a place, or NULL. */
DriveInfo *drive_get(BlockInterfaceType type, int bus, int unit);
DriveInfo *drive_get_by_index(BlockInterfaceType type, int index);
/* -1 if there is none of that kind. */
int drive_get_max_bus(BlockInterfaceType type);
/* After @dinfo, the first for NULL. */
DriveInfo *drive_next(DriveInfo *dinfo);

BlockBackend *blk_by_legacy_dinfo(DriveInfo *dinfo);
DriveInfo *blk_legacy_dinfo(BlockBackend *blk);
DriveInfo *blk_set_legacy_dinfo(BlockBackend *blk, DriveInfo *dinfo);

/* The device of @blk is being removed: a backend of -drive goes with it, at the second call. */
void blockdev_mark_auto_del(BlockBackend *blk);
void blockdev_auto_del(BlockBackend *blk);

/* Spelling of if=. */
const char *blk_interface_name(BlockInterfaceType type);

/* A drive of if= other than none that no device took, or NULL. */
DriveInfo *drive_get_orphaned(void);

/* Backends of -drive go: end of the program. */
void drive_close_all(void);

#endif
