/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block backends: names, the node below, the device above
 * (sysemu/block-backend.h). Requests are in backend-io.c, failures in
 * backend-error.c.
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qemu/id.h"
#include "qemu/main-loop.h"
#include "qom/object.h"

static QTAILQ_HEAD(, BlockBackend) backends = QTAILQ_HEAD_INITIALIZER(backends);

/* ---- life ----------------------------------------------------------------------- */

static void blk_label_update(BlockBackend *blk)
{
    g_free(blk->label);
    blk->label = blk->name ? g_strdup(blk->name) : blk_get_attached_dev_id(blk);
    blk->user.name = blk->label;
}

BlockBackend *blk_new(AioContext *ctx, uint64_t perm, uint64_t shared_perm)
{
    BlockBackend *blk = g_new0(BlockBackend, 1);

    blk->refcnt = 1;
    blk->user.what = "block device";
    blk->user.perm = perm;
    blk->user.shared = shared_perm;
    blk->write_cache_is_on = true;
    blk->on_read_error = BLOCKDEV_ON_ERROR_REPORT;
    blk->on_write_error = BLOCKDEV_ON_ERROR_ENOSPC;
    blk_label_update(blk);
    QTAILQ_INSERT_TAIL(&backends, blk, link);
    return blk;
}

BlockBackend *blk_new_with_bs(BlockDriverState *bs, uint64_t perm, uint64_t shared_perm,
                              Error **errp)
{
    BlockBackend *blk = blk_new(qemu_get_aio_context(), perm, shared_perm);

    if (blk_insert_bs(blk, bs, errp) < 0) {
        blk_unref(blk);
        return NULL;
    }
    return blk;
}

void blk_ref(BlockBackend *blk)
{
    blk->refcnt++;
}

void blk_unref(BlockBackend *blk)
{
    if (!blk) {
        return;
    }
    if (blk->refcnt == 1) {
        /* Owners of requests may start others, but end some time. */
        blk_drain(blk);
    }
    if (--blk->refcnt > 0) {
        return;
    }
    g_assert(!blk->dev && !blk->name);
    blk_remove_bs(blk);
    drive_info_free(blk->dinfo);
    QTAILQ_REMOVE(&backends, blk, link);
    g_free(blk->label);
    g_free(blk);
}

/* ---- names ---------------------------------------------------------------------- */

bool monitor_add_blk(BlockBackend *blk, const char *name, Error **errp)
{
    g_assert(!blk->name);
    if (!id_wellformed(name)) {
        error_setg(errp, "id '%s' must be a letter followed by letters, digits, '-', '.' or '_'",
                   name);
        return false;
    }
    if (blk_by_name(name)) {
        error_setg(errp, "there is a drive '%s' already", name);
        return false;
    }
    if (bdrv_find_node(name)) {
        error_setg(errp, "id '%s' is the name of a block node", name);
        return false;
    }
    blk->name = g_strdup(name);
    blk_label_update(blk);
    blk_ref(blk);
    return true;
}

void monitor_remove_blk(BlockBackend *blk)
{
    if (blk->name) {
        g_free(blk->name);
        blk->name = NULL;
        blk_label_update(blk);
        blk_unref(blk);
    }
}

BlockBackend *blk_by_name(const char *name)
{
    BlockBackend *blk;

    QTAILQ_FOREACH(blk, &backends, link) {
        if (blk->name && !strcmp(blk->name, name)) {
            return blk;
        }
    }
    return NULL;
}

BlockBackend *blk_all_next(BlockBackend *blk)
{
    return blk ? QTAILQ_NEXT(blk, link) : QTAILQ_FIRST(&backends);
}

const char *blk_name(const BlockBackend *blk)
{
    return blk->name ? blk->name : "";
}

/* ---- the node ---------------------------------------------------------------------- */

BlockDriverState *blk_bs(BlockBackend *blk)
{
    return blk->user.bs;
}

int blk_insert_bs(BlockBackend *blk, BlockDriverState *bs, Error **errp)
{
    uint64_t perm = blk->user.perm, shared = blk->user.shared;

    g_assert(!blk->user.bs);
    if (!block_user_attach(&blk->user, bs, perm, shared, errp)) {
        blk->user.perm = perm;
        blk->user.shared = shared;
        return -EPERM;
    }
    return 0;
}

void blk_remove_bs(BlockBackend *blk)
{
    uint64_t perm = blk->user.perm, shared = blk->user.shared;

    if (blk->user.bs) {
        blk_drain(blk);
        block_user_detach(&blk->user);
        /* They are those of the device, and hold for the next node. */
        blk->user.perm = perm;
        blk->user.shared = shared;
    }
}

bool blk_is_inserted(BlockBackend *blk)
{
    return blk->user.bs != NULL;
}

