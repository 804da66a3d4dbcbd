/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator in use, as the CPUs see it: which registers are current, and interrupts.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "sysemu/cpus.h"
#include "sysemu/hw_accel.h"
#include "cpu-internal.h"

static const AccelOpsClass *cpus_accel;

void cpus_register_accel(const AccelOpsClass *ops)
{
    g_assert(!ops || ops->create_vcpu_thread);
    qatomic_rcu_set(&cpus_accel, ops);
}

const AccelOpsClass *cpus_get_accel(void)
{
    return qatomic_rcu_read(&cpus_accel);
}

/* -- registers ------------------------------------------------------------------------------- */

/* cpu_synchronize_X(cpu), and cpu_synchronize_all_X() where asked for. */
#define DEFINE_SYNCHRONIZE(_what)                                                                 \
    void cpu_synchronize_##_what(CPUState *cpu)                                                   \
    {                                                                                             \
        const AccelOpsClass *ops = cpus_get_accel();                                              \
                                                                                                  \
        if (ops && ops->synchronize_##_what) {                                                    \
            ops->synchronize_##_what(cpu);                                                        \
        }                                                                                         \
    }

#define DEFINE_SYNCHRONIZE_ALL(_name, _what)                                                      \
    void cpu_synchronize_all_##_name(void)                                                        \
    {                                                                                             \
        CPUState *cpu;                                                                            \
                                                                                                  \
        CPU_FOREACH(cpu) {                                                                        \
            cpu_synchronize_##_what(cpu);                                                         \
        }                                                                                         \
    }

DEFINE_SYNCHRONIZE(state)
DEFINE_SYNCHRONIZE(post_reset)
DEFINE_SYNCHRONIZE(post_init)
DEFINE_SYNCHRONIZE(pre_loadvm)
DEFINE_SYNCHRONIZE_ALL(states, state)
DEFINE_SYNCHRONIZE_ALL(post_reset, post_reset)
DEFINE_SYNCHRONIZE_ALL(post_init, post_init)
DEFINE_SYNCHRONIZE_ALL(pre_loadvm, pre_loadvm)

/* -- interrupts ------------------------------------------------------------------------------ */

void generic_handle_interrupt(CPUState *cpu, int mask)
{
    uint32_t before = qatomic_fetch_or(&cpu->interrupt_request, mask);
    const AccelOpsClass *ops = cpus_get_accel();

    /* A kick costs a system call: not for what was there, nor for a CPU that never looks. */
    if ((before & mask) != (uint32_t)mask && !qemu_cpu_is_self(cpu) &&
        !(ops && ops->never_executes)) {
        qemu_cpu_kick(cpu);
    }
}

void cpu_interrupt(CPUState *cpu, int mask)
{
    const AccelOpsClass *ops = cpus_get_accel();

    if (ops && ops->handle_interrupt) {
        ops->handle_interrupt(cpu, mask);
    } else {
        generic_handle_interrupt(cpu, mask);
    }
}

void cpu_reset_interrupt(CPUState *cpu, int mask)
{
    qatomic_and(&cpu->interrupt_request, ~mask);
}

void cpu_single_step(CPUState *cpu, int enabled)
{
    const AccelOpsClass *ops = cpus_get_accel();

    if (cpu->singlestep_enabled != enabled) {
        cpu->singlestep_enabled = enabled;
        if (ops && ops->update_guest_debug) {
            ops->update_guest_debug(cpu);
        }
    }
}
