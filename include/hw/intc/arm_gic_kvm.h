/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 and GICv3 that the host's kernel emulates (KVM). They have the inputs, outputs, properties
 * and saved state of arm_gic_common.h and arm_gicv3_common.h; registers are accessed without
 * leaving the kernel. One of them for each machine, after its CPUs. Inputs may be set without the
 * BQL; nobody is told of the end of an interrupt (a resampling irqfd is, see sysemu/kvm.h).
 */
#ifndef HW_INTC_ARM_GIC_KVM_H
#define HW_INTC_ARM_GIC_KVM_H

#include "qemu/osdep.h"

#define TYPE_KVM_ARM_GIC "kvm-arm-gic"
#define TYPE_KVM_ARM_GICV3 "kvm-arm-gicv3"

/* What kvm_arm_vgic_probe() answers. */
#define KVM_ARM_VGIC_V2 (1 << 0)
#define KVM_ARM_VGIC_V3 (1 << 1)

/* Versions of the GIC that the kernel can emulate here; 0 without KVM. Makes nothing. */
int kvm_arm_vgic_probe(void);

#endif
