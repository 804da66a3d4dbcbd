/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests on files and block devices of the host, as blocking calls in
 * whatever thread asks.
 *
 * With cache.direct the kernel wants offsets, lengths and memory aligned.
 * Requests that are not go through an aligned buffer; when they write parts of
 * blocks, the rest of the block is read first and nobody else writes meanwhile.
 */
#include "qemu/osdep.h"
#include <linux/falloc.h>
#include <linux/fs.h>
#include "file-internal.h"
#include "qemu/cutils.h"
#include "qemu/memalign.h"
#include "qemu/units.h"

/* Size of the buffer for misaligned requests, and of the zeroes written at a time. */
#define BOUNCE_BYTES (1 * MiB)
#define ZEROES_BYTES (64 * KiB)
#define ZEROES_PIECES 16

/* ---- whole transfers ------------------------------------------------------------ */

static void length_grow(FileState *s, int64_t end)
{
    int64_t length = qatomic_read(&s->length);

    while (end > length &&
           !__atomic_compare_exchange_n(&s->length, &length, end, false, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST)) {
    }
}

/* One call's worth of @iov from byte @done on; the array itself if that will do. */
static const struct iovec *transfer_piece(const struct iovec *iov, int *count, int64_t done,
                                          int64_t bytes, struct iovec *local)
{
    if (done == 0 && *count <= IOV_MAX && iov_size(iov, *count) == bytes) {
        return iov;
    }
    *count = iov_copy(local, IOV_MAX, iov, *count, done, bytes - done);
    return local;
}

/*
 * Read or write all of [@offset, @offset + @bytes), going on after short transfers. What is
 * behind the end of the file reads as zero. Returns 0 or -errno.
 */
static int file_transfer(FileState *s, bool is_write, const struct iovec *iov, int iov_count,
                         int64_t offset, int64_t bytes)
{
    struct iovec local[IOV_MAX];
    int64_t done = 0;

    while (done < bytes) {
        int count = iov_count;
        const struct iovec *piece = transfer_piece(iov, &count, done, bytes, local);
        ssize_t ret = is_write ? file_calls->pwritev(s->fd, piece, count, offset + done)
                               : file_calls->preadv(s->fd, piece, count, offset + done);

        if (ret < 0 && errno == EINTR) {
            continue;
        }
        if (ret < 0) {
            return -errno;
        }
        if (ret == 0 && is_write) {
            return -ENOSPC;
        }
        done += ret;
        if (!is_write && done < bytes &&
            (ret == 0 || offset + done >= qatomic_read(&s->length))) {
            iov_memset(iov, iov_count, done, 0, bytes - done);
            break;
        }
    }
    if (is_write) {
        length_grow(s, offset + bytes);
    }
    return 0;
}

/* ---- misaligned requests on direct files ------------------------------------------- */

static bool range_is_aligned(const BlockDriverState *bs, int64_t offset, int64_t bytes)
{
    return QEMU_IS_ALIGNED(offset, bs->request_alignment) &&
           QEMU_IS_ALIGNED(bytes, bs->request_alignment);
}

static bool memory_is_aligned(const BlockDriverState *bs, const QEMUIOVector *qiov)
{
    for (int i = 0; i < qiov->niov; i++) {
        if (!QEMU_PTR_IS_ALIGNED(qiov->iov[i].iov_base, bs->memory_alignment) ||
            !QEMU_IS_ALIGNED(qiov->iov[i].iov_len, bs->request_alignment)) {
            return false;
        }
    }
    return true;
}

