/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket character devices against real peers. */
#include "char-test.h"
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static char *test_dir;
static char *test_path;     /* of the unix socket under test */

static int peer_socket(bool abstract, struct sockaddr_un *un, socklen_t *len)
{
    *un = (struct sockaddr_un) { .sun_family = AF_UNIX };
    strcpy(un->sun_path + abstract, test_path);
    *len = abstract ? offsetof(struct sockaddr_un, sun_path) + 1 + strlen(test_path) : sizeof(*un);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int peer_connect(void)
{
    struct sockaddr_un un;
    socklen_t len;
    int fd = peer_socket(false, &un, &len);

    g_assert_cmpint(connect(fd, (struct sockaddr *)&un, len), ==, 0);
    return fd;
}

static int peer_listen(bool abstract)
{
    struct sockaddr_un un;
    socklen_t len;
    int fd = peer_socket(abstract, &un, &len);

    unlink(test_path);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&un, len), ==, 0);
    g_assert_cmpint(listen(fd, 4), ==, 0);
    return fd;
}

static void peer_write(int fd, const char *text)
{
    g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
}

static void assert_peer_reads(int fd, const char *expected)
{
    char buf[256] = "";

    g_assert_cmpint(read(fd, buf, sizeof(buf) - 1), ==, strlen(expected));
    g_assert_cmpstr(buf, ==, expected);
}

static Chardev *make(const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, format);
    text = g_strdup_vprintf(format, ap);
    va_end(ap);
    return chardev_make(text, &error_abort);
}

static int write_str(CharBackend *be, const char *text)
{
    return qemu_chr_fe_write(be, (const uint8_t *)text, strlen(text));
}

/* A server chardev with its front end and one client. */
typedef struct Server {
    Chardev *chr;
    TestFrontend f;
    int client;
} Server;

static void server_setup(Server *s)
{
    s->chr = make("socket,id=s,path=%s,server=on,wait=off", test_path);
    frontend_init(&s->f, s->chr);
    s->client = peer_connect();
    WAIT_UNTIL(!strcmp(s->f.events->str, "o"));
}

static void server_teardown(Server *s)
{
    close(s->client);
    frontend_clear(&s->f, true);
}

/* -- server ---------------------------------------------------------------------- */

static void test_server_both_ways(void)
{
    Server s;

    server_setup(&s);
    g_assert_true(qemu_chr_fe_backend_open(&s.f.be));
    peer_write(s.client, "hello");
    WAIT_UNTIL(!strcmp(s.f.input->str, "hello"));
    g_assert_cmpint(write_str(&s.f.be, "world"), ==, 5);
    assert_peer_reads(s.client, "world");
    server_teardown(&s);
    g_assert_cmpint(access(test_path, F_OK), !=, 0);
}

static void test_server_takes_the_next_client(void)
{
    int next;
    Server s;

    server_setup(&s);
    g_assert_true(object_property_get_bool(OBJECT(s.chr), "connected", &error_abort));
    next = peer_connect();
    loop_settle();
    close(s.client);
    WAIT_UNTIL(!strcmp(s.f.events->str, "oco"));
    peer_write(next, "second");
    WAIT_UNTIL(!strcmp(s.f.input->str, "second"));
    s.client = next;
    server_teardown(&s);
}

static void test_server_file_name(void)
{
    Chardev *chr = make("socket,id=s,path=%s,server=on,wait=off", test_path);
    g_autofree char *expected = g_strdup_printf("disconnected:unix:%s,server=on", test_path);

    g_assert_cmpstr(chr->filename, ==, expected);
    qemu_chr_remove("s", &error_abort);
}

static void test_server_replaces_a_stale_socket(void)
{
    close(peer_listen(false));
    make("socket,id=s,path=%s,server=on,wait=off", test_path);
    qemu_chr_remove("s", &error_abort);
}

