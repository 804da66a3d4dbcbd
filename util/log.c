/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log behind -d, -D and -dfilter.
 *
 * One recursive lock covers the file and everything written between
 * qemu_log_trylock() and qemu_log_unlock(): a mask that is off never gets
 * here, and a log that is on is bound by its output anyway.  With "-d tid"
 * each thread has its own file, opened at its first line.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/suggest.h"
#include "qemu/thread.h"
#include "trace/control.h"
#include "log-internal.h"

typedef struct LogThread {
    FILE *file;         /* this thread's own with LOG_PER_THREAD, or NULL */
    unsigned nesting;   /* qemu_log_trylock() calls open */
} LogThread;

int qemu_loglevel;

static void log_thread_free(gpointer data)
{
    LogThread *thread = data;

    if (thread->file) {
        fclose(thread->file);
    }
    g_free(thread);
}

static QemuRecMutex log_lock = QEMU_REC_MUTEX_INITIALIZER;
/* All under log_lock. */
static FILE *log_file;          /* opened from log_filename; NULL: stderr */
static char *log_filename;      /* -D; may hold one %d */
static bool log_file_failed;    /* a lazy open failed and was reported */
static GPrivate log_thread = G_PRIVATE_INIT(log_thread_free);

static LogThread *log_thread_get(void)
{
    LogThread *thread = g_private_get(&log_thread);

    if (!thread) {
        thread = g_new0(LogThread, 1);
        g_private_set(&log_thread, thread);
    }
    return thread;
}

static char *filename_expand(const char *template, int id)
{
    const char *directive = strstr(template, "%d");

    if (!directive) {
        return g_strdup(template);
    }
    return g_strdup_printf("%.*s%d%s", (int)(directive - template), template, id, directive + 2);
}

/* Only "%d", and at most once: the name is expanded, not printf'ed. */
static bool filename_validate(const char *template, bool per_thread, Error **errp)
{
    const char *percent = strchr(template, '%');

    if (!percent && per_thread) {
        error_setg(errp, "log file name '%s' needs a %%d for the thread id when each thread has "
                   "its own log ('-d tid')", template);
        return false;
    }
    if (percent && (percent[1] != 'd' || strchr(percent + 2, '%'))) {
        error_setg(errp, "log file name '%s' may hold one %%d (for the process or thread id) and "
                   "no other %%", template);
        return false;
    }
    return true;
}

static FILE *file_open(const char *template, int id, Error **errp)
{
    g_autofree char *name = filename_expand(template, id);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "a");

    if (!file) {
        error_setg_errno(errp, errno, "cannot open log file '%s'", name);
    }
    return file;
}

static void file_close(void)
{
    if (log_file) {
        fclose(log_file);
        log_file = NULL;
    }
}

/* Called with log_lock held. */
static bool file_open_shared(Error **errp)
{
    if (!log_file && log_filename && !(qemu_loglevel & LOG_PER_THREAD)) {
        log_file = file_open(log_filename, getpid(), errp);
        return log_file != NULL;
    }
    return true;
}

/* Called with log_lock held. Falls back to stderr, once with a message. */
static FILE *file_select(LogThread *thread)
{
    g_autoptr(Error) err = NULL;

    if (!log_filename || log_file_failed) {
        return log_file ? log_file : stderr;
    }
    if (qemu_loglevel & LOG_PER_THREAD) {
        if (!thread->file) {
            thread->file = file_open(log_filename, qemu_get_thread_id(), &err);
        }
    } else {
        file_open_shared(&err);
    }
    if (err) {
        log_file_failed = true;
        warn_report("%s; logging to stderr", error_get_pretty(err));
        return stderr;
    }
    return (qemu_loglevel & LOG_PER_THREAD) ? thread->file : log_file;
}

static FILE *section_open(void)
{
    LogThread *thread = log_thread_get();

    qemu_rec_mutex_lock(&log_lock);
    thread->nesting++;
    return file_select(thread);
}

