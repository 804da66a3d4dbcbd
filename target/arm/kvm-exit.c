/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exits of KVM that only Arm has: a load or store to a device that the hardware does not describe
 * (KVM_EXIT_ARM_NISV), which is what pairs, pre- and post-indexed and SIMD accesses look like.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/error-report.h"
#include "sysemu/runstate.h"
#include "kvm-internal.h"

/* What cannot be done (exclusive and atomic accesses, say) becomes a synchronous external abort. */
static int external_abort_inject(CPUState *cs)
{
    KVMArmVcpuEvents events = { .ext_dabt_pending = 1 };
    int ret = kvm_vcpu_ioctl(cs, KVM_ARM_IOCTL_SET_VCPU_EVENTS, &events);

    if (ret == 0) {
        return 0;
    }
    error_report("CPU %d: KVM takes no external abort for an access that cannot be done: %s",
                 cs->cpu_index, strerror(-ret));
    bql_lock();
    vm_stop(RUN_STATE_INTERNAL_ERROR);
    bql_unlock();
    return EXCP_INTERRUPT;
}

int kvm_arm_handle_exit(CPUState *cs, struct kvm_run *run)
{
    switch (run->exit_reason) {
    case KVM_EXIT_ARM_NISV:
        return kvm_arm_access(cs, run->arm_nisv.fault_ipa) ? 0 : external_abort_inject(cs);
    default:
        return -1;
    }
}
