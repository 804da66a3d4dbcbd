/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user network with a tiny guest in the test: it asks for an address by DHCP, resolves and
 * pings the router, and serves a TCP connection that comes through a forwarded port. Only the
 * loopback interface of the host is used.
 */
#include "net-test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include "net/eth.h"
#include "net/slirp.h"

#define GUEST_IP 0x0a00020f
#define ROUTER_IP 0x0a000202
#define DNS_IP 0x0a000203

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_ACK 0x10

static const uint8_t guest_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

/* What the guest knows, and the last answers it got. */
typedef struct Guest {
    TestClient *card;
    uint8_t router_mac[6];
    bool knows_router;
    uint8_t dhcp_type;          /* of the last answer; 2 offer, 5 acknowledge */
    uint32_t dhcp_address;
    uint32_t dhcp_router, dhcp_dns;
    bool got_pong;
    /* The one connection. */
    uint16_t peer_port;
    uint32_t peer_ip;
    uint32_t next_seq, next_ack;
    bool is_open, is_closed;
    GString *received;
} Guest;

/* ---- writing ---- */

static uint32_t sum_add(uint32_t sum, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        sum += i & 1 ? data[i] : data[i] << 8;
    }
    return sum;
}

/* Internet checksum (RFC 1071). */
static uint16_t sum_end(uint32_t sum)
{
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return ~sum;
}

static void guest_send(Guest *g, const uint8_t *frame, size_t size)
{
    g_assert_cmpint(qemu_send_packet(&g->card->nc, frame, size), ==, size);
}

static size_t eth_header(Guest *g, uint8_t *frame, bool is_broadcast, uint16_t type)
{
    memset(frame, 0xff, 6);
    if (!is_broadcast) {
        memcpy(frame, g->router_mac, 6);
    }
    memcpy(frame + 6, guest_mac, 6);
    stw_be_p(frame + 12, type);
    return ETH_HLEN;
}

static void arp_send(Guest *g, uint16_t op, const uint8_t *target_mac, uint32_t target_ip)
{
    uint8_t frame[ETH_ZLEN] = { };
    uint8_t *arp = frame + eth_header(g, frame, op == 1, ETH_P_ARP);

    stw_be_p(arp, 1);
    stw_be_p(arp + 2, ETH_P_IP);
    arp[4] = 6;
    arp[5] = 4;
    stw_be_p(arp + 6, op);
    memcpy(arp + 8, guest_mac, 6);
    stl_be_p(arp + 14, GUEST_IP);
    memcpy(arp + 18, target_mac, 6);
    stl_be_p(arp + 24, target_ip);
    guest_send(g, frame, sizeof(frame));
}

/* Puts Ethernet and IPv4 headers in front of the @len bytes at frame + 34, and sends. */
static void ip_send(Guest *g, uint8_t *frame, uint8_t protocol, uint32_t from, uint32_t to,
                    size_t len)
{
    uint8_t *ip = frame + eth_header(g, frame, !g->knows_router, ETH_P_IP);

    memset(ip, 0, 20);
    ip[0] = 0x45;
    stw_be_p(ip + 2, 20 + len);
    ip[8] = 64;
    ip[9] = protocol;
    stl_be_p(ip + 12, from);
    stl_be_p(ip + 16, to);
    stw_be_p(ip + 10, sum_end(sum_add(0, ip, 20)));
    guest_send(g, frame, ETH_HLEN + 20 + len);
}

/* DHCP (RFC 2131) from a guest without address: 1 discover, 3 request. */
static void dhcp_send(Guest *g, uint8_t type)
{
    static const uint8_t cookie[] = { 99, 130, 83, 99 };
    uint8_t frame[34 + 8 + 300] = { };
    uint8_t *udp = frame + 34, *dhcp = udp + 8, *option = dhcp + 240;

    stw_be_p(udp, 68);
    stw_be_p(udp + 2, 67);
    stw_be_p(udp + 4, 8 + 300);
    dhcp[0] = 1;
    dhcp[1] = 1;
    dhcp[2] = 6;
    stl_be_p(dhcp + 4, 0x12345678);
    memcpy(dhcp + 28, guest_mac, 6);
    memcpy(dhcp + 236, cookie, 4);
    *option++ = 53;
    *option++ = 1;
    *option++ = type;
    if (type == 3) {
        *option++ = 50;
        *option++ = 4;
        stl_be_p(option, g->dhcp_address);
        option += 4;
    }
    *option = 255;
    ip_send(g, frame, IP_PROTO_UDP, 0, 0xffffffff, 8 + 300);
}

