/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A toy architecture, to exercise the software CPU's core without Arm: 16 registers, 4 vectors,
 * flags, instructions of 32 bits (below), and an MMU that a test programs as a table.
 */
#ifndef TESTS_UNIT_TCG_TOY_H
#define TESTS_UNIT_TCG_TOY_H

#include "accel/tcg/tcg-internal.h"
#include "qemu/atomic.h"

#define TYPE_TOY_CPU "toy-" TYPE_CPU
OBJECT_DECLARE_SIMPLE_TYPE(ToyCPU, TOY_CPU)

#define TOY_REGS 16
#define TOY_VECTORS 4

typedef struct CPUArchState {
    uint64_t pc;
    uint64_t nzcv;
    uint64_t r[TOY_REGS];
    uint64_t v[TOY_VECTORS][2] __attribute__((aligned(16)));
    uint64_t field;             /* no global */
    uint64_t vector_field[2];
    /* Of the last exception. */
    uint64_t exc_pc, exc_addr, exc_word;
    uint32_t exc_kind, exc_type, exc_count;
    uint64_t handler;           /* 0: exceptions stop the run */
} CPUToyState;

/* One page of the MMU's table. */
typedef struct ToyPage {
    uint64_t va, pa;
    uint8_t prot;
    bool is_global, aligned_only;
    uint8_t page_bits;          /* 0: 12 */
    uint32_t context;           /* if it is not global */
} ToyPage;

struct ToyCPU {
    CPUState parent_obj;

    TcgCpuArea area;
    CPUToyState env;
    /* NULL: addresses are physical ones. */
    const ToyPage *pages;
    unsigned npages;
    uint32_t context;
    unsigned walks;             /* how often the MMU was asked */
};

/* Numbers of the globals. */
enum {
    TOY_PC,
    TOY_NZCV,
    TOY_R0,
    TOY_V0 = TOY_R0 + TOY_REGS,
    TOY_GLOBALS = TOY_V0 + TOY_VECTORS,
};

#define TOY_R(n) ir_global(TOY_R0 + (n))
#define TOY_V(n) ir_global(TOY_V0 + (n))

/*
 * op << 24 | a << 20 | b << 16 | imm (signed 16)
 *   STOP        leave the run with EXCP_DEBUG
 *   IR          build[imm] makes the operations
 *   MOVI        r[a] = imm                 ADDI        r[a] = r[b] + imm
 *   ADD         r[a] += r[b]
 *   LD, ST      r[a] = or into 64 bits at r[b] + imm; LDB, STW: 8, 32 bits
 *   JMP         to pc + 4 * imm            BNZ         the same if r[a] != 0
 *   JR          to r[a]                    EXC         exception imm
 *   WFI         sleep
 *   SYNC        look at interrupts
 *   XADD        r[a] = atomic 64 bits at r[b], which grow by 1
 */
enum {
    TOY_STOP, TOY_IR, TOY_MOVI, TOY_ADDI, TOY_ADD, TOY_LD, TOY_ST, TOY_LDB, TOY_STW, TOY_JMP,
    TOY_BNZ, TOY_JR, TOY_EXC, TOY_WFI, TOY_SYNC, TOY_XADD,
};

#define TOY(op, a, b, imm) \
    ((uint32_t)(op) << 24 | (uint32_t)(a) << 20 | (uint32_t)(b) << 16 | ((imm) & 0xffff))

typedef void ToyBuild(IrBlock *b);
/* Of TOY_IR; a build function that ends the block says so. */
extern ToyBuild *toy_build[64];
extern bool toy_build_ends[64];

/* RAM of the machine: where, and how much. */
#define TOY_RAM 0x40000000ULL
#define TOY_RAM_SIZE 0x400000ULL
/* A device of 4 KiB that keeps 8 bytes, refuses offset 0x800, and counts. */
#define TOY_DEVICE 0x10000000ULL
typedef struct ToyDevice {
    uint64_t value;
    unsigned reads, writes, last_size;
} ToyDevice;
extern ToyDevice toy_device;
/* ROM of 4 KiB. */
#define TOY_ROM 0x20000000ULL

/* Once per program: memory and the accelerator with @options ("tcg,..."). */
void toy_machine_init(const char *options);
void toy_machine_free(void);
/* A CPU without a thread (the caller's is its own), and one with. */
ToyCPU *toy_cpu_new(void);
ToyCPU *toy_cpu_new_threaded(void);
void toy_cpu_free(ToyCPU *t);
/* Write @n words of code at physical @pa as a device would (DMA). */
void toy_load(uint64_t pa, const uint32_t *code, unsigned n);
#define TOY_LOAD(pa, ...) \
    toy_load(pa, (const uint32_t[]) { __VA_ARGS__ }, \
             sizeof((const uint32_t[]) { __VA_ARGS__ }) / 4)
/* Host address of RAM. */
void *toy_ram(uint64_t pa);
/* Run from @pc until it leaves; why. */
int toy_run(ToyCPU *t, uint64_t pc);
/* The same, expecting EXCP_DEBUG (STOP). */
void toy_run_to_stop(ToyCPU *t, uint64_t pc);
void toy_set_context(ToyCPU *t, uint32_t context);

#endif