static void test_server_spares_other_files(void)
{
    g_autofree char *text = g_strdup_printf("socket,id=s,path=%s,server=on,wait=off", test_path);

    g_assert_true(g_file_set_contents(test_path, "precious", -1, NULL));
    assert_make_fails(text, "Address already in use");
    assert_file(test_path, "precious");
    unlink(test_path);
}

static gpointer late_client(gpointer opaque)
{
    g_usleep(50 * 1000);
    return GINT_TO_POINTER(peer_connect());
}

static void test_server_waits(void)
{
    GThread *thread;
    TestFrontend f;
    Chardev *chr;
    int client;

    /* The path must exist before the client starts, so the wait comes by fe_wait_connected. */
    chr = make("socket,id=s,path=%s,server=on,wait=off", test_path);
    frontend_init(&f, chr);
    thread = g_thread_new("client", late_client, NULL);
    g_assert_cmpint(qemu_chr_fe_wait_connected(&f.be, &error_abort), ==, 0);
    g_assert_cmpstr(f.events->str, ==, "o");
    client = GPOINTER_TO_INT(g_thread_join(thread));
    close(client);
    frontend_clear(&f, true);
}

static void test_write_without_client_is_lost(void)
{
    TestFrontend f;
    int client;

    frontend_init(&f, make("socket,id=s,path=%s,server=on,wait=off", test_path));
    g_assert_cmpint(write_str(&f.be, "lost"), ==, 4);
    client = peer_connect();
    WAIT_UNTIL(!strcmp(f.events->str, "o"));
    write_str(&f.be, "seen");
    assert_peer_reads(client, "seen");
    close(client);
    frontend_clear(&f, true);
}

/* -- flow control ---------------------------------------------------------------- */

static void test_full_front_end_stops_the_flow(void)
{
    Server s;

    server_setup(&s);
    s.f.room = 0;
    peer_write(s.client, "abcdef");
    loop_settle();
    g_assert_cmpstr(s.f.input->str, ==, "");
    s.f.room = 4;
    qemu_chr_fe_accept_input(&s.f.be);
    WAIT_UNTIL(s.f.input->len == 6);
    g_assert_cmpstr(s.f.input->str, ==, "abcdef");
    server_teardown(&s);
}

static void test_full_front_end_does_not_spin_on_a_gone_peer(void)
{
    int64_t start;
    int turns = 0;
    guint tick;
    Server s;

    server_setup(&s);
    s.f.room = 0;
    peer_write(s.client, "last words");
    close(s.client);
    s.client = -1;
    tick = g_timeout_add(20, loop_wake, NULL);
    start = g_get_monotonic_time();
    while (g_get_monotonic_time() - start < 200 * 1000) {
        main_loop_wait(false);
        turns++;
    }
    g_source_remove(tick);
    g_assert_cmpint(turns, <, 60);
    g_assert_cmpstr(s.f.events->str, ==, "o");
    s.f.room = 64;
    qemu_chr_fe_accept_input(&s.f.be);
    WAIT_UNTIL(!strcmp(s.f.events->str, "oc"));
    g_assert_cmpstr(s.f.input->str, ==, "last words");
    server_teardown(&s);
}

static void test_gone_peer_is_noticed_without_reading(void)
{
    Server s;

    server_setup(&s);
    s.f.room = 0;
    close(s.client);
    s.client = -1;
    WAIT_UNTIL(!strcmp(s.f.events->str, "oc"));
    server_teardown(&s);
}

static gboolean watch_fired(void *do_not_use, GIOCondition cond, void *data)
{
    *(bool *)data = true;
    return G_SOURCE_REMOVE;
}

