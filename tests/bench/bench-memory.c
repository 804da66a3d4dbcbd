/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of memory dispatch and of changing the memory map, through the public
 * interface only; one line per figure.  Targets: an MMIO load with 200 ranges
 * in at most 25 ns, one of 1000 regions off and on in at most 20 us.
 */
#include "qemu/osdep.h"
#include <math.h>
#include "exec/memory.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"

#define DEVICE_SIZE 0x1000

static uint64_t bench_read(void *opaque, hwaddr addr, unsigned size)
{
    return addr;
}

static void bench_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    *(uint64_t *)opaque = data;
}

static const MemoryRegionOps bench_ops = {
    .read = bench_read,
    .write = bench_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

typedef struct BenchMap {
    AddressSpace as;
    MemoryRegion root;
    MemoryRegion *devices;
    unsigned count;
    uint64_t value;
} BenchMap;

/* @count devices with holes between them, so that each is a range. */
static BenchMap *map_new(unsigned count, bool lockless)
{
    BenchMap *map = g_new0(BenchMap, 1);

    map->count = count;
    map->devices = g_new0(MemoryRegion, count);
    memory_region_init(&map->root, NULL, "bench", UINT64_MAX);
    for (unsigned i = 0; i < count; i++) {
        memory_region_init_io(&map->devices[i], NULL, &bench_ops, &map->value, NULL, DEVICE_SIZE);
        if (lockless) {
            memory_region_set_lockless(&map->devices[i]);
        }
        memory_region_add_subregion(&map->root, 2ull * i * DEVICE_SIZE, &map->devices[i]);
    }
    address_space_init(&map->as, &map->root, "bench");
    return map;
}

/* One figure: the best of many short runs, as others use the host too. */
#define RUNS 60

typedef void BenchFn(BenchMap *map, unsigned rounds);

static void bench(const char *what, BenchFn *fn, BenchMap *map, unsigned rounds, const char *unit)
{
    double best = INFINITY;

    for (unsigned i = 0; i < RUNS; i++) {
        int64_t start = get_clock();

        fn(map, rounds);
        best = MIN(best, (double)(get_clock() - start) / rounds);
        drain_call_rcu();
    }
    printf("%-52s %9.2f %s\n", what, strcmp(unit, "us") ? best : best / 1000, unit);
}

#define ADDRESSES 512
#define ROUNDS (64 * 1024)

/* Addresses in no order, few enough to leave the cache of the host to what is measured. */
static hwaddr addresses[ADDRESSES];

static void scatter(unsigned count)
{
    uint32_t seed = 1;

    for (unsigned i = 0; i < ADDRESSES; i++) {
        seed = seed * 1664525 + 1013904223;
        addresses[i] = 2ull * ((seed >> 8) % count) * DEVICE_SIZE + 8;
    }
}

static void load_any(BenchMap *map, unsigned rounds)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < rounds; i++) {
        sum += address_space_ldl_le(&map->as, addresses[i % ADDRESSES], MEMTXATTRS_UNSPECIFIED,
                                    NULL);
    }
    g_assert(sum == 8ull * rounds);
}

static void load_same(BenchMap *map, unsigned rounds)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < rounds; i++) {
        sum += address_space_ldl_le(&map->as, addresses[0], MEMTXATTRS_UNSPECIFIED, NULL);
    }
    g_assert(sum == 8ull * rounds);
}

static void store_any(BenchMap *map, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        address_space_stl_le(&map->as, addresses[i % ADDRESSES], i, MEMTXATTRS_UNSPECIFIED, NULL);
    }
}

static void translate_any(BenchMap *map, unsigned rounds)
{
    RCU_READ_LOCK_GUARD();
    for (unsigned i = 0; i < rounds; i++) {
        hwaddr xlat, len = 4;

        address_space_translate(&map->as, addresses[i % ADDRESSES], &xlat, &len, false,
                                MEMTXATTRS_UNSPECIFIED);
    }
}

/* RAM that stays in the host's first level cache: the cost of getting there counts. */
#define RAM_SIZE 0x4000
#define RAM_BASE (1ull << 40)

static void ram_load(BenchMap *map, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        address_space_ldl_le(&map->as, RAM_BASE + (i * 64) % RAM_SIZE, MEMTXATTRS_UNSPECIFIED,
                             NULL);
    }
}

static void ram_store(BenchMap *map, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        address_space_stl_le(&map->as, RAM_BASE + (i * 64) % RAM_SIZE, i, MEMTXATTRS_UNSPECIFIED,
                             NULL);
    }
}

static void ram_load_cached(BenchMap *map, unsigned rounds)
{
    MemoryRegionCache cache;
    volatile uint32_t seen;

    address_space_cache_init(&cache, &map->as, RAM_BASE, RAM_SIZE, false);
    for (unsigned i = 0; i < rounds; i++) {
        seen = address_space_ldl_le_cached(&cache, (i * 64) % RAM_SIZE, MEMTXATTRS_UNSPECIFIED,
                                           NULL);
    }
    (void)seen;
    address_space_cache_destroy(&cache);
}

static void toggle(BenchMap *map, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        MemoryRegion *mr = &map->devices[i * 7 % map->count];

        memory_region_set_enabled(mr, false);
        memory_region_set_enabled(mr, true);
    }
}

/* All regions are put in one by one; what is made is left behind. */
static void build(BenchMap *map, unsigned rounds)
{
    address_space_destroy(&map_new(rounds, true)->as);
}

static void bench_section(MemoryListener *listener, MemoryRegionSection *section)
{
}

int main(void)
{
    static MemoryListener listener = {
        .name = "bench",
        .region_add = bench_section,
        .region_del = bench_section,
    };
    static MemoryRegion ram;
    static uint8_t ram_bytes[RAM_SIZE];
    BenchMap *map, *locked, *large;

    module_call_init(MODULE_INIT_QOM);
    rcu_register_thread();
    bql_lock();
    map = map_new(200, true);
    locked = map_new(200, false);
    large = map_new(1000, true);
    scatter(200);
    bench("mmio-load: 200 ranges, any of them", load_any, map, ROUNDS, "ns");
    bench("mmio-load: 200 ranges, the same again", load_same, map, ROUNDS, "ns");
    bench("mmio-load: 200 ranges, any, BQL held already", load_any, locked, ROUNDS, "ns");
    bench("mmio-store: 200 ranges, any of them", store_any, map, ROUNDS, "ns");
    bench("translate: 200 ranges, any of them", translate_any, map, ROUNDS, "ns");

    bench("toggle: 1 of 1000 regions off and on", toggle, large, 200, "us");
    memory_listener_register(&listener, &large->as);
    bench("toggle: the same with a listener", toggle, large, 200, "us");
    memory_listener_unregister(&listener);
    bench("build: 1000 regions, one commit each, per region", build, NULL, 1000, "us");

    memory_region_init_ram_ptr(&ram, NULL, NULL, RAM_SIZE, ram_bytes);
    memory_region_add_subregion(&map->root, RAM_BASE, &ram);
    bench("ram-load: 201 ranges", ram_load, map, ROUNDS, "ns");
    bench("ram-store: 201 ranges", ram_store, map, ROUNDS, "ns");
    bench("ram-load through a cache", ram_load_cached, map, ROUNDS, "ns");
    bql_unlock();
    return 0;
}
