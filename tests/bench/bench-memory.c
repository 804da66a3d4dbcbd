/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of memory dispatch and of changing the memory map, through the public
 * interface only; one line per figure.  Targets: an MMIO load with 200 ranges
 * in at most 25 ns, one of 1000 regions off and on in at most 20 us.
 */
#include "qemu/osdep.h"
#include "exec/memory.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"

#define DEVICE_SIZE 0x1000
#define RAM_SIZE (16 * 1024 * 1024)

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

static void report(const char *what, int64_t start_ns, unsigned rounds, const char *unit,
                   double per_unit)
{
    double ns = (double)(get_clock() - start_ns) / rounds;

    printf("%-52s %9.2f %s\n", what, ns / per_unit, unit);
}

/* Addresses in an order that neither caches of the host nor its predictor can learn. */
static hwaddr *scattered(unsigned count, unsigned n)
{
    hwaddr *addrs = g_new(hwaddr, n);
    uint32_t seed = 1;

    for (unsigned i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        addrs[i] = 2ull * ((seed >> 8) % count) * DEVICE_SIZE + 8;
    }
    return addrs;
}

#define ADDRESSES 4096
#define ROUNDS (16 * 1024 * 1024)

static void bench_loads(const char *what, BenchMap *map, const hwaddr *addrs, unsigned mask)
{
    int64_t start = get_clock();
    uint64_t sum = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        sum += address_space_ldl_le(&map->as, addrs[i & mask], MEMTXATTRS_UNSPECIFIED, NULL);
    }
    g_assert(sum == 8ull * ROUNDS);
    report(what, start, ROUNDS, "ns", 1);
}

static void bench_dispatch(void)
{
    BenchMap *map = map_new(200, true);
    BenchMap *locked = map_new(200, false);
    g_autofree hwaddr *addrs = scattered(200, ADDRESSES);
    int64_t start;

    bench_loads("mmio-load: 200 ranges, any of them", map, addrs, ADDRESSES - 1);
    bench_loads("mmio-load: 200 ranges, the same again", map, addrs, 0);
    bench_loads("mmio-load: 200 ranges, any, BQL held already", locked, addrs, ADDRESSES - 1);

    start = get_clock();
    for (unsigned i = 0; i < ROUNDS; i++) {
        address_space_stl_le(&map->as, addrs[i & (ADDRESSES - 1)], i, MEMTXATTRS_UNSPECIFIED,
                             NULL);
    }
    report("mmio-store: 200 ranges, any of them", start, ROUNDS, "ns", 1);

    start = get_clock();
    WITH_RCU_READ_LOCK_GUARD() {
        for (unsigned i = 0; i < ROUNDS; i++) {
            hwaddr xlat, len = 4;

            address_space_translate(&map->as, addrs[i & (ADDRESSES - 1)], &xlat, &len, false,
                                    MEMTXATTRS_UNSPECIFIED);
        }
    }
    report("translate: 200 ranges, any of them", start, ROUNDS, "ns", 1);
}

static void bench_ram(void)
{
    g_autofree uint8_t *host = g_malloc0(RAM_SIZE);
    BenchMap *map = map_new(200, true);
    MemoryRegion *ram = g_new0(MemoryRegion, 1);
    MemoryRegionCache cache;
    int64_t start;
    uint64_t sum = 0;

    memory_region_init_ram_ptr(ram, NULL, NULL, RAM_SIZE, host);
    memory_region_add_subregion(&map->root, 1ull << 40, ram);
    start = get_clock();
    for (unsigned i = 0; i < ROUNDS; i++) {
        sum += address_space_ldl_le(&map->as, (1ull << 40) + (i * 64) % RAM_SIZE,
                                    MEMTXATTRS_UNSPECIFIED, NULL);
    }
    report("ram-load", start, ROUNDS, "ns", 1);
    start = get_clock();
    for (unsigned i = 0; i < ROUNDS; i++) {
        address_space_stl_le(&map->as, (1ull << 40) + (i * 64) % RAM_SIZE, i,
                             MEMTXATTRS_UNSPECIFIED, NULL);
    }
    report("ram-store", start, ROUNDS, "ns", 1);
    address_space_cache_init(&cache, &map->as, 1ull << 40, RAM_SIZE, false);
    start = get_clock();
    for (unsigned i = 0; i < ROUNDS; i++) {
        sum += address_space_ldl_le_cached(&cache, (i * 64) % RAM_SIZE, MEMTXATTRS_UNSPECIFIED,
                                           NULL);
    }
    report("ram-load through a cache", start, ROUNDS, "ns", 1);
    address_space_cache_destroy(&cache);
    g_assert(sum);
    memory_region_del_subregion(&map->root, ram);
    object_unparent(OBJECT(ram));
    object_unref(OBJECT(ram));
    drain_call_rcu();
}

static void bench_region_add(MemoryListener *listener, MemoryRegionSection *section)
{
}

static void bench_toggle(void)
{
    static MemoryListener listener = {
        .name = "bench",
        .region_add = bench_region_add,
        .region_del = bench_region_add,
    };
    BenchMap *map = map_new(1000, true);
    const unsigned rounds = 50000;
    int64_t start = get_clock();

    for (unsigned i = 0; i < rounds; i++) {
        MemoryRegion *mr = &map->devices[i * 7 % 1000];

        memory_region_set_enabled(mr, false);
        memory_region_set_enabled(mr, true);
    }
    report("toggle: 1 of 1000 regions off and on", start, rounds, "us", 1000);
    drain_call_rcu();
    memory_listener_register(&listener, &map->as);
    start = get_clock();
    for (unsigned i = 0; i < rounds; i++) {
        MemoryRegion *mr = &map->devices[i * 7 % 1000];

        memory_region_set_enabled(mr, false);
        memory_region_set_enabled(mr, true);
    }
    report("toggle: the same with a listener", start, rounds, "us", 1000);
    memory_listener_unregister(&listener);
    drain_call_rcu();
    start = get_clock();
    for (unsigned i = 0; i < 20; i++) {
        g_free(map_new(1000, true));
    }
    report("build: 1000 regions, one commit each, per region", start, 20 * 1000, "us", 1000);
}

int main(void)
{
    module_call_init(MODULE_INIT_QOM);
    rcu_register_thread();
    bql_lock();
    bench_dispatch();
    bench_toggle();
    bench_ram();
    bql_unlock();
    return 0;
}
