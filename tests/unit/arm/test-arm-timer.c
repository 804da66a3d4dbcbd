/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic timers and the cycle counter against the manual (Arm ARM D11, D13), at boundaries and
 * with random sequences against a model that knows only the manual's formula.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "sysemu/qtest.h"
#include "arm-harness.h"

#define CNTKCTL ARM_CP_ENC(3, 0, 14, 1, 0)
#define CNTFRQ ARM_CP_ENC(3, 3, 14, 0, 0)
#define CNTPCT ARM_CP_ENC(3, 3, 14, 0, 1)
#define CNTVCT ARM_CP_ENC(3, 3, 14, 0, 2)
#define CNTP_TVAL ARM_CP_ENC(3, 3, 14, 2, 0)
#define CNTP_CTL ARM_CP_ENC(3, 3, 14, 2, 1)
#define CNTP_CVAL ARM_CP_ENC(3, 3, 14, 2, 2)
#define CNTV_TVAL ARM_CP_ENC(3, 3, 14, 3, 0)
#define CNTV_CTL ARM_CP_ENC(3, 3, 14, 3, 1)
#define CNTV_CVAL ARM_CP_ENC(3, 3, 14, 3, 2)

#define ENABLE 1
#define IMASK 2
#define ISTATUS 4

/* At 62.5 MHz. */
#define NS_PER_TICK 16

typedef struct Fixture {
    ARMCPU *cpu;
    ArmLine line[2];            /* GTIMER_PHYS, GTIMER_VIRT */
    ArmLine pmu;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    uint64_t hz = GPOINTER_TO_SIZE(data);

    f->cpu = arm_cpu_begin("cortex-a57");
    if (hz) {
        object_property_set_uint(OBJECT(f->cpu), "cntfrq", hz, &error_abort);
    }
    arm_cpu_finish(f->cpu, &error_abort);
    arm_line_connect(&f->line[GTIMER_PHYS], f->cpu, NULL, GTIMER_PHYS);
    arm_line_connect(&f->line[GTIMER_VIRT], f->cpu, NULL, GTIMER_VIRT);
    arm_line_connect(&f->pmu, f->cpu, "pmu-interrupt", 0);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    arm_cpu_drop(f->cpu);
    arm_line_free(&f->line[GTIMER_PHYS]);
    arm_line_free(&f->line[GTIMER_VIRT]);
    arm_line_free(&f->pmu);
}

static void step(int64_t ns)
{
    qtest_clock_warp(qtest_clock_get() + ns);
}

/* To the beginning of a tick. */
static void align(void)
{
    step((NS_PER_TICK - qtest_clock_get() % NS_PER_TICK) % NS_PER_TICK);
}

/* -- counter --------------------------------------------------------------------------------- */

