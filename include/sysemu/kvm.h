/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is KVM in use, what can it do, and its system calls (names of QEMU 8.2).  Everything here may be
 * asked whatever the accelerator and the host; without KVM the answer is no.  [accel]
 */
#ifndef SYSEMU_KVM_H
#define SYSEMU_KVM_H

#include "qemu/osdep.h"
#include "qemu/typedefs.h"
#include "qapi/error.h"
#include "hw/core/cpu.h"

typedef struct KVMState KVMState;

#define TYPE_KVM_ACCEL "kvm-accel"

/* The one in use, or NULL.  Set before the VM is made, so MachineClass.kvm_type may ask it. */
extern KVMState *kvm_state;

/* -- what is in use: fixed once the machine is built ----------------------------------------- */

extern bool kvm_allowed;
extern bool kvm_kernel_irqchip;
extern bool kvm_async_interrupts_allowed;
extern bool kvm_halt_in_kernel_allowed;
extern bool kvm_eventfds_allowed;
extern bool kvm_irqfds_allowed;
extern bool kvm_resamplefds_allowed;
extern bool kvm_msi_via_irqfd_allowed;
extern bool kvm_gsi_routing_allowed;
extern bool kvm_gsi_direct_mapping_allowed;
extern bool kvm_readonly_mem_allowed;
extern bool kvm_msi_use_devid;

/* The guest's CPUs are KVM's. */
#define kvm_enabled() (kvm_allowed)
/* The interrupt controller is KVM's. */
#define kvm_irqchip_in_kernel() (kvm_kernel_irqchip)
#define kvm_async_interrupts_enabled() (kvm_async_interrupts_allowed)
/* CPUs that wait for interrupts do so inside of KVM_RUN. */
#define kvm_halt_in_kernel() (kvm_halt_in_kernel_allowed)
/* KVM_IOEVENTFD, KVM_IRQFD, its RESAMPLE flag, and MSIs through it. */
#define kvm_eventfds_enabled() (kvm_eventfds_allowed)
#define kvm_irqfds_enabled() (kvm_irqfds_allowed)
#define kvm_resamplefds_enabled() (kvm_resamplefds_allowed)
#define kvm_msi_via_irqfd_enabled() (kvm_msi_via_irqfd_allowed)
#define kvm_gsi_routing_enabled() (kvm_gsi_routing_allowed)
#define kvm_gsi_direct_mapping() (kvm_gsi_direct_mapping_allowed)
#define kvm_readonly_mem_enabled() (kvm_readonly_mem_allowed)
#define kvm_msi_devid_required() (kvm_msi_use_devid)

/* -- calls: 0 or more, or -errno; repeated when a signal interrupted them --------------------- */

/* On /dev/kvm, the VM, a CPU, a device made by kvm_create_device(); at most one argument. */
int kvm_ioctl(KVMState *s, unsigned long type, ...);
int kvm_vm_ioctl(KVMState *s, unsigned long type, ...);
int kvm_vcpu_ioctl(CPUState *cpu, unsigned long type, ...);
int kvm_device_ioctl(int fd, unsigned long type, ...);

/* KVM_CHECK_EXTENSION of /dev/kvm and of the VM; 0: it has not got it. */
int kvm_check_extension(KVMState *s, unsigned int extension);
int kvm_vm_check_extension(KVMState *s, unsigned int extension);
/* KVM_ENABLE_CAP with at most 4 arguments. */
int kvm_vm_enable_cap_args(KVMState *s, uint32_t capability, uint32_t flags,
                           const uint64_t *args, size_t n_args);
int kvm_vcpu_enable_cap_args(CPUState *cpu, uint32_t capability, uint32_t flags,
                             const uint64_t *args, size_t n_args);
#define kvm_vm_enable_cap(S, CAPABILITY, FLAGS, ...) \
    kvm_vm_enable_cap_args(S, CAPABILITY, FLAGS, (const uint64_t[]) { __VA_ARGS__ + 0 }, \
                           sizeof((const uint64_t[]) { __VA_ARGS__ + 0 }) / sizeof(uint64_t))
#define kvm_vcpu_enable_cap(CPU, CAPABILITY, FLAGS, ...) \
    kvm_vcpu_enable_cap_args(CPU, CAPABILITY, FLAGS, (const uint64_t[]) { __VA_ARGS__ + 0 }, \
                             sizeof((const uint64_t[]) { __VA_ARGS__ + 0 }) / sizeof(uint64_t))