static void test_slow_peer_pushes_back(void)
{
    g_autofree uint8_t *block = g_malloc0(1 << 20);
    bool fired = false;
    ssize_t total = 0;
    ssize_t ret;
    Server s;

    server_setup(&s);
    while ((ret = qemu_chr_fe_write(&s.f.be, block, 1 << 20)) > 0) {
        total += ret;
    }
    g_assert_cmpint(ret, ==, -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    g_assert_cmpuint(qemu_chr_fe_add_watch(&s.f.be, G_IO_OUT, watch_fired, &fired), >, 0);
    loop_settle();
    g_assert_false(fired);
    while (total > 0) {
        total -= read(s.client, block, 1 << 20);
    }
    WAIT_UNTIL(fired);
    server_teardown(&s);
}

static gpointer drain_run(gpointer opaque)
{
    g_autofree uint8_t *block = g_malloc(1 << 16);
    size_t total = 0;
    ssize_t ret;

    while ((ret = read(GPOINTER_TO_INT(opaque), block, 1 << 16)) > 0) {
        total += ret;
    }
    return GSIZE_TO_POINTER(total);
}

static void test_write_all_waits_for_a_slow_peer(void)
{
    g_autofree uint8_t *block = g_malloc0(4 << 20);
    GThread *thread;
    Server s;

    server_setup(&s);
    thread = g_thread_new("drain", drain_run, GINT_TO_POINTER(s.client));
    g_assert_cmpint(qemu_chr_fe_write_all(&s.f.be, block, 4 << 20), ==, 4 << 20);
    qemu_chr_fe_disconnect(&s.f.be);
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(thread)), ==, 4 << 20);
    g_assert_cmpstr(s.f.events->str, ==, "oc");
    server_teardown(&s);
}

static void test_write_to_a_gone_peer_fails(void)
{
    Server s;

    server_setup(&s);
    close(s.client);
    s.client = -1;
    g_assert_cmpint(qemu_chr_fe_write_all(&s.f.be, (const uint8_t *)"x", 1), ==, -1);
    g_assert_cmpint(errno, ==, EPIPE);
    WAIT_UNTIL(!strcmp(s.f.events->str, "oc"));
    server_teardown(&s);
}

static void test_read_all(void)
{
    uint8_t buf[8] = "";
    Server s;

    server_setup(&s);
    s.f.room = 0;
    peer_write(s.client, "abc");
    g_assert_cmpint(qemu_chr_fe_read_all(&s.f.be, buf, 2), ==, 2);
    close(s.client);
    s.client = -1;
    g_assert_cmpint(qemu_chr_fe_read_all(&s.f.be, buf + 2, 5), ==, 1);
    g_assert_cmpstr((char *)buf, ==, "abc");
    server_teardown(&s);
}

/* -- descriptors ------------------------------------------------------------------ */

static void fd_send(int to, int *fds, int count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(8 * sizeof(int))];
    } control = { 0 };
    struct iovec iov = { .iov_base = (char *)"F", .iov_len = 1 };
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
        .msg_controllen = CMSG_SPACE(count * sizeof(int)),
    };

    CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
    CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
    CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), fds, count * sizeof(int));
    g_assert_cmpint(sendmsg(to, &msg, 0), ==, 1);
}

static int fd_receive(int from)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(8 * sizeof(int))];
    } control;
    char byte;
    struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    int fd;

    g_assert_cmpint(recvmsg(from, &msg, 0), ==, 1);
    g_assert_nonnull(CMSG_FIRSTHDR(&msg));
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
    return fd;
}

