/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GICv3 on the virt board: from a device or another CPU to the pins of a CPU and back, by
 * MMIO and system registers, with 1, 2, 17 and 123 CPUs.
 */
#include "qemu/osdep.h"
#include "libgantry-device.h"
#include "libgantrytest.h"

#define GICD 0x08000000
#define GICR 0x080a0000
#define GICR_STRIDE 0x20000
#define UART 0x09000000
#define UART_INTID (32 + 1)
#define VTIMER_INTID 27

#define ENC(op1, crn, crm, op2) (3u << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define ICC_PMR ENC(0, 4, 6, 0)
#define ICC_RPR ENC(0, 12, 11, 3)
#define ICC_SGI1R ENC(0, 12, 11, 5)
#define ICC_IAR1 ENC(0, 12, 12, 0)
#define ICC_EOIR1 ENC(0, 12, 12, 1)
#define ICC_CTLR ENC(0, 12, 12, 4)
#define ICC_IGRPEN1 ENC(0, 12, 12, 7)
#define ICC_IGRPEN0 ENC(0, 12, 12, 6)
#define ISR_EL1 ENC(0, 12, 1, 0)
#define ID_AA64PFR0_EL1 ENC(0, 0, 4, 0)
#define CNTV_CTL_EL0 ENC(3, 14, 3, 1)
#define CNTV_TVAL_EL0 ENC(3, 14, 3, 0)

/* Bits of ISR_EL1. */
#define ISR_I (1u << 7)
#define ISR_F (1u << 6)

static QTestState *qts;

static uint64_t mrs(unsigned cpu, uint32_t enc)
{
    return qtest_sysreg_read(qts, cpu, enc);
}

static void msr(unsigned cpu, uint32_t enc, uint64_t value)
{
    qtest_sysreg_write(qts, cpu, enc, value);
}

static uint64_t redist(unsigned cpu, uint32_t offset)
{
    return GICR + (uint64_t)cpu * GICR_STRIDE + offset;
}

/* What an operating system does at start, on one CPU. */
static void cpu_init(unsigned cpu)
{
    qtest_writel(qts, redist(cpu, 0x14), 0);
    qtest_writel(qts, redist(cpu, 0x10080), UINT32_MAX);
    msr(cpu, ICC_PMR, 0xf0);
    msr(cpu, ICC_IGRPEN1, 1);
}

static void start(const char *smp)
{
    g_autofree char *args = g_strdup_printf("-M virt,gic-version=3 -smp %s", smp);

    qts = qtest_init(args);
    qtest_writel(qts, GICD, 3);
}

static void private_enable(unsigned cpu, unsigned intid)
{
    qtest_writeb(qts, redist(cpu, 0x10400 + intid), 0x80);
    qtest_writel(qts, redist(cpu, 0x10100), 1u << intid);
}

static void spi_enable(unsigned intid, uint64_t affinity)
{
    uint32_t word = intid / 32 * 4;

    qtest_writel(qts, GICD + 0x80 + word, UINT32_MAX);
    qtest_writeb(qts, GICD + 0x400 + intid, 0x80);
    qtest_writeq(qts, GICD + 0x6000 + 8 * intid, affinity);
    qtest_writel(qts, GICD + 0x100 + word, 1u << intid % 32);
}

static void test_cpus_announce_the_system_registers(void)
{
    start("2");
    g_assert_cmpuint(mrs(1, ID_AA64PFR0_EL1) >> 24 & 0xf, ==, 1);
    qtest_quit(qts);
}

static void test_spi_reaches_the_cpu_and_is_completed(void)
{
    start("2");
    cpu_init(1);
    spi_enable(UART_INTID, 1);
    qtest_writel(qts, UART + 0x38, 1u << 5); /* UARTIMSC.TXIM */
    qtest_writel(qts, UART + 0x30, 0x301);   /* UARTCR: enabled, both ways */
    qtest_writel(qts, UART + 0x00, 'x');
    g_assert_cmphex(mrs(1, ISR_EL1), ==, ISR_I);
    g_assert_cmphex(mrs(0, ISR_EL1), ==, 0);
    g_assert_cmpuint(mrs(1, ICC_IAR1), ==, UART_INTID);
    g_assert_cmphex(mrs(1, ISR_EL1), ==, 0);
    qtest_writel(qts, UART + 0x44, 1u << 5); /* UARTICR */
    msr(1, ICC_EOIR1, UART_INTID);
    g_assert_cmphex(mrs(1, ISR_EL1), ==, 0);
    g_assert_cmphex(mrs(1, ICC_RPR), ==, 0xff);
    qtest_quit(qts);
}

static void test_timer_ppi_reaches_its_own_cpu(void)
{
    start("2");
    for (unsigned cpu = 0; cpu < 2; cpu++) {
        cpu_init(cpu);
        private_enable(cpu, VTIMER_INTID);
    }
    msr(1, CNTV_TVAL_EL0, 62500);
    msr(1, CNTV_CTL_EL0, 1);
    g_assert_cmphex(mrs(1, ISR_EL1), ==, 0);
    qtest_clock_step(qts, 1000 * 1000 + 100);
    g_assert_cmphex(mrs(1, ISR_EL1), ==, ISR_I);
    g_assert_cmphex(mrs(0, ISR_EL1), ==, 0);
    g_assert_cmpuint(mrs(1, ICC_IAR1), ==, VTIMER_INTID);
    msr(1, ICC_EOIR1, VTIMER_INTID);
    g_assert_cmphex(mrs(1, ISR_EL1), ==, ISR_I); /* the condition still holds */
    msr(1, CNTV_CTL_EL0, 0);
    g_assert_cmphex(mrs(1, ISR_EL1), ==, 0);
    qtest_quit(qts);
}

