/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-rng-device and the sources behind it: bytes arrive where they are asked for, no more of
 * them than allowed, and not at the wrong time.
 */
#include "qemu/osdep.h"
#include "virtio-harness.h"
#include <glib/gstdio.h>
#include "hw/qdev-properties.h"
#include "hw/virtio/virtio-rng.h"
#include "qemu/timer.h"
#include "qom/object_interfaces.h"
#include "sysemu/runstate.h"

typedef struct Rng {
    Board board;
    GuestQueue queue;
    uint64_t data;
} Rng;

static void rng_start(Rng *r, BoardVersion version, DeviceState *dev)
{
    board_init(&r->board, version, dev);
    virtio_guest_negotiate(&r->board.guest, 0);
    guest_queue_init(&r->queue, &r->board.guest, 0, 0);
    r->data = virtio_guest_alloc(&r->board.guest, 256 * 1024, 4096);
    virtio_guest_driver_ok(&r->board.guest);
}

static int rng_ask(Rng *r, uint32_t len)
{
    int head = guest_queue_add(&r->queue, &(GuestBuffer){ r->data, len, true }, 1);

    guest_queue_kick(&r->queue);
    return head;
}

static void test_identity(void)
{
    Rng r;

    rng_start(&r, BOARD_MODERN, qdev_new(TYPE_VIRTIO_RNG));
    g_assert_cmpuint(virtio_guest_read(&r.board.guest, VIRTIO_MMIO_DEVICE_ID), ==, VIRTIO_ID_RNG);
    g_assert_cmpuint(virtio_guest_read(&r.board.guest, VIRTIO_MMIO_QUEUE_NUM_MAX), ==, 8);
    g_assert_cmphex(virtio_guest_config_read(&r.board.guest, 0, 1), ==, 0xff);
    board_finish(&r.board);
}

static void test_fills_buffers(const void *opaque)
{
    static const uint8_t zeros[64];
    uint8_t got[2][64];
    uint32_t len;
    Rng r;

    rng_start(&r, GPOINTER_TO_INT(opaque), qdev_new(TYPE_VIRTIO_RNG));
    for (int i = 0; i < 2; i++) {
        int head = rng_ask(&r, 64);

        board_loop();
        g_assert_cmpint(r.board.line.level, ==, 1);
        g_assert_cmphex(virtio_guest_irq_take(&r.board.guest), ==, VIRTIO_MMIO_INT_VRING);
        g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, head);
        g_assert_cmpuint(len, ==, 64);
        virtio_guest_memread(&r.board.guest, r.data, got[i], 64);
        g_assert_cmpint(memcmp(got[i], zeros, 64), !=, 0);
    }
    g_assert_cmpint(memcmp(got[0], got[1], 64), !=, 0);
    board_finish(&r.board);
}

static void test_several_buffers_at_once(void)
{
    uint32_t len;
    Rng r;

    rng_start(&r, BOARD_MODERN, qdev_new(TYPE_VIRTIO_RNG));
    for (int i = 1; i <= 8; i++) {
        guest_queue_add(&r.queue, &(GuestBuffer){ r.data, i, true }, 1);
    }
    guest_queue_kick(&r.queue);
    board_loop();
    for (int i = 1; i <= 8; i++) {
        g_assert_cmpint(guest_queue_take(&r.queue, &len), >=, 0);
        g_assert_cmpuint(len, ==, i);
    }
    board_finish(&r.board);
}

/* A buffer of any size costs the host a bounded request: the rest of it stays unused. */
static void test_huge_buffer(void)
{
    uint32_t len;
    Rng r;

    rng_start(&r, BOARD_MODERN, qdev_new(TYPE_VIRTIO_RNG));
    rng_ask(&r, 200 * 1024);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, 0);
    g_assert_cmpuint(len, >, 0);
    g_assert_cmpuint(len, <=, RNG_REQUEST_MAX);
    board_finish(&r.board);
}

static void test_buffer_to_read_does_not_spin(void)
{
    GuestBuffer readable = { 0, 16, false };
    uint32_t len;
    Rng r;

    rng_start(&r, BOARD_MODERN, qdev_new(TYPE_VIRTIO_RNG));
    readable.addr = r.data;
    guest_queue_add(&r.queue, &readable, 1);
    guest_queue_add(&r.queue, &(GuestBuffer){ r.data, 16, true }, 1);
    guest_queue_kick(&r.queue);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, 0);
    g_assert_cmpuint(len, ==, 0);
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, 1);
    g_assert_cmpuint(len, ==, 16);
    board_finish(&r.board);
}

