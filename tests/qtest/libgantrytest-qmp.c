/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device test library, part 3: the QMP client. Messages come as a stream
 * of JSON values; events met while an answer is awaited are kept in order.
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include "qapi/qmp/qjson.h"
#include "libgantrytest-internal.h"

/* ---- stream ---------------------------------------------------------------------- */

static void message_take(void *opaque, JsonValue *value, Error *err)
{
    QTestState *s = opaque;
    QObject *obj;

    if (err) {
        qtest_die(s, "the emulator sent bad JSON: %s", error_get_pretty(err));
    }
    obj = qobject_from_json_value(value);
    json_value_free(value);
    if (!qobject_to(QDict, obj)) {
        qtest_die(s, "the emulator sent something else than an object");
    }
    g_queue_push_tail(&s->messages, qobject_to(QDict, obj));
}

void qtest_qmp_open(QTestState *s)
{
    s->qmp_stream = json_stream_new(0, message_take, s);
    g_queue_init(&s->messages);
    g_queue_init(&s->events);
}

static void message_free(gpointer data)
{
    qobject_unref((QDict *)data);
}

void qtest_qmp_close(QTestState *s)
{
    json_stream_free(s->qmp_stream);
    g_queue_clear_full(&s->messages, message_free);
    g_queue_clear_full(&s->events, message_free);
    close(s->qmp_fd);
}

void qtest_qmp_handshake(QTestState *s)
{
    QDict *greeting = qtest_qmp_receive(s);

    g_assert_nonnull(qdict_get(greeting, "QMP"));
    qobject_unref(greeting);
    qtest_qmp_assert_success(s, "{ 'execute': 'qmp_capabilities' }");
}

/* ---- sending ------------------------------------------------------------------------ */

void qtest_qmp_vsend_raw(QTestState *s, const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);

    qtest_fd_write(s, s->qmp_fd, text, strlen(text));
}

void qtest_qmp_send_raw(QTestState *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    qtest_qmp_vsend_raw(s, fmt, ap);
    va_end(ap);
}

/* One message with @fds attached to its first byte. */
static void message_send_fds(QTestState *s, const GString *text, int *fds, size_t fds_num)
{
    struct iovec iov = { .iov_base = text->str, .iov_len = text->len };
    g_autofree char *control = g_malloc0(CMSG_SPACE(sizeof(int) * fds_num));
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1,
        .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int) * fds_num),
    };
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
    ssize_t len;

    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof(int) * fds_num);
    memcpy(CMSG_DATA(cmsg), fds, sizeof(int) * fds_num);
    len = RETRY_ON_EINTR(sendmsg(s->qmp_fd, &msg, MSG_NOSIGNAL));
    if (len < 0) {
        qtest_die(s, "sending descriptors failed: %s", g_strerror(errno));
    }
    qtest_fd_write(s, s->qmp_fd, text->str + len, text->len - len);
}

void qtest_qmp_vsend_fds(QTestState *s, int *fds, size_t fds_num, const char *fmt, va_list ap)
{
    QObject *obj = qobject_from_vjsonf_nofail(fmt, ap);
    GString *text = qobject_to_json(obj);

    g_string_append_c(text, '\n');
    if (fds_num) {
        message_send_fds(s, text, fds, fds_num);
    } else {
        qtest_fd_write(s, s->qmp_fd, text->str, text->len);
    }
    g_string_free(text, TRUE);
    qobject_unref(obj);
}

void qtest_qmp_vsend(QTestState *s, const char *fmt, va_list ap)
{
    qtest_qmp_vsend_fds(s, NULL, 0, fmt, ap);
}

void qtest_qmp_send(QTestState *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    qtest_qmp_vsend(s, fmt, ap);
    va_end(ap);
}

/* ---- receiving ------------------------------------------------------------------------ */

QDict *qtest_qmp_receive_dict(QTestState *s)
{
    char buf[4096];

    while (g_queue_is_empty(&s->messages)) {
        size_t len = qtest_fd_read(s, s->qmp_fd, buf, sizeof(buf));

        json_stream_feed(s->qmp_stream, buf, len);
    }
    return g_queue_pop_head(&s->messages);
}

QDict *qtest_qmp_receive(QTestState *s)
{
    for (;;) {
        QDict *message = qtest_qmp_receive_dict(s);

        if (!qdict_haskey(message, "event")) {
            return message;
        }
        g_queue_push_tail(&s->events, message);
    }
}