static void test_counter_rate(Fixture *f, gconstpointer data)
{
    uint64_t start;

    align();
    start = mrs(f->cpu, CNTVCT);
    g_assert_cmpuint(mrs(f->cpu, CNTFRQ), ==, 62500000);
    step(NS_PER_TICK - 1);
    g_assert_cmpuint(mrs(f->cpu, CNTVCT), ==, start);
    step(1);
    g_assert_cmpuint(mrs(f->cpu, CNTVCT), ==, start + 1);
    step(NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(mrs(f->cpu, CNTVCT), ==, start + 1 + 62500000);
    /* No EL2, no offset. */
    g_assert_cmpuint(mrs(f->cpu, CNTPCT), ==, mrs(f->cpu, CNTVCT));
    g_assert_false(may_write(f->cpu, CNTVCT));
}

/* 24 MHz does not divide a second's nanoseconds. */
static void test_counter_other_rate(Fixture *f, gconstpointer data)
{
    int64_t now = qtest_clock_get();

    step(NANOSECONDS_PER_SECOND - now % NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(mrs(f->cpu, CNTFRQ), ==, 24000000);
    g_assert_cmpuint(mrs(f->cpu, CNTVCT) % 24000000, ==, 0);
    /* 41.67 ns a tick: 3 ticks end at 125. */
    step(124);
    g_assert_cmpuint(mrs(f->cpu, CNTVCT) % 24000000, ==, 2);
    step(1);
    g_assert_cmpuint(mrs(f->cpu, CNTVCT) % 24000000, ==, 3);
    /* The timer fires at the first nanosecond of its tick, rounded up. */
    msr(f->cpu, CNTV_CVAL, mrs(f->cpu, CNTVCT) + 1);
    msr(f->cpu, CNTV_CTL, ENABLE);
    step(41);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
    step(1);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 1);
}

static void test_cntfrq_is_only_a_number(Fixture *f, gconstpointer data)
{
    uint64_t start;

    align();
    start = mrs(f->cpu, CNTVCT);
    msr(f->cpu, CNTFRQ, 0x1ffffffffULL);
    g_assert_cmphex(mrs(f->cpu, CNTFRQ), ==, 0xffffffff);
    step(NS_PER_TICK * 10);
    g_assert_cmpuint(mrs(f->cpu, CNTVCT), ==, start + 10);
}

/* -- condition, line ------------------------------------------------------------------------- */

static void fires_exactly(Fixture *f, int line, uint32_t ctl, uint32_t cval)
{
    align();
    msr(f->cpu, cval, mrs(f->cpu, CNTVCT) + 100);
    msr(f->cpu, ctl, ENABLE);
    step(100 * NS_PER_TICK - 1);
    g_assert_cmpuint(mrs(f->cpu, ctl), ==, ENABLE);
    g_assert_cmpint(f->line[line].level, ==, 0);
    step(1);
    g_assert_cmpuint(mrs(f->cpu, ctl), ==, ENABLE | ISTATUS);
    g_assert_cmpint(f->line[line].level, ==, 1);
    /* It is a level, for as long as the condition holds. */
    step(NANOSECONDS_PER_SECOND);
    g_assert_cmpint(f->line[line].level, ==, 1);
    g_assert_cmpuint(f->line[line].rises, ==, 1);
    msr(f->cpu, cval, mrs(f->cpu, CNTVCT) + 1);
    g_assert_cmpint(f->line[line].level, ==, 0);
    g_assert_cmpuint(mrs(f->cpu, ctl), ==, ENABLE);
}

static void test_fires_exactly(Fixture *f, gconstpointer data)
{
    fires_exactly(f, GTIMER_VIRT, CNTV_CTL, CNTV_CVAL);
    g_assert_cmpuint(f->line[GTIMER_PHYS].rises, ==, 0);
    fires_exactly(f, GTIMER_PHYS, CNTP_CTL, CNTP_CVAL);
}

static void test_equal_is_met(Fixture *f, gconstpointer data)
{
    msr(f->cpu, CNTV_CTL, ENABLE);
    msr(f->cpu, CNTV_CVAL, mrs(f->cpu, CNTVCT));
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 1);
    msr(f->cpu, CNTV_CVAL, mrs(f->cpu, CNTVCT) + 1);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
    msr(f->cpu, CNTV_CVAL, 0);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 1);
}

/* The comparison is of unsigned 64-bit numbers. */
static void test_far_compare_values(Fixture *f, gconstpointer data)
{
    static const uint64_t far[] = { UINT64_MAX, 1ULL << 63, INT64_MAX, 1ULL << 60 };

    msr(f->cpu, CNTV_CTL, ENABLE);
    for (size_t i = 0; i < G_N_ELEMENTS(far); i++) {
        msr(f->cpu, CNTV_CVAL, far[i]);
        g_assert_cmphex(mrs(f->cpu, CNTV_CVAL), ==, far[i]);
        step(NANOSECONDS_PER_SECOND);
        g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
        g_assert_cmpuint(mrs(f->cpu, CNTV_CTL), ==, ENABLE);
    }
}

