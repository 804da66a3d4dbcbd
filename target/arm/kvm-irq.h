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
 * KVM_RUN notices by itself.
 */
void arm_kvm_pin_set(ARMCPU *cpu, int pin, bool level);

/* ARMCPU.kvm_device_irq_level after a reset or load: who is at the other end has forgotten. */
#define ARM_KVM_LINES_UNKNOWN UINT64_MAX

/*
 * After KVM_RUN: @level is run->s.regs.device_irq_level.  Sets the CPU's outputs that have
 * changed.  On the CPU's thread, without the BQL: the receivers, inputs of a GIC, need none.
 */
void arm_kvm_device_lines_update(ARMCPU *cpu, uint64_t level);

#endif
