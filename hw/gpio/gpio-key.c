/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gpio-key: a push button on a GPIO pin. The board lets, for example, the monitor's
 * system_powerdown press it.
 */
#include "qemu/osdep.h"
#include "hw/gpio/gpio-key.h"
#include "hw/irq.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "trace.h"

OBJECT_DECLARE_SIMPLE_TYPE(GPIOKEYState, GPIOKEY)

#define GPIO_KEY_PRESS_MS 100

struct GPIOKEYState {
    SysBusDevice parent_obj;

    QEMUTimer timer;
    qemu_irq irq;
};

static void gpio_key_release(void *opaque)
{
    qemu_set_irq(GPIOKEY(opaque)->irq, 0);
}

static void gpio_key_press(void *opaque, int n, int level)
{
    GPIOKEYState *s = GPIOKEY(opaque);

    trace_gpio_key_press(qdev_get_printable_name(DEVICE(s)));
    qemu_set_irq(s->irq, 1);
    timer_mod(&s->timer, qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + GPIO_KEY_PRESS_MS);
}

static void gpio_key_reset_enter(Object *obj, ResetType type)
{
    timer_del(&GPIOKEY(obj)->timer);
}

static void gpio_key_reset_hold(Object *obj)
{
    qemu_set_irq(GPIOKEY(obj)->irq, 0);
}

static void gpio_key_realize(DeviceState *dev, Error **errp)
{
    GPIOKEYState *s = GPIOKEY(dev);

    timer_init_ms(&s->timer, QEMU_CLOCK_VIRTUAL, gpio_key_release, s);
}

static void gpio_key_unrealize(DeviceState *dev)
{
    timer_del(&GPIOKEY(dev)->timer);
}

static void gpio_key_init(Object *obj)
{
    qdev_init_gpio_in(DEVICE(obj), gpio_key_press, 1);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &GPIOKEY(obj)->irq);
}

static const VMStateDescription vmstate_gpio_key = {
    .name = TYPE_GPIOKEY,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_TIMER(timer, GPIOKEYState),
        VMSTATE_END_OF_LIST(),
    },
};

static void gpio_key_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "push button on a GPIO pin";
    dc->realize = gpio_key_realize;
    dc->unrealize = gpio_key_unrealize;
    dc->vmsd = &vmstate_gpio_key;
    rc->phases.enter = gpio_key_reset_enter;
    rc->phases.hold = gpio_key_reset_hold;
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static const TypeInfo gpio_key_types[] = {
    {
        .name = TYPE_GPIOKEY,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(GPIOKEYState),
        .instance_init = gpio_key_init,
        .class_init = gpio_key_class_init,
    },
};

DEFINE_TYPES(gpio_key_types)
