/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-net besides frames: what it offers, its configuration space, the control queue and the
 * receive filter (OASIS virtio 1.2, sections 5.1.3 to 5.1.6.5), properties and saved state.
 */
#include "qemu/osdep.h"
#include "net-harness.h"
#include "hw/qdev-properties.h"
#include "qapi/qapi-types-net.h"
#include "sysemu/runstate.h"

#define F(n) (1ull << VIRTIO_NET_F_##n)
#define OFFLOADS_WITH_HEADERS \
    (F(CSUM) | F(GUEST_CSUM) | F(HOST_TSO4) | F(HOST_TSO6) | F(HOST_ECN) | \
     F(GUEST_TSO4) | F(GUEST_TSO6) | F(GUEST_ECN) | F(CTRL_GUEST_OFFLOADS))

#define CONFIG_STATUS 6
#define CONFIG_MTU 10
#define CONFIG_SPEED 12
#define CONFIG_DUPLEX 16

/* ---- features and configuration ---- */

static void test_offers_no_offloads_without_headers_at_the_backend(void)
{
    uint64_t features;
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, false, NULL);
    features = virtio_guest_device_features(&b.board.guest);
    g_assert_cmphex(features & (OFFLOADS_WITH_HEADERS | F(GUEST_UFO) | F(HOST_UFO)), ==, 0);
    g_assert_cmphex(features & (F(MAC) | F(STATUS) | F(MRG_RXBUF) | CTRL_FEATURES), ==,
                    F(MAC) | F(STATUS) | F(MRG_RXBUF) | CTRL_FEATURES);
    /* Neither asked for nor implemented. */
    g_assert_cmphex(features & (F(MTU) | F(SPEED_DUPLEX) | F(MQ) | F(RSS)), ==, 0);
    net_board_finish(&b);
}

static void test_offers_offloads_of_the_backend(void)
{
    uint64_t features;
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, true, NULL);
    features = virtio_guest_device_features(&b.board.guest);
    g_assert_cmphex(features & OFFLOADS_WITH_HEADERS, ==, OFFLOADS_WITH_HEADERS);
    g_assert_cmphex(features & (F(GUEST_UFO) | F(HOST_UFO)), ==, 0);
    net_board_finish(&b);
}

static void test_features_that_depend_on_one_go_with_it(void)
{
    uint64_t features;
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, true, "ctrl_vq=off guest_csum=off csum=off");
    features = virtio_guest_device_features(&b.board.guest);
    g_assert_cmphex(features & (CTRL_FEATURES | OFFLOADS_WITH_HEADERS | F(GUEST_ANNOUNCE)) &
                    ~(F(HOST_ECN) | F(GUEST_ECN)), ==, 0);
    net_board_finish(&b);
}

static void test_legacy_only_feature_is_for_legacy_drivers(void)
{
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, true, NULL);
    g_assert_cmphex(virtio_guest_device_features(&b.board.guest) & F(GSO), ==, 0);
    net_board_finish(&b);
    net_board_init(&b, BOARD_LEGACY, true, NULL);
    g_assert_cmphex(virtio_guest_device_features(&b.board.guest) & F(GSO), ==, F(GSO));
    net_board_finish(&b);
}

static void test_configuration_space(void)
{
    VirtioGuest *guest;
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, false, "host_mtu=9000 speed=1000 duplex=full");
    guest = &b.board.guest;
    for (unsigned i = 0; i < 6; i++) {
        g_assert_cmphex(virtio_guest_config_read(guest, i, 1), ==, test_mac[i]);
    }
    g_assert_cmphex(virtio_guest_config_read(guest, CONFIG_STATUS, 2), ==, VIRTIO_NET_S_LINK_UP);
    g_assert_cmpuint(virtio_guest_config_read(guest, CONFIG_MTU, 2), ==, 9000);
    g_assert_cmpuint(virtio_guest_config_read(guest, CONFIG_SPEED, 4), ==, 1000);
    g_assert_cmpuint(virtio_guest_config_read(guest, CONFIG_DUPLEX, 1), ==, 1);
    g_assert_cmphex(virtio_guest_device_features(guest) & (F(MTU) | F(SPEED_DUPLEX)), ==,
                    F(MTU) | F(SPEED_DUPLEX));
    net_board_finish(&b);
}

static void test_modern_driver_cannot_write_the_address(void)
{
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, false, NULL);
    net_board_start(&b, 0);
    virtio_guest_config_write(&b.board.guest, 5, 1, 0x77);
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, 5, 1), ==, test_mac[5]);
    net_board_finish(&b);
}

