/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of vfio-platform: from an eventfd to the line, interrupts per second with the interrupt
 * controller's completions, and whether a thousand devices leave something behind.
 */
#include "qemu/osdep.h"
#include <malloc.h>
#include "hw/vfio/platform-internal.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "../unit/vfio/platform-rig.h"

enum { INTERRUPTS = 200000, LIVES = 1000 };

static unsigned descriptors(void)
{
    GDir *dir = g_dir_open("/proc/self/fd", 0, NULL);
    unsigned n = 0;

    while (g_dir_read_name(dir)) {
        n++;
    }
    g_dir_close(dir);
    return n;
}

/* The host signals, the program reads and raises the line; the guest completes at once. */
static void bench_line(void)
{
    int64_t spent = 0;
    PlatformRig rig;
    VFIOINTp *intp;

    prig_start_connected(&rig, NULL, NULL);
    intp = prig_intp(&rig, HOST_LEVEL);
    for (int i = 0; i < INTERRUPTS; i++) {
        int64_t start;
        uint64_t count;

        event_notifier_set(intp->interrupt);
        count = vfio_intp_eventfd_take(intp);
        start = get_clock();
        vfio_irq_fired(intp, count);
        spent += get_clock() - start;
        g_assert_cmpint(rig.level[0], ==, 1);
        prig_eoi(&rig, 0);
        fake_vfio_poll(&rig.host);
    }
    printf("eventfd read to line: %.0f ns (at most 1000)\n", (double)spent / INTERRUPTS);
    prig_stop(&rig);
}

/* Everything, with the main loop and the host's masking. */
static void bench_rate(void)
{
    int64_t start, spent;
    PlatformRig rig;

    prig_start_connected(&rig, NULL, NULL);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    start = get_clock();
    for (int i = 0; i < INTERRUPTS; i++) {
        main_loop_wait(true);
        g_assert_cmpint(rig.level[0], ==, 1);
        prig_eoi(&rig, 0);
        /* The line is still high: the unmask makes it fire again. */
        fake_vfio_poll(&rig.host);
    }
    spent = get_clock() - start;
    printf("interrupts per second, irqchip: %.0f (at least 100000)\n",
           INTERRUPTS * (double)NANOSECONDS_PER_SECOND / spent);
    g_assert_cmpuint(vfio_irq_lost(prig_intp(&rig, HOST_LEVEL)), ==, 0);
    prig_stop(&rig);
}

static void nothing(void *opaque)
{
}

static void life(PlatformRig *rig)
{
    prig_new(rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", "regions=0-1", NULL);
    prig_realize(rig, &error_abort);
    prig_connect(rig);
    prig_reset(rig);
    prig_unplug(rig);
    /* A pass that has something to do frees the bottom halves that were deleted. */
    aio_bh_schedule_oneshot(qemu_get_aio_context(), nothing, NULL);
    main_loop_wait(true);
}

static void bench_lives(void)
{
    struct mallinfo2 before, after;
    unsigned fds;
    PlatformRig rig;
    int64_t start;

    prig_start(&rig);
    for (int i = 0; i < 20; i++) {
        life(&rig);
    }
    fds = descriptors();
    before = mallinfo2();
    start = get_clock();
    for (int i = 0; i < LIVES; i++) {
        life(&rig);
    }
    printf("realize and unrealize: %.0f us\n", (get_clock() - start) / 1000.0 / LIVES);
    after = mallinfo2();
    printf("after %d of them: %d descriptors, %zd bytes more (0, at most 65536)\n", LIVES,
           (int)descriptors() - (int)fds, (ssize_t)(after.uordblks - before.uordblks));
    g_assert_cmpuint(descriptors(), ==, fds);
    g_assert_cmpint((ssize_t)(after.uordblks - before.uordblks), <=, 65536);
    prig_stop(&rig);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    bench_line();
    bench_rate();
    bench_lives();
    return 0;
}
