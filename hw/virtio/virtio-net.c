/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-net as a device: features and what the backend makes of them, configuration space, link,
 * status, reset, saved state, properties (OASIS virtio 1.2, section 5.1; hw/virtio/virtio-net.h
 * says what is left out). Frames are in virtio-net-rx.c and -tx.c, commands in -ctrl.c.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties-system.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "trace.h"
#include "virtio-net-internal.h"

#define MTU_MIN 68              /* the least that IPv4 works with */
#define CTRL_QUEUE_SIZE 64

#define DUPLEX_HALF 0
#define DUPLEX_FULL 1
#define DUPLEX_UNKNOWN 0xff
#define SPEED_UNKNOWN (-1)

/* Offloads: what the backend must do for the guest, and what it may leave to the guest. */
#define HOST_OFFLOADS \
    (BIT_ULL(VIRTIO_NET_F_CSUM) | BIT_ULL(VIRTIO_NET_F_GSO) | BIT_ULL(VIRTIO_NET_F_HOST_TSO4) | \
     BIT_ULL(VIRTIO_NET_F_HOST_TSO6) | BIT_ULL(VIRTIO_NET_F_HOST_ECN))
#define GUEST_OFFLOADS \
    (BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) | \
     BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) | BIT_ULL(VIRTIO_NET_F_GUEST_ECN) | \
     BIT_ULL(VIRTIO_NET_F_GUEST_UFO))

static const VirtIOFeature config_features[] = {
    { BIT_ULL(VIRTIO_NET_F_MAC), endof(struct virtio_net_config, mac) },
    { BIT_ULL(VIRTIO_NET_F_STATUS), endof(struct virtio_net_config, status) },
    { BIT_ULL(VIRTIO_NET_F_MTU), endof(struct virtio_net_config, mtu) },
    { BIT_ULL(VIRTIO_NET_F_SPEED_DUPLEX), endof(struct virtio_net_config, duplex) },
    { }
};

static const VirtIOConfigSizeParams config_size = {
    .min_size = endof(struct virtio_net_config, mac),
    .max_size = sizeof(struct virtio_net_config),
    .feature_sizes = config_features,
};

/* ---- features -------------------------------------------------------------------- */

static NetClientState *peer_get(const VirtIONet *n)
{
    return qemu_get_queue(n->nic)->peer;
}

/* Bits that make no sense without another one (5.1.3.1). */
static const struct {
    unsigned feature, needs;
} dependencies[] = {
    { VIRTIO_NET_F_GUEST_TSO4, VIRTIO_NET_F_GUEST_CSUM },
    { VIRTIO_NET_F_GUEST_TSO6, VIRTIO_NET_F_GUEST_CSUM },
    { VIRTIO_NET_F_GUEST_UFO, VIRTIO_NET_F_GUEST_CSUM },
    { VIRTIO_NET_F_HOST_TSO4, VIRTIO_NET_F_CSUM },
    { VIRTIO_NET_F_HOST_TSO6, VIRTIO_NET_F_CSUM },
    { VIRTIO_NET_F_HOST_UFO, VIRTIO_NET_F_CSUM },
    { VIRTIO_NET_F_CTRL_RX, VIRTIO_NET_F_CTRL_VQ },
    { VIRTIO_NET_F_CTRL_RX_EXTRA, VIRTIO_NET_F_CTRL_VQ },
    { VIRTIO_NET_F_CTRL_VLAN, VIRTIO_NET_F_CTRL_VQ },
    { VIRTIO_NET_F_CTRL_MAC_ADDR, VIRTIO_NET_F_CTRL_VQ },
    { VIRTIO_NET_F_CTRL_GUEST_OFFLOADS, VIRTIO_NET_F_CTRL_VQ },
    { VIRTIO_NET_F_GUEST_ANNOUNCE, VIRTIO_NET_F_CTRL_VQ },
    { VIRTIO_NET_F_GUEST_ANNOUNCE, VIRTIO_NET_F_STATUS },
};

