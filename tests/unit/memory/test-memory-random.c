/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random operations on memory maps against the naive model, alone and with
 * threads that access the map while it changes.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "naive-map.h"

#define STEPS 4000

static NaiveStep random_step(GRand *rand)
{
    guint32 bits = g_rand_int(rand);

    return (NaiveStep) { bits, bits >> 8, bits >> 16, bits >> 24 };
}

static void random_steps(NaiveMap *map, guint32 seed, unsigned steps)
{
    GRand *rand = g_rand_new_with_seed(seed);

    /* A map with something in it first. */
    for (unsigned i = 1; i < 40; i++) {
        naive_map_step(map, (NaiveStep) { 240, i, g_rand_int(rand), g_rand_int(rand) });
        naive_map_step(map, (NaiveStep) { i, i, g_rand_int(rand) % i, g_rand_int(rand) });
    }
    for (unsigned i = 0; i < steps; i++) {
        naive_map_step(map, random_step(rand));
    }
    naive_map_settle(map);
    g_rand_free(rand);
}

static void test_random_maps(void)
{
    for (guint32 seed = 1; seed <= 6; seed++) {
        NaiveMap *map = naive_map_new();

        random_steps(map, seed, STEPS);
        g_assert_cmpuint(naive_map_checks(map), >, STEPS);
        naive_map_free(map);
    }
}

/* -- threads -------------------------------------------------------------------------- */

typedef struct Dispatchers {
    AddressSpace *as;
    bool stop;
} Dispatchers;

static void *dispatcher_run(void *opaque)
{
    Dispatchers *d = opaque;
    uint64_t addr = 0;

    rcu_register_thread();
    while (!qatomic_read(&d->stop)) {
        MemTxResult result;

        /* Whatever answers, answers with its own offset or not at all. */
        addr += 0x0123456789abcdefull;
        address_space_ldl_le(d->as, addr & ~3ull, MEMTXATTRS_UNSPECIFIED, &result);
        g_assert(!(result & MEMTX_ACCESS_ERROR));
        address_space_stl_le(d->as, addr & ~3ull, 1, MEMTXATTRS_UNSPECIFIED, &result);
    }
    rcu_unregister_thread();
    return NULL;
}

static void test_random_maps_with_threads(void)
{
    NaiveMap *map = naive_map_new();
    Dispatchers d = { .as = naive_map_space(map) };
    QemuThread threads[4];

    for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++) {
        qemu_thread_create(&threads[i], "dispatch", dispatcher_run, &d, QEMU_THREAD_JOINABLE);
    }
    random_steps(map, 77, STEPS / 4);
    qatomic_set(&d.stop, true);
    for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++) {
        qemu_thread_join(&threads[i]);
    }
    naive_map_free(map);
}

int main(int argc, char **argv)
{
    module_call_init(MODULE_INIT_QOM);
    rcu_register_thread();
    bql_lock();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/random/views-and-listeners-equal-naive-model", test_random_maps);
    g_test_add_func("/memory/random/dispatch-survives-changing-map",
                    test_random_maps_with_threads);
    return g_test_run();
}
