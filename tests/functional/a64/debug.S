/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of EL0 meets breakpoints and watchpoints; EL1 writes to the board's PL011 what each
 * exception was: three words of 64 bits (ESR, ELR minus the program's start, FAR minus the word that
 * is watched), and goes on behind the instruction.  A call is the end.
 */
        .global _start, record
        .text
_start:
        bl      uart_on
        ldr     x0, =record_vectors
        msr     vbar_el1, x0
        msr     oslar_el1, xzr
        ldr     x26, =program
        ldr     x27, =word
        add     x0, x26, #8
        msr     dbgbvr1_el1, x0
        mov     x0, #0x1e5              // E, EL0, BAS
        msr     dbgbcr1_el1, x0
        add     x0, x26, #12
        msr     dbgbvr2_el1, x0
        mov     x0, #0x1e3              // E, EL1: not this program
        msr     dbgbcr2_el1, x0
        msr     dbgwvr0_el1, x27
        mov     x0, #0x0195             // E, EL0, stores, bytes 2 and 3
        msr     dbgwcr0_el1, x0
        add     x0, x27, #64
        msr     dbgwvr1_el1, x0
        ldr     x0, =0x06001fed         // E, EL0, loads, 64 bytes
        msr     dbgwcr1_el1, x0
        mov     x0, #1 << 15            // MDE
        msr     mdscr_el1, x0
        msr     elr_el1, x26
        msr     spsr_el1, xzr
        isb
        eret

record: mrs     x0, esr_el1
        bl      put
        mrs     x0, elr_el1
        sub     x0, x0, x26
        bl      put
        mrs     x0, far_el1
        sub     x0, x0, x27
        bl      put
        mrs     x0, esr_el1
        lsr     w0, w0, #26
        cmp     w0, #0x15
        b.eq    off
        mrs     x4, elr_el1
        add     x4, x4, #4
        msr     elr_el1, x4
        eret
        .ltorg

program:
        nop
        nop
        nop                             // 8: breakpoint
        nop
        strb    wzr, [x27]              // another byte
        strb    wzr, [x27, #3]          // 20
        ldr     w7, [x27]               // a load
        str     xzr, [x27]              // 28
        ldrb    w7, [x27, #63]
        ldrb    w7, [x27, #127]         // 36
        str     xzr, [x27, #64]
        ldrb    w7, [x27, #128]
        svc     #1                      // 48

        .data
        .balign 256
word:   .skip   256
