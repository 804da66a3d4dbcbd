/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam between the software CPU's core and an architecture: a table of functions that the CPU
 * class installs (CPUClass.tcg_ops), and the area inside of its CPU object that the core uses.
 * accel/tcg knows no architecture; this is all that it asks.  [accel/tcg]
 */
#ifndef ACCEL_TCG_TCG_OPS_H
#define ACCEL_TCG_TCG_OPS_H

#include "accel/tcg/ir.h"
#include "hw/core/cpu.h"

typedef struct TcgBlock TcgBlock;

#define TCG_TEMP_SLOTS 448

/*
 * The target puts one of these into its CPU object before CPUArchState, within 32 KiB, aligned to
 * 16.  Blocks of all CPUs address it relative to CPUArchState, so its place is the same in all
 * objects of the class: TCGCPUOps.area_offset.
 *
 * @key: what besides the physical address a translation depends on (exception level, enabled
 *   features...); the target keeps it up to date, on the CPU's thread or while it does not run.
 */
typedef struct TcgCpuArea {
    uint64_t temps[TCG_TEMP_SLOTS] __attribute__((aligned(16)));
    uint64_t key;
    struct TcgCpu *cpu;         /* the core's own state */
} TcgCpuArea;

/* A translation of one address, filled in by TCGCPUOps.translate. */
typedef struct TcgTranslation {
    hwaddr pa;                  /* of the address itself */
    MemTxAttrs attrs;
    uint8_t page_bits;          /* log2 of the bytes that are translated alike (>= 12) */
    uint8_t prot;               /* TCG_PROT_* that need no further check */
    bool is_global;             /* the same in every context (ASID) */
    bool aligned_only;          /* Device memory: any unaligned access faults */
    bool is_watched;            /* a watchpoint is in this 4 KiB page: see check_watchpoint */
} TcgTranslation;

enum {
    TCG_PROT_READ = 1,
    TCG_PROT_WRITE = 2,
    TCG_PROT_EXEC = 4,
};

/* What failed about an access, for TCGCPUOps.raise_access. */
typedef enum TcgAccessFault {
    TCG_FAULT_TRANSLATE,        /* translate returned false; @opaque word is what it left */
    TCG_FAULT_ALIGN,
    TCG_FAULT_BUS,              /* the memory transaction failed: see @result */
} TcgAccessFault;

typedef struct TcgAccess {
    vaddr addr;
    MMUAccessType type;
    uint8_t mmu_idx;
    uint8_t unit;               /* bytes of one of the accesses it is made of; 0: unknown */
    uint16_t size;              /* bytes; 0: unknown */
    bool is_probe;              /* a question only: translate changes no guest state */
    bool is_atomic;             /* reads and writes; is of type MMU_DATA_STORE */
} TcgAccess;

typedef struct TcgFault {
    TcgAccessFault kind;
    MemTxResult result;         /* TCG_FAULT_BUS */
    hwaddr pa;                  /* TCG_FAULT_BUS */
    uint64_t word;              /* TCG_FAULT_TRANSLATE: as translate left it */
} TcgFault;

/* What the translator is asked for. */
typedef struct TcgTranslateRequest {
    vaddr pc;                   /* where it is about to run; low 12 bits only may be relied upon */
    uint64_t key;
    unsigned max_insns;
    unsigned page_left;         /* bytes to the end of the page: do not fetch beyond */
    bool single_step;           /* one instruction, then EXCP_DEBUG by the core */
    bool is_device;             /* the code is not in memory: one instruction, kept nowhere */
} TcgTranslateRequest;

/*
 * Called on the CPU's thread, without the BQL unless told.
 */
typedef struct TCGCPUOps {
    /* Once per class. */
    const IrGlobal *globals;
    unsigned nglobals;
    /* Numbers in @globals; the flags' is -1 when the target uses none. */
    int pc_global, flags_global;
    /* offsetof(area) - offsetof(env) in the CPU object. */
    int32_t area_offset;
    unsigned insn_bytes_min;    /* 4: all instructions have this size and alignment */
    unsigned mmu_indices;       /* how many, at most IR_MMU_INDICES */

    /* Translate from req->pc on into @b; fetch with tcg_fetch32().  Returns bytes covered (> 0). */
    unsigned (*translate_block)(CPUState *cpu, IrBlock *b, const TcgTranslateRequest *req);
    /* An exception interrupts the instruction @pc_offset behind pc: make env exact (pc too). */
    void (*restore)(CPUState *cpu, uint32_t pc_offset, uint64_t word);

    /* Address translation.  False: @word says why. */
    bool (*translate)(CPUState *cpu, const TcgAccess *access, TcgTranslation *out, uint64_t *word);
    /* Turn a failed access into cpu->exception_index (>= 0) and syndrome; env is exact. */
    void (*raise_access)(CPUState *cpu, const TcgAccess *access, const TcgFault *fault);
    /* The MMU index of instruction fetches now. */
    unsigned (*fetch_mmu_idx)(CPUState *cpu);

    /* Take the exception cpu->exception_index (then -1). */
    void (*do_interrupt)(CPUState *cpu);
    /* Take a pending interrupt if it is not masked (no BQL).  True: state changed. */
    bool (*exec_interrupt)(CPUState *cpu, int interrupt_request);
    /* The PC now (env is exact), for logs. */
    vaddr (*get_pc)(CPUState *cpu);
    /* Disassemble @len bytes at @code into @text for -d in_asm; NULL: as numbers. */
    void (*disassemble)(const uint8_t *code, unsigned len, vaddr pc, GString *text);
    /* A page with is_watched is accessed; may raise (env is not exact). NULL: none. */
    void (*check_watchpoint)(CPUState *cpu, const TcgAccess *access);
} TCGCPUOps;

