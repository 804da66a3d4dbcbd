/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt lines: creation, inversion, interception, end-of-interrupt
 * notifiers, and the way from a line to its controller's numbers.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "irq-internal.h"

/* Never changed once published, so that firing needs no lock. */
struct IRQEoiList {
    struct rcu_head rcu;
    unsigned count;
    Notifier *notifiers[];
};

DECLARE_INSTANCE_CHECKER(struct IRQState, IRQ, TYPE_IRQ)

void qemu_set_irq(qemu_irq irq, int level)
{
    if (irq) {
        irq->handler(irq->opaque, irq->n, level);
    }
}

static void irq_init(qemu_irq irq, qemu_irq_handler handler, void *opaque, int n)
{
    irq->handler = handler;
    irq->opaque = opaque;
    irq->n = n;
}

qemu_irq qemu_allocate_irq(qemu_irq_handler handler, void *opaque, int n)
{
    qemu_irq irq = IRQ(object_new(TYPE_IRQ));

    irq_init(irq, handler, opaque, n);
    return irq;
}

qemu_irq *qemu_extend_irqs(qemu_irq *old, int n_old, qemu_irq_handler handler, void *opaque, int n)
{
    int before = old ? n_old : 0;
    qemu_irq *s = g_renew(qemu_irq, old, before + n);

    for (int i = before; i < before + n; i++) {
        s[i] = qemu_allocate_irq(handler, opaque, i);
    }
    return s;
}

qemu_irq *qemu_allocate_irqs(qemu_irq_handler handler, void *opaque, int n)
{
    return qemu_extend_irqs(NULL, 0, handler, opaque, n);
}

void qemu_free_irqs(qemu_irq *s, int n)
{
    for (int i = 0; i < n; i++) {
        qemu_free_irq(s[i]);
    }
    g_free(s);
}

void qemu_free_irq(qemu_irq irq)
{
    object_unref(irq);
}

static void irq_inverted_set(void *opaque, int n, int level)
{
    qemu_set_irq(opaque, !level);
}

qemu_irq qemu_irq_invert(qemu_irq irq)
{
    /* The inverter's own input starts low, so its output starts high. */
    qemu_irq_raise(irq);
    return qemu_allocate_irq(irq_inverted_set, irq, 0);
}

void qemu_irq_intercept_in(qemu_irq *gpio_in, qemu_irq_handler handler, int n)
{
    for (int i = 0; i < n; i++) {
        qemu_irq line = gpio_in[i];
        qemu_irq before = qemu_allocate_irq(line->handler, line->opaque, line->n);

        before->before = line->before;
        if (before->before) {
            before->opaque = &before->before; /* what an earlier interceptor was given */
        }
        line->before = before;
        line->handler = handler;
        line->opaque = &line->before;
    }
}

/* ---- end of interrupt ---- */

/* The line on which subscriptions for @irq are kept: behind inverters. */
static qemu_irq irq_eoi_line(qemu_irq irq)
{
    while (irq && irq->handler == irq_inverted_set) {
        irq = irq->opaque;
    }
    return irq;
}

static void irq_eoi_list_publish(qemu_irq irq, IRQEoiList *list)
{
    IRQEoiList *old = irq->eoi;

    qatomic_rcu_set(&irq->eoi, list);
    if (old) {
        g_free_rcu(old, rcu);
    }
}

static IRQEoiList *irq_eoi_list_new(unsigned count)
{
    IRQEoiList *list = g_malloc0(sizeof(*list) + count * sizeof(list->notifiers[0]));

    list->count = count;
    return list;
}

void qemu_irq_add_eoi_notifier(qemu_irq irq, Notifier *n)
{
    qemu_irq line = irq_eoi_line(irq);
    unsigned count;
    IRQEoiList *list;

    if (!line) {
        return;
    }
    count = line->eoi ? line->eoi->count : 0;
    list = irq_eoi_list_new(count + 1);
    if (count) {
        memcpy(list->notifiers, line->eoi->notifiers, count * sizeof(list->notifiers[0]));
    }
    list->notifiers[count] = n;
    irq_eoi_list_publish(line, list);
}

