/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scatter/gather lists (qemu/iov.h). One walker finds the pieces of the list
 * that a byte range touches; copying, filling and slicing differ only in what
 * they do with a piece.
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"

size_t iov_size(const struct iovec *iov, const unsigned int iov_cnt)
{
    size_t size = 0;

    for (unsigned int i = 0; i < iov_cnt; i++) {
        size += iov[i].iov_len;
    }
    return size;
}

typedef struct IovWalk {
    const struct iovec *iov;
    unsigned int iov_cnt;
    unsigned int i;
    size_t offset;              /* still to skip */
    size_t bytes;               /* still to cover */
    size_t done;                /* covered before this piece */
} IovWalk;

/* The next piece that is not empty. */
static bool iov_walk_next(IovWalk *walk, struct iovec *piece)
{
    for (; walk->bytes && walk->i < walk->iov_cnt; walk->i++) {
        const struct iovec *iov = &walk->iov[walk->i];

        if (walk->offset >= iov->iov_len) {
            walk->offset -= iov->iov_len;
            continue;
        }
        piece->iov_base = (char *)iov->iov_base + walk->offset;
        piece->iov_len = MIN(iov->iov_len - walk->offset, walk->bytes);
        walk->offset = 0;
        walk->bytes -= piece->iov_len;
        walk->i++;
        return true;
    }
    return false;
}

size_t iov_from_buf(const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                    const void *buf, size_t bytes)
{
    IovWalk walk = { .iov = iov, .iov_cnt = iov_cnt, .offset = offset, .bytes = bytes };
    struct iovec piece;

    for (; iov_walk_next(&walk, &piece); walk.done += piece.iov_len) {
        memcpy(piece.iov_base, (const char *)buf + walk.done, piece.iov_len);
    }
    return walk.done;
}

size_t iov_to_buf(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  void *buf, size_t bytes)
{
    IovWalk walk = { .iov = iov, .iov_cnt = iov_cnt, .offset = offset, .bytes = bytes };
    struct iovec piece;

    for (; iov_walk_next(&walk, &piece); walk.done += piece.iov_len) {
        memcpy((char *)buf + walk.done, piece.iov_base, piece.iov_len);
    }
    return walk.done;
}

size_t iov_memset(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  int fillc, size_t bytes)
{
    IovWalk walk = { .iov = iov, .iov_cnt = iov_cnt, .offset = offset, .bytes = bytes };
    struct iovec piece;

    for (; iov_walk_next(&walk, &piece); walk.done += piece.iov_len) {
        memset(piece.iov_base, fillc, piece.iov_len);
    }
    return walk.done;
}

unsigned iov_copy(struct iovec *dst_iov, unsigned int dst_iov_cnt, const struct iovec *iov,
                  unsigned int iov_cnt, size_t offset, size_t bytes)
{
    IovWalk walk = { .iov = iov, .iov_cnt = iov_cnt, .offset = offset, .bytes = bytes };
    unsigned used = 0;

    while (used < dst_iov_cnt && iov_walk_next(&walk, &dst_iov[used])) {
        used++;
    }
    return used;
}

size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t done = 0;

    while (*iov_cnt > 0 && done < bytes) {
        size_t n = MIN((*iov)->iov_len, bytes - done);

        done += n;
        if (n < (*iov)->iov_len) {
            (*iov)->iov_base = (char *)(*iov)->iov_base + n;
            (*iov)->iov_len -= n;
            break;
        }
        (*iov)++;
        (*iov_cnt)--;
    }
    return done;
}

size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t done = 0;

    while (*iov_cnt > 0 && done < bytes) {
        struct iovec *last = &iov[*iov_cnt - 1];
        size_t n = MIN(last->iov_len, bytes - done);

        done += n;
        if (n < last->iov_len) {
            last->iov_len -= n;
            break;
        }
        (*iov_cnt)--;
    }
    return done;
}

void qemu_iovec_init(QEMUIOVector *qiov, int alloc_hint)
{
    *qiov = (QEMUIOVector) {
        .iov = g_new(struct iovec, alloc_hint),
        .nalloc = alloc_hint,
    };
}

void qemu_iovec_init_external(QEMUIOVector *qiov, struct iovec *iov, int niov)
{
    *qiov = (QEMUIOVector) {
        .iov = iov,
        .niov = niov,
        .nalloc = -1,
        .size = iov_size(iov, niov),
    };
}

void qemu_iovec_add(QEMUIOVector *qiov, void *base, size_t len)
{
    g_assert(qiov->nalloc >= 0);
    if (qiov->niov == qiov->nalloc) {
        qiov->nalloc = MAX(4, qiov->nalloc * 2);
        qiov->iov = g_renew(struct iovec, qiov->iov, qiov->nalloc);
    }
    qiov->iov[qiov->niov++] = (struct iovec) { .iov_base = base, .iov_len = len };
    qiov->size += len;
}

void qemu_iovec_destroy(QEMUIOVector *qiov)
{
    if (qiov->nalloc >= 0) {
        g_free(qiov->iov);
    }
    *qiov = (QEMUIOVector) {};
}

void qemu_iovec_reset(QEMUIOVector *qiov)
{
    g_assert(qiov->nalloc >= 0);
    qiov->niov = 0;
    qiov->size = 0;
}

size_t qemu_iovec_to_buf(QEMUIOVector *qiov, size_t offset, void *buf, size_t bytes)
{
    return iov_to_buf(qiov->iov, qiov->niov, offset, buf, bytes);
}

size_t qemu_iovec_from_buf(QEMUIOVector *qiov, size_t offset, const void *buf, size_t bytes)
{
    return iov_from_buf(qiov->iov, qiov->niov, offset, buf, bytes);
}

size_t qemu_iovec_memset(QEMUIOVector *qiov, size_t offset, int fillc, size_t bytes)
{
    return iov_memset(qiov->iov, qiov->niov, offset, fillc, bytes);
}
