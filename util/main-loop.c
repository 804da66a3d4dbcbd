/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main loop (qemu/main-loop.h) as a source of the default GLib context.
 *
 * Going to sleep without missing anything: the loop sets is_sleeping, then
 * looks for work; whoever makes work publishes it, then looks at is_sleeping.
 * Both orders are sequentially consistent, so one of them sees the other. The
 * first to find is_sleeping clears it and writes the eventfd, so a sleep costs
 * its wakers one system call together, and a busy loop costs them none.
 *
 * GLib's own poll counts milliseconds; main_loop_wait() polls by ppoll() for
 * the nanoseconds of the next timer.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <sys/epoll.h>
#include "qapi/error.h"
#include "qemu/event_notifier.h"
#include "qemu/lockable.h"
#include "util/main-loop-internal.h"
#include "util/timer-internal.h"

struct AioContext {
    GSource *source;
    GPollFD pollfd;             /* the epoll descriptor of all handlers and of @wake */
    EventNotifier wake;
    pthread_t thread;
    bool is_sleeping;
    bool is_notified;           /* qemu_notify_event() since the last turn */
    bool is_initialized;
    /* The rest belongs to the main thread. */
    bool polls_in_ns;           /* main_loop_wait() is polling, not GLib */
    int64_t timeout_ns;         /* of the last prepare */
    GArray *pollfds;
    NotifierList poll_notifiers;
};

static AioContext main_context;

/* ---- waking --------------------------------------------------------------- */

void main_loop_wake(void)
{
    AioContext *ctx = &main_context;

    smp_mb();
    if (qatomic_read(&ctx->is_sleeping) && qatomic_xchg(&ctx->is_sleeping, false)) {
        event_notifier_set(&ctx->wake);
    }
}

void qemu_notify_event(void)
{
    qatomic_set_mb(&main_context.is_notified, true);
    main_loop_wake();
}

void aio_notify(AioContext *ctx)
{
    qemu_notify_event();
}

/* ---- the GLib source ------------------------------------------------------ */

static int64_t main_loop_timeout_ns_get(AioContext *ctx)
{
    int64_t timeout;

    if (qatomic_read(&ctx->is_notified) || fd_handlers_always_ready()) {
        return 0;
    }
    timeout = bh_timeout_ns_get();
    if (timeout == 0) {
        return 0;
    }
    return qemu_soonest_timeout(timeout, timerlistgroup_deadline_ns(main_loop_tlg_get()));
}

static gboolean main_source_prepare(GSource *source, gint *timeout)
{
    AioContext *ctx = &main_context;

    qatomic_set_mb(&ctx->is_sleeping, true);
    ctx->timeout_ns = main_loop_timeout_ns_get(ctx);
    *timeout = ctx->polls_in_ns ? -1 : qemu_timeout_ns_to_ms(ctx->timeout_ns);
    return ctx->timeout_ns == 0;
}

static gboolean main_source_check(GSource *source)
{
    AioContext *ctx = &main_context;

    qatomic_set(&ctx->is_sleeping, false);
    /* Idle bottom halves run in any turn. */
    return ctx->pollfd.revents != 0 || bh_timeout_ns_get() >= 0
        || main_loop_timeout_ns_get(ctx) == 0;
}

static gboolean main_source_dispatch(GSource *source, GSourceFunc callback, gpointer opaque)
{
    AioContext *ctx = &main_context;

    qatomic_set(&ctx->is_sleeping, false);
    qatomic_set(&ctx->is_notified, false);
    if (ctx->pollfd.revents || fd_handlers_always_ready()) {
        fd_handlers_dispatch();
    }
    bh_queue_run();
    timerlistgroup_run_timers(&main_loop_tlg);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs main_source_funcs = {
    .prepare = main_source_prepare,
    .check = main_source_check,
    .dispatch = main_source_dispatch,
};

/* Lets epoll watch the eventfd by its edges: nobody needs to read it back to zero. */
static bool main_loop_wake_watch(AioContext *ctx, Error **errp)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u64 = UINT64_MAX };
    int ret = event_notifier_init(&ctx->wake, false);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "Creating the main loop's eventfd failed");
        return false;
    }
    if (epoll_ctl(ctx->pollfd.fd, EPOLL_CTL_ADD, event_notifier_get_fd(&ctx->wake), &event) < 0) {
        error_setg_errno(errp, errno, "Watching the main loop's eventfd failed");
        event_notifier_cleanup(&ctx->wake);
        return false;
    }
    return true;
}

