/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of the vfio-user client: attaching and the thread that listens (user-client.c), making a
 * connection (-connect.c), requests (-call.c), the device behind them (-device.c), losing a
 * server and coming back (-resume.c), guest memory for the server (user-dma.c).
 *
 * Locks, outermost first: BQL; client->lock, held from a request until its answer; client->tables.
 * The thread of a client never takes the BQL, so whoever holds it can wait for the server.
 */
#ifndef HW_VFIO_USER_CLIENT_INTERNAL_H
#define HW_VFIO_USER_CLIENT_INTERNAL_H

#include "hw/vfio/vfio-common.h"
#include "qemu/main-loop.h"
#include "qemu/memory-guard.h"
#include "qemu/thread.h"
#include "user-eventfd.h"
#include "user-msg.h"

#define VFIO_USER_TIMEOUT_MS 5000 /* where none is given */
#define VFIO_USER_REGIONS_MAX 128
#define VFIO_USER_IRQS_MAX 256

/* A negotiated connection. @twin: where the server sends its commands, or -1: on @sock too. */
typedef struct VFIOUserLink {
    int sock;
    int twin;
    VFIOUserChannel channel; /* of @sock */
    VFIOUserReader twin_reader;
    VFIOUserCaps caps; /* the server's */
    GBytes *identity;
} VFIOUserLink;

/*
 * RAM that the server was told of. @host: its first byte. @fd: borrowed from the RAM, or -1.
 * @guard: of memory that the server can cut off, or NULL.
 */
typedef struct VFIOUserDMARange {
    uint64_t iova;
    uint64_t size;
    uint8_t *host;
    uint64_t fd_offset;
    int fd;
    bool readonly;
    MemoryGuard *guard;
} VFIOUserDMARange;

/* An eventfd that the server has. @fd is the client's own copy. */
typedef struct VFIOUserEventfd {
    uint32_t index;
    uint32_t sub;
    uint32_t action;
    int fd;
} VFIOUserEventfd;

/*
 * @LOST: there is no server; accesses read all ones. @FOUND: the thread has reached one again,
 * it has to get memory and eventfds from the main loop first. @ALIVE: as usual.
 */
typedef enum VFIOUserState {
    VFIO_USER_LOST,
    VFIO_USER_FOUND,
    VFIO_USER_ALIVE,
} VFIOUserState;

/* Why it was lost. @SILENT: it did not answer in time. @STALLING: and the machine waited for it. */
typedef enum VFIOUserLoss {
    VFIO_USER_LOSS_GONE,
    VFIO_USER_LOSS_SILENT,
    VFIO_USER_LOSS_STALLING,
} VFIOUserLoss;

typedef struct VFIOUserClient {
    VFIODevice *vdev;
    unsigned int timeout_ms;
    int search_ms; /* how often a lost server is looked for; -1: it is not; atomic */
    int state; /* VFIOUserState, atomic */
    int loss;  /* VFIOUserLoss, atomic */
    unsigned int fds_max; /* descriptors that the server takes in one message; atomic */

    QemuMutex lock;
    QemuCond asked; /* with @lock: a request is done */
    int askers;     /* threads that have a request; atomic */
    VFIOUserLink *link;  /* NULL: none; freed by the thread only, with @lock */
    int opening;         /* socket of a connection that is being made, or -1 */
    bool stop;           /* atomic; set with @lock */
    unsigned int posted; /* writes without an answer since the last request with one */

    QemuMutex tables;
    GArray *ranges;   /* VFIOUserDMARange, sorted, disjoint */
    GArray *eventfds; /* VFIOUserEventfd */
    VFIOUserSignaller signaller;

    /* BQL */
    bool is_attached; /* a failure to reach the server is no error any more */
    bool is_resuming;
    bool is_warned;    /* of guest memory that a server can cut off */
    bool is_announced; /* its users know that the server is there */
    QEMUBH *bh;
    int64_t stalled_us; /* what the machine has waited for it in this turn of the main loop */
    QEMUBH *turn_bh;    /* a new turn */

    QemuThread thread;
    int wake; /* eventfd: look at @stop and @state */
    GBytes *identity;
} VFIOUserClient;

/* -- user-client.c ------------------------------------------------------------------------- */

/* The connection is of no use any more, or its peer: whoever sees it first says so. Any thread. */
void vfio_user_lose(VFIOUserClient *client);

/* -- user-client-connect.c ----------------------------------------------------------------- */

/*
 * Connect to the server and ask what it is. With @patience a socket whose server is just
 * starting is tried again for a moment. NULL with @errp set. No lock is held.
 */
VFIOUserLink *vfio_user_link_new(VFIOUserClient *client, bool patience, Error **errp);
void vfio_user_link_free(VFIOUserLink *link);

/* Facts about the device from its @identity. */
const VFIOUserDeviceInfo *vfio_user_identity_info(GBytes *identity);
const VFIOUserIRQInfo *vfio_user_identity_irq(GBytes *identity, uint32_t index);

/* -- user-client-call.c -------------------------------------------------------------------- */

/*
 * @payload, @fds: sent. @no_reply: nothing is waited for. @reply, @reply_room: where the answer's
 * payload goes; @reply_size its whole size. @reply_fd: a descriptor that came with it, the
 * caller's, or -1.
 */
typedef struct VFIOUserCall {
    uint16_t command;
    bool no_reply;
    const void *payload;
    size_t size;
    const int *fds;
    unsigned int num_fds;
    void *reply;
    size_t reply_room;
    size_t reply_size;
    int reply_fd;
} VFIOUserCall;

/*
 * Ask the server. 0; -errno as it says; -ENOTCONN if there is none, or there is none now. Holders
 * of the BQL, for whom the whole machine waits if it runs, have one timeout for all requests of a
 * turn of the main loop.
 */
int vfio_user_call(VFIOUserClient *client, VFIOUserCall *call);

/* The same on a connection that nobody else knows yet. */
int vfio_user_link_call(VFIOUserLink *link, VFIOUserCall *call, int64_t deadline, bool *broken);

/* Bottom half: holders of the BQL may wait again. */
void vfio_user_turn_over(void *opaque);

/* -- user-client-device.c ------------------------------------------------------------------ */

extern const VFIODeviceIOOps vfio_user_io_ops;

/* Give the server the eventfds again and open its masks. 0 or -errno. BQL. */
int vfio_user_irqs_resume(VFIOUserClient *client);
void vfio_user_irqs_forget(VFIOUserClient *client);

/* -- user-client-resume.c ------------------------------------------------------------------ */

/* Bottom half: tell users what became of the server, and give a new one what it needs. */
void vfio_user_state_changed(void *opaque);

/* -- user-dma.c ---------------------------------------------------------------------------- */

extern const VFIOContainerIOOps vfio_user_container_ops;

/* Tell a server that came back of all ranges. 0 or -errno. BQL. */
int vfio_user_dma_resume(VFIOUserClient *client);

/*
 * Answer a command of the server on @sock: DMA within the ranges; other commands are refused.
 * 0, or -errno if the answer cannot be sent. Any thread; needs no BQL.
 */
int vfio_user_serve(VFIOUserClient *client, int sock, const VFIOUserMsg *msg);

#endif