static void test_legacy_driver_writes_the_address(void)
{
    NetBoard b;

    net_board_init(&b, BOARD_LEGACY, false, NULL);
    net_board_start(&b, 0);
    virtio_guest_config_write(&b.board.guest, 5, 1, 0x77);
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, 5, 1), ==, 0x77);
    /* Until the next reset. */
    virtio_guest_reset(&b.board.guest);
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, 5, 1), ==, test_mac[5]);
    net_board_finish(&b);
}

static void test_link_change_interrupts(void)
{
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, false, NULL);
    net_board_start(&b, F(STATUS));
    g_assert_true(net_link_set("net0", false, &error_abort));
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, CONFIG_STATUS, 2), ==, 0);
    g_assert_cmphex(virtio_guest_irq_take(&b.board.guest), ==, 2);
    g_assert_true(net_link_set("net0", true, &error_abort));
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, CONFIG_STATUS, 2), ==, 1);
    g_assert_cmphex(virtio_guest_irq_take(&b.board.guest), ==, 2);
    net_board_finish(&b);
}

/* ---- properties ---- */

static const struct {
    const char *name, *value, *message;
} bad_properties[] = {
    { "rx_queue_size", "300", "rx_queue_size=300" },
    { "rx_queue_size", "128", "rx_queue_size=128" },
    { "tx_queue_size", "2048", "tx_queue_size=2048" },
    { "host_mtu", "67", "host_mtu=67" },
    { "duplex", "both", "duplex=both" },
    { "speed", "-2", "speed=-2" },
    { "tx", "timer", "tx=timer" },
    { "x-txburst", "0", "x-txburst=0" },
    { "mac", "01:00:00:00:00:01", "multicast" },
};

static void test_bad_properties_are_refused(void)
{
    Board board;

    board_init(&board, BOARD_MODERN, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(bad_properties); i++) {
        DeviceState *card = qdev_new(TYPE_VIRTIO_NET);
        Error *err = NULL;

        object_property_parse(OBJECT(card), bad_properties[i].name, bad_properties[i].value,
                              &error_abort);
        g_assert_false(qdev_realize(card, QLIST_FIRST(&board.transport->child_bus), &err));
        harness_error_contains(err, bad_properties[i].message);
        object_unparent(OBJECT(card));
        object_unref(OBJECT(card));
    }
    board_finish(&board);
}

static void test_cards_get_different_addresses(void)
{
    Board board;
    uint8_t last[2];

    for (unsigned i = 0; i < 2; i++) {
        board_init(&board, BOARD_MODERN, qdev_new(TYPE_VIRTIO_NET));
        last[0] = virtio_guest_config_read(&board.guest, 5, 1);
        board_finish(&board);
    }
    /* The address of one that is gone is free again; that of one that is there is not. */
    g_assert_cmphex(last[0], ==, 0x56);
    for (unsigned i = 0; i < 2; i++) {
        MACAddr mac = { };

        qemu_macaddr_default_if_unset(&mac);
        last[i] = mac.a[5];
    }
    g_assert_cmphex(last[1], ==, last[0] + 1);
}

/* ---- control queue ---- */

static void ctrl_init(NetBoard *b, uint64_t features)
{
    net_board_init(b, BOARD_MODERN, false, NULL);
    net_board_start(b, features | BIT_CTRL_VQ);
}

static void test_commands_of_features_not_taken_are_refused(void)
{
    static const uint8_t on = 1, vid[2] = { 5, 0 }, table[8];
    NetBoard b;

    ctrl_init(&b, 0);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_RX, 0, &on, 1), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_RX, 2, &on, 1), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 0, table, 8), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 1, test_mac, 6), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_VLAN, 0, vid, 2), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_ANNOUNCE, 0, NULL, 0), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MQ, 0, vid, 2), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_GUEST_OFFLOADS, 0, table, 8), ==,
                     VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, 200, 200, NULL, 0), ==, VIRTIO_NET_ERR);
    net_board_finish(&b);
}

static void test_malformed_commands_are_refused(void)
{
    static const uint8_t too_many[8] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 };
    static const uint8_t bad_vid[2] = { 0, 0x10 }, two[2] = { 1, 1 };
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_RX, 0, NULL, 0), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_RX, 0, two, 2), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_RX, 6, two, 1), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 0, too_many, 8), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 0, too_many, 3), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 1, test_mac, 5), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 2, test_mac, 6), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_VLAN, 0, bad_vid, 2), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_VLAN, 0, bad_vid, 1), ==, VIRTIO_NET_ERR);
    g_assert_false(card_is_broken(&b));
    net_board_finish(&b);
}

