/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3: the life of interrupts, one behaviour of Arm IHI 0069 (chapters 4 and 12) at a time:
 * pending, preemption, priority drop and deactivation, groups, routing, SGIs.
 */
#include "gicv3-harness.h"

#define NUM_IRQ 288
#define NUM_CPU 4
#define SPURIOUS 1023

static GICv3Bench *bench;

static uint32_t acknowledge(unsigned cpu)
{
    return icc_read(bench, cpu, ICC_IAR1);
}

static void complete(unsigned cpu, uint32_t intid)
{
    icc_write(bench, cpu, ICC_EOIR1, intid);
}

static bool spi_bit(uint32_t registers, unsigned intid)
{
    return gicd_readl(bench, registers + intid / 32 * 4) >> (intid % 32) & 1;
}

static void spi_write(uint32_t registers, unsigned intid)
{
    gicd_writel(bench, registers + intid / 32 * 4, 1u << intid % 32);
}

static bool is_pending(unsigned intid)
{
    return spi_bit(0x200, intid);
}

static bool is_active(unsigned intid)
{
    return spi_bit(0x300, intid);
}

static void set_group0(unsigned intid)
{
    uint32_t offset = 0x80 + intid / 32 * 4;

    gicd_writel(bench, offset, gicd_readl(bench, offset) & ~(1u << intid % 32));
}

static void set_edge(unsigned intid)
{
    uint32_t offset = 0xc00 + intid / 16 * 4;

    gicd_writel(bench, offset, gicd_readl(bench, offset) | 2u << 2 * (intid % 16));
}

/* ---- level and edge ---- */

static void test_level_follows_its_line(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    g_assert_true(is_pending(40));
    g_assert_cmpint(bench->irq[0], ==, 1);
    gicv3_spi_set(bench, 40, 0);
    g_assert_false(is_pending(40));
    g_assert_cmpint(bench->irq[0], ==, 0);
}

static void test_level_still_high_is_pending_again_after_completion(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    g_assert_cmpint(bench->irq[0], ==, 0);
    g_assert_true(is_pending(40));
    g_assert_true(is_active(40));
    complete(0, 40);
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 1);
    g_assert_cmpint(bench->irq[0], ==, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    gicv3_spi_set(bench, 40, 0);
    complete(0, 40);
    g_assert_cmpint(bench->irq[0], ==, 0);
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 2);
    g_assert_cmpuint(acknowledge(0), ==, SPURIOUS);
}

static void test_edge_is_latched(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    set_edge(40);
    gicv3_spi_set(bench, 40, 1);
    gicv3_spi_set(bench, 40, 0);
    g_assert_true(is_pending(40));
    g_assert_cmpuint(acknowledge(0), ==, 40);
    g_assert_false(is_pending(40));
    gicv3_spi_set(bench, 40, 1); /* while active: pending once more */
    g_assert_true(is_pending(40));
    g_assert_cmpint(bench->irq[0], ==, 0);
    complete(0, 40);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    complete(0, 40);
    g_assert_cmpuint(acknowledge(0), ==, SPURIOUS); /* the line is still high */
}

static void test_pending_by_register_of_a_level_interrupt(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    spi_write(0x200, 40);
    g_assert_cmpint(bench->irq[0], ==, 1);
    spi_write(0x280, 40);
    g_assert_cmpint(bench->irq[0], ==, 0);
    gicv3_spi_set(bench, 40, 1);
    spi_write(0x280, 40); /* does not touch the line */
    g_assert_true(is_pending(40));
    g_assert_cmpint(bench->irq[0], ==, 1);
}

static void test_disabled_is_pending_but_not_signalled(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    spi_write(0x180, 40);
    gicv3_spi_set(bench, 40, 1);
    g_assert_true(is_pending(40));
    g_assert_cmpint(bench->irq[0], ==, 0);
    spi_write(0x100, 40);
    g_assert_cmpint(bench->irq[0], ==, 1);
}

