/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all disk devices have in common: the properties of a disk (BlockConf)
 * and the checks on them in realize. BQL; API of QEMU 8.2.
 */
#ifndef HW_BLOCK_BLOCK_H
#define HW_BLOCK_BLOCK_H

#include "exec/hwaddr.h"
#include "hw/qdev-properties-system.h"
#include "qapi/qapi-types-block-core.h"
#include "sysemu/block-backend.h"

/* Sizes in bytes; 0 or -1: not set by the user. */
typedef struct BlockConf {
    BlockBackend *blk;
    OnOffAuto backend_defaults;
    uint32_t physical_block_size;
    uint32_t logical_block_size;
    uint32_t min_io_size;
    uint32_t opt_io_size;
    int32_t bootindex;
    uint32_t discard_granularity;
    uint32_t cyls, heads, secs, lcyls, lheads, lsecs;
    OnOffAuto wce;
    bool share_rw;
    OnOffAuto account_invalid;
    OnOffAuto account_failed;
    BlockdevOnError rerror;
    BlockdevOnError werror;
} BlockConf;

/* How many times larger a physical block is, as a power of two. */
static inline unsigned int get_physical_block_exp(BlockConf *conf)
{
    unsigned int exp = 0;

    for (uint32_t size = conf->physical_block_size; size > conf->logical_block_size; size >>= 1) {
        exp++;
    }
    return exp;
}

#define DEFINE_BLOCK_PROPERTIES_BASE(_state, _conf)                                             \
    DEFINE_PROP_ON_OFF_AUTO("backend_defaults", _state, _conf.backend_defaults,                 \
                            ON_OFF_AUTO_AUTO),                                                  \
    DEFINE_PROP_BLOCKSIZE("logical_block_size", _state, _conf.logical_block_size),              \
    DEFINE_PROP_BLOCKSIZE("physical_block_size", _state, _conf.physical_block_size),            \
    DEFINE_PROP_SIZE32("min_io_size", _state, _conf.min_io_size, 0),                            \
    DEFINE_PROP_SIZE32("opt_io_size", _state, _conf.opt_io_size, 0),                            \
    DEFINE_PROP_SIZE32("discard_granularity", _state, _conf.discard_granularity, -1),           \
    DEFINE_PROP_ON_OFF_AUTO("write-cache", _state, _conf.wce, ON_OFF_AUTO_AUTO),                \
    DEFINE_PROP_BOOL("share-rw", _state, _conf.share_rw, false),                                \
    DEFINE_PROP_ON_OFF_AUTO("account-invalid", _state, _conf.account_invalid, ON_OFF_AUTO_AUTO), \
    DEFINE_PROP_ON_OFF_AUTO("account-failed", _state, _conf.account_failed, ON_OFF_AUTO_AUTO)

#define DEFINE_BLOCK_PROPERTIES(_state, _conf)                  \
    DEFINE_PROP_DRIVE("drive", _state, _conf.blk),              \
    DEFINE_BLOCK_PROPERTIES_BASE(_state, _conf)

#define DEFINE_BLOCK_CHS_PROPERTIES(_state, _conf)              \
    DEFINE_PROP_UINT32("cyls", _state, _conf.cyls, 0),          \
    DEFINE_PROP_UINT32("heads", _state, _conf.heads, 0),        \
    DEFINE_PROP_UINT32("secs", _state, _conf.secs, 0),          \
    DEFINE_PROP_UINT32("lcyls", _state, _conf.lcyls, 0),        \
    DEFINE_PROP_UINT32("lheads", _state, _conf.lheads, 0),      \
    DEFINE_PROP_UINT32("lsecs", _state, _conf.lsecs, 0)

#define DEFINE_BLOCK_ERROR_PROPERTIES(_state, _conf)                                    \
    DEFINE_PROP_BLOCKDEV_ON_ERROR("rerror", _state, _conf.rerror, BLOCKDEV_ON_ERROR_AUTO), \
    DEFINE_PROP_BLOCKDEV_ON_ERROR("werror", _state, _conf.werror, BLOCKDEV_ON_ERROR_AUTO)

/*
 * In realize, in this order; each returns false with @errp set when the properties do not fit
 * together. blkconf_blocksizes() fills in what the user left open;
 * blkconf_apply_backend_options() takes the permissions (@resizable: the host may resize
 * the disk while the device uses it); blkconf_geometry() fills in cylinders (@*_max: the
 * limits of the bus).
 */
bool blkconf_blocksizes(BlockConf *conf, Error **errp);
bool blkconf_apply_backend_options(BlockConf *conf, bool readonly, bool resizable, Error **errp);
bool blkconf_geometry(BlockConf *conf, int *ptrans, unsigned cyls_max, unsigned heads_max,
                      unsigned secs_max, Error **errp);

/* A geometry for a disk of that size. */
void hd_geometry_guess(BlockBackend *blk, uint32_t *pcyls, uint32_t *pheads, uint32_t *psecs,
                       int *ptrans);

/*
 * Read all of the backend, which must have @size bytes, into @buf, for devices that keep the
 * medium in memory. Holes are skipped, so @buf must be zero.
 */
bool blk_check_size_and_read_all(BlockBackend *blk, void *buf, hwaddr size, Error **errp);

#endif
