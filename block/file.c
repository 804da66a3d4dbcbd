/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The drivers file and host_device: regular files and block devices of the
 * host. Opening, sizes and closing; requests are in file-io.c, locks in
 * file-lock.c.
 */
#include "qemu/osdep.h"
#include <linux/fs.h>
#include <sys/ioctl.h>
#include "file-internal.h"
#include "trace.h"

/* What O_DIRECT needs where the kernel cannot tell: enough for every device. */
#define DIRECT_ALIGNMENT_GUESS 4096

/* ---- system calls --------------------------------------------------------------- */

static int call_open(const char *path, int flags, Error **errp)
{
    return qemu_open(path, flags, errp);
}

static int call_fstat(int fd, struct stat *st)
{
    return fstat(fd, st);
}

static int call_lock(int fd, int cmd, struct flock *range)
{
    return fcntl(fd, cmd, range);
}

static int call_ioctl(int fd, unsigned long request, void *arg)
{
    return ioctl(fd, request, arg);
}

const FileCalls file_calls_host = {
    .open = call_open,
    .fstat = call_fstat,
    .close = qemu_close,
    .preadv = preadv,
    .pwritev = pwritev,
    .fdatasync = fdatasync,
    .fallocate = fallocate,
    .ftruncate = ftruncate,
    .lock = call_lock,
    .ioctl = call_ioctl,
};

const FileCalls *file_calls = &file_calls_host;

void file_calls_set(const FileCalls *calls)
{
    file_calls = calls ? calls : &file_calls_host;
}

/* ---- opening ----------------------------------------------------------------------- */

static int file_open_fd(BlockDriverState *bs, bool may_fall_back, Error **errp)
{
    ERRP_GUARD();
    int flags = bs->cache_is_direct ? O_DIRECT : 0;
    int fd = file_calls->open(bs->filename, flags | (bs->is_read_only ? O_RDONLY : O_RDWR), errp);

    if (fd < 0 && may_fall_back && !bs->is_read_only &&
        (errno == EACCES || errno == EROFS || errno == EPERM)) {
        error_free(*errp);
        *errp = NULL;
        fd = file_calls->open(bs->filename, flags | O_RDONLY, errp);
        bs->is_read_only = fd >= 0;
    }
    if (fd < 0 && errno == EINVAL && bs->cache_is_direct) {
        error_append_hint(errp, "The file system may lack O_DIRECT; leave out cache.direct=on or "
                          "cache=none.\n");
    }
    return fd;
}

static int file_length_get(FileState *s, const struct stat *st, int64_t *length)
{
    uint64_t size;

    if (!s->is_device) {
        *length = st->st_size;
        return 0;
    }
    if (file_calls->ioctl(s->fd, BLKGETSIZE64, &size) < 0) {
        return -errno;
    }
    *length = MIN(size, INT64_MAX);
    return 0;
}

static bool file_kind_check(BlockDriverState *bs, const struct stat *st, Error **errp)
{
    bool wants_device = bs->driver->kind == BLOCKDEV_DRIVER_HOST_DEVICE;

    if (wants_device && !S_ISBLK(st->st_mode)) {
        error_setg(errp, "'%s' is not a block device; driver host_device takes no other",
                   bs->filename);
        return false;
    }
    if (!wants_device && !S_ISREG(st->st_mode)) {
        error_setg(errp, "'%s' is not a regular file; driver file takes no other%s",
                   bs->filename, S_ISBLK(st->st_mode) ? ", use driver=host_device" : "");
        return false;
    }
    return true;
}

static void file_alignment_find(BlockDriverState *bs)
{
    FileState *s = bs->state;
    uint32_t offset_alignment = DIRECT_ALIGNMENT_GUESS;
    uint32_t memory_alignment = qemu_real_host_page_size();
    int sector;
#ifdef STATX_DIOALIGN
    struct statx stx;
#endif

    if (s->is_device && file_calls->ioctl(s->fd, BLKSSZGET, &sector) == 0 && sector > 0) {
        offset_alignment = sector;
    }
#ifdef STATX_DIOALIGN
    if (statx(s->fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &stx) == 0 &&
        (stx.stx_mask & STATX_DIOALIGN) && stx.stx_dio_offset_align) {
        offset_alignment = stx.stx_dio_offset_align;
        memory_alignment = stx.stx_dio_mem_align;
    }
#endif
    if (offset_alignment > BDRV_MAX_ALIGNMENT || (offset_alignment & (offset_alignment - 1))) {
        offset_alignment = DIRECT_ALIGNMENT_GUESS;
    }
    bs->request_alignment = offset_alignment;
    bs->memory_alignment = memory_alignment;
}

