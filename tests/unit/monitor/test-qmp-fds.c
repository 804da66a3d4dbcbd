/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File descriptors that come with QMP commands: names, sets, and their users. */
#include "qemu/osdep.h"
#include "monitor-harness.h"
#include "monitor/monitor.h"
#include "qemu/fdset.h"

/* A pipe whose reading end is passed; *@writer tells which one it is. */
static int pipe_reader_new(int *writer)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    *writer = ends[1];
    return ends[0];
}

static void client_pass_fd(Client *client, int fd)
{
    g_assert_cmpint(client->fd_count, <, CLIENT_FDS_MAX);
    client->fds[client->fd_count++] = fd;
}

/* Whether the reading end behind @writer is closed everywhere. */
static bool reader_is_closed(int writer)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN }, former;
    ssize_t n;

    sigaction(SIGPIPE, &ignore, &former);
    n = write(writer, "x", 1);
    sigaction(SIGPIPE, &former, NULL);
    return n < 0 && errno == EPIPE;
}

/* @fd is the reading end of the pipe that @writer writes to; closes both. */
static void expect_same_pipe(int fd, int writer)
{
    char byte = 0;

    g_assert_cmpint(write(writer, "z", 1), ==, 1);
    g_assert_cmpint(read(fd, &byte, 1), ==, 1);
    g_assert_cmpint(byte, ==, 'z');
    close(fd);
    close(writer);
}

static void test_getfd(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    int writer, fd;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_expect(client, "{\"execute\": \"getfd\", \"arguments\": "
                  "{\"fdname\": \"net0\"}}\n", "{\"return\": {}}");
    fd = fd_param_get("net0", &error_abort);
    expect_same_pipe(fd, writer);

    client_send(client, "{\"execute\": \"closefd\", \"arguments\": "
                "{\"fdname\": \"net0\"}}\n");
    client_expect_error(client, "GenericError",
                        "File descriptor named 'net0' not found");
}

static void test_getfd_errors(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    Error *err = NULL;
    int writer;

    client_negotiate(client);
    client_send(client, "{\"execute\": \"getfd\", \"arguments\": "
                "{\"fdname\": \"net0\"}}\n");
    client_expect_error(client, "GenericError",
                        "No file descriptor supplied via SCM_RIGHTS");

    client_pass_fd(client, pipe_reader_new(&writer));
    client_send(client, "{\"execute\": \"getfd\", \"arguments\": "
                "{\"fdname\": \"0net\"}}\n");
    client_expect_error(client, "GenericError", "Parameter 'fdname' expects a "
                        "name not starting with a digit");
    g_assert_true(reader_is_closed(writer));
    close(writer);

    g_assert_cmpint(fd_param_get("net0", &err), ==, -1);
    error_free_or_abort(&err);
}

static void test_getfd_replaces(void)
{
    static const char getfd[] =
        "{\"execute\": \"getfd\", \"arguments\": {\"fdname\": \"a\"}}\n";
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    int first, second;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&first));
    client_expect(client, getfd, "{\"return\": {}}");
    client_pass_fd(client, pipe_reader_new(&second));
    client_expect(client, getfd, "{\"return\": {}}");
    g_assert_true(reader_is_closed(first));
    close(first);
    expect_same_pipe(fd_param_get("a", &error_abort), second);
}

static void test_closefd(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    int writer;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_expect(client, "{\"execute\": \"getfd\", \"arguments\": "
                  "{\"fdname\": \"a\"}}\n", "{\"return\": {}}");
    client_expect(client, "{\"execute\": \"closefd\", \"arguments\": "
                  "{\"fdname\": \"a\"}}\n", "{\"return\": {}}");
    g_assert_true(reader_is_closed(writer));
    close(writer);
}

/* A descriptor sent with a command that wants none is not kept for the next. */
static void test_stray_fd_is_closed(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    int writer;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_expect(client, "{\"execute\": \"query-name\"}\n", "{\"return\": {}}");
    client_send(client, "{\"execute\": \"getfd\", \"arguments\": "
                "{\"fdname\": \"a\"}}\n");
    client_expect_error(client, "GenericError",
                        "No file descriptor supplied via SCM_RIGHTS");
    g_assert_true(reader_is_closed(writer));
    close(writer);
}

/* The kernel may return bytes of an earlier command along with a descriptor. */
static void test_fd_behind_pipelined_command(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    int writer;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_expect(client, "{\"execute\": \"query-name\"}\n"
                  "{\"execute\": \"getfd\", \"arguments\": "
                  "{\"fdname\": \"a\"}}\n", "{\"return\": {}}");
    qobject_unref(client_take_json(client));
    expect_same_pipe(fd_param_get("a", &error_abort), writer);
}

static void test_fds_go_with_the_client(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    int writer;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_send(client, "{\"execute\": \"getfd\", ");
    client_disconnect(client);
    g_assert_true(reader_is_closed(writer));
    close(writer);
}

