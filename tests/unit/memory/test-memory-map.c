/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Behaviours of the memory map one by one: trees, views, listeners, IOMMUs,
 * and life times.  RAM is in test-memory-ram.c.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "map-fixture.h"
#include "../test-trap.h"

#define ATTRS MEMTXATTRS_UNSPECIFIED
#define NOTHING 0

/* -- what shows -------------------------------------------------------------------- */

static void test_higher_priority_hides_lower(void)
{
    Map *m = map_new();
    MemoryRegion *low = map_io(m, 1, 4 * PAGE), *high = map_io(m, 2, PAGE);

    memory_region_add_subregion(&m->root, 0, low);
    memory_region_add_subregion_overlap(&m->root, PAGE, high, 1);
    g_assert_cmpuint(map_tag_at(m, 0), ==, 1);
    g_assert_cmpuint(map_tag_at(m, PAGE), ==, 2);
    g_assert_cmpuint(map_tag_at(m, 2 * PAGE), ==, 1);
    map_free(m);
}

static void test_newer_wins_at_equal_priority(void)
{
    Map *m = map_new();
    MemoryRegion *first = map_io(m, 1, PAGE), *second = map_io(m, 2, PAGE);

    memory_region_add_subregion_overlap(&m->root, 0, first, 3);
    memory_region_add_subregion_overlap(&m->root, 0, second, 3);
    g_assert_cmpuint(map_tag_at(m, 0), ==, 2);
    map_free(m);
}

static void test_container_has_holes(void)
{
    Map *m = map_new();
    MemoryRegion *below = map_io(m, 1, 4 * PAGE), *box = map_container(m, 4 * PAGE);

    memory_region_add_subregion(box, PAGE, map_io(m, 2, PAGE));
    memory_region_add_subregion(&m->root, 0, below);
    memory_region_add_subregion_overlap(&m->root, 0, box, 1);
    g_assert_cmpuint(map_tag_at(m, 0), ==, 1);
    g_assert_cmpuint(map_tag_at(m, PAGE), ==, 2);
    map_free(m);
}

static void test_child_is_cut_at_the_end_of_its_container(void)
{
    Map *m = map_new();
    MemoryRegion *box = map_container(m, 2 * PAGE);

    memory_region_add_subregion(box, PAGE, map_io(m, 1, 4 * PAGE));
    memory_region_add_subregion(&m->root, 0, box);
    g_assert_cmpuint(map_tag_at(m, PAGE), ==, 1);
    g_assert_cmpuint(map_tag_at(m, 2 * PAGE), ==, NOTHING);
    map_free(m);
}

static void test_alias_of_alias_shows_its_window(void)
{
    Map *m = map_new();
    MemoryRegion *target = map_container(m, 16 * PAGE), *inner, *outer;

    memory_region_add_subregion(target, 5 * PAGE, map_io(m, 7, PAGE));
    inner = map_alias(m, target, 4 * PAGE, 8 * PAGE);
    outer = map_alias(m, inner, PAGE, PAGE);
    memory_region_add_subregion(&m->root, 0x100 * PAGE, outer);
    g_assert_cmpuint(map_tag_at(m, 0x100 * PAGE), ==, 7);
    g_assert_cmpuint(map_tag_at(m, 0x101 * PAGE), ==, NOTHING);
    memory_region_set_alias_offset(outer, 2 * PAGE);
    g_assert_cmpuint(map_tag_at(m, 0x100 * PAGE), ==, NOTHING);
    map_free(m);
}

static void test_change_below_an_alias_shows_through_it(void)
{
    Map *m = map_new();
    MemoryRegion *target = map_container(m, 16 * PAGE), *io = map_io(m, 3, PAGE);

    memory_region_add_subregion(&m->root, 0x100 * PAGE, map_alias(m, target, 0, 16 * PAGE));
    memory_region_add_subregion(target, PAGE, io);
    g_assert_cmpuint(map_tag_at(m, 0x101 * PAGE), ==, 3);
    memory_region_set_address(io, 2 * PAGE);
    g_assert_cmpuint(map_tag_at(m, 0x101 * PAGE), ==, NOTHING);
    g_assert_cmpuint(map_tag_at(m, 0x102 * PAGE), ==, 3);
    map_free(m);
}

