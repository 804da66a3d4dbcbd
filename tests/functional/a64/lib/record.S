/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guests in assembler have in common, which write words of 64 bits to the board's PL011: all
 * exceptions go to their `record`.
 */
        .global uart_on, near, put, off, record_vectors
        .text
        // X0 and X1 change
uart_on:
        movz    x1, #0x0900, lsl #16
        mov     w0, #0x301              // UARTEN, TXE, RXE
        str     w0, [x1, #0x30]
        ret

        // put() of X0, minus X26 (the start of a case's code) if it is near that
near:   sub     x1, x0, x26
        cmp     x1, #256
        csel    x0, x1, x0, lo

        // X0 is written; X0, X2 and X3 change
put:    movz    x2, #0x0900, lsl #16
        mov     x3, #8
1:      strb    w0, [x2]
        lsr     x0, x0, #8
        subs    x3, x3, #1
        b.ne    1b
        ret

        // PSCI SYSTEM_OFF
off:    movz    x0, #0x8400, lsl #16
        movk    x0, #0x0008
        hvc     #0

        .balign 2048
record_vectors:
        .rept   16
        .balign 128
        b       record
        .endr
