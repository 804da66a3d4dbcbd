/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dirty tracking as regions and listeners see it: who logs what, snapshots,
 * and logging of all RAM.  The bitmaps themselves are in dirty.c.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"
#include "ram-internal.h"

#define PAGE_BITS TARGET_PAGE_BITS

/* -- regions -------------------------------------------------------------------------- */

unsigned int global_dirty_tracking;

uint8_t memory_region_get_dirty_log_mask(MemoryRegion *mr)
{
    const RAMBlock *block = mr->ram_block;
    uint8_t mask = mr->dirty_log_mask;

    if (global_dirty_tracking &&
        ((block && (block->flags & RAM_MIGRATABLE)) || mr->is_iommu)) {
        mask |= 1 << DIRTY_MEMORY_MIGRATION;
    }
    if (block && dirty_is_tracked_everywhere(DIRTY_MEMORY_CODE)) {
        mask |= 1 << DIRTY_MEMORY_CODE;
    }
    return mask;
}

bool memory_region_is_logging(MemoryRegion *mr, uint8_t client)
{
    return memory_region_get_dirty_log_mask(mr) & (1 << client);
}

void memory_region_set_log(MemoryRegion *mr, bool log, unsigned client)
{
    hwaddr offset = 0;
    unsigned before;

    g_assert(client == DIRTY_MEMORY_VGA);
    mr = memory_region_resolve_alias(mr, &offset);
    before = mr->vga_logging_count;
    g_assert(log || before);
    mr->vga_logging_count += log ? 1 : -1;
    if (!!before == !!mr->vga_logging_count) {
        return;
    }
    memory_region_transaction_begin();
    mr->dirty_log_mask ^= 1 << client;
    if (mr->ram_block) {
        if (log) {
            ram_block_dirty_track(mr->ram_block, client);
        } else {
            ram_block_dirty_untrack(mr->ram_block, client);
        }
    }
    if (mr->enabled) {
        region_look_changed(mr);
    }
    memory_region_transaction_commit();
}

void memory_region_set_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size)
{
    g_assert(mr->ram_block);
    ram_block_written(mr->ram_block, addr, size, DIRTY_CLIENTS_ALL);
}

void memory_region_set_written(MemoryRegion *mr, hwaddr addr, hwaddr len)
{
    if (mr->ram_block) {
        ram_block_written(mr->ram_block, addr, len, DIRTY_CLIENTS_ALL);
    }
}

bool memory_region_get_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client)
{
    g_assert(mr->ram_block);
    return ram_block_dirty_get(mr->ram_block, addr, size, client);
}

void memory_region_reset_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client)
{
    g_assert(mr->ram_block);
    ram_block_dirty_test_and_clear(mr->ram_block, addr, size, client);
}

/* -- snapshots ------------------------------------------------------------------------ */

/* @dirty has a bit per page, beginning with the page of @start. */
struct DirtyBitmapSnapshot {
    hwaddr start;
    size_t pages;
    unsigned long dirty[];
};

DirtyBitmapSnapshot *memory_region_snapshot_and_clear_dirty(MemoryRegion *mr, hwaddr addr,
                                                            hwaddr size, unsigned client)
{
    hwaddr start = addr & TARGET_PAGE_MASK;
    size_t pages = size ? DIV_ROUND_UP(addr + size - start, TARGET_PAGE_SIZE) : 0;
    DirtyBitmapSnapshot *snap =
        g_malloc0(sizeof(*snap) + BITS_TO_LONGS(pages) * sizeof(unsigned long));

    g_assert(mr->ram_block);
    memory_region_sync_dirty_bitmap(mr);
    snap->start = start;
    snap->pages = pages;
    for (size_t i = 0; i < pages; i++) {
        if (ram_block_dirty_test_and_clear(mr->ram_block, start + (i << PAGE_BITS), 1, client)) {
            set_bit(i, snap->dirty);
        }
    }
    memory_region_clear_dirty_bitmap(mr, start, (hwaddr)pages << PAGE_BITS);
    return snap;
}

bool memory_region_snapshot_get_dirty(MemoryRegion *mr, DirtyBitmapSnapshot *snap, hwaddr addr,
                                      hwaddr size)
{
    size_t first, last;

    g_assert(size && addr >= snap->start);
    first = (addr - snap->start) >> PAGE_BITS;
    last = (addr + size - 1 - snap->start) >> PAGE_BITS;
    g_assert(last < snap->pages);
    return find_next_bit(snap->dirty, last + 1, first) <= last;
}