static void test_region_may_fill_all_64_bits(void)
{
    Map *m = map_new();
    MemoryRegion *all = map_io(m, 9, UINT64_MAX);

    memory_region_add_subregion(&m->root, 0, all);
    g_assert_cmpuint(map_tag_at(m, 0), ==, 9);
    g_assert_cmpuint(map_tag_at(m, UINT64_MAX - 3), ==, 9);
    g_assert_true(int128_eq(memory_region_find(&m->root, 0, UINT64_MAX).size,
                            int128_make64(UINT64_MAX)));
    g_assert_cmpuint(memory_region_size(all), ==, UINT64_MAX);
    map_free(m);
}

static void test_adding_a_loop_is_refused(void)
{
    Map *m = map_new();
    MemoryRegion *outer = map_container(m, 4 * PAGE), *inner = map_container(m, 2 * PAGE);

    memory_region_add_subregion(outer, 0, inner);
    map_expect_report(m);
    memory_region_add_subregion(inner, 0, map_alias(m, outer, 0, PAGE));
    g_assert_cmpuint(m->reports, ==, 1);
    memory_region_add_subregion(inner, 0, outer);
    g_assert_cmpuint(m->reports, ==, 2);
    g_assert_false(memory_region_is_mapped(outer));
    memory_region_del_subregion(outer, inner);
    map_free(m);
}

