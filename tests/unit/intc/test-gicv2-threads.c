/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 without the BQL: threads that raise lines beside threads that are the
 * guest's CPUs. Each device raises its line and waits for the completion; the
 * guest takes the level away before it completes. Every interrupt must come
 * through, once for each time, and outputs must not be left at an older level.
 * GIC_TEST_ROUNDS in the environment replaces the number of rounds.
 */
#include "gicv2-harness.h"
#include "exec/address-spaces.h"
#include "hw/core/cpu.h"
#include "qemu/main-loop.h"

#define CPUS 2
#define DEVICES 2
#define IRQS 64
#define FIRST_SPI 32
#define LINES_PER_DEVICE 4
#define DEFAULT_ROUNDS 20000

typedef struct TestLine {
    Notifier notifier;
    qemu_irq irq;
    unsigned intid;
    unsigned raised;
    unsigned completed;
} TestLine;

static GicHarness *h;
static TestLine lines[DEVICES * LINES_PER_DEVICE];
static unsigned rounds;
static unsigned acknowledged[CPUS];
static bool devices_done;
static QemuThread threads[DEVICES + CPUS];

static void line_completed(Notifier *n, void *data)
{
    TestLine *l = container_of(n, TestLine, notifier);

    qatomic_store_release(&l->completed, l->completed + 1);
}

static bool line_is_done(TestLine *l)
{
    return qatomic_load_acquire(&l->completed) == l->raised;
}

static void *device_thread(void *opaque)
{
    TestLine *mine = opaque;

    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < LINES_PER_DEVICE; i++) {
            mine[i].raised++;
            qemu_irq_raise(mine[i].irq);
        }
        for (unsigned i = 0; i < LINES_PER_DEVICE; i++) {
            while (!line_is_done(&mine[i])) {
                g_thread_yield();
            }
        }
    }
    return NULL;
}

static uint32_t cpu_read(hwaddr addr)
{
    return address_space_ldl_le(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void cpu_write(hwaddr addr, uint32_t value)
{
    address_space_stl_le(&address_space_memory, addr, value, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void *cpu_thread(void *opaque)
{
    static CPUState cpus[CPUS];
    unsigned self = GPOINTER_TO_UINT(opaque);

    cpus[self].cpu_index = self;
    current_cpu = &cpus[self];
    while (!qatomic_load_acquire(&devices_done)) {
        uint32_t value = cpu_read(GICC + 0x0c);
        unsigned intid = value & 0x3ff;

        if (intid == 1023) {
            g_thread_yield();
            continue;
        }
        if (intid >= FIRST_SPI) {
            qemu_irq_lower(lines[intid - FIRST_SPI].irq);
        }
        acknowledged[self]++;
        cpu_write(GICC + 0x10, value);
        if (acknowledged[self] % 64 == 0) {
            /* Registers that touch every CPU, in between. */
            cpu_write(GICD + 0x820 + acknowledged[self] / 64 % 2 * 4,
                      acknowledged[self] / 128 % 2 ? 0x01030201 : 0x02010302);
            cpu_write(GICD + 0xf00, 0x02000000);
        }
    }
    current_cpu = NULL;
    return NULL;
}

static void lines_start(void)
{
    for (unsigned i = 0; i < ARRAY_SIZE(lines); i++) {
        TestLine *l = &lines[i];

        *l = (TestLine){ .notifier.notify = line_completed, .intid = FIRST_SPI + i };
        l->irq = qdev_get_gpio_in(h->dev, l->intid - 32);
        qemu_irq_add_eoi_notifier(l->irq, &l->notifier);
        gic_write_size(0, GICD + 0x800 + l->intid, 1, 1 + i % 3);
    }
    gic_write(0, GICD + 0x104, 0xffffffff);
    gic_write(0, GICD, 1);
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        gic_write(cpu, GICC, 1);
        gic_write(cpu, GICC + 4, 0xff);
    }
}

static void threads_run(void)
{
    bql_unlock();
    for (unsigned i = 0; i < CPUS; i++) {
        qemu_thread_create(&threads[i], "cpu", cpu_thread, GUINT_TO_POINTER(i),
                           QEMU_THREAD_JOINABLE);
    }
    for (unsigned i = 0; i < DEVICES; i++) {
        qemu_thread_create(&threads[CPUS + i], "device", device_thread,
                           &lines[i * LINES_PER_DEVICE], QEMU_THREAD_JOINABLE);
    }
    for (unsigned i = 0; i < DEVICES; i++) {
        qemu_thread_join(&threads[CPUS + i]);
    }
    qatomic_store_release(&devices_done, true);
    for (unsigned i = 0; i < CPUS; i++) {
        qemu_thread_join(&threads[i]);
    }
    bql_lock();
}

static void test_each_level_is_served_once(void)
{
    const char *rounds_env = g_getenv("GIC_TEST_ROUNDS");
    unsigned total = 0;

    rounds = rounds_env ? strtoul(rounds_env, NULL, 0) : DEFAULT_ROUNDS;
    h = gic_harness_new(CPUS, IRQS, 8);
    lines_start();
    threads_run();
    for (unsigned i = 0; i < ARRAY_SIZE(lines); i++) {
        g_assert_cmpuint(lines[i].completed, ==, rounds);
        g_assert_cmpuint(gic_harness_eois(h, 0, lines[i].intid), ==, rounds);
        total += lines[i].completed;
        qemu_irq_remove_eoi_notifier(lines[i].irq, &lines[i].notifier);
    }
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        g_assert_cmpuint(acknowledged[cpu], >, 0);
    }
    /* What is left are at most the last SGIs that CPUs sent themselves. */
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        unsigned pending = gic_read(cpu, GICC + 0x18) & 0x3ff;

        g_assert_true(pending == 1023 || pending == 0);
        g_assert_cmpint(h->irq[cpu].level, ==, pending == 0);
    }
    g_test_message("%u completions, CPUs acknowledged %u and %u", total, acknowledged[0],
                   acknowledged[1]);
    gic_harness_free(h);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/gicv2/threads/each-level-is-served-once", test_each_level_is_served_once);
    return g_test_run();
}