void qemu_irq_remove_eoi_notifier(qemu_irq irq, Notifier *n)
{
    qemu_irq line = irq_eoi_line(irq);
    IRQEoiList *old = line ? line->eoi : NULL;
    IRQEoiList *list = NULL;
    unsigned kept = 0;
    unsigned found = 0;

    for (unsigned i = 0; old && i < old->count; i++) {
        found += old->notifiers[i] == n;
    }
    if (!found) {
        return;
    }
    if (old->count > 1) {
        list = irq_eoi_list_new(old->count - 1);
        for (unsigned i = 0, skipped = 0; i < old->count; i++) {
            if (old->notifiers[i] == n && !skipped) {
                skipped = 1;
                continue;
            }
            list->notifiers[kept++] = old->notifiers[i];
        }
    }
    irq_eoi_list_publish(line, list);
}

void qemu_irq_notify_eoi(qemu_irq irq)
{
    const IRQEoiList *list;

    if (!irq) {
        return;
    }
    RCU_READ_LOCK_GUARD();
    list = qatomic_rcu_read(&irq->eoi);
    for (unsigned i = 0; list && i < list->count; i++) {
        list->notifiers[i]->notify(list->notifiers[i], irq);
    }
}

bool qemu_irq_has_eoi_notifier(qemu_irq irq)
{
    return irq && qatomic_read(&irq->eoi) != NULL;
}

void irq_subscription_move(qemu_irq *source, qemu_irq now, Notifier *n)
{
    qemu_irq_remove_eoi_notifier(*source, n);
    qemu_irq_add_eoi_notifier(now, n);
    object_ref(now);
    object_unref(*source);
    *source = now;
}

/* ---- numbers ---- */

static void irq_detached_set(void *opaque, int n, int level)
{
}

void irq_detach(qemu_irq irq)
{
    irq->handler = irq_detached_set;
    irq->opaque = NULL;
    irq->owner = NULL;
}

void irq_owner_set(qemu_irq irq, Object *owner)
{
    irq->owner = owner;
}

Object *qemu_irq_get_controller(qemu_irq irq, int *n)
{
    if (!irq || !irq->owner || irq->before ||
        !object_dynamic_cast(irq->owner, TYPE_IRQ_CONTROLLER)) {
        return NULL;
    }
    if (n) {
        *n = irq->n;
    }
    return irq->owner;
}

int qemu_irq_get_gsi(qemu_irq irq)
{
    int n;
    Object *controller = qemu_irq_get_controller(irq, &n);
    IRQControllerClass *icc = controller ? IRQ_CONTROLLER_GET_CLASS(controller) : NULL;

    return icc && icc->irq_to_gsi ? icc->irq_to_gsi(controller, n) : -1;
}

IRQTrigger qemu_irq_get_trigger(qemu_irq irq)
{
    int n;
    Object *controller = qemu_irq_get_controller(irq, &n);
    IRQControllerClass *icc = controller ? IRQ_CONTROLLER_GET_CLASS(controller) : NULL;

    bql_assert_locked();
    return icc && icc->irq_trigger ? icc->irq_trigger(controller, n) : IRQ_TRIGGER_UNKNOWN;
}

bool qemu_irq_get_fdt_cells(qemu_irq irq, uint32_t cells[3], int *ncells)
{
    int n;
    Object *controller = qemu_irq_get_controller(irq, &n);
    IRQControllerClass *icc = controller ? IRQ_CONTROLLER_GET_CLASS(controller) : NULL;

    return icc && icc->irq_to_fdt_cells && icc->irq_to_fdt_cells(controller, n, cells, ncells);
}

static void irq_finalize(Object *obj)
{
    qemu_irq irq = IRQ(obj);

    irq_eoi_list_publish(irq, NULL);
    qemu_free_irq(irq->before);
}

static const TypeInfo irq_types[] = {
    {
        .name = TYPE_IRQ,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(struct IRQState),
        .instance_finalize = irq_finalize,
    },
    {
        .name = TYPE_IRQ_FORWARDER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(IRQForwarderClass),
    },
    {
        .name = TYPE_IRQ_CONTROLLER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(IRQControllerClass),
    },
};

DEFINE_TYPES(irq_types)