QDict *qtest_vqmp_fds(QTestState *s, int *fds, size_t fds_num, const char *fmt, va_list ap)
{
    qtest_qmp_vsend_fds(s, fds, fds_num, fmt, ap);
    return qtest_qmp_receive(s);
}

QDict *qtest_qmp_fds(QTestState *s, int *fds, size_t fds_num, const char *fmt, ...)
{
    QDict *response;
    va_list ap;

    va_start(ap, fmt);
    response = qtest_vqmp_fds(s, fds, fds_num, fmt, ap);
    va_end(ap);
    return response;
}

QDict *qtest_vqmp(QTestState *s, const char *fmt, va_list ap)
{
    return qtest_vqmp_fds(s, NULL, 0, fmt, ap);
}

QDict *qtest_qmp(QTestState *s, const char *fmt, ...)
{
    QDict *response;
    va_list ap;

    va_start(ap, fmt);
    response = qtest_vqmp(s, fmt, ap);
    va_end(ap);
    return response;
}

/* ---- answers that must be of one kind ------------------------------------------------------ */

/* Takes @response; its member @key, which must be there (and must be a dictionary to be given). */
static QDict *response_member(QTestState *s, QDict *response, const char *key)
{
    QDict *member;

    if (!qdict_haskey(response, key)) {
        GString *text = qobject_to_json(QOBJECT(response));

        qtest_die(s, "no '%s' in the answer %s", key, text->str);
    }
    member = qobject_to(QDict, qdict_get(response, key));
    if (member) {
        qobject_ref(member);
    }
    qobject_unref(response);
    return member;
}

QDict *qtest_vqmp_assert_success_ref(QTestState *s, const char *fmt, va_list ap)
{
    return response_member(s, qtest_vqmp(s, fmt, ap), "return");
}

void qtest_vqmp_assert_success(QTestState *s, const char *fmt, va_list ap)
{
    qobject_unref(qtest_vqmp_assert_success_ref(s, fmt, ap));
}

QDict *qtest_vqmp_assert_failure_ref(QTestState *s, const char *fmt, va_list ap)
{
    return response_member(s, qtest_vqmp(s, fmt, ap), "error");
}

QDict *qtest_qmp_assert_success_ref(QTestState *s, const char *fmt, ...)
{
    QDict *value;
    va_list ap;

    va_start(ap, fmt);
    value = qtest_vqmp_assert_success_ref(s, fmt, ap);
    va_end(ap);
    return value;
}

void qtest_qmp_assert_success(QTestState *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    qtest_vqmp_assert_success(s, fmt, ap);
    va_end(ap);
}

QDict *qtest_qmp_assert_failure_ref(QTestState *s, const char *fmt, ...)
{
    QDict *error;
    va_list ap;

    va_start(ap, fmt);
    error = qtest_vqmp_assert_failure_ref(s, fmt, ap);
    va_end(ap);
    return error;
}

bool qmp_rsp_is_err(QDict *rsp)
{
    bool is_error = qdict_haskey(rsp, "error");

    qobject_unref(rsp);
    return is_error;
}

void qmp_expect_error_and_unref(QDict *rsp, const char *class)
{
    QDict *error = qdict_get_qdict(rsp, "error");

    g_assert_nonnull(error);
    g_assert_cmpstr(qdict_get_try_str(error, "class"), ==, class);
    g_assert_nonnull(qdict_get_try_str(error, "desc"));
    g_assert_false(qdict_haskey(rsp, "return"));
    qobject_unref(rsp);
}

void qmp_assert_error_class(QDict *rsp, const char *class)
{
    qmp_expect_error_and_unref(rsp, class);
}

/* ---- events --------------------------------------------------------------- */

QDict *qtest_qmp_event_ref(QTestState *s, const char *event)
{
    for (GList *l = s->events.head; l; l = l->next) {
        QDict *message = l->data;

        if (g_strcmp0(qdict_get_try_str(message, "event"), event) == 0) {
            g_queue_delete_link(&s->events, l);
            return message;
        }
    }
    return NULL;
}

QDict *qtest_qmp_eventwait_ref(QTestState *s, const char *event)
{
    QDict *message = qtest_qmp_event_ref(s, event);

    while (!message) {
        message = qtest_qmp_receive_dict(s);
        if (g_strcmp0(qdict_get_try_str(message, "event"), event)) {
            g_queue_push_tail(&s->events, message);
            message = NULL;
        }
    }
    return message;
}

void qtest_qmp_eventwait(QTestState *s, const char *event)
{
    qobject_unref(qtest_qmp_eventwait_ref(s, event));
}
