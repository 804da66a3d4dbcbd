/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model (see naive-map.h): regions, address spaces and listeners in fixed
 * tables that the bytes of a step index.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "naive-map.h"

#define REGIONS 40
#define SPACES 4
#define LISTENERS 6
#define NONE (-1)

typedef enum NaiveKind {
    NAIVE_FREE,
    NAIVE_CONTAINER,
    NAIVE_IO,
    NAIVE_ALIAS,
} NaiveKind;

typedef struct NaiveRegion {
    NaiveKind kind;
    MemoryRegion *mr;
    int parent;
    int target; /* of an alias; NONE when it is gone */
    int addr;   /* these in units */
    int size;
    int offset;
    int priority;
    unsigned seq; /* when it was added: the newer wins */
    bool enabled;
    bool readonly;
    bool nonvolatile;
} NaiveRegion;

/* What one unit of an address space shows. */
typedef struct NaiveCell {
    const MemoryRegion *mr; /* NULL: nothing */
    int offset;
    bool readonly;
    bool nonvolatile;
    int start; /* first unit and length of the section; only in shadows */
    int length;
} NaiveCell;

typedef struct NaiveListener {
    MemoryListener listener;
    NaiveMap *map;
    int space; /* NONE: not registered */
    bool is_updating;
    unsigned sections_told; /* by add and nop in this update */
    NaiveCell now[NAIVE_UNITS];
    NaiveCell before[NAIVE_UNITS];
} NaiveListener;

typedef struct NaiveSpace {
    AddressSpace as;
    int root; /* NONE: does not exist */
} NaiveSpace;

struct NaiveMap {
    NaiveRegion region[REGIONS];
    NaiveSpace space[SPACES];
    NaiveListener listener[LISTENERS];
    unsigned depth;
    unsigned seq;
    unsigned checks;
    unsigned reports; /* error reports of refused loops */
};

static uint64_t unit_bytes(int units)
{
    return units == NAIVE_UNITS ? UINT64_MAX : (uint64_t)units << NAIVE_UNIT_SHIFT;
}

/* -- the model's own rendering ------------------------------------------------------- */

static bool naive_before(const NaiveRegion *a, const NaiveRegion *b)
{
    return a->priority != b->priority ? a->priority > b->priority : a->seq > b->seq;
}

/* Children of @parent in the order in which they may answer. */
static int children_sorted(const NaiveMap *map, int parent, int *out)
{
    int count = 0;

    for (int i = 0; i < REGIONS; i++) {
        int at = count;

        if (map->region[i].kind == NAIVE_FREE || map->region[i].parent != parent) {
            continue;
        }
        while (at && naive_before(&map->region[i], &map->region[out[at - 1]])) {
            out[at] = out[at - 1];
            at--;
        }
        out[at] = i;
        count++;
    }
    return count;
}

static bool naive_at(const NaiveMap *map, int index, int pos, NaiveCell flags, NaiveCell *cell)
{
    const NaiveRegion *r = &map->region[index];
    int children[REGIONS];
    int count;

    if (!r->enabled || pos < 0 || pos >= r->size) {
        return false;
    }
    flags.readonly |= r->readonly;
    flags.nonvolatile |= r->nonvolatile;
    if (r->kind == NAIVE_ALIAS) {
        return r->target != NONE && naive_at(map, r->target, pos + r->offset, flags, cell);
    }
    count = children_sorted(map, index, children);
    for (int i = 0; i < count; i++) {
        if (naive_at(map, children[i], pos - map->region[children[i]].addr, flags, cell)) {
            return true;
        }
    }
    if (r->kind == NAIVE_IO) {
        *cell = flags;
        cell->mr = r->mr;
        cell->offset = pos;
    }
    return r->kind == NAIVE_IO;
}

static void naive_render(const NaiveMap *map, int root, NaiveCell *cells)
{
    for (int i = 0; i < NAIVE_UNITS; i++) {
        cells[i] = (NaiveCell) { 0 };
        naive_at(map, root, i, cells[i], &cells[i]);
    }
}