/* ---- rate limit ---- */

static void test_rate_limit(void)
{
    DeviceState *dev = qdev_new(TYPE_VIRTIO_RNG);
    uint32_t len;
    Rng r;

    qdev_prop_set_uint64(dev, "max-bytes", 100);
    qdev_prop_set_uint32(dev, "period", 1000);
    rng_start(&r, BOARD_MODERN, dev);
    rng_ask(&r, 60);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), >=, 0);
    g_assert_cmpuint(len, ==, 60);
    rng_ask(&r, 60);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), >=, 0);
    g_assert_cmpuint(len, ==, 40);
    rng_ask(&r, 60);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, -1);
    harness_clock_step(999 * SCALE_MS);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, -1);
    harness_clock_step(1 * SCALE_MS);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), >=, 0);
    g_assert_cmpuint(len, ==, 60);
    board_finish(&r.board);
}

static void expect_realize_error(const char *property, uint64_t value)
{
    DeviceState *dev = qdev_new(TYPE_VIRTIO_RNG);
    Error *err = NULL;
    Board board;

    board_init(&board, BOARD_LEGACY, NULL);
    object_property_set_uint(OBJECT(dev), property, value, &error_abort);
    g_assert_false(qdev_realize(dev, QLIST_FIRST(&board.transport->child_bus), &err));
    harness_error_contains(err, property);
    object_unref(OBJECT(dev));
    board_finish(&board);
}

static void test_bad_limits_are_refused(void)
{
    expect_realize_error("period", 0);
    expect_realize_error("max-bytes", 1ull << 63);
}

/* ---- at the wrong time ---- */

static void test_reset_cancels(void)
{
    Rng r;

    rng_start(&r, BOARD_MODERN, qdev_new(TYPE_VIRTIO_RNG));
    rng_ask(&r, 64);
    virtio_guest_reset(&r.board.guest);
    board_loop();
    g_assert_cmpuint(guest_queue_used_idx(&r.queue), ==, 0);
    g_assert_cmpint(r.board.line.level, ==, 0);
    board_finish(&r.board);
}

static void test_unplug_cancels(void)
{
    Rng r;

    rng_start(&r, BOARD_MODERN, qdev_new(TYPE_VIRTIO_RNG));
    rng_ask(&r, 64);
    board_unplug(&r.board);
    board_loop();
    board_finish(&r.board);
}

static void test_stopped_machine_gets_nothing(void)
{
    Rng r;

    rng_start(&r, BOARD_MODERN, qdev_new(TYPE_VIRTIO_RNG));
    rng_ask(&r, 64);
    vm_state_notify(false, RUN_STATE_PAUSED);
    board_loop();
    g_assert_cmpuint(guest_queue_used_idx(&r.queue), ==, 0);
    vm_state_notify(true, RUN_STATE_RUNNING);
    board_loop();
    g_assert_cmpuint(guest_queue_used_idx(&r.queue), ==, 1);
    board_finish(&r.board);
}

static void test_state_keeps_quota(void)
{
    DeviceState *dev = qdev_new(TYPE_VIRTIO_RNG);
    g_autoptr(GByteArray) state = NULL;
    uint32_t len;
    Rng r;

    qdev_prop_set_uint64(dev, "max-bytes", 100);
    rng_start(&r, BOARD_MODERN, dev);
    rng_ask(&r, 90);
    board_loop();
    guest_queue_take(&r.queue, &len);
    state = board_save(&r.board);
    rng_ask(&r, 10);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), >=, 0);
    device_cold_reset(r.board.transport);
    r.board.tells_load_errors = true;
    g_assert_cmpint(board_load(&r.board, state, NULL), ==, 0);
    g_assert_cmpint(VIRTIO_RNG(dev)->quota_remaining, ==, 10);
    g_assert_true(timer_pending(VIRTIO_RNG(dev)->rate_limit_timer));
    board_finish(&r.board);
}

/* ---- rng-random ---- */