static void test_fdset(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    g_autoptr(QDict) added = NULL;
    int writer, fd, set_fd;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_send(client, "{\"execute\": \"add-fd\", \"arguments\": "
                "{\"fdset-id\": 5, \"opaque\": \"disk\"}}\n");
    added = client_take_json(client);
    g_assert_cmpint(qdict_get_int(qdict_get_qdict(added, "return"), "fdset-id"),
                    ==, 5);
    set_fd = qdict_get_int(qdict_get_qdict(added, "return"), "fd");

    fd = qemu_open("/dev/fdset/5", O_RDONLY, &error_abort);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(fd, !=, set_fd);
    client_expect(client, "{\"execute\": \"remove-fd\", \"arguments\": "
                  "{\"fdset-id\": 5}}\n", "{\"return\": {}}");
    client_expect(client, "{\"execute\": \"query-fdsets\"}\n",
                  "{\"return\": []}");
    expect_same_pipe(fd, writer);
}

static void test_fdset_errors(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    Error *err = NULL;
    int writer;

    client_negotiate(client);
    client_send(client, "{\"execute\": \"add-fd\"}\n");
    client_expect_error(client, "GenericError",
                        "No file descriptor supplied via SCM_RIGHTS");
    client_pass_fd(client, pipe_reader_new(&writer));
    client_send(client, "{\"execute\": \"add-fd\", \"arguments\": "
                "{\"fdset-id\": -1}}\n");
    client_expect_error(client, "GenericError",
                        "Parameter 'fdset-id' expects a non-negative value");
    g_assert_true(reader_is_closed(writer));
    close(writer);
    client_send(client, "{\"execute\": \"remove-fd\", \"arguments\": "
                "{\"fdset-id\": 7}}\n");
    client_expect_error(client, "GenericError",
                        "File descriptor named 'fdset-id:7' not found");
    g_assert_cmpint(qemu_open("/dev/fdset/7", O_RDONLY, &err), ==, -1);
    error_free_or_abort(&err);
}

static void test_fdset_wrong_mode(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    Error *err = NULL;
    int writer;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_send(client, "{\"execute\": \"add-fd\", \"arguments\": "
                "{\"fdset-id\": 1}}\n");
    qobject_unref(client_take_json(client));
    g_assert_cmpint(qemu_open("/dev/fdset/1", O_WRONLY, &err), ==, -1);
    error_free_or_abort(&err);
    client_expect(client, "{\"execute\": \"remove-fd\", \"arguments\": "
                  "{\"fdset-id\": 1}}\n", "{\"return\": {}}");
    close(writer);
}

/* Without an id the lowest free number is taken. */
static void test_fdset_numbers(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    static const char *const args[] = { "", "\"fdset-id\": 1", "", "" };
    static const int expected[] = { 0, 1, 2, 3 };
    int writers[4];

    client_negotiate(client);
    for (int i = 0; i < 4; i++) {
        g_autofree char *request = g_strdup_printf(
            "{\"execute\": \"add-fd\", \"arguments\": {%s}}\n", args[i]);
        g_autoptr(QDict) reply = NULL;

        client_pass_fd(client, pipe_reader_new(&writers[i]));
        client_send(client, request);
        reply = client_take_json(client);
        g_assert_cmpint(qdict_get_int(qdict_get_qdict(reply, "return"),
                                      "fdset-id"), ==, expected[i]);
    }
    for (int i = 0; i < 4; i++) {
        g_autofree char *request = g_strdup_printf(
            "{\"execute\": \"remove-fd\", \"arguments\": {\"fdset-id\": %d}}\n",
            i);

        client_expect(client, request, "{\"return\": {}}");
        g_assert_true(reader_is_closed(writers[i]));
        close(writers[i]);
    }
}

static void test_hmp_uses_the_clients_fds(void)
{
    g_autoptr(Client) client = client_new(CLIENT_QMP);
    int writer;

    client_negotiate(client);
    client_pass_fd(client, pipe_reader_new(&writer));
    client_expect(client, "{\"execute\": \"human-monitor-command\", "
                  "\"arguments\": {\"command-line\": \"getfd h\"}}\n",
                  "{\"return\": \"\"}");
    expect_same_pipe(fd_param_get("h", &error_abort), writer);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    harness_init();
    g_test_add_func("/qmp/getfd/names-a-descriptor", test_getfd);
    g_test_add_func("/qmp/getfd/refuses-bad-requests", test_getfd_errors);
    g_test_add_func("/qmp/getfd/same-name-closes-former", test_getfd_replaces);
    g_test_add_func("/qmp/closefd/closes", test_closefd);
    g_test_add_func("/qmp/fds/stray-one-is-closed", test_stray_fd_is_closed);
    g_test_add_func("/qmp/fds/stays-for-the-command-behind",
                    test_fd_behind_pipelined_command);
    g_test_add_func("/qmp/fds/unclaimed-go-with-the-client",
                    test_fds_go_with_the_client);
    g_test_add_func("/qmp/fds/hmp-command-takes-the-clients",
                    test_hmp_uses_the_clients_fds);
    g_test_add_func("/qmp/fdset/opens-by-path", test_fdset);
    g_test_add_func("/qmp/fdset/refuses-bad-requests", test_fdset_errors);
    g_test_add_func("/qmp/fdset/access-mode-must-fit", test_fdset_wrong_mode);
    g_test_add_func("/qmp/fdset/takes-lowest-free-number",
                    test_fdset_numbers);
    status = g_test_run();
    harness_cleanup();
    return status;
}