/*
 * A device of type KVM_DEV_TYPE_@type: its descriptor, owned by the caller (close it with
 * kvm_device_close()), or -errno.  @test: only ask whether the VM could make one; 0 or -errno.
 */
int kvm_create_device(KVMState *s, uint64_t type, bool test);
void kvm_device_close(int fd);
/* The same question to a VM that is not ours. */
bool kvm_device_supported(int vmfd, uint64_t type);
/* Does the VM, or the device, have the attribute?  1 or 0. */
int kvm_vm_check_attr(KVMState *s, uint32_t group, uint64_t attr);
int kvm_device_check_attr(int fd, uint32_t group, uint64_t attr);
/* Get or set an attribute of a device; 0 or -errno with @errp set. */
int kvm_device_access(int fd, int group, uint64_t attr, void *val, bool write, Error **errp);

/* A register of @cpu; on its thread, or before the CPU has run.  0 or -errno. */
int kvm_get_one_reg(CPUState *cpu, uint64_t id, void *target);
int kvm_set_one_reg(CPUState *cpu, uint64_t id, void *source);

/* -- the VM ---------------------------------------------------------------------------------- */

/* What -accel kvm,kernel-irqchip= says: may the controller be in the kernel, must it? */
bool kvm_kernel_irqchip_allowed(void);
bool kvm_kernel_irqchip_required(void);
/* The VM's descriptor, which stays kvm_state's; for kvm-vfio and tests. */
int kvm_vm_fd(KVMState *s);
/* The number by which KVM knows @cpu. */
unsigned long kvm_arch_vcpu_id(CPUState *cpu);
int kvm_get_max_memslots(void);
bool kvm_has_free_slot(MachineState *ms);

/* -- interrupts ------------------------------------------------------------------------------ */

/*
 * For boards, once, before CPUs are made: is the interrupt controller the kernel's?  Machines that
 * do not call it have no controller there.  False with an error: the kernel lacks what it takes.
 */
bool kvm_irqchip_create(KVMState *s, bool in_kernel, Error **errp);

/* For the controller: GSI @gsi is its input @pin.  All, then kvm_irqchip_commit_routes().  BQL. */
void kvm_irqchip_add_irq_route(KVMState *s, int gsi, int irqchip, int pin);
void kvm_irqchip_commit_routes(KVMState *s);

/*
 * Have the kernel inject global interrupt @gsi whenever @n is signalled and, where @rn is not
 * NULL, signal @rn at the end of the (level) interrupt.  0 or -errno.  From then on @n is the
 * kernel's: nobody else reads or polls it.
 */
int kvm_irqchip_add_irqfd_notifier_gsi(KVMState *s, EventNotifier *n, EventNotifier *rn, int gsi);
int kvm_irqchip_remove_irqfd_notifier_gsi(KVMState *s, EventNotifier *n, int gsi);

/* The same for the input that @irq is; -ENXIO: it is not one of the kernel's controller. */
int kvm_irqchip_add_irqfd_notifier(KVMState *s, EventNotifier *n, EventNotifier *rn, qemu_irq irq);
int kvm_irqchip_remove_irqfd_notifier(KVMState *s, EventNotifier *n, qemu_irq irq);

/*
 * Message-signalled interrupts.  A change of several routes is one system call: begin, any number
 * of kvm_irqchip_add_msi_message(), commit (0 or -errno).  add: a new GSI that stands for the
 * message @data written to @address by the device @devid, or -errno (-ENOSPC: there is none left).
 * update: another message for it, at once.  release: the GSI is free; the next commit tells.  BQL.
 */
typedef struct KVMRouteChange {
    KVMState *s;
    int changes;
} KVMRouteChange;

KVMRouteChange kvm_irqchip_begin_route_changes(KVMState *s);
int kvm_irqchip_commit_route_changes(KVMRouteChange *c);
int kvm_irqchip_add_msi_message(KVMRouteChange *c, uint64_t address, uint32_t data,
                                uint32_t devid);
int kvm_irqchip_update_msi_message(KVMState *s, int gsi, uint64_t address, uint32_t data,
                                   uint32_t devid);
void kvm_irqchip_release_virq(KVMState *s, int gsi);

/* -- assigned devices ------------------------------------------------------------------------ */

/*
 * Tell KVM of a VFIO file (a group, or a device's own), before a device is got from it or bound,
 * and that it is about to be closed.  0 or -errno with @errp set.  BQL.
 */
int kvm_vfio_file_add(KVMState *s, int fd, Error **errp);
int kvm_vfio_file_del(KVMState *s, int fd, Error **errp);

#endif
