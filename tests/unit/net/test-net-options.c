/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of -netdev and -nic to a backend (net/netdev.h, net/slirp-internal.h). */
#include "net-test.h"
#include "../test-trap.h"
#include <sys/socket.h>
#include "config-host.h"
#include "net/slirp.h"
#include "qapi/qmp/qjson.h"
#ifdef CONFIG_SLIRP
#include "net/slirp-internal.h"
#endif

static const struct {
    const char *text, *message;
} refused[] = {
    { "", "type of network backend is missing" },
    { "id=n", "type of network backend is missing" },
    { "usr,id=n", "did you mean 'user'" },
    { "nic,id=n", "'nic' is not a type" },
    { "none,id=n", "'none' is not a type" },
    { "socket,id=n", "use type stream or dgram" },
    { "bridge,id=n", "use tap" },
    { "hubport,id=n,hubid=0", "no hubs" },
    { "vhost-user,id=n,chardev=c", "not supported" },
    { "tap,id=n,queues=2", "one queue only" },
    { "tap,id=n,vhost=on", "vhost=" },
    { "tap,id=n,br=br0", "br=" },
    { "tap,id=n,helper=/x", "helper=" },
    { "tap,id=n,vnet_hdr=perhaps", "'vnet_hdr' expects 'on' or 'off'" },
    { "tap,id=n,ifname=a-name-that-is-too-long", "ifname" },
    { "tap,id=n,fd=3,script=/x", "cannot be set with fd=" },
    { "stream,id=n", "'addr' is missing" },
    { "stream,id=n,addr.type=unix", "'addr.path' is missing" },
    { "stream,id=n,addr.type=pigeon", "pigeon" },
    { "stream,id=n,addr=x,addr.type=unix", "both a value and parameters" },
    { "stream,id=n,addr.type=unix,addr=x", "both a value and parameters" },
    { "stream,id=n,addr.type=unix,addr.path=/nonexistent/x", "/nonexistent/x" },
    { "stream,id=n,addr.type=unix,addr.path=/nonexistent/x,server=on", "/nonexistent/x" },
    { "stream,id=n,addr.type=unix,addr.path=/x,server=on,reconnect=1", "reconnect=" },
    { "stream,id=n,addr.type=fd,addr.str=0,reconnect=1", "reconnect=" },
    { "stream,id=n,addr.type=fd,addr.str=9999", "9999" },
    { "stream,id=n,addr.type=inet,addr.host=127.0.0.1,addr.port=1,addr.to=2", "to=2" },
    { "stream,id=n,addr.type=inet,addr.host=::1,addr.port=1,addr.ipv4=off,addr.ipv6=off",
      "no address family" },
    { "dgram,id=n", "local.type=" },
    { "dgram,id=n,local.type=unix,local.path=/x", "remote.type=unix" },
    { "dgram,id=n,local.type=fd,local.str=0,remote.type=unix,remote.path=/x", "remote=" },
    { "dgram,id=n,local.type=inet,local.host=127.0.0.1,local.port=0,remote.type=inet,"
      "remote.host=230.0.0.1,remote.port=1234", "multicast" },
    { "user,id=n,id.x=1", "both a value and parameters" },
    { "user,id=n,.x=1", "name is missing" },
    { "user,id=n,restrict", "Expected '=' after parameter 'restrict'" },
    { "user,id=n,=1", "name is missing" },
#ifdef CONFIG_SLIRP
    { "user", "'id' is missing" },
    { "user,id=n,speed=9", "'speed' is unexpected" },
    { "user,id=n,smb=/x", "smb=" },
    { "user,id=n,restrict=perhaps", "'restrict' expects 'on' or 'off'" },
    { "user,id=n,ipv4=off,ipv6=off", "leave no network" },
    { "user,id=n,ipv4=off,net=10.0.0.0/8", "need ipv4=on" },
    { "user,id=n,ipv6=off,ipv6-prefix=fd00::", "need ipv6=on" },
    { "user,id=n,net=10.0.2.0/31", "4 to 30 bits" },
    { "user,id=n,net=10.0.2.0/255.0.255.0", "one bits must all be in front" },
    { "user,id=n,net=10.0.2.0/29", "dhcpstart" },
    { "user,id=n,host=10.0.3.1", "host=10.0.3.1" },
    { "user,id=n,dns=10.0.2.2", "same address" },
    { "user,id=n,dhcpstart=10.0.2.255", "dhcpstart=10.0.2.255" },
    { "user,id=n,dns=name", "dns=name" },
    { "user,id=n,ipv6-prefix=zz", "ipv6-prefix=zz" },
    { "user,id=n,ipv6-prefixlen=127", "ipv6-prefixlen=127" },
    { "user,id=n,ipv6-host=fd00::1", "ipv6-host=fd00::1" },
    { "user,id=n,hostname=a-host-name-of-more-than-32-bytes-is-cut", "hostname=" },
    { "user,id=n,tftp=/nonexistent", "tftp=/nonexistent" },
    { "user,id=n,hostfwd=", "is not a forward" },
    { "user,id=n,hostfwd=tcp:127.0.0.1:1", "is not a forward" },
    { "user,id=n,hostfwd=sctp::1-:2", "is not a forward" },
    { "user,id=n,hostfwd=tcp:127.0.0.1:65536-:2", "is not a forward" },
    { "user,id=n,hostfwd=tcp:127.0.0.1:1-:0", "is not a forward" },
    { "user,id=n,hostfwd=tcp:host:1-:2", "is not a forward" },
    { "user,id=n,hostfwd=tcp:127.0.0.1:x-:2", "is not a forward" },
    { "user,id=n,guestfwd=tcp:10.0.2.100:7-chardev:c", "only cmd:" },
    { "user,id=n,guestfwd=udp:10.0.2.100:7-cmd:cat", "is not a forward" },
    { "user,id=n,guestfwd=tcp:10.0.2.100:7-cmd:", "only cmd:" },
    { "user,id=n,guestfwd=tcp:10.0.3.100:7-cmd:cat", "unused address" },
#endif
};

