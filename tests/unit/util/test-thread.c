/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of threads, locks, guards, events, semaphores, sequence locks. */
#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/notify.h"
#include "qemu/seqlock.h"
#include "qemu/thread.h"

#define THREADS 4
#define ROUNDS 3000

static void *return_arg(void *arg)
{
    return arg;
}

static void test_join_returns_result(void)
{
    QemuThread thread;
    int x;

    qemu_thread_create(&thread, "a-name-longer-than-the-kernel-keeps", return_arg, &x,
                       QEMU_THREAD_JOINABLE);
    g_assert_true(qemu_thread_join(&thread) == &x);
}

typedef struct ExitNote {
    Notifier n;
    int count;
} ExitNote;

static void exit_noted(Notifier *n, void *data)
{
    qatomic_inc(&container_of(n, ExitNote, n)->count);
}

static void *exit_run(void *arg)
{
    ExitNote *note = arg;

    note->n.notify = exit_noted;
    qemu_thread_atexit_add(&note->n);
    qemu_thread_exit(NULL);
}

static void test_exit_notifier_runs(void)
{
    ExitNote note = {};
    QemuThread thread;

    qemu_thread_create(&thread, "exit", exit_run, &note, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    g_assert_cmpint(qatomic_read(&note.count), ==, 1);
}

static void *mask_run(void *arg)
{
    sigset_t set;

    pthread_sigmask(SIG_SETMASK, NULL, &set);
    *(bool *)arg = sigismember(&set, SIGTERM) && !sigismember(&set, SIGSEGV);
    return NULL;
}

static void test_threads_leave_signals_to_main(void)
{
    bool is_masked = false;
    QemuThread thread;

    qemu_thread_create(&thread, "mask", mask_run, &is_masked, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    g_assert_true(is_masked);
}

typedef struct Shared {
    QemuMutex mutex;
    QemuRecMutex rec;
    QemuSpin spin;
    int by_mutex;
    int by_rec;
    int by_spin;
} Shared;

static void *shared_run(void *arg)
{
    Shared *s = arg;

    for (int i = 0; i < ROUNDS; i++) {
        WITH_QEMU_LOCK_GUARD(&s->mutex) {
            s->by_mutex++;
        }
        WITH_QEMU_LOCK_GUARD(&s->rec) {
            QEMU_LOCK_GUARD(&s->rec);
            s->by_rec++;
        }
        WITH_QEMU_LOCK_GUARD(&s->spin) {
            s->by_spin++;
        }
    }
    return NULL;
}

static void test_locks_exclude(void)
{
    QemuThread threads[THREADS];
    Shared s = {};

    qemu_mutex_init(&s.mutex);
    qemu_rec_mutex_init(&s.rec);
    qemu_spin_init(&s.spin);
    for (int i = 0; i < THREADS; i++) {
        qemu_thread_create(&threads[i], "shared", shared_run, &s, QEMU_THREAD_JOINABLE);
    }
    for (int i = 0; i < THREADS; i++) {
        qemu_thread_join(&threads[i]);
    }
    g_assert_cmpint(s.by_mutex, ==, THREADS * ROUNDS);
    g_assert_cmpint(s.by_rec, ==, THREADS * ROUNDS);
    g_assert_cmpint(s.by_spin, ==, THREADS * ROUNDS);
    qemu_rec_mutex_destroy(&s.rec);
    qemu_mutex_destroy(&s.mutex);
}

static int leave_early(QemuMutex *mutex)
{
    WITH_QEMU_LOCK_GUARD(mutex) {
        return 1;
    }
    return 0;
}

static void test_guard_unlocks_on_return(void)
{
    QemuMutex mutex = QEMU_MUTEX_INITIALIZER;

    g_assert_cmpint(leave_early(&mutex), ==, 1);
    g_assert_cmpint(qemu_mutex_trylock(&mutex), ==, 0);
    g_assert_cmpint(qemu_mutex_trylock(&mutex), ==, -EBUSY);
    qemu_mutex_unlock(&mutex);
    for (int i = 0; i < 2; i++) {
        WITH_QEMU_LOCK_GUARD(&mutex) {
            break;
        }
        g_assert_cmpint(qemu_mutex_trylock(&mutex), ==, 0);
        qemu_mutex_unlock(&mutex);
    }
}

static void test_guard_of_null_locks_nothing(void)
{
    QemuMutex *none = NULL;

    QEMU_LOCK_GUARD(none);
}

typedef struct PingPong {
    QemuEvent ping;
    QemuEvent pong;
    int value;
} PingPong;

static void *pong_run(void *arg)
{
    PingPong *p = arg;

    for (int i = 0; i < ROUNDS; i++) {
        qemu_event_wait(&p->ping);
        qemu_event_reset(&p->ping);
        p->value++;
        qemu_event_set(&p->pong);
    }
    return NULL;
}

static void test_event_orders_two_threads(void)
{
    QemuThread thread;
    PingPong p = {};

    qemu_event_init(&p.ping, false);
    qemu_event_init(&p.pong, false);
    qemu_thread_create(&thread, "pong", pong_run, &p, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < ROUNDS; i++) {
        p.value++;
        qemu_event_set(&p.ping);
        qemu_event_wait(&p.pong);
        qemu_event_reset(&p.pong);
        g_assert_cmpint(p.value, ==, 2 * (i + 1));
    }
    qemu_thread_join(&thread);
    qemu_event_destroy(&p.ping);
    qemu_event_destroy(&p.pong);
}

static void test_event_states(void)
{
    QemuEvent ev;

    qemu_event_init(&ev, true);
    qemu_event_wait(&ev);
    qemu_event_wait(&ev);
    qemu_event_reset(&ev);
    qemu_event_reset(&ev);
    qemu_event_set(&ev);
    qemu_event_set(&ev);
    qemu_event_wait(&ev);
    qemu_event_destroy(&ev);
}

static void *sem_run(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        qemu_sem_post(arg);
    }
    return NULL;
}

static void test_semaphore_counts(void)
{
    QemuThread thread;
    QemuSemaphore sem;

    qemu_sem_init(&sem, 2);
    qemu_thread_create(&thread, "sem", sem_run, &sem, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < ROUNDS + 2; i++) {
        qemu_sem_wait(&sem);
    }
    qemu_thread_join(&thread);
    g_assert_cmpint(qemu_sem_timedwait(&sem, 1), ==, -1);
    qemu_sem_post(&sem);
    g_assert_cmpint(qemu_sem_timedwait(&sem, 1), ==, 0);
    qemu_sem_destroy(&sem);
}

static void test_cond_timedwait_times_out(void)
{
    QemuMutex mutex;
    QemuCond cond;
    gint64 start = g_get_monotonic_time();

    qemu_mutex_init(&mutex);
    qemu_cond_init(&cond);
    qemu_mutex_lock(&mutex);
    while (qemu_cond_timedwait(&cond, &mutex, 5)) {
        /* spurious wake-up */
    }
    qemu_mutex_unlock(&mutex);
    g_assert_cmpint(g_get_monotonic_time() - start, >=, 4000);
    qemu_cond_destroy(&cond);
    qemu_mutex_destroy(&mutex);
}

typedef struct SeqPair {
    QemuSeqLock seq;
    QemuMutex mutex;
    int a, b;
    bool done;
} SeqPair;

static void *seq_run(void *arg)
{
    SeqPair *p = arg;

    for (int i = 1; i <= ROUNDS; i++) {
        seqlock_write_lock(&p->seq, &p->mutex);
        qatomic_set(&p->a, i);
        qatomic_set(&p->b, -i);
        seqlock_write_unlock(&p->seq, &p->mutex);
    }
    qatomic_set(&p->done, true);
    return NULL;
}

static void test_seqlock_reader_sees_no_mix(void)
{
    SeqPair p = {};
    QemuThread thread;

    seqlock_init(&p.seq);
    qemu_mutex_init(&p.mutex);
    qemu_thread_create(&thread, "seq", seq_run, &p, QEMU_THREAD_JOINABLE);
    while (!qatomic_read(&p.done)) {
        unsigned start;
        int a, b;

        do {
            start = seqlock_read_begin(&p.seq);
            a = qatomic_read(&p.a);
            b = qatomic_read(&p.b);
        } while (seqlock_read_retry(&p.seq, start));
        g_assert_cmpint(a, ==, -b);
    }
    qemu_thread_join(&thread);
    qemu_mutex_destroy(&p.mutex);
}

static void test_atomics_return_old_and_new(void)
{
    int v = 5;

    g_assert_cmpint(qatomic_fetch_inc(&v), ==, 5);
    g_assert_cmpint(qatomic_dec_fetch(&v), ==, 5);
    g_assert_cmpint(qatomic_fetch_or(&v, 8), ==, 5);
    g_assert_cmpint(qatomic_and_fetch(&v, 9), ==, 9);
    g_assert_cmpint(qatomic_cmpxchg(&v, 1, 2), ==, 9);
    g_assert_cmpint(qatomic_cmpxchg(&v, 9, 2), ==, 9);
    g_assert_cmpint(qatomic_xchg(&v, 3), ==, 2);
    g_assert_cmpint(qatomic_read(&v), ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thread/join-returns-result", test_join_returns_result);
    g_test_add_func("/thread/exit-notifier-runs", test_exit_notifier_runs);
    g_test_add_func("/thread/signals-are-left-to-the-main-thread",
                    test_threads_leave_signals_to_main);
    g_test_add_func("/thread/locks-exclude", test_locks_exclude);
    g_test_add_func("/thread/cond-timedwait-times-out", test_cond_timedwait_times_out);
    g_test_add_func("/thread/semaphore-counts", test_semaphore_counts);
    g_test_add_func("/thread/event-orders-two-threads", test_event_orders_two_threads);
    g_test_add_func("/thread/event-states", test_event_states);
    g_test_add_func("/lockable/guard-unlocks-on-return", test_guard_unlocks_on_return);
    g_test_add_func("/lockable/guard-of-null-locks-nothing", test_guard_of_null_locks_nothing);
    g_test_add_func("/seqlock/reader-sees-no-mix", test_seqlock_reader_sees_no_mix);
    g_test_add_func("/atomic/old-and-new-values", test_atomics_return_old_and_new);
    return g_test_run();
}
