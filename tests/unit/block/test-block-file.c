/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and their failures: data arrive where they belong whatever the
 * kernel's calls do, errors of each call reach the caller, alignment, locks,
 * read-only files, sizes that are not a multiple of a sector.
 */
#include "qemu/osdep.h"
#include "block-harness.h"
#include "qemu/cutils.h"
#include "qemu/iov.h"
#include "qemu/units.h"

#define DISK_BYTES (256 * KiB)

static void pattern_fill(uint8_t *buf, size_t bytes, unsigned seed)
{
    for (size_t i = 0; i < bytes; i++) {
        buf[i] = (i * 7 + (i >> 8) * 13 + seed) & 0xff;
    }
}

/* The bytes of the file, past all caches of ours. */
static uint8_t *file_bytes(const char *path, size_t *bytes)
{
    char *text;

    g_assert_true(g_file_get_contents(path, &text, bytes, NULL));
    return (uint8_t *)text;
}

/* ---- data ----------------------------------------------------------------------- */

static void test_written_data_is_in_the_file(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    uint8_t data[3000], back[3000];
    g_autofree uint8_t *bytes = NULL;
    size_t size;

    pattern_fill(data, sizeof(data), 1);
    g_assert_cmpint(blk_pwrite(blk, 777, sizeof(data), data, 0), ==, 0);
    g_assert_cmpint(blk_pread(blk, 777, sizeof(back), back, 0), ==, 0);
    g_assert_cmpmem(back, sizeof(back), data, sizeof(data));
    bytes = file_bytes(path, &size);
    g_assert_cmpuint(size, ==, DISK_BYTES);
    g_assert_cmpmem(bytes + 777, sizeof(data), data, sizeof(data));
    g_assert_true(buffer_is_zero(bytes, 777));
    blk_unref(blk);
    block_file_free(path);
}

static void test_short_and_interrupted_transfers_are_continued(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk;
    uint8_t data[4096], back[4096] = { 0 };

    block_transfers_limit(100);
    blk = block_backend_new("driver=file,filename=%s", path);
    pattern_fill(data, sizeof(data), 2);
    g_assert_cmpint(blk_pwrite(blk, 512, sizeof(data), data, 0), ==, 0);
    g_assert_cmpint(blk_pread(blk, 512, sizeof(back), back, 0), ==, 0);
    g_assert_cmpmem(back, sizeof(back), data, sizeof(data));
    /* 41 pieces of at most 100 bytes, each interrupted once. */
    g_assert_cmpuint(block_calls_count(FAULT_PWRITEV), ==, 82);
    blk_unref(blk);
    block_fault_clear();
    block_file_free(path);
}

static void test_more_pieces_than_one_call_takes(void)
{
    enum { PIECES = 3000, PIECE = 17 };
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    g_autofree uint8_t *data = g_malloc(PIECES * PIECE), *back = g_malloc0(PIECES * PIECE);
    BlockResult result = { 0 };
    QEMUIOVector qiov;

    pattern_fill(data, PIECES * PIECE, 3);
    qemu_iovec_init(&qiov, 1);
    for (int i = 0; i < PIECES; i++) {
        qemu_iovec_add(&qiov, data + i * PIECE, PIECE);
    }
    blk_aio_pwritev(blk, 4096, &qiov, 0, block_result_set, &result);
    block_result_wait(&result, 1);
    g_assert_cmpint(result.ret, ==, 0);
    g_assert_cmpint(blk_pread(blk, 4096, PIECES * PIECE, back, 0), ==, 0);
    g_assert_cmpmem(back, PIECES * PIECE, data, PIECES * PIECE);
    qemu_iovec_destroy(&qiov);
    blk_unref(blk);
    block_file_free(path);
}

static void test_last_sector_of_an_odd_size_reads_zeroes_and_can_be_written(void)
{
    char *path = block_file_new(1000);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    uint8_t sector[512];
    size_t size;

    g_assert_cmpint(blk_getlength(blk), ==, 1024);
    memset(sector, 0xaa, sizeof(sector));
    g_assert_cmpint(blk_pread(blk, 512, 512, sector, 0), ==, 0);
    g_assert_true(buffer_is_zero(sector, sizeof(sector)));
    memset(sector, 0x55, sizeof(sector));
    g_assert_cmpint(blk_pwrite(blk, 512, 512, sector, 0), ==, 0);
    g_free(file_bytes(path, &size));
    g_assert_cmpuint(size, ==, 1024);
    blk_unref(blk);
    block_file_free(path);
}

