/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State of the file drivers, and the table of system calls they go through,
 * so that tests can make each of them fail.
 */
#ifndef BLOCK_FILE_INTERNAL_H
#define BLOCK_FILE_INTERNAL_H

#include <pthread.h>
#include "block-internal.h"

/* As the calls of the same name; open is qemu_open(). */
typedef struct FileCalls {
    int (*open)(const char *path, int flags, Error **errp);
    int (*fstat)(int fd, struct stat *st);
    int (*close)(int fd);
    ssize_t (*preadv)(int fd, const struct iovec *iov, int count, off_t offset);
    ssize_t (*pwritev)(int fd, const struct iovec *iov, int count, off_t offset);
    int (*fdatasync)(int fd);
    int (*fallocate)(int fd, int mode, off_t offset, off_t bytes);
    int (*ftruncate)(int fd, off_t bytes);
    int (*lock)(int fd, int cmd, struct flock *range);
    int (*ioctl)(int fd, unsigned long request, void *arg);
} FileCalls;

/* The real ones. */
extern const FileCalls file_calls_host;
/* For tests, while no file is open; NULL: the real ones. */
void file_calls_set(const FileCalls *calls);
extern const FileCalls *file_calls;

typedef struct FileState {
    int fd;
    bool is_device;
    /* Atomic: the largest end that is known; the file may be shorter by less than a sector. */
    int64_t length;
    /* Atomic: an operation was refused for good; the slow way is taken from then on. */
    bool cannot_punch;
    bool cannot_zero;
    /* Atomic: errno of the first failed flush. Data may be lost: no later one succeeds. */
    int flush_error;
    /*
     * Direct files only: parts of blocks are written by reading the rest, under the
     * write lock; whole blocks under the read lock. No other lock is taken meanwhile.
     */
    pthread_rwlock_t blocks_lock;
    /* Bytes of the file that are locked, as bits BLK_PERM_*. */
    uint64_t locked_perm;
    uint64_t locked_unshared;
    OnOffAuto locking;
} FileState;

/* ---- file-io.c: any thread ---- */
int file_perform(BlockDriverState *bs, BlockRequest *req);

/* ---- file-lock.c: BQL ---- */
bool file_set_perm(BlockDriverState *bs, uint64_t perm, uint64_t shared, Error **errp);

#endif
