/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exclusive sections: parts of the program that need every virtual CPU out of guest code.
 *
 * A CPU that enters guest code first sets its running flag, then looks at is_pending; who wants a
 * section first sets is_pending, then looks at the running flags.  Both orders are sequentially
 * consistent, so at least one of them sees the other.  CPUs found running are counted and marked
 * (has_waiter); each marked one counts itself off when it leaves.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "cpu-internal.h"

/* All under cpu_list_mutex, but is_pending is read without. */
static QemuCond left_cond = QEMU_COND_INITIALIZER;      /* the last marked CPU has left */
static QemuCond resume_cond = QEMU_COND_INITIALIZER;    /* the section has ended */
static bool is_pending;
static unsigned marked_cpus;

static bool section_is_pending(void)
{
    return __atomic_load_n(&is_pending, __ATOMIC_SEQ_CST);
}

static void section_wait(void)
{
    while (is_pending) {
        qemu_cond_wait(&resume_cond, &cpu_list_mutex);
    }
}

/*
 * Sections of a thread that is no CPU's nest as well.  A CPU's count is in its state, where the
 * software CPU looks.
 */
static __thread int plain_thread_nesting;

static int *nesting(void)
{
    return current_cpu ? &current_cpu->exclusive_context_count : &plain_thread_nesting;
}

void start_exclusive(void)
{
    CPUState *other;

    if ((*nesting())++) {
        return;
    }
    g_assert(!bql_locked());
    qemu_mutex_lock(&cpu_list_mutex);
    section_wait();
    qatomic_set_mb(&is_pending, true);
    QTAILQ_FOREACH(other, &cpus, node) {
        if (__atomic_load_n(&other->running, __ATOMIC_SEQ_CST)) {
            other->has_waiter = true;
            marked_cpus++;
            qemu_cpu_kick(other);
        }
    }
    while (marked_cpus) {
        qemu_cond_wait(&left_cond, &cpu_list_mutex);
    }
    /* is_pending keeps everybody else out from here on. */
    qemu_mutex_unlock(&cpu_list_mutex);
}

void end_exclusive(void)
{
    if (--(*nesting())) {
        return;
    }
    qemu_mutex_lock(&cpu_list_mutex);
    qatomic_set_mb(&is_pending, false);
    qemu_cond_broadcast(&resume_cond);
    qemu_mutex_unlock(&cpu_list_mutex);
}

void cpu_exec_start(CPUState *cpu)
{
    qatomic_set_mb(&cpu->running, true);
    if (likely(!section_is_pending())) {
        return;
    }
    qemu_mutex_lock(&cpu_list_mutex);
    /* When marked, the section waits for us anyway: go on and count off at the end. */
    if (!cpu->has_waiter) {
        qatomic_set_mb(&cpu->running, false);
        section_wait();
        qatomic_set_mb(&cpu->running, true);
    }
    qemu_mutex_unlock(&cpu_list_mutex);
}

void cpu_exec_end(CPUState *cpu)
{
    qatomic_set_mb(&cpu->running, false);
    if (likely(!section_is_pending())) {
        return;
    }
    qemu_mutex_lock(&cpu_list_mutex);
    if (cpu->has_waiter) {
        cpu->has_waiter = false;
        if (--marked_cpus == 0) {
            qemu_cond_signal(&left_cond);
        }
    }
    qemu_mutex_unlock(&cpu_list_mutex);
}

bool cpu_exec_wait_begin(CPUState *self)
{
    if (!self->running) {
        return false;
    }
    cpu_exec_end(self);
    return true;
}

void cpu_exec_wait_end(CPUState *self, bool was_running)
{
    if (was_running) {
        cpu_exec_start(self);
    }
}