static void test_ppis_are_private(void)
{
    gicv3_interrupt_setup(bench, 0, 27, 0x80);
    gicv3_interrupt_setup(bench, 1, 27, 0x80);
    gicv3_ppi_set(bench, 1, 27, 1);
    g_assert_cmpint(bench->irq[0], ==, 0);
    g_assert_cmpint(bench->irq[1], ==, 1);
    g_assert_cmpuint(acknowledge(1), ==, 27);
    gicv3_ppi_set(bench, 1, 27, 0);
    complete(1, 27);
    g_assert_cmpuint(gicv3_ppi_completions(bench, 1, 27), ==, 1);
    g_assert_cmpuint(gicv3_ppi_completions(bench, 0, 27), ==, 0);
}

/* ---- priorities ---- */

static void test_highest_priority_first_then_lowest_intid(void)
{
    gicv3_interrupt_setup(bench, 0, 50, 0x40);
    gicv3_interrupt_setup(bench, 0, 60, 0x20);
    gicv3_interrupt_setup(bench, 0, 45, 0x40);
    gicv3_interrupt_setup(bench, 0, 20, 0x48);
    gicv3_spi_set(bench, 50, 1);
    gicv3_ppi_set(bench, 0, 20, 1);
    gicv3_spi_set(bench, 60, 1);
    gicv3_spi_set(bench, 45, 1);
    g_assert_cmpuint(icc_read(bench, 0, ICC_HPPIR1), ==, 60);
    g_assert_cmpuint(acknowledge(0), ==, 60);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0x20);
    g_assert_cmphex(icc_read(bench, 0, ICC_AP1R0), ==, 1u << 4);
    g_assert_cmpuint(acknowledge(0), ==, SPURIOUS); /* nothing preempts */
    gicv3_spi_set(bench, 60, 0);
    complete(0, 60);
    g_assert_cmpuint(acknowledge(0), ==, 45);
    gicv3_spi_set(bench, 45, 0);
    complete(0, 45);
    g_assert_cmpuint(acknowledge(0), ==, 50);
    gicv3_spi_set(bench, 50, 0);
    complete(0, 50);
    g_assert_cmpuint(acknowledge(0), ==, 20);
}

static void test_priority_mask_hides_equal_and_lower(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    icc_write(bench, 0, ICC_PMR, 0x80);
    g_assert_cmpint(bench->irq[0], ==, 0);
    g_assert_cmpuint(acknowledge(0), ==, SPURIOUS);
    g_assert_cmpuint(icc_read(bench, 0, ICC_HPPIR1), ==, 40); /* whatever the mask is */
    icc_write(bench, 0, ICC_PMR, 0x88);
    g_assert_cmpint(bench->irq[0], ==, 1);
    gicd_write(bench, 0x400 + 40, 0x88, 1);
    g_assert_cmpint(bench->irq[0], ==, 0);
}

static void test_higher_priority_preempts(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_interrupt_setup(bench, 0, 41, 0x78);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    gicv3_spi_set(bench, 41, 1);
    g_assert_cmpint(bench->irq[0], ==, 1);
    g_assert_cmpuint(acknowledge(0), ==, 41);
    g_assert_cmphex(icc_read(bench, 0, ICC_AP1R0), ==, 1u << 16 | 1u << 15);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0x78);
    complete(0, 41);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0x80);
    complete(0, 40);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0xff);
}

static void test_binary_point_decides_what_preempts(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x60);
    gicv3_interrupt_setup(bench, 0, 41, 0x40);
    icc_write(bench, 0, ICC_BPR1, 6); /* group priority: bits 7:6 */
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0x40);
    gicv3_spi_set(bench, 41, 1);
    g_assert_cmpint(bench->irq[0], ==, 0);
    icc_write(bench, 0, ICC_BPR1, 5); /* bits 7:5: 0x40 against 0x40 that runs */
    g_assert_cmpint(bench->irq[0], ==, 0);
    gicd_write(bench, 0x400 + 41, 0x38, 1);
    g_assert_cmpint(bench->irq[0], ==, 1);
}

