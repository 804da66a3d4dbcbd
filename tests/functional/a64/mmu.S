/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs cases with the MMU on, which each end in an exception, and writes what it was to the board's
 * PL011: four words of 64 bits per case (ESR, FAR, ELR minus the start of the case's code
 * if it is near it, X0).
 * test-a64-mmu.py knows the cases by the order of their definition.
 *
 * Addresses of 39 bits, pages of 4 KiB.  0x80000000 is a table of 2 MiB, the first of which are
 * pages; X1 is the address of each case.
 */
#include "lib/case.h"

        .equ    NORMAL, 1 << 2
        .equ    AF, 1 << 10
        .equ    BLOCK, NORMAL | AF | 1
        .equ    PAGE, NORMAL | AF | 3
        .equ    RO, 1 << 7
        .equ    EL0, 1 << 6

        .global _start, record
        .text
_start:
        bl      uart_on
        mov     x0, #3 << 20            // FPEN
        msr     cpacr_el1, x0
        ldr     x0, =record_vectors
        msr     vbar_el1, x0
        ldr     x0, =level1
        msr     ttbr0_el1, x0
        ldr     x0, =0x00800019         // T0SZ 25, EPD1, IPS 32 bits
        msr     tcr_el1, x0
        mov     x0, #0xff00             // 0: Device-nGnRnE, 1: Normal
        msr     mair_el1, x0
        isb
        ldr     x0, =0x30d00801         // RES1, LSMAOE, nTLSMD, EIS, EOS; SPAN and M
        msr     sctlr_el1, x0
        isb
        ldr     x28, =cases
next:   ldr     x0, =cases_end
        cmp     x28, x0
        b.hs    off
        ldp     x2, x1, [x28], #16      // SPSR, address
        ldr     x26, [x28], #8          // code
        msr     spsr_el1, x2
        msr     elr_el1, x26
        mov     x0, #0
        mov     x2, #2
        mov     x3, #3
        eret
