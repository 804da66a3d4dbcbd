/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What disk devices have in common (hw/block/block.h). */
#include "qemu/osdep.h"
#include "hw/block/block.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/units.h"

#define BLOCK_SIZE_DEFAULT 512
#define READ_ALL_BYTES (64 * KiB)

/* ---- sizes of blocks --------------------------------------------------------------- */

static bool size_is_multiple(const char *name, uint32_t value, uint32_t unit, Error **errp)
{
    if (QEMU_IS_ALIGNED(value, unit)) {
        return true;
    }
    error_setg(errp, "%s=%" PRIu32 " is not a multiple of logical_block_size=%" PRIu32, name,
               value, unit);
    return false;
}

bool blkconf_blocksizes(BlockConf *conf, Error **errp)
{
    uint32_t logical = BLOCK_SIZE_DEFAULT, physical = BLOCK_SIZE_DEFAULT;

    /* Left alone a disk has small blocks whatever the host's has: software expects them. */
    if (conf->backend_defaults == ON_OFF_AUTO_ON &&
        blk_probe_blocksizes(conf->blk, &logical, &physical) < 0) {
        logical = physical = BLOCK_SIZE_DEFAULT;
    }
    if (!conf->logical_block_size) {
        conf->logical_block_size = conf->physical_block_size
                                 ? MIN(logical, conf->physical_block_size) : logical;
    }
    if (!conf->physical_block_size) {
        conf->physical_block_size = MAX(physical, conf->logical_block_size);
    }
    if (conf->logical_block_size > conf->physical_block_size) {
        error_setg(errp, "logical_block_size=%" PRIu32 " is larger than physical_block_size=%"
                   PRIu32, conf->logical_block_size, conf->physical_block_size);
        return false;
    }
    return size_is_multiple("min_io_size", conf->min_io_size, conf->logical_block_size, errp) &&
           size_is_multiple("opt_io_size", conf->opt_io_size, conf->logical_block_size, errp) &&
           (conf->discard_granularity == UINT32_MAX ||
            size_is_multiple("discard_granularity", conf->discard_granularity,
                             conf->logical_block_size, errp));
}

/* ---- permissions and policies --------------------------------------------------------- */

bool blkconf_apply_backend_options(BlockConf *conf, bool readonly, bool resizable, Error **errp)
{
    BlockBackend *blk = conf->blk;
    uint64_t perm = BLK_PERM_CONSISTENT_READ;
    uint64_t shared = BLK_PERM_CONSISTENT_READ | BLK_PERM_WRITE_UNCHANGED;
    BlockdevOnError rerror = conf->rerror == BLOCKDEV_ON_ERROR_AUTO
                           ? blk_get_on_error(blk, true) : conf->rerror;
    BlockdevOnError werror = conf->werror == BLOCKDEV_ON_ERROR_AUTO
                           ? blk_get_on_error(blk, false) : conf->werror;

    if (rerror == BLOCKDEV_ON_ERROR_ENOSPC) {
        error_setg(errp, "rerror=enospc makes no sense: only writes need space");
        return false;
    }
    if (!readonly) {
        perm |= BLK_PERM_WRITE;
    }
    if (resizable) {
        shared |= BLK_PERM_RESIZE;
    }
    if (conf->share_rw) {
        shared |= BLK_PERM_WRITE;
    }
    if (blk_set_perm(blk, perm, shared, errp) < 0) {
        return false;
    }
    if (conf->wce != ON_OFF_AUTO_AUTO) {
        blk_set_enable_write_cache(blk, conf->wce == ON_OFF_AUTO_ON);
    }
    blk_set_on_error(blk, rerror, werror);
    return true;
}

/* ---- geometry ----------------------------------------------------------------------------- */

/* What disks beyond the reach of cylinders have used for decades: 16 heads, 63 sectors. */
void hd_geometry_guess(BlockBackend *blk, uint32_t *pcyls, uint32_t *pheads, uint32_t *psecs,
                       int *ptrans)
{
    uint64_t sectors;

    blk_get_geometry(blk, &sectors);
    *pheads = 16;
    *psecs = 63;
    *pcyls = CLAMP(sectors / (16 * 63), 2, 16383);
    if (ptrans) {
        *ptrans = 0;
    }
}

static bool geometry_number_check(const char *name, uint32_t value, unsigned max, Error **errp)
{
    if (value < 1 || value > max) {
        error_setg(errp, "%s=%" PRIu32 " must be from 1 to %u", name, value, max);
        return false;
    }
    return true;
}

bool blkconf_geometry(BlockConf *conf, int *ptrans, unsigned cyls_max, unsigned heads_max,
                      unsigned secs_max, Error **errp)
{
    if (!conf->cyls && !conf->heads && !conf->secs) {
        hd_geometry_guess(conf->blk, &conf->cyls, &conf->heads, &conf->secs, ptrans);
        conf->cyls = MIN(conf->cyls, cyls_max);
    }
    return geometry_number_check("cyls", conf->cyls, cyls_max, errp) &&
           geometry_number_check("heads", conf->heads, heads_max, errp) &&
           geometry_number_check("secs", conf->secs, secs_max, errp);
}

/* ---- media kept in memory ------------------------------------------------------------------- */

bool blk_check_size_and_read_all(BlockBackend *blk, void *buf, hwaddr size, Error **errp)
{
    int64_t length = blk_getlength(blk);
    g_autofree uint8_t *piece = NULL;

    if (length < 0) {
        error_setg_errno(errp, -length, "cannot get the size of drive '%s'", blk_name(blk));
        return false;
    }
    if (length != size) {
        error_setg(errp, "device requires %" HWADDR_PRIu " bytes, drive '%s' has %" PRId64
                   " bytes", size, blk_name(blk), length);
        return false;
    }
    piece = g_malloc(READ_ALL_BYTES);
    for (hwaddr done = 0; done < size; done += READ_ALL_BYTES) {
        size_t bytes = MIN(size - done, READ_ALL_BYTES);
        int ret = blk_pread(blk, done, bytes, piece, 0);

        if (ret < 0) {
            error_setg_errno(errp, -ret, "cannot read drive '%s'", blk_name(blk));
            return false;
        }
        /* Memory that is zero already need not become resident. */
        if (!buffer_is_zero(piece, bytes)) {
            memcpy((uint8_t *)buf + done, piece, bytes);
        }
    }
    return true;
}