static uint64_t virtio_net_get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    VirtIONet *n = VIRTIO_NET(vdev);
    NetClientState *peer = peer_get(n);

    features |= n->host_features | BIT_ULL(VIRTIO_NET_F_MAC);
    if (!qemu_has_vnet_hdr(peer)) {
        features &= ~(HOST_OFFLOADS | GUEST_OFFLOADS | BIT_ULL(VIRTIO_NET_F_HOST_UFO) |
                      BIT_ULL(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS));
    }
    if (!qemu_has_ufo(peer)) {
        features &= ~(BIT_ULL(VIRTIO_NET_F_GUEST_UFO) | BIT_ULL(VIRTIO_NET_F_HOST_UFO));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(dependencies); i++) {
        if (!virtio_has_feature(features, dependencies[i].needs)) {
            virtio_clear_feature(&features, dependencies[i].feature);
        }
    }
    return features;
}

uint64_t virtio_net_guest_offloads(uint64_t features)
{
    return features & GUEST_OFFLOADS;
}

void virtio_net_offloads_apply(VirtIONet *n)
{
    uint64_t offloads = n->curr_guest_offloads;

    trace_virtio_net_offloads(n, offloads);
    if (n->host_hdr_len) {
        qemu_set_offload(peer_get(n), virtio_has_feature(offloads, VIRTIO_NET_F_GUEST_CSUM),
                         virtio_has_feature(offloads, VIRTIO_NET_F_GUEST_TSO4),
                         virtio_has_feature(offloads, VIRTIO_NET_F_GUEST_TSO6),
                         virtio_has_feature(offloads, VIRTIO_NET_F_GUEST_ECN),
                         virtio_has_feature(offloads, VIRTIO_NET_F_GUEST_UFO), 0, 0);
    }
}

/* Header lengths that follow from @features, at the backend too if it speaks headers. */
static void headers_choose(VirtIONet *n, uint64_t features)
{
    NetClientState *peer = peer_get(n);

    n->mergeable = virtio_has_feature(features, VIRTIO_NET_F_MRG_RXBUF);
    n->guest_hdr_len = n->mergeable || virtio_has_feature(features, VIRTIO_F_VERSION_1)
                       ? sizeof(struct virtio_net_hdr_v1) : sizeof(struct virtio_net_hdr);
    n->host_hdr_len = 0;
    if (!qemu_has_vnet_hdr(peer)) {
        return;
    }
    qemu_using_vnet_hdr(peer, true);
    if (qemu_has_vnet_hdr_len(peer, n->guest_hdr_len)) {
        qemu_set_vnet_hdr_len(peer, n->guest_hdr_len);
    }
    n->host_hdr_len = qemu_get_vnet_hdr_len(peer);
}

static void virtio_net_set_features(VirtIODevice *vdev, uint64_t features)
{
    VirtIONet *n = VIRTIO_NET(vdev);

    headers_choose(n, features);
    n->curr_guest_offloads = virtio_net_guest_offloads(features);
    virtio_net_offloads_apply(n);
    /* A driver that knows VLANs names those that it wants. */
    memset(n->vlans, virtio_has_feature(features, VIRTIO_NET_F_CTRL_VLAN) ? 0 : 0xff,
           sizeof(n->vlans));
}

/* ---- configuration space ------------------------------------------------------------ */

static void virtio_net_get_config(VirtIODevice *vdev, uint8_t *config)
{
    VirtIONet *n = VIRTIO_NET(vdev);
    struct virtio_net_config c = { };

    memcpy(c.mac, n->mac, ETH_ALEN);
    stw_le_p(&c.status, n->status);
    stw_le_p(&c.max_virtqueue_pairs, 1);
    stw_le_p(&c.mtu, n->net_conf.mtu);
    stl_le_p(&c.speed, n->net_conf.speed);
    c.duplex = n->net_conf.duplex;
    memcpy(config, &c, vdev->config_len);
}

void virtio_net_mac_set(VirtIONet *n, const uint8_t mac[ETH_ALEN])
{
    memcpy(n->mac, mac, ETH_ALEN);
    qemu_format_nic_info_str(qemu_get_queue(n->nic), n->mac);
}

/* Only legacy drivers without the command change the address here. */
static void virtio_net_set_config(VirtIODevice *vdev, const uint8_t *config)
{
    VirtIONet *n = VIRTIO_NET(vdev);

    if (!virtio_vdev_has_feature(vdev, VIRTIO_NET_F_CTRL_MAC_ADDR) &&
        !virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1) &&
        memcmp(config, n->mac, ETH_ALEN) != 0) {
        virtio_net_mac_set(n, config);
    }
}

