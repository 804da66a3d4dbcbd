/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests on their way: the pool they come from, the route through filters,
 * and their completion.
 *
 * A finished request is pushed on a lock-free stack by whichever thread
 * finished it. Who finds the stack empty schedules one bottom half and sets
 * one event, so a burst costs a single wake-up. The holder of the BQL moves
 * the stack, oldest first, to the ready queue and takes requests off one by
 * one: an owner's function may start requests or drain, and a nested drain
 * then goes on with the same queue.
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qemu/cutils.h"
#include "qemu/defer-call.h"
#include "qemu/main-loop.h"
#include "trace.h"

static BlockRequest *finished_stack;    /* newest first; any thread pushes */
static QemuEvent finished_event;        /* set: the stack has something */
/* The rest belongs to the holder of the BQL. */
static BlockRequest *ready;
static BlockRequest **ready_last = &ready;
static BlockRequest *pool;
static unsigned in_flight;
static QEMUBH *completion_bh;

/* ---- pool --------------------------------------------------------------- */

static void completion_bh_run(void *opaque)
{
    block_completions_run(false);
}

BlockRequest *block_request_get(void)
{
    BlockRequest *req = pool;

    if (!completion_bh) {
        qemu_event_init(&finished_event, false);
        completion_bh = qemu_bh_new(completion_bh_run, NULL);
    }
    if (req) {
        pool = req->next;
        *req = (BlockRequest) { 0 };
    } else {
        /* The pool grows to the deepest queue that was ever used, and stays so. */
        req = g_new0(BlockRequest, 1);
    }
    in_flight++;
    return req;
}

static void request_put(BlockRequest *req)
{
    in_flight--;
    req->next = pool;
    pool = req;
}

unsigned block_requests_in_flight(void)
{
    return in_flight;
}

/* ---- route -------------------------------------------------------------- */

static bool request_is_write(const BlockRequest *req)
{
    return req->type == BLOCK_REQUEST_WRITE || req->type == BLOCK_REQUEST_WRITE_ZEROES;
}

/*
 * Follow @req from @bs down to the node that carries it out, which is left in req->bs.
 * False: a node on the way has decided that there is nothing to do.
 */
static bool request_route(BlockDriverState *bs, BlockRequest *req)
{
    for (;;) {
        if ((req->type == BLOCK_REQUEST_DISCARD && !bs->discard_unmaps) ||
            (req->type == BLOCK_REQUEST_FLUSH && bs->no_flush)) {
            return false;
        }
        if (!bs->discard_unmaps) {
            req->flags &= ~BDRV_REQ_MAY_UNMAP;
        }
        if (bs->no_flush) {
            req->flags &= ~BDRV_REQ_FUA;
        }
        req->detect_zeroes = MAX(req->detect_zeroes, bs->detect_zeroes);
        req->bs = bs;
        if (!bs->driver->forward) {
            return true;
        }
        bs = bs->driver->forward(bs, &req->offset);
    }
}

static bool qiov_is_zero(const QEMUIOVector *qiov)
{
    for (int i = 0; i < qiov->niov; i++) {
        if (!buffer_is_zero(qiov->iov[i].iov_base, qiov->iov[i].iov_len)) {
            return false;
        }
    }
    return true;
}

/* The node's part, in any thread. */
static int request_perform_routed(BlockRequest *req)
{
    BlockDriverState *bs = req->bs;
    int ret;

    if (req->type == BLOCK_REQUEST_WRITE && req->detect_zeroes && qiov_is_zero(req->qiov)) {
        req->type = BLOCK_REQUEST_WRITE_ZEROES;
        if (req->detect_zeroes == BLOCKDEV_DETECT_ZEROES_OPTIONS_UNMAP && bs->discard_unmaps) {
            req->flags |= BDRV_REQ_MAY_UNMAP;
        }
    }
    ret = bs->driver->perform(bs, req);
    if (ret == 0 && request_is_write(req) && (req->flags & BDRV_REQ_FUA)) {
        BlockRequest flush = { .type = BLOCK_REQUEST_FLUSH, .bs = bs };

        ret = bs->driver->perform(bs, &flush);
    }
    return ret;
}

int block_request_perform(BlockDriverState *bs, BlockRequest *req)
{
    return request_route(bs, req) ? request_perform_routed(req) : 0;
}

int block_request_perform_in_thread(BlockRequest *req)
{
    return request_perform_routed(req);
}

void block_request_submit(BlockDriverState *bs, BlockRequest *req)
{
    if (!request_route(bs, req)) {
        block_request_complete(req, 0);
    } else if (req->bs->driver->submit) {
        req->bs->driver->submit(req->bs, req);
    } else {
        block_threads_submit(req);
    }
}

/* ---- completion --------------------------------------------------------- */

void block_request_complete(BlockRequest *req, int ret)
{
    BlockRequest *top = qatomic_read(&finished_stack);

    req->ret = ret;
    do {
        req->next = top;
    } while (!__atomic_compare_exchange_n(&finished_stack, &top, req, true,
                                          __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    if (!top) {
        qemu_bh_schedule(completion_bh);
        qemu_event_set(&finished_event);
    }
}

static void finished_stack_take(void)
{
    BlockRequest *newest = qatomic_xchg(&finished_stack, NULL);
    BlockRequest *oldest = NULL;
    BlockRequest **last = newest ? &newest->next : ready_last;

    while (newest) {
        BlockRequest *next = newest->next;

        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    *ready_last = oldest;
    ready_last = last;
}

static void ready_first_finish(void)
{
    BlockRequest *req = ready;
    BlockBackend *blk = req->common.blk;
    BlockCompletionFunc *cb = req->cb;
    void *opaque = req->opaque;
    int ret = req->ret;

    ready = req->next;
    if (!ready) {
        ready_last = &ready;
    }
    trace_block_request_complete(req, ret);
    /* First, so that the owner may drain, start the next one or drop the backend. */
    request_put(req);
    blk->in_flight--;
    if (cb) {
        cb(opaque, ret);
    }
}

void block_completions_run(bool wait)
{
    if (!completion_bh) {
        return;
    }
    for (;;) {
        /* Before the stack is looked at: what is pushed later sets it again. */
        qemu_event_reset(&finished_event);
        finished_stack_take();
        if (ready || !wait) {
            break;
        }
        qemu_event_wait(&finished_event);
    }
    /* Owners tell their guests once about all of them. */
    defer_call_begin();
    while (ready) {
        ready_first_finish();
    }
    defer_call_end();
}
