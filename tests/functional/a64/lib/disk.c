/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio-blk device, polled: OASIS virtio 1.2, sections 2.7 (queues), 4.2.2 (registers), 5.2.
 */
#include "disk.h"
#include "virtio-mmio.h"

#define TRANSPORT 0x0a003e00

enum {
    ACKNOWLEDGE = 1,
    DRIVER = 2,
    DRIVER_OK = 4,
    FEATURES_OK = 8,
};
enum {
    DESC_NEXT = 1,
    DESC_WRITE = 2,
};
#define QUEUE_SIZE 4

static struct {
    struct {
        uint64_t address;
        uint32_t length;
        uint16_t flags, next;
    } desc[QUEUE_SIZE];
    struct {
        uint16_t flags;
        volatile uint16_t idx;
        uint16_t ring[QUEUE_SIZE];
    } avail;
    struct {
        uint16_t flags;
        volatile uint16_t idx;
        struct {
            uint32_t id, length;
        } ring[QUEUE_SIZE];
    } used __attribute__((aligned(4)));
} queue __attribute__((aligned(16)));

static struct {
    uint32_t type, reserved;
    uint64_t sector;
    volatile uint8_t status;
} request;

static uint32_t transport_read(unsigned reg)
{
    return mmio_read(TRANSPORT + reg);
}

static void transport_write(unsigned reg, uint32_t value)
{
    mmio_write(TRANSPORT + reg, value);
}

static void address_write(unsigned reg, const volatile void *address)
{
    transport_write(reg, (uintptr_t)address);
    transport_write(reg + 4, (uintptr_t)address >> 32);
}

bool disk_start(void)
{
    if (transport_read(MAGIC) != 0x74726976 || transport_read(VERSION) != 2 ||
        transport_read(DEVICE_ID) != 2) {
        return false;
    }
    transport_write(STATUS, 0);
    transport_write(STATUS, ACKNOWLEDGE | DRIVER);
    transport_write(DRIVER_FEATURES_SEL, 1);
    transport_write(DRIVER_FEATURES, 1);        /* VIRTIO_F_VERSION_1 */
    transport_write(DRIVER_FEATURES_SEL, 0);
    transport_write(DRIVER_FEATURES, 0);
    transport_write(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    transport_write(QUEUE_SEL, 0);
    transport_write(QUEUE_NUM, QUEUE_SIZE);
    address_write(QUEUE_DESC, queue.desc);
    address_write(QUEUE_DRIVER, &queue.avail);
    address_write(QUEUE_DEVICE, &queue.used);
    transport_write(QUEUE_READY, 1);
    transport_write(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
    return transport_read(STATUS) == (ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

static void desc_set(unsigned n, const volatile void *address, uint32_t length, uint16_t flags)
{
    queue.desc[n].address = (uintptr_t)address;
    queue.desc[n].length = length;
    queue.desc[n].flags = flags;
    queue.desc[n].next = n + 1;
}

bool disk_read(uint64_t n, void *to)
{
    uint16_t before = queue.used.idx;

    request.type = 0;                           /* VIRTIO_BLK_T_IN */
    request.sector = n;
    request.status = 0xff;
    desc_set(0, &request, 16, DESC_NEXT);
    desc_set(1, to, 512, DESC_NEXT | DESC_WRITE);
    desc_set(2, &request.status, 1, DESC_WRITE);
    queue.avail.ring[queue.avail.idx % QUEUE_SIZE] = 0;
    asm volatile("dmb sy" ::: "memory");
    queue.avail.idx++;
    dsb();
    transport_write(QUEUE_NOTIFY, 0);
    while (queue.used.idx == before) {
        asm volatile("yield");
    }
    asm volatile("dmb sy" ::: "memory");
    return request.status == 0;
}
