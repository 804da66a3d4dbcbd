/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores that the hardware does not describe (KVM_EXIT_ARM_NISV), done by the program: a
 * CPU of the fake KVM at an instruction in RAM, a page of device registers, and the registers
 * of the guest afterwards.  Also the walk of the guest's tables that finds the instruction.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "target/arm/kvm-internal.h"
#include "target/arm/kvm-walk.h"
#include "kvm-arm-rig.h"

static KVMArmRig rig;

static void set_up(void)
{
    kvm_arm_rig_start_cpus(&rig, 1);
    for (unsigned i = 0; i < RIG_DEV_SIZE; i++) {
        rig.dev_bytes[i] = i * 7 + 1;
    }
    /* MMU off: addresses are physical. */
    *fake_kvm_arm_reg(0, KVM_ARM_SCTLR_EL1) = 0;
}

static void tear_down(void)
{
    kvm_arm_rig_stop(&rig);
}

static uint64_t *x(unsigned n)
{
    return fake_kvm_arm_reg(0, KVM_ARM_X(n));
}

static uint64_t *v(unsigned n)
{
    return fake_kvm_arm_reg(0, KVM_ARM_V(n));
}

#define PC (RIG_RAM + 0x1000)

static bool insn_do(uint32_t word, uint64_t fault_ipa)
{
    *fake_kvm_arm_reg(0, KVM_ARM_PC) = PC;
    stl_le_p(kvm_arm_rig_ram(&rig, PC), word);
    return kvm_arm_access(rig.cpus[0], fault_ipa);
}

static void insn_done(uint32_t word, uint64_t fault_ipa)
{
    g_assert_true(insn_do(word, fault_ipa));
    g_assert_cmphex(*fake_kvm_arm_reg(0, KVM_ARM_PC), ==, PC + 4);
}

static uint64_t dev_word(unsigned offset)
{
    return ldq_le_p(rig.dev_bytes + offset);
}

/* -- instructions ---------------------------------------------------------------------------- */

static void test_load_pair(void)
{
    set_up();
    *x(2) = RIG_DEV + 0x40;
    insn_done(0xa9400440, RIG_DEV + 0x40); /* ldp x0, x1, [x2] */
    g_assert_cmphex(*x(0), ==, dev_word(0x40));
    g_assert_cmphex(*x(1), ==, dev_word(0x48));
    g_assert_cmpuint(rig.dev_reads, ==, 2);
    g_assert_cmpuint(rig.dev_last_size, ==, 8);
    g_assert_cmphex(*x(2), ==, RIG_DEV + 0x40);
    tear_down();
}

static void test_store_pair_post_index(void)
{
    set_up();
    *x(5) = 0x1122334455667788;
    *x(6) = 0x99aabbccddeeff00;
    *x(7) = RIG_DEV + 0x20;
    insn_done(0xa88118e5, RIG_DEV + 0x20); /* stp x5, x6, [x7], #16 */
    g_assert_cmphex(dev_word(0x20), ==, 0x1122334455667788);
    g_assert_cmphex(dev_word(0x28), ==, 0x99aabbccddeeff00);
    g_assert_cmphex(*x(7), ==, RIG_DEV + 0x30);
    tear_down();
}

static void test_pre_index_of_the_stack_pointer(void)
{
    set_up();
    /* EL1 with its own stack pointer. */
    *fake_kvm_arm_reg(0, KVM_ARM_SP_EL1) = RIG_DEV + 0x100;
    *fake_kvm_arm_reg(0, KVM_ARM_SP_EL0) = 0x1234;
    insn_done(0x29ff13e3, RIG_DEV + 0xf8); /* ldp w3, w4, [sp, #-8]! */
    g_assert_cmphex(*x(3), ==, (uint32_t)dev_word(0xf8));
    g_assert_cmphex(*x(4), ==, (uint32_t)dev_word(0xfc));
    g_assert_cmphex(*fake_kvm_arm_reg(0, KVM_ARM_SP_EL1), ==, RIG_DEV + 0xf8);
    g_assert_cmphex(*fake_kvm_arm_reg(0, KVM_ARM_SP_EL0), ==, 0x1234);
    tear_down();
}

