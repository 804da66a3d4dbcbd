/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the log and of tracing. */
#ifndef LOG_INTERNAL_H
#define LOG_INTERNAL_H

#include <stdbool.h>

/* Removes the -dfilter ranges. */
void log_filter_clear(void);

/* True if any trace event is switched on. */
bool trace_any_event_is_on(void);

/* True while the binary trace file is being written. Any thread. */
bool trace_simple_is_running(void);

#endif