static bool cells_continue(const NaiveCell *a, const NaiveCell *b)
{
    return a->mr == b->mr && (!a->mr || a->offset + 1 == b->offset) &&
           a->readonly == b->readonly && a->nonvolatile == b->nonvolatile;
}

/* Write into each cell the section it belongs to. */
static int cells_make_sections(NaiveCell *cells)
{
    int sections = 0;

    for (int i = 0; i < NAIVE_UNITS;) {
        int end = i + 1;

        while (end < NAIVE_UNITS && cells_continue(&cells[end - 1], &cells[end])) {
            end++;
        }
        sections += cells[i].mr != NULL;
        for (int j = i; j < end; j++) {
            cells[j].start = cells[i].mr ? i : 0;
            cells[j].length = cells[i].mr ? end - i : 0;
        }
        i = end;
    }
    return sections;
}

static bool cell_equal(const NaiveCell *a, const NaiveCell *b)
{
    return a->mr == b->mr && a->offset == b->offset && a->readonly == b->readonly &&
           a->nonvolatile == b->nonvolatile && a->start == b->start && a->length == b->length;
}

static bool cells_equal(const NaiveCell *a, const NaiveCell *b)
{
    for (int i = 0; i < NAIVE_UNITS; i++) {
        if (!cell_equal(&a[i], &b[i])) {
            return false;
        }
    }
    return true;
}

/* -- listeners ------------------------------------------------------------------------ */

static NaiveListener *naive_listener(MemoryListener *listener)
{
    return container_of(listener, NaiveListener, listener);
}

static int section_units(const MemoryRegionSection *s)
{
    return (int)int128_getlo(int128_rshift(s->size, NAIVE_UNIT_SHIFT));
}

/* The cell that the section fills @skip units after its start. */
static NaiveCell section_cell(const MemoryRegionSection *s, int skip)
{
    return (NaiveCell) {
        .mr = s->mr,
        .offset = (int)(s->offset_within_region >> NAIVE_UNIT_SHIFT) + skip,
        .readonly = s->readonly,
        .nonvolatile = s->nonvolatile,
        .start = s->offset_within_address_space >> NAIVE_UNIT_SHIFT,
        .length = section_units(s),
    };
}

static void listener_begin(MemoryListener *listener)
{
    NaiveListener *l = naive_listener(listener);

    g_assert(!l->is_updating);
    l->is_updating = true;
    l->sections_told = 0;
    memcpy(l->before, l->now, sizeof(l->now));
}

static void listener_add(MemoryListener *listener, MemoryRegionSection *s)
{
    NaiveListener *l = naive_listener(listener);
    int start = s->offset_within_address_space >> NAIVE_UNIT_SHIFT;

    g_assert(l->is_updating);
    l->sections_told++;
    for (int i = 0; i < section_units(s); i++) {
        NaiveCell cell = section_cell(s, i);

        g_assert(!l->now[start + i].mr);
        /* What was there before need not have been taken away. */
        g_assert(!cell_equal(&cell, &l->before[start + i]));
        l->now[start + i] = cell;
    }
}

static void listener_expect(NaiveListener *l, const MemoryRegionSection *s, bool remove)
{
    int start = s->offset_within_address_space >> NAIVE_UNIT_SHIFT;

    g_assert(l->is_updating);
    for (int i = 0; i < section_units(s); i++) {
        NaiveCell cell = section_cell(s, i);

        g_assert(cell_equal(&cell, &l->now[start + i]));
        if (remove) {
            l->now[start + i] = (NaiveCell) { 0 };
        }
    }
}

static void listener_del(MemoryListener *listener, MemoryRegionSection *s)
{
    NaiveListener *l = naive_listener(listener);

    g_assert(!l->sections_told);
    listener_expect(l, s, true);
}

static void listener_nop(MemoryListener *listener, MemoryRegionSection *s)
{
    listener_expect(naive_listener(listener), s, false);
    naive_listener(listener)->sections_told++;
}

static void listener_commit(MemoryListener *listener)
{
    NaiveListener *l = naive_listener(listener);

    g_assert(l->is_updating);
    l->is_updating = false;
}