static void test_group0_is_fiq(void)
{
    start("1");
    cpu_init(0);
    msr(0, ICC_IGRPEN0, 1);
    private_enable(0, 20);
    qtest_writel(qts, redist(0, 0x10080), ~(1u << 20));
    qtest_writel(qts, redist(0, 0x10200), 1u << 20);
    g_assert_cmphex(mrs(0, ISR_EL1), ==, ISR_F);
    qtest_quit(qts);
}

static void test_sgi_across_clusters_of_17_cpus(void)
{
    start("17");
    for (unsigned cpu = 0; cpu < 17; cpu++) {
        cpu_init(cpu);
        private_enable(cpu, 7);
    }
    g_assert_cmphex(qtest_readq(qts, redist(16, 0x8)) >> 32, ==, 0x100);
    msr(3, ICC_SGI1R, 7ull << 24 | 1ull << 16 | 1); /* Aff1 1, Aff0 0 */
    for (unsigned cpu = 0; cpu < 17; cpu++) {
        g_assert_cmphex(mrs(cpu, ISR_EL1), ==, cpu == 16 ? ISR_I : 0);
    }
    g_assert_cmpuint(mrs(16, ICC_IAR1), ==, 7);
    msr(16, ICC_EOIR1, 7);
    msr(16, ICC_SGI1R, 7ull << 24 | 1ull << 40); /* all but self */
    for (unsigned cpu = 0; cpu < 17; cpu++) {
        g_assert_cmphex(mrs(cpu, ISR_EL1), ==, cpu == 16 ? 0 : ISR_I);
    }
    qtest_quit(qts);
}

static void test_123_cpus(void)
{
    start("123");
    cpu_init(122);
    g_assert_cmpuint(qtest_readq(qts, redist(121, 0x8)) >> 4 & 1, ==, 0);
    g_assert_cmpuint(qtest_readq(qts, redist(122, 0x8)) >> 4 & 1, ==, 1);
    g_assert_cmpuint(qtest_readq(qts, redist(122, 0x8)) >> 8 & 0xffff, ==, 122);
    spi_enable(100, 7ull << 8 | 10); /* 122: cluster 7, CPU 10 */
    qtest_writel(qts, GICD + 0x20c, 1u << 4);
    g_assert_cmphex(mrs(122, ISR_EL1), ==, ISR_I);
    g_assert_cmpuint(mrs(122, ICC_IAR1), ==, 100);
    qtest_quit(qts);
}

static void test_system_reset_lowers_everything(void)
{
    start("1");
    cpu_init(0);
    private_enable(0, 20);
    qtest_writel(qts, redist(0, 0x10200), 1u << 20);
    g_assert_cmphex(mrs(0, ISR_EL1), ==, ISR_I);
    msr(0, ICC_CTLR, 3);
    qtest_qmp_assert_success(qts, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(qts, "RESET");
    g_assert_cmphex(mrs(0, ISR_EL1), ==, 0);
    g_assert_cmphex(mrs(0, ICC_CTLR) & 3, ==, 0);
    g_assert_cmphex(mrs(0, ICC_PMR), ==, 0);
    g_assert_cmphex(qtest_readl(qts, GICD), ==, 0x50);
    g_assert_cmphex(qtest_readl(qts, redist(0, 0x10200)), ==, 0);
    qtest_quit(qts);
}

static void test_info_irq_counts(void)
{
    g_autofree char *text = NULL;

    start("1");
    cpu_init(0);
    private_enable(0, 20);
    qtest_writel(qts, redist(0, 0x10200), 1u << 20);
    g_assert_cmpuint(mrs(0, ICC_IAR1), ==, 20);
    text = qtest_hmp(qts, "info irq");
    g_assert_nonnull(strstr(text, "20: 1"));
    g_assert_nonnull(strstr(text, "CPU 0: groups enabled 0x2, mask 0xf0, running 0x80"));
    qtest_quit(qts);
}

/* Whatever a guest writes wherever: the controller answers afterwards. */
static void test_random_writes_do_no_harm(void)
{
    static const uint32_t values[] = { ICC_PMR, ICC_CTLR, ICC_EOIR1, ICC_SGI1R, ICC_IGRPEN1 };
    GRand *rand = g_rand_new_with_seed(20);

    start("2");
    for (unsigned i = 0; i < 3000; i++) {
        uint32_t value = g_rand_int(rand);

        qtest_writel(qts, GICD + (g_rand_int(rand) & 0xfffc), value);
        qtest_writel(qts, GICR + g_rand_int_range(rand, 0, 0x10000) * 4, value);
        qtest_readq(qts, GICD + (g_rand_int(rand) & 0xfff8));
        msr(i & 1, values[value % G_N_ELEMENTS(values)], value);
        mrs(i & 1, ICC_IAR1);
    }
    g_rand_free(rand);
    g_assert_cmphex(qtest_readl(qts, GICD) & 0x50, ==, 0x50);
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/gicv3/cpu/id-register", test_cpus_announce_the_system_registers);
    qtest_add_func("/gicv3/spi/to-the-cpu-and-back", test_spi_reaches_the_cpu_and_is_completed);
    qtest_add_func("/gicv3/ppi/timer", test_timer_ppi_reaches_its_own_cpu);
    qtest_add_func("/gicv3/group0-is-fiq", test_group0_is_fiq);
    qtest_add_func("/gicv3/sgi/clusters-of-17-cpus", test_sgi_across_clusters_of_17_cpus);
    qtest_add_func("/gicv3/most-cpus", test_123_cpus);
    qtest_add_func("/gicv3/system-reset", test_system_reset_lowers_everything);
    qtest_add_func("/gicv3/info-irq", test_info_irq_counts);
    qtest_add_func("/gicv3/random-writes", test_random_writes_do_no_harm);
    return g_test_run();
}
