/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-user messages on a socket: pieces, descriptors, limits, what happens when the peer does
 * not read, and requests that wait for their answer. The peer is the other end of a socketpair.
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include <sys/eventfd.h>
#include "../../../hw/vfio/user-msg.h"

typedef struct Pair {
    int ours;
    int peer;
    VFIOUserReader reader;
} Pair;

static void pair_start(Pair *pair)
{
    int sv[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), ==, 0);
    pair->ours = sv[0];
    pair->peer = sv[1];
    vfio_user_reader_init(&pair->reader, pair->ours, VFIO_USER_MSG_MAX);
}

static void pair_stop(Pair *pair)
{
    vfio_user_reader_destroy(&pair->reader);
    close(pair->ours);
    if (pair->peer >= 0) {
        close(pair->peer);
    }
}

/* Send bytes with descriptors as one sendmsg(). */
static void raw_send(int sock, const void *bytes, size_t size, const int *fds, unsigned int n)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(64 * sizeof(int))];
    } control = { 0 };
    struct iovec iov = { (void *)bytes, size };
    struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

    if (n) {
        struct cmsghdr *c;

        mh.msg_control = control.bytes;
        mh.msg_controllen = CMSG_SPACE(n * sizeof(int));
        c = CMSG_FIRSTHDR(&mh);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n * sizeof(int));
    }
    g_assert_cmpint(sendmsg(sock, &mh, 0), ==, size);
}

static VFIOUserHeader header_of(uint16_t id, size_t payload)
{
    return (VFIOUserHeader) { .id = id, .command = VFIO_USER_REGION_WRITE,
                              .size = sizeof(VFIOUserHeader) + payload };
}

static int fds_open(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    int n = 0;

    while (g_dir_read_name(dir)) {
        n++;
    }
    return n;
}

/* -- reading --------------------------------------------------------------------------------- */

static void test_pieces(void)
{
    struct {
        VFIOUserHeader header;
        char text[8];
    } sent = { header_of(7, 8), "abcdefg" };
    VFIOUserMsg msg;
    Pair pair;

    pair_start(&pair);
    for (size_t i = 0; i < sizeof(sent); i++) {
        g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 0);
        raw_send(pair.peer, (char *)&sent + i, 1, NULL, 0);
    }
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 1);
    g_assert_cmpint(msg.header.id, ==, 7);
    g_assert_cmpmem(msg.payload, msg.size, "abcdefg", 8);
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 0);
    pair_stop(&pair);
}

static void test_several_at_once(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    VFIOUserMsg msg;
    Pair pair;

    pair_start(&pair);
    for (int i = 0; i < 3; i++) {
        VFIOUserHeader header = header_of(i, i);

        g_byte_array_append(bytes, (void *)&header, sizeof(header));
        g_byte_array_append(bytes, (void *)"xyz", i);
    }
    raw_send(pair.peer, bytes->data, bytes->len, NULL, 0);
    for (int i = 0; i < 3; i++) {
        g_assert_cmpint(vfio_user_reader_has_message(&pair.reader), ==, i > 0);
        g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 1);
        g_assert_cmpint(msg.header.id, ==, i);
        g_assert_cmpmem(msg.payload, msg.size, "xyz", i);
        g_assert_cmpint((uintptr_t)msg.payload % 8, ==, 0);
    }
    g_assert_false(vfio_user_reader_has_message(&pair.reader));
    pair_stop(&pair);
}

static void test_sizes_refused(void)
{
    static const struct {
        uint32_t size;
        int error;
    } cases[] = { { 0, -EPROTO }, { 15, -EPROTO }, { VFIO_USER_MSG_MAX + 1, -EMSGSIZE },
                  { UINT32_MAX, -EMSGSIZE } };

    for (int i = 0; i < ARRAY_SIZE(cases); i++) {
        VFIOUserHeader header = { .size = cases[i].size };
        VFIOUserMsg msg;
        Pair pair;

        pair_start(&pair);
        raw_send(pair.peer, &header, sizeof(header), NULL, 0);
        g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, cases[i].error);
        pair_stop(&pair);
    }
}

static void test_peer_gone(void)
{
    VFIOUserHeader header = header_of(1, 8);
    VFIOUserMsg msg;
    Pair pair;

    pair_start(&pair);
    raw_send(pair.peer, &header, sizeof(header), NULL, 0);
    close(pair.peer);
    pair.peer = -1;
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, -ECONNRESET);
    pair_stop(&pair);
}

