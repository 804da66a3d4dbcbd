/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control queue (OASIS virtio 5.1.6.5): what to receive, addresses, VLANs, announcements and
 * guest offloads. A command that is malformed, or belongs to a feature that the driver did not
 * take, is answered with an error and changes nothing.
 */
#include "qemu/osdep.h"
#include "qapi/qapi-events-net.h"
#include "qemu/iov.h"
#include "qemu/log.h"
#include "trace.h"
#include "virtio-net-internal.h"

/* A command's data; @at: how much of it was read. */
typedef struct CtrlData {
    const struct iovec *sg;
    unsigned num;
    size_t at;
    size_t size;
} CtrlData;

static bool ctrl_data_read(CtrlData *data, void *to, size_t len)
{
    if (len > data->size - data->at) {
        return false;
    }
    /* The guest's memory is read once; what is checked is this copy. */
    iov_to_buf(data->sg, data->num, data->at, to, len);
    data->at += len;
    return true;
}

static bool ctrl_data_is_all(const CtrlData *data)
{
    return data->at == data->size;
}

static bool has(const VirtIONet *n, unsigned feature)
{
    return virtio_vdev_has_feature(VIRTIO_DEVICE(n), feature);
}

void virtio_net_filter_reset(VirtIONet *n)
{
    /* Until a driver says what it wants; an old one never does. */
    n->promisc = true;
    n->allmulti = n->alluni = n->nomulti = n->nouni = n->nobcast = false;
    memset(&n->mac_table, 0, sizeof(n->mac_table));
    memset(n->vlans, 0xff, sizeof(n->vlans));
}

/* Told once; the next query arms it again, so a guest cannot flood the monitor. */
static void filter_changed(VirtIONet *n)
{
    NetClientState *nc = qemu_get_queue(n->nic);
    DeviceState *dev = DEVICE(n);

    if (nc->rxfilter_notify_enabled) {
        g_autofree char *path = object_get_canonical_path(OBJECT(dev));

        nc->rxfilter_notify_enabled = 0;
        qapi_event_send_nic_rx_filter_changed(dev->id, path);
    }
}

/* ---- commands --------------------------------------------------------------------------- */

static bool ctrl_rx(VirtIONet *n, uint8_t cmd, CtrlData *data)
{
    bool *const modes[] = {
        [VIRTIO_NET_CTRL_RX_PROMISC] = &n->promisc,
        [VIRTIO_NET_CTRL_RX_ALLMULTI] = &n->allmulti,
        [VIRTIO_NET_CTRL_RX_ALLUNI] = &n->alluni,
        [VIRTIO_NET_CTRL_RX_NOMULTI] = &n->nomulti,
        [VIRTIO_NET_CTRL_RX_NOUNI] = &n->nouni,
        [VIRTIO_NET_CTRL_RX_NOBCAST] = &n->nobcast,
    };
    uint8_t on;

    if (cmd >= G_N_ELEMENTS(modes) ||
        !has(n, cmd <= VIRTIO_NET_CTRL_RX_ALLMULTI ? VIRTIO_NET_F_CTRL_RX
                                                   : VIRTIO_NET_F_CTRL_RX_EXTRA) ||
        !ctrl_data_read(data, &on, sizeof(on)) || !ctrl_data_is_all(data)) {
        return false;
    }
    *modes[cmd] = on != 0;
    filter_changed(n);
    return true;
}

/* One list of the two. More than there is room for: all of that kind are wanted. */
static bool mac_list_read(VirtIONetMacTable *table, CtrlData *data, uint8_t *overflow)
{
    uint8_t count_le[4];
    uint32_t count;
    size_t bytes;

    if (!ctrl_data_read(data, count_le, sizeof(count_le))) {
        return false;
    }
    count = ldl_le_p(count_le);
    if (count > (data->size - data->at) / ETH_ALEN) {
        return false;
    }
    bytes = (size_t)count * ETH_ALEN;
    if (count > VIRTIO_NET_MAC_ENTRIES - table->in_use) {
        *overflow = 1;
        data->at += bytes;
        return true;
    }
    table->in_use += count;
    return ctrl_data_read(data, table->macs + (table->in_use - count) * ETH_ALEN, bytes);
}

static bool ctrl_mac_table_set(VirtIONet *n, CtrlData *data)
{
    VirtIONetMacTable table = { };

    if (!mac_list_read(&table, data, &table.uni_overflow)) {
        return false;
    }
    table.first_multi = table.in_use;
    if (!mac_list_read(&table, data, &table.multi_overflow) || !ctrl_data_is_all(data)) {
        return false;
    }
    n->mac_table = table;
    return true;
}

