/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual CPUs of a VM: making them, kicking them out of guest code, and which side, kernel or
 * CPU object, has the current registers.
 *
 * A kick without a lost wake-up: who kicks stores immediate_exit, then signals.  A thread that is
 * about to call KVM_RUN finds the word, one inside is interrupted by the signal; the thread clears
 * the word when it has left guest code, before it looks at what it was kicked for.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "kvm-internal.h"
#include "trace.h"

/* -- making and freeing ---------------------------------------------------------------------- */

bool kvm_vcpu_common_realize(CPUState *cpu, Error **errp)
{
    cpu->kvm_fd = -1;
    cpu->kvm_run = NULL;
    cpu->kvm_state = kvm_state;
    cpu->kvm_in_run = false;
    cpu->vcpu_dirty = false;
    if (!cpu->cc->kvm_ops) {
        g_autofree char *model = cpu_class_model_name(OBJECT_CLASS(cpu->cc));

        error_setg(errp, "CPU model \"%s\" cannot run under KVM", model);
        return false;
    }
    return true;
}

unsigned long kvm_arch_vcpu_id(CPUState *cpu)
{
    const struct KVMCPUOps *ops = cpu->cc->kvm_ops;

    return ops->vcpu_id ? ops->vcpu_id(cpu) : cpu->cpu_index;
}

bool kvm_vcpu_thread_init(CPUState *cpu, Error **errp)
{
    unsigned long id = kvm_arch_vcpu_id(cpu);
    void *run;

    cpu->kvm_fd = kvm_vm_ioctl(cpu->kvm_state, KVM_CREATE_VCPU, (void *)(uintptr_t)id);
    if (cpu->kvm_fd < 0) {
        error_setg_errno(errp, -cpu->kvm_fd, "KVM does not make CPU %lu", id);
        cpu->kvm_fd = -1;
        return false;
    }
    run = kvm_sys->mmap(cpu->kvm_state->run_size, cpu->kvm_fd);
    if (run == MAP_FAILED) {
        error_setg_errno(errp, errno, "KVM's state of CPU %lu cannot be mapped", id);
        return false;
    }
    qatomic_rcu_set(&cpu->kvm_run, run);
    trace_kvm_vcpu_create(cpu->cpu_index, id, cpu->kvm_fd);
    return !cpu->cc->kvm_ops->init_vcpu || cpu->cc->kvm_ops->init_vcpu(cpu, errp);
}

/* After the thread is joined, and a grace period after it could still be kicked. */
void kvm_vcpu_common_unrealize(CPUState *cpu)
{
    if (cpu->kvm_fd >= 0 && cpu->cc->kvm_ops->destroy_vcpu) {
        cpu->cc->kvm_ops->destroy_vcpu(cpu);
    }
    if (cpu->kvm_run) {
        kvm_sys->munmap(cpu->kvm_run, cpu->kvm_state->run_size);
        cpu->kvm_run = NULL;
    }
    if (cpu->kvm_fd >= 0) {
        kvm_sys->close(cpu->kvm_fd);
        cpu->kvm_fd = -1;
    }
}

/* -- kicks ----------------------------------------------------------------------------------- */

void kvm_vcpu_kick(CPUState *cpu)
{
    struct kvm_run *run;

    RCU_READ_LOCK_GUARD();

    run = qatomic_rcu_read(&cpu->kvm_run);
    if (run && qatomic_read(&cpu->thread)) {
        qatomic_set_mb(&run->immediate_exit, 1);
    }
    cpus_kick_thread(cpu);
}

/* The kernel hears of lines by its own requests, and makes the CPU look. */
void kvm_vcpu_handle_interrupt(CPUState *cpu, int mask)
{
    qatomic_or(&cpu->interrupt_request, mask);
}

/* A CPU that waits for an interrupt, or is switched off, does so in the kernel. */
bool kvm_vcpu_thread_is_idle(CPUState *cpu)
{
    return !kvm_halt_in_kernel();
}

/* -- registers ------------------------------------------------------------------------------- */