static void ping_send(Guest *g)
{
    uint8_t frame[34 + 16] = { };
    uint8_t *icmp = frame + 34;

    icmp[0] = 8;
    stw_be_p(icmp + 4, 0x1234);
    memcpy(icmp + 8, "echo-it!", 8);
    stw_be_p(icmp + 2, sum_end(sum_add(0, icmp, 16)));
    ip_send(g, frame, IP_PROTO_ICMP, GUEST_IP, ROUTER_IP, 16);
}

static void tcp_send(Guest *g, uint8_t flags, const char *data)
{
    size_t len = strlen(data);
    uint8_t frame[34 + 20 + 1400] = { };
    uint8_t *tcp = frame + 34, pseudo[12] = { };

    stw_be_p(tcp, 7);
    stw_be_p(tcp + 2, g->peer_port);
    stl_be_p(tcp + 4, g->next_seq);
    stl_be_p(tcp + 8, g->next_ack);
    tcp[12] = 0x50;
    tcp[13] = flags;
    stw_be_p(tcp + 14, 8192);
    memcpy(tcp + 20, data, len);
    stl_be_p(pseudo, GUEST_IP);
    stl_be_p(pseudo + 4, g->peer_ip);
    pseudo[9] = IP_PROTO_TCP;
    stw_be_p(pseudo + 10, 20 + len);
    stw_be_p(tcp + 16, sum_end(sum_add(sum_add(0, pseudo, 12), tcp, 20 + len)));
    g->next_seq += len + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
    ip_send(g, frame, IP_PROTO_TCP, GUEST_IP, g->peer_ip, 20 + len);
}

/* ---- reading ---- */

static void arp_read(Guest *g, const uint8_t *arp)
{
    if (lduw_be_p(arp + 6) == 1 && ldl_be_p(arp + 24) == GUEST_IP) {
        memcpy(g->router_mac, arp + 8, 6);
        g->knows_router = true;
        arp_send(g, 2, arp + 8, ldl_be_p(arp + 14));
    } else if (lduw_be_p(arp + 6) == 2 && ldl_be_p(arp + 14) == ROUTER_IP) {
        memcpy(g->router_mac, arp + 8, 6);
        g->knows_router = true;
    }
}

static void dhcp_read(Guest *g, const uint8_t *dhcp, size_t size)
{
    const uint8_t *option = dhcp + 240, *end = dhcp + size;

    g_assert_cmphex(ldl_be_p(dhcp + 4), ==, 0x12345678);
    g->dhcp_address = ldl_be_p(dhcp + 16);
    for (; option + 2 < end && *option != 255; option += 2 + option[1]) {
        if (option[0] == 53) {
            g->dhcp_type = option[2];
        } else if (option[0] == 3) {
            g->dhcp_router = ldl_be_p(option + 2);
        } else if (option[0] == 6) {
            g->dhcp_dns = ldl_be_p(option + 2);
        }
    }
}

static void tcp_read(Guest *g, uint32_t from, const uint8_t *tcp, size_t size)
{
    size_t header = (tcp[12] >> 4) * 4, len = size - header;
    uint8_t flags = tcp[13];
    uint32_t seq = ldl_be_p(tcp + 4);

    g_assert_cmpuint(lduw_be_p(tcp + 2), ==, 7);
    if (flags & TCP_SYN) {
        g->peer_ip = from;
        g->peer_port = lduw_be_p(tcp);
        g->next_seq = 1000;
        g->next_ack = seq + 1;
        tcp_send(g, TCP_SYN | TCP_ACK, "");
        return;
    }
    g->is_open = true;
    if (seq != g->next_ack) {
        return;                 /* sent again */
    }
    g_string_append_len(g->received, (const char *)tcp + header, len);
    g->next_ack += len + (flags & TCP_FIN ? 1 : 0);
    g->is_closed |= flags & TCP_FIN;
    if (len || (flags & TCP_FIN)) {
        tcp_send(g, TCP_ACK, "");
    }
}

static void ip_read(Guest *g, const uint8_t *ip)
{
    size_t size = lduw_be_p(ip + 2) - 20;

    g_assert_cmphex(ip[0], ==, 0x45);
    g_assert_cmphex(sum_end(sum_add(0, ip, 20)), ==, 0);
    switch (ip[9]) {
    case IP_PROTO_UDP:
        if (lduw_be_p(ip + 22) == 68) {
            dhcp_read(g, ip + 28, size - 8);
        }
        break;
    case IP_PROTO_ICMP:
        g->got_pong |= ip[20] == 0 && memcmp(ip + 28, "echo-it!", 8) == 0;
        break;
    case IP_PROTO_TCP:
        tcp_read(g, ldl_be_p(ip + 12), ip + 20, size);
        break;
    }
}