static void test_sign_is_extended(void)
{
    set_up();
    rig.dev_bytes[1] = 0x80;
    *x(7) = RIG_DEV;
    *x(6) = ~0ULL;
    insn_done(0x38c01ce6, RIG_DEV + 1); /* ldrsb w6, [x7, #1]! */
    g_assert_cmphex(*x(6), ==, 0xffffff80);
    g_assert_cmphex(*x(7), ==, RIG_DEV + 1);
    stl_le_p(rig.dev_bytes + 0x10, 0x80000001);
    *x(5) = RIG_DEV + 0x10;
    insn_done(0xb88044a4, RIG_DEV + 0x10); /* ldrsw x4, [x5], #4 */
    g_assert_cmphex(*x(4), ==, 0xffffffff80000001);
    tear_down();
}

static void test_zero_register(void)
{
    set_up();
    *x(1) = RIG_DEV + 8;
    insn_done(0xf800843f, RIG_DEV + 8); /* str xzr, [x1], #8 */
    g_assert_cmphex(dev_word(8), ==, 0);
    g_assert_cmphex(*x(1), ==, RIG_DEV + 16);
    tear_down();
}

static void test_vector_load_clears_the_rest(void)
{
    set_up();
    v(7)[0] = v(7)[1] = ~0ULL;
    *x(8) = RIG_DEV;
    insn_done(0xbd400507, RIG_DEV + 4); /* ldr s7, [x8, #4] */
    g_assert_cmphex(v(7)[0], ==, (uint32_t)dev_word(4));
    g_assert_cmphex(v(7)[1], ==, 0);
    tear_down();
}

static void test_vector_store_register_offset(void)
{
    set_up();
    v(16)[0] = 0xfeedfacecafebeef;
    *x(17) = RIG_DEV;
    *x(18) = 0xffffffff00000002; /* the upper half is not part of it */
    insn_done(0xfc325a30, RIG_DEV + 16); /* str d16, [x17, w18, uxtw #3] */
    g_assert_cmphex(dev_word(16), ==, 0xfeedfacecafebeef);
    tear_down();
}

static void test_structures(void)
{
    set_up();
    *x(12) = RIG_DEV;
    insn_done(0x4c408d8a, RIG_DEV); /* ld2 {v10.2d, v11.2d}, [x12] */
    g_assert_cmphex(v(10)[0], ==, dev_word(0));
    g_assert_cmphex(v(11)[0], ==, dev_word(8));
    g_assert_cmphex(v(10)[1], ==, dev_word(16));
    g_assert_cmphex(v(11)[1], ==, dev_word(24));
    v(17)[0] = v(17)[1] = 0;
    *x(18) = RIG_DEV + 3;
    insn_done(0x4d400651, RIG_DEV + 3); /* ld1 {v17.b}[9], [x18] */
    g_assert_cmphex(v(17)[0], ==, 0);
    g_assert_cmphex(v(17)[1], ==, (uint64_t)rig.dev_bytes[3] << 8);
    *x(28) = RIG_DEV + 0x20;
    insn_done(0x4d40cb9b, RIG_DEV + 0x20); /* ld1r {v27.4s}, [x28] */
    g_assert_cmphex(v(27)[0], ==, (uint32_t)dev_word(0x20) * 0x100000001ULL);
    g_assert_cmphex(v(27)[1], ==, v(27)[0]);
    tear_down();
}

static void test_big_endian_data(void)
{
    set_up();
    *fake_kvm_arm_reg(0, KVM_ARM_SCTLR_EL1) = SCTLR_EE;
    *x(2) = RIG_DEV;
    insn_done(0xa9400440, RIG_DEV); /* ldp x0, x1, [x2] */
    g_assert_cmphex(*x(0), ==, bswap64(dev_word(0)));
    tear_down();
}

static void test_branch_type_is_cleared(void)
{
    set_up();
    *fake_kvm_arm_reg(0, KVM_ARM_PSTATE) |= PSTATE_BTYPE;
    *x(2) = RIG_DEV;
    insn_done(0xa9400440, RIG_DEV);
    g_assert_cmphex(*fake_kvm_arm_reg(0, KVM_ARM_PSTATE), ==, PSTATE_MODE_EL1h | PSTATE_DAIF);
    tear_down();
}

/* -- what is not done changes nothing -------------------------------------------------------- */

