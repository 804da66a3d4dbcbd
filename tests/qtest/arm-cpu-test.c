/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPUs of the virt board: identification by position and GIC version, timers and performance
 * monitor through to the CPU's interrupt line with both GICs, reset, QMP and HMP.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qstring.h"
#include "libgantrytest.h"

#define ENC(op0, op1, crn, crm, op2) \
    ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define MIDR ENC(3, 0, 0, 0, 0)
#define MPIDR ENC(3, 0, 0, 0, 5)
#define PFR0 ENC(3, 0, 0, 4, 0)
#define SCTLR ENC(3, 0, 1, 0, 0)
#define ISR ENC(3, 0, 12, 1, 0)
#define TPIDR_EL1 ENC(3, 0, 13, 0, 4)
#define CNTFRQ ENC(3, 3, 14, 0, 0)
#define CNTVCT ENC(3, 3, 14, 0, 2)
#define CNTP_CTL ENC(3, 3, 14, 2, 1)
#define CNTP_CVAL ENC(3, 3, 14, 2, 2)
#define CNTV_TVAL ENC(3, 3, 14, 3, 0)
#define CNTV_CTL ENC(3, 3, 14, 3, 1)
#define CNTV_CVAL ENC(3, 3, 14, 3, 2)
#define PMCR ENC(3, 3, 9, 12, 0)
#define PMCNTENSET ENC(3, 3, 9, 12, 1)
#define PMOVSCLR ENC(3, 3, 9, 12, 3)
#define PMCCNTR ENC(3, 3, 9, 13, 0)
#define PMINTENSET ENC(3, 0, 9, 14, 1)
#define ICC_PMR ENC(3, 0, 4, 6, 0)
#define ICC_IAR1 ENC(3, 0, 12, 12, 0)
#define ICC_EOIR1 ENC(3, 0, 12, 12, 1)
#define ICC_IGRPEN1 ENC(3, 0, 12, 12, 7)

#define ISR_I (1 << 7)
/* One tick of the counter. */
#define TICK_NS 16

/* PPIs as the board's map has them. */
enum {
    PPI_PMU = 23,
    PPI_VIRT = 27,
    PPI_PHYS = 30,
};

/* -- two interrupt controllers, one way to use them ------------------------------------------ */

#define GICD 0x08000000
#define GICC 0x08010000
#define GICR_SGI(cpu) (0x080a0000 + 0x20000 * (cpu) + 0x10000)

typedef struct Gic {
    const char *args;
    void (*enable)(QTestState *s, unsigned cpu, unsigned intid);
    unsigned (*acknowledge)(QTestState *s, unsigned cpu);
    void (*complete)(QTestState *s, unsigned cpu, unsigned intid);
} Gic;

static void v2_enable(QTestState *s, unsigned cpu, unsigned intid)
{
    qtest_cpu_select(s, cpu);
    qtest_writel(s, GICD, 1);
    qtest_writel(s, GICD + 0x100, 1u << intid);
    qtest_writel(s, GICC, 1);
    qtest_writel(s, GICC + 4, 0xff);
}

static unsigned v2_acknowledge(QTestState *s, unsigned cpu)
{
    qtest_cpu_select(s, cpu);
    return qtest_readl(s, GICC + 0xc);
}

static void v2_complete(QTestState *s, unsigned cpu, unsigned intid)
{
    qtest_cpu_select(s, cpu);
    qtest_writel(s, GICC + 0x10, intid);
}

static void v3_enable(QTestState *s, unsigned cpu, unsigned intid)
{
    /* ARE, group 1. */
    qtest_writel(s, GICD, 0x12);
    /* Awake; then group 1 and enabled. */
    qtest_writel(s, GICR_SGI(cpu) - 0x10000 + 0x14, 0);
    qtest_writel(s, GICR_SGI(cpu) + 0x80, 1u << intid);
    qtest_writel(s, GICR_SGI(cpu) + 0x100, 1u << intid);
    qtest_sysreg_write(s, cpu, ICC_PMR, 0xff);
    qtest_sysreg_write(s, cpu, ICC_IGRPEN1, 1);
}

static unsigned v3_acknowledge(QTestState *s, unsigned cpu)
{
    return qtest_sysreg_read(s, cpu, ICC_IAR1);
}

static void v3_complete(QTestState *s, unsigned cpu, unsigned intid)
{
    qtest_sysreg_write(s, cpu, ICC_EOIR1, intid);
}

static const Gic gicv2 = { "-M virt,gic-version=2 -smp 2", v2_enable, v2_acknowledge, v2_complete };
static const Gic gicv3 = { "-M virt,gic-version=3 -smp 2", v3_enable, v3_acknowledge, v3_complete };

static bool irq_pends(QTestState *s, unsigned cpu)
{
    return qtest_sysreg_read(s, cpu, ISR) & ISR_I;
}

/* -- identification -------------------------------------------------------------------------- */

