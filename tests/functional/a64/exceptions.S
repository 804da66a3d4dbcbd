/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs cases that each end in an exception, and writes what it was to the board's PL011: eight
 * words of 64 bits per case (number, offset in the vector table, ESR, ELR and FAR minus the start of
 * the case's code if they are near it, SPSR, X0, PSTATE.PAN).  test-a64-exceptions.py knows the
 * cases by the order of their definition.
 */
#include "lib/case.h"

        .macro  vector offset
        .balign 128
        msr     tpidr_el1, x0
        mov     x0, #\offset
        b       record
        .endm

        .global _start, record
        .text
_start:
        bl      uart_on
        ldr     x0, =vectors
        msr     vbar_el1, x0
        ldr     x28, =cases             // the next one
        mov     x27, #0                 // its number
next:   ldr     x0, =cases_end
        cmp     x28, x0
        b.hs    off
        ldr     x0, =0x30d00800         // RES1, LSMAOE, nTLSMD, EIS, EOS; and SPAN
        msr     sctlr_el1, x0
        mov     x0, #3 << 20
        msr     cpacr_el1, x0
        isb
        msr     spsel, #1
        ldr     x0, =stack
        mov     sp, x0
        msr     sp_el0, x0
        ldp     x1, x2, [x28], #16      // SPSR; what to do before
        ldr     x26, [x28], #8          // code
        cbz     x2, 1f
        blr     x2
1:      msr     spsr_el1, x1
        msr     elr_el1, x26
        mov     x0, #0
        eret
record: mov     x10, x0
        movz    x0, #0x30d0, lsl #16    // little-endian, whatever the case did
        movk    x0, #0x0800
        msr     sctlr_el1, x0
        isb
        mov     x0, x27
        bl      put
        mov     x0, x10
        bl      put
        mrs     x0, esr_el1
        bl      put
        mrs     x0, elr_el1
        bl      near
        mrs     x0, far_el1
        bl      near
        mrs     x0, spsr_el1
        bl      put
        mrs     x0, tpidr_el1
        bl      put
        mrs     x0, s3_0_c4_c2_3        // PAN
        bl      put
        add     x27, x27, #1
        b       next

        .ltorg

        .balign 2048
vectors:
        .irp    offset, 0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x400, 0x480, 0x500, 0x580
        vector  \offset
        .endr
        .balign 2048


        .equ    EL1T, 0x3c4

sctlr_add_x3:
        mrs     x0, sctlr_el1
        orr     x0, x0, x3
        msr     sctlr_el1, x0
        ret
no_fp:  msr     cpacr_el1, xzr
        ret
fp_el1: mov     x0, #1 << 20
        msr     cpacr_el1, x0
        ret
alignment:
        mov     x3, #2
        b       sctlr_add_x3
sp_alignment:
        mov     x3, #0x18               // SA, SA0
        b       sctlr_add_x3
span_clear:
        mrs     x0, sctlr_el1
        bic     x0, x0, #1 << 23
        msr     sctlr_el1, x0
        ret
big_endian:
        mov     x3, #1 << 25
        b       sctlr_add_x3
pauth_ia:
        mov     x3, #1 << 31
        mov     x0, #0x1234
        msr     s3_0_c2_c1_0, x0        // APIAKeyLo_EL1
        b       sctlr_add_x3

        .arch   armv8.5-a
        // calls
        case    EL1H, 0
        svc     #0x1234
        case    EL1T, 0
        svc     #1
        case    EL0T, 0
        cmp     x0, x0
        svc     #2
        case    EL1H, 0
        brk     #0x55
        // UNDEFINED
        case    EL1H, 0
        .inst   0
        case    EL1H, 0
        hlt     #0
        case    EL1H, 0
        smc     #0
        case    EL0T, 0
        hvc     #0
        case    EL0T, 0
        eret
        case    EL0T, 0
        mrs     x3, sctlr_el1
        case    EL1H, 0
        mrs     x3, sctlr_el2
        case    EL1H, 0
        msr     s3_0_c0_c0_0, x3
        case    EL0T, 0
        msr     spsel, #1
        // trapped
        case    EL0T, 0
        msr     daifset, #5
        case    EL0T, 0
        mrs     x5, daif
        case    EL0T, 0
        nop
        wfi
        case    EL1H, no_fp
        ldr     d0, [sp]
        case    EL0T, fp_el1
        mrs     x0, fpcr
        // alignment
        case    EL1H, sp_alignment
        sub     sp, sp, #8
        mov     x0, #1
        ldr     x0, [sp, #8]
        case    EL1H, sp_alignment
        ldr     x0, [sp, #-16]!
        add     sp, sp, #4
        str     x1, [sp], #16
        case    EL0T, sp_alignment
        add     sp, sp, #24
        ldp     x1, x2, [sp]
        case    EL1H, 0
        adr     x1, .
        add     x1, x1, #6
        br      x1
        case    EL1H, alignment
        adr     x1, .
        ldr     w0, [x1, #2]
        case    EL1H, alignment
        adr     x1, .
        ldrb    w0, [x1, #1]
        add     x1, x1, #20
        stp     x0, x0, [x1, #-8]!
        case    EL0T, 0
        adr     x1, .
        add     x1, x1, #8
        ldxp    x2, x3, [x1]
        case    EL1H, 0
        adr     x1, .
        add     x1, x1, #1
        ldaddh  w0, w2, [x1]
        // illegal returns: to EL2, to AArch32; IL stays until the next exception
        case    EL1H, 0
        mov     x0, #0x3c9
        msr     spsr_el1, x0
        adr     x1, 2f
        msr     elr_el1, x1
        eret
2:      mov     x0, #7
        case    EL0T, 0
        svc     #3
        case    EL1H, 0
        movz    x0, #0x6000, lsl #16
        movk    x0, #0x1d0
        msr     spsr_el1, x0
        adr     x1, 2f
        msr     elr_el1, x1
        eret
        nop
2:      nop
        // where nothing is: data, instructions; beyond the physical addresses
        case    EL1H, 0
        movz    x1, #0x0f00, lsl #16
        ldr     w0, [x1]
        case    EL1H, 0
        movz    x1, #0x0f00, lsl #16
        br      x1
        case    EL0T, 0
        movz    x1, #4, lsl #48
        str     w0, [x1]
        // PAN is set by an exception unless SPAN says no
        case    EL1H, span_clear
        svc     #4
        // pointer authentication: with the key, with a bit wrong, without
        case    EL1H, pauth_ia
        mov     x2, #5
        adr     x1, .
        mov     x3, x1
        pacia   x3, x2
        cmp     x3, x1
        cset    x4, ne
        autia   x3, x2
        cmp     x3, x1
        cset    x0, eq
        add     x0, x0, x4, lsl #4
        svc     #5
        case    EL1H, pauth_ia
        mov     x2, #5
        mov     x3, #0x4000
        pacia   x3, x2
        eor     x3, x3, #0x40000000000000
        autia   x3, x2
        mov     x0, x3
        svc     #6
        case    EL1H, 0
        mov     x2, #5
        mov     x0, #0x4000
        pacia   x0, x2
        svc     #7
        // addresses, from amid a block to pages before it
        case    EL1H, 0
        nop
        ldr     x1, =_start
        adr     x2, _start
        adrp    x3, _start
        sub     x2, x2, x1
        sub     x3, x3, x1
        add     x0, x2, x3
        add     x0, x0, #7
        svc     #10
        // a W register has no upper half, whatever is known of the value
        case    EL1H, 0
        mov     x2, #-50486
        ror     w3, w2, wzr
        mov     x0, x3
        svc     #11
        // big-endian data: instructions stay little-endian
        case    EL1H, big_endian
        adr     x1, 2f
        ldr     w0, [x1]
        svc     #8
2:      .inst   0x11223344
        case    EL1H, big_endian
        mov     x1, sp
        movz    x2, #0x0102, lsl #48
        movk    x2, #0x0304, lsl #32
        movk    x2, #0x0506, lsl #16
        movk    x2, #0x0708
        mov     x3, #1
        stp     x2, x3, [x1]
        ldaddal w3, w4, [x1]
        ldrh    w5, [x1, #2]
        ldxp    x6, x7, [x1]
        stxp    w8, x7, x6, [x1]
        ldr     x9, [x1, #8]
        ldrb    w10, [x1, #7]
        add     x0, x9, x5
        add     x0, x0, x10, lsl #32
        add     x0, x0, x8, lsl #48
        svc     #9
        .ltorg
        .data
cases_end:
        .bss
        .balign 16
        .skip   1024
stack:  .skip   1024
