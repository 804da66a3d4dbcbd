/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System registers as tables (names of QEMU 8.2, AArch64 only): each entry says how a register
 * is encoded, who may access it, where its value lives or which functions stand for it.  The CPU
 * registers its own tables at realize; controllers with registers of their own (GICv3) add
 * theirs afterwards.
 */
#ifndef TARGET_ARM_CPREGS_H
#define TARGET_ARM_CPREGS_H

#include "target/arm/cpu.h"

typedef struct ARMCPRegInfo ARMCPRegInfo;

/*
 * The number a register is found by: op0:op1:CRn:CRm:op2 as in the instruction, 16 bits.  qtest's
 * x-sysreg-read and -write, and the saved state, use it too.
 */
#define ARM_CP_ENC(op0, op1, crn, crm, op2)                                                      \
    ((uint32_t)(op0) << 14 | (uint32_t)(op1) << 11 | (uint32_t)(crn) << 7 | (uint32_t)(crm) << 3 | \
     (uint32_t)(op2))

/* In .crm, .opc1 and .opc2: the entry stands for all values of the field. */
#define CP_ANY 0xff

/* .state; entries for AArch32 alone are accepted and left out. */
typedef enum CPState {
    ARM_CP_STATE_AA32 = 0,
    ARM_CP_STATE_AA64 = 1,
    ARM_CP_STATE_BOTH = 2,
} CPState;

/* .secure: accepted; there is one security state. */
typedef enum CPSecureState {
    ARM_CP_SECSTATE_BOTH = 0,
    ARM_CP_SECSTATE_S = 1 << 0,
    ARM_CP_SECSTATE_NS = 1 << 1,
} CPSecureState;

/*
 * .type.  The special kinds (low bits) tell a translator to do without a function.
 *   CONST: reads .resetvalue, ignores writes.
 *   ALIAS: another view of a register that has an entry; neither reset nor saved here.
 *   NO_RAW: no plain state of its own, so not saved here (its owner saves it).
 *   IO: the functions need the BQL.  Without it they run without.
 *   OVERRIDE: may replace an earlier entry of the same encoding.
 *   SUPPRESS_TB_END, RAISES_EXC, NEWEL, FPU: for a translator.
 */
enum {
    ARM_CP_SPECIAL_MASK = 0x000f,
    ARM_CP_NOP = 0x0001,
    ARM_CP_WFI = 0x0002,
    ARM_CP_NZCV = 0x0003,
    ARM_CP_CURRENTEL = 0x0004,
    ARM_CP_DC_ZVA = 0x0005,
    ARM_CP_CONST = 1 << 4,
    ARM_CP_64BIT = 1 << 5,
    ARM_CP_SUPPRESS_TB_END = 1 << 6,
    ARM_CP_OVERRIDE = 1 << 7,
    ARM_CP_ALIAS = 1 << 8,
    ARM_CP_IO = 1 << 9,
    ARM_CP_NO_RAW = 1 << 10,
    ARM_CP_RAISES_EXC = 1 << 11,
    ARM_CP_NEWEL = 1 << 12,
    ARM_CP_FPU = 1 << 13,
    ARM_CP_NO_GDB = 1 << 14,
};

/* .access: bit 2*EL+1 is read, 2*EL write; who may at a lower level may at a higher one. */
typedef enum CPAccessRights {
    PL3_R = 0x80,
    PL3_W = 0x40,
    PL2_R = 0x20 | PL3_R,
    PL2_W = 0x10 | PL3_W,
    PL1_R = 0x08 | PL2_R,
    PL1_W = 0x04 | PL2_W,
    PL0_R = 0x02 | PL1_R,
    PL0_W = 0x01 | PL1_W,
    PL3_RW = PL3_R | PL3_W,
    PL2_RW = PL2_R | PL2_W,
    PL1_RW = PL1_R | PL1_W,
    PL0_RW = PL0_R | PL0_W,
} CPAccessRights;

/* What an .accessfn says; the low bits of a trap are the exception level that takes it. */
typedef enum CPAccessResult {
    CP_ACCESS_OK = 0,
    CP_ACCESS_EL_MASK = 3,
    /* With the syndrome of a trapped MSR or MRS, to EL1 (from EL0) or the level named. */
    CP_ACCESS_TRAP = 1 << 2,
    CP_ACCESS_TRAP_EL2 = CP_ACCESS_TRAP | 2,
    CP_ACCESS_TRAP_EL3 = CP_ACCESS_TRAP | 3,
    /* UNDEFINED. */
    CP_ACCESS_TRAP_UNCATEGORIZED = 2 << 2,
    CP_ACCESS_TRAP_UNCATEGORIZED_EL2 = CP_ACCESS_TRAP_UNCATEGORIZED | 2,
    CP_ACCESS_TRAP_UNCATEGORIZED_EL3 = CP_ACCESS_TRAP_UNCATEGORIZED | 3,
    /* An enable bit of the floating-point unit traps it. */
    CP_ACCESS_TRAP_FP = 3 << 2,
} CPAccessResult;

typedef uint64_t CPReadFn(CPUARMState *env, const ARMCPRegInfo *ri);
typedef void CPWriteFn(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value);
typedef CPAccessResult CPAccessFn(CPUARMState *env, const ARMCPRegInfo *ri, bool isread);
typedef void CPResetFn(CPUARMState *env, const ARMCPRegInfo *ri);

