/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switching CPUs on and off.
 *
 * What a CPU that is being switched on shall begin with is kept in the CPU, not in the work queued
 * on its thread: a reset of the machine, or a load, meanwhile changes power_state, and the late
 * work then finds nothing pending, or a newer request, which it may as well serve.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "sysemu/cpus.h"
#include "accel/tcg/tcg-ops.h"
#include "arm-powerctl.h"
#include "cpu-internal.h"
#include "trace.h"

CPUState *arm_get_cpu_by_id(uint64_t cpuid)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        if (object_dynamic_cast(OBJECT(cs), TYPE_ARM_CPU) &&
            ARM_CPU(cs)->mp_affinity == cpuid) {
            return cs;
        }
    }
    qemu_log_mask(LOG_GUEST_ERROR, "power control: there is no CPU with affinity 0x%" PRIx64 "\n",
                  cpuid);
    return NULL;
}

/* -- on -------------------------------------------------------------------------------------- */

static void power_on_work(CPUState *cs, run_on_cpu_data data)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;

    if (cpu->power_state != PSCI_ON_PENDING) {
        return;
    }
    cpu_reset(cs);
    if (!cpu->power_on.keeps_reset) {
        env->xregs[0] = cpu->power_on.context_id;
        env->pc = cpu->power_on.entry;
    }
    cs->halted = 0;
    cpu->power_state = PSCI_ON;
    trace_arm_powerctl_on(cs->cpu_index, env->pc);
}

static int power_on(CPUState *cs, uint64_t entry, uint64_t context_id, bool keeps_reset)
{
    ARMCPU *cpu = ARM_CPU(cs);

    switch (cpu->power_state) {
    case PSCI_ON:
        return QEMU_ARM_POWERCTL_ALREADY_ON;
    case PSCI_ON_PENDING:
        return QEMU_ARM_POWERCTL_ON_PENDING;
    case PSCI_OFF:
        break;
    }
    cpu->power_on.entry = entry;
    cpu->power_on.context_id = context_id;
    cpu->power_on.keeps_reset = keeps_reset;
    cpu->power_state = PSCI_ON_PENDING;
    if (current_cpu && tcg_cpus_take_turns()) {
        /* The first turn that it gets must not depend on how soon its thread wakes up. */
        run_on_cpu(cs, power_on_work, RUN_ON_CPU_NULL);
    } else {
        async_run_on_cpu(cs, power_on_work, RUN_ON_CPU_NULL);
    }
    return QEMU_ARM_POWERCTL_RET_SUCCESS;
}

int arm_set_cpu_on(uint64_t cpuid, uint64_t entry, uint64_t context_id, uint32_t target_el,
                   bool target_aa64)
{
    CPUState *cs;

    bql_assert_locked();
    if (target_el != 1 || !target_aa64 || (entry & 3)) {
        qemu_log_mask(LOG_GUEST_ERROR, "power control: a CPU cannot start at EL%u in %s at 0x%"
                      PRIx64 "\n", target_el, target_aa64 ? "AArch64" : "AArch32", entry);
        return QEMU_ARM_POWERCTL_INVALID_PARAM;
    }
    cs = arm_get_cpu_by_id(cpuid);
    return cs ? power_on(cs, entry, context_id, false) : QEMU_ARM_POWERCTL_INVALID_PARAM;
}

int arm_set_cpu_on_and_reset(uint64_t cpuid)
{
    CPUState *cs = arm_get_cpu_by_id(cpuid);

    bql_assert_locked();
    return cs ? power_on(cs, 0, 0, true) : QEMU_ARM_POWERCTL_INVALID_PARAM;
}

/* -- off, reset ------------------------------------------------------------------------------ */

static void power_off_work(CPUState *cs, run_on_cpu_data data)
{
    ARM_CPU(cs)->power_state = PSCI_OFF;
    cs->halted = 1;
    cs->exception_index = EXCP_HLT;
    cpu_exit(cs);
    trace_arm_powerctl_off(cs->cpu_index);
}

static void reset_work(CPUState *cs, run_on_cpu_data data)
{
    /* It may have gone off since. */
    if (ARM_CPU(cs)->power_state == PSCI_ON) {
        cpu_reset(cs);
        cs->halted = 0;
        ARM_CPU(cs)->power_state = PSCI_ON;
    }
}

/* Have @func run on @cs' thread; at once when this is it. */
static int power_change(uint64_t cpuid, run_on_cpu_func func)
{
    CPUState *cs = arm_get_cpu_by_id(cpuid);

    bql_assert_locked();
    if (!cs) {
        return QEMU_ARM_POWERCTL_INVALID_PARAM;
    }
    if (ARM_CPU(cs)->power_state != PSCI_ON) {
        qemu_log_mask(LOG_GUEST_ERROR, "power control: CPU %d is not on\n", cs->cpu_index);
        return QEMU_ARM_POWERCTL_IS_OFF;
    }
    if (qemu_cpu_is_self(cs)) {
        func(cs, RUN_ON_CPU_NULL);
    } else {
        async_run_on_cpu(cs, func, RUN_ON_CPU_NULL);
    }
    return QEMU_ARM_POWERCTL_RET_SUCCESS;
}

int arm_set_cpu_off(uint64_t cpuid)
{
    return power_change(cpuid, power_off_work);
}

int arm_reset_cpu(uint64_t cpuid)
{
    return power_change(cpuid, reset_work);
}

void arm_powerctl_post_load(ARMCPU *cpu)
{
    if (cpu->power_state == PSCI_ON_PENDING) {
        async_run_on_cpu(CPU(cpu), power_on_work, RUN_ON_CPU_NULL);
    }
}
