/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the software CPU share: the state of one CPU, translated blocks, and the form
 * in which the interpreter executes them.
 */
#ifndef ACCEL_TCG_TCG_INTERNAL_H
#define ACCEL_TCG_TCG_INTERNAL_H

#include <setjmp.h>
#include "exec/memory.h"
#include "exec/ram_addr.h"
#include "qemu/atomic.h"
#include "qemu/thread.h"
#include "accel/tcg/ir-internal.h"
#include "accel/tcg/tcg-ops.h"

typedef struct TcgCpu TcgCpu;
typedef struct TcgCode TcgCode;

/* Of functions that access guest memory, which is shared without locks: the guest's business. */
#ifdef CONFIG_TSAN
#define GUEST_RACES __attribute__((no_sanitize("thread")))
#else
#define GUEST_RACES
#endif

/* -- code of the interpreter ------------------------------------------------------------------- */

/* Does the operation at @ip and those after it; NULL: back to the loop, else go on there. */
typedef const TcgCode *TcgHandler(char *env, const TcgCode *ip, TcgCpu *tc);

/*
 * One operation: a handler and its operands, which are slots (8 bytes each, counted from
 * CPUArchState) or short constants.  Operations that need more have a TcgExtra behind them.
 */
struct TcgCode {
    TcgHandler *fn;
    int16_t d, a;
    union {
        struct {
            int16_t b, c;
        };
        int32_t imm;
    };
};

typedef struct TcgExtra {
    union {
        int64_t imm;
        const TcgCode *target;
        void (*helper)(void);
        uint64_t mask;
    };
    union {
        int16_t s[4];
        int64_t imm2;
    };
} TcgExtra;

QEMU_BUILD_BUG_ON(sizeof(TcgCode) != 16 || sizeof(TcgExtra) != 16);

static inline const TcgExtra *tcg_extra(const TcgCode *ip)
{
    return (const TcgExtra *)(ip + 1);
}

/* -- blocks ------------------------------------------------------------------------------------ */

/* Where an instruction's code begins, and what restores the state there. */
typedef struct TcgInsnInfo {
    uint32_t code_offset;       /* in TcgCode */
    uint32_t pc_offset;
    uint64_t word;
} TcgInsnInfo;

/*
 * A translated block.  It never moves, and its memory stays until all blocks are dropped in an
 * exclusive section.  A dropped one (its code was written) has the handler of its first operation
 * replaced, which every way into it meets.
 *
 * @successor: the block that took its place.  @next_hash, @next_in_page: under the code lock;
 * hash chains are read without it.
 */
struct TcgBlock {
    ram_addr_t ram;             /* of the first instruction; RAM_ADDR_INVALID: runs once */
    uint64_t key;
    uint16_t ninsns;
    uint16_t guest_bytes;
    uint32_t code_len;          /* in TcgCode */
    bool is_dropped;            /* atomic */
    TcgBlock *successor;        /* atomic */
    TcgBlock *next_hash;        /* atomic */
    TcgBlock *next_in_page;
    const TcgInsnInfo *insns;
    TcgCode code[];
};

/* -- the TLB ----------------------------------------------------------------------------------- */

#define TCG_PAGE_BITS 12
#define TCG_PAGE_SIZE (1ULL << TCG_PAGE_BITS)
#define TCG_PAGE_MASK (~(TCG_PAGE_SIZE - 1))
/* The top byte is no part of the address for a flush. */
#define TCG_FLUSH_MASK MAKE_64BIT_MASK(0, 56)

/* A flag in the tag makes every comparison fail. */
#define TLB_SLOW (1ULL << 11)
#define TLB_INVALID (1ULL << 10)

#define TLB_BITS 9
#define TLB_ENTRIES (1U << TLB_BITS)
#define TLB_CONTEXTS 8
#define TLB_BACK_ENTRIES 4096

/* What a load or store looks at.  Tags are page addresses as the guest gives them, flags below. */
typedef struct TlbEntry {
    uint64_t tag_read;
    uint64_t tag_write;         /* TLB_SLOW is set by other threads too: atomic */
    uint64_t addend;            /* host address minus guest's */
    uint64_t ram;               /* ram_addr_t of the page, or RAM_ADDR_INVALID */
} TlbEntry;

