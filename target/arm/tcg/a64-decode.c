/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoder of A64: what the generated part (decodegen.py) needs, and the features by which a
 * CPU has or lacks encodings.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "target/arm/cpu-idregs.h"
#include "a64-decode.h"

bool a64_bitmask_immediate(bool sf, unsigned n, unsigned imms, unsigned immr, uint64_t *value)
{
    /* The highest set bit of N:NOT(imms) tells the size of the element that is repeated. */
    unsigned length_code = n << 6 | (~imms & 0x3f);
    unsigned size, ones, rotate;
    uint64_t element;

    if (length_code < 2 || (!sf && n)) {
        return false;
    }
    size = 1u << (31 - clz32(length_code));
    ones = (imms & (size - 1)) + 1;
    rotate = immr & (size - 1);
    if (ones == size) {
        return false;
    }
    element = MAKE_64BIT_MASK(0, ones);
    if (rotate) {
        element = (element >> rotate | element << (size - rotate)) & MAKE_64BIT_MASK(0, size);
    }
    while (size < 64) {
        element |= element << size;
        size *= 2;
    }
    *value = sf ? element : (uint32_t)element;
    return true;
}

/* -- conditions of the table ----------------------------------------------------------------- */

static bool a64_is_logical_imm(const A64Insn *a)
{
    uint64_t value;

    return a64_bitmask_immediate(a->sf, a->n, a->imms, a->immr, &value);
}

/* LD1..LD4 of one lane: bits of size and S that are not part of the index are fixed. */
static bool a64_is_single_struct(const A64Insn *a)
{
    switch (a->scale) {
    case 0:
        return true;
    case 1:
        return !(a->size & 1);
    default:
        return a->size == 0 || (a->size == 1 && !a->s);
    }
}

#include "target/arm/tcg/a64-decode-generated.c.inc"

const A64Encoding *a64_decode(uint32_t insn, uint64_t features, A64Insn *a)
{
    int index = encoding_find(insn, features, a);

    return index < 0 ? NULL : &a64_encodings[index];
}

/* -- features -------------------------------------------------------------------------------- */

uint64_t a64_features(const ARMCPU *cpu)
{
    const ARMISARegisters *id = &cpu->isar;
    const struct {
        A64Feature feature;
        unsigned level, needed;
    } levels[] = {
        { A64_PAUTH, MAX(FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, API),
                         FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, APA)), 1 },
        { A64_PACGA, MAX(FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, GPI),
                         FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, GPA)), 1 },
        { A64_BTI, FIELD_EX64(id->id_aa64pfr1, ID_AA64PFR1, BT), 1 },
        { A64_SB, FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, SB), 1 },
        { A64_FLAGM, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, TS), 1 },
        { A64_UAO, FIELD_EX64(id->id_aa64mmfr2, ID_AA64MMFR2, UAO), 1 },
        { A64_PAN, FIELD_EX64(id->id_aa64mmfr1, ID_AA64MMFR1, PAN), 1 },
        { A64_SSBS, FIELD_EX64(id->id_aa64pfr1, ID_AA64PFR1, SSBS), 2 },
        { A64_DIT, FIELD_EX64(id->id_aa64pfr0, ID_AA64PFR0, DIT), 1 },
        { A64_LSE, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, ATOMIC), 2 },
        { A64_LRCPC, FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, LRCPC), 1 },
        { A64_CRC32, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, CRC32), 1 },
        /* 0b1111 says that there is no floating point at all. */
        { A64_FP16, (FIELD_EX64(id->id_aa64pfr0, ID_AA64PFR0, FP) + 1) & 15, 2 },
        { A64_JSCVT, FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, JSCVT), 1 },
        { A64_DP, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, DP), 1 },
        { A64_RDM, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, RDM), 1 },
        { A64_FCMA, FIELD_EX64(id->id_aa64isar1, ID_AA64ISAR1, FCMA), 1 },
        { A64_AES, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, AES), 1 },
        { A64_PMULL, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, AES), 2 },
        { A64_SHA1, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, SHA1), 1 },
        { A64_SHA256, FIELD_EX64(id->id_aa64isar0, ID_AA64ISAR0, SHA2), 1 },
    };
    uint64_t features = 1ULL << A64_BASE;

    for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
        if (levels[i].level >= levels[i].needed) {
            features |= 1ULL << levels[i].feature;
        }
    }
    return features;
}
