/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of the human monitor about disks of the host. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-block-core.h"
#include "qemu/units.h"
#include "hmp-cmds-internal.h"

HMP_HANDLER(block_resize)
{
    const char *device = hmp_arg_text(args, "device");
    uint64_t size_mib = hmp_arg_number(args, "size", 0);

    if (size_mib > INT64_MAX / MiB) {
        error_setg(errp, "size=%" PRIu64 " MiB is too large", size_mib);
        return;
    }
    qmp_block_resize(device, NULL, size_mib * MiB, errp);
}

static void medium_print(Monitor *mon, const BlockDeviceInfo *medium)
{
    const BlockdevCacheInfo *cache = medium->cache;

    monitor_printf(mon, " (%s): %s (%s%s)\n", medium->node_name, medium->file, medium->drv,
                   medium->ro ? ", read-only" : "");
    monitor_printf(mon, "    Cache mode:       %s%s%s\n",
                   cache->writeback ? "writeback" : "writethrough",
                   cache->direct ? ", direct" : "", cache->no_flush ? ", ignore flushes" : "");
    monitor_printf(mon, "    Size:             %" PRId64 " bytes\n", medium->image->virtual_size);
}

HMP_HANDLER(info_block)
{
    BlockInfoList *list = qmp_query_block(errp);

    for (BlockInfoList *el = list; el; el = el->next) {
        const BlockInfo *info = el->value;

        monitor_puts(mon, *info->device ? info->device : "(no id)");
        if (info->inserted) {
            medium_print(mon, info->inserted);
        } else {
            monitor_puts(mon, ": [not inserted]\n");
        }
        if (info->qdev) {
            monitor_printf(mon, "    Attached to:      %s\n", info->qdev);
        }
        if (info->has_io_status && info->io_status != BLOCK_DEVICE_IO_STATUS_OK) {
            monitor_printf(mon, "    I/O status:       %s\n",
                           BlockDeviceIoStatus_str(info->io_status));
        }
    }
    qapi_free_BlockInfoList(list);
}

HMP_HANDLER(info_blockstats)
{
    BlockStatsList *list = qmp_query_blockstats(false, false, errp);

    for (BlockStatsList *el = list; el; el = el->next) {
        const BlockDeviceStats *s = el->value->stats;

        monitor_printf(mon, "%s: rd_bytes=%" PRId64 " wr_bytes=%" PRId64 " rd_operations=%" PRId64
                       " wr_operations=%" PRId64 " flush_operations=%" PRId64
                       " unmap_operations=%" PRId64 " failed=%" PRId64 "\n",
                       *el->value->device ? el->value->device : "(no id)", s->rd_bytes,
                       s->wr_bytes, s->rd_operations, s->wr_operations, s->flush_operations,
                       s->unmap_operations, s->failed_rd_operations + s->failed_wr_operations +
                       s->failed_flush_operations + s->failed_unmap_operations);
    }
    qapi_free_BlockStatsList(list);
}
