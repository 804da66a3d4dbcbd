/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts of a CPU that KVM runs while the interrupt controller is this program's
 * (kernel-irqchip=off, KVM_CAP_ARM_USER_IRQ): its pins, which the controller sets, and the lines of
 * its timers and performance monitor, which are the kernel's.  [target/arm]
 */
#ifndef TARGET_ARM_KVM_IRQ_H
#define TARGET_ARM_KVM_IRQ_H

#include "target/arm/cpu.h"

/*
 * Input @pin (ARM_CPU_IRQ and so on) of @cpu is at @level.  Any thread, with any locks; a CPU in
 * KVM_RUN is kicked, since the kernel is told by the CPU's own thread (arm_kvm_pins_tell()).
 */
void arm_kvm_pin_set(ARMCPU *cpu, int pin, bool level);

/*
 * Before KVM_RUN, on the CPU's thread: tells the kernel which pins have changed (KVM_IRQ_LINE).  A
 * KVM_IRQ_LINE of another thread would race with KVM_RUN: Linux keeps pins in the CPU's HCR_EL2,
 * other bits of which KVM_RUN changes without atomic operations when it loads the CPU, so that a
 * pin set at that time is lost.
 */
void arm_kvm_pins_tell(ARMCPU *cpu);

/* ARMCPU.kvm_device_irq_level and .kvm_pins_told while it is not known what was told last. */
#define ARM_KVM_LINES_UNKNOWN UINT64_MAX
#define ARM_KVM_PINS_UNKNOWN 0x80000000u

/* After a reset or load: who is at the other end has forgotten.  The CPU does not run. */
void arm_kvm_lines_forget(ARMCPU *cpu);

/*
 * After KVM_RUN: @level is run->s.regs.device_irq_level.  Sets the CPU's outputs that have
 * changed.  On the CPU's thread, without the BQL: the receivers, inputs of a GIC, need none.
 */
void arm_kvm_device_lines_update(ARMCPU *cpu, uint64_t level);

#endif