static void section_close(FILE *file)
{
    LogThread *thread = log_thread_get();

    if (--thread->nesting == 0) {
        fflush(file);
    }
    qemu_rec_mutex_unlock(&log_lock);
}

bool qemu_log_enabled(void)
{
    return __atomic_load_n(&qemu_loglevel, __ATOMIC_RELAXED) != 0;
}

bool qemu_log_separate(void)
{
    bool separate;

    qemu_rec_mutex_lock(&log_lock);
    separate = log_filename != NULL && !log_file_failed;
    qemu_rec_mutex_unlock(&log_lock);
    return separate;
}

FILE *qemu_log_trylock(void)
{
    return qemu_log_enabled() ? section_open() : NULL;
}

void qemu_log_unlock(FILE *file)
{
    if (file) {
        section_close(file);
    }
}

void qemu_vlog(const char *fmt, va_list ap)
{
    FILE *file = qemu_log_trylock();

    if (file) {
        vfprintf(file, fmt, ap);
        qemu_log_unlock(file);
    }
}

void qemu_log(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    qemu_vlog(fmt, ap);
    va_end(ap);
}

void qemu_log_trace_line(const char *name, const char *fmt, va_list ap)
{
    g_autoptr(GString) line = g_string_new(NULL);
    FILE *file;

    if (message_with_timestamp) {
        int64_t now_us = g_get_real_time();

        g_string_printf(line, "%d@%" PRId64 ".%06" PRId64 ":", qemu_get_thread_id(),
                        now_us / G_USEC_PER_SEC, now_us % G_USEC_PER_SEC);
    }
    g_string_append(line, name);
    g_string_append_c(line, ' ');
    g_string_append_vprintf(line, fmt, ap);
    g_string_append_c(line, '\n');
    file = section_open();
    fwrite(line->str, 1, line->len, file);
    section_close(file);
}

bool qemu_set_log_filename_flags(const char *filename, int flags, Error **errp)
{
    bool ok = true;

    qemu_rec_mutex_lock(&log_lock);
    if ((qemu_loglevel & LOG_PER_THREAD) && !(flags & LOG_PER_THREAD)) {
        flags |= LOG_PER_THREAD; /* threads have their files open: this item cannot go off */
    }
    if (filename ? !filename_validate(filename, flags & LOG_PER_THREAD, errp) :
        (flags & LOG_PER_THREAD) && !log_filename) {
        if (!filename) {
            error_setg(errp, "'-d tid' needs a log file for each thread: add -D FILE.%%d");
        }
        qemu_rec_mutex_unlock(&log_lock);
        return false;
    }
    if (filename != log_filename) {
        file_close();
        g_free(log_filename);
        log_filename = g_strdup(filename);
    }
    log_file_failed = false;
    __atomic_store_n(&qemu_loglevel, flags, __ATOMIC_RELAXED);
    if (flags || trace_any_event_is_on()) {
        ok = file_open_shared(errp);
        log_file_failed = !ok;
    }
    qemu_rec_mutex_unlock(&log_lock);
    return ok;
}

bool qemu_set_log_filename(const char *filename, Error **errp)
{
    bool ok;

    qemu_rec_mutex_lock(&log_lock);
    ok = qemu_set_log_filename_flags(filename, qemu_loglevel, errp);
    qemu_rec_mutex_unlock(&log_lock);
    return ok;
}

bool qemu_set_log(int log_flags, Error **errp)
{
    bool ok;

    qemu_rec_mutex_lock(&log_lock);
    ok = qemu_set_log_filename_flags(log_filename, log_flags, errp);
    qemu_rec_mutex_unlock(&log_lock);
    return ok;
}

void qemu_log_close(void)
{
    qemu_rec_mutex_lock(&log_lock);
    file_close();
    g_clear_pointer(&log_filename, g_free);
    log_file_failed = false;
    __atomic_store_n(&qemu_loglevel, 0, __ATOMIC_RELAXED);
    g_private_replace(&log_thread, NULL);
    qemu_rec_mutex_unlock(&log_lock);
    log_filter_clear();
}