static void test_common_binary_point_of_group1_is_bpr0(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x60);
    gicv3_interrupt_setup(bench, 0, 41, 0x40);
    icc_write(bench, 0, ICC_BPR0, 5); /* bits 7:6 */
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    gicv3_spi_set(bench, 41, 1);
    g_assert_cmpint(bench->irq[0], ==, 1); /* Group 1 has BPR1 */
    icc_write(bench, 0, ICC_CTLR, 1);
    g_assert_cmpint(bench->irq[0], ==, 1); /* 0x40 of 0x60 running */
    icc_write(bench, 0, ICC_BPR0, 6);      /* bit 7: 0 against 0x60 */
    g_assert_cmpint(bench->irq[0], ==, 1);
    g_assert_cmpuint(acknowledge(0), ==, 41);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0);
}

/* ---- end of interrupt ---- */

static void test_eoimode1_drops_priority_then_deactivates(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    icc_write(bench, 0, ICC_CTLR, 2);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    complete(0, 40);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0xff);
    g_assert_true(is_active(40));
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 0);
    g_assert_cmpint(bench->irq[0], ==, 0);
    icc_write(bench, 2, ICC_CTLR, 2);
    icc_write(bench, 2, ICC_DIR, 40); /* any CPU may */
    g_assert_false(is_active(40));
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 1);
    g_assert_cmpint(bench->irq[0], ==, 1);
    icc_write(bench, 0, ICC_DIR, 40); /* inactive: no second completion */
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 1);
}

static void test_dir_does_nothing_with_eoimode0(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    icc_write(bench, 0, ICC_DIR, 40);
    g_assert_true(is_active(40));
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 0);
}

static void test_eoir_without_acknowledge_does_nothing(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    spi_write(0x300, 40);
    complete(0, 40);
    g_assert_true(is_active(40));
    g_assert_cmpuint(bench->completions, ==, 0);
}

static void test_eoir_of_the_other_group_does_nothing(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    icc_write(bench, 0, ICC_EOIR0, 40);
    g_assert_true(is_active(40));
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0x80);
}

static void test_eoir_of_strange_intids_does_nothing(void)
{
    static const uint32_t intids[] = { 288, 1019, 1020, 1021, 1022, 1023, 8192, 0xffffff };

    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    for (unsigned i = 0; i < G_N_ELEMENTS(intids); i++) {
        complete(0, intids[i]);
        icc_write(bench, 0, ICC_DIR, intids[i]);
        g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0x80);
    }
    g_assert_true(is_active(40));
}

static void test_clearing_the_active_bit_completes_once(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    spi_write(0x380, 40);
    spi_write(0x380, 40);
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 1);
    g_assert_cmphex(icc_read(bench, 0, ICC_RPR), ==, 0x80); /* the priority still runs */
    complete(0, 40);                                        /* was inactive */
    g_assert_cmpuint(gicv3_spi_completions(bench, 40), ==, 1);
}

static void test_one_write_completes_a_whole_word(void)
{
    gicd_writel(bench, 0x304, 0xffffffff);
    gicd_writel(bench, 0x384, 0xffff0000);
    g_assert_cmpuint(bench->completions, ==, 16);
    for (unsigned intid = 48; intid < 64; intid++) {
        g_assert_cmpuint(gicv3_spi_completions(bench, intid), ==, 1);
    }
    gicr_writel(bench, 1, 0x10300, 0xffffffff);
    gicr_writel(bench, 1, 0x10380, 0xffffffff);
    g_assert_cmpuint(bench->completions, ==, 32); /* SGIs have no line */
    g_assert_cmpuint(gicv3_ppi_completions(bench, 1, 31), ==, 1);
}

/* ---- groups ---- */

