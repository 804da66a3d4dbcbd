/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-rng-device: the entropy device of OASIS virtio 1.2, section 5.4.
 */
#ifndef HW_VIRTIO_VIRTIO_RNG_H
#define HW_VIRTIO_VIRTIO_RNG_H

#include "hw/virtio/virtio.h"
#include "sysemu/rng.h"

#define TYPE_VIRTIO_RNG "virtio-rng-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIORNG, VIRTIO_RNG)

/* @rng: where the bytes come from; at most @max_bytes of them in each @period_ms. */
struct VirtIORNGConf {
    RngBackend *rng;
    uint64_t max_bytes;
    uint32_t period_ms;
    RngBackend *default_backend;
};

typedef struct VirtIORNGConf VirtIORNGConf;

/*
 * @quota_remaining: bytes left in this period; @activate_timer: the period has not begun;
 * @is_waiting: a request to the backend is under way.
 */
struct VirtIORNG {
    VirtIODevice parent_obj;

    VirtQueue *vq;
    VirtIORNGConf conf;
    RngBackend *rng;
    QEMUTimer *rate_limit_timer;
    int64_t quota_remaining;
    bool activate_timer;
    bool is_waiting;
};

#endif
