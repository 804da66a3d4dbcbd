/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of stage 1's translation tables, EL1&0 regime (Arm ARM D8.2 to D8.5).
 */
#ifndef TARGET_ARM_TCG_PTW_H
#define TARGET_ARM_TCG_PTW_H

#include "arm-tcg.h"

/* Fault status codes (ESR_ELx ISS.DFSC, PAR_EL1.FST); the level is added to those of the walk. */
enum {
    FSC_ADDRESS_SIZE = 0x00,
    FSC_TRANSLATION = 0x04,
    FSC_ACCESS_FLAG = 0x08,
    FSC_PERMISSION = 0x0c,
    FSC_EXTERNAL = 0x10,
    FSC_EXTERNAL_WALK = 0x14,
    FSC_ALIGNMENT = 0x21,
    FSC_UNSUPPORTED_UPDATE = 0x31,
};

/* What is asked: who accesses, and how.  @is_atomic: reads and writes; @type is a store then. */
typedef struct ArmWalk {
    uint64_t va;
    MMUAccessType type;
    ARMMMUIdx idx;
    bool is_atomic;
    bool no_update;             /* the access flag and the dirty state stay as they are */
} ArmWalk;

/*
 * @prot: what @idx may do without another walk (TCG_PROT_*).  @attr: MAIR_EL1's byte; @sh:
 * shareability as PAR_EL1 has it.  @needs_update: the access is allowed, but only after an update
 * that ArmWalk.no_update forbade.
 */
typedef struct ArmWalkResult {
    hwaddr pa;
    uint8_t page_bits;
    uint8_t prot;
    uint8_t attr;
    uint8_t sh;
    bool is_global;
    bool is_device;
    bool is_guarded;
    bool needs_update;
} ArmWalkResult;

/* @is_write: for ISS.WnR; an atomic operation's fault is a read's if a read would have it. */
typedef struct ArmWalkFault {
    uint8_t status;
    bool is_write;
} ArmWalkFault;

/*
 * Translate as SCTLR_EL1, TCR_EL1 and TTBRn_EL1 say, also with the MMU off.  False: @fault.  On
 * the CPU's thread or while it does not run; takes no lock.
 */
bool arm_walk_tables(ARMCPU *cpu, const ArmWalk *walk, ArmWalkResult *out, ArmWalkFault *fault);

/* Bits of physical addresses that the CPU has. */
unsigned arm_pa_bits(const ARMCPU *cpu);

#endif