/*
 * @fieldoffset: of the uint64_t in CPUARMState that holds the value; 0: there is none, @readfn
 *   and @writefn stand for it.
 * @write_mask: bits that a plain write (no @writefn) and a load of saved state can change; the
 *   others keep their reset value (RES0, RES1, read-only fields).  0: all bits.
 * @accessfn: asked after @access allowed it.
 * @raw_readfn, @raw_writefn: the value as state, without effects; default: the field, or @readfn
 *   (never @writefn).
 * @resetfn: instead of @resetvalue.
 * @opaque: for the functions; define_arm_cp_regs_with_opaque() sets it.
 * The functions get the entry of the very register, with CP_ANY fields filled in.
 */
struct ARMCPRegInfo {
    const char *name;
    uint8_t cp;
    uint8_t crn;
    uint8_t crm;
    uint8_t opc0;
    uint8_t opc1;
    uint8_t opc2;
    CPState state;
    int type;
    CPAccessRights access;
    CPSecureState secure;
    void *opaque;
    uint64_t resetvalue;
    ptrdiff_t fieldoffset;
    uint64_t write_mask;
    CPAccessFn *accessfn;
    CPReadFn *readfn;
    CPWriteFn *writefn;
    CPReadFn *raw_readfn;
    CPWriteFn *raw_writefn;
    CPResetFn *resetfn;
};

/* -- definition ------------------------------------------------------------------------------ */

/*
 * Give @cpu the registers of the @len entries, which are copied.  All or, with @errp set, none:
 * an encoding that exists already (unless OVERRIDE), that is out of range, or an entry that makes
 * no sense.  From realize or later; BQL, and no CPU running.
 */
bool arm_cp_regs_define(ARMCPU *cpu, const ARMCPRegInfo *regs, size_t len, void *opaque,
                        Error **errp);
/* Take the encodings of @regs away again; those that do not exist are ignored. */
void arm_cp_regs_undefine(ARMCPU *cpu, const ARMCPRegInfo *regs, size_t len);

/* For tables that are constant: a mistake in one ends the program at start. */
void define_arm_cp_regs_with_opaque_len(ARMCPU *cpu, const ARMCPRegInfo *regs, void *opaque,
                                        size_t len);

#define define_arm_cp_regs_with_opaque(CPU, REGS, OPAQUE) \
    define_arm_cp_regs_with_opaque_len(CPU, REGS, OPAQUE, G_N_ELEMENTS(REGS))
#define define_arm_cp_regs(CPU, REGS) define_arm_cp_regs_with_opaque(CPU, REGS, NULL)
static inline void define_one_arm_cp_reg_with_opaque(ARMCPU *cpu, const ARMCPRegInfo *reg,
                                                     void *opaque)
{
    define_arm_cp_regs_with_opaque_len(cpu, reg, opaque, 1);
}
static inline void define_one_arm_cp_reg(ARMCPU *cpu, const ARMCPRegInfo *reg)
{
    define_arm_cp_regs_with_opaque_len(cpu, reg, NULL, 1);
}

/* -- access ---------------------------------------------------------------------------------- */

/* The register of @cpu with the encoding @enc (ARM_CP_ENC), or NULL: UNDEFINED. */
const ARMCPRegInfo *arm_cp_reg_find(ARMCPU *cpu, uint32_t enc);
/* The same in a CPU's table, which is ARMCPU.cp_regs. */
const ARMCPRegInfo *get_arm_cp_reginfo(GHashTable *cpregs, uint32_t encoded_cp);

/* Does .access let @current_el in? */
static inline bool cp_access_ok(int current_el, const ARMCPRegInfo *ri, int isread)
{
    return (ri->access >> ((current_el * 2) + !!isread)) & 1;
}

/* May the CPU, in its present state, read or write @ri?  UNCATEGORIZED when .access says no. */
CPAccessResult arm_cp_reg_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread);

/*
 * What MRS and MSR do once the access is allowed.  With the BQL or without it: taken for the
 * registers that need it.
 */
uint64_t arm_cp_reg_read(CPUARMState *env, const ARMCPRegInfo *ri);
void arm_cp_reg_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value);

/* -- as state -------------------------------------------------------------------------------- */

/* Does the register travel in the saved state? */
bool arm_cp_reg_is_saved(const ARMCPRegInfo *ri);
/* The value without effects. */
uint64_t read_raw_cp_reg(CPUARMState *env, const ARMCPRegInfo *ri);
/* Set it without effects; false when the register cannot have that value (nothing changed). */
bool write_raw_cp_reg(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value);
/* Put all registers of @cpu into their reset state. */
void arm_cp_regs_reset(ARMCPU *cpu);

/* For entries: the plain field, ignored writes, reads of zero, nothing to reset. */
uint64_t raw_read(CPUARMState *env, const ARMCPRegInfo *ri);
void raw_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value);
uint64_t arm_cp_read_zero(CPUARMState *env, const ARMCPRegInfo *ri);
void arm_cp_write_ignore(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value);
void arm_cp_reset_ignore(CPUARMState *env, const ARMCPRegInfo *ri);

#endif
