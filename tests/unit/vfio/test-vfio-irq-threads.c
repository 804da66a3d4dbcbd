/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interrupt state machine on several threads at once: eventfd handler, guest accesses, the
 * guest's completions, timer, reset. Meant for the thread sanitizer; elsewhere it checks that
 * nothing gets lost or stuck.
 */
#include "qemu/osdep.h"
#include "hw/vfio/platform-internal.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "../hwcore/hwcore-harness.h"

enum { IRQS = 4, ROUNDS = 20000 };

/* Interrupts 0, 1 are ended by accesses, 2 by a hint, 3 by the controller. */
typedef struct Machine {
    VFIOPlatformDevice vdev;
    VFIOINTp intp[IRQS];
    VFIORegion region;
    unsigned rises[IRQS];   /* intp_mutex */
    unsigned unmasks[IRQS]; /* atomic */
    bool fast;              /* BQL */
} Machine;

static Machine *machine_of(VFIOPlatformDevice *vdev)
{
    return container_of(vdev, Machine, vdev);
}

static void threads_set_line(VFIOINTp *intp, int level)
{
    machine_of(intp->vdev)->rises[intp->pin] += level;
}

static void threads_pulse(VFIOINTp *intp)
{
}

static void threads_host_unmask(VFIOINTp *intp)
{
    qatomic_inc(&machine_of(intp->vdev)->unmasks[intp->pin]);
}

static void threads_fast_path(VFIOPlatformDevice *vdev, bool on)
{
    bql_assert_locked();
    machine_of(vdev)->fast = on;
}

static void threads_settle(VFIOPlatformDevice *vdev, uint64_t epoch)
{
    vfio_irq_settled(vdev, epoch);
}

static void threads_nothing(VFIOPlatformDevice *vdev)
{
    bql_assert_locked();
}

static const VFIOIRQActions threads_actions = {
    .set_line = threads_set_line,
    .pulse = threads_pulse,
    .host_unmask = threads_host_unmask,
    .fast_path = threads_fast_path,
    .settle = threads_settle,
    .timer = threads_nothing,
    .idle = threads_nothing,
    .cancel = threads_nothing,
};

static void access_once(Machine *m, hwaddr offset, bool is_write)
{
    VFIOAccess access = {
        .region = &m->region, .offset = offset, .size = 4, .is_write = is_write, .value = 1,
    };

    access.cookie = vfio_irq_access_begin(&m->vdev);
    vfio_irq_access_end(&m->vdev, &access);
}

static void *handler_thread(void *opaque)
{
    Machine *m = opaque;

    for (int i = 0; i < ROUNDS; i++) {
        BQL_LOCK_GUARD();
        vfio_irq_fired(&m->intp[i % IRQS], 1);
    }
    return NULL;
}

static void *access_thread(void *opaque)
{
    for (int i = 0; i < ROUNDS; i++) {
        access_once(opaque, i % 3 ? 0 : 0x10, i % 3 == 0);
    }
    return NULL;
}

static void *completion_thread(void *opaque)
{
    Machine *m = opaque;

    for (int i = 0; i < ROUNDS; i++) {
        vfio_irq_eoi(&m->intp[3]);
        access_once(m, 0x20, true);
    }
    return NULL;
}

static void *timer_and_reset_thread(void *opaque)
{
    Machine *m = opaque;

    for (int i = 0; i < ROUNDS; i++) {
        BQL_LOCK_GUARD();
        if (i % 64 == 0) {
            vfio_irq_reset(&m->vdev);
        } else if (i % 2) {
            vfio_irq_timer(&m->vdev);
        } else {
            vfio_irq_idle(&m->vdev);
        }
    }
    return NULL;
}

static void machine_init(Machine *m)
{
    *m = (Machine) { .fast = true };
    m->vdev.has_mmaps = true;
    qemu_mutex_init(&m->vdev.intp_mutex);
    QLIST_INIT(&m->vdev.intp_list);
    for (int i = 0; i < IRQS; i++) {
        m->intp[i] = (VFIOINTp) {
            .vdev = &m->vdev, .pin = i, .flags = VFIO_IRQ_INFO_AUTOMASKED,
            .mode = i == 3 ? VFIO_INJECT_MODE_IRQCHIP : VFIO_INJECT_MODE_TRAP,
        };
        QLIST_INSERT_HEAD(&m->vdev.intp_list, &m->intp[i], next);
    }
    m->intp[2].hint = (VFIOEoiHint) { .is_set = true, .on_write = true, .offset = 0x10 };
    vfio_irq_machine_init(&m->vdev, &threads_actions);
}

static void test_four_threads(void)
{
    void *(*const body[])(void *) = { handler_thread, access_thread, completion_thread,
                                      timer_and_reset_thread };
    QemuThread thread[G_N_ELEMENTS(body)];
    Machine m;

    machine_init(&m);
    bql_unlock();
    for (size_t i = 0; i < G_N_ELEMENTS(body); i++) {
        qemu_thread_create(&thread[i], "irq", body[i], &m, QEMU_THREAD_JOINABLE);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(body); i++) {
        qemu_thread_join(&thread[i]);
    }
    bql_lock();
    for (int i = 0; i < 4 * IRQS; i++) {
        access_once(&m, 0, false);
        access_once(&m, 0x10, true);
        vfio_irq_eoi(&m.intp[3]);
    }
    for (int i = 0; i < IRQS; i++) {
        g_assert_cmpint(m.intp[i].state, ==, VFIO_IRQ_INACTIVE);
        g_assert_cmpuint(vfio_irq_lost(&m.intp[i]), ==, 0);
        g_assert_cmpuint(m.intp[i].counts.triggered, ==, ROUNDS / IRQS);
        g_assert_cmpuint(m.rises[i], ==, m.intp[i].counts.injected);
        g_assert_cmpuint(m.unmasks[i], ==, m.intp[i].counts.eois);
    }
    g_assert_cmpuint(m.vdev.busy, ==, 0);
    g_assert_cmpuint(m.vdev.vbasedev.active_irqs, ==, 0);
    vfio_irq_timer(&m.vdev);
    g_assert_true(m.fast);
    qemu_mutex_destroy(&m.vdev.intp_mutex);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio/irq/threads/handler-access-timer-reset", test_four_threads);
    return g_test_run();
}