enum {
    TLB_COLD_IO = 2,            /* no host address */
    TLB_COLD_ROM = 4,           /* host address for loads only */
    TLB_COLD_TRACKED = 8,       /* somebody tracks dirty pages: each store goes the slow way */
    TLB_COLD_WATCHED = 16,
    TLB_COLD_ALIGNED = 32,      /* unaligned accesses fault */
};

/* The rest of an entry. */
typedef struct TlbCold {
    hwaddr pa;                  /* of the page */
    RAMBlock *block;
    MemTxAttrs attrs;
    uint8_t page_bits;
    uint8_t flags;
} TlbCold;

/* The entries of one context. */
typedef struct TlbTable {
    TlbEntry hot[TLB_ENTRIES];
    TlbCold cold[TLB_ENTRIES];
    uint32_t context;
    bool is_empty;
    /* Around all large pages, without the top byte; first > last: there are none. */
    uint64_t large_first, large_last;
    uint64_t last_use;
} TlbTable;

/*
 * What translate said about small pages, kept when a table loses it, and where global ones meet:
 * one for all contexts.  @generation must be that of the context, or of global ones.
 */
typedef struct TlbBack {
    uint64_t page;              /* UINT64_MAX, or no right in @tr (all zeros): none */
    uint32_t context;
    uint32_t generation;
    TcgTranslation tr;
} TlbBack;

#define TLB_GENERATIONS 256

typedef struct TlbIndex {
    TlbTable *tables[TLB_CONTEXTS];
    TlbTable *current;
    TlbBack *back;              /* memory that is not touched before the CPU runs */
    bool back_is_empty;         /* all zeros */
    uint32_t context;
    uint32_t generations[TLB_GENERATIONS];      /* by context, hashed */
} TlbIndex;

/* Where instructions are fetched from. */
#define TLB_FETCH_ENTRIES 256
typedef struct TlbFetch {
    uint64_t page;              /* UINT64_MAX: none */
    uint32_t context;
    uint8_t mmu_idx;
    uint8_t page_bits;
    bool is_global;
    const uint8_t *host;        /* of the page; NULL: not memory */
    RAMBlock *block;
    ram_addr_t ram;
    hwaddr pa;
    MemTxAttrs attrs;
} TlbFetch;

/* -- jumps to addresses ------------------------------------------------------------------------ */

#define JUMP_BITS 12
#define JUMP_ENTRIES (1U << JUMP_BITS)

/*
 * @when: a number for the contexts of all MMU indices in which the entry is true, or the one for
 * global pages.  Numbers are never used again, so forgetting them empties the cache.  0: no entry.
 */
typedef struct JumpEntry {
    uint64_t pc;
    uint64_t key;
    uint64_t when;
    const TcgCode *code;
} JumpEntry;

#define JUMP_CONTEXTS 16
typedef struct JumpContext {
    uint32_t contexts[IR_MMU_INDICES];
    uint64_t when;              /* 0: unused */
} JumpContext;

static inline unsigned jump_hash(uint64_t pc)
{
    return (pc >> 2 ^ pc >> (2 + JUMP_BITS)) & (JUMP_ENTRIES - 1);
}

/* -- one CPU ----------------------------------------------------------------------------------- */

typedef struct TcgStats {
    uint64_t blocks, insns_translated, tlb_fills, tlb_back_hits, tlb_flushes, jump_misses, lookups,
        links, io, dropped;
} TcgStats;

enum {
    TCG_EXIT_KICK = 1,          /* leave vcpu_exec */
    TCG_EXIT_LOOK = 2,          /* interrupts, flushes */
};

struct TcgCpu {
    /* What handlers use. */
    TlbEntry *table[IR_MMU_INDICES];
    uint64_t *nzcv;
    uint64_t *pc;
    uint64_t *key;
    uint32_t exit_flag;         /* atomic; TCG_EXIT_*: why to leave blocks */
    bool is_counting;           /* instructions (icount) */
    int64_t insns_left;         /* of the slice */
    int64_t insns_budget;       /* insns_left when the CPU last accounted for what it ran */
    const TcgCode *block_ip;    /* of the block that runs */
    const TcgCode *ip;          /* of an operation that calls out */
    const TcgCode *link_ip;     /* the unlinked exit that was taken, or NULL */
    const TcgCode *dropped_ip;  /* the dropped block that was entered, or NULL */
    uint64_t jump_when, jump_when_global;
    JumpEntry *jumps;

