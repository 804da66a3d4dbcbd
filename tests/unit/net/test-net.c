/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients and their queues (net/net.h, net/queue.h). */
#include "net-test.h"
#include "net/eth.h"

/* Two clients at one cable. */
static void pair_make(TestClient **a, TestClient **b)
{
    *a = test_client_new(NULL, "a");
    *b = test_client_new(&(*a)->nc, "b");
}

static ssize_t send_byte(TestClient *c, uint8_t byte, NetPacketSent *sent_cb)
{
    return qemu_send_packet_async(&c->nc, &byte, 1, sent_cb);
}

static void test_a_frame_arrives_at_once(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    g_assert_cmpint(qemu_send_packet(&a->nc, (const uint8_t *)"hello", 5), ==, 5);
    test_client_expect(b, "hello", 5);
    g_assert_cmpuint(a->frames.length, ==, 0);
}

static void test_pieces_arrive_as_one(void)
{
    struct iovec iov[] = { { (void *)"he", 2 }, { (void *)"", 0 }, { (void *)"llo", 3 } };
    TestClient *a, *b;

    pair_make(&a, &b);
    g_assert_cmpint(qemu_sendv_packet(&b->nc, iov, 3), ==, 5);
    test_client_expect(a, "hello", 5);
}

static void test_without_a_peer_frames_are_lost(void)
{
    TestClient *a = test_client_new(NULL, "a");

    g_assert_cmpint(qemu_send_packet(&a->nc, (const uint8_t *)"hello", 5), ==, 5);
}

static void test_busy_receiver_gets_frames_later_in_order(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    b->is_busy = true;
    for (uint8_t i = 0; i < 3; i++) {
        g_assert_cmpint(send_byte(a, i, test_client_sent), ==, 0);
    }
    g_assert_false(qemu_can_send_packet(&a->nc));
    g_assert_cmpuint(a->sent, ==, 0);
    b->is_busy = false;
    /* It has not said that it can go on. */
    g_assert_cmpint(send_byte(a, 3, test_client_sent), ==, 0);
    qemu_flush_queued_packets(&b->nc);
    g_assert_cmpuint(a->sent, ==, 4);
    for (uint8_t i = 0; i < 4; i++) {
        test_client_expect(b, &i, 1);
    }
    g_assert_true(qemu_can_send_packet(&a->nc));
}

static void test_flush_of_a_receiver_still_busy_keeps_frames(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    b->is_busy = true;
    for (uint8_t i = 0; i < 3; i++) {
        send_byte(a, i, test_client_sent);
    }
    for (int i = 0; i < 3; i++) {
        qemu_flush_queued_packets(&b->nc);
    }
    g_assert_cmpuint(a->sent, ==, 0);
    b->is_busy = false;
    qemu_flush_queued_packets(&b->nc);
    g_assert_cmpuint(a->sent, ==, 3);
    for (uint8_t i = 0; i < 3; i++) {
        test_client_expect(b, &i, 1);
    }
}

static void test_receiver_that_fails_loses_the_frame(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    b->fails = true;
    g_assert_cmpint(send_byte(a, 1, test_client_sent), ==, -1);
    g_assert_cmpuint(a->sent, ==, 0);
    b->fails = false;
    g_assert_cmpint(send_byte(a, 2, test_client_sent), ==, 1);
}

static void test_an_empty_frame_does_not_stop_the_receiver(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    g_assert_cmpint(qemu_send_packet(&a->nc, (const uint8_t *)"", 0), ==, -1);
    g_assert_cmpint(send_byte(a, 1, NULL), ==, 1);
}

static void test_queue_is_bounded_for_senders_that_do_not_wait(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    b->is_busy = true;
    for (unsigned i = 0; i < QEMU_NET_QUEUE_MAX + 5; i++) {
        g_assert_cmpint(send_byte(a, 1, NULL), ==, 0);
    }
    /* One that waits is never lost. */
    g_assert_cmpint(send_byte(a, 2, test_client_sent), ==, 0);
    b->is_busy = false;
    qemu_flush_queued_packets(&b->nc);
    g_assert_cmpuint(b->frames.length, ==, QEMU_NET_QUEUE_MAX + 1);
    g_assert_cmpuint(a->sent, ==, 1);
}

