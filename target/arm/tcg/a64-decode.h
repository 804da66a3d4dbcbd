/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoder of A64: from a word to the line of the encoding table (target/arm/a64.decode,
 * a64-simd.decode) that describes it, and its fields.
 */
#ifndef TARGET_ARM_TCG_A64_DECODE_H
#define TARGET_ARM_TCG_A64_DECODE_H

typedef struct DisasContext DisasContext;

#include "target/arm/tcg/a64-decode-generated.h"
#include "target/arm/cpu.h"

/*
 * Translate one instruction; false: it is UNDEFINED after all, in the CPU's present state, and
 * nothing has been emitted.
 */
typedef bool A64Translator(DisasContext *s, const A64Insn *a);

/* A line of the table.  @mask, @value: the pattern's fixed bits. */
typedef struct A64Encoding {
    const char *name;
    A64Class cls;
    A64Feature feature;
    uint32_t mask, value;
    A64Translator *translate;
} A64Encoding;

extern const A64Encoding a64_encodings[];
extern const unsigned a64_encodings_count;

/*
 * The encoding of @insn on a CPU with @features (bits numbered by A64Feature) and in @a its
 * fields; NULL: unallocated, and so UNDEFINED.
 */
const A64Encoding *a64_decode(uint32_t insn, uint64_t features, A64Insn *a);

/* What the identification registers of @cpu say, as bits numbered by A64Feature. */
uint64_t a64_features(const ARMCPU *cpu);

/*
 * The value of a bitmask immediate (DecodeBitMasks, Arm ARM shared pseudocode); false: reserved.
 */
bool a64_bitmask_immediate(bool sf, unsigned n, unsigned imms, unsigned immr, uint64_t *value);

#endif
