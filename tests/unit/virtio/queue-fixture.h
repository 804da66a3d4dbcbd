/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of virtqueues share: a "virtio-test" on a board with its first queue set up, and
 * the cases that most tests run in.
 */
#ifndef TESTS_UNIT_VIRTIO_QUEUE_FIXTURE_H
#define TESTS_UNIT_VIRTIO_QUEUE_FIXTURE_H

#include "virtio-harness.h"

#define BIT_EVENT_IDX (1ull << VIRTIO_RING_F_EVENT_IDX)
#define BIT_INDIRECT (1ull << VIRTIO_RING_F_INDIRECT_DESC)
#define BIT_RING_RESET (1ull << VIRTIO_F_RING_RESET)
#define BIT_NOTIFY_ON_EMPTY (1ull << VIRTIO_F_NOTIFY_ON_EMPTY)

/* @features: wanted by the driver. */
typedef struct Case {
    BoardVersion version;
    uint64_t features;
} Case;

/* @data: a page that requests may use. */
typedef struct Fixture {
    Board board;
    VirtIOTest *dev;
    GuestQueue queue;
    uint64_t data;
} Fixture;

/* Board, device and a queue of @num descriptors. */
void fixture_init(Fixture *f, const Case *c, unsigned num);
/* The driver starts over. */
void fixture_start(Fixture *f, uint64_t features, unsigned num);
void fixture_finish(Fixture *f);

/* Offer @out bytes to read and @in to write, at different halves of the data page. */
int request_add(Fixture *f, uint32_t out, uint32_t in);

/* Add a test that runs legacy and modern, each with and without EVENT_IDX. */
void fixture_add_all(const char *name, GTestDataFunc fn);

#endif
