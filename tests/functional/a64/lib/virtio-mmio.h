/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers of a virtio device on the memory bus: OASIS virtio 1.2, section 4.2.2. */
#ifndef A64_LIB_VIRTIO_MMIO_H
#define A64_LIB_VIRTIO_MMIO_H

enum {
    MAGIC = 0x00,
    VERSION = 0x04,
    DEVICE_ID = 0x08,
    DRIVER_FEATURES = 0x20,
    DRIVER_FEATURES_SEL = 0x24,
    QUEUE_SEL = 0x30,
    QUEUE_NUM = 0x38,
    QUEUE_READY = 0x44,
    QUEUE_NOTIFY = 0x50,
    INTERRUPT_STATUS = 0x60,
    INTERRUPT_ACK = 0x64,
    STATUS = 0x70,
    /* 64 bits each, the lower half first. */
    QUEUE_DESC = 0x80,
    QUEUE_DRIVER = 0x90,
    QUEUE_DEVICE = 0xa0,
};

#endif
