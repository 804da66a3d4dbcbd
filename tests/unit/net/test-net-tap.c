/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "-netdev tap" in a network namespace that the test makes for itself: the host's own interfaces
 * are never touched. Skipped where namespaces or /dev/net/tun are not allowed.
 */
#include "net-test.h"
#include <arpa/inet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "net/eth.h"

#define HOST_IP 0xc0000201      /* 192.0.2.1, of a block for examples */
#define GUEST_IP 0xc0000202

static const uint8_t guest_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
static const char *skip_reason;

/* ---- namespace and interface ---- */

static const char *namespace_enter(void)
{
    uid_t uid = getuid();
    gid_t gid = getgid();

    if (unshare(CLONE_NEWNET) < 0) {
        g_autofree char *users = g_strdup_printf("0 %u 1", uid);
        g_autofree char *groups = g_strdup_printf("0 %u 1", gid);

        if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
            return "network namespaces are not allowed here";
        }
        /* Plain writes: a map can be written once only, and not by renaming a file. */
        g_file_set_contents_full("/proc/self/setgroups", "deny", -1, 0, 0, NULL);
        g_file_set_contents_full("/proc/self/uid_map", users, -1, 0, 0, NULL);
        g_file_set_contents_full("/proc/self/gid_map", groups, -1, 0, 0, NULL);
    }
    return access("/dev/net/tun", R_OK | W_OK) < 0 ? "/dev/net/tun is not accessible" : NULL;
}

static void interface_up(const char *name)
{
    struct ifreq ifr = { };
    struct sockaddr_in *in = (struct sockaddr_in *)&ifr.ifr_addr;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    g_strlcpy(ifr.ifr_name, name, IFNAMSIZ);
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = htonl(HOST_IP);
    g_assert_cmpint(ioctl(fd, SIOCSIFADDR, &ifr), ==, 0);
    in->sin_addr.s_addr = htonl(0xffffff00);
    g_assert_cmpint(ioctl(fd, SIOCSIFNETMASK, &ifr), ==, 0);
    ifr.ifr_flags = IFF_UP | IFF_RUNNING;
    g_assert_cmpint(ioctl(fd, SIOCSIFFLAGS, &ifr), ==, 0);
    close(fd);
}

static TestClient *tap_make(const char *options)
{
    g_autofree char *text = g_strconcat("tap,id=n", options, NULL);
    TestClient *card;

    g_assert_true(netdev_make(text, &error_abort));
    card = test_client_new(qemu_find_netdev("n"), "card");
    return card;
}

/* ---- frames ---- */

static void arp_send(TestClient *card, uint16_t op, const uint8_t *to, size_t hdr_len)
{
    uint8_t frame[12 + ETH_ZLEN] = { };
    uint8_t *eth = frame + hdr_len, *arp = eth + ETH_HLEN;

    memcpy(eth, to, 6);
    memcpy(eth + 6, guest_mac, 6);
    stw_be_p(eth + 12, ETH_P_ARP);
    stw_be_p(arp, 1);
    stw_be_p(arp + 2, ETH_P_IP);
    arp[4] = 6;
    arp[5] = 4;
    stw_be_p(arp + 6, op);
    memcpy(arp + 8, guest_mac, 6);
    stl_be_p(arp + 14, GUEST_IP);
    stl_be_p(arp + 24, HOST_IP);
    g_assert_cmpint(qemu_send_packet(&card->nc, frame, hdr_len + ETH_ZLEN), >, 0);
}

/* Drops frames until one of @type, with @op if that is ARP. NULL if there is none. */
static GBytes *frame_find(TestClient *card, size_t hdr_len, uint16_t type, uint16_t op)
{
    GBytes *bytes;

    while ((bytes = g_queue_pop_head(&card->frames))) {
        const uint8_t *eth = (const uint8_t *)g_bytes_get_data(bytes, NULL) + hdr_len;

        if (lduw_be_p(eth + 12) == type && (!op || lduw_be_p(eth + ETH_HLEN + 6) == op)) {
            return bytes;
        }
        g_bytes_unref(bytes);
    }
    return NULL;
}

static bool skip(void)
{
    if (skip_reason) {
        g_test_skip(skip_reason);
    }
    return skip_reason != NULL;
}

/* ---- tests ---- */

static void frames_both_ways(const char *options)
{
    static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    TestClient *card = tap_make(options);
    g_autoptr(GBytes) reply = NULL;

    interface_up("gantry0");
    arp_send(card, 1, broadcast, 0);
    /* The kernel answers for its own address. */
    WAIT_UNTIL(reply || (reply = frame_find(card, 0, ETH_P_ARP, 2)));
    g_assert_cmphex((uint32_t)ldl_be_p(g_bytes_get_data(reply, NULL) + ETH_HLEN + 14), ==,
                    HOST_IP);
}

static void test_frames_both_ways_without_headers(void)
{
    if (!skip()) {
        frames_both_ways(",ifname=gantry0,vnet_hdr=off");
        g_assert_false(qemu_has_vnet_hdr(qemu_find_netdev("n")));
    }
}

static void test_frames_both_ways_past_headers(void)
{
    if (!skip()) {
        frames_both_ways(",ifname=gantry0,vnet_hdr=on,script=no,downscript=no");
        g_assert_true(qemu_has_vnet_hdr(qemu_find_netdev("n")));
    }
}

