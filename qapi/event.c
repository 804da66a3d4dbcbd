/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hook that events leave through. */
#include "qemu/osdep.h"
#include "qapi/qmp/event.h"
#include "qemu/atomic.h"

/* Installed once by the monitor; events come from any thread. */
static QmpEventEmitFunc *event_hook;

void qmp_event_set_emit(QmpEventEmitFunc *emit)
{
    qatomic_store_release(&event_hook, emit);
}

bool qmp_event_is_wanted(void)
{
    return qatomic_load_acquire(&event_hook) != NULL;
}

void qmp_event_emit(unsigned event, const char *name, QObject *data)
{
    QmpEventEmitFunc *emit = qatomic_load_acquire(&event_hook);
    QDict *stamp, *qdict;
    int64_t now_us;

    if (!emit) {
        qobject_unref(data);
        return;
    }
    now_us = g_get_real_time();
    stamp = qdict_new();
    qdict_put_int(stamp, "seconds", now_us / G_USEC_PER_SEC);
    qdict_put_int(stamp, "microseconds", now_us % G_USEC_PER_SEC);
    qdict = qdict_new();
    qdict_put(qdict, "timestamp", stamp);
    qdict_put_str(qdict, "event", name);
    if (data) {
        qdict_put_obj(qdict, "data", data);
    }
    emit(event, qdict);
}
