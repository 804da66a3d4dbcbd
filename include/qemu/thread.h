/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads and what they synchronise with, on POSIX threads: mutex, recursive
 * mutex, condition, semaphore, one-bit event, spin lock. Misuse (unlocking
 * what is not locked, errors of the pthread calls) ends the program: it can
 * only be our bug.
 */
#ifndef QEMU_THREAD_H
#define QEMU_THREAD_H

#include <pthread.h>
#include "qemu/atomic.h"
#include "qemu/typedefs.h"

struct QemuMutex {
    pthread_mutex_t lock;
    bool initialized;
};

struct QemuRecMutex {
    QemuMutex m;
};

struct QemuCond {
    pthread_cond_t cond;
    bool initialized;
};

struct QemuSemaphore {
    QemuMutex mutex;
    QemuCond cond;
    unsigned int count;
};

/* Futex word: see util/thread.c for its states. */
struct QemuEvent {
    unsigned value;
    bool initialized;
};

typedef struct QemuSpin {
    int value;
} QemuSpin;

struct QemuThread {
    pthread_t thread;
};

/* For locks of static storage duration. */
#define QEMU_MUTEX_INITIALIZER { .lock = PTHREAD_MUTEX_INITIALIZER, .initialized = true }
#define QEMU_REC_MUTEX_INITIALIZER \
    { .m = { .lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, .initialized = true } }
#define QEMU_COND_INITIALIZER { .cond = PTHREAD_COND_INITIALIZER, .initialized = true }

/* Modes of qemu_thread_create(). */
#define QEMU_THREAD_JOINABLE 0
#define QEMU_THREAD_DETACHED 1

void qemu_mutex_init(QemuMutex *mutex);
void qemu_mutex_destroy(QemuMutex *mutex);
void qemu_mutex_lock(QemuMutex *mutex);
/* Returns 0 when the lock was taken, else -EBUSY. */
int qemu_mutex_trylock(QemuMutex *mutex);
void qemu_mutex_unlock(QemuMutex *mutex);

void qemu_rec_mutex_init(QemuRecMutex *mutex);
void qemu_rec_mutex_destroy(QemuRecMutex *mutex);
void qemu_rec_mutex_lock(QemuRecMutex *mutex);
int qemu_rec_mutex_trylock(QemuRecMutex *mutex);
void qemu_rec_mutex_unlock(QemuRecMutex *mutex);

void qemu_cond_init(QemuCond *cond);
void qemu_cond_destroy(QemuCond *cond);
void qemu_cond_signal(QemuCond *cond);
void qemu_cond_broadcast(QemuCond *cond);
/* Caller holds @mutex; wakes spuriously now and then. */
void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex);
/* Waits at most @ms milliseconds. Returns false when they ran out. */
bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms);

void qemu_sem_init(QemuSemaphore *sem, int init);
void qemu_sem_destroy(QemuSemaphore *sem);
void qemu_sem_post(QemuSemaphore *sem);
void qemu_sem_wait(QemuSemaphore *sem);
/* Returns 0, or -1 when @ms milliseconds ran out. */
int qemu_sem_timedwait(QemuSemaphore *sem, int ms);

/*
 * An event is set or clear. Waiting on a set event, setting a set one and
 * resetting a clear one cost no system call; any number of threads may wait
 * or set, and everything before a set happens before a wait returns.
 */
void qemu_event_init(QemuEvent *ev, bool init);
void qemu_event_destroy(QemuEvent *ev);
void qemu_event_set(QemuEvent *ev);
void qemu_event_reset(QemuEvent *ev);
void qemu_event_wait(QemuEvent *ev);

/*
 * Starts @start_routine(@arg). @name shows in the debugger. The thread is
 * ready for RCU and blocks the signals the main thread handles.
 * Running out of threads ends the program.
 */
void qemu_thread_create(QemuThread *thread, const char *name, void *(*start_routine)(void *),
                        void *arg, int mode);
/* The same, but gives -errno when there is no thread to be had, else 0. */
int qemu_thread_try_create(QemuThread *thread, const char *name, void *(*start_routine)(void *),
                           void *arg, int mode);
/* Waits for a joinable thread; its result. */
void *qemu_thread_join(QemuThread *thread);
void qemu_thread_get_self(QemuThread *thread);
bool qemu_thread_is_self(QemuThread *thread);
void qemu_thread_exit(void *retval) QEMU_NORETURN;
void qemu_thread_naming(bool enable);
/* Binds to host CPUs, one bit each. Returns 0 or -errno. */
int qemu_thread_set_affinity(QemuThread *thread, unsigned long *host_cpus, unsigned long nbits);

/* Calls @notifier when the current thread ends; it must be removed or outlive the thread. */
void qemu_thread_atexit_add(Notifier *notifier);
void qemu_thread_atexit_remove(Notifier *notifier);

static inline void qemu_spin_init(QemuSpin *spin)
{
    qatomic_set(&spin->value, 0);
}

static inline void qemu_spin_destroy(QemuSpin *spin)
{
}

/* Returns true when the lock was busy. */
static inline bool qemu_spin_trylock(QemuSpin *spin)
{
    return __atomic_exchange_n(&spin->value, 1, __ATOMIC_ACQUIRE);
}

static inline bool qemu_spin_locked(QemuSpin *spin)
{
    return qatomic_read(&spin->value);
}

static inline void qemu_spin_lock(QemuSpin *spin)
{
    while (unlikely(qemu_spin_trylock(spin))) {
        while (qemu_spin_locked(spin)) {
            cpu_relax();
        }
    }
}

static inline void qemu_spin_unlock(QemuSpin *spin)
{
    qatomic_store_release(&spin->value, 0);
}

#endif
