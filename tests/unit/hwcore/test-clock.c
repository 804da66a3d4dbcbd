/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of clocks: units, trees, factors, callbacks and device ports.
 */
#include "hwcore-harness.h"
#include "hw/clock.h"
#include "hw/qdev-clock.h"
#include "qemu/module.h"

#define TYPE_CLOCKED "test-clocked"
OBJECT_DECLARE_SIMPLE_TYPE(Clocked, CLOCKED)

struct Clocked {
    DeviceState parent_obj;
    Clock *in;
    Clock *out;
    GArray *events;          /* ClockEvent */
    uint64_t period_at_pre;
};

static void clocked_event(void *opaque, ClockEvent event)
{
    Clocked *s = CLOCKED(opaque);

    g_array_append_val(s->events, event);
    if (event == ClockPreUpdate) {
        s->period_at_pre = clock_get(s->in);
    } else {
        clock_update(s->out, clock_get(s->in));
    }
}

static const ClockPortInitArray clocked_ports = {
    QDEV_CLOCK_IN(Clocked, in, clocked_event, ClockUpdate | ClockPreUpdate),
    QDEV_CLOCK_OUT(Clocked, out),
    QDEV_CLOCK_END
};

static void clocked_init(Object *obj)
{
    Clocked *s = CLOCKED(obj);

    s->events = g_array_new(FALSE, FALSE, sizeof(ClockEvent));
    qdev_init_clocks(DEVICE(obj), clocked_ports);
}

static void clocked_finalize(Object *obj)
{
    g_array_unref(CLOCKED(obj)->events);
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_CLOCKED,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(Clocked),
        .instance_init = clocked_init,
        .instance_finalize = clocked_finalize,
    },
};

DEFINE_TYPES(test_types)

static Object *container;

static Clock *clock_make(const char *name)
{
    return clock_new(container, name);
}

static void setup(void)
{
    container = object_new(TYPE_CONTAINER);
}

static void teardown(void)
{
    object_unref(container);
}

static void test_units(void)
{
    Clock *c;

    setup();
    c = clock_make("c");
    g_assert_false(clock_is_enabled(c));
    g_assert_cmpuint(clock_get_hz(c), ==, 0);
    g_assert_true(clock_set_hz(c, 24000000));
    g_assert_false(clock_set_hz(c, 24000000));
    g_assert_cmpuint(clock_get_hz(c), ==, 24000000);
    clock_set_ns(c, 10);
    g_assert_cmpuint(clock_get(c), ==, 10ULL << 32);
    g_assert_cmpuint(clock_get_hz(c), ==, 100000000);
    teardown();
}

static void test_ticks(void)
{
    Clock *c;

    setup();
    c = clock_make("c");
    g_assert_cmpuint(clock_ns_to_ticks(c, 1000), ==, 0);
    clock_set_ns(c, 10);
    g_assert_cmpuint(clock_ticks_to_ns(c, 7), ==, 70);
    g_assert_cmpuint(clock_ns_to_ticks(c, 79), ==, 7);
    clock_set_hz(c, 3);
    g_assert_cmpuint(clock_ticks_to_ns(c, 1), ==, 333333333);
    g_assert_cmpuint(clock_ticks_to_ns(c, 3), ==, 999999999);
    clock_set(c, UINT64_MAX);
    g_assert_cmpuint(clock_ticks_to_ns(c, UINT64_MAX), ==, INT64_MAX);
    clock_set(c, 1);
    g_assert_cmpuint(clock_ns_to_ticks(c, 3), ==, 3ULL << 32);
    teardown();
}

static void test_display(void)
{
    g_autofree char *text = NULL;
    Clock *c;

    setup();
    c = clock_make("c");
    clock_set_hz(c, 24000000);
    text = clock_display_freq(c);
    g_assert_cmpstr(text, ==, "24 MHz");
    teardown();
}

static void test_tree_follows_root(void)
{
    Clock *root;
    Clock *mid;
    Clock *leaf;

    setup();
    root = clock_make("root");
    mid = clock_make("mid");
    leaf = clock_make("leaf");
    clock_set_source(leaf, mid);
    clock_set_source(mid, root);
    clock_set_mul_div(mid, 1, 4);
    clock_set_hz(root, 1000000);
    g_assert_cmpuint(clock_get_hz(leaf), ==, 0);
    clock_propagate(root);
    g_assert_cmpuint(clock_get_hz(mid), ==, 1000000);
    g_assert_cmpuint(clock_get_hz(leaf), ==, 4000000);
    clock_update(root, 0);
    g_assert_false(clock_is_enabled(leaf));
    teardown();
}