static void test_fds_stay_with_message(void)
{
    VFIOUserHeader first = header_of(1, 0), second = header_of(2, 4);
    int fds[2] = { eventfd(0, EFD_CLOEXEC), eventfd(0, EFD_CLOEXEC) };
    VFIOUserMsg msg;
    Pair pair;

    pair_start(&pair);
    raw_send(pair.peer, &first, sizeof(first), NULL, 0);
    raw_send(pair.peer, &second, sizeof(second), fds, 2);
    raw_send(pair.peer, "data", 4, NULL, 0);
    raw_send(pair.peer, &first, sizeof(first), NULL, 0);

    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 1);
    g_assert_cmpint(msg.num_fds, ==, 0);
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 1);
    g_assert_cmpint(msg.num_fds, ==, 2);
    g_assert_cmpint(fcntl(msg.fds[0], F_GETFD), ==, FD_CLOEXEC);
    vfio_user_msg_clear(&msg);
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 1);
    g_assert_cmpint(msg.num_fds, ==, 0);
    pair_stop(&pair);
    close(fds[0]);
    close(fds[1]);
}

static void test_too_many_fds(void)
{
    VFIOUserHeader header = header_of(1, 4);
    int fds[64], before;
    VFIOUserMsg msg;
    Pair pair;

    for (int i = 0; i < 64; i++) {
        fds[i] = STDERR_FILENO;
    }
    before = fds_open();
    pair_start(&pair);
    raw_send(pair.peer, &header, sizeof(header), fds, 64);
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, -EPROTO);
    pair_stop(&pair);

    /* Few in each part of one message. */
    pair_start(&pair);
    raw_send(pair.peer, &header, sizeof(header), fds, 10);
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 0);
    raw_send(pair.peer, "data", 4, fds, 10);
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, -EPROTO);
    pair_stop(&pair);
    if (g_getenv("MESON_EXE_WRAPPER")) {
        g_test_skip("a user-mode emulator loses descriptors that its program has no room for");
        return;
    }
    g_assert_cmpint(fds_open(), ==, before);
}

static void test_unread_fds_are_closed(void)
{
    VFIOUserHeader header = header_of(1, 4);
    int before = fds_open(), fd = STDERR_FILENO;
    VFIOUserMsg msg;
    Pair pair;

    pair_start(&pair);
    raw_send(pair.peer, &header, sizeof(header), &fd, 1);
    g_assert_cmpint(vfio_user_reader_next(&pair.reader, &msg), ==, 0);
    pair_stop(&pair);
    g_assert_cmpint(fds_open(), ==, before);
}

/* -- writing --------------------------------------------------------------------------------- */

static void test_peer_does_not_read(void)
{
    g_autofree uint8_t *data = g_malloc0(VFIO_USER_XFER_MAX);
    VFIOUserMsg msg = { .header.command = VFIO_USER_REGION_READ, .payload = data,
                        .size = VFIO_USER_XFER_MAX };
    VFIOUserWriter writer;
    VFIOUserMsg got;
    Pair pair;
    int ret;

    for (size_t i = 0; i < VFIO_USER_XFER_MAX; i++) {
        data[i] = i * 7 + i / 251;
    }
    pair_start(&pair);
    vfio_user_writer_init(&writer, pair.peer, VFIO_USER_MSG_MAX);
    g_assert_cmpint(vfio_user_writer_send(&writer, &msg), ==, 0);
    g_assert_false(vfio_user_writer_is_idle(&writer));
    g_assert_cmpint(vfio_user_writer_send(&writer, &msg), ==, -ENOBUFS);
    do {
        g_assert_cmpint(vfio_user_writer_flush(&writer), ==, 0);
        ret = vfio_user_reader_next(&pair.reader, &got);
    } while (ret == 0);
    g_assert_cmpint(ret, ==, 1);
    g_assert_cmpmem(got.payload, got.size, data, VFIO_USER_XFER_MAX);
    g_assert_true(vfio_user_writer_is_idle(&writer));
    vfio_user_writer_destroy(&writer);
    pair_stop(&pair);
}

static void test_write_to_nobody(void)
{
    VFIOUserMsg msg = { .header.command = VFIO_USER_DEVICE_RESET };
    VFIOUserWriter writer;
    Pair pair;

    pair_start(&pair);
    close(pair.peer);
    pair.peer = -1;
    vfio_user_writer_init(&writer, pair.ours, VFIO_USER_MSG_MAX);
    g_assert_cmpint(vfio_user_writer_send(&writer, &msg), ==, -EPIPE);
    vfio_user_writer_destroy(&writer);
    pair_stop(&pair);
}

