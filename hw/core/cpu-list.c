/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of all virtual CPUs.  Writers hold the BQL and the list's lock; readers hold one of
 * them, or RCU: the list's reference to a CPU outlives its removal by a grace period.
 */
#include "qemu/osdep.h"
#include "qemu/rcu.h"
#include "qom/object.h"
#include "cpu-internal.h"

CPUTailQ cpus = QTAILQ_HEAD_INITIALIZER(cpus);
__thread CPUState *current_cpu;
QemuMutex cpu_list_mutex = QEMU_MUTEX_INITIALIZER;

static unsigned generation;

void cpu_list_lock(void)
{
    qemu_mutex_lock(&cpu_list_mutex);
}

void cpu_list_unlock(void)
{
    qemu_mutex_unlock(&cpu_list_mutex);
}

unsigned int cpu_list_generation_id_get(void)
{
    return qatomic_read(&generation);
}

static CPUState *list_find_index(int index)
{
    CPUState *cpu;

    QTAILQ_FOREACH(cpu, &cpus, node) {
        if (cpu->cpu_index == index) {
            return cpu;
        }
    }
    return NULL;
}

static int index_find_free(void)
{
    int index = 0;

    while (list_find_index(index)) {
        index++;
    }
    return index;
}

void cpu_list_add(CPUState *cpu)
{
    cpu_list_lock();
    if (cpu->cpu_index == UNASSIGNED_CPU_INDEX) {
        cpu->cpu_index = index_find_free();
    }
    QTAILQ_INSERT_TAIL_RCU(&cpus, cpu, node);
    qatomic_set(&generation, generation + 1);
    cpu_list_unlock();
    object_ref(OBJECT(cpu));
}

static void list_reference_drop(struct rcu_head *head)
{
    object_unref(OBJECT(container_of(head, CPUState, rcu)));
}

void cpu_list_remove(CPUState *cpu)
{
    bool is_listed = false;
    CPUState *other;

    cpu_list_lock();
    QTAILQ_FOREACH(other, &cpus, node) {
        is_listed |= other == cpu;
    }
    if (is_listed) {
        QTAILQ_REMOVE_RCU(&cpus, cpu, node);
        cpu->cpu_index = UNASSIGNED_CPU_INDEX;
        qatomic_set(&generation, generation + 1);
    }
    cpu_list_unlock();
    if (is_listed) {
        call_rcu1(&cpu->rcu, list_reference_drop);
    }
}

CPUState *qemu_get_cpu(int index)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu->cpu_index == index) {
            return cpu;
        }
    }
    return NULL;
}

CPUState *cpu_by_arch_id(int64_t id)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        int64_t arch_id = cpu->cc->get_arch_id ? cpu->cc->get_arch_id(cpu) : cpu->cpu_index;

        if (arch_id == id) {
            return cpu;
        }
    }
    return NULL;
}

bool cpu_exists(int64_t id)
{
    return cpu_by_arch_id(id) != NULL;
}