static void test_mistakes_are_named(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        assert_netdev_fails(refused[i].text, refused[i].message);
        net_cleanup();
    }
}

static void test_commas_in_values_are_doubled(void)
{
    g_autoptr(QDict) dict = net_opts_parse("type=user,id=a,bootfile=x,,y", &error_abort);

    g_assert_cmpstr(qdict_get_str(dict, "bootfile"), ==, "x,y");
    g_assert_cmpstr(qdict_get_str(dict, "type"), ==, "user");
}

static void test_dots_nest_and_lists_collect(void)
{
    g_autoptr(QDict) dict = net_opts_parse("user,a.b=1,a.c.d=2,hostfwd=x,hostfwd=y", &error_abort);
    g_autoptr(GString) json = qobject_to_json(QOBJECT(dict));

    g_assert_cmpstr(json->str, ==, "{\"type\": \"user\", "
                    "\"a\": {\"b\": \"1\", \"c\": {\"d\": \"2\"}}, "
                    "\"hostfwd\": [{\"str\": \"x\"}, {\"str\": \"y\"}]}");
}

static void test_names_are_unique(void)
{
    int pair[2], other[2];
    g_autofree char *text = NULL, *again = NULL;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), ==, 0);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, other), ==, 0);
    text = g_strdup_printf("dgram,id=n,local.type=fd,local.str=%d", pair[0]);
    again = g_strdup_printf("dgram,id=n,local.type=fd,local.str=%d", other[0]);
    g_assert_true(netdev_make(text, &error_abort));
    assert_netdev_fails(again, "Duplicate ID 'n'");
    g_assert_true(net_netdev_del("n", &error_abort));
    g_assert_true(netdev_make(again, &error_abort));
    close(pair[1]);
    close(other[1]);
}

static void test_backend_of_json(void)
{
    QObject *obj = qobject_from_json("{'type': 'stream', 'id': 'n', 'server': true,"
                                     " 'addr': {'type': 'unix', 'path': 'x', 'abstract': true}}",
                                     &error_abort);
    g_autoptr(QDict) dict = qobject_to(QDict, obj);
    Netdev *netdev = net_netdev_from_dict(dict, true, &error_abort);

    g_assert_cmpint(netdev->type, ==, NET_CLIENT_DRIVER_STREAM);
    g_assert_true(netdev->u.stream.server);
    g_assert_cmpstr(netdev->u.stream.addr->u.q_unix.path, ==, "x");
    qapi_free_Netdev(netdev);
}

static void test_help_lists_backends(void)
{
    g_autofree char *text = net_netdev_help_text();

    g_assert_nonnull(strstr(text, "user"));
    g_assert_nonnull(strstr(text, "tap"));
    g_assert_nonnull(strstr(text, "stream"));
    g_assert_nonnull(strstr(text, "dgram"));
}

/* ---- what a board does with -nic model= ---- */

static const char *const board_models[] = { "lance", "gem", NULL };

