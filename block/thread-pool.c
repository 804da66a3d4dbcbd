/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The threads that carry out blocking requests, for all nodes together.
 *
 * Who submits wakes at most one sleeper per batch; a thread that takes a
 * request and leaves others in the queue wakes the next, or makes another
 * thread. So a burst costs the submitter (often a vCPU) one futex call, and
 * requests that finish at once, from the page cache, keep few threads busy.
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qemu/defer-call.h"
#include "qemu/thread.h"
#include "trace.h"

#define THREADS_MAX 64

typedef struct BlockThreads {
    QemuMutex lock;
    QemuCond work;
    /* Guarded by @lock. */
    BlockRequest *queue;
    BlockRequest **queue_last;
    unsigned threads;
    unsigned sleeping;
    unsigned signalled;         /* of those, roughly: a spurious wake-up makes it one less */
    bool stopping;
    QemuThread thread[THREADS_MAX];
    /* Guarded by the BQL: submitted, not yet in the queue. */
    BlockRequest *batch;
    BlockRequest **batch_last;
} BlockThreads;

static BlockThreads pool = {
    .lock = QEMU_MUTEX_INITIALIZER,
    .work = QEMU_COND_INITIALIZER,
    .queue_last = &pool.queue,
    .batch_last = &pool.batch,
};

static void *thread_main(void *opaque);

/* Get one more thread to work on the queue. Called with @lock held. */
static void pool_thread_wake(BlockThreads *p)
{
    if (p->sleeping > p->signalled) {
        p->signalled++;
        qemu_cond_signal(&p->work);
    } else if (p->threads < THREADS_MAX) {
        /* Without another thread those that exist do the work. */
        if (qemu_thread_try_create(&p->thread[p->threads], "block", thread_main, p,
                                   QEMU_THREAD_JOINABLE) == 0) {
            p->threads++;
            trace_block_thread_new(p->threads);
        }
    }
}

static BlockRequest *pool_request_take(BlockThreads *p)
{
    BlockRequest *req = p->queue;

    if (req) {
        p->queue = req->next;
        if (!p->queue) {
            p->queue_last = &p->queue;
        } else {
            pool_thread_wake(p);
        }
    }
    return req;
}

static void *thread_main(void *opaque)
{
    BlockThreads *p = opaque;
    BlockRequest *req;

    qemu_mutex_lock(&p->lock);
    for (;;) {
        req = pool_request_take(p);
        if (req) {
            qemu_mutex_unlock(&p->lock);
            block_request_complete(req, block_request_perform_in_thread(req));
            qemu_mutex_lock(&p->lock);
        } else if (p->stopping) {
            break;
        } else {
            p->sleeping++;
            qemu_cond_wait(&p->work, &p->lock);
            p->sleeping--;
            p->signalled -= p->signalled > 0;
        }
    }
    qemu_mutex_unlock(&p->lock);
    return NULL;
}

static void pool_batch_flush(void *opaque)
{
    BlockThreads *p = opaque;

    if (!p->batch) {
        return;
    }
    qemu_mutex_lock(&p->lock);
    *p->queue_last = p->batch;
    p->queue_last = p->batch_last;
    pool_thread_wake(p);
    qemu_mutex_unlock(&p->lock);
    p->batch = NULL;
    p->batch_last = &p->batch;
}

void block_threads_submit(BlockRequest *req)
{
    req->next = NULL;
    *pool.batch_last = req;
    pool.batch_last = &req->next;
    defer_call(pool_batch_flush, &pool);
}

void block_threads_kick(void)
{
    pool_batch_flush(&pool);
}

void block_threads_start(void)
{
    qemu_mutex_lock(&pool.lock);
    if (!pool.threads) {
        qemu_thread_create(&pool.thread[0], "block", thread_main, &pool, QEMU_THREAD_JOINABLE);
        pool.threads = 1;
    }
    qemu_mutex_unlock(&pool.lock);
}

void block_threads_stop(void)
{
    qemu_mutex_lock(&pool.lock);
    pool.stopping = true;
    qemu_cond_broadcast(&pool.work);
    qemu_mutex_unlock(&pool.lock);
    /* Nobody makes threads now: the queue is empty. */
    for (unsigned i = 0; i < pool.threads; i++) {
        qemu_thread_join(&pool.thread[i]);
    }
    pool.threads = 0;
    pool.signalled = 0;
    pool.stopping = false;
}