/* A reader must not take what is behind the end of the file for data. */
static void test_file_that_became_shorter_reads_zeroes(void)
{
    char *path = block_file_new(8192);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    uint8_t data[8192];

    memset(data, 0x77, sizeof(data));
    g_assert_cmpint(blk_pwrite(blk, 0, sizeof(data), data, 0), ==, 0);
    g_assert_cmpint(truncate(path, 100), ==, 0);
    g_assert_cmpint(blk_pread(blk, 0, sizeof(data), data, 0), ==, 0);
    g_assert_cmpint(data[99], ==, 0x77);
    g_assert_true(buffer_is_zero(data + 100, sizeof(data) - 100));
    blk_unref(blk);
    block_file_free(path);
}

/* ---- failures --------------------------------------------------------------------- */

typedef int RequestFunc(BlockBackend *blk, uint8_t *buf);

static int do_read(BlockBackend *blk, uint8_t *buf)
{
    return blk_pread(blk, 0, 512, buf, 0);
}

static int do_write(BlockBackend *blk, uint8_t *buf)
{
    return blk_pwrite(blk, 0, 512, buf, 0);
}

static int do_flush(BlockBackend *blk, uint8_t *buf)
{
    return blk_flush(blk);
}

static int do_discard(BlockBackend *blk, uint8_t *buf)
{
    return blk_pdiscard(blk, 0, 4096);
}

static int do_zero(BlockBackend *blk, uint8_t *buf)
{
    return blk_pwrite_zeroes(blk, 0, 4096, 0);
}

static int do_truncate(BlockBackend *blk, uint8_t *buf)
{
    Error *err = NULL;
    int ret = blk_truncate(blk, 4096, &err);

    g_assert_true(!err == !ret);
    error_free(err);
    return ret;
}

typedef struct FaultCase {
    const char *name;
    BlockFault fault;
    int error;
    RequestFunc *request;
    int ret;
} FaultCase;

static const FaultCase fault_cases[] = {
    { "read", FAULT_PREADV, EIO, do_read, -EIO },
    { "write", FAULT_PWRITEV, ENOSPC, do_write, -ENOSPC },
    { "flush", FAULT_FDATASYNC, EDQUOT, do_flush, -EDQUOT },
    { "discard", FAULT_FALLOCATE, EIO, do_discard, -EIO },
    /* A hint that the host does not take is no failure. */
    { "discard-unsupported", FAULT_FALLOCATE, EOPNOTSUPP, do_discard, 0 },
    { "zeroes", FAULT_FALLOCATE, ENOSPC, do_zero, -ENOSPC },
    /* The slow way writes them. */
    { "zeroes-unsupported", FAULT_FALLOCATE, EOPNOTSUPP, do_zero, 0 },
    { "resize", FAULT_FTRUNCATE, EFBIG, do_truncate, -EFBIG },
};

static void test_error_of_a_call_is_the_result(gconstpointer data)
{
    const FaultCase *c = data;
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk;
    uint8_t buf[512] = { 0 };

    block_fault_set(c->fault, 0);
    blk = block_backend_new("driver=file,filename=%s,discard=unmap", path);
    block_fault_set(c->fault, c->error);
    g_assert_cmpint(c->request(blk, buf), ==, c->ret);
    g_assert_cmpuint(block_calls_count(c->fault), ==, 1);
    blk_unref(blk);
    block_fault_clear();
    block_file_free(path);
}

static void test_opening_fails_with_each_call(void)
{
    static const struct {
        BlockFault fault;
        int error;
        const char *message;
    } cases[] = {
        { FAULT_OPEN, EMFILE, "*Too many open files*" },
        { FAULT_FSTAT, EIO, "cannot look at *Input/output error*" },
    };
    char *path = block_file_new(DISK_BYTES);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autofree char *message = NULL;

        block_fault_set(cases[i].fault, cases[i].error);
        message = block_node_refused("driver=file,node-name=x,filename=%s", path);
        g_assert_true(g_pattern_match_simple(cases[i].message, message));
        g_assert_nonnull(strstr(message, path));
        g_assert_null(bdrv_find_node("x"));
        block_fault_clear();
    }
    block_file_free(path);
}

