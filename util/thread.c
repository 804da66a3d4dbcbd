/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads, mutexes, conditions, semaphores and events (qemu/thread.h) on POSIX
 * threads and, for events, futexes. Timed waits use the monotonic clock.
 */
#include "qemu/osdep.h"
#include <linux/futex.h>
#include <sys/syscall.h>
#include "qemu/bitmap.h"
#include "qemu/lockable.h"
#include "qemu/notify.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"

/* A failing pthread call is our bug or the end of the host's resources. */
static void thread_check(int err, const char *what)
{
    if (unlikely(err)) {
        fprintf(stderr, "%s: %s\n", what, strerror(err));
        abort();
    }
}

/* ---- mutex ---------------------------------------------------------------- */

void qemu_mutex_init(QemuMutex *mutex)
{
    thread_check(pthread_mutex_init(&mutex->lock, NULL), "initialising a mutex");
    mutex->initialized = true;
}

void qemu_mutex_destroy(QemuMutex *mutex)
{
    g_assert(mutex->initialized);
    mutex->initialized = false;
    thread_check(pthread_mutex_destroy(&mutex->lock), "destroying a mutex");
}

void qemu_mutex_lock(QemuMutex *mutex)
{
    g_assert(mutex->initialized);
    thread_check(pthread_mutex_lock(&mutex->lock), "locking a mutex");
}

int qemu_mutex_trylock(QemuMutex *mutex)
{
    int err;

    g_assert(mutex->initialized);
    err = pthread_mutex_trylock(&mutex->lock);
    if (err == EBUSY) {
        return -EBUSY;
    }
    thread_check(err, "trying a mutex");
    return 0;
}

void qemu_mutex_unlock(QemuMutex *mutex)
{
    g_assert(mutex->initialized);
    thread_check(pthread_mutex_unlock(&mutex->lock), "unlocking a mutex");
}

void qemu_rec_mutex_init(QemuRecMutex *mutex)
{
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    thread_check(pthread_mutex_init(&mutex->m.lock, &attr), "initialising a recursive mutex");
    pthread_mutexattr_destroy(&attr);
    mutex->m.initialized = true;
}

void qemu_rec_mutex_destroy(QemuRecMutex *mutex)
{
    qemu_mutex_destroy(&mutex->m);
}

void qemu_rec_mutex_lock(QemuRecMutex *mutex)
{
    qemu_mutex_lock(&mutex->m);
}

int qemu_rec_mutex_trylock(QemuRecMutex *mutex)
{
    return qemu_mutex_trylock(&mutex->m);
}

void qemu_rec_mutex_unlock(QemuRecMutex *mutex)
{
    qemu_mutex_unlock(&mutex->m);
}

/* ---- condition, semaphore -------------------------------------------------- */

void qemu_cond_init(QemuCond *cond)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    thread_check(pthread_cond_init(&cond->cond, &attr), "initialising a condition");
    pthread_condattr_destroy(&attr);
    cond->initialized = true;
}

void qemu_cond_destroy(QemuCond *cond)
{
    g_assert(cond->initialized);
    cond->initialized = false;
    thread_check(pthread_cond_destroy(&cond->cond), "destroying a condition");
}

void qemu_cond_signal(QemuCond *cond)
{
    g_assert(cond->initialized);
    thread_check(pthread_cond_signal(&cond->cond), "signalling a condition");
}

void qemu_cond_broadcast(QemuCond *cond)
{
    g_assert(cond->initialized);
    thread_check(pthread_cond_broadcast(&cond->cond), "broadcasting a condition");
}

void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex)
{
    g_assert(cond->initialized);
    thread_check(pthread_cond_wait(&cond->cond, &mutex->lock), "waiting for a condition");
}

/* The monotonic time @ms milliseconds from now. */
static struct timespec thread_deadline_get(int ms)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    ts.tv_sec += ms / 1000;
    ts.tv_nsec += ms % 1000 * 1000000L;
    if (ts.tv_nsec >= 1000000000L) {
        ts.tv_sec++;
        ts.tv_nsec -= 1000000000L;
    }
    return ts;
}

static bool thread_cond_wait_until(QemuCond *cond, QemuMutex *mutex, const struct timespec *ts)
{
    int err = pthread_cond_timedwait(&cond->cond, &mutex->lock, ts);

    if (err == ETIMEDOUT) {
        return false;
    }
    thread_check(err, "waiting for a condition");
    return true;
}

bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms)
{
    struct timespec ts = thread_deadline_get(ms);

    g_assert(cond->initialized);
    return thread_cond_wait_until(cond, mutex, &ts);
}

void qemu_sem_init(QemuSemaphore *sem, int init)
{
    g_assert(init >= 0);
    qemu_mutex_init(&sem->mutex);
    qemu_cond_init(&sem->cond);
    sem->count = init;
}

void qemu_sem_destroy(QemuSemaphore *sem)
{
    qemu_cond_destroy(&sem->cond);
    qemu_mutex_destroy(&sem->mutex);
}

void qemu_sem_post(QemuSemaphore *sem)
{
    /* Signal inside the lock: a waiter may destroy the semaphore once it can go on. */
    QEMU_LOCK_GUARD(&sem->mutex);
    sem->count++;
    qemu_cond_signal(&sem->cond);
}

void qemu_sem_wait(QemuSemaphore *sem)
{
    QEMU_LOCK_GUARD(&sem->mutex);
    while (sem->count == 0) {
        qemu_cond_wait(&sem->cond, &sem->mutex);
    }
    sem->count--;
}