/* The blocks around [@offset, @offset + @bytes), through @buf, which has room for them. */
static int bounce_piece(BlockDriverState *bs, BlockRequest *req, int64_t done, int64_t bytes,
                        void *buf)
{
    FileState *s = bs->state;
    int64_t offset = req->offset + done;
    int64_t start = QEMU_ALIGN_DOWN(offset, bs->request_alignment);
    int64_t end = QEMU_ALIGN_UP(offset + bytes, bs->request_alignment);
    int64_t length = MAX(qatomic_read(&s->length), offset + bytes);
    struct iovec iov = { .iov_base = buf, .iov_len = end - start };
    bool is_write = req->type == BLOCK_REQUEST_WRITE;
    int ret = 0;

    if (!is_write || start != offset || end != offset + bytes) {
        ret = file_transfer(s, false, &iov, 1, start, end - start);
    }
    if (ret < 0) {
        return ret;
    }
    if (!is_write) {
        qemu_iovec_from_buf(req->qiov, done, (char *)buf + (offset - start), bytes);
        return 0;
    }
    qemu_iovec_to_buf(req->qiov, done, (char *)buf + (offset - start), bytes);
    ret = file_transfer(s, true, &iov, 1, start, end - start);
    if (ret == 0 && end > length && !s->is_device) {
        /* The file's last block is whole on the disk now, under the write lock: cut it again. */
        if (file_calls->ftruncate(s->fd, length) < 0) {
            return -errno;
        }
        qatomic_set(&s->length, length);
    }
    return ret;
}

static int file_bounce(BlockDriverState *bs, BlockRequest *req)
{
    /* Room for the blocks that stick out at both ends. */
    size_t size = MIN(req->bytes, BOUNCE_BYTES) + 2 * bs->request_alignment;
    QEMU_AUTO_VFREE void *buf = qemu_try_memalign(MAX(bs->memory_alignment, sizeof(void *)),
                                                  size);
    int ret = 0;

    if (!buf) {
        return -ENOMEM;
    }
    for (int64_t done = 0; done < req->bytes && ret == 0; ) {
        int64_t bytes = MIN(req->bytes - done, BOUNCE_BYTES);

        ret = bounce_piece(bs, req, done, bytes, buf);
        done += bytes;
    }
    return ret;
}

/* Called for everything that changes a direct file, before and after. */
static void blocks_lock(BlockDriverState *bs, int64_t offset, int64_t bytes)
{
    FileState *s = bs->state;

    if (!bs->cache_is_direct) {
        return;
    }
    if (range_is_aligned(bs, offset, bytes)) {
        pthread_rwlock_rdlock(&s->blocks_lock);
    } else {
        pthread_rwlock_wrlock(&s->blocks_lock);
    }
}

static void blocks_unlock(BlockDriverState *bs)
{
    FileState *s = bs->state;

    if (bs->cache_is_direct) {
        pthread_rwlock_unlock(&s->blocks_lock);
    }
}

static int file_read_write(BlockDriverState *bs, BlockRequest *req)
{
    if (bs->cache_is_direct && !(range_is_aligned(bs, req->offset, req->bytes) &&
                                 memory_is_aligned(bs, req->qiov))) {
        return file_bounce(bs, req);
    }
    return file_transfer(bs->state, req->type == BLOCK_REQUEST_WRITE, req->qiov->iov,
                         req->qiov->niov, req->offset, req->bytes);
}

/* ---- zeroes and holes ----------------------------------------------------------------- */

static bool error_means_unsupported(int error)
{
    return error == EOPNOTSUPP || error == ENOTSUP || error == ENOTTY || error == ENOSYS ||
           error == ENODEV;
}

/* Calls that are not there are not tried again: *@cannot remembers. */
static int call_result(int ret, bool *cannot)
{
    if (ret == 0) {
        return 0;
    }
    if (error_means_unsupported(errno)) {
        qatomic_set(cannot, true);
        return -ENOTSUP;
    }
    return -errno;
}

static int device_range(FileState *s, unsigned long request, int64_t offset, int64_t bytes,
                        bool *cannot)
{
    uint64_t range[2] = { offset, bytes };

    return call_result(file_calls->ioctl(s->fd, request, range), cannot);
}

static int file_punch(FileState *s, int64_t offset, int64_t bytes)
{
    if (qatomic_read(&s->cannot_punch)) {
        return -ENOTSUP;
    }
    if (s->is_device) {
        return device_range(s, BLKDISCARD, offset, bytes, &s->cannot_punch);
    }
    return call_result(RETRY_ON_EINTR(file_calls->fallocate(
                           s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, bytes)),
                       &s->cannot_punch);
}

