/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: streams of A64 instructions, of every line of the encoding table and of words that
 * are no instructions, at EL1 and EL0, with the MMU off and on.
 *
 * Input: a header of 16 bytes, then 6 bytes for each instruction: the line, and bits for its
 * fields.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "accel/tcg/tcg-internal.h"
#include "target/arm/tcg/a64-decode.h"
#include "a64-guest.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER_SIZE 16
#define INSN_SIZE 6
#define INSNS_MAX 4000
/* Line numbers from here on: any word. */
#define LINE_RAW 0xf000

#define DATA (GUEST_CODE + GUEST_CODE_SIZE)
#define LEVEL1 (GUEST_TABLES + 0x2000)
#define LEVEL2 (GUEST_TABLES + 0x3000)

enum {
    FLAG_EL0 = 1,
    FLAG_MMU = 2,
    FLAG_ONE_INSN = 4,          /* in each block */
    FLAG_GUARDED = 8,           /* branch targets are looked at */
    FLAG_HIGH = 16,             /* code runs through TTBR1_EL1 */
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    a64_guest_init();
    return 0;
}

/* Below 1 GiB devices, above RAM: its first 2 MiB are EL1's, the others are for @flags' level. */
static void put_low_tables(unsigned flags)
{
    uint64_t attrs = 1 << 10 | (flags & FLAG_EL0 ? 1 << 6 : 0) |
        (flags & FLAG_GUARDED ? 1ull << 50 : 0);

    /* Not to be executed; attribute 1 is Device memory. */
    a64_guest_store64(LEVEL1, 1ull << 54 | 1ull << 53 | 1 << 10 | 1 << 6 | 1 << 2 | 1);
    a64_guest_store64(LEVEL1 + 8, LEVEL2 | 3);
    a64_guest_store64(LEVEL2, GUEST_RAM | 1 << 10 | 1);
    a64_guest_store64(LEVEL2 + 8, GUEST_CODE | attrs | 1);
}

static uint64_t sctlr_of(const uint8_t *header, unsigned flags)
{
    /* Bits that mean something, and are no danger to the handler: A, SA, BT, E0E, keys... */
    uint64_t some = SCTLR_A | SCTLR_SA | SCTLR_SA0 | SCTLR_UMA | SCTLR_DZE | SCTLR_UCT |
        SCTLR_nTWI | SCTLR_nTWE | SCTLR_SPAN | SCTLR_E0E | SCTLR_UCI | SCTLR_EnDB | SCTLR_EnDA |
        SCTLR_EnIB | SCTLR_EnIA | SCTLR_BT0 | SCTLR_BT1 | SCTLR_DSSBS;
    uint64_t value = ldl_le_p(header + 1) | (uint64_t)lduw_le_p(header + 5) << 32;

    return (value & some) | SCTLR_I | SCTLR_C | (flags & (FLAG_MMU | FLAG_HIGH) ? SCTLR_M : 0);
}

static void registers_set(const uint8_t *header)
{
    CPUARMState *env = &guest.cpu->env;
    uint64_t seed = ldq_le_p(header + 8);

    for (unsigned i = 0; i < 32; i++) {
        seed = seed * 6364136223846793005ull + 1;
        env->vregs[i].d[0] = seed;
        env->vregs[i].d[1] = i & 1 ? seed << 17 : 0x7ff0000000000000ull;
        /* Even ones point to data, near the end of a page or at its beginning. */
        env->xregs[i] = i & 1 ? seed >> (i & 31) : DATA + (seed >> 40 & 0x1fff);
        if (i % 4 == 0) {
            env->xregs[i] &= ~15ull;
        }
    }
    env->xregs[31] = DATA + 0x2000;
}

static uint32_t insn_of(const uint8_t *data)
{
    unsigned line = lduw_le_p(data);
    uint32_t bits = ldl_le_p(data + 2);
    const A64Encoding *encoding = &a64_encodings[line % a64_encodings_count];

    return line >= LINE_RAW ? bits : encoding->value | (bits & ~encoding->mask);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *header = data;
    unsigned flags, n;
    uint64_t offset;

    if (size < HEADER_SIZE + INSN_SIZE) {
        return 0;
    }
    flags = header[0];
    offset = flags & FLAG_HIGH ? GUEST_HIGH : 0;
    a64_guest_begin(GUEST_NEXT_INSN, sctlr_of(header, flags), offset);
    put_low_tables(flags);
    n = MIN((size - HEADER_SIZE) / INSN_SIZE, INSNS_MAX);
    for (unsigned i = 0; i < n; i++) {
        a64_guest_put(insn_of(data + HEADER_SIZE + i * INSN_SIZE));
    }
    a64_guest_put_end();
    a64_guest_set_sysreg(ENC_MAIR_EL1, 0xff | (header[7] & 0xc) << 8);
    a64_guest_set_sysreg(ENC_TTBR0_EL1, LEVEL1);
    a64_guest_set_sysreg(ENC_TCR_EL1, GUEST_TCR_T1 | 25);
    a64_guest_set_sysreg(ENC_SCTLR_EL1, sctlr_of(header, flags));
    tcg_cpu(CPU(guest.cpu))->one_insn_per_tb = flags & FLAG_ONE_INSN;
    registers_set(header);
    /* Some with interrupts and debug exceptions unmasked. */
    pstate_write(&guest.cpu->env, (flags & FLAG_EL0 ? PSTATE_MODE_EL0t : PSTATE_MODE_EL1h) |
                 (header[7] >> 4) << 6);
    a64_guest_run(64 + 16 * n);
    return 0;
}
