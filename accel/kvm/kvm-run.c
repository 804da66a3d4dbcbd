/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running guest code: KVM_RUN and what the kernel wants of us when it comes back.
 *
 * The loop runs without the BQL.  Accesses to device registers stay without it where the region
 * allows that, so that such an access costs KVM_RUN and what the device itself does.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "qemu/host-utils.h"
#include "qemu/main-loop.h"
#include "exec/address-spaces.h"
#include "sysemu/cpus.h"
#include "sysemu/hw_accel.h"
#include "sysemu/runstate.h"
#include "sysemu/vcpu-thread.h"
#include "kvm-internal.h"
#include "trace.h"

/* Of exit handlers: go on with the guest. */
#define GO_ON 0

/* -- the machine as a whole ------------------------------------------------------------------ */

/* The CPU cannot go on, and why was said: the machine stops where the user can look at it. */
static int internal_error(CPUState *cpu)
{
    bql_lock();
    cpu_dump_state(cpu, stderr, CPU_DUMP_CODE);
    vm_stop(RUN_STATE_INTERNAL_ERROR);
    bql_unlock();
    return EXCP_INTERRUPT;
}

static int system_event(CPUState *cpu, const struct kvm_run *run)
{
    uint32_t type = run->system_event.type;

    trace_kvm_system_event(cpu->cpu_index, type);
    switch (type) {
    case KVM_SYSTEM_EVENT_SHUTDOWN:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        return EXCP_INTERRUPT;
    case KVM_SYSTEM_EVENT_RESET:
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        return EXCP_INTERRUPT;
    case KVM_SYSTEM_EVENT_CRASH:
        bql_lock();
        cpu_synchronize_state(cpu);
        qemu_system_guest_panicked(cpu_get_crash_info(cpu));
        bql_unlock();
        return EXCP_INTERRUPT;
    default:
        error_report("CPU %d: KVM reports a system event of unknown type %u", cpu->cpu_index, type);
        return internal_error(cpu);
    }
}

/* -- errors ---------------------------------------------------------------------------------- */

static int run_failed(CPUState *cpu, int error)
{
    switch (error) {
    case EINTR:
    case EAGAIN:
        return EXCP_INTERRUPT;
    case EFAULT:
        error_report("CPU %d: KVM_RUN: %s: the host has nothing behind an address of guest memory; "
                     "did its file get shorter, or is the host's memory, or the limit of huge "
                     "pages, used up?", cpu->cpu_index, strerror(error));
        return internal_error(cpu);
    default:
        error_report("CPU %d: KVM_RUN: %s", cpu->cpu_index, strerror(error));
        return internal_error(cpu);
    }
}

static int exit_failed(CPUState *cpu, const struct kvm_run *run)
{
    switch (run->exit_reason) {
    case KVM_EXIT_FAIL_ENTRY:
        error_report("CPU %d: the host CPU did not enter guest code: hardware reason 0x%" PRIx64
                     ", on host CPU %u", cpu->cpu_index,
                     (uint64_t)run->fail_entry.hardware_entry_failure_reason, run->fail_entry.cpu);
        break;
    case KVM_EXIT_INTERNAL_ERROR:
        error_report("CPU %d: KVM reports an internal error, suberror %u", cpu->cpu_index,
                     run->internal.suberror);
        break;
    case KVM_EXIT_UNKNOWN:
        error_report("CPU %d: KVM left guest code for an unknown reason 0x%" PRIx64,
                     cpu->cpu_index, (uint64_t)run->hw.hardware_exit_reason);
        break;
    default:
        error_report("CPU %d: KVM left guest code for reason %u, which is not known here",
                     cpu->cpu_index, run->exit_reason);
        break;
    }
    return internal_error(cpu);
}

/* -- keeping CPUs out ------------------------------------------------------------------------ */

/*
 * A CPU first says that it is inside, then looks whether it may be; who keeps CPUs out first says
 * so, then looks who is inside.  Both orders are sequentially consistent, so one sees the other.
 */
static inline bool run_enter(CPUState *cpu, KVMState *s)
{
    __atomic_store_n(&cpu->kvm_in_run, true, __ATOMIC_SEQ_CST);
    return !__atomic_load_n(&s->is_inhibited, __ATOMIC_SEQ_CST);
}

static inline void run_leave(CPUState *cpu, KVMState *s)
{
    __atomic_store_n(&cpu->kvm_in_run, false, __ATOMIC_SEQ_CST);
    if (unlikely(__atomic_load_n(&s->is_inhibited, __ATOMIC_SEQ_CST))) {
        qemu_event_set(&s->cpu_left);
        qemu_event_wait(&s->may_enter);
    }
}