static void listener_start(NaiveMap *map, int index, int space, bool with_nop)
{
    NaiveListener *l = &map->listener[index];

    *l = (NaiveListener) {
        .listener = {
            .name = "naive",
            .priority = index,
            .begin = listener_begin,
            .commit = listener_commit,
            .region_add = listener_add,
            .region_del = listener_del,
            .region_nop = with_nop ? listener_nop : NULL,
        },
        .map = map,
        .space = space,
    };
    memory_listener_register(&l->listener, &map->space[space].as);
}

static void listener_stop(NaiveMap *map, int index)
{
    static const NaiveCell empty[NAIVE_UNITS];
    NaiveListener *l = &map->listener[index];

    memory_listener_unregister(&l->listener);
    g_assert(cells_equal(l->now, empty));
    l->space = NONE;
}

/* -- comparing ------------------------------------------------------------------------ */

typedef struct ViewWalk {
    const NaiveCell *cells;
    int next;
} ViewWalk;

static bool view_range_check(Int128 start, Int128 len, const MemoryRegion *mr, hwaddr offset,
                             void *opaque)
{
    ViewWalk *walk = opaque;
    int unit = (int)int128_getlo(int128_rshift(start, NAIVE_UNIT_SHIFT));
    const NaiveCell *cell = &walk->cells[unit];

    for (; walk->next < unit; walk->next++) {
        g_assert(!walk->cells[walk->next].mr);
    }
    g_assert(cell->mr == mr);
    g_assert(cell->start == unit);
    g_assert(cell->length == (int)int128_getlo(int128_rshift(len, NAIVE_UNIT_SHIFT)));
    g_assert((uint64_t)cell->offset << NAIVE_UNIT_SHIFT == offset);
    walk->next = unit + cell->length;
    return false;
}

static void space_check(NaiveMap *map, int index)
{
    NaiveCell cells[NAIVE_UNITS];
    ViewWalk walk = { .cells = cells };
    FlatView *view = address_space_get_flatview(&map->space[index].as);
    int sections;

    naive_render(map, map->space[index].root, cells);
    sections = cells_make_sections(cells);
    flatview_for_each_range(view, view_range_check, &walk);
    for (; walk.next < NAIVE_UNITS; walk.next++) {
        g_assert(!cells[walk.next].mr);
    }
    flatview_unref(view);

    for (int i = 0; i < LISTENERS; i++) {
        NaiveListener *l = &map->listener[i];

        if (l->space == index) {
            g_assert(!l->is_updating);
            g_assert(cells_equal(l->now, cells));
            /* An update without difference, or without telling all, was one too many. */
            if (l->sections_told != UINT_MAX && l->listener.region_nop) {
                g_assert(l->sections_told == sections);
            }
            l->sections_told = UINT_MAX;
        }
    }
    map->checks++;
}

static void map_check(NaiveMap *map)
{
    for (int i = 0; i < SPACES; i++) {
        if (map->space[i].root != NONE) {
            space_check(map, i);
        }
    }
}

/* -- operations ----------------------------------------------------------------------- */

static uint64_t naive_read(void *opaque, hwaddr addr, unsigned size)
{
    return addr >> NAIVE_UNIT_SHIFT;
}

static void naive_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
}

