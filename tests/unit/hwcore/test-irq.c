/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of lines: levels, inversion, interception, or/split, end of
 * interrupt and numbers.
 */
#include "hwcore-harness.h"
#include "hw/core/split-irq.h"
#include "hw/or-irq.h"
#include "hw/qdev-properties.h"
#include "hw/register.h"
#include "qemu/module.h"

/* ---- a controller with 4 inputs that has numbers ---- */

#define TYPE_TEST_PIC "test-pic"
OBJECT_DECLARE_SIMPLE_TYPE(TestPic, TEST_PIC)

struct TestPic {
    DeviceState parent_obj;
    int levels[4];
};

static void test_pic_set(void *opaque, int n, int level)
{
    TEST_PIC(opaque)->levels[n] = level;
}

static void test_pic_init(Object *obj)
{
    qdev_init_gpio_in(DEVICE(obj), test_pic_set, 4);
    qdev_init_gpio_in_named(DEVICE(obj), test_pic_set, "nmi", 1);
}

static int test_pic_irq_to_gsi(Object *obj, int n)
{
    return 100 + n;
}

static bool test_pic_irq_to_fdt_cells(Object *obj, int n, uint32_t cells[3], int *ncells)
{
    cells[0] = 0;
    cells[1] = n;
    cells[2] = 4;
    *ncells = 3;
    return true;
}

static IRQTrigger test_pic_irq_trigger(Object *obj, int n)
{
    return n == 3 ? IRQ_TRIGGER_EDGE : IRQ_TRIGGER_LEVEL;
}

static void test_pic_class_init(ObjectClass *klass, void *data)
{
    IRQ_CONTROLLER_CLASS(klass)->irq_trigger = test_pic_irq_trigger;
    IRQ_CONTROLLER_CLASS(klass)->irq_to_gsi = test_pic_irq_to_gsi;
    IRQ_CONTROLLER_CLASS(klass)->irq_to_fdt_cells = test_pic_irq_to_fdt_cells;
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_TEST_PIC,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(TestPic),
        .instance_init = test_pic_init,
        .class_init = test_pic_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_IRQ_CONTROLLER }, { } },
    },
};

DEFINE_TYPES(test_types)

/* ---- a notifier that counts ---- */

typedef struct Counter {
    Notifier notifier;
    unsigned calls;
    void *last;
} Counter;

static void counter_notify(Notifier *n, void *data)
{
    Counter *c = container_of(n, Counter, notifier);

    c->calls++;
    c->last = data;
}

/* ---- levels ---- */

static void test_set_reaches_handler(void)
{
    HarnessLine line;

    harness_line_init(&line);
    qemu_irq_raise(line.irq);
    g_assert_cmpint(line.level, ==, 1);
    qemu_irq_lower(line.irq);
    g_assert_cmpint(line.level, ==, 0);
    qemu_irq_pulse(line.irq);
    g_assert_cmpint(line.rises, ==, 2);
    g_assert_cmpint(line.level, ==, 0);
    harness_line_free(&line);
}

static void test_null_line_is_ignored(void)
{
    qemu_set_irq(NULL, 1);
    g_assert_false(qemu_irq_is_connected(NULL));
    g_assert_cmpint(qemu_irq_get_gsi(NULL), ==, -1);
}

static void record_number(void *opaque, int n, int level)
{
    *(int *)opaque = n * 10 + level;
}

static void test_extended_lines_are_numbered_on(void)
{
    int seen = -1;
    qemu_irq *lines = qemu_allocate_irqs(record_number, &seen, 2);
    qemu_irq first = lines[0];

    lines = qemu_extend_irqs(lines, 2, record_number, &seen, 2);
    g_assert_true(lines[0] == first);
    qemu_irq_raise(lines[3]);
    g_assert_cmpint(seen, ==, 31);
    qemu_free_irqs(lines, 4);
}

static void test_inverter_starts_high_and_inverts(void)
{
    HarnessLine line;
    qemu_irq inverted;

    harness_line_init(&line);
    inverted = qemu_irq_invert(line.irq);
    g_assert_cmpint(line.level, ==, 1);
    qemu_irq_raise(inverted);
    g_assert_cmpint(line.level, ==, 0);
    qemu_irq_lower(inverted);
    g_assert_cmpint(line.level, ==, 1);
    qemu_free_irq(inverted);
    harness_line_free(&line);
}

