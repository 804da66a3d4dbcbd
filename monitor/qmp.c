/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP sessions: greeting, negotiation, splitting the input into messages and
 * writing replies and events, one message a line. A message is complete when
 * its last brace is closed; line breaks inside do not matter. What is not JSON
 * is answered by one error, then parsing goes on behind it.
 */
#include "qemu/osdep.h"
#include "qemu/json.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-control.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qlist.h"
#include "monitor/qmp.h"
#include "qmp-internal.h"
#include "trace.h"

/* No command needs more; a longer one is refused and skipped. */
#define QMP_MESSAGE_BYTES_MAX (1024 * 1024)

struct MonitorQMP {
    Monitor common;
    bool pretty;
    QmpSessionMode mode;
    JsonStream *stream;
    bool is_between;        /* no message is half received */
    GQueue messages;        /* QmpMessage: what the last fed bytes completed */
};

/* A request, or what is wrong with the input in its place. */
typedef struct QmpMessage {
    QObject *request;
    Error *err;
} QmpMessage;

static MonitorQMP *monitor_qmp(Monitor *mon)
{
    return container_of(mon, MonitorQMP, common);
}

/* -- output ------------------------------------------------------------------- */

static void qmp_session_send(MonitorQMP *qmp, const QDict *message)
{
    g_autoptr(GString) json =
        qobject_to_json_pretty(QOBJECT((QDict *)message), qmp->pretty);

    trace_monitor_qmp_send(&qmp->common, json->str);
    g_string_append(json, "\r\n");
    monitor_output_append(&qmp->common, json->str, json->len);
}

static QDict *qmp_greeting(void)
{
    QDict *greeting = qdict_new();
    QDict *body = qdict_new();
    VersionInfo *version = qmp_query_version(&error_abort);
    QDict *triple = qdict_new();
    QDict *info = qdict_new();

    qdict_put_int(triple, "micro", version->qemu->micro);
    qdict_put_int(triple, "minor", version->qemu->minor);
    qdict_put_int(triple, "major", version->qemu->major);
    qdict_put(info, "qemu", triple);
    qdict_put_str(info, "package", version->package);
    qdict_put(body, "version", info);
    qdict_put(body, "capabilities", qlist_new());
    qdict_put(greeting, "QMP", body);
    qapi_free_VersionInfo(version);
    return greeting;
}

/*
 * A client that does not read must not make the program grow: beyond a bound
 * it loses events, replies it cannot lose as no further commands are taken.
 */
static bool qmp_event_send_to(Monitor *mon, void *opaque)
{
    const QDict *event = opaque;
    MonitorQMP *qmp;

    if (!mon->is_qmp) {
        return true;
    }
    qmp = monitor_qmp(mon);
    if (!mon->is_open || qatomic_read(&qmp->mode) != QMP_SESSION_COMMAND) {
        return true;
    }
    if (monitor_output_bytes(mon) > MONITOR_OUTPUT_EVENT_BYTES) {
        trace_monitor_qmp_event_drop(mon);
        return true;
    }
    qmp_session_send(qmp, event);
    qemu_bh_schedule(mon->flush_bh); /* the list is locked now */
    return true;
}

void qmp_event_broadcast(const QDict *event)
{
    monitor_foreach(qmp_event_send_to, (QDict *)event);
}

/* -- input -------------------------------------------------------------------- */

static void qmp_session_message(void *opaque, JsonValue *value, Error *err)
{
    MonitorQMP *qmp = opaque;
    QmpMessage *message = g_new0(QmpMessage, 1);

    qmp->is_between = true;
    message->request = value ? qobject_from_json_value(value) : NULL;
    message->err = err;
    json_value_free(value);
    g_queue_push_tail(&qmp->messages, message);
}

static void qmp_message_free(QmpMessage *message)
{
    qobject_unref(message->request);
    error_free(message->err);
    g_free(message);
}

