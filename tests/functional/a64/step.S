/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EL1 steps through a program of EL0 (MDSCR_EL1.SS) and writes to the board's PL011 what each
 * exception was: three words of 64 bits (ESR, ELR minus the program's start, SPSR).  Aborts are
 * skipped, calls return as they are, and the second call is the end.
 */
        .global _start, record
        .text
_start:
        bl      uart_on
        ldr     x0, =record_vectors
        msr     vbar_el1, x0
        mov     x0, #1                  // SS
        msr     mdscr_el1, x0
        msr     oslar_el1, xzr
        ldr     x26, =program
        mov     x28, #0x0f000000        // nothing is there
        ldr     x27, =word
        msr     elr_el1, x26
        mov     x0, #1 << 21            // SPSR.SS, EL0
        msr     spsr_el1, x0
        isb
        eret

record: mrs     x0, esr_el1
        bl      put
        mrs     x0, elr_el1
        sub     x0, x0, x26
        bl      put
        mrs     x0, spsr_el1
        bl      put
        mrs     x0, esr_el1
        mrs     x4, elr_el1
        mrs     x5, spsr_el1
        lsr     w6, w0, #26
        cmp     w6, #0x15
        b.eq    call
        cmp     w6, #0x24
        b.ne    1f
        add     x4, x4, #4
1:      orr     x5, x5, #1 << 21
        msr     spsr_el1, x5
        msr     elr_el1, x4
        eret
call:   tst     w0, #2
        b.ne    off
        eret
        .ltorg

program:
        nop
        b       1f
        udf     #0
1:      ldxr    x7, [x27]
        svc     #1
        ldr     x7, [x28]
        cbz     xzr, 2f
        udf     #0
2:      svc     #2

        .data
        .balign 8
word:   .quad   0
