/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Benchmarks of hw/core: setting a line, completing an interrupt, and a
 * property by name; nanoseconds per operation.
 */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"

#define ROUNDS 20000000
#define PROPERTY_ROUNDS 500000

static unsigned long calls;

static void count_level(void *opaque, int n, int level)
{
    calls += level;
}

static void count_eoi(Notifier *n, void *data)
{
    calls++;
}

static void result_print(const char *what, gint64 start_us, unsigned rounds)
{
    printf("%-24s %8.1f ns\n", what, (g_get_monotonic_time() - start_us) * 1000.0 / rounds);
}

int main(void)
{
    Notifier notifier = { .notify = count_eoi };
    qemu_irq irq;
    DeviceState *dev;
    gint64 start;

    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);

    irq = qemu_allocate_irq(count_level, NULL, 0);
    start = g_get_monotonic_time();
    for (unsigned i = 0; i < ROUNDS; i++) {
        qemu_set_irq(irq, i & 1);
    }
    result_print("qemu_set_irq", start, ROUNDS);

    qemu_irq_add_eoi_notifier(irq, &notifier);
    start = g_get_monotonic_time();
    for (unsigned i = 0; i < ROUNDS; i++) {
        qemu_irq_notify_eoi(irq);
    }
    result_print("qemu_irq_notify_eoi", start, ROUNDS);
    qemu_irq_remove_eoi_notifier(irq, &notifier);
    qemu_free_irq(irq);

    dev = qdev_new("or-irq");
    start = g_get_monotonic_time();
    for (unsigned i = 0; i < PROPERTY_ROUNDS; i++) {
        object_property_set_uint(OBJECT(dev), "num-lines", i & 15, &error_abort);
    }
    result_print("property set (uint16)", start, PROPERTY_ROUNDS);
    object_unref(OBJECT(dev));
    return calls == 0;
}
