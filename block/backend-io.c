/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of block backends (sysemu/block-backend.h): checks, the two ways
 * to carry them out (waiting or not), draining and flushing.
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qemu/defer-call.h"
#include "qemu/memalign.h"
#include "trace.h"

/* ---- checks ---------------------------------------------------------------------- */

static bool type_is_write(BlockRequestType type)
{
    return type == BLOCK_REQUEST_WRITE || type == BLOCK_REQUEST_WRITE_ZEROES ||
           type == BLOCK_REQUEST_DISCARD;
}

/* 0, or why @req cannot be tried. */
static int blk_request_check(BlockBackend *blk, const BlockRequest *req)
{
    BlockDriverState *bs = blk->user.bs;
    int64_t length;

    if (!bs) {
        return -ENOMEDIUM;
    }
    if (req->type == BLOCK_REQUEST_FLUSH) {
        return 0;
    }
    if (type_is_write(req->type) && bs->is_read_only) {
        return -EPERM;
    }
    length = bdrv_getlength(bs);
    if (length < 0) {
        return length;
    }
    if (req->offset < 0 || req->bytes < 0 || req->bytes > length ||
        req->offset > length - req->bytes ||
        (req->qiov && req->bytes > BDRV_REQUEST_MAX_BYTES)) {
        return -EIO;
    }
    return 0;
}

/* What the backend does to a request that passed. */
static void blk_request_prepare(BlockBackend *blk, BlockRequest *req)
{
    if (!blk->write_cache_is_on &&
        (req->type == BLOCK_REQUEST_WRITE || req->type == BLOCK_REQUEST_WRITE_ZEROES)) {
        req->flags |= BDRV_REQ_FUA;
    }
    if (type_is_write(req->type)) {
        blk->highest_write = MAX(blk->highest_write, req->offset + req->bytes);
    }
}

/* ---- requests that wait ------------------------------------------------------------- */

static int blk_request_run(BlockBackend *blk, BlockRequest req)
{
    int ret = blk_request_check(blk, &req);

    if (ret == 0) {
        blk_request_prepare(blk, &req);
        ret = block_request_perform(blk->user.bs, &req);
    }
    return ret;
}

int blk_preadv(BlockBackend *blk, int64_t offset, int64_t bytes, QEMUIOVector *qiov,
               BdrvRequestFlags flags)
{
    return blk_request_run(blk, (BlockRequest) { .type = BLOCK_REQUEST_READ, .offset = offset,
                                                 .bytes = bytes, .qiov = qiov, .flags = flags });
}

int blk_pwritev(BlockBackend *blk, int64_t offset, int64_t bytes, QEMUIOVector *qiov,
                BdrvRequestFlags flags)
{
    return blk_request_run(blk, (BlockRequest) { .type = BLOCK_REQUEST_WRITE, .offset = offset,
                                                 .bytes = bytes, .qiov = qiov, .flags = flags });
}

int blk_pread(BlockBackend *blk, int64_t offset, int64_t bytes, void *buf, BdrvRequestFlags flags)
{
    struct iovec iov = { .iov_base = buf, .iov_len = bytes };
    QEMUIOVector qiov;

    qemu_iovec_init_external(&qiov, &iov, 1);
    return blk_preadv(blk, offset, bytes, &qiov, flags);
}

int blk_pwrite(BlockBackend *blk, int64_t offset, int64_t bytes, const void *buf,
               BdrvRequestFlags flags)
{
    struct iovec iov = { .iov_base = (void *)buf, .iov_len = bytes };
    QEMUIOVector qiov;

    qemu_iovec_init_external(&qiov, &iov, 1);
    return blk_pwritev(blk, offset, bytes, &qiov, flags);
}

int blk_pwrite_zeroes(BlockBackend *blk, int64_t offset, int64_t bytes, BdrvRequestFlags flags)
{
    return blk_request_run(blk, (BlockRequest) { .type = BLOCK_REQUEST_WRITE_ZEROES,
                                                 .offset = offset, .bytes = bytes,
                                                 .flags = flags });
}

int blk_pdiscard(BlockBackend *blk, int64_t offset, int64_t bytes)
{
    return blk_request_run(blk, (BlockRequest) { .type = BLOCK_REQUEST_DISCARD, .offset = offset,
                                                 .bytes = bytes });
}

int blk_flush(BlockBackend *blk)
{
    return blk_request_run(blk, (BlockRequest) { .type = BLOCK_REQUEST_FLUSH });
}

static int node_truncate(BlockDriverState *bs, int64_t bytes, Error **errp)
{
    int ret;

    if (bytes < 0 || bytes > BDRV_MAX_LENGTH) {
        error_setg(errp, "size=%" PRId64 " is not a size that a disk can have", bytes);
        return -EINVAL;
    }
    if (bs->is_read_only) {
        error_setg(errp, "block node '%s' is read-only", bs->node_name);
        return -EACCES;
    }
    if (!bs->driver->truncate) {
        error_setg(errp, "block node '%s' cannot change its size", bs->node_name);
        return -ENOTSUP;
    }
    /* Requests that are under way were checked against the old size. */
    bdrv_drain_all();
    ret = bs->driver->truncate(bs, bytes);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "changing the size of block node '%s' failed",
                         bs->node_name);
    }
    return ret;
}

int blk_truncate(BlockBackend *blk, int64_t offset, Error **errp)
{
    if (!blk->user.bs) {
        error_setg(errp, "there is no medium");
        return -ENOMEDIUM;
    }
    return node_truncate(blk->user.bs, offset, errp);
}

