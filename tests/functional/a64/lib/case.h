/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cases of guests in assembler: code that is entered with an SPSR, and an argument that is the
 * guest's. `cases` is the list of them: three words of 64 bits each.
 */
        .equ    EL1H, 0x3c5
        .equ    EL0T, 0

        .macro  case spsr, argument
        .pushsection .data
        .quad   \spsr, \argument, 1f
        .popsection
        .balign 16
1:
        .endm

        .data
        .balign 8
cases:
        .text
