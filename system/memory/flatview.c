/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Versions of a flat view: chunks and their sharing, life time, and the edit
 * that turns one version into the next by rendering only changed windows.
 */
#include "qemu/osdep.h"
#include "flatview-internal.h"

/* More separate windows than this are not worth their bookkeeping. */
#define WINDOWS_MAX 8

bool flat_windows_add(GArray *windows, hwaddr start, hwaddr last)
{
    FlatWindow *w = (FlatWindow *)windows->data;
    FlatWindow merged = { start, last };
    unsigned first = 0;
    unsigned end;

    while (first < windows->len && w[first].last < start && start - w[first].last > 1) {
        first++;
    }
    for (end = first; end < windows->len; end++) {
        if (w[end].start > last && w[end].start - last > 1) {
            break;
        }
        if (w[end].start <= start && w[end].last >= last) {
            return false;
        }
        merged.start = MIN(merged.start, w[end].start);
        merged.last = MAX(merged.last, w[end].last);
    }
    if (end > first) {
        g_array_remove_range(windows, first, end - first);
    }
    g_array_insert_val(windows, first, merged);
    if (windows->len > WINDOWS_MAX) {
        w = (FlatWindow *)windows->data;
        w[0].last = w[windows->len - 1].last;
        g_array_set_size(windows, 1);
    }
    return true;
}

__thread FlatHint flat_hints[FLAT_HINTS];

/* -- chunks ----------------------------------------------------------------------- */

static void flat_chunk_hold(FlatChunk *chunk, Object *owner)
{
    for (unsigned i = 0; i < chunk->owner_count; i++) {
        if (chunk->owners[i] == owner) {
            return;
        }
    }
    chunk->owners[chunk->owner_count++] = object_ref(owner);
}

static FlatChunk *flat_chunk_new(const FlatRange *ranges, unsigned count)
{
    FlatChunk *chunk = g_new(FlatChunk, 1);

    chunk->ref = 1;
    chunk->count = count;
    chunk->owner_count = 0;
    memcpy(chunk->ranges, ranges, count * sizeof(*ranges));
    memset(chunk->starts, 0xff, sizeof(chunk->starts));
    for (unsigned i = 0; i < count; i++) {
        chunk->starts[i] = ranges[i].start;
        if (ranges[i].mr->owner) {
            flat_chunk_hold(chunk, ranges[i].mr->owner);
        }
    }
    return chunk;
}

static void flat_chunk_unref(FlatChunk *chunk)
{
    if (qatomic_fetch_dec(&chunk->ref) != 1) {
        return;
    }
    for (unsigned i = 0; i < chunk->owner_count; i++) {
        object_unref(chunk->owners[i]);
    }
    g_free(chunk);
}

/* -- views ------------------------------------------------------------------------ */

/* Guarded by the BQL, as making views is; 0 is nobody's. */
static uint64_t last_view_id;

/* Takes over the references of @chunks. */
static FlatView *flatview_from_chunks(MemoryRegion *root, const GPtrArray *chunks)
{
    size_t starts_size = (chunks->len + FLAT_CHUNK_FILL) * sizeof(hwaddr);
    FlatView *view = g_malloc(sizeof(*view) + chunks->len * sizeof(view->chunks[0]) +
                              starts_size);

    view->ref = 1;
    view->id = ++last_view_id;
    view->root = root;
    view->chunk_count = chunks->len;
    view->range_count = 0;
    view->starts = (hwaddr *)&view->chunks[chunks->len];
    memset(view->starts, 0xff, starts_size);
    for (unsigned i = 0; i < chunks->len; i++) {
        view->chunks[i] = chunks->pdata[i];
        view->starts[i] = view->chunks[i]->starts[0];
        view->range_count += view->chunks[i]->count;
    }
    view->root_owner = root && root->owner ? object_ref(root->owner) : NULL;
    return view;
}

/* In the RCU thread: readers that found the view before it was replaced are done. */
static void flatview_destroy(FlatView *view)
{
    for (unsigned i = 0; i < view->chunk_count; i++) {
        flat_chunk_unref(view->chunks[i]);
    }
    object_unref(view->root_owner);
    g_free(view);
}