int qemu_sem_timedwait(QemuSemaphore *sem, int ms)
{
    struct timespec ts = thread_deadline_get(ms);

    QEMU_LOCK_GUARD(&sem->mutex);
    while (sem->count == 0) {
        if (!thread_cond_wait_until(&sem->cond, &sem->mutex, &ts) && sem->count == 0) {
            return -1;
        }
    }
    sem->count--;
    return 0;
}

/* ---- event ---------------------------------------------------------------- */

/*
 * The futex word says whether the event is set, and if not, whether somebody
 * sleeps, so that setting it makes a system call only for a sleeper.
 */
enum {
    EVENT_CLEAR,
    EVENT_SET,
    EVENT_AWAITED,
};

static void event_futex(QemuEvent *ev, int op, unsigned val)
{
    syscall(SYS_futex, &ev->value, op, val, NULL, NULL, 0);
}

void qemu_event_init(QemuEvent *ev, bool init)
{
    qatomic_set(&ev->value, init ? EVENT_SET : EVENT_CLEAR);
    ev->initialized = true;
}

void qemu_event_destroy(QemuEvent *ev)
{
    g_assert(ev->initialized);
    ev->initialized = false;
}

void qemu_event_set(QemuEvent *ev)
{
    g_assert(ev->initialized);
    /* An exchange even when set: what the caller did before must be seen by a later reset. */
    if (qatomic_xchg(&ev->value, EVENT_SET) == EVENT_AWAITED) {
        event_futex(ev, FUTEX_WAKE_PRIVATE, INT_MAX);
    }
}

void qemu_event_reset(QemuEvent *ev)
{
    g_assert(ev->initialized);
    /* A full barrier, so that the caller's condition is read after the reset. */
    qatomic_cmpxchg(&ev->value, EVENT_SET, EVENT_CLEAR);
}

void qemu_event_wait(QemuEvent *ev)
{
    g_assert(ev->initialized);
    while (qatomic_load_acquire(&ev->value) != EVENT_SET) {
        if (qatomic_cmpxchg(&ev->value, EVENT_CLEAR, EVENT_AWAITED) == EVENT_SET) {
            return;
        }
        event_futex(ev, FUTEX_WAIT_PRIVATE, EVENT_AWAITED);
    }
}

/* ---- threads -------------------------------------------------------------- */

typedef struct ThreadStart {
    void *(*start_routine)(void *);
    void *arg;
    char name[16];              /* the kernel's limit, NUL included */
} ThreadStart;

static pthread_once_t thread_exit_once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_exit_key;
static __thread NotifierList thread_exit_notifiers;
static bool thread_names_hidden;

static void thread_exit_run(void *unused)
{
    notifier_list_notify(&thread_exit_notifiers, NULL);
}

static void thread_exit_key_create(void)
{
    thread_check(pthread_key_create(&thread_exit_key, thread_exit_run), "making a thread key");
}

void qemu_thread_atexit_add(Notifier *notifier)
{
    pthread_once(&thread_exit_once, thread_exit_key_create);
    pthread_setspecific(thread_exit_key, &thread_exit_notifiers);
    notifier_list_add(&thread_exit_notifiers, notifier);
}

void qemu_thread_atexit_remove(Notifier *notifier)
{
    notifier_remove(notifier);
}

void qemu_thread_naming(bool enable)
{
    thread_names_hidden = !enable;
}

static void *thread_run(void *opaque)
{
    ThreadStart start = *(ThreadStart *)opaque;

    g_free(opaque);
    if (start.name[0] && !thread_names_hidden) {
        pthread_setname_np(pthread_self(), start.name);
    }
    rcu_register_thread();
    return start.start_routine(start.arg);
}

int qemu_thread_try_create(QemuThread *thread, const char *name, void *(*start_routine)(void *),
                           void *arg, int mode)
{
    ThreadStart *start = g_new0(ThreadStart, 1);
    sigset_t all, old;
    pthread_attr_t attr;
    int err;

    start->start_routine = start_routine;
    start->arg = arg;
    g_strlcpy(start->name, name ? name : "", sizeof(start->name));
    pthread_attr_init(&attr);
    if (mode == QEMU_THREAD_DETACHED) {
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    }
    /* The new thread inherits this mask; signals of the process go to the main thread. */
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGILL);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    err = pthread_create(&thread->thread, &attr, thread_run, start);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (err) {
        g_free(start);
    }
    return -err;
}

void qemu_thread_create(QemuThread *thread, const char *name, void *(*start_routine)(void *),
                        void *arg, int mode)
{
    thread_check(-qemu_thread_try_create(thread, name, start_routine, arg, mode),
                 "creating a thread");
}

void *qemu_thread_join(QemuThread *thread)
{
    void *result;

    thread_check(pthread_join(thread->thread, &result), "joining a thread");
    return result;
}

void qemu_thread_get_self(QemuThread *thread)
{
    thread->thread = pthread_self();
}

bool qemu_thread_is_self(QemuThread *thread)
{
    return pthread_equal(pthread_self(), thread->thread);
}

void qemu_thread_exit(void *retval)
{
    pthread_exit(retval);
}

int qemu_thread_set_affinity(QemuThread *thread, unsigned long *host_cpus, unsigned long nbits)
{
    unsigned long n = MIN(nbits, (unsigned long)CPU_SETSIZE);
    cpu_set_t set;

    CPU_ZERO(&set);
    for (unsigned long cpu = find_first_bit(host_cpus, n); cpu < n;
         cpu = find_next_bit(host_cpus, n, cpu + 1)) {
        CPU_SET(cpu, &set);
    }
    return -pthread_setaffinity_np(thread->thread, sizeof(set), &set);
}
