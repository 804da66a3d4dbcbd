/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3: each register's reset value, the bits that can be written, access sizes, and what the
 * controller says about itself. Expectations from Arm IHI 0069, chapter 12.
 */
#include "gicv3-harness.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"

#define NUM_IRQ 288

static GICv3Bench *bench;

/* ---- distributor ---- */

static void test_dist_ctlr_has_one_security_state_and_affinity_routing(void)
{
    g_assert_cmphex(gicd_readl(bench, 0x0), ==, 0x50); /* DS, ARE */
    gicd_writel(bench, 0x0, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0x0), ==, 0x53);
    gicd_writel(bench, 0x0, 0x2);
    g_assert_cmphex(gicd_readl(bench, 0x0), ==, 0x52);
    gicd_writel(bench, 0x0, 0);
    g_assert_cmphex(gicd_readl(bench, 0x0), ==, 0x50);
}

static void test_dist_identifies_itself(void)
{
    uint32_t typer = gicd_readl(bench, 0x4);

    g_assert_cmpuint(extract32(typer, 0, 5), ==, NUM_IRQ / 32 - 1);
    g_assert_cmpuint(extract32(typer, 5, 3), ==, 0);   /* CPUNumber: affinity routing only */
    g_assert_cmpuint(extract32(typer, 8, 1), ==, 0);   /* ESPI */
    g_assert_cmpuint(extract32(typer, 10, 1), ==, 0);  /* SecurityExtn */
    g_assert_cmpuint(extract32(typer, 16, 1), ==, 0);  /* MBIS */
    g_assert_cmpuint(extract32(typer, 17, 1), ==, 0);  /* LPIS */
    g_assert_cmpuint(extract32(typer, 19, 5), ==, 15); /* IDbits */
    g_assert_cmpuint(extract32(typer, 24, 1), ==, 1);  /* A3V */
    g_assert_cmpuint(extract32(typer, 25, 1), ==, 0);  /* No1N */
    g_assert_cmpuint(extract32(typer, 26, 1), ==, 1);  /* RSS */
    g_assert_cmphex(gicd_readl(bench, 0x8) & 0xfff, ==, 0x43b);
    g_assert_cmpuint(extract32(gicd_readl(bench, 0xffe8), 4, 4), ==, 3);
    g_assert_cmphex(gicd_readl(bench, 0xfff0), ==, 0x0d);
    g_assert_cmphex(gicd_readl(bench, 0xfff4), ==, 0xf0);
    g_assert_cmphex(gicd_readl(bench, 0xfff8), ==, 0x05);
    g_assert_cmphex(gicd_readl(bench, 0xfffc), ==, 0xb1);
}

static void test_dist_words_exist_for_spis_only(void)
{
    static const uint32_t registers[] = { 0x80, 0x100, 0x200, 0x300 };

    for (unsigned r = 0; r < G_N_ELEMENTS(registers); r++) {
        for (unsigned w = 0; w < 32; w++) {
            uint32_t offset = registers[r] + 4 * w;

            gicd_writel(bench, offset, 0xffffffff);
            g_assert_cmphex(gicd_readl(bench, offset), ==,
                            w >= 1 && w < NUM_IRQ / 32 ? 0xffffffff : 0);
        }
    }
}

static void test_dist_set_and_clear_registers_show_one_state(void)
{
    static const uint32_t pairs[] = { 0x100, 0x200, 0x300 };

    for (unsigned r = 0; r < G_N_ELEMENTS(pairs); r++) {
        uint32_t set = pairs[r] + 8;
        uint32_t clear = set + 0x80;

        gicd_writel(bench, set, 0xff00ff00);
        gicd_writel(bench, set, 0x00000011);
        g_assert_cmphex(gicd_readl(bench, set), ==, 0xff00ff11);
        g_assert_cmphex(gicd_readl(bench, clear), ==, 0xff00ff11);
        gicd_writel(bench, clear, 0x0f000010);
        g_assert_cmphex(gicd_readl(bench, set), ==, 0xf000ff01);
        g_assert_cmphex(gicd_readl(bench, clear), ==, 0xf000ff01);
        gicd_writel(bench, set, 0);
        gicd_writel(bench, clear, 0);
        g_assert_cmphex(gicd_readl(bench, set), ==, 0xf000ff01);
    }
}

