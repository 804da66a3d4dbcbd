/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of accel/kvm share: the accelerator object and what each file does for it, in the
 * order in which a VM comes up.
 */
#ifndef ACCEL_KVM_INTERNAL_H
#define ACCEL_KVM_INTERNAL_H

#include <linux/kvm.h>
#include "qapi/qapi-types-common.h"
#include "qemu/accel.h"
#include "sysemu/kvm.h"
#include "sysemu/kvm-cpu-ops.h"
#include "kvm-sys-internal.h"

typedef struct KVMRoutes KVMRoutes;

/*
 * @fd: /dev/kvm; @vmfd: the VM; -1: not open.  @run_size: bytes of a CPU's struct kvm_run.
 * @kernel_irqchip, @kernel_irqchip_is_set: the property.  @routes: NULL without an interrupt
 * controller in the kernel.  @vfio_fd: the kvm-vfio device, or -1 before a file is added.
 */
struct KVMState {
    AccelState parent_obj;

    int fd;
    int vmfd;
    size_t run_size;
    int max_vcpus;
    int nr_slots;
    OnOffSplit kernel_irqchip;
    bool kernel_irqchip_is_set;
    KVMRoutes *routes;
    int vfio_fd;
};

DECLARE_INSTANCE_CHECKER(KVMState, KVM_STATE, TYPE_KVM_ACCEL)

/* -- kvm-vcpu.c, kvm-run.c: members of AccelOpsClass ------------------------------------------ */

bool kvm_vcpu_common_realize(CPUState *cpu, Error **errp);
void kvm_vcpu_common_unrealize(CPUState *cpu);
bool kvm_vcpu_thread_init(CPUState *cpu, Error **errp);
void kvm_vcpu_kick(CPUState *cpu);
bool kvm_vcpu_thread_is_idle(CPUState *cpu);
void kvm_vcpu_synchronize_state(CPUState *cpu);
void kvm_vcpu_synchronize_post_reset(CPUState *cpu);
void kvm_vcpu_synchronize_post_init(CPUState *cpu);
void kvm_vcpu_synchronize_pre_loadvm(CPUState *cpu);
int kvm_vcpu_exec(CPUState *cpu);

/* On the CPU's thread, with the BQL; false: the machine was told to stop. */
bool kvm_vcpu_registers_put_runtime(CPUState *cpu);

/* -- kvm-irqchip.c, kvm-vfio.c: at the VM's end ------------------------------------------------ */

void kvm_irqchip_destroy(KVMState *s);
void kvm_vfio_destroy(KVMState *s);

#endif
