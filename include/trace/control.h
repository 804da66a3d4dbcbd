/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switching trace events: the registry of all events, the -trace option, and
 * what QMP and HMP use while the program runs.  docs/tracing.md describes the
 * user's view.
 *
 * Events are switched under the BQL or before threads start; trace points
 * read the switch without a lock, so a change is seen "soon" by other threads.
 */
#ifndef TRACE_CONTROL_H
#define TRACE_CONTROL_H

#include <stdio.h>
#include "qemu/typedefs.h"
#include "qapi/error.h"
#include "qemu/option.h"
#include "trace/event.h"

/* State of one walk over the registry; set up by a trace_event_iter_init_*(). */
typedef struct TraceEventIter {
    const TraceEventGroup *group;
    size_t index;
    const char *pattern;
    const char *only_group;
} TraceEventIter;

/* Options of -trace: enable=, events=, file=. */
extern QemuOptsList qemu_trace_opts;

/* Starts a walk over every event, in registration order. */
void trace_event_iter_init_all(TraceEventIter *iter);

/* Starts a walk over events that match the glob @pattern (* and ?), which must outlive @iter. */
void trace_event_iter_init_pattern(TraceEventIter *iter, const char *pattern);

/* Starts a walk over the events of folder @group ("hw_core"), which must outlive @iter. */
void trace_event_iter_init_group(TraceEventIter *iter, const char *group);

/* The next event of the walk, or NULL at the end. */
TraceEvent *trace_event_iter_next(TraceEventIter *iter);

/* The event called @name, or NULL. */
TraceEvent *trace_event_name(const char *name);

/* Number of registered events; their ids are 0 .. count - 1. */
uint32_t trace_event_count(void);

/* True if @pattern holds a wildcard and so may match several events or none. */
bool trace_event_is_pattern(const char *pattern);

static inline uint32_t trace_event_get_id(const TraceEvent *event)
{
    return event->id;
}

static inline const char *trace_event_get_name(const TraceEvent *event)
{
    return event->name;
}

/* False only for events compiled out with 'disable', which the registry does not list. */
static inline bool trace_event_get_state_static(const TraceEvent *event)
{
    return true;
}

static inline bool trace_event_get_state_dynamic(const TraceEvent *event)
{
    return trace_event_is_on(event);
}

/* Switches one event on or off. */
void trace_event_set_state_dynamic(TraceEvent *event, bool state);

/*
 * Switches every event that @pattern (a name or a glob) matches.
 *
 * An exact name that does not exist is an error that suggests the nearest
 * one; a glob without a match is an error too.  With @ignore_unavailable both
 * are silently accepted.  Returns false and sets @errp on error, after which
 * nothing has changed.
 */
bool trace_event_pattern_set_state(const char *pattern, bool state, bool ignore_unavailable,
                                   Error **errp);

/*
 * Handles one user request: "NAME", "GLOB", or "-GLOB" to switch off.
 * Surrounding white space is ignored; an empty line and a comment (#) do nothing.
 */
bool trace_enable_events(const char *line, Error **errp);

/*
 * Applies the argument of -trace: "[enable=]PATTERN[,events=FILE][,file=FILE]".
 *
 * events=FILE is read at once (one request per line, # comments); file=FILE is
 * remembered for trace_init_file().  "help" is the caller's to recognise
 * (trace_help_text()).  Returns false and sets @errp on error.
 */
bool trace_opt_parse(const char *optstr, Error **errp);

/*
 * Opens what file= asked for: with the simple backend the binary trace, else
 * the log (as -D does).  Called once, after daemonizing and after -D.
 */
bool trace_init_file(Error **errp);

/* Writes out what the simple backend still holds. Any thread. */
void trace_flush(void);

/* All event names, one a line, sorted. Free with g_free(). */
char *trace_help_text(void);

/* Prints trace_help_text() to @f. */
void trace_list_events(FILE *f);

/*
 * Binary trace file control (HMP trace-file).  NULL @path means
 * "trace-<pid>"; a running file is closed first.
 */
bool trace_simple_file_set(const char *path, Error **errp);
bool trace_simple_enable(bool enable, Error **errp);

/* One line on the state and the counters of the binary trace file. Free with g_free(). */
char *trace_simple_status_text(void);

#endif