/* ---- interception ---- */

static int intercepted_number;

static void intercept_and_pass(void *opaque, int n, int level)
{
    qemu_irq *before = opaque;

    intercepted_number = n * 10 + level;
    qemu_set_irq(*before, level);
}

static void test_interceptor_sees_level_first_and_passes_it_on(void)
{
    int seen = -1;
    qemu_irq *lines = qemu_allocate_irqs(record_number, &seen, 3);

    qemu_irq_intercept_in(lines, intercept_and_pass, 3);
    qemu_irq_raise(lines[2]);
    g_assert_cmpint(intercepted_number, ==, 21);
    g_assert_cmpint(seen, ==, 21);
    qemu_free_irqs(lines, 3);
}

static void test_second_interceptor_gets_the_first(void)
{
    int seen = -1;
    qemu_irq *lines = qemu_allocate_irqs(record_number, &seen, 2);

    qemu_irq_intercept_in(lines, intercept_and_pass, 2);
    qemu_irq_intercept_in(lines, intercept_and_pass, 2);
    qemu_irq_raise(lines[1]);
    g_assert_cmpint(seen, ==, 11);
    qemu_free_irqs(lines, 2);
}

static void test_intercepted_output_goes_to_interceptor(void)
{
    DeviceState *gate = qdev_new(TYPE_OR_IRQ);
    HarnessLine target;
    HarnessLine icpt;
    qemu_irq before;

    harness_line_init(&target);
    harness_line_init(&icpt);
    qdev_realize(gate, NULL, &error_abort);
    qdev_connect_gpio_out(gate, 0, target.irq);
    before = qdev_intercept_gpio_out(gate, icpt.irq, NULL, 0);
    g_assert_true(before == target.irq);
    qemu_irq_raise(qdev_get_gpio_in(gate, 0));
    g_assert_cmpint(icpt.level, ==, 1);
    g_assert_cmpint(target.sets, ==, 0);
    qemu_free_irq(before);
    object_unparent(OBJECT(gate));
    object_unref(OBJECT(gate));
    harness_line_free(&icpt);
    harness_line_free(&target);
}

/* ---- or and split ---- */

static DeviceState *gate_new(const char *type, int lines)
{
    DeviceState *dev = qdev_new(type);

    object_property_set_int(OBJECT(dev), "num-lines", lines, &error_abort);
    qdev_realize(dev, NULL, &error_abort);
    return dev;
}

static void gate_free(DeviceState *dev)
{
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
}

static void test_or_is_high_while_any_input_is(void)
{
    DeviceState *gate = gate_new(TYPE_OR_IRQ, 3);
    HarnessLine line;

    harness_line_init(&line);
    qdev_connect_gpio_out(gate, 0, line.irq);
    for (unsigned levels = 0; levels < 8; levels++) {
        for (int i = 0; i < 3; i++) {
            qemu_set_irq(qdev_get_gpio_in(gate, i), levels >> i & 1);
        }
        g_assert_cmpint(line.level, ==, levels != 0);
    }
    gate_free(gate);
    harness_line_free(&line);
}

static void test_or_forgets_levels_at_reset(void)
{
    DeviceState *gate = gate_new(TYPE_OR_IRQ, 2);
    HarnessLine line;

    harness_line_init(&line);
    qdev_connect_gpio_out(gate, 0, line.irq);
    qemu_irq_raise(qdev_get_gpio_in(gate, 0));
    device_cold_reset(gate);
    qemu_irq_lower(qdev_get_gpio_in(gate, 1));
    g_assert_cmpint(line.level, ==, 0);
    gate_free(gate);
    harness_line_free(&line);
}

static void test_split_drives_every_output(void)
{
    DeviceState *split = gate_new(TYPE_SPLIT_IRQ, 2);
    HarnessLine a;
    HarnessLine b;

    harness_line_init(&a);
    harness_line_init(&b);
    qdev_connect_gpio_out(split, 0, a.irq);
    qdev_connect_gpio_out(split, 1, b.irq);
    qemu_irq_raise(qdev_get_gpio_in(split, 0));
    g_assert_cmpint(a.level, ==, 1);
    g_assert_cmpint(b.level, ==, 1);
    gate_free(split);
    harness_line_free(&a);
    harness_line_free(&b);
}

