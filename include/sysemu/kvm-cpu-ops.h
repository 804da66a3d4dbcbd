/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What KVM needs of an architecture: installed in CPUClass.kvm_ops by the CPU type, called by
 * accel/kvm.  [accel]
 */
#ifndef SYSEMU_KVM_CPU_OPS_H
#define SYSEMU_KVM_CPU_OPS_H

#include "sysemu/kvm.h"

struct kvm_run;

/* How much put_registers() writes: what may change while a CPU runs; what a reset sets; all. */
enum {
    KVM_PUT_RUNTIME_STATE = 1,
    KVM_PUT_RESET_STATE = 2,
    KVM_PUT_FULL_STATE = 3,
};

/*
 * All but @name are called on the CPU's thread (or before it runs), with the BQL unless told.
 * @name: as uname -m calls the architecture.
 * @init_vcpu: after KVM_CREATE_VCPU.  @destroy_vcpu: its thread has ended; also after an
 *   @init_vcpu that failed.  NULL: nothing to do.
 * @get_registers, @put_registers: between the kernel and the CPU object; false sets @errp.
 * @pre_run: just before KVM_RUN, without the BQL; NULL: nothing to do.
 * @post_run: just after it, without the BQL; NULL: nothing to do.
 * @handle_exit: exit reasons that are not common, without the BQL: 0 to go on, an EXCP_ number
 *   to leave, or -1: unknown.
 * @vcpu_id: the kernel's number of the CPU; NULL: its index.
 */
struct KVMCPUOps {
    const char *name;
    bool (*init_vcpu)(CPUState *cpu, Error **errp);
    void (*destroy_vcpu)(CPUState *cpu);
    bool (*get_registers)(CPUState *cpu, Error **errp);
    bool (*put_registers)(CPUState *cpu, int level, Error **errp);
    void (*pre_run)(CPUState *cpu, struct kvm_run *run);
    void (*post_run)(CPUState *cpu, struct kvm_run *run);
    int (*handle_exit)(CPUState *cpu, struct kvm_run *run);
    unsigned long (*vcpu_id)(CPUState *cpu);
};

#endif
