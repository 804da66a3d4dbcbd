/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The map for tests (map-fixture.h).
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "map-fixture.h"

static uint64_t tag_read(void *opaque, hwaddr addr, unsigned size)
{
    return (uintptr_t)opaque;
}

static void tag_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
}

const MemoryRegionOps map_tag_ops = {
    .read = tag_read,
    .write = tag_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

void *map_tag(unsigned tag)
{
    return (void *)(uintptr_t)tag;
}

Map *map_new(void)
{
    Map *m = g_new0(Map, 1);

    m->regions = g_ptr_array_new_with_free_func(g_free);
    memory_region_init(&m->root, NULL, NULL, UINT64_MAX);
    address_space_init(&m->as, &m->root, "test");
    return m;
}

void map_free(Map *m)
{
    address_space_destroy(&m->as);
    object_unref(OBJECT(&m->root));
    /* Newest first: a region may be inside one that was made later. */
    for (unsigned i = m->regions->len; i; i--) {
        MemoryRegion *mr = m->regions->pdata[i - 1];

        if (mr->container) {
            memory_region_del_subregion(mr->container, mr);
        }
        object_unref(OBJECT(mr));
    }
    drain_call_rcu();
    g_ptr_array_unref(m->regions);
    error_report_set_sink(NULL, NULL);
    g_free(m);
}

MemoryRegion *map_region(Map *m)
{
    MemoryRegion *mr = g_new0(MemoryRegion, 1);

    g_ptr_array_add(m->regions, mr);
    return mr;
}

MemoryRegion *map_io(Map *m, unsigned tag, uint64_t size)
{
    MemoryRegion *mr = map_region(m);

    memory_region_init_io(mr, NULL, &map_tag_ops, map_tag(tag), NULL, size);
    return mr;
}

MemoryRegion *map_container(Map *m, uint64_t size)
{
    MemoryRegion *mr = map_region(m);

    memory_region_init(mr, NULL, NULL, size);
    return mr;
}

MemoryRegion *map_alias(Map *m, MemoryRegion *target, hwaddr offset, uint64_t size)
{
    MemoryRegion *mr = map_region(m);

    memory_region_init_alias(mr, NULL, NULL, target, offset, size);
    return mr;
}

unsigned map_tag_in(AddressSpace *as, hwaddr addr)
{
    MemTxResult result;
    unsigned tag = address_space_ldl_le(as, addr, MEMTXATTRS_UNSPECIFIED, &result);

    return result == MEMTX_OK ? tag : 0;
}

unsigned map_tag_at(Map *m, hwaddr addr)
{
    return map_tag_in(&m->as, addr);
}

static bool count_report(const char *text, size_t len, void *opaque)
{
    Map *m = opaque;

    m->reports++;
    return true;
}

void map_expect_report(Map *m)
{
    m->reports = 0;
    error_report_set_sink(count_report, m);
}

void map_test_init(int *argc, char ***argv)
{
    module_call_init(MODULE_INIT_QOM);
    rcu_register_thread();
    bql_lock();
    g_test_init(argc, argv, NULL);
}
