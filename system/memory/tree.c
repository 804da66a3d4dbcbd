/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of regions and everything that changes what it shows.  Each change
 * is a transaction of its own unless one is open.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"

/* -- children ---------------------------------------------------------------------- */

static void child_describe(MemoryRegionChild *child, MemoryRegion *mr)
{
    child->mr = mr;
    child->addr = mr->addr;
    if (!int128_nz(mr->size)) {
        /* Nothing lies between 1 and 0; rendering passes it by or finds it empty. */
        child->addr = HWADDR_MAX;
        child->last = 0;
        return;
    }
    child->last = int128_getlo(
        int128_min(int128_sub(int128_add(int128_make64(mr->addr), mr->size), int128_one()),
                   int128_make64(HWADDR_MAX)));
}

static MemoryRegionChild *child_find(MemoryRegion *container, const MemoryRegion *mr)
{
    for (unsigned i = 0; i < container->children->count; i++) {
        if (container->children->child[i].mr == mr) {
            return &container->children->child[i];
        }
    }
    g_assert_not_reached();
}

static void children_insert(MemoryRegion *container, MemoryRegion *mr)
{
    MemoryRegionChildren *children = container->children;
    unsigned at = 0;

    if (!children || children->count == children->capacity) {
        unsigned capacity = children ? children->capacity * 2 : 4;

        children = g_realloc(children, sizeof(*children) + capacity * sizeof(children->child[0]));
        if (!container->children) {
            children->count = 0;
        }
        children->capacity = capacity;
        container->children = children;
    }
    while (at < children->count && children->child[at].mr->priority > mr->priority) {
        at++;
    }
    memmove(&children->child[at + 1], &children->child[at],
            (children->count - at) * sizeof(children->child[0]));
    children->count++;
    child_describe(&children->child[at], mr);
}

static void children_remove(MemoryRegion *container, MemoryRegion *mr)
{
    MemoryRegionChildren *children = container->children;
    MemoryRegionChild *child = child_find(container, mr);
    unsigned at = child - children->child;

    children->count--;
    memmove(child, child + 1, (children->count - at) * sizeof(*child));
}

/* -- loops ---------------------------------------------------------------------------- */

/*
 * Whether @wanted is @mr, contains it, or reaches it through aliases.  @visit marks the
 * regions seen, so that a tree with many paths is walked once.
 */
static bool region_is_below(MemoryRegion *mr, const MemoryRegion *wanted, unsigned visit)
{
    for (; mr && mr->visit != visit; mr = mr->container) {
        if (mr == wanted) {
            return true;
        }
        mr->visit = visit;
        for (unsigned i = 0; mr->aliases && i < mr->aliases->len; i++) {
            if (region_is_below(mr->aliases->pdata[i], wanted, visit)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether adding @sub to @container would make @sub contain itself. */
static bool region_makes_loop(MemoryRegion *container, MemoryRegion *sub)
{
    static unsigned visit;

    if (!sub->alias && !(sub->children && sub->children->count) && sub != container) {
        return false;
    }
    return region_is_below(container, sub, ++visit);
}

/* -- adding and removing -------------------------------------------------------------- */

static void aliases_count_mapping(MemoryRegion *mr, int step)
{
    for (MemoryRegion *target = mr->alias; target; target = target->alias) {
        target->mapped_via_alias += step;
    }
}

static void region_place_changed(MemoryRegion *mr)
{
    region_window_changed(mr->container, int128_make64(mr->addr), mr->size);
}

/*
 * What is mapped keeps its owner alive, also between two views; but not what is mapped into
 * a region of the same owner, which would keep itself alive.
 */
static bool region_is_kept_by(MemoryRegion *mr, MemoryRegion *container)
{
    return mr->owner && mr->owner != container->owner;
}

static void region_add(MemoryRegion *container, hwaddr offset, MemoryRegion *mr, int priority)
{
    g_assert(bql_locked());
    g_assert(!mr->container);
    if (region_makes_loop(container, mr)) {
        error_report("memory region '%s' cannot be put into '%s': it contains it already",
                     memory_region_name(mr), memory_region_name(container));
        return;
    }
    memory_region_transaction_begin();
    mr->container = container;
    mr->addr = offset;
    mr->priority = priority;
    if (region_is_kept_by(mr, container)) {
        memory_region_ref(mr);
    }
    aliases_count_mapping(mr, 1);
    children_insert(container, mr);
    if (mr->enabled) {
        region_place_changed(mr);
    }
    memory_region_transaction_commit();
}

void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion)
{
    region_add(mr, offset, subregion, 0);
}

void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset,
                                         MemoryRegion *subregion, int priority)
{
    region_add(mr, offset, subregion, priority);
}

void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion)
{
    g_assert(bql_locked());
    if (!subregion->container) {
        return;
    }
    g_assert(subregion->container == mr);
    memory_region_transaction_begin();
    if (subregion->enabled) {
        region_place_changed(subregion);
    }
    children_remove(mr, subregion);
    aliases_count_mapping(subregion, -1);
    subregion->container = NULL;
    if (region_is_kept_by(subregion, mr)) {
        memory_region_unref(subregion);
    }
    memory_region_transaction_commit();
}

/* -- setters -------------------------------------------------------------------------- */

void memory_region_set_enabled(MemoryRegion *mr, bool enabled)
{
    if (mr->enabled == enabled) {
        return;
    }
    memory_region_transaction_begin();
    mr->enabled = enabled;
    region_look_changed(mr);
    memory_region_transaction_commit();
}

void memory_region_set_address(MemoryRegion *mr, hwaddr addr)
{
    if (mr->addr == addr) {
        return;
    }
    memory_region_transaction_begin();
    if (mr->container && mr->enabled) {
        region_place_changed(mr);
    }
    mr->addr = addr;
    if (mr->container) {
        child_describe(child_find(mr->container, mr), mr);
        if (mr->enabled) {
            region_place_changed(mr);
        }
    }
    memory_region_transaction_commit();
}

void memory_region_set_size(MemoryRegion *mr, uint64_t size)
{
    Int128 new = size == UINT64_MAX ? int128_2_64() : int128_make64(size);
    Int128 old = mr->size;

    if (int128_eq(old, new)) {
        return;
    }
    memory_region_transaction_begin();
    mr->size = new;
    if (mr->container) {
        child_describe(child_find(mr->container, mr), mr);
    }
    region_window_changed(mr, int128_min(old, new),
                          int128_sub(int128_max(old, new), int128_min(old, new)));
    memory_region_transaction_commit();
}

void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset)
{
    g_assert(mr->alias);
    if (mr->alias_offset == offset) {
        return;
    }
    memory_region_transaction_begin();
    mr->alias_offset = offset;
    region_look_changed(mr);
    memory_region_transaction_commit();
}

