/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel with KVM for tests, behind the table of system calls of accel/kvm: /dev/kvm, one VM,
 * its CPUs, memory slots, ioeventfds and devices.  Descriptors are real ones, so that leaks are
 * seen; each CPU's struct kvm_run is real shared memory.  What guest code would do is a function
 * of the test's.  Rules of the documented interface that callers must keep are checked here:
 * overlapping or misaligned memory slots, changes of a slot that only deletion allows, unknown
 * descriptors.
 */
#ifndef TESTS_FAKE_KVM_H
#define TESTS_FAKE_KVM_H

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "accel/kvm/kvm-sys-internal.h"

enum {
    FAKE_KVM_CPUS = 8,
    FAKE_KVM_DEVICES = 8,
    FAKE_KVM_SLOTS = 64,
    FAKE_KVM_RUN_SIZE = 8192,
    FAKE_KVM_EXTENSIONS = 512,
};

typedef struct FakeKVMCpu {
    unsigned long id;
    int fd;
    struct kvm_run *run;       /* the kernel's view of what the program maps */
} FakeKVMCpu;

typedef struct FakeKVMDevice {
    uint32_t type;
    int fd;
} FakeKVMDevice;

/*
 * Set before use: @open_errno (0: it opens), @extensions by number, @fail_request with
 * @fail_errno (that ioctl fails, after @fail_after successes).
 * @run: KVM_RUN of a CPU, called without locks in its thread; returns as the ioctl does.  NULL:
 *   guest code that never ends, until a signal or immediate_exit.  With @runs_at_once it is called
 *   for immediate_exit, too.
 * @ioctl: asked before the fake's own answer, for requests that tests answer: true, and *@ret as
 *   the ioctl returns (-1 with errno).  @kind is 'k', 'v', 'c' or 'd': /dev/kvm, VM, CPU, device.
 * The rest is what the program did: @slots by number (memory_size 0: none), counters.
 */
typedef struct FakeKVM {
    int open_errno;
    int mmap_errno;
    int extensions[FAKE_KVM_EXTENSIONS];
    unsigned long fail_request;
    int fail_errno;
    unsigned fail_after;
    int (*run)(FakeKVMCpu *cpu, struct kvm_run *run);
    bool runs_at_once;
    bool (*ioctl)(char kind, int fd, unsigned long request, void *arg, int *ret);

    int dev_fd, vm_fd;
    unsigned long vm_type;
    unsigned n_cpus;
    FakeKVMCpu cpus[FAKE_KVM_CPUS];
    unsigned n_devices;
    FakeKVMDevice devices[FAKE_KVM_DEVICES];
    struct kvm_userspace_memory_region slots[FAKE_KVM_SLOTS];
    unsigned slot_calls;
    unsigned descriptors;      /* open ones */
} FakeKVM;

extern FakeKVM fake_kvm;

/* Put the fake in place, with everything that is required and nothing to fail; and take it away. */
void fake_kvm_start(void);
void fake_kvm_stop(void);
/* What the table has, for those that put something in front of it. */
int fake_kvm_ioctl(int fd, unsigned long request, void *arg);
/* The host becomes another kind of machine. */
void fake_kvm_set_arch(const char *arch);

#endif
