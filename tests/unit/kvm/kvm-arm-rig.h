/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm CPUs on the fake KVM: what the tests of target/arm/kvm-*.c share.
 */
#ifndef TESTS_UNIT_KVM_ARM_RIG_H
#define TESTS_UNIT_KVM_ARM_RIG_H

#include "qemu/osdep.h"
#include "exec/memory.h"
#include "target/arm/cpu.h"
#include "../../fake/fake-kvm-arm.h"

/* RAM begins here. */
#define RIG_RAM 0x40000000ULL
#define RIG_RAM_SIZE (1024 * 1024)
/* A page of registers that remember what they were told. */
#define RIG_DEV 0x09000000ULL
#define RIG_DEV_SIZE 0x2000

typedef struct KVMArmRig {
    CPUState *cpus[2];
    MemoryRegion ram, dev;
    uint8_t dev_bytes[RIG_DEV_SIZE];
    unsigned dev_reads, dev_writes;
    unsigned dev_last_size;
} KVMArmRig;

/* g_test_init() and everything that comes once. */
void kvm_arm_rig_init(int *argc, char ***argv);
/* The accelerator in place, with RAM and a device; no CPU yet. */
void kvm_arm_rig_start(KVMArmRig *rig);
/* A CPU of @model; NULL and @errp when it cannot be. */
CPUState *kvm_arm_rig_cpu(const char *model, bool starts_off, Error **errp);
/* The same, and a first reset, for @n CPUs of the host's kind; the first is on. */
void kvm_arm_rig_start_cpus(KVMArmRig *rig, unsigned n);
void kvm_arm_rig_stop(KVMArmRig *rig);

/* RAM at guest physical address @gpa. */
void *kvm_arm_rig_ram(KVMArmRig *rig, uint64_t gpa);

#endif