static void test_purge_tells_the_sender(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    b->is_busy = true;
    send_byte(a, 1, test_client_sent);
    send_byte(a, 2, test_client_sent);
    qemu_purge_queued_packets(&a->nc);
    g_assert_cmpuint(a->sent, ==, 2);
    g_assert_cmpint(a->last_ret, ==, 0);
    b->is_busy = false;
    qemu_flush_queued_packets(&b->nc);
    g_assert_cmpuint(b->frames.length, ==, 0);
}

/* A receiver that answers each frame by another one, before it returns. */
static ssize_t echo_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    if (buf[0] < 5) {
        uint8_t next = buf[0] + 1;

        qemu_send_packet(nc, &next, 1);
    }
    return size;
}

static void test_answers_within_a_delivery_do_not_recurse(void)
{
    static NetClientInfo info = {
        .type = NET_CLIENT_DRIVER_TAP, .size = sizeof(NetClientState), .receive = echo_receive,
    };
    TestClient *a = test_client_new(NULL, "a");
    NetClientState *echo = qemu_new_net_client(&info, &a->nc, "echo", NULL);

    g_assert_cmpstr(echo->name, ==, "echo.0");
    for (uint8_t i = 0; i < 5; i++) {
        uint8_t answer = i + 1;

        send_byte(a, i, NULL);
        test_client_expect(a, &answer, 1);
    }
}

/* A receiver that purges its sender's frames while it is given one. */
static ssize_t purger_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    if (buf[0] == 0) {
        return 0;
    }
    qemu_purge_queued_packets(nc->peer);
    return 0;
}

static void test_purge_during_a_delivery(void)
{
    static NetClientInfo info = {
        .type = NET_CLIENT_DRIVER_TAP, .size = sizeof(NetClientState), .receive = purger_receive,
    };
    TestClient *a = test_client_new(NULL, "a");
    NetClientState *purger = qemu_new_net_client(&info, &a->nc, "purger", NULL);

    /* Delivered directly it is not in the queue yet: kept, as the receiver asked for. */
    send_byte(a, 1, test_client_sent);
    send_byte(a, 2, test_client_sent);
    g_assert_cmpuint(a->sent, ==, 0);
    qemu_flush_queued_packets(purger);
    g_assert_cmpuint(a->sent, ==, 2);
    g_assert_cmpint(a->last_ret, ==, 0);
}

static void test_link_down_loses_frames(void)
{
    TestClient *a, *b;
    Error *err = NULL;

    pair_make(&a, &b);
    g_assert_true(net_link_set("b", false, &error_abort));
    g_assert_cmpint(send_byte(a, 1, test_client_sent), ==, 1);
    g_assert_cmpint(send_byte(b, 1, test_client_sent), ==, 1);
    g_assert_cmpuint(b->frames.length, ==, 0);
    g_assert_cmpuint(a->frames.length, ==, 0);
    g_assert_true(net_link_set("b", true, &error_abort));
    g_assert_cmpint(send_byte(a, 1, test_client_sent), ==, 1);
    g_assert_cmpuint(b->frames.length, ==, 1);
    g_assert_false(net_link_set("c", true, &err));
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_DEVICE_NOT_FOUND);
    error_free(err);
}

static void test_stopped_machine_keeps_frames(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    net_vm_running_set(false);
    g_assert_cmpint(send_byte(a, 1, test_client_sent), ==, 0);
    g_assert_cmpuint(b->frames.length, ==, 0);
    net_vm_running_set(true);
    g_assert_cmpuint(b->frames.length, ==, 1);
    g_assert_cmpuint(a->sent, ==, 1);
}

static void test_deleted_client_takes_its_frames_along(void)
{
    TestClient *a, *b;

    pair_make(&a, &b);
    b->is_busy = true;
    send_byte(a, 1, test_client_sent);
    qemu_del_net_client(&a->nc);
    g_assert_null(b->nc.peer);
    b->is_busy = false;
    qemu_flush_queued_packets(&b->nc);
    g_assert_cmpuint(b->frames.length, ==, 0);
}

