/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions called whenever the machine is reset.
 */
#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "sysemu/reset.h"

typedef struct ResetEntry {
    QEMUResetHandler *func;
    void *opaque;
    bool is_skipped_for_load;
    bool is_dead;               /* removed while handlers were being called */
    QTAILQ_ENTRY(ResetEntry) node;
} ResetEntry;

static QTAILQ_HEAD(, ResetEntry) handlers = QTAILQ_HEAD_INITIALIZER(handlers);
/* How many qemu_devices_reset() are going on: entries are not freed then. */
static unsigned reset_depth;

static void handler_add(QEMUResetHandler *func, void *opaque, bool is_skipped_for_load)
{
    ResetEntry *e = g_new0(ResetEntry, 1);

    e->func = func;
    e->opaque = opaque;
    e->is_skipped_for_load = is_skipped_for_load;
    QTAILQ_INSERT_TAIL(&handlers, e, node);
}

void qemu_register_reset(QEMUResetHandler *func, void *opaque)
{
    handler_add(func, opaque, false);
}

void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque)
{
    handler_add(func, opaque, true);
}

static void handler_free(ResetEntry *e)
{
    QTAILQ_REMOVE(&handlers, e, node);
    g_free(e);
}

void qemu_unregister_reset(QEMUResetHandler *func, void *opaque)
{
    ResetEntry *e;

    QTAILQ_FOREACH(e, &handlers, node) {
        if (e->func == func && e->opaque == opaque && !e->is_dead) {
            if (reset_depth) {
                e->is_dead = true;
            } else {
                handler_free(e);
            }
            return;
        }
    }
}

void qemu_devices_reset(ShutdownCause reason)
{
    ResetEntry *e, *next;

    reset_depth++;
    QTAILQ_FOREACH(e, &handlers, node) {
        if (!e->is_dead && !(e->is_skipped_for_load && reason == SHUTDOWN_CAUSE_SNAPSHOT_LOAD)) {
            e->func(e->opaque);
        }
    }
    if (--reset_depth == 0) {
        QTAILQ_FOREACH_SAFE(e, &handlers, node, next) {
            if (e->is_dead) {
                handler_free(e);
            }
        }
    }
}
