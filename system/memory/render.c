/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the tree of regions to what shows: regions are visited highest priority
 * first, and each fills what is still empty of its place.  Only the parts of
 * the tree that reach into the wanted window are visited.
 */
#include "qemu/osdep.h"
#include "memory-internal.h"

typedef struct Rendering {
    GArray *out;    /* FlatRange */
    unsigned first; /* index in out where this window begins */
} Rendering;

static uint8_t range_flags(const MemoryRegion *mr, uint8_t inherited)
{
    uint8_t flags = inherited;
    bool is_romd = mr->rom_device && mr->romd_mode;

    if ((mr->ram && !mr->ram_device) || is_romd) {
        flags |= FLAT_DIRECT_READ;
    }
    if (is_romd) {
        flags |= FLAT_ROMD;
    }
    if (mr->ram && (flags & FLAT_READONLY)) {
        flags |= FLAT_IGNORE_WRITE;
    } else if (mr->ram && !mr->ram_device) {
        flags |= FLAT_DIRECT_WRITE;
    }
    if (mr->is_iommu) {
        flags |= FLAT_IOMMU;
    }
    return flags;
}

/* Index of the first range of this window that ends at or above @addr. */
static unsigned first_ending_at(const Rendering *r, hwaddr addr)
{
    unsigned low = r->first;
    unsigned high = r->out->len;

    while (low < high) {
        unsigned mid = low + (high - low) / 2;

        if (g_array_index(r->out, FlatRange, mid).last < addr) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

/* Let @mr, whose first byte would be at @base, show in the holes of [first, last]. */
static void fill_holes(Rendering *r, MemoryRegion *mr, Int128 base, FlatWindow place,
                       uint8_t flags)
{
    hwaddr first = place.start;
    unsigned i = first_ending_at(r, first);

    for (;;) {
        const FlatRange *next = i < r->out->len ? &g_array_index(r->out, FlatRange, i) : NULL;
        FlatRange range;

        if (next && next->start <= first) {
            if (next->last >= place.last) {
                return;
            }
            first = next->last + 1;
            i++;
            continue;
        }
        range = (FlatRange) {
            .start = first,
            .last = next && next->start <= place.last ? next->start - 1 : place.last,
            .offset = (hwaddr)int128_getlo(int128_sub(int128_make64(first), base)),
            .mr = mr,
            .block = mr->ram_block,
            .flags = range_flags(mr, flags),
            .dirty_log_mask = memory_region_get_dirty_log_mask(mr),
        };
        g_array_insert_val(r->out, i, range);
        if (range.last == place.last) {
            return;
        }
        first = range.last + 1;
        i++;
    }
}

static uint8_t inherit_flags(const MemoryRegion *mr, uint8_t flags)
{
    return flags | (mr->readonly ? FLAT_READONLY : 0) | (mr->nonvolatile ? FLAT_NONVOLATILE : 0) |
           (mr->unmergeable ? FLAT_UNMERGEABLE : 0);
}

static void render_region(Rendering *r, MemoryRegion *mr, Int128 base, FlatWindow clip,
                          uint8_t flags)
{
    Int128 end = int128_sub(int128_add(base, mr->size), int128_one());
    FlatWindow place, local;

    if (!mr->enabled || !int128_nz(mr->size) || int128_lt(end, int128_make64(clip.start)) ||
        int128_gt(base, int128_make64(clip.last))) {
        return;
    }
    place.start = int128_getlo(int128_max(base, int128_make64(clip.start)));
    place.last = int128_getlo(int128_min(end, int128_make64(clip.last)));
    flags = inherit_flags(mr, flags);

    if (mr->alias) {
        render_region(r, mr->alias, int128_sub(base, int128_make64(mr->alias_offset)), place,
                      flags);
        return;
    }
    local.start = int128_getlo(int128_sub(int128_make64(place.start), base));
    local.last = int128_getlo(int128_sub(int128_make64(place.last), base));
    for (unsigned i = 0; mr->children && i < mr->children->count; i++) {
        const MemoryRegionChild *child = &mr->children->child[i];

        if (child->addr <= local.last && child->last >= local.start) {
            render_region(r, child->mr, int128_add(base, int128_make64(child->addr)), place,
                          flags);
        }
    }
    if (mr->terminates) {
        fill_holes(r, mr, base, place, flags);
    }
}

static bool can_join(const FlatRange *a, const FlatRange *b)
{
    return a->last + 1 == b->start && a->mr == b->mr &&
           a->offset + (b->start - a->start) == b->offset && a->flags == b->flags &&
           a->dirty_log_mask == b->dirty_log_mask && !(a->flags & FLAT_UNMERGEABLE);
}

void flat_render(MemoryRegion *root, FlatWindow window, GArray *out)
{
    Rendering r = { .out = out, .first = out->len };
    FlatRange *ranges;
    unsigned kept;

    render_region(&r, root, int128_zero(), window, 0);
    if (out->len == r.first) {
        return;
    }
    ranges = (FlatRange *)out->data;
    kept = r.first;
    for (unsigned i = r.first + 1; i < out->len; i++) {
        if (can_join(&ranges[kept], &ranges[i])) {
            ranges[kept].last = ranges[i].last;
        } else {
            ranges[++kept] = ranges[i];
        }
    }
    g_array_set_size(out, kept + 1);
}
