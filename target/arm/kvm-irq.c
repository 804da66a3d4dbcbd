/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts of KVM's CPUs without an interrupt controller in the kernel: see kvm-irq.h.  Linux:
 * Documentation/virt/kvm/api.rst, KVM_IRQ_LINE and KVM_CAP_ARM_USER_IRQ.
 */
#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "hw/irq.h"
#include "sysemu/kvm.h"
#include "target/arm/kvm-irq.h"
#include "trace.h"

/* kvm_irq_level.irq: type 0 (CPU) in bits 27:24, the CPU in 23:16 and (upper part) 31:28. */
#define KVM_IRQ_VCPU_SHIFT 16
#define KVM_IRQ_VCPU2_SHIFT 28

/* Numbers of the pins: KVM_ARM_IRQ_CPU_IRQ and _FIQ of the arm64 <asm/kvm.h>. */
#define KVM_PIN_IRQ 0
#define KVM_PIN_FIQ 1

void arm_kvm_pin_set(ARMCPU *cpu, int pin, bool level)
{
    unsigned long id = kvm_arch_vcpu_id(CPU(cpu));
    struct kvm_irq_level line = {
        .irq = (id >> 8) << KVM_IRQ_VCPU2_SHIFT | (id & 0xff) << KVM_IRQ_VCPU_SHIFT |
               (pin == ARM_CPU_IRQ ? KVM_PIN_IRQ : KVM_PIN_FIQ),
        .level = level,
    };
    int ret;

    if (kvm_irqchip_in_kernel() || (pin != ARM_CPU_IRQ && pin != ARM_CPU_FIQ)) {
        return; /* the kernel's controller does it; the virtual ones need EL2 */
    }
    ret = kvm_vm_ioctl(kvm_state, KVM_IRQ_LINE, &line);
    trace_arm_kvm_pin(CPU(cpu)->cpu_index, pin, level, ret);
}

void arm_kvm_device_lines_update(ARMCPU *cpu, uint64_t level)
{
    uint64_t before = cpu->kvm_device_irq_level;
    uint64_t changed = before == ARM_KVM_LINES_UNKNOWN ? ARM_KVM_LINES_UNKNOWN : level ^ before;

    if (likely(!changed)) {
        return;
    }
    cpu->kvm_device_irq_level = level;
    trace_arm_kvm_device_lines(CPU(cpu)->cpu_index, level);
    if (changed & KVM_ARM_DEV_EL1_VTIMER) {
        qemu_set_irq(cpu->gt_timer_outputs[GTIMER_VIRT], !!(level & KVM_ARM_DEV_EL1_VTIMER));
    }
    if (changed & KVM_ARM_DEV_EL1_PTIMER) {
        qemu_set_irq(cpu->gt_timer_outputs[GTIMER_PHYS], !!(level & KVM_ARM_DEV_EL1_PTIMER));
    }
    if (changed & KVM_ARM_DEV_PMU) {
        qemu_set_irq(cpu->pmu_interrupt, !!(level & KVM_ARM_DEV_PMU));
    }
}
