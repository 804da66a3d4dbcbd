/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding loads and stores: Arm ARM C4.1 "Loads and Stores", one function per class of encodings,
 * named as there.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "kvm-insn.h"

#define REG_SP_OR_ZR 31

static void access_add(ArmInsn *insn, unsigned offset, unsigned bytes, unsigned reg,
                       unsigned lane_byte)
{
    insn->accesses[insn->n_accesses++] = (ArmInsnAccess) {
        .offset = offset,
        .bytes = bytes,
        .reg = reg,
        .lane_byte = lane_byte,
    };
}

/* -- pairs ----------------------------------------------------------------------------------- */

/* Bits 24:23: no-allocate, post-index, offset, pre-index. */
enum { PAIR_NO_ALLOCATE = 0, PAIR_POST = 1, PAIR_OFFSET = 2, PAIR_PRE = 3 };

static bool decode_pair(uint32_t word, ArmInsn *insn)
{
    unsigned opc = extract32(word, 30, 2), mode = extract32(word, 23, 2);
    bool is_ldpsw = !insn->is_simd && opc == 1;
    unsigned bytes = insn->is_simd ? 4u << opc : opc == 2 ? 8 : 4;
    int64_t imm = sextract32(word, 15, 7) * (int64_t)bytes;

    insn->is_load = extract32(word, 22, 1);
    /* STGP stores tags, LDPSW has no form without allocation. */
    if (opc == 3 || (is_ldpsw && (!insn->is_load || mode == PAIR_NO_ALLOCATE))) {
        return false;
    }
    insn->is_signed = is_ldpsw;
    insn->reg_is_64 = opc != 0;
    insn->writeback = mode == PAIR_POST || mode == PAIR_PRE;
    insn->writeback_imm = imm;
    insn->offset = mode == PAIR_POST ? 0 : imm;
    access_add(insn, 0, bytes, extract32(word, 0, 5), 0);
    access_add(insn, bytes, bytes, extract32(word, 10, 5), 0);
    return true;
}

/* -- one register ---------------------------------------------------------------------------- */

/* size and opc of a SIMD register: bytes, or 0. */
static unsigned simd_bytes(unsigned size, unsigned opc)
{
    return opc & 2 ? (size == 0 ? 16 : 0) : 1u << size;
}

/* What size (31:30) and opc (23:22) say. */
static bool decode_size(uint32_t word, ArmInsn *insn, unsigned *bytes)
{
    unsigned size = extract32(word, 30, 2), opc = extract32(word, 22, 2);

    if (insn->is_simd) {
        insn->is_load = opc & 1;
        *bytes = simd_bytes(size, opc);
        return *bytes != 0;
    }
    *bytes = 1u << size;
    insn->is_load = opc != 0;
    insn->is_signed = opc >= 2;
    insn->reg_is_64 = opc == 2 || (opc == 1 && size == 3);
    /* 64 bits have no sign to extend (PRFM is there); 32 bits only to 64. */
    return !(opc >= 2 && size == 3) && !(opc == 3 && size == 2);
}

/* Bits 11:10: unscaled, post-index, unprivileged, pre-index. */
enum { IMM9_UNSCALED = 0, IMM9_POST = 1, IMM9_UNPRIVILEGED = 2, IMM9_PRE = 3 };

static bool decode_imm9(uint32_t word, ArmInsn *insn)
{
    unsigned mode = extract32(word, 10, 2);
    int64_t imm = sextract32(word, 12, 9);

    if (mode == IMM9_UNPRIVILEGED && insn->is_simd) {
        return false;
    }
    insn->writeback = mode == IMM9_POST || mode == IMM9_PRE;
    insn->writeback_imm = imm;
    insn->offset = mode == IMM9_POST ? 0 : imm;
    return true;
}

static bool decode_register_offset(uint32_t word, ArmInsn *insn, unsigned bytes)
{
    insn->extend = extract32(word, 13, 3);
    insn->index = extract32(word, 16, 5);
    insn->shift = extract32(word, 12, 1) ? ctz32(bytes) : 0;
    return insn->extend & 2;
}

static bool decode_single(uint32_t word, ArmInsn *insn)
{
    bool is_valid;
    unsigned bytes;

    if (!decode_size(word, insn, &bytes)) {
        return false;
    }
    if (extract32(word, 24, 1)) {
        insn->offset = (int64_t)extract32(word, 10, 12) * bytes;
        is_valid = true;
    } else if (!extract32(word, 21, 1)) {
        is_valid = decode_imm9(word, insn);
    } else {
        /* Bits 11:10: 10 is a register offset; the others are atomics and PAC. */
        is_valid = extract32(word, 10, 2) == 2 && decode_register_offset(word, insn, bytes);
    }
    access_add(insn, 0, bytes, extract32(word, 0, 5), 0);
    return is_valid;
}