/* A card that takes checksums over gets the kernel's frames without them. */
static void test_checksum_is_left_to_a_card_that_takes_it(void)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(GUEST_IP),
    };
    g_autoptr(GBytes) frame = NULL;
    struct virtio_net_hdr_v1 hdr;
    NetClientState *tap;
    TestClient *card;
    GBytes *request = NULL;
    int fd;

    if (skip()) {
        return;
    }
    card = tap_make(",ifname=gantry0");
    tap = qemu_find_netdev("n");
    qemu_using_vnet_hdr(tap, true);
    qemu_set_vnet_hdr_len(tap, 12);
    g_assert_cmpint(qemu_get_vnet_hdr_len(tap), ==, 12);
    g_assert_true(qemu_get_using_vnet_hdr(tap));
    qemu_set_offload(tap, 1, 1, 1, 0, 0, 0, 0);
    interface_up("gantry0");
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(sendto(fd, "discard", 7, 0, (struct sockaddr *)&to, sizeof(to)), ==, 7);
    WAIT_UNTIL(request || (request = frame_find(card, 12, ETH_P_ARP, 1)));
    arp_send(card, 2, (const uint8_t *)g_bytes_get_data(request, NULL) + 12 + 6, 12);
    g_bytes_unref(request);
    WAIT_UNTIL(frame || (frame = frame_find(card, 12, ETH_P_IP, 0)));
    memcpy(&hdr, g_bytes_get_data(frame, NULL), sizeof(hdr));
    g_assert_cmphex(hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM, ==, VIRTIO_NET_HDR_F_NEEDS_CSUM);
    g_assert_cmpuint(hdr.csum_start, ==, ETH_HLEN + 20);
    g_assert_cmpuint(hdr.csum_offset, ==, 6);
    g_assert_cmpmem((const uint8_t *)g_bytes_get_data(frame, NULL) + 12 + ETH_HLEN + 28, 7,
                    "discard", 7);
    close(fd);
}

static void test_busy_card_loses_nothing_that_the_kernel_keeps(void)
{
    static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    g_autoptr(GBytes) reply = NULL;
    TestClient *card;

    if (skip()) {
        return;
    }
    card = tap_make(",ifname=gantry0");
    interface_up("gantry0");
    card->is_busy = true;
    arp_send(card, 1, broadcast, 0);
    loop_settle();
    loop_settle();
    card->is_busy = false;
    qemu_flush_queued_packets(&card->nc);
    WAIT_UNTIL(reply || (reply = frame_find(card, 0, ETH_P_ARP, 2)));
}

static void test_interface_is_named_and_goes_with_the_backend(void)
{
    if (skip()) {
        return;
    }
    tap_make("");
    g_assert_nonnull(strstr(qemu_find_netdev("n")->info_str, "ifname=tap0"));
    g_assert_cmpuint(if_nametoindex("tap0"), !=, 0);
    assert_netdev_fails("tap,id=m,ifname=tap0", "cannot set up TAP interface 'tap0'");
    net_cleanup();
    g_assert_cmpuint(if_nametoindex("tap0"), ==, 0);
}

static void test_given_descriptor(void)
{
    struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI, .ifr_name = "given0" };
    g_autofree char *wrong = NULL, *right = NULL, *null = NULL;
    int fd, copy, other;

    if (skip()) {
        return;
    }
    fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    g_assert_cmpint(ioctl(fd, TUNSETIFF, &ifr), ==, 0);
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    other = open("/dev/null", O_RDWR | O_CLOEXEC);
    wrong = g_strdup_printf("tap,id=n,vnet_hdr=on,fd=%d", copy);
    right = g_strdup_printf("tap,id=n,fd=%d", fd);
    null = g_strdup_printf("tap,id=n,fd=%d", other);
    assert_netdev_fails(wrong, "no such headers");
    assert_netdev_fails(null, "not a TAP interface");
    g_assert_true(netdev_make(right, &error_abort));
    g_assert_nonnull(strstr(qemu_find_netdev("n")->info_str, "ifname=given0"));
}

static void test_scripts_run_with_the_name(void)
{
    g_autofree char *folder = g_dir_make_tmp("gantry-tap-XXXXXX", NULL);
    g_autofree char *script = g_build_filename(folder, "script", NULL);
    g_autofree char *log = g_build_filename(folder, "log", NULL);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\necho \"$1\" >> %s\n", log);
    g_autofree char *options = g_strdup_printf(",ifname=gantry0,script=%s,downscript=%s", script,
                                               script);
    g_autofree char *got = NULL;

    if (!skip()) {
        g_assert_true(g_file_set_contents(script, text, -1, NULL));
        chmod(script, 0700);
        tap_make(options);
        net_cleanup();
        g_assert_true(g_file_get_contents(log, &got, NULL, NULL));
        g_assert_cmpstr(got, ==, "gantry0\ngantry0\n");
        assert_netdev_fails("tap,id=n,script=/bin/false", "failed with status 1");
        assert_netdev_fails("tap,id=n,script=/nonexistent", "cannot run script '/nonexistent'");
        unlink(script);
        unlink(log);
    }
    rmdir(folder);
}

int main(int argc, char **argv)
{
    /* First: a program with threads cannot change its namespace of users. */
    skip_reason = namespace_enter();
    test_init(&argc, &argv);
    test_add("/net/tap/frames", test_frames_both_ways_without_headers);
    test_add("/net/tap/frames-past-headers", test_frames_both_ways_past_headers);
    test_add("/net/tap/checksum-offload", test_checksum_is_left_to_a_card_that_takes_it);
    test_add("/net/tap/busy-card", test_busy_card_loses_nothing_that_the_kernel_keeps);
    test_add("/net/tap/name", test_interface_is_named_and_goes_with_the_backend);
    test_add("/net/tap/given-descriptor", test_given_descriptor);
    test_add("/net/tap/scripts", test_scripts_run_with_the_name);
    return g_test_run();
}