static void qmp_message_run(MonitorQMP *qmp, QmpMessage *message)
{
    Monitor *mon = &qmp->common;
    unsigned client = mon->client_count;
    Monitor *former;
    QDict *reply;

    monitor_message_fds_prune(mon, mon->command_start);
    former = monitor_set_cur(mon);
    reply = message->request
          ? qmp_dispatch_request(message->request, qmp->mode)
          : qmp_error_response(g_steal_pointer(&message->err), NULL);
    monitor_set_cur(former);
    if (client == mon->client_count) {
        qmp_session_send(qmp, reply);
    }
    qobject_unref(reply);
}

/* Length of the piece that ends with the next byte that may end a message. */
static size_t qmp_piece_bytes(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '}' || bytes[i] == ']' || bytes[i] == '\n') {
            return i + 1;
        }
    }
    return len;
}

static size_t qmp_session_consume(Monitor *mon, const char *bytes, size_t len)
{
    MonitorQMP *qmp = monitor_qmp(mon);
    QmpMessage *message;
    size_t at = 0;

    while (at < len && g_queue_is_empty(&qmp->messages)) {
        size_t piece;

        if (qmp->is_between && g_ascii_isspace(bytes[at])) {
            /* a scalar needs this blank to be complete, anything else ignores it */
            json_stream_feed(qmp->stream, bytes + at, 1);
            at++;
            continue;
        }
        if (qmp->is_between) {
            qmp->is_between = false;
            mon->command_start = mon->input_offset + at;
        }
        piece = qmp_piece_bytes(bytes + at, len - at);
        json_stream_feed(qmp->stream, bytes + at, piece);
        at += piece;
    }
    while ((message = g_queue_pop_head(&qmp->messages))) {
        qmp_message_run(qmp, message);
        qmp_message_free(message);
    }
    return at;
}

/* -- life --------------------------------------------------------------------- */

static void qmp_session_forget(MonitorQMP *qmp)
{
    qatomic_set(&qmp->mode, QMP_SESSION_NEGOTIATION);
    json_stream_reset(qmp->stream);
    qmp->is_between = true;
    g_queue_clear_full(&qmp->messages, (GDestroyNotify)qmp_message_free);
}

static void qmp_session_opened(Monitor *mon)
{
    MonitorQMP *qmp = monitor_qmp(mon);
    QDict *greeting = qmp_greeting();

    qmp_session_forget(qmp);
    qmp_session_send(qmp, greeting);
    qobject_unref(greeting);
}

static void qmp_session_closed(Monitor *mon)
{
    qmp_session_forget(monitor_qmp(mon));
}

static void qmp_session_release(Monitor *mon)
{
    MonitorQMP *qmp = monitor_qmp(mon);

    qmp_session_forget(qmp);
    json_stream_free(qmp->stream);
}

static const MonitorOps qmp_session_ops = {
    .opened = qmp_session_opened,
    .closed = qmp_session_closed,
    .consume = qmp_session_consume,
    .release = qmp_session_release,
};

void monitor_init_qmp(Chardev *chr, bool pretty, Error **errp)
{
    MonitorQMP *qmp = g_new0(MonitorQMP, 1);

    monitor_data_init(&qmp->common, &qmp_session_ops, true);
    qmp->pretty = pretty;
    g_queue_init(&qmp->messages);
    qmp->is_between = true;
    qmp->stream = json_stream_new(QMP_MESSAGE_BYTES_MAX, qmp_session_message,
                                  qmp);
    if (!monitor_attach(&qmp->common, chr, errp)) {
        qmp_session_release(&qmp->common);
        monitor_data_release(&qmp->common);
        g_free(qmp);
    }
}

void qmp_qmp_capabilities(bool has_enable, QMPCapabilityList *enable,
                          Error **errp)
{
    Monitor *mon = monitor_cur();

    /* the greeting offers none */
    if (has_enable && enable) {
        error_setg(errp, "Capability %s not available",
                   QMPCapability_str(enable->value));
        return;
    }
    if (!mon || !mon->is_qmp) {
        error_setg(errp, "qmp_capabilities is for QMP sessions only");
        return;
    }
    qatomic_set(&monitor_qmp(mon)->mode, QMP_SESSION_COMMAND);
}