static void test_dist_priorities_have_five_bits_and_byte_access(void)
{
    gicd_writel(bench, 0x400 + 40, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0x400 + 40), ==, 0xf8f8f8f8);
    gicd_write(bench, 0x400 + 41, 0x1f, 1);
    g_assert_cmphex(gicd_readl(bench, 0x400 + 40), ==, 0xf8f818f8);
    g_assert_cmphex(gicd_read(bench, 0x400 + 41, 1), ==, 0x18);
    gicd_writel(bench, 0x400 + NUM_IRQ - 4, 0x10203040);
    g_assert_cmphex(gicd_readl(bench, 0x400 + NUM_IRQ - 4), ==, 0x10203040);
    gicd_writel(bench, 0x400 + NUM_IRQ, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0x400 + NUM_IRQ), ==, 0);
    gicd_writel(bench, 0x400 + 28, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0x400 + 28), ==, 0);
}

static void test_dist_icfgr_upper_bits_only(void)
{
    gicd_writel(bench, 0xc00 + 8, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0xc00 + 8), ==, 0xaaaaaaaa);
    g_assert_cmphex(gicd_readl(bench, 0xc00 + 12), ==, 0);
    gicd_writel(bench, 0xc00 + 12, 0x80000002);
    g_assert_cmphex(gicd_readl(bench, 0xc00 + 12), ==, 0x80000002);
    g_assert_cmphex(gicd_readl(bench, 0xc00 + 8), ==, 0xaaaaaaaa);
    gicd_writel(bench, 0xc00, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0xc00), ==, 0);
    gicd_writel(bench, 0xc00 + NUM_IRQ / 4, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0xc00 + NUM_IRQ / 4), ==, 0);
}

static void test_dist_irouter_in_one_or_two_accesses(void)
{
    uint32_t offset = 0x6000 + 8 * 100;

    g_assert_cmphex(gicd_read(bench, offset, 8), ==, 0);
    gicd_write(bench, offset, UINT64_MAX, 8);
    g_assert_cmphex(gicd_read(bench, offset, 8), ==, 0xff80ffffff);
    gicd_writel(bench, offset + 4, 0x12);
    gicd_writel(bench, offset, 0x345678);
    g_assert_cmphex(gicd_read(bench, offset, 8), ==, 0x1200345678);
    g_assert_cmphex(gicd_readl(bench, offset), ==, 0x345678);
    g_assert_cmphex(gicd_readl(bench, offset + 4), ==, 0x12);
    gicd_write(bench, 0x6000 + 8 * 31, UINT64_MAX, 8);
    g_assert_cmphex(gicd_read(bench, 0x6000 + 8 * 31, 8), ==, 0);
    gicd_write(bench, 0x6000 + 8 * NUM_IRQ, UINT64_MAX, 8);
    g_assert_cmphex(gicd_read(bench, 0x6000 + 8 * NUM_IRQ, 8), ==, 0);
}

static void test_dist_registers_of_other_configurations_are_res0(void)
{
    /* ITARGETSR, IGRPMODR, NSACR, CPENDSGIR, SPENDSGIR */
    static const uint32_t offsets[] = { 0x820, 0xd04, 0xe08, 0xf10, 0xf20 };

    for (unsigned i = 0; i < G_N_ELEMENTS(offsets); i++) {
        gicd_writel(bench, offsets[i], 0xffffffff);
        g_assert_cmphex(gicd_readl(bench, offsets[i]), ==, 0);
    }
    gicd_writel(bench, 0xf00, 0x02000000); /* SGIR: ignored with affinity routing */
    gicd_writel(bench, 0x40, 40);          /* SETSPI_NSR: MBIS is 0 */
    g_assert_cmphex(gicd_readl(bench, 0x204), ==, 0);
    g_assert_cmphex(gicr_readl(bench, 0, 0x10200), ==, 0);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 0);
}

static void test_dist_statusr_notes_bad_accesses(void)
{
    gicd_readl(bench, 0x30);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 1); /* RRD */
    gicd_writel(bench, 0x30, 0);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 3); /* WRD */
    gicd_readl(bench, 0x40);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 7); /* RWOD */
    gicd_writel(bench, 0x4, 0);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 0xf); /* WROD */
    gicd_writel(bench, 0x10, 0x5);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 0xa);
    gicd_writel(bench, 0x10, 0xffffffff);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 0);
}

static void test_dist_wrong_sizes_read_zero_and_change_nothing(void)
{
    gicd_writel(bench, 0x104, 0x12345678);
    g_assert_cmphex(gicd_read(bench, 0x104, 1), ==, 0);
    g_assert_cmphex(gicd_read(bench, 0x104, 2), ==, 0);
    g_assert_cmphex(gicd_read(bench, 0x100, 8), ==, 0);
    gicd_write(bench, 0x104, 0xff, 1);
    gicd_write(bench, 0x104, 0xffff, 2);
    gicd_write(bench, 0x108, UINT64_MAX, 8);
    gicd_write(bench, 0x428, 0xffff, 2);
    g_assert_cmphex(gicd_readl(bench, 0x104), ==, 0x12345678);
    g_assert_cmphex(gicd_readl(bench, 0x108), ==, 0);
    g_assert_cmphex(gicd_readl(bench, 0x428), ==, 0);
    g_assert_cmphex(gicd_readl(bench, 0x10), ==, 3);
}

