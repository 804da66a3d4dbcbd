/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry of trace events: groups come from constructors of the
 * generated files, names are looked up linearly (users switch events by
 * hand, at most a few thousand times).
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/suggest.h"
#include "trace/control.h"
#include "log-internal.h"

static TraceEventGroup *groups;
static TraceEventGroup **groups_tail = &groups;
static uint32_t event_count;
static uint32_t events_on;

void trace_event_group_register(TraceEventGroup *group)
{
    for (size_t i = 0; i < group->count; i++) {
        group->events[i]->id = event_count++;
    }
    *groups_tail = group;
    groups_tail = &group->next;
}

uint32_t trace_event_count(void)
{
    return event_count;
}

void trace_event_iter_init_all(TraceEventIter *iter)
{
    *iter = (TraceEventIter) { .group = groups };
}

void trace_event_iter_init_pattern(TraceEventIter *iter, const char *pattern)
{
    *iter = (TraceEventIter) { .group = groups, .pattern = pattern };
}

void trace_event_iter_init_group(TraceEventIter *iter, const char *group)
{
    *iter = (TraceEventIter) { .group = groups, .only_group = group };
}

TraceEvent *trace_event_iter_next(TraceEventIter *iter)
{
    for (; iter->group; iter->group = iter->group->next, iter->index = 0) {
        if (iter->only_group && strcmp(iter->only_group, iter->group->name)) {
            continue;
        }
        while (iter->index < iter->group->count) {
            TraceEvent *event = iter->group->events[iter->index++];

            if (!iter->pattern || g_pattern_match_simple(iter->pattern, event->name)) {
                return event;
            }
        }
    }
    return NULL;
}

TraceEvent *trace_event_name(const char *name)
{
    TraceEventIter iter;
    TraceEvent *event;

    trace_event_iter_init_all(&iter);
    do {
        event = trace_event_iter_next(&iter);
    } while (event && strcmp(event->name, name));
    return event;
}

bool trace_event_is_pattern(const char *pattern)
{
    return strpbrk(pattern, "*?") != NULL;
}

bool trace_any_event_is_on(void)
{
    return __atomic_load_n(&events_on, __ATOMIC_RELAXED) != 0;
}

void trace_event_set_state_dynamic(TraceEvent *event, bool state)
{
    if (__atomic_exchange_n(&event->enabled, state, __ATOMIC_RELAXED) != state) {
        __atomic_add_fetch(&events_on, state ? 1 : -1, __ATOMIC_RELAXED);
    }
}

static void unknown_name_setg(const char *name, Error **errp)
{
    TraceEventIter iter;
    TraceEvent *event;
    Suggest s;

    suggest_init(&s, name);
    trace_event_iter_init_all(&iter);
    while ((event = trace_event_iter_next(&iter))) {
        suggest_offer(&s, event->name);
    }
    suggest_error_setg(&s, errp, "There is no trace event '%s'", name);
}

bool trace_event_pattern_set_state(const char *pattern, bool state, bool ignore_unavailable,
                                   Error **errp)
{
    bool found = false;
    TraceEventIter iter;
    TraceEvent *event;

    trace_event_iter_init_pattern(&iter, pattern);
    while ((event = trace_event_iter_next(&iter))) {
        trace_event_set_state_dynamic(event, state);
        found = true;
    }
    if (found || ignore_unavailable) {
        return true;
    }
    if (trace_event_is_pattern(pattern)) {
        error_setg(errp, "No trace event matches '%s'", pattern);
    } else {
        unknown_name_setg(pattern, errp);
    }
    return false;
}

static int name_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *trace_help_text(void)
{
    g_autoptr(GPtrArray) names = g_ptr_array_sized_new(event_count + 1);
    TraceEventIter iter;
    TraceEvent *event;

    trace_event_iter_init_all(&iter);
    while ((event = trace_event_iter_next(&iter))) {
        g_ptr_array_add(names, (gpointer)event->name);
    }
    g_ptr_array_sort(names, name_compare);
    g_ptr_array_add(names, (gpointer)"");
    g_ptr_array_add(names, NULL);
    return g_strjoinv("\n", (char **)names->pdata);
}

void trace_list_events(FILE *f)
{
    g_autofree char *text = trace_help_text();

    fputs(text, f);
}
