/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of translation tables against the Arm Architecture Reference Manual (D8): levels and
 * sizes of the granules, each kind of fault at each level, permissions, attributes, flags that
 * hardware manages, and AT with PAR_EL1.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qemu/bswap.h"
#include "target/arm/tcg/ptw.h"
#include "arm-harness.h"

#define RAM_BASE 0x40000000ULL
#define RAM_SIZE (4 * 1024 * 1024)
/* Tables of all levels, 64 KiB apart; the first level's is TABLE(0). */
#define TABLE(n) (RAM_BASE + (n) * 0x10000ULL)

#define SCTLR ARM_CP_ENC(3, 0, 1, 0, 0)
#define TTBR0 ARM_CP_ENC(3, 0, 2, 0, 0)
#define TTBR1 ARM_CP_ENC(3, 0, 2, 0, 1)
#define TCR ARM_CP_ENC(3, 0, 2, 0, 2)
#define MAIR ARM_CP_ENC(3, 0, 10, 2, 0)
#define PAR ARM_CP_ENC(3, 0, 7, 4, 0)
#define AT_S1E1R ARM_CP_ENC(1, 0, 7, 8, 0)
#define AT_S1E0W ARM_CP_ENC(1, 0, 7, 8, 3)

/* Bits of descriptors, by the manual's numbers. */
#define BIT_(n) (1ULL << (n))
#define VALID BIT_(0)
#define TABLE_BIT BIT_(1)
#define AP_EL0 BIT_(6)
#define AP_RO BIT_(7)
#define AF BIT_(10)
#define NG BIT_(11)
#define DBM BIT_(51)
#define PXN BIT_(53)
#define UXN BIT_(54)
#define PAGE (VALID | TABLE_BIT)
#define BLOCK VALID
#define ATTR(n) ((uint64_t)(n) << 2)

/* TCR_EL1. */
#define TCR_TG0_64K (1ULL << 14)
#define TCR_TG0_16K (2ULL << 14)
#define TCR_TG1_4K (2ULL << 30)
#define TCR_IPS_48 (5ULL << 32)
#define TCR_EPD0 BIT_(7)
#define TCR_EPD1 BIT_(23)
#define TCR_TBI0 BIT_(37)
#define TCR_HA BIT_(39)
#define TCR_HD BIT_(40)
#define TCR_TBID0 BIT_(51)

#define MAIR_VALUE 0xff4404ULL       /* 0: Device-nGnRE, 1: Normal non-cacheable, 2: Normal */

static MemoryRegion ram;
static ARMCPU *cpu;

typedef struct Granule {
    const char *name;
    unsigned bits;
    uint64_t tg0;
} Granule;

static const Granule granules[] = {
    { "4K", 12, 0 }, { "16K", 14, TCR_TG0_16K }, { "64K", 16, TCR_TG0_64K },
};

static uint64_t *table_word(uint64_t pa)
{
    return (uint64_t *)((char *)memory_region_get_ram_ptr(&ram) + (pa - RAM_BASE));
}

static void begin(uint64_t tcr)
{
    memset(memory_region_get_ram_ptr(&ram), 0, RAM_SIZE);
    cpu = arm_cpu_make("max");
    msr(cpu, TCR, tcr);
    msr(cpu, MAIR, MAIR_VALUE);
    msr(cpu, TTBR0, TABLE(0));
    msr(cpu, TTBR1, TABLE(0));
    msr(cpu, SCTLR, mrs(cpu, SCTLR) | SCTLR_M);
}

static void end(void)
{
    arm_cpu_drop(cpu);
}

/* The level at which a walk of @input bits begins: D8.2.7. */
static int first_level(unsigned granule, unsigned input)
{
    int level = 3;

    for (unsigned bits = granule + granule - 3; bits < input; bits += granule - 3) {
        level--;
    }
    return level;
}

static unsigned level_shift(unsigned granule, int level)
{
    return granule + (3 - level) * (granule - 3);
}

/*
 * Table descriptors down to @level, where @desc goes; @input bits.  Levels use TABLE(0), TABLE(1)
 * and so on.  @table_bits: further bits of the first table descriptor.
 */
