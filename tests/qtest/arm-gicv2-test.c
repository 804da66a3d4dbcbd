/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GICv2 on the virt board: from a device, a timer or another CPU to the
 * pins of a CPU and back, each CPU by its own view of the registers.
 */
#include "qemu/osdep.h"
#include "libgantry-device.h"
#include "libgantrytest.h"

#define GICD 0x08000000
#define GICC 0x08010000
#define UART 0x09000000
#define UART_INTID (32 + 1)
#define VTIMER_INTID 27

#define ENC(op1, crn, crm, op2) (3u << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define ISR_EL1 ENC(0, 12, 1, 0)
#define CNTV_CTL_EL0 ENC(3, 14, 3, 1)
#define CNTV_TVAL_EL0 ENC(3, 14, 3, 0)

/* Bits of ISR_EL1. */
#define ISR_I (1u << 7)
#define ISR_F (1u << 6)

static QTestState *qts;

static uint32_t rd(unsigned cpu, uint64_t addr)
{
    qtest_cpu_select(qts, cpu);
    return qtest_readl(qts, addr);
}

static void wr(unsigned cpu, uint64_t addr, uint32_t value)
{
    qtest_cpu_select(qts, cpu);
    qtest_writel(qts, addr, value);
}

static uint32_t pins(unsigned cpu)
{
    return qtest_sysreg_read(qts, cpu, ISR_EL1);
}

/* What an operating system does at start. */
static void start(unsigned cpus)
{
    g_autofree char *args = g_strdup_printf("-M virt,gic-version=2 -smp %u", cpus);

    qts = qtest_init(args);
    wr(0, GICD, 1);
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        wr(cpu, GICC + 0x04, 0xf0);
        wr(cpu, GICC + 0x00, 1);
    }
}

static void spi_enable(unsigned intid, uint8_t cpus)
{
    qtest_writeb(qts, GICD + 0x400 + intid, 0x80);
    qtest_writeb(qts, GICD + 0x800 + intid, cpus);
    wr(0, GICD + 0x100 + intid / 32 * 4, 1u << intid % 32);
}

static void private_enable(unsigned cpu, unsigned intid)
{
    wr(cpu, GICD + 0x100, 1u << intid);
}

static void test_board_has_288_intids_and_its_cpus(void)
{
    for (unsigned cpus = 1; cpus <= 8; cpus++) {
        start(cpus);
        g_assert_cmphex(rd(0, GICD + 0x004), ==, 8 | (cpus - 1) << 5);
        g_assert_cmphex(rd(0, GICD + 0xfe8) >> 4, ==, 2);
        for (unsigned cpu = 0; cpu < cpus && cpus > 1; cpu++) {
            g_assert_cmphex(rd(cpu, GICD + 0x800), ==, 0x01010101u << cpu);
        }
        qtest_quit(qts);
    }
}

static void test_spi_reaches_the_cpu_and_is_completed(void)
{
    start(2);
    spi_enable(UART_INTID, 2);
    qtest_writel(qts, UART + 0x38, 1u << 5); /* UARTIMSC.TXIM */
    qtest_writel(qts, UART + 0x30, 0x301);   /* UARTCR: enabled, both ways */
    qtest_writel(qts, UART + 0x00, 'x');
    g_assert_cmphex(pins(1), ==, ISR_I);
    g_assert_cmphex(pins(0), ==, 0);
    g_assert_cmpuint(rd(0, GICC + 0x0c), ==, 1023);
    g_assert_cmpuint(rd(1, GICC + 0x0c), ==, UART_INTID);
    g_assert_cmphex(pins(1), ==, 0);
    wr(1, GICC + 0x10, UART_INTID); /* the UART was not served: it pends again */
    g_assert_cmphex(pins(1), ==, ISR_I);
    g_assert_cmpuint(rd(1, GICC + 0x0c), ==, UART_INTID);
    qtest_writel(qts, UART + 0x44, 1u << 5); /* UARTICR */
    wr(1, GICC + 0x10, UART_INTID);
    g_assert_cmphex(pins(1), ==, 0);
    g_assert_cmphex(rd(1, GICC + 0x14), ==, 0xff);
    qtest_quit(qts);
}

static void test_timer_ppi_reaches_its_own_cpu(void)
{
    start(2);
    private_enable(0, VTIMER_INTID);
    private_enable(1, VTIMER_INTID);
    qtest_sysreg_write(qts, 1, CNTV_TVAL_EL0, 62500);
    qtest_sysreg_write(qts, 1, CNTV_CTL_EL0, 1);
    g_assert_cmphex(pins(1), ==, 0);
    qtest_clock_step(qts, 1000 * 1000 + 100);
    g_assert_cmphex(pins(1), ==, ISR_I);
    g_assert_cmphex(pins(0), ==, 0);
    g_assert_cmpuint(rd(1, GICC + 0x0c), ==, VTIMER_INTID);
    qtest_sysreg_write(qts, 1, CNTV_CTL_EL0, 0);
    wr(1, GICC + 0x10, VTIMER_INTID);
    g_assert_cmphex(pins(1), ==, 0);
    qtest_quit(qts);
}

