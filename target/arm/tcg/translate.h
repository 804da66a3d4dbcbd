/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translation of A64 into the IR: the state of one block's translation, and what the functions of
 * all classes of instructions (translate-*.c, trans_NAME as the tables name them) share.
 */
#ifndef TARGET_ARM_TCG_TRANSLATE_H
#define TARGET_ARM_TCG_TRANSLATE_H

#include "a64-decode.h"
#include "accel/tcg/ir.h"
#include "arm-tcg.h"

/* Numbers of the IR's globals. */
enum {
    A64_GLOBAL_X0 = 0,          /* X0..X30, and SP as number 31 */
    A64_GLOBAL_SP = 31,
    A64_GLOBAL_PC,
    A64_GLOBAL_NZCV,
    A64_GLOBAL_EXCLUSIVE_ADDR,
    A64_GLOBAL_EXCLUSIVE_VAL,
    A64_GLOBAL_EXCLUSIVE_HIGH,
    A64_GLOBAL_V0,              /* V0..V31 */
    A64_GLOBAL_COUNT = A64_GLOBAL_V0 + 32,
};

#define A64_SP_CHECKS_MAX 32

/* Where an access through a misaligned SP goes: code behind the block's. */
typedef struct A64ColdCheck {
    IrLabel label;
    uint32_t offset;
    uint64_t word;
} A64ColdCheck;

/* What is recorded of each instruction: PSTATE.BTYPE, and whether it is stepped. */
#define A64_WORD_BTYPE 3U
#define A64_WORD_STEP 4U

struct DisasContext {
    IrBlock *b;
    ARMCPU *cpu;
    uint64_t features;          /* bits numbered by A64Feature */
    uint64_t key;               /* KEY_* */
    unsigned el;
    uint32_t page_offset;       /* low 12 bits of the block's address */
    uint32_t offset;            /* of this instruction from there */
    uint64_t word;              /* for a64_restore(): A64_WORD_* of this instruction */
    uint8_t mmu_idx;
    uint8_t unpriv_idx;
    MemOp byte_order;           /* of data */
    bool sp_checked;            /* SP is known to be a multiple of 16 */
    bool key_changed;           /* successors have another key than this block */
    bool is_end;                /* the block's end has been emitted */
    unsigned nchecks;
    A64ColdCheck checks[A64_SP_CHECKS_MAX];
};

/* -- registers ------------------------------------------------------------------------------- */

static inline IrWidth a64_width(unsigned sf)
{
    return sf ? IR_X : IR_W;
}

/* Register 31 is the stack pointer. */
static inline IrRef a64_reg_sp(DisasContext *s, unsigned n)
{
    return ir_global(A64_GLOBAL_X0 + n);
}

/* Register 31 reads as zero. */
static inline IrRef a64_reg(DisasContext *s, unsigned n)
{
    return n == 31 ? ir_const(s->b, 0) : ir_global(A64_GLOBAL_X0 + n);
}

/* A destination; register 31 forgets it. */
static inline IrRef a64_dest(DisasContext *s, unsigned n)
{
    return n == 31 ? ir_temp(s->b) : ir_global(A64_GLOBAL_X0 + n);
}

/* SP may get any value by this instruction. */
static inline IrRef a64_dest_sp(DisasContext *s, unsigned n)
{
    if (n == 31) {
        s->sp_checked = false;
    }
    return ir_global(A64_GLOBAL_X0 + n);
}

static inline IrRef a64_pc(void)
{
    return ir_global(A64_GLOBAL_PC);
}

static inline IrRef a64_nzcv(void)
{
    return ir_global(A64_GLOBAL_NZCV);
}

static inline IrRef a64_vreg(unsigned n)
{
    return ir_global(A64_GLOBAL_V0 + n);
}

/* -- what several classes need ---------------------------------------------------------------- */

static inline bool a64_has(const DisasContext *s, A64Feature feature)
{
    return s->features >> feature & 1;
}

/* d = @a shifted (0 LSL, 1 LSR, 2 ASR, 3 ROR) by the immediate @amount. */
IrRef a64_shift_imm(DisasContext *s, IrWidth w, unsigned type, IrRef a, unsigned amount);
/* ExtendReg of the manual: @option UXTB..SXTX, then shifted left. */
IrRef a64_extend(DisasContext *s, unsigned option, IrRef a, unsigned shift);

/* The instruction raises @excp; ends the block. */
void a64_gen_exception(DisasContext *s, int excp, uint32_t syndrome);
/* UNDEFINED here; ends the block. */
void a64_gen_undefined(DisasContext *s);
/* Go on at this instruction + @offset; @slot: 0 or 1, each once per block. */
void a64_gen_goto(DisasContext *s, unsigned slot, int64_t offset);
/* Go on behind this instruction, through the CPU's loop or not. */
void a64_gen_exit_next(DisasContext *s, IrExit reason);

/*
 * Memory accesses of this CPU state: byte order and, if SCTLR_EL1.A says so, alignment.  @atomic:
 * alignment is demanded anyway.
 */
IrMemOpIdx a64_mem(const DisasContext *s, MemOp op);
IrMemOpIdx a64_mem_unpriv(const DisasContext *s, MemOp op);
IrMemOpIdx a64_mem_atomic(const DisasContext *s, MemOp op);
/* The base register of an access, with the check of SP's alignment. */
IrRef a64_base(DisasContext *s, unsigned rn);
/* Write back base + @offset. */
void a64_writeback(DisasContext *s, unsigned rn, int64_t offset);

/*
 * For FP and Advanced SIMD: may they be used?  False: the trap has been emitted, and the translator
 * returns true.
 */
bool a64_fp_access(DisasContext *s);

/* TCGCPUOps.globals, .translate_block and .restore. */
extern const IrGlobal a64_globals[A64_GLOBAL_COUNT];
unsigned a64_translate_block(CPUState *cs, IrBlock *b, const TcgTranslateRequest *req);
void a64_restore(CPUState *cs, uint32_t pc_offset, uint64_t word);

/* TCGCPUOps.disassemble. */
void a64_disassemble(const uint8_t *code, unsigned len, vaddr pc, GString *text);

/* PSTATE.BTYPE for the next instruction, at an indirect branch. */
void a64_set_btype(DisasContext *s, unsigned btype);

#endif