/* The instruction word at @offset from the block's start; for translate_block. */
uint32_t tcg_fetch32(IrBlock *b, unsigned offset);

/*
 * Leave guest code with cpu->exception_index set (or with an EXCP_ number).  _restore: from a
 * helper in the midst of a block, first makes env exact by the restore hook.  Plain: env is exact.
 */
G_NORETURN void tcg_cpu_exit_restore(CPUState *cpu);
G_NORETURN void tcg_cpu_exit(CPUState *cpu);
/* Sleep until cpu_has_work(); env is exact and the PC behind the instruction (WFI). */
G_NORETURN void tcg_cpu_halt(CPUState *cpu);
/* Let others run: leave guest code once, env is exact (YIELD, WFE). */
G_NORETURN void tcg_cpu_yield(CPUState *cpu);
/* Do CPUs take turns (thread=single, -icount)?  Who waits for another one must yield then. */
bool tcg_cpus_take_turns(void);
/* Make env exact now; the helper then changes it and must leave by tcg_cpu_exit(). */
void tcg_cpu_restore(CPUState *cpu);
/* In a helper: the offset from the pc global, and the word, of the instruction that called it. */
uint32_t tcg_cpu_insn(CPUState *cpu, uint64_t *word);

/* -- guest memory for helpers: raise the guest's exceptions ------------------------------------ */

uint64_t tcg_mem_ld(CPUState *cpu, vaddr addr, IrMemOpIdx oi);
void tcg_mem_st(CPUState *cpu, vaddr addr, uint64_t value, IrMemOpIdx oi);
/* Any size; nothing is transferred unless all of it may be. */
void tcg_mem_read(CPUState *cpu, vaddr addr, void *buf, unsigned len, unsigned mmu_idx);
void tcg_mem_write(CPUState *cpu, vaddr addr, const void *buf, unsigned len, unsigned mmu_idx);
/*
 * Check that [@addr, @addr + @len) of one page may be accessed, raising otherwise; the host
 * address if it is plain RAM that may be written so (code in it is dropped), else NULL.
 */
void *tcg_mem_probe(CPUState *cpu, vaddr addr, unsigned len, MMUAccessType type, unsigned mmu_idx);

/* -- the TLB ----------------------------------------------------------------------------------- */

/*
 * The context (ASID or any other number) of MMU index @mmu_idx from now on; entries of others are
 * kept.  On the CPU's thread.
 */
void tcg_tlb_set_context(CPUState *cpu, unsigned mmu_idx, uint32_t context);

#define TCG_CONTEXT_ANY UINT32_MAX

/*
 * Instructions at [@addr, @addr + @len) of guest memory, seen through MMU index @mmu_idx, or all
 * of them, may have changed (IC IVAU, IC IALLU): blocks made from them are dropped.  Writes to
 * code are noticed anyway; this closes the gap for a CPU that wrote while another one translated.
 */
void tcg_code_invalidate(CPUState *cpu, vaddr addr, uint64_t len, unsigned mmu_idx);

/* What to forget.  @len: bytes from @addr, 0: everything; bits 63..56 of addresses are ignored. */
typedef struct TcgFlush {
    uint16_t idx_mask;          /* MMU indices: 1 << n */
    uint32_t context;           /* of entries that are not global; TCG_CONTEXT_ANY: all entries */
    vaddr addr;
    uint64_t len;
} TcgFlush;

/* This CPU's; on its thread (or while it does not run). */
void tcg_tlb_flush(CPUState *cpu, const TcgFlush *what);
/*
 * Every CPU's (inner shareable).  This one's at once; others' are queued and complete when this
 * CPU calls tcg_tlb_sync() (at DSB), which returns when they are done.
 */
void tcg_tlb_flush_all_cpus(CPUState *cpu, const TcgFlush *what);
void tcg_tlb_sync(CPUState *cpu);
/* Everything; any thread. */
void tcg_tlb_flush_everything(CPUState *cpu);

#endif