static const MemoryRegionOps naive_ops = {
    .read = naive_read,
    .write = naive_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void region_create(NaiveMap *map, int index, NaiveKind kind, int target, int size)
{
    NaiveRegion *r = &map->region[index];

    *r = (NaiveRegion) {
        .kind = kind,
        .mr = g_new0(MemoryRegion, 1),
        .parent = NONE,
        .target = kind == NAIVE_ALIAS ? target : NONE,
        .size = size,
        .enabled = true,
    };
    if (kind == NAIVE_CONTAINER) {
        memory_region_init(r->mr, NULL, NULL, unit_bytes(size));
    } else if (kind == NAIVE_IO) {
        memory_region_init_io(r->mr, NULL, &naive_ops, r, NULL, unit_bytes(size));
        memory_region_set_lockless(r->mr);
    } else {
        memory_region_init_alias(r->mr, NULL, NULL, map->region[target].mr, 0,
                                 unit_bytes(size));
    }
}

static bool region_is_root(const NaiveMap *map, int index)
{
    for (int i = 0; i < SPACES; i++) {
        if (map->space[i].root == index) {
            return true;
        }
    }
    return false;
}

typedef struct DeadRegion {
    struct rcu_head rcu;
    MemoryRegion *mr;
} DeadRegion;

static void dead_region_free(DeadRegion *dead)
{
    g_free(dead->mr);
    g_free(dead);
}

/* The region ends now; its memory when no reader can have it any more. */
static void region_destroy(NaiveMap *map, int index)
{
    NaiveRegion *r = &map->region[index];
    DeadRegion *dead = g_new0(DeadRegion, 1);

    for (int i = 0; i < REGIONS; i++) {
        if (map->region[i].kind != NAIVE_FREE && map->region[i].parent == index) {
            map->region[i].parent = NONE;
        }
        if (map->region[i].kind == NAIVE_ALIAS && map->region[i].target == index) {
            map->region[i].target = NONE;
        }
    }
    if (r->parent != NONE) {
        MemoryRegion *parent = map->region[r->parent].mr;

        r->parent = NONE;
        memory_region_del_subregion(parent, r->mr);
    }
    r->kind = NAIVE_FREE;
    dead->mr = r->mr;
    object_unref(OBJECT(r->mr));
    call_rcu(dead, dead_region_free, rcu);
}

/* Whether @wanted is @index, below it, or reached by an alias below it. */
static bool naive_reaches(const NaiveMap *map, int index, int wanted)
{
    const NaiveRegion *r = &map->region[index];

    if (index == wanted || (r->target != NONE && naive_reaches(map, r->target, wanted))) {
        return true;
    }
    for (int i = 0; i < REGIONS; i++) {
        if (map->region[i].kind != NAIVE_FREE && map->region[i].parent == index &&
            naive_reaches(map, i, wanted)) {
            return true;
        }
    }
    return false;
}

static bool count_report(const char *text, size_t len, void *opaque)
{
    NaiveMap *map = opaque;

    map->reports++;
    return true;
}

static void do_add(NaiveMap *map, int child, int parent, int addr, int priority)
{
    NaiveRegion *c = &map->region[child];
    unsigned reports = map->reports;

    if (c->kind == NAIVE_FREE || c->parent != NONE ||
        map->region[parent].kind != NAIVE_CONTAINER) {
        return;
    }
    if (naive_reaches(map, child, parent)) {
        memory_region_add_subregion(map->region[parent].mr, 0, c->mr);
        g_assert(map->reports == reports + 1);
        return;
    }
    c->parent = parent;
    c->addr = addr;
    c->priority = priority;
    c->seq = ++map->seq;
    memory_region_add_subregion_overlap(map->region[parent].mr, unit_bytes(addr), c->mr,
                                        priority);
}

static void do_set(NaiveMap *map, NaiveRegion *r, unsigned what, uint8_t value)
{
    switch (what) {
    case 0:
    case 1:
        r->enabled = value & 1;
        memory_region_set_enabled(r->mr, r->enabled);
        break;
    case 2:
        r->addr = value;
        memory_region_set_address(r->mr, unit_bytes(value));
        break;
    case 3:
        r->size = value ?: NAIVE_UNITS;
        memory_region_set_size(r->mr, unit_bytes(r->size));
        break;
    case 4:
        if (r->kind == NAIVE_ALIAS && r->target != NONE) {
            r->offset = value;
            memory_region_set_alias_offset(r->mr, unit_bytes(value));
        }
        break;
    case 5:
        r->readonly = value & 1;
        memory_region_set_readonly(r->mr, r->readonly);
        break;
    default:
        r->nonvolatile = value & 1;
        memory_region_set_nonvolatile(r->mr, r->nonvolatile);
        break;
    }
}

static void do_space(NaiveMap *map, int index, int root)
{
    NaiveSpace *s = &map->space[index];

    if (s->root != NONE) {
        for (int i = 0; i < LISTENERS; i++) {
            if (map->listener[i].space == index) {
                return;
            }
        }
        address_space_destroy(&s->as);
        s->root = NONE;
    } else if (map->region[root].kind != NAIVE_FREE) {
        address_space_init(&s->as, map->region[root].mr, "naive");
        s->root = root;
    }
}

static void do_listener(NaiveMap *map, int index, int space, bool with_nop)
{
    if (map->listener[index].space != NONE) {
        listener_stop(map, index);
    } else if (map->space[space].root != NONE) {
        listener_start(map, index, space, with_nop);
    }
}

static void do_create_or_destroy(NaiveMap *map, int index, NaiveStep step)
{
    int target = step.b % REGIONS;
    NaiveKind kind = step.c % 8 < 3 ? NAIVE_CONTAINER : step.c % 8 < 6 ? NAIVE_IO : NAIVE_ALIAS;

    if (map->region[index].kind != NAIVE_FREE) {
        if (!region_is_root(map, index)) {
            region_destroy(map, index);
        }
    } else if (kind != NAIVE_ALIAS || map->region[target].kind != NAIVE_FREE) {
        region_create(map, index, kind, target, step.b ?: NAIVE_UNITS);
    }
}

void naive_map_step(NaiveMap *map, NaiveStep step)
{
    /* The first region and space stay, for threads that use them. */
    int index = step.a % REGIONS;
    NaiveRegion *r = &map->region[index];

    if (step.op < 90) {
        do_add(map, index, step.b % REGIONS, step.c, (int)(step.op % 5) - 2);
    } else if (step.op < 110 && r->kind != NAIVE_FREE && r->parent != NONE) {
        MemoryRegion *parent = map->region[r->parent].mr;

        r->parent = NONE;
        memory_region_del_subregion(parent, r->mr);
    } else if (step.op < 200 && r->kind != NAIVE_FREE) {
        do_set(map, r, step.b % 7, step.c);
    } else if (step.op >= 200 && step.op < 212 && map->depth < 3) {
        map->depth++;
        memory_region_transaction_begin();
    } else if (step.op >= 212 && step.op < 235 && map->depth) {
        map->depth--;
        memory_region_transaction_commit();
    } else if (step.op >= 235 && step.op < 248 && !map->depth && index) {
        do_create_or_destroy(map, index, step);
    } else if (step.op >= 248 && step.op < 251 && !map->depth && step.a % SPACES) {
        do_space(map, step.a % SPACES, step.b % REGIONS);
    } else if (step.op >= 251 && !map->depth) {
        do_listener(map, step.a % LISTENERS, step.b % SPACES, step.c & 1);
    }
    if (!map->depth) {
        map_check(map);
    }
}

void naive_map_settle(NaiveMap *map)
{
    for (; map->depth; map->depth--) {
        memory_region_transaction_commit();
    }
    map_check(map);
}

NaiveMap *naive_map_new(void)
{
    NaiveMap *map = g_new0(NaiveMap, 1);

    error_report_set_sink(count_report, map);
    for (int i = 0; i < LISTENERS; i++) {
        map->listener[i].space = NONE;
    }
    for (int i = 0; i < SPACES; i++) {
        map->space[i].root = NONE;
    }
    region_create(map, 0, NAIVE_CONTAINER, NONE, NAIVE_UNITS);
    do_space(map, 0, 0);
    listener_start(map, 0, 0, true);
    return map;
}

void naive_map_free(NaiveMap *map)
{
    naive_map_settle(map);
    for (int i = 0; i < LISTENERS; i++) {
        if (map->listener[i].space != NONE) {
            listener_stop(map, i);
        }
    }
    for (int i = 0; i < SPACES; i++) {
        if (map->space[i].root != NONE) {
            do_space(map, i, 0);
        }
    }
    for (int i = 0; i < REGIONS; i++) {
        if (map->region[i].kind != NAIVE_FREE) {
            region_destroy(map, i);
        }
    }
    error_report_set_sink(NULL, NULL);
    drain_call_rcu();
    g_free(map);
}

unsigned naive_map_checks(const NaiveMap *map)
{
    return map->checks;
}

AddressSpace *naive_map_space(NaiveMap *map)
{
    return &map->space[0].as;
}
