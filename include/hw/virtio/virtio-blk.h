/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-blk: a disk for the guest, OASIS virtio 1.2, section 5.2.
 * docs/devices/virtio-blk.md.
 */
#ifndef HW_VIRTIO_VIRTIO_BLK_H
#define HW_VIRTIO_VIRTIO_BLK_H

#include "hw/block/block.h"
#include "hw/virtio/virtio.h"
#include "qemu/queue.h"
#include "standard-headers/linux/virtio_blk.h"
#include "sysemu/block-backend.h"

#define TYPE_VIRTIO_BLK "virtio-blk-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOBlock, VIRTIO_BLK)

/* num-queues as the device chooses: one, since there is one main loop. */
#define VIRTIO_BLK_AUTO_NUM_QUEUES UINT16_MAX

typedef struct VirtIOBlkConf {
    BlockConf conf;
    char *serial;
    uint16_t num_queues;
    uint16_t queue_size;
    bool seg_max_adjust;
    bool report_discard_granularity;
    uint32_t max_discard_sectors;
    uint32_t max_write_zeroes_sectors;
    bool x_enable_wce_if_config_wce;
} VirtIOBlkConf;

typedef struct VirtIOBlockReq VirtIOBlockReq;

typedef struct VirtIOBlockQueue {
    VirtIOBlock *s;
    VirtQueue *vq;
} VirtIOBlockQueue;

/*
 * @failed: requests that wait until the machine goes on, oldest first; @sector_mask: bits that
 * a sector number must not have; @original_wce: write cache as the user wants it, for resets.
 */
struct VirtIOBlock {
    VirtIODevice parent_obj;

    BlockBackend *blk;
    VirtIOBlkConf conf;
    uint64_t host_features;
    VirtIOBlockQueue *queues;
    QSIMPLEQ_HEAD(, VirtIOBlockReq) failed;
    uint32_t sector_mask;
    bool original_wce;
    QEMUBH *restart_bh;
    VMChangeStateEntry *change;
};

#endif
