/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The backends "stream" and "dgram", against each other and against plain sockets. */
#include "net-test.h"
#include <netinet/in.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "net/eth.h"
#include "qemu/bswap.h"

#define FRAME_MAX 65535
#define MANY_FRAMES 300

static char *folder;

static char *path_make(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

/* A backend made from a format, with a test client at its other end that takes short frames. */
static TestClient *end_make(const char *id, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    TestClient *client;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_assert_true(netdev_make(text, &error_abort));
    client = test_client_new(qemu_find_netdev(id), NULL);
    client->nc.do_not_pad = true;
    return client;
}

static bool is_connected(TestClient *client)
{
    return !client->nc.peer->link_down;
}

static void frame_fill(uint8_t *frame, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++) {
        frame[i] = seed * 7 + i + (i >> 8);
    }
}

/* Frames of many sizes from @from to @to arrive whole and in order. */
static void frames_check(TestClient *from, TestClient *to, size_t max)
{
    static const size_t sizes[] = { 1, 2, 59, 60, 1514, 4096, 9000, 32768, FRAME_MAX };
    g_autofree uint8_t *frame = g_malloc(FRAME_MAX);

    for (size_t i = 0; i < G_N_ELEMENTS(sizes) && sizes[i] <= max; i++) {
        frame_fill(frame, sizes[i], i);
        qemu_send_packet(&from->nc, frame, sizes[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(sizes) && sizes[i] <= max; i++) {
        WAIT_UNTIL(to->frames.length);
        frame_fill(frame, sizes[i], i);
        test_client_expect(to, frame, sizes[i]);
    }
}

/* ---- stream ---- */

static void test_stream_unix_both_ways(void)
{
    g_autofree char *path = path_make("both");
    TestClient *server = end_make("s", "stream,id=s,server=on,addr.type=unix,addr.path=%s", path);
    TestClient *client = end_make("c", "stream,id=c,addr.type=unix,addr.path=%s", path);

    WAIT_UNTIL(is_connected(server) && is_connected(client));
    frames_check(client, server, FRAME_MAX);
    frames_check(server, client, FRAME_MAX);
    net_cleanup();
    /* The server takes its path along. */
    g_assert_cmpint(access(path, F_OK), ==, -1);
}

static unsigned free_port_find(int type)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(in);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    g_assert_cmpint(bind(fd, (struct sockaddr *)&in, len), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&in, &len), ==, 0);
    close(fd);
    return ntohs(in.sin_port);
}

static void test_stream_tcp_both_ways(void)
{
    unsigned port = free_port_find(SOCK_STREAM);
    TestClient *server = end_make("s", "stream,id=s,server=on,addr.type=inet,"
                                  "addr.host=127.0.0.1,addr.port=%u", port);
    TestClient *client = end_make("c", "stream,id=c,addr.type=inet,addr.host=127.0.0.1,"
                                  "addr.port=%u", port);

    WAIT_UNTIL(is_connected(server) && is_connected(client));
    frames_check(client, server, FRAME_MAX);
    frames_check(server, client, FRAME_MAX);
}

/* A backend at one end of a socket pair; the other end is plain. */
static TestClient *plain_pair_make(int type, const char *kind, int *plain)
{
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds), ==, 0);
    *plain = fds[1];
    return end_make("n", "%s%d", kind, fds[0]);
}

#define STREAM_FD "stream,id=n,addr.type=fd,addr.str="
#define DGRAM_FD "dgram,id=n,local.type=fd,local.str="

static void test_stream_form_on_the_wire(void)
{
    static const uint8_t sent[] = { 0, 0, 0, 3, 'a', 'b', 'c' };
    uint8_t got[sizeof(sent)];
    TestClient *client;
    int plain;

    client = plain_pair_make(SOCK_STREAM, STREAM_FD, &plain);
    g_assert_true(is_connected(client));
    qemu_send_packet(&client->nc, (const uint8_t *)"abc", 3);
    g_assert_cmpint(recv(plain, got, sizeof(got), MSG_WAITALL), ==, sizeof(got));
    g_assert_cmpmem(got, sizeof(got), sent, sizeof(sent));
    /* Byte by byte it is the same frame, and one of no bytes is none. */
    g_assert_cmpint(write(plain, "\0\0\0\0", 4), ==, 4);
    for (size_t i = 0; i < sizeof(sent); i++) {
        loop_settle();
        g_assert_cmpuint(client->frames.length, ==, 0);
        g_assert_cmpint(write(plain, sent + i, 1), ==, 1);
    }
    WAIT_UNTIL(client->frames.length == 1);
    test_client_expect(client, "abc", 3);
    close(plain);
    WAIT_UNTIL(!is_connected(client));
}

