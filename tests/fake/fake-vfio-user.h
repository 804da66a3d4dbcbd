/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user server for tests, in a thread of its own: a device with two regions of plain bytes
 * and some interrupts, that does what it is told, also wrongly. Clients come one after another.
 */
#ifndef TESTS_FAKE_VFIO_USER_H
#define TESTS_FAKE_VFIO_USER_H

#include "qemu/osdep.h"
#include "qemu/thread.h"
#include "../../hw/vfio/user-msg.h"

#define FAKE_USER_REGIONS 2
#define FAKE_USER_REGION_SIZE 0x2000
#define FAKE_USER_IRQS 20

typedef struct FakeUserServer FakeUserServer;

/* A command that arrived: its payload's beginning, and how many descriptors came with it. */
typedef struct FakeUserSeen {
    uint16_t command;
    uint32_t flags;
    uint32_t size;
    unsigned int num_fds;
    union {
        VFIOUserDMAMap map;
        VFIOUserDMAUnmap unmap;
        VFIOUserIRQSet set;
        VFIOUserRegionAccess access;
        uint8_t bytes[64];
    };
} FakeUserSeen;

/*
 * Fields above the line are set before a client comes. @hook: gets each command first, on the
 * server's thread; true: it was dealt with (or shall go without an answer).
 */
struct FakeUserServer {
    char *path;
    VFIOUserCaps caps;
    uint16_t minor;
    uint32_t num_regions;
    uint32_t num_irqs;
    uint32_t region_flags[FAKE_USER_REGIONS];
    int region_fd[FAKE_USER_REGIONS]; /* owned by the test; -1: none */
    struct vfio_region_sparse_mmap_area area[FAKE_USER_REGIONS]; /* size 0: no capability */
    uint32_t irq_flags;
    bool twin;
    bool (*hook)(FakeUserServer *server, VFIOUserMsg *msg);
    void *opaque;
    /* ---- */
    uint8_t bytes[FAKE_USER_REGIONS][FAKE_USER_REGION_SIZE];
    QemuMutex lock; /* of what follows; ThreadSanitizer does not know GLib's locks */
    GArray *seen; /* FakeUserSeen */
    int sock;
    int twin_sock;
    int eventfds[FAKE_USER_IRQS][3]; /* by mask, unmask, trigger */
    int dma_fd; /* of the last DMA_MAP that had one */
    unsigned int clients;
    bool stop;
    int listen_fd;
    char *folder;
    GThread *thread;
};

/* A server with the usual things; fake_user_start() lets clients in. */
FakeUserServer *fake_user_new(void);
void fake_user_start(FakeUserServer *server);
void fake_user_free(FakeUserServer *server);

/* Leave the client alone: close its connection. */
void fake_user_drop(FakeUserServer *server);

/* What the test has changed is for the next client. */
void fake_user_publish(FakeUserServer *server);

/* Do not wait for clients any more; the socket's file goes away. */
void fake_user_close(FakeUserServer *server);

/* How many of @command came; the @nth of them, from 0. */
unsigned int fake_user_count(FakeUserServer *server, uint16_t command);
FakeUserSeen fake_user_seen(FakeUserServer *server, uint16_t command, unsigned int nth);
void fake_user_forget(FakeUserServer *server);

/* The eventfd of interrupt @index for "trigger" (2), "unmask" (1), "mask" (0); -1: none. */
int fake_user_eventfd(FakeUserServer *server, unsigned int index, unsigned int action);

/* Answer @msg, for hooks. */
void fake_user_reply(FakeUserServer *server, const VFIOUserMsg *msg, const void *payload,
                     size_t size, const int *fds, unsigned int num_fds);

/* The test's own descriptor of server->twin_sock. */
int fake_user_dup_twin(FakeUserServer *server);

/*
 * DMA by message on @sock (server->sock within a hook, server->twin_sock from the test): 0 or
 * -errno as the client says. @data gets, or has, @count bytes.
 */
int fake_user_dma(int sock, uint16_t command, uint64_t iova, void *data, uint64_t count);

#endif
