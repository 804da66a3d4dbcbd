/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IR: what a target translates guest instructions into, and backends execute.
 *
 * Values are slots of 64 bits, or of 128 (vectors).  A *global* is a field of the CPU's state that
 * the target declared; a *temp* lives to the end of its block, also across internal branches, and
 * begins undefined; a *constant* may stand wherever a 64-bit source may.  Operations have widths,
 * values do not: with IR_W an operation reads the low 32 bits of its sources and zero-extends its
 * result, so a W register of A64 needs nothing more.  Shift counts are taken modulo the width.
 *
 * Flags: N Z C V in bits 31..28 of the flags global, its other bits zero; it may be used like any
 * other global.  C is "no borrow" after a subtraction.  Flags nobody reads cost nothing.
 *
 * Blocks lie in one guest page and are keyed by physical address, so the same block runs at several
 * virtual addresses: while it runs, the pc global holds the virtual address of its *first*
 * instruction, everything relative to the PC is computed from that (ir_pcrel()), and it is changed
 * only right before an exit.  Low 12 bits of virtual and physical addresses are equal.
 *
 * A block is: for each instruction ir_insn_start() and its operations; at the end one or more
 * exits.  Every path must end in ir_goto_tb(), ir_goto_ptr(), ir_exit(), or a helper that does not
 * return.  docs/software-cpu.md has the same as a table.  [accel/tcg]
 */
#ifndef ACCEL_TCG_IR_H
#define ACCEL_TCG_IR_H

#include "exec/memop.h"

/* -- values ------------------------------------------------------------------------------------ */

/* A value of one block; globals have the same reference in all.  Compare with ir_same(). */
typedef struct IrRef {
    uint16_t i;
} IrRef;

#define IR_NONE ((IrRef) { 0 })

typedef enum IrType {
    IR_I64,
    IR_V128,
} IrType;

typedef enum IrWidth {
    IR_W,                       /* 32 bits; vectors: the low 64 */
    IR_X,                       /* 64 bits; vectors: 128 */
} IrWidth;

/*
 * A field of the CPU's state, @offset bytes from CPUArchState.  Its address is a multiple of 8 (16
 * for IR_V128) and it lies within 32 KiB.  A helper must not be told to change it behind a
 * backend's back: see IR_CALL_*.
 */
typedef struct IrGlobal {
    const char *name;
    int32_t offset;
    IrType type;
} IrGlobal;

#define IR_GLOBALS_MAX 128

/* Global number @n of the target's table. */
static inline IrRef ir_global(unsigned n)
{
    return (IrRef) { n + 1 };
}

static inline bool ir_same(IrRef a, IrRef b)
{
    return a.i == b.i;
}

static inline bool ir_is_none(IrRef a)
{
    return a.i == 0;
}

/* -- enumerations ------------------------------------------------------------------------------ */

typedef enum IrOpc {
#define X(name, signature, traits) IR_##name,
#include "accel/tcg/ir-ops.h"
#undef X
    IR_OPC_COUNT
} IrOpc;

/* Conditions of comparisons; bit 0 inverts. */
typedef enum IrCond {
    IR_COND_EQ, IR_COND_NE,
    IR_COND_LT, IR_COND_GE,     /* signed */
    IR_COND_LE, IR_COND_GT,
    IR_COND_LTU, IR_COND_GEU,
    IR_COND_LEU, IR_COND_GTU,
    IR_COND_TSTEQ, IR_COND_TSTNE,   /* (a & b) is zero, is not */
    IR_COND_COUNT
} IrCond;

/* Conditions of the flags; bit 0 inverts (but of AL: both are "always"). */
typedef enum IrFlagCond {
    IR_FLAG_EQ, IR_FLAG_NE,     /* Z */
    IR_FLAG_CS, IR_FLAG_CC,     /* C */
    IR_FLAG_MI, IR_FLAG_PL,     /* N */
    IR_FLAG_VS, IR_FLAG_VC,     /* V */
    IR_FLAG_HI, IR_FLAG_LS,     /* C && !Z */
    IR_FLAG_GE, IR_FLAG_LT,     /* N == V */
    IR_FLAG_GT, IR_FLAG_LE,     /* !Z && N == V */
    IR_FLAG_AL, IR_FLAG_NV,
} IrFlagCond;

#define IR_FLAGS_N (1U << 31)
#define IR_FLAGS_Z (1U << 30)
#define IR_FLAGS_C (1U << 29)
#define IR_FLAGS_V (1U << 28)

typedef enum IrRmw {
    IR_RMW_ADD,
    IR_RMW_CLR,                 /* memory & ~operand */
    IR_RMW_XOR,
    IR_RMW_OR,
    IR_RMW_SMAX,
    IR_RMW_SMIN,
    IR_RMW_UMAX,
    IR_RMW_UMIN,
} IrRmw;