static void test_stream_pads_for_cards_that_need_it(void)
{
    uint8_t padded[ETH_ZLEN] = { 'a' };
    TestClient *client;
    int plain;

    client = plain_pair_make(SOCK_STREAM, STREAM_FD, &plain);
    client->nc.do_not_pad = false;
    g_assert_cmpint(write(plain, "\0\0\0\1a", 5), ==, 5);
    WAIT_UNTIL(client->frames.length);
    test_client_expect(client, padded, sizeof(padded));
    close(plain);
}

static void test_stream_too_long_a_frame_ends_the_connection(void)
{
    g_autofree char *path = path_make("long");
    TestClient *server = end_make("s", "stream,id=s,server=on,addr.type=unix,addr.path=%s", path);
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    char byte;

    g_strlcpy(un.sun_path, path, sizeof(un.sun_path));
    /* Twice: the server takes the next client afterwards. */
    for (int i = 0; i < 2; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        g_assert_cmpint(connect(fd, (struct sockaddr *)&un, sizeof(un)), ==, 0);
        WAIT_UNTIL(is_connected(server));
        g_assert_cmpint(write(fd, "\xff\xff\xff\xff", 4), ==, 4);
        WAIT_UNTIL(!is_connected(server));
        g_assert_cmpint(recv(fd, &byte, 1, 0), <=, 0);
        close(fd);
    }
}

static void test_stream_busy_card_loses_nothing(void)
{
    g_autofree uint8_t *frame = g_malloc(FRAME_MAX);
    TestClient *client;
    int plain;

    client = plain_pair_make(SOCK_STREAM, STREAM_FD, &plain);
    client->is_busy = true;
    for (unsigned i = 0; i < 40; i++) {
        uint8_t length[4];

        stl_be_p(length, 1000 + i);
        frame_fill(frame, 1000 + i, i);
        g_assert_cmpint(write(plain, length, 4), ==, 4);
        g_assert_cmpint(write(plain, frame, 1000 + i), ==, 1000 + i);
        loop_settle();
    }
    g_assert_cmpuint(client->frames.length, ==, 0);
    client->is_busy = false;
    qemu_flush_queued_packets(&client->nc);
    for (unsigned i = 0; i < 40; i++) {
        WAIT_UNTIL(client->frames.length);
        frame_fill(frame, 1000 + i, i);
        test_client_expect(client, frame, 1000 + i);
    }
    close(plain);
}

/* Reads whole frames off a plain socket without blocking the loop that feeds it. */
static void plain_read(int fd, uint8_t *buf, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t n = recv(fd, buf + got, size - got, MSG_DONTWAIT);

        if (n > 0) {
            got += n;
        } else {
            g_assert_cmpint(n, ==, -1);
            main_loop_wait(true);
        }
    }
}

static void test_stream_slow_reader_gets_every_byte(void)
{
    g_autofree uint8_t *frame = g_malloc(FRAME_MAX), *got = g_malloc(FRAME_MAX);
    TestClient *client;
    unsigned queued = 0;
    int plain;

    client = plain_pair_make(SOCK_STREAM, STREAM_FD, &plain);
    for (unsigned i = 0; i < MANY_FRAMES; i++) {
        frame_fill(frame, 5000 + i, i);
        queued += qemu_send_packet(&client->nc, frame, 5000 + i) == 0;
    }
    /* More than the socket holds. */
    g_assert_cmpuint(queued, >, 0);
    for (unsigned i = 0; i < MANY_FRAMES; i++) {
        uint8_t length[4];

        plain_read(plain, length, 4);
        g_assert_cmpuint(ldl_be_p(length), ==, 5000 + i);
        plain_read(plain, got, 5000 + i);
        frame_fill(frame, 5000 + i, i);
        g_assert_cmpmem(got, 5000 + i, frame, 5000 + i);
    }
    close(plain);
}