static void test_board_chooses_among_its_models(void)
{
    NICInfo nd = { .model = g_strdup("gem") };

    g_assert_cmpint(qemu_find_nic_model(&nd, board_models, "lance"), ==, 1);
    g_clear_pointer(&nd.model, g_free);
    g_assert_cmpint(qemu_find_nic_model(&nd, board_models, "lance"), ==, 0);
    g_assert_cmpstr(nd.model, ==, "lance");
    g_free(nd.model);
    nd.model = g_strdup("ne2000");
    g_assert_cmpint(qemu_find_nic_model(&nd, board_models, "lance"), ==, -1);
    g_free(nd.model);
}

static void test_board_with_one_model_gets_it(void)
{
    NICInfo nd = { };

    qemu_check_nic_model(&nd, "lance");
    g_assert_cmpstr(nd.model, ==, "lance");
    qemu_check_nic_model(&nd, "lance");
    g_free(nd.model);
}

static void test_board_without_the_model_ends(void)
{
    if (g_test_subprocess()) {
        NICInfo nd = { .model = (char *)"gem" };

        qemu_check_nic_model(&nd, "lance");
        g_assert_not_reached();
    }
    if (test_trap_run()) {
        g_test_trap_assert_failed();
        g_test_trap_assert_stderr("*model=gem*lance*");
    }
}

#ifdef CONFIG_SLIRP

static bool nic_make(const char *text, Error **errp)
{
    g_autoptr(QDict) dict = net_opts_parse(text, errp);

    return dict && net_nic_add(dict, errp);
}

static void test_nic_takes_a_slot(void)
{
    g_assert_true(nic_make("user,model=m,mac=52:54:00:00:00:01,hostname=h", &error_abort));
    g_assert_true(nic_make("user,id=mine", &error_abort));
    g_assert_cmpint(nb_nics, ==, 2);
    g_assert_true(nd_table[0].used && nd_table[1].used && !nd_table[2].used);
    g_assert_cmpstr(nd_table[0].model, ==, "m");
    g_assert_cmphex(nd_table[0].macaddr.a[5], ==, 1);
    g_assert_cmpstr(nd_table[0].netdev->name, ==, "__org.qemu.nic0");
    g_assert_null(nd_table[1].model);
    g_assert_cmpstr(nd_table[1].netdev->name, ==, "mine");
    net_cleanup();
    g_assert_cmpint(nb_nics, ==, 0);
    g_assert_false(nd_table[0].used);
}

static void test_nic_mistakes_take_no_slot(void)
{
    static const char *const texts[] = {
        "user,mac=52:54:00", "user,mac=01:00:00:00:00:00", "user,nothing=1", "user,net=x",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Error) err = NULL;

        g_assert_false(nic_make(texts[i], &err));
        g_assert_nonnull(err);
    }
    g_assert_cmpint(nb_nics, ==, 0);
    for (int i = 0; i < MAX_NICS; i++) {
        g_assert_true(nic_make("user", &error_abort));
    }
    g_assert_false(nic_make("user", NULL));
}

static void hostfwd_check(const char *text, bool is_udp, const char *host, unsigned host_port,
                          const char *guest, unsigned guest_port)
{
    struct in_addr default_guest = { .s_addr = inet_addr("10.0.2.15") };
    SlirpHostFwd fwd;

    g_assert_true(slirp_hostfwd_parse(&fwd, text, default_guest, true, &error_abort));
    g_assert_cmpint(fwd.is_udp, ==, is_udp);
    g_assert_cmphex(fwd.host_addr.s_addr, ==, inet_addr(host));
    g_assert_cmphex(fwd.guest_addr.s_addr, ==, inet_addr(guest));
    g_assert_cmpuint(fwd.host_port, ==, host_port);
    g_assert_cmpuint(fwd.guest_port, ==, guest_port);
}

static void test_hostfwd_forms(void)
{
    struct in_addr none = { };
    SlirpHostFwd fwd;

    hostfwd_check("tcp::2222-:22", false, "0.0.0.0", 2222, "10.0.2.15", 22);
    hostfwd_check("::2222-:22", false, "0.0.0.0", 2222, "10.0.2.15", 22);
    hostfwd_check("udp:127.0.0.1:5353-10.0.2.20:53", true, "127.0.0.1", 5353, "10.0.2.20", 53);
    hostfwd_check("tcp:127.0.0.1:0-:65535", false, "127.0.0.1", 0, "10.0.2.15", 65535);
    /* To end one, its first half is enough, and all of it is fine, too. */
    g_assert_true(slirp_hostfwd_parse(&fwd, "tcp::2222", none, false, &error_abort));
    g_assert_cmpuint(fwd.host_port, ==, 2222);
    g_assert_true(slirp_hostfwd_parse(&fwd, "udp:127.0.0.1:1-:2", none, false, &error_abort));
    g_assert_true(fwd.is_udp);
    g_assert_false(slirp_hostfwd_parse(&fwd, "2222", none, false, NULL));
    g_assert_false(slirp_hostfwd_parse(&fwd, "tcp:2222", none, false, NULL));
}

