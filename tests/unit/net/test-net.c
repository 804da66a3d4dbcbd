/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients and their queues (net/net.h, net/queue.h). */
#include "net-test.h"
#include "net/checksum.h"
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

/* ---- checksums ---- */

/* The example of RFC 1071: these words add up to ddf2 with carries. */
static uint8_t rfc1071[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

static void test_sum_of_the_standards_example(void)
{
    g_assert_cmphex(net_raw_checksum(rfc1071, 8), ==, 0xffff & ~0xddf2);
    g_assert_cmphex(net_checksum_finish(net_checksum_add(8, rfc1071)), ==, 0xffff & ~0xddf2);
    g_assert_cmphex(net_raw_checksum(rfc1071, 0), ==, 0xffff);
}

static void test_sum_in_parts_is_the_whole(void)
{
    for (int cut = 0; cut <= 8; cut++) {
        struct iovec iov[] = { { rfc1071, cut }, { }, { rfc1071 + cut, 8 - cut } };
        uint32_t sum = net_checksum_add(cut, rfc1071) +
                       net_checksum_add_cont(8 - cut, rfc1071 + cut, cut);

        g_assert_cmphex(net_checksum_finish(sum), ==, 0xffff & ~0xddf2);
        g_assert_cmphex(net_checksum_finish(net_checksum_add_iov(iov, 3, 0, 99, 0)), ==,
                        0xffff & ~0xddf2);
        /* Bytes 3 to 6, of which the first one is the low half of a word. */
        g_assert_cmphex(net_checksum_add_iov(iov, 3, 3, 4, 3), ==, 0x03 + 0xf4f5 + 0xf600);
    }
}

static void test_no_udp_checksum_is_zero(void)
{
    g_assert_cmphex(net_checksum_finish(0xffff), ==, 0);
    g_assert_cmphex(net_checksum_finish_nozero(0xffff), ==, 0xffff);
    g_assert_cmphex(net_checksum_finish_nozero(0x1234), ==, 0xffff & ~0x1234);
}

/* A frame with an IPv4 packet, its checksums wrong; its IP header's is b861. */
static const uint8_t ip_frame[] = {
    2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00,
    0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xff, 0xff, 0xc0, 0xa8, 0x00, 0x01,
    0xc0, 0xa8, 0x00, 0xc7,
    [34 + 95 - 1] = 0x77
};

typedef struct Frame {
    uint8_t bytes[192];
    int len;
    uint8_t *ip;
} Frame;

/* The frame with @tags VLAN tags, and protocol @proto. */
static void frame_make(Frame *f, int tags, uint8_t proto)
{
    static const uint8_t tag[] = { 0x81, 0x00, 0x00, 0x05 };

    memset(f, 0, sizeof(*f));
    memcpy(f->bytes, ip_frame, 12);
    for (int i = 0; i < tags; i++) {
        memcpy(f->bytes + 12 + 4 * i, tag, 4);
    }
    memcpy(f->bytes + 12 + 4 * tags, ip_frame + 12, sizeof(ip_frame) - 12);
    f->len = sizeof(ip_frame) + 4 * tags;
    f->ip = f->bytes + 14 + 4 * tags;
    f->ip[9] = proto;
}

static void assert_payload_sums_up(Frame *f)
{
    g_assert_cmphex(net_checksum_tcpudp(95, f->ip[9], f->ip + 12, f->ip + 20), ==, 0);
}

static void test_frame_gets_its_checksums(void)
{
    Frame f;

    for (int tags = 0; tags <= 2; tags++) {
        frame_make(&f, tags, IP_PROTO_UDP);
        net_checksum_calculate(f.bytes, f.len, CSUM_ALL);
        g_assert_cmphex(lduw_be_p(f.ip + 10), ==, 0xb861);
        assert_payload_sums_up(&f);
        g_assert_cmphex(lduw_be_p(f.ip + 26), !=, 0);
        frame_make(&f, tags, IP_PROTO_TCP);
        net_checksum_calculate(f.bytes, f.len, CSUM_ALL);
        assert_payload_sums_up(&f);
        g_assert_cmphex(lduw_be_p(f.ip + 36), !=, 0);
    }
}

static void test_only_wanted_checksums_are_filled_in(void)
{
    Frame f, before;

    frame_make(&f, 0, IP_PROTO_UDP);
    before = f;
    net_checksum_calculate(f.bytes, f.len, CSUM_TCP);
    g_assert_cmpmem(f.bytes, f.len, before.bytes, f.len);
    net_checksum_calculate(f.bytes, f.len, CSUM_IP);
    g_assert_cmphex(lduw_be_p(f.ip + 10), ==, 0xb861);
    g_assert_cmphex(lduw_be_p(f.ip + 26), ==, 0);
    frame_make(&f, 0, IP_PROTO_UDP);
    net_checksum_calculate(f.bytes, f.len, CSUM_UDP);
    g_assert_cmphex(lduw_be_p(f.ip + 10), ==, 0xffff);
    assert_payload_sums_up(&f);
}

static void test_fragment_keeps_its_payload(void)
{
    Frame f;

    frame_make(&f, 0, IP_PROTO_UDP);
    stw_be_p(f.ip + 6, IP_MF);
    net_checksum_calculate(f.bytes, f.len, CSUM_ALL);
    g_assert_cmphex(net_raw_checksum(f.ip, 20), ==, 0);
    g_assert_cmphex(lduw_be_p(f.ip + 26), ==, 0);
}

/* Each is cut to every length, in a buffer of just that length. */
static void test_frames_that_lie_change_nothing_beyond(void)
{
    Frame f;

    for (int tags = 0; tags <= 2; tags++) {
        frame_make(&f, tags, tags & 1 ? IP_PROTO_TCP : IP_PROTO_UDP);
        for (int len = 0; len < f.len; len++) {
            g_autofree uint8_t *cut = g_memdup2(f.bytes, len + 1);

            net_checksum_calculate(cut, len, CSUM_ALL);
            g_assert_cmpmem(cut, len + 1, f.bytes, len + 1);
        }
    }
    frame_make(&f, 0, IP_PROTO_UDP);
    f.ip[0] = 0x44; /* a header of 16 bytes */
    net_checksum_calculate(f.bytes, f.len, CSUM_ALL);
    g_assert_cmphex(lduw_be_p(f.ip + 10), ==, 0xffff);
    f.ip[0] = 0x65;
    net_checksum_calculate(f.bytes, f.len, CSUM_ALL);
    g_assert_cmphex(lduw_be_p(f.ip + 10), ==, 0xffff);
    f.ip[0] = 0x45;
    stw_be_p(f.ip + 2, 24); /* no room for a UDP header */
    net_checksum_calculate(f.bytes, f.len, CSUM_ALL);
    g_assert_cmphex(net_raw_checksum(f.ip, 20), ==, 0);
    g_assert_cmphex(lduw_be_p(f.ip + 26), ==, 0);
}

/* ---- headers ---- */

static void test_headers_are_behind_tags(void)
{
    Frame f;

    for (int tags = 0; tags <= 2; tags++) {
        frame_make(&f, tags, IP_PROTO_UDP);
        g_assert_cmpuint(eth_get_l2_hdr_length(f.bytes), ==, 14 + 4 * tags);
        g_assert_true((uint8_t *)PKT_GET_IP_HDR(f.bytes) == f.ip);
        g_assert_cmphex(eth_get_pkt_tci(f.bytes), ==, tags ? 5 : 0);
    }
    g_assert_cmpuint(IP_HDR_GET_LEN(f.ip), ==, 20);
    g_assert_false(IP4_IS_FRAGMENT((struct ip_header *)f.ip));
}

static void test_tags_are_put_outside(void)
{
    static const uint8_t tagged[] = { 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2,
                                      0x88, 0xa8, 0, 7, 0x81, 0, 0x20, 5, 0x08, 0 };
    uint8_t header[22] = { 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 0x08, 0 };
    size_t size = 14;

    eth_setup_vlan_headers(PKT_GET_ETH_HDR(header), &size, 0x2005, ETH_P_VLAN);
    g_assert_cmpuint(size, ==, 18);
    eth_setup_vlan_headers(PKT_GET_ETH_HDR(header), &size, 7, ETH_P_DVLAN);
    g_assert_cmpmem(header, size, tagged, sizeof(tagged));
}

static void test_kinds_of_addresses(void)
{
    struct eth_header one = { .h_dest = { 2 } }, group = { .h_dest = { 3 } },
                      all = { .h_dest = { 255, 255, 255, 255, 255, 255 } };

    g_assert_cmpint(get_eth_packet_type(&one), ==, ETH_PKT_UCAST);
    g_assert_cmpint(get_eth_packet_type(&group), ==, ETH_PKT_MCAST);
    g_assert_cmpint(get_eth_packet_type(&all), ==, ETH_PKT_BCAST);
}

static void test_parts_of_an_offload(void)
{
    Frame f;
    uint32_t summed, sum;

    frame_make(&f, 0, IP_PROTO_UDP);
    eth_fix_ip4_checksum(f.ip, 20);
    g_assert_cmphex(lduw_be_p(f.ip + 10), ==, 0xb861);
    sum = eth_calc_ip4_pseudo_hdr_csum((struct ip_header *)f.ip, 95, &summed);
    g_assert_cmpuint(summed, ==, 12);
    g_assert_cmphex(net_checksum_finish(sum + net_checksum_add(95, f.ip + 20)), ==,
                    net_checksum_tcpudp(95, IP_PROTO_UDP, f.ip + 12, f.ip + 20));
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
    test_add("/net/checksum/standard", test_sum_of_the_standards_example);
    test_add("/net/checksum/parts", test_sum_in_parts_is_the_whole);
    test_add("/net/checksum/udp-never-zero", test_no_udp_checksum_is_zero);
    test_add("/net/checksum/frame", test_frame_gets_its_checksums);
    test_add("/net/checksum/only-wanted", test_only_wanted_checksums_are_filled_in);
    test_add("/net/checksum/fragment", test_fragment_keeps_its_payload);
    test_add("/net/checksum/lying-frame", test_frames_that_lie_change_nothing_beyond);
    test_add("/net/eth/headers-behind-tags", test_headers_are_behind_tags);
    test_add("/net/eth/tags-outside", test_tags_are_put_outside);
    test_add("/net/eth/kinds-of-addresses", test_kinds_of_addresses);
    test_add("/net/eth/parts-of-an-offload", test_parts_of_an_offload);
    return g_test_run();
}