int qemu_init_main_loop(Error **errp)
{
    static QemuMutex init_lock = QEMU_MUTEX_INITIALIZER;
    AioContext *ctx = &main_context;

    QEMU_LOCK_GUARD(&init_lock);
    ctx->thread = pthread_self();
    if (ctx->is_initialized) {
        return 0;
    }
    ctx->pollfd.fd = fd_handlers_init(errp);
    if (ctx->pollfd.fd < 0 || !main_loop_wake_watch(ctx, errp)) {
        return -EMFILE;
    }
    ctx->pollfd.events = G_IO_IN;
    ctx->pollfds = g_array_new(false, false, sizeof(GPollFD));
    ctx->source = g_source_new(&main_source_funcs, sizeof(GSource));
    g_source_set_name(ctx->source, "gantry main loop");
    /* A callback may run a nested loop that must go on serving everything. */
    g_source_set_can_recurse(ctx->source, true);
    g_source_add_poll(ctx->source, &ctx->pollfd);
    g_source_attach(ctx->source, NULL);
    main_loop_tlg_get();
    qatomic_store_release(&ctx->is_initialized, true);
    return 0;
}

/* ---- one turn ------------------------------------------------------------- */

int qemu_timeout_ns_to_ms(int64_t ns)
{
    if (ns < 0) {
        return -1;
    }
    return MIN(ns / SCALE_MS + (ns % SCALE_MS != 0), INT32_MAX);
}

int qemu_poll_ns(GPollFD *fds, guint nfds, int64_t timeout)
{
#ifdef CONFIG_TSAN
    /*
     * ThreadSanitizer runs signal handlers at the next call that it wraps. A signal that
     * arrives just before the system call would wait for as long as the poll lasts.
     */
    if (timeout < 0 || timeout > NANOSECONDS_PER_SECOND) {
        timeout = NANOSECONDS_PER_SECOND;
    }
#endif
    struct timespec ts = {
        .tv_sec = MIN(timeout / NANOSECONDS_PER_SECOND, INT32_MAX),
        .tv_nsec = timeout % NANOSECONDS_PER_SECOND,
    };

    QEMU_BUILD_BUG_ON(sizeof(GPollFD) != sizeof(struct pollfd));
    return ppoll((struct pollfd *)fds, nfds, timeout < 0 ? NULL : &ts, NULL);
}

/* Fills ctx->pollfds with what GLib wants polled; returns how many, and GLib's timeout in ns. */
static int main_loop_fds_query(AioContext *ctx, int priority, int64_t *timeout_ns)
{
    GMainContext *context = g_main_context_default();
    gint timeout_ms;
    int n;

    for (;;) {
        n = g_main_context_query(context, priority, &timeout_ms,
                                 (GPollFD *)(void *)ctx->pollfds->data, ctx->pollfds->len);
        if (n <= (int)ctx->pollfds->len) {
            break;
        }
        g_array_set_size(ctx->pollfds, n);
    }
    *timeout_ns = timeout_ms < 0 ? -1 : timeout_ms * (int64_t)SCALE_MS;
    return n;
}

void main_loop_poll_add_notifier(Notifier *notify)
{
    notifier_list_add(&main_context.poll_notifiers, notify);
    /* The loop may be asleep without it. */
    qemu_notify_event();
}

void main_loop_poll_remove_notifier(Notifier *notify)
{
    notifier_remove(notify);
}

/* Lets notifiers add what they poll behind other descriptors; the new timeout. */
static int64_t main_loop_notifiers_fill(AioContext *ctx, int64_t timeout_ns)
{
    MainLoopPoll poll = {
        .state = MAIN_LOOP_POLL_FILL, .timeout = UINT32_MAX, .pollfds = ctx->pollfds,
    };

    notifier_list_notify(&ctx->poll_notifiers, &poll);
    return qemu_soonest_timeout(timeout_ns, poll.timeout == UINT32_MAX
                                ? -1 : poll.timeout * (int64_t)SCALE_MS);
}

static void main_loop_notifiers_poll(AioContext *ctx, bool ok)
{
    MainLoopPoll poll = {
        .state = ok ? MAIN_LOOP_POLL_OK : MAIN_LOOP_POLL_ERR,
        .timeout = UINT32_MAX,
        .pollfds = ctx->pollfds,
    };

    notifier_list_notify(&ctx->poll_notifiers, &poll);
}

/*
 * The only place where the main thread sleeps, and does so without the BQL. How many descriptors
 * are ready, or -1.
 */
