/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backends and nodes: requests in flight, draining, limits, names, users of
 * one node, parts of nodes, failures and what follows from them.
 */
#include "qemu/osdep.h"
#include "block-harness.h"
#include "qapi/qapi-emit-events.h"
#include "qapi/qmp/event.h"
#include "qapi/qmp/qdict.h"
#include "qemu/cutils.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"

#define NULL_1M "driver=null-co,size=1M,read-zeroes=on"

/* ---- requests --------------------------------------------------------------------- */

typedef struct Request {
    uint8_t *data;
    struct iovec iov;
    QEMUIOVector qiov;
    BlockResult result;
} Request;

static void request_init(Request *r, size_t bytes, int fill)
{
    r->data = g_malloc(bytes);
    memset(r->data, fill, bytes);
    r->iov = (struct iovec) { .iov_base = r->data, .iov_len = bytes };
    qemu_iovec_init_external(&r->qiov, &r->iov, 1);
    r->result = (BlockResult) { 0 };
}

/* Many requests of mixed sizes at once, each to a place of its own; then all read back. */
static void test_many_requests_in_flight(void)
{
    enum { COUNT = 2000, SLOT = 4096 };
    char *path = block_file_new((int64_t)COUNT * SLOT);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    g_autofree Request *r = g_new0(Request, COUNT);
    BlockResult all = { 0 };

    blk_io_plug();
    for (int i = 0; i < COUNT; i++) {
        request_init(&r[i], 1 + (i * 37) % SLOT, i + 1);
        blk_aio_pwritev(blk, (int64_t)i * SLOT, &r[i].qiov, 0, block_result_set, &all);
    }
    blk_io_unplug();
    block_result_wait(&all, COUNT);
    for (int i = 0; i < COUNT; i++) {
        memset(r[i].data, 0, r[i].iov.iov_len);
        blk_aio_preadv(blk, (int64_t)i * SLOT, &r[i].qiov, 0, block_result_set, &all);
    }
    block_result_wait(&all, 2 * COUNT);
    for (int i = 0; i < COUNT; i++) {
        for (size_t b = 0; b < r[i].iov.iov_len; b++) {
            g_assert_cmpint(r[i].data[b], ==, (uint8_t)(i + 1));
        }
        g_free(r[i].data);
    }
    blk_unref(blk);
    block_file_free(path);
}

static void test_requests_outside_of_the_disk_fail(void)
{
    static const struct {
        int64_t offset, bytes;
        int ret;
    } cases[] = {
        { 0, MiB, 0 }, { MiB - 512, 512, 0 }, { MiB, 0, 0 },
        { MiB, 1, -EIO }, { MiB - 511, 512, -EIO }, { -512, 512, -EIO }, { 0, -1, -EIO },
        { INT64_MAX, 512, -EIO }, { INT64_MAX - 511, 512, -EIO }, { 0, MiB + 1, -EIO },
    };
    BlockBackend *blk = block_backend_new(NULL_1M);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        g_assert_cmpint(blk_pwrite_zeroes(blk, cases[i].offset, cases[i].bytes, 0), ==,
                        cases[i].ret);
        g_assert_cmpint(blk_pdiscard(blk, cases[i].offset, cases[i].bytes), ==, cases[i].ret);
    }
    blk_unref(blk);
}

static void test_backend_without_medium(void)
{
    BlockBackend *blk = blk_new(NULL, 0, BLK_PERM_ALL);
    BlockResult result = { 0 };
    uint8_t data[512];

    g_assert_false(blk_is_inserted(blk));
    g_assert_cmpint(blk_getlength(blk), ==, -ENOMEDIUM);
    g_assert_cmpint(blk_pread(blk, 0, 512, data, 0), ==, -ENOMEDIUM);
    blk_aio_flush(blk, block_result_set, &result);
    block_result_wait(&result, 1);
    g_assert_cmpint(result.ret, ==, -ENOMEDIUM);
    blk_unref(blk);
}