/* Looks at all that came since the last call; @done is what the test waits for. */
static bool guest_run(Guest *g, bool *done)
{
    GBytes *bytes;

    while ((bytes = g_queue_pop_head(&g->card->frames))) {
        const uint8_t *frame = g_bytes_get_data(bytes, NULL);

        g_assert_cmpuint(g_bytes_get_size(bytes), >=, ETH_ZLEN);
        if (lduw_be_p(frame + 12) == ETH_P_ARP) {
            arp_read(g, frame + ETH_HLEN);
        } else if (lduw_be_p(frame + 12) == ETH_P_IP) {
            ip_read(g, frame + ETH_HLEN);
        }
        g_bytes_unref(bytes);
    }
    return *done;
}

static void guest_init(Guest *g, const char *netdev)
{
    *g = (Guest) { .received = g_string_new(NULL) };
    g_assert_true(netdev_make(netdev, &error_abort));
    g->card = test_client_new(qemu_find_netdev("n"), "card");
}

static void guest_finish(Guest *g)
{
    g_string_free(g->received, true);
}

static void guest_dhcp(Guest *g)
{
    bool done = false;

    dhcp_send(g, 1);
    WAIT_UNTIL(guest_run(g, &done) || (done = g->dhcp_type == 2));
    done = false;
    dhcp_send(g, 3);
    WAIT_UNTIL(guest_run(g, &done) || (done = g->dhcp_type == 5));
    g_assert_cmphex(g->dhcp_address, ==, GUEST_IP);
}

/* ---- tests ---- */

static void test_dhcp_gives_address_router_and_name_server(void)
{
    Guest g;

    guest_init(&g, "user,id=n,ipv6=off");
    guest_dhcp(&g);
    g_assert_cmphex(g.dhcp_router, ==, ROUTER_IP);
    g_assert_cmphex(g.dhcp_dns, ==, DNS_IP);
    guest_finish(&g);
}

static void test_dhcp_of_another_network(void)
{
    bool done = false;
    Guest g;

    guest_init(&g, "user,id=n,ipv6=off,net=192.168.76.0/24,dhcpstart=192.168.76.9");
    dhcp_send(&g, 1);
    WAIT_UNTIL(guest_run(&g, &done) || (done = g.dhcp_type == 2));
    g_assert_cmphex(g.dhcp_address, ==, 0xc0a84c09);
    g_assert_cmphex(g.dhcp_router, ==, 0xc0a84c02);
    guest_finish(&g);
}

static void test_router_answers_arp_and_ping(void)
{
    static const uint8_t nobody[6];
    Guest g;

    guest_init(&g, "user,id=n,ipv6=off");
    arp_send(&g, 1, nobody, ROUTER_IP);
    WAIT_UNTIL(guest_run(&g, &g.knows_router));
    ping_send(&g);
    WAIT_UNTIL(guest_run(&g, &g.got_pong));
    guest_finish(&g);
}

/* The port that libslirp listens on for the one forward with port 0. */
static unsigned forward_port_get(const char *protocol)
{
    g_autofree char *text = net_slirp_info_text();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        unsigned port;

        if (strstr(*line, protocol) && strstr(*line, "HOST_FORWARD") &&
            sscanf(strstr(*line, "127.0.0.1") ?: "", "127.0.0.1 %u", &port) == 1) {
            return port;
        }
    }
    return 0;
}

static int host_connect(unsigned port)
{
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(connect(fd, (struct sockaddr *)&in, sizeof(in)), ==, 0);
    return fd;
}

