/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs segments of random instructions and writes a digest of the registers and of the scratch
 * memory after each: 8 bytes, to standard output (USER: a Linux program, for another executor) or
 * to the board's PL011, and then ends.  Both are linked to the same addresses.
 *
 * A segment, at SEGMENT bytes each: X0..X27, NZCV, with SIMD V0..V31 and FPCR, INSNS instructions,
 * RET.  X28..X30 are ours.
 */
#ifdef SIMD
#define HEADER ((29 + 65) * 8)
#define STATE (240 + 65 * 8)
        .macro  vload n                 // without an MMU only aligned accesses do
        ldp     x1, x2, [x0], #16
        fmov    d\n, x1
        fmov    v\n\().d[1], x2
        .endm
        .macro  vstore n
        str     q\n, [x0], #16
        .endm
#else
#define HEADER (29 * 8)
#define STATE 240
#endif
        .global _start
        .text
_start:
#ifndef USER
        mov     x0, #3 << 20            // CPACR_EL1.FPEN
        msr     cpacr_el1, x0
        mrs     x0, sctlr_el1           // pointers are signed: 48 bits of address, tags ignored
        ldr     x1, =1 << 31 | 1 << 30 | 1 << 27 | 1 << 13
        orr     x0, x0, x1
        msr     sctlr_el1, x0
        ldr     x0, =1 << 37 | 16
        msr     tcr_el1, x0
        .irp    key, apia, apib, apda, apdb, apga
        msr     \key\()keylo_el1, x1
        msr     \key\()keyhi_el1, x0
        .endr
        isb
        ldr     x1, =0x09000000
        mov     w0, #0x301
        str     w0, [x1, #0x30]         // UARTCR
#endif
        ldr     x28, =segments
        ldr     x0, =digests
        ldr     x1, =out
        str     x0, [x1]
1:      ldr     x0, =scratch
        mov     x1, #SCRATCH / 16
2:      stp     x1, x1, [x0], #16       // what was there before must not matter
        subs    x1, x1, #1
        b.ne    2b
        ldr     x0, [x28, #28 * 8]
        msr     nzcv, x0
        ldr     x0, =scratch + 256
        mov     sp, x0
#ifdef SIMD
        add     x0, x28, #29 * 8
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        vload   \n
        .endr
        ldr     x1, [x0]
        msr     fpcr, x1
        msr     fpsr, xzr
#endif
        ldp     x0, x1, [x28, #0]
        ldp     x2, x3, [x28, #16]
        ldp     x4, x5, [x28, #32]
        ldp     x6, x7, [x28, #48]
        ldp     x8, x9, [x28, #64]
        ldp     x10, x11, [x28, #80]
        ldp     x12, x13, [x28, #96]
        ldp     x14, x15, [x28, #112]
        ldp     x16, x17, [x28, #128]
        ldp     x18, x19, [x28, #144]
        ldp     x20, x21, [x28, #160]
        ldp     x22, x23, [x28, #176]
        ldp     x24, x25, [x28, #192]
        ldp     x26, x27, [x28, #208]
        add     x29, x28, #HEADER
        clrex
        blr     x29
        ldr     x29, =saved
        stp     x0, x1, [x29, #0]
        stp     x2, x3, [x29, #16]
        stp     x4, x5, [x29, #32]
        stp     x6, x7, [x29, #48]
        stp     x8, x9, [x29, #64]
        stp     x10, x11, [x29, #80]
        stp     x12, x13, [x29, #96]
        stp     x14, x15, [x29, #112]
        stp     x16, x17, [x29, #128]
        stp     x18, x19, [x29, #144]
        stp     x20, x21, [x29, #160]
        stp     x22, x23, [x29, #176]
        stp     x24, x25, [x29, #192]
        stp     x26, x27, [x29, #208]
        mov     x0, sp
        mrs     x1, nzcv
        stp     x0, x1, [x29, #224]
#ifdef SIMD
        add     x0, x29, #240
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        vstore  \n
        .endr
        mrs     x1, fpsr
        str     x1, [x0]
#endif
#ifdef DUMP
        ldr     x0, =saved
        mov     x1, #STATE
        bl      write
#endif
        mov     x0, #0
        ldr     x1, =0x9e3779b97f4a7c15
        ldr     x2, =saved
        mov     x3, #STATE / 8
        bl      mix
        ldr     x2, =scratch
        mov     x3, #SCRATCH / 8
        bl      mix
        ldr     x2, =out
        ldr     x1, [x2]
        str     x0, [x1], #8
        str     x1, [x2]
        ldr     x0, =SEGMENT
        add     x28, x28, x0
        ldr     x0, =segments_end
        cmp     x28, x0
        b.lo    1b
#ifndef DUMP
        ldr     x0, =digests
        ldr     x1, =out
        ldr     x1, [x1]
        sub     x1, x1, x0
        bl      write
#endif
#ifdef USER
        mov     x0, #0
        mov     x8, #93                 // exit
        svc     #0
#else
        ldr     x0, =0x84000008         // PSCI SYSTEM_OFF
        hvc     #0
#endif
        b       .

/* x0 = the digest with the x3 words at x2 mixed in; x1: an odd number */
mix:    ldr     x4, [x2], #8
        eor     x0, x0, x4
        mul     x0, x0, x1
        ror     x0, x0, #29
        subs    x3, x3, #1
        b.ne    mix
        ret

/* x1 bytes at x0 */
write:
#ifdef USER
        mov     x2, x1
        mov     x1, x0
        mov     x0, #1
        mov     x8, #64
        svc     #0
        subs    x2, x2, x0
        add     x0, x1, x0
        mov     x1, x2
        b.ne    write
        ret
#else
        ldr     x3, =0x09000000
1:      ldrb    w2, [x0], #1
        strb    w2, [x3]
        subs    x1, x1, #1
        b.ne    1b
        ret
#endif
        .ltorg
        .data
        .balign 4096                    // the address does not depend on the segments
scratch:
        .skip   SCRATCH
saved:  .skip   1024
out:    .quad   0
        .balign 16
segments:
        .incbin SEGMENTS
segments_end:
        .bss
        .balign 16
digests:
        .skip   DIGESTS
