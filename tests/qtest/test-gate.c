/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device for tests of the control interfaces, linked into the test program
 * gantry-test-aarch64 only: user-creatable, on no bus, with inputs, outputs, a
 * timer and properties of several kinds. Output 0 is the OR of the inputs; named
 * output "late" follows it "delay-ns" of virtual time later.
 */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qemu/timer.h"

#define TYPE_TEST_GATE "test-gate"
OBJECT_DECLARE_SIMPLE_TYPE(TestGate, TEST_GATE)

#define GATE_INPUTS_MAX 32

struct TestGate {
    DeviceState parent_obj;

    uint16_t num_lines;
    uint64_t delay_ns;
    char *label;
    bool inverted;
    uint32_t inputs;            /* a bit per line that is high */
    qemu_irq out;
    qemu_irq late;
    QEMUTimer *timer;
};

static bool gate_output(TestGate *s)
{
    return (s->inputs != 0) != s->inverted;
}

static void gate_late_update(void *opaque)
{
    TestGate *s = opaque;

    qemu_set_irq(s->late, gate_output(s));
}

static void gate_input_set(void *opaque, int n, int level)
{
    TestGate *s = opaque;

    s->inputs = level ? s->inputs | 1u << n : s->inputs & ~(1u << n);
    qemu_set_irq(s->out, gate_output(s));
    timer_mod(s->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + s->delay_ns);
}

static void gate_reset(DeviceState *dev)
{
    TestGate *s = TEST_GATE(dev);

    s->inputs = 0;
    timer_del(s->timer);
}

static void gate_realize(DeviceState *dev, Error **errp)
{
    TestGate *s = TEST_GATE(dev);

    if (s->num_lines < 1 || s->num_lines > GATE_INPUTS_MAX) {
        error_setg(errp, "num-lines=%u is not between 1 and %d", s->num_lines, GATE_INPUTS_MAX);
        return;
    }
    qdev_init_gpio_in(dev, gate_input_set, s->num_lines);
    qdev_init_gpio_out(dev, &s->out, 1);
    qdev_init_gpio_out_named(dev, &s->late, "late", 1);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, gate_late_update, s);
}

static void gate_unrealize(DeviceState *dev)
{
    timer_free(TEST_GATE(dev)->timer);
}

static Property gate_properties[] = {
    DEFINE_PROP_UINT16("num-lines", TestGate, num_lines, 4),
    DEFINE_PROP_UINT64("delay-ns", TestGate, delay_ns, 1000),
    DEFINE_PROP_STRING("label", TestGate, label),
    DEFINE_PROP_BOOL("inverted", TestGate, inverted, false),
    DEFINE_PROP_END_OF_LIST(),
};

static void gate_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "OR gate for tests";
    dc->realize = gate_realize;
    dc->unrealize = gate_unrealize;
    dc->reset = gate_reset;
    dc->user_creatable = true;
    device_class_set_props(dc, gate_properties);
}

static const TypeInfo gate_info = {
    .name = TYPE_TEST_GATE,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(TestGate),
    .class_init = gate_class_init,
};

static void gate_register_types(void)
{
    type_register_static(&gate_info);
}

type_init(gate_register_types)