static void test_fds_arrive(void)
{
    int fds[2], got[4];
    Server s;

    server_setup(&s);
    g_assert_true(qemu_chr_has_feature(s.chr, QEMU_CHAR_FEATURE_FD_PASS));
    g_assert_cmpint(pipe(fds), ==, 0);
    fd_send(s.client, fds, 2);
    close(fds[0]);
    close(fds[1]);
    WAIT_UNTIL(s.f.input->len == 1);
    g_assert_cmpint(qemu_chr_fe_get_msgfds(&s.f.be, got, 4), ==, 2);
    g_assert_cmpint(qemu_chr_fe_get_msgfd(&s.f.be), ==, -1);
    g_assert_cmpint(write(got[1], "x", 1), ==, 1);
    g_assert_cmpint(fcntl(got[0], F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
    close(got[0]);
    close(got[1]);
    server_teardown(&s);
}

/* The leak check of every test proves that nobody's descriptors are closed. */
static void test_fds_nobody_fetches_are_closed(void)
{
    int fds[2];
    Server s;

    server_setup(&s);
    g_assert_cmpint(pipe(fds), ==, 0);
    fd_send(s.client, fds, 2);
    fd_send(s.client, fds, 1);
    close(fds[0]);
    close(fds[1]);
    WAIT_UNTIL(s.f.input->len == 2);
    server_teardown(&s);
}

static void test_fds_are_sent_once(void)
{
    int fds[2], got;
    Server s;

    server_setup(&s);
    g_assert_cmpint(pipe(fds), ==, 0);
    g_assert_cmpint(qemu_chr_fe_set_msgfds(&s.f.be, &fds[1], 1), ==, 0);
    write_str(&s.f.be, "F");
    write_str(&s.f.be, "plain");
    got = fd_receive(s.client);
    assert_peer_reads(s.client, "plain");
    g_assert_cmpint(write(got, "x", 1), ==, 1);
    close(got);
    close(fds[0]);
    close(fds[1]);
    server_teardown(&s);
}

/* -- client ---------------------------------------------------------------------- */

static void test_client(void)
{
    int listener = peer_listen(false);
    Chardev *chr = make("socket,id=c,path=%s", test_path);
    int peer = accept(listener, NULL, NULL);
    TestFrontend f;

    frontend_init(&f, chr);
    g_assert_cmpstr(f.events->str, ==, "o");
    write_str(&f.be, "hi");
    assert_peer_reads(peer, "hi");
    close(peer);
    WAIT_UNTIL(!strcmp(f.events->str, "oc"));
    close(listener);
    unlink(test_path);
    frontend_clear(&f, true);
}

static void test_client_abstract(void)
{
    int listener = peer_listen(true);
    int peer;

    make("socket,id=c,path=%s,abstract=on", test_path);
    peer = accept(listener, NULL, NULL);
    g_assert_cmpint(peer, >=, 0);
    close(peer);
    close(listener);
    qemu_chr_remove("c", &error_abort);
}

static void test_client_reconnects(void)
{
    int listener = peer_listen(false);
    TestFrontend f;
    int peer;

    frontend_init(&f, make("socket,id=c,path=%s,reconnect=1", test_path));
    peer = accept(listener, NULL, NULL);
    close(peer);
    close(listener);
    unlink(test_path);
    WAIT_UNTIL(!strcmp(f.events->str, "oc"));
    listener = peer_listen(false);
    WAIT_UNTIL(!strcmp(f.events->str, "oco"));
    peer = accept(listener, NULL, NULL);
    peer_write(peer, "back");
    WAIT_UNTIL(!strcmp(f.input->str, "back"));
    close(peer);
    close(listener);
    unlink(test_path);
    frontend_clear(&f, true);
}

static void test_client_without_server(void)
{
    g_autofree char *text = g_strdup_printf("socket,id=c,path=%s", test_path);
    g_autofree char *part = g_strdup_printf("Failed to connect to '%s': No such file", test_path);

    assert_make_fails(text, part);
}

static void test_given_descriptor(void)
{
    int pair[2];
    TestFrontend f;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    frontend_init(&f, make("socket,id=c,fd=%d", pair[0]));
    peer_write(pair[1], "given");
    WAIT_UNTIL(!strcmp(f.input->str, "given"));
    close(pair[1]);
    WAIT_UNTIL(!strcmp(f.events->str, "oc"));
    frontend_clear(&f, true);
}

static void test_add_client(void)
{
    Chardev *chr = make("socket,id=s,path=%s,server=on,wait=off", test_path);
    TestFrontend f;
    int pair[2];

    frontend_init(&f, chr);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    g_assert_cmpint(qemu_chr_add_client(chr, pair[0]), ==, 0);
    g_assert_cmpint(qemu_chr_add_client(chr, pair[0]), ==, -1);
    write_str(&f.be, "x");
    assert_peer_reads(pair[1], "x");
    close(pair[1]);
    frontend_clear(&f, true);
}

static void test_disconnect_twice(void)
{
    TestFrontend f;
    int pair[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    frontend_init(&f, make("socket,id=c,fd=%d", pair[0]));
    qemu_chr_fe_disconnect(&f.be);
    g_assert_cmpstr(f.events->str, ==, "oc");
    qemu_chr_fe_disconnect(&f.be);
    close(pair[1]);
    frontend_clear(&f, true);
}

/* -- TCP -------------------------------------------------------------------------- */

static int tcp_connect(unsigned port)
{
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    g_assert_cmpint(connect(fd, (struct sockaddr *)&in, sizeof(in)), ==, 0);
    return fd;
}

static void test_tcp_both_roles(void)
{
    Chardev *server = make("socket,id=s,host=127.0.0.1,port=0,server=on,wait=off,nodelay=on");
    unsigned port = atoi(strrchr(server->filename, ':') + 1);
    TestFrontend fs, fc;

    g_assert_cmpuint(port, >, 0);
    frontend_init(&fs, server);
    frontend_init(&fc, make("socket,id=c,host=localhost,port=%u,ipv4=on", port));
    WAIT_UNTIL(!strcmp(fs.events->str, "o"));
    write_str(&fs.be, "down");
    write_str(&fc.be, "up");
    WAIT_UNTIL(!strcmp(fs.input->str, "up") && !strcmp(fc.input->str, "down"));
    g_assert_cmpint(qemu_chr_fe_set_msgfds(&fs.be, &(int) { 0 }, 1), ==, -1);
    frontend_clear(&fc, true);
    WAIT_UNTIL(!strcmp(fs.events->str, "oc"));
    close(tcp_connect(port));
    frontend_clear(&fs, true);
}

static void test_tcp_reconnects_from_a_thread(void)
{
    Chardev *server = make("socket,id=s,host=127.0.0.1,port=0,server=on,wait=off");
    unsigned port = atoi(strrchr(server->filename, ':') + 1);
    TestFrontend fs, fc;

    frontend_init(&fs, server);
    frontend_init(&fc, make("socket,id=c,host=127.0.0.1,port=%u,reconnect=1", port));
    WAIT_UNTIL(!strcmp(fc.events->str, "o") && !strcmp(fs.events->str, "o"));
    qemu_chr_fe_disconnect(&fs.be);
    WAIT_UNTIL(!strcmp(fc.events->str, "oco") && !strcmp(fs.events->str, "oco"));
    frontend_clear(&fc, true);
    frontend_clear(&fs, true);
}

static void test_tcp_port_range(void)
{
    Chardev *first = make("socket,id=s,host=127.0.0.1,port=0,server=on,wait=off");
    unsigned port = atoi(strrchr(first->filename, ':') + 1);
    g_autofree char *taken = g_strdup_printf("socket,id=t,host=127.0.0.1,port=%u,server=on,"
                                             "wait=off", port);

    assert_make_fails(taken, "Address already in use");
    make("socket,id=u,host=127.0.0.1,port=%u,to=%u,server=on,wait=off", port,
         MIN(port + 20, 65535u));
    qemu_chr_remove("s", &error_abort);
    qemu_chr_remove("u", &error_abort);
}

/* -- options ---------------------------------------------------------------------- */

static void test_contradictions(void)
{
    g_autofree char *long_path = g_strnfill(200, 'p');
    g_autofree char *long_text = g_strdup_printf("socket,id=s,path=%s", long_path);

    assert_make_fails("socket,id=s", "needs one of path=, host= with port=, or fd=");
    assert_make_fails("socket,id=s,path=/x,host=y,port=1", "needs one of");
    assert_make_fails("socket,id=s,host=y", "needs port=");
    assert_make_fails("socket,id=s,path=/x,server=on,reconnect=1", "reconnect= is for clients");
    assert_make_fails("socket,id=s,path=/x,wait=off", "wait= is for server=on only");
    assert_make_fails("socket,id=s,path=/x,server=on,telnet=on", "telnet=on is not supported");
    assert_make_fails("socket,id=s,host=y,port=1,ipv4=off,ipv6=off", "no address family");
    assert_make_fails("socket,id=s,host=y,port=1,abstract=on", "for path= only");
    assert_make_fails("socket,id=s,host=127.0.0.1,port=1,to=70000", "70000");
    assert_make_fails("socket,id=s,host=127.0.0.1,port=99999,server=on,wait=off",
                      "port=99999 is no port");
    assert_make_fails("socket,id=s,host=127.0.0.1,port=-1", "port=-1 is no port");
    assert_make_fails("socket,id=s,path=", "must be 1 to 107 bytes long");
    assert_make_fails("socket,id=s,fd=999999", "999999");
    assert_make_fails("socket,id=s,path=/x,reconnect=99999999999", "too large");
    assert_make_fails(long_text, "must be 1 to 107 bytes long");
}

int main(int argc, char **argv)
{
    int ret;

    test_init(&argc, &argv);
    test_dir = g_dir_make_tmp("gantry-char-XXXXXX", NULL);
    test_path = g_build_filename(test_dir, "sock", NULL);
    test_add("/chardev/socket/server/both-ways", test_server_both_ways);
    test_add("/chardev/socket/server/takes-the-next-client", test_server_takes_the_next_client);
    test_add("/chardev/socket/server/file-name", test_server_file_name);
    test_add("/chardev/socket/server/replaces-a-stale-socket",
             test_server_replaces_a_stale_socket);
    test_add("/chardev/socket/server/spares-other-files", test_server_spares_other_files);
    test_add("/chardev/socket/server/waits", test_server_waits);
    test_add("/chardev/socket/server/write-without-client-is-lost",
             test_write_without_client_is_lost);
    test_add("/chardev/socket/flow/full-front-end-stops-it", test_full_front_end_stops_the_flow);
    test_add("/chardev/socket/flow/no-spin-on-a-gone-peer",
             test_full_front_end_does_not_spin_on_a_gone_peer);
    test_add("/chardev/socket/flow/gone-peer-is-noticed-without-reading",
             test_gone_peer_is_noticed_without_reading);
    test_add("/chardev/socket/flow/slow-peer-pushes-back", test_slow_peer_pushes_back);
    test_add("/chardev/socket/flow/write-all-waits", test_write_all_waits_for_a_slow_peer);
    test_add("/chardev/socket/flow/write-to-a-gone-peer-fails", test_write_to_a_gone_peer_fails);
    test_add("/chardev/socket/flow/read-all", test_read_all);
    test_add("/chardev/socket/fds/arrive", test_fds_arrive);
    test_add("/chardev/socket/fds/unfetched-are-closed", test_fds_nobody_fetches_are_closed);
    test_add("/chardev/socket/fds/are-sent-once", test_fds_are_sent_once);
    test_add("/chardev/socket/client/both-ways", test_client);
    test_add("/chardev/socket/client/abstract", test_client_abstract);
    test_add("/chardev/socket/client/reconnects", test_client_reconnects);
    test_add("/chardev/socket/client/without-server", test_client_without_server);
    test_add("/chardev/socket/client/given-descriptor", test_given_descriptor);
    test_add("/chardev/socket/add-client", test_add_client);
    test_add("/chardev/socket/disconnect-twice", test_disconnect_twice);
    test_add("/chardev/socket/tcp/both-roles", test_tcp_both_roles);
    test_add("/chardev/socket/tcp/reconnects-from-a-thread", test_tcp_reconnects_from_a_thread);
    test_add("/chardev/socket/tcp/port-range", test_tcp_port_range);
    test_add("/chardev/socket/options/contradictions", test_contradictions);
    ret = g_test_run();
    rmdir(test_dir);
    g_free(test_path);
    g_free(test_dir);
    return ret;
}