bool flatview_ref(FlatView *view)
{
    unsigned ref = qatomic_read(&view->ref);

    while (ref) {
        unsigned seen = qatomic_cmpxchg(&view->ref, ref, ref + 1);

        if (seen == ref) {
            return true;
        }
        ref = seen;
    }
    return false;
}

void flatview_unref(FlatView *view)
{
    if (qatomic_fetch_dec(&view->ref) == 1) {
        call_rcu(view, flatview_destroy, rcu);
    }
}

hwaddr flatview_next_start(const FlatView *view, hwaddr addr)
{
    unsigned c = flat_upper_bound(view->starts, view->chunk_count, addr);

    if (c) {
        const FlatChunk *chunk = view->chunks[c - 1];
        unsigned r = flat_upper_bound(chunk->starts, chunk->count, addr);

        if (r < chunk->count) {
            return chunk->starts[r];
        }
    }
    return c < view->chunk_count ? view->starts[c] : 0;
}

void flatview_for_each_range(FlatView *fv, flatview_cb cb, void *opaque)
{
    const FlatRange *range;

    FLAT_VIEW_FOREACH(range, it, fv)
    {
        Int128 len = int128_add(int128_make64(range->last - range->start), int128_one());

        if (cb(int128_make64(range->start), len, range->mr, range->offset, opaque)) {
            return;
        }
    }
}

MemoryRegionSection flat_range_section(const FlatRange *range, FlatView *view)
{
    return (MemoryRegionSection) {
        .size = int128_add(int128_make64(range->last - range->start), int128_one()),
        .mr = range->mr,
        .fv = view,
        .offset_within_region = range->offset,
        .offset_within_address_space = range->start,
        .readonly = range->flags & FLAT_READONLY,
        .nonvolatile = range->flags & FLAT_NONVOLATILE,
        .unmergeable = range->flags & FLAT_UNMERGEABLE,
    };
}

/* -- making the next version ---------------------------------------------------------- */

typedef struct FlatBuilder {
    FlatIter old;       /* first range of the old view not yet dealt with */
    GArray *pending;    /* FlatRange: come after chunks, not yet in one */
    GPtrArray *chunks;
} FlatBuilder;

/* Put what is pending into chunks of about equal size. */
static void flat_builder_flush(FlatBuilder *b)
{
    const FlatRange *ranges = (const FlatRange *)b->pending->data;
    unsigned left = b->pending->len;
    unsigned parts = DIV_ROUND_UP(left, FLAT_CHUNK_FILL);

    for (; parts; parts--) {
        unsigned count = DIV_ROUND_UP(left, parts);

        g_ptr_array_add(b->chunks, flat_chunk_new(ranges, count));
        ranges += count;
        left -= count;
    }
    g_array_set_size(b->pending, 0);
}

/* Keep the old ranges that end below @start: whole chunks where possible. */
static void flat_builder_keep(FlatBuilder *b, const FlatWindow *before)
{
    const FlatView *view = b->old.view;

    while (b->old.chunk < view->chunk_count) {
        FlatChunk *chunk = view->chunks[b->old.chunk];

        if (before && chunk->ranges[b->old.index].start >= before->start) {
            return;
        }
        /* A small leftover joins the next chunk, so that chunks do not get ever smaller. */
        if (!b->old.index && (!b->pending->len || b->pending->len >= FLAT_CHUNK_FILL / 2) &&
            (!before || chunk->ranges[chunk->count - 1].start < before->start)) {
            flat_builder_flush(b);
            qatomic_inc(&chunk->ref);
            g_ptr_array_add(b->chunks, chunk);
            b->old.chunk++;
            continue;
        }
        g_array_append_val(b->pending, chunk->ranges[b->old.index]);
        flat_iter_next(&b->old);
    }
}

static void flat_builder_skip(FlatBuilder *b, const FlatWindow *window)
{
    const FlatRange *range;

    while ((range = flat_iter_get(&b->old)) && range->start <= window->last) {
        flat_iter_next(&b->old);
    }
}

