/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of KVM on Arm share.
 */
#ifndef TARGET_ARM_KVM_INTERNAL_H
#define TARGET_ARM_KVM_INTERNAL_H

#include "sysemu/kvm-cpu-ops.h"
#include "cpu-internal.h"
#include "kvm-abi-internal.h"
#include "kvm_arm.h"

/* -- kvm-regs.c: KVMCPUOps' members ---------------------------------------------------------- */

bool kvm_arm_get_registers(CPUState *cs, Error **errp);
bool kvm_arm_put_registers(CPUState *cs, int level, Error **errp);

/* -- kvm-cpu.c ------------------------------------------------------------------------------- */

/* KVM_ARM_VCPU_INIT, which is also a reset.  False sets @errp. */
bool kvm_arm_vcpu_init(CPUState *cs, Error **errp);

/* -- kvm-sysregs.c: all registers that the kernel lists -------------------------------------- */

/* Read them into cpu->kvm_regs, or write them from there and forget them. */
bool kvm_arm_sysregs_get(ARMCPU *cpu, Error **errp);
bool kvm_arm_sysregs_put(ARMCPU *cpu, Error **errp);
/* Room for as many as there are, for a load. */
bool kvm_arm_sysregs_prepare(ARMCPU *cpu, Error **errp);
void kvm_arm_sysregs_free(ARMCPU *cpu);

/* -- kvm-time.c: the guest's counter stands still while the machine is stopped --------------- */

void kvm_arm_time_init(ARMCPU *cpu);
void kvm_arm_time_cleanup(ARMCPU *cpu);
/* @value, just read from register @id, becomes that of the moment when the machine stopped. */
void kvm_arm_time_saved(uint64_t id, uint64_t *value);
/* @cpu's registers in kvm_regs, if any, were loaded: counters go on from there with the machine. */
void kvm_arm_time_loaded(const ARMCPU *cpu);

/* -- kvm-access.c ---------------------------------------------------------------------------- */

/*
 * Do the load or store at @cs' PC, which faulted at guest physical address @fault_ipa.  False: it
 * is none that can be done, and nothing has changed.  On the CPU's thread, with or without the BQL.
 */
bool kvm_arm_access(CPUState *cs, uint64_t fault_ipa);

/* -- kvm-exit.c ------------------------------------------------------------------------------ */

int kvm_arm_handle_exit(CPUState *cs, struct kvm_run *run);

#endif
