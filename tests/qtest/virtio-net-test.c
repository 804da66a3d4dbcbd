/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-net on the virt board as a user has it: a driver on one side, a program at the end of
 * "-netdev stream" on the other, QMP in between. The device's details are in
 * tests/unit/virtio/test-virtio-net*.c.
 */
#include "qemu/osdep.h"
#include <linux/virtio_net.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "libgantry-virtio-qtest.h"
#include "config-host.h"
#include "qapi/qmp/qlist.h"
#include "qemu/bswap.h"

#define FRAMES 200
/* So few that the cable's own buffer holds them, since nobody reads. */
#define FRAMES_WAITING 40
#define BUFFER_SIZE 2048
#define TEST_MAC "52:54:00:01:02:03"

typedef struct Net {
    QTestState *qts;
    char *folder;
    char *path;
    int fd;                 /* the other end of the cable */
    GuestBus bus;
    VirtioGuest guest;
    GuestQueue rx, tx, ctrl;
    uint64_t data;
} Net;

static int path_connect(const char *path)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    struct timeval limit = { .tv_sec = 30 };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(un.sun_path, path, sizeof(un.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&un, sizeof(un)), ==, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    return fd;
}

static void net_start(Net *n, bool is_modern, uint64_t features)
{
    *n = (Net) { .folder = g_dir_make_tmp("gantry-net-XXXXXX", NULL) };
    n->path = g_build_filename(n->folder, "cable", NULL);
    n->qts = qtest_initf("-M virt -nodefaults -global virtio-mmio.force-legacy=%s "
                         "-netdev stream,id=net0,server=on,addr.type=unix,addr.path=%s "
                         "-device virtio-net-device,id=card0,netdev=net0,mac=" TEST_MAC,
                         is_modern ? "off" : "on", n->path);
    n->fd = path_connect(n->path);
    qtest_qmp_eventwait(n->qts, "NETDEV_STREAM_CONNECTED");
    virtio_guest_qtest_bus(&n->bus, n->qts);
    /* The first device of the command line has the last transport. */
    virtio_guest_init(&n->guest, &n->bus,
                      VIRT_VIRTIO_BASE + (VIRT_VIRTIO_NUM - 1) * VIRT_VIRTIO_SIZE, VIRT_RAM_BASE,
                      16 << 20);
    g_assert_cmpuint(virtio_guest_read(&n->guest, VIRTIO_MMIO_DEVICE_ID), ==, VIRTIO_ID_NET);
    virtio_guest_negotiate(&n->guest, features);
    guest_queue_init(&n->rx, &n->guest, 0, 0);
    guest_queue_init(&n->tx, &n->guest, 1, 0);
    guest_queue_init(&n->ctrl, &n->guest, 2, 0);
    n->data = virtio_guest_alloc(&n->guest, 1 << 20, 4096);
    virtio_guest_driver_ok(&n->guest);
}

static void net_end(Net *n)
{
    qtest_quit(n->qts);
    close(n->fd);
    unlink(n->path);
    rmdir(n->folder);
    g_free(n->path);
    g_free(n->folder);
}

static unsigned hdr_len(const Net *n)
{
    return n->guest.is_modern || n->guest.features & 1ull << VIRTIO_NET_F_MRG_RXBUF ? 12 : 10;
}

static void frame_fill(uint8_t *frame, size_t size, unsigned seed)
{
    static const uint8_t head[14] = { 0x52, 0x54, 0, 1, 2, 3, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };

    memcpy(frame, head, sizeof(head));
    for (size_t i = sizeof(head); i < size; i++) {
        frame[i] = seed * 13 + i;
    }
}

static void cable_write(Net *n, const uint8_t *frame, size_t size)
{
    uint8_t length[4];

    stl_be_p(length, size);
    g_assert_cmpint(write(n->fd, length, 4), ==, 4);
    g_assert_cmpint(write(n->fd, frame, size), ==, size);
}

static size_t cable_read(Net *n, uint8_t *frame)
{
    uint8_t length[4];
    size_t size;

    g_assert_cmpint(recv(n->fd, length, 4, MSG_WAITALL), ==, 4);
    size = ldl_be_p(length);
    g_assert_cmpuint(size, <=, BUFFER_SIZE);
    g_assert_cmpint(recv(n->fd, frame, size, MSG_WAITALL), ==, size);
    return size;
}