static void test_factors_scale_and_saturate(void)
{
    Clock *root;
    Clock *leaf;

    setup();
    root = clock_make("root");
    leaf = clock_make("leaf");
    clock_set_source(leaf, root);
    g_assert_true(clock_set_mul_div(root, 3, 2));
    g_assert_false(clock_set_mul_div(root, 3, 2));
    clock_update(root, 1000);
    g_assert_cmpuint(clock_get(leaf), ==, 1500);
    clock_set_mul_div(root, UINT32_MAX, 1);
    clock_update(root, UINT64_MAX);
    g_assert_cmpuint(clock_get(leaf), ==, UINT64_MAX);
    teardown();
}

static void test_connecting_takes_period_quietly(void)
{
    Clocked *dev = CLOCKED(object_new(TYPE_CLOCKED));
    Clock *root;

    setup();
    root = clock_make("root");
    clock_set_ns(root, 5);
    qdev_connect_clock_in(DEVICE(dev), "in", root);
    g_assert_cmpuint(clock_get(dev->in), ==, 5ULL << 32);
    g_assert_cmpuint(dev->events->len, ==, 0);
    object_unref(OBJECT(dev));
    teardown();
}

static void test_callbacks_see_old_then_new(void)
{
    Clocked *dev = CLOCKED(object_new(TYPE_CLOCKED));
    Clock *root;

    setup();
    root = clock_make("root");
    clock_set_ns(root, 5);
    qdev_connect_clock_in(DEVICE(dev), "in", root);
    clock_update_ns(root, 8);
    g_assert_cmpuint(dev->events->len, ==, 2);
    g_assert_cmpint(g_array_index(dev->events, ClockEvent, 0), ==, ClockPreUpdate);
    g_assert_cmpint(g_array_index(dev->events, ClockEvent, 1), ==, ClockUpdate);
    g_assert_cmpuint(dev->period_at_pre, ==, 5ULL << 32);
    g_assert_cmpuint(clock_get(dev->out), ==, 8ULL << 32);
    clock_propagate(root);
    g_assert_cmpuint(dev->events->len, ==, 2);
    object_unref(OBJECT(dev));
    teardown();
}

static void test_device_to_device(void)
{
    Clocked *a = CLOCKED(object_new(TYPE_CLOCKED));
    Clocked *b = CLOCKED(object_new(TYPE_CLOCKED));

    qdev_connect_clock_in(DEVICE(b), "in", qdev_get_clock_out(DEVICE(a), "out"));
    clock_update_ns(a->out, 3);
    g_assert_cmpuint(clock_get(b->out), ==, 3ULL << 32);
    /* The source may go first: the sink keeps its last period and has no source. */
    object_unref(OBJECT(a));
    g_assert_false(clock_has_source(b->in));
    g_assert_cmpuint(clock_get(b->in), ==, 3ULL << 32);
    object_unref(OBJECT(b));
}

static void test_alias_is_the_same_clock(void)
{
    Clocked *part = CLOCKED(object_new(TYPE_CLOCKED));
    DeviceState *whole = qdev_new(TYPE_CLOCKED);

    qdev_alias_clock(DEVICE(part), "in", whole, "clk");
    g_assert_true(qdev_get_clock_in(whole, "clk") == part->in);
    object_unref(OBJECT(whole));
    object_unref(OBJECT(part));
}

static void test_period_is_a_property(void)
{
    Clock *c;

    setup();
    c = clock_make("c");
    clock_set(c, 4711);
    g_assert_cmpuint(object_property_get_uint(OBJECT(c), "qtest-clock-period", &error_abort), ==,
                     4711);
    teardown();
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/clock/units/hz-and-ns", test_units);
    g_test_add_func("/clock/ticks/convert-and-saturate", test_ticks);
    g_test_add_func("/clock/display/names-unit", test_display);
    g_test_add_func("/clock/tree/follows-root-when-propagated", test_tree_follows_root);
    g_test_add_func("/clock/tree/factors-scale-and-saturate", test_factors_scale_and_saturate);
    g_test_add_func("/clock/source/connecting-takes-period-quietly",
                    test_connecting_takes_period_quietly);
    g_test_add_func("/clock/callback/sees-old-then-new", test_callbacks_see_old_then_new);
    g_test_add_func("/clock/device/output-feeds-input", test_device_to_device);
    g_test_add_func("/clock/device/alias-is-the-same-clock", test_alias_is_the_same_clock);
    g_test_add_func("/clock/property/period", test_period_is_a_property);
    return g_test_run();
}