/* ---- link, status, reset ------------------------------------------------------------- */

static void virtio_net_link_status_changed(NetClientState *nc)
{
    VirtIONet *n = qemu_get_nic_opaque(nc);
    uint16_t old = n->status;

    n->status &= ~VIRTIO_NET_S_LINK_UP;
    n->status |= nc->link_down ? 0 : VIRTIO_NET_S_LINK_UP;
    if (n->status != old) {
        trace_virtio_net_link(n, n->status);
        virtio_notify_config(VIRTIO_DEVICE(n));
    }
}

/* Ask the guest to tell the network where it is, which it answers by ANNOUNCE_ACK. */
static void virtio_net_announce(NetClientState *nc)
{
    VirtIONet *n = qemu_get_nic_opaque(nc);
    VirtIODevice *vdev = VIRTIO_DEVICE(n);

    if (virtio_vdev_has_feature(vdev, VIRTIO_NET_F_GUEST_ANNOUNCE) &&
        !(n->status & VIRTIO_NET_S_ANNOUNCE)) {
        n->status |= VIRTIO_NET_S_ANNOUNCE;
        virtio_notify_config(vdev);
    }
}

static void virtio_net_set_status(VirtIODevice *vdev, uint8_t status)
{
    VirtIONet *n = VIRTIO_NET(vdev);

    if (!vdev->vm_running || !(status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        virtio_net_tx_stop(n, !(status & VIRTIO_CONFIG_S_DRIVER_OK));
        return;
    }
    virtio_net_tx_start(n);
    if (n->announce_is_due) {
        n->announce_is_due = false;
        virtio_net_announce(qemu_get_queue(n->nic));
    }
    /* A frame that came too early must not keep its backend waiting. */
    qemu_flush_queued_packets(qemu_get_queue(n->nic));
}

static void virtio_net_reset(VirtIODevice *vdev)
{
    VirtIONet *n = VIRTIO_NET(vdev);
    NetClientState *nc = qemu_get_queue(n->nic);

    virtio_net_filter_reset(n);
    virtio_net_mac_set(n, n->nic_conf.macaddr.a);
    n->announce_is_due = false;
    n->status = nc->link_down ? 0 : VIRTIO_NET_S_LINK_UP;
    /* What waited for the old driver is lost. */
    qemu_flush_or_purge_queued_packets(nc, true);
}

static void virtio_net_queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    VirtIONet *n = VIRTIO_NET(vdev);

    if (virtio_get_queue(vdev, queue_index) == n->tx_vq) {
        virtio_net_tx_stop(n, true);
    }
}

/* ---- saved state ----------------------------------------------------------------------- */

static int virtio_net_pre_save(void *opaque)
{
    VirtIONet *n = opaque;

    n->tx_is_in_flight = n->tx_elem != NULL;
    return 0;
}

static int virtio_net_post_load(void *opaque, int version_id)
{
    VirtIONet *n = opaque;
    VirtIODevice *vdev = VIRTIO_DEVICE(n);

    if (n->mac_table.in_use > VIRTIO_NET_MAC_ENTRIES ||
        n->mac_table.first_multi > n->mac_table.in_use) {
        return -EINVAL;
    }
    if (n->curr_guest_offloads & ~virtio_net_guest_offloads(vdev->guest_features)) {
        return -EINVAL;
    }
    /* The frame under way is sent from here: take it again. */
    if (n->tx_is_in_flight && !virtqueue_rewind(n->tx_vq, 1)) {
        return -EINVAL;
    }
    n->tx_waiting |= n->tx_is_in_flight;
    n->tx_is_in_flight = false;
    virtio_net_offloads_apply(n);
    qemu_format_nic_info_str(qemu_get_queue(n->nic), n->mac);
    qemu_get_queue(n->nic)->link_down = !(n->status & VIRTIO_NET_S_LINK_UP);
    n->announce_is_due = true;
    return 0;
}

