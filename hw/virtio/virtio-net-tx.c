/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames from the guest (OASIS virtio 5.1.6.1-2). A notification only schedules a bottom half, so
 * that frames which the guest sends shortly after each other go together; a burst is limited, so
 * that one guest cannot keep the loop from others. A frame that the backend cannot take stops the
 * queue until it can.
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "trace.h"
#include "virtio-net-internal.h"

static void tx_complete(NetClientState *nc, ssize_t len);

static bool tx_may_run(const VirtIONet *n)
{
    const VirtIODevice *vdev = VIRTIO_DEVICE(n);

    return vdev->vm_running && (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) && !n->tx_is_ending;
}

static void tx_schedule(VirtIONet *n)
{
    n->tx_waiting = true;
    qemu_bh_schedule(n->tx_bh);
}

/*
 * The pieces that go to the backend: the frame, with a header of the backend's length if that
 * speaks headers. How many; -1: the device broke. @hdr holds the header's copy.
 */
static int tx_pieces_make(VirtIONet *n, const VirtQueueElement *elem,
                          struct virtio_net_hdr_v1 *hdr)
{
    int first = 0;

    memset(hdr, 0, sizeof(*hdr));
    if (iov_to_buf(elem->out_sg, elem->out_num, 0, hdr, n->guest_hdr_len) < n->guest_hdr_len) {
        virtio_error(VIRTIO_DEVICE(n), "frame to send is shorter than its header");
        return -1;
    }
    if (n->host_hdr_len) {
        /* The copy, which the guest cannot change any more. */
        n->tx_sg[first++] = (struct iovec) { .iov_base = hdr, .iov_len = n->host_hdr_len };
    }
    return first + iov_copy(n->tx_sg + first, G_N_ELEMENTS(n->tx_sg) - first, elem->out_sg,
                            elem->out_num, n->guest_hdr_len, SIZE_MAX);
}

static void tx_element_end(VirtIONet *n, VirtQueueElement *elem)
{
    virtqueue_push(n->tx_vq, elem, 0);
    virtqueue_element_free(n->tx_vq, elem);
}

/*
 * Sends one element. 1: done; 0: the backend has it queued, and it is n->tx_elem; -1: the device
 * broke.
 */
static int tx_element_send(VirtIONet *n, VirtQueueElement *elem)
{
    NetClientState *nc = qemu_get_queue(n->nic);
    struct virtio_net_hdr_v1 hdr;
    int pieces = tx_pieces_make(n, elem, &hdr);

    if (pieces < 0) {
        virtqueue_detach_element(n->tx_vq, elem, 0);
        virtqueue_element_free(n->tx_vq, elem);
        return -1;
    }
    /* Longer than any frame, or a header and nothing else: nobody would take it. */
    if (pieces > (n->host_hdr_len ? 1 : 0) && iov_size(n->tx_sg, pieces) <= NET_BUFSIZE &&
        qemu_sendv_packet_async(nc, n->tx_sg, pieces, tx_complete) == 0) {
        n->tx_elem = elem;
        return 0;
    }
    tx_element_end(n, elem);
    return 1;
}

/* Sends until the queue is empty, the burst over, or the backend busy. How many; -1: stop. */
static int tx_flush(VirtIONet *n)
{
    int sent = 0, ret = 1;

    if (!tx_may_run(n) || n->tx_elem) {
        return -1;
    }
    while (sent < n->net_conf.txburst && ret > 0) {
        VirtQueueElement *elem = virtqueue_pop(n->tx_vq, sizeof(VirtQueueElement));

        if (!elem) {
            break;
        }
        ret = tx_element_send(n, elem);
        sent += ret > 0;
    }
    if (sent) {
        virtio_notify(VIRTIO_DEVICE(n), n->tx_vq);
        trace_virtio_net_tx_flush(n, sent);
    }
    return ret > 0 ? sent : -1;
}

/* The backend took, or lost, the frame that it had queued. */
static void tx_complete(NetClientState *nc, ssize_t len)
{
    VirtIONet *n = qemu_get_nic_opaque(nc);
    VirtQueueElement *elem = g_steal_pointer(&n->tx_elem);

    if (!elem) {
        return;
    }
    tx_element_end(n, elem);
    virtio_notify(VIRTIO_DEVICE(n), n->tx_vq);
    /* The rest from the loop: this is within the backend's own work. */
    if (tx_may_run(n)) {
        tx_schedule(n);
    } else {
        n->tx_waiting = true;
    }
}

void virtio_net_tx_bh(void *opaque)
{
    VirtIONet *n = opaque;
    int sent;

    if (!tx_may_run(n)) {
        return;                 /* tx_waiting stays: for when it may */
    }
    n->tx_waiting = false;
    virtio_queue_set_notification(n->tx_vq, 0);
    sent = tx_flush(n);
    if (sent < 0) {
        return;
    }
    if (sent >= n->net_conf.txburst) {
        tx_schedule(n);
        return;
    }
    virtio_queue_set_notification(n->tx_vq, 1);
    /* What came before the driver could see that it must notify. */
    if (!virtio_queue_empty(n->tx_vq)) {
        virtio_queue_set_notification(n->tx_vq, 0);
        tx_schedule(n);
    }
}

void virtio_net_handle_tx(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIONet *n = VIRTIO_NET(vdev);

    /* A cable that is unplugged takes everything: sending drops it. */
    if (n->tx_waiting || n->tx_elem) {
        return;
    }
    n->tx_waiting = true;
    if (!tx_may_run(n)) {
        return;
    }
    virtio_queue_set_notification(vq, 0);
    qemu_bh_schedule(n->tx_bh);
}

void virtio_net_tx_start(VirtIONet *n)
{
    if (n->tx_waiting) {
        qemu_bh_schedule(n->tx_bh);
    }
}

void virtio_net_tx_stop(VirtIONet *n, bool forget)
{
    qemu_bh_cancel(n->tx_bh);
    n->tx_is_ending = true;
    if (n->tx_elem) {
        qemu_purge_queued_packets(qemu_get_queue(n->nic));
    }
    if (n->tx_elem) {
        /* The backend's queue did not have it: not lost by a guest's doing. */
        virtqueue_detach_element(n->tx_vq, n->tx_elem, 0);
        g_clear_pointer(&n->tx_elem, g_free);
    }
    n->tx_is_ending = false;
    if (forget) {
        n->tx_waiting = false;
    }
}
