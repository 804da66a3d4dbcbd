/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual clock that follows the machine: host time plus an offset while it runs, a constant
 * while it is stopped.  Readers take no lock (a sequence lock covers the two words).  Left out:
 * counting instructions, which comes with the software CPU.
 */
#include "qemu/osdep.h"
#include "qemu/seqlock.h"
#include "qemu/timer.h"
#include "migration/vmstate.h"
#include "sysemu/cpu-timers.h"
#include "runstate-internal.h"

/* One counter: its value is offset, plus the host's when running. */
typedef struct Counter {
    int64_t (*get_host)(void);
    int64_t offset;
} Counter;

static int64_t host_clock(void)
{
    return get_clock();
}

static int64_t host_ticks(void)
{
    return cpu_get_host_ticks();
}

static struct {
    QemuSeqLock lock;
    bool is_running;
    bool is_registered;
    Counter clock;
    Counter ticks;
} timers = {
    .clock = { .get_host = host_clock },
    .ticks = { .get_host = host_ticks },
};

static int64_t counter_get(const Counter *counter)
{
    bool is_running;
    int64_t offset;
    unsigned start;

    do {
        start = seqlock_read_begin(&timers.lock);
        is_running = qatomic_read(&timers.is_running);
        offset = qatomic_read(&counter->offset);
    } while (seqlock_read_retry(&timers.lock, start));
    return is_running ? offset + counter->get_host() : offset;
}

int64_t cpu_get_clock(void)
{
    return counter_get(&timers.clock);
}

int64_t cpu_get_ticks(void)
{
    return counter_get(&timers.ticks);
}

static void timers_run(bool run)
{
    int sign = run ? -1 : 1;

    if (timers.is_running == run) {
        return;
    }
    seqlock_write_begin(&timers.lock);
    qatomic_set(&timers.clock.offset, timers.clock.offset + sign * host_clock());
    qatomic_set(&timers.ticks.offset, timers.ticks.offset + sign * host_ticks());
    qatomic_set(&timers.is_running, run);
    seqlock_write_end(&timers.lock);
}

void cpu_enable_ticks(void)
{
    timers_run(true);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
    qemu_clock_notify(QEMU_CLOCK_VIRTUAL);
}

void cpu_disable_ticks(void)
{
    /* Due timers must not change devices of a stopped machine. */
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    timers_run(false);
}

void cpu_set_clock(int64_t ns)
{
    seqlock_write_begin(&timers.lock);
    qatomic_set(&timers.clock.offset, timers.is_running ? ns - host_clock() : ns);
    seqlock_write_end(&timers.lock);
    qemu_clock_notify(QEMU_CLOCK_VIRTUAL);
}

/* -- as QEMU_CLOCK_VIRTUAL, and in the saved state ------------------------------------------- */

static int64_t source_get_ns(void *opaque)
{
    return cpu_get_clock();
}

static bool source_is_running(void *opaque)
{
    return qatomic_read(&timers.is_running);
}

/* What is saved: the virtual clock whoever provides it. */
typedef struct SavedClock {
    int64_t virtual_ns;
} SavedClock;

static SavedClock saved_clock;

static int saved_clock_pre_save(void *opaque)
{
    SavedClock *saved = opaque;

    saved->virtual_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    return 0;
}

static int saved_clock_post_load(void *opaque, int version_id)
{
    const RunStateVcpuHooks *hooks = runstate_vcpu_hooks();
    SavedClock *saved = opaque;

    if (saved->virtual_ns < 0) {
        return -EINVAL;
    }
    if (!hooks || !hooks->set_virtual_clock || !hooks->set_virtual_clock(saved->virtual_ns)) {
        cpu_set_clock(saved->virtual_ns);
    }
    return 0;
}

static const VMStateDescription vmstate_clock = {
    .name = "clock",
    .version_id = 1,
    .minimum_version_id = 1,
    /* Timers of devices are armed relative to it. */
    .early_setup = true,
    .pre_save = saved_clock_pre_save,
    .post_load = saved_clock_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_INT64(virtual_ns, SavedClock),
        VMSTATE_END_OF_LIST()
    },
};

void cpu_timers_init(void)
{
    static const QemuClockSource source = {
        .get_ns = source_get_ns,
        .is_running = source_is_running,
    };

    if (!timers.is_registered) {
        timers.is_registered = true;
        seqlock_init(&timers.lock);
        vmstate_register(NULL, 0, &vmstate_clock, &saved_clock);
    }
    if (!timers.is_running) {
        /* A machine that has not started, or was just loaded: what is due waits for its start. */
        qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    }
    qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, &source);
}
