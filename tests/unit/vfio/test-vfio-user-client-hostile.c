/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-user servers that mean harm to the client: eventfds made full, empty and blocking.
 * Nobody is kept waiting for more than a server's timeout, and the machine lives on.
 */
#include "user-client-harness.h"
#include <sys/eventfd.h>
#include "../../../hw/vfio/platform-internal.h"

/* A test that hangs is killed. */
#define HANG_S 60

/* -- eventfds -------------------------------------------------------------------------------- */

/* The server reads what it has signalled before the device does, in an eventfd that waits. */
static void test_interrupt_emptied_and_blocking(void)
{
    EventNotifier interrupt;
    VFIOINTp intp = { .interrupt = &interrupt };

    g_assert_cmpint(event_notifier_init(&interrupt, 0), ==, 0);
    g_assert_cmpint(fcntl(event_notifier_get_fd(&interrupt), F_SETFL, O_RDWR), ==, 0);
    g_assert_cmpuint(vfio_intp_eventfd_take(&intp), ==, 0);
    event_notifier_set(&interrupt);
    g_assert_cmpuint(vfio_intp_eventfd_take(&intp), ==, 1);
    event_notifier_cleanup(&interrupt);
}

static void test_unmask_full_and_blocking(void)
{
    const uint64_t full = UINT64_MAX - 1;
    EventNotifier unmask;
    uint64_t value;
    Bench b;

    g_assert_cmpint(event_notifier_init(&unmask, 0), ==, 0);
    bench_start(&b);
    vfio_eventfd_signal(&b.vdev, &unmask);
    g_assert_cmpint(read(event_notifier_get_fd(&unmask), &value, sizeof(value)), ==,
                    sizeof(value));
    g_assert_cmpuint(value, ==, 1);
    g_assert_cmpint(fcntl(event_notifier_get_fd(&unmask), F_SETFL, O_RDWR), ==, 0);
    g_assert_cmpint(write(event_notifier_get_fd(&unmask), &full, sizeof(full)), ==, sizeof(full));
    vfio_eventfd_signal(&b.vdev, &unmask);
    vfio_eventfd_signal(&b.vdev, &unmask);
    event_notifier_cleanup(&unmask);
    b.fds--; /* it was open when the bench was set up */
    bench_stop(&b);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    alarm(HANG_S);
    g_test_add_func("/vfio-user/client/hostile/interrupt-emptied-and-blocking",
                    test_interrupt_emptied_and_blocking);
    g_test_add_func("/vfio-user/client/hostile/unmask-full-and-blocking",
                    test_unmask_full_and_blocking);
    return g_test_run();
}