/* ---- redistributors ---- */

static void test_redist_typer_has_affinity_number_and_last(void)
{
    for (unsigned i = 0; i < bench->num_cpu; i++) {
        uint64_t typer = gicr_read(bench, i, 0x8, 8);

        g_assert_cmphex(typer >> 32, ==, gicv3_bench_affinity(i));
        g_assert_cmpuint(extract64(typer, 8, 16), ==, i);
        g_assert_cmpuint(extract64(typer, 4, 1), ==, i == bench->num_cpu - 1);
        g_assert_cmpuint(extract64(typer, 5, 1), ==, 1); /* DPGS */
        g_assert_cmphex(typer & 0xf, ==, 0);             /* no LPIs */
        g_assert_cmphex(gicr_readl(bench, i, 0x8), ==, (uint32_t)typer);
        g_assert_cmphex(gicr_readl(bench, i, 0xc), ==, typer >> 32);
    }
}

static void test_redist_identifies_itself(void)
{
    g_assert_cmphex(gicr_readl(bench, 1, 0x4) & 0xfff, ==, 0x43b);
    g_assert_cmpuint(extract32(gicr_readl(bench, 1, 0xffe8), 4, 4), ==, 3);
    g_assert_cmphex(gicr_readl(bench, 1, 0xfffc), ==, 0xb1);
}

static void test_redist_waker_children_follow(void)
{
    g_assert_cmphex(gicr_readl(bench, 1, 0x14), ==, 6);
    gicr_writel(bench, 1, 0x14, 0);
    g_assert_cmphex(gicr_readl(bench, 1, 0x14), ==, 0);
    gicr_writel(bench, 1, 0x14, 0xffffffff);
    g_assert_cmphex(gicr_readl(bench, 1, 0x14), ==, 6);
    gicr_writel(bench, 1, 0x14, 4);
    g_assert_cmphex(gicr_readl(bench, 1, 0x14), ==, 0);
}

static void test_redist_ctlr_has_dpg_only(void)
{
    g_assert_cmphex(gicr_readl(bench, 0, 0x0), ==, 0);
    gicr_writel(bench, 0, 0x0, 0xffffffff);
    g_assert_cmphex(gicr_readl(bench, 0, 0x0), ==, 0x03000000);
}

static void test_redist_private_registers_are_per_cpu(void)
{
    static const uint32_t registers[] = { 0x10080, 0x10100, 0x10200, 0x10300 };

    for (unsigned r = 0; r < G_N_ELEMENTS(registers); r++) {
        g_assert_cmphex(gicr_readl(bench, 1, registers[r]), ==, 0);
        gicr_writel(bench, 1, registers[r], 0xa5a5a5a5);
        g_assert_cmphex(gicr_readl(bench, 1, registers[r]), ==, 0xa5a5a5a5);
        g_assert_cmphex(gicr_readl(bench, 0, registers[r]), ==, 0);
    }
    for (unsigned r = 1; r < G_N_ELEMENTS(registers); r++) {
        gicr_writel(bench, 1, registers[r] + 0x80, 0x000000f0);
        g_assert_cmphex(gicr_readl(bench, 1, registers[r]), ==, 0xa5a5a505);
        g_assert_cmphex(gicr_readl(bench, 1, registers[r] + 0x80), ==, 0xa5a5a505);
    }
}

static void test_redist_priorities_have_five_bits_and_byte_access(void)
{
    gicr_writel(bench, 1, 0x10400, 0xffffffff);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10400), ==, 0xf8f8f8f8);
    gicr_write(bench, 1, 0x1041f, 0x2f, 1);
    g_assert_cmphex(gicr_readl(bench, 1, 0x1041c), ==, 0x28000000);
    g_assert_cmphex(gicr_read(bench, 1, 0x1041f, 1), ==, 0x28);
    g_assert_cmphex(gicr_readl(bench, 0, 0x10400), ==, 0);
}