/* A hint: what the host cannot do is left undone. Parts of blocks are left out. */
static int file_discard(BlockDriverState *bs, BlockRequest *req)
{
    FileState *s = bs->state;
    int64_t unit = s->is_device ? MAX(bs->request_alignment, BDRV_SECTOR_SIZE) : 1;
    int64_t start = QEMU_ALIGN_UP(req->offset, unit);
    int64_t end = QEMU_ALIGN_DOWN(req->offset + req->bytes, unit);
    int ret = end > start ? file_punch(s, start, end - start) : 0;

    return ret == -ENOTSUP ? 0 : ret;
}

/* The fast ways. -ENOTSUP: there is none. */
static int file_zero_fast(BlockDriverState *bs, BlockRequest *req)
{
    FileState *s = bs->state;
    int ret;

    if (s->is_device) {
        if (qatomic_read(&s->cannot_zero) ||
            !QEMU_IS_ALIGNED(req->offset | req->bytes,
                             MAX(bs->request_alignment, BDRV_SECTOR_SIZE))) {
            return -ENOTSUP;
        }
        return device_range(s, BLKZEROOUT, req->offset, req->bytes, &s->cannot_zero);
    }
    if (req->flags & BDRV_REQ_MAY_UNMAP) {
        ret = file_punch(s, req->offset, req->bytes);
        if (ret != -ENOTSUP) {
            return ret;
        }
    }
    if (qatomic_read(&s->cannot_zero)) {
        return -ENOTSUP;
    }
    ret = call_result(RETRY_ON_EINTR(file_calls->fallocate(s->fd, FALLOC_FL_ZERO_RANGE,
                                                           req->offset, req->bytes)),
                      &s->cannot_zero);
    if (ret == 0) {
        length_grow(s, req->offset + req->bytes);
    }
    return ret;
}

static int file_zero_slow(BlockDriverState *bs, BlockRequest *req)
{
    static uint8_t zeroes[ZEROES_BYTES] __attribute__((aligned(4096)));
    struct iovec iov[ZEROES_PIECES];
    int ret = 0;

    for (int64_t done = 0; done < req->bytes && ret == 0; ) {
        int64_t left = MIN(req->bytes - done, ZEROES_PIECES * ZEROES_BYTES);
        QEMUIOVector qiov;
        BlockRequest write = { .type = BLOCK_REQUEST_WRITE, .offset = req->offset + done,
                               .bytes = left, .qiov = &qiov };
        int n = 0;

        for (int64_t part; left > 0; left -= part) {
            part = MIN(left, ZEROES_BYTES);
            iov[n++] = (struct iovec) { .iov_base = zeroes, .iov_len = part };
        }
        qemu_iovec_init_external(&qiov, iov, n);
        ret = file_read_write(bs, &write);
        done += write.bytes;
    }
    return ret;
}

static int file_write_zeroes(BlockDriverState *bs, BlockRequest *req)
{
    int ret = file_zero_fast(bs, req);

    if (ret == -ENOTSUP && !(req->flags & BDRV_REQ_NO_FALLBACK)) {
        ret = file_zero_slow(bs, req);
    }
    return ret;
}

/* ---- all of them ------------------------------------------------------------------------- */

static int file_flush(FileState *s)
{
    int error = qatomic_read(&s->flush_error);

    if (error) {
        return -error;
    }
    if (RETRY_ON_EINTR(file_calls->fdatasync(s->fd)) < 0) {
        error = errno;
        /* The kernel forgets which pages it could not write; a later success would be a lie. */
        qatomic_set(&s->flush_error, error);
        return -error;
    }
    return 0;
}

int file_perform(BlockDriverState *bs, BlockRequest *req)
{
    int ret;

    if (req->type == BLOCK_REQUEST_READ) {
        return file_read_write(bs, req);
    }
    if (req->type == BLOCK_REQUEST_FLUSH) {
        return file_flush(bs->state);
    }
    blocks_lock(bs, req->offset, req->bytes);
    switch (req->type) {
    case BLOCK_REQUEST_WRITE:
        ret = file_read_write(bs, req);
        break;
    case BLOCK_REQUEST_WRITE_ZEROES:
        ret = file_write_zeroes(bs, req);
        break;
    case BLOCK_REQUEST_DISCARD:
        ret = file_discard(bs, req);
        break;
    default:
        g_assert_not_reached();
    }
    blocks_unlock(bs);
    return ret;
}