bool blk_is_available(BlockBackend *blk)
{
    return blk_is_inserted(blk) &&
           !(blk->dev_ops && blk->dev_ops->is_tray_open &&
             blk->dev_ops->is_tray_open(blk->dev_opaque));
}

int blk_set_perm(BlockBackend *blk, uint64_t perm, uint64_t shared_perm, Error **errp)
{
    if (!blk->user.bs) {
        blk->user.perm = perm;
        blk->user.shared = shared_perm;
        return 0;
    }
    return block_user_set_perm(&blk->user, perm, shared_perm, errp) ? 0 : -EPERM;
}

void blk_get_perm(BlockBackend *blk, uint64_t *perm, uint64_t *shared_perm)
{
    *perm = blk->user.perm;
    *shared_perm = blk->user.shared;
}

/* ---- the device ----------------------------------------------------------------------- */

int blk_attach_dev(BlockBackend *blk, DeviceState *dev)
{
    if (blk->dev) {
        return -EBUSY;
    }
    blk_ref(blk);
    blk->dev = dev;
    blk_label_update(blk);
    blk_iostatus_reset(blk);
    return 0;
}

void blk_detach_dev(BlockBackend *blk, DeviceState *dev)
{
    g_assert(blk->dev == dev);
    blk_drain(blk);
    blk->dev = NULL;
    blk->dev_ops = NULL;
    blk->dev_opaque = NULL;
    blk_label_update(blk);
    blk_set_perm(blk, 0, BLK_PERM_ALL, &error_abort);
    blk_unref(blk);
}

DeviceState *blk_get_attached_dev(BlockBackend *blk)
{
    return blk->dev;
}

char *blk_get_attached_dev_id(BlockBackend *blk)
{
    char *path = blk->dev ? object_get_canonical_path(OBJECT(blk->dev)) : NULL;

    return path ? path : g_strdup("");
}

BlockBackend *blk_by_dev(void *dev)
{
    BlockBackend *blk;

    QTAILQ_FOREACH(blk, &backends, link) {
        if (dev && blk->dev == dev) {
            return blk;
        }
    }
    return NULL;
}

void blk_set_dev_ops(BlockBackend *blk, const BlockDevOps *ops, void *opaque)
{
    blk->dev_ops = ops;
    blk->dev_opaque = opaque;
}

/* ---- facts ------------------------------------------------------------------------------ */

int64_t blk_getlength(BlockBackend *blk)
{
    return blk->user.bs ? bdrv_getlength(blk->user.bs) : -ENOMEDIUM;
}

int64_t blk_nb_sectors(BlockBackend *blk)
{
    int64_t length = blk_getlength(blk);

    return length < 0 ? length : length >> BDRV_SECTOR_BITS;
}

void blk_get_geometry(BlockBackend *blk, uint64_t *nb_sectors_ptr)
{
    *nb_sectors_ptr = MAX(blk_nb_sectors(blk), 0);
}

bool blk_supports_write_perm(BlockBackend *blk)
{
    return blk->user.bs && !blk->user.bs->is_read_only;
}

bool blk_is_writable(BlockBackend *blk)
{
    return blk->user.perm & BLK_PERM_WRITE;
}

bool blk_enable_write_cache(BlockBackend *blk)
{
    return blk->write_cache_is_on;
}

void blk_set_enable_write_cache(BlockBackend *blk, bool wce)
{
    blk->write_cache_is_on = wce;
}

bool blk_can_discard(BlockBackend *blk)
{
    return blk->user.bs && blk->user.bs->discard_unmaps;
}

uint32_t blk_get_request_alignment(BlockBackend *blk)
{
    return MAX(blk->user.bs ? blk->user.bs->request_alignment : 1, BDRV_SECTOR_SIZE);
}

uint32_t blk_get_max_transfer(BlockBackend *blk)
{
    return ROUND_DOWN(BDRV_REQUEST_MAX_BYTES, blk_get_request_alignment(blk));
}

int blk_get_max_iov(BlockBackend *blk)
{
    return IOV_MAX;
}

size_t blk_bs_opt_mem_align(BlockBackend *blk)
{
    return MAX(blk->user.bs ? blk->user.bs->memory_alignment : 1, qemu_real_host_page_size());
}

int blk_probe_blocksizes(BlockBackend *blk, uint32_t *logical, uint32_t *physical)
{
    BlockDriverState *bs = blk->user.bs;

    if (!bs) {
        return -ENOMEDIUM;
    }
    return bs->driver->probe_blocksizes ? bs->driver->probe_blocksizes(bs, logical, physical)
                                        : -ENOTSUP;
}

AioContext *blk_get_aio_context(BlockBackend *blk)
{
    return qemu_get_aio_context();
}

BlockAcctStats *blk_get_stats(BlockBackend *blk)
{
    return &blk->stats;
}
