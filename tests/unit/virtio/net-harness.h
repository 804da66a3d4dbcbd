/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of virtio-net share: a card on a board, with a backend at the other end of the
 * cable that keeps what it gets, can be busy, and may speak virtio-net headers.
 */
#ifndef TESTS_UNIT_VIRTIO_NET_HARNESS_H
#define TESTS_UNIT_VIRTIO_NET_HARNESS_H

#include "virtio-harness.h"
#include "hw/virtio/virtio-net.h"

#define QUEUE_RX 0
#define QUEUE_TX 1
#define QUEUE_CTRL 2

#define BIT_MRG_RXBUF (1ull << VIRTIO_NET_F_MRG_RXBUF)
#define BIT_CTRL_VQ (1ull << VIRTIO_NET_F_CTRL_VQ)
#define CTRL_FEATURES \
    (BIT_CTRL_VQ | 1ull << VIRTIO_NET_F_CTRL_RX | 1ull << VIRTIO_NET_F_CTRL_RX_EXTRA | \
     1ull << VIRTIO_NET_F_CTRL_VLAN | 1ull << VIRTIO_NET_F_CTRL_MAC_ADDR)

/* The address that every card of these tests has. */
#define TEST_MAC "52:54:00:aa:bb:cc"
extern const uint8_t test_mac[6];

/*
 * @frames: GBytes that the card sent, oldest first; @is_busy: answer 0; @acked: frames of ours
 * that the card took after it had queued them; @offloads: last told, in the order of the call.
 */
typedef struct TestBackend {
    NetClientState nc;
    GQueue frames;
    bool is_busy;
    unsigned acked;
    bool has_vnet_hdr;
    bool uses_vnet_hdr;
    int hdr_len;
    int offloads[5];
} TestBackend;

typedef struct NetBoard {
    Board board;
    VirtIONet *card;
    TestBackend *backend;
    GuestQueue rx, tx, ctrl;
    VMChangeStateEntry *follower;
    uint64_t data;      /* guest memory for buffers */
    size_t data_size;
} NetBoard;

/* Board, card with @properties ("name=value" ...; NULL: none), backend; nothing negotiated yet. */
void net_board_init(NetBoard *b, BoardVersion version, bool has_vnet_hdr, const char *properties);
/* Negotiates @features and sets queues up. */
void net_board_start(NetBoard *b, uint64_t features);
void net_board_finish(NetBoard *b);

/* Runs what is scheduled. */
void loop_run(void);

/* Bytes of the header in front of a frame in the queues. */
unsigned net_board_hdr_len(const NetBoard *b);

/* Puts header (zeros if NULL) and frame to @at in guest memory and offers them as one buffer. */
void net_board_tx_add(NetBoard *b, uint64_t at, const void *hdr, const void *frame, size_t size);
/* How many elements the device has given back; they are taken. */
unsigned queue_take_all(GuestQueue *queue);

/* Offers @count receive buffers of @len bytes each, one after the other from @at. */
void net_board_rx_add(NetBoard *b, uint64_t at, unsigned count, uint32_t len);

/* The oldest frame that the backend got is @frame; removes it. */
void backend_expect(TestBackend *backend, const void *frame, size_t size);
/* Sends a frame to the card; result of qemu_send_packet_async(). */
ssize_t backend_send(TestBackend *backend, const void *frame, size_t size);

/* A frame to @dest from 02:00:00:00:00:01 with bytes that depend on @seed. */
void frame_fill(uint8_t *frame, size_t size, const uint8_t dest[6], unsigned seed);

/* Runs a control command; the answer. */
uint8_t ctrl_run(NetBoard *b, uint8_t class, uint8_t cmd, const void *data, size_t size);

bool card_is_broken(NetBoard *b);

#endif
