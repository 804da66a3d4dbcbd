/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network clients: the two ends of a cable, one a network card of the machine
 * (NIC), the other a backend on the host. What one end sends the other
 * receives; names and meanings are those of the QEMU 8.2 device API.
 *
 * Everything here needs the BQL. A packet that a client cannot take now waits
 * in the client's queue (net/queue.h); the client says with
 * qemu_flush_queued_packets() that it can go on.
 */
#ifndef QEMU_NET_H
#define QEMU_NET_H

#include <sys/uio.h>
#include "qapi/qapi-types-net.h"
#include "qemu/mem-reentrancy.h"
#include "qemu/queue.h"
#include "net/queue.h"

#define MAC_FMT "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC_ARG(x) \
    ((uint8_t *)(x))[0], ((uint8_t *)(x))[1], ((uint8_t *)(x))[2], \
    ((uint8_t *)(x))[3], ((uint8_t *)(x))[4], ((uint8_t *)(x))[5]

#define MAX_QUEUE_NUM 1024

/* The largest frame, with room for a segmented one and its headers. */
#define NET_BUFSIZE (4096 + 65536)

struct MACAddr {
    uint8_t a[6];
};

/* ---- network cards -------------------------------------------------------- */

/* Saved state of a MACAddr member, for models that include migration/vmstate.h, too. */
#define VMSTATE_MACADDR(_field, _state) { \
    .name = (stringify(_field)), .size = sizeof(MACAddr), .info = &vmstate_info_buffer, \
    .flags = VMS_BUFFER, \
    .offset = vmstate_offset_array(_state, _field.a, uint8_t, sizeof(MACAddr)) }

typedef struct NICPeers {
    NetClientState *ncs[MAX_QUEUE_NUM];
    int32_t queues;
} NICPeers;

typedef struct NICConf {
    MACAddr macaddr;
    NICPeers peers;
    int32_t bootindex;
} NICConf;

#define DEFINE_NIC_PROPERTIES(_state, _conf) \
    DEFINE_PROP_MACADDR("mac", _state, _conf.macaddr), \
    DEFINE_PROP_NETDEV("netdev", _state, _conf.peers)

/* ---- what a client does ------------------------------------------------------- */

typedef void (NetPoll)(NetClientState *, bool enable);
typedef bool (NetCanReceive)(NetClientState *);
typedef int (NetStart)(NetClientState *);
typedef int (NetLoad)(NetClientState *);
typedef void (NetStop)(NetClientState *);
typedef ssize_t (NetReceive)(NetClientState *, const uint8_t *, size_t);
typedef ssize_t (NetReceiveIOV)(NetClientState *, const struct iovec *, int);
typedef void (NetCleanup)(NetClientState *);
typedef void (LinkStatusChanged)(NetClientState *);
typedef void (NetClientDestructor)(NetClientState *);
typedef RxFilterInfo *(QueryRxFilter)(NetClientState *);
typedef bool (HasUfo)(NetClientState *);
typedef bool (HasUso)(NetClientState *);
typedef bool (HasVnetHdr)(NetClientState *);
typedef bool (HasVnetHdrLen)(NetClientState *, int);
typedef bool (GetUsingVnetHdr)(NetClientState *);
typedef void (UsingVnetHdr)(NetClientState *, bool);
typedef void (SetOffload)(NetClientState *, int csum, int tso4, int tso6, int ecn, int ufo,
                          int uso4, int uso6);
typedef int (GetVnetHdrLen)(NetClientState *);
typedef void (SetVnetHdrLen)(NetClientState *, int);
typedef int (SetVnetLE)(NetClientState *, bool);
typedef int (SetVnetBE)(NetClientState *, bool);
typedef void (NetAnnounce)(NetClientState *);

/*
 * The kind of a client. @size: bytes of its state, which begins with a
 * NetClientState. receive functions answer like NetQueueDeliverFunc. A NULL
 * can_receive means always. cleanup runs when the client is taken away;
 * its memory may live longer.
 */