static void test_flush_never_succeeds_after_a_failed_one(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk;

    block_fault_set(FAULT_FDATASYNC, EIO);
    blk = block_backend_new("driver=file,filename=%s", path);
    g_assert_cmpint(blk_flush(blk), ==, -EIO);
    block_fault_set(FAULT_FDATASYNC, 0);
    g_assert_cmpint(blk_flush(blk), ==, -EIO);
    blk_unref(blk);
    block_fault_clear();
    block_file_free(path);
}

static void test_write_through_flushes_each_write_and_reports_it(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk;
    uint8_t data[512] = { 1 };

    block_fault_set(FAULT_FDATASYNC, 0);
    blk = block_backend_new("driver=file,filename=%s", path);
    g_assert_cmpint(blk_pwrite(blk, 0, 512, data, 0), ==, 0);
    g_assert_cmpuint(block_calls_count(FAULT_FDATASYNC), ==, 0);
    blk_set_enable_write_cache(blk, false);
    g_assert_cmpint(blk_pwrite(blk, 0, 512, data, 0), ==, 0);
    g_assert_cmpuint(block_calls_count(FAULT_FDATASYNC), ==, 1);
    block_fault_set(FAULT_FDATASYNC, EIO);
    g_assert_cmpint(blk_pwrite(blk, 0, 512, data, 0), ==, -EIO);
    blk_unref(blk);
    block_fault_clear();
    block_file_free(path);
}

static void test_no_flush_makes_no_call(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk;

    block_fault_set(FAULT_FDATASYNC, EIO);
    blk = block_backend_new("driver=raw,cache.no-flush=on,file.driver=file,file.filename=%s", path);
    g_assert_cmpint(blk_flush(blk), ==, 0);
    g_assert_cmpuint(block_calls_count(FAULT_FDATASYNC), ==, 0);
    blk_unref(blk);
    block_fault_clear();
    block_file_free(path);
}

/* ---- zeroes and holes ---------------------------------------------------------------- */

static int64_t file_allocated(const char *path)
{
    struct stat st;

    g_assert_cmpint(stat(path, &st), ==, 0);
    return (int64_t)st.st_blocks * 512;
}

static void ones_write(BlockBackend *blk)
{
    g_autofree uint8_t *data = g_malloc(DISK_BYTES);

    memset(data, 0xff, DISK_BYTES);
    g_assert_cmpint(blk_pwrite(blk, 0, DISK_BYTES, data, 0), ==, 0);
}

static void test_discard_gives_space_back_only_with_unmap(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    int64_t full;

    ones_write(blk);
    full = file_allocated(path);
    g_assert_cmpint(blk_pdiscard(blk, 0, DISK_BYTES), ==, 0);
    g_assert_cmpint(file_allocated(path), ==, full);
    blk_unref(blk);
    blk = block_backend_new("driver=raw,discard=unmap,file.driver=file,file.filename=%s", path);
    g_assert_cmpint(blk_pdiscard(blk, 0, DISK_BYTES), ==, 0);
    g_assert_cmpint(file_allocated(path), <, full);
    blk_unref(blk);
    block_file_free(path);
}

static void zeroes_check(BlockBackend *blk, int64_t offset, int64_t bytes)
{
    g_autofree uint8_t *data = g_malloc(DISK_BYTES);

    g_assert_cmpint(blk_pread(blk, 0, DISK_BYTES, data, 0), ==, 0);
    g_assert_true(buffer_is_zero(data + offset, bytes));
    g_assert_cmpint(data[offset - 1], ==, 0xff);
    g_assert_cmpint(data[offset + bytes], ==, 0xff);
}

static void test_zeroes_are_zero_and_nothing_else_is(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s,discard=unmap", path);

    ones_write(blk);
    g_assert_cmpint(blk_pwrite_zeroes(blk, 5000, 70000, 0), ==, 0);
    zeroes_check(blk, 5000, 70000);
    ones_write(blk);
    g_assert_cmpint(blk_pwrite_zeroes(blk, 5000, 70000, BDRV_REQ_MAY_UNMAP), ==, 0);
    zeroes_check(blk, 5000, 70000);
    blk_unref(blk);
    block_file_free(path);
}

