/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-rng-device on the virt board with its sources as the command line makes them: bytes of
 * a file, -seed, the rate limit on the virtual clock, and wrong options.
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "libgantry-virtio-qtest.h"

#define TEST_RAM (VIRT_RAM_BASE + (64ull << 20))
#define MS 1000000ll

typedef struct RngGuest {
    QTestState *s;
    GuestBus bus;
    VirtioGuest guest;
    GuestQueue queue;
    uint64_t data;
} RngGuest;

static void rng_init(RngGuest *r, const char *args)
{
    r->s = qtest_initf("-nodefaults -M virt %s", args);
    virtio_guest_qtest_bus(&r->bus, r->s);
    virtio_guest_init(&r->guest, &r->bus, VIRT_VIRTIO_BASE + 31 * VIRT_VIRTIO_SIZE, TEST_RAM,
                      1 << 20);
    virtio_guest_negotiate(&r->guest, 0);
    guest_queue_init(&r->queue, &r->guest, 0, 0);
    r->data = virtio_guest_alloc(&r->guest, 4096, 16);
    virtio_guest_driver_ok(&r->guest);
}

static void rng_ask(RngGuest *r, uint32_t len)
{
    guest_queue_add(&r->queue, &(GuestBuffer){ r->data, len, true }, 1);
    guest_queue_kick(&r->queue);
}

/* Bytes that came, within some turns of the main loop; -1: none. */
static int rng_take(RngGuest *r, void *buf)
{
    uint32_t len;

    for (int i = 0; i < 50; i++) {
        if (guest_queue_take(&r->queue, &len) >= 0) {
            virtio_guest_memread(&r->guest, r->data, buf, len);
            return len;
        }
        qtest_clock_step(r->s, 0);
    }
    return -1;
}

static void test_bytes_of_a_file(void)
{
    g_autofree char *dir = g_dir_make_tmp("gantry-rng-XXXXXX", NULL);
    g_autofree char *filename = g_build_filename(dir, "bytes", NULL);
    g_autofree char *args = g_strdup_printf("-object rng-random,id=r,filename=%s "
                                            "-device virtio-rng-device,rng=r", filename);
    char got[4096];
    RngGuest r;

    g_assert_true(g_file_set_contents(filename, "Gantry gives bytes", 18, NULL));
    rng_init(&r, args);
    rng_ask(&r, 6);
    g_assert_cmpint(rng_take(&r, got), ==, 6);
    g_assert_cmpmem(got, 6, "Gantry", 6);
    rng_ask(&r, 12);
    g_assert_cmpint(rng_take(&r, got), ==, 12);
    g_assert_cmpmem(got, 12, " gives bytes", 12);
    qtest_quit(r.s);
    g_remove(filename);
    g_rmdir(dir);
}

static void bytes_with_seed(const char *seed, uint8_t *got)
{
    g_autofree char *args = g_strdup_printf("-seed %s -device virtio-rng-device", seed);
    RngGuest r;

    rng_init(&r, args);
    rng_ask(&r, 32);
    g_assert_cmpint(rng_take(&r, got), ==, 32);
    qtest_quit(r.s);
}

static void test_seed_repeats_bytes(void)
{
    uint8_t first[4096], second[4096], other[4096];

    bytes_with_seed("1234", first);
    bytes_with_seed("1234", second);
    bytes_with_seed("1235", other);
    g_assert_cmpmem(first, 32, second, 32);
    g_assert_cmpint(memcmp(first, other, 32), !=, 0);
}

static void test_rate_limit(void)
{
    uint8_t got[4096];
    RngGuest r;

    rng_init(&r, "-device virtio-rng-device,max-bytes=10,period=100");
    rng_ask(&r, 32);
    g_assert_cmpint(rng_take(&r, got), ==, 10);
    rng_ask(&r, 32);
    g_assert_cmpint(rng_take(&r, got), ==, -1);
    qtest_clock_step(r.s, 100 * MS);
    g_assert_cmpint(rng_take(&r, got), ==, 10);
    qtest_quit(r.s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/virtio-rng/bytes-of-a-file", test_bytes_of_a_file);
    qtest_add_func("/virtio-rng/seed-repeats-bytes", test_seed_repeats_bytes);
    qtest_add_func("/virtio-rng/rate-limit", test_rate_limit);
    return g_test_run();
}
