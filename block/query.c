/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What query-block, query-named-block-nodes and query-blockstats tell. */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qapi/util.h"

static ImageInfo *image_info_new(BlockDriverState *bs)
{
    ImageInfo *image = g_new0(ImageInfo, 1);
    int64_t length = bdrv_getlength(bs);
    int64_t allocated = bs->driver->allocated_size ? bs->driver->allocated_size(bs) : -ENOTSUP;

    image->filename = g_strdup(bs->filename);
    image->format = g_strdup(bdrv_get_format_name(bs));
    image->virtual_size = MAX(length, 0);
    image->has_actual_size = allocated >= 0;
    image->actual_size = MAX(allocated, 0);
    return image;
}

static BlockDeviceInfo *node_info_new(BlockDriverState *bs, BlockBackend *blk)
{
    BlockDeviceInfo *info = g_new0(BlockDeviceInfo, 1);

    info->file = g_strdup(bs->filename);
    info->node_name = g_strdup(bs->node_name);
    info->ro = bs->is_read_only;
    info->drv = g_strdup(bdrv_get_format_name(bs));
    info->detect_zeroes = bs->detect_zeroes;
    info->image = image_info_new(bs);
    info->cache = g_new0(BlockdevCacheInfo, 1);
    info->cache->writeback = blk ? blk->write_cache_is_on : true;
    info->cache->direct = bs->cache_is_direct;
    info->cache->no_flush = bs->no_flush;
    return info;
}

static BlockInfo *backend_info_new(BlockBackend *blk)
{
    BlockInfo *info = g_new0(BlockInfo, 1);
    const BlockDevOps *ops = blk->dev_ops;

    info->device = g_strdup(blk_name(blk));
    info->qdev = blk->dev ? blk_get_attached_dev_id(blk) : NULL;
    info->type = g_strdup("unknown");
    info->removable = !blk->dev || (ops && ops->change_media_cb);
    info->locked = ops && ops->is_medium_locked && ops->is_medium_locked(blk->dev_opaque);
    if (ops && ops->is_tray_open) {
        info->has_tray_open = true;
        info->tray_open = ops->is_tray_open(blk->dev_opaque);
    }
    info->has_io_status = blk_iostatus_is_enabled(blk);
    info->io_status = blk->iostatus;
    if (blk->user.bs) {
        info->inserted = node_info_new(blk->user.bs, blk);
    }
    return info;
}

BlockInfoList *block_query(void)
{
    BlockInfoList *list = NULL, **tail = &list;

    for (BlockBackend *blk = blk_all_next(NULL); blk; blk = blk_all_next(blk)) {
        if (blk->name || blk->dev) {
            QAPI_LIST_APPEND(tail, backend_info_new(blk));
        }
    }
    return list;
}

BlockDeviceInfoList *block_query_nodes(void)
{
    BlockDeviceInfoList *list = NULL, **tail = &list;

    for (BlockDriverState *bs = block_node_next(NULL); bs; bs = block_node_next(bs)) {
        QAPI_LIST_APPEND(tail, node_info_new(bs, NULL));
    }
    return list;
}

static BlockDeviceStats *stats_new(BlockBackend *blk)
{
    BlockAcctStats *s = &blk->stats;
    BlockDeviceStats *d = g_new0(BlockDeviceStats, 1);

    d->rd_bytes = s->nr_bytes[BLOCK_ACCT_READ];
    d->wr_bytes = s->nr_bytes[BLOCK_ACCT_WRITE];
    d->unmap_bytes = s->nr_bytes[BLOCK_ACCT_UNMAP];
    d->rd_operations = s->nr_ops[BLOCK_ACCT_READ];
    d->wr_operations = s->nr_ops[BLOCK_ACCT_WRITE];
    d->flush_operations = s->nr_ops[BLOCK_ACCT_FLUSH];
    d->unmap_operations = s->nr_ops[BLOCK_ACCT_UNMAP];
    d->rd_total_time_ns = s->total_time_ns[BLOCK_ACCT_READ];
    d->wr_total_time_ns = s->total_time_ns[BLOCK_ACCT_WRITE];
    d->flush_total_time_ns = s->total_time_ns[BLOCK_ACCT_FLUSH];
    d->unmap_total_time_ns = s->total_time_ns[BLOCK_ACCT_UNMAP];
    d->wr_highest_offset = blk->highest_write;
    d->rd_merged = s->merged[BLOCK_ACCT_READ];
    d->wr_merged = s->merged[BLOCK_ACCT_WRITE];
    d->has_idle_time_ns = s->last_access_time_ns != 0;
    d->idle_time_ns = block_acct_idle_time_ns(s);
    d->failed_rd_operations = s->failed_ops[BLOCK_ACCT_READ];
    d->failed_wr_operations = s->failed_ops[BLOCK_ACCT_WRITE];
    d->failed_flush_operations = s->failed_ops[BLOCK_ACCT_FLUSH];
    d->failed_unmap_operations = s->failed_ops[BLOCK_ACCT_UNMAP];
    d->invalid_rd_operations = s->invalid_ops[BLOCK_ACCT_READ];
    d->invalid_wr_operations = s->invalid_ops[BLOCK_ACCT_WRITE];
    d->invalid_flush_operations = s->invalid_ops[BLOCK_ACCT_FLUSH];
    d->invalid_unmap_operations = s->invalid_ops[BLOCK_ACCT_UNMAP];
    d->account_invalid = d->account_failed = true;
    return d;
}

BlockStatsList *block_query_stats(void)
{
    BlockStatsList *list = NULL, **tail = &list;

    for (BlockBackend *blk = blk_all_next(NULL); blk; blk = blk_all_next(blk)) {
        BlockStats *stats;

        if (!blk->name && !blk->dev) {
            continue;
        }
        stats = g_new0(BlockStats, 1);
        stats->device = g_strdup(blk_name(blk));
        stats->qdev = blk->dev ? blk_get_attached_dev_id(blk) : NULL;
        stats->node_name = blk->user.bs ? g_strdup(blk->user.bs->node_name) : NULL;
        stats->stats = stats_new(blk);
        QAPI_LIST_APPEND(tail, stats);
    }
    return list;
}
