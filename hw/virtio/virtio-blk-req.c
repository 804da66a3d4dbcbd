/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of virtio-blk: OASIS virtio 1.2, section 5.2.6. A request is a
 * header that the device reads, data, and one status byte at the very end.
 * Data go straight between guest memory and the backend.
 *
 * What the guest can get wrong comes in two kinds: a chain that is no request
 * at all breaks the device; a request for what is not there ends with a status.
 */
#include "qemu/osdep.h"
#include "migration/qemu-file-types.h"
#include "qemu/defer-call.h"
#include "qemu/iov.h"
#include "trace.h"
#include "virtio-blk-internal.h"

/* ---- scatter lists --------------------------------------------------------------- */

/* Drop @bytes at the front, which the list has. */
static void sg_cut_front(struct iovec **sg, unsigned *count, size_t bytes, SgCut *cut)
{
    cut->at = NULL;
    while (bytes > 0 && bytes >= (*sg)->iov_len) {
        bytes -= (*sg)->iov_len;
        (*sg)++;
        (*count)--;
    }
    if (bytes > 0) {
        *cut = (SgCut) { .at = *sg, .was = **sg };
        (*sg)->iov_base = (char *)(*sg)->iov_base + bytes;
        (*sg)->iov_len -= bytes;
    }
}

/* Drop the last byte. */
static void sg_cut_last_byte(struct iovec *sg, unsigned *count, SgCut *cut)
{
    struct iovec *last = &sg[*count - 1];

    cut->at = NULL;
    if (last->iov_len == 1) {
        --*count;
    } else {
        *cut = (SgCut) { .at = last, .was = *last };
        last->iov_len--;
    }
}

static void sg_cut_undo(SgCut *cut)
{
    if (cut->at) {
        *cut->at = cut->was;
        cut->at = NULL;
    }
}

/* The element as the queue gave it. */
static void req_elem_restore(VirtIOBlockReq *req)
{
    sg_cut_undo(&req->out_cut);
    sg_cut_undo(&req->in_cut);
}

/* ---- completion ------------------------------------------------------------------ */

static void queue_notify(void *opaque)
{
    VirtIOBlockQueue *queue = opaque;

    virtio_notify(VIRTIO_DEVICE(queue->s), queue->vq);
}

static void req_free(VirtIOBlockReq *req)
{
    virtqueue_element_free(req->queue->vq, req);
}

static void req_complete(VirtIOBlockReq *req, uint8_t status)
{
    VirtIOBlockQueue *queue = req->queue;

    trace_virtio_blk_req_complete(queue->s, req, status);
    *req->status = status;
    req_elem_restore(req);
    virtqueue_push(queue->vq, &req->elem, req->in_len);
    req_free(req);
    /* One interrupt for all that finish in one go. */
    defer_call(queue_notify, queue);
}

/* Take @req out of the driver's sight without an answer. */
static void req_drop(VirtIOBlockReq *req)
{
    req_elem_restore(req);
    virtqueue_detach_element(req->queue->vq, &req->elem, 0);
    req_free(req);
}

/* True when the failure has ended the request, or put it aside; false: go on as if done. */
static bool req_failed(VirtIOBlockReq *req, bool is_read, int error)
{
    VirtIOBlock *s = req->queue->s;
    BlockErrorAction action = blk_get_error_action(s->blk, is_read, error);

    if (action == BLOCK_ERROR_ACTION_STOP) {
        /* It will be read anew from guest memory. */
        req_elem_restore(req);
        QSIMPLEQ_INSERT_TAIL(&s->failed, req, next);
    } else if (action == BLOCK_ERROR_ACTION_REPORT) {
        block_acct_failed(blk_get_stats(s->blk), &req->acct);
        req_complete(req, VIRTIO_BLK_S_IOERR);
    }
    blk_error_action(s->blk, action, is_read, error);
    return action != BLOCK_ERROR_ACTION_IGNORE;
}

static void req_done(void *opaque, int ret)
{
    VirtIOBlockReq *req = opaque;

    if (ret < 0 && req_failed(req, req->type == VIRTIO_BLK_T_IN, -ret)) {
        return;
    }
    block_acct_done(blk_get_stats(req->queue->s->blk), &req->acct);
    req_complete(req, VIRTIO_BLK_S_OK);
}

/* ---- reads, writes, flushes ------------------------------------------------------ */

