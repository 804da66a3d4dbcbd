/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a transaction changed: windows on the regions that were touched, and at
 * commit the same windows as seen by every container and alias above.  Spreading
 * with the tree as it is then is right although the tree changed meanwhile:
 * whoever moved, added or removed an edge of the tree recorded the whole of
 * what that edge shows, above it.
 */
#include "qemu/osdep.h"
#include "memory-internal.h"

/* Regions with a non-empty windows array.  Guarded by the BQL. */
static GPtrArray *changed_regions;
static bool ioeventfds_pending;

static bool window_record(MemoryRegion *mr, hwaddr start, hwaddr last)
{
    if (!mr->windows) {
        mr->windows = g_array_new(FALSE, FALSE, sizeof(FlatWindow));
    }
    if (!mr->windows->len) {
        if (!changed_regions) {
            changed_regions = g_ptr_array_new();
        }
        g_ptr_array_add(changed_regions, mr);
    }
    return flat_windows_add(mr->windows, start, last);
}

void region_window_changed(MemoryRegion *mr, Int128 start, Int128 size)
{
    Int128 last = int128_sub(int128_add(start, size), int128_one());

    if (!int128_nz(size) || int128_lt(last, int128_zero()) ||
        int128_gt(start, int128_make64(HWADDR_MAX))) {
        return;
    }
    window_record(mr, int128_getlo(int128_max(start, int128_zero())),
                  int128_getlo(int128_min(last, int128_make64(HWADDR_MAX))));
}

void region_look_changed(MemoryRegion *mr)
{
    region_window_changed(mr, int128_zero(), mr->size);
}

void region_changes_forget(MemoryRegion *mr)
{
    if (mr->windows && mr->windows->len) {
        g_ptr_array_remove_fast(changed_regions, mr);
    }
    g_clear_pointer(&mr->windows, g_array_unref);
}

bool region_changes_pending(void)
{
    return changed_regions && changed_regions->len;
}

/* Windows of @mr as its container sees them; whether that is news to the container. */
static bool spread_to_container(const MemoryRegion *mr)
{
    bool is_news = false;

    for (unsigned i = 0; i < mr->windows->len; i++) {
        FlatWindow w = g_array_index(mr->windows, FlatWindow, i);

        if (w.start <= HWADDR_MAX - mr->addr) {
            is_news |= window_record(mr->container, w.start + mr->addr,
                                     MIN(w.last, HWADDR_MAX - mr->addr) + mr->addr);
        }
    }
    return is_news;
}

static bool spread_to_alias(const MemoryRegion *mr, MemoryRegion *alias)
{
    hwaddr offset = alias->alias_offset;
    bool is_news = false;
    hwaddr size_last;

    if (!int128_nz(alias->size)) {
        return false;
    }
    size_last = int128_getlo(int128_sub(alias->size, int128_one()));
    for (unsigned i = 0; i < mr->windows->len; i++) {
        FlatWindow w = g_array_index(mr->windows, FlatWindow, i);
        hwaddr start = w.start > offset ? w.start - offset : 0;

        if (w.last >= offset && start <= size_last) {
            is_news |= window_record(alias, start, MIN(w.last - offset, size_last));
        }
    }
    return is_news;
}

void region_changes_spread(void)
{
    g_autoptr(GPtrArray) work = g_ptr_array_sized_new(changed_regions->len);

    for (unsigned i = 0; i < changed_regions->len; i++) {
        g_ptr_array_add(work, changed_regions->pdata[i]);
    }
    /* Ends: windows only grow, and beyond a few they become one. */
    while (work->len) {
        MemoryRegion *mr = g_ptr_array_remove_index_fast(work, work->len - 1);

        if (mr->container && spread_to_container(mr)) {
            g_ptr_array_add(work, mr->container);
        }
        for (unsigned i = 0; mr->aliases && i < mr->aliases->len; i++) {
            if (spread_to_alias(mr, mr->aliases->pdata[i])) {
                g_ptr_array_add(work, mr->aliases->pdata[i]);
            }
        }
    }
}

void region_changes_clear(void)
{
    for (unsigned i = 0; i < changed_regions->len; i++) {
        MemoryRegion *mr = changed_regions->pdata[i];

        g_array_set_size(mr->windows, 0);
    }
    g_ptr_array_set_size(changed_regions, 0);
}

void ioeventfds_changed(void)
{
    ioeventfds_pending = true;
}

bool ioeventfds_changed_take(void)
{
    bool was = ioeventfds_pending;

    ioeventfds_pending = false;
    return was;
}
