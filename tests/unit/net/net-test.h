/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of net/ share: a client that keeps what it receives and can be
 * busy, backends from "-netdev" text, and waiting for the main loop.
 */
#ifndef TESTS_UNIT_NET_TEST_H
#define TESTS_UNIT_NET_TEST_H

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qemu/module.h"
#include "net/net.h"
#include "net/netdev.h"
#include "../loop-test.h"

typedef struct TestClient {
    NetClientState nc;
    GQueue frames;              /* GBytes, oldest first */
    bool is_busy;               /* answer 0 */
    bool fails;                 /* answer -1 */
    unsigned sent;              /* callbacks */
    ssize_t last_ret;
} TestClient;

static inline ssize_t test_client_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    TestClient *c = container_of(nc, TestClient, nc);

    if (c->is_busy) {
        return 0;
    }
    if (c->fails) {
        return -1;
    }
    g_queue_push_tail(&c->frames, g_bytes_new(buf, size));
    return size;
}

static inline void test_client_cleanup(NetClientState *nc)
{
    g_queue_clear_full(&container_of(nc, TestClient, nc)->frames, (GDestroyNotify)g_bytes_unref);
}

/* A client at the other end of @peer (NULL: of nothing). */
static inline TestClient *test_client_new(NetClientState *peer, const char *name)
{
    static NetClientInfo info = {
        .type = NET_CLIENT_DRIVER_TAP,
        .size = sizeof(TestClient),
        .receive = test_client_receive,
        .cleanup = test_client_cleanup,
    };
    NetClientState *nc = qemu_new_net_client(&info, peer, "test", name);

    g_queue_init(&container_of(nc, TestClient, nc)->frames);
    return container_of(nc, TestClient, nc);
}

static inline void test_client_sent(NetClientState *nc, ssize_t ret)
{
    TestClient *c = container_of(nc, TestClient, nc);

    c->sent++;
    c->last_ret = ret;
}

/* The oldest frame is @data; removes it. */
static inline void test_client_expect(TestClient *c, const void *data, size_t size)
{
    g_autoptr(GBytes) got = g_queue_pop_head(&c->frames);

    g_assert_nonnull(got);
    g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), data, size);
}

/* Makes the backend that "-netdev @text" says. False with @errp. */
static inline bool netdev_make(const char *text, Error **errp)
{
    g_autoptr(QDict) dict = net_opts_parse(text, errp);
    Netdev *netdev = dict ? net_netdev_from_dict(dict, false, errp) : NULL;
    bool ok = netdev && net_netdev_add(netdev, errp);

    qapi_free_Netdev(netdev);
    return ok;
}

static inline void assert_netdev_fails(const char *text, const char *part)
{
    g_autoptr(Error) err = NULL;

    g_assert_false(netdev_make(text, &err));
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), part)) {
        g_error("'%s': '%s' lacks '%s'", text, error_get_pretty(err), part);
    }
}

/* A test function after which no client and no descriptor may be left. */
static inline void clean_run(gconstpointer func)
{
    int before = fds_count();

    ((void (*)(void))func)();
    net_cleanup();
    loop_settle();
    g_assert_cmpint(qemu_find_net_clients_except(NULL, NULL, NET_CLIENT_DRIVER__MAX, 0), ==, 0);
    g_assert_cmpint(fds_count(), ==, before);
}

static inline void test_add(const char *path, void (*func)(void))
{
    g_test_add_data_func(path, (gconstpointer)func, clean_run);
}

static inline void test_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    main_loop_wait(true);
}

#endif
