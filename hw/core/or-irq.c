/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OR gate for lines. Completions of what the output leads to are passed on to
 * every input, since nobody can say which one the guest served.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/or-irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "irq-internal.h"

static bool or_irq_output(const OrIRQState *s)
{
    bool level = false;

    for (int i = 0; i < s->num_lines; i++) {
        level |= s->levels[i];
    }
    return level;
}

static void or_irq_input_set(void *opaque, int n, int level)
{
    OrIRQState *s = OR_IRQ(opaque);

    s->levels[n] = level;
    qemu_set_irq(s->out_irq, or_irq_output(s));
}

static void or_irq_reset(DeviceState *dev)
{
    OrIRQState *s = OR_IRQ(dev);

    memset(s->levels, 0, sizeof(s->levels));
}

static void or_irq_eoi(Notifier *n, void *data)
{
    OrIRQState *s = container_of(n, OrIRQState, eoi_notifier);

    for (int i = 0; i < s->num_lines; i++) {
        qemu_irq_notify_eoi(s->in_irq[i]);
    }
}

static void or_irq_output_changed(Object *obj, int n, qemu_irq now)
{
    OrIRQState *s = OR_IRQ(obj);

    irq_subscription_move(&s->eoi_source, now, &s->eoi_notifier);
}

static void or_irq_realize(DeviceState *dev, Error **errp)
{
    OrIRQState *s = OR_IRQ(dev);

    if (s->num_lines < 1 || s->num_lines > MAX_OR_LINES) {
        error_setg(errp, "or-irq: num-lines is %u; it must be between 1 and %d", s->num_lines,
                   MAX_OR_LINES);
        return;
    }
    qdev_init_gpio_in(dev, or_irq_input_set, s->num_lines);
    for (int i = 0; i < s->num_lines; i++) {
        s->in_irq[i] = qdev_get_gpio_in(dev, i);
        object_ref(s->in_irq[i]);
    }
}

static void or_irq_init(Object *obj)
{
    OrIRQState *s = OR_IRQ(obj);

    s->eoi_notifier.notify = or_irq_eoi;
    qdev_init_gpio_out(DEVICE(obj), &s->out_irq, 1);
}

static void or_irq_finalize(Object *obj)
{
    OrIRQState *s = OR_IRQ(obj);

    irq_subscription_move(&s->eoi_source, NULL, &s->eoi_notifier);
    for (int i = 0; i < MAX_OR_LINES; i++) {
        object_unref(s->in_irq[i]);
    }
}

static const VMStateDescription vmstate_or_irq = {
    .name = TYPE_OR_IRQ,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VARRAY_UINT16_UNSAFE(levels, OrIRQState, num_lines, 0, vmstate_info_bool, bool),
        VMSTATE_END_OF_LIST(),
    },
};

static Property or_irq_properties[] = {
    DEFINE_PROP_UINT16("num-lines", OrIRQState, num_lines, 1),
    DEFINE_PROP_END_OF_LIST(),
};

static void or_irq_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "OR gate for interrupt lines";
    dc->reset = or_irq_reset;
    dc->realize = or_irq_realize;
    dc->vmsd = &vmstate_or_irq;
    dc->user_creatable = false; /* lines are wired by board code */
    device_class_set_props(dc, or_irq_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    IRQ_FORWARDER_CLASS(klass)->output_changed = or_irq_output_changed;
}

static const TypeInfo or_irq_types[] = {
    {
        .name = TYPE_OR_IRQ,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(OrIRQState),
        .instance_init = or_irq_init,
        .instance_finalize = or_irq_finalize,
        .class_init = or_irq_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_IRQ_FORWARDER }, { } },
    },
};

DEFINE_TYPES(or_irq_types)