static void test_zeroes_without_host_support(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk;

    block_fault_set(FAULT_FALLOCATE, EOPNOTSUPP);
    blk = block_backend_new("driver=file,filename=%s", path);
    ones_write(blk);
    g_assert_cmpint(blk_pwrite_zeroes(blk, 5000, 150000, BDRV_REQ_NO_FALLBACK), ==, -ENOTSUP);
    g_assert_cmpint(blk_pwrite_zeroes(blk, 5000, 150000, 0), ==, 0);
    zeroes_check(blk, 5000, 150000);
    /* Asked once, then remembered. */
    g_assert_cmpuint(block_calls_count(FAULT_FALLOCATE), ==, 1);
    blk_unref(blk);
    block_fault_clear();
    block_file_free(path);
}

static void test_detected_zeroes_take_no_space(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s,discard=unmap,"
                                          "detect-zeroes=unmap", path);
    g_autofree uint8_t *zeroes = g_malloc0(DISK_BYTES);
    int64_t full;

    ones_write(blk);
    full = file_allocated(path);
    g_assert_cmpint(blk_pwrite(blk, 0, DISK_BYTES, zeroes, 0), ==, 0);
    g_assert_cmpint(file_allocated(path), <, full);
    blk_unref(blk);
    block_file_free(path);
}

/* ---- direct I/O ------------------------------------------------------------------------ */

/* Files on the working directory's disk: temporary ones may be where O_DIRECT is not. */
static BlockBackend *direct_backend_new(char **path, int64_t bytes)
{
    Error *err = NULL;
    int fd;

    *path = g_strdup("./gantry-direct-XXXXXX");
    fd = g_mkstemp(*path);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, bytes), ==, 0);
    close(fd);
    fd = qemu_open(*path, O_RDWR | O_DIRECT, &err);
    if (fd < 0) {
        error_free(err);
        g_test_skip("this file system has no O_DIRECT");
        block_file_free(*path);
        return NULL;
    }
    close(fd);
    return block_backend_new("driver=file,cache.direct=on,filename=%s", *path);
}

/* Random requests of any alignment against a copy in memory. */
static void test_direct_requests_of_any_alignment(void)
{
    enum { STEPS = 400, BYTES = 100000 };
    const uint32_t seed = 20240611;
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autofree uint8_t *model = g_malloc0(BYTES + 512), *buf = g_malloc0(BYTES + 512);
    char *path;
    BlockBackend *blk = direct_backend_new(&path, BYTES);
    int64_t length;
    struct stat st;

    if (!blk) {
        return;
    }
    length = blk_getlength(blk);
    g_assert_cmpint(length, ==, ROUND_UP(BYTES, 512));
    g_test_message("seed %u", seed);
    for (int i = 0; i < STEPS; i++) {
        int64_t bytes = g_rand_int_range(rand, 1, 20000);
        int64_t offset = g_rand_int_range(rand, 0, BYTES - bytes);
        uint8_t *at = buf + g_rand_int_range(rand, 0, 64);

        if (g_rand_boolean(rand)) {
            pattern_fill(at, bytes, i);
            memcpy(model + offset, at, bytes);
            g_assert_cmpint(blk_pwrite(blk, offset, bytes, at, 0), ==, 0);
        } else {
            g_assert_cmpint(blk_pread(blk, offset, bytes, at, 0), ==, 0);
            g_assert_cmpmem(at, bytes, model + offset, bytes);
        }
    }
    g_assert_cmpint(blk_pread(blk, 0, length, buf, 0), ==, 0);
    g_assert_cmpmem(buf, length, model, length);
    /* Whole blocks are written, but the file keeps its size. */
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint(st.st_size, ==, BYTES);
    blk_unref(blk);
    block_file_free(path);
}

/* Writes of neighbouring parts of one block at once: none may undo another. */
static void test_direct_parts_of_a_block_do_not_race(void)
{
    enum { PARTS = 64, PART = 64, ROUNDS = 30 };
    static uint8_t data[PARTS * PART], back[PARTS * PART];
    char *path;
    BlockBackend *blk = direct_backend_new(&path, 16 * KiB);
    struct iovec iov[PARTS];
    QEMUIOVector qiov[PARTS];

    if (!blk) {
        return;
    }
    for (int round = 0; round < ROUNDS; round++) {
        BlockResult result = { 0 };

        pattern_fill(data, sizeof(data), round);
        for (int i = 0; i < PARTS; i++) {
            iov[i] = (struct iovec) { .iov_base = data + i * PART, .iov_len = PART };
            qemu_iovec_init_external(&qiov[i], &iov[i], 1);
            blk_aio_pwritev(blk, 4096 + i * PART, &qiov[i], 0, block_result_set, &result);
        }
        block_result_wait(&result, PARTS);
        g_assert_cmpint(blk_pread(blk, 4096, sizeof(back), back, 0), ==, 0);
        g_assert_cmpmem(back, sizeof(back), data, sizeof(data));
    }
    blk_unref(blk);
    block_file_free(path);
}