/* Which earlier accesses are ordered before which later ones. */
typedef enum IrBarrier {
    IR_MB_LD_LD = 1,
    IR_MB_ST_LD = 2,            /* a store before a later load */
    IR_MB_LD_ST = 4,
    IR_MB_ST_ST = 8,
    IR_MB_ACQUIRE = IR_MB_LD_LD | IR_MB_LD_ST,      /* after a load */
    IR_MB_RELEASE = IR_MB_LD_ST | IR_MB_ST_ST,      /* before a store */
    IR_MB_FULL = 15,
} IrBarrier;

/* Reasons of ir_exit(). */
typedef enum IrExit {
    IR_EXIT_NEXT,               /* look for the next block by pc and key, no chaining */
    IR_EXIT_LOOP,               /* the same, after a look at interrupts and requests */
} IrExit;

/*
 * How a memory access is done: a MemOp (size, sign of the result, byte order, alignment it
 * demands) and the MMU index, which numbers translation regimes as the target likes.
 */
typedef uint16_t IrMemOpIdx;
#define IR_MMU_INDICES 8

static inline IrMemOpIdx ir_memop_idx(MemOp op, unsigned mmu_idx)
{
    return (op & 0xff) | mmu_idx << 8;
}

static inline MemOp ir_oi_memop(IrMemOpIdx oi)
{
    return (MemOp)(oi & 0xff);
}

static inline unsigned ir_oi_mmu_idx(IrMemOpIdx oi)
{
    return oi >> 8 & (IR_MMU_INDICES - 1);
}

/* -- helpers ----------------------------------------------------------------------------------- */

/*
 * A C function that a block calls: void or uint64_t fn(CPUArchState *env, ...), with up to six
 * more uint64_t.  A vector goes as the offset of its slot from env (ir_slot_ptr()), and may be
 * changed through it if the helper is IR_CALL_WRITES_VECTORS.
 */
#define IR_CALL_ARGS_MAX 6

enum {
    IR_CALL_PURE = 0,           /* reads and writes no guest state, never raises: may be removed */
    IR_CALL_READS = 1,          /* reads globals */
    IR_CALL_WRITES = 2,         /* writes globals */
    IR_CALL_RAISES = 4,         /* may raise an exception; implies READS */
    IR_CALL_EFFECTS = 8,        /* has other effects */
    IR_CALL_NORETURN = 16,      /* always raises */
    IR_CALL_WRITES_VECTORS = 32,    /* writes the vectors among its arguments */
    IR_CALL_ANY = IR_CALL_READS | IR_CALL_WRITES | IR_CALL_RAISES | IR_CALL_EFFECTS,
};

typedef struct IrHelper {
    const char *name;
    void (*fn)(void);
    uint8_t nargs;              /* besides env */
    bool returns;               /* a uint64_t */
    uint8_t flags;              /* IR_CALL_* */
} IrHelper;

/* static const IrHelper helper_desc_@fn: IR_HELPER(my_helper, 2, true, IR_CALL_READS); */
#define IR_HELPER(fn_, nargs_, returns_, flags_) \
    static const IrHelper helper_desc_##fn_ = { \
        .name = #fn_, .fn = (void (*)(void))(fn_), .nargs = (nargs_), .returns = (returns_), \
        .flags = (flags_) }

/* The slot of a vector that a helper got as an argument. */
static inline void *ir_slot_ptr(void *env, uint64_t slot)
{
    return (char *)env + (int64_t)slot;
}

/* -- blocks ------------------------------------------------------------------------------------ */

typedef struct IrBlock IrBlock;
/* A place to branch to, forwards or backwards, of one block. */
typedef struct IrLabel {
    uint16_t i;
} IrLabel;

/* A fresh temp. */
IrRef ir_temp(IrBlock *b);
IrRef ir_temp_vec(IrBlock *b);
/* A constant (64-bit). */
IrRef ir_const(IrBlock *b, uint64_t value);
/* Is @a a constant, and which? */
bool ir_is_const(const IrBlock *b, IrRef a, uint64_t *value);

/*
 * The instruction at offset @pc_offset from the block's start begins.  @word: what the target
 * wants back, besides the offset, when an exception interrupts this instruction.
 */
void ir_insn_start(IrBlock *b, uint32_t pc_offset, uint64_t word);
/* No instruction past this many operations: the translator ends the block when it is true. */
bool ir_block_is_full(const IrBlock *b);

/* -- integer operations: d = ... --------------------------------------------------------------- */

void ir_mov(IrBlock *b, IrWidth w, IrRef d, IrRef a);
void ir_movi(IrBlock *b, IrRef d, uint64_t value);
/* d = the address of this block's first instruction + @offset. */
void ir_pcrel(IrBlock *b, IrRef d, int64_t offset);

