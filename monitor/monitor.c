/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of monitors, their creation, and the input and output that QMP and
 * HMP share (monitor-internal.h).
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/option.h"
#include "qapi/qapi-types-control.h"
#include "monitor-internal.h"
#include "trace.h"

/* Commands run before other sources of the main loop get their turn. */
#define MONITOR_COMMANDS_PER_TURN 8

static QTAILQ_HEAD(, Monitor) monitors = QTAILQ_HEAD_INITIALIZER(monitors);
static QemuMutex monitors_lock;
static bool monitors_ready;
static __thread Monitor *monitor_current;

Monitor *monitor_cur(void)
{
    return monitor_current;
}

Monitor *monitor_set_cur(Monitor *mon)
{
    Monitor *former = monitor_current;

    monitor_current = mon;
    return former;
}

bool monitor_cur_is_qmp(void)
{
    return monitor_current && monitor_current->is_qmp;
}

void monitor_foreach(bool (*fn)(Monitor *mon, void *opaque), void *opaque)
{
    Monitor *mon;

    QEMU_LOCK_GUARD(&monitors_lock);
    QTAILQ_FOREACH(mon, &monitors, next) {
        if (!fn(mon, opaque)) {
            return;
        }
    }
}

/* -- output ------------------------------------------------------------------- */

void monitor_output_append(Monitor *mon, const char *text, size_t len)
{
    QEMU_LOCK_GUARD(&mon->output_lock);
    g_string_append_len(mon->pending, text, len);
}

size_t monitor_output_bytes(Monitor *mon)
{
    QEMU_LOCK_GUARD(&mon->output_lock);
    return mon->pending->len + mon->sending->len;
}

static void monitor_output_drop(Monitor *mon)
{
    QEMU_LOCK_GUARD(&mon->output_lock);
    g_string_truncate(mon->pending, 0);
    g_string_truncate(mon->sending, 0);
}

static void monitor_output_send(Monitor *mon);

static gboolean monitor_output_ready(void *do_not_use, GIOCondition condition,
                                     void *opaque)
{
    Monitor *mon = opaque;

    mon->output_watch = 0;
    monitor_output_send(mon);
    return G_SOURCE_REMOVE;
}

/* Moves what other threads appended to where the BQL alone protects it. */
static bool monitor_output_take(Monitor *mon)
{
    QEMU_LOCK_GUARD(&mon->output_lock);
    if (!mon->sending->len) {
        GString *empty = mon->sending;

        mon->sending = mon->pending;
        mon->pending = empty;
    }
    return mon->sending->len;
}

/* The chardev took @len bytes; it may have hung up meanwhile, too. */
static void monitor_output_sent(Monitor *mon, size_t len)
{
    QEMU_LOCK_GUARD(&mon->output_lock);
    g_string_erase(mon->sending, 0, MIN(len, mon->sending->len));
}

static void monitor_output_send(Monitor *mon)
{
    bool was_busy = monitor_output_bytes(mon) > MONITOR_OUTPUT_BUSY_BYTES;

    if (mon->is_muted || mon->output_watch) {
        return;
    }
    while (monitor_output_take(mon)) {
        int done = qemu_chr_fe_write(&mon->chr, (uint8_t *)mon->sending->str,
                                     MIN(mon->sending->len, INT_MAX));

        if (done > 0) {
            monitor_output_sent(mon, done);
            continue;
        }
        if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            mon->output_watch = qemu_chr_fe_add_watch(&mon->chr,
                                                      G_IO_OUT | G_IO_HUP,
                                                      monitor_output_ready,
                                                      mon);
            if (mon->output_watch) {
                break;
            }
        }
        monitor_output_drop(mon);
    }
    if (was_busy && monitor_output_bytes(mon) <= MONITOR_OUTPUT_BUSY_BYTES) {
        qemu_bh_schedule(mon->input_bh);
    }
}

void monitor_flush(Monitor *mon)
{
    if (!mon->flush_bh) {
        return; /* collects its output */
    }
    if (bql_locked()) {
        monitor_output_send(mon);
    } else {
        qemu_bh_schedule(mon->flush_bh);
    }
}

static void monitor_flush_bh(void *opaque)
{
    monitor_output_send(opaque);
}

int monitor_puts(Monitor *mon, const char *str)
{
    const char *line = str;
    size_t len = strlen(str);

    if (!mon || mon->is_qmp) {
        return -1;
    }
    /* terminals want a carriage return, and so do scripts by now */
    for (const char *end; (end = strchr(line, '\n')); line = end + 1) {
        monitor_output_append(mon, line, end - line);
        monitor_output_append(mon, "\r\n", 2);
    }
    monitor_output_append(mon, line, strlen(line));
    return MIN(len, INT_MAX);
}

