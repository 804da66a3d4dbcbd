/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Things of a vfio-platform device that happen at the same time, or just before each other.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/vfio/platform-internal.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "platform-rig.h"

/* ---- unplug while an access is blocked ------------------------------------------------------ */

static QemuSemaphore access_entered, access_released;
static bool unplug_done;

static bool blocked_read(FakeDevice *dev, unsigned nr, uint64_t offset, unsigned size, void *data)
{
    if (offset != 0x40) {
        return false;
    }
    qemu_sem_post(&access_entered);
    qemu_sem_wait(&access_released);
    /* The device is still there although it is being unplugged. */
    g_assert_false(qatomic_read(&unplug_done));
    g_assert_cmpuint(fake_vfio_open_fds(), >, 0);
    memset(data, 0x5a, size);
    return true;
}

static void *guest_thread(void *opaque)
{
    *(uint32_t *)opaque = address_space_ldl(&address_space_memory, PRIG_BASE + 0x40,
                                            MEMTXATTRS_UNSPECIFIED, NULL);
    return NULL;
}

/* Lets the access go on once the unplug is waiting for it. */
static void *release_thread(void *opaque)
{
    VFIOPlatformDevice *vdev = opaque;

    while (!qatomic_read(&vdev->vbasedev.closing)) {
        g_usleep(1000);
    }
    g_usleep(20000);
    qemu_sem_post(&access_released);
    return NULL;
}

static void test_unplug_waits_for_a_blocked_access(void)
{
    QemuThread guest, release;
    uint32_t value = 0;
    PlatformRig rig;
    int old_fd, fd;

    qemu_sem_init(&access_entered, 0);
    qemu_sem_init(&access_released, 0);
    qatomic_set(&unplug_done, false);
    prig_start_connected(&rig, "x-no-mmap", "on");
    rig.host.read = blocked_read;
    old_fd = rig.vdev->vbasedev.fd;
    qemu_thread_create(&guest, "guest", guest_thread, &value, QEMU_THREAD_JOINABLE);
    qemu_sem_wait(&access_entered);
    object_ref(OBJECT(rig.device));
    qemu_thread_create(&release, "release", release_thread, rig.vdev, QEMU_THREAD_JOINABLE);
    object_unparent(OBJECT(rig.device));
    qatomic_set(&unplug_done, true);
    qemu_thread_join(&release);
    qemu_thread_join(&guest);
    g_assert_cmphex(value, ==, 0x5a5a5a5a);
    /* The number may be another file's now. */
    fd = open("/dev/null", O_RDONLY);
    g_assert_cmpint(fd, <=, old_fd);
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    close(fd);
    object_unref(OBJECT(rig.device));
    rig.device = NULL;
    prig_stop(&rig);
    qemu_sem_destroy(&access_entered);
    qemu_sem_destroy(&access_released);
}

/* An access that starts too late reads what an empty bus has, from no descriptor. */
static void test_access_after_closing_reaches_nothing(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "x-no-mmap", "on");
    qatomic_set(&rig.vdev->vbasedev.closing, true);
    g_assert_cmphex(prig_load(&rig, 0, 0), ==, 0xffffffff);
    prig_store(&rig, 0, 0, 1);
    qatomic_set(&rig.vdev->vbasedev.closing, false);
    g_assert_cmphex(prig_load(&rig, 0, 0), ==, 0);
    prig_stop(&rig);
}

/* ---- the line goes up inside of the guest's write ------------------------------------------- */

static bool write_raises(FakeDevice *dev, unsigned nr, uint64_t offset, unsigned size,
                         const void *data)
{
    if (nr == 0 && offset == 0) {
        fake_vfio_set_line(dev, HOST_LEVEL, true);
    } else if (nr == 0 && offset == 4) {
        fake_vfio_set_line(dev, HOST_LEVEL, false);
    }
    return false;
}

static void test_write_that_raises_the_line_does_not_end_it(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    prig_unplug(&rig);
    rig.host.write = write_raises;
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", "eoi=trap", "x-no-mmap=on", NULL);
    prig_realize(&rig, &error_abort);
    prig_connect(&rig);
    prig_reset(&rig);
    prig_store(&rig, 0, 0, 1);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    g_assert_true(rig.host.irqs[HOST_LEVEL].masked);
    /* The handler's first access is one that raises it again: the new one must not be lost. */
    prig_store(&rig, 0, 0, 1);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    prig_store(&rig, 0, 4, 1);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 0);
    g_assert_false(rig.host.irqs[HOST_LEVEL].masked);
    g_assert_cmpuint(vfio_irq_lost(prig_intp(&rig, HOST_LEVEL)), ==, 0);
    prig_stop(&rig);
}

/* ---- multiples of half the timeout ---------------------------------------------------------- */

static void interrupt(PlatformRig *rig)
{
    fake_vfio_set_line(&rig->host, HOST_LEVEL, true);
    prig_pump(rig);
}

static void service(PlatformRig *rig)
{
    fake_vfio_set_line(&rig->host, HOST_LEVEL, false);
    prig_load(rig, 1, 0);
    prig_pump(rig);
}

/*
 * The device interrupts every half timeout. @timer_first: at the common moment the timer runs
 * before the eventfd's handler; otherwise the interrupt is under way when it does.
 */