static void test_stream_frames_without_connection_are_lost(void)
{
    g_autofree char *path = path_make("alone");
    TestClient *server = end_make("s", "stream,id=s,server=on,addr.type=unix,addr.path=%s", path);

    g_assert_false(is_connected(server));
    g_assert_cmpint(qemu_send_packet(&server->nc, (const uint8_t *)"abc", 3), ==, 3);
}

static void test_stream_client_comes_back(void)
{
    g_autofree char *path = path_make("back");
    TestClient *client, *server;

    client = end_make("c", "stream,id=c,addr.type=unix,addr.path=%s,reconnect=1", path);
    g_assert_false(is_connected(client));
    for (int i = 0; i < 2; i++) {
        server = end_make("s", "stream,id=s,server=on,addr.type=unix,addr.path=%s", path);
        WAIT_UNTIL(is_connected(client) && is_connected(server));
        frames_check(client, server, 1514);
        qemu_del_net_client(server->nc.peer);
        qemu_del_net_client(&server->nc);
        WAIT_UNTIL(!is_connected(client));
    }
}

static void test_stream_deleted_with_a_frame_under_way(void)
{
    g_autofree uint8_t *frame = g_malloc0(FRAME_MAX);
    TestClient *client;
    int plain;

    client = plain_pair_make(SOCK_STREAM, STREAM_FD, &plain);
    while (qemu_send_packet(&client->nc, frame, FRAME_MAX)) {
    }
    client->is_busy = true;
    g_assert_cmpint(write(plain, "\0\0\0\1a", 5), ==, 5);
    loop_settle();
    qemu_del_net_client(client->nc.peer);
    g_assert_null(client->nc.peer);
    close(plain);
}

/* ---- dgram ---- */

static void test_dgram_unix_both_ways(void)
{
    g_autofree char *a = path_make("a"), *b = path_make("b");
    const char *form = "dgram,id=%s,local.type=unix,local.path=%s,remote.type=unix,remote.path=%s";
    TestClient *first = end_make("a", form, "a", a, b);
    TestClient *second;

    /* Nobody there yet: lost. */
    g_assert_cmpint(qemu_send_packet(&first->nc, (const uint8_t *)"abc", 3), ==, 3);
    second = end_make("b", form, "b", b, a);
    frames_check(first, second, 32768);
    frames_check(second, first, 32768);
    /* Gone and made anew, it is found again. */
    qemu_del_net_client(second->nc.peer);
    qemu_del_net_client(&second->nc);
    g_assert_cmpint(qemu_send_packet(&first->nc, (const uint8_t *)"abc", 3), ==, 3);
    second = end_make("b", form, "b", b, a);
    frames_check(first, second, 32768);
}

static void test_dgram_udp_both_ways(void)
{
    unsigned a = free_port_find(SOCK_DGRAM), b = free_port_find(SOCK_DGRAM);
    const char *form = "dgram,id=%s,local.type=inet,local.host=127.0.0.1,local.port=%u,"
                       "remote.type=inet,remote.host=127.0.0.1,remote.port=%u";
    TestClient *first = end_make("a", form, "a", a, b);
    TestClient *second;

    qemu_send_packet(&first->nc, (const uint8_t *)"abc", 3);
    loop_settle();
    second = end_make("b", form, "b", b, a);
    frames_check(second, first, 32768);
    frames_check(first, second, 32768);
}

static void test_dgram_descriptor(gconstpointer data)
{
    int type = GPOINTER_TO_INT(data), plain, before = fds_count();
    TestClient *client = plain_pair_make(type, DGRAM_FD, &plain);
    char got[16];

    qemu_send_packet(&client->nc, (const uint8_t *)"abc", 3);
    g_assert_cmpint(recv(plain, got, sizeof(got), 0), ==, 3);
    g_assert_cmpint(send(plain, "defg", 4, 0), ==, 4);
    WAIT_UNTIL(client->frames.length);
    test_client_expect(client, "defg", 4);
    close(plain);
    loop_settle();
    g_assert_cmpint(qemu_send_packet(&client->nc, (const uint8_t *)"abc", 3), ==, 3);
    net_cleanup();
    g_assert_cmpint(fds_count(), ==, before);
}