static void test_command_without_header_or_answer_breaks_the_device(void)
{
    GuestBuffer short_header[] = { { 0, 1, false }, { 16, 1, true } };
    GuestBuffer no_answer[] = { { 0, 3, false } };
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    short_header[0].addr += b.data;
    short_header[1].addr += b.data;
    no_answer[0].addr += b.data;
    guest_queue_add(&b.ctrl, short_header, 2);
    guest_queue_notify(&b.ctrl);
    g_assert_true(card_is_broken(&b));
    net_board_start(&b, CTRL_FEATURES);
    g_assert_false(card_is_broken(&b));
    guest_queue_add(&b.ctrl, no_answer, 1);
    guest_queue_notify(&b.ctrl);
    g_assert_true(card_is_broken(&b));
    net_board_finish(&b);
}

static void test_address_set_by_command(void)
{
    static const uint8_t mac[6] = { 2, 3, 4, 5, 6, 7 };
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 1, mac, 6), ==, VIRTIO_NET_OK);
    for (unsigned i = 0; i < 6; i++) {
        g_assert_cmphex(virtio_guest_config_read(&b.board.guest, i, 1), ==, mac[i]);
    }
    net_board_finish(&b);
}

static void test_offloads_set_by_command(void)
{
    uint8_t offloads[8] = { 1 << VIRTIO_NET_F_GUEST_CSUM };
    uint8_t not_taken[8] = { 1 << VIRTIO_NET_F_GUEST_CSUM, 1 };
    NetBoard b;

    net_board_init(&b, BOARD_MODERN, true, NULL);
    net_board_start(&b, BIT_CTRL_VQ | F(CTRL_GUEST_OFFLOADS) | F(GUEST_CSUM) |
                    F(GUEST_TSO4));
    g_assert_cmpint(b.backend->offloads[0], ==, 1);
    g_assert_cmpint(b.backend->offloads[1], ==, 1);
    g_assert_cmpint(b.backend->offloads[2], ==, 0);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_GUEST_OFFLOADS, 0, offloads, 8), ==,
                     VIRTIO_NET_OK);
    g_assert_cmpint(b.backend->offloads[0], ==, 1);
    g_assert_cmpint(b.backend->offloads[1], ==, 0);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_GUEST_OFFLOADS, 0, not_taken, 8), ==,
                     VIRTIO_NET_ERR);
    board_unplug(&b.board);
    /* The next card may not know headers. */
    g_assert_false(b.backend->uses_vnet_hdr);
    g_assert_cmpint(b.backend->offloads[0], ==, 0);
    net_board_finish(&b);
}

/* ---- receive filter ---- */

static const uint8_t uni_listed[6] = { 2, 0, 0, 0, 0, 0x11 };
static const uint8_t uni_other[6] = { 2, 0, 0, 0, 0, 0x22 };
static const uint8_t multi_listed[6] = { 1, 0, 0x5e, 0, 0, 0x11 };
static const uint8_t multi_other[6] = { 1, 0, 0x5e, 0, 0, 0x22 };
static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* Whether a frame to @dest, in VLAN @vid unless negative, gets through. */
static bool passes(NetBoard *b, const uint8_t *dest, int vid)
{
    uint8_t frame[64];
    unsigned taken;

    frame_fill(frame, sizeof(frame), dest, 1);
    if (vid >= 0) {
        frame[12] = 0x81;
        frame[13] = 0x00;
        frame[14] = vid >> 8 | 0xe0;    /* priority bits are not part of the id */
        frame[15] = vid;
    }
    net_board_rx_add(b, b->data, 1, 2048);
    guest_queue_notify(&b->rx);
    g_assert_cmpint(backend_send(b->backend, frame, sizeof(frame)), ==, sizeof(frame));
    taken = queue_take_all(&b->rx);
    return taken == 1;
}

static void mode_set(NetBoard *b, uint8_t mode, uint8_t on)
{
    g_assert_cmpuint(ctrl_run(b, VIRTIO_NET_CTRL_RX, mode, &on, 1), ==, VIRTIO_NET_OK);
}

static void table_set(NetBoard *b)
{
    uint8_t table[8 + 12] = { 1 };

    memcpy(table + 4, uni_listed, 6);
    table[10] = 1;
    memcpy(table + 14, multi_listed, 6);
    g_assert_cmpuint(ctrl_run(b, VIRTIO_NET_CTRL_MAC, 0, table, sizeof(table)), ==,
                     VIRTIO_NET_OK);
}

static void test_everything_passes_at_first(void)
{
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    g_assert_true(passes(&b, uni_other, -1));
    g_assert_true(passes(&b, multi_other, -1));
    g_assert_true(passes(&b, uni_other, 7));
    net_board_finish(&b);
}

