/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listeners: their order, the difference between two views as they hear it,
 * eventfds, and the dirty log calls.  All of it under the BQL.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"

MemoryListenerList memory_listeners = QTAILQ_HEAD_INITIALIZER(memory_listeners);

/* -- differences between views -------------------------------------------------------- */

/* A range of the new view and, if it was there before, of the old one. */
typedef struct RangePair {
    const FlatRange *old;
    const FlatRange *new;
} RangePair;

typedef struct ViewDiff {
    GArray *gone;  /* RangePair without new */
    GArray *shown; /* RangePair with new, ascending; unchanged ones only as far as wanted */
    bool want_unchanged;
} ViewDiff;

/* Both positions are where the same chunk begins: nothing in it differs. */
static bool at_shared_chunk(const FlatIter *a, const FlatIter *b)
{
    return !a->index && !b->index && a->chunk < a->view->chunk_count &&
           b->chunk < b->view->chunk_count &&
           a->view->chunks[a->chunk] == b->view->chunks[b->chunk];
}

static void diff_step(ViewDiff *diff, FlatIter *a, FlatIter *b)
{
    RangePair pair = { flat_iter_get(a), flat_iter_get(b) };

    if (pair.old && pair.new && flat_range_equal(pair.old, pair.new)) {
        flat_iter_next(a);
        flat_iter_next(b);
        if (diff->want_unchanged || pair.old->dirty_log_mask != pair.new->dirty_log_mask) {
            g_array_append_val(diff->shown, pair);
        }
    } else if (pair.old && (!pair.new || pair.old->start <= pair.new->start)) {
        pair.new = NULL;
        flat_iter_next(a);
        g_array_append_val(diff->gone, pair);
    } else {
        pair.old = NULL;
        flat_iter_next(b);
        g_array_append_val(diff->shown, pair);
    }
}

static void view_diff_compute(ViewDiff *diff, FlatView *old, FlatView *new)
{
    FlatIter a = { .view = old };
    FlatIter b = { .view = new };

    while (flat_iter_get(&a) || flat_iter_get(&b)) {
        if (!diff->want_unchanged && at_shared_chunk(&a, &b)) {
            a.chunk++;
            b.chunk++;
        } else {
            diff_step(diff, &a, &b);
        }
    }
}

static void tell_shown(AddressSpace *as, const RangePair *pair, FlatView *view)
{
    MemoryRegionSection section = flat_range_section(pair->new, view);
    uint8_t old_mask, new_mask;

    if (!pair->old) {
        LISTENERS_CALL(as, region_add, , &section);
        return;
    }
    old_mask = pair->old->dirty_log_mask;
    new_mask = pair->new->dirty_log_mask;
    LISTENERS_CALL(as, region_nop, , &section);
    if (new_mask & ~old_mask) {
        LISTENERS_CALL(as, log_start, , &section, old_mask, new_mask);
    }
    if (old_mask & ~new_mask) {
        LISTENERS_CALL(as, log_stop, _REVERSE, &section, old_mask, new_mask);
    }
}

void listeners_tell_view(AddressSpace *as, FlatView *old, FlatView *new)
{
    ViewDiff diff = { 0 };
    MemoryListener *listener;

    if (QTAILQ_EMPTY(&as->listeners)) {
        return;
    }
    QTAILQ_FOREACH(listener, &as->listeners, link_as)
    {
        diff.want_unchanged |= listener->region_nop != NULL;
    }
    diff.gone = g_array_new(FALSE, FALSE, sizeof(RangePair));
    diff.shown = g_array_new(FALSE, FALSE, sizeof(RangePair));
    view_diff_compute(&diff, old, new);
    for (unsigned i = 0; i < diff.gone->len; i++) {
        const RangePair *pair = &g_array_index(diff.gone, RangePair, i);
        MemoryRegionSection section = flat_range_section(pair->old, old);

        LISTENERS_CALL(as, region_del, _REVERSE, &section);
    }
    for (unsigned i = 0; i < diff.shown->len; i++) {
        tell_shown(as, &g_array_index(diff.shown, RangePair, i), new);
    }
    g_array_unref(diff.gone);
    g_array_unref(diff.shown);
}