/* Set a flag of @mr that decides how its bytes show. */
static void region_set_look(MemoryRegion *mr, bool *flag, bool value)
{
    if (*flag == value) {
        return;
    }
    memory_region_transaction_begin();
    *flag = value;
    region_look_changed(mr);
    memory_region_transaction_commit();
}

void memory_region_set_readonly(MemoryRegion *mr, bool readonly)
{
    region_set_look(mr, &mr->readonly, readonly);
}

void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile)
{
    region_set_look(mr, &mr->nonvolatile, nonvolatile);
}

void memory_region_set_unmergeable(MemoryRegion *mr, bool unmergeable)
{
    region_set_look(mr, &mr->unmergeable, unmergeable);
}

void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode)
{
    region_set_look(mr, &mr->romd_mode, romd_mode);
}

/* -- looking things up ---------------------------------------------------------------- */

/* The address space whose root is above @mr; *@addr becomes an address in it. */
static AddressSpace *region_find_space(MemoryRegion *mr, hwaddr *addr)
{
    AddressSpace *as;

    while (mr->container) {
        *addr += mr->addr;
        mr = mr->container;
    }
    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        if (as->root == mr) {
            return as;
        }
    }
    return NULL;
}

/* First range of @view that reaches into [@start, @last]. */
static const FlatRange *view_first_in(FlatView *view, hwaddr start, hwaddr last)
{
    const FlatRange *range = flatview_find(view, start);
    hwaddr next;

    if (range) {
        return range;
    }
    next = flatview_next_start(view, start);
    return next > start && next <= last ? flatview_find(view, next) : NULL;
}

/* memory_region_find() without the reference; under RCU. */
static MemoryRegionSection region_find(MemoryRegion *mr, hwaddr addr, uint64_t size)
{
    MemoryRegionSection found = { .size = int128_zero() };
    hwaddr start = addr;
    AddressSpace *as = region_find_space(mr, &start);
    const FlatRange *range;
    FlatView *view;
    hwaddr last, begin, end;

    if (!as || !size) {
        return found;
    }
    last = size - 1 > HWADDR_MAX - start ? HWADDR_MAX : start + (size - 1);
    view = address_space_to_flatview(as);
    range = view_first_in(view, start, last);
    if (!range) {
        return found;
    }
    begin = MAX(start, range->start);
    end = MIN(last, range->last);
    found = flat_range_section(range, view);
    found.offset_within_region = range->offset + (begin - range->start);
    found.offset_within_address_space = begin;
    found.size = int128_add(int128_make64(end - begin), int128_one());
    return found;
}

MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size)
{
    MemoryRegionSection found;

    RCU_READ_LOCK_GUARD();
    found = region_find(mr, addr, size);
    memory_region_ref(found.mr);
    return found;
}

bool memory_region_present(MemoryRegion *container, hwaddr addr)
{
    MemoryRegionSection found;

    RCU_READ_LOCK_GUARD();
    found = region_find(container, addr, 1);
    return found.mr && found.mr != container;
}

MemoryRegionSection *memory_region_section_new_copy(MemoryRegionSection *s)
{
    MemoryRegionSection *copy = g_memdup2(s, sizeof(*s));

    memory_region_ref(copy->mr);
    if (copy->fv) {
        g_assert(flatview_ref(copy->fv));
    }
    return copy;
}

void memory_region_section_free_copy(MemoryRegionSection *s)
{
    if (s->fv) {
        flatview_unref(s->fv);
    }
    memory_region_unref(s->mr);
    g_free(s);
}

bool MemoryRegionSection_eq(MemoryRegionSection *a, MemoryRegionSection *b)
{
    return a->mr == b->mr && a->fv == b->fv && a->offset_within_region == b->offset_within_region &&
           a->offset_within_address_space == b->offset_within_address_space &&
           int128_eq(a->size, b->size) && a->readonly == b->readonly &&
           a->nonvolatile == b->nonvolatile;
}