record: msr     tpidr_el1, x0
        mrs     x0, esr_el1
        bl      put
        mrs     x0, far_el1
        bl      put
        mrs     x0, elr_el1
        bl      near
        mrs     x0, tpidr_el1
        bl      put
        b       next

        .ltorg

        .arch   armv8.2-a

        // translation
        case    EL1H, 0x8000000000
        ldr     x0, [x1]
        case    EL1H, 0xc0000000
        ldr     x0, [x1]
        case    EL1H, 0x80200000
        str     x0, [x1]
        case    EL1H, 0x80001000
        ldr     x0, [x1]
        case    EL0T, 0x80001008
        str     x0, [x1]
        case    EL1H, 0x80001000
        br      x1
        // access flag
        case    EL1H, 0x100000000
        ldr     x0, [x1]
        case    EL1H, 0x80400000
        str     x0, [x1]
        case    EL1H, 0x80002000
        ldr     x0, [x1]
        // permission
        case    EL1H, 0x140000000
        str     x0, [x1]
        case    EL1H, 0x80600000
        str     x0, [x1]
        case    EL1H, 0x80003000
        str     x0, [x1]
        case    EL0T, 0x80000000
        ldr     x0, [x1]
        case    EL1H, 0x80000000
        ldtr    x0, [x1]
        case    EL1H, 0x80006000
        br      x1
        case    EL1H | 1 << 22, 0x80004000
        ldtr    x0, [x1]
        ldr     x0, [x1]
        case    EL1H, 0x80003000
        ldadd   x0, x0, [x1]
        case    EL1H, 0x80001000
        ldadd   x0, x0, [x1]
        // address size, external abort on the walk, alignment on a device
        case    EL1H, 0x80800000
        ldr     x0, [x1]
        case    EL1H, 0x80a00000
        ldr     x0, [x1]
        case    EL1H, 0x80005001
        ldr     x0, [x1]
        // two pages, the second of which faults: nothing is written, no register changes
        case    EL1H, 0x80000ff8
        str     x2, [x1]
        stp     x3, x3, [x1]
        case    EL1H, 0x80000ff8
        ldr     x0, [x1]
        svc     #1
        case    EL1H, 0x80000ffc
        str     x3, [x1]
        case    EL1H, 0x80000ff8
        ldr     x0, [x1]
        svc     #2
        case    EL1H, 0x80000ff8
        mov     x0, #7
        ldp     x0, x2, [x1]
        // maintenance
        case    EL1H, 0x80001000
        dc      cvac, x1
        case    EL0T, 0x80000000
        ic      ivau, x1
        // another page appears at an address that the TLB knows
        case    EL1H, 0x80008000
        ldr     x2, [x1]
        ldr     x4, =level3
        ldr     x5, [x4, #7 * 8]
        str     x5, [x4, #8 * 8]
        dsb     ishst
        lsr     x6, x1, #12
        tlbi    vaae1is, x6
        dsb     ish
        isb
        ldr     x0, [x1]
        add     x0, x0, x2, lsl #32
        svc     #3
        // the same page by another ASID's table
        case    EL1H, 0x80009000
        ldr     x2, [x1]
        ldr     x4, =level1_other + (1 << 48)
        mrs     x5, ttbr0_el1
        msr     ttbr0_el1, x4
        isb
        ldr     x0, [x1]
        msr     ttbr0_el1, x5
        isb
        ldr     x6, [x1]
        add     x0, x0, x2, lsl #16
        add     x0, x0, x6, lsl #32
        svc     #4
        // AT
        case    EL1H, 0x80003123
        at      s1e1r, x1
        isb
        mrs     x0, par_el1
        ldr     x2, =page_a
        sub     x0, x0, x2
        svc     #5
        case    EL1H, 0x80003123
        at      s1e0w, x1
        isb
        mrs     x0, par_el1
        svc     #6
        // faults of fetches, at other levels
        case    EL1H, 0xc0000000
        br      x1
        case    EL1H, 0x80200000
        br      x1
        case    EL1H, 0x80002000
        br      x1
        case    EL1H, 0x80800000
        br      x1
        case    EL0T, 0x80006000
        br      x1
        // address size at levels 1 and 3, external abort at level 2
        case    EL1H, 0x180000000
        ldr     x0, [x1]
        case    EL1H, 0x8000c000
        str     x0, [x1]
        case    EL1H, 0x1c0000000
        ldr     x0, [x1]
        case    EL1H, 0x1c0000000
        br      x1
        // vectors into the next page, which is missing
        case    EL1H, 0x80000ff8
        movi    v0.16b, #255
        movi    v1.16b, #255
        str     q0, [x1]
        case    EL1H, 0x80000ff8
        ldr     x0, [x1]
        svc     #7
        case    EL1H, 0x80000ff0
        stp     q0, q1, [x1]
        case    EL1H, 0x80000ff0
        ldr     x0, [x1]
        svc     #8
        case    EL1H, 0x80000fe0
        st1     {v0.16b, v1.16b, v2.16b, v3.16b}, [x1]
        case    EL1H, 0x80000fe0
        ldr     x0, [x1]
        svc     #9
        case    EL1H, 0x80000fe4
        st4     {v0.4s, v1.4s, v2.4s, v3.4s}, [x1]
        case    EL1H, 0x80000fe0
        ldr     x0, [x1]
        svc     #10
        case    EL1H, 0x80000ff8
        st2     {v0.d, v1.d}[1], [x1]
        case    EL1H, 0x80000ff8
        ldr     x0, [x1]
        svc     #11
        case    EL1H, 0x80000fe0
        ld1     {v0.16b, v1.16b, v2.16b, v3.16b}, [x1]
        case    EL1H, 0x80000fe0
        umov    x0, v0.d[0]
        svc     #12
        case    EL1H, 0x80000ff0
        ldp     q0, q1, [x1]
        case    EL1H, 0x80000ff0
        umov    x0, v0.d[1]
        svc     #13
        // no base register changes either
        case    EL1H, 0x80000ff8
        mov     x4, x1
        ldp     x0, x2, [x4], #16
        case    EL1H, 0x80000ff8
        sub     x0, x4, x1
        svc     #14
        case    EL1H, 0x80000fe0
        mov     x4, x1
        st1     {v0.16b, v1.16b, v2.16b, v3.16b}, [x4], #64
        case    EL1H, 0x80000fe0
        sub     x0, x4, x1
        svc     #15
        // what must be aligned does not reach the next page
        case    EL1H, 0x80000ff8
        ldxp    x2, x3, [x1]
        case    EL1H, 0x80000ffc
        stlr    x3, [x1]
        // into the next page, which is read-only
        case    EL1H, 0x8000aff8
        str     q1, [x1]
        case    EL1H, 0x8000aff8
        stp     x3, x3, [x1]
        case    EL1H, 0x8000aff8
        stur    x3, [x1, #1]
        case    EL1H, 0x8000aff8
        ldp     x0, x2, [x1]
        add     x0, x0, x2, lsl #32
        svc     #16
        case    EL1H, 0x80003000
        dc      zva, x1
        case    EL1H, 0x80003000
        ldxp    x2, x3, [x1]
        stxp    w0, x2, x3, [x1]
        .ltorg

        .data
cases_end:
        .macro  tables name, second
        .balign 4096
\name:  .quad   (1 << 10) | 1                   // devices
        .quad   0x40000000 + BLOCK
        .quad   \second + 3
        .quad   0
        .quad   0x40000000 + BLOCK - AF
        .quad   0x40000000 + BLOCK + RO
        .quad   (1 << 36) + BLOCK
        .quad   0x0f000000 + 3
        .balign 4096
        .endm
        tables  level1, level2
        tables  level1_other, level2_other
level2: .quad   level3 + 3
        .quad   0
        .quad   0x40000000 + BLOCK - AF
        .quad   0x40000000 + BLOCK + RO
        .quad   (1 << 36) + BLOCK
        .quad   0x0f000000 + 3
        .balign 4096
level2_other:
        .quad   level3_other + 3
        .balign 4096
level3: .quad   page_a + PAGE
        .quad   0
        .quad   page_a + PAGE - AF
        .quad   page_a + PAGE + RO
        .quad   page_a + PAGE + EL0
        .quad   page_a + PAGE - NORMAL
        .quad   page_a + PAGE + (3 << 53)
        .quad   page_b + PAGE
        .quad   page_a + PAGE
        .quad   page_a + PAGE + (1 << 11)
        .quad   page_a + PAGE
        .quad   page_b + PAGE + RO
        .quad   (1 << 36) + PAGE
        .balign 4096
level3_other:
        .skip   9 * 8
        .quad   page_b + PAGE + (1 << 11)
        .balign 4096
page_a: .quad   0xa
        .balign 4096
page_b: .quad   0xb
        .balign 4096