static uint64_t *map(unsigned granule, unsigned input, uint64_t va, int level, uint64_t desc,
                     uint64_t table_bits)
{
    int first = first_level(granule, input);
    unsigned top = input;

    for (int l = first;; l++) {
        unsigned shift = level_shift(granule, l);
        uint64_t index = (va & MAKE_64BIT_MASK(0, top)) >> shift;
        uint64_t *word = table_word(TABLE(l - first) + index * 8);

        if (l == level) {
            *word = cpu_to_le64(desc);
            return word;
        }
        *word = cpu_to_le64(TABLE(l - first + 1) | PAGE | (l == first ? table_bits : 0));
        top = shift;
    }
}

static bool walk(uint64_t va, MMUAccessType type, ARMMMUIdx idx, ArmWalkResult *out,
                 ArmWalkFault *fault)
{
    ArmWalk w = { .va = va, .type = type, .idx = idx };

    return arm_walk_tables(cpu, &w, out, fault);
}

static ArmWalkResult walk_ok(uint64_t va, MMUAccessType type, ARMMMUIdx idx)
{
    ArmWalkResult out;
    ArmWalkFault fault;

    g_assert_true(walk(va, type, idx, &out, &fault));
    return out;
}

static unsigned walk_status(uint64_t va, MMUAccessType type, ARMMMUIdx idx)
{
    ArmWalkResult out;
    ArmWalkFault fault;

    g_assert_false(walk(va, type, idx, &out, &fault));
    g_assert_cmpint(fault.is_write, ==, type == MMU_DATA_STORE);
    return fault.status;
}

#define EL1 ARM_MMU_IDX_EL1
#define EL0 ARM_MMU_IDX_EL0
#define PAN ARM_MMU_IDX_EL1_PAN

/* -- sizes and levels ------------------------------------------------------------------------ */

static bool maps_blocks(unsigned granule, int level)
{
    return level == 3 || level == 2 || (granule == 12 && level == 1);
}

static void test_sizes(void)
{
    static const unsigned inputs[] = { 25, 33, 36, 39, 42, 47, 48 };

    for (unsigned g = 0; g < G_N_ELEMENTS(granules); g++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(inputs); i++) {
            unsigned granule = granules[g].bits, input = inputs[i];
            uint64_t va = 0x5a5a12345678ULL & MAKE_64BIT_MASK(0, input);

            for (int level = first_level(granule, input); level <= 3; level++) {
                unsigned shift = level_shift(granule, level);
                uint64_t pa = 0x654321000000ULL & ~MAKE_64BIT_MASK(0, shift);
                ArmWalkResult out;

                begin(granules[g].tg0 | TCR_IPS_48 | (64 - input));
                map(granule, input, va, level, pa | AF | (level == 3 ? PAGE : BLOCK), 0);
                if (maps_blocks(granule, level)) {
                    out = walk_ok(va, MMU_DATA_LOAD, EL1);
                    g_assert_cmphex(out.pa, ==, pa | (va & MAKE_64BIT_MASK(0, shift)));
                    g_assert_cmpuint(out.page_bits, ==, shift);
                } else {
                    g_assert_cmphex(walk_status(va, MMU_DATA_LOAD, EL1), ==, 4 + level);
                }
                end();
            }
        }
    }
}

static void test_upper_half(void)
{
    uint64_t va = 0xffff800012345000ULL, pa = 0x48000000;

    begin(TCR_IPS_48 | TCR_TG1_4K | 16ULL << 16 | 25);
    map(12, 48, va, 3, pa | AF | PAGE, 0);
    g_assert_cmphex(walk_ok(va, MMU_DATA_LOAD, EL1).pa, ==, pa);
    /* The lower half has 39 bits, so its walk begins one level later. */
    g_assert_cmphex(walk_status(0x12345000, MMU_DATA_LOAD, EL1), ==, 5);
    end();
}