/* The VM cannot go on: what the kernel has and what the object says differ. */
static void registers_lost(CPUState *cpu, Error *err)
{
    error_reportf_err(err, "CPU %d: ", cpu->cpu_index);
    vm_stop(RUN_STATE_INTERNAL_ERROR);
}

static void registers_get(CPUState *cpu, run_on_cpu_data data)
{
    Error *err = NULL;

    if (cpu->vcpu_dirty) {
        return;
    }
    if (!cpu->cc->kvm_ops->get_registers(cpu, &err)) {
        registers_lost(cpu, err);
        return;
    }
    cpu->vcpu_dirty = true;
}

/*
 * Lets the kernel sort the CPU's interrupts after a reset. It takes one that is no longer for this
 * CPU off the CPU's list only on the way to or from guest code, where a CPU that the reset has
 * switched off does not get: an interrupt that was active there would reach no other CPU. With a
 * signal pending KVM_RUN turns back just before guest code, but unlike with immediate_exit after
 * that work.
 */
static void interrupts_sort(CPUState *cpu)
{
    struct {
        struct kvm_signal_mask mask;
        uint8_t signals[8]; /* the kernel's sigset_t: bits of signals that are blocked inside */
    } none = { .mask = { .len = sizeof(none.signals) } };
    struct timespec now = { 0 };
    sigset_t kick;

    sigemptyset(&kick);
    sigaddset(&kick, SIG_IPI);
    pthread_sigmask(SIG_BLOCK, &kick, NULL);
    if (kvm_vcpu_ioctl(cpu, KVM_SET_SIGNAL_MASK, &none) == 0) {
        qatomic_set_mb(&cpu->kvm_run->immediate_exit, 0);
        pthread_kill(pthread_self(), SIG_IPI);
        kvm_sys->ioctl(cpu->kvm_fd, KVM_RUN, NULL);
        sigtimedwait(&kick, NULL, &now);
        kvm_vcpu_ioctl(cpu, KVM_SET_SIGNAL_MASK, NULL);
    }
    pthread_sigmask(SIG_UNBLOCK, &kick, NULL);
}

static void registers_put(CPUState *cpu, run_on_cpu_data level)
{
    Error *err = NULL;

    if (!cpu->cc->kvm_ops->put_registers(cpu, level.host_int, &err)) {
        registers_lost(cpu, err);
        return;
    }
    cpu->vcpu_dirty = false;
    /* One that was never in the guest (no reason for leaving it is known) has nothing to sort. */
    if (level.host_int == KVM_PUT_RESET_STATE && kvm_irqchip_in_kernel() &&
        cpu->kvm_run->exit_reason != KVM_EXIT_UNKNOWN) {
        interrupts_sort(cpu);
    }
}

static void registers_will_be_loaded(CPUState *cpu, run_on_cpu_data data)
{
    cpu->vcpu_dirty = true;
}

void kvm_vcpu_synchronize_state(CPUState *cpu)
{
    if (!cpu->vcpu_dirty) {
        run_on_cpu(cpu, registers_get, RUN_ON_CPU_NULL);
    }
}

void kvm_vcpu_synchronize_post_reset(CPUState *cpu)
{
    run_on_cpu(cpu, registers_put, RUN_ON_CPU_HOST_INT(KVM_PUT_RESET_STATE));
}

void kvm_vcpu_synchronize_post_init(CPUState *cpu)
{
    run_on_cpu(cpu, registers_put, RUN_ON_CPU_HOST_INT(KVM_PUT_FULL_STATE));
}

void kvm_vcpu_synchronize_pre_loadvm(CPUState *cpu)
{
    run_on_cpu(cpu, registers_will_be_loaded, RUN_ON_CPU_NULL);
}

bool kvm_vcpu_registers_put_runtime(CPUState *cpu)
{
    registers_put(cpu, RUN_ON_CPU_HOST_INT(KVM_PUT_RUNTIME_STATE));
    return !cpu->vcpu_dirty;
}
