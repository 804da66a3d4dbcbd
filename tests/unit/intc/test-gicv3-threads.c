/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 without the big lock: devices set lines, vCPUs acknowledge and complete, others change
 * registers, all at once. In the end each acknowledge had one completion and no output is stale.
 * For ThreadSanitizer above all.
 */
#include "gicv3-harness.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"

#define NUM_CPU 3
#define NUM_IRQ 96
#define ROUNDS 20000

typedef struct Worker {
    GICv3Bench *b;
    QemuThread thread;
    unsigned number;
    unsigned acknowledged; /* that have a line */
} Worker;

static bool stop;
static bool some_acknowledged;

static void *vcpu_main(void *opaque)
{
    Worker *w = opaque;

    while (!qatomic_read(&stop)) {
        uint32_t intid = icc_read(w->b, w->number, ICC_IAR1);

        if (intid == 1023) {
            icc_write(w->b, w->number, ICC_SGI1R,
                      1ull << 24 | 1u << (w->number + 1) % NUM_CPU);
            continue;
        }
        icc_write(w->b, w->number, ICC_EOIR1, intid);
        icc_write(w->b, w->number, ICC_PMR, 0xf8);
        if (intid >= 16) {
            w->acknowledged++;
            qatomic_set(&some_acknowledged, true);
        }
    }
    return NULL;
}

static void *device_main(void *opaque)
{
    Worker *w = opaque;
    GRand *rand = g_rand_new_with_seed(w->number);

    /* A busy host may let the devices finish before any CPU has begun. */
    for (unsigned i = 0; i < ROUNDS || !qatomic_read(&some_acknowledged); i++) {
        unsigned intid = g_rand_int_range(rand, 16, 48);
        int level = g_rand_int_range(rand, 0, 2);

        if (intid < 32) {
            gicv3_ppi_set(w->b, g_rand_int_range(rand, 0, NUM_CPU), intid, level);
        } else {
            gicv3_spi_set(w->b, intid, level);
        }
    }
    g_rand_free(rand);
    return NULL;
}

static void *driver_main(void *opaque)
{
    Worker *w = opaque;
    GRand *rand = g_rand_new_with_seed(w->number);

    for (unsigned i = 0; i < ROUNDS / 4; i++) {
        unsigned intid = g_rand_int_range(rand, 32, 48);

        gicd_writel(w->b, 0x184, 1u << (intid - 32));
        gicd_write(w->b, 0x400 + intid, g_rand_int(rand) & 0xf0, 1);
        gicd_write(w->b, 0x6000 + 8 * intid,
                   g_rand_boolean(rand) ? 1ull << 31
                                        : gicv3_bench_affinity(g_rand_int_range(rand, 0, NUM_CPU)),
                   8);
        gicd_writel(w->b, 0x104, 1u << (intid - 32));
        gicr_readl(w->b, intid % NUM_CPU, 0x10200);
    }
    g_rand_free(rand);
    return NULL;
}

/* Let the outputs be what they are to be with all lines low. */
static void drain(GICv3Bench *b)
{
    for (unsigned intid = 16; intid < 48; intid++) {
        for (unsigned cpu = 0; intid < 32 && cpu < NUM_CPU; cpu++) {
            gicv3_ppi_set(b, cpu, intid, 0);
        }
        if (intid >= 32) {
            gicv3_spi_set(b, intid, 0);
        }
    }
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        gicr_writel(b, cpu, 0x10280, UINT32_MAX);
    }
}

static void test_everything_at_once(void)
{
    static void *(*const mains[])(void *) = { device_main, device_main, driver_main };
    GICv3Bench *b = gicv3_bench_new(NUM_CPU, NUM_IRQ);
    Worker vcpus[NUM_CPU], others[G_N_ELEMENTS(mains)];
    unsigned acknowledged = 0;

    gicv3_bench_open(b);
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        for (unsigned intid = 0; intid < 48; intid++) {
            gicv3_interrupt_setup(b, cpu, intid, 0x80 | (intid & 0x38));
        }
    }
    stop = some_acknowledged = false;
    bql_unlock();
    for (unsigned i = 0; i < NUM_CPU; i++) {
        vcpus[i] = (Worker){ .b = b, .number = i };
        qemu_thread_create(&vcpus[i].thread, "vcpu", vcpu_main, &vcpus[i], QEMU_THREAD_JOINABLE);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(mains); i++) {
        others[i] = (Worker){ .b = b, .number = i };
        qemu_thread_create(&others[i].thread, "other", mains[i], &others[i],
                           QEMU_THREAD_JOINABLE);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(mains); i++) {
        qemu_thread_join(&others[i].thread);
    }
    qatomic_set(&stop, true);
    for (unsigned i = 0; i < NUM_CPU; i++) {
        qemu_thread_join(&vcpus[i].thread);
        acknowledged += vcpus[i].acknowledged;
    }
    bql_lock();
    g_test_message("%u acknowledged", acknowledged);
    g_assert_cmpuint(acknowledged, >, 0);
    g_assert_cmpuint(b->completions, ==, acknowledged);
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        g_assert_cmpint(b->irq[cpu], ==, icc_read(b, cpu, ICC_HPPIR1) != 1023);
    }
    drain(b);
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        g_assert_cmpint(b->irq[cpu], ==, 0);
        g_assert_cmphex(icc_read(b, cpu, ICC_RPR), ==, 0xff);
    }
    gicv3_bench_free(b);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    g_test_add_func("/gicv3/threads/everything-at-once", test_everything_at_once);
    return g_test_run();
}
