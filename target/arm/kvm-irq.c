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

/* Bits of ARMCPU.kvm_pins_wanted and .kvm_pins_told. */
static const struct {
    int pin;
    uint32_t number;
} kvm_pins[] = {
    { ARM_CPU_IRQ, KVM_PIN_IRQ },
    { ARM_CPU_FIQ, KVM_PIN_FIQ },
};

void arm_kvm_pin_set(ARMCPU *cpu, int pin, bool level)
{
    uint32_t bit = 1u << pin;
    uint32_t before;

    if (kvm_irqchip_in_kernel() || (pin != ARM_CPU_IRQ && pin != ARM_CPU_FIQ)) {
        return; /* the kernel's controller does it; the virtual ones need EL2 */
    }
    before = level ? qatomic_fetch_or(&cpu->kvm_pins_wanted, bit) :
                     qatomic_fetch_and(&cpu->kvm_pins_wanted, ~bit);
    if (!!(before & bit) != level && !qemu_cpu_is_self(CPU(cpu))) {
        qemu_cpu_kick(CPU(cpu));
    }
}

static void pin_tell(ARMCPU *cpu, unsigned n, bool level)
{
    unsigned long id = kvm_arch_vcpu_id(CPU(cpu));
    struct kvm_irq_level line = {
        .irq = (id >> 8) << KVM_IRQ_VCPU2_SHIFT | (id & 0xff) << KVM_IRQ_VCPU_SHIFT |
               kvm_pins[n].number,
        .level = level,
    };
    int ret = kvm_vm_ioctl(kvm_state, KVM_IRQ_LINE, &line);

    trace_arm_kvm_pin(CPU(cpu)->cpu_index, kvm_pins[n].pin, level, ret);
}

void arm_kvm_pins_tell(ARMCPU *cpu)
{
    uint32_t wanted = qatomic_read(&cpu->kvm_pins_wanted);
    uint32_t changed = wanted ^ cpu->kvm_pins_told;

    if (likely(!changed)) {
        return;
    }
    for (unsigned n = 0; n < ARRAY_SIZE(kvm_pins); n++) {
        uint32_t bit = 1u << kvm_pins[n].pin;

        if (changed & (bit | ARM_KVM_PINS_UNKNOWN)) {
            pin_tell(cpu, n, wanted & bit);
        }
    }
    cpu->kvm_pins_told = wanted;
}

void arm_kvm_lines_forget(ARMCPU *cpu)
{
    cpu->kvm_device_irq_level = ARM_KVM_LINES_UNKNOWN;
    cpu->kvm_pins_told = ARM_KVM_PINS_UNKNOWN;
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
