/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scatter/gather lists: copying, filling, measuring, trimming; and QEMUIOVector. */
#ifndef IOV_H
#define IOV_H

/* Sum of the lengths. */
size_t iov_size(const struct iovec *iov, const unsigned int iov_cnt);

/*
 * Copy up to @bytes between @buf and the list, from byte @offset of the list
 * on. Return how many were copied; fewer only when the list ends.
 */
size_t iov_from_buf(const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                    const void *buf, size_t bytes);
size_t iov_to_buf(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  void *buf, size_t bytes);
size_t iov_memset(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  int fillc, size_t bytes);
/* Describes bytes [@offset, @offset + @bytes) of @iov in @dst_iov; number of elements used. */
unsigned iov_copy(struct iovec *dst_iov, unsigned int dst_iov_cnt, const struct iovec *iov,
                  unsigned int iov_cnt, size_t offset, size_t bytes);
/* Drop up to @bytes at the front or the back; how many were dropped. */
size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes);
size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes);

struct QEMUIOVector {
    struct iovec *iov;
    int niov;
    int nalloc;
    size_t size;
};

void qemu_iovec_init(QEMUIOVector *qiov, int alloc_hint);
/* Uses the caller's array, which is neither grown nor freed. */
void qemu_iovec_init_external(QEMUIOVector *qiov, struct iovec *iov, int niov);
void qemu_iovec_add(QEMUIOVector *qiov, void *base, size_t len);
void qemu_iovec_destroy(QEMUIOVector *qiov);
void qemu_iovec_reset(QEMUIOVector *qiov);
size_t qemu_iovec_to_buf(QEMUIOVector *qiov, size_t offset, void *buf, size_t bytes);
size_t qemu_iovec_from_buf(QEMUIOVector *qiov, size_t offset, const void *buf, size_t bytes);
size_t qemu_iovec_memset(QEMUIOVector *qiov, size_t offset, int fillc, size_t bytes);

#endif
