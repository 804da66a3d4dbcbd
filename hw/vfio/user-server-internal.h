/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of the vfio-user server: the object (user-server.c), a client's connection
 * (user-server-conn.c) and what it asks for: the device (-device.c), interrupts (-irq.c) and
 * memory for DMA (-dma.c); the device tree node (-node.c). All of it runs with the BQL.
 */
#ifndef HW_VFIO_USER_SERVER_INTERNAL_H
#define HW_VFIO_USER_SERVER_INTERNAL_H

#include "qemu/osdep.h"
#include "exec/memory.h"
#include "hw/irq.h"
#include "hw/sysbus.h"
#include "qemu/main-loop.h"
#include "sysemu/sysemu.h"
#include "user-eventfd.h"
#include "user-msg.h"

#define TYPE_VFIO_USER_SERVER "vfio-user-server"
OBJECT_DECLARE_SIMPLE_TYPE(VFIOUserServer, VFIO_USER_SERVER)

typedef struct VFIOUserConn VFIOUserConn;
typedef struct VFIOUserDMARegion VFIOUserDMARegion;

/* -- the served device ----------------------------------------------------------------------- */

/* A region, seen from its own offset 0 on. @fd: what it may be mapped from, borrowed, or -1. */
typedef struct VFIOUserServedRegion {
    MemoryRegion *mr;
    MemoryRegion alias;
    MemoryRegion root;
    AddressSpace as;
    uint64_t size;
    int fd;
    uint64_t fd_offset;
} VFIOUserServedRegion;

/*
 * An interrupt. A level one masks itself when it signals, until it is unmasked. @fds: of the
 * client, by VFIO's actions mask, unmask and trigger; -1 for none. @previous: what the line was
 * connected to before.
 */
enum { VFIO_USER_IRQ_MASK, VFIO_USER_IRQ_UNMASK, VFIO_USER_IRQ_TRIGGER, VFIO_USER_IRQ_FDS };
typedef struct VFIOUserServedIRQ {
    VFIOUserServer *server;
    unsigned int index;
    bool is_edge;
    bool level;
    bool masked;
    int fds[VFIO_USER_IRQ_FDS];
    qemu_irq input;
    qemu_irq previous;
} VFIOUserServedIRQ;

struct VFIOUserServer {
    Object parent_obj;

    /* properties */
    char *socket;
    char *fd_param;
    char *device_id;
    char *edge_irqs;
    uint32_t dma_timeout_ms;

    /* what is served, while something is */
    bool is_serving;
    char *name; /* of the device, in messages and traces */
    SysBusDevice *device;
    VFIOUserServedRegion *regions;
    unsigned int num_regions;
    VFIOUserServedIRQ *irqs;
    unsigned int num_irqs;
    void *node; /* flattened tree, or NULL */
    size_t node_size;
    VFIOUserSignaller signaller;
    DeviceListener device_listener;
    Notifier exit_notifier;

    /* to whom */
    int listen_fd;
    bool is_bound; /* the socket's file is ours to remove */
    VFIOUserConn *conn;
    unsigned int dying_regions; /* unmapped memory that is still in use */
};

/* Announce regions and interrupts of server->device. False with an error and nothing done. */
bool vfio_user_device_start(VFIOUserServer *server, Error **errp);
void vfio_user_device_stop(VFIOUserServer *server);

/* Answers; the request was checked by vfio_user_validate_command(). 0 or -errno. */
int vfio_user_device_info(VFIOUserServer *server, VFIOUserDeviceInfo *info);
int vfio_user_device_region_info(VFIOUserServer *server, VFIOUserRegionInfo *info, int *fd);
int vfio_user_device_irq_info(VFIOUserServer *server, VFIOUserIRQInfo *info);
int vfio_user_device_read(VFIOUserServer *server, const VFIOUserRegionAccess *access, void *data);
int vfio_user_device_write(VFIOUserServer *server, const VFIOUserRegionAccess *access,
                           const void *data);