/* -- eventfds ------------------------------------------------------------------------- */

/* One eventfd of a region where an address space shows it. */
typedef struct SpaceIoeventfd {
    hwaddr addr; /* in the address space */
    MemoryRegionIoeventfd fd;
} SpaceIoeventfd;

static int space_ioeventfd_compare(const SpaceIoeventfd *a, const SpaceIoeventfd *b)
{
#define COMPARE(field)                                                                          \
    if (a->field != b->field) {                                                                 \
        return a->field < b->field ? -1 : 1;                                                    \
    }
    COMPARE(addr)
    COMPARE(fd.size)
    COMPARE(fd.match_data)
    COMPARE(fd.data)
    COMPARE(fd.e)
#undef COMPARE
    return 0;
}

static int space_ioeventfd_sort(gconstpointer a, gconstpointer b)
{
    return space_ioeventfd_compare(a, b);
}

static GArray *space_ioeventfds_collect(FlatView *view)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(SpaceIoeventfd));
    const FlatRange *range;

    FLAT_VIEW_FOREACH(range, it, view)
    {
        const MemoryRegionIoeventfds *fds = range->mr->ioeventfds;

        for (unsigned i = 0; fds && i < fds->count; i++) {
            hwaddr last = fds->fd[i].addr + MAX(fds->fd[i].size, 1) - 1;

            if (fds->fd[i].addr >= range->offset &&
                last - range->offset <= range->last - range->start) {
                SpaceIoeventfd at = { range->start + (fds->fd[i].addr - range->offset),
                                      fds->fd[i] };

                g_array_append_val(all, at);
            }
        }
    }
    g_array_sort(all, space_ioeventfd_sort);
    return all;
}

static void tell_ioeventfd(AddressSpace *as, const SpaceIoeventfd *at, bool is_added)
{
    MemoryRegionSection section = {
        .fv = as->current_map,
        .offset_within_address_space = at->addr,
        .size = int128_make64(at->fd.size),
    };

    if (is_added) {
        LISTENERS_CALL(as, eventfd_add, , &section, at->fd.match_data, at->fd.data, at->fd.e);
    } else {
        LISTENERS_CALL(as, eventfd_del, _REVERSE, &section, at->fd.match_data, at->fd.data,
                       at->fd.e);
    }
}

static bool space_follows_ioeventfds(const AddressSpace *as)
{
    const MemoryListener *listener;

    QTAILQ_FOREACH(listener, &as->listeners, link_as)
    {
        if (listener->eventfd_add || listener->eventfd_del) {
            return true;
        }
    }
    return false;
}

/* Tell what is in @from and not in @to, both sorted. */
static void tell_ioeventfds_only_in(AddressSpace *as, GArray *from, GArray *to, bool is_added)
{
    unsigned j = 0;

    for (unsigned i = 0; i < from->len; i++) {
        const SpaceIoeventfd *at = &g_array_index(from, SpaceIoeventfd, i);

        while (j < to->len &&
               space_ioeventfd_compare(&g_array_index(to, SpaceIoeventfd, j), at) < 0) {
            j++;
        }
        if (j < to->len && !space_ioeventfd_compare(&g_array_index(to, SpaceIoeventfd, j), at)) {
            j++;
        } else {
            tell_ioeventfd(as, at, is_added);
        }
    }
}

void listeners_tell_ioeventfds(AddressSpace *as)
{
    g_autoptr(GArray) old = as->ioeventfds;
    GArray *new;

    if (!space_follows_ioeventfds(as)) {
        as->ioeventfds = NULL;
        return;
    }
    if (!old) {
        old = g_array_new(FALSE, FALSE, sizeof(SpaceIoeventfd));
    }
    new = space_ioeventfds_collect(as->current_map);
    as->ioeventfds = new;
    tell_ioeventfds_only_in(as, old, new, false);
    tell_ioeventfds_only_in(as, new, old, true);
}

