/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile guests from random numbers against every virtio device (virtqueue-steps.h). The fuzzer
 * fuzz-virtqueue does the same for longer; -m slow does it a hundred times as long here. A path
 * names the first of its SEEDS_PER_TEST seeds.
 */
#include "qemu/osdep.h"
#include "virtio-harness.h"
#include "virtqueue-steps.h"

#define TESTS 10
#define SEEDS_PER_TEST 100
#define SEEDS_PER_SLOW_TEST 10000

static void run_seed(uint32_t seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    uint8_t data[1200];
    size_t size = g_rand_int_range(rand, 50, sizeof(data));

    for (size_t i = 0; i < size; i++) {
        /* Small numbers are more often meaningful than large ones. */
        data[i] = g_rand_int(rand) >> g_rand_int_range(rand, 0, 6);
    }
    virtqueue_steps_run(data, size);
}

static void test_random_guests(const void *opaque)
{
    uint32_t count = g_test_slow() ? SEEDS_PER_SLOW_TEST : SEEDS_PER_TEST;
    uint32_t first = GPOINTER_TO_UINT(opaque) * count;

    for (uint32_t seed = first; seed < first + count; seed++) {
        run_seed(seed);
    }
}

int main(int argc, char **argv)
{
    int ret;

    board_test_init(&argc, &argv);
    virtqueue_steps_init();
    for (unsigned i = 0; i < TESTS; i++) {
        unsigned first = i * (g_test_slow() ? SEEDS_PER_SLOW_TEST : SEEDS_PER_TEST);
        g_autofree char *path = g_strdup_printf("/virtqueue/random-guests/from-seed-%u", first);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_random_guests);
    }
    ret = g_test_run();
    virtqueue_steps_finish();
    return ret;
}