static void assert_refused(uint32_t word, uint64_t fault_ipa)
{
    unsigned sets = fake_kvm_arm[0].sets;

    g_assert_false(insn_do(word, fault_ipa));
    g_assert_cmpuint(fake_kvm_arm[0].sets, ==, sets);
    g_assert_cmpuint(rig.dev_reads + rig.dev_writes, ==, 0);
}

static void test_refusals(void)
{
    set_up();
    *x(1) = *x(2) = RIG_DEV;
    assert_refused(0xc85f7c20, RIG_DEV);        /* ldxr x0, [x1] */
    assert_refused(0xf8200041, RIG_DEV);        /* ldadd x0, x1, [x2] */
    assert_refused(0xa9400440, RIG_DEV + 0x80); /* ldp x0, x1, [x2]: not there */
    *fake_kvm_arm_reg(0, KVM_ARM_PSTATE) = 0x10; /* AArch32 */
    assert_refused(0xa9400440, RIG_DEV);
    *fake_kvm_arm_reg(0, KVM_ARM_PSTATE) = PSTATE_MODE_EL1h;
    stl_le_p(kvm_arm_rig_ram(&rig, PC), 0xa9400440);
    *fake_kvm_arm_reg(0, KVM_ARM_PC) = 0x70000000; /* no memory */
    g_assert_false(kvm_arm_access(rig.cpus[0], RIG_DEV));
    tear_down();
}

static void test_refused_access_is_an_external_abort(void)
{
    struct kvm_run run = { .exit_reason = KVM_EXIT_ARM_NISV, .arm_nisv.fault_ipa = RIG_DEV };

    set_up();
    *x(1) = RIG_DEV;
    g_assert_false(insn_do(0xc85f7c20, RIG_DEV)); /* ldxr x0, [x1] */
    g_assert_cmpint(kvm_arm_handle_exit(rig.cpus[0], &run), ==, 0);
    g_assert_cmpuint(fake_kvm_arm[0].events.ext_dabt_pending, ==, 1);
    tear_down();
}

/* -- tables ---------------------------------------------------------------------------------- */

#define TABLES (RIG_RAM + 0x10000)
#define DESC_TABLE 3ULL
#define DESC_PAGE 3ULL
#define DESC_BLOCK 1ULL
#define DESC_AF (1ULL << 10)
#define DESC_EL0 (1ULL << 6)
#define DESC_RO (1ULL << 7)

/* 4 KiB granule, 39 bits in both halves. */
#define TCR_4K_39 (25ULL | 25ULL << 16 | 2ULL << 30)

static void desc_set(uint64_t table, unsigned index, uint64_t desc)
{
    stq_le_p((uint8_t *)kvm_arm_rig_ram(&rig, table) + index * 8, desc);
}

static bool table_read(void *opaque, uint64_t ipa, uint64_t *value)
{
    if (ipa - RIG_RAM >= RIG_RAM_SIZE) {
        return false;
    }
    *value = ldq_le_p(kvm_arm_rig_ram(&rig, ipa));
    return true;
}

static bool walk(const ArmWalkRegs *regs, uint64_t va, ArmWalkAccess access, bool is_el0,
                 uint64_t *ipa)
{
    return arm_walk(regs, va, (ArmWalkWho) { .access = access, .is_el0 = is_el0 }, table_read,
                    NULL, ipa);
}