static void flat_builder_init(FlatBuilder *b, const FlatView *old)
{
    b->old = (FlatIter) { .view = old };
    b->pending = g_array_new(FALSE, FALSE, sizeof(FlatRange));
    b->chunks = g_ptr_array_sized_new(old ? old->chunk_count + 4 : 16);
}

static FlatView *flat_builder_finish(FlatBuilder *b, MemoryRegion *root)
{
    FlatView *view;

    flat_builder_flush(b);
    view = flatview_from_chunks(root, b->chunks);
    g_array_free(b->pending, TRUE);
    g_ptr_array_free(b->chunks, TRUE);
    return view;
}

FlatView *flatview_new(MemoryRegion *root)
{
    FlatBuilder b;

    flat_builder_init(&b, NULL);
    if (root) {
        flat_render(root, (FlatWindow) { 0, HWADDR_MAX }, b.pending);
    }
    return flat_builder_finish(&b, root);
}

/*
 * Windows that begin and end between ranges of @old.  A range that touches a window
 * belongs to it too: it may be joined with, or cut from, what the window shows.
 */
static GArray *flat_windows_widen(const GArray *windows, const FlatView *old)
{
    GArray *wide = g_array_sized_new(FALSE, FALSE, sizeof(FlatWindow), windows->len);

    for (unsigned i = 0; i < windows->len; i++) {
        FlatWindow w = g_array_index(windows, FlatWindow, i);
        const FlatRange *before = flatview_find(old, w.start ? w.start - 1 : 0);
        const FlatRange *after = flatview_find(old, w.last < HWADDR_MAX ? w.last + 1 : w.last);

        flat_windows_add(wide, before ? MIN(before->start, w.start) : w.start,
                         after ? MAX(after->last, w.last) : w.last);
    }
    return wide;
}

/* Position at the first range of @view that begins at or above @start. */
static FlatIter flat_iter_at(const FlatView *view, hwaddr start)
{
    FlatIter it = { .view = view };
    unsigned c = flat_upper_bound(view->starts, view->chunk_count, start);

    if (c) {
        const FlatRange *range;

        it.chunk = c - 1;
        while ((range = flat_iter_get(&it)) && range->start < start) {
            flat_iter_next(&it);
        }
    }
    return it;
}

/* Whether @old shows exactly @count @ranges in @window. */
static bool flat_window_equal(const FlatView *old, const FlatWindow *window,
                              const FlatRange *ranges, unsigned count)
{
    FlatIter it = flat_iter_at(old, window->start);
    const FlatRange *range;

    for (unsigned i = 0; i < count; i++) {
        range = flat_iter_get(&it);
        if (!range || !flat_range_equal(range, &ranges[i]) ||
            range->dirty_log_mask != ranges[i].dirty_log_mask) {
            return false;
        }
        flat_iter_next(&it);
    }
    range = flat_iter_get(&it);
    return !range || range->start > window->last;
}

FlatView *flatview_update(FlatView *old, MemoryRegion *root, const GArray *windows)
{
    g_autoptr(GArray) wide = flat_windows_widen(windows, old);
    g_autoptr(GArray) fresh = g_array_new(FALSE, FALSE, sizeof(FlatRange));
    FlatBuilder b;
    bool is_changed = false;

    for (unsigned i = 0; i < wide->len; i++) {
        const FlatWindow *w = &g_array_index(wide, FlatWindow, i);

        g_array_set_size(fresh, 0);
        flat_render(root, *w, fresh);
        if (flat_window_equal(old, w, (const FlatRange *)fresh->data, fresh->len)) {
            continue;
        }
        if (!is_changed) {
            flat_builder_init(&b, old);
            is_changed = true;
        }
        flat_builder_keep(&b, w);
        flat_builder_skip(&b, w);
        g_array_append_vals(b.pending, fresh->data, fresh->len);
    }
    if (!is_changed) {
        return NULL;
    }
    flat_builder_keep(&b, NULL);
    return flat_builder_finish(&b, root);
}