/* -- all of RAM ----------------------------------------------------------------------- */

/* Let the views carry the new mask, so that listeners hear log_start and log_stop. */
static void global_tracking_set(unsigned flags)
{
    unsigned before = global_dirty_tracking;

    global_dirty_tracking = flags;
    if (!before == !flags) {
        return;
    }
    dirty_track_everywhere(DIRTY_MEMORY_MIGRATION, flags != 0);
    memory_region_transaction_begin();
    flat_roots_changed();
    memory_region_transaction_commit();
}

void memory_global_dirty_log_start(unsigned int flags)
{
    unsigned before = global_dirty_tracking;
    MemoryListener *listener;

    g_assert(bql_locked());
    g_assert(flags && !(flags & ~GLOBAL_DIRTY_MASK));
    if (!before) {
        QTAILQ_FOREACH(listener, &memory_listeners, link)
        {
            if (listener->log_global_start) {
                listener->log_global_start(listener);
            }
        }
    }
    global_tracking_set(before | flags);
}

void memory_global_dirty_log_stop(unsigned int flags)
{
    unsigned before = global_dirty_tracking;
    MemoryListener *listener;

    g_assert(bql_locked());
    g_assert(flags && !(flags & ~GLOBAL_DIRTY_MASK));
    global_tracking_set(before & ~flags);
    if (before && !global_dirty_tracking) {
        QTAILQ_FOREACH_REVERSE(listener, &memory_listeners, link)
        {
            if (listener->log_global_stop) {
                listener->log_global_stop(listener);
            }
        }
    }
}

/* Have @listener sync what it shows of @mr (NULL: of all regions that are logged). */
static void listener_sync(MemoryListener *listener, MemoryRegion *mr, bool last_stage)
{
    FlatView *view = listener->address_space->current_map;
    const FlatRange *range;

    if (listener->log_sync_global) {
        listener->log_sync_global(listener, last_stage);
        return;
    }
    if (!listener->log_sync) {
        return;
    }
    FLAT_VIEW_FOREACH(range, it, view)
    {
        if (range->dirty_log_mask && (!mr || range->mr == mr)) {
            MemoryRegionSection section = flat_range_section(range, view);

            listener->log_sync(listener, &section);
        }
    }
}

void memory_region_sync_dirty_bitmap(MemoryRegion *mr)
{
    MemoryListener *listener;

    QTAILQ_FOREACH(listener, &memory_listeners, link)
    {
        listener_sync(listener, mr, false);
    }
}

void memory_global_dirty_log_sync(bool last_stage)
{
    MemoryListener *listener;

    QTAILQ_FOREACH(listener, &memory_listeners, link)
    {
        listener_sync(listener, NULL, last_stage);
    }
}

void memory_global_after_dirty_log_sync(void)
{
    MemoryListener *listener;

    QTAILQ_FOREACH(listener, &memory_listeners, link)
    {
        if (listener->log_global_after_sync) {
            listener->log_global_after_sync(listener);
        }
    }
}

/* The part of @range that lies in [@start, @start + @len) of its region; false if none. */
static bool range_part(const FlatRange *range, FlatView *view, hwaddr start, hwaddr len,
                       MemoryRegionSection *section)
{
    hwaddr first = MAX(start, range->offset);
    hwaddr last = MIN(start + (len - 1), range->offset + (range->last - range->start));

    if (first > last) {
        return false;
    }
    *section = flat_range_section(range, view);
    section->offset_within_region = first;
    section->offset_within_address_space = range->start + (first - range->offset);
    section->size = int128_make64(last - first + 1);
    return true;
}

void memory_region_clear_dirty_bitmap(MemoryRegion *mr, hwaddr start, hwaddr len)
{
    MemoryListener *listener;

    if (!len) {
        return;
    }
    QTAILQ_FOREACH(listener, &memory_listeners, link)
    {
        FlatView *view = listener->address_space->current_map;
        const FlatRange *range;

        if (!listener->log_clear) {
            continue;
        }
        FLAT_VIEW_FOREACH(range, it, view)
        {
            MemoryRegionSection section;

            if (range->mr == mr && range->dirty_log_mask &&
                range_part(range, view, start, len, &section)) {
                listener->log_clear(listener, &section);
            }
        }
    }
}