static void test_translation_faults(void)
{
    for (unsigned g = 0; g < G_N_ELEMENTS(granules); g++) {
        for (int level = first_level(granules[g].bits, 48); level <= 3; level++) {
            begin(granules[g].tg0 | TCR_IPS_48 | 16);
            /* Invalid, whatever else it says. */
            map(granules[g].bits, 48, 0x1234, level, ~VALID, 0);
            g_assert_cmphex(walk_status(0x1234, MMU_DATA_LOAD, EL1), ==, 4 + level);
            g_assert_cmphex(walk_status(0x1234, MMU_DATA_STORE, EL0), ==, 4 + level);
            g_assert_cmphex(walk_status(0x1234, MMU_INST_FETCH, EL1), ==, 4 + level);
            end();
        }
        /* 0b01 is reserved at the last level. */
        begin(granules[g].tg0 | TCR_IPS_48 | 16);
        map(granules[g].bits, 48, 0x1234, 3, RAM_BASE | AF | BLOCK, 0);
        g_assert_cmphex(walk_status(0x1234, MMU_DATA_LOAD, EL1), ==, 7);
        end();
    }
}

static void test_addresses_outside(void)
{
    begin(TCR_IPS_48 | 25 | 25ULL << 16 | TCR_TG1_4K);
    map(12, 39, 0, 3, RAM_BASE | AF | PAGE, 0);
    walk_ok(0, MMU_DATA_LOAD, EL1);
    g_assert_cmphex(walk_status(BIT_(39), MMU_DATA_LOAD, EL1), ==, 4);
    g_assert_cmphex(walk_status(BIT_(54), MMU_DATA_LOAD, EL1), ==, 4);
    g_assert_cmphex(walk_status(BIT_(63), MMU_DATA_LOAD, EL1), ==, 4);
    g_assert_cmphex(walk_status(0xffffff7ffffff000ULL, MMU_DATA_LOAD, EL1), ==, 4);
    end();
}

static void test_disabled_walks(void)
{
    begin(TCR_IPS_48 | 16 | 16ULL << 16 | TCR_TG1_4K | TCR_EPD0);
    map(12, 48, 0, 3, RAM_BASE | AF | PAGE, 0);
    g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL1), ==, 4);
    walk_ok(0xffff000000000000ULL, MMU_DATA_LOAD, EL1);
    msr(cpu, TCR, TCR_IPS_48 | 16 | 16ULL << 16 | TCR_TG1_4K | TCR_EPD1);
    walk_ok(0, MMU_DATA_LOAD, EL1);
    g_assert_cmphex(walk_status(0xffff000000000000ULL, MMU_DATA_LOAD, EL1), ==, 4);
    end();
}

static void test_tags(void)
{
    uint64_t tcr = TCR_IPS_48 | 16 | TCR_TBI0;

    begin(tcr);
    map(12, 48, 0x5000, 3, RAM_BASE | AF | PAGE, 0);
    walk_ok(0xa500000000005000ULL, MMU_DATA_LOAD, EL1);
    walk_ok(0xa500000000005000ULL, MMU_INST_FETCH, EL1);
    /* Bits 55..48 are no tag. */
    g_assert_cmphex(walk_status(0x0001000000005000ULL, MMU_DATA_LOAD, EL1), ==, 4);
    msr(cpu, TCR, tcr | TCR_TBID0);
    walk_ok(0xa500000000005000ULL, MMU_DATA_LOAD, EL1);
    g_assert_cmphex(walk_status(0xa500000000005000ULL, MMU_INST_FETCH, EL1), ==, 4);
    end();
}

/* -- address size, external aborts ------------------------------------------------------------ */

static void test_address_size(void)
{
    for (int level = 0; level <= 3; level++) {
        /* 36 bits of physical address. */
        begin(1ULL << 32 | 16);
        map(12, 48, 0, level, BIT_(36) | AF | (level == 3 ? PAGE : level ? BLOCK : PAGE), 0);
        g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL1), ==, level);
        end();
    }
    begin(1ULL << 32 | 16);
    msr(cpu, TTBR0, BIT_(40));
    g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL1), ==, 0);
    end();
}

static void test_external_aborts(void)
{
    /* Nobody answers at 16 MiB. */
    for (int level = 0; level < 3; level++) {
        begin(TCR_IPS_48 | 16);
        map(12, 48, 0, level, 0x1000000 | PAGE, 0);
        g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL1), ==, 0x14 + level + 1);
        end();
    }
    begin(TCR_IPS_48 | 16);
    msr(cpu, TTBR0, 0x1000000);
    g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL1), ==, 0x14);
    end();
}