static const VMStateDescription vmstate_virtio_net_device = {
    .name = "virtio-net-device",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = virtio_net_pre_save,
    .post_load = virtio_net_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8_ARRAY(mac, VirtIONet, ETH_ALEN),
        VMSTATE_UINT16(status, VirtIONet),
        VMSTATE_UINT64(curr_guest_offloads, VirtIONet),
        VMSTATE_BOOL(promisc, VirtIONet),
        VMSTATE_BOOL(allmulti, VirtIONet),
        VMSTATE_BOOL(alluni, VirtIONet),
        VMSTATE_BOOL(nomulti, VirtIONet),
        VMSTATE_BOOL(nouni, VirtIONet),
        VMSTATE_BOOL(nobcast, VirtIONet),
        VMSTATE_UINT32(mac_table.in_use, VirtIONet),
        VMSTATE_UINT32(mac_table.first_multi, VirtIONet),
        VMSTATE_UINT8(mac_table.multi_overflow, VirtIONet),
        VMSTATE_UINT8(mac_table.uni_overflow, VirtIONet),
        VMSTATE_UINT8_ARRAY(mac_table.macs, VirtIONet, VIRTIO_NET_MAC_ENTRIES * ETH_ALEN),
        VMSTATE_UINT8_ARRAY(vlans, VirtIONet, VIRTIO_NET_VLANS / 8),
        VMSTATE_BOOL(tx_waiting, VirtIONet),
        VMSTATE_BOOL(tx_is_in_flight, VirtIONet),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_virtio_net = {
    .name = "virtio-net",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VIRTIO_DEVICE,
        VMSTATE_END_OF_LIST()
    },
};

/* ---- realize ----------------------------------------------------------------------------- */

static NetClientInfo virtio_net_info = {
    .type = NET_CLIENT_DRIVER_NIC,
    .size = sizeof(NICState),
    .can_receive = virtio_net_can_receive,
    .receive = virtio_net_receive,
    .link_status_changed = virtio_net_link_status_changed,
    .query_rx_filter = virtio_net_query_rx_filter,
    .announce = virtio_net_announce,
};

static bool queue_size_check(const char *name, uint16_t size, Error **errp)
{
    if (size < VIRTIO_NET_QUEUE_SIZE_MIN || size > VIRTQUEUE_MAX_SIZE || !is_power_of_2(size)) {
        error_setg(errp, "virtio-net: %s=%u must be a power of two between %d and %d", name, size,
                   VIRTIO_NET_QUEUE_SIZE_MIN, VIRTQUEUE_MAX_SIZE);
        return false;
    }
    return true;
}

static bool speed_choose(VirtIONet *n, Error **errp)
{
    VirtIONetConf *conf = &n->net_conf;

    conf->duplex = DUPLEX_UNKNOWN;
    if (conf->duplex_str && strcmp(conf->duplex_str, "half") == 0) {
        conf->duplex = DUPLEX_HALF;
    } else if (conf->duplex_str && strcmp(conf->duplex_str, "full") == 0) {
        conf->duplex = DUPLEX_FULL;
    } else if (conf->duplex_str) {
        error_setg(errp, "virtio-net: duplex=%s must be 'half' or 'full'", conf->duplex_str);
        return false;
    }
    if (conf->speed < SPEED_UNKNOWN) {
        error_setg(errp, "virtio-net: speed=%d must be between 0 and %d Mbit/s, or -1",
                   conf->speed, INT_MAX);
        return false;
    }
    if (conf->duplex != DUPLEX_UNKNOWN || conf->speed != SPEED_UNKNOWN) {
        virtio_add_feature(&n->host_features, VIRTIO_NET_F_SPEED_DUPLEX);
    }
    return true;
}

static bool properties_check(VirtIONet *n, Error **errp)
{
    VirtIONetConf *conf = &n->net_conf;

    if (conf->mtu && conf->mtu < MTU_MIN) {
        error_setg(errp, "virtio-net: host_mtu=%u must be at least %d", conf->mtu, MTU_MIN);
        return false;
    }
    if (conf->mtu) {
        virtio_add_feature(&n->host_features, VIRTIO_NET_F_MTU);
    }
    if (conf->tx && strcmp(conf->tx, "bh") != 0) {
        error_setg(errp, "virtio-net: tx=%s is not supported by this version: use tx=bh", conf->tx);
        return false;
    }
    if (conf->txburst <= 0) {
        error_setg(errp, "virtio-net: x-txburst=%d must be positive", conf->txburst);
        return false;
    }
    if (is_multicast_ether_addr(n->nic_conf.macaddr.a)) {
        error_setg(errp, "virtio-net: mac=" MAC_FMT " is a multicast address",
                   MAC_ARG(n->nic_conf.macaddr.a));
        return false;
    }
    if (n->nic_conf.peers.queues > 1) {
        error_setg(errp, "virtio-net: netdev '%s' has %d queues, this card has one",
                   n->nic_conf.peers.ncs[0]->name, n->nic_conf.peers.queues);
        return false;
    }
    return speed_choose(n, errp) && queue_size_check("rx_queue_size", conf->rx_queue_size, errp) &&
           queue_size_check("tx_queue_size", conf->tx_queue_size, errp);
}

