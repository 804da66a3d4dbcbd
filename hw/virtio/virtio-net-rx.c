/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames to the guest: the receive filter and the receive queue (OASIS virtio 5.1.6.3-4). */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "trace.h"
#include "virtio-net-internal.h"

#define VLAN_ID_MASK 0xfff
#define NUM_BUFFERS_OFFSET offsetof(struct virtio_net_hdr_v1, num_buffers)

/* ---- filter ------------------------------------------------------------------------- */

static bool mac_is_in(const uint8_t *macs, unsigned first, unsigned end, const uint8_t *mac)
{
    for (unsigned i = first; i < end; i++) {
        if (memcmp(macs + i * ETH_ALEN, mac, ETH_ALEN) == 0) {
            return true;
        }
    }
    return false;
}

static bool frame_is_wanted(const VirtIONet *n, const uint8_t *frame, size_t size)
{
    const VirtIONetMacTable *table = &n->mac_table;

    if (n->promisc) {
        return true;
    }
    if (size >= ETH_HLEN + 2 && lduw_be_p(frame + 2 * ETH_ALEN) == ETH_P_VLAN) {
        unsigned vid = lduw_be_p(frame + ETH_HLEN) & VLAN_ID_MASK;

        if (!(n->vlans[vid / 8] & 1 << vid % 8)) {
            return false;
        }
    }
    if (is_broadcast_ether_addr(frame)) {
        return !n->nobcast;
    }
    if (is_multicast_ether_addr(frame)) {
        return !n->nomulti && (n->allmulti || table->multi_overflow ||
                               mac_is_in(table->macs, table->first_multi, table->in_use, frame));
    }
    return !n->nouni && (n->alluni || table->uni_overflow ||
                         memcmp(frame, n->mac, ETH_ALEN) == 0 ||
                         mac_is_in(table->macs, 0, table->first_multi, frame));
}

static strList *macs_list(const uint8_t *macs, unsigned first, unsigned end)
{
    strList *list = NULL, **tail = &list;

    for (unsigned i = first; i < end; i++) {
        QAPI_LIST_APPEND(tail, g_strdup_printf(MAC_FMT, MAC_ARG(macs + i * ETH_ALEN)));
    }
    return list;
}

RxFilterInfo *virtio_net_query_rx_filter(NetClientState *nc)
{
    VirtIONet *n = qemu_get_nic_opaque(nc);
    VirtIODevice *vdev = VIRTIO_DEVICE(n);
    const VirtIONetMacTable *table = &n->mac_table;
    RxFilterInfo *info = g_new0(RxFilterInfo, 1);
    intList **vlans = &info->vlan_table;

    info->name = g_strdup(nc->name);
    info->promiscuous = n->promisc;
    info->unicast = n->nouni ? RX_STATE_NONE : n->alluni ? RX_STATE_ALL : RX_STATE_NORMAL;
    info->multicast = n->nomulti ? RX_STATE_NONE : n->allmulti ? RX_STATE_ALL : RX_STATE_NORMAL;
    info->broadcast_allowed = !n->nobcast;
    info->multicast_overflow = table->multi_overflow;
    info->unicast_overflow = table->uni_overflow;
    info->main_mac = g_strdup_printf(MAC_FMT, MAC_ARG(n->mac));
    info->unicast_table = macs_list(table->macs, 0, table->first_multi);
    info->multicast_table = macs_list(table->macs, table->first_multi, table->in_use);
    info->vlan = RX_STATE_ALL;
    if (virtio_vdev_has_feature(vdev, VIRTIO_NET_F_CTRL_VLAN)) {
        info->vlan = RX_STATE_NORMAL;
        for (unsigned vid = 0; vid < VIRTIO_NET_VLANS; vid++) {
            if (n->vlans[vid / 8] & 1 << vid % 8) {
                QAPI_LIST_APPEND(vlans, vid);
            }
        }
    }
    /* The next change is news again. */
    nc->rxfilter_notify_enabled = 1;
    return info;
}

/* ---- room ----------------------------------------------------------------------------- */