/* -- coming and going ----------------------------------------------------------------- */

static void listener_insert(MemoryListener *listener)
{
    MemoryListener *other;

    QTAILQ_FOREACH(other, &memory_listeners, link)
    {
        if (listener->priority < other->priority) {
            QTAILQ_INSERT_BEFORE(other, listener, link);
            break;
        }
    }
    if (!other) {
        QTAILQ_INSERT_TAIL(&memory_listeners, listener, link);
    }
    QTAILQ_FOREACH(other, &listener->address_space->listeners, link_as)
    {
        if (listener->priority < other->priority) {
            QTAILQ_INSERT_BEFORE(other, listener, link_as);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&listener->address_space->listeners, listener, link_as);
}

/* Call one listener's @callback if it has it. */
#define LISTENER_CALL(listener, callback, ...)                                                  \
    do {                                                                                        \
        if ((listener)->callback) {                                                             \
            (listener)->callback(listener, ##__VA_ARGS__);                                      \
        }                                                                                       \
    } while (0)

static void listener_tell_one_ioeventfd(MemoryListener *listener, const SpaceIoeventfd *at,
                                        bool is_added)
{
    MemoryRegionSection section = {
        .fv = listener->address_space->current_map,
        .offset_within_address_space = at->addr,
        .size = int128_make64(at->fd.size),
    };

    if (is_added) {
        LISTENER_CALL(listener, eventfd_add, &section, at->fd.match_data, at->fd.data, at->fd.e);
    } else {
        LISTENER_CALL(listener, eventfd_del, &section, at->fd.match_data, at->fd.data, at->fd.e);
    }
}

/* Announce or take back all eventfds of the listener's address space. */
static void listener_tell_all_ioeventfds(MemoryListener *listener, bool is_added)
{
    AddressSpace *as = listener->address_space;

    if (!listener->eventfd_add && !listener->eventfd_del) {
        return;
    }
    if (!as->ioeventfds) {
        as->ioeventfds = space_ioeventfds_collect(as->current_map);
    }
    for (unsigned i = 0; i < as->ioeventfds->len; i++) {
        listener_tell_one_ioeventfd(listener, &g_array_index(as->ioeventfds, SpaceIoeventfd, i),
                                    is_added);
    }
}

void memory_listener_register(MemoryListener *listener, AddressSpace *filter)
{
    FlatView *view = filter->current_map;
    const FlatRange *range;

    g_assert(bql_locked());
    g_assert(!listener->address_space);
    listener->address_space = filter;
    listener_insert(listener);

    LISTENER_CALL(listener, begin);
    if (global_dirty_tracking) {
        LISTENER_CALL(listener, log_global_start);
    }
    FLAT_VIEW_FOREACH(range, it, view)
    {
        MemoryRegionSection section = flat_range_section(range, view);

        LISTENER_CALL(listener, region_add, &section);
        if (range->dirty_log_mask) {
            LISTENER_CALL(listener, log_start, &section, 0, range->dirty_log_mask);
        }
    }
    listener_tell_all_ioeventfds(listener, true);
    LISTENER_CALL(listener, commit);
}

void memory_listener_unregister(MemoryListener *listener)
{
    AddressSpace *as = listener->address_space;
    FlatView *view;
    const FlatRange *range;

    g_assert(bql_locked());
    if (!as) {
        return;
    }
    view = as->current_map;
    LISTENER_CALL(listener, begin);
    listener_tell_all_ioeventfds(listener, false);
    FLAT_VIEW_FOREACH(range, it, view)
    {
        MemoryRegionSection section = flat_range_section(range, view);

        if (range->dirty_log_mask) {
            LISTENER_CALL(listener, log_stop, &section, range->dirty_log_mask, 0);
        }
        LISTENER_CALL(listener, region_del, &section);
    }
    LISTENER_CALL(listener, commit);
    QTAILQ_REMOVE(&memory_listeners, listener, link);
    QTAILQ_REMOVE(&as->listeners, listener, link_as);
    listener->address_space = NULL;
}
