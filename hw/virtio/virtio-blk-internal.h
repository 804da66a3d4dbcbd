/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two halves of virtio-blk: the device (virtio-blk.c), its requests (virtio-blk-req.c). */
#ifndef HW_VIRTIO_VIRTIO_BLK_INTERNAL_H
#define HW_VIRTIO_VIRTIO_BLK_INTERNAL_H

#include "hw/virtio/virtio-blk.h"

/* Entries of a scatter list that were cut, and how they were before. */
typedef struct SgCut {
    struct iovec *at;           /* NULL: nothing was cut */
    struct iovec was;
} SgCut;

/* A request under way, from the queue's pool of elements. */
struct VirtIOBlockReq {
    VirtQueueElement elem;      /* first */
    VirtIOBlockQueue *queue;
    struct virtio_blk_outhdr out;
    uint32_t type;
    uint8_t *status;            /* in guest memory */
    size_t in_len;              /* bytes that the device may write, with the status */
    SgCut out_cut;
    SgCut in_cut;
    QEMUIOVector qiov;
    BlockAcctCookie acct;
    QSIMPLEQ_ENTRY(VirtIOBlockReq) next;
};

/* ---- virtio-blk-req.c: BQL ---- */

void virtio_blk_handle_output(VirtIODevice *vdev, VirtQueue *vq);
/* Try failed requests again, then look at the queues: the machine goes on. */
void virtio_blk_restart(VirtIOBlock *s);
/* Finish what is under way and drop failed requests, of @vq or (NULL) all. */
void virtio_blk_requests_end(VirtIOBlock *s, VirtQueue *vq);
/* Failed requests in a saved state. */
void virtio_blk_failed_save(VirtIOBlock *s, QEMUFile *f);
int virtio_blk_failed_load(VirtIOBlock *s, QEMUFile *f);

#endif