static int main_loop_poll(AioContext *ctx, int n, int64_t timeout_ns)
{
    bool had_bql = bql_locked();
    int ready;

    if (had_bql) {
        bql_unlock();
    }
    ready = qemu_poll_ns((GPollFD *)(void *)ctx->pollfds->data, n, timeout_ns);
    if (ready < 0) {
        /* Interrupted by a signal: nothing is known to be ready. */
        for (int i = 0; i < n; i++) {
            g_array_index(ctx->pollfds, GPollFD, i).revents = 0;
        }
    }
    if (had_bql) {
        bql_lock();
    }
    return ready;
}

/*
 * Poll GLib's first @n descriptors and those of others; whether GLib has to have a look. It has
 * not if it did not want to be asked at this time and all that is ready is of
 * main_loop_fd_add().
 */
static bool main_loop_poll_all(AioContext *ctx, int n, int64_t timeout_ns)
{
    bool has_notifiers = !notifier_list_empty(&ctx->poll_notifiers);
    int n_all = main_loop_fds_fill(ctx->pollfds, n);
    int ready, direct = 0;

    if (has_notifiers) {
        g_array_set_size(ctx->pollfds, n_all);
        timeout_ns = main_loop_notifiers_fill(ctx, timeout_ns);
        n_all = ctx->pollfds->len;
    }
    ready = main_loop_poll(ctx, n_all, timeout_ns);
    if (n_all > n) {
        direct = main_loop_fds_collect(ctx->pollfds);
    }
    if (has_notifiers) {
        main_loop_notifiers_poll(ctx, ready >= 0);
    }
    return timeout_ns == 0 || !direct || direct != ready;
}

void main_loop_wait(int nonblocking)
{
    GMainContext *context = g_main_context_default();
    AioContext *ctx = &main_context;
    int64_t timeout_ns;
    gint priority;
    int n;

    g_assert(ctx->is_initialized);
    g_main_context_acquire(context);
    /* GLib skips our prepare when a source of higher priority is ready. */
    ctx->timeout_ns = -1;
    ctx->polls_in_ns = true;
    g_main_context_prepare(context, &priority);
    ctx->polls_in_ns = false;
    n = main_loop_fds_query(ctx, priority, &timeout_ns);
    timeout_ns = qemu_soonest_timeout(timeout_ns, ctx->timeout_ns);
    if (!main_loop_poll_all(ctx, n, nonblocking ? 0 : timeout_ns)) {
        qatomic_set(&ctx->is_sleeping, false); /* as main_source_check() does */
    } else if (g_main_context_check(context, priority,
                                    (GPollFD *)(void *)ctx->pollfds->data, n)) {
        g_main_context_dispatch(context);
    }
    g_main_context_release(context);
    main_loop_fds_dispatch();
}

/* ---- the context as an object --------------------------------------------- */

bool qemu_in_main_thread(void)
{
    return bql_locked() || !qatomic_load_acquire(&main_context.is_initialized)
        || pthread_equal(pthread_self(), main_context.thread);
}

AioContext *qemu_get_aio_context(void)
{
    return &main_context;
}

AioContext *iohandler_get_aio_context(void)
{
    return &main_context;
}

AioContext *qemu_get_current_aio_context(void)
{
    return qemu_in_main_thread() ? &main_context : NULL;
}

QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque, const char *name,
                        MemReentrancyGuard *reentrancy_guard)
{
    return qemu_bh_new_full(cb, opaque, name, reentrancy_guard);
}

void aio_set_fd_handler(AioContext *ctx, int fd, IOHandler *io_read, IOHandler *io_write,
                        void *opaque)
{
    qemu_set_fd_handler(fd, io_read, io_write, opaque);
}

void aio_set_event_notifier(AioContext *ctx, EventNotifier *notifier,
                            EventNotifierHandler *io_read)
{
    event_notifier_set_handler(notifier, io_read);
}

QEMUTimer *aio_timer_new_with_attrs(AioContext *ctx, QEMUClockType type, int scale,
                                    int attributes, QEMUTimerCB *cb, void *opaque)
{
    return timer_new_full(NULL, type, scale, attributes, cb, opaque);
}

QEMUTimer *aio_timer_new(AioContext *ctx, QEMUClockType type, int scale,
                         QEMUTimerCB *cb, void *opaque)
{
    return timer_new_full(NULL, type, scale, 0, cb, opaque);
}

void aio_timer_init_with_attrs(AioContext *ctx, QEMUTimer *ts, QEMUClockType type, int scale,
                               int attributes, QEMUTimerCB *cb, void *opaque)
{
    timer_init_full(ts, NULL, type, scale, attributes, cb, opaque);
}

void aio_timer_init(AioContext *ctx, QEMUTimer *ts, QEMUClockType type, int scale,
                    QEMUTimerCB *cb, void *opaque)
{
    timer_init(ts, type, scale, cb, opaque);
}
