/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Register and field declarations. REG32(CTRL, 0x10) defines A_CTRL (byte
 * offset) and R_CTRL (index in an array of that width); FIELD(CTRL, EN, 3, 1)
 * defines R_CTRL_EN_SHIFT, _LENGTH and _MASK. The accessors then take names.
 */
#ifndef HW_REGISTERFIELDS_H
#define HW_REGISTERFIELDS_H

#include "qemu/bitops.h"

#define REG_OF_WIDTH_(reg, addr, bytes) \
    enum { A_##reg = (addr) }; \
    enum { R_##reg = (addr) / (bytes) };

#define REG8(reg, addr) REG_OF_WIDTH_(reg, addr, 1)
#define REG16(reg, addr) REG_OF_WIDTH_(reg, addr, 2)
#define REG32(reg, addr) REG_OF_WIDTH_(reg, addr, 4)
#define REG64(reg, addr) REG_OF_WIDTH_(reg, addr, 8)

#define FIELD(reg, field, shift, length) \
    enum { R_##reg##_##field##_SHIFT = (shift) }; \
    enum { R_##reg##_##field##_LENGTH = (length) }; \
    enum { R_##reg##_##field##_MASK = MAKE_64BIT_MASK(shift, length) };

/* A field layout that several registers share. */
#define SHARED_FIELD(name, shift, length) \
    enum { name##_##SHIFT = (shift) }; \
    enum { name##_##LENGTH = (length) }; \
    enum { name##_##MASK = MAKE_64BIT_MASK(shift, length) };

/* Read a field, unsigned (EX) or sign extended (SEX). */
#define FIELD_EX8(storage, reg, field) \
    extract8((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH)
#define FIELD_EX16(storage, reg, field) \
    extract16((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH)
#define FIELD_EX32(storage, reg, field) \
    extract32((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH)
#define FIELD_EX64(storage, reg, field) \
    extract64((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH)

#define FIELD_SEX8(storage, reg, field) \
    ((int8_t)sextract32((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH))
#define FIELD_SEX16(storage, reg, field) \
    ((int16_t)sextract32((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH))
#define FIELD_SEX32(storage, reg, field) \
    sextract32((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH)
#define FIELD_SEX64(storage, reg, field) \
    sextract64((storage), R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH)

/* The same on @regs[R_reg]. */
#define ARRAY_FIELD_EX32(regs, reg, field) FIELD_EX32((regs)[R_##reg], reg, field)
#define ARRAY_FIELD_EX64(regs, reg, field) FIELD_EX64((regs)[R_##reg], reg, field)

/*
 * The value of @storage with @val put into the field. The bit-field makes the
 * compiler complain about a constant that does not fit.
 */
#define FIELD_PUT_(storage, shift, length, val, type, deposit_fn) ({ \
    struct { \
        type v : (length); \
    } v_ = { .v = (val) }; \
    deposit_fn((storage), (shift), (length), v_.v); \
})

#define FIELD_DP8(storage, reg, field, val) \
    ((uint8_t)FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, \
                         unsigned int, deposit32))
#define FIELD_DP16(storage, reg, field, val) \
    ((uint16_t)FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, \
                          unsigned int, deposit32))
#define FIELD_DP32(storage, reg, field, val) \
    FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, \
               unsigned int, deposit32)
#define FIELD_DP64(storage, reg, field, val) \
    FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, uint64_t, \
               deposit64)

#define FIELD_SDP8(storage, reg, field, val) \
    ((uint8_t)FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, \
                         signed int, deposit32))
#define FIELD_SDP16(storage, reg, field, val) \
    ((uint16_t)FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, \
                          signed int, deposit32))
#define FIELD_SDP32(storage, reg, field, val) \
    FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, signed int, \
               deposit32)
#define FIELD_SDP64(storage, reg, field, val) \
    FIELD_PUT_(storage, R_##reg##_##field##_SHIFT, R_##reg##_##field##_LENGTH, val, int64_t, \
               deposit64)

/* Assign to a field of @regs[R_reg]. */
#define ARRAY_FIELD_DP32(regs, reg, field, val) \
    ((regs)[R_##reg] = FIELD_DP32((regs)[R_##reg], reg, field, val))
#define ARRAY_FIELD_DP64(regs, reg, field, val) \
    ((regs)[R_##reg] = FIELD_DP64((regs)[R_##reg], reg, field, val))

/* Accessors of SHARED_FIELDs; the ARRAY forms work on @regs[@offset]. */
#define SHARED_FIELD_EX8(storage, field) extract8((storage), field##_SHIFT, field##_LENGTH)
#define SHARED_FIELD_EX16(storage, field) extract16((storage), field##_SHIFT, field##_LENGTH)
#define SHARED_FIELD_EX32(storage, field) extract32((storage), field##_SHIFT, field##_LENGTH)
#define SHARED_FIELD_EX64(storage, field) extract64((storage), field##_SHIFT, field##_LENGTH)

#define SHARED_ARRAY_FIELD_EX32(regs, offset, field) \
    SHARED_FIELD_EX32((regs)[(offset)], field)
#define SHARED_ARRAY_FIELD_EX64(regs, offset, field) \
    SHARED_FIELD_EX64((regs)[(offset)], field)

#define SHARED_FIELD_DP8(storage, field, val) \
    ((uint8_t)FIELD_PUT_(storage, field##_SHIFT, field##_LENGTH, val, unsigned int, deposit32))
#define SHARED_FIELD_DP16(storage, field, val) \
    ((uint16_t)FIELD_PUT_(storage, field##_SHIFT, field##_LENGTH, val, unsigned int, deposit32))
#define SHARED_FIELD_DP32(storage, field, val) \
    FIELD_PUT_(storage, field##_SHIFT, field##_LENGTH, val, unsigned int, deposit32)
#define SHARED_FIELD_DP64(storage, field, val) \
    FIELD_PUT_(storage, field##_SHIFT, field##_LENGTH, val, uint64_t, deposit64)

#define SHARED_ARRAY_FIELD_DP32(regs, offset, field, val) \
    ((regs)[(offset)] = SHARED_FIELD_DP32((regs)[(offset)], field, val))
#define SHARED_ARRAY_FIELD_DP64(regs, offset, field, val) \
    ((regs)[(offset)] = SHARED_FIELD_DP64((regs)[(offset)], field, val))

#endif