static void gate_lines_refused(const char *type, int lines)
{
    DeviceState *dev = qdev_new(type);
    Error *err = NULL;

    object_property_set_int(OBJECT(dev), "num-lines", lines, &error_abort);
    g_assert_false(qdev_realize(dev, NULL, &err));
    harness_error_contains(err, "num-lines");
    g_assert_null(OBJECT(dev)->parent);
    object_unref(OBJECT(dev));
}

static void test_gates_refuse_impossible_sizes(void)
{
    gate_lines_refused(TYPE_OR_IRQ, 0);
    gate_lines_refused(TYPE_OR_IRQ, MAX_OR_LINES + 1);
    gate_lines_refused(TYPE_SPLIT_IRQ, 0);
    gate_lines_refused(TYPE_SPLIT_IRQ, MAX_SPLIT_LINES + 1);
}

/* ---- end of interrupt ---- */

static void test_eoi_reaches_all_subscribers(void)
{
    HarnessLine line;
    Counter a = { .notifier.notify = counter_notify };
    Counter b = { .notifier.notify = counter_notify };

    harness_line_init(&line);
    g_assert_false(qemu_irq_has_eoi_notifier(line.irq));
    qemu_irq_add_eoi_notifier(line.irq, &a.notifier);
    qemu_irq_add_eoi_notifier(line.irq, &b.notifier);
    g_assert_true(qemu_irq_has_eoi_notifier(line.irq));
    qemu_irq_notify_eoi(line.irq);
    g_assert_cmpuint(a.calls, ==, 1);
    g_assert_cmpuint(b.calls, ==, 1);
    g_assert_true(a.last == line.irq);
    qemu_irq_remove_eoi_notifier(line.irq, &a.notifier);
    qemu_irq_notify_eoi(line.irq);
    g_assert_cmpuint(a.calls, ==, 1);
    g_assert_cmpuint(b.calls, ==, 2);
    qemu_irq_remove_eoi_notifier(line.irq, &b.notifier);
    g_assert_false(qemu_irq_has_eoi_notifier(line.irq));
    harness_line_free(&line);
}

typedef struct SelfRemover {
    Notifier notifier;
    qemu_irq irq;
    unsigned calls;
} SelfRemover;

static void self_remove(Notifier *n, void *data)
{
    SelfRemover *s = container_of(n, SelfRemover, notifier);

    s->calls++;
    qemu_irq_remove_eoi_notifier(s->irq, n);
}

static void test_eoi_notifier_may_remove_itself(void)
{
    HarnessLine line;
    SelfRemover remover = { .notifier.notify = self_remove };
    Counter after = { .notifier.notify = counter_notify };

    harness_line_init(&line);
    remover.irq = line.irq;
    qemu_irq_add_eoi_notifier(line.irq, &remover.notifier);
    qemu_irq_add_eoi_notifier(line.irq, &after.notifier);
    qemu_irq_notify_eoi(line.irq);
    qemu_irq_notify_eoi(line.irq);
    g_assert_cmpuint(remover.calls, ==, 1);
    g_assert_cmpuint(after.calls, ==, 2);
    qemu_irq_remove_eoi_notifier(line.irq, &after.notifier);
    harness_line_free(&line);
}

static void test_eoi_passes_inverter(void)
{
    HarnessLine line;
    qemu_irq inverted;
    Counter c = { .notifier.notify = counter_notify };

    harness_line_init(&line);
    inverted = qemu_irq_invert(line.irq);
    qemu_irq_add_eoi_notifier(inverted, &c.notifier);
    qemu_irq_notify_eoi(line.irq);
    g_assert_cmpuint(c.calls, ==, 1);
    qemu_irq_remove_eoi_notifier(inverted, &c.notifier);
    qemu_free_irq(inverted);
    harness_line_free(&line);
}

