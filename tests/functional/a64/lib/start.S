/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the guests in C begin: a stack for each CPU, the exception vectors, and the MMU if
 * guest_mmu_on() was called before the CPU was switched on.
 */
        .equ    STACK, 14               // 16 KiB, as a shift
        .equ    FRAME, 36 * 8           // Frame of guest.h, and 8 bytes for the alignment

        .global _start, guest_secondary
        .text
_start: bl      cpu_setup
        mov     w0, #0x301              // PL011: UARTEN, TXE, RXE
        movz    x1, #0x0900, lsl #16
        str     w0, [x1, #0x30]
        bl      guest_main
        b       guest_end

        // X0 is what CPU_ON was given
guest_secondary:
        mov     x20, x0
        bl      cpu_setup
        mov     x0, x20
        bl      guest_secondary_main
        b       .

cpu_setup:
        mrs     x1, mpidr_el1
        and     x1, x1, #255
        add     x1, x1, #1
        ldr     x2, =stacks
        add     x1, x2, x1, lsl #STACK
        msr     spsel, #1
        mov     sp, x1
        ldr     x1, =vectors
        msr     vbar_el1, x1
        mov     x1, #3 << 20            // CPACR_EL1.FPEN
        msr     cpacr_el1, x1
        isb
        ldr     x1, =guest_mmu_is_on
        ldr     w1, [x1]
        cbnz    w1, guest_mmu_enable
        ret
        .ltorg

        .balign 2048
vectors:
        .irp    number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        .balign 128
        sub     sp, sp, #FRAME
        stp     x0, x1, [sp]
        mov     x1, #\number
        b       taken
        .endr

taken:  stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        stp     x18, x19, [sp, #144]
        stp     x20, x21, [sp, #160]
        stp     x22, x23, [sp, #176]
        stp     x24, x25, [sp, #192]
        stp     x26, x27, [sp, #208]
        stp     x28, x29, [sp, #224]
        mrs     x2, elr_el1
        mrs     x3, spsr_el1
        mrs     x4, esr_el1
        mrs     x5, far_el1
        stp     x30, x2, [sp, #240]
        stp     x3, x4, [sp, #256]
        str     x5, [sp, #272]
        mov     x0, sp
        bl      guest_exception
        ldp     x30, x2, [sp, #240]
        ldr     x3, [sp, #256]
        msr     elr_el1, x2
        msr     spsr_el1, x3
        ldp     x2, x3, [sp, #16]
        ldp     x4, x5, [sp, #32]
        ldp     x6, x7, [sp, #48]
        ldp     x8, x9, [sp, #64]
        ldp     x10, x11, [sp, #80]
        ldp     x12, x13, [sp, #96]
        ldp     x14, x15, [sp, #112]
        ldp     x16, x17, [sp, #128]
        ldp     x18, x19, [sp, #144]
        ldp     x20, x21, [sp, #160]
        ldp     x22, x23, [sp, #176]
        ldp     x24, x25, [sp, #192]
        ldp     x26, x27, [sp, #208]
        ldp     x28, x29, [sp, #224]
        ldp     x0, x1, [sp], #FRAME
        eret

        .bss
        .balign 16
stacks: .skip   8 << STACK