static void test_interrupts_at_half_the_timeout(gconstpointer timer_first)
{
    const int64_t half = 550 * SCALE_MS;
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    interrupt(&rig);
    service(&rig);
    for (int i = 0; i < 4; i++) {
        harness_clock_step(half - 1);
        if (!timer_first) {
            interrupt(&rig);
        }
        harness_clock_step(1);
        if (timer_first) {
            interrupt(&rig);
        }
        g_assert_cmpint(rig.level[0], ==, 1);
        service(&rig);
    }
    /* Within two timeouts it has been on the fast path again. */
    g_assert_cmpuint(rig.vdev->path.switches, >=, 2);
    g_assert_cmpint(rig.vdev->path.switches, <=, 2 * 5);
    harness_clock_step(2 * half);
    prig_pump(&rig);
    g_assert_true(rig.vdev->is_fast);
    g_assert_cmpuint(vfio_irq_lost(prig_intp(&rig, HOST_LEVEL)), ==, 0);
    prig_stop(&rig);
}

/* ---- a reset in the same turn of the main loop ---------------------------------------------- */

static PlatformRig *reset_rig;

static void reset_handler(EventNotifier *e)
{
    event_notifier_test_and_clear(e);
    prig_reset(reset_rig);
}

/* @first: the reset's eventfd gets its handler before the device's. */
static void test_reset_with_the_eventfd_ready(gconstpointer first)
{
    EventNotifier e;
    PlatformRig rig;

    reset_rig = &rig;
    g_assert_cmpint(event_notifier_init(&e, 0), ==, 0);
    if (first) {
        event_notifier_set_handler(&e, reset_handler);
    }
    prig_start_connected(&rig, "eoi", "trap");
    event_notifier_set_handler(&e, reset_handler);
    for (int i = 0; i < 20; i++) {
        fake_vfio_pulse(&rig.host, HOST_EDGE);
        fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
        fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
        event_notifier_set(&e);
        prig_pump(&rig);
        /* Before or after, never half. */
        g_assert_cmpint(rig.level[0], ==, 0);
        for (unsigned pin = 0; pin < 4; pin++) {
            g_assert_cmpuint(vfio_irq_lost(prig_intp(&rig, pin)), ==, 0);
            g_assert_cmpint(prig_intp(&rig, pin)->state, ==, VFIO_IRQ_INACTIVE);
        }
    }
    event_notifier_set_handler(&e, NULL);
    event_notifier_cleanup(&e);
    prig_stop(&rig);
}

/* ---- locks ---------------------------------------------------------------------------------- */

static void *access_thread(void *opaque)
{
    *(uint32_t *)opaque = address_space_ldl(&address_space_memory, PRIG_BASE + 0x40,
                                            MEMTXATTRS_UNSPECIFIED, NULL);
    return NULL;
}

/* With both locks taken by somebody else, an access that has nothing to end goes through. */
static void test_access_without_active_interrupt_takes_no_lock(void)
{
    uint32_t value = 1;
    QemuThread thread;
    PlatformRig rig;

    prig_start_connected(&rig, "x-no-mmap", "on");
    g_assert_true(bql_locked());
    WITH_QEMU_LOCK_GUARD(&rig.vdev->intp_mutex) {
        qemu_thread_create(&thread, "guest", access_thread, &value, QEMU_THREAD_JOINABLE);
        qemu_thread_join(&thread);
    }
    g_assert_cmphex(value, ==, 0);
    g_assert_cmpuint(rig.vdev->vbasedev.traps, ==, 1);
    prig_stop(&rig);
}

static void commit_count(MemoryListener *listener)
{
    ++*(unsigned *)(listener + 1);
}

/* Both regions with mapped parts change together, and not at all when they are so already. */
static void test_switching_the_path_is_one_change_of_the_map(void)
{
    struct {
        MemoryListener listener;
        unsigned commits;
    } count = { .listener = { .name = "count", .commit = commit_count } };
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    memory_listener_register(&count.listener, &address_space_memory);
    count.commits = 0;
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_false(rig.vdev->is_fast);
    g_assert_cmpuint(count.commits, ==, 1);
    /* The next interrupt finds the slow path. */
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_load(&rig, 0, 0);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_cmpuint(count.commits, ==, 1);
    prig_reset(&rig);
    g_assert_true(rig.vdev->is_fast);
    g_assert_cmpuint(count.commits, ==, 2);
    prig_reset(&rig);
    memory_listener_unregister(&count.listener);
    prig_stop(&rig);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio/races/unplug-waits-for-a-blocked-access",
                    test_unplug_waits_for_a_blocked_access);
    g_test_add_func("/vfio/races/access-after-closing-reaches-nothing",
                    test_access_after_closing_reaches_nothing);
    g_test_add_func("/vfio/races/line-raised-inside-of-the-write",
                    test_write_that_raises_the_line_does_not_end_it);
    g_test_add_data_func("/vfio/races/half-timeout/timer-first", "",
                         test_interrupts_at_half_the_timeout);
    g_test_add_data_func("/vfio/races/half-timeout/interrupt-first", NULL,
                         test_interrupts_at_half_the_timeout);
    g_test_add_data_func("/vfio/races/reset-in-same-poll-round/before", "",
                         test_reset_with_the_eventfd_ready);
    g_test_add_data_func("/vfio/races/reset-in-same-poll-round/after", NULL,
                         test_reset_with_the_eventfd_ready);
    g_test_add_func("/vfio/races/access-without-active-interrupt-takes-no-lock",
                    test_access_without_active_interrupt_takes_no_lock);
    g_test_add_func("/vfio/races/switching-the-path-is-one-change-of-the-map",
                    test_switching_the_path_is_one_change_of_the_map);
    return g_test_run();
}