static void virtio_net_realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIONet *n = VIRTIO_NET(dev);
    NetClientState *nc;

    if (!properties_check(n, errp)) {
        return;
    }
    virtio_init(vdev, VIRTIO_ID_NET, virtio_get_config_size(&config_size, n->host_features |
                                                            BIT_ULL(VIRTIO_NET_F_MAC)));
    qemu_macaddr_default_if_unset(&n->nic_conf.macaddr);
    n->rx_vq = virtio_add_queue(vdev, n->net_conf.rx_queue_size, virtio_net_handle_rx);
    n->tx_vq = virtio_add_queue(vdev, n->net_conf.tx_queue_size, virtio_net_handle_tx);
    if (virtio_has_feature(n->host_features, VIRTIO_NET_F_CTRL_VQ)) {
        n->ctrl_vq = virtio_add_queue(vdev, CTRL_QUEUE_SIZE, virtio_net_handle_ctrl);
    }
    n->tx_bh = virtio_bh_new_guarded(dev, virtio_net_tx_bh, n);
    n->nic = qemu_new_nic(&virtio_net_info, &n->nic_conf, object_get_typename(OBJECT(dev)),
                          dev->id, &dev->mem_reentrancy_guard, n);
    nc = qemu_get_queue(n->nic);
    nc->do_not_pad = true;
    nc->rxfilter_notify_enabled = 1;
    n->status = VIRTIO_NET_S_LINK_UP;
    virtio_net_filter_reset(n);
    virtio_net_mac_set(n, n->nic_conf.macaddr.a);
    headers_choose(n, 0);
}

static void virtio_net_unrealize(DeviceState *dev)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIONet *n = VIRTIO_NET(dev);
    NetClientState *peer = peer_get(n);

    virtio_net_tx_stop(n, true);
    if (n->host_hdr_len) {
        /* The next card may not know headers. */
        qemu_set_offload(peer, 0, 0, 0, 0, 0, 0, 0);
        qemu_using_vnet_hdr(peer, false);
    }
    qemu_del_nic(n->nic);
    n->nic = NULL;
    qemu_bh_delete(n->tx_bh);
    n->tx_bh = NULL;
    if (n->ctrl_vq) {
        virtio_delete_queue(n->ctrl_vq);
    }
    virtio_delete_queue(n->tx_vq);
    virtio_delete_queue(n->rx_vq);
    virtio_cleanup(vdev);
}

/* ---- type ---------------------------------------------------------------------------------- */

