/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pausing, resuming, kicking, starting and ending the threads of virtual CPUs, whatever the
 * accelerator.  Everything here is under the BQL except the kick.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/guest-random.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "sysemu/vcpu-hooks.h"
#include "cpu-internal.h"
#include "trace.h"

/* A thread has become ready, or has ended. */
static QemuCond thread_cond = QEMU_COND_INITIALIZER;
/* A CPU has stopped, or was let go. */
static QemuCond pause_cond = QEMU_COND_INITIALIZER;

/* -- questions ------------------------------------------------------------------------------- */

bool qemu_cpu_is_self(CPUState *cpu)
{
    return current_cpu == cpu;
}

bool qemu_in_vcpu_thread(void)
{
    return current_cpu != NULL;
}

bool cpu_is_stopped(CPUState *cpu)
{
    return cpu->stopped || !runstate_is_running();
}

bool cpu_can_run(CPUState *cpu)
{
    return !cpu->stop && !cpu_is_stopped(cpu);
}

bool cpu_thread_is_idle(CPUState *cpu)
{
    const AccelOpsClass *ops = cpus_get_accel();

    if (cpu->stop || cpu->unplug || !cpu_work_list_empty(cpu)) {
        return false;
    }
    if (cpu_is_stopped(cpu) || (ops && ops->never_executes)) {
        return true;
    }
    if (!cpu->halted || cpu_has_work(cpu)) {
        return false;
    }
    return !ops || !ops->cpu_thread_is_idle || ops->cpu_thread_is_idle(cpu);
}

bool all_cpu_threads_idle(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (!cpu_thread_is_idle(cpu)) {
            return false;
        }
    }
    return true;
}

/* -- kick ------------------------------------------------------------------------------------ */

void cpus_kick_thread(CPUState *cpu)
{
    QemuThread *thread;

    RCU_READ_LOCK_GUARD();

    thread = qatomic_rcu_read(&cpu->thread);
    /* One signal under way is enough; the thread resets the flag before it looks around. */
    if (thread && !qatomic_xchg(&cpu->thread_kicked, true)) {
        pthread_kill(thread->thread, SIG_IPI);
    }
}

void qemu_cpu_kick(CPUState *cpu)
{
    const AccelOpsClass *ops = cpus_get_accel();

    qemu_event_set(&cpu->halt_event);
    if (!qatomic_load_acquire(&cpu->created)) {
        return;
    }
    if (ops && ops->kick_vcpu_thread) {
        ops->kick_vcpu_thread(cpu);
    } else {
        cpus_kick_thread(cpu);
    }
}

void cpu_exit(CPUState *cpu)
{
    qatomic_store_release(&cpu->exit_request, true);
}

/* -- pause and resume ------------------------------------------------------------------------ */

/* The calling thread's CPU does stop. */
static void cpu_stop_self(CPUState *cpu, bool leave_guest_code)
{
    cpu->stop = false;
    cpu->stopped = true;
    if (leave_guest_code) {
        cpu_exit(cpu);
    }
    qemu_cond_broadcast(&pause_cond);
}

void cpu_stop_current(void)
{
    if (current_cpu) {
        cpu_stop_self(current_cpu, true);
    }
}

void cpu_stop(CPUState *cpu)
{
    if (qemu_cpu_is_self(cpu)) {
        cpu_stop_self(cpu, true);
    } else {
        cpu->stop = true;
        qemu_cpu_kick(cpu);
    }
}

/* Has @cpu stopped, or no thread that could? */
static bool cpu_is_paused(CPUState *cpu)
{
    return cpu->stopped || !cpu->created || cpu->unplug;
}

bool all_vcpus_paused(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (!cpu_is_paused(cpu)) {
            return false;
        }
    }
    return true;
}

void pause_all_vcpus(void)
{
    CPUState *self = current_cpu;
    bool was_running = self && cpu_exec_wait_begin(self);
    CPUState *cpu;

    bql_assert_locked();
    for (;;) {
        /* Again after each wait: somebody may have resumed them, or added one. */
        CPU_FOREACH(cpu) {
            if (!cpu_is_paused(cpu)) {
                cpu_stop(cpu);
            }
        }
        if (all_vcpus_paused()) {
            break;
        }
        qemu_cond_wait_bql(&pause_cond);
    }
    if (was_running) {
        bql_unlock();
        cpu_exec_wait_end(self, was_running);
        bql_lock();
    }
}

void cpu_resume(CPUState *cpu)
{
    cpu->stop = false;
    cpu->stopped = false;
    qemu_cond_broadcast(&pause_cond);
    qemu_cpu_kick(cpu);
}

void resume_all_vcpus(void)
{
    CPUState *cpu;

    bql_assert_locked();
    if (!runstate_is_running()) {
        return;
    }
    CPU_FOREACH(cpu) {
        /*
         * One that is being plugged is not reset yet: its realize lets it run.  The BQL is dropped
         * while its thread starts, so another thread may get here meanwhile.
         */
        if (DEVICE(cpu)->realized) {
            cpu_resume(cpu);
        }
    }
}

void cpu_handle_guest_debug(CPUState *cpu)
{
    qemu_system_debug_request();
    cpu->stopped = true;
    qemu_cond_broadcast(&pause_cond);
}

