/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages for the user and the per-thread stack of locations they name.
 * Each message is put together first and written in one piece, so that those
 * of several threads, or of a child sharing stderr, do not mix.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"

typedef enum ReportType {
    REPORT_ERROR,
    REPORT_WARNING,
    REPORT_INFO,
} ReportType;

bool message_with_timestamp;
bool error_with_guestname;
const char *error_guest_name;

static ErrorReportSink *report_sink;
static void *report_sink_opaque;

/* The bottom of each thread's stack; NULL stands for it so that no thread needs setting up. */
static __thread Location bottom_location;
static __thread Location *top_location;

static Location *location_get(void)
{
    return top_location ? top_location : &bottom_location;
}

Location *loc_push_restore(Location *loc)
{
    g_assert(!loc->prev);
    loc->prev = location_get();
    top_location = loc;
    return loc;
}

Location *loc_push_none(Location *loc)
{
    *loc = (Location) { .kind = LOC_NONE };
    return loc_push_restore(loc);
}

Location *loc_pop(Location *loc)
{
    g_assert(top_location == loc && loc->prev);
    top_location = loc->prev;
    loc->prev = NULL;
    return loc;
}

Location *loc_save(Location *loc)
{
    *loc = *location_get();
    loc->prev = NULL;
    return loc;
}

void loc_restore(const Location *loc)
{
    Location *top = location_get();
    Location *prev = top->prev;

    g_assert(!loc->prev);
    *top = *loc;
    top->prev = prev;
}

static void location_set(Location loc)
{
    loc_restore(&loc);
}

void loc_set_none(void)
{
    location_set((Location) { .kind = LOC_NONE });
}

void loc_set_cmdline(char **argv, int idx, int cnt)
{
    location_set((Location) { .kind = LOC_CMDLINE, .num = cnt, .ptr = argv + idx });
}

void loc_set_file(const char *fname, int lno)
{
    g_assert(fname || !lno);
    location_set((Location) { .kind = fname ? LOC_FILE : LOC_NONE, .num = lno, .ptr = fname });
}

static void location_append(GString *text, bool with_program)
{
    const Location *loc = location_get();
    const char *program = with_program ? g_get_prgname() : NULL;
    const char *separator = "";

    if (program) {
        g_string_append_printf(text, "%s:", program);
        separator = " ";
    }
    switch (loc->kind) {
    case LOC_CMDLINE:
        for (int i = 0; i < loc->num; i++) {
            g_string_append_printf(text, "%s%s", separator, ((char *const *)loc->ptr)[i]);
            separator = " ";
        }
        g_string_append(text, ": ");
        break;
    case LOC_FILE:
        g_string_append_printf(text, "%s:", (const char *)loc->ptr);
        if (loc->num) {
            g_string_append_printf(text, "%d:", loc->num);
        }
        g_string_append_c(text, ' ');
        break;
    default:
        g_string_append(text, separator);
        break;
    }
}

static bool sink_write(const char *text, size_t len)
{
    ErrorReportSink *sink = __atomic_load_n(&report_sink, __ATOMIC_ACQUIRE);

    return sink && sink(text, len, report_sink_opaque);
}

void error_report_set_sink(ErrorReportSink *sink, void *opaque)
{
    report_sink_opaque = opaque;
    __atomic_store_n(&report_sink, sink, __ATOMIC_RELEASE);
}

int error_vprintf(const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    size_t len = strlen(text);

    if (!sink_write(text, len)) {
        fputs(text, stderr);
    }
    return len;
}

int error_printf(const char *fmt, ...)
{
    va_list ap;
    int ret;

    va_start(ap, fmt);
    ret = error_vprintf(fmt, ap);
    va_end(ap);
    return ret;
}

static void G_GNUC_PRINTF(2, 0) message_append(GString *text, const char *fmt, va_list ap,
                                               ReportType type, bool with_program)
{
    location_append(text, with_program);
    if (type != REPORT_ERROR) {
        g_string_append(text, type == REPORT_WARNING ? "warning: " : "info: ");
    }
    g_string_append_vprintf(text, fmt, ap);
    g_string_append_c(text, '\n');
}

static void G_GNUC_PRINTF(2, 0) message_report(ReportType type, const char *fmt, va_list ap)
{
    g_autoptr(GString) text = g_string_new(NULL);
    va_list again;

    if (__atomic_load_n(&report_sink, __ATOMIC_RELAXED)) {
        va_copy(again, ap);
        message_append(text, fmt, again, type, false);
        va_end(again);
        if (sink_write(text->str, text->len)) {
            return;
        }
        g_string_truncate(text, 0);
    }
    if (message_with_timestamp) {
        g_autoptr(GDateTime) now = g_date_time_new_now_utc();
        g_autofree char *stamp = g_date_time_format_iso8601(now);

        g_string_append_printf(text, "%s ", stamp);
    }
    if (error_with_guestname && error_guest_name) {
        g_string_append_printf(text, "%s ", error_guest_name);
    }
    message_append(text, fmt, ap, type, true);
    fputs(text->str, stderr);
}

void error_vreport(const char *fmt, va_list ap)
{
    message_report(REPORT_ERROR, fmt, ap);
}

void warn_vreport(const char *fmt, va_list ap)
{
    message_report(REPORT_WARNING, fmt, ap);
}

void info_vreport(const char *fmt, va_list ap)
{
    message_report(REPORT_INFO, fmt, ap);
}

void error_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vreport(fmt, ap);
    va_end(ap);
}

void warn_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    warn_vreport(fmt, ap);
    va_end(ap);
}

void info_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    info_vreport(fmt, ap);
    va_end(ap);
}

static bool once_claim(bool *printed)
{
    return !__atomic_exchange_n(printed, true, __ATOMIC_RELAXED);
}

bool error_report_once_cond(bool *printed, const char *fmt, ...)
{
    bool first = once_claim(printed);
    va_list ap;

    if (first) {
        va_start(ap, fmt);
        error_vreport(fmt, ap);
        va_end(ap);
    }
    return first;
}

bool warn_report_once_cond(bool *printed, const char *fmt, ...)
{
    bool first = once_claim(printed);
    va_list ap;

    if (first) {
        va_start(ap, fmt);
        warn_vreport(fmt, ap);
        va_end(ap);
    }
    return first;
}

static void glib_message_report(const char *domain, GLogLevelFlags level, const char *message,
                                gpointer opaque)
{
    if (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) {
        g_log_default_handler(domain, level, message, opaque);
    } else if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) {
        error_report("%s%s%s", domain ? domain : "", domain ? ": " : "", message);
    } else {
        warn_report("%s%s%s", domain ? domain : "", domain ? ": " : "", message);
    }
}

void error_init(const char *argv0)
{
    g_autofree char *name = g_path_get_basename(argv0);

    g_set_prgname(name);
    g_log_set_default_handler(glib_message_report, NULL);
}

const char *error_get_progname(void)
{
    return g_get_prgname();
}
