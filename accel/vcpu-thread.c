/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread of one virtual CPU.
 *
 * Life: begin (the accelerator's per-thread set-up), then until the CPU is unplugged: run guest
 * code if allowed, then sleep while there is nothing to do, then do what others asked for.  The
 * BQL is held except while running guest code and sleeping.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/vcpu-thread.h"
#include "trace.h"
#include <sys/syscall.h>

/* The signal only has to interrupt a system call. */
static void kick_signal_handle(int signal)
{
}

/* A handler for the whole process before the first thread, and the signal open in this one. */
static void kick_signal_install(void)
{
    struct sigaction action = { .sa_handler = kick_signal_handle };

    sigaction(SIG_IPI, &action, NULL);
}

static void kick_signal_unblock(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIG_IPI);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void vcpu_run(CPUState *cpu, const AccelOpsClass *ops)
{
    int reason;

    bql_unlock();
    cpu_exec_start(cpu);
    reason = ops->vcpu_exec(cpu);
    cpu_exec_end(cpu);
    bql_lock();
    /* Whoever set it is heard in qemu_wait_io_event(). */
    qatomic_xchg(&cpu->exit_request, false);
    if (reason == EXCP_DEBUG) {
        cpu_handle_guest_debug(cpu);
    }
}

static void vcpu_loop(CPUState *cpu, const AccelOpsClass *ops)
{
    do {
        if (ops->vcpu_exec && !ops->never_executes && cpu_can_run(cpu)) {
            vcpu_run(cpu, ops);
        }
        qemu_wait_io_event(cpu);
    } while (!cpu->unplug);
}

static void *vcpu_thread_body(void *opaque)
{
    CPUState *cpu = opaque;
    const AccelOpsClass *ops = cpus_get_accel();
    bool has_begun;

    kick_signal_unblock();
    bql_lock();
    cpu->thread_id = syscall(SYS_gettid);
    current_cpu = cpu;
    has_begun = !ops->vcpu_thread_init || ops->vcpu_thread_init(cpu, &cpu->thread_error);
    cpu_thread_signal_created(cpu);
    if (has_begun) {
        vcpu_loop(cpu, ops);
        if (ops->vcpu_thread_exit) {
            ops->vcpu_thread_exit(cpu);
        }
        cpu_thread_signal_destroyed(cpu);
    }
    current_cpu = NULL;
    trace_vcpu_thread_end(cpu->cpu_index, has_begun);
    bql_unlock();
    return NULL;
}

void vcpu_thread_create(CPUState *cpu)
{
    g_autofree char *name = g_strdup_printf("CPU %d", cpu->cpu_index);
    QemuThread *thread = g_new0(QemuThread, 1);

    bql_assert_locked();
    kick_signal_install();
    qatomic_rcu_set(&cpu->thread, thread);
    qemu_thread_create(thread, name, vcpu_thread_body, cpu, QEMU_THREAD_JOINABLE);
}
