/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line splitter. A completion at any output is one for the input.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/core/split-irq.h"
#include "hw/qdev-properties.h"
#include "irq-internal.h"

static void split_irq_input_set(void *opaque, int n, int level)
{
    SplitIRQ *s = SPLIT_IRQ(opaque);

    for (int i = 0; i < s->num_lines; i++) {
        qemu_set_irq(s->out_irq[i], level);
    }
}

static void split_irq_eoi_notify(Notifier *n, void *data)
{
    SplitIRQOutput *out = container_of(n, SplitIRQOutput, eoi_notifier);

    qemu_irq_notify_eoi(out->splitter->in_irq);
}

static void split_irq_output_changed(Object *obj, int n, qemu_irq now)
{
    SplitIRQ *s = SPLIT_IRQ(obj);

    irq_subscription_move(&s->out[n].eoi_source, now, &s->out[n].eoi_notifier);
}

static void split_irq_finalize(Object *obj)
{
    SplitIRQ *s = SPLIT_IRQ(obj);

    for (int i = 0; i < MAX_SPLIT_LINES; i++) {
        irq_subscription_move(&s->out[i].eoi_source, NULL, &s->out[i].eoi_notifier);
    }
    object_unref(s->in_irq);
}

static void split_irq_realize(DeviceState *dev, Error **errp)
{
    SplitIRQ *s = SPLIT_IRQ(dev);

    if (s->num_lines < 1 || s->num_lines > MAX_SPLIT_LINES) {
        error_setg(errp, "split-irq: num-lines is %u; it must be between 1 and %d", s->num_lines,
                   MAX_SPLIT_LINES);
        return;
    }
    qdev_init_gpio_out(dev, s->out_irq, s->num_lines);
}

static void split_irq_init(Object *obj)
{
    SplitIRQ *s = SPLIT_IRQ(obj);

    for (int i = 0; i < MAX_SPLIT_LINES; i++) {
        s->out[i] = (SplitIRQOutput){ .splitter = s, .eoi_notifier.notify = split_irq_eoi_notify };
    }
    qdev_init_gpio_in(DEVICE(obj), split_irq_input_set, 1);
    s->in_irq = qdev_get_gpio_in(DEVICE(obj), 0);
    object_ref(s->in_irq);
}

static Property split_irq_properties[] = {
    DEFINE_PROP_UINT16("num-lines", SplitIRQ, num_lines, 1),
    DEFINE_PROP_END_OF_LIST(),
};

static void split_irq_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    /* No state: the inputs' drivers hold the levels. */
    dc->desc = "splitter for interrupt lines";
    dc->realize = split_irq_realize;
    dc->user_creatable = false; /* lines are wired by board code */
    device_class_set_props(dc, split_irq_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    IRQ_FORWARDER_CLASS(klass)->output_changed = split_irq_output_changed;
}

static const TypeInfo split_irq_types[] = {
    {
        .name = TYPE_SPLIT_IRQ,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SplitIRQ),
        .instance_init = split_irq_init,
        .instance_finalize = split_irq_finalize,
        .class_init = split_irq_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_IRQ_FORWARDER }, { } },
    },
};

DEFINE_TYPES(split_irq_types)