static void test_mask(Fixture *f, gconstpointer data)
{
    align();
    msr(f->cpu, CNTV_CVAL, mrs(f->cpu, CNTVCT) + 5);
    msr(f->cpu, CNTV_CTL, ENABLE | IMASK);
    step(5 * NS_PER_TICK);
    /* The status shows, the line does not. */
    g_assert_cmpuint(mrs(f->cpu, CNTV_CTL), ==, ENABLE | IMASK | ISTATUS);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
    msr(f->cpu, CNTV_CTL, ENABLE);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 1);
    msr(f->cpu, CNTV_CTL, ENABLE | IMASK);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
    /* Unmasked in time. */
    msr(f->cpu, CNTV_CVAL, mrs(f->cpu, CNTVCT) + 5);
    msr(f->cpu, CNTV_CTL, ENABLE);
    step(5 * NS_PER_TICK);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 1);
}

static void test_disabled(Fixture *f, gconstpointer data)
{
    msr(f->cpu, CNTV_CVAL, 0);
    msr(f->cpu, CNTV_CTL, 0);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
    g_assert_cmpuint(mrs(f->cpu, CNTV_CTL), ==, 0);
    msr(f->cpu, CNTV_CTL, ENABLE);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 1);
    msr(f->cpu, CNTV_CTL, 0);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
}

static void test_ctl_bits(Fixture *f, gconstpointer data)
{
    msr(f->cpu, CNTV_CVAL, UINT64_MAX);
    msr(f->cpu, CNTV_CTL, ~0ULL);
    /* ISTATUS is read-only, the rest is RES0. */
    g_assert_cmpuint(mrs(f->cpu, CNTV_CTL), ==, ENABLE | IMASK);
}

/* -- TVAL ------------------------------------------------------------------------------------ */

static void test_tval(Fixture *f, gconstpointer data)
{
    uint64_t now;

    align();
    now = mrs(f->cpu, CNTVCT);
    msr(f->cpu, CNTV_TVAL, 1000);
    g_assert_cmphex(mrs(f->cpu, CNTV_CVAL), ==, now + 1000);
    step(NS_PER_TICK * 400);
    g_assert_cmphex(mrs(f->cpu, CNTV_TVAL), ==, 600);
    /* It goes on below zero, in 32 bits. */
    step(NS_PER_TICK * 601);
    g_assert_cmphex(mrs(f->cpu, CNTV_TVAL), ==, 0xffffffff);
}

static void test_tval_sign_extension(Fixture *f, gconstpointer data)
{
    uint64_t now;

    align();
    step(NANOSECONDS_PER_SECOND);
    now = mrs(f->cpu, CNTVCT);
    msr(f->cpu, CNTV_TVAL, 0xffffffff);
    g_assert_cmphex(mrs(f->cpu, CNTV_CVAL), ==, now - 1);
    msr(f->cpu, CNTV_TVAL, 0x7fffffff);
    g_assert_cmphex(mrs(f->cpu, CNTV_CVAL), ==, now + 0x7fffffff);
    msr(f->cpu, CNTV_TVAL, 0x80000000);
    g_assert_cmphex(mrs(f->cpu, CNTV_CVAL), ==, now - 0x80000000ULL);
    /* Bits above 31 do not count. */
    msr(f->cpu, CNTV_TVAL, 0xabcdef0000000005ULL);
    g_assert_cmphex(mrs(f->cpu, CNTV_CVAL), ==, now + 5);
}

/* -- access ---------------------------------------------------------------------------------- */

static void test_el0_access(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t enc;
        uint64_t enables;
    } rows[] = {
        { CNTFRQ, 1 << 0 | 1 << 1 }, { CNTPCT, 1 << 0 }, { CNTVCT, 1 << 1 },
        { CNTV_TVAL, 1 << 8 }, { CNTV_CTL, 1 << 8 }, { CNTV_CVAL, 1 << 8 },
        { CNTP_TVAL, 1 << 9 }, { CNTP_CTL, 1 << 9 }, { CNTP_CVAL, 1 << 9 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned bit = 0; bit < 10; bit++) {
            msr(f->cpu, CNTKCTL, 1 << bit);
            pstate_write(&f->cpu->env, PSTATE_MODE_EL0t);
            g_assert_cmpint(may_read(f->cpu, rows[i].enc), ==, (rows[i].enables >> bit) & 1);
            pstate_write(&f->cpu->env, PSTATE_MODE_EL1h);
        }
    }
    pstate_write(&f->cpu->env, PSTATE_MODE_EL0t);
    g_assert_false(may_write(f->cpu, CNTFRQ));
}

