/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * null-co and null-aio: a disk that is not there, to measure and test what
 * lies above it. Both are the same here. With a latency, requests wait in a
 * queue for one timer: equal delays finish in the order they came.
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qemu/timer.h"
#include "qemu/units.h"

#define NULL_SIZE_DEFAULT (1 * GiB)

typedef struct NullState {
    int64_t size;
    int64_t latency_ns;
    bool reads_zeroes;
    QEMUTimer timer;
    BlockRequest *delayed;      /* earliest first */
    BlockRequest **delayed_last;
} NullState;

static int null_result(NullState *s, BlockRequest *req)
{
    if (s->reads_zeroes && req->type == BLOCK_REQUEST_READ) {
        qemu_iovec_memset(req->qiov, 0, 0, req->bytes);
    }
    return 0;
}

static int null_perform(BlockDriverState *bs, BlockRequest *req)
{
    NullState *s = bs->state;

    if (s->latency_ns) {
        g_usleep(DIV_ROUND_UP(s->latency_ns, 1000));
    }
    return null_result(s, req);
}

/* Finish what is due at @now_ns. */
static void null_delayed_finish(NullState *s, int64_t now_ns)
{
    while (s->delayed && s->delayed->deadline_ns <= now_ns) {
        BlockRequest *req = s->delayed;

        s->delayed = req->next;
        if (!s->delayed) {
            s->delayed_last = &s->delayed;
        }
        block_request_complete(req, null_result(s, req));
    }
    if (s->delayed) {
        timer_mod_ns(&s->timer, s->delayed->deadline_ns);
    } else {
        timer_del(&s->timer);
    }
}

static void null_timer_run(void *opaque)
{
    null_delayed_finish(opaque, qemu_clock_get_ns(QEMU_CLOCK_REALTIME));
}

static void null_drain(BlockDriverState *bs)
{
    null_delayed_finish(bs->state, INT64_MAX);
}

static void null_submit(BlockDriverState *bs, BlockRequest *req)
{
    NullState *s = bs->state;
    int64_t now_ns;

    if (!s->latency_ns) {
        block_request_complete(req, null_result(s, req));
        return;
    }
    now_ns = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);
    req->deadline_ns = now_ns > INT64_MAX - s->latency_ns ? INT64_MAX : now_ns + s->latency_ns;
    req->next = NULL;
    *s->delayed_last = req;
    s->delayed_last = &req->next;
    if (s->delayed == req) {
        timer_mod_ns(&s->timer, req->deadline_ns);
    }
}

static bool null_open(BlockDriverState *bs, const BlockdevOptions *options, Error **errp)
{
    NullState *s = bs->state;
    /* Both kinds have the same members at the same place. */
    const BlockdevOptionsNull *null = &options->u.null_co;

    if (null->has_size && null->size > BDRV_MAX_LENGTH) {
        error_setg(errp, "size=%" PRIu64 " is larger than a disk can be", null->size);
        return false;
    }
    if (null->has_latency_ns && null->latency_ns > INT64_MAX) {
        error_setg(errp, "latency-ns=%" PRIu64 " is larger than 2^63", null->latency_ns);
        return false;
    }
    s->size = null->has_size ? null->size : NULL_SIZE_DEFAULT;
    s->latency_ns = null->has_latency_ns ? null->latency_ns : 0;
    s->reads_zeroes = null->has_read_zeroes && null->read_zeroes;
    s->delayed_last = &s->delayed;
    timer_init_ns(&s->timer, QEMU_CLOCK_REALTIME, null_timer_run, s);
    bs->filename = g_strdup_printf("%s://", BlockdevDriver_str(options->driver));
    return true;
}

static void null_close(BlockDriverState *bs)
{
    NullState *s = bs->state;

    timer_del(&s->timer);
    timer_deinit(&s->timer);
}

static int64_t null_getlength(BlockDriverState *bs)
{
    return ((NullState *)bs->state)->size;
}

static int null_truncate(BlockDriverState *bs, int64_t bytes)
{
    ((NullState *)bs->state)->size = bytes;
    return 0;
}

#define NULL_DRIVER(kind_) {            \
        .kind = (kind_),                \
        .state_size = sizeof(NullState), \
        .open = null_open,              \
        .close = null_close,            \
        .getlength = null_getlength,    \
        .perform = null_perform,        \
        .submit = null_submit,          \
        .drain = null_drain,            \
        .truncate = null_truncate,      \
    }

const BlockDriver block_driver_null_co = NULL_DRIVER(BLOCKDEV_DRIVER_NULL_CO);
const BlockDriver block_driver_null_aio = NULL_DRIVER(BLOCKDEV_DRIVER_NULL_AIO);
