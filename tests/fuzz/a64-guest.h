/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest of the A64 fuzz targets: the board "virt" with one CPU "max" in this process, run by
 * the fuzzer's own thread for a number of instructions, and what its programs have in common.
 *
 * A target calls _begin(), puts its program with _put*(), and calls _run().  Exceptions come to a
 * handler that goes on with the program, so that one instruction does not end an input.
 */
#ifndef TESTS_FUZZ_A64_GUEST_H
#define TESTS_FUZZ_A64_GUEST_H

#include "target/arm/cpu-internal.h"
#include "target/arm/tcg/arm-tcg.h"

/* RAM: the handler first, then tables of ours; the rest is the target's. */
#define GUEST_RAM 0x40000000ull
#define GUEST_RAM_SIZE 0x400000u
#define GUEST_TABLES (GUEST_RAM + 0x80000)      /* 64 KiB */
#define GUEST_FREE (GUEST_RAM + 0x100000)       /* to the end of RAM */
/* In the second block of 2 MiB, which has attributes of its own. */
#define GUEST_CODE (GUEST_RAM + 0x200000)
#define GUEST_CODE_SIZE 0x10000u

/* Where all of RAM may be executed and read by both levels through TTBR1_EL1. */
#define GUEST_HIGH 0xffffff8000000000ull
/* TCR_EL1 for that: T1SZ 25, TG1 4 KiB. */
#define GUEST_TCR_T1 (25ull << 16 | 2ull << 30)

/* Where the handler goes on. */
typedef enum A64GuestHandler {
    GUEST_NEXT_STEP,            /* at X29; SVC changes the level */
    GUEST_NEXT_INSN,            /* behind the instruction, or where it was last if that is lost */
} A64GuestHandler;

typedef struct A64Guest {
    ARMCPU *cpu;
    uint64_t pc;                /* physical address that _put() comes to */
    uint64_t step;              /* where the last step begins; 0: none yet */
    uint64_t offset;            /* virtual minus physical address of code */
} A64Guest;

extern A64Guest guest;

/* Once, from LLVMFuzzerInitialize(). */
void a64_guest_init(void);

/*
 * Reset the machine, clear RAM, put the handler, which sets SCTLR_EL1 to @sctlr each time, and our
 * tables; code is put to GUEST_CODE.
 * @offset: of the addresses at which code runs from those where it is: 0 or GUEST_HIGH.
 */
void a64_guest_begin(A64GuestHandler handler, uint64_t sctlr, uint64_t offset);

void a64_guest_put(uint32_t word);
/* MOVZ, MOVK: Xn = @value. */
void a64_guest_put_constant(unsigned reg, uint64_t value);
/* MSR, of the register with the encoding @enc (ARM_CP_ENC), from Xn. */
void a64_guest_put_msr(uint32_t enc, unsigned reg);
/* Is the code's place full? */
bool a64_guest_is_full(void);
/* What follows is a step; exceptions of the one before it go on here. */
void a64_guest_put_step(void);
/* The end of the program. */
void a64_guest_put_end(void);
/* Stores of the host. */
void a64_guest_store64(uint64_t pa, uint64_t value);

/* A system register now, as MSR would write it; its access must be allowed. */
void a64_guest_set_sysreg(uint32_t enc, uint64_t value);

/*
 * Run from GUEST_CODE on until the program ends or @insns instructions are over, then check that
 * the CPU's state is consistent.
 */
void a64_guest_run(unsigned insns);

#define ENC_SCTLR_EL1 ARM_CP_ENC(3, 0, 1, 0, 0)
#define ENC_CPACR_EL1 ARM_CP_ENC(3, 0, 1, 0, 2)
#define ENC_TTBR0_EL1 ARM_CP_ENC(3, 0, 2, 0, 0)
#define ENC_TTBR1_EL1 ARM_CP_ENC(3, 0, 2, 0, 1)
#define ENC_TCR_EL1 ARM_CP_ENC(3, 0, 2, 0, 2)
#define ENC_MAIR_EL1 ARM_CP_ENC(3, 0, 10, 2, 0)
#define ENC_VBAR_EL1 ARM_CP_ENC(3, 0, 12, 0, 0)
#define ENC_MDSCR_EL1 ARM_CP_ENC(2, 0, 0, 2, 2)
#define ENC_TPIDR_EL1 ARM_CP_ENC(3, 0, 13, 0, 4)
#define ENC_PAR_EL1 ARM_CP_ENC(3, 0, 7, 4, 0)

#define A64_MRS(enc, reg) (0xd5200000u | (enc) << 5 | (reg))

#endif