static void test_dgram_full_socket_is_waited_for(void)
{
    TestClient *client;
    uint8_t frame[1000], got[1000];
    unsigned count = 0, sent = 0;
    int plain;

    client = plain_pair_make(SOCK_DGRAM, DGRAM_FD, &plain);
    for (; count < MANY_FRAMES; count++) {
        frame_fill(frame, sizeof(frame), count);
        sent += qemu_send_packet(&client->nc, frame, sizeof(frame)) != 0;
    }
    g_assert_cmpuint(sent, <, MANY_FRAMES);
    for (unsigned i = 0; i < MANY_FRAMES; i++) {
        plain_read(plain, got, sizeof(got));
        frame_fill(frame, sizeof(frame), i);
        g_assert_cmpmem(got, sizeof(got), frame, sizeof(frame));
    }
    close(plain);
}

static void test_dgram_busy_card_loses_nothing(void)
{
    TestClient *client;
    int plain;

    client = plain_pair_make(SOCK_DGRAM, DGRAM_FD, &plain);
    client->is_busy = true;
    for (uint8_t i = 0; i < 8; i++) {
        g_assert_cmpint(send(plain, &i, 1, 0), ==, 1);
        loop_settle();
    }
    client->is_busy = false;
    qemu_flush_queued_packets(&client->nc);
    for (uint8_t i = 0; i < 8; i++) {
        WAIT_UNTIL(client->frames.length);
        test_client_expect(client, &i, 1);
    }
    close(plain);
}

static void test_descriptors_of_the_wrong_kind(void)
{
    g_autofree char *dgram = NULL, *stream = NULL, *file = NULL;
    int fds[2], other[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, other), ==, 0);
    stream = g_strdup_printf(STREAM_FD "%d", fds[0]);
    dgram = g_strdup_printf(DGRAM_FD "%d", other[0]);
    file = g_strdup_printf(STREAM_FD "%d", null);
    assert_netdev_fails(stream, "is not a stream socket");
    assert_netdev_fails(dgram, "is not a datagram socket");
    assert_netdev_fails(file, "is not a socket");
    /* Descriptors that were given are ours, also when they are of no use. */
    close(fds[1]);
    close(other[1]);
}

int main(int argc, char **argv)
{
    int status;

    test_init(&argc, &argv);
    folder = g_dir_make_tmp("gantry-net-XXXXXX", NULL);
    g_assert_nonnull(folder);
    test_add("/net/stream/unix", test_stream_unix_both_ways);
    test_add("/net/stream/tcp", test_stream_tcp_both_ways);
    test_add("/net/stream/form-on-the-wire", test_stream_form_on_the_wire);
    test_add("/net/stream/padding", test_stream_pads_for_cards_that_need_it);
    test_add("/net/stream/too-long-a-frame", test_stream_too_long_a_frame_ends_the_connection);
    test_add("/net/stream/busy-card", test_stream_busy_card_loses_nothing);
    test_add("/net/stream/slow-reader", test_stream_slow_reader_gets_every_byte);
    test_add("/net/stream/no-connection", test_stream_frames_without_connection_are_lost);
    test_add("/net/stream/client-comes-back", test_stream_client_comes_back);
    test_add("/net/stream/deleted-with-a-frame-under-way",
             test_stream_deleted_with_a_frame_under_way);
    test_add("/net/dgram/unix", test_dgram_unix_both_ways);
    test_add("/net/dgram/udp", test_dgram_udp_both_ways);
    g_test_add_data_func("/net/dgram/descriptor", GINT_TO_POINTER(SOCK_DGRAM),
                         test_dgram_descriptor);
    g_test_add_data_func("/net/dgram/descriptor-seqpacket", GINT_TO_POINTER(SOCK_SEQPACKET),
                         test_dgram_descriptor);
    test_add("/net/dgram/full-socket", test_dgram_full_socket_is_waited_for);
    test_add("/net/dgram/busy-card", test_dgram_busy_card_loses_nothing);
    test_add("/net/sockets/wrong-kind", test_descriptors_of_the_wrong_kind);
    status = g_test_run();
    rmdir(folder);
    g_free(folder);
    return status;
}