static bool ctrl_mac(VirtIONet *n, uint8_t cmd, CtrlData *data)
{
    uint8_t mac[ETH_ALEN];

    switch (cmd) {
    case VIRTIO_NET_CTRL_MAC_TABLE_SET:
        if (!has(n, VIRTIO_NET_F_CTRL_RX) || !ctrl_mac_table_set(n, data)) {
            return false;
        }
        break;
    case VIRTIO_NET_CTRL_MAC_ADDR_SET:
        if (!has(n, VIRTIO_NET_F_CTRL_MAC_ADDR) || !ctrl_data_read(data, mac, sizeof(mac)) ||
            !ctrl_data_is_all(data)) {
            return false;
        }
        virtio_net_mac_set(n, mac);
        break;
    default:
        return false;
    }
    filter_changed(n);
    return true;
}

static bool ctrl_vlan(VirtIONet *n, uint8_t cmd, CtrlData *data)
{
    uint8_t vid_le[2];
    uint16_t vid;

    if (cmd > VIRTIO_NET_CTRL_VLAN_DEL || !has(n, VIRTIO_NET_F_CTRL_VLAN) ||
        !ctrl_data_read(data, vid_le, sizeof(vid_le)) || !ctrl_data_is_all(data)) {
        return false;
    }
    vid = lduw_le_p(vid_le);
    if (vid >= VIRTIO_NET_VLANS) {
        return false;
    }
    if (cmd == VIRTIO_NET_CTRL_VLAN_ADD) {
        n->vlans[vid / 8] |= 1 << vid % 8;
    } else {
        n->vlans[vid / 8] &= ~(1 << vid % 8);
    }
    filter_changed(n);
    return true;
}

static bool ctrl_announce(VirtIONet *n, uint8_t cmd, CtrlData *data)
{
    if (cmd != VIRTIO_NET_CTRL_ANNOUNCE_ACK || !has(n, VIRTIO_NET_F_GUEST_ANNOUNCE) ||
        !(n->status & VIRTIO_NET_S_ANNOUNCE)) {
        return false;
    }
    n->status &= ~VIRTIO_NET_S_ANNOUNCE;
    return true;
}

static bool ctrl_offloads(VirtIONet *n, uint8_t cmd, CtrlData *data)
{
    uint8_t offloads_le[8];
    uint64_t offloads;

    if (cmd != VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET ||
        !has(n, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) ||
        !ctrl_data_read(data, offloads_le, sizeof(offloads_le)) || !ctrl_data_is_all(data)) {
        return false;
    }
    offloads = ldq_le_p(offloads_le);
    if (offloads & ~virtio_net_guest_offloads(VIRTIO_DEVICE(n)->guest_features)) {
        return false;
    }
    n->curr_guest_offloads = offloads;
    virtio_net_offloads_apply(n);
    return true;
}

static bool ctrl_command(VirtIONet *n, const struct virtio_net_ctrl_hdr *hdr, CtrlData *data)
{
    switch (hdr->class) {
    case VIRTIO_NET_CTRL_RX:
        return ctrl_rx(n, hdr->cmd, data);
    case VIRTIO_NET_CTRL_MAC:
        return ctrl_mac(n, hdr->cmd, data);
    case VIRTIO_NET_CTRL_VLAN:
        return ctrl_vlan(n, hdr->cmd, data);
    case VIRTIO_NET_CTRL_ANNOUNCE:
        return ctrl_announce(n, hdr->cmd, data);
    case VIRTIO_NET_CTRL_GUEST_OFFLOADS:
        return ctrl_offloads(n, hdr->cmd, data);
    default:
        return false;           /* among others MQ, which is not offered */
    }
}

/* ---- the queue ----------------------------------------------------------------------------- */

static bool ctrl_element_run(VirtIONet *n, VirtQueueElement *elem)
{
    CtrlData data = {
        .sg = elem->out_sg, .num = elem->out_num, .size = iov_size(elem->out_sg, elem->out_num),
    };
    struct virtio_net_ctrl_hdr hdr;
    uint8_t ack;

    if (!ctrl_data_read(&data, &hdr, sizeof(hdr)) || iov_size(elem->in_sg, elem->in_num) < 1) {
        virtio_error(VIRTIO_DEVICE(n), "control command without header or room for the answer");
        return false;
    }
    ack = ctrl_command(n, &hdr, &data) ? VIRTIO_NET_OK : VIRTIO_NET_ERR;
    trace_virtio_net_ctrl(n, hdr.class, hdr.cmd, ack);
    if (ack != VIRTIO_NET_OK) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: control command %u.%u refused\n",
                      VIRTIO_DEVICE(n)->name, hdr.class, hdr.cmd);
    }
    iov_from_buf(elem->in_sg, elem->in_num, 0, &ack, sizeof(ack));
    return true;
}

void virtio_net_handle_ctrl(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIONet *n = VIRTIO_NET(vdev);
    VirtQueueElement *elem;

    while ((elem = virtqueue_pop(vq, sizeof(VirtQueueElement)))) {
        if (!ctrl_element_run(n, elem)) {
            virtqueue_detach_element(vq, elem, 0);
            virtqueue_element_free(vq, elem);
            break;
        }
        virtqueue_push(vq, elem, sizeof(virtio_net_ctrl_ack));
        virtio_notify(vdev, vq);
        virtqueue_element_free(vq, elem);
    }
}