static void test_eoi_fans_out_through_or(void)
{
    DeviceState *gate = gate_new(TYPE_OR_IRQ, 2);
    HarnessLine line;
    Counter early = { .notifier.notify = counter_notify };
    Counter late = { .notifier.notify = counter_notify };

    harness_line_init(&line);
    /* Subscribing works before and after the output is connected. */
    qemu_irq_add_eoi_notifier(qdev_get_gpio_in(gate, 0), &early.notifier);
    qdev_connect_gpio_out(gate, 0, line.irq);
    qemu_irq_add_eoi_notifier(qdev_get_gpio_in(gate, 1), &late.notifier);
    qemu_irq_notify_eoi(line.irq);
    g_assert_cmpuint(early.calls, ==, 1);
    g_assert_cmpuint(late.calls, ==, 1);
    qdev_connect_gpio_out(gate, 0, NULL);
    qemu_irq_notify_eoi(line.irq);
    g_assert_cmpuint(early.calls, ==, 1);
    gate_free(gate);
    harness_line_free(&line);
}

static void test_eoi_comes_back_through_split_and_or(void)
{
    DeviceState *split = gate_new(TYPE_SPLIT_IRQ, 2);
    DeviceState *gate = gate_new(TYPE_OR_IRQ, 2);
    HarnessLine direct;
    HarnessLine behind;
    Counter c = { .notifier.notify = counter_notify };

    harness_line_init(&direct);
    harness_line_init(&behind);
    qdev_connect_gpio_out(split, 0, direct.irq);
    qdev_connect_gpio_out(split, 1, qdev_get_gpio_in(gate, 1));
    qdev_connect_gpio_out(gate, 0, behind.irq);
    qemu_irq_add_eoi_notifier(qdev_get_gpio_in(split, 0), &c.notifier);
    qemu_irq_notify_eoi(direct.irq);
    g_assert_cmpuint(c.calls, ==, 1);
    qemu_irq_notify_eoi(behind.irq);
    g_assert_cmpuint(c.calls, ==, 2);
    gate_free(split);
    gate_free(gate);
    g_assert_false(qemu_irq_has_eoi_notifier(direct.irq));
    g_assert_false(qemu_irq_has_eoi_notifier(behind.irq));
    harness_line_free(&direct);
    harness_line_free(&behind);
}

static void gate_passed_to_container(const char *type)
{
    DeviceState *whole = qdev_new(TYPE_REGISTER), *gate = qdev_new(type);
    HarnessLine before, after;
    Counter c = { .notifier.notify = counter_notify };
    qemu_irq input;

    object_property_add_child(OBJECT(whole), "gate", OBJECT(gate));
    qdev_realize_and_unref(gate, NULL, &error_abort);
    input = qdev_get_gpio_in(gate, 0);
    harness_line_init(&before);
    harness_line_init(&after);
    qdev_connect_gpio_out(gate, 0, before.irq);
    qemu_irq_add_eoi_notifier(input, &c.notifier);
    qdev_pass_gpios(gate, whole, NULL);
    g_assert_true(qdev_get_gpio_in(whole, 0) == input);
    qemu_irq_notify_eoi(before.irq);
    g_assert_cmpuint(c.calls, ==, 1);
    qdev_connect_gpio_out(whole, 0, after.irq);
    g_assert_false(qemu_irq_has_eoi_notifier(before.irq));
    qemu_irq_notify_eoi(after.irq);
    g_assert_cmpuint(c.calls, ==, 2);
    object_unref(whole);
    g_assert_false(qemu_irq_has_eoi_notifier(after.irq));
    harness_line_free(&before);
    harness_line_free(&after);
}

static void test_eoi_finds_lines_passed_to_a_container(void)
{
    gate_passed_to_container(TYPE_SPLIT_IRQ);
    gate_passed_to_container(TYPE_OR_IRQ);
}

/* ---- numbers ---- */

static void test_controller_input_has_numbers(void)
{
    DeviceState *pic = qdev_new(TYPE_TEST_PIC);
    uint32_t cells[3];
    int ncells = 0;
    int n = -1;

    g_assert_cmpint(qemu_irq_get_gsi(qdev_get_gpio_in(pic, 3)), ==, 103);
    g_assert_true(qemu_irq_get_controller(qdev_get_gpio_in(pic, 2), &n) == OBJECT(pic));
    g_assert_cmpint(n, ==, 2);
    g_assert_true(qemu_irq_get_fdt_cells(qdev_get_gpio_in(pic, 1), cells, &ncells));
    g_assert_cmpint(ncells, ==, 3);
    g_assert_cmpuint(cells[1], ==, 1);
    g_assert_cmpint(qemu_irq_get_trigger(qdev_get_gpio_in(pic, 3)), ==, IRQ_TRIGGER_EDGE);
    g_assert_cmpint(qemu_irq_get_trigger(qdev_get_gpio_in(pic, 1)), ==, IRQ_TRIGGER_LEVEL);
    object_unref(OBJECT(pic));
}