bool virtio_net_can_receive(NetClientState *nc)
{
    VirtIONet *n = qemu_get_nic_opaque(nc);
    VirtIODevice *vdev = VIRTIO_DEVICE(n);

    return vdev->vm_running && (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
           virtio_queue_ready(n->rx_vq) && !virtio_device_disabled(vdev);
}

static bool rx_room_is_there(VirtIONet *n, size_t size)
{
    return !virtio_queue_empty(n->rx_vq) &&
           (!n->mergeable || virtqueue_avail_bytes(n->rx_vq, size, 0));
}

/* Whether @size bytes fit; if not, the driver tells us of new buffers. */
static bool rx_has_buffers(VirtIONet *n, size_t size)
{
    if (!rx_room_is_there(n, size)) {
        virtio_queue_set_notification(n->rx_vq, 1);
        /* The driver may have added some just before it could see that. */
        if (!rx_room_is_there(n, size)) {
            return false;
        }
    }
    virtio_queue_set_notification(n->rx_vq, 0);
    return true;
}

void virtio_net_handle_rx(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIONet *n = VIRTIO_NET(vdev);

    qemu_flush_queued_packets(qemu_get_queue(n->nic));
}

/* ---- filling --------------------------------------------------------------------------- */

/* The header that the guest gets: the backend's, or an empty one. */
static void rx_header_make(const VirtIONet *n, struct virtio_net_hdr_v1 *hdr, const uint8_t *buf)
{
    memset(hdr, 0, sizeof(*hdr));
    memcpy(hdr, buf, MIN(n->host_hdr_len, n->guest_hdr_len));
    /* One buffer unless several are merged; the word exists in the longer header only. */
    stw_le_p(&hdr->num_buffers, 1);
}

/*
 * Puts the frame into one element after the other, kept in n->rx_elems with lengths in rx_lens.
 * How many; 0: it does not fit; -1: the device broke. Those taken stay taken.
 */
static int rx_elements_fill(VirtIONet *n, const struct virtio_net_hdr_v1 *hdr,
                            const uint8_t *frame, size_t size, unsigned *taken)
{
    size_t at = 0;

    do {
        VirtQueueElement *elem;
        size_t offset = 0, room;

        if (*taken == VIRTQUEUE_MAX_SIZE) {
            return 0;
        }
        elem = virtqueue_pop(n->rx_vq, sizeof(VirtQueueElement));
        if (!elem) {
            /* The driver took buffers back, or broke the queue. */
            virtio_error(VIRTIO_DEVICE(n), "receive queue ended within a frame");
            return -1;
        }
        n->rx_elems[(*taken)++] = elem;
        room = iov_size(elem->in_sg, elem->in_num);
        if (*taken == 1) {
            if (room < n->guest_hdr_len) {
                virtio_error(VIRTIO_DEVICE(n), "receive buffer of %zu bytes has no room for the "
                             "header of %u", room, n->guest_hdr_len);
                return -1;
            }
            offset = iov_from_buf(elem->in_sg, elem->in_num, 0, hdr, n->guest_hdr_len);
        } else if (!room) {
            virtio_error(VIRTIO_DEVICE(n), "receive buffer without a writable part");
            return -1;
        }
        offset += iov_from_buf(elem->in_sg, elem->in_num, offset, frame + at,
                               MIN(room - offset, size - at));
        at += offset - (*taken == 1 ? n->guest_hdr_len : 0);
        n->rx_lens[*taken - 1] = offset;
    } while (at < size && n->mergeable);
    return at == size ? *taken : 0;
}

/* Puts what was taken back, the last first. */
static void rx_elements_return(VirtIONet *n, unsigned taken)
{
    while (taken) {
        VirtQueueElement *elem = n->rx_elems[--taken];

        virtqueue_unpop(n->rx_vq, elem, 0);
        virtqueue_element_free(n->rx_vq, elem);
    }
}

static void rx_elements_publish(VirtIONet *n, unsigned count)
{
    VirtQueueElement *first = n->rx_elems[0];

    if (n->mergeable) {
        uint8_t num_buffers[2];

        stw_le_p(num_buffers, count);
        iov_from_buf(first->in_sg, first->in_num, NUM_BUFFERS_OFFSET, num_buffers,
                     sizeof(num_buffers));
    }
    for (unsigned i = 0; i < count; i++) {
        virtqueue_fill(n->rx_vq, n->rx_elems[i], n->rx_lens[i], i);
        virtqueue_element_free(n->rx_vq, n->rx_elems[i]);
    }
    virtqueue_flush(n->rx_vq, count);
    virtio_notify(VIRTIO_DEVICE(n), n->rx_vq);
}

ssize_t virtio_net_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    VirtIONet *n = qemu_get_nic_opaque(nc);
    const uint8_t *frame = buf + n->host_hdr_len;
    size_t frame_size = size - n->host_hdr_len;
    struct virtio_net_hdr_v1 hdr;
    unsigned taken = 0;
    int count;

    if (size < n->host_hdr_len + ETH_HLEN || !virtio_net_can_receive(nc)) {
        return -1;
    }
    if (!frame_is_wanted(n, frame, frame_size)) {
        return size;
    }
    if (!rx_has_buffers(n, n->guest_hdr_len + frame_size)) {
        /* Without a working queue nobody will ever say that there is room. */
        return virtio_device_disabled(VIRTIO_DEVICE(n)) ? -1 : 0;
    }
    rx_header_make(n, &hdr, buf);
    RCU_READ_LOCK_GUARD();
    count = rx_elements_fill(n, &hdr, frame, frame_size, &taken);
    if (count <= 0) {
        if (count == 0) {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: frame of %zu bytes does not fit into the guest's "
                          "buffer: dropped\n", VIRTIO_DEVICE(n)->name, frame_size);
        }
        rx_elements_return(n, taken);
        return count < 0 ? -1 : (ssize_t)size;
    }
    rx_elements_publish(n, count);
    trace_virtio_net_receive(n, frame_size, count);
    return size;
}