/* Waits for the device to give an element back. */
static uint32_t queue_wait(GuestQueue *queue)
{
    int64_t end = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
    uint32_t len;

    while (guest_queue_take(queue, &len) < 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    return len;
}

static void frame_send(Net *n, const uint8_t *frame, size_t size)
{
    GuestBuffer buffers[] = { { n->data, hdr_len(n), false },
                              { n->data + 64, size, false } };

    virtio_guest_memwrite(&n->guest, n->data + 64, frame, size);
    guest_queue_add(&n->tx, buffers, 2);
    guest_queue_kick(&n->tx);
}

static void both_ways(bool is_modern, uint64_t features)
{
    uint8_t frame[1514], got[BUFFER_SIZE];
    Net n;

    net_start(&n, is_modern, features);
    for (unsigned i = 0; i < FRAMES; i++) {
        size_t size = 14 + i * 7;
        GuestBuffer buffer = { n.data + 4096, BUFFER_SIZE, true };

        frame_fill(frame, size, i);
        frame_send(&n, frame, size);
        g_assert_cmpuint(cable_read(&n, got), ==, size);
        g_assert_cmpmem(got, size, frame, size);
        queue_wait(&n.tx);

        guest_queue_add(&n.rx, &buffer, 1);
        guest_queue_kick(&n.rx);
        cable_write(&n, frame, size);
        g_assert_cmpuint(queue_wait(&n.rx), ==, hdr_len(&n) + size);
        virtio_guest_memread(&n.guest, n.data + 4096, got, hdr_len(&n) + size);
        g_assert_cmpmem(got + hdr_len(&n), size, frame, size);
    }
    net_end(&n);
}

static void test_legacy_frames_both_ways(void)
{
    both_ways(false, 0);
}

static void test_modern_frames_both_ways(void)
{
    both_ways(true, 1ull << VIRTIO_NET_F_MRG_RXBUF | 1ull << VIRTIO_RING_F_EVENT_IDX);
}

static void test_frames_wait_for_the_guest(void)
{
    uint8_t frame[100], got[BUFFER_SIZE];
    Net n;

    net_start(&n, true, 0);
    for (unsigned i = 0; i < FRAMES_WAITING; i++) {
        frame_fill(frame, sizeof(frame), i);
        cable_write(&n, frame, sizeof(frame));
    }
    for (unsigned i = 0; i < FRAMES_WAITING; i++) {
        GuestBuffer buffer = { n.data, BUFFER_SIZE, true };

        guest_queue_add(&n.rx, &buffer, 1);
        guest_queue_notify(&n.rx);
        g_assert_cmpuint(queue_wait(&n.rx), ==, 12 + sizeof(frame));
        virtio_guest_memread(&n.guest, n.data + 12, got, sizeof(frame));
        frame_fill(frame, sizeof(frame), i);
        g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
    }
    net_end(&n);
}

static void test_link_by_qmp(void)
{
    Net n;

    net_start(&n, true, 1ull << VIRTIO_NET_F_STATUS);
    g_assert_cmphex(virtio_guest_config_read(&n.guest, 6, 2), ==, VIRTIO_NET_S_LINK_UP);
    qtest_qmp_assert_success(n.qts, "{'execute': 'set_link', 'arguments': "
                             "{'name': 'card0', 'up': false}}");
    g_assert_cmphex(virtio_guest_config_read(&n.guest, 6, 2), ==, 0);
    g_assert_cmphex(virtio_guest_irq_take(&n.guest), ==, VIRTIO_MMIO_INT_CONFIG);
    qtest_qmp_assert_success(n.qts, "{'execute': 'set_link', 'arguments': "
                             "{'name': 'card0', 'up': true}}");
    g_assert_cmphex(virtio_guest_config_read(&n.guest, 6, 2), ==, VIRTIO_NET_S_LINK_UP);
    qmp_assert_error_class(qtest_qmp(n.qts, "{'execute': 'set_link', 'arguments': "
                                     "{'name': 'nobody', 'up': true}}"), "DeviceNotFound");
    net_end(&n);
}

static void test_backend_goes_and_comes_by_qmp(void)
{
    uint8_t frame[64];
    Net n;

    net_start(&n, true, 1ull << VIRTIO_NET_F_STATUS);
    qtest_qmp_assert_success(n.qts, "{'execute': 'netdev_del', 'arguments': {'id': 'net0'}}");
    g_assert_cmphex(virtio_guest_config_read(&n.guest, 6, 2), ==, 0);
    frame_fill(frame, sizeof(frame), 1);
    frame_send(&n, frame, sizeof(frame));
    queue_wait(&n.tx);
    qtest_qmp_assert_success(n.qts, "{'execute': 'netdev_add', 'arguments': {'type': 'stream', "
                             "'id': 'net0', 'server': true, "
                             "'addr': {'type': 'unix', 'path': %s}}}", n.path);
    qmp_expect_error_and_unref(
        qtest_qmp(n.qts, "{'execute': 'netdev_add', 'arguments': {'type': 'stream', "
                  "'id': 'net0', 'server': true, 'addr': {'type': 'unix', 'path': %s}}}", n.path),
        "GenericError");
    qmp_assert_error_class(qtest_qmp(n.qts, "{'execute': 'netdev_del', 'arguments': "
                                     "{'id': 'other'}}"), "DeviceNotFound");
    net_end(&n);
}

static void test_filter_by_qmp(void)
{
    uint8_t command[3] = { VIRTIO_NET_CTRL_RX, VIRTIO_NET_CTRL_RX_PROMISC, 0 };
    QDict *rsp, *filter, *event;
    Net n;

    net_start(&n, true, 1ull << VIRTIO_NET_F_CTRL_VQ | 1ull << VIRTIO_NET_F_CTRL_RX);
    for (int i = 0; i < 2; i++) {
        GuestBuffer buffers[] = { { n.data, 2, false }, { n.data + 2, 1, false },
                                  { n.data + 16, 1, true } };

        command[2] = i;
        virtio_guest_memwrite(&n.guest, n.data, command, sizeof(command));
        guest_queue_add(&n.ctrl, buffers, 3);
        guest_queue_notify(&n.ctrl);
        queue_wait(&n.ctrl);
    }
    /* Once for both commands. */
    event = qtest_qmp_eventwait_ref(n.qts, "NIC_RX_FILTER_CHANGED");
    g_assert_cmpstr(qdict_get_str(qdict_get_qdict(event, "data"), "name"), ==, "card0");
    qobject_unref(event);
    rsp = qtest_qmp(n.qts, "{'execute': 'query-rx-filter', 'arguments': {'name': 'card0'}}");
    g_assert_null(qtest_qmp_event_ref(n.qts, "NIC_RX_FILTER_CHANGED"));
    filter = qobject_to(QDict, qlist_peek(qdict_get_qlist(rsp, "return")));
    g_assert_true(qdict_get_bool(filter, "promiscuous"));
    g_assert_cmpstr(qdict_get_str(filter, "main-mac"), ==, TEST_MAC);
    qobject_unref(rsp);
    net_end(&n);
}

static void test_info_network(void)
{
    g_autofree char *text = NULL, *expected = NULL;
    Net n;

    net_start(&n, true, 0);
    text = qtest_hmp(n.qts, "info network");
    expected = g_strdup_printf("card0: index=0,type=nic,model=virtio-net-device,macaddr=%s\r\n"
                               " \\ net0: index=0,type=stream,connected,server=on,addr=unix:%s\r\n",
                               TEST_MAC, n.path);
    g_assert_cmpstr(text, ==, expected);
    net_end(&n);
}

#ifdef CONFIG_SLIRP
/* "-nic" and the board's default, without any packet leaving the program. */
static void test_cards_without_device_option(void)
{
    QTestState *qts = qtest_init("-M virt -nic user,mac=52:54:00:00:00:09,restrict=on");
    char *text = qtest_hmp(qts, "info network");

    g_assert_nonnull(strstr(text, "macaddr=52:54:00:00:00:09"));
    g_assert_nonnull(strstr(text, "type=user,net=10.0.2.0,restrict=on"));
    g_free(text);
    qtest_quit(qts);

    qts = qtest_init("-M virt");
    text = qtest_hmp(qts, "info network");
    g_assert_nonnull(strstr(text, "virtio-net-device.0: index=0,type=nic"));
    g_free(text);
    qtest_quit(qts);

    qts = qtest_init("-M virt -nic none");
    text = qtest_hmp(qts, "info network");
    g_assert_cmpstr(text, ==, "");
    g_free(text);
    qtest_quit(qts);
}
#endif

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/virtio-net/frames/legacy", test_legacy_frames_both_ways);
    qtest_add_func("/virtio-net/frames/modern", test_modern_frames_both_ways);
    qtest_add_func("/virtio-net/frames/wait-for-the-guest", test_frames_wait_for_the_guest);
    qtest_add_func("/virtio-net/qmp/link", test_link_by_qmp);
    qtest_add_func("/virtio-net/qmp/backend", test_backend_goes_and_comes_by_qmp);
    qtest_add_func("/virtio-net/qmp/filter", test_filter_by_qmp);
    qtest_add_func("/virtio-net/hmp/info-network", test_info_network);
#ifdef CONFIG_SLIRP
    qtest_add_func("/virtio-net/options", test_cards_without_device_option);
#endif
    return g_test_run();
}