/*
 * Any operation "i=i", "i=ii" or "i=iii" of ir-ops.h without more parameters:
 *   IR_ADD SUB MUL AND OR XOR, ANDC (a & ~c), ORC, EQV (a ^ ~c), SHL SHR SAR ROTR;
 *   IR_MULHU MULHS (upper half of 64 x 64); IR_DIVU DIVS: x / 0 is 0, the least number / -1 itself;
 *   IR_NEG NOT CLZ (of 0: the width), CLS (copies of the sign after it), RBIT, POPCNT;
 *   IR_MADD: d = e + a * c; IR_MSUB: d = e - a * c; IR_ADC: a + c + C; IR_SBC: a - c - 1 + C;
 *   with flags: IR_ADDF SUBF ADCF SBCF, ANDF (C and V become 0).  Their @d may be IR_NONE.
 */
void ir_op1(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a);
void ir_op2(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a, IrRef c);
void ir_op2i(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a, uint64_t c);
void ir_op3(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a, IrRef c, IrRef e);

/* Reverse the bytes of each unit of @bytes (2, 4, 8; up to the width). */
void ir_bswap(IrBlock *b, IrWidth w, unsigned bytes, IrRef d, IrRef a);
/* Bits [@pos, @pos + @len) of a, zero- and sign-extended (sign: to the width). */
void ir_extract(IrBlock *b, IrWidth w, IrRef d, IrRef a, unsigned pos, unsigned len);
void ir_sextract(IrBlock *b, IrWidth w, IrRef d, IrRef a, unsigned pos, unsigned len);
/* a with those bits replaced by the low ones of c. */
void ir_deposit(IrBlock *b, IrWidth w, IrRef d, IrRef a, IrRef c, unsigned pos, unsigned len);
/* The width's bits of hi:lo from bit @pos (0..width-1) on. */
void ir_extract2(IrBlock *b, IrWidth w, IrRef d, IrRef lo, IrRef hi, unsigned pos);
/* Zero- and sign-extend the low @bits (8, 16, 32). */
void ir_zext(IrBlock *b, IrRef d, IrRef a, unsigned bits);
void ir_sext(IrBlock *b, IrWidth w, IrRef d, IrRef a, unsigned bits);

/* d = a COND c ? 1 : 0;   d = a COND c ? t : f  (the width is the comparison's and the move's). */
void ir_setcond(IrBlock *b, IrWidth w, IrCond cond, IrRef d, IrRef a, IrRef c);
typedef struct IrCompare {
    IrWidth w;
    IrCond cond;
    IrRef a, c;
} IrCompare;
void ir_movcond(IrBlock *b, const IrCompare *cmp, IrRef d, IrRef t, IrRef f);

/* -- flags ------------------------------------------------------------------------------------- */

/* d = cond ? 1 : 0;  d = cond ? t : f. */
void ir_setflags(IrBlock *b, IrFlagCond cond, IrRef d);
void ir_selflags(IrBlock *b, IrWidth w, IrFlagCond cond, IrRef d, IrRef t, IrRef f);
/* If @cond, the flags of a - c (IR_CCMP) or a + c (IR_CCMN), else @nzcv (bits 3..0). */
void ir_ccmp(IrBlock *b, IrOpc opc, const IrCompare *operands, IrFlagCond cond, unsigned nzcv);

/* -- the CPU's state --------------------------------------------------------------------------- */

/* A field at @offset of CPUArchState that overlaps no global; @op: size, and sign of a load. */
void ir_ld_env(IrBlock *b, MemOp op, IrRef d, int32_t offset);
void ir_st_env(IrBlock *b, MemOp op, IrRef a, int32_t offset);
/* 16 bytes, aligned to 8. */
void ir_ldv_env(IrBlock *b, IrRef d, int32_t offset);
void ir_stv_env(IrBlock *b, IrRef a, int32_t offset);

/* -- guest memory ------------------------------------------------------------------------------ */

/*
 * All: at address + @offset, which wraps.  Nothing is written, neither memory nor results, unless
 * the whole access succeeds.  Loads zero- or sign-extend (MO_SIGN) to 64 bits.
 */
void ir_ld(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, int64_t offset);
void ir_st(IrBlock *b, IrMemOpIdx oi, IrRef value, IrRef addr, int64_t offset);
/* Two of @oi's size side by side, as one access (alignment is that of one of them).  If both
 * results are one value, the second stays. */
void ir_ld2(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef d2, IrRef addr, int64_t offset);
void ir_st2(IrBlock *b, IrMemOpIdx oi, IrRef v, IrRef v2, IrRef addr, int64_t offset);
/* Vectors: @oi's size (1..16 bytes); a load clears the rest. */
void ir_ldv(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, int64_t offset);
void ir_stv(IrBlock *b, IrMemOpIdx oi, IrRef value, IrRef addr, int64_t offset);
void ir_ldv2(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef d2, IrRef addr, int64_t offset);
void ir_stv2(IrBlock *b, IrMemOpIdx oi, IrRef v, IrRef v2, IrRef addr, int64_t offset);