    CPUState *cpu;
    char *env;
    const TCGCPUOps *ops;
    TcgCpuArea *area;
    IrBlock *ir;
    sigjmp_buf jump_out;
    bool is_executing;          /* in guest code, where TLBs are used; atomic */

    /* Entries' tag_write against other threads. */
    QemuSpin tlb_lock;
    TlbIndex tlb[IR_MMU_INDICES];
    uint64_t tlb_uses;
    TlbFetch *fetch;
    uint64_t jump_filter[64];   /* which pages have jump entries (hashed) */
    uint64_t jump_large_first, jump_large_last;     /* code of large pages; without top byte */
    uint64_t jump_last_when;
    JumpContext jump_contexts[JUMP_CONTEXTS];
    unsigned jump_context_next;

    /* Flushes that other CPUs ask for. */
    QemuSpin flush_lock;
    unsigned nflushes;
    bool flush_everything;
    TcgFlush flushes[16];
    uint64_t flush_asked, flush_done;   /* counts; atomic */
    bool waits_for_flushes;

    bool once;                  /* the next block: one instruction, not kept */
    bool one_insn_per_tb;
    bool singlestep;            /* a debugger steps: the same for all blocks */
    uint8_t device_code[8];     /* an instruction that was fetched from a device */
    MemoryListener listener;
    Notifier rcu_notifier;
    TcgStats stats;
};

/* The TLB's view of an address: which of several entries it competes for. */
static inline unsigned tlb_index(uint64_t va)
{
    return va >> TCG_PAGE_BITS & (TLB_ENTRIES - 1);
}

static inline TcgCpu *tcg_cpu(CPUState *cpu)
{
    return (TcgCpu *)cpu->accel;
}

/* -- interp-*.c: handlers ---------------------------------------------------------------------- */

/* [width][second source is a constant], NULL: no such form. */
typedef struct TcgForms {
    TcgHandler *h[2][2];
} TcgForms;

const TcgForms *interp_int_forms(IrOpc opc);
TcgHandler *interp_setcond(IrWidth w, IrCond cond, bool is_const);
TcgHandler *interp_brcond(IrWidth w, IrCond cond, bool is_const);
TcgHandler *interp_movcond(IrWidth w, IrCond cond);
TcgHandler *interp_ld(MemOp op);
TcgHandler *interp_st(MemOp op);
TcgHandler *interp_mem_other(IrOpc opc);
TcgHandler *interp_atomic(IrOpc opc);
TcgHandler *interp_env(IrOpc opc, MemOp op);
TcgHandler *interp_vec(IrOpc opc, unsigned esize, IrWidth w);
TcgHandler *interp_call(unsigned nargs, bool returns);
TcgHandler interp_movi, interp_movi64, interp_br, interp_brflags, interp_setflags, interp_ccmp_w,
    interp_ccmp_x, interp_ccmn_w, interp_ccmn_x, interp_selflags_w, interp_selflags_x, interp_mb,
    interp_goto_tb, interp_goto_tb_linked, interp_goto_ptr, interp_exit, interp_enter,
    interp_enter_counting, interp_dropped, interp_brbit0, interp_brbit1, interp_cmp_branch_w,
    interp_cmp_branch_x, interp_cmpi_branch_w, interp_cmpi_branch_x;

/* Run from @ip until something returns to the loop. */
void interp_run(TcgCpu *tc, const TcgCode *ip);

extern const uint16_t interp_flag_table[16];

/* Slots at the end of TcgCpuArea.temps that no temp gets. */
#define TCG_SLOT_ZERO (TCG_TEMP_SLOTS - 1)      /* always 0 */
#define TCG_SLOT_TRASH (TCG_TEMP_SLOTS - 2)     /* results nobody wants */
#define TCG_SLOT_SCRATCH (TCG_TEMP_SLOTS - 8)   /* the first of six for constants */

/* -- emit.c ------------------------------------------------------------------------------------ */

/*
 * Make @ir's code in [@tb->code, @end) and its table of instructions; false: no room.  Sets
 * code_len, insns; returns the first free byte in *@free.
 */