static void test_filter_knows_own_address_table_and_broadcast(void)
{
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 0);
    g_assert_true(passes(&b, test_mac, -1));
    g_assert_true(passes(&b, broadcast, -1));
    g_assert_false(passes(&b, uni_listed, -1));
    g_assert_false(passes(&b, multi_listed, -1));
    table_set(&b);
    g_assert_true(passes(&b, test_mac, -1));
    g_assert_true(passes(&b, uni_listed, -1));
    g_assert_true(passes(&b, multi_listed, -1));
    g_assert_false(passes(&b, uni_other, -1));
    g_assert_false(passes(&b, multi_other, -1));
    net_board_finish(&b);
}

static void test_filter_modes(void)
{
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 0);
    mode_set(&b, VIRTIO_NET_CTRL_RX_ALLMULTI, 1);
    g_assert_true(passes(&b, multi_other, -1));
    g_assert_false(passes(&b, uni_other, -1));
    mode_set(&b, VIRTIO_NET_CTRL_RX_NOMULTI, 1);
    g_assert_false(passes(&b, multi_other, -1));
    mode_set(&b, VIRTIO_NET_CTRL_RX_ALLUNI, 1);
    g_assert_true(passes(&b, uni_other, -1));
    mode_set(&b, VIRTIO_NET_CTRL_RX_NOUNI, 1);
    g_assert_false(passes(&b, test_mac, -1));
    g_assert_true(passes(&b, broadcast, -1));
    mode_set(&b, VIRTIO_NET_CTRL_RX_NOBCAST, 1);
    g_assert_false(passes(&b, broadcast, -1));
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 1);
    g_assert_true(passes(&b, uni_other, -1));
    net_board_finish(&b);
}

static void test_filter_knows_vlans(void)
{
    static const uint8_t vid[2] = { 0xbc, 0x0a };
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 0);
    g_assert_false(passes(&b, test_mac, 0xabc));
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_VLAN, 0, vid, 2), ==, VIRTIO_NET_OK);
    g_assert_true(passes(&b, test_mac, 0xabc));
    g_assert_false(passes(&b, test_mac, 0xabd));
    g_assert_true(passes(&b, test_mac, -1));
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_VLAN, 1, vid, 2), ==, VIRTIO_NET_OK);
    g_assert_false(passes(&b, test_mac, 0xabc));
    net_board_finish(&b);
}

static void test_vlans_pass_a_driver_that_knows_none(void)
{
    NetBoard b;

    ctrl_init(&b, F(CTRL_RX));
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 0);
    g_assert_true(passes(&b, test_mac, 0xabc));
    net_board_finish(&b);
}

static void test_table_too_long_lets_all_of_its_kind_pass(void)
{
    g_autofree uint8_t *table = g_malloc0(8 + 65 * 6);
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 0);
    table[0] = 65;
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_MAC, 0, table, 8 + 65 * 6), ==, VIRTIO_NET_OK);
    g_assert_true(passes(&b, uni_other, -1));
    g_assert_false(passes(&b, multi_other, -1));
    net_board_finish(&b);
}

static void test_filter_query(void)
{
    RxFilterInfoList *list;
    RxFilterInfo *info;
    Error *err = NULL;
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 0);
    mode_set(&b, VIRTIO_NET_CTRL_RX_ALLMULTI, 1);
    table_set(&b);
    list = net_rx_filters_query(NULL, &error_abort);
    g_assert_nonnull(list);
    g_assert_null(list->next);
    info = list->value;
    g_assert_cmpstr(info->name, ==, "virtio-net-device.0");
    g_assert_false(info->promiscuous);
    g_assert_cmpint(info->multicast, ==, RX_STATE_ALL);
    g_assert_cmpint(info->unicast, ==, RX_STATE_NORMAL);
    g_assert_cmpint(info->vlan, ==, RX_STATE_NORMAL);
    g_assert_null(info->vlan_table);
    g_assert_cmpstr(info->main_mac, ==, TEST_MAC);
    g_assert_cmpstr(info->unicast_table->value, ==, "02:00:00:00:00:11");
    g_assert_cmpstr(info->multicast_table->value, ==, "01:00:5e:00:00:11");
    qapi_free_RxFilterInfoList(list);
    g_assert_null(net_rx_filters_query("nobody", &err));
    harness_error_contains(err, "nobody");
    net_board_finish(&b);
}

/* ---- saved state ---- */