bool blockdev_resize(BlockDriverState *bs, int64_t bytes, Error **errp)
{
    uint64_t perm, shared;

    block_node_perms(bs, &perm, &shared);
    if (!(shared & BLK_PERM_RESIZE)) {
        error_setg(errp, "block node '%s' is used by a device that does not let its size change",
                   bs->node_name);
        return false;
    }
    if (node_truncate(bs, bytes, errp) < 0) {
        return false;
    }
    /* Nodes above show parts of it: let every device look. */
    for (BlockBackend *blk = blk_all_next(NULL); blk; blk = blk_all_next(blk)) {
        if (blk->dev_ops && blk->dev_ops->resize_cb) {
            blk->dev_ops->resize_cb(blk->dev_opaque);
        }
    }
    return true;
}

/* ---- requests that do not --------------------------------------------------------------- */

static BlockAIOCB *blk_request_start(BlockBackend *blk, BlockRequest setup,
                                     BlockCompletionFunc *cb, void *opaque)
{
    int ret = blk_request_check(blk, &setup);
    BlockRequest *req = block_request_get();

    *req = setup;
    req->common.blk = blk;
    req->cb = cb;
    req->opaque = opaque;
    blk->in_flight++;
    trace_block_request_start(req, blk_name(blk), req->type, req->offset, req->bytes);
    if (ret < 0) {
        block_request_complete(req, ret);
    } else {
        blk_request_prepare(blk, req);
        block_request_submit(blk->user.bs, req);
    }
    return &req->common;
}

BlockAIOCB *blk_aio_preadv(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov,
                           BdrvRequestFlags flags, BlockCompletionFunc *cb, void *opaque)
{
    BlockRequest setup = { .type = BLOCK_REQUEST_READ, .offset = offset, .bytes = qiov->size,
                           .qiov = qiov, .flags = flags };

    return blk_request_start(blk, setup, cb, opaque);
}

BlockAIOCB *blk_aio_pwritev(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov,
                            BdrvRequestFlags flags, BlockCompletionFunc *cb, void *opaque)
{
    BlockRequest setup = { .type = BLOCK_REQUEST_WRITE, .offset = offset, .bytes = qiov->size,
                           .qiov = qiov, .flags = flags };

    return blk_request_start(blk, setup, cb, opaque);
}

BlockAIOCB *blk_aio_pwrite_zeroes(BlockBackend *blk, int64_t offset, int64_t bytes,
                                  BdrvRequestFlags flags, BlockCompletionFunc *cb, void *opaque)
{
    BlockRequest setup = { .type = BLOCK_REQUEST_WRITE_ZEROES, .offset = offset, .bytes = bytes,
                           .flags = flags };

    return blk_request_start(blk, setup, cb, opaque);
}

BlockAIOCB *blk_aio_pdiscard(BlockBackend *blk, int64_t offset, int64_t bytes,
                             BlockCompletionFunc *cb, void *opaque)
{
    BlockRequest setup = { .type = BLOCK_REQUEST_DISCARD, .offset = offset, .bytes = bytes };

    return blk_request_start(blk, setup, cb, opaque);
}

BlockAIOCB *blk_aio_flush(BlockBackend *blk, BlockCompletionFunc *cb, void *opaque)
{
    return blk_request_start(blk, (BlockRequest) { .type = BLOCK_REQUEST_FLUSH }, cb, opaque);
}

void blk_aio_cancel(BlockAIOCB *acb)
{
    blk_drain(acb->blk);
}

void blk_aio_cancel_async(BlockAIOCB *acb)
{
}

void blk_io_plug(void)
{
    defer_call_begin();
}

void blk_io_unplug(void)
{
    defer_call_end();
}

/* ---- draining ---------------------------------------------------------------------------- */

static void node_drain(BlockDriverState *bs)
{
    if (bs && bs->driver->drain) {
        bs->driver->drain(bs);
    }
}

void blk_drain(BlockBackend *blk)
{
    const BlockDevOps *ops = blk->dev_ops;
    void *opaque = blk->dev_opaque;

    blk_ref(blk);
    if (ops && ops->drained_begin) {
        ops->drained_begin(opaque);
    }
    while (blk->in_flight) {
        block_threads_kick();
        node_drain(blk->user.bs);
        block_completions_run(true);
    }
    if (ops && ops->drained_end) {
        ops->drained_end(opaque);
    }
    /* Not blk_unref(), which drains before the last reference goes: the caller has one. */
    blk->refcnt--;
}

void bdrv_drain_all(void)
{
    BlockDriverState *bs;

    while (block_requests_in_flight()) {
        block_threads_kick();
        for (bs = block_node_next(NULL); bs; bs = block_node_next(bs)) {
            node_drain(bs);
        }
        block_completions_run(true);
    }
}

void blk_drain_all(void)
{
    bdrv_drain_all();
}

int bdrv_flush_all(void)
{
    BlockDriverState *bs;
    int first = 0;

    for (bs = block_node_next(NULL); bs; bs = block_node_next(bs)) {
        BlockRequest flush = { .type = BLOCK_REQUEST_FLUSH };
        int ret = bs->is_read_only || bs->driver->forward ? 0 : block_request_perform(bs, &flush);

        if (ret < 0 && first == 0) {
            first = ret;
        }
    }
    return first;
}

/* ---- memory ------------------------------------------------------------------------------- */

void *blk_try_blockalign(BlockBackend *blk, size_t size)
{
    return qemu_try_memalign(blk_bs_opt_mem_align(blk), size);
}

void *blk_blockalign(BlockBackend *blk, size_t size)
{
    return qemu_memalign(blk_bs_opt_mem_align(blk), size);
}