bool interp_emit(const IrBlock *ir, TcgBlock *tb, char *end, char **free, bool is_counting);

/* -- access.c: the slow way of loads and stores ------------------------------------------------ */

/* All raise exceptions; tc->ip is set.  @buf: bytes as in memory. */
uint64_t tcg_slow_ld(TcgCpu *tc, uint64_t va, IrMemOpIdx oi);
void tcg_slow_st(TcgCpu *tc, uint64_t va, uint64_t value, IrMemOpIdx oi);
void tcg_slow_read(TcgCpu *tc, uint64_t va, void *buf, unsigned len, IrMemOpIdx oi);
void tcg_slow_write(TcgCpu *tc, uint64_t va, const void *buf, unsigned len, IrMemOpIdx oi);
/* Host address of @len bytes of writable memory for an atomic operation; NULL: not memory. */
void *tcg_atomic_host(TcgCpu *tc, uint64_t va, unsigned len, IrMemOpIdx oi);

/* -- tlb.c ------------------------------------------------------------------------------------- */

typedef struct TlbHit {
    TlbEntry *hot;
    TlbCold *cold;
} TlbHit;

void tlb_init(TcgCpu *tc);
void tlb_free(TcgCpu *tc);
/* The entry for @access, filled if need be; raises unless access->is_probe (then false). */
bool tlb_find(TcgCpu *tc, const TcgAccess *access, TlbHit *hit);
/* Where to fetch from at @pc; raises. */
const TlbFetch *tlb_find_fetch(TcgCpu *tc, uint64_t pc);
void tlb_flush(TcgCpu *tc, const TcgFlush *what);
/* Stores to the page at @ram go the slow way from now on, in all CPUs. */
void tlb_protect_all(ram_addr_t ram);
/* Do what other CPUs asked for. */
void tlb_flush_pending(TcgCpu *tc);

/* jump.c: addresses of blocks that goto_ptr finds by itself. */
void jump_cache_clear(TcgCpu *tc);
void jump_cache_flush_page(TcgCpu *tc, uint64_t va);
void jump_cache_add(TcgCpu *tc, uint64_t pc, const TcgBlock *tb, const TlbFetch *fetch);
/* Contexts have changed. */
void jump_cache_update_when(TcgCpu *tc);

#define TCG_MAX_INSNS 256

/* -- code-page.c, block.c ---------------------------------------------------------------------- */

/* False: no memory. */
bool code_cache_init(size_t bytes, Error **errp);
void code_cache_destroy(void);
/* The block for @pc now; raises the fetch's exceptions. */
TcgBlock *block_find(TcgCpu *tc, uint64_t pc);
/* The same, but with @max_insns instructions at most, and not kept. */
TcgBlock *block_find_short(TcgCpu *tc, uint64_t pc, unsigned max_insns);
/* Bytes at [@ram, @ram + @len) change: drop blocks made from them.  Any thread. */
void code_written(ram_addr_t ram, uint64_t len);
/* The same, on the CPU's thread, before it writes: true if its own block is concerned. */
bool code_written_by(TcgCpu *tc, ram_addr_t ram, uint64_t len);
/* May the page hold blocks?  Any thread. */
bool code_page_has_blocks(ram_addr_t ram);
/* The block whose first operation this is. */
static inline TcgBlock *block_of_code(const TcgCode *block_ip)
{
    return (TcgBlock *)((char *)block_ip - offsetof(TcgBlock, code));
}
/* Take the code lock's place: everything translated is dropped; in an exclusive section. */
void code_cache_flush(void);

/* exec.c */
/* Make env exact for the operation tc->ip. */
void tcg_restore(TcgCpu *tc);
/* The number in its block of the instruction at tc->ip. */
unsigned tcg_insn_number(TcgCpu *tc);
int tcg_vcpu_exec(CPUState *cpu);
TcgCpu *tcg_cpu_new(CPUState *cpu, Error **errp);
void tcg_cpu_free(TcgCpu *tc);
/* Once it has an address space; BQL. */
void tcg_cpu_attach_memory(TcgCpu *tc);
/* Make the CPU look around, TCG_EXIT_*; any thread. */
void tcg_cpu_poke(TcgCpu *tc, unsigned why);

#endif