/*
 * Atomic, sequentially consistent, on naturally aligned memory (say MO_ALIGN; unaligned accesses
 * raise the target's alignment fault all the same).  d is the old value, extended as a load's.
 */
void ir_xchg(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, IrRef value);
void ir_rmw(IrBlock *b, IrMemOpIdx oi, IrRmw kind, IrRef d, IrRef addr, IrRef operand);
void ir_cmpxchg(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, IrRef expected, IrRef new_value);
/* A pair of 64-bit (16 bytes) or of 32-bit values (8 bytes), lower address first. */
typedef struct IrPair {
    IrRef lo, hi;
} IrPair;
void ir_cmpxchg2(IrBlock *b, IrMemOpIdx oi, IrPair d, IrRef addr, IrPair expected,
                 IrPair new_value);
/* @kind: bits of IrBarrier. */
void ir_mb(IrBlock *b, unsigned kind);

/* -- vectors (@w: IR_W 64 bits with a cleared upper half, IR_X 128; @esize log2 of bytes) ------ */

/* IR_VMOV VNOT VNEG VABS; VSHLI VSHRI VSARI take @imm (0..lane bits), VMOV etc. ignore it. */
void ir_vop1(IrBlock *b, IrOpc opc, IrWidth w, unsigned esize, IrRef d, IrRef a, unsigned imm);
/*
 * IR_VAND VOR VXOR, VANDC (a & ~c), VORC, VADD VSUB VMUL VSMIN VSMAX VUMIN VUMAX, VCMP* (lanes
 * all ones or zero; TST: a & c not zero), VZIP1 VZIP2 VUZP1 VUZP2 VTRN1 VTRN2 (as A64 defines).
 */
void ir_vop2(IrBlock *b, IrOpc opc, IrWidth w, unsigned esize, IrRef d, IrRef a, IrRef c);
/* d = (a & mask) | (c & ~mask). */
void ir_vbsl(IrBlock *b, IrWidth w, IrRef d, IrRef mask, IrRef a, IrRef c);
/* Bytes @pos.. of a then c (EXT). */
void ir_vext(IrBlock *b, IrWidth w, IrRef d, IrRef a, IrRef c, unsigned pos);
/* @value in each 64 bits. */
void ir_vmovi(IrBlock *b, IrWidth w, IrRef d, uint64_t value);
void ir_vdup(IrBlock *b, IrWidth w, unsigned esize, IrRef d, IrRef a);
/* d = vec with one lane replaced; one lane zero- or sign-extended to 64 bits. */
void ir_vins(IrBlock *b, unsigned esize, unsigned lane, IrRef d, IrRef vec, IrRef a);
void ir_vlane(IrBlock *b, unsigned esize, unsigned lane, IrRef d, IrRef vec);
void ir_vslane(IrBlock *b, unsigned esize, unsigned lane, IrRef d, IrRef vec);

/* -- control ----------------------------------------------------------------------------------- */

IrLabel ir_label_new(IrBlock *b);
void ir_label_place(IrBlock *b, IrLabel label);
void ir_br(IrBlock *b, IrLabel label);
void ir_brcond(IrBlock *b, const IrCompare *cmp, IrLabel label);
void ir_brflags(IrBlock *b, IrFlagCond cond, IrLabel label);

/*
 * Call @helper with its nargs arguments at @args; @d: its result, IR_NONE to drop it (or it has
 * none).  While it runs, the pc global is the block's first instruction: a helper that raises uses
 * tcg_cpu_exit_restore(), which calls the target's restore hook with the offset and word of the
 * instruction.
 */
void ir_call(IrBlock *b, const IrHelper *helper, IrRef d, const IrRef *args);
#define ir_call0(b, h, d) ir_call(b, h, d, NULL)
#define ir_call1(b, h, d, ...) ir_call(b, h, d, (const IrRef[]) { __VA_ARGS__ })
#define ir_calln(b, h, d, ...) ir_call(b, h, d, (const IrRef[]) { __VA_ARGS__ })

/*
 * Go on at the block's start + @offset; @slot (0 or 1) numbers the two places of a block that may
 * be linked directly to their successors; it is done if the target is in this block's page.  The
 * pc global is set by it.  The key must be that of this block.
 */
void ir_goto_tb(IrBlock *b, unsigned slot, int64_t offset);
/* Go on where the pc global, just set, says; the key may have changed. */
void ir_goto_ptr(IrBlock *b);
/* The same through the CPU loop. */
void ir_exit(IrBlock *b, IrExit reason);

#endif
