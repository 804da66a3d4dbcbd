/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main loop, bottom halves, file descriptor handlers and the big lock.
 *
 * The loop runs the default GLib context; ours is one source in it that
 * carries descriptors, bottom halves and timers, so a nested GLib loop runs
 * them too. main_loop_wait() drops the BQL while it sleeps.
 */
#ifndef QEMU_MAIN_LOOP_H
#define QEMU_MAIN_LOOP_H

#include "block/aio.h"
#include "qemu/mem-reentrancy.h"
#include "qemu/thread.h"
#include "qemu/timer.h"

#define SIG_IPI SIGUSR1

/* Sets up the loop. The calling thread becomes the main thread. Returns 0 or -errno. */
int qemu_init_main_loop(Error **errp);

/*
 * Waits for something to do (not at all when @nonblocking) and does it. The
 * caller holds the BQL if it has one at all.
 */
void main_loop_wait(int nonblocking);

/* Makes main_loop_wait() return soon. Any thread. */
void qemu_notify_event(void);

/* The only AioContext: the main loop. */
AioContext *qemu_get_aio_context(void);
AioContext *iohandler_get_aio_context(void);

/* Whether this is the main thread, or one that holds the BQL in its place. */
bool qemu_in_main_thread(void);
#define GLOBAL_STATE_CODE() assert(qemu_in_main_thread())
#define IO_CODE() ((void)0)
#define IO_OR_GS_CODE() ((void)0)

/* ---- descriptors ---------------------------------------------------------- */

typedef void IOReadHandler(void *opaque, const uint8_t *buf, int size);
typedef int IOCanReadHandler(void *opaque);

/*
 * Calls @fd_read(@opaque) whenever @fd is readable or hung up, @fd_write
 * whenever it is writable, in the main thread with the BQL. NULL, NULL ends
 * it, which must happen before @fd is closed and may happen in a handler.
 * Thread-safe; costs one epoll_ctl(2), nothing per loop turn.
 */
void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque);

/*
 * Calls @handler when @e is signalled; NULL ends it. The handler calls
 * event_notifier_test_and_clear() itself.
 */
void event_notifier_set_handler(EventNotifier *e, EventNotifierHandler *handler);

/*
 * A descriptor whose latency counts: main_loop_wait() (not a nested GLib loop) polls @fd itself,
 * where those of qemu_set_fd_handler() stand behind an epoll descriptor, and if nothing else
 * happens calls @handler without going through GLib. Besides, only so does the kernel's wake-up
 * tell the scheduler that the process that wrote is about to sleep, so that it may run this one on
 * the same CPU. Costs something in each turn: for one or two descriptors of a program. @fd,
 * @handler and @opaque are the owner's to fill in, the others private.
 */
typedef struct MainLoopFd {
    int fd;
    IOHandler *handler; /* in the main thread with the BQL; may change and remove any of these */
    void *opaque;
    short events;
    int index;
    bool is_ready;
    QTAILQ_ENTRY(MainLoopFd) next;
} MainLoopFd;

/* At first without events. All of these with the BQL. */
void main_loop_fd_add(MainLoopFd *mfd);
/* Before @fd is closed. */
void main_loop_fd_remove(MainLoopFd *mfd);
/* POLLIN, POLLOUT (hang-ups and errors come by themselves), or 0: not polled at all. */
void main_loop_fd_set_events(MainLoopFd *mfd, short events);

/* ---- polling for others ------------------------------------------------------ */

typedef enum MainLoopPollState {
    MAIN_LOOP_POLL_FILL,        /* about to poll: add to @pollfds, lower @timeout */
    MAIN_LOOP_POLL_ERR,         /* polled, but interrupted */
    MAIN_LOOP_POLL_OK,          /* polled: look at revents */
} MainLoopPollState;

/* What a poll notifier gets as data. */
typedef struct MainLoopPoll {
    int state;
    uint32_t timeout;           /* ms; UINT32_MAX: none */
    GArray *pollfds;            /* GPollFD; entries are only ever appended */
} MainLoopPoll;

/*
 * For libraries that bring descriptors along at each turn: @notify is called
 * before and after every poll of main_loop_wait() (not of nested GLib loops)
 * in the main thread with the BQL. @notify stays the caller's.
 */
void main_loop_poll_add_notifier(Notifier *notify);
void main_loop_poll_remove_notifier(Notifier *notify);

/* ---- bottom halves -------------------------------------------------------- */

/*
 * A bottom half: @cb(@opaque) runs once in the main loop after
 * qemu_bh_schedule(), however often that was called before. @guard, if any, is
 * held engaged while it runs, so that the device's own registers refuse its DMA.
 */
QEMUBH *qemu_bh_new_full(QEMUBHFunc *cb, void *opaque, const char *name,
                         MemReentrancyGuard *reentrancy_guard);
#define qemu_bh_new(cb, opaque) qemu_bh_new_full((cb), (opaque), stringify(cb), NULL)
#define qemu_bh_new_guarded(cb, opaque, guard) \
    qemu_bh_new_full((cb), (opaque), stringify(cb), (guard))

/* Any thread; no lock. Work done before is visible to the callback. */
void qemu_bh_schedule(QEMUBH *bh);
/* Runs it within about 10 ms, without waking the loop for it. */
void qemu_bh_schedule_idle(QEMUBH *bh);
/* Takes a schedule back. A callback that has begun is not waited for. */
void qemu_bh_cancel(QEMUBH *bh);
/* Ends it, also from its own callback; the memory is freed later by the loop. */
void qemu_bh_delete(QEMUBH *bh);

/* ---- the big lock (BQL) --------------------------------------------------- */

/* Spelling of 9.0. Not recursive. */
void bql_lock_impl(const char *file, int line);
#define bql_lock() bql_lock_impl(__FILE__, __LINE__)
void bql_unlock(void);
bool bql_locked(void);
static inline void bql_assert_locked(void)
{
    g_assert(bql_locked());
}

/* Waits on @cond with the BQL, which the caller holds, as the mutex. */
void qemu_cond_wait_bql(QemuCond *cond);
void qemu_cond_timedwait_bql(QemuCond *cond, int ms);

/* Spelling of 8.2. */
#define qemu_mutex_lock_iothread() bql_lock()
#define qemu_mutex_lock_iothread_impl(file, line) bql_lock_impl(file, line)
#define qemu_mutex_unlock_iothread() bql_unlock()
#define qemu_mutex_iothread_locked() bql_locked()
#define qemu_cond_wait_iothread(cond) qemu_cond_wait_bql(cond)
#define qemu_cond_timedwait_iothread(cond, ms) qemu_cond_timedwait_bql(cond, ms)

/* Holds the BQL until the end of the block; does nothing where it is held already. */
typedef struct BQLLockAuto BQLLockAuto;

static inline BQLLockAuto *bql_auto_lock(const char *file, int line)
{
    if (bql_locked()) {
        return NULL;
    }
    bql_lock_impl(file, line);
    return (BQLLockAuto *)(uintptr_t)1;
}

static inline void bql_auto_unlock(BQLLockAuto *l)
{
    bql_unlock();
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BQLLockAuto, bql_auto_unlock)

#define BQL_LOCK_GUARD()                                                  \
    g_autoptr(BQLLockAuto) glue(bql_lock_auto_, __COUNTER__) G_GNUC_UNUSED = \
        bql_auto_lock(__FILE__, __LINE__)
#define QEMU_IOTHREAD_LOCK_GUARD() BQL_LOCK_GUARD()

#endif