static bool all_cpus_left(void)
{
    CPUState *cpu;
    bool result = true;

    CPU_FOREACH(cpu) {
        if (__atomic_load_n(&cpu->kvm_in_run, __ATOMIC_SEQ_CST)) {
            qemu_cpu_kick(cpu);
            result = false;
        }
    }
    return result;
}

void kvm_run_inhibit_begin(KVMState *s)
{
    bql_assert_locked();
    qemu_event_reset(&s->may_enter);
    __atomic_store_n(&s->is_inhibited, true, __ATOMIC_SEQ_CST);
    for (;;) {
        qemu_event_reset(&s->cpu_left);
        if (all_cpus_left()) {
            return;
        }
        qemu_event_wait(&s->cpu_left);
    }
}

void kvm_run_inhibit_end(KVMState *s)
{
    __atomic_store_n(&s->is_inhibited, false, __ATOMIC_SEQ_CST);
    qemu_event_set(&s->may_enter);
}

/* -- the loop -------------------------------------------------------------------------------- */

static int exit_handle(CPUState *cpu, struct kvm_run *run)
{
    int ret;

    switch (run->exit_reason) {
    case KVM_EXIT_SYSTEM_EVENT:
        return system_event(cpu, run);
    case KVM_EXIT_INTR:
        return EXCP_INTERRUPT;
    case KVM_EXIT_FAIL_ENTRY:
    case KVM_EXIT_INTERNAL_ERROR:
    case KVM_EXIT_UNKNOWN:
        return exit_failed(cpu, run);
    default:
        ret = cpu->cc->kvm_ops->handle_exit ? cpu->cc->kvm_ops->handle_exit(cpu, run) : -1;
        return ret < 0 ? exit_failed(cpu, run) : ret;
    }
}

static inline void mmio_exit(struct kvm_run *run)
{
    unsigned size = run->mmio.len;
    uint64_t value;

    QEMU_BUILD_BUG_ON(sizeof(value) != sizeof(run->mmio.data));
    /* Nothing is known about who asks; what does not answer reads as zero. */
    if (unlikely(size > sizeof(value) || !is_power_of_2(size))) {
        address_space_rw(&address_space_memory, run->mmio.phys_addr, MEMTXATTRS_UNSPECIFIED,
                         run->mmio.data, MIN(size, sizeof(value)), run->mmio.is_write);
        return;
    }
    value = ldq_le_p(run->mmio.data);
    address_space_cpu_access(&address_space_memory, run->mmio.phys_addr, &value, size,
                             run->mmio.is_write);
    stq_le_p(run->mmio.data, value);
}

/* Registers that somebody changed go to the kernel first.  False: they cannot. */
static bool registers_flush(CPUState *cpu)
{
    bool is_done;

    bql_lock();
    is_done = kvm_vcpu_registers_put_runtime(cpu);
    bql_unlock();
    return is_done;
}

/* What came of KVM_RUN: 0, or the errno. */
static inline int run_guest(CPUState *cpu, KVMState *s)
{
    int error;

    while (unlikely(!run_enter(cpu, s))) {
        run_leave(cpu, s);
    }
    error = likely(kvm_sys->ioctl(cpu->kvm_fd, KVM_RUN, NULL) >= 0) ? 0 : errno;
    run_leave(cpu, s);
    return error;
}

/*
 * An access to a device is complete only when the kernel has taken its result, at the next KVM_RUN:
 * so nobody leaves between the two.  Who is to leave enters with immediate_exit set, and the kernel
 * comes back as soon as that is done.
 */
int kvm_vcpu_exec(CPUState *cpu)
{
    const struct KVMCPUOps *ops = cpu->cc->kvm_ops;
    struct kvm_run *run = cpu->kvm_run;
    KVMState *s = cpu->kvm_state;
    int ret;

    if (unlikely(cpu->vcpu_dirty) && !registers_flush(cpu)) {
        return EXCP_INTERRUPT;
    }
    do {
        if (ops->pre_run) {
            ops->pre_run(cpu, run);
        }
        if (unlikely(vcpu_thread_should_exit(cpu))) {
            qatomic_set(&run->immediate_exit, 1);
        }
        ret = run_guest(cpu, s);
        if (ops->post_run) {
            ops->post_run(cpu, run);
        }
        if (unlikely(ret)) {
            ret = run_failed(cpu, ret);
        } else if (likely(run->exit_reason == KVM_EXIT_MMIO)) {
            mmio_exit(run);
        } else {
            ret = exit_handle(cpu, run);
        }
    } while (ret == GO_ON);
    /* Before anybody looks at what the kick was for: see kvm-vcpu.c. */
    qatomic_set_mb(&run->immediate_exit, 0);
    return ret;
}