/* ---- draining ------------------------------------------------------------------------- */

static void test_drain_waits_for_all(void)
{
    enum { COUNT = 100 };
    char *path = block_file_new(MiB);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    Request r[COUNT];
    BlockResult all = { 0 };

    for (int i = 0; i < COUNT; i++) {
        request_init(&r[i], 4096, i);
        blk_aio_pwritev(blk, i * 4096, &r[i].qiov, 0, block_result_set, &all);
    }
    blk_drain(blk);
    g_assert_cmpint(all.calls, ==, COUNT);
    for (int i = 0; i < COUNT; i++) {
        g_free(r[i].data);
    }
    blk_unref(blk);
    block_file_free(path);
}

static void test_drain_inside_of_a_plugged_section(void)
{
    char *path = block_file_new(MiB);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    BlockResult result = { 0 };

    blk_io_plug();
    blk_aio_flush(blk, block_result_set, &result);
    blk_drain(blk);
    g_assert_cmpint(result.calls, ==, 1);
    blk_io_unplug();
    blk_unref(blk);
    block_file_free(path);
}

static void test_drain_does_not_wait_for_a_latency(void)
{
    BlockBackend *blk = block_backend_new("driver=raw,file.driver=null-co,"
                                          "file.latency-ns=3600000000000");
    BlockResult result = { 0 };

    blk_aio_flush(blk, block_result_set, &result);
    blk_aio_flush(blk, block_result_set, &result);
    main_loop_wait(true);
    g_assert_cmpint(result.calls, ==, 0);
    bdrv_drain_all();
    g_assert_cmpint(result.calls, ==, 2);
    blk_unref(blk);
}

static void test_latency_is_kept(void)
{
    BlockBackend *blk = block_backend_new("driver=null-co,latency-ns=20000000");
    int64_t start_ns = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);
    BlockResult result = { 0 };

    blk_aio_flush(blk, block_result_set, &result);
    block_result_wait(&result, 1);
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_REALTIME) - start_ns, >=, 20000000);
    blk_unref(blk);
}

typedef struct Chain {
    BlockBackend *blk;
    int left;
} Chain;

static void chain_next(void *opaque, int ret)
{
    Chain *chain = opaque;

    g_assert_cmpint(ret, ==, 0);
    if (--chain->left > 0) {
        blk_aio_flush(chain->blk, chain_next, chain);
    }
}

static void test_drain_follows_requests_that_start_requests(void)
{
    Chain chain = { .blk = block_backend_new(NULL_1M), .left = 50 };

    blk_aio_flush(chain.blk, chain_next, &chain);
    blk_drain(chain.blk);
    g_assert_cmpint(chain.left, ==, 0);
    blk_unref(chain.blk);
}

static void drain_and_drop(void *opaque, int ret)
{
    Chain *chain = opaque;

    chain->left--;
    blk_drain(chain->blk);
    blk_unref(chain->blk);
}

/* Two finish in one go; the first one's owner drains and drops its reference. */
static void test_completion_may_drain_and_drop_the_backend(void)
{
    Chain chain = { .blk = block_backend_new(NULL_1M), .left = 1 };
    BlockResult second = { 0 };

    blk_aio_flush(chain.blk, drain_and_drop, &chain);
    blk_aio_flush(chain.blk, block_result_set, &second);
    block_result_wait(&second, 1);
    g_assert_cmpint(chain.left, ==, 0);
}

/* ---- names and users -------------------------------------------------------------------- */

