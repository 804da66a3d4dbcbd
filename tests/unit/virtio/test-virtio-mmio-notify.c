/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications of virtio-mmio by eventfd, OASIS virtio 1.2 section 4.2.2 (QueueNotify): with an
 * accelerator that can signal eventfds the register's write only rings, and the main loop serves
 * the queue; nothing that was rung for is forgotten when the machine stops or the driver goes.
 */
#include "qemu/osdep.h"
#include <sys/resource.h>
#include "queue-fixture.h"
#include "qapi/error.h"
#include "sysemu/kvm.h"
#include "sysemu/runstate.h"

static void start(Fixture *f, const void *c, bool can_eventfd)
{
    kvm_eventfds_allowed = can_eventfd;
    fixture_init(f, c, 8);
}

static void finish(Fixture *f)
{
    fixture_finish(f);
    kvm_eventfds_allowed = false;
}

static void request_ring(Fixture *f)
{
    request_add(f, 16, 16);
    guest_queue_notify(&f->queue);
}

static void test_served_by_the_main_loop(const void *opaque)
{
    Fixture f;

    start(&f, opaque, true);
    request_ring(&f);
    g_assert_cmpuint(f.dev->notified, ==, 0);
    board_loop();
    g_assert_cmpuint(f.dev->notified, ==, 1);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 1);
    /* Rung twice, served once. */
    request_ring(&f);
    request_ring(&f);
    board_loop();
    g_assert_cmpuint(f.dev->notified, ==, 2);
    g_assert_cmpuint(guest_queue_used_idx(&f.queue), ==, 3);
    finish(&f);
}

static void test_served_at_once_without_eventfds(const void *opaque)
{
    Fixture f;

    start(&f, opaque, false);
    request_ring(&f);
    g_assert_cmpuint(f.dev->notified, ==, 1);
    finish(&f);
}

static void test_property_off_serves_at_once(const void *opaque)
{
    const Case *c = opaque;
    DeviceState *transport = qdev_new(TYPE_VIRTIO_MMIO);
    Fixture f;

    g_assert_true(object_property_get_bool(OBJECT(transport), "ioeventfd", &error_abort));
    object_property_set_bool(OBJECT(transport), "ioeventfd", false, &error_abort);
    kvm_eventfds_allowed = true;
    board_init(&f.board, c->version, NULL);
    /* The board's own transport is realized; it gets what the property has set in this one. */
    VIRTIO_MMIO(f.board.transport)->use_ioeventfd = VIRTIO_MMIO(transport)->use_ioeventfd;
    object_unref(OBJECT(transport));
    board_plug(&f.board, virtio_test_new());
    f.dev = VIRTIO_TEST(f.board.device);
    fixture_start(&f, c->features, 8);
    request_ring(&f);
    g_assert_cmpuint(f.dev->notified, ==, 1);
    finish(&f);
}

static void test_stopping_serves_what_was_rung_for(const void *opaque)
{
    Fixture f;

    start(&f, opaque, true);
    request_ring(&f);
    vm_state_notify(false, RUN_STATE_PAUSED);
    g_assert_cmpuint(f.dev->notified, ==, 1);
    board_loop();
    g_assert_cmpuint(f.dev->notified, ==, 1);
    vm_state_notify(true, RUN_STATE_RUNNING);
    request_ring(&f);
    g_assert_cmpuint(f.dev->notified, ==, 1);
    board_loop();
    g_assert_cmpuint(f.dev->notified, ==, 2);
    finish(&f);
}

static void test_reset_serves_what_was_rung_for(const void *opaque)
{
    const Case *c = opaque;
    Fixture f;

    start(&f, opaque, true);
    request_ring(&f);
    virtio_guest_reset(&f.board.guest);
    g_assert_cmpuint(f.dev->notified, ==, 1);
    /* Without a driver the register is a register again; the next driver gets eventfds again. */
    fixture_start(&f, c->features, 8);
    request_ring(&f);
    g_assert_cmpuint(f.dev->notified, ==, 1);
    device_cold_reset(f.board.transport);
    g_assert_cmpuint(f.dev->notified, ==, 2);
    board_loop();
    g_assert_cmpuint(f.dev->notified, ==, 2);
    finish(&f);
}

static void test_unplugging_takes_the_eventfds_away(const void *opaque)
{
    Fixture f;

    start(&f, opaque, true);
    request_ring(&f);
    board_unplug(&f.board);
    guest_queue_notify(&f.queue);
    board_loop();
    board_plug(&f.board, virtio_test_new());
    f.dev = VIRTIO_TEST(f.board.device);
    g_assert_cmpuint(f.dev->notified, ==, 0);
    finish(&f);
}

static void test_unknown_queue_is_ignored(const void *opaque)
{
    Fixture f;

    start(&f, opaque, true);
    virtio_guest_write(&f.board.guest, VIRTIO_MMIO_QUEUE_NOTIFY, TEST_QUEUES);
    virtio_guest_write(&f.board.guest, VIRTIO_MMIO_QUEUE_NOTIFY, UINT32_MAX);
    board_loop();
    g_assert_cmpuint(f.dev->notified, ==, 0);
    finish(&f);
}

/* No descriptor to spare: the first that is free is one beyond the limit. */
static void test_without_descriptors_serves_at_once(const void *opaque)
{
    struct rlimit was, none;
    Fixture f;
    int next = dup(0);

    g_assert_cmpint(next, >=, 0);
    close(next);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &was), ==, 0);
    none = (struct rlimit){ .rlim_cur = next, .rlim_max = was.rlim_max };
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    start(&f, opaque, true);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &was), ==, 0);
    request_ring(&f);
    g_assert_cmpuint(f.dev->notified, ==, 1);
    finish(&f);
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    fixture_add_all("notify/served-by-the-main-loop", test_served_by_the_main_loop);
    fixture_add_all("notify/served-at-once-without-eventfds", test_served_at_once_without_eventfds);
    fixture_add_all("notify/stopping-serves-what-was-rung-for",
                    test_stopping_serves_what_was_rung_for);
    fixture_add_all("notify/reset-serves-what-was-rung-for", test_reset_serves_what_was_rung_for);
    fixture_add_all("notify/unplugging-takes-the-eventfds-away",
                    test_unplugging_takes_the_eventfds_away);
    fixture_add_all("notify/unknown-queue-is-ignored", test_unknown_queue_is_ignored);
    fixture_add_all("notify/without-descriptors-serves-at-once",
                    test_without_descriptors_serves_at_once);
    fixture_add_all("notify/property-off-serves-at-once", test_property_off_serves_at_once);
    return g_test_run();
}
