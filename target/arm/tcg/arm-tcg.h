/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the Arm software CPU share: the key of blocks, MMU indices, exceptions and
 * their syndromes.
 */
#ifndef TARGET_ARM_TCG_ARM_TCG_H
#define TARGET_ARM_TCG_ARM_TCG_H

#include "target/arm/cpregs.h"

/* -- MMU indices ----------------------------------------------------------------------------- */

/*
 * EL0: also for unprivileged accesses of EL1 (LDTR).  EL1_PAN: EL1's data accesses while PSTATE.PAN
 * is set.  Instructions of EL1 are fetched with EL1.
 */
typedef enum ARMMMUIdx {
    ARM_MMU_IDX_EL0,
    ARM_MMU_IDX_EL1,
    ARM_MMU_IDX_EL1_PAN,
    ARM_MMU_IDX_COUNT,
} ARMMMUIdx;

#define ARM_MMU_IDX_ALL ((1U << ARM_MMU_IDX_COUNT) - 1)

/* -- the key of blocks ----------------------------------------------------------------------- */

/* What translated code takes for granted (TcgCpuArea.key). */
FIELD(KEY, EL, 0, 1)
FIELD(KEY, BTYPE, 1, 2)
FIELD(KEY, ALIGN, 3, 1)         /* SCTLR_EL1.A */
FIELD(KEY, SP_ALIGN, 4, 1)      /* SCTLR_EL1.SA or .SA0 */
FIELD(KEY, BIG_ENDIAN, 5, 1)    /* of data */
FIELD(KEY, MMU_IDX, 6, 2)       /* of data */
FIELD(KEY, UNPRIV_IDX, 8, 2)    /* of LDTR and STTR */
FIELD(KEY, FP_TRAP, 10, 1)      /* CPACR_EL1.FPEN traps */
FIELD(KEY, IL, 11, 1)           /* PSTATE.IL */
FIELD(KEY, TBI, 12, 2)          /* tags of addresses to branch to are dropped: TBI1:TBI0 */
FIELD(KEY, PAUTH, 14, 4)        /* SCTLR_EL1.EnIA, EnIB, EnDA, EnDB */
FIELD(KEY, SS_ACTIVE, 18, 1)    /* software step applies here (MDSCR_EL1.SS, KDE, PSTATE.D) */
FIELD(KEY, SS_PENDING, 19, 1)   /* and PSTATE.SS is 0 */
FIELD(KEY, STEP, 21, 1)         /* software step or a breakpoint is enabled: PSTATE.D matters */
FIELD(KEY, SP, 22, 1)           /* PSTATE.SP */
FIELD(KEY, BREAK, 23, 1)        /* a breakpoint is enabled (MDSCR_EL1.MDE) */
FIELD(KEY, BT, 20, 1)           /* SCTLR_EL1.BT1 or .BT0: PACIxSP is no target of all branches */

/* Numbers in the KEY.PAUTH field, and of pointer authentication keys in instructions. */
enum { PAC_KEY_IA, PAC_KEY_IB, PAC_KEY_DA, PAC_KEY_DB };

/* -- exceptions ------------------------------------------------------------------------------ */

/* cpu->exception_index. */
enum {
    EXCP_UDEF = 1,
    EXCP_SWI,                   /* SVC */
    EXCP_PREFETCH_ABORT,
    EXCP_DATA_ABORT,
    EXCP_IRQ,
    EXCP_FIQ,
    EXCP_BKPT,                  /* BRK, and debug exceptions */
    EXCP_HVC,
    EXCP_SMC,
    EXCP_VSERR,
};

/* Exception classes, ESR_EL1.EC. */
typedef enum ArmExceptionClass {
    EC_UNCATEGORIZED = 0x00,
    EC_WFX = 0x01,
    EC_FP_ACCESS = 0x07,
    EC_PAC_TRAP = 0x09,
    EC_BTI = 0x0d,
    EC_ILLEGAL_STATE = 0x0e,
    EC_SVC = 0x15,
    EC_HVC = 0x16,
    EC_SMC = 0x17,
    EC_SYSREG = 0x18,
    EC_INSN_ABORT_LOWER = 0x20,
    EC_INSN_ABORT = 0x21,
    EC_PC_ALIGNMENT = 0x22,
    EC_DATA_ABORT_LOWER = 0x24,
    EC_DATA_ABORT = 0x25,
    EC_SP_ALIGNMENT = 0x26,
    EC_FP_EXCEPTION = 0x2c,
    EC_SERROR = 0x2f,
    EC_BREAKPOINT_LOWER = 0x30,
    EC_BREAKPOINT = 0x31,
    EC_STEP_LOWER = 0x32,
    EC_STEP = 0x33,
    EC_WATCHPOINT_LOWER = 0x34,
    EC_WATCHPOINT = 0x35,
    EC_BRK = 0x3c,
} ArmExceptionClass;

#define ESR_IL (1U << 25)
#define ESR_EC_SHIFT 26