static void test_walk_pages_and_blocks(void)
{
    ArmWalkRegs regs = { SCTLR_M, TCR_4K_39, TABLES, TABLES + 0x4000 };
    uint64_t ipa;

    set_up();
    desc_set(TABLES, 1, (TABLES + 0x1000) | DESC_TABLE);
    desc_set(TABLES + 0x1000, 2, 0x80000000 | DESC_BLOCK | DESC_AF);
    desc_set(TABLES + 0x1000, 3, (TABLES + 0x2000) | DESC_TABLE);
    desc_set(TABLES + 0x2000, 5, RIG_DEV | DESC_PAGE | DESC_AF);
    desc_set(TABLES + 0x2000, 6, RIG_DEV | DESC_BLOCK | DESC_AF); /* no blocks at the last level */
    g_assert_true(walk(&regs, 0x40000000 + 2 * 0x200000 + 0x12345, ARM_WALK_READ, false, &ipa));
    g_assert_cmphex(ipa, ==, 0x80012345);
    g_assert_true(walk(&regs, 0x40000000 + 3 * 0x200000 + 0x5678, ARM_WALK_READ, false, &ipa));
    g_assert_cmphex(ipa, ==, RIG_DEV + 0x678);
    g_assert_false(walk(&regs, 0x40000000 + 3 * 0x200000 + 0x6000, ARM_WALK_READ, false, &ipa));
    g_assert_false(walk(&regs, 0x40000000, ARM_WALK_READ, false, &ipa));
    /* Beyond 39 bits, and in the other half. */
    g_assert_false(walk(&regs, 1ULL << 39 | 0x40400000, ARM_WALK_READ, false, &ipa));
    desc_set(TABLES + 0x4000, 511, 0xc0000000 | DESC_BLOCK | DESC_AF);
    g_assert_true(walk(&regs, 0xffffffffc0000123, ARM_WALK_READ, false, &ipa));
    g_assert_cmphex(ipa, ==, 0xc0000123);
    tear_down();
}

static void test_walk_granules(void)
{
    /* 64 KiB, 42 bits: two levels; 16 KiB, 36 bits: two levels. */
    ArmWalkRegs by_64k = { SCTLR_M, 22 | 1ULL << 14, TABLES, 0 };
    ArmWalkRegs by_16k = { SCTLR_M, 28 | 2ULL << 14, TABLES + 0x4000, 0 };
    uint64_t ipa;

    set_up();
    desc_set(TABLES, 1, (TABLES + 0x20000) | DESC_TABLE);
    desc_set(TABLES + 0x20000, 3, 0x123450000 | DESC_PAGE | DESC_AF);
    g_assert_true(walk(&by_64k, (1ULL << 29) + 3 * 0x10000 + 0x9876, ARM_WALK_READ, false, &ipa));
    g_assert_cmphex(ipa, ==, 0x123459876);
    desc_set(TABLES + 0x4000, 2, (TABLES + 0x8000) | DESC_TABLE);
    desc_set(TABLES + 0x8000, 7, 0x98764000 | DESC_PAGE | DESC_AF);
    g_assert_true(walk(&by_16k, (2ULL << 25) + 7 * 0x4000 + 0x3210, ARM_WALK_READ, false, &ipa));
    g_assert_cmphex(ipa, ==, 0x98767210);
    tear_down();
}

static void test_walk_permissions(void)
{
    ArmWalkRegs regs = { SCTLR_M, TCR_4K_39, TABLES, 0 };
    ArmWalkWho pan = { .access = ARM_WALK_READ, .pan = true };
    uint64_t ipa;

    set_up();
    desc_set(TABLES, 0, 0x40000000 | DESC_BLOCK | DESC_AF);
    desc_set(TABLES, 1, 0x40000000 | DESC_BLOCK | DESC_AF | DESC_EL0 | DESC_RO);
    g_assert_true(walk(&regs, 0, ARM_WALK_WRITE, false, &ipa));
    g_assert_false(walk(&regs, 0, ARM_WALK_READ, true, &ipa));
    g_assert_true(walk(&regs, 0, ARM_WALK_FETCH, true, &ipa));
    g_assert_true(walk(&regs, 1 << 30, ARM_WALK_READ, true, &ipa));
    g_assert_false(walk(&regs, 1 << 30, ARM_WALK_WRITE, true, &ipa));
    g_assert_false(walk(&regs, 1 << 30, ARM_WALK_WRITE, false, &ipa));
    g_assert_false(arm_walk(&regs, 1 << 30, pan, table_read, NULL, &ipa));
    tear_down();
}

/* Any tables, any registers: the walk ends. */
static void test_walk_of_nonsense_ends(void)
{
    enum { SEED = 11, WALKS = 200000 };
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
    uint64_t *words, ipa;

    set_up();
    words = kvm_arm_rig_ram(&rig, TABLES);
    for (unsigned i = 0; i < 0x20000 / 8; i++) {
        words[i] = (TABLES + g_rand_int_range(rand, 0, 0x20000)) | g_rand_int_range(rand, 0, 4) |
                   (uint64_t)g_rand_int(rand) << 48;
    }
    for (unsigned i = 0; i < WALKS; i++) {
        ArmWalkRegs regs = {
            .sctlr = SCTLR_M,
            .tcr = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand),
            .ttbr0 = TABLES, .ttbr1 = TABLES + 0x1000,
        };
        uint64_t va = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);

        va = i & 1 ? va >> g_rand_int_range(rand, 0, 64)
                   : ~(va >> g_rand_int_range(rand, 0, 64));
        walk(&regs, va, ARM_WALK_READ, false, &ipa);
    }
    tear_down();
}