/* -- reset, rates, random sequences ---------------------------------------------------------- */

static void test_reset_lowers(Fixture *f, gconstpointer data)
{
    msr(f->cpu, CNTV_CVAL, 0);
    msr(f->cpu, CNTV_CTL, ENABLE);
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 1);
    cpu_reset(CPU(f->cpu));
    g_assert_cmpint(f->line[GTIMER_VIRT].level, ==, 0);
    g_assert_cmpuint(mrs(f->cpu, CNTV_CTL), ==, 0);
    msr(f->cpu, CNTV_CVAL, mrs(f->cpu, CNTVCT) + 10);
    msr(f->cpu, CNTV_CTL, ENABLE);
    cpu_reset(CPU(f->cpu));
    step(NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(f->line[GTIMER_VIRT].rises, ==, 1);
}

/* What the manual says of one timer. */
typedef struct Model {
    uint64_t cval;
    unsigned ctl;
} Model;

static unsigned model_ctl(const Model *m, uint64_t count)
{
    return m->ctl & ENABLE && count >= m->cval ? m->ctl | ISTATUS : m->ctl;
}

static void model_check(Fixture *f, const Model m[2])
{
    uint64_t count = qtest_clock_get() / NS_PER_TICK;

    for (int i = 0; i < 2; i++) {
        bool is_virt = i == GTIMER_VIRT;
        unsigned ctl = model_ctl(&m[i], count);

        g_assert_cmpuint(mrs(f->cpu, is_virt ? CNTV_CTL : CNTP_CTL), ==, ctl);
        g_assert_cmphex(mrs(f->cpu, is_virt ? CNTV_CVAL : CNTP_CVAL), ==, m[i].cval);
        g_assert_cmphex(mrs(f->cpu, is_virt ? CNTV_TVAL : CNTP_TVAL), ==,
                        (uint32_t)(m[i].cval - count));
        g_assert_cmpint(f->line[i].level, ==, (ctl & 7) == (ENABLE | ISTATUS));
    }
}

static void random_write(Fixture *f, GRand *rand, Model m[2])
{
    int i = g_rand_int_range(rand, 0, 2);
    uint64_t count = qtest_clock_get() / NS_PER_TICK;
    uint64_t value;

    switch (g_rand_int_range(rand, 0, 3)) {
    case 0:
        value = g_rand_int(rand);
        m[i].ctl = value & 3;
        msr(f->cpu, i == GTIMER_VIRT ? CNTV_CTL : CNTP_CTL, value);
        break;
    case 1:
        /* Near now, on both sides. */
        value = g_rand_int_range(rand, -20, 60);
        m[i].cval = count + value;
        msr(f->cpu, i == GTIMER_VIRT ? CNTV_TVAL : CNTP_TVAL, value);
        break;
    default:
        value = g_rand_boolean(rand) ? count + g_rand_int_range(rand, -20, 60)
                                     : (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);
        m[i].cval = value;
        msr(f->cpu, i == GTIMER_VIRT ? CNTV_CVAL : CNTP_CVAL, value);
        break;
    }
}

static void test_random_sequences(Fixture *f, gconstpointer data)
{
    guint32 seed = g_test_rand_int();
    GRand *rand = g_rand_new_with_seed(seed);
    Model m[2] = { { 0 } };

    g_test_message("seed %u", seed);
    for (int i = 0; i < 50000; i++) {
        if (g_rand_boolean(rand)) {
            random_write(f, rand, m);
        } else {
            step(g_rand_int_range(rand, 0, 200));
        }
        model_check(f, m);
    }
    g_assert_cmpuint(f->line[GTIMER_VIRT].rises, >, 100);
    g_rand_free(rand);
}