static void test_affinity_gicv2(void)
{
    QTestState *s = qtest_init("-M virt,gic-version=2 -smp 8 -cpu cortex-a53");

    for (unsigned i = 0; i < 8; i++) {
        g_assert_cmphex(qtest_sysreg_read(s, i, MPIDR), ==, 0x80000000 | i);
        g_assert_cmphex(qtest_sysreg_read(s, i, MIDR), ==, 0x410fd034);
    }
    g_assert_cmphex(qtest_sysreg_read(s, 0, PFR0), ==, 0x11);
    qtest_quit(s);
}

static void test_affinity_gicv3(void)
{
    QTestState *s = qtest_init("-M virt,gic-version=3 -smp 18 -cpu max");

    /* 16 CPUs to a cluster. */
    g_assert_cmphex(qtest_sysreg_read(s, 15, MPIDR), ==, 0x8000000f);
    g_assert_cmphex(qtest_sysreg_read(s, 16, MPIDR), ==, 0x80000100);
    g_assert_cmphex(qtest_sysreg_read(s, 17, MPIDR), ==, 0x80000101);
    /* The GIC has system registers. */
    g_assert_cmphex(qtest_sysreg_read(s, 17, PFR0) >> 24 & 0xf, ==, 1);
    qtest_quit(s);
}

/* -- interrupts ------------------------------------------------------------------------------ */

static void test_virtual_timer(gconstpointer data)
{
    const Gic *gic = data;
    QTestState *s = qtest_init(gic->args);
    uint64_t now;

    gic->enable(s, 1, PPI_VIRT);
    g_assert_cmpuint(qtest_sysreg_read(s, 1, CNTFRQ), ==, 62500000);
    now = qtest_sysreg_read(s, 1, CNTVCT);
    qtest_sysreg_write(s, 1, CNTV_CVAL, now + 1000);
    qtest_sysreg_write(s, 1, CNTV_CTL, 1);
    qtest_clock_set(s, (now + 1000) * TICK_NS - 1);
    g_assert_false(irq_pends(s, 1));
    qtest_clock_step(s, 1);
    g_assert_true(irq_pends(s, 1));
    g_assert_false(irq_pends(s, 0));
    g_assert_cmpuint(gic->acknowledge(s, 1), ==, PPI_VIRT);
    g_assert_false(irq_pends(s, 1));
    /* The level is still high at completion: it comes again. */
    gic->complete(s, 1, PPI_VIRT);
    g_assert_true(irq_pends(s, 1));
    g_assert_cmpuint(gic->acknowledge(s, 1), ==, PPI_VIRT);
    qtest_sysreg_write(s, 1, CNTV_TVAL, 1000);
    gic->complete(s, 1, PPI_VIRT);
    g_assert_false(irq_pends(s, 1));
    qtest_clock_step(s, 1000 * TICK_NS);
    g_assert_true(irq_pends(s, 1));
    qtest_quit(s);
}

static void test_physical_timer(gconstpointer data)
{
    const Gic *gic = data;
    QTestState *s = qtest_init(gic->args);

    gic->enable(s, 0, PPI_PHYS);
    qtest_sysreg_write(s, 0, CNTP_CVAL, 0);
    g_assert_false(irq_pends(s, 0));
    qtest_sysreg_write(s, 0, CNTP_CTL, 1);
    g_assert_true(irq_pends(s, 0));
    g_assert_cmpuint(gic->acknowledge(s, 0), ==, PPI_PHYS);
    qtest_quit(s);
}

static void test_cycle_counter(gconstpointer data)
{
    const Gic *gic = data;
    QTestState *s = qtest_init(gic->args);

    gic->enable(s, 0, PPI_PMU);
    qtest_sysreg_write(s, 0, PMCR, 1);
    qtest_sysreg_write(s, 0, PMCNTENSET, 1U << 31);
    qtest_sysreg_write(s, 0, PMINTENSET, 1U << 31);
    qtest_sysreg_write(s, 0, PMCCNTR, -100ULL);
    qtest_clock_step(s, 99);
    g_assert_false(irq_pends(s, 0));
    qtest_clock_step(s, 1);
    g_assert_true(irq_pends(s, 0));
    g_assert_cmpuint(gic->acknowledge(s, 0), ==, PPI_PMU);
    qtest_sysreg_write(s, 0, PMOVSCLR, 1U << 31);
    gic->complete(s, 0, PPI_PMU);
    g_assert_false(irq_pends(s, 0));
    qtest_quit(s);
}

/* -- reset ----------------------------------------------------------------------------------- */