/* -- asking ---------------------------------------------------------------------------------- */

/* A peer that answers each request after it sent what it was told to. */
typedef struct Peer {
    GThread *thread;
    int sock;
    bool strays; /* a command and a reply to nobody before each answer */
    uint32_t error;
    uint32_t command_error; /* what its own command was answered with */
} Peer;

static void *peer_run(void *opaque)
{
    Peer *peer = opaque;
    VFIOUserReader reader;
    VFIOUserMsg msg;

    vfio_user_reader_init(&reader, peer->sock, VFIO_USER_MSG_MAX);
    while (!vfio_user_receive(&reader, &msg, vfio_user_deadline(10000))) {
        VFIOUserMsg reply = msg;
        int64_t deadline = vfio_user_deadline(10000);

        if (vfio_user_msg_is_reply(&msg)) {
            peer->command_error = msg.header.error;
            continue;
        }
        reply.num_fds = 0;
        reply.header.flags = VFIO_USER_FLAGS_REPLY;
        if (peer->strays) {
            VFIOUserMsg command = { .header.command = VFIO_USER_DMA_READ };

            g_assert_cmpint(vfio_user_send(peer->sock, &command, deadline), ==, 0);
            reply.header.id += 99;
            g_assert_cmpint(vfio_user_send(peer->sock, &reply, deadline), ==, 0);
            reply.header.id -= 99;
        }
        if (peer->error) {
            reply.size = 0;
            reply.header.flags |= VFIO_USER_FLAGS_ERROR;
            reply.header.error = peer->error;
        }
        g_assert_cmpint(vfio_user_send(peer->sock, &reply, deadline), ==, 0);
        vfio_user_msg_clear(&msg);
    }
    vfio_user_reader_destroy(&reader);
    return NULL;
}

/* @timeout_ms: of a channel that sleeps in recvmsg(), or 0. */
static int request_by(Peer *peer, unsigned int timeout_ms, bool *broken)
{
    VFIOUserDeviceInfo info = { .argsz = sizeof(info) };
    VFIOUserMsg request = { .header.command = VFIO_USER_DEVICE_GET_INFO, .payload = &info,
                            .size = sizeof(info) }, reply;
    VFIOUserChannel channel;
    Pair pair;
    int ret;

    pair_start(&pair);
    peer->sock = pair.peer;
    peer->thread = g_thread_new("peer", peer_run, peer);
    vfio_user_channel_init(&channel, pair.ours);
    vfio_user_channel_set_blocking(&channel, timeout_ms);
    for (int i = 0; i < 3; i++) {
        ret = vfio_user_channel_request(&channel, &request, &reply, vfio_user_deadline(10000),
                                        broken);
    }
    shutdown(pair.ours, SHUT_RDWR);
    g_thread_join(peer->thread);
    vfio_user_channel_destroy(&channel);
    pair_stop(&pair);
    return ret;
}

static int request_with(Peer *peer, bool *broken)
{
    int ret = request_by(peer, 0, broken);

    g_assert_cmpint(request_by(peer, 10000, broken), ==, ret);
    return ret;
}

static void test_request(void)
{
    Peer peer = { 0 };
    bool broken;

    g_assert_cmpint(request_with(&peer, &broken), ==, 0);
    g_assert_false(broken);
}

static void test_request_strays(void)
{
    Peer peer = { .strays = true };
    bool broken;

    g_assert_cmpint(request_with(&peer, &broken), ==, 0);
    g_assert_false(broken);
    g_assert_cmpint(peer.command_error, ==, EOPNOTSUPP);
}

static void test_request_error(void)
{
    Peer peer = { .error = ENOENT };
    bool broken;

    g_assert_cmpint(request_with(&peer, &broken), ==, -ENOENT);
    g_assert_false(broken);
}

static void test_request_timeout(void)
{
    VFIOUserMsg request = { .header.command = VFIO_USER_DEVICE_RESET }, reply;
    VFIOUserChannel channel;
    bool broken;
    Pair pair;

    pair_start(&pair);
    vfio_user_channel_init(&channel, pair.ours);
    g_assert_cmpint(vfio_user_channel_request(&channel, &request, &reply, vfio_user_deadline(20),
                                              &broken), ==, -ETIMEDOUT);
    g_assert_true(broken);
    vfio_user_channel_destroy(&channel);
    pair_stop(&pair);
}

