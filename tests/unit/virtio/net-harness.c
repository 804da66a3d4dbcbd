/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network card on a board: see net-harness.h. */
#include "qemu/osdep.h"
#include "net-harness.h"
#include "hw/qdev-properties.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "sysemu/runstate.h"

#define DATA_SIZE (8u << 20)

const uint8_t test_mac[6] = { 0x52, 0x54, 0x00, 0xaa, 0xbb, 0xcc };

/* ---- backend ---- */

static ssize_t backend_receive_iov(NetClientState *nc, const struct iovec *iov, int iovcnt)
{
    TestBackend *b = container_of(nc, TestBackend, nc);
    size_t size = iov_size(iov, iovcnt);
    uint8_t *frame;

    if (b->is_busy) {
        return 0;
    }
    frame = g_malloc(size);
    iov_to_buf(iov, iovcnt, 0, frame, size);
    g_queue_push_tail(&b->frames, g_bytes_new_take(frame, size));
    return size;
}

static void backend_cleanup(NetClientState *nc)
{
    TestBackend *b = container_of(nc, TestBackend, nc);

    g_queue_clear_full(&b->frames, (GDestroyNotify)g_bytes_unref);
}

static bool backend_has_vnet_hdr(NetClientState *nc)
{
    return container_of(nc, TestBackend, nc)->has_vnet_hdr;
}

static bool backend_has_vnet_hdr_len(NetClientState *nc, int len)
{
    return backend_has_vnet_hdr(nc);
}

static int backend_get_vnet_hdr_len(NetClientState *nc)
{
    return container_of(nc, TestBackend, nc)->hdr_len;
}

static void backend_set_vnet_hdr_len(NetClientState *nc, int len)
{
    container_of(nc, TestBackend, nc)->hdr_len = len;
}

static void backend_using_vnet_hdr(NetClientState *nc, bool enable)
{
    container_of(nc, TestBackend, nc)->uses_vnet_hdr = enable;
}

static void backend_set_offload(NetClientState *nc, int csum, int tso4, int tso6, int ecn,
                                int ufo, int uso4, int uso6)
{
    int *offloads = container_of(nc, TestBackend, nc)->offloads;

    offloads[0] = csum;
    offloads[1] = tso4;
    offloads[2] = tso6;
    offloads[3] = ecn;
    offloads[4] = ufo;
}

static NetClientInfo backend_info = {
    .type = NET_CLIENT_DRIVER_TAP,
    .size = sizeof(TestBackend),
    .receive_iov = backend_receive_iov,
    .cleanup = backend_cleanup,
    .has_vnet_hdr = backend_has_vnet_hdr,
    .has_vnet_hdr_len = backend_has_vnet_hdr_len,
    .get_vnet_hdr_len = backend_get_vnet_hdr_len,
    .set_vnet_hdr_len = backend_set_vnet_hdr_len,
    .using_vnet_hdr = backend_using_vnet_hdr,
    .set_offload = backend_set_offload,
};

static void backend_sent(NetClientState *nc, ssize_t len)
{
    container_of(nc, TestBackend, nc)->acked++;
}

ssize_t backend_send(TestBackend *backend, const void *frame, size_t size)
{
    return qemu_send_packet_async(&backend->nc, frame, size, backend_sent);
}

void backend_expect(TestBackend *backend, const void *frame, size_t size)
{
    g_autoptr(GBytes) got = g_queue_pop_head(&backend->frames);

    g_assert_nonnull(got);
    g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), frame, size);
}

/* ---- board ---- */

/* As the program does it: system/startup/network.c. */
static void run_state_follow(void *opaque, bool running, RunState state)
{
    net_vm_running_set(running);
}

void net_board_init(NetBoard *b, BoardVersion version, bool has_vnet_hdr, const char *properties)
{
    g_auto(GStrv) words = g_strsplit(properties ? properties : "", " ", -1);
    NetClientState *nc = qemu_new_net_client(&backend_info, NULL, "test", "net0");
    DeviceState *card = qdev_new(TYPE_VIRTIO_NET);

    *b = (NetBoard) { .backend = container_of(nc, TestBackend, nc) };
    b->backend->has_vnet_hdr = has_vnet_hdr;
    b->backend->hdr_len = has_vnet_hdr ? 10 : 0;
    g_queue_init(&b->backend->frames);
    b->follower = qemu_add_vm_change_state_handler(run_state_follow, NULL);
    if (!runstate_is_running()) {
        vm_start();
    }
    qdev_prop_set_netdev(card, "netdev", nc);
    object_property_set_str(OBJECT(card), "mac", TEST_MAC, &error_abort);
    for (char **word = words; *word && **word; word++) {
        g_auto(GStrv) pair = g_strsplit(*word, "=", 2);

        object_property_parse(OBJECT(card), pair[0], pair[1], &error_abort);
    }
    board_init(&b->board, version, card);
    b->card = VIRTIO_NET(card);
}

