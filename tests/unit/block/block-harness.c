/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See block-harness.h. */
#include "qemu/osdep.h"
#include "block-harness.h"
#include "qapi/qapi-visit-block-core.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"

void block_harness_init(void)
{
    qemu_init_main_loop(&error_abort);
    bql_lock();
}

/* ---- files ------------------------------------------------------------------- */

char *block_file_new(int64_t bytes)
{
    char *path = g_build_filename(g_get_tmp_dir(), "gantry-block-XXXXXX", NULL);
    int fd = g_mkstemp(path);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, bytes), ==, 0);
    close(fd);
    return path;
}

void block_file_free(char *path)
{
    unlink(path);
    g_free(path);
}

/* ---- nodes --------------------------------------------------------------------- */

static BlockDriverState *node_open(const char *fmt, va_list ap, Error **errp)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    Visitor *v = qobject_input_visitor_new_str(text, "driver", errp);
    BlockdevOptions *options = NULL;
    BlockDriverState *bs = NULL;

    if (v && visit_type_BlockdevOptions(v, NULL, &options, errp)) {
        bs = bdrv_node_open(options, errp);
    }
    visit_free(v);
    qapi_free_BlockdevOptions(options);
    return bs;
}

BlockDriverState *block_node_new(const char *fmt, ...)
{
    BlockDriverState *bs;
    va_list ap;

    va_start(ap, fmt);
    bs = node_open(fmt, ap, &error_abort);
    va_end(ap);
    return bs;
}

char *block_node_refused(const char *fmt, ...)
{
    Error *err = NULL;
    char *text;
    va_list ap;

    va_start(ap, fmt);
    g_assert_null(node_open(fmt, ap, &err));
    va_end(ap);
    g_assert_nonnull(err);
    text = g_strdup(error_get_pretty(err));
    error_free(err);
    return text;
}

BlockBackend *block_backend_new(const char *fmt, ...)
{
    BlockDriverState *bs;
    BlockBackend *blk;
    va_list ap;

    va_start(ap, fmt);
    bs = node_open(fmt, ap, &error_abort);
    va_end(ap);
    blk = blk_new_with_bs(bs, BLK_PERM_CONSISTENT_READ |
                          (bdrv_is_read_only(bs) ? 0 : BLK_PERM_WRITE),
                          BLK_PERM_CONSISTENT_READ, &error_abort);
    bdrv_unref(bs);
    return blk;
}

/* ---- requests -------------------------------------------------------------------- */

void block_result_set(void *opaque, int ret)
{
    BlockResult *result = opaque;

    result->calls++;
    result->ret = ret;
}

void block_result_wait(BlockResult *result, int calls)
{
    while (result->calls < calls) {
        main_loop_wait(false);
    }
}

/* ---- faults ------------------------------------------------------------------------ */

static struct {
    int error[FAULT_COUNT];
    unsigned calls[FAULT_COUNT];
    size_t transfer_limit;
    bool interrupts_next;
} faults;

static bool fault_hits(BlockFault fault)
{
    qatomic_inc(&faults.calls[fault]);
    if (faults.error[fault]) {
        errno = faults.error[fault];
        return true;
    }
    return false;
}

static int fault_open(const char *path, int flags, Error **errp)
{
    if (fault_hits(FAULT_OPEN)) {
        int error = errno;

        error_setg_errno(errp, error, "opening '%s' failed", path);
        errno = error;
        return -1;
    }
    return file_calls_host.open(path, flags, errp);
}

static int fault_fstat(int fd, struct stat *st)
{
    return fault_hits(FAULT_FSTAT) ? -1 : file_calls_host.fstat(fd, st);
}

static ssize_t fault_transfer(bool is_write, int fd, const struct iovec *iov, int count,
                              off_t offset)
{
    struct iovec part[IOV_MAX];

    if (faults.transfer_limit) {
        faults.interrupts_next = !faults.interrupts_next;
        if (faults.interrupts_next) {
            errno = EINTR;
            return -1;
        }
        count = iov_copy(part, IOV_MAX, iov, count, 0, faults.transfer_limit);
        iov = part;
    }
    return is_write ? file_calls_host.pwritev(fd, iov, count, offset)
                    : file_calls_host.preadv(fd, iov, count, offset);
}

static ssize_t fault_preadv(int fd, const struct iovec *iov, int count, off_t offset)
{
    return fault_hits(FAULT_PREADV) ? -1 : fault_transfer(false, fd, iov, count, offset);
}

static ssize_t fault_pwritev(int fd, const struct iovec *iov, int count, off_t offset)
{
    return fault_hits(FAULT_PWRITEV) ? -1 : fault_transfer(true, fd, iov, count, offset);
}

static int fault_fdatasync(int fd)
{
    return fault_hits(FAULT_FDATASYNC) ? -1 : file_calls_host.fdatasync(fd);
}

static int fault_fallocate(int fd, int mode, off_t offset, off_t bytes)
{
    return fault_hits(FAULT_FALLOCATE) ? -1 : file_calls_host.fallocate(fd, mode, offset, bytes);
}

static int fault_ftruncate(int fd, off_t bytes)
{
    return fault_hits(FAULT_FTRUNCATE) ? -1 : file_calls_host.ftruncate(fd, bytes);
}

static int fault_lock(int fd, int cmd, struct flock *range)
{
    return fault_hits(FAULT_LOCK) ? -1 : file_calls_host.lock(fd, cmd, range);
}

static int fault_ioctl(int fd, unsigned long request, void *arg)
{
    return fault_hits(FAULT_IOCTL) ? -1 : file_calls_host.ioctl(fd, request, arg);
}

static int real_close(int fd)
{
    return file_calls_host.close(fd);
}

static const FileCalls fault_calls = {
    .open = fault_open,
    .fstat = fault_fstat,
    .close = real_close,
    .preadv = fault_preadv,
    .pwritev = fault_pwritev,
    .fdatasync = fault_fdatasync,
    .fallocate = fault_fallocate,
    .ftruncate = fault_ftruncate,
    .lock = fault_lock,
    .ioctl = fault_ioctl,
};

void block_fault_set(BlockFault fault, int error)
{
    faults.error[fault] = error;
    file_calls_set(&fault_calls);
}

void block_transfers_limit(size_t bytes)
{
    faults.transfer_limit = bytes;
    file_calls_set(&fault_calls);
}

void block_fault_clear(void)
{
    memset(&faults, 0, sizeof(faults));
    file_calls_set(NULL);
}

unsigned block_calls_count(BlockFault fault)
{
    return qatomic_read(&faults.calls[fault]);
}