static void test_group0_is_fiq_and_its_own_registers(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    set_group0(40);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpint(bench->irq[0], ==, 0);
    g_assert_cmpint(bench->fiq[0], ==, 1);
    g_assert_cmpuint(icc_read(bench, 0, ICC_HPPIR1), ==, SPURIOUS);
    g_assert_cmpuint(icc_read(bench, 0, ICC_HPPIR0), ==, 40);
    g_assert_cmpuint(acknowledge(0), ==, SPURIOUS);
    g_assert_cmpuint(icc_read(bench, 0, ICC_IAR0), ==, 40);
    g_assert_cmphex(icc_read(bench, 0, ICC_AP0R0), ==, 1u << 16);
    g_assert_cmphex(icc_read(bench, 0, ICC_AP1R0), ==, 0);
    g_assert_cmpint(bench->fiq[0], ==, 0);
    icc_write(bench, 0, ICC_EOIR0, 40);
    g_assert_cmpint(bench->fiq[0], ==, 1);
}

static void test_changing_the_group_moves_the_signal(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    set_group0(40);
    g_assert_cmpint(bench->irq[0], ==, 0);
    g_assert_cmpint(bench->fiq[0], ==, 1);
}

static void test_disabled_groups_hide_nothing(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_interrupt_setup(bench, 0, 41, 0x40);
    set_group0(41);
    gicv3_spi_set(bench, 40, 1);
    gicv3_spi_set(bench, 41, 1);
    g_assert_cmpint(bench->fiq[0], ==, 1);
    g_assert_cmpint(bench->irq[0], ==, 0);
    icc_write(bench, 0, ICC_IGRPEN0, 0);
    g_assert_cmpint(bench->fiq[0], ==, 0);
    g_assert_cmpint(bench->irq[0], ==, 1);
    icc_write(bench, 0, ICC_IGRPEN0, 1);
    gicd_writel(bench, 0x0, 2); /* EnableGrp1 only */
    g_assert_cmpint(bench->fiq[0], ==, 0);
    g_assert_cmpint(bench->irq[0], ==, 1);
    gicd_writel(bench, 0x0, 0);
    g_assert_cmpint(bench->irq[0], ==, 0);
}

static void test_group0_preempts_group1_by_priority_only(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x40);
    gicv3_interrupt_setup(bench, 0, 41, 0x40);
    set_group0(41);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(acknowledge(0), ==, 40);
    gicv3_spi_set(bench, 41, 1);
    g_assert_cmpint(bench->fiq[0], ==, 0);
    gicd_write(bench, 0x400 + 41, 0x38, 1);
    g_assert_cmpint(bench->fiq[0], ==, 1);
    g_assert_cmpuint(icc_read(bench, 0, ICC_IAR0), ==, 41);
    complete(0, 40); /* Group 0 runs */
    g_assert_true(is_active(40));
    icc_write(bench, 0, ICC_EOIR0, 41);
    complete(0, 40);
    g_assert_false(is_active(40));
}

/* ---- routing ---- */

static void test_spi_goes_to_the_affinity(void)
{
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        gicv3_interrupt_setup(bench, cpu, 40, 0x80);
        gicv3_spi_set(bench, 40, 1);
        for (unsigned i = 0; i < NUM_CPU; i++) {
            g_assert_cmpint(bench->irq[i], ==, i == cpu);
        }
        gicv3_spi_set(bench, 40, 0);
    }
}

static void test_rerouting_a_pending_spi_moves_it(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    gicd_write(bench, 0x6000 + 8 * 40, gicv3_bench_affinity(3), 8);
    g_assert_cmpint(bench->irq[0], ==, 0);
    g_assert_cmpint(bench->irq[3], ==, 1);
    gicd_write(bench, 0x6000 + 8 * 40, 0x0100000000, 8); /* nobody is there */
    g_assert_cmpint(bench->irq[3], ==, 0);
    g_assert_true(is_pending(40));
}

static unsigned signalled_cpus(void)
{
    unsigned mask = 0;

    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        mask |= (unsigned)bench->irq[cpu] << cpu;
    }
    return mask;
}