/* -- cycle counter --------------------------------------------------------------------------- */

#define PMCR ARM_CP_ENC(3, 3, 9, 12, 0)
#define PMCNTENSET ARM_CP_ENC(3, 3, 9, 12, 1)
#define PMCNTENCLR ARM_CP_ENC(3, 3, 9, 12, 2)
#define PMOVSCLR ARM_CP_ENC(3, 3, 9, 12, 3)
#define PMSELR ARM_CP_ENC(3, 3, 9, 12, 5)
#define PMCEID0 ARM_CP_ENC(3, 3, 9, 12, 6)
#define PMCCNTR ARM_CP_ENC(3, 3, 9, 13, 0)
#define PMXEVTYPER ARM_CP_ENC(3, 3, 9, 13, 1)
#define PMUSERENR ARM_CP_ENC(3, 3, 9, 14, 0)
#define PMINTENSET ARM_CP_ENC(3, 0, 9, 14, 1)
#define PMINTENCLR ARM_CP_ENC(3, 0, 9, 14, 2)
#define PMOVSSET ARM_CP_ENC(3, 3, 9, 14, 3)
#define PMCCFILTR ARM_CP_ENC(3, 3, 14, 15, 7)
#define CCNT (1U << 31)
#define PMCR_E 1
#define PMCR_C 4

static void test_pmcr(Fixture *f, gconstpointer data)
{
    /* Implementer and code of Cortex-A57, no event counters, LC. */
    g_assert_cmphex(mrs(f->cpu, PMCR), ==, 0x41010040);
    msr(f->cpu, PMCR, ~0ULL);
    /* E, D, X, DP stick; P and C read as zero. */
    g_assert_cmphex(mrs(f->cpu, PMCR), ==, 0x41010079);
    g_assert_cmphex(mrs(f->cpu, PMCEID0), ==, 1 << 0x11);
}

static void test_cycles_count_when_enabled(Fixture *f, gconstpointer data)
{
    step(100);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 0);
    msr(f->cpu, PMCR, PMCR_E);
    step(100);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 0);
    msr(f->cpu, PMCNTENSET, CCNT);
    step(100);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 100);
    msr(f->cpu, PMCNTENCLR, CCNT);
    step(100);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 100);
    msr(f->cpu, PMCNTENSET, CCNT);
    msr(f->cpu, PMCR, 0);
    step(100);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 100);
    msr(f->cpu, PMCR, PMCR_E | PMCR_C);
    step(7);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 7);
    /* Not at EL1, by both names of the filter. */
    msr(f->cpu, PMCCFILTR, CCNT);
    step(50);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 7);
    msr(f->cpu, PMSELR, 31);
    g_assert_cmphex(mrs(f->cpu, PMXEVTYPER), ==, CCNT);
    msr(f->cpu, PMXEVTYPER, 0);
    step(3);
    g_assert_cmpuint(mrs(f->cpu, PMCCNTR), ==, 10);
}

static void test_cycle_overflow(Fixture *f, gconstpointer data)
{
    msr(f->cpu, PMCR, PMCR_E);
    msr(f->cpu, PMCNTENSET, CCNT);
    msr(f->cpu, PMINTENSET, CCNT);
    msr(f->cpu, PMCCNTR, -1000ULL);
    step(999);
    g_assert_cmphex(mrs(f->cpu, PMCCNTR), ==, UINT64_MAX);
    g_assert_cmpint(f->pmu.level, ==, 0);
    step(1);
    g_assert_cmphex(mrs(f->cpu, PMCCNTR), ==, 0);
    g_assert_cmpint(f->pmu.level, ==, 1);
    g_assert_cmphex(mrs(f->cpu, PMOVSSET), ==, CCNT);
    step(5);
    g_assert_cmphex(mrs(f->cpu, PMCCNTR), ==, 5);
    msr(f->cpu, PMOVSCLR, CCNT);
    g_assert_cmpint(f->pmu.level, ==, 0);
    g_assert_cmphex(mrs(f->cpu, PMOVSCLR), ==, 0);
    /* By software, and only with its enables. */
    msr(f->cpu, PMOVSSET, ~0ULL);
    g_assert_cmpint(f->pmu.level, ==, 1);
    msr(f->cpu, PMINTENCLR, CCNT);
    g_assert_cmpint(f->pmu.level, ==, 0);
    msr(f->cpu, PMINTENSET, CCNT);
    msr(f->cpu, PMCR, 0);
    g_assert_cmpint(f->pmu.level, ==, 0);
    msr(f->cpu, PMCR, PMCR_E);
    g_assert_cmpint(f->pmu.level, ==, 1);
    cpu_reset(CPU(f->cpu));
    g_assert_cmpint(f->pmu.level, ==, 0);
    g_assert_cmphex(mrs(f->cpu, PMCCNTR), ==, 0);
}