void net_board_start(NetBoard *b, uint64_t features)
{
    VirtioGuest *guest = &b->board.guest;

    virtio_guest_negotiate(guest, features);
    guest_queue_init(&b->rx, guest, QUEUE_RX, 0);
    guest_queue_init(&b->tx, guest, QUEUE_TX, 0);
    if (features & BIT_CTRL_VQ) {
        guest_queue_init(&b->ctrl, guest, QUEUE_CTRL, 0);
    }
    if (!b->data) {
        b->data = virtio_guest_alloc(guest, DATA_SIZE, 4096);
        b->data_size = DATA_SIZE;
    }
    virtio_guest_driver_ok(guest);
}

void net_board_finish(NetBoard *b)
{
    board_finish(&b->board);
    net_cleanup();
    qemu_del_vm_change_state_handler(b->follower);
}

void loop_run(void)
{
    for (int i = 0; i < 4; i++) {
        main_loop_wait(true);
    }
}

unsigned net_board_hdr_len(const NetBoard *b)
{
    uint64_t features = b->board.guest.features;

    /* 5.1.6.1: the word num_buffers is there in 1.0 and with merged buffers. */
    return features & (BIT_MRG_RXBUF | 1ull << VIRTIO_F_VERSION_1) ? 12 : 10;
}

void net_board_tx_add(NetBoard *b, uint64_t at, const void *hdr, const void *frame, size_t size)
{
    static const uint8_t zeros[12];
    unsigned hdr_len = net_board_hdr_len(b);
    GuestBuffer buffer = { at, hdr_len + size, false };

    virtio_guest_memwrite(&b->board.guest, at, hdr ? hdr : zeros, hdr_len);
    virtio_guest_memwrite(&b->board.guest, at + hdr_len, frame, size);
    guest_queue_add(&b->tx, &buffer, 1);
}

unsigned queue_take_all(GuestQueue *queue)
{
    unsigned count = 0;

    while (guest_queue_take(queue, NULL) >= 0) {
        count++;
    }
    return count;
}

void net_board_rx_add(NetBoard *b, uint64_t at, unsigned count, uint32_t len)
{
    for (unsigned i = 0; i < count; i++) {
        GuestBuffer buffer = { at + (uint64_t)i * len, len, true };

        guest_queue_add(&b->rx, &buffer, 1);
    }
}

void frame_fill(uint8_t *frame, size_t size, const uint8_t dest[6], unsigned seed)
{
    static const uint8_t source[6] = { 2, 0, 0, 0, 0, 1 };

    memcpy(frame, dest, 6);
    memcpy(frame + 6, source, 6);
    frame[12] = 0x88;           /* a type for experiments */
    frame[13] = 0xb5;
    for (size_t i = ETH_HLEN; i < size; i++) {
        frame[i] = seed * 31 + i;
    }
}

uint8_t ctrl_run(NetBoard *b, uint8_t class, uint8_t cmd, const void *data, size_t size)
{
    VirtioGuest *guest = &b->board.guest;
    uint64_t at = b->data + b->data_size - 65536;
    uint8_t hdr[2] = { class, cmd }, ack = 0xee;
    GuestBuffer buffers[] = { { at, 2, false }, { at + 16, size, false },
                              { at + 8, 1, true } };

    virtio_guest_memwrite(guest, at, hdr, sizeof(hdr));
    virtio_guest_memwrite(guest, at + 8, &ack, 1);
    virtio_guest_memwrite(guest, at + 16, data, size);
    if (size) {
        guest_queue_add(&b->ctrl, buffers, 3);
    } else {
        buffers[1] = buffers[2];
        guest_queue_add(&b->ctrl, buffers, 2);
    }
    guest_queue_notify(&b->ctrl);
    g_assert_cmpint(guest_queue_take(&b->ctrl, NULL), >=, 0);
    virtio_guest_memread(guest, at + 8, &ack, 1);
    return ack;
}

bool card_is_broken(NetBoard *b)
{
    return virtio_guest_read(&b->board.guest, VIRTIO_MMIO_STATUS) & VIRTIO_CONFIG_S_NEEDS_RESET;
}