static void test_mac_addresses(void)
{
    MACAddr first = { }, second = { }, own = { .a = { 2, 0, 0, 0, 0, 1 } };
    uint8_t parsed[6];

    qemu_macaddr_default_if_unset(&first);
    qemu_macaddr_default_if_unset(&second);
    qemu_macaddr_default_if_unset(&own);
    g_assert_cmphex(first.a[0], ==, 0x52);
    g_assert_cmpint(memcmp(&first, &second, 6), !=, 0);
    g_assert_cmphex(own.a[5], ==, 1);
    g_assert_cmpint(net_parse_macaddr(parsed, "52:54:00:12:34:56"), ==, 0);
    g_assert_cmphex(parsed[5], ==, 0x56);
    g_assert_cmpint(net_parse_macaddr(parsed, "52-54-00-12-34-ff"), ==, 0);
    g_assert_cmphex(parsed[5], ==, 0xff);
    g_assert_cmpint(net_parse_macaddr(parsed, "52:54:00:12:34"), ==, -1);
    g_assert_cmpint(net_parse_macaddr(parsed, "52:54:00:12:34:5g"), ==, -1);
    g_assert_cmpint(net_parse_macaddr(parsed, "52:54:00:12:34:56:78"), ==, -1);
    g_assert_cmpint(net_parse_macaddr(parsed, ""), ==, -1);
}

static void test_crc_has_the_check_value_of_the_standard(void)
{
    /* CRC-32 of "123456789" is 0xcbf43926 after inversion; the other order is its mirror image. */
    g_assert_cmphex(net_crc32_le((const uint8_t *)"123456789", 9), ==, ~0xcbf43926u);
    g_assert_cmphex(net_crc32((const uint8_t *)"123456789", 9), ==, ~0x649c2fd3u);
}

static void test_short_frames_are_padded(void)
{
    uint8_t padded[64], zeros[ETH_ZLEN] = { };
    size_t size = sizeof(padded);

    g_assert_true(eth_pad_short_frame(padded, &size, "ab", 2));
    g_assert_cmpuint(size, ==, ETH_ZLEN);
    g_assert_cmpmem(padded, 2, "ab", 2);
    g_assert_cmpmem(padded + 2, ETH_ZLEN - 2, zeros, ETH_ZLEN - 2);
    g_assert_false(eth_pad_short_frame(padded, &size, zeros, ETH_ZLEN));
}

int main(int argc, char **argv)
{
    test_init(&argc, &argv);
    test_add("/net/send/at-once", test_a_frame_arrives_at_once);
    test_add("/net/send/pieces", test_pieces_arrive_as_one);
    test_add("/net/send/no-peer", test_without_a_peer_frames_are_lost);
    test_add("/net/queue/busy-receiver", test_busy_receiver_gets_frames_later_in_order);
    test_add("/net/queue/still-busy-receiver", test_flush_of_a_receiver_still_busy_keeps_frames);
    test_add("/net/queue/failing-receiver", test_receiver_that_fails_loses_the_frame);
    test_add("/net/queue/empty-frame", test_an_empty_frame_does_not_stop_the_receiver);
    test_add("/net/queue/bounded", test_queue_is_bounded_for_senders_that_do_not_wait);
    test_add("/net/queue/purge", test_purge_tells_the_sender);
    test_add("/net/queue/no-recursion", test_answers_within_a_delivery_do_not_recurse);
    test_add("/net/queue/purge-during-delivery", test_purge_during_a_delivery);
    test_add("/net/client/link-down", test_link_down_loses_frames);
    test_add("/net/client/stopped-machine", test_stopped_machine_keeps_frames);
    test_add("/net/client/deleted", test_deleted_client_takes_its_frames_along);
    test_add("/net/mac", test_mac_addresses);
    test_add("/net/crc", test_crc_has_the_check_value_of_the_standard);
    test_add("/net/padding", test_short_frames_are_padded);
    return g_test_run();
}
