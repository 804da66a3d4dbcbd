/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The qtest server: collects request lines from a character device, has them
 * carried out in the order they came and sends the answers. Input is not
 * trusted: a line that does not end is dropped beyond a limit, bytes that no
 * line may contain are answered, and the client may go away at any time.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "chardev/char-fe.h"
#include "qtest-server-internal.h"
#include "trace.h"

/* A line buffer that grew beyond this is given back after its line. */
#define LINE_KEEP (64 * 1024)

struct QTestServer {
    CharBackend chr;
    FILE *log;                  /* NULL: none */
    int64_t log_start_us;
    char log_direction;         /* of the line that has not ended yet, or 0 */
    QTestSession *session;
};

/* ---- session ----------------------------------------------------------- */

QTestSession *qtest_session_new(QTestSendFunc *send, void *opaque)
{
    QTestSession *s = g_new0(QTestSession, 1);

    s->send = send;
    s->opaque = opaque;
    s->line = g_byte_array_new();
    return s;
}

static void session_line_clear(QTestSession *s)
{
    if (s->line->len > LINE_KEEP) {
        g_byte_array_unref(s->line);
        s->line = g_byte_array_new();
    } else {
        g_byte_array_set_size(s->line, 0);
    }
    s->line_is_too_long = false;
}

void qtest_session_reset(QTestSession *s)
{
    session_line_clear(s);
    qtest_irq_intercept_end(s);
    s->cpu = NULL;
}

void qtest_session_free(QTestSession *s)
{
    qtest_session_reset(s);
    g_byte_array_unref(s->line);
    g_free(s);
}

void qtest_session_send_raw(QTestSession *s, const char *text, size_t len)
{
    s->send(s->opaque, text, len);
}

static void session_send_line(QTestSession *s, const char *prefix, const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    g_autofree char *line = g_strconcat(prefix, text, "\n", NULL);

    qtest_session_send_raw(s, line, strlen(line));
}

void qtest_session_reply(QTestSession *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    session_send_line(s, "", fmt, ap);
    va_end(ap);
}

void qtest_session_fail(QTestSession *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    session_send_line(s, "FAIL ", fmt, ap);
    va_end(ap);
}

static void session_line_end(QTestSession *s)
{
    static const uint8_t nul;

    g_byte_array_append(s->line, &nul, 1);
    if (s->line_is_too_long) {
        qtest_session_fail(s, "a request may have %d bytes at most", QTEST_LINE_MAX);
    } else if (strlen((char *)s->line->data) != s->line->len - 1) {
        qtest_session_fail(s, "a request must not contain NUL bytes");
    } else {
        qtest_command_run(s, (char *)s->line->data);
    }
    session_line_clear(s);
}

void qtest_session_feed(QTestSession *s, const uint8_t *data, size_t len)
{
    while (len) {
        const uint8_t *newline = memchr(data, '\n', len);
        size_t piece = newline ? newline - data : len;

        if (s->line->len + piece > QTEST_LINE_MAX) {
            s->line_is_too_long = true;
        }
        if (!s->line_is_too_long) {
            g_byte_array_append(s->line, data, piece);
        }
        if (newline) {
            session_line_end(s);
            piece++;
        }
        data += piece;
        len -= piece;
    }
}

/* ---- character device ---------------------------------------------------- */

/* Starts a line of the log with its direction and the time since the client came. */
static void log_line_begin(QTestServer *server, char direction)
{
    if (server->log_direction) {
        fputc('\n', server->log);
    }
    server->log_direction = direction;
    fprintf(server->log, "[%c +%f] ", direction,
            (g_get_monotonic_time() - server->log_start_us) / 1e6);
}

/* Text may come in pieces that are no lines. */
static void log_text(QTestServer *server, char direction, const char *text, size_t len)
{
    if (!server->log) {
        return;
    }
    while (len) {
        const char *newline = memchr(text, '\n', len);
        size_t piece = newline ? newline - text + 1 : len;

        if (server->log_direction != direction) {
            log_line_begin(server, direction);
        }
        fwrite(text, 1, piece, server->log);
        if (newline) {
            server->log_direction = 0;
        }
        text += piece;
        len -= piece;
    }
    fflush(server->log);
}

/* A client that does not read its answers holds us up: tests want them in order. */
static void server_send(void *opaque, const char *text, size_t len)
{
    QTestServer *server = opaque;

    log_text(server, 'S', text, len);
    qemu_chr_fe_write_all(&server->chr, (const uint8_t *)text, len);
}

static int server_can_receive(void *opaque)
{
    return 4096;
}

static void server_receive(void *opaque, const uint8_t *buf, int size)
{
    QTestServer *server = opaque;

    log_text(server, 'R', (const char *)buf, size);
    qtest_session_feed(server->session, buf, size);
}

static void server_event(void *opaque, QEMUChrEvent event)
{
    QTestServer *server = opaque;

    switch (event) {
    case CHR_EVENT_OPENED:
        qtest_session_reset(server->session);
        server->log_start_us = g_get_monotonic_time();
        log_text(server, 'I', "OPENED\n", 7);
        break;
    case CHR_EVENT_CLOSED:
        qtest_session_reset(server->session);
        log_text(server, 'I', "CLOSED\n", 7);
        break;
    default:
        break;
    }
}

static bool server_log_open(QTestServer *server, const char *log, Error **errp)
{
    if (!log) {
        server->log = stderr;
    } else if (strcmp(log, "none")) {
        server->log = fopen(log, "we");
        if (!server->log) {
            error_setg_file_open(errp, errno, log);
            return false;
        }
    }
    server->log_start_us = g_get_monotonic_time();
    return true;
}

QTestServer *qtest_server_new(const char *chardev, const char *log, Error **errp)
{
    g_autofree QTestServer *server = g_new0(QTestServer, 1);
    Chardev *chr = qemu_chr_new_err("qtest", chardev, false, NULL, errp);

    if (!chr) {
        return NULL;
    }
    if (!server_log_open(server, log, errp)) {
        object_unparent(OBJECT(chr));
        return NULL;
    }
    if (!qemu_chr_fe_init(&server->chr, chr, errp)) {
        qtest_server_free(g_steal_pointer(&server));
        return NULL;
    }
    server->session = qtest_session_new(server_send, server);
    qemu_chr_fe_set_handlers(&server->chr, server_can_receive, server_receive, server_event,
                             NULL, server, NULL, true);
    qemu_chr_fe_set_echo(&server->chr, true);
    return g_steal_pointer(&server);
}

void qtest_server_free(QTestServer *server)
{
    if (!server) {
        return;
    }
    qemu_chr_fe_deinit(&server->chr, true);
    if (server->session) {
        qtest_session_free(server->session);
    }
    if (server->log && server->log != stderr) {
        fclose(server->log);
    }
    g_free(server);
}
