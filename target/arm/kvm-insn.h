/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a load or store instruction of A64 asks for, as accesses of memory and registers: for
 * accesses to devices that the hardware does not describe to KVM.
 */
#ifndef TARGET_ARM_KVM_INSN_H
#define TARGET_ARM_KVM_INSN_H

#include "qemu/osdep.h"

/* Structures of four elements of four registers, each byte by itself. */
#define ARM_INSN_MAX_ACCESSES 64

/* One element in memory and the (part of a) register that it goes to or comes from. */
typedef struct ArmInsnAccess {
    uint8_t offset;             /* from the address of the instruction */
    uint8_t bytes;              /* 1, 2, 4, 8, or 16 */
    uint8_t reg;                /* X0..X30, 31 the zero register; or V0..V31 */
    uint8_t lane_byte;          /* SIMD: first byte in the vector */
} ArmInsnAccess;

/*
 * @base: register of the address; 31 is the stack pointer.  The address is base + @offset (with
 * the register @index, if not -1, extended and shifted), then @accesses.  @writeback: afterwards
 * base becomes base + @writeback_imm (+ X@writeback_reg, if not -1).
 * @is_simd: the registers are vectors.  A load clears the rest of a vector if @clears_rest (as
 * every load but that of single lanes does), and if @replicates fills @vector_bytes of it with the
 * element.
 * @is_signed, @reg_is_64: how a general register is filled.
 */
typedef struct ArmInsn {
    bool is_load;
    bool is_simd;
    bool is_signed;
    bool reg_is_64;
    bool clears_rest;
    bool replicates;
    bool writeback;
    uint8_t vector_bytes;
    uint8_t base;
    int8_t index;
    int8_t writeback_reg;
    uint8_t extend;             /* the option field: UXTW 2, LSL 3, SXTW 6, SXTX 7 */
    uint8_t shift;
    int64_t offset;
    int64_t writeback_imm;
    unsigned n_accesses;
    ArmInsnAccess accesses[ARM_INSN_MAX_ACCESSES];
} ArmInsn;

/*
 * Loads and stores of one or two general or SIMD registers in all addressing modes, and SIMD
 * structures (LD1 to LD4, ST1 to ST4, LDnR).  False: @insn is something else (exclusive and
 * atomic accesses, prefetch, cache maintenance, tags...), or unallocated.
 */
bool arm_insn_decode(uint32_t word, ArmInsn *insn);

#endif