/* -- for thread bodies ----------------------------------------------------------------------- */

void qemu_wait_io_event_common(CPUState *cpu)
{
    qatomic_xchg(&cpu->thread_kicked, false);
    if (cpu->stop) {
        cpu_stop_self(cpu, false);
    }
    process_queued_cpu_work(cpu);
}

void qemu_wait_io_event(CPUState *cpu)
{
    while (cpu_thread_is_idle(cpu)) {
        qemu_event_reset(&cpu->halt_event);
        /* A kick between the question and the reset is not lost: ask again. */
        if (!cpu_thread_is_idle(cpu)) {
            break;
        }
        bql_unlock();
        qemu_event_wait(&cpu->halt_event);
        bql_lock();
    }
    qemu_wait_io_event_common(cpu);
}

void cpu_thread_signal_created(CPUState *cpu)
{
    qatomic_store_release(&cpu->created, true);
    qemu_cond_broadcast(&thread_cond);
}

void cpu_thread_signal_destroyed(CPUState *cpu)
{
    qatomic_store_release(&cpu->created, false);
    qemu_cond_broadcast(&thread_cond);
    qemu_cond_broadcast(&pause_cond);
}

/* -- start and end --------------------------------------------------------------------------- */

static void thread_join(CPUState *cpu)
{
    QemuThread *thread = cpu->thread;

    qatomic_rcu_set(&cpu->thread, NULL);
    bql_unlock();
    /* Somebody may be about to send it a signal, which needs a thread that is not joined. */
    synchronize_rcu();
    qemu_thread_join(thread);
    bql_lock();
    g_free(thread);
    qatomic_set(&cpu->created, false);
    process_queued_cpu_work(cpu);
}

/* A CPU whose type gave it no address space sees its memory. */
static bool cpu_memory_space_init(CPUState *cpu)
{
    if (cpu->as || !cpu->memory) {
        return false;
    }
    cpu->num_ases = 1;
    cpu_address_space_init(cpu, 0, "cpu-memory", cpu->memory);
    return true;
}

static void cpu_memory_space_destroy(CPUState *cpu)
{
    cpu_address_space_destroy(cpu, 0);
    g_clear_pointer(&cpu->cpu_ases, g_free);
    cpu->num_ases = 0;
}

bool cpu_thread_start(CPUState *cpu, Error **errp)
{
    const AccelOpsClass *ops = cpus_get_accel();
    bool has_new_space;

    bql_assert_locked();
    if (!ops) {
        error_setg(errp, "CPU %d cannot start: no accelerator was chosen", cpu->cpu_index);
        return false;
    }
    cpu->stopped = true;
    cpu->unplug = false;
    cpu->random_seed = qemu_guest_random_seed_thread_part1();
    has_new_space = cpu_memory_space_init(cpu);
    ops->create_vcpu_thread(cpu);
    while (!cpu->created) {
        qemu_cond_wait_bql(&thread_cond);
    }
    trace_cpu_thread_start(cpu->cpu_index, cpu->thread_id);
    if (cpu->thread_error) {
        error_propagate(errp, g_steal_pointer(&cpu->thread_error));
        thread_join(cpu);
        if (has_new_space) {
            cpu_memory_space_destroy(cpu);
        }
        return false;
    }
    return true;
}

void qemu_init_vcpu(CPUState *cpu)
{
    cpu_thread_start(cpu, &error_fatal);
}

void cpu_remove_sync(CPUState *cpu)
{
    bql_assert_locked();
    g_assert(!qemu_cpu_is_self(cpu));
    if (!cpu->thread) {
        return;
    }
    cpu->stop = true;
    cpu->unplug = true;
    qemu_cpu_kick(cpu);
    trace_cpu_thread_end(cpu->cpu_index);
    thread_join(cpu);
}

/* -- what the run state needs ---------------------------------------------------------------- */

static void synchronize_all_pre_resume(bool step_pending)
{
    const AccelOpsClass *ops = cpus_get_accel();

    if (ops && ops->synchronize_pre_resume) {
        ops->synchronize_pre_resume(step_pending);
    }
}

static bool set_virtual_clock(int64_t ns)
{
    const AccelOpsClass *ops = cpus_get_accel();

    if (!ops || !ops->set_virtual_clock) {
        return false;
    }
    ops->set_virtual_clock(ns);
    return true;
}

void qemu_init_cpu_loop(void)
{
    static const RunStateVcpuHooks hooks = {
        .pause_all = pause_all_vcpus,
        .resume_all = resume_all_vcpus,
        .in_vcpu_thread = qemu_in_vcpu_thread,
        .stop_current = cpu_stop_current,
        .synchronize_all_states = cpu_synchronize_all_states,
        .synchronize_all_post_reset = cpu_synchronize_all_post_reset,
        .synchronize_all_pre_loadvm = cpu_synchronize_all_pre_loadvm,
        .synchronize_all_post_init = cpu_synchronize_all_post_init,
        .synchronize_all_pre_resume = synchronize_all_pre_resume,
        .set_virtual_clock = set_virtual_clock,
    };

    runstate_set_vcpu_hooks(&hooks);
}
