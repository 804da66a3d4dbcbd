/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt (and other one-wire) lines. A qemu_irq is the receiving end: an
 * object that carries a handler, its opaque pointer and the input's number. A
 * NULL qemu_irq is a line that goes nowhere; setting it does nothing.
 */
#ifndef HW_IRQ_H
#define HW_IRQ_H

#include "qom/object.h"
#include "qemu/notify.h"

#define TYPE_IRQ "irq"

typedef struct IRQState *qemu_irq;
typedef void (*qemu_irq_handler)(void *opaque, int n, int level);

/*
 * Tell the receiver that the line is at @level now. Devices use 0 and 1. Legal
 * without the BQL only where the receiver says so (the GIC models do).
 */
void qemu_set_irq(qemu_irq irq, int level);

static inline void qemu_irq_raise(qemu_irq irq)
{
    qemu_set_irq(irq, 1);
}

static inline void qemu_irq_lower(qemu_irq irq)
{
    qemu_set_irq(irq, 0);
}

static inline void qemu_irq_pulse(qemu_irq irq)
{
    qemu_set_irq(irq, 1);
    qemu_set_irq(irq, 0);
}

/* A new array of @n lines; the caller frees it with qemu_free_irqs(). */
qemu_irq *qemu_allocate_irqs(qemu_irq_handler handler, void *opaque, int n);

/* One new line with number @n; the caller owns the reference (qemu_free_irq()). */
qemu_irq qemu_allocate_irq(qemu_irq_handler handler, void *opaque, int n);

/*
 * Grow @old (may be NULL) from @n_old by @n lines that are numbered on from
 * @n_old. Existing lines stay the same objects; the array may move.
 */
qemu_irq *qemu_extend_irqs(qemu_irq *old, int n_old, qemu_irq_handler handler, void *opaque,
                           int n);

void qemu_free_irqs(qemu_irq *s, int n);
void qemu_free_irq(qemu_irq irq);

/* A new line that passes the inverted level to @irq. It starts by raising @irq. */
qemu_irq qemu_irq_invert(qemu_irq irq);

/*
 * Put @handler in front of the @n lines in @gpio_in. Its opaque is a qemu_irq *
 * that points to a line with the former handler, to pass the level on to.
 */
void qemu_irq_intercept_in(qemu_irq *gpio_in, qemu_irq_handler handler, int n);

static inline bool qemu_irq_is_connected(qemu_irq irq)
{
    return irq != NULL;
}

/* ---- end of interrupt ---- */

/*
 * Have @n called whenever the guest completes the interrupt that @irq leads
 * to; its data is the qemu_irq that was subscribed to. Inverters and or/split
 * lines pass subscriptions on to their output. Add and remove with the BQL
 * held. Notifiers run without the BQL, in an RCU read section, on the thread
 * of the completing vCPU; they may add and remove notifiers if they take the BQL.
 */
void qemu_irq_add_eoi_notifier(qemu_irq irq, Notifier *n);

/*
 * No call of @n starts after this returned. One that started before may still
 * be running on another thread: free @n's memory after an RCU grace period.
 */
void qemu_irq_remove_eoi_notifier(qemu_irq irq, Notifier *n);

/*
 * For interrupt controllers: the interrupt of input @irq became inactive. Call
 * it with no lock held that a device's callback could take.
 */
void qemu_irq_notify_eoi(qemu_irq irq);

/* True when someone listens: lets a controller skip collecting completions. */
bool qemu_irq_has_eoi_notifier(qemu_irq irq);

/*
 * A device that passes levels from inputs to outputs implements this, so that
 * completions travel back. @output_changed: output @n (unnamed GPIO) leads to
 * @now from now on, or nowhere if that is NULL.
 */
#define TYPE_IRQ_FORWARDER "irq-forwarder"
typedef struct IRQForwarderClass IRQForwarderClass;
DECLARE_CLASS_CHECKERS(IRQForwarderClass, IRQ_FORWARDER, TYPE_IRQ_FORWARDER)

struct IRQForwarderClass {
    InterfaceClass parent_class;
    void (*output_changed)(Object *obj, int n, qemu_irq now);
};

/* ---- interrupt numbers ---- */

/* What the guest has configured an input for. */
typedef enum IRQTrigger {
    IRQ_TRIGGER_UNKNOWN,
    IRQ_TRIGGER_LEVEL,
    IRQ_TRIGGER_EDGE,
} IRQTrigger;

/*
 * An interrupt controller answers which number its unnamed GPIO input @n has.
 * @irq_to_gsi: the accelerator's global system interrupt, or -1.
 * @irq_to_fdt_cells: the device tree specifier (at most 3 cells) of the input.
 * @irq_trigger: the state of its configuration register now; the BQL is held, CPUs may be
 * stopped for a moment to learn it.
 */
#define TYPE_IRQ_CONTROLLER "irq-controller"
typedef struct IRQControllerClass IRQControllerClass;
DECLARE_CLASS_CHECKERS(IRQControllerClass, IRQ_CONTROLLER, TYPE_IRQ_CONTROLLER)

struct IRQControllerClass {
    InterfaceClass parent_class;
    int (*irq_to_gsi)(Object *obj, int n);
    bool (*irq_to_fdt_cells)(Object *obj, int n, uint32_t cells[3], int *ncells);
    IRQTrigger (*irq_trigger)(Object *obj, int n);
};

/* Controller (borrowed) and input number of @irq; NULL when it leads elsewhere. */
Object *qemu_irq_get_controller(qemu_irq irq, int *n);

/* GSI of @irq, or -1: not (directly) an input of a controller that has GSIs. */
int qemu_irq_get_gsi(qemu_irq irq);

/*
 * What the guest has configured @irq for; unknown when it is not an input of a controller. For
 * reports only: it may stop CPUs for a moment. BQL.
 */
IRQTrigger qemu_irq_get_trigger(qemu_irq irq);

/* Specifier cells of @irq; false when it is not an input of a controller. */
bool qemu_irq_get_fdt_cells(qemu_irq irq, uint32_t cells[3], int *ncells);

#endif
