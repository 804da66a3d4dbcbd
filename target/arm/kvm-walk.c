/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk of stage 1 tables (Arm ARM D8.2 "Translation process"), with the checks of D8.4 that
 * concern data accesses: AP and APTable, PAN.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "target/arm/cpu.h"
#include "kvm-walk.h"

#define TCR_DS (1ULL << 59)
/* TCR_EL1.IPS of 52 bits. */
#define IPS_52 6

#define DESC_VALID 1
#define DESC_TABLE_OR_PAGE 2
#define DESC_AP_EL0 (1ULL << 6)
#define DESC_AP_READONLY (1ULL << 7)
#define DESC_APTABLE_NO_EL0 (1ULL << 61)
#define DESC_APTABLE_READONLY (1ULL << 62)

#define LAST_LEVEL 3

/* One half of the address space.  @granule: log2 of the page; @input: bits that are translated. */
typedef struct WalkSpace {
    uint64_t ttbr;
    unsigned granule;
    unsigned input;
    bool tbi;
    bool is_off;
    bool has_52;
    bool is_ds;
    bool is_big_endian;
} WalkSpace;

static WalkSpace space_of(const ArmWalkRegs *regs, bool is_upper)
{
    /* TG0 and TG1 name the granules differently. */
    static const uint8_t tg0[4] = { 12, 16, 14, 0 }, tg1[4] = { 0, 14, 12, 16 };
    uint64_t tcr = regs->tcr;
    WalkSpace space = {
        .ttbr = is_upper ? regs->ttbr1 : regs->ttbr0,
        .granule = is_upper ? tg1[extract64(tcr, 30, 2)] : tg0[extract64(tcr, 14, 2)],
        .input = 64 - (is_upper ? extract64(tcr, 16, 6) : extract64(tcr, 0, 6)),
        .tbi = extract64(tcr, is_upper ? 38 : 37, 1),
        .is_off = extract64(tcr, is_upper ? 23 : 7, 1),
        .is_big_endian = regs->sctlr & SCTLR_EE,
    };

    space.is_ds = (tcr & TCR_DS) && space.granule != 16;
    space.has_52 = space.is_ds || extract64(tcr, 32, 3) == IPS_52;
    return space;
}

static bool va_in_space(const WalkSpace *space, uint64_t va, bool is_upper)
{
    unsigned top = space->tbi ? 56 : 64;

    /* Of 16 to 52 bits; the others repeat bit 55. */
    if (space->is_off || !space->granule || space->input < 16 || space->input > 52 ||
        space->input <= space->granule) {
        return false;
    }
    return extract64(va, space->input, top - space->input) ==
           (is_upper ? MAKE_64BIT_MASK(0, top - space->input) : 0);
}

/* The address in a descriptor, of a table or of what is at @shift and above. */
static uint64_t desc_address(const WalkSpace *space, uint64_t desc, unsigned shift)
{
    uint64_t address = desc & MAKE_64BIT_MASK(shift, (space->is_ds ? 50 : 48) - shift);

    if (space->is_ds) {
        address |= extract64(desc, 8, 2) << 50;
    } else if (space->has_52 && space->granule == 16) {
        address |= extract64(desc, 12, 4) << 48;
    }
    return address;
}

static uint64_t first_table(const WalkSpace *space)
{
    uint64_t base = extract64(space->ttbr, 1, 47) << 1;

    return space->has_52 ? (base & ~0x3fULL) | extract64(space->ttbr, 2, 4) << 48 : base;
}

static bool is_permitted(uint64_t desc, uint64_t tables, ArmWalkWho who)
{
    bool for_el0 = (desc & DESC_AP_EL0) && !(tables & DESC_APTABLE_NO_EL0);
    bool is_readonly = (desc & DESC_AP_READONLY) || (tables & DESC_APTABLE_READONLY);

    if (who.access == ARM_WALK_FETCH) {
        return true;
    }
    return (who.is_el0 ? for_el0 : !(who.pan && for_el0)) &&
           !(who.access == ARM_WALK_WRITE && is_readonly);
}

/* Pages are at the last level only, blocks at level 1 and, with 4 KiB and 52 bits, 0. */
static bool level_maps(const WalkSpace *space, int level, uint64_t desc)
{
    if (level == LAST_LEVEL) {
        return desc & DESC_TABLE_OR_PAGE;
    }
    return level >= 1 || (level == 0 && space->is_ds && space->granule == 12);
}

bool arm_walk(const ArmWalkRegs *regs, uint64_t va, ArmWalkWho who, ArmWalkRead *read,
              void *opaque, uint64_t *ipa)
{
    bool is_upper = extract64(va, 55, 1);
    WalkSpace space = space_of(regs, is_upper);
    unsigned stride = space.granule - 3, top = space.input;
    uint64_t table = first_table(&space), tables = 0, desc;
    int level;

    if (!(regs->sctlr & SCTLR_M)) {
        *ipa = va;
        return true;
    }
    if (!va_in_space(&space, va, is_upper)) {
        return false;
    }
    level = LAST_LEVEL + 1 - (int)DIV_ROUND_UP(space.input - space.granule, stride);
    for (;; level++) {
        unsigned shift = space.granule + stride * (LAST_LEVEL - level);

        table &= ~MAKE_64BIT_MASK(0, top - shift + 3);
        if (!read(opaque, table + extract64(va, shift, top - shift) * 8, &desc)) {
            return false;
        }
        desc = space.is_big_endian ? bswap64(desc) : desc;
        if (!(desc & DESC_VALID)) {
            return false;
        }
        if (level == LAST_LEVEL || !(desc & DESC_TABLE_OR_PAGE)) {
            if (!level_maps(&space, level, desc)) {
                return false;
            }
            *ipa = desc_address(&space, desc, shift) | extract64(va, 0, shift);
            return is_permitted(desc, tables, who);
        }
        tables |= desc;
        table = desc_address(&space, desc, space.granule);
        top = shift;
    }
}
