/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test's end of a monitor's character device (monitor-harness.h). */
#include "qemu/osdep.h"
#include "monitor-harness.h"
#include "monitor/monitor.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/runstate.h"

#define TYPE_CHARDEV_HARNESS "chardev-harness"
#define MAIN_LOOP_TURNS_MAX 100000

typedef struct HarnessChardev {
    Chardev parent;
    Client *client;
} HarnessChardev;

static Client *chardev_client(Chardev *chr)
{
    return ((HarnessChardev *)chr)->client;
}

static void harness_chr_open(Chardev *chr, QemuOpts *opts, bool *be_opened,
                             Error **errp)
{
    *be_opened = false;
}

static int harness_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    Client *client = chardev_client(chr);
    size_t taken = MIN(client->room, (size_t)len);

    if (!taken) {
        errno = EAGAIN;
        return -1;
    }
    g_string_append_len(client->received, (const char *)buf, taken);
    client->room -= taken;
    return taken;
}

/* Watches are called as GIOFunc, with three arguments: no source of GLib's own will do. */
static gboolean harness_watch_dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    g_source_set_ready_time(source, g_get_monotonic_time() + 1000);
    return ((GIOFunc)(void (*)(void))callback)(NULL, G_IO_OUT, data);
}

static GSource *harness_chr_add_watch(Chardev *chr, GIOCondition cond)
{
    static GSourceFuncs funcs = { .dispatch = harness_watch_dispatch };
    GSource *source = g_source_new(&funcs, sizeof(GSource));

    g_source_set_ready_time(source, g_get_monotonic_time() + 1000);
    return source;
}

static int harness_chr_get_msgfds(Chardev *chr, int *fds, int num)
{
    Client *client = chardev_client(chr);
    int count = MIN(num, client->fd_count);

    memcpy(fds, client->fds, count * sizeof(fds[0]));
    client->fd_count = 0;
    return count;
}

static void harness_chr_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->internal = true;
    cc->open = harness_chr_open;
    cc->chr_write = harness_chr_write;
    cc->chr_add_watch = harness_chr_add_watch;
    cc->get_msgfds = harness_chr_get_msgfds;
}

static const TypeInfo harness_chr_info = {
    .name = TYPE_CHARDEV_HARNESS,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(HarnessChardev),
    .class_init = harness_chr_class_init,
};

/* -- life ------------------------------------------------------------------------ */

void harness_init(void)
{
    error_init("monitor-test");
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&harness_chr_info);
    qemu_init_main_loop(&error_abort);
    if (!bql_locked()) {
        bql_lock();
    }
    runstate_init();
    monitor_init_globals();
}

void harness_cleanup(void)
{
    monitor_cleanup();
    qemu_chr_cleanup();
}

Client *client_new_unused(void)
{
    static unsigned serial;
    Client *client = g_new0(Client, 1);
    QemuOpts *opts;

    client->id = g_strdup_printf("client%u", serial++);
    client->received = g_string_new(NULL);
    client->room = SIZE_MAX;
    opts = qemu_opts_create(&qemu_chardev_opts, client->id, 1, &error_abort);
    client->chr = qemu_chardev_new(client->id, TYPE_CHARDEV_HARNESS, opts, NULL,
                                   &error_abort);
    ((HarnessChardev *)client->chr)->client = client;
    qemu_opts_del(opts);
    return client;
}

Client *client_new(ClientKind kind)
{
    Client *client = client_new_unused();

    if (kind == CLIENT_QMP || kind == CLIENT_QMP_PRETTY) {
        monitor_init_qmp(client->chr, kind == CLIENT_QMP_PRETTY, &error_abort);
    } else {
        monitor_init_hmp(client->chr, kind == CLIENT_HMP, &error_abort);
    }
    client_connect(client);
    return client;
}

/* The chardev stays with its monitor until harness_cleanup(). */
void client_free(Client *client)
{
    client->room = SIZE_MAX;
    if (client->chr->be_open) {
        client_disconnect(client);
    }
    for (int i = 0; i < client->fd_count; i++) {
        close(client->fds[i]);
    }
    g_string_free(client->received, TRUE);
    g_free(client->id);
    g_free(client);
}

void client_connect(Client *client)
{
    qemu_chr_be_event(client->chr, CHR_EVENT_OPENED);
    harness_run();
}

void client_disconnect(Client *client)
{
    qemu_chr_be_event(client->chr, CHR_EVENT_CLOSED);
    harness_run();
}

/* -- bytes ------------------------------------------------------------------------- */

void harness_run(void)
{
    for (int i = 0; i < 4; i++) {
        main_loop_wait(true);
    }
}

size_t client_offer(Client *client, const char *bytes, size_t len)
{
    size_t at = 0;

    while (at < len) {
        int take = MIN(qemu_chr_be_can_write(client->chr),
                       (int)MIN(len - at, CHR_READ_BUF_LEN));

        if (take <= 0) {
            break;
        }
        qemu_chr_be_write(client->chr, (const uint8_t *)bytes + at, take);
        at += take;
    }
    return at;
}

void client_send_bytes(Client *client, const char *bytes, size_t len)
{
    size_t at = 0;

    for (int turn = 0; at < len; turn++) {
        g_assert_cmpint(turn, <, MAIN_LOOP_TURNS_MAX);
        at += client_offer(client, bytes + at, len - at);
        main_loop_wait(true);
    }
    for (int turn = 0; client->chr->be_open &&
         !qemu_chr_be_can_write(client->chr); turn++) {
        g_assert_cmpint(turn, <, MAIN_LOOP_TURNS_MAX);
        main_loop_wait(true);
    }
    harness_run();
}

void client_send(Client *client, const char *text)
{
    client_send_bytes(client, text, strlen(text));
}

char *client_take_text(Client *client)
{
    char *text = g_strdup(client->received->str);

    g_string_truncate(client->received, 0);
    return text;
}

QDict *client_take_json(Client *client)
{
    char *end = strstr(client->received->str, "\r\n");
    g_autofree char *line = NULL;
    QObject *obj;

    g_assert_nonnull(end);
    line = g_strndup(client->received->str, end - client->received->str);
    g_string_erase(client->received, 0, strlen(line) + 2);
    obj = qobject_from_json(line, &error_abort);
    g_assert_nonnull(qobject_to(QDict, obj));
    return qobject_to(QDict, obj);
}

void client_expect(Client *client, const char *request, const char *reply)
{
    g_autoptr(QObject) expected = qobject_from_json(reply, &error_abort);
    g_autoptr(QDict) got = NULL;

    client_send(client, request);
    got = client_take_json(client);
    if (!qobject_is_equal(expected, QOBJECT(got))) {
        g_autoptr(GString) text = qobject_to_json(QOBJECT(got));

        g_assert_cmpstr(text->str, ==, reply);
        g_assert_not_reached();
    }
}

void client_expect_error(Client *client, const char *class_name,
                         const char *desc)
{
    g_autoptr(QDict) got = client_take_json(client);
    QDict *error = qobject_to(QDict, qdict_get(got, "error"));

    g_assert_nonnull(error);
    g_assert_cmpstr(qdict_get_str(error, "desc"), ==, desc);
    g_assert_cmpstr(qdict_get_str(error, "class"), ==, class_name);
}

void client_expect_silence(Client *client)
{
    g_assert_cmpstr(client->received->str, ==, "");
}

void client_negotiate(Client *client)
{
    qobject_unref(client_take_json(client));
    client_expect(client, "{\"execute\": \"qmp_capabilities\"}\n",
                  "{\"return\": {}}");
}