static void test_sgi_goes_to_all_other_cpus(void)
{
    start(8);
    wr(5, GICD + 0xf00, 0x01000003);
    for (unsigned cpu = 0; cpu < 8; cpu++) {
        g_assert_cmphex(pins(cpu), ==, cpu == 5 ? 0 : ISR_I);
    }
    g_assert_cmphex(rd(7, GICC + 0x0c), ==, 5u << 10 | 3);
    wr(7, GICC + 0x10, 5u << 10 | 3);
    g_assert_cmphex(pins(7), ==, 0);
    qtest_quit(qts);
}

static void test_group_0_can_be_fiq(void)
{
    start(1);
    wr(0, GICC, 9);
    private_enable(0, 20);
    wr(0, GICD + 0x200, 1u << 20);
    g_assert_cmphex(pins(0), ==, ISR_F);
    qtest_quit(qts);
}

static void test_system_reset_lowers_everything(void)
{
    start(2);
    spi_enable(60, 2);
    wr(0, GICD + 0x204, 1u << 28);
    g_assert_cmphex(pins(1), ==, ISR_I);
    qtest_qmp_assert_success(qts, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(qts, "RESET");
    g_assert_cmphex(pins(1), ==, 0);
    g_assert_cmphex(rd(0, GICD), ==, 0);
    g_assert_cmphex(rd(0, GICD + 0x204), ==, 0);
    g_assert_cmphex(rd(0, GICD + 0x104), ==, 0);
    g_assert_cmphex(rd(1, GICC), ==, 0);
    qtest_quit(qts);
}

static void test_info_irq_counts(void)
{
    g_autofree char *text = NULL;

    start(1);
    private_enable(0, 20);
    wr(0, GICD + 0x200, 1u << 20);
    g_assert_cmpuint(rd(0, GICC + 0x0c), ==, 20);
    text = qtest_hmp(qts, "info irq");
    g_assert_nonnull(strstr(text, "20: 1"));
    g_assert_nonnull(strstr(text, "CPU 0: GICC_CTLR 0x1, mask 0xf0, running 0x00"));
    qtest_quit(qts);
}

static void test_gic_is_not_for_users(void)
{
    g_autofree char *out = NULL;
    const char *argv[] = { qtest_qemu_binary(NULL), "-M", "virt", "-device", "arm_gic", "-S",
                           "-display", "none", NULL };
    int status;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                               NULL, &out, &status, NULL));
    g_assert_false(g_spawn_check_wait_status(status, NULL));
    g_assert_nonnull(strstr(out, "arm_gic"));
}

/* Whatever a guest accesses wherever, in whatever size: the controller answers afterwards. */
static void test_random_accesses_do_no_harm(void)
{
    GRand *rand = g_rand_new_with_seed(21);

    start(4);
    for (unsigned i = 0; i < 3000; i++) {
        uint32_t value = g_rand_int(rand);
        uint32_t offset = g_rand_int(rand);

        qtest_cpu_select(qts, i % 4);
        qtest_writel(qts, GICD + (offset & 0xffc), value);
        qtest_writel(qts, GICC + (offset >> 12 & 0x1ffc), value);
        qtest_writeb(qts, GICD + (value & 0xfff), offset);
        qtest_writew(qts, GICD + (value >> 12 & 0xffe), offset);
        qtest_readq(qts, GICD + (offset & 0xff8));
        qtest_readl(qts, GICC + (value & 0x7c));
    }
    g_rand_free(rand);
    g_assert_cmphex(rd(0, GICD + 0x004), ==, 8 | 3 << 5);
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/gicv2/board/288-intids-1-to-8-cpus", test_board_has_288_intids_and_its_cpus);
    qtest_add_func("/gicv2/spi/to-the-cpu-and-back", test_spi_reaches_the_cpu_and_is_completed);
    qtest_add_func("/gicv2/ppi/timer", test_timer_ppi_reaches_its_own_cpu);
    qtest_add_func("/gicv2/sgi/all-other-cpus", test_sgi_goes_to_all_other_cpus);
    qtest_add_func("/gicv2/group-0-can-be-fiq", test_group_0_can_be_fiq);
    qtest_add_func("/gicv2/system-reset", test_system_reset_lowers_everything);
    qtest_add_func("/gicv2/info-irq", test_info_irq_counts);
    qtest_add_func("/gicv2/not-for-users", test_gic_is_not_for_users);
    qtest_add_func("/gicv2/random-accesses", test_random_accesses_do_no_harm);
    return g_test_run();
}
