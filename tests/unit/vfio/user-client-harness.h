/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device of a scripted vfio-user server, attached to the system address space with some guest
 * RAM, for the tests of the client.
 */
#ifndef TESTS_USER_CLIENT_HARNESS_H
#define TESTS_USER_CLIENT_HARNESS_H

#include "qemu/osdep.h"
#include <libfdt.h>
#include "exec/address-spaces.h"
#include "hw/vfio/vfio-common.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "../../fake/fake-vfio-user.h"
#include "../hwcore/hwcore-harness.h"

#define RAM_BASE 0x40000000ull
#define RAM_SIZE 0x200000ull
#define REGION_BASE 0x10000000ull /* region i: 0x10000 * i behind it */

typedef struct Bench {
    FakeUserServer *server;
    Object *owner;
    MemoryRegion ram;
    VFIODevice vdev;
    VFIORegion regions[FAKE_USER_REGIONS];
    bool is_attached;
    unsigned int fds; /* open when it began */
} Bench;

/* In this order: server and RAM (of RAM_* flags); let clients in and attach; regions; all away. */
void bench_init(Bench *b);
void bench_init_ram(Bench *b, uint32_t flags);
void bench_attach(Bench *b);
void bench_stop(Bench *b);

/* The first two. */
void bench_start(Bench *b);

/* Instead of bench_attach(): it fails with @text and leaves nothing behind; then bench_stop(). */
void bench_refused(Bench *b, const char *text);

/* Set up the regions, in the system address space; the second form maps what is possible. */
void bench_regions_setup(Bench *b);
void bench_regions_map(Bench *b);

/* An access of the guest. */
uint64_t bench_read(Bench *b, unsigned int region, uint64_t offset, unsigned int size);
void bench_write(Bench *b, unsigned int region, uint64_t offset, unsigned int size,
                 uint64_t value);

static inline void *bench_ram(Bench *b, uint64_t offset)
{
    return (uint8_t *)memory_region_get_ram_ptr(&b->ram) + offset;
}

/* A DMA_WRITE whose answer nobody waits for. */
void fake_user_dma_post(int sock, uint64_t iova, const void *data, uint64_t count);

#endif