static void test_redist_sgis_are_edge_ppis_are_configurable(void)
{
    g_assert_cmphex(gicr_readl(bench, 1, 0x10c00), ==, 0xaaaaaaaa);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10c04), ==, 0);
    gicr_writel(bench, 1, 0x10c00, 0);
    gicr_writel(bench, 1, 0x10c04, 0xffffffff);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10c00), ==, 0xaaaaaaaa);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10c04), ==, 0xaaaaaaaa);
    gicr_writel(bench, 1, 0x10c04, 0x00000008);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10c04), ==, 0x00000008);
}

static void test_redist_statusr_notes_bad_accesses(void)
{
    gicr_readl(bench, 1, 0x70); /* PROPBASER: no LPIs */
    g_assert_cmphex(gicr_readl(bench, 1, 0x10), ==, 1);
    gicr_write(bench, 1, 0x70, 1, 8);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10), ==, 3);
    gicr_write(bench, 1, 0x8, 1, 8);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10), ==, 0xb);
    g_assert_cmphex(gicr_readl(bench, 0, 0x10), ==, 0);
    gicr_writel(bench, 1, 0x10, 0xf);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10), ==, 0);
}

static void test_redist_res0_registers(void)
{
    gicr_writel(bench, 0, 0x10d00, 0xffffffff);
    gicr_writel(bench, 0, 0x10e00, 0xffffffff);
    g_assert_cmphex(gicr_readl(bench, 0, 0x10d00), ==, 0);
    g_assert_cmphex(gicr_readl(bench, 0, 0x10e00), ==, 0);
    g_assert_cmphex(gicr_readl(bench, 0, 0x10), ==, 0);
}

/* ---- CPU interface ---- */

static void test_icc_reset_values(void)
{
    g_assert_cmphex(icc_read(bench, 1, ICC_PMR), ==, 0);
    g_assert_cmphex(icc_read(bench, 1, ICC_BPR0), ==, 2);
    g_assert_cmphex(icc_read(bench, 1, ICC_BPR1), ==, 3);
    g_assert_cmphex(icc_read(bench, 1, ICC_AP0R0), ==, 0);
    g_assert_cmphex(icc_read(bench, 1, ICC_AP1R0), ==, 0);
    g_assert_cmphex(icc_read(bench, 1, ICC_RPR), ==, 0xff);
    g_assert_cmphex(icc_read(bench, 1, ICC_IGRPEN0), ==, 0);
    g_assert_cmphex(icc_read(bench, 1, ICC_IGRPEN1), ==, 0);
    g_assert_cmphex(icc_read(bench, 1, ICC_HPPIR0), ==, 1023);
    g_assert_cmphex(icc_read(bench, 1, ICC_IAR1), ==, 1023);
    g_assert_cmphex(icc_read(bench, 1, ICC_SRE), ==, 7);
    /* PRIbits 5, IDbits 16, A3V, RSS */
    g_assert_cmphex(icc_read(bench, 1, ICC_CTLR), ==, 4 << 8 | 1 << 15 | 1 << 18);
}

static void test_icc_writable_bits(void)
{
    icc_write(bench, 1, ICC_CTLR, UINT64_MAX);
    g_assert_cmphex(icc_read(bench, 1, ICC_CTLR), ==, 4 << 8 | 1 << 15 | 1 << 18 | 3);
    icc_write(bench, 1, ICC_CTLR, 0);
    icc_write(bench, 1, ICC_PMR, UINT64_MAX);
    g_assert_cmphex(icc_read(bench, 1, ICC_PMR), ==, 0xf8);
    icc_write(bench, 1, ICC_IGRPEN0, UINT64_MAX);
    icc_write(bench, 1, ICC_IGRPEN1, UINT64_MAX);
    g_assert_cmphex(icc_read(bench, 1, ICC_IGRPEN0), ==, 1);
    g_assert_cmphex(icc_read(bench, 1, ICC_IGRPEN1), ==, 1);
    icc_write(bench, 1, ICC_AP0R0, UINT64_MAX);
    icc_write(bench, 1, ICC_AP1R0, 0x80000001);
    g_assert_cmphex(icc_read(bench, 1, ICC_AP0R0), ==, 0xffffffff);
    g_assert_cmphex(icc_read(bench, 1, ICC_AP1R0), ==, 0x80000001);
    icc_write(bench, 1, ICC_SRE, 0);
    g_assert_cmphex(icc_read(bench, 1, ICC_SRE), ==, 7);
    g_assert_cmphex(icc_read(bench, 0, ICC_PMR), ==, 0);
}

static void test_icc_binary_points_have_a_minimum(void)
{
    for (unsigned value = 0; value < 8; value++) {
        icc_write(bench, 0, ICC_BPR0, value);
        icc_write(bench, 0, ICC_BPR1, value);
        g_assert_cmpuint(icc_read(bench, 0, ICC_BPR0), ==, MAX(value, 2));
        g_assert_cmpuint(icc_read(bench, 0, ICC_BPR1), ==, MAX(value, 3));
    }
}