static bool range_is_ok(VirtIOBlock *s, uint64_t sector, uint64_t bytes)
{
    uint64_t sectors = bytes >> BDRV_SECTOR_BITS, capacity;

    if (bytes > BDRV_REQUEST_MAX_BYTES || bytes % s->conf.conf.logical_block_size ||
        sector & s->sector_mask) {
        return false;
    }
    blk_get_geometry(s->blk, &capacity);
    return sector <= capacity && sectors <= capacity - sector;
}

static void req_invalid(VirtIOBlockReq *req, enum BlockAcctType type)
{
    block_acct_invalid(blk_get_stats(req->queue->s->blk), type);
    req_complete(req, VIRTIO_BLK_S_IOERR);
}

static void handle_read_write(VirtIOBlockReq *req, struct iovec *sg, unsigned count)
{
    VirtIOBlock *s = req->queue->s;
    bool is_write = req->type == VIRTIO_BLK_T_OUT;
    enum BlockAcctType acct = is_write ? BLOCK_ACCT_WRITE : BLOCK_ACCT_READ;
    uint64_t sector = le64_to_cpu(req->out.sector);

    qemu_iovec_init_external(&req->qiov, sg, count);
    trace_virtio_blk_handle_read_write(s, req, is_write, sector, req->qiov.size);
    if (!range_is_ok(s, sector, req->qiov.size) || (is_write && !blk_is_writable(s->blk))) {
        req_invalid(req, acct);
        return;
    }
    block_acct_start(blk_get_stats(s->blk), &req->acct, req->qiov.size, acct);
    if (is_write) {
        blk_aio_pwritev(s->blk, sector << BDRV_SECTOR_BITS, &req->qiov, 0, req_done, req);
    } else {
        blk_aio_preadv(s->blk, sector << BDRV_SECTOR_BITS, &req->qiov, 0, req_done, req);
    }
}

static void handle_flush(VirtIOBlockReq *req)
{
    VirtIOBlock *s = req->queue->s;

    block_acct_start(blk_get_stats(s->blk), &req->acct, 0, BLOCK_ACCT_FLUSH);
    blk_aio_flush(s->blk, req_done, req);
}

/* ---- identity -------------------------------------------------------------------- */

static void handle_get_id(VirtIOBlockReq *req, struct iovec *sg, unsigned count)
{
    const char *serial = req->queue->s->conf.serial ? req->queue->s->conf.serial : "";
    char id[VIRTIO_BLK_ID_BYTES] = { 0 };

    memcpy(id, serial, MIN(strlen(serial), sizeof(id)));
    iov_from_buf(sg, count, 0, id, sizeof(id));
    req_complete(req, VIRTIO_BLK_S_OK);
}

/* ---- discards and zeroes --------------------------------------------------------- */

/* The status of a segment that is not carried out; VIRTIO_BLK_S_OK: it may be. */
static uint8_t segment_check(VirtIOBlockReq *req, uint64_t sector, uint32_t sectors, uint32_t flags)
{
    VirtIOBlock *s = req->queue->s;
    bool is_zeroes = req->type == VIRTIO_BLK_T_WRITE_ZEROES;
    uint32_t max = is_zeroes ? s->conf.max_write_zeroes_sectors : s->conf.max_discard_sectors;
    uint32_t known = is_zeroes ? VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP : 0;

    if (flags & ~known) {
        return VIRTIO_BLK_S_UNSUPP;
    }
    if (sectors > max || !blk_is_writable(s->blk) ||
        !range_is_ok(s, sector, (uint64_t)sectors << BDRV_SECTOR_BITS)) {
        return VIRTIO_BLK_S_IOERR;
    }
    return VIRTIO_BLK_S_OK;
}