typedef struct NetClientInfo {
    NetClientDriver type;
    size_t size;
    NetReceive *receive;
    NetReceive *receive_raw;
    NetReceiveIOV *receive_iov;
    NetCanReceive *can_receive;
    NetStart *start;
    NetLoad *load;
    NetStop *stop;
    NetCleanup *cleanup;
    LinkStatusChanged *link_status_changed;
    QueryRxFilter *query_rx_filter;
    NetPoll *poll;
    HasUfo *has_ufo;
    HasUso *has_uso;
    HasVnetHdr *has_vnet_hdr;
    HasVnetHdrLen *has_vnet_hdr_len;
    GetUsingVnetHdr *get_using_vnet_hdr;
    UsingVnetHdr *using_vnet_hdr;
    SetOffload *set_offload;
    GetVnetHdrLen *get_vnet_hdr_len;
    SetVnetHdrLen *set_vnet_hdr_len;
    SetVnetLE *set_vnet_le;
    SetVnetBE *set_vnet_be;
    NetAnnounce *announce;
} NetClientInfo;

struct NetClientState {
    NetClientInfo *info;
    int link_down;
    QTAILQ_ENTRY(NetClientState) next;
    NetClientState *peer;
    NetQueue *incoming_queue;
    char *model;
    char *name;
    char info_str[256];
    unsigned receive_disabled : 1;      /* answered 0; until it flushes its queue */
    NetClientDestructor *destructor;
    unsigned int queue_index;
    unsigned rxfilter_notify_enabled : 1;
    int vnet_hdr_len;
    bool is_netdev;
    bool do_not_pad;                    /* takes frames shorter than ETH_ZLEN */
};

struct NICState {
    NetClientState *ncs;
    NICConf *conf;
    MemReentrancyGuard *reentrancy_guard;
    void *opaque;
    bool peer_deleted;
};

/* ---- clients --------------------------------------------------------------------- */

/* A backend, connected to @peer unless NULL. @name NULL: made up from @model. Owner: the list. */
NetClientState *qemu_new_net_client(NetClientInfo *info, NetClientState *peer, const char *model,
                                    const char *name);
/*
 * A card with as many queues as @conf has peers, at least one. @conf and
 * @reentrancy_guard (of the device; NULL allowed) must outlive it. The device
 * deletes it with qemu_del_nic().
 */
NICState *qemu_new_nic(NetClientInfo *info, NICConf *conf, const char *model, const char *name,
                       MemReentrancyGuard *reentrancy_guard, void *opaque);
void qemu_del_nic(NICState *nic);
NetClientState *qemu_get_subqueue(NICState *nic, int queue_index);
NetClientState *qemu_get_queue(NICState *nic);
NICState *qemu_get_nic(NetClientState *nc);
void *qemu_get_nic_opaque(NetClientState *nc);
typedef void (*qemu_nic_foreach)(NICState *nic, void *opaque);
void qemu_foreach_nic(qemu_nic_foreach func, void *opaque);

/*
 * Takes a backend away, with all of its queues. One that a card uses leaves the
 * card without link and is freed together with it.
 */
void qemu_del_net_client(NetClientState *nc);
/* The backend called @id, or NULL. */
NetClientState *qemu_find_netdev(const char *id);
/* Fills @ncs with up to @max clients called @id of another kind than @type; how many there are. */
int qemu_find_net_clients_except(const char *id, NetClientState **ncs, NetClientDriver type,
                                 int max);

/* ---- packets --------------------------------------------------------------------- */

/* Whether @nc takes a packet now. */
int qemu_can_receive_packet(NetClientState *nc);
/* Whether the peer of @sender does, and the machine runs. */
int qemu_can_send_packet(NetClientState *sender);

/*
 * Send a packet to the peer: bytes taken (also if there is no link: then it is
 * lost), or 0 if it was queued; with @sent_cb the sender is told when it may
 * go on. _raw: the packet has no virtio-net header even if the sender uses them.
 */
ssize_t qemu_send_packet(NetClientState *nc, const uint8_t *buf, int size);
ssize_t qemu_send_packet_async(NetClientState *sender, const uint8_t *buf, int size,
                               NetPacketSent *sent_cb);
ssize_t qemu_send_packet_raw(NetClientState *nc, const uint8_t *buf, int size);
ssize_t qemu_sendv_packet(NetClientState *nc, const struct iovec *iov, int iovcnt);
ssize_t qemu_sendv_packet_async(NetClientState *nc, const struct iovec *iov, int iovcnt,
                                NetPacketSent *sent_cb);