static void test_guestfwd_forms(void)
{
    SlirpGuestFwd fwd;

    g_assert_true(slirp_guestfwd_parse(&fwd, "tcp:10.0.2.100:7-cmd:cat -u", &error_abort));
    g_assert_cmpstr(fwd.command, ==, "cat -u");
    g_assert_cmpuint(fwd.port, ==, 7);
    g_assert_true(slirp_guestfwd_parse(&fwd, ":10.0.2.100:7-unix:/tmp/x", &error_abort));
    g_assert_cmpstr(fwd.unix_path, ==, "/tmp/x");
    g_assert_null(fwd.command);
}

static void config_check(const char *text, const char *host, const char *dns, const char *dhcp,
                         bool ipv4, bool ipv6)
{
    g_autoptr(QDict) dict = net_opts_parse(text, &error_abort);
    Netdev *netdev = net_netdev_from_dict(dict, false, &error_abort);
    SlirpConfig config;

    g_assert_true(slirp_config_fill(&config, &netdev->u.user, &error_abort));
    g_assert_cmphex(config.vhost.s_addr, ==, inet_addr(host));
    g_assert_cmphex(config.vnameserver.s_addr, ==, inet_addr(dns));
    g_assert_cmphex(config.vdhcp_start.s_addr, ==, inet_addr(dhcp));
    g_assert_cmpint(config.in_enabled, ==, ipv4);
    g_assert_cmpint(config.in6_enabled, ==, ipv6);
    g_free(config.vdnssearch);
    qapi_free_Netdev(netdev);
}

static void test_addresses_of_the_network(void)
{
    config_check("user,id=n", "10.0.2.2", "10.0.2.3", "10.0.2.15", true, true);
    config_check("user,id=n,net=192.168.76.0/24", "192.168.76.2", "192.168.76.3",
                 "192.168.76.15", true, true);
    config_check("user,id=n,net=192.168.76.9/255.255.255.0,host=192.168.76.1,dns=192.168.76.8,"
                 "dhcpstart=192.168.76.9", "192.168.76.1", "192.168.76.8", "192.168.76.9", true,
                 true);
    /* Without a mask that of the block. */
    config_check("user,id=n,net=10.0.0.0", "10.0.2.2", "10.0.2.3", "10.0.2.15", true, true);
    config_check("user,id=n,net=172.16.0.0", "172.16.2.2", "172.16.2.3", "172.16.2.15", true,
                 true);
    config_check("user,id=n,net=203.0.113.0", "203.0.113.2", "203.0.113.3", "203.0.113.15", true,
                 true);
}

static void test_one_family_asked_for_is_the_only_one(void)
{
    config_check("user,id=n,ipv4=on", "10.0.2.2", "10.0.2.3", "10.0.2.15", true, false);
    config_check("user,id=n,ipv6=on", "10.0.2.2", "10.0.2.3", "10.0.2.15", false, true);
    config_check("user,id=n,ipv6=off", "10.0.2.2", "10.0.2.3", "10.0.2.15", true, false);
    config_check("user,id=n,ipv4=on,ipv6=on", "10.0.2.2", "10.0.2.3", "10.0.2.15", true, true);
}

#endif

int main(int argc, char **argv)
{
    test_init(&argc, &argv);
    test_add("/net/options/mistakes-are-named", test_mistakes_are_named);
    test_add("/net/options/commas", test_commas_in_values_are_doubled);
    test_add("/net/options/dots-and-lists", test_dots_nest_and_lists_collect);
    test_add("/net/options/unique-names", test_names_are_unique);
    test_add("/net/options/json", test_backend_of_json);
    test_add("/net/options/help", test_help_lists_backends);
    test_add("/net/model/choice", test_board_chooses_among_its_models);
    test_add("/net/model/only-one", test_board_with_one_model_gets_it);
    g_test_add_func("/net/model/none-of-them", test_board_without_the_model_ends);
#ifdef CONFIG_SLIRP
    test_add("/net/options/nic-slot", test_nic_takes_a_slot);
    test_add("/net/options/nic-mistakes", test_nic_mistakes_take_no_slot);
    test_add("/net/options/hostfwd", test_hostfwd_forms);
    test_add("/net/options/guestfwd", test_guestfwd_forms);
    test_add("/net/options/user-addresses", test_addresses_of_the_network);
    test_add("/net/options/user-families", test_one_family_asked_for_is_the_only_one);
#endif
    return g_test_run();
}
