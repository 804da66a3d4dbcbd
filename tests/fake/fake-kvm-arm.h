/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Arm side of the fake KVM: CPUs with registers, power state and events.  A register exists if
 * KVM lists it; KVM_ARM_VCPU_INIT gives all of a CPU's their reset value.
 */
#ifndef TESTS_FAKE_KVM_ARM_H
#define TESTS_FAKE_KVM_ARM_H

#include "fake-kvm.h"
#include "target/arm/kvm-abi-internal.h"

typedef struct FakeKVMArmCpu {
    GHashTable *regs;          /* uint64_t id -> 16 bytes; NULL: not initialised */
    KVMArmVcpuInit init;
    KVMArmVcpuEvents events;
    struct kvm_mp_state mp_state;
    unsigned inits;
    unsigned gets, sets;       /* of registers */
} FakeKVMArmCpu;

/* By the CPU's number. */
extern FakeKVMArmCpu fake_kvm_arm[FAKE_KVM_CPUS];

/* For FakeKVM.ioctl; fake_kvm_start() first. */
bool fake_kvm_arm_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret);
/* The 16 bytes of a register of CPU @id, which must exist. */
uint64_t *fake_kvm_arm_reg(unsigned long id, uint64_t reg);
/* Forget all CPUs. */
void fake_kvm_arm_stop(void);

#endif