int monitor_vprintf(Monitor *mon, const char *fmt, va_list ap)
{
    g_autofree char *text = NULL;

    if (!mon || mon->is_qmp) {
        return -1;
    }
    text = g_strdup_vprintf(fmt, ap);
    return monitor_puts(mon, text);
}

int monitor_printf(Monitor *mon, const char *fmt, ...)
{
    va_list ap;
    int len;

    va_start(ap, fmt);
    len = monitor_vprintf(mon, fmt, ap);
    va_end(ap);
    return len;
}

/* Messages of an HMP command go where its other output goes. */
static bool monitor_error_report(const char *text, size_t len, void *opaque)
{
    g_autofree char *copy = NULL;

    if (!monitor_current || monitor_current->is_qmp) {
        return false;
    }
    copy = g_strndup(text, len);
    return monitor_puts(monitor_current, copy) >= 0;
}

/* -- input -------------------------------------------------------------------- */

static bool monitor_can_run(Monitor *mon)
{
    return mon->is_open && mon->input->len &&
           monitor_output_bytes(mon) <= MONITOR_OUTPUT_BUSY_BYTES;
}

static void monitor_input_consume(Monitor *mon)
{
    unsigned client = mon->client_count;
    size_t taken;

    mon->is_consuming = true;
    taken = mon->ops->consume(mon, mon->input->str, mon->input->len);
    mon->is_consuming = false;
    if (client == mon->client_count) {
        g_string_erase(mon->input, 0, taken);
        mon->input_offset += taken;
    }
}

static void monitor_input_run(void *opaque)
{
    Monitor *mon = opaque;

    for (int i = 0; i < MONITOR_COMMANDS_PER_TURN && monitor_can_run(mon); i++) {
        monitor_input_consume(mon);
    }
    monitor_flush(mon);
    if (monitor_can_run(mon)) {
        qemu_bh_schedule(mon->input_bh);
    } else if (mon->is_open && !mon->input->len) {
        qemu_chr_fe_accept_input(&mon->chr);
    }
}

static int monitor_can_read(void *opaque)
{
    Monitor *mon = opaque;

    if (mon->input->len ||
        monitor_output_bytes(mon) > MONITOR_OUTPUT_BUSY_BYTES) {
        return 0;
    }
    return CHR_READ_BUF_LEN;
}

static void monitor_read(void *opaque, const uint8_t *buf, int size)
{
    Monitor *mon = opaque;

    monitor_message_fds_collect(mon, size);
    g_string_append_len(mon->input, (const char *)buf, size);
    qemu_bh_schedule(mon->input_bh);
}

/*
 * A client may send commands and hang up at once. What it said before is done,
 * only the answers have nowhere to go.
 */
static void monitor_input_finish(Monitor *mon)
{
    while (mon->input->len && !mon->is_consuming) {
        monitor_input_consume(mon);
        monitor_output_drop(mon);
    }
}

static void monitor_client_forget(Monitor *mon)
{
    g_string_truncate(mon->input, 0);
    mon->input_offset = 0;
    mon->command_start = 0;
    mon->client_count++;
    monitor_message_fds_close(mon);
    monitor_output_drop(mon);
    g_clear_handle_id(&mon->output_watch, g_source_remove);
}

static void monitor_event(void *opaque, QEMUChrEvent event)
{
    Monitor *mon = opaque;

    trace_monitor_chr_event(mon, event);
    switch (event) {
    case CHR_EVENT_OPENED:
        monitor_client_forget(mon);
        mon->is_open = true;
        mon->ops->opened(mon);
        monitor_flush(mon);
        break;
    case CHR_EVENT_CLOSED:
        if (mon->is_open) {
            monitor_input_finish(mon);
            mon->is_open = false;
            monitor_client_forget(mon);
            mon->ops->closed(mon);
        }
        break;
    case CHR_EVENT_MUX_IN:
        mon->is_muted = false;
        monitor_flush(mon);
        break;
    case CHR_EVENT_MUX_OUT:
        monitor_flush(mon);
        mon->is_muted = true;
        break;
    case CHR_EVENT_BREAK:
        break;
    }
}

/* -- life --------------------------------------------------------------------- */