static void test_names_of_backends_and_nodes_are_one_space(void)
{
    BlockDriverState *bs = block_node_new(NULL_1M ",node-name=one");
    BlockBackend *blk = blk_new(NULL, 0, BLK_PERM_ALL);
    g_autofree char *taken = NULL, *bad = NULL;
    Error *err = NULL;

    g_assert_false(monitor_add_blk(blk, "one", &err));
    error_free_or_abort(&err);
    g_assert_true(monitor_add_blk(blk, "two", &error_abort));
    g_assert_true(blk_by_name("two") == blk);
    taken = block_node_refused(NULL_1M ",node-name=two");
    bad = block_node_refused(NULL_1M ",node-name=0x");
    g_assert_nonnull(strstr(taken, "'two' is the id of a drive"));
    g_assert_nonnull(strstr(bad, "'0x'"));
    g_free(block_node_refused(NULL_1M ",node-name=one"));
    /* A child that takes its parent's name. */
    g_free(block_node_refused("driver=raw,node-name=n,file.driver=null-co,file.node-name=n"));
    g_assert_null(bdrv_find_node("n"));
    monitor_remove_blk(blk);
    g_assert_null(blk_by_name("two"));
    blk_unref(blk);
    bdrv_unref(bs);
}

static void test_two_writers_of_one_node_need_to_share(void)
{
    BlockDriverState *bs = block_node_new(NULL_1M ",node-name=disk");
    BlockBackend *first = blk_new_with_bs(bs, BLK_PERM_WRITE, BLK_PERM_CONSISTENT_READ,
                                          &error_abort);
    Error *err = NULL;

    g_assert_null(blk_new_with_bs(bs, BLK_PERM_WRITE, BLK_PERM_ALL, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "share-rw=on"));
    error_free_or_abort(&err);
    g_assert_null(blk_new_with_bs(bs, BLK_PERM_CONSISTENT_READ, BLK_PERM_CONSISTENT_READ, &err));
    error_free_or_abort(&err);
    g_assert_cmpint(blk_set_perm(first, BLK_PERM_WRITE, BLK_PERM_ALL, &error_abort), ==, 0);
    blk_unref(blk_new_with_bs(bs, BLK_PERM_WRITE, BLK_PERM_ALL, &error_abort));
    blk_unref(first);
    bdrv_unref(bs);
}

static void test_node_in_use_is_not_deleted(void)
{
    BlockdevOptions options = { .driver = BLOCKDEV_DRIVER_NULL_CO, .node_name = (char *)"gone" };
    BlockBackend *blk;
    Error *err = NULL;

    g_assert_true(blockdev_node_add(&options, &error_abort));
    g_assert_false(blockdev_node_add(&options, &err));
    error_free_or_abort(&err);
    blk = blk_new_with_bs(bdrv_find_node("gone"), 0, BLK_PERM_ALL, &error_abort);
    g_assert_false(blockdev_node_del("gone", &err));
    error_free_or_abort(&err);
    blk_unref(blk);
    g_assert_true(blockdev_node_del("gone", &error_abort));
    g_assert_null(bdrv_find_node("gone"));
    g_assert_false(blockdev_node_del("gone", &err));
    error_free_or_abort(&err);
}

/* ---- parts --------------------------------------------------------------------------------- */

static void test_part_of_a_node(void)
{
    char *path = block_file_new(64 * KiB);
    BlockDriverState *file = block_node_new("driver=file,node-name=file,filename=%s", path);
    BlockBackend *part = block_backend_new("driver=raw,file=file,offset=4096,size=8192");
    uint8_t data[512];
    char *bytes;
    gsize size;

    memset(data, 0x5a, sizeof(data));
    g_assert_cmpint(blk_getlength(part), ==, 8192);
    g_assert_cmpint(blk_pwrite(part, 8192 - 512, 512, data, 0), ==, 0);
    g_assert_cmpint(blk_pwrite(part, 8192, 512, data, 0), ==, -EIO);
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    g_assert_cmpmem(bytes + 4096 + 8192 - 512, 512, data, 512);
    g_assert_true(buffer_is_zero(bytes, 4096 + 8192 - 512));
    g_free(bytes);
    blk_unref(part);
    bdrv_unref(file);
    block_file_free(path);
}

