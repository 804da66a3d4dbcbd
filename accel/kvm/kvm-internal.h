/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of accel/kvm share: the accelerator object and what each file does for it, in the
 * order in which a VM comes up.
 */
#ifndef ACCEL_KVM_INTERNAL_H
#define ACCEL_KVM_INTERNAL_H

#include <linux/kvm.h>
#include "exec/memory.h"
#include "qapi/qapi-types-common.h"
#include "qemu/accel.h"
#include "qemu/thread.h"
#include "sysemu/kvm.h"
#include "sysemu/kvm-cpu-ops.h"
#include "kvm-sys-internal.h"

typedef struct KVMRoutes KVMRoutes;

/*
 * A range of guest physical memory: one that the guest should see, or a slot (@id) that shows it.
 * Its bytes are @size from @offset of @block, at @host.  @is_reported: the user knows that it has
 * no slot.
 */
typedef struct KVMRange {
    hwaddr start;
    uint64_t size;
    RAMBlock *block;
    ram_addr_t offset;
    uint8_t *host;
    const char *name;
    int id;
    bool is_readonly;
    bool is_logged;
    bool is_reported;
} KVMRange;

/* See kvm-memory.c.  @pieces, @slots: of KVMRange, in order of address.  BQL. */
typedef struct KVMMemory {
    KVMState *s;               /* NULL: not in use */
    MemoryListener listener;
    GArray *pieces;
    GArray *slots;
    unsigned long *used_ids;
    bool is_changed;
} KVMMemory;

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
    KVMMemory memory;
    /* See kvm_run_inhibit_begin(). */
    bool is_inhibited;         /* atomic */
    QemuEvent cpu_left;
    QemuEvent may_enter;
};

DECLARE_INSTANCE_CHECKER(KVMState, KVM_STATE, TYPE_KVM_ACCEL)

/* -- kvm-memory.c, kvm-ioeventfd.c ------------------------------------------------------------ */

void kvm_memory_init(KVMState *s);
void kvm_memory_cleanup(KVMState *s);
void kvm_ioeventfd_add(MemoryListener *listener, MemoryRegionSection *section, bool match_data,
                       uint64_t data, EventNotifier *e);
void kvm_ioeventfd_del(MemoryListener *listener, MemoryRegionSection *section, bool match_data,
                       uint64_t data, EventNotifier *e);

/* -- kvm-vcpu.c, kvm-run.c: members of AccelOpsClass ------------------------------------------ */

bool kvm_vcpu_common_realize(CPUState *cpu, Error **errp);
void kvm_vcpu_common_unrealize(CPUState *cpu);
bool kvm_vcpu_thread_init(CPUState *cpu, Error **errp);
void kvm_vcpu_kick(CPUState *cpu);
void kvm_vcpu_handle_interrupt(CPUState *cpu, int mask);
bool kvm_vcpu_thread_is_idle(CPUState *cpu);
void kvm_vcpu_synchronize_state(CPUState *cpu);
void kvm_vcpu_synchronize_post_reset(CPUState *cpu);
void kvm_vcpu_synchronize_post_init(CPUState *cpu);
void kvm_vcpu_synchronize_pre_loadvm(CPUState *cpu);
int kvm_vcpu_exec(CPUState *cpu);

/*
 * From begin to end no CPU is inside of KVM_RUN: for changes of the memory map that are not atomic
 * to the guest.  BQL; waits for CPUs, which need no lock to leave.
 */
void kvm_run_inhibit_begin(KVMState *s);
void kvm_run_inhibit_end(KVMState *s);

/* On the CPU's thread, with the BQL; false: the machine was told to stop. */
bool kvm_vcpu_registers_put_runtime(CPUState *cpu);

/* -- kvm-irqchip.c, kvm-vfio.c: at the VM's end ------------------------------------------------ */

void kvm_irqchip_destroy(KVMState *s);
void kvm_vfio_destroy(KVMState *s);

#endif
