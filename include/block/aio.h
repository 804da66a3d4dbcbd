/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the AioContext API that device models use. There is exactly one
 * context, the main loop (qemu_get_aio_context()); functions that take one
 * accept only that. No event loops in other threads, no coroutines.
 */
#ifndef QEMU_AIO_H
#define QEMU_AIO_H

#include "qemu/event_notifier.h"
#include "qemu/timer.h"

typedef void QEMUBHFunc(void *opaque);
typedef void IOHandler(void *opaque);

AioContext *qemu_get_current_aio_context(void);
/* The BQL serialises what runs in the one context there is. */
static inline void aio_context_acquire(AioContext *ctx)
{
}
static inline void aio_context_release(AioContext *ctx)
{
}

QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque, const char *name,
                        MemReentrancyGuard *reentrancy_guard);
#define aio_bh_new(ctx, cb, opaque) \
    aio_bh_new_full((ctx), (cb), (opaque), stringify(cb), NULL)
#define aio_bh_new_guarded(ctx, cb, opaque, guard) \
    aio_bh_new_full((ctx), (cb), (opaque), stringify(cb), (guard))

/* Runs @cb(@opaque) once in the main loop. Any thread. */
void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque,
                                  const char *name);
#define aio_bh_schedule_oneshot(ctx, cb, opaque) \
    aio_bh_schedule_oneshot_full((ctx), (cb), (opaque), stringify(cb))
/* Runs the callback of @bh now, as the loop would. */
void aio_bh_call(QEMUBH *bh);
void aio_notify(AioContext *ctx);

void aio_set_fd_handler(AioContext *ctx, int fd, IOHandler *io_read, IOHandler *io_write,
                        void *opaque);
void aio_set_event_notifier(AioContext *ctx, EventNotifier *notifier,
                            EventNotifierHandler *io_read);

QEMUTimer *aio_timer_new_with_attrs(AioContext *ctx, QEMUClockType type, int scale,
                                    int attributes, QEMUTimerCB *cb, void *opaque);
QEMUTimer *aio_timer_new(AioContext *ctx, QEMUClockType type, int scale,
                         QEMUTimerCB *cb, void *opaque);
void aio_timer_init_with_attrs(AioContext *ctx, QEMUTimer *ts, QEMUClockType type, int scale,
                               int attributes, QEMUTimerCB *cb, void *opaque);
void aio_timer_init(AioContext *ctx, QEMUTimer *ts, QEMUClockType type, int scale,
                    QEMUTimerCB *cb, void *opaque);

#endif