/* -- permissions ----------------------------------------------------------------------------- */

typedef struct Allowed {
    bool read, write, exec;
} Allowed;

/* D8.4: tables of direct permissions, for AP[2:1] by EL. */
static Allowed expected(unsigned ap, bool xn, bool is_el0, bool wxn, bool pan)
{
    static const bool el0_read[4] = { false, true, false, true };
    static const bool el0_write[4] = { false, true, false, false };
    static const bool el1_write[4] = { true, true, false, false };
    Allowed a;

    if (is_el0) {
        a = (Allowed) { el0_read[ap], el0_write[ap], !xn };
    } else {
        a = (Allowed) { true, el1_write[ap], !xn && !el0_write[ap] };
    }
    if (wxn && a.write) {
        a.exec = false;
    }
    if (pan && el0_read[ap]) {
        a.read = a.write = false;
    }
    return a;
}

static void assert_allowed(uint64_t va, ARMMMUIdx idx, MMUAccessType type, bool is_allowed,
                           int level)
{
    if (is_allowed) {
        walk_ok(va, type, idx);
    } else {
        g_assert_cmphex(walk_status(va, type, idx), ==, 0xc + level);
    }
}

static void test_permissions(void)
{
    static const ARMMMUIdx indices[] = { EL0, EL1, PAN };

    for (unsigned i = 0; i < 3 * 2 * 4 * 4 * 3; i++) {
        int level = 1 + i % 3;
        bool wxn = i / 3 % 2;
        unsigned ap = i / 6 % 4, xn = i / 24 % 4;
        ARMMMUIdx idx = indices[i / 96];
        Allowed a = expected(ap, xn & (idx == EL0 ? 2 : 1), idx == EL0, wxn, idx == PAN);

        begin(TCR_IPS_48 | 16);
        msr(cpu, SCTLR, mrs(cpu, SCTLR) | (wxn ? SCTLR_WXN : 0));
        map(12, 48, 0, level, RAM_BASE | AF | (level == 3 ? PAGE : BLOCK) | (uint64_t)ap << 6 |
            (uint64_t)xn << 53, 0);
        assert_allowed(0, idx, MMU_DATA_LOAD, a.read, level);
        assert_allowed(0, idx, MMU_DATA_STORE, a.write, level);
        /* Instructions of EL1 are fetched without regard to PAN. */
        if (idx != PAN) {
            assert_allowed(0, idx, MMU_INST_FETCH, a.exec, level);
        }
        end();
    }
}

static void test_hierarchical_permissions(void)
{
    /* Read and write for both, executable. */
    uint64_t page = RAM_BASE | AF | PAGE | AP_EL0;

    begin(TCR_IPS_48 | 16);
    map(12, 48, 0, 3, page, BIT_(61));              /* APTable[0]: not for EL0 */
    assert_allowed(0, EL0, MMU_DATA_LOAD, false, 3);
    assert_allowed(0, EL1, MMU_DATA_STORE, true, 3);
    assert_allowed(0, PAN, MMU_DATA_STORE, true, 3);
    map(12, 48, 0, 3, page, BIT_(62));              /* APTable[1]: read-only */
    assert_allowed(0, EL0, MMU_DATA_LOAD, true, 3);
    assert_allowed(0, EL0, MMU_DATA_STORE, false, 3);
    assert_allowed(0, EL1, MMU_DATA_STORE, false, 3);
    map(12, 48, 0, 3, page | AP_RO, BIT_(59));      /* PXNTable */
    assert_allowed(0, EL1, MMU_INST_FETCH, false, 3);
    assert_allowed(0, EL0, MMU_INST_FETCH, true, 3);
    map(12, 48, 0, 3, page | AP_RO, BIT_(60));      /* UXNTable */
    assert_allowed(0, EL1, MMU_INST_FETCH, true, 3);
    assert_allowed(0, EL0, MMU_INST_FETCH, false, 3);
    end();
}

/* -- access flag and dirty state ------------------------------------------------------------- */

