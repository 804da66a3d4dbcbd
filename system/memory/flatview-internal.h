/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flat views: which region shows at each address, as a sorted list without
 * overlaps.  The list is cut into immutable, reference counted chunks that
 * neighbouring versions share, so that a small change costs one or two chunks
 * and a copy of the chunk table.  Read under RCU, written under the BQL, freed
 * in the RCU thread.
 */
#ifndef SYSTEM_MEMORY_FLATVIEW_INTERNAL_H
#define SYSTEM_MEMORY_FLATVIEW_INTERNAL_H

#include "exec/memory.h"

/* A chunk is filled to this when it is made. */
#define FLAT_CHUNK_FILL 16

enum {
    FLAT_DIRECT_READ = 1 << 0,  /* loads may use the RAM block */
    FLAT_DIRECT_WRITE = 1 << 1, /* stores too */
    FLAT_IGNORE_WRITE = 1 << 2, /* ROM */
    FLAT_READONLY = 1 << 3,     /* the region or an alias on the way is read-only */
    FLAT_NONVOLATILE = 1 << 4,
    FLAT_UNMERGEABLE = 1 << 5,
    FLAT_ROMD = 1 << 6,
    FLAT_IOMMU = 1 << 7,
};

/* One visible piece of one region; both ends included, so that 2^64 bytes can be said. */
typedef struct FlatRange {
    hwaddr start;
    hwaddr last;
    hwaddr offset; /* of start in mr */
    MemoryRegion *mr;
    RAMBlock *block; /* mr's, if there is one */
    uint8_t flags;
    uint8_t dirty_log_mask;
} FlatRange;

typedef struct FlatChunk {
    unsigned ref;
    unsigned count;
    unsigned owner_count;
    hwaddr starts[FLAT_CHUNK_FILL]; /* of ranges[i], HWADDR_MAX behind the last */
    FlatRange ranges[FLAT_CHUNK_FILL];
    /* Distinct owners of the regions, each held once; the regions may be gone when it ends. */
    Object *owners[FLAT_CHUNK_FILL];
} FlatChunk;

struct FlatView {
    struct rcu_head rcu;
    unsigned ref;
    unsigned chunk_count;
    unsigned range_count;
    uint64_t id; /* no other view ever has it; a view's address may come again */
    MemoryRegion *root;
    Object *root_owner; /* held */
    hwaddr *starts; /* of the first range of each chunk, and as many as the search reads over */
    FlatChunk *chunks[];
};

/*
 * Number of entries of @starts (ascending, @n of them, then FLAT_CHUNK_FILL times
 * HWADDR_MAX) that are <= @addr.  No branch depends on the address, as those of a guest do
 * not predict; and the last four are counted at once, because those comparisons do not
 * wait for each other.
 */
static inline unsigned flat_upper_bound(const hwaddr *starts, unsigned n, hwaddr addr)
{
    const hwaddr *base = starts;
    unsigned count;

    QEMU_BUILD_BUG_ON(FLAT_CHUNK_FILL != 16);
    for (unsigned left = n; unlikely(left > FLAT_CHUNK_FILL);) {
        unsigned half = left / 2;

        base += half & -(size_t)(base[half - 1] <= addr);
        left -= half;
    }
    base += (size_t)(base[7] <= addr) * 8;
    base += (size_t)(base[3] <= addr) * 4;
    count = (base[0] <= addr) + (base[1] <= addr) + (base[2] <= addr) + (base[3] <= addr);
    return MIN(base - starts + count, n);
}

/* The range that holds @addr, or NULL.  Under RCU or with a reference on @view. */
static inline const FlatRange *flatview_find(const FlatView *view, hwaddr addr)
{
    unsigned c = flat_upper_bound(view->starts, view->chunk_count, addr);
    const FlatChunk *chunk;
    const FlatRange *range;
    unsigned r;

    if (unlikely(!c)) {
        return NULL;
    }
    chunk = view->chunks[c - 1];
    r = flat_upper_bound(chunk->starts, chunk->count, addr);
    range = &chunk->ranges[r - 1];
    return likely(addr <= range->last) ? range : NULL;
}

/*
 * Where this thread found its last accesses, by page.  Drivers access a few devices many
 * times in a row; the hints of one thread cost the others nothing.
 */
typedef struct FlatHint {
    uint64_t view_id;
    const FlatRange *range;
} FlatHint;
#define FLAT_HINTS 256
extern __thread FlatHint flat_hints[FLAT_HINTS];

/* Neighbouring pages get hints of their own; distant ones are spread by their higher bits. */
static inline FlatHint *flat_hint_at(hwaddr addr)
{
    hwaddr page = addr >> 12;

    return &flat_hints[(page ^ (page >> 8) ^ (page >> 16)) % FLAT_HINTS];
}

/* flatview_find() for accesses: looks at the hint first. */
static inline const FlatRange *flatview_find_hinted(const FlatView *view, hwaddr addr)
{
    FlatHint *hint = flat_hint_at(addr);
    const FlatRange *range = hint->range;

    /* The range is in a chunk of this very view, so it is alive. */
    if (likely(hint->view_id == view->id) && likely(addr - range->start <= range->last -
                                                                           range->start)) {
        return range;
    }
    range = flatview_find(view, addr);
    if (range) {
        *hint = (FlatHint) { view->id, range };
    }
    return range;
}

/* First address above @addr where a range begins; 0 if there is none. */
hwaddr flatview_next_start(const FlatView *view, hwaddr addr);

/* Position in a view; at the end chunk == view->chunk_count. */
typedef struct FlatIter {
    const FlatView *view;
    unsigned chunk;
    unsigned index;
} FlatIter;

static inline const FlatRange *flat_iter_get(const FlatIter *it)
{
    return it->chunk < it->view->chunk_count ? &it->view->chunks[it->chunk]->ranges[it->index]
                                             : NULL;
}

static inline void flat_iter_next(FlatIter *it)
{
    if (++it->index == it->view->chunks[it->chunk]->count) {
        it->chunk++;
        it->index = 0;
    }
}

#define FLAT_VIEW_FOREACH(range, it, fv)                                                        \
    for (FlatIter it = { .view = (fv) }; (range = flat_iter_get(&it)); flat_iter_next(&it))

/* A run of addresses, both ends included. */
typedef struct FlatWindow {
    hwaddr start;
    hwaddr last;
} FlatWindow;

/*
 * Add [start, last] to @windows (GArray of FlatWindow, ascending, apart from each
 * other), merging with neighbours; beyond a small number they become one.
 * Returns whether anything was added.
 */
bool flat_windows_add(GArray *windows, hwaddr start, hwaddr last);

/* Same place, same look: no difference for listeners but perhaps the dirty mask. */
static inline bool flat_range_equal(const FlatRange *a, const FlatRange *b)
{
    return a->start == b->start && a->last == b->last && a->mr == b->mr &&
           a->offset == b->offset && a->flags == b->flags && a->block == b->block;
}

/* Append the ranges that @root shows in @window to @out (FlatRange), ascending and merged. */
void flat_render(MemoryRegion *root, FlatWindow window, GArray *out);

/* A view of @root from nothing; @root may be NULL for an empty one. */
FlatView *flatview_new(MemoryRegion *root);

/*
 * @old (whose reference stays the caller's) with @windows rendered again; NULL if that
 * changes nothing.  Windows are widened to whole ranges of @old first.
 */
FlatView *flatview_update(FlatView *old, MemoryRegion *root, const GArray *windows);

/* The part of an address space that @range shows, as listeners get it; no reference. */
MemoryRegionSection flat_range_section(const FlatRange *range, FlatView *view);

#endif
