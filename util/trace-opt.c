/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The -trace option, files of event patterns, and the log backend. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/option.h"
#include "trace/control.h"
#include "log-internal.h"

QemuOptsList qemu_trace_opts = {
    .name = "trace",
    .implied_opt_name = "enable",
    .head = QTAILQ_HEAD_INITIALIZER(qemu_trace_opts.head),
    .desc = {
        { .name = "enable", .type = QEMU_OPT_STRING,
          .help = "event or glob pattern to switch on, or off with a leading '-'" },
        { .name = "events", .type = QEMU_OPT_STRING,
          .help = "file with one event or pattern a line" },
        { .name = "file", .type = QEMU_OPT_STRING,
          .help = "where events go (binary trace, or the log without that backend)" },
        { /* end of list */ }
    },
};

/* file= of the last -trace, until trace_init_file(). */
static char *trace_file;

bool trace_enable_events(const char *line, Error **errp)
{
    g_autofree char *text = g_strstrip(g_strdup(line));
    bool off = text[0] == '-';

    if (!text[0] || text[0] == '#') {
        return true;
    }
    return trace_event_pattern_set_state(text + off, !off, false, errp);
}

/* Unknown names in a file only warn: such files are shared between builds. */
static bool events_file_read(const char *path, Error **errp)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) gerr = NULL;
    g_auto(GStrv) lines = NULL;
    Location loc;

    if (!g_file_get_contents(path, &text, NULL, &gerr)) {
        error_setg(errp, "cannot read trace events: %s", gerr->message);
        return false;
    }
    lines = g_strsplit(text, "\n", -1);
    loc_push_none(&loc);
    for (int i = 0; lines[i]; i++) {
        Error *err = NULL;

        loc_set_file(path, i + 1);
        if (!trace_enable_events(lines[i], &err)) {
            warn_report_err(err);
        }
    }
    loc_pop(&loc);
    return true;
}

bool trace_opt_parse(const char *optstr, Error **errp)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&qemu_trace_opts, optstr, true, errp);
    const char *enable, *events, *file;

    if (!opts) {
        return false;
    }
    enable = qemu_opt_get(opts, "enable");
    events = qemu_opt_get(opts, "events");
    file = qemu_opt_get(opts, "file");
    if ((enable && !trace_enable_events(enable, errp)) ||
        (events && !events_file_read(events, errp))) {
        return false;
    }
    if (file) {
        g_free(trace_file);
        trace_file = g_strdup(file);
    }
    return true;
}

bool trace_init_file(Error **errp)
{
    g_autofree char *file = g_steal_pointer(&trace_file);

    if (!file) {
        return true;
    }
#ifdef CONFIG_TRACE_SIMPLE
    return trace_simple_file_set(file, errp);
#else
    return qemu_set_log_filename(file, errp);
#endif
}

void trace_log_emit(const TraceEvent *event, const char *fmt, ...)
{
    va_list ap;

    /* The binary file replaces the log unless "-d trace:" asked for both. */
    if (trace_simple_is_running() && !qemu_loglevel_mask(LOG_TRACE)) {
        return;
    }
    va_start(ap, fmt);
    qemu_log_trace_line(event->name, fmt, ap);
    va_end(ap);
}