static void test_part_that_does_not_fit_is_refused(void)
{
    BlockDriverState *file = block_node_new(NULL_1M ",node-name=file");

    g_free(block_node_refused("driver=raw,file=file,offset=1M,size=512"));
    g_free(block_node_refused("driver=raw,file=file,offset=2M"));
    g_free(block_node_refused("driver=raw,file=file,offset=513"));
    g_free(block_node_refused("driver=raw,file=nobody"));
    /* None of them is still using it. */
    g_assert_cmpuint(file->refcnt, ==, 1);
    bdrv_unref(file);
}

static void test_resize_tells_the_device_and_asks_for_permission(void)
{
    char *path = block_file_new(64 * KiB);
    BlockBackend *blk = block_backend_new("driver=file,filename=%s", path);
    Error *err = NULL;

    g_assert_false(blockdev_resize(blk_bs(blk), 128 * KiB, &err));
    error_free_or_abort(&err);
    blk_set_perm(blk, BLK_PERM_WRITE, BLK_PERM_RESIZE, &error_abort);
    g_assert_true(blockdev_resize(blk_bs(blk), 128 * KiB, &error_abort));
    g_assert_cmpint(blk_getlength(blk), ==, 128 * KiB);
    g_assert_false(blockdev_resize(blk_bs(blk), -1, &err));
    error_free_or_abort(&err);
    g_assert_false(blockdev_resize(blk_bs(blk), INT64_MAX, &err));
    error_free_or_abort(&err);
    blk_unref(blk);
    block_file_free(path);
}

/* ---- failures -------------------------------------------------------------------------------- */

static GString *journal;

static void event_note(unsigned event, QDict *dict)
{
    QDict *data = qdict_get_qdict(dict, "data");

    g_assert_cmpint(event, ==, QAPI_EVENT_BLOCK_IO_ERROR);
    g_string_append_printf(journal, "event %s %s;", qdict_get_str(data, "operation"),
                           qdict_get_str(data, "action"));
    qobject_unref(dict);
}

static void stop_prepare(void)
{
    g_string_append(journal, "prepare;");
}

static void stop_request(void)
{
    g_string_append(journal, "stop;");
}

static const BlockStopHooks journal_hooks = { .prepare = stop_prepare, .request = stop_request };

typedef struct PolicyCase {
    BlockdevOnError policy;
    bool is_read;
    int error;
    BlockErrorAction action;
    const char *journal;
} PolicyCase;

static const PolicyCase policy_cases[] = {
    { BLOCKDEV_ON_ERROR_REPORT, true, EIO, BLOCK_ERROR_ACTION_REPORT, "event read report;" },
    { BLOCKDEV_ON_ERROR_IGNORE, false, EIO, BLOCK_ERROR_ACTION_IGNORE, "event write ignore;" },
    { BLOCKDEV_ON_ERROR_STOP, true, EIO, BLOCK_ERROR_ACTION_STOP,
      "prepare;event read stop;stop;" },
    { BLOCKDEV_ON_ERROR_ENOSPC, false, ENOSPC, BLOCK_ERROR_ACTION_STOP,
      "prepare;event write stop;stop;" },
    { BLOCKDEV_ON_ERROR_ENOSPC, false, EIO, BLOCK_ERROR_ACTION_REPORT, "event write report;" },
};

static void test_error_policy(void)
{
    BlockBackend *blk = block_backend_new(NULL_1M);

    qmp_event_set_emit(event_note);
    blk_set_stop_hooks(&journal_hooks);
    for (size_t i = 0; i < ARRAY_SIZE(policy_cases); i++) {
        const PolicyCase *c = &policy_cases[i];

        journal = g_string_new(NULL);
        blk_set_on_error(blk, c->policy, c->policy);
        g_assert_cmpint(blk_get_error_action(blk, c->is_read, c->error), ==, c->action);
        blk_error_action(blk, c->action, c->is_read, c->error);
        g_assert_cmpstr(journal->str, ==, c->journal);
        g_string_free(journal, true);
    }
    blk_set_stop_hooks(NULL);
    qmp_event_set_emit(NULL);
    blk_unref(blk);
}