static void test_other_lines_have_no_number(void)
{
    DeviceState *pic = qdev_new(TYPE_TEST_PIC);
    DeviceState *gate = gate_new(TYPE_OR_IRQ, 1);
    qemu_irq in = qdev_get_gpio_in(pic, 0);
    uint32_t cells[3];
    int ncells;

    g_assert_cmpint(qemu_irq_get_gsi(qdev_get_gpio_in_named(pic, "nmi", 0)), ==, -1);
    g_assert_cmpint(qemu_irq_get_gsi(qdev_get_gpio_in(gate, 0)), ==, -1);
    g_assert_false(qemu_irq_get_fdt_cells(qdev_get_gpio_in(gate, 0), cells, &ncells));
    g_assert_cmpint(qemu_irq_get_trigger(qdev_get_gpio_in(gate, 0)), ==, IRQ_TRIGGER_UNKNOWN);
    g_assert_cmpint(qemu_irq_get_trigger(NULL), ==, IRQ_TRIGGER_UNKNOWN);
    qemu_irq_intercept_in(&in, intercept_and_pass, 1);
    g_assert_cmpint(qemu_irq_get_gsi(in), ==, -1);
    gate_free(gate);
    object_unref(OBJECT(pic));
}

static void test_line_outlives_its_device(void)
{
    DeviceState *pic = qdev_new(TYPE_TEST_PIC);
    qemu_irq in = qdev_get_gpio_in(pic, 0);

    object_ref(OBJECT(in));
    object_unref(OBJECT(pic));
    qemu_irq_raise(in);
    g_assert_cmpint(qemu_irq_get_gsi(in), ==, -1);
    object_unref(OBJECT(in));
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/irq/set/reaches-handler", test_set_reaches_handler);
    g_test_add_func("/irq/set/null-line-is-ignored", test_null_line_is_ignored);
    g_test_add_func("/irq/extend/numbers-go-on", test_extended_lines_are_numbered_on);
    g_test_add_func("/irq/invert/starts-high-and-inverts", test_inverter_starts_high_and_inverts);
    g_test_add_func("/irq/intercept-in/sees-level-and-passes-it-on",
                    test_interceptor_sees_level_first_and_passes_it_on);
    g_test_add_func("/irq/intercept-in/second-gets-the-first",
                    test_second_interceptor_gets_the_first);
    g_test_add_func("/irq/intercept-out/goes-to-interceptor",
                    test_intercepted_output_goes_to_interceptor);
    g_test_add_func("/irq/or/high-while-any-input-is", test_or_is_high_while_any_input_is);
    g_test_add_func("/irq/or/forgets-levels-at-reset", test_or_forgets_levels_at_reset);
    g_test_add_func("/irq/split/drives-every-output", test_split_drives_every_output);
    g_test_add_func("/irq/gates/refuse-impossible-sizes", test_gates_refuse_impossible_sizes);
    g_test_add_func("/irq/eoi/reaches-all-subscribers", test_eoi_reaches_all_subscribers);
    g_test_add_func("/irq/eoi/notifier-may-remove-itself", test_eoi_notifier_may_remove_itself);
    g_test_add_func("/irq/eoi/passes-inverter", test_eoi_passes_inverter);
    g_test_add_func("/irq/eoi/fans-out-through-or", test_eoi_fans_out_through_or);
    g_test_add_func("/irq/eoi/comes-back-through-split-and-or",
                    test_eoi_comes_back_through_split_and_or);
    g_test_add_func("/irq/eoi/finds-lines-passed-to-a-container",
                    test_eoi_finds_lines_passed_to_a_container);
    g_test_add_func("/irq/number/controller-input-has-gsi-and-cells",
                    test_controller_input_has_numbers);
    g_test_add_func("/irq/number/other-lines-have-none", test_other_lines_have_no_number);
    g_test_add_func("/irq/free/line-outlives-its-device", test_line_outlives_its_device);
    return g_test_run();
}
