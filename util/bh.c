/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bottom halves (qemu/main-loop.h).
 *
 * Scheduling sets flags and, if the bottom half is not queued yet, pushes it on
 * a lock-free stack. The main thread moves the stack, oldest first, to its own
 * ready queue and works that off. Each entry of the ready queue carries the
 * number of the pass that moved it: a pass ends before entries of a later one,
 * so a bottom half that schedules itself lets the loop go round, and a nested
 * loop continues with what an outer pass has left.
 */
#include "qemu/osdep.h"
#include "trace.h"
#include "util/main-loop-internal.h"

#define BH_IDLE_DELAY_NS (10 * (int64_t)SCALE_MS)

enum {
    BH_SCHEDULED = 1 << 0,
    BH_SCHEDULED_IDLE = 1 << 1,
    BH_QUEUED = 1 << 2,         /* on the stack or in the ready queue */
    BH_DELETED = 1 << 3,
    BH_ONESHOT = 1 << 4,
};

struct QEMUBH {
    QEMUBHFunc *cb;
    void *opaque;
    const char *name;
    MemReentrancyGuard *guard;
    QEMUBH *next;
    uint64_t pass;
    unsigned flags;
};

static QEMUBH *bh_stack;        /* newest first; any thread pushes */
/* The rest belongs to the main thread. */
static QEMUBH *bh_ready;
static QEMUBH **bh_ready_last = &bh_ready;
static uint64_t bh_passes;

static QEMUBH *bh_create(QEMUBHFunc *cb, void *opaque, const char *name,
                         MemReentrancyGuard *guard, unsigned flags)
{
    QEMUBH *bh = g_new(QEMUBH, 1);

    *bh = (QEMUBH) {
        .cb = cb,
        .opaque = opaque,
        .name = name,
        .guard = guard,
        .flags = flags,
    };
    return bh;
}

QEMUBH *qemu_bh_new_full(QEMUBHFunc *cb, void *opaque, const char *name,
                         MemReentrancyGuard *reentrancy_guard)
{
    return bh_create(cb, opaque, name, reentrancy_guard, 0);
}

/* Adds @set to the flags and queues @bh unless it is. Returns the flags before. */
static unsigned bh_queue(QEMUBH *bh, unsigned set)
{
    unsigned before = qatomic_fetch_or(&bh->flags, set | BH_QUEUED);

    if (!(before & BH_QUEUED)) {
        QEMUBH *top = qatomic_read(&bh_stack);

        do {
            qatomic_set(&bh->next, top);
        } while (!__atomic_compare_exchange_n(&bh_stack, &top, bh, true,
                                              __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    }
    return before;
}

void qemu_bh_schedule(QEMUBH *bh)
{
    if (!(bh_queue(bh, BH_SCHEDULED) & BH_SCHEDULED)) {
        main_loop_wake();
    }
}

void qemu_bh_schedule_idle(QEMUBH *bh)
{
    bh_queue(bh, BH_SCHEDULED_IDLE);
}

void qemu_bh_cancel(QEMUBH *bh)
{
    qatomic_and(&bh->flags, ~(BH_SCHEDULED | BH_SCHEDULED_IDLE));
}

void qemu_bh_delete(QEMUBH *bh)
{
    bh_queue(bh, BH_DELETED);
}

void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque,
                                  const char *name)
{
    qemu_bh_schedule(bh_create(cb, opaque, name, NULL, BH_ONESHOT));
}

void aio_bh_call(QEMUBH *bh)
{
    MemReentrancyGuard *guard = bh->guard;
    bool was_engaged = false;

    if (guard) {
        was_engaged = guard->engaged_in_io;
        if (was_engaged) {
            trace_bh_reentrant(bh->name);
        }
        guard->engaged_in_io = true;
    }
    bh->cb(bh->opaque);
    if (guard) {
        guard->engaged_in_io = was_engaged;
    }
}

static int64_t bh_list_timeout_ns(QEMUBH *bh, int64_t timeout)
{
    for (; bh && timeout != 0; bh = qatomic_read(&bh->next)) {
        unsigned flags = qatomic_read(&bh->flags);

        if (flags & BH_DELETED) {
            continue;
        }
        if (flags & BH_SCHEDULED) {
            return 0;
        }
        if (flags & BH_SCHEDULED_IDLE) {
            timeout = BH_IDLE_DELAY_NS;
        }
    }
    return timeout;
}

int64_t bh_timeout_ns_get(void)
{
    /* Only this thread takes entries off, so the stack can be walked while others push. */
    return bh_list_timeout_ns(qatomic_load_acquire(&bh_stack), bh_list_timeout_ns(bh_ready, -1));
}

/* Appends what is on the stack to the ready queue, oldest first. */
static void bh_stack_take(uint64_t pass)
{
    QEMUBH *newest = qatomic_xchg(&bh_stack, NULL);
    QEMUBH *oldest = NULL;
    QEMUBH **last = newest ? &newest->next : bh_ready_last;

    while (newest) {
        QEMUBH *next = newest->next;

        newest->pass = pass;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    *bh_ready_last = oldest;
    bh_ready_last = last;
}

static QEMUBH *bh_ready_take(void)
{
    QEMUBH *bh = bh_ready;

    bh_ready = bh->next;
    if (!bh_ready) {
        bh_ready_last = &bh_ready;
    }
    return bh;
}

void bh_queue_run(void)
{
    uint64_t pass = ++bh_passes;

    bh_stack_take(pass);
    while (bh_ready && bh_ready->pass <= pass) {
        QEMUBH *bh = bh_ready_take();
        /* From here on another thread may queue it again. */
        unsigned flags = qatomic_fetch_and(&bh->flags, ~(BH_QUEUED | BH_SCHEDULED
                                                         | BH_SCHEDULED_IDLE));

        if (flags & BH_DELETED) {
            g_free(bh);
        } else if (flags & (BH_SCHEDULED | BH_SCHEDULED_IDLE)) {
            aio_bh_call(bh);
            /* Only callers that have the pointer may delete, and a one-shot's nobody has. */
            if (flags & BH_ONESHOT) {
                g_free(bh);
            }
        }
    }
}
