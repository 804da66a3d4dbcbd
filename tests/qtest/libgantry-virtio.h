/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's side of virtio for tests: a driver for virtio-mmio (both versions) and split
 * virtqueues, written from OASIS virtio 1.2 without anything of the device's code. It reaches the
 * machine through a GuestBus, so the same driver serves tests over the qtest protocol
 * (virtio_guest_qtest_bus()) and tests in process (tests/unit/virtio/virtio-harness.h). The raw
 * functions write descriptors and rings of any content, for drivers that break the rules.
 */
#ifndef TESTS_QTEST_LIBGANTRY_VIRTIO_H
#define TESTS_QTEST_LIBGANTRY_VIRTIO_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_mmio.h>
#include <linux/virtio_ring.h>

/* How the driver reaches registers (1, 2, 4 or 8 bytes) and memory. */
typedef struct GuestBus {
    void *opaque;
    uint64_t (*read)(void *opaque, uint64_t addr, unsigned size);
    void (*write)(void *opaque, uint64_t addr, unsigned size, uint64_t value);
    void (*memread)(void *opaque, uint64_t addr, void *buf, size_t len);
    void (*memwrite)(void *opaque, uint64_t addr, const void *buf, size_t len);
} GuestBus;

/* @next_free to @ram_end: memory that the driver may still use. */
typedef struct VirtioGuest {
    const GuestBus *bus;
    uint64_t base;
    bool is_modern;
    uint64_t features;
    uint64_t next_free;
    uint64_t ram_end;
} VirtioGuest;

/* One buffer of a request. */
typedef struct GuestBuffer {
    uint64_t addr;
    uint32_t len;
    bool is_write; /* the device writes it */
} GuestBuffer;

/*
 * @num: descriptors; @desc, @avail, @used: guest addresses; @avail_idx: next to offer;
 * @last_used: next to look at; @free_head, @num_free: chain of free descriptors;
 * @indirect: one table of GUEST_INDIRECT_MAX descriptors for each head.
 */
typedef struct GuestQueue {
    VirtioGuest *guest;
    unsigned index;
    unsigned num;
    uint64_t desc;
    uint64_t avail;
    uint64_t used;
    uint16_t avail_idx;
    uint16_t last_used;
    uint16_t kicked;
    uint16_t free_head;
    unsigned num_free;
    uint64_t indirect;
} GuestQueue;

#define GUEST_INDIRECT_MAX 128

/* ---- the transport ---- */

/* The device at @base, with memory [@ram, @ram + @size) for queues and buffers. */
void virtio_guest_init(VirtioGuest *guest, const GuestBus *bus, uint64_t base, uint64_t ram,
                       uint64_t size);
uint32_t virtio_guest_read(VirtioGuest *guest, uint32_t offset);
void virtio_guest_write(VirtioGuest *guest, uint32_t offset, uint32_t value);
/* @size bytes of configuration space at @offset. */
uint64_t virtio_guest_config_read(VirtioGuest *guest, uint32_t offset, unsigned size);
void virtio_guest_config_write(VirtioGuest *guest, uint32_t offset, unsigned size,
                               uint64_t value);
uint64_t virtio_guest_device_features(VirtioGuest *guest);
void virtio_guest_reset(VirtioGuest *guest);
/*
 * Reset, acknowledge, and accept what is both offered and in @wanted (VERSION_1 is added for a
 * modern device); the test fails if the device refuses.
 */
void virtio_guest_negotiate(VirtioGuest *guest, uint64_t wanted);
void virtio_guest_driver_ok(VirtioGuest *guest);
/* Interrupt status, acknowledged. */
uint32_t virtio_guest_irq_take(VirtioGuest *guest);

/* Zeroed memory; never freed. */
uint64_t virtio_guest_alloc(VirtioGuest *guest, size_t size, size_t align);
void virtio_guest_memread(VirtioGuest *guest, uint64_t addr, void *buf, size_t len);
void virtio_guest_memwrite(VirtioGuest *guest, uint64_t addr, const void *buf, size_t len);
uint16_t virtio_guest_memread16(VirtioGuest *guest, uint64_t addr);
void virtio_guest_memwrite16(VirtioGuest *guest, uint64_t addr, uint16_t value);

/* ---- queues ---- */

/* Set queue @index up with @num descriptors (0: as many as the device allows). */
void guest_queue_init(GuestQueue *queue, VirtioGuest *guest, unsigned index, unsigned num);
/* Tell the device the addresses that @queue has. */
void guest_queue_announce(GuestQueue *queue);

/*
 * Offer a request of @count buffers, chained, or through an indirect table. Returns its head.
 * The device is not told before guest_queue_kick().
 */
int guest_queue_add(GuestQueue *queue, const GuestBuffer *buffers, unsigned count);
int guest_queue_add_indirect(GuestQueue *queue, const GuestBuffer *buffers, unsigned count);
/* Notify the device of what was added; true if it wanted that (else nothing is written). */
bool guest_queue_kick(GuestQueue *queue);
/* Notify it in any case. */
void guest_queue_notify(GuestQueue *queue);
/* The head of the next used request and *@len, or -1 if there is none. */
int guest_queue_take(GuestQueue *queue, uint32_t *len);
/* Interrupt when the used index passes @event, with EVENT_IDX. */
void guest_queue_set_used_event(GuestQueue *queue, uint16_t event);
/* Without EVENT_IDX: VRING_AVAIL_F_NO_INTERRUPT or 0. */
void guest_queue_set_flags(GuestQueue *queue, uint16_t flags);
uint16_t guest_queue_used_idx(GuestQueue *queue);
uint16_t guest_queue_used_flags(GuestQueue *queue);
uint16_t guest_queue_avail_event(GuestQueue *queue);

/* ---- raw ---- */

void guest_desc_write(VirtioGuest *guest, uint64_t table, unsigned i, uint64_t addr, uint32_t len,
                      uint16_t flags, uint16_t next);
/* Offer @head, whatever it is, and notify. */
void guest_queue_offer_raw(GuestQueue *queue, uint16_t head);
void guest_queue_set_avail_idx(GuestQueue *queue, uint16_t idx);

#endif