static void test_filter_is_saved_and_the_guest_announces_itself(void)
{
    g_autoptr(GByteArray) state = NULL;
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES | F(GUEST_ANNOUNCE) | F(STATUS));
    mode_set(&b, VIRTIO_NET_CTRL_RX_PROMISC, 0);
    table_set(&b);
    state = board_save(&b.board);
    /* Not by a command: the driver's side of the queues is not part of this. */
    b.card->promisc = true;
    memset(&b.card->mac_table, 0, sizeof(b.card->mac_table));
    g_assert_cmpint(board_load(&b.board, state, NULL), ==, 0);
    virtio_guest_irq_take(&b.board.guest);
    vm_stop(RUN_STATE_PAUSED);
    vm_start();
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, CONFIG_STATUS, 2), ==,
                    VIRTIO_NET_S_LINK_UP | VIRTIO_NET_S_ANNOUNCE);
    g_assert_cmphex(virtio_guest_irq_take(&b.board.guest) & 2, ==, 2);
    g_assert_cmpuint(ctrl_run(&b, VIRTIO_NET_CTRL_ANNOUNCE, 0, NULL, 0), ==, VIRTIO_NET_OK);
    g_assert_cmphex(virtio_guest_config_read(&b.board.guest, CONFIG_STATUS, 2), ==,
                    VIRTIO_NET_S_LINK_UP);
    g_assert_true(passes(&b, uni_listed, -1));
    g_assert_false(passes(&b, uni_other, -1));
    net_board_finish(&b);
}

/* Every field of the card that an array or the backend depends on, with a value out of range. */
static void test_bad_saved_states_are_refused(void)
{
    NetBoard b;

    ctrl_init(&b, CTRL_FEATURES);
    for (unsigned i = 0; i < 4; i++) {
        g_autoptr(GByteArray) state = NULL;
        VirtIONetMacTable good = b.card->mac_table;
        uint64_t offloads = b.card->curr_guest_offloads;

        b.card->mac_table.in_use = i == 0 ? VIRTIO_NET_MAC_ENTRIES + 1 : i == 1 ? 3 : 0;
        b.card->mac_table.first_multi = i == 1 ? 4 : 0;
        b.card->curr_guest_offloads = i == 2 ? F(GUEST_TSO4) : 0;
        state = board_save(&b.board);
        b.card->mac_table = good;
        b.card->curr_guest_offloads = offloads;
        g_assert_cmpint(board_load(&b.board, state, NULL) == 0, ==, i == 3);
        net_board_start(&b, CTRL_FEATURES);
    }
    net_board_finish(&b);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*func)(void);
    } tests[] = {
        { "features/no-offloads-without-headers",
          test_offers_no_offloads_without_headers_at_the_backend },
        { "features/offloads-of-the-backend", test_offers_offloads_of_the_backend },
        { "features/dependent-ones-go-along", test_features_that_depend_on_one_go_with_it },
        { "features/legacy-only", test_legacy_only_feature_is_for_legacy_drivers },
        { "config/values", test_configuration_space },
        { "config/modern-address-is-fixed", test_modern_driver_cannot_write_the_address },
        { "config/legacy-address-is-written", test_legacy_driver_writes_the_address },
        { "config/link-change-interrupts", test_link_change_interrupts },
        { "properties/bad-ones-are-refused", test_bad_properties_are_refused },
        { "properties/addresses-differ", test_cards_get_different_addresses },
        { "ctrl/features-not-taken", test_commands_of_features_not_taken_are_refused },
        { "ctrl/malformed", test_malformed_commands_are_refused },
        { "ctrl/no-header-breaks-the-device",
          test_command_without_header_or_answer_breaks_the_device },
        { "ctrl/address", test_address_set_by_command },
        { "ctrl/offloads", test_offloads_set_by_command },
        { "filter/everything-at-first", test_everything_passes_at_first },
        { "filter/address-table-broadcast", test_filter_knows_own_address_table_and_broadcast },
        { "filter/modes", test_filter_modes },
        { "filter/vlans", test_filter_knows_vlans },
        { "filter/vlans-unknown-to-the-driver", test_vlans_pass_a_driver_that_knows_none },
        { "filter/table-too-long", test_table_too_long_lets_all_of_its_kind_pass },
        { "filter/query", test_filter_query },
        { "saved-state/filter-and-announcement",
          test_filter_is_saved_and_the_guest_announces_itself },
        { "saved-state/bad-ones-are-refused", test_bad_saved_states_are_refused },
    };

    board_test_init(&argc, &argv);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/virtio-net/", tests[i].path, NULL);

        g_test_add_func(path, tests[i].func);
    }
    return g_test_run();
}