/* Loop a packet back to @nc itself. */
ssize_t qemu_receive_packet(NetClientState *nc, const uint8_t *buf, int size);
ssize_t qemu_receive_packet_iov(NetClientState *nc, const struct iovec *iov, int iovcnt);

/* @nc can receive (again): deliver what waits for it. */
void qemu_flush_queued_packets(NetClientState *nc);
/* The same; what cannot be delivered is dropped if @purge. */
void qemu_flush_or_purge_queued_packets(NetClientState *nc, bool purge);
/* Drop what @nc sent and its peer has not yet taken. */
void qemu_purge_queued_packets(NetClientState *nc);

/*
 * The machine starts or stops running: stopped, cards get nothing and packets
 * wait. Called by whoever follows the run state; running if never called.
 */
void net_vm_running_set(bool running);

/* ---- properties of a client ---------------------------------------------------------- */

void qemu_set_info_str(NetClientState *nc, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void qemu_format_nic_info_str(NetClientState *nc, uint8_t macaddr[6]);
bool qemu_has_ufo(NetClientState *nc);
bool qemu_has_uso(NetClientState *nc);
bool qemu_has_vnet_hdr(NetClientState *nc);
bool qemu_has_vnet_hdr_len(NetClientState *nc, int len);
bool qemu_get_using_vnet_hdr(NetClientState *nc);
void qemu_using_vnet_hdr(NetClientState *nc, bool enable);
void qemu_set_offload(NetClientState *nc, int csum, int tso4, int tso6, int ecn, int ufo,
                      int uso4, int uso6);
int qemu_get_vnet_hdr_len(NetClientState *nc);
void qemu_set_vnet_hdr_len(NetClientState *nc, int len);
/* 0, or a negative errno if the backend cannot. */
int qemu_set_vnet_le(NetClientState *nc, bool is_le);
int qemu_set_vnet_be(NetClientState *nc, bool is_be);
/* Whether a frame for @nc's peer must be padded to ETH_ZLEN. */
bool net_peer_needs_padding(NetClientState *nc);

/* ---- addresses ------------------------------------------------------------------------- */

/* Gives an all-zero address the next free one of 52:54:00:12:34:56 and following. */
void qemu_macaddr_default_if_unset(MACAddr *macaddr);
/* CRC-32 of IEEE 802.3, most (little-endian: least) significant bit first, not inverted. */
uint32_t net_crc32(const uint8_t *p, int len);
uint32_t net_crc32_le(const uint8_t *p, int len);
/* "52:54:00:12:34:56" or with '-'. 0, or -1. */
int net_parse_macaddr(uint8_t *macaddr, const char *p);

/* ---- cards asked for by -nic ------------------------------------------------------------ */

#define MAX_NICS 8
#define DEV_NVECTORS_UNSPECIFIED (-1)

struct NICInfo {
    MACAddr macaddr;
    char *model;                /* NULL: the board's default */
    char *name;
    char *devaddr;
    NetClientState *netdev;
    int used;                   /* the slot is taken */
    int instantiated;           /* a device was made from it */
    int nvectors;
};

extern int nb_nics;
extern NICInfo nd_table[MAX_NICS];

/*
 * For boards whose card is @default_model only: what @nd asks for must be that, or
 * nothing, and becomes that. Otherwise the program ends with a message.
 */
void qemu_check_nic_model(NICInfo *nd, const char *default_model);

/*
 * Likewise for boards with a choice: the index in @models (ends with NULL) of what @nd
 * asks for, or of @default_model if it asks for nothing. -1, after a message, if it is
 * none of them.
 */
int qemu_find_nic_model(NICInfo *nd, const char *const *models, const char *default_model);

/* ---- the whole ----------------------------------------------------------------------------- */

/* Text of "info network"; caller frees. */
char *net_info_text(void);
/* Receive filters, only of @name unless NULL. NULL with @errp if there is none of that name. */
RxFilterInfoList *net_rx_filters_query(const char *name, Error **errp);
/* Plug or unplug the cable of all clients called @name. */
bool net_link_set(const char *name, bool up, Error **errp);
/* Warns of clients without a peer, which is hardly what the user wanted. */
void net_check_clients(void);
/* Deletes all backends and empties nd_table. Cards must be gone. */
void net_cleanup(void);

#endif
