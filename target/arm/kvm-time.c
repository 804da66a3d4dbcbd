/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's virtual counter under KVM: it stands still while the machine is stopped.  KVM counts
 * by the host's counter and one offset for the whole VM; the value is read from the first CPU
 * when the machine stops, saved as it was then, and set there when the machine goes on, as that of
 * a loaded state is.  The physical counter goes on with the host's, but is saved and loaded alike:
 * an offset of its own can make each access to it an exit, so only a loaded guest has one.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "sysemu/runstate.h"
#include "kvm-internal.h"
#include "trace.h"

/* Of the VM, of which there is one; @physical is set when the machine goes on if it was loaded. */
static struct {
    VMChangeStateEntry *entry;
    ARMCPU *cpu;
    uint64_t count, physical;
    bool is_kept, is_physical_kept, is_physical_loaded;
} guest_time;

static void time_forget(void)
{
    guest_time.is_kept = false;
    guest_time.is_physical_kept = false;
    guest_time.is_physical_loaded = false;
}

static void time_state_changed(void *opaque, bool running, RunState state)
{
    CPUState *cs = CPU(guest_time.cpu);
    int ret = 0;

    if (!running) {
        ret = kvm_get_one_reg(cs, KVM_ARM_TIMER_CNT, &guest_time.count);
        guest_time.is_kept = ret == 0;
        guest_time.is_physical_kept =
            kvm_get_one_reg(cs, KVM_ARM_PTIMER_CNT, &guest_time.physical) == 0;
    } else {
        if (guest_time.is_kept) {
            ret = kvm_set_one_reg(cs, KVM_ARM_TIMER_CNT, &guest_time.count);
        }
        if (guest_time.is_physical_loaded) {
            kvm_set_one_reg(cs, KVM_ARM_PTIMER_CNT, &guest_time.physical);
        }
        time_forget();
    }
    trace_kvm_arm_time(running, guest_time.count, ret);
    if (ret < 0) {
        warn_report_once("KVM: the guest's counter cannot be %s: %s; it goes on while the machine "
                         "is stopped", running ? "set" : "read", strerror(-ret));
    }
}

void kvm_arm_time_saved(uint64_t id, uint64_t *value)
{
    if (id == KVM_ARM_TIMER_CNT && guest_time.is_kept) {
        *value = guest_time.count;
    } else if (id == KVM_ARM_PTIMER_CNT && guest_time.is_physical_kept) {
        *value = guest_time.physical;
    }
}

void kvm_arm_time_loaded(const ARMCPU *cpu)
{
    if (cpu->kvm_regs.count) {
        time_forget();
    }
    for (uint32_t i = 0; i < cpu->kvm_regs.count; i++) {
        if (cpu->kvm_regs.ids[i] == KVM_ARM_TIMER_CNT) {
            guest_time.count = cpu->kvm_regs.values[i];
            guest_time.is_kept = true;
        } else if (cpu->kvm_regs.ids[i] == KVM_ARM_PTIMER_CNT) {
            guest_time.physical = cpu->kvm_regs.values[i];
            guest_time.is_physical_kept = true;
            guest_time.is_physical_loaded = true;
        }
    }
}

void kvm_arm_time_init(ARMCPU *cpu)
{
    if (!guest_time.entry) {
        guest_time.cpu = cpu;
        time_forget();
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
