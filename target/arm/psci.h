/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PSCI 1.1 and the calls of SMCCC 1.1 that belong to it, as a CPU model without firmware answers
 * them itself.
 */
#ifndef TARGET_ARM_PSCI_H
#define TARGET_ARM_PSCI_H

#include "target/arm/cpu.h"

/* The instruction that called. */
typedef enum ARMSmcccConduit {
    ARM_CONDUIT_HVC,
    ARM_CONDUIT_SMC,
} ARMSmcccConduit;

/* Is this instruction a call on @cpu (property "psci-conduit"), rather than UNDEFINED? */
bool arm_is_psci_call(ARMCPU *cpu, ARMSmcccConduit conduit);

/*
 * Carry out the call in X0..X3 of @cpu, whose thread this is or which is stopped; the result is
 * in X0.  After CPU_OFF, SYSTEM_OFF and SYSTEM_RESET the CPU is off, after CPU_SUSPEND it is
 * halted: look before executing on.  BQL.
 */
void arm_handle_psci_call(ARMCPU *cpu);

#endif