static DeviceState *rng_from_file(const char *filename)
{
    g_autofree char *text = g_strdup_printf("rng-random,id=rng0,filename=%s", filename);
    DeviceState *dev = qdev_new(TYPE_VIRTIO_RNG);

    g_assert_true(user_creatable_add_from_str(text, NULL, &error_abort));
    object_property_set_str(OBJECT(dev), "rng", "rng0", &error_abort);
    return dev;
}

static void test_random_from_file(void)
{
    g_autofree char *dir = g_dir_make_tmp("gantry-rng-XXXXXX", NULL);
    g_autofree char *filename = g_build_filename(dir, "bytes", NULL);
    char got[10];
    uint32_t len;
    Rng r;

    g_assert_true(g_file_set_contents(filename, "0123456789abcdef", 16, NULL));
    rng_start(&r, BOARD_MODERN, rng_from_file(filename));
    rng_ask(&r, 10);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, 0);
    g_assert_cmpuint(len, ==, 10);
    virtio_guest_memread(&r.board.guest, r.data, got, 10);
    g_assert_cmpmem(got, 10, "0123456789", 10);
    /* The file ends in the middle of this one: the guest waits. */
    rng_ask(&r, 10);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, -1);
    board_finish(&r.board);
    user_creatable_del("rng0", &error_abort);
    g_remove(filename);
    g_rmdir(dir);
}

/* A source that has nothing for a while, as a hardware generator may. */
static void test_random_from_slow_pipe(void)
{
    g_autofree char *dir = g_dir_make_tmp("gantry-rng-XXXXXX", NULL);
    g_autofree char *filename = g_build_filename(dir, "pipe", NULL);
    uint32_t len;
    int fd;
    Rng r;

    g_assert_cmpint(mkfifo(filename, 0600), ==, 0);
    fd = open(filename, O_RDWR | O_CLOEXEC);
    g_assert_cmpint(fd, >=, 0);
    rng_start(&r, BOARD_MODERN, rng_from_file(filename));
    rng_ask(&r, 4);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, -1);
    g_assert_cmpint(write(fd, "ab", 2), ==, 2);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, -1);
    g_assert_cmpint(write(fd, "cdef", 4), ==, 4);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, 0);
    g_assert_cmpuint(len, ==, 4);
    rng_ask(&r, 2);
    board_loop();
    g_assert_cmpint(guest_queue_take(&r.queue, &len), ==, 0);
    board_finish(&r.board);
    user_creatable_del("rng0", &error_abort);
    close(fd);
    g_remove(filename);
    g_rmdir(dir);
}

static void test_random_missing_file(void)
{
    Error *err = NULL;

    g_assert_false(user_creatable_add_from_str("rng-random,id=rng0,filename=/nowhere/at/all", NULL,
                                               &err));
    harness_error_contains(err, "/nowhere/at/all");
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    g_test_add_func("/virtio-rng/identity", test_identity);
    g_test_add_data_func("/virtio-rng/legacy/fills-buffers", GINT_TO_POINTER(BOARD_LEGACY),
                         test_fills_buffers);
    g_test_add_data_func("/virtio-rng/modern/fills-buffers", GINT_TO_POINTER(BOARD_MODERN),
                         test_fills_buffers);
    g_test_add_func("/virtio-rng/several-buffers-at-once", test_several_buffers_at_once);
    g_test_add_func("/virtio-rng/huge-buffer", test_huge_buffer);
    g_test_add_func("/virtio-rng/buffer-to-read-does-not-spin",
                    test_buffer_to_read_does_not_spin);
    g_test_add_func("/virtio-rng/rate-limit", test_rate_limit);
    g_test_add_func("/virtio-rng/bad-limits-are-refused", test_bad_limits_are_refused);
    g_test_add_func("/virtio-rng/reset-cancels", test_reset_cancels);
    g_test_add_func("/virtio-rng/unplug-cancels", test_unplug_cancels);
    g_test_add_func("/virtio-rng/stopped-machine-gets-nothing",
                    test_stopped_machine_gets_nothing);
    g_test_add_func("/virtio-rng/state-keeps-quota", test_state_keeps_quota);
    g_test_add_func("/virtio-rng/random/from-file", test_random_from_file);
    g_test_add_func("/virtio-rng/random/from-slow-pipe", test_random_from_slow_pipe);
    g_test_add_func("/virtio-rng/random/missing-file", test_random_missing_file);
    return g_test_run();
}
