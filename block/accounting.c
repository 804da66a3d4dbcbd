/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of requests (block/accounting.h). */
#include "qemu/osdep.h"
#include "block/accounting.h"
#include "qemu/timer.h"

void block_acct_start(BlockAcctStats *stats, BlockAcctCookie *cookie, int64_t bytes,
                      enum BlockAcctType type)
{
    g_assert(type < BLOCK_MAX_IOTYPE);
    cookie->bytes = bytes;
    cookie->start_time_ns = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);
    cookie->type = type;
}

/* A cookie counts once: it is of no type afterwards. */
static void acct_end(BlockAcctStats *stats, BlockAcctCookie *cookie)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);

    stats->total_time_ns[cookie->type] += now - cookie->start_time_ns;
    stats->last_access_time_ns = now;
    cookie->type = BLOCK_ACCT_NONE;
}

void block_acct_done(BlockAcctStats *stats, BlockAcctCookie *cookie)
{
    if (cookie->type != BLOCK_ACCT_NONE) {
        stats->nr_bytes[cookie->type] += cookie->bytes;
        stats->nr_ops[cookie->type]++;
        acct_end(stats, cookie);
    }
}

void block_acct_failed(BlockAcctStats *stats, BlockAcctCookie *cookie)
{
    if (cookie->type != BLOCK_ACCT_NONE) {
        stats->failed_ops[cookie->type]++;
        acct_end(stats, cookie);
    }
}

void block_acct_invalid(BlockAcctStats *stats, enum BlockAcctType type)
{
    g_assert(type < BLOCK_MAX_IOTYPE);
    stats->invalid_ops[type]++;
    stats->last_access_time_ns = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);
}

void block_acct_merge_done(BlockAcctStats *stats, enum BlockAcctType type, int num_requests)
{
    g_assert(type < BLOCK_MAX_IOTYPE);
    stats->merged[type] += num_requests;
}

int64_t block_acct_idle_time_ns(BlockAcctStats *stats)
{
    return stats->last_access_time_ns
         ? qemu_clock_get_ns(QEMU_CLOCK_REALTIME) - stats->last_access_time_ns : 0;
}