static void test_add_twice_aborts(void)
{
    if (g_test_subprocess()) {
        Map *m = map_new();
        MemoryRegion *io = map_io(m, 1, PAGE);

        memory_region_add_subregion(&m->root, 0, io);
        memory_region_add_subregion(&m->root, PAGE, io);
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_failed();
}

static void test_find_and_present(void)
{
    Map *m = map_new();
    MemoryRegion *box = map_container(m, 8 * PAGE), *io = map_io(m, 1, 2 * PAGE);
    MemoryRegionSection s;

    memory_region_add_subregion(&m->root, 0x10 * PAGE, box);
    memory_region_add_subregion(box, 2 * PAGE, io);
    s = memory_region_find(box, PAGE, 8 * PAGE);
    g_assert_true(s.mr == io);
    g_assert_cmphex(s.offset_within_address_space, ==, 0x12 * PAGE);
    g_assert_cmphex(s.offset_within_region, ==, 0);
    g_assert_cmphex(int128_get64(s.size), ==, 2 * PAGE);
    memory_region_unref(s.mr);
    g_assert_null(memory_region_find(box, 0, 2 * PAGE).mr);
    g_assert_true(memory_region_present(box, 3 * PAGE));
    g_assert_false(memory_region_present(box, 4 * PAGE));
    map_free(m);
}

/* -- views ---------------------------------------------------------------------------- */

static void test_no_change_makes_no_view(void)
{
    Map *m = map_new();
    MemoryRegion *off = map_container(m, 4 * PAGE), *hidden = map_io(m, 1, PAGE);
    FlatView *before;

    memory_region_set_enabled(off, false);
    memory_region_add_subregion(&m->root, 0, off);
    memory_region_add_subregion(&m->root, 8 * PAGE, map_io(m, 2, PAGE));
    memory_region_add_subregion_overlap(&m->root, 8 * PAGE, hidden, -1);
    WITH_RCU_READ_LOCK_GUARD() {
        before = address_space_to_flatview(&m->as);
        memory_region_add_subregion(off, 0, map_io(m, 3, PAGE));
        memory_region_set_enabled(hidden, false);
        memory_region_transaction_begin();
        memory_region_set_enabled(off, true);
        memory_region_set_enabled(off, false);
        memory_region_transaction_commit();
        g_assert_true(address_space_to_flatview(&m->as) == before);
    }
    map_free(m);
}

static void test_equal_roots_share_a_view(void)
{
    Map *m = map_new();
    MemoryRegion *box = map_container(m, UINT64_MAX);
    MemoryRegion *master = map_alias(m, &m->root, 0, UINT64_MAX);
    AddressSpace dma;

    memory_region_add_subregion(&m->root, 0, map_io(m, 1, PAGE));
    memory_region_add_subregion(&m->root, PAGE, map_io(m, 2, PAGE));
    memory_region_add_subregion(box, 0, master);
    address_space_init(&dma, box, "dma");
    WITH_RCU_READ_LOCK_GUARD() {
        g_assert_true(address_space_to_flatview(&dma) == address_space_to_flatview(&m->as));
        memory_region_add_subregion(&m->root, 3 * PAGE, map_io(m, 3, PAGE));
        g_assert_true(address_space_to_flatview(&dma) == address_space_to_flatview(&m->as));
        memory_region_set_enabled(master, false);
        g_assert_true(address_space_to_flatview(&dma) != address_space_to_flatview(&m->as));
        g_assert_cmpuint(map_tag_in(&dma, 0), ==, NOTHING);
        memory_region_set_enabled(master, true);
        g_assert_true(address_space_to_flatview(&dma) == address_space_to_flatview(&m->as));
    }
    address_space_destroy(&dma);
    map_free(m);
}

static bool count_range(Int128 start, Int128 len, const MemoryRegion *mr, hwaddr offset,
                        void *opaque)
{
    (*(unsigned *)opaque)++;
    return false;
}

static unsigned view_ranges(Map *m)
{
    FlatView *view = address_space_get_flatview(&m->as);
    unsigned count = 0;

    flatview_for_each_range(view, count_range, &count);
    flatview_unref(view);
    return count;
}

static void test_adjacent_pieces_are_one_range(void)
{
    Map *m = map_new();
    MemoryRegion *io = map_io(m, 1, 4 * PAGE);
    MemoryRegion *left = map_alias(m, io, 0, PAGE), *right = map_alias(m, io, PAGE, PAGE);

    memory_region_add_subregion(&m->root, 0, left);
    memory_region_add_subregion(&m->root, PAGE, right);
    g_assert_cmpuint(view_ranges(m), ==, 1);
    memory_region_set_unmergeable(io, true);
    g_assert_cmpuint(view_ranges(m), ==, 2);
    map_free(m);
}

/* -- listeners ------------------------------------------------------------------------ */

typedef struct LogListener {
    MemoryListener listener;
    GString *log;
    char name;
} LogListener;

static void log_call(MemoryListener *l, char what)
{
    LogListener *ll = container_of(l, LogListener, listener);

    g_string_append_printf(ll->log, "%c%c ", ll->name, what);
}

static void log_begin(MemoryListener *l)
{
    log_call(l, 'b');
}

static void log_commit(MemoryListener *l)
{
    log_call(l, 'c');
}

static void log_add(MemoryListener *l, MemoryRegionSection *s)
{
    log_call(l, '+');
}

static void log_del(MemoryListener *l, MemoryRegionSection *s)
{
    log_call(l, '-');
}

static void log_fd_add(MemoryListener *l, MemoryRegionSection *s, bool match, uint64_t data,
                       EventNotifier *e)
{
    LogListener *ll = container_of(l, LogListener, listener);

    g_string_append_printf(ll->log, "%ce%" PRIx64 " ", ll->name,
                           (uint64_t)s->offset_within_address_space);
}

static void log_fd_del(MemoryListener *l, MemoryRegionSection *s, bool match, uint64_t data,
                       EventNotifier *e)
{
    log_call(l, 'x');
}

static void log_listener_init(LogListener *ll, char name, unsigned priority, GString *log)
{
    *ll = (LogListener) {
        .listener = {
            .name = "log", .priority = priority,
            .begin = log_begin, .commit = log_commit,
            .region_add = log_add, .region_del = log_del,
            .eventfd_add = log_fd_add, .eventfd_del = log_fd_del,
        },
        .name = name, .log = log,
    };
}

static void test_listeners_run_by_priority(void)
{
    Map *m = map_new();
    g_autoptr(GString) log = g_string_new(NULL);
    LogListener a, b;
    MemoryRegion *io = map_io(m, 1, PAGE);

    log_listener_init(&a, 'a', 20, log);
    log_listener_init(&b, 'b', 10, log);
    memory_listener_register(&a.listener, &m->as);
    memory_listener_register(&b.listener, &m->as);
    g_string_truncate(log, 0);
    memory_region_add_subregion(&m->root, 0, io);
    g_assert_cmpstr(log->str, ==, "bb ab b+ a+ bc ac ");
    g_string_truncate(log, 0);
    memory_region_del_subregion(&m->root, io);
    g_assert_cmpstr(log->str, ==, "bb ab a- b- bc ac ");
    memory_listener_unregister(&a.listener);
    memory_listener_unregister(&b.listener);
    map_free(m);
}

static void test_listener_hears_nothing_of_other_spaces(void)
{
    Map *m = map_new(), *other = map_new();
    g_autoptr(GString) log = g_string_new(NULL);
    LogListener a;

    log_listener_init(&a, 'a', 0, log);
    memory_listener_register(&a.listener, &m->as);
    g_string_truncate(log, 0);
    memory_region_add_subregion(&other->root, 0, map_io(other, 1, PAGE));
    g_assert_cmpstr(log->str, ==, "");
    memory_listener_unregister(&a.listener);
    map_free(other);
    map_free(m);
}

static void test_listener_hears_eventfds_where_they_show(void)
{
    Map *m = map_new();
    g_autoptr(GString) log = g_string_new(NULL);
    MemoryRegion *io = map_io(m, 1, PAGE);
    EventNotifier e;
    LogListener a;

    g_assert_cmpint(event_notifier_init(&e, 0), ==, 0);
    log_listener_init(&a, 'a', 0, log);
    memory_region_add_subregion(&m->root, PAGE, io);
    memory_region_add_eventfd(io, 0x10, 4, false, 0, &e);
    memory_listener_register(&a.listener, &m->as);
    g_assert_cmpstr(log->str, ==, "ab a+ ae1010 ac ");
    g_string_truncate(log, 0);
    memory_region_set_address(io, 2 * PAGE);
    g_assert_cmpstr(log->str, ==, "ab a- a+ ax ae2010 ac ");
    g_string_truncate(log, 0);
    memory_region_del_eventfd(io, 0x10, 4, false, 0, &e);
    g_assert_cmpstr(log->str, ==, "ax ");
    memory_listener_unregister(&a.listener);
    event_notifier_cleanup(&e);
    map_free(m);
}

/* -- life times ----------------------------------------------------------------------- */

static void test_destroyed_space_is_not_touched_again(void)
{
    Map *m = map_new();
    AddressSpace *as = g_new0(AddressSpace, 1);

    memory_region_add_subregion(&m->root, 0, map_io(m, 1, PAGE));
    address_space_init(as, &m->root, "short");
    address_space_destroy(as);
    g_free(as);
    memory_region_add_subregion(&m->root, PAGE, map_io(m, 2, PAGE));
    map_free(m);
}

static void test_owner_lives_until_readers_are_done(void)
{
    Map *m = map_new();
    Object *owner = object_new(TYPE_CONTAINER);
    MemoryRegion *io = g_new0(MemoryRegion, 1);

    memory_region_init_io(io, owner, &map_tag_ops, map_tag(1), "io", PAGE);
    memory_region_add_subregion(&m->root, 0, io);
    object_ref(owner);
    g_assert_cmpuint(owner->ref, >, 2);
    memory_region_del_subregion(&m->root, io);
    g_assert_cmpuint(owner->ref, >, 2);
    drain_call_rcu();
    g_assert_cmpuint(owner->ref, ==, 2);
    object_unref(owner);
    object_unref(owner);
    g_free(io);
    map_free(m);
}

static void test_regions_in_one_another_do_not_keep_their_owner(void)
{
    Map *m = map_new();
    Object *owner = object_new(TYPE_CONTAINER);
    MemoryRegion *regions = g_new0(MemoryRegion, 4);

    memory_region_init(&regions[0], owner, "outer", 4 * PAGE);
    for (unsigned i = 1; i < 4; i++) {
        memory_region_init_io(&regions[i], owner, &map_tag_ops, map_tag(i), "inner", PAGE);
        memory_region_add_subregion(&regions[0], i * PAGE, &regions[i]);
    }
    g_assert_cmpuint(owner->ref, ==, 1);
    memory_region_add_subregion(&m->root, 0, &regions[0]);
    g_assert_cmpuint(map_tag_at(m, 3 * PAGE), ==, 3);
    memory_region_del_subregion(&regions[0], &regions[3]);
    memory_region_del_subregion(&m->root, &regions[0]);
    drain_call_rcu();
    g_assert_cmpuint(owner->ref, ==, 1);
    /* They go in whatever order the owner's children have. */
    object_unref(owner);
    g_free(regions);
    map_free(m);
}

static void test_target_of_an_alias_may_die_first(void)
{
    Map *m = map_new();
    MemoryRegion *target = g_new0(MemoryRegion, 1);

    memory_region_init_io(target, NULL, &map_tag_ops, map_tag(1), NULL, PAGE);
    memory_region_add_subregion(&m->root, 0, map_alias(m, target, 0, PAGE));
    g_assert_cmpuint(map_tag_at(m, 0), ==, 1);
    object_unref(OBJECT(target));
    g_assert_cmpuint(map_tag_at(m, 0), ==, NOTHING);
    drain_call_rcu();
    g_free(target);
    map_free(m);
}

/* -- IOMMU ---------------------------------------------------------------------------- */

#define TYPE_TEST_IOMMU "test-iommu-region"

typedef struct TestIommu {
    IOMMUMemoryRegion iommu;
    AddressSpace *target;
    hwaddr add;
    IOMMUAccessFlags perm;
} TestIommu;

/* Pages move up by @add; the page at 4 pages faults. */
static IOMMUTLBEntry test_translate(IOMMUMemoryRegion *iommu, hwaddr addr, IOMMUAccessFlags flag,
                                    int idx)
{
    TestIommu *t = container_of(iommu, TestIommu, iommu);

    return (IOMMUTLBEntry) {
        .target_as = t->target,
        .iova = addr & ~(PAGE - 1),
        .translated_addr = (addr & ~(PAGE - 1)) + t->add,
        .addr_mask = PAGE - 1,
        .perm = addr / PAGE == 4 ? IOMMU_NONE : t->perm,
    };
}

static void test_iommu_class_init(ObjectClass *class, void *data)
{
    ((IOMMUMemoryRegionClass *)class)->translate = test_translate;
}

static const TypeInfo iommu_types[] = {
    {
        .name = TYPE_TEST_IOMMU,
        .parent = TYPE_IOMMU_MEMORY_REGION,
        .instance_size = sizeof(TestIommu),
        .class_init = test_iommu_class_init,
    },
};
DEFINE_TYPES(iommu_types)

typedef struct IommuMap {
    Map *system;
    Map *device;
    TestIommu t;
} IommuMap;

static IommuMap *iommu_map_new(void)
{
    IommuMap *im = g_new0(IommuMap, 1);

    im->system = map_new();
    im->device = map_new();
    memory_region_init_iommu(&im->t, sizeof(im->t), TYPE_TEST_IOMMU, NULL, NULL, 8 * PAGE);
    im->t.target = &im->system->as;
    im->t.add = 0x100 * PAGE;
    im->t.perm = IOMMU_RW;
    memory_region_add_subregion(&im->device->root, 0, MEMORY_REGION(&im->t));
    memory_region_add_subregion(&im->system->root, 0x100 * PAGE, map_io(im->system, 5, 6 * PAGE));
    return im;
}

static void iommu_map_free(IommuMap *im)
{
    memory_region_del_subregion(&im->device->root, MEMORY_REGION(&im->t));
    object_unref(OBJECT(&im->t));
    map_free(im->device);
    map_free(im->system);
    g_free(im);
}

static void test_iommu_translates_and_faults(void)
{
    IommuMap *im = iommu_map_new();
    MemTxResult r;

    g_assert_cmpuint(map_tag_at(im->device, PAGE), ==, 5);
    address_space_ldl_le(&im->device->as, 4 * PAGE, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    im->t.perm = IOMMU_RO;
    address_space_stl_le(&im->device->as, PAGE, 1, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(map_tag_at(im->device, PAGE), ==, 5);
    iommu_map_free(im);
}

static void test_iommu_circle_ends(void)
{
    IommuMap *im = iommu_map_new();
    MemTxResult r;

    im->t.target = &im->device->as;
    im->t.add = 0;
    address_space_ldl_le(&im->device->as, PAGE, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_get_iotlb_entry(&im->device->as, PAGE, false, ATTRS).perm, ==,
                    IOMMU_NONE);
    iommu_map_free(im);
}

static unsigned iommu_events;
static IOMMUTLBEntry iommu_last;

static void count_iommu(IOMMUNotifier *n, IOMMUTLBEntry *entry)
{
    iommu_events++;
    iommu_last = *entry;
}

static void test_iommu_notifier_hears_its_range_and_kind(void)
{
    IommuMap *im = iommu_map_new();
    IOMMUNotifier n;
    IOMMUTLBEvent map = { IOMMU_NOTIFIER_MAP, { .iova = PAGE, .addr_mask = PAGE - 1 } };
    IOMMUTLBEvent unmap = { IOMMU_NOTIFIER_UNMAP, { .iova = PAGE, .addr_mask = PAGE - 1 } };
    IOMMUTLBEvent far = { IOMMU_NOTIFIER_UNMAP, { .iova = 6 * PAGE, .addr_mask = PAGE - 1 } };

    iommu_events = 0;
    iommu_notifier_init(&n, count_iommu, IOMMU_NOTIFIER_UNMAP, 0, 2 * PAGE - 1, 0);
    g_assert_cmpint(memory_region_register_iommu_notifier(MEMORY_REGION(&im->t), &n,
                                                          &error_abort), ==, 0);
    memory_region_notify_iommu(&im->t.iommu, 0, map);
    memory_region_notify_iommu(&im->t.iommu, 0, far);
    memory_region_notify_iommu(&im->t.iommu, 1, unmap);
    g_assert_cmpuint(iommu_events, ==, 0);
    memory_region_notify_iommu(&im->t.iommu, 0, unmap);
    g_assert_cmpuint(iommu_events, ==, 1);
    memory_region_unregister_iommu_notifier(MEMORY_REGION(&im->t), &n);
    iommu_map_free(im);
}

static void test_iommu_replay_tells_all_mappings(void)
{
    IommuMap *im = iommu_map_new();
    IOMMUNotifier n;

    iommu_events = 0;
    iommu_notifier_init(&n, count_iommu, IOMMU_NOTIFIER_MAP, 0, HWADDR_MAX, 0);
    memory_region_iommu_replay(&im->t.iommu, &n);
    g_assert_cmpuint(iommu_events, ==, 7);
    g_assert_cmphex(iommu_last.iova, ==, 7 * PAGE);
    iommu_map_free(im);
}

/* -- text ----------------------------------------------------------------------------- */

static void test_mtree_text(void)
{
    Map *m = map_new();
    MemoryRegion *io = g_new0(MemoryRegion, 1);
    g_autofree char *tree = NULL, *flat = NULL;

    memory_region_init_io(io, NULL, &map_tag_ops, map_tag(1), "uart", PAGE);
    memory_region_add_subregion_overlap(&m->root, 0x9000000, io, 2);
    tree = memory_mtree_text(false, false, false);
    g_assert_nonnull(strstr(tree, "address-space: test\n"));
    g_assert_nonnull(strstr(tree, "\n    0000000009000000-0000000009000fff (prio 2, i/o): uart\n"));
    flat = memory_mtree_text(true, true, false);
    g_assert_nonnull(strstr(flat, "\n  0000000009000000-0000000009000fff (prio 2, i/o): uart\n"));
    memory_region_del_subregion(&m->root, io);
    object_unparent(OBJECT(io));
    drain_call_rcu();
    g_free(io);
    map_free(m);
}

int main(int argc, char **argv)
{
    map_test_init(&argc, &argv);
#define ADD(path, fn) g_test_add_func("/memory/" path, fn)
    ADD("flatview/higher-priority-hides-lower", test_higher_priority_hides_lower);
    ADD("flatview/newer-wins-at-equal-priority", test_newer_wins_at_equal_priority);
    ADD("flatview/container-has-holes", test_container_has_holes);
    ADD("flatview/child-is-cut-at-container-end", test_child_is_cut_at_the_end_of_its_container);
    ADD("flatview/alias-of-alias-shows-window", test_alias_of_alias_shows_its_window);
    ADD("flatview/change-below-alias-shows", test_change_below_an_alias_shows_through_it);
    ADD("flatview/region-may-fill-64-bits", test_region_may_fill_all_64_bits);
    ADD("flatview/no-change-makes-no-view", test_no_change_makes_no_view);
    ADD("flatview/equal-roots-share-a-view", test_equal_roots_share_a_view);
    ADD("flatview/adjacent-pieces-are-one-range", test_adjacent_pieces_are_one_range);
    ADD("tree/adding-a-loop-is-refused", test_adding_a_loop_is_refused);
    ADD("tree/add-twice-aborts", test_add_twice_aborts);
    ADD("tree/find-and-present", test_find_and_present);
    ADD("listener/run-by-priority", test_listeners_run_by_priority);
    ADD("listener/hears-only-its-space", test_listener_hears_nothing_of_other_spaces);
    ADD("listener/hears-eventfds-where-they-show", test_listener_hears_eventfds_where_they_show);
    ADD("life/destroyed-space-is-not-touched", test_destroyed_space_is_not_touched_again);
    ADD("life/owner-lives-until-readers-are-done", test_owner_lives_until_readers_are_done);
    ADD("life/regions-do-not-keep-their-owner",
        test_regions_in_one_another_do_not_keep_their_owner);
    ADD("life/alias-target-may-die-first", test_target_of_an_alias_may_die_first);
    ADD("iommu/translates-and-faults", test_iommu_translates_and_faults);
    ADD("iommu/circle-ends", test_iommu_circle_ends);
    ADD("iommu/notifier-hears-its-range-and-kind", test_iommu_notifier_hears_its_range_and_kind);
    ADD("iommu/replay-tells-all-mappings", test_iommu_replay_tells_all_mappings);
    ADD("mtree/text-has-the-known-layout", test_mtree_text);
    return g_test_run();
}
