/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is KVM in use, and what can it do (names of QEMU 8.2).  This build has no KVM accelerator: each
 * answer is a constant "no", which lets the compiler drop the code that asks.  [accel]
 */
#ifndef SYSEMU_KVM_H
#define SYSEMU_KVM_H

#include "qemu/osdep.h"
#include "qemu/typedefs.h"

#define kvm_allowed false
#define kvm_enabled() (0)
#define kvm_irqchip_in_kernel() (false)
#define kvm_async_interrupts_enabled() (false)
#define kvm_halt_in_kernel() (false)
#define kvm_eventfds_enabled() (false)
#define kvm_irqfds_enabled() (false)
#define kvm_resamplefds_enabled() (false)
#define kvm_msi_via_irqfd_enabled() (false)
#define kvm_gsi_routing_allowed() (false)
#define kvm_gsi_direct_mapping() (false)
#define kvm_readonly_mem_enabled() (false)
#define kvm_msi_devid_required() (false)

typedef struct KVMState KVMState;
G_GNUC_UNUSED static KVMState *const kvm_state = NULL;

/*
 * Have the kernel inject global interrupt @gsi whenever @n is signalled and, where @rn is not
 * NULL, signal @rn at the end of the (level) interrupt.  0 or -errno.
 */
static inline int kvm_irqchip_add_irqfd_notifier_gsi(KVMState *s, EventNotifier *n,
                                                     EventNotifier *rn, int gsi)
{
    return -ENOSYS;
}

static inline int kvm_irqchip_remove_irqfd_notifier_gsi(KVMState *s, EventNotifier *n, int gsi)
{
    return -ENOSYS;
}

#endif
