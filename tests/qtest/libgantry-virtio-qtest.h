/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bus of libgantry-virtio over the qtest protocol.
 */
#ifndef TESTS_QTEST_LIBGANTRY_VIRTIO_QTEST_H
#define TESTS_QTEST_LIBGANTRY_VIRTIO_QTEST_H

#include "libgantrytest.h"
#include "libgantry-virtio.h"

/* On the virt board transport @n is at VIRT_VIRTIO_BASE + @n * VIRT_VIRTIO_SIZE. */
#define VIRT_VIRTIO_BASE 0x0a000000
#define VIRT_VIRTIO_SIZE 0x200
#define VIRT_VIRTIO_NUM 32
#define VIRT_RAM_BASE 0x40000000

/* A new file of @bytes zeros for a disk; the caller unlinks and frees it. */
char *virtio_disk_file_new(uint64_t bytes);

/* Make @bus reach the machine of @s, which must outlive it. */
void virtio_guest_qtest_bus(GuestBus *bus, QTestState *s);

#endif
