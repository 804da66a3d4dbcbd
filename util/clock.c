/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks (qemu/timer.h): where each takes its time from, whether it is enabled
 * and whether its time passes by itself. No locks; a source is published whole.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "util/timer-internal.h"

typedef struct QEMUClock {
    const QemuClockSource *source;      /* NULL: the host's monotonic clock */
    bool disabled;
} QEMUClock;

static QEMUClock clocks[QEMU_CLOCK_MAX];

static const QemuClockSource *clock_source_get(QEMUClockType type)
{
    const QemuClockSource *source = qatomic_load_acquire(&clocks[type].source);

    if (!source && type == QEMU_CLOCK_VIRTUAL_RT) {
        source = qatomic_load_acquire(&clocks[QEMU_CLOCK_VIRTUAL].source);
    }
    return source;
}

int64_t qemu_clock_get_ns(QEMUClockType type)
{
    const QemuClockSource *source;

    switch (type) {
    case QEMU_CLOCK_REALTIME:
        return get_clock();
    case QEMU_CLOCK_HOST:
        return get_clock_realtime();
    default:
        source = clock_source_get(type);
        return source ? source->get_ns(source->opaque) : get_clock();
    }
}

bool clock_is_running(QEMUClockType type)
{
    const QemuClockSource *source = clock_source_get(type);

    return !source || !source->is_running || source->is_running(source->opaque);
}

bool clock_is_enabled(QEMUClockType type)
{
    return !qatomic_read(&clocks[type].disabled);
}

bool clock_enabled_exchange(QEMUClockType type, bool enabled)
{
    return !qatomic_xchg(&clocks[type].disabled, !enabled);
}

void qemu_clock_set_source(QEMUClockType type, const QemuClockSource *source)
{
    g_assert(type == QEMU_CLOCK_VIRTUAL || type == QEMU_CLOCK_VIRTUAL_RT);
    qatomic_store_release(&clocks[type].source, source);
    qemu_clock_notify(QEMU_CLOCK_VIRTUAL);
    qemu_clock_notify(QEMU_CLOCK_VIRTUAL_RT);
}

bool qemu_clock_use_for_deadline(QEMUClockType type)
{
    return clock_is_enabled(type) && clock_is_running(type);
}
