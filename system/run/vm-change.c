/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers that are told when the machine starts and has stopped.
 */
#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "sysemu/runstate.h"
#include "trace.h"

struct VMChangeStateEntry {
    VMChangeStateHandler *cb;
    VMChangeStateHandler *prepare_cb;
    void *opaque;
    int priority;
    bool is_dead;               /* removed while handlers were being called */
    QTAILQ_ENTRY(VMChangeStateEntry) node;
};

/* Lowest priority first, equal ones as they were added. */
static QTAILQ_HEAD(, VMChangeStateEntry) handlers = QTAILQ_HEAD_INITIALIZER(handlers);
/* How many vm_state_notify() are going on: entries are not freed then. */
static unsigned notify_depth;

VMChangeStateEntry *
qemu_add_vm_change_state_handler_prio_full(VMChangeStateHandler *cb,
                                           VMChangeStateHandler *prepare_cb,
                                           void *opaque, int priority)
{
    VMChangeStateEntry *e = g_new0(VMChangeStateEntry, 1);
    VMChangeStateEntry *before = QTAILQ_LAST(&handlers);

    e->cb = cb;
    e->prepare_cb = prepare_cb;
    e->opaque = opaque;
    e->priority = priority;
    while (before && before->priority > priority) {
        before = QTAILQ_PREV(before, node);
    }
    if (before) {
        QTAILQ_INSERT_AFTER(&handlers, before, e, node);
    } else {
        QTAILQ_INSERT_HEAD(&handlers, e, node);
    }
    return e;
}

VMChangeStateEntry *qemu_add_vm_change_state_handler_prio(VMChangeStateHandler *cb, void *opaque,
                                                          int priority)
{
    return qemu_add_vm_change_state_handler_prio_full(cb, NULL, opaque, priority);
}

VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb, void *opaque)
{
    return qemu_add_vm_change_state_handler_prio(cb, opaque, 0);
}

void qemu_del_vm_change_state_handler(VMChangeStateEntry *e)
{
    if (notify_depth) {
        e->is_dead = true;
        return;
    }
    QTAILQ_REMOVE(&handlers, e, node);
    g_free(e);
}

static void handler_call(VMChangeStateEntry *e, bool prepare, bool running, RunState state)
{
    VMChangeStateHandler *cb = prepare ? e->prepare_cb : e->cb;

    if (cb && !e->is_dead) {
        cb(e->opaque, running, state);
    }
}

static void handlers_call(bool prepare, bool running, RunState state)
{
    VMChangeStateEntry *e;

    if (running) {
        QTAILQ_FOREACH(e, &handlers, node) {
            handler_call(e, prepare, running, state);
        }
    } else {
        QTAILQ_FOREACH_REVERSE(e, &handlers, node) {
            handler_call(e, prepare, running, state);
        }
    }
}

void vm_state_notify(bool running, RunState state)
{
    VMChangeStateEntry *e, *next;

    trace_vm_state_notify(running, RunState_str(state));
    notify_depth++;
    handlers_call(true, running, state);
    handlers_call(false, running, state);
    if (--notify_depth == 0) {
        QTAILQ_FOREACH_SAFE(e, &handlers, node, next) {
            if (e->is_dead) {
                qemu_del_vm_change_state_handler(e);
            }
        }
    }
}
