/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events on their way to QMP clients. Some can come faster than anybody wants
 * to read: of those the first is sent at once, later ones are held back for
 * the rest of the period, and only the newest of them is sent at its end.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qapi/qapi-emit-events.h"
#include "qapi/qmp/event.h"
#include "qapi/qmp/qdict.h"
#include "qmp-internal.h"
#include "trace.h"

typedef struct EventRate {
    QAPIEvent event;
    int64_t period_ns;
} EventRate;

static const EventRate event_rates[] = {
    { QAPI_EVENT_WATCHDOG, 1000 * SCALE_MS },
};

/* One per entry of event_rates[]; event_lock. */
typedef struct EventHold {
    QEMUTimer *timer;   /* made when first needed; pending in the period */
    QDict *newest;      /* to be sent at its end, or NULL */
} EventHold;

static EventHold event_holds[ARRAY_SIZE(event_rates)];
static QemuMutex event_lock;

static int event_rate_find(QAPIEvent event)
{
    for (int i = 0; i < (int)ARRAY_SIZE(event_rates); i++) {
        if (event_rates[i].event == event) {
            return i;
        }
    }
    return -1;
}

static void event_period_start(int i)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);

    timer_mod_ns(event_holds[i].timer, now + event_rates[i].period_ns);
}

static void event_period_end(void *opaque)
{
    EventHold *hold = opaque;
    QDict *newest;

    qemu_mutex_lock(&event_lock);
    newest = g_steal_pointer(&hold->newest);
    if (newest) {
        event_period_start(hold - event_holds);
    }
    qemu_mutex_unlock(&event_lock);
    if (newest) {
        qmp_event_broadcast(newest);
        qobject_unref(newest);
    }
}

/* Whether @dict is to be sent now; else it is kept for later. */
static bool event_may_pass(int i, QDict *dict)
{
    EventHold *hold = &event_holds[i];

    QEMU_LOCK_GUARD(&event_lock);
    if (!hold->timer) {
        hold->timer = timer_new_ns(QEMU_CLOCK_REALTIME, event_period_end, hold);
    }
    if (!timer_pending(hold->timer)) {
        event_period_start(i);
        return true;
    }
    trace_monitor_event_hold(qdict_get_str(dict, "event"),
                             event_rates[i].period_ns);
    qobject_unref(hold->newest);
    hold->newest = qobject_ref(dict);
    return false;
}

/* Called by qapi_event_send_*() in any thread; @dict has no other user. */
static void event_emit(unsigned event, QDict *dict)
{
    int rate = event_rate_find(event);

    trace_monitor_event_emit(qdict_get_str(dict, "event"));
    if (rate < 0 || event_may_pass(rate, dict)) {
        qmp_event_broadcast(dict);
    }
    qobject_unref(dict);
}

void monitor_events_init(void)
{
    qemu_mutex_init(&event_lock);
    qmp_event_set_emit(event_emit);
}

void monitor_events_cleanup(void)
{
    qmp_event_set_emit(NULL);
    for (size_t i = 0; i < ARRAY_SIZE(event_holds); i++) {
        EventHold *hold = &event_holds[i];

        qobject_unref(g_steal_pointer(&hold->newest));
        g_clear_pointer(&hold->timer, timer_free);
    }
    qemu_mutex_destroy(&event_lock);
}
