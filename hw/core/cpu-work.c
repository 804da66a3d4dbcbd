/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that runs on a virtual CPU's thread.  Each CPU has a queue under its own lock; its thread
 * empties it with the BQL held.  Exclusive ("safe") work runs without the BQL and with all other
 * CPUs out of guest code.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "sysemu/cpus.h"
#include "cpu-internal.h"

struct CPUWorkItem {
    QSIMPLEQ_ENTRY(CPUWorkItem) node;
    run_on_cpu_func func;
    run_on_cpu_data data;
    bool is_exclusive;
    bool is_waited_for;         /* belongs to a run_on_cpu(), not to the queue */
    bool is_certain;            /* also run for a CPU that goes away first */
    bool is_done;               /* atomic */
};

/* Some awaited work is done.  With the BQL. */
static QemuCond work_done_cond = QEMU_COND_INITIALIZER;

void cpu_work_init(CPUState *cpu)
{
    qemu_mutex_init(&cpu->work_mutex);
    QSIMPLEQ_INIT(&cpu->work_list);
}

bool cpu_work_list_empty(CPUState *cpu)
{
    bool is_empty;

    qemu_mutex_lock(&cpu->work_mutex);
    is_empty = QSIMPLEQ_EMPTY(&cpu->work_list);
    qemu_mutex_unlock(&cpu->work_mutex);
    return is_empty;
}

static void work_queue(CPUState *cpu, CPUWorkItem *item)
{
    qemu_mutex_lock(&cpu->work_mutex);
    QSIMPLEQ_INSERT_TAIL(&cpu->work_list, item, node);
    qemu_mutex_unlock(&cpu->work_mutex);
    qemu_cpu_kick(cpu);
}

static void work_queue_copy(CPUState *cpu, const CPUWorkItem *item)
{
    CPUWorkItem *copy = g_new(CPUWorkItem, 1);

    *copy = *item;
    work_queue(cpu, copy);
}

void async_run_on_cpu(CPUState *cpu, run_on_cpu_func func, run_on_cpu_data data)
{
    CPUWorkItem item = { .func = func, .data = data };

    work_queue_copy(cpu, &item);
}

void async_safe_run_on_cpu(CPUState *cpu, run_on_cpu_func func, run_on_cpu_data data)
{
    CPUWorkItem item = { .func = func, .data = data, .is_exclusive = true };

    work_queue_copy(cpu, &item);
}

/* Take the first item; exclusive ones only if @take_exclusive. */
static CPUWorkItem *work_take(CPUState *cpu, bool take_exclusive)
{
    CPUWorkItem *item;

    qemu_mutex_lock(&cpu->work_mutex);
    item = QSIMPLEQ_FIRST(&cpu->work_list);
    if (item && item->is_exclusive && !take_exclusive) {
        item = NULL;
    }
    if (item) {
        QSIMPLEQ_REMOVE_HEAD(&cpu->work_list, node);
    }
    qemu_mutex_unlock(&cpu->work_mutex);
    return item;
}

void cpu_work_destroy(CPUState *cpu)
{
    CPUWorkItem *item;

    while ((item = work_take(cpu, true))) {
        if (item->is_certain) {
            item->func(cpu, item->data);
        }
        g_free(item);
    }
    qemu_mutex_destroy(&cpu->work_mutex);
}

static void work_run(CPUState *cpu, CPUWorkItem *item)
{
    if (item->is_exclusive) {
        /* Others may need the BQL to leave guest code. */
        bql_unlock();
        start_exclusive();
        item->func(cpu, item->data);
        end_exclusive();
        bql_lock();
    } else {
        item->func(cpu, item->data);
    }
    if (item->is_waited_for) {
        qatomic_store_release(&item->is_done, true);
        qemu_cond_broadcast(&work_done_cond);
    } else {
        g_free(item);
    }
}

static void work_run_queued(CPUState *cpu, bool take_exclusive)
{
    CPUWorkItem *item;

    while ((item = work_take(cpu, take_exclusive))) {
        work_run(cpu, item);
    }
}

void process_queued_cpu_work(CPUState *cpu)
{
    bql_assert_locked();
    work_run_queued(cpu, true);
}

void run_on_cpu(CPUState *cpu, run_on_cpu_func func, run_on_cpu_data data)
{
    CPUState *self = current_cpu;
    CPUWorkItem item = { .func = func, .data = data, .is_waited_for = true };
    bool was_running;

    bql_assert_locked();
    if (qemu_cpu_is_self(cpu) || !cpu->created) {
        func(cpu, data);
        return;
    }
    was_running = self && cpu_exec_wait_begin(self);
    work_queue(cpu, &item);
    while (!qatomic_load_acquire(&item.is_done)) {
        if (self) {
            /* Its thread may just be waiting for work on this one. */
            work_run_queued(self, false);
            if (qatomic_load_acquire(&item.is_done)) {
                break;
            }
        }
        qemu_cond_wait_bql(&work_done_cond);
    }
    if (was_running) {
        bql_unlock();
        cpu_exec_wait_end(self, was_running);
        bql_lock();
    }
}

/* -- changes of the memory map --------------------------------------------------------------- */

/* @waiting: CPUs that may still use what is gone. */
typedef struct MemorySettle {
    unsigned waiting;
    void (*done)(void *opaque);
    void *opaque;
} MemorySettle;

static void memory_settle_one(CPUState *cpu, run_on_cpu_data data)
{
    MemorySettle *settle = data.host_ptr;

    if (--settle->waiting == 0) {
        settle->done(settle->opaque);
        g_free(settle);
    }
}

void cpus_memory_settle(void (*done)(void *opaque), void *opaque)
{
    const AccelOpsClass *ops = cpus_get_accel();
    MemorySettle *settle = g_new(MemorySettle, 1);
    CPUWorkItem item = {
        .func = memory_settle_one, .data = RUN_ON_CPU_HOST_PTR(settle), .is_certain = true,
    };
    CPUState *cpu;

    bql_assert_locked();
    *settle = (MemorySettle) { .waiting = 1, .done = done, .opaque = opaque };
    /* A CPU that has no thread yet begins with the map as it is now. */
    CPU_FOREACH(cpu) {
        if (ops && !ops->never_executes && !ops->memory_commit_waits && cpu->created) {
            settle->waiting++;
            work_queue_copy(cpu, &item);
        }
    }
    memory_settle_one(NULL, item.data);
}