/* False: the device is broken. */
static bool handle_segment(VirtIOBlockReq *req, struct iovec *sg, unsigned count)
{
    VirtIOBlock *s = req->queue->s;
    bool is_zeroes = req->type == VIRTIO_BLK_T_WRITE_ZEROES;
    struct virtio_blk_discard_write_zeroes segment;
    uint64_t sector;
    uint32_t sectors, flags;
    uint8_t status;

    if (iov_size(sg, count) > sizeof(segment)) {
        /* The configuration says that a request has one. */
        req_complete(req, VIRTIO_BLK_S_UNSUPP);
        return true;
    }
    if (iov_to_buf(sg, count, 0, &segment, sizeof(segment)) != sizeof(segment)) {
        virtio_error(VIRTIO_DEVICE(s), "virtio-blk: the segment of a discard is too short");
        return false;
    }
    sector = le64_to_cpu(segment.sector);
    sectors = le32_to_cpu(segment.num_sectors);
    flags = le32_to_cpu(segment.flags);
    trace_virtio_blk_handle_segment(s, req, req->type, sector, sectors, flags);
    status = segment_check(req, sector, sectors, flags);
    if (status != VIRTIO_BLK_S_OK) {
        block_acct_invalid(blk_get_stats(s->blk), is_zeroes ? BLOCK_ACCT_WRITE : BLOCK_ACCT_UNMAP);
        req_complete(req, status);
        return true;
    }
    block_acct_start(blk_get_stats(s->blk), &req->acct, (uint64_t)sectors << BDRV_SECTOR_BITS,
                     is_zeroes ? BLOCK_ACCT_WRITE : BLOCK_ACCT_UNMAP);
    if (is_zeroes) {
        blk_aio_pwrite_zeroes(s->blk, sector << BDRV_SECTOR_BITS,
                              (int64_t)sectors << BDRV_SECTOR_BITS,
                              flags & VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP ? BDRV_REQ_MAY_UNMAP : 0,
                              req_done, req);
    } else {
        blk_aio_pdiscard(s->blk, sector << BDRV_SECTOR_BITS,
                         (int64_t)sectors << BDRV_SECTOR_BITS, req_done, req);
    }
    return true;
}

/* ---- one request ----------------------------------------------------------------- */

/* Find header and status; *@out and *@in are what is between. False: it is no request. */
static bool req_parse(VirtIOBlockReq *req, struct iovec **out, unsigned *out_num,
                      struct iovec **in, unsigned *in_num)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(req->queue->s);
    struct iovec *last;

    *out = req->elem.out_sg;
    *out_num = req->elem.out_num;
    *in = req->elem.in_sg;
    *in_num = req->elem.in_num;
    req->out_cut.at = req->in_cut.at = NULL;
    if (*out_num < 1 || *in_num < 1) {
        virtio_error(vdev, "virtio-blk: a request lacks its header or status");
        return false;
    }
    if (iov_to_buf(*out, *out_num, 0, &req->out, sizeof(req->out)) != sizeof(req->out)) {
        virtio_error(vdev, "virtio-blk: the header of a request is too short");
        return false;
    }
    req->in_len = iov_size(*in, *in_num);
    last = &(*in)[*in_num - 1];
    req->status = (uint8_t *)last->iov_base + last->iov_len - 1;
    sg_cut_front(out, out_num, sizeof(req->out), &req->out_cut);
    sg_cut_last_byte(*in, in_num, &req->in_cut);
    /* Legacy drivers marked ordered requests so; all that are under way may overtake each other. */
    req->type = le32_to_cpu(req->out.type) & ~VIRTIO_BLK_T_BARRIER;
    req->acct.type = BLOCK_ACCT_NONE;
    return true;
}

static bool feature_is_offered(VirtIOBlock *s, unsigned feature)
{
    return virtio_host_has_feature(VIRTIO_DEVICE(s), feature);
}

/* False: the device is broken, and @req is still the caller's. */
static bool req_handle(VirtIOBlockReq *req)
{
    VirtIOBlock *s = req->queue->s;
    struct iovec *out, *in;
    unsigned out_num, in_num;

    if (!req_parse(req, &out, &out_num, &in, &in_num)) {
        return false;
    }
    switch (req->type) {
    case VIRTIO_BLK_T_IN:
        handle_read_write(req, in, in_num);
        return true;
    case VIRTIO_BLK_T_OUT:
        handle_read_write(req, out, out_num);
        return true;
    case VIRTIO_BLK_T_FLUSH:
    case VIRTIO_BLK_T_FLUSH | VIRTIO_BLK_T_OUT:
        handle_flush(req);
        return true;
    case VIRTIO_BLK_T_GET_ID:
        handle_get_id(req, in, in_num);
        return true;
    case VIRTIO_BLK_T_DISCARD:
        if (feature_is_offered(s, VIRTIO_BLK_F_DISCARD)) {
            return handle_segment(req, out, out_num);
        }
        break;
    case VIRTIO_BLK_T_WRITE_ZEROES:
        if (feature_is_offered(s, VIRTIO_BLK_F_WRITE_ZEROES)) {
            return handle_segment(req, out, out_num);
        }
        break;
    default:
        break;
    }
    trace_virtio_blk_req_unsupported(s, req, req->type);
    req_complete(req, VIRTIO_BLK_S_UNSUPP);
    return true;
}

