/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recording world of the interrupt state machine.
 */
#include "irq-rig.h"
#include "hw/vfio/platform-internal.h"
#include "qapi/error.h"

static Rig *rig_of(VFIOPlatformDevice *vdev)
{
    return container_of(vdev, Rig, vdev);
}

static void rig_set_line(VFIOINTp *intp, int level)
{
    Rig *rig = rig_of(intp->vdev);

    rig->rises[intp->pin] += level && !rig->line[intp->pin];
    rig->line[intp->pin] = level;
}

static void rig_pulse(VFIOINTp *intp)
{
    rig_of(intp->vdev)->pulses[intp->pin]++;
}

static void rig_host_unmask(VFIOINTp *intp)
{
    Rig *rig = rig_of(intp->vdev);

    /* The line falls before the host may raise it again. */
    g_assert_cmpint(rig->line[intp->pin], ==, 0);
    rig->unmasks[intp->pin]++;
    if (rig->on_unmask) {
        rig->on_unmask(rig, intp->pin);
    }
}

static void rig_fast_path(VFIOPlatformDevice *vdev, bool on)
{
    Rig *rig = rig_of(vdev);

    g_assert_true(rig->fast != on);
    rig->fast = on;
    rig->switches++;
}

static void rig_settle(VFIOPlatformDevice *vdev, uint64_t epoch)
{
    Rig *rig = rig_of(vdev);

    rig->epoch = epoch;
    if (!rig->settle_later) {
        vfio_irq_settled(vdev, epoch);
    }
}

static void rig_timer_arm(VFIOPlatformDevice *vdev)
{
    Rig *rig = rig_of(vdev);

    rig->timer_arms += !rig->timer;
    rig->timer = true;
}

static void rig_idle_ask(VFIOPlatformDevice *vdev)
{
    rig_of(vdev)->idle = true;
}

static void rig_cancel(VFIOPlatformDevice *vdev)
{
    Rig *rig = rig_of(vdev);

    rig->timer = rig->idle = false;
    rig->cancels++;
}

static const VFIOIRQActions rig_actions = {
    .set_line = rig_set_line,
    .pulse = rig_pulse,
    .host_unmask = rig_host_unmask,
    .fast_path = rig_fast_path,
    .settle = rig_settle,
    .timer = rig_timer_arm,
    .idle = rig_idle_ask,
    .cancel = rig_cancel,
};

void rig_init(Rig *rig, unsigned n)
{
    memset(rig, 0, sizeof(*rig));
    rig->fast = true;
    rig->vdev.has_mmaps = true;
    rig->region[1].nr = 1;
    qemu_mutex_init(&rig->vdev.intp_mutex);
    QLIST_INIT(&rig->vdev.intp_list);
    for (unsigned i = n; i-- > 0;) {
        rig->intp[i] = (VFIOINTp) {
            .vdev = &rig->vdev, .pin = i, .flags = VFIO_IRQ_INFO_AUTOMASKED,
            .mode = VFIO_INJECT_MODE_TRAP,
        };
        QLIST_INSERT_HEAD(&rig->vdev.intp_list, &rig->intp[i], next);
    }
    vfio_irq_machine_init(&rig->vdev, &rig_actions);
}

void rig_free(Rig *rig)
{
    rig_check(rig);
    qemu_mutex_destroy(&rig->vdev.intp_mutex);
}

void rig_edge(Rig *rig, unsigned n)
{
    rig->intp[n].flags = 0;
}

void rig_irqchip(Rig *rig, unsigned n)
{
    rig->intp[n].mode = VFIO_INJECT_MODE_IRQCHIP;
}

void rig_hint(Rig *rig, unsigned n, const char *text)
{
    g_assert_true(vfio_eoi_hint_parse(text, &rig->intp[n].hint, &error_abort));
}

VFIOAccess rig_access_begin(Rig *rig, hwaddr offset)
{
    VFIOAccess access = { .region = &rig->region[0], .offset = offset, .size = 4 };

    access.cookie = vfio_irq_access_begin(&rig->vdev);
    return access;
}

void rig_access_end(Rig *rig, const VFIOAccess *access)
{
    vfio_irq_access_end(&rig->vdev, access);
}

void rig_read(Rig *rig, hwaddr offset)
{
    VFIOAccess access = rig_access_begin(rig, offset);

    rig_access_end(rig, &access);
}

void rig_write(Rig *rig, hwaddr offset, uint32_t value)
{
    VFIOAccess access = rig_access_begin(rig, offset);

    access.is_write = true;
    access.value = value;
    rig_access_end(rig, &access);
}

void rig_timer(Rig *rig)
{
    g_assert_true(rig->timer);
    rig->timer = false;
    vfio_irq_timer(&rig->vdev);
}

void rig_idle(Rig *rig)
{
    g_assert_true(rig->idle);
    rig->idle = false;
    vfio_irq_idle(&rig->vdev);
}

void rig_check(Rig *rig)
{
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &rig->vdev.intp_list, next) {
        g_assert_cmpuint(vfio_irq_lost(intp), ==, 0);
        g_assert_cmpuint(intp->counts.injected, ==,
                         rig->rises[intp->pin] + rig->pulses[intp->pin]);
    }
}
