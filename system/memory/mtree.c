/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of "info mtree": trees of regions, or flat views, of all address
 * spaces, in the layout people know.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"

typedef struct MtreePrinter {
    GString *out;
    bool with_owner;
    bool with_index;
    GPtrArray *alias_targets; /* regions that only aliases name: printed as trees of their own */
    GHashTable *printed;      /* roots whose tree was printed */
} MtreePrinter;

static void print_owner_of(MtreePrinter *p, const char *label, Object *obj)
{
    g_autofree char *path = object_get_canonical_path(obj);

    g_string_append_printf(p->out, " %s:{%s %s}", label,
                           object_dynamic_cast(obj, "device") ? "dev" : "obj",
                           path ?: object_get_typename(obj));
}

static void print_owner(MtreePrinter *p, const MemoryRegion *mr)
{
    Object *parent = OBJECT(mr)->parent;

    if (!p->with_owner) {
        return;
    }
    if (mr->owner) {
        print_owner_of(p, "owner", mr->owner);
        if (parent && parent != mr->owner) {
            print_owner_of(p, "parent", parent);
        }
    } else if (parent) {
        print_owner_of(p, "parent", parent);
    } else {
        g_string_append(p->out, " orphan");
    }
}

static const char *region_kind(const MemoryRegion *mr)
{
    if (mr->alias) {
        return region_kind(mr->alias);
    }
    if (memory_region_is_ram_device(mr)) {
        return "ramd";
    }
    if (memory_region_is_romd(mr)) {
        return "romd";
    }
    if (memory_region_is_rom(mr)) {
        return "rom";
    }
    return memory_region_is_ram(mr) ? "ram" : "i/o";
}

static const char *region_prefix(const MemoryRegion *mr)
{
    return mr->nonvolatile ? "nv-" : "";
}

static hwaddr size_less_one(Int128 size)
{
    return int128_nz(size) ? int128_getlo(int128_sub(size, int128_one())) : 0;
}

/* -- trees ---------------------------------------------------------------------------- */

static void remember_alias_target(MtreePrinter *p, MemoryRegion *target)
{
    if (!g_ptr_array_find(p->alias_targets, target, NULL)) {
        g_ptr_array_add(p->alias_targets, target);
    }
}

static gint child_compare(gconstpointer a, gconstpointer b)
{
    const MemoryRegion *x = *(MemoryRegion **)a, *y = *(MemoryRegion **)b;

    if (x->addr != y->addr) {
        return x->addr < y->addr ? -1 : 1;
    }
    return x->priority > y->priority ? -1 : x->priority < y->priority;
}

static void print_region(MtreePrinter *p, MemoryRegion *mr, unsigned level, hwaddr base)
{
    hwaddr start = base + mr->addr;
    hwaddr last = start + size_less_one(mr->size);

    g_string_append_printf(p->out, "%*s", level * 2, "");
    if (mr->alias) {
        g_string_append_printf(p->out,
                               HWADDR_FMT_plx "-" HWADDR_FMT_plx " (prio %d, %s%s): alias %s @%s "
                               HWADDR_FMT_plx "-" HWADDR_FMT_plx "%s",
                               start, last, mr->priority, region_prefix(mr), region_kind(mr),
                               memory_region_name(mr), memory_region_name(mr->alias),
                               mr->alias_offset, mr->alias_offset + size_less_one(mr->size),
                               mr->enabled ? "" : " [disabled]");
        remember_alias_target(p, mr->alias);
    } else {
        g_string_append_printf(p->out,
                               HWADDR_FMT_plx "-" HWADDR_FMT_plx " (prio %d, %s%s): %s%s", start,
                               last, mr->priority, region_prefix(mr), region_kind(mr),
                               memory_region_name(mr), mr->enabled ? "" : " [disabled]");
    }
    print_owner(p, mr);
    g_string_append_c(p->out, '\n');
}

static void print_tree(MtreePrinter *p, MemoryRegion *mr, unsigned level, hwaddr base)
{
    g_autoptr(GPtrArray) children = g_ptr_array_new();

    print_region(p, mr, level, base);
    for (unsigned i = 0; mr->children && i < mr->children->count; i++) {
        g_ptr_array_add(children, mr->children->child[i].mr);
    }
    g_ptr_array_sort(children, child_compare);
    for (unsigned i = 0; i < children->len; i++) {
        print_tree(p, children->pdata[i], level + 1, base + mr->addr);
    }
}