/* The kernel's timeouts are coarse, ours is not; a deadline that is nearer counts. */
static void test_blocking_request_timeout(void)
{
    VFIOUserMsg request = { .header.command = VFIO_USER_DEVICE_RESET }, reply;
    VFIOUserChannel channel;
    int64_t start, time;
    bool broken;
    Pair pair;

    pair_start(&pair);
    vfio_user_channel_init(&channel, pair.ours);
    vfio_user_channel_set_blocking(&channel, 300);
    for (int ms = 300; ms >= 20; ms -= 280) {
        start = g_get_monotonic_time();
        g_assert_cmpint(vfio_user_channel_request(&channel, &request, &reply,
                                                  vfio_user_deadline(ms), &broken), ==,
                        -ETIMEDOUT);
        time = g_get_monotonic_time() - start;
        g_assert_cmpint(time, >=, ms * 1000);
        g_assert_true(broken);
    }
    /* Were the socket's own timeout waited for, this would take 10 s. */
    vfio_user_channel_set_blocking(&channel, 20000);
    start = g_get_monotonic_time();
    g_assert_cmpint(vfio_user_channel_request(&channel, &request, &reply, vfio_user_deadline(20),
                                              &broken), ==, -ETIMEDOUT);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 9000000);
    vfio_user_channel_destroy(&channel);
    pair_stop(&pair);
}

static void test_request_without_reply(void)
{
    VFIOUserMsg request = { .header.command = VFIO_USER_DEVICE_RESET,
                            .header.flags = VFIO_USER_FLAGS_NO_REPLY };
    VFIOUserHeader header;
    VFIOUserChannel channel;
    bool broken;
    Pair pair;

    pair_start(&pair);
    vfio_user_channel_init(&channel, pair.ours);
    g_assert_cmpint(vfio_user_channel_request(&channel, &request, NULL, vfio_user_deadline(1000),
                                              &broken), ==, 0);
    g_assert_false(broken);
    g_assert_cmpint(read(pair.peer, &header, sizeof(header)), ==, sizeof(header));
    g_assert_cmphex(header.flags, ==, 0x10);
    g_assert_cmpint(header.size, ==, 16);
    vfio_user_channel_destroy(&channel);
    pair_stop(&pair);
}

static void test_send_timeout(void)
{
    g_autofree uint8_t *data = g_malloc0(VFIO_USER_XFER_MAX);
    VFIOUserMsg msg = { .payload = data, .size = VFIO_USER_XFER_MAX };
    Pair pair;

    pair_start(&pair);
    g_assert_cmpint(vfio_user_send(pair.ours, &msg, vfio_user_deadline(20)), ==, -ETIMEDOUT);
    pair_stop(&pair);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vfio-user/msg/read/byte-by-byte", test_pieces);
    g_test_add_func("/vfio-user/msg/read/several-in-one-piece", test_several_at_once);
    g_test_add_func("/vfio-user/msg/read/impossible-sizes", test_sizes_refused);
    g_test_add_func("/vfio-user/msg/read/peer-goes-in-the-middle", test_peer_gone);
    g_test_add_func("/vfio-user/msg/read/fds-stay-with-their-message", test_fds_stay_with_message);
    g_test_add_func("/vfio-user/msg/read/too-many-fds", test_too_many_fds);
    g_test_add_func("/vfio-user/msg/read/unread-fds-are-closed", test_unread_fds_are_closed);
    g_test_add_func("/vfio-user/msg/write/peer-does-not-read", test_peer_does_not_read);
    g_test_add_func("/vfio-user/msg/write/peer-is-gone", test_write_to_nobody);
    g_test_add_func("/vfio-user/msg/request/answered", test_request);
    g_test_add_func("/vfio-user/msg/request/strays-are-handled", test_request_strays);
    g_test_add_func("/vfio-user/msg/request/error-is-no-broken-channel", test_request_error);
    g_test_add_func("/vfio-user/msg/request/timeout", test_request_timeout);
    g_test_add_func("/vfio-user/msg/request/blocking-timeout", test_blocking_request_timeout);
    g_test_add_func("/vfio-user/msg/request/no-reply-is-not-waited-for",
                    test_request_without_reply);
    g_test_add_func("/vfio-user/msg/send/timeout", test_send_timeout);
    return g_test_run();
}