static void test_icc_cbpr_makes_bpr1_a_view_of_bpr0(void)
{
    icc_write(bench, 0, ICC_BPR1, 6);
    icc_write(bench, 0, ICC_BPR0, 4);
    icc_write(bench, 0, ICC_CTLR, 1);
    g_assert_cmpuint(icc_read(bench, 0, ICC_BPR1), ==, 5);
    icc_write(bench, 0, ICC_BPR1, 3); /* ignored */
    icc_write(bench, 0, ICC_BPR0, 7);
    g_assert_cmpuint(icc_read(bench, 0, ICC_BPR1), ==, 7); /* saturates */
    icc_write(bench, 0, ICC_CTLR, 0);
    g_assert_cmpuint(icc_read(bench, 0, ICC_BPR1), ==, 6);
}

static void test_icc_rights_and_absent_registers(void)
{
    static const uint32_t write_only[] = { ICC_EOIR0, ICC_EOIR1, ICC_DIR,
                                           ICC_SGI0R, ICC_SGI1R, ICC_ASGI1R };
    static const uint32_t read_only[] = { ICC_IAR0, ICC_IAR1, ICC_HPPIR0, ICC_HPPIR1, ICC_RPR };

    for (unsigned i = 0; i < G_N_ELEMENTS(write_only); i++) {
        g_assert_false(may_read(bench->cpu[0], write_only[i]));
        g_assert_true(may_write(bench->cpu[0], write_only[i]));
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(read_only); i++) {
        g_assert_true(may_read(bench->cpu[0], read_only[i]));
        g_assert_false(may_write(bench->cpu[0], read_only[i]));
    }
    for (unsigned n = 1; n < 4; n++) {
        /* AP0Rn, AP1Rn: five priority bits need one each. */
        g_assert_false(may_read(bench->cpu[0], ARM_CP_ENC(3, 0, 12, 8, 4 + n)));
        g_assert_false(may_read(bench->cpu[0], ARM_CP_ENC(3, 0, 12, 9, n)));
    }
}

/* ---- running each test on a fresh controller ---- */

static void run_fresh(gconstpointer fn)
{
    bench = gicv3_bench_new(2, NUM_IRQ);
    ((void (*)(void))fn)();
    gicv3_bench_free(bench);
}

#define ADD(path, fn) g_test_add_data_func("/gicv3/registers/" path, fn, run_fresh)

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    ADD("dist/ctlr", test_dist_ctlr_has_one_security_state_and_affinity_routing);
    ADD("dist/identification", test_dist_identifies_itself);
    ADD("dist/words-exist-for-spis-only", test_dist_words_exist_for_spis_only);
    ADD("dist/set-and-clear-show-one-state", test_dist_set_and_clear_registers_show_one_state);
    ADD("dist/priority-bits", test_dist_priorities_have_five_bits_and_byte_access);
    ADD("dist/icfgr", test_dist_icfgr_upper_bits_only);
    ADD("dist/irouter", test_dist_irouter_in_one_or_two_accesses);
    ADD("dist/res0", test_dist_registers_of_other_configurations_are_res0);
    ADD("dist/statusr", test_dist_statusr_notes_bad_accesses);
    ADD("dist/wrong-sizes", test_dist_wrong_sizes_read_zero_and_change_nothing);
    ADD("redist/typer", test_redist_typer_has_affinity_number_and_last);
    ADD("redist/identification", test_redist_identifies_itself);
    ADD("redist/waker", test_redist_waker_children_follow);
    ADD("redist/ctlr", test_redist_ctlr_has_dpg_only);
    ADD("redist/private-is-per-cpu", test_redist_private_registers_are_per_cpu);
    ADD("redist/priority-bits", test_redist_priorities_have_five_bits_and_byte_access);
    ADD("redist/icfgr", test_redist_sgis_are_edge_ppis_are_configurable);
    ADD("redist/statusr", test_redist_statusr_notes_bad_accesses);
    ADD("redist/res0", test_redist_res0_registers);
    ADD("icc/reset-values", test_icc_reset_values);
    ADD("icc/writable-bits", test_icc_writable_bits);
    ADD("icc/binary-point-minimum", test_icc_binary_points_have_a_minimum);
    ADD("icc/cbpr", test_icc_cbpr_makes_bpr1_a_view_of_bpr0);
    ADD("icc/rights", test_icc_rights_and_absent_registers);
    return g_test_run();
}