static void test_pmu_el0_access(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t enc;
        unsigned read_enables, write_enables;
    } rows[] = {
        /* EN 1, SW 2, CR 4, ER 8. */
        { PMCR, 1, 1 }, { PMCNTENSET, 1, 1 }, { PMCCNTR, 1 | 4, 1 }, { PMSELR, 1 | 8, 1 | 8 },
        { PMCCFILTR, 1, 1 }, { ARM_CP_ENC(3, 3, 9, 12, 4), 0, 1 | 2 },
        { ARM_CP_ENC(3, 3, 9, 13, 2), 1 | 8, 1 }, { PMINTENSET, 0, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned bit = 1; bit < 16; bit <<= 1) {
            msr(f->cpu, PMUSERENR, bit);
            pstate_write(&f->cpu->env, PSTATE_MODE_EL0t);
            g_assert_cmpint(may_read(f->cpu, rows[i].enc), ==, !!(rows[i].read_enables & bit));
            g_assert_cmpint(may_write(f->cpu, rows[i].enc), ==, !!(rows[i].write_enables & bit));
            g_assert_true(may_read(f->cpu, PMUSERENR));
            g_assert_false(may_write(f->cpu, PMUSERENR));
            pstate_write(&f->cpu->env, PSTATE_MODE_EL1h);
        }
    }
}

static void add_at(const char *path, uint64_t hz, void (*fn)(Fixture *, gconstpointer))
{
    g_test_add_vtable(path, sizeof(Fixture), GSIZE_TO_POINTER(hz), (GTestFixtureFunc)set_up,
                      (GTestFixtureFunc)fn, (GTestFixtureFunc)tear_down);
}

static void add(const char *path, void (*fn)(Fixture *, gconstpointer))
{
    add_at(path, 0, fn);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    add("/arm/timer/counter/rate", test_counter_rate);
    add_at("/arm/timer/counter/rate-that-does-not-divide", 24000000, test_counter_other_rate);
    add("/arm/timer/counter/cntfrq-is-only-a-number", test_cntfrq_is_only_a_number);
    add("/arm/timer/fires-exactly", test_fires_exactly);
    add("/arm/timer/equal-is-met", test_equal_is_met);
    add("/arm/timer/far-compare-values", test_far_compare_values);
    add("/arm/timer/mask", test_mask);
    add("/arm/timer/disabled", test_disabled);
    add("/arm/timer/ctl-bits", test_ctl_bits);
    add("/arm/timer/tval", test_tval);
    add("/arm/timer/tval-sign-extension", test_tval_sign_extension);
    add("/arm/timer/el0-access", test_el0_access);
    add("/arm/timer/reset-lowers-the-line", test_reset_lowers);
    add("/arm/timer/random-sequences", test_random_sequences);
    add("/arm/pmu/pmcr", test_pmcr);
    add("/arm/pmu/cycles-count-when-enabled", test_cycles_count_when_enabled);
    add("/arm/pmu/overflow", test_cycle_overflow);
    add("/arm/pmu/el0-access", test_pmu_el0_access);
    return g_test_run();
}
