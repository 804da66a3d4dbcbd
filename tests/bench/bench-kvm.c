/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's own part of a device register access under KVM: from the return of KVM_RUN to the
 * next one, with a region that needs no lock.  The kernel is the tests' own, which costs next to
 * nothing here.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "exec/address-spaces.h"
#include "sysemu/runstate.h"
#include "../unit/kvm/kvm-arm-rig.h"

enum { EXITS = 1000000 };

static unsigned exits_left;
static bool is_done;

/* As many reads as asked for, then guest code for ever. */
static int bench_ioctl(int fd, unsigned long request, void *arg)
{
    struct kvm_run *run = fake_kvm.cpus[0].run;

    if (request != KVM_RUN) {
        return fake_kvm_ioctl(fd, request, arg);
    }
    if (likely(exits_left)) {
        exits_left--;
        run->exit_reason = KVM_EXIT_MMIO;
        run->mmio.phys_addr = RIG_DEV;
        run->mmio.len = 4;
        run->mmio.is_write = 0;
        return 0;
    }
    qatomic_set(&is_done, true);
    return fake_kvm_ioctl(fd, request, arg);
}

int main(int argc, char **argv)
{
    unsigned exits = argc > 1 ? atoi(argv[1]) : EXITS;
    int64_t start, spent;
    KVMArmRig rig;
    KVMSys sys;

    kvm_arm_rig_init(&(int) { 1 }, &(char **) { argv });
    kvm_arm_rig_start_cpus(&rig, 1);
    memory_region_clear_global_locking(&rig.dev);
    sys = *kvm_sys;
    sys.ioctl = bench_ioctl;
    kvm_sys = &sys;
    exits_left = exits;
    start = get_clock();
    vm_start();
    bql_unlock();
    while (!qatomic_read(&is_done)) {
        g_usleep(1000);
    }
    spent = get_clock() - start;
    bql_lock();
    printf("register read between two KVM_RUN: %.0f ns\n", (double)spent / exits);
    kvm_arm_rig_stop(&rig);
    return 0;
}