/* A syndrome; all of A64's instructions have 32 bits (IL). */
static inline uint32_t arm_syndrome(ArmExceptionClass ec, uint32_t iss)
{
    return (uint32_t)ec << ESR_EC_SHIFT | ESR_IL | iss;
}

static inline uint32_t arm_syndrome_sysreg(uint32_t enc, unsigned rt, bool isread)
{
    uint32_t op0 = enc >> 14, op1 = enc >> 11 & 7, crn = enc >> 7 & 15, crm = enc >> 3 & 15;

    return arm_syndrome(EC_SYSREG, op0 << 20 | (enc & 7) << 17 | op1 << 14 | crn << 10 | rt << 5 |
                        crm << 1 | isread);
}

/* Announce an exception: what arm_cpu_do_interrupt() will take. */
void arm_exception_set(CPUARMState *env, int excp, uint32_t syndrome, uint64_t vaddress);
/* The same from a helper amid a block: does not return. */
G_NORETURN void arm_exception_raise(CPUARMState *env, int excp, uint32_t syndrome);
G_NORETURN void arm_exception_raise_addr(CPUARMState *env, int excp, uint32_t syndrome,
                                         uint64_t vaddress);

/* TCGCPUOps.do_interrupt and .exec_interrupt. */
void arm_cpu_do_interrupt(CPUState *cs);
bool arm_cpu_exec_interrupt(CPUState *cs, int interrupt_request);

/*
 * ERET to @pc: PSTATE becomes SPSR_EL1, or PSTATE.IL is set if that is illegal.  From a helper at
 * the end of a block.
 */
void arm_exception_return(CPUARMState *env, uint64_t pc);

/* -- software step (Arm ARM D2.12) ----------------------------------------------------------- */

/* Does it apply at @el with PSTATE.D as in @pstate? */
bool arm_step_is_active(const CPUARMState *env, unsigned el, uint32_t pstate);
/* An instruction is done that made the state exact before it left. */
void arm_step_advance(CPUARMState *env);

/* -- breakpoints and watchpoints (D2.8, D2.9) ------------------------------------------------ */

/* Is any breakpoint enabled?  Does one match at @pc, now? */
bool arm_breakpoints_are_set(CPUARMState *env);
bool arm_breakpoint_hit(CPUARMState *env, uint64_t pc);
/* Is a watchpoint enabled in the 4 KiB page of @addr? */
bool arm_page_is_watched(CPUARMState *env, uint64_t addr);
/* TCGCPUOps.check_watchpoint. */
void arm_check_watchpoint(CPUState *cs, const TcgAccess *access);

/* ISS of a step exception: an instruction was stepped, and it was a load-exclusive. */
#define ISS_STEP_ISV (1U << 24)
#define ISS_STEP_EX (1U << 6)
#define FSC_DEBUG 0x22

/* -- memory ---------------------------------------------------------------------------------- */

/* TCGCPUOps.translate and .raise_access; @word is the fault's status code (ESR ISS.FSC). */
bool arm_cpu_translate(CPUState *cs, const TcgAccess *access, TcgTranslation *out,
                       uint64_t *word);
void arm_cpu_raise_access(CPUState *cs, const TcgAccess *access, const TcgFault *fault);

/* Is the instruction at @pc, which has been fetched, in a guarded page (FEAT_BTI)? */
bool arm_cpu_page_is_guarded(ARMCPU *cpu, uint64_t pc);

/*
 * The ASID that is in use may have changed (TTBRn_EL1, TCR_EL1); anything that translation depends
 * on has.  On the CPU's thread or while it does not run.
 */
void arm_mmu_update_context(ARMCPU *cpu);
void arm_mmu_flush(ARMCPU *cpu);

/* Fields of TCR_EL1 that say what an ASID is: which register has it, and how many bits. */
#define TCR_A1 (1ULL << 22)
#define TCR_AS (1ULL << 36)
/* ISS of data aborts. */
#define ISS_WNR (1U << 6)
#define ISS_CM (1U << 8)

/* -- pointer authentication ------------------------------------------------------------------ */

/*
 * AddPAC, Auth and Strip of the manual; @key: PAC_KEY_*.  The caller looked whether the key is
 * enabled.
 */
uint64_t arm_pac_add(CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key);
uint64_t arm_pac_auth(CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key);
uint64_t arm_pac_strip(CPUARMState *env, uint64_t ptr, bool is_data);
/* PACGA: the code in the upper half. */
uint64_t arm_pac_generic(CPUARMState *env, uint64_t value, uint64_t modifier);

/* The class's table (CPUClass.tcg_ops). */
extern const TCGCPUOps arm_tcg_ops;

/* -- instructions as text ---------------------------------------------------------------------- */

/*
 * If -d in_asm is on: load now what it needs, as a library is out of reach once the program is in
 * another root folder.  Warns if there is none.
 */
void a64_disassemble_prepare(void);

#endif