static void test_one_of_n_goes_to_exactly_one_willing_cpu(void)
{
    gicv3_interrupt_setup(bench, 0, 40, 0x80);
    gicd_write(bench, 0x6000 + 8 * 40, 1ull << 31, 8);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpuint(ctpop32(signalled_cpus()), ==, 1);
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        unsigned before = signalled_cpus();

        g_assert_cmpuint(ctpop32(before), ==, 1);
        /* In turn: asleep, group disabled, deselected. */
        if (cpu == 0) {
            gicr_writel(bench, ctz32(before), 0x14, 2);
        } else if (cpu == 1) {
            icc_write(bench, ctz32(before), ICC_IGRPEN1, 0);
        } else {
            gicr_writel(bench, ctz32(before), 0x0, 1u << 25);
        }
        g_assert_cmphex(signalled_cpus() & before, ==, 0);
    }
    g_assert_cmpuint(signalled_cpus(), ==, 0); /* nobody is left */
    gicr_writel(bench, 2, 0x14, 0);
    gicr_writel(bench, 2, 0x0, 0);
    icc_write(bench, 2, ICC_IGRPEN1, 1);
    g_assert_cmphex(signalled_cpus(), ==, 1u << 2);
}

static void test_one_of_n_spreads_over_the_cpus(void)
{
    for (unsigned intid = 64; intid < 64 + NUM_CPU; intid++) {
        gicv3_interrupt_setup(bench, 0, intid, 0x80);
        gicd_write(bench, 0x6000 + 8 * intid, 1ull << 31, 8);
        gicv3_spi_set(bench, intid, 1);
    }
    g_assert_cmphex(signalled_cpus(), ==, (1u << NUM_CPU) - 1);
}

static void test_sleeping_cpu_still_gets_what_is_routed_to_it(void)
{
    gicr_writel(bench, 1, 0x14, 2);
    gicv3_interrupt_setup(bench, 1, 40, 0x80);
    gicv3_spi_set(bench, 40, 1);
    g_assert_cmpint(bench->irq[1], ==, 1);
}

/* ---- SGIs ---- */

static void sgis_setup(unsigned intid)
{
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        gicv3_interrupt_setup(bench, cpu, intid, 0x80);
    }
}

static void test_sgi_goes_to_the_target_list(void)
{
    sgis_setup(5);
    icc_write(bench, 0, ICC_SGI1R, 5ull << 24 | 0xa);
    g_assert_cmphex(signalled_cpus(), ==, 0xa);
    g_assert_cmpuint(acknowledge(1), ==, 5);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10200), ==, 0);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10300), ==, 1u << 5);
    complete(1, 5);
    g_assert_cmphex(gicr_readl(bench, 1, 0x10300), ==, 0);
    g_assert_cmphex(signalled_cpus(), ==, 0x8);
    g_assert_cmpuint(bench->completions, ==, 0);
}

static void test_sgi_to_self(void)
{
    sgis_setup(0);
    icc_write(bench, 2, ICC_SGI1R, 1u << 2);
    g_assert_cmphex(signalled_cpus(), ==, 1u << 2);
    g_assert_cmpuint(acknowledge(2), ==, 0);
}

static void test_sgi_irm_spares_the_sender(void)
{
    sgis_setup(15);
    icc_write(bench, 1, ICC_SGI1R, 1ull << 40 | 15ull << 24);
    g_assert_cmphex(signalled_cpus(), ==, 0xf & ~(1u << 1));
}

static void test_sgi_other_cluster_and_range_go_nowhere(void)
{
    static const uint64_t elsewhere[] = {
        1ull << 16, 1ull << 32, 1ull << 48, /* Aff1, Aff2, Aff3 */
        1ull << 44,                         /* RS: Aff0 16 to 31 */
    };

    sgis_setup(3);
    for (unsigned i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
        icc_write(bench, 0, ICC_SGI1R, elsewhere[i] | 3ull << 24 | 0xffff);
        g_assert_cmphex(signalled_cpus(), ==, 0);
    }
}