static void test_access_flag(void)
{
    ArmWalk probe = { .va = 0, .type = MMU_DATA_LOAD, .idx = EL1, .no_update = true };
    ArmWalkResult out;
    ArmWalkFault fault;

    for (int level = 1; level <= 3; level++) {
        uint64_t desc = RAM_BASE | (level == 3 ? PAGE : BLOCK);
        uint64_t *word;

        begin(TCR_IPS_48 | 16);
        word = map(12, 48, 0, level, desc, 0);
        g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL1), ==, 8 + level);
        /* The flag comes before permissions. */
        g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL0), ==, 8 + level);
        msr(cpu, TCR, TCR_IPS_48 | 16 | TCR_HA);
        g_assert_true(arm_walk_tables(cpu, &probe, &out, &fault));
        g_assert_true(out.needs_update);
        g_assert_cmphex(le64_to_cpu(*word), ==, desc);
        g_assert_cmphex(walk_status(0, MMU_DATA_LOAD, EL0), ==, 0xc + level);
        walk_ok(0, MMU_DATA_LOAD, EL1);
        g_assert_cmphex(le64_to_cpu(*word), ==, desc | AF);
        end();
    }
}

static void test_dirty_state(void)
{
    uint64_t desc = RAM_BASE | PAGE | DBM | AP_RO | AP_EL0;
    uint64_t *word;

    begin(TCR_IPS_48 | 16 | TCR_HA);
    word = map(12, 48, 0, 3, desc | AF, 0);
    /* Without HD the bit means nothing. */
    g_assert_cmphex(walk_status(0, MMU_DATA_STORE, EL0), ==, 0xf);
    msr(cpu, TCR, TCR_IPS_48 | 16 | TCR_HA | TCR_HD);
    *word = cpu_to_le64(desc);
    g_assert_cmphex(walk_ok(0, MMU_DATA_LOAD, EL0).prot & TCG_PROT_WRITE, ==, 0);
    g_assert_cmphex(le64_to_cpu(*word), ==, desc | AF);
    g_assert_cmphex(walk_ok(0, MMU_DATA_STORE, EL0).prot & TCG_PROT_WRITE, ==, TCG_PROT_WRITE);
    g_assert_cmphex(le64_to_cpu(*word), ==, (desc | AF) & ~AP_RO);
    /* What the tables above forbid stays forbidden. */
    word = map(12, 48, 0, 3, desc | AF, BIT_(62));
    g_assert_cmphex(walk_status(0, MMU_DATA_STORE, EL0), ==, 0xf);
    g_assert_cmphex(le64_to_cpu(*word), ==, desc | AF);
    end();
}

/* ISS.WnR of an atomic operation is 0 if a read would fault too. */
static void test_atomics(void)
{
    ArmWalk w = { .va = 0, .type = MMU_DATA_STORE, .idx = EL0, .is_atomic = true };
    ArmWalkResult out;
    ArmWalkFault fault;

    begin(TCR_IPS_48 | 16);
    g_assert_false(arm_walk_tables(cpu, &w, &out, &fault));
    g_assert_cmphex(fault.status, ==, 4);
    g_assert_false(fault.is_write);
    map(12, 48, 0, 3, RAM_BASE | AF | PAGE, 0);
    g_assert_false(arm_walk_tables(cpu, &w, &out, &fault));
    g_assert_cmphex(fault.status, ==, 0xf);
    g_assert_false(fault.is_write);
    map(12, 48, 0, 3, RAM_BASE | AF | PAGE | AP_EL0 | AP_RO, 0);
    g_assert_false(arm_walk_tables(cpu, &w, &out, &fault));
    g_assert_cmphex(fault.status, ==, 0xf);
    g_assert_true(fault.is_write);
    end();
}

/* -- attributes, byte order, MMU off ---------------------------------------------------------- */

static void test_attributes(void)
{
    ArmWalkResult out;

    begin(TCR_IPS_48 | 16);
    map(12, 48, 0, 3, RAM_BASE | AF | PAGE | ATTR(0) | NG, 0);
    out = walk_ok(0, MMU_DATA_LOAD, EL1);
    g_assert_true(out.is_device);
    g_assert_false(out.is_global);
    g_assert_cmphex(out.attr, ==, 0x04);
    map(12, 48, 0, 3, RAM_BASE | AF | PAGE | ATTR(2) | 3 << 8 | BIT_(50), 0);
    out = walk_ok(0, MMU_DATA_LOAD, EL1);
    g_assert_false(out.is_device);
    g_assert_true(out.is_global);
    g_assert_true(out.is_guarded);
    g_assert_cmphex(out.attr, ==, 0xff);
    g_assert_cmphex(out.sh, ==, 3);
    end();
}

