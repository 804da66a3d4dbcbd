/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What both GICs share: numbers of inputs, and the collecting of completions.
 */
#include "../hwcore/hwcore-harness.h"
#include "qemu/bitmap.h"
#include "hw/intc/gic-completion-internal.h"
#include "hw/intc/gic-input-internal.h"

#define NUM_IRQ 288
#define SPIS (NUM_IRQ - 32)

static void no_handler(void *opaque, int n, int level)
{
}

typedef struct Subscriber {
    Notifier notifier;
    unsigned calls;
} Subscriber;

static void subscriber_notify(Notifier *n, void *data)
{
    container_of(n, Subscriber, notifier)->calls++;
}

static void test_inputs_are_spis_then_32_per_cpu(void)
{
    GICInput input;

    g_assert_cmpuint(gic_input_count(NUM_IRQ, 3), ==, SPIS + 3 * 32);
    input = gic_input_decode(NUM_IRQ, 0);
    g_assert_cmpint(input.cpu, ==, -1);
    g_assert_cmpuint(input.intid, ==, 32);
    input = gic_input_decode(NUM_IRQ, SPIS - 1);
    g_assert_cmpuint(input.intid, ==, NUM_IRQ - 1);
    input = gic_input_decode(NUM_IRQ, SPIS + 2 * 32 + 27);
    g_assert_cmpint(input.cpu, ==, 2);
    g_assert_cmpuint(input.intid, ==, 27);
}

static void test_number_is_inverse_of_decode(void)
{
    for (unsigned n = 0; n < gic_input_count(NUM_IRQ, 8); n++) {
        GICInput input = gic_input_decode(NUM_IRQ, n);

        g_assert_cmpuint(gic_input_number(NUM_IRQ, MAX(input.cpu, 0), input.intid), ==, n);
    }
}

static void test_only_spis_have_a_gsi(void)
{
    g_assert_cmpint(gic_input_gsi(NUM_IRQ, 0), ==, 0);
    g_assert_cmpint(gic_input_gsi(NUM_IRQ, 255), ==, 255);
    g_assert_cmpint(gic_input_gsi(NUM_IRQ, SPIS + 27), ==, -1);
}

static void test_cells_name_type_number_and_flags(void)
{
    uint32_t cells[3];
    int ncells = 0;

    g_assert_true(gic_input_fdt_cells(NUM_IRQ, 0, 7, cells, &ncells));
    g_assert_cmpint(ncells, ==, 3);
    g_assert_cmpuint(cells[0], ==, 0);
    g_assert_cmpuint(cells[1], ==, 7);
    g_assert_cmphex(cells[2], ==, 4);

    g_assert_true(gic_input_fdt_cells(NUM_IRQ, 0x0f, SPIS + 32 + 27, cells, &ncells));
    g_assert_cmpuint(cells[0], ==, 1);
    g_assert_cmpuint(cells[1], ==, 11);
    g_assert_cmphex(cells[2], ==, 0xf04);

    g_assert_false(gic_input_fdt_cells(NUM_IRQ, 0x0f, SPIS + 15, cells, &ncells));
}

static void test_only_inputs_with_subscribers_are_collected(void)
{
    Subscriber s = { .notifier.notify = subscriber_notify };
    qemu_irq heard = qemu_allocate_irq(no_handler, NULL, 0);
    qemu_irq unheard = qemu_allocate_irq(no_handler, NULL, 1);
    GICCompletion c;

    qemu_irq_add_eoi_notifier(heard, &s.notifier);
    gic_completion_init(&c);
    gic_completion_add(&c, unheard);
    gic_completion_add(&c, NULL);
    g_assert_cmpuint(c.count, ==, 0);
    for (unsigned i = 0; i < GIC_COMPLETION_MAX; i++) {
        gic_completion_add(&c, heard);
    }
    g_assert_cmpuint(s.calls, ==, 0);
    gic_completion_deliver(&c);
    g_assert_cmpuint(s.calls, ==, GIC_COMPLETION_MAX);

    qemu_irq_remove_eoi_notifier(heard, &s.notifier);
    qemu_free_irq(heard);
    qemu_free_irq(unheard);
}

static void test_subscriber_gone_before_delivery_is_not_called(void)
{
    Subscriber s = { .notifier.notify = subscriber_notify };
    qemu_irq line = qemu_allocate_irq(no_handler, NULL, 0);
    GICCompletion c;

    qemu_irq_add_eoi_notifier(line, &s.notifier);
    gic_completion_init(&c);
    gic_completion_add(&c, line);
    qemu_irq_remove_eoi_notifier(line, &s.notifier);
    gic_completion_deliver(&c);
    g_assert_cmpuint(s.calls, ==, 0);
    qemu_free_irq(line);
}

static void test_bitmap_is_delivered_once(void)
{
    Subscriber s = { .notifier.notify = subscriber_notify };
    qemu_irq *lines = qemu_allocate_irqs(no_handler, NULL, 70);
    DECLARE_BITMAP(pending, 70) = { 0 };

    qemu_irq_add_eoi_notifier(lines[0], &s.notifier);
    qemu_irq_add_eoi_notifier(lines[69], &s.notifier);
    set_bit(0, pending);
    set_bit(33, pending);
    set_bit(69, pending);
    gic_completion_deliver_bitmap(pending, lines, 70);
    g_assert_cmpuint(s.calls, ==, 2);
    gic_completion_deliver_bitmap(pending, lines, 70);
    g_assert_cmpuint(s.calls, ==, 2);

    qemu_irq_remove_eoi_notifier(lines[0], &s.notifier);
    qemu_irq_remove_eoi_notifier(lines[69], &s.notifier);
    qemu_free_irqs(lines, 70);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/gic/input/spis-then-32-per-cpu", test_inputs_are_spis_then_32_per_cpu);
    g_test_add_func("/gic/input/number-is-inverse-of-decode", test_number_is_inverse_of_decode);
    g_test_add_func("/gic/input/only-spis-have-a-gsi", test_only_spis_have_a_gsi);
    g_test_add_func("/gic/input/cells-name-type-number-flags",
                    test_cells_name_type_number_and_flags);
    g_test_add_func("/gic/completion/only-inputs-with-subscribers",
                    test_only_inputs_with_subscribers_are_collected);
    g_test_add_func("/gic/completion/subscriber-gone-before-delivery",
                    test_subscriber_gone_before_delivery_is_not_called);
    g_test_add_func("/gic/completion/bitmap-is-delivered-once", test_bitmap_is_delivered_once);
    return g_test_run();
}