static void test_machine_reset(gconstpointer data)
{
    const Gic *gic = data;
    QTestState *s = qtest_init(gic->args);
    uint64_t sctlr = qtest_sysreg_read(s, 1, SCTLR);

    gic->enable(s, 1, PPI_VIRT);
    qtest_sysreg_write(s, 1, SCTLR, sctlr | 1);
    qtest_sysreg_write(s, 1, TPIDR_EL1, 0x1234);
    qtest_sysreg_write(s, 1, CNTV_CVAL, 0);
    qtest_sysreg_write(s, 1, CNTV_CTL, 1);
    g_assert_true(irq_pends(s, 1));
    qtest_qmp_assert_success(s, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(s, "RESET");
    g_assert_false(irq_pends(s, 1));
    g_assert_cmphex(qtest_sysreg_read(s, 1, SCTLR), ==, sctlr);
    g_assert_cmphex(qtest_sysreg_read(s, 1, TPIDR_EL1), ==, 0);
    g_assert_cmphex(qtest_sysreg_read(s, 1, CNTV_CTL), ==, 0);
    qtest_clock_step(s, 1000000000);
    g_assert_false(irq_pends(s, 1));
    qtest_quit(s);
}

/* -- QMP, HMP -------------------------------------------------------------------------------- */

static void test_query_cpus_fast(void)
{
    QTestState *s = qtest_init("-M virt,gic-version=3 -smp 17");
    QDict *rsp = qtest_qmp(s, "{'execute': 'query-cpus-fast'}");
    QList *list = qdict_get_qlist(rsp, "return");
    QListEntry *entry;
    int64_t index = 0;

    QLIST_FOREACH_ENTRY(list, entry) {
        QDict *cpu = qobject_to(QDict, qlist_entry_obj(entry));

        g_assert_cmpint(qdict_get_int(cpu, "cpu-index"), ==, index);
        g_assert_cmpstr(qdict_get_str(cpu, "target"), ==, "aarch64");
        g_assert_cmpint(qdict_get_int(cpu, "mp-affinity"), ==, index < 16 ? index : 0x100);
        index++;
    }
    g_assert_cmpint(index, ==, 17);
    qobject_unref(rsp);
    qtest_quit(s);
}

static void test_query_cpu_definitions(void)
{
    static const char *const names[] = { "cortex-a53", "cortex-a57", "cortex-a72", "host",
                                         "max" };
    QTestState *s = qtest_init("-M virt");
    QDict *rsp = qtest_qmp(s, "{'execute': 'query-cpu-definitions'}");
    QList *list = qdict_get_qlist(rsp, "return");
    QListEntry *entry;
    size_t i = 0;

    QLIST_FOREACH_ENTRY(list, entry) {
        QDict *model = qobject_to(QDict, qlist_entry_obj(entry));
        g_autofree char *type = NULL;

        g_assert_cmpuint(i, <, G_N_ELEMENTS(names));
        type = g_strconcat(names[i], "-arm-cpu", NULL);
        g_assert_cmpstr(qdict_get_str(model, "name"), ==, names[i]);
        g_assert_cmpstr(qdict_get_str(model, "typename"), ==, type);
        i++;
    }
    g_assert_cmpuint(i, ==, G_N_ELEMENTS(names));
    qobject_unref(rsp);
    qtest_quit(s);
}

static void test_info_registers(void)
{
    QTestState *s = qtest_init("-M virt -smp 2");
    g_autofree char *one = qtest_hmp(s, "info registers");
    g_autofree char *all = qtest_hmp(s, "info registers -a");
    g_autofree char *cpus = qtest_hmp(s, "info cpus");

    g_assert_nonnull(strstr(one, " PC=0000000000000000 X00="));
    g_assert_nonnull(strstr(one, "PSTATE=000003c5 ---- EL1h"));
    g_assert_nonnull(strstr(one, "Q31="));
    g_assert_nonnull(strstr(all, "CPU#1"));
    g_assert_nonnull(strstr(cpus, "* CPU #0"));
    g_assert_nonnull(strstr(cpus, "CPU #1"));
    qtest_quit(s);
}

static void add_both(const char *path, void (*fn)(gconstpointer))
{
    g_autofree char *v2 = g_strconcat(path, "/gicv2", NULL);
    g_autofree char *v3 = g_strconcat(path, "/gicv3", NULL);

    g_test_add_data_func(v2, &gicv2, fn);
    g_test_add_data_func(v3, &gicv3, fn);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/arm-cpu/affinity/gicv2", test_affinity_gicv2);
    g_test_add_func("/arm-cpu/affinity/gicv3", test_affinity_gicv3);
    add_both("/arm-cpu/virtual-timer-interrupts", test_virtual_timer);
    add_both("/arm-cpu/physical-timer-interrupts", test_physical_timer);
    add_both("/arm-cpu/cycle-counter-interrupts", test_cycle_counter);
    add_both("/arm-cpu/machine-reset", test_machine_reset);
    g_test_add_func("/arm-cpu/query-cpus-fast", test_query_cpus_fast);
    g_test_add_func("/arm-cpu/query-cpu-definitions", test_query_cpu_definitions);
    g_test_add_func("/arm-cpu/info-registers", test_info_registers);
    return g_test_run();
}
