/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the generated trace-<group>.h and trace-<group>.c files need: the
 * descriptor of one event, the test that a trace point makes, and the entry
 * points of the backends.  Device code never includes this file itself; it
 * includes its folder's "trace.h" and calls trace_<event>().
 */
#ifndef TRACE_EVENT_H
#define TRACE_EVENT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * One trace event.  Everything but @enabled and @id is constant.
 *
 * @enabled: 0 or 1; read without a lock by every trace point, written by
 *           trace_event_set_state_dynamic() only
 * @id: position among all events of the program, set at registration
 * @name: as written in the trace-events file
 * @format: printf format of the arguments
 * @letters: one per argument: s string, p pointer, b bool, d signed, u unsigned
 */
typedef struct TraceEvent {
    uint8_t enabled;
    uint32_t id;
    const char *name;
    const char *format;
    const char *letters;
} TraceEvent;

/* The events of one folder; linked into the registry by a constructor. */
typedef struct TraceEventGroup TraceEventGroup;
struct TraceEventGroup {
    const char *name;
    TraceEvent *const *events;
    size_t count;
    TraceEventGroup *next;
};

/* One argument on its way to the simple backend; TraceEvent.letters says which member counts. */
typedef union TraceArg {
    uint64_t u64;
    const char *str;
} TraceArg;

/* The switch as a number: a trace point combines it with a USDT listener's in one test. */
static inline unsigned trace_event_switch(const TraceEvent *event)
{
    return __atomic_load_n(&event->enabled, __ATOMIC_RELAXED);
}

/* True if a backend of this program (not an outside USDT listener) wants @event. */
static inline bool trace_event_is_on(const TraceEvent *event)
{
    return trace_event_switch(event) != 0;
}

/*
 * Guards for work that only feeds a trace point:
 *
 *     if (trace_event_get_state_backends(TRACE_FOO)) { ...; trace_foo(text); }
 *
 * trace_event_get_state() asks for the switch set by -trace, QMP or HMP;
 * trace_event_get_state_backends() is also true while a USDT listener is attached.
 */
#define trace_event_get_state(id) (id##_ENABLED && id##_STATE())
#define trace_event_get_state_backends(id) (id##_ENABLED && id##_WANTED())

/* Adds the events of @group to the registry; @group lives as long as the program. */
void trace_event_group_register(TraceEventGroup *group);

/* Writes one line "name formatted-arguments" to the log. Any thread. */
void trace_log_emit(const TraceEvent *event, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends one record to the binary trace file; @args has one entry per letter. Any thread. */
void trace_simple_emit(const TraceEvent *event, const TraceArg *args);

#endif
