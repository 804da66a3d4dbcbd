/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about disks of the host. */
#include "qemu/osdep.h"
#include "block/block.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-block-core.h"
#include "sysemu/block-backend.h"

void qmp_blockdev_add(BlockdevOptions *arg, Error **errp)
{
    blockdev_node_add(arg, errp);
}

void qmp_blockdev_del(const char *node_name, Error **errp)
{
    blockdev_node_del(node_name, errp);
}

BlockInfoList *qmp_query_block(Error **errp)
{
    return block_query();
}

BlockDeviceInfoList *qmp_query_named_block_nodes(bool has_flat, bool flat, Error **errp)
{
    return block_query_nodes();
}

BlockStatsList *qmp_query_blockstats(bool has_query_nodes, bool query_nodes, Error **errp)
{
    if (has_query_nodes && query_nodes) {
        error_setg(errp, "query-nodes=true is not supported: counters belong to backends");
        return NULL;
    }
    return block_query_stats();
}

void qmp_block_resize(const char *device, const char *node_name, int64_t size, Error **errp)
{
    BlockBackend *blk = device ? blk_by_name(device) : NULL;
    BlockDriverState *bs;

    if (!device == !node_name) {
        error_setg(errp, "exactly one of 'device' and 'node-name' must be given");
        return;
    }
    bs = blk ? blk_bs(blk) : node_name ? bdrv_find_node(node_name) : NULL;
    if (!bs) {
        error_setg(errp, blk ? "drive '%s' has no medium" : "there is no drive or block node '%s'",
                   device ? device : node_name);
        return;
    }
    blockdev_resize(bs, size, errp);
}