void monitor_data_init(Monitor *mon, const MonitorOps *ops, bool is_qmp)
{
    mon->ops = ops;
    mon->is_qmp = is_qmp;
    mon->cpu_index = -1;
    mon->input = g_string_new(NULL);
    mon->pending = g_string_new(NULL);
    mon->sending = g_string_new(NULL);
    mon->message_fds = g_array_new(false, false, sizeof(MonitorMessageFd));
    QLIST_INIT(&mon->named_fds);
    qemu_mutex_init(&mon->output_lock);
}

void monitor_data_release(Monitor *mon)
{
    g_clear_handle_id(&mon->output_watch, g_source_remove);
    if (mon->flush_bh) {
        qemu_chr_fe_deinit(&mon->chr, false);
        qemu_bh_delete(mon->flush_bh);
        qemu_bh_delete(mon->input_bh);
    }
    monitor_message_fds_close(mon);
    monitor_named_fds_close(mon);
    g_array_unref(mon->message_fds);
    g_string_free(mon->input, TRUE);
    g_string_free(mon->pending, TRUE);
    g_string_free(mon->sending, TRUE);
    qemu_mutex_destroy(&mon->output_lock);
}

bool monitor_attach(Monitor *mon, Chardev *chr, Error **errp)
{
    if (!qemu_chr_fe_init(&mon->chr, chr, errp)) {
        return false;
    }
    mon->input_bh = qemu_bh_new(monitor_input_run, mon);
    mon->flush_bh = qemu_bh_new(monitor_flush_bh, mon);
    qemu_mutex_lock(&monitors_lock);
    QTAILQ_INSERT_TAIL(&monitors, mon, next);
    qemu_mutex_unlock(&monitors_lock);
    qemu_chr_fe_set_handlers(&mon->chr, monitor_can_read, monitor_read,
                             monitor_event, NULL, mon, NULL, true);
    return true;
}

int monitor_init(MonitorOptions *opts, bool allow_hmp, Error **errp)
{
    ERRP_GUARD();
    Chardev *chr = qemu_chr_find(opts->chardev);
    MonitorMode mode = opts->has_mode ? opts->mode
                     : allow_hmp ? MONITOR_MODE_READLINE
                     : MONITOR_MODE_CONTROL;

    if (!chr) {
        error_setg(errp, "chardev \"%s\" not found; create it with -chardev",
                   opts->chardev);
        return -1;
    }
    if (mode == MONITOR_MODE_CONTROL) {
        monitor_init_qmp(chr, opts->has_pretty && opts->pretty, errp);
    } else if (!allow_hmp) {
        error_setg(errp, "mode=readline is not possible here, only "
                   "mode=control");
    } else if (opts->has_pretty) {
        error_setg(errp, "'pretty' is not compatible with mode=readline");
    } else {
        monitor_init_hmp(chr, true, errp);
    }
    return *errp ? -1 : 0;
}

int monitor_init_opts(QemuOpts *opts, Error **errp)
{
    const char *mode = qemu_opt_get(opts, "mode");
    MonitorOptions options = {
        .id = (char *)qemu_opts_id(opts),
        .has_mode = mode != NULL,
        .has_pretty = qemu_opt_get(opts, "pretty") != NULL,
        .pretty = qemu_opt_get_bool(opts, "pretty", false),
        .chardev = (char *)qemu_opt_get(opts, "chardev"),
    };

    if (!options.chardev) {
        error_setg(errp, "a monitor needs a character device: add "
                   "chardev=ID");
        return -1;
    }
    if (mode) {
        int value = qapi_enum_parse(&MonitorMode_lookup, mode, -1, errp);

        if (value < 0) {
            return -1;
        }
        options.mode = value;
    }
    return monitor_init(&options, true, errp);
}

void monitor_init_globals(void)
{
    if (!monitors_ready) {
        monitors_ready = true;
        qemu_mutex_init(&monitors_lock);
        monitor_fdsets_init();
        monitor_events_init();
        error_report_set_sink(monitor_error_report, NULL);
    }
}

static Monitor *monitor_list_pop(void)
{
    Monitor *mon;

    QEMU_LOCK_GUARD(&monitors_lock);
    mon = QTAILQ_FIRST(&monitors);
    if (mon) {
        QTAILQ_REMOVE(&monitors, mon, next);
    }
    return mon;
}

void monitor_cleanup(void)
{
    Monitor *mon;

    if (!monitors_ready) {
        return;
    }
    monitor_events_cleanup();
    while ((mon = monitor_list_pop())) {
        monitor_flush(mon);
        mon->ops->release(mon);
        monitor_data_release(mon);
        g_free(mon);
    }
    monitor_fdsets_cleanup();
    error_report_set_sink(NULL, NULL);
    qemu_mutex_destroy(&monitors_lock);
    monitors_ready = false;
}
