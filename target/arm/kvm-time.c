/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's virtual counter under KVM: it stands still while the machine is stopped.  KVM counts
 * by the host's counter and one offset for the whole VM; the value is read from the first CPU
 * when the machine stops, and set there when it goes on.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "sysemu/runstate.h"
#include "kvm-internal.h"
#include "trace.h"

/* Of the VM, of which there is one. */
static struct {
    VMChangeStateEntry *entry;
    ARMCPU *cpu;
    uint64_t count;
    bool is_kept;
} guest_time;

static void time_state_changed(void *opaque, bool running, RunState state)
{
    CPUState *cs = CPU(guest_time.cpu);
    int ret = 0;

    if (!running) {
        ret = kvm_get_one_reg(cs, KVM_ARM_TIMER_CNT, &guest_time.count);
        guest_time.is_kept = ret == 0;
    } else if (guest_time.is_kept) {
        ret = kvm_set_one_reg(cs, KVM_ARM_TIMER_CNT, &guest_time.count);
        guest_time.is_kept = false;
    }
    trace_kvm_arm_time(running, guest_time.count, ret);
    if (ret < 0) {
        warn_report_once("KVM: the guest's counter cannot be %s: %s; it goes on while the machine "
                         "is stopped", running ? "set" : "read", strerror(-ret));
    }
}

void kvm_arm_time_loaded(void)
{
    guest_time.is_kept = false;
}

void kvm_arm_time_init(ARMCPU *cpu)
{
    if (!guest_time.entry) {
        guest_time.cpu = cpu;
        guest_time.is_kept = false;
        guest_time.entry = qemu_add_vm_change_state_handler(time_state_changed, NULL);
    }
}

void kvm_arm_time_cleanup(ARMCPU *cpu)
{
    if (guest_time.cpu == cpu) {
        g_clear_pointer(&guest_time.entry, qemu_del_vm_change_state_handler);
        guest_time.cpu = NULL;
    }
}