/* ---- queues ---------------------------------------------------------------------- */

static void queue_run(VirtIOBlockQueue *queue)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(queue->s);
    VirtQueue *vq = queue->vq;
    VirtIOBlockReq *req;

    do {
        virtio_queue_set_notification(vq, 0);
        while ((req = virtqueue_pop(vq, sizeof(*req)))) {
            req->queue = queue;
            if (!req_handle(req)) {
                req_drop(req);
                break;
            }
        }
        virtio_queue_set_notification(vq, 1);
    } while (!vdev->broken && !virtio_queue_empty(vq));
}

void virtio_blk_handle_output(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    /* A stopped machine's memory may be being saved: virtio_blk_restart() looks again. */
    if (vdev->vm_running) {
        defer_call_begin();
        queue_run(&s->queues[virtio_get_queue_index(vq)]);
        defer_call_end();
    }
}

/* All requests that were put aside, which others may join meanwhile. */
static void failed_run(VirtIOBlock *s)
{
    QSIMPLEQ_HEAD(, VirtIOBlockReq) again = QSIMPLEQ_HEAD_INITIALIZER(again);
    VirtIOBlockReq *req;

    QSIMPLEQ_CONCAT(&again, &s->failed);
    while ((req = QSIMPLEQ_FIRST(&again))) {
        QSIMPLEQ_REMOVE_HEAD(&again, next);
        if (VIRTIO_DEVICE(s)->broken || !req_handle(req)) {
            req_drop(req);
        }
    }
}

void virtio_blk_restart(VirtIOBlock *s)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(s);

    if (!vdev->vm_running || !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        return;
    }
    defer_call_begin();
    failed_run(s);
    for (unsigned i = 0; i < s->conf.num_queues; i++) {
        if (virtio_queue_ready(s->queues[i].vq)) {
            queue_run(&s->queues[i]);
        }
    }
    defer_call_end();
}

void virtio_blk_requests_end(VirtIOBlock *s, VirtQueue *vq)
{
    QSIMPLEQ_HEAD(, VirtIOBlockReq) others = QSIMPLEQ_HEAD_INITIALIZER(others);
    VirtIOBlockReq *req;

    blk_drain(s->blk);
    while ((req = QSIMPLEQ_FIRST(&s->failed))) {
        QSIMPLEQ_REMOVE_HEAD(&s->failed, next);
        if (!vq || req->queue->vq == vq) {
            req_drop(req);
        } else {
            QSIMPLEQ_INSERT_TAIL(&others, req, next);
        }
    }
    QSIMPLEQ_CONCAT(&s->failed, &others);
}

/* ---- saved state ----------------------------------------------------------------- */

void virtio_blk_failed_save(VirtIOBlock *s, QEMUFile *f)
{
    VirtIOBlockReq *req;

    QSIMPLEQ_FOREACH(req, &s->failed, next) {
        qemu_put_byte(f, 1);
        qemu_put_be16(f, virtio_get_queue_index(req->queue->vq));
        qemu_put_virtqueue_element(VIRTIO_DEVICE(s), f, &req->elem);
    }
    qemu_put_byte(f, 0);
}

int virtio_blk_failed_load(VirtIOBlock *s, QEMUFile *f)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(s);
    unsigned room = s->conf.num_queues * s->conf.queue_size;

    for (unsigned n = 0; qemu_get_byte(f) == 1; n++) {
        unsigned index = qemu_get_be16(f);
        VirtIOBlockReq *req;

        if (n == room || index >= s->conf.num_queues) {
            return -EINVAL;
        }
        req = qemu_get_virtqueue_element(vdev, f, sizeof(*req));
        if (!req) {
            return -EINVAL;
        }
        req->queue = &s->queues[index];
        req->out_cut.at = req->in_cut.at = NULL;
        QSIMPLEQ_INSERT_TAIL(&s->failed, req, next);
    }
    return qemu_file_get_error(f);
}