static void test_sgi_registers_and_groups(void)
{
    sgis_setup(1);
    icc_write(bench, 0, ICC_SGI0R, 1ull << 24 | 1);
    icc_write(bench, 0, ICC_ASGI1R, 1ull << 24 | 1);
    g_assert_cmphex(gicr_readl(bench, 0, 0x10200), ==, 0); /* it is in Group 1 */
    gicr_writel(bench, 0, 0x10080, 0);
    icc_write(bench, 0, ICC_SGI0R, 1ull << 24 | 1);
    g_assert_cmpint(bench->fiq[0], ==, 1);
    gicr_writel(bench, 0, 0x10280, 2);
    icc_write(bench, 0, ICC_ASGI1R, 1ull << 24 | 1);
    g_assert_cmpint(bench->fiq[0], ==, 1);
    gicr_writel(bench, 0, 0x10280, 2);
    icc_write(bench, 0, ICC_SGI1R, 1ull << 24 | 1);
    g_assert_cmpint(bench->fiq[0], ==, 1);
}

/* ---- running each test on a fresh, open controller ---- */

static void run_fresh(gconstpointer fn)
{
    bench = gicv3_bench_new(NUM_CPU, NUM_IRQ);
    gicv3_bench_open(bench);
    ((void (*)(void))fn)();
    gicv3_bench_free(bench);
}

#define ADD(path, fn) g_test_add_data_func("/gicv3/" path, fn, run_fresh)

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    ADD("level/follows-its-line", test_level_follows_its_line);
    ADD("level/pending-again", test_level_still_high_is_pending_again_after_completion);
    ADD("level/pending-by-register", test_pending_by_register_of_a_level_interrupt);
    ADD("edge/latched", test_edge_is_latched);
    ADD("enable/disabled-is-pending-only", test_disabled_is_pending_but_not_signalled);
    ADD("ppi/private", test_ppis_are_private);
    ADD("priority/order", test_highest_priority_first_then_lowest_intid);
    ADD("priority/mask", test_priority_mask_hides_equal_and_lower);
    ADD("priority/preemption", test_higher_priority_preempts);
    ADD("priority/binary-point", test_binary_point_decides_what_preempts);
    ADD("priority/common-binary-point", test_common_binary_point_of_group1_is_bpr0);
    ADD("end/eoimode1", test_eoimode1_drops_priority_then_deactivates);
    ADD("end/dir-with-eoimode0", test_dir_does_nothing_with_eoimode0);
    ADD("end/eoir-without-acknowledge", test_eoir_without_acknowledge_does_nothing);
    ADD("end/eoir-of-other-group", test_eoir_of_the_other_group_does_nothing);
    ADD("end/strange-intids", test_eoir_of_strange_intids_does_nothing);
    ADD("end/icactiver", test_clearing_the_active_bit_completes_once);
    ADD("end/whole-word", test_one_write_completes_a_whole_word);
    ADD("group/group0-is-fiq", test_group0_is_fiq_and_its_own_registers);
    ADD("group/change-moves-signal", test_changing_the_group_moves_the_signal);
    ADD("group/disabled-hides-nothing", test_disabled_groups_hide_nothing);
    ADD("group/preemption-across", test_group0_preempts_group1_by_priority_only);
    ADD("routing/affinity", test_spi_goes_to_the_affinity);
    ADD("routing/reroute-pending", test_rerouting_a_pending_spi_moves_it);
    ADD("routing/one-of-n", test_one_of_n_goes_to_exactly_one_willing_cpu);
    ADD("routing/one-of-n-spreads", test_one_of_n_spreads_over_the_cpus);
    ADD("routing/sleeping-cpu", test_sleeping_cpu_still_gets_what_is_routed_to_it);
    ADD("sgi/target-list", test_sgi_goes_to_the_target_list);
    ADD("sgi/self", test_sgi_to_self);
    ADD("sgi/irm", test_sgi_irm_spares_the_sender);
    ADD("sgi/elsewhere", test_sgi_other_cluster_and_range_go_nowhere);
    ADD("sgi/groups", test_sgi_registers_and_groups);
    return g_test_run();
}
