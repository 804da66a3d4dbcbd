/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MemOp: size, sign, byte order, alignment and atomicity of one memory access,
 * packed into an int.  The guest (arm64) is little-endian: MO_TE is MO_LE.
 */
#ifndef EXEC_MEMOP_H
#define EXEC_MEMOP_H

#include "qemu/host-utils.h"

typedef enum MemOp {
    /* log2 of the size in bytes */
    MO_8 = 0,
    MO_16 = 1,
    MO_32 = 2,
    MO_64 = 3,
    MO_128 = 4,
    MO_256 = 5,
    MO_512 = 6,
    MO_1024 = 7,
    MO_SIZE = 0x07,

    MO_SIGN = 0x08, /* sign-extend a load */

    MO_BSWAP = 0x10, /* byte order is not the host's */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    MO_LE = MO_BSWAP,
    MO_BE = 0,
#else
    MO_LE = 0,
    MO_BE = MO_BSWAP,
#endif
    MO_TE = MO_LE,

    /* Required alignment: log2 in three bits, all ones for "its own size". */
    MO_ASHIFT = 5,
    MO_AMASK = 0x7 << MO_ASHIFT,
    MO_UNALN = 0,
    MO_ALIGN_2 = 1 << MO_ASHIFT,
    MO_ALIGN_4 = 2 << MO_ASHIFT,
    MO_ALIGN_8 = 3 << MO_ASHIFT,
    MO_ALIGN_16 = 4 << MO_ASHIFT,
    MO_ALIGN_32 = 5 << MO_ASHIFT,
    MO_ALIGN_64 = 6 << MO_ASHIFT,
    MO_ALIGN = MO_AMASK,

    /*
     * Single-copy atomicity: the whole access if aligned; each half of a pair;
     * the whole if within 16 bytes; the pair form of that; per aligned unit; none.
     */
    MO_ATOM_SHIFT = 8,
    MO_ATOM_IFALIGN = 0 << MO_ATOM_SHIFT,
    MO_ATOM_IFALIGN_PAIR = 1 << MO_ATOM_SHIFT,
    MO_ATOM_WITHIN16 = 2 << MO_ATOM_SHIFT,
    MO_ATOM_WITHIN16_PAIR = 3 << MO_ATOM_SHIFT,
    MO_ATOM_SUBALIGN = 4 << MO_ATOM_SHIFT,
    MO_ATOM_NONE = 5 << MO_ATOM_SHIFT,
    MO_ATOM_MASK = 7 << MO_ATOM_SHIFT,

    MO_UB = MO_8,
    MO_UW = MO_16,
    MO_UL = MO_32,
    MO_UQ = MO_64,
    MO_UO = MO_128,
    MO_SB = MO_SIGN | MO_8,
    MO_SW = MO_SIGN | MO_16,
    MO_SL = MO_SIGN | MO_32,
    MO_SQ = MO_SIGN | MO_64,
    MO_SO = MO_SIGN | MO_128,

    MO_LEUW = MO_LE | MO_UW,
    MO_LEUL = MO_LE | MO_UL,
    MO_LEUQ = MO_LE | MO_UQ,
    MO_LESW = MO_LE | MO_SW,
    MO_LESL = MO_LE | MO_SL,
    MO_LESQ = MO_LE | MO_SQ,
    MO_BEUW = MO_BE | MO_UW,
    MO_BEUL = MO_BE | MO_UL,
    MO_BEUQ = MO_BE | MO_UQ,
    MO_BESW = MO_BE | MO_SW,
    MO_BESL = MO_BE | MO_SL,
    MO_BESQ = MO_BE | MO_SQ,
    MO_TEUW = MO_TE | MO_UW,
    MO_TEUL = MO_TE | MO_UL,
    MO_TEUQ = MO_TE | MO_UQ,
    MO_TEUO = MO_TE | MO_UO,
    MO_TESW = MO_TE | MO_SW,
    MO_TESL = MO_TE | MO_SL,
    MO_TESQ = MO_TE | MO_SQ,

    MO_SSIZE = MO_SIZE | MO_SIGN,
} MemOp;

/* Size of the access in bytes. */
static inline unsigned memop_size(MemOp op)
{
    return 1u << (op & MO_SIZE);
}

/* The host-endian MemOp of a power-of-two @size in bytes. */
static inline MemOp size_memop(unsigned size)
{
    return (MemOp)ctz32(size);
}

static inline bool memop_big_endian(MemOp op)
{
    return (op & MO_BSWAP) == MO_BE;
}

/* Alignment that @op demands, as log2 of bytes. */
static inline unsigned memop_alignment_bits(MemOp op)
{
    unsigned a = op & MO_AMASK;

    return a == MO_ALIGN ? (unsigned)(op & MO_SIZE) : a >> MO_ASHIFT;
}

#endif
