/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GPIO lines of devices. Each line is visible as a property NAME[N]: inputs as
 * children, outputs as links. Outputs are connected here only, so that
 * forwarding devices learn of it; users cannot rewire a machine.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/qdev-core.h"
#include "irq-internal.h"
#include "qdev-internal.h"

/*
 * A list and the device that made it, which stays the one that drives the lines when
 * qdev_pass_gpios() moves the list to a container.
 */
typedef struct GPIOLines {
    NamedGPIOList list;
    DeviceState *maker;
} GPIOLines;

static NamedGPIOList *gpio_list_find(DeviceState *dev, const char *name)
{
    NamedGPIOList *ngl;

    QLIST_FOREACH(ngl, &dev->gpios, node) {
        if (g_strcmp0(name, ngl->name) == 0) {
            return ngl;
        }
    }
    return NULL;
}

static NamedGPIOList *gpio_list_get(DeviceState *dev, const char *name)
{
    NamedGPIOList *ngl = gpio_list_find(dev, name);

    if (!ngl) {
        GPIOLines *lines = g_new0(GPIOLines, 1);

        lines->maker = dev;
        ngl = &lines->list;
        ngl->name = g_strdup(name);
        QLIST_INSERT_HEAD(&dev->gpios, ngl, node);
    }
    return ngl;
}

static char *gpio_in_property(const char *name, int n)
{
    return g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-in", n);
}

static char *gpio_out_property(const char *name, int n)
{
    return g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-out", n);
}

void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler, void *opaque,
                                         const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_get(dev, name);

    g_assert(ngl->num_out == 0 || !name);
    ngl->in = qemu_extend_irqs(ngl->in, ngl->num_in, handler, opaque, n);
    for (int i = ngl->num_in; i < ngl->num_in + n; i++) {
        g_autofree char *propname = gpio_in_property(name, i);

        object_property_add_child(OBJECT(dev), propname, OBJECT(ngl->in[i]));
        if (!name) {
            irq_owner_set(ngl->in[i], OBJECT(dev));
        }
    }
    ngl->num_in += n;
}

void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n)
{
    qdev_init_gpio_in_named(dev, handler, NULL, n);
}

void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_get(dev, name);

    g_assert(ngl->num_in == 0 || !name);
    ngl->out = g_renew(qemu_irq *, ngl->out, ngl->num_out + n);
    memset(pins, 0, sizeof(*pins) * n);
    for (int i = 0; i < n; i++) {
        g_autofree char *propname = gpio_out_property(name, ngl->num_out + i);

        object_property_add_link(OBJECT(dev), propname, TYPE_IRQ, (Object **)&pins[i], NULL,
                                 OBJ_PROP_LINK_STRONG);
        ngl->out[ngl->num_out + i] = &pins[i];
    }
    ngl->num_out += n;
}

void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n)
{
    qdev_init_gpio_out_named(dev, pins, NULL, n);
}

/* A line that does not exist is a mistake in a board or device: say which and end. */
static G_NORETURN void gpio_missing(DeviceState *dev, const char *direction, const char *name,
                                    int n)
{
    error_setg(&error_abort, "%s has no %s line '%s' number %d", object_get_typename(OBJECT(dev)),
               direction, name ? name : "unnamed", n);
    g_assert_not_reached();
}

qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_find(dev, name);

    if (!ngl || n < 0 || n >= ngl->num_in) {
        gpio_missing(dev, "input", name, n);
    }
    return ngl->in[n];
}

qemu_irq qdev_get_gpio_in(DeviceState *dev, int n)
{
    return qdev_get_gpio_in_named(dev, NULL, n);
}

/* Where output @n is stored, or NULL if there is no such output. */
static qemu_irq *gpio_out_slot(DeviceState *dev, const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_find(dev, name);

    return ngl && n >= 0 && n < ngl->num_out ? ngl->out[n] : NULL;
}

void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n, qemu_irq input_pin)
{
    qemu_irq *slot = gpio_out_slot(dev, name, n);
    Object *maker;

    if (!slot) {
        gpio_missing(dev, "output", name, n);
    }
    /* The slot belongs to a strong link, whose reference changes hands here. */
    object_ref(input_pin);
    object_unref(*slot);
    *slot = input_pin;
    maker = OBJECT(container_of(gpio_list_find(dev, name), GPIOLines, list)->maker);
    if (!name && object_dynamic_cast(maker, TYPE_IRQ_FORWARDER)) {
        IRQ_FORWARDER_GET_CLASS(maker)->output_changed(maker, n, input_pin);
    }
}

void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin)
{
    qdev_connect_gpio_out_named(dev, NULL, n, pin);
}

qemu_irq qdev_get_gpio_out_connector(DeviceState *dev, const char *name, int n)
{
    qemu_irq *slot = gpio_out_slot(dev, name, n);

    return slot ? *slot : NULL;
}

qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name, int n)
{
    qemu_irq before = qdev_get_gpio_out_connector(dev, name, n);

    /* The caller passes levels on to it, so it must outlive the redirection. */
    object_ref(before);
    qdev_connect_gpio_out_named(dev, name, n, icpt);
    return before;
}

bool qdev_gpio_out_exists(DeviceState *dev, const char *name, int n)
{
    return gpio_out_slot(dev, name, n) != NULL;
}

void qdev_pass_gpios(DeviceState *dev, DeviceState *container, const char *name)
{
    NamedGPIOList *ngl = gpio_list_find(dev, name);

    if (!ngl) {
        return;
    }
    g_assert(!gpio_list_find(container, name));
    for (int i = 0; i < ngl->num_in; i++) {
        g_autofree char *propname = gpio_in_property(name, i);

        object_property_add_alias(OBJECT(container), propname, OBJECT(dev), propname);
    }
    for (int i = 0; i < ngl->num_out; i++) {
        g_autofree char *propname = gpio_out_property(name, i);

        object_property_add_alias(OBJECT(container), propname, OBJECT(dev), propname);
    }
    QLIST_REMOVE(ngl, node);
    QLIST_INSERT_HEAD(&container->gpios, ngl, node);
}

void qdev_gpio_lists_free(DeviceState *dev)
{
    NamedGPIOList *ngl;
    NamedGPIOList *next;

    QLIST_FOREACH_SAFE(ngl, &dev->gpios, node, next) {
        QLIST_REMOVE(ngl, node);
        for (int i = 0; i < ngl->num_in; i++) {
            irq_detach(ngl->in[i]);
        }
        qemu_free_irqs(ngl->in, ngl->num_in);
        g_free(ngl->out);
        g_free(ngl->name);
        g_free(container_of(ngl, GPIOLines, list));
    }
}
