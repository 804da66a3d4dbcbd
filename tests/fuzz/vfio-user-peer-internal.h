/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of the scripted vfio-user server: connections and requests (vfio-user-peer.c), and what it
 * does with a request (vfio-user-peer-deeds.c).
 */
#ifndef TESTS_FUZZ_VFIO_USER_PEER_INTERNAL_H
#define TESTS_FUZZ_VFIO_USER_PEER_INTERNAL_H

#include "../../hw/vfio/user-proto.h"
#include "vfio-user-peer.h"

#define EVENTFDS 8
#define REGIONS 3
#define NODE_ROOM 512

typedef struct PeerRegion {
    uint64_t size;
    uint64_t offset; /* in the file */
    uint32_t flags;
    uint8_t file; /* of the PEER_ ones; PEER_FILES: none */
    uint8_t num_areas;
    struct vfio_region_sparse_mmap_area areas[2];
} PeerRegion;

/* What a new connection is answered with. */
typedef struct PeerDevice {
    bool twin;
    bool node;
    uint16_t minor;
    uint32_t max_msg_fds;
    uint32_t num_regions;
    uint32_t num_irqs;
    uint32_t irq_flags;
    PeerRegion regions[REGIONS];
} PeerDevice;

typedef struct Request {
    VFIOUserHeader header;
    uint8_t payload[256]; /* the beginning; zeros behind it */
    size_t size;          /* of the payload */
} Request;

/* Failures of the peer's own calls are part of its behaviour. */
#define IGNORE_RESULT(call)         \
    do {                            \
        if ((call) < 0) {           \
            errno = 0;              \
        }                           \
    } while (0)

/* With @lock, which whoever is in sendmsg() takes. */
typedef struct Peer {
    GMutex lock;
    int listen_fd;
    int sock;
    int twin;
    int files[PEER_FILES];
    int eventfds[EVENTFDS];
    unsigned int num_eventfds;
    unsigned int clients;
    const uint8_t *script;
    size_t left;
    unsigned int good; /* requests still to be answered well */
    const uint64_t *targets;
    unsigned int num_targets;
    PeerDevice device;
    uint8_t node[NODE_ROOM];
    size_t node_size;
    uint8_t in[8192];
    size_t in_used;
    uint64_t in_skip; /* of a request larger than the buffer */
} Peer;

extern Peer peer;

/* -- vfio-user-peer.c ------------------------------------------------------------------------ */

/* Bytes of the script as a number; bytes of it to @to. At its end there are zeros, or none. */
uint64_t peer_take(size_t bytes);
size_t peer_take_bytes(uint8_t *to, size_t room);

/* What the socket does not take is lost. The second form sends a message of the right size. */
void peer_send(int sock, const void *bytes, size_t size, const int *fds, unsigned int num_fds);
void peer_send_message(int sock, VFIOUserHeader header, const void *payload, size_t size,
                       const int *fds, unsigned int num_fds);

void peer_disconnect(void);

/* -- vfio-user-peer-deeds.c ------------------------------------------------------------------ */

/* The device that there is at first. */
void peer_device_init(void);

/* Answer as that device would. */
void peer_answer(const Request *request);

/* One deed of the script; whether it dealt with the request. */
bool peer_deed(const Request *request);

#endif