int vfio_user_device_write_multi(VFIOUserServer *server, const VFIOUserMultiWrite *writes,
                                 uint64_t count);

/* -- interrupts ---------------------------------------------------------------------------- */

bool vfio_user_irqs_start(VFIOUserServer *server, Error **errp);
void vfio_user_irqs_stop(VFIOUserServer *server);

/* The client is gone: forget its eventfds and masks. */
void vfio_user_irqs_release(VFIOUserServer *server);

/* SET_IRQS, checked. Takes the descriptors it keeps out of @msg. 0 or -errno. */
int vfio_user_irqs_set(VFIOUserServer *server, VFIOUserMsg *msg);

/* -- memory of the client ------------------------------------------------------------------ */

/*
 * DMA_MAP, checked, with the message's descriptor. 0 or -errno. Afterwards the device finds the
 * client's memory in the system address space.
 */
int vfio_user_dma_map(VFIOUserConn *conn, VFIOUserMsg *msg);

/* DMA_UNMAP, checked. The memory may be in use for a while: server->dying_regions. */
int vfio_user_dma_unmap(VFIOUserConn *conn, const VFIOUserDMAUnmap *unmap);
void vfio_user_dma_unmap_all(VFIOUserConn *conn);

/* -- the connection ------------------------------------------------------------------------ */

typedef struct VFIOUserStashed VFIOUserStashed;

/*
 * @stash: commands that arrived while an answer to DMA was awaited. @command: payload of the
 * command that is being served. @is_broken: to be closed at the next opportunity. @unmap:
 * the DMA_UNMAP whose answer waits for memory in use, if @is_unmapping.
 */
struct VFIOUserConn {
    VFIOUserServer *server;
    int sock;
    int twin;
    bool is_negotiated;
    bool is_broken;
    bool is_unmapping;
    bool is_running;
    MainLoopFd poll; /* of @sock */
    VFIOUserReader reader;
    VFIOUserWriter writer;
    VFIOUserReader twin_reader;
    VFIOUserWriter twin_writer;
    VFIOUserCaps caps; /* the client's */
    uint16_t next_id;
    GByteArray *command;
    GByteArray *reply;
    QSIMPLEQ_HEAD(, VFIOUserStashed) stash;
    size_t stash_size;
    unsigned int stash_count;
    VFIOUserHeader unmap_header;
    VFIOUserDMAUnmap unmap;
    QEMUBH *bh;
    QEMUTimer *version_timer;
    QTAILQ_HEAD(, VFIOUserDMARegion) dma;
    unsigned int num_dma;
};

/* A client has connected; takes @sock. */
void vfio_user_conn_start(VFIOUserServer *server, int sock);

/* Close and forget it, with all that it brought. */
void vfio_user_conn_stop(VFIOUserConn *conn);

/* The client cannot be served any longer; it is disconnected at the next opportunity. */
void vfio_user_conn_break(VFIOUserConn *conn);

/* Unmapped memory went out of use. */
void vfio_user_conn_memory_freed(VFIOUserConn *conn);

/*
 * Read or write the client's memory by DMA_READ or DMA_WRITE, in as few messages as the client
 * takes, waiting for its answers, but not long: a client that does not answer is disconnected.
 * 0 or -errno.
 */
int vfio_user_conn_dma(VFIOUserConn *conn, VFIOUserCommand command, uint64_t iova, void *data,
                       uint64_t size);

/* The client is gone: wait for the next one, if there is a socket to wait at. user-server.c */
void vfio_user_server_conn_gone(VFIOUserServer *server);

/* -- the device tree node ------------------------------------------------------------------ */

/*
 * Have the device write its node into a tree of its own, server->node, if it can; the types of
 * its interrupts are taken from there.
 */
void vfio_user_node_make(VFIOUserServer *server);

#endif