/* -- structures ------------------------------------------------------------------------------ */

/* Post-index: by the register Rm, or by what was transferred when Rm is 31. */
static void structure_post_index(uint32_t word, ArmInsn *insn, unsigned bytes)
{
    unsigned rm = extract32(word, 16, 5);

    if (!extract32(word, 23, 1)) {
        return;
    }
    insn->writeback = true;
    if (rm == REG_SP_OR_ZR) {
        insn->writeback_imm = bytes;
    } else {
        insn->writeback_reg = rm;
    }
}

/* opcode: registers of which each is whole, and elements of a structure. */
static const struct {
    uint8_t repeat, elements;
} multiple_shapes[16] = {
    [0] = { 1, 4 }, [2] = { 4, 1 }, [4] = { 1, 3 }, [6] = { 3, 1 },
    [7] = { 1, 1 }, [8] = { 1, 2 }, [10] = { 2, 1 },
};

static bool decode_multiple_structures(uint32_t word, ArmInsn *insn)
{
    unsigned opcode = extract32(word, 12, 4), rt = extract32(word, 0, 5);
    unsigned repeat = multiple_shapes[opcode].repeat;
    unsigned elements = multiple_shapes[opcode].elements;
    unsigned element = 1u << extract32(word, 10, 2);
    unsigned vector = extract32(word, 30, 1) ? 16 : 8;
    unsigned offset = 0;

    /* Of structures there is none of one 64-bit element a half vector. */
    if (!repeat || (elements > 1 && element == 8 && vector == 8) ||
        (!extract32(word, 23, 1) && extract32(word, 16, 5))) {
        return false;
    }
    insn->clears_rest = true;
    for (unsigned r = 0; r < repeat; r++) {
        for (unsigned lane = 0; lane < vector; lane += element) {
            for (unsigned s = 0; s < elements; s++, offset += element) {
                access_add(insn, offset, element, (rt + r + s) % 32, lane);
            }
        }
    }
    structure_post_index(word, insn, offset);
    return true;
}

/* Element size and index of a single structure: scale, and how Q:S:size give the lane. */
static bool single_lane(uint32_t word, unsigned *element, unsigned *lane, bool *replicates)
{
    unsigned scale = extract32(word, 14, 2), size = extract32(word, 10, 2);
    unsigned index = extract32(word, 30, 1) << 3 | extract32(word, 12, 1) << 2 | size;

    *replicates = scale == 3;
    if (*replicates) {
        *element = 1u << size;
        *lane = 0;
        return extract32(word, 22, 1) && !extract32(word, 12, 1);
    }
    if (scale == 2 && (size & 1)) {
        *element = 8;
        *lane = index >> 3;
        return size == 1 && !extract32(word, 12, 1);
    }
    *element = 1u << scale;
    *lane = index >> scale;
    return (size & ((1u << scale) - 1)) == 0;
}

static bool decode_single_structure(uint32_t word, ArmInsn *insn)
{
    unsigned rt = extract32(word, 0, 5);
    unsigned elements = (extract32(word, 13, 1) << 1 | extract32(word, 21, 1)) + 1;
    unsigned element, lane;

    if (!single_lane(word, &element, &lane, &insn->replicates) ||
        (!extract32(word, 23, 1) && extract32(word, 16, 5))) {
        return false;
    }
    insn->clears_rest = insn->replicates;
    insn->vector_bytes = extract32(word, 30, 1) ? 16 : 8;
    for (unsigned s = 0; s < elements; s++) {
        access_add(insn, s * element, element, (rt + s) % 32, lane * element);
    }
    structure_post_index(word, insn, elements * element);
    return true;
}

/* -- all ------------------------------------------------------------------------------------- */

bool arm_insn_decode(uint32_t word, ArmInsn *insn)
{
    *insn = (ArmInsn) {
        .base = extract32(word, 5, 5),
        .index = -1,
        .writeback_reg = -1,
        .is_simd = extract32(word, 26, 1),
    };
    /* Loads and stores: bit 27 set, bit 25 clear. */
    if (!extract32(word, 27, 1) || extract32(word, 25, 1)) {
        return false;
    }
    switch (extract32(word, 28, 2)) {
    case 0:
        insn->is_load = extract32(word, 22, 1);
        if (!insn->is_simd || extract32(word, 31, 1)) {
            return false;
        }
        if (extract32(word, 24, 1)) {
            return decode_single_structure(word, insn);
        }
        return !extract32(word, 21, 1) && decode_multiple_structures(word, insn);
    case 2:
        insn->clears_rest = true;
        return decode_pair(word, insn);
    case 3:
        insn->clears_rest = true;
        return decode_single(word, insn);
    default:
        return false;
    }
}