/* ---- access ------------------------------------------------------------------------------ */

static void test_read_only_refuses_writes(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *blk = block_backend_new("driver=file,read-only=on,filename=%s", path);
    BlockResult result = { 0 };
    uint8_t data[512] = { 0 };
    Error *err = NULL;

    g_assert_false(blk_supports_write_perm(blk));
    g_assert_cmpint(blk_pwrite(blk, 0, 512, data, 0), ==, -EPERM);
    g_assert_cmpint(blk_pwrite_zeroes(blk, 0, 512, 0), ==, -EPERM);
    g_assert_cmpint(blk_pdiscard(blk, 0, 512), ==, -EPERM);
    blk_aio_pdiscard(blk, 0, 512, block_result_set, &result);
    /* Never inside of the call. */
    g_assert_cmpint(result.calls, ==, 0);
    block_result_wait(&result, 1);
    g_assert_cmpint(result.ret, ==, -EPERM);
    g_assert_cmpint(blk_set_perm(blk, BLK_PERM_WRITE, BLK_PERM_ALL, &err), ==, -EPERM);
    error_free_or_abort(&err);
    blk_unref(blk);
    block_file_free(path);
}

static void test_auto_read_only_falls_back(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockDriverState *bs;

    block_fault_set(FAULT_OPEN, EACCES);
    g_free(block_node_refused("driver=file,filename=%s", path));
    /* Tried twice: the second time without writing. */
    g_free(block_node_refused("driver=file,auto-read-only=on,filename=%s", path));
    g_assert_cmpuint(block_calls_count(FAULT_OPEN), ==, 3);
    block_fault_clear();
    bs = block_node_new("driver=file,auto-read-only=on,filename=%s", path);
    g_assert_false(bdrv_is_read_only(bs));
    bdrv_unref(bs);
    block_file_free(path);
}

static void test_wrong_kinds_of_files_are_refused(void)
{
    char *path = block_file_new(DISK_BYTES);
    g_autofree char *device = block_node_refused("driver=file,filename=/dev/null");
    g_autofree char *file = block_node_refused("driver=host_device,filename=%s", path);
    g_autofree char *missing = block_node_refused("driver=file,filename=/no/such/file");

    g_assert_nonnull(strstr(device, "'/dev/null' is not a regular file"));
    g_assert_nonnull(strstr(file, "is not a block device"));
    g_assert_nonnull(strstr(missing, "'/no/such/file'"));
    block_file_free(path);
}

/* ---- locks --------------------------------------------------------------------------------- */

/* A second opening of the file, in this process or another, is a party of its own. */
static void test_second_writer_is_refused(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockBackend *first = block_backend_new("driver=file,filename=%s", path);
    BlockDriverState *bs = block_node_new("driver=file,filename=%s", path);
    BlockBackend *second = blk_new(NULL, 0, BLK_PERM_ALL);
    Error *err = NULL;

    /* Looking at it without reading is nobody's business. */
    g_assert_cmpint(blk_insert_bs(second, bs, &error_abort), ==, 0);
    g_assert_cmpint(blk_set_perm(second, BLK_PERM_WRITE, BLK_PERM_ALL, &err), ==, -EPERM);
    g_assert_nonnull(strstr(error_get_pretty(err), path));
    g_assert_nonnull(strstr(error_get_pretty(err), "in use by another process"));
    error_free_or_abort(&err);
    g_assert_cmpint(blk_set_perm(second, BLK_PERM_CONSISTENT_READ,
                                 BLK_PERM_CONSISTENT_READ, &err), ==, -EPERM);
    error_free_or_abort(&err);
    /* A reader that does not mind the writer may. */
    g_assert_cmpint(blk_set_perm(second, BLK_PERM_CONSISTENT_READ, BLK_PERM_ALL, &err), ==, 0);
    blk_unref(first);
    g_assert_cmpint(blk_set_perm(second, BLK_PERM_WRITE, BLK_PERM_CONSISTENT_READ,
                                 &error_abort), ==, 0);
    blk_unref(second);
    bdrv_unref(bs);
    block_file_free(path);
}