#define FEATURE(name_, bit_) \
    DEFINE_PROP_BIT64(name_, VirtIONet, host_features, VIRTIO_NET_F_##bit_, true)

static Property virtio_net_properties[] = {
    FEATURE("csum", CSUM),
    FEATURE("guest_csum", GUEST_CSUM),
    FEATURE("gso", GSO),
    FEATURE("guest_tso4", GUEST_TSO4),
    FEATURE("guest_tso6", GUEST_TSO6),
    FEATURE("guest_ecn", GUEST_ECN),
    FEATURE("guest_ufo", GUEST_UFO),
    FEATURE("guest_announce", GUEST_ANNOUNCE),
    FEATURE("host_tso4", HOST_TSO4),
    FEATURE("host_tso6", HOST_TSO6),
    FEATURE("host_ecn", HOST_ECN),
    FEATURE("host_ufo", HOST_UFO),
    FEATURE("mrg_rxbuf", MRG_RXBUF),
    FEATURE("status", STATUS),
    FEATURE("ctrl_vq", CTRL_VQ),
    FEATURE("ctrl_rx", CTRL_RX),
    FEATURE("ctrl_vlan", CTRL_VLAN),
    FEATURE("ctrl_rx_extra", CTRL_RX_EXTRA),
    FEATURE("ctrl_mac_addr", CTRL_MAC_ADDR),
    FEATURE("ctrl_guest_offloads", CTRL_GUEST_OFFLOADS),
    DEFINE_NIC_PROPERTIES(VirtIONet, nic_conf),
    DEFINE_PROP_INT32("x-txburst", VirtIONet, net_conf.txburst, VIRTIO_NET_TX_BURST),
    DEFINE_PROP_STRING("tx", VirtIONet, net_conf.tx),
    DEFINE_PROP_UINT16("rx_queue_size", VirtIONet, net_conf.rx_queue_size,
                       VIRTIO_NET_QUEUE_SIZE_MIN),
    DEFINE_PROP_UINT16("tx_queue_size", VirtIONet, net_conf.tx_queue_size,
                       VIRTIO_NET_QUEUE_SIZE_MIN),
    DEFINE_PROP_UINT16("host_mtu", VirtIONet, net_conf.mtu, 0),
    DEFINE_PROP_INT32("speed", VirtIONet, net_conf.speed, SPEED_UNKNOWN),
    DEFINE_PROP_STRING("duplex", VirtIONet, net_conf.duplex_str),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText virtio_net_texts[] = {
    { "csum", "the guest may leave checksums to the backend" },
    { "guest_csum", "the backend may leave checksums to the guest" },
    { "gso", "the guest may leave segmentation to the backend; legacy only" },
    { "guest_tso4", "the backend may pass whole TCP segments over IPv4" },
    { "guest_tso6", "the backend may pass whole TCP segments over IPv6" },
    { "guest_ecn", "those of the backend may have ECN" },
    { "guest_ufo", "the backend may pass whole UDP datagrams" },
    { "guest_announce", "the guest is asked to announce itself after a load" },
    { "host_tso4", "the guest may pass whole TCP segments over IPv4" },
    { "host_tso6", "the guest may pass whole TCP segments over IPv6" },
    { "host_ecn", "those of the guest may have ECN" },
    { "host_ufo", "the guest may pass whole UDP datagrams" },
    { "mrg_rxbuf", "a frame may fill several receive buffers" },
    { "status", "the guest sees whether the cable is plugged" },
    { "ctrl_vq", "offer the control queue" },
    { "ctrl_rx", "commands for the kinds of frames to receive" },
    { "ctrl_vlan", "commands that filter VLANs" },
    { "ctrl_rx_extra", "more commands for the kinds of frames to receive" },
    { "ctrl_mac_addr", "a command that sets the address" },
    { "ctrl_guest_offloads", "a command that switches what is left to the guest" },
    { "x-txburst", "frames sent before others get their turn" },
    { "tx", "bh: frames are sent from the main loop; there is no other way" },
    { "rx_queue_size", "descriptors: a power of two from 256 to 1024" },
    { "tx_queue_size", "descriptors: a power of two from 256 to 1024" },
    { "host_mtu", "MTU that the guest is told, at least 68; 0: none" },
    { "speed", "Mbit/s that the guest is told; -1: unknown" },
    { "duplex", "half or full, as the guest is told" },
    { }
};

static void virtio_net_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    dc->desc = "virtio network card";
    dc->vmsd = &vmstate_virtio_net;
    device_class_set_props(dc, virtio_net_properties);
    device_class_describe_props(dc, virtio_net_texts);
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
    vdc->realize = virtio_net_realize;
    vdc->unrealize = virtio_net_unrealize;
    vdc->get_features = virtio_net_get_features;
    vdc->set_features = virtio_net_set_features;
    vdc->get_config = virtio_net_get_config;
    vdc->set_config = virtio_net_set_config;
    vdc->set_status = virtio_net_set_status;
    vdc->reset = virtio_net_reset;
    vdc->queue_reset = virtio_net_queue_reset;
    vdc->legacy_features |= BIT_ULL(VIRTIO_NET_F_GSO);
    vdc->vmsd = &vmstate_virtio_net_device;
}

static const TypeInfo virtio_net_types[] = {
    {
        .name = TYPE_VIRTIO_NET,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIONet),
        .class_init = virtio_net_class_init,
    },
};

DEFINE_TYPES(virtio_net_types)