/* The guest's own addresses: code and device in different pages, a pair that crosses two. */
static void test_access_through_tables(void)
{
    uint64_t base = 0x40000000;

    set_up();
    *fake_kvm_arm_reg(0, KVM_ARM_SCTLR_EL1) = SCTLR_M;
    *fake_kvm_arm_reg(0, KVM_ARM_TCR_EL1) = TCR_4K_39;
    *fake_kvm_arm_reg(0, KVM_ARM_TTBR0_EL1) = TABLES;
    desc_set(TABLES, 1, (TABLES + 0x1000) | DESC_TABLE);
    desc_set(TABLES + 0x1000, 0, (TABLES + 0x2000) | DESC_TABLE);
    desc_set(TABLES + 0x2000, 1, PC | DESC_PAGE | DESC_AF);
    desc_set(TABLES + 0x2000, 8, RIG_DEV | DESC_PAGE | DESC_AF);
    desc_set(TABLES + 0x2000, 9, (RIG_DEV + 0x1000) | DESC_PAGE | DESC_AF);
    *x(2) = base + 0x8ff8;
    *fake_kvm_arm_reg(0, KVM_ARM_PC) = base + 0x1000;
    stl_le_p(kvm_arm_rig_ram(&rig, PC), 0xa9400440); /* ldp x0, x1, [x2] */
    g_assert_true(kvm_arm_access(rig.cpus[0], RIG_DEV + 0xff8));
    g_assert_cmphex(*x(0), ==, dev_word(0xff8));
    g_assert_cmphex(*x(1), ==, dev_word(0x1000));
    g_assert_cmphex(*fake_kvm_arm_reg(0, KVM_ARM_PC), ==, base + 0x1004);
    /* EL0 may have the page that faulted, but not its neighbour. */
    *fake_kvm_arm_reg(0, KVM_ARM_PC) = base + 0x1000;
    *fake_kvm_arm_reg(0, KVM_ARM_PSTATE) = PSTATE_MODE_EL0t;
    g_assert_false(kvm_arm_access(rig.cpus[0], RIG_DEV + 0xff8));
    tear_down();
}

int main(int argc, char **argv)
{
    kvm_arm_rig_init(&argc, &argv);
    g_test_add_func("/kvm/access/load-pair", test_load_pair);
    g_test_add_func("/kvm/access/store-pair-post-index", test_store_pair_post_index);
    g_test_add_func("/kvm/access/pre-index-of-sp", test_pre_index_of_the_stack_pointer);
    g_test_add_func("/kvm/access/sign-is-extended", test_sign_is_extended);
    g_test_add_func("/kvm/access/zero-register", test_zero_register);
    g_test_add_func("/kvm/access/vector-load-clears-the-rest", test_vector_load_clears_the_rest);
    g_test_add_func("/kvm/access/vector-store-register-offset",
                    test_vector_store_register_offset);
    g_test_add_func("/kvm/access/structures", test_structures);
    g_test_add_func("/kvm/access/big-endian-data", test_big_endian_data);
    g_test_add_func("/kvm/access/branch-type-is-cleared", test_branch_type_is_cleared);
    g_test_add_func("/kvm/access/what-cannot-be-done-changes-nothing", test_refusals);
    g_test_add_func("/kvm/access/what-cannot-be-done-is-an-external-abort",
                    test_refused_access_is_an_external_abort);
    g_test_add_func("/kvm/access/through-tables", test_access_through_tables);
    g_test_add_func("/kvm/walk/pages-and-blocks", test_walk_pages_and_blocks);
    g_test_add_func("/kvm/walk/granules", test_walk_granules);
    g_test_add_func("/kvm/walk/permissions", test_walk_permissions);
    g_test_add_func("/kvm/walk/nonsense-ends", test_walk_of_nonsense_ends);
    return g_test_run();
}