static void test_io_status_shows_the_first_failure(void)
{
    BlockBackend *blk = block_backend_new(NULL_1M);

    blk_iostatus_enable(blk);
    blk_error_action(blk, BLOCK_ERROR_ACTION_STOP, false, ENOSPC);
    blk_error_action(blk, BLOCK_ERROR_ACTION_STOP, false, EIO);
    g_assert_cmpint(blk_iostatus(blk), ==, BLOCK_DEVICE_IO_STATUS_NOSPACE);
    blk_iostatus_reset_all();
    g_assert_cmpint(blk_iostatus(blk), ==, BLOCK_DEVICE_IO_STATUS_OK);
    blk_unref(blk);
}

static void test_counters(void)
{
    BlockAcctStats stats = { 0 };
    BlockAcctCookie cookie;

    block_acct_start(&stats, &cookie, 4096, BLOCK_ACCT_READ);
    block_acct_done(&stats, &cookie);
    /* Once only. */
    block_acct_done(&stats, &cookie);
    block_acct_start(&stats, &cookie, 512, BLOCK_ACCT_WRITE);
    block_acct_failed(&stats, &cookie);
    block_acct_invalid(&stats, BLOCK_ACCT_UNMAP);
    g_assert_cmpuint(stats.nr_bytes[BLOCK_ACCT_READ], ==, 4096);
    g_assert_cmpuint(stats.nr_ops[BLOCK_ACCT_READ], ==, 1);
    g_assert_cmpuint(stats.nr_ops[BLOCK_ACCT_WRITE], ==, 0);
    g_assert_cmpuint(stats.failed_ops[BLOCK_ACCT_WRITE], ==, 1);
    g_assert_cmpuint(stats.invalid_ops[BLOCK_ACCT_UNMAP], ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    block_harness_init();
    g_test_add_func("/block/backend/many-requests-in-flight", test_many_requests_in_flight);
    g_test_add_func("/block/backend/requests-outside-of-the-disk-fail",
                    test_requests_outside_of_the_disk_fail);
    g_test_add_func("/block/backend/without-medium", test_backend_without_medium);
    g_test_add_func("/block/drain/waits-for-all", test_drain_waits_for_all);
    g_test_add_func("/block/drain/inside-of-a-plugged-section",
                    test_drain_inside_of_a_plugged_section);
    g_test_add_func("/block/drain/does-not-wait-for-a-latency",
                    test_drain_does_not_wait_for_a_latency);
    g_test_add_func("/block/null/latency-is-kept", test_latency_is_kept);
    g_test_add_func("/block/drain/follows-chains",
                    test_drain_follows_requests_that_start_requests);
    g_test_add_func("/block/drain/inside-of-a-completion",
                    test_completion_may_drain_and_drop_the_backend);
    g_test_add_func("/block/names", test_names_of_backends_and_nodes_are_one_space);
    g_test_add_func("/block/users/two-writers-need-to-share",
                    test_two_writers_of_one_node_need_to_share);
    g_test_add_func("/block/users/node-in-use-is-not-deleted", test_node_in_use_is_not_deleted);
    g_test_add_func("/block/raw/part", test_part_of_a_node);
    g_test_add_func("/block/raw/part-that-does-not-fit", test_part_that_does_not_fit_is_refused);
    g_test_add_func("/block/resize", test_resize_tells_the_device_and_asks_for_permission);
    g_test_add_func("/block/error/policy", test_error_policy);
    g_test_add_func("/block/error/io-status", test_io_status_shows_the_first_failure);
    g_test_add_func("/block/counters", test_counters);
    return g_test_run();
}
