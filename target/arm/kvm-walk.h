/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translating a virtual address of a guest at EL1 or EL0 by its own tables, outside of the CPU:
 * KVM has no such request on Arm.
 */
#ifndef TARGET_ARM_KVM_WALK_H
#define TARGET_ARM_KVM_WALK_H

#include "qemu/osdep.h"

/* System registers as the guest has them. */
typedef struct ArmWalkRegs {
    uint64_t sctlr, tcr, ttbr0, ttbr1;
} ArmWalkRegs;

/* Who accesses: a fetch is of code that runs already, so nothing is asked of its permissions. */
typedef enum ArmWalkAccess {
    ARM_WALK_FETCH,
    ARM_WALK_READ,
    ARM_WALK_WRITE,
} ArmWalkAccess;

/* @is_el0: as EL0 may; @pan: PSTATE.PAN. */
typedef struct ArmWalkWho {
    ArmWalkAccess access;
    bool is_el0;
    bool pan;
} ArmWalkWho;

/* Read the 8 bytes at @ipa, little-endian; false: there is no memory. */
typedef bool ArmWalkRead(void *opaque, uint64_t ipa, uint64_t *value);

/*
 * Arm ARM D8.2, VMSAv8-64 stage 1: all granules, up to 52 bits.  False: not mapped, or not for
 * @who.
 */
bool arm_walk(const ArmWalkRegs *regs, uint64_t va, ArmWalkWho who, ArmWalkRead *read,
              void *opaque, uint64_t *ipa);

#endif