/* Address spaces with the same root share one tree. */
static void print_space_trees(MtreePrinter *p)
{
    AddressSpace *as, *other;

    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        if (!g_hash_table_add(p->printed, as->root)) {
            continue;
        }
        QTAILQ_FOREACH(other, &address_spaces, address_spaces_link)
        {
            if (other->root == as->root) {
                g_string_append_printf(p->out, "address-space: %s\n", other->name);
            }
        }
        print_tree(p, as->root, 1, 0);
        g_string_append_c(p->out, '\n');
    }
}

static void print_alias_trees(MtreePrinter *p)
{
    /* The list grows while the trees of its members are printed. */
    for (unsigned i = 0; i < p->alias_targets->len; i++) {
        MemoryRegion *mr = p->alias_targets->pdata[i];

        if (!g_hash_table_add(p->printed, mr)) {
            continue;
        }
        g_string_append_printf(p->out, "memory-region: %s\n", memory_region_name(mr));
        print_tree(p, mr, 1, 0);
        g_string_append_c(p->out, '\n');
    }
}

/* -- flat views ----------------------------------------------------------------------- */

static const char *range_kind(const FlatRange *range)
{
    if (memory_region_is_ram(range->mr) && !memory_region_is_ram_device(range->mr) &&
        (range->flags & FLAT_READONLY)) {
        return "rom";
    }
    return region_kind(range->mr);
}

static void print_range(MtreePrinter *p, const FlatRange *range)
{
    g_string_append_printf(p->out, "  " HWADDR_FMT_plx "-" HWADDR_FMT_plx " (prio %d, %s%s): %s",
                           range->start, range->last, range->mr->priority,
                           range->flags & FLAT_NONVOLATILE ? "nv-" : "", range_kind(range),
                           memory_region_name(range->mr));
    if (range->offset) {
        g_string_append_printf(p->out, " @" HWADDR_FMT_plx, range->offset);
    }
    print_owner(p, range->mr);
    g_string_append_c(p->out, '\n');
}

/* What a search goes through: the chunks, with the first address of each. */
static void print_index(MtreePrinter *p, const FlatView *view)
{
    g_string_append_printf(p->out, "  Dispatch: %u ranges in %u chunks\n", view->range_count,
                           view->chunk_count);
    for (unsigned i = 0; i < view->chunk_count; i++) {
        g_string_append_printf(p->out, "    #%u @" HWADDR_FMT_plx " %u ranges, %u views\n", i,
                               view->starts[i], view->chunks[i]->count,
                               qatomic_read(&view->chunks[i]->ref));
    }
}

static void print_view(MtreePrinter *p, const FlatView *view, unsigned number)
{
    const FlatRange *range;
    AddressSpace *as;

    g_string_append_printf(p->out, "FlatView #%u\n", number);
    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        if (as->current_map == view) {
            g_string_append_printf(p->out, " AS \"%s\", root: %s", as->name,
                                   memory_region_name(as->root));
            if (as->root->alias) {
                g_string_append_printf(p->out, ", alias %s",
                                       memory_region_name(as->root->alias));
            }
            g_string_append_c(p->out, '\n');
        }
    }
    g_string_append_printf(p->out, " Root memory region: %s\n",
                           view->root ? memory_region_name(view->root) : "(none)");
    if (!view->range_count) {
        g_string_append(p->out, "  No rendered FlatView\n");
    }
    FLAT_VIEW_FOREACH(range, it, view)
    {
        print_range(p, range);
    }
    if (p->with_index) {
        print_index(p, view);
    }
    g_string_append_c(p->out, '\n');
}

static void print_views(MtreePrinter *p)
{
    unsigned number = 0;
    AddressSpace *as;

    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        if (g_hash_table_add(p->printed, as->current_map)) {
            print_view(p, as->current_map, number++);
        }
    }
}

char *memory_mtree_text(bool flat, bool dispatch_tree, bool owner)
{
    MtreePrinter p = {
        .out = g_string_new(NULL),
        .with_owner = owner,
        .with_index = dispatch_tree,
        .alias_targets = g_ptr_array_new(),
        .printed = g_hash_table_new(NULL, NULL),
    };

    g_assert(bql_locked());
    if (flat) {
        print_views(&p);
    } else {
        print_space_trees(&p);
        print_alias_trees(&p);
    }
    g_ptr_array_unref(p.alias_targets);
    g_hash_table_unref(p.printed);
    return g_string_free(p.out, FALSE);
}