static void test_big_endian_tables(void)
{
    begin(TCR_IPS_48 | 39);
    msr(cpu, SCTLR, mrs(cpu, SCTLR) | SCTLR_EE);
    *table_word(TABLE(0)) = cpu_to_be64(TABLE(1) | PAGE);
    *table_word(TABLE(1)) = cpu_to_be64(RAM_BASE | AF | PAGE);
    g_assert_cmphex(walk_ok(0x123, MMU_DATA_LOAD, EL1).pa, ==, RAM_BASE + 0x123);
    end();
}

static void test_mmu_off(void)
{
    ArmWalkResult out;

    begin(TCR_IPS_48 | 16);
    msr(cpu, SCTLR, mrs(cpu, SCTLR) & ~SCTLR_M);
    out = walk_ok(0x123456789abcULL, MMU_DATA_STORE, EL0);
    g_assert_cmphex(out.pa, ==, 0x123456789abcULL);
    g_assert_true(out.is_device);
    g_assert_false(walk_ok(0x1000, MMU_INST_FETCH, EL1).is_device);
    g_assert_cmphex(walk_status(BIT_(48), MMU_DATA_LOAD, EL1), ==, 0);
    end();
}

/* -- AT -------------------------------------------------------------------------------------- */

static void test_address_translation(void)
{
    begin(TCR_IPS_48 | 16);
    map(12, 48, 0, 3, 0x123456000ULL | AF | PAGE | ATTR(2) | 3 << 8, 0);
    msr(cpu, AT_S1E1R, 0xabc);
    /* ATTR, PA, RES1 and NS, SH. */
    g_assert_cmphex(mrs(cpu, PAR), ==, 0xffULL << 56 | 0x123456000ULL | 0xa00 | 3 << 7);
    msr(cpu, AT_S1E0W, 0xabc);
    g_assert_cmphex(mrs(cpu, PAR), ==, 0x800 | 0xf << 1 | 1);
    msr(cpu, AT_S1E1R, BIT_(30));
    g_assert_cmphex(mrs(cpu, PAR), ==, 0x800 | 5 << 1 | 1);
    end();
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    memory_region_init_ram(&ram, NULL, "walk.ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &ram);
    g_test_add_func("/arm/walk/pages-and-blocks-of-all-sizes", test_sizes);
    g_test_add_func("/arm/walk/the-upper-half-has-its-own-table", test_upper_half);
    g_test_add_func("/arm/walk/translation-faults-tell-the-level", test_translation_faults);
    g_test_add_func("/arm/walk/addresses-outside-both-halves-fault", test_addresses_outside);
    g_test_add_func("/arm/walk/disabled-walks-fault", test_disabled_walks);
    g_test_add_func("/arm/walk/tags-are-ignored-where-enabled", test_tags);
    g_test_add_func("/arm/walk/address-size-faults-tell-the-level", test_address_size);
    g_test_add_func("/arm/walk/external-aborts-tell-the-level", test_external_aborts);
    g_test_add_func("/arm/walk/permissions-are-those-of-the-manual", test_permissions);
    g_test_add_func("/arm/walk/tables-restrict-what-is-below", test_hierarchical_permissions);
    g_test_add_func("/arm/walk/the-access-flag-faults-or-is-set", test_access_flag);
    g_test_add_func("/arm/walk/clean-pages-become-dirty", test_dirty_state);
    g_test_add_func("/arm/walk/atomics-fault-as-reads-where-reads-would", test_atomics);
    g_test_add_func("/arm/walk/attributes-come-from-mair", test_attributes);
    g_test_add_func("/arm/walk/tables-are-big-endian-with-ee", test_big_endian_tables);
    g_test_add_func("/arm/walk/without-mmu-addresses-are-physical", test_mmu_off);
    g_test_add_func("/arm/walk/at-reports-in-par", test_address_translation);
    return g_test_run();
}
