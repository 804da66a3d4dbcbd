/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Executes random words for ever: after each exception at another place of them, at EL1 or EL0.
 * What the words do to registers, memory and system registers is theirs.
 */
        .global _start
        .text
_start: adr     x0, vectors
        msr     vbar_el1, x0
        b       resume

        .macro  vector
        .balign 128
        b       resume
        .endm
        .balign 2048
vectors:
        .rept   16
        vector
        .endr

resume: movz    x0, #0x30d0, lsl #16    // the MMU off, SPAN
        movk    x0, #0x0800
        msr     sctlr_el1, x0
        mov     x0, #3 << 20
        msr     cpacr_el1, x0
        msr     mdscr_el1, xzr
        adr     x0, vectors
        msr     vbar_el1, x0
        isb
        adr     x1, state               // a linear congruential generator
        ldr     x0, [x1]
        ldr     x2, multiplier
        mul     x0, x0, x2
        add     x0, x0, #1
        str     x0, [x1]
        lsr     x2, x0, #33
        and     x2, x2, #WORDS - 1
        adr     x3, words
        add     x3, x3, x2, lsl #2
        msr     elr_el1, x3
        tst     x0, #1 << 60
        mov     x2, #0x3c5
        csel    x2, x2, xzr, eq
        msr     spsr_el1, x2
        // addresses: of data near the words, odd ones, and nothing
        adr     x4, data
        mov     x5, x4
        add     x6, x4, #1024
        lsr     x7, x0, #20
        add     x8, x4, #12
        add     x9, x4, #2047
        mov     x10, sp
        and     x10, x10, #0xfff
        add     x10, x10, x4
        mov     sp, x4
        eret
        .balign 8
multiplier:
        .quad   6364136223846793005
state:  .quad   SEED
words:  .incbin STREAM
        .balign 4096
data:   .skip   8192
