/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switching CPUs on and off, for PSCI and for power controllers (API of QEMU 8.2).  The change
 * happens on the thread of the CPU concerned; meanwhile its power state is PSCI_ON_PENDING.  BQL.
 */
#ifndef TARGET_ARM_ARM_POWERCTL_H
#define TARGET_ARM_ARM_POWERCTL_H

#include "target/arm/cpu.h"

/* The numbers are those that PSCI returns. */
#define QEMU_ARM_POWERCTL_RET_SUCCESS 0
#define QEMU_ARM_POWERCTL_INVALID_PARAM (-2)
#define QEMU_ARM_POWERCTL_IS_OFF (-3)
#define QEMU_ARM_POWERCTL_ALREADY_ON (-4)
#define QEMU_ARM_POWERCTL_ON_PENDING (-5)

/* The CPU whose MPIDR affinity is @cpuid, or NULL. */
CPUState *arm_get_cpu_by_id(uint64_t cpuid);

/*
 * Switch the CPU on: reset, at @target_el (1), in AArch64, PC = @entry (a multiple of 4), X0 =
 * @context_id.  INVALID_PARAM, ALREADY_ON or ON_PENDING if that is not possible.
 */
int arm_set_cpu_on(uint64_t cpuid, uint64_t entry, uint64_t context_id, uint32_t target_el,
                   bool target_aa64);
/* Switch it on as a reset leaves it. */
int arm_set_cpu_on_and_reset(uint64_t cpuid);
/* Switch it off.  The caller's own CPU is off when this returns, and executes nothing more. */
int arm_set_cpu_off(uint64_t cpuid);
/* Reset a CPU that is on; INVALID_PARAM or IS_OFF. */
int arm_reset_cpu(uint64_t cpuid);

/* The CPU was loaded: go on with what was pending. */
void arm_powerctl_post_load(ARMCPU *cpu);

#endif