static void test_tcp_through_a_forwarded_port(void)
{
    char answer[16] = "";
    Guest g;
    int fd;

    guest_init(&g, "user,id=n,ipv6=off,hostfwd=tcp:127.0.0.1:0-:7");
    guest_dhcp(&g);
    fd = host_connect(forward_port_get("TCP"));
    WAIT_UNTIL(guest_run(&g, &g.is_open));
    g_assert_cmpint(send(fd, "from the host", 13, 0), ==, 13);
    WAIT_UNTIL(guest_run(&g, &(bool) { false }) || g.received->len == 13);
    g_assert_cmpstr(g.received->str, ==, "from the host");
    tcp_send(&g, TCP_ACK, "from the guest");
    WAIT_UNTIL(recv(fd, answer, sizeof(answer), MSG_DONTWAIT | MSG_PEEK) == 14);
    g_assert_cmpint(recv(fd, answer, sizeof(answer), 0), ==, 14);
    g_assert_cmpstr(answer, ==, "from the guest");
    /* The host closes, the guest hears of it; the guest closes, the host does. */
    shutdown(fd, SHUT_WR);
    WAIT_UNTIL(guest_run(&g, &g.is_closed));
    tcp_send(&g, TCP_FIN | TCP_ACK, "");
    WAIT_UNTIL(recv(fd, answer, sizeof(answer), MSG_DONTWAIT) == 0);
    close(fd);
    guest_finish(&g);
}

static void test_forwards_come_and_go(void)
{
    g_autofree char *rule = NULL;
    unsigned port;
    Guest g;

    guest_init(&g, "user,id=n,ipv6=off");
    g_assert_cmpuint(forward_port_get("TCP"), ==, 0);
    g_assert_true(net_slirp_hostfwd_add("n", "tcp:127.0.0.1:0-:7", &error_abort));
    port = forward_port_get("TCP");
    g_assert_cmpuint(port, >, 0);
    /* Taken: the message names the rule. */
    rule = g_strdup_printf("tcp:127.0.0.1:%u-:7", port);
    g_assert_false(net_slirp_hostfwd_add(NULL, rule, NULL));
    g_assert_true(net_slirp_hostfwd_remove(NULL, rule, &error_abort));
    g_assert_cmpuint(forward_port_get("TCP"), ==, 0);
    g_assert_false(net_slirp_hostfwd_remove("n", rule, NULL));
    g_assert_false(net_slirp_hostfwd_add("other", "tcp:127.0.0.1:0-:7", NULL));
    g_assert_false(net_slirp_hostfwd_add("n", "nonsense", NULL));
    guest_finish(&g);
}

static void test_a_port_that_is_taken_fails_the_backend(void)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof(in);
    g_autofree char *text = NULL;

    g_assert_cmpint(bind(fd, (struct sockaddr *)&in, len), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&in, &len), ==, 0);
    text = g_strdup_printf("user,id=n,hostfwd=tcp:127.0.0.1:0-:1,hostfwd=tcp:127.0.0.1:%u-:7",
                           ntohs(in.sin_port));
    assert_netdev_fails(text, "cannot listen for hostfwd=");
    g_assert_null(qemu_find_netdev("n"));
    close(fd);
}

static void test_nonsense_from_the_guest_is_survived(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(4242);
    uint8_t frame[1514];
    Guest g;

    guest_init(&g, "user,id=n");
    guest_dhcp(&g);
    for (int i = 0; i < 20000; i++) {
        size_t size = g_rand_int_range(rand, 0, sizeof(frame) + 1);

        for (size_t j = 0; j < size; j++) {
            frame[j] = g_rand_int(rand);
        }
        if (size >= 34 && g_rand_boolean(rand)) {
            stw_be_p(frame + 12, g_rand_boolean(rand) ? ETH_P_IP : ETH_P_ARP);
            frame[14] = 0x45;
            /* Not to hosts beyond: nothing is to leave this machine. */
            stl_be_p(frame + 30, ROUTER_IP + g_rand_int_range(rand, 0, 3));
        } else if (size >= 14) {
            stw_be_p(frame + 12, ETH_P_ARP);
        }
        qemu_send_packet(&g.card->nc, frame, size);
        g_queue_clear_full(&g.card->frames, (GDestroyNotify)g_bytes_unref);
    }
    g.dhcp_type = 0;
    g.knows_router = false;
    guest_dhcp(&g);
    guest_finish(&g);
}

int main(int argc, char **argv)
{
    test_init(&argc, &argv);
    test_add("/net/user/dhcp", test_dhcp_gives_address_router_and_name_server);
    test_add("/net/user/dhcp-of-another-network", test_dhcp_of_another_network);
    test_add("/net/user/arp-and-ping", test_router_answers_arp_and_ping);
    test_add("/net/user/tcp-through-a-forwarded-port", test_tcp_through_a_forwarded_port);
    test_add("/net/user/forwards-come-and-go", test_forwards_come_and_go);
    test_add("/net/user/port-taken", test_a_port_that_is_taken_fails_the_backend);
    test_add("/net/user/nonsense", test_nonsense_from_the_guest_is_survived);
    return g_test_run();
}
