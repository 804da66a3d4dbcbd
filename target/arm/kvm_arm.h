/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What boards and interrupt controllers ask of KVM on Arm (names of QEMU 8.2).  [target/arm]
 */
#ifndef TARGET_ARM_KVM_ARM_H
#define TARGET_ARM_KVM_ARM_H

#include "sysemu/kvm.h"
#include "target/arm/cpu.h"

#define TYPE_ARM_HOST_CPU ARM_CPU_TYPE_NAME("host")

/*
 * Bits of guest physical address that a VM can have at most; *@fixed_ipa (may be NULL): it cannot
 * have fewer.  For MachineClass.kvm_type and later.
 */
int kvm_arm_get_max_vm_ipa_size(MachineState *ms, bool *fixed_ipa);
/* The type of VM with @bits of physical address (at least 32), or -E2BIG: more than there are. */
int kvm_arm_vm_type(MachineState *ms, unsigned bits);

/* Can CPUs have a performance monitor, and has this one asked for it? */
bool kvm_arm_pmu_supported(void);
/*
 * Give @cs' performance monitor the interrupt INTID @irq (a PPI), with a GIC in the kernel, and
 * start it: after the GIC was initialised.  False sets @errp.  Nothing for a CPU that has none.
 */
bool kvm_arm_pmu_set_irq(CPUState *cs, int irq, Error **errp);
bool kvm_arm_pmu_init(CPUState *cs, Error **errp);

#endif
