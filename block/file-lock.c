/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps two programs from writing to the same image. Permissions are shown to
 * others as read locks (of the open file description) on single bytes: byte
 * 100 + n is locked by who does n, byte 200 + n by who does not let others do
 * n, where n is a bit of BLK_PERM_*. Who wants to do n first locks, then looks
 * whether anybody else has the opposite byte. Programs of this family and
 * their image tools use the same bytes, so they respect each other.
 */
#include "qemu/osdep.h"
#include "file-internal.h"
#include "trace.h"

#define LOCK_BASE_PERM 100
#define LOCK_BASE_UNSHARED 200
#define LOCK_BITS 4

static int byte_lock(FileState *s, int64_t byte, short type)
{
    struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

    return file_calls->lock(s->fd, F_OFD_SETLK, &range) < 0 ? -errno : 0;
}

/* 1 if somebody else has it. */
static int byte_is_locked(FileState *s, int64_t byte)
{
    struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

    if (file_calls->lock(s->fd, F_OFD_GETLK, &range) < 0) {
        return -errno;
    }
    return range.l_type != F_UNLCK;
}

/* Make the bytes at @base those of @want; *@held is kept up to date. */
static int bytes_lock(FileState *s, int64_t base, uint64_t want, uint64_t *held)
{
    for (int n = 0; n < LOCK_BITS; n++) {
        uint64_t bit = 1 << n;
        int ret;

        if (!((*held ^ want) & bit)) {
            continue;
        }
        ret = byte_lock(s, base + n, want & bit ? F_RDLCK : F_UNLCK);
        if (ret < 0) {
            return ret;
        }
        *held ^= bit;
    }
    return 0;
}

/* The lowest bit of @mask whose byte at @base another has; -1: none; else -errno - 1. */
static int bytes_find_locked(FileState *s, int64_t base, uint64_t mask)
{
    for (int n = 0; n < LOCK_BITS; n++) {
        int ret = mask & (1 << n) ? byte_is_locked(s, base + n) : 0;

        if (ret) {
            return ret < 0 ? ret - 1 : n;
        }
    }
    return -1;
}

static void conflict_tell(BlockDriverState *bs, int bit, bool we_do, Error **errp)
{
    static const char *const verbs[LOCK_BITS] = { "read", "write", "rewrite", "resize" };

    if (we_do) {
        error_setg(errp, "file '%s' is in use by another process, which lets nobody else %s it",
                   bs->filename, verbs[bit]);
    } else {
        error_setg(errp, "file '%s' is in use by another process, which may %s it", bs->filename,
                   verbs[bit]);
    }
}

static bool locks_failed(BlockDriverState *bs, int error, Error **errp)
{
    FileState *s = bs->state;

    if (s->locking == ON_OFF_AUTO_AUTO && error != EAGAIN && error != EACCES) {
        /* The file system has no locks: as if it had been told so. */
        trace_block_file_no_locks(bs->filename, error);
        s->locking = ON_OFF_AUTO_OFF;
        return true;
    }
    error_setg_errno(errp, error, "cannot lock file '%s' (locking=off does without)",
                     bs->filename);
    return false;
}

bool file_set_perm(BlockDriverState *bs, uint64_t perm, uint64_t shared, Error **errp)
{
    FileState *s = bs->state;
    uint64_t old_perm = s->locked_perm, old_unshared = s->locked_unshared;
    uint64_t unshared = BLK_PERM_ALL & ~shared;
    bool done = true;
    int ret, bit;

    if (s->locking == ON_OFF_AUTO_OFF || bs->force_share) {
        return true;
    }
    /* Show first, look then: of two that come together at least one sees the other. */
    ret = bytes_lock(s, LOCK_BASE_PERM, old_perm | perm, &s->locked_perm);
    if (ret == 0) {
        ret = bytes_lock(s, LOCK_BASE_UNSHARED, old_unshared | unshared, &s->locked_unshared);
    }
    if (ret == 0) {
        bit = bytes_find_locked(s, LOCK_BASE_UNSHARED, perm & ~old_perm);
        if (bit >= 0) {
            conflict_tell(bs, bit, true, errp);
            done = false;
        } else if (bit == -1) {
            bit = bytes_find_locked(s, LOCK_BASE_PERM, unshared & ~old_unshared);
            if (bit >= 0) {
                conflict_tell(bs, bit, false, errp);
                done = false;
            }
        }
        ret = bit < -1 ? bit + 1 : 0;
    }
    if (ret < 0) {
        done = locks_failed(bs, -ret, errp);
    }
    /* Unlocking succeeds; what could not be unlocked would stay until the file is closed. */
    bytes_lock(s, LOCK_BASE_PERM, done ? perm : old_perm, &s->locked_perm);
    bytes_lock(s, LOCK_BASE_UNSHARED, done ? unshared : old_unshared, &s->locked_unshared);
    return done;
}
