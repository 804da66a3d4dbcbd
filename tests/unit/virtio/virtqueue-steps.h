/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile guest from bytes: what a fuzzer or a random test gives decides which device is
 * attacked and what its driver writes into registers, rings, tables and buffers.
 */
#ifndef TESTS_UNIT_VIRTIO_VIRTQUEUE_STEPS_H
#define TESTS_UNIT_VIRTIO_VIRTQUEUE_STEPS_H

#include <stddef.h>
#include <stdint.h>

/* Make the board with all devices. Once, with the BQL held, after types are registered. */
void virtqueue_steps_init(void);

/*
 * Run the guest that @data describes, then check what must hold whatever it did: no device
 * touched another's registers, and each works again after a reset.
 */
void virtqueue_steps_run(const uint8_t *data, size_t size);

/* Take the board away. */
void virtqueue_steps_finish(void);

#endif