/* After the descriptor is there. */
static bool file_setup(BlockDriverState *bs, Error **errp)
{
    FileState *s = bs->state;
    struct stat st;
    int ret;

    if (file_calls->fstat(s->fd, &st) < 0) {
        error_setg_errno(errp, errno, "cannot look at '%s'", bs->filename);
        return false;
    }
    if (!file_kind_check(bs, &st, errp)) {
        return false;
    }
    s->is_device = S_ISBLK(st.st_mode);
    ret = file_length_get(s, &st, &s->length);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "cannot get the size of '%s'", bs->filename);
        return false;
    }
    if (bs->cache_is_direct) {
        file_alignment_find(bs);
    }
    return true;
}

static bool file_open(BlockDriverState *bs, const BlockdevOptions *options, Error **errp)
{
    FileState *s = bs->state;
    /* Both drivers have the same members at the same place. */
    const BlockdevOptionsFile *file = &options->u.file;

    if (file->has_aio && file->aio != BLOCKDEV_AIO_OPTIONS_THREADS) {
        error_setg(errp, "aio=%s is not available in this program, use aio=threads",
                   BlockdevAioOptions_str(file->aio));
        return false;
    }
    bs->filename = g_strdup(file->filename);
    s->locking = file->has_locking ? file->locking : ON_OFF_AUTO_AUTO;
    s->fd = file_open_fd(bs, options->has_auto_read_only && options->auto_read_only, errp);
    if (s->fd < 0) {
        return false;
    }
    if (!file_setup(bs, errp)) {
        file_calls->close(s->fd);
        return false;
    }
    pthread_rwlock_init(&s->blocks_lock, NULL);
    block_threads_start();
    return true;
}

static void file_close(BlockDriverState *bs)
{
    FileState *s = bs->state;

    file_calls->close(s->fd);
    pthread_rwlock_destroy(&s->blocks_lock);
}

/* ---- facts ----------------------------------------------------------------------------- */

static int64_t file_getlength(BlockDriverState *bs)
{
    return qatomic_read(&((FileState *)bs->state)->length);
}

static int file_truncate(BlockDriverState *bs, int64_t bytes)
{
    FileState *s = bs->state;

    if (s->is_device) {
        return -ENOTSUP;
    }
    if (RETRY_ON_EINTR(file_calls->ftruncate(s->fd, bytes)) < 0) {
        return -errno;
    }
    qatomic_set(&s->length, bytes);
    return 0;
}

static int file_probe_blocksizes(BlockDriverState *bs, uint32_t *logical, uint32_t *physical)
{
    FileState *s = bs->state;
    int logical_bytes;
    unsigned int physical_bytes;

    if (!s->is_device) {
        return -ENOTSUP;
    }
    if (file_calls->ioctl(s->fd, BLKSSZGET, &logical_bytes) < 0 ||
        file_calls->ioctl(s->fd, BLKPBSZGET, &physical_bytes) < 0) {
        return -errno;
    }
    *logical = logical_bytes;
    *physical = physical_bytes;
    return 0;
}

static int64_t file_allocated_size(BlockDriverState *bs)
{
    FileState *s = bs->state;
    struct stat st;

    return file_calls->fstat(s->fd, &st) < 0 ? -errno : (int64_t)st.st_blocks * 512;
}

#define FILE_DRIVER(kind_) {                        \
        .kind = (kind_),                            \
        .state_size = sizeof(FileState),            \
        .open = file_open,                          \
        .close = file_close,                        \
        .getlength = file_getlength,                \
        .perform = file_perform,                    \
        .set_perm = file_set_perm,                  \
        .truncate = file_truncate,                  \
        .probe_blocksizes = file_probe_blocksizes,  \
        .allocated_size = file_allocated_size,      \
    }

const BlockDriver block_driver_file = FILE_DRIVER(BLOCKDEV_DRIVER_FILE);
const BlockDriver block_driver_host_device = FILE_DRIVER(BLOCKDEV_DRIVER_HOST_DEVICE);
