/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device with registers, RAM, interrupts and DMA, a server for it, and a raw client at the other
 * end of a socketpair, all in one thread: the server runs in rig_pump().
 */
#ifndef TESTS_UNIT_VFIO_USER_RIG_H
#define TESTS_UNIT_VFIO_USER_RIG_H

#include "../../../hw/vfio/user-server-internal.h"
#include "qapi/error.h"

/* Registers of the device, in its window 0. Window 1 is shared RAM. */
enum {
    RIG_SCRATCH = 0x00,
    RIG_LINES = 0x04,    /* bit i: level of line i */
    RIG_DMA_ADDR = 0x08, /* 64 bits */
    RIG_DMA_DATA = 0x10,
    RIG_DMA_GO = 0x14, /* 1: memory to data; 2: data to memory; 3: hold a page; 4: let it go */
    RIG_LOOP = 0x20,   /* run the main loop for 50 ms; 1: after a DMA from memory to data; read:
                          what of RIG_SCRATCH changed meanwhile */
    RIG_DMA_RESULT = 0x18, /* 0: good; other: MemTxResult; 0xff: nothing to hold */
    RIG_RESETS = 0x1c,
    RIG_BLOCK_GO = 0x24, /* as 1 and 2 of RIG_DMA_GO, with all of the device's block */
};

#define RIG_REGS_SIZE 0x1000
#define RIG_BLOCK 0x800 /* RIG_BLOCK_SIZE bytes that the block's DMA reads and writes */
#define RIG_BLOCK_SIZE 1500
#define RIG_RAM_SIZE 0x10000
#define RIG_LINE_LEVEL 0
#define RIG_LINE_EDGE 1

typedef struct Rig {
    DeviceState *dev;
    VFIOUserServer *server;
    int sock; /* of the client; -1: left */
    uint16_t next_id;
    VFIOUserReader reader;
} Rig;

/*
 * A served device and a client that is connected; with @negotiate also VERSION. While it is
 * there, one more can be started.
 */
void rig_start(Rig *rig, bool negotiate);
void rig_stop(Rig *rig);

/* A device named @name below the root, realized; removed by object_unparent(). */
DeviceState *rig_device_new(const char *name);

/* Let the server work: until it is idle, or until @fd (unless -1) has something to read. */
void rig_pump(int fd);

/* Send a command without waiting for anything. */
void rig_send(Rig *rig, uint16_t command, uint32_t flags, const void *payload, size_t size,
              const int *fds, unsigned int num_fds);

/* A reply as the client would send it to the server's request @id. */
void rig_send_reply(int sock, uint16_t id, uint16_t command, const void *payload, size_t size);

/* The next message from the server: 0, or -errno; @msg is valid until the next one. */
int rig_receive(Rig *rig, VFIOUserMsg *msg);

/* A command and its answer: 0 with @reply (may be NULL), or the server's -errno. */
int rig_request(Rig *rig, uint16_t command, const void *payload, size_t size, const int *fds,
                unsigned int num_fds, VFIOUserMsg *reply);

/* Whether the server has hung up. */
bool rig_is_disconnected(Rig *rig);

/* The usual commands. */
int rig_version(Rig *rig, uint16_t major, uint16_t minor, const char *json, VFIOUserMsg *reply);
int rig_read(Rig *rig, uint32_t region, uint64_t offset, void *data, uint32_t count);
int rig_write(Rig *rig, uint32_t region, uint64_t offset, const void *data, uint32_t count);
uint32_t rig_readl(Rig *rig, uint64_t offset);
void rig_writel(Rig *rig, uint64_t offset, uint32_t value);
int rig_set_irqs(Rig *rig, uint32_t flags, uint32_t index, uint32_t count, const int *fd);
int rig_dma_map(Rig *rig, uint32_t flags, uint64_t iova, uint64_t size, int fd, uint64_t offset);
int rig_dma_unmap(Rig *rig, uint32_t flags, uint64_t iova, uint64_t size);

/* One DMA of the device: its result, 0 is good. */
uint32_t rig_device_dma(Rig *rig, uint32_t go, uint64_t addr);

#endif