static void test_sharing_writers_and_force_share(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockDriverState *a = block_node_new("driver=file,filename=%s", path);
    BlockDriverState *b = block_node_new("driver=file,filename=%s", path);
    BlockDriverState *looker = block_node_new("driver=file,read-only=on,force-share=on,"
                                              "filename=%s", path);
    uint64_t perm = BLK_PERM_CONSISTENT_READ | BLK_PERM_WRITE;
    BlockBackend *first = blk_new_with_bs(a, perm, BLK_PERM_ALL, &error_abort);
    BlockBackend *second = blk_new_with_bs(b, perm, BLK_PERM_ALL, &error_abort);
    BlockBackend *third = blk_new_with_bs(looker, BLK_PERM_CONSISTENT_READ, 0, &error_abort);

    blk_unref(first);
    blk_unref(second);
    blk_unref(third);
    bdrv_unref(a);
    bdrv_unref(b);
    bdrv_unref(looker);
    block_file_free(path);
}

static void test_file_system_without_locks(void)
{
    char *path = block_file_new(DISK_BYTES);
    BlockDriverState *bs;
    BlockBackend *blk;
    Error *err = NULL;

    block_fault_set(FAULT_LOCK, ENOLCK);
    blk_unref(block_backend_new("driver=file,filename=%s", path));
    bs = block_node_new("driver=file,locking=on,filename=%s", path);
    blk = blk_new(NULL, BLK_PERM_WRITE, 0);
    g_assert_cmpint(blk_insert_bs(blk, bs, &err), ==, -EPERM);
    g_assert_nonnull(strstr(error_get_pretty(err), "locking=off"));
    error_free_or_abort(&err);
    blk_unref(blk);
    bdrv_unref(bs);
    block_fault_clear();
    block_file_free(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    block_harness_init();
    g_test_add_func("/block/file/written-data-is-in-the-file", test_written_data_is_in_the_file);
    g_test_add_func("/block/file/short-and-interrupted-transfers-are-continued",
                    test_short_and_interrupted_transfers_are_continued);
    g_test_add_func("/block/file/more-pieces-than-one-call-takes",
                    test_more_pieces_than_one_call_takes);
    g_test_add_func("/block/file/odd-size",
                    test_last_sector_of_an_odd_size_reads_zeroes_and_can_be_written);
    g_test_add_func("/block/file/shorter-file-reads-zeroes",
                    test_file_that_became_shorter_reads_zeroes);
    for (size_t i = 0; i < ARRAY_SIZE(fault_cases); i++) {
        g_autofree char *path = g_strdup_printf("/block/file/error/%s", fault_cases[i].name);

        g_test_add_data_func(path, &fault_cases[i], test_error_of_a_call_is_the_result);
    }
    g_test_add_func("/block/file/error/open", test_opening_fails_with_each_call);
    g_test_add_func("/block/file/flush-never-succeeds-after-a-failed-one",
                    test_flush_never_succeeds_after_a_failed_one);
    g_test_add_func("/block/file/write-through",
                    test_write_through_flushes_each_write_and_reports_it);
    g_test_add_func("/block/file/no-flush", test_no_flush_makes_no_call);
    g_test_add_func("/block/file/discard", test_discard_gives_space_back_only_with_unmap);
    g_test_add_func("/block/file/zeroes", test_zeroes_are_zero_and_nothing_else_is);
    g_test_add_func("/block/file/zeroes-without-host-support", test_zeroes_without_host_support);
    g_test_add_func("/block/file/detected-zeroes", test_detected_zeroes_take_no_space);
    g_test_add_func("/block/file/direct/any-alignment", test_direct_requests_of_any_alignment);
    g_test_add_func("/block/file/direct/parts-of-a-block-do-not-race",
                    test_direct_parts_of_a_block_do_not_race);
    g_test_add_func("/block/file/read-only", test_read_only_refuses_writes);
    g_test_add_func("/block/file/auto-read-only", test_auto_read_only_falls_back);
    g_test_add_func("/block/file/wrong-kinds", test_wrong_kinds_of_files_are_refused);
    g_test_add_func("/block/file/lock/second-writer-is-refused", test_second_writer_is_refused);
    g_test_add_func("/block/file/lock/sharing", test_sharing_writers_and_force_share);
    g_test_add_func("/block/file/lock/no-locks", test_file_system_without_locks);
    return g_test_run();
}
